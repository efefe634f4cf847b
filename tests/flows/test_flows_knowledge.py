"""`imtreport knowledge`, and reports made with a laboratory's own rules."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from flows_nights import DETECTED, NEGATIVE, a_night, imtreport

from flows import report_files, work
from flows.batches import Job, read_inbox
from flows.knowledge_commands import app
from flows.knowledge_overlays import read_overlay
from flows.outcomes import Outcome
from flows.settings import Settings
from flows.store import open_store, versions
from interpret.knowledge import read_tables
from interpret.table_rows import Row

TABLES = Path(work.__file__).parents[1] / "interpret" / "tables"
HEADER = "table\trow\tchange\treplaces\tauthor\tdate\treason\n"


def the_row(name: str) -> Row:
    return next(row for rows in read_tables().rows.values() for row in rows if row.name == name)


def an_overlay(folder: Path, wording: str = "Both agree on {fusion}.", *, off: str = "RK01a", date: str = "") -> Path:
    """A folder that replaces the wording of CC01a and switches a row off."""
    folder.mkdir(parents=True, exist_ok=True)
    row, gone, day = the_row("CC01a"), the_row(off), date or "2026-11-20"
    lines = [
        f"concordance\tCC01a\treplace\t{row.digest}\tA. Author\t{day}\tOur tumour board words it so.\n",
        f"{gone.table}\t{off}\toff\t{gone.digest}\tA. Author\t{day}\tOur tumour board does without.\n",
    ]
    (folder / "overlay.tsv").write_text("".join([HEADER, *lines]), encoding="utf-8")
    cells = {**row.cells, "wording": wording}
    table = "\t".join(cells) + "\n" + "\t".join(cells.values()) + "\n"
    (folder / "concordance.tsv").write_text(table, encoding="utf-8")
    return folder


# The commands


def test_the_packaged_tables_are_valid() -> None:
    run = imtreport("knowledge", "validate")
    assert (run.returncode, run.stderr) == (0, "")
    assert "0 mistakes" in run.stdout
    assert read_tables().sha256 in run.stdout


def test_validate_lists_every_mistake_of_a_folder_of_tables(tmp_path: Path) -> None:
    tables = Path(shutil.copytree(TABLES, tmp_path / "tables"))
    text = (tables / "concordance.tsv").read_text(encoding="utf-8")
    text = text.replace("immunohistochemistry and sequencing agree", "is benign, they agree")
    (tables / "concordance.tsv").write_text(text, encoding="utf-8")
    (tables / "VERSION").write_text("new\n", encoding="utf-8")
    run = imtreport("knowledge", "validate", tables)
    assert run.returncode == 1
    mistakes = text.count("is benign, they agree") + 1
    assert run.stdout.count("error    ") == run.stdout.count("Try:") == mistakes > 2
    assert "concordance.tsv, line 2 (CC01), column 'wording': 'benign' must not be printed" in run.stdout
    assert "VERSION" in run.stdout
    assert f"{mistakes} mistakes" in run.stdout


def test_validate_checks_an_overlay_against_the_packaged_tables(tmp_path: Path) -> None:
    run = imtreport("knowledge", "validate", an_overlay(tmp_path / "good"))
    assert run.returncode == 0, run.stdout
    assert "2 changes" in run.stdout
    assert read_tables().sha256 not in run.stdout
    run = imtreport("knowledge", "validate", an_overlay(tmp_path / "bad", "Give 250 mg.", off="DD01a"))
    assert run.returncode == 1
    assert "overlay/concordance.tsv, line 2 (CC01), column 'wording': '0 mg' must not be printed" in run.stdout
    assert "DD01a cannot be switched off" in run.stdout


def test_an_overlay_as_a_spreadsheet_on_windows_saves_it_is_read_as_the_same_rules(tmp_path: Path) -> None:
    wording = 'Both agree on {fusion}, in "our" series.'
    plain = an_overlay(tmp_path / "plain", wording)
    saved = Path(shutil.copytree(plain, tmp_path / "saved"))
    for path in saved.iterdir():
        cells = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        lines = ["\t".join('"' + one.replace('"', '""') + '"' for one in line) for line in cells]
        path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig", newline="")
    assert read_overlay(saved) == read_overlay(plain)
    runs = [imtreport("knowledge", "validate", folder) for folder in (plain, saved)]
    assert [run.returncode for run in runs] == [0, 0], runs[1].stdout
    assert runs[0].stdout == runs[1].stdout


def test_quotes_that_belong_to_a_sentence_stay(tmp_path: Path) -> None:
    overlay = an_overlay(tmp_path, '"ALK" and "fusion" agree')
    assert b'\t"ALK" and "fusion" agree\t' in read_overlay(overlay)["concordance.tsv"]


def test_an_overlay_without_its_list_of_changes_is_told_so_and_not_taken_for_a_whole_set(tmp_path: Path) -> None:
    overlay = an_overlay(tmp_path)
    (overlay / "overlay.tsv").rename(overlay / "overlay.xlsx")
    run = imtreport("knowledge", "validate", overlay)
    assert (run.returncode, run.stdout) == (2, "")
    assert "the folder has no overlay.tsv" in run.stderr
    assert "save overlay.xlsx as text with tabs between the cells, named overlay.tsv" in run.stderr


def test_what_an_overlays_folder_holds_in_vain_is_named(tmp_path: Path) -> None:
    overlay = an_overlay(tmp_path)
    (overlay / "genes").mkdir()
    (overlay / "risk.xlsx").write_bytes(b"")
    run = imtreport("knowledge", "validate", overlay)
    assert run.returncode == 0
    assert "not read, and without effect: genes, risk.xlsx" in run.stdout


def test_a_change_of_a_day_to_come_is_a_mistake(tmp_path: Path) -> None:
    run = imtreport("knowledge", "validate", an_overlay(tmp_path, date="2999-01-01"))
    assert run.returncode == 1
    assert "'2999-01-01' is still to come" in run.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", "no-such-folder"],
        ["validate", "--overlay", "no-such-folder"],
        ["show", "CC99"],
        ["list", "nothing"],
        ["diff", "packaged", "no-such-folder"],
        ["diff", "packaged", "."],
        ["page", "-o", "no/such/folder.html"],
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_2_and_says_what_to_do(arguments: list[str], tmp_path: Path) -> None:
    run = imtreport("knowledge", *arguments, cwd=tmp_path)
    assert run.returncode == 2, run.stdout + run.stderr
    assert "Try:" in run.stderr
    assert "Traceback" not in run.stderr


def test_show_tells_one_row_in_words() -> None:
    row = the_row("ACT01/US")
    run = imtreport("knowledge", "show", "act01")
    assert run.returncode == 0
    said = " ".join(run.stdout.split())
    for words in (row["wording"], "agent crizotinib", "LABEL-CRIZOTINIB-US", "2022-07-14", "verified", row["reviewed"]):
        assert words in said
    assert row.digest in said


def test_show_tells_of_the_laboratorys_change_and_of_a_row_it_switched_off(tmp_path: Path) -> None:
    overlay = an_overlay(tmp_path)
    said = " ".join(imtreport("knowledge", "show", "CC01a", "--overlay", overlay).stdout.split())
    assert "Both agree on {fusion}." in said
    assert "by A. Author, 2026-11-20: Our tumour board words it so." in said
    run = imtreport("knowledge", "show", "RK01a", "--overlay", overlay)
    assert (run.returncode, "switched off by the laboratory: A. Author" in run.stdout) == (0, True)


def test_list_names_every_row_and_marks_what_is_not_verified() -> None:
    run = imtreport("knowledge", "list")
    lines = {line.split()[0]: line for line in run.stdout.splitlines() if line.startswith("  ")}
    rows = [row for table in read_tables().rows.values() for row in table]
    assert set(lines) == {row.name for row in rows}
    unverified = {row.name for row in rows if row.cells.get("evidence_status") == "unverified"}
    assert {name for name, line in lines.items() if line.split()[1:2] == ["unverified"]} == unverified


def test_diff_of_an_overlay_shows_the_change_and_the_row_switched_off(tmp_path: Path) -> None:
    run = imtreport("knowledge", "diff", "packaged", an_overlay(tmp_path))
    assert run.returncode == 0
    assert "~ concordance.tsv CC01a (changed)" in run.stdout
    assert f"wording: - {the_row('CC01a')['wording']}" in run.stdout
    assert "wording: + Both agree on {fusion}." in run.stdout
    assert "- risk.tsv RK01a (removed)" in run.stdout
    assert "Rows: 0 added, 1 removed, 1 changed. Other files that differ: 0." in run.stdout


def test_diff_of_the_same_tables_is_empty_and_gene_tables_are_compared_too(tmp_path: Path) -> None:
    tables = Path(shutil.copytree(TABLES, tmp_path / "tables"))
    none = "Rows: 0 added, 0 removed, 0 changed. Other files that differ: 0."
    assert imtreport("knowledge", "diff", read_tables().version, tables).stdout.strip() == none
    with (tables / "genes" / "genes.tsv").open("a", encoding="utf-8") as file:
        file.write("\n")
    run = imtreport("knowledge", "diff", "packaged", tables)
    assert "~ genes/genes.tsv differs" in run.stdout


def test_the_page_is_written(tmp_path: Path) -> None:
    run = imtreport("knowledge", "page", "-o", tmp_path / "page.html", "--overlay", an_overlay(tmp_path / "overlay"))
    assert run.returncode == 0, run.stderr
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "LABORATORY RULE" in text
    assert "RK25a" in text


def test_every_command_of_the_group_explains_itself() -> None:
    assert {"validate", "show", "diff", "page", "coverage"} <= {
        command.name or command.callback.__name__ for command in app.registered_commands if command.callback
    }
    for command in app.registered_commands:
        assert command.callback is not None
        assert command.callback.__doc__


# Reports


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return open_store(tmp_path / "store")


@pytest.fixture(autouse=True)
def _drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are not what is tested here: a file of the right name stands for them."""
    monkeypatch.setattr(report_files, "render_pdf", lambda record, _: b"%PDF " + record["report"]["id"].encode())


