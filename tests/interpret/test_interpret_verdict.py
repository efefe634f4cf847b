"""The five statuses, the gene list, partner notes, inferred rearrangements and what happens to every call."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from made_cases import (
    KINASES,
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
    an_assay,
    interpreted,
    interpreted_with,
    printed,
)

from interpret.findings import Classification

ALK = a_fusion("TPM3::ALK")
FAILED = {"metrics": (a_metric(value=10),)}
UNCONFIRMED = replace(ALK, classification="unconfirmed")

STATUSES: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("detected", (ALK,), {}),
    ("detected", (ALK,), {"metrics": (a_metric(value=27),)}),
    ("detected", (ALK,), {"specimen": a_specimen(tumour_cells_pct=5)}),
    ("detected", (ALK,), {"ihc": (a_stain("ALK", "negative"),)}),
    ("detected", (a_fusion("NPM1::ALK"),), {}),
    ("indeterminate", (ALK,), FAILED),
    ("indeterminate", (UNCONFIRMED,), {}),
    ("indeterminate", (replace(ALK, classification="uncertain"),), {}),
    ("indeterminate", (replace(ALK, classification="not_functional"),), {}),
    ("indeterminate", (), {"ihc": (a_stain("ALK"),)}),
    ("indeterminate", (), {"ihc": (a_stain("ROS1"),)}),
    ("indeterminate", (), {"fish": (a_fish("RET"),)}),
    ("indeterminate", (), {"fish": (a_fish("ALK"),), "sources": ()}),
    ("indeterminate", (), {"fish": (a_fish("ALK"),), **FAILED}),
    ("not_detected", (), {}),
    ("not_detected", (), {"ihc": (a_stain("ALK", "negative"),)}),
    ("not_detected", (), {"ihc": (a_stain("pan-TRK"),)}),
    ("not_informative", (), FAILED),
    ("not_informative", (), {"ihc": (a_stain("ALK"),), **FAILED}),
    ("not_informative", (), {"metrics": (a_metric(value=27),)}),
    ("not_informative", (), {"metrics": ()}),
    ("not_informative", (), {"specimen": a_specimen(tumour_cells_pct=5)}),
    ("not_informative", (), {"sources": ()}),
    ("hold", (ALK,), {"controls": (a_control("fail"),)}),
    ("hold", (), {"controls": (a_control("fail", "no-template"),)}),
    ("hold", (ALK, a_fusion("TFG::ROS1")), {}),
    ("hold", (ALK, a_fusion("EML4::ALK")), {}),
]


@pytest.mark.parametrize(("status", "fusions", "parts"), STATUSES)
def test_a_case_has_one_of_five_statuses(status: str, fusions: tuple[Any, ...], parts: dict[str, Any]) -> None:
    result = interpreted_with(*fusions, **parts)
    assert result.verdict.status == status
    assert 2 <= len(result.verdict.summary) <= 4
    assert result.verdict.certainty


@pytest.mark.parametrize(("status", "fusions", "parts"), STATUSES)
def test_the_gene_list_never_claims_more_than_the_status(
    status: str, fusions: tuple[Any, ...], parts: dict[str, Any]
) -> None:
    result = interpreted_with(*fusions, **parts)
    states = {gene.symbol: gene.state for gene in result.genes}
    assert set(KINASES) <= set(states)
    if status in ("not_informative", "hold"):
        assert not {"detected", "not_detected"} & set(states.values())
    if status == "not_detected":
        assert set(states.values()) == {"not_detected"}
    if status == "detected":
        assert states[fusions[0].driver] == "detected"


@pytest.mark.parametrize(
    ("fusions", "parts", "headline"),
    [
        ((ALK,), {}, "ALK fusion detected: TPM3::ALK, in frame, kinase domain retained"),
        ((), {}, "No reportable kinase fusion detected by RNA sequencing in the genes tested"),
        ((), FAILED, "Sequencing not informative: RNA quality below the laboratory limit; repeat requested"),
        ((UNCONFIRMED,), {}, "Possible ALK fusion, unconfirmed: confirmation requested"),
        ((), {"ihc": (a_stain("ALK"),)}, "ALK staining without a fusion shown: further testing requested"),
        (
            (),
            {"fish": (a_fish("ALK"),), "sources": ()},
            "Rearrangement inferred from FISH, ?(::)ALK: partner not known, sequencing requested",
        ),
    ],
)
def test_the_headline_says_the_result(fusions: tuple[Any, ...], parts: dict[str, Any], headline: str) -> None:
    assert interpreted_with(*fusions, **parts).verdict.headline == headline


def test_a_gene_that_the_assay_lacks_is_not_tested() -> None:
    result = interpreted_with(laboratory=a_laboratory(an_assay(genes=("ALK", "TFE3"))))
    states = {gene.symbol: gene.state for gene in result.genes}
    assert states["ALK"] == states["TFE3"] == "not_detected"
    assert states["PDGFRB"] == states["ROS1"] == "not_tested"
    assert any("Not tested by this assay" in sentence for sentence in result.limitations)


def test_a_gene_with_an_open_event_is_not_assessable_and_the_others_keep_their_state() -> None:
    states = {gene.symbol: gene.state for gene in interpreted_with(UNCONFIRMED).genes}
    assert states["ALK"] == "not_assessable"
    assert states["ROS1"] == "not_detected"


def test_a_fish_only_rearrangement_is_written_as_inferred() -> None:
    result = interpreted_with(fish=(a_fish("ALK"),), sources=())
    assert [(fusion.name, fusion.evidence) for fusion in result.fusions] == [("?(::)ALK", "inferred")]
    assert "::ALK" not in printed(result).replace("?(::)ALK", "")
    assert result.therapies == ()


@pytest.mark.parametrize(
    "parts", [{}, {"ihc": (a_stain("ALK", "negative"),), "sources": ()}, {"fish": (a_fish("ALK", cells_scored=20),)}]
)
def test_no_rearrangement_is_inferred_where_sequencing_or_protein_speak_against_it(parts: dict[str, Any]) -> None:
    assert interpreted_with(**({"fish": (a_fish("ALK"),)} | parts)).fusions == ()


@pytest.mark.parametrize(
    ("name", "pattern", "expected"),
    [
        ("CLTC::ALK", "granular, cytoplasmic", "(matches)"),
        ("CLTC::ALK", "cytoplasmic", "(compatible)"),
        ("THBS1::ALK", "cytoplasmic", "(compatible)"),
        ("RANBP2::ALK", "cytoplasmic", "(differs from the expected)"),
        ("TPM3::ALK", "nuclear membrane, cytoplasmic", "(differs from the expected)"),
        ("RANBP2::ALK", "nuclear membrane", "(matches)"),
        ("TPM3::ALK", "", "Expected ALK pattern: diffuse cytoplasmic."),
    ],
)
def test_the_partner_note_sets_expected_beside_observed_pattern(name: str, pattern: str, expected: str) -> None:
    result = interpreted_with(a_fusion(name), ihc=(a_stain("ALK", pattern=pattern),))
    assert expected in result.fusions[0].partner_note
    assert result.fusions[0].partner_rule.startswith("PT")


@pytest.mark.parametrize("name", ["TNS1::ALK", "LMNA::ALK", "NFKB2::ROS1", "NOVEL1::ALK"])
def test_an_unverified_or_unknown_partner_is_not_printed_as_fact(name: str) -> None:
    fusion = interpreted_with(a_fusion(name)).fusions[0]
    assert fusion.partner_rule == ""
    assert fusion.partner_note.startswith("No partner-specific statement")


def test_an_unconfirmed_fusion_has_no_partner_note() -> None:
    assert interpreted_with(UNCONFIRMED).fusions[0].partner_note == ""


def test_every_call_keeps_its_disposition_in_step_with_its_fusion() -> None:
    calls = (a_call("TPM3", "ALK", exon_5prime=8, exon_3prime=20), a_call("GENE1", "GENE2"))
    for metrics, expected in (((a_metric(),), "reported"), ((a_metric(value=5),), "unconfirmed")):
        result = interpreted(a_case(*calls, metrics=metrics))
        assert {call.name: call.disposition for call in result.reviewed_calls} == {
            "TPM3::ALK": expected,
            "GENE1::GENE2": "not_reportable",
        }


def test_agreeing_methods_and_callers_are_named_as_certainty() -> None:
    calls = (
        a_call("TPM3", "ALK", exon_5prime=8, exon_3prime=20),
        a_call("TPM3", "ALK", exon_5prime=8, exon_3prime=20, caller="STAR-Fusion"),
    )
    result = interpreted(a_case(*calls, ihc=(a_stain("ALK"),), fish=(a_fish("ALK"),)))
    assert result.verdict.certainty.startswith("3 methods agree")
    assert "Arriba and STAR-Fusion" in result.verdict.certainty


@pytest.mark.parametrize(
    ("conflict", "told"),
    [
        ("The callers disagree on the reading frame (Arriba: in frame; X: out of frame).", "on the reading frame"),
        ("Exon number and position of ALK disagree.", "on this fusion"),
    ],
)
@pytest.mark.parametrize("classification", ["reportable", "uncertain", "not_functional"])
def test_a_disagreement_of_the_sources_is_part_of_how_sure_the_result_is(
    conflict: str, told: str, classification: Classification
) -> None:
    fusion = replace(ALK, conflicts=(conflict,), classification=classification)
    certainty = interpreted_with(fusion, ihc=(a_stain("ALK"),), fish=(a_fish("ALK"),)).verdict.certainty
    assert f"The sources disagree {told}" in certainty
    agreed = interpreted_with(replace(fusion, conflicts=()), ihc=(a_stain("ALK"),), fish=(a_fish("ALK"),))
    assert "sources disagree" not in agreed.verdict.certainty


def test_callers_that_disagree_on_the_frame_are_told_beside_the_methods_that_agree() -> None:
    calls = (
        a_call("TPM3", "ALK", exon_5prime=8, exon_3prime=20),
        a_call("TPM3", "ALK", exon_5prime=8, exon_3prime=20, caller="STAR-Fusion", reading_frame="out-of-frame"),
    )
    result = interpreted(a_case(*calls, ihc=(a_stain("ALK"),)))
    assert result.fusions[0].conflicts
    assert "The sources disagree on the reading frame" in result.verdict.certainty


def test_dna_sequencing_without_a_fusion_names_its_limit() -> None:
    result = interpreted_with(sources=(a_source("DNA"),))
    assert "DNA sequencing" in result.verdict.headline
    assert any("DNA sequencing misses" in sentence for sentence in result.limitations)
    assert any("RNA sequencing" in step for step in result.recommendations)


def test_steps_and_limitations_are_listed_once() -> None:
    result = interpreted_with(ihc=(a_stain("ALK"), a_stain("ROS1")), fish=(a_fish("ALK"),))
    assert len(set(result.recommendations)) == len(result.recommendations)
    assert len(set(result.limitations)) == len(result.limitations)


def test_the_same_case_is_always_interpreted_alike() -> None:
    case = a_case(a_call("TPM3", "ALK", exon_5prime=8, exon_3prime=20), ihc=(a_stain("ALK"),))
    assert interpreted(case) == interpreted(case)


@pytest.mark.parametrize(("name", "is_described"), [("TPM3::ALK", True), ("LMNA::NTRK1", False)])
def test_only_drivers_known_from_imt_are_said_to_be_described_in_it(name: str, is_described: bool) -> None:
    summary = " ".join(interpreted_with(a_fusion(name)).verdict.summary)
    assert ("described in IMT" in summary) is is_described


def test_a_fusion_of_another_gene_of_the_assay_is_reported_without_a_kinase() -> None:
    fusion = a_fusion("ASPSCR1::TFE3", role="other", kinase_domain="not_applicable")
    result = interpreted_with(fusion, laboratory=a_laboratory(an_assay(genes=("ALK", "TFE3"))))
    assert result.verdict.headline == "TFE3 fusion detected: ASPSCR1::TFE3, in frame"
    assert "described in IMT" not in " ".join(result.verdict.summary)
    assert result.therapies == ()


def test_failed_quality_is_said_beside_a_possible_fusion() -> None:
    result = interpreted_with(UNCONFIRMED, **FAILED)
    assert {"CC20", "CC34"} <= {ruling.rule for ruling in result.concordance}


def test_a_next_step_names_only_what_was_not_done_yet() -> None:
    def steps(**parts: Any) -> str:
        return " ".join(interpreted_with(**parts).recommendations)

    negative = (a_stain("ALK", "negative"),)
    assert "ROS1 immunohistochemistry, pan-TRK immunohistochemistry." in steps(ihc=negative)
    assert "pan-TRK immunohistochemistry, RNA sequencing" in steps(
        ihc=(*negative, a_stain("ROS1", "negative")), sources=(a_source("DNA"),)
    )
    stains = (*negative, a_stain("ROS1", "negative"), a_stain("pan-TRK", "negative"))
    assert "tests for other kinases" not in steps(ihc=stains)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"reading_frame": "out-of-frame"}, "the fusion is out of frame"),
        ({"kinase_domain": "lost"}, "the kinase domain is lost"),
        ({"gene_5prime": "ALK", "gene_3prime": "TPM3", "role": "other"}, "the kinase gene ALK is the 5-prime partner"),
        ({}, "its orientation or structure does not give a kinase fusion"),
    ],
)
def test_an_event_that_cannot_work_says_why(changes: dict[str, Any], why: str) -> None:
    result = interpreted_with(a_fusion("TPM3::ALK", classification="not_functional", **changes))
    assert why in result.verdict.headline
    assert why in next(line.text for line in result.therapies if line.rule == "ACT40")


def test_a_frame_from_dna_alone_is_called_a_prediction() -> None:
    result = interpreted_with(
        replace(ALK, molecule="DNA"), ihc=(a_stain("ALK"),), sources=(a_source("DNA"),), metrics=(a_metric(),)
    )
    assert "predicted in frame" in result.verdict.headline
    assert "inferred from the DNA breakpoints, not sequenced" in result.verdict.certainty


def test_fish_that_disagrees_with_the_fusion_is_said_beside_the_agreement() -> None:
    result = interpreted_with(ALK, ihc=(a_stain("ALK"),), fish=(a_fish("ALK", "negative"),))
    assert "ALK FISH did not show a rearrangement" in result.verdict.certainty


def test_where_the_methods_differ_page_one_says_what_each_found() -> None:
    result = interpreted_with(ihc=(a_stain("ALK"),), fish=(a_fish("ALK", "negative"),))
    assert result.verdict.summary[0] == (
        "ALK: immunohistochemistry positive, no rearrangement by FISH, no fusion shown by RNA sequencing."
    )


def test_a_symbol_that_may_stand_for_several_genes_is_not_narrowed_to_one() -> None:
    genes = ("NTRK1", "NTRK2", "NTRK3")
    loose = replace(a_fusion("TPM3::NTRK1"), name="TPM3::NTRK", classification="uncertain", may_be=genes)
    result = interpreted_with(loose)
    assert "Possible NTRK1 or NTRK2 or NTRK3 fusion" in result.verdict.headline
