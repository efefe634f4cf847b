"""
Therapy lines: general associations between a finding and an agent, in one jurisdiction, with every label condition.

A line exists only for a reportable driver fusion that nothing speaks against; safety statements 1 to 6 and 10 to 13.
No dose is ever printed, and no agent is ever advised.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from interpret.concordance import Concordance, is_not_functional, reportable_drivers, why_not_functional
from interpret.context import (
    Context,
    age_condition_text,
    condition_state,
    condition_text,
    has_progressed_on,
    was_treated_with,
)
from interpret.differential import Alerts
from interpret.findings import Fusion, LabelCondition, Relation, Therapy
from interpret.knowledge import Action, Knowledge
from interpret.resistance import Flag, flags_of, resistance_state
from interpret.sentences import listed
from interpret.stains import GROUP_OF, STAIN_OF
from parsers.laboratory import Laboratory


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
    lines: list[_Line] = []
    withheld: dict[str, str] = {}
    for fusion in () if is_held else reportable_drivers(fusions):
        if stop := concordance.without_therapy.get(GROUP_OF.get(fusion.driver, ""), ""):
            withheld[fusion.name] = stop
            continue
        for action in knowledge.actions:
            if _is_for(action, fusion, context, alerts):
                line = _line(action, fusion, context, concordance, alerts, laboratory, knowledge)
                if line is not None:
                    lines.append(line)
    events = [] if is_held else _events(fusions, concordance, knowledge)
    lines += events
    return Therapies(
        lines=tuple(line.therapy for line in lines),
        statements=_statements(lines, laboratory, knowledge),
        fusions=tuple(_with_tier(fusion, lines, context, withheld, knowledge, is_held) for fusion in fusions),
        withheld=withheld,
    )


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
    # What is off-label or guideline-listed in IMT says nothing about a tumour that nobody has called IMT; its label
    # is shown, with the diagnosis as an open condition.
    return context.is_imt or action.relation == "on_label"


@dataclass(frozen=True, slots=True)
class _Caution:
    """What stands against reading a line plainly: a sentence, and its short form for the status."""

    text: str
    status: str
    # A line with such a caution is never plainly "on label", even where the label has no clause about it.
    is_against: bool

    def about(self, agents: Sequence[str]) -> str:
        """The sentence where several agents of a block share it."""
        named = self.text.replace("This agent", listed(agents).capitalize())
        return named.replace("this line", f"a line on {listed(agents)}")


@dataclass(frozen=True, slots=True)
class _Line:
    """A therapy line with the row that it comes from, and with what stands against reading it plainly."""

    action: Action
    therapy: Therapy
    cautions: tuple[_Caution, ...] = ()


def _line(
    action: Action,
    fusion: Fusion,
    context: Context,
    concordance: Concordance,
    alerts: Alerts,
    laboratory: Laboratory,
    knowledge: Knowledge,
) -> _Line | None:
    is_within = context.age.is_within(action.age)
    if not is_within and action.hidden_outside_age:
        return None
    flags = flags_of(action.agent, fusion, context, knowledge)
    is_expressed = not _lacks_expression(fusion, concordance)
    conditions = _conditions(action, fusion, context, alerts, flags, is_within=is_within, is_expressed=is_expressed)
    cautions = _cautions(action, fusion, context, flags, is_expressed=is_expressed)
    relation, tier, level = _standing(action, conditions, context, is_within, laboratory, knowledge)
    if relation == "on_label" and any(caution.is_against for caution in cautions):
        relation = "conditions_not_met"
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
    flag_sources = (key for flag in flags for key in flag.row.sources)
    therapy = Therapy(
        rule=action.id,
        fusion=fusion.name,
        agent=action.agent,
        relation=relation,
        text=_joined([wording.format_map(values), *(caution.text for caution in cautions)]),
        status_text="; ".join(
            [action.status.format_map(values), *_why_level_a(relation, level), *(one.status for one in cautions)]
        ),
        label_conditions=conditions,
        tier=tier,
        level=level,
        sources=tuple(dict.fromkeys((*action.sources, *flag_sources))),
    )
    return _Line(action, therapy, tuple(cautions))


def _cautions(
    action: Action, fusion: Fusion, context: Context, flags: Sequence[Flag], *, is_expressed: bool
) -> list[_Caution]:
    found = [_Caution(flag.text, flag.status, is_against=True) for flag in flags]
    if not is_expressed:
        stain = STAIN_OF[GROUP_OF[fusion.driver]]
        text = (
            f"Expression is not shown: the partner of {fusion.name} contributes no coding sequence, so that {stain} "
            "immunohistochemistry has to support it before this line is used."
        )
        found.append(_Caution(text, f"{stain} expression not shown", is_against=True))
    if has_progressed_on(action.agent, context):
        text = f"Progression on {action.agent} is documented in the data received."
        found.append(_Caution(text, "progression on it documented", is_against=False))
    elif was_treated_with(action.agent, context):
        text = f"Prior treatment with {action.agent} is documented in the data received."
        found.append(_Caution(text, "prior treatment with it documented", is_against=False))
    return found


def _lacks_expression(fusion: Fusion, concordance: Concordance) -> bool:
    """
    A partner without coding sequence drives by its promoter: protein expression has to show that it does.

    RET, PDGFRB and IGF1R have no stain in routine use, so nothing is asked of them.
    """
    group = GROUP_OF.get(fusion.driver, "")
    if fusion.reading_frame != "not_assessable" or group not in STAIN_OF:
        return False
    return concordance.groups[group].stains.ihc not in ("positive", "weak")


def _conditions(
    action: Action,
    fusion: Fusion,
    context: Context,
    alerts: Alerts,
    flags: Sequence[Flag],
    *,
    is_within: bool,
    is_expressed: bool,
) -> tuple[LabelCondition, ...]:
    if action.relation != "on_label":
        return ()
    found = [LabelCondition(age_condition_text(action), "met" if is_within else "not_met")] if action.age.text else []
    has_resistance = resistance_state(flags, fusion, context)
    for code in action.conditions:
        text, state = condition_text(code), condition_state(code, context, has_resistance)
        if code == "imt_diagnosis" and state == "met" and (open_ := alerts.left_open.get(fusion.name)):
            text, state = f"{text} ({' and '.join(open_)} to be excluded)", "not_documented"
        found.append(LabelCondition(text, state))
        # The indication in IMT is for ALK-positive tumours.
        if code == "imt_diagnosis" and not is_expressed:
            found.append(LabelCondition("ALK-positive tumour (expression by immunohistochemistry)", "not_documented"))
    return tuple(found)


def _standing(
    action: Action,
    conditions: Sequence[LabelCondition],
    context: Context,
    is_within: bool,
    laboratory: Laboratory,
    knowledge: Knowledge,
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
        # A tier is that of a variant in a tumour type; nobody has named one.
        tier, level = "", ""
    elif not is_within and not _is_labelled_at_this_age(action, context, knowledge):
        tier, level = "II", "C"
    if not is_within and action.outside_wording and "off-label" in action.outside_wording:
        return "off_label", tier, level
    is_met = all(condition.state == "met" for condition in conditions)
    return ("on_label" if is_met else "conditions_not_met"), tier, level


def _why_level_a(relation: Relation, level: str) -> list[str]:
    """Why an off-label line is of level A (`_is_labelled_at_this_age`): without it the two seem to contradict."""
    if (relation, level) != ("off_label", "A"):
        return []
    return ["off-label here at this age; level A rests on the label of another jurisdiction"]


def _is_labelled_at_this_age(action: Action, context: Context, knowledge: Knowledge) -> bool:
    """
    Whether any label of the same agent for the same driver and tumour covers the age, wherever it holds.

    Level A rests on the approval in the tumour type (AMP/ASCO/CAP 2017), not on the place; but where no label covers
    the age, the evidence is that of other patients, and the lower class is printed.
    """
    return any(
        other.relation == "on_label"
        and other.agent == action.agent
        and other.context == action.context
        and other.drivers & action.drivers
        and context.age.is_within(other.age)
        for other in knowledge.actions
    )


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
    return (
        f"guideline version {version}"
        if version
        else "guideline version not yet checked by this laboratory, level C until then"
    )


def _events(fusions: Sequence[Fusion], concordance: Concordance, knowledge: Knowledge) -> list[_Line]:
    """Lines without an agent: events that cannot work, and expression without a fusion."""
    found: list[_Line] = []
    for action in knowledge.actions:
        if not action.is_printed:
            continue
        if action.finding == "not_functional":
            found += [_Line(action, _event_line(action, fusion)) for fusion in fusions if is_not_functional(fusion)]
        if action.finding == "expression_only" and _is_expression_only(concordance):
            found.append(_Line(action, _event_line(action, None)))
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


def _statements(lines: Sequence[_Line], laboratory: Laboratory, knowledge: Knowledge) -> tuple[TherapyText, ...]:
    """One statement a line; the plain lines of one block become a single statement where the first of them stands."""
    found: list[TherapyText] = []
    done: set[tuple[str, str]] = set()
    for line in lines:
        block = (line.action.block, line.therapy.fusion)
        if not line.action.block:
            found.append(TherapyText(line.therapy.rule, line.therapy.text, line.therapy.sources))
        elif block not in done:
            done.add(block)
            members = [one for one in lines if (one.action.block, one.therapy.fusion) == block]
            found.append(_block_statement(knowledge.blocks[line.action.block], members, laboratory))
    return tuple(found)


def _block_statement(wording: str, members: Sequence[_Line], laboratory: Laboratory) -> TherapyText:
    agents = listed([one.therapy.agent for one in members])
    values = {"agents": agents[0].upper() + agents[1:], "guideline": _guideline(laboratory)}
    return TherapyText(
        rule=", ".join(one.therapy.rule for one in members),
        text=_joined([wording.format_map(values), *_cautions_of_block(members)]),
        sources=tuple(dict.fromkeys(key for one in members for key in one.therapy.sources)),
    )


def _cautions_of_block(members: Sequence[_Line]) -> list[str]:
    """The cautions of the lines of a block, each once with the agents that it is about."""
    agents: dict[_Caution, list[str]] = {}
    for line in members:
        for caution in line.cautions:
            agents.setdefault(caution, []).append(line.therapy.agent)
    return [caution.about(names) for caution, names in agents.items()]


def _with_tier(
    fusion: Fusion,
    lines: Sequence[_Line],
    context: Context,
    withheld: Mapping[str, str],
    knowledge: Knowledge,
    is_held: bool,
) -> Fusion:
    """The highest standing of a fusion's lines; what is not confirmed has none."""
    therapies = [line.therapy for line in lines if line.therapy.fusion == fusion.name]
    own = [(therapy.tier, therapy.level) for therapy in therapies if therapy.tier]
    if own:
        tier, level = min(own)
        return replace(fusion, tier=tier, level=level)
    is_plain = fusion.classification == "reportable" and fusion.role == "driver"
    if is_held or not is_plain or fusion.name in withheld or not context.is_imt:
        return fusion
    # Without a line there is no statement that a tier could stand for: another tumour type may have its own label, and
    # a jurisdiction without label data is not one without labels. Tier III says that no agent is known at all.
    is_known = any(
        fusion.driver in action.drivers and action.tier in ("I", "II") and action.evidence_status == "verified"
        for action in knowledge.actions
    )
    return fusion if is_known else replace(fusion, tier="III", level="")


def _joined(sentences: Sequence[str]) -> str:
    """Sentences with single spaces between them; a placeholder that stayed empty leaves no gap."""
    return " ".join(" ".join(sentence for sentence in sentences if sentence).split())
