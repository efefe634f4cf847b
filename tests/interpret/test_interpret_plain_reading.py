"""What a reader would trip over: a test asked for twice, a reason that is not the reason, a finding nobody mentions."""

from __future__ import annotations

from typing import Any

import pytest
from made_cases import (
    a_fusion,
    a_laboratory,
    a_metric,
    a_specimen,
    a_stain,
    a_variant,
    an_assay,
    interpreted_with,
    printed,
)

from interpret.findings import Fusion, Interpretation
from parsers.records import IhcResult

ADVANCED: dict[str, Any] = {"resectability": "unresectable", "disease_status": "progressed"}
NO_ALK = (a_stain("ALK", "negative"),)


def asked_for(result: Interpretation, test: str) -> int:
    return " ".join(result.recommendations).lower().count(test.lower())


@pytest.mark.parametrize(
    ("name", "stains", "test"),
    [
        ("TIMP3::RET", NO_ALK, "RET FISH"),
        ("FN1::IGF1R", NO_ALK, "IGF1R FISH"),
        ("YWHAE::ROS1", NO_ALK, "ROS1 immunohistochemistry"),
        ("TFG::ROS1", (*NO_ALK, a_stain("ROS1", "negative")), "ROS1 FISH"),
        ("ETV6::NTRK3", (*NO_ALK, a_stain("pan-TRK", "negative")), "NTRK3 FISH"),
    ],
)
def test_a_test_is_asked_for_once_whatever_the_purpose(name: str, stains: tuple[IhcResult, ...], test: str) -> None:
    assert asked_for(interpreted_with(a_fusion(name), ihc=stains), test) == 1


def test_dna_evidence_alone_asks_once_for_the_stain() -> None:
    fusion = a_fusion("TPM3::ALK", molecule="DNA")
    assert asked_for(interpreted_with(fusion), "ALK immunohistochemistry") == 1


def test_two_tests_for_one_purpose_are_both_asked_for() -> None:
    result = interpreted_with(a_fusion("YWHAE::ROS1"), ihc=NO_ALK)
    assert result.recommendations == ("ROS1 immunohistochemistry and ROS1 FISH, to confirm YWHAE::ROS1.",)


def test_lines_are_missing_because_of_the_diagnosis_before_any_alert() -> None:
    result = interpreted_with(
        a_fusion("EML4::ALK"),
        specimen=a_specimen(52, site="lung", diagnosis="lung adenocarcinoma"),
        ihc=(a_stain("ALK"),),
    )
    assert "EML4::ALK: the diagnosis entered is not IMT" in printed(result)
    assert "because of the diagnostic alert" not in printed(result)


def test_page_one_says_that_the_agent_of_the_label_was_given_before() -> None:
    fusion, stain = a_fusion("TPM3::ALK"), (a_stain("ALK"),)
    given = interpreted_with(fusion, specimen=a_specimen(prior_therapy="crizotinib", **ADVANCED), ihc=stain)
    assert "are documented, and earlier treatment with crizotinib is too." in " ".join(given.verdict.summary)
    other = interpreted_with(fusion, specimen=a_specimen(prior_therapy="doxorubicin", **ADVANCED), ihc=stain)
    assert "all conditions of at least one label are documented." in " ".join(other.verdict.summary)


def test_a_stained_gene_that_the_assay_does_not_cover_is_said_to_be_uncovered() -> None:
    laboratory = a_laboratory(an_assay(genes=("ROS1", "NTRK1", "NTRK2", "NTRK3")))
    result = interpreted_with(ihc=(a_stain("ALK"),), laboratory=laboratory)
    assert "ALK: immunohistochemistry positive, not covered by the sequencing." in result.verdict.summary


def test_resistance_is_said_to_be_unassessed_beside_any_line_on_an_agent() -> None:
    said = "No small variants were received: resistance variants are not assessed."
    specimen = a_specimen(diagnosis="spindle cell tumour", resectability="unresectable")
    result = interpreted_with(a_fusion("TPM3::ALK"), specimen=specimen, ihc=(a_stain("ALK"),))
    assert [line.tier for line in result.therapies] == [""]
    assert said in result.limitations
    assert said not in interpreted_with(ihc=NO_ALK).limitations


@pytest.mark.parametrize("stains", [(), (a_stain("ALK"),), NO_ALK])
def test_missing_quality_figures_are_asked_for_before_new_tissue(stains: tuple[IhcResult, ...]) -> None:
    result = interpreted_with(metrics=(), ihc=stains)
    assert result.verdict.status == "not_informative"
    assert result.verdict.headline.endswith("RNA quality not documented; quality figures requested")
    assert any(
        "Supply the quality figures of the RNA sequencing, or repeat it" in one for one in result.recommendations
    )
    assert "new or other tissue" not in printed(result)


@pytest.mark.parametrize("parts", [{"metrics": (a_metric(value=10),)}, {"specimen": a_specimen(tumour_cells_pct=5)},
                                   {"metrics": (), "specimen": a_specimen(tumour_cells_pct=5)}])  # fmt: skip
def test_failed_quality_or_few_tumour_cells_ask_for_other_tissue(parts: dict[str, Any]) -> None:
    result = interpreted_with(**parts)
    assert result.verdict.headline.endswith("repeat requested")
    assert "new or other tissue" in printed(result)


@pytest.mark.parametrize("fusions", [(), (a_fusion("TPM3::ALK"),)])
def test_no_change_is_not_listed_as_a_variant(fusions: tuple[Fusion, ...]) -> None:
    result = interpreted_with(*fusions, ihc=(a_stain("ALK"),), variants=(a_variant("ALK", "p.="),))
    assert not any("was reported" in text for text in result.limitations)


@pytest.mark.parametrize("stain", ["positive", "negative"])
def test_an_event_without_function_asks_for_no_test_that_was_done(stain: str) -> None:
    event = a_fusion("STRN::ALK", reading_frame="out-of-frame", classification="not_functional")
    result = interpreted_with(event, ihc=(a_stain("ALK", stain),))
    line = next(line for line in result.therapies if line.rule == "ACT40")
    assert "advised" not in line.text
    assert "read together with RNA sequencing and immunohistochemistry" in line.text
