from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from flows_nights import (
    ALSO_IN_SHARED_TABLE,
    DETECTED,
    IN_SHARED_TABLE,
    NEGATIVE,
    a_night,
    change_rows,
    set_cells,
)

from flows.batches import Inbox, find_batches, read_inbox
from flows.fingerprint import fingerprint
from flows.outcomes import record_troubles
from flows.quarantine import problems_of
from flows.settings import Settings
from flows.store import open_store
from parsers.batch import read_case
from parsers.errors import InputError

VERSIONS = {"knowledge": "1", "template": "1", "software": "1"}


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({"IMTREPORT_STORE": str(tmp_path / "store")})


def accessions(found: Inbox) -> list[str]:
    return [job.request.accession for job in found.jobs]


def codes(found: Inbox, accession: str) -> list[str]:
    (job,) = (one for one in found.jobs if one.request.accession == accession)
    return [problem.code for problem in job.request.problems if problem.severity == "error"]


def print_of(inbox: Path, settings: Settings, accession: str, versions: dict[str, str] = VERSIONS) -> str:
    (job,) = (one for one in read_inbox(inbox, settings).jobs if one.request.accession == accession)
    return fingerprint(read_case(job.request), job.laboratory, versions)


def test_all_batches_of_an_inbox_are_found_and_unfinished_copies_left_alone(inbox: Path) -> None:
    for name in ("b", "a", ".copying"):
        a_night(inbox, DETECTED, name=name)
    (inbox / "notes").mkdir()
    assert [one.name for one in find_batches(inbox)] == ["a", "b"]
    assert find_batches(inbox / "a") == (inbox / "a",)


def test_an_inbox_that_is_not_there_says_what_to_do_and_an_empty_one_is_a_quiet_night(
    inbox: Path, settings: Settings
) -> None:
    with pytest.raises(InputError) as error:
        find_batches(inbox)
    assert error.value.problems[0].code == "no-inbox"
    (inbox / "notes").mkdir(parents=True)
    assert find_batches(inbox) == ()
    assert read_inbox(inbox, settings) == Inbox((), (), ())


@pytest.mark.parametrize("left", ["ihc.csv", "Specimens.csv", "specimens.ods"])
def test_a_batch_whose_table_of_specimens_is_missing_or_misnamed_is_trouble_not_silence(
    inbox: Path, settings: Settings, left: str
) -> None:
    batch = a_night(inbox, DETECTED)
    for one in batch.iterdir():
        one.unlink()
    (batch / left).write_text("accession\n", encoding="utf-8")
    found = read_inbox(inbox, settings)
    assert found.jobs == ()
    assert [one.code for trouble in found.troubles for one in trouble.problems] == ["missing-file"]


