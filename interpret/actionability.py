"""
Therapy lines: general associations between a finding and an agent, in one jurisdiction, with every label condition.

A line exists only for a reportable driver fusion that nothing speaks against; safety statements 1 to 6 and 10 to 13.
No dose is ever printed, and no agent is ever advised.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from interpret.concordance import Concordance, is_not_functional, reportable_drivers, why_not_functional
from interpret.context import Context, age_condition_text, condition_state, condition_text
from interpret.differential import Alerts
from interpret.findings import ConditionState, Fusion, LabelCondition, Relation, Therapy
from interpret.knowledge import Action, Knowledge, Resistance
from interpret.stains import GROUP_OF
from parsers.laboratory import Laboratory
from parsers.records import SmallVariant


@dataclass(frozen=True, slots=True)
class TherapyText:
    """A therapy statement as printed: one line, or several agents of one block together."""

    rule: str
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Therapies:
    """The lines, their statements, the fusions with tier and level, and why fusions go without a line."""

    lines: tuple[Therapy, ...]
    statements: tuple[TherapyText, ...]
    fusions: tuple[Fusion, ...]
    withheld: Mapping[str, str]


def find_therapies(
    fusions: Sequence[Fusion],
    context: Context,
    concordance: Concordance,
    alerts: Alerts,
    laboratory: Laboratory,
    knowledge: Knowledge,
    *,
    is_held: bool,
) -> Therapies:
    """The therapy lines of a case. A held case has none, whatever was called."""
    lines: list[tuple[Action, Therapy]] = []
    withheld: dict[str, str] = {}
    for fusion in () if is_held else reportable_drivers(fusions):
        if stop := concordance.without_therapy.get(GROUP_OF.get(fusion.driver, ""), ""):
            withheld[fusion.name] = stop
            continue
        for action in knowledge.actions:
            if _is_for(action, fusion, context, alerts):
                line = _line(action, fusion, context, laboratory, knowledge)
                if line is not None:
                    lines.append((action, line))
    events = [] if is_held else _events(fusions, concordance, context, laboratory, knowledge)
    lines += events
    return Therapies(
        lines=tuple(line for _, line in lines),
        statements=_statements(lines, laboratory, knowledge),
        fusions=tuple(_with_tier(fusion, lines, context, withheld, knowledge, is_held) for fusion in fusions),
        withheld=withheld,
    )


def resistance_of(agent: str, fusion: Fusion, context: Context, knowledge: Knowledge) -> list[tuple[Resistance, str]]:
    """The reported variants of the fusion's driver that the table links to resistance to the agent."""
    return [
        (row, change)
        for row in knowledge.resistance
        if row.driver == fusion.driver and agent in row.agents
        for change in sorted(_changes(context.variants, fusion.driver) & row.variants)
    ]


def protein_change(text: str) -> str:
    """`p.Gly1202Arg`, `p.(G1202R)` and `G1202R` as `G1202R`; the text itself where it is none of these."""
    bare = text.strip().removeprefix("p.").strip("()")
    found = re.fullmatch(r"([A-Z][a-z]{2}|[A-Z])(\d+)([A-Z][a-z]{2}|[A-Z]|\*)", bare)
    if not found:
        return bare
    first, position, last = found.groups()
    return f"{_ONE_LETTER.get(first, first)}{position}{_ONE_LETTER.get(last, last)}"


_ONE_LETTER = {
    **{"Ala": "A", "Arg": "R", "Asn": "N", "Asp": "D", "Cys": "C", "Gln": "Q", "Glu": "E", "Gly": "G", "His": "H"},
    **{"Ile": "I", "Leu": "L", "Lys": "K", "Met": "M", "Phe": "F", "Pro": "P", "Ser": "S", "Thr": "T", "Trp": "W"},
    **{"Tyr": "Y", "Val": "V", "Ter": "*"},
}


def _changes(variants: Sequence[SmallVariant], gene: str) -> set[str]:
    return {protein_change(variant.hgvs_p) for variant in variants if variant.gene == gene}


