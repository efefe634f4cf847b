"""JAFFA and JAFFAL results."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import a_context, calls_of, csv_text, problems_of, read, source_of

from parsers.records import Breakpoint, FusionCall


def a_row(**cells: str) -> dict[str, str]:
    """TPM3:ALK; underscores of the keywords stand for blanks."""
    values = {
        "sample": "reads",
        "fusion genes": "TPM3:ALK",
        "chrom1": "chr1",
        "base1": "154170400",
        "strand1": "-",
        "chrom2": "chr2",
        "base2": "29223528",
        "strand2": "-",
        "gap (kb)": "Inf",
        "spanning pairs": "31",
        "spanning reads": "12",
        "inframe": "TRUE",
        "aligns": "TRUE",
        "rearrangement": "TRUE",
        "contig": "7KQ/1",
        "contig break": "61",
        "classification": "HighConfidence",
        "known": "Yes",
    }
    return values | {name.replace("_", " "): value for name, value in cells.items()}


def one(folder: Path, **cells: str) -> FusionCall:
    (call,) = calls_of(folder, csv_text(a_row(**cells)))
    return call


def test_spanning_reads_are_split_reads_and_spanning_pairs_are_pairs(tmp_path: Path) -> None:
    call = one(tmp_path)
    assert (call.caller, call.gene_5prime, call.gene_3prime) == ("JAFFA", "TPM3", "ALK")
    assert (call.split_reads, call.spanning_pairs) == (12, 31)
    assert call.breakpoint_3prime == Breakpoint("chr2", 29223528, "-")


def test_version_1_has_no_strands(tmp_path: Path) -> None:
    row = {name: cell for name, cell in a_row().items() if not name.startswith("strand")}
    (call,) = calls_of(tmp_path, csv_text(row))
    assert call.breakpoint_5prime == Breakpoint("chr1", 154170400, None)


def test_quoted_cells_are_the_same_as_bare_ones(tmp_path: Path) -> None:
    names, cells = csv_text(a_row()).rstrip("\n").split("\n")
    quoted = "".join(",".join(f'"{cell}"' for cell in line.split(",")) + "\n" for line in (names, cells))
    assert calls_of(tmp_path, quoted) == calls_of(tmp_path, csv_text(a_row()))


@pytest.mark.parametrize(
    ("given", "frame", "known"), [("TRUE", "in-frame", True), ("FALSE", "out-of-frame", True), ("NA", "unknown", False)]
)
def test_without_exon_edges_there_is_neither_frame_nor_order(
    tmp_path: Path, given: str, frame: str, known: bool
) -> None:
    call = one(tmp_path, inframe=given)
    assert (call.reading_frame, call.order_known) == (frame, known)
    assert (call.gene_5prime, call.gene_3prime) == ("TPM3", "ALK")


def test_pairs_that_could_not_be_counted_are_unknown_and_not_0(tmp_path: Path) -> None:
    call = one(tmp_path, spanning_pairs="-")
    assert call.spanning_pairs is None
    assert ("spanning pairs", "-") in call.as_given
    assert one(tmp_path, spanning_pairs="0").spanning_pairs == 0


@pytest.mark.parametrize(
    "word", ["HighConfidence", "MediumConfidence", "LowConfidence", "PotentialTransSplicing", "NoSupport"]
)
def test_the_classification_is_the_confidence(tmp_path: Path, word: str) -> None:
    assert one(tmp_path, classification=word).confidence == word


def test_an_infinite_gap_is_text_like_any_other(tmp_path: Path) -> None:
    assert ("gap (kb)", "Inf") in one(tmp_path).as_given


def test_columns_of_later_versions_are_kept_as_given(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, csv_text(a_row() | {"known_mitelman": "Yes"}))
    assert ("known_mitelman", "Yes") in call.as_given


@pytest.mark.parametrize("pair", ["NKX2-1:ALK", "NKX2-1::ALK", "NKX2-1 : ALK"])
def test_one_or_two_colons_part_the_genes_and_hyphens_do_not(tmp_path: Path, pair: str) -> None:
    (call,) = calls_of(tmp_path, csv_text(a_row() | {"fusion genes": pair}))
    assert (call.gene_5prime, call.gene_3prime) == ("NKX2-1", "ALK")


def test_a_position_that_r_has_shortened_is_read_to_its_last_digit(tmp_path: Path) -> None:
    call = one(tmp_path, chrom1="chr1", base1="1.54e+08")
    assert call.breakpoint_5prime == Breakpoint("chr1", 154_000_000, "-")


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"fusion_genes": "TPM3"}, "fusion genes", "bad-gene-pair"),
        ({"fusion_genes": "TPM3:"}, "fusion genes", "bad-gene-pair"),
        ({"fusion_genes": "A:B:C"}, "fusion genes", "bad-gene-pair"),
        ({"fusion_genes": "1-Mar:ALK"}, "fusion genes", "excel-date"),
        ({"base1": "1.5417e+8.2"}, "base1", "bad-breakpoint"),
        ({"base2": ""}, "base2", "bad-breakpoint"),
        ({"chrom2": ""}, "base2", "bad-breakpoint"),
        ({"spanning_reads": "Inf"}, "spanning reads", "not-a-whole-number"),
        ({"spanning_pairs": "NA"}, "spanning pairs", "not-a-whole-number"),
        ({"inframe": "WAHR"}, "inframe", "unknown-value"),
    ],
)
def test_a_bad_cell_is_refused_with_its_place(tmp_path: Path, cells: dict[str, str], column: str, code: str) -> None:
    problems = problems_of(tmp_path, csv_text(a_row(), a_row(**cells)))
    assert [(problem.code, problem.line, problem.column) for problem in problems] == [(code, 3, column)]


def test_a_header_alone_means_tested_without_a_call(tmp_path: Path) -> None:
    assert source_of(tmp_path, csv_text(a_row()).split("\n")[0] + "\n").calls == 0


def test_of_a_whole_run_the_specimens_rows_are_read_and_the_others_counted(tmp_path: Path) -> None:
    text = csv_text(a_row(sample="S26-20014_R1"), a_row(sample="S26-20015_R1"), a_row(sample="S26-20016_R1"))
    calls, source, warnings = read(tmp_path, text, a_context(accession="S26-20015"))
    assert ([call.place.line for call in calls], source.sample) == ([3], "S26-20015_R1")
    (warning,) = warnings
    assert (warning.code, warning.severity) == ("other-samples", "warning")
    assert warning.message.startswith("2 rows of 2 other samples")


def test_a_run_without_the_specimen_is_refused(tmp_path: Path) -> None:
    text = csv_text(a_row(sample="S26-20014"), a_row(sample="S26-20015"))
    (problem,) = problems_of(tmp_path, text, a_context(accession="S26-20099"))
    assert (problem.code, problem.column) == ("several-samples", "sample")


def test_two_samples_of_one_specimen_are_not_chosen_between(tmp_path: Path) -> None:
    text = csv_text(a_row(sample="S26-20014_1"), a_row(sample="S26-20014_2"))
    (problem,) = problems_of(tmp_path, text, a_context(accession="S26-20014"))
    assert problem.code == "several-samples"


def test_the_one_sample_of_a_table_must_not_be_another_specimen(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, csv_text(a_row(sample="S26-20014")), a_context(accession="S26-20099"))
    assert problem.code == "wrong-specimen"


def test_a_table_without_positions_is_refused_naming_the_columns(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, '"sample","fusion genes","chrom1","classification","known"\n')
    assert problem.code == "missing-column"
    assert "spanning reads" in problem.message
