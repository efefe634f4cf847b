"""
The HGVS description of a fusion transcript, on RNA level, for junctions whose place in both transcripts is exact.

Rule: https://hgvs-nomenclature.org/stable/recommendations/RNA/adjoined_transcript/ (SVD-WG007, 2020). A junction was
sequenced and not the whole transcript, so the outer ends are `?`: `NM_152263.4:r.?_775::NM_004304.5:r.3173_?`.
"""

from __future__ import annotations

from dataclasses import dataclass

from interpret.genes import Transcript
from interpret.junctions import End, Side
from interpret.orientation import Junction


@dataclass(frozen=True, slots=True)
class RnaDescription:
    """`text` is the description; where there is none it is empty, and `reason` is the sentence that says why."""

    text: str
    reason: str = ""


def rna_description(junction: Junction) -> RnaDescription:
    """
    The description of the junction.

    It is given only where RNA was sequenced, the order of the genes is known, and both ends lie on exon edges of
    transcripts known here: anything else would state a nucleotide that was not seen. Positions count on the transcript
    that is named with them, which for ROS1 is not the one that reports number exons on.
    """
    five, three = junction.five, junction.three
    if junction.call.molecule != "RNA":
        return RnaDescription("", "the transcript was not sequenced")
    if not junction.is_ordered:
        return RnaDescription("", "it is not known which gene is the 5′ partner")
    for side in (five, three):
        if side.edge is None:
            return RnaDescription("", _why_not(side))
    if five.doubts or three.doubts or junction.all_doubts:
        return RnaDescription("", "the structure of the fusion is in doubt")
    if five.edge is None or three.edge is None:  # pragma: no cover - told above; for the type checker
        return RnaDescription("")
    first, last = _position(*five.edge, "5"), _position(*three.edge, "3")
    if not first or not last:
        return RnaDescription("", "a transcript without a coding sequence has no position in this description")
    return RnaDescription(f"{five.edge[0].accession}:r.?_{first}::{three.edge[0].accession}:r.{last}_?")


def rna_position(model: Transcript, at: int) -> str:
    """
    The position of a base (reading coordinate, inside an exon) counted from the A of the start codon.

    `775` in the coding sequence, `-12` before it, `*3` behind the stop codon; there is no position 0. Empty for a
    transcript without a coding sequence, or one whose beginning is missing.
    """
    if not model.coding_bases or model.coding_before[0]:
        return ""
    if at < model.coding_first:
        return f"-{_exon_bases(model, at, model.coding_first - 1)}"
    if at > model.coding_last:
        return f"*{_exon_bases(model, model.coding_last + 1, at)}"
    return str(model.coding_bases_before(at) + 1)


def _position(model: Transcript, exon: int, end: End) -> str:
    return rna_position(model, model.ends[exon - 1] if end == "5" else model.starts[exon - 1])


def _exon_bases(model: Transcript, first: int, last: int) -> int:
    """Bases of exons from `first` to `last`, both included."""
    pairs = zip(model.starts, model.ends, strict=True)
    return sum(max(0, min(end, last) - max(start, first) + 1) for start, end in pairs)


def _why_not(side: Side) -> str:
    if not side.is_known:
        return "the partner gene is not known"
    if side.gene is None or side.transcript is None:
        return f"there is no gene model of {side.symbol}"
    if side.exon is None:
        return f"the exon of {side.symbol} is not known"
    if side.site == "edge":
        return f"the {side.symbol} exon belongs to a transcript that is not known whole here"
    return f"the junction does not lie on an exon edge of {side.symbol}"
