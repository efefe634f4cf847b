"""The look of a laboratory's reports in lab.toml: what is taken, and what is told where it is not."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from parsers.branding import contrast_with_white
from parsers.errors import InputError, Problem
from parsers.laboratory import Laboratory, read_laboratory
from parsers.logos import MOST_LOGO_BYTES, LogoError, checked_logo

ASSAY = """
[assay.rna]
title = "RNA"
version = "1"
molecule = "RNA"
genes = ["ALK"]
minimum_split_reads = 5
minimum_tumour_cells_pct = 20
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">{}</svg>'
CIRCLE = SVG.format('<circle cx="5" cy="5" r="4" fill="#12395b"/>')


def laboratory(folder: Path, lines: str) -> Laboratory:
    path = folder / "lab.toml"
    head = '[lab]\nname = "A"\naddress = "B"\njurisdiction = "DE"\ntime_zone = "Europe/Berlin"\n'
    path.write_text(head + lines + ASSAY, encoding="utf-8")
    return read_laboratory(path)


def problem(folder: Path, lines: str) -> Problem:
    with pytest.raises(InputError) as caught:
        laboratory(folder, lines)
    (only,) = caught.value.problems
    return only


def a_png(width: int = 2, height: int = 2, *, extra: bytes = b"", colour: int = 2, interlace: int = 0) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, interlace)
    pixels = zlib.compress((b"\0" + b"\x12\x39\x5b" * 2) * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_without_any_line_the_look_is_ours(tmp_path: Path) -> None:
    lab = laboratory(tmp_path, "")
    assert (lab.language, lab.paper, lab.sites, lab.branding.logo) == ("en", None, (), None)
    assert lab.branding.colours.main == "#12395b"


def test_every_line_of_the_look_is_taken(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(CIRCLE, encoding="utf-8")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "closing.html").write_text("<p>Thanks.</p>", encoding="utf-8")
    lines = 'logo = "logo.svg"\nlogo_text = "L"\ncolour = "#5B1248"\naccent = "#8b1f5d"\nletterhead = "H"\n'
    lab = laboratory(tmp_path, lines + 'footer = "F"\ntemplates = "own"\nlanguage = "de"\npaper = "letter"\n')
    look = lab.branding
    assert look.logo is not None
    assert (look.logo.media_type, look.logo.alternative) == ("image/svg+xml", "L")
    assert (look.colours.main, look.letterhead, look.footer) == ("#5b1248", "H", "F")
    assert look.templates == {"closing": "<p>Thanks.</p>"}
    assert (lab.language, lab.paper) == ("de", "letter")


def test_sites_share_the_work(tmp_path: Path) -> None:
    first = '[[lab.site]]\nrole = "performed"\nname = "N"\naddress = "A"\n'
    sites = first + '[[lab.site]]\nrole = "interpreted"\nname = "M"\naddress = "B"\nclia = "1"\n'
    assert [(site.role, site.name, site.clia) for site in laboratory(tmp_path, sites).sites] == [
        ("performed", "N", ""),
        ("interpreted", "M", "1"),
    ]


@pytest.mark.parametrize(
    ("lines", "code", "line"),
    [
        ('language = "fr"\n', "unknown-value", 6),
        ('paper = "A5"\n', "unknown-value", 6),
        ('colour = "red"\n', "bad-colour", 6),
        ('accent = "#fff"\n', "bad-colour", 6),
        ('logo = "logo.jpg"\nlogo_text = "x"\n', "unknown-logo", 6),
        ('logo = "../logo.svg"\nlogo_text = "x"\n', "file-outside-folder", 6),
        ('logo = "none.svg"\nlogo_text = "x"\n', "missing-file", 6),
        ('templates = "none"\n', "missing-file", 6),
        (f'footer = "{"x" * 121}"\n', "too-long", 6),
        ('[[lab.site]]\nrole = "cleaned"\nname = "N"\naddress = "A"\n', "unknown-value", 7),
        ('[[lab.site]]\nrole = "performed"\nname = "N"\naddress = "A"\n', "missing-key", 6),
        ("site = 3\n", "wrong-type", 6),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, lines: str, code: str, line: int | None) -> None:
    found = problem(tmp_path, lines)
    assert (found.code, found.line) == (code, line)
    assert found.remedy


def test_a_colour_that_is_hard_to_read_is_told_with_its_contrast(tmp_path: Path) -> None:
    assert contrast_with_white("#000000") == pytest.approx(21)
    assert contrast_with_white("#ffffff") == pytest.approx(1)
    # The WCAG 2 example greys on either side of 4.5:1.
    assert contrast_with_white("#767676") > 4.5 > contrast_with_white("#777777")
    found = problem(tmp_path, 'colour = "#777777"\n')
    assert found.code == "low-contrast"
    assert "4.4:1" in found.message
    assert found.expected == "at least 4.5:1"


def test_a_logo_needs_words_for_those_who_cannot_see_it(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(CIRCLE, encoding="utf-8")
    assert problem(tmp_path, 'logo = "logo.svg"\n').column == "lab.logo_text"


def test_a_file_in_the_templates_that_is_no_block_is_told(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "summary.html").write_text("x", encoding="utf-8")
    found = problem(tmp_path, 'templates = "own"\n')
    assert (found.code, found.found) == ("unknown-block", "summary.html")
    assert "letterhead.html" in found.expected


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<image href='http://127.0.0.1/x.png'/>",
        "<use href='#a'/>",
        "<foreignObject/>",
        "<style>@import 'x'</style>",
        "<text>A</text>",
        "<animate/>",
        "<a><rect/></a>",
        "<rect onclick='x()'/>",
        "<rect fill='url(http://127.0.0.1/x)'/>",
        "<rect fill='u\\72l(x)'/>",
        "<rect style='fill: url(file:///etc/passwd)'/>",
        "<rect style='background: url(http://127.0.0.1)'/>",
        "<rect xmlns:x='http://www.w3.org/1999/xlink' x:href='#a'/>",
        "<clipPath id='c'><rect clip-path='url(#c)'/></clipPath>",
        "<x:rect xmlns:x='http://example.org'/>",
        "words",
        "<g>" * 30 + "</g>" * 30,
        "<g/>" * 2001,
    ],
)
def test_an_svg_with_more_than_a_drawing_is_refused(inside: str) -> None:
    with pytest.raises(LogoError) as caught:
        checked_logo(SVG.format(inside).encode(), "image/svg+xml", "")
    assert caught.value.remedy


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"<svg/>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 nan 1'/>",
        b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 0 1'/>",
        b"<!DOCTYPE svg><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>",
        b"<!DOCTYPE s [<!ENTITY a 'b'>]><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'>&a;</svg>",
        CIRCLE.encode()[:-3],
        CIRCLE.encode() + b" " * MOST_LOGO_BYTES,
    ],
)
def test_what_is_no_whole_svg_is_refused(content: bytes) -> None:
    with pytest.raises(LogoError):
        checked_logo(content, "image/svg+xml", "")


