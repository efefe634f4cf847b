"""
Gene models: symbols, transcripts, exons, coding ranges and protein domains, on GRCh37 and GRCh38.

The facts lie in `tables/genes/` (its README.md says what each column means and where it came from). Inside a
transcript, positions are counted in *reading coordinates*: the genomic position for a gene on the plus strand, its
negative for one on the minus strand. So "later in the transcript" is always "greater", and no rule needs the strand.
"""

from __future__ import annotations

import csv
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Literal, cast, get_args

from parsers.records import Build, Strand

GeneRole = Literal["driver", "entity", "partner"]
DriverEnd = Literal["3", "5", "either", ""]
FeatureKind = Literal["kinase", "transmembrane", "domain"]
Where = Literal["exon", "intron", "upstream", "downstream"]

# A bin of the position index; no gene model is longer than a few bins.
_BIN = 1_000_000


@dataclass(frozen=True, slots=True)
class Locus:
    """
    Where a position lies in a transcript.

    In an exon: its number. In an intron: the number of the exon before it. Upstream: 0. Downstream: the last exon.
    """

    where: Where
    exon: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """
    One transcript on one assembly. Its strand belongs to the assembly too: NCOA4 is on + on GRCh37, on - on GRCh38.

    `starts` and `ends` are the exons' first and last base in reading coordinates, in transcript order, both included;
    `coding_first` and `coding_last` the first base of the start codon and the last of the stop codon, likewise.
    `coding_before[i]` counts the coding bases of the exons before exon i + 1; its last entry is all of them.
    """

    gene: str
    accession: str
    build: Build
    chrom: str
    strand: Strand
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    coding_first: int
    coding_last: int
    coding_before: tuple[int, ...]

    @property
    def exon_count(self) -> int:
        return len(self.starts)

    @property
    def coding_bases(self) -> int:
        """Length of the coding sequence with its stop codon."""
        return self.coding_before[-1]

    def reading(self, position: int) -> int:
        """The reading coordinate of a genomic position, and the other way round."""
        return position if self.strand == "+" else -position

    def locate(self, position: int) -> Locus:
        """Where a genomic position lies."""
        at = self.reading(position)
        exon = bisect_right(self.starts, at)
        if exon == 0:
            return Locus("upstream", 0)
        if at <= self.ends[exon - 1]:
            return Locus("exon", exon)
        return Locus("downstream" if exon == self.exon_count else "intron", exon)

    def coding_bases_before(self, at: int) -> int:
        """Coding bases of all exons that lie before reading coordinate `at`, that base not included."""
        exon = bisect_left(self.starts, at)
        if exon == 0:
            return 0
        first = max(self.starts[exon - 1], self.coding_first)
        last = min(self.ends[exon - 1], self.coding_last, at - 1)
        return self.coding_before[exon - 1] + max(0, last - first + 1)

    def contains(self, position: int, margin: int = 0) -> bool:
        """Whether the position lies between the first and last base of the transcript, give or take `margin`."""
        return self.starts[0] - margin <= self.reading(position) <= self.ends[-1] + margin


@dataclass(frozen=True, slots=True)
class Feature:
    """A named stretch of a gene's protein, amino acids from 1 on its own (default) transcript."""

    kind: FeatureKind
    name: str
    accession: str
    start_aa: int
    end_aa: int


@dataclass(frozen=True, slots=True)
class Numbering:
    """
    Another transcript of a gene, known by how its exon numbers go with those of the default transcript.

    `from_other` and `to_other` map exon numbers; only exons that both have are in them. `exon_count` and `protein_aa`
    are None where not known; `aa_shift` is what the kinase end of the
    protein is further on than in the default protein.
    """

    transcript: str
    from_other: Mapping[int, int]
    to_other: Mapping[int, int]
    exon_count: int | None
    protein_aa: int | None
    aa_shift: int


@dataclass(frozen=True, slots=True)
class OtherEdge:
    """
    A splice edge of another transcript that the default transcript lacks, inside one of its introns.

    It lies behind exon `after_exon` of the default transcript and adds `extra_bases` coding bases to it.
    """

    end: Literal["5", "3"]
    transcript: str
    exon: int
    after_exon: int
    extra_bases: int
    name: str
    positions: Mapping[Build, int]


