"""
Holds a Bundle against the record that it was drawn from: what no profile can know and no reader may misread.

Problems come as sentences, an empty list means none.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

LOINC = "http://loinc.org"
PRESENT, ABSENT, RESPONSIVE = "LA9633-4", "LA9634-2", "LA6677-4"
# workflow_states of docs/exports/fhir.md, written a second time: report, then Observation.
STATES = {
    "draft": ("partial", "preliminary"),
    "preliminary": ("preliminary", "preliminary"),
    "final": ("final", "final"),
    "addendum": ("appended", "final"),
    "corrected": ("corrected", "corrected"),
    "amended": ("amended", "amended"),
    "withdrawn": ("entered-in-error", "entered-in-error"),
    "rejected": ("cancelled", "cancelled"),
}

Resource = dict[str, Any]


def disagreements(bundle: Resource, record: Mapping[str, Any], pdf: bytes) -> list[str]:
    """Where the Bundle says something else than the record, or says what must not be said."""
    if record["report"]["status"] == "withdrawn":
        return [*_statuses(bundle, record), *_withdrawn(bundle), *_identities(bundle)]
    return [
        *_statuses(bundle, record),
        *_fusions(bundle, record),
        *_negatives(bundle, record),
        *_stains(bundle, record),
        *_therapies(bundle, record),
        *_print(bundle, record, pdf),
        *_identities(bundle),
    ]


def of_type(bundle: Resource, kind: str, profile: str = "") -> list[Resource]:
    """The resources of a type, or those of them that claim a profile of the guide."""
    return [
        entry["resource"]
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == kind
        and any(one.endswith(f"/{profile}") for one in entry["resource"].get("meta", {}).get("profile", [""]))
        | (not profile)
    ]


def variants(bundle: Resource) -> list[Resource]:
    """The Observations on fusions, without those that say that a gene has none."""
    return [one for one in of_type(bundle, "Observation", "variant") if answer(one) != ABSENT]


def negatives(bundle: Resource) -> list[Resource]:
    return [one for one in of_type(bundle, "Observation", "variant") if answer(one) == ABSENT]


def answer(observation: Resource) -> str:
    """The LOINC answer that is the value; empty where there is none."""
    codings = observation.get("valueCodeableConcept", {}).get("coding", [])
    return str(codings[0]["code"]) if codings else ""


def components(observation: Resource, code: str) -> list[Any]:
    """The values of the components with this code, or with this text for a code."""
    return [
        next((value for key, value in one.items() if key.startswith("value")), None)
        for one in observation.get("component", [])
        if code in (one.get("code", {}).get("text"), *_codes(one.get("code", {})))
    ]


def genes(observation: Resource) -> list[str]:
    """The genes studied, in their order; a value that is none shows as an empty name."""
    return [value["text"] if isinstance(value, dict) else "" for value in components(observation, "48018-6")]


def _codes(concept: Mapping[str, Any]) -> list[str]:
    return [coding["code"] for coding in concept.get("coding", [])]


def _statuses(bundle: Resource, record: Mapping[str, Any]) -> Iterator[str]:
    state = record["report"]["status"]
    if state == "final" and (record["specimen"].get("acceptability") or {}).get("status") == "rejected":
        state = "rejected"
    of_report, of_observation = STATES[state]
    for report in of_type(bundle, "DiagnosticReport"):
        if report.get("status") != of_report:
            yield f"the report is {report.get('status')}, not {of_report}"
    # Of what was not read yet there is no result; nothing is going to be read of rejected tissue.
    if state != "rejected":
        pending = [one["result"] == "pending" and one["control_ok"] is not False for one in _all_stains(record)]
        for observation, is_pending in zip(
            of_type(bundle, "Observation", "molecular-biomarker"), pending, strict=False
        ):
            if (observation.get("status") == "registered") != is_pending:
                yield f"a stain is {observation.get('status')}, and it is {'' if is_pending else 'not '}pending"
    for observation in of_type(bundle, "Observation"):
        is_registered_stain = "dataAbsentReason" in observation and observation.get("status") == "registered"
        if observation.get("status") != of_observation and not is_registered_stain:
            yield f"an observation is {observation.get('status')}, not {of_observation}"


def _withdrawn(bundle: Resource) -> Iterator[str]:
    """A withdrawn report may be of another patient: nothing of its result leaves in coded form."""
    if of_type(bundle, "Observation") or "conclusion" in of_type(bundle, "DiagnosticReport")[0]:
        yield "a withdrawn report gives a result"


def _fusions(bundle: Resource, record: Mapping[str, Any]) -> Iterator[str]:
    is_on_hold = record["result"]["status"] == "hold"
    fusions = [] if is_on_hold else [one for one in record["fusions"] if one["evidence"] == "sequenced"]
    found = variants(bundle)
    if len(found) != len(fusions):
        yield f"{len(found)} variants for {len(fusions)} sequenced fusions"
        return
    for variant, fusion in zip(found, fusions, strict=True):
        order = [gene for gene in (fusion["gene_5prime"], fusion["gene_3prime"]) if gene not in ("", "?")]
        if genes(variant) != order:
            yield f"{fusion['name']}: the genes are {genes(variant)}"
        name = components(variant, "81252-9")[0]["text"] if components(variant, "81252-9") else ""
        if not name.startswith(fusion["name"]):
            yield f"{fusion['name']}: the name is {name!r}"
        is_reported = fusion["classification"] in ("reportable", "other_entity") and fusion["role"] != "reciprocal"
        if (answer(variant) == PRESENT) != is_reported:
            yield f"{fusion['name']}, {fusion['classification']}: the value is {answer(variant)!r}"
        if not is_reported and name == fusion["name"]:
            yield f"{fusion['name']}, {fusion['classification']}: the name does not say so"


def _negatives(bundle: Resource, record: Mapping[str, Any]) -> Iterator[str]:
    states = {gene["symbol"]: gene["state"] for gene in record["genes"]}
    says_nothing = (
        record["result"]["status"] in ("hold", "not_informative")
        or any(line["status"] == "fail" for line in record["qc"])
        or any(control["result"] == "fail" for control in record["controls"])
    )
    for negative in negatives(bundle):
        for gene in genes(negative):
            if says_nothing:
                yield f"{gene} is Absent, and the result says nothing"
            if states.get(gene) != "not_detected":
                yield f"{gene} is Absent, and the report says {states.get(gene)}"
        if len(genes(negative)) != 1:
            yield "a negative that does not name one gene"
    named = [gene for negative in negatives(bundle) for gene in genes(negative)]
    if len(named) != len(set(named)):
        yield "a gene is Absent twice"


def _stains(bundle: Resource, record: Mapping[str, Any]) -> Iterator[str]:
    found = of_type(bundle, "Observation", "molecular-biomarker")
    stains = _all_stains(record)
    if len(found) != len(stains):
        yield f"{len(found)} biomarkers for {len(stains)} stains"
        return
    for biomarker, stain in zip(found, stains, strict=True):
        word = biomarker.get("valueCodeableConcept", {}).get("text", "").lower()
        usable = stain["control_ok"] is not False and stain["result"] in ("positive", "negative", "equivocal")
        if word != (stain["result"] if usable else ""):
            yield f"{stain['marker']}, {stain['result']}: the value is {word!r}"


def _all_stains(record: Mapping[str, Any]) -> list[Any]:
    return [*record["ihc"], *record["fish"]]


def _therapies(bundle: Resource, record: Mapping[str, Any]) -> Iterator[str]:
    lines = [one for one in record["therapies"] if one["agent"].lower() not in ("", "none")]
    found = of_type(bundle, "Observation", "therapeutic-implication")
    if record["result"]["status"] == "hold":
        lines = []
    if [components(one, "51963-7")[0]["text"] for one in found] != [one["agent"] for one in lines]:
        yield "the agents are not those of the report"
        return
    for implication, line in zip(found, lines, strict=True):
        value = components(implication, "therapeutic-implication")[0]
        is_responsive = any(coding["code"] == RESPONSIVE for coding in value.get("coding", []))
        if is_responsive and line["relation"] != "on_label":
            yield f"{line['agent']} is Responsive, and the report says {line['relation']}"
        if len(components(implication, "Label condition")) != len(line["label_conditions"]):
            yield f"{line['agent']}: label conditions are missing"
        if components(implication, "conclusion-string") != [line["text"]]:
            yield f"{line['agent']}: the text is not the report's"
        if line["tier"] and f"Tier {line['tier']}" not in json.dumps(components(implication, "93044-6")):
            yield f"{line['agent']}: the tier is missing"


def _print(bundle: Resource, record: Mapping[str, Any], pdf: bytes) -> Iterator[str]:
    report = of_type(bundle, "DiagnosticReport")[0]
    if report.get("conclusion") != record["result"]["headline"]:
        yield "the conclusion is not the headline"
    forms = report.get("presentedForm", [])
    if [base64.b64decode(one["data"]) for one in forms] != [pdf]:
        yield "the print is not the PDF"
    elif base64.b64decode(forms[0]["hash"]) != hashlib.sha1(pdf, usedforsecurity=False).digest():
        yield "the hash is not the PDF's"
    listed = [one["reference"] for one in report.get("result", [])]
    if listed != [f"urn:uuid:{one['id']}" for one in of_type(bundle, "Observation")]:
        yield "the report does not list every observation"


def _identities(bundle: Resource) -> Iterator[str]:
    for entry in bundle["entry"]:
        identity = entry["resource"]["id"]
        if entry["fullUrl"] != f"urn:uuid:{identity}" or UUID(identity).version != 5:
            yield f"{entry['fullUrl']} is not the UUID of its resource"
