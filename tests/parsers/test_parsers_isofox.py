"""Isofox fusions: three layouts of one table, and the strand that orientation says."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import calls_of, csv_text, problems_of, source_of, table_text

from parsers.records import FusionCall

OLD = (
    "FusionId,Valid,ChrUp,PosUp,OrientUp,GeneIdUp,GeneNameUp,StrandUp,JuncTypeUp,CoverageUp,MaxAnchorLengthUp,ChrDown,"
    "PosDown,OrientDown,GeneIdDown,GeneNameDown,StrandDown,JuncTypeDown,CoverageDown,MaxAnchorLengthDown,SVType,"
    "TotalFragments,SplitFrags,RealignedFrags,DiscordantFrags,RelatedSplicedIds,CohortCount,Filter,KnownFusionType"
)
NEW = (
    "Name\tKnownType\tChromosomeUp\tChromosomeDown\tPositionUp\tPositionDown\tOrientationUp\tOrientationDown\t"
    "JunctionTypeUp\tJunctionTypeDown\tTranscriptUp\tTranscriptDown\tExonUp\tExonDown\tSvType\tSplitFrags\t"
    "RealignedFrags\tDiscordantFrags\tDepthUp\tDepthDown\tMaxAnchorLengthUp\tMaxAnchorLengthDown\tCohortFrequency"
)


def an_old_row(**cells: str) -> dict[str, str]:
    return (
        dict.fromkeys(OLD.split(","), "")
        | {
            "FusionId": "Id_1",
            "Valid": "true",
            "ChrUp": "2",
            "PosUp": "42295516",
            "OrientUp": "1",
            "GeneNameUp": "EML4",
            "ChrDown": "2",
            "PosDown": "29223528",
            "OrientDown": "1",
            "GeneNameDown": "ALK",
            "SVType": "INV",
            "TotalFragments": "33",
            "SplitFrags": "22",
            "RealignedFrags": "2",
            "DiscordantFrags": "9",
            "Filter": "PASS",
        }
        | cells
    )


def a_new_row(**cells: str) -> dict[str, str]:
    return {
        "Name": "EML4_ALK",
        "ChromosomeUp": "chr2",
        "ChromosomeDown": "chr2",
        "PositionUp": "42295516",
        "PositionDown": "29223528",
        "OrientationUp": "1",
        "OrientationDown": "1",
        "ExonUp": "13",
        "ExonDown": "20",
        "SvType": "INV",
        "SplitFrags": "22",
        "RealignedFrags": "2",
        "DiscordantFrags": "9",
    } | cells


def old_text(*rows: dict[str, str], separator: str = ",") -> str:
    return csv_text(*rows, separator=separator, columns=OLD.split(","))


def structure(call: FusionCall) -> tuple[object, ...]:
    ends = (str(call.breakpoint_5prime), str(call.breakpoint_3prime))
    return call.gene_5prime, call.gene_3prime, *ends, call.split_reads, call.spanning_pairs, call.event_type


EML4_ALK = ("EML4", "ALK", "chr2:42295516:+", "chr2:29223528:-", 22, 9, "INV")


def test_all_layouts_say_the_same_fusion(tmp_path: Path) -> None:
    texts = [
        old_text(an_old_row()),
        old_text(an_old_row(), separator="\t"),
        table_text(NEW, [a_new_row()]),
        table_text(NEW.replace("SplitFrags", "SplitFragments"), [a_new_row(SplitFragments="22")]),
    ]
    for text in texts:
        (call,) = calls_of(tmp_path, text)
        assert structure(call) == EML4_ALK
        assert (call.order_known, call.molecule, call.caller) == (True, "RNA", "Isofox")
        assert dict(call.as_given)["RealignedFrags"] == "2"


def test_the_new_layout_names_exons_and_transcripts(tmp_path: Path) -> None:
    text = table_text(NEW, [a_new_row(TranscriptUp="ENST00000318522"), a_new_row(ExonUp="-1")])
    first, second = calls_of(tmp_path, text)
    assert (first.exon_5prime, first.exon_3prime, first.transcript_5prime) == (13, 20, "ENST00000318522")
    assert (second.exon_5prime, second.exon_3prime) == (None, 20)


@pytest.mark.parametrize(
    ("up", "down", "strands"), [("1", "-1", "++"), ("-1", "1", "--"), ("1", "1", "+-"), ("-1", "-1", "-+")]
)
def test_the_strand_follows_from_the_side_that_is_read(tmp_path: Path, up: str, down: str, strands: str) -> None:
    (call,) = calls_of(tmp_path, old_text(an_old_row(OrientUp=up, OrientDown=down)))
    assert call.breakpoint_5prime is not None
    assert call.breakpoint_3prime is not None
    assert f"{call.breakpoint_5prime.strand}{call.breakpoint_3prime.strand}" == strands


@pytest.mark.parametrize(
    ("cells", "filters"),
    [
        ({"Filter": "COHORT"}, "COHORT"),
        ({"Valid": "false"}, "Valid=false"),
        ({"Filter": "COHORT", "Valid": "FALSE"}, "COHORT; Valid=false"),
    ],
)
def test_what_isofox_does_not_pass_is_kept_and_marked(tmp_path: Path, cells: dict[str, str], filters: str) -> None:
    (call,) = calls_of(tmp_path, old_text(an_old_row(**cells)))
    assert (call.passed_filter, call.filters) == (False, filters)
    assert calls_of(tmp_path, old_text(an_old_row()))[0].filters == "PASS"


def test_a_position_outside_all_genes_has_no_name(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, old_text(an_old_row(GeneNameUp="")))
    assert (call.gene_5prime, call.gene_3prime) == ("", "ALK")
    (call,) = calls_of(tmp_path, table_text(NEW, [a_new_row(Name="_ALK")]))
    assert (call.gene_5prime, call.gene_3prime) == ("", "ALK")


def test_a_header_alone_is_a_finished_run_without_a_fusion(tmp_path: Path) -> None:
    for text in (OLD + "\n", NEW + "\n"):
        assert (source_of(tmp_path, text).format, source_of(tmp_path, text).calls) == ("Isofox", 0)


def test_every_bad_cell_is_named(tmp_path: Path) -> None:
    row = an_old_row(PosUp="x", OrientDown="0", SplitFrags="many", DiscordantFrags="-", GeneNameDown="1-Sep")
    problems = problems_of(tmp_path, old_text(row))
    assert sorted((problem.code, problem.column) for problem in problems) == [
        ("bad-breakpoint", "OrientDown"),
        ("bad-breakpoint", "PosUp"),
        ("excel-date", "Name"),
        ("not-a-whole-number", "DiscordantFrags"),
        ("not-a-whole-number", "SplitFrags"),
    ]
    (problem,) = problems_of(tmp_path, old_text(an_old_row(ChrDown="")))
    assert (problem.code, problem.column) == ("bad-breakpoint", "PosDown")


def test_a_row_that_does_not_name_its_genes_is_refused(tmp_path: Path) -> None:
    for text in (
        old_text(an_old_row(GeneNameUp="", GeneNameDown="")),
        table_text(NEW, [a_new_row(Name="A_B_C")]),
        table_text(NEW, [a_new_row(Name="_")]),
    ):
        (problem,) = problems_of(tmp_path, text)
        assert (problem.code, problem.line) == ("missing-value", 2)


def test_a_missing_count_column_is_named(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, NEW.replace("SplitFrags", "Splits") + "\n")
    assert (problem.code, problem.message) == ("missing-column", "required columns are missing: SplitFrags")
