"""
The commands `imtreport knowledge …`: look at the tables that the report speaks from, check, compare and print them.

Exit code 0: done, and the tables are well; 1: they have mistakes; 2: wrong use.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from flows.knowledge_coverage import coverage
from flows.knowledge_impact import impact
from flows.knowledge_overlays import is_overlay, not_read, read_overlay
from flows.terminal import number, print_problems
from parsers.errors import InputError

if TYPE_CHECKING:
    from interpret.knowledge import Examined, Tables
    from interpret.table_rows import Change, KnowledgeError, Row

SOME_WRONG = 1
WRONG_USE = 2
PACKAGED = "packaged"
_REVIEW_AFTER = timedelta(days=365)
_NARROW = 40

app = typer.Typer(no_args_is_help=True, help="Look at the knowledge tables; check, compare and print them.")
app.command()(coverage)
app.command()(impact)
console = Console()
errors = Console(stderr=True)

OverlayOption = Annotated[
    Path | None,
    typer.Option("--overlay", help="The laboratory's own changes: a folder with overlay.tsv.", show_default=False),
]


@app.command()
def validate(
    folder: Annotated[
        Path | None,
        typer.Argument(help="A folder of tables, or an overlay. Default: the packaged tables.", show_default=False),
    ] = None,
    overlay: OverlayOption = None,
) -> None:
    """Check every table, and the laboratory's overlay; list every mistake. Exit code 1 if there is one."""
    if folder is not None and overlay is None and is_overlay(folder):
        folder, overlay = None, folder
    examined = _examined(folder, overlay)
    for fault in examined.faults:
        _print_fault(fault)
    late = _of_days_to_come(examined.tables.changes)
    for change in late:
        console.print(
            Text(f"error    overlay/overlay.tsv, {change.row}: '{change.date}' is still to come\n")
            + Text("         Try: write the day of the change, or mend this machine's clock"),
            soft_wrap=True,
        )
    if overlay is not None and (names := not_read(overlay)):
        tell(f"warning  not read, and without effect: {', '.join(names)}; an overlay is its .tsv tables alone")
    _tell_of_reviews(examined.tables)
    wrong = len(examined.faults) + len(late)
    rows = sum(map(len, examined.tables.rows.values()))
    changes = examined.tables.changes
    tell(f"Knowledge tables {examined.tables.version}: {number(rows, 'row')}, {number(wrong, 'mistake')}.")
    if changes:
        tell(f"The laboratory's overlay: {number(len(changes), 'change')}.")
    if wrong:
        raise typer.Exit(SOME_WRONG)
    tell(f"sha256 {examined.tables.sha256}")


@app.command()
def show(
    rule: Annotated[str, typer.Argument(help="A rule's id, or one row of it: CC01, CC01a, ACT13/US, a source's key.")],
    overlay: OverlayOption = None,
) -> None:
    """One row in words: when it speaks, what it says, its sources, evidence, last review, the laboratory's change."""
    from interpret.knowledge_page import in_words, rows_named

    tables = _tables(None, overlay)
    rows = rows_named(tables, rule)
    if not rows:
        off = next((one for one in tables.changes if one.row.casefold() == rule.casefold()), None)
        if off is not None:
            tell(f"{off.row} is switched off by the laboratory: {off.author}, {off.date}. {off.reason}")
            return
        wrong_use(f"there is no row '{rule}'", "imtreport knowledge list shows the rows there are")
    for row in rows:
        console.print(Text(f"{row.name}  ", style="bold") + Text(row.table))
        for heading, text in in_words(row, tables):
            _print_pair(heading, text)
    if any(row.change for row in rows):
        tell("A laboratory rule; the packaged row is shown without --overlay.")


@app.command("list")
def list_rows(
    table: Annotated[
        str | None, typer.Argument(help="One table, for example concordance. Default: all.", show_default=False)
    ] = None,
    overlay: OverlayOption = None,
) -> None:
    """Every row in a line: its name, its standing, what it says."""
    tables = _tables(None, overlay)
    wanted = None if table is None else f"{table.removesuffix('.tsv')}.tsv"
    if wanted is not None and wanted not in tables.rows:
        names = ", ".join(name.removesuffix(".tsv") for name in tables.rows)
        wrong_use(f"there is no table '{table}'", f"one of: {names}")
    for name, rows in tables.rows.items():
        if wanted not in (None, name):
            continue
        console.print(Text(f"{name} ({len(rows)})", style="bold"))
        for row in rows:
            _print_line(row)
    for change in tables.changes:
        if change.kind == "off" and wanted in (None, change.table):
            console.print(Text(f"  {change.row}  switched off by the laboratory", style="magenta"))


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="A folder of tables, an overlay, or 'packaged'.", show_default=False)],
    new: Annotated[str, typer.Argument(help="Likewise.", show_default=False)],
) -> None:
    """What differs between two sets of tables: rows added, removed and changed, cell by cell."""
    from interpret.knowledge_page import differences

    (rows_before, others_before), (rows_after, others_after) = _side(old), _side(new)
    found = differences(rows_before, rows_after)
    signs = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}
    for one in found:
        sign, style = signs[one.kind]
        console.print(Text(f"{sign} {one.table} {one.row} ({one.kind})", style=style), soft_wrap=True)
        for column, before, after in one.cells:
            if before:
                console.print(Text(f"    {column}: - {before}"), soft_wrap=True, highlight=False)
            if after:
                console.print(Text(f"    {column}: + {after}"), soft_wrap=True, highlight=False)
    files = sorted(
        name for name in {*others_before, *others_after} if others_before.get(name) != others_after.get(name)
    )
    for name in files:
        tell(f"~ {name} differs (shown as a whole: it holds no rules)")
    kinds = [f"{sum(one.kind == kind for one in found)} {kind}" for kind in signs]
    tell(f"Rows: {', '.join(kinds)}. Other files that differ: {len(files)}.")


