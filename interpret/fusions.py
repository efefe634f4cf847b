"""
From a specimen's calls to its fusions: structure, merging, role and structural classification.

Every call ends as exactly one reviewed call; every pair that involves a driver, a gene that defines another entity or a
gene of the assay becomes one fusion. What a fusion means for the patient is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from interpret.classification import Appraisal, appraise, driver_of, spoken_reads
from interpret.drawings import drawn_gene, printed_exon, vicc_name
from interpret.findings import CallerEvidence, Disposition, Fusion, GeneResult, ReviewedCall
from interpret.genes import GeneModels
from interpret.hgvs import rna_description
from interpret.junctions import UNKNOWN_GENE
from interpret.merging import same_junction_groups, same_pair_groups, sort_key
from interpret.orientation import Junction, read_junction
from parsers.laboratory import Assay
from parsers.records import NOT_IN_SAMPLE, Breakpoint, Case, FusionCall

# Neighbouring genes on one strand may be read through without any rearrangement.
_READ_THROUGH_BASES = 200_000

_DISPOSITIONS: dict[str, Disposition] = {
    "reportable": "reported",
    "unconfirmed": "unconfirmed",
    "uncertain": "uncertain",
    "not_functional": "not_functional",
    "other_entity": "other_entity",
}


@dataclass(frozen=True, slots=True)
class _Pair:
    """All junctions of one fusion: the one that is shown, and the others."""

    main: Appraisal
    others: tuple[Appraisal, ...]

    @property
    def name(self) -> str:
        return self.main.shown.name

    @property
    def appraisals(self) -> tuple[Appraisal, ...]:
        return (self.main, *self.others)


def find_fusions(case: Case, assay: Assay, models: GeneModels) -> tuple[tuple[Fusion, ...], tuple[ReviewedCall, ...]]:
    """
    The fusions of a case, reportable first, and every call with what became of it.

    Tier, level and partner notes are left empty. The result does not depend on the order of the calls.
    """
    build = case.specimen.genome_build or assay.genome_build
    junctions = [read_junction(call, call.genome_build or build, models) for call in case.calls]
    assay_genes = frozenset(models.resolve(symbol).symbol for symbol in assay.genes)
    pairs: list[_Pair] = []
    reviewed: list[ReviewedCall] = []
    of_interest: list[Junction] = []
    for junction in junctions:
        reason = _not_reportable(junction, assay_genes)
        if reason:
            reason = " ".join((reason, *junction.namings))
            reviewed.append(_reviewed(junction, junction.name, "not_reportable", reason))
        else:
            of_interest.append(junction)
    for group in same_pair_groups(of_interest):
        if all(_is_discarded_trace(junction.call, assay) for junction in group):
            reviewed.extend(_trace(junction) for junction in group)
        else:
            pairs.append(_pair(group, assay, assay_genes))
    names = {pair.name for pair in pairs if pair.main.driver.is_at_driving_end}
    fusions: list[Fusion] = []
    for pair in pairs:
        main_name = _main_product(pair, names)
        if not main_name and _is_unreported_remnant(pair):
            reviewed.extend(_remnant(pair))
            continue
        fusions.append(_reciprocal(pair, main_name, models) if main_name else _fusion(pair, pairs, models))
        reviewed.extend(_reviewed_calls(pair, main_name))
    return tuple(sorted(fusions, key=_fusion_order)), tuple(sorted(reviewed, key=_review_order))


def is_imbalance(call: FusionCall) -> bool:
    """Whether the call is an imbalance of 5′ and 3′ expression of a gene, which some assays list among the fusions."""
    return "imbalance" in call.event_type.lower() or "5p3p" in call.event_type.lower()


def without_ambiguous(genes: Sequence[GeneResult], fusions: Sequence[Fusion]) -> tuple[GeneResult, ...]:
    """The gene results, none "not detected" that an ambiguous symbol of a call may stand for."""
    named = {symbol: fusion.name for fusion in reversed(fusions) for symbol in fusion.may_be}
    return tuple(
        replace(gene, state="not_assessable", reason=f"{named[gene.symbol]}: the symbol may mean this gene")
        if gene.state == "not_detected" and gene.symbol in named
        else gene
        for gene in genes
    )


def without_failed(genes: Sequence[GeneResult], case: Case, models: GeneModels) -> tuple[GeneResult, ...]:
    """
    The gene results, none "not detected" that a caller's own file calls failed.

    A gene stays "not detected" where another file of the specimen gives it a result.
    """
    failed = [{models.resolve(gene).symbol for gene in source.not_assessable} for source in case.sources]
    everywhere = set.intersection(*failed) if failed else set()
    files = ", ".join(source.file for source in case.sources if source.not_assessable)
    reason = f"no valid result for any of its targets ({files})"
    return tuple(
        replace(gene, state="not_assessable", reason=reason)
        if gene.state == "not_detected" and gene.symbol in everywhere
        else gene
        for gene in genes
    )


def _not_reportable(junction: Junction, assay_genes: frozenset[str]) -> str:
    """Why a call is no fusion of interest; empty if it is one."""
    call = junction.call
    counts = [count for count in (call.counted_reads, call.spanning_pairs) if count is not None]
    if NOT_IN_SAMPLE in call.filters and counts and not any(counts):
        return "The file lists the event for another sample: this one has neither the genotype nor a read of it."
    if is_imbalance(call):
        gene = call.gene_3prime or call.gene_5prime
        return f"An imbalance of 5′ and 3′ expression of {gene}: a hint at a fusion, without a partner or a junction."
    five, three = junction.pair
    if five == three == UNKNOWN_GENE:
        return "No gene of the gene models lies at the breakpoints."
    if five == three:
        return f"Both breakpoints lie in {five}: an event within one gene, not a fusion."
    if driver_of(junction.five, junction.three, assay_genes) is None:
        known = [symbol for symbol in (five, three) if symbol != UNKNOWN_GENE]
        subject = f"Neither {known[0]} nor {known[1]} is" if len(known) == 2 else f"{known[0]} is not"
        text = f"{subject} a gene of the assay or of the kinase list."
        return f"{text} {_read_through(junction)}".strip()
    return ""


def _is_discarded_trace(call: FusionCall, assay: Assay) -> bool:
    """
    A candidate that its own caller threw away, and for which no read spans the junction.

    TSO500 and Arriba list such candidates by the hundred for every specimen: as unconfirmed fusions they would make
    every negative result indeterminate. One read over the junction keeps it, or as many pairs as the assay wants reads.
    """
    return not call.passed_filter and call.counted_reads == 0 and (call.spanning_pairs or 0) < assay.minimum_split_reads


def _trace(junction: Junction) -> ReviewedCall:
    call = junction.call
    reads = spoken_reads(call.split_reads, call.spanning_pairs, call.supporting_reads)
    reason = f"{call.caller} discarded the candidate (filter: {call.filters or 'not stated'}), with {reads}."
    return _reviewed(junction, junction.name, "not_reportable", reason)


def _is_unreported_remnant(pair: _Pair) -> bool:
    """
    A product out of frame and without its kinase domain, which its own caller did not report, and without any read.

    LINX lists every joining of two genes that a rearrangement could make, without reads: those whose 5′ gene is a
    kinase would make every such specimen a possible fusion. What the caller reported, what any file shows with a read,
    and a kinase at its driving end stay. So does what is in frame: the other product of the same two introns, which
    would hold the kinase domain, is in frame exactly where this one is.
    """
    return all(
        appraisal.kinase == "lost"
        and appraisal.frame == "out-of-frame"
        and not appraisal.driver.is_at_driving_end
        and UNKNOWN_GENE not in appraisal.shown.pair
        and all(_is_unreported(member) for member in appraisal.members)
        for appraisal in pair.appraisals
    )


def _is_unreported(junction: Junction) -> bool:
    """Neither passed by its caller nor seen in a read; without doubt about order and genes, and nobody's in frame."""
    call = junction.call
    is_sound = junction.is_ordered and not junction.all_doubts and call.reading_frame != "in-frame"
    return is_sound and not (call.passed_filter or call.counted_reads or call.spanning_pairs)


