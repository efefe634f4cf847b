"""`imtreport explain`: every sentence of a report with its rule, facts and sources, from the saved record alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from flows_nights import DETECTED, NEGATIVE, a_night
from rich.console import Console
from typer.testing import CliRunner

from flows import report_files, work
from flows.batches import read_inbox
from flows.command_line import app
from flows.explain import explained, record_of
from flows.explain_command import print_sentences
from flows.settings import Settings
from flows.store import Version, open_store, versions
from parsers.errors import InputError


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return open_store(tmp_path / "store")


@pytest.fixture(autouse=True)
def _drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are not what is tested here: a file of the right name stands for them."""
    monkeypatch.setattr(report_files, "render_pdf", lambda record, _: b"%PDF " + record["report"]["id"].encode())


def a_report(tmp_path: Path, store: Path, accession: str = DETECTED) -> Version:
    a_night(tmp_path / "inbox", accession)
    (job,) = read_inbox(tmp_path / "inbox", Settings.from_environment({"IMTREPORT_STORE": str(store)})).jobs
    work.report_case(job, store)
    return versions(store, job.case_id)[-1]


def printed_of(record: dict[str, Any]) -> list[str]:
    result = record["result"]
    texts = [result["headline"], *result["summary"], result["certainty"], *result["next_steps"]]
    texts += [one["text"] for one in (*record["alerts"], *record["statements"])]
    return [*texts, *record["recommendations"], *record["limitations"]]


def refusal_of(folder: Path) -> str:
    with pytest.raises(InputError) as refused:
        record_of(str(folder), None)
    (problem,) = refused.value.problems
    assert problem.remedy
    return problem.message


@pytest.mark.parametrize("accession", [DETECTED, NEGATIVE])
def test_every_printed_sentence_is_explained_with_at_least_one_fact(
    tmp_path: Path, store: Path, accession: str
) -> None:
    version = a_report(tmp_path, store, accession)
    record = json.loads((version.folder / "report.json").read_bytes())
    sentences = explained(record)
    said = [one.text for one in sentences]
    assert [text for text in printed_of(record) if text not in said] == []
    assert said[0] == record["result"]["headline"]
    assert said[-1] == record["limitations"][-1]
    assert [one.text for one in sentences if not one.facts] == []


def test_a_ruling_is_explained_by_its_row_its_facts_with_place_and_its_numbered_sources(
    tmp_path: Path, store: Path
) -> None:
    record = record_of(str(a_report(tmp_path, store).folder), None)
    one = next(one for one in explained(record) if [rule.id for rule in one.rules] == ["CC01"] and "agree:" in one.text)
    (rule,) = one.rules
    assert (rule.table, rule.evidence_status) == ("concordance.tsv", "verified")
    assert "{fusion}" in rule.wording
    ihc = next(fact for fact in one.facts if fact.fact == "ihc")
    assert (ihc.value, ihc.condition) == ("positive", "positive or weak")
    assert ihc.rows[0].startswith("ihc.csv, line 2, result: ALK: positive")
    assert [source.citation for source in one.sources]
    assert all(source.number and source.identifier and source.date for source in one.sources)


@pytest.mark.parametrize("what", ["folder", "report.json", "report.pdf", "case id", "accession"])
def test_a_report_is_named_by_folder_file_case_id_or_accession(tmp_path: Path, store: Path, what: str) -> None:
    version = a_report(tmp_path, store)
    names = {"folder": str(version.folder), "case id": version.manifest["case_id"], "accession": DETECTED}
    record = record_of(names.get(what, str(version.folder / what)), store)
    assert record["report"]["id"] == version.manifest["report_id"]


def test_a_record_that_was_changed_is_damaged_or_of_an_older_time_is_refused_with_the_remedy(
    tmp_path: Path, store: Path
) -> None:
    version = a_report(tmp_path, store)
    path = version.folder / "report.json"
    record = json.loads(path.read_bytes())
    path.write_text(json.dumps(record), encoding="utf-8")
    assert "is not what it was" in refusal_of(version.folder)
    alone = tmp_path / "alone"
    alone.mkdir()
    for content, said in (
        ("{", "is not JSON"),
        ("[]", "is not the record"),
        (json.dumps({key: value for key, value in record.items() if key != "explanations"}), "before explanations"),
    ):
        (alone / "report.json").write_text(content, encoding="utf-8")
        assert said in refusal_of(alone)
    (alone / "report.json").unlink()
    assert "cannot be read" in refusal_of(alone)


