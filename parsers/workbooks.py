"""
A laboratory's table kept as an Excel workbook (XLSX): one sheet into the same rows as the CSV of it.

What a cell holds counts, not how wide it is drawn: dates become 2026-02-03, 0.95 shown as a percentage becomes 95%.
A workbook is an archive of XML and is looked at before it is opened: its unpacked size, the number of its parts, and
what could make a small file expand to a very large one. openpyxl reads the rest; macros and external links are left
alone. Formulas are not calculated here: the value that Excel saved last is taken, and said to be.
"""

from __future__ import annotations

import io
import re
import warnings as python_warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from parsers.errors import InputError, Problem, first_of
from parsers.reading import (
    DEFAULT_CAP,
    TWO_LEVELS,
    MappedRow,
    Row,
    Table,
    clean,
    column_name,
    refuse_repeated,
    two_level_columns,
)

# A batch has hundreds of rows of some thirty cells; beyond these a workbook is something else, or an attack.
MOST_UNPACKED = 25 * 1024 * 1024
MOST_PARTS = 500
MOST_CELLS = 200_000
# A sheet that was formatted down to its last row is as large as one that is full.
_MOST_PLACES = 2_000_000
# XML packs to a tenth, rarely to a fiftieth; zeros to a thousandth.
_MOST_RATIO = 200
_SMALL_PART = 1024 * 1024
_LARGEST_DIRECTORY = 256 * 1024

_DIRECTORY_END = b"PK\x05\x06"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_PREFIX = rb"<(?:[^\s<>/:]+:)?"
_CELL = re.compile(_PREFIX + rb"c[\s/>]")
_FORMULA = re.compile(_PREFIX + rb"f[\s/>]")
# Up to the next tag: an attribute may hold any sign but "<".
_WIDE_TAG = re.compile(_PREFIX + rb"(?:mergeCell|hyperlink)\s([^<]*)")
_REFERENCE = re.compile(rb"""ref\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_MOST_MERGED = 100_000
_LONGEST_FORMAT = 255
_QUOTED_SIGN = re.compile(r'"[^"]*[<>≤≥~≈][^"]*"|\\[<>≤≥~≈]')
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
# What zipfile raises for an archive that is not whole, or packed in a way it does not know.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, NotImplementedError, RuntimeError)
_AS_CSV = "save the sheet as XLSX, or as CSV (UTF-8), and use that file"


def read_workbook(
    data: bytes,
    name: str,
    *,
    cap: int = DEFAULT_CAP,
    warnings: list[Problem] | None = None,
    two_levels: bool = False,
) -> Table:
    """
    The rows of the one sheet with content, or of the sheet that is called like the table (`ihc` in ihc.xlsx).

    A header whose upper row has merged cells is one of two levels, the marker above its fields; `two_levels` says so
    where nothing is merged. Lines are the sheet's row numbers. What was read but should be known (hidden rows, saved
    values of formulas) is appended to `warnings`.

    Raises:
        InputError: no workbook, a damaged, protected or oversized one; several sheets; a formula without a saved value,
            an error such as #N/A, a cell merged across columns.
    """
    _refuse_other_kinds(data, name)
    has_formulas = _refuse_bombs(data, name, min(cap, MOST_UNPACKED))
    values = _opened(data, name, with_values=True)
    # openpyxl gives either the formulas or their values; most workbooks have none.
    formulas = _opened(data, name, with_values=False) if has_formulas else values
    remarks: list[Problem] = []
    sheet = _the_sheet(values, name, remarks)
    _refuse_endless(sheet, name)
    table = _table(_Sheet(sheet, formulas[sheet.title], name), remarks, two_levels=two_levels)
    if warnings is not None:
        warnings.extend(remarks)
    return table


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet twice: with the values that were saved, and with its formulas."""

    values: Worksheet
    formulas: Worksheet
    file: str


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    typed: bool = False


