"""
The PDF of a saved record: HTML from the templates, then WeasyPrint; archived and accessible (PDF/A-3a, PDF/UA-1).

WeasyPrint is loaded at the first report, once per process, with its fonts and stylesheets. One render at a time per
process: threads that share a font configuration corrupt native memory.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, UndefinedError
from markupsafe import Markup

from report_templates.exports import report_json
from report_templates.laboratory_templates import BlockError, own_blocks, text_of
from report_templates.language import (
    ORIGINAL,
    english_was_left,
    gettext,
    language_of,
    ngettext,
    npgettext,
    pgettext,
    speaking,
)
from report_templates.look import Look, LookError, look_of
from report_templates.record import SCHEMA_VERSION, SIGNED, cleaned
from report_templates.schema import key_names
from report_templates.sections import sections_of
from report_templates.sections.margins import running_texts
from report_templates.sentences import said, term
from report_templates.states import unsound_signatures

_PAPERS = ("A4", "letter")
# The laboratory's own blocks that stand after a section.
_BLOCK_AFTER = {"summary": "after_summary", "authorisation": "closing"}
_MOST_NAMED = 3
_OTHER_LETTERS = "write the text with letters of another script in the request, then run again"
# Harmless in a page, which prints them as spaces.
_LINE_ENDS = str.maketrans("\t\r\n", "   ")
_WATERMARKS = {"draft", "preliminary", "withdrawn"}


class RenderError(Exception):
    """
    The record cannot become a report that is safe to read. The message never quotes the record.

    `remedy` is what the laboratory can do about it itself; empty where it can do nothing.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


def render_pdf(record: Mapping[str, Any], saved: bytes | None = None) -> bytes:
    """
    The report as PDF, with the record inside as report.json; the same record gives the same bytes.

    `saved` are the bytes from which `record` was read, embedded as they are; without them the record is written anew.

    Raises:
        RenderError: a field is missing or has an unknown code, a signed status lacks its signature, a character has
            no glyph in any font, or the page asked for something outside the package.
    """
    html = render_html(record)
    from report_templates import engine  # late: WeasyPrint costs seconds, and only a render needs it

    attached = engine.AssociatedFile(
        name="report.json",
        content=report_json(record) if saved is None else saved,
        description="The record that this report is drawn from",
        dated=datetime.fromisoformat(record["report"]["issued"]),
    )
    with _warnings_collected() as warnings:
        try:
            content = engine.draw(html, record["report"]["paper"], attached, _look(record))
        except engine.RefusedError:
            raise RenderError("the page asked for a file or an address; a report brings all it needs") from None
        except engine.MissingGlyphError as error:
            raise RenderError(_no_glyph(error.characters), _OTHER_LETTERS) from None
    if warnings:
        raise RenderError(f"the page could not be drawn as written: {'; '.join(dict.fromkeys(warnings))}")
    return content


def render_html(record: Mapping[str, Any]) -> str:
    """The report as HTML, from the record alone. Raises RenderError as `render_pdf` does."""
    try:
        _check_schema(record)
        _check_texts(record)
        _check_signatures(record)
        with speaking(language_of(record["report"]["language"])):
            return _html(record)
    except KeyError as error:
        # A key that is missing, or a value without a word, which may be the patient's and stays unsaid.
        name = error.args[0] if error.args else None
        named = f"{name!r}" if isinstance(name, str) and name in key_names() else "a value"
        raise RenderError(f"the record lacks, or does not know, {named}") from None
    except BlockError as error:
        raise RenderError(str(error), error.remedy) from None
    except ValueError:
        # A date that is none; Python's message would quote it.
        raise RenderError("the record holds a date or a number that cannot be read") from None
    except UndefinedError:
        raise RenderError("a template names what its section does not give") from None


def _look(record: Mapping[str, Any]) -> Look:
    try:
        return look_of(record)
    except LookError as error:
        raise RenderError(str(error)) from None


def _no_glyph(characters: tuple[str, ...]) -> str:
    """By number and Unicode's name, which tells the script: the laboratory finds it without our quoting the word."""
    named = [f"U+{ord(one):04X} ({unicodedata.name(one, 'no name')})" for one in characters[:_MOST_NAMED]]
    more = f" and {len(characters) - _MOST_NAMED} more" if len(characters) > _MOST_NAMED else ""
    return f"no glyph in the report's fonts for {', '.join(named)}{more}"


