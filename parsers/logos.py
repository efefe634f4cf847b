"""
A laboratory's logo: an SVG or a PNG, checked and written anew with nothing in it but the picture.

An SVG can hold scripts, other files, addresses and entity bombs, a PNG other people's data behind the picture or a
billion pixels. What is not on the lists here is refused, so that the file that is printed holds what was looked at.
"""

from __future__ import annotations

import base64
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn
from xml.etree import ElementTree

MOST_LOGO_BYTES = 100_000

_MOST_PIXELS = 4_000_000
_MOST_ELEMENTS = 2_000
_DEEPEST = 20

_SVG = "{http://www.w3.org/2000/svg}"
_SHAPES = frozenset("svg g path rect circle ellipse line polyline polygon".split())
_DEFINITIONS = frozenset("defs linearGradient radialGradient stop clipPath".split())
# What describes the drawing and draws nothing.
_SILENT = frozenset("title desc metadata".split())
_GEOMETRY = frozenset(
    "d x y x1 y1 x2 y2 cx cy r rx ry fx fy width height points transform offset gradientUnits gradientTransform "
    "spreadMethod clipPathUnits".split()
)
_PAINT = frozenset(
    "fill fill-rule fill-opacity stroke stroke-width stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray "
    "stroke-dashoffset stroke-opacity opacity stop-color stop-opacity clip-path clip-rule".split()
)
# What drawing programs write beside it and a picture does not need.
_IGNORED = frozenset(
    "version baseProfile preserveAspectRatio class role focusable enable-background color-interpolation "
    "font-family font-size font-weight font-style".split()
)
_GRADIENTS = frozenset({"linearGradient", "radialGradient"})
_HREFS = frozenset({"href", "{http://www.w3.org/1999/xlink}href"})
_OWN_ELEMENT = re.compile(r"#[\w.-]+", re.ASCII)
_VALUE = re.compile(r"[\w#.,+\-()% ]*", re.ASCII)
_OWN_PAINT = re.compile(r"url\( *#([\w.-]+) *\)", re.ASCII)
_NAME = re.compile(r"[\w.-]+", re.ASCII)

_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = (b"IHDR", b"PLTE", b"tRNS", b"sRGB", b"gAMA", b"cHRM", b"pHYs", b"IDAT", b"IEND")
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


