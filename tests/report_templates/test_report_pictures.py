"""Every kind of report looks, and reads, as its approved pictures and texts in docs/gallery."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import page_pictures as pictures
import pytest
from page_pictures import Pages, differing_places
from PIL import Image
from report_examples import KINDS, STATES

from report_templates import engine
from report_templates.pdf import render_html, render_pdf

NAMES = tuple(pictures.SHOWN)
LARGEST_PAGE_BYTES, LARGEST_GALLERY_BYTES = 45_000, 4_000_000


@pytest.fixture(scope="session")
def drawn() -> Callable[[str], Pages]:
    """The pages of a picture set, drawn once for all tests."""
    records = pictures.pictured_records()
    return cache(lambda name: pictures.drawn(name, records[name]))


@pytest.mark.parametrize("name", NAMES)
def test_every_page_looks_as_approved(name: str, drawn: Callable[[str], Pages], tmp_path: Path) -> None:
    assert complaints(name, drawn(name), tmp_path) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_page_reads_as_approved(name: str, drawn: Callable[[str], Pages]) -> None:
    approved = pictures.text_path(name).read_text(encoding="utf-8")
    assert pictures.page_break_text(drawn(name)) == approved, pictures.APPROVE


def test_every_kind_and_state_has_a_place_in_the_gallery() -> None:
    assert {*KINDS, *STATES} <= {*NAMES}, "write its heading and sentence in page_pictures.SHOWN, then `make gallery`"
    assert {*pictures.pictured_records()} == {*NAMES}


def test_no_picture_is_missing_and_none_is_left_over(drawn: Callable[[str], Pages]) -> None:
    expected = {pictures.GALLERY / "README.md", *(pictures.text_path(name) for name in NAMES)}
    for name in NAMES:
        expected |= {pictures.picture_path(name, number) for number in range(1, len(drawn(name).pictures) + 1)}
    found = {path for path in pictures.GALLERY.rglob("*") if path.is_file()}
    assert {path.name for path in expected ^ found} == set(), pictures.APPROVE


def test_the_gallery_stays_small() -> None:
    sizes = {path.name: path.stat().st_size for path in pictures.GALLERY.glob("*.png")}
    assert {name: size for name, size in sizes.items() if size > LARGEST_PAGE_BYTES} == {}
    assert sum(sizes.values()) < LARGEST_GALLERY_BYTES


def test_the_gallery_shows_every_kind_with_an_alternative_text() -> None:
    page = (pictures.GALLERY / "README.md").read_text(encoding="utf-8")
    for name, (heading, sentence) in pictures.SHOWN.items():
        assert f"## {heading}\n\n{sentence}" in page
        assert f'src="{name}-1.png" alt="Page 1 of ' in page
    linked = {first or second for first, second in re.findall(r'(?:src|href)="([^"]+)"|\]\(([^)]+)\)', page)}
    assert {file for file in linked if not (pictures.GALLERY / file).exists()} == set()


def test_the_same_page_gives_the_same_bytes(drawn: Callable[[str], Pages]) -> None:
    again = pictures.pages_of(render_pdf(pictures.pictured_records()["withdrawn"]))
    assert [pictures.png_of(page) for page in again.pictures] == [
        pictures.png_of(page) for page in drawn("withdrawn").pictures
    ]


def test_an_edit_of_a_template_alone_changes_no_picture() -> None:
    versions = {one["provenance"]["template_version"] for one in pictures.pictured_records().values()}
    assert len(versions) == 1
    assert versions.pop().endswith("+000000000000")


# What the comparison must find. Each is one small change of the first page of the first report.
CHANGES = {
    "a digit of the date of birth": ("09 Mar 1992", "08 Mar 1992"),
    "a digit of the evidence": ("90%, 3+", "90%, 2+"),
    "a digit of an exon": ("exon 8 of", "exon 6 of"),
    "a digit in the smallest print": ("+1 000 000 0000", "+1 000 000 0006"),
    "a full mark that became an open one": ("●", "○"),
    "a tick that became a cross": ("✓", "✗"),
    "headings in another colour": ("</head>", "<style>h2 { color: #a3201f }</style></head>"),
    "grey words in another colour": ("</head>", "<style>th { color: #8a5a00 }</style></head>"),
    "one line further down": ("</head>", "<style>h1 { margin-top: 9pt }</style></head>"),
    "a frame without its line": ("</head>", "<style>* { border-left-color: white !important }</style></head>"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_one_changed_thing_is_found(change: str, drawn: Callable[[str], Pages]) -> None:
    old, new = CHANGES[change]
    assert differing_places(drawn("positive").pictures[0], redrawn(lambda html: html.replace(old, new, 1)))


def test_a_missing_watermark_is_found(drawn: Callable[[str], Pages]) -> None:
    assert differing_places(drawn("positive").pictures[0], redrawn(without_watermark))


def test_a_missing_logo_is_found(drawn: Callable[[str], Pages]) -> None:
    record = pictures.pictured_records()["european"]
    record["lab"]["logo"] = None
    without = pictures.pages_of(render_pdf(record))
    assert differing_places(drawn("european").pictures[0], without.pictures[0])


# What other versions of the drawing libraries may change, in pixels to the right and up, and smoothing.
OTHER_LIBRARIES = {
    "a quarter of a pixel to the right": ((0.25, 0), 1),
    "a third to the right and a fifth up": ((0.3, 0.2), 1),
    "half a pixel in both directions": ((0.5, 0.5), 1),
    "smoother letters": ((0, 0), 4),
    "smoother letters a third of a pixel away": ((0.3, -0.2), 4),
}


@pytest.mark.parametrize("libraries", OTHER_LIBRARIES)
def test_the_hand_of_other_libraries_is_no_change(libraries: str, drawn: Callable[[str], Pages]) -> None:
    shifted, smoothed = OTHER_LIBRARIES[libraries]
    other = redrawn(lambda html: html, shifted, smoothed)
    assert other.tobytes() != drawn("positive").pictures[0].tobytes()
    assert differing_places(drawn("positive").pictures[0], other) == []


LARGER_CHANGES: dict[str, Callable[[str], str]] = {
    "watermark": lambda html: without_watermark(html),
    "headings in another colour": lambda html: html.replace(*CHANGES["headings in another colour"]),
    "one line further down": lambda html: html.replace(*CHANGES["one line further down"]),
    "a lost word": lambda html: html.replace("DETECTED", ""),
}


@pytest.mark.parametrize("change", LARGER_CHANGES)
def test_what_other_libraries_draw_still_shows_larger_changes(change: str, drawn: Callable[[str], Pages]) -> None:
    assert differing_places(drawn("positive").pictures[0], redrawn(LARGER_CHANGES[change], (0.3, 0.2)))


def test_a_difference_is_shown_and_says_how_to_approve_it(drawn: Callable[[str], Pages], tmp_path: Path) -> None:
    approved = drawn("positive")
    changed = Pages((redrawn(without_watermark), *approved.pictures[1:]), approved.texts)
    (complaint,) = complaints("positive", changed, tmp_path)
    assert "page 1" in complaint
    assert str(tmp_path) in complaint
    assert "make gallery" in complaint
    assert {path.name for path in tmp_path.iterdir()} == {"positive-1-new.png", "positive-1-difference.png"}


def test_another_number_of_pages_and_another_paper_are_told(drawn: Callable[[str], Pages], tmp_path: Path) -> None:
    pages = drawn("positive")
    fewer = Pages(pages.pictures[:-1], pages.texts[:-1])
    assert "pages instead of" in complaints("positive", fewer, tmp_path)[0]
    wider = Pages((Image.new("P", (595, 842)), *pages.pictures[1:]), pages.texts)
    assert "size" in complaints("positive", wider, tmp_path)[0]


def complaints(name: str, pages: Pages, folder: Path) -> list[str]:
    """What differs from the approved pictures; new pages and differences are left in `folder`."""
    approved = pictures.approved_pictures(name)
    if len(approved) != len(pages.pictures):
        return [f"{name}: {len(pages.pictures)} pages instead of {len(approved)}; {pictures.APPROVE}"]
    found = []
    for number, (before, now) in enumerate(zip(approved, pages.pictures, strict=True), 1):
        if before.size != now.size:
            found.append(f"{name}, page {number}: size {now.size} instead of {before.size}; {pictures.APPROVE}")
        elif places := differing_places(before, now):
            now.save(folder / f"{name}-{number}-new.png")
            shown = folder / f"{name}-{number}-difference.png"
            pictures.picture_of_differences(before, now, places).save(shown)
            found.append(f"{name}, page {number}: differs near {places[0]}, see {shown}; {pictures.APPROVE}")
    return found


def redrawn(change: Callable[[str], str], shifted: tuple[float, float] = (0, 0), smoothed: int = 1) -> Image.Image:
    """Page 1 of the first report, with its HTML changed."""
    record: dict[str, Any] = pictures.pictured_records()["positive"]
    pdf = engine.draw(change(render_html(record)), record["report"]["paper"])
    return pictures.pages_of(pdf, shifted, smoothed).pictures[0]


def without_watermark(html: str) -> str:
    assert 'class="watermark"' in html
    return re.sub(r'(?s)<svg class="watermark".*?</svg>', "", html, count=1)
