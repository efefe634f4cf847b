"""
Risk context for IMT: single sentences from named series, only where the data and the site fit.

Rows marked `no_rule` say what is deliberately not printed: ALK status, thoracic site, age, sex, scores (safety 15).
"""

from __future__ import annotations

from collections.abc import Sequence

from interpret.concordance import Concordance
from interpret.context import Context
from interpret.differential import Alerts
from interpret.facts import facts_met
from interpret.findings import Ruling, Therapy
from interpret.knowledge import Knowledge


def find_risk(
    context: Context,
    concordance: Concordance,
    alerts: Alerts,
    therapies: Sequence[Therapy],
    knowledge: Knowledge,
    *,
    is_held: bool,
) -> tuple[Ruling, ...]:
    """
    The risk sentences of a case. They are written for IMT: another diagnosis has none, nor has a held case.

    While IMT is one of several possibilities, or an alert speaks for another disease, only what names the epithelioid
    variant is said: the rest would apply to a tumour that nobody has diagnosed.
    """
    if not context.is_imt or is_held:
        return ()
    is_settled = context.tumour.is_settled and not (alerts.without_imt_therapy or alerts.case_without_imt_therapy)
    facts = _facts(context, concordance, therapies)
    values = {
        "margin": context.specimen.margin,
        "size": "" if context.specimen.size_cm is None else f"{context.specimen.size_cm:g}",
        "features": _features(context),
        "mitoses": context.mitoses,
    }
    found: dict[str, Ruling] = {}
    for rule in knowledge.risk:
        if rule.effect == "never" or rule.evidence_status != "verified" or rule.id in found or not rule.holds(facts):
            continue
        if not is_settled and not _OF_THE_VARIANT & set(rule.conditions):
            continue
        found[rule.id] = Ruling(
            rule=rule.id,
            text=rule.wording.format_map(values),
            sources=rule.sources,
            part=rule.part,
            because=facts_met(rule, facts),
        )
    return tuple(found.values())


def _facts(context: Context, concordance: Concordance, therapies: Sequence[Therapy]) -> dict[str, frozenset[str]]:
    return {
        "margin": frozenset({context.specimen.margin}),
        "site": context.sites,
        "size": frozenset(_size_words(context.specimen.size_cm)),
        "morphology": context.morphology,
        "disease": frozenset({context.specimen.disease_status}),
        **_alk_facts(concordance),
        "label": frozenset(_label_words(context, therapies)),
    }


def _size_words(size: float | None) -> set[str]:
    if size is None:
        return set()
    return {"known"} | ({"8_or_more"} if size >= 8 else set()) | ({"over_4.4"} if size > 4.4 else set())


# The columns of rows that name the epithelioid variant.
_OF_THE_VARIANT = frozenset({"alk_pattern", "alk_partner"})


def _alk_facts(concordance: Concordance) -> dict[str, frozenset[str]]:
    """The pattern of a positive ALK stain, and the partner of a reportable ALK fusion."""
    alk = concordance.groups["ALK"]
    partner = {alk.fusion.gene_5prime} if alk.fusion is not None and "fusion" in alk.sequencing else set()
    return {
        "alk_pattern": alk.stains.patterns if alk.stains.ihc in ("positive", "weak") else frozenset(),
        "alk_partner": frozenset(partner),
    }


def _label_words(context: Context, therapies: Sequence[Therapy]) -> set[str]:
    """Whether the label line of ALK in IMT is printed although surgery and course are not documented."""
    specimen = context.specimen
    if specimen.resectability != "unknown" or specimen.disease_status != "unknown":
        return set()
    regions = {"ACT01": "us_not_documented", "ACT02": "eu_not_documented"}
    return {regions[line.rule] for line in therapies if line.rule in regions and line.label_conditions}


def _features(context: Context) -> str:
    """The features at hand, as the subject of their sentence: only what was documented."""
    if context.sites & {"head_neck", "maxillary_sinus"}:
        parts = []
        if context.specimen.size_cm is not None and context.specimen.size_cm > 4.4:
            parts.append(f"size over 4.4 cm (here {context.specimen.size_cm:g} cm)")
        if "maxillary_sinus" in context.sites:
            parts.append("maxillary sinus site")
        return f"{' and '.join(parts)} {'were' if len(parts) > 1 else 'was'}" if parts else ""
    named = {
        "lymphovascular_invasion": "lymphovascular invasion",
        "mitoses_7_or_more": f"mitoses 7 or more per 10 HPF (here {context.mitoses})",
        "compact": "predominantly compact pattern",
    }
    return ", ".join(text for word, text in named.items() if word in context.morphology)
