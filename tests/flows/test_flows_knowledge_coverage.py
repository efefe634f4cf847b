"""`imtreport knowledge coverage`: the whole list with its totals, and code 1 where it is incomplete."""

from __future__ import annotations

import shutil
from pathlib import Path
from unittest.mock import patch

import pytest
from rich.console import Console
from typer.testing import CliRunner

from flows import knowledge_coverage
from flows.knowledge_commands import app
from interpret.coverage import FACTS, coverage

TABLES = Path(__file__).parents[2] / "interpret" / "tables"


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge_coverage, "console", Console(width=200))


def test_every_fact_is_listed_with_what_became_of_it_and_the_totals_come_last() -> None:
    run = CliRunner().invoke(app, ["coverage"])
    assert (run.exit_code, run.stderr) == (0, "")
    listed = [line.split()[0] for line in run.stdout.splitlines() if line.strip().startswith("SF")]
    assert listed == [f"SF{number:03}" for number in range(1, FACTS + 1)]
    found = coverage()
    last = run.stdout.splitlines()[-1]
    assert last.startswith(f"144 of 144 facts: {found.used} used, {144 - found.used} refused (")
    assert "contradicted by a better source" in last
    assert "used by SA01." in run.stdout
    assert "(COFFIN07)" in run.stdout


def test_a_narrow_terminal_cuts_no_fact_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge_coverage, "console", Console(width=60))
    run = CliRunner().invoke(app, ["coverage"])
    assert run.exit_code == 0
    assert "…" not in run.stdout
    assert run.stdout.count("2026-11-22") == FACTS


def test_an_incomplete_list_ends_with_1_and_says_what_to_do(tmp_path: Path) -> None:
    tables = shutil.copytree(TABLES, tmp_path / "tables", ignore=shutil.ignore_patterns("genes"))
    lines = (tables / "facts.tsv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tables / "facts.tsv").write_text("".join(line for line in lines if not line.startswith("SF061")), encoding="utf-8")
    with patch("interpret.coverage.coverage", return_value=coverage(tables)):
        run = CliRunner().invoke(app, ["coverage"])
    assert run.exit_code == 1
    assert "143 of 144 facts" in run.stdout
    assert "Incomplete: 2 to mend." in run.stdout
    assert "SF061, column 'id': this fact is missing\n  Try: add its row" in run.stderr
    assert "cited by SA01 and not listed" in run.stderr
