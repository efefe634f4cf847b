"""The command `imtreport knowledge impact`: which stored reports other tables would change, and how."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from flows.knowledge_overlays import is_overlay, read_overlay
from flows.settings import Settings, as_environment
from flows.terminal import number, print_problems
from parsers.errors import InputError, Problem

if TYPE_CHECKING:
    from flows.impact import Impact
    from interpret.genes import GeneModels
    from interpret.knowledge import Knowledge
    from parsers.records import Case
    from parsers.saved_case import SavedCase

SOME_FAILED = 1
WRONG_USE = 2

console = Console()
errors = Console(stderr=True)


def impact(
    new: Annotated[Path, typer.Argument(help="A folder of tables, or an overlay.", show_default=False)],
    overlay: Annotated[
        Path | None,
        typer.Option("--overlay", help="With a folder of tables: the laboratory's own changes.", show_default=False),
    ] = None,
    store: Annotated[
        Path | None, typer.Option(help="Where reports are kept. Default: IMTREPORT_STORE, else ./imtreport-store.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """Which stored reports would change under NEW tables, and how. Writes nothing."""
    from flows.impact import as_json, impacts

    as_environment(store=store)
    try:
        kept = Settings.from_environment().check().store
        knowledge = _knowledge(new, overlay)
        if not (kept / "reports").is_dir():
            raise InputError(_problem(str(kept), "holds no reports", "name the store: --store or IMTREPORT_STORE"))
        found = list(impacts(kept, knowledge, _in_use, _Models(kept)))
    except InputError as error:
        print_problems(errors, error.problems, indent="")
        raise typer.Exit(WRONG_USE) from None
    if json_:
        sys.stdout.write(as_json(knowledge, found).decode())
    else:
        print_impacts(console, found)
        console.print(Text(_count(found, knowledge)), soft_wrap=True)
    if any(one.why_not for one in found):
        raise typer.Exit(SOME_FAILED)


def print_impacts(on: Console, found: Sequence[Impact]) -> None:
    """Each report that would change or cannot be compared, with what would be said otherwise."""
    for one in found:
        if not (one.changes or one.why_not):
            continue
        head = Text(f"{one.accession or one.case_id}, version {one.version}", style="bold")
        if one.is_older_news:
            head.append("  (as under the tables in use already)", style="dim")
        on.print(head)
        if one.why_not:
            on.print(Padding(Text(f"cannot be compared: {one.why_not}", style="yellow"), (0, 0, 0, 2), expand=False))
        for change in one.changes:
            on.print(Padding(Text(change.what), (0, 0, 0, 2), expand=False))
            for mark, text, style in (("-", change.before, "red"), ("+", change.after, "green")):
                if text:
                    on.print(Padding(Text(f"{mark} {text}", style=style), (0, 0, 0, 4), expand=False))


def _count(found: Sequence[Impact], knowledge: Knowledge) -> str:
    changed = sum(bool(one.changes) for one in found)
    unknown = sum(bool(one.why_not) for one in found)
    return (
        f"{number(len(found), 'report')} under {knowledge.version}: {changed} would change, "
        f"{len(found) - changed - unknown} would not, {unknown} cannot be compared."
    )


def _knowledge(new: Path, overlay: Path | None) -> Knowledge:
    """
    The tables in question.

    Raises:
        InputError: the folder is not there, or has mistakes.
    """
    from interpret.knowledge import KnowledgeError, load_knowledge

    if not new.is_dir():
        raise InputError(_problem(str(new), "there is no such folder", "name a folder of tables, or an overlay"))
    try:
        if overlay is None and is_overlay(new):
            return load_knowledge(overlay=read_overlay(new))
        return load_knowledge(new, None if overlay is None else read_overlay(overlay))
    except KnowledgeError as error:
        raise InputError(
            _problem(str(new), str(error).split("\n")[0], "imtreport knowledge validate says more")
        ) from None


def _in_use(saved: SavedCase) -> Knowledge:
    """
    The tables with which the case would be reported today.

    Raises:
        NotComparableError: the laboratory's overlay is not there, or has mistakes: nobody knows what is in use.
    """
    from flows.impact import NotComparableError
    from flows.work import tools
    from interpret.knowledge import KnowledgeError

    try:
        return tools(saved.laboratory.knowledge_overlay).knowledge
    except (InputError, KnowledgeError):
        raise NotComparableError("the laboratory's overlay cannot be used: imtreport knowledge validate") from None


class _Models:
    """The gene models for a case, with the annotations that its report was made with."""

    def __init__(self, store: Path) -> None:
        self._store = store

    def __call__(self, case: Case, versions: Mapping[str, str]) -> GeneModels:
        from flows.gene_annotations import annotations_of, models_for
        from flows.impact import NotComparableError
        from interpret.genes import load_gene_models

        wanted = {digest for name, digest in versions.items() if name.startswith("gene_annotation_")}
        if not wanted:
            return load_gene_models()
        set_ = annotations_of(Settings.from_environment().gtf, self._store)
        if {one.file.sha256 for one in set_} != wanted:
            raise NotComparableError("made with a gene annotation that is not set now: set IMTREPORT_GTF to it")
        return models_for(case, load_gene_models(), set_)


def _problem(file: str, message: str, remedy: str) -> Problem:
    return Problem(code="no-impact", file=file, message=message, remedy=remedy)
