"""
specimens.csv: one row per specimen, into `Specimen`.

Every row is read to its end and every mistake noted, so that one look at the list is enough to mend the table.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath

from parsers.accessions import normalise
from parsers.cells import RowReader, is_blank, one_of
from parsers.errors import Problem
from parsers.laboratory import Laboratory
from parsers.reading import Table, missing_columns
from parsers.records import Acceptability, Place, Specimen
from parsers.vocabularies import (
    ACCEPTABILITIES,
    BUILDS,
    DISEASE_STATUSES,
    MARGINS,
    RESECTABILITIES,
    SEXES,
    SPECIMENS_OPTIONAL,
    SPECIMENS_REQUIRED,
)

FILE = "specimens.csv"

# Named here too for those who read this table.
REQUIRED = SPECIMENS_REQUIRED
OPTIONAL = SPECIMENS_OPTIONAL

# In one table; with more of them the table is damaged rather than mistyped.
MOST_WRONG_ROWS = 1000

_OLDEST_YEARS = 120
_JURISDICTION_NAMES = {"USA": "US"}


@dataclass(frozen=True, slots=True)
class SpecimenRow:
    """
    One row of specimens.csv: `specimen` is None where the row cannot be used. `accession` is never empty.

    `fusion_files` are the names the row gives, also where the rest of it cannot be used: its files are checked.
    """

    accession: str
    line: int
    specimen: Specimen | None
    fusion_files: tuple[str, ...] = ()
    file: str = FILE


def read_specimens(table: Table, laboratory: Laboratory, problems: list[Problem]) -> tuple[SpecimenRow, ...]:
    """
    The rows of `table` in order; everything wrong with them is appended to `problems`.

    A row without a readable accession is named after its line, so that it is counted and reported like any other.
    """
    rows = [_specimen_row(cells, laboratory) for cells in rows_of(table, REQUIRED, OPTIONAL, problems)]
    if not table.rows and not rows and not missing_columns(table.columns, REQUIRED, table.file):
        problems.append(
            Problem("no-rows", table.file, "the table has a header and no specimen", "add one row for each specimen")
        )
    return tuple(_without_duplicates(rows, table.file, problems))


def unknown_columns(table: Table, known: tuple[str, ...]) -> list[Problem]:
    """A warning for every column that is read by nobody: often a misspelled name."""
    return [
        Problem(
            "unknown-column",
            table.file,
            f"the column '{name}' is not known and is not read" if name else "a column has no name and is not read",
            f"remove it, or correct its name; known columns are {', '.join(known)}",
            line=1,
            column=name,
            severity="warning",
        )
        for name in table.columns
        if name not in known
    ]


def rows_of(
    table: Table, required: tuple[str, ...], optional: tuple[str, ...], problems: list[Problem]
) -> Iterator[RowReader]:
    """
    The rows of a table with these columns, one by one; what is wrong with its header is appended to `problems`.

    Ends with a problem of the whole table when too many rows are wrong: a specimen whose rows come later must not be
    reported without them, and a damaged table must not become a million messages.
    """
    missing = missing_columns(table.columns, required, table.file)
    if missing:
        remedy = "name the columns as docs/inputs.md does, or say in mapping.toml what the laboratory calls them"
        problems.append(replace(missing, remedy=remedy))
        return
    problems.extend(unknown_columns(table, (*required, *optional)))
    wrong = 0
    for row in table.rows:
        cells = RowReader(table, row, problems)
        yield cells
        wrong += not cells.ok
        if wrong > MOST_WRONG_ROWS:
            problems.append(_too_many_wrong(table.file, row.line))
            return


def _too_many_wrong(file: str, line: int) -> Problem:
    return Problem(
        "more-problems",
        file,
        f"more than {MOST_WRONG_ROWS} rows have a problem; the rest of the table was not read",
        "the table as a whole is probably damaged: mend its source and export it again",
        line=line,
    )


def accession_of(cells: RowReader, laboratory: Laboratory) -> str:
    """
    The accession of a row of specimens.csv in its one spelling, noting a problem when it does not fit the pattern.

    A row without one is named after its line.
    """
    accession, fits = _spelled(cells, laboratory)
    if accession and not fits:
        cells.problem(
            "bad-accession",
            "accession",
            "this is not an accession number of this laboratory",
            "correct the number, or the accession_pattern in lab.toml",
            found=cells.raw("accession"),
            expected=laboratory.accession_pattern or "for example S26-12345",
        )
    return cells.accession


def known_accession(cells: RowReader, laboratory: Laboratory, known: Collection[str]) -> str:
    """
    The accession of a row of another table, noting a problem when it is not among the `known` ones.

    Each such row is somebody's result, so it is an error; it stops no other specimen.
    """
    accession, _ = _spelled(cells, laboratory)
    if accession and accession not in known:
        cells.problem(
            "unknown-accession",
            "accession",
            "the row is of a specimen that specimens.csv does not name",
            "correct the accession number, or add the specimen to specimens.csv",
            found=cells.raw("accession"),
            expected="an accession of specimens.csv",
        )
    return cells.accession


def _spelled(cells: RowReader, laboratory: Laboratory) -> tuple[str, bool]:
    """The row's accession and whether it fits the pattern; `""` and a problem where there is none."""
    given = cells.text("accession")
    if is_blank(given):
        if cells.ok:
            cells.problem(
                "missing-accession", "accession", "the row has no accession number", "fill in the accession number"
            )
        return "", False
    accession, fits = normalise(given, laboratory.accession_pattern)
    cells.accession = accession
    return accession, fits