def _refuse_other_kinds(data: bytes, name: str) -> None:
    if data.startswith(_OLD_OFFICE):
        raise InputError(
            _refusal(
                name,
                "wrong-kind-of-file",
                "the file is an old Excel workbook (.xls), or a workbook protected by a password",
                f"remove the password; {_AS_CSV}",
            )
        )
    directory = data.rfind(_DIRECTORY_END)
    # Read before the archive is opened, since opening it reads every entry.
    size = int.from_bytes(data[directory + 12 : directory + 16], "little") if directory >= 0 else 0
    if size > _LARGEST_DIRECTORY:
        raise InputError(_too_many_parts(name))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            kind = archive.read("mimetype")[:100] if "mimetype" in archive.namelist() else b""
    except _DAMAGE:
        raise InputError(_damaged(name)) from None
    names = {part.filename for part in parts}
    if len(parts) > MOST_PARTS:
        raise InputError(_too_many_parts(name))
    if any(part.flag_bits & 1 for part in parts):
        raise InputError(
            _refusal(name, "wrong-kind-of-file", "the archive is protected by a password", "remove the password")
        )
    if b"opendocument" in kind:
        raise InputError(
            _refusal(
                name, "wrong-kind-of-file", "the file is an OpenDocument file (.ods), not an XLSX workbook", _AS_CSV
            )
        )
    if "xl/workbook.bin" in names:
        raise InputError(_refusal(name, "wrong-kind-of-file", "the file is a binary workbook (.xlsb)", _AS_CSV))
    if "[Content_Types].xml" not in names or not any(one.startswith("xl/") for one in names):
        raise InputError(_refusal(name, "wrong-kind-of-file", "the file is an archive, not an XLSX workbook", _AS_CSV))
    if len(names) != len(parts):
        raise InputError(_damaged(name))


