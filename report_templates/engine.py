"""
WeasyPrint as this package uses it: our fonts, our stylesheet, nothing from outside, one metadata block for PDF/A-3a and
PDF/UA-1 together, and the saved record as an associated file. Import it late: it costs seconds.
"""

from __future__ import annotations

import ctypes
import gc
import io
import os
import re
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib import resources
from importlib.metadata import version
from string import Template
from typing import Any
from xml.etree import ElementTree

_PACKAGE = resources.files(__package__)

# Before WeasyPrint is imported: fontconfig reads it once. A laboratory's own fonts.conf must not change a report.
os.environ["FONTCONFIG_FILE"] = str(_PACKAGE / "fonts.conf")

from pydyf import Stream  # noqa: E402
from weasyprint import CSS, HTML, Attachment  # noqa: E402
from weasyprint.document import Document  # noqa: E402
from weasyprint.pdf.metadata import DocumentMetadata  # noqa: E402
from weasyprint.text.ffi import pango  # noqa: E402
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: E402

from report_templates.look import LOGO_ADDRESS, PLAIN_LOOK, Look  # noqa: E402

_VARIANT = "pdf/a-3a"
# As Linux, macOS and Windows name it. WeasyPrint has it loaded, but does not tell its version.
_HARFBUZZ = ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll")
_UA_NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}
# PDF/A allows a foreign metadata name (pdfuaid:part) only with a description of it.
_UA_CLAIM = f"""<rdf:RDF {" ".join(f'xmlns:{prefix}="{address}"' for prefix, address in _UA_NAMESPACES.items())}>
<rdf:Description rdf:about="" pdfuaid:part="1"/>
<rdf:Description rdf:about=""><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{_UA_NAMESPACES["pdfuaid"]}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"""


# What stands around a stream's content; its dictionary before it holds names and numbers of ours, no text.
_CONTENT_BEGINS, _CONTENT_ENDS = b"\nstream\n", b"\nendstream"


class RefusedError(Exception):
    """The page asked for something that is not in the package."""


class MissingGlyphError(Exception):
    """
    Characters that have no glyph in the report's fonts: they would be printed as empty boxes.

    `characters` are sorted, so that they say nothing of the word they stood in.
    """

    def __init__(self, characters: tuple[str, ...]) -> None:
        super().__init__()
        self.characters = characters


@dataclass(frozen=True, slots=True)
class AssociatedFile:
    """A file inside the PDF: the data that the pages were drawn from. `dated` carries its time zone."""

    name: str
    content: bytes
    description: str
    dated: datetime


def draw(html: str, paper: str, attached: AssociatedFile | None = None, look: Look = PLAIN_LOOK) -> bytes:
    """
    The PDF of `html` on `paper` ("A4" or "letter"); no byte of it depends on clock, process or machine settings.

    Raises:
        RefusedError: the page asks for anything outside.
        MissingGlyphError: a character cannot be printed.
    """
    fetcher = _NoFetcher(look)
    try:
        with _without_collecting():
            document, content = _rendered(html, paper, attached, look, fetcher)
    except FatalURLFetchingError as error:
        raise RefusedError from error
    # Inside a drawing WeasyPrint swallows the refusal.
    if fetcher.refusals:
        raise RefusedError
    _check_glyphs(document)
    return content


