"""
STAR-Fusion predictions (`star-fusion.fusion_predictions.tsv`, abridged or not, with coding effect or not).

Columns: https://github.com/STAR-Fusion/STAR-Fusion/wiki. They are found by name, since at least five orders are in
use. Left is the 5' gene; `LeftGene` is `SYMBOL^ENSG…`; `JunctionReadCount` -> `split_reads`; `SpanningFragCount` ->
`spanning_pairs`; `PROT_FUSION_TYPE` INFRAME or FRAMESHIFT -> the reading frame; `CDS_LEFT_ID` -> the transcript.
"""

from __future__ import annotations

from parsers.callers.format import (
    CallerFormat,
    CallerTable,
    Reading,
    ReadingContext,
    header_columns,
    kept_cells,
    read_caller_table,
    single_sample,
)
from parsers.reading import FileText, Row
from parsers.records import Frame, FusionCall, Place

_REQUIRED = (
    "FusionName",
    "JunctionReadCount",
    "SpanningFragCount",
    "LeftGene",
    "LeftBreakpoint",
    "RightGene",
    "RightBreakpoint",
)
# FusionInspector and CTAT-LR-fusion share these columns and add their own.
_OTHERS = ("NumCounterFusionLeft", "num_LR", "LeftLocalBreakpoint", "TrinityGG")
_KEPT = (
    "FusionName",
    "LeftGene",
    "RightGene",
    "SpliceType",
    "LargeAnchorSupport",
    "FFPM",
    "est_J",
    "est_S",
    "annots",
    "PROT_FUSION_TYPE",
    "CDS_LEFT_RANGE",
    "CDS_RIGHT_RANGE",
)
_FRAMES: dict[str, Frame] = {"INFRAME": "in-frame", "FRAMESHIFT": "out-of-frame"}
_REMEDY = "export the table again from STAR-Fusion without editing it"


def _sniff(text: str) -> bool:
    columns = set(header_columns(text))
    return {"FusionName", "JunctionReadCount", "LeftGene", "LeftBreakpoint"} <= columns and not columns & set(_OTHERS)


def _read(source: FileText, context: ReadingContext) -> Reading:
    table = read_caller_table(source, _REQUIRED)
    calls = tuple(_call(table, row) for row in table.rows)
    table.finish()
    return Reading("STAR-Fusion", "RNA", calls, sample=single_sample(table, ("tumor_id", "Sample", "sample")))


def _call(table: CallerTable, row: Row) -> FusionCall:
    # "--" alone separates the two: EEF1E1-BLOC1S5 is one gene.
    left, _, right = table.cell(row, "FusionName").partition("--")
    return FusionCall(
        caller="STAR-Fusion",
        gene_5prime=_gene(table, row, "LeftGene", left),
        gene_3prime=_gene(table, row, "RightGene", right),
        breakpoint_5prime=table.breakpoint(row, "LeftBreakpoint"),
        breakpoint_3prime=table.breakpoint(row, "RightBreakpoint"),
        genome_build=None,
        molecule="RNA",
        place=Place(table.file, row.line),
        transcript_5prime=table.cell(row, "CDS_LEFT_ID"),
        transcript_3prime=table.cell(row, "CDS_RIGHT_ID"),
        reading_frame=_FRAMES.get(table.cell(row, "PROT_FUSION_TYPE").upper(), "unknown"),
        split_reads=table.count(row, "JunctionReadCount", _REMEDY),
        spanning_pairs=table.count(row, "SpanningFragCount", _REMEDY),
        event_type=table.cell(row, "SpliceType"),
        as_given=kept_cells(table, row, _KEPT),
    )


def _gene(table: CallerTable, row: Row, column: str, from_name: str) -> str:
    symbol = table.cell(row, column).partition("^")[0] or from_name
    if not symbol:
        table.problem(row, "missing-value", column, "the row names no gene", _REMEDY, "", "SYMBOL^ENSG…")
    return table.gene(row, column, symbol)


FORMAT = CallerFormat("STAR-Fusion", _sniff, _read)
