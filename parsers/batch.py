"""
A batch folder: its tables checked and sorted by specimen, and each specimen's case read on demand.

`read_batch` reads the tables and looks at the names of the fusion files; `read_case` reads one specimen's fusion files,
in whatever process. One specimen's mistake stops that specimen; a table that cannot be read at all stops every
specimen, since nobody knows what it held.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from parsers import quality, specimens
from parsers.accessions import NO_FINDER, Finder
from parsers.batch_contents import Contents, digest_of, has_calls_to_read, is_nameless, listed_in
from parsers.batch_folder import look_into
from parsers.batch_tables import read_tables
from parsers.callers import generic, read_fusion_file, read_shared_rows
from parsers.callers.format import ReadingContext, Targets
from parsers.errors import InputError, Problem
from parsers.laboratory import Laboratory, QcRule
from parsers.reading import DEFAULT_CAP
from parsers.records import (
    Build,
    Case,
    FishResult,
    FusionCall,
    FusionSource,
    IhcResult,
    Molecule,
    QcMetric,
    SmallVariant,
    Specimen,
)
from parsers.specimens import SpecimenRow

_BUILD_CODES = frozenset({"genome-build-unknown", "genome-build-contradiction"})
# Problems of a folder in which no specimen can be named.
_NO_BATCH = frozenset({"unreadable-folder", "missing-file"})


@dataclass(frozen=True, slots=True)
class CaseRequest:
    """
    One specimen of a batch, ready to be read: everything but the calls. Can be sent to another process.

    `tables` is the case without calls and sources, None when its row cannot be used. A problem of severity error means
    quarantine. `fusion_paths` are the files to read; none means that sequencing was not done. `line` is the row's.
    `table` is the file that its row is in; `table_digests` are (file name, sha256 in hex of the bytes that were read)
    of every table of the batch. `cap` is the most bytes that a file may have, once unpacked.
    """

    accession: str
    folder: Path
    tables: Case | None
    fusion_paths: tuple[Path, ...]
    problems: tuple[Problem, ...]
    line: int | None
    molecule: Molecule = "RNA"
    assay_build: Build | None = None
    qc: tuple[QcRule, ...] = ()
    accession_pattern: str = ""
    finder: Finder = NO_FINDER
    table_digests: tuple[tuple[str, str], ...] = ()
    table: str = specimens.FILE
    shared_rows: generic.SharedRows | None = None
    cap: int = DEFAULT_CAP

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")


@dataclass(frozen=True, slots=True)
class Batch:
    """One folder: a request for each specimen in the order of specimens.csv, and all problems of all of them."""

    name: str
    folder: Path
    requests: tuple[CaseRequest, ...]
    problems: tuple[Problem, ...]


def read_batch(folder: Path, laboratory: Laboratory, *, cap: int = DEFAULT_CAP) -> Batch:
    """
    The batch in `folder`. Never stops at a mistake: a folder that cannot be used is a batch without requests, and its
    problems say why. No file may have more than `cap` bytes, once unpacked.
    """
    found = look_into(folder)
    if any(problem.code in _NO_BATCH for problem in found.problems):
        return Batch(folder.name, folder, (), found.problems)
    contents = read_tables(found, laboratory, cap)
    requests = tuple(_request(row, folder, contents, laboratory, cap) for row in contents.rows)
    problems = [*contents.problems, *(problem for request in requests for problem in request.problems)]
    return Batch(folder.name, folder, requests, _each_once(problems))


def read_case(request: CaseRequest, targets: Targets | None = None) -> Case:
    """`read_case_with_warnings` without the warnings."""
    return read_case_with_warnings(request, targets)[0]


def read_case_with_warnings(request: CaseRequest, targets: Targets | None = None) -> tuple[Case, tuple[Problem, ...]]:
    """
    The specimen's case with the calls of all its fusion files, and every warning about its rows and its files.

    With `targets` the calls of long tables that concern none of them are counted instead of kept.

    Raises:
        InputError: with all problems of its rows and its files.
    """
    case, problems = _case_and_problems(request, targets)
    errors = [problem for problem in problems if problem.severity == "error"]
    if case is None or errors:
        raise InputError(*(errors or [_unusable(request)]))
    return case, tuple(dict.fromkeys(problems))


def check_batch(
    folder: Path,
    laboratory: Laboratory,
    *,
    cap: int = DEFAULT_CAP,
    targets: Targets | None = None,
    last_day: date | None = None,
) -> tuple[Problem, ...]:
    """
    Every problem of the batch, the fusion files included, in the order of file, line and column.

    `last_day` is the latest on which a specimen may have been received; any, where it is not given.
    """
    batch = read_batch(folder, laboratory, cap=cap)
    problems = list(batch.problems)
    for request in batch.requests:
        problems.extend(_case_and_problems(request, targets)[1])
        problems.extend(of_a_day_to_come(request, last_day) if last_day else ())
    return tuple(sorted(_each_once(problems), key=_reading_order))


def of_a_day_to_come(request: CaseRequest, last_day: date) -> tuple[Problem, ...]:
    """The problem of a specimen that was received after `last_day`, which only the caller's clock can tell."""
    if request.tables is None or request.tables.specimen.received <= last_day:
        return ()
    return (
        Problem(
            "future-date",
            request.table,
            "the specimen was received on a day that is still to come",
            "correct the date, or this machine's clock",
            line=request.line,
            column="received",
            found=request.tables.specimen.received.isoformat(),
            expected="today or earlier",
            accession=request.accession,
        ),
    )


