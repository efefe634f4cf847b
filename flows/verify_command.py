"""The command `imtreport verify`: whether a stored report is what it was when it was made."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from flows.settings import Settings, as_environment
from flows.terminal import number, print_problems
from parsers.errors import InputError

SOME_FAILED = 1
WRONG_USE = 2

console = Console()
errors = Console(stderr=True)

_STYLES = {"ok": "green", "FAILED": "bold red", "not possible": "yellow"}
_STATE_WIDTH = max(map(len, _STYLES)) + 2


def verify(
    report: Annotated[
        str,
        typer.Argument(
            help="A report's folder, a file in it, or a case id or accession of the store.", show_default=False
        ),
    ],
    store: Annotated[
        Path | None, typer.Option(help="Where reports are kept. Default: IMTREPORT_STORE, else ./imtreport-store.")
    ] = None,
    batch: Annotated[
        Path | None, typer.Option(help="The batch folder, to compare the input files too.", show_default=False)
    ] = None,
) -> None:
    """Is a stored report what it was when it was made? Checks files and signatures, and makes it again."""
    from flows.verify import Surroundings, findings, folder_of

    as_environment(store=store)
    ends: Counter[str] = Counter()
    try:
        settings = Settings.from_environment().check()
        folder = folder_of(report, settings.store)
        if batch is not None and not batch.is_dir():
            errors.print(Text(f"{batch}: there is no such folder\n  Try: name the batch folder"), soft_wrap=True)
            raise typer.Exit(WRONG_USE)
        console.print(Text(f"{folder}"), soft_wrap=True)
        for one in findings(folder, Surroundings(settings.store, settings.gtf, batch)):
            ends[one.state] += 1
            line = Text("  ") + Text(one.state.ljust(_STATE_WIDTH), style=_STYLES[one.state])
            console.print(line + Text(f"{one.check}: {one.said}"), soft_wrap=True)
    except InputError as error:
        print_problems(errors, error.problems, indent="")
        raise typer.Exit(WRONG_USE) from None
    told = ", ".join(f"{ends[state]} {state}" for state in _STYLES if ends[state])
    console.print(f"{number(ends.total(), 'check')}: {told}.", highlight=False)
    if ends.total() > ends["ok"]:
        raise typer.Exit(SOME_FAILED)
