"""
The fifteen statements that the report must not get wrong, each with a case that would break it and its neighbours.

`printed` is everything a reader sees of the interpretation.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from made_cases import (
    a_call,
    a_case,
    a_fish,
    a_fusion,
    a_laboratory,
    a_metric,
    a_source,
    a_specimen,
    a_stain,
    a_variant,
    an_assay,
    interpreted,
    interpreted_with,
    printed,
    rules_of,
    the_knowledge,
)

from interpret.findings import Interpretation
from interpret.knowledge import FORBIDDEN

ALK = a_fusion("TPM3::ALK")
POSITIVE = (a_stain("ALK", pattern="cytoplasmic"),)
DRUGS = sorted({a.agent for a in the_knowledge().actions if a.agent not in ("none", "TRK inhibitors")} | {"dasatinib"})


def drugs_in(result: Interpretation) -> list[str]:
    text = (printed(result) + "\n".join(reference.citation for reference in result.references)).lower()
    return [drug for drug in DRUGS if drug in text]


def relation_of(result: Interpretation, rule: str) -> str:
    return next(line.relation for line in result.therapies if line.rule == rule)


def text_of(result: Interpretation, rule: str) -> str:
    return next(line.text for line in result.therapies if line.rule == rule)


# 1. Crizotinib in IMT (US): from 1 year, unresectable, recurrent or refractory; said when the data do not say so.
@pytest.mark.parametrize("surgery", ["resected", "resectable", "unresectable", "unknown"])
@pytest.mark.parametrize("status", ["primary", "recurrent", "refractory", "metastatic", "progressed", "unknown"])
@pytest.mark.parametrize("age", [0.5, 0.99, 1.01, 34])
def test_01_the_us_label_of_imt_is_given_with_all_its_conditions(surgery: str, status: str, age: float) -> None:
    specimen = a_specimen(age, resectability=surgery, disease_status=status)
    result = interpreted_with(ALK, specimen=specimen, ihc=POSITIVE)
    is_documented = surgery == "unresectable" or status in ("recurrent", "refractory")
    text = text_of(result, "ACT01")
    assert (relation_of(result, "ACT01") == "on_label") == (is_documented and age >= 1)
    assert "unresectable, recurrent, or refractory" in text
    assert "1 year of age and older" in text
    if not is_documented:
        assert "not documented in the data received" in text or "conditions not met" in text
    assert "recommend" not in printed(result).lower()


# 2. EU: paediatric only; an EU adult is off-label. Jurisdiction decides.
@pytest.mark.parametrize(
    ("age", "relation"), [(0.5, "off_label"), (2, "on_label"), (17.9, "on_label"), (18.1, "off_label")]
)
def test_02_the_eu_indication_of_imt_is_paediatric_only(age: float, relation: str) -> None:
    specimen = a_specimen(age, jurisdiction="EU", resectability="unresectable", disease_status="recurrent")
    result = interpreted_with(ALK, specimen=specimen, ihc=POSITIVE)
    assert relation_of(result, "ACT02") == relation
    if relation == "off_label":
        assert "off-label" in text_of(result, "ACT02")
    assert "FDA" not in printed(result)


def test_02_the_laboratorys_jurisdiction_is_used_where_the_specimen_names_none() -> None:
    specimen = a_specimen(52, jurisdiction="")
    result = interpreted_with(ALK, specimen=specimen, ihc=POSITIVE, laboratory=a_laboratory(jurisdiction="EU"))
    assert {"ACT02", "ACT03"} == {line.rule for line in result.therapies}


@pytest.mark.parametrize("name", ["TPM3::ALK", "TFG::ROS1", "ETV6::NTRK3", "CCDC6::RET", "NAB2::PDGFRB"])
@pytest.mark.parametrize(
    ("jurisdiction", "foreign"), [("US", r"\bEU\b|EMA|Japan"), ("EU", r"FDA|Japan"), ("JP", r"\bEU\b|EMA|FDA")]
)
def test_02_two_jurisdictions_are_never_mixed(name: str, jurisdiction: str, foreign: str) -> None:
    result = interpreted_with(a_fusion(name), specimen=a_specimen(jurisdiction=jurisdiction))
    lines = "\n".join(f"{line.text} {line.status_text}" for line in result.therapies)
    assert not re.search(foreign, lines)


# 3. ROS1 agents, and ALK agents other than crizotinib, are off-label in IMT.
@pytest.mark.parametrize("jurisdiction", ["US", "EU"])
@pytest.mark.parametrize("age", [0.5, 9, 34])
def test_03_ros1_agents_are_off_label_in_imt(jurisdiction: str, age: float) -> None:
    result = interpreted_with(a_fusion("TFG::ROS1"), specimen=a_specimen(age, jurisdiction=jurisdiction))
    assert result.therapies
    for line in result.therapies:
        assert (line.relation, line.tier, line.level) == ("off_label", "II", "C")
        assert "off-label in IMT" in line.text
        assert "NSCLC" in line.text


@pytest.mark.parametrize("guideline", ["", "NCCN STS 1.2026"])
def test_03_other_alk_agents_are_off_label_in_imt(guideline: str) -> None:
    result = interpreted_with(ALK, ihc=POSITIVE, laboratory=a_laboratory(guideline_version=guideline))
    others = [line for line in result.therapies if line.agent in ("alectinib", "ceritinib", "brigatinib", "lorlatinib")]
    assert len(others) == 4
    assert all(line.relation in ("off_label", "guideline") and "off-label" in line.text for line in others)


# 4. IMTL and IMTB are IMT: the labels of lung and bladder cancer are never inherited.
@pytest.mark.parametrize(("code", "site"), [("IMTL", "lung"), ("IMTB", "bladder"), ("IMT", "lung")])
@pytest.mark.parametrize("name", ["TPM3::ALK", "TFG::ROS1", "CCDC6::RET"])
def test_04_an_imt_code_never_inherits_a_carcinoma_label(code: str, site: str, name: str) -> None:
    coded = interpreted_with(a_fusion(name), specimen=a_specimen(diagnosis="IMT", diagnosis_code=code, site=site))
    plain = interpreted_with(a_fusion(name), specimen=a_specimen(diagnosis="IMT", site=site))
    assert [replace(line, because=None) for line in coded.therapies] == [
        replace(line, because=None) for line in plain.therapies
    ]
    assert coded.tumour_context == "inflammatory myofibroblastic tumour"
    for line in coded.therapies:
        assert line.relation != "on_label" or "NSCLC" not in line.text


# 5. No drug line for what cannot work; FN1::ALK with a break in exon 18 or 19 and non-coding partners do work.
BROKEN = [
    replace(ALK, classification="not_functional", reading_frame="out-of-frame"),
    replace(ALK, classification="not_functional", kinase_domain="lost"),
    replace(ALK, classification="uncertain", kinase_domain="undetermined"),
    a_fusion("ALK::TPM3", driver="ALK", role="other", classification="not_functional", kinase_domain="lost"),
    a_fusion("ALK::TPM3", driver="ALK", role="other", classification="uncertain", kinase_domain="undetermined"),
    a_fusion("ALK::TPM3", driver="ALK", role="reciprocal", classification="not_functional", kinase_domain="lost"),
]


@pytest.mark.parametrize("fusion", BROKEN)
@pytest.mark.parametrize("stain", ["positive", "negative", "equivocal", "not_done"])
def test_05_an_event_that_cannot_work_has_no_drug(fusion: Any, stain: str) -> None:
    result = interpreted_with(fusion, ihc=(a_stain("ALK", stain),))
    assert drugs_in(result) == []
    assert result.verdict.status == "indeterminate" or fusion.role == "reciprocal"
    assert not {one.tier for one in result.fusions} & {"I", "II"}


@pytest.mark.parametrize(
    "call",
    [
        a_call("ALK", "TPM3", exon_5prime=19, exon_3prime=9),
        a_call("STRN", "ALK", exon_5prime=3, exon_3prime=21, reading_frame="out-of-frame"),
        a_call("TPM3", "ALK", exon_5prime=8, exon_3prime=29),
    ],
)
def test_05_the_same_holds_from_the_callers_file_on(call: Any) -> None:
    assert drugs_in(interpreted(a_case(call, ihc=POSITIVE))) == []


@pytest.mark.parametrize("exon", [18, 19, 20])
def test_05_an_alk_break_in_exon_18_or_19_works(exon: int) -> None:
    partner_exon = {18: 20, 19: 23, 20: 23}[exon]
    call = a_call("FN1", "ALK", exon_5prime=partner_exon, exon_3prime=exon)
    result = interpreted(a_case(call, ihc=POSITIVE, specimen=a_specimen(site="urinary bladder")))
    assert result.fusions[0].kinase_domain == "retained"
    if result.fusions[0].reading_frame == "in-frame":
        assert "ACT01" in rules_of(result)
        assert "DD06" in rules_of(result)


def test_05_a_non_coding_partner_works() -> None:
    fusion = a_fusion("CASC15::ALK", reading_frame="not_assessable")
    result = interpreted_with(fusion, ihc=POSITIVE)
    assert {"CC12", "ACT01"} <= rules_of(result)
    assert "out of frame" not in printed(result)


# 6. No drug line and no "positive" for an unconfirmed call.
@pytest.mark.parametrize("classification", ["unconfirmed", "uncertain"])
@pytest.mark.parametrize("name", ["TPM3::ALK", "TFG::ROS1", "ETV6::NTRK3", "CCDC6::RET", "NAB2::PDGFRB", "FN1::IGF1R"])
def test_06_an_unconfirmed_call_is_neither_positive_nor_treated(classification: str, name: str) -> None:
    result = interpreted_with(a_fusion(name, classification=classification))
    assert drugs_in(result) == []
    assert result.verdict.status == "indeterminate"
    assert "detected" not in {gene.state for gene in result.genes}
    assert not re.search(r"fusion (positive|detected)|fusion-positive", printed(result))
    assert "confirm" in result.verdict.headline


def test_06_a_call_from_failed_sequencing_is_unconfirmed() -> None:
    result = interpreted_with(ALK, ihc=POSITIVE, metrics=(a_metric(value=5),))
    assert [fusion.classification for fusion in result.fusions] == ["unconfirmed"]
    assert drugs_in(result) == []


# 7. "Not detected" comes with method, genes and limits; DNA and amplicon sequencing miss fusions.
def test_07_not_detected_comes_with_method_genes_and_limit() -> None:
    result = interpreted_with()
    text = "\n".join(statement.text for statement in result.statements)
    assert "RNA sequencing" in text
    assert "does not exclude" in text
    assert all(gene in text for gene in ("ALK", "ROS1", "NTRK1", "NTRK2", "NTRK3", "RET", "PDGFRB"))
    assert "negative" not in text.lower()


def test_07_dna_and_amplicon_sequencing_name_what_they_miss() -> None:
    dna = interpreted_with(sources=(a_source("DNA"),), ihc=POSITIVE)
    assert "CC10" in rules_of(dna)
    assert dna.verdict.status == "indeterminate"
    amplicon = a_laboratory(an_assay(chemistry="amplicon"))
    assert "CC21" in rules_of(interpreted_with(ihc=(a_stain("ROS1"),), laboratory=amplicon))


# 8. Failed or borderline RNA, or too few tumour cells: not informative, never "not detected".
POOR = [
    {"metrics": (a_metric(value=5),)},
    {"metrics": (a_metric(value=27),)},
    {"metrics": (a_metric("rna_qc", None, "fail (DV200 12%)"),)},
    {"metrics": (a_metric("rna_qc", None, "borderline"),)},
    {"metrics": ()},
    {"specimen": a_specimen(tumour_cells_pct=19)},
    {"sources": ()},
]


@pytest.mark.parametrize("poor", POOR)
@pytest.mark.parametrize("stain", ["positive", "equivocal", "not_done"])
def test_08_poor_material_is_not_informative(poor: dict[str, Any], stain: str) -> None:
    stains = tuple(a_stain(marker, stain) for marker in ("ALK", "ROS1", "pan-TRK"))
    result = interpreted_with(ihc=stains, **poor)
    text = printed(result).lower()
    assert result.verdict.status == "not_informative"
    assert "not detected" not in text
    assert "negative" not in text
    assert drugs_in(result) == []


# 9. A stain alone is not a fusion.
@pytest.mark.parametrize("marker", ["ALK", "ROS1", "pan-TRK"])
@pytest.mark.parametrize(
    "parts", [{}, {"sources": ()}, {"sources": (a_source("DNA"),)}, {"metrics": (a_metric(value=5),)}]
)
def test_09_a_positive_stain_alone_is_never_a_fusion(marker: str, parts: dict[str, Any]) -> None:
    result = interpreted_with(ihc=(a_stain(marker),), **parts)
    assert result.verdict.status != "detected"
    assert result.fusions == ()
    assert drugs_in(result) == []
    assert not re.search(r"[A-Z0-9]+::[A-Z0-9]+", re.sub(r"FN1::ROS1", "", printed(result)))


# 10. No dose, for nobody.
@pytest.mark.parametrize("age", [0.25, 7, 34])
@pytest.mark.parametrize("jurisdiction", ["US", "EU", "JP"])
@pytest.mark.parametrize("name", ["TPM3::ALK", "TFG::ROS1", "LMNA::NTRK1", "CCDC6::RET", "NAB2::PDGFRB"])
def test_10_no_dose_is_printed(age: float, jurisdiction: str, name: str) -> None:
    text = printed(interpreted_with(a_fusion(name), specimen=a_specimen(age, jurisdiction=jurisdiction)))
    assert not re.search(r"\d\s*mg\b|mg/m|twice daily|\bBID\b|\bdose", text)


# 11. Age floors differ from drug to drug.
AGE_FLOORS = [
    ("LMNA::NTRK1", "US", "repotrectinib", 12),
    ("QKI::NTRK2", "EU", "repotrectinib", 12),
    ("ETV6::NTRK3", "US", "repotrectinib", 12),
    ("ETV6::NTRK3", "US", "entrectinib", 1.1 / 12),
    ("CCDC6::RET", "US", "selpercatinib", 2),
    ("TFG::ROS1", "US", "repotrectinib", 18),
]


@pytest.mark.parametrize(("name", "jurisdiction", "drug", "floor"), AGE_FLOORS)
def test_11_a_drug_is_not_named_below_its_age(name: str, jurisdiction: str, drug: str, floor: float) -> None:
    for age, is_named in ((floor - 0.02, False), (floor + 0.02, True)):
        result = interpreted_with(a_fusion(name), specimen=a_specimen(age, jurisdiction=jurisdiction))
        assert (drug in drugs_in(result)) is is_named


def test_11_selpercatinib_in_the_eu_is_for_adults_only() -> None:
    child = interpreted_with(a_fusion("CCDC6::RET"), specimen=a_specimen(10, jurisdiction="EU"))
    assert relation_of(child, "ACT33") == "off_label"
    assert "adults only" in text_of(child, "ACT33")


# 12. Tumour-agnostic lines carry their conditions, and "accelerated" where it applies.
@pytest.mark.parametrize(
    ("name", "rule", "words"),
    [
        (
            "LMNA::NTRK1",
            "ACT19",
            ["without a known acquired resistance mutation", "severe morbidity", "no satisfactory"],
        ),
        ("QKI::NTRK2", "ACT25", ["accelerated", "without a known acquired resistance mutation", "severe morbidity"]),
        ("ETV6::NTRK3", "ACT30", ["accelerated", "12 years", "severe morbidity", "progressed"]),
        ("CCDC6::RET", "ACT32", ["accelerated", "locally advanced or metastatic", "progressed", "no satisfactory"]),
    ],
)
def test_12_tumour_agnostic_lines_carry_their_conditions(name: str, rule: str, words: list[str]) -> None:
    result = interpreted_with(a_fusion(name))
    text = text_of(result, rule)
    assert [word for word in words if word not in text] == []
    assert relation_of(result, rule) == "conditions_not_met"
    assert next(line for line in result.therapies if line.rule == rule).label_conditions


# 13. A reported resistance variant flags the matching line.
@pytest.mark.parametrize(
    ("name", "gene", "change", "agent"),
    [
        ("LMNA::NTRK1", "NTRK1", "p.Gly595Arg", "larotrectinib"),
        ("ETV6::NTRK3", "NTRK3", "G623R", "entrectinib"),
        ("TPM3::ALK", "ALK", "G1202R", "crizotinib"),
        ("TFG::ROS1", "ROS1", "G2032R", "crizotinib"),
        ("CCDC6::RET", "RET", "G810R", "selpercatinib"),
    ],
)
def test_13_a_resistance_variant_flags_its_line(name: str, gene: str, change: str, agent: str) -> None:
    specimen = a_specimen(resectability="unresectable", disease_status="refractory", prior_therapy="doxorubicin")
    result = interpreted_with(a_fusion(name), specimen=specimen, variants=(a_variant(gene, change),))
    line = next(line for line in result.therapies if line.agent == agent)
    assert "Resistance alert" in line.text
    if agent in ("larotrectinib", "entrectinib"):
        assert line.relation == "conditions_not_met"


# 14. Symbols are read letter by letter; a fusion of another disease warns before any therapy text.
@pytest.mark.parametrize(
    ("five", "three", "rule"),
    [("COL1A1", "PDGFB", "DD14"), ("NPM1", "ALK", "DD01"), ("MYH9", "USP6", "DD15"), ("NAB2", "STAT6", "DD16")],
)
def test_14_a_fusion_of_another_disease_warns_and_is_not_treated(five: str, three: str, rule: str) -> None:
    exons = {"PDGFB": (25, 2), "ALK": (4, 20), "USP6": (1, 2), "STAT6": (6, 17)}[three]
    result = interpreted(a_case(a_call(five, three, exon_5prime=exons[0], exon_3prime=exons[1])))
    assert result.statements[0].section == "diagnostic"
    assert rule in rules_of(result)
    assert drugs_in(result) == []


def test_14_pdgfb_is_not_pdgfrb() -> None:
    dermatofibrosarcoma = interpreted(a_case(a_call("COL1A1", "PDGFB", exon_5prime=25, exon_3prime=2)))
    assert {gene.symbol: gene.state for gene in dermatofibrosarcoma.genes}["PDGFRB"] == "not_detected"
    assert "CC32" not in rules_of(dermatofibrosarcoma)
    pdgfrb = interpreted_with(a_fusion("COL1A1::PDGFRB"))
    assert "DD14" not in rules_of(pdgfrb)
    assert "ACT35" in rules_of(pdgfrb)


def test_14_an_infants_etv6_ntrk3_warns_before_the_therapy_text() -> None:
    result = interpreted_with(a_fusion("ETV6::NTRK3"), specimen=a_specimen(0.25))
    sections = [statement.section for statement in result.statements]
    assert sections.index("diagnostic") < sections.index("therapy")
    assert "DD10" in rules_of(result)


# 15. No prognosis from ALK status, thoracic site, age or sex; EIMS needs morphology.
@pytest.mark.parametrize("site", ["thorax", "lung", "mesentery", "uterus", "larynx"])
@pytest.mark.parametrize("stain", ["positive", "negative"])
def test_15_no_prognosis_is_drawn_from_alk_site_age_or_sex(site: str, stain: str) -> None:
    texts = set()
    for age in (2.0, 30.0, 70.0):
        for sex in ("female", "male"):
            specimen = a_specimen(age, site=site, sex=sex, size_cm=12.0, margin="R0")
            result = interpreted_with(ALK, specimen=specimen, ihc=(a_stain("ALK", stain),))
            texts.add("\n".join(ruling.text for ruling in result.risk))
            assert not FORBIDDEN.search(printed(result))
            assert not re.search(r"prognos|surviv|favourable", printed(result))
    assert len(texts) == 1


@pytest.mark.parametrize("name", ["RANBP2::ALK", "RRBP1::ALK"])
def test_15_the_epithelioid_variant_needs_its_morphology(name: str) -> None:
    stains = (a_stain("ALK", pattern="nuclear membrane" if name.startswith("RANBP2") else "perinuclear"),)
    bland = interpreted_with(a_fusion(name), specimen=a_specimen(morphology="bland spindle cells"), ihc=stains)
    assert not {"DD09", "RK09", "CC02"} & rules_of(bland)
    epithelioid = interpreted_with(a_fusion(name), specimen=a_specimen(morphology="epithelioid"), ihc=stains)
    assert {"DD09", "RK09"} <= rules_of(epithelioid)
    assert "confirmed" not in "\n".join(one.text for one in epithelioid.alerts).lower()


def test_a_failed_control_and_two_drivers_hold_everything() -> None:
    from made_cases import a_control

    for result in (
        interpreted_with(ALK, ihc=POSITIVE, controls=(a_control("fail"),)),
        interpreted_with(ALK, a_fusion("TFG::ROS1"), ihc=POSITIVE),
        interpreted_with(ALK, fish=(a_fish("ALK"),), controls=(a_control("fail", "no-template"),)),
    ):
        assert result.verdict.status == "hold"
        assert drugs_in(result) == []
        assert result.therapies == ()
        assert result.fusions == ()
        assert not {"detected", "not_detected"} & {gene.state for gene in result.genes}
