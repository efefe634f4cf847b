"""What a stored PDF says and holds inside, read with a program that did not write it (pdfminer)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pdfminer.high_level import extract_pages
from pdfminer.layout import LTTextContainer
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFObjectNotFound, PDFStream, resolve1

# A tree of names that is deeper leads back into itself.
_DEEPEST = 20


class UnreadablePdfError(Exception):
    """The bytes are no PDF that can be read to its end."""


@dataclass(frozen=True, slots=True)
class FilesInside:
    """
    Every file that a PDF carries.

    `listed` are those that a reader lists as attachments, name and content; a name may stand there twice. `elsewhere`
    counts those that only a note on a page, an associated-files entry or nothing at all leads to.
    """

    listed: tuple[tuple[str, bytes], ...]
    elsewhere: int

    def named(self, name: str) -> list[bytes]:
        return [content for other, content in self.listed if other == name]

    def count(self) -> int:
        return len(self.listed) + self.elsewhere


def files_inside(pdf: bytes) -> FilesInside:
    """
    The files that the PDF carries, wherever it carries them.

    Raises:
        UnreadablePdfError: it is damaged.
    """
    try:
        document = PDFDocument(PDFParser(io.BytesIO(pdf)))
        names = resolve1(resolve1(document.catalog.get("Names") or {}).get("EmbeddedFiles") or {})
        entries = [(_text(name), list(_streams_of(resolve1(entry)))) for name, entry in _leaves(names)]
        listed = tuple((name, stream.get_data()) for name, streams in entries for stream in streams)
        known = {id(stream) for _, streams in entries for stream in streams}
        others = {id(stream): stream for stream in _carried(document)}
    # Damage ends pdfminer in a dozen kinds of error, most of them not its own.
    except Exception as error:
        raise UnreadablePdfError from error
    return FilesInside(listed, len(others.keys() - known))


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


def _leaves(node: Any, depth: int = 0) -> Iterator[tuple[Any, Any]]:
    """The names and entries of a name tree, in the tree's order (ISO 32000-1, 7.9.6: Kids or Names)."""
    if depth > _DEEPEST:
        raise ValueError("the tree of names has no end")
    entries = resolve1(node.get("Names") or [])
    yield from zip(entries[::2], entries[1::2], strict=True)
    for child in resolve1(node.get("Kids") or []):
        yield from _leaves(resolve1(child), depth + 1)


def _streams_of(file: Any) -> Iterator[PDFStream]:
    """The contents of a file specification, each once: F and UF usually name the same one."""
    seen: set[int] = set()
    for value in resolve1(file["EF"]).values():
        stream = resolve1(value)
        if id(stream) not in seen:
            seen.add(id(stream))
            yield stream


def _carried(document: PDFDocument) -> Iterator[PDFStream]:
    """The contents of every file specification, and every stream that says it is a file, used or not."""
    numbers = {number for table in document.xrefs for number in table.get_objids()}
    for number in sorted(numbers):
        for value in _within(_object(document, number)):
            if isinstance(value, PDFStream):
                if _text(value.attrs.get("Type")) == "EmbeddedFile":
                    yield value
            elif "EF" in value:
                yield from _streams_of(value)


def _object(document: PDFDocument, number: int) -> Any:
    """Nothing where the table of objects names one that is not there, as it does for a deleted one."""
    try:
        return document.getobj(number)
    except PDFObjectNotFound:
        return None


def _within(value: Any) -> Iterator[PDFStream | dict[str, Any]]:
    """`value` and what is written in it; what it refers to comes by its own number."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, PDFStream):
            yield one
            waiting.append(one.attrs)
        elif isinstance(one, dict):
            yield one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _text(value: Any) -> str:
    """A name or a text of the PDF: ISO 32000-1, 7.9.2.2, UTF-16 with its mark, else one byte for one character."""
    found = resolve1(value)
    found = getattr(found, "name", found)
    if isinstance(found, bytes):
        return found.decode("utf-16" if found.startswith((b"\xfe\xff", b"\xff\xfe")) else "latin-1")
    return found if isinstance(found, str) else ""
