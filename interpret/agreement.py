"""
Our reading frames beside those of a table of known ones: callers' own calls, or exon pairs of the literature.

Only junctions on exon edges are counted: there the frame follows from the two transcripts alone. Every row that differs
gets the reason that can be shown, or is called unexplained.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from interpret.genes import GeneModels
from interpret.orientation import Junction, read_junction
from parsers.records import FusionCall

# Agreement below this, on exon edges, means that our models or rules are wrong (percent).
LEAST_PERCENT = 97.0

KnownFrame = Literal["in-frame", "out-of-frame", "stop-codon", "not_assessable", "undetermined"]
State = Literal["agrees", "differs", "not on exon edges", "not determined"]
Explanation = Literal[
    "stop codon", "same gene twice", "other transcript", "beside the edge", "inside an exon", "retained intron", "none"
]

EXPLANATIONS: dict[Explanation, str] = {
    "stop codon": "the caller read a stop codon behind the junction; without the sequence nobody can predict one",
    "same gene twice": "the two genes are copies with the same coding exons: the read may be one of them without an "
    "exon, and its frame that of another transcript",
    "other transcript": "the caller counts on other transcripts than ours",
    "beside the edge": "the breakpoint lies one or two bases beside the exon edge, and the caller counts those bases",
    "inside an exon": "the breakpoint lies inside an exon: where an aligner puts it depends on repeated bases",
    "retained intron": "bases of an intron remain in the transcript",
    "none": "no reason is known",
}


@dataclass(frozen=True, slots=True)
class Known:
    """One row of the table: the call as it was made, and the frame that it is known to have. `row` names it."""

    row: str
    call: FusionCall
    frame: KnownFrame


@dataclass(frozen=True, slots=True)
class Compared:
    """One row beside our reading of it; `why` is "none" unless it differs and the reason can be shown."""

    known: Known
    junction: Junction
    state: State
    why: Explanation

    @property
    def is_on_edges(self) -> bool:
        """Whether it counts: both ends on exon edges, and a frame on both sides."""
        return self.state in ("agrees", "differs") and _is_on_edges(self.junction)


@dataclass(frozen=True, slots=True)
class Tally:
    """The rows of one caller: how many there are, how many of those on exon edges agree, and of all with a frame."""

    caller: str
    rows: int
    on_edges: int
    agreed_on_edges: int
    with_frame: int
    agreed: int

    @property
    def percent_on_edges(self) -> float | None:
        return 100 * self.agreed_on_edges / self.on_edges if self.on_edges else None


def compare(known: Iterable[Known], models: GeneModels) -> tuple[Compared, ...]:
    """Every row beside our reading, in the order of the table."""
    return tuple(_compared(one, models) for one in known)


def tallies(compared: Iterable[Compared]) -> tuple[Tally, ...]:
    """One tally per caller by name, and one of all at the end."""
    rows = tuple(compared)
    callers = sorted({one.known.call.caller for one in rows})
    each = tuple(_tally(caller, [one for one in rows if one.known.call.caller == caller]) for caller in callers)
    return (*each, _tally("all", rows))


def _tally(caller: str, rows: Iterable[Compared]) -> Tally:
    members = tuple(rows)
    judged = [one for one in members if one.state in ("agrees", "differs")]
    edges = [one for one in judged if one.is_on_edges]
    return Tally(
        caller,
        len(members),
        len(edges),
        sum(one.state == "agrees" for one in edges),
        len(judged),
        sum(one.state == "agrees" for one in judged),
    )


def _compared(known: Known, models: GeneModels) -> Compared:
    junction = read_junction(known.call, known.call.genome_build, models)
    ours = junction.frame.frame
    if known.call.exon_5prime is not None:
        # Exon pairs are edges by their nature, and every word of the table counts.
        state: State = "agrees" if ours == known.frame else "differs"
    elif ours not in ("in-frame", "out-of-frame"):
        state = "not determined"
    else:
        # A stop codon behind the junction and a shifted frame are one and the same to us.
        said = "out-of-frame" if known.frame == "stop-codon" else known.frame
        state = "agrees" if ours == said else "differs"
    return Compared(known, junction, state, _why(known, junction) if state == "differs" else "none")


def _why(known: Known, junction: Junction) -> Explanation:
    five, three = junction.five, junction.three
    if known.frame == "stop-codon":
        return "stop codon"
    if _has_same_coding_exons(junction):
        return "same gene twice"
    if "exon" in (five.site, three.site):
        return "inside an exon"
    if "near_intron" in (five.site, three.site):
        return "retained intron"
    given = (known.call.transcript_5prime, five), (known.call.transcript_3prime, three)
    for accession, side in given:
        own = {side.gene.transcript, side.gene.ensembl_transcript} if side.gene else set()
        if accession and accession.partition(".")[0] not in {name.partition(".")[0] for name in own}:
            return "other transcript"
    for side in (five, three):
        if side.edge and side.breakpoint:
            model, exon = side.edge
            edge = model.ends[exon - 1] if side is five else model.starts[exon - 1]
            if model.reading(side.breakpoint.pos) != edge:
                return "beside the edge"
    return "none"


def _has_same_coding_exons(junction: Junction) -> bool:
    five, three = junction.five.transcript, junction.three.transcript
    return five is not None and three is not None and five.coding_before == three.coding_before


def _is_on_edges(junction: Junction) -> bool:
    return junction.five.site == junction.three.site == "edge"
