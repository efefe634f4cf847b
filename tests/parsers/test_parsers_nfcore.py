"""The VCF of nf-core/rnafusion."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import a_context, calls_of, nfcore_record, nfcore_text, problems_of, read, source_of

from parsers.accessions import finder
from parsers.records import Breakpoint


def one_call(folder: Path, **info: str):  # type: ignore[no-untyped-def]
    (call,) = calls_of(folder, nfcore_text(nfcore_record(**info)))
    return call


def test_one_record_is_one_fusion_from_its_gene_fields(tmp_path: Path) -> None:
    call = one_call(tmp_path)
    assert (call.gene_5prime, call.gene_3prime, call.molecule) == ("TPM3", "ALK", "RNA")
    assert call.breakpoint_5prime == Breakpoint("chr1", 154170400, "-")
    assert call.breakpoint_3prime == Breakpoint("chr2", 29223528, "-")
    assert (call.exon_5prime, call.exon_3prime, call.reading_frame) == (8, 20, "in-frame")
    assert call.transcript_3prime == "ENST00000389048.8"
    assert call.passed_filter


def test_dv_is_junction_reads_and_rv_spanning_pairs_whatever_the_header_says(tmp_path: Path) -> None:
    call = one_call(tmp_path)
    assert (call.split_reads, call.spanning_pairs) == (48, 61)


def test_a_fusion_dropped_by_fusion_inspector_keeps_its_zero_reads(tmp_path: Path) -> None:
    call = one_call(
        tmp_path,
        sample="./1:0:0:0.0",
        ORIENTATION="nan,nan",
        FRAME_STATUS="nan",
        TRANSCRIPT_ID_A="nan",
        EXON_NUMBER_A="0",
        EXON_NUMBER_B="0",
        FOUND_IN="nan",
        TOOL_HITS="nan",
        SCORE="nan",
    )
    assert (call.split_reads, call.spanning_pairs) == (0, 0)
    assert (call.exon_5prime, call.exon_3prime, call.reading_frame) == (None, None, "unknown")
    assert call.transcript_5prime == ""
    assert call.breakpoint_5prime == Breakpoint("chr1", 154170400, None)
    assert call.passed_filter
    assert "TOOL_HITS" not in dict(call.as_given)


def test_missing_read_counts_are_not_zero(tmp_path: Path) -> None:
    call = one_call(tmp_path, sample="./1:.:nan:.")
    assert (call.split_reads, call.spanning_pairs) == (None, None)


def test_the_brackets_are_not_used(tmp_path: Path) -> None:
    text = nfcore_text(nfcore_record()).replace("[2:29223528[N", "N]2:29223528]")
    assert calls_of(tmp_path, text) == calls_of(tmp_path, nfcore_text(nfcore_record()))


def test_an_exon_that_is_not_stated_is_none(tmp_path: Path) -> None:
    assert one_call(tmp_path, EXON_NUMBER_A="nan").exon_5prime is None


def test_frameshift_and_decimal_exons_are_understood(tmp_path: Path) -> None:
    call = one_call(tmp_path, FRAME_STATUS="FRAMESHIFT", EXON_NUMBER_A="13.0")
    assert (call.reading_frame, call.exon_5prime) == ("out-of-frame", 13)


@pytest.mark.parametrize(
    ("info", "column"),
    [
        ({"GENEA": "nan"}, "GENEA"),
        ({"GENEB": "1-Mar"}, "GENEB"),
        ({"EXON_NUMBER_A": "eight"}, "EXON_NUMBER_A"),
        ({"sample": "./1:many:61:2.1"}, "DV"),
    ],
)
def test_a_bad_record_is_refused_with_its_line(tmp_path: Path, info: dict[str, str], column: str) -> None:
    (problem,) = problems_of(tmp_path, nfcore_text(nfcore_record(), nfcore_record(**info)))
    assert (problem.line, problem.column) == (27, column)


def test_a_record_without_a_position_is_refused(tmp_path: Path) -> None:
    text = nfcore_text(nfcore_record()).replace("POSB=29223528", "POSB=nan")
    assert [problem.column for problem in problems_of(tmp_path, text)] == ["POSB"]


def test_spaces_in_info_lose_nothing(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, nfcore_text(nfcore_record(FOUND_DB="Mitelman, FusionGDB2")))
    assert dict(call.as_given)["FOUND_DB"] == "Mitelman, FusionGDB2"
    assert call.gene_3prime == "ALK"


def test_zero_records_mean_tested_without_a_call(tmp_path: Path) -> None:
    source = source_of(tmp_path, nfcore_text())
    assert (source.calls, source.format, source.sample) == (0, "nf-core/rnafusion VCF", "SAMPLE_01")


def test_a_sample_named_after_another_specimen_is_refused(tmp_path: Path) -> None:
    text = nfcore_text(nfcore_record(), sample="S26-00002_tumour")
    context = a_context(finder=finder(("S26-00001", "S26-00002")))
    assert [problem.code for problem in problems_of(tmp_path, text, context)] == ["wrong-specimen"]


def test_a_sample_that_looks_like_another_accession_is_refused(tmp_path: Path) -> None:
    text = nfcore_text(nfcore_record(), sample="S26-00099")
    assert [problem.code for problem in problems_of(tmp_path, text)] == ["wrong-specimen"]


@pytest.mark.parametrize("sample", ["S26-00001", "s26-00001_RNA", "SAMPLE_01", "888-88"])
def test_the_own_name_and_neutral_names_are_accepted(tmp_path: Path, sample: str) -> None:
    assert source_of(tmp_path, nfcore_text(nfcore_record(), sample=sample)).sample == sample


def test_a_missing_first_line_is_mended_with_a_warning(tmp_path: Path) -> None:
    text = nfcore_text(nfcore_record()).partition("\n")[2]
    calls, _, warnings = read(tmp_path, text)
    assert len(calls) == 1
    assert [(warning.code, warning.severity) for warning in warnings] == [("no-fileformat", "warning")]
