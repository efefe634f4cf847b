"""Warnings of a batch: said where they are true, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import ACCESSION, ARRIBA_V2, SPECIMEN, STAIN, a_batch, a_laboratory, csv_text

from parsers.batch import Batch, read_batch

SECOND = SPECIMEN | {"accession": "S26-00002", "patient_id": "P0002"}


def batch(folder: Path, **files: str | bytes) -> Batch:
    return read_batch(a_batch(folder, **files), a_laboratory())


@pytest.mark.parametrize("twin", ["ihc.tsv", "IHC.csv"])
def test_a_stain_that_may_be_in_a_table_that_is_not_read_is_not_said_to_be_missing(tmp_path: Path, twin: str) -> None:
    tables = {"specimens": csv_text(SPECIMEN, SECOND), "ihc": csv_text(STAIN)}
    found = batch(tmp_path, **tables, **{twin: csv_text(STAIN).replace(",", "\t")})
    assert "no-stains" not in {one.code for one in found.problems}


def test_a_specimen_without_a_row_in_the_only_table_of_stains_is_told(tmp_path: Path) -> None:
    found = batch(tmp_path, specimens=csv_text(SPECIMEN, SECOND), ihc=csv_text(STAIN))
    assert [one.accession for one in found.problems if one.code == "no-stains"] == ["S26-00002"]


def test_a_specimen_without_a_sequencing_file_is_told_what_its_report_will_say(tmp_path: Path) -> None:
    rows = csv_text(SPECIMEN | {"fusion_files": ""}, SECOND | {"fusion_files": "a.tsv"})
    found = batch(tmp_path, specimens=rows, **{"a.tsv": ARRIBA_V2 + "\n"})
    (told,) = [one for one in found.problems if one.code == "no-sequencing-files"]
    assert (told.accession, told.severity, told.line, told.column) == (ACCESSION, "warning", 2, "fusion_files")
    assert "sequencing was not done" in told.message
    assert told in found.requests[0].problems


def test_a_row_of_fusions_csv_is_a_sequencing_file_and_so_is_one_that_is_not_there(tmp_path: Path) -> None:
    generic = {"accession": ACCESSION, "gene_5prime": "CLTC", "gene_3prime": "ALK"}
    rows = csv_text(SPECIMEN, SECOND | {"fusion_files": "gone.tsv"})
    found = batch(tmp_path, specimens=rows, fusions=csv_text(generic))
    assert "no-sequencing-files" not in {one.code for one in found.problems}
    assert "missing-file" in {one.code for one in found.problems}