def _specimen_row(cells: RowReader, laboratory: Laboratory) -> SpecimenRow:
    accession = accession_of(cells, laboratory)
    if not cells.check_length():
        return SpecimenRow(accession, cells.line, None, (), cells.file)
    files = _fusion_files(cells)
    return SpecimenRow(accession, cells.line, _specimen(cells, accession, laboratory, files), files, cells.file)


def _specimen(cells: RowReader, accession: str, laboratory: Laboratory, files: tuple[str, ...]) -> Specimen | None:
    born, collected, received = _dates(cells)
    patient_id = cells.text("patient_id", required=True, longest=100)
    patient_name = cells.text("patient_name", required=True, longest=200)
    sex = cells.choice("sex", SEXES, required=True)
    site = cells.text("site", required=True)
    diagnosis = cells.text("diagnosis", required=True)
    assay = _assay(cells, laboratory)
    stated = {
        name: cells.text(name)
        for name in (
            "specimen_type",
            "laterality",
            "block_id",
            "diagnosis_code",
            "morphology",
            "prior_therapy",
            "fixative",
            "ordering_provider",
            "institution",
            "indication",
            "sequencing_run",
            "sequencing_sample",
            "rejection_reason",
            "disposition",
            "placer_number",
            "filler_number",
        )
    }
    jurisdiction = _jurisdiction(cells, laboratory)
    size = cells.number("size_cm", low=0, high=100, unit="cm", above=True)
    margin = cells.choice("margin", MARGINS) or "unknown"
    resectability = (
        cells.choice(
            "resectability",
            RESECTABILITIES,
            remedy="use one of the allowed values; a text belongs in 'prior_therapy' or 'indication'",
        )
        or "unknown"
    )
    status = cells.choice("disease_status", DISEASE_STATUSES) or "unknown"
    tumour_cells = cells.number("tumour_cells_pct", low=0, high=100, unit="%", percent=True)
    decalcified = cells.yes_no("decalcified")
    build = cells.choice("genome_build", BUILDS)
    acceptability = _acceptability(cells, files)
    if not cells.ok or born is None or collected is None or received is None or sex is None:
        return None
    return Specimen(
        accession=accession,
        patient_id=patient_id,
        patient_name=patient_name,
        date_of_birth=born,
        sex=sex,
        jurisdiction=jurisdiction,
        site=site,
        diagnosis=diagnosis,
        collected=collected,
        received=received,
        assay=assay,
        size_cm=size,
        margin=margin,
        resectability=resectability,
        disease_status=status,
        tumour_cells_pct=tumour_cells,
        decalcified=decalcified,
        genome_build=build,
        fusion_files=files,
        acceptability=acceptability,
        place=Place(cells.file, cells.line),
        **stated,
    )


def _acceptability(cells: RowReader, files: tuple[str, ...]) -> Acceptability:
    """
    How the tissue met the laboratory's criteria.

    What did not meet them is reported with its condition (42 CFR 493.1291(c)(7)), so the reason must be there; a
    specimen that was turned away was not sequenced.
    """
    value = cells.choice("acceptability", ACCEPTABILITIES) or "not_stated"
    if value in ("compromised", "rejected") and is_blank(cells.text("rejection_reason")):
        cells.problem(
            "missing-value",
            "rejection_reason",
            f"the specimen is {value}, and no reason is given",
            "say what is wrong with it: quantity not sufficient, decalcified, no tumour …",
        )
    if value == "rejected" and files:
        cells.problem(
            "contradiction",
            "acceptability",
            "the specimen was rejected, and the row names fusion files",
            "remove the files, or write compromised if it was tested all the same",
            found=value,
        )
    return value


