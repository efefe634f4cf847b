"""
fhir.json keeps to the Genomics Reporting profiles and says what its record says, for every kind of report.

The second half shows that the two checks see: each deliberate fault is found by one of them.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir_agreement import disagreements, negatives, of_type, variants
from fhir_profiles import bundle_problems
from report_examples import KINDS, STATES

from interpret.genes import load_gene_models
from interpret.interpretation import interpret
from interpret.knowledge import load_knowledge
from parsers.batch import read_batch, read_case
from parsers.errors import InputError
from parsers.laboratory import read_laboratory
from report_templates.fhir import fhir_bundle
from report_templates.record import Issue, build_record

SAMPLE = Path(__file__).parents[2] / "sample_data"
PDF = b"%PDF-1.7 stands for the print"
ISSUED = datetime(2026, 3, 18, 14, 5, tzinfo=UTC)

Resource = dict[str, Any]


@cache
def sample_records() -> dict[str, dict[str, Any]]:
    """The records that the demo makes, by accession; a specimen that it refuses has none."""
    laboratory = read_laboratory(SAMPLE / "lab.toml")
    knowledge, models = load_knowledge(), load_gene_models()
    records = {}
    for folder in sorted((SAMPLE / "inbox").iterdir()):
        for request in read_batch(folder, laboratory).requests:
            try:
                case = read_case(request)
            except InputError:
                continue
            issue = Issue("R-sample-v1", "0" * 16, 1, "draft", ISSUED, "0.1.0", {"specimens.csv": "0" * 64})
            found = interpret(case, laboratory, knowledge, models)
            records[request.accession] = build_record(case, found, laboratory, issue)
    return records


def problems(bundle: Resource, record: dict[str, Any]) -> list[str]:
    return bundle_problems(bundle) + disagreements(bundle, record, PDF)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_report_keeps_to_the_profiles_and_to_its_record(kind: str) -> None:
    record = KINDS[kind]()
    assert problems(fhir_bundle(record, PDF), record) == []


def test_every_sample_report_keeps_to_the_profiles_and_to_its_record() -> None:
    assert len(sample_records()) == 12
    found = {accession: problems(fhir_bundle(record, PDF), record) for accession, record in sample_records().items()}
    assert {accession: each for accession, each in found.items() if each} == {}


@pytest.mark.parametrize("state", STATES)
def test_every_state_of_a_report_keeps_to_the_profiles_and_to_its_record(state: str) -> None:
    record = STATES[state]()
    assert problems(fhir_bundle(record, PDF), record) == []


@pytest.mark.parametrize("kind", {**KINDS, **STATES})
def test_an_independent_reader_takes_the_bundle_and_gives_it_back_unchanged(kind: str) -> None:
    bundle = fhir_bundle({**KINDS, **STATES}[kind](), PDF)
    read = Bundle.model_validate(bundle)
    assert json.loads(read.model_dump_json(exclude_none=True)) == bundle


# Each fault is put into the Bundle of the positive report, the fullest one, and named with the words that find it.


def report_of(bundle: Resource) -> Resource:
    return of_type(bundle, "DiagnosticReport")[0]


def variant_of(bundle: Resource) -> Resource:
    return variants(bundle)[0]


def negative_of(bundle: Resource) -> Resource:
    return negatives(bundle)[0]


def therapy_of(bundle: Resource) -> Resource:
    return of_type(bundle, "Observation", "therapeutic-implication")[0]


def stain_of(bundle: Resource) -> Resource:
    return of_type(bundle, "Observation", "molecular-biomarker")[0]


def study_of(bundle: Resource) -> Resource:
    return of_type(bundle, "Procedure", "genomic-study-analysis")[0]


def first(bundle: Resource, kind: str) -> Resource:
    return of_type(bundle, kind)[0]


def component_of(observation: Resource, code: str) -> Resource:
    return next(one for one in observation["component"] if code in json.dumps(one["code"]))


def swap_genes(bundle: Resource) -> None:
    both = [one for one in variant_of(bundle)["component"] if "48018-6" in json.dumps(one["code"])]
    both[0]["valueCodeableConcept"], both[1]["valueCodeableConcept"] = (
        both[1]["valueCodeableConcept"],
        both[0]["valueCodeableConcept"],
    )


def add_untested_gene_as_absent(bundle: Resource) -> None:
    added = copy.deepcopy(negative_of(bundle))
    added["id"] = "b6ff8bd4-59d0-5c28-a3a5-4b4b0c0f5b0f"
    for one in added["component"]:
        if "48018-6" in json.dumps(one["code"]):
            one["valueCodeableConcept"] = {"text": "NRG1"}
    bundle["entry"].append({"fullUrl": f"urn:uuid:{added['id']}", "resource": added})
    report_of(bundle)["result"].append({"reference": f"urn:uuid:{added['id']}"})


def as_string(component: Resource) -> None:
    """The component's value as a string, whatever it was."""
    for key in [key for key in component if key.startswith("value")]:
        del component[key]
    component["valueString"] = "some text"


