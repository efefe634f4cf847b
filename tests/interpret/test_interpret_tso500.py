"""TSO500 files through to the fusions of the report: gene lists, unknown order, SpliceGirl, and both files together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from made_cases import a_case, an_assay, the_models

from interpret.findings import Fusion, ReviewedCall
from interpret.fusions import find_fusions
from parsers.callers import read_fusion_file
from parsers.callers.format import ReadingContext
from parsers.records import FusionCall

SAMPLES = Path(__file__).parents[2] / "sample_data" / "formats"
ACCESSION = "S26-20003"


def calls_of(name: str) -> tuple[FusionCall, ...]:
    return read_fusion_file(SAMPLES / name, ReadingContext(ACCESSION, "RNA"))[0]


def found(*calls: FusionCall) -> tuple[dict[str, Fusion], tuple[ReviewedCall, ...]]:
    fusions, reviewed = find_fusions(a_case(*calls), an_assay(genome_build="GRCh37"), the_models())
    return {fusion.name: fusion for fusion in fusions}, reviewed


@pytest.fixture(scope="module")
def all_fusions() -> dict[str, Fusion]:
    return found(*calls_of("tso500_all_fusions/local_app_2.2.csv"))[0]


@pytest.fixture(scope="module")
def combined() -> dict[str, Fusion]:
    return found(*calls_of("tso500_combined/local_app_2.2.tsv"))[0]


@pytest.mark.parametrize("file", ["tso500_all_fusions/local_app_2.2.csv", "tso500_combined/local_app_2.2.tsv"])
def test_the_breakpoint_names_ros1_in_a_list_and_the_fusion_is_reportable(file: str) -> None:
    fusion = found(*calls_of(file))[0]["CD74::ROS1"]
    assert (fusion.classification, fusion.reading_frame, fusion.exon_5prime) == ("reportable", "in-frame", 6)
    assert fusion.conflicts == ()


def test_the_list_as_a_symbol_would_not_be_reportable() -> None:
    """Why the parser leaves the gene empty."""
    call = replace(calls_of("tso500_all_fusions/local_app_2.2.csv")[0], gene_3prime="ROS1;GOPC")
    (fusion,) = found(call)[0].values()
    assert fusion.classification != "reportable"


def test_a_kept_call_with_a_filter_is_reportable_and_a_dropped_one_with_pass_is_not(
    all_fusions: dict[str, Fusion],
) -> None:
    assert all_fusions["ETV6::NTRK3"].classification == "reportable"
    dropped = all_fusions["TPM3::NTRK1"]
    assert dropped.classification == "unconfirmed"
    assert any("KeepFusion False" in reason for reason in dropped.reasons)


def test_splicegirls_order_of_coordinates_never_makes_a_fusion_of_the_wrong_order(
    all_fusions: dict[str, Fusion],
) -> None:
    """GOPC and ROS1 lie on the minus strand: the file has ROS1 as Gene A, and calls the order known."""
    fusion = all_fusions["GOPC::ROS1"]
    assert fusion.classification == "uncertain"
    assert any("5′ partner" in reason for reason in fusion.reasons)


@pytest.mark.parametrize("name", ["EML4::ALK", "ETV6::NTRK3"])
def test_the_sum_of_reads_of_the_combined_file_is_held_against_the_minimum(
    name: str, combined: dict[str, Fusion]
) -> None:
    assert combined[name].classification == "reportable"


@pytest.mark.parametrize(("partner", "kinase"), [("NKX2-1", "NTRK1"), ("HLA-A", "ROS1"), ("RP11-458D21.5", "RET")])
def test_a_partner_with_a_hyphen_keeps_its_name(partner: str, kinase: str, combined: dict[str, Fusion]) -> None:
    assert f"{partner}::{kinase}" in combined


def test_a_pair_that_cannot_be_parted_still_shows_its_kinase(combined: dict[str, Fusion]) -> None:
    assert [name for name in combined if name.endswith("::ALK")] == ["EML4::ALK", "?::ALK"]


def test_splice_variants_are_reviewed_and_are_no_fusions() -> None:
    fusions, reviewed = found(*calls_of("tso500_combined/local_app_2.2.tsv"))
    assert not {"EGFR::EGFR", "MET::MET"} & set(fusions)
    reasons = [one.reason for one in reviewed if one.disposition == "not_reportable"]
    assert sum("within one gene" in reason for reason in reasons) == 2


def test_both_files_of_a_specimen_give_one_fusion_and_lose_no_call() -> None:
    calls = (
        *calls_of("tso500_all_fusions/local_app_2.2.csv"),
        *calls_of("tso500_combined/local_app_2.2.tsv"),
    )
    fusions, reviewed = found(*calls)
    assert len(reviewed) == len(calls)
    fusion = fusions["CD74::ROS1"]
    assert fusion.classification == "reportable"
    assert (41, 37) in {(one.split_reads, one.spanning_pairs) for one in fusion.callers}
