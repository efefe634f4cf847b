"""specimens.csv and the spelling of accessions."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsers_samples import ACCESSION, SPECIMEN, a_laboratory, csv_text

from parsers.accessions import names, normalise, shape
from parsers.errors import Problem
from parsers.reading import decode, read_table
from parsers.records import Specimen
from parsers.specimens import OPTIONAL, REQUIRED, SpecimenRow, read_specimens


def rows_of(text: str | bytes) -> tuple[tuple[SpecimenRow, ...], list[Problem]]:
    problems: list[Problem] = []
    data = text if isinstance(text, bytes) else text.encode()
    rows = read_specimens(read_table(decode(data, "specimens.csv")), a_laboratory(), problems)
    return rows, problems


def specimen(**cells: str) -> Specimen:
    (row,), problems = rows_of(csv_text(SPECIMEN | cells))
    assert row.specimen is not None, problems
    return row.specimen


def problem(**cells: str) -> Problem:
    """The one error of a row with these cells; the row must not be used."""
    (row,), problems = rows_of(csv_text(SPECIMEN | cells))
    (found,) = [one for one in problems if one.severity == "error"]
    assert row.specimen is None
    assert found.line == 2
    assert found.remedy
    return found


def test_a_full_row_arrives_whole() -> None:
    given = specimen(
        jurisdiction="eu",
        size_cm="9.1",
        margin="r1",
        resectability="Unresectable",
        disease_status="RECURRENT",
        tumour_cells_pct="60%",
        decalcified="No",
        genome_build="hg19",
        fusion_files="a.tsv; sub/b.vcf;",
        block_id="A2",
        sequencing_run="RUN-1",
        prior_therapy="prednisone",
    )
    assert (given.accession, given.patient_id, given.patient_name, given.sex) == (
        ACCESSION,
        "P0001",
        "Sample, Ada",
        "female",
    )
    assert (given.date_of_birth, given.collected, given.received) == (
        date(1991, 11, 2),
        date(2026, 3, 3),
        date(2026, 3, 5),
    )
    assert (given.jurisdiction, given.size_cm, given.margin, given.resectability) == ("EU", 9.1, "R1", "unresectable")
    assert (given.disease_status, given.tumour_cells_pct, given.decalcified) == ("recurrent", 60, False)
    assert (given.genome_build, given.fusion_files) == ("GRCh37", ("a.tsv", "sub/b.vcf"))
    assert given.place.line == 2


def test_empty_cells_are_not_stated() -> None:
    given = specimen()
    assert (given.size_cm, given.tumour_cells_pct, given.decalcified, given.genome_build) == (None, None, None, None)
    assert (given.margin, given.resectability, given.disease_status) == ("unknown", "unknown", "unknown")
    assert (given.jurisdiction, given.fusion_files) == ("US", ())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("M", "male"),
        ("female", "female"),
        ("Male", "male"),
        ("O", "other"),
        ("A", "other"),
        ("U", "unknown"),
        ("n", "unknown"),
    ],
)
def test_sex_is_read_from_hl7_and_fhir_codes(given: str, expected: str) -> None:
    assert specimen(sex=given).sex == expected


@pytest.mark.parametrize(
    "given", ["20260303", "2026-03-03", "2026-03-03T08:30:00+01:00", "202603030830", " 2026-03-03 "]
)
def test_iso_and_hl7_dates_are_read(given: str) -> None:
    assert specimen(collected=given).collected == date(2026, 3, 3)


@pytest.mark.parametrize(
    "given", ["03/02/26", "03.02.2026", "2026-02-30", "46057", "3 March 2026", "2026-3-3", "٢٠٢٦-03-03"]
)
def test_dates_that_can_be_read_in_two_ways_are_refused(given: str) -> None:
    found = problem(received=given)
    assert (found.code, found.column, found.found) == ("bad-date", "received", given)
    assert "2026-02-03" in found.remedy


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"date_of_birth": "2026-03-04", "collected": "2026-03-03"}, "dates-out-of-order", "date_of_birth"),
        ({"date_of_birth": "1879-03-14"}, "impossible-age", "date_of_birth"),
        ({"collected": "2026-03-06"}, "dates-out-of-order", "received"),
        ({"sex": "X"}, "unknown-value", "sex"),
        ({"sex": ""}, "missing-value", "sex"),
        ({"patient_name": " "}, "missing-value", "patient_name"),
        ({"patient_name": "Ada\u202eelpmaS"}, "untrusted-character", "patient_name"),
        ({"patient_name": "M\ufffdller"}, "untrusted-character", "patient_name"),
        ({"patient_name": "x" * 201}, "too-long", "patient_name"),
        ({"patient_id": "n/a"}, "missing-value", "patient_id"),
        ({"diagnosis": ""}, "missing-value", "diagnosis"),
        ({"jurisdiction": "Europe"}, "unknown-value", "jurisdiction"),
        ({"size_cm": "9,1"}, "not-a-number", "size_cm"),
        ({"size_cm": "9 cm"}, "not-a-number", "size_cm"),
        ({"size_cm": "0"}, "out-of-range", "size_cm"),
        ({"size_cm": "nan"}, "not-a-number", "size_cm"),
        ({"tumour_cells_pct": "<10"}, "not-a-number", "tumour_cells_pct"),
        ({"tumour_cells_pct": "20-30"}, "not-a-number", "tumour_cells_pct"),
        ({"tumour_cells_pct": "0.6"}, "ambiguous-percentage", "tumour_cells_pct"),
        ({"tumour_cells_pct": "101"}, "out-of-range", "tumour_cells_pct"),
        ({"margin": "positive"}, "unknown-value", "margin"),
        ({"resectability": "severe morbidity expected"}, "unknown-value", "resectability"),
        ({"disease_status": "relapsing"}, "unknown-value", "disease_status"),
        ({"decalcified": "maybe"}, "unknown-value", "decalcified"),
        ({"genome_build": "hg18"}, "unknown-value", "genome_build"),
        ({"assay": "panel-x"}, "unknown-assay", "assay"),
        ({"assay": ""}, "missing-value", "assay"),
        ({"fusion_files": "/etc/passwd"}, "file-outside-folder", "fusion_files"),
        ({"fusion_files": "a/../../b.tsv"}, "file-outside-folder", "fusion_files"),
        ({"fusion_files": "C:\\data\\b.tsv"}, "file-outside-folder", "fusion_files"),
        ({"fusion_files": "..\\b.tsv"}, "file-outside-folder", "fusion_files"),
        ({"accession": "S26_00001"}, "bad-accession", "accession"),
        ({"accession": "S26-1"}, "bad-accession", "accession"),
    ],
)
def test_a_mistake_is_named_by_its_column(cells: dict[str, str], code: str, column: str) -> None:
    found = problem(**cells)
    assert (found.code, found.column) == (code, column)


def test_closed_lists_are_told_to_the_reader() -> None:
    assert problem(margin="positive").expected == "R0, R1, R2 or unknown"
    assert "prior_therapy" in problem(resectability="severe morbidity expected").remedy
    assert "comparison" in problem(tumour_cells_pct="<10").message
    assert "9.1" in problem(size_cm="9,1").remedy
    assert "mapping.toml" in problem(size_cm="9,1").remedy


def test_personal_cells_are_never_quoted() -> None:
    found = problem(date_of_birth="14/03/1987")
    assert "1987" not in found.explain() + found.for_log() + str(found.as_dict())


def test_a_newborn_is_possible() -> None:
    assert specimen(date_of_birth="2026-03-03").date_of_birth == date(2026, 3, 3)


def test_a_file_named_twice_is_a_warning() -> None:
    (row,), problems = rows_of(csv_text(SPECIMEN | {"fusion_files": "a.tsv;a.tsv"}))
    assert [(one.code, one.severity) for one in problems] == [("file-named-twice", "warning")]
    assert row.specimen
    assert row.specimen.fusion_files == ("a.tsv",)


def test_all_mistakes_of_all_rows_are_listed_under_their_accessions() -> None:
    rows, problems = rows_of(
        csv_text(
            SPECIMEN | {"sex": "X", "margin": "R9"},
            SPECIMEN | {"accession": "S26-00002"},
            SPECIMEN | {"accession": "S26-00003", "collected": "soon"},
        )
    )
    assert [(one.accession, one.line, one.column) for one in problems] == [
        ("S26-00001", 2, "sex"),
        ("S26-00001", 2, "margin"),
        ("S26-00003", 4, "collected"),
    ]
    assert [row.specimen is not None for row in rows] == [False, True, False]


def test_missing_columns_are_listed_together() -> None:
    rows, problems = rows_of("accession,patient_id,site\nS26-00001,1,lung\n")
    assert rows == ()
    assert [one.code for one in problems] == ["missing-column"]
    for name in set(REQUIRED) - {"accession", "patient_id", "site"}:
        assert name in problems[0].message


def test_unknown_columns_are_warnings_and_change_nothing() -> None:
    rows, problems = rows_of(csv_text(SPECIMEN | {"tumor_cells": "60", "": ""}))
    assert [(one.code, one.severity, one.column) for one in problems] == [
        ("unknown-column", "warning", "tumor_cells"),
        ("unknown-column", "warning", ""),
    ]
    assert rows[0].specimen is not None


def test_a_row_of_the_wrong_length_is_refused_under_its_accession() -> None:
    text = csv_text(SPECIMEN, SPECIMEN | {"accession": "S26-00002"})
    lines = text.split("\n")
    (_, second), problems = rows_of("\n".join([*lines[:2], lines[2] + ",extra", ""]))
    assert [(one.code, one.accession, one.line) for one in problems] == [("wrong-number-of-cells", "S26-00002", 3)]
    assert second.specimen is None


@pytest.mark.parametrize("given", ["", " ", "-", "\u202e"])
def test_a_row_without_an_accession_is_named_after_its_line(given: str) -> None:
    (row,), problems = rows_of(csv_text(SPECIMEN | {"accession": given}))
    assert row.accession == "(specimens.csv line 2)"
    assert row.specimen is None
    assert [one.accession for one in problems] == [row.accession]


def test_an_accession_in_two_rows_is_used_in_neither() -> None:
    rows, problems = rows_of(
        csv_text(SPECIMEN, SPECIMEN | {"accession": "S26-00002"}, SPECIMEN | {"accession": "s26–00001"})
    )
    assert [(row.accession, row.specimen is None) for row in rows] == [("S26-00001", True), ("S26-00002", False)]
    (found,) = problems
    assert (found.code, found.accession, found.line) == ("duplicate-accession", "S26-00001", 4)
    assert "2, 4" in found.message


def test_a_table_without_specimens_is_a_problem() -> None:
    assert [one.code for one in rows_of(",".join(REQUIRED) + "\n")[1]] == ["no-rows"]


@pytest.mark.parametrize(
    "given",
    ["S26-12345", "s26-12345", " S26-12345 ", "S26\u201312345", "S26\u201112345", "S26 - 12345", "S26-12345\u200b"],
)
def test_one_accession_has_one_spelling(given: str) -> None:
    assert normalise(given, r"^S\d{2}-\d{5}$") == ("S26-12345", True)


@pytest.mark.parametrize("given", ["S26-12345", "26-12345S", "26S-12345", "S26-012345", "MP26-00077", "AB-S26-12345"])
def test_the_shapes_seen_in_laboratories_fit_the_default(given: str) -> None:
    assert normalise(given) == (given, True)


def test_a_pattern_with_blanks_or_small_letters_is_respected() -> None:
    assert normalise("HX 26 17", r"^HX \d{2} \d+$") == ("HX 26 17", True)
    assert normalise("h26-17", r"^h\d{2}-\d+$") == ("h26-17", True)


@pytest.mark.parametrize(
    ("text", "expected"), [("S26-1.tsv", True), ("run_s26–1_x", True), ("S26-12.tsv", False), ("XS26-1", False)]
)
def test_an_accession_is_found_as_a_word_only(text: str, expected: bool) -> None:
    assert names(text, "S26-1") is expected


def test_shapes_compare_letters_and_digits() -> None:
    assert shape("S26-00412") == shape("B25-99999") == "A99-99999"
    assert shape("SAMPLE_01") != shape("S26-00412")


@given(
    order=st.permutations([*SPECIMEN, "margin", "comment"]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    separator=st.sampled_from([",", ";", "\t"]),
)
def test_order_encoding_line_ends_and_separator_do_not_matter(
    order: list[str], line_end: str, encoding: str, separator: str
) -> None:
    row = SPECIMEN | {"patient_name": "Müller; Zoë, é", "margin": "R0"}
    text = csv_text(row, columns=order, separator=separator).replace("\n", line_end)
    (found,), problems = rows_of(text.encode(encoding))
    (plain,), _ = rows_of(csv_text(row))
    assert found == plain
    assert [one.column for one in problems] == ["comment"]


def test_the_column_lists_do_not_overlap() -> None:
    assert not set(REQUIRED) & set(OPTIONAL)
    assert {name for name in Specimen.__dataclass_fields__ if name != "place"} == {*REQUIRED, *OPTIONAL}


def test_the_condition_of_the_tissue_arrives_with_its_reason_and_what_became_of_it() -> None:
    given = specimen(acceptability="Compromised", rejection_reason="Decalcified", disposition="Kept 10 years")
    assert (given.acceptability, given.rejection_reason, given.disposition) == (
        "compromised",
        "Decalcified",
        "Kept 10 years",
    )
    assert specimen().acceptability == "not_stated"


@pytest.mark.parametrize("word", ["compromised", "Rejected"])
def test_tissue_that_did_not_meet_the_criteria_needs_a_reason(word: str) -> None:
    found = problem(acceptability=word)
    assert (found.code, found.column) == ("missing-value", "rejection_reason")


def test_rejected_tissue_has_no_fusion_files() -> None:
    found = problem(acceptability="rejected", rejection_reason="Too little", fusion_files="a.tsv")
    assert (found.code, found.column) == ("contradiction", "acceptability")
