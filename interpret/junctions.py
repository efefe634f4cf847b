"""
One end of a junction: which gene, which exon, and how much coding sequence is kept or lost there.

The rules and their numbers come from real callers' output (docs/decisions/0003-fusion-structure.md):
an RNA breakpoint within 2 bases of an exon edge is that edge; within an exon or up to 50 bases into an intron the bases
are counted; a DNA breakpoint inside an intron leaves the exons beside it, an assumption that is stated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from interpret.genes import ExonNumber, Gene, GeneModels, OtherEdge, Transcript
from parsers.records import Breakpoint, Build, FusionCall, Molecule

End = Literal["5", "3"]
Site = Literal["edge", "exon", "near_intron", "far_intron", "dna_intron", "dna_exon", "outside", "unknown"]
Region = Literal["coding", "before", "after", "noncoding", "unknown"]

UNKNOWN_GENE = "?"

# An aligner may place a spliced breakpoint beside the exon edge where the bases repeat.
SNAP_BASES = 2
# Retained intron bases of an RNA breakpoint that are counted; a longer stretch is more likely another exon.
COUNTED_INTRON_BASES = 50
# A caller's gene annotation may reach beyond our transcript.
_GENE_MARGIN = 10_000


@dataclass(frozen=True, slots=True)
class Side:
    """
    One end of a junction, as far as it can be told.

    `exon` counts on the default transcript; `offset` is the distance from its edge, positive towards the 3′ end.
    `coding` are the coding bases kept (5′ end) or lost (3′ end), retained intron bases included, None where they cannot
    be counted; `gene_coding` the same of the gene's own coding sequence. `stated_transcript` and `stated_exon` are the
    caller's own where there is no gene model. `doubts` are sentences that forbid a reportable result; `label_doubt` is
    one more, where the reading frame depends on whether position or exon number is right. `may_be` are the drivers that
    an ambiguous symbol may stand for, `naming` says how the symbol was read. `conflicts` are disagreements
    to print, `notes` say how the end was read. `edge` is the transcript and its exon on whose very edge the end lies;
    None where it lies on none, or on one of a transcript that is not known whole.
    """

    symbol: str
    gene: Gene | None = None
    transcript: Transcript | None = None
    breakpoint: Breakpoint | None = None
    exon: int | None = None
    offset: int = 0
    site: Site = "unknown"
    region: Region = "unknown"
    coding: int | None = None
    gene_coding: int | None = None
    stated_transcript: str = ""
    stated_exon: int | None = None
    notes: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    label_doubt: str = ""
    may_be: tuple[Gene, ...] = ()
    naming: str = ""
    edge: tuple[Transcript, int] | None = None

    @property
    def is_known(self) -> bool:
        return self.symbol != UNKNOWN_GENE


@dataclass(frozen=True, slots=True)
class GivenEnd:
    """One end of a call as the caller gives it; `annotated` are genes that an annotator names there."""

    gene: str
    breakpoint: Breakpoint | None
    exon: int | None
    transcript: str
    annotated: tuple[str, ...] = ()


def given_ends(call: FusionCall) -> tuple[GivenEnd, GivenEnd]:
    """The caller's first (5′) and second (3′) end."""
    beside = dict(call.as_given)
    five, three = _listed(beside.get("annotated_genes_5prime")), _listed(beside.get("annotated_genes_3prime"))
    return (
        GivenEnd(call.gene_5prime, call.breakpoint_5prime, call.exon_5prime, call.transcript_5prime, five),
        GivenEnd(call.gene_3prime, call.breakpoint_3prime, call.exon_3prime, call.transcript_3prime, three),
    )


