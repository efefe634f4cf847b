"""Alerts and comparisons, word by word: text, grounds, what they do, their order, and what silences them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from made_cases import (
    a_case,
    a_fusion,
    a_laboratory,
    a_specimen,
    a_stain,
    an_assay,
    interpreted_with,
    the_knowledge,
)

from interpret.concordance import compare, is_not_functional, reportable_drivers, why_not_functional
from interpret.context import read_context
from interpret.differential import Alerts, find_alerts, find_entities
from interpret.findings import ReviewedCall
from interpret.quality import assess

ALK = a_fusion("TPM3::ALK")
ROS1 = a_fusion("TFG::ROS1")
FOXO1 = a_fusion("PAX3::FOXO1", role="other", kinase_domain="not_applicable")
ALK_FIRST = a_fusion("ALK::TPM3", role="other", driver="ALK", classification="uncertain", is_order_known=True)


def ruling(fusions: tuple[Any, ...], rule: str, **parts: Any) -> Any:
    result = interpreted_with(*fusions, **parts)
    return next(one for one in (*result.alerts, *result.concordance) if one.rule == rule)


IGG4 = (
    "Diagnostic alert: IgG4-related disease is to be considered ({}): "
    "correlate with IgG4 count, serum IgG4 and histology."
)


@pytest.mark.parametrize(
    ("diagnosis", "stain", "grounds", "part"),
    [
        ("mass", a_stain("IgG4"), "IgG4 staining, no fusion shown", "a"),
        (
            "storiform fibrosis",
            a_stain("IgG4"),
            "lymphoplasmacytic or storiform lesion, IgG4 staining, no fusion shown",
            "a",
        ),
        (
            "storiform fibrosis",
            a_stain("ALK", "negative"),
            "lymphoplasmacytic or storiform lesion, no fusion shown",
            "b",
        ),
    ],
)
def test_the_grounds_of_an_igg4_alert_are_those_of_the_case(
    diagnosis: str, stain: Any, grounds: str, part: str
) -> None:
    alert = ruling((), "DD25", ihc=(stain,), specimen=a_specimen(diagnosis=diagnosis))
    assert (alert.text, alert.part, alert.marker, alert.classification) == (IGG4.format(grounds), part, "", "alert")
    assert alert.recommendation == "IgG4 and IgG cell counts; serum IgG4."


def test_an_alert_carries_its_fusion_its_effect_and_its_conditions() -> None:
    alert = ruling((a_fusion("EML4::ALK"),), "DD02", specimen=a_specimen(site="lung"))
    assert (alert.marker, alert.classification, alert.part) == ("EML4::ALK", "only_if_settled", "a")
    assert alert.text == (
        "Diagnostic alert: EML4::ALK is the commonest ALK fusion of lung cancer and also occurs in IMT. "
        "Exclude carcinoma in a lung or metastatic specimen."
    )
    assert alert.recommendation == "Keratin and TTF1 staining; review for adenocarcinoma morphology."
    met = {one.fact: one.value for one in alert.because}
    assert (met["gene_5prime"], met["gene_3prime"], met["age"], met["site"]) == ("EML4", "ALK", "adult", "lung")


def situated(*fusions: Any, **parts: Any) -> tuple[Any, ...]:
    """Case, assay, fusions, context and comparison, as the interpretation puts them together."""
    case, assay, knowledge = a_case(**parts), an_assay(), the_knowledge()
    context = read_context(case.specimen, case.variants, a_laboratory())
    found = find_entities(fusions, context, case, knowledge)
    return case, assay, found, context, compare(case, assay, found, assess(case, assay), context, knowledge)


def alerts(*fusions: Any, reviewed: tuple[ReviewedCall, ...] = (), **parts: Any) -> Alerts:
    case, assay, found, context, concordance = situated(*fusions, **parts)
    return find_alerts(case, assay, found, reviewed, context, concordance, the_knowledge())


def entities(*fusions: Any) -> tuple[Any, ...]:
    return tuple(situated(*fusions)[2])


def test_a_fusion_of_another_disease_stops_the_imt_lines_of_every_fusion() -> None:
    found = alerts(FOXO1, ALK)
    assert found.entities == {"PAX3::FOXO1": "alveolar rhabdomyosarcoma"}
    assert found.suggested == ("alveolar rhabdomyosarcoma",)
    assert found.case_without_imt_therapy == "DD23"
    assert found.imt_therapy_stopped_by(ALK) == "DD23"
    assert [(one.rule, one.marker, one.classification) for one in found.rulings] == [
        ("DD23", "PAX3::FOXO1", "other_entity")
    ]


def test_an_alert_of_one_fusion_stops_its_own_lines_only_and_nothing_else_stops_any() -> None:
    found = alerts(ALK, ROS1, specimen=a_specimen(site="skin"))
    assert found.imt_therapy_stopped_by(ALK) == "DD05"
    assert found.imt_therapy_stopped_by(ROS1) == ""
    assert (found.without_imt_therapy, found.case_without_imt_therapy) == ({"TPM3::ALK": "DD05"}, "")
    assert found.entities == {}
    assert alerts(ALK).imt_therapy_stopped_by(ALK) == ""


def test_an_alert_that_waits_for_a_settled_diagnosis_stops_the_lines_until_then() -> None:
    fusion = a_fusion("EML4::ALK")
    settled = alerts(fusion, specimen=a_specimen(site="lung", diagnosis="IMT"))
    assert settled.imt_therapy_stopped_by(fusion) == ""
    for diagnosis in ("possible IMT", "mass"):
        open_yet = alerts(fusion, specimen=a_specimen(site="lung", diagnosis=diagnosis))
        assert open_yet.imt_therapy_stopped_by(fusion) == "DD02"


def test_a_disease_left_open_is_named_for_its_fusion_and_raises_no_alert_of_its_own() -> None:
    found = alerts(a_fusion("KIF5B::ALK"), ALK)
    assert found.left_open == {"KIF5B::ALK": ("ALK-positive histiocytosis",), "TPM3::ALK": ()}
    assert {one.classification for one in found.rulings} == {"alert"}
    excluded = alerts(a_fusion("KIF5B::ALK"), ihc=(a_stain("CD68", "negative"),))
    assert excluded.left_open == {"KIF5B::ALK": ()}


def test_a_row_of_the_case_is_not_repeated_where_a_fusion_raised_it_and_all_come_in_table_order() -> None:
    stains = (a_stain("ALK"), a_stain("myogenin"))
    found = alerts(ihc=stains, specimen=a_specimen(diagnosis="leiomyosarcoma"))
    assert [(one.rule, one.marker) for one in found.rulings] == [("DD23", ""), ("DD24", "")]
    with_fusion = alerts(FOXO1, ihc=stains)
    assert [(one.rule, one.marker) for one in with_fusion.rulings] == [("DD23", "PAX3::FOXO1")]


@pytest.mark.parametrize(
    "changes",
    [
        {"evidence": "inferred"},
        {"role": "reciprocal"},
        {"classification": "unconfirmed"},
        {"classification": "not_functional"},
    ],
)
def test_a_fusion_without_support_or_function_names_no_disease(changes: dict[str, Any]) -> None:
    silent = replace(FOXO1, **changes)
    assert entities(silent) == (silent,)
    assert alerts(silent).rulings == ()
    assert alerts(silent).left_open == {}


@pytest.mark.parametrize("classification", ["reportable", "uncertain"])
def test_a_fusion_that_defines_a_disease_says_so_after_its_other_reasons(classification: Any) -> None:
    fusion, same = entities(replace(FOXO1, classification=classification), ALK)
    assert fusion.classification == "other_entity"
    assert fusion.reasons == (
        "The fusion is in frame.",
        "The fusion points to another disease: alveolar rhabdomyosarcoma.",
    )
    assert same == ALK


@pytest.mark.parametrize(
    ("changes", "speaks"),
    [
        ({}, True),
        ({"split_reads": 3}, True),
        ({"split_reads": 2}, False),
        ({"split_reads": 0}, False),
        ({"split_reads": None}, False),
        ({"split_reads": None, "supporting_reads": 3}, True),
        ({"split_reads": None, "supporting_reads": 2}, False),
        ({"split_reads": 2, "supporting_reads": 90}, False),
        ({"split_reads": 3, "supporting_reads": 0}, True),
        ({"disposition": "reported"}, False),
        ({"name": "SRF"}, False),
    ],
)
def test_a_pair_outside_the_gene_models_speaks_from_the_smallest_number_of_reads_on(
    changes: dict[str, Any], speaks: bool
) -> None:
    """The assay asks for 3 split reads; the caller's total stands in only where it counts no split reads."""
    call = ReviewedCall("SRF::RELA", "Arriba", "", "", "in-frame", 40, 0, "not_reportable", "", "f.tsv", 2)
    found = alerts(reviewed=(replace(call, **changes),))
    assert [(one.rule, one.marker) for one in found.rulings] == ([("DD20", "SRF::RELA")] if speaks else [])


