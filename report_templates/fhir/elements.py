"""The small parts that FHIR resources are made of: references, coded concepts, identifiers, notes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from report_templates import claims
from report_templates.fhir import codes
from report_templates.hgnc import hgnc_ids

Element = dict[str, Any]
Code = tuple[str, str]

# The name space of our resource ids, from the product's name, so that anybody can compute it again.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:imtreport:fhir")


@dataclass(frozen=True, slots=True)
class Report:
    """
    The record, with what every resource of its Bundle shares.

    Ids are UUIDs of version 5 over the opaque report id, its version and the resource's place in the Bundle: the same
    record gives the same ids, and nothing of the patient enters them.
    """

    record: Mapping[str, Any]

    def resource(self, kind: str, key: str = "", profile: str = "", **elements: Any) -> Element:
        """A resource of type `kind`; `key` tells several of one type apart."""
        claimed = {"profile": [f"{codes.GUIDE}/StructureDefinition/{profile}"]} if profile else None
        return {"resourceType": kind, "id": self.id_of(kind, key), "meta": claimed, **elements}

    def reference(self, kind: str, key: str = "") -> Element:
        return {"reference": f"urn:uuid:{self.id_of(kind, key)}"}

    def id_of(self, kind: str, key: str = "") -> str:
        report = self.record["report"]
        return str(uuid.uuid5(NAMESPACE, "/".join((report["id"], str(report["version"]), kind, key))))

    @property
    def state(self) -> str:
        return claims.state_of(self.record)

    @property
    def signatures(self) -> list[Mapping[str, Any]]:
        return claims.signatures(self.record)

    @property
    def is_withdrawn(self) -> bool:
        return claims.is_withdrawn(self.record)

    @property
    def is_on_hold(self) -> bool:
        return claims.is_on_hold(self.record)

    def observation(self, key: str, profile: str, **elements: Any) -> Element:
        """An Observation on the specimen by the laboratory, with the status that the report's state gives it."""
        return {
            **self.resource("Observation", key, profile),
            "status": codes.OBSERVATION_STATUS[self.state],
            "subject": self.reference("Patient"),
            "effectiveDateTime": self.record["specimen"]["collected"],
            "issued": self.record["report"]["issued"],
            "performer": [self.reference("Organization", "laboratory")],
            "specimen": self.reference("Specimen"),
            **elements,
        }

    def citations(self, sources: Iterable[str]) -> list[Element]:
        """The references of the report that a statement cites, as extensions of its Observation."""
        cited = set(sources)
        return [
            {
                "url": codes.CITATION,
                "valueRelatedArtifact": {"type": "citation", "citation": f"{one['citation']} {one['identifier']}"},
            }
            for one in self.record["references"]
            if one["key"] in cited
        ]


def coding(system: str, code: str, display: str = "") -> Element:
    return {"system": system, "code": code, "display": display}


def concept(system: str, code: str, display: str = "", text: str = "") -> Element:
    return {"coding": [coding(system, code, display)], "text": text}


def loinc(code: Code | str) -> Element:
    """The concept of a LOINC code or answer; the display travels only where the guide prints one."""
    return concept(codes.LOINC, code) if isinstance(code, str) else concept(codes.LOINC, *code)


def gene_concept(symbol: str) -> Element:
    """A gene by its HGNC id where our tables have it, else by its symbol alone."""
    identity = hgnc_ids().get(symbol)
    return concept(codes.HGNC, identity, symbol, symbol) if identity else {"text": symbol}


def absent(code: str, text: str) -> Element:
    """Why there is no value."""
    return concept(codes.ABSENT_REASON, code, text=text)


def component(code: Element, **value: Any) -> Element:
    return {"code": code, **value}


def guide_component(code: str, **value: Any) -> Element:
    return component(concept(codes.GUIDE_CODES, code), **value)


def conclusion(text: str) -> Element:
    return guide_component("conclusion-string", valueString=text)


def gene_studied(symbol: str, *, is_coded: bool = True) -> Element:
    value = gene_concept(symbol) if is_coded else {"text": symbol}
    return component(loinc("48018-6"), valueCodeableConcept=value)


def identifier(value: str, kind: str = "", system: str = "") -> Element | None:
    if not value:
        return None
    return {
        "type": concept(codes.IDENTIFIER_TYPE, kind) if kind else None,
        "system": system,
        "value": value,
    }


def categories(*kinds: str) -> list[Element]:
    """`laboratory` and the further ones: `GE` (genetics), `biomarker-category`."""
    systems = {"GE": codes.DIAGNOSTIC_SERVICE, "biomarker-category": codes.GUIDE_CODES}
    return [concept(codes.OBSERVATION_CATEGORY, "laboratory"), *(concept(systems[kind], kind) for kind in kinds)]


def notes(*texts: str) -> list[Element]:
    return [{"text": text} for text in texts if text]


def labelled_note(label: str, text: str) -> Element:
    """A note of the report under its heading (the guide's coded note)."""
    kind = {"url": f"{codes.GUIDE}/StructureDefinition/annotation-code", "valueCodeableConcept": {"text": label}}
    return {
        "url": f"{codes.GUIDE}/StructureDefinition/genomic-report-note",
        "valueAnnotation": {"extension": [kind], "text": text},
    }


def without_empty(value: Any) -> Any:
    """`value` without `None`, empty texts, lists and objects, at every depth: FHIR forbids them."""
    if isinstance(value, Mapping):
        kept = {key: without_empty(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if not _is_empty(item)}
    if isinstance(value, list):
        return [item for item in map(without_empty, value) if not _is_empty(item)]
    return value.strip() if isinstance(value, str) else value


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | Mapping | list) and not value)
