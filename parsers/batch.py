"""
A batch folder: its tables checked and sorted by specimen, and each specimen's case read on demand.

`read_batch` reads the tables and looks at the names of the fusion files; `read_case` reads one specimen's fusion files,
in whatever process. One specimen's mistake stops that specimen; a table that cannot be read at all stops every
specimen, since nobody knows what it held.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from parsers import ihc, quality, specimens, variants
from parsers.accessions import names
from parsers.callers import generic, read_fusion_file
from parsers.callers.format import ReadingContext
from parsers.errors import InputError, Problem
from parsers.laboratory import Laboratory
from parsers.reading import Table, read_table, read_text
from parsers.records import (
    Build,
    Case,
    FishResult,
    FusionCall,
    FusionSource,
    IhcResult,
    Molecule,
    QcMetric,
    RunControl,
    SmallVariant,
    Specimen,
)
from parsers.specimens import SpecimenRow, read_specimens

Content = TypeVar("Content")
_Record = IhcResult | FishResult | QcMetric | SmallVariant

TABLES = (specimens.FILE, ihc.FILE, quality.QC_FILE, quality.CONTROLS_FILE, variants.FILE)
_WORKBOOKS = (".xlsx", ".xls", ".ods")
_MESSAGES = (".hl7",)
_BUILD_CODES = frozenset({"genome-build-unknown", "genome-build-contradiction"})
_RESULTS = (".tsv", ".tsv.gz", ".vcf", ".vcf.gz", ".csv", ".csv.gz", ".txt", ".abridged", ".xlsx")


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
    accessions: tuple[str, ...] = ()
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
    names_found, problem = _names_in(folder)
    if problem:
        return Batch(folder.name, folder, (), (problem,))
    contents = _read_tables(folder, names_found, laboratory)
    accessions = tuple(row.accession for row in contents.rows)
    requests = tuple(_request(row, folder, contents, accessions, laboratory) for row in contents.rows)
    problems = [*contents.problems, *(problem for request in requests for problem in request.problems)]
    return Batch(folder.name, folder, requests, _each_once(problems))


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
    return tuple(sorted(_each_once(problems), key=_reading_order))


def digests(request: CaseRequest) -> dict[str, str]:
    """The sha256 (hex) of every input file of the case, by its name relative to the batch folder."""
    paths = [path for path in (*(request.folder / name for name in TABLES), *request.fusion_paths) if path.is_file()]
    found: dict[str, str] = {}
    for path in paths:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256")
        found[path.relative_to(request.folder).as_posix()] = digest.hexdigest()
    return found


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
    records: dict[str, list[_Record]] = field(default_factory=dict)

    def of(self, accession: str) -> list[_Record]:
        """The rows of one specimen, from every table."""
        if not self.records:
            everything: tuple[_Record, ...] = (*self.stains.ihc, *self.stains.fish, *self.metrics, *self.variants)
            for record in everything:
                self.records.setdefault(record.accession, []).append(record)
        return self.records.get(accession, [])


def _read_tables(folder: Path, names_found: Collection[str], laboratory: Laboratory) -> _Contents:
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
    found.extend(_not_read(names_found))
    found.extend(_unknown_generic_rows(contents, known))
    found.extend(_unused_controls(contents))
    if tables[quality.CONTROLS_FILE]:
        found.extend(_runs_without_controls(contents))
    found.extend(_identity_problems(contents))
    for row in contents.rows:
        for name in row.fusion_files:
            contents.file_owners.setdefault(name, []).append(row.accession)
    found.extend(_unused_files(names_found, contents))
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
    contents.problems.extend(contents.control_problems)


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


def _from(table: Table | None, read: Callable[[Table], Content], otherwise: Content) -> Content:
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


def _runs_without_controls(contents: _Contents) -> list[Problem]:
    runs = {quality.run_key(control.run) for control in contents.controls}
    return [
        Problem(
            "run-without-controls",
            row.specimen.place.file,
            "controls.csv has no control of this run",
            "add the run's controls, or check the run's name in both tables",
            line=row.line,
            column="sequencing_run",
            found=row.specimen.sequencing_run,
            accession=row.accession,
            severity="warning",
        )
        for row in contents.rows
        if row.specimen and row.specimen.sequencing_run and quality.run_key(row.specimen.sequencing_run) not in runs
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


def _request(
    row: SpecimenRow, folder: Path, contents: _Contents, accessions: tuple[str, ...], laboratory: Laboratory
) -> CaseRequest:
    problems = [*contents.by_accession.get(row.accession, ())]
    problems += [problem.about(row.accession) for problem in contents.for_all]
    assay = laboratory.assays.get(row.specimen.assay) if row.specimen else None
    paths, path_problems = _fusion_paths(row, folder, contents, accessions)
    problems += path_problems
    tables = None
    if row.specimen:
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
        accessions=accessions,
        accession_pattern=laboratory.accession_pattern,
    )


def _tables(specimen: Specimen, contents: _Contents) -> Case:
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


def _fusion_paths(
    row: SpecimenRow, folder: Path, contents: _Contents, accessions: tuple[str, ...]
) -> tuple[tuple[Path, ...], list[Problem]]:
    paths: list[Path] = []
    problems: list[Problem] = []
    for name in row.fusion_files:
        problem = _file_problem(name, row, folder, contents, accessions)
        if problem:
            problems.append(problem)
        else:
            paths.append(folder / name)
    shared = folder / generic.FILE
    if row.accession in contents.generic_rows and shared not in paths:
        paths.append(shared)
    return tuple(paths), problems


def _file_problem(
    name: str, row: SpecimenRow, folder: Path, contents: _Contents, accessions: tuple[str, ...]
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
    elif not names(name, row.accession) and any(names(name, other) for other in accessions):
        code, message = "wrong-specimen", "the file's name holds the accession of another specimen"
        remedy = "check fusion_files against the sample sheet of the run"
    if not code:
        return None
    return Problem(
        code,
        specimens.FILE,
        message,
        remedy,
        line=row.line,
        column="fusion_files",
        found=name,
        accession=row.accession,
    )


def _control_problems(specimen: Specimen, contents: _Contents) -> list[Problem]:
    """A control that cannot be read may have failed: it stops every sequenced specimen, its run may be misread too."""
    if not specimen.sequencing_run:
        return []
    errors = [problem for problem in contents.control_problems if problem.severity == "error"]
    return [problem.about(specimen.accession) for problem in errors]


def _names_in(folder: Path) -> tuple[list[str], Problem | None]:
    """The names of the files in the folder, in order, or why there is no batch in it."""
    try:
        found = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        return [], Problem(
            "unreadable-folder",
            folder.name,
            f"the batch folder cannot be opened ({error.strerror})",
            "check its name and that this user may read it",
        )
    if specimens.FILE in found:
        return found, None
    twin = "; the workbook specimens.xlsx is not read by this version" if "specimens.xlsx" in found else ""
    return [], Problem(
        "missing-file",
        specimens.FILE,
        f"the batch folder has no specimens.csv{twin}",
        "add the table of specimens as CSV (UTF-8); docs/inputs.md lists its columns",
    )


def _not_read(names_found: Collection[str]) -> list[Problem]:
    """Results in a form that is not read would be missing in silence: they stop the batch."""
    twins = [name for name in (*TABLES, generic.FILE) if name not in names_found]
    unread = [f"{name.removesuffix('.csv')}{ending}" for name in twins for ending in _WORKBOOKS]
    return [
        Problem(
            "not-read",
            name,
            "HL7 messages are not read by this version"
            if name.lower().endswith(_MESSAGES)
            else "workbooks are not read by this version",
            "export the content as CSV (UTF-8) in the layout of docs/inputs.md, and take this file out of the folder",
        )
        for name in names_found
        if name.lower() in unread or name.lower().endswith(_MESSAGES)
    ]


def _unused_files(names_found: Collection[str], contents: _Contents) -> list[Problem]:
    """A result file that no row names: a lost fusion is a lost treatment, so it is said."""
    used = {*TABLES, generic.FILE, *contents.file_owners}
    return [
        Problem(
            "unused-file",
            name,
            "no row of specimens.csv names this file, and it is not read",
            "add its name to fusion_files of its specimen, or take it out of the folder",
            severity="warning",
        )
        for name in names_found
        if name not in used and name.lower().endswith(_RESULTS)
    ]


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


def _case_and_problems(request: CaseRequest) -> tuple[Case | None, list[Problem]]:
    """The case, if its tables could be used, with all problems of rows and files: the files are read in any case."""
    problems = list(request.problems)
    context = ReadingContext(
        accession=request.accession,
        molecule=request.molecule,
        specimen_build=request.tables.specimen.genome_build if request.tables else None,
        assay_build=request.assay_build,
        accessions=request.accessions,
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
    if request.tables is None:
        # What the row says of the assembly is not known here: a complaint about it may be unfounded.
        return None, [problem for problem in problems if problem.code not in _BUILD_CODES]
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
