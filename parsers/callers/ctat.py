"""
What the tables of the Trinity CTAT family (STAR-Fusion, FusionInspector, CTAT-LR-fusion) have in common.

Left is the 5' gene; a gene's cell is `SYMBOL^ENSG…` or the symbol alone; the fusion's name is `LEFT--RIGHT`.
"""

from __future__ import annotations

from parsers.callers.format import CallerTable
from parsers.reading import Row
from parsers.records import Frame

REMEDY = "export the table again from the caller without editing it"

_FRAMES: dict[str, Frame] = {"INFRAME": "in-frame", "FRAMESHIFT": "out-of-frame"}


def both_genes(table: CallerTable, row: Row, name_column: str, nothing: tuple[str, ...] = ("",)) -> tuple[str, str]:
    """
    The 5' and the 3' gene; the fusion's name stands in for a cell that is missing or holds a word of `nothing`. A
    problem where both name none.
    """
    # "--" alone separates the two: EEF1E1-BLOC1S5 is one gene.
    left, _, right = table.cell(row, name_column).partition("--")
    return _gene(table, row, "LeftGene", left, nothing), _gene(table, row, "RightGene", right, nothing)


def frame_of(table: CallerTable, row: Row) -> Frame:
    """`PROT_FUSION_TYPE`, which only tables with coding effects have."""
    return _FRAMES.get(table.cell(row, "PROT_FUSION_TYPE").upper(), "unknown")


def _gene(table: CallerTable, row: Row, column: str, from_name: str, nothing: tuple[str, ...]) -> str:
    symbol = table.cell(row, column).partition("^")[0]
    symbol = from_name if symbol in nothing else symbol
    if not symbol:
        table.problem(row, "missing-value", column, "the row names no gene", REMEDY, "", "SYMBOL^ENSG…")
    return table.gene(row, column, symbol)
