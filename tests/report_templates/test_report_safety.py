"""Hostile records, missing fields and missing glyphs: the page shows text as text, or there is no page."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf
import pytest
from report_examples import KINDS, a_case, a_record, a_specimen, an_interpretation

from report_templates import engine
from report_templates.pdf import RenderError, render_html, render_pdf

CANARY = "CANARY-7391"


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine and what was asked of it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def attacks(address: str, path: Path) -> list[str]:
    return [
        "<b>bold</b> & <script>alert(1)</script>",
        f"<img src='{address}/a.png'>",
        f"<svg><image href='{address}/b.png'/></svg>",
        f"<link rel=attachment href='file://{path}'>",
        f"<style>@import '{address}/c.css'</style>",
        f"<a href='javascript:x'>x</a><object data='{address}/d'></object>",
        "{{7*7}}{% for x in y %}{{ ''.__class__.__mro__ }}",
        f'"><iframe src="file://{path}">',
        "=HYPERLINK(\"http://evil.example\")",
        "%s %d \\A url(http://127.0.0.1)",
    ]  # fmt: skip


def with_text_everywhere(record: dict[str, Any], text: str) -> dict[str, Any]:
    """Every free text of the record replaced; codes, dates and numbers stay."""
    changed = deepcopy(record)
    for key in ("name", "id", "age_text"):
        changed["patient"][key] = text
    for key in ("accession", "block_id", "type", "site", "laterality", "morphology", "prior_therapy", "fixative"):
        changed["specimen"][key] = text
    changed["diagnosis"].update(text=text, code=text)
    changed["order"] = dict.fromkeys(changed["order"], text)
    changed["result"].update(headline=text, summary=[text], certainty=text, next_steps=[text])
    for stain in changed["ihc"]:
        stain.update(marker=text, clone=text, comment=text, pct_positive=text, localisation=[text])
    for fusion in changed["fusions"]:
        fusion.update(name=text, gene_5prime=text, vicc=text, transcript_5prime=text, breakpoint_5prime=text)
        fusion["drawing_5prime"].update(gene=text, transcript=text)
        fusion["callers"][0].update(caller=text, file=text, filters=text)
    for statement in changed["statements"]:
        statement["text"] = text
    for reference in changed["references"]:
        reference.update(citation=text, identifier=text)
    changed["provenance"]["inputs"] = {text: text}
    return changed


def test_hostile_text_is_printed_as_it_is_and_reads_and_calls_nothing(
    listener: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, asked = listener
    canary = tmp_path / "canary.txt"
    canary.write_text(CANARY, encoding="utf-8")
    for attack in attacks(address, canary):
        pdf = render_pdf(with_text_everywhere(a_record(), attack))
        with pdfplumber.open(io.BytesIO(pdf)) as document:
            text = "".join(page.extract_text() for page in document.pages)
        assert "".join(attack.split())[:30] in "".join(text.split())
        assert CANARY not in text
        with pikepdf.open(io.BytesIO(pdf)) as file:
            assert list(file.attachments) == ["report.json"]
            assert CANARY.encode() not in b"".join(
                one.read_bytes() for one in file.objects if isinstance(one, pikepdf.Stream)
            )
    assert asked == []


def test_a_template_expression_in_a_name_is_not_calculated() -> None:
    html = render_html(a_record(case=a_case(specimen=a_specimen(patient_name="{{7*7}}"))))
    assert "<td>{{7*7}}</td>" in html


@pytest.mark.parametrize(
    "markup",
    [
        "<img src='{address}/a.png'>",
        "<img src='file://{path}'>",
        "<svg xmlns='http://www.w3.org/2000/svg'><title>x</title><image href='{address}/b.png'/></svg>",
        "<link rel=stylesheet href='{address}/c.css'>",
        "<style>@import '{address}/d.css';</style>",
        "<p style='background: url({address}/e.png)'>x</p>",
        "<link rel=attachment href='file://{path}'>",
        "<object data='{address}/f.svg'>x</object>",
    ],
)
def test_the_engine_itself_refuses_every_address(markup: str, listener: tuple[str, list[str]], tmp_path: Path) -> None:
    address, asked = listener
    canary = tmp_path / "canary.svg"
    canary.write_text(f"<svg id='a' xmlns='http://www.w3.org/2000/svg'><title>{CANARY}</title></svg>", encoding="utf-8")
    page = markup.format(address=address, path=canary)
    with pytest.raises(engine.RefusedError):
        engine.draw(f"<html lang=en><title>x</title><body><h1>x</h1>{page}</body></html>", "A4")
    assert asked == []


def test_a_drawing_cannot_use_another_file(tmp_path: Path) -> None:
    canary = tmp_path / "canary.svg"
    canary.write_text(f"<svg xmlns='http://www.w3.org/2000/svg'><text id='a'>{CANARY}</text></svg>", encoding="utf-8")
    drawing = f"<svg xmlns='http://www.w3.org/2000/svg'><title>x</title><use href='file://{canary}#a'/></svg>"
    pdf = engine.draw(f"<html lang=en><title>x</title><body><h1>x</h1>{drawing}</body></html>", "A4")
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        assert CANARY not in document.pages[0].extract_text()


@pytest.mark.parametrize("length", [61, 300, 3000])
def test_a_long_token_stays_on_the_page(length: int) -> None:
    record = with_text_everywhere(a_record(), "W" * length) if length < 1000 else a_record()
    record["patient"]["name"] = "W" * length
    with pdfplumber.open(io.BytesIO(render_pdf(record))) as document:
        for page in document.pages:
            assert [word for word in page.extract_words() if word["x1"] > page.width - 40 or word["x0"] < 40] == []
            assert "Page" in page.extract_text()


@pytest.mark.parametrize(
    "character", ["\ue000", "\U0001f9ec", "\U00010900"], ids=["private use", "emoji", "Phoenician"]
)
def test_a_character_without_glyph_stops_the_report_and_is_not_quoted(
    character: str, caplog: pytest.LogCaptureFixture
) -> None:
    record = a_record(case=a_case(specimen=a_specimen(patient_name=f"DOE, Al{character}x")))
    with caplog.at_level(logging.DEBUG), pytest.raises(RenderError, match="no glyph") as caught:
        render_pdf(record)
    assert character not in str(caught.value)
    assert character not in caplog.text
    assert render_pdf(a_record())


def test_letters_of_european_names_have_glyphs() -> None:
    name = "Ångström-Łukasiewicz, Zoë Ğüneş Παπαδόπουλος Иванова O’Brien"
    pdf = render_pdf(a_record(case=a_case(specimen=a_specimen(patient_name=name))))
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        assert "".join(name.split()) in "".join(document.pages[1].extract_text().split())


# What explains a report beside it, which no page draws, and what came with schema 1.1.
NOT_DRAWN = {"explanations", "rules", "communications"}


@pytest.mark.parametrize("section", sorted(set(a_record()) - NOT_DRAWN))
def test_a_record_without_one_of_its_sections_gives_no_report(section: str) -> None:
    record = a_record()
    del record[section]
    with pytest.raises(RenderError, match="lacks"):
        render_html(record)


@pytest.mark.parametrize("path", ["patient.name", "result.certainty", "lab.address", "assay.limit_of_detection",
                                  "specimen.accession", "report.issued", "provenance.knowledge_sha256"])  # fmt: skip
def test_a_missing_field_gives_no_report_and_is_named(path: str) -> None:
    section, field = path.split(".")
    record = a_record()
    del record[section][field]
    with pytest.raises(RenderError, match=f"lacks.*'{field}'|does not give"):
        render_html(record)


def test_a_record_of_another_generation_is_refused() -> None:
    record = a_record()
    record["schema_version"] = "2.0"
    with pytest.raises(RenderError, match="schema"):
        render_html(record)
    record["schema_version"] = "1.7"
    assert render_html(record)


def test_an_unknown_code_gives_no_report_and_no_cell_content_in_the_message() -> None:
    record = a_record()
    record["ihc"][0]["result"] = "DOE, Alexandra M."
    with pytest.raises(RenderError) as caught:
        render_html(record)
    assert "DOE" not in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_read_back_from_json_gives_the_same_bytes(kind: str) -> None:
    record = KINDS[kind]()
    assert render_pdf(json.loads(json.dumps(record))) == render_pdf(record)


def test_weasyprint_s_own_warnings_stop_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    real = engine.draw

    def draw(html: str, *rest: Any) -> bytes:
        logging.getLogger("weasyprint").warning("Something of %s", "DOE")
        return real(html, *rest)

    monkeypatch.setattr(engine, "draw", draw)
    with pytest.raises(RenderError, match="Something of %s") as caught:
        render_pdf(a_record())
    assert "DOE" not in str(caught.value)


def test_a_report_without_any_finding_can_be_drawn() -> None:
    nothing = an_interpretation(
        fusions=(), therapies=(), statements=(), references=(), concordance=(), risk=(), qc=(), reviewed_calls=()
    )
    assert render_pdf(a_record(nothing, a_case(ihc=(), controls=(), sources=())))
