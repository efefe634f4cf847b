"""CICERO fusions: reads of two ends that must not be added, an order that is not always known, cohorts."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import ACCESSION, calls_of, problems_of, read, source_of, table_text

SHORT = (
    "sample\tgeneA\tchrA\tposA\tortA\tfeatureA\tgeneB\tchrB\tposB\tortB\tfeatureB\tsv_ort\treadsA\treadsB\tmatchA\tmatchB\t"
    "repeatA\trepeatB\tcoverageA\tcoverageB\tratioA\tratioB\tqposA\tqposB\ttotal_readsA\ttotal_readsB\tcontig\ttype"
)
FULL = (
    SHORT + "\tscore\trating\tmedal\tfunctional effect\tframe\tsv_refseqA\tsv_refseqA_exon\tsv_refseqB\tsv_refseqB_exon"
)


def a_row(**cells: str) -> dict[str, str]:
    return {
        "sample": ACCESSION,
        "geneA": "EML4",
        "chrA": "chr2",
        "posA": "42295516",
        "ortA": "+",
        "geneB": "ALK",
        "chrB": "chr2",
        "posB": "29223528",
        "ortB": "-",
        "sv_ort": ">",
        "readsA": "41",
        "readsB": "29",
        "type": "ITX",
        "rating": "HQ",
        "frame": "1",
        "sv_refseqA": "NM_019063",
        "sv_refseqA_exon": "13",
        "sv_refseqB": "NM_004304",
        "sv_refseqB_exon": "20",
    } | cells


def test_both_layouts_are_read(tmp_path: Path) -> None:
    (full,) = calls_of(tmp_path, table_text(FULL, [a_row()]))
    assert (str(full.breakpoint_5prime), str(full.breakpoint_3prime)) == ("chr2:42295516:+", "chr2:29223528:-")
    assert (full.exon_5prime, full.exon_3prime, full.transcript_3prime) == (13, 20, "NM_004304")
    assert (full.reading_frame, full.confidence, full.filters) == ("in-frame", "HQ", "rating HQ")
    (short,) = calls_of(tmp_path, table_text(SHORT, [a_row()]))
    assert (short.exon_5prime, short.reading_frame, short.confidence) == (None, "unknown", "")
    assert (short.passed_filter, short.filters, short.event_type) == (True, "", "ITX")


def test_the_reads_of_both_ends_are_not_added(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, table_text(FULL, [a_row(readsA="41", readsB="29")]))
    assert (call.split_reads, call.spanning_pairs, call.supporting_reads) == (41, None, None)
    assert [dict(call.as_given)[name] for name in ("readsA", "readsB")] == ["41", "29"]


@pytest.mark.parametrize(("sign", "known"), [(">", True), ("?", False), ("<", False), ("", True)])
def test_the_order_is_known_where_the_contig_reads_from_a_to_b(tmp_path: Path, sign: str, known: bool) -> None:
    (call,) = calls_of(tmp_path, table_text(FULL, [a_row(sv_ort=sign)]))
    assert call.order_known is known


@pytest.mark.parametrize(
    ("frame", "read_as"),
    [("1", "in-frame"), ("0", "out-of-frame"), ("2", "unknown"), ("3", "unknown"), ("0,1", "unknown")],
)
def test_only_a_plain_frame_is_one(tmp_path: Path, frame: str, read_as: str) -> None:
    (call,) = calls_of(tmp_path, table_text(FULL, [a_row(frame=frame)]))
    assert (call.reading_frame, dict(call.as_given)["frame"]) == (read_as, frame)


def test_a_bad_rating_is_kept_and_does_not_pass(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, table_text(FULL, [a_row(rating="bad")]))
    assert (call.passed_filter, call.filters) == (False, "rating bad")


def test_a_position_outside_all_genes_has_no_name_and_may_have_no_strand(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, table_text(FULL, [a_row(geneB="NA", ortB="?")]))
    assert (call.gene_3prime, str(call.breakpoint_3prime)) == ("", "chr2:29223528")


def test_several_genes_of_one_position_are_a_call_each(tmp_path: Path) -> None:
    """A kinase must keep its name wherever it stands in the list."""
    calls = calls_of(tmp_path, table_text(FULL, [a_row(geneB="CLIP4,ALK")]))
    assert [(call.gene_5prime, call.gene_3prime) for call in calls] == [("EML4", "CLIP4"), ("EML4", "ALK")]
    assert {(call.place.line, dict(call.as_given)["geneB"]) for call in calls} == {(2, "CLIP4,ALK")}


def test_of_a_cohort_only_the_specimens_rows_are_read_and_the_rest_is_said(tmp_path: Path) -> None:
    text = table_text(FULL, [a_row(sample="S26-00007"), a_row(), a_row(sample="S26-00008", geneA="TPM3")])
    calls, source, warnings = read(tmp_path, text)
    assert [(call.gene_5prime, call.place.line) for call in calls] == [("EML4", 3)]
    assert source.sample == ACCESSION
    assert [warning.code for warning in warnings] == ["other-samples"]


def test_a_cohort_without_the_specimen_is_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, table_text(FULL, [a_row(sample="A"), a_row(sample="B")]))
    assert problem.code == "several-samples"


def test_another_specimens_table_is_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, table_text(FULL, [a_row(sample="S26-00009")]))
    assert problem.code == "wrong-specimen"


def test_a_header_alone_is_a_finished_run_without_a_fusion(tmp_path: Path) -> None:
    assert (source_of(tmp_path, FULL + "\n").format, source_of(tmp_path, FULL + "\n").calls) == ("CICERO", 0)


def test_every_bad_cell_is_named(tmp_path: Path) -> None:
    rows = [a_row(posA="", ortB="up", readsA="x"), a_row(chrB="", readsB="1.5", geneA="1-Mar")]
    problems = problems_of(tmp_path, table_text(FULL, rows))
    assert sorted((problem.line, problem.code, problem.column) for problem in problems) == [
        (2, "bad-breakpoint", "ortB"),
        (2, "bad-breakpoint", "posA"),
        (2, "not-a-whole-number", "readsA"),
        (3, "bad-breakpoint", "posB"),
        (3, "excel-date", "geneA"),
        (3, "not-a-whole-number", "readsB"),
    ]


def test_a_table_without_the_needed_columns_is_refused_as_ciceros(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, "sample\tgeneA\tchrA\tposA\tortA\nx\tALK\t2\t1\t+\n")
    assert problem.code == "missing-column"
    assert "readsA" in problem.message