def gene_of(given: GivenEnd, partner: str, build: Build | None, models: GeneModels, end: End | None = None) -> Side:
    """
    The gene of one end: the caller's symbol checked against the position, or the gene at the position.

    The result has gene, transcript, notes and conflicts; the exon is not yet placed.
    """
    if not given.gene:
        return _gene_at_position(given, build, models)
    resolved = models.resolve(given.gene, partner)
    side = Side(resolved.symbol, models.gene(resolved.symbol), breakpoint=given.breakpoint)
    if resolved.note:
        side = replace(side, notes=(resolved.note,), naming=resolved.note)
    if side.gene is None:
        side = replace(side, may_be=models.possible_drivers(given.gene, partner))
        return _gene_without_model(side, given, build, models, end)
    side = replace(side, transcript=_transcript(side.gene, build if given.breakpoint else None, models))
    if given.breakpoint is None or build is None or side.transcript is None:
        return side
    return _checked_against_position(side, side.transcript, given.breakpoint, build, models)


def place_ends(
    sides: tuple[Side, Side],
    given: tuple[GivenEnd, GivenEnd],
    molecule: Molecule,
    build: Build | None,
    models: GeneModels,
) -> tuple[Side, Side]:
    """
    Both ends with exon, region and coding bases.

    Breakpoints beside an exon edge are moved to it only if both ends then lie on edges: where one end lies inside an
    exon or intron, a repeat at the junction shifts both ends alike, and counting the bases as given stays right.
    """
    ends = _place_both(sides, given, molecule, build, models, snap=True)
    if molecule == "RNA" and any(side.site in ("exon", "near_intron", "far_intron") for side in ends):
        return _place_both(sides, given, molecule, build, models, snap=False)
    return ends


def place_exon(side: Side, model: Transcript, end: End, exon: int) -> Side:
    """The end at the edge of `exon` of the default transcript: its last base (5′) or its first (3′)."""
    at = model.ends[exon - 1] if end == "5" else model.starts[exon - 1]
    return _counted(replace(side, exon=exon, offset=0, site="edge", edge=(model, exon)), model, end, at, 0)


def fits_edge(side: Side, end: End, position: int) -> bool:
    """Whether a position lies on an exon edge at which a transcript can end (5′) or begin (3′) by splicing."""
    return side.transcript is not None and _edge_exon(side.transcript, end, position) is not None


def _listed(cell: str | None) -> tuple[str, ...]:
    return tuple(cell.split(", ")) if cell else ()


def _place_both(
    sides: tuple[Side, Side],
    given: tuple[GivenEnd, GivenEnd],
    molecule: Molecule,
    build: Build | None,
    models: GeneModels,
    *,
    snap: bool,
) -> tuple[Side, Side]:
    return (
        _place(sides[0], "5", given[0], molecule, build, models, snap),
        _place(sides[1], "3", given[1], molecule, build, models, snap),
    )


def _gene_at_position(given: GivenEnd, build: Build | None, models: GeneModels) -> Side:
    at = given.breakpoint
    if at is None or build is None:
        return Side(UNKNOWN_GENE, breakpoint=at)
    gene = models.gene_at(at.chrom, at.pos, build)
    if gene is None:
        return _gene_by_annotation(given, at, build, models)
    side = Side(gene.symbol, gene, models.transcript(gene.symbol, build), at)
    return _checked_against_annotation(side, given, at, build, models)


def _gene_by_annotation(given: GivenEnd, at: Breakpoint, build: Build, models: GeneModels) -> Side:
    """
    The one gene that the annotator names where we have none.

    Of several, those without a gene model are left over: of the others it is known that they lie elsewhere.
    """
    nothing = f"No gene of the gene models lies at {at.chrom}:{at.pos}."
    symbols = tuple(dict.fromkeys(models.resolve(name).symbol for name in given.annotated))
    unplaced = [symbol for symbol in symbols if models.transcript(symbol, build) is None]
    chosen = unplaced if len(symbols) > 1 and unplaced else list(symbols)
    if len(chosen) == 1:
        gene = models.gene(chosen[0])
        note = f"{nothing} {chosen[0]} is named by the file's annotation."
        side = Side(chosen[0], gene, breakpoint=at, notes=(note,))
        model = models.transcript(chosen[0], build)
        if model is None:
            return side
        side = replace(side, transcript=model)
        return _checked_against_position(side, model, at, build, models, by="The file's annotation")
    if not symbols:
        return Side(UNKNOWN_GENE, breakpoint=at, notes=(nothing,))
    text = f"{nothing} The file's annotation names {', '.join(symbols)}: which of them is joined cannot be told."
    return Side(UNKNOWN_GENE, breakpoint=at, conflicts=(text,), doubts=(text,))


