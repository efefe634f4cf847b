"""
HL7 v2 files taken apart: bytes to messages, messages to segments and fields, escapes resolved.

Rules: HL7 v2.5.1 chapter 2 (2.5.4 delimiters, 2.7 escapes, 2.10.3 batches, tables 0103, 0104, 0211). The library `hl7`
splits a message at its delimiters; what it would do in silence is done here instead: its batch reader splits at
more than line ends, and its `unescape` drops what it cannot read and writes the field to the log (decision note 0007).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import hl7

from parsers.errors import InputError, Problem
from parsers.reading import MOST_LINES, clean

VERSIONS = ("2.3", "2.3.1", "2.4", "2.5", "2.5.1")
RESULTS_MESSAGE = "ORU^R01"
ORDERS_MESSAGE = "OML^O21"

# Component of subcomponents, repetition of components, field of repetitions: texts without escapes.
Component = tuple[str, ...]
Repetition = tuple[Component, ...]
Field = tuple[Repetition, ...]

_HEADERS = ("FHS", "BHS", "MSH")
_START, _END = "\x0b", "\x1c"
# Each piece of a segment takes a hundred times its bytes in memory; the longest segments have some hundred pieces.
_MOST_PIECES = 20_000
# HL7 table 0211, with the spelling of it that many systems write.
_CHARACTER_SETS = {
    "ASCII": "ascii",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
    **{f"8859/{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)},
}
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HEXADECIMAL = re.compile(r"X((?:[0-9A-Fa-f]{2})+)")
_FORMATTING = re.compile(r"\.(?:br|(?:sp|sk|in|ti)\s*[+-]?\d{0,3}|fi|nf|ce)")


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment. `fields[0]` is its name; `line` is its place in the file, counted from 1."""

    file: str
    line: int
    name: str
    fields: tuple[Field, ...]

    def field(self, number: int) -> Field:
        """The repetitions of a field by its HL7 number; none where it is empty, missing or null (`""`)."""
        found = self.fields[number] if number < len(self.fields) else ()
        return () if all(_is_empty(one) for one in found) else found

    def text(self, number: int, component: int = 1, subcomponent: int = 1) -> str:
        """One part of the field's first repetition, `""` where it is not there."""
        field = self.field(number)
        return part(field[0], component, subcomponent) if field else ""

    def whole(self, number: int, *, between: str = " ") -> str:
        """The field as one text: its repetitions joined, the delimiters within each as they are by default."""
        repetitions = ("^".join("&".join(one) for one in repetition) for repetition in self.field(number))
        return between.join(text for text in (clean(one) for one in repetitions) if text)