def digests(request: CaseRequest) -> dict[str, str]:
    """
    The sha256 (hex) of every input file of the case, by its path relative to the batch folder.

    Tables: of the bytes that were read when the batch was. Fusion files: as they are now; one that cannot be read now
    is left out.
    """
    found = dict(request.table_digests)
    for path in request.fusion_paths:
        digest = digest_of(path)
        if digest:
            found[_name_of(path, request.folder)] = digest
    return found


def _name_of(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name


def _is_sequenced(row: SpecimenRow, contents: Contents) -> bool:
    return bool(row.specimen and row.specimen.sequencing_run) or has_calls_to_read(row, contents)


def _request(row: SpecimenRow, folder: Path, contents: Contents, laboratory: Laboratory, cap: int) -> CaseRequest:
    problems = [*contents.by_accession.get(row.accession, ())]
    problems += [problem.about(row.accession) for problem in contents.for_all]
    assay = laboratory.assays.get(row.specimen.assay) if row.specimen else None
    paths, path_problems = _fusion_paths(row, folder, contents)
    problems += path_problems
    if _is_sequenced(row, contents):
        problems += [problem.about(row.accession) for problem in contents.control_problems]
    tables = _tables(row.specimen, contents) if row.specimen else None
    return CaseRequest(
        accession=row.accession,
        folder=folder,
        tables=tables,
        fusion_paths=paths,
        problems=tuple(dict.fromkeys(problems)),
        line=row.line,
        table=row.file,
        molecule=assay.molecule if assay else "RNA",
        assay_build=assay.genome_build if assay else None,
        qc=assay.qc if assay else (),
        accession_pattern=laboratory.accession_pattern,
        finder=contents.finder,
        table_digests=tuple(sorted(contents.digests.items())),
        shared_rows=contents.generic_rows.get(row.accession, contents.no_generic_rows)
        if folder / generic.FILE in paths
        else None,
        cap=cap,
    )


def _tables(specimen: Specimen, contents: Contents) -> Case:
    own = contents.of(specimen.accession)
    run = quality.run_key(specimen.sequencing_run)
    return Case(
        specimen=specimen,
        ihc=tuple(record for record in own if isinstance(record, IhcResult)),
        fish=tuple(record for record in own if isinstance(record, FishResult)),
        metrics=tuple(record for record in own if isinstance(record, QcMetric)),
        controls=tuple(control for control in contents.controls if run and quality.run_key(control.run) == run),
        variants=tuple(record for record in own if isinstance(record, SmallVariant)),
    )


def _fusion_paths(row: SpecimenRow, folder: Path, contents: Contents) -> tuple[tuple[Path, ...], list[Problem]]:
    paths: list[Path] = []
    problems: list[Problem] = []
    for name in row.fusion_files:
        problem = _file_problem(name, row, folder, contents)
        if problem:
            problems.append(problem)
        else:
            paths.append(folder / name)
    shared = folder / generic.FILE
    if row.accession in contents.generic_rows and shared not in paths:
        paths.append(shared)
    return tuple(paths), problems


def _file_problem(name: str, row: SpecimenRow, folder: Path, contents: Contents) -> Problem | None:
    owners = contents.file_owners.get(name, [])
    path = folder / name
    code = message = remedy = ""
    if not _is_there(path):
        code, message = "missing-file", "the file is not in the batch folder"
        remedy = "copy it there, or correct the name in fusion_files (capital letters count)"
    elif not path.resolve().is_relative_to(folder.resolve()):
        code, message = "file-outside-folder", "the name leads out of the batch folder"
        remedy = "copy the file itself into the batch folder"
    elif len(owners) > 1 and name != generic.FILE:
        code, message = "file-of-two-specimens", f"{len(owners)} specimens name this file"
        remedy = (
            f"give each specimen its own file; a table of several specimens is named {generic.FILE}; "
            "MetricsOutput.tsv of a TSO500 run lies in the folder and is named nowhere"
        )
    elif not is_nameless(row) and _names_another(name, row.accession, contents):
        code, message = "wrong-specimen", "the file's name holds the accession of another specimen"
        remedy = "check fusion_files against the sample sheet of the run"
    if not code:
        return None
    return Problem(
        code,
        row.file,
        message,
        remedy,
        line=row.line,
        column="fusion_files",
        found=name,
        accession=row.accession,
    )


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return True  # Not for this user: reading it says so.


def _names_another(name: str, accession: str, contents: Contents) -> bool:
    """Whether any part of the path holds an accession that is not the specimen's own, listed in the batch or not."""
    if contents.finder.others(name, accession):
        return True
    return bool(listed_in(name, contents) - {accession})


def _each_once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Without repetitions: a whole table's problem is carried by every specimen that it stops, and is said once."""
    given = tuple(dict.fromkeys(problems))
    shared = {replace(problem, accession="") for problem in given if not problem.accession or _of_row(problem)}
    return tuple(
        problem
        for problem in given
        if not problem.accession or _of_row(problem) or replace(problem, accession="") not in shared
    )


def _of_row(problem: Problem) -> bool:
    """True for a row that belongs to no specimen: it is named after its line."""
    return problem.accession.startswith("(")


def _case_and_problems(request: CaseRequest, targets: Targets | None) -> tuple[Case | None, list[Problem]]:
    """The case, if its tables could be used, with all problems of rows and files: the files are read in any case."""
    problems = list(request.problems)
    context = ReadingContext(
        accession=request.accession,
        molecule=request.molecule,
        specimen_build=request.tables.specimen.genome_build if request.tables else None,
        assay_build=request.assay_build,
        accession_pattern=request.accession_pattern,
        finder=request.finder,
        targets=targets,
        sample=request.tables.specimen.sequencing_sample if request.tables else "",
    )
    calls: list[FusionCall] = []
    sources: list[FusionSource] = []
    for path in request.fusion_paths:
        try:
            name = _name_of(path, request.folder)
            if name == generic.FILE and request.shared_rows:
                found, source, warnings = read_shared_rows(request.shared_rows, context)
            else:
                found, source, warnings = read_fusion_file(
                    path, context, cap=request.cap, name=name, folder=request.folder
                )
        except InputError as error:
            problems.extend(error.problems)
            continue
        calls.extend(found)
        sources.append(source)
        problems.extend(warnings)
    problems.extend(_on_two_assemblies(request, sources))
    if request.tables is None:
        # What the row says of the assembly is not known here: a complaint about it may be unfounded.
        return None, [problem for problem in problems if problem.code not in _BUILD_CODES]
    of_files = (metric for source in sources for metric in source.metrics)
    metrics, contradictions = quality.with_figures_of_files(request.tables.metrics, of_files, request.qc)
    problems.extend(contradictions)
    if not any(problem.severity == "error" for problem in problems):
        problems.extend(_undocumented_quality(request, metrics))
    return replace(request.tables, calls=tuple(calls), sources=tuple(sources), metrics=metrics), problems


def _undocumented_quality(request: CaseRequest, metrics: Collection[QcMetric]) -> list[Problem]:
    """
    A warning where a sequenced specimen lacks figures that its assay requires: its report cannot say "not detected".

    The laboratory's own verdict on the sequencing stands for all of them.
    """
    given = {metric.metric for metric in metrics}
    missing = [rule.metric for rule in request.qc if rule.required and rule.metric not in given]
    if not request.fusion_paths or not missing or given & {"sequencing_qc", f"{request.molecule.lower()}_qc"}:
        return []
    names_missing = ", ".join(missing)
    return [
        Problem(
            "undocumented-quality",
            request.table,
            f"the assay requires {names_missing}; neither qc.csv nor the files give "
            + ("it" if len(missing) == 1 else "them"),
            "enter the figures in qc.csv under these names, or write required = false for them in lab.toml",
            line=request.line,
            column="assay",
            expected=names_missing,
            accession=request.accession,
            severity="warning",
        )
    ]


def _on_two_assemblies(request: CaseRequest, sources: Iterable[FusionSource]) -> list[Problem]:
    """One junction has two places on two assemblies: callers' calls of it would not be merged, and one may be wrong."""
    by_build: dict[str, str] = {}
    for source in sources:
        if source.genome_build:
            by_build.setdefault(source.genome_build, source.file)
    if len(by_build) < 2:
        return []
    return [
        Problem(
            "genome-build-contradiction",
            request.table,
            "the specimen's files are on two assemblies: "
            + ", ".join(f"{file} on {build}" for build, file in sorted(by_build.items())),
            "check that all files are of this specimen; report with those of one assembly, or call the others again",
            line=request.line,
            column="fusion_files",
            accession=request.accession,
        )
    ]


def _unusable(request: CaseRequest) -> Problem:
    return Problem(
        "unusable-row",
        request.table,
        "the specimen's row cannot be used",
        "correct the row",
        line=request.line,
        accession=request.accession,
    )


def _reading_order(problem: Problem) -> tuple[str, int, str, str, str]:
    return problem.file, problem.line or 0, problem.column, problem.code, problem.accession
