"""`imtreport verify`: a good report is ok, and each way of tampering is found under its own name."""

from __future__ import annotations

import functools
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flows_nights import DETECTED, NEGATIVE, a_night, set_cells
from typer.testing import CliRunner

from flows import pdf_contents, report_files, verify, work
from flows.batches import read_inbox
from flows.command_line import app
from flows.report_files import drawn_files
from flows.settings import Settings
from flows.store import as_json, open_store, sha256, versions
from flows.verify import Finding, Surroundings, findings, folder_of
from parsers.errors import InputError
from report_templates.exports import report_json
from report_templates.states import Notification, Signature, content_sha256, finalised, with_addendum

Change = Callable[[Path], Any]


@pytest.fixture(scope="module", autouse=True)
def _the_same_is_drawn_once() -> Iterator[None]:
    """A render costs a second, and most of these tests draw the same record."""
    with pytest.MonkeyPatch.context() as patch:
        real, read = verify.render_pdf, pdf_contents.pages

        @functools.cache
        def drawn(saved: bytes) -> bytes:
            return real(json.loads(saved), saved)

        for module in (verify, report_files):
            patch.setattr(module, "render_pdf", lambda _, saved: drawn(saved))
        patch.setattr(verify, "pages", functools.cache(read))
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one report of the night, beside the inbox it was made of."""
    here = tmp_path_factory.mktemp("made")
    batch = a_night(here / "inbox", DETECTED)
    store = open_store(here / "store")
    settings = Settings.from_environment({"IMTREPORT_STORE": str(store)})
    (job,) = read_inbox(batch.parent, settings).jobs
    assert work.report_case(job, store).status == "reported"
    return here


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """The report's version folder, in a store of the test's own."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    (case,) = (tmp_path / "store" / "reports").iterdir()
    return case / "v1"


def batch_of(folder: Path) -> Path:
    return folder.parents[3] / "inbox" / "night-1"


def checked(folder: Path, batch: Path | None = None) -> dict[str, Finding]:
    return {one.check: one for one in findings(folder, Surroundings(folder.parents[2], batch=batch))}


def names(found: dict[str, Finding], state: str) -> set[str]:
    return {name for name, one in found.items() if one.state == state}


