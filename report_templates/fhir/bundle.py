"""The Bundle: the report's own resource first, then everything that it points to."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from report_templates import claims
from report_templates.fhir import codes
from report_templates.fhir.elements import Element, Report, categories, concept, labelled_note, without_empty
from report_templates.fhir.implications import diagnostic_statements, implication_resources, therapies
from report_templates.fhir.order import filler_number, order_resources, performers, signers
from report_templates.fhir.provenance import provenance_resources
from report_templates.fhir.stains import stain_resources
from report_templates.fhir.study import study_resources
from report_templates.fhir.variants import variant_resources


def fhir_bundle(record: Mapping[str, Any], pdf: bytes) -> dict[str, Any]:
    """
    The Bundle of `record`, with `pdf` as its printed form; the same record and PDF give the same Bundle.

    A collection: the file belongs to one version of one report and asks nothing of a server. A document would put a
    second, unsigned wording beside the signed PDF, and a transaction would create a patient at the receiver.

    Raises:
        KeyError: the record holds a state or code that this export does not know.
    """
    report = Report(record)
    findings = _findings(report)
    resources = [
        _diagnostic_report(report, findings, pdf),
        *order_resources(report),
        *study_resources(report),
        *findings,
        *provenance_resources(report),
    ]
    identity = report.id_of("Bundle")
    bundle: dict[str, Any] = without_empty(
        {
            "resourceType": "Bundle",
            "id": identity,
            "identifier": {"system": codes.URI, "value": f"urn:uuid:{identity}"},
            "type": "collection",
            "timestamp": record["report"]["issued"],
            "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources],
        }
    )
    return bundle


def _findings(report: Report) -> list[Element]:
    """Every Observation; a withdrawn report, which may be of another patient, has none."""
    if report.is_withdrawn:
        return []
    return [*variant_resources(report), *stain_resources(report), *implication_resources(report)]


def _diagnostic_report(report: Report, findings: list[Element], pdf: bytes) -> Element:
    record = report.record
    study = report.reference("Procedure", "study")
    return report.resource(
        "DiagnosticReport",
        profile="genomic-report",
        # The record's sentences are English; the print alone is in the report's language.
        language="en-GB",
        extension=[
            *(labelled_note(label, text) for label, text in _notes(report)),
            {"url": f"{codes.GUIDE}/StructureDefinition/genomic-study-reference", "valueReference": study},
        ],
        # The filler's number stays the same from version to version, the report's id does not.
        identifier=[{"type": {"text": "Report id"}, "value": record["report"]["id"]}, filler_number(report)],
        basedOn=[report.reference("ServiceRequest")],
        status=codes.REPORT_STATUS[report.state],
        category=categories("GE")[1:],
        code=concept(codes.LOINC, "51969-4", text=record["report"]["title"]),
        subject=report.reference("Patient"),
        effectiveDateTime=record["specimen"]["collected"],
        issued=record["report"]["issued"],
        performer=performers(report),
        resultsInterpreter=signers(report),
        specimen=[report.reference("Specimen")],
        result=[{"reference": f"urn:uuid:{finding['id']}"} for finding in findings],
        conclusion=None if report.is_withdrawn else record["result"]["headline"],
        presentedForm=[_printed(record, pdf)],
    )


def _notes(report: Report) -> Iterator[tuple[str, str]]:
    """What the report says in words and no Observation carries, under the headings of the print."""
    yield from _notes_on_change(report.record["report"])
    if report.is_withdrawn:
        return
    record, result = report.record, report.record["result"]
    yield from (("Summary", text) for text in result["summary"])
    if result["certainty"]:
        yield "Certainty", result["certainty"]
    yield from (("Next step", text) for text in result["next_steps"])
    if not report.is_on_hold:
        yield from (("Interpretation", text) for text in _uncoded(report))
    yield from (("Limitation", text) for text in record["limitations"])
    yield from (("Recommendation", text) for text in record["recommendations"])


def _notes_on_change(head: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    change, preliminary = head.get("change") or {}, head.get("preliminary") or {}
    if change.get("reason"):
        yield "Reason for the change", change["reason"]
    yield from (("What changed", text) for text in change.get("what") or ())
    yield from (("Changed since the preliminary report", text) for text in preliminary.get("what") or ())
    yield from ((f"Addendum {one['number']}", one["text"]) for one in head.get("addenda") or ())


def _uncoded(report: Report) -> list[str]:
    """The alerts, statements and risks, in order, that no implication carries."""
    record = report.record
    coded = {line["text"] for line, _ in (*therapies(report), *diagnostic_statements(report))}
    alerts, risks = ([one["text"] for one in record[part]] for part in ("alerts", "risk"))
    said = dict.fromkeys((*alerts, *claims.statements(record), *risks))
    return [text for text in said if text not in coded]


def _printed(record: Mapping[str, Any], pdf: bytes) -> Element:
    return {
        "contentType": "application/pdf",
        "language": record["report"].get("language") or "en-GB",
        "data": base64.b64encode(pdf).decode("ascii"),
        "size": len(pdf),
        # FHIR R4 fixes SHA-1 for this field; the manifest of the version folder holds the PDF's sha256.
        "hash": base64.b64encode(hashlib.sha1(pdf, usedforsecurity=False).digest()).decode("ascii"),
        "title": record["report"]["title"],
    }
