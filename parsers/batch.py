"""
A batch folder: its tables checked and sorted by specimen, and each specimen's case read on demand.

`read_batch` reads the tables and looks at the names of the fusion files; `read_case` reads one specimen's fusion files,
in whatever process. One specimen's mistake stops that specimen; a table that cannot be read at all stops every
specimen, since nobody knows what it held.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from parsers import ihc, quality, specimens, variants
from parsers.accessions import NO_FINDER, Finder, finder, key, names, stretches
from parsers.batch_folder import (
    GENERIC_FUSIONS,
    KINDS,
    PROBLEMS_FILE,
    TABLE_NAMES,
    BatchFolder,
    holds_results,
    is_result,
    look_into,
    misspelt,
)
from parsers.callers import generic, read_control_file, read_fusion_file, read_shared_rows
from parsers.callers.format import ReadingContext, Targets
from parsers.checksums import read_checked
from parsers.controls import judged_by_their_files
from parsers.errors import InputError, Problem
from parsers.hl7_messages import read_all_messages
from parsers.laboratory import Laboratory, QcRule
from parsers.layouts import load_table
from parsers.orders import check_patients, completed
from parsers.reading import DEFAULT_CAP, FileText, Table, read_bytes
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
from parsers.tso500_metrics import is_metrics_output, read_metrics_output

_Record = IhcResult | FishResult | QcMetric | SmallVariant

_BUILD_CODES = frozenset({"genome-build-unknown", "genome-build-contradiction"})
# A table of the folder that is not read: nobody knows what it holds.
_UNREAD_TABLE = frozenset({"table-in-two-forms", "misspelt-table"})
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
    contents = _read_tables(found, laboratory, cap)
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
        digest = _digest(path)
        if digest:
            found[_name_of(path, request.folder)] = digest
    return found


def _digest(path: Path) -> str:
    try:
        if not path.is_file():  # A pipe would be waited for.
            return ""
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _name_of(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name


@dataclass(slots=True)
class _Contents:
    """What the folder's tables say, by nobody in particular yet. `problems` are those that no request will carry."""

    rows: tuple[SpecimenRow, ...] = ()
    stains: ihc.StainTables = field(default_factory=lambda: ihc.StainTables((), (), ()))
    metrics: tuple[QcMetric, ...] = ()
    controls: tuple[RunControl, ...] = ()
    variants: tuple[SmallVariant, ...] = ()
    generic_rows: dict[str, generic.SharedRows] = field(default_factory=dict)
    no_generic_rows: generic.SharedRows | None = None
    problems: list[Problem] = field(default_factory=list)
    by_accession: dict[str, list[Problem]] = field(default_factory=dict)
    for_all: list[Problem] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    finder: Finder = NO_FINDER
    folder: BatchFolder = field(default_factory=lambda: BatchFolder(Path(), ()))
    tables: dict[str, Table] = field(default_factory=dict)
    metrics_files: list[str] = field(default_factory=list)
    assay_genes: frozenset[str] = frozenset()
    known: dict[str, str] = field(default_factory=dict)
    control_problems: list[Problem] = field(default_factory=list)
    file_owners: dict[str, list[str]] = field(default_factory=dict)
    records: dict[str, list[_Record]] = field(default_factory=dict)

    @property
    def table_names(self) -> frozenset[str]:
        """The names of the tables and messages, whose problems are everybody's where they are nobody's."""
        return frozenset({*self.folder.tables.values(), *self.folder.messages} - {generic.FILE})

    @property
    def files_of_controls(self) -> tuple[str, ...]:
        return tuple(name for control in self.controls for name in control.fusion_files)

    def of(self, accession: str) -> list[_Record]:
        """The rows of one specimen, from every table."""
        if not self.records:
            everything: tuple[_Record, ...] = (*self.stains.ihc, *self.stains.fish, *self.metrics, *self.variants)
            for record in everything:
                self.records.setdefault(record.accession, []).append(record)
        return self.records.get(accession, [])


