"""Archer Analysis: what is read of its keys, and what is refused because nobody has told what it means."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import a_context, calls_of, problems_of, read

from parsers.callers import format_of
from parsers.callers.format import ReadingContext
from parsers.errors import InputError
from parsers.reading import decode
from parsers.records import Breakpoint

CONTEXT = a_context(assay_build="GRCh37")
FUSION = {
    "FCA_1_GENES_UNIQUE": "TPM3:ALK",
    "FCA_1_STRONG_EVIDENCE_ABERRATION": "TRUE",
    "FCA_1_HAS_INFRAME_TRANSLATION": "TRUE",
    "FCA_1_ANNOTATION_1-1": "TPM3(-)NM_152263.4|exon:8|chr1:154142876",
    "FCA_1_ANNOTATION_2-1": "ALK(-)NM_004304.5|exon:20|chr2:29446394",
    "FCA_1_SUPPORTING_ISOFORM_ID_1": "FC_1",
    "FC_1_EITHER_R1_OR_R2": "412",
    "FC_1_BOTH_R1_AND_R2": "127",
}


def a_file(changes: dict[str, str] | None = None, without: tuple[str, ...] = (), more: str = "") -> str:
    keys = {"SAMPLE_NAME": "S26-00001", **FUSION, **(changes or {})}
    return "".join(f"{key}\t{value}\n" for key, value in keys.items() if key not in without) + more


def codes_of(folder: Path, text: str, context: ReadingContext = CONTEXT) -> list[str]:
    return [problem.code for problem in problems_of(folder, text, context)]


def test_an_isoform_of_an_aberration_is_a_call(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, a_file(), CONTEXT)
    assert (call.gene_5prime, call.gene_3prime, call.order_known) == ("TPM3", "ALK", True)
    assert (call.exon_5prime, call.exon_3prime) == (8, 20)
    assert (call.transcript_5prime, call.transcript_3prime) == ("NM_152263.4", "NM_004304.5")
    assert call.breakpoint_5prime == Breakpoint("chr1", 154142876)
    assert call.breakpoint_3prime == Breakpoint("chr2", 29446394)
    assert (call.split_reads, call.spanning_pairs, call.supporting_reads) == (412, None, None)
    assert (call.reading_frame, call.passed_filter, call.filters, call.genome_build) == ("in-frame", True, "", "GRCh37")
    assert call.place.line == 2


def test_all_further_keys_are_kept_as_given(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, a_file({"FC_1_PERCENT_RNA_READS": "88.1", "FCA_1_PERCENT_FUSION": "31.8"}), CONTEXT)
    given = dict(call.as_given)
    assert (given["isoform"], given["BOTH_R1_AND_R2"]) == ("FC_1", "127")
    assert (given["PERCENT_RNA_READS"], given["PERCENT_FUSION"]) == ("88.1", "31.8")


def test_each_supporting_isoform_is_a_call(tmp_path: Path) -> None:
    more = {"FCA_1_SUPPORTING_ISOFORM_ID_2": "FC_10", "FC_10_EITHER_R1_OR_R2": "3"}
    assert [call.split_reads for call in calls_of(tmp_path, a_file(more), CONTEXT)] == [412, 3]


def test_an_aberration_without_isoforms_is_a_call_without_counts(tmp_path: Path) -> None:
    without = ("FCA_1_SUPPORTING_ISOFORM_ID_1", "FC_1_EITHER_R1_OR_R2", "FC_1_BOTH_R1_AND_R2")
    (call,) = calls_of(tmp_path, a_file(without=without), CONTEXT)
    assert call.split_reads is None


def test_weak_evidence_did_not_pass(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, a_file({"FCA_1_STRONG_EVIDENCE_ABERRATION": "False"}), CONTEXT)
    assert (call.passed_filter, call.filters) == (False, "no strong evidence")


@pytest.mark.parametrize("without", [(), ("FCA_1_HAS_INFRAME_TRANSLATION",)])
def test_no_translation_in_frame_is_less_than_out_of_frame(tmp_path: Path, without: tuple[str, ...]) -> None:
    (call,) = calls_of(tmp_path, a_file({"FCA_1_HAS_INFRAME_TRANSLATION": "FALSE"}, without), CONTEXT)
    assert call.reading_frame == "unknown"


@pytest.mark.parametrize("key", ["STRONG_EVIDENCE_ABERRATION", "HAS_INFRAME_TRANSLATION"])
def test_a_flag_that_is_neither_true_nor_false_is_a_problem(tmp_path: Path, key: str) -> None:
    assert codes_of(tmp_path, a_file({f"FCA_1_{key}": "maybe"})) == ["unknown-value"]


def test_an_aberration_without_its_evidence_is_a_problem(tmp_path: Path) -> None:
    assert codes_of(tmp_path, a_file(without=("FCA_1_STRONG_EVIDENCE_ABERRATION",))) == ["missing-value"]


def test_of_two_positions_none_is_taken_for_the_break(tmp_path: Path) -> None:
    key = "FCA_1_ANNOTATION_1-1"
    (call,) = calls_of(tmp_path, a_file({key: "TPM3(-)NM_152263.4|exon:8|chr1:154142945,chr1:154142876"}), CONTEXT)
    assert (call.breakpoint_5prime, call.exon_5prime) == (None, 8)
    assert dict(call.as_given)["ANNOTATION_1-1"].endswith("chr1:154142876")


@pytest.mark.parametrize(
    ("annotation", "exon", "place"),
    [
        ("TPM3(-)NM_152263.4|intron:8|chr1:154142000", None, Breakpoint("chr1", 154142000)),
        ("TPM3(-)|exon:8|chr1:154142876", 8, Breakpoint("chr1", 154142876)),
        ("TPM3(-)|exon:8|chr1:0", 8, None),
    ],
)
def test_introns_have_no_exon_and_zero_is_no_place(
    tmp_path: Path, annotation: str, exon: int | None, place: Breakpoint | None
) -> None:
    (call,) = calls_of(tmp_path, a_file({"FCA_1_ANNOTATION_1-1": annotation}), CONTEXT)
    assert (call.exon_5prime, call.breakpoint_5prime) == (exon, place)


def test_a_predicted_transcript_does_not_count_beside_a_curated_one(tmp_path: Path) -> None:
    more = {"FCA_1_ANNOTATION_1-2": "TPM3(-)XM_011509990.2|exon:9|chr1:154142876"}
    (call,) = calls_of(tmp_path, a_file(more), CONTEXT)
    assert (call.exon_5prime, call.transcript_5prime) == (8, "NM_152263.4")


def test_transcripts_that_count_differently_leave_the_exon_open(tmp_path: Path) -> None:
    more = {"FCA_1_ANNOTATION_1-2": "TPM3(-)NM_153649.4|exon:7|chr1:154142876"}
    (call,) = calls_of(tmp_path, a_file(more), CONTEXT)
    assert (call.exon_5prime, call.transcript_5prime) == (None, "")
    assert call.breakpoint_5prime == Breakpoint("chr1", 154142876)


def test_the_annotations_say_which_gene_is_first(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, a_file({"FCA_1_GENES_UNIQUE": "ALK:TPM3"}), CONTEXT)
    assert (call.gene_5prime, call.gene_3prime, call.order_known) == ("TPM3", "ALK", True)


def test_without_annotations_the_order_is_not_known(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, a_file(without=("FCA_1_ANNOTATION_1-1", "FCA_1_ANNOTATION_2-1")), CONTEXT)
    assert (call.gene_5prime, call.gene_3prime, call.order_known) == ("TPM3", "ALK", False)


def test_annotations_of_other_genes_are_a_contradiction(tmp_path: Path) -> None:
    assert codes_of(tmp_path, a_file({"FCA_1_GENES_UNIQUE": "EML4:ALK"})) == ["contradiction"]


def test_of_three_genes_the_annotations_choose(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, a_file({"FCA_1_GENES_UNIQUE": "TPM3:C1orf189:ALK"}), CONTEXT)
    assert (call.gene_5prime, call.gene_3prime) == ("TPM3", "ALK")


@pytest.mark.parametrize("genes", ["A:B:C", ":ALK", "", "1-Mar:ALK"])
def test_genes_that_cannot_be_told_are_a_problem(tmp_path: Path, genes: str) -> None:
    text = a_file({"FCA_1_GENES_UNIQUE": genes}, ("FCA_1_ANNOTATION_1-1", "FCA_1_ANNOTATION_2-1"))
    assert codes_of(tmp_path, text) == ["unknown-value"]


def test_an_aberration_within_one_gene_is_named_and_no_call(tmp_path: Path) -> None:
    text = "SAMPLE_NAME\tS26-00001\nFCA_1_GENES_UNIQUE\tMET\nFCA_1_STRONG_EVIDENCE_ABERRATION\tTRUE\n"
    calls, _, (warning,) = read(tmp_path, text, CONTEXT)
    assert calls == ()
    assert (warning.code, warning.line) == ("within-one-gene", 2)
    assert "MET" in warning.message


def test_a_gap_in_the_aberrations_is_an_incomplete_file(tmp_path: Path) -> None:
    more = {"FCA_3_GENES_UNIQUE": "LMNA:NTRK1", "FCA_3_STRONG_EVIDENCE_ABERRATION": "TRUE"}
    (problem,) = problems_of(tmp_path, a_file(more), CONTEXT)
    assert (problem.code, problem.column) == ("incomplete-file", "FCA_2_GENES_UNIQUE")


@pytest.mark.parametrize("isoform", ["FC_9", "isoform 1", ""])
def test_an_isoform_that_the_file_does_not_hold_is_a_problem(tmp_path: Path, isoform: str) -> None:
    assert "missing-value" in codes_of(tmp_path, a_file({"FCA_1_SUPPORTING_ISOFORM_ID_1": isoform}))


def test_a_count_that_is_no_number_is_a_problem(tmp_path: Path) -> None:
    assert codes_of(tmp_path, a_file({"FC_1_EITHER_R1_OR_R2": "many"})) == ["not-a-whole-number"]


def test_an_isoform_of_no_aberration_is_named(tmp_path: Path) -> None:
    _, _, (warning,) = read(tmp_path, a_file({"FC_2_EITHER_R1_OR_R2": "5"}), CONTEXT)
    assert warning.code == "isoform-without-aberration"
    assert "FC_2" in warning.message


@pytest.mark.parametrize(
    "line",
    [
        "FCA_1_ANNOTATION_1-2\tTPM3 exon 8",
        "FCA_1_ANNOTATION_1-x\tTPM3(-)NM_1|exon:8|chr1:1",
        "FCA_1_SUPPORTING_ISOFORM_ID_x\tFC_1",
        "FCA_x_GENES_UNIQUE\tA:B",
        "FCA_1_HAS\tTRUE\tTRUE",
        "FCA_1_HAS_NO_VALUE",
    ],
)
def test_an_unknown_layout_is_refused(tmp_path: Path, line: str) -> None:
    assert codes_of(tmp_path, a_file(more=f"{line}\n")) == ["unknown-layout"]


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    assert codes_of(tmp_path, a_file(more="FC_1_EITHER_R1_OR_R2\t4\n")) == ["repeated-key"]


def test_titles_and_other_keys_may_stand_in_the_file(tmp_path: Path) -> None:
    more = "READ_STATS\nTOTAL_READS\t5\textra\nTOTAL_READS\t6\n\n"
    assert calls_of(tmp_path, a_file(more=more), CONTEXT) == calls_of(tmp_path, a_file(), CONTEXT)


def test_the_sample_must_not_be_another_specimens(tmp_path: Path) -> None:
    assert codes_of(tmp_path, a_file({"SAMPLE_NAME": "S26-00002"})) == ["wrong-specimen"]


def test_a_table_with_the_keys_as_columns_is_refused_by_name() -> None:
    with pytest.raises(InputError) as caught:
        format_of(decode(b"SAMPLE_NAME\tFCA_1_GENES_UNIQUE\nS26-00001\tTPM3:ALK\n", "x"))
    assert "Archer Analysis in columns" in caught.value.problems[0].message
