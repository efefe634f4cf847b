"""
Bytes to text to rows: what must be true of any file before a caller or table parser looks at it.

A file is read once, with a cap on its unpacked size, decoded, and proved complete as far as bytes can prove it: a gzip
trailer, the end mark of a BGZF file, a final line end, the same number of cells in every row. A plain text file
that was cut exactly at a line end cannot be told from a whole one; compressed files can.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import stat
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from parsers.errors import MOST_PROBLEMS, InputError, Problem, first_of

DEFAULT_CAP = 50 * 1024 * 1024
# A table of short lines takes far more memory than its bytes.
MOST_LINES = 1_000_000

# Between the marker and the field in the name of a column whose header is two rows.
TWO_LEVELS = " / "

_CHUNK = 256 * 1024
# What is left of a piece behind the end of a member is copied: with large pieces, millions of tiny members take hours.
_PACKED_CHUNK = 16 * 1024
_MOST_MEMBERS = 100_000
_GZIP = b"\x1f\x8b"
# The empty block that ends every whole BGZF file (SAM specification, section 4.1.2).
_BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")

# For the laboratory's own tables; a caller's file must not come from a spreadsheet at all.
SAVE_AS_CSV = "save the sheet as CSV (UTF-8) and use that file"
_FOREIGN = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive", SAVE_AS_CSV),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", SAVE_AS_CSV),
    (b"%PDF", "a PDF", "export the table as text (TSV, CSV or VCF)"),
    (b"{\\rtf", "a word processor's document", "export the table as text (TSV, CSV or VCF)"),
    (b"BCF\x02", "a binary BCF file", "convert it: bcftools view -O v file.bcf > file.vcf"),
    (b"BAM\x01", "a BAM file of aligned reads", "submit the table of the caller that was run on it"),
    (b"CRAM\x02", "a CRAM file of aligned reads", "submit the table of the caller that was run on it"),
    (b"CRAM\x03", "a CRAM file of aligned reads", "submit the table of the caller that was run on it"),
    (b"\xfd7zXZ\x00", "an xz archive", "unpack it first"),
    (b"BZh", "a bzip2 archive", "unpack it first"),
)

# Embeddings, overrides and isolates can show a name or a gene in another order than the one stored (CVE-2021-42574).
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u2060\ufeff\u00ad]")
_UNTRUSTED = re.compile(f"{_BIDI.pattern}|{_CONTROL.pattern}")
# A pattern takes half a second for 50 MB, a translation a tenth of that.
_HARMLESS = bytes(code for code in range(128) if not _UNTRUSTED.match(chr(code)))

_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec"
_EXCEL_DATE = re.compile(
    rf"\d{{1,4}}[-/. ]({_MONTH})([-/. ]\d{{2,4}})?|({_MONTH})[-/. ]\d{{1,4}}"
    r"|\d{4}-\d{2}-\d{2}( .*)?|\d+[.,]?\d*e\+\d+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FileText:
    """
    A file's text with `\\n` line ends and without a byte order mark, and the sha256 (hex) of the file's bytes on disk.

    `ends_with_newline` is False when the last line has no line end: for a caller's table that means a cut-off copy.
    """

    name: str
    text: str
    sha256: str
    encoding: str
    ends_with_newline: bool
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """
    The cells of one row and its line number, counted from 1 with the header.

    `file` is set where the rows of one table come from several files (HL7 messages); else it is the table's.
    """

    line: int
    cells: tuple[str, ...]
    file: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why the cell of one of our columns must not be used as it stands; a `Problem` when the cell is read."""

    column: str
    code: str
    message: str
    remedy: str
    expected: str = ""


@dataclass(frozen=True, slots=True)
class MappedRow(Row):
    """
    A row that a laboratory's mapping, or a workbook, has brought into our layout.

    `names` are (our column, the file's name for it) where the two differ, so that problems can say both. `typed` are
    the cells, counted from 0, that a workbook holds as number or date: they can be read in one way only. `counted` are
    the numbers of cells in the file's row and header, where they differ.
    """

    names: tuple[tuple[str, str], ...] = ()
    doubts: tuple[Doubt, ...] = ()
    typed: frozenset[int] = frozenset()
    counted: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows. `columns` are the header's names as `column_name` writes them."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_text(path: Path, *, cap: int = DEFAULT_CAP, name: str = "") -> FileText:
    """
    The whole text of `path`, unpacked and decoded (BOM, UTF-16, UTF-8, else cp1252 with a warning).

    `name` is what the file is called in problems and records, by default its name without the folder.

    Raises:
        InputError: the file cannot be opened, is empty, unpacks to more than `cap` bytes, is a damaged or cut-off
            archive, has too many lines, or is plainly something else (a web page, a workbook, a PDF).
    """
    called = name or path.name
    return decode(read_bytes(path, cap=cap, name=called), called, cap=cap)


