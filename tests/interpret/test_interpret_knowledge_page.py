"""The knowledge page shows every row with wording and sources, what is not verified first; two sets are compared."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st
from made_overlays import AUTHOR, DAY, REASON, add, an_overlay, off, replaced, the_row, the_tables

from interpret.knowledge import Tables, read_tables
from interpret.knowledge_page import Difference, differences, in_words, knowledge_page, rows_named
from interpret.table_rows import Row, rows_as_they_are

EVERY_ROW = [row for rows in the_tables().rows.values() for row in rows]


class _Articles(HTMLParser):
    """The text of each article by its anchor; articles of the two lists at the top have none."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}
        self.tags: set[str] = set()
        self._anchor: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "article":
            self._anchor = dict(attributes).get("id")

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._anchor = None

    def handle_data(self, data: str) -> None:
        if self._anchor:
            self.texts[self._anchor] = self.texts.get(self._anchor, "") + data


def articles_of(page: str) -> _Articles:
    articles = _Articles()
    articles.feed(page)
    return articles


def test_every_row_is_on_the_page_with_its_wording_and_its_sources() -> None:
    texts = articles_of(knowledge_page(the_tables())).texts
    assert len(texts) == len(EVERY_ROW)
    for row in EVERY_ROW:
        text = texts[f"{row.table.removesuffix('.tsv')}-{row.name}"]
        for column in ("wording", "outside_wording", "follow_up", "citation", "identifier", "reviewed"):
            assert row.cells.get(column, "") in text, (row.name, column)
        for key in row.cells.get("sources", "").split(";"):
            assert key in text, (row.name, key)


def test_what_is_not_verified_is_marked_and_stands_before_what_is() -> None:
    page = knowledge_page(the_tables())
    unverified = [row.name for row in EVERY_ROW if row.cells.get("evidence_status") == "unverified"]
    assert unverified
    first = page.index('<section id="unverified">')
    section = page[first : page.index("</section>", first)]
    assert first < page.index('<section id="actionability">')
    assert re.findall(r"<h3>(\S+) ", section) == [
        row.name
        for row in sorted(EVERY_ROW, key=lambda row: list(_TITLES_ORDER).index(row.table))
        if row.name in unverified
    ]
    assert section.count("NOT VERIFIED") == len(unverified)
    assert page.count("NOT VERIFIED") == 2 * len(unverified)


_TITLES_ORDER = (
    "actionability.tsv blocks.tsv concordance.tsv differential.tsv guidance.tsv partners.tsv resistance.tsv risk.tsv "
    "sources.tsv"
).split()


def test_the_page_names_its_version_and_digest_and_has_room_for_signatures() -> None:
    page = knowledge_page(the_tables())
    assert the_tables().version in page
    assert the_tables().sha256 in page
    for word in ("Sign-off", "Signature", "Approved by", "Exceptions"):
        assert word in page


def test_the_page_says_how_a_row_is_read_and_what_an_unverified_one_may_say() -> None:
    page = knowledge_page(the_tables())
    assert page.index("How to read a row") < page.index("Sign-off")
    for word in ("braces", "LAB-RULE", "no_rule", "never a therapy line"):
        assert word in page


def test_who_signs_sees_our_wording_beside_a_laboratorys_change_and_what_was_switched_off() -> None:
    overlay = an_overlay(replaced("CC01a", wording="They agree on {fusion}."), off("RK01a"))
    page = unescape(knowledge_page(read_tables(overlay=overlay), the_tables()))
    changed = page[page.index('<section id="laboratory">') : page.index('<section id="unverified">')]
    assert f"<dt>Packaged wording</dt><dd>{the_row('CC01a')['wording']}</dd>" in changed
    assert changed.count("<dt>Packaged ") == 1
    gone = page[page.index('<section id="off">') : page.index('<section id="laboratory">')]
    assert the_row("RK01a")["wording"] in gone


def test_the_page_fetches_nothing_and_runs_nothing() -> None:
    page = knowledge_page(the_tables())
    assert not {"script", "link", "img", "iframe"} & articles_of(page).tags
    assert not re.search(r"(src|href)=\"(?!#)|url\(|@import", page)
    assert "default-src 'none'" in page