def _refuse_bombs(data: bytes, name: str, cap: int) -> bool:
    """
    Whether the workbook holds formulas; InputError where it is far larger than it looks.

    Sizes are those that the archive states: zipfile never unpacks more of a part than that.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        swollen = any(
            part.file_size > _SMALL_PART and part.file_size > _MOST_RATIO * max(part.compress_size, 1) for part in parts
        )
        if unpacked > cap or swollen:
            raise InputError(
                _refusal(
                    name,
                    "too-large",
                    f"the workbook unpacks to {unpacked // (1024 * 1024)} MB",
                    "copy the rows into a new workbook, without pictures and formats, or save the sheet as CSV (UTF-8)",
                    expected=f"at most {cap // (1024 * 1024)} MB, and not packed to less than 1/{_MOST_RATIO}",
                )
            )
        cells = 0
        has_formulas = False
        for part in parts:
            if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                try:
                    text = archive.read(part)
                except _DAMAGE:
                    raise InputError(_damaged(name)) from None
                cells += _cells_of(text, name)
                has_formulas = has_formulas or bool(_FORMULA.search(text))
    if cells > MOST_CELLS:
        raise InputError(
            _refusal(
                name,
                "too-large",
                f"the workbook has {cells:,} cells",
                "copy the rows into a new workbook, without formatted empty rows, or save the sheet as CSV (UTF-8)",
                expected=f"at most {MOST_CELLS:,} cells",
            )
        )
    return has_formulas


def _cells_of(text: bytes, name: str) -> int:
    """How many cells one XML part has; InputError where it holds what expands when it is read."""
    # Excel writes UTF-8; another encoding would hide what is looked for here.
    if text[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in text[:64] or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise InputError(
            _refusal(name, "untrusted-content", "the workbook holds XML that no spreadsheet program writes", _AS_CSV)
        )
    merged = 0
    references = (found for tag in _WIDE_TAG.finditer(text) for found in _REFERENCE.finditer(tag[1]))
    for reference in references:
        merged += _area((reference[1] or reference[2] or b"").decode("ascii", "replace"))
        if merged > _MOST_MERGED:
            raise InputError(
                _refusal(
                    name,
                    "too-large",
                    f"merged cells or links cover more than {_MOST_MERGED:,} cells",
                    "copy the rows into a new workbook and merge nothing",
                )
            )
    return len(_CELL.findall(text))


def _area(reference: str) -> int:
    if "&" in reference:
        return _MOST_MERGED + 1  # A written-out character: no spreadsheet program hides a colon so.
    try:
        left, top, right, bottom = (int(one or 0) for one in range_boundaries(reference))
    except (ValueError, TypeError):
        return 0  # openpyxl will not know it either.
    return max(right - left + 1, 0) * max(bottom - top + 1, 0)


def _opened(data: bytes, name: str, *, with_values: bool) -> Workbook:
    try:
        with python_warnings.catch_warnings():
            # It remarks on formats and extensions that it leaves out; none of them is a cell's content.
            python_warnings.simplefilter("ignore")
            return load_workbook(io.BytesIO(data), data_only=with_values, keep_links=False)
    # A damaged part fails in openpyxl in as many ways as there are lines in it.
    except Exception:  # noqa: BLE001
        raise InputError(_damaged(name)) from None


def _the_sheet(workbook: Workbook, name: str, remarks: list[Problem]) -> Worksheet:
    sheets = [sheet for sheet in workbook.worksheets if _has_content(sheet)]
    visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
    hidden = [sheet for sheet in sheets if sheet.sheet_state != "visible"]
    wanted = PurePath(name).stem.strip().casefold()
    named = [sheet for sheet in visible if sheet.title.strip().casefold() == wanted]
    chosen = named or visible
    if not chosen:
        raise InputError(
            _refusal(name, "empty-file", "the workbook has no visible sheet with content", "save the sheet again")
        )
    if len(chosen) > 1:
        raise InputError(
            _refusal(
                name,
                "several-sheets",
                f"several sheets have content: {_listed(sheet.title for sheet in chosen)}",
                f"name the one to be read '{wanted}', or take the others out",
            )
        )
    others = [sheet for sheet in visible if sheet is not chosen[0]]
    if others:
        remarks.append(_remark(name, "sheet-not-read", f"not read: {_listed(sheet.title for sheet in others)}"))
    if hidden:
        remarks.append(
            _remark(name, "sheet-not-read", f"hidden sheets are not read: {_listed(sheet.title for sheet in hidden)}")
        )
    return chosen[0]


def _has_content(sheet: Worksheet) -> bool:
    if sheet.max_row * sheet.max_column > _MOST_PLACES:
        return True  # Refused in a moment, if it is the one to be read.
    return any(value is not None and value != "" for row in sheet.iter_rows(values_only=True) for value in row)


def _refuse_endless(sheet: Worksheet, name: str) -> None:
    if sheet.max_row * sheet.max_column > _MOST_PLACES:
        raise InputError(
            _refusal(
                name,
                "too-large",
                f"the sheet '{sheet.title}' reaches to cell {get_column_letter(sheet.max_column)}{sheet.max_row}",
                "delete the empty rows and columns behind the table (not only their content), and save it again",
            )
        )


def _table(sheet: _Sheet, remarks: list[Problem], *, two_levels: bool) -> Table:
    problems: list[Problem] = []
    merged = _spread(sheet, problems, remarks)
    rows = list(_rows(sheet, merged, problems, remarks))
    if problems:
        raise InputError(*first_of(problems))
    _remark_on_hidden(sheet, remarks)
    filled = [(line, cells) for line, cells in rows if any(cell.text.strip() for cell in cells)]
    if not filled:
        raise InputError(_refusal(sheet.file, "empty-file", "the sheet holds no text", "save the sheet again"))
    line, header = filled[0]
    width = max(len(cells) for _, cells in filled)
    top = _texts(header, width)
    levels = _header_groups(sheet.values, line)
    if len(filled) > 1 and (levels or two_levels):
        lower = _texts(filled[1][1], width)
        columns = _merged_columns(top, lower, levels) if levels else two_level_columns(top, lower)
        body = filled[2:]
    else:
        columns, body = tuple(column_name(cell) for cell in top), filled[1:]
    columns, used = _without_empty(columns, body)
    refuse_repeated(columns, sheet.file, line)
    return Table(sheet.file, columns, tuple(_row(number, cells, used) for number, cells in body))


def _texts(cells: Sequence[_Cell], width: int) -> list[str]:
    return [cell.text for cell in cells] + [""] * (width - len(cells))


def _without_empty(
    columns: Sequence[str], body: Sequence[tuple[int, Sequence[_Cell]]]
) -> tuple[tuple[str, ...], list[int]]:
    """The columns without those that have neither a name nor content: a sheet is wider than its table."""
    used = [
        index
        for index, name in enumerate(columns)
        if name or any(index < len(cells) and cells[index].text.strip() for _, cells in body)
    ]
    return tuple(columns[index] for index in used), used


def _row(line: int, cells: Sequence[_Cell], used: Sequence[int]) -> Row:
    kept = [cells[index] if index < len(cells) else _Cell("") for index in used]
    typed = frozenset(place for place, cell in enumerate(kept) if cell.typed)
    texts = tuple(cell.text for cell in kept)
    return MappedRow(line, texts, typed=typed) if typed else Row(line, texts)


def _header_groups(sheet: Worksheet, line: int) -> dict[int, int]:
    """For each column below a merged cell of the header's upper row: the column in which that begins, from 0."""
    groups: dict[int, int] = {}
    for merged in sheet.merged_cells.ranges:
        if merged.min_row == merged.max_row == line and merged.max_col > merged.min_col:
            groups |= {column - 1: merged.min_col - 1 for column in range(merged.min_col, merged.max_col + 1)}
    return groups


