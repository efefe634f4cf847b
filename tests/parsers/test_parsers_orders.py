"""Orders and specimens.csv: what one leaves empty the other fills; one patient is one patient."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsers_samples import ACCESSION, SPECIMEN, a_laboratory

from parsers.errors import Problem
from parsers.orders import IDENTITY, check_patients, completed
from parsers.reading import Doubt, MappedRow, Row, Table
from parsers.specimens import read_specimens

ORDER = {
    "accession": ACCESSION,
    "patient_id": "P0001",
    "patient_name": "Sample, Ada",
    "date_of_birth": "19911102",
    "sex": "F",
    "site": "mesentery",
    "laterality": "left",
}


def table(file: str, *rows: dict[str, str], line: int = 2) -> Table:
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    cells = [tuple(row.get(name, "") for name in columns) for row in rows]
    return Table(file, columns, tuple(Row(number, one) for number, one in enumerate(cells, start=line)))


def rows(found: Table) -> list[dict[str, str]]:
    return [dict(zip(found.columns, row.cells, strict=True)) for row in found.rows]


def complete(specimen: dict[str, str], *orders: dict[str, str]) -> tuple[dict[str, str], list[Problem]]:
    problems: list[Problem] = []
    found = completed(table("specimens.csv", specimen), table("o.hl7", *orders, line=4), a_laboratory(), problems)
    return rows(found)[0], problems


def the_problem(specimen: dict[str, str], *orders: dict[str, str]) -> Problem:
    _, (problem,) = complete(specimen, *orders)
    assert problem.remedy
    return problem


def test_an_order_fills_what_specimens_csv_leaves_empty() -> None:
    row, problems = complete(SPECIMEN | {"sex": "", "site": "n/a"}, ORDER)
    assert problems == []
    assert (row["sex"], row["site"], row["laterality"]) == ("F", "mesentery", "left")
    assert row["diagnosis"] == SPECIMEN["diagnosis"]


def test_what_an_order_leaves_empty_changes_nothing() -> None:
    row, problems = complete(SPECIMEN, {"accession": ACCESSION, "site": "", "laterality": "-"})
    assert problems == []
    assert row == SPECIMEN | {"laterality": ""}


def test_without_specimens_csv_the_orders_are_the_table() -> None:
    orders = table("o.hl7", ORDER)
    assert completed(None, orders, a_laboratory(), []) is orders


def test_a_table_without_accessions_is_left_to_its_reader() -> None:
    specimens = table("specimens.csv", {"patient_id": "P0001"})
    assert completed(specimens, table("o.hl7", ORDER), a_laboratory(), []) is specimens
    problems: list[Problem] = []
    check_patients(specimens, table("o.hl7", ORDER), a_laboratory(), problems)
    assert problems == []


def test_accessions_are_matched_in_their_one_spelling() -> None:
    row, problems = complete(SPECIMEN | {"accession": "s26–00001"}, ORDER)
    assert problems == []
    assert (row["accession"], row["laterality"]) == ("s26–00001", "left")


@pytest.mark.parametrize(
    ("column", "ordered"),
    [
        ("patient_id", "P0002"),
        ("patient_id", "0P0001"),
        ("patient_name", "Sample, Eva"),
        ("patient_name", "Samson, Ada"),
        ("patient_name", "Ada"),
        ("date_of_birth", "19911103"),
        ("date_of_birth", "1991"),
        ("sex", "M"),
    ],
)
def test_another_patient_is_an_error_that_quotes_nothing(column: str, ordered: str) -> None:
    problem = the_problem(SPECIMEN, ORDER | {column: ordered})
    assert (problem.code, problem.severity, problem.accession) == ("identity-mismatch", "error", ACCESSION)
    assert (problem.file, problem.line, problem.column) == ("o.hl7", 4, column)
    assert ordered not in problem.explain().replace(ACCESSION, "").replace("P0001", "") or column == "sex"
    assert problem.found is None
    assert problem.expected == ""


@pytest.mark.parametrize(
    ("column", "ordered"),
    [
        ("patient_id", "p0001"),
        ("patient_name", "SAMPLE, ADA"),
        ("patient_name", "Ada Sample"),
        ("date_of_birth", "1991-11-02"),
        ("date_of_birth", "199111021530"),
        ("sex", "female"),
        ("site", "Mesentery"),
        ("assay", "RNA"),
        ("collected", "20260303"),
    ],
)
def test_another_spelling_of_the_same_is_no_difference(column: str, ordered: str) -> None:
    assert complete(SPECIMEN, ORDER | {column: ordered})[1] == []


@pytest.mark.parametrize(
    ("column", "ordered"), [("patient_name", "Sample, Ada Maria"), ("sex", "U"), ("patient_name", "Sample, Ada M.")]
)
def test_less_said_about_the_same_patient_is_a_warning(column: str, ordered: str) -> None:
    problem = the_problem(SPECIMEN, ORDER | {column: ordered})
    assert (problem.code, problem.severity, problem.column) == ("identity-differs", "warning", column)


@pytest.mark.parametrize(
    ("column", "listed", "ordered"),
    [("site", "omentum", "mesentery"), ("margin", "R0", "R1"), ("collected", "2026-03-03", "20260304")],
)
def test_of_other_differences_specimens_csv_is_right_with_a_warning(column: str, listed: str, ordered: str) -> None:
    row, (problem,) = complete(SPECIMEN | {column: listed}, ORDER | {column: ordered})
    assert row[column] == listed
    assert (problem.code, problem.severity, problem.found, problem.expected) == (
        "order-differs",
        "warning",
        ordered,
        listed,
    )


def test_who_ordered_is_not_quoted() -> None:
    problem = the_problem(SPECIMEN | {"ordering_provider": "Dr Jo"}, ORDER | {"ordering_provider": "Dr Flo"})
    assert (problem.code, problem.expected) == ("order-differs", "")
    assert "Flo" not in problem.explain()


def test_two_orders_for_one_specimen_fill_nothing() -> None:
    row, (problem,) = complete(SPECIMEN, ORDER, ORDER)
    assert (problem.code, problem.severity, problem.accession) == ("two-orders", "error", ACCESSION)
    assert row["laterality"] == ""


def test_an_order_of_nobody_is_said_and_not_added() -> None:
    problems: list[Problem] = []
    orders = table("o.hl7", ORDER | {"accession": "S26-00009"}, ORDER | {"accession": ""})
    found = completed(table("specimens.csv", SPECIMEN), orders, a_laboratory(), problems)
    assert len(found.rows) == 1
    assert [(one.code, one.severity, one.accession) for one in problems] == [
        ("order-without-specimen", "warning", "S26-00009")
    ]


@pytest.mark.parametrize("cells", [5, 13])
def test_a_row_of_another_length_is_still_refused_by_the_reader(cells: int) -> None:
    specimens = table("specimens.csv", SPECIMEN)
    long = (*specimens.rows[0].cells, "x", "y")
    specimens = Table(specimens.file, specimens.columns, (Row(2, long[:cells]),))
    problems: list[Problem] = []
    found = completed(specimens, table("o.hl7", ORDER), a_laboratory(), problems)
    assert len(found.columns) == len(specimens.columns) + 1
    read_specimens(found, a_laboratory(), problems)
    assert [problem.code for problem in problems] == ["wrong-number-of-cells"]


def test_what_a_mapping_left_in_doubt_is_not_compared_and_stays_in_doubt() -> None:
    specimens = table("specimens.csv", SPECIMEN | {"tumour_cells_pct": "1.000"})
    doubt = Doubt("tumour_cells_pct", "ambiguous-number", "two ways", "write it again")
    specimens = Table(specimens.file, specimens.columns, (MappedRow(2, specimens.rows[0].cells, doubts=(doubt,)),))
    problems: list[Problem] = []
    found = completed(specimens, table("o.hl7", ORDER | {"tumour_cells_pct": "60"}), a_laboratory(), problems)
    assert problems == []
    read_specimens(found, a_laboratory(), problems)
    assert [problem.code for problem in problems] == ["ambiguous-number"]


def test_the_specimen_reads_the_same_with_its_order() -> None:
    problems: list[Problem] = []
    found = completed(table("specimens.csv", SPECIMEN), table("o.hl7", ORDER, line=4), a_laboratory(), problems)
    (row,) = read_specimens(found, a_laboratory(), problems)
    assert problems == []
    assert row.specimen is not None
    assert (row.specimen.laterality, row.specimen.place.file, row.specimen.place.line) == ("left", "specimens.csv", 2)


def test_the_patient_of_a_result_must_be_that_of_the_specimen() -> None:
    patient = {name: ORDER[name] for name in ("accession", *IDENTITY)}
    problems: list[Problem] = []
    specimens = table("specimens.csv", SPECIMEN)
    patients = table(
        "r.hl7", patient, patient | {"date_of_birth": "19911103"}, patient | {"accession": "S26-00009"}, line=7
    )
    check_patients(specimens, patients, a_laboratory(), problems)
    assert [(one.code, one.accession, one.file, one.line, one.column) for one in problems] == [
        ("identity-mismatch", ACCESSION, "r.hl7", 8, "date_of_birth")
    ]
    assert "result" in problems[0].message


@given(st.dictionaries(st.sampled_from(sorted(set(SPECIMEN) - {"accession"})), st.sampled_from(["", "-", "n/a"])))
def test_no_cell_that_is_filled_is_ever_changed(emptied: dict[str, str]) -> None:
    specimen = SPECIMEN | emptied
    other = {name: f"{value}x" for name, value in SPECIMEN.items() if name != "accession"}
    row, _ = complete(specimen, other | {"accession": ACCESSION})
    for name, value in SPECIMEN.items():
        if name == "accession" or (name not in emptied and value):
            assert row[name] == value
        else:
            assert row[name] == f"{value}x"