def named_in_lab_toml(inbox: Path, name: str = "rules") -> None:
    path = inbox / "lab.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[lab]\n", f'[lab]\nknowledge_overlay = "{name}"\n', 1), encoding="utf-8")


def job_of(inbox: Path, store: Path) -> Job:
    settings = Settings.from_environment({"IMTREPORT_STORE": str(store)})
    found = read_inbox(inbox, settings)
    assert not found.troubles, found.troubles
    (job,) = (one for one in found.jobs if one.request.accession == DETECTED)
    return job


def report(inbox: Path, store: Path) -> Outcome:
    return work.report_case(job_of(inbox, store), store)


def test_a_report_says_the_laboratorys_rule_with_its_mark_and_lists_every_change(inbox: Path, store: Path) -> None:
    a_night(inbox, DETECTED)
    named_in_lab_toml(inbox)
    an_overlay(inbox / "rules")
    outcome = report(inbox, store)
    assert outcome.status == "reported"
    version = versions(store, outcome.case_id)[-1]
    record = json.loads((version.folder / "report.json").read_bytes())
    mark = "[Laboratory rule CC01a, A. Author, 2026-11-20.]"
    (said,) = (one["text"] for one in record["statements"] if one["rule"] == "CC01")
    assert said.startswith("Both agree on ")
    assert said.endswith(mark)
    rules = record["provenance"]["laboratory_rules"]
    assert [(one["row"], one["change"], one["author"], one["date"]) for one in rules] == [
        ("CC01a", "replace", "A. Author", "2026-11-20"),
        ("RK01a", "off", "A. Author", "2026-11-20"),
    ]
    assert record["provenance"]["knowledge_sha256"] == version.manifest["versions"]["knowledge_sha256"]
    assert record["provenance"]["knowledge_sha256"] != read_tables().sha256


