"""
The VCF that Ion Reporter (Thermo Fisher Oncomine assays) exports for one analysis.

Recognised by the header's `##IonReporter…` or `##OncomineVariantAnnotation…`. The assembly is that of `##reference` and
`##contig` (hg19). `FUNC=[{'gene':…,'exon':…}]` holds commas and is taken from the raw INFO column; rows of fusions have
eight columns under a header of ten. What the rows mean: parsers/callers/oncomine.py.
"""

from __future__ import annotations

from parsers.callers.format import CallerFormat, Reading, ReadingContext
from parsers.callers.oncomine import OncomineRow, reading_of
from parsers.reading import FileText
from parsers.vcf import VcfRecord, header_of, looks_like_vcf, read_vcf

_MARKS = ("IonReporter", "OncomineVariantAnnotation")


def _sniff(text: str) -> bool:
    if not looks_like_vcf(text):
        return False
    header = header_of(text)
    return any(mark in header for mark in _MARKS)


def _read(source: FileText, context: ReadingContext) -> Reading:
    vcf = read_vcf(source, context.accession, sample=context.sample)
    return reading_of(
        source.name,
        [_row(record) for record in vcf.records],
        vcf.header,
        context.accession,
        build=vcf.build,
        sample=vcf.sample,
        warnings=vcf.warnings,
    )


def _row(record: VcfRecord) -> OncomineRow:
    return OncomineRow(
        line=record.line,
        kind=record.info.get("SVTYPE") or record.info.get("TYPE", ""),
        id=record.id,
        chrom=record.chrom,
        pos=record.pos,
        alt=",".join(record.alts),
        filters=record.filters,
        info=record.info,
    )


FORMAT = CallerFormat("Oncomine VCF", _sniff, _read)
