"""
Page 1 never calls a contradiction an agreement, and never lets a label stand plain beside an alert against it.

The space of immunohistochemistry, FISH, sequencing, quality and staining pattern is drawn at random; the cases after it
are the ones in which a reader was misled once, each with its neighbours.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_cases import (
    a_call,
    a_case,
    a_control,
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
)

ALK = a_fusion("TPM3::ALK")
POSITIVE = a_stain("ALK", pattern="cytoplasmic")
NEGATIVE = a_stain("ALK", "negative")
READY = a_specimen(resectability="unresectable", disease_status="recurrent")
STAINS = {"ALK": "ALK", "ROS1": "ROS1", "NTRK3": "pan-TRK"}
AGREES = re.compile(r"\bagree\b")


@st.composite
def compared(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A fusion and what staining, FISH, quality and tumour content say beside it."""
    name = draw(st.sampled_from(["TPM3::ALK", "RANBP2::ALK", "EML4::ALK", "TFG::ROS1", "ETV6::NTRK3", "CCDC6::RET"]))
    driver = name.partition("::")[2]
    result = st.sampled_from(["positive", "negative", "equivocal", "not_done"])
    pattern = draw(st.sampled_from(["", "cytoplasmic", "granular", "nuclear membrane", "perinuclear"]))
    stain, probe = draw(result), draw(result)
    molecule = draw(st.sampled_from(["RNA", "DNA"]))
    parts = {
        "ihc": (a_stain(STAINS[driver], stain, pattern),) if driver in STAINS else (),
        "fish": (a_fish(driver, probe),),
        "metrics": draw(st.sampled_from([(), (a_metric(),), (a_metric(value=27),), (a_metric(value=5),)])),
        "sources": (a_source(molecule),),
        "specimen": replace(
            READY,
            tumour_cells_pct=draw(st.sampled_from([None, 5.0, 60.0])),
            site=draw(st.sampled_from(["lung", "mesentery", "skin", "uterus"])),
            diagnosis=draw(st.sampled_from(["IMT", "IMT?", "spindle cell tumour"])),
        ),
        "variants": draw(st.sampled_from([(), (a_variant("KIT", "D816V"),), (a_variant("ALK", "G1202R"),)])),
    }
    is_called = draw(st.booleans())
    fusion = a_fusion(name, molecule=molecule)
    return driver, parts | {"fusions": (fusion,) if is_called else (), "stain": stain, "probe": probe}


@settings(max_examples=500, deadline=None)
@given(compared())
def test_agreement_is_claimed_only_where_no_method_speaks_against_the_driver(case: Any) -> None:
    driver, parts = case
    fusions, stain, probe = parts.pop("fusions"), parts.pop("stain"), parts.pop("probe")
    verdict = interpreted_with(*fusions, **parts).verdict
    if not AGREES.search(verdict.certainty):
        return
    assert probe != "negative"
    assert driver not in STAINS or stain != "negative"
    is_membrane = driver == "ALK" and stain == "positive" and "nuclear membrane" in parts["ihc"][0].localisation
    assert not is_membrane or not fusions or fusions[0].gene_5prime == "RANBP2"


@settings(max_examples=500, deadline=None)
@given(compared())
def test_a_label_is_not_called_documented_beside_an_alert(case: Any) -> None:
    _, parts = case
    fusions, _, _ = parts.pop("fusions"), parts.pop("stain"), parts.pop("probe")
    result = interpreted_with(*fusions, **parts)
    against = [alert for alert in result.alerts if not alert.text.startswith("Diagnostic note")]
    summary = " ".join(result.verdict.summary)
    assert not against or "all conditions" not in summary
    if "all conditions" in summary:
        assert any(line.relation == "on_label" for line in result.therapies)


@settings(max_examples=300, deadline=None)
@given(compared())
def test_what_impairs_the_sequencing_is_said_beside_every_result(case: Any) -> None:
    _, parts = case
    fusions, _, _ = parts.pop("fusions"), parts.pop("stain"), parts.pop("probe")
    result = interpreted_with(*fusions, **parts)
    is_low = parts["specimen"].tumour_cells_pct == 5
    if result.verdict.status == "detected" and (is_low or parts["metrics"] != (a_metric(),)):
        assert "Caution" in result.verdict.certainty
    if result.verdict.status == "detected" and is_low:
        assert "umour content 5 %" in result.verdict.certainty


