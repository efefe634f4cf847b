"""
Caller outputs that are recognised in order to be refused by name, so that nobody wonders whether they were read.

Among them tables whose header was edited: they look like a format that is read, without one of its columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from parsers.callers.format import CallerFormat, first_line, header_columns
from parsers.vcf import header_of, looks_like_vcf

_NAMES = re.compile(r"[^\s,;]+--[^\s,;]+")
_INTERVAL = r"(?:chr)?[\dXYM]{1,2}\t\d+\t\d+"
_REGIONS = re.compile(rf"{_INTERVAL}(?:\t[^\n]*)?", re.ASCII)
_PAIRS_OF_REGIONS = re.compile(rf"{_INTERVAL}\t{_INTERVAL}(?:\t[^\n]*)?", re.ASCII)
_HEAD = 10_000
# A table with so many of a format's columns was one of it once.
_MOST_COLUMNS = 0.6
_FEWEST_COLUMNS = 3
_FIRST_LINES = 100


def name_of_unsupported(text: str) -> str:
    """The name of the format of `text` if it is a known one that this version does not read, else `""`."""
    columns = set(header_columns(_behind_comment(text)))
    for name, needed in _TABLES:
        if set(needed) <= columns:
            return name
    return next((name for name, is_it in _TEXTS if is_it(text)), "")


def near_miss(text: str, formats: Iterable[CallerFormat]) -> tuple[str, tuple[str, ...]]:
    """
    The format that a table nearly is, and its columns that the table lacks, as the format spells them; else `""`.

    Of several formats the one of whose columns the table has the largest part.
    """
    best: tuple[float, str, tuple[str, ...]] = (0.0, "", ())
    header = _header_behind_comments(text)
    tables = [{name.strip() for name in header_columns(header, separator)} for separator in "\t,;"]
    for one in formats:
        for columns in tables:
            missing = tuple(name for name in one.columns if name not in columns)
            present = len(one.columns) - len(missing)
            share = present / len(one.columns) if one.columns else 0.0
            if missing and present >= _FEWEST_COLUMNS and share >= _MOST_COLUMNS and share > best[0]:
                best = (share, one.name, missing)
    return best[1:]


def _header_behind_comments(text: str) -> str:
    """The first line that may be a header: a comment is a line of `#` with one cell."""
    lines = (line for line in text[:_HEAD].split("\n") if line.strip())
    return next((line for line in lines if not line.startswith("#") or line.count("\t") > 1), "")


def _behind_comment(text: str) -> str:
    """A MAF begins with `#version 2.4`."""
    return text.partition("\n")[2] if text.startswith("#version") else text


_TABLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("EricScript", ("GeneName1", "GeneName2", "EricScore")),
    ("pizzly", ("geneA.name", "geneB.name", "transcripts.list")),
    ("SQUID", ("chrom1", "start1", "strand1", "Type")),
    ("SQUID", ("chrom1", "start1", "strand1", "num_concordantfrag_bp1")),
    ("pairs of places (BEDPE), which names no genes", ("chrom1", "start1", "end1", "chrom2")),
    ("STAR's chimeric junctions (Chimeric.out.junction), the input of STAR-Fusion", ("chr_donorA", "brkpt_donorA")),
    ("deFuse", ("cluster_id", "splitr_count", "gene_name1")),
    ("FusionMap", ("KnownGene1", "KnownGene2", "FusionGene")),
    ("AnnotSV (submit the VCF that was annotated)", ("AnnotSV_ID",)),
    ("LINX breakends (its fusions are in linx.fusion.tsv)", ("svId", "regionType", "codingType")),
    ("OncoKB's input, without positions and reads", ("Tumor_Sample_Barcode", "GeneA", "GeneB")),
    (
        "cBioPortal's old layout data_fusions (use the study's data_sv)",
        ("Hugo_Symbol", "Fusion", "Tumor_Sample_Barcode"),
    ),
    ("MAF, which holds small variants", ("Hugo_Symbol", "Variant_Classification")),
    ("Archer Analysis in columns (its full_results.txt, one key on each line, is read)", ("FCA_1_GENES_UNIQUE",)),
)


def _first_line(text: str) -> str:
    return first_line(text).replace('"', "")


def _vcf_with(*marks: str) -> Callable[[str], bool]:
    return lambda text: looks_like_vcf(text) and any(mark in header_of(text) for mark in marks)


def _are_names(text: str) -> bool:
    """True for fusion-report's fusion_list.tsv: `GENE1--GENE2` in every line, and no header."""
    lines = text[:_HEAD].split("\n")[:_FIRST_LINES]
    return all(_NAMES.fullmatch(line.strip()) for line in lines if line.strip())


_TEXTS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("FusionCatcher VCF", _vcf_with("source=fusioncatcher", "ID=GENE5,")),
    ("TSO500 splice variants", _vcf_with("SpliceGirl")),
    ("VCF of small variants", looks_like_vcf),
    (
        "TSO500 ctDNA (Fusions.csv), an analysis of plasma DNA",
        lambda text: _first_line(text).startswith(("#SOURCE,DNAFusionFilter", "Sample,Name,Chr1,Pos1,Chr2,Pos2,")),
    ),
    ("FusionCatcher summary", lambda text: text.startswith("Very short summary of found candidate fusion")),
    (
        "TSO500 MetricsOutput (its quality figures are read from the batch folder if fusion_files does not name it)",
        lambda text: "- Metrics Output" in _first_line(text),
    ),
    (
        "pairs of places (BEDPE), which names no genes",
        lambda text: bool(_PAIRS_OF_REGIONS.fullmatch(_first_line(text))),
    ),
    ("regions (BED), which holds no fusions", lambda text: bool(_REGIONS.fullmatch(_first_line(text)))),
    ("aligned reads (SAM)", lambda text: text.startswith(("@HD\t", "@SQ\t"))),
    (
        "fusion-report that holds no callers, positions and reads (use its fusions.csv or fusions.json)",
        lambda text: (
            _are_names(text)
            or (text.lstrip()[:1] in "[{" and ('"fusion_genes"' in text[:200] or '"Fusion"' in text[:200]))
        ),
    ),
    ("JSON", lambda text: text.lstrip().startswith(("{", "["))),
)