def _dates(cells: RowReader) -> tuple[date | None, date | None, date | None]:
    born = cells.date("date_of_birth", required=True)
    collected = cells.date("collected", required=True)
    received = cells.date("received", required=True)
    # The dates themselves stay out of the message: a date of birth is the patient's.
    if born and collected and born > collected:
        cells.problem(
            "dates-out-of-order",
            "date_of_birth",
            "the date of birth is after the collection date",
            "correct one of the two",
        )
    if born and collected and collected.year - born.year > _OLDEST_YEARS:
        cells.problem(
            "impossible-age",
            "date_of_birth",
            f"the patient would be older than {_OLDEST_YEARS} years",
            "correct the date of birth",
        )
    if collected and received and collected > received:
        cells.problem(
            "dates-out-of-order",
            "received",
            "the specimen was received before it was collected",
            "correct one of the two",
            found=received.isoformat(),
            expected=f"{collected.isoformat()} or later",
        )
    return born, collected, received


def _assay(cells: RowReader, laboratory: Laboratory) -> str:
    given = cells.text("assay", required=True)
    for name in laboratory.assays:
        if given == name or given.lower() == name.lower():
            return name
    if given:
        cells.problem(
            "unknown-assay",
            "assay",
            "lab.toml describes no assay of this name",
            "use a name from lab.toml, or add the assay there",
            found=given,
            expected=one_of(laboratory.assays),
        )
    return ""


def _jurisdiction(cells: RowReader, laboratory: Laboratory) -> str:
    given = cells.text("jurisdiction").upper()
    if is_blank(given):
        return laboratory.jurisdiction
    code = _JURISDICTION_NAMES.get(given, given)
    if not re.fullmatch(r"[A-Z]{2}", code, re.ASCII):
        cells.problem(
            "unknown-value",
            "jurisdiction",
            "this is not a jurisdiction",
            "write a two-letter code, or leave the cell empty",
            found=given,
            expected="a code such as US, EU or JP",
        )
    return code


def _fusion_files(cells: RowReader) -> tuple[str, ...]:
    """The names listed, each a relative path below the batch folder; whether they exist is the batch's question."""
    names = [name.strip() for name in cells.text("fusion_files").split(";")]
    kept: list[str] = []
    for name in names:
        if is_blank(name):
            continue
        if not _stays_inside(name):
            cells.problem(
                "file-outside-folder",
                "fusion_files",
                "the name leads out of the batch folder",
                "copy the file into the batch folder and write its plain name",
                found=name,
                expected="a name inside the folder",
            )
        elif PurePosixPath(name).as_posix() in kept:
            cells.problem(
                "file-named-twice",
                "fusion_files",
                "the file is named twice",
                "name it once",
                found=name,
                severity="warning",
            )
        else:
            # `./a.tsv` and `a.tsv` are one file, which two specimens must not share.
            kept.append(PurePosixPath(name).as_posix())
    return tuple(kept)


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return not path.is_absolute() and ".." not in path.parts and not re.match(r"[A-Za-z]:|~", name)


def _without_duplicates(rows: list[SpecimenRow], file: str, problems: list[Problem]) -> list[SpecimenRow]:
    """One row per accession. Of several rows none is used: which of them is right is for a person to say."""
    lines: dict[str, list[int]] = {}
    for row in rows:
        lines.setdefault(row.accession, []).append(row.line)
    kept: dict[str, SpecimenRow] = {}
    for row in rows:
        several = lines[row.accession]
        if row.accession in kept:
            continue
        kept[row.accession] = row if len(several) == 1 else SpecimenRow(row.accession, row.line, None, (), row.file)
        if len(several) > 1:
            problems.append(
                Problem(
                    "duplicate-accession",
                    file,
                    f"the accession is in {len(several)} rows (lines {', '.join(map(str, several))})",
                    "keep the one right row; one specimen is one row",
                    line=several[1],
                    column="accession",
                    found=row.accession,
                    accession=row.accession,
                )
            )
    return list(kept.values())
