"""
Approved pictures and texts of every kind of report: which ones there are, how they are drawn, and when two pictures
show the same page. docs/gallery holds the approved ones; `make gallery` draws them anew.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from report_examples import KINDS, STATES, a_record, not_detected

from parsers.branding import Branding
from parsers.logos import checked_logo
from report_templates import record as record_module
from report_templates.pdf import render_pdf

GALLERY = Path(__file__).parents[2] / "docs" / "gallery"
APPROVE = "look at the new page; if it is as meant, approve it with `make gallery` and commit docs/gallery"

LOGO = checked_logo(
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10"><circle cx="5" cy="5" r="4" fill="#1d6b45"/>'
    b'<rect x="12" y="3" width="18" height="4" fill="#5b3a7a"/></svg>',
    "image/svg+xml",
    "Logo of the laboratory",
)

# Of every picture: heading of the gallery, and what it is there to show.
SHOWN = {
    "positive": ("Fusion detected", "A kinase fusion with an on-label therapy association; a draft, not yet signed."),
    "off_label_only": ("Detected, off label only", "A child's ROS1 fusion: every drug association is off label."),
    "two_fusions_on_hold": ("On hold", "Two driver fusions in one specimen: a mix-up must be excluded first."),
    "unconfirmed": ("Not confirmed", "A call below the assay's support: no therapy lines, no “detected”."),
    "discordant": ("Methods disagree", "ALK stains, and sequencing found no fusion: the disagreement is the result."),
    "not_detected": ("Not detected", "All genes were assessed, and none shows a fusion."),
    "not_informative": ("Not informative", "The RNA failed quality control: nothing is said about any gene."),
    "not_functional": ("Not functional", "A fusion out of frame: drawn as such, without therapy lines."),
    "final": ("Final", "The signed report: no watermark, the signature with its date."),
    "several_findings": ("Several findings", "A driver, its reciprocal product, and a second call to be confirmed."),
    "inferred": ("Inferred from FISH", "A rearrangement by stain and FISH alone: the partner is not known."),
    "rejected": ("Specimen rejected", "Too little tissue: nothing was tested, with the reason and what became of it."),
    "referred": ("Referred", "Sequenced by an outside laboratory, interpreted here."),
    "preliminary": ("Preliminary", "Released before the ALK stain was read, after a telephone call."),
    "final_after_preliminary": ("Final after preliminary", "The final report says what differs from the preliminary."),
    "corrected": ("Corrected", "The first report was wrong: what changed, why, and who was told."),
    "amended": ("Amended", "The same facts, read by later knowledge tables."),
    "addendum": ("Addendum", "A later result is added; the signed report stays as it is."),
    "withdrawn": ("Withdrawn", "The result is not this patient's: one page that says so."),
    "european": ("A laboratory in Europe", "A4 paper, with the laboratory's own logo; nothing was detected."),
    "german": ("In German", "Page 1 of the first report in German."),
    "chinese": ("In Chinese", "Page 1 of the first report in simplified Chinese."),
}
FIRST_PAGE_ONLY = {"german", "chinese"}

# One pixel a point: small enough for the repository, and the smallest print stays readable.
_DOTS_PER_INCH = 72
_LINE_END_HYPHENS = str.maketrans({"\ufffe": "-", "\x02": "-"})

# The colours of report.css, and how strongly an ink shows at the edge of a letter. One palette for all pages: a change
# in one place of a page cannot change the colours of another.
_INKS = "1c2733 4b5966 12395b 1f6f8b a3201f 8a5a00 1d6b45 5b3a7a".split()
_GROUNDS = "ffffff f3f6f9 fbeeee fdf5e4 f4f0f8 eaf0f6".split()
_LINES = "c3ccd4 8a96a1".split()
_WATERMARK, _WATERMARK_STRENGTH = "b03a2e", 0.11
_EDGE_STRENGTHS = (1, 0.5)

# In levels of 255, the mean of a block's strongest channel. Measured on the first report: one changed digit in the
# smallest print 4.1 to 12, the same libraries 0; half a pixel's shift or other smoothing up to 33, three pixels' 110.
_BLOCK, _WIDE_BLOCK = 8, 16
_SOFTENED_BY = 0.6
_SAME_LIBRARIES, _OTHER_LIBRARIES, _OTHER_LIBRARIES_WIDE = 3.0, 45.0, 14.0
_SHIFTS = (-0.5, 0.0, 0.5)

Levels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pages:
    """One report as a reader sees it: a picture of each page, and the words of each page."""

    pictures: tuple[Image.Image, ...]
    texts: tuple[str, ...]


def pictured_records() -> dict[str, dict[str, Any]]:
    """The records of all pictures; what every edit of a template or release changes is fixed."""
    fixed = f"{record_module.SCHEMA_VERSION}+000000000000"
    with mock.patch.object(record_module, "template_version", return_value=fixed):
        return {name: make() for name, make in (KINDS | STATES).items()} | {
            "european": _european(),
            "german": a_record(language="de", paper="A4"),
            "chinese": a_record(language="zh", paper="A4"),
        }


def _european() -> dict[str, Any]:
    laboratory = a_record(
        name="Southgate Molecular Pathology",
        address="Department of Pathology, Example Street 1, 00000 Sampletown",
        jurisdiction="EU",
        time_zone="Europe/Berlin",
        clia="",
        ldt_statement="",
        branding=Branding(LOGO),
    )
    record = not_detected()
    record["diagnosis"]["jurisdiction"] = "EU"
    return record | {"lab": laboratory["lab"], "report": laboratory["report"]}


def drawn(name: str, record: dict[str, Any]) -> Pages:
    """The pages of the picture set `name`."""
    pages = pages_of(render_pdf(record))
    last = 1 if name in FIRST_PAGE_ONLY else len(pages.pictures)
    return Pages(pages.pictures[:last], pages.texts[:last])


def pages_of(pdf: bytes, shifted: tuple[float, float] = (0, 0), smoothed: int = 1) -> Pages:
    """
    The pages of a PDF in the colours of the gallery.

    `shifted` moves them by parts of a pixel, `smoothed` draws them larger and shrinks them: what other libraries do.
    """
    pictures, texts = [], []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            texts.append(_text_of(page))
            pictures.append(_in_gallery_colours(_picture_of(page, shifted, smoothed)))
    return Pages(tuple(pictures), tuple(texts))


def _picture_of(page: pypdfium2.PdfPage, shifted: tuple[float, float], smoothed: int) -> Image.Image:
    points_per_pixel = 72 / _DOTS_PER_INCH
    right, up = (step * points_per_pixel for step in shifted)
    left, bottom, end, top = page.get_mediabox()
    page.set_mediabox(left + right, bottom + up, end + right, top + up)
    large = page.render(scale=smoothed / points_per_pixel).to_pil().convert("RGB")
    return large.resize((large.width // smoothed, large.height // smoothed), Image.Resampling.BOX)


def _text_of(page: pypdfium2.PdfPage) -> str:
    """The words in the order of the file, a line of the page on a line."""
    lines = page.get_textpage().get_text_bounded().translate(_LINE_END_HYPHENS).splitlines()
    return "\n".join(line.rstrip() for line in lines)


def _in_gallery_colours(picture: Image.Image) -> Image.Image:
    return picture.quantize(palette=_palette(), dither=Image.Dither.NONE)


def _palette() -> Image.Image:
    white = (255, 255, 255)
    grounds = [_colour(code) for code in _GROUNDS]
    marked = [_mixed(_colour(_WATERMARK), ground, _WATERMARK_STRENGTH) for ground in grounds]
    inks = [_mixed(_colour(code), white, strength) for code in _INKS for strength in _EDGE_STRENGTHS]
    colours = [*grounds, *(_colour(code) for code in _LINES), *marked, *inks]
    palette = Image.new("P", (1, 1))
    palette.putpalette([level for colour in colours for level in colour] + [255] * 3 * (256 - len(colours)))
    return palette


def _colour(code: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(code))


def _mixed(ink: Iterable[int], ground: Iterable[int], strength: float) -> tuple[int, ...]:
    return tuple(round(strength * one + (1 - strength) * other) for one, other in zip(ink, ground, strict=True))


def png_of(picture: Image.Image) -> bytes:
    content = io.BytesIO()
    picture.save(content, "PNG", optimize=True)
    return content.getvalue()


def page_break_text(pages: Pages) -> str:
    """The texts of all pages as one file."""
    return "".join(f"=== page {number} ===\n{text}\n" for number, text in enumerate(pages.texts, 1))


def picture_path(name: str, number: int) -> Path:
    return GALLERY / f"{name}-{number}.png"


def text_path(name: str) -> Path:
    return GALLERY / "text" / f"{name}.txt"


def approved_pictures(name: str) -> list[Image.Image]:
    """The approved pages of `name`, in order."""
    pictures = []
    for number in itertools.count(1):
        path = picture_path(name, number)
        if not path.exists():
            return pictures
        with Image.open(path) as picture:
            pictures.append(picture.copy())
    raise AssertionError("counting ends")


def differing_places(approved: Image.Image, new: Image.Image) -> list[tuple[int, int]]:
    """
    Where two pictures of one size show different things: the upper left corners of 8 × 8 pixels, in pixels.

    Where most of the page is the same to the pixel, the same libraries drew it, and a changed digit counts. Where most
    of its print differs a little, others did: half a pixel's shift and other smoothing are no difference then, but
    marks, lines, colours and watermarks are; a digit is left to the exact comparison of texts.
    """
    before, after = approved.convert("RGB"), new.convert("RGB")
    if before.tobytes() == after.tobytes():
        return []
    old, fresh = _softened(before), _softened(after)
    plain = _block_means(np.abs(old - fresh).max(axis=2), _BLOCK)
    if not _most_print_differs(old, plain):
        return _corners(plain > _SAME_LIBRARIES)
    best, best_wide = plain, _wide_difference(old, fresh)
    for right, down in itertools.product(_SHIFTS, _SHIFTS):
        moved = _moved(_moved(old, right, 1), down, 0)
        best = np.minimum(best, _block_means(np.abs(moved - fresh).max(axis=2), _BLOCK))
        best_wide = np.minimum(best_wide, _wide_difference(moved, fresh))
    return [*_corners(best > _OTHER_LIBRARIES), *_corners(best_wide > _OTHER_LIBRARIES_WIDE)]


def _softened(picture: Image.Image) -> Levels:
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(_SOFTENED_BY)), dtype=np.float32)


def _most_print_differs(old: Levels, differences: Levels) -> bool:
    """Of the blocks side by side that hold an edge, whether more than half differ."""
    lightest = old.max(axis=2)
    spread = _block_means(np.abs(lightest - _moved(lightest, 1.0, 1)), _BLOCK)
    printed = spread[::_BLOCK, ::_BLOCK] > _SAME_LIBRARIES
    differing = differences[::_BLOCK, ::_BLOCK] > _SAME_LIBRARIES
    return bool((printed & differing).sum() * 2 > printed.sum())


def _wide_difference(old: Levels, new: Levels) -> Levels:
    """How much a wider block is lighter, darker or of another colour on the whole: shifts of print cancel out."""
    channels = [_block_means((old - new)[:, :, channel], _WIDE_BLOCK) for channel in range(3)]
    return np.abs(np.stack(channels)).max(axis=0)


def _moved(levels: Levels, by: float, axis: int) -> Levels:
    share = abs(by)
    return (1 - share) * levels + share * np.roll(levels, 1 if by > 0 else -1, axis)


def _block_means(levels: Levels, size: int) -> Levels:
    """The mean of every block, at every place: no change hides on the border of two blocks."""
    sums = np.pad(levels.astype(np.float64).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    blocks = sums[size:, size:] - sums[:-size, size:] - sums[size:, :-size] + sums[:-size, :-size]
    return (blocks / size**2).astype(np.float32)


def _corners(differing: NDArray[np.bool_]) -> list[tuple[int, int]]:
    return [(int(right), int(down)) for down, right in zip(*np.nonzero(differing), strict=True)]


def picture_of_differences(approved: Image.Image, new: Image.Image, places: Iterable[tuple[int, int]]) -> Image.Image:
    """The new page, pale, with the differing places in full strength under a red veil."""
    shown = new.convert("RGB")
    veiled = Image.blend(shown, Image.new("RGB", shown.size, (220, 0, 0)), 0.35)
    pale = Image.blend(shown, Image.new("RGB", shown.size, (255, 255, 255)), 0.6)
    mask = Image.new("1", shown.size)
    for right, down in places:
        mask.paste(1, (right, down, right + _BLOCK, down + _BLOCK))
    pale.paste(veiled, mask=mask)
    beside = Image.new("RGB", (2 * shown.width, shown.height))
    beside.paste(approved.convert("RGB"), (0, 0))
    beside.paste(pale, (shown.width, 0))
    return beside


def gallery_files(records: dict[str, dict[str, Any]]) -> Iterator[tuple[Path, bytes]]:
    """Every file of docs/gallery, by its path."""
    chapters = []
    for name, record in records.items():
        pages = drawn(name, record)
        for number, picture in enumerate(pages.pictures, 1):
            yield picture_path(name, number), png_of(picture)
        yield text_path(name), page_break_text(pages).encode()
        chapters.append(_chapter(name, record, len(pages.pictures)))
    yield GALLERY / "README.md", (_OPENING + "\n".join(chapters)).encode()


_OPENING = """# Gallery of every report kind

Every page of every kind and state of report, of invented specimens. `make gallery` draws these pictures, texts and this
page anew; the tests compare each report with them, page by page: a picture that changes is looked at before it is
committed. Beside the pictures lies the exact text of each page, so that a changed word or digit shows in review.

"""


def _chapter(name: str, record: dict[str, Any], count: int) -> str:
    heading, sentence = SHOWN[name]
    first = f"Page 1 of {count}: {record['report']['status']} report. {record['result']['headline']}"
    lines = [
        f"## {heading}\n",
        f"{sentence} ([text](text/{name}.txt))\n",
        f'<a href="{name}-1.png"><img src="{name}-1.png" alt="{_attribute(first)}" width="612"></a>\n',
    ]
    if count > 1:
        further = "\n".join(
            f'<a href="{name}-{number}.png"><img src="{name}-{number}.png" '
            f'alt="Page {number} of {count}: {_attribute(heading)}" width="150"></a>'
            for number in range(2, count + 1)
        )
        lines.append(further + "\n")
    return "\n".join(lines)


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