def _checked_against_annotation(side: Side, given: GivenEnd, at: Breakpoint, build: Build, models: GeneModels) -> Side:
    """
    A conflict where the annotator names other genes than the one at the position; a doubt where those lie elsewhere.

    A gene without a model may overlap ours (annotators often name one gene of several): that is printed, no more.
    """
    symbols = tuple(dict.fromkeys(models.resolve(name).symbol for name in given.annotated))
    there = {gene.symbol for gene in models.genes_at(at.chrom, at.pos, build)}
    if not symbols or there & set(symbols):
        return side
    named = ", ".join(symbols)
    text = f"The file's annotation names {named} at {at.chrom}:{at.pos}, which lies in {side.symbol} on {build}"
    elsewhere = [symbol for symbol in symbols if models.transcript(symbol, build) is not None]
    other_build: Build = "GRCh37" if build == "GRCh38" else "GRCh38"
    on_other = {gene.symbol for gene in models.genes_at(at.chrom, at.pos, other_build)}
    if on_other & set(symbols):
        text += f"; on {other_build} it lies in {min(on_other & set(symbols))}: check the genome build"
    text += "."
    side = replace(side, conflicts=(*side.conflicts, text))
    return replace(side, doubts=(*side.doubts, text)) if elsewhere else side


def _gene_without_model(side: Side, given: GivenEnd, build: Build | None, models: GeneModels, end: End | None) -> Side:
    at = given.breakpoint
    if at is None or build is None:
        return side
    for gene in models.genes_at(at.chrom, at.pos, build):
        model = models.transcripts[gene.symbol, build]
        if gene.symbol in models.owners(given.gene):
            note = f"Named {given.gene} by the caller; the position lies in {gene.symbol}."
            return Side(gene.symbol, gene, model, at, notes=(note,), naming=note)
        ends: tuple[End, ...] = (end,) if end else ("5", "3")
        if gene.role == "driver" and any(_edge_exon(model, one, at.pos) for one in ends):
            text = f"The caller names {given.gene}, but {at.chrom}:{at.pos} is an exon edge of {gene.symbol}."
            return Side(gene.symbol, gene, model, at, conflicts=(text,), doubts=(text,))
    # The position lies in none of them. That settles it only if the symbol may also mean a gene without a model.
    is_elsewhere = any(models.gene(owner) is None for owner in models.owners(given.gene))
    return replace(side, may_be=()) if is_elsewhere else side


def _checked_against_position(
    side: Side, model: Transcript, at: Breakpoint, build: Build, models: GeneModels, by: str = "The caller"
) -> Side:
    if at.chrom == model.chrom and model.contains(at.pos, _GENE_MARGIN):
        return side
    text = f"{by} names {side.symbol}, but {at.chrom}:{at.pos} does not lie in it on {build}"
    other_build: Build = "GRCh37" if build == "GRCh38" else "GRCh38"
    other = models.transcript(side.symbol, other_build)
    there = models.gene_at(at.chrom, at.pos, build)
    if other is not None and at.chrom == other.chrom and other.contains(at.pos, _GENE_MARGIN):
        text += f"; on {other_build} it does: check the genome build"
    elif there is not None:
        text += f"; it lies in {there.symbol}"
    text += "."
    return replace(side, site="outside", conflicts=(*side.conflicts, text), doubts=(*side.doubts, text))


