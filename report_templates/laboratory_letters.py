"""
Whether the report's fonts have every character of the laboratory's own texts, before a night is spent on reports that
cannot be drawn.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache, lru_cache
from html import unescape
from importlib import resources

from fontTools.ttLib import TTFont

from parsers.errors import InputError, Problem
from parsers.laboratory import Assay, Laboratory

_MAIN_FONT = "SourceSans3-Regular.ttf"
# They choose the form of the letter before them; a letter is drawn in its common form without.
_VARIATION_SELECTORS = frozenset([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
# Settings, which no report prints.
_NOT_PRINTED = frozenset({"accession_pattern", "nightly", "knowledge_overlay", "time_zone", "key"})
_OTHER_LETTERS = "write the word in another script or in Latin letters"


def check_letters(laboratory: Laboratory) -> None:
    """
    Looks up every character of lab.toml's texts and of the laboratory's templates in the packaged fonts.

    Raises:
        InputError: by key of lab.toml or by template, with the character's number and Unicode name.
    """
    problems = [
        Problem("no-glyph", file, f"no font of the report has {_named(missing)}", _OTHER_LETTERS, column=key)
        for file, key, text in _texts(laboratory)
        if (missing := _missing(text))
    ]
    if problems:
        raise InputError(*problems)


def _texts(laboratory: Laboratory) -> Iterator[tuple[str, str, str]]:
    """File, key and text."""
    toml = "lab.toml"
    yield from ((toml, f"lab.{key}", text) for key, text in _texts_of(laboratory))
    look = laboratory.branding
    yield from ((toml, f"lab.{key}", getattr(look, key)) for key in ("letterhead", "footer"))
    for site in laboratory.sites:
        yield from ((toml, f"lab.site.{key}", text) for key, text in _texts_of(site))
    for name, assay in laboratory.assays.items():
        yield from ((toml, f"assay.{name}.{key}", text) for key, text in _of_assay(assay))
    yield from ((f"{name}.html", "", unescape(text)) for name, text in look.templates.items())


def _of_assay(assay: Assay) -> Iterator[tuple[str, str]]:
    yield from _texts_of(assay)
    for rule in assay.qc:
        yield from ((f"qc.{rule.metric}.{key}", text) for key, text in (("name", rule.name), ("unit", rule.unit)))
    if assay.performed_by is not None:
        yield from ((f"performed_by.{key}", text) for key, text in _texts_of(assay.performed_by))


def _texts_of(thing: object) -> Iterator[tuple[str, str]]:
    """Every field that is a text, or a list of them, by its key in lab.toml, which is its name here."""
    for field in fields(thing):  # type: ignore[arg-type]
        value = getattr(thing, field.name)
        if field.name in _NOT_PRINTED:
            continue
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str):
                yield field.name, text


def _missing(text: str) -> list[str]:
    left = {one for one in unicodedata.normalize("NFC", text) if not _needs_no_glyph(one)}
    for font in _fonts() if left else ():
        left -= {one for one in left if ord(one) in _characters(font)}
        if not left:
            break
    return sorted(left)


def _needs_no_glyph(character: str) -> bool:
    return (
        character.isspace() or unicodedata.category(character) in ("Cc", "Cf") or ord(character) in _VARIATION_SELECTORS
    )


@lru_cache(maxsize=1)
def _fonts() -> tuple[str, ...]:
    """The main font first: most texts need no other, and the large ones take a moment to read."""
    folder = resources.files("report_templates") / "fonts"
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(("-Regular.ttf", "-Regular.otf")))
    return (_MAIN_FONT, *(name for name in names if name != _MAIN_FONT))


@cache
def _characters(font: str) -> frozenset[int]:
    with (
        resources.as_file(resources.files("report_templates") / "fonts" / font) as path,
        TTFont(path, lazy=True) as one,
    ):
        return frozenset(one.getBestCmap())


def _named(missing: Iterable[str]) -> str:
    return ", ".join(f"U+{ord(one):04X} ({unicodedata.name(one, 'no name')})" for one in missing)
