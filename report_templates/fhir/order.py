"""Who and what the report is about: patient, tissue, order, laboratories, people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from report_templates.fhir import codes
from report_templates.fhir.elements import Element, Report, concept, identifier, notes

_GENDER = {"female": "female", "male": "male", "other": "other"}
_SPECIMEN_STATUS = {"rejected": "unsatisfactory"}
_CONDITION = {"not_stated": "", "accepted": "", "compromised": "Compromised", "rejected": "Rejected"}


def order_resources(report: Report) -> Iterator[Element]:
    yield _patient(report)
    yield _specimen(report)
    yield from _organizations(report)
    yield from _practitioners(report)
    yield _service_request(report)


def performers(report: Report) -> list[Element]:
    """The laboratory that answers for the report and, where another one ran the test, that one too."""
    outside = [report.reference("Organization", "performed-by")] if report.record["assay"].get("performed_by") else []
    return [report.reference("Organization", "laboratory"), *outside]


def filler_number(report: Report) -> Element | None:
    """The laboratory's number of the order; its accession number where the order came without one."""
    record = report.record
    return identifier(record["order"].get("filler_number") or record["specimen"]["accession"], "FILL")


def signers(report: Report) -> list[Element]:
    return [report.reference("Practitioner", f"signature-{number}") for number, _ in enumerate(report.signatures)]


def _patient(report: Report) -> Element:
    patient = report.record["patient"]
    return report.resource(
        "Patient",
        identifier=[identifier(patient["id"], "MR")],
        # As the order spells it: nothing tells which part of a name is the family's.
        name=[{"text": patient["name"]}],
        gender=_GENDER.get(patient["sex"], "unknown"),
        birthDate=patient["date_of_birth"],
    )


def _specimen(report: Report) -> Element:
    specimen = report.record["specimen"]
    acceptability = specimen.get("acceptability") or {}
    site = ", ".join(part for part in (specimen["site"], specimen["laterality"]) if part)
    condition = [_CONDITION[acceptability.get("status", "not_stated")], acceptability.get("reason", "")]
    percent = specimen["tumour_cells_pct"]
    return report.resource(
        "Specimen",
        identifier=[identifier(specimen["block_id"])],
        accessionIdentifier=identifier(specimen["accession"], "ACSN"),
        status=_SPECIMEN_STATUS.get(acceptability.get("status", ""), "available"),
        type={"text": specimen["type"]},
        subject=report.reference("Patient"),
        receivedTime=specimen["received"],
        request=[report.reference("ServiceRequest")],
        collection={"collectedDateTime": specimen["collected"], "bodySite": {"text": site}},
        processing=[{"description": f"Fixative: {specimen['fixative']}"}] if specimen["fixative"] else [],
        condition=[{"text": ": ".join(part for part in condition if part)}],
        note=notes(
            "" if percent is None else f"Tumour cells: {percent:g}%",
            "Decalcified" if specimen["decalcified"] else "",
            acceptability.get("disposition", ""),
        ),
    )


def _organizations(report: Report) -> Iterator[Element]:
    laboratory = report.record["lab"]
    yield report.resource(
        "Organization",
        "laboratory",
        **_place(laboratory),
        telecom=[
            {"system": system, "value": laboratory[system]} for system in ("phone", "email") if laboratory[system]
        ],
        contact=[{"purpose": {"text": "Laboratory director"}, "name": {"text": laboratory["director"]}}]
        if laboratory["director"]
        else [],
    )
    if outside := report.record["assay"].get("performed_by"):
        yield report.resource("Organization", "performed-by", **_place(outside))
    for number, site in enumerate(_other_sites(laboratory)):
        yield report.resource("Organization", f"site-{number}", **_place(site), type=[{"text": site["role"]}])
    if institution := report.record["order"]["institution"].strip():
        yield report.resource("Organization", "ordering", name=institution)


def _other_sites(laboratory: Any) -> list[Any]:
    return [
        site
        for site in laboratory["sites"]
        if (site["name"], site["address"]) != (laboratory["name"], laboratory["address"])
    ]


def _place(place: Any) -> Element:
    address = place.get("address")
    return {
        "identifier": [identifier(place.get("clia") or "", system=codes.CLIA)],
        "name": place["name"],
        "address": [{"text": address}] if address else [],
    }


def _practitioners(report: Report) -> Iterator[Element]:
    if provider := report.record["order"]["provider"].strip():
        yield report.resource("Practitioner", "ordering", name=[{"text": provider}])
    for number, signature in enumerate(report.signatures):
        yield report.resource(
            "Practitioner",
            f"signature-{number}",
            name=[{"text": signature["name"]}],
            qualification=[{"code": {"text": signature["role"]}}] if signature["role"] else [],
        )


def _service_request(report: Report) -> Element:
    order, assay = report.record["order"], report.record["assay"]
    requester = None
    if order["provider"].strip():
        requester = report.reference("Practitioner", "ordering")
    elif order["institution"].strip():
        requester = report.reference("Organization", "ordering")
    return report.resource(
        "ServiceRequest",
        identifier=[
            identifier(order.get("placer_number") or "", "PLAC"),
            filler_number(report),
        ],
        status=codes.ORDER_STATUS[report.state],
        intent="order",
        code=concept(codes.LOINC, "95124-4", text=assay["title"]),
        subject=report.reference("Patient"),
        requester=requester,
        performer=performers(report),
        reasonCode=[{"text": text} for text in (order["indication"], report.record["diagnosis"]["text"]) if text],
        specimen=[report.reference("Specimen")],
    )
