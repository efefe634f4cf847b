"""XLSX: what a cell says, which sheet is read, and what is refused before it can do harm."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from datetime import time as time_of_day
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from parsers import workbooks
from parsers.errors import InputError, Problem
from parsers.reading import MappedRow, Table
from parsers.workbooks import read_workbook

HEADER = ("accession", "marker", "pct_positive")
ROW = ("S26-00001", "ALK", 95)


def workbook(
    *rows: Sequence[Any], title: str = "ihc", change: Callable[[Worksheet], object] | None = None, **others: list[Any]
) -> bytes:
    """A workbook with these rows in its first sheet, changed by `change`; `others` are further sheets."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for name, cells in others.items():
        book.create_sheet(name).append(cells)
    if change:
        change(sheet)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def repacked(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The workbook with its parts changed; a part that becomes None is left out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.infolist():
            content = change(part.filename, before.read(part))
            if content is not None:
                after.writestr(part.filename, content)
    return packed.getvalue()


def in_sheet(old: bytes, new: bytes, data: bytes) -> bytes:
    def change(name: str, content: bytes) -> bytes:
        if "sheet1" in name:
            assert old in content
            return content.replace(old, new, 1)
        return content

    return repacked(data, change)


def read(data: bytes, name: str = "ihc.xlsx", **options: Any) -> tuple[Table, list[Problem]]:
    warnings: list[Problem] = []
    table = read_workbook(data, name, warnings=warnings, **options)
    assert all(one.severity == "warning" and one.remedy for one in warnings)
    return table, warnings


def cells(data: bytes) -> list[tuple[str, ...]]:
    table, warnings = read(data)
    assert warnings == []
    return [row.cells for row in table.rows]


def refused(data: bytes, name: str = "ihc.xlsx", **options: Any) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read_workbook(data, name, **options)
    assert all(one.severity == "error" and one.remedy and one.file == name for one in caught.value.problems)
    return caught.value.problems


def code(data: bytes) -> str:
    (problem,) = refused(data)
    return problem.code


def test_a_sheet_is_read_with_the_lines_of_the_sheet() -> None:
    table, warnings = read(workbook(HEADER, ROW, (), ("S26-00002", "ROS1", None)))
    assert warnings == []
    assert (table.file, table.columns) == ("ihc.xlsx", HEADER)
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, ("S26-00001", "ALK", "95")),
        (4, ("S26-00002", "ROS1", "")),
    ]


def test_the_table_may_begin_below_and_beside_the_corner() -> None:
    table, _ = read(workbook((), (None, *HEADER), (None, *ROW)))
    assert table.columns == HEADER
    assert [(row.line, row.cells) for row in table.rows] == [(3, ("S26-00001", "ALK", "95"))]


@pytest.mark.parametrize(
    ("value", "shown", "text"),
    [
        (95, "General", "95"),
        (95.0, "0.00", "95"),
        (0.1 + 0.2, "General", "0.3"),
        (1e-7, "General", "0.0000001"),
        (12345678901, "General", "12345678901"),
        (0.95, "0%", "95%"),
        (0.57, "0.0%", "57%"),
        (0.125, '0.0" %"', "0.125"),
        (0, "0%", "0%"),
        (3, '0"+"', "3"),
        (date(2026, 2, 3), "dd.mm.yyyy", "2026-02-03"),
        (datetime(2026, 2, 3), "mm-dd-yy", "2026-02-03"),  # noqa: DTZ001
        (datetime(2026, 2, 3, 14, 5), "yyyy-mm-dd hh:mm", "2026-02-03 14:05"),  # noqa: DTZ001
        (46056, "dd.mm.yyyy", "2026-02-03"),
        (46056, "General", "46056"),
        (time_of_day(14, 5), "hh:mm", "14:05:00"),
        (True, "General", "true"),
        (False, "General", "false"),
        ("2,5", "General", "2,5"),
        ("  ALK ", "@", "  ALK "),
    ],
)
def test_a_cell_says_what_it_holds(value: object, shown: str, text: str) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["C2"].value = value
        sheet["C2"].number_format = shown

    data = workbook(HEADER, ROW, change=change)
    table, _ = read(data)
    (row,) = table.rows
    assert row.cells[2] == text
    is_typed = not isinstance(value, str | time_of_day)
    assert (isinstance(row, MappedRow) and 2 in row.typed) == is_typed