def _read_tables(folder: BatchFolder, laboratory: Laboratory, cap: int) -> _Contents:
    found: list[Problem] = list(folder.problems)
    genes = frozenset(gene for assay in laboratory.assays.values() for gene in assay.genes)
    contents = _Contents(folder=folder, assay_genes=genes)
    for kind in KINDS:
        if kind in folder.tables:
            _load(kind, contents, laboratory, found, cap)
    stains_of_messages = _read_messages(contents, laboratory, found, cap)
    if "specimens" in contents.tables:
        contents.rows = read_specimens(contents.tables["specimens"], laboratory, found)
    if not contents.rows:
        # Nobody's rows can be told apart: hundreds of follow-up problems would hide the one that matters.
        _attribute(contents, found, frozenset())
        return contents
    known = {row.accession for row in contents.rows}
    contents.finder = finder(
        (row.accession for row in contents.rows if not _is_nameless(row)), laboratory.accession_pattern
    )
    contents.known = {key(row.accession): row.accession for row in contents.rows if not _is_nameless(row)}
    stained = [table for table in (contents.tables.get("ihc"), stains_of_messages) if table]
    contents.stains = ihc.read_stains(stained, laboratory, known, found)
    if "variants" in contents.tables:
        contents.variants = variants.read_variants(contents.tables["variants"], laboratory, known, found)
    if GENERIC_FUSIONS in folder.tables:
        contents.generic_rows, contents.no_generic_rows = _generic_rows(folder.path, laboratory, found, cap)
    contents.rows = tuple(_with_files_of_its_name(row, contents, found) for row in contents.rows)
    for row in contents.rows:
        for name in row.fusion_files:
            contents.file_owners.setdefault(name, []).append(row.accession)
    _read_quality(contents, laboratory, known, found, cap)
    _read_controls(contents, cap)
    found.extend(_what_does_not_fit_together(contents, known, cap))
    if stained:
        found.extend(_specimens_without_stains(contents, found))
    _attribute(contents, found, known)
    return contents


def _what_does_not_fit_together(contents: _Contents, known: Collection[str], cap: int) -> Iterator[Problem]:
    """Files that nobody names, rows of nobody, runs without controls, two patients for one accession."""
    yield from misspelt(contents.folder, contents.file_owners)
    yield from _unknown_generic_rows(contents, known)
    yield from _rows_that_may_be_theirs(contents, known)
    if "controls" in contents.tables:
        yield from _runs_without_controls(contents)
    yield from _identity_problems(contents)
    unused = _unused_files(contents)
    yield from unused
    yield from _specimens_without_files(contents, {problem.accession for problem in unused})
    yield from _copies(contents, cap)


def _read_controls(contents: _Contents, cap: int) -> None:
    if "controls" in contents.tables:
        contents.controls = quality.read_controls(contents.tables["controls"], contents.control_problems)
    contents.controls, of_their_files = judged_by_their_files(
        contents.controls, contents.folder.path, ReadingContext("", "RNA", finder=contents.finder), cap=cap
    )
    contents.control_problems.extend(of_their_files)
    contents.control_problems.extend(_unused_controls(contents))
    for name in contents.files_of_controls:
        digest = _digest(contents.folder.path / name)
        contents.digests |= {name: digest} if digest else {}


def _read_quality(
    contents: _Contents, laboratory: Laboratory, known: Collection[str], problems: list[Problem], cap: int
) -> None:
    """qc.csv, and the figures of a sequencing run's own MetricsOutput.tsv for the specimens that it names."""
    if "qc" in contents.tables:
        contents.metrics = quality.read_metrics(contents.tables["qc"], laboratory, known, problems)
    for source in _metrics_outputs(contents, cap):
        contents.metrics_files.append(source.name)
        contents.digests[source.name] = source.sha256
        for row in contents.rows:
            assay = laboratory.assays.get(row.specimen.assay) if row.specimen else None
            if row.specimen is None or assay is None:
                continue
            try:
                figures = read_metrics_output(source, row.accession, row.specimen.sequencing_sample)
            except InputError as error:
                problems.extend(_not_of_another_run(error, row.accession))
                continue
            own = [metric for metric in contents.metrics if metric.accession == row.accession]
            merged, contradictions = quality.with_figures_of_files(own, figures, assay.qc)
            contents.metrics = (*contents.metrics, *(metric for metric in merged if metric not in own))
            problems.extend(contradictions)


