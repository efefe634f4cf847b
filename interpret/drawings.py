"""The two halves of the fusion drawing, and the transcript names, from the transcript that is printed."""

from __future__ import annotations

from interpret.findings import DrawnGene, ProteinFeature, ReadingFrame
from interpret.genes import Gene, GeneModels
from interpret.junctions import UNKNOWN_GENE, End, Side


def printed_exon(side: Side, models: GeneModels) -> tuple[str, int | None]:
    """
    Transcript and exon to print: ours, or the caller's own where there is no model of the gene.

    The exon is None where it could not be told, and the transcript is then empty.
    """
    if side.gene is None:
        return (side.stated_transcript, side.stated_exon) if side.stated_exon is not None else ("", None)
    if side.exon is None:
        return "", None
    return models.printed_exon(side.gene, side.exon)


def vicc_name(five: Side, three: Side, models: GeneModels) -> str:
    """
    The fusion in VICC nomenclature, junction components with offsets (doi:10.1038/s41375-021-01493-x).

    `NM_152263.4(TPM3):e.8::NM_004304.5(ALK):e.20`; a gene without an exon as `ALK(hgnc:427)`, an unknown one as `?`.
    """
    return f"{_component(five, models)}::{_component(three, models)}"


def drawn_gene(side: Side, end: End, frame: ReadingFrame, models: GeneModels) -> DrawnGene | None:
    """One half of the drawing; None where the gene has no model or its exon could not be told."""
    transcript, exon = printed_exon(side, models)
    if side.gene is None or side.transcript is None or exon is None:
        return None
    gene = side.gene
    numbering = gene.numberings.get(transcript)
    exon_count = numbering.exon_count if numbering and numbering.exon_count else side.transcript.exon_count
    shift = numbering.aa_shift if numbering else 0
    # A gene of the laboratory's annotation may make no protein.
    protein_aa = numbering.protein_aa if numbering else gene.protein_aa or None
    kept = _kept_amino_acids(side, end, frame, shift, protein_aa)
    return DrawnGene(
        gene=gene.symbol,
        transcript=transcript,
        exon_count=exon_count,
        kept_first=1 if end == "5" else exon,
        kept_last=exon if end == "5" else exon_count,
        protein_aa=protein_aa,
        kept_aa_first=kept[0] if kept else None,
        kept_aa_last=kept[1] if kept else None,
        features=_features(gene, shift),
    )


def _component(side: Side, models: GeneModels) -> str:
    if side.symbol == UNKNOWN_GENE:
        return UNKNOWN_GENE
    transcript, exon = printed_exon(side, models)
    if exon is None or not transcript:
        return f"{side.symbol}({side.gene.hgnc_id.lower()})" if side.gene and side.gene.hgnc_id else side.symbol
    offset = f"{side.offset:+d}" if side.offset else ""
    return f"{transcript}({side.symbol}):e.{exon}{offset}"


def _kept_amino_acids(
    side: Side, end: End, frame: ReadingFrame, shift: int, protein_aa: int | None
) -> tuple[int, int] | None:
    """First and last amino acid kept; None where nothing of the gene is translated or it cannot be known."""
    if side.gene_coding is None or protein_aa is None or side.region in ("noncoding", "unknown"):
        return None
    if end == "5":
        last = min(side.gene_coding // 3 + shift, protein_aa)
        return None if side.region == "before" or last < 1 else (1, last)
    if frame == "out-of-frame" or side.region == "after":
        return None
    # The codon that the junction splits counts as kept, as published fusion proteins do.
    first = 1 if side.gene_coding == 0 else side.gene_coding // 3 + 1 + shift
    return first, protein_aa


def _features(gene: Gene, shift: int) -> tuple[ProteinFeature, ...]:
    """
    The features on the printed transcript.

    Where that differs from the default one, only the kinase and transmembrane ranges are known to move along.
    """
    return tuple(
        ProteinFeature(feature.name, feature.kind, feature.start_aa + shift, feature.end_aa + shift)
        for feature in gene.features
        if not shift or feature.kind in ("kinase", "transmembrane")
    )
