"""
STAR-Fusion predictions (`star-fusion.fusion_predictions.tsv`, abridged or not, with coding effect or not).

Columns: https://github.com/STAR-Fusion/STAR-Fusion/wiki. They are found by name, since at least five orders are in
use. Left is the 5' gene; `LeftGene` is `SYMBOL^ENSG…`; `JunctionReadCount` -> `split_reads`; `SpanningFragCount` ->
`spanning_pairs`; `PROT_FUSION_TYPE` INFRAME or FRAMESHIFT -> the reading frame; `CDS_LEFT_ID` -> the transcript.
"""

from __future__ import annotations

from dataclasses import replace

from parsers.callers.ctat import REMEDY, both_genes, call_of
from parsers.callers.format import (
    CallerFormat,
    CallerTable,
    Reading,
    ReadingContext,
    header_columns,
    kept_cells,
    read_caller_table,
)
from parsers.callers.samples import sample_columns, sample_of
from parsers.callers.search import Layout, Search
from parsers.reading import FileText, Row
from parsers.records import FusionCall

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
_COLUMNS = Layout(
    genes=("LeftGene", "RightGene"),
    places=("LeftBreakpoint", "RightBreakpoint"),
    counts=("JunctionReadCount", "SpanningFragCount"),
)


def _sniff(text: str) -> bool:
    columns = set(header_columns(text))
    return {"FusionName", "JunctionReadCount", "LeftGene", "LeftBreakpoint"} <= columns and not columns & set(_OTHERS)


def _read(source: FileText, context: ReadingContext) -> Reading:
    layout = replace(_COLUMNS, samples=sample_columns(header_columns(source.text)))
    search = Search(layout, context.targets)
    table = read_caller_table(source, _REQUIRED, rows=search.rows)
    calls = tuple(_call(table, row) for row in table.rows)
    table.finish()
    return Reading("STAR-Fusion", "RNA", calls, sample=sample_of(table), others=search.others)


def _call(table: CallerTable, row: Row) -> FusionCall:
    return call_of(
        table,
        row,
        "STAR-Fusion",
        both_genes(table, row, "FusionName"),
        split_reads=table.count(row, "JunctionReadCount", REMEDY),
        spanning_pairs=table.count(row, "SpanningFragCount", REMEDY),
        event_type=table.cell(row, "SpliceType"),
        as_given=kept_cells(table, row, _KEPT),
    )


FORMAT = CallerFormat("STAR-Fusion", _sniff, _read, _REQUIRED)