def _merged_columns(upper: Sequence[str], lower: Sequence[str], groups: Mapping[int, int]) -> tuple[str, ...]:
    names: list[str] = []
    for index, (own, below) in enumerate(zip(upper, lower, strict=True)):
        above = clean(upper[groups[index]]) if index in groups else clean(own)
        below = clean(below)
        # A cell merged downwards holds the same name twice.
        both = above and below and above != below
        names.append(column_name(f"{above}{TWO_LEVELS}{below}" if both else above or below))
    return tuple(names)


def _spread(sheet: _Sheet, problems: list[Problem], remarks: list[Problem]) -> dict[tuple[int, int], tuple[int, int]]:
    """
    For each place below a cell that is merged downwards: the place of that cell.

    A cell merged across columns is two values in one: refused, but in the header, where it names a group.
    """
    found: dict[tuple[int, int], tuple[int, int]] = {}
    first = _first_line(sheet.values)
    for merged in sheet.values.merged_cells.ranges:
        place = f"{get_column_letter(merged.min_col)}{merged.min_row}"
        if merged.max_col > merged.min_col:
            if merged.min_row > first and sheet.values.cell(merged.min_row, merged.min_col).value is not None:
                problems.append(
                    _at(
                        sheet.file,
                        merged.min_row,
                        "merged-cells",
                        f"the cell {place} is merged across columns",
                        "undo the merge (Merge & Center) and write the value into its own column",
                    )
                )
            continue
        rows = range(merged.min_row + 1, merged.max_row + 1)
        found |= {(row, merged.min_col): (merged.min_row, merged.min_col) for row in rows}
        if merged.min_row > first:
            remarks.append(
                _at(
                    sheet.file,
                    merged.min_row,
                    "merged-cells",
                    f"the cell {place} is merged over {merged.max_row - merged.min_row + 1} rows; "
                    "its value is taken for each of them",
                    "check these rows, and undo the merge",
                    severity="warning",
                )
            )
    return found


def _first_line(sheet: Worksheet) -> int:
    rows = enumerate(sheet.iter_rows(values_only=True), start=1)
    return next(line for line, row in rows if any(value is not None and value != "" for value in row))


def _rows(
    sheet: _Sheet,
    merged: Mapping[tuple[int, int], tuple[int, int]],
    problems: list[Problem],
    remarks: list[Problem],
) -> Iterator[tuple[int, list[_Cell]]]:
    saved: list[str] = []
    pairs = zip(sheet.values.iter_rows(), sheet.formulas.iter_rows(), strict=True)
    for line, (values, formulas) in enumerate(pairs, start=1):
        cells: list[_Cell] = []
        for column, (value, formula) in enumerate(zip(values, formulas, strict=True), start=1):
            source = merged.get((line, column))
            cell = sheet.values.cell(*source) if source else value
            if formula.data_type == "f" and not source:
                saved.append(formula.coordinate)
                if value.value is None:
                    problems.append(_without_value(sheet.file, line, formula.coordinate))
            cells.append(_cell(cell, sheet.file, problems))
        yield line, cells
    if saved:
        remarks.append(
            _at(
                sheet.file,
                None,
                "formula",
                f"{len(saved)} cells hold formulas (the first is {saved[0]}); the values that were saved last are read",
                "check that they are up to date: paste them as values, and save the workbook again",
                severity="warning",
            )
        )


