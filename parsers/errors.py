"""
The one family of input errors: where, what was found, what was expected, what to do.

The reader is a technician at night with one file and no source code. What a person may read in full (`Problem.explain`)
and what a log may hold (`str(error)`) differ: the second never carries a cell's content, so that no patient data can
reach a log, an exception or Prefect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

Severity = Literal["error", "warning"]

# Columns whose content identifies a person: named in messages, never quoted, not even to the technician.
PERSONAL_COLUMNS = frozenset({"patient_id", "patient_name", "date_of_birth", "sex", "ordering_provider"})

# A damaged file of a million lines must not become a million messages.
MOST_PROBLEMS = 50

_LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One thing wrong with the input, with its place and its remedy.

    `code` is a stable word for logs and tests (`missing-column`, `truncated-file`); `expected` and `remedy` are plain
    sentences. `accession` says which specimen it stops; empty when it stops the whole batch. `line` counts from 1, the
    header included. A `warning` is shown and kept, and stops nothing.
    """

    code: str
    file: str
    message: str
    remedy: str
    line: int | None = None
    column: str = ""
    found: str | None = None
    expected: str = ""
    accession: str = ""
    severity: Severity = "error"

    @property
    def place(self) -> str:
        """`ihc.csv, line 14, column 'result'`: as much of it as is known."""
        parts = [self.file]
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.column:
            parts.append(f"column '{self.column}'")
        return ", ".join(parts)

    def explain(self) -> str:
        """Two lines for a person in front of the file: place and finding, then what to do."""
        found = "" if self.found is None or self.column in PERSONAL_COLUMNS else f" (found {quoted(self.found)})"
        expected = f"; expected {self.expected}" if self.expected else ""
        return f"{self.place}: {self.message}{found}{expected}\n  Try: {self.remedy}"

    def for_log(self) -> str:
        """The same without any content of the file."""
        return f"{self.place}: {self.code}"

    def as_dict(self) -> dict[str, object]:
        """For problems.json; the content of personal columns is left out here too."""
        return {
            "severity": self.severity,
            "code": self.code,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "accession": self.accession,
            "message": self.message,
            "found": None if self.column in PERSONAL_COLUMNS else self.found,
            "expected": self.expected,
            "remedy": self.remedy,
        }

    def about(self, accession: str) -> Problem:
        """The same problem, attributed to one specimen."""
        return replace(self, accession=accession)


class InputError(Exception):
    """
    The file must be mended. Carries every problem found, at least one.

    `str()` of it holds places and codes only (privacy); `problems` hold the rest.
    """

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            raise ValueError("an InputError needs at least one Problem")
        self.problems = problems
        more = f"; and {len(problems) - MOST_PROBLEMS} more" if len(problems) > MOST_PROBLEMS else ""
        super().__init__("; ".join(problem.for_log() for problem in problems[:MOST_PROBLEMS]) + more)

    def __reduce__(self) -> tuple[type[InputError], tuple[Problem, ...]]:
        # Crosses process borders: the default would rebuild it from the message alone.
        return (type(self), self.problems)


def first_of(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The first `MOST_PROBLEMS` of the problems of one file, and one more that says that there are others."""
    if len(problems) <= MOST_PROBLEMS:
        return tuple(problems)
    kept, last = problems[:MOST_PROBLEMS], problems[MOST_PROBLEMS]
    more = Problem(
        "more-problems",
        last.file,
        f"more than {MOST_PROBLEMS} lines of this file have a problem, the rest is not listed",
        "the file as a whole is probably damaged: mend its source and export it again",
        line=last.line,
        accession=last.accession,
        severity="error" if any(one.severity == "error" for one in problems[MOST_PROBLEMS:]) else "warning",
    )
    return (*kept, more)


def quoted(text: str) -> str:
    """`text` in quotes, cut to a readable length, with control characters made visible."""
    cut = text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"
    return repr(cut)
