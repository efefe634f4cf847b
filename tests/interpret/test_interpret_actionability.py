"""Therapy lines by driver, jurisdiction, age, tumour context and label condition."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from made_cases import a_fish, a_fusion, a_laboratory, a_source, a_specimen, a_stain, a_variant, interpreted_with

from interpret.findings import Interpretation, Therapy
from interpret.resistance import protein_change

ALK = a_fusion("TPM3::ALK")
POSITIVE = (a_stain("ALK", pattern="cytoplasmic"),)
READY = {"resectability": "unresectable", "disease_status": "recurrent", "prior_therapy": "doxorubicin"}


def lines_of(fusion: Any, age: float = 34, jurisdiction: str = "US", **changes: Any) -> dict[str, Therapy]:
    result = result_of(fusion, age, jurisdiction, **changes)
    return {line.rule: line for line in result.therapies}


def result_of(fusion: Any, age: float = 34, jurisdiction: str = "US", **changes: Any) -> Interpretation:
    parts = {key: changes.pop(key) for key in ("variants", "laboratory", "ihc", "fish", "sources") if key in changes}
    parts.setdefault("ihc", (a_stain({"ALK": "ALK", "ROS1": "ROS1"}.get(fusion.driver, "pan-TRK")),))
    specimen = a_specimen(age, jurisdiction=jurisdiction, **changes)
    return interpreted_with(fusion, specimen=specimen, **parts)


NONE: set[str] = set()
GUIDELINE = {"ACT04", "ACT06", "ACT07", "ACT08"}
WHO_GETS_WHAT = [
    ("TPM3::ALK", 34, "US", {"ACT01"} | GUIDELINE),
    ("TPM3::ALK", 7, "US", {"ACT01"} | GUIDELINE),
    ("TPM3::ALK", 0.5, "US", {"ACT01"} | GUIDELINE),
    ("TPM3::ALK", 34, "EU", {"ACT02", "ACT03"}),
    ("TPM3::ALK", 7, "EU", {"ACT02"}),
    ("TPM3::ALK", 34, "JP", {"ACT05"}),
    ("TPM3::ALK", 34, "CH", {"ACT03"}),
    ("TFG::ROS1", 34, "US", {"ACT13", "ACT14", "ACT15"}),
    ("TFG::ROS1", 9, "US", {"ACT13", "ACT14"}),
    ("TFG::ROS1", 34, "EU", {"ACT13", "ACT14", "ACT15"}),
    ("TFG::ROS1", 34, "JP", NONE),
    ("LMNA::NTRK1", 34, "US", {"ACT19", "ACT21", "ACT22"}),
    ("LMNA::NTRK1", 11.9, "US", {"ACT19", "ACT21"}),
    ("LMNA::NTRK1", 12.1, "US", {"ACT19", "ACT21", "ACT22"}),
    ("LMNA::NTRK1", 0.06, "US", {"ACT19"}),
    ("LMNA::NTRK1", 34, "EU", {"ACT20", "ACT21", "ACT22"}),
    ("QKI::NTRK2", 34, "US", {"ACT23", "ACT25", "ACT26"}),
    ("QKI::NTRK2", 5, "EU", {"ACT24", "ACT25"}),
    ("ETV6::NTRK3", 34, "US", {"ACT27", "ACT29", "ACT30"}),
    ("ETV6::NTRK3", 34, "EU", {"ACT28", "ACT29", "ACT30"}),
    ("CCDC6::RET", 34, "US", {"ACT32"}),
    ("CCDC6::RET", 2.1, "US", {"ACT32"}),
    ("CCDC6::RET", 1.9, "US", NONE),
    ("CCDC6::RET", 34, "EU", {"ACT33"}),
    ("CCDC6::RET", 10, "EU", {"ACT33"}),
    ("NAB2::PDGFRB", 34, "US", {"ACT35"}),
    ("NAB2::PDGFRB", 34, "EU", {"ACT35"}),
    ("FN1::IGF1R", 34, "US", {"ACT38"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "age", "jurisdiction", "expected"), WHO_GETS_WHAT)
def test_lines_go_by_driver_age_and_jurisdiction(name: str, age: float, jurisdiction: str, expected: set[str]) -> None:
    assert set(lines_of(a_fusion(name), age, jurisdiction)) == expected


@pytest.mark.parametrize(
    ("specimen", "relation", "state"),
    [
        ({"resectability": "unresectable"}, "on_label", "met"),
        ({"disease_status": "recurrent"}, "on_label", "met"),
        ({"disease_status": "refractory"}, "on_label", "met"),
        ({"resectability": "resected", "disease_status": "primary"}, "conditions_not_met", "not_met"),
        ({"resectability": "resected"}, "conditions_not_met", "not_documented"),
        ({}, "conditions_not_met", "not_documented"),
        ({"disease_status": "metastatic"}, "conditions_not_met", "not_documented"),
    ],
)
def test_the_us_label_of_imt_is_on_label_only_with_its_conditions(
    specimen: dict[str, Any], relation: str, state: str
) -> None:
    line = lines_of(ALK, **specimen)["ACT01"]
    assert line.relation == relation
    assert line.label_conditions[-1].state == state
    assert ("not documented in the data received" in line.text) == (state == "not_documented")
    assert ("conditions not met" in line.text) == (state == "not_met")


def test_a_child_under_one_year_is_outside_the_us_label() -> None:
    line = lines_of(ALK, 0.5, **READY)["ACT01"]
    assert line.relation == "conditions_not_met"
    assert "outside the labelled age" in line.text
    assert "age from 1 year: not_met" in {f"{one.condition}: {one.state}" for one in line.label_conditions}


@pytest.mark.parametrize(
    ("age", "relation"), [(7, "on_label"), (17.9, "on_label"), (18.1, "off_label"), (0.9, "off_label")]
)
def test_the_eu_label_of_imt_ends_at_eighteen(age: float, relation: str) -> None:
    line = lines_of(ALK, age, "EU", **READY)["ACT02"]
    assert line.relation == relation
    assert ("off-label" in line.text) == (relation == "off_label")


def test_the_eu_label_needs_unresectable_and_recurrent_or_refractory() -> None:
    assert lines_of(ALK, 7, "EU", resectability="unresectable")["ACT02"].relation == "conditions_not_met"
    assert lines_of(ALK, 7, "EU", disease_status="recurrent")["ACT02"].relation == "conditions_not_met"


@pytest.mark.parametrize(
    ("diagnosis", "relation", "tier", "level"),
    [
        ("IMT", "on_label", "I", "A"),
        ("IMT?", "conditions_not_met", "I", "A"),
        ("spindle cell tumour", "conditions_not_met", "", ""),
    ],
)
def test_the_label_of_imt_needs_the_diagnosis_of_imt(diagnosis: str, relation: str, tier: str, level: str) -> None:
    line = lines_of(ALK, diagnosis=diagnosis, **READY)["ACT01"]
    assert (line.relation, line.tier, line.level) == (relation, tier, level)


@pytest.mark.parametrize("diagnosis", ["leiomyosarcoma", "lung adenocarcinoma", "not IMT"])
def test_the_same_fusion_in_another_tumour_has_neither_line_nor_tier(diagnosis: str) -> None:
    result = result_of(ALK, diagnosis=diagnosis, diagnosis_code="IMTL", **READY)
    assert result.therapies == ()
    assert [(fusion.tier, fusion.level) for fusion in result.fusions] == [("", "")]
    assert any("not IMT" in statement.text for statement in result.statements if statement.section == "therapy")


def test_tumour_agnostic_lines_apply_whatever_the_diagnosis() -> None:
    assert {"ACT27", "ACT29", "ACT30"} == set(lines_of(a_fusion("ETV6::NTRK3"), diagnosis="leiomyosarcoma"))


def test_guideline_listed_agents_are_off_label_until_the_laboratory_names_the_version() -> None:
    unchecked = lines_of(ALK)["ACT04"]
    assert (unchecked.relation, unchecked.tier, unchecked.level) == ("off_label", "II", "C")
    assert "guideline version not yet checked by this laboratory, level C until then" in unchecked.text
    laboratory = a_laboratory(guideline_version="NCCN STS 1.2026")
    checked = lines_of(ALK, laboratory=laboratory)["ACT04"]
    assert (checked.relation, checked.tier, checked.level) == ("guideline", "I", "A")
    assert "off-label" in checked.text
    assert "NCCN STS 1.2026" in checked.text


def test_guideline_listed_agents_are_printed_as_one_statement() -> None:
    result = result_of(ALK)
    blocks = [one.text for one in result.statements if "guideline-listed" in one.text]
    assert len(blocks) == 1
    assert all(agent in blocks[0].lower() for agent in ("alectinib", "ceritinib", "brigatinib", "lorlatinib"))


def test_an_ntrk_label_is_met_only_with_every_condition_documented() -> None:
    fusion = a_fusion("ETV6::NTRK3")
    ready = {"disease_status": "refractory", "indication": "severe morbidity expected"}
    no_resistance = (a_variant("NTRK3", "p.="),)
    assert lines_of(fusion, **ready)["ACT27"].relation == "conditions_not_met"
    complete = lines_of(fusion, variants=no_resistance, **ready)
    assert complete["ACT27"].relation == "on_label"
    # The test of a laboratory's own making is not an FDA-approved one.
    assert complete["ACT29"].relation == "conditions_not_met"


def test_an_approval_that_is_accelerated_says_so() -> None:
    for name, rules in (("ETV6::NTRK3", ("ACT29", "ACT30")), ("CCDC6::RET", ("ACT32",))):
        lines = lines_of(a_fusion(name))
        assert all("accelerated approval" in lines[rule].text for rule in rules)
    assert "full FDA approval" in lines_of(a_fusion("ETV6::NTRK3"))["ACT27"].text


RESISTANT = [
    ("TPM3::ALK", "ALK", "p.Gly1202Arg", "ACT01"),
    ("TPM3::ALK", "ALK", "F1174L", "ACT04"),
    ("TFG::ROS1", "ROS1", "G2032R", "ACT13"),
    ("TFG::ROS1", "ROS1", "p.(L2086F)", "ACT15"),
    ("LMNA::NTRK1", "NTRK1", "G595R", "ACT19"),
    ("LMNA::NTRK1", "NTRK1", "G667C", "ACT22"),
    ("ETV6::NTRK3", "NTRK3", "G623R", "ACT27"),
    ("ETV6::NTRK3", "NTRK3", "p.Gly623Arg", "ACT29"),
    ("QKI::NTRK2", "NTRK2", "G639R", "ACT23"),
    ("CCDC6::RET", "RET", "G810S", "ACT32"),
]


@pytest.mark.parametrize(("name", "gene", "change", "rule"), RESISTANT)
def test_a_reported_resistance_variant_flags_the_line(name: str, gene: str, change: str, rule: str) -> None:
    line = lines_of(a_fusion(name), variants=(a_variant(gene, change),), **READY)[rule]
    assert "Resistance alert" in line.text
    assert "resistance variant reported" in line.status_text
    if gene.startswith("NTRK") and "known acquired resistance" in line.text:
        assert line.relation == "conditions_not_met"


@pytest.mark.parametrize(("name", "gene", "change", "rule"), RESISTANT)
def test_a_flag_is_printed_in_the_statement_too(name: str, gene: str, change: str, rule: str) -> None:
    result = result_of(a_fusion(name), variants=(a_variant(gene, change),))
    statement = next(one.text for one in result.statements if rule in one.rule)
    assert "Resistance alert" in statement


def test_a_resistance_variant_of_another_gene_or_agent_flags_nothing() -> None:
    lines = lines_of(ALK, variants=(a_variant("NTRK1", "G1202R"), a_variant("ALK", "A10V")))
    assert not any("Resistance" in line.text for line in lines.values())
    lines = lines_of(a_fusion("TFG::ROS1"), variants=(a_variant("ROS1", "L2086F"),))
    assert "Resistance" not in lines["ACT13"].text


def test_a_variant_of_the_driver_that_no_table_knows_is_a_stated_limitation() -> None:
    result = result_of(ALK, variants=(a_variant("ALK", "A10V"),))
    assert any("A10V" in sentence for sentence in result.limitations)


@pytest.mark.parametrize(
    ("text", "change"),
    [("p.Gly1202Arg", "G1202R"), ("p.(Gly1202Arg)", "G1202R"), ("G1202R", "G1202R"), ("p.G1202R", "G1202R"),
     ("p.Trp24Ter", "W24*"), ("exon 20 insertion", "exon 20 insertion")],
)  # fmt: skip
def test_protein_changes_are_compared_in_one_notation(text: str, change: str) -> None:
    assert protein_change(text) == change


WITHHELD = [
    (replace(ALK, molecule="DNA"), {"sources": (a_source("DNA"),), "ihc": ()}, "CC30"),
    (ALK, {"ihc": (a_stain("ALK", "negative"),)}, "CC14"),
    (a_fusion("TFG::ROS1"), {"ihc": (a_stain("ROS1", "negative"),)}, "CC39"),
    (a_fusion("ETV6::NTRK3", molecule="DNA"), {"sources": (a_source("DNA"),), "ihc": ()}, "CC30"),
    (a_fusion("CCDC6::RET", molecule="DNA"), {"sources": (a_source("DNA"),), "ihc": ()}, "CC30"),
]


@pytest.mark.parametrize(("fusion", "parts", "rule"), WITHHELD)
def test_a_fusion_that_needs_confirmation_has_no_line_no_tier_and_says_why(
    fusion: Any, parts: dict[str, Any], rule: str
) -> None:
    result = result_of(fusion, **parts)
    assert result.therapies == ()
    assert [(one.tier, one.level) for one in result.fusions] == [("", "")]
    assert rule in {one.rule for one in result.statements if one.section == "therapy"}
    assert result.verdict.headline.endswith("to be confirmed")


def test_dna_evidence_with_protein_or_fish_keeps_its_lines() -> None:
    dna = {"sources": (a_source("DNA"),)}
    assert "ACT01" in lines_of(replace(ALK, molecule="DNA"), ihc=POSITIVE, **dna)
    assert "ACT32" in lines_of(a_fusion("CCDC6::RET", molecule="DNA"), ihc=(), fish=(a_fish("RET"),), **dna)


def test_rows_of_other_diseases_and_omitted_rows_never_print() -> None:
    omitted = {"ACT09", "ACT10", "ACT11", "ACT16", "ACT17", "ACT18", "ACT31", "ACT34", "ACT36", "ACT37", "ACT39"}
    for name in ("TPM3::ALK", "TFG::ROS1", "LMNA::NTRK1", "CCDC6::RET", "NAB2::PDGFRB"):
        for jurisdiction in ("US", "EU", "JP", "CH"):
            assert not omitted & set(lines_of(a_fusion(name), 34, jurisdiction))
