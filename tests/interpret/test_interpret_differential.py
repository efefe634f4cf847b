"""Diagnostic alerts: when each speaks, what it does to therapy text, and that it comes first."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from made_cases import (
    a_case,
    a_fish,
    a_fusion,
    a_specimen,
    a_stain,
    a_variant,
    interpreted,
    interpreted_with,
    the_knowledge,
)

from interpret.findings import ReviewedCall


def situation(*fusions: str, age: float = 34, stains: tuple[Any, ...] = (), **parts: Any) -> dict[str, Any]:
    case_parts = {key: parts.pop(key) for key in ("variants", "fish") if key in parts}
    return {"fusions": fusions, "ihc": stains, "specimen": a_specimen(age, **parts)} | case_parts


SPEAKS = [
    ("DD01", situation("NPM1::ALK")),
    ("DD02", situation("EML4::ALK", site="lung")),
    ("DD02", situation("EML4::ALK", disease_status="metastatic")),
    ("DD02", situation("EML4::ALK", age=0.1, site="lung")),
    ("DD03", situation("KIF5B::ALK")),
    ("DD04", situation("A2M::ALK", age=0.1, site="lung")),
    ("DD05", situation("TPM3::ALK", site="skin of the thigh")),
    ("DD06", situation("FN1::ALK", site="bladder")),
    ("DD07", situation("TIMP3::ALK", site="uterus", indication="found at parturition")),
    ("DD07", situation("THBS1::ALK", site="uterus, placenta")),
    ("DD08", situation("IGFBP5::ALK", site="uterus", diagnosis="myxoid leiomyoma")),
    ("DD09", situation("RANBP2::ALK", morphology="epithelioid")),
    ("DD09", situation("RRBP1::ALK", morphology="round-cell")),
    ("DD10", situation("ETV6::NTRK3", age=1.9)),
    ("DD11", situation("ETV6::NTRK3", age=2.1)),
    ("DD12", situation("TPM3::NTRK1", stains=(a_stain("S-100"), a_stain("CD34")))),
    ("DD13", situation("LMNA::NTRK1", age=8, site="subcutis")),
    ("DD14", situation("COL1A1::PDGFB")),
    ("DD15", situation("MYH9::USP6")),
    ("DD15", situation("USP6::MYH9")),
    ("DD16", situation("NAB2::STAT6")),
    ("DD17", situation("SS18::SSX1")),
    ("DD18", situation("EWSR1::FLI1")),
    ("DD19", situation("EBF1::PDGFRB", age=0.5)),
    ("DD19", situation(age=0.5, variants=(a_variant("PDGFRB", "R561C"),))),
    ("DD20", situation("SRF::RELA")),
    ("DD21", situation(variants=(a_variant("CTNNB1", "T41A"),))),
    ("DD21", situation(stains=(a_stain("beta-catenin", pattern="nuclear"),))),
    ("DD22", situation(variants=(a_variant("KIT", "D816V"),))),
    ("DD23", situation("PAX3::FOXO1")),
    ("DD23", situation(stains=(a_stain("ALK"), a_stain("myogenin")))),
    ("DD23", situation(stains=(a_stain("ALK"), a_stain("MyoD1")))),
    ("DD24", situation(stains=(a_stain("ALK"),), diagnosis="leiomyosarcoma")),
    ("DD25", situation(stains=(a_stain("IgG4"),), diagnosis="mass")),
    ("DD25", situation(stains=(a_stain("ALK", "negative"),), diagnosis="storiform fibrosis")),
    ("DD26", situation(stains=(a_stain("EBER"),), site="spleen")),
    ("DD27", situation(stains=(a_stain("CD21"),))),
    ("DD28", situation(stains=(a_stain("INI1 (SMARCB1)", "negative"),))),
    ("DD29", situation(fish=(a_fish("MDM2"),))),
    ("DD31", situation("PDZRN3::RAF1", stains=(a_stain("S100"), a_stain("CD34")))),
    ("DD32", situation("FN1::FGFR1")),
]

IS_SILENT = [
    ("DD01", situation("TPM3::ALK")),
    ("DD02", situation("EML4::NTRK3")),
    ("DD04", situation("A2M::ALK", age=30, site="lung")),
    ("DD05", situation("TPM3::ALK", site="mesentery")),
    ("DD05", situation(site="skin")),
    ("DD06", situation("FN1::ALK", site="uterus")),
    ("DD07", situation("TIMP3::ALK", site="uterus")),
    ("DD08", situation("IGFBP5::ALK", site="uterus", diagnosis="IMT")),
    ("DD09", situation("RANBP2::ALK")),
    ("DD09", situation("TPM3::ALK", morphology="epithelioid")),
    ("DD10", situation("ETV6::NTRK3", age=2.1)),
    ("DD11", situation("ETV6::NTRK3", age=1.9)),
    ("DD12", situation("TPM3::NTRK1", stains=(a_stain("S100"), a_stain("CD34"), a_stain("SOX10")))),
    ("DD12", situation("TPM3::NTRK1", stains=(a_stain("S100"), a_stain("CD34", "negative")))),
    ("DD13", situation("LMNA::NTRK1", age=40, site="subcutis")),
    ("DD14", situation("COL1A1::PDGFRB")),
    ("DD16", situation("NAB2::PDGFRB")),
    ("DD18", situation("EWSR1::ALK")),
    ("DD23", situation("TPM3::ALK", stains=(a_stain("ALK"), a_stain("myogenin")))),
    ("DD24", situation("TPM3::ALK", stains=(a_stain("ALK"),), diagnosis="leiomyosarcoma")),
    ("DD25", situation("TPM3::ALK", stains=(a_stain("IgG4"),))),
    ("DD25", situation(stains=(a_stain("IgG4", "negative"),), diagnosis="lymphoplasmacytic mass")),
    ("DD26", situation(stains=(a_stain("EBER"),), site="lung")),
    ("DD28", situation(stains=(a_stain("INI1"),))),
    ("DD03", situation("EML4::ALK")),
    ("DD15", situation("MYH9::ALK")),
    ("DD17", situation("SS18::ALK")),
    ("DD19", situation("EBF1::PDGFRB", age=2.1)),
    ("DD19", situation(age=0.5, variants=(a_variant("PDGFRA", "D842V"),))),
    ("DD20", situation("SRF::ALK")),
    ("DD21", situation(variants=(a_variant("TP53", "R175H"),))),
    ("DD21", situation(stains=(a_stain("beta-catenin", pattern="cytoplasmic"),))),
    ("DD22", situation(variants=(a_variant("PDGFRB", "R561C"),))),
    ("DD27", situation("TPM3::ALK", stains=(a_stain("CD21"),))),
    ("DD27", situation(stains=(a_stain("CD21", "negative"),))),
    ("DD29", situation(fish=(a_fish("MDM2", "negative"),))),
    ("DD31", situation("PDZRN3::RAF1", stains=(a_stain("S100"),))),
    ("DD32", situation("FN1::ALK")),
]


def result_of(given: dict[str, Any]) -> Any:
    parts = dict(given)
    fusions = [_fusion(name) for name in parts.pop("fusions")]
    return interpreted_with(*fusions, **parts)


def _fusion(name: str) -> Any:
    three = name.partition("::")[2]
    is_kinase = three in ("ALK", "ROS1", "NTRK1", "NTRK3", "PDGFRB", "RET", "RAF1", "FGFR1")
    return a_fusion(name) if is_kinase else a_fusion(name, role="other", kinase_domain="not_applicable")


@pytest.mark.parametrize(("rule", "given"), SPEAKS, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(SPEAKS)])
def test_an_alert_speaks_in_its_setting_and_before_all_else(rule: str, given: dict[str, Any]) -> None:
    result = result_of(given)
    assert rule in {alert.rule for alert in result.alerts}
    sections = [statement.section for statement in result.statements]
    assert sections[0] == "diagnostic"
    assert "diagnostic" not in sections[sections.count("diagnostic") :]


@pytest.mark.parametrize(("rule", "given"), IS_SILENT, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(IS_SILENT)])
def test_an_alert_is_silent_elsewhere(rule: str, given: dict[str, Any]) -> None:
    assert rule not in {alert.rule for alert in result_of(given).alerts}


def test_every_row_that_may_speak_has_a_setting_here() -> None:
    speaking = {rule.id for rule in the_knowledge().differential if rule.effect != "never"}
    assert speaking == {rule for rule, _ in SPEAKS}


@pytest.mark.parametrize(
    "name", ["NPM1::ALK", "COL1A1::PDGFB", "MYH9::USP6", "NAB2::STAT6", "SS18::SSX2", "EWSR1::FLI1", "PAX7::FOXO1"]
)
def test_a_fusion_that_defines_another_disease_has_no_tier_and_no_therapy(name: str) -> None:
    result = interpreted_with(_fusion(name))
    assert [fusion.classification for fusion in result.fusions] == ["other_entity"]
    assert [(fusion.tier, fusion.level) for fusion in result.fusions] == [("", "")]
    assert result.therapies == ()
    assert "points to" in result.verdict.headline


@pytest.mark.parametrize("classification", ["unconfirmed", "not_functional"])
def test_a_fusion_that_may_not_exist_names_no_disease(classification: str) -> None:
    result = interpreted_with(a_fusion("NPM1::ALK", classification=classification))
    assert not result.alerts
    assert "lymphoma" not in result.verdict.headline


@pytest.mark.parametrize(
    ("given", "is_shown"),
    [
        (situation("EML4::ALK", site="lung", diagnosis="IMT?"), False),
        (situation("EML4::ALK", site="lung", diagnosis="IMT"), True),
        (situation("EML4::ALK", age=0.1, site="lung", diagnosis="IMT?"), True),
        (situation("FN1::ALK", site="bladder", diagnosis="IMT?"), False),
        (situation("FN1::ALK", site="bladder", diagnosis="IMT"), True),
        (situation("TPM3::ALK", site="skin", diagnosis="IMT"), False),
        (situation("KIF5B::ALK", diagnosis="IMT"), True),
        (situation("TPM3::ALK", variants=(a_variant("KIT", "D816V"),)), False),
    ],
)
def test_an_alert_decides_whether_the_imt_label_is_shown(given: dict[str, Any], is_shown: bool) -> None:
    result = result_of(given)
    assert ("ACT01" in {line.rule for line in result.therapies}) is is_shown
    if not is_shown:
        assert any("because of the diagnostic alert" in statement.text for statement in result.statements)


def test_page_one_names_what_is_to_be_considered() -> None:
    summary = " ".join(result_of(situation("ETV6::NTRK3", age=0.5)).verdict.summary)
    assert "To be considered: infantile fibrosarcoma" in summary
    summary = " ".join(result_of(situation(stains=(a_stain("IgG4"),))).verdict.summary)
    assert "To be considered: IgG4-related disease" in summary


def test_infantile_fibrosarcoma_keeps_the_tumour_agnostic_lines() -> None:
    result = result_of(situation("ETV6::NTRK3", age=0.5))
    assert {"ACT27", "ACT29"} <= {line.rule for line in result.therapies}


@pytest.mark.parametrize(
    ("name", "split_reads", "rules"),
    [("SRF::RELA", 40, {"DD20"}), ("SRF::RELA", 1, set()), ("FN1::EGFR", 40, {"DD32"}), ("EGFR::EGFR", 40, set())],
)
def test_a_well_supported_pair_outside_the_gene_models_still_raises_its_alert(
    name: str, split_reads: int, rules: set[str]
) -> None:
    """Not where both ends lie in one gene: EGFR vIII and skipping of MET exon 14 are no fusions."""
    call = ReviewedCall(name, "Arriba", "", "", "in-frame", split_reads, 0, "not_reportable", "", "f.tsv", 2)
    with patch("interpret.interpretation.find_fusions", return_value=((), (call,))):
        result = interpreted(a_case())
    assert {alert.rule for alert in result.alerts} == rules
