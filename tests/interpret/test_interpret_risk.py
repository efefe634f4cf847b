"""Risk sentences appear exactly where their row says; the rows without a rule print nothing."""

from __future__ import annotations

from typing import Any

import pytest
from made_cases import a_fusion, a_specimen, a_stain, interpreted_with, printed, the_knowledge

SPEAKS = [
    ("RK01", {"margin": "R1"}),
    ("RK01", {"margin": "R2"}),
    ("RK02", {"margin": "R0", "site": "lung"}),
    ("RK03", {"margin": "R0", "site": "mesentery"}),
    ("RK06", {"size_cm": 8.0, "site": "uterus"}),
    ("RK07", {"size_cm": 4.5, "site": "larynx"}),
    ("RK07", {"site": "maxillary sinus"}),
    ("RK08", {"size_cm": 9.1, "site": "pelvis soft tissue"}),
    ("RK09", {"morphology": "epithelioid"}),
    ("RK14", {"site": "uterus", "morphology": "lymphovascular invasion"}),
    ("RK16", {"site": "uterus", "morphology": "3 mitoses per 10 HPF"}),
    ("RK17", {"site": "uterus", "morphology": "tumour cell necrosis"}),
    ("RK18", {"disease_status": "metastatic"}),
    ("RK25", {}),
    ("RK25", {"jurisdiction": "EU"}),
]
IS_SILENT = [
    ("RK01", {"margin": "R0"}),
    ("RK01", {}),
    ("RK02", {"margin": "R0", "site": "mesentery"}),
    ("RK02", {"margin": "R1", "site": "lung"}),
    ("RK03", {"margin": "R0", "site": "lung"}),
    ("RK03", {"margin": "R0", "site": "uterus"}),
    ("RK03", {"margin": "R0", "site": ""}),
    ("RK06", {"size_cm": 7.9, "site": "uterus"}),
    ("RK06", {"size_cm": 9, "site": "mesentery"}),
    ("RK07", {"size_cm": 4.4, "site": "larynx"}),
    ("RK07", {"size_cm": 9, "site": "mesentery"}),
    ("RK08", {"size_cm": 9, "site": "uterus"}),
    ("RK08", {"site": "mesentery"}),
    ("RK08", {"size_cm": 9, "site": ""}),
    ("RK09", {}),
    ("RK14", {"site": "uterus", "morphology": "6 mitoses per 10 HPF"}),
    ("RK14", {"site": "lung", "morphology": "lymphovascular invasion"}),
    ("RK16", {"site": "lung", "morphology": "3 mitoses per 10 HPF"}),
    ("RK17", {"site": "uterus", "morphology": "no necrosis"}),
    ("RK18", {"disease_status": "primary"}),
    ("RK25", {"resectability": "unresectable"}),
]


def risk_of(diagnosis: str = "IMT", **changes: Any) -> dict[str, str]:
    specimen = a_specimen(diagnosis=diagnosis, **changes)
    result = interpreted_with(a_fusion("RANBP2::ALK"), specimen=specimen, ihc=(a_stain("ALK"),))
    return {ruling.rule: ruling.text for ruling in result.risk}


@pytest.mark.parametrize(("rule", "specimen"), SPEAKS)
def test_a_sentence_is_printed_where_its_row_says(rule: str, specimen: dict[str, Any]) -> None:
    assert rule in risk_of(**specimen)


@pytest.mark.parametrize(("rule", "specimen"), IS_SILENT)
def test_a_sentence_is_not_printed_elsewhere(rule: str, specimen: dict[str, Any]) -> None:
    assert rule not in risk_of(**specimen)


def test_every_row_with_a_rule_has_a_case_and_every_other_row_never_prints() -> None:
    with_rule = {rule.id for rule in the_knowledge().risk if rule.effect != "never"}
    assert with_rule == {rule for rule, _ in SPEAKS}
    everything = {"margin": "R1", "size_cm": 12.0, "disease_status": "metastatic", "sex": "male"}
    for site in ("lung", "thorax", "abdomen", "uterus", "larynx"):
        assert set(risk_of(site=site, morphology="epithelioid, necrosis, 9 mitoses", **everything)) <= with_rule


def test_epithelioid_morphology_needs_the_stain_or_the_partner() -> None:
    specimen = a_specimen(morphology="epithelioid")
    plain = interpreted_with(a_fusion("TPM3::ALK"), specimen=specimen, ihc=(a_stain("ALK", pattern="cytoplasmic"),))
    assert "RK09" not in {ruling.rule for ruling in plain.risk}
    membrane = interpreted_with(
        a_fusion("TPM3::ALK"), specimen=specimen, ihc=(a_stain("ALK", pattern="nuclear membrane"),)
    )
    assert "RK09" in {ruling.rule for ruling in membrane.risk}


def test_another_diagnosis_has_no_risk_sentence() -> None:
    assert risk_of("leiomyosarcoma", size_cm=12.0, margin="R1") == {}


def test_only_supplied_features_are_named() -> None:
    assert risk_of(site="maxillary sinus")["RK07"].startswith("Head and neck: maxillary sinus site was")
    both = risk_of(site="maxillary sinus", size_cm=5.0)["RK07"]
    assert "size over 4.4 cm (here 5 cm) and maxillary sinus site were" in both


@pytest.mark.parametrize("size", [6.5, 8.0, 11.0, 25.0])
@pytest.mark.parametrize("site", ["mesentery", "lung", "uterus", "larynx"])
def test_no_size_is_ever_called_a_threshold_of_eleven_or_six_and_a_half(size: float, site: str) -> None:
    result = interpreted_with(a_fusion("TPM3::ALK"), specimen=a_specimen(size_cm=size, site=site))
    text = printed(result)
    for figure in ("6.5 cm", "11 cm"):
        # The patient's own size is printed as measured, and never as a limit.
        assert text.count(figure) == text.count(f"size {figure}") + text.count(f"Size {figure}") + text.count(
            f"here {figure}"
        )
