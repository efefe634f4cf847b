"""What a pathologist wrote is printed whole, over as many pages as it needs; what nobody reads is cut and says so."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pdfplumber
import pytest
from report_examples import (
    a_case,
    a_fusion,
    a_probe,
    a_record,
    a_specimen,
    a_stain,
    a_statement,
    addendum_record,
    an_interpretation,
    corrected_record,
)

from interpret.findings import Verdict
from report_templates.pdf import render_html, render_pdf
from report_templates.sections.cutting import LONGEST_TEXT, texts_of_the_page, whole_text
from report_templates.states import LONGEST_ENTERED, addendum_sha256, content_sha256

SENTENCES = (*(f"Slide {number} was seen again with two colleagues and every stain." for number in range(1, 86)),
             "A FUSION OF ALK IS ABSENT.")  # fmt: skip
PROSE = " ".join(SENTENCES)
CUT = "[TEXT CUT:"
END = "[CUT HERE: the whole text is in report.json]"


def printed(pdf: bytes) -> str:
    """The words of every page between its margins, without the spaces that line breaks make."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        pages = [page.crop((0, 45, page.width, page.height - 45)).extract_text() for page in document.pages]
    return re.sub(r"\s+", "", "".join(pages))


def on_page(record: dict[str, Any]) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", render_html(record)).split())


def with_addendum_text(text: str) -> dict[str, Any]:
    """Signed with this text, however long `states` would take one today."""
    record = addendum_record()
    added = record["report"]["addenda"][-1]
    added["text"] = text
    added["signature"]["content_sha256"] = addendum_sha256(record)
    return record


def with_reason(text: str) -> dict[str, Any]:
    record = corrected_record()
    record["report"]["change"]["reason"] = text
    return signed_again(record)


def signed_again(record: dict[str, Any]) -> dict[str, Any]:
    for signature in record["signatures"]:
        signature["content_sha256"] = content_sha256(record)
    return record


def of_finding(**changes: Any) -> dict[str, Any]:
    return a_record(an_interpretation(**changes))


def a_verdict(**changes: Any) -> Verdict:
    return replace(an_interpretation().verdict, **changes)


PLACES = {
    "an addendum": lambda: with_addendum_text(PROSE),
    "the reason of a change": lambda: with_reason(PROSE),
    "a statement": lambda: of_finding(statements=(a_statement("fusion", PROSE),)),
    "a limitation": lambda: of_finding(limitations=(PROSE,)),
    "a recommendation": lambda: of_finding(recommendations=(PROSE,)),
    "the summary": lambda: of_finding(verdict=a_verdict(summary=(PROSE,))),
    "the certainty": lambda: of_finding(verdict=a_verdict(certainty=PROSE)),
    "a next step": lambda: of_finding(verdict=a_verdict(next_steps=(PROSE,))),
    "the reason of a fusion": lambda: of_finding(fusions=(a_fusion(reasons=(PROSE,)),)),
    "a note on a fusion": lambda: of_finding(fusions=(a_fusion(notes=(PROSE,)),)),
    "a comment on a stain": lambda: a_record(case=a_case(ihc=(a_stain(comment=PROSE),))),
    "a comment on FISH": lambda: a_record(case=a_case(fish=(a_probe(comment=PROSE),))),
    "the morphology": lambda: a_record(case=a_case(specimen=a_specimen(morphology=PROSE))),
    "the indication": lambda: a_record(case=a_case(specimen=a_specimen(indication=PROSE))),
}


@pytest.mark.parametrize("place", PLACES)
def test_5000_characters_are_printed_to_the_last(place: str) -> None:
    assert len(PROSE) > 5_000
    page = on_page(PLACES[place]())
    assert PROSE in page
    assert "report.json]" not in page


@pytest.mark.parametrize("place", ["an addendum", "the reason of a change", "the certainty", "a comment on a stain"])
def test_a_long_text_flows_over_the_pages_and_none_of_it_leaves_them(place: str) -> None:
    seen = printed(render_pdf(PLACES[place]()))
    assert [one for one in SENTENCES if one.replace(" ", "") not in seen] == []


@pytest.mark.parametrize("place", [with_addendum_text, with_reason])
def test_what_a_signer_entered_is_never_cut(place: Any) -> None:
    longest = "x" * (LONGEST_ENTERED - 9) + "IS ABSENT"
    assert len(longest) == LONGEST_TEXT
    assert longest in on_page(place(longest))
    # An older record may hold a longer one: it was signed as it stands.
    assert f"{longest}{longest}" in on_page(place(f"{longest}{longest}"))


def test_a_comment_of_100_kb_is_cut_with_the_pointer_before_and_behind() -> None:
    record = a_record(case=a_case(ihc=(a_stain(comment="note " * 20_000),)))
    page = on_page(record)
    assert f"{CUT} the first 1200 of 100000 characters; the whole text is in report.json]" in page
    assert page.index(CUT) < page.index("note note") < page.index(END)
    assert page.count("note ") < 300
    with pdfplumber.open(io.BytesIO(render_pdf(record))) as document:
        assert len(document.pages) < 7


def test_a_text_is_whole_or_visibly_cut() -> None:
    assert whole_text("a" * LONGEST_TEXT) == "a" * LONGEST_TEXT
    assert whole_text("a" * (LONGEST_TEXT + 1)).startswith(CUT)
    assert whole_text("a" * (LONGEST_TEXT + 1)).endswith(END)


def test_many_long_comments_are_cut_only_where_together_they_are_a_book() -> None:
    few = ["a" * 15_000] * 6
    assert texts_of_the_page(few) == few
    many = ["a" * 15_000] * 60 + ["short"]
    cut = texts_of_the_page(many)
    assert len(cut) == 61
    assert cut[-1] == "short"
    assert sum(map(len, cut)) < 100_000
    assert all(text.startswith(CUT) for text in cut[:-1])


def test_a_name_or_a_cell_stays_short() -> None:
    record = a_record()
    record["ihc"][0]["clone"] = "c" * 5_000
    page = on_page(record)
    assert "c" * 1_200 + "… [cut here; whole in report.json]" in page
    assert "c" * 1_201 not in page