def read_bytes(path: Path, *, cap: int = DEFAULT_CAP, name: str = "") -> bytes:
    """The bytes of `path` as they are on disk; InputError when it cannot be read or has more than `cap`."""
    called = name or path.name
    try:
        # A pipe would be waited for without end.
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError(_unreadable(called, "it is not a file"))
        with path.open("rb") as stream:
            data = stream.read(cap + 1)
    except OSError as error:
        raise InputError(_unreadable(called, error.strerror or type(error).__name__)) from None
    if len(data) > cap:
        raise InputError(_too_large(called, cap))
    return data


def decode(data: bytes, name: str, *, cap: int = DEFAULT_CAP) -> FileText:
    """`read_text` for bytes that are already at hand; `name` is used in messages only."""
    digest = hashlib.sha256(data).hexdigest()
    if not data:
        raise InputError(
            Problem(
                "empty-file",
                name,
                "the file is empty (zero bytes); an unfinished run leaves such files, it does not mean 'no fusion'",
                "copy the file again, or check that the run has finished",
            )
        )
    unpacked = _unpack(data, name, cap) if data[:2] == _GZIP else data
    _refuse_foreign(unpacked, name)
    text, encoding = _decode(unpacked, name)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isspace() or not text:
        raise InputError(
            Problem("empty-file", name, "the file holds no text", "copy the file again, or export it again")
        )
    _refuse_foreign_text(text, name)
    if text.count("\n") > MOST_LINES:
        raise InputError(_too_many_lines(name))
    warnings: tuple[Problem, ...] = ()
    if encoding == "cp1252":
        warnings = (
            Problem(
                "encoding-cp1252",
                name,
                "the file is not UTF-8 and was read as Windows-1252",
                "check names with accents, and save the file as UTF-8",
                severity="warning",
            ),
        )
    return FileText(name, text, digest, encoding, text.endswith("\n"), warnings)


def require_final_newline(source: FileText) -> None:
    """
    InputError "cut short" unless the last line has its line end.

    A half-copied table parses without complaint as fewer rows, so its last line end is the only proof of the last row.
    """
    if not source.ends_with_newline:
        raise InputError(
            Problem(
                "cut-short",
                source.name,
                "the file is cut short: its last line has no line end",
                "copy the file again from where the caller wrote it; if it truly ends so, add a line end",
                line=source.text.count("\n") + 1,
            )
        )


def refuse_untrusted_characters(source: FileText) -> None:
    """InputError when the text holds control characters (NUL…) or characters that reorder what a reader sees."""
    if source.text.isascii() and not source.text.encode("ascii").translate(None, _HARMLESS):
        return
    match = _UNTRUSTED.search(source.text)
    if match:
        line = source.text.count("\n", 0, match.start()) + 1
        raise InputError(
            Problem(
                "untrusted-character",
                source.name,
                f"the file holds the character {_name_of(match.group())}, which no table should hold",
                "the copy is damaged or the text was altered: export the file again",
                line=line,
            )
        )


def tab_separated(source: FileText, *, comment_header: bool = True) -> Iterator[Row]:
    """
    The non-blank lines of a caller's table, split at tabs and nothing else, the header first.

    Quotes stay as they are: STAR-Fusion writes JSON into a cell. With `comment_header` a header that starts with `#`
    loses that sign, since Arriba and STAR-Fusion write it as a comment.
    """
    first = True
    for number, line in enumerate(lines_of(source.text), start=1):
        if not line.strip():
            continue
        if first and comment_header and line.startswith("#"):
            line = line[1:]
        first = False
        yield Row(number, tuple(line.split("\t")))


def lines_of(text: str) -> Iterator[str]:
    """`text.split("\\n")`, some lines at a time: a list of all would take the memory of the text once more."""
    start = 0
    while (end := text.find("\n", start + _CHUNK)) >= 0:
        yield from text[start:end].split("\n")
        start = end + 1
    yield from text[start:].split("\n")


