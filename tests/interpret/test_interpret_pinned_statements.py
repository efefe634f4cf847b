"""The statements word for word: what a small case says, in which order, by which rule, from which sources."""

from __future__ import annotations

from typing import Any

import pytest
from made_cases import (
    a_case,
    a_control,
    a_fish,
    a_fusion,
    a_laboratory,
    a_metric,
    a_specimen,
    a_stain,
    interpreted,
    interpreted_with,
    the_knowledge,
)

from interpret.findings import Fusion, Interpretation, Statement
from interpret.statements import references_of
from parsers.records import IhcResult

NOT_SEQUENCED: dict[str, Any] = {"sources": (), "metrics": (), "controls": ()}
DECALCIFIED = "The tissue was decalcified, which can damage RNA and weaken staining."
PASSED = "The RNA sequencing passed the quality limits of the laboratory."
BORDERLINE = "Sequencing quality: RNA quality borderline. Genes of the assay without a call are not assessable."
FAILED = (
    "Sequencing quality: RNA quality below the laboratory limit. Genes of the assay without a call are not assessable."
)
CAUTION = "The call itself is well supported and is reported with this caution."
NOTHING_FOUND = "No reportable kinase fusion detected by RNA sequencing in the genes tested."
ENDS = "(TPM3 exon 5, NM_000001.1; ALK exon 20, NM_000002.1)"
SUPPORT = "40 split reads and 30 spanning pairs"


def said(result: Interpretation, section: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.rule, one.text, one.sources) for one in result.statements if one.section == section]


def texts(result: Interpretation, section: str) -> list[str]:
    return [text for _, text, _ in said(result, section)]


def fusion_text(**changes: Any) -> str:
    [text] = texts(interpreted_with(a_fusion("TPM3::ALK", **changes), ihc=(a_stain("ALK"),)), "fusion")
    return text


def test_the_sections_follow_each_other_with_guidance_last_in_its_own() -> None:
    result = interpreted_with(a_fusion("RANBP2::ALK"), ihc=(a_stain("ALK", pattern="nuclear membrane"),))
    assert [(one.section, one.rule) for one in result.statements] == [
        ("fusion", ""),
        ("partner", "PT004"),
        ("partner", "SA02"),
        ("concordance", "CC01"),
        ("therapy", "ACT01"),
        ("therapy", "ACT04, ACT06, ACT07, ACT08"),
        ("therapy", "PT061"),
        ("therapy", "CS04"),
        ("risk", "RK25"),
        ("risk", "EN01"),
        ("quality", ""),
    ]


def test_an_alert_comes_before_everything_else() -> None:
    result = interpreted_with(a_fusion("COL1A1::PDGFB"))
    assert [(one.section, one.rule) for one in result.statements][:3] == [
        ("diagnostic", "DD14"),
        ("fusion", ""),
        ("partner", "PT060"),
    ]
    assert said(result, "diagnostic") == [
        (
            "DD14",
            "Diagnostic alert: COL1A1::PDGFB points to dermatofibrosarcoma protuberans, not to IMT. PDGFB is not "
            "PDGFRB.",
            ("DFSP",),
        )
    ]


def test_a_concordance_ruling_is_printed_with_its_sources() -> None:
    result = interpreted_with(a_fusion("TPM3::ALK"), ihc=(a_stain("ALK"),))
    sentence = "ALK immunohistochemistry and sequencing agree: TPM3::ALK with ALK protein expression."
    assert said(result, "concordance") == [("CC01", sentence, ("HORNICK15", "COOK01"))]


def test_a_risk_sentence_is_printed_with_its_rule_and_sources_and_guidance_with_its_own() -> None:
    result = interpreted_with(a_fusion("TFG::ROS1"), specimen=a_specimen(site="lung", margin="R0"))
    assert said(result, "risk") == [
        (
            "RK02",
            "Pulmonary IMT after complete resection: recurrence about 2% in one review (a single source).",
            ("SI25",),
        ),
        (
            "EN01",
            "IMT belongs to the intermediate (rarely metastasizing) category of the WHO classification.",
            ("HORNICK15",),
        ),
    ]