def test_a_drawing_program_s_notes_are_left_out_and_the_picture_stays() -> None:
    noted = SVG.format(
        "<!-- me --><title>t</title><metadata>who</metadata>"
        "<g style='fill:#123456;-inkscape-x:1' class='a'><path d='M0 0'/></g>"
    )
    drawn = checked_logo(noted.encode(), "image/svg+xml", "").content()
    assert b'<g fill="#123456"><path d="M0 0" /></g>' in drawn
    assert b"who" not in drawn
    assert checked_logo(drawn, "image/svg+xml", "").content() == drawn


def test_a_png_is_written_anew_without_what_lies_beside_the_picture() -> None:
    text = struct.pack(">I", 6) + b"tEXtC\0mine" + struct.pack(">I", zlib.crc32(b"tEXtC\0mine"))
    assert checked_logo(a_png(extra=text) + b"appended", "image/png", "").content() == a_png()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff\xe0 a JPEG",
        a_png()[:-6],
        a_png()[:40] + b"\0" + a_png()[41:],
        a_png(width=3000, height=3000),
        a_png(width=0),
        a_png(width=3),
        a_png(height=1),
        a_png(colour=5),
        a_png(interlace=1),
    ],
)
def test_what_is_no_whole_png_is_refused(content: bytes) -> None:
    with pytest.raises(LogoError):
        checked_logo(content, "image/png", "")


GRADIENT = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 20 10"><defs>'
    '<linearGradient id="colours"><stop offset="0" stop-color="#ff0000"/><stop offset="1" stop-color="#0000ff"/>'
    '</linearGradient><linearGradient id="place" x1="0" x2="20" gradientUnits="userSpaceOnUse" HREF/></defs>'
    '<rect width="20" height="10" fill="url(#place)"/></svg>'
)


@pytest.mark.parametrize("href", ['xlink:href="#colours"', 'href="#colours"', 'href=" #colours "'])
def test_a_gradient_may_take_its_colours_from_another_as_inkscape_writes_it(href: str) -> None:
    logo = checked_logo(GRADIENT.replace("HREF", href).encode(), "image/svg+xml", "")
    assert b'href="#colours"' in logo.content()
    assert checked_logo(logo.content(), logo.media_type, "").content() == logo.content()