def _checked_against_other_build(side: Side, end: End, at: Breakpoint, build: Build, models: GeneModels) -> Side:
    """
    A doubt where a spliced breakpoint lies on no exon edge here and on the very edge of one on the other build.

    A large gene holds both positions, so that nothing else tells them apart.
    """
    if side.site not in ("exon", "near_intron", "far_intron"):
        return side
    other_build: Build = "GRCh37" if build == "GRCh38" else "GRCh38"
    other = models.transcript(side.symbol, other_build)
    if other is None or other.chrom != at.chrom:
        return side
    exon = _edge_exon(other, end, at.pos, margin=0)
    if exon is None or side.gene is None:
        return side
    printed, number = models.printed_exon(side.gene, exon)
    text = (
        f"The {side.symbol} breakpoint {at.chrom}:{at.pos} lies on no exon edge on {build}; on {other_build} it is the "
        f"edge of exon {number} of {printed}: check the genome build."
    )
    return replace(side, conflicts=(*side.conflicts, text), doubts=(*side.doubts, text))


def _transcript(gene: Gene, build: Build | None, models: GeneModels) -> Transcript | None:
    """On the build of the call; without one, exon numbers and coding bases are the same on either."""
    if build is not None:
        return models.transcript(gene.symbol, build)
    return models.transcript(gene.symbol, "GRCh38") or models.transcript(gene.symbol, "GRCh37")


def _place(
    side: Side, end: End, given: GivenEnd, molecule: Molecule, build: Build | None, models: GeneModels, snap: bool
) -> Side:
    gene, model, at = side.gene, side.transcript, side.breakpoint
    if gene is None or model is None:
        return _without_model(side, given, models)
    if side.site == "outside":
        return side
    if gene.annotation:
        side = replace(side, notes=(*side.notes, f"{side.symbol} is read on {model.accession} of {gene.annotation}."))
    if at is None or build is None:
        if at is not None:
            side = replace(side, notes=(*side.notes, "The genome build is not stated: the position was not used."))
        return _noncoding(_placed_by_label(side, gene, model, end, given, models), models)
    placed = _placed_by_position(side, model, end, at.pos, molecule, snap)
    if molecule == "RNA":
        placed = _on_other_transcript(placed, side, end, at.pos, given.transcript, models, SNAP_BASES if snap else 0)
        placed = _checked_against_other_build(placed, end, at, build, models)
    placed = _checked_against_label(placed, gene, model, end, given, models)
    placed = _with_callers_exon(placed, model, end, at.pos, given.transcript, models)
    return _noncoding(_checked_strand(placed, model, at, end, molecule), models)


def _noncoding(side: Side, models: GeneModels) -> Side:
    """The end of a gene whose own annotation says that it makes no protein: it has an exon, but no phase."""
    reason = models.noncoding_reason(side.symbol)
    if not reason:
        return side
    text = f"{side.symbol}: {reason}."
    return replace(side, region="noncoding", coding=None, gene_coding=None, notes=(*side.notes, text))


def _on_other_transcript(
    placed: Side, side: Side, end: End, position: int, accession: str, models: GeneModels, margin: int
) -> Side:
    """
    An end inside an intron of the default transcript that is a coding exon edge of another one, counted on that one.

    The caller's own transcript is asked first, then the others of the annotation, the best first. A kinase gene's
    transcript counts only where it ends with the same stop codon: there its frame is the kinase's.
    """
    model = side.transcript
    if model is None or placed.exon is None or placed.site not in ("near_intron", "far_intron"):
        return placed
    others = models.other_transcripts(side.symbol, model.build)
    named = models.other_transcript(side.symbol, model.build, accession)
    for other in dict.fromkeys((*((named,) if named else ()), *others)):
        exon = _edge_exon(other, end, position, margin)
        if exon is None or not _is_comparable(other, model, side, end):
            continue
        at = other.ends[exon - 1] if end == "5" else other.starts[exon - 1]
        if not other.coding_first < at + (end == "5") <= other.coding_last:
            continue
        note = (
            f"The {side.symbol} breakpoint is the edge of exon {exon} of {other.accession}, another transcript of it."
        )
        beside = (model.ends if end == "5" else model.starts)[placed.exon - 1]
        read = replace(side, exon=placed.exon, offset=placed.offset, notes=(*side.notes, note), edge=(other, exon))
        counted = other.coding_bases_before(at + 1 if end == "5" else at)
        return replace(_counted(read, model, end, beside, 0), site="edge", region="coding", coding=counted)
    return placed