@app.command()
def page(
    output: Annotated[Path, typer.Option("-o", "--output", help="The HTML file to write.", show_default=False)],
    overlay: OverlayOption = None,
) -> None:
    """Write every row with wording and sources as one HTML page, for the laboratory to read and sign."""
    from interpret.knowledge_page import knowledge_page

    tables = _tables(None, overlay)
    try:
        output.write_text(knowledge_page(tables, _tables(None, None)), encoding="utf-8")
    except OSError as error:
        wrong_use(f"{output} cannot be written ({error.strerror})", "name a file in a folder of yours")
    tell(f"{number(sum(map(len, tables.rows.values())), 'row')}: {output}")


def tell(line: str) -> None:
    """One line as it is, not wrapped: paths and digests stay whole."""
    console.print(line, highlight=False, soft_wrap=True, markup=False)


def wrong_use(finding: str, remedy: str) -> NoReturn:
    errors.print(f"{finding}\n  Try: {remedy}", highlight=False, soft_wrap=True, markup=False)
    raise typer.Exit(WRONG_USE)


def _is_overlay(folder: Path) -> bool:
    from interpret.overlay import CHANGES

    return (folder / CHANGES).is_file()


def _examined(folder: Path | None, overlay: Path | None) -> Examined:
    from interpret.knowledge import examine

    if folder is not None and not folder.is_dir():
        wrong_use(f"{folder}: there is no such folder", "name a folder of tables, or an overlay")
    try:
        files = read_overlay(overlay) if overlay is not None else None
    except InputError as error:
        print_problems(errors, error.problems, indent="")
        raise typer.Exit(WRONG_USE) from None
    try:
        return examine(folder, files)
    except OSError as error:
        wrong_use(f"{error.filename} cannot be read ({error.strerror})", "see to it that this user may read it")


def _tables(folder: Path | None, overlay: Path | None) -> Tables:
    """The tables to show: with a mistake in them nothing is shown, because nothing of it holds."""
    examined = _examined(folder, overlay)
    for fault in examined.faults:
        errors.print(str(fault), highlight=False, soft_wrap=True, markup=False)
    if examined.faults:
        raise typer.Exit(SOME_WRONG)
    return examined.tables


def _side(name: str) -> tuple[Sequence[Row], dict[str, bytes]]:
    """The rows of one side of a comparison, and the bytes of its other files by name."""
    from importlib.resources import files

    from interpret.knowledge import load_knowledge
    from interpret.table_rows import ROW_NAMES, contents_of, rows_as_they_are

    packaged = files("interpret").joinpath("tables")
    if name in (PACKAGED, load_knowledge().version):
        contents = contents_of(packaged)
    elif _is_overlay(Path(name)):
        tables = _tables(None, Path(name))
        contents = contents_of(packaged)
        others = {file: data for file, data in contents.items() if file not in ROW_NAMES}
        return [row for rows in tables.rows.values() for row in rows], others
    elif Path(name).is_dir():
        contents = contents_of(Path(name))
    else:
        wrong_use(f"{name}: there is no such folder", f"name a folder of tables, an overlay, or '{PACKAGED}'")
    if not any(table in contents for table in ROW_NAMES):
        wrong_use(f"{name}: no knowledge table is in the folder", "name the folder that holds concordance.tsv …")
    others = {file: data for file, data in contents.items() if file not in ROW_NAMES}
    return [row for table in ROW_NAMES for row in rows_as_they_are(contents, table)], others


def _of_days_to_come(changes: Iterable[Change]) -> list[Change]:
    # The laboratory's calendar may be a day ahead of this machine's clock.
    latest = (_today() + timedelta(days=1)).isoformat()
    return [change for change in changes if len(change.date) == len(latest) and change.date > latest]


def _tell_of_reviews(tables: Tables) -> None:
    limit = (_today() - _REVIEW_AFTER).isoformat()
    late = [row for rows in tables.rows.values() for row in rows if (day := row.cells.get("reviewed")) and day < limit]
    if late:
        tell(f"warning  {number(len(late), 'row')} last reviewed more than a year ago, the first is {late[0].name}")


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the laboratory's own day


def _print_fault(fault: KnowledgeError) -> None:
    finding, _, remedy = str(fault).partition("\n")
    console.print(Text("error    ", style="red") + Text(finding), soft_wrap=True, highlight=False)
    console.print(Text(f"         {remedy.strip()}"), soft_wrap=True, highlight=False)


def _print_pair(heading: str, text: str) -> None:
    console.print(Padding(Text(f"{heading}: ", style="cyan") + Text(text, style="default"), (0, 0, 0, 2)))


def _print_line(row: Row) -> None:
    standing = row.cells.get("evidence_status", "")
    marks = ["laboratory rule"] if row.change is not None else []
    marks += [standing] if standing == "unverified" else []
    said = row.cells.get("wording") or row.cells.get("citation", "")
    line = Text(f"  {row.name}") + Text(f"  {', '.join(marks)}" if marks else "", style="yellow") + Text(f"  {said}")
    line.truncate(max(console.width, _NARROW), overflow="ellipsis")
    console.print(line, highlight=False)
