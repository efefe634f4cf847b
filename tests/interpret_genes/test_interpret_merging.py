"""Merging: nothing is lost, the order is nothing, and every caller keeps its own counts and frame."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from interpret.fusions import find_fusions
from interpret.genes import load_gene_models
from interpret.merging import SAME_JUNCTION_BASES, is_same_junction, same_junction_groups, same_pair_groups
from interpret.orientation import Junction, read_junction
from parsers.records import Breakpoint, FusionCall, Place

MODELS = load_gene_models()
CALLERS = ["Arriba", "STAR-Fusion", "FusionCatcher"]


@st.composite
def calls(draw: st.DrawFn) -> FusionCall:
    """EML4::ALK or TPM3::ALK at an edge or some bases beside it; by position, or by exon alone."""
    five, exon, edge, strand, transcript = draw(
        st.sampled_from([("EML4", 13, 42295516, "+", "NM_019063.5"), ("TPM3", 8, 154170400, "-", "NM_152263.4")])
    )
    by_exon = draw(st.booleans())
    beside = st.integers(-25, 25)
    chrom = "chr2" if five == "EML4" else "chr1"
    return FusionCall(
        draw(st.sampled_from(CALLERS)),
        five,
        "ALK",
        None if by_exon else Breakpoint(chrom, edge + draw(beside), strand),  # type: ignore[arg-type]
        None if by_exon else Breakpoint("chr2", 29223528 + draw(beside), "-"),
        "GRCh38",
        "RNA",
        Place(draw(st.sampled_from(["a.tsv", "b.tsv"])), draw(st.integers(2, 99))),
        exon_5prime=exon if by_exon else None,
        exon_3prime=20 if by_exon else None,
        transcript_5prime=transcript if by_exon else "",
        transcript_3prime="NM_004304.5" if by_exon else "",
        split_reads=draw(st.integers(0, 90)),
        spanning_pairs=draw(st.integers(0, 90)),
        reading_frame=draw(st.sampled_from(["in-frame", "out-of-frame", "unknown"])),  # type: ignore[arg-type]
    )


def junctions(several: list[FusionCall]) -> list[Junction]:
    return [read_junction(call, "GRCh38", MODELS) for call in several]


def evidence(caller: Any) -> tuple[object, ...]:
    counts = caller.split_reads, caller.spanning_pairs, caller.reading_frame
    return (caller.caller, *counts, str(caller.breakpoint_5prime or ""), str(caller.breakpoint_3prime or ""))


@settings(max_examples=200)
@given(several=st.lists(calls(), min_size=1, max_size=8), data=st.data())
def test_groups_do_not_depend_on_the_order_and_lose_nothing(several: list[FusionCall], data: st.DataObject) -> None:
    one = same_pair_groups(junctions(several))
    other = same_pair_groups(junctions(data.draw(st.permutations(several))))
    assert one == other
    for group in one:
        parts = same_junction_groups(group)
        assert parts == same_junction_groups(group[::-1])
        assert Counter(map(repr, group)) == Counter(repr(junction) for part in parts for junction in part)
    assert Counter(map(repr, junctions(several))) == Counter(repr(junction) for group in one for junction in group)


@settings(max_examples=200)
@given(several=st.lists(calls(), min_size=2, max_size=8))
def test_two_junctions_are_together_exactly_if_a_chain_of_ten_bases_links_them(several: list[FusionCall]) -> None:
    for group in same_pair_groups(junctions(several)):
        parts = same_junction_groups(group)
        for part in parts:
            outside = [junction for other in parts if other is not part for junction in other]
            assert not any(is_same_junction(one, other) for one in part for other in outside)
            reached, waiting = [part[0]], list(part[1:])
            while linked := [one for one in waiting if any(is_same_junction(one, seen) for seen in reached)]:
                reached += linked
                waiting = [one for one in waiting if one not in linked]
            assert not waiting


@settings(max_examples=200)
@given(several=st.lists(calls(), min_size=2, max_size=2))
def test_ten_bases_at_both_ends_and_not_more_make_one_junction(several: list[FusionCall]) -> None:
    one, other = junctions(several)
    ends = [(one.five, other.five), (one.three, other.three)]
    if one.pair == other.pair and all(a.breakpoint and b.breakpoint for a, b in ends):
        apart = max(abs(a.breakpoint.pos - b.breakpoint.pos) for a, b in ends)  # type: ignore[union-attr]
        assert is_same_junction(one, other) == (apart <= SAME_JUNCTION_BASES)
    assert is_same_junction(one, other) == is_same_junction(other, one)


@settings(max_examples=200)
@given(several=st.lists(calls(), min_size=1, max_size=8))
def test_every_caller_keeps_its_own_counts_frame_and_breakpoints(
    several: list[FusionCall], a_case: Any, an_assay: Any
) -> None:
    fusions, reviewed = find_fusions(a_case(*several), an_assay(), MODELS)
    kept = [call for call in reviewed if call.disposition != "not_reportable"]
    assert len(reviewed) == len(several)
    assert sum(len(fusion.callers) for fusion in fusions) == len(kept)
    told = Counter(evidence(caller) for fusion in fusions for caller in fusion.callers)
    assert told == Counter(evidence(call) for call in kept)
    given_calls = Counter(evidence(call) for call in several)
    assert all(given_calls[one] >= count for one, count in told.items())


@settings(max_examples=100)
@given(several=st.lists(calls(), min_size=1, max_size=8))
def test_the_counts_shown_are_those_of_one_call_and_never_a_sum(
    several: list[FusionCall], a_case: Any, an_assay: Any
) -> None:
    fusions, _ = find_fusions(a_case(*several), an_assay(), MODELS)
    for fusion in fusions:
        own = {(caller.split_reads, caller.spanning_pairs) for caller in fusion.callers}
        assert (fusion.split_reads, fusion.spanning_pairs) in own


@settings(max_examples=200)
@given(several=st.lists(calls(), min_size=2, max_size=8))
def test_callers_that_disagree_are_a_conflict_that_is_printed(
    several: list[FusionCall], a_case: Any, an_assay: Any
) -> None:
    """Where two callers of one junction give two frames, the fusion says so, or who speaks against our own frame."""
    fusions, _ = find_fusions(a_case(*several), an_assay(), MODELS)
    conflicts = " ".join(text for fusion in fusions for text in fusion.conflicts)
    for group in same_pair_groups(junctions(several)):
        for part in same_junction_groups(group):
            # A candidate that no read spans is listed and not judged.
            said = {one.call.reading_frame for one in part} - {"unknown"}
            if len(said) > 1 and any(one.call.passed_filter and one.call.split_reads for one in part):
                assert "disagree on the reading frame" in conflicts or re.search(r", but \w.* calls it ", conflicts)
