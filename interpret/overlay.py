"""
The laboratory's own changes of the knowledge tables: rows added, replaced or switched off, and what is refused.

The overlay is a folder with `overlay.tsv` (one line per change: table, row, change, replaces, author, date, reason) and
the rows added or replacing, in tables with the names and columns of ours. `replaces` names the digest of our row, so
that a later change of ours is noticed. A laboratory may be more careful than our tables, never less: rows that keep
patients safe cannot be switched off, and no therapy line becomes wider than ours.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, replace
from string import Formatter

from interpret.conditions import Words, read_words
from interpret.table_rows import FORBIDDEN, ROW_NAMES, Change, KnowledgeError, Row, is_date, rows_of

CHANGES = "overlay.tsv"
FOLDER = "overlay"
AGE = re.compile(r"from (\d+) years?(?: to under (\d+) years?)?|over (\d+) months?")

Rows = Mapping[str, Sequence[Row]]


def merge(
    ours: Rows, overlay: Mapping[str, bytes], columns: Mapping[str, Sequence[str]], faults: list[KnowledgeError]
) -> tuple[dict[str, list[Row]], tuple[Change, ...]]:
    """
    Our rows with the laboratory's changes, and the changes in the order of overlay.tsv.

    Args:
        ours: the rows of each table.
        overlay: the overlay's files by name.
        columns: the columns of each table.
        faults: every mistake is added here; what is merged is then good for nothing but finding more of them.
    """
    changes = _changes(overlay, faults)
    written = _written(overlay, columns, faults)
    merged = {table: list(rows) for table, rows in ours.items()}
    done: dict[tuple[str, str], Row] = {}
    for line, change in changes:
        target = _apply(line, change, ours, written, merged)
        if target is None:
            continue
        if (change.table, target) in done:
            line.note(
                "row", f"{target} is changed twice", f"keep one line; {done[change.table, target].place} is another"
            )
        done[change.table, target] = line
    for table, rows in written.items():
        for row in rows:
            if not any(change.table == table and change.row in (row.name, _id(row)) for _, change in changes):
                row.note("", f"no line of {CHANGES} speaks of {row.name}", "add one with author, date and reason")
    _switch_off(changes, ours, merged)
    return merged, tuple(change for _, change in changes)


def overlay_digest(changes: Sequence[Change], merged: Rows) -> str:
    """sha256 (hex) over the changes and the rows they brought; empty where nothing is changed."""
    if not changes:
        return ""
    rows = sorted((row.table, row.name, row.digest) for rows in merged.values() for row in rows if row.change)
    text = json.dumps([sorted(astuple(change) for change in changes), rows], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def why_kept(row: Row) -> str:
    """Why a laboratory cannot switch this row of ours off; empty if it can."""
    match row.table:
        case "concordance.tsv":
            return "these rows together decide every combination of stain, FISH, sequencing and quality"
        case "differential.tsv":
            return "the row warns of another disease or keeps therapy text away from it (safety statement 14)"
        case "resistance.tsv":
            return "the row flags therapy lines that may not work (safety statement 13)"
        case "risk.tsv" if row["rule"] == "no_rule":
            return "the row says that nothing is to be printed (safety statement 15)"
        case "actionability.tsv" if row["agent"] == "none":
            return "the row says why no drug is named (safety statement 5)"
        case "actionability.tsv" if row["print"] == "omit":
            return "the row holds a line back, and switching it off would hide that"
        case "guidance.tsv" if row["print"] == "omit":
            return "the row holds a sentence back"
        case "partners.tsv" if row["kind"] == "treatment":
            return "the row is a caution beside a therapy line"
    return ""


# Rows that the code names: it would have nothing to say, or to cite, without them.
NEEDED_BY_CODE: Mapping[tuple[str, str], str] = {
    ("sources.tsv", "AMP2017"): "every statement of a tier",
    ("actionability.tsv", "ACT01/US"): "RK25a",
    ("actionability.tsv", "ACT02/EU"): "RK25b",
}

_COLUMNS = ("table", "row", "change", "replaces", "author", "date", "reason")
_PREFIX = "LAB-"
_NAME = re.compile(r"[^\W_][\w .,'’()/-]*")
# How favourable a line reads; a laboratory's line never reads better than ours.
_RELATIONS = ("trial_evidence", "conditions_not_met", "off_label", "guideline", "on_label")
_STANDINGS = ("", "III", "IID", "IIC", "IB", "IA")
_PLACES = frozenset({"US", "EU", "JP", "other"})


def _changes(overlay: Mapping[str, bytes], faults: list[KnowledgeError]) -> list[tuple[Row, Change]]:
    for name in sorted(overlay):
        if name.endswith((".tsv", ".tsv.gz")) and name not in (CHANGES, *ROW_NAMES):
            known = ", ".join(ROW_NAMES)
            faults.append(
                KnowledgeError(f"{FOLDER}/{name}", "", "", "an overlay has no table of this name", f"known: {known}")
            )
    if CHANGES not in overlay:
        remedy = f"write {CHANGES} with the columns {', '.join(_COLUMNS)}, parted by tabs"
        faults.append(KnowledgeError(f"{FOLDER}/{CHANGES}", "", "", "the list of changes is missing", remedy))
        return []
    lines = rows_of(overlay, CHANGES, _COLUMNS, faults, FOLDER)
    return [(line, _change(line)) for line in lines]


def _change(line: Row) -> Change:
    table = line["table"] if line["table"].endswith(".tsv") else f"{line['table']}.tsv"
    if table not in ROW_NAMES:
        line.note("table", f"'{line['table']}' is no table", f"use one of: {', '.join(ROW_NAMES)}")
    line.one_of("change", ("add", "replace", "off"))
    if not _NAME.fullmatch(line["author"]) or len(line["author"]) > 60:
        line.note("author", f"'{line['author']}' is not a name", "write who answers for the change, in letters")
    elif FORBIDDEN.search(line["author"]):
        line.plain("author")
    if not is_date(line["date"]):
        line.note("date", f"'{line['date']}' is not a date", "write it as 2026-11-22")
    if len(line["reason"]) < 10:
        line.note("reason", "no reason is given", "say in a sentence why the laboratory changes the row")
    line.plain("reason")
    if line["change"] == "add" and line["replaces"]:
        line.note("replaces", "a row that is added replaces none", "leave the cell empty, or write replace")
    return Change(table, line["row"], line["change"], *(line[name] for name in _COLUMNS[3:]))


def _written(
    overlay: Mapping[str, bytes], columns: Mapping[str, Sequence[str]], faults: list[KnowledgeError]
) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for table in ROW_NAMES:
        if table in overlay:
            found[table] = rows_of(overlay, table, columns[table], faults, FOLDER)
    return found


def _apply(line: Row, change: Change, ours: Rows, written: Rows, merged: dict[str, list[Row]]) -> str | None:
    """Do one change in `merged`; the name of the row it is about, or None where that cannot be told."""
    if change.table not in ROW_NAMES:
        return None
    theirs = _written_row(line, change, written)
    if change.kind == "add":
        if theirs is not None and _may_be_added(line, theirs, ours.get(change.table, ())):
            merged[change.table].append(replace(theirs, change=replace(change, row=theirs.name)))
            _check_addition(theirs, ours)
        return None if theirs is None else theirs.name
    old = _find(line, change, ours.get(change.table, ()))
    if old is None:
        return None
    if change.replaces != old.digest:
        line.note(
            "replaces",
            f"{old.name} is not the row that this change was written for ('{change.replaces}')",
            f"look at it with: imtreport knowledge show {old.name}; then write {old.digest}",
        )
    place = next((number for number, row in enumerate(merged[change.table]) if row.name == old.name), None)
    if change.kind == "off":
        if theirs is not None:
            theirs.note("", f"{old.name} is switched off and yet written here", "remove the row, or write replace")
        if reason := why_kept(old):
            line.note("change", f"{old.name} cannot be switched off: {reason}", "replace its wording instead")
    elif theirs is not None:
        if theirs.name != old.name:
            theirs.note(ROW_NAMES[change.table][0], f"replaces {old.name} under another name", f"write {old.name}")
        _check_replacement(old, theirs, ours)
        if place is not None:
            merged[change.table][place] = replace(theirs, change=replace(change, row=old.name))
    return old.name


def _id(row: Row) -> str:
    return row[ROW_NAMES[row.table][0]]


def _named(rows: Sequence[Row], name: str) -> list[Row]:
    """The row of this name, or all rows of this id."""
    return [row for row in rows if row.name == name] or [row for row in rows if _id(row) == name]


def _written_row(line: Row, change: Change, written: Rows) -> Row | None:
    found = _named(written.get(change.table, ()), change.row)
    if len(found) > 1:
        names = ", ".join(row.name for row in found)
        line.note("row", f"'{change.row}' is written more than once", f"name one: {names}")
    if not found and change.kind in ("add", "replace"):
        line.note("row", f"'{change.row}' is not in {FOLDER}/{change.table}", "write the row there, with all columns")
    return found[0] if len(found) == 1 else None


def _find(line: Row, change: Change, ours: Sequence[Row]) -> Row | None:
    found = _named(ours, change.row)
    if not found:
        remedy = f"imtreport knowledge list {change.table.removesuffix('.tsv')} shows the rows there are"
        line.note("row", f"'{change.row}' does not exist in {change.table}", remedy)
    if len(found) > 1:
        line.note("row", f"'{change.row}' is several rows", f"name one: {', '.join(row.name for row in found)}")
    return found[0] if len(found) == 1 else None


def _may_be_added(line: Row, theirs: Row, ours: Sequence[Row]) -> bool:
    if any(row.name == theirs.name for row in ours):
        line.note("row", f"{theirs.name} exists already", "write replace, or give the row an id of its own")
        return False
    if theirs.table == "blocks.tsv":
        line.note("table", "no row would use another block", "give the line a wording of its own")
        return False
    if not _id(theirs).startswith(_PREFIX):
        remedy = f"write {_PREFIX}{_id(theirs)}: a later row of ours cannot take that id"
        theirs.note(ROW_NAMES[theirs.table][0], f"an added row is named {_PREFIX}…", remedy)
        return False
    return True


def _check_addition(theirs: Row, ours: Rows) -> None:
    if theirs.table == "actionability.tsv":
        _check_new_line(theirs, ours["actionability.tsv"])
    if theirs.table == "concordance.tsv":
        _check_must_not_say(theirs, ours["concordance.tsv"])
    if theirs.table == "partners.tsv":
        _check_new_partner(theirs, ours["partners.tsv"])
    _check_agents(theirs, frozenset())
    _check_form(theirs)


def _check_replacement(old: Row, theirs: Row, ours: Rows) -> None:
    for column in _FROZEN[old.table](old):
        if theirs[column] != old[column]:
            theirs.note(
                column,
                f"'{old[column]}' was changed: when and what a row of ours decides stays as it is",
                f"write '{old[column]}'; wording, follow-up, sources and review are free",
            )
    for column in ("wording", "outside_wording", "status"):
        if column in old.cells and (missing := _placeholders(old[column]) - _placeholders(theirs[column])):
            theirs.note(column, f"{{{min(missing)}}} is missing", "keep what our wording tells of the case")
    if old.table == "concordance.tsv":
        if missing := set(_phrases(old)) - set(_phrases(theirs)):
            theirs.note("must_not_say", f"'{min(missing)}' is missing", "keep what our row must not say")
        _check_must_not_say(theirs, ours["concordance.tsv"])
    if old.table == "resistance.tsv":
        for column in ("variants", "agents"):
            if missing := set(old[column].split("|")) - set(theirs[column].split("|")):
                theirs.note(column, f"'{min(missing)}' is missing", "flag at least what our row flags")
    if old.table == "actionability.tsv":
        _check_against(theirs, [old])
    _check_agents(theirs, _agents_in(old))
    _check_form(theirs)


def _conditions_of(row: Row) -> list[str]:
    """The columns of a rule row that say when it speaks and what it does."""
    return [name for name in row.cells if name not in _FREE]


_FREE = frozenset("wording follow_up must_not_say sources evidence_status reviewed".split())
_FROZEN: Mapping[str, Callable[[Row], list[str]]] = {
    "concordance.tsv": _conditions_of,
    "differential.tsv": _conditions_of,
    "risk.tsv": _conditions_of,
    "guidance.tsv": _conditions_of,
    "partners.tsv": lambda row: ["driver", "partners", "kind"],
    "resistance.tsv": lambda row: ["driver", "effect"],
    "actionability.tsv": lambda row: ["drivers", "finding", "agent", "context", "regulatory"],
    "blocks.tsv": lambda row: [],
    "sources.tsv": lambda row: [],
}


_PRINTED = ("wording", "outside_wording", "status", "follow_up", "entity", "expected_text")
_AGENT = re.compile(r"\b[a-z]+(?:nib|mab)s?\b", re.IGNORECASE)


def _agents_in(row: Row) -> frozenset[str]:
    texts = (row.cells.get(column, "") for column in _PRINTED)
    return frozenset(found.casefold() for text in texts for found in _AGENT.findall(text))


def _check_agents(theirs: Row, already: frozenset[str]) -> None:
    """A drug is named by therapy lines alone, whose gates are in code, and by notes that print beside such a line."""
    if theirs.cells.get("kind") == "treatment" or theirs.cells.get("section") == "therapy":
        return
    own = {theirs.cells.get("agent", "").casefold()} | already
    for column in _PRINTED:
        for agent in _AGENT.findall(theirs.cells.get(column, "")):
            if agent.casefold() not in own:
                theirs.note(column, f"'{agent}' is named", "name a drug in its own therapy line only")
                return


def _check_form(theirs: Row) -> None:
    """What the laboratory's own wording owes the reader."""
    openings = {"differential.tsv": "Diagnostic ", "resistance.tsv": "Resistance alert: "}
    is_silent = theirs.cells.get("effect") in ("never", "left_open")
    if (opening := openings.get(theirs.table, "")) and not is_silent and not theirs["wording"].startswith(opening):
        theirs.note("wording", "the reader is not told that this is an alert", f"begin with '{opening.strip()} …'")
    if theirs.table in ("partners.tsv", "resistance.tsv", "blocks.tsv") and not theirs["wording"]:
        theirs.note("wording", "empty", "say what is printed: the mark of a laboratory rule stands behind it")
    if theirs.table == "guidance.tsv" and theirs["section"] == "therapy" and theirs["agents_for"] == "any":
        theirs.note("agents_for", "any", "name the genes: what is said of treatment stands beside a line of that gene")
    if theirs.table != "actionability.tsv" or theirs["print"] != "yes":
        return
    if theirs["block"]:
        theirs.note("block", "a laboratory's line stands alone, with its mark", "leave the cell empty")
    if theirs["conditions"] and "{conditions}" not in theirs["wording"]:
        theirs.note("wording", "{conditions} is missing", "the line says which conditions are met (safety statement 1)")
    for column, word, phrase in _OWED:
        if theirs[column] == word and phrase not in theirs["wording"].lower():
            theirs.note("wording", f"'{phrase}' is missing", f"say it: {column} is {word}")


