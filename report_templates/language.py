"""
The language in which a report is drawn: its words, its way of writing a date, a figure and a list.

The record stays English; what is printed is translated while it is drawn. `speaking` chooses the language for the time
of one render and leaves nothing behind: renders in different languages may follow or hold each other.

Every language but English is a folder of two catalogues in locales/: `report`, the fixed words of the page, and
`sentences`, the sentences of the interpretation (see `report_templates.sentences`). How a date or a list is written
stands there too, so that a new language is a folder and one line here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations
from hashlib import sha256
from importlib import resources

# The language as a record and an HTML page name it (BCP 47), and the folder of its catalogues.
FOLDERS = {"en-GB": "", "de": "de", "zh-Hans": "zh_Hans"}
ORIGINAL = "en-GB"
DOMAINS = ("report", "sentences")


@dataclass(frozen=True, slots=True)
class Language:
    """
    One language: the fixed `words` of a report and the `sentences` of the interpretation.

    `catalogue` names the edition of the catalogues: the first 12 digits of their sha256; empty for English, which is
    the original. `approved_by` is the pathologist who approved that edition, with the date; empty where nobody did.
    """

    code: str
    words: NullTranslations
    sentences: NullTranslations
    catalogue: str = ""
    approved_by: str = ""

    @property
    def is_original(self) -> bool:
        """Whether the sentences of a record are printed as they stand there."""
        return not self.catalogue


@dataclass(slots=True)
class _Render:
    """One report being drawn: its language, and whether a sentence of it had to stay English."""

    language: Language
    has_english_left: bool = field(default=False)


@cache
def language_of(code: str) -> Language:
    """
    The language of a record's `report.language`.

    Raises:
        KeyError: there is no such language.
    """
    folder = FOLDERS[code]
    if not folder:
        return Language(code, NullTranslations(), NullTranslations())
    digest = sha256()
    catalogues: list[GNUTranslations] = []
    for domain in DOMAINS:
        file = resources.files(__package__) / "locales" / folder / "LC_MESSAGES" / f"{domain}.mo"
        digest.update(file.read_bytes())
        with file.open("rb") as content:
            catalogues.append(GNUTranslations(content))
    words, sentences = catalogues
    # A sentence without a translation must be known as such, so that it is not taken for a translated one.
    sentences.add_fallback(_Untranslated())
    catalogue = digest.hexdigest()[:12]
    return Language(code, words, sentences, catalogue, _approval(code, catalogue))


_render: ContextVar[_Render | None] = ContextVar("render", default=None)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Draws in `language` until the end of the block; English is spoken outside any such block."""
    token = _render.set(_Render(language))
    try:
        yield
    finally:
        _render.reset(token)


def spoken() -> Language:
    """The language that is drawn in now."""
    render = _render.get()
    return language_of(ORIGINAL) if render is None else render.language


def english_was_left() -> bool:
    """Whether this render has printed a sentence in English for want of a translation."""
    render = _render.get()
    return render is not None and render.has_english_left


def leave_english() -> None:
    """Notes that a sentence of this render was printed in English."""
    render = _render.get()
    if render is not None:
        render.has_english_left = True


def gettext(message: str) -> str:
    """A fixed word or sentence of the page. `_` is its short name in code that uses it often."""
    return spoken().words.gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """One of two forms by `number`, as the language counts."""
    return spoken().words.ngettext(one, many, number)


def pgettext(context: str, message: str) -> str:
    """A word that has several meanings in English: `context` says which."""
    return spoken().words.pgettext(context, message)


def npgettext(context: str, one: str, many: str, number: int) -> str:
    return spoken().words.npgettext(context, one, many, number)


def marked(message: str) -> str:
    """The message itself, marked for the catalogue: for constants, which are translated when they are printed."""
    return message


def day_text(when: date) -> str:
    """`03 Feb 2026`, `3. Febr. 2026`, `2026年2月3日`: no reader can take the day for the month."""
    # What a date is made of; the catalogue puts it in order.
    form = pgettext("date", "{day:02d} {month} {year}")
    return form.format(day=when.day, month=_month(when.month), year=when.year)


def figure_text(value: float) -> str:
    """A figure without needless decimals, with the decimal mark of the language: `66.7`, `66,7`."""
    return f"{value:g}".replace(".", decimal_mark())


def decimal_mark() -> str:
    return pgettext("decimal mark", ".")


def listed(words: Iterable[str]) -> str:
    """`ALK`, `ALK and RET`, `ALK, RET and ROS1`; empty without words."""
    parts = list(words)
    if len(parts) < 2:
        return "".join(parts)
    return pgettext("names", ", ").join(parts[:-1]) + pgettext("names", " and ") + parts[-1]


class _Untranslated(NullTranslations):
    def pgettext(self, context: str, message: str) -> str:
        return ""


def _approval(code: str, catalogue: str) -> str:
    """Who approved this very edition of the catalogues, and when; empty where nobody did."""
    text = (resources.files(__package__) / "locales" / "approvals.toml").read_text(encoding="utf-8")
    return next(
        (
            f"{approval['by']}, {approval['date']}"
            for approval in tomllib.loads(text).get("approval", ())
            if (approval["language"], approval["catalogue"]) == (code, catalogue)
        ),
        "",
    )


def _month(number: int) -> str:
    months = (
        pgettext("month", "Jan"),
        pgettext("month", "Feb"),
        pgettext("month", "Mar"),
        pgettext("month", "Apr"),
        pgettext("month", "May"),
        pgettext("month", "Jun"),
        pgettext("month", "Jul"),
        pgettext("month", "Aug"),
        pgettext("month", "Sep"),
        pgettext("month", "Oct"),
        pgettext("month", "Nov"),
        pgettext("month", "Dec"),
    )
    return months[number - 1]
