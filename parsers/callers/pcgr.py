"""
The fusion table that PCGR takes as its input: `FusionGene`, `LeftBreakpoint`, `RightBreakpoint`, `SplitReads`.

Columns: https://sigven.github.io/pcgr/articles/input.html and `is_valid_rna_fusion` of https://github.com/sigven/pcgr.
`FusionGene` is `A--B` or `A::B`; a missing partner is empty or `v` (`--ALK`). Left is the 5' end by that page, but the
laboratory's own script writes the table, and PCGR's own example has `NTRK1--TPM3`: the order is kept as given and
counts as unknown, with a warning. A kinase that stands first by mistake must not be dismissed as "5' gene".
"""

from __future__ import annotations

import re

from parsers.callers.format import (
    CallerFormat,
    CallerTable,
    Reading,
    ReadingContext,
    header_columns,
    kept_cells,
    read_caller_table,
)
from parsers.callers.samples import sample_of
from parsers.errors import Problem
from parsers.reading import FileText, Row
from parsers.records import Breakpoint, FusionCall, Place

_REQUIRED = ("FusionGene", "LeftBreakpoint", "RightBreakpoint", "SplitReads")
_REMEDY = "correct the script that writes the table for PCGR, and run it again"
_NO_GENE = ("", "v", "NA")
_NO_PLACE = ("", "NA")


def _sniff(text: str) -> bool:
    return set(_REQUIRED) <= set(header_columns(text))


def _read(source: FileText, context: ReadingContext) -> Reading:
    table = read_caller_table(source, _REQUIRED)
    calls = tuple(_call(table, row) for row in table.rows)
    table.finish()
    warnings = (_order_as_given(table.file),) if calls else ()
    return Reading("PCGR input", "RNA", calls, sample=sample_of(table), warnings=warnings)


def _call(table: CallerTable, row: Row) -> FusionCall:
    five, three = _genes(table, row)
    return FusionCall(
        caller="PCGR input",
        gene_5prime=five,
        gene_3prime=three,
        breakpoint_5prime=_end(table, row, "LeftBreakpoint"),
        breakpoint_3prime=_end(table, row, "RightBreakpoint"),
        genome_build=None,
        molecule="RNA",
        place=Place(table.file, row.line),
        split_reads=table.count(row, "SplitReads", _REMEDY),
        order_known=False,
        as_given=kept_cells(table, row, sorted(set(table.columns) - set(_REQUIRED[1:]))),
    )


def _genes(table: CallerTable, row: Row) -> tuple[str, str]:
    given = table.cell(row, "FusionGene")
    left, mark, right = (part.strip() for part in re.match(r"(.*?)(--|::|$)(.*)", given).groups())  # type: ignore[union-attr]
    genes = ["" if name in _NO_GENE else table.gene(row, "FusionGene", name) for name in (left, right)]
    if not mark or not any(genes):
        table.problem(
            row, "bad-record", "FusionGene", "the cell names no pair of genes", _REMEDY, given, "GENE1--GENE2"
        )
    return genes[0], genes[1]


def _end(table: CallerTable, row: Row, column: str) -> Breakpoint | None:
    return None if table.cell(row, column) in _NO_PLACE else table.breakpoint(row, column)


def _order_as_given(file: str) -> Problem:
    return Problem(
        "order-as-given",
        file,
        "the genes are in the order of the script that wrote the table; PCGR does not check which one is 5'",
        "where a kinase stands first, look the order up in the caller's own table, or submit that table instead",
        severity="warning",
    )


FORMAT = CallerFormat("PCGR fusion table", _sniff, _read)