def read_table(source: FileText, *, two_levels: bool = False) -> Table:
    """
    A laboratory's CSV: comma, semicolon or tab, found from the header line; quoted cells as CSV defines them.

    With `two_levels` the header is two rows, the marker above its fields: `alk_/_result`. Rows whose cells are all
    empty are left out (Excel exports them). Rows are not yet checked for their length, so that the caller can attribute
    the problem to an accession.

    Raises:
        InputError: no header, two columns of one name, a quote that is never closed, or a cell with a line break: two
            stray quotes would make one cell of all the rows between them, and results would vanish.
    """
    text, skipped = _without_separator_line(source.text)
    header_line = next(line for line in text.split("\n") if line.strip())
    rows = list(quoted_lines(replace(source, text=text), _delimiter(header_line), skipped=skipped))
    if not rows:
        raise InputError(Problem("empty-file", source.name, "the table has no header", "export the table again"))
    if two_levels and len(rows) > 1:
        columns, rows = two_level_columns(rows[0].cells, rows[1].cells), rows[1:]
    else:
        columns = tuple(column_name(cell) for cell in rows[0].cells)
    refuse_repeated(columns, source.name, rows[0].line)
    return Table(source.name, columns, tuple(rows[1:]))


def two_level_columns(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """
    One name for each column of a header of two rows: `alk_/_result`.

    An empty upper cell belongs to the marker on its left, as a merged cell is exported; a column with one name alone
    keeps that, and ends the marker on its left when it is the upper one.
    """
    width = max(len(upper), len(lower))
    names: list[str] = []
    marker = ""
    for above, below in zip(_padded(upper, width), _padded(lower, width), strict=True):
        if above:
            marker = above if below else ""
        names.append(column_name(f"{marker}{TWO_LEVELS}{below}" if marker and below else above or below))
    return tuple(names)


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [clean(cell) for cell in cells] + [""] * (width - len(cells))


def quoted_lines(source: FileText, separator: str, *, skipped: int = 0) -> Iterator[Row]:
    """
    The non-blank rows of a table quoted as CSV defines it, the header first. `skipped` lines stood before the text.

    Raises:
        InputError: a quote that is never closed, or a cell with a line break: two stray quotes would make one cell of
            all the rows between them, and results would vanish.
    """
    reader = csv.reader(io.StringIO(source.text), delimiter=separator, strict=True)
    broken: list[Problem] = []
    start = skipped + 1
    try:
        for cells in reader:
            if skipped + reader.line_num > start and len(broken) <= MOST_PROBLEMS:
                broken.append(_line_break(source.name, start, skipped + reader.line_num))
            if any(cell.strip() for cell in cells):
                yield Row(start, tuple(cells))
            start = skipped + reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            Problem(
                "bad-csv",
                source.name,
                f"the line cannot be split into cells ({error})",
                'close the quotes of this cell, and double a quote that is part of the text ("")',
                line=start,
            )
        ) from None
    if broken:
        raise InputError(*first_of(broken))


def column_name(text: str) -> str:
    """`Date of birth ` and `date-of-birth` are `date_of_birth`."""
    return re.sub(r"[\s\-]+", "_", _INVISIBLE.sub("", text).strip().lower())


def clean(text: str) -> str:
    """`text` in NFC, without invisible marks, with single blanks, trimmed. Does not judge what is left."""
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).replace("\xa0", " ").split())


def untrusted_character(text: str) -> str | None:
    """The name of the first control or reordering character in `text`, else None. Line breaks and tabs are allowed."""
    match = _UNTRUSTED.search(text)
    return _name_of(match.group()) if match else None


def looks_like_excel_date(symbol: str) -> bool:
    """True for `1-Mar`, `Sep-02`, `2026-09-02`, `2.31E+13`: what Excel makes of MARCH1, SEPT2 and clone ids."""
    return bool(_EXCEL_DATE.fullmatch(symbol.strip()))


def missing_columns(columns: Sequence[str], required: Sequence[str], file: str, line: int = 1) -> Problem | None:
    """One problem that lists every missing column, or None."""
    missing = [name for name in required if name not in columns]
    if not missing:
        return None
    listed = ", ".join(missing)
    return Problem(
        "missing-column",
        file,
        f"required columns are missing: {listed}",
        "add the columns to the header and export the table again; docs/inputs.md lists the names",
        line=line,
        found=", ".join(columns),
        expected=", ".join(required),
    )


def refuse_repeated(columns: tuple[str, ...], file: str, line: int) -> None:
    """InputError where two columns have one name; unnamed columns may be several."""
    named = [name for name in columns if name]
    repeated = sorted({name for name in named if named.count(name) > 1})
    if repeated:
        raise InputError(
            Problem(
                "repeated-column",
                file,
                f"the header names a column twice: {', '.join(repeated)}",
                "remove or rename one of them",
                line=line,
            )
        )


def _unreadable(name: str, why: str) -> Problem:
    return Problem(
        "unreadable-file",
        name,
        f"the file cannot be opened ({why})",
        "check that it exists in the batch folder and that this user may read it",
    )