def test_days_are_counted_from_1904_where_the_workbook_does() -> None:
    data = workbook(HEADER, ROW, change=lambda sheet: setattr(sheet["C2"], "value", date(2026, 2, 3)))
    old = repacked(
        data,
        lambda name, content: (
            content.replace(b"<workbookPr ", b'<workbookPr date1904="1" ') if name == "xl/workbook.xml" else content
        ),
    )
    assert cells(old)[0][2] == "2030-02-04"


def test_a_date_written_as_text_of_iso_8601_is_a_date() -> None:
    data = in_sheet(b'<c r="C2" t="n"><v>95</v>', b'<c r="C2" t="d"><v>2026-02-03</v>', workbook(HEADER, ROW))
    assert cells(data)[0][2] == "2026-02-03"


def test_a_sign_that_only_the_format_shows_is_refused() -> None:
    data = workbook(HEADER, ROW, change=lambda sheet: setattr(sheet["C2"], "number_format", '"<"0'))
    (problem,) = refused(data)
    assert (problem.code, problem.line) == ("shown-otherwise", 2)
    assert "C2" in problem.message


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#NAME?"])
def test_an_error_cell_is_refused_with_its_place(error: str) -> None:
    (problem,) = refused(workbook(HEADER, ("S26-00001", "ALK", error)))
    assert (problem.code, problem.line, problem.found) == ("error-cell", 2, error)
    assert "C2" in problem.message


def test_a_date_that_does_not_exist_is_an_error_cell() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["C2"].value = 10**9
        sheet["C2"].number_format = "dd.mm.yyyy"

    assert code(workbook(HEADER, ROW, change=change)) == "error-cell"


def test_a_formula_without_a_saved_value_is_refused() -> None:
    (problem,) = refused(workbook(HEADER, ("S26-00001", "ALK", "=40+55")))
    assert (problem.code, problem.line) == ("formula-without-value", 2)
    assert "C2" in problem.message


def test_the_saved_value_of_a_formula_is_read_and_said() -> None:
    data = in_sheet(b"<f>40+55</f><v />", b"<f>40+55</f><v>95</v>", workbook(HEADER, ("S26-00001", "ALK", "=40+55")))
    table, (warning,) = read(data)
    assert table.rows[0].cells == ("S26-00001", "ALK", "95")
    assert warning.code == "formula"
    assert "C2" in warning.message


def test_text_that_looks_like_a_formula_is_text() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["B2"].value = '=HYPERLINK("http://x","ALK")'
        sheet["B2"].data_type = "s"

    assert cells(workbook(HEADER, ROW, change=change))[0][1] == '=HYPERLINK("http://x","ALK")'


def test_several_sheets_with_content_are_refused_by_name() -> None:
    (problem,) = refused(workbook(HEADER, ROW, title="Stains", Legend=["a legend"]))
    assert problem.code == "several-sheets"
    assert "Stains, Legend" in problem.message
    assert "'ihc'" in problem.remedy


def test_the_sheet_called_like_the_table_is_read_and_the_others_named() -> None:
    table, (warning,) = read(workbook(HEADER, ROW, title="IHC", Legend=["a legend"], Empty=[]))
    assert len(table.rows) == 1
    assert warning.code == "sheet-not-read"
    assert "Legend" in warning.message
    assert "Empty" not in warning.message


def test_what_is_hidden_is_named() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True
        assert sheet.parent
        sheet.parent["Old"].sheet_state = "hidden"

    table, warnings = read(workbook(HEADER, ROW, ("S26-00002", "ROS1", 0), change=change, Old=["old rows"]))
    assert [row.line for row in table.rows] == [2, 3]
    assert {one.code: one.message for one in warnings} == {
        "sheet-not-read": "hidden sheets are not read: Old",
        "hidden-rows": "hidden rows are read too: 3",
        "hidden-columns": "hidden columns are read too: B",
    }


