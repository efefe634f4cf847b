"""
The command `imtreport`. Exit code 0: all reported; 1: some specimens failed or are quarantined; 2: wrong use.

What is heavy (Prefect, WeasyPrint, pandas) is imported by the commands that need it, when they need it.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from flows.api_server import ServerError, prefect_api
from flows.explain_command import explain
from flows.frame_agreement import frames
from flows.knowledge_commands import app as knowledge_app
from flows.settings import Settings, as_environment, laboratory_for
from flows.terminal import (
    Line,
    number,
    print_pdfs,
    print_problems,
    print_specimens,
    print_trouble,
    print_warnings,
    problems_as_json,
    trouble_line,
)
from flows.verify_command import verify
from parsers.accessions import normalise
from parsers.errors import InputError, Problem

if TYPE_CHECKING:
    from flows.batches import BatchTrouble, Inbox, Job
    from flows.outcomes import Outcome

SOME_FAILED = 1
WRONG_USE = 2
_INTERRUPTED = 130

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Molecular pathology reports for inflammatory myofibroblastic tumour, from IHC, FISH and fusion calls.",
)
app.add_typer(knowledge_app, name="knowledge")
app.command()(explain)
app.command()(frames)
app.command()(verify)
console = Console()
errors = Console(stderr=True)

Batch = Annotated[
    Path, typer.Argument(help="The batch folder: specimens.csv and the files beside it.", show_default=False)
]
InboxArgument = Annotated[
    Path, typer.Argument(metavar="INBOX", help="The folder that holds the batch folders.", show_default=False)
]
Lab = Annotated[
    Path | None,
    typer.Option(help="The laboratory's lab.toml. Default: IMTREPORT_LAB, else the one in or above the batch."),
]
Store = Annotated[
    Path | None, typer.Option(help="Where reports are kept. Default: IMTREPORT_STORE, else ./imtreport-store.")
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="How many specimens at once. Default: IMTREPORT_WORKERS, else the CPUs.")
]
Verbose = Annotated[bool, typer.Option("--verbose", help="Show Prefect's own log lines too.")]


def main() -> None:
    """The console script."""
    # Reports are for their owner's eyes; so is everything else that is written here.
    os.umask(0o077)
    for stream in (sys.stdout, sys.stderr):
        # A file name need not be UTF-8, nor need the terminal be.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    app()


def _print_version(asked: bool) -> None:
    if asked:
        _tell(f"imtreport {importlib.metadata.version('imtreport')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Options that stand before the command."""


@app.command()
def demo(
    output: Annotated[Path, typer.Option(help="Where the demo's reports go.")] = Path("imtreport-demo"),
    verbose: Verbose = False,
) -> None:
    """Run one night of the packaged sample laboratory, under a real Prefect server of its own."""
    from flows.sample import sample_folder

    sample = sample_folder()
    # The demo is always the same: what is set for the laboratory's own nights does not hold here.
    os.environ.pop("PREFECT_API_URL", None)
    as_environment(store=output, lab=sample / "lab.toml")
    with _mistakes_told():
        _run_night(sample / "inbox", verbose=verbose, sample=True)


@app.command()
def check(
    batch: Batch,
    lab: Lab = None,
    json_path: Annotated[
        Path | None,
        typer.Option("--json", help="Where problems.json goes, by default into the batch folder.", show_default=False),
    ] = None,
) -> None:
    """List every mistake of a batch with file, row and remedy, and write them to problems.json. Reports nothing."""
    from flows.outcomes import last_day_of_receipt, now
    from parsers.batch import check_batch
    from parsers.batch_folder import PROBLEMS_FILE

    as_environment(lab=lab)
    with _mistakes_told():
        _expect_folder(batch)
        settings = Settings.from_environment().check()
        laboratory = laboratory_for(batch, settings)
        with console.status("Reading every file of the batch …"):
            try:
                last_day = last_day_of_receipt(now(), laboratory)
                problems = check_batch(batch, laboratory, cap=settings.largest_bytes, last_day=last_day)
            except InputError as error:
                problems = error.problems
    print_problems(console, problems, indent="")
    _write_problems(json_path or batch / PROBLEMS_FILE, problems_as_json(batch, problems))
    wrong = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - wrong
    console.print(f"{batch}: {number(wrong, 'error')}, {number(warnings, 'warning')}.", highlight=False, soft_wrap=True)
    if wrong:
        raise typer.Exit(SOME_FAILED)


