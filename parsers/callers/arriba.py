"""
Arriba 1.x and 2.x `fusions.tsv`, by column name (the two orders differ).

Columns: https://arriba.readthedocs.io/en/latest/output-files/. `gene1` is the 5' gene; the strand of the fusion
transcript is the part of `strand1(gene/fusion)` behind the `/`; `split_reads1` + `split_reads2` -> `split_reads`;
`discordant_mates` -> `spanning_pairs`. A filter without a number in brackets discarded the whole event: such rows are
in `fusions.discarded.tsv`, and are kept here as not passed. Between genes Arriba names the nearest ones with their
distance, `A(1122),B(2233)`: no gene is named then.
"""

from __future__ import annotations

import re
from dataclasses import replace

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
from parsers.records import Frame, FusionCall, Place, Strand

_REQUIRED = (
    "gene1",
    "gene2",
    "strand1(gene/fusion)",
    "strand2(gene/fusion)",
    "breakpoint1",
    "breakpoint2",
    "type",
    "split_reads1",
    "split_reads2",
    "discordant_mates",
    "confidence",
)
_RECOGNISED_BY = ("gene1", "gene2", "breakpoint1", "breakpoint2", "confidence")
_KEPT = ("gene1", "gene2", "site1", "site2", "tags", "filters", "gene_id1", "gene_id2", "closest_genomic_breakpoint1")
_KEPT_LAST = ("closest_genomic_breakpoint2", "retained_protein_domains", "annots")
_FRAMES: dict[str, Frame] = {"in-frame": "in-frame", "out-of-frame": "out-of-frame", "stop-codon": "stop-codon"}
_STRANDS: dict[str, Strand] = {"+": "+", "-": "-"}
_NEAREST = re.compile(r"[^()]*\(\d+\)(?:,|$)")
_COLUMNS = Layout(
    genes=("gene1", "gene2"),
    places=("breakpoint1", "breakpoint2"),
    counts=("split_reads1", "split_reads2", "discordant_mates"),
    words={"reading_frame": frozenset({*_FRAMES, "", "."})},
    may_be_unnamed=True,
)
_REMEDY = "export the table again from Arriba without editing it"


def _sniff(text: str) -> bool:
    return set(_RECOGNISED_BY) <= set(header_columns(text))


def _read(source: FileText, context: ReadingContext) -> Reading:
    layout = replace(_COLUMNS, samples=sample_columns(header_columns(source.text)))
    search = Search(layout, context.targets)
    table = read_caller_table(source, _REQUIRED, rows=search.rows)
    calls = tuple(_call(table, row) for row in table.rows)
    table.finish()
    return Reading("Arriba", "RNA", calls, sample=sample_of(table), others=search.others)


def _call(table: CallerTable, row: Row) -> FusionCall:
    event = table.cell(row, "type")
    filters = table.cell(row, "filters")
    left = table.count(row, "split_reads1", _REMEDY)
    right = table.count(row, "split_reads2", _REMEDY)
    return FusionCall(
        caller="Arriba",
        gene_5prime=_gene(table, row, "gene1"),
        gene_3prime=_gene(table, row, "gene2"),
        breakpoint_5prime=table.breakpoint(row, "breakpoint1", _strand(table, row, "strand1(gene/fusion)")),
        breakpoint_3prime=table.breakpoint(row, "breakpoint2", _strand(table, row, "strand2(gene/fusion)")),
        genome_build=None,
        molecule="RNA",
        place=Place(table.file, row.line),
        transcript_5prime=table.cell(row, "transcript_id1"),
        transcript_3prime=table.cell(row, "transcript_id2"),
        reading_frame=_frame(table, row),
        split_reads=None if left is None or right is None else left + right,
        spanning_pairs=table.count(row, "discordant_mates", _REMEDY),
        passed_filter=not _discarded(filters),
        filters=filters,
        confidence=table.cell(row, "confidence"),
        event_type=event,
        order_known="5'-5'" not in event and "3'-3'" not in event,
        as_given=kept_cells(table, row, _KEPT + _KEPT_LAST),
    )


def _gene(table: CallerTable, row: Row, column: str) -> str:
    given = table.cell(row, column)
    return "" if _NEAREST.match(given) else table.gene(row, column, given)


def _strand(table: CallerTable, row: Row, column: str) -> Strand | None:
    return _STRANDS.get(table.cell(row, column).rpartition("/")[2])


def _frame(table: CallerTable, row: Row) -> Frame:
    given = table.cell(row, "reading_frame")
    if given and given not in _FRAMES:
        table.problem(
            row, "unknown-value", "reading_frame", "this is not a reading frame", _REMEDY, given, ", ".join(_FRAMES)
        )
    return _FRAMES.get(given, "unknown")


def _discarded(filters: str) -> bool:
    return any(name and not name.endswith(")") for name in filters.split(","))


FORMAT = CallerFormat("Arriba", _sniff, _read, _REQUIRED)
