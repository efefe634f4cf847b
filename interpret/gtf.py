"""
Gene models from a laboratory's own annotation, a GTF file: genes that are not embedded, and other transcripts.

GENCODE, Ensembl, RefSeq and UCSC write the same columns and differ in their attributes and chromosome names; what each
calls the same thing is in the tables below. Lines go in one at a time, so that a file of millions of lines needs the
memory of one chromosome. Columns and coordinates: GTF2.2 (https://mblab.wustl.edu/GTF22.html): 1-based, both ends
included; `CDS` without the stop codon, `frame` = bases to skip to the first whole codon.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NoReturn, cast

from interpret.genes import Gene, GeneModels, Transcript
from parsers.callers.format import whole_number
from parsers.errors import InputError, Problem
from parsers.records import Breakpoint, Build, FusionCall, Strand

BUILDS: tuple[Build, ...] = ("GRCh37", "GRCh38")

# NCBI's accessions of the chromosomes: the version says the assembly (NCBI assembly reports GCF_000001405.25 and .40).
_ACCESSION_VERSIONS = {
    "GRCh37": (10, 11, 11, 11, 9, 11, 13, 10, 11, 10, 9, 11, 10, 8, 9, 9, 10, 9, 9, 10, 8, 10, 10, 9),
    "GRCh38": (11, 12, 12, 12, 10, 12, 14, 11, 12, 11, 10, 12, 11, 9, 10, 10, 11, 10, 10, 11, 9, 11, 11, 10),
}
_CHROMOSOMES = tuple(f"chr{name}" for name in (*range(1, 23), "X", "Y"))
_BY_ACCESSION: dict[str, tuple[str, Build]] = {
    f"NC_{number:06d}.{version}": (chrom, cast(Build, build))
    for build, versions in _ACCESSION_VERSIONS.items()
    for number, (chrom, version) in enumerate(zip(_CHROMOSOMES, versions, strict=True), 1)
}

_EXONS = ("exon", "CDS", "stop_codon")
_KEPT = frozenset((*_EXONS, "gene", "transcript"))
_ATTRIBUTE = re.compile(r'([A-Za-z_][\w.-]*) (?:"([^"]*)"|([^;\s]+))')
# Attributes by source: GENCODE and UCSC, Ensembl, RefSeq.
_SYMBOL = ("gene_name", "gene")
_BIOTYPE = ("gene_type", "gene_biotype")
_CODING_BIOTYPES = ("protein_coding", "mRNA")
_HGNC = re.compile(r"HGNC:(\d+)")
# What makes a transcript the one to report on, best first: GENCODE and Ensembl tags, RefSeq tags with a blank.
_TAGS = ("mane_select", "refseq_select", "ensembl_canonical", "appris_principal_1", "gencode_primary", "basic")
_INCOMPLETE = ("cds_start_nf", "cds_end_nf", "mrna_start_nf", "mrna_end_nf")
# The second copy of a gene of the pseudoautosomal regions: GENCODE's and RefSeq's names for it.
_PAR_Y = "_PAR_Y"
_SECOND_COPY = re.compile(r"(N[MR]_\d+\.\d+|X[MR]_\d+\.\d+)_\d+")
_BUILD_NAMES: dict[str, Build] = {"GRCh38": "GRCh38", "hg38": "GRCh38", "GRCh37": "GRCh37", "hg19": "GRCh37"}
_RELEASES = (
    (re.compile(r"description:.*version (\w+).*Ensembl (\d+)", re.IGNORECASE), "GENCODE {0} (Ensembl {1})"),
    (re.compile(r"annotation-source (.+)"), "{0}"),
    (re.compile(r"genebuild-last-updated (\S+)"), "Ensembl gene build {0}"),
)
_MOST_HEADERS = 20
_LONGEST_RELEASE = 80


@dataclass(frozen=True, slots=True)
class GtfTranscript:
    """
    One transcript as the file has it: `lows` and `highs` are its exons' ends in ascending order.

    `cds_low` and `cds_high` include the stop codon where the file gives it; both 0 without a coding range.
    `first_frame` are the bases before the first whole codon. `rank` orders a gene's transcripts, the lowest first.
    """

    accession: str
    lows: tuple[int, ...]
    highs: tuple[int, ...]
    cds_low: int
    cds_high: int
    first_frame: int
    rank: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GtfGene:
    """One gene with its transcripts, the one to report on first. `biotype` is empty where the file has none."""

    symbol: str
    hgnc_id: str
    biotype: str
    chrom: str
    strand: Strand
    transcripts: tuple[GtfTranscript, ...]

    @property
    def low(self) -> int:
        return min(one.lows[0] for one in self.transcripts)

    @property
    def high(self) -> int:
        return max(one.highs[-1] for one in self.transcripts)

    @property
    def is_coding(self) -> bool:
        return any(one.cds_high for one in self.transcripts)

    def contains(self, at: Breakpoint) -> bool:
        return at.chrom == self.chrom and self.low <= at.pos <= self.high


@dataclass(frozen=True, slots=True)
class AnnotationFile:
    """A GTF file as reports name it: `release` as its header says, empty where it says nothing; `sha256` in hex."""

    file: str
    sha256: str
    release: str
    build: Build

    @property
    def title(self) -> str:
        return self.release or self.file


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a case's calls ask of an annotation: symbols, transcripts without version, places."""

    symbols: frozenset[str]
    accessions: frozenset[str]
    places: tuple[Breakpoint, ...]


