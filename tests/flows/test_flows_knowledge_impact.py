"""`imtreport knowledge impact`: what other tables would change in the reports of a real store."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from flows_nights import DETECTED, NEGATIVE, a_night, files_below
from typer.testing import CliRunner, Result

from flows import report_files, work
from flows.batches import read_inbox
from flows.command_line import app
from flows.settings import Settings
from flows.store import Version, open_store, sha256, versions
from interpret.knowledge import read_tables


@pytest.fixture(autouse=True)
def _drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are not what is tested here: a file of the right name stands for them."""
    monkeypatch.setattr(report_files, "render_pdf", lambda record, _: b"%PDF " + record["report"]["id"].encode())


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with a report of a fusion and one without; the batch is gone."""
    store = open_store(tmp_path / "store")
    a_night(tmp_path / "inbox", DETECTED, NEGATIVE)
    for job in read_inbox(tmp_path / "inbox", Settings.from_environment({"IMTREPORT_STORE": str(store)})).jobs:
        assert work.report_case(job, store).status == "reported"
    shutil.rmtree(tmp_path / "inbox")
    return store


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A copy of the packaged tables."""
    folder = tmp_path / "tables"
    shutil.copytree(str(files("interpret").joinpath("tables")), folder)
    return folder


def impact(store: Path, *arguments: object) -> Result:
    return CliRunner().invoke(
        app, ["knowledge", "impact", *map(str, arguments), "--store", str(store)], env={"COLUMNS": "200"}
    )


def edit(table: Path, change: Callable[[dict[str, str]], dict[str, str] | None]) -> None:
    header, *lines = table.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    names = header.split("\t")
    rows = [change(dict(zip(names, line.split("\t"), strict=True))) for line in lines]
    kept = ["\t".join(row[name] for name in names) for row in rows if row is not None]
    table.write_text("\n".join([header, *kept, ""]), encoding="utf-8")


def report_of(store: Path, accession: str) -> Version:
    for folder in (store / "reports").iterdir():
        (version,) = versions(store, folder.name)
        if json.loads((version.folder / "report.json").read_bytes())["report"]["accession"] == accession:
            return version
    raise AssertionError(accession)


def test_the_same_tables_change_nothing_and_nothing_is_written(store: Path, tables: Path) -> None:
    before = files_below(store)
    run = impact(store, tables)
    assert (run.exit_code, run.stderr) == (0, "")
    assert "2 reports" in run.stdout
    assert "0 would change, 2 would not, 0 cannot be compared" in run.stdout
    assert files_below(store) == before


def test_another_wording_is_told_of_the_report_that_has_it_alone(store: Path, tables: Path) -> None:
    def other(row: dict[str, str]) -> dict[str, str]:
        return row | {"wording": row["wording"].replace("agree:", "agree here:")} if row["id"] == "CC01" else row

    edit(tables / "concordance.tsv", other)
    run = impact(store, tables)
    assert (run.exit_code, run.stderr) == (0, "")
    assert f"{DETECTED}, version 1" in run.stdout
    assert NEGATIVE not in run.stdout
    assert "- ALK immunohistochemistry and sequencing agree: TPM3::ALK" in run.stdout
    assert "+ ALK immunohistochemistry and sequencing agree here: TPM3::ALK" in run.stdout
    assert "1 would change, 1 would not" in run.stdout


def test_tiers_and_therapy_lines_that_go_are_told_with_the_headline_that_stays(store: Path, tables: Path) -> None:
    edit(
        tables / "actionability.tsv",
        lambda row: row | {"print": "omit"} if "ALK" in row["drivers"].split("|") and row["agent"] != "none" else row,
    )
    run = impact(store, tables, "--json")
    assert (run.exit_code, run.stderr) == (0, "")
    found = json.loads(run.stdout)
    (changed,) = (one for one in found["reports"] if one["changes"])
    assert changed["accession"] == DETECTED
    what = {change["what"]: change for change in changed["changes"]}
    assert (what["tier: TPM3::ALK"]["before"], what["tier: TPM3::ALK"]["after"]) == ("I-A", "none")
    gone = [change for name, change in what.items() if name.startswith("therapy: ")]
    assert gone
    assert all(change["before"] and not change["after"] for change in gone)
    assert "headline" not in what
    assert changed["is_older_news"] is False


def test_a_report_that_the_tables_in_use_would_change_alike_is_marked(store: Path, tables: Path) -> None:
    version = report_of(store, DETECTED)
    record = json.loads((version.folder / "report.json").read_bytes())
    record["result"]["headline"] = "What an earlier table said"
    rewrite(version, "report.json", json.dumps(record).encode())
    run = impact(store, tables)
    assert "as under the tables in use already" in run.stdout
    assert "- What an earlier table said" in run.stdout


