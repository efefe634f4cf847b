"""
What does not fit together in a batch folder: files that nobody names, rows of nobody, one result for two specimens,
runs without controls, two patients for one accession.

A lost fusion is a lost treatment: what is left over is always said, and stops whom it may belong to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from parsers import quality
from parsers.batch_contents import Contents, digest_of, has_calls_to_read, listed_in
from parsers.batch_folder import PROBLEMS_FILE, TABLE_NAMES, holds_results, is_result, misspelt
from parsers.callers import generic, read_control_file
from parsers.callers.format import ReadingContext
from parsers.errors import InputError, Problem
from parsers.records import FusionCall
from parsers.specimens import SpecimenRow

# A table of the folder that is not read: nobody knows what it holds.
_UNREAD_TABLE = frozenset({"table-in-two-forms", "misspelt-table"})


def what_does_not_fit_together(contents: Contents, known: Collection[str], cap: int) -> Iterator[Problem]:
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


def unused_controls(contents: Contents) -> list[Problem]:
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


def specimens_without_stains(contents: Contents, found: Collection[Problem]) -> list[Problem]:
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


def _unknown_generic_rows(contents: Contents, known: Collection[str]) -> list[Problem]:
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


def _rows_that_may_be_theirs(contents: Contents, known: Collection[str]) -> list[Problem]:
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


def _run_advice(run: str, others: Iterable[str]) -> str:
    """What to do about a run's name that the other table does not hold, with the name that was probably meant."""
    alike = next((other for other in others if quality.bare_run(other) == quality.bare_run(run)), "")
    return f"check the run's name in both tables{f'; perhaps {alike} is meant' if alike else ''}"


def _runs_without_controls(contents: Contents) -> list[Problem]:
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
        if not row.specimen or quality.run_key(run) in runs or not (run or has_calls_to_read(row, contents)):
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


def _specimens_without_files(contents: Contents, told: Collection[str]) -> Iterator[Problem]:
    """
    A forgotten name and a specimen that was not sequenced look alike: what the report will say is told.

    Not of those of whom a file is told that no row names.
    """
    for row in contents.rows:
        if row.specimen and row.accession not in told and not has_calls_to_read(row, contents):
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


def _identity_problems(contents: Contents) -> list[Problem]:
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


def _unused_files(contents: Contents) -> list[Problem]:
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
        owners = sorted(listed_in(name, contents))
        if owners or is_result(name):
            found.extend(_unused(name, owner) for owner in owners or [""])
    return found


def _copies(contents: Contents, cap: int) -> Iterator[Problem]:
    """
    One result under two names for two specimens: one of them would be reported with the other's fusion.

    An error where a call in it passed and names a gene of the assay, or none; else a warning. Files without a call are
    alike for all negative specimens of a caller, and are no copies.
    """
    genes = frozenset(gene.upper() for gene in contents.assay_genes)
    by_digest: dict[str, list[str]] = {}
    for name in contents.file_owners:
        digest = "" if name == generic.FILE else digest_of(contents.folder.path / name)
        by_digest.setdefault(digest, []).append(name)
    for digest, names_alike in by_digest.items():
        owners = {owner: name for name in names_alike for owner in contents.file_owners[name]}
        if digest and len(names_alike) > 1:
            for several, is_grave in _of_one_result(names_alike[0], owners, contents, genes, cap):
                yield from (_copy(owner, owners[owner], len(several), contents, is_grave) for owner in several)


def _of_one_result(
    name: str, owners: Collection[str], contents: Contents, genes: frozenset[str], cap: int
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


def _calls_in(name: str, sample: str, contents: Contents, cap: int) -> tuple[FusionCall, ...]:
    context = ReadingContext("", "RNA", sample=sample)
    try:
        return read_control_file(contents.folder.path / name, context, cap=cap, name=name)
    except InputError:
        return ()  # Its own specimen's reading says what is wrong with it.


def _may_be_reported(calls: Iterable[FusionCall], genes: frozenset[str]) -> bool:
    """A passed call of a gene of the assay, or of two that the file does not name (DNA breakends)."""
    named = [{call.gene_5prime.upper(), call.gene_3prime.upper()} for call in calls if call.passed_filter]
    return any(pair & genes or pair == {""} for pair in named)


def _copy(owner: str, name: str, owners: int, contents: Contents, is_grave: bool) -> Problem:
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
