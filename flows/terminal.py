"""What the command line prints: tables and problems, on wide and narrow terminals alike."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from parsers.errors import PERSONAL_COLUMNS, Problem, quoted

_TABLE_NEEDS = 72
_WIDE = 120
_MOST_OF_A_BATCH = 10
_MOST_WARNINGS = 30
# From how many on warnings that say the same share a line, and how many of them it names.
_FEWEST_ALIKE = 3
_FIRST_FEW = 3
_STYLE = {"problem": "red", "reported": "green", "unchanged": "cyan", "quarantined": "yellow", "failed": "red"}


@dataclass(frozen=True, slots=True)
class Line:
    """One specimen of the table. `pdf` is None when there is no report."""

    accession: str
    case_id: str
    status: str
    result: str = ""
    headline: str = ""
    tier: str = ""
    version: int | None = None
    pdf: Path | None = None
    warnings: int = 0


def trouble_line(folder: Path, problems: Sequence[Problem]) -> Line:
    """That something is wrong with a whole batch, as a line of the table; `print_trouble` says what."""
    return Line("(batch)", "", "problem", headline=f"{folder.name}: {number(len(problems), 'problem')}, listed below")


def print_specimens(console: Console, lines: Iterable[Line]) -> None:
    """A table; on a terminal of 80 columns two facts share a cell, on a narrower one each specimen is a block."""
    shown = list(lines)
    if console.width < _TABLE_NEEDS:
        for line in shown:
            _print_block(console, line)
        return
    is_wide = console.width >= _WIDE
    headings = ("Accession", "Case id", "Status", "Version", "Result", "Tier", "Headline")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings if is_wide else ("Accession", "Status", "Result", "Headline"):
        table.add_column(heading, no_wrap=heading in ("Accession", "Case id"), overflow="fold")
    for line in shown:
        accession, case_id, status, version, result, tier, headline = _cells(line)
        if is_wide:
            table.add_row(accession, case_id, status, version, result, tier, headline)
        else:
            tier_said = Text("tier ") + tier if tier.plain else tier
            table.add_row(*map(_stacked, (accession, status, result), (case_id, version, tier_said)), headline)
    console.print(table)


def print_pdfs(console: Console, lines: Iterable[Line]) -> None:
    """Accession and whole path of each report, one per line, without wrapping."""
    for line in lines:
        if line.pdf is not None:
            console.print(f"  {escape(line.accession)}  {escape(_short(line.pdf))}", soft_wrap=True, highlight=False)


def print_trouble(console: Console, folder: Path, problems: Sequence[Problem]) -> None:
    """What is wrong with a whole batch, below the table and over its full width, as for a specimen."""
    console.print(Text.assemble((folder.name, "yellow"), " (batch) has problems:"), soft_wrap=True, highlight=False)
    print_problems(console, problems[:_MOST_OF_A_BATCH])
    if len(problems) > _MOST_OF_A_BATCH:
        more = f"  … and {len(problems) - _MOST_OF_A_BATCH} more. Try: imtreport check {folder}"
        console.print(Text(more), soft_wrap=True, highlight=False)


def print_problems(console: Console, problems: Iterable[Problem], indent: str = "  ") -> None:
    """Two lines each: place and finding, then the remedy. Warnings that repeat themselves are one, with the number."""
    for several in _alike((one.accession, one) for one in problems):
        problem = several[0][1]
        mark = Text("warning  ", style="yellow") if problem.severity == "warning" else Text("error    ", style="red")
        console.print(Text(indent) + mark + Text(_in_one_line(several)), soft_wrap=True, highlight=False)
        for one in problem.explain().split("\n")[1:]:
            console.print(Text(f"{indent}         {one.strip()}"), soft_wrap=True, highlight=False)


def print_warnings(console: Console, warnings: Iterable[tuple[str, Problem]]) -> None:
    """
    One line each, after a heading: whom it concerns (an accession or a batch), place and finding.

    Those that repeat themselves share a line, which says how many they are.
    """
    given = list({(whom, warning.explain()): (whom, warning) for whom, warning in warnings}.values())
    if not given:
        return
    console.print(f"{number(len(given), 'warning')}; imtreport check says what to do about each:", highlight=False)
    groups = _alike(given)
    for several in groups[:_MOST_WARNINGS]:
        whom = f"{several[0][0]}  " if len({one for one, _ in several}) == 1 else ""
        console.print(Text(f"  {whom}{_in_one_line(several)}"), soft_wrap=True, highlight=False)
    if left := sum(len(several) for several in groups[_MOST_WARNINGS:]):
        console.print(f"  … and {left} more", highlight=False)


def problems_as_json(batch: Path, problems: Sequence[Problem]) -> bytes:
    """For `check --json`: the problems as `Problem.as_dict` gives them."""
    whole: Mapping[str, Any] = {"batch": str(batch), "problems": [problem.as_dict() for problem in problems]}
    text = json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
    # A file name that is not UTF-8 holds lone surrogates; \udcff is how JSON writes one.
    return text.encode(errors="backslashreplace")


def number(count: int, of: str) -> str:
    """`1 warning`, `2 warnings`."""
    return f"{count} {of}" if count == 1 else f"{count} {of}s"


def _alike(problems: Iterable[tuple[str, Problem]]) -> list[list[tuple[str, Problem]]]:
    """
    Warnings of one code, file, column and wording together, from `_FEWEST_ALIKE` on; every other problem alone.

    In the order of the first of each.
    """
    groups: dict[tuple[object, ...], list[tuple[str, Problem]]] = {}
    for number_, (whom, one) in enumerate(problems):
        kind = (one.code, one.file, one.column, one.message, one.expected, one.remedy)
        groups.setdefault(kind if one.severity == "warning" else (number_,), []).append((whom, one))
    return [
        part
        for group in groups.values()
        for part in ([group] if len(group) >= _FEWEST_ALIKE else [[one] for one in group])
    ]


def _in_one_line(several: Sequence[tuple[str, Problem]]) -> str:
    """`ihc.csv, column 'accession': the table has no row of this specimen (20 times: S26-01001, S26-01002 …)`."""
    first = several[0][1]
    if len(several) == 1:
        return first.explain().split("\n")[0]
    # The line or the cell of one of them would be read as that of all.
    is_shared = all(one.found == first.found for _, one in several)
    said = replace(first, line=None, found=first.found if is_shared else None).explain().split("\n")[0]
    which = _which(several)
    return f"{said} ({len(several)} times{': ' if which else ''}{which})"


def _which(several: Sequence[tuple[str, Problem]]) -> str:
    """The first few: whom each concerns, or its line where all concern one, with its cell where the cells differ."""
    is_of_one = len({whom for whom, _ in several}) == 1
    is_one_cell = len({one.found for _, one in several}) == 1
    words: list[str] = []
    for whom, one in several:
        word = f"line {one.line}" if one.line is not None and (is_of_one or not whom) else whom
        is_told = is_one_cell or one.column in PERSONAL_COLUMNS or one.found in (None, "", whom, one.accession)
        words.append(word if is_told else f"{word} {quoted(str(one.found))}".strip())
    different = [word for word in dict.fromkeys(words) if word]
    return ", ".join(different[:_FIRST_FEW]) + (" …" if len(different) > _FIRST_FEW else "")


def _cells(line: Line) -> tuple[Text, Text, Text, Text, Text, Text, Text]:
    return (
        Text(line.accession),
        Text(line.case_id),
        Text(line.status, style=_STYLE.get(line.status, "")),
        Text(", ".join(_version_and_warnings(line))),
        Text(line.result.replace("_", " ")),
        Text(line.tier),
        Text(line.headline),
    )


def _version_and_warnings(line: Line) -> Iterable[str]:
    if line.version is not None:
        yield f"v{line.version}"
    if line.warnings:
        yield number(line.warnings, "warning")


def _stacked(above: Text, below: Text) -> Text:
    return Text.assemble(above, "\n", below)


def _print_block(console: Console, line: Line) -> None:
    accession, case_id, status, version, result, tier, headline = _cells(line)
    console.print(Text.assemble(accession, "  ", status, "  ", version))
    with_tier = Text.assemble(result, ", tier " if tier.plain else "", tier)
    said = Text.assemble(with_tier, ": " if result.plain else "", headline)
    for below in (said, Text.assemble("case id ", case_id) if case_id.plain else case_id):
        if below.plain:
            console.print(Padding(below, (0, 0, 0, 2)))


def _short(path: Path) -> str:
    """Relative to the current folder when it lies below it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