class GtfReader:
    """
    Reads one GTF file, line by line; `release` and `build` are known when its genes have been read.

    The assembly is found out and not believed: embedded genes must lie where one of the two assemblies has them. Where
    the file holds none of them, its header must name the assembly.
    """

    def __init__(self, file: str, models: GeneModels) -> None:
        self._file = file
        self._models = models
        self._line = 0
        self._headers: list[str] = []
        self._stated: set[Build] = set()
        self._hits: Counter[Build] = Counter()

    def genes(self, lines: Iterable[str]) -> Iterator[GtfGene]:
        """
        The genes of the file, chromosome by chromosome; patches, alternative loci and second copies are left out.

        Raises:
            InputError: the file is no GTF, a line of it is damaged, or the lines of a chromosome do not lie together.
        """
        block = _Block("")
        done: set[str] = set()
        for self._line, line in enumerate(lines, 1):
            if line.startswith("#") or line.isspace():
                self._header(line)
                continue
            name, _, rest = line.partition("\t")
            if name != block.name:
                yield from self._genes_of(block)
                done.add(block.name)
                if name in done and self._chrom(name):
                    self._refuse(
                        "gtf-not-sorted",
                        "the lines of one chromosome do not lie together",
                        "sort the file: sort -k1,1 -k4,4n",
                        found=name,
                    )
                block = _Block(name, self._chrom(name))
            if block.chrom:
                self._add(block, rest)
            elif not rest.strip() and name.strip():
                self._refuse_columns(line)
        yield from self._genes_of(block)

    @property
    def release(self) -> str:
        """`GENCODE 46 (Ensembl 112)`, as the header says; empty where it says nothing of the kind."""
        for pattern, shape in _RELEASES:
            for header in self._headers:
                if match := pattern.search(header):
                    return shape.format(*match.groups())[:_LONGEST_RELEASE]
        return ""

    @property
    def build(self) -> Build:
        """
        The assembly of the file.

        Raises:
            InputError: it cannot be told, or the header says another one than the positions of the genes.
        """
        found = {build for build in BUILDS if self._hits[build]}
        if len(found) == 2:
            # Some exon edges are at the same place on both assemblies; nearly all are not.
            (first, most), (_, fewer) = self._hits.most_common(2)
            found = {first} if most > 3 * fewer else found
        # A header may name both: GENCODE's GRCh37 files say from which assembly they were mapped.
        if len(found) == 1 and (not self._stated or found <= self._stated):
            return next(iter(found))
        if not found and len(self._stated) == 1:
            return next(iter(self._stated))
        said = ", ".join(sorted(self._stated)) or "no assembly"
        seen = ", ".join(sorted(found)) or "no assembly known here"
        raise InputError(
            Problem(
                code="gtf-build-unknown",
                file=self._file,
                message=f"the genome build cannot be told: the header names {said}, the genes lie as on {seen}",
                remedy="use an annotation of GRCh37 or GRCh38; where its header does not name the build, put "
                "'#!genome-version GRCh38' (or GRCh37) before its first line",
            )
        )

    def _header(self, line: str) -> None:
        text = line.strip("#! \r\n")
        if not text or len(self._headers) >= _MOST_HEADERS:
            return
        self._headers.append(text)
        self._stated |= {build for name, build in _BUILD_NAMES.items() if name in text}

    def _chrom(self, name: str) -> str:
        """Our name of a chromosome, empty for patches, alternative loci and the mitochondrion."""
        if name in _BY_ACCESSION:
            chrom, build = _BY_ACCESSION[name]
            self._stated.add(build)
            return chrom
        chrom = name if name.startswith("chr") else f"chr{name}"
        return chrom if chrom in _CHROMOSOMES else ""

    def _add(self, block: _Block, rest: str) -> None:
        cells = rest.rstrip("\r\n").split("\t")
        if len(cells) < 8:
            self._refuse_columns(rest)
        _, feature, start, end, _, strand, frame, attributes = cells[:8]
        if feature not in _KEPT:
            return
        low, high = whole_number(start), whole_number(end)
        if low is None or high is None or low > high:
            self._refuse("gtf-position", "start and end are not positions in order", found=f"{start} to {end}")
        if strand not in ("+", "-"):
            self._refuse("gtf-strand", "the strand is neither + nor -", found=strand)
        if feature == "gene":
            gene_id = _value(attributes, "gene_id")
            block.biotypes[gene_id] = _first(_attributes(attributes), _BIOTYPE)
            return
        accession = _value(attributes, "transcript_id")
        if not accession:
            if feature == "transcript":
                return
            is_gff3 = "Parent=" in attributes or attributes.startswith("ID=")
            text = "the file is GFF3, not GTF" if is_gff3 else "the line has no transcript_id"
            self._refuse("gtf-no-transcript", text)
        open_one = block.transcripts.get(accession)
        if open_one is None:
            open_one = block.transcripts[accession] = _Open(accession, strand, _attributes(attributes))
        if feature in _EXONS:
            open_one.add(feature, low, high, strand, frame)

    def _genes_of(self, block: _Block) -> Iterator[GtfGene]:
        by_gene: dict[str, list[_Open]] = {}
        for one in block.transcripts.values():
            if one.is_usable and not _is_second_copy(one):
                by_gene.setdefault(one.gene_id, []).append(one)
        for gene_id, members in by_gene.items():
            first = members[0]
            gene = GtfGene(
                symbol=first.symbol,
                hgnc_id=first.hgnc_id,
                biotype=block.biotypes.get(gene_id) or first.biotype,
                chrom=block.chrom,
                strand=cast(Strand, first.strand),
                transcripts=tuple(sorted((one.closed() for one in members), key=lambda one: (one.rank, one.accession))),
            )
            self._compare(gene)
            yield gene

    def _compare(self, gene: GtfGene) -> None:
        """Counts the assemblies on which an embedded gene of this name shares an exon with the file's."""
        symbol = self._models.resolve(gene.symbol).symbol
        for build in BUILDS:
            model = self._models.transcript(symbol, build)
            if model is None or (model.chrom, model.strand) != (gene.chrom, gene.strand):
                continue
            ends = {model.reading(end) for end in model.ends[:-1]}
            theirs = {edge for one in gene.transcripts for edge in (one.highs if gene.strand == "+" else one.lows)}
            self._hits[build] += bool(ends & theirs)

    def _refuse_columns(self, line: str) -> NoReturn:
        text = f"a line has {line.count(chr(9)) + 1} columns; a GTF file has 9, separated by tabs"
        self._refuse("gtf-columns", text)

    def _refuse(self, code: str, message: str, remedy: str = "", found: str | None = None) -> NoReturn:
        raise InputError(
            Problem(
                code=code,
                file=self._file,
                line=self._line,
                message=message,
                found=found,
                remedy=remedy or "take the GTF file of GENCODE, Ensembl or RefSeq as it was downloaded",
            )
        )


