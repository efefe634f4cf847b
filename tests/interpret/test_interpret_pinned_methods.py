"""
Small things that a reader would see and nothing else pins: guideline wording, quality figures, stains of two patterns,
tests already done, genes on hold.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
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
    the_knowledge,
    the_models,
)

from interpret.conditions import ANY
from interpret.context import Tumour, age_at, read_context, tumour_of
from interpret.findings import GeneResult, Interpretation
from interpret.fusions import without_ambiguous
from interpret.interpretation import interpret
from interpret.quality import assess
from interpret.stains import OpenTests
from parsers.laboratory import QcRule

ALK = a_fusion("TPM3::ALK")
NOT_IN_ASSAY = "not covered by the assay"


def gene_of(result: Interpretation, symbol: str) -> tuple[str, str]:
    return next((gene.state, gene.reason) for gene in result.genes if gene.symbol == symbol)


@pytest.mark.parametrize(
    ("version", "wording", "standing"),
    [
        ("2.2026", "guideline version 2.2026", ("guideline", "I", "A")),
        (" ", "guideline version not yet checked by this laboratory, level C until then", ("off_label", "II", "C")),
        ("", "guideline version not yet checked by this laboratory, level C until then", ("off_label", "II", "C")),
    ],
)
def test_a_guideline_listing_names_the_version_that_the_laboratory_entered(
    version: str, wording: str, standing: tuple[str, str, str]
) -> None:
    result = interpreted_with(ALK, laboratory=a_laboratory(guideline_version=version))
    alectinib = next(line for line in result.therapies if line.agent == "alectinib")
    assert f"guideline-listed in the US ({wording})." in alectinib.text
    elsewhere = "Off-label in IMT (approved in ALK-positive NSCLC, adults only)"
    assert alectinib.status_text == f"{elsewhere}; guideline-listed ({wording})"
    assert (alectinib.relation, alectinib.tier, alectinib.level) == standing
    block = next(one.text for one in result.statements if "ceritinib" in one.text)
    assert f"({wording})" in block
    missing = "The guideline version has not been entered by the laboratory."
    assert (missing in result.limitations) == (not version.strip())


@pytest.mark.parametrize(("tier", "expected"), [("I", ""), ("II", ""), ("III", "III")])
def test_tier_three_is_given_only_where_no_agent_is_known_for_the_driver_anywhere(tier: str, expected: str) -> None:
    known = the_knowledge()
    label = next(one for one in known.actions if one.id == "ACT32")
    knowledge = replace(known, actions=(replace(label, tier=tier),))
    case = a_case(specimen=a_specimen(jurisdiction="BR"))
    with patch("interpret.interpretation.find_fusions", return_value=((a_fusion("CCDC6::RET"),), ())):
        (fusion,) = interpret(case, a_laboratory(), knowledge, the_models()).fusions
    assert fusion.tier == expected


def test_a_stain_is_explained_by_the_calls_where_the_fusion_of_another_disease_was_found() -> None:
    result = interpreted_with(a_fusion("NPM1::ALK"), ihc=(a_stain("ROS1"),))
    headline = next(one for one in result.explanations if one.part == "headline")
    values = {one.fact: one.value for one in headline.because}
    assert values["ROS1_sequencing"] == "elsewhere, none"


def test_of_two_telling_patterns_only_the_first_is_ruled_on() -> None:
    stain = a_stain("ALK", pattern="nuclear membrane, perinuclear")
    result = interpreted_with(a_fusion("RRBP1::ALK"), ihc=(stain,))
    assert [one.rule for one in result.concordance if one.marker == "ALK"] == ["CC03"]


@pytest.mark.parametrize("facts", [frozenset[str](), frozenset({"anything"})])
def test_a_cell_that_asks_for_nothing_accepts_everything(facts: frozenset[str]) -> None:
    assert ANY.accept(facts) is True


@pytest.mark.parametrize("diagnosis", ["", "spindle cell tumour", "sarcoma"])
def test_a_diagnosis_that_names_no_disease_is_an_unspecified_tumour(diagnosis: str) -> None:
    assert tumour_of(diagnosis, "") == Tumour("unspecified", False, "unspecified mesenchymal tumour")


def test_an_alert_on_the_case_belongs_to_no_fusion_and_a_silent_row_never_speaks() -> None:
    silent = {rule.id for rule in the_knowledge().differential if rule.effect in ("never", "left_open")}
    about_cases = {rule.id for rule in the_knowledge().differential if rule.scope == "case"}
    stains = (
        a_stain("MDM2"),
        a_stain("CD34"),
        a_stain("IgG4"),
        a_stain("S100"),
        a_stain("beta-catenin", "positive", "nuclear"),
    )
    spoken = [
        one
        for fusion in (ALK, a_fusion("ETV6::NTRK3"), a_fusion("LMNA::NTRK1"))
        for one in interpreted_with(
            fusion, ihc=stains, fish=(a_fish("MDM2"),), specimen=a_specimen(age_years=0.5, site="thigh")
        ).alerts
        if one.classification != "resistance"
    ]
    assert not silent & {one.rule for one in spoken}
    assert {one.rule for one in spoken} & about_cases
    assert all(not one.marker for one in spoken if one.rule in about_cases)


def test_a_gene_that_an_ambiguous_symbol_may_mean_is_not_assessable() -> None:
    result = interpreted(a_case(a_call("ETV6", "NTRK", split_reads=40)))
    states = {gene: gene_of(result, gene)[0] for gene in ("NTRK1", "NTRK2", "NTRK3", "ALK")}
    assert states == dict.fromkeys(("NTRK1", "NTRK2", "NTRK3"), "not_assessable") | {"ALK": states["ALK"]}


def test_an_ambiguous_symbol_takes_not_detected_from_the_genes_it_may_mean_and_from_no_other() -> None:
    genes = tuple(GeneResult(symbol, "not_detected", "RNA sequencing") for symbol in ("ALK", "RET"))
    alk, ret = without_ambiguous(genes, (a_fusion("TPM3::ALK1", may_be=("ALK",)),))
    assert (alk.state, alk.reason) == ("not_assessable", "TPM3::ALK1: the symbol may mean this gene")
    assert ret == genes[1]


@pytest.mark.parametrize(
    ("molecule", "tested", "metric", "counts"),
    [
        ("RNA", ("DNA",), "rna_qc", True),
        ("DNA", ("RNA",), "dna_qc", True),
        ("RNA", ("RNA",), "dna_qc", False),
        ("DNA", ("DNA",), "rna_qc", False),
        ("RNA", ("RNA", "DNA"), "dna_qc", True),
        ("RNA", (), "rna_qc", True),
        ("RNA", (), "dna_qc", False),
        ("RNA", ("DNA",), "sequencing_qc", True),
    ],
)
def test_a_failed_verdict_counts_where_it_concerns_what_was_ordered_or_sequenced(
    molecule: str, tested: tuple[str, ...], metric: str, counts: bool
) -> None:
    case = a_case(sources=tuple(map(a_source, tested)), metrics=(a_metric(metric, None, "fail"),))
    found = assess(case, an_assay(molecule=molecule, qc=()))
    assert [line.metric for line in found.lines] == ([metric] if counts else [])
    assert found.state == ("fail" if counts else "not_documented")


def test_the_verdict_of_the_laboratory_is_printed_as_it_was_written_with_its_remark() -> None:
    verdict = replace(a_metric("rna_qc", None, "fail"), remark="DV200 12 %")
    found = assess(a_case(metrics=(verdict,)), an_assay(qc=()))
    (line,) = found.lines
    assert (line.name, line.value, line.threshold) == ("RNA quality", "fail (DV200 12 %)", "verdict of the laboratory")
    assert found.figures == "RNA quality fail (DV200 12 %)."
    (bare,) = assess(a_case(metrics=(a_metric("rna_qc", None, "pass"),)), an_assay(qc=())).lines
    assert bare.value == "pass"


@pytest.mark.parametrize(
    ("value", "printed"),
    [(27.5, "27.5 %"), (0.25, "0.25 %"), (30, "30 %"), (999_999, "999999 %"), (12_345_678, "12345678 %")],
)
def test_a_measured_figure_keeps_its_decimals_and_a_large_one_its_digits(value: float, printed: str) -> None:
    rule = QcRule("reads", "Reads", "%", minimum=1)
    (line,) = assess(a_case(metrics=(a_metric("reads", value),)), an_assay(qc=(rule,))).lines
    assert line.value == printed


@pytest.mark.parametrize(
    ("asked", "open_"),
    [
        ("CD34", ""),
        ("ALK immunohistochemistry", ""),
        ("ALK FISH", ""),
        ("S100", "S100"),
        ("MDM2 FISH", "MDM2 FISH"),
        ("CD34|S100|ALK FISH|MDM2 FISH", "S100 and MDM2 FISH"),
        ("RNA sequencing", "RNA sequencing"),
    ],
)
def test_a_test_with_a_result_is_not_asked_for_again_and_one_without_is(asked: str, open_: str) -> None:
    stains = (a_stain("CD34"), a_stain("ALK", "negative"), a_stain("S100", "not_done"))
    probes = (a_fish("ALK", "negative"), a_fish("MDM2", "not_done"))
    assert format(OpenTests(stains, probes), asked) == open_


def test_on_hold_a_gene_outside_the_assay_is_still_told_as_not_covered() -> None:
    held: dict[str, Any] = {"controls": (a_control("fail"),)}
    result = interpreted_with(laboratory=a_laboratory(an_assay(genes=("ALK", "ROS1"))), **held)
    assert gene_of(result, "ALK") == ("not_assessable", "the result is on hold")
    assert gene_of(result, "RET") == ("not_tested", NOT_IN_ASSAY)


def quality_sentences(result: Interpretation) -> list[str]:
    return [one.text for one in result.statements if one.section == "quality"]


def test_good_figures_do_not_speak_for_a_case_on_hold() -> None:
    held = interpreted_with(ALK, a_fusion("TFG::ROS1"))
    assert quality_sentences(held) == ["The result is on hold, although the RNA sequencing passed the quality limits."]
    passed = "The RNA sequencing passed the quality limits of the laboratory."
    assert quality_sentences(interpreted_with(ALK)) == [passed]


@pytest.mark.parametrize(
    ("frame", "said", "why"),
    [
        ("stop-codon", "stop codon behind the junction", "a stop codon follows the junction"),
        ("out-of-frame", "out of frame", "the fusion is out of frame"),
    ],
)
def test_a_stop_codon_that_a_caller_read_is_not_called_a_shifted_frame(frame: str, said: str, why: str) -> None:
    exons = {"exon_5prime": 8, "exon_3prime": 20} if frame == "stop-codon" else {"exon_5prime": 7, "exon_3prime": 21}
    result = interpreted(a_case(a_call("TPM3", "ALK", reading_frame=frame, **exons)))
    assert result.verdict.headline == f"TPM3::ALK called: {why}; a functional kinase is not expected"
    statement = next(one.text for one in result.statements if one.section == "fusion")
    assert f": {said}, kinase domain" in statement
    assert [fusion.reading_frame for fusion in result.fusions] == ["out-of-frame"]


@pytest.mark.parametrize(
    ("diagnosis", "is_named"),
    [
        ("infantile fibrosarcoma", False),
        ("Infantile fibrosarcoma of the thigh", False),
        ("infantile fibrosarcoma?", True),
        ("not infantile fibrosarcoma", True),
        ("IMT", True),
        ("", True),
    ],
)
def test_what_was_entered_as_the_diagnosis_is_not_to_be_considered(diagnosis: str, is_named: bool) -> None:
    specimen = a_specimen(age_years=0.5, diagnosis=diagnosis)
    summary = " ".join(interpreted_with(a_fusion("ETV6::NTRK3"), specimen=specimen).verdict.summary)
    assert ("To be considered: infantile fibrosarcoma" in summary) is is_named
    assert ("not specific for one tumour type" in summary) is not is_named


def test_each_reported_fusion_has_its_own_certainty_and_its_conflicts() -> None:
    other = a_fusion("SS18::SSX1", role="other", conflicts=("The callers disagree on the reading frame.",))
    verdict = interpreted_with(ALK, other, metrics=(a_metric(value=27),)).verdict
    assert verdict.certainty == (
        "TPM3::ALK: One method only: RNA sequencing. SS18::SSX1: One method only: RNA sequencing. The sources "
        'disagree on the reading frame: see "Sources disagree" with the fusion. Caution: RNA quality borderline. '
        "RNA integrity (DV200) 27 % (required: at least 30 %)."
    )
    assert verdict.headline.endswith("; SS18::SSX1 also detected: points to synovial sarcoma")
    first = interpreted_with(other, ALK).verdict.headline
    assert first == "SS18::SSX1 detected: points to synovial sarcoma; TPM3::ALK also detected"


def test_a_reciprocal_product_adds_no_gene_to_the_list() -> None:
    reciprocal = a_fusion("IGF1R::FN1", role="reciprocal", driver="IGF1R", classification="not_functional")
    symbols = [gene.symbol for gene in interpreted_with(reciprocal).genes]
    assert "IGF1R" not in symbols
    assert "IGF1R" in [gene.symbol for gene in interpreted_with(a_fusion("FN1::IGF1R")).genes]


@pytest.mark.parametrize(("count", "is_many"), [(6, False), (7, True), (8, True)])
def test_seven_mitoses_are_many(count: int, is_many: bool) -> None:
    found = read_context(a_specimen(morphology=f"{count} mitoses per 10 HPF"), (), a_laboratory()).morphology
    assert found == {"mitoses", "mitoses_7_or_more"} if is_many else found == {"mitoses"}


@pytest.mark.parametrize(
    ("day", "years"), [(date(2030, 1, 1), 10.0), (date(2030, 7, 2), 10.4986), (date(2030, 12, 31), 10.9973)]
)
def test_the_years_of_an_age_count_birthdays_and_the_days_since(day: date, years: float) -> None:
    assert age_at(date(2020, 1, 1), day).years == years


def test_a_change_beside_a_listed_one_is_flagged_as_one_of_unknown_effect() -> None:
    (alert,) = [
        one
        for one in interpreted_with(a_fusion("CCDC6::RET"), variants=(a_variant("RET", "p.G810W"),)).alerts
        if one.classification == "resistance"
    ]
    assert "the effect of this change is not in the knowledge tables" in alert.text