# IHC x FISH beside a fusion call.
@pytest.mark.parametrize(
    ("stain", "probe", "start", "words"),
    [
        ("positive", "positive", "3 methods agree", ["ALK immunohistochemistry", "ALK FISH"]),
        ("positive", "not_done", "2 methods agree", ["ALK immunohistochemistry"]),
        ("positive", "negative", "Methods disagree", ["against ALK FISH", "did not show a rearrangement"]),
        ("negative", "positive", "Methods disagree", ["against ALK immunohistochemistry", "is negative"]),
        ("negative", "negative", "Methods disagree", ["ALK immunohistochemistry and ALK FISH"]),
        ("not_done", "negative", "Methods disagree", ["against ALK FISH"]),
        ("not_done", "not_done", "One method", ["RNA sequencing"]),
        ("equivocal", "not_done", "One method", ["equivocal"]),
        ("equivocal", "positive", "2 methods agree", ["ALK FISH", "immunohistochemistry is equivocal"]),
    ],
)
def test_certainty_names_who_is_for_and_who_against(stain: str, probe: str, start: str, words: list[str]) -> None:
    certainty = interpreted_with(ALK, ihc=(a_stain("ALK", stain),), fish=(a_fish("ALK", probe),)).verdict.certainty
    assert certainty.startswith(start)
    assert [word for word in words if word not in certainty] == []


@pytest.mark.parametrize(("gene", "agrees"), [("NTRK3", True), ("NTRK1", False)])
def test_a_probe_of_another_gene_of_the_family_confirms_nothing(gene: str, agrees: bool) -> None:
    fusion = a_fusion("ETV6::NTRK3")
    positive = interpreted_with(fusion, fish=(a_fish(gene),)).verdict.certainty
    assert bool(AGREES.search(positive)) is agrees
    negative = interpreted_with(fusion, fish=(a_fish(gene, "negative"),)).verdict.certainty
    assert ("disagree" in negative) is agrees


@pytest.mark.parametrize(("name", "marker"), [("TPM3::ALK", "ALK"), ("TFG::ROS1", "ROS1")])
def test_a_fusion_by_sequencing_and_fish_without_protein_is_to_be_explained(name: str, marker: str) -> None:
    negative = a_stain(marker, "negative")
    twice = interpreted_with(a_fusion(name), ihc=(negative,), fish=(a_fish(marker),), specimen=READY)
    assert f"{marker} immunohistochemistry negative" in twice.verdict.headline
    assert "to be confirmed" not in twice.verdict.headline
    assert "missing protein expression" in " ".join(twice.verdict.summary)
    assert not re.search(r"by FISH|confirm the fusion", " ".join(twice.verdict.next_steps))
    assert twice.therapies == ()
    once = interpreted_with(a_fusion(name), ihc=(negative,), specimen=READY)
    assert "to be confirmed" in once.verdict.headline
    assert f"{marker} FISH" in " ".join(once.verdict.next_steps)


@pytest.mark.parametrize(("name", "fits"), [("TPM3::ALK", False), ("EML4::ALK", False), ("RANBP2::ALK", True)])
def test_a_pattern_that_does_not_fit_the_partner_is_said_on_page_one(name: str, fits: bool) -> None:
    result = interpreted_with(a_fusion(name), ihc=(a_stain("ALK", pattern="nuclear membrane"),), specimen=READY)
    summary = " ".join(result.verdict.summary)
    assert ("does not fit the partner" in result.verdict.certainty) is not fits
    assert bool(AGREES.search(result.verdict.certainty)) is fits
    assert ("all conditions of at least one label" in summary) is fits


# Stain and FISH both positive, no fusion call.
BOTH_POSITIVE = {"ihc": (POSITIVE,), "fish": (a_fish("ALK"),)}
WEAK_METHOD = r"one method|alone is not proof|if a fusion result is needed"