_OWED = (
    ("regulatory", "accelerated", "accelerated"),
    ("regulatory", "conditional", "conditional"),
    ("relation", "off_label", "off-label"),
)


def _check_new_line(theirs: Row, ours: Sequence[Row]) -> None:
    """An added therapy line, against ours on the same agent: it may say less, not more."""
    if theirs["print"] != "yes" or theirs["agent"] == "none":
        return
    _check_standing(theirs, ours)
    places, drivers = _places(theirs), set(theirs["drivers"].split("|"))
    same = [
        row
        for row in ours
        if row["agent"].casefold() == theirs["agent"].casefold()
        and drivers & set(row["drivers"].split("|"))
        and places & _places(row)
    ]
    if same:
        _check_against(theirs, same)
    elif theirs["relation"] == "on_label" and not (theirs["approved"] and "imt_diagnosis" in theirs["conditions"]):
        theirs.note(
            "relation",
            "a label that our tables do not know needs its date of approval and the diagnosis among its conditions",
            "fill in approved and imt_diagnosis, or write off_label",
        )


def _check_against(theirs: Row, ours: Sequence[Row]) -> None:
    if theirs["print"] != "yes":
        return
    shown = [row for row in ours if row["print"] == "yes"]
    if not shown:
        why = ours[0]["status"] or ours[0]["wording"] or "see the row"
        theirs.note("print", f"{ours[0].name} holds this line back ({why})", "write omit")
        return

    def is_beyond(limit: Callable[[Row], bool]) -> bool:
        return not any(limit(row) for row in shown)

    checks: tuple[tuple[str, Callable[[Row], bool], str], ...] = (
        ("age", lambda row: _is_within(theirs["age"], row["age"]), "wider than the age of ours"),
        ("context", lambda row: row["context"] in (theirs["context"], "any_solid"), "wider than the tumours of ours"),
        ("relation", lambda row: _favour(theirs) <= _favour(row), "more favourable than ours"),
        ("tier", lambda row: _standing(theirs) <= _standing(row), "higher than ours"),
        (
            "outside_age",
            lambda row: row["outside_age"] == "show" or theirs["outside_age"] == "suppress",
            "ours says nothing outside the age",
        ),
        ("conditions", lambda row: _has_conditions_of(theirs, row), "without conditions that ours has"),
    )
    names = ", ".join(row.name for row in shown)
    for column, limit, message in checks:
        if is_beyond(limit):
            theirs.note(column, f"'{theirs[column]}' is {message} ({names})", "a laboratory may be narrower, not wider")