def genes_from_gtf(lines: Iterable[str], file: str, models: GeneModels) -> tuple[Build, str, tuple[GtfGene, ...]]:
    """
    Assembly, release and all genes of a GTF file at once; for files that fit into memory.

    Raises:
        InputError: as `GtfReader`, or the file holds no gene.
    """
    reader = GtfReader(file, models)
    genes = tuple(reader.genes(lines))
    if not genes:
        raise InputError(no_genes(file))
    return reader.build, reader.release, genes


def no_genes(file: str) -> Problem:
    """The problem of a file without a single gene on a chromosome."""
    return Problem(
        code="gtf-empty",
        file=file,
        message="the file holds no exon of any gene on chromosome 1 to 22, X or Y",
        remedy="take the GTF file of GENCODE, Ensembl or RefSeq as it was downloaded",
    )


def gene_as_text(gene: GtfGene) -> str:
    """One line of JSON that `gene_from_text` reads back, for a cache."""
    transcripts = [
        [one.accession, one.lows, one.highs, one.cds_low, one.cds_high, one.first_frame, one.rank]
        for one in gene.transcripts
    ]
    whole = [gene.symbol, gene.hgnc_id, gene.biotype, gene.chrom, gene.strand, transcripts]
    return json.dumps(whole, separators=(",", ":"))


