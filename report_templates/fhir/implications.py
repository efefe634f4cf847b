"""
What the findings mean, each implication derived from the result that it rests on.

A therapy line is a general association between a finding and an agent. "Responsive" is coded for a line on the label
whose conditions are all documented as met; every other relation travels as text alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

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
from report_templates.fhir.stains import positive_stains
from report_templates.fhir.variants import is_present, sequenced_fusions

Line = Mapping[str, Any]

_RELATION = {
    "on_label": "On label",
    "off_label": "Off label",
    "guideline": "Off label, guideline-listed",
    "trial_evidence": "Trial evidence",
}
CONDITION = {"met": "met", "not_met": "not met", "not_documented": "not documented"}
_TIERS = "AMP/ASCO/CAP 2017"


def implication_resources(report: Report) -> Iterator[Element]:
    for number, (line, basis) in enumerate(therapies(report)):
        yield _therapeutic(report, f"therapy-{number}", line, basis)
    for number, (line, basis) in enumerate(diagnostic_statements(report)):
        yield _diagnostic(report, f"diagnosis-{number}", line, basis)


def therapies(report: Report) -> list[tuple[Line, list[Element]]]:
    """Each therapy line with an agent, beside the results that it is derived from; none on hold."""
    if report.is_on_hold:
        return []
    derived = [(line, _basis(report, line["fusion"])) for line in lines_with_agent(report)]
    return [(line, basis) for line, basis in derived if basis]


def lines_with_agent(report: Report) -> list[Line]:
    """The therapy lines but those that say why there is none."""
    return [line for line in report.record["therapies"] if line["agent"].lower() not in ("", "none")]


def diagnostic_statements(report: Report) -> list[tuple[Line, list[Element]]]:
    """The alerts and the statements on the diagnosis, each text once; none on hold."""
    if report.is_on_hold:
        return []
    record = report.record
    lines = [*record["alerts"], *(one for one in record["statements"] if one["section"] == "diagnostic")]
    basis = _basis(report, "")
    return [(line, basis) for line in {line["text"]: line for line in lines}.values() if basis]


def _basis(report: Report, name: str) -> list[Element]:
    """
    The results that a line on the fusion `name` rests on.

    A line on a listed fusion that is not present has no basis: it does not leave in coded form. A line that names no
    sequenced fusion rests on all that are present, else on the positive stains.
    """
    fusions = sequenced_fusions(report)
    named = [(key, fusion) for key, fusion in fusions if fusion["name"] == name]
    present = [key for key, fusion in named or fusions if is_present(fusion)]
    if named or present:
        return [report.reference("Observation", key) for key in present]
    return [report.reference("Observation", key) for key in positive_stains(report)]


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
    if line["relation"] == "on_label" and states == {"met"}:
        return concept(codes.LOINC, *codes.RESPONSIVE, text=_RELATION["on_label"])
    if line["relation"] == "conditions_not_met":
        return {"text": _unmet(states)}
    return {"text": _RELATION[line["relation"]]}


def _unmet(states: set[str]) -> str:
    if "not_met" in states:
        return "Label condition not met"
    # With every condition met, something else speaks against the line, such as a resistance variant.
    return "Label conditions not documented" if "not_documented" in states else "Caution: see status"


def _context(report: Report) -> Element | None:
    """The tumour for which the line is said: the diagnosis as submitted, by its words alone."""
    diagnosis = report.record["diagnosis"]["text"]
    return component(loinc("81259-4"), valueCodeableConcept={"text": diagnosis}) if diagnosis else None


def _evidence(tier: str, level: str) -> Element | None:
    parts = [f"Tier {tier}" if tier else "", f"Level {level}" if level else ""]
    said = ", ".join(part for part in parts if part)
    return component(loinc("93044-6"), valueCodeableConcept={"text": f"{said} ({_TIERS})"}) if said else None


def _condition(condition: Mapping[str, str]) -> Element:
    said = f"{condition['condition']}: {CONDITION[condition['state']]}"
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
    tiers = [_tier(fusion) for _, fusion in sequenced_fusions(report) if is_present(fusion)]
    if len(tiers) != 1 or not tiers[0]:
        return []
    return [component(loinc("53037-8"), valueCodeableConcept={"text": tiers[0]})]


def _tier(fusion: Line) -> str:
    return f"Tier {fusion['tier']} ({_TIERS})" if fusion["tier"] else ""
