"""Immunohistochemistry and FISH as biomarkers: results of their own, never a sequenced variant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

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

Stain = Mapping[str, Any]

_WORD = {"positive": "Positive", "negative": "Negative", "equivocal": "Equivocal"}
_INTERPRETATION = {"positive": ("POS", "Positive"), "negative": ("NEG", "Negative"), "equivocal": ("E", "Equivocal")}
_NO_VALUE = {
    "not_evaluable": ("unknown", "Not evaluable"),
    "not_done": ("not-performed", "Not done"),
    "pending": ("temp-unknown", "Pending"),
}
_CATEGORY_NAMES = {
    "immuneStain": "immune stain category",
    "protein": "protein category",
    "nucleicAcid": "nucleic acid category",
}


def stain_resources(report: Report) -> Iterator[Element]:
    for number, stain in enumerate(report.record["ihc"]):
        yield _immunohistochemistry(report, f"ihc-{number}", stain)
    for number, stain in enumerate(report.record["fish"]):
        yield _fish(report, f"fish-{number}", stain)


def positive_stains(report: Report) -> list[str]:
    """The keys of the stains and FISH results that are positive and usable."""
    return [
        f"{method}-{number}"
        for method in ("ihc", "fish")
        for number, stain in enumerate(report.record[method])
        if stain["result"] == "positive" and stain["control_ok"] is not False
    ]


def _immunohistochemistry(report: Report, key: str, stain: Stain) -> Element:
    clone = f"clone {stain['clone']}" if stain["clone"] else ""
    method = ", ".join(part for part in ("Immunohistochemistry", clone, stain["platform"]) if part)
    return report.observation(
        key,
        "molecular-biomarker",
        category=categories("biomarker-category"),
        # No LOINC code is known for most of these stains; the text says which stain it is.
        code={"text": f"{stain['marker']} protein expression by immunohistochemistry"},
        **_value(stain),
        method={"text": method},
        note=notes(stain["comment"]),
        component=[
            *(_category(kind) for kind in ("immuneStain", "protein")),
            *_gene(stain),
            _text("Positive tumour cells (%)", stain["pct_positive"]),
            _text("Intensity", stain["intensity"]),
            _text("Localisation", ", ".join(stain["localisation"])),
            _text("Distribution", stain["distribution"]),
            _number("H-score", stain["h_score"]),
            *_control(stain),
        ],
    )


def _fish(report: Report, key: str, stain: Stain) -> Element:
    return report.observation(
        key,
        "molecular-biomarker",
        category=categories("biomarker-category", "GE"),
        code={"text": f"{stain['marker']} rearrangement by FISH"},
        **_value(stain),
        method={"text": f"FISH, {stain['probe']}" if stain["probe"] else "FISH"},
        note=notes("FISH names no partner gene.", stain["comment"]),
        component=[
            _category("nucleicAcid"),
            *_gene(stain),
            _number("Cells scored", stain["cells_scored"]),
            _percent("Cells with a rearrangement", stain["pct_rearranged"]),
            _percent("Cells with split signals", stain["pattern_split_pct"]),
            _percent("Cells with an isolated 3′ signal", stain["pattern_isolated3_pct"]),
            _percent("Cut-off", stain["cutoff_pct"]),
            *_control(stain),
        ],
    )


def _value(stain: Stain) -> Element:
    """The result; the reason in its place where there is none, which a failed control is too."""
    if stain["control_ok"] is False:
        return {"dataAbsentReason": absent("error", "Not usable: the control failed")}
    if stain["result"] in _NO_VALUE:
        return {"dataAbsentReason": absent(*_NO_VALUE[stain["result"]])}
    return {
        "valueCodeableConcept": {"text": _WORD[stain["result"]]},
        "interpretation": [concept(codes.INTERPRETATION, *_INTERPRETATION[stain["result"]])],
    }


def _category(kind: str) -> Element:
    value = concept(codes.BIOMARKER, kind, _CATEGORY_NAMES[kind])
    return guide_component("biomarker-category", valueCodeableConcept=value)


def _gene(stain: Stain) -> list[Element]:
    """The gene, where the marker is one by name: pan-TRK and the like stand for several."""
    return [gene_studied(stain["marker"])] if stain["marker"] in codes.hgnc_ids() else []


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
