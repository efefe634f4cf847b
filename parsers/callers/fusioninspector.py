"""
FusionInspector predictions (`finspector.FusionInspector.fusions.abridged.tsv`, and the `.FFPM` tables of version 1).

Columns: https://github.com/FusionInspector/FusionInspector/wiki. Left is the 5' gene. Junction reads -> `split_reads`,
spanning fragments -> `spanning_pairs`: `JunctionReadCount` and `SpanningFragCount`, in version 1 `JunctionReads` and
`SpanningFrags`, which are the reads' names in later tables. `PROT_FUSION_TYPE` -> the reading frame.
"""

from __future__ import annotations

from dataclasses import replace

from parsers.callers.ctat import REMEDY, both_genes, call_of
from parsers.callers.format import (
    CallerFormat,
    CallerTable,
    Reading,
    ReadingContext,
    first_line,
    header_columns,
    kept_cells,
    read_caller_table,
)
from parsers.callers.samples import sample_of
from parsers.reading import FileText, Row
from parsers.records import FusionCall

_CALLER = "FusionInspector"
_OWN = frozenset({"NumCounterFusionLeft", "LeftLocalBreakpoint", "TrinityGG"})
_ENDS = ("LeftGene", "LeftBreakpoint", "RightGene", "RightBreakpoint")
_KEPT = (
    "FusionName",
    "fusion_name",
    "LeftGene",
    "RightGene",
    "est_J",
    "est_S",
    "SpliceType",
    "Splice_type",
    "LargeAnchorSupport",
    "NumCounterFusionLeft",
    "NumCounterFusionRight",
    "FAR_left",
    "FAR_right",
    "FFPM",
    "J_FFPM",
    "S_FFPM",
    "microh_brkpt_dist",
    "num_microh_near_brkpt",
    "annots",
    "Annotations",
    "TrinityGG",
    "PROT_FUSION_TYPE",
    "CDS_LEFT_RANGE",
    "CDS_RIGHT_RANGE",
)


def _sniff(text: str) -> bool:
    columns = set(header_columns(text))
    # CTAT-LR-fusion with short reads has FusionInspector's columns beside its own.
    return "LeftGene" in columns and bool(columns & _OWN) and "num_LR" not in columns


def _read(source: FileText, context: ReadingContext) -> Reading:
    name, junction, spanning = _columns(header_columns(source.text))
    table = read_caller_table(_with_last_cell(source), (name, junction, spanning, *_ENDS))
    calls = tuple(_call(table, row, name, junction, spanning) for row in table.rows)
    table.finish()
    return Reading(_CALLER, "RNA", calls, sample=sample_of(table))


def _columns(header: tuple[str, ...]) -> tuple[str, str, str]:
    """The columns of the fusion's name, its junction reads and its spanning fragments in this version."""
    name = "fusion_name" if "fusion_name" in header else "FusionName"
    if "JunctionReadCount" not in header and "JunctionReads" in header:
        return name, "JunctionReads", "SpanningFrags"
    return name, "JunctionReadCount", "SpanningFragCount"


def _with_last_cell(source: FileText) -> FileText:
    """Version 1 writes no cell at all under its last column, TrinityGG, where no contig was assembled."""
    if header_columns(source.text)[-1:] != ("TrinityGG",):
        return source
    tabs = first_line(source.text).count("\t")
    lines = [f"{line}\t." if line.count("\t") == tabs - 1 else line for line in source.text.split("\n")]
    return replace(source, text="\n".join(lines))


def _call(table: CallerTable, row: Row, name: str, junction: str, spanning: str) -> FusionCall:
    return call_of(
        table,
        row,
        _CALLER,
        both_genes(table, row, name),
        split_reads=table.count(row, junction, REMEDY),
        spanning_pairs=table.count(row, spanning, REMEDY),
        event_type=table.cell(row, "SpliceType") or table.cell(row, "Splice_type"),
        as_given=kept_cells(table, row, _KEPT),
    )


FORMAT = CallerFormat(_CALLER, _sniff, _read)