def test_a_batch_folder_that_may_not_be_opened_is_trouble_and_stops_no_other(
    inbox: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_night(inbox, NEGATIVE, name="well")
    shut = a_night(inbox, DETECTED, name="shut")
    real = {name: getattr(Path, name) for name in ("iterdir", "is_file", "exists", "open")}

    def refusing(name: str) -> Any:
        def method(path: Path, *arguments: Any, **options: Any) -> Any:
            if path.is_relative_to(shut) and (path != shut or name == "iterdir"):
                raise PermissionError(13, "Permission denied", str(path))
            return real[name](path, *arguments, **options)

        return method

    for name in real:
        monkeypatch.setattr(Path, name, refusing(name))
    found = read_inbox(inbox, settings)
    assert accessions(found) == [NEGATIVE]
    (trouble,) = found.troubles
    assert trouble.folder == shut
    assert "Permission denied" in trouble.problems[0].message
    record_troubles(found, open_store(settings.store))
    assert [one.code for one in problems_of(settings.store, trouble.batch_id)] == [trouble.problems[0].code]


def test_a_warning_about_a_whole_table_goes_with_every_specimen_of_its_batch_and_is_no_trouble(
    inbox: Path, settings: Settings
) -> None:
    batch = a_night(inbox, DETECTED, NEGATIVE)
    table = batch / "specimens.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("indication", "indicaton", 1), encoding="utf-8")
    a_night(inbox, IN_SHARED_TABLE, name="night-2")
    found = read_inbox(inbox, settings)
    assert found.troubles == ()
    assert [trouble.folder for trouble in found.warnings] == [batch]
    warned = {job.request.accession: {one.code for one in job.batch_warnings} for job in found.jobs}
    assert "unknown-column" in warned[DETECTED] & warned[NEGATIVE]
    assert warned[IN_SHARED_TABLE] == set()


def test_every_specimen_is_a_job_with_an_opaque_id_of_its_own(inbox: Path, settings: Settings) -> None:
    a_night(inbox, DETECTED, NEGATIVE)
    found = read_inbox(inbox, settings)
    assert accessions(found) == [DETECTED, NEGATIVE]
    assert len({job.case_id for job in found.jobs}) == 2
    assert found.troubles == ()
    assert not any(word in job.case_id + job.batch_id for job in found.jobs for word in ("S26", "night"))


def test_an_accession_in_two_batches_is_one_job_that_is_stopped(inbox: Path, settings: Settings) -> None:
    a_night(inbox, DETECTED, NEGATIVE, name="night-1")
    a_night(inbox, DETECTED, name="night-2")
    found = read_inbox(inbox, settings)
    assert accessions(found) == [DETECTED, NEGATIVE]
    assert codes(found, DETECTED) == ["accession-twice"]
    assert codes(found, NEGATIVE) == []
    (problem,) = found.jobs[0].request.problems
    assert "night-1, night-2" in problem.message


def test_a_row_without_accession_is_the_batchs_trouble_and_stops_nobody_else(inbox: Path, settings: Settings) -> None:
    for name in ("night-1", "night-2"):
        batch = a_night(inbox, DETECTED if name == "night-1" else IN_SHARED_TABLE, NEGATIVE, name=name)
        set_cells(batch / "specimens.csv", NEGATIVE, accession="")
        change_rows(batch / "ihc.csv", lambda row: None if row["accession"] == NEGATIVE else row)
        change_rows(batch / "qc.csv", lambda row: None if row["accession"] == NEGATIVE else row)
    found = read_inbox(inbox, settings)
    assert accessions(found) == [DETECTED, IN_SHARED_TABLE]
    assert codes(found, DETECTED) == []
    assert [[one.code for one in trouble.problems] for trouble in found.troubles] == [["missing-accession"]] * 2


def test_a_table_that_cannot_be_read_stops_its_whole_batch_and_no_other(inbox: Path, settings: Settings) -> None:
    a_night(inbox, NEGATIVE, name="well")
    bad = a_night(inbox, DETECTED, name="bad")
    (bad / "ihc.csv").write_bytes(b"\x00\x01\x02")
    found = read_inbox(inbox, settings)
    assert codes(found, DETECTED)
    assert codes(found, NEGATIVE) == []
    assert [trouble.folder for trouble in found.troubles] == [bad]


def test_a_batch_without_laboratory_is_trouble_and_stops_no_other(inbox: Path, settings: Settings) -> None:
    batch = a_night(inbox, DETECTED)
    for name in ("lab.toml", "logo.svg"):
        shutil.move(inbox / name, batch / name)
    a_night(inbox, NEGATIVE, name="homeless")
    (inbox / "lab.toml").unlink()
    found = read_inbox(inbox, settings)
    assert accessions(found) == [DETECTED]
    assert [one.code for trouble in found.troubles for one in trouble.problems] == ["no-lab-file"]
    assert found.warnings == ()


def test_a_row_inserted_above_does_not_change_the_fingerprint(inbox: Path, settings: Settings) -> None:
    batch = a_night(inbox, NEGATIVE)
    before = print_of(inbox, settings, NEGATIVE)
    shutil.rmtree(batch)
    a_night(inbox, DETECTED, NEGATIVE)
    assert print_of(inbox, settings, NEGATIVE) == before


def test_in_a_shared_fusion_table_only_the_cases_own_rows_count(inbox: Path, settings: Settings) -> None:
    batch = a_night(inbox, IN_SHARED_TABLE, ALSO_IN_SHARED_TABLE)
    before = print_of(inbox, settings, IN_SHARED_TABLE)
    set_cells(batch / "fusions.csv", ALSO_IN_SHARED_TABLE, split_reads="77")
    assert print_of(inbox, settings, IN_SHARED_TABLE) == before
    set_cells(batch / "fusions.csv", IN_SHARED_TABLE, split_reads="77")
    assert print_of(inbox, settings, IN_SHARED_TABLE) != before


def test_whatever_the_report_is_made_from_changes_the_fingerprint(inbox: Path, settings: Settings) -> None:
    batch = a_night(inbox, DETECTED)
    prints = [print_of(inbox, settings, DETECTED)]
    set_cells(batch / "specimens.csv", DETECTED, resectability="resected")
    prints.append(print_of(inbox, settings, DETECTED))
    set_cells(batch / "qc.csv", DETECTED, value="31")
    prints.append(print_of(inbox, settings, DETECTED))
    file = batch / f"{DETECTED}.arriba.tsv"
    file.write_text(file.read_text(encoding="utf-8").replace("\thigh\t", "\tlow\t"), encoding="utf-8")
    prints.append(print_of(inbox, settings, DETECTED))
    lab = inbox / "lab.toml"
    lab.write_text(lab.read_text(encoding="utf-8").replace("minimum_split_reads = 5", "minimum_split_reads = 6"))
    prints.append(print_of(inbox, settings, DETECTED))
    prints.append(print_of(inbox, settings, DETECTED, VERSIONS | {"knowledge": "2"}))
    assert len(set(prints)) == len(prints)


def test_the_hour_of_the_night_does_not_change_the_fingerprint(inbox: Path, settings: Settings) -> None:
    a_night(inbox, DETECTED)
    before = print_of(inbox, settings, DETECTED)
    lab = inbox / "lab.toml"
    changed = lab.read_text(encoding="utf-8").replace("0 2 * * *", "30 3 * * *")
    assert changed != lab.read_text(encoding="utf-8")
    lab.write_text(changed, encoding="utf-8")
    assert print_of(inbox, settings, DETECTED) == before