def _is_comparable(other: Transcript, model: Transcript, side: Side, end: End) -> bool:
    is_there = (other.chrom, other.strand) == (model.chrom, model.strand)
    keeps_kinase = end == "3" and side.gene is not None and side.gene.kinase is not None
    return is_there and (not keeps_kinase or other.coding_last == model.coding_last)


def _with_callers_exon(
    placed: Side, model: Transcript, end: End, position: int, accession: str, models: GeneModels
) -> Side:
    """The end with a note where the caller's own transcript numbers the exon otherwise than the one printed."""
    other = models.other_transcript(placed.symbol, model.build, accession)
    if other is None or placed.gene is None or placed.exon is None or placed.site != "edge" or placed.offset:
        return placed
    exon = _edge_exon(other, end, position)
    printed, number = models.printed_exon(placed.gene, placed.exon)
    if exon is None or exon == number:
        return placed
    note = f"{placed.symbol} exon {number} of {printed} is exon {exon} of {other.accession}, the caller's transcript."
    return replace(placed, notes=(*placed.notes, note))


def _without_model(side: Side, given: GivenEnd, models: GeneModels) -> Side:
    if not side.is_known:
        return side
    side = replace(side, stated_transcript=given.transcript, stated_exon=given.exon)
    reason = models.noncoding_reason(side.symbol)
    if reason:
        return replace(side, region="noncoding", notes=(*side.notes, f"{side.symbol}: {reason}."))
    note = f"There is no gene model of {side.symbol} here: its coding bases are not known."
    if given.exon is not None:
        note += " Its exon is the one that the caller states."
    return replace(side, notes=(*side.notes, note))


def _placed_by_label(side: Side, gene: Gene, model: Transcript, end: End, given: GivenEnd, models: GeneModels) -> Side:
    if given.exon is None:
        return side
    number = _default_exon(gene, end, given, models)
    if number.exon is None:
        on_other = _placed_on_callers_transcript(side, gene, end, given, models)
        if on_other is not None:
            return on_other
    notes = (*side.notes, number.note) if number.note else side.notes
    side = replace(side, notes=notes)
    return side if number.exon is None else place_exon(side, model, end, number.exon)


def _default_exon(gene: Gene, end: End, given: GivenEnd, models: GeneModels) -> ExonNumber:
    """
    The exon on the default transcript that the caller's number means.

    For a gene of an annotation a number without a transcript counts only if the phase is the same on all of its coding
    transcripts that have it: which of them the caller counts on is not known.
    """
    if given.exon is None:  # pragma: no cover - asked only where there is one; for the type checker
        return ExonNumber(None)
    number = models.default_exon(gene, given.exon, given.transcript)
    if not gene.annotation or given.transcript or number.exon is None:
        return number
    phases = {
        one.coding_before[number.exon if end == "5" else number.exon - 1] % 3
        for build in get_args(Build)
        for one in models.other_transcripts(gene.symbol, build)
        if one.coding_bases and one.exon_count >= number.exon
    }
    if len(phases) < 2:
        return number
    return ExonNumber(
        None,
        f"Exon {given.exon} of {gene.symbol} was given without a transcript, and its transcripts in {gene.annotation} "
        "number the exons differently: the exon is undetermined.",
    )