@pytest.mark.parametrize("rows", [(), ((" ",),)])
def test_a_workbook_without_text_is_refused(rows: tuple[Any, ...]) -> None:
    assert code(workbook(*rows)) == "empty-file"


def test_two_columns_of_one_name_are_refused() -> None:
    assert code(workbook(("accession", "Accession "), ROW)) == "repeated-column"


def test_a_column_without_name_but_with_content_stays() -> None:
    table, _ = read(workbook(("accession", None, None), ("S26-00001", "ALK", None)))
    assert table.columns == ("accession", "")


def test_merged_headers_put_the_marker_above_its_fields() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.merge_cells("A1:A2")
        sheet.merge_cells("B1:C1")
        sheet.merge_cells("D1:E1")

    table, warnings = read(
        workbook(
            ("accession", "ALK", None, "ROS1", None, "block_id"),
            (None, "result", "intensity", "result", None, None),
            ("S26-00001", "positive", "3+", "negative", None, "A1"),
            change=change,
        )
    )
    assert warnings == []
    assert table.columns == ("accession", "alk_/_result", "alk_/_intensity", "ros1_/_result", "ros1", "block_id")
    assert [row.line for row in table.rows] == [3]


def test_a_header_of_two_rows_without_merged_cells_is_read_where_the_mapping_says_so() -> None:
    data = workbook(
        ("accession", "ALK", None), (None, "result", "intensity"), ("S26-00001", "positive", "3+"), (None, None, None)
    )
    assert read(data, two_levels=True)[0].columns == ("accession", "alk_/_result", "alk_/_intensity")


def test_a_cell_merged_downwards_holds_for_each_of_its_rows_and_is_said() -> None:
    data = workbook(
        HEADER, ROW, (None, "ROS1", 0), ("S26-00002", "ALK", 0), change=lambda sheet: sheet.merge_cells("A2:A3")
    )
    table, (warning,) = read(data)
    assert [row.cells[0] for row in table.rows] == ["S26-00001", "S26-00001", "S26-00002"]
    assert (warning.code, warning.line) == ("merged-cells", 2)


def test_a_cell_merged_across_columns_is_refused() -> None:
    (problem,) = refused(workbook(HEADER, ROW, change=lambda sheet: sheet.merge_cells("B2:C2")))
    assert (problem.code, problem.line) == ("merged-cells", 2)


def test_links_and_fonts_change_nothing() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["B2"].hyperlink = "http://example.org/x"
        sheet["B2"].font = Font(bold=True)

    assert cells(workbook(HEADER, ROW, change=change))[0][1] == "ALK"


# What must be refused, and fast.


def test_other_office_files_are_named() -> None:
    assert "password" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))[0].message
    for parts, word in (
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"}, "OpenDocument"),
        ({"[Content_Types].xml": b"<a/>", "xl/workbook.bin": b"x"}, "binary"),
        ({"report.txt": b"x"}, "archive"),
        ({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}, "archive"),
    ):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        (problem,) = refused(packed.getvalue())
        assert problem.code == "wrong-kind-of-file"
        assert word in problem.message


def test_an_archive_with_a_password_is_refused() -> None:
    data = bytearray(workbook(HEADER, ROW))
    place = data.find(b"PK\x01\x02")
    data[place + 8] |= 1
    assert "password" in refused(bytes(data))[0].message


