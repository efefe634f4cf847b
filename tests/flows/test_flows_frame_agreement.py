"""`imtreport frames`: one command that says how well our frames agree, and explains every difference."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.command_line import app

CALLS = ("row_id", "caller", "build", "gene5", "chrom5", "pos5", "strand5", "gene3", "chrom3", "pos3", "strand3")
CALLS += ("truth_frame", "caller_tx5", "caller_tx3")
ROW = (
    "F1",
    "Arriba",
    "GRCh38",
    "EML4",
    "chr2",
    "42295516",
    "+/+",
    "ALK",
    "chr2",
    "29223528",
    "-/-",
    "in-frame",
    ".",
    ".",
)
PAIRS = ("gene5", "exon5", "gene3", "exon3", "default_tx_frame")
STUDY = Path(__file__).parents[2].parent / "shared" / "genes"


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    def written(columns: tuple[str, ...], *rows: tuple[str, ...]) -> Path:
        path = tmp_path / "known.tsv"
        path.write_text("".join("\t".join(row) + "\n" for row in (columns, *rows)), encoding="utf-8")
        return path

    return written


def frames(*arguments: str | Path) -> tuple[int, str]:
    ended = CliRunner(env={"COLUMNS": "160"}).invoke(app, ["frames", *map(str, arguments)])
    return ended.exit_code, ended.output


def row(**changes: str) -> tuple[str, ...]:
    return tuple((dict(zip(CALLS, ROW, strict=True)) | changes).values())


def test_full_agreement_is_told_with_its_figures(table: Callable[..., Path]) -> None:
    code, text = frames(table(CALLS, row(), row(caller="STAR-Fusion")))
    assert code == 0
    assert "known.tsv: 2 rows" in text
    assert "Agreement on exon edges: 100.0 %" in text
    assert text.index("Arriba") < text.index("STAR-Fusion") < text.index("all ")


def test_a_difference_is_listed_with_its_reason_and_fails(table: Callable[..., Path]) -> None:
    code, text = frames(table(CALLS, row(), row(row_id="F2", truth_frame="stop-codon")))
    assert code == 1
    assert "F2, Arriba, EML4::ALK, exon 13 to exon 20 (on exon edges): known as stop-codon, here in-frame" in text
    assert "stop codon: the caller read a stop codon" in text
    assert "Agreement on exon edges: 50.0 %: below 97 %" in text


def test_the_least_agreement_can_be_set(table: Callable[..., Path]) -> None:
    path = table(CALLS, row(), row(truth_frame="out-of-frame"))
    code, text = frames(path, "--least", "50")
    assert code == 0
    assert "unexplained: no reason is known" in text


def test_exon_pairs_are_read_as_well(table: Callable[..., Path]) -> None:
    pair = ("EML4", "13", "ALK", "20")
    code, text = frames(table(PAIRS, (*pair, "in-frame"), (*pair, "out-of-frame")))
    assert code == 1
    assert "published exon pairs" in text
    assert "line 3, published exon pairs, EML4::ALK" in text


def test_a_table_without_any_row_to_judge_fails(table: Callable[..., Path]) -> None:
    code, text = frames(table(CALLS, row(gene5="NOGENE", chrom5="chr9")))
    assert code == 1
    assert "No row has both breakpoints on exon edges" in text


@pytest.mark.parametrize(
    ("columns", "rows", "says"),
    [
        (("caller", "build"), [("Arriba", "GRCh38")], "required columns are missing"),
        (CALLS, [row(pos5="x")], "line 2, column 'pos5'"),
        (CALLS, [row(), row(build="hg18")], "line 3, column 'build'"),
        (CALLS, [row(truth_frame="perhaps")], "line 2, column 'truth_frame'"),
        (PAIRS, [("EML4", "13", "NOGENE", "20", "in-frame")], "line 2, column 'gene3'"),
        (PAIRS, [("NOGENE", "13", "ALK", "20", "in-frame")], "line 2, column 'gene5'"),
    ],
)
def test_a_wrong_table_is_told_with_line_and_remedy(
    table: Callable[..., Path], columns: tuple[str, ...], rows: list[tuple[str, ...]], says: str
) -> None:
    code, text = frames(table(columns, *rows))
    assert code == 2
    assert says in text
    assert "Try:" in text


def test_a_missing_table_is_wrong_use(tmp_path: Path) -> None:
    code, text = frames(tmp_path / "no.tsv")
    assert code == 2
    assert "Try:" in text


@pytest.mark.skipif(not STUDY.is_dir(), reason="no study tables beside this checkout")
def test_the_study_tables_agree_to_97_percent_and_nothing_on_exon_edges_is_unexplained() -> None:
    code, text = frames(STUDY / "frame_truth_dev.tsv", STUDY / "exon_label_truth.tsv")
    assert code == 0, text
    assert "F03788, FusionCatcher, NUTM2A::NUTM2B" in text
    assert "unexplained" not in text
