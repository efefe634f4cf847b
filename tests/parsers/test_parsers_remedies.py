"""What a problem advises: following it must lead to a batch that is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import ARRIBA_V2, SPECIMEN, a_batch, a_laboratory, arriba_row, csv_text, problems_of, table_text

from parsers.batch import read_batch
from parsers.callers import FORMATS

METRICS = "DRAGEN TruSight Oncology 500 v2.6.2 Analysis Software - Metrics Output\n"


def advice(folder: Path, code: str, **files: str) -> set[str]:
    batch = read_batch(a_batch(folder, **files), a_laboratory())
    problems = [*batch.problems, *(problem for request in batch.requests for problem in request.problems)]
    return {problem.remedy for problem in problems if problem.code == code}


@pytest.mark.parametrize("name", ["ihc.xls", "qc.ods"])
def test_a_workbook_of_another_kind_is_to_be_saved_and_not_only_renamed(tmp_path: Path, name: str) -> None:
    (remedy,) = advice(tmp_path, "misspelt-table", **{name: "x\n"})
    kind = name.partition(".")[0]
    assert f"save it in the spreadsheet program as {kind}.xlsx or {kind}.csv" in remedy


def test_a_table_of_the_right_kind_is_to_be_renamed(tmp_path: Path) -> None:
    (remedy,) = advice(tmp_path, "misspelt-table", **{"IHC.csv": "x\n"})
    assert remedy.startswith("name it ihc.csv, ihc.tsv or ihc.xlsx")


def test_a_runs_metrics_named_by_two_specimens_are_to_be_named_by_none(tmp_path: Path) -> None:
    second = SPECIMEN | {"accession": "S26-00002", "patient_id": "P0002"}
    rows = csv_text(*(row | {"fusion_files": "MetricsOutput.tsv"} for row in (SPECIMEN, second)))
    (remedy,) = advice(tmp_path, "file-of-two-specimens", specimens=rows, **{"MetricsOutput.tsv": METRICS})
    assert "MetricsOutput.tsv of a TSO500 run lies in the folder and is named nowhere" in remedy


def test_metrics_named_as_a_fusion_file_say_where_they_are_read(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, METRICS)
    assert "fusion_files does not name it" in problem.message


def test_an_unknown_table_lists_the_formats_once(tmp_path: Path) -> None:
    header = table_text(ARRIBA_V2, [arriba_row()]).replace("gene1", "Gen1")
    (problem,) = problems_of(tmp_path, header)
    told = str(problem)
    assert problem.code == "unsupported-format"
    assert all(one.name in (problem.expected or "") for one in FORMATS)
    assert told.count("CTAT-LR-fusion") == 1
