"""What the PDF holds besides its pages: the record as an associated file, language, outline, tags; and nothing else."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pikepdf
import pytest
from report_examples import KINDS, STATES, a_final_record, a_record

from report_templates.exports import report_json
from report_templates.language import language_of, speaking
from report_templates.pdf import render_pdf
from report_templates.sentences import term

# Papers and labels that a report cites; a link to anything else could tell somebody which report was opened.
CITED = re.compile(r"https://(doi\.org/|pubmed\.ncbi\.nlm\.nih\.gov/)")
OF_THE_PATIENT = (("patient", "name"), ("patient", "id"), ("patient", "date_of_birth"), ("specimen", "accession"),
                  ("specimen", "block_id"), ("order", "provider"), ("order", "institution"))  # fmt: skip


EVERY = {**KINDS, **STATES, "German": lambda: a_record(language="de")}


@cache
def drawn(kind: str) -> bytes:
    return render_pdf(EVERY[kind]())


@pytest.fixture(params=sorted(EVERY))
def report(request: pytest.FixtureRequest) -> Iterator[tuple[dict[str, Any], pikepdf.Pdf]]:
    """Each kind of report: its record, and its PDF."""
    with pikepdf.open(io.BytesIO(drawn(request.param))) as pdf:
        yield EVERY[request.param](), pdf


def test_the_record_is_inside_byte_for_byte_and_declared_as_the_data_of_the_report() -> None:
    record = a_record()
    saved = json.dumps(record, indent=3).encode()
    with pikepdf.open(io.BytesIO(render_pdf(record, saved))) as pdf:
        assert list(pdf.attachments) == ["report.json"]
        (file,) = pdf.Root.AF
        assert file.AFRelationship == "/Data"
        assert file.UF == file.F == "report.json"
        assert file.EF.F.read_bytes() == saved
        assert file.EF.F.Subtype == "/application/json"
        assert file.EF.F.Params.Size == len(saved)


def test_without_saved_bytes_the_record_is_written_into_the_file(report: tuple[dict[str, Any], pikepdf.Pdf]) -> None:
    record, pdf = report
    assert pdf.attachments["report.json"].get_file().read_bytes() == report_json(record)


def test_the_file_inside_is_dated_when_the_report_was_issued_in_utc() -> None:
    record = a_record()
    assert record["report"]["issued"] == "2026-03-18T10:05:00-04:00"
    with pikepdf.open(io.BytesIO(render_pdf(record))) as pdf:
        dates = pdf.Root.AF[0].EF.F.Params
        assert (str(dates.CreationDate), str(dates.ModDate)) == ("D:20260318140500Z", "D:20260318140500Z")


def test_the_file_inside_is_compressed() -> None:
    record = a_record()
    saved = report_json(record) + b" " * 1_000_000
    assert len(render_pdf(record, saved)) < len(render_pdf(record)) + 5_000


def test_language_title_and_tags_are_declared(report: tuple[dict[str, Any], pikepdf.Pdf]) -> None:
    record, pdf = report
    assert str(pdf.Root.Lang) == record["report"]["language"]
    assert pdf.Root.MarkInfo.Marked is True
    assert pdf.Root.ViewerPreferences.DisplayDocTitle is True
    with speaking(language_of(record["report"]["language"])):
        assert str(pdf.docinfo.Title) == f"{term('title', record['report']['title'])} {record['report']['id']}"
    assert "Document" in {str(one.S).strip("/") for one in pdf.Root.StructTreeRoot.K}


def test_the_outline_leads_from_the_title_to_every_section(report: tuple[dict[str, Any], pikepdf.Pdf]) -> None:
    _, pdf = report
    with pdf.open_outline() as outline:
        titles = [str(one.title) for root in outline.root for one in (root, *root.children)]
        assert all(one.destination is not None for root in outline.root for one in (root, *root.children))
    # Of a withdrawn report little is left.
    assert len(titles) > 3
    assert len(set(titles)) == len(titles)


def test_the_file_claims_what_it_keeps(report: tuple[dict[str, Any], pikepdf.Pdf]) -> None:
    claimed = report[1].open_metadata()
    assert [claimed[key] for key in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")] == ["3", "A", "1"]


def test_what_describes_the_file_says_nothing_of_the_patient(report: tuple[dict[str, Any], pikepdf.Pdf]) -> None:
    record, pdf = report
    with pdf.open_outline() as outline:
        bookmarks = [str(one.title) for root in outline.root for one in (root, *root.children)]
    described = "\n".join(
        [
            pdf.Root.Metadata.read_bytes().decode(),
            *(str(value) for value in pdf.docinfo.values()),
            *(str(pdf.Root.AF[0][key]) for key in ("/F", "/UF", "/Desc")),
            *bookmarks,
        ]
    )
    assert record["report"]["id"] in described
    for section, key in OF_THE_PATIENT:
        assert str(record[section][key]) not in described, key


def test_nothing_in_the_file_acts_asks_or_leads_elsewhere(report: tuple[dict[str, Any], pikepdf.Pdf]) -> None:
    _, pdf = report
    found = list(actions(pdf))
    assert {kind for kind, _ in found} <= {"/URI"}
    assert [address for _, address in found if not CITED.match(address)] == []
    for key in ("/OpenAction", "/AA", "/AcroForm", "/Collection", "/Perms"):
        assert key not in pdf.Root
    for one in pdf.objects:
        if isinstance(one, pikepdf.Dictionary):
            assert not {"/JS", "/AA", "/RichMedia"} & set(one.keys())
    # A link's action says of itself that it is one, else the list above would miss it.
    links = [link for page in pdf.pages for link in page.get("/Annots", ())]
    assert {str(link.Subtype) for link in links} <= {"/Link"}
    assert len(found) == len([link for link in links if "/A" in link])


def actions(pdf: pikepdf.Pdf) -> Iterator[tuple[str, str]]:
    """Kind and address of everything that a reader could set off, wherever it stands in the file."""
    for one in pdf.objects:
        if isinstance(one, pikepdf.Dictionary):
            for action in (one, one.get("/A")):
                if isinstance(action, pikepdf.Dictionary) and action.get("/Type") == "/Action":
                    yield str(action.S), str(action.get("/URI", ""))


def test_a_signed_report_holds_its_signature_in_the_record_inside() -> None:
    record = a_final_record()
    with pikepdf.open(io.BytesIO(render_pdf(record))) as pdf:
        inside = json.loads(pdf.attachments["report.json"].get_file().read_bytes())
    assert inside["signatures"] == record["signatures"]
