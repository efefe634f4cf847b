"""
What limits the answer for one specimen; the assay's own limitations are the laboratory's and stand apart.

Each sentence carries what it is about, so that its reasons are found by that and not by its wording.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from interpret.findings import Therapy
from interpret.knowledge import Knowledge
from interpret.resistance import is_unchanged, protein_change
from interpret.stains import STAIN_OF
from interpret.verdict import CORE_KINASES, Findings
from parsers.laboratory import Assay

About = Literal[
    "diagnosis",
    "genes",
    "dna",
    "quality",
    "tumour_content",
    "specimen_type",
    "decalcified",
    "controls",
    "stains",
    "jurisdiction",
    "variant",
    "no_variants",
    "guideline_version",
]


@dataclass(frozen=True, slots=True)
class Limitation:
    """A sentence and what it is about; `subject` is the driver group of stains, or the gene of a variant."""

    about: About
    text: str
    subject: str = ""


def limitations_of(
    findings: Findings, assay: Assay, lines: Sequence[Therapy], knowledge: Knowledge
) -> tuple[Limitation, ...]:
    """The limitations in printed order, each sentence once."""
    found = (
        *_of_tumour_and_assay(findings, assay),
        *_of_specimen(findings, assay),
        *_of_stains(findings),
        *_of_knowledge(findings, lines, knowledge),
    )
    by_text = {one.text: one for one in reversed(found) if one.text}
    return tuple(one for one in found if by_text.get(one.text) is one)


def _of_tumour_and_assay(findings: Findings, assay: Assay) -> list[Limitation]:
    quality = findings.quality
    found = [Limitation("diagnosis", findings.context.tumour.conflict)]
    missing = [gene for gene in CORE_KINASES if gene not in assay.genes]
    if missing:
        found.append(Limitation("genes", f"Not tested by this assay: {', '.join(missing)}."))
    if quality.is_sequenced and quality.tested_by == "DNA":
        found.append(
            Limitation("dna", "DNA sequencing misses fusions whose breakpoints lie outside the covered introns.")
        )
    if quality.is_sequenced and quality.state in ("borderline", "not_documented"):
        found.append(Limitation("quality", f"Caution: {quality.reason}."))
    return found


def _of_specimen(findings: Findings, assay: Assay) -> list[Limitation]:
    specimen, quality = findings.context.specimen, findings.quality
    found: list[Limitation] = []
    if quality.tumour_content is None:
        found.append(Limitation("tumour_content", "The tumour content is not documented."))
    elif quality.is_tumour_content_low:
        limit = f"{assay.minimum_tumour_cells_pct:g}"
        text = f"The tumour content ({quality.tumour_content:g} %) is below the limit of {limit} %."
        found.append(Limitation("tumour_content", text))
    kind = specimen.specimen_type.strip()
    if kind and assay.specimen_types and kind.lower() not in {one.lower() for one in assay.specimen_types}:
        found.append(Limitation("specimen_type", f"The assay is not validated for this specimen type ({kind})."))
    if specimen.decalcified:
        text = "The tissue was decalcified, which can damage RNA and weaken staining."
        found.append(Limitation("decalcified", text))
    if quality.is_sequenced and not quality.has_controls:
        found.append(Limitation("controls", "The controls of the sequencing run are not documented."))
    return found


def _of_stains(findings: Findings) -> list[Limitation]:
    found: list[Limitation] = []
    for group, evidence in findings.concordance.groups.items():
        found.append(Limitation("stains", evidence.stains.pending, group))
        if evidence.stains.is_contradictory:
            text = f"The {STAIN_OF.get(group, group)} results contradict each other and are read as equivocal."
            found.append(Limitation("stains", text, group))
    return found


def _of_knowledge(findings: Findings, lines: Sequence[Therapy], knowledge: Knowledge) -> list[Limitation]:
    context = findings.context
    found: list[Limitation] = []
    if context.label_region == "other":
        named = context.jurisdiction or "not stated"
        found.append(Limitation("jurisdiction", f"No label information is held for this jurisdiction ({named})."))
    known = {(row.driver, variant) for row in knowledge.resistance for variant in row.variants}
    drivers = {fusion.driver for fusion in findings.results}
    for variant in context.variants:
        if is_unchanged(variant):
            continue
        change = protein_change(variant.hgvs_p)
        if variant.gene in drivers and (variant.gene, change) not in known:
            text = f"{variant.gene} {change} was reported; its effect on treatment is not in the knowledge tables."
            found.append(Limitation("variant", text, variant.gene))
    if any(line.agent != "none" for line in lines) and not context.variants:
        text = "No small variants were received: resistance variants are not assessed."
        found.append(Limitation("no_variants", text))
    if any("not yet checked by this laboratory" in line.status_text for line in lines):
        found.append(Limitation("guideline_version", "The guideline version has not been entered by the laboratory."))
    return found
