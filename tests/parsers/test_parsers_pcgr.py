"""The fusion table that PCGR takes as input."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import calls_of, problems_of, read, source_of, table_text

from parsers.records import FusionCall

HEADER = "FusionGene\tLeftBreakpoint\tRightBreakpoint\tSplitReads"
ROW = {
    "FusionGene": "TPM3--ALK",
    "LeftBreakpoint": "1:154170400",
    "RightBreakpoint": "2:29223528",
    "SplitReads": "48",
    "Score": "0.97",
}


def one(folder: Path, header: str = HEADER, **cells: str) -> FusionCall:
    (call,) = calls_of(folder, table_text(header, [ROW | cells]))
    return call


def test_a_row_is_a_call_with_split_reads(tmp_path: Path) -> None:
    call = one(tmp_path)
    assert (call.gene_5prime, call.gene_3prime, call.split_reads, call.spanning_pairs) == ("TPM3", "ALK", 48, None)
    assert (str(call.breakpoint_5prime), str(call.breakpoint_3prime)) == ("chr1:154170400", "chr2:29223528")
    assert (call.caller, call.molecule, call.genome_build) == ("PCGR input", "RNA", "GRCh38")


def test_the_order_stays_as_given_and_counts_as_unknown(tmp_path: Path) -> None:
    call = one(tmp_path, FusionGene="NTRK1--TPM3", LeftBreakpoint="1:156875520", RightBreakpoint="1:154170649")
    assert (call.gene_5prime, call.gene_3prime) == ("NTRK1", "TPM3")
    assert (str(call.breakpoint_5prime), call.order_known) == ("chr1:156875520", False)


def test_a_warning_says_that_nobody_checked_the_order(tmp_path: Path) -> None:
    _, _, warnings = read(tmp_path, table_text(HEADER, [ROW]))
    assert [(warning.code, warning.severity) for warning in warnings] == [("order-as-given", "warning")]
    assert read(tmp_path, HEADER + "\n")[2] == ()


@pytest.mark.parametrize(
    ("given", "genes"),
    [
        ("--ALK", ("", "ALK")),
        ("v--ALK", ("", "ALK")),
        ("RET--", ("RET", "")),
        ("RET::v", ("RET", "")),
        ("ETV6::NTRK3", ("ETV6", "NTRK3")),
        ("EEF1E1-BLOC1S5--ALK", ("EEF1E1-BLOC1S5", "ALK")),
    ],
)
def test_a_missing_partner_is_empty_and_names_keep_their_strokes(
    tmp_path: Path, given: str, genes: tuple[str, str]
) -> None:
    call = one(tmp_path, FusionGene=given)
    assert (call.gene_5prime, call.gene_3prime) == genes


@pytest.mark.parametrize("nothing", ["", ".", "NA"])
def test_a_position_may_be_missing(tmp_path: Path, nothing: str) -> None:
    call = one(tmp_path, LeftBreakpoint=nothing)
    assert (call.breakpoint_5prime, str(call.breakpoint_3prime)) == (None, "chr2:29223528")


def test_further_columns_are_kept_as_given(tmp_path: Path) -> None:
    call = one(tmp_path, header=HEADER + "\tScore")
    assert call.as_given == (("FusionGene", "TPM3--ALK"), ("Score", "0.97"))


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"FusionGene": "TPM3-ALK"}, "FusionGene"),
        ({"FusionGene": "--"}, "FusionGene"),
        ({"FusionGene": "1-Mar--ALK"}, "FusionGene"),
        ({"LeftBreakpoint": "1;154170400"}, "LeftBreakpoint"),
        ({"SplitReads": "NA"}, "SplitReads"),
    ],
)
def test_a_bad_cell_is_refused_with_its_place(tmp_path: Path, cells: dict[str, str], column: str) -> None:
    (problem,) = problems_of(tmp_path, table_text(HEADER, [ROW, ROW | cells]))
    assert (problem.line, problem.column) == (3, column)


def test_a_header_alone_means_tested_without_a_call(tmp_path: Path) -> None:
    assert source_of(tmp_path, HEADER + "\n").calls == 0
