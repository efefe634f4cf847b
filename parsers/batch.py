"""
A batch folder: its tables checked and sorted by specimen, and each specimen's case read on demand.

`read_batch` reads the tables and looks at the names of the fusion files; `read_case` reads one specimen's fusion files,
in whatever process. One specimen's mistake stops that specimen; a table that cannot be read at all stops every
specimen, since nobody knows what it held.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from parsers import ihc, quality, specimens, variants
from parsers.accessions import names
from parsers.callers import generic, read_fusion_file
from parsers.callers.format import ReadingContext
from parsers.errors import InputError, Problem
from parsers.laboratory import Laboratory
from parsers.reading import Table, read_bytes, read_table, read_text
from parsers.records import (
    Build,
    Case,
    FusionCall,
    FusionSource,
    Molecule,
    QcMetric,
    RunControl,
    SmallVariant,
    Specimen,
)
from parsers.specimens import SpecimenRow, read_specimens

Record = TypeVar("Record")

TABLES = (specimens.FILE, ihc.FILE, quality.QC_FILE, quality.CONTROLS_FILE, variants.FILE)
_NOT_READ = (".xlsx", ".xls", ".ods", ".hl7")


@dataclass(frozen=True, slots=True)
class CaseRequest:
    """
    One specimen of a batch, ready to be read: everything but the calls. Can be sent to another process.

    `tables` is the case without calls and sources, None when its row cannot be used. A problem of severity error means
    quarantine. `fusion_paths` are the files to read; none means that sequencing was not done. `line` is the row's.
    """

    accession: str
    folder: Path
    tables: Case | None
    fusion_paths: tuple[Path, ...]
    problems: tuple[Problem, ...]
    line: int | None
    molecule: Molecule = "RNA"
    assay_build: Build | None = None
    others: tuple[str, ...] = ()
    accession_pattern: str = ""

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


def read_batch(folder: Path, laboratory: Laboratory) -> Batch:
    """
    The batch in `folder`. Never stops at a mistake: a folder that cannot be used is a batch without requests, and its
    problems say why.
    """
    problems = _folder_problems(folder)
    if any(problem.severity == "error" for problem in problems):
        return Batch(folder.name, folder, (), tuple(problems))
    contents = _read_tables(folder, laboratory)
    requests = tuple(_request(row, folder, contents, laboratory) for row in contents.rows)
    unclaimed = [*problems, *contents.problems]
    own = [problem for request in requests for problem in request.problems]
    return Batch(folder.name, folder, requests, tuple(dict.fromkeys([*unclaimed, *own])))


def read_case(request: CaseRequest) -> Case:
    """
    The specimen's case with the calls of all its fusion files.

    Raises:
        InputError: with all problems of its rows and its files.
    """
    case, problems = _case_and_problems(request)
    errors = [problem for problem in problems if problem.severity == "error"]
    if case is None or errors:
        raise InputError(*(errors or [_unusable(request)]))
    return case


def check_batch(folder: Path, laboratory: Laboratory) -> tuple[Problem, ...]:
    """Every problem of the batch, the fusion files included, in the order of file, line and column."""
    batch = read_batch(folder, laboratory)
    problems = list(batch.problems)
    for request in batch.requests:
        problems.extend(_case_and_problems(request)[1])
    # A table's own problem is repeated for each specimen that it stops; once is enough here.
    shared = {replace(problem, accession="") for problem in problems if not problem.accession}
    kept = [problem for problem in problems if not problem.accession or replace(problem, accession="") not in shared]
    return tuple(sorted(dict.fromkeys(kept), key=_reading_order))


def digests(request: CaseRequest) -> dict[str, str]:
    """The sha256 (hex) of every input file of the case, by its name relative to the batch folder."""
    tables = [request.folder / name for name in TABLES]
    paths = [path for path in (*tables, *request.fusion_paths) if path.is_file()]
    return {path.relative_to(request.folder).as_posix(): hashlib.sha256(read_bytes(path)).hexdigest() for path in paths}


@dataclass(slots=True)
class _Contents:
    """What the folder's tables say, by nobody in particular yet. `problems` are those that no request will carry."""

    rows: tuple[SpecimenRow, ...] = ()
    stains: ihc.StainTables = field(default_factory=lambda: ihc.StainTables((), (), ()))
    metrics: tuple[QcMetric, ...] = ()
    controls: tuple[RunControl, ...] = ()
    variants: tuple[SmallVariant, ...] = ()
    generic_rows: dict[str, list[int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    by_accession: dict[str, list[Problem]] = field(default_factory=dict)
    for_all: list[Problem] = field(default_factory=list)
    control_problems: list[Problem] = field(default_factory=list)
    file_owners: dict[str, list[str]] = field(default_factory=dict)


def _read_tables(folder: Path, laboratory: Laboratory) -> _Contents:
    found: list[Problem] = []
    contents = _Contents()
    tables = {name: _table(folder / name, found) for name in TABLES}
    contents.rows = _from(tables[specimens.FILE], lambda table: read_specimens(table, laboratory, found), ())
    known = {row.accession for row in contents.rows}
    contents.stains = _from(
        tables[ihc.FILE], lambda table: ihc.read_stains(table, laboratory, known, found), contents.stains
    )
    contents.metrics = _from(
        tables[quality.QC_FILE], lambda table: quality.read_metrics(table, laboratory, known, found), ()
    )
    contents.variants = _from(
        tables[variants.FILE], lambda table: variants.read_variants(table, laboratory, known, found), ()
    )
    contents.controls = _from(
        tables[quality.CONTROLS_FILE], lambda table: quality.read_controls(table, contents.control_problems), ()
    )
    contents.generic_rows = _generic_rows(folder, laboratory, found)
    found.extend(_unknown_generic_rows(contents, known))
    found.extend(_unused_controls(contents))
    found.extend(_identity_problems(contents))
    for row in contents.rows:
        for name in row.specimen.fusion_files if row.specimen else ():
            contents.file_owners.setdefault(name, []).append(row.accession)
    _attribute(contents, found, known)
    return contents


def _attribute(contents: _Contents, found: Iterable[Problem], accessions: Collection[str]) -> None:
    """Each problem to its specimen; those of a whole table to all specimens and to the batch; the rest to the batch."""
    for problem in found:
        if problem.accession in accessions:
            contents.by_accession.setdefault(problem.accession, []).append(problem)
            continue
        contents.problems.append(problem)
        if not problem.accession and problem.severity == "error":
            contents.for_all.append(problem)
    contents.problems.extend(problem.about("") for problem in contents.control_problems)


def _table(path: Path, problems: list[Problem]) -> Table | None:
    if not path.exists():
        return None
    try:
        source = read_text(path)
        table = read_table(source)
    except InputError as error:
        problems.extend(error.problems)
        return None
    problems.extend(source.warnings)
    if not source.ends_with_newline:
        problems.append(
            Problem(
                "no-final-newline",
                path.name,
                "the last line has no line end; if the file was copied, rows may be missing",
                "compare the number of rows with the source; the warning goes away with a line end after the last row",
                line=source.text.count("\n") + 1,
                severity="warning",
            )
        )
    return table


def _from(table: Table | None, read: Callable[[Table], Record], otherwise: Record) -> Record:
    return otherwise if table is None else read(table)


def _generic_rows(folder: Path, laboratory: Laboratory, problems: list[Problem]) -> dict[str, list[int]]:
    """The lines of fusions.csv by accession: it is read for every specimen that it names, listed or not."""
    path = folder / generic.FILE
    if not path.exists():
        return {}
    try:
        return generic.rows_by_accession(read_text(path), laboratory.accession_pattern)
    except InputError as error:
        problems.extend(error.problems)
        return {}


def _unknown_generic_rows(contents: _Contents, known: Collection[str]) -> list[Problem]:
    return [
        Problem(
            "unknown-accession",
            generic.FILE,
            "the row is of a specimen that specimens.csv does not name" if accession else "the row has no accession",
            "correct the accession number, or add the specimen to specimens.csv",
            line=line,
            column="accession",
            found=accession,
            expected="an accession of specimens.csv",
            accession=accession or f"({generic.FILE} line {line})",
        )
        for accession, lines in contents.generic_rows.items()
        for line in lines
        if accession not in known
    ]


def _unused_controls(contents: _Contents) -> list[Problem]:
    runs = {quality.run_key(row.specimen.sequencing_run) for row in contents.rows if row.specimen}
    return [
        Problem(
            "unused-control",
            control.place.file,
            "no specimen names this run in 'sequencing_run', so the control holds none",
            "check the run's name in both tables",
            line=control.place.line,
            column="run",
            found=control.run,
            severity="warning",
        )
        for control in contents.controls
        if quality.run_key(control.run) not in runs
    ]


def _identity_problems(contents: _Contents) -> list[Problem]:
    """ihc.csv and specimens.csv name different patients for one accession. The numbers stay out of the message."""
    patients = {row.accession: row.specimen.patient_id for row in contents.rows if row.specimen}
    return [
        Problem(
            "patient-mismatch",
            ihc.FILE,
            "the patient_id is not the one of this accession in specimens.csv",
            "find out which patient the slide is of before anything else is done",
            line=line,
            column="patient_id",
            accession=accession,
        )
        for accession, patient, line in contents.stains.patient_ids
        if accession in patients and patient.casefold() != patients[accession].casefold()
    ]


def _request(row: SpecimenRow, folder: Path, contents: _Contents, laboratory: Laboratory) -> CaseRequest:
    problems = [*contents.by_accession.get(row.accession, ())]
    problems += [problem.about(row.accession) for problem in contents.for_all]
    assay = laboratory.assays.get(row.specimen.assay) if row.specimen else None
    others = tuple(other.accession for other in contents.rows if other.accession != row.accession)
    paths: tuple[Path, ...] = ()
    tables = None
    if row.specimen:
        paths, path_problems = _fusion_paths(row.specimen, folder, contents, others)
        problems += path_problems
        problems += _control_problems(row.specimen, contents)
        tables = _tables(row.specimen, contents)
    return CaseRequest(
        accession=row.accession,
        folder=folder,
        tables=tables,
        fusion_paths=paths,
        problems=tuple(dict.fromkeys(problems)),
        line=row.line,
        molecule=assay.molecule if assay else "RNA",
        assay_build=assay.genome_build if assay else None,
        others=others,
        accession_pattern=laboratory.accession_pattern,
    )


def _tables(specimen: Specimen, contents: _Contents) -> Case:
    def own(records: Sequence[Record]) -> tuple[Record, ...]:
        return tuple(record for record in records if record.accession == specimen.accession)  # type: ignore[attr-defined]

    run = quality.run_key(specimen.sequencing_run)
    return Case(
        specimen=specimen,
        ihc=own(contents.stains.ihc),
        fish=own(contents.stains.fish),
        metrics=own(contents.metrics),
        controls=tuple(control for control in contents.controls if run and quality.run_key(control.run) == run),
        variants=own(contents.variants),
    )


def _fusion_paths(
    specimen: Specimen, folder: Path, contents: _Contents, others: tuple[str, ...]
) -> tuple[tuple[Path, ...], list[Problem]]:
    paths: list[Path] = []
    problems: list[Problem] = []
    for name in specimen.fusion_files:
        problem = _file_problem(name, specimen, folder, contents, others)
        if problem:
            problems.append(problem)
        else:
            paths.append(folder / name)
    shared = folder / generic.FILE
    if specimen.accession in contents.generic_rows and shared not in paths:
        paths.append(shared)
    return tuple(paths), problems


def _file_problem(
    name: str, specimen: Specimen, folder: Path, contents: _Contents, others: tuple[str, ...]
) -> Problem | None:
    owners = contents.file_owners.get(name, [])
    path = folder / name
    code = message = remedy = ""
    if not path.is_file():
        code, message = "missing-file", "the file is not in the batch folder"
        remedy = "copy it there, or correct the name in fusion_files (capital letters count)"
    elif not path.resolve().is_relative_to(folder.resolve()):
        code, message = "file-outside-folder", "the name leads out of the batch folder"
        remedy = "copy the file itself into the batch folder"
    elif len(owners) > 1 and name != generic.FILE:
        code, message = "file-of-two-specimens", f"{len(owners)} specimens name this file"
        remedy = f"give each specimen its own file; a table of several specimens is named {generic.FILE}"
    elif not names(name, specimen.accession) and any(names(name, other) for other in others):
        code, message = "wrong-specimen", "the file's name holds the accession of another specimen"
        remedy = "check fusion_files against the sample sheet of the run"
    if not code:
        return None
    return Problem(
        code,
        specimen.place.file,
        message,
        remedy,
        line=specimen.place.line,
        column="fusion_files",
        found=name,
        accession=specimen.accession,
    )


def _control_problems(specimen: Specimen, contents: _Contents) -> list[Problem]:
    """A control that cannot be read may have failed: it stops every sequenced specimen, its run may be misread too."""
    if not specimen.sequencing_run:
        return []
    errors = [problem for problem in contents.control_problems if problem.severity == "error"]
    return [problem.about(specimen.accession) for problem in errors]


def _folder_problems(folder: Path) -> list[Problem]:
    try:
        found = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        return [
            Problem(
                "unreadable-folder",
                folder.name,
                f"the batch folder cannot be opened ({error.strerror})",
                "check its name and that this user may read it",
            )
        ]
    problems = [
        Problem(
            "not-read",
            name,
            "workbooks and HL7 messages are not read by this version",
            "export the content as CSV (UTF-8) in the layout of the user guide and remove this file",
        )
        for name in found
        if name.lower().endswith(_NOT_READ) and not name.startswith(("~$", "."))
    ]
    if specimens.FILE not in found:
        problems.append(
            Problem(
                "missing-file",
                specimens.FILE,
                "the batch folder has no specimens.csv",
                "add the table of specimens; its columns are in the user guide",
            )
        )
    return problems


def _case_and_problems(request: CaseRequest) -> tuple[Case | None, list[Problem]]:
    """The case, if its tables could be used, with all problems of rows and files."""
    problems = list(request.problems)
    if request.tables is None:
        return None, problems
    specimen = request.tables.specimen
    context = ReadingContext(
        accession=request.accession,
        molecule=request.molecule,
        specimen_build=specimen.genome_build,
        assay_build=request.assay_build,
        others=request.others,
        accession_pattern=request.accession_pattern,
    )
    calls: list[FusionCall] = []
    sources: list[FusionSource] = []
    for path in request.fusion_paths:
        try:
            found, source, warnings = read_fusion_file(path, context)
        except InputError as error:
            problems.extend(error.problems)
            continue
        calls.extend(found)
        sources.append(source)
        problems.extend(warnings)
    return replace(request.tables, calls=tuple(calls), sources=tuple(sources)), problems


def _unusable(request: CaseRequest) -> Problem:
    return Problem(
        "unusable-row",
        specimens.FILE,
        "the specimen's row cannot be used",
        "correct the row",
        line=request.line,
        accession=request.accession,
    )


def _reading_order(problem: Problem) -> tuple[str, int, str, str, str]:
    return problem.file, problem.line or 0, problem.column, problem.code, problem.accession
