"""data_sv.txt: the sequenced fusions as cBioPortal takes them, and as our own reader takes them back."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_examples import KINDS, STATES, a_case, a_fusion, a_record, a_specimen, an_interpretation, an_issue

from parsers.callers import read_fusion_file
from parsers.callers.format import ReadingContext
from parsers.records import Breakpoint, FusionCall
from report_templates.cbioportal import COLUMNS, data_sv


def a_text(**changes: Any) -> str:
    return data_sv(a_record(an_interpretation(fusions=(a_fusion(**changes),))))


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


def read_back(folder: Path, text: str) -> tuple[FusionCall, ...]:
    """The calls as our reader of cBioPortal's format finds them."""
    (folder / "data_sv.txt").write_text(text)
    context = ReadingContext("S26-00042", "RNA", sample=an_issue().case_id)
    calls, _, _ = read_fusion_file(folder / "data_sv.txt", context)
    return calls


@pytest.mark.parametrize("kind", [*KINDS, *STATES])
def test_every_kind_of_report_is_a_whole_table(kind: str) -> None:
    text = data_sv({**KINDS, **STATES}[kind]())
    assert text.startswith("\t".join(COLUMNS) + "\n")
    assert text.endswith("\n")
    for row in csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE):
        assert len(row) == len(COLUMNS)
        assert all(cell and cell != "nan" and not cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_our_reader_finds_the_same_fusion_again(tmp_path: Path) -> None:
    (call,) = read_back(tmp_path, a_text())
    assert (call.gene_5prime, call.gene_3prime, call.order_known) == ("TPM3", "ALK", True)
    assert (call.breakpoint_5prime, call.breakpoint_3prime) == (
        Breakpoint("chr1", 154170400),
        Breakpoint("chr2", 29223528),
    )
    assert (call.exon_5prime, call.exon_3prime) == (8, 20)
    assert (call.reading_frame, call.genome_build, call.molecule) == ("in-frame", "GRCh38", "RNA")
    assert (call.split_reads, call.spanning_pairs, call.supporting_reads) == (48, 61, None)


@pytest.mark.parametrize(
    ("frame", "read"),
    [
        ("in-frame", "in-frame"),
        ("out-of-frame", "out-of-frame"),
        ("undetermined", "unknown"),
        ("not_assessable", "unknown"),
    ],
)
def test_each_reading_frame_comes_back_and_an_open_one_stays_open(tmp_path: Path, frame: str, read: str) -> None:
    (call,) = read_back(tmp_path, a_text(reading_frame=frame))
    assert call.reading_frame == read
    assert call.order_known


def test_counts_that_nobody_has_are_not_zero_and_zero_is(tmp_path: Path) -> None:
    (call,) = read_back(tmp_path, a_text(split_reads=None, spanning_pairs=None, supporting_reads=17))
    assert (call.split_reads, call.spanning_pairs, call.supporting_reads) == (None, None, 17)
    (call,) = read_back(tmp_path, a_text(split_reads=0, spanning_pairs=None))
    assert (call.split_reads, call.spanning_pairs) == (0, None)


def test_without_a_breakpoint_there_is_no_position(tmp_path: Path) -> None:
    text = a_text(breakpoint_5prime="", genome_build="")
    (call,) = read_back(tmp_path, text)
    assert call.breakpoint_5prime is None
    assert rows(text)[0]["NCBI_Build"] == "NA"
    assert call.breakpoint_3prime is not None


def test_an_unknown_order_stays_unknown(tmp_path: Path) -> None:
    text = a_text(is_order_known=False, name="TPM3/ALK")
    assert not read_back(tmp_path, text)[0].order_known
    assert "::" not in text


def test_an_unknown_partner_is_no_gene(tmp_path: Path) -> None:
    (call,) = read_back(tmp_path, a_text(name="?::ALK", gene_5prime="?", transcript_5prime="", exon_5prime=None))
    assert (call.gene_5prime, call.gene_3prime) == ("", "ALK")


def test_an_exon_beside_a_break_in_dna_is_no_region_of_it(tmp_path: Path) -> None:
    text = a_text(molecule="DNA")
    (row,) = rows(text)
    assert (row["Site1_Region"], row["Site1_Description"]) == ("NA", "Exon 8 of NM_152263.4")
    assert (row["DNA_Support"], row["RNA_Support"]) == ("Yes", "No")
    assert read_back(tmp_path, text)[0].molecule == "DNA"


def test_both_molecules_are_both_said() -> None:
    (row,) = rows(a_text(molecule="RNA and DNA"))
    assert (row["DNA_Support"], row["RNA_Support"]) == ("Yes", "Yes")


def test_a_refseq_transcript_is_not_put_where_ensembl_s_belong() -> None:
    (row,) = rows(a_text(transcript_3prime="ENST00000389048.8"))
    assert (row["Site1_Ensembl_Transcript_Id"], row["Site2_Ensembl_Transcript_Id"]) == ("NA", "ENST00000389048.8")


def test_the_sample_is_the_opaque_case_and_nothing_tells_the_patient() -> None:
    specimen = a_specimen()
    text = data_sv(a_record(case=a_case(specimen=specimen)))
    assert rows(text)[0]["Sample_Id"] == an_issue().case_id
    for personal in (specimen.accession, specimen.patient_name, specimen.patient_id, "1992", "Clinician", "2026"):
        assert personal not in text


@pytest.mark.parametrize(
    ("classification", "driver"),
    [("reportable", "Putative_Driver"), ("not_functional", "Putative_Passenger"), ("other_entity", "Unknown")],
)
def test_what_the_report_states_is_a_row_with_its_meaning(classification: str, driver: str) -> None:
    (row,) = rows(a_text(classification=classification))
    assert row["cbp_driver"] == driver
    assert (row["cbp_driver_tiers"], row["cbp_driver_tiers_annotation"]) == ("Tier I", "Level A")


@pytest.mark.parametrize(
    "changes",
    [
        {"classification": "unconfirmed"},
        {"classification": "uncertain"},
        {"evidence": "inferred", "name": "?(::)ALK"},
        {"may_be": ("NTRK1", "NTRK2", "NTRK3")},
    ],
    ids=["unconfirmed", "uncertain", "seen by FISH alone", "a symbol of several genes"],
)
def test_what_the_report_does_not_state_is_no_row(changes: dict[str, Any]) -> None:
    assert rows(a_text(**changes)) == []


@pytest.mark.parametrize("status", ["hold", "not_informative"])
def test_a_case_on_hold_and_a_failed_test_have_no_row(status: str) -> None:
    record = a_record()
    record["result"]["status"] = status
    assert record["fusions"]
    assert rows(data_sv(record)) == []


def test_a_withdrawn_report_has_no_row() -> None:
    assert rows(data_sv(STATES["withdrawn"]())) == []
    assert rows(data_sv(STATES["corrected"]())) != []


def test_the_row_says_of_which_report_it_is_and_that_a_draft_is_one() -> None:
    assert rows(a_text())[0]["Comments"] == "Report R-7f3a9c21, version 1, draft"


def test_pandas_reads_the_same_table() -> None:
    frame = pandas.read_csv(io.StringIO(a_text(spanning_pairs=None)), sep="\t", dtype=str, keep_default_na=False)
    assert list(frame.columns) == list(COLUMNS)
    assert frame.loc[0, "Tumor_Paired_End_Read_Count"] == "NA"
    assert frame.loc[0, "Site2_Position"] == "29223528"


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_text_can_break_a_row_or_run_as_a_formula(gene: str, name: str) -> None:
    text = a_text(gene_5prime=f"={gene}", gene_3prime=f'"{gene}', name=f"+{name}", vicc=f"\t@{name}\n")
    frame = pandas.read_csv(io.StringIO(text), sep="\t", dtype=str, keep_default_na=False)
    assert frame.shape == (1, len(COLUMNS))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in frame.loc[0])
