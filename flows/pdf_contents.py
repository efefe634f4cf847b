"""What a stored PDF says and holds inside, read with a program that did not write it (pdfminer)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pdfminer.high_level import extract_pages
from pdfminer.layout import LTTextContainer
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1


class UnreadablePdfError(Exception):
    """The bytes are no PDF that can be read to its end."""


def files_inside(pdf: bytes) -> dict[str, bytes]:
    """
    The files that the PDF carries, by name.

    Raises:
        UnreadablePdfError: it is damaged.
    """
    try:
        catalogue = PDFDocument(PDFParser(io.BytesIO(pdf))).catalog
        return dict(_embedded(catalogue))
    # Damage ends pdfminer in a dozen kinds of error, most of them not its own.
    except Exception as error:
        raise UnreadablePdfError from error


def pages(pdf: bytes) -> list[str]:
    """
    The text of each page, without white space: where lines break is a matter of layout.

    Raises:
        UnreadablePdfError: it is damaged.
    """
    try:
        return [
            "".join("".join(box.get_text() for box in page if isinstance(box, LTTextContainer)).split())
            for page in extract_pages(io.BytesIO(pdf))
        ]
    except Exception as error:
        raise UnreadablePdfError from error


def _embedded(catalogue: Any) -> Iterator[tuple[str, bytes]]:
    names = resolve1(resolve1(catalogue.get("Names") or {}).get("EmbeddedFiles") or {})
    entries = resolve1(names.get("Names") or [])
    for name, entry in zip(entries[::2], entries[1::2], strict=True):
        content = resolve1(resolve1(resolve1(entry)["EF"])["F"]).get_data()
        yield resolve1(name).decode("latin-1"), content