def _remnant(pair: _Pair) -> list[ReviewedCall]:
    driver = pair.main.driver.symbol
    found: list[ReviewedCall] = []
    for member in (member for appraisal in pair.appraisals for member in appraisal.members):
        filters = member.call.filters or "not stated"
        reason = (
            f"{member.call.caller} did not report the candidate (filter: {filters}) and states no reads; {driver} is "
            "its 5′ gene: the product is out of frame and lacks the kinase domain."
        )
        found.append(_reviewed(member, pair.name, "not_reportable", reason))
    return found


def _pair(group: Sequence[Junction], assay: Assay, assay_genes: frozenset[str]) -> _Pair:
    appraisals: list[Appraisal] = []
    for members in same_junction_groups(group):
        driver = driver_of(members[0].five, members[0].three, assay_genes)
        if driver is not None:  # pragma: no branch - the pair was kept for its driver
            appraisals.append(appraise(members, driver, assay))
    ranked = sorted(appraisals, key=_appraisal_order)
    return _Pair(ranked[0], tuple(ranked[1:]))


def _appraisal_order(appraisal: Appraisal) -> tuple[object, ...]:
    """A functional, supported junction is shown before others; then what RNA shows; then what has the most reads."""
    call = appraisal.shown.call
    return (
        appraisal.classification != "reportable",
        not appraisal.shown.is_ordered,
        call.molecule != "RNA",
        -(call.counted_reads or 0),
        -(call.spanning_pairs or 0),
        sort_key(appraisal.shown),
    )


