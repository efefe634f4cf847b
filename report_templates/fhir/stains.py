"""Immunohistochemistry and FISH as biomarkers: results of their own, never a sequenced variant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from report_templates import claims, wording
from report_templates.fhir import codes
from report_templates.fhir.elements import (
    Element,
    Report,
    absent,
    categories,
    component,
    concept,
    gene_studied,
    guide_component,
    notes,
)
from report_templates.hgnc import hgnc_ids

Stain = Mapping[str, Any]

_INTERPRETATION = {"positive": ("POS", "Positive"), "negative": ("NEG", "Negative"), "equivocal": ("E", "Equivocal")}
_NO_VALUE = {"not_evaluable": "unknown", "not_done": "not-performed", "pending": "temp-unknown"}
# Not of a state in which nothing is going to be read any more.
_WITHOUT_RESULT = ("cancelled", "entered-in-error")
_CATEGORY_NAMES = {
    "immuneStain": "immune stain category",
    "protein": "protein category",
    "nucleicAcid": "nucleic acid category",
}


def stain_resources(report: Report) -> Iterator[Element]:
    for number, stain in enumerate(report.record["ihc"]):
        yield _immunohistochemistry(report, stain_key("ihc", number), stain)
    for number, stain in enumerate(report.record["fish"]):
        yield _fish(report, stain_key("fish", number), stain)


def stain_key(method: str, number: int) -> str:
    return f"{method}-{number}"


def _immunohistochemistry(report: Report, key: str, stain: Stain) -> Element:
    clone = f"clone {stain['clone']}" if stain["clone"] else ""
    method = ", ".join(part for part in ("Immunohistochemistry", clone, stain["platform"]) if part)
    readings = (
        ("Positive tumour cells (%)", stain["pct_positive"]),
        ("Intensity", stain["intensity"]),
        ("Localisation", ", ".join(stain["localisation"])),
        ("Distribution", stain["distribution"]),
        ("H-score", "" if stain["h_score"] is None else f"{stain['h_score']:g}"),
    )
    return _biomarker(
        report,
        key,
        stain,
        category=categories("biomarker-category"),
        # No LOINC code is known for most of these stains; the text says which stain it is.
        code={"text": f"{stain['marker']} protein expression by immunohistochemistry"},
        method={"text": method},
        note=notes(*_unusable(stain, (f"{label} {text}" for label, text in readings if text)), stain["comment"]),
        component=[
            *(_category(kind) for kind in ("immuneStain", "protein")),
            *_gene(stain),
            *_usable(stain, (_text(label, text) for label, text in readings[:-1])),
            *_usable(stain, [_number("H-score", stain["h_score"])]),
            *_control(stain),
        ],
    )


def _fish(report: Report, key: str, stain: Stain) -> Element:
    return _biomarker(
        report,
        key,
        stain,
        category=categories("biomarker-category", "GE"),
        code={"text": f"{stain['marker']} rearrangement by FISH"},
        method={"text": f"FISH, {stain['probe']}" if stain["probe"] else "FISH"},
        note=notes("FISH names no partner gene.", *_unusable(stain, claims.fish_readings(stain)), stain["comment"]),
        component=[
            _category("nucleicAcid"),
            *_gene(stain),
            *_usable(stain, _fish_figures(stain)),
            _percent("Cut-off", stain["cutoff_pct"]),
            *_control(stain),
        ],
    )


def _fish_figures(stain: Stain) -> list[Element | None]:
    return [
        _number("Cells scored", stain["cells_scored"]),
        _percent("Cells with a rearrangement", stain["pct_rearranged"]),
        _percent("Cells with split signals", stain["pattern_split_pct"]),
        _percent("Cells with an isolated 3′ signal", stain["pattern_isolated3_pct"]),
    ]


def _biomarker(report: Report, key: str, stain: Stain, **elements: Any) -> Element:
    found = report.observation(key, "molecular-biomarker", **_value(stain), **elements)
    if claims.is_pending(stain) and found["status"] not in _WITHOUT_RESULT:
        found["status"] = codes.PENDING_STATUS
    return found


def _usable(stain: Stain, components: Iterable[Element | None]) -> list[Element | None]:
    """What was read, none of it after a failed control: a figure on its own would be taken for a result."""
    return [] if claims.has_failed_control(stain) else list(components)


def _unusable(stain: Stain, readings: Iterable[str]) -> list[str]:
    return [claims.not_to_be_used(readings)] if claims.has_failed_control(stain) else []


def _value(stain: Stain) -> Element:
    """The result; the reason in its place where there is none, which a failed control is too."""
    if claims.has_failed_control(stain):
        return {"dataAbsentReason": absent("error", wording.CONTROL_FAILED.word)}
    word = wording.STAIN_RESULT[stain["result"]].word
    if stain["result"] in _NO_VALUE:
        return {"dataAbsentReason": absent(_NO_VALUE[stain["result"]], word)}
    return {
        "valueCodeableConcept": {"text": word},
        "interpretation": [concept(codes.INTERPRETATION, *_INTERPRETATION[stain["result"]])],
    }


def _category(kind: str) -> Element:
    value = concept(codes.BIOMARKER, kind, _CATEGORY_NAMES[kind])
    return guide_component("biomarker-category", valueCodeableConcept=value)


def _gene(stain: Stain) -> list[Element]:
    """The gene, where the marker is one by name: pan-TRK and the like stand for several."""
    return [gene_studied(stain["marker"])] if stain["marker"] in hgnc_ids() else []


def _text(label: str, text: str) -> Element | None:
    return component({"text": label}, valueString=text) if text else None


def _number(label: str, value: float | None) -> Element | None:
    return None if value is None else component({"text": label}, valueQuantity={"value": value})


def _percent(label: str, value: float | None) -> Element | None:
    if value is None:
        return None
    quantity = {"value": value, "unit": "%", "system": codes.UCUM, "code": "%"}
    return component({"text": label}, valueQuantity=quantity)


def _control(stain: Stain) -> list[Element]:
    if stain["control_ok"] is None:
        return []
    return [component({"text": "Control passed"}, valueBoolean=stain["control_ok"])]
