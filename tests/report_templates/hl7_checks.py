"""
What an HL7 v2.5.1 result message must keep to, as far as libraries let it pass: `faults(message)` lists what is wrong.

hl7apy's STRICT validation accepts a message without PID, a type `QQ` in OBX-2 and a status that no table has, so the
rules stand here: HL7 v2.5.1 chapter 7.3.1 (order of segments), tables 0001, 0085, 0123, 0125, chapter 2A (types).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

import hl7

SEXES = frozenset("F M O U A N".split())
OBSERVATION_STATUSES = frozenset("C D F I N O P R S U W X".split())
REQUEST_STATUSES = frozenset("O I S A P C R F X Y Z".split())
# Of table 0125, the types that a result of ours may have.
VALUE_TYPES = frozenset("CE CWE DT ED FT NM SN ST TM TS TX".split())

_LONGEST_CONTROL_ID = 20
_LONGEST_CODE = 20
_ORDER = ("MSH", "PID", "ORC", "OBR", "NTE", "OBX", "SPM")
_ONCE = ("MSH", "PID", "ORC", "OBR")
_REQUIRED = (*_ONCE, "OBX", "SPM")
_TIME = re.compile(r"\d{8}(\d{4}(\d{2})?([+-]\d{4})?)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_CODING_SYSTEM = re.compile(r"LN|HGNC|AUSPDI|HL7\d{4}|99[A-Z0-9]{3}", re.ASCII)


def faults(message: bytes) -> list[str]:
    """What is wrong with the message, each as `SEG-n …`; empty where nothing is."""
    try:
        text = message.decode("utf-8")
    except UnicodeDecodeError:
        return ["MSH-18 says UTF-8, and the bytes are not"]
    if not text.startswith("MSH|^~\\&|") or not text.endswith("\r") or "\n" in text:
        return ["MSH-1, MSH-2 or the line ends are not those of HL7"]
    parsed = hl7.parse(text)
    return [*_structure([str(segment[0]) for segment in parsed]), *_contents(parsed)]


def pdf_in(message: bytes) -> bytes:
    """The PDF of the one ED observation. ValueError where there is not exactly one, or its base64 is damaged."""
    (found,) = [obx for obx in hl7.parse(message.decode()).segments("OBX") if str(obx[2]) == "ED"]
    return base64.b64decode(str(found[5][0][4]), validate=True)


def _structure(names: list[str]) -> Iterator[str]:
    yield from (f"{name} is missing" for name in _REQUIRED if name not in names)
    yield from (f"{name} is there more than once" for name in _ONCE if names.count(name) > 1)
    yield from (f"{name} has no place here" for name in sorted(set(names) - set(_ORDER)))
    places = [_ORDER.index(name) for name in names if name in _ORDER]
    if places != sorted(places):
        yield "the segments are not in order"


def _contents(parsed: hl7.Message) -> Iterator[str]:
    for segment in parsed:
        check = {"MSH": _header, "PID": _patient, "OBR": _request}.get(str(segment[0]))
        if check:
            yield from check(segment)
    yield from _numbers(parsed, "NTE")
    yield from _numbers(parsed, "OBX")
    yield from _numbers(parsed, "SPM")
    found = [segment for segment in parsed if str(segment[0]) == "OBX"]
    for obx in found:
        yield from (f"OBX {field(obx, 1)}: {fault}" for fault in _observation(obx))
    identities = [(field(obx, 3).split("^")[0], field(obx, 4)) for obx in found]
    if len(set(identities)) < len(identities):
        yield "OBX-3 and OBX-4 do not tell the observations apart"
    if [field(obx, 2) for obx in found].count("ED") != 1:
        yield "there is not exactly one PDF"


def _header(msh: hl7.Segment) -> Iterator[str]:
    if field(msh, 9) != "ORU^R01^ORU_R01":
        yield "MSH-9 is not ORU^R01^ORU_R01"
    if field(msh, 12) != "2.5.1":
        yield "MSH-12 is not 2.5.1"
    if field(msh, 18) != "UNICODE UTF-8":
        yield "MSH-18 is not UNICODE UTF-8"
    if not 1 <= len(field(msh, 10)) <= _LONGEST_CONTROL_ID:
        yield "MSH-10 is empty or too long"
    if field(msh, 11) != "P":
        yield "MSH-11 is not P"
    if not re.fullmatch(r"\d{14}[+-]\d{4}", field(msh, 7)):
        yield "MSH-7 is no time with its offset"


def _patient(pid: hl7.Segment) -> Iterator[str]:
    if not field(pid, 3) or field(pid, 3).startswith("^"):
        yield "PID-3 is empty"
    if not field(pid, 5):
        yield "PID-5 is empty"
    if not re.fullmatch(r"\d{8}", field(pid, 7)):
        yield "PID-7 is no date"
    if field(pid, 8) not in SEXES:
        yield "PID-8 is not in table 0001"


def _request(obr: hl7.Segment) -> Iterator[str]:
    if not field(obr, 3):
        yield "OBR-3 is empty"
    if not field(obr, 4):
        yield "OBR-4 is empty"
    for number in (7, 14, 22):
        if not _TIME.fullmatch(field(obr, number)):
            yield f"OBR-{number} is no time"
    if field(obr, 25) not in REQUEST_STATUSES:
        yield "OBR-25 is not in table 0123"


def _numbers(parsed: hl7.Message, name: str) -> Iterator[str]:
    numbers = [field(segment, 1) for segment in parsed if str(segment[0]) == name]
    if numbers != [str(number) for number in range(1, len(numbers) + 1)]:
        yield f"{name}-1 does not count the segments"


def _observation(obx: hl7.Segment) -> Iterator[str]:
    kind, value = field(obx, 2), field(obx, 5)
    code = [*field(obx, 3).split("^"), "", ""]
    if not code[0] or not code[1] or not _CODING_SYSTEM.fullmatch(code[2]):
        yield "OBX-3 is no code with its text and coding system"
    if len(code[0]) > _LONGEST_CODE:
        yield "OBX-3 has too long a code"
    if field(obx, 11) not in OBSERVATION_STATUSES:
        yield "OBX-11 is not in table 0085"
    if kind not in VALUE_TYPES:
        yield "OBX-2 is not in table 0125"
    elif not value:
        yield "OBX-5 is empty"
    else:
        yield from _value(kind, value)


def _value(kind: str, value: str) -> Iterator[str]:
    parts = value.split("^")
    if kind == "NM" and not _NUMBER.fullmatch(value):
        yield "OBX-5 is no number"
    if kind in ("ST", "TX") and len(parts) > 1:
        yield "OBX-5 is a text with components"
    if kind in ("CE", "CWE") and not _is_code(parts):
        yield "OBX-5 is no code with its text and coding system"
    if kind == "ED":
        yield from _document(parts)


def _is_code(parts: list[str]) -> bool:
    code, text, system = [*parts, "", ""][:3]
    return bool(text) and (bool(code) == bool(_CODING_SYSTEM.fullmatch(system)))


def _document(parts: list[str]) -> Iterator[str]:
    if parts[1:4] != ["application", "pdf", "Base64"] or len(parts) != 5:
        yield "OBX-5 is no PDF in base64"
        return
    try:
        document = base64.b64decode(parts[4], validate=True)
    except binascii.Error:
        yield "OBX-5 is cut or damaged base64"
        return
    if not document.startswith(b"%PDF-") or not document.rstrip().endswith(b"%%EOF"):
        yield "OBX-5 is not a whole PDF"


def field(segment: hl7.Segment, number: int) -> str:
    """The field as text with its delimiters, empty where it is not there."""
    return str(segment[number]) if number < len(segment) else ""
