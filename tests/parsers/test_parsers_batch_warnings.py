"""Warnings of a batch: said where they are true, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import SPECIMEN, STAIN, a_batch, a_laboratory, csv_text

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
