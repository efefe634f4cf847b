"""DRAGEN RNA fusion candidates in three layouts, and their lists of genes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsers_samples import calls_of, problems_of, read, source_of, table_text
from test_parsers_formats import ROOT, text_of

from parsers.callers.format import gene_pairs
from parsers.records import FusionCall

HEADER = text_of(ROOT / "dragen_rna" / "fusion_candidates.final").split("\n")[0]
OLD = "#FusionGene\tScore\tLeftBreakpoint\tRightBreakpoint\tReadNames"
FEATURES = text_of(ROOT / "dragen_rna" / "fusion_candidates.features.csv").split("\n")[0]


def a_row(**cells: str) -> dict[str, str]:
    return {
        "FusionGene": "TPM3--ALK",
        "Score": "0.971044",
        "LeftBreakpoint": "chr1:154170400:-",
        "RightBreakpoint": "chr2:29223528:-",
        "Gene1Location": "IntactExon",
        "Gene2Location": "IntactExon",
        "Gene1Sense": "True",
        "Gene2Sense": "True",
        "NumSplitReads": "12",
        "NumSoftClippedReads": "4",
        "NumPairedReads": "7",
        "ReadNames": "A00000:1:H:1:1101:2000:3000;",
    } | cells


def rows_of(folder: Path, header: str = HEADER, **cells: str) -> tuple[FusionCall, ...]:
    return calls_of(folder, table_text(header, [a_row(**cells)]))


def one(folder: Path, header: str = HEADER, **cells: str) -> FusionCall:
    (call,) = rows_of(folder, header, **cells)
    return call


def features(**cells: str) -> str:
    names = FEATURES.split(",")
    row = a_row(**cells)
    return f"{FEATURES}\n{','.join(row.get(name, '') for name in names)}\n"


def test_the_later_table_counts_split_and_paired_reads(tmp_path: Path) -> None:
    call = one(tmp_path)
    assert (call.caller, call.gene_5prime, call.gene_3prime) == ("DRAGEN RNA", "TPM3", "ALK")
    assert (call.split_reads, call.spanning_pairs, call.supporting_reads) == (12, 7, None)
    assert ("NumSoftClippedReads", "4") in call.as_given
    assert ("Score", "0.971044") in call.as_given
    assert ("Gene2Location", "IntactExon") in call.as_given
    assert "ReadNames" not in dict(call.as_given)


def test_the_score_of_the_old_table_is_its_one_number_of_reads(tmp_path: Path) -> None:
    call = one(tmp_path, OLD, Score="33")
    assert (call.split_reads, call.spanning_pairs, call.supporting_reads) == (None, None, 33)


def test_a_score_that_is_a_probability_is_no_number_of_reads_in_any_row(tmp_path: Path) -> None:
    calls, _, warnings = read(tmp_path, table_text(OLD, [a_row(Score="1"), a_row(Score="0.88")]))
    assert [call.supporting_reads for call in calls] == [None, None]
    assert [(warning.code, warning.line) for warning in warnings] == [("no-read-counts", 3)]


def test_the_features_table_has_commas_and_a_filter(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, features(Filter="LOW_SCORE;MIN_SUPPORT"))
    assert (call.gene_3prime, call.split_reads, call.spanning_pairs) == ("ALK", 12, 7)
    assert (call.passed_filter, call.filters) == (False, "LOW_SCORE;MIN_SUPPORT")


@pytest.mark.parametrize(("filters", "passed"), [("PASS", True), ("PASS;READ_THROUGH", True), ("FAIL", False)])
def test_remarks_beside_pass_fail_nothing(tmp_path: Path, filters: str, passed: bool) -> None:
    (call,) = calls_of(tmp_path, features(Filter=filters))
    assert call.passed_filter is passed


def test_a_list_of_genes_becomes_one_call_for_each_pairing(tmp_path: Path) -> None:
    calls = rows_of(tmp_path, FusionGene="TPM3;C1orf43--ALK;CLIP4", Gene1Sense="True;True", Gene2Sense="True;True")
    assert [(call.gene_5prime, call.gene_3prime) for call in calls] == [
        ("TPM3", "ALK"),
        ("TPM3", "CLIP4"),
        ("C1orf43", "ALK"),
        ("C1orf43", "CLIP4"),
    ]
    assert {call.place.line for call in calls} == {2}
    assert all(("FusionGene", "TPM3;C1orf43--ALK;CLIP4") in call.as_given for call in calls)


@pytest.mark.parametrize(
    ("given", "genes"),
    [
        ("TPM3--ALK;AC0001.1", [("TPM3", "ALK")]),
        ("AL0001.1;TPM3--AC0001.1;ALK", [("TPM3", "ALK")]),
        ("TPM3--AC0001.1;LINC02246", [("TPM3", "LINC02246")]),
        ("TPM3--AC0001.1", [("TPM3", "AC0001.1")]),
        ("TPM3--AC0001.1;AC0002.1", [("TPM3", "AC0001.1"), ("TPM3", "AC0002.1")]),
    ],
)
def test_a_clone_counts_only_where_no_gene_is_listed(tmp_path: Path, given: str, genes: list[tuple[str, str]]) -> None:
    calls = rows_of(tmp_path, FusionGene=given)
    assert [(call.gene_5prime, call.gene_3prime) for call in calls] == genes
    assert all(("FusionGene", given) in call.as_given for call in calls)


def test_additional_genes_of_the_features_table_belong_to_the_list(tmp_path: Path) -> None:
    calls = calls_of(tmp_path, features(FusionGene="TPM3--AC0001.1", AdditionalGenes2="ALK;CLIP4"))
    assert [call.gene_3prime for call in calls] == ["ALK", "CLIP4"]


symbols = st.sampled_from(["ALK", "RET", "ROS1", "NTRK1", "HLA-A", "LINC02246"])


@given(st.lists(symbols, min_size=1, max_size=4), st.lists(symbols, min_size=1, max_size=4))
def test_no_listed_gene_is_lost_and_none_is_added(first: list[str], second: list[str]) -> None:
    pairs = gene_pairs(";".join(first), ";".join(second))
    assert {one for one, _ in pairs} == set(first)
    assert {other for _, other in pairs} == set(second)
    assert len(set(pairs)) == len(pairs) == len(set(first)) * len(set(second))


@pytest.mark.parametrize(
    ("first", "second", "known"),
    [
        ("True", "True", True),
        ("True", "False;True", True),
        ("False", "True", False),
        ("True", "False", False),
        ("False", "False", False),
    ],
)
def test_an_end_that_is_read_in_antisense_leaves_the_order_open(
    tmp_path: Path, first: str, second: str, known: bool
) -> None:
    assert one(tmp_path, Gene1Sense=first, Gene2Sense=second).order_known is known


def test_the_old_table_says_nothing_of_sense(tmp_path: Path) -> None:
    assert one(tmp_path, OLD, Score="3").order_known


@pytest.mark.parametrize("header", [HEADER, OLD, FEATURES])
def test_a_header_alone_means_tested_without_a_call(tmp_path: Path, header: str) -> None:
    assert source_of(tmp_path, header + "\n").calls == 0


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"FusionGene": "ALK"}, "FusionGene", "bad-gene-pair"),
        ({"FusionGene": "TPM3--"}, "FusionGene", "bad-gene-pair"),
        ({"FusionGene": "TPM3--ALK;1-Mar"}, "FusionGene", "excel-date"),
        ({"LeftBreakpoint": "chr1"}, "LeftBreakpoint", "bad-breakpoint"),
        ({"NumSplitReads": "12.5"}, "NumSplitReads", "not-a-whole-number"),
        ({"NumPairedReads": ""}, "NumPairedReads", "not-a-whole-number"),
    ],
)
def test_a_bad_cell_is_refused_once_with_its_place(
    tmp_path: Path, cells: dict[str, str], column: str, code: str
) -> None:
    problems = problems_of(tmp_path, table_text(HEADER, [a_row(**cells)]))
    assert [(problem.code, problem.line, problem.column) for problem in problems] == [(code, 2, column)]


def test_a_table_with_only_one_of_the_two_counts_is_refused(tmp_path: Path) -> None:
    text = table_text(HEADER.replace("\tNumPairedReads", ""), [a_row()])
    (problem,) = problems_of(tmp_path, text)
    assert (problem.code, "NumPairedReads" in problem.message) == ("missing-column", True)