def record_in(folder: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((folder / "report.json").read_bytes())
    return record


def manifest_in(folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    return manifest


def edit_manifest(folder: Path, **changes: Any) -> None:
    (folder / "manifest.json").write_bytes(as_json(manifest_in(folder) | changes))


def cover_up(folder: Path) -> None:
    """The manifest made to match what lies there now, as somebody would who knows of it."""
    outputs = {name: sha256((folder / name).read_bytes()) for name in manifest_in(folder)["outputs"]}
    edit_manifest(folder, outputs=outputs)


def write_record(folder: Path, record: dict[str, Any], *, redraw: bool = True) -> None:
    """The record put into the folder, with everything that says the same made to match."""
    saved = report_json(record)
    (folder / "report.json").write_bytes(saved)
    if redraw:
        for name, content in drawn_files(saved).items():
            (folder / name).write_bytes(content)
    said = record["report"]
    edit_manifest(
        folder, **{"report_id": said["id"]} | {key: said[key] for key in "version status issued replaces".split()}
    )
    cover_up(folder)


def flip(path: Path, at: float = 0.5) -> None:
    """One byte of the file changed."""
    content = bytearray(path.read_bytes())
    content[int(len(content) * at)] ^= 1
    path.write_bytes(content)


def with_another_headline(record: dict[str, Any]) -> dict[str, Any]:
    record["fusions"][0]["split_reads"] += 1
    return record


def signed(record: dict[str, Any]) -> dict[str, Any]:
    issued = datetime.fromisoformat(record["report"]["issued"]) + timedelta(hours=1)
    signature = Signature("Dr A. Pathologist", "Consultant", "author", issued, content_sha256(record))
    return finalised(record, [signature], issued)


def sign(folder: Path) -> None:
    write_record(folder, signed(record_in(folder)))


def test_a_report_as_it_was_made_passes_every_check(folder: Path) -> None:
    found = checked(folder, batch_of(folder))
    assert {name: one for name, one in found.items() if one.state != "ok"} == {}
    assert set(found) >= {
        *("manifest.json", "report.pdf", "report.json", "case.json", "fhir.json", "oru.hl7", "data_sv.txt"),
        *("fusions.tsv", "other files", "record", "schema", "record inside the PDF", "pages of the PDF", "signatures"),
        *("earlier version", "report.pdf drawn again", "fhir.json made again", "interpreted again", "inputs"),
    }  # fmt: skip


def exchange_the_file_inside(folder: Path) -> None:
    other = report_json(with_another_headline(record_in(folder)))
    with pikepdf.open(folder / "report.pdf", allow_overwriting_input=True) as pdf:
        pdf.attachments["report.json"].obj.EF.F.write(other)
        pdf.save(folder / "report.pdf")
    cover_up(folder)


def take_the_file_out(folder: Path) -> None:
    with pikepdf.open(folder / "report.pdf", allow_overwriting_input=True) as pdf:
        del pdf.attachments["report.json"]
        pdf.save(folder / "report.pdf")
    cover_up(folder)


def put_a_second_file_in(folder: Path) -> None:
    with pikepdf.open(folder / "report.pdf", allow_overwriting_input=True) as pdf:
        pdf.attachments["more.txt"] = b"more"
        pdf.save(folder / "report.pdf")
    cover_up(folder)


def inside(write: Callable[[pikepdf.Pdf, pikepdf.Object], Any]) -> Change:
    """A PDF into which `write` puts a file specification in a way of its own."""

    def tamper(folder: Path) -> None:
        with pikepdf.open(folder / "report.pdf", allow_overwriting_input=True) as pdf:
            write(pdf, pikepdf.AttachedFileSpec(pdf, b"foreign", filename="foreign.txt").obj)
            pdf.save(folder / "report.pdf")
        cover_up(folder)

    return tamper


def below_the_names(name: str) -> Change:
    def write(pdf: pikepdf.Pdf, file: pikepdf.Object) -> None:
        tree = pdf.Root.Names.EmbeddedFiles
        leaves = [pikepdf.Array([name, file]), tree.Names]
        del tree.Names
        deeper = [
            pikepdf.Dictionary(Kids=[pdf.make_indirect(pikepdf.Dictionary(Names=leaf, Limits=[leaf[0], leaf[-2]]))])
            for leaf in leaves
        ]
        tree.Kids = pikepdf.Array([pdf.make_indirect(one) for one in deeper])

    return inside(write)


def as_a_note_on_the_page(pdf: pikepdf.Pdf, file: pikepdf.Object) -> None:
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, Rect=[0, 0, 1, 1], FS=file)
    pdf.pages[0].Annots = pikepdf.Array([*pdf.pages[0].get("/Annots", []), note])


def without_end(pdf: pikepdf.Pdf, _: pikepdf.Object) -> None:
    pdf.Root.Names.EmbeddedFiles.Kids = pikepdf.Array([pdf.Root.Names.EmbeddedFiles])


FILES_INSIDE: dict[str, tuple[Change, str]] = {
    "in the list of names": (put_a_second_file_in, "1 more file inside"),
    "deeper in the tree of names": (below_the_names("foreign.txt"), "1 more file inside"),
    "under the record's name": (below_the_names("report.json"), "2 files called report.json"),
    "as a note on a page": (inside(as_a_note_on_the_page), "1 more file inside"),
    "associated with the document": (inside(lambda pdf, file: pdf.Root.AF.append(file)), "1 more file inside"),
    "associated with a page": (
        inside(lambda pdf, file: pdf.pages[0].obj.__setitem__("/AF", pikepdf.Array([file]))), "1 more file inside",
    ),
    "as a bare stream": (
        inside(lambda pdf, file: pdf.Root.__setitem__("/PieceInfo", pikepdf.Dictionary(X=file.EF.F))),
        "1 more file inside",
    ),
    "in a tree that leads back into itself": (inside(without_end), "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("where", FILES_INSIDE)
def test_a_foreign_file_is_found_wherever_the_pdf_carries_it(where: str, folder: Path) -> None:
    change, said = FILES_INSIDE[where]
    change(folder)
    found = checked(folder)["record inside the PDF"]
    assert (found.state, said in found.said) == ("FAILED", True), found.said


def put_another_reports_pages_in(folder: Path) -> None:
    record = record_in(folder)
    record["report"]["id"] = "R-0123456789abcdef-v1"
    other = pikepdf.open(io.BytesIO(drawn_files(report_json(record))["report.pdf"]))
    inside = (folder / "report.json").read_bytes()
    with other as pdf:
        pdf.attachments["report.json"].obj.EF.F.write(inside)
        pdf.save(folder / "report.pdf")
    cover_up(folder)


def edit_the_case(folder: Path) -> None:
    path = folder / "case.json"
    path.write_bytes(path.read_bytes().replace(b'"positive"', b'"negative"', 1))
    cover_up(folder)


def edit_a_table(name: str) -> Change:
    def change(folder: Path) -> None:
        (folder / name).write_bytes((folder / name).read_bytes() + b"\n")
        cover_up(folder)

    return change


def sign_then(change: Callable[[dict[str, Any]], Any]) -> Change:
    """A signed report whose record is changed afterwards; no PDF can be drawn of it any more."""

    def tamper(folder: Path) -> None:
        sign(folder)
        record = record_in(folder)
        change(record)
        write_record(folder, record, redraw=False)

    return tamper


TAMPERINGS: dict[str, tuple[Change, set[str]]] = {
    "one byte of the PDF": (lambda folder: flip(folder / "report.pdf"), {"report.pdf", "report.pdf drawn again"}),
    "one byte of the PDF, covered up": (
        lambda folder: (flip(folder / "report.pdf"), cover_up(folder)),
        {"report.pdf drawn again"},
    ),
    "the last byte of the PDF": (lambda folder: flip(folder / "report.pdf", 0.999999), {"report.pdf"}),
    "no PDF any more": (lambda folder: (folder / "report.pdf").write_bytes(b""), {"report.pdf", "pages of the PDF"}),
    "one byte of the record": (lambda folder: flip(folder / "report.json"), {"report.json", "record inside the PDF"}),
    "the record, covered up": (
        lambda folder: write_record(folder, with_another_headline(record_in(folder)), redraw=False),
        {"record inside the PDF", "report.pdf drawn again", "interpreted again"},
    ),
    "the record and all that is drawn from it": (
        lambda folder: write_record(folder, with_another_headline(record_in(folder))),
        {"interpreted again"},
    ),
    "a word that no record has": (
        lambda folder: write_record(folder, record_in(folder) | {"mood": "good"}, redraw=False),
        {"schema"},
    ),
    "a state that no result has": (
        lambda folder: write_record(
            folder, record_in(folder) | {"result": record_in(folder)["result"] | {"status": "fine"}}, redraw=False
        ),
        {"schema"},
    ),
    "another file inside the PDF": (exchange_the_file_inside, {"record inside the PDF", "report.pdf drawn again"}),
    "no file inside the PDF": (take_the_file_out, {"record inside the PDF", "report.pdf drawn again"}),
    "a second file inside the PDF": (put_a_second_file_in, {"record inside the PDF", "report.pdf drawn again"}),
    "pages of another report": (put_another_reports_pages_in, {"pages of the PDF", "report.pdf drawn again"}),
    "the case": (edit_the_case, {"interpreted again"}),
    "the FHIR file": (edit_a_table("fhir.json"), {"fhir.json made again"}),
    "the HL7 message": (edit_a_table("oru.hl7"), {"oru.hl7 made again"}),
    "the cBioPortal file": (edit_a_table("data_sv.txt"), {"data_sv.txt made again"}),
    "the table of calls": (edit_a_table("fusions.tsv"), {"fusions.tsv made again"}),
    "a file too many": (lambda folder: (folder / "notes.txt").write_text("x"), {"other files"}),
    "a file too few": (lambda folder: (folder / "fusions.tsv").unlink(), {"fusions.tsv"}),
    "no manifest": (lambda folder: (folder / "manifest.json").unlink(), {"manifest.json"}),
    "a manifest of other things": (lambda folder: edit_manifest(folder, outputs=[]), {"manifest.json"}),
    "a manifest without the PDF": (
        lambda folder: edit_manifest(folder, outputs={"report.json": manifest_in(folder)["outputs"]["report.json"]}),
        {"manifest.json"},
    ),
    "the manifest's result": (
        lambda folder: edit_manifest(folder, summary=manifest_in(folder)["summary"] | {"result": "not_detected"}),
        {"record"},
    ),
    "the manifest's inputs": (lambda folder: edit_manifest(folder, inputs={}), {"record"}),
    "the manifest's status": (lambda folder: edit_manifest(folder, status="final"), {"record"}),
    "a signature on a draft": (
        lambda folder: write_record(
            folder,
            record_in(folder) | {"signatures": signed(record_in(folder))["signatures"]},
            redraw=False,
        ),
        {"signatures"},
    ),
    "the signature removed": (sign_then(lambda record: record["signatures"].clear()), {"signatures"}),
    "signed content": (
        sign_then(lambda record: record["patient"].update(sex="other")),
        {"signatures", "report.pdf drawn again"},
    ),
    "a signed number": (sign_then(with_another_headline), {"signatures", "interpreted again"}),
    "a signature's content removed": (
        sign_then(lambda record: record["signatures"][0].pop("content_sha256")),
        {"signatures", "report.pdf drawn again"},
    ),
    "a second signature, of something else": (
        sign_then(
            lambda record: record["signatures"].append(record["signatures"][0] | {"content_sha256": "0" * 64})
        ),
        {"signatures"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERINGS)
def test_tampering_is_found_by_name_and_nothing_of_the_patient_is_said(what: str, folder: Path) -> None:
    change, expected = TAMPERINGS[what]
    patient = record_in(folder)["patient"]
    change(folder)
    found = checked(folder)
    assert expected <= names(found, "FAILED"), {name: one.said for name, one in found.items() if one.state != "ok"}
    said = "\n".join(one.said for one in found.values())
    for text in (patient["name"], patient["id"], patient["date_of_birth"], "TPM3"):
        assert str(text) not in said


@pytest.mark.parametrize("what", ["the record and all that is drawn from it", "the FHIR file", "the table of calls"])
def test_what_was_covered_up_is_all_that_fails(what: str, folder: Path) -> None:
    change, expected = TAMPERINGS[what]
    change(folder)
    assert names(checked(folder), "FAILED") == expected


def test_a_folder_under_another_name_is_found(folder: Path) -> None:
    for other in (folder.with_name("v2"), folder.parents[1] / ("0" * 16) / "v1"):
        shutil.copytree(folder, other)
        assert names(checked(other), "FAILED") == {"record"}


def test_a_signed_report_passes_every_check(folder: Path) -> None:
    sign(folder)
    found = checked(folder, batch_of(folder))
    assert {name: one for name, one in found.items() if one.state != "ok"} == {}
    assert found["signatures"].said == "1 given to this content"


def test_a_report_of_another_version_of_the_software_or_templates_says_so_instead_of_failing(folder: Path) -> None:
    record = record_in(folder)
    record["provenance"]["template_version"] = "1.0+000000000000"
    versions_ = manifest_in(folder)["versions"] | {"template": "1.0+000000000000"}
    write_record(folder, record)
    edit_manifest(folder, versions=versions_)
    found = checked(folder)
    assert names(found, "FAILED") == set()
    assert names(found, "not possible") == {
        *("report.pdf drawn again", "fusions.tsv made again", "fhir.json made again", "oru.hl7 made again"),
        *("data_sv.txt made again", "interpreted again"),
    }
    assert "made with template 1.0+000000000000, installed is" in found["report.pdf drawn again"].said


def test_a_report_made_with_other_tables_is_not_interpreted_again(folder: Path) -> None:
    record = record_in(folder)
    record["provenance"].update(knowledge_version="2020.01", knowledge_sha256="0" * 64)
    changed = manifest_in(folder)["versions"] | {"knowledge": "2020.01", "knowledge_sha256": "0" * 64}
    write_record(folder, record)
    edit_manifest(folder, versions=changed)
    found = checked(folder)
    assert names(found, "FAILED") == set()
    assert names(found, "not possible") == {"interpreted again"}
    assert "made with tables 2020.01 (000000000000), here are" in found["interpreted again"].said


def test_a_gene_annotation_that_is_not_set_now_is_named(folder: Path) -> None:
    record = record_in(folder)
    annotation = {"file": "own.gtf", "release": "", "genome_build": "GRCh38", "sha256": "0" * 64}
    record["provenance"]["gene_annotations"] = [annotation]
    write_record(folder, record)
    found = checked(folder)
    assert names(found, "not possible") == {"interpreted again"}
    assert "IMTREPORT_GTF" in found["interpreted again"].said


def test_a_pdf_of_other_libraries_is_not_compared_but_what_carries_it_is(folder: Path) -> None:
    with pikepdf.open(folder / "report.pdf", allow_overwriting_input=True) as pdf:
        pdf.save(folder / "report.pdf")
    record, pdf_bytes = record_in(folder), (folder / "report.pdf").read_bytes()
    for name in report_files.EXPORTS:
        (folder / name).write_bytes(report_files.exported(name, record, pdf_bytes))
    cover_up(folder)
    assert "report.pdf drawn again" in names(checked(folder), "FAILED")
    edit_manifest(folder, drawn_with={"pango": "1.0"})
    found = checked(folder)
    assert names(found, "FAILED") == set()
    assert names(found, "not possible") == {"report.pdf drawn again"}


def test_a_version_made_before_other_systems_had_their_files_says_which_are_not_there(folder: Path) -> None:
    outputs = manifest_in(folder)["outputs"]
    (folder / "fhir.json").unlink()
    edit_manifest(folder, outputs={name: one for name, one in outputs.items() if name != "fhir.json"})
    found = checked(folder)
    assert (names(found, "FAILED"), names(found, "not possible")) == (set(), {"fhir.json made again"})


def add_to(folder: Path) -> Path:
    """The next version: an addendum to a signed report."""
    previous = (folder / "report.json").read_bytes()
    before = json.loads(previous)
    issued = datetime.fromisoformat(before["report"]["issued"]) + timedelta(days=1)
    signature = Signature("Dr B. Pathologist", "Consultant", "author", issued, content_sha256(before))
    told = Notification("Dr J. Clinician", "Dr B. Pathologist", issued, "telephone")
    record = with_addendum(
        previous, text="FISH was added.", signature=signature, issued=issued,
        report_id=before["report"]["id"][:-1] + "2", notified=[told],
    )  # fmt: skip
    later = folder.with_name("v2")
    shutil.copytree(folder, later)
    write_record(later, record)
    return later


def test_the_version_that_a_later_one_names_must_be_the_one_that_lies_beside_it(folder: Path) -> None:
    sign(folder)
    later = add_to(folder)
    found = checked(later)
    assert {name: one for name, one in found.items() if one.state != "ok"} == {}
    assert found["earlier version"].said == "version 1 is the report that this one names"
    flip(folder / "report.json")
    assert "earlier version" in names(checked(later), "FAILED")
    shutil.rmtree(folder)
    assert names(checked(later), "not possible") == {"earlier version"}


def test_an_addendum_edited_after_it_was_signed_is_found(folder: Path) -> None:
    sign(folder)
    later = add_to(folder)
    record = record_in(later)
    record["report"]["addenda"][0]["text"] = "FISH was not added."
    write_record(later, record, redraw=False)
    assert {"signatures", "record inside the PDF"} <= names(checked(later), "FAILED")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda record: record["signatures"][0].update(name="Dr E. Other"), "1 of 2 given to another content"),
        (lambda record: record["report"]["addenda"][0].update(signature=None), "an addendum needs one"),
        (lambda record: record["report"]["addenda"].clear(), "the addendum is missing"),
    ],
)
def test_a_signature_under_an_addendum_that_was_changed_is_found(
    change: Callable[[dict[str, Any]], object], said: str, folder: Path
) -> None:
    sign(folder)
    later = add_to(folder)
    record = record_in(later)
    change(record)
    write_record(later, record, redraw=False)
    assert said in checked(later)["signatures"].said
    assert "signatures" in names(checked(later), "FAILED")


def test_a_draft_names_the_one_it_replaces(folder: Path) -> None:
    store, batch = folder.parents[2], batch_of(folder)
    set_cells(batch / "specimens.csv", DETECTED, block_id="B9")
    settings = Settings.from_environment({"IMTREPORT_STORE": str(store)})
    (job,) = read_inbox(batch.parent, settings).jobs
    assert work.report_case(job, store).version == 2
    later = versions(store, job.case_id)[-1].folder
    assert checked(later)["earlier version"] == Finding(
        "earlier version", "ok", "v1 is the report that this one replaces"
    )
    shutil.rmtree(folder)
    assert names(checked(later), "not possible") == {"earlier version"}


def test_inputs_that_changed_or_are_gone_are_named(folder: Path) -> None:
    batch = batch_of(folder)
    set_cells(batch / "specimens.csv", DETECTED, block_id="B9")
    found = checked(folder, batch)
    assert names(found, "FAILED") == {"inputs"}
    assert "specimens.csv" in found["inputs"].said
    shutil.copy(batch / "qc.csv", batch / "specimens.csv")
    for one in batch.iterdir():
        one.unlink()
    assert names(checked(folder, batch), "not possible") == {"inputs"}


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b'{"report": 7}', b"\xff\xfe", b'{"report": {}, "provenance": null}', b"null"],
)
@pytest.mark.parametrize("name", ["report.json", "manifest.json", "case.json"])
def test_a_file_with_anything_in_it_is_a_finding_never_a_crash(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    assert {"report.json": "report.json", "case.json": "case.json"}.get(name, "manifest.json") in names(
        checked(folder), "FAILED"
    )


@pytest.mark.parametrize("what", ["folder", "report.json", "report.pdf", "case id", "accession"])
def test_a_report_is_named_by_folder_file_case_id_or_accession(folder: Path, what: str) -> None:
    named = {"folder": str(folder), "case id": folder.parent.name, "accession": DETECTED}
    assert folder_of(named.get(what, str(folder / what)), folder.parents[2]) == folder


def test_what_is_no_report_is_wrong_use_and_makes_no_key(folder: Path, tmp_path: Path) -> None:
    for wrong in (str(tmp_path / "nowhere"), str(folder.parent), NEGATIVE, "0" * 16):
        with pytest.raises(InputError) as refused:
            folder_of(wrong, folder.parents[2])
        assert refused.value.problems[0].remedy
    empty = tmp_path / "empty"
    run = CliRunner().invoke(app, ["verify", "S26-99999", "--store", str(empty)])
    assert (run.exit_code, "holds no report" in run.stderr) == (2, True)
    assert not (empty / "case-key").exists()
    run = CliRunner().invoke(app, ["verify", str(folder), "--batch", str(tmp_path / "none")])
    assert (run.exit_code, "there is no such folder" in run.stderr) == (2, True)


def run_on(folder: Path, *options: str) -> tuple[int, str]:
    run = CliRunner().invoke(app, ["verify", str(folder), *options], env={"COLUMNS": "200"})
    return run.exit_code, run.stdout


def test_the_command_prints_a_line_for_each_check_and_ends_with_0_only_where_all_is_ok(folder: Path) -> None:
    code, shown = run_on(folder, "--batch", str(batch_of(folder)))
    assert (code, shown.splitlines()[-1]) == (0, "22 checks: 22 ok.")
    assert "  ok            record inside the PDF: " in shown
    edit_manifest(folder, drawn_with={"pango": "1.0"})
    code, shown = run_on(folder)
    assert (code, shown.splitlines()[-1]) == (1, "21 checks: 20 ok, 1 not possible.")
    flip(folder / "oru.hl7")
    code, shown = run_on(folder)
    assert (code, shown.splitlines()[-1]) == (1, "21 checks: 18 ok, 2 FAILED, 1 not possible.")
    assert "  FAILED        oru.hl7: it was changed after the report was made" in shown


def test_a_pipe_in_place_of_a_file_is_named_and_not_waited_for(folder: Path) -> None:
    for name in ("data_sv.txt", "report.pdf"):
        (folder / name).unlink()
        os.mkfifo(folder / name)
    found = checked(folder)
    assert found["data_sv.txt"].said == "it is no file"
    assert found["data_sv.txt made again"].said == "data_sv.txt is no file"
    assert found["pages of the PDF"].state == "not possible"


@pytest.mark.parametrize("name", ["report.json", "case.json", "manifest.json"])
def test_json_without_a_bottom_is_called_not_json(folder: Path, name: str) -> None:
    (folder / name).write_text("[" * 100_000)
    if name != "manifest.json":
        cover_up(folder)
    found = checked(folder)
    assert any(one.state == "FAILED" and one.said.endswith("is not JSON") for one in found.values())


def test_a_link_and_a_path_out_of_the_folder_are_named_as_such(folder: Path, tmp_path: Path) -> None:
    kept = (folder / "fusions.tsv").rename(tmp_path / "elsewhere.tsv")
    (folder / "fusions.tsv").symlink_to(kept)
    outside = "../../" + kept.name
    edit_manifest(folder, outputs=manifest_in(folder)["outputs"] | {outside: sha256(kept.read_bytes())})
    found = checked(folder)
    assert (found["fusions.tsv"].state, found["fusions.tsv"].said) == ("FAILED", "it is a link to a file elsewhere")
    assert (found[outside].state, found[outside].said) == ("FAILED", "it leads out of the report's folder")


def test_without_a_manifest_what_needs_it_is_not_possible_and_nothing_else_failed(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    found = checked(folder)
    assert names(found, "FAILED") == {"manifest.json"}
    assert found["other files"].said == "manifest.json is missing, or may not be read"


def test_inputs_that_are_in_no_such_batch_are_told_besides_changed_ones(folder: Path) -> None:
    batch = batch_of(folder)
    inputs = sorted(record_in(folder)["provenance"]["inputs"])
    (batch / inputs[0]).write_text("changed")
    (batch / inputs[1]).unlink()
    said = checked(folder, batch)["inputs"].said
    assert f"changed since: {inputs[0]}; 1 of" in said
    assert said.endswith(f"are not in the batch: {inputs[1]}")
