"""
The facts that made a rule speak, as a reader can follow them: what the rule asked, and what it found.

Written down where the rule speaks; `interpret.evidence` adds afterwards from which rows of which files each was read.
"""

from __future__ import annotations

from interpret.conditions import Facts, Words
from interpret.findings import Because
from interpret.knowledge import Rule


def facts_met(rule: Rule, facts: Facts) -> tuple[Because, ...]:
    """One entry for each condition cell of a rule that held, in the order of the table's columns."""
    return tuple(
        Because(column, _value(words, facts.get(column, frozenset())), in_words(words))
        for column, words in rule.conditions.items()
    )


def in_words(words: Words) -> str:
    """A condition cell as a reader says it: `positive or weak`, `none of: R1, R2`, `CD34+ and S100-`."""
    named = sorted(words.words)
    match words.kind:
        case "any":
            return ""
        case "some":
            return " or ".join(named)
        case "none":
            return f"none of: {', '.join(named)}"
        case "all":
            return " and ".join(named)


def _value(words: Words, facts: frozenset[str]) -> str:
    # All stains of a case are one set of words: those that the rule asked about are what made it speak.
    met = words.words & facts if words.kind in ("some", "all") else facts if len(facts) <= 1 else frozenset()
    return ", ".join(sorted(met)) or "none of these"