def test_guidance_keeps_the_conditions_that_made_it_speak() -> None:
    result = interpreted_with(a_fusion("TFG::ROS1"), specimen=a_specimen(site="lung"))
    [guidance] = [one for one in result.statements if one.rule == "SA01"]
    assert [(one.fact, one.value, one.condition) for one in guidance.because if one.condition] == [
        ("tumour", "imt", "imt or imt_open"),
        ("site", "lung", "lung"),
        ("driver", "ROS1", "ROS1"),
        ("partner", "TFG", "FN1 or TFG or YWHAE"),
    ]


# What a change of the fusion changes in its sentence.
FUSIONS: list[tuple[dict[str, Any], str]] = [
    ({}, f"TPM3::ALK {ENDS}: in frame, kinase domain retained, {SUPPORT}. AMP/ASCO/CAP tier I, level A."),
    (
        {"transcript_5prime": "", "exon_3prime": None},
        f"TPM3::ALK (TPM3 exon 5; ALK, NM_000002.1): in frame, kinase domain retained, {SUPPORT}. "
        "AMP/ASCO/CAP tier I, level A.",
    ),
    (
        {"exon_5prime": None, "transcript_5prime": ""},
        f"TPM3::ALK (ALK exon 20, NM_000002.1): in frame, kinase domain retained, {SUPPORT}. "
        "AMP/ASCO/CAP tier I, level A.",
    ),
    (
        {"kinase_domain": "not_applicable", "split_reads": None, "spanning_pairs": None},
        f"TPM3::ALK {ENDS}: in frame. AMP/ASCO/CAP tier I, level A.",
    ),
    (
        {"split_reads": None, "spanning_pairs": None, "supporting_reads": 1},
        f"TPM3::ALK {ENDS}: in frame, kinase domain retained, 1 supporting read. AMP/ASCO/CAP tier I, level A.",
    ),
    (
        {"classification": "unconfirmed", "reasons": ("One reason.", "Another.")},
        f"TPM3::ALK {ENDS}: in frame, kinase domain retained, {SUPPORT}. Not reported as a result: One reason. "
        "Another.",
    ),
    (
        {"classification": "uncertain", "kinase_domain": "partial"},
        f"TPM3::ALK {ENDS}: in frame, kinase domain only partly retained, {SUPPORT}. Not reported as a result: "
        "The fusion is in frame.",
    ),
    (
        {"classification": "not_functional", "reading_frame": "out-of-frame", "kinase_domain": "lost"},
        f"TPM3::ALK {ENDS}: out of frame, kinase domain lost, {SUPPORT}. AMP/ASCO/CAP tier III.",
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), FUSIONS)
def test_the_sentence_of_a_fusion_names_ends_frame_kinase_support_and_tier(
    changes: dict[str, Any], sentence: str
) -> None:
    assert fusion_text(**changes) == sentence


def test_the_tier_and_only_the_tier_has_a_source() -> None:
    with_tier = interpreted_with(a_fusion("TPM3::ALK"), ihc=(a_stain("ALK"),))
    without = interpreted_with(a_fusion("TPM3::ALK", classification="unconfirmed"), ihc=(a_stain("ALK"),))
    assert [(rule, sources) for rule, _, sources in said(with_tier, "fusion")] == [("", ("AMP2017",))]
    assert [(rule, sources) for rule, _, sources in said(without, "fusion")] == [("", ())]


def test_a_fusion_known_from_fish_alone_says_so_without_ends_or_source() -> None:
    result = interpreted(a_case(**NOT_SEQUENCED, ihc=(a_stain("ALK"),), fish=(a_fish("ALK"),)))
    [(rule, text, sources)] = said(result, "fusion")
    assert text.endswith(
        ": A break-apart FISH probe shows a rearrangement of ALK; partner and reading frame are not known."
    )
    assert (rule, sources) == ("", ())
    assert texts(result, "quality") == [
        "Sequencing was not done; this report makes no statement on fusions beyond staining and FISH."
    ]


