"""fhir.json: which fact of the record becomes which resource, and what it must never say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest
from fhir_agreement import answer, components, genes, negatives, of_type, variants
from fhir_profiles import bundle_problems
from hypothesis import given, settings
from hypothesis import strategies as st
from report_examples import (
    KINDS,
    STATES,
    a_case,
    a_fusion,
    a_gene_list,
    a_probe,
    a_qc_list,
    a_record,
    a_specimen,
    a_stain,
    a_therapy,
    an_interpretation,
    an_issue,
    two_fusions_on_hold,
)

from interpret import findings
from interpret.findings import LabelCondition, Ruling, Verdict
from parsers.records import Molecule, RunControl, StainResult
from report_templates.fhir import codes, fhir_bundle, study
from report_templates.record import ReportStatus, cleaned

PDF = b"%PDF-1.7 stands for the print"


def bundle_of(record: Mapping[str, Any]) -> dict[str, Any]:
    return fhir_bundle(record, PDF)


def with_fusion(**changes: Any) -> dict[str, Any]:
    """The Bundle of a report on one fusion, without therapy lines."""
    interpretation = an_interpretation(fusions=(a_fusion(**changes),), therapies=(), statements=())
    return bundle_of(a_record(interpretation))


def with_unclear_gene(gene: str) -> dict[str, Any]:
    """The variant on a fusion whose 3′ gene may be any gene of its family."""
    family = ("NTRK1", "NTRK2", "NTRK3")
    variant: dict[str, Any] = variants(with_fusion(driver=gene, may_be=family, gene_3prime=gene))[0]
    return variant


def with_stain(stain: Any) -> dict[str, Any]:
    """The one biomarker of a report with this stain or FISH result alone."""
    is_fish = hasattr(stain, "probe")
    case = a_case(ihc=() if is_fish else (stain,), fish=(stain,) if is_fish else ())
    biomarker: dict[str, Any] = of_type(bundle_of(a_record(case=case)), "Observation", "molecular-biomarker")[0]
    return biomarker


def absent_genes(bundle: dict[str, Any]) -> set[str]:
    return {gene for negative in negatives(bundle) for gene in genes(negative)}


def regions(bundle: dict[str, Any], kind: str) -> set[str]:
    """The genes that the analysis names as `studied`, `called` or `uncalled`."""
    analysis = of_type(bundle, "Procedure", "genomic-study-analysis")[0]
    parts = next(one for one in analysis["extension"] if one["url"].endswith("-regions"))["extension"]
    return {one["valueCodeableConcept"]["text"] for one in parts if one["url"] == kind}


# Fusions


def test_a_reported_fusion_is_a_present_variant_with_both_genes_the_5prime_one_first() -> None:
    (variant,) = variants(bundle_of(a_record()))
    assert answer(variant) == "LA9633-4"
    assert genes(variant) == ["TPM3", "ALK"]
    assert [one["coding"][0]["code"] for one in components(variant, "48018-6")] == ["HGNC:12012", "HGNC:427"]
    assert components(variant, "81252-9") == [{"text": "TPM3::ALK"}]
    assert components(variant, "95123-6") == [{"text": "NM_152263.4(TPM3):e.8::NM_004304.5(ALK):e.20"}]
    assert components(variant, "62374-4")[0]["coding"][0]["code"] == "LA26806-2"
    assert components(variant, "82121-5") == [{"value": 48, "unit": "split reads"}]


def test_a_gene_without_a_sourced_id_is_printed_by_its_symbol_alone() -> None:
    (variant,) = variants(with_fusion(gene_5prime="LINC09999", name="LINC09999::ALK"))
    assert components(variant, "48018-6")[0] == {"text": "LINC09999"}


def test_an_unknown_partner_is_no_gene() -> None:
    (variant,) = variants(with_fusion(gene_5prime="?", name="?::ALK"))
    assert genes(variant) == ["ALK"]


def test_a_joined_transcript_is_a_gene_fusion_and_no_change_of_dna() -> None:
    bundle = with_fusion()
    (consequence,) = of_type(bundle, "Observation", "molecular-consequence")
    assert components(consequence, "feature-consequence")[0]["coding"][0]["code"] == "SO:0001565"
    assert components(variants(bundle)[0], "48019-4") == []


@pytest.mark.parametrize(
    ("molecule", "partner", "changes"),
    [("DNA", "chr1:154170400:-", ["SO:1000044"]), ("DNA", "chr2:42300000:-", []), ("RNA", "chr1:154170400:-", [])],
)
def test_a_translocation_is_said_where_dna_joins_two_chromosomes(
    molecule: str, partner: str, changes: list[str]
) -> None:
    (variant,) = variants(with_fusion(molecule=molecule, breakpoint_5prime=partner))
    assert [one["coding"][0]["code"] for one in components(variant, "48019-4")] == changes


@pytest.mark.parametrize(
    ("classification", "word"),
    [("unconfirmed", "unconfirmed"), ("uncertain", "uncertain significance"), ("not_functional", "not functional")],
)
def test_a_fusion_that_is_not_reported_has_a_reason_in_the_place_of_present(classification: str, word: str) -> None:
    bundle = with_fusion(classification=classification)
    (variant,) = variants(bundle)
    assert answer(variant) == ""
    assert variant["dataAbsentReason"]["text"]
    assert components(variant, "81252-9") == [{"text": f"TPM3::ALK ({word})"}]
    assert "ALK" not in absent_genes(bundle)


def test_an_unconfirmed_call_is_of_low_confidence() -> None:
    (variant,) = variants(bundle_of(KINDS["unconfirmed"]()))
    assert components(variant, "variant-confidence-status")[0]["coding"][0]["code"] == "low"
    assert "Arriba calls the junction in frame, STAR-Fusion out of frame." in json.dumps(variant["note"])


def test_a_reciprocal_product_is_not_present_whatever_its_class() -> None:
    (variant,) = variants(with_fusion(role="reciprocal", name="ALK::TPM3"))
    assert answer(variant) == ""
    assert components(variant, "81252-9") == [{"text": "ALK::TPM3 (reciprocal product)"}]


def test_reads_that_come_as_one_number_say_so() -> None:
    (variant,) = variants(with_fusion(split_reads=None, spanning_pairs=None, supporting_reads=75))
    assert components(variant, "82121-5") == [{"value": 75, "unit": "supporting reads"}]


def test_an_unknown_order_of_the_genes_is_said() -> None:
    (variant,) = variants(with_fusion(is_order_known=False))
    said = json.dumps(variant["note"], ensure_ascii=False)
    assert "Which of the two genes is the 5′ one is not known" in said
    assert "Breakpoints: chr1:154170400:- and chr2:29223528:-." in said
    assert components(variant, "95123-6") == []


def test_what_a_call_does_not_tell_is_left_out() -> None:
    bundle = with_fusion(
        split_reads=None, breakpoint_5prime="", breakpoint_3prime="", genome_build="", vicc="", reasons=()
    )
    (variant,) = variants(bundle)
    assert [components(variant, code) for code in ("82121-5", "62374-4", "95123-6", "conclusion-string")] == [[]] * 4
    assert "Breakpoints" not in json.dumps(variant)


def test_a_symbol_that_may_stand_for_several_genes_says_so_and_makes_none_of_them_absent() -> None:
    bundle = with_fusion(driver="NTRK1", may_be=("NTRK1", "NTRK2", "NTRK3"), gene_3prime="NTRK", name="TPM3::NTRK")
    assert "may stand for NTRK1 or NTRK2 or NTRK3" in json.dumps(variants(bundle)[0]["note"])
    assert components(with_unclear_gene("NTRK1"), "48018-6")[1] == {"text": "NTRK1"}
    assert not absent_genes(bundle) & {"NTRK1", "NTRK2", "NTRK3"}


def test_what_a_stain_or_fish_suggests_is_never_a_sequenced_variant() -> None:
    bundle = with_fusion(evidence="inferred", name="?::ALK", vicc="(::ALK)", gene_5prime="?")
    assert variants(bundle) == []
    assert of_type(bundle, "Observation", "molecular-consequence") == []
    assert "ALK" not in absent_genes(bundle)


# What was not found


def test_every_gene_tested_and_not_detected_is_absent_once_and_only_those() -> None:
    record = a_record(an_interpretation(genes=a_gene_list(ALK="detected", ROS1="not_assessable", RET="not_tested")))
    bundle = bundle_of(record)
    assert absent_genes(bundle) == {one["symbol"] for one in record["genes"]} - {"ALK", "ROS1", "RET"}
    assert len(negatives(bundle)) == len(absent_genes(bundle))
    assert "other alterations of the gene are not excluded" in json.dumps(negatives(bundle)[0])


def test_a_gene_that_was_not_tested_appears_nowhere() -> None:
    bundle = bundle_of(a_record(an_interpretation(genes=a_gene_list(ALK="detected", STAT6="not_tested"))))
    assert "STAT6" not in json.dumps(bundle)


def test_a_gene_without_a_usable_result_is_uncalled() -> None:
    bundle = bundle_of(a_record(an_interpretation(genes=a_gene_list(ALK="detected", ROS1="not_assessable"))))
    assert "ROS1" in regions(bundle, "studied")
    assert "ROS1" in regions(bundle, "uncalled")
    assert "ROS1" not in regions(bundle, "called")


@pytest.mark.parametrize(
    "changes",
    [
        {"qc": a_qc_list("fail")},
        {"verdict": Verdict("not_informative", "Not informative", (), "", ())},
        {"verdict": Verdict("hold", "On hold", (), "", ())},
    ],
)
def test_no_gene_is_absent_after_failed_quality_or_on_hold(changes: dict[str, Any]) -> None:
    interpretation = an_interpretation(genes=a_gene_list(), fusions=(), therapies=(), **changes)
    assert negatives(bundle_of(a_record(interpretation))) == []


def test_no_gene_is_absent_after_a_failed_run_control() -> None:
    case = a_case(controls=(RunControl("RUN-0317", "positive", "fail"),))
    interpretation = an_interpretation(genes=a_gene_list(), fusions=(), therapies=())
    assert negatives(bundle_of(a_record(interpretation, case))) == []


def test_a_gene_on_which_the_methods_disagree_is_not_absent() -> None:
    bundle = bundle_of(KINDS["discordant"]())
    assert "ALK" not in absent_genes(bundle)
    assert "ROS1" in absent_genes(bundle)


def test_on_hold_no_call_is_a_result() -> None:
    bundle = bundle_of(two_fusions_on_hold())
    assert of_type(bundle, "Observation", "variant") == []
    assert of_type(bundle, "Observation", "therapeutic-implication") == []
    assert of_type(bundle, "Observation", "diagnostic-implication") == []
    assert "::" not in json.dumps(bundle)
    assert regions(bundle, "called") == set()


def test_a_rejected_specimen_has_no_study_and_no_finding() -> None:
    bundle = bundle_of(KINDS["rejected"]())
    assert of_type(bundle, "Observation") == []
    assert [one["status"] for one in of_type(bundle, "Procedure")] == ["not-done"]
    (specimen,) = of_type(bundle, "Specimen")
    assert specimen["status"] == "unsatisfactory"
    assert "Quantity not sufficient" in specimen["condition"][0]["text"]
    assert "returned to Sampletown Hospital" in specimen["note"][0]["text"]


def test_a_signed_report_on_a_rejected_specimen_cancels_the_report_and_revokes_the_order() -> None:
    record = KINDS["rejected"]()
    record["report"]["status"] = "final"
    bundle = bundle_of(record)
    assert of_type(bundle, "DiagnosticReport")[0]["status"] == "cancelled"
    assert of_type(bundle, "ServiceRequest")[0]["status"] == "revoked"


def test_a_specimen_that_was_not_sequenced_has_no_completed_analysis() -> None:
    interpretation = an_interpretation(
        genes=a_gene_list(every="not_tested"), fusions=(), therapies=(), statements=(), qc=()
    )
    bundle = bundle_of(a_record(interpretation, a_case(sources=())))
    assert [one["status"] for one in of_type(bundle, "Procedure")] == ["unknown"]
    assert of_type(bundle, "Observation", "variant") == []


# Stains


def test_a_stain_is_a_biomarker_of_its_own_without_a_made_up_code() -> None:
    stain = with_stain(a_stain("ALK"))
    assert stain["code"] == {"text": "ALK protein expression by immunohistochemistry"}
    assert stain["valueCodeableConcept"] == {"text": "Positive"}
    assert [one["coding"][0]["code"] for one in components(stain, "biomarker-category")] == ["immuneStain", "protein"]
    assert genes(stain) == ["ALK"]
    assert components(stain, "Positive tumour cells (%)") == ["90"]
    assert "D5F3" in stain["method"]["text"]


def test_a_marker_that_stands_for_several_genes_names_none() -> None:
    assert genes(with_stain(a_stain("pan-TRK"))) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"result": "not_done"}, "not-performed"),
        ({"result": "pending"}, "temp-unknown"),
        ({"result": "not_evaluable"}, "unknown"),
        ({"result": "negative", "control_ok": False}, "error"),
        ({"result": "positive", "control_ok": False}, "error"),
    ],
)
def test_a_stain_without_a_usable_result_has_a_reason_and_no_value(changes: dict[str, Any], reason: str) -> None:
    stain = with_stain(replace(a_stain("ALK", "negative"), **changes))
    assert stain["dataAbsentReason"]["coding"][0]["code"] == reason
    assert "valueCodeableConcept" not in stain
    assert "interpretation" not in stain


def test_what_was_read_after_a_failed_control_is_told_in_words_alone() -> None:
    fish = with_stain(a_probe(control_ok=False))
    assert not any("valueQuantity" in one for one in fish["component"] if one["code"].get("text") != "Cut-off")
    assert components(fish, "Cells with a rearrangement") == []
    (said,) = [note["text"] for note in fish["note"] if "control failed" in note["text"]]
    assert said.startswith("Read although the control failed, not to be used: cells with a rearrangement 48%")
    stain = with_stain(a_stain("ALK", control_ok=False, h_score=270))
    assert [one["code"].get("text") for one in stain["component"] if "text" in one["code"]] == ["Control passed"]
    (said,) = [note["text"] for note in stain["note"]]
    assert said == (
        "Read although the control failed, not to be used: Positive tumour cells (%) 90; Intensity 3+; "
        "Localisation cytoplasmic; Distribution diffuse; H-score 270"
    )


@pytest.mark.parametrize("state", ["draft", "preliminary", "final", "addendum", "corrected", "amended"])
def test_a_stain_that_was_not_read_yet_is_registered_whatever_the_report_s_state(state: str) -> None:
    record = a_record(case=a_case(ihc=(a_stain("ALK", "pending"), a_stain("SMA")), fish=(a_probe("pending"),)))
    record["report"]["status"] = state
    found = [one["status"] for one in of_type(bundle_of(record), "Observation", "molecular-biomarker")]
    assert found == ["registered", codes.OBSERVATION_STATUS[state], "registered"]


def test_a_pending_stain_of_rejected_tissue_is_cancelled() -> None:
    record = a_record(case=a_case(specimen=a_specimen(acceptability="rejected", rejection_reason="Leaked")))
    record["report"]["status"] = "final"
    record["ihc"][0]["result"] = "pending"
    stains = of_type(bundle_of(record), "Observation", "molecular-biomarker")
    assert {one["status"] for one in stains} == {"cancelled"}


def test_fish_gives_its_figures_and_no_partner() -> None:
    fish = with_stain(a_probe())
    assert fish["code"] == {"text": "ALK rearrangement by FISH"}
    assert components(fish, "Cells with a rearrangement")[0]["value"] == 48.0
    assert components(fish, "Cells scored") == [{"value": 100}]
    assert components(fish, "Cut-off")[0]["code"] == "%"
    assert "FISH names no partner gene." in json.dumps(fish["note"])


# Therapy and diagnosis


def test_a_therapy_line_carries_agent_relation_tier_conditions_and_citations() -> None:
    line = of_type(bundle_of(a_record()), "Observation", "therapeutic-implication")[0]
    assert components(line, "51963-7") == [{"text": "Crizotinib"}]
    assert components(line, "therapeutic-implication")[0]["text"] == "On label"
    assert components(line, "93044-6") == [{"text": "Tier I, Level A (AMP/ASCO/CAP 2017)"}]
    assert components(line, "Label condition")[0] == "age 1 year or older: met"
    assert components(line, "Regulatory status") == ["FDA-approved for ALK-positive IMT"]
    assert components(line, "81259-4") == [{"text": "Inflammatory myofibroblastic tumour"}]
    assert "XALKORI" in json.dumps(line["extension"])


@pytest.mark.parametrize(
    ("relation", "states", "is_responsive"),
    [
        ("on_label", ["met", "met"], True),
        ("on_label", ["met", "not_documented"], False),
        ("on_label", [], False),
        ("conditions_not_met", ["met", "met"], False),
        ("guideline", ["met"], False),
        ("off_label", ["met"], False),
        ("trial_evidence", ["met"], False),
    ],
)
def test_responsive_is_coded_on_the_label_with_every_condition_met(
    relation: str, states: list[Any], is_responsive: bool
) -> None:
    conditions = tuple(LabelCondition(f"condition {number}", state) for number, state in enumerate(states))
    interpretation = an_interpretation(therapies=(a_therapy(relation=relation, label_conditions=conditions),))
    (line,) = of_type(bundle_of(a_record(interpretation)), "Observation", "therapeutic-implication")
    assert ("LA6677-4" in json.dumps(line)) == is_responsive


@pytest.mark.parametrize(
    ("states", "text"),
    [
        (["met", "not_met", "not_documented"], "Label condition not met"),
        (["met", "not_documented"], "Label conditions not documented"),
        (["met"], "Caution: see status"),
    ],
)
def test_a_line_off_its_label_conditions_says_which_way(states: list[Any], text: str) -> None:
    conditions = tuple(LabelCondition(f"condition {number}", state) for number, state in enumerate(states))
    therapy = a_therapy(relation="conditions_not_met", label_conditions=conditions)
    (line,) = of_type(
        bundle_of(a_record(an_interpretation(therapies=(therapy,)))), "Observation", "therapeutic-implication"
    )
    assert components(line, "therapeutic-implication") == [{"text": text}]


@pytest.mark.parametrize("classification", ["unconfirmed", "uncertain", "not_functional"])
def test_no_therapy_leaves_for_a_fusion_that_is_not_reported(classification: str) -> None:
    verdict = Verdict("indeterminate", "Possible TPM3::ALK fusion", (), "", ())
    fusion = a_fusion(classification=classification)
    bundle = bundle_of(a_record(an_interpretation(verdict=verdict, fusions=(fusion,), statements=())))
    assert of_type(bundle, "Observation", "therapeutic-implication") == []
    assert "crizotinib" not in json.dumps(bundle).lower()


def test_a_therapy_without_a_sequenced_fusion_rests_on_the_positive_stains() -> None:
    interpretation = an_interpretation(fusions=(), therapies=(a_therapy(fusion=""),))
    bundle = bundle_of(a_record(interpretation, a_case(ihc=(a_stain("ALK"), a_stain("ROS1", "negative")))))
    (line,) = of_type(bundle, "Observation", "therapeutic-implication")
    stains = of_type(bundle, "Observation", "molecular-biomarker")
    assert line["derivedFrom"] == [{"reference": f"urn:uuid:{stains[0]['id']}"}]


def test_a_line_that_says_why_there_is_no_therapy_is_a_note() -> None:
    none = a_therapy(agent="none", relation="conditions_not_met", text="No therapy association.", fusion="")
    interpretation = an_interpretation(
        therapies=(none,), statements=(), alerts=(Ruling("DD09", "An alert on the diagnosis.", ()),)
    )
    bundle = bundle_of(a_record(interpretation))
    assert of_type(bundle, "Observation", "therapeutic-implication") == []
    (diagnosis,) = of_type(bundle, "Observation", "diagnostic-implication")
    assert components(diagnosis, "conclusion-string") == ["An alert on the diagnosis."]


# The report, its order, its people


def test_the_report_holds_headline_print_limitations_and_every_finding() -> None:
    record = a_record()
    (report,) = of_type(bundle_of(record), "DiagnosticReport")
    assert report["conclusion"] == record["result"]["headline"]
    assert report["code"]["coding"][0]["code"] == "51969-4"
    assert report["presentedForm"][0]["contentType"] == "application/pdf"
    assert report["presentedForm"][0]["size"] == len(PDF)
    notes = json.dumps(report["extension"], ensure_ascii=False)
    assert all(sentence in notes for sentence in record["limitations"])


@pytest.mark.parametrize(
    ("state", "of_report", "of_observation", "of_order"),
    [
        ("preliminary", "preliminary", "preliminary", "active"),
        ("final", "final", "final", "completed"),
        ("corrected", "corrected", "corrected", "completed"),
        ("amended", "amended", "amended", "completed"),
        ("addendum", "appended", "final", "completed"),
    ],
)
def test_each_state_has_its_words(state: str, of_report: str, of_observation: str, of_order: str) -> None:
    bundle = bundle_of(STATES[state]())
    assert of_type(bundle, "DiagnosticReport")[0]["status"] == of_report
    # A stain that was not read yet has a status of its own.
    assert {one["status"] for one in of_type(bundle, "Observation")} - {"registered"} == {of_observation}
    assert of_type(bundle, "ServiceRequest")[0]["status"] == of_order


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (codes.REPORT_STATUS, ReportStatus),
        (codes.OBSERVATION_STATUS, ReportStatus),
        (codes.STUDY_STATUS, ReportStatus),
        (study.QC_WORD, findings.QcState),
        (study.METHODS, Molecule),
    ],
)
def test_every_value_of_a_closed_list_has_its_words(words: dict[str, Any], values: Any) -> None:
    assert set(get_args(values)) <= set(words)


def test_every_class_relation_and_stain_result_can_be_said() -> None:
    for classification in get_args(findings.Classification):
        for role in get_args(findings.Role):
            assert variants(with_fusion(classification=classification, role=role))
    for frame in get_args(findings.ReadingFrame):
        for kinase in get_args(findings.KinaseDomain):
            assert variants(with_fusion(reading_frame=frame, kinase_domain=kinase))
    for relation in get_args(findings.Relation):
        interpretation = an_interpretation(therapies=(a_therapy(relation=relation),))
        assert of_type(bundle_of(a_record(interpretation)), "Observation", "therapeutic-implication")
    for result in get_args(StainResult):
        assert with_stain(replace(a_stain("ALK"), result=result))


def test_an_unknown_state_is_refused() -> None:
    record = a_record()
    record["report"]["status"] = "approved"
    with pytest.raises(KeyError):
        bundle_of(record)


def test_a_withdrawn_report_says_why_and_gives_no_result() -> None:
    bundle = bundle_of(STATES["withdrawn"]())
    (report,) = of_type(bundle, "DiagnosticReport")
    assert report["status"] == "entered-in-error"
    assert "The labels of two specimens were exchanged" in json.dumps(report["extension"])
    assert of_type(bundle, "Observation") == []
    assert "TPM3" not in json.dumps(bundle)


def test_a_corrected_report_names_the_one_it_replaces_what_changed_and_who_was_told() -> None:
    record = STATES["corrected"]()
    bundle = bundle_of(record)
    origin = of_type(bundle, "Provenance")[0]
    revision = [one for one in origin["entity"] if one["role"] == "revision"]
    assert revision[0]["what"]["identifier"]["value"] == record["report"]["change"]["previous"]["id"]
    assert record["report"]["change"]["previous"]["sha256"] in revision[0]["what"]["display"]
    assert [one["recipient"][0]["display"] for one in of_type(bundle, "Communication")] == [
        one["to"] for one in record["report"]["change"]["notified"]
    ]
    notes = json.dumps(of_type(bundle, "DiagnosticReport")[0]["extension"], ensure_ascii=False)
    assert all(sentence in notes for sentence in record["report"]["change"]["what"])


def test_a_signature_is_a_person_a_time_a_meaning_and_the_content_that_was_signed() -> None:
    record = STATES["final_after_preliminary"]()
    bundle = bundle_of(record)
    (signature,) = [one for one in of_type(bundle, "Provenance") if "signature" in one["activity"]["text"]]
    assert signature["recorded"] == record["signatures"][0]["signed_at"]
    assert record["signatures"][0]["meaning"] in signature["activity"]["text"]
    assert record["signatures"][0]["content_sha256"] in json.dumps(signature["entity"])
    (report,) = of_type(bundle, "DiagnosticReport")
    assert report["resultsInterpreter"] == [signature["agent"][0]["who"]]


def test_the_signer_of_an_addendum_is_named() -> None:
    bundle = bundle_of(STATES["addendum"]())
    meanings = [one["activity"]["text"] for one in of_type(bundle, "Provenance")]
    assert "Electronic signature: author of the addendum" in meanings
    assert "ALK break-apart FISH" in json.dumps(of_type(bundle, "DiagnosticReport")[0]["extension"])


def test_the_order_s_numbers_come_back_unchanged() -> None:
    case = a_case(specimen=a_specimen(placer_number="ORD 77^EHR", filler_number="F-0042"))
    (order,) = of_type(bundle_of(a_record(case=case)), "ServiceRequest")
    assert order["code"]["coding"][0]["code"] == "95124-4"
    assert [(one["type"]["coding"][0]["code"], one["value"]) for one in order["identifier"]] == [
        ("PLAC", "ORD 77^EHR"),
        ("FILL", "F-0042"),
    ]


def test_an_order_without_a_person_is_the_hospital_s() -> None:
    bundle = bundle_of(a_record(case=a_case(specimen=a_specimen(ordering_provider=""))))
    hospital = next(one for one in of_type(bundle, "Organization") if one["name"] == "Sampletown Hospital")
    (order,) = of_type(bundle, "ServiceRequest")
    assert order["requester"] == {"reference": f"urn:uuid:{hospital['id']}"}


def test_quality_metrics_and_run_controls_travel_with_their_limits() -> None:
    analysis = of_type(bundle_of(KINDS["not_informative"]()), "Procedure", "genomic-study-analysis")[0]
    assert "RNA integrity (DV200): 12% (≥ 30%): FAIL" in json.dumps(analysis, ensure_ascii=False)
    assert "Run control no-template: pass" in json.dumps(analysis)
    build = [one for one in analysis["extension"] if one["url"].endswith("-genome-build")]
    assert build[0]["valueCodeableConcept"]["coding"][0]["code"] == "LA26806-2"
    bare = bundle_of(a_record(an_interpretation(qc=()), a_case(controls=())))
    assert "-metrics" not in json.dumps(of_type(bare, "Procedure", "genomic-study-analysis"))


def test_an_outside_laboratory_is_named_as_a_performer() -> None:
    bundle = bundle_of(KINDS["referred"]())
    names = [one["name"] for one in of_type(bundle, "Organization")]
    assert "Southgate Reference Laboratory" in names
    assert len(of_type(bundle, "DiagnosticReport")[0]["performer"]) == 2


def test_software_tables_and_inputs_are_named() -> None:
    record = a_record()
    bundle = bundle_of(record)
    software = of_type(bundle, "Device")[0]
    versions = {one["type"]["text"]: one["value"] for one in software["version"]}
    assert versions["knowledge tables"] == record["provenance"]["knowledge_version"]
    assert versions["report templates"] == record["provenance"]["template_version"]
    sources = json.dumps(of_type(bundle, "Provenance")[0]["entity"])
    assert all(digest in sources for digest in record["provenance"]["inputs"].values())


def test_a_record_of_an_earlier_version_without_the_newer_keys_is_exported() -> None:
    record = STATES["final"]()
    for part, keys in {
        "report": ("change", "addenda", "language", "earlier_changes", "turnaround_days"),
        "specimen": ("acceptability",),
        "assay": ("performed_by",),
        "order": ("placer_number", "filler_number"),
    }.items():
        for key in keys:
            record[part].pop(key, None)
    record.pop("communications", None)
    for signature in record["signatures"]:
        signature.pop("content_sha256", None)
    assert bundle_problems(bundle_of(record)) == []


@pytest.mark.parametrize("language", ["en-GB", "de", "zh-Hans"])
def test_the_print_alone_is_in_the_report_s_language(language: str) -> None:
    record = a_record()
    record["report"]["language"] = language
    (report,) = of_type(bundle_of(record), "DiagnosticReport")
    assert report["presentedForm"][0].pop("language") == language
    assert report["language"] == "en-GB"
    assert bundle_of(a_record())["entry"][1:] == bundle_of(record)["entry"][1:]


# Ids


def test_the_same_record_gives_the_same_bundle_and_the_next_version_other_ids() -> None:
    first, again = bundle_of(a_record()), bundle_of(a_record())
    assert first == again
    later = bundle_of(a_record(issue=an_issue(version=2)))
    assert not {one["fullUrl"] for one in first["entry"]} & {one["fullUrl"] for one in later["entry"]}


def test_ids_say_nothing_of_the_patient() -> None:
    other = a_specimen(
        accession="S26-09999", patient_id="77", patient_name="ROE, Sam", date_of_birth=date(2001, 1, 1), block_id="Z9"
    )
    ids = [
        [one["fullUrl"] for one in bundle_of(a_record(case=case))["entry"]]
        for case in (a_case(), a_case(specimen=other))
    ]
    assert ids[0] == ids[1]


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=40).map(cleaned)


@settings(max_examples=15)
@given(name=texts, site=texts, provider=texts, indication=texts, block=texts)
def test_whatever_the_fields_hold_nothing_is_empty_and_every_reference_leads_somewhere(
    name: str, site: str, provider: str, indication: str, block: str
) -> None:
    specimen = a_specimen(
        patient_name=name, site=site, ordering_provider=provider, institution=provider, indication=indication,
        block_id=block, laterality="", fixative="", tumour_cells_pct=None,
    )  # fmt: skip
    interpretation = an_interpretation(genes=a_gene_list(every="not_assessable"), therapies=())
    assert bundle_problems(bundle_of(a_record(interpretation, a_case(specimen=specimen)))) == []
