"""
What the findings mean, each implication derived from the result that it rests on.

A therapy line is a general association between a finding and an agent. "Responsive" is coded for a line on the label
whose conditions are all documented as met; every other relation travels as text alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from report_templates import claims, wording
from report_templates.fhir import codes
from report_templates.fhir.elements import (
    Element,
    Report,
    categories,
    component,
    concept,
    conclusion,
    guide_component,
    loinc,
)
from report_templates.fhir.stains import stain_key
from report_templates.fhir.variants import sequenced_fusions, variant_key

Line = Mapping[str, Any]

_TIERS = "AMP/ASCO/CAP 2017"


def implication_resources(report: Report) -> Iterator[Element]:
    for number, (line, basis) in enumerate(therapies(report)):
        yield _therapeutic(report, f"therapy-{number}", line, basis)
    for number, (line, basis) in enumerate(diagnostic_statements(report)):
        yield _diagnostic(report, f"diagnosis-{number}", line, basis)


def therapies(report: Report) -> list[tuple[Line, list[Element]]]:
    """Each therapy line that may be said, beside the results that it is derived from."""
    return [(line, _references(report, basis)) for line, basis in claims.therapies(report.record)]


def diagnostic_statements(report: Report) -> list[tuple[Line, list[Element]]]:
    """The alerts and the statements on the diagnosis, each text once; none on hold."""
    if report.is_on_hold:
        return []
    record = report.record
    lines = [*record["alerts"], *(one for one in record["statements"] if one["section"] == "diagnostic")]
    basis = _references(report, claims.basis_of(record, ""))
    return [(line, basis) for line in {line["text"]: line for line in lines}.values() if basis]


def _references(report: Report, basis: Iterable[claims.Basis]) -> list[Element]:
    """The Observations of the results that a line rests on."""
    return [
        report.reference("Observation", variant_key(number) if kind == "fusion" else stain_key(kind, number))
        for kind, number in basis
    ]


def _therapeutic(report: Report, key: str, line: Line, basis: list[Element]) -> Element:
    return report.observation(
        key,
        "therapeutic-implication",
        extension=report.citations(line["sources"]),
        category=categories("GE"),
        code=concept(codes.GUIDE_CODES, "therapeutic-implication"),
        derivedFrom=basis,
        component=[
            guide_component("therapeutic-implication", valueCodeableConcept=_relation(line)),
            component(loinc("51963-7"), valueCodeableConcept={"text": line["agent"]}),
            _context(report),
            _evidence(line["tier"], line["level"]),
            component({"text": "Regulatory status"}, valueString=line["status_text"]) if line["status_text"] else None,
            *(_condition(condition) for condition in line["label_conditions"]),
            conclusion(line["text"]),
        ],
    )


def _relation(line: Line) -> Element:
    states = {condition["state"] for condition in line["label_conditions"]}
    said = claims.relation_of(line).word
    if line["relation"] == "on_label" and states == {"met"}:
        return concept(codes.LOINC, *codes.RESPONSIVE, text=said)
    return {"text": said}


def _context(report: Report) -> Element | None:
    """The tumour for which the line is said: the diagnosis as submitted, by its words alone."""
    diagnosis = report.record["diagnosis"]["text"]
    return component(loinc("81259-4"), valueCodeableConcept={"text": diagnosis}) if diagnosis else None


def _evidence(tier: str, level: str) -> Element | None:
    parts = [f"Tier {tier}" if tier else "", f"Level {level}" if level else ""]
    said = ", ".join(part for part in parts if part)
    return component(loinc("93044-6"), valueCodeableConcept={"text": f"{said} ({_TIERS})"}) if said else None


def _condition(condition: Mapping[str, str]) -> Element:
    said = f"{condition['condition']}: {wording.CONDITION_STATE[condition['state']].word}"
    return component({"text": "Label condition"}, valueString=said)


def _diagnostic(report: Report, key: str, line: Line, basis: list[Element]) -> Element:
    return report.observation(
        key,
        "diagnostic-implication",
        extension=report.citations(line["sources"]),
        category=categories("GE"),
        code=concept(codes.GUIDE_CODES, "diagnostic-implication"),
        derivedFrom=basis,
        component=[*_significance(report), conclusion(line["text"])],
    )


def _significance(report: Report) -> list[Element]:
    """The tier of the fusion, where one fusion alone is present."""
    tiers = [_tier(fusion) for _, fusion in sequenced_fusions(report) if claims.is_present(report.record, fusion)]
    if len(tiers) != 1 or not tiers[0]:
        return []
    return [component(loinc("53037-8"), valueCodeableConcept={"text": tiers[0]})]


def _tier(fusion: Line) -> str:
    return f"Tier {fusion['tier']} ({_TIERS})" if fusion["tier"] else ""
