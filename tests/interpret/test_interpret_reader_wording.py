"""What a sarcoma pathologist tripped over in the printed sentences: none of it may come back."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from made_cases import (
    a_control,
    a_fish,
    a_fusion,
    a_metric,
    a_source,
    a_specimen,
    a_stain,
    a_variant,
    interpreted_with,
)

from interpret.findings import Interpretation

ALK = a_fusion("TPM3::ALK")
READY = {"resectability": "unresectable", "disease_status": "recurrent"}


def page_1(result: Interpretation) -> str:
    verdict = result.verdict
    return " ".join((verdict.headline, *verdict.summary, verdict.certainty, *verdict.next_steps))


def reader_text(result: Interpretation) -> str:
    """Every sentence that is printed for a reader."""
    reasons = (gene.reason for gene in result.genes)
    more = (reason for fusion in result.fusions for reason in fusion.reasons)
    return " ".join((page_1(result), *reasons, *(one.text for one in result.statements), *more))


@pytest.mark.parametrize("change", ["G1202R", "L1196M", "F1174L"])
def test_no_agent_is_said_to_fail_against_an_alk_variant_that_the_tables_know_by_class_only(change: str) -> None:
    result = interpreted_with(ALK, variants=(a_variant("ALK", change),), specimen=a_specimen(**READY))
    text = reader_text(result) + " ".join(one.text + one.status_text for one in result.therapies)
    assert "may not be active" not in text
    (alert,) = (one for one in result.alerts if one.rule == "RV01")
    assert "seen under ALK inhibitors in NSCLC" in alert.text
    assert "no data by agent" in alert.text
    assert "crizotinib and lorlatinib must be checked for activity against it before use" in alert.text
    assert "crizotinib and lorlatinib must be checked for activity against it" in page_1(result)
    line = next(one for one in result.therapies if one.agent == "crizotinib")
    assert line.relation == "conditions_not_met"
    assert f"resistance variant reported ({change})" in line.status_text


def test_an_agent_that_the_source_names_for_its_variant_is_still_named() -> None:
    result = interpreted_with(a_fusion("TFG::ROS1"), variants=(a_variant("ROS1", "G2032R"),))
    alerts = {one.rule: one.text for one in result.alerts}
    assert "The agent crizotinib may not be active" in alerts["RV02"]
    assert "must be checked for activity" in alerts["RV10"]
    assert "must be checked for activity" in alerts["RV11"]


REJECTED = a_specimen(acceptability="rejected", rejection_reason="quantity not sufficient: 0.4 mm of tumour.")


def test_a_rejected_specimen_is_not_tested_and_the_next_step_is_a_new_one() -> None:
    result = interpreted_with(sources=(), specimen=REJECTED, metrics=(), controls=())
    assert result.verdict.status == "not_informative"
    assert result.verdict.headline == "Not tested: specimen rejected (quantity not sufficient: 0.4 mm of tumour)"
    assert result.verdict.next_steps == ("A new specimen: the one received was rejected.",)
    assert {(gene.state, gene.reason) for gene in result.genes} == {("not_tested", "the specimen was rejected")}
    assert "Sequencing was not done" not in reader_text(result)
    assert "immunohistochemistry is at hand" not in reader_text(result)


@pytest.mark.parametrize("result", ["positive", "negative"])
def test_a_rejected_specimen_that_was_stained_before_is_not_called_untested(result: str) -> None:
    verdict = interpreted_with(sources=(), specimen=REJECTED, ihc=(a_stain("ALK", result),)).verdict
    assert "ot tested" not in " ".join((verdict.headline, *verdict.summary))
    assert verdict.next_steps == ("A new specimen: the one received was rejected.",)


def test_what_only_fish_saw_was_not_sequenced_and_is_written_in_one_form() -> None:
    result = interpreted_with(sources=(), ihc=(a_stain("ALK"),), fish=(a_fish("ALK"),))
    (fusion,) = result.fusions
    assert fusion.name == fusion.vicc == "?(::)ALK"
    alk = next(gene for gene in result.genes if gene.symbol == "ALK")
    assert (alk.state, alk.reason) == ("not_assessable", "not sequenced; rearranged by FISH")
    assert "nothing is reported as found" not in page_1(result)
    assert "FISH shows a rearrangement of ALK" in page_1(result)


def test_a_gene_left_open_by_the_methods_is_not_said_to_be_without_a_fusion() -> None:
    result = interpreted_with(ihc=(a_stain("ALK"),))
    alk = next(gene for gene in result.genes if gene.symbol == "ALK")
    assert alk.reason == "no fusion found by RNA sequencing; immunohistochemistry positive: not settled"
    absent = next(one.text for one in result.statements if one.rule == "CC33")
    assert "ROS1" in absent
    assert "ALK" not in absent


UNCONFIRMED = replace(ALK, classification="unconfirmed")


@pytest.mark.parametrize("calls", [(), (ALK,), (UNCONFIRMED,), (a_fusion("SS18::SSX1"),)])
@pytest.mark.parametrize("stains", [(), (a_stain("ALK"),), (a_stain("ALK", "negative"), a_stain("ROS1"))])
def test_no_rule_code_stands_in_a_sentence_for_readers(calls: Any, stains: Any) -> None:
    text = reader_text(interpreted_with(*calls, ihc=stains))
    assert not re.search(r"\b(CC|DD|ACT|RK|RV|PT|SA|CS|LD|FQ|EN)\d", text)


@pytest.mark.parametrize("calls", [(), (ALK,), (UNCONFIRMED,)])
@pytest.mark.parametrize("metrics", [(), (a_metric(),), (a_metric(value=10),)])
def test_page_1_says_that_run_controls_were_not_submitted(calls: Any, metrics: Any) -> None:
    missing = interpreted_with(*calls, metrics=metrics, controls=())
    assert "Run controls were not submitted." in missing.verdict.certainty
    there = interpreted_with(*calls, metrics=metrics, controls=(a_control(),))
    assert "Run controls" not in there.verdict.certainty


@pytest.mark.parametrize("calls", [(), (replace(ALK, molecule="DNA"),)])
def test_page_1_carries_the_blind_spot_of_dna_sequencing(calls: Any) -> None:
    certainty = interpreted_with(*calls, sources=(a_source("DNA"),)).verdict.certainty
    assert "RNA was not tested." in certainty
    assert "breakpoints lie outside the covered introns" in certainty


@pytest.mark.parametrize("calls", [(), (ALK,)])
def test_a_pending_stain_is_awaited_and_not_asked_for_again(calls: Any) -> None:
    verdict = interpreted_with(*calls, ihc=(a_stain("ALK", "pending"),)).verdict
    assert "Await the result of ALK immunohistochemistry." in verdict.next_steps
    assert sum("ALK immunohistochemistry" in step for step in verdict.next_steps) == 1
    assert "Result pending: ALK immunohistochemistry." in verdict.certainty


@pytest.mark.parametrize(
    ("calls", "parts", "start"),
    [
        ((ALK,), {"ihc": (a_stain("ALK"),)}, "2 methods agree:"),
        ((ALK,), {}, "One method only: RNA sequencing."),
        ((ALK,), {"ihc": (a_stain("ALK", "negative"),)}, "Methods disagree:"),
        ((), {"ihc": (a_stain("ALK"),)}, "Methods disagree: ALK immunohistochemistry against RNA sequencing."),
        ((), {"sources": (), "fish": (a_fish("ALK"),)}, "One method only: ALK FISH."),
        ((), {"ihc": (a_stain("ALK", "equivocal"),)}, ""),
        (
            (replace(ALK, classification="not_functional", reading_frame="out-of-frame"),),
            {"ihc": (a_stain("ALK", "negative"),)},
            "2 methods agree: RNA sequencing and ALK immunohistochemistry.",
        ),
        ((UNCONFIRMED,), {}, "One method only: RNA sequencing. The call itself is not"),
    ],
)
def test_how_sure_begins_with_a_plain_grade(calls: Any, parts: Any, start: str) -> None:
    certainty = interpreted_with(*calls, **parts).verdict.certainty
    assert certainty.startswith(start)
    assert "or the methods disagree" not in certainty


@pytest.mark.parametrize("name", ["TFG::ROS1", "TPM3::ALK", "PDGFRA::PDGFRB"])
def test_a_line_of_a_child_says_that_the_approval_elsewhere_is_for_adults_only(name: str) -> None:
    result = interpreted_with(a_fusion(name), specimen=a_specimen(9))
    lines = [one for one in result.therapies if one.relation == "off_label"]
    assert lines
    assert all("adults only" in one.status_text for one in lines)


@pytest.mark.parametrize(
    ("specimen", "said"),
    [
        (a_specimen(0.7, **READY), "label conditions of crizotinib not met: age from 1 year)"),
        (a_specimen(34), "not documented: unresectable, recurrent, or refractory disease."),
    ],
)
def test_page_1_names_the_label_condition_that_is_open(specimen: Any, said: str) -> None:
    assert said.rstrip(")") in page_1(interpreted_with(ALK, ihc=(a_stain("ALK"),), specimen=specimen))


def test_an_off_label_line_of_level_a_says_what_the_level_rests_on() -> None:
    result = interpreted_with(ALK, ihc=(a_stain("ALK"),), specimen=a_specimen(52, jurisdiction="EU"))
    line = next(one for one in result.therapies if one.rule == "ACT02")
    assert (line.relation, line.tier, line.level) == ("off_label", "I", "A")
    assert "level A rests on the label of another jurisdiction" in line.status_text


def test_a_guideline_that_nobody_checked_is_not_plainly_listed() -> None:
    line = next(one for one in interpreted_with(ALK).therapies if one.agent == "alectinib")
    assert line.level == "C"
    assert "not yet checked by this laboratory, level C until then" in line.status_text


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("CCDC6::RET", "Correlate CCDC6::RET with histology: it is not a marker of IMT."),
        ("KIF5B::RET", "Exclude a lung carcinoma."),
    ],
)
def test_a_ret_partner_known_from_other_tumours_asks_for_the_histology_on_page_1(name: str, step: str) -> None:
    assert step in interpreted_with(a_fusion(name)).verdict.next_steps


def test_a_check_within_the_laboratory_is_marked_as_one_before_release() -> None:
    (step,) = interpreted_with(a_fusion("PDGFRA::PDGFRB")).verdict.next_steps
    assert "before release: check that the gene is PDGFRB, not PDGFB" in step
