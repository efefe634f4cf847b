"""Where a page ends: text and lists too long for it are cut visibly, with the file that holds the whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from report_templates.language import gettext
from report_templates.sections.section import Record, View

# About a third of a page of the smallest column that prints running text.
LONGEST_TEXT = 1200
# A name, a place or an institution in the table of page 1.
LONGEST_FACT = 150


def cut_visibly(text: str, longest: int) -> str:
    """`text`, or its beginning with a mark and a pointer that nobody takes for the end."""
    if len(text) <= longest:
        return text
    return gettext("{beginning}… [cut here; whole in report.json]").format(beginning=text[:longest].rstrip())


def first_of(texts: Sequence[str], longest: int, file: str = "report.json") -> list[str]:
    """At most `longest` of the texts; one more says how many are left and where they are."""
    if len(texts) <= longest:
        return list(texts)
    return [*texts[:longest], gettext("{n} more in {file}").format(n=len(texts) - longest, file=file)]


def within_the_page(view: Callable[[Record], View | None]) -> Callable[[Record], View | None]:
    """The view with every text cut to `LONGEST_TEXT`; drawings are no texts and stay whole."""

    def bounded(record: Record) -> View | None:
        within: View | None = _bounded(view(record))
        return within

    return bounded


def _bounded(value: Any) -> Any:
    # Markup is a str and must not be cut inside a mark: only plain text is.
    if type(value) is str:
        return cut_visibly(value, LONGEST_TEXT)
    if isinstance(value, dict):
        return {key: _bounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_bounded(item) for item in value]
    if type(value) is tuple:
        return tuple(_bounded(item) for item in value)
    return value