def _metrics_outputs(contents: _Contents, cap: int) -> Iterator[FileText]:
    """The TSO500 MetricsOutput files among those that no row names; a file that cannot be read is told as unused."""
    for name in contents.folder.names:
        if name.lower().endswith(".tsv") and name not in {*TABLE_NAMES, *contents.file_owners}:
            try:
                source = read_checked(contents.folder.path / name, cap=cap)
            except InputError:
                continue
            if is_metrics_output(source.text):
                yield source


def _not_of_another_run(error: InputError, accession: str) -> list[Problem]:
    """The specimen's own problems with the file; that the run has no sample of it is none: it may be of another run."""
    return [problem.about(accession) for problem in error.problems if problem.code != "sample-not-in-file"]


def _with_files_of_its_name(row: SpecimenRow, contents: _Contents, problems: list[Problem]) -> SpecimenRow:
    """
    An order of an HL7 message names no files: the result files that are named after the specimen are its own.

    Said with a warning, since a name is all that joins them; a file of another name stays unused, and is told.
    """
    if row.file not in contents.folder.messages or row.fusion_files or _is_nameless(row):
        return row
    taken = {*TABLE_NAMES, *contents.folder.messages, PROBLEMS_FILE}
    files = tuple(
        name
        for name in contents.folder.names
        if name not in taken and is_result(name) and _listed_in(name, contents) == {row.accession}
    )
    if not files:
        return row
    problems.append(
        Problem(
            "files-by-name",
            row.file,
            f"the order names no result files; {len(files)} named after the specimen are taken: {', '.join(files)}",
            "nothing to do if they are all there; else list them in specimens.csv (accession, fusion_files)",
            line=row.line,
            accession=row.accession,
            severity="warning",
        )
    )
    specimen = replace(row.specimen, fusion_files=files) if row.specimen else None
    return replace(row, fusion_files=files, specimen=specimen)


def _attribute(contents: _Contents, found: Iterable[Problem], accessions: Collection[str]) -> None:
    """Each problem to its specimen; those of a whole table to all specimens and to the batch; the rest to the batch."""
    for problem in found:
        if problem.accession in accessions:
            contents.by_accession.setdefault(problem.accession, []).append(problem)
            continue
        contents.problems.append(problem)
        # A file that no row names is no specimen's matter; a mistake in a table is everybody's.
        if not problem.accession and (problem.severity == "error" or problem.file in contents.table_names):
            contents.for_all.append(problem)
    contents.problems.extend(contents.control_problems)


def _load(kind: str, contents: _Contents, laboratory: Laboratory, problems: list[Problem], cap: int) -> None:
    name = contents.folder.tables[kind]
    loaded = load_table(contents.folder.path / name, kind, laboratory, problems, cap=cap)
    problems.extend(loaded.warnings)
    if loaded.sha256:
        contents.digests[name] = loaded.sha256
    if loaded.table is not None:
        contents.tables[kind] = loaded.table


def _read_messages(contents: _Contents, laboratory: Laboratory, problems: list[Problem], cap: int) -> Table | None:
    """The stains of the folder's HL7 messages; their orders complete the table of specimens, or are it."""
    files: list[tuple[str, bytes]] = []
    for name in contents.folder.messages:
        try:
            files.append((name, read_bytes(contents.folder.path / name, cap=cap)))
        except InputError as error:
            problems.extend(error.problems)
    if not files:
        return None
    messages = read_all_messages(files, laboratory, problems, cap=cap)
    contents.digests |= dict(messages.digests)
    if messages.orders is not None:
        known = contents.tables.get("specimens")
        contents.tables["specimens"] = completed(known, messages.orders, laboratory, problems)
    if messages.patients is not None and "specimens" in contents.tables:
        check_patients(contents.tables["specimens"], messages.patients, laboratory, problems)
    return messages.stains


