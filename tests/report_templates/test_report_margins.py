"""Whose report a page is, read from its margin alone: name, birth date, identifiers, each whole and in its place."""

from __future__ import annotations

import io
from typing import Any

import pdfplumber
import pytest
from report_examples import a_case, a_record, a_specimen

from parsers.branding import Branding
from parsers.logos import checked_logo
from report_templates.pdf import render_pdf
from report_templates.sections.margins import running_texts

PAGE_MARGIN_PT = 22 / 25.4 * 72
LEFT_PART = 0.35
HEBREW = "כהן-לוי, אברהם 77"
ARABIC = "عبد الرحمن، محمد"
SPANISH = "Fernández-Villaverde de la Santísima Trinidad y Borbón, María de los Ángeles Inmaculada Concepción"
LOGO = checked_logo(
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 15"><rect width="60" height="15" fill="#335577"/></svg>',
    "image/svg+xml",
    "Logo",
)


def of_patient(**values: Any) -> dict[str, Any]:
    return a_record(case=a_case(specimen=a_specimen(**values)))


def margin_lines(pdf: bytes) -> list[str]:
    """The lines at the top right of page 2, downwards, with their words from left to right; all are on the paper."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        page = document.pages[1]
        part = page.crop((page.width * LEFT_PART, 0, page.width, PAGE_MARGIN_PT))
        assert all(one["top"] > 3 for one in part.chars)
        lines = part.extract_text_lines()
    return [" ".join(line["text"].split()) for line in lines]


@pytest.mark.parametrize("name", [HEBREW, ARABIC])
def test_a_name_that_is_read_from_the_right_moves_neither_birth_date_nor_identifiers(name: str) -> None:
    first, second = margin_lines(render_pdf(of_patient(patient_name=name, patient_id="00990001")))
    assert second == "Born 09 Mar 1992 · ID 00990001 · Accession S26-00042 · Block A2"
    assert not any(sign.isascii() and sign.isalpha() for sign in first)


def test_a_long_name_wraps_and_is_not_cut() -> None:
    *name, marks = margin_lines(render_pdf(of_patient(patient_name=SPANISH)))
    assert " ".join(name) == SPANISH
    assert marks.startswith("Born 09 Mar 1992 · ID 00482913")


def test_long_identifiers_are_whole_and_stay_with_their_words() -> None:
    numbers = {"patient_id": "00990001-8765-44321-" + "7" * 60, "accession": "S26-0100100-ABCDEFG-" + "9" * 40}
    lines = margin_lines(render_pdf(of_patient(patient_name=SPANISH, **numbers)))
    assert f"ID {numbers['patient_id']}" in "\n".join(lines).splitlines()
    assert any(line.startswith(f"Accession {numbers['accession']}") for line in lines)


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_no_line_of_the_margin_ends_within_an_identifier(language: str) -> None:
    record = a_record(language=language)
    texts = dict(running_texts(record))
    for line in texts["ids"].split("\n"):
        assert " " not in line.replace("\u00a0 · \u00a0", "")


@pytest.mark.parametrize("paper", ["A4", "letter"])
def test_the_letterhead_keeps_beside_its_logo_however_long_the_laboratory_s_name_is(paper: str) -> None:
    name = "Institute of Pathology and Molecular Tumour Diagnostics of the University Hospital Northgate"
    address = "Building 14, 123 Long Hospital Avenue, 99999 Sampletown, Federal State of Nowhere"
    record = a_record(paper=paper, name=name, address=address, branding=Branding(LOGO))
    with pdfplumber.open(io.BytesIO(render_pdf(record))) as document:
        page = document.pages[0]
        (logo,) = [
            one for one in page.rects if [round(part * 255) for part in one["non_stroking_color"]] == [0x33, 0x55, 0x77]
        ]
        rule = min(one["top"] for one in page.rects if one["width"] > 400 and one["top"] > logo["top"])
        beside = page.crop((0, 0, page.width * 0.66, rule))
        words = beside.extract_words()
        text = " ".join(beside.extract_text().split())
    assert {round(word["x0"]) for word in words if word["x0"] < logo["x1"] + 12} == {
        round(logo["x1"] + 3.5 / 25.4 * 72)
    }
    assert text.startswith(f"{name} {address}")