def test_a_part_that_is_there_twice_is_refused() -> None:
    packed = io.BytesIO(workbook(HEADER, ROW))
    with zipfile.ZipFile(packed, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/worksheets/sheet1.xml", b"<worksheet/>")
    assert code(packed.getvalue()) == "damaged-archive"


def bomb_of_zeros() -> bytes:
    return repacked(
        workbook(HEADER, ROW), lambda name, content: content + b" " * 60_000_000 if "sheet1" in name else content
    )


def bomb_below_the_cap() -> bytes:
    return repacked(
        workbook(HEADER, ROW), lambda name, content: content + b" " * 20_000_000 if "sheet1" in name else content
    )


def bomb_of_parts() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(workbooks.MOST_PARTS + 1):
            archive.writestr(str(number), b"")
    return packed.getvalue()


def bomb_of_many_parts() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(6000):
            archive.writestr(str(number), b"")
    return packed.getvalue()


def bomb_of_merged_cells(cell: bytes = b'<mergeCell ref="A1:XFD1048576"/>') -> bytes:
    merged = b'</sheetData><mergeCells count="1">' + cell + b"</mergeCells>"
    return in_sheet(b"</sheetData>", merged, workbook(HEADER, ROW))


def bomb_behind_another_attribute() -> bytes:
    return bomb_of_merged_cells(b'<mergeCell x-ref="A1" y=">" ref = \'A1:XFD1048576\'/>')


def bomb_with_a_written_out_colon() -> bytes:
    return bomb_of_merged_cells(b'<mergeCell ref="A1&#58;XFD1048576"/>')


def bomb_of_links() -> bytes:
    return in_sheet(
        b"</sheetData>",
        b'</sheetData><hyperlinks><hyperlink ref="A1:XFD1048576" location="A1"/></hyperlinks>',
        workbook(HEADER, ROW),
    )


def bomb_of_places() -> bytes:
    return workbook(HEADER, ROW, change=lambda sheet: setattr(sheet["XFD1048576"], "value", "x"))


def bomb_of_cells() -> bytes:
    return in_sheet(b"</sheetData>", b"<c/>" * (workbooks.MOST_CELLS + 1) + b"</sheetData>", workbook(HEADER, ROW))


@pytest.mark.parametrize(
    "bomb",
    [
        bomb_of_zeros,
        bomb_below_the_cap,
        bomb_of_parts,
        bomb_of_many_parts,
        bomb_of_merged_cells,
        bomb_behind_another_attribute,
        bomb_with_a_written_out_colon,
        bomb_of_links,
        bomb_of_places,
        bomb_of_cells,
    ],
)
def test_a_bomb_is_refused_before_it_is_unpacked(bomb: Callable[[], bytes]) -> None:
    data = bomb()
    tracemalloc.start()
    try:
        assert code(data) == "too-large"
        assert tracemalloc.get_traced_memory()[1] < 100 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_the_size_limit_of_the_settings_holds_for_workbooks_too() -> None:
    assert refused(workbook(HEADER, ROW), cap=1000)[0].code == "too-large"


@pytest.mark.parametrize(
    "head",
    [
        b'<!DOCTYPE a [<!ENTITY b "ha">]>',
        b'<!ENTITY b "ha">',
        "<?xml version='1.0' encoding='utf-16'?>".encode("utf-16"),
    ],
)
def test_xml_that_expands_or_hides_is_refused(head: bytes) -> None:
    data = repacked(workbook(HEADER, ROW), lambda name, content: head + content if "sheet1" in name else content)
    assert code(data) == "untrusted-content"


def test_references_that_are_none_are_left_to_openpyxl() -> None:
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="nonsense"/></mergeCells>'
    assert code(in_sheet(b"</sheetData>", merged, workbook(HEADER, ROW))) == "damaged-archive"


def test_a_missing_part_is_a_damaged_workbook() -> None:
    data = repacked(workbook(HEADER, ROW), lambda name, content: None if "sheet1.xml" in name else content)
    assert code(data) in ("damaged-archive", "empty-file")


def test_a_damaged_part_is_a_damaged_workbook() -> None:
    data = bytearray(workbook(HEADER, ROW))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    start = part.header_offset + 30 + len(part.filename)
    data[start + 20 : start + 40] = bytes(20)
    assert code(bytes(data)) == "damaged-archive"


def test_no_truncation_gives_rows() -> None:
    data = workbook(HEADER, ROW)
    for length in range(len(data)):
        refused(data[:length])


# Made once: a workbook holds the time at which it was made.
WHOLE = workbook(HEADER, ROW)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 7))
def test_a_flipped_bit_gives_the_same_rows_or_a_refusal(place: int, bit: int) -> None:
    damaged = bytearray(WHOLE)
    damaged[4 + place % (len(WHOLE) - 4)] ^= 1 << bit
    try:
        table = read_workbook(bytes(damaged), "ihc.xlsx")
    except InputError:
        return
    assert [row.cells for row in table.rows] == [("S26-00001", "ALK", "95")]
