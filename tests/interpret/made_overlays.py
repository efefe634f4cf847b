"""A laboratory's overlay, made of our rows with the cells that a test is about."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from interpret.knowledge import COLUMNS, Tables, read_tables
from interpret.overlay import CHANGES
from interpret.table_rows import Row

AUTHOR, DAY, REASON = "A. Author", "2026-11-20", "Our tumour board words it so."


@cache
def the_tables() -> Tables:
    return read_tables()


def the_row(name: str) -> Row:
    (row,) = (row for rows in the_tables().rows.values() for row in rows if row.name == name)
    return row


class Edit(NamedTuple):
    """One change: what is done to the row `name`, with other `cells` than it has, and other cells of its `line`."""

    kind: str
    name: str
    cells: dict[str, str]
    line: dict[str, str]


def add(like: str, *, line: dict[str, str] | None = None, **cells: str) -> Edit:
    return Edit("add", like, cells, line or {})


def replaced(name: str, *, line: dict[str, str] | None = None, **cells: str) -> Edit:
    return Edit("replace", name, cells, line or {})


def off(name: str, *, line: dict[str, str] | None = None) -> Edit:
    return Edit("off", name, {}, line or {})


def an_overlay(*edits: Edit) -> dict[str, bytes]:
    """The files of an overlay with these changes."""
    lines = ["table\trow\tchange\treplaces\tauthor\tdate\treason"]
    written: dict[str, list[str]] = {}
    for edit in edits:
        old = the_row(edit.name)
        new = Row(old.table, 0, {**old.cells, **edit.cells})
        line = {
            "table": old.table,
            "row": new.name if edit.kind == "add" else old.name,
            "change": edit.kind,
            "replaces": "" if edit.kind == "add" else old.digest,
            "author": AUTHOR,
            "date": DAY,
            "reason": REASON,
        }
        lines.append("\t".join({**line, **edit.line}.values()))
        if edit.kind != "off":
            columns = COLUMNS[old.table]
            written.setdefault(old.table, ["\t".join(columns)]).append("\t".join(new[name] for name in columns))
    files = {table: "\n".join([*rows, ""]).encode() for table, rows in written.items()}
    return {CHANGES: "\n".join([*lines, ""]).encode(), **files}
