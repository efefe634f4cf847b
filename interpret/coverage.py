"""
What became of every fact that the tables were built from: used by named rows, or refused with the reason.

facts.tsv lists the facts; a row of another table cites the id of a fact among its sources. Both sides are checked
against each other, so that no fact is forgotten and no row claims one that was refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal, cast

from interpret.knowledge import FACT_ID, examine
from interpret.table_rows import KnowledgeError, Row, contents_of, rows_of

# How many facts the list holds, from SF001: a row that is lost is then missed.
FACTS = 144

Disposition = Literal["used", "refused"]
Reason = Literal["", "contradicted", "out_of_scope", "unverified"]

REASONS: Mapping[Reason, str] = {
    "contradicted": "contradicted by a better source",
    "out_of_scope": "not for a molecular report",
    "unverified": "not verified",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """
    One fact of the list. `rows` are the ids of the rules that use it, `reason` and `explanation` say why it is refused.

    `stated_in` is the document that states it, `sources` what supports or contradicts it, `checked` the day (ISO) on
    which that was last looked at.
    """

    id: str
    topic: str
    statement: str
    stated_in: str
    sources: tuple[str, ...]
    disposition: Disposition
    rows: tuple[str, ...]
    reason: Reason
    explanation: str
    checked: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """All facts in the order of the list, and every mistake that was found; complete if there is none."""

    facts: tuple[Fact, ...]
    faults: tuple[KnowledgeError, ...]

    @property
    def is_complete(self) -> bool:
        return not self.faults

    @property
    def used(self) -> int:
        return sum(fact.disposition == "used" for fact in self.facts)

    @property
    def refused(self) -> Mapping[Reason, int]:
        """How many facts are refused for each reason, those without any included."""
        counts = Counter(fact.reason for fact in self.facts if fact.disposition == "refused")
        return {reason: counts[reason] for reason in REASONS}


def coverage(folder: Traversable | None = None) -> Coverage:
    """The facts of the packaged tables, or of those in another folder, checked against every row that cites them."""
    contents = contents_of(files("interpret").joinpath("tables") if folder is None else folder)
    examined = examine(folder)
    faults = list(examined.faults)
    rows = rows_of(contents, TABLE, _COLUMNS, faults)
    citing = _citing(examined.tables.rows)
    ids = {row["id"] for table in examined.tables.rows.values() for row in table if "id" in row.cells}
    sources = frozenset(row["key"] for row in examined.tables.rows["sources.tsv"])
    facts = tuple(_fact(row, ids, sources, citing) for row in rows)
    faults += _missing(facts)
    faults += _unlisted(facts, citing)
    return Coverage(facts, tuple(faults))


TABLE = "facts.tsv"
_COLUMNS = tuple("id topic statement stated_in sources disposition rows reason explanation checked".split())
# Four web pages without references that can be followed, and the expert consensus.
_DOCUMENTS = ("PAGE0", "PAGE1", "PAGE2", "PAGE3", "SI25")


def _citing(tables: Mapping[str, Sequence[Row]]) -> Mapping[str, frozenset[str]]:
    """The ids of the rows that cite each fact."""
    found: dict[str, set[str]] = {}
    for rule, fact in _citations(tables):
        found.setdefault(fact, set()).add(rule)
    return {fact: frozenset(rules) for fact, rules in found.items()}


def _citations(tables: Mapping[str, Sequence[Row]]) -> Iterator[tuple[str, str]]:
    for table in tables.values():
        for row in table:
            for key in row.cells.get("sources", "").split(";"):
                if FACT_ID.fullmatch(key):
                    yield row["id"], key


def _fact(row: Row, ids: set[str], sources: frozenset[str], citing: Mapping[str, frozenset[str]]) -> Fact:
    if not FACT_ID.fullmatch(row["id"]):
        row.note("id", f"'{row['id']}' is not the id of a fact", "write SF and three digits")
    for column in ("topic", "statement"):
        if not row[column]:
            row.note(column, "empty", "say what the document states, in our own words")
    row.one_of("stated_in", _DOCUMENTS)
    keys = row.listed("sources", ";", sources)
    row.check_date("checked")
    disposition = cast(Disposition, row.one_of("disposition", ("used", "refused")))
    rows = row.listed("rows", ";", frozenset(ids))
    if disposition == "used":
        _check_used(row, keys, rows, citing)
    else:
        _check_refused(row, keys, citing)
    return Fact(
        *(row["id"], row["topic"], row["statement"], row["stated_in"], keys, disposition, rows),
        reason=cast(Reason, row["reason"]),
        explanation=row["explanation"],
        checked=row["checked"],
    )


def _check_used(row: Row, keys: Sequence[str], rows: Sequence[str], citing: Mapping[str, frozenset[str]]) -> None:
    cited_by = citing.get(row["id"], frozenset())
    if not rows:
        row.note("rows", "used by no row", "name the rows that cite the fact, or refuse it")
    for rule in rows:
        if rule not in cited_by:
            row.note("rows", f"{rule} does not cite {row['id']}", "add the id to the sources of that row")
    for rule in sorted(cited_by - set(rows)):
        row.note("rows", f"{rule} cites {row['id']} and is not named", "name it among the rows")
    if not keys:
        row.note("sources", "a used fact without a source", "name a key of sources.tsv")
    if row["reason"]:
        row.note("reason", "a used fact has none", "empty the cell, or refuse the fact")


def _check_refused(row: Row, keys: Sequence[str], citing: Mapping[str, frozenset[str]]) -> None:
    if row["rows"]:
        row.note("rows", "a refused fact is used by no row", "empty the cell, or use the fact")
    for rule in sorted(citing.get(row["id"], frozenset())):
        row.note("disposition", f"{rule} cites this refused fact", "take the id out of the sources of that row")
    reason = row.one_of("reason", REASONS)
    if reason == "contradicted" and not keys:
        row.note("sources", "contradicted by nothing", "name the source that contradicts the fact")
    if not row["explanation"].endswith("."):
        row.note("explanation", "no sentence", "say in a sentence why the fact is refused")


def _missing(facts: Sequence[Fact]) -> Iterator[KnowledgeError]:
    counts = Counter(fact.id for fact in facts)
    for number in range(1, FACTS + 1):
        if f"SF{number:03}" not in counts:
            yield KnowledgeError(TABLE, f"SF{number:03}", "id", "this fact is missing", "add its row, used or refused")
    for fact, count in counts.items():
        if count > 1:
            yield KnowledgeError(TABLE, fact, "id", "stands twice", "keep one row for each fact")


def _unlisted(facts: Sequence[Fact], citing: Mapping[str, frozenset[str]]) -> Iterator[KnowledgeError]:
    for fact in sorted(citing.keys() - {fact.id for fact in facts}):
        rules = ", ".join(sorted(citing[fact]))
        yield KnowledgeError(TABLE, fact, "id", f"cited by {rules} and not listed", "add its row, or take the id out")
