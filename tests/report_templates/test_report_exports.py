"""fusions.tsv: every reviewed call, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st
from report_examples import a_call, a_record, an_interpretation, an_unreported_call

from report_templates.exports import CALL_COLUMNS, fusions_tsv


def rows_of(*calls: object) -> list[dict[str, str]]:
    text = fusions_tsv(a_record(an_interpretation(reviewed_calls=calls)))
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


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


@given(st.text(max_size=30))
def test_no_cell_can_run_as_a_formula_or_break_its_row(text: str) -> None:
    rows = rows_of(a_call(name=text, reason=text), a_call(reason=f"={text}", caller=f"\t@{text}"))
    assert len(rows) == 2
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert all(None not in row for row in rows)


def test_a_formula_stays_readable() -> None:
    assert rows_of(a_call(reason='=HYPERLINK("http://example.org")'))[0]["reason"] == (
        '\'=HYPERLINK("http://example.org")'
    )