@pytest.mark.parametrize("poor", [{"sources": ()}, {"metrics": (a_metric(value=5),)}])
def test_stain_and_fish_together_are_two_methods_without_sequencing(poor: dict[str, Any]) -> None:
    result = interpreted_with(**BOTH_POSITIVE, **poor)
    assert "CC07" in rules_of(result)
    assert result.verdict.status == "indeterminate"
    assert result.verdict.certainty.startswith("2 methods agree: ALK immunohistochemistry and ALK FISH")
    assert not re.search(WEAK_METHOD, printed(result))
    assert "ALK rearranged by FISH and expressed" in result.verdict.headline
    assert any("names the partner" in step for step in result.recommendations)
    assert result.therapies == ()


@pytest.mark.parametrize("marker", ["ALK", "ROS1"])
def test_stain_and_fish_against_sequencing_are_a_disagreement_and_not_one_method(marker: str) -> None:
    result = interpreted_with(ihc=(a_stain(marker),), fish=(a_fish(marker),))
    assert "CC07" in rules_of(result)
    assert result.verdict.certainty.startswith("Methods disagree")
    assert not re.search(WEAK_METHOD, printed(result))


def test_a_stain_alone_is_named_although_nothing_was_sequenced() -> None:
    result = interpreted_with(ihc=(POSITIVE,), sources=())
    assert result.verdict.headline == "ALK immunohistochemistry positive; sequencing was not done"
    assert result.verdict.summary[0] == "Sequencing was not done. ALK: immunohistochemistry positive, not sequenced."
    assert "alone is not proof" in " ".join(result.verdict.summary)
    silent = interpreted_with(sources=())
    assert "not done" in silent.verdict.headline
    assert "immunohistochemistry" not in " ".join(silent.verdict.summary)


# What limits the quality, with its figure.
@pytest.mark.parametrize(
    ("parts", "figure"),
    [
        ({"metrics": (a_metric(value=12),)}, "RNA integrity (DV200) 12 % (required: at least 30 %)"),
        ({"metrics": (a_metric(value=27),)}, "RNA integrity (DV200) 27 % (required: at least 30 %)"),
        ({"metrics": (a_metric("rna_qc", None, "fail (DV200 12%)"),)}, "RNA quality fail (DV200 12%)"),
        ({"specimen": a_specimen(tumour_cells_pct=5)}, "Tumour content 5 % (required: at least 20 %)"),
    ],
)
def test_page_one_gives_the_figure_behind_not_informative(parts: dict[str, Any], figure: str) -> None:
    certainty = interpreted_with(ihc=(POSITIVE,), **parts).verdict.certainty
    assert certainty.startswith("No conclusion is possible.")
    assert figure in certainty
    assert "not done" not in certainty


# Where no label is held.
@pytest.mark.parametrize(
    ("name", "jurisdiction", "words"),
    [
        ("TPM3::ALK", "BR", "no label information is held for this jurisdiction (BR)"),
        ("TFG::ROS1", "US", "all of them are off-label"),
        ("TPM3::ALK", "EU", "label conditions of crizotinib not met: age from 1 year to under 18 years"),
    ],
)
def test_page_one_says_how_the_lines_stand(name: str, jurisdiction: str, words: str) -> None:
    specimen = replace(READY, jurisdiction=jurisdiction)
    result = interpreted_with(a_fusion(name), specimen=specimen, ihc=(POSITIVE,) if name.endswith("ALK") else ())
    assert result.therapies
    assert words in " ".join(result.verdict.summary)


def test_trial_evidence_is_not_called_an_off_label_use() -> None:
    result = interpreted_with(ALK, specimen=replace(READY, jurisdiction="BR"), ihc=(POSITIVE,))
    assert "off-label" not in " ".join(result.verdict.summary)