def _html(record: Mapping[str, Any]) -> str:
    environment = _environment()
    report = record["report"]
    if report["paper"] not in _PAPERS:
        raise KeyError("paper")
    own = own_blocks(record)
    views = ((section.name, section.view(record)) for section in sections_of(record))
    return environment.get_template("report.html").render(
        language=report["language"],
        # No patient data: file managers, browsers and indexes show the title.
        title=f"{term('title', report['title'])} {report['id']}",
        lab=record["lab"]["name"],
        generator=f"{record['provenance']['software']} {record['provenance']['software_version']}",
        issued=report["issued"],
        status=report["status"],
        running=[
            (name, _own_footer(own["footer"], record) if name == "foot" and own["footer"] else text)
            for name, text in running_texts(record)
        ],
        watermark=_watermark(report["status"], report["language"]),
        sections=[
            Markup(environment.get_template(f"partials/{name}.html").render(view | {"own": own}))  # noqa: S704 - autoescaped
            + _own_block(own, _BLOCK_AFTER.get(name))
            for name, view in views
            if view is not None
        ],
    )


def _own_footer(block: Markup, record: Mapping[str, Any]) -> str:
    """The laboratory's wording of the foot, and its line of lab.toml, which stands there in either case."""
    line = (record["lab"].get("texts") or {}).get("footer", "")
    return text_of(block) + (line and f" · {line}")


def _own_block(own: Mapping[str, Markup], name: str | None) -> Markup:
    """A block of the laboratory that stands after a section, or nothing."""
    if name is None or not own[name]:
        return Markup("")
    return Markup('<div class="own">{}</div>').format(own[name])


def _check_schema(record: Mapping[str, Any]) -> None:
    """A record of a later generation may say things in keys that these templates do not know."""
    if record["schema_version"].partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise RenderError(f"the record's schema is not {SCHEMA_VERSION}, which these templates draw")


def _check_texts(record: Mapping[str, Any]) -> None:
    """A saved record may come from anywhere, and U+202E shows DOE as EOD."""
    for text in _texts(record):
        # Nearly every text, and each of its signs is harmless.
        if text.isascii() and text.isprintable():
            continue
        spaced = text.translate(_LINE_ENDS)
        if cleaned(spaced) != spaced:
            raise RenderError("the record holds a character that hides or turns text, or that is none")


def _texts(value: Any) -> Iterator[str]:
    """Every text of the record, the keys of its tables too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _check_signatures(record: Mapping[str, Any]) -> None:
    status = record["report"]["status"]
    if status in SIGNED and not record["signatures"]:
        raise RenderError(f"a {status} report needs a signature")
    if status in ("draft", "preliminary") and record["signatures"]:
        raise RenderError(f"a {status} carries no signature")
    if status == "addendum" and not record["report"].get("addenda"):
        raise RenderError("the text of the addendum is missing")
    if not all(one["signature"] for one in record["report"].get("addenda", ())):
        raise RenderError("an addendum needs a signature")
    # A name under words that it was never given to is the worst thing that a page could print.
    if unsound_signatures(record):
        raise RenderError("a signature is of other content than this record's; the report must be signed again")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("report_templates", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters["said"] = said
    environment.globals["english_was_left"] = english_was_left
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    return environment


@cache
def _watermark(status: str, language: str) -> Markup:
    """The word across every page, drawn as outlines so that it never mixes with the text of the page."""
    if status not in _WATERMARKS:
        return Markup("")
    drawing = (
        resources.files(__package__)
        / "watermarks"
        / (f"{status}.svg" if language == ORIGINAL else f"{status}.{language}.svg")
    )
    return Markup(drawing.read_text(encoding="utf-8"))  # noqa: S704 - our own file


@contextmanager
def _warnings_collected() -> Iterator[list[str]]:
    """
    WeasyPrint's warnings, kept from every log: they may quote the page.

    What is collected is the message before its values are filled in.
    """
    collected: list[str] = []

    def keep(entry: logging.LogRecord) -> bool:
        if entry.levelno >= logging.WARNING:
            collected.append(str(entry.msg).partition(":")[0])
        return False

    logger = logging.getLogger("weasyprint")
    logger.addFilter(keep)
    try:
        yield collected
    finally:
        logger.removeFilter(keep)