def _is_for(action: Action, fusion: Fusion, context: Context, alerts: Alerts) -> bool:
    """Whether a row of the table applies at all: driver, jurisdiction, tumour context, and no alert against it."""
    if not action.is_printed or action.finding != "fusion" or fusion.driver not in action.drivers:
        return False
    if not action.jurisdictions & {context.label_region, "any"}:
        return False
    if action.context == "any_solid":
        return True
    if alerts.imt_therapy_stopped_by(fusion) or context.tumour.kind == "other":
        return False
    # A guideline for IMT says nothing about a tumour that nobody has called IMT.
    return context.is_imt or action.relation in ("on_label", "off_label")


def _line(
    action: Action, fusion: Fusion, context: Context, laboratory: Laboratory, knowledge: Knowledge
) -> Therapy | None:
    is_within = context.age.is_within(action.age)
    if not is_within and action.hidden_outside_age:
        return None
    resistance = resistance_of(action.agent, fusion, context, knowledge)
    conditions = _conditions(action, fusion, context, resistance, is_within)
    relation, tier, level = _standing(action, conditions, context, is_within, laboratory)
    values = {
        "fusion": fusion.name,
        "gene": fusion.driver,
        "agent": action.agent,
        "age": context.age.text,
        "conditions": _condition_sentences(conditions),
        "guideline": _guideline(laboratory),
        "why": "",
        "state": _state_words(conditions),
    }
    wording = action.wording if is_within or not action.outside_wording else action.outside_wording
    alerts = [row.wording.format_map({"variant": change, "gene": row.driver}) for row, change in resistance]
    status = action.status.format_map(values) + ("; resistance variant reported" if resistance else "")
    return Therapy(
        rule=action.id,
        fusion=fusion.name,
        agent=action.agent,
        relation=relation,
        text=_joined([wording.format_map(values), *alerts]),
        status_text=status,
        label_conditions=conditions,
        tier=tier,
        level=level,
        sources=tuple(dict.fromkeys((*action.sources, *(key for row, _ in resistance for key in row.sources)))),
    )


def _conditions(
    action: Action,
    fusion: Fusion,
    context: Context,
    resistance: Sequence[tuple[Resistance, str]],
    is_within: bool,
) -> tuple[LabelCondition, ...]:
    if action.relation != "on_label":
        return ()
    found = [LabelCondition(age_condition_text(action), "met" if is_within else "not_met")] if action.age.text else []
    state = _resistance_state(resistance, context)
    found += [LabelCondition(condition_text(code), condition_state(code, context, state)) for code in action.conditions]
    return tuple(found)


def _resistance_state(resistance: Sequence[tuple[Resistance, str]], context: Context) -> ConditionState:
    """Known resistance refutes; an unverified link leaves it open; no variant data at all leave it open too."""
    if any(row.evidence_status == "verified" for row, _ in resistance):
        return "not_met"
    return "met" if context.variants and not resistance else "not_documented"


def _standing(
    action: Action, conditions: Sequence[LabelCondition], context: Context, is_within: bool, laboratory: Laboratory
) -> tuple[Relation, str, str]:
    """Relation, tier and level of a line: on label only if every condition is documented as met."""
    tier, level = action.tier, action.level
    if action.relation == "guideline" and not laboratory.guideline_version.strip():
        # The listing counts as level A only once the laboratory has checked which version it relies on.
        return "off_label", "II", "C"
    if action.relation == "guideline":
        return "guideline", "I", "A"
    if action.relation != "on_label":
        return action.relation, tier, level
    if action.context == "imt" and not context.is_imt:
        tier, level = "II", "C"
    if not is_within and action.outside_wording and "off-label" in action.outside_wording:
        return "off_label", tier, level
    is_met = all(condition.state == "met" for condition in conditions)
    return ("on_label" if is_met else "conditions_not_met"), tier, level


def _condition_sentences(conditions: Sequence[LabelCondition]) -> str:
    unmet = [condition.condition for condition in conditions if condition.state == "not_met"]
    open_ = [condition.condition for condition in conditions if condition.state == "not_documented"]
    sentences = []
    if unmet:
        sentences.append(f"Label conditions not met: {'; '.join(unmet)}.")
    if open_:
        sentences.append(f"Label conditions not documented in the data received: {'; '.join(open_)}.")
    if conditions and not sentences:
        sentences.append("All label conditions are documented in the data received.")
    return " ".join(sentences)


def _state_words(conditions: Sequence[LabelCondition]) -> str:
    states = {condition.state for condition in conditions}
    if "not_met" in states:
        return "label conditions not met"
    return "label conditions not documented" if "not_documented" in states else "label conditions documented"