def _generic_rows(
    folder: Path, laboratory: Laboratory, problems: list[Problem], cap: int
) -> tuple[dict[str, generic.SharedRows], generic.SharedRows | None]:
    """
    The rows of fusions.csv by accession, and the table without rows for a specimen that it does not name.

    It is read for every specimen that it names, listed or not.
    """
    try:
        source = read_checked(folder / generic.FILE, cap=cap)
        return generic.rows_by_accession(source, laboratory.accession_pattern, laboratory.mapping)
    except InputError as error:
        problems.extend(error.problems)
        return {}, None


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
        for accession, shared in contents.generic_rows.items()
        for line in shared.lines
        if accession not in known
    ]


def _rows_that_may_be_theirs(contents: _Contents, known: Collection[str]) -> list[Problem]:
    """
    Specimens that wait for a row of fusions.csv while it holds rows of nobody: "tested, no call" may be a typing error.
    """
    nobodys = [line for name, shared in contents.generic_rows.items() if name not in known for line in shared.lines]
    if not nobodys:
        return []
    return [
        Problem(
            "row-may-be-theirs",
            row.file,
            f"{generic.FILE} has no row of this specimen, but one of an unknown accession (line {min(nobodys)})",
            f"correct the accession in {generic.FILE}; if the row is nobody's here, take it out",
            line=row.line,
            column="fusion_files",
            accession=row.accession,
        )
        for row in contents.rows
        if row.accession not in contents.generic_rows and _waits_for_generic_row(row)
    ]


def _waits_for_generic_row(row: SpecimenRow) -> bool:
    sequenced_without_file = bool(row.specimen and row.specimen.sequencing_run and not row.fusion_files)
    return generic.FILE in row.fusion_files or sequenced_without_file


def _unused_controls(contents: _Contents) -> list[Problem]:
    """Controls whose run no specimen names. A failed one may be of any run here: it stops all sequenced specimens."""
    runs = {
        quality.run_key(row.specimen.sequencing_run): row.specimen.sequencing_run
        for row in contents.rows
        if row.specimen and row.specimen.sequencing_run
    }
    return [
        Problem(
            "unused-control",
            control.place.file,
            "no specimen names this run in 'sequencing_run'"
            + (", and the control failed" if control.result == "fail" else ", so the control holds none"),
            _run_advice(control.run, runs.values()),
            line=control.place.line,
            column="run",
            found=control.run,
            severity="error" if control.result == "fail" else "warning",
        )
        for control in contents.controls
        if quality.run_key(control.run) not in runs
    ]


def _run_advice(run: str, others: Iterable[str]) -> str:
    """What to do about a run's name that the other table does not hold, with the name that was probably meant."""
    alike = next((other for other in others if quality.bare_run(other) == quality.bare_run(run)), "")
    return f"check the run's name in both tables{f'; perhaps {alike} is meant' if alike else ''}"


def _runs_without_controls(contents: _Contents) -> list[Problem]:
    """
    Sequenced specimens whose run has no control, or is not stated.

    Where a control failed they may be of its run, under another spelling or under none: those are errors.
    """
    runs = {quality.run_key(control.run): control.run for control in contents.controls}
    failed = [control.run for control in contents.controls if control.result == "fail"]
    bare = {quality.bare_run(run) for run in failed}
    found: list[Problem] = []
    for row in contents.rows:
        run = row.specimen.sequencing_run if row.specimen else ""
        if not row.specimen or quality.run_key(run) in runs or not (run or _has_calls_to_read(row, contents)):
            continue
        may_have_failed = quality.bare_run(run) in bare if run else bool(failed)
        found.append(
            Problem(
                "run-without-controls" if run else "run-not-stated",
                row.specimen.place.file,
                (
                    f"{contents.folder.name_of('controls')} has no control of this run"
                    if run
                    else "the specimen's run is not stated"
                )
                + (", but a failed control that may be its own" if may_have_failed else ""),
                _run_advice(run, runs.values()) if run else "fill in sequencing_run",
                line=row.line,
                column="sequencing_run",
                found=run,
                accession=row.accession,
                severity="error" if may_have_failed else "warning",
            )
        )
    return found


