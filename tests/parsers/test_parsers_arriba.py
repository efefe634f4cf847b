"""Arriba 1.x and 2.x tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import (
    ARRIBA_V1,
    ARRIBA_V2,
    a_context,
    arriba_row,
    calls_of,
    problems_of,
    source_of,
    table_text,
)

from parsers.accessions import finder
from parsers.records import Breakpoint


def one_call(folder: Path, header: str = ARRIBA_V2, **cells: str):  # type: ignore[no-untyped-def]
    (call,) = calls_of(folder, table_text(header, [arriba_row(**cells)]))
    return call


@pytest.mark.parametrize("header", [ARRIBA_V1, ARRIBA_V2])
def test_both_column_orders_give_the_same_call(tmp_path: Path, header: str) -> None:
    call = one_call(tmp_path, header)
    assert (call.caller, call.gene_5prime, call.gene_3prime) == ("Arriba", "TPM3", "ALK")
    assert call.breakpoint_5prime == Breakpoint("chr1", 154170400, "-")
    assert call.breakpoint_3prime == Breakpoint("chr2", 29223528, "-")
    assert (call.split_reads, call.spanning_pairs) == (48, 61)
    assert (call.reading_frame, call.confidence, call.molecule) == ("in-frame", "high", "RNA")
    assert (call.genome_build, call.place.line) == ("GRCh38", 2)


def test_version_2_names_the_transcripts(tmp_path: Path) -> None:
    call = one_call(tmp_path)
    assert (call.transcript_5prime, call.transcript_3prime) == ("ENST00000651641", "ENST00000389048")
    assert one_call(tmp_path, ARRIBA_V1).transcript_5prime == ""


def test_a_header_without_the_hash_sign_is_read(tmp_path: Path) -> None:
    assert one_call(tmp_path, ARRIBA_V2.removeprefix("#")).gene_3prime == "ALK"


@pytest.mark.parametrize(
    "header", [ARRIBA_V2.removesuffix("\tread_identifiers"), ARRIBA_V1 + "\ttumor_id\tgene1--gene2\tannots"]
)
def test_tables_of_29_and_27_columns_are_read(tmp_path: Path, header: str) -> None:
    assert one_call(tmp_path, header).split_reads == 48


def test_the_strand_is_the_part_behind_the_slash(tmp_path: Path) -> None:
    call = one_call(tmp_path, **{"strand1(gene/fusion)": "+/-", "strand2(gene/fusion)": "./+"})
    assert call.breakpoint_5prime
    assert call.breakpoint_3prime
    assert (call.breakpoint_5prime.strand, call.breakpoint_3prime.strand) == ("-", "+")


def test_an_unknown_strand_is_not_stated(tmp_path: Path) -> None:
    call = one_call(tmp_path, **{"strand1(gene/fusion)": "+/."})
    assert call.breakpoint_5prime
    assert call.breakpoint_5prime.strand is None


@pytest.mark.parametrize("name", ["BRD4(1122),BRD4-1(2233)", "AC112492.1(83716),DCAF8L1(218)", "ALK(5)"])
def test_nearest_genes_are_not_the_gene_but_are_kept_as_given(tmp_path: Path, name: str) -> None:
    call = one_call(tmp_path, gene2=name)
    assert call.gene_3prime == ""
    assert dict(call.as_given)["gene2"] == name


def test_a_missing_gene_is_empty(tmp_path: Path) -> None:
    assert one_call(tmp_path, gene1=".").gene_5prime == ""


@pytest.mark.parametrize("event", ["translocation/5'-5'", "inversion/3'-3'"])
def test_head_to_head_events_have_no_order(tmp_path: Path, event: str) -> None:
    assert one_call(tmp_path, type=event).order_known is False


def test_a_read_through_deletion_is_kept_with_its_order(tmp_path: Path) -> None:
    call = one_call(tmp_path, gene1="GOPC", gene2="ROS1", breakpoint2="6:117321394", type="deletion/read-through")
    assert (call.gene_5prime, call.event_type, call.order_known) == ("GOPC", "deletion/read-through", True)


@pytest.mark.parametrize(
    ("frame", "expected"), [("out-of-frame", "out-of-frame"), ("stop-codon", "stop-codon"), (".", "unknown")]
)
def test_reading_frames_keep_their_meaning(tmp_path: Path, frame: str, expected: str) -> None:
    assert one_call(tmp_path, reading_frame=frame).reading_frame == expected


def test_an_unknown_reading_frame_is_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, table_text(ARRIBA_V2, [arriba_row(reading_frame="maybe")]))
    assert (problem.column, problem.line, problem.found) == ("reading_frame", 2, "maybe")


@pytest.mark.parametrize(
    ("filters", "passed"),
    [(".", True), ("duplicates(8),mismatches(2)", True), ("min_support", False), ("duplicates(3),blacklist", False)],
)
def test_a_filter_without_a_number_discarded_the_event(tmp_path: Path, filters: str, passed: bool) -> None:
    assert one_call(tmp_path, filters=filters).passed_filter is passed


def test_quotes_from_a_spreadsheet_do_not_change_the_cells(tmp_path: Path) -> None:
    call = one_call(tmp_path, filters='"duplicates(8),mismatches(2)"')
    assert call.passed_filter
    assert call.filters == "duplicates(8),mismatches(2)"


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"split_reads1": "NA"}, "split_reads1"),
        ({"discordant_mates": "-3"}, "discordant_mates"),
        ({"split_reads2": "²"}, "split_reads2"),
        ({"breakpoint1": "1-154170400"}, "breakpoint1"),
        ({"breakpoint2": "2:0"}, "breakpoint2"),
        ({"gene1": "1-Mar"}, "gene1"),
        ({"gene2": "Sep-02"}, "gene2"),
    ],
)
def test_a_bad_cell_is_refused_with_its_place(tmp_path: Path, cells: dict[str, str], column: str) -> None:
    rows = [arriba_row(), arriba_row(**cells)]
    (problem,) = problems_of(tmp_path, table_text(ARRIBA_V2, rows))
    assert (problem.line, problem.column, problem.accession) == (3, column, "S26-00001")
    assert problem.remedy


def test_all_bad_cells_of_all_rows_are_listed(tmp_path: Path) -> None:
    rows = [arriba_row(split_reads1="x", breakpoint1="y"), arriba_row(), arriba_row(discordant_mates="z")]
    found = [(problem.line, problem.column) for problem in problems_of(tmp_path, table_text(ARRIBA_V2, rows))]
    assert sorted(found) == [(2, "breakpoint1"), (2, "split_reads1"), (4, "discordant_mates")]


def test_hla_contigs_hold_colons(tmp_path: Path) -> None:
    call = one_call(tmp_path, gene1="HLA-A", breakpoint1="HLA-A*01:01:01:01:120")
    assert str(call.breakpoint_5prime) == "chrHLA-A*01:01:01:01:120:-"


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    header = "\t".join(name for name in ARRIBA_V2.split("\t") if name not in ("type", "split_reads2"))
    (problem,) = problems_of(tmp_path, table_text(header, [arriba_row()]))
    assert problem.code == "missing-column"
    assert "type, split_reads2" in problem.message


def test_blank_lines_are_no_rows_and_lines_keep_their_numbers(tmp_path: Path) -> None:
    lines = table_text(ARRIBA_V2, [arriba_row(), arriba_row(gene1="CLTC")]).split("\n")
    calls = calls_of(tmp_path, "\n".join([lines[0], lines[1], "", lines[2], "", ""]))
    assert [(call.gene_5prime, call.place.line) for call in calls] == [("TPM3", 2), ("CLTC", 4)]


def test_a_finished_run_without_a_call_is_a_source_with_no_calls(tmp_path: Path) -> None:
    source = source_of(tmp_path, ARRIBA_V2 + "\n")
    assert (source.format, source.calls, source.genome_build) == ("Arriba", 0, "GRCh38")
    assert len(source.sha256) == 64


def test_a_cohort_table_is_refused(tmp_path: Path) -> None:
    rows = [arriba_row() | {"tumor_id": "A"}, arriba_row() | {"tumor_id": "B"}]
    (problem,) = problems_of(tmp_path, table_text(ARRIBA_V1 + "\ttumor_id", rows))
    assert problem.code == "several-samples"


def test_the_sample_of_the_table_is_kept(tmp_path: Path) -> None:
    rows = [arriba_row() | {"tumor_id": "A"}]
    assert source_of(tmp_path, table_text(ARRIBA_V1 + "\ttumor_id", rows)).sample == "A"
    assert source_of(tmp_path, ARRIBA_V1 + "\ttumor_id\n").sample == ""


def test_a_table_of_another_specimen_of_the_batch_is_refused(tmp_path: Path) -> None:
    text = table_text(ARRIBA_V1 + "\ttumor_id", [arriba_row() | {"tumor_id": "Run7_S26-1_T"}])
    (problem,) = problems_of(tmp_path, text, a_context(finder=finder(("S26-00001", "S26-1"))))
    assert problem.code == "wrong-specimen"
    assert source_of(tmp_path, text, a_context(finder=finder(("S26-00001", "S26-12")))).sample == "Run7_S26-1_T"
