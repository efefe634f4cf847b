"""
What sequencing found and did not find: one Observation per fusion, per gene without one, and what a fusion does.

Present is said of a fusion that the report reports; every other listed call has a reason in the place of a value.
Absent is said of a gene that was tested with a usable result, has no call in the report and no method that disagrees;
never on hold, never after failed quality or a failed run control.
"""

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
    conclusion,
    gene_studied,
    guide_component,
    loinc,
    notes,
)

Fusion = Mapping[str, Any]

_PRESENT = ("reportable", "other_entity")
_DISPUTED = ("discordant", "indeterminate")
# What stands in the place of Present or Absent, and the word behind the fusion's name.
_NO_VALUE = {
    "unconfirmed": ("unknown", "unconfirmed", "The call is not confirmed; not to be read as present or as absent."),
    "uncertain": ("unknown", "uncertain significance", "The call is of uncertain significance."),
    "not_functional": ("not-applicable", "not functional", "The junction is not expected to give an active kinase."),
}
_RECIPROCAL = ("not-applicable", "reciprocal product", "The reciprocal product of the rearrangement.")
FRAME = {
    "in-frame": "in frame",
    "out-of-frame": "out of frame",
    "not_assessable": "not assessable",
    "undetermined": "undetermined",
}
KINASE = {
    "retained": "retained",
    "partial": "partly retained",
    "lost": "lost",
    "not_applicable": "not applicable",
    "undetermined": "undetermined",
}


def variant_resources(report: Report) -> Iterator[Element]:
    for key, fusion in sequenced_fusions(report):
        yield _variant(report, key, fusion)
    for symbol in absent_genes(report):
        yield _negative(report, symbol)
    for key, fusion in sequenced_fusions(report):
        if is_present(fusion) or fusion["classification"] == "not_functional":
            yield _consequence(report, key, fusion)


def sequenced_fusions(report: Report) -> list[tuple[str, Fusion]]:
    """The fusions of the report that were sequenced, with their keys; what a stain or FISH suggests is none of them."""
    if report.is_on_hold:
        return []
    sequenced = (fusion for fusion in report.record["fusions"] if fusion["evidence"] == "sequenced")
    return [(f"variant-{number}", fusion) for number, fusion in enumerate(sequenced)]


def is_present(fusion: Fusion) -> bool:
    return fusion["classification"] in _PRESENT and fusion["role"] != "reciprocal"


def absent_genes(report: Report) -> list[str]:
    """The genes of which a fusion was looked for with a usable result, none was called, and no method disagrees."""
    record = report.record
    failed = any(line["status"] == "fail" for line in record["qc"])
    failed_run = any(control["result"] == "fail" for control in record["controls"])
    unusable = record["result"]["status"] in ("hold", "not_informative")
    if failed or failed_run or unusable or codes.is_rejected(record):
        return []
    called = {gene for fusion in record["fusions"] for gene in _genes(fusion)}
    disputed = {one["marker"] for one in record["concordance"] if one["classification"] in _DISPUTED}
    tested = [gene["symbol"] for gene in record["genes"] if gene["state"] == "not_detected"]
    return [symbol for symbol in tested if symbol not in called | disputed]


def _genes(fusion: Fusion) -> tuple[str, ...]:
    return (fusion["gene_5prime"], fusion["gene_3prime"], fusion["driver"], *(fusion.get("may_be") or ()))


def _variant(report: Report, key: str, fusion: Fusion) -> Element:
    value: Element
    if is_present(fusion):
        name, value = fusion["name"], {"valueCodeableConcept": loinc(codes.PRESENT)}
    else:
        reason, word, text = _no_value(fusion)
        name, value = f"{fusion['name']} ({word})", {"dataAbsentReason": absent(reason, text)}
    return report.observation(
        key,
        "variant",
        category=categories("GE"),
        code=loinc("69548-6"),
        **value,
        method=loinc(codes.SEQUENCING),
        note=notes(*_remarks(fusion)),
        component=[
            component(loinc("81252-9"), valueCodeableConcept={"text": name}),
            *(gene_studied(gene) for gene in (fusion["gene_5prime"], fusion["gene_3prime"]) if _is_named(gene)),
            component(loinc("95123-6"), valueCodeableConcept={"text": fusion["vicc"]}) if fusion["vicc"] else None,
            _change(fusion),
            _build(fusion["genome_build"]),
            component(loinc("48002-0"), valueCodeableConcept=loinc(codes.SOMATIC)),
            _reads(fusion),
            _confidence(fusion),
            conclusion(" ".join(fusion["reasons"])) if fusion["reasons"] else None,
        ],
    )