def _has_calls_to_read(row: SpecimenRow, contents: _Contents) -> bool:
    return bool(row.fusion_files) or row.accession in contents.generic_rows


def _is_sequenced(row: SpecimenRow, contents: _Contents) -> bool:
    return bool(row.specimen and row.specimen.sequencing_run) or _has_calls_to_read(row, contents)


def _specimens_without_stains(contents: _Contents, found: Collection[Problem]) -> list[Problem]:
    """
    A table cut exactly at a line end cannot be told from a whole one: what it does not hold is said.

    Not where another table of stains lies in the folder and is not read: the row may be there.
    """
    if any(problem.code in _UNREAD_TABLE and problem.file.lower().startswith("ihc") for problem in found):
        return []
    stained = {stain.accession for stain in contents.stains.ihc} | {stain.accession for stain in contents.stains.fish}
    name = contents.folder.name_of("ihc")
    stained |= {problem.accession for problem in found if problem.file in (name, *contents.folder.messages)}
    return [
        Problem(
            "no-stains",
            name,
            "the table has no row of this specimen",
            "if the specimen was stained, copy the table again: it may be cut short",
            column="accession",
            found=row.accession,
            accession=row.accession,
            severity="warning",
        )
        for row in contents.rows
        if row.specimen and row.accession not in stained
    ]


def _specimens_without_files(contents: _Contents, told: Collection[str]) -> Iterator[Problem]:
    """
    A forgotten name and a specimen that was not sequenced look alike: what the report will say is told.

    Not of those of whom a file is told that no row names.
    """
    for row in contents.rows:
        if row.specimen and row.accession not in told and not _has_calls_to_read(row, contents):
            yield Problem(
                "no-sequencing-files",
                row.file,
                "no sequencing file is named: the report will say that sequencing was not done",
                "name the files in fusion_files; nothing to do if the specimen was not sequenced",
                line=row.line,
                column="fusion_files",
                accession=row.accession,
                severity="warning",
            )


def _is_nameless(row: SpecimenRow) -> bool:
    """True for a row without a readable accession, which is called after its line."""
    return row.accession.startswith("(")


def _identity_problems(contents: _Contents) -> list[Problem]:
    """ihc.csv and specimens.csv name different patients for one accession. The numbers stay out of the message."""
    patients = {row.accession: row.specimen.patient_id for row in contents.rows if row.specimen}
    return [
        Problem(
            "patient-mismatch",
            file,
            "the patient_id is not the one of this accession in specimens.csv",
            "find out which patient the slide is of before anything else is done",
            line=line,
            column="patient_id",
            accession=accession,
        )
        for accession, patient, file, line in contents.stains.patient_ids
        if accession in patients and patient.casefold() != patients[accession].casefold()
    ]


def _request(row: SpecimenRow, folder: Path, contents: _Contents, laboratory: Laboratory, cap: int) -> CaseRequest:
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


def _fusion_paths(row: SpecimenRow, folder: Path, contents: _Contents) -> tuple[tuple[Path, ...], list[Problem]]:
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


def _file_problem(name: str, row: SpecimenRow, folder: Path, contents: _Contents) -> Problem | None:
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
    elif not _is_nameless(row) and _names_another(name, row.accession, contents):
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


def _names_another(name: str, accession: str, contents: _Contents) -> bool:
    """Whether any part of the path holds an accession that is not the specimen's own, listed in the batch or not."""
    if contents.finder.others(name, accession):
        return True
    return bool(_listed_in(name, contents) - {accession})


def _listed_in(name: str, contents: _Contents) -> set[str]:
    """The accessions of the batch that a name holds; of two that overlap (S26-1 in AB-S26-1) the longer one."""
    found = {contents.known[one] for one in stretches(name) if one in contents.known}
    return {one for one in found if not any(one != other and names(other, one) for other in found)}


