"""A column that a pipeline adds to say whose rows these are: a cohort's table is not one specimen's."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import a_context
from test_parsers_formats import ROOT, text_of

from parsers.callers import format_of, read_fusion_file
from parsers.callers.samples import sample_columns
from parsers.errors import InputError
from parsers.reading import decode

TABLES = (
    ("arriba/fusions_v2_29_columns.tsv", "\t"),
    ("star_fusion/abridged.tsv", "\t"),
    ("fusioncatcher/new_header.txt", "\t"),
    ("fusioncatcher/old_header.txt", "\t"),
    ("fusioninspector/abridged.tsv", "\t"),
    ("ctat_lr_fusion/fusion_predictions.tsv", "\t"),
    ("dragen_rna/fusion_candidates.final", "\t"),
    ("isofox/sample.isf.pass_fusions.tsv", "\t"),
    ("linx/coordinates.linx.fusion.tsv", "\t"),
    ("pcgr/fusions_pcgr.tsv", "\t"),
    ("tso500_all_fusions/dragen_2.6.csv", ","),
)
EACH_TABLE = pytest.mark.parametrize(("name", "separator"), TABLES, ids=[name for name, _ in TABLES])
CONTEXT = a_context(accession="S26-20431", assay_build=None)


def with_column(name: str, separator: str, column: str, samples: list[str]) -> str:
    """The table with one more column at its end; the last of `samples` stands in all further rows."""
    lines = text_of(ROOT / name).rstrip("\n").split("\n")
    head = next(at for at, line in enumerate(lines) if not line.startswith("# "))
    wanted = [column, *samples, *samples[-1:] * len(lines)]
    rows = [f"{line}{separator}{wanted[at]}" for at, line in enumerate(lines[head:])]
    return "\n".join([*lines[:head], *rows]) + "\n"


def sample_of(text: str) -> str:
    source = decode(text.encode(), "table")
    return format_of(source).read(source, CONTEXT).sample


def codes_of(text: str) -> list[tuple[str, str]]:
    source = decode(text.encode(), "table")
    with pytest.raises(InputError) as caught:
        format_of(source).read(source, CONTEXT)
    return [(problem.code, problem.column) for problem in caught.value.problems]


@EACH_TABLE
def test_rows_of_several_samples_are_refused(name: str, separator: str) -> None:
    text = with_column(name, separator, "SampleName", ["S26-20431", "S26-20432"])
    assert codes_of(text) == [("several-samples", "SampleName")]


@EACH_TABLE
def test_the_one_sample_of_the_rows_is_the_file_s(name: str, separator: str) -> None:
    assert sample_of(with_column(name, separator, "sample_id", ["S26-20431"])) == "S26-20431"


@EACH_TABLE
def test_rows_of_several_patients_are_refused(name: str, separator: str) -> None:
    assert codes_of(with_column(name, separator, "Patient ID", ["P-1", "P-2"])) == [("several-samples", "Patient ID")]


@EACH_TABLE
def test_a_patient_is_no_sample(name: str, separator: str) -> None:
    assert sample_of(with_column(name, separator, "patient_id", ["P-1"])) == ""


def test_a_sample_of_another_specimen_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "calls.txt"
    path.write_text(with_column("fusioncatcher/new_header.txt", "\t", "Sample", ["S26-20999"]), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_fusion_file(path, CONTEXT)
    assert [problem.code for problem in caught.value.problems] == ["wrong-specimen"]


@pytest.mark.parametrize(
    "column",
    [
        "sample",
        "Sample",
        "#sample",
        "X.sample",
        "SampleName",
        "sample_id",
        "Sample.ID",
        "Sample ID",
        "tumor_id",
        "Tumor_Sample_Barcode",
        "Kids_First_Biospecimen_ID",
        "case_id",
        "aliquot_id",
        "patientID",
    ],
)
def test_names_that_pipelines_give_such_a_column(column: str) -> None:
    assert sample_columns(("gene1", column)) == (column,)


@pytest.mark.parametrize("column", ["gene1", "LeftGene", "SampleCount", "num_samples", "idx", "Caller", ""])
def test_other_columns_name_no_sample(column: str) -> None:
    assert sample_columns((column,)) == ()
