"""
The catalogues of report_templates/locales: collected from the code, kept with their translations, and compiled.

`make translations` after a printed text changed: new texts stand in the .po files with an empty translation, texts that
are no longer printed are taken out, and the .mo files, which a report reads, are written anew. Nothing is guessed: a
changed text is a new text.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

_ROOT = Path(__file__).resolve().parent.parent
_PACKAGE = _ROOT / "report_templates"
sys.path.insert(0, str(_ROOT))

from report_templates.language import DOMAINS, FOLDERS  # noqa: E402
from report_templates.sentence_patterns import LISTS, PATTERNS  # noqa: E402

# `marked` and the word of a `Mark` are constants, translated where they are printed.
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "marked": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "Mark": (2,),
}
_JINJA = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}
# The same bytes whenever it runs: the history of the repository knows the date.
_DATE = datetime(2026, 11, 22, tzinfo=UTC)


def template_of(domain: str) -> Catalog:
    """Every text of a domain that a report may print, without translations."""
    template = Catalog(project="imtreport", version="1", creation_date=_DATE, revision_date=_DATE)
    for message, place, comments, context in _texts_of_report() if domain == "report" else _texts_of_sentences():
        template.add(message, locations=[(place, None)], auto_comments=comments, context=context)
    return template


def catalogue_of(language: str, domain: str) -> Catalog:
    """The translations of a domain, brought up to date with the code."""
    template, path = template_of(domain), path_of(language, domain)
    if path.exists():
        with path.open("rb") as content:
            catalogue = read_po(content, locale=FOLDERS[language], domain=domain)
    else:
        catalogue = Catalog(locale=FOLDERS[language], domain=domain)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = f"# The {domain} catalogue of imtreport. See docs/languages.md."
    catalogue.project, catalogue.version = "imtreport", "1"
    catalogue.creation_date = catalogue.revision_date = _DATE
    catalogue.fuzzy = False
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    content = io.BytesIO()
    write_po(content, catalogue, width=116, sort_output=False, ignore_obsolete=True)
    return content.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    content = io.BytesIO()
    write_mo(content, catalogue)
    return content.getvalue()


def path_of(language: str, domain: str) -> Path:
    return _PACKAGE / "locales" / FOLDERS[language] / "LC_MESSAGES" / f"{domain}.po"


def _texts_of_sentences() -> Iterator[tuple[str | tuple[str, ...], str, list[str], str | None]]:
    for group, wordings in PATTERNS.items():
        for wording in wordings:
            yield wording, "report_templates/sentence_patterns.py", [], group


def _texts_of_report() -> Iterator[tuple[str | tuple[str, ...], str, list[str], str | None]]:
    for _, separators, context in LISTS.values():
        for separator in separators:
            yield separator, "report_templates/sentence_patterns.py", [], context
    for path in sorted(_PACKAGE.rglob("*")):
        if path.suffix not in (".py", ".html") or path.name == "sentence_patterns.py":
            continue
        place = path.relative_to(_ROOT).as_posix()
        method = "python" if path.suffix == ".py" else babel_extract
        with path.open("rb") as content:
            found = extract(method, content, _KEYWORDS, ["Translators:"], _JINJA if path.suffix == ".html" else {})
            for _, message, comments, context in found:
                yield message, place, list(comments), context


def main() -> int:
    empty = 0
    for language, folder in FOLDERS.items():
        for domain in DOMAINS if folder else ():
            catalogue, path = catalogue_of(language, domain), path_of(language, domain)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(as_po(catalogue))
            path.with_suffix(".mo").write_bytes(as_mo(catalogue))
            missing = [message for message in catalogue if message.id and not all(_strings(message.string or ""))]
            empty += len(missing)
            print(f"{path.relative_to(_ROOT)}: {len(catalogue)} texts, {len(missing)} without translation")  # noqa: T201
    return 1 if empty else 0


def _strings(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else string


if __name__ == "__main__":
    sys.exit(main())
