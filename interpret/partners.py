"""What is known of a driver's partner, and whether the stain shows the pattern that goes with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from interpret.concordance import GroupEvidence
from interpret.findings import Fusion, Ruling
from interpret.knowledge import Knowledge, Partner
from interpret.stains import GROUP_OF, STAIN_OF


def with_partner_notes(
    fusions: Sequence[Fusion], groups: Mapping[str, GroupEvidence], knowledge: Knowledge
) -> tuple[tuple[Fusion, ...], tuple[Ruling, ...]]:
    """
    The fusions with their partner notes, and the notes as statements.

    Only a fusion that may be called a result has one. A row that is not verified is not printed as fact; the fusion
    then carries the neutral note that nothing is known of its partner, unless it defines another disease or the tables
    know no partner of its driver at all.
    """
    noted: list[Fusion] = []
    rulings: list[Ruling] = []
    for fusion in fusions:
        if fusion.classification not in ("reportable", "other_entity") or fusion.role == "reciprocal":
            noted.append(fusion)
            continue
        partner = fusion.gene_5prime if fusion.driver == fusion.gene_3prime else fusion.gene_3prime
        row = _row(fusion.driver, partner, knowledge)
        if row is None:
            noted.append(replace(fusion, partner_note=_neutral_note(fusion, partner, knowledge)))
            continue
        text = " ".join(filter(None, (row.wording.format_map({"fusion": fusion.name}), _pattern(row, fusion, groups))))
        noted.append(replace(fusion, partner_note=text, partner_rule=row.id))
        rulings.append(Ruling(rule=row.id, text=text, sources=row.sources, marker=fusion.name))
    return tuple(noted), tuple(rulings)


def treatment_notes(fusion: Fusion, agents: Sequence[str], knowledge: Knowledge) -> tuple[Ruling, ...]:
    """Verified notes on one of `agents` with exactly this driver and partner; to be read beside the therapy lines."""
    partner = fusion.gene_5prime if fusion.driver == fusion.gene_3prime else fusion.gene_3prime
    return tuple(
        Ruling(row.id, row.wording.format_map({"fusion": fusion.name}), row.sources, marker=fusion.name)
        for row in knowledge.partners
        if row.kind == "treatment"
        and row.evidence_status == "verified"
        and row.driver == fusion.driver
        and partner in row.partners
        and any(agent in row.wording for agent in agents)
    )


# Patterns that point to certain partners: one of them beside the expected pattern is not a match.
_TELLING = frozenset({"nuclear_membrane", "perinuclear", "nuclear"})


def _neutral_note(fusion: Fusion, partner: str, knowledge: Knowledge) -> str:
    has_partners = any(row.kind == "gene" and row.driver == fusion.driver for row in knowledge.partners)
    if fusion.classification == "other_entity" or not has_partners:
        return ""
    named = partner or "this partner"
    return f"No partner-specific statement: {named} is not among the established partners of {fusion.driver}."


def _row(driver: str, partner: str, knowledge: Knowledge) -> Partner | None:
    return next(
        (
            row
            for row in knowledge.partners
            if row.kind == "gene"
            and row.evidence_status == "verified"
            and row.driver == driver
            and partner in row.partners
        ),
        None,
    )


def _pattern(row: Partner, fusion: Fusion, groups: Mapping[str, GroupEvidence]) -> str:
    """Expected beside observed pattern; nothing where no pattern is established or the stain is not positive."""
    evidence = groups.get(GROUP_OF.get(fusion.driver, ""))
    stain = STAIN_OF.get(evidence.group, "") if evidence else ""
    if not evidence or not stain or not row.expected_text:
        return ""
    expected = f"Expected {stain} pattern: {row.expected_text}"
    seen = evidence.stains.patterns
    if evidence.stains.ihc not in ("positive", "weak") or not seen:
        return f"{expected}."
    observed = ", ".join(sorted(word.replace("_", " ") for word in seen))
    expected_words = row.expected_pattern.words
    if (seen & _TELLING) - expected_words or not (seen & expected_words or expected_words - _TELLING):
        verdict = "differs from the expected"
    else:
        # Cytoplasmic beside an expected granular pattern is a matter of wording, not a finding against the partner.
        verdict = "matches" if row.expected_pattern.accept(seen) else "compatible"
    return f"{expected}; observed: {observed} ({verdict})."