def test_rules_of_the_laboratory_stand_first_with_author_date_and_reason() -> None:
    overlay = an_overlay(
        replaced("CC01a", wording="They agree on {fusion}."), off("RK01a"), add("RK02a", id="LAB-RK01", site="kidney")
    )
    page = unescape(knowledge_page(read_tables(overlay=overlay)))
    changed = page[page.index('<section id="laboratory">') : page.index('<section id="unverified">')]
    assert re.findall(r"<h3>(\S+) ", changed) == ["CC01a", "LAB-RK01a"]
    assert changed.count("LABORATORY RULE") == 2
    assert f"by {AUTHOR}, {DAY}: {REASON}" in changed
    assert f"RK01a (risk.tsv), {AUTHOR}, {DAY}: {REASON}" in page[page.index('<section id="off">') :]


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))))
@settings(max_examples=20)
def test_no_cell_can_bring_markup_onto_the_page(text: str) -> None:
    row = replace(the_row("CC01a"), cells={**the_row("CC01a").cells, "wording": f"<script>{text}</script>"})
    tables = Tables("2026.11", "0" * 64, "0" * 64, {"concordance.tsv": (row,)}, ())
    articles = articles_of(knowledge_page(tables))
    assert "script" not in articles.tags
    assert f"<script>{text}</script>" in articles.texts["concordance-CC01a"]


def test_conditions_are_told_in_words() -> None:
    words = dict(in_words(the_row("CC01b"), the_tables()))
    assert "ihc positive or weak" in words["Speaks when"]
    assert "pattern nuclear membrane" in words["Speaks when"]
    assert "frame none of not assessable" in words["Speaks when"]
    assert "any" not in words["Speaks when"].split()


def test_a_row_is_found_by_its_name_and_all_rows_of_an_id_by_the_id() -> None:
    assert [row.name for row in rows_named(the_tables(), "cc01b")] == ["CC01b"]
    assert [row.name for row in rows_named(the_tables(), "CC01")] == [
        row.name for row in EVERY_ROW if row.cells.get("id") == "CC01"
    ]
    assert [row.name for row in rows_named(the_tables(), "ACT13")] == ["ACT13/US", "ACT13/EU"]
    assert [row.table for row in rows_named(the_tables(), "AMP2017")] == ["sources.tsv"]
    assert rows_named(the_tables(), "CC99") == ()


def test_every_row_has_a_name_of_its_own() -> None:
    assert len({(row.table, row.name) for row in EVERY_ROW}) == len(EVERY_ROW)


def test_the_same_tables_do_not_differ() -> None:
    assert differences(EVERY_ROW, EVERY_ROW) == ()


def test_added_removed_and_changed_rows_are_told_cell_by_cell() -> None:
    one, two, three = the_row("CC01a"), the_row("CC01b"), the_row("RK01a")
    other = replace(two, cells={**two.cells, "wording": "Other words.", "reviewed": "2027-01-01"})
    found = differences([one, two], [other, three])
    assert [(found_one.row, found_one.kind) for found_one in found] == [
        ("CC01a", "removed"),
        ("CC01b", "changed"),
        ("RK01a", "added"),
    ]
    assert found[1] == Difference(
        "concordance.tsv",
        "CC01b",
        "changed",
        (("wording", two["wording"], "Other words."), ("reviewed", two["reviewed"], "2027-01-01")),
    )


@given(st.data())
@settings(max_examples=30)
def test_a_comparison_the_other_way_round_tells_the_opposite(data: st.DataObject) -> None:
    rows = EVERY_ROW[::11]
    old = data.draw(st.lists(st.sampled_from(rows), unique_by=id))
    new = data.draw(st.lists(st.sampled_from(rows), unique_by=id))
    opposite = {"added": "removed", "removed": "added", "changed": "changed"}
    there = {(one.row, opposite[one.kind]) for one in differences(old, new)}
    assert there == {(one.row, one.kind) for one in differences(new, old)}


def test_tables_of_an_earlier_version_can_be_compared() -> None:
    old = {"blocks.tsv": b"id\twording\nalk_guideline\tOlder words.\n"}
    (row,) = rows_as_they_are(old, "blocks.tsv")
    (found,) = differences([row], [Row("blocks.tsv", 2, the_row("alk_guideline").cells)])
    assert [column for column, _, _ in found.cells] == ["wording", "sources", "evidence_status", "reviewed"]
