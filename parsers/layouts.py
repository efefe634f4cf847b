"""
The laboratory's tables in our layout: CSV, TSV or workbook, its own column names and words, one wide row per case.

Nothing is decided here about a result. What the mapping does not settle stays as it is and is refused, with its place,
by the reader of the table; an empty cell of a wide table is a stain that was not done, never a negative one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from parsers.cells import is_blank, one_of
from parsers.errors import InputError, Problem
from parsers.laboratory import Laboratory
from parsers.mapping import FREE_TEXT, NO_MAPPING, LabMapping, Observation
from parsers.markers import is_known_marker
from parsers.reading import (
    DEFAULT_CAP,
    TWO_LEVELS,
    Doubt,
    FileText,
    MappedRow,
    Row,
    Table,
    clean,
    column_name,
    decode,
    read_bytes,
    read_table,
)
from parsers.vocabularies import DATE_COLUMNS, NUMBER_COLUMNS, PERCENT_COLUMNS, STAIN_FIELDS

_BETWEEN = column_name(f"a{TWO_LEVELS}b")[1:-1]
_FISH_WORDS = re.compile(r"(?<![a-z])(fish|break[ _-]?apart|rearrangement)(?![a-z])", re.IGNORECASE)
_KINASE = re.compile(r"(?<![a-z0-9])(alk1?|c?ros[-_]?1?|(pan[-_]?)?n?trk[123abc]?|ret)(?![a-z0-9])", re.IGNORECASE)
# What may be filled in for every case, whether the stain was done or not.
_SAYS_NO_FINDING = frozenset({"clone", "platform", "probe", "cutoff_pct", "scoring_system"})
_STAIN_COLUMNS = frozenset({"method", "marker", "result"})

_TIME_OF_DAY = re.compile(r"[ T]\d{1,2}:\d{2}.*")
_PARTED_DATE = re.compile(r"(\d{1,4})([./\- ])\s?(\d{1,2})\2\s?(\d{1,4})", re.ASCII)
# Five digits: from May 1927 on. Four could be a year.
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?", re.ASCII)
# Excel counts a 29 February 1900 that never was: from March 1900 on, day 0 is 30 December 1899.
_DAY_ZERO = date(1899, 12, 30)
_ORDERS = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)}
# The laboratory's tables are of this century; a date of birth need not be.
_CENTURY = 2000

_STARTS_AS_NUMBER = re.compile(r"[<>≤≥~≈+\-]?=?\s*\d")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?!\d)")
_SHARE = re.compile(r"([<>≤≥~]?)\s*(\d+(?:\.\d+)?)(?:\s*[-–]\s*(\d+(?:\.\d+)?))?", re.ASCII)
# Zip archives, whole or empty, and office files of the time before them.
_OFFICE = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
# Of the words in one localisation cell each may be the laboratory's own.
_SEVERAL = re.compile(r"(\s*[;,/+&]\s*)")


@dataclass(frozen=True, slots=True)
class Loaded:
    """
    A table of the batch in our layout, None when it cannot be used.

    `sha256` (hex) is that of the file's bytes, `""` when there were none to read. `warnings` stop nothing.
    """

    table: Table | None
    sha256: str = ""
    warnings: tuple[Problem, ...] = ()


def load_table(
    path: Path, kind: str, laboratory: Laboratory, problems: list[Problem], *, cap: int = DEFAULT_CAP
) -> Loaded:
    """
    The table in `path`, whatever its name ends with: text and workbooks are told apart by their content.

    `kind` is a name of `parsers.vocabularies.TABLE_COLUMNS`. What stops the table as a whole is appended to `problems`;
    what is wrong with one row is said when the row is read.
    """
    mapping = laboratory.mapping
    two_levels = kind in mapping.two_level_headers
    digest = ""
    warnings: list[Problem] = []
    of_header: list[Problem] = []
    try:
        data = read_bytes(path, cap=cap)
        digest = hashlib.sha256(data).hexdigest()
        if data.startswith(_OFFICE):
            # 0.3 s to import: only where a workbook is read.
            from parsers.workbooks import read_workbook

            table = read_workbook(data, path.name, cap=cap, warnings=warnings, two_levels=two_levels)
        else:
            source = decode(data, path.name, cap=cap)
            warnings.extend(source.warnings)
            problems.extend(_without_line_end(source))
            table = read_table(source, two_levels=two_levels)
    except InputError as error:
        problems.extend(error.problems)
        return Loaded(None, digest, tuple(warnings))
    table = arranged(table, kind, mapping, of_header)
    problems.extend(of_header)
    return Loaded(None if of_header else table, digest, tuple(warnings))


def arranged(table: Table, kind: str, mapping: LabMapping, problems: list[Problem]) -> Table:
    """
    `table` with our columns and words, as far as `mapping` says; every row keeps its line.

    What is wrong with the header (two columns that become one, a marker's column that cannot be placed) is appended to
    `problems`; the table must not be used then, since results would be missing from it.
    """
    renamed = _renamed(table, mapping.columns.get(kind, {}), problems)
    if kind == "ihc":
        wide = _wide_columns(renamed, mapping)
        if wide:
            problems.extend(_wide_problems(renamed, wide))
            renamed = _unfolded(renamed, wide)
    renamed = _with_constants(renamed, mapping.constants.get(kind, {}))
    final = Table(renamed.file, renamed.columns, renamed.rows)
    return final if mapping == NO_MAPPING else _translated(final, mapping)


@dataclass(frozen=True, slots=True)
class _Arranged(Table):
    """A table on its way; `given` are the file's names of the columns, in the same order."""

    given: tuple[str, ...] = ()


def _without_line_end(source: FileText) -> list[Problem]:
    if source.ends_with_newline:
        return []
    return [
        Problem(
            "no-final-newline",
            source.name,
            "the last line has no line end: the file may have been cut short, and rows may be missing",
            "compare the rows with the source and copy the file again; if it is whole, add a line end",
            line=source.text.count("\n") + 1,
        )
    ]


def _renamed(table: Table, ours: Mapping[str, str], problems: list[Problem]) -> _Arranged:
    """The table under our column names, without the columns that are known and not read."""
    kept = [index for index, name in enumerate(table.columns) if not _is_not_read(name, ours)]
    columns = tuple(ours.get(table.columns[index], table.columns[index]) for index in kept)
    given = tuple(table.columns[index] for index in kept)
    for name in dict.fromkeys(name for name in columns if name and columns.count(name) > 1):
        several = [one for one, our in zip(given, columns, strict=True) if our == name]
        problems.append(
            Problem(
                "repeated-column",
                table.file,
                f"several columns are '{name}' by the mapping: {', '.join(several)}",
                'in mapping.toml map the one that counts, and the others to "" (not read)',
                line=1,
                column=name,
            )
        )
    if columns == table.columns:
        return _Arranged(table.file, columns, table.rows, given)
    names = tuple((our, one) for our, one in zip(columns, given, strict=True) if our != one)
    rows = tuple(_row(row, [*kept], len(table.columns), names) for row in table.rows)
    return _Arranged(table.file, columns, rows, given)


def _is_not_read(name: str, ours: Mapping[str, str]) -> bool:
    """True where the mapping says so of the column, or of its field below a marker."""
    _, between, below = name.partition(_BETWEEN)
    return ours.get(name) == "" or (bool(between) and ours.get(below) == "")


def _row(
    row: Row,
    kept: Sequence[int | str],
    width: int,
    names: tuple[tuple[str, str], ...] = (),
) -> MappedRow:
    """
    The cells of `row` at the indices `kept`, a text there standing for itself. `width` is that of the header.

    A row of another length stays known as such.
    """
    earlier = row if isinstance(row, MappedRow) else MappedRow(row.line, row.cells, row.file)
    cells = tuple(one if isinstance(one, str) else _at(row.cells, one) for one in kept)
    counted = earlier.counted or ((len(row.cells), width) if len(row.cells) != width else None)
    typed = frozenset(place for place, one in enumerate(kept) if one in earlier.typed) if earlier.typed else frozenset()
    return MappedRow(row.line, cells, row.file, (*earlier.names, *names), earlier.doubts, typed, counted)


def _at(cells: Sequence[str], index: int) -> str:
    return cells[index] if index < len(cells) else ""


def _wide_columns(table: _Arranged, mapping: LabMapping) -> dict[int, Observation]:
    """What each column of a marker holds, by the column's index."""
    found: dict[int, Observation] = {}
    for index, given in enumerate(table.given):
        observation = mapping.wide.get(given) or _two_level(given, mapping)
        if observation:
            found[index] = observation
    return found


def _two_level(name: str, mapping: LabMapping) -> Observation | None:
    """`alk_/_%_positiv`: the marker above, our column or the laboratory's name for it below."""
    above, between, below = name.partition(_BETWEEN)
    field = mapping.columns.get("ihc", {}).get(below, below)
    marker = _marker_of(above, mapping)
    if not between or not marker or field not in (*STAIN_FIELDS, FREE_TEXT):
        return None
    return Observation(marker, "FISH" if _FISH_WORDS.search(above.replace("_", " ")) else "IHC", field)


def _marker_of(name: str, mapping: LabMapping) -> str:
    """The marker that a column's name means, by the laboratory's names and by ours; `""` where it means none."""
    ours = {column_name(word): marker for word, marker in mapping.markers.items()}
    said = name.replace("_", " ")
    return ours.get(name) or (said if is_known_marker(said) else "")


def _wide_problems(table: _Arranged, wide: Mapping[int, Observation]) -> list[Problem]:
    """A marker's column that nobody reads would be a lost result; so it stops the table."""
    problems = [
        Problem(
            "unplaced-column",
            table.file,
            "the column seems to be of a marker, and nothing says what it holds",
            'add it to [wide] in mapping.toml (marker, method, field), or map it to "" in [columns.ihc] (not read)',
            line=1,
            column=given,
        )
        for index, given in enumerate(table.given)
        if index not in wide and _may_be_of_a_marker(given)
    ]
    mixed = sorted(_STAIN_COLUMNS & set(table.columns))
    if mixed:
        problems.append(
            Problem(
                "mixed-layout",
                table.file,
                f"the table has columns of markers and also {one_of(mixed)}",
                'use one row per case or one row per stain, not both; map what is not needed to "" in mapping.toml',
                line=1,
                column=mixed[0],
            )
        )
    slots: dict[tuple[str, str, str], str] = {}
    for index, one in wide.items():
        slot = (one.marker, one.method, one.field)
        if slot in slots:
            problems.append(
                Problem(
                    "repeated-column",
                    table.file,
                    f"the columns '{slots[slot]}' and '{table.given[index]}' hold the same field of one marker",
                    "keep one; a second antibody clone is named with the marker: ALK (D5F3)",
                    line=1,
                    column=table.given[index],
                )
            )
        slots.setdefault(slot, table.given[index])
    return problems


def _may_be_of_a_marker(name: str) -> bool:
    above, between, _ = name.partition(_BETWEEN)
    return bool(_KINASE.search(name)) or is_known_marker((above if between else name).replace("_", " "))


def _unfolded(table: _Arranged, wide: Mapping[int, Observation]) -> _Arranged:
    """One row for each marker and method that a row of `table` says something about, in the order of the columns."""
    groups: dict[tuple[str, str], dict[str, int]] = {}
    for index, one in wide.items():
        fields = groups.setdefault((one.marker, one.method), {})
        fields[one.field] = index
    for fields in groups.values():
        if FREE_TEXT in fields:
            # The text may hold the verdict; where that has a column of its own, it only completes it.
            fields["scoring" if "result" in fields else "result"] = fields.pop(FREE_TEXT)
    shared = {name: index for index, name in enumerate(table.columns) if index not in wide and name}
    filled = [name for name in STAIN_FIELDS if any(name in fields for fields in groups.values())]
    columns = (*shared, "method", "marker", *("result",) * ("result" not in filled), *filled)
    columns = tuple(dict.fromkeys(columns))
    names = {
        group: tuple((field, table.given[index]) for field, index in fields.items()) for group, fields in groups.items()
    }
    rows: list[Row] = []
    for row in table.rows:
        found = [
            _stain_row(row, table, (columns, shared, fields), group, names[group])
            for group, fields in groups.items()
            if _says_something(row, fields)
        ]
        if not found and len(row.cells) != len(table.columns):
            # Cut off before its markers: the row is refused, not taken for a case without stains.
            found = [_row(row, [_shared_cell(name, shared) for name in columns], len(table.columns))]
        rows.extend(found)
    given = tuple(table.given[shared[name]] if name in shared else name for name in columns)
    return _Arranged(table.file, columns, tuple(rows), given)


def _stain_row(
    row: Row,
    table: _Arranged,
    layout: tuple[tuple[str, ...], Mapping[str, int], Mapping[str, int]],
    group: tuple[str, str],
    names: tuple[tuple[str, str], ...],
) -> MappedRow:
    columns, shared, fields = layout
    marker, method = group
    fixed = {"marker": marker, "method": method}
    kept: list[int | str] = []
    for name in columns:
        own = fields.get(name)
        if name in fixed:
            kept.append(fixed[name])
        elif own is not None and (name not in shared or not is_blank(_at(row.cells, own))):
            kept.append(own)
        else:
            kept.append(_shared_cell(name, shared))
    return _row(row, kept, len(table.columns), names)


def _shared_cell(name: str, shared: Mapping[str, int]) -> int | str:
    return shared.get(name, "")


def _says_something(row: Row, fields: Mapping[str, int]) -> bool:
    return any(
        not is_blank(clean(_at(row.cells, index))) for name, index in fields.items() if name not in _SAYS_NO_FINDING
    )


def _with_constants(table: _Arranged, constants: Mapping[str, str]) -> _Arranged:
    added = {name: value for name, value in constants.items() if name not in table.columns}
    if not added:
        return table
    width = len(table.columns)
    kept: list[int | str] = [*range(width), *added.values()]
    rows = tuple(_row(row, kept, width) for row in table.rows)
    return _Arranged(table.file, (*table.columns, *added), rows, (*table.given, *added))


def _translated(table: Table, mapping: LabMapping) -> Table:
    return Table(table.file, table.columns, tuple(_translated_row(row, table.columns, mapping) for row in table.rows))


def _translated_row(row: Row, columns: Sequence[str], mapping: LabMapping) -> MappedRow:
    earlier = row if isinstance(row, MappedRow) else MappedRow(row.line, row.cells, row.file)
    counted = earlier.counted or ((len(row.cells), len(columns)) if len(row.cells) != len(columns) else None)
    cells: list[str] = []
    doubts: list[Doubt] = list(earlier.doubts)
    for place, (column, cell) in enumerate(zip(columns, row.cells, strict=False)):
        word = _our_words(column, cell, mapping)
        if column in DATE_COLUMNS:
            word = _date(column, clean(word), mapping) or word
        elif column in NUMBER_COLUMNS:
            is_typed = place in earlier.typed
            found = list(_doubts(column, clean(word), mapping, is_typed=is_typed))
            doubts.extend(found)
            word = word if found else _number(column, clean(word), mapping, is_typed=is_typed)
        cells.append(word)
    return MappedRow(row.line, tuple(cells), row.file, earlier.names, tuple(doubts), earlier.typed, counted)


def _our_words(column: str, cell: str, mapping: LabMapping) -> str:
    """The cell in our words where the mapping has it; else as it is."""
    word = clean(cell).lower()
    if column == "marker":
        return mapping.markers.get(word, cell)
    if column == "assay":
        return mapping.assays.get(word, cell)
    words = mapping.values.get(column)
    if not words or word in words:
        return words[word] if words else cell
    if column == "localisation":
        return "".join(words.get(part.strip(), part) for part in _SEVERAL.split(word))
    return cell


def _number(column: str, number: str, mapping: LabMapping, *, is_typed: bool) -> str:
    """The number with a point, a fraction as a percentage: where the mapping says how it is meant."""
    plain = number if is_typed else _with_point(number, mapping)
    return _percentage(plain, mapping) if column in PERCENT_COLUMNS else plain


def _with_point(number: str, mapping: LabMapping) -> str:
    if mapping.decimal != "," or not _STARTS_AS_NUMBER.match(number):
        return number
    return re.sub(r"(?<=\d),(?=\d)", ".", number)


def _doubts(column: str, number: str, mapping: LabMapping, *, is_typed: bool) -> Iterable[Doubt]:
    if mapping.decimal == "," and not is_typed and _THOUSANDS.search(number):
        yield Doubt(
            column,
            "ambiguous-number",
            "the point may part thousands or stand for the decimal comma",
            "write the number without points; mapping.toml says that decimals have a comma",
        )
    elif (
        column in PERCENT_COLUMNS
        and mapping.percentages == "fraction"
        and _is_above_one(number if is_typed else _with_point(number, mapping))
    ):
        yield Doubt(
            column,
            "not-a-fraction",
            "the value is above 1, and mapping.toml says that percentages are written as fractions",
            "write 0.95 or 95%, or correct 'percentages' in mapping.toml",
            "0 to 1, or a percentage with its sign",
        )


def _is_above_one(number: str) -> bool:
    match = _SHARE.fullmatch(number)
    return match is not None and any(Decimal(part) > 1 for part in match.groups()[1:] if part)


def _percentage(number: str, mapping: LabMapping) -> str:
    match = _SHARE.fullmatch(number)
    if not match or not mapping.percentages:
        return number
    sign, low, high = match.groups()
    if mapping.percentages == "percent":
        # The sign says that 0.95 is less than one per cent.
        return f"{number}%" if not sign and not high and 0 < Decimal(low) < 1 else number
    return f"{sign}{_hundredfold(low)}" + (f"-{_hundredfold(high)}" if high else "") + "%"


def _hundredfold(share: str) -> str:
    return f"{(Decimal(share) * 100).normalize():f}"


def _date(column: str, cell: str, mapping: LabMapping) -> str:
    """The date as 2026-02-03 where the mapping settles it; else `""`, and the cell stays as it is."""
    if mapping.excel_dates and _SERIAL.fullmatch(cell):
        return (_DAY_ZERO + timedelta(days=int(cell[:5]))).isoformat()
    match = _PARTED_DATE.fullmatch(_TIME_OF_DAY.sub("", cell))
    if not match or not mapping.date_order:
        return ""
    parts = (match[1], match[3], match[4])
    year, month, day = (parts[index] for index in _ORDERS[mapping.date_order])
    if len(year) not in (2, 4) or len(month) > 2 or len(day) > 2:
        return ""
    # Whoever was born in "24" may be two or a hundred and two years old.
    if len(year) == 2 and column == "date_of_birth":
        return ""
    try:
        return date(int(year) + (_CENTURY if len(year) == 2 else 0), int(month), int(day)).isoformat()
    except ValueError:
        return ""