@dataclass(frozen=True, slots=True)
class Message:
    """
    One message: `kind` is its type and event (`ORU^R01`), `sent` is MSH-7; the segments begin with MSH.

    `problems` say which of its segments could not be read: it must not be used then, and still shows whose it is.
    """

    file: str
    line: int
    segments: tuple[Segment, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def header(self) -> Segment:
        return self.segments[0]

    @property
    def kind(self) -> str:
        return f"{self.header.text(9)}^{self.header.text(9, 2)}"

    @property
    def sent(self) -> str:
        return self.header.text(7)

    @property
    def identity(self) -> tuple[str, str, str]:
        """Sending application, facility and control number: unique for each message."""
        return self.header.text(3), self.header.text(4), self.header.text(10)

    def named(self, name: str) -> list[Segment]:
        return [segment for segment in self.segments if segment.name == name]


def part(repetition: Repetition, component: int, subcomponent: int = 1) -> str:
    """One part of a repetition, cleaned; `""` where it is missing or null."""
    if component > len(repetition) or subcomponent > len(repetition[component - 1]):
        return ""
    found = clean(repetition[component - 1][subcomponent - 1])
    return "" if found == '""' else found


def are_messages(data: bytes) -> bool:
    """Whether the content is HL7 v2: it begins with a message, batch or file header and a delimiter."""
    head = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip(b"\x0b \t\r\n")
    return bool(re.match(rb"(?:MSH|FHS|BHS)[^A-Za-z0-9\s]", head))


def split_messages(data: bytes, file: str, problems: list[Problem], *, cap: int) -> list[Message]:
    """
    The messages of a file, in order, with what is wrong with each in its own `problems`.

    One whose header cannot be read is left out, and appended to `problems` as nobody's. Characters are those that
    MSH-18 declares; without a declaration ASCII, and UTF-8 with a warning.

    Raises:
        InputError: the file is no HL7, too large, cut short, or its batch counts are not those of its messages:
            nobody knows whose results are missing.
    """
    if len(data) > cap:
        raise InputError(_too_large(file, cap))
    if not are_messages(data):
        raise InputError(_not_hl7(file, data))
    # Every character set that is accepted keeps the bytes of ASCII, so the file can be cut before it is decoded.
    text = data.removeprefix(b"\xef\xbb\xbf").decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MOST_LINES:
        raise InputError(_too_large(file, cap))
    blocks, ends_are_marked = _Splitter(file).blocks(text)
    messages = [message for block in blocks if (message := _message(block, file, problems)) is not None]
    if not ends_are_marked:
        problems.append(_end_not_marked(file))
    return messages


def unescape(text: str, delimiters: str, encoding: str) -> str | None:
    """
    `text` with its escape sequences resolved, line breaks as `\\n`; None where one of them cannot be read.

    `delimiters` are the five of MSH-1 and MSH-2 in the message's order: field, component, repetition, escape,
    subcomponent.
    """
    field, component, repetition, escape, subcomponent = tuple(delimiters)
    pieces = text.split(escape)
    if len(pieces) % 2 == 0:
        return None  # The last sequence is never closed.
    literal = {"F": field, "S": component, "T": subcomponent, "R": repetition, "E": escape, "H": "", "N": ""}
    for place in range(1, len(pieces), 2):
        sequence = pieces[place]
        hexadecimal = _HEXADECIMAL.fullmatch(sequence)
        if sequence in literal:
            pieces[place] = literal[sequence]
        elif hexadecimal:
            try:
                decoded = bytes.fromhex(hexadecimal[1]).decode(encoding)
            except UnicodeDecodeError:
                return None
            pieces[place] = decoded.replace("\r\n", "\n").replace("\r", "\n")
        elif _FORMATTING.fullmatch(sequence):
            pieces[place] = "\n" if sequence[1:3] in ("br", "sp", "ce") else " "
        else:
            return None
    return "".join(pieces)


@dataclass(slots=True)
class _Block:
    """The lines of one message, still as they are in the file."""

    lines: list[tuple[int, str]]
    ended: bool = False


class _Splitter:
    """Cuts a file into messages, and holds its batch headers and trailers against each other."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._blocks: list[_Block] = []
        self._framed = self._file_open = self._batch_open = self._over = False
        self._enveloped = False
        self._batches = self._in_batch = 0

    def blocks(self, text: str) -> tuple[list[_Block], bool]:
        """The messages, and whether the file itself proves that none is missing at its end."""
        lines = text.split("\n")
        for number, line in enumerate(lines, start=1):
            self._take(number, line)
        if lines[-1].strip() and not self._over and not (self._blocks and self._blocks[-1].ended):
            raise InputError(self._cut("its last segment has no line end", len(lines)))
        if self._framed:
            raise InputError(self._cut("a message has a start mark (0x0B) and no end mark (0x1C)", len(lines)))
        if self._batch_open or self._file_open:
            missing = "batch trailer (BTS)" if self._batch_open else "file trailer (FTS)"
            raise InputError(self._cut(f"its {missing} is missing", len(lines)))
        return self._blocks, self._enveloped or all(block.ended for block in self._blocks)

    def _take(self, number: int, line: str) -> None:
        before, mark, after = line.partition(_END)
        if mark and self._framed:
            self._take_segment(number, before)
            self._framed = False
            self._blocks[-1].ended = True
            self._take(number, after)
            return
        if line.startswith(_START):
            if self._framed:
                raise InputError(self._cut("a message begins before the one above it has its end mark (0x1C)", number))
            self._framed = True
            self._begin_frame(number, line[1:])
            return
        self._take_segment(number, line)

    def _begin_frame(self, number: int, line: str) -> None:
        if not line.startswith(_HEADERS):
            raise InputError(self._damaged(number, "after the start mark (0x0B) stands no message"))
        self._take(number, line)

    def _take_segment(self, number: int, line: str) -> None:
        if not line.strip():
            return
        name = line[:3]
        if self._over:
            raise InputError(self._damaged(number, "there are segments after the file trailer (FTS)"))
        if not _SEGMENT.fullmatch(name) or line[3:4].isalnum() or line[3:4].isspace():
            raise InputError(self._no_segment(number))
        if name in ("FHS", "BHS", "BTS", "FTS"):
            self._take_envelope(number, name, line)
        elif name == "MSH":
            self._blocks.append(_Block([(number, line)]))
            self._in_batch += 1
        elif not self._blocks or self._blocks[-1].ended:
            raise InputError(self._damaged(number, f"the segment {name} stands before any message header (MSH)"))
        else:
            self._blocks[-1].lines.append((number, line))

    def _take_envelope(self, number: int, name: str, line: str) -> None:
        if name == "FHS":
            if self._file_open or self._blocks or self._batches:
                raise InputError(self._damaged(number, "the file header (FHS) is not the first segment"))
            self._file_open = True
        elif name == "BHS":
            if self._batch_open or (self._blocks and not self._batches):
                raise InputError(self._damaged(number, "a batch header (BHS) stands inside a batch or behind messages"))
            self._batch_open, self._in_batch = True, 0
            self._batches += 1
        elif name == "BTS":
            if not self._batch_open:
                raise InputError(self._damaged(number, "a batch trailer (BTS) has no batch header (BHS)"))
            self._check_count(number, line, self._in_batch, "BTS-1", "messages")
            self._batch_open, self._enveloped = False, True
            self._end_message()
        else:
            if not self._file_open or self._batch_open:
                raise InputError(self._damaged(number, "a file trailer (FTS) has no file header, or a batch is open"))
            # Without batches the standard has nothing to count; some systems count the file as one batch.
            self._check_count(number, line, self._batches or 1, "FTS-1", "batches")
            self._file_open, self._enveloped, self._over = False, True, True

    def _end_message(self) -> None:
        if self._blocks:
            self._blocks[-1].ended = True

    def _check_count(self, number: int, line: str, counted: int, field: str, what: str) -> None:
        stated = line[4:].split(line[3], 1)[0].strip() if len(line) > 3 else ""
        if stated and stated != str(counted) and not (stated.isascii() and stated.isdigit() and int(stated) == counted):
            raise InputError(
                Problem(
                    "count-mismatch",
                    self._file,
                    f"the trailer does not count the {what} that the file holds",
                    "messages are missing or were added: have the batch sent again",
                    line=number,
                    column=field,
                    found=stated,
                    expected=f"{counted} {what}",
                )
            )

    def _cut(self, why: str, line: int) -> Problem:
        return Problem(
            "cut-short",
            self._file,
            f"the file is cut short: {why}",
            "copy the file again from the interface; if it truly ends so, add a line end",
            line=line,
        )

    def _damaged(self, line: int, what: str) -> Problem:
        return Problem(
            "damaged-message",
            self._file,
            what,
            "the file is incomplete or was put together by hand: have the messages sent again",
            line=line,
        )

    def _no_segment(self, line: int) -> Problem:
        return Problem(
            "not-a-segment",
            self._file,
            "the line does not begin with the name of a segment; a line break inside a text breaks a message in two",
            "have the sending system write line breaks as \\.br\\, and send the message again",
            line=line,
            expected="three capital letters and the field separator, such as OBX|",
        )


def _message(block: _Block, file: str, problems: list[Problem]) -> Message | None:
    line, header = block.lines[0]
    if not _has_proper_delimiters(header):
        problems.append(_bad_delimiters(file, line))
        return None
    own: list[Problem] = []
    encoding = _encoding(header, block, file, own)
    segments = [_segment(header, number, raw, encoding, file, own) for number, raw in block.lines]
    if segments[0] is None:
        problems.extend(own)
        return None
    return Message(file, line, tuple(segment for segment in segments if segment), tuple(own))


def _segment(header: str, line: int, raw: str, encoding: str, file: str, problems: list[Problem]) -> Segment | None:
    """The segment with its escapes resolved; None and a problem when it cannot be read."""
    name, is_header = raw[:3], raw[:3] == "MSH"
    try:
        text = raw.encode("latin-1").decode(encoding)
    except UnicodeDecodeError:
        problems.append(_undecodable(file, line, encoding))
        text = raw.encode("latin-1").decode("ascii", errors="replace")
    why = "" if raw[3:4] in (header[3], "") else "its field separator is not that of the header"
    why = "it holds a control character" if _CONTROL.search(text) else why
    why = "it has more parts than any message needs" if _pieces(raw, header) > _MOST_PIECES else why
    fields = None if why else _fields(header, text, is_header=is_header)
    clear = None if fields is None else [_resolved(field, header[3:8], encoding) for field in fields]
    if clear is not None and is_header:
        clear[2] = (((header[4:8],),),)
    resolved = [field for field in clear or [] if field is not None]
    if clear is None or len(resolved) < len(clear):
        problems.append(_bad_segment(file, line, name, why))
        return None
    return Segment(file, line, name, tuple(resolved))


def _pieces(raw: str, header: str) -> int:
    return sum(raw.count(mark) for mark in header[3:8])


def _fields(header: str, text: str, *, is_header: bool) -> list[Field]:
    if len(text.strip()) == 3:
        return [((("",),),)]
    parsed = hl7.parse(text)[0] if is_header else hl7.parse(f"{header[:9]}\r{text}")[1]
    fields = [_field(field) for field in parsed]
    if is_header:
        fields[2] = ()  # Delimiters are no text.
    return fields


def _field(parsed: hl7.Field) -> Field:
    """A parsed field as plain tuples: the library leaves out the levels that a text has no delimiter for."""
    return tuple(
        ((repetition,),)
        if isinstance(repetition, str)
        else tuple((component,) if isinstance(component, str) else tuple(component) for component in repetition)
        for repetition in parsed
    )


def _resolved(field: Field, delimiters: str, encoding: str) -> Field | None:
    if not any(delimiters[3] in text for text in _texts(field)):
        return field
    if any(unescape(text, delimiters, encoding) is None for text in _texts(field)):
        return None
    return tuple(
        tuple(tuple(unescape(text, delimiters, encoding) or "" for text in component) for component in repetition)
        for repetition in field
    )


def _texts(field: Field) -> Iterator[str]:
    return (text for repetition in field for component in repetition for text in component)


def _is_empty(repetition: Repetition) -> bool:
    return all(text.strip() in ("", '""') for component in repetition for text in component)


def _has_proper_delimiters(header: str) -> bool:
    """Five different marks, and the field separator again behind them."""
    marks = header[3:8]
    return (
        len(set(marks)) == 5
        and all(mark.isascii() and mark.isprintable() and not mark.isalnum() and mark != " " for mark in marks)
        and (header[8:9] == header[3])
    )


def _encoding(header: str, block: _Block, file: str, problems: list[Problem]) -> str:
    """The Python name of the message's character set; Latin-1 and an error where it is not known."""
    line = block.lines[0][0]
    fields = header.split(header[3])
    # The separator itself is MSH-1, so MSH-18 is the 18th piece; its further repetitions need escapes to switch.
    declared = fields[17].split(header[5])[0].strip().upper() if len(fields) > 17 else ""
    if declared and declared not in _CHARACTER_SETS:
        problems.append(
            Problem(
                "unknown-character-set",
                file,
                "the character set that the message declares is not read",
                "have the interface send UNICODE UTF-8",
                line=line,
                column="MSH-18",
                found=declared,
                expected="ASCII, UNICODE UTF-8 or 8859/1",
            )
        )
        return "iso8859-1"
    raw = b"".join(text.encode("latin-1") for _, text in block.lines)
    if declared or raw.isascii():
        return _CHARACTER_SETS.get(declared, "ascii")
    try:
        raw.decode()
    except UnicodeDecodeError:
        problems.append(_undeclared(file, line, is_utf8=False))
        return "iso8859-1"
    problems.append(_undeclared(file, line, is_utf8=True))
    return "utf-8"


def _undeclared(file: str, line: int, *, is_utf8: bool) -> Problem:
    return Problem(
        "character-set-not-declared",
        file,
        "the message holds letters with accents or signs and does not declare its character set",
        "it was read as UTF-8: check names with accents, and have the interface declare UNICODE UTF-8"
        if is_utf8
        else "have the interface declare its character set in MSH-18, and send the message again",
        line=line,
        column="MSH-18",
        severity="warning" if is_utf8 else "error",
    )


def _bad_delimiters(file: str, line: int) -> Problem:
    return Problem(
        "bad-delimiters",
        file,
        "the message header does not state five different delimiters",
        "have the message sent again; the header begins with MSH|^~\\&|",
        line=line,
        column="MSH-2",
    )


def _undecodable(file: str, line: int, encoding: str) -> Problem:
    return Problem(
        "unreadable-text",
        file,
        f"the bytes of the segment are not those of the character set that MSH-18 declares (read as {encoding})",
        "have the interface declare the character set that it sends, and send the message again",
        line=line,
        column="MSH-18",
    )


def _bad_segment(file: str, line: int, name: str, why: str) -> Problem:
    return Problem(
        "bad-segment" if why else "bad-escape",
        file,
        f"{name} cannot be read: {why}"
        if why
        else f"{name} cannot be read: an escape sequence in it is not known or is never closed",
        "have the sending system escape its texts (a backslash itself is \\E\\), and send the message again",
        line=line,
        expected="" if why else "\\F\\ \\S\\ \\T\\ \\R\\ \\E\\ \\.br\\ or \\X..\\",
    )


def _too_large(file: str, cap: int) -> Problem:
    return Problem(
        "too-large",
        file,
        f"the file holds more than {cap // (1024 * 1024)} MB, or more than {MOST_LINES:,} segments",
        "split the batch of messages, or raise the size limit in the settings",
    )


def _not_hl7(file: str, data: bytes) -> Problem:
    if not data.strip():
        return Problem("empty-file", file, "the file is empty", "copy the file again from the interface")
    return Problem(
        "wrong-kind-of-file",
        file,
        "the file does not begin with an HL7 v2 header",
        "export HL7 v2 messages (text that begins with MSH|, in UTF-8 or ASCII), or give the file another ending",
        line=1,
        expected="MSH|, BHS| or FHS|",
    )


def _end_not_marked(file: str) -> Problem:
    return Problem(
        "end-not-marked",
        file,
        "nothing in the file shows that it is whole: a copy cut at the end of a segment would look the same",
        "have the interface write batch files (BHS … BTS), or keep the frame marks of MLLP",
        severity="warning",
    )