@app.command()
def report(
    batch: Batch,
    accession: Annotated[str, typer.Option(help="The specimen's accession.", show_default=False)],
    lab: Lab = None,
    store: Store = None,
    verbose: Verbose = False,
) -> None:
    """Report one specimen, by hand."""
    from flows.folders import batch_named_by_id

    as_environment(store=store, lab=lab)
    with _mistakes_told():
        settings = Settings.from_environment().check()
        job, found = _job_of(batch, accession, settings)
        _read_annotations(settings)
        kept = _One()
        with _prefect(settings, verbose), batch_named_by_id(batch, settings.store) as batch_id:
            from flows.nightly import watched_by
            from flows.specimen import specimen_report

            with console.status("Making the report …"), watched_by(kept):
                state = specimen_report(job.case_id, batch_id, return_state=True)
    _tell_of_troubles(found)
    _tell_of_one(job, kept.outcome, str(state.message or ""), settings)


@app.command()
def nightly(
    inbox: InboxArgument, lab: Lab = None, store: Store = None, workers: Workers = None, verbose: Verbose = False
) -> None:
    """Report every new or changed specimen of all batches. Running it twice makes nothing twice."""
    as_environment(store=store, lab=lab, workers=workers)
    with _mistakes_told():
        _run_night(inbox, verbose=verbose, sample=False)


@app.command()
def serve(
    inbox: Annotated[Path, typer.Option(help="The folder that holds the batch folders.", show_default=False)],
    lab: Lab = None,
    store: Store = None,
    port: Annotated[
        int | None, typer.Option(help="Port of the Prefect page. Default: IMTREPORT_PORT, else 4200.")
    ] = None,
) -> None:
    """Prefect's page on this machine, the nightly schedule, and single specimens by hand, until Ctrl-C."""
    from flows.serving import serve as run
    from flows.store import open_store
    from parsers.batch_folder import is_batch

    as_environment(store=store, lab=lab)
    if port is not None:
        os.environ["IMTREPORT_PORT"] = str(port)
    with _mistakes_told():
        settings = Settings.from_environment().check()
        _expect_folder(inbox)
        # lab.toml is looked for as from a batch, which may not be there yet.
        laboratory = laboratory_for(inbox if is_batch(inbox) else inbox / "batch", settings)
        os.environ["IMTREPORT_STORE"] = str(settings.store)
        open_store(settings.store)
        run(settings, inbox.absolute(), laboratory, _tell)


@app.command()
def cases(inbox: InboxArgument, lab: Lab = None, store: Store = None) -> None:
    """List accession and case id of every specimen of an inbox or a batch. For this machine only."""
    from flows.batches import read_inbox
    from flows.store import latest, open_store

    as_environment(store=store, lab=lab)
    with _mistakes_told():
        settings = Settings.from_environment().check()
        open_store(settings.store)
        found = read_inbox(inbox, settings)
        for job in found.jobs:
            version = latest(settings.store, job.case_id)
            shown = "not reported" if version is None else f"v{version.number}"
            console.print(f"{escape(job.request.accession)}  {job.case_id}  {shown}", highlight=False, soft_wrap=True)
        _tell_of_troubles(found)
    if not found.batches:
        _tell(_no_batch(inbox))
    if found.troubles:
        raise typer.Exit(SOME_FAILED)


@app.command()
def doctor(lab: Lab = None, store: Store = None) -> None:
    """Say what is installed, what is missing, and the command that mends it."""
    from flows.doctor import examine

    as_environment(store=store)
    marks = {"ok": "[green]ok     [/]", "note": "[yellow]note   [/]", "missing": "[red]missing[/]"}
    missing = 0
    with _mistakes_told():
        for finding in examine(Settings.from_environment().check(), lab):
            missing += finding.state == "missing"
            console.print(f"{marks[finding.state]} {escape(finding.what)}", soft_wrap=True, highlight=False)
            if finding.remedy:
                console.print(f"        Try: {escape(finding.remedy)}", soft_wrap=True, highlight=False)
    if missing:
        raise typer.Exit(SOME_FAILED)