def _main_product(pair: _Pair, names: set[str]) -> str:
    """The name of the fusion that this pair is the reciprocal product of; empty if it is none."""
    opposite = f"{pair.main.shown.three.symbol}::{pair.main.shown.five.symbol}"
    return opposite if _can_be_reciprocal(pair) and opposite in names else ""


def _can_be_reciprocal(pair: _Pair) -> bool:
    """A kinase kept at the 5′ end is a product of its own, and an unknown partner may be any gene."""
    main = pair.main
    return not main.driver.is_at_driving_end and main.kinase != "retained" and UNKNOWN_GENE not in main.shown.pair


def _fusion(pair: _Pair, pairs: Sequence[_Pair], models: GeneModels) -> Fusion:
    main = pair.main
    shown = main.shown
    five, three = shown.five, shown.three
    hgvs = rna_description(shown)
    transcript_5prime, exon_5prime = printed_exon(five, models)
    transcript_3prime, exon_3prime = printed_exon(three, models)
    return Fusion(
        name=shown.name,
        vicc=vicc_name(five, three, models),
        gene_5prime=five.symbol,
        gene_3prime=three.symbol,
        transcript_5prime=transcript_5prime,
        transcript_3prime=transcript_3prime,
        exon_5prime=exon_5prime,
        exon_3prime=exon_3prime,
        breakpoint_5prime=_text(five.breakpoint),
        breakpoint_3prime=_text(three.breakpoint),
        genome_build=shown.build or "",
        reading_frame=main.frame,
        kinase_domain=main.kinase,
        role=main.role,
        classification=main.classification,
        split_reads=shown.call.split_reads,
        spanning_pairs=shown.call.spanning_pairs,
        supporting_reads=shown.call.supporting_reads,
        callers=_evidence(pair),
        conflicts=tuple(dict.fromkeys(text for appraisal in pair.appraisals for text in appraisal.conflicts)),
        notes=(*main.notes, *_pair_notes(pair, pairs, models)),
        reasons=main.reasons,
        driver=main.driver.symbol,
        may_be=tuple(gene.symbol for gene in main.driver.may_be),
        molecule=_molecule(pair),
        has_early_stop=main.has_early_stop,
        is_order_known=shown.is_ordered or shown.order == "unproductive",
        drawing_5prime=drawn_gene(five, "5", main.frame, models) if shown.is_ordered else None,
        drawing_3prime=drawn_gene(three, "3", main.frame, models) if shown.is_ordered else None,
        hgvs_r=hgvs.text,
        hgvs_r_reason=hgvs.reason,
    )


def _reciprocal(pair: _Pair, main_name: str, models: GeneModels) -> Fusion:
    reason = f"This is the reciprocal product of {main_name}: it supports the rearrangement and is not reported alone."
    return replace(_fusion(pair, (), models), role="reciprocal", classification="not_functional", reasons=(reason,))


def _pair_notes(pair: _Pair, pairs: Sequence[_Pair], models: GeneModels) -> tuple[str, ...]:
    notes = [_numbering_note(pair.main.shown, models)]
    notes.append(_read_through(pair.main.shown))
    if _molecule(pair) == "DNA":
        notes.append("DNA evidence only: an expressed in-frame transcript was not shown.")
    notes.extend(_other_junction(other, models) for other in pair.others)
    reverse = f"{pair.main.shown.three.symbol}::{pair.main.shown.five.symbol}"
    notes.extend(
        f"The reciprocal product {reverse} was also called and supports the rearrangement."
        for other in pairs
        if other.name == reverse and _can_be_reciprocal(other)
    )
    return tuple(dict.fromkeys(note for note in notes if note))


def _numbering_note(junction: Junction, models: GeneModels) -> str:
    """The exon numbers of other transcripts that the literature uses, where they differ from those printed."""
    texts: list[str] = []
    for side in (junction.five, junction.three):
        if side.gene is None or side.exon is None:
            continue
        printed, number = models.printed_exon(side.gene, side.exon)
        known = {side.gene.transcript: side.exon} | {
            name: numbering.to_other[side.exon]
            for name, numbering in side.gene.numberings.items()
            if side.exon in numbering.to_other
        }
        texts.extend(
            f"{side.symbol} exon {number} of {printed} is exon {other} of {name}."
            for name, other in known.items()
            if name != printed and other != number
        )
    return " ".join(texts)


