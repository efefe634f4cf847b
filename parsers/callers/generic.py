"""
The generic fusion table: this product's own CSV for callers it does not know and for results typed in by hand.

Columns: accession, gene_5prime, gene_3prime, exon_5prime, exon_3prime, transcript_5prime, transcript_3prime,
breakpoint_5prime (`chr2:29223528:-`), breakpoint_3prime, genome_build, reading_frame (in-frame|out-of-frame|unknown),
split_reads, spanning_pairs, filter, caller. Each end is placed by its breakpoint or its exon. One table may serve many
specimens: only the rows of the asked accession become calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from parsers.accessions import normalise
from parsers.callers.format import CallerFormat, Reading, ReadingContext, breakpoint_of, first_line
from parsers.cells import RowReader, is_blank
from parsers.errors import InputError, Problem, first_of
from parsers.layouts import arranged
from parsers.mapping import NO_MAPPING, LabMapping
from parsers.reading import (
    FileText,
    Row,
    Table,
    column_name,
    looks_like_excel_date,
    missing_columns,
    read_table,
    require_final_newline,
)
from parsers.records import Breakpoint, Frame, FusionCall, Place
from parsers.specimens import unknown_columns
from parsers.vocabularies import BUILDS, FUSIONS_OPTIONAL, FUSIONS_REQUIRED

FILE = "fusions.csv"
NAME = "generic fusion table"

_FRAMES: Mapping[str, Frame] = {
    "in-frame": "in-frame",
    "in frame": "in-frame",
    "inframe": "in-frame",
    "out-of-frame": "out-of-frame",
    "out of frame": "out-of-frame",
    "frameshift": "out-of-frame",
    "stop-codon": "stop-codon",
    "unknown": "unknown",
}
_PASSED = frozenset({"", ".", "pass", "passed"})
_MOST_EXONS = 400  # TTN has 363.


@dataclass(frozen=True, slots=True)
class SharedRows:
    """The rows of one specimen in a table of many; `sha256` is that of the whole table, `warnings` are about it."""

    table: Table
    sha256: str
    warnings: tuple[Problem, ...] = ()

    @property
    def lines(self) -> list[int]:
        return [row.line for row in self.table.rows]


def rows_by_accession(
    source: FileText, pattern: str, mapping: LabMapping = NO_MAPPING
) -> tuple[dict[str, SharedRows], SharedRows]:
    """
    The rows of each accession that the table names, in its one spelling, `""` for rows that name none; and what a
    specimen gets that it does not name: no row. The laboratory's own column names and words are those of `mapping`.

    Raises:
        InputError: the table is cut short, or has no accession column.
    """
    table = _table(source, mapping)
    rows: dict[str, list[Row]] = {}
    for row in table.rows:
        rows.setdefault(_accession(table, row, pattern), []).append(row)
    nothing = SharedRows(replace(table, rows=()), source.sha256, source.warnings)
    shared = {name: replace(nothing, table=replace(table, rows=tuple(own))) for name, own in rows.items()}
    return shared, nothing


def _sniff(text: str) -> bool:
    header = first_line(text)
    names = {column_name(name.strip('"')) for name in header.replace(";", ",").replace("\t", ",").split(",")}
    return {"gene_5prime", "gene_3prime"} <= names


def read_rows(shared: SharedRows, context: ReadingContext) -> Reading:
    """The calls of `shared`; InputError with all problems of its rows."""
    return _reading(shared.table, shared.warnings, context)


def _read(source: FileText, context: ReadingContext) -> Reading:
    return _reading(_table(source), source.warnings, context)


def _reading(table: Table, warnings: tuple[Problem, ...], context: ReadingContext) -> Reading:
    problems: list[Problem] = []
    calls: list[FusionCall] = []
    for row in table.rows:
        named = _accession(table, row, context.accession_pattern)
        if named == context.accession:
            calls.append(_call(RowReader(table, row, problems, context.accession), context))
        elif table.file != FILE:
            problems.append(_foreign_row(table.file, row, context.accession))
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InputError(*first_of(errors))
    callers = sorted({call.caller for call in calls})
    return Reading(
        callers[0] if len(callers) == 1 else NAME,
        context.molecule,
        tuple(calls),
        warnings=(*warnings, *problems, *unknown_columns(table, (*FUSIONS_REQUIRED, *FUSIONS_OPTIONAL))),
    )


def _table(source: FileText, mapping: LabMapping = NO_MAPPING) -> Table:
    require_final_newline(source)
    problems: list[Problem] = []
    table = arranged(read_table(source), "fusions", mapping, problems)
    if problems:
        raise InputError(*problems)
    missing = missing_columns(table.columns, FUSIONS_REQUIRED, source.name)
    if missing:
        raise InputError(missing)
    return table


def _accession(table: Table, row: Row, pattern: str) -> str:
    index = table.columns.index("accession")
    given = row.cells[index] if index < len(row.cells) else ""
    return "" if is_blank(given) else normalise(given, pattern)[0]


def _call(cells: RowReader, context: ReadingContext) -> FusionCall:
    cells.check_length()
    genes = [_gene(cells, column) for column in ("gene_5prime", "gene_3prime")]
    ends = [_breakpoint(cells, column) for column in ("breakpoint_5prime", "breakpoint_3prime")]
    exons = [cells.whole_number(column, high=_MOST_EXONS) for column in ("exon_5prime", "exon_3prime")]
    for end, exon, side in zip(ends, exons, ("5prime", "3prime"), strict=True):
        if end is None and exon is None and cells.ok:
            cells.problem(
                "missing-value",
                f"breakpoint_{side}",
                "neither a breakpoint nor an exon is given",
                f"fill in breakpoint_{side} or exon_{side}",
                expected="a position such as chr2:29223528:- or an exon number",
            )
        if exon == 0:
            cells.problem("out-of-range", f"exon_{side}", "exons are counted from 1", "correct the number", found="0")
    filters = cells.text("filter")
    return FusionCall(
        caller=cells.text("caller") or NAME,
        gene_5prime=genes[0],
        gene_3prime=genes[1],
        breakpoint_5prime=ends[0],
        breakpoint_3prime=ends[1],
        genome_build=cells.choice("genome_build", BUILDS),
        molecule=context.molecule,
        place=Place(cells.file, cells.line),
        exon_5prime=exons[0],
        exon_3prime=exons[1],
        transcript_5prime=_transcript(cells, "transcript_5prime"),
        transcript_3prime=_transcript(cells, "transcript_3prime"),
        reading_frame=cells.choice("reading_frame", _FRAMES) or "unknown",
        split_reads=cells.whole_number("split_reads"),
        spanning_pairs=cells.whole_number("spanning_pairs"),
        passed_filter=filters.lower() in _PASSED,
        filters=filters,
    )


def _gene(cells: RowReader, column: str) -> str:
    symbol = cells.text(column, required=True, longest=50)
    if looks_like_excel_date(symbol):
        cells.problem(
            "excel-date",
            column,
            "a spreadsheet turned the gene's name into a date",
            "type the symbol again and format the column as text",
            found=symbol,
            expected="a gene symbol",
        )
    return symbol


def _transcript(cells: RowReader, column: str) -> str:
    value = cells.text(column, longest=60)
    return "" if is_blank(value) else value


def _breakpoint(cells: RowReader, column: str) -> Breakpoint | None:
    value = cells.text(column)
    if is_blank(value):
        return None
    found = breakpoint_of(value)
    if found is None:
        cells.problem(
            "bad-breakpoint",
            column,
            "the cell is not a position",
            "write chromosome, position and strand",
            found=value,
            expected="chr2:29223528:- (the strand may be left out)",
        )
    return found


def _foreign_row(file: str, row: Row, accession: str) -> Problem:
    return Problem(
        "foreign-accession",
        file,
        "the row is of another specimen than the one whose fusion_files names this table",
        f"put rows of several specimens into {FILE}, which is read for all of them",
        line=row.line,
        column="accession",
        expected=accession,
    )


FORMAT = CallerFormat("generic fusion table", _sniff, _read)
