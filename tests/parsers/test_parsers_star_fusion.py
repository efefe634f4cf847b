"""STAR-Fusion tables in all their layouts."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import (
    STAR_ABRIDGED,
    STAR_CODING,
    STAR_LAYOUTS,
    calls_of,
    problems_of,
    source_of,
    star_row,
    table_text,
)

from parsers.callers import format_of
from parsers.reading import decode
from parsers.records import Breakpoint


@pytest.mark.parametrize("header", STAR_LAYOUTS)
def test_every_layout_gives_the_same_call(tmp_path: Path, header: str) -> None:
    (call,) = calls_of(tmp_path, table_text(header, [star_row()]))
    assert (call.gene_5prime, call.gene_3prime) == ("EML4", "ALK")
    assert call.breakpoint_5prime == Breakpoint("chr2", 42295516, "+")
    assert call.breakpoint_3prime == Breakpoint("chr2", 29223528, "-")
    assert (call.split_reads, call.spanning_pairs) == (19, 7)
    assert (call.caller, call.reading_frame, call.genome_build) == ("STAR-Fusion", "unknown", "GRCh38")


@pytest.mark.parametrize("header", STAR_LAYOUTS)
def test_a_header_alone_means_tested_without_a_call(tmp_path: Path, header: str) -> None:
    assert source_of(tmp_path, header + "\n").calls == 0


@pytest.mark.parametrize(
    ("given", "frame"), [("INFRAME", "in-frame"), ("FRAMESHIFT", "out-of-frame"), (".", "unknown"), ("NA", "unknown")]
)
def test_the_coding_effect_gives_frame_and_transcripts(tmp_path: Path, given: str, frame: str) -> None:
    row = star_row(PROT_FUSION_TYPE=given, CDS_LEFT_ID="ENST00000318522.10", CDS_RIGHT_ID="ENST00000389048.8")
    (call,) = calls_of(tmp_path, table_text(STAR_CODING, [row]))
    assert call.reading_frame == frame
    assert (call.transcript_5prime, call.transcript_3prime) == ("ENST00000318522.10", "ENST00000389048.8")


def test_a_gene_with_a_hyphen_stays_one_gene(tmp_path: Path) -> None:
    row = star_row(FusionName="EEF1E1-BLOC1S5--ALK", LeftGene="EEF1E1-BLOC1S5^ENSG1")
    (call,) = calls_of(tmp_path, table_text(STAR_ABRIDGED, [row]))
    assert call.gene_5prime == "EEF1E1-BLOC1S5"


def test_the_fusion_name_stands_in_for_a_missing_gene_cell(tmp_path: Path) -> None:
    row = star_row(FusionName="EEF1E1-BLOC1S5--ALK", LeftGene=".")
    (call,) = calls_of(tmp_path, table_text(STAR_ABRIDGED, [row]))
    assert call.gene_5prime == "EEF1E1-BLOC1S5"


def test_a_row_without_any_gene_is_refused(tmp_path: Path) -> None:
    row = star_row(FusionName="EML4", RightGene=".")
    (problem,) = problems_of(tmp_path, table_text(STAR_ABRIDGED, [row]))
    assert (problem.column, problem.line) == ("RightGene", 2)


@pytest.mark.parametrize("annots", ['["A","B"]', "FLI1->Fli-1_proto-oncogene,_ETS,INTERCHROMOSOMAL[chr1--chr2]", "."])
def test_annotations_of_any_kind_are_kept_as_given(tmp_path: Path, annots: str) -> None:
    (call,) = calls_of(tmp_path, table_text(STAR_ABRIDGED, [star_row(annots=annots)]))
    assert dict(call.as_given).get("annots", ".") == annots


def test_a_gene_named_na_stays_a_gene(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, table_text(STAR_ABRIDGED, [star_row(LeftGene="NA^ENSG1")]))
    assert call.gene_5prime == "NA"


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"JunctionReadCount": "4.5"}, "JunctionReadCount"),
        ({"SpanningFragCount": ""}, "SpanningFragCount"),
        ({"LeftBreakpoint": "chr2:+"}, "LeftBreakpoint"),
        ({"LeftGene": "2-Sep^ENSG1"}, "LeftGene"),
    ],
)
def test_a_bad_cell_is_refused_with_its_place(tmp_path: Path, cells: dict[str, str], column: str) -> None:
    (problem,) = problems_of(tmp_path, table_text(STAR_ABRIDGED, [star_row(**cells)]))
    assert (problem.line, problem.column) == (2, column)


def test_whole_numbers_with_a_decimal_point_are_counted(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, table_text(STAR_ABRIDGED, [star_row(JunctionReadCount="19.0")]))
    assert call.split_reads == 19


@pytest.mark.parametrize(
    ("extra", "relative"),
    [
        ("NumCounterFusionLeft", "FusionInspector"),
        ("LeftLocalBreakpoint", "FusionInspector"),
        ("num_LR", "CTAT-LR-fusion"),
    ],
)
def test_tables_of_its_relatives_are_not_taken_for_star_fusion(extra: str, relative: str) -> None:
    text = table_text(f"{STAR_ABRIDGED}\t{extra}", [star_row()])
    assert format_of(decode(text.encode(), "calls.tsv")).name == relative