def _other_junction(other: Appraisal, models: GeneModels) -> str:
    shown = other.shown
    where = vicc_name(shown.five, shown.three, models)
    reads = spoken_reads(shown.call.split_reads, None, shown.call.supporting_reads) or "split reads not stated"
    frame = other.frame.replace("_", " ").replace("-", " ")
    return f"A further junction was called by {shown.call.caller} ({shown.call.molecule}): {where}; {frame}; {reads}."


def _read_through(junction: Junction) -> str:
    """Sentences where the two genes are neighbours in the order of reading, or the caller says read-through."""
    five, three = junction.five.transcript, junction.three.transcript
    texts: list[str] = []
    if (
        five is not None
        and three is not None
        and (five.chrom, five.strand) == (three.chrom, three.strand)
        and 0 < three.starts[0] - five.ends[-1] < _READ_THROUGH_BASES
    ):
        texts.append(f"{junction.five.symbol} and {junction.three.symbol} are neighbours on one strand.")
    if "read-through" in junction.call.event_type.lower() or "readthrough" in junction.call.event_type.lower():
        texts.append(f"{junction.call.caller} types the event as a possible read-through.")
    if texts:
        texts.append("A transcript without a rearrangement cannot be excluded by this call alone.")
    return " ".join(texts)


def _molecule(pair: _Pair) -> str:
    molecules = {member.call.molecule for appraisal in pair.appraisals for member in appraisal.members}
    return " and ".join(sorted(molecules, reverse=True))


def _evidence(pair: _Pair) -> tuple[CallerEvidence, ...]:
    members = [member for appraisal in pair.appraisals for member in appraisal.members]
    return tuple(
        CallerEvidence(
            caller=call.caller,
            reading_frame=call.reading_frame,
            split_reads=call.split_reads,
            spanning_pairs=call.spanning_pairs,
            supporting_reads=call.supporting_reads,
            breakpoint_5prime=_text(call.breakpoint_5prime),
            breakpoint_3prime=_text(call.breakpoint_3prime),
            filters=call.filters,
            confidence=call.confidence,
            file=call.place.file,
            line=call.place.line,
        )
        for call in (member.call for member in sorted(members, key=sort_key))
    )


def _reviewed_calls(pair: _Pair, main_name: str) -> list[ReviewedCall]:
    found: list[ReviewedCall] = []
    for appraisal in pair.appraisals:
        for member in appraisal.members:
            if main_name:
                reason = f"Reciprocal product of {main_name}."
                found.append(_reviewed(member, pair.name, "reciprocal", reason))
                continue
            disposition = _DISPOSITIONS[appraisal.classification]
            reason = " ".join(appraisal.reasons)
            if appraisal is not pair.main:
                reason = f"Further junction of {pair.name}. {reason}"
            found.append(_reviewed(member, pair.name, disposition, reason))
    return found


def _reviewed(junction: Junction, name: str, disposition: Disposition, reason: str) -> ReviewedCall:
    call: FusionCall = junction.call
    return ReviewedCall(
        name=name,
        caller=call.caller,
        breakpoint_5prime=_text(call.breakpoint_5prime),
        breakpoint_3prime=_text(call.breakpoint_3prime),
        reading_frame=call.reading_frame,
        split_reads=call.split_reads,
        spanning_pairs=call.spanning_pairs,
        supporting_reads=call.supporting_reads,
        disposition=disposition,
        reason=reason,
        file=call.place.file,
        line=call.place.line,
    )


def _fusion_order(fusion: Fusion) -> tuple[object, ...]:
    classes = ("reportable", "other_entity", "unconfirmed", "uncertain", "not_functional")
    return (
        classes.index(fusion.classification),
        ("driver", "other", "reciprocal").index(fusion.role),
        -((fusion.supporting_reads if fusion.split_reads is None else fusion.split_reads) or 0),
        fusion.name,
        fusion.breakpoint_5prime,
        fusion.breakpoint_3prime,
    )


def _review_order(call: ReviewedCall) -> tuple[object, ...]:
    order = (
        "reported",
        "other_entity",
        "unconfirmed",
        "uncertain",
        "not_functional",
        "reciprocal",
        "not_reportable",
    )
    return (
        order.index(call.disposition),
        call.name,
        call.caller,
        call.file,
        call.line or 0,
        repr(call),
    )


def _text(at: Breakpoint | None) -> str:
    return "" if at is None else str(at)
