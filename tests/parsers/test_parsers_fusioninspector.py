"""FusionInspector tables of versions 1 and 2."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import calls_of, problems_of, source_of, star_row, table_text
from test_parsers_formats import ROOT, text_of

from parsers.records import FusionCall

ABRIDGED = text_of(ROOT / "fusioninspector" / "abridged.tsv").split("\n")[0]
FULL = text_of(ROOT / "fusioninspector" / "not_abridged.tsv").split("\n")[0]
VERSION_1 = text_of(ROOT / "fusioninspector" / "version_1.FFPM").split("\n")[0]


def old_row(**cells: str) -> dict[str, str]:
    return {
        "fusion_name": "EML4--ALK",
        "JunctionReads": "19",
        "SpanningFrags": "7",
        "J_FFPM": "2.1001",
        "Splice_type": "ONLY_REF_SPLICE",
        "LeftGene": "EML4",
        "LeftBreakpoint": "chr2:42295516:+",
        "RightGene": "ALK",
        "RightBreakpoint": "chr2:29223528:-",
    } | cells


def one(folder: Path, header: str, row: dict[str, str]) -> FusionCall:
    (call,) = calls_of(folder, table_text(header, [row]))
    return call


@pytest.mark.parametrize(
    ("header", "row"), [(ABRIDGED, star_row()), (FULL, star_row(JunctionReads="r1,r2")), (VERSION_1, old_row())]
)
def test_every_layout_gives_the_same_call(tmp_path: Path, header: str, row: dict[str, str]) -> None:
    call = one(tmp_path, header, row)
    assert (call.caller, call.gene_5prime, call.gene_3prime) == ("FusionInspector", "EML4", "ALK")
    assert (str(call.breakpoint_5prime), str(call.breakpoint_3prime)) == ("chr2:42295516:+", "chr2:29223528:-")
    assert (call.split_reads, call.spanning_pairs, call.event_type) == (19, 7, "ONLY_REF_SPLICE")


@pytest.mark.parametrize("header", [ABRIDGED, FULL, VERSION_1])
def test_a_header_alone_means_tested_without_a_call(tmp_path: Path, header: str) -> None:
    assert source_of(tmp_path, header + "\n").calls == 0


def test_several_lists_of_annotations_are_kept_as_given(tmp_path: Path) -> None:
    lists = '["ChimerKB","Cosmic"];["EML4:Oncogene"];["INTRACHROMOSOMAL[chr2:13.07Mb]"]'
    assert dict(one(tmp_path, ABRIDGED, star_row(annots=lists)).as_given)["annots"] == lists


def test_counts_against_the_fusion_are_kept(tmp_path: Path) -> None:
    call = one(tmp_path, ABRIDGED, star_row(NumCounterFusionLeft="212", FAR_right="27.50"))
    assert ("NumCounterFusionLeft", "212") in call.as_given
    assert ("FAR_right", "27.50") in call.as_given


@pytest.mark.parametrize(
    ("given", "frame"), [("INFRAME", "in-frame"), ("FRAMESHIFT", "out-of-frame"), (".", "unknown")]
)
def test_the_coding_effect_gives_the_frame(tmp_path: Path, given: str, frame: str) -> None:
    assert one(tmp_path, ABRIDGED, star_row(PROT_FUSION_TYPE=given)).reading_frame == frame


def test_version_1_writes_no_cell_under_its_last_column(tmp_path: Path) -> None:
    text = table_text(VERSION_1, [old_row(), old_row(TrinityGG="TRINITY_GG_1_c0_g1_i1")])
    short = text.replace("\t.\t.\n", "\t.\n")
    assert short != text
    calls = calls_of(tmp_path, short)
    assert [dict(call.as_given).get("TrinityGG") for call in calls] == [None, "TRINITY_GG_1_c0_g1_i1"]


def test_a_row_with_two_cells_too_few_is_refused(tmp_path: Path) -> None:
    text = table_text(VERSION_1, [old_row()]).replace("\t.\t.\n", "\n")
    (problem,) = problems_of(tmp_path, text)
    assert (problem.code, problem.line) == ("wrong-number-of-cells", 2)


def test_names_of_reads_are_no_counts(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, table_text(VERSION_1, [old_row(JunctionReads="r1,r2")]))
    assert (problem.code, problem.column) == ("not-a-whole-number", "JunctionReads")


def test_a_table_without_breakpoints_is_refused_naming_the_columns(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, "#FusionName\tLeftGene\tRightGene\tNumCounterFusionLeft\nA--B\tA\tB\t2\n")
    assert problem.code == "missing-column"
    assert "JunctionReadCount" in problem.message