# A fusion of another disease explains the stain; nothing of IMT is asked for or said.
RHABDOMYOSARCOMA = a_fusion("PAX3::FOXO1", role="other", kinase_domain="not_applicable")
OTHERS = ["PAX3::FOXO1", "NAB2::STAT6", "MYH9::USP6", "COL1A1::PDGFB", "SS18::SSX1"]


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("stain", ["positive", "negative", "equivocal"])
def test_a_fusion_of_another_disease_leaves_no_imt_question(name: str, stain: str) -> None:
    fusion = a_fusion(name, role="other", kinase_domain="not_applicable")
    result = interpreted_with(fusion, ihc=(a_stain("ALK", stain),), specimen=a_specimen(age_years=8))
    text = printed(result)
    assert not re.search(r"ALKATI|tests for other kinases|established partners", text)
    assert not {"CC08", "CC17", "ACT12"} & rules_of(result)
    assert "wild" not in text


def test_a_driver_without_known_partners_has_no_partner_note() -> None:
    assert interpreted_with(a_fusion("FN1::FGFR1")).fusions[0].partner_note == ""
    assert "established partners" in interpreted_with(a_fusion("NOVEL1::ALK")).fusions[0].partner_note


def test_one_alert_row_speaks_once() -> None:
    result = interpreted_with(RHABDOMYOSARCOMA, ihc=(POSITIVE, a_stain("myogenin")))
    assert [alert.rule for alert in result.alerts].count("DD23") == 1
    assert "DD23" in rules_of(interpreted_with(ihc=(POSITIVE, a_stain("myogenin"))))


# Next steps ask for nothing that is there.
@pytest.mark.parametrize(
    ("name", "specimen", "entered", "gone", "kept"),
    [
        ("TPM3::ALK", {"site": "skin"}, ["CD34", "S-100"], ["CD34", "S100"], ["Factor XIIIa"]),
        ("TPM3::ALK", {"site": "skin"}, ["CD34", "S100", "factor XIIIa"], ["staining"], ["correlate with depth"]),
        ("NPM1::ALK", {}, ["CD30"], ["CD30"], ["Haematopathology"]),
        ("NPM1::ALK", {}, [], [], ["CD30"]),
        ("EML4::ALK", {"site": "lung"}, ["TTF-1", "AE1/AE3"], ["Keratin", "TTF1"], ["adenocarcinoma morphology"]),
        ("EML4::ALK", {"site": "lung"}, ["CK7"], ["Keratin"], ["TTF1"]),
        ("NAB2::STAT6", {}, ["STAT6", "CD34"], ["STAT6", "CD34"], []),
        ("PAX3::FOXO1", {}, ["myogenin"], ["Myogenin"], ["MYOD1"]),
    ],
)
def test_a_stain_that_was_entered_is_not_asked_for(
    name: str, specimen: dict[str, Any], entered: list[str], gone: list[str], kept: list[str]
) -> None:
    three = name.partition("::")[2]
    fusion = a_fusion(name) if three == "ALK" else a_fusion(name, role="other", kinase_domain="not_applicable")
    stains = tuple(a_stain(marker, "negative") for marker in entered)
    result = interpreted_with(fusion, specimen=a_specimen(**specimen), ihc=(POSITIVE, *stains))
    steps = " ".join(alert.recommendation for alert in result.alerts)
    assert [word for word in gone if word.lower() in steps.lower()] == []
    assert [word for word in kept if word.lower() not in steps.lower()] == []


@pytest.mark.parametrize("result", ["not_done", "pending", "not_evaluable"])
def test_a_stain_without_a_result_is_still_asked_for(result: str) -> None:
    steps = interpreted_with(a_fusion("NPM1::ALK"), ihc=(a_stain("CD30", result),)).recommendations
    assert "CD30" in " ".join(steps)


def test_methods_that_were_done_are_not_asked_for() -> None:
    broken = a_fusion("TPM3::ALK", classification="not_functional", reading_frame="out-of-frame")
    steps = " ".join(interpreted_with(broken, ihc=(POSITIVE,), fish=(a_fish("ALK", "negative"),)).recommendations)
    assert not re.search(r"RNA sequencing|ALK FISH", steps)
    dna = interpreted_with(broken, ihc=(POSITIVE,), sources=(a_source("DNA"),))
    assert re.search(r"RNA sequencing and ALK FISH", " ".join(dna.recommendations))
    stained = interpreted_with(a_fusion("TFG::ROS1"), ihc=(NEGATIVE, a_stain("ROS1", "negative")))
    assert "ROS1 immunohistochemistry, to confirm" not in " ".join(stained.recommendations)
    unstained = interpreted_with(a_fusion("TFG::ROS1"), ihc=(NEGATIVE,))
    assert "ROS1 immunohistochemistry and ROS1 FISH, to confirm" in " ".join(unstained.recommendations)


