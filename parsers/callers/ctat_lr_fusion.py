"""
CTAT-LR-fusion predictions (`ctat-LR-fusion.fusion_predictions.tsv`): fusions in long reads.

Columns: https://github.com/TrinityCTAT/CTAT-LR-fusion/wiki. Left is the 5' gene, `SYMBOL^ENSG…` or the symbol alone.
`num_LR`, the long reads across the junction -> `split_reads`; long reads have no pairs. Counts of short reads, where
the run had them too, stay as given. Such a table joins both kinds of reads (util/merge_mm2fusion_FI.py): a junction of
short reads alone has no `num_LR`, and its `JunctionReadCount` -> `split_reads`, `SpanningFragCount` ->
`spanning_pairs`. `LR_accessions`, the names of all reads, are not kept.
"""

from __future__ import annotations

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
from parsers.callers.samples import sample_of
from parsers.reading import FileText, Row
from parsers.records import FusionCall

_CALLER = "CTAT-LR-fusion"
_REQUIRED = ("FusionName", "num_LR", "LeftGene", "LeftBreakpoint", "RightGene", "RightBreakpoint")
_KEPT = (
    "FusionName",
    "LeftGene",
    "RightGene",
    "SpliceType",
    "LR_FFPM",
    "max_LR_FFPM",
    "frac_dom_iso",
    "above_frac_dom_iso",
    "JunctionReadCount",
    "SpanningFragCount",
    "est_J",
    "est_S",
    "LargeAnchorSupport",
    "NumCounterFusionLeft",
    "NumCounterFusionRight",
    "FAR_left",
    "FAR_right",
    "SR_FFPM",
    "microh_brkpt_dist",
    "num_microh_near_brkpt",
    "annots",
    "PROT_FUSION_TYPE",
)
_NOTHING = ("", "NA")
_SHORT_READS = ("reads", "short reads: no long read crosses this junction")


def _sniff(text: str) -> bool:
    return {"num_LR", "LeftGene"} <= set(header_columns(text))


def _read(source: FileText, context: ReadingContext) -> Reading:
    table = read_caller_table(source, _REQUIRED)
    calls = tuple(_call(table, row) for row in table.rows)
    table.finish()
    return Reading(_CALLER, "RNA", calls, sample=sample_of(table))


def _call(table: CallerTable, row: Row) -> FusionCall:
    is_short = _is_of_short_reads_alone(table, row)
    splice_type = table.cell(row, "SpliceType")
    return call_of(
        table,
        row,
        _CALLER,
        both_genes(table, row, "FusionName", _NOTHING if is_short else ("",)),
        split_reads=table.count(row, "JunctionReadCount" if is_short else "num_LR", REMEDY),
        spanning_pairs=table.count(row, "SpanningFragCount", REMEDY) if is_short else None,
        event_type="" if splice_type in _NOTHING else splice_type,
        as_given=(*([_SHORT_READS] if is_short else []), *kept_cells(table, row, _KEPT)),
    )


def _is_of_short_reads_alone(table: CallerTable, row: Row) -> bool:
    if table.cell(row, "num_LR") not in _NOTHING or "SpanningFragCount" not in table.columns:
        return False
    return table.cell(row, "JunctionReadCount") not in _NOTHING


FORMAT = CallerFormat(_CALLER, _sniff, _read)
