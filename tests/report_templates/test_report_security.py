"""
Hostile texts in every field of the record, one at a time and all together: a report shows them as text or is refused.

Nothing is asked of the network, no file is read, nothing is run, and the only links lead to the sources' registers.
"""

from __future__ import annotations

import io
import json
import re
import socket
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from html import unescape
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from jinja2 import StrictUndefined
from report_examples import KINDS, a_record

from parsers.branding import Branding
from report_templates import laboratory_templates, pdf
from report_templates.pdf import RenderError, render_html, render_pdf
from report_templates.states import content_sha256

FILE_CONTENT = "NOT-FOR-REPORTS-4711"
REGISTERS = ("https://doi.org/", "https://pubmed.ncbi.nlm.nih.gov/")

# Fields that are drawn in one PDF, and how many such PDFs hold them all.
TOGETHER, MOST_PARTS = 24, 6

Path_ = tuple[str | int, ...]


class Canary:
    """A listening socket that nobody should call."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def calls(self) -> int:
        """How often it was called since the last time it was asked."""
        count = 0
        while True:
            try:
                self._socket.accept()[0].close()
            except BlockingIOError:
                return count
            count += 1

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    one = Canary()
    yield one
    one.close()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(FILE_CONTENT, encoding="utf-8")
    return path


def attacks(address: str, secret: Path) -> list[str]:
    return [
        f"<img src={address}/>",
        f"<link rel=attachment href=file://{secret}>",
        f'"><link rel="attachment" href="file://{secret}">',
        f"<svg><image href='{address}/a.png'/></svg>",
        f"<style>@import url({address}/a.css); body {{ background: url(file:{secret}) }}</style>",
        f"red; background: url({address}/b)",
        f"url(file:{secret})",
        f"javascript:fetch('{address}')",
        f"file://{secret}",
        f"</td></table></body><iframe src='{address}'></iframe>",
        "{{7*7}}{% for x in ().__class__.__mro__ %}{{ x }}{% endfor %}",
        "%(x)s {0.__class__} \\A url(x)",
    ]


def test_the_canary_sings() -> None:
    one = Canary()
    socket.create_connection(("127.0.0.1", int(one.address.rpartition(":")[2]))).close()
    assert (one.calls(), one.calls()) == (1, 0)
    one.close()


@pytest.mark.parametrize("kind", ["positive", "two_fusions_on_hold"])
def test_no_field_of_the_record_adds_a_tag_a_link_or_a_calculation(kind: str, canary: Canary, secret: Path) -> None:
    record = KINDS[kind]()
    hostile = " ".join(["{{7*7}}", *attacks(canary.address, secret)])
    usual = tags_of(render_html(record))
    printed = 0
    for path in shapes(record):
        try:
            html = render_html(with_text(record, hostile, path))
        except RenderError:
            continue
        printed += 1
        found = tags_of(html)
        # A longer or shorter list of paragraphs is no harm; a tag or an attribute that was not there is.
        assert set(found) <= set(usual) | OTHER_TAGS, path
        assert addresses_in(html) <= {"report:logo"} | registers_in(html), path
        assert "49 <img" not in unescape(html), path
        assert FILE_CONTENT not in html, path
    assert printed > 50
    assert canary.calls() == 0


@pytest.mark.parametrize(
    "path",
    [
        ("report", "status"),
        ("report", "issued"),
        ("patient", "date_of_birth"),
        ("ihc", 0, "result"),
        ("lab", "colours", "main"),
        ("report", "paper"),
        ("fusions", 0, "classification"),
    ],
)
def test_a_refusal_quotes_nothing_of_the_record(path: Path_) -> None:
    with pytest.raises(RenderError) as caught:
        render_pdf(with_text(a_record(), "DOE, Alexandra", path))
    assert "DOE" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("shift", [0, pytest.param(4, marks=pytest.mark.slow), pytest.param(8, marks=pytest.mark.slow)])
def test_with_hostile_texts_in_all_fields_the_pdf_calls_nothing_and_holds_no_file(
    shift: int, canary: Canary, secret: Path
) -> None:
    record, paths = a_record(), free_texts()
    texts = attacks(canary.address, secret)
    for number, path in enumerate(paths):
        record = with_text(record, texts[(number + shift) % len(texts)], path)
    assert len(paths) > 100
    assert_nothing_came_in(render_pdf(record))
    assert canary.calls() == 0


def test_a_word_of_5000_letters_gives_a_report(canary: Canary) -> None:
    paths: list[Path_] = [("patient", "name"), ("result", "headline"), ("ihc", 0, "clone"), ("lab", "name")]
    assert_nothing_came_in(render_pdf(with_text(a_record(), "W" * 5000, *paths)))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(MOST_PARTS))
def test_each_group_of_fields_with_all_hostile_texts_gives_a_pdf_that_calls_nothing(
    part: int, canary: Canary, secret: Path
) -> None:
    """One field at a time is a matter of HTML, above; a PDF for each of them would take minutes."""
    fields = [path for path in shapes(a_record()) if path in free_texts()]
    assert len(fields) <= MOST_PARTS * TOGETHER
    group = fields[part * TOGETHER : (part + 1) * TOGETHER]
    hostile = " ".join(attacks(canary.address, secret))
    assert_nothing_came_in(render_pdf(with_text(a_record(), hostile, *group)))
    assert canary.calls() == 0


@pytest.mark.parametrize("text", ["DOE\u202eEOD", "DO\ud800E", "DO\x00E", "DO\u200bE", "\u2066DOE", "DO\U000e0041E"])
@pytest.mark.parametrize("path", [("patient", "name"), ("result", "headline"), ("lab", "name"), ("ihc", 0, "clone")])
def test_a_record_with_a_character_that_hides_or_turns_text_is_refused(text: str, path: Path_) -> None:
    with pytest.raises(RenderError, match="hides or turns") as caught:
        render_pdf(with_text(a_record(), text, path))
    assert "DO" not in str(caught.value)


def test_a_file_name_that_turns_text_is_refused_too() -> None:
    record = a_record()
    record["provenance"]["inputs"] = {"gpj.\u202etxt": "0"}
    with pytest.raises(RenderError, match="hides or turns"):
        render_html(record)


@pytest.mark.parametrize(
    "identifier",
    ["javascript:alert(1)", "file:///etc/passwd", "doi:javascript:alert(1)", "PMID:1\" onclick=\"x", "http://example.org",
     "doi:10.1/x\"><img src=x>", "//example.org/x", "data:text/html,x"],
)  # fmt: skip
def test_an_identifier_becomes_a_link_to_its_register_or_none(identifier: str) -> None:
    record = a_record()
    record["references"][1]["identifier"] = identifier
    assert all(link.startswith(REGISTERS) for link in links_of(render_pdf(signed_again(record))))


def test_the_usual_report_has_links_to_the_registers_and_its_record_as_the_one_attachment() -> None:
    content = render_pdf(a_record())
    assert links_of(content)
    assert_nothing_came_in(content)


@pytest.mark.parametrize("base64", ["", "====", "PHN2Zz4=", "bm90IGEgcGljdHVyZQ=="])
@pytest.mark.parametrize("media_type", ["image/svg+xml", "image/png", "text/html"])
def test_a_record_s_logo_that_is_no_picture_is_refused(media_type: str, base64: str) -> None:
    record = a_record()
    record["lab"]["logo"] = {"media_type": media_type, "base64": base64, "alternative": "x"}
    signed_again(record)
    with pytest.raises(RenderError, match="logo"):
        render_pdf(record)


@pytest.mark.parametrize(
    "colour", ["red", "#fff", "#ffffff", "#12395b; background: url(x)", "#12395b\n}", "url(#a)", ""]
)
def test_a_record_s_colour_that_is_none_is_refused(colour: str) -> None:
    record = a_record()
    record["lab"]["colours"] = {"main": "#12395b", "accent": colour}
    signed_again(record)
    with pytest.raises(RenderError, match="colour"):
        render_pdf(record)


def test_a_record_s_template_cannot_name_another_block() -> None:
    record = a_record(branding=Branding(templates={"closing": "x"}))
    record["lab"]["templates"] = {"DOE, Alexandra": "x"}
    signed_again(record)
    with pytest.raises(RenderError, match="no block of this name") as caught:
        render_html(record)
    assert "DOE" not in str(caught.value)


def partials() -> list[str]:
    folder = resources.files("report_templates") / "partials"
    return sorted(file.name for file in folder.iterdir() if file.name.endswith(".html"))


@pytest.mark.parametrize("name", ["report.html", "macros.html", *(f"partials/{name}" for name in partials())])
def test_every_template_escapes_and_none_trusts_a_value(name: str) -> None:
    environment = pdf._environment()
    source = (resources.files("report_templates") / name).read_text(encoding="utf-8")
    assert environment.autoescape is True
    assert not re.search(r"\|\s*safe\b|autoescape|Markup", source), name
    assert environment.from_string("{{ value }}").render(value="<b>") == "&lt;b&gt;"


def test_both_environments_refuse_a_name_that_is_not_given() -> None:
    for environment in (pdf._environment(), laboratory_templates._SANDBOX):
        assert environment.undefined is StrictUndefined
        assert environment.autoescape is True
    assert laboratory_templates._SANDBOX.sandboxed
    assert not laboratory_templates._SANDBOX.globals


# What a section may print or leave out, depending on its texts.
OTHER_TAGS = {
    *(("a", "href"), ("b", ""), ("br", ""), ("div", ""), ("i", ""), ("li", ""), ("p", ""), ("ul", "")),
    ("span", "class"),
}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self.addresses: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs or [("", "")]:
            self.found.append((tag, name))
            if name in ("src", "href", "data", "xlink:href", "action"):
                self.addresses.add(value or "")


def tags_of(html: str) -> list[tuple[str, str]]:
    reader = _Tags()
    reader.feed(html)
    reader.close()
    return reader.found


def addresses_in(html: str) -> set[str]:
    reader = _Tags()
    reader.feed(html)
    return reader.addresses


def registers_in(html: str) -> set[str]:
    return {address for address in addresses_in(html) if address.startswith(REGISTERS)}


def text_paths(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """The place of every text of the record."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from text_paths(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from text_paths(item, (*path, number))


