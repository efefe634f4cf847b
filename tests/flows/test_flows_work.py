"""The work on one specimen, in this process: what is refused, what is kept, what is said."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flows_nights import DETECTED, IN_SHARED_TABLE, NEGATIVE, a_night, change_rows, set_cells

from flows import report_files, work
from flows.batches import Job, read_inbox
from flows.outcomes import Outcome
from flows.quarantine import problems_of
from flows.settings import Settings
from flows.store import Version, open_store, sha256, versions
from parsers.batch import read_case_with_warnings
from parsers.saved_case import read_saved_case

PATIENT = {"patient_id": "00777777", "patient_name": "ROE, Other", "date_of_birth": "1951-01-31"}


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


def job_of(inbox: Path, store: Path, accession: str = DETECTED) -> Job:
    settings = Settings.from_environment({"IMTREPORT_STORE": str(store)})
    (job,) = (one for one in read_inbox(inbox, settings).jobs if one.request.accession == accession)
    return job


def report(inbox: Path, store: Path, accession: str = DETECTED) -> Outcome:
    return work.report_case(job_of(inbox, store, accession), store)


def reported(store: Path, outcome: Outcome) -> Version:
    assert outcome.status == "reported", (outcome, problems_of(store, outcome.case_id))
    return versions(store, outcome.case_id)[-1]


def add_line(table: Path, line: str) -> None:
    with table.open("a", encoding="utf-8") as file:
        file.write(line)


def warned(version: Version) -> list[tuple[str, str]]:
    return [(one["file"], one["code"]) for one in version.manifest["warnings"]]


@pytest.mark.parametrize("column", ["patient_id", "date_of_birth"])
def test_an_accession_used_again_for_another_patient_is_quarantined_not_published_as_a_new_version(
    inbox: Path, store: Path, column: str
) -> None:
    table = a_night(inbox, DETECTED) / "specimens.csv"
    change_rows(table.with_name("ihc.csv"), lambda row: row | ({"patient_id": ""} if "patient_id" in row else {}))
    first = reported(store, report(inbox, store))
    set_cells(table, DETECTED, **{column: PATIENT[column]})
    outcome = report(inbox, store)
    assert (outcome.status, outcome.codes) == ("quarantined", ("patient-changed",))
    assert [one.folder for one in versions(store, outcome.case_id)] == [first.folder]
    (problem,) = problems_of(store, outcome.case_id)
    assert (problem.column, problem.line) == (column, 2)
    assert outcome.case_id in problem.remedy
    assert not any(cell in str(problem) for cell in PATIENT.values())


def test_a_patient_who_took_another_name_is_the_same_patient(inbox: Path, store: Path) -> None:
    batch = a_night(inbox, DETECTED)
    reported(store, report(inbox, store))
    set_cells(batch / "specimens.csv", DETECTED, patient_name="ROE, Newly")
    assert reported(store, report(inbox, store)).number == 2


def test_without_a_readable_earlier_report_nobody_can_tell_whose_it_was(inbox: Path, store: Path) -> None:
    batch = a_night(inbox, DETECTED)
    first = reported(store, report(inbox, store))
    (first.folder / "report.json").write_text("{}")
    set_cells(batch / "specimens.csv", DETECTED, **PATIENT)
    change_rows(batch / "ihc.csv", lambda row: row | ({"patient_id": ""} if "patient_id" in row else {}))
    assert report(inbox, store).codes == ("earlier-report-damaged",)


def test_warnings_of_the_row_the_fusion_file_and_the_batch_are_saved_and_counted(inbox: Path, store: Path) -> None:
    batch = a_night(inbox, IN_SHARED_TABLE)
    add_line(batch / "qc.csv", f"{IN_SHARED_TABLE},invented_metric,5\n")
    (batch / "left.over.tsv").write_text("nobody's\n")
    table = batch / "fusions.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([lines[0] + ",colour", *(line + ",red" for line in lines[1:])]) + "\n", encoding="utf-8")
    outcome = report(inbox, store, IN_SHARED_TABLE)
    found = warned(reported(store, outcome))
    assert {file for file, _ in found} >= {"qc.csv", "left.over.tsv", "fusions.csv"}
    assert len(found) == len(set(found))
    assert "unused-file" not in outcome.warnings
    assert set(outcome.warnings) == {code for file, code in found if file != "left.over.tsv"}
    again = report(inbox, store, IN_SHARED_TABLE)
    assert (again.status, again.warnings) == ("unchanged", outcome.warnings)


def test_the_record_names_the_sha256_of_the_bytes_that_were_read(inbox: Path, store: Path) -> None:
    batch = a_night(inbox, DETECTED)
    version = reported(store, report(inbox, store))
    inputs = version.manifest["inputs"]
    assert {"specimens.csv", "ihc.csv", "qc.csv", f"{DETECTED}.arriba.tsv"} <= set(inputs)
    assert inputs == {name: sha256((batch / name).read_bytes()) for name in inputs}


@pytest.mark.parametrize(
    "change",
    [
        lambda batch: set_cells(batch / "specimens.csv", DETECTED, patient_name="ROE, Other"),
        lambda batch: (batch / "qc.csv").unlink(),
        lambda batch: (batch / "variants.csv").write_text("accession,gene,hgvs_p\n"),
    ],
    ids=["changed", "gone", "new"],
)
def test_a_table_that_changes_after_it_was_read_stops_the_specimen(
    inbox: Path, store: Path, change: Callable[[Path], Any]
) -> None:
    batch = a_night(inbox, DETECTED)
    job = job_of(inbox, store)
    change(batch)
    outcome = work.report_case(job, store)
    assert (outcome.status, outcome.codes) == ("quarantined", ("file-changed",))
    assert versions(store, outcome.case_id) == ()


def test_two_callers_files_of_the_same_name_in_their_own_folders_are_reported(inbox: Path, store: Path) -> None:
    batch = a_night(inbox, DETECTED)
    names = [("arriba", f"{DETECTED}.arriba.tsv"), ("sf", f"{DETECTED}.star-fusion.tsv")]
    for folder, name in names:
        (batch / folder).mkdir()
        shutil.move(batch / name, batch / folder / "fusions.tsv")
    set_cells(batch / "specimens.csv", DETECTED, fusion_files="arriba/fusions.tsv;sf/fusions.tsv")
    version = reported(store, report(inbox, store))
    assert {"arriba/fusions.tsv", "sf/fusions.tsv"} <= set(version.manifest["inputs"])


def test_a_damaged_file_in_a_folder_is_copied_into_quarantine(inbox: Path, store: Path) -> None:
    batch = a_night(inbox, DETECTED)
    for file in batch.glob(f"{DETECTED}*"):
        file.unlink()
    (batch / "arriba").mkdir()
    (batch / "arriba" / "fusions.tsv").write_text("not a table of any caller\n")
    set_cells(batch / "specimens.csv", DETECTED, fusion_files="arriba/fusions.tsv")
    outcome = report(inbox, store)
    assert outcome.status == "quarantined"
    kept = store / "quarantine" / outcome.case_id / "input-1"
    assert kept.read_text() == "not a table of any caller\n"


def test_a_fusion_file_that_may_not_be_read_is_quarantined_with_its_remedy(
    inbox: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_night(inbox, DETECTED)
    job = job_of(inbox, store)

    def refused(request: object) -> None:
        raise PermissionError(13, "Permission denied", str(job.request.fusion_paths[0]))

    monkeypatch.setattr(work, "digests", refused)
    outcome = work.report_case(job, store)
    assert (outcome.status, outcome.codes) == ("quarantined", ("unreadable-file",))
    (problem,) = problems_of(store, outcome.case_id)
    assert problem.file == job.request.fusion_paths[0].name


def test_a_specimen_of_a_day_to_come_is_quarantined_and_one_of_tomorrow_is_not(
    inbox: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_night(inbox, DETECTED)
    job = job_of(inbox, store)
    assert job.request.tables is not None
    received = job.request.tables.specimen.received
    noon = datetime(received.year, received.month, received.day, 17, tzinfo=UTC)
    monkeypatch.setattr(work, "now", lambda: noon.replace(day=received.day - 2))
    outcome = work.report_case(job, store)
    assert (outcome.status, outcome.codes) == ("quarantined", ("future-date",))
    monkeypatch.setattr(work, "now", lambda: noon.replace(day=received.day - 1))
    assert work.report_case(job, store).status == "reported"


def test_what_other_systems_read_lies_beside_the_report_and_is_in_its_manifest(inbox: Path, store: Path) -> None:
    a_night(inbox, DETECTED)
    version = reported(store, report(inbox, store))
    saved = (version.folder / "report.json").read_bytes()
    drawn = report_files.drawn_files(saved)
    assert set(drawn) == {"report.pdf", "fusions.tsv", "fhir.json", "oru.hl7", "data_sv.txt"}
    assert {name: (version.folder / name).read_bytes() for name in drawn} == drawn
    assert set(version.manifest["outputs"]) == {*drawn, "report.json", "case.json"}
    assert json.loads(drawn["fhir.json"])["resourceType"] == "Bundle"
    assert drawn["oru.hl7"].startswith(b"MSH|")
    assert drawn["data_sv.txt"].startswith(b"Sample_Id\t")


@pytest.mark.parametrize("name", ["fusions.tsv", "fhir.json", "oru.hl7", "data_sv.txt"])
def test_a_report_that_cannot_be_written_for_another_system_is_not_published_at_all(
    inbox: Path, store: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(record: Any, pdf: bytes) -> bytes:
        raise KeyError("ROE, Secret")

    a_night(inbox, DETECTED)
    with monkeypatch.context() as patch:
        patch.setattr(report_files, "EXPORTS", {**report_files.EXPORTS, name: broken})
        outcome = report(inbox, store)
    assert (outcome.status, outcome.codes[0]) == ("failed", "internal-error")
    assert outcome.codes[1].startswith("KeyError at ")
    assert versions(store, outcome.case_id) == ()
    (problem,) = problems_of(store, outcome.case_id)
    assert name in problem.message
    assert "ROE" not in str(problem)
    reported(store, report(inbox, store))


def test_a_version_made_before_other_systems_had_their_files_is_not_damaged(inbox: Path, store: Path) -> None:
    a_night(inbox, NEGATIVE)
    version = reported(store, report(inbox, store, NEGATIVE))
    manifest = json.loads((version.folder / "manifest.json").read_bytes())
    for name in ("fhir.json", "oru.hl7", "data_sv.txt"):
        (version.folder / name).unlink()
        del manifest["outputs"][name]
    (version.folder / "manifest.json").write_text(json.dumps(manifest))
    assert report(inbox, store, NEGATIVE).status == "unchanged"


@pytest.mark.parametrize(
    "name",
    "report.pdf report.json fusions.tsv fhir.json oru.hl7 data_sv.txt case.json manifest.json".split(),
)
def test_a_version_whose_file_was_lost_is_said_and_made_again(inbox: Path, store: Path, name: str) -> None:
    a_night(inbox, NEGATIVE)
    first = reported(store, report(inbox, store, NEGATIVE))
    assert report(inbox, store, NEGATIVE).status == "unchanged"
    (first.folder / name).unlink()
    outcome = report(inbox, store, NEGATIVE)
    second = reported(store, outcome)
    assert second.number == 2
    assert (f"reports/{outcome.case_id}/v1/{name}", "damaged-version") in warned(second)
    assert "damaged-version" in outcome.warnings
    record = json.loads((second.folder / "report.json").read_bytes())
    assert record["report"]["replaces"] == f"R-{outcome.case_id}-v1"
    assert report(inbox, store, NEGATIVE).status == "unchanged"


def test_a_version_keeps_the_case_and_laboratory_that_it_was_made_from(inbox: Path, store: Path) -> None:
    a_night(inbox, DETECTED)
    version = reported(store, report(inbox, store))
    content = (version.folder / "case.json").read_bytes()
    saved = read_saved_case(content)
    job = job_of(inbox, store)
    assert saved.case == read_case_with_warnings(job.request, work._targets(job, work.tools()))[0]
    assert saved.laboratory.assays == {saved.case.specimen.assay: job.laboratory.assays[saved.case.specimen.assay]}
    assert version.manifest["outputs"]["case.json"] == sha256(content)


def test_a_version_whose_file_was_altered_is_made_again(inbox: Path, store: Path) -> None:
    a_night(inbox, NEGATIVE)
    first = reported(store, report(inbox, store, NEGATIVE))
    first.pdf.write_bytes(b"%PDF something else")
    assert reported(store, report(inbox, store, NEGATIVE)).number == 2


def test_of_a_long_table_the_calls_that_concern_no_gene_in_question_are_counted(inbox: Path, store: Path) -> None:
    night = a_night(inbox, DETECTED)
    before = reported(store, report(inbox, store))
    table = next(night.glob(f"{DETECTED}*arriba.tsv"))
    lines = table.read_text(encoding="utf-8").rstrip("\n").split("\n")
    place_of = {name: number for number, name in enumerate(lines[0].lstrip("#").split("\t"))}
    other = lines[1].split("\t")
    plain = {"gene1": "GENE1", "gene2": "GENE2", "breakpoint1": "9:100000", "breakpoint2": "9:200000"}
    for name, value in plain.items():
        other[place_of[name]] = value
    table.write_text("\n".join([*lines, *["\t".join(other)] * 1_000, ""]), encoding="utf-8")
    after = reported(store, report(inbox, store))
    records = [json.loads((one.folder / "report.json").read_bytes()) for one in (before, after)]
    (source,) = (one for one in records[1]["provenance"]["callers"] if one["caller"] == "Arriba")
    assert source["calls"] + source["others"] == len(lines) - 1 + 1_000
    assert source["others"] >= 1_000
    for part in ("result", "fusions", "alerts", "therapies", "genes", "statements"):
        assert records[0][part] == records[1][part], part


def test_a_file_above_the_size_limit_is_quarantined(inbox: Path, store: Path) -> None:
    night = a_night(inbox, DETECTED)
    add_line(next(night.glob(f"{DETECTED}*arriba.tsv")), "\n" * 1_100_000)
    settings = Settings.from_environment({"IMTREPORT_STORE": str(store), "IMTREPORT_LARGEST": "1"})
    (job,) = read_inbox(inbox, settings).jobs
    outcome = work.report_case(job, store)
    assert (outcome.status, outcome.codes) == ("quarantined", ("too-large",))
