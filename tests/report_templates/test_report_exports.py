"""fusions.tsv: every reviewed call, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_examples import a_call, a_record, an_interpretation, an_unreported_call

from report_templates.exports import CALL_COLUMNS, fusions_tsv, spreadsheet_cell


def table_of(*calls: object) -> str:
    return fusions_tsv(a_record(an_interpretation(reviewed_calls=calls)))


def rows_of(*calls: object) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table_of(*calls)), delimiter="\t", quoting=csv.QUOTE_NONE))


def test_every_reviewed_call_is_a_row_with_its_outcome_in_the_record_s_order() -> None:
    rows = rows_of(a_call(), *(an_unreported_call(index) for index in range(120)))
    assert len(rows) == 121
    assert rows[0]["fusion"] == "TPM3::ALK"
    assert rows[0]["disposition"] == "reported"
    assert rows[0]["accession"] == "S26-00042"
    assert rows[120]["fusion"] == "GENE119::MET"
    assert rows[120]["reason"] == "Fewer split reads than the assay needs."


def test_no_calls_give_the_header_alone() -> None:
    assert fusions_tsv(a_record(an_interpretation(reviewed_calls=()))) == "\t".join(CALL_COLUMNS) + "\n"


def test_an_unknown_count_is_empty_and_zero_is_zero() -> None:
    row = rows_of(a_call(split_reads=0, spanning_pairs=None, line=None))[0]
    assert (row["split_reads"], row["spanning_pairs"], row["line"]) == ("0", "", "")


FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", '"')


@given(st.text(max_size=30))
def test_no_cell_can_run_as_a_formula_or_break_its_row(text: str) -> None:
    rows = rows_of(a_call(name=text, reason=text), a_call(reason=f"={text}", caller=f"\t@{text}"))
    assert len(rows) == 2
    assert all(not cell.startswith(FORMULA_STARTS) for row in rows for cell in row.values())
    assert all(None not in row for row in rows)


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t=", "\r=", "\n@", " =", "\u200d=", "\ufeff=", "＝", "＋", "－", "＠"]
)
def test_no_hidden_or_wide_sign_lets_a_formula_through(start: str) -> None:
    cell = spreadsheet_cell(f"{start}HYPERLINK(1)")
    assert cell.startswith("'")
    assert cell.endswith("HYPERLINK(1)")


def test_a_number_is_a_number_and_what_is_not_known_an_empty_cell() -> None:
    assert [spreadsheet_cell(value) for value in (None, "", 0, 48)] == ["", "", "0", "48"]


@given(st.lists(st.text(max_size=12), min_size=1, max_size=8))
def test_csv_and_pandas_read_the_same_cells_with_and_without_their_quoting(texts: list[str]) -> None:
    text = table_of(*(a_call(name=one, caller=f'"{one}', reason=f'{one}"') for one in texts))
    plain = list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))
    quoted = list(csv.DictReader(io.StringIO(text), delimiter="\t"))
    frame = pandas.read_csv(io.StringIO(text), sep="\t", dtype=str, keep_default_na=False)
    assert plain == quoted == frame.to_dict("records")
    assert len(plain) == len(texts)


def test_every_column_holds_what_the_record_says() -> None:
    (row,) = rows_of(a_call(supporting_reads=9))
    expected = {
        "accession": "S26-00042",
        "fusion": "TPM3::ALK",
        "caller": "Arriba",
        "breakpoint_5prime": "chr1:154170400:-",
        "breakpoint_3prime": "chr2:29223528:-",
        "reading_frame": "in-frame",
        "split_reads": "48",
        "spanning_pairs": "61",
        "supporting_reads": "9",
        "disposition": "reported",
        "reason": "",
        "file": "S26-00042.arriba.tsv",
        "line": "2",
    }
    assert row == expected
    assert list(expected) == list(CALL_COLUMNS)


def test_no_word_for_nothing_stands_in_the_table() -> None:
    text = table_of(a_call(split_reads=None, spanning_pairs=None, line=None, breakpoint_5prime=""))
    assert not {"nan", "None", "null", "NaN"} & {cell for line in text.splitlines() for cell in line.split("\t")}


def test_ten_thousand_calls_are_ten_thousand_rows() -> None:
    rows = rows_of(*(an_unreported_call(index) for index in range(10_000)))
    assert len(rows) == 10_000
    assert (rows[-1]["fusion"], rows[-1]["line"]) == ("GENE9999::MET", "10002")


def test_a_formula_stays_readable() -> None:
    assert rows_of(a_call(reason='=HYPERLINK("http://example.org")'))[0]["reason"] == (
        '\'=HYPERLINK("http://example.org")'
    )
