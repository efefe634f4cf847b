"""
What sequencing found and did not find: one Observation per fusion, per gene without one, and what a fusion does.

Present is said of a fusion that the report reports; every other listed call has a reason in the place of a value.
Absent is said of a gene where nothing speaks against it (`claims.absent_genes`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    conclusion,
    gene_studied,
    guide_component,
    loinc,
    notes,
)

Fusion = Mapping[str, Any]

# What stands in the place of Present or Absent, and the word behind the fusion's name.
_NO_VALUE = {
    "unconfirmed": ("unknown", "unconfirmed", "The call is not confirmed; not to be read as present or as absent."),
    "uncertain": ("unknown", "uncertain significance", "The call is of uncertain significance."),
    "not_functional": ("not-applicable", "not functional", "The junction is not expected to give an active kinase."),
}
_RECIPROCAL = ("not-applicable", "reciprocal product", "The reciprocal product of the rearrangement.")
_UNUSABLE = ("unknown", "no usable result", "The test gave no usable result; not to be read as present or absent.")


def variant_resources(report: Report) -> Iterator[Element]:
    for key, fusion in sequenced_fusions(report):
        yield _variant(report, key, fusion)
    for symbol in claims.absent_genes(report.record):
        yield _negative(report, symbol)
    for key, fusion in sequenced_fusions(report):
        if claims.is_present(report.record, fusion) or fusion["classification"] == "not_functional":
            yield _consequence(report, key, fusion)


def sequenced_fusions(report: Report) -> list[tuple[str, Fusion]]:
    """The fusions of the report that were sequenced, with their keys."""
    return [(variant_key(number), fusion) for number, fusion in enumerate(claims.sequenced_fusions(report.record))]


def variant_key(number: int) -> str:
    return f"variant-{number}"


def _variant(report: Report, key: str, fusion: Fusion) -> Element:
    value: Element
    if claims.is_present(report.record, fusion):
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
            *_genes(fusion),
            _transcripts(fusion),
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
    return _NO_VALUE.get(fusion["classification"], _UNUSABLE)


def _remarks(fusion: Fusion) -> Iterator[str]:
    yield f"Reading frame: {_frame(fusion)}. Kinase domain: {_kinase(fusion)}."
    yield from claims.remarks_on_ends(fusion)
    yield claims.breakpoints_in_words(fusion)
    if fusion.get("hgvs_r") and claims.has_known_ends(fusion):
        yield f"HGVS: {fusion['hgvs_r']}"
    yield from fusion["conflicts"]


def _frame(fusion: Fusion) -> str:
    return wording.READING_FRAME[fusion["reading_frame"]].lower()


def _kinase(fusion: Fusion) -> str:
    return wording.KINASE_DOMAIN[fusion["kinase_domain"]].lower()


def _genes(fusion: Fusion) -> list[Element]:
    """The genes studied, the 5′ one first; a symbol that may stand for several genes is no coded one."""
    named = [gene for gene in (fusion["gene_5prime"], fusion["gene_3prime"]) if gene not in ("", "?")]
    unclear = (fusion["driver"], *fusion["may_be"]) if fusion.get("may_be") else ()
    return [gene_studied(gene, is_coded=gene not in unclear) for gene in named]


def _transcripts(fusion: Fusion) -> Element | None:
    """The fusion in VICC nomenclature, which says which gene is the 5′ one."""
    if not fusion["vicc"] or not claims.has_known_ends(fusion):
        return None
    return component(loinc("95123-6"), valueCodeableConcept={"text": fusion["vicc"]})


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
    effect = f"{fusion['name']}: {_frame(fusion)}, kinase domain {_kinase(fusion)}"
    joined = concept(codes.SEQUENCE_ONTOLOGY, *codes.GENE_FUSION)
    return report.observation(
        f"{key}-consequence",
        "molecular-consequence",
        category=categories("GE"),
        code=concept(codes.GUIDE_CODES, "molecular-consequence"),
        derivedFrom=[report.reference("Observation", key)],
        component=[guide_component("feature-consequence", valueCodeableConcept=joined), conclusion(effect)],
    )
