"""
The tables, messages and run files of a batch folder, read once for all its specimens.

A mistake is a problem of the specimen that it is about, of every specimen where a whole table is wrong, else of the
batch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from parsers import ihc, quality, variants
from parsers.accessions import finder, key
from parsers.batch_checks import specimens_without_stains, unused_controls, what_does_not_fit_together
from parsers.batch_contents import Contents, digest_of, is_nameless, listed_in
from parsers.batch_folder import GENERIC_FUSIONS, KINDS, PROBLEMS_FILE, TABLE_NAMES, BatchFolder, is_result
from parsers.callers import generic
from parsers.callers.format import ReadingContext
from parsers.checksums import read_checked
from parsers.controls import judged_by_their_files
from parsers.errors import InputError, Problem
from parsers.hl7.messages import read_all_messages
from parsers.laboratory import Laboratory
from parsers.layouts import load_table
from parsers.orders import check_patients, completed
from parsers.reading import FileText, Table, read_bytes
from parsers.specimens import SpecimenRow, read_specimens
from parsers.tso500_metrics import is_metrics_output, read_metrics_output


def read_tables(folder: BatchFolder, laboratory: Laboratory, cap: int) -> Contents:
    """Everything but the fusion files; every mistake is a problem in it. No file may have more than `cap` bytes."""
    found: list[Problem] = list(folder.problems)
    genes = frozenset(gene for assay in laboratory.assays.values() for gene in assay.genes)
    contents = Contents(folder=folder, assay_genes=genes)
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
        (row.accession for row in contents.rows if not is_nameless(row)), laboratory.accession_pattern
    )
    contents.known = {key(row.accession): row.accession for row in contents.rows if not is_nameless(row)}
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
    found.extend(what_does_not_fit_together(contents, known, cap))
    if stained:
        found.extend(specimens_without_stains(contents, found))
    _attribute(contents, found, known)
    return contents


def _read_controls(contents: Contents, cap: int) -> None:
    if "controls" in contents.tables:
        contents.controls = quality.read_controls(contents.tables["controls"], contents.control_problems)
    contents.controls, of_their_files = judged_by_their_files(
        contents.controls, contents.folder.path, ReadingContext("", "RNA", finder=contents.finder), cap=cap
    )
    contents.control_problems.extend(of_their_files)
    contents.control_problems.extend(unused_controls(contents))
    for name in contents.files_of_controls:
        digest = digest_of(contents.folder.path / name)
        contents.digests |= {name: digest} if digest else {}


def _read_quality(
    contents: Contents, laboratory: Laboratory, known: Collection[str], problems: list[Problem], cap: int
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


def _metrics_outputs(contents: Contents, cap: int) -> Iterator[FileText]:
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


def _with_files_of_its_name(row: SpecimenRow, contents: Contents, problems: list[Problem]) -> SpecimenRow:
    """
    An order of an HL7 message names no files: the result files that are named after the specimen are its own.

    Said with a warning, since a name is all that joins them; a file of another name stays unused, and is told.
    """
    if row.file not in contents.folder.messages or row.fusion_files or is_nameless(row):
        return row
    taken = {*TABLE_NAMES, *contents.folder.messages, PROBLEMS_FILE}
    files = tuple(
        name
        for name in contents.folder.names
        if name not in taken and is_result(name) and listed_in(name, contents) == {row.accession}
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


def _attribute(contents: Contents, found: Iterable[Problem], accessions: Collection[str]) -> None:
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


def _load(kind: str, contents: Contents, laboratory: Laboratory, problems: list[Problem], cap: int) -> None:
    name = contents.folder.tables[kind]
    loaded = load_table(contents.folder.path / name, kind, laboratory, problems, cap=cap)
    problems.extend(loaded.warnings)
    if loaded.sha256:
        contents.digests[name] = loaded.sha256
    if loaded.table is not None:
        contents.tables[kind] = loaded.table


def _read_messages(contents: Contents, laboratory: Laboratory, problems: list[Problem], cap: int) -> Table | None:
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
