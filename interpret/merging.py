"""
Which calls are the same junction, and which junctions the same fusion.

Callers place one junction up to 10 bases apart; on different assemblies, or where one names only exons, the exons must
agree. Groups are transitive and do not depend on the order of the calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from interpret.junctions import UNKNOWN_GENE, Side
from interpret.orientation import Junction

T = TypeVar("T")

# EML4::ALK 42301394/29223584 and 42301391/29223587 are one junction in two callers' output.
SAME_JUNCTION_BASES = 10


def same_pair_groups(junctions: Iterable[Junction]) -> list[list[Junction]]:
    """
    Junctions of one gene pair together, in a fixed order.

    A junction whose order is unresolved or reversed joins the pair that another call states in the opposite order.
    Junctions with an unknown partner stay together only if they are the same junction.
    """
    ordered = sorted(junctions, key=sort_key)
    stated = {junction.pair for junction in ordered if junction.is_ordered}
    unresolved = {junction.pair for junction in ordered if junction.order == "unresolved"}
    pairs: dict[tuple[str, str], list[Junction]] = {}
    for junction in ordered:
        pair = junction.pair
        other = pair[::-1]
        if junction.order == "reversed":
            pair = other if other in stated else pair
        elif junction.order == "unresolved" and pair not in stated:
            # Without any caller that knows, one order is as good as the other, but it must be one.
            pair = other if other in stated else min(pair, other) if other in unresolved else pair
        pairs.setdefault(pair, []).append(junction)
    groups: list[list[Junction]] = []
    for pair, members in sorted(pairs.items()):
        groups.extend(same_junction_groups(members) if UNKNOWN_GENE in pair else [members])
    return groups


def same_junction_groups(junctions: Sequence[Junction]) -> list[list[Junction]]:
    """The junctions of one pair, those that are one and the same together."""
    return _connected(sorted(junctions, key=sort_key), is_same_junction)


def is_same_junction(one: Junction, other: Junction) -> bool:
    """Within 10 bases at both ends on one assembly; otherwise the same exons, both read from exon edges."""
    return (
        one.pair == other.pair and (one.order == "reversed") == (other.order == "reversed") and _same_place(one, other)
    )


def sort_key(junction: Junction) -> tuple[object, ...]:
    """A fixed order of calls that does not depend on the order of the files."""
    call = junction.call
    return (call.caller, call.place.file, call.place.line or 0, repr(call))


def _same_place(one: Junction, other: Junction) -> bool:
    if one.build is not None and one.build == other.build and _has_positions(one) and _has_positions(other):
        return _near(one.five, other.five) and _near(one.three, other.three)
    return _same_exon(one.five, other.five) and _same_exon(one.three, other.three)


def _has_positions(junction: Junction) -> bool:
    # A single breakend has one position; the other end is then absent in both or they differ.
    return junction.five.breakpoint is not None or junction.three.breakpoint is not None


def _near(one: Side, other: Side) -> bool:
    a, b = one.breakpoint, other.breakpoint
    if a is None or b is None:
        return a is b
    return a.chrom == b.chrom and abs(a.pos - b.pos) <= SAME_JUNCTION_BASES


def _same_exon(one: Side, other: Side) -> bool:
    return (
        one.exon is not None
        and (one.exon, one.offset) == (other.exon, other.offset)
        and one.site == other.site == "edge"
    )


def _connected(items: Sequence[T], linked: Callable[[T, T], bool]) -> list[list[T]]:
    groups: list[list[T]] = []
    for item in items:
        touching = [group for group in groups if any(linked(item, member) for member in group)]
        rest = [group for group in groups if not any(group is one for one in touching)]
        groups = [*rest, [member for group in touching for member in group] + [item]]
    return sorted(([*group] for group in groups), key=lambda group: items.index(group[0]))