def test_an_assay_that_asks_for_one_read_is_not_content_with_none() -> None:
    call = ReviewedCall("SRF::RELA", "Arriba", "", "", "in-frame", None, 0, "not_reportable", "", "f.tsv", 2)
    case, _, found, context, concordance = situated()
    for reads, rules in ((None, []), (0, []), (1, ["DD20"])):
        assay = an_assay(minimum_split_reads=1)
        reviewed = (replace(call, split_reads=reads),)
        rulings = find_alerts(case, assay, found, reviewed, context, concordance, the_knowledge()).rulings
        assert [one.rule for one in rulings] == rules


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"is_order_known": False}, False),
        ({"classification": "not_functional", "is_order_known": False}, True),
        ({"classification": "reportable"}, False),
        ({"role": "driver"}, False),
        ({"role": "reciprocal"}, False),
        ({"evidence": "inferred"}, False),
        ({"classification": "not_functional", "role": "reciprocal"}, False),
        ({"classification": "not_functional", "evidence": "inferred"}, False),
        ({"driver": "TPM3"}, False),
        ({"gene_5prime": "USP6", "driver": "USP6"}, False),
    ],
)
def test_when_no_functional_kinase_is_expected(changes: dict[str, Any], expected: bool) -> None:
    assert is_not_functional(replace(ALK_FIRST, **changes)) is expected


