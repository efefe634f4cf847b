"""
The command `imtreport knowledge coverage`: which facts the tables use, and why the others are refused.

Exit code 0: every fact is accounted for; 1: one is missing, or its row does not fit the rules that cite it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from interpret.coverage import Coverage, Fact

SOME_WRONG = 1


console = Console()
errors = Console(stderr=True)


def coverage() -> None:
    """Show which facts the tables use, and why the others are refused."""
    from interpret.coverage import coverage as find_coverage

    found = find_coverage()
    console.print(_table(found.facts))
    for line in totals(found):
        console.print(line, highlight=False, soft_wrap=True, markup=False)
    for fault in found.faults:
        errors.print(str(fault), highlight=False, soft_wrap=True, markup=False)
    if not found.is_complete:
        raise typer.Exit(SOME_WRONG)


def totals(found: Coverage) -> list[str]:
    """How many facts there are, how many are used, and how many are refused for which reason."""
    from interpret.coverage import FACTS, REASONS

    reasons = "; ".join(f"{number} {REASONS[reason]}" for reason, number in found.refused.items())
    refused = sum(found.refused.values())
    lines = [f"{len(found.facts)} of {FACTS} facts: {found.used} used, {refused} refused ({reasons})."]
    if found.faults:
        lines.append(f"Incomplete: {len(found.faults)} to mend.")
    return lines


def _table(facts: tuple[Fact, ...]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("Fact", "Checked"):
        table.add_column(heading, no_wrap=True)
    table.add_column("What it states", ratio=3, overflow="fold")
    table.add_column("What became of it", ratio=3, overflow="fold")
    for fact in facts:
        table.add_row(fact.id, fact.checked, escape(fact.statement), escape(_outcome(fact)))
    return table


def _outcome(fact: Fact) -> str:
    from interpret.coverage import REASONS

    if fact.disposition == "used":
        return f"used by {', '.join(fact.rows)}. {fact.explanation}".strip()
    sources = f" ({', '.join(fact.sources)})" if fact.sources else ""
    return f"refused, {REASONS[fact.reason]}{sources}: {fact.explanation}"