def _favour(row: Row) -> int:
    """How favourable the line reads; the least for a word that is none, which is told elsewhere."""
    return _RELATIONS.index(row["relation"]) if row["relation"] in _RELATIONS else 0


def _standing(row: Row) -> int:
    """How high tier and level stand; the least for what is none, which is told elsewhere."""
    standing = row["tier"] + row["level"]
    return _STANDINGS.index(standing) if standing in _STANDINGS else 0


def _check_standing(theirs: Row, ours: Sequence[Row]) -> None:
    """The tier of a fusion is that of its best line and is printed without a mark: it stays one of ours."""
    for driver in theirs["drivers"].split("|"):
        for place in sorted(_places(theirs)):
            known = [
                _standing(row)
                for row in ours
                if row["print"] == "yes" and driver in row["drivers"].split("|") and place in _places(row)
            ]
            if _standing(theirs) > max(known, default=_STANDINGS.index("III")):
                message = f"'{theirs['tier']}{theirs['level']}' is higher than any line of ours for {driver} ({place})"
                theirs.note("tier", message, "a laboratory's line does not lift the tier of a fusion: write III")
                return


def _places(row: Row) -> set[str]:
    named = set(row["jurisdiction"].split("|"))
    return set(_PLACES) if "any" in named else named


def _has_conditions_of(theirs: Row, ours: Row) -> bool:
    if theirs["relation"] != ours["relation"] and ours["relation"] == "on_label":
        return True
    return set(filter(None, ours["conditions"].split(";"))) <= set(theirs["conditions"].split(";"))


