"""Run controls with files of their own: what the file holds decides, whatever was entered."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import (
    ARRIBA_V2,
    SPECIMEN,
    a_batch,
    a_laboratory,
    arriba_row,
    csv_text,
    table_text,
)

from parsers.batch import Batch, digests, read_batch
from parsers.records import RunControl

FUSION = table_text(ARRIBA_V2, [arriba_row()])
DISCARDED = table_text(ARRIBA_V2, [arriba_row(filters="low_entropy")])
NOTHING = ARRIBA_V2 + "\n"
OF_THE_RUN = csv_text(SPECIMEN | {"sequencing_run": "RUN1", "fusion_files": "s.tsv"})


def a_run(folder: Path, control: str, result: str, content: str | None, name: str = "ntc.tsv") -> Batch:
    """A batch of one sequenced specimen whose run has this control; `content` None leaves its file out."""
    files = {"s.tsv": NOTHING} | ({} if content is None else {name: content})
    row = {"run": "RUN1", "control": control, "result": result, "fusion_files": name}
    folder.mkdir(exist_ok=True)
    return read_batch(a_batch(folder, specimens=OF_THE_RUN, controls=csv_text(row), **files), a_laboratory())


def the_control(batch: Batch) -> RunControl:
    (request,) = batch.requests
    assert request.tables is not None
    (control,) = request.tables.controls
    return control


def codes(batch: Batch) -> list[tuple[str, str]]:
    return [(problem.code, problem.severity) for problem in batch.requests[0].problems]


@pytest.mark.parametrize("control", ["no-template", "negative"])
def test_a_fusion_in_a_control_without_template_fails_it_whatever_was_entered(tmp_path: Path, control: str) -> None:
    batch = a_run(tmp_path, control, "pass", FUSION)
    assert (the_control(batch).result, the_control(batch).remark) == ("fail", "its file holds TPM3::ALK")
    assert ("control-contradiction", "warning") in codes(batch)


def test_a_call_that_its_caller_discarded_does_not_fail_it(tmp_path: Path) -> None:
    batch = a_run(tmp_path, "no-template", "pass", DISCARDED)
    assert (the_control(batch).result, codes(batch)) == ("pass", [])


def test_an_empty_result_keeps_what_was_entered(tmp_path: Path) -> None:
    assert the_control(a_run(tmp_path, "no-template", "pass", NOTHING)).result == "pass"
    assert the_control(a_run(tmp_path / "b", "no-template", "fail", NOTHING)).result == "fail"


def test_a_positive_control_needs_its_fusion(tmp_path: Path) -> None:
    assert the_control(a_run(tmp_path, "positive", "pass", FUSION)).result == "pass"
    failed = the_control(a_run(tmp_path / "b", "positive", "pass", NOTHING))
    assert (failed.result, failed.remark) == ("fail", "its file holds no fusion that passed")


def test_what_was_entered_as_failed_needs_no_warning(tmp_path: Path) -> None:
    batch = a_run(tmp_path, "no-template", "fail", FUSION)
    assert the_control(batch).remark == "its file holds TPM3::ALK"
    assert codes(batch) == []


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (None, "ntc.tsv", "unreadable-file"),
        (FUSION[:-20], "ntc.tsv", "cut-short"),
        (FUSION, "../ntc.tsv", "file-outside-folder"),
    ],
)
def test_a_control_whose_file_cannot_be_read_stops_the_specimens_of_the_batch(
    tmp_path: Path, content: str | None, name: str, code: str
) -> None:
    batch = a_run(tmp_path, "no-template", "pass", content, name)
    assert (code, "error") in codes(batch)


def test_several_fusions_are_counted(tmp_path: Path) -> None:
    text = table_text(ARRIBA_V2, [arriba_row(), arriba_row(gene1="CLTC", breakpoint1="17:59690000")])
    assert the_control(a_run(tmp_path, "no-template", "pass", text)).remark == "its file holds TPM3::ALK and 1 more"


def test_its_file_is_an_input_of_every_report_of_the_batch_and_no_unused_file(tmp_path: Path) -> None:
    batch = a_run(tmp_path, "no-template", "pass", NOTHING)
    assert "ntc.tsv" in digests(batch.requests[0])
    assert batch.problems == ()
