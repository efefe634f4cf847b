"""
EasyFuse fusions: `fusions.csv`, `fusions.pass.csv` (`fusRank_1.csv` in version 1), and `Detected_Fusions.csv`.

Columns: https://github.com/TRON-Bioinformatics/EasyFuse, wiki page EasyFuse Output; separated by semicolons. The first
gene of `Fusion_Gene` (`ETV6_NTRK3`) and `Breakpoint1` are 5'. `ft_junc_cnt` (version 1: `ft_junc_cnt_best`), EasyFuse's
own count, -> `split_reads`; `ft_span_cnt` -> `spanning_pairs`; in Detected_Fusions.csv they are one tool's
(`Junction_Reads`, `Spanning_Reads`, `Tool`). `frame` in_frame -> in-frame, neo_frame -> out-of-frame; no_frame means
that one side is not coding there, and stays open. `prediction_class` negative does not pass.

EasyFuse repeats a junction for every pair of transcripts, with the same reads. Such rows are one call for each reading
frame that they give, at the first of their lines; `lines` and `transcript_pairs` name the others. Counting each of
them would make hundreds of calls of one fusion. Junctions that differ, and tools that differ, stay apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from parsers.callers.format import (
    CallerFormat,
    CallerTable,
    Reading,
    ReadingContext,
    header_columns,
    kept_cells,
    read_caller_csv,
    rows_of_specimen,
)
from parsers.reading import FileText, Row
from parsers.records import Frame, FusionCall, Place

_REQUIRED = ("BPID", "Fusion_Gene", "Breakpoint1", "Breakpoint2")
_JUNCTION_READS = ("ft_junc_cnt", "ft_junc_cnt_best", "Junction_Reads")
_SPANNING_READS = ("ft_span_cnt", "ft_span_cnt_best", "Spanning_Reads")
_KEPT = (
    "BPID",
    "FTID",
    "Tool",
    "type",
    "exon_boundary1",
    "exon_boundary2",
    "exon_boundary",
    "frame",
    "tool_count",
    "ft_anch_cnt",
    "ft_anch_cnt_best",
    "wt1_junc_cnt",
    "wt1_junc_cnt_best",
    "wt2_junc_cnt",
    "wt2_junc_cnt_best",
    "prediction_prob",
    "prediction_class",
)
_FRAMES: dict[str, Frame] = {"in_frame": "in-frame", "neo_frame": "out-of-frame"}
# ETV6_12:11869969:+_ENST00000396373_NTRK3_15:87940753:-_ENST00000394480
_TRANSCRIPTS = re.compile(
    r"(?P<five>.+?)_[^_]+:\d+:[+-]_(?P<of_five>[^_]+)_(?P<three>.+?)_[^_]+:\d+:[+-]_(?P<of_three>.+)"
)
_REMEDY = "export the table again from EasyFuse without editing it"


def _sniff(text: str) -> bool:
    return {"BPID", "Fusion_Gene", "Breakpoint1"} <= set(header_columns(text, ";"))


def _read(source: FileText, context: ReadingContext) -> Reading:
    header = header_columns(source.text, ";")
    reads = tuple(_present(header, names) for names in (_JUNCTION_READS, _SPANNING_READS))
    table = read_caller_csv(source, (*_REQUIRED, *reads), separator=";")
    rows, sample, warnings = rows_of_specimen(table, "Sample", context)
    calls = tuple(_joined(_call(table, row, reads) for row in rows))
    table.finish()
    return Reading("EasyFuse", "RNA", calls, sample=sample, warnings=warnings)


def _present(header: Sequence[str], names: Sequence[str]) -> str:
    """The name that this version uses; the newest where it uses none, to be missed by that name."""
    return next((name for name in names if name in header), names[0])


def _call(table: CallerTable, row: Row, reads: tuple[str, ...]) -> FusionCall:
    transcripts = _TRANSCRIPTS.fullmatch(table.cell(row, "FTID"))
    five, three = _genes(table, row, transcripts)
    predicted = table.cell(row, "prediction_class")
    return FusionCall(
        caller="EasyFuse",
        gene_5prime=table.gene(row, "Fusion_Gene", five),
        gene_3prime=table.gene(row, "Fusion_Gene", three),
        breakpoint_5prime=table.breakpoint(row, "Breakpoint1"),
        breakpoint_3prime=table.breakpoint(row, "Breakpoint2"),
        genome_build=None,
        molecule="RNA",
        place=Place(table.file, row.line),
        transcript_5prime=transcripts["of_five"] if transcripts else "",
        transcript_3prime=transcripts["of_three"] if transcripts else "",
        reading_frame=_FRAMES.get(table.cell(row, "frame"), "unknown"),
        split_reads=table.count(row, reads[0], _REMEDY),
        spanning_pairs=table.count(row, reads[1], _REMEDY),
        passed_filter=predicted != "negative",
        filters="prediction negative" if predicted == "negative" else "",
        confidence=predicted,
        event_type=table.cell(row, "type"),
        as_given=kept_cells(table, row, _KEPT),
    )


def _genes(table: CallerTable, row: Row, transcripts: re.Match[str] | None) -> tuple[str, str]:
    """The two names between which one `_` stands; where a name holds one itself, FTID says where they part."""
    given = table.cell(row, "Fusion_Gene")
    if transcripts and given == f"{transcripts['five']}_{transcripts['three']}":
        return transcripts["five"], transcripts["three"]
    five, _, three = given.partition("_")
    if not five or not three or "_" in three:
        table.problem(
            row, "missing-value", "Fusion_Gene", "the cell does not name two genes", _REMEDY, given, "GENE1_GENE2"
        )
    return five, three


def _joined(calls: Iterable[FusionCall]) -> Iterable[FusionCall]:
    """Rows that differ in nothing but their transcripts as one call, at the first of their lines."""
    groups: dict[FusionCall, list[FusionCall]] = {}
    for call in calls:
        # The tool decides, not the cells that are only shown.
        tool = tuple(pair for pair in call.as_given if pair[0] == "Tool")
        alike = replace(call, place=Place(""), transcript_5prime="", transcript_3prime="", as_given=tool)
        groups.setdefault(alike, []).append(call)
    for same in groups.values():
        first, *others = same
        if not others:
            yield first
            continue
        lines = ", ".join(str(call.place.line) for call in same)
        yield replace(first, as_given=(*first.as_given, ("lines", lines), ("transcript_pairs", str(len(same)))))


FORMAT = CallerFormat("EasyFuse", _sniff, _read)
