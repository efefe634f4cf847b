"""
Resistance variants: which reported variants stand at a position of known resistance, and what they mean for an agent.

A listed change carries the sentence of its row. Another change at a listed position is flagged too, as one whose effect
is not known: RET G810 is a position, not three substitutions (safety statement 13).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from interpret.context import Context
from interpret.findings import ConditionState, Fusion, Ruling
from interpret.knowledge import Knowledge, Resistance
from interpret.sentences import listed
from parsers.records import SmallVariant


@dataclass(frozen=True, slots=True)
class Flag:
    """A reported change of the driver that a row of resistance.tsv speaks about; `is_listed` if it names the change."""

    row: Resistance
    change: str
    is_listed: bool

    @property
    def text(self) -> str:
        """The sentence for one agent, which it calls "this agent"."""
        if self.is_listed:
            return self.row.wording.format_map({"variant": self.change, "gene": self.row.driver})
        text = (
            f"Resistance alert: {self.change} in {self.row.driver} was reported with this specimen, at a position "
            "where another change is listed for resistance; the effect of this change is not in the knowledge tables. "
            "This agent must be checked for activity against it before use."
        )
        return f"{text} {self.row.mark}".rstrip()

    @property
    def status(self) -> str:
        kind = "resistance variant" if self.is_listed else "variant at a resistance position"
        return f"{kind} reported ({self.change})"


@dataclass(frozen=True, slots=True)
class ReportedChange:
    """
    A flagged change of a reported driver; `is_open` where no row knows its effect.

    Of the printed agents, `agents` are those that a verified row names for this very change, `unchecked` the others.
    """

    driver: str
    change: str
    agents: tuple[str, ...]
    is_open: bool
    unchecked: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """One sentence for page 1, however many rows speak of the change."""
        reported = f"Resistance alert: {self.driver} {self.change} was reported with this specimen; "
        parts = [f"{listed(self.agents)} may not be active"] if self.agents else []
        parts += [f"{listed(self.unchecked)} must be checked for activity against it"] if self.unchecked else []
        if not parts:
            is_open = "its effect is to be assessed"
            parts = [is_open if self.is_open else f"agents against {self.driver} may not be active"]
        return f"{reported}{'; '.join(parts)} (see the diagnostic alerts)."


def flags_of(agent: str, fusion: Fusion, context: Context, knowledge: Knowledge) -> tuple[Flag, ...]:
    """The flags on one agent's line: listed changes first."""
    return tuple(
        sorted(
            (flag for flag in _flags(fusion, context, knowledge) if agent in flag.row.agents),
            key=lambda flag: (not flag.is_listed, flag.row.id, flag.change),
        )
    )


def resistance_alerts(fusions: Sequence[Fusion], context: Context, knowledge: Knowledge) -> tuple[Ruling, ...]:
    """
    One alert for each variant and row that concerns a reportable driver fusion.

    Agents are named only for a fusion that already has a tier, that is, a therapy line: where treatment text is
    withheld, the alert names the gene alone.
    """
    found: list[Ruling] = []
    for fusion in _reported_drivers(fusions):
        named = _named_agents(fusion, context, knowledge)
        for flag in _flags(fusion, context, knowledge):
            agents = sorted(named & flag.row.agents)
            found.append(
                Ruling(
                    rule=flag.row.id,
                    text=flag.text.replace("This agent", _subject(agents, fusion)),
                    sources=flag.row.sources,
                    marker=fusion.name,
                    classification="resistance",
                    recommendation=f"Assess {fusion.driver} {flag.change} as a resistance variant before treatment.",
                )
            )
    return tuple(_once(found))


def reported_changes(fusions: Sequence[Fusion], context: Context, knowledge: Knowledge) -> tuple[ReportedChange, ...]:
    """Each change that an alert is about, once."""
    found: list[ReportedChange] = []
    for fusion in _reported_drivers(fusions):
        named = _named_agents(fusion, context, knowledge)
        flags = _flags(fusion, context, knowledge)
        for change in dict.fromkeys(flag.change for flag in flags):
            own = [flag for flag in flags if flag.change == change]
            known = [flag for flag in own if flag.is_listed and flag.row.evidence_status == "verified"]
            agents = named & frozenset(agent for flag in known for agent in flag.row.agents)
            others = named & frozenset(agent for flag in own for agent in flag.row.agents) - agents
            found.append(ReportedChange(fusion.driver, change, tuple(sorted(agents)), not known, tuple(sorted(others))))
    return tuple(dict.fromkeys(found))


def resistance_state(flags: Sequence[Flag], fusion: Fusion, context: Context) -> ConditionState:
    """
    The label condition "no known acquired resistance mutation".

    Variants found elsewhere say nothing about the driver. Only `p.=` for the driver, HGVS for "examined, no change",
    documents that there is none.
    """
    if any(flag.is_listed and flag.row.evidence_status == "verified" for flag in flags):
        return "not_met"
    own = [variant for variant in context.variants if _gene(variant) == fusion.driver]
    return "met" if own and all(is_unchanged(variant) for variant in own) else "not_documented"


