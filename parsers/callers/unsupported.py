"""
Caller outputs that are recognised in order to be refused by name, so that nobody wonders whether they were read.
"""

from __future__ import annotations

from collections.abc import Callable

from parsers.callers.format import first_line, header_columns
from parsers.vcf import header_of, looks_like_vcf


def name_of_unsupported(text: str) -> str:
    """The name of the format of `text` if it is a known one that this version does not read, else `""`."""
    columns = set(header_columns(text))
    for name, needed in _TABLES:
        if set(needed) <= columns:
            return name
    return next((name for name, is_it in _TEXTS if is_it(text)), "")


_TABLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("EricScript", ("GeneName1", "GeneName2", "EricScore")),
    ("pizzly", ("geneA.name", "geneB.name", "transcripts.list")),
    ("SQUID", ("chrom1", "start1", "strand1", "Type")),
    ("SQUID", ("# chrom1", "start1", "strand1")),
    ("LINX", ("fivePrimeBreakendId",)),
    ("cBioPortal or GENIE", ("Site1_Hugo_Symbol",)),
    ("CICERO", ("geneA", "chrA", "ortA")),
    ("PCGR", ("FusionGene", "SplitReads")),
    ("Archer Analysis", ("FCA_1_GENES_UNIQUE",)),
    ("Oncomine (Ion Reporter) table", ("vcf.rownum", "rowtype")),
    ("EnFusion", ("UnorderedFusion", "OrderedFusion")),
)


def _first_line(text: str) -> str:
    return first_line(text).replace('"', "")


def _vcf_with(*marks: str) -> Callable[[str], bool]:
    return lambda text: looks_like_vcf(text) and any(mark in header_of(text) for mark in marks)


_TEXTS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("FusionCatcher VCF", _vcf_with("source=fusioncatcher", "ID=GENE5,")),
    ("Oncomine (Ion Reporter) VCF", _vcf_with("OncomineVariantAnnotation", "IonReporter")),
    ("TSO500 splice variants", _vcf_with("SpliceGirl")),
    ("Arriba VCF (use Arriba's fusions.tsv, which holds frame and read counts)", _vcf_with("ID=GENE_NAME,")),
    ("VCF of small variants", looks_like_vcf),
    ("FusionCatcher summary", lambda text: text.startswith("Very short summary of found candidate fusion")),
    (
        "TSO500 AllFusions",
        lambda text: "Source = FusionProcessor" in text[:300] or _first_line(text).startswith("Caller,Gene A,"),
    ),
    ("TSO500 CombinedVariantOutput", lambda text: "Combined Variant Output" in _first_line(text)),
    ("fusion-report", lambda text: _first_line(text).startswith("Fusion,Databases")),
    ("fusion-report (JSON)", lambda text: text.lstrip()[:1] in "[{" and '"Fusion"' in text[:200]),
    ("EasyFuse", lambda text: _first_line(text).startswith("BPID;")),
    ("Isofox", lambda text: _first_line(text).startswith("FusionId,")),
    ("EnFusion", lambda text: "UnorderedFusion\t" in text[:2000]),
)