def _line_break(file: str, first: int, last: int) -> Problem:
    return Problem(
        "line-break-in-cell",
        file,
        f"a cell goes on from line {first} to line {last}",
        'a quote (") too many takes several rows for one: remove it, and line breaks within a cell too',
        line=first,
    )


def _too_many_lines(name: str) -> Problem:
    return Problem(
        "too-large",
        name,
        f"the file holds more than {MOST_LINES:,} lines",
        "use the caller's filtered table of this one specimen",
    )


def _too_large(name: str, cap: int) -> Problem:
    return Problem(
        "too-large",
        name,
        f"the file holds more than {cap // (1024 * 1024)} MB once unpacked",
        "use the caller's filtered table of this one specimen, or raise the limit (IMTREPORT_LARGEST)",
    )


def _unpack(data: bytes, name: str, cap: int) -> bytes:
    parts: list[bytes] = []
    size = position = members = 0
    while data[position : position + 2] == _GZIP:
        members += 1
        if members > _MOST_MEMBERS:
            raise InputError(_damaged_archive(name))
        engine = zlib.decompressobj(wbits=31)
        while not engine.eof:
            piece = engine.unconsumed_tail
            if not piece:
                piece = data[position : position + _PACKED_CHUNK]
                position += len(piece)
            try:
                part = engine.decompress(piece, _CHUNK)
            except zlib.error:
                raise InputError(_damaged_archive(name)) from None
            if not piece and not part and not engine.eof:
                raise InputError(_cut_archive(name))
            size += len(part)
            if size > cap:
                raise InputError(_too_large(name, cap))
            parts.append(part)
        position -= len(engine.unused_data)
    if data[position:].strip(b"\0"):
        raise InputError(_damaged_archive(name))
    # A BGZF file cut between two blocks is valid gzip with fewer rows; only the end mark shows it.
    if data[12:14] == b"BC" and data[3] & 4 and not data.endswith(_BGZF_END):
        raise InputError(_cut_archive(name))
    return b"".join(parts)


def _damaged_archive(name: str) -> Problem:
    return Problem(
        "damaged-archive", name, "the gzip archive is damaged", "copy the file again from where the caller wrote it"
    )


def _cut_archive(name: str) -> Problem:
    return Problem(
        "cut-short", name, "the compressed file is cut short", "copy the file again from where the caller wrote it"
    )


def _refuse_foreign(data: bytes, name: str) -> None:
    for magic, what, remedy in _FOREIGN:
        if data.startswith(magic):
            raise InputError(Problem("wrong-kind-of-file", name, f"the file is {what}, not a text table", remedy))


def _refuse_foreign_text(text: str, name: str) -> None:
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype html", "<html", "<head", "<?xml")):
        raise InputError(
            Problem(
                "wrong-kind-of-file",
                name,
                "the file is a web page (an error page saved under the table's name?), not a table",
                "open it in a browser to read the message, then download the table again",
            )
        )
    if start.startswith("msh|"):
        raise InputError(
            Problem(
                "wrong-kind-of-file",
                name,
                "the file is an HL7 message, not a table",
                "give it a name that ends with .hl7, or export the results as CSV in the layout of docs/inputs.md",
            )
        )


def _decode(data: bytes, name: str) -> tuple[str, str]:
    encoding = _byte_order_mark(data)
    for candidate in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            return data.decode(candidate).removeprefix("\ufeff"), candidate
        except UnicodeDecodeError:
            continue
    raise InputError(
        Problem(
            "unreadable-text",
            name,
            f"the bytes are not text in {encoding or 'UTF-8 or Windows-1252'}; the copy may be cut short",
            "export the file again as UTF-8 text",
        )
    )


def _byte_order_mark(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    # UTF-16 without a mark: every second byte of a Latin-letter header is NUL.
    head = data[:64]
    if len(head) >= 4 and not any(head[1::2]):
        return "utf-16-le"
    if len(head) >= 4 and not any(head[0::2]):
        return "utf-16-be"
    return ""


def _without_separator_line(text: str) -> tuple[str, int]:
    """Excel's `sep=;` first line, left out, with the number of lines left out."""
    first, _, rest = text.partition("\n")
    if re.fullmatch(r'"?sep=.?"?\s*', first.strip(), re.IGNORECASE) and rest.strip():
        return rest, 1
    return text, 0


def _delimiter(header: str) -> str:
    bare = re.sub(r'"[^"]*"', "", header)
    return max(",;\t", key=bare.count)


def _name_of(character: str) -> str:
    return f"U+{ord(character):04X} ({unicodedata.name(character, 'control character')})"