def _is_within(age: str, limits: str) -> bool:
    """Whether every age of the first range is in the second; months, with "over" a month excluding its end."""
    (low, high), (least, most) = _months(age), _months(limits)
    return least <= low and high <= most


def _months(age: str) -> tuple[float, float]:
    found = AGE.fullmatch(age)
    if not found:
        return 0, float("inf")
    years, stop, months = found.groups()
    if months:
        return int(months) + 0.5, float("inf")
    return int(years) * 12, int(stop) * 12 if stop else float("inf")


def _check_must_not_say(theirs: Row, ours: Sequence[Row]) -> None:
    """What our rows must not say in a situation, no row of the laboratory may say in it."""
    for row in ours:
        for phrase in _phrases(row):
            if phrase.lower() in theirs["wording"].lower() and _may_meet(theirs, row):
                message = f"says '{phrase}', which must not be said where {row.name} holds"
                theirs.note("wording", message, "rephrase, or narrow the row's conditions")
                return


def _phrases(row: Row) -> list[str]:
    return [phrase for phrase in row["must_not_say"].split("; ") if phrase]


_SITUATION = "ihc fish sequencing frame molecule tested_by quality chemistry drivers kinase_stains".split()


def _may_meet(one: Row, other: Row) -> bool:
    """False only if some column shows that both rows can never hold at once."""
    return not any(_are_apart(one[column], other[column]) for column in _SITUATION)


