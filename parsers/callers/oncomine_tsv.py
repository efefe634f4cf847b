"""
The table `…-oncomine.tsv` that comes with an Ion Reporter export: the VCF's rows, one column for each field.

Columns: the converter of nci-match-ir-ecosystem-api (`oncomine-vcf-converter`), which quotes every cell and writes the
chosen `##` lines of the VCF first. `INFO.<Number>.<ID>` (`INFO...READ_COUNT`, `INFO.1.GENE_NAME`) is the INFO field
`<ID>` of the VCF's header; such a column exists only where a row has the field. `call` is POS where FILTER is PASS.
The table names no sample and, as a rule, no assembly. What the rows mean: parsers/callers/oncomine.py.
"""

from __future__ import annotations

import re
from itertools import takewhile

from parsers.callers.format import (
    CallerFormat,
    CallerTable,
    Reading,
    ReadingContext,
    header_columns,
    read_caller_csv,
    whole_number,
)
from parsers.callers.oncomine import OncomineRow, reading_of
from parsers.errors import InputError, Problem
from parsers.reading import FileText, Row
from parsers.records import Build
from parsers.vcf import declared_build

_REQUIRED = ("vcf.rownum", "rowtype", "call", "CHROM", "POS", "ID", "ALT", "FILTER")
_INFO = re.compile(r"INFO\.[^.]*\.{1,2}([^.]+)")
_COMMENT = "##"
# The header and what stands before it; comment lines are those of the VCF, contigs among them.
_HEAD = 100_000
_REMEDY = "export the table again from Ion Reporter without editing it"


def _sniff(text: str) -> bool:
    head = text[:_HEAD].lstrip("\n")
    if head.startswith(_COMMENT):
        head = "\n".join(line for line in head.split("\n") if not line.startswith(_COMMENT))
    return {"vcf.rownum", "rowtype"} <= set(header_columns(head))


def _read(source: FileText, context: ReadingContext) -> Reading:
    table = read_caller_csv(source, _REQUIRED, separator="\t", comments=_COMMENT)
    if "INFO...READ_COUNT" not in table.columns:
        raise InputError(_without_reads(source.name))
    comments = _comments(source.text)
    fields = {match[1]: name for name in table.columns if (match := _INFO.fullmatch(name))}
    rows = [_row(table, row, fields) for row in table.rows]
    table.finish()
    build: Build | None = declared_build(source.name, comments)
    return reading_of(source.name, rows, comments, context.accession, build=build)


def _comments(text: str) -> list[str]:
    """The `##` lines before the header."""
    lines = takewhile(lambda line: not line.strip() or line.startswith(_COMMENT), text.split("\n"))
    return [line for line in lines if line.strip()]


def _without_reads(file: str) -> Problem:
    return Problem(
        "no-fusion-results",
        file,
        "the table has no column for reads of fusion targets: fusions were not tested in this analysis",
        "export the analysis of the RNA library, or of DNA and RNA together; leave fusion_files empty if fusions were "
        "not tested",
        column="INFO...READ_COUNT",
    )


def _row(table: CallerTable, row: Row, fields: dict[str, str]) -> OncomineRow:
    position = whole_number(table.cell(row, "POS"))
    if position is None:
        table.problem(
            row, "bad-breakpoint", "POS", "the cell is not a position", _REMEDY, table.cell(row, "POS"), "a position"
        )
    values = {key: _field(table, row, name) for key, name in fields.items()}
    return OncomineRow(
        line=row.line,
        kind=table.cell(row, "rowtype"),
        id=table.cell(row, "ID"),
        chrom=table.cell(row, "CHROM"),
        pos=position or 0,
        alt=table.cell(row, "ALT"),
        filters=table.cell(row, "FILTER"),
        # Every row has a cell for every field; an empty one is a field that the record lacks.
        info={key: value for key, value in values.items() if value},
        verdict=table.cell(row, "call"),
    )


def _field(table: CallerTable, row: Row, column: str) -> str:
    """The cell; a flag (`INFO.0.…`) that is False is a field that the record lacks."""
    value = table.cell(row, column)
    return "" if column.startswith("INFO.0.") and value == "False" else value


FORMAT = CallerFormat("Oncomine TSV", _sniff, _read)