def _rendered(
    html: str, paper: str, attached: AssociatedFile | None, look: Look, fetcher: _NoFetcher
) -> tuple[Document, bytes]:
    document = _Page(string=html, url_fetcher=fetcher).render(
        font_config=_fonts(), stylesheets=[_stylesheet(paper, look.main, look.accent)], pdf_variant=_VARIANT
    )
    document.metadata = _Metadata(**vars(document.metadata))
    if attached is not None:
        document.metadata.attachments.append(_attachment(attached))
    with warnings.catch_warnings():
        # WeasyPrint 70.0 leaves its colour profile to the garbage collector. Remove when it closes the file.
        warnings.simplefilter("ignore", ResourceWarning)
        return document, document.write_pdf(finisher=_finished, pdf_variant=_VARIANT)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """
    No garbage collection meanwhile: a page is many thousand objects that all live until it is drawn.

    Measured: 4 to 14 % of a render's CPU time. What was left behind is collected afterwards, as usual.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@cache
def drawn_with() -> dict[str, str]:
    """
    The versions of what decides about a PDF's bytes besides record and templates: our tools, and the machine's.

    "unknown" where the library does not tell.
    """
    number = pango.pango_version()
    return {
        "weasyprint": version("weasyprint"),
        "pydyf": version("pydyf"),
        "fonttools": version("fonttools"),
        "pango": f"{number // 10_000}.{number // 100 % 100}.{number % 100}",
        "harfbuzz": _harfbuzz_version(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }


def _harfbuzz_version() -> str:
    for name in _HARFBUZZ:
        try:
            version_of_library = ctypes.CDLL(name).hb_version_string
        except (OSError, AttributeError):
            continue
        version_of_library.restype = ctypes.c_char_p
        return str(version_of_library().decode())
    return "unknown"


class _Page(HTML):  # type: ignore[misc]
    """
    A page without footnotes and notes: WeasyPrint computes six pseudo-elements for every element, which no report has.

    A tenth of a render's time; the bytes are the same (a test compares them).
    """

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [_browser_rules()]


class _NoFetcher(URLFetcher):  # type: ignore[misc]
    """
    Fetches nothing but the logo, which the record holds: the page brings all it needs.

    Refusals are fatal and counted, their addresses not kept.
    """

    def __init__(self, look: Look = PLAIN_LOOK) -> None:
        super().__init__(allowed_protocols=())
        self.refusals = 0
        self._look = look

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        if url == LOGO_ADDRESS and self._look.logo:
            return URLFetcherResponse(url, self._look.logo, {"Content-Type": self._look.logo_type})
        self.refusals += 1
        raise FatalURLFetchingError("refused")


class _Metadata(DocumentMetadata):  # type: ignore[misc]
    """Claims PDF/A-3a and PDF/UA-1 in one block; WeasyPrint itself writes one or the other."""

    def generate_rdf_metadata(self, variant: str, version: int, conformance: str) -> bytes:
        block = ElementTree.fromstring(super().generate_rdf_metadata(variant, version, conformance))  # noqa: S314
        block.extend(ElementTree.fromstring(_UA_CLAIM))  # noqa: S314 - the constant above
        serialised: bytes = ElementTree.tostring(block, encoding="utf-8")
        return serialised


def _attachment(file: AssociatedFile) -> Attachment:
    # WeasyPrint writes a date's own digits and calls them UTC.
    dated = file.dated.astimezone(UTC)
    return Attachment(
        file_obj=io.BytesIO(file.content),
        name=file.name,
        description=file.description,
        created=dated,
        modified=dated,
        # ISO 19005-3: the file is the data from which what is seen was derived.
        relationship="Data",
        url_fetcher=_NoFetcher(),
    )


class _PackedStream(Stream):  # type: ignore[misc]
    """A stream that was packed once; pydyf 0.13 packs each twice, for the file and for the file's identifier."""

    @property
    def data(self) -> bytes:
        return self.stream[0]  # type: ignore[no-any-return]


def _finished(document: Document, pdf: Any) -> None:
    _associate_once(document, pdf)
    for part in pdf.objects:
        if isinstance(part, Stream) and part.compress:
            part.stream, part.__class__ = [_packed(part)], _PackedStream


def _packed(stream: Stream) -> bytes:
    """
    The stream as it stands in the file, packed at zlib's usual level.

    Measured: pydyf's level 9, twice, takes a tenth of a render's CPU time and saves 1 % of its bytes.
    """
    plain = Stream(stream.stream, stream.extra).data
    content = plain[plain.index(_CONTENT_BEGINS) + len(_CONTENT_BEGINS) : -len(_CONTENT_ENDS)]
    packed: bytes = Stream([zlib.compress(content)], dict(stream.extra) | {"Filter": "/FlateDecode"}).data
    return packed


def _associate_once(document: Document, pdf: Any) -> None:
    """WeasyPrint 70.0 lists every associated file twice in the catalogue. Remove when it lists it once."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])


def _check_glyphs(document: Document) -> None:
    missing = {chr(codepoint) for font in document.fonts.values() for codepoint in font.missing}
    if missing:
        raise MissingGlyphError(tuple(sorted(missing)))


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@cache
def _browser_rules() -> CSS:
    """WeasyPrint's own stylesheet without its rules for footnotes and notes, its list marks for list items alone."""
    rules = (resources.files("weasyprint") / "css" / "html5_ua.css").read_text(encoding="utf-8")
    fewer = re.sub(r"(?m)^::(?:footnote|note)-\w+ \{.*\}$", "", rules)
    return CSS(
        string=re.sub(r"(?m)^::marker \{", "li::marker {", fewer), font_config=_fonts(), url_fetcher=_NoFetcher()
    )


@lru_cache(maxsize=8)
def _stylesheet(paper: str, main: str, accent: str) -> CSS:
    rules = (_PACKAGE / "report.css").read_text(encoding="utf-8")
    if (main, accent) != (PLAIN_LOOK.main, PLAIN_LOOK.accent):
        rules += Template((_PACKAGE / "brand.css").read_text(encoding="utf-8")).substitute(main=main, accent=accent)
    return CSS(string=f"{rules}\n@page {{ size: {paper} }}", font_config=_fonts(), url_fetcher=_NoFetcher())


for _prefix, _address in _UA_NAMESPACES.items():
    ElementTree.register_namespace(_prefix, _address)
