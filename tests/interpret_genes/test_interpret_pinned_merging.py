"""Which junctions are one and which pairs are one, on made junctions: each condition beside its neighbour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from interpret.frames import FrameResult
from interpret.junctions import Side
from interpret.merging import is_same_junction, same_junction_groups, same_pair_groups, sort_key
from interpret.orientation import Junction
from parsers.records import Breakpoint, FusionCall, Place


def made(names: str, five: int | None = 1000, three: int | None = 5000, line: int = 2, **changes: Any) -> Junction:
    """A junction of two breakpoints on chr2 and chr3, line `line` of one file."""
    first, _, second = names.partition("::")
    call = FusionCall("Arriba", first, second, None, None, "GRCh38", "RNA", Place("a.tsv", line))
    sides = [
        Side(symbol, breakpoint=Breakpoint(chrom, at) if at else None)
        for symbol, chrom, at in ((first, "chr2", five), (second, "chr3", three))
    ]
    junction = Junction(call, "GRCh38", sides[0], sides[1], "stated", FrameResult("undetermined"))
    return replace(junction, **changes)


def exons(junction: Junction, five: int | None = 13, three: int | None = 20, **changes: Any) -> Junction:
    """The junction with exon edges in place of positions."""
    sides = (replace(junction.five, breakpoint=None, exon=five), replace(junction.three, breakpoint=None, exon=three))
    one, other = (replace(side, **({"site": "edge"} | changes)) for side in sides)
    return replace(junction, five=one, three=other)


def lines(groups: Sequence[Sequence[Junction]]) -> list[list[int | None]]:
    return [[junction.call.place.line for junction in group] for group in groups]


@pytest.mark.parametrize(
    ("five", "three", "same"),
    [
        (1000, 5000, True),
        (1010, 5010, True),
        (990, 5010, True),
        (1011, 5000, False),
        (989, 5000, False),
        (1000, 5011, False),
        (1000, 4989, False),
        (None, 5000, False),
        (1000, None, False),
    ],
)
def test_both_ends_within_ten_bases_are_one_junction(five: int | None, three: int | None, same: bool) -> None:
    one, other = made("A::B"), made("A::B", five, three)
    assert is_same_junction(one, other) is same
    assert is_same_junction(other, one) is same


def test_a_single_breakend_is_the_same_as_another_at_its_place() -> None:
    assert is_same_junction(made("A::?", three=None), made("A::?", 1010, None))
    assert not is_same_junction(made("A::?", three=None), made("A::?", 1011, None))
    assert is_same_junction(made("?::B", None), made("?::B", None, 5010))
    assert not is_same_junction(made("A::B", None, None), made("A::B", None, None))


def test_another_chromosome_pair_or_build_is_another_junction() -> None:
    one = made("A::B")
    assert not is_same_junction(one, replace(one, five=replace(one.five, breakpoint=Breakpoint("chr9", 1000))))
    assert not is_same_junction(one, made("A::C"))
    assert not is_same_junction(one, made("C::B"))
    assert not is_same_junction(one, made("A::B", build="GRCh37"))
    assert not is_same_junction(made("A::B", build=None), made("A::B", build=None))


def test_a_reversed_call_is_the_same_only_as_another_reversed_one() -> None:
    one, reverse = made("A::B"), made("A::B", order="reversed")
    assert not is_same_junction(one, reverse)
    assert not is_same_junction(reverse, one)
    assert is_same_junction(reverse, made("A::B", order="reversed"))
    assert is_same_junction(one, made("A::B", order="derived"))
    assert is_same_junction(one, made("A::B", order="unresolved"))


def test_on_two_builds_the_same_exon_edges_are_one_junction() -> None:
    one, other = exons(made("A::B")), exons(made("A::B", build="GRCh37"))
    assert is_same_junction(one, other)
    assert is_same_junction(one, exons(made("A::B", build=None)))
    assert not is_same_junction(one, exons(made("A::B"), five=12))
    assert not is_same_junction(one, exons(made("A::B"), three=19))
    assert not is_same_junction(one, exons(made("A::B"), offset=3))
    assert not is_same_junction(one, exons(made("A::B"), site="dna_intron"))
    for junction in (exons(one, five=None), exons(one, three=None), exons(one, site="dna_intron")):
        assert not is_same_junction(junction, replace(junction))


def test_where_only_one_names_positions_the_exons_decide() -> None:
    by_exon = exons(made("A::B"))
    both = replace(
        by_exon,
        five=replace(by_exon.five, breakpoint=Breakpoint("chr2", 1000)),
        three=replace(by_exon.three, breakpoint=Breakpoint("chr3", 5000)),
    )
    assert is_same_junction(by_exon, both)
    assert is_same_junction(both, by_exon)
    # With positions on one build the exons are not asked.
    assert not is_same_junction(both, replace(both, five=replace(both.five, breakpoint=Breakpoint("chr2", 1011))))
    moved = replace(both, build="GRCh37", five=replace(both.five, breakpoint=Breakpoint("chr2", 90_000)))
    assert is_same_junction(both, moved)


@pytest.mark.parametrize(
    ("calls", "groups"),
    [
        # (names, order) in the lines of the file; the groups by line.
        ((("A::B", "stated"), ("B::A", "stated")), [[1], [2]]),
        ((("B::A", "derived"), ("B::A", "unresolved")), [[1, 2]]),
        ((("B::A", "stated"), ("A::B", "unresolved")), [[1, 2]]),
        ((("A::B", "stated"), ("B::A", "unresolved")), [[1, 2]]),
        ((("A::B", "stated"), ("B::A", "derived"), ("A::B", "unresolved"), ("B::A", "unresolved")), [[1, 3], [2, 4]]),
        # Nobody knows the order: one of the two, and a pair seen in one order only keeps it.
        ((("B::A", "unresolved"), ("A::B", "unresolved")), [[1, 2]]),
        ((("B::A", "unresolved"), ("A::C", "stated")), [[2], [1]]),
        ((("B::A", "reversed"), ("A::B", "stated")), [[1, 2]]),
        ((("B::A", "reversed"), ("A::B", "unresolved")), [[2], [1]]),
        ((("B::A", "reversed"), ("B::A", "stated")), [[1, 2]]),
        ((("B::A", "reversed"), ("A::B", "reversed")), [[2], [1]]),
        # Both ends of an unproductive call are the same end: it joins no other pair, and none joins it.
        ((("B::A", "unproductive"), ("A::B", "stated")), [[2], [1]]),
        ((("A::B", "unproductive"), ("B::A", "unresolved")), [[1], [2]]),
    ],
)
def test_which_calls_are_of_one_pair(calls: Sequence[tuple[str, str]], groups: list[list[int]]) -> None:
    junctions = [made(names, line=line, order=order) for line, (names, order) in enumerate(calls, 1)]
    assert lines(same_pair_groups(junctions)) == groups
    assert lines(same_pair_groups(junctions[::-1])) == groups


def test_a_pair_that_nobody_can_order_goes_by_name_only_if_both_orders_are_there() -> None:
    alone = same_pair_groups([made("B::A", order="unresolved"), made("A::A", order="stated")])
    assert [[junction.name for junction in group] for group in alone] == [["A::A"], ["B::A"]]
    # B::A stays behind A::C; as A::B it would come before it.
    both = [made("B::A", line=1, order="unresolved"), made("A::C", line=2), made("A::B", line=3, order="unresolved")]
    assert lines(same_pair_groups(both)) == [[1, 3], [2]]
    assert lines(same_pair_groups(both[:2])) == [[2], [1]]


def test_calls_without_a_partner_stay_together_only_at_one_place() -> None:
    near, far = made("A::?", 1010, None, line=2), made("A::?", 1011, None, line=3)
    assert lines(same_pair_groups([made("A::?", three=None, line=1), near])) == [[1, 2]]
    assert lines(same_pair_groups([made("A::?", three=None, line=1), far])) == [[1], [3]]
    # With a partner all junctions of the pair are together, however far.
    assert lines(same_pair_groups([made("A::B", line=1), made("A::B", 90_000, line=2)])) == [[1, 2]]


def test_a_chain_of_ten_bases_is_one_group_and_groups_come_in_the_order_of_the_file() -> None:
    ends = {1: 1000, 2: 5000, 3: 1020, 4: 5010, 5: 1010, 6: 9000}
    junctions = [made("A::B", five, line=line) for line, five in ends.items()]
    assert [sorted(group) for group in lines(same_junction_groups(junctions))] == [[1, 3, 5], [2, 4], [6]]  # type: ignore[type-var]
    assert same_junction_groups(junctions) == same_junction_groups(junctions[::-1])


def test_calls_are_sorted_by_caller_file_line_and_then_all_they_say() -> None:
    call = made("A::B").call
    key = sort_key(made("A::B"))
    assert key == ("Arriba", "a.tsv", 2, repr(call))
    assert sort_key(made("A::B", call=replace(call, place=Place("a.tsv", None))))[2] == 0
