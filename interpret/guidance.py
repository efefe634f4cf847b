"""
Guidance beside the findings: the next test, consensus statements with their votes, associations of site and partner.

Rows of guidance.tsv speak for IMT as diagnosed or considered, never in a held case. They add context: they change no
result, tier or therapy line, and what they say of treatment stands only beside a printed line for the same gene.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interpret.concordance import Concordance, reportable_drivers
from interpret.context import Context
from interpret.differential import Alerts
from interpret.facts import facts_met
from interpret.findings import Fusion, Ruling, Therapy
from interpret.free_text import was_given, words
from interpret.knowledge import Knowledge
from interpret.quality import Quality
from interpret.stains import GROUP_OF, OpenTests, follow_up_text
from parsers.records import Case


@dataclass(frozen=True, slots=True)
class Guidance:
    """One sentence of guidance and the section of the interpretation that it belongs to."""

    section: str
    ruling: Ruling


def find_guidance(
    case: Case,
    fusions: Sequence[Fusion],
    context: Context,
    quality: Quality,
    concordance: Concordance,
    alerts: Alerts,
    therapies: Sequence[Therapy],
    knowledge: Knowledge,
    *,
    is_held: bool,
) -> tuple[Guidance, ...]:
    """The guidance of a case in table order; of rows that share an id the first that holds."""
    if is_held:
        return ()
    facts = _facts(fusions, context, quality, concordance, alerts, therapies)
    drivers = reportable_drivers(fusions)
    values = {"fusion": drivers[0].name if drivers else "", "tests": OpenTests(case.ihc, case.fish)}
    found: dict[str, Guidance] = {}
    for rule in knowledge.guidance:
        if rule.effect == "never" or rule.evidence_status != "verified" or rule.id in found or not rule.holds(facts):
            continue
        ruling = Ruling(
            rule=rule.id,
            text=rule.wording.format_map(values),
            sources=rule.sources,
            recommendation=follow_up_text(rule.follow_up, values),
            part=rule.part,
            because=facts_met(rule, facts),
        )
        found[rule.id] = Guidance(rule.scope, ruling)
    return tuple(found.values())


# A kinase inhibitor given before, by name or by class.
_INHIBITOR = words(r"\w+inib\b|\b(ALK|ROS1|(pan-?)?N?TRK|RET|(tyrosine )?kinase)[- ]inhibitors?|\bTKIs?\b")


def _facts(
    fusions: Sequence[Fusion],
    context: Context,
    quality: Quality,
    concordance: Concordance,
    alerts: Alerts,
    therapies: Sequence[Therapy],
) -> dict[str, frozenset[str]]:
    drivers = reportable_drivers(fusions)
    genes = frozenset(fusion.driver for fusion in drivers)
    alk = concordance.groups["ALK"].stains
    is_resistant = any(variant.gene in genes for variant in context.variants)
    is_treated = was_given(_INHIBITOR, context.specimen.prior_therapy)
    return {
        "tumour": frozenset({_tumour_word(context)}),
        "age": context.age.words,
        "jurisdiction": frozenset({context.label_region}),
        "site": context.sites,
        "driver": genes,
        # The kinase of a reportable driver fusion is its 3′ gene.
        "partner": frozenset(fusion.gene_5prime for fusion in drivers),
        "agents_for": _with_agents(drivers, concordance, therapies),
        "resistance": frozenset({"reported" if is_resistant else "none"}),
        "earlier_agent": frozenset({"given" if is_treated else "none"}),
        "alk_ihc": frozenset({alk.ihc}),
        "alk_fish": frozenset({alk.fish}),
        "sequencing": concordance.case_sequencing,
        "tested_by": frozenset({quality.tested_by}),
        "resectability": frozenset({context.specimen.resectability}),
        "disease": frozenset({context.specimen.disease_status}),
        "morphology": context.morphology & {"epithelioid"},
        "differential": frozenset({"open" if alerts.suggested else "none"}),
    }


def _with_agents(drivers: Sequence[Fusion], concordance: Concordance, therapies: Sequence[Therapy]) -> frozenset[str]:
    """The genes with a line on an agent; where the partner has no coding sequence, the stain has to show protein."""
    found: set[str] = set()
    for fusion in drivers:
        stains = concordance.groups[GROUP_OF[fusion.driver]].stains if fusion.driver in GROUP_OF else None
        is_open = fusion.reading_frame == "not_assessable" and not (stains and stains.ihc in ("positive", "weak"))
        if not is_open and any(line.fusion == fusion.name and line.agent != "none" for line in therapies):
            found.add(fusion.driver)
    return frozenset(found)


def _tumour_word(context: Context) -> str:
    if context.is_imt and not context.tumour.is_settled:
        return "imt_open"
    return context.tumour.kind
