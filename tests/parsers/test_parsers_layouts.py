"""A laboratory's own tables in our layout: columns, words, dates, numbers, one wide row per case."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from parsers_samples import ACCESSION, SPECIMEN, STAIN, a_laboratory, csv_text

from parsers.errors import Problem
from parsers.ihc import StainTables, read_stains
from parsers.layouts import Loaded, arranged, load_table
from parsers.mapping import NO_MAPPING, LabMapping, Observation
from parsers.quality import read_metrics
from parsers.reading import Table, decode, read_table
from parsers.records import IhcResult
from parsers.specimens import read_specimens

SECOND = "S26-00002"
KNOWN = {ACCESSION, SECOND}
GERMAN = LabMapping(
    columns={
        "ihc": {
            "fallnummer": "accession",
            "ergebnis": "result",
            "%_positiv": "pct_positive",
            "färbemuster": "localisation",
            "datum": "reported_date",
            "eingang": "",
        }
    },
    constants={"ihc": {"method": "IHC"}},
    markers={"alk-klon eins": "ALK"},
    values={
        "result": {"positiv": "positive", "negativ": "negative"},
        "localisation": {"zytoplasmatisch": "cytoplasmic", "kernmembran": "nuclear membrane"},
    },
    date_order="dmy",
    decimal=",",
)
WIDE = LabMapping(
    wide={
        "alk": Observation("ALK"),
        "alk_%": Observation("ALK", field="pct_positive"),
        "alk_klon": Observation("ALK", field="clone"),
        "ros1": Observation("ROS1"),
        "alk_fish": Observation("ALK", "FISH"),
        "alk_fish_zellen": Observation("ALK", "FISH", "cells_scored"),
    }
)


def table(text: str, name: str = "ihc.csv") -> Table:
    return read_table(decode(text.encode(), name))


def read(text: str, mapping: LabMapping, kind: str = "ihc") -> tuple[StainTables, list[Problem]]:
    problems: list[Problem] = []
    found = arranged(table(text), kind, mapping, problems)
    assert problems == []
    return read_stains([found], a_laboratory(), KNOWN, problems), problems


def stain(text: str, mapping: LabMapping = GERMAN) -> IhcResult:
    stains, problems = read(text, mapping)
    assert problems == []
    (found,) = stains.ihc
    return found


def header_problem(text: str, mapping: LabMapping) -> Problem:
    problems: list[Problem] = []
    arranged(table(text), "ihc", mapping, problems)
    (found,) = problems
    assert (found.severity, found.line) == ("error", 1)
    return found


def german(**cells: str) -> str:
    row = {"Fallnummer": ACCESSION, "Marker": "ALK1", "Ergebnis": "positiv"} | cells
    out = io.StringIO()
    writer = csv.DictWriter(out, list(row), delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerow(row)
    return out.getvalue()


def test_a_table_in_our_layout_stays_as_it_is() -> None:
    ours = table(csv_text(STAIN))
    assert arranged(ours, "ihc", NO_MAPPING, []) == ours


def test_columns_and_words_are_translated_and_the_line_kept() -> None:
    found = stain(german(**{"% positiv": "95,5", "Färbemuster": "zytoplasmatisch; Kernmembran", "Datum": "3.2.2026"}))
    assert (found.accession, found.marker, found.clone, found.result) == (ACCESSION, "ALK", "ALK1", "positive")
    assert (found.pct_positive, found.localisation) == ("95.5", ("cytoplasmic", "nuclear membrane"))
    assert (found.reported, found.place.line) == (date(2026, 2, 3), 2)


def test_a_word_of_the_laboratory_for_a_marker_is_ours() -> None:
    assert stain(german(Marker="ALK-Klon eins")).marker == "ALK"
    assert stain(german(Marker="ROS-1", Ergebnis="negativ")).marker == "ROS1"


def test_the_words_of_ours_still_hold() -> None:
    assert stain(german(Ergebnis="positive", **{"Färbemuster": "cytoplasmic"})).localisation == ("cytoplasmic",)


def test_a_column_that_is_known_and_not_read_is_left_out_in_silence() -> None:
    assert stain(german(Eingang="x")).result == "positive"


def test_a_column_that_nobody_knows_is_named_as_the_file_names_it() -> None:
    _, problems = read(german(Bemerkung="x"), GERMAN)
    assert [(one.code, one.column, one.severity) for one in problems] == [("unknown-column", "bemerkung", "warning")]


def test_a_problem_names_our_column_and_the_files() -> None:
    _, (problem,) = read(german(**{"% positiv": "fast alle"}), GERMAN)
    assert problem.column == "pct_positive"
    assert "(in the file: '%_positiv')" in problem.message


def test_personal_cells_stay_unquoted_under_any_name() -> None:
    mapping = LabMapping(columns={"specimens": {"geburtsdatum": "date_of_birth"}})
    text = csv_text(SPECIMEN | {"date_of_birth": "14.03.87"}).replace("date_of_birth", "Geburtsdatum")
    problems: list[Problem] = []
    read_specimens(arranged(table(text, "specimens.csv"), "specimens", mapping, problems), a_laboratory(), problems)
    assert [one.column for one in problems] == ["date_of_birth"]
    assert "87" not in problems[0].explain()


def test_two_columns_that_become_one_stop_the_table() -> None:
    problem = header_problem(german(Ergebnis="positiv", result="negative"), GERMAN)
    assert (problem.code, problem.column) == ("repeated-column", "result")


def test_a_constant_fills_a_column_that_is_not_there_and_no_cell_of_one_that_is() -> None:
    assert stain(german()).marker == "ALK"
    _, (problem,) = read(german(method=""), GERMAN)
    assert (problem.code, problem.column) == ("missing-value", "method")


def test_a_row_of_the_wrong_length_is_counted_as_in_the_file() -> None:
    for text, found in ((german(Eingang="x").rstrip("\n") + ";x\n", 5), (german(Eingang="x")[:-3] + "\n", 3)):
        _, (problem,) = read(text, GERMAN)
        assert (problem.code, problem.accession) == ("wrong-number-of-cells", ACCESSION)
        assert f"the row has {found} cells, the header 4" in problem.message


@pytest.mark.parametrize(
    ("order", "given", "expected"),
    [
        ("dmy", "03.02.2026", "2026-02-03"),
        ("dmy", "3/2/2026", "2026-02-03"),
        ("dmy", "03-02-26", "2026-02-03"),
        ("dmy", "03. 02. 2026", "2026-02-03"),
        ("dmy", "03.02.2026 14:05", "2026-02-03"),
        ("mdy", "02/03/26", "2026-02-03"),
        ("ymd", "2026/2/3", "2026-02-03"),
        ("ymd", "26.02.03", "2026-02-03"),
        ("dmy", "2026-02-03", "2026-02-03"),
        ("mdy", "20260203", "2026-02-03"),
    ],
)
def test_a_date_is_read_in_the_order_of_the_laboratory(order: Any, given: str, expected: str) -> None:
    found = stain(german(Datum=given), replace(GERMAN, date_order=order))
    assert found.reported
    assert found.reported.isoformat() == expected


@pytest.mark.parametrize(
    ("order", "given"),
    [
        ("", "03/02/26"),
        ("", "03.02.2026"),
        ("dmy", "02/13/2026"),
        ("dmy", "31.02.2026"),
        ("mdy", "13/02/2026"),
        ("dmy", "03.02/2026"),
        ("dmy", "03.02.226"),
        ("dmy", "003.02.2026"),
        ("dmy", "46056"),
        ("dmy", "Feb 2026"),
    ],
)
def test_a_date_that_no_order_settles_is_refused(order: Any, given: str) -> None:
    _, (problem,) = read(german(Datum=given), replace(GERMAN, date_order=order))
    assert (problem.code, problem.column, problem.found) == ("bad-date", "reported_date", given)
    assert "date_order" in problem.remedy


def test_a_date_of_birth_needs_all_digits_of_its_year() -> None:
    mapping = LabMapping(date_order="dmy")
    for born, codes in (("02.11.1991", []), ("02.11.91", ["bad-date"])):
        problems: list[Problem] = []
        text = csv_text(SPECIMEN | {"date_of_birth": born, "collected": "03.03.26"})
        read_specimens(arranged(table(text), "specimens", mapping, problems), a_laboratory(), problems)
        assert [one.code for one in problems] == codes


@pytest.mark.parametrize(("given", "expected"), [("46056", "2026-02-03"), ("46056,58", "2026-02-03")])
def test_days_are_counted_where_the_mapping_says_so(given: str, expected: str) -> None:
    found = stain(german(Datum=given), replace(GERMAN, excel_dates=True))
    assert found.reported
    assert found.reported.isoformat() == expected


def test_a_number_is_no_date_outside_date_columns() -> None:
    mapping = replace(GERMAN, excel_dates=True)
    _, (problem,) = read(german(**{"% positiv": "46056"}), mapping)
    assert problem.column == "pct_positive"


@pytest.mark.parametrize(
    ("given", "expected"),
    [("95,5", "95.5"), ("2,5-10", "2.5-10"), ("<0,5", "<0.5"), ("95.5", "95.5"), ("5 – 7,5 %", "5-7.5")],
)
def test_a_decimal_comma_is_read_where_the_mapping_says_so(given: str, expected: str) -> None:
    assert stain(german(**{"% positiv": given})).pct_positive == expected


def test_a_point_that_may_part_thousands_is_refused_under_a_decimal_comma() -> None:
    _, (problem,) = read(german(**{"% positiv": "1.000"}), GERMAN)
    assert (problem.code, problem.found) == ("ambiguous-number", "1.000")
    assert stain(german(**{"% positiv": "1.000"}), replace(GERMAN, decimal=".")).pct_positive == "1.000"


@pytest.mark.parametrize("decimal", ["", "."])
def test_without_a_mapping_a_decimal_comma_stays_refused(decimal: Any) -> None:
    _, (problem,) = read(german(**{"% positiv": "95,5"}), replace(GERMAN, decimal=decimal))
    assert problem.code == "bad-percentage"
    assert "mapping.toml" in problem.remedy


@pytest.mark.parametrize(
    ("share", "given", "expected"),
    [
        ("fraction", "0,95", "95"),
        ("fraction", "1", "100"),
        ("fraction", "0", "0"),
        ("fraction", "0,05-0,1", "5-10"),
        ("fraction", "<0,01", "<1"),
        ("fraction", "80%", "80"),
        ("percent", "0,5", "0.5"),
        ("percent", "95", "95"),
        ("percent", "<1", "<1"),
    ],
)
def test_the_mapping_says_whether_percentages_are_fractions(share: Any, given: str, expected: str) -> None:
    found = stain(german(Ergebnis="negativ", **{"% positiv": given}), replace(GERMAN, percentages=share))
    assert found.pct_positive == expected


def test_a_percentage_among_fractions_is_refused() -> None:
    _, (problem,) = read(german(**{"% positiv": "5"}), replace(GERMAN, percentages="fraction"))
    assert (problem.code, problem.found) == ("not-a-fraction", "5")


def test_names_of_assays_and_verdicts_of_other_tables_are_translated() -> None:
    mapping = LabMapping(assays={"rna-panel": "rna"}, values={"sex": {"w": "female"}, "value": {"bestanden": "pass"}})
    problems: list[Problem] = []
    (row,) = read_specimens(
        arranged(table(csv_text(SPECIMEN | {"assay": "RNA-Panel", "sex": "W"})), "specimens", mapping, problems),
        a_laboratory(),
        problems,
    )
    qc = f'accession,metric,value\n{ACCESSION},rna_qc,Bestanden\n{ACCESSION},DV200,"62,5"\n'
    found = read_metrics(
        arranged(table(qc), "qc", replace(mapping, decimal=","), problems), a_laboratory(), KNOWN, problems
    )
    assert problems == []
    assert row.specimen
    assert (row.specimen.assay, row.specimen.sex) == ("rna", "female")
    assert [(one.text, one.value) for one in found] == [("pass", None), ("62.5", 62.5)]


# One row per case.


def test_a_wide_row_becomes_one_row_for_each_marker_and_method() -> None:
    text = (
        "accession,block_id,ALK,ALK %,ALK Klon,ROS1,ALK FISH,ALK FISH Zellen\n"
        f"{ACCESSION},A1,positive,95,D5F3,negative,positive,50\n"
        f"{SECOND},B1,negative,0,D5F3,,,\n"
    )
    stains, problems = read(text, WIDE)
    assert problems == []
    assert [(one.accession, one.marker, one.result, one.clone, one.block_id, one.place.line) for one in stains.ihc] == [
        (ACCESSION, "ALK", "positive", "D5F3", "A1", 2),
        (ACCESSION, "ROS1", "negative", "", "A1", 2),
        (SECOND, "ALK", "negative", "D5F3", "B1", 3),
    ]
    assert [(one.accession, one.marker, one.cells_scored) for one in stains.fish] == [(ACCESSION, "ALK", 50)]


@pytest.mark.parametrize("empty", ["", "-", ".", "n/a", " "])
def test_an_empty_cell_is_a_stain_not_done_and_never_negative(empty: str) -> None:
    stains, problems = read(f"accession,ALK,ALK Klon,ROS1\n{ACCESSION},{empty},D5F3,positive\n", WIDE)
    assert problems == []
    assert [(one.marker, one.result) for one in stains.ihc] == [("ROS1", "positive")]


def test_not_done_is_said_where_the_cell_says_it() -> None:
    stains, _ = read(f"accession,ALK,ROS1\n{ACCESSION},not done,positive\n", WIDE)
    assert [(one.marker, one.result) for one in stains.ihc] == [("ALK", "not_done"), ("ROS1", "positive")]


def test_a_score_without_a_result_is_a_missing_result() -> None:
    _, (problem,) = read(f"accession,ALK,ALK %,ROS1\n{ACCESSION},,95,positive\n", WIDE)
    assert (problem.code, problem.column, problem.accession) == ("missing-value", "result", ACCESSION)
    assert "'alk'" in problem.message


def test_a_cut_off_wide_row_is_refused_and_not_taken_for_a_case_without_stains() -> None:
    for row in (ACCESSION, f"{ACCESSION},positive", f"{ACCESSION},positive,95,,x,y"):
        _, problems = read(f"accession,ALK,ALK %,ROS1\n{row}\n", WIDE)
        assert {(one.code, one.accession) for one in problems} == {("wrong-number-of-cells", ACCESSION)}
        assert f"the row has {row.count(',') + 1} cells, the header 4" in problems[0].message


def test_two_clones_of_one_marker_are_two_stains() -> None:
    mapping = LabMapping(wide={"d5f3": Observation("ALK (D5F3)"), "5a4": Observation("ALK (5A4)")})
    stains, problems = read(f"accession,D5F3,5A4\n{ACCESSION},positive,negative\n", mapping)
    assert [(one.marker, one.clone) for one in stains.ihc] == [("ALK", "D5F3"), ("ALK", "5A4")]
    assert [one.code for one in problems] == ["contradictory-results"]


def test_free_text_of_a_wide_table_stands_for_the_result_or_completes_it() -> None:
    text_only = LabMapping(wide={"alk": Observation("ALK", field="text")})
    found = stain(f'accession,ALK\n{ACCESSION},"positive, 3+, ~95%"\n', text_only)
    assert (found.result, found.pct_positive) == ("positive", "~95")
    both = LabMapping(wide={"alk": Observation("ALK", field="text"), "alk_urteil": Observation("ALK")})
    found = stain(f'accession,ALK,ALK Urteil\n{ACCESSION},"3+ strong, ~95%",positive\n', both)
    assert (found.result, found.intensity) == ("positive", "3+")


def test_a_shared_column_holds_for_every_stain_unless_the_stain_has_its_own() -> None:
    mapping = LabMapping(wide={"alk": Observation("ALK"), "alk_note": Observation("ALK", field="comment")})
    stains, _ = read(f"accession,comment,ALK,ALK Note\n{ACCESSION},all,positive,own\n{SECOND},all,negative,\n", mapping)
    assert [one.comment for one in stains.ihc] == ["own", "all"]


def test_a_header_of_two_rows_needs_no_mapping_of_its_markers() -> None:
    text = (
        "accession,ALK,,ROS-1,ALK FISH,,block_id\n"
        ",result,pct_positive,result,result,cells_scored,\n"
        f"{ACCESSION},positive,95,,positive,50,A1\n"
    )
    problems: list[Problem] = []
    found = arranged(read_table(decode(text.encode(), "ihc.csv"), two_levels=True), "ihc", NO_MAPPING, problems)
    stains = read_stains([found], a_laboratory(), KNOWN, problems)
    assert problems == []
    assert [(one.marker, one.pct_positive, one.block_id, one.place.line) for one in stains.ihc] == [
        ("ALK", "95", "A1", 3)
    ]
    assert [(one.marker, one.cells_scored) for one in stains.fish] == [("ALK", 50)]


def test_a_header_of_two_rows_may_be_in_the_laboratorys_words() -> None:
    text = f"Fall;ALK-Klon eins;\n;Ergebnis;% positiv\n{ACCESSION};positiv;95,5\n"
    mapping = replace(GERMAN, columns={"ihc": GERMAN.columns["ihc"] | {"fall": "accession"}})
    problems: list[Problem] = []
    found = arranged(read_table(decode(text.encode(), "ihc.csv"), two_levels=True), "ihc", mapping, problems)
    (one,) = read_stains([found], a_laboratory(), KNOWN, problems).ihc
    assert problems == []
    assert (one.marker, one.result, one.pct_positive) == ("ALK", "positive", "95.5")


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("accession,ALK,ROS-1", "ros_1"),
        ("accession,ALK,ROS1,pan-TRK %", "pan_trk_%"),
        ("accession,ALK,Desmin", "desmin"),
        ("accession,ALK,NTRK3 FISH", "ntrk3_fish"),
    ],
)
def test_a_column_of_a_marker_that_nobody_placed_stops_the_table(header: str, column: str) -> None:
    problem = header_problem(f"{header}\n{ACCESSION}\n", WIDE)
    assert (problem.code, problem.column) == ("unplaced-column", column)
    assert "[wide]" in problem.remedy


def test_a_field_under_a_marker_that_nobody_knows_stops_the_table() -> None:
    problems: list[Problem] = []
    text = f"accession,ALK,,ROS1\n,result,Urteil,result\n{ACCESSION},positive,x,negative\n"
    arranged(read_table(decode(text.encode(), "ihc.csv"), two_levels=True), "ihc", NO_MAPPING, problems)
    assert [(one.code, one.column) for one in problems] == [("unplaced-column", "alk_/_urteil")]


def test_a_field_under_a_marker_may_be_known_and_not_read() -> None:
    problems: list[Problem] = []
    text = f"accession,ALK,\n,result,Urteil\n{ACCESSION},positive,x\n"
    mapping = LabMapping(columns={"ihc": {"urteil": ""}})
    found = arranged(read_table(decode(text.encode(), "ihc.csv"), two_levels=True), "ihc", mapping, problems)
    assert (problems, found.columns) == ([], ("accession", "method", "marker", "result"))


def test_wide_and_long_do_not_mix() -> None:
    problem = header_problem(f"accession,ALK,marker,result\n{ACCESSION},positive,ROS1,negative\n", WIDE)
    assert problem.code == "mixed-layout"


def test_two_columns_of_one_field_stop_the_table() -> None:
    mapping = LabMapping(wide={"alk": Observation("ALK"), "alk_2": Observation("ALK")})
    assert header_problem(f"accession,ALK,ALK 2\n{ACCESSION},positive,negative\n", mapping).code == "repeated-column"


# Files.


def load(path: Path, mapping: LabMapping = NO_MAPPING, kind: str = "ihc") -> tuple[Loaded, list[Problem]]:
    problems: list[Problem] = []
    return load_table(path, kind, replace(a_laboratory(), mapping=mapping), problems), problems


def as_workbook(rows: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(list(row))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_a_file_is_read_by_its_content_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "ihc.csv"
    found = []
    for content in (
        csv_text(STAIN).encode(),
        csv_text(STAIN).replace(",", "\t").encode(),
        as_workbook([list(STAIN), list(STAIN.values())]),
    ):
        path.write_bytes(content)
        loaded, problems = load(path)
        assert (problems, loaded.warnings, len(loaded.sha256)) == ([], (), 64)
        assert loaded.table
        found.append((loaded.table.columns, [(row.line, row.cells) for row in loaded.table.rows]))
    assert found[0] == found[1] == found[2]


def test_what_stops_a_file_is_said_and_its_digest_kept(tmp_path: Path) -> None:
    path = tmp_path / "ihc.csv"
    loaded, problems = load(path)
    assert (loaded, [one.code for one in problems]) == (Loaded(None), ["unreadable-file"])
    path.write_text("accession,accession\nx,y\n")
    loaded, problems = load(path)
    assert (loaded.table, len(loaded.sha256), [one.code for one in problems]) == (None, 64, ["repeated-column"])
    path.write_text(";;\n")
    assert [one.code for one in load(path)[1]] == ["empty-file"]
    path.write_text(german(result="negative"))
    loaded, problems = load(path, GERMAN)
    assert (loaded.table, [one.code for one in problems]) == (None, ["repeated-column"])


def test_a_missing_line_end_is_an_error_and_the_rows_are_still_checked(tmp_path: Path) -> None:
    path = tmp_path / "ihc.csv"
    path.write_bytes(csv_text(STAIN).rstrip("\n").encode())
    loaded, problems = load(path)
    assert [one.code for one in problems] == ["no-final-newline"]
    assert loaded.table
    assert len(loaded.table.rows) == 1


def test_remarks_of_reading_are_warnings(tmp_path: Path) -> None:
    path = tmp_path / "ihc.csv"
    path.write_bytes(csv_text(STAIN | {"comment": "kräftig"}).encode("cp1252"))
    assert [one.code for one in load(path)[0].warnings] == ["encoding-cp1252"]


def test_two_levels_are_read_where_the_mapping_says_so(tmp_path: Path) -> None:
    path = tmp_path / "ihc.csv"
    path.write_text(f"accession,ALK\n,result\n{ACCESSION},positive\n")
    loaded, problems = load(path, LabMapping(two_level_headers=frozenset({"ihc"})))
    assert problems == []
    assert loaded.table
    assert set(loaded.table.columns) == {"accession", "method", "marker", "result"}


def test_a_number_of_a_workbook_can_be_read_in_one_way_only(tmp_path: Path) -> None:
    """45.125 is a number there; the text 45.125 might be forty-five thousand in a table with decimal commas."""
    path = tmp_path / "qc.xlsx"
    mapping = LabMapping(decimal=",", percentages="fraction")
    path.write_bytes(as_workbook([["accession", "metric", "value"], [ACCESSION, "mapped_reads_m", 45.125]]))
    loaded, problems = load(path, mapping, "qc")
    assert loaded.table
    (metric,) = read_metrics(loaded.table, a_laboratory(), KNOWN, problems)
    assert (metric.value, problems) == (45.125, [])
    path.write_bytes(as_workbook([["accession", "metric", "value"], [ACCESSION, "mapped_reads_m", "45.125"]]))
    loaded, problems = load(path, mapping, "qc")
    assert loaded.table
    assert read_metrics(loaded.table, a_laboratory(), KNOWN, problems) == ()
    assert [one.code for one in problems] == ["ambiguous-number"]
    path.write_bytes(as_workbook([[*STAIN, "pct_positive"], [*STAIN.values(), 0.95]]))
    loaded, problems = load(path, mapping)
    assert loaded.table
    assert read_stains([loaded.table], a_laboratory(), KNOWN, problems).ihc[0].pct_positive == "95"


@settings(max_examples=50, deadline=None)
@given(
    st.permutations(["Fallnummer", "Marker", "Ergebnis", "% positiv", "Färbemuster", "Datum"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from([";", "\t"]),
)
def test_column_order_line_ends_encoding_and_separator_do_not_matter(
    order: list[str], line_end: str, encoding: str, separator: str
) -> None:
    cells = {
        "Fallnummer": ACCESSION,
        "Marker": "ALK1",
        "Ergebnis": "positiv",
        "% positiv": "95,5",
        "Färbemuster": "zytoplasmatisch",
        "Datum": "03.02.26",
    }
    text = separator.join(order) + "\n" + separator.join(cells[name] for name in order) + "\n"
    problems: list[Problem] = []
    source = decode(text.replace("\n", line_end).encode(encoding), "ihc.csv")
    found = read_stains([arranged(read_table(source), "ihc", GERMAN, problems)], a_laboratory(), KNOWN, problems)
    assert problems == []
    assert found.ihc == read(german(**cells), GERMAN)[0].ihc


@settings(max_examples=50, deadline=None)
@given(st.permutations(["accession", "ALK", "ALK %", "ROS1", "ALK FISH", "block_id"]))
def test_the_order_of_the_columns_of_a_wide_table_changes_no_stain(order: list[str]) -> None:
    cells = {"accession": ACCESSION, "ALK": "positive", "ALK %": "95", "ROS1": "negative"}
    cells |= {"ALK FISH": "positive", "block_id": "A1"}
    stains, problems = read(",".join(order) + "\n" + ",".join(cells[name] for name in order) + "\n", WIDE)
    assert problems == []
    assert {(one.marker, one.result, one.pct_positive, one.block_id) for one in stains.ihc} == {
        ("ALK", "positive", "95", "A1"),
        ("ROS1", "negative", "", "A1"),
    }
    assert [(one.marker, one.result, one.block_id) for one in stains.fish] == [("ALK", "positive", "A1")]