@pytest.mark.parametrize(
    "href",
    [
        *('xlink:href="http://127.0.0.1/x.svg#a"', 'href="other.svg#colours"', 'xlink:href="file:///etc/passwd"'),
        *('href="data:image/svg+xml,x"', 'href="#"', 'href=""', 'href="#a b"', 'xlink:href="#nowhere"'),
        *('href="#place"', 'href="#colours" id2="x"', 'xml:base="http://127.0.0.1/" href="#colours"'),
    ],
)
def test_a_gradient_refers_to_nothing_but_a_gradient_of_the_same_drawing(href: str) -> None:
    with pytest.raises(LogoError):
        checked_logo(GRADIENT.replace("HREF", href).encode(), "image/svg+xml", "")


def test_gradients_that_lead_in_a_circle_or_share_a_name_are_refused() -> None:
    there = GRADIENT.replace('id="colours"', 'id="colours" href="#place"').replace("HREF", 'href="#colours"')
    twice = GRADIENT.replace('id="place"', 'id="colours"').replace("HREF", "").replace("#place", "#colours")
    for drawing in (there, twice):
        with pytest.raises(LogoError):
            checked_logo(drawing.encode(), "image/svg+xml", "")


@pytest.mark.parametrize("tag", ["rect", "g", "clipPath", "stop"])
def test_nothing_but_a_gradient_refers_to_another_element(tag: str) -> None:
    drawing = GRADIENT.replace("HREF", "").replace("</svg>", f'<{tag} href="#place"/></svg>')
    with pytest.raises(LogoError, match="refers to something else"):
        checked_logo(drawing.encode(), "image/svg+xml", "")


def test_a_missing_logo_is_told_as_missing_beside_the_file_that_names_it(tmp_path: Path) -> None:
    found = problem(tmp_path, 'logo = "none.svg"\nlogo_text = "x"\n')
    assert (found.column, found.message) == ("lab.logo", "there is no such file beside lab.toml")


@pytest.mark.parametrize("linked", ["logo.svg", "own", "own/closing.html"])
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path, linked: str) -> None:
    inside, outside = tmp_path / "lab", tmp_path / "elsewhere"
    (inside / "own").mkdir(parents=True)
    (outside / "own").mkdir(parents=True)
    for name, text in (("logo.svg", CIRCLE), ("own/closing.html", "<p>Thanks.</p>")):
        (inside / name).write_text(text, encoding="utf-8")
        (outside / name).write_text(text, encoding="utf-8")
    lines = 'logo = "logo.svg"\nlogo_text = "L"\ntemplates = "own"\n'
    assert laboratory(inside, lines).branding.templates
    (inside / linked).rename(tmp_path / "before")
    (inside / linked).symlink_to(outside / linked)
    assert problem(inside, lines).code == "file-outside-folder"


@pytest.mark.parametrize("name", ["closing.htm", "closing", "notes.txt", "closing.html~"])
def test_a_file_of_another_name_among_the_templates_is_told_with_the_names_there_are(tmp_path: Path, name: str) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / ".hidden").write_text("x", encoding="utf-8")
    lines = 'templates = "own"\n'
    assert laboratory(tmp_path, lines).branding.templates == {}
    (tmp_path / "own" / name).write_text("x", encoding="utf-8")
    found = problem(tmp_path, lines)
    assert (found.code, found.found) == ("unknown-block", name)
    assert "closing.html" in found.expected


def test_an_empty_template_is_named_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "closing.html").write_text("", encoding="utf-8")
    assert problem(tmp_path, 'templates = "own"\n').file == "own/closing.html"


def test_a_table_in_place_of_a_list_of_tables_is_told_how_to_write_it(tmp_path: Path) -> None:
    found = problem(tmp_path, '[lab.site]\nrole = "performed"\nname = "N"\naddress = "A"\n')
    assert found.code == "wrong-type"
    assert found.message == "[lab.site] describes one table alone"
    assert found.remedy == "write [[lab.site]] with two brackets, once for each"


@pytest.mark.parametrize(("written", "meant"), [("color", "colour"), ("acent", "accent"), ("logotext", "logo_text")])
def test_a_misspelled_key_is_told_with_the_one_that_is_meant(tmp_path: Path, written: str, meant: str) -> None:
    assert f'did you mean "{meant}"?' in problem(tmp_path, f'{written} = "#123456"\n').remedy


def test_a_key_like_no_other_is_told_without_a_guess(tmp_path: Path) -> None:
    assert "did you mean" not in problem(tmp_path, 'zzzz = "1"\n').remedy
