"""Guidance: each row speaks in its situation and is silent in the neighbouring one; none changes a result."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any
from unittest.mock import patch

import made_cases
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_cases import (
    a_call,
    a_case,
    a_control,
    a_fish,
    a_fusion,
    a_laboratory,
    a_specimen,
    a_stain,
    a_variant,
    an_assay,
    interpreted,
    interpreted_with,
    printed,
    the_knowledge,
)

from interpret.conditions import read_words
from interpret.findings import Interpretation, Statement

LUNG = a_specimen(site="lung")
NOT_SEQUENCED: dict[str, Any] = {"sources": (), "metrics": (), "controls": ()}
UNRESECTABLE = a_specimen(resectability="unresectable", disease_status="primary")
ALK_POSITIVE: dict[str, Any] = {"ihc": (a_stain("ALK", pattern="cytoplasmic"),)}


def a_detected_case(name: str = "TPM3::ALK", **parts: Any) -> Interpretation:
    """An interpretation of one well supported fusion."""
    changes = parts.pop("fusion", {})
    return interpreted_with(a_fusion(name, **changes), **parts)


def an_undetected_case(**parts: Any) -> Interpretation:
    return interpreted(a_case(**parts))


def guidance_of(result: Interpretation) -> dict[str, Statement]:
    ids = {rule.id for rule in the_knowledge().guidance}
    return {statement.rule: statement for statement in result.statements if statement.rule in ids}


# Rule, the situation in which it speaks, what it says, its section.
SPEAKS = [
    (
        "SA01",
        "partner",
        "14 of 35 against 6 of 47",
        lambda: a_detected_case("TFG::ROS1", specimen=a_specimen(site="lung")),
    ),
    ("SA02", "partner", "abdominal IMT", lambda: a_detected_case("RANBP2::ALK")),
    ("SA03", "partner", "does not mark IMT", lambda: a_detected_case("CCDC6::RET")),
    ("SA03", "partner", "a lung carcinoma to be excluded", lambda: a_detected_case("KIF5B::RET")),
    ("CS02", "concordance", "statement 2: 31 of 31", lambda: an_undetected_case()),
    ("LD01", "concordance", "FISH the rearrangement", lambda: an_undetected_case(**NOT_SEQUENCED, **ALK_POSITIVE)),
    (
        "LD02",
        "concordance",
        "ROS1, NTRK3, RET, PDGFRB and IGF1R",
        lambda: an_undetected_case(**NOT_SEQUENCED, ihc=(a_stain("ALK", "negative"),)),
    ),
    (
        "FQ01",
        "concordance",
        "about half to two thirds",
        lambda: an_undetected_case(ihc=(a_stain("ALK", "negative"),)),
    ),
    ("CS03", "concordance", "statement 3: 30 of 31", lambda: an_undetected_case(**NOT_SEQUENCED)),
    ("CS04", "therapy", "multidisciplinary discussion", lambda: a_detected_case(**ALK_POSITIVE)),
    (
        "CS07",
        "therapy",
        "ALK tyrosine kinase inhibitor",
        lambda: a_detected_case(specimen=UNRESECTABLE, **ALK_POSITIVE),
    ),
    (
        "CS07",
        "therapy",
        "may be attempted (statement 7: 25 of 31 experts in favour, 6 abstained); such use is off-label",
        lambda: a_detected_case("TFG::ROS1", specimen=UNRESECTABLE),
    ),
    ("CS09", "therapy", "High-level evidence on the treatment of IMT is lacking", lambda: a_detected_case("TFG::ROS1")),
    ("EN01", "risk", "intermediate (rarely metastasizing)", lambda: a_detected_case(**ALK_POSITIVE)),
]

# Rule, and a neighbouring situation in which it must not speak.
SILENT = [
    ("SA01", lambda: a_detected_case("TFG::ROS1")),
    ("SA01", lambda: a_detected_case("CD74::ROS1", specimen=a_specimen(site="lung"))),
    ("SA01", lambda: a_detected_case("TFG::ROS1", specimen=a_specimen(site="lung", diagnosis="adenocarcinoma"))),
    ("SA02", lambda: a_detected_case("RANBP2::ALK", specimen=a_specimen(site="thigh"))),
    ("SA02", lambda: a_detected_case("TPM3::ALK")),
    ("SA03", lambda: a_detected_case("TIMP3::RET")),
    ("SA03", lambda: a_detected_case("CCDC6::RET", specimen=a_specimen(diagnosis="adenocarcinoma"))),
    ("CS02", lambda: an_undetected_case(ihc=(a_stain("ALK", "negative"),))),
    ("CS02", lambda: a_detected_case()),
    ("CS02", lambda: an_undetected_case(specimen=a_specimen(diagnosis="leiomyosarcoma"))),
    ("LD01", lambda: an_undetected_case(**NOT_SEQUENCED, **ALK_POSITIVE, fish=(a_fish("ALK", "negative"),))),
    ("LD01", lambda: an_undetected_case(**ALK_POSITIVE)),
    ("LD02", lambda: an_undetected_case(**NOT_SEQUENCED, **ALK_POSITIVE)),
    (
        "LD02",
        lambda: an_undetected_case(
            **NOT_SEQUENCED, ihc=(a_stain("ALK", "negative"),), specimen=a_specimen(diagnosis="spindle cell lesion")
        ),
    ),
    ("FQ01", lambda: an_undetected_case(**ALK_POSITIVE)),
    ("FQ01", lambda: an_undetected_case(ihc=(a_stain("ALK", "negative"),), fish=(a_fish("ALK"),))),
    ("FQ01", lambda: a_detected_case("TFG::ROS1", ihc=(a_stain("ALK", "negative"), a_stain("ROS1")))),
    ("CS03", lambda: an_undetected_case()),
    ("CS03", lambda: a_detected_case()),
    ("CS04", lambda: an_undetected_case()),
    ("CS04", lambda: a_detected_case(specimen=a_specimen(diagnosis="IMT?"), **ALK_POSITIVE)),
    ("CS04", lambda: a_detected_case(ihc=(a_stain("ALK", "negative"),))),
    ("CS07", lambda: a_detected_case(**ALK_POSITIVE)),
    ("CS07", lambda: a_detected_case(specimen=replace(UNRESECTABLE, resectability="resectable"), **ALK_POSITIVE)),
    ("CS07", lambda: a_detected_case(specimen=a_specimen(0.5, resectability="unresectable"), **ALK_POSITIVE)),
    ("CS07", lambda: a_detected_case(specimen=UNRESECTABLE, variants=(a_variant("ALK", "p.G1202R"),), **ALK_POSITIVE)),
    ("CS07", lambda: a_detected_case(specimen=replace(UNRESECTABLE, prior_therapy="alectinib"), **ALK_POSITIVE)),
    ("CS07", lambda: a_detected_case("EML4::ALK", specimen=replace(UNRESECTABLE, site="lung"), **ALK_POSITIVE)),
    ("CS07", lambda: a_detected_case("CASC15::ALK", fusion={"reading_frame": "not_assessable"}, specimen=UNRESECTABLE)),
    ("CS07", lambda: a_detected_case(fusion={"classification": "unconfirmed"}, specimen=UNRESECTABLE, **ALK_POSITIVE)),
    ("CS07", lambda: a_detected_case("ETV6::NTRK3", specimen=UNRESECTABLE)),
    ("CS09", lambda: a_detected_case(**ALK_POSITIVE)),
    ("EN01", lambda: a_detected_case(specimen=a_specimen(disease_status="metastatic"), **ALK_POSITIVE)),
    ("EN01", lambda: a_detected_case("RANBP2::ALK", specimen=a_specimen(morphology="epithelioid"), **ALK_POSITIVE)),
    ("EN01", lambda: a_detected_case(specimen=a_specimen(diagnosis="IMT versus sarcoma"), **ALK_POSITIVE)),
    ("EN01", lambda: an_undetected_case(**NOT_SEQUENCED)),
]


@pytest.mark.parametrize(("rule", "section", "words", "situation"), SPEAKS)
def test_a_row_speaks_in_its_section_with_its_sources(rule: str, section: str, words: str, situation: Any) -> None:
    result = situation()
    statement = guidance_of(result)[rule]
    assert (statement.section, words in statement.text) == (section, True)
    assert set(statement.sources) <= {reference.key for reference in result.references}


@pytest.mark.parametrize(("rule", "situation"), SILENT)
def test_a_row_is_silent_in_the_neighbouring_situation(rule: str, situation: Any) -> None:
    assert rule not in guidance_of(situation())


def test_every_row_that_may_speak_has_both_situations_here() -> None:
    rules = {rule.id for rule in the_knowledge().guidance if rule.effect != "never"}
    assert rules == {rule for rule, *_ in SPEAKS} == {rule for rule, _ in SILENT}


def test_the_row_on_ros1_does_not_speak_for_alk_inhibitors_and_the_other_way_round() -> None:
    ros1 = guidance_of(a_detected_case("TFG::ROS1", specimen=UNRESECTABLE))["CS07"].text
    alk = guidance_of(a_detected_case(specimen=UNRESECTABLE, **ALK_POSITIVE))["CS07"].text
    assert "ALK" not in ros1
    assert "ROS1" not in alk


def test_dna_sequencing_without_a_call_is_told_of_rna_sequencing() -> None:
    laboratory = a_laboratory(an_assay(molecule="DNA"))
    case = a_case(sources=(made_cases.a_source("DNA"),))
    assert "CS03" in guidance_of(interpreted(case, laboratory))


def test_the_ladder_asks_for_each_open_step_once_and_for_none_that_was_done() -> None:
    unstained = an_undetected_case(**NOT_SEQUENCED)
    assert "ALK immunohistochemistry." in unstained.recommendations
    positive = an_undetected_case(**NOT_SEQUENCED, **ALK_POSITIVE)
    assert sum("ALK FISH" in step for step in positive.recommendations) == 1
    negative = an_undetected_case(**NOT_SEQUENCED, ihc=(a_stain("ALK", "negative"), a_stain("ROS1", "negative")))
    steps = " ".join(negative.recommendations).lower()
    assert ("pan-trk immunohistochemistry" in steps, "ros1 immunohistochemistry" in steps) == (True, False)
    assert "rna sequencing" in steps


@pytest.mark.parametrize("ihc", [(), (a_stain("ALK", "negative"),), (a_stain("ALK"),)])
def test_a_run_on_hold_has_no_guidance(ihc: Any) -> None:
    assert not guidance_of(an_undetected_case(controls=(a_control("fail"),), ihc=ihc))


def test_a_variant_of_another_gene_does_not_silence_the_consensus() -> None:
    result = a_detected_case("TFG::ROS1", specimen=UNRESECTABLE, variants=(a_variant("ALK", "p.G1202R"),))
    assert "CS07" in guidance_of(result)


@pytest.mark.parametrize(
    ("stain", "is_said"), [({}, True), ({"distribution": "focal"}, True), ({"result": "negative"}, False)]
)
def test_a_partner_without_coding_sequence_needs_a_stain_that_shows_protein(
    stain: dict[str, Any], is_said: bool
) -> None:
    result = a_detected_case(
        "CASC15::ALK",
        fusion={"reading_frame": "not_assessable"},
        specimen=UNRESECTABLE,
        ihc=(replace(a_stain("ALK"), **stain),),
    )
    assert ("CS07" in guidance_of(result)) is is_said


def test_of_rows_that_share_an_id_the_first_that_holds_speaks() -> None:
    knowledge = the_knowledge()
    first = next(row for row in knowledge.guidance if row.id == "CS04")
    rows = (first, replace(first, part="b", wording="Another sentence."))
    with patch("made_cases.the_knowledge", return_value=replace(knowledge, guidance=rows)):
        result = a_detected_case(**ALK_POSITIVE)
    assert [one.text for one in result.statements if one.rule == "CS04"] == [first.wording]


def test_a_line_without_an_agent_is_no_treatment_to_speak_of() -> None:
    knowledge = the_knowledge()
    row = next(row for row in knowledge.guidance if row.id == "CS04")
    igf1r = replace(row, conditions={**row.conditions, "agents_for": read_words("IGF1R")})
    with patch("made_cases.the_knowledge", return_value=replace(knowledge, guidance=(igf1r,))):
        result = a_detected_case("FN1::IGF1R")
    assert {line.agent for line in result.therapies} == {"none"}
    assert not guidance_of(result)


def test_guidance_of_a_section_comes_after_all_else_in_it() -> None:
    result = a_detected_case("TFG::ROS1", specimen=replace(UNRESECTABLE, site="lung"))
    said = guidance_of(result)
    for section in {statement.section for statement in said.values()}:
        rules = [statement.rule for statement in result.statements if statement.section == section]
        is_guidance = [rule in said for rule in rules]
        assert is_guidance == sorted(is_guidance)


TRIALS = [("TR01", "EudraCT 2021-002713-34", "brigatinib"), ("TR02", "EudraCT 2015-005437-53", "crizotinib")]


@pytest.mark.parametrize(("rule", "number", "agent"), TRIALS)
def test_a_trial_names_its_number_and_the_day_it_was_checked(rule: str, number: str, agent: str) -> None:
    row = next(one for one in the_knowledge().guidance if one.id == rule)
    assert number in row.wording
    assert agent in row.wording
    checked = the_knowledge().sources[row.sources[0]].date
    day = date.fromisoformat(checked)
    assert f"last checked {day.day} {day:%B %Y}" in row.wording
    assert "whether it is open is to be checked" in row.wording


def a_child(**changes: Any) -> Any:
    values = {"jurisdiction": "EU", "disease_status": "recurrent", "resectability": "unresectable"} | changes
    return a_specimen(9, **values)


def test_no_report_prints_a_trial() -> None:
    text = printed(a_detected_case(specimen=a_child(), **ALK_POSITIVE))
    assert "EudraCT" not in text


@pytest.mark.parametrize(
    ("changes", "is_printed"),
    [
        ({}, True),
        ({"jurisdiction": "US"}, False),
        ({"disease_status": "primary"}, False),
        ({"date_of_birth": date(1980, 1, 1)}, False),
        ({"diagnosis": "IMT?"}, False),
    ],
)
def test_a_trial_row_that_prints_speaks_for_relapsed_children_in_europe(
    changes: dict[str, Any], is_printed: bool
) -> None:
    knowledge = the_knowledge()
    rows = tuple(replace(row, effect="none") if row.id in ("TR01", "TR02") else row for row in knowledge.guidance)
    with patch("made_cases.the_knowledge", return_value=replace(knowledge, guidance=rows)):
        result = a_detected_case(specimen=a_child(**changes), **ALK_POSITIVE)
    assert {"TR01", "TR02"} <= set(guidance_of(result)) if is_printed else "EudraCT" not in printed(result)


def test_a_row_that_is_not_verified_is_not_printed() -> None:
    knowledge = the_knowledge()
    rows = tuple(replace(row, evidence_status="unverified") for row in knowledge.guidance)
    with patch("made_cases.the_knowledge", return_value=replace(knowledge, guidance=rows)):
        assert not guidance_of(a_detected_case(specimen=UNRESECTABLE, **ALK_POSITIVE))


NAMES = st.sampled_from(["TPM3::ALK", "TFG::ROS1", "ETV6::NTRK3", "TIMP3::RET", "NAB2::PDGFRB", "EML4::ALK"])
SPECIMENS = st.builds(
    a_specimen,
    st.sampled_from([0.4, 3, 9, 40]),
    jurisdiction=st.sampled_from(["US", "EU", "JP", ""]),
    site=st.sampled_from(["lung", "mesentery", "bladder", ""]),
    diagnosis=st.sampled_from(["IMT", "IMT?", "spindle cell tumour", "adenocarcinoma"]),
    resectability=st.sampled_from(["unresectable", "resected", "unknown"]),
    disease_status=st.sampled_from(["primary", "recurrent", "metastatic", "unknown"]),
    prior_therapy=st.sampled_from(["", "crizotinib", "none"]),
)
STAINS = st.sampled_from([(), (a_stain("ALK"),), (a_stain("ALK", "negative"),), (a_stain("ROS1"),)])


@given(
    name=NAMES,
    specimen=SPECIMENS,
    ihc=STAINS,
    classification=st.sampled_from(["reportable", "unconfirmed", "uncertain", "not_functional"]),
    variants=st.sampled_from([(), (a_variant("ALK", "p.G1202R"),), (a_variant("ROS1", "p.G2032R"),)]),
)
def test_consensus_on_treatment_never_stands_without_a_line_for_the_same_gene(
    name: str, specimen: Any, ihc: Any, classification: str, variants: Any
) -> None:
    result = a_detected_case(
        name, fusion={"classification": classification}, specimen=specimen, ihc=ihc, variants=variants
    )
    said = guidance_of(result)
    if {"CS04", "CS07", "CS09"} & set(said):
        assert any(line.agent != "none" and line.fusion == name for line in result.therapies)
        assert specimen.diagnosis == "IMT"
    if "CS07" in said:
        gene = name.split("::")[1]
        assert gene in ("ALK", "ROS1")
        assert f"{gene} tyrosine kinase inhibitor" in said["CS07"].text
        assert specimen.resectability == "unresectable"
        assert gene not in {variant.gene for variant in variants}
        assert specimen.prior_therapy != "crizotinib"
    for statement in said.values():
        assert not re.search(r"\brecommend|\bbenign\b|\d ?mg\b|\bnot detected\b|\bnegative\b", statement.text)


def test_guidance_changes_no_result_tier_or_line() -> None:
    knowledge = the_knowledge()
    for call in (a_fusion("TPM3::ALK"), a_fusion("TFG::ROS1")):
        with_rows = interpreted_with(call, specimen=UNRESECTABLE)
        with patch("made_cases.the_knowledge", return_value=replace(knowledge, guidance=())):
            without = interpreted_with(call, specimen=UNRESECTABLE)
        assert guidance_of(with_rows)
        assert with_rows.verdict.status == without.verdict.status
        assert with_rows.fusions == without.fusions
        assert [line.text for line in with_rows.therapies] == [line.text for line in without.therapies]


def test_a_fusion_read_from_calls_carries_its_guidance() -> None:
    call = a_call(
        *("TFG", "ROS1"),
        exon_5prime=4,
        exon_3prime=35,
        transcript_5prime="NM_006070.6",
        transcript_3prime="NM_002944.3",
    )
    result = interpreted(a_case(call, specimen=a_specimen(9, site="lung", resectability="unresectable")))
    assert {"SA01", "CS04", "CS07", "CS09", "EN01"} <= set(guidance_of(result))
