"""
The VCF of nf-core/rnafusion (`vcf_collect`): one record per fusion, no mates.

Source of the mapping: bin/vcf_collect.py of nf-core/rnafusion and real files. GENEA is the 5' gene; CHRA, POSA and the
first of ORIENTATION give its end, CHRB, POSB and the second the other. The brackets in ALT are wrong for -/- and -/+
and are not used. `DV` -> `split_reads` and `RV` -> `spanning_pairs`: the header says the opposite, the script writes
junction reads into DV. A fusion that FusionInspector dropped has `nan` for its annotation and 0 reads, and still PASS.
"""

from __future__ import annotations

from parsers.callers.format import WHOLE, CallerFormat, Reading, ReadingContext, chromosome
from parsers.errors import InputError, Problem, first_of
from parsers.reading import FileText, looks_like_excel_date
from parsers.records import Breakpoint, Frame, FusionCall, Place, Strand
from parsers.vcf import VcfRecord, header_of, looks_like_vcf, read_vcf

_CALLER = "nf-core/rnafusion"
_NOTHING = frozenset({"", ".", "nan", "none"})
_FRAMES: dict[str, Frame] = {"INFRAME": "in-frame", "FRAMESHIFT": "out-of-frame"}
_STRANDS: dict[str, Strand] = {"+": "+", "-": "-"}
_KEPT = ("FOUND_IN", "FOUND_DB", "TOOL_HITS", "SCORE", "FRAME_STATUS", "HGNC_ID_A", "HGNC_ID_B", "ANNOTATIONS")


def _sniff(text: str) -> bool:
    if not looks_like_vcf(text):
        return False
    header = header_of(text)
    return "ID=GENEA," in header and "ID=FRAME_STATUS," in header


def _read(source: FileText, context: ReadingContext) -> Reading:
    vcf = read_vcf(source, context.accession, sample=context.sample)
    problems: list[Problem] = []
    calls = tuple(_call(source.name, record, problems) for record in vcf.records)
    if problems:
        raise InputError(*first_of(problems))
    return Reading(_CALLER, "RNA", calls, vcf.build, vcf.sample, vcf.warnings)


def _call(file: str, record: VcfRecord, problems: list[Problem]) -> FusionCall:
    strands = [_STRANDS.get(part.strip()) for part in f"{_info(record, 'ORIENTATION')},,".split(",")]
    ffpm = record.sample.get("FFPM", "")
    return FusionCall(
        caller=_CALLER,
        gene_5prime=_gene(file, record, "GENEA", problems),
        gene_3prime=_gene(file, record, "GENEB", problems),
        breakpoint_5prime=_end(file, record, "A", strands[0], problems),
        breakpoint_3prime=_end(file, record, "B", strands[1], problems),
        genome_build=None,
        molecule="RNA",
        place=Place(file, record.line),
        exon_5prime=_exon(file, record, "EXON_NUMBER_A", problems),
        exon_3prime=_exon(file, record, "EXON_NUMBER_B", problems),
        transcript_5prime=_info(record, "TRANSCRIPT_ID_A"),
        transcript_3prime=_info(record, "TRANSCRIPT_ID_B"),
        reading_frame=_FRAMES.get(_info(record, "FRAME_STATUS").upper(), "unknown"),
        split_reads=_reads(file, record, "DV", problems),
        spanning_pairs=_reads(file, record, "RV", problems),
        passed_filter=record.passed,
        filters=record.filters,
        event_type=_info(record, "SVTYPE"),
        as_given=tuple(
            (key, value) for key, value in [*((key, _info(record, key)) for key in _KEPT), ("FFPM", ffpm)] if value
        ),
    )


def _info(record: VcfRecord, key: str) -> str:
    value = record.info.get(key, "").strip()
    return "" if value.lower() in _NOTHING else value


def _gene(file: str, record: VcfRecord, key: str, problems: list[Problem]) -> str:
    symbol = _info(record, key)
    if not symbol or looks_like_excel_date(symbol):
        problems.append(_problem(file, record, key, "the record names no gene", symbol, "a gene symbol"))
    return symbol


def _end(file: str, record: VcfRecord, side: str, strand: Strand | None, problems: list[Problem]) -> Breakpoint | None:
    chrom, pos = _info(record, f"CHR{side}"), _info(record, f"POS{side}")
    if not chrom or not WHOLE.fullmatch(pos) or float(pos) == 0:
        problems.append(_problem(file, record, f"POS{side}", "the record has no position", pos, "a position"))
        return None
    return Breakpoint(chromosome(chrom), int(pos.split(".")[0]), strand)


def _exon(file: str, record: VcfRecord, key: str, problems: list[Problem]) -> int | None:
    """The exon's number; the script writes 0 where it knows none."""
    value = _info(record, key)
    if not value:
        return None
    if not WHOLE.fullmatch(value):
        problems.append(_problem(file, record, key, "this is not an exon number", value, "a whole number"))
        return None
    return int(value.split(".")[0]) or None


def _reads(file: str, record: VcfRecord, key: str, problems: list[Problem]) -> int | None:
    value = record.sample.get(key, "").strip()
    if value.lower() in _NOTHING:
        return None
    if not WHOLE.fullmatch(value):
        problems.append(_problem(file, record, key, "this is not a number of reads", value, "a whole number"))
        return None
    return int(value.split(".")[0])


def _problem(file: str, record: VcfRecord, column: str, message: str, found: str, expected: str) -> Problem:
    return Problem(
        "bad-record",
        file,
        message,
        "export the VCF again from the pipeline",
        line=record.line,
        column=column,
        found=found,
        expected=expected,
    )


FORMAT = CallerFormat("nf-core/rnafusion VCF", _sniff, _read)