def shapes(record: dict[str, Any]) -> Iterator[Path_]:
    """The place of every kind of text: one item of a list stands for the others."""
    seen: set[Path_] = set()
    for path in text_paths(record):
        shape = tuple("*" if isinstance(step, int) else step for step in path)
        if shape not in seen:
            seen.add(shape)
            yield path


def with_text(record: dict[str, Any], text: str, *paths: Path_) -> dict[str, Any]:
    changed = deepcopy(record)
    for path in paths:
        place: Any = changed
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = text
    return signed_again(changed)


def signed_again(record: dict[str, Any]) -> dict[str, Any]:
    """The signatures of a record hold what it said; an attacker who may write a record may sign it."""
    for signature in record["signatures"]:
        if "content_sha256" in signature:
            signature["content_sha256"] = content_sha256(record)
    return record


@cache
def free_texts() -> tuple[Path_, ...]:
    """The texts of a record that are no codes, dates or references to each other: any text prints in all of them."""
    record = a_record()
    kept: list[Path_] = []
    for path in text_paths(record):
        # Colours are refused later, before the page is drawn.
        if path[:2] != ("lab", "colours") and is_printed(with_text(record, "<img src=x>", path)):
            kept.append(path)
    while not is_printed(with_text(record, "<img src=x>", *kept)):
        # Two texts that name each other: the fusion's driver and a gene, for example. The front page stays.
        kept = [path for path in kept if path[0] != next(one[0] for one in reversed(kept) if one[0] not in _STAYING)]
    return tuple(kept)


_STAYING = frozenset({"patient", "specimen", "order", "diagnosis", "lab", "result"})


def is_printed(record: dict[str, Any]) -> bool:
    try:
        render_html(record)
    except RenderError:
        return False
    return True


def links_of(content: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(content)) as file:
        return [
            str(annotation["/A"]["/URI"])
            for page in file.pages
            for annotation in page.get("/Annots", [])
            if "/A" in annotation and "/URI" in annotation["/A"]
        ]


def assert_nothing_came_in(content: bytes) -> None:
    with pikepdf.open(io.BytesIO(content)) as file:
        assert list(file.attachments) == ["report.json"]
        json.loads(file.attachments["report.json"].get_file().read_bytes())
        for one in file.objects:
            if isinstance(one, pikepdf.Stream):
                assert FILE_CONTENT.encode() not in one.read_bytes()
            elif isinstance(one, pikepdf.Dictionary):
                assert one.get("/S") not in ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR")
        assert "/OpenAction" not in file.Root
        assert "/AA" not in file.Root
    assert all(link.startswith(REGISTERS) for link in links_of(content))
