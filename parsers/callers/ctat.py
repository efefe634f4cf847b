"""
What the tables of the Trinity CTAT family (STAR-Fusion, FusionInspector, CTAT-LR-fusion) have in common.

Left is the 5' gene; a gene's cell is `SYMBOL^ENSG…` or the symbol alone; the fusion's name is `LEFT--RIGHT`.
"""

from __future__ import annotations

from parsers.callers.format import CallerTable
from parsers.reading import Row
from parsers.records import Frame, FusionCall, Place

REMEDY = "export the table again from the caller without editing it"

# Of PROT_FUSION_TYPE, which only tables with coding effects have.
_FRAMES: dict[str, Frame] = {"INFRAME": "in-frame", "FRAMESHIFT": "out-of-frame"}


def call_of(
    table: CallerTable,
    row: Row,
    caller: str,
    genes: tuple[str, str],
    *,
    split_reads: int | None,
    spanning_pairs: int | None,
    event_type: str,
    as_given: tuple[tuple[str, str], ...],
) -> FusionCall:
    """The call of a row: breakpoints, transcripts and frame stand in the same columns throughout the family."""
    return FusionCall(
        caller=caller,
        gene_5prime=genes[0],
        gene_3prime=genes[1],
        breakpoint_5prime=table.breakpoint(row, "LeftBreakpoint"),
        breakpoint_3prime=table.breakpoint(row, "RightBreakpoint"),
        genome_build=None,
        molecule="RNA",
        place=Place(table.file, row.line),
        transcript_5prime=table.cell(row, "CDS_LEFT_ID"),
        transcript_3prime=table.cell(row, "CDS_RIGHT_ID"),
        reading_frame=_FRAMES.get(table.cell(row, "PROT_FUSION_TYPE").upper(), "unknown"),
        split_reads=split_reads,
        spanning_pairs=spanning_pairs,
        event_type=event_type,
        as_given=as_given,
    )


def both_genes(table: CallerTable, row: Row, name_column: str, nothing: tuple[str, ...] = ("",)) -> tuple[str, str]:
    """
    The 5' and the 3' gene; the fusion's name stands in for a cell that is missing or holds a word of `nothing`. A
    problem where both name none.
    """
    # "--" alone separates the two: EEF1E1-BLOC1S5 is one gene.
    left, _, right = table.cell(row, name_column).partition("--")
    return _gene(table, row, "LeftGene", left, nothing), _gene(table, row, "RightGene", right, nothing)


def _gene(table: CallerTable, row: Row, column: str, from_name: str, nothing: tuple[str, ...]) -> str:
    symbol = table.cell(row, column).partition("^")[0]
    symbol = from_name if symbol in nothing else symbol
    if not symbol:
        table.problem(row, "missing-value", column, "the row names no gene", REMEDY, "", "SYMBOL^ENSG…")
    return table.gene(row, column, symbol)