def gene_from_text(text: str) -> GtfGene:
    """The gene that `gene_as_text` wrote."""
    symbol, hgnc_id, biotype, chrom, strand, transcripts = json.loads(text)
    return GtfGene(
        symbol,
        hgnc_id,
        biotype,
        chrom,
        strand,
        tuple(
            GtfTranscript(accession, tuple(lows), tuple(highs), low, high, frame, tuple(rank))
            for accession, lows, highs, low, high, frame, rank in transcripts
        ),
    )


def wanted_of(calls: Iterable[FusionCall], models: GeneModels) -> Wanted:
    """What to look up for these calls: their genes under the given and the approved name, transcripts, and places."""
    symbols: set[str] = set()
    accessions: set[str] = set()
    places: dict[Breakpoint, None] = {}
    for call in calls:
        beside = dict(call.as_given)
        annotated = (beside.get(name, "") for name in ("annotated_genes_5prime", "annotated_genes_3prime"))
        names = {call.gene_5prime, call.gene_3prime, *(name for cell in annotated for name in cell.split(", "))}
        symbols |= names | {models.resolve(name).symbol for name in names}
        accessions |= {call.transcript_5prime.partition(".")[0], call.transcript_3prime.partition(".")[0]}
        places |= {at: None for at in (call.breakpoint_5prime, call.breakpoint_3prime) if at is not None}
    return Wanted(frozenset(symbols - {""}), frozenset(accessions - {""}), tuple(places))


def with_annotation(
    models: GeneModels, found: Iterable[tuple[AnnotationFile, Sequence[GtfGene]]], wanted: Wanted
) -> GeneModels:
    """
    The models with what the annotations add for one case: genes that are not embedded, and other transcripts.

    An embedded gene keeps its own model. A symbol that may mean several genes is taken only where a breakpoint lies in
    it; a gene that no call names is taken only where it is the one coding gene at a breakpoint.
    """
    for annotation, genes in found:
        chosen = _chosen(models, genes, wanted)
        models = models.extended(
            genes=[_gene(one, annotation) for one in chosen.new],
            transcripts=[
                *(_default_model(one, annotation) for one in chosen.new),
                *_same_transcripts(chosen.known, models, annotation),
            ],
            others=[model for one in (*chosen.new, *chosen.known) for model in _models_of(one, models, annotation)],
            noncoding={one.symbol: _noncoding_reason(one, annotation) for one in chosen.new if not one.is_coding},
        )
    return models