@settings(max_examples=200, deadline=None)
@given(compared())
def test_no_part_of_a_next_step_stands_twice(case: Any) -> None:
    _, parts = case
    fusions, _, _ = parts.pop("fusions"), parts.pop("stain"), parts.pop("probe")
    result = interpreted_with(*fusions, **parts)
    pieces = [part for step in result.recommendations for part in step.removesuffix(".").lower().split("; ")]
    assert len(pieces) == len(set(pieces))
    assert all(pieces)


# Page 1 lists diseases to be considered, not the patient's own.
def test_a_note_on_the_patients_own_disease_is_no_disease_to_be_considered() -> None:
    noted = interpreted_with(a_fusion("ETV6::NTRK3"))
    assert "DD11" in rules_of(noted)
    assert "To be considered" not in " ".join(noted.verdict.summary)
    infant = interpreted_with(a_fusion("ETV6::NTRK3"), specimen=a_specimen(0.3))
    assert "To be considered: infantile fibrosarcoma" in " ".join(infant.verdict.summary)


# Risk sentences are for IMT that was diagnosed.
@pytest.mark.parametrize(
    ("diagnosis", "site", "is_said"),
    [
        ("IMT", "mesentery", True),
        ("adenocarcinoma vs IMT", "mesentery", False),
        ("IMT?", "mesentery", False),
        ("IMT", "skin", False),
    ],
)
def test_a_risk_sentence_needs_a_settled_diagnosis(diagnosis: str, site: str, is_said: bool) -> None:
    specimen = a_specimen(diagnosis=diagnosis, site=site, disease_status="metastatic", size_cm=9.0)
    rules = {one.rule for one in interpreted_with(ALK, ihc=(POSITIVE,), specimen=specimen).risk}
    assert ("RK18" in rules) is is_said
    assert ("RK08" in rules) is is_said


@pytest.mark.parametrize("count", [0, 1, 12])
def test_a_mitotic_count_reads_for_any_number(count: int) -> None:
    specimen = a_specimen(site="uterus", morphology=f"{count} mitoses per 10 HPF")
    texts = {one.rule: one.text for one in interpreted_with(ALK, ihc=(POSITIVE,), specimen=specimen).risk}
    assert texts["RK16"].startswith(f"Mitotic count {count} per 10 HPF (uterus). Higher mitotic counts")


# A note on an agent stands with the agent, or nowhere.
@pytest.mark.parametrize(
    ("name", "stain", "is_said"),
    [("RANBP2::ALK", "positive", True), ("RANBP2::ALK", "negative", False), ("RRBP1::ALK", "positive", False)],
)
def test_relapse_is_told_beside_the_drug_only(name: str, stain: str, is_said: bool) -> None:
    result = interpreted_with(a_fusion(name), ihc=(a_stain("ALK", stain, "nuclear membrane"),), specimen=READY)
    notes = [one for one in result.statements if "Relapse on crizotinib" in one.text]
    assert [note.section for note in notes] == (["therapy"] if is_said else [])
    assert not any("elapse" in fusion.partner_note for fusion in result.fusions)


def test_a_call_of_the_real_file_says_the_same() -> None:
    call = a_call("TPM3", "ALK", exon_5prime=8, exon_3prime=20)
    laboratory = a_laboratory(an_assay())
    certainty = interpreted(a_case(call, ihc=(NEGATIVE,), fish=(a_fish("ALK"),)), laboratory).verdict.certainty
    assert certainty.startswith("Methods disagree: RNA sequencing and ALK FISH against ALK immunohistochemistry.")
    assert "Called by Arriba." in certainty


