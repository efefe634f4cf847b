"""
The small language of the knowledge tables' condition cells, so that a rule is a row and not a branch in code.

    any          always
    a|b          at least one of the words is among the facts
    !a|b         none of the words is among the facts
    a&b          all of the words are among the facts

Facts are sets of words, one set per column. A word that no table column knows is refused when the tables are loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Facts = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Words:
    """One condition cell: which words, and how they have to meet the facts."""

    kind: Literal["any", "some", "none", "all"]
    words: frozenset[str]

    def accept(self, facts: frozenset[str]) -> bool:
        match self.kind:
            case "any":
                return True
            case "some":
                return bool(self.words & facts)
            case "none":
                return not self.words & facts
            case "all":
                return self.words <= facts


ANY = Words("any", frozenset())


def read_words(cell: str) -> Words:
    """
    The condition that a cell states.

    Raises:
        ValueError: the cell is empty, has an empty word, or mixes `|` with `&`.
    """
    if cell == "any":
        return ANY
    negated = cell.startswith("!")
    body = cell.removeprefix("!")
    if "|" in body and "&" in body:
        raise ValueError("'|' and '&' in one cell")
    if negated and "&" in body:
        raise ValueError("'!' with '&'")
    words = body.split("&") if "&" in body else body.split("|")
    if not all(word and word == word.strip() for word in words):
        raise ValueError("an empty word")
    if "any" in words:
        raise ValueError("'any' beside other words")
    kind: Literal["some", "none", "all"] = "none" if negated else "all" if "&" in body else "some"
    return Words(kind, frozenset(words))


def all_hold(conditions: Mapping[str, Words], facts: Facts) -> bool:
    """True if every column's condition accepts its facts; a column without facts has the empty set."""
    return all(words.accept(facts.get(column, frozenset())) for column, words in conditions.items())