def is_unchanged(variant: SmallVariant) -> bool:
    """True for `p.=`: the gene was examined and no change was seen."""
    return bool(_UNCHANGED.fullmatch(variant.hgvs_p.strip()))


def protein_change(text: str) -> str:
    """`p.Gly1202Arg`, `p.(G1202R)` and `G1202R` as `G1202R`; the text itself where it is none of these."""
    bare = text.strip().removeprefix("p.").strip("()")
    found = re.fullmatch(r"([A-Z][a-z]{2}|[A-Z])(\d+)([A-Z][a-z]{2}|[A-Z]|\*)", bare)
    if not found:
        return bare
    first, position, last = found.groups()
    return f"{_ONE_LETTER.get(first, first)}{position}{_ONE_LETTER.get(last, last)}"


_UNCHANGED = re.compile(r"p\.\(?=\)?")
_ONE_LETTER = {
    **{"Ala": "A", "Arg": "R", "Asn": "N", "Asp": "D", "Cys": "C", "Gln": "Q", "Glu": "E", "Gly": "G", "His": "H"},
    **{"Ile": "I", "Leu": "L", "Lys": "K", "Met": "M", "Phe": "F", "Pro": "P", "Ser": "S", "Thr": "T", "Trp": "W"},
    **{"Tyr": "Y", "Val": "V", "Ter": "*"},
}
_RESIDUE = "|".join(_ONE_LETTER)
# Each residue that a notation names, with its position and, for a substitution, what it becomes.
_NAMED = re.compile(rf"(?<![A-Za-z])({_RESIDUE}|[A-Z])(\d+)({_RESIDUE}|[A-Z](?![a-z])|\*|=)?", re.IGNORECASE)
_RANGE = re.compile(rf"(?:{_RESIDUE}|[A-Z])(\d+)_(?:{_RESIDUE}|[A-Z])(\d+)", re.IGNORECASE)


def _flags(fusion: Fusion, context: Context, knowledge: Knowledge) -> list[Flag]:
    changes = sorted({change for one in context.variants if _gene(one) == fusion.driver for change in _changes(one)})
    found: list[Flag] = []
    for row in knowledge.resistance:
        if row.driver != fusion.driver:
            continue
        positions = {int(variant[1:-1]) for variant in row.variants}
        for text, substitution, affected in changes:
            if substitution in row.variants:
                found.append(Flag(row, substitution, is_listed=True))
            elif positions & set(affected):
                found.append(Flag(row, text, is_listed=False))
    return found


def _changes(variant: SmallVariant) -> list[tuple[str, str, tuple[int, ...]]]:
    """Per residue that the notation names: the text to print, the substitution if it is one, the positions changed."""
    notation = variant.hgvs_p.strip().rpartition(":")[2]
    if found := _RANGE.search(notation):
        first, last = sorted(int(number) for number in found.groups())
        # A deletion of many residues is still one of each; a slip of the pen must not fill the memory.
        return [(protein_change(notation), "", tuple(range(first, min(last, first + 5000) + 1)))]
    changes: list[tuple[str, str, tuple[int, ...]]] = []
    for first_residue, position, last_residue in _NAMED.findall(notation):
        before, after = _letter(first_residue), _letter(last_residue)
        if after == "=" or before == after:
            continue
        substitution = f"{before}{position}{after}" if after else ""
        changes.append((substitution or protein_change(notation), substitution, (int(position),)))
    return changes


def _letter(residue: str) -> str:
    return _ONE_LETTER.get(residue.capitalize(), residue.upper())


def _gene(variant: SmallVariant) -> str:
    return variant.gene.strip().upper()


def _reported_drivers(fusions: Sequence[Fusion]) -> list[Fusion]:
    return [fusion for fusion in fusions if fusion.classification == "reportable" and fusion.role == "driver"]


def _named_agents(fusion: Fusion, context: Context, knowledge: Knowledge) -> frozenset[str]:
    """The agents of the fusion's lines; none where treatment text is withheld."""
    return _printed_agents(fusion, context, knowledge) if fusion.tier in ("I", "II") else frozenset()


def _printed_agents(fusion: Fusion, context: Context, knowledge: Knowledge) -> frozenset[str]:
    """The agents whose lines the report can hold for this driver, place and age."""
    return frozenset(
        action.agent
        for action in knowledge.actions
        if action.is_printed
        and action.finding == "fusion"
        and fusion.driver in action.drivers
        and action.jurisdictions & {context.label_region, "any"}
        and (context.age.is_within(action.age) or not action.hidden_outside_age)
    )


def _subject(agents: Sequence[str], fusion: Fusion) -> str:
    if not agents:
        return f"Agents against {fusion.driver}"
    return f"The agent {agents[0]}" if len(agents) == 1 else f"The agents {', '.join(agents[:-1])} and {agents[-1]}"


def _once(rulings: Sequence[Ruling]) -> list[Ruling]:
    """Rows that differ only in the agents left unnamed would say one sentence twice."""
    found: dict[tuple[str, str], Ruling] = {}
    for ruling in rulings:
        found.setdefault((ruling.marker, ruling.text), ruling)
    return list(found.values())
