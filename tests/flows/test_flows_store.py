from __future__ import annotations

import json
import os
import stat
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flows_nights import open_entries

from flows import store as reports
from flows.quarantine import problems_of, put_into_quarantine, quarantined, resolve
from parsers.errors import InputError, Problem

CASE = "0123456789abcdef"
NOW = datetime(2026, 3, 17, 2, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return reports.open_store(tmp_path / "store")


def a_problem(code: str = "truncated-file", file: str = "S26-01013.arriba.tsv") -> Problem:
    return Problem(code=code, file=file, message="cut short", remedy="copy it again", accession="S26-01013")


def publish(store: Path, number: int = 1) -> reports.Version:
    return reports.publish(store, CASE, number, {"report.pdf": b"%PDF", "report.json": b"{}"}, {"fingerprint": "f"})


def test_a_version_is_read_back_with_the_sha256_of_its_files(store: Path) -> None:
    publish(store)
    version = reports.latest(store, CASE)
    assert version is not None
    assert version.number == 1
    assert version.pdf.read_bytes() == b"%PDF"
    assert version.manifest["outputs"]["report.pdf"] == reports.sha256(b"%PDF")
    assert version.manifest["fingerprint"] == "f"


def test_the_latest_version_is_the_highest_number_not_the_last_name(store: Path) -> None:
    for number in range(1, 12):
        publish(store, number)
    version = reports.latest(store, CASE)
    assert version is not None
    assert version.number == 11


def test_a_version_that_is_there_is_not_overwritten(store: Path) -> None:
    before = publish(store)
    content = before.pdf.stat()
    with pytest.raises(FileExistsError):
        publish(store)
    assert before.pdf.stat() == content
    assert not list((store / "tmp").iterdir())


def test_a_write_that_fails_leaves_nothing_to_be_read(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(folder: Path, target: Path) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(reports, "put_in_place", full_disk)
    with pytest.raises(OSError, match="no space"):
        publish(store)
    assert reports.versions(store, CASE) == ()
    assert not list((store / "tmp").iterdir())


def test_reports_and_folders_are_for_their_owner_only(store: Path) -> None:
    publish(store)
    put_into_quarantine(store, CASE, [a_problem()], [], NOW)
    for one in (store, *store.rglob("*")):
        assert stat.S_IMODE(one.stat().st_mode) & 0o077 == 0, one


def test_left_overs_of_killed_runs_are_swept_after_a_day_only(store: Path) -> None:
    old, new = store / "tmp" / "old", store / "tmp" / "new"
    for folder in (old, new):
        folder.mkdir()
    os.utime(old, (time.time() - 25 * 3600,) * 2)
    reports.open_store(store)
    assert not old.exists()
    assert new.exists()


def test_a_case_is_held_by_one_at_a_time(store: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with reports.locked(store, CASE):
            order.append("second")

    with reports.locked(store, CASE):
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_quarantine_keeps_problems_and_copies_under_neutral_names(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "S26-01013.arriba.tsv"
    file.write_text("cut off")
    put_into_quarantine(store, CASE, [a_problem()], [file, tmp_path / "S26-01013.gone.tsv"], NOW)
    folder = store / "quarantine" / CASE
    assert sorted(one.name for one in folder.iterdir()) == ["input-1", "problems.json"]
    assert (folder / "input-1").read_text() == "cut off"
    assert problems_of(store, CASE) == (a_problem(),)
    entry = quarantined(store, CASE)
    assert entry is not None
    assert [one["sha256"] for one in entry["files"]] == [reports.sha256(b"cut off"), None]
    assert file.exists()


def test_the_same_problem_again_changes_nothing_and_another_one_keeps_the_first_date(store: Path) -> None:
    later = NOW.replace(day=18)
    put_into_quarantine(store, CASE, [a_problem()], [], NOW)
    content = (store / "quarantine" / CASE / "problems.json").read_bytes()
    put_into_quarantine(store, CASE, [a_problem()], [], later)
    assert (store / "quarantine" / CASE / "problems.json").read_bytes() == content
    put_into_quarantine(store, CASE, [a_problem("bad-date")], [], later)
    entry = quarantined(store, CASE)
    assert entry is not None
    assert [one["code"] for one in entry["problems"]] == ["bad-date"]
    assert (entry["since"], entry["seen"]) == (NOW.isoformat(), later.isoformat())


def test_resolved_entries_are_kept_and_counted(store: Path) -> None:
    for _ in range(2):
        put_into_quarantine(store, CASE, [a_problem()], [], NOW)
        assert open_entries(store) == (CASE,)
        assert resolve(store, CASE)
        assert open_entries(store) == ()
    assert not resolve(store, CASE)
    resolved = store / "quarantine" / "resolved"
    assert sorted(one.name for one in resolved.iterdir()) == [f"{CASE}-1", f"{CASE}-2"]
    assert json.loads((resolved / f"{CASE}-1" / "problems.json").read_bytes())["case_id"] == CASE


def test_a_folder_that_another_night_moves_away_while_it_is_looked_at_stops_nobody(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def listing(folder: Path) -> list[Path]:
        return [folder / "gone-meanwhile"]

    monkeypatch.setattr(Path, "iterdir", listing)
    assert reports.open_store(store) == store


def test_a_version_knows_which_of_its_files_are_missing_or_changed(store: Path) -> None:
    version = publish(store)
    assert reports.damaged_files(version) == ()
    version.pdf.unlink()
    assert reports.damaged_files(version) == ("report.pdf",)
    (version.folder / "report.json").write_text("{ }")
    assert reports.damaged_files(version) == ("report.pdf", "report.json")


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"outputs": 1}'])
def test_a_version_without_its_manifest_is_damaged_and_still_counts(store: Path, content: str | None) -> None:
    manifest = publish(store).folder / "manifest.json"
    manifest.unlink()
    if content is not None:
        manifest.write_text(content)
    version = reports.latest(store, CASE)
    assert version is not None
    assert version.number == 1
    assert reports.damaged_files(version) == ("manifest.json",)


def test_a_file_name_that_is_not_utf_8_can_be_kept(store: Path) -> None:
    name = os.fsdecode(b"Z\xfc.tsv")
    put_into_quarantine(store, CASE, [a_problem(file=name)], [], NOW)
    assert problems_of(store, CASE) == (a_problem(file=name),)


def test_a_file_that_may_not_be_read_is_put_on_record_without_a_copy(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ihc.csv"
    file.write_text("secret")

    def refused(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refused)
    put_into_quarantine(store, CASE, [a_problem()], [file], NOW)
    monkeypatch.undo()
    entry = quarantined(store, CASE)
    assert entry is not None
    assert [(one["name"], one["sha256"], one["copy"]) for one in entry["files"]] == [("ihc.csv", None, None)]


def test_a_night_killed_while_it_replaces_an_entry_loses_neither(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_into_quarantine(store, CASE, [a_problem()], [], NOW)

    def killed(folder: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("flows.quarantine.put_in_place", killed)
    with pytest.raises(KeyboardInterrupt):
        put_into_quarantine(store, CASE, [a_problem("bad-date")], [], NOW)
    monkeypatch.undo()
    assert problems_of(store, CASE) == (a_problem(),)
    put_into_quarantine(store, CASE, [a_problem("bad-date")], [], NOW.replace(day=18))
    entry = quarantined(store, CASE)
    assert entry is not None
    assert [one["code"] for one in entry["problems"]] == ["bad-date"]
    assert entry["since"] == NOW.isoformat()
    assert open_entries(store) == (CASE,)


def test_an_entry_put_aside_by_a_killed_night_is_resolved_too(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_into_quarantine(store, CASE, [a_problem()], [], NOW)
    folder = store / "quarantine"
    (folder / CASE).rename(folder / f"{CASE}.before")
    assert resolve(store, CASE)
    assert open_entries(store) == ()


def test_a_store_that_cannot_be_used_is_told_with_its_reason_and_a_remedy(tmp_path: Path) -> None:
    file = tmp_path / "taken"
    file.write_text("not a folder", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        reports.open_store(file)
    (problem,) = caught.value.problems
    assert problem.code == "store-unusable"
    assert "File exists" in problem.message
    assert "--store" in problem.remedy