def test_an_unknown_report_is_wrong_use_and_makes_no_key(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    run = CliRunner().invoke(app, ["explain", "S26-99999", "--store", str(empty)])
    assert run.exit_code == 2
    assert "holds no report" in run.stderr
    assert not (empty / "case-key").exists()
    run = CliRunner().invoke(app, ["explain", str(tmp_path / "no" / "where")])
    assert (run.exit_code, "there is no such report" in run.stderr) == (2, True)


def test_the_terminal_shows_rule_facts_and_sources_and_json_the_same(tmp_path: Path, store: Path) -> None:
    version = a_report(tmp_path, store)
    shown = CliRunner().invoke(app, ["explain", DETECTED, "--store", str(store)], env={"COLUMNS": "200"})
    assert shown.exit_code == 0, shown.output
    assert "rule CC01" in shown.stdout
    assert "(asked: positive or weak)" in shown.stdout
    assert "ihc.csv, line 2" in shown.stdout
    machine = CliRunner().invoke(app, ["explain", DETECTED, "--store", str(store), "--json"])
    sentences = json.loads(machine.stdout)["sentences"]
    record = json.loads((version.folder / "report.json").read_bytes())
    assert [one["text"] for one in sentences] == [one.text for one in explained(record)]
    patient = record["patient"]
    assert [cell for cell in (patient["name"], patient["id"], patient["date_of_birth"]) if cell in machine.stdout] == []


def test_find_shows_the_sentences_with_a_text_or_of_a_rule_alone(tmp_path: Path, store: Path) -> None:
    a_report(tmp_path, store)
    by_rule = CliRunner().invoke(app, ["explain", DETECTED, "--store", str(store), "--find", "cc01", "--json"])
    found = json.loads(by_rule.stdout)["sentences"]
    assert found
    assert all("CC01" in {rule["id"] for rule in one["rules"]} for one in found)
    by_text = CliRunner().invoke(app, ["explain", DETECTED, "--store", str(store), "--find", "AGREE:", "--json"])
    assert all("agree:" in one["text"] for one in json.loads(by_text.stdout)["sentences"])
    for name in ("CC01a", "act01"):
        by_row = CliRunner().invoke(app, ["explain", DETECTED, "--store", str(store), "--find", name, "--json"])
        assert by_row.exit_code == 0, name
    other_part = CliRunner().invoke(app, ["explain", DETECTED, "--store", str(store), "--find", "CC01b"])
    assert other_part.exit_code == 2
    none = CliRunner().invoke(app, ["explain", DETECTED, "--store", str(store), "--find", "XX99"])
    assert (none.exit_code, "No sentence" in none.stderr) == (2, True)


@pytest.mark.parametrize("name", ["RK01a", "rk01"])
def test_find_says_that_the_laboratory_switched_the_rule_off(tmp_path: Path, store: Path, name: str) -> None:
    version = a_report(tmp_path, store)
    alone = tmp_path / "alone"
    alone.mkdir()
    record = json.loads((version.folder / "report.json").read_bytes())
    off = {"table": "risk.tsv", "row": "RK01a", "change": "off", "replaces": "0a57b1d27fee"}
    off |= {"author": "A. Author", "date": "2026-11-20", "reason": "Margins are on the surgical report."}
    record["provenance"]["laboratory_rules"] = [off]
    (alone / "report.json").write_text(json.dumps(record), encoding="utf-8")
    run = CliRunner().invoke(app, ["explain", str(alone), "--find", name])
    assert run.exit_code == 2
    said = "RK01a was switched off by the laboratory (A. Author, 2026-11-20): Margins are on the surgical report."
    assert said in run.stderr


def test_a_folder_that_is_no_report_is_answered_with_what_to_name(tmp_path: Path, store: Path) -> None:
    case = a_report(tmp_path, store).folder.parent
    run = CliRunner().invoke(app, ["explain", str(case)])
    assert (run.exit_code, "/v1), or its case id or accession" in run.stderr) == (2, True)


def test_an_explanation_survives_without_tables_batch_and_store(tmp_path: Path, store: Path) -> None:
    version = a_report(tmp_path, store)
    kept = shutil.copy(version.folder / "report.json", tmp_path / "kept.json")
    shutil.rmtree(store)
    shutil.rmtree(tmp_path / "inbox")
    assert explained(record_of(str(kept), None))


def test_a_narrow_terminal_wraps_and_loses_nothing(tmp_path: Path, store: Path) -> None:
    sentences = explained(record_of(str(a_report(tmp_path, store).folder), None))
    console = Console(width=60, record=True, file=(tmp_path / "out").open("w", encoding="utf-8"))
    print_sentences(console, sentences)
    text = " ".join(console.export_text().split())
    console.file.close()
    assert all(one.text in text for one in sentences)


def test_a_name_that_no_file_can_have_is_told_without_a_traceback(store: Path) -> None:
    with pytest.raises(InputError) as caught:
        record_of("S" * 300, store)
    assert [one.code for one in caught.value.problems] == ["no-explanation"]
