"""The real command on a real Prefect server."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pdfplumber
import pytest
from flows_nights import (
    CUT_OFF,
    DETECTED,
    IN_SHARED_TABLE,
    NEGATIVE,
    PrefectServer,
    a_night,
    ask,
    change_rows,
    files_below,
    imtreport,
    open_entries,
    set_cells,
    with_environment,
)
from pdfminer.pdftypes import resolve1

from flows.cases import case_id_of, case_key
from flows.store import versions

pytestmark = pytest.mark.slow

CANARY = "Zzcanary"
CANARIES = {
    "patient_name": f"{CANARY}name",
    "patient_id": f"{CANARY}number",
    "date_of_birth": "1987-06-05",
    "ordering_provider": f"{CANARY}doctor",
}


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def server(prefect_server: PrefectServer) -> PrefectServer:
    return prefect_server


def nightly(inbox: Path, store: Path, server: PrefectServer) -> subprocess.CompletedProcess[str]:
    return imtreport("nightly", inbox, "--store", store, environment={"PREFECT_API_URL": server.url})


def nightly_with(
    work: str, inbox: Path, store: Path, server: PrefectServer, folder: Path
) -> subprocess.CompletedProcess[str]:
    """The real command with one stand-in: `work(job, store)` of this source text, in the worker processes."""
    (folder / "other_work.py").write_text(work)
    (folder / "command.py").write_text(
        "import other_work\n"
        "from flows.warm_pool import WarmPool\n"
        "from flows.command_line import main\n"
        "if __name__ == '__main__':\n"
        "    WarmPool.__init__.__kwdefaults__['work'] = other_work.work\n"
        "    main()\n"
    )
    return subprocess.run(
        [sys.executable, str(folder / "command.py"), "nightly", str(inbox), "--store", str(store), "--verbose"],
        env=with_environment({"PREFECT_API_URL": server.url, "PYTHONPATH": str(folder)}),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def case_of(accession: str, store: Path) -> str:
    return case_id_of(accession, case_key(store))


def metadata_of(pdf: Path) -> str:
    """The document information and the XMP packet, as text."""
    with pdfplumber.open(pdf) as document:
        packet = resolve1(document.doc.catalog["Metadata"]).get_data().decode()
        return f"{document.metadata} {packet}"


def last_run(server: PrefectServer, flow: str) -> dict[str, object]:
    (run,) = ask(
        server.url,
        "/flow_runs/filter",
        {"flows": {"name": {"any_": [flow]}}, "sort": "EXPECTED_START_TIME_DESC", "limit": 1},
    )
    return dict(run)


def test_a_night_reports_what_it_can_quarantines_the_rest_and_twice_makes_nothing_twice(
    inbox: Path, store: Path, server: PrefectServer
) -> None:
    batch = a_night(inbox, DETECTED, NEGATIVE, CUT_OFF)
    before = files_below(batch)
    first = nightly(inbox, store, server)
    assert first.returncode == 1, first.stderr
    assert "2 reported, 0 unchanged, 1 quarantined, 0 failed" in first.stdout
    assert open_entries(store) == (case_of(CUT_OFF, store),)
    assert f"{CUT_OFF} is quarantined" in first.stdout
    assert "copy the file again" in first.stdout
    for accession in (DETECTED, NEGATIVE):
        (version,) = versions(store, case_of(accession, store))
        assert sorted(one.name for one in version.folder.iterdir()) == [
            "case.json",
            "data_sv.txt",
            "fhir.json",
            "fusions.tsv",
            "manifest.json",
            "oru.hl7",
            "report.json",
            "report.pdf",
        ]
        assert version.pdf.read_bytes().startswith(b"%PDF")
        record = json.loads((version.folder / "report.json").read_bytes())
        assert record["report"]["accession"] == accession
        assert (record["report"]["version"], record["report"]["status"]) == (1, "draft")
        assert str(version.pdf) in first.stdout
    made = files_below(store)

    second = nightly(inbox, store, server)
    assert "0 reported, 2 unchanged, 1 quarantined, 0 failed" in second.stdout
    assert files_below(store) == made
    assert files_below(batch) == before


def test_the_run_completes_its_tasks_bear_case_ids_and_its_artifact_lists_them(
    inbox: Path, store: Path, server: PrefectServer
) -> None:
    a_night(inbox, NEGATIVE, CUT_OFF)
    nightly(inbox, store, server)
    run = last_run(server, "nightly-reports")
    assert run["state_type"] == "COMPLETED", run["state"]
    tasks = ask(server.url, "/task_runs/filter", {"flow_runs": {"id": {"any_": [run["id"]]}}})
    states = {task["name"]: (task["state"]["name"], task["state"]["message"]) for task in tasks}
    bad = case_of(CUT_OFF, store)
    assert states == {case_of(NEGATIVE, store): ("Reported", "version 1"), bad: ("Quarantined", "cut-short")}
    (artifact,) = ask(server.url, "/artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run["id"]]}}})
    assert artifact["key"] == "night"
    assert "1 reported, 0 unchanged, 1 quarantined" in artifact["description"]
    rows = {row["case id"]: (row["status"], row["problems"]) for row in json.loads(artifact["data"])}
    assert rows == {case_of(NEGATIVE, store): ("reported", ""), bad: ("quarantined", "cut-short")}


def test_warnings_and_a_mistyped_accession_are_counted_listed_and_end_the_table(
    inbox: Path, store: Path, server: PrefectServer
) -> None:
    batch = a_night(inbox, NEGATIVE, DETECTED)
    with (batch / "qc.csv").open("a", encoding="utf-8") as table:
        table.write(f"{NEGATIVE},invented_metric,5\n")
    (batch / "left.over.tsv").write_text("nobody's\n")
    first = True

    def mistype(row: dict[str, str]) -> dict[str, str]:
        nonlocal first
        changed = row | {"accession": "S26-90909"} if first and row["accession"] == DETECTED else row
        first = first and changed is row
        return changed

    change_rows(batch / "ihc.csv", mistype)
    run = nightly(inbox, store, server)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "2 reported, 0 unchanged, 0 quarantined, 0 failed; 1 with warnings" in run.stdout
    lines = run.stdout.splitlines()
    (specimen,) = (number for number, line in enumerate(lines) if line.startswith(f" {NEGATIVE}"))
    (batch_row,) = (number for number, line in enumerate(lines) if line.startswith(" (batch)"))
    assert specimen < batch_row
    assert "v1, 1 warning" in lines[specimen]
    whole = " ".join(" ".join(lines[batch_row:]).split())
    assert "ihc.csv, line 2" in whole
    assert "S26-90909" in whole
    assert "Try:" in whole
    assert re.search(rf"^  {NEGATIVE}  qc\.csv, line \d+.*invented_metric", run.stdout, re.MULTILINE)
    assert "(batch) night-1  left.over.tsv: " in run.stdout

    (found,) = ask(
        server.url,
        "/artifacts/filter",
        {"artifacts": {"flow_run_id": {"any_": [last_run(server, "nightly-reports")["id"]]}}},
    )
    rows = json.loads(found["data"])
    assert rows[-1]["status"] == "batch with problems"
    assert rows[-1]["problems"] == "unknown-accession (ihc.csv, line 2)"
    assert [row["warnings"] for row in rows if row["status"] == "batch with warnings"] == ["unused-file"]
    assert {row["case id"]: row["warnings"] for row in rows}[case_of(NEGATIVE, store)] == "unknown-metric"

    by_hand = imtreport(
        *("report", batch, "--accession", NEGATIVE, "--store", store), environment={"PREFECT_API_URL": server.url}
    )
    assert "unchanged" in by_hand.stdout, by_hand.stderr
    assert "invented_metric" in by_hand.stdout
    assert "left.over.tsv" in by_hand.stdout
    assert "S26-90909" in by_hand.stderr


def test_an_empty_inbox_is_a_quiet_night(inbox: Path, store: Path, server: PrefectServer) -> None:
    inbox.mkdir()
    run = nightly(inbox, store, server)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "nothing to report" in run.stdout
    done = last_run(server, "nightly-reports")
    assert done["state_type"] == "COMPLETED"


def test_a_mended_file_is_reported_and_its_quarantine_entry_resolved(
    inbox: Path, store: Path, server: PrefectServer
) -> None:
    batch = a_night(inbox, CUT_OFF)
    assert nightly(inbox, store, server).returncode == 1
    case_id = case_of(CUT_OFF, store)
    assert (store / "quarantine" / case_id / "input-1").read_bytes() == (batch / f"{CUT_OFF}.arriba.tsv").read_bytes()
    file = batch / f"{CUT_OFF}.arriba.tsv"
    whole = file.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]
    file.write_text("".join(whole), encoding="utf-8")
    second = nightly(inbox, store, server)
    assert second.returncode == 0, second.stdout + second.stderr
    assert open_entries(store) == ()
    assert [one.name for one in (store / "quarantine" / "resolved").iterdir()] == [f"{case_id}-1"]


def test_a_changed_input_makes_the_next_version_and_keeps_the_earlier_one(
    inbox: Path, store: Path, server: PrefectServer
) -> None:
    batch = a_night(inbox, IN_SHARED_TABLE)
    assert nightly(inbox, store, server).returncode == 0
    (first,) = versions(store, case_of(IN_SHARED_TABLE, store))
    before = files_below(first.folder)
    set_cells(batch / "qc.csv", IN_SHARED_TABLE, value="31")
    assert nightly(inbox, store, server).returncode == 0
    first, second = versions(store, case_of(IN_SHARED_TABLE, store))
    assert files_below(first.folder) == before
    record = json.loads((second.folder / "report.json").read_bytes())
    assert (record["report"]["version"], second.manifest["replaces"]) == (2, first.manifest["report_id"])


def test_two_nights_at_once_make_nothing_twice(inbox: Path, store: Path, server: PrefectServer) -> None:
    a_night(inbox, DETECTED, NEGATIVE)
    command = [sys.executable, "-m", "flows.command_line", "nightly", str(inbox), "--store", str(store)]
    environment = with_environment({"PREFECT_API_URL": server.url})
    runs = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    said = [run.communicate(timeout=300)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    for accession in (DETECTED, NEGATIVE):
        assert len(versions(store, case_of(accession, store))) == 1
    counts = [re.findall(r"(\d+) reported, (\d+) unchanged", one)[0] for one in said]
    assert sum(int(reported) for reported, _ in counts) == 2
    assert sum(int(unchanged) for _, unchanged in counts) == 2


def test_a_specimen_that_kills_its_worker_fails_the_night_and_loses_no_other(
    inbox: Path, store: Path, server: PrefectServer, tmp_path: Path
) -> None:
    a_night(inbox, DETECTED, NEGATIVE)
    run = nightly_with(
        "import os, signal\n"
        "from flows.warm_pool import report_in_worker\n"
        "def work(job, store):\n"
        f"    if job.request.accession == {DETECTED!r}:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return report_in_worker(job, store)\n",
        *(inbox, store, server, tmp_path),
    )
    assert run.returncode == 1, run.stderr
    assert "1 reported, 0 unchanged, 0 quarantined, 1 failed" in run.stdout
    assert "process died" in run.stdout
    assert len(versions(store, case_of(NEGATIVE, store))) == 1
    assert last_run(server, "nightly-reports")["state_type"] == "FAILED"


def test_patient_data_and_accessions_reach_neither_prefect_nor_names_nor_metadata(
    inbox: Path, store: Path, server: PrefectServer
) -> None:
    batch = a_night(inbox, DETECTED, NEGATIVE, CUT_OFF, name=f"{CANARY}-batch")
    for accession in (DETECTED, NEGATIVE, CUT_OFF):
        set_cells(batch / "specimens.csv", accession, **CANARIES)
    # The stains' table repeats the patient's number where it has such a column.
    change_rows(
        batch / "ihc.csv", lambda row: row | ({"patient_id": CANARIES["patient_id"]} if "patient_id" in row else {})
    )
    set_cells(batch / "specimens.csv", CUT_OFF, date_of_birth=f"{CANARY}date")
    night = imtreport("nightly", inbox, "--store", store, "--verbose", environment={"PREFECT_API_URL": server.url})
    assert "2 reported" in night.stdout, night.stdout + night.stderr
    by_hand = imtreport(
        "report",
        *(batch, "--accession", CUT_OFF, "--store", store, "--verbose"),
        environment={"PREFECT_API_URL": server.url},
    )
    assert by_hand.returncode == 1, by_hand.stdout + by_hand.stderr
    one_batch = imtreport("nightly", batch, "--store", store, "--verbose", environment={"PREFECT_API_URL": server.url})
    assert "2 unchanged" in one_batch.stdout, one_batch.stdout + one_batch.stderr

    secrets = [CANARY, CANARIES["date_of_birth"], *("S26-01001", "S26-01010", "S26-01013")]
    logged = [line for run in (night, by_hand) for line in (run.stdout + run.stderr).splitlines() if " | " in line]
    assert any("Beginning flow run" in line for line in logged)
    assert not [line for line in logged for secret in secrets if secret in line]
    assert CANARY not in night.stdout + night.stderr + by_hand.stdout + by_hand.stderr

    with sqlite3.connect(server.database) as connection:
        (runs,) = connection.execute("select count(*) from task_run").fetchone()
        (logs,) = connection.execute("select count(*) from log").fetchone()
    assert runs
    assert logs
    for file in server.database.parent.iterdir():
        if file.is_file():
            content = file.read_bytes()
            assert not [secret for secret in secrets if secret.encode() in content], file.name

    for one in store.rglob("*"):
        assert not [secret for secret in secrets if secret in str(one.relative_to(store))]
    pdfs = list(store.rglob("report.pdf"))
    assert len(pdfs) == 2
    for pdf in pdfs:
        shown = metadata_of(pdf)
        assert "R-" in shown
        assert not [secret for secret in secrets if secret in shown]


def test_one_specimen_by_hand_prints_its_pdf_and_nothing_is_made_twice(
    inbox: Path, store: Path, server: PrefectServer
) -> None:
    batch = a_night(inbox, DETECTED, CUT_OFF)
    environment = {"PREFECT_API_URL": server.url}
    first = imtreport("report", batch, "--accession", DETECTED.lower(), "--store", store, environment=environment)
    assert first.returncode == 0, first.stderr
    (version,) = versions(store, case_of(DETECTED, store))
    assert first.stdout.splitlines()[-1] == str(version.pdf)
    assert "reported, version 1" in first.stdout
    assert last_run(server, "specimen-report")["name"] == case_of(DETECTED, store)
    again = imtreport("report", batch, "--accession", DETECTED, "--store", store, environment=environment)
    assert "unchanged, version 1" in again.stdout
    bad = imtreport("report", batch, "--accession", CUT_OFF, "--store", store, environment=environment)
    assert bad.returncode == 1
    assert "copy the file again" in bad.stderr
    assert last_run(server, "specimen-report")["state_name"] == "Quarantined"


def test_a_name_that_cannot_be_printed_fails_its_specimen_with_a_remedy_and_the_others_are_reported(
    inbox: Path, store: Path, server: PrefectServer
) -> None:
    batch = a_night(inbox, DETECTED, NEGATIVE)
    set_cells(batch / "specimens.csv", DETECTED, patient_name=f"{CANARY}, Al\U00010900x")
    run = nightly(inbox, store, server)
    assert run.returncode == 1, run.stderr
    assert "1 reported, 0 unchanged, 0 quarantined, 1 failed" in run.stdout
    assert len(versions(store, case_of(NEGATIVE, store))) == 1
    assert versions(store, case_of(DETECTED, store)) == ()
    assert open_entries(store) == (case_of(DETECTED, store),)
    assert f"{DETECTED} is failed" in run.stdout
    assert "U+10900 (PHOENICIAN LETTER ALF)" in run.stdout
    assert "Try: write the text with letters of another script" in run.stdout
    assert "need no change" not in run.stdout
    kept = b"".join(files_below(store / "quarantine").values()).decode()
    for said in (run.stdout, run.stderr, kept):
        assert CANARY not in said
        assert "\U00010900" not in said


def test_a_fault_of_ours_is_told_by_kind_and_place_without_its_message(
    inbox: Path, store: Path, server: PrefectServer, tmp_path: Path
) -> None:
    set_cells(a_night(inbox, DETECTED) / "specimens.csv", DETECTED, patient_name=CANARY)
    run = nightly_with(
        "def work(job, store):\n"
        "    import flows.work\n"
        "    def broken(*arguments):\n"
        "        raise KeyError(job.request.tables.specimen.patient_name)\n"
        "    flows.work.interpret = broken\n"
        "    return flows.work.report_case(job, store)\n",
        *(inbox, store, server, tmp_path),
    )
    assert run.returncode == 1, run.stderr
    assert "1 failed" in run.stdout
    assert re.search(r"KeyError at \w+/\w+\.py:\d+", run.stdout)
    assert CANARY not in run.stdout + run.stderr
