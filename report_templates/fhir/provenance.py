"""Where the report comes from: software, tables and inputs, who signed what, what it replaces, who was told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from report_templates.fhir import codes
from report_templates.fhir.elements import Element, Report, concept, notes
from report_templates.fhir.study import callers

_READ_BACK = {True: "Read back: yes", False: "Read back: no", None: ""}


def provenance_resources(report: Report) -> Iterator[Element]:
    yield _software(report)
    for number, caller in enumerate(callers(report)):
        yield report.resource("Device", f"caller-{number}", deviceName=[_name(caller)], type={"text": "Fusion caller"})
    yield _origin(report)
    for number, signature in enumerate(report.signatures):
        yield _signature(report, number, signature)
    for number, told in enumerate(_communications(report)):
        yield _communication(report, number, told)


def _software(report: Report) -> Element:
    provenance = report.record["provenance"]
    versions = {
        "software": provenance["software_version"],
        "report templates": provenance["template_version"],
        "knowledge tables": provenance["knowledge_version"],
        "knowledge tables, sha256": provenance["knowledge_sha256"],
        "treatment guideline": provenance["guideline_version"],
    }
    return report.resource(
        "Device",
        "software",
        deviceName=[_name(provenance["software"])],
        version=[{"type": {"text": kind}, "value": value} for kind, value in versions.items() if value],
        type={"text": "Report software"},
    )


def _name(name: str) -> Element:
    return {"name": name, "type": "user-friendly-name"}


def _origin(report: Report) -> Element:
    change = report.record["report"].get("change") or {}
    inputs = report.record["provenance"]["inputs"]
    return report.resource(
        "Provenance",
        "origin",
        target=[report.reference("DiagnosticReport")],
        recorded=report.record["report"]["issued"],
        reason=[{"text": change["reason"]}] if change.get("reason") else [],
        activity={"text": "Report drawn from its saved record"},
        agent=[
            _agent("assembler", report.reference("Device", "software")),
            _agent("custodian", report.reference("Organization", "laboratory")),
        ],
        entity=[
            *_previous(report, change),
            *({"role": "source", "what": _file(name, digest)} for name, digest in inputs.items()),
        ],
    )


def _previous(report: Report, change: Mapping[str, Any]) -> list[Element]:
    previous = change.get("previous") or {}
    replaced = previous.get("id") or report.record["report"].get("replaces")
    if not replaced:
        return []
    said = [f"version {previous['version']}"] if previous.get("version") else []
    said += [f"sha256 {previous['sha256']}"] if previous.get("sha256") else []
    what = {"identifier": {"value": replaced}, "display": ", ".join(("Previous report", *said))}
    return [{"role": "revision", "what": what}]


def _file(name: str, digest: str) -> Element:
    return {"identifier": {"value": f"sha256:{digest}"}, "display": name}


def _agent(role: str, who: Element) -> Element:
    return {"type": concept(codes.PARTICIPANT, role), "who": who}


def _signature(report: Report, number: int, signature: Mapping[str, Any]) -> Element:
    """Name, time and meaning of one signature; the digest is that of the content that was signed."""
    digest = signature.get("content_sha256") or ""
    signed = {"role": "source", "what": _file("Content of the report as signed", digest)}
    return report.resource(
        "Provenance",
        f"signature-{number}",
        target=[report.reference("DiagnosticReport")],
        recorded=signature["signed_at"],
        activity={"text": f"Electronic signature: {signature['meaning']}"},
        agent=[_agent("attester", report.reference("Practitioner", f"signature-{number}"))],
        entity=[signed] if digest else [],
    )


def _communications(report: Report) -> list[Mapping[str, Any]]:
    """The calls before the report, then who was told of a change; what was told of a void result goes with it."""
    change = report.record["report"].get("change") or {}
    before = () if report.is_withdrawn else report.record.get("communications") or ()
    return [*before, *(change.get("notified") or ())]


def _communication(report: Report, number: int, told: Mapping[str, Any]) -> Element:
    return report.resource(
        "Communication",
        str(number),
        status="completed",
        subject=report.reference("Patient"),
        about=[report.reference("DiagnosticReport")],
        sent=told["at"],
        recipient=[{"display": told["to"]}],
        sender={"display": told["by"]},
        medium=[{"text": told["means"]}] if told.get("means") else [],
        payload=[{"contentString": told.get("what") or "Told that the report has changed."}],
        note=notes(_READ_BACK[told.get("read_back")]),
    )
