"""Reading frame and kinase domain of a junction, from the coding bases kept and lost at its two ends."""

from __future__ import annotations

from dataclasses import dataclass

from interpret.findings import KinaseDomain, ReadingFrame
from interpret.genes import Gene
from interpret.junctions import End, Side


@dataclass(frozen=True, slots=True)
class FrameResult:
    """
    The reading frame and how it was found.

    `counted` is the frame by plain counting where the rule calls it undetermined (a long retained intron stretch): it
    counts only together with a caller that says the same. `is_on_edges` is true where both ends lie on exon edges.
    """

    frame: ReadingFrame
    note: str = ""
    counted: ReadingFrame = "undetermined"
    is_on_edges: bool = False


def reading_frame(five: Side, three: Side) -> FrameResult:
    """
    In frame when (coding bases kept 5′ − coding bases lost 3′) is a multiple of three, both ends inside coding parts.

    A non-coding 5′ partner, or one that gives only its promoter, has no frame: "not assessable", never "out of frame".
    A 3′ gene entered before its start codon keeps its complete coding sequence: the rule does not apply.
    """
    if five.region == "noncoding":
        return FrameResult("not_assessable", f"{five.symbol} makes no protein: the reading frame cannot be assessed.")
    if three.region == "before":
        return FrameResult(
            "not_assessable",
            f"{three.symbol} is entered before its start codon: its coding sequence is complete and the phase "
            "rule does not apply.",
        )
    if three.region == "after":
        return FrameResult("undetermined", f"The junction lies behind the stop codon of {three.symbol}.")
    if five.region == "before":
        return FrameResult(
            "not_assessable",
            f"{five.symbol} contributes no coding sequence, only its promoter and untranslated exons: the reading "
            "frame cannot be assessed.",
        )
    if five.region == "after":
        return FrameResult("undetermined", f"The junction lies behind the stop codon of {five.symbol}.")
    if five.coding is None or three.coding is None:
        return FrameResult("undetermined")
    counted: ReadingFrame = "in-frame" if (five.coding - three.coding) % 3 == 0 else "out-of-frame"
    if "far_intron" in (five.site, three.site):
        return FrameResult(
            "undetermined",
            "A breakpoint lies deep inside an intron of the transcript shown: by itself it gives no reading frame.",
            counted=counted,
        )
    return FrameResult(counted, counted=counted, is_on_edges=five.site == three.site == "edge")


def kinase_domain(driver: Gene, side: Side, end: End) -> KinaseDomain:
    """
    What the fusion keeps of the driver's kinase domain.

    `side` is the driver's end of the junction. "partial" if the junction cuts the domain; "not_applicable" where the
    gene has none.
    """
    kinase = driver.kinase
    if kinase is None:
        return "not_applicable"
    if side.gene_coding is None:
        return "undetermined"
    first, last = 3 * (kinase.start_aa - 1), 3 * kinase.end_aa
    if end == "3":
        # Bases lost before the junction.
        if side.gene_coding <= first:
            return "retained"
        return "lost" if side.gene_coding >= last else "partial"
    if side.gene_coding >= last:
        return "retained"
    return "lost" if side.gene_coding <= first else "partial"
