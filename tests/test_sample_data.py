"""The sample laboratory is what its maker writes, and says nowhere that it is real."""

from __future__ import annotations

import runpy
from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "sample_data"
MAKER = runpy.run_path(str(SAMPLES / "make_samples.py"))


def test_the_committed_batch_is_byte_for_byte_what_its_maker_writes() -> None:
    batch = MAKER["BATCH"]
    assert {path.name: path.read_bytes() for path in batch.iterdir() if path.name != "problems.json"} == MAKER[
        "all_files"
    ]()


def test_every_specimen_of_the_batch_is_described_in_the_readme() -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    described = [row["accession"] for row in MAKER["SPECIMENS"] if f"| {row['accession']} |" in readme]
    assert len(described) == 13
