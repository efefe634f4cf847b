"""
The concordance table as a decision table: every cell of marker × stain × FISH × sequencing × quality has one answer.

A row whose part is `n` is a note, which comes beside the answer. All other rows are answers: of these, rows of exactly
one id hold in a cell, so that no two can say different things and none is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import combinations, product

import pytest
from made_cases import the_knowledge

from interpret.knowledge import MARKERS, Rule
from interpret.stains import STAIN_OF

Cell = tuple[tuple[str, frozenset[str]], ...]

IHC = ("positive", "weak", "equivocal", "negative", "not_done")
FISH = ("positive", "equivocal", "negative", "not_done")
EVENTS = ("fusion", "unconfirmed", "uncertain", "not_functional", "other_entity")
ABSENCES = ("none", "not_informative", "not_tested")
# Quality as `Quality.words` gives it, where the case is not on hold.
SEQUENCED = tuple(
    frozenset(words.split())
    for words in "pass|borderline|not_documented|fail|low_tumour|low_tumour borderline|low_tumour not_documented|"
    "low_tumour fail".split("|")
)
TESTED_BY = {"RNA": ("RNA",), "DNA": ("DNA",), "both": ("RNA", "DNA", "RNA DNA")}


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def events(word: str) -> Iterator[dict[str, frozenset[str]]]:
    """Everything that the facts of a group with a call of this kind can be, beside stain and FISH."""
    others = ("no",) if word == "fusion" else ("no", "yes", "yes confirmed", "entity")
    tested = [(by, molecule) for by, molecules in TESTED_BY.items() for molecule in molecules]
    partners = ("RANBP2", "RRBP1", "IGFBP5", "NPM1", "TPM3")
    frames = ("in-frame", "out-of-frame", "not_assessable", "undetermined")
    for (by, molecule), quality, partner, frame, morphology, other in product(
        tested, SEQUENCED, partners, frames, ("", "epithelioid"), others
    ):
        # From failed sequencing a call is unconfirmed; and then no other group has a fusion either.
        if "fail" in quality and (word in ("fusion", "other_entity") or "yes" in other):
            continue
        yield {
            "sequencing": frozenset({word}),
            "tested_by": frozenset({by}),
            "molecule": words(molecule),
            "quality": quality,
            "partner": frozenset({partner}),
            "frame": frozenset({frame}),
            "morphology": words(morphology),
            "other_fusion": words(other),
            "drivers": frozenset({"one" if word == "fusion" or "yes" in other else "none"}),
            "chemistry": frozenset({"other"}),
        }


def absences(word: str) -> Iterator[dict[str, frozenset[str]]]:
    """Everything that the facts of a group without a call can be, beside stain and FISH."""
    qualities = {"none": SEQUENCED[:1], "not_informative": SEQUENCED[1:], "not_tested": SEQUENCED}[word]
    for by, quality, other, imbalance, chemistry, morphology in product(
        TESTED_BY,
        qualities,
        ("no", "yes", "yes confirmed", "entity"),
        ("", "imbalance"),
        ("amplicon", "other"),
        ("", "epithelioid"),
    ):
        if "fail" in quality and other != "no":
            continue
        yield {
            "sequencing": words(f"{word} {imbalance} {'elsewhere' if other == 'entity' else ''}"),
            "tested_by": frozenset({by}),
            "quality": quality,
            "other_fusion": words(other),
            "drivers": frozenset({"one" if "yes" in other else "none"}),
            "chemistry": frozenset({chemistry}),
            "morphology": words(morphology),
        }
    if word == "not_tested":
        yield {
            "sequencing": frozenset({word}),
            "tested_by": frozenset({"nothing"}),
            "quality": frozenset({"not_sequenced"}),
            "other_fusion": frozenset({"no"}),
            "drivers": frozenset({"none"}),
        }


@cache
def states(word: str, columns: frozenset[str]) -> frozenset[Cell]:
    """The different states of some columns: cells that no row tells apart are one."""
    every = events(word) if word in EVENTS else absences(word)
    return frozenset(tuple((column, facts.get(column, frozenset())) for column in sorted(columns)) for facts in every)


def patterns(marker: str, ihc: str) -> list[frozenset[str]]:
    """As the facts give them: the most telling pattern alone, or any others."""
    if marker not in STAIN_OF or ihc in ("negative", "not_done"):
        return [frozenset()]
    plain = [frozenset(some) for number in range(3) for some in combinations(("cytoplasmic", "granular"), number)]
    return [*plain, *(frozenset({word}) for word in ("nuclear_membrane", "perinuclear", "nuclear"))]


def rows_of(marker: str) -> list[Rule]:
    rules = the_knowledge().concordance
    return [rule for rule in rules if "marker" in rule.conditions and marker in rule.conditions["marker"].words]


def cells(marker: str) -> Iterator[tuple[dict[str, frozenset[str]], list[Rule]]]:
    """Every cell of a marker with the rows that hold in it."""
    fixed = {"marker", "ihc", "fish", "pattern"}
    for ihc, fish, word in product(IHC if marker in STAIN_OF else ("not_done",), FISH, (*EVENTS, *ABSENCES)):
        known = {"marker": frozenset({marker}), "ihc": frozenset({ihc}), "fish": frozenset({fish})}
        near = [rule for rule in rows_of(marker) if may_hold(rule, known, word)]
        columns = frozenset({"sequencing", *(column for rule in near for column in rule.conditions)} - fixed)
        for state, pattern in product(states(word, columns), patterns(marker, ihc)):
            facts = known | {"pattern": pattern} | dict(state)
            yield facts, [rule for rule in near if rule.holds(facts)]


def may_hold(rule: Rule, known: dict[str, frozenset[str]], word: str) -> bool:
    sequencing = [facts for ((_, facts),) in states(word, frozenset({"sequencing"}))]
    return all(rule.conditions[one].accept(facts) for one, facts in known.items() if one in rule.conditions) and (
        "sequencing" not in rule.conditions or any(map(rule.conditions["sequencing"].accept, sequencing))
    )


def answers(rules: Iterable[Rule]) -> list[str]:
    return list(dict.fromkeys(rule.id for rule in rules if rule.part != "n"))


def is_silent(facts: dict[str, frozenset[str]]) -> bool:
    """Nothing was stained, hybridised or called: the row of the case is the answer."""
    not_done = frozenset({"not_done"})
    return facts["ihc"] == facts["fish"] == not_done and facts["sequencing"] <= {*ABSENCES, "elsewhere"}


def told(facts: dict[str, frozenset[str]], found: list[str]) -> str:
    return f"{found or 'no answer'}: " + ", ".join(f"{one} {'|'.join(sorted(of))}" for one, of in facts.items())


@pytest.mark.parametrize("marker", MARKERS)
def test_every_cell_of_a_marker_has_exactly_one_answer(marker: str) -> None:
    wrong = []
    number = 0
    for facts, rules in cells(marker):
        number += 1
        found = answers(rules)
        if len(found) != (0 if is_silent(facts) else 1):
            wrong.append(told(facts, found))
    assert wrong[:5] == []
    assert number > 100


@pytest.mark.parametrize("marker", MARKERS)
def test_a_note_never_stands_without_an_answer(marker: str) -> None:
    lonely = [told(facts, []) for facts, rules in cells(marker) if rules and not answers(rules)]
    assert lonely[:5] == []


def test_every_row_holds_in_some_cell() -> None:
    held = {(rule.id, rule.part) for marker in MARKERS for _, rules in cells(marker) for rule in rules}
    of_markers = {(rule.id, rule.part) for marker in MARKERS for rule in rows_of(marker)}
    assert of_markers - held == set()


@pytest.mark.parametrize("drivers", ["none", "one", "several"])
@pytest.mark.parametrize("stains", ["none", "one", "several"])
@pytest.mark.parametrize("by", ["RNA", "DNA", "both", "nothing"])
@pytest.mark.parametrize("quality", SEQUENCED)
def test_a_case_without_a_call_has_exactly_one_answer(
    drivers: str, stains: str, by: str, quality: frozenset[str]
) -> None:
    absence = "not_tested" if by == "nothing" else "none" if quality == {"pass"} else "not_informative"
    facts = {
        "marker": frozenset({"case"}),
        "sequencing": frozenset({"fusion" if drivers != "none" else absence}),
        "tested_by": frozenset({by}),
        "quality": frozenset({"not_sequenced"}) if by == "nothing" else quality,
        "drivers": frozenset({drivers}),
        "kinase_stains": frozenset({stains}),
    }
    rules = [rule for rule in rows_of("case") if rule.holds(facts)]
    # A fusion has its answer in the row of its marker; two of them are a matter of the case.
    assert len(answers(rules)) == (0 if drivers == "one" else 1)
    assert ("CC36" in answers(rules)) is (drivers == "several")
    assert [rule.id for rule in rules if rule.part == "n"] == (["CC35"] if stains == drivers_below(drivers) else [])


def drivers_below(drivers: str) -> str:
    """Several positive kinase stains are noted unless several fusions hold the case."""
    return "" if drivers == "several" else "several"