def _guideline(laboratory: Laboratory) -> str:
    version = laboratory.guideline_version.strip()
    return f"guideline version {version}" if version else "guideline version to be checked by the laboratory"


def _events(
    fusions: Sequence[Fusion], concordance: Concordance, context: Context, laboratory: Laboratory, knowledge: Knowledge
) -> list[tuple[Action, Therapy]]:
    """Lines without an agent: events that cannot work, and expression without a fusion."""
    found: list[tuple[Action, Therapy]] = []
    for action in knowledge.actions:
        if not action.is_printed:
            continue
        if action.finding == "not_functional":
            found += [(action, _event_line(action, fusion)) for fusion in fusions if is_not_functional(fusion)]
        if action.finding == "expression_only" and _is_expression_only(concordance):
            found.append((action, _event_line(action, None)))
    return found


def _is_expression_only(concordance: Concordance) -> bool:
    alk = concordance.groups["ALK"]
    return alk.stains.ihc == "positive" and alk.stains.fish != "positive" and alk.sequencing == {"none"}


def _event_line(action: Action, fusion: Fusion | None) -> Therapy:
    values = dict.fromkeys(("gene", "agent", "age", "conditions", "guideline", "state"), "")
    values |= {"fusion": fusion.name if fusion else "", "why": why_not_functional(fusion) if fusion else ""}
    return Therapy(
        rule=action.id,
        fusion=values["fusion"],
        agent=action.agent,
        relation=action.relation,
        text=action.wording.format_map(values),
        status_text=action.status.format_map(values),
        label_conditions=(),
        tier=action.tier,
        level=action.level,
        sources=action.sources,
    )


def _statements(
    lines: Sequence[tuple[Action, Therapy]], laboratory: Laboratory, knowledge: Knowledge
) -> tuple[TherapyText, ...]:
    """One statement a line; the plain lines of one block become a single statement where the first of them stands."""
    found: list[TherapyText] = []
    done: set[tuple[str, str]] = set()
    for action, line in lines:
        if not action.block:
            found.append(TherapyText(line.rule, line.text, line.sources))
            continue
        if (action.block, line.fusion) in done:
            continue
        done.add((action.block, line.fusion))
        members = [(a, one) for a, one in lines if (a.block, one.fusion) == (action.block, line.fusion)]
        agents = _listed([one.agent for _, one in members])
        values = {"agents": agents[0].upper() + agents[1:], "guideline": _guideline(laboratory)}
        flags = [_resistance_part(one) for _, one in members]
        found.append(
            TherapyText(
                rule=", ".join(one.rule for _, one in members),
                text=_joined([knowledge.blocks[action.block].format_map(values), *dict.fromkeys(flags)]),
                sources=tuple(dict.fromkeys(key for _, one in members for key in one.sources)),
            )
        )
    return tuple(found)


def _resistance_part(line: Therapy) -> str:
    start = line.text.find("Resistance alert:")
    return line.text[start:] if start >= 0 else ""


def _with_tier(
    fusion: Fusion,
    lines: Sequence[tuple[Action, Therapy]],
    context: Context,
    withheld: Mapping[str, str],
    knowledge: Knowledge,
    is_held: bool,
) -> Fusion:
    """The highest standing of a fusion's lines; what is not confirmed has none."""
    own = [(line.tier, line.level) for _, line in lines if line.fusion == fusion.name and line.tier]
    if own:
        tier, level = min(own)
        return replace(fusion, tier=tier, level=level)
    is_plain = fusion.classification == "reportable" and fusion.role == "driver"
    if is_held or not is_plain or fusion.name in withheld:
        return fusion
    # An agent is approved for this driver, but for another tumour type (AMP/ASCO/CAP 2017: level C).
    is_known_elsewhere = any(
        fusion.driver in action.drivers and action.tier in ("I", "II") and action.evidence_status == "verified"
        for action in knowledge.actions
    )
    return replace(fusion, tier="II", level="C") if is_known_elsewhere else replace(fusion, tier="III", level="")


def _joined(sentences: Sequence[str]) -> str:
    """Sentences with single spaces between them; a placeholder that stayed empty leaves no gap."""
    return " ".join(" ".join(sentence for sentence in sentences if sentence).split())


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
