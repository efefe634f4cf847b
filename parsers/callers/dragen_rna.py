"""
DRAGEN RNA gene fusions: `fusion_candidates.final`, in its old layout of five columns and the later one of fourteen, and
`fusion_candidates.features.csv`.

Columns: the gene fusion pages of help.dragen.illumina.com, and real files. `FusionGene` is `A--B`, 5' gene first; where
genes overlap at a breakpoint an end is a list (`CD74--ROS1;GOPC`, in features.csv with the others in
`AdditionalGenes2`) and the row becomes one call for each pairing.
Breakpoints are `chromosome:position:strand`. `NumSplitReads` -> `split_reads`, `NumPairedReads` -> `spanning_pairs`;
soft-clipped reads stay as given. `Score` is a probability, 0-1, in the later layouts; the old one has no other number
than a whole one there, the number of all supporting reads -> `supporting_reads`. `Gene1Sense`, `Gene2Sense`: an end
where no listed gene is read in sense leaves the order of the genes open.
"""

from __future__ import annotations

from dataclasses import replace

from parsers.callers.format import (
    CallerFormat,
    CallerTable,
    Reading,
    ReadingContext,
    first_line,
    gene_pairs,
    header_columns,
    kept_cells,
    read_caller_csv,
    read_caller_table,
    whole_number,
)
from parsers.callers.samples import sample_of
from parsers.errors import Problem
from parsers.reading import FileText, Row
from parsers.records import FusionCall, Place

_CALLER = "DRAGEN RNA"
_REQUIRED = ("FusionGene", "Score", "LeftBreakpoint", "RightBreakpoint")
_READS = ("NumSplitReads", "NumPairedReads")
_NOT_KEPT = frozenset({"LeftBreakpoint", "RightBreakpoint", "NumSplitReads", "NumPairedReads", "Filter", "ReadNames"})
_REMEDY = "use the fusion_candidates file as DRAGEN wrote it"


def _sniff(text: str) -> bool:
    columns = set(header_columns(text, _separator(text)))
    # PCGR shares these names and counts SplitReads.
    return set(_REQUIRED[:3]) <= columns and "SplitReads" not in columns


def _separator(text: str) -> str:
    return "\t" if "\t" in first_line(text) else ","


def _read(source: FileText, context: ReadingContext) -> Reading:
    table = _table(source)
    has_score = "NumSplitReads" in table.columns
    scores = [] if has_score else [row for row in table.rows if whole_number(table.cell(row, "Score")) is None]
    counts_reads = not has_score and not scores
    calls = tuple(call for row in table.rows for call in _calls(table, row, counts_reads))
    table.finish()
    warnings = (_no_counts(table, scores[0]),) if scores else ()
    return Reading(_CALLER, "RNA", calls, sample=sample_of(table), warnings=warnings)


def _table(source: FileText) -> CallerTable:
    header = header_columns(source.text, _separator(source.text))
    required = (*_REQUIRED, *(_READS if set(_READS) & set(header) else ()))
    if _separator(source.text) == "\t":
        return read_caller_table(source, required)
    return read_caller_csv(source, required)


def _calls(table: CallerTable, row: Row, counts_reads: bool) -> list[FusionCall]:
    has_reads = "NumSplitReads" in table.columns
    filters = table.cell(row, "Filter")
    call = FusionCall(
        caller=_CALLER,
        gene_5prime="",
        gene_3prime="",
        breakpoint_5prime=table.breakpoint(row, "LeftBreakpoint"),
        breakpoint_3prime=table.breakpoint(row, "RightBreakpoint"),
        genome_build=None,
        molecule="RNA",
        place=Place(table.file, row.line),
        split_reads=table.count(row, "NumSplitReads", _REMEDY) if has_reads else None,
        spanning_pairs=table.count(row, "NumPairedReads", _REMEDY) if has_reads else None,
        supporting_reads=table.count(row, "Score", _REMEDY) if counts_reads else None,
        passed_filter=not filters or "PASS" in filters.split(";"),
        filters=filters,
        order_known=_is_sense(table, row, "Gene1Sense") and _is_sense(table, row, "Gene2Sense"),
        as_given=kept_cells(table, row, [name for name in table.columns if name not in _NOT_KEPT]),
    )
    return [replace(call, gene_5prime=five, gene_3prime=three) for five, three in _pairs(table, row)]


def _pairs(table: CallerTable, row: Row) -> tuple[tuple[str, str], ...]:
    value = table.cell(row, "FusionGene")
    left, _, right = value.partition("--")
    if left and right:
        left = f"{left};{table.cell(row, 'AdditionalGenes1')}"
        right = f"{right};{table.cell(row, 'AdditionalGenes2')}"
    pairs = gene_pairs(left, right)
    if not all(all(pair) for pair in pairs):
        table.problem(
            row, "bad-gene-pair", "FusionGene", "the cell does not name two genes", _REMEDY, value, "GENE1--GENE2"
        )
    for symbol in dict.fromkeys(symbol for pair in pairs for symbol in pair):
        table.gene(row, "FusionGene", symbol)
    return pairs


def _is_sense(table: CallerTable, row: Row, column: str) -> bool:
    """Whether a gene at this end is read in sense, as far as the table says."""
    value = table.cell(row, column)
    return not value or "true" in value.lower().split(";")


def _no_counts(table: CallerTable, row: Row) -> Problem:
    return Problem(
        "no-read-counts",
        table.file,
        "the table has no numbers of reads: Score is no whole number here, so it is a score in all rows",
        "use fusion_candidates.final of DRAGEN 3.9 or later, or fusion_candidates.features.csv",
        line=row.line,
        column="Score",
        severity="warning",
    )


FORMAT = CallerFormat(_CALLER, _sniff, _read)
