"""
Every printed text can be translated: a made-up language writes each text in wide letters, and what remains in plain
letters on the page has to be data of the record, or a sentence that is marked as English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from gettext import NullTranslations
from html.parser import HTMLParser
from typing import Any

import pytest
from report_examples import KINDS, STATES
from test_report_sentences import sample_records

from report_templates import pdf, wording
from report_templates.language import Language

# What no language translates: units, names of standards and notations.
SAME_EVERYWHERE = frozenset(
    "aa AMP ASCO CAP chr CLIA cm EN H HGNC HGVS RNA DNA SHA UTC VICC score Tier Level I II III".split()
)
# Of a record's parts those that hold words of people, laboratories and files.
DATA = (
    *(
        "lab",
        "patient",
        "order",
        "diagnosis",
        "assay",
        "variants",
        "controls",
        "signatures",
        "references",
        "provenance",
    ),
    "communications",
)
SPECIMEN = (*("accession", "block_id", "type", "site", "fixative", "morphology", "prior_therapy", "acceptability"),)
REPORT = ("id", "replaces", "change", "addenda", "preliminary", "earlier_changes")
FUSION = (*("name", "vicc", "gene_", "transcript_", "breakpoint_", "genome", "drawing", "callers"),)
STAIN = ("marker", "clone", "platform", "comment", "probe", "intensity", "distribution")
CALL = ("name", "caller", "breakpoint_5prime", "breakpoint_3prime", "file")
LETTERS = str.maketrans(
    {chr(code): chr(code + 0xFEE0) for code in range(ord("A"), ord("z") + 1) if chr(code).isalpha()}
)
KEPT = re.compile(r"(%\(\w+\)s|%%|{\w+(?::\w+)?}|<[^>]+>)")


def widened(text: str) -> str:
    return "".join(part if KEPT.fullmatch(part) else part.translate(LETTERS) for part in KEPT.split(text))


class Wide(NullTranslations):
    """Every text in wide letters."""

    def gettext(self, message: str) -> str:
        return widened(message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        return widened(one if number == 1 else many)

    def pgettext(self, context: str, message: str) -> str:
        return widened(message)

    def npgettext(self, context: str, one: str, many: str, number: int) -> str:
        return widened(one if number == 1 else many)


class Page(HTMLParser):
    """What a reader sees or hears: texts, alternatives, what the margins print; not what is marked as English."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self._english = 0
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_english = given.get("lang") == "en" and tag != "html"
        if tag not in ("meta", "br", "col", "img"):
            self._open.append(is_english)
            self._english += is_english
        for name, value in attrs:
            if value and (name in ("alt", "title", "aria-label") or name.startswith("data-")):
                self.seen.append(value)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in ("meta", "br", "col", "img"):
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self._english -= self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._english:
            self.seen.append(data)


def texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from texts_of(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts_of(one)


def data_of(record: Mapping[str, Any]) -> str:
    """The words of the record that are no fixed ones of ours."""
    found = [list(record["provenance"]["inputs"]), *(record.get(part) for part in DATA)]
    found += [chosen(record["specimen"], SPECIMEN), chosen(record["report"], REPORT)]
    for fusion in record["fusions"]:
        found += [fusion["hgvs_r"], fusion["molecule"]]
        found += [value for key, value in fusion.items() if key.startswith(FUSION)]
    found += [chosen(stain, STAIN) for stain in (*record["ihc"], *record["fish"])]
    found += [chosen(call, CALL) for call in record["reviewed_calls"]]
    found += [chosen(line, ("name", "value", "threshold")) for line in record["qc"]]
    found += [gene["symbol"] for gene in record["genes"]]
    for therapy in record["therapies"]:
        found += [therapy["agent"], therapy["agent"].capitalize(), therapy["fusion"]]
    found += [
        one["text"]
        for one in record.get("explanations", ())
        if one["part"] == "limitation" and any(fact["fact"] == "limitations_of_the_assay" for fact in one["because"])
    ]
    return " ".join(texts_of(found))


def chosen(table: Mapping[str, Any], keys: tuple[str, ...]) -> list[Any]:
    return [table[key] for key in keys if key in table]


def leftovers(record: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    wide = Language("x-wide", Wide(), Wide(), "0" * 12)
    monkeypatch.setattr(pdf, "language_of", lambda code: wide)
    # Outlines, one file for each language.
    monkeypatch.setattr(pdf, "_watermark", lambda status, code: "")
    page = Page()
    page.feed(pdf.render_html(record))
    page.close()
    known = set(re.findall(r"[^\W\d_]+", data_of(record))) | SAME_EVERYWHERE
    known |= {word.lower() for word in known}
    found = []
    for text in page.seen:
        # Neither the ids of rules nor names with a number, such as CC01, SOX10 and S100.
        words = re.findall(r"[^\W\d_]{2,}", re.sub(r"\b[A-Z]+\d+\b", "", text))
        left = [word for word in words if word not in known and not all("！" <= letter <= "～" for letter in word)]
        if left:
            found.append(f"{' '.join(left)}  <-  {text.strip()[:100]}")
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("kind", KINDS | STATES)
def test_every_fixed_text_of_every_kind_of_report_can_be_translated(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert leftovers((KINDS | STATES)[kind](), monkeypatch) == []


def test_every_fixed_text_of_the_sample_reports_can_be_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    left = [leftovers(record, monkeypatch) for record in sample_records()]
    assert left == [[]] * 12


def test_a_text_that_was_never_given_to_a_catalogue_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "not_stated", lambda: "Never given")
    assert any(found.startswith("Never given") for found in leftovers(KINDS["positive"](), monkeypatch))