RECIPROCAL = a_fusion("ALK::TPM3", role="reciprocal", driver="ALK", classification="not_functional")


def test_a_reciprocal_product_has_no_sentence_of_its_own() -> None:
    both = interpreted_with(a_fusion("TPM3::ALK"), RECIPROCAL, ihc=(a_stain("ALK"),))
    assert [text.partition(" ")[0] for text in texts(both, "fusion")] == ["TPM3::ALK"]
    assert said(interpreted_with(RECIPROCAL), "fusion") == [("", NOTHING_FOUND, ())]


def test_every_other_fusion_has_its_sentence_in_the_order_found() -> None:
    other = a_fusion("TPM4::ROS1", classification="uncertain")
    result = interpreted_with(a_fusion("TPM3::ALK"), other, ihc=(a_stain("ALK"),))
    assert [text.partition(" ")[0] for text in texts(result, "fusion")] == ["TPM3::ALK", "TPM4::ROS1"]


def test_a_negative_result_is_one_sentence() -> None:
    assert said(interpreted(a_case()), "fusion") == [("", NOTHING_FOUND, ())]


def test_nothing_is_said_of_fusions_where_an_absence_means_nothing() -> None:
    assert said(interpreted(a_case(metrics=(a_metric(value=28),))), "fusion") == []


def test_a_held_run_says_only_that_it_is_held() -> None:
    result = interpreted_with(a_fusion("TPM3::ALK"), controls=(a_control("fail"),), ihc=(a_stain("ALK"),))
    held = "On hold: a run control failed (positive); no result of this run is released."
    assert said(result, "fusion") == [("", held, ())]
    assert said(result, "quality") == [("", "The run is on hold: a run control failed (positive).", ())]
    assert said(result, "therapy") == said(result, "risk") == []


def test_two_driver_fusions_are_held_without_any_word_on_therapy() -> None:
    result = interpreted_with(a_fusion("TPM3::ALK"), a_fusion("TFG::ROS1"))
    held = "On hold: more than one kinase fusion was called; sample identity and library to be checked."
    assert said(result, "fusion") == [("", held, ())]
    assert said(result, "therapy") == []


QUALITIES: list[tuple[float, tuple[Fusion, ...], bool | None, list[str]]] = [
    (60, (), None, [PASSED]),
    (60, (a_fusion("TPM3::ALK"),), False, [PASSED]),
    (60, (), True, [PASSED, DECALCIFIED]),
    (28, (), None, [BORDERLINE]),
    (28, (a_fusion("TPM3::ALK"),), True, [BORDERLINE, CAUTION, DECALCIFIED]),
    (10, (a_fusion("TPM3::ALK"),), None, [FAILED]),
]


@pytest.mark.parametrize(("dv200", "fusions", "decalcified", "sentences"), QUALITIES)
def test_the_quality_is_stated_with_its_consequence(
    dv200: float, fusions: tuple[Fusion, ...], decalcified: bool | None, sentences: list[str]
) -> None:
    specimen = a_specimen(decalcified=decalcified)
    result = interpreted_with(*fusions, specimen=specimen, metrics=(a_metric(value=dv200),))
    assert said(result, "quality") == [("", sentence, ()) for sentence in sentences]


def test_a_withheld_association_names_the_rule_that_withholds_it_and_gives_no_other_reason() -> None:
    result = interpreted_with(a_fusion("TPM3::ALK"), ihc=(a_stain("ALK", "negative"),))
    assert said(result, "therapy") == [
        ("CC14", "TPM3::ALK: no therapy association is listed until it is confirmed.", ())
    ]