@dataclass(frozen=True, slots=True)
class _Chosen:
    new: tuple[GtfGene, ...]
    known: tuple[GtfGene, ...]


def _chosen(models: GeneModels, genes: Sequence[GtfGene], wanted: Wanted) -> _Chosen:
    known = [one for one in genes if models.resolve(one.symbol).symbol in models.genes]
    others = [one for one in genes if models.resolve(one.symbol).symbol not in models.genes and _is_modelled(one)]
    named: dict[str, list[GtfGene]] = {}
    for one in others:
        is_there = any(one.contains(at) for at in wanted.places)
        if one.symbol in wanted.symbols and (is_there or not models.owners(one.symbol)):
            named.setdefault(one.symbol, []).append(one)
    new = [min(same, key=lambda one: _locus_order(one, wanted)) for same in named.values()]
    for at in wanted.places:
        there = [one for one in genes if one.is_coding and one.contains(at)]
        if len(there) == 1 and there[0] in others and there[0].symbol not in {one.symbol for one in new}:
            new.append(there[0])
    return _Chosen(tuple(new), tuple(known))


def _locus_order(gene: GtfGene, wanted: Wanted) -> tuple[object, ...]:
    """Of several genes of one name: where a breakpoint lies, coding, not the Y chromosome's copy."""
    is_there = any(gene.contains(at) for at in wanted.places)
    return (not is_there, not gene.is_coding, gene.chrom == "chrY", gene.chrom, gene.low)


def _is_modelled(gene: GtfGene) -> bool:
    """Coding, or said by the file to be another kind of gene. Without a coding range and a kind nothing is known."""
    return gene.is_coding or _is_noncoding(gene)


def _is_noncoding(gene: GtfGene) -> bool:
    return not gene.is_coding and gene.biotype not in ("", "other", *_CODING_BIOTYPES)


def _noncoding_reason(gene: GtfGene, annotation: AnnotationFile) -> str:
    return f"no coding transcript ({gene.biotype.replace('_', ' ')}) in {annotation.title}"


