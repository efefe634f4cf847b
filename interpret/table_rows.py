"""
The lines of the knowledge tables as they stand in the files: read, named, and told of when a cell is wrong.

A row notes what is wrong with it and reads on, so that one look at the tables lists every mistake. What a row means is
for `interpret.knowledge`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.resources.abc import Traversable
from string import Formatter

from interpret.conditions import ANY, Words, read_words

# What no sentence of ours may hold, whatever the row: safety statements 1, 7, 10 and 15.
FORBIDDEN = re.compile(
    r"\bbenign\b|\brecommended\b|wild-type|fusion-negative|85\s?%|\b6\.5 cm|\b11 cm|\d\s?mg\b|\bmg/m|twice daily",
    re.IGNORECASE,
)
# What a row's own words may not say beyond that; the title of a paper may.
_FORBIDDEN_WORDS = re.compile(
    r"\brecommend\w*|\d\s?(?:mg|mcg|µg|μg|milligrams?|grams?)\b|\bmg\s?/|\b(?:once|twice|three times) (?:a day|daily)\b"
    r"|\bb\.?i\.?d\b|\bq\.?d\.?\b|\bmust be (?:given|treated)\b"
    r"|\bshould (?:be given|receive)\b",
    re.IGNORECASE,
)

# The names of the tables' files, and what names a row there. Gene models are no rows of this kind.
ROW_NAMES: Mapping[str, tuple[str, str]] = {
    "actionability.tsv": ("id", "jurisdiction"),
    "blocks.tsv": ("id", ""),
    "concordance.tsv": ("id", "part"),
    "differential.tsv": ("id", "part"),
    "guidance.tsv": ("id", "part"),
    "partners.tsv": ("id", ""),
    "resistance.tsv": ("id", ""),
    "risk.tsv": ("id", "part"),
    "sources.tsv": ("key", ""),
}


class KnowledgeError(Exception):
    """The tables are wrong: which table, row and column, and what to do. The reader is whoever edits the tables."""

    def __init__(self, table: str, row: str, column: str, message: str, remedy: str) -> None:
        self.table, self.row, self.column, self.message, self.remedy = table, row, column, message, remedy
        place = ", ".join(part for part in (table, row, f"column '{column}'" if column else "") if part)
        super().__init__(f"{place}: {message}\n  Try: {remedy}")

    def __reduce__(self) -> tuple[type[KnowledgeError], tuple[str, str, str, str, str]]:
        return (type(self), (self.table, self.row, self.column, self.message, self.remedy))


@dataclass(frozen=True, slots=True)
class Change:
    """
    What a laboratory changed of one row, who did it, when (ISO date) and why.

    `row` is the row's name (`CC01a`), `kind` what was done, `replaces` the digest of the row it speaks about.
    """

    table: str
    row: str
    kind: str
    replaces: str
    author: str
    date: str
    reason: str

    @property
    def mark(self) -> str:
        """What the report prints behind the statement."""
        return f"[Laboratory rule {self.row}, {self.author}, {self.date}.]"


@dataclass(frozen=True, slots=True)
class Row:
    """
    One line of a table; every read of a cell notes in `faults` where it is wrong, and gives a harmless value then.

    `folder` is empty for the packaged tables; `change` is set where the laboratory wrote the row.
    """

    table: str
    line: int
    cells: Mapping[str, str]
    faults: list[KnowledgeError] = field(default_factory=list, compare=False, repr=False)
    folder: str = ""
    change: Change | None = None

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    @property
    def name(self) -> str:
        """`CC01a`, `ACT13/US`, `PT001`: what tells this row from every other one of its table."""
        first, second = ROW_NAMES.get(self.table, ("id", ""))
        separator = "/" if second == "jurisdiction" else ""
        return f"{self.cells.get(first, '')}{separator}{self.cells.get(second, '')}"

    @property
    def digest(self) -> str:
        """The first 12 hex digits of the sha256 over the row's cells, whatever the order of the columns."""
        text = json.dumps([self.table, sorted(self.cells.items())], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def marked(self, text: str) -> str:
        """`text`, with the laboratory's mark behind it where the laboratory wrote the row."""
        if self.change is None or not text:
            return text
        return f"{text} {self.change.mark}"

    def marked_parts(self, text: str) -> str:
        """`text` ("a; b."), with the rule's name behind each part, which may be printed alone."""
        if self.change is None or not text:
            return text
        parts = text.removesuffix(".").split("; ")
        return "; ".join(self.marked_briefly(part) for part in parts) + "."

    def marked_briefly(self, text: str) -> str:
        """`text`, with the rule's name behind it where the laboratory wrote the row."""
        return f"{text} (laboratory rule {self.name})" if self.change is not None and text else text

    @property
    def file(self) -> str:
        return f"{self.folder}/{self.table}" if self.folder else self.table

    @property
    def place(self) -> str:
        name = self.cells.get("id") or self.cells.get("key") or ""
        return f"line {self.line}" + (f" ({name})" if name else "")

    def note(self, column: str, message: str, remedy: str) -> None:
        self.faults.append(KnowledgeError(self.file, self.place, column, message, remedy))

    def one_of(self, column: str, allowed: Iterable[str]) -> str:
        """The cell; the first word allowed where it holds none of them."""
        allowed = sorted(allowed)
        if self[column] not in allowed:
            self.note(column, f"'{self[column]}' is not a word of this column", f"use one of: {', '.join(allowed)}")
            return allowed[0]
        return self[column]

    def listed(self, column: str, separator: str, allowed: frozenset[str] | re.Pattern[str]) -> tuple[str, ...]:
        words = tuple(self[column].split(separator)) if self[column] else ()
        for word in words:
            self._check_word(column, word, allowed)
        if len(set(words)) != len(words):
            self.note(column, "a word stands twice", "remove the repetition")
        return words

    def words(self, column: str, allowed: frozenset[str] | re.Pattern[str]) -> Words:
        try:
            words = read_words(self[column])
        except ValueError as error:
            self.note(column, f"not a condition: {error}", "write any, a|b, !a|b or a&b")
            return ANY
        for word in sorted(words.words):
            self._check_word(column, word, allowed)
        return words

    def text(self, column: str, placeholders: frozenset[str]) -> str:
        """The cell as a text to print: its braces pair, its placeholders are known, and it says nothing forbidden."""
        text = self[column]
        try:
            named = {
                name
                for _, outer, specification, _ in Formatter().parse(text)
                if outer is not None
                for name in (outer, *(inner for _, inner, _, _ in Formatter().parse(specification or "") if inner))
            }
        except ValueError as error:
            self.note(column, f"braces do not pair: {error}", "write placeholders as {name}")
            return ""
        if unknown := sorted(named - placeholders):
            known = ", ".join(sorted(placeholders)) or "none"
            self.note(column, f"unknown placeholder '{unknown[0]}'", f"known here: {known}")
        self.plain(column)
        if not FORBIDDEN.search(text) and (found := _FORBIDDEN_WORDS.search(text)):
            self.note(column, f"'{found.group()}' must not be printed", "rephrase: no doses, no advice on treatment")
        return text

    def plain(self, column: str) -> str:
        """The cell as a text that is printed as it is: it says nothing forbidden."""
        if found := FORBIDDEN.search(self[column]):
            self.note(column, f"'{found.group()}' must not be printed", "rephrase; see the safety statements")
        return self[column]

    def check_date(self, column: str, *, is_year_enough: bool = False) -> None:
        text = self[column]
        if not is_date(text) and not (is_year_enough and re.fullmatch(r"[0-9]{4}", text)):
            self.note(column, f"'{text}' is not a date", "write it as 2026-11-22")

    def _check_word(self, column: str, word: str, allowed: frozenset[str] | re.Pattern[str]) -> None:
        if isinstance(allowed, re.Pattern):
            if not allowed.fullmatch(word):
                self.note(column, f"'{word}' has the wrong form", f"write it like {allowed.pattern}")
        elif word not in allowed:
            self.note(
                column, f"'{word}' is not a word of this column", f"use one of: {', '.join(sorted(allowed)) or 'none'}"
            )


def is_date(text: str) -> bool:
    """Whether `text` is a day such as 2026-11-22."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def contents_of(tables: Traversable, prefix: str = "") -> dict[str, bytes]:
    """The bytes of every table file of a folder, the gene tables included, by name below it."""
    found: dict[str, bytes] = {}
    for entry in tables.iterdir():
        if entry.is_dir():
            if not entry.name.startswith(("_", ".")):
                found |= contents_of(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".tsv", ".tsv.gz")) or entry.name == "VERSION":
            found[prefix + entry.name] = entry.read_bytes()
    return found


def digest_of(contents: Mapping[str, bytes]) -> str:
    """sha256 (hex) over names, lengths and bytes of all files."""
    digest = hashlib.sha256()
    for name in sorted(contents):
        digest.update(f"{name}\0{len(contents[name])}\0".encode())
        digest.update(contents[name])
    return digest.hexdigest()


def rows_of(
    contents: Mapping[str, bytes],
    table: str,
    columns: Sequence[str],
    faults: list[KnowledgeError],
    folder: str = "",
) -> list[Row]:
    """The rows of one table; none where the file as a whole is wrong. Whatever is wrong is added to `faults`."""
    file = f"{folder}/{table}" if folder else table

    def note(row: str, column: str, message: str, remedy: str) -> None:
        faults.append(KnowledgeError(file, row, column, message, remedy))

    if table not in contents:
        note("", "", "the table is missing", "put it into interpret/tables/")
        return []
    try:
        text = contents[table].decode("utf-8")
    except UnicodeDecodeError:
        note("", "", "not UTF-8", "save the table as UTF-8 text")
        return []
    if not text.endswith("\n"):
        note("", "", "the last line is cut short", "end the file with a line break")
    header, *lines = text.removesuffix("\n").split("\n")
    names = header.split("\t")
    if sorted(names) != sorted(columns):
        wrong = sorted(set(names) ^ set(columns)) or sorted(names)
        note("line 1", wrong[0], "missing or unknown column", f"columns are: {', '.join(columns)}")
        return []
    rows: list[Row] = []
    for number, line in enumerate(lines, start=2):
        cells = line.split("\t")
        if len(cells) != len(names):
            message = f"{len(cells)} cells under {len(names)} columns"
            note(f"line {number}", "", message, "separate the cells by single tabs")
            continue
        for name, cell in zip(names, cells, strict=True):
            if cell != cell.strip():
                note(f"line {number}", name, "space around the text", "remove the space")
            if not cell.isprintable():
                note(f"line {number}", name, "a character that cannot be printed", "type the text again")
        rows.append(Row(table, number, dict(zip(names, cells, strict=True)), faults, folder))
    if not rows and not folder:
        note("", "", "the table has no rows", "restore its rows")
    return rows


def rows_as_they_are(contents: Mapping[str, bytes], table: str) -> list[Row]:
    """The rows of a table of any version of ours, unchecked, for comparing: other columns, and lines cut short, too."""
    header, *lines = contents.get(table, b"").decode("utf-8", "replace").removesuffix("\n").split("\n")
    names = header.split("\t")
    return [
        Row(table, number, dict(zip(names, line.split("\t"), strict=False)))
        for number, line in enumerate(lines, start=2)
    ]