def _run_night(inbox: Path, *, verbose: bool, sample: bool) -> None:
    from flows.folders import inbox_named
    from flows.store import open_store

    settings = Settings.from_environment().check()
    _expect_folder(inbox)
    open_store(settings.store)
    if settings.lab:
        # Named for all batches: its mistakes are told once, not once a batch.
        laboratory_for(inbox, settings)
    _read_annotations(settings)
    night = _Night()
    with _prefect(settings, verbose), inbox_named(inbox, settings.store) as name:
        from flows.nightly import nightly_reports, watched_by

        with night.bar, watched_by(night):
            state = nightly_reports(name, return_state=True)
    if night.inbox is not None and not night.inbox.batches:
        _tell(_no_batch(inbox))
        return
    _tell_of_night(night, settings)
    message = _in_words(night) if sample and night.outcomes else str(state.message or "")
    console.print(f"{message[:1].upper()}{message[1:]}.", highlight=False)
    if not state.is_completed() and not night.outcomes:
        _tell("  Try: imtreport doctor")
    _tell(f"Kept in {settings.store}")
    well = {"reported", "unchanged"} | ({"quarantined"} if sample else set())
    if not state.is_completed() or night.troubles or any(one.status not in well for _, one in night.outcomes):
        raise typer.Exit(SOME_FAILED)


def _read_annotations(settings: Settings) -> None:
    """The laboratory's gene annotations, read and checked: that of a new file takes half a minute."""
    from flows.gene_annotations import annotations_of

    if settings.gtf:
        with console.status("Reading the gene annotation …"):
            annotations_of(settings.gtf, settings.store)


def _in_words(night: _Night) -> str:
    """The demo's figures. Without the turn-around: the sample's dates are invented."""
    from flows.night_statistics import in_words, night_statistics

    statistics = night_statistics(outcome for _, outcome in night.outcomes)
    return in_words(replace(statistics, median_turnaround_days=None))


class _One:
    """A watcher of one specimen's flow: keeps what became of it."""

    outcome: Outcome | None = None

    def begins(self, inbox: Inbox) -> None:
        pass

    def ends_with(self, job: Job, outcome: Outcome) -> None:
        self.outcome = outcome