def _are_apart(one: str, other: str) -> bool:
    try:
        first, second = read_words(one), read_words(other)
    except ValueError:
        return False
    return _excludes(first, second) or _excludes(second, first)


def _excludes(one: Words, other: Words) -> bool:
    if one.kind == "some" and other.kind == "some":
        return not one.words & other.words
    return one.kind == "none" and other.kind == "some" and other.words <= one.words


def _check_new_partner(theirs: Row, ours: Sequence[Row]) -> None:
    for row in ours:
        shared = set(theirs["partners"].split("|")) & set(row["partners"].split("|"))
        if shared and (row["driver"], row["kind"]) == (theirs["driver"], theirs["kind"]) and theirs["kind"] == "gene":
            message = f"{row.name} speaks already for {theirs['driver']} with {min(shared)}"
            theirs.note("partners", message, f"replace {row.name}")


def _placeholders(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name}
    except ValueError:
        return set()


def _switch_off(changes: Sequence[tuple[Row, Change]], ours: Rows, merged: dict[str, list[Row]]) -> None:
    """Take the rows out, unless another row, or the code, still refers to them: what is refused stays, and is told."""
    going: list[tuple[Row, Row]] = []
    for line, change in changes:
        if change.kind == "off" and change.table in ROW_NAMES:
            found = _named(ours.get(change.table, ()), change.row)
            going += [(line, row) for row in found[:1] if len(found) == 1 and not why_kept(row)]
    gone = {(row.table, row.name) for _, row in going}
    for line, row in going:
        users = [*_users(row, merged, gone)]
        if needed := NEEDED_BY_CODE.get((row.table, row.name)):
            users.append(needed)
        if users:
            message = f"{row.name} cannot be switched off: {', '.join(users[:5])} refers to it"
            line.note("row", message, "change those rows first, or replace this one")
            gone.discard((row.table, row.name))
    for table, rows in merged.items():
        merged[table] = [row for row in rows if (table, row.name) not in gone]


def _users(row: Row, merged: Rows, gone: set[tuple[str, str]]) -> Iterator[str]:
    for table, rows in merged.items():
        for one in rows:
            if (table, one.name) in gone:
                continue
            if row.table == "sources.tsv" and row.name in one.cells.get("sources", "").split(";"):
                yield one.name
            if row.table == "blocks.tsv" and one.cells.get("block") == row.name:
                yield one.name