def test_a_new_or_changed_rule_makes_a_new_version_and_the_same_rule_elsewhere_does_not(
    inbox: Path, store: Path
) -> None:
    a_night(inbox, DETECTED)
    assert report(inbox, store).version == 1
    named_in_lab_toml(inbox)
    an_overlay(inbox / "rules")
    assert [report(inbox, store).version for _ in range(2)] == [2, 2]
    an_overlay(inbox / "rules", "They agree on {fusion}.")
    assert report(inbox, store).version == 3
    (inbox / "rules").rename(inbox / "moved")
    lab = (inbox / "lab.toml").read_text(encoding="utf-8").replace('"rules"', '"moved"')
    (inbox / "lab.toml").write_text(lab, encoding="utf-8")
    assert (report(inbox, store).status, report(inbox, store).version) == ("unchanged", 3)


def test_mistakes_of_the_overlay_are_told_before_any_specimen_is_begun(inbox: Path) -> None:
    batch = a_night(inbox, DETECTED, NEGATIVE)
    named_in_lab_toml(inbox)
    an_overlay(inbox / "rules", "Give 250 mg.", off="DD01a")
    run = imtreport("check", batch, cwd=inbox)
    assert run.returncode == 2
    assert "DD01a cannot be switched off" in run.stderr
    assert "concordance.tsv: line 2 (CC01), column 'wording': '0 mg' must not be printed" in run.stderr
    assert "{fusion} is missing" in run.stderr
    assert run.stderr.count("Try:") == 3
    assert str(inbox / "rules" / "overlay.tsv") in run.stderr


@pytest.mark.parametrize("name", ["../rules", "/rules", "missing"])
def test_a_folder_elsewhere_or_none_is_refused(name: str, inbox: Path) -> None:
    batch = a_night(inbox, DETECTED)
    named_in_lab_toml(inbox, name)
    run = imtreport("check", batch, cwd=inbox)
    assert run.returncode == 2
    assert "Try:" in run.stderr
