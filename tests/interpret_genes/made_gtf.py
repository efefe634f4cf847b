"""Small annotations as GENCODE, Ensembl, RefSeq and UCSC write them: known genes as landmarks, and invented ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from interpret.genes import GeneModels, Transcript
from parsers.records import Build

# Exons of the invented gene PARTNERX: 30 coding bases in the first, 100 in the second, 45 with the stop in the third.
INVENTED = ((1_000_000, 1_000_129), (1_002_000, 1_002_099), (1_004_000, 1_004_199))
INVENTED_CODING = (1_000_100, 1_004_044)


@dataclass(frozen=True)
class Made:
    """One transcript to write down; positions as in the file, the coding range with its stop codon."""

    symbol: str
    accession: str
    chrom: str
    strand: str
    exons: Sequence[tuple[int, int]]
    coding: tuple[int, int] | None = None
    tags: tuple[str, ...] = ()
    biotype: str = "protein_coding"
    gene_id: str = ""
    hgnc: str = ""


def invented(**changes: object) -> Made:
    """PARTNERX on chromosome 2 of both assemblies."""
    made = Made("PARTNERX", "ENST00000900001.3", "chr2", "+", INVENTED, INVENTED_CODING, ("basic", "MANE_Select"))
    return replace(replace(made, hgnc="HGNC:99999"), **changes)  # type: ignore[arg-type]


def landmark(models: GeneModels, symbol: str, build: Build, accession: str = "ENST00000100001.1") -> Made:
    """An embedded gene as an annotation has it."""
    model = models.transcripts[symbol, build]
    exons = sorted(_pair(model, start, end) for start, end in zip(model.starts, model.ends, strict=True))
    return Made(
        symbol, accession, model.chrom, model.strand, exons, _pair(model, model.coding_first, model.coding_last)
    )


def gencode(genes: Iterable[Made], build: Build = "GRCh38") -> list[str]:
    """Header, tags, and a version behind every accession; the stop codon outside of CDS."""
    header = f"##description: evidence-based annotation of the human genome ({build}), version 46 (Ensembl 112)\n"
    return [header, *(line for made in sorted(genes, key=_place) for line in _lines(made, _gencode(made)))]


def ensembl(genes: Iterable[Made], build: Build = "GRCh38") -> list[str]:
    """Chromosomes without chr, accessions without version, `gene_biotype`."""
    header = [f"#!genome-build {build}.p14\n", f"#!genome-version {build}\n", "#!genebuild-last-updated 2023-12\n"]
    lines = []
    for made in sorted(genes, key=_place):
        name = made.accession.partition(".")[0]
        attributes = f'gene_id "{made.gene_id or made.symbol + "_id"}"; gene_version "5"; transcript_id "{name}"; '
        attributes += f'gene_name "{made.symbol}"; gene_biotype "{made.biotype}"; '
        attributes += " ".join(f'tag "{tag}";' for tag in made.tags)
        lines += _lines(replace(made, chrom=made.chrom.removeprefix("chr")), attributes)
    return header + lines


def refseq(genes: Iterable[Made], accessions: dict[str, str]) -> list[str]:
    """Chromosomes by accession, the symbol in `gene`, the kind of gene on its own line only, tags with a blank."""
    lines = ["#gtf-version 2.2\n", "#!annotation-source NCBI RefSeq GCF_000001405.40-RS_2023_10\n"]
    for made in sorted(genes, key=_place):
        chrom = accessions[made.chrom]
        low, high = made.exons[0][0], made.exons[-1][1]
        gene = f'gene_id "{made.symbol}"; transcript_id ""; db_xref "GeneID:1"; db_xref "HGNC:{made.hgnc}"; '
        gene += f'gene "{made.symbol}"; gene_biotype "{made.biotype}"; '
        lines.append(f"{chrom}\tBestRefSeq\tgene\t{low}\t{high}\t.\t{made.strand}\t.\t{gene}\n")
        own = f'gene_id "{made.symbol}"; transcript_id "{made.accession}"; db_xref "HGNC:{made.hgnc}"; '
        own += f'gene "{made.symbol}"; ' + " ".join(f'tag "{tag.replace("_", " ")}";' for tag in made.tags)
        lines += _lines(replace(made, chrom=chrom), own)
    return lines


def ucsc(genes: Iterable[Made]) -> list[str]:
    """No header, no kind of gene, nothing but names."""
    lines = []
    for made in sorted(genes, key=_place):
        names = f'gene_id "{made.symbol}"; transcript_id "{made.accession}"; gene_name "{made.symbol}"; '
        lines += _lines(made, names)
    return lines


def _gencode(made: Made) -> str:
    text = f'gene_id "{made.gene_id or made.symbol + "_id"}"; transcript_id "{made.accession}"; '
    text += f'gene_type "{made.biotype}"; gene_name "{made.symbol}"; level 2; '
    text += f'hgnc_id "{made.hgnc}"; ' if made.hgnc else ""
    return text + " ".join(f'tag "{tag}";' for tag in made.tags)


def _lines(made: Made, attributes: str) -> list[str]:
    low, high = made.exons[0][0], made.exons[-1][1]
    rows = [("transcript", low, high, ".")]
    rows += [("exon", *exon, ".") for exon in (made.exons if made.strand == "+" else made.exons[::-1])]
    if made.coding:
        stop = (made.coding[1] - 2, made.coding[1]) if made.strand == "+" else (made.coding[0], made.coding[0] + 2)
        first, last = (made.coding[0], stop[0] - 1) if made.strand == "+" else (stop[1] + 1, made.coding[1])
        coding = [(max(a, first), min(b, last)) for a, b in made.exons if a <= last and b >= first]
        before = 0
        for start, end in coding if made.strand == "+" else coding[::-1]:
            rows.append(("CDS", start, end, str(-before % 3)))
            before += end - start + 1
        rows += [("stop_codon", *stop, "0"), ("UTR", low, low, ".")]
    return [
        f"{made.chrom}\tSOURCE\t{kind}\t{start}\t{end}\t.\t{made.strand}\t{frame}\t{attributes}\n"
        for kind, start, end, frame in rows
    ]


def _pair(model: Transcript, start: int, end: int) -> tuple[int, int]:
    low, high = sorted((model.reading(start), model.reading(end)))
    return low, high


def _place(made: Made) -> tuple[str, int]:
    return made.chrom, made.exons[0][0]