def set_answer(observation: Resource, code: str) -> None:
    observation["valueCodeableConcept"]["coding"][0]["code"] = code


FAULTS: dict[str, tuple[str, Callable[[Resource], Any]]] = {
    # The report
    "no genetics category": ("category:Genetics: 0 found", lambda b: report_of(b).pop("category")),
    "another category": (
        "category:Genetics: 0 found",
        lambda b: report_of(b)["category"][0]["coding"][0].update(code="LAB"),
    ),
    "another report code": ("code: does not match", lambda b: report_of(b)["code"]["coding"][0].update(code="11502-2")),
    "no report code": ("code: 0 found", lambda b: report_of(b).pop("code")),
    "no status": ("status: 0 found", lambda b: report_of(b).pop("status")),
    "a status that is none": ("'draft' is not a code of", lambda b: report_of(b).update(status="draft")),
    "the status of another state": ("the report is final, not partial", lambda b: report_of(b).update(status="final")),
    "an unknown element": ("has no element verdict", lambda b: report_of(b).update(verdict="positive")),
    "an unknown extension": (
        "http://example.org/note is not among the definitions",
        lambda b: report_of(b)["extension"][0].update(url="http://example.org/note"),
    ),
    "a note without text": (
        "value[x].text: 0 found",
        lambda b: report_of(b)["extension"][0]["valueAnnotation"].pop("text"),
    ),
    "a note of another type": (
        "String is not a type",
        lambda b: report_of(b)["extension"].append(
            {"url": report_of(b)["extension"][0]["url"], "valueString": "Summary"}
        ),
    ),
    "another headline": (
        "the conclusion is not the headline",
        lambda b: report_of(b).update(conclusion="No fusion detected"),
    ),
    "no print": ("the print is not the PDF", lambda b: report_of(b).pop("presentedForm")),
    "another print": ("the print is not the PDF", lambda b: report_of(b)["presentedForm"][0].update(data="JVBERg==")),
    "a hash that is not the print's": (
        "the hash is not the PDF's",
        lambda b: report_of(b)["presentedForm"][0].update(hash="AAAA"),
    ),
    "a result left out": ("does not list every observation", lambda b: report_of(b)["result"].pop()),
    "a subject that is the specimen": (
        "points to a Specimen that it may not point to",
        lambda b: report_of(b).update(subject=report_of(b)["specimen"][0]),
    ),
    "a reference that leads nowhere": (
        "is not in the Bundle",
        lambda b: report_of(b)["basedOn"][0].update(reference="urn:uuid:00000000-0000-5000-8000-000000000000"),
    ),
    # The variant
    "no laboratory category": ("category:labCategory: 0 found", lambda b: variant_of(b)["category"].pop(0)),
    "no genetics category of the variant": ("category:geCategory: 0 found", lambda b: variant_of(b)["category"].pop()),
    "a category twice": (
        "category:geCategory: 2 found, at most 1",
        lambda b: variant_of(b)["category"].append(variant_of(b)["category"][1]),
    ),
    "another variant code": (
        "code: does not match",
        lambda b: variant_of(b)["code"]["coding"][0].update(code="69547-8"),
    ),
    "an answer outside the list": ("['LA6576-8'] is not a code of", lambda b: set_answer(variant_of(b), "LA6576-8")),
    "an answer as text alone": (
        "text alone does not do",
        lambda b: variant_of(b).update(valueCodeableConcept={"text": "Present"}),
    ),
    "an answer and a reason for none": ("obs-6", lambda b: variant_of(b).update(dataAbsentReason={"text": "unknown"})),
    "a detected fusion as Absent": (
        "0 variants for 1 sequenced fusions",
        lambda b: set_answer(variant_of(b), "LA9634-2"),
    ),
    "a variant without a value": (
        "TPM3::ALK, reportable: the value is ''",
        lambda b: variant_of(b).pop("valueCodeableConcept"),
    ),
    "genes in the other order": ("the genes are ['ALK', 'TPM3']", swap_genes),
    "the name turned round": (
        "the name is 'ALK::TPM3'",
        lambda b: component_of(variant_of(b), "81252-9")["valueCodeableConcept"].update(text="ALK::TPM3"),
    ),
    "no name": ("the name is ''", lambda b: variant_of(b)["component"].remove(component_of(variant_of(b), "81252-9"))),
    "no genes": (
        "the genes are []",
        lambda b: variant_of(b).update(
            component=[one for one in variant_of(b)["component"] if "48018-6" not in json.dumps(one["code"])]
        ),
    ),
    "a gene as a string": (
        "gene-studied.value[x]: String is not a type",
        lambda b: as_string(component_of(variant_of(b), "48018-6")),
    ),
    "a gene component without a value": (
        "gene-studied.value[x]: 0 found",
        lambda b: component_of(variant_of(b), "48018-6").pop("valueCodeableConcept"),
    ),
    "reads as text": (
        "allelic-read-depth.value[x]: String is not a type",
        lambda b: as_string(component_of(variant_of(b), "82121-5")),
    ),
    "reads twice": (
        "allelic-read-depth: 2 found, at most 1",
        lambda b: variant_of(b)["component"].append(component_of(variant_of(b), "82121-5")),
    ),
    "a component without a code": ("component.code: 0 found", lambda b: variant_of(b)["component"][0].pop("code")),
    "a confidence that is none": (
        "variant-confidence-status-vs",
        lambda b: variant_of(b)["component"].append(
            {
                "code": {
                    "coding": [
                        {
                            "system": "http://hl7.org/fhir/uv/genomics-reporting/CodeSystem/tbd-codes-cs",
                            "code": "variant-confidence-status",
                        }
                    ]
                },
                "valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": "LA9633-4"}]},
            }
        ),
    ),
    "a preliminary finding as final": (
        "an observation is final, not preliminary",
        lambda b: variant_of(b).update(status="final"),
    ),
    "an observation status that is none": (
        "'partial' is not a code of",
        lambda b: variant_of(b).update(status="partial"),
    ),
    # The negatives
    "Absent for a gene that was not tested": ("NRG1 is Absent", add_untested_gene_as_absent),
    "Absent for the detected gene": (
        "ALK is Absent, and the report says detected",
        lambda b: component_of(negative_of(b), "48018-6").update(valueCodeableConcept={"text": "ALK"}),
    ),
    "Present for a gene without a fusion": (
        "2 variants for 1 sequenced fusions",
        lambda b: set_answer(negative_of(b), "LA9633-4"),
    ),
    # Stains, implications, study
    "a stain without its category": ("category:mbCategory: 0 found", lambda b: stain_of(b)["category"].pop()),
    "a stain without a code": ("code: 0 found", lambda b: stain_of(b).pop("code")),
    "a positive stain as negative": (
        "ALK, positive: the value is 'negative'",
        lambda b: stain_of(b)["valueCodeableConcept"].update(text="Negative"),
    ),
    "a stain as a sequenced variant": (
        "2 variants for 1 sequenced fusions",
        lambda b: stain_of(b)["meta"].update(profile=variant_of(b)["meta"]["profile"]),
    ),
    "an implication that rests on nothing": ("derivedFrom: 0 found", lambda b: therapy_of(b).pop("derivedFrom")),
    "an implication with another code": (
        "code: does not match",
        lambda b: therapy_of(b)["code"]["coding"][0].update(code="predicted-therapeutic-implication"),
    ),
    "an off-label agent as responsive": (
        "Alectinib is Responsive, and the report says guideline",
        lambda b: component_of(
            of_type(b, "Observation", "therapeutic-implication")[1],
            "therapeutic-implication",
        ).update(valueCodeableConcept={"coding": [{"system": "http://loinc.org", "code": "LA6677-4"}]}),
    ),
    "a label condition left out": (
        "label conditions are missing",
        lambda b: therapy_of(b)["component"].remove(component_of(therapy_of(b), "Label condition")),
    ),
    "an evidence level as a string": (
        "evidence-level.value[x]: String is not a type",
        lambda b: as_string(component_of(therapy_of(b), "93044-6")),
    ),
    "an analysis that is not completed": ("status: does not match", lambda b: study_of(b).update(status="in-progress")),
    "an analysis of nobody": ("subject: 0 found", lambda b: study_of(b).pop("subject")),
    "two genome builds": (
        "extension:genome-build: 2 found, at most 1",
        lambda b: study_of(b)["extension"].append(
            next(one for one in study_of(b)["extension"] if one["url"].endswith("genome-build"))
        ),
    ),
    "a gene region without a gene": (
        "extension:studied.value[x]: 0 found",
        lambda b: next(one for one in study_of(b)["extension"] if one["url"].endswith("regions"))["extension"][1].pop(
            "valueCodeableConcept"
        ),
    ),
    # The rest
    "an order without an intent": ("intent: 0 found", lambda b: first(b, "ServiceRequest").pop("intent")),
    "an order status that is none": (
        "'final' is not a code of",
        lambda b: first(b, "ServiceRequest").update(status="final"),
    ),
    "a gender that is none": ("'f' is not a code of", lambda b: first(b, "Patient").update(gender="f")),
    "a signature of no known role": (
        "'origin' is not a code of",
        lambda b: first(b, "Provenance")["entity"][0].update(role="origin"),
    ),
    "provenance of nothing": ("target: 0 found", lambda b: first(b, "Provenance").pop("target")),
    "an empty text": ("birthDate: is empty", lambda b: first(b, "Patient").update(birthDate="")),
    "an empty list": ("identifier: is empty", lambda b: first(b, "Patient").update(identifier=[])),
    "a number that is none": (
        "is empty or not a number",
        lambda b: component_of(variant_of(b), "82121-5")["valueQuantity"].update(value=float("nan")),
    ),
    "a text that is no text": ("'nan' is not a text", lambda b: first(b, "Organization").update(name="nan")),
    "a bundle of no type": ("Bundle.type: 0 found", lambda b: b.pop("type")),
    "an id that names the patient": (
        "is not the UUID of its resource",
        lambda b: b["entry"][1].update(fullUrl="urn:uuid:00482913"),
    ),
    "two entries of one name": (
        "two entries share a fullUrl",
        lambda b: b["entry"][2].update(fullUrl=b["entry"][1]["fullUrl"]),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_checks_find_a_deliberate_fault(fault: str) -> None:
    record = KINDS["positive"]()
    bundle = fhir_bundle(record, PDF)
    found, put_in = FAULTS[fault]
    put_in(bundle)
    assert any(found in problem for problem in problems(bundle, record))