@pytest.mark.parametrize(
    ("fusion", "reason"),
    [
        (ALK_FIRST, "the kinase gene ALK is the 5-prime partner"),
        (replace(ALK, kinase_domain="lost", reading_frame="out-of-frame"), "the kinase domain is lost"),
        (replace(ALK, reading_frame="out-of-frame"), "the fusion is out of frame"),
        (ALK, "its orientation or structure does not give a kinase fusion"),
    ],
)
def test_why_no_functional_kinase_is_expected(fusion: Any, reason: str) -> None:
    assert why_not_functional(fusion) == reason


def test_only_a_reportable_driver_is_a_result() -> None:
    others = (replace(ALK, classification="uncertain"), replace(ALK, role="other"), FOXO1)
    assert reportable_drivers((*others, ALK, ROS1)) == (ALK, ROS1)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, "fusion"),
        ({"role": "other"}, "uncertain"),
        ({"classification": "uncertain"}, "uncertain"),
        ({"classification": "unconfirmed"}, "unconfirmed"),
        ({"classification": "not_functional"}, "not_functional"),
        ({"classification": "other_entity"}, "other_entity"),
        ({"role": "reciprocal"}, "none"),
        ({"evidence": "inferred"}, "none"),
    ],
)
def test_the_word_of_a_called_fusion_in_the_comparison(changes: dict[str, Any], word: str) -> None:
    fusion = replace(ALK, **changes)
    concordance = situated(fusion)[4]
    assert concordance.groups["ALK"].sequencing == {word}
    assert concordance.groups["ALK"].fusion == (None if word == "none" else fusion)
    assert concordance.case_sequencing == {word}


def test_a_ruling_is_classified_by_its_result_and_without_one_by_its_effect() -> None:
    negative = ruling((ALK,), "CC14", ihc=(a_stain("ALK", "negative"),))
    assert (negative.marker, negative.classification) == ("ALK", "no_therapy")
    positive = ruling((), "CC08", ihc=(a_stain("ALK"),))
    assert (positive.marker, positive.classification) == ("ALK", "indeterminate")
    held = ruling((ROS1, ALK), "CC36")
    assert (held.marker, held.classification) == ("", "hold")
    assert held.text.startswith(
        "More than one kinase fusion was called in the same sample (TFG::ROS1, TPM3::ALK), which is unusual:"
    )


def test_the_open_tests_after_a_negative_alk_stain_are_those_without_a_result() -> None:
    words = "If the diagnosis is IMT, tests for other kinases: {}."
    negative = a_stain("ALK", "negative")
    ros1, trk = "ROS1 immunohistochemistry", "pan-TRK immunohistochemistry"
    assert ruling((), "CC13", ihc=(negative,)).recommendation == words.format(f"{ros1}, {trk}")
    stained = (negative, a_stain("ROS1", "negative"))
    assert ruling((), "CC13", ihc=stained).recommendation == words.format(trk)
