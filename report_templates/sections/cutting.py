"""
Where a page ends: what is too long for it is cut visibly, with the file that holds the whole.

What a pathologist wrote or the rules say is printed whole, over as many pages as it needs: its last word may be the
"absent" of the finding. Only names, identifiers and lists are short.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from report_templates.language import gettext
from report_templates.sections.section import Record, View

# No text of a person is longer (`states.LONGEST_ENTERED`): five pages.
LONGEST_TEXT = 20_000
# All comments of a table: some thirty pages.
LONGEST_TOGETHER = 100_000
# What is printed of a longer one.
_BEGINNING = 1200
# An identifier in a table, about a third of a page of the narrowest column.
LONGEST_CELL = 1200
# A name, a place or an institution in the table of page 1.
LONGEST_FACT = 150


def cut_visibly(text: str, longest: int) -> str:
    """A name or a cell, or its beginning with a mark and a pointer that nobody takes for the end."""
    if len(text) <= longest:
        return text
    return gettext("{beginning}… [cut here; whole in report.json]").format(beginning=text[:longest].rstrip())


def whole_text(text: str, longest: int = LONGEST_TEXT) -> str:
    """Running text in full; of what is longer than any person writes the beginning, said before and behind it."""
    if len(text) <= longest:
        return text
    return gettext(
        "[TEXT CUT: the first {shown} of {all} characters; the whole text is in report.json] {beginning}… "
        "[CUT HERE: the whole text is in report.json]"
    ).format(shown=_BEGINNING, all=len(text), beginning=text[:_BEGINNING].rstrip())


def texts_of_the_page(texts: Sequence[str]) -> list[str]:
    """The texts in full, as long as they are no book together; then of each the beginning."""
    is_a_book = sum(len(text) for text in texts if len(text) <= LONGEST_TEXT) > LONGEST_TOGETHER
    return [whole_text(text, _BEGINNING if is_a_book else LONGEST_TEXT) for text in texts]


def cell(text: str) -> str:
    """A name or an identifier, as long as a cell of a table holds it."""
    return cut_visibly(text, LONGEST_CELL)


def first_of(texts: Sequence[str], longest: int, file: str = "report.json") -> list[str]:
    """At most `longest` of the texts; one more says how many are left and where they are."""
    if len(texts) <= longest:
        return list(texts)
    return [*texts[:longest], gettext("{n} more in {file}").format(n=len(texts) - longest, file=file)]


def within_the_page(view: Callable[[Record], View | None]) -> Callable[[Record], View | None]:
    """The view with every text as `whole_text` prints it; drawings are no texts and stay whole."""

    def bounded(record: Record) -> View | None:
        within: View | None = _bounded(view(record))
        return within

    return bounded


def _bounded(value: Any) -> Any:
    # Markup is a str and must not be cut inside a mark: only plain text is.
    if type(value) is str:
        return whole_text(value)
    if isinstance(value, dict):
        return {key: _bounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_bounded(item) for item in value]
    if type(value) is tuple:
        return tuple(_bounded(item) for item in value)
    return value
