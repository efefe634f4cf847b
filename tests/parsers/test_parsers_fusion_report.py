"""fusion-report's aggregated tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsers_samples import calls_of, csv_text, problems_of, read, source_of

from parsers.callers import format_of
from parsers.callers.format import ReadingContext
from parsers.reading import decode
from parsers.records import Breakpoint, FusionCall

ARRIBA = (
    "position: 1:154170400#2:29223528,reading-frame: in-frame,type: translocation,split_reads1: 21,split_reads2: 27,"
    "discordant_mates: 61,coverage1: 90,coverage2: 61,confidence: high"
)
STAR = "position: 1:154170400:-#2:29223528:-,junction_reads: 44,spanning_reads: 58,ffmp: 812.4407"
ROW = {
    "Fusion": "TPM3--ALK",
    "Databases": "Mitelman,FusionGDB2",
    "Fusion Indication Index (FII)": "0.75",
    "Explained FII": "0.5 * (2 / 2)",
    "arriba": ARRIBA,
    "starfusion": STAR,
}
ENTRY = {
    "Fusion": "TPM3--ALK",
    "Databases": ["Mitelman", "COSMIC"],
    "Score": 0.65,
    "Explained score": "0.5 * (0.125)",
    "starfusion": {"position": "1:154170400:-#2:29223528:-", "junction_reads": 44, "spanning_reads": 58},
}


def one(folder: Path, **cells: str) -> FusionCall:
    """The call of a row with one caller."""
    (call,) = calls_of(folder, csv_text(dict(ROW, arriba="", starfusion="") | cells))
    return call


def from_json(folder: Path, *entries: object, indent: int | None = None) -> tuple[FusionCall, ...]:
    return calls_of(folder, json.dumps(entries, indent=indent))


def test_every_caller_that_a_row_names_is_a_call_of_that_caller(tmp_path: Path) -> None:
    arriba, star = calls_of(tmp_path, csv_text(ROW))
    assert (arriba.caller, arriba.split_reads, arriba.spanning_pairs) == ("Arriba", 48, 61)
    assert (arriba.reading_frame, arriba.confidence, arriba.event_type) == ("in-frame", "high", "translocation")
    assert arriba.breakpoint_3prime == Breakpoint("chr2", 29223528)
    assert (star.caller, star.split_reads, star.spanning_pairs) == ("STAR-Fusion", 44, 58)
    assert star.breakpoint_3prime == Breakpoint("chr2", 29223528, "-")


@pytest.mark.parametrize("score", ["Score", "Fusion Indication Index (FII)"])
def test_the_aggregator_and_its_score_are_kept_under_both_names(tmp_path: Path, score: str) -> None:
    row = {name: text for name, text in ROW.items() if name != "Fusion Indication Index (FII)"} | {score: "0.75"}
    given_texts = dict(calls_of(tmp_path, csv_text(row))[0].as_given)
    assert (given_texts["aggregated_by"], given_texts[score]) == ("fusion-report", "0.75")
    assert (given_texts["Databases"], given_texts["coverage1"]) == ("Mitelman,FusionGDB2", "90")


def test_the_file_is_one_of_fusion_report_and_says_what_it_lacks(tmp_path: Path) -> None:
    _, source, warnings = read(tmp_path, csv_text(ROW))
    assert (source.caller, source.format, source.calls) == ("fusion-report", "fusion-report", 2)
    assert [warning.code for warning in warnings] == ["one-junction-only"]


def test_a_header_alone_means_tested_without_a_call(tmp_path: Path) -> None:
    _, source, warnings = read(tmp_path, csv_text(columns=list(ROW)))
    assert (source.calls, warnings) == (0, ())


def test_names_are_parted_at_two_strokes_only(tmp_path: Path) -> None:
    call = one(tmp_path, Fusion="IGH-@-ext--CRLF2", starfusion=STAR)
    assert (call.gene_5prime, call.gene_3prime) == ("IGH-@-ext", "CRLF2")


def test_a_comma_within_a_value_parts_nothing(tmp_path: Path) -> None:
    call = one(tmp_path, starfusion=STAR + ",note: seen, by eye")
    assert dict(call.as_given)["note"] == "seen, by eye"


@pytest.mark.parametrize(
    ("caller", "cell", "counts", "frame"),
    [
        ("fusioncatcher", "spanning_pairs: 9,spanning_unique_reads: 5,fusion_type: in-frame", (5, 9, None), "in-frame"),
        ("fusioncatcher", "spanning_pairs: 9,fusion_type: CDS(truncated)/UTR", (None, 9, None), "unknown"),
        ("jaffa", "spanning_pairs: 8,spanning_reads: 13,inframe: FALSE", (13, 8, None), "out-of-frame"),
        ("jaffa", "spanning_pairs: 8,spanning_reads: 13,inframe: NA", (13, 8, None), "unknown"),
        ("ctat_lr_fusion", "num_LR: 33,ffmp: 2.1", (33, None, None), "unknown"),
        ("starfusion_lr", "num_LR: 33,ffmp: 2.1", (33, None, None), "unknown"),
        ("ericscript", "discordant_reads: 5,junction_reads: 19", (19, 5, None), "unknown"),
        ("pizzly", "pair_count: 3,split_count: 0", (0, 3, None), "unknown"),
        ("dragen", "score: 14", (None, None, 14), "unknown"),
        ("squid", "score: 14", (None, None, None), "unknown"),
        ("arriba", "split_reads1: 3,discordant_mates: 2,reading-frame: stop-codon", (None, 2, None), "stop-codon"),
    ],
)
def test_each_callers_keys_have_that_callers_meaning(
    tmp_path: Path, caller: str, cell: str, counts: tuple[int | None, ...], frame: str
) -> None:
    call = one(tmp_path, **{caller: cell})
    assert (call.split_reads, call.spanning_pairs, call.supporting_reads) == counts
    assert call.reading_frame == frame


def test_squid_has_neither_order_nor_junction(tmp_path: Path) -> None:
    call = one(tmp_path, squid="position: 12:11869684-11869969:+#15:87940600-87940753:+,score: 12")
    assert (call.caller, call.order_known, call.breakpoint_5prime) == ("SQUID", False, None)
    assert "11869684" in dict(call.as_given)["position"]


def test_a_caller_that_we_do_not_know_keeps_its_name_and_place(tmp_path: Path) -> None:
    call = one(tmp_path, in_house="position: 1:154170400#2:29223528,reads: 12")
    assert (call.caller, str(call.breakpoint_5prime), call.split_reads) == ("in_house", "chr1:154170400", None)
    assert dict(call.as_given)["reads"] == "12"


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"arriba": ARRIBA.replace("21", "many")}, "arriba"),
        ({"arriba": "position: 1:154170400"}, "arriba"),
        ({"arriba": "position: 1:x#2:29223528"}, "arriba"),
        ({"arriba": "found"}, "arriba"),
        ({"Fusion": "TPM3-ALK", "starfusion": STAR}, "Fusion"),
        ({"Fusion": "1-Mar--ALK", "starfusion": STAR}, "Fusion"),
        ({"Fusion": "TPM3--ALK"}, "Fusion"),
    ],
)
def test_a_bad_cell_is_refused_with_its_place(tmp_path: Path, cells: dict[str, str], column: str) -> None:
    (problem,) = problems_of(tmp_path, csv_text(dict(ROW, arriba="", starfusion="") | cells))
    assert (problem.line, problem.column) == (2, column)


def test_all_bad_cells_are_listed(tmp_path: Path) -> None:
    rows = [ROW | {"arriba": "found"}, ROW | {"starfusion": "position: here"}]
    found = [(problem.line, problem.column) for problem in problems_of(tmp_path, csv_text(*rows))]
    assert found == [(2, "arriba"), (3, "starfusion")]


def test_the_json_holds_the_same(tmp_path: Path) -> None:
    (call,) = from_json(tmp_path, ENTRY)
    assert (call.caller, call.split_reads, call.spanning_pairs) == ("STAR-Fusion", 44, 58)
    assert dict(call.as_given)["Databases"] == "Mitelman,COSMIC"
    assert dict(call.as_given)["Score"] == "0.65"


def test_whatever_else_a_json_says_of_the_pair_is_kept(tmp_path: Path) -> None:
    (call,) = from_json(tmp_path, ENTRY | {"HGNC": ["HGNC:12012", "HGNC:427"]})
    assert dict(call.as_given)["HGNC"] == "HGNC:12012,HGNC:427"


def test_an_indented_json_says_the_line_of_each_fusion(tmp_path: Path) -> None:
    assert [call.place.line for call in from_json(tmp_path, ENTRY, ENTRY, indent=1)] == [2, 16]


def test_values_of_any_kind_are_kept_as_text(tmp_path: Path) -> None:
    details = {"known": True, "note": None, "reads": 12, "x": float("nan")}
    (call,) = from_json(tmp_path, ENTRY | {"starfusion": details})
    assert [pair for pair in call.as_given if pair[0] in details] == [("known", "TRUE"), ("reads", "12"), ("x", "NaN")]


@pytest.mark.parametrize("digits", [30, 5000])
def test_a_number_with_too_many_digits_is_refused(tmp_path: Path, digits: int) -> None:
    text = json.dumps([ENTRY]).replace('"junction_reads": 44', f'"junction_reads": {"4" * digits}')
    (problem,) = problems_of(tmp_path, text)
    assert (problem.code, problem.column) == ("bad-record", "starfusion")


def test_the_closing_bracket_proves_a_json_whole_with_or_without_a_line_end(tmp_path: Path) -> None:
    text = json.dumps([ENTRY])
    assert calls_of(tmp_path, text) == calls_of(tmp_path, text + "\n")
    (problem,) = problems_of(tmp_path, text[:-1] + "\n")
    assert problem.code == "bad-json"


@pytest.mark.parametrize("damage", ["{0}", "[{0} {0}]", "[{0}, 3]", "[{0},]", "[{0}]]", "[{0}, {deep}]"])
def test_what_is_no_list_of_objects_is_refused(tmp_path: Path, damage: str) -> None:
    text = damage.format(json.dumps(ENTRY), deep='{"a":' * 100_000)
    (problem,) = problems_of(tmp_path, text + "\n")
    assert problem.code in ("bad-json", "unsupported-format")


def test_an_entry_without_a_caller_or_a_name_is_refused(tmp_path: Path) -> None:
    bare = {"Fusion": "TPM3--ALK", "Databases": []}
    found = problems_of(tmp_path, json.dumps([bare, {"Databases": [], "Score": 1}]))
    assert [problem.column for problem in found] == ["Fusion", "Fusion"]


@pytest.mark.parametrize(
    "text",
    [
        "TPM3--ALK\nIGH-@-ext--CRLF2\n",
        '{"id": "fusion_genes", "section_name": "Fusion genes", "data": {}}\n',
        '[{"Fusion":"A--B"}]\n',
    ],
)
def test_lists_of_names_alone_are_refused_with_advice(tmp_path: Path, text: str) -> None:
    (problem,) = problems_of(tmp_path, text)
    assert problem.code == "unsupported-format"
    assert "fusion-report" in problem.message
    assert "fusions.csv or fusions.json" in problem.message


@given(st.permutations(list(ROW)))
def test_the_order_of_the_columns_does_not_matter(columns: list[str]) -> None:
    def calls(order: list[str]) -> set[FusionCall]:
        source = decode(csv_text(ROW, columns=order).encode(), "x.csv")
        return set(format_of(source).read(source, ReadingContext("S26-00001", "RNA")).calls)

    assert calls(columns) == calls(list(ROW))


def test_the_source_counts_calls_and_not_pairs(tmp_path: Path) -> None:
    assert source_of(tmp_path, csv_text(ROW, ROW | {"Fusion": "CLTC--ALK", "arriba": ""})).calls == 3