class _Night:
    """A watcher of the nightly flow: moves the progress bar, and keeps what the terminal shows in the end."""

    def __init__(self) -> None:
        columns = (TextColumn("Specimens"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.bar = Progress(*columns, console=console, transient=True)
        self.outcomes: list[tuple[Job, Outcome]] = []
        self.inbox: Inbox | None = None

    @property
    def troubles(self) -> tuple[BatchTrouble, ...]:
        return self.inbox.troubles if self.inbox is not None else ()

    def begins(self, inbox: Inbox) -> None:
        self.inbox = inbox
        self._task = self.bar.add_task("specimens", total=len(inbox.jobs))

    def ends_with(self, job: Job, outcome: Outcome) -> None:
        self.outcomes.append((job, outcome))
        self.bar.update(self._task, advance=1)


def _tell_of_night(night: _Night, settings: Settings) -> None:
    from flows.quarantine import problems_of

    outcomes = sorted(night.outcomes, key=lambda one: one[0].request.accession)
    found = [(job, outcome, _warnings(job, outcome, settings)) for job, outcome in outcomes]
    lines = [_line(job, outcome, len(warnings), settings) for job, outcome, warnings in found]
    ends = [trouble_line(trouble.folder, trouble.problems) for trouble in night.troubles]
    print_specimens(console, [*lines, *ends])
    for line in lines:
        if line.status in ("quarantined", "failed"):
            console.print(f"[yellow]{escape(line.accession)}[/] is {line.status}:", highlight=False)
            kept = problems_of(settings.store, line.case_id)
            print_problems(console, (one for one in kept if one.severity == "error"))
    for trouble in night.troubles:
        print_trouble(console, trouble.folder, trouble.problems)
    warned = [(job.request.accession, one) for job, _, warnings in found for one in warnings]
    batches = night.inbox.warnings if night.inbox is not None else ()
    warned += [(f"(batch) {batch.folder.name}", one) for batch in batches for one in batch.problems]
    print_warnings(console, warned)
    if any(line.pdf for line in lines):
        console.print("Reports:")
        print_pdfs(console, lines)


def _warnings(job: Job, outcome: Outcome, settings: Settings) -> list[Problem]:
    """The warnings about this specimen's own rows, files and earlier report; those about its batch are left out."""
    from flows.store import latest

    own = [one for one in job.request.problems if one.severity == "warning"]
    if outcome.warnings and (version := latest(settings.store, job.case_id)) is not None:
        own += [Problem(**one) for one in version.manifest.get("warnings", ()) if one["code"] in outcome.warnings]
    batch = [said.as_dict() for one in job.batch_warnings for said in (one, one.about(job.request.accession))]
    by_content = {json.dumps(one.as_dict(), sort_keys=True): one for one in own if one.as_dict() not in batch}
    return list(by_content.values())


def _tell_of_troubles(found: Inbox) -> None:
    for trouble in found.troubles:
        errors.print(f"[yellow]{escape(str(trouble.folder))}[/] has problems:", highlight=False, soft_wrap=True)
        print_problems(errors, trouble.problems)


def _tell_of_one(job: Job, outcome: Outcome | None, message: str, settings: Settings) -> None:
    from flows.quarantine import problems_of
    from flows.store import latest

    version = latest(settings.store, job.case_id)
    if outcome is not None and outcome.status in ("reported", "unchanged") and version is not None:
        summary = version.manifest["summary"]
        console.print(f"{escape(job.request.accession)}: {outcome.status}, version {version.number}. ", end="")
        console.print(f"{escape(summary['headline'])}", highlight=False)
        warned = [(job.request.accession, one) for one in _warnings(job, outcome, settings)]
        print_warnings(console, [*warned, *(("(batch)", one) for one in job.batch_warnings)])
        console.print(str(version.pdf), soft_wrap=True, highlight=False)
        return
    status = "failed" if outcome is None else outcome.status
    errors.print(f"{escape(job.request.accession)} is not reported ({status}):", highlight=False)
    problems = [one for one in problems_of(settings.store, job.case_id) if one.severity == "error"]
    print_problems(errors, problems)
    if not problems:
        errors.print(f"  {escape(message)}", highlight=False)
    raise typer.Exit(SOME_FAILED)


def _line(job: Job, outcome: Outcome, warnings: int, settings: Settings) -> Line:
    folder = settings.store / "reports" / outcome.case_id / f"v{outcome.version}"
    return Line(
        accession=job.request.accession,
        case_id=outcome.case_id,
        status=outcome.status,
        result=outcome.result,
        headline=outcome.headline,
        tier=outcome.tier,
        version=outcome.version,
        pdf=folder / "report.pdf" if outcome.version is not None else None,
        warnings=warnings,
    )


def _job_of(batch: Path, accession: str, settings: Settings) -> tuple[Job, Inbox]:
    """The specimen's job, and the batch it is of; without such a specimen, what is wrong with the batch is told."""
    from flows.batches import read_inbox
    from flows.store import open_store

    _expect_folder(batch)
    open_store(settings.store)
    found = read_inbox(batch, settings)
    for job in found.jobs:
        if job.request.accession == normalise(accession, job.laboratory.accession_pattern)[0]:
            return job, found
    if found.troubles:
        _tell_of_troubles(found)
        raise typer.Exit(WRONG_USE)
    if not found.batches:
        _wrong_use(_no_batch(batch), "name the batch folder")
    _wrong_use(f"{batch}: no specimen has the accession {accession!r}", "imtreport cases lists those there are")


def _no_batch(folder: Path) -> str:
    return f"{folder}: nothing to report, neither the folder nor one below it holds specimens.csv"


@contextmanager
def _prefect(settings: Settings, verbose: bool) -> Iterator[None]:
    """A Prefect API for the block, and Prefect itself imported while its server starts."""
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "NOTSET" if verbose else "CRITICAL")
    waiting = console.status("Starting Prefect (10 to 60 seconds) …")
    with waiting, prefect_api(settings, lambda: importlib.import_module("flows.specimen")):
        waiting.stop()
        yield


@contextmanager
def _mistakes_told() -> Iterator[None]:
    """Mistakes of the input and of use end with two lines each, without a traceback."""
    try:
        yield
    except InputError as error:
        print_problems(errors, error.problems, indent="")
        raise typer.Exit(WRONG_USE) from None
    except ServerError as error:
        errors.print(str(error), highlight=False, soft_wrap=True, markup=False)
        raise typer.Exit(SOME_FAILED) from None
    except KeyboardInterrupt:
        errors.print("Stopped. Reports that were finished are kept; run it again for the rest.")
        raise typer.Exit(_INTERRUPTED) from None


def _write_problems(path: Path, content: bytes) -> None:
    """A batch folder that is read-only is no reason to fail: the problems are on the screen."""
    try:
        path.write_bytes(content)
    except OSError as error:
        console.print(f"{path} cannot be written ({error.strerror}); --json FILE writes it elsewhere.", soft_wrap=True)


def _expect_folder(folder: Path) -> None:
    if not folder.is_dir():
        _wrong_use(f"{folder}: there is no such folder", "name the folder, not a file in it")


def _wrong_use(finding: str, remedy: str) -> NoReturn:
    errors.print(f"{finding}\n  Try: {remedy}", highlight=False, soft_wrap=True, markup=False)
    raise typer.Exit(WRONG_USE)


def _tell(line: str) -> None:
    console.print(line, highlight=False, soft_wrap=True, markup=False)


if __name__ == "__main__":
    main()