def _cell(cell: Any, file: str, problems: list[Problem]) -> _Cell:
    """The cell as text; what cannot be taken as it is becomes a problem with its place."""
    value = cell.value
    if value is None:
        return _Cell("")
    if cell.data_type == "e":
        problems.append(
            _at(
                file,
                cell.row,
                "error-cell",
                f"the cell {cell.coordinate} holds an error of the spreadsheet program, not a value",
                "mend the formula, or type the value",
                found=str(value),
            )
        )
        return _Cell("")
    if isinstance(value, bool):
        return _Cell("true" if value else "false", typed=True)
    if isinstance(value, int | float):
        return _number(cell, float(value) if isinstance(value, float) else value, file, problems)
    if isinstance(value, datetime):
        at_midnight = value.time() == time(0)
        return _Cell(value.date().isoformat() if at_midnight else value.isoformat(" ", "minutes"), typed=True)
    if isinstance(value, date):
        return _Cell(value.isoformat(), typed=True)
    return _Cell(str(value))


def _number(cell: Any, value: float, file: str, problems: list[Problem]) -> _Cell:
    shown = str(cell.number_format or "")[:_LONGEST_FORMAT]
    if _QUOTED_SIGN.search(shown):
        problems.append(
            _at(
                file,
                cell.row,
                "shown-otherwise",
                f"the cell {cell.coordinate} shows a sign such as < that is part of its format, not of its value",
                "type the sign into the cell, with the cell format Text",
                found=shown,
            )
        )
    # Fifteen digits are what Excel shows and keeps; what is beyond is noise of binary fractions.
    number = Decimal(f"{value:.15g}")
    if "%" in _NOT_SHOWN.sub("", shown):
        return _Cell(f"{_plain(number * 100)}%", typed=True)
    return _Cell(_plain(number), typed=True)


def _plain(number: Decimal) -> str:
    """Without exponent and without trailing zeros: 95, 0.5, 100."""
    return f"{number.normalize():f}"


def _remark_on_hidden(sheet: _Sheet, remarks: list[Problem]) -> None:
    rows = [str(line) for line, row in sorted(sheet.values.row_dimensions.items()) if row.hidden]
    columns = [letter for letter, column in sheet.values.column_dimensions.items() if column.hidden]
    if rows:
        remarks.append(_remark(sheet.file, "hidden-rows", f"hidden rows are read too: {_listed(rows)}"))
    if columns:
        remarks.append(_remark(sheet.file, "hidden-columns", f"hidden columns are read too: {_listed(columns)}"))


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    return ", ".join(every[:20]) + (f" and {len(every) - 20} more" if len(every) > 20 else "")


def _without_value(file: str, line: int, place: str) -> Problem:
    return _at(
        file,
        line,
        "formula-without-value",
        f"the cell {place} holds a formula whose value was not saved, or is empty",
        "open the workbook in the spreadsheet program, copy the table, paste it as values, and save it again",
    )


def _at(
    file: str,
    line: int | None,
    code: str,
    message: str,
    remedy: str,
    *,
    found: str | None = None,
    severity: str = "error",
) -> Problem:
    return Problem(
        code, file, message, remedy, line=line, found=found, severity="warning" if severity == "warning" else "error"
    )


def _remark(file: str, code: str, message: str) -> Problem:
    return Problem(
        code, file, message, "check that this is meant, and show or delete what is hidden", severity="warning"
    )


def _refusal(name: str, code: str, message: str, remedy: str, *, expected: str = "") -> Problem:
    return Problem(code, name, message, remedy, expected=expected)


def _too_many_parts(name: str) -> Problem:
    return _refusal(name, "too-large", f"the archive has more than {MOST_PARTS} parts", _AS_CSV)


def _damaged(name: str) -> Problem:
    return _refusal(
        name,
        "damaged-archive",
        "the workbook is damaged or cut short",
        "copy the file again, or open it in the spreadsheet program and save it again",
    )