def _unused_files(contents: _Contents) -> list[Problem]:
    """
    Result files that no row names: a lost fusion is a lost treatment, so it is said.

    One that is named after a specimen of the batch, or lies in a folder that is, stops that specimen.
    """
    folder = contents.folder
    used = {*TABLE_NAMES, *folder.messages, PROBLEMS_FILE, *contents.file_owners, *contents.files_of_controls}
    used |= set(contents.metrics_files)
    used_folders = {name.partition("/")[0] for name in contents.file_owners if "/" in name}
    found: list[Problem] = []
    for name in folder.names:
        if name in used or name in used_folders or not (is_result(name) or holds_results(folder.path / name)):
            continue
        owners = sorted(_listed_in(name, contents))
        if owners or is_result(name):
            found.extend(_unused(name, owner) for owner in owners or [""])
    return found


def _copies(contents: _Contents, cap: int) -> Iterator[Problem]:
    """
    One result under two names for two specimens: one of them would be reported with the other's fusion.

    An error where a call in it passed and names a gene of the assay, or none; else a warning. Files without a call are
    alike for all negative specimens of a caller, and are no copies.
    """
    genes = frozenset(gene.upper() for gene in contents.assay_genes)
    by_digest: dict[str, list[str]] = {}
    for name in contents.file_owners:
        digest = "" if name == generic.FILE else _digest(contents.folder.path / name)
        by_digest.setdefault(digest, []).append(name)
    for digest, names_alike in by_digest.items():
        owners = {owner: name for name in names_alike for owner in contents.file_owners[name]}
        if digest and len(names_alike) > 1:
            for several, is_grave in _of_one_result(names_alike[0], owners, contents, genes, cap):
                yield from (_copy(owner, owners[owner], len(several), contents, is_grave) for owner in several)


def _of_one_result(
    name: str, owners: Collection[str], contents: _Contents, genes: frozenset[str], cap: int
) -> Iterator[tuple[list[str], bool]]:
    """The owners of one content that share its calls: all, or those for whom one sample of several is stated."""
    calls = _calls_in(name, "", contents, cap) if len(owners) > 1 else ()
    if calls:
        yield [*owners], _may_be_reported(calls, genes)
        return
    stated = {row.accession: row.specimen.sequencing_sample.casefold() for row in contents.rows if row.specimen}
    by_sample: dict[str, list[str]] = {}
    for owner in owners:
        by_sample.setdefault(stated.get(owner, ""), []).append(owner)
    for sample, several in by_sample.items():
        calls = _calls_in(name, sample, contents, cap) if sample and len(several) > 1 else ()
        if calls:
            yield several, _may_be_reported(calls, genes)


def _calls_in(name: str, sample: str, contents: _Contents, cap: int) -> tuple[FusionCall, ...]:
    context = ReadingContext("", "RNA", sample=sample)
    try:
        return read_control_file(contents.folder.path / name, context, cap=cap, name=name)
    except InputError:
        return ()  # Its own specimen's reading says what is wrong with it.


def _may_be_reported(calls: Iterable[FusionCall], genes: frozenset[str]) -> bool:
    """A passed call of a gene of the assay, or of two that the file does not name (DNA breakends)."""
    named = [{call.gene_5prime.upper(), call.gene_3prime.upper()} for call in calls if call.passed_filter]
    return any(pair & genes or pair == {""} for pair in named)


def _copy(owner: str, name: str, owners: int, contents: _Contents, is_grave: bool) -> Problem:
    row = next(row for row in contents.rows if row.accession == owner)
    return Problem(
        "same-file-twice",
        row.file,
        f"the same result lies in the folder for {owners} specimens, under different names",
        "find out which specimen it is of; one of them has lost its own result",
        line=row.line,
        column="fusion_files",
        found=name,
        accession=owner,
        severity="error" if is_grave else "warning",
    )


def _unused(name: str, owner: str) -> Problem:
    return Problem(
        "unused-file",
        name,
        "no row of specimens.csv names this file, and it is not read"
        + (", though its name is that of the specimen" if owner else ""),
        "add its name to fusion_files of its specimen, or take it out of the folder",
        accession=owner,
        severity="error" if owner else "warning",
    )


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