def _gene(gene: GtfGene, annotation: AnnotationFile) -> Gene:
    accession = gene.transcripts[0].accession
    coding = _default_model(gene, annotation).coding_bases
    return Gene(
        symbol=gene.symbol,
        hgnc_id=gene.hgnc_id,
        role="partner",
        driver_end="",
        transcript=accession,
        printed_transcript=accession,
        ensembl_transcript="",
        protein_aa=max(0, coding // 3 - 1),
        features=(),
        numberings={},
        annotation=annotation.title,
    )


def _default_model(gene: GtfGene, annotation: AnnotationFile) -> Transcript:
    return _model(gene, gene.transcripts[0], gene.symbol, annotation.build)


def _same_transcripts(known: Sequence[GtfGene], models: GeneModels, annotation: AnnotationFile) -> Iterator[Transcript]:
    """For genes that an annotation of the other assembly has added: the same transcript on this one."""
    for gene in known:
        wanted = models.genes[models.resolve(gene.symbol).symbol].transcript.partition(".")[0]
        for one in gene.transcripts:
            if one.accession.partition(".")[0] == wanted:
                yield _model(gene, one, gene.symbol, annotation.build)


def _models_of(gene: GtfGene, models: GeneModels, annotation: AnnotationFile) -> Iterator[Transcript]:
    symbol = models.resolve(gene.symbol).symbol
    for one in gene.transcripts:
        yield _model(gene, one, symbol, annotation.build)


def _model(gene: GtfGene, one: GtfTranscript, symbol: str, build: Build) -> Transcript:
    coding = (one.cds_low, one.cds_high) if one.cds_high else (one.highs[-1] + 1, one.highs[-1])
    if gene.strand == "-":
        coding = (-one.cds_high, -one.cds_low) if one.cds_high else (1 - one.lows[0], -one.lows[0])
        starts, ends = tuple(-high for high in reversed(one.highs)), tuple(-low for low in reversed(one.lows))
    else:
        starts, ends = one.lows, one.highs
    # Bases of a codon whose beginning the file does not have: counted, so that the phase is right behind them.
    before = [-one.first_frame % 3]
    for start, end in zip(starts, ends, strict=True):
        before.append(before[-1] + max(0, min(end, coding[1]) - max(start, coding[0]) + 1))
    return Transcript(
        symbol, one.accession, build, gene.chrom, gene.strand, starts, ends, coding[0], coding[1], tuple(before)
    )


@dataclass(slots=True)
class _Block:
    """The lines of one chromosome."""

    name: str
    chrom: str = ""
    transcripts: dict[str, _Open] = field(default_factory=dict)
    biotypes: dict[str, str] = field(default_factory=dict)


class _Open:
    """A transcript whose lines are still coming."""

    def __init__(self, accession: str, strand: str, attributes: dict[str, list[str]]) -> None:
        self.accession = accession
        self.strand = strand
        self.strands = {strand}
        self.gene_id = _first(attributes, ("gene_id",))
        self.symbol = _first(attributes, _SYMBOL) or self.gene_id
        self.biotype = _first(attributes, _BIOTYPE)
        text = " ".join((*attributes.get("hgnc_id", ()), *attributes.get("db_xref", ())))
        match = _HGNC.search(text)
        self.hgnc_id = f"HGNC:{match.group(1)}" if match else ""
        self.tags = {tag.lower().replace(" ", "_") for tag in attributes.get("tag", ())}
        self.exons: list[tuple[int, int]] = []
        self.cds: list[tuple[int, int]] = []
        self.stops: list[tuple[int, int]] = []
        self.frames: list[tuple[int, int, str]] = []

    def add(self, feature: str, low: int, high: int, strand: str, frame: str) -> None:
        self.strands.add(strand)
        if feature == "exon":
            self.exons.append((low, high))
        elif feature == "CDS":
            self.cds.append((low, high))
            self.frames.append((low, high, frame))
        else:
            self.stops.append((low, high))

    @property
    def is_usable(self) -> bool:
        """Exons on one strand that do not overlap, and a coding range inside them."""
        exons = sorted(self.exons)
        if not exons or len(self.strands) != 1 or not self.symbol:
            return False
        apart = all(one[1] < other[0] for one, other in pairwise(exons))
        ranges = (*self.cds, *self.stops)
        return apart and all(exons[0][0] <= low and high <= exons[-1][1] for low, high in ranges)

    def closed(self) -> GtfTranscript:
        exons = sorted(self.exons)
        coding = [*self.cds, *self.stops] if self.cds else []
        low, high = min((one[0] for one in coding), default=0), max((one[1] for one in coding), default=0)
        if self.cds:
            first = min(self.frames) if self.strand == "+" else max(self.frames)
            frame = int(first[2]) if first[2] in ("1", "2") else 0
        else:
            frame = 0
        accession = self.accession
        length = sum(end - start + 1 for start, end in self.cds)
        return GtfTranscript(
            accession,
            tuple(exon[0] for exon in exons),
            tuple(exon[1] for exon in exons),
            low,
            high,
            frame,
            (
                not self.cds,
                next((number for number, tag in enumerate(_TAGS) if tag in self.tags), len(_TAGS)),
                any(tag in self.tags for tag in _INCOMPLETE) or frame != 0,
                -length,
            ),
        )


def _is_second_copy(one: _Open) -> bool:
    """GENCODE and RefSeq name the copy on Y after the one on X; Ensembl gives it an id of its own, and it is kept."""
    return one.accession.endswith(_PAR_Y) or bool(_SECOND_COPY.fullmatch(one.accession))


def _attributes(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, quoted, bare in _ATTRIBUTE.findall(text):
        found.setdefault(name, []).append(quoted or bare)
    return found


def _value(text: str, name: str) -> str:
    """One attribute, without taking all of them apart: this is asked of every line."""
    start = text.find(f'{name} "')
    if start < 0:
        return _first(_attributes(text), (name,))
    start += len(name) + 2
    return text[start : text.find('"', start)]


def _first(attributes: dict[str, list[str]], names: Sequence[str]) -> str:
    return next((value for name in names for value in attributes.get(name, ()) if value), "")
