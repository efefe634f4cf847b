"""
One row of a laboratory's table, read cell by cell: every mistake is noted with its place, and reading goes on.

A method returns the value, or None where the cell is blank or wrong; `RowReader.ok` says at the end whether all went
well. Numbers are written with a point, dates as 2026-02-03 or 20260203: everything else can be read in two ways.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

from parsers.errors import Problem
from parsers.reading import Doubt, MappedRow, Row, Table, clean, untrusted_character

Choice = TypeVar("Choice", bound=str)

# Four codes for "nothing here" that spreadsheets and LIS exports write.
_BLANK = frozenset({"", ".", "-", "n/a"})
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,15})?", re.ASCII)
_COMPARISON = re.compile(r"[<>≤≥~≈]=?\s*\d.*")
_RANGE = re.compile(r"\d+(?:\.\d+)?\s*[-–]\s*\d+(?:\.\d+)?\s*%?")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}.*)?", re.ASCII)
_HL7_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{4}(?:\d{2})?)?", re.ASCII)
_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"no", "n", "false", "0"})


class RowReader:
    """The cells of one row by column name; `problems` collects what is wrong with them.

    They are put down to `accession`; until that is known, to the row itself, so that they stop no other specimen.
    """

    def __init__(self, table: Table, row: Row, problems: list[Problem], accession: str = "") -> None:
        self.file = row.file or table.file
        self.line = row.line
        self.accession = accession or f"({self.file} line {row.line})"
        self.ok = True
        self._problems = problems
        self._cells = dict(zip(table.columns, row.cells, strict=False))
        self._found_cells, self._expected_cells = len(row.cells), len(table.columns)
        self._names: dict[str, str] = {}
        self._doubts: dict[str, Doubt] = {}
        if isinstance(row, MappedRow):
            self._names = dict(row.names)
            self._doubts = {doubt.column: doubt for doubt in row.doubts}
            self._found_cells, self._expected_cells = row.counted or (self._found_cells, self._expected_cells)
        self._complete = self._found_cells == self._expected_cells

    def check_length(self) -> bool:
        """False, and a problem, unless the row has as many cells as the header."""
        if not self._complete:
            self.problem(
                "wrong-number-of-cells",
                "",
                f"the row has {self._found_cells} cells, the header {self._expected_cells}",
                "a separator is missing or too many, or the row is cut short: put texts with separators in quotes",
            )
        return self._complete

    def problem(
        self,
        code: str,
        column: str,
        message: str,
        remedy: str,
        *,
        found: str | None = None,
        expected: str = "",
        severity: str = "error",
    ) -> None:
        """Notes one problem of this row. An error makes the row not `ok`."""
        if severity == "error":
            self.ok = False
        given = self._names.get(column)
        self._problems.append(
            Problem(
                code,
                self.file,
                # `column` stays ours, since it decides whether the content may be quoted.
                f"{message} (in the file: '{given}')" if given else message,
                remedy,
                line=self.line,
                column=column,
                found=found,
                expected=expected,
                accession=self.accession,
                severity="error" if severity == "error" else "warning",
            )
        )

    def _note(self, doubt: Doubt, given: str) -> None:
        self.problem(doubt.code, doubt.column, doubt.message, doubt.remedy, found=clean(given), expected=doubt.expected)
        # Read again, the cell must not pass.
        self._cells[doubt.column] = ""

    def raw(self, column: str) -> str:
        """The cell, cleaned of invisible marks and outer blanks; `""` where the column does not exist."""
        return clean(self._cells.get(column, ""))

    def text(self, column: str, *, required: bool = False, longest: int = 2000) -> str:
        """The cell as text. Control characters and characters that reorder a text are refused, not removed."""
        given = self._cells.get(column, "")
        doubt = self._doubts.pop(column, None)
        if doubt:
            self._note(doubt, given)
            return ""
        bad = untrusted_character(given.replace("\n", " "))
        if bad:
            self.problem(
                "untrusted-character", column, f"the cell holds the character {bad}", "type the text again by hand"
            )
            return ""
        value = clean(given)
        if required and value.lower() in _BLANK:
            self.problem("missing-value", column, "the cell is empty", "fill it in; this value is required")
            return ""
        if len(value) > longest:
            self.problem("too-long", column, f"the text is longer than {longest} characters", "shorten it")
            return ""
        return value

    def number(
        self, column: str, *, low: float, high: float, unit: str = "", above: bool = False, percent: bool = False
    ) -> float | None:
        """
        The cell as a number from `low` (excluded when `above`) to `high`; None when blank or wrong.

        With `percent` a trailing % is accepted, and a value between 0 and 1 refused: 0.95 may mean 95 %.
        """
        value = self.text(column)
        if value.lower() in _BLANK:
            return None
        bare = value.removesuffix("%").rstrip() if percent else value
        expected = f"a number from {low:g} to {high:g}" + (f" ({unit})" if unit else "")
        if not _NUMBER.fullmatch(bare):
            self.problem("not-a-number", column, *_number_advice(value), found=value, expected=expected)
            return None
        number = float(bare)
        if number < low or number > high or (above and number == low):
            self.problem(
                "out-of-range", column, "the number is out of range", "check the value", found=value, expected=expected
            )
            return None
        if percent and 0 < number < 1 and bare == value:
            self.problem(
                "ambiguous-percentage",
                column,
                "the value may be a fraction or a percentage",
                "write percentages from 0 to 100 (95, not 0.95); below one per cent write it with the sign (0.5%)",
                found=value,
                expected=expected,
            )
            return None
        return number

    def whole_number(self, column: str, *, high: int = 10**9) -> int | None:
        """The cell as a whole number from 0 to `high`; None when blank or wrong. `48.0` counts as 48."""
        value = self.text(column)
        if value.lower() in _BLANK:
            return None
        if not re.fullmatch(r"\d{1,15}(\.0+)?", value, re.ASCII) or float(value) > high:
            self.problem(
                "not-a-whole-number",
                column,
                "the cell is not a whole number",
                "write digits only",
                found=value,
                expected=f"a whole number from 0 to {high}",
            )
            return None
        return int(value.split(".")[0])

    def date(self, column: str, *, required: bool = False) -> date | None:
        """The cell as a date: 2026-02-03 or 20260203, a time of day behind it is left out; None when blank or wrong."""
        value = self.text(column, required=required)
        if value.lower() in _BLANK:
            return None
        match = _ISO_DATE.fullmatch(value) or _HL7_DATE.fullmatch(value)
        if match:
            try:
                return date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                pass
        self.problem(
            "bad-date",
            column,
            "the date does not exist or can be read in more than one way",
            "write year-month-day, for example 2026-02-03 (in Excel: cell format yyyy-mm-dd, then export again), "
            "or say in mapping.toml how the laboratory writes dates (date_order)",
            found=value,
            expected="YYYY-MM-DD or YYYYMMDD",
        )
        return None

    def choice(
        self, column: str, allowed: Mapping[str, Choice], *, required: bool = False, remedy: str = ""
    ) -> Choice | None:
        """
        The value of `allowed` for the cell (letter case, blanks, underscores aside); None when blank or wrong.
        """
        value = self.text(column, required=required)
        if value.lower() in _BLANK:
            return None
        key = re.sub(r"[\s_]+", " ", value.lower())
        if key in allowed:
            return allowed[key]
        self.problem(
            "unknown-value",
            column,
            "the value is not one of the allowed ones",
            remedy or "use one of the allowed values",
            found=value,
            expected=one_of(dict.fromkeys(allowed.values())),
        )
        return None

    def yes_no(self, column: str) -> bool | None:
        """True, False, or None when blank, unknown or wrong."""
        value = self.text(column).lower()
        if value in _BLANK or value == "unknown":
            return None
        if value in _YES or value in _NO:
            return value in _YES
        self.problem(
            "unknown-value",
            column,
            "the value is neither yes nor no",
            "write yes or no",
            found=value,
            expected="yes, no",
        )
        return None


def one_of(values: Sequence[str] | Mapping[str, object]) -> str:
    """`R0, R1 or R2`."""
    names = list(values)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def is_blank(text: str) -> bool:
    """True for an empty cell and for what exports write instead (`.`, `-`, `n/a`)."""
    return text.strip().lower() in _BLANK


def _number_advice(value: str) -> tuple[str, str]:
    if re.fullmatch(r"\d{1,3}(,\d+)", value.removesuffix("%").strip()):
        return "the number is written with a comma", (
            f'write it with a point: {value.replace(",", ".")}; or say decimal = "," in mapping.toml'
        )
    if _COMPARISON.fullmatch(value):
        return (
            "a comparison is not a number",
            "enter the estimate itself as one number; add the comparison to 'comment'",
        )
    if _RANGE.fullmatch(value):
        return "a range is not a number", "enter one number, the lower end of the range; add the range to 'comment'"
    return "the cell is not a number", "write digits, with a point for decimals, without a unit"
