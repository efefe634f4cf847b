"""The command `imtreport explain`: for each sentence of a report the rule, the facts and the sources."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from flows.explain import Explained, Fact, Rule, as_json, explained, is_named, record_of, switched_off
from flows.settings import Settings, as_environment
from flows.terminal import print_problems
from parsers.errors import InputError

WRONG_USE = 2
_FACT = (0, 0, 0, 6)
_ROW = (0, 0, 0, 10)

console = Console()
errors = Console(stderr=True)


def explain(
    report: Annotated[
        str,
        typer.Argument(
            help="A report's folder, its report.json or PDF, or a case id or accession of the store.",
            show_default=False,
        ),
    ],
    store: Annotated[
        Path | None, typer.Option(help="Where reports are kept. Default: IMTREPORT_STORE, else ./imtreport-store.")
    ] = None,
    find: Annotated[
        str,
        typer.Option("--find", help="Only sentences that hold this text, or rest on this rule.", show_default=False),
    ] = "",
    json_: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """For each sentence of a report: the rule, the facts with the input rows they were read from, the sources."""
    as_environment(store=store)
    try:
        record = record_of(report, Settings.from_environment().check().store)
    except InputError as error:
        print_problems(errors, error.problems, indent="")
        raise typer.Exit(WRONG_USE) from None
    sentences = [one for one in explained(record) if _is_meant(one, find)]
    if not sentences:
        errors.print(
            Text(f"No sentence of the report holds '{find}', nor rests on a rule of that name."), soft_wrap=True
        )
        for line in switched_off(record, find):
            errors.print(Text(line), soft_wrap=True)
        raise typer.Exit(WRONG_USE)
    if json_:
        sys.stdout.write(as_json(record, sentences).decode())
        return
    head = record["report"]
    versions = record["provenance"]
    console.print(Text(f"Report {head['id']}, version {head['version']}, {head['status']}"), soft_wrap=True)
    console.print(Text(f"Knowledge tables {versions['knowledge_version']}, software {versions['software_version']}"))
    print_sentences(console, sentences)


def print_sentences(on: Console, sentences: Sequence[Explained]) -> None:
    """Heading, numbered sentence, then what it rests on; indented, wrapped to the terminal."""
    number = 0
    for section, group in groupby(sentences, key=lambda one: one.section):
        on.print()
        on.print(Text(section, style="bold"))
        for one in group:
            number += 1
            on.print(Padding(Text(f"{number}. {one.text}", style="cyan"), (0, 0, 0, 2), expand=False))
            _print_grounds(on, one)


def _is_meant(one: Explained, find: str) -> bool:
    wanted = find.casefold()
    return wanted in one.text.casefold() or any(is_named(rule, find) for rule in one.rules)


def _print_grounds(on: Console, one: Explained) -> None:
    for rule in one.rules:
        on.print(Padding(Text(f"rule {_named(rule)}: {rule.wording}"), _FACT, expand=False))
    if not one.rules:
        on.print(Padding(Text("no rule: follows from the facts"), _FACT, expand=False))
    shown: set[str] = set()
    for fact in one.facts:
        on.print(Padding(Text(_in_words(fact)), _FACT, expand=False))
        new = [row for row in fact.rows if row not in shown]
        if fact.rows and not new:
            on.print(Padding(Text("as above", style="dim"), _ROW, expand=False))
        for row in new:
            on.print(Padding(Text(row, style="dim"), _ROW, expand=False))
        shown.update(new)
    for source in one.sources:
        on.print(
            Padding(
                Text(f"[{source.number}] {source.citation} {source.identifier} ({source.date})"), _FACT, expand=False
            )
        )


def _named(rule: Rule) -> str:
    part = f" part {rule.part}" if rule.part else ""
    return f"{rule.id}{part}, {rule.table}" + (", unverified" if rule.evidence_status != "verified" else "")


def _in_words(fact: Fact) -> str:
    said = f"{fact.fact.replace('_', ' ')}: {fact.value or 'see'}"
    return f"{said} (asked: {fact.condition})" if fact.condition else said
