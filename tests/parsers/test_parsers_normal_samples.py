"""The sample beside the tumour: the patient's normal is never read as the tumour unless the laboratory says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import a_context, calls_of, csv_text, nfcore_record, nfcore_text, problems_of, read, source_of
from test_parsers_jaffa import a_row

from parsers.accessions import is_named_like_normal

ACCESSION = "S26-25001"


def two_samples(first: str, second: str) -> str:
    """The first sample has 48 split reads, the second none."""
    return nfcore_text(nfcore_record("./1:48:61:2.1\t./.:0:0:0.0"), sample=f"{first}\t{second}")


@pytest.mark.parametrize(
    "name",
    [
        "S26-25001_N",
        "S26-25001-N",
        "S26-25001.n",
        "N_S26-25001",
        "N",
        "NORMAL",
        "S26-25001_normal",
        "S26-25001normal",
        "Normal2",
        "NormalDNA",
        "S26-25001-germline",
        "S26-25001 blood",
        "blood_S26-25001",
        "control",
        "S26-25001_PBMC",
    ],
)
def test_names_of_the_normal(name: str) -> None:
    assert is_named_like_normal(name, ACCESSION)


@pytest.mark.parametrize(
    "name", ["S26-25001", "S26-25001_T", "TUMOR", "S26-25001_N_T", "abnormal", "SN", "NTRK3", "S26-25001-RNA", ""]
)
def test_other_names(name: str) -> None:
    assert not is_named_like_normal(name, ACCESSION)


def test_letters_of_the_accession_itself_say_nothing() -> None:
    assert not is_named_like_normal("N-26-117_T", "N-26-117")
    assert not is_named_like_normal("26-117-N", "26-117-N")


@pytest.mark.parametrize("normal", ["S26-25001_N", "NORMAL", "S26-25001-blood", "PBMC"])
def test_the_tumours_column_is_read_and_not_the_normals(tmp_path: Path, normal: str) -> None:
    context = a_context(accession=ACCESSION)
    (call,) = calls_of(tmp_path, two_samples("TUMOR", normal), context)
    assert call.split_reads == 48
    assert source_of(tmp_path, two_samples("TUMOR", normal), context).sample == "TUMOR"


def test_the_tumour_is_told_from_the_normal_where_both_are_named_after_the_accession(tmp_path: Path) -> None:
    context = a_context(accession=ACCESSION)
    assert source_of(tmp_path, two_samples("S26-25001_T", "S26-25001_N"), context).sample == "S26-25001_T"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("TUMOR", "S26-25001"),
        ("S26-25001", "S26-25001_T"),
        ("NORMAL", "S26-25001_N"),
        ("library 4", "S26-25001_N"),
    ],
)
def test_several_samples_of_which_it_cannot_be_told_are_refused(tmp_path: Path, first: str, second: str) -> None:
    (problem,) = problems_of(tmp_path, two_samples(first, second), a_context(accession=ACCESSION))
    assert (problem.code, problem.found) == ("several-samples", f"{first}, {second}")


def test_the_normal_is_read_where_the_laboratory_names_it(tmp_path: Path) -> None:
    context = a_context(accession=ACCESSION, sample="S26-25001_N")
    _, source, warnings = read(tmp_path, two_samples("TUMOR", "S26-25001_N"), context)
    assert (source.sample, [problem.code for problem in warnings]) == ("S26-25001_N", [])


def test_a_file_whose_only_sample_is_named_like_a_normal_is_read_with_a_warning(tmp_path: Path) -> None:
    text = nfcore_text(nfcore_record(), sample="S26-25001_N")
    calls, _, warnings = read(tmp_path, text, a_context(accession=ACCESSION))
    assert len(calls) == 1
    assert [(problem.code, problem.found) for problem in warnings] == [("normal-sample", "S26-25001_N")]
    assert "the file's only sample is named like a normal" in warnings[0].message
    stated = a_context(accession=ACCESSION, sample="s26-25001_n")
    assert read(tmp_path, text, stated)[2] == ()


def test_the_normals_rows_of_a_cohorts_table_are_left_out(tmp_path: Path) -> None:
    context = a_context(accession=ACCESSION)
    text = csv_text(a_row(sample="S26-25001"), a_row(sample="S26-25001_N", spanning_reads="0"))
    assert [call.split_reads for call in calls_of(tmp_path, text, context)] == [12]
    (problem,) = problems_of(tmp_path, csv_text(a_row(sample="other"), a_row(sample="S26-25001_N")), context)
    assert problem.code == "several-samples"


def test_the_stated_sequencing_sample_tells_whose_rows_of_a_cohorts_table_count(tmp_path: Path) -> None:
    text = csv_text(a_row(sample="LIB-1", spanning_reads="0"), a_row(sample="LIB-2"))
    assert source_of(tmp_path, text, a_context(accession=ACCESSION, sample="lib-2")).sample == "LIB-2"