def _no_value(fusion: Fusion) -> tuple[str, str, str]:
    # A reciprocal product says nothing on the driver, however well it is confirmed.
    if fusion["role"] == "reciprocal" and fusion["classification"] != "unconfirmed":
        return _RECIPROCAL
    return _NO_VALUE[fusion["classification"]]


def _remarks(fusion: Fusion) -> Iterator[str]:
    yield f"Reading frame: {FRAME[fusion['reading_frame']]}. Kinase domain: {KINASE[fusion['kinase_domain']]}."
    if not fusion.get("is_order_known", True):
        yield "Which of the two genes is the 5′ one is not known; the name follows the caller."
    if fusion.get("may_be"):
        yield f"The symbol {fusion['driver']} may stand for {' or '.join(fusion['may_be'])}."
    ends = [end for end in (fusion["breakpoint_5prime"], fusion["breakpoint_3prime"]) if end]
    if ends:
        yield f"Breakpoints (5′ to 3′): {' and '.join(ends)}."
    if fusion.get("hgvs_r"):
        yield f"HGVS: {fusion['hgvs_r']}"
    yield from fusion["conflicts"]


def _is_named(gene: str) -> bool:
    return gene not in ("", "?")


def _change(fusion: Fusion) -> Element | None:
    """
    Two chromosomes joined in DNA are a translocation. RNA shows the transcript, not the change of the DNA; and on one
    chromosome the breakpoints alone do not tell an inversion from a deletion.
    """
    first, second = (fusion[end].partition(":")[0] for end in ("breakpoint_5prime", "breakpoint_3prime"))
    if fusion["molecule"] != "DNA" or not first or not second or first == second:
        return None
    return component(loinc("48019-4"), valueCodeableConcept=concept(codes.SEQUENCE_ONTOLOGY, *codes.TRANSLOCATION))


def _build(build: str) -> Element | None:
    if build not in codes.BUILDS:
        return None
    return component(loinc("62374-4"), valueCodeableConcept=loinc(codes.BUILDS[build]))


def _reads(fusion: Fusion) -> Element | None:
    """Split reads; where the caller gives one number alone for reads and pairs, that one, as the unit says."""
    if fusion["split_reads"] is not None:
        return component(loinc("82121-5"), valueQuantity={"value": fusion["split_reads"], "unit": "split reads"})
    if fusion.get("supporting_reads") is not None:
        value = {"value": fusion["supporting_reads"], "unit": "supporting reads"}
        return component(loinc("82121-5"), valueQuantity=value)
    return None


def _confidence(fusion: Fusion) -> Element | None:
    if fusion["classification"] != "unconfirmed":
        return None
    low = concept(codes.CONFIDENCE, "low", "Low")
    return guide_component("variant-confidence-status", valueCodeableConcept=low)


def _negative(report: Report, symbol: str) -> Element:
    return report.observation(
        f"negative-{symbol}",
        "variant",
        category=categories("GE"),
        code=loinc("69548-6"),
        valueCodeableConcept=loinc(codes.ABSENT),
        method=loinc(codes.SEQUENCING),
        note=notes(
            "Fusions alone were looked for, within the limits of the assay; other alterations of the gene are not "
            "excluded."
        ),
        component=[
            component(loinc("81252-9"), valueCodeableConcept={"text": f"Fusion of {symbol}"}),
            gene_studied(symbol),
            component(loinc("48002-0"), valueCodeableConcept=loinc(codes.SOMATIC)),
        ],
    )


def _consequence(report: Report, key: str, fusion: Fusion) -> Element:
    effect = f"{fusion['name']}: {FRAME[fusion['reading_frame']]}, kinase domain {KINASE[fusion['kinase_domain']]}"
    joined = concept(codes.SEQUENCE_ONTOLOGY, *codes.GENE_FUSION)
    return report.observation(
        f"{key}-consequence",
        "molecular-consequence",
        category=categories("GE"),
        code=concept(codes.GUIDE_CODES, "molecular-consequence"),
        derivedFrom=[report.reference("Observation", key)],
        component=[guide_component("feature-consequence", valueCodeableConcept=joined), conclusion(effect)],
    )
