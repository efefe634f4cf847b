"""
JAFFA and JAFFAL results (`jaffa_results.csv`): short reads, assembled or not, and long reads in one format.

Columns: https://github.com/Oshlack/JAFFA/wiki/OutputDescription. `fusion genes` `A:B` -> the 5' and the 3' gene, with
`chrom1`, `base1` and `chrom2`, `base2` in the same order. "spanning reads" cover the junction -> `split_reads`;
"spanning pairs" -> `spanning_pairs`, one number for all junctions of a pair, `-` where JAFFA could not count.
`inframe` TRUE, FALSE, NA -> the reading frame; `classification` -> `confidence`.

JAFFA puts the genes into the order of transcription by the exon edges that the breakpoints fit. Where they fit none
(`inframe` NA) its documentation does not promise that order: such a call is `order_known=False`. Strands, absent before
version 2, are those of the genes.
"""

from __future__ import annotations

import re
from decimal import Decimal

from parsers.callers.format import (
    CallerFormat,
    CallerTable,
    Reading,
    ReadingContext,
    breakpoint_of,
    first_line,
    header_columns,
    kept_cells,
    read_caller_csv,
    rows_of_specimen,
)
from parsers.reading import FileText, Row
from parsers.records import Breakpoint, Frame, FusionCall, Place

_REQUIRED = (
    "fusion genes",
    "chrom1",
    "base1",
    "chrom2",
    "base2",
    "spanning pairs",
    "spanning reads",
    "inframe",
    "classification",
)
# Read into fields of their own, or names of reads; version 2.4 adds columns to the others.
_NOT_KEPT = frozenset(
    {"sample", "chrom1", "base1", "strand1", "chrom2", "base2", "strand2", "spanning reads", "classification", "contig"}
)
# R writes 58000000 so.
_SHORTENED = re.compile(r"\d(?:\.\d{1,8})?e\+0?\d", re.ASCII)
_FRAMES: dict[str, Frame] = {"TRUE": "in-frame", "FALSE": "out-of-frame", "NA": "unknown"}
_REMEDY = "use jaffa_results.csv as JAFFA wrote it"


def _sniff(text: str) -> bool:
    return {"fusion genes", "classification"} <= set(header_columns(text, _separator(text)))


def _separator(text: str) -> str:
    """JAFFA writes commas; a spreadsheet in many countries makes semicolons of them."""
    return max(",;", key=first_line(text).count)


def _read(source: FileText, context: ReadingContext) -> Reading:
    table = read_caller_csv(source, _REQUIRED, separator=_separator(source.text))
    rows, sample, warnings = rows_of_specimen(table, "sample", context)
    calls = tuple(_call(table, row) for row in rows)
    table.finish()
    return Reading("JAFFA", "RNA", calls, sample=sample, warnings=warnings)


def _call(table: CallerTable, row: Row) -> FusionCall:
    gene_5prime, gene_3prime = _genes(table, row)
    frame = _frame(table, row)
    return FusionCall(
        caller="JAFFA",
        gene_5prime=gene_5prime,
        gene_3prime=gene_3prime,
        breakpoint_5prime=_end(table, row, "1"),
        breakpoint_3prime=_end(table, row, "2"),
        genome_build=None,
        molecule="RNA",
        place=Place(table.file, row.line),
        reading_frame=frame,
        split_reads=table.count(row, "spanning reads", _REMEDY),
        spanning_pairs=_pairs(table, row),
        confidence=table.cell(row, "classification"),
        order_known=frame != "unknown",
        as_given=kept_cells(table, row, [name for name in table.columns if name not in _NOT_KEPT]),
    )


def _genes(table: CallerTable, row: Row) -> tuple[str, str]:
    """`A:B`, in JAFFA 2.4 `A::B`."""
    value = table.cell(row, "fusion genes")
    parts = [part.strip() for part in value.replace("::", ":").split(":")]
    if len(parts) != 2 or not all(parts):
        table.problem(
            row, "bad-gene-pair", "fusion genes", "the cell does not name two genes", _REMEDY, value, "GENE1:GENE2"
        )
        return "", ""
    return table.gene(row, "fusion genes", parts[0]), table.gene(row, "fusion genes", parts[1])


def _frame(table: CallerTable, row: Row) -> Frame:
    value = table.cell(row, "inframe")
    if value.upper() not in _FRAMES:
        table.problem(
            row, "unknown-value", "inframe", "the frame is not one JAFFA writes", _REMEDY, value, "TRUE, FALSE or NA"
        )
    return _FRAMES.get(value.upper(), "unknown")


def _end(table: CallerTable, row: Row, number: str) -> Breakpoint | None:
    base = table.cell(row, f"base{number}")
    if _SHORTENED.fullmatch(base):
        base = f"{Decimal(base):f}"
    place = f"{table.cell(row, f'chrom{number}')}:{base}"
    strand = table.cell(row, f"strand{number}")
    found = breakpoint_of(f"{place}:{strand}" if strand in ("+", "-") else place)
    if found is None:
        table.problem(
            row,
            "bad-breakpoint",
            f"base{number}",
            "the cells are not a position",
            _REMEDY,
            place,
            "a chromosome and a position",
        )
    return found


def _pairs(table: CallerTable, row: Row) -> int | None:
    # "-" is not 0: the contig was too short beside the junction for pairs to be found.
    if table.cell(row, "spanning pairs") == "-":
        return None
    return table.count(row, "spanning pairs", _REMEDY)


FORMAT = CallerFormat("JAFFA", _sniff, _read, _REQUIRED)