class LogoError(Exception):
    """The picture cannot be taken: what is wrong, and in `remedy` what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.remedy = remedy

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Logo:
    """A checked picture: `media_type` image/svg+xml or image/png, its bytes in base64, its alternative text."""

    media_type: str
    base64: str
    alternative: str

    def content(self) -> bytes:
        return base64.b64decode(self.base64)


def checked_logo(content: bytes, media_type: str, alternative: str) -> Logo:
    """
    The picture written anew; what was written so comes back the same.

    Raises:
        LogoError: it is too large, is not what it says, or holds more than a picture.
    """
    if len(content) > MOST_LOGO_BYTES:
        raise LogoError(f"the file has more than {MOST_LOGO_BYTES // 1000} kB", "export it smaller or simpler")
    if media_type == "image/svg+xml":
        drawn = _svg(content)
    elif media_type == "image/png":
        drawn = _png(content)
    else:
        raise LogoError("a logo is an SVG or a PNG", "export it as one of them")
    return Logo(media_type, base64.b64encode(drawn).decode("ascii"), alternative)


def _svg(content: bytes) -> bytes:
    # Late: most laboratories have no drawing, and every process would pay for it.
    import defusedxml.ElementTree as SafeElementTree
    from defusedxml.common import DefusedXmlException

    try:
        root = SafeElementTree.fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        _refuse("the SVG declares a document type or entities", "remove the line <!DOCTYPE …>, or save it as plain SVG")
    except (ElementTree.ParseError, ValueError, LookupError):
        raise LogoError("the file is not a whole SVG", "export it again") from None
    if root.tag != f"{_SVG}svg":
        _refuse("the file is not an SVG", "export it again")
    if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        _refuse(f"the SVG has more than {_MOST_ELEMENTS} elements", "simplify the drawing")
    drawn = _element(root, depth=1, is_clip=False)
    _check_gradients(drawn)
    drawn.attrib = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": _view_box(root), **drawn.attrib}
    # Its size is the page's business.
    for name in ("width", "height", "x", "y"):
        drawn.attrib.pop(name, None)
    return ElementTree.tostring(drawn, encoding="unicode").encode()


def _element(element: ElementTree.Element, *, depth: int, is_clip: bool) -> ElementTree.Element:
    name = element.tag.removeprefix(_SVG)
    if depth > _DEEPEST:
        _refuse("the SVG is nested too deeply", "ungroup the drawing")
    if name not in _SHAPES | _DEFINITIONS:
        _refuse(f"the SVG has an element that a logo may not have: {_safe(name)}", _plain_remedy(name))
    if (element.text or "").strip():
        _refuse("the SVG holds text outside a drawing", "save it as plain SVG")
    is_clip = is_clip or name == "clipPath"
    drawn = ElementTree.Element(name, dict(_attributes(element, name, is_clip=is_clip)))
    for child in element:
        if _is_silent(child):
            continue
        drawn.append(_element(child, depth=depth + 1, is_clip=is_clip))
    return drawn


def _check_gradients(drawn: ElementTree.Element) -> None:
    """A gradient takes its colours from another gradient of the drawing, and no chain of them leads back."""
    found = [one for one in drawn.iter() if one.tag in _GRADIENTS]
    gradients = {one.get("id", ""): one.get("href", "")[1:] for one in found}
    if len(gradients) < len([one for one in found if one.get("id")]):
        _refuse("two gradients of the SVG have one id", "save it as plain SVG")
    for one in drawn.iter():
        target, steps = one.get("href", "")[1:], 0
        while target:
            steps += 1
            if target not in gradients or steps > len(gradients):
                _refuse("a gradient of the SVG refers to something else", "save it as plain SVG")
            target = gradients[target]


def _is_silent(element: ElementTree.Element) -> bool:
    name = element.tag.removeprefix(_SVG)
    # sodipodi:namedview and its like: a drawing program's own notes, left out.
    return name in _SILENT or name.startswith(("{http://sodipodi", "{http://www.inkscape.org"))


def _attributes(element: ElementTree.Element, tag: str, *, is_clip: bool) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        if name in _HREFS and tag in _GRADIENTS and _OWN_ELEMENT.fullmatch(value.strip()):
            # Inkscape keeps the colours of a gradient in one element and its place in another.
            yield "href", value.strip()
        elif name.startswith("{") or name == "href":
            if name == "href" or name.endswith(("}href", "}base")):
                _refuse("the SVG refers to something else", "embed nothing and link nothing: save it as plain SVG")
        elif name == "id":
            if _NAME.fullmatch(value):
                yield name, value
        elif name == "style":
            for property_name, property_value in _style(value):
                yield property_name, _value(property_name, property_value, is_clip=is_clip)
        elif name in _GEOMETRY | _PAINT:
            yield name, _value(name, value, is_clip=is_clip)
        elif name not in _IGNORED and name not in ("viewBox", "xmlns") and not name.startswith(("data-", "aria-")):
            _refuse(f"the SVG has an attribute that a logo may not have: {_safe(name)}", "save it as plain SVG")


def _style(text: str) -> Iterator[tuple[str, str]]:
    """The paint of a style attribute; what is no paint is left out, as a renderer without it would."""
    for declaration in text.split(";"):
        name, _, value = declaration.partition(":")
        if "url" in value.lower() and not _OWN_PAINT.fullmatch(value.strip()):
            _refuse("the SVG refers to something else", "embed nothing and link nothing: save it as plain SVG")
        if name.strip() in _PAINT:
            yield name.strip(), value.strip()


def _value(name: str, value: str, *, is_clip: bool) -> str:
    value = " ".join(value.split())
    if _OWN_PAINT.fullmatch(value):
        # A clip that clips itself has no end.
        if name not in ("fill", "stroke", "clip-path") or (is_clip and name == "clip-path"):
            _refuse(f"the SVG's {_safe(name)} refers to another element", "save it as plain SVG")
        return value
    if "url" in value.lower() or not _VALUE.fullmatch(value):
        _refuse(f"the SVG's {_safe(name)} is not a plain value", "save it as plain SVG")
    return value


def _view_box(root: ElementTree.Element) -> str:
    text = root.get("viewBox") or f"0 0 {_length(root, 'width')} {_length(root, 'height')}"
    try:
        left, top, width, height = (float(part) for part in text.replace(",", " ").split())
    except ValueError:
        _refuse("the SVG does not say its size", 'add viewBox="0 0 width height"')
    if not all(abs(part) < 100_000 for part in (left, top, width, height)) or width <= 0 or height <= 0:
        _refuse("the SVG's size cannot be used", 'write viewBox="0 0 width height"')
    return f"{left:g} {top:g} {width:g} {height:g}"


def _length(root: ElementTree.Element, name: str) -> str:
    return re.sub(r"(px|pt|mm)$", "", root.get(name, ""))


def _plain_remedy(name: str) -> str:
    if name in ("text", "tspan", "textPath"):
        return "convert the text to paths (outlines) in the drawing program"
    if name == "style":
        return "save it as plain SVG with presentation attributes"
    return "remove it, or export the logo as PNG"


def _safe(name: str) -> str:
    """A name from the file, short enough for a message; a foreign namespace is left out."""
    return name.rpartition("}")[2][:30]


def _png(content: bytes) -> bytes:
    if not content.startswith(_PNG_START):
        _refuse("the file is not a PNG", "export it as PNG; renaming a JPEG does not make one")
    chunks = list(_chunks(content))
    names = [name for name, _ in chunks]
    if names[:1] != [b"IHDR"] or names[-1:] != [b"IEND"] or b"IDAT" not in names or len(chunks[0][1]) != 13:
        _refuse("the PNG is cut short or damaged", "copy or export it again")
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(">IIBBBBB", chunks[0][1])
    if not (width and height) or width * height > _MOST_PIXELS:
        _refuse(f"the PNG has more than {_MOST_PIXELS // 1_000_000} million pixels", "scale it down to 600 pixels")
    if colour not in _CHANNELS or depth not in (1, 2, 4, 8, 16) or compression or filtering or interlace:
        _refuse("the PNG is of a kind that is not taken", "export it with 8 bits per colour, not interlaced")
    pixels = b"".join(data for name, data in chunks if name == b"IDAT")
    if not _is_whole(pixels, height * (1 + (width * _CHANNELS[colour] * depth + 7) // 8)):
        _refuse("the PNG is cut short or damaged", "copy or export it again")
    kept = [(name, data) for name, data in chunks if name in _PNG_KEPT]
    return _PNG_START + b"".join(_chunk(name, data) for name, data in kept)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and data of each chunk up to IEND; what lies behind it is left out."""
    at = len(_PNG_START)
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        name, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if content[at + 8 + length : at + 12 + length] != struct.pack(">I", zlib.crc32(name + data)):
            _refuse("the PNG is cut short or damaged", "copy or export it again")
        yield name, data
        if name == b"IEND":
            return
        at += 12 + length


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _is_whole(packed: bytes, size: int) -> bool:
    """Whether `packed` unpacks to exactly `size` bytes; never more than that is unpacked."""
    unpacker = zlib.decompressobj()
    try:
        unpacked = len(unpacker.decompress(packed, size + 1))
    except zlib.error:
        return False
    return unpacked == size and (unpacker.eof or not unpacker.decompress(unpacker.unconsumed_tail, 1))


def _refuse(message: str, remedy: str) -> NoReturn:
    raise LogoError(message, remedy)