def _placed_on_callers_transcript(side: Side, gene: Gene, end: End, given: GivenEnd, models: GeneModels) -> Side | None:
    """The end where the caller's exon ends on its own transcript, if the annotation has that; None if it has not."""
    for build in ("GRCh38", "GRCh37"):
        model = models.transcript(gene.symbol, build)
        other = models.other_transcript(gene.symbol, build, given.transcript)
        if model is None or other is None or given.exon is None or not 1 <= given.exon <= other.exon_count:
            continue
        position = other.reading((other.ends if end == "5" else other.starts)[given.exon - 1])
        read = replace(side, transcript=model)
        placed = _placed_by_position(read, model, end, position, "RNA", snap=False)
        placed = _on_other_transcript(placed, read, end, position, given.transcript, models, 0)
        if placed.exon is None:
            return placed
        printed, number = models.printed_exon(gene, placed.exon)
        note = f"Exon {given.exon} of {other.accession} ({gene.symbol}), the caller's transcript, "
        note += f"is exon {number} of {printed}." if placed.offset == 0 else f"lies beside exon {number} of {printed}."
        return replace(placed, notes=(*placed.notes, note))
    return None


def _placed_by_position(side: Side, model: Transcript, end: End, position: int, molecule: Molecule, snap: bool) -> Side:
    locus = model.locate(position)
    at = model.reading(position)
    edge = _edge_exon(model, end, position)
    if edge is not None and (snap or at == (model.ends if end == "5" else model.starts)[edge - 1]):
        return place_exon(side, model, end, edge)
    match locus.where:
        case "exon":
            return _in_exon(side, model, end, at, locus.exon, molecule)
        case "intron":
            return _in_intron(side, model, end, at, locus.exon, molecule)
        case "upstream":
            text = f"The {side.symbol} breakpoint lies before the first exon of {model.accession}."
            return replace(
                side,
                site="outside",
                region="before",
                coding=0,
                gene_coding=0,
                exon=1 if end == "3" else None,
                doubts=(*side.doubts, text),
            )
        case "downstream":
            text = f"The {side.symbol} breakpoint lies behind the last exon of {model.accession}."
            return replace(
                side,
                site="outside",
                region="after",
                coding=model.coding_bases,
                gene_coding=model.coding_bases,
                exon=model.exon_count if end == "5" else None,
                doubts=(*side.doubts, text),
            )


def _in_exon(side: Side, model: Transcript, end: End, at: int, exon: int, molecule: Molecule) -> Side:
    if molecule == "RNA":
        offset = at - (model.ends if end == "5" else model.starts)[exon - 1]
        return _counted(replace(side, exon=exon, offset=offset, site="exon"), model, end, at, 0)
    note = f"The DNA breakpoint lies inside exon {exon} of {side.symbol} ({model.accession}): splicing cannot be told."
    side = _counted(replace(side, exon=exon, site="dna_exon", notes=(*side.notes, note)), model, end, at, 0)
    return replace(side, coding=None) if side.region == "coding" else side


def _in_intron(side: Side, model: Transcript, end: End, at: int, before: int, molecule: Molecule) -> Side:
    exon = before if end == "5" else before + 1
    edge = model.ends[exon - 1] if end == "5" else model.starts[exon - 1]
    if molecule == "DNA":
        note = (
            f"DNA breakpoint in intron {before} of {side.symbol} ({model.accession}): exon {exon} is assumed to be "
            "joined; splicing was not observed."
        )
        side = replace(side, exon=exon, site="dna_intron", notes=(*side.notes, note))
        return _counted(side, model, end, edge, 0)
    offset = at - edge
    other = _other_edge(side, model, end, at)
    if other is not None:
        note = f"The {side.symbol} breakpoint is the edge of exon {other.exon} of {other.transcript} ({other.name})."
        side = _counted(replace(side, exon=exon, offset=offset, notes=(*side.notes, note)), model, end, edge, 0)
        # A 5′ gene keeps the extra exon, a 3′ gene loses that much less.
        extra = other.extra_bases if end == "5" else -other.extra_bases
        return replace(side, site="edge", coding=None if side.coding is None else side.coding + extra)
    retained = abs(offset)
    where = f"of intron {before} of {side.symbol} ({model.accession})"
    bases = f"1 base {where} remains" if retained == 1 else f"{retained} bases {where} remain"
    note = f"{bases} in the transcript."
    site: Site = "near_intron" if retained <= COUNTED_INTRON_BASES else "far_intron"
    side = replace(side, exon=exon, offset=offset, site=site, notes=(*side.notes, note))
    return _counted(side, model, end, edge, retained)