@dataclass(frozen=True, slots=True)
class Gene:
    """
    One gene. `driver_end` is the end of a fusion at which it drives: kinases at the 3′ end.

    `transcript` is the accession whose exons and coding range are embedded; `printed_transcript` the one that reports
    use (they differ for ROS1, whose literature counts on NM_002944.3). `annotation` names the laboratory's own
    annotation that the gene was taken from; empty for an embedded one.
    """

    symbol: str
    hgnc_id: str
    role: GeneRole
    driver_end: DriverEnd
    transcript: str
    printed_transcript: str
    ensembl_transcript: str
    protein_aa: int
    features: tuple[Feature, ...]
    numberings: Mapping[str, Numbering]
    other_edges: tuple[OtherEdge, ...] = ()
    annotation: str = ""

    @property
    def kinase(self) -> Feature | None:
        """The kinase domain, None where the gene has none (PDGFB, USP6)."""
        return next((feature for feature in self.features if feature.kind == "kinase"), None)

    @property
    def printed_numbering(self) -> Numbering | None:
        """The exon numbers to print, None where they are those of the default transcript."""
        return None if self.printed_transcript == self.transcript else self.numberings[self.printed_transcript]


@dataclass(frozen=True, slots=True)
class Resolved:
    """
    What a caller's gene symbol stands for.

    `symbol` is the approved symbol, or the text as given where it is not in our tables or must not be renamed; `note`
    is a plain sentence where the reader should know.
    """

    symbol: str
    given: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ExonNumber:
    """An exon on the default transcript, None where it cannot be told; with the sentence that explains it."""

    exon: int | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class GeneModels:
    """
    All embedded genes; immutable, and the same for every specimen.

    `extended` adds what a laboratory's own annotation has for one case: genes, and `others`, the transcripts of a gene
    beside its default one, the best first.
    """

    version: str
    genes: Mapping[str, Gene]
    transcripts: Mapping[tuple[str, Build], Transcript]
    _renamed: Mapping[str, str] = field(repr=False)
    _renamed_with: Mapping[tuple[str, str], str] = field(repr=False)
    _never_renamed: Mapping[str, tuple[str, ...]] = field(repr=False)
    _loose: frozenset[str] = field(repr=False)
    _noncoding: Mapping[str, str] = field(repr=False)
    _index: Mapping[tuple[Build, str, int], tuple[str, ...]] = field(repr=False)
    _ensembl: frozenset[str] = field(repr=False)
    others: Mapping[tuple[str, Build], tuple[Transcript, ...]] = field(default_factory=dict, repr=False)

    def extended(
        self,
        *,
        genes: Iterable[Gene],
        transcripts: Iterable[Transcript],
        others: Iterable[Transcript],
        noncoding: Mapping[str, str],
    ) -> GeneModels:
        """These models and more: an embedded gene and its transcript stay as they are."""
        added = {gene.symbol: gene for gene in genes if not self._is_embedded(gene.symbol)}
        own = {(one.gene, one.build): one for one in transcripts if not self._is_embedded(one.gene)}
        beside: dict[tuple[str, Build], tuple[Transcript, ...]] = dict(self.others)
        for one in others:
            beside[one.gene, one.build] = (*beside.get((one.gene, one.build), ()), one)
        index = dict(self._index)
        for key, symbols in _position_index({**self.genes, **added}, own).items():
            index[key] = (*index.get(key, ()), *(symbol for symbol in symbols if symbol not in index.get(key, ())))
        return replace(
            self,
            genes={**added, **self.genes},
            transcripts={**own, **self.transcripts},
            others=beside,
            _noncoding={**noncoding, **self._noncoding},
            _index=index,
        )

    def other_transcripts(self, symbol: str, build: Build) -> tuple[Transcript, ...]:
        """The gene's transcripts in the laboratory's annotation, the best first; none without an annotation."""
        return self.others.get((symbol, build), ())

    def other_transcript(self, symbol: str, build: Build, accession: str) -> Transcript | None:
        """The one among them that a caller names, whatever its version; None if it is not there."""
        wanted = _without_version(accession)
        same = [one for one in self.other_transcripts(symbol, build) if _without_version(one.accession) == wanted]
        return min(same, key=lambda one: one.accession != accession) if accession and same else None

    @property
    def symbols(self) -> frozenset[str]:
        """Every name under which a gene of ours may appear: approved, previous, alias, loose; and Ensembl gene ids."""
        pairs = (alias for alias, _ in self._renamed_with)
        owners = (owner for shared in self._never_renamed.values() for owner in shared)
        return frozenset(
            {*self.genes, *self._renamed, *self._never_renamed, *self._loose, *self._ensembl, *pairs, *owners}
        )

    def resolve(self, symbol: str, partner: str = "") -> Resolved:
        """
        The approved symbol: an exact match first, then a previous or alias symbol that stands for one gene only.

        A symbol that several genes share, or that is itself the approved symbol of another gene, is never renamed,
        but for the published pairs that leave no doubt (FIG beside ROS1 is GOPC).
        """
        if symbol in self.genes:
            return Resolved(symbol, symbol)
        renamed = self._renamed_with.get((symbol, partner)) or self._renamed.get(symbol)
        if renamed is None and symbol in self._never_renamed:
            owners = ", ".join(self._never_renamed[symbol])
            return Resolved(symbol, symbol, f"The symbol {symbol} may also mean another gene ({owners}): not renamed.")
        if renamed is None:
            return Resolved(symbol, symbol)
        return Resolved(renamed, symbol, f"Named {symbol} by the caller; the approved symbol is {renamed}.")

    def owners(self, symbol: str) -> tuple[str, ...]:
        """The approved symbols that an ambiguous symbol may stand for; empty where it is not ambiguous."""
        return self._never_renamed.get(symbol, ())

    def possible_drivers(self, symbol: str, partner: str = "") -> tuple[Gene, ...]:
        """
        The drivers that a symbol may stand for where it does not say which gene is meant; empty where it does.

        A symbol with a single owner that is never renamed is the approved symbol of another gene, so not ambiguous.
        """
        owners = self.owners(symbol)
        is_clear = symbol in self.genes or (symbol, partner) in self._renamed_with
        if is_clear or (len(owners) < 2 and symbol not in self._loose):
            return ()
        return tuple(
            self.genes[owner] for owner in owners if owner in self.genes and self.genes[owner].role == "driver"
        )

    def gene(self, symbol: str) -> Gene | None:
        """The gene of an approved symbol, None where there is no model of it."""
        return self.genes.get(symbol)

    def transcript(self, symbol: str, build: Build) -> Transcript | None:
        """The default transcript of a gene on one assembly, None where there is none."""
        return self.transcripts.get((symbol, build))

    def genes_at(self, chrom: str, position: int, build: Build) -> tuple[Gene, ...]:
        """All genes whose transcript spans the position: drivers first, then by symbol."""
        symbols = self._index.get((build, chrom, position // _BIN), ())
        return tuple(self.genes[symbol] for symbol in symbols if self.transcripts[symbol, build].contains(position))

    def gene_at(self, chrom: str, position: int, build: Build) -> Gene | None:
        """The gene at a position, a driver before any other; None between genes (of ours)."""
        return next(iter(self.genes_at(chrom, position, build)), None)

    def noncoding_reason(self, symbol: str) -> str:
        """
        Why a gene is known to make no protein; empty where it is not known to.

        Listed genes, and the symbol forms that HGNC reserves for non-coding genes (doi:10.15252/embj.2019103777).
        """
        gene = self.genes.get(symbol)
        if gene is not None:
            return self._noncoding.get(symbol, "") if gene.annotation else ""
        return self._noncoding.get(symbol, "") or _noncoding_by_name(symbol)

    def default_exon(self, gene: Gene, exon: int, transcript: str) -> ExonNumber:
        """
        The number on the default transcript of `exon` as a caller counts it on `transcript`.

        The same accession in another version is accepted with a note. Without a transcript the number is taken only if
        every numbering we know of the gene gives it to the same exon.
        """
        if not transcript:
            return self._exon_without_transcript(gene, exon)
        accession = _without_version(transcript)
        own = {_without_version(name) for name in (gene.transcript, gene.ensembl_transcript) if name}
        if accession in own:
            note = (
                ""
                if transcript in (gene.transcript, gene.ensembl_transcript, accession)
                else _other_version(gene, transcript, gene.transcript)
            )
            return self._checked(gene, exon, gene.transcript, note)
        for name, numbering in gene.numberings.items():
            if accession != _without_version(name):
                continue
            mapped = numbering.from_other.get(exon)
            if mapped is None:
                note = f"Exon {exon} of {name} ({gene.symbol}) has no counterpart in {gene.transcript}."
                return ExonNumber(None, note)
            note = "" if transcript in (name, accession) else _other_version(gene, transcript, name)
            return self._checked(gene, mapped, gene.transcript, note)
        return ExonNumber(
            None, f"The exon numbering of {transcript} ({gene.symbol}) is not known here: the exon is undetermined."
        )

    def printed_exon(self, gene: Gene, exon: int) -> tuple[str, int]:
        """Transcript and exon number to print for an exon of the default transcript."""
        numbering = gene.printed_numbering
        if numbering is None or exon not in numbering.to_other:
            return gene.transcript, exon
        return numbering.transcript, numbering.to_other[exon]

    def _is_embedded(self, symbol: str) -> bool:
        gene = self.genes.get(symbol)
        return gene is not None and not gene.annotation

    def _exon_without_transcript(self, gene: Gene, exon: int) -> ExonNumber:
        for name, numbering in gene.numberings.items():
            is_unmatched = numbering.exon_count is not None and exon not in numbering.from_other
            if is_unmatched or numbering.from_other.get(exon, exon) != exon:
                return ExonNumber(
                    None,
                    f"Exon {exon} of {gene.symbol} was given without a transcript, and {gene.transcript} and {name} "
                    "number the exons differently: the exon is undetermined.",
                )
        note = f"No transcript was given for {gene.symbol}: exon {exon} is read on {gene.transcript}."
        return self._checked(gene, exon, gene.transcript, note)

    def _checked(self, gene: Gene, exon: int, transcript: str, note: str) -> ExonNumber:
        count = max(model.exon_count for build in get_args(Build) if (model := self.transcript(gene.symbol, build)))
        if 1 <= exon <= count:
            return ExonNumber(exon, note)
        return ExonNumber(None, f"{transcript} ({gene.symbol}) has {count} exons: exon {exon} does not exist.")


@cache
def load_gene_models() -> GeneModels:
    """The shipped gene models. Reads the package's own tables only; the same object every time."""
    numberings = _numberings()
    features = _features()
    other_edges = _other_edges()
    genes = {
        row["symbol"]: Gene(
            symbol=row["symbol"],
            hgnc_id=row["hgnc_id"],
            role=cast(GeneRole, row["role"]),
            driver_end=cast(DriverEnd, row["driver_end"]),
            transcript=row["transcript"],
            printed_transcript=row["printed_transcript"],
            ensembl_transcript=row["ensembl_transcript"],
            protein_aa=int(row["protein_aa"]),
            features=tuple(features.get(row["symbol"], ())),
            numberings=numberings.get(row["symbol"], {}),
            other_edges=tuple(other_edges.get(row["symbol"], ())),
        )
        for row in _rows("genes.tsv")
    }
    aliases = list(_rows("aliases.tsv"))
    transcripts = {(model.gene, model.build): model for model in map(_transcript, _rows("exons.tsv"))}
    return GeneModels(
        version=_table("VERSION").split("\n", 1)[0].split("\t")[1],
        genes=genes,
        transcripts=transcripts,
        _renamed={row["alias"]: row["symbol"] for row in aliases if row["may_rename"] == "yes"},
        _renamed_with={(row["alias"], row["only_with"]): row["symbol"] for row in aliases if row["only_with"]},
        _never_renamed={row["alias"]: tuple(row["owners"].split("|")) for row in aliases if row["may_rename"] == "no"},
        _loose=frozenset(row["alias"] for row in aliases if row["kind"] == "loose"),
        _noncoding={row["symbol"]: row["reason"] for row in _rows("noncoding.tsv")},
        _index=_position_index(genes, transcripts),
        _ensembl=frozenset(row["ensembl_gene"] for row in _rows("genes.tsv") if row["ensembl_gene"]),
    )


def _table(name: str) -> str:
    return (files("interpret") / "tables" / "genes" / name).read_text(encoding="utf-8")


def _rows(name: str) -> Iterator[dict[str, str]]:
    return iter(csv.DictReader(_table(name).splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


def _transcript(row: dict[str, str]) -> Transcript:
    lows = [int(number) for number in row["exon_starts"].split(",")]
    highs = [int(number) for number in row["exon_ends"].split(",")]
    coding = int(row["cds_low"]), int(row["cds_high"])
    if row["strand"] == "-":
        lows, highs = [-number for number in highs], [-number for number in lows]
        coding = -coding[1], -coding[0]
    before = [0]
    for low, high in zip(lows, highs, strict=True):
        before.append(before[-1] + max(0, min(high, coding[1]) - max(low, coding[0]) + 1))
    return Transcript(
        gene=row["symbol"],
        accession=row["transcript"],
        build=cast(Build, row["build"]),
        chrom=row["chrom"],
        strand=cast(Strand, row["strand"]),
        starts=tuple(lows),
        ends=tuple(highs),
        coding_first=coding[0],
        coding_last=coding[1],
        coding_before=tuple(before),
    )


def _features() -> dict[str, list[Feature]]:
    found: dict[str, list[Feature]] = {}
    for row in _rows("domains.tsv"):
        feature = Feature(
            cast(FeatureKind, row["kind"]), row["name"], row["accession"], int(row["start_aa"]), int(row["end_aa"])
        )
        found.setdefault(row["symbol"], []).append(feature)
    return found


def _other_edges() -> dict[str, list[OtherEdge]]:
    found: dict[str, list[OtherEdge]] = {}
    for row in _rows("other_edges.tsv"):
        edge = OtherEdge(
            end="5" if row["end"] == "5" else "3",
            transcript=row["transcript"],
            exon=int(row["exon"]),
            after_exon=int(row["after_exon"]),
            extra_bases=int(row["extra_bases"]),
            name=row["name"],
            positions={"GRCh37": int(row["GRCh37"]), "GRCh38": int(row["GRCh38"])},
        )
        found.setdefault(row["symbol"], []).append(edge)
    return found


def _numberings() -> dict[str, dict[str, Numbering]]:
    found: dict[str, dict[str, Numbering]] = {}
    for row in _rows("numbering.tsv"):
        pairs = [(int(one), int(two)) for one, _, two in (p.partition(">") for p in row["exon_map"].split(","))]
        to_other = dict(pairs)
        numbering = Numbering(
            transcript=row["other_transcript"],
            # Two default exons can make up one exon of the other transcript: the last is the one that ends with it.
            from_other={other: default for default, other in sorted(pairs)},
            to_other=to_other,
            exon_count=int(row["other_exons"]) if row["other_exons"] else None,
            protein_aa=int(row["other_protein_aa"]) if row["other_protein_aa"] else None,
            aa_shift=int(row["aa_shift"] or 0),
        )
        found.setdefault(row["symbol"], {})[numbering.transcript] = numbering
    return found


def _position_index(
    genes: Mapping[str, Gene], transcripts: Mapping[tuple[str, Build], Transcript]
) -> dict[tuple[Build, str, int], tuple[str, ...]]:
    bins: dict[tuple[Build, str, int], list[str]] = {}
    for (symbol, build), model in transcripts.items():
        low, high = sorted((model.reading(model.starts[0]), model.reading(model.ends[-1])))
        for number in range(low // _BIN, high // _BIN + 1):
            bins.setdefault((build, model.chrom, number), []).append(symbol)
    return {
        key: tuple(sorted(symbols, key=lambda symbol: (genes[symbol].role != "driver", symbol)))
        for key, symbols in bins.items()
    }


def _without_version(accession: str) -> str:
    return accession.partition(".")[0]


def _other_version(gene: Gene, given: str, ours: str) -> str:
    return f"The caller numbers {gene.symbol} on {given}; the exon is read on {ours}, another version of it."


def _noncoding_by_name(symbol: str) -> str:
    stem, _, ending = symbol.rpartition("-")
    if symbol.startswith("LINC") and symbol[4:].isascii() and symbol[4:].isdigit():
        return "long intergenic non-coding RNA by its symbol"
    if stem and ending == "DT":
        return "divergent non-coding transcript by its symbol"
    if stem and ending[:2] in ("AS", "IT", "OT") and all(letter in "0123456789" for letter in ending[2:]):
        return "non-coding transcript (antisense, intronic or overlapping) by its symbol"
    return ""
