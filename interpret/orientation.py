"""
A call as a junction with a 5′ and a 3′ end.

RNA callers state the order. A DNA breakend does not: its strand says which part of the chromosome is kept at this end,
`+` the sequence to the left (lower coordinates up to the position), `-` the sequence to the right. The end whose kept
part holds the start of its gene (gene on + with `+`, gene on - with `-`) is the 5′ end of a fusion transcript.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from interpret.frames import FrameResult, reading_frame
from interpret.genes import GeneModels
from interpret.junctions import End, Side, fits_edge, gene_of, given_ends, place_ends
from parsers.records import Build, FusionCall

Order = Literal["stated", "derived", "unresolved", "reversed", "unproductive"]

# Event types that Arriba uses where both ends give the same end of their gene.
_UNPRODUCTIVE_TYPES = ("5'-5'", "3'-3'", "5′-5′", "3′-3′")


@dataclass(frozen=True, slots=True)
class Junction:
    """
    One call, read against the gene models.

    `order` says how 5′ and 3′ were found: stated by the caller, derived from gene strands, unresolved, reversed (the
    exon edges fit only the opposite order; the caller's order is kept), or unproductive (both ends keep the same end of
    their gene, so that no chimeric protein can arise).
    """

    call: FusionCall
    build: Build | None
    five: Side
    three: Side
    order: Order
    frame: FrameResult
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def pair(self) -> tuple[str, str]:
        return self.five.symbol, self.three.symbol

    @property
    def name(self) -> str:
        return f"{self.five.symbol}::{self.three.symbol}"

    @property
    def is_ordered(self) -> bool:
        """Whether it is known which gene is 5′ and which 3′."""
        return self.order in ("stated", "derived")

    @property
    def conflicts(self) -> tuple[str, ...]:
        return self.five.conflicts + self.three.conflicts

    @property
    def all_notes(self) -> tuple[str, ...]:
        return (*self.notes, *self.five.notes, *self.three.notes, *([self.frame.note] if self.frame.note else []))

    @property
    def namings(self) -> tuple[str, ...]:
        """How submitted symbols were read, where they are not the approved ones."""
        return tuple(text for text in (self.five.naming, self.three.naming) if text)

    @property
    def all_doubts(self) -> tuple[str, ...]:
        """
        Sentences that make the structure uncertain.

        An exon number that does not go with the position is none if the caller states the frame of the position.
        """
        labels = (
            () if self.call.reading_frame == self.frame.counted else (self.five.label_doubt, self.three.label_doubt)
        )
        return (*self.doubts, *self.five.doubts, *self.three.doubts, *(text for text in labels if text))


def read_junction(call: FusionCall, build: Build | None, models: GeneModels) -> Junction:
    """The call with its ends in 5′–3′ order as far as it can be known, its exons and its reading frame."""
    given = given_ends(call)
    ends: tuple[End | None, End | None] = ("5", "3") if call.order_known else (None, None)
    first = gene_of(given[0], given[1].gene, build, models, ends[0])
    second = gene_of(given[1], given[0].gene, build, models, ends[1])
    order, swap, note, doubt = _order(call, first, second)
    if swap:
        first, second, given = second, first, (given[1], given[0])
    if order == "reversed":
        # Exons are those that the breakpoints fit; the order stays the caller's.
        three, five = place_ends((second, first), (given[1], given[0]), call.molecule, build, models)
    else:
        five, three = place_ends((first, second), given, call.molecule, build, models)
    is_ordered = order in ("stated", "derived")
    frame = reading_frame(five, three) if is_ordered else FrameResult("undetermined")
    return Junction(
        call, build, five, three, order, frame, notes=(note,) if note else (), doubts=(doubt,) if doubt else ()
    )


def _order(call: FusionCall, first: Side, second: Side) -> tuple[Order, bool, str, str]:
    """How the order is known, whether the caller's two ends must change places, a note, and a doubt."""
    if any(kind in call.event_type for kind in _UNPRODUCTIVE_TYPES):
        text = "The caller types both ends as the same end of their gene: no chimeric protein can arise from it."
        return "unproductive", False, "", text
    if call.order_known:
        return _stated_order(call, first, second)
    if call.molecule == "DNA":
        return _order_by_strand(first, second)
    return _order_by_edges(first, second)


def _stated_order(call: FusionCall, first: Side, second: Side) -> tuple[Order, bool, str, str]:
    if call.molecule == "RNA" and _edges_fit(second, first) and not _edges_fit(first, second):
        text = (
            f"The caller names {first.symbol} first, but the breakpoints fit only the opposite order "
            f"({second.symbol}::{first.symbol})."
        )
        return "reversed", False, "", text
    return "stated", False, "", ""


def _order_by_strand(first: Side, second: Side) -> tuple[Order, bool, str, str]:
    starts = _keeps_start(first), _keeps_start(second)
    match starts:
        case (True, False) | (True, None) | (None, False):
            swap = False
        case (False, True) | (False, None) | (None, True):
            swap = True
        case (None, None):
            return "unresolved", False, "", "The orientation of the breakpoints cannot be told."
        case _:
            part = "start" if starts[0] else "end"
            text = (
                f"Both ends of the rearrangement keep the {part} of their gene ({first.symbol}, {second.symbol}): "
                "no chimeric transcript in sense orientation can arise from it."
            )
            return "unproductive", False, "", text
    if None in starts and first.is_known and second.is_known:
        unknown = first if starts[0] is None else second
        return (
            "unresolved",
            swap,
            "",
            f"The strand of {unknown.symbol} is not known here: the orientation of the fusion is unresolved.",
        )
    return "derived", swap, "The order of the genes was derived from their strands and the breakpoints.", ""


def _order_by_edges(first: Side, second: Side) -> tuple[Order, bool, str, str]:
    text = "The caller does not know which gene is the 5′ partner: the orientation is unresolved."
    if _edges_fit(second, first) and not _edges_fit(first, second):
        return "unresolved", True, "The genes are named in the order that fits the exon edges.", text
    if _edges_fit(first, second) and not _edges_fit(second, first):
        return "unresolved", False, "The genes are named in the order that fits the exon edges.", text
    return "unresolved", False, "", text


def _keeps_start(side: Side) -> bool | None:
    """Whether a DNA breakend keeps the start of its gene; None where gene or breakend strand is unknown."""
    if side.transcript is None or side.breakpoint is None or side.breakpoint.strand is None:
        return None
    return side.transcript.strand == side.breakpoint.strand


def _edges_fit(five: Side, three: Side) -> bool:
    if five.breakpoint is None or three.breakpoint is None:
        return False
    return fits_edge(five, "5", five.breakpoint.pos) and fits_edge(three, "3", three.breakpoint.pos)
