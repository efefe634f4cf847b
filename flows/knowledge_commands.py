"""
The commands `imtreport knowledge …`: look at the tables that the report speaks from, and check them.

Exit code 0: the tables are well; 1: they have mistakes; 2: wrong use.
"""

from __future__ import annotations

from typing import NoReturn

import typer
from rich.console import Console

from flows.knowledge_coverage import coverage

SOME_WRONG = 1
WRONG_USE = 2

app = typer.Typer(no_args_is_help=True, help="Look at the knowledge tables, and check them.")
app.command()(coverage)
console = Console()
errors = Console(stderr=True)


@app.command()
def validate() -> None:
    """Check every table; say what is wrong."""
    from interpret.knowledge import KnowledgeError, load_knowledge

    try:
        knowledge = load_knowledge()
    except KnowledgeError as error:
        errors.print(str(error), highlight=False, soft_wrap=True, markup=False)
        raise typer.Exit(SOME_WRONG) from None
    tell(f"Knowledge tables {knowledge.version}, sha256 {knowledge.sha256}: well.")


# With one command alone Typer would take its name away.
@app.callback()
def _group() -> None:
    """Look at the knowledge tables, and check them."""


def tell(line: str) -> None:
    """One line as it is, not wrapped: paths and digests stay whole."""
    console.print(line, highlight=False, soft_wrap=True, markup=False)


def wrong_use(finding: str, remedy: str) -> NoReturn:
    errors.print(f"{finding}\n  Try: {remedy}", highlight=False, soft_wrap=True, markup=False)
    raise typer.Exit(WRONG_USE)