# A resistance variant is an alert, named before any therapy line.
@pytest.mark.parametrize(
    ("name", "gene", "change", "named", "agent"),
    [
        ("TPM3::ALK", "ALK", "p.(Gly1202Arg)", "G1202R", "crizotinib"),
        ("TFG::ROS1", "ROS1", "G2032R", "G2032R", "entrectinib"),
        ("ETV6::NTRK3", "NTRK3", "G623R", "G623R", "larotrectinib"),
        ("CCDC6::RET", "RET", "p.Gly810Arg", "G810R", "selpercatinib"),
    ],
)
def test_a_resistance_variant_is_an_alert_on_page_one(
    name: str, gene: str, change: str, named: str, agent: str
) -> None:
    fusion = a_fusion(name)
    stain = a_stain(STAINS[gene], pattern="cytoplasmic") if gene in STAINS else a_stain("ALK", "negative")
    variants = (a_variant(gene, change),)
    result = interpreted_with(fusion, ihc=(stain,), specimen=READY, variants=variants)
    alerts = [alert for alert in result.alerts if named in alert.text]
    assert alerts
    assert any(agent in alert.text.lower() for alert in alerts)
    summary = " ".join(result.verdict.summary)
    assert named in summary
    assert agent in summary.lower()
    assert "all conditions" not in summary
    assert any("resistance" in step.lower() for step in result.verdict.next_steps)
    texts = [statement.text for statement in result.statements]
    first_therapy = next(n for n, one in enumerate(result.statements) if one.section == "therapy")
    assert all(texts.index(alert.text) < first_therapy for alert in alerts)


@pytest.mark.parametrize(
    ("parts", "variant"),
    [
        ({}, a_variant("TP53", "p.Arg175His")),
        ({"controls": (a_control("fail"),)}, a_variant("ALK", "G1202R")),
        ({"metrics": (a_metric(value=5),)}, a_variant("ALK", "G1202R")),
        ({"ihc": (NEGATIVE,)}, a_variant("ROS1", "G2032R")),
    ],
)
def test_a_variant_without_its_driver_raises_no_resistance_alert(parts: dict[str, Any], variant: Any) -> None:
    result = interpreted_with(ALK, **({"ihc": (POSITIVE,), "specimen": READY, "variants": (variant,)} | parts))
    assert not any("esistance" in alert.text for alert in result.alerts)
    assert not any("esistance" in step for step in result.verdict.next_steps)


# A frame that DNA breakpoints predict is called a prediction where the reasons speak of it.
@pytest.mark.parametrize(("molecule", "is_predicted"), [("DNA", True), ("RNA", False), ("RNA and DNA", False)])
@pytest.mark.parametrize("frame", ["in-frame", "out-of-frame"])
def test_a_frame_from_dna_is_a_prediction_in_the_reasons_too(molecule: str, frame: str, is_predicted: bool) -> None:
    fusion = a_fusion("TPM3::ALK", molecule=molecule, reading_frame=frame)
    reasons = interpreted_with(fusion, ihc=(POSITIVE,), sources=(a_source("DNA"),)).fusions[0].reasons
    assert any("is a prediction" in reason for reason in reasons) is is_predicted


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"classification": "unconfirmed"}, "Call not confirmed; positive by ALK immunohistochemistry and ALK FISH"),
        ({"classification": "not_functional", "reading_frame": "out-of-frame"}, "Methods disagree"),
    ],
)
def test_stain_and_fish_count_beside_a_call_that_is_no_result(changes: dict[str, Any], start: str) -> None:
    result = interpreted_with(replace(ALK, **changes), **BOTH_POSITIVE)
    assert result.verdict.status == "indeterminate"
    assert result.verdict.certainty.startswith(start)
    assert not re.search(WEAK_METHOD, printed(result))
    assert "TPM3::ALK" in result.verdict.summary[0]


def test_a_repeat_is_asked_for_once() -> None:
    steps = " ".join(interpreted_with(ihc=(POSITIVE,), metrics=(a_metric(value=12),)).recommendations)
    assert steps.count("Repeat") == 1
    assert "ALK FISH" in steps
