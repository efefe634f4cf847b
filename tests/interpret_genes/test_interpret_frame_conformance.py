"""
Our reading frame against real callers' own, where the truth tables are at hand beside the checkout.

The tables are study material and are not shipped; without them these tests are skipped.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from interpret.genes import GeneModels
from interpret.orientation import Junction, read_junction
from parsers.records import FusionCall

TRUTH = Path(__file__).parents[2].parent / "shared" / "genes"

pytestmark = pytest.mark.skipif(not (TRUTH / "frame_truth_dev.tsv").is_file(), reason="no truth tables beside this")


def _rows(name: str) -> list[dict[str, str]]:
    with (TRUTH / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def _position(row: dict[str, str], end: str) -> str:
    strand = row[f"strand{end}"].split("/")[-1]
    text = f"{row[f'chrom{end}']}:{row[f'pos{end}']}"
    return f"{text}:{strand}" if strand in ("+", "-") else text


def _junctions(models: GeneModels, a_call: Callable[..., FusionCall]) -> list[tuple[dict[str, str], Junction]]:
    rows = [row for row in _rows("frame_truth_dev.tsv") if row["both_genes_embedded"] == "yes"]
    found = []
    for row in rows:
        call = a_call(
            f"{row['gene5']}::{row['gene3']}", _position(row, "5"), _position(row, "3"), genome_build=row["build"]
        )
        found.append((row, read_junction(call, call.genome_build, models)))
    return found


def test_frames_on_exon_edges_agree_with_the_callers(
    models: GeneModels, a_call: Callable[..., FusionCall], capsys: pytest.CaptureFixture[str]
) -> None:
    agreed: Counter[str] = Counter()
    judged: Counter[str] = Counter()
    for row, junction in _junctions(models, a_call):
        if not junction.frame.is_on_edges:
            continue
        truth = "out-of-frame" if row["truth_frame"] == "stop-codon" else row["truth_frame"]
        judged[row["caller"]] += 1
        agreed[row["caller"]] += junction.frame.frame == truth
    with capsys.disabled():
        sys.stdout.write(
            "\nframes on exon edges: "
            + "; ".join(f"{caller} {agreed[caller]}/{judged[caller]}" for caller in sorted(judged))
            + "\n"
        )
    assert judged.total() >= 90
    assert agreed.total() / judged.total() >= 0.97


def test_frames_that_are_determined_at_all_agree_with_the_callers(
    models: GeneModels, a_call: Callable[..., FusionCall]
) -> None:
    judged = [
        (row, junction)
        for row, junction in _junctions(models, a_call)
        if junction.frame.frame in ("in-frame", "out-of-frame")
    ]
    wrong = [row["row_id"] for row, junction in judged if junction.frame.frame != row["truth_frame"]]
    # F03476 FGFR3::TACC3: Arriba calls the neighbouring junction out of frame, as we do. F03760 is a reciprocal read
    # inside two exons. F03788: another transcript of NUTM2B.
    assert set(wrong) <= {"F02658", "F03476", "F03760", "F03788"}
    assert len(judged) >= 110


def test_published_exon_pairs_have_the_frame_of_the_default_transcripts(models: GeneModels, a_call: Any) -> None:
    frames = {"5'UTR-3p": "not_assessable", "3'UTR-5p": "undetermined"}
    rows = _rows("exon_label_truth.tsv")
    for row in rows:
        five, three = models.genes[row["gene5"]], models.genes[row["gene3"]]
        call = a_call(
            f"{five.symbol}::{three.symbol}",
            genome_build=None,
            exon_5prime=int(row["exon5"]),
            exon_3prime=int(row["exon3"]),
            transcript_5prime=five.transcript,
            transcript_3prime=three.transcript,
        )
        expected = frames.get(row["default_tx_frame"], row["default_tx_frame"])
        assert read_junction(call, None, models).frame.frame == expected, call.gene_5prime + "::" + call.gene_3prime
    assert len(rows) == 69