def test_another_diagnosis_is_the_reason_for_no_therapy_line() -> None:
    result = interpreted_with(
        a_fusion("TPM3::ALK"), specimen=a_specimen(diagnosis="leiomyosarcoma"), ihc=(a_stain("ALK"),)
    )
    sentence = (
        "TPM3::ALK: the diagnosis entered is not IMT; therapy associations that apply to IMT are not listed, and those "
        "of other tumour types are outside this report."
    )
    assert said(result, "therapy") == [("", sentence, ())]


@pytest.mark.parametrize(("jurisdiction", "region"), [("", "not stated"), ("JP", "JP")])
def test_a_driver_without_a_line_in_the_jurisdiction_says_so(jurisdiction: str, region: str) -> None:
    result = interpreted_with(
        a_fusion("TFG::ROS1"),
        specimen=a_specimen(jurisdiction=jurisdiction),
        laboratory=a_laboratory(jurisdiction=jurisdiction),
    )
    sentence = f"TFG::ROS1: no therapy association is held for this driver, age and jurisdiction ({region})."
    assert said(result, "therapy") == [("", sentence, ())]


def test_no_reason_is_given_for_a_fusion_that_has_a_line() -> None:
    assert not any(
        "no therapy association" in text for text in texts(interpreted_with(a_fusion("TFG::ROS1")), "therapy")
    )


def test_no_reason_is_given_for_a_fusion_that_is_no_result() -> None:
    assert said(interpreted_with(a_fusion("TPM3::ALK", classification="uncertain")), "therapy") == []


def test_a_treatment_note_stands_after_the_lines_with_its_source() -> None:
    result = interpreted_with(a_fusion("RANBP2::ALK"), ihc=(a_stain("ALK"),))
    note = "Relapse on crizotinib was reported in 2 of 3 patients with RANBP2::ALK."
    assert ("PT061", note, ("TRAHAIR",)) in said(result, "therapy")
    withheld = interpreted_with(a_fusion("RANBP2::ALK"), ihc=(a_stain("ALK", "negative"),))
    assert "PT061" not in [rule for rule, _, _ in said(withheld, "therapy")]


def test_references_are_numbered_in_order_of_first_use_and_listed_once() -> None:
    knowledge = the_knowledge()
    statements = (
        Statement("fusion", "", "One.", ("AMP2017",)),
        Statement("risk", "RK01", "Two.", ("SI25", "AMP2017")),
        Statement("quality", "", "Three.", ()),
        Statement("risk", "RK08", "Four.", ("FU19",)),
    )
    found = references_of(statements, knowledge)
    assert [(one.number, one.key) for one in found] == [(1, "AMP2017"), (2, "SI25"), (3, "FU19")]
    for one in found:
        source = knowledge.sources[one.key]
        assert (one.citation, one.identifier, one.date) == (source.citation, source.identifier, source.date)
    assert references_of((), knowledge) == ()


@pytest.mark.parametrize(
    ("site", "stain", "rule"),
    [("skin", a_stain("ALK"), "DD05"), ("mesentery", a_stain("Beta-catenin", pattern="nuclear"), "DD21")],
)
def test_an_alert_that_stops_the_therapy_of_imt_is_named_as_the_reason(site: str, stain: IhcResult, rule: str) -> None:
    result = interpreted_with(a_fusion("TPM3::ALK"), specimen=a_specimen(site=site), ihc=(a_stain("ALK"), stain))
    sentence = "TPM3::ALK: therapy associations for IMT are not listed because of the diagnostic alert above."
    assert said(result, "therapy") == [(rule, sentence, ())]
    assert rule in [one for one, _, _ in said(result, "diagnostic")]


def test_guidance_on_missing_tests_stands_last_beside_the_other_methods() -> None:
    assert [rule for rule, _, _ in said(interpreted(a_case()), "concordance")] == ["CC33", "CS02"]
    stained = interpreted(a_case(ihc=(a_stain("ALK", "negative"),)))
    assert "CS02" not in [rule for rule, _, _ in said(stained, "concordance")]
