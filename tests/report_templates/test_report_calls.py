"""The calls reviewed: each stands on the page once, with its fusion or in the list, and none is lost."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from report_examples import (
    KINDS,
    a_call,
    a_caller,
    a_case,
    a_fusion,
    a_record,
    a_specimen,
    an_interpretation,
    an_unreported_call,
)

from report_templates.pdf import render_html
from report_templates.sections.alterations import CALLS_PRINTED, calls, fusions
from report_templates.sections.laboratory import clinical

ARRIBA, STAR = a_caller(), a_caller("STAR-Fusion", split_reads=44, spanning_pairs=58)


def reviewed(*called: Any, **changes: Any) -> dict[str, Any]:
    fusion = a_fusion(callers=(ARRIBA, STAR))
    return a_record(an_interpretation(**{"reviewed_calls": called, "fusions": (fusion,)} | changes))


def page_of(record: dict[str, Any]) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", render_html(record)).split())


def listed(record: dict[str, Any]) -> list[tuple[str, str]]:
    return [(row["name"], row["caller"]) for row in calls(record)["rows"]]


def accounted_for(record: dict[str, Any]) -> int:
    view = calls(record)
    return len(view["rows"]) + int(view["above"]) + int(view["left"])


def test_a_call_that_stands_with_its_fusion_is_counted_and_not_repeated() -> None:
    record = reviewed(a_call(), a_call(caller="STAR-Fusion", split_reads=44, spanning_pairs=58), an_unreported_call(1))
    assert listed(record) == [("GENE1::MET", "Arriba")]
    page = page_of(record)
    assert "Fusion calls reviewed (3)" in page
    assert "2 of 3 calls stand in the fusion detail above." in page


def test_where_every_call_stands_above_there_is_no_empty_list() -> None:
    page = page_of(reviewed(a_call()))
    assert "1 of 1 calls stand in the fusion detail above." in page
    assert "Outcome" not in page[page.index("Fusion calls reviewed") :]
    assert "made no call" not in page


@pytest.mark.parametrize(
    "difference",
    [
        {"name": "ALK::TPM3"},
        {"caller": "FusionCatcher"},
        {"file": "another.tsv"},
        {"line": 7},
        {"breakpoint_3prime": "chr2:29223000:-"},
        {"reading_frame": "unknown"},
        {"split_reads": 47},
        {"spanning_pairs": None},
        {"disposition": "unconfirmed", "reason": "Fewer split reads than the assay needs."},
    ],
)
def test_a_call_of_which_the_detail_says_something_else_is_listed(difference: dict[str, Any]) -> None:
    record = reviewed(a_call(**difference))
    assert calls(record)["above"] == 0
    assert len(listed(record)) == 1


def test_a_call_that_came_twice_is_listed_where_the_detail_shows_it_once() -> None:
    record = reviewed(a_call(), a_call())
    assert (calls(record)["above"], len(listed(record))) == (1, 1)


def test_the_reason_of_a_call_that_is_not_reported_is_never_lost() -> None:
    few = "3 split reads; the assay needs 5."
    call = a_call(disposition="unconfirmed", reason=few)
    for reasons, is_above in (((few,), True), ((), False)):
        fusion = a_fusion(classification="unconfirmed", callers=(ARRIBA,), reasons=reasons)
        record = reviewed(call, fusions=(fusion,))
        assert calls(record)["above"] == is_above
        assert few in page_of(record)


def test_a_reciprocal_call_stands_with_the_reciprocal_product() -> None:
    call = a_call(disposition="reciprocal", reason="Reciprocal product of EML4::ALK.")
    for role, is_above in (("reciprocal", True), ("driver", False)):
        assert calls(reviewed(call, fusions=(a_fusion(role=role, callers=(ARRIBA,)),)))["above"] == is_above


def test_a_fusion_or_a_caller_that_the_detail_leaves_out_keeps_its_calls_in_the_list() -> None:
    hidden = a_fusion(name="LAST::ALK", callers=(ARRIBA,))
    many = tuple(a_fusion(name=f"G{number}::ALK", callers=(ARRIBA,)) for number in range(6))
    record = reviewed(a_call(name="LAST::ALK"), fusions=(*many, hidden))
    assert listed(record) == [("LAST::ALK", "Arriba")]
    ninth = (*(a_caller(f"Caller {number}") for number in range(8)), a_caller("Ninth"))
    # Its reads have no bar: the figure draws eight.
    assert listed(reviewed(a_call(caller="Ninth"), fusions=(a_fusion(callers=ninth),))) == [("TPM3::ALK", "Ninth")]


@pytest.mark.parametrize("kind", KINDS)
def test_every_call_is_accounted_for(kind: str) -> None:
    record = KINDS[kind]()
    assert accounted_for(record) == len(record["reviewed_calls"])
    detailed = fusions(record)
    shown = Counter(
        caller["source"] for fusion in (detailed or {"fusions": ()})["fusions"] for caller in fusion["callers"]
    )
    assert calls(record)["above"] <= shown.total()


def test_calls_beyond_the_list_are_counted_apart_from_those_above() -> None:
    record = reviewed(a_call(), *(an_unreported_call(number) for number in range(300)))
    view = calls(record)
    assert (view["total"], view["above"], len(view["rows"]), view["left"]) == (301, 1, CALLS_PRINTED, 260)


def test_a_reciprocal_product_repeats_no_sentence_of_its_main_fusion_and_no_read_twice() -> None:
    shared, own = "The order of the genes was derived from their strands.", "Exon 14 is assumed to be joined."
    main = a_fusion(callers=(ARRIBA,), notes=(shared,))
    reciprocal = a_fusion(
        name="ALK::TPM3", role="reciprocal", classification="not_functional", callers=(ARRIBA,), notes=(shared, own)
    )
    first, second = fusions(reviewed(fusions=(main, reciprocal)))["fusions"]  # type: ignore[index]
    assert (first["notes"], second["notes"]) == ([shared], [own])
    assert (first["reads"] is None, second["reads"] is None) == (False, True)
    alone = fusions(reviewed(fusions=(reciprocal,)))["fusions"][0]  # type: ignore[index]
    assert alone["notes"] == [shared, own]
    other = a_caller(split_reads=7)
    torn = fusions(reviewed(fusions=(main, replace(reciprocal, callers=(other,)))))["fusions"][1]  # type: ignore[index]
    assert torn["reads"] is not None


def test_three_short_facts_of_the_specimen_share_a_row_and_long_ones_have_their_own() -> None:
    short = clinical(a_record(case=a_case(specimen=a_specimen(morphology="", prior_therapy="None"))))
    assert [[name for name, _ in row] for row in short["rows"]][-1] == ["Morphology", "Prior therapy", "Condition"]
    assert short["wide"] == []
    long = clinical(a_record(case=a_case(specimen=a_specimen(morphology="Spindle cells in a myxoid stroma"))))
    assert ("Morphology", "Spindle cells in a myxoid stroma") in long["wide"]
    assert len(long["wide"]) == 3
