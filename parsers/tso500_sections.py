"""
The layout that CombinedVariantOutput.tsv and MetricsOutput.tsv of TSO500 share: a title, then `[Sections]` of rows.

Lines are filled up with tabs to no fixed width, and a blank line ends a section.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.errors import InputError, Problem
from parsers.reading import FileText, Row, refuse_untrusted_characters, require_final_newline

_NAME = re.compile(r"\[([^\[\]]+)\]")


@dataclass(frozen=True, slots=True)
class Section:
    """
    The rows of one section that are not blank, without the empty cells behind their last one.

    `is_closed` is True where a blank line or another section follows the last row: the section is all there.
    """

    name: str
    line: int
    rows: tuple[Row, ...]
    is_closed: bool

    def value(self, key: str) -> str:
        """The second cell of the row that begins with `key`; empty where there is none, or it says `NA`."""
        for row in self.rows:
            if row.cells[0] == key and len(row.cells) > 1 and row.cells[1] != "NA":
                return row.cells[1]
        return ""


def read_sections(source: FileText, whole: Sequence[str], begun: Sequence[str] = ()) -> dict[str, Section]:
    """
    The sections of `source` by name, in the order of the file.

    Raises:
        InputError: cut short; one of `whole` is missing or not closed; one of `begun` (which end the file, and are not
            read) is missing; either has no row; a section comes twice.
    """
    require_final_newline(source)
    refuse_untrusted_characters(source)
    sections: dict[str, Section] = {}
    name, line, rows, is_closed = "", 0, list[Row](), True
    for number, text in enumerate(source.text.split("\n")[:-1], start=1):
        cells = _cells(text)
        found = _NAME.fullmatch(cells[0]) if len(cells) == 1 else None
        if found:
            if name:
                sections[name] = Section(name, line, tuple(rows), True)
            name, line, rows = found[1], number, []
            if name in sections:
                raise InputError(_twice(source.name, name, number))
        elif cells and name:
            rows.append(Row(number, cells))
        is_closed = not cells
    if name:
        sections[name] = Section(name, line, tuple(rows), is_closed)
    _require(source.name, sections, whole, begun)
    return sections


def _cells(text: str) -> tuple[str, ...]:
    cells = [cell.strip() for cell in text.split("\t")]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _require(file: str, sections: dict[str, Section], whole: Sequence[str], begun: Sequence[str]) -> None:
    missing = [name for name in (*whole, *begun) if name not in sections]
    if missing:
        raise InputError(
            Problem(
                "missing-section",
                file,
                f"the file has no {', '.join(f'[{name}]' for name in missing)}: it is cut short, edited, or of "
                "another assay",
                "copy the file again from where the TSO500 software wrote it",
                found=", ".join(sections),
                expected=", ".join((*whole, *begun)),
            )
        )
    for section in (sections[name] for name in (*whole, *begun)):
        if not section.rows or (section.name in whole and not section.is_closed):
            raise InputError(
                Problem(
                    "cut-short",
                    file,
                    f"the file is cut short: [{section.name}] is not all there",
                    "copy the file again from where the TSO500 software wrote it",
                    line=section.rows[-1].line if section.rows else section.line,
                    expected="a blank line behind the last row of the section",
                )
            )


def _twice(file: str, name: str, line: int) -> Problem:
    return Problem(
        "repeated-section",
        file,
        f"the section [{name}] comes twice",
        "use the file of one specimen as it was written, without joining files",
        line=line,
    )