def rewrite(version: Version, name: str, content: bytes) -> None:
    """Change a file together with its digest, as if it had been made so."""
    (version.folder / name).write_bytes(content)
    manifest = json.loads((version.folder / "manifest.json").read_bytes())
    manifest["outputs"][name] = sha256(content)
    (version.folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def without_case(version: Version) -> None:
    manifest = json.loads((version.folder / "manifest.json").read_bytes())
    del manifest["outputs"]["case.json"]
    (version.folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (without_case, "made before cases were kept"),
        (lambda version: (version.folder / "case.json").unlink(), "case.json is missing or was changed"),
        (lambda version: (version.folder / "report.json").write_text("{}"), "report.json is missing or was changed"),
        (lambda version: (version.folder / "manifest.json").write_text("{"), "manifest.json is damaged"),
        (lambda version: rewrite(version, "case.json", b"{}"), "case.json cannot be read"),
    ],
    ids=["none", "lost", "changed", "manifest", "other format"],
)
def test_a_report_that_cannot_be_compared_is_named_with_the_reason_and_ends_with_1(
    store: Path, tables: Path, harm: Callable[[Version], object], said: str
) -> None:
    version = report_of(store, DETECTED)
    harm(version)
    run = impact(store, tables)
    assert run.exit_code == 1
    assert said in run.stdout
    assert "1 would not, 1 cannot be compared" in run.stdout


def test_a_report_made_with_an_annotation_that_is_not_set_is_not_compared(store: Path, tables: Path) -> None:
    version = report_of(store, DETECTED)
    manifest = json.loads((version.folder / "manifest.json").read_bytes())
    manifest["versions"]["gene_annotation_GRCh38"] = "0" * 64
    (version.folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    run = impact(store, tables)
    assert (run.exit_code, "IMTREPORT_GTF" in run.stdout) == (1, True)


def test_wrong_folders_and_wrong_tables_are_wrong_use(store: Path, tables: Path, tmp_path: Path) -> None:
    assert impact(store, tmp_path / "nowhere").exit_code == 2
    run = impact(tmp_path / "empty", tables)
    assert (run.exit_code, "holds no reports" in run.stderr) == (2, True)
    edit(tables / "concordance.tsv", lambda row: row | {"sources": "NOBODY"})
    run = impact(store, tables)
    assert (run.exit_code, "concordance.tsv" in run.stderr) == (2, True)
    (tmp_path / "workbook").mkdir()
    (tmp_path / "workbook" / "overlay.xlsx").touch()
    run = impact(store, tmp_path / "workbook")
    assert (run.exit_code, "the folder has no overlay.tsv" in run.stderr) == (2, True)


def test_an_overlay_is_laid_over_the_packaged_tables(store: Path, tmp_path: Path) -> None:
    (row,) = (one for rows in read_tables().rows.values() for one in rows if one.name == "CC01a")
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    cells = {**row.cells, "wording": "Both agree on {fusion}."}
    (overlay / "concordance.tsv").write_text(
        "\t".join(cells) + "\n" + "\t".join(cells.values()) + "\n", encoding="utf-8"
    )
    (overlay / "overlay.tsv").write_text(
        "table\trow\tchange\treplaces\tauthor\tdate\treason\n"
        f"concordance\tCC01a\treplace\t{row.digest}\tA. Author\t2026-11-20\tOur tumour board words it so.\n",
        encoding="utf-8",
    )
    run = impact(store, overlay)
    assert (run.exit_code, run.stderr) == (0, "")
    assert "+ Both agree on TPM3::ALK. [Laboratory rule CC01a" in run.stdout
    (overlay / "overlay.tsv").write_text("not a list of changes\n", encoding="utf-8")
    run = impact(store, overlay)
    assert (run.exit_code, "overlay.tsv" in run.stderr) == (2, True)


def test_a_report_whose_overlay_is_gone_cannot_be_compared(store: Path, tables: Path, tmp_path: Path) -> None:
    version = report_of(store, DETECTED)
    saved = json.loads((version.folder / "case.json").read_bytes())
    saved["laboratory"]["knowledge_overlay"] = str(tmp_path / "gone")
    rewrite(version, "case.json", json.dumps(saved).encode())
    edit(tables / "concordance.tsv", lambda row: row | {"wording": row["wording"].replace("agree:", "agree here:")})
    run = impact(store, tables)
    assert run.exit_code == 1
    assert "cannot be compared: the laboratory's overlay cannot be used" in " ".join(run.stdout.split())
