"""What the command line prints: tables and problems, on wide and narrow terminals alike."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from parsers.errors import Problem

_TABLE_NEEDS = 72
_WIDE = 120
_MOST_OF_A_BATCH = 10
_MOST_WARNINGS = 30
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


def trouble_lines(folder: Path, problems: Sequence[Problem]) -> list[Line]:
    """What is wrong with a whole batch, as the last lines of the table: place, finding and remedy of each problem."""
    said = [" ".join(problem.explain().split()) for problem in problems[:_MOST_OF_A_BATCH]]
    if len(problems) > _MOST_OF_A_BATCH:
        said.append(f"and {len(problems) - _MOST_OF_A_BATCH} more. Try: imtreport check {folder}")
    return [Line("(batch)", "", "problem", headline=f"{folder.name}: {one}") for one in said]


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


def print_problems(console: Console, problems: Iterable[Problem], indent: str = "  ") -> None:
    """Two lines each: place and finding, then the remedy."""
    for problem in problems:
        mark = Text("warning  ", style="yellow") if problem.severity == "warning" else Text("error    ", style="red")
        first, *rest = problem.explain().split("\n")
        console.print(Text(indent) + mark + Text(first), soft_wrap=True, highlight=False)
        for one in rest:
            console.print(Text(f"{indent}         {one.strip()}"), soft_wrap=True, highlight=False)


def print_warnings(console: Console, warnings: Iterable[tuple[str, Problem]]) -> None:
    """One line each, after a heading: whom it concerns (an accession or a batch), place and finding."""
    shown = list(dict.fromkeys(f"{whom}  {warning.explain().splitlines()[0]}" for whom, warning in warnings))
    if not shown:
        return
    console.print(f"{number(len(shown), 'warning')}; imtreport check says what to do about each:", highlight=False)
    for line in shown[:_MOST_WARNINGS]:
        console.print(Text(f"  {line}"), soft_wrap=True, highlight=False)
    if len(shown) > _MOST_WARNINGS:
        console.print(f"  … and {len(shown) - _MOST_WARNINGS} more", highlight=False)


def problems_as_json(batch: Path, problems: Sequence[Problem]) -> bytes:
    """For `check --json`: the problems as `Problem.as_dict` gives them."""
    whole: Mapping[str, Any] = {"batch": str(batch), "problems": [problem.as_dict() for problem in problems]}
    text = json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
    # A file name that is not UTF-8 holds lone surrogates; \udcff is how JSON writes one.
    return text.encode(errors="backslashreplace")


def number(count: int, of: str) -> str:
    """`1 warning`, `2 warnings`."""
    return f"{count} {of}" if count == 1 else f"{count} {of}s"


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