def _counted(side: Side, model: Transcript, end: End, at: int, retained: int) -> Side:
    """
    Region and coding bases of an end whose last (5′) or first (3′) exonic base is `at`.

    `retained` intron bases lie beyond it; they belong to the coding sequence if it goes on there.
    """
    if end == "5":
        own = model.coding_bases_before(at + 1)
        region = _region(at < model.coding_first, at >= model.coding_last)
        coding = own + retained
    else:
        own = model.coding_bases_before(at)
        region = _region(at <= model.coding_first, at > model.coding_last)
        coding = own - retained
    inside = region == "coding"
    return replace(side, region=region, coding=coding if inside else own, gene_coding=own)


def _region(before: bool, after: bool) -> Region:
    if before:
        return "before"
    return "after" if after else "coding"


def _edge_exon(model: Transcript, end: End, position: int, margin: int = SNAP_BASES) -> int | None:
    """The exon whose splice edge for this end lies within the snapping distance; the nearest if there are two."""
    at = model.reading(position)
    edges = model.ends if end == "5" else model.starts
    near = [(abs(edge - at), exon) for exon, edge in enumerate(edges, 1) if abs(edge - at) <= margin]
    # The last exon has no donor and the first no acceptor: nothing is spliced there.
    spliced = [(distance, exon) for distance, exon in near if exon != (model.exon_count if end == "5" else 1)]
    return min(spliced)[1] if spliced else None


def _other_edge(side: Side, model: Transcript, end: End, at: int) -> OtherEdge | None:
    """The splice edge of another transcript at this position, where the default transcript has an intron."""
    for edge in side.gene.other_edges if side.gene else ():
        if edge.end == end and abs(model.reading(edge.positions[model.build]) - at) <= SNAP_BASES:
            return edge
    return None


def _checked_strand(side: Side, model: Transcript, at: Breakpoint, end: End, molecule: Molecule) -> Side:
    if molecule == "DNA" or at.strand is None or at.strand == model.strand:
        return side
    text = f"The transcript runs against the strand of {side.symbol} at its {end}′ end: the gene is not read there."
    return replace(
        side,
        coding=None,
        gene_coding=None,
        region="unknown",
        conflicts=(*side.conflicts, text),
        doubts=(*side.doubts, text),
    )


def _checked_against_label(
    placed: Side, gene: Gene, model: Transcript, end: End, given: GivenEnd, models: GeneModels
) -> Side:
    """The end placed by its position, with a conflict where the caller's exon number says otherwise."""
    if given.exon is None:
        return placed
    number = _default_exon(gene, end, given, models)
    if number.exon is None or number.exon == placed.exon:
        return placed
    here = f"exon {placed.exon}" if placed.exon else "no exon"
    on = f" ({given.transcript})" if given.transcript else ""
    text = (
        f"The caller gives exon {given.exon} of {gene.symbol}{on}; its position fits {here} of {model.accession}, "
        "which was used."
    )
    placed = replace(placed, conflicts=(*placed.conflicts, text))
    by_label = place_exon(placed, model, end, number.exon)
    if placed.region == by_label.region and _same_phase(placed, by_label):
        return placed
    text = f"Exon number and position of {gene.symbol} disagree, and the reading frame depends on which is right."
    return replace(placed, label_doubt=text)


def _same_phase(one: Side, other: Side) -> bool:
    if one.coding is None or other.coding is None:
        return True
    return (one.coding - other.coding) % 3 == 0
