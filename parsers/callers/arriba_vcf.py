"""
Arriba's `convert_fusions_to_vcf.sh`: two breakends for each fusion, `1a` at the 5' end and `1b` at the 3' end.

Source: scripts/convert_fusions_to_vcf.sh of https://github.com/suhrig/arriba. `GENE_NAME` is the gene, empty between
genes; `QUAL` 0.5, 2 and 5 -> confidence low, medium and high. The side of the bracket is that on which the partner is
joined, and gives the strand of the transcript. Read counts, frame, event type and filters are in Arriba's own table
alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.callers.format import CallerFormat, Reading, ReadingContext, chromosome
from parsers.errors import InputError, Problem, first_of
from parsers.reading import FileText, looks_like_excel_date
from parsers.records import Breakpoint, FusionCall, Place, Strand
from parsers.vcf import Vcf, VcfRecord, header_of, looks_like_vcf, read_vcf

_CALLER = "Arriba"
_CONFIDENCE = {"0.5": "low", "2": "medium", "5": "high"}
_MATE = re.compile(r"(\d+)([ab])", re.ASCII)
# `N[chr2:29223528[` and `]chr2:29223528]N`, with inserted bases beside the base of the reference.
_ALT = re.compile(r"(?P<before>[ACGTNacgtn]*)[\[\]](?P<place>[^\[\]]+:\d+)[\[\]](?P<after>[ACGTNacgtn]*)", re.ASCII)


def _sniff(text: str) -> bool:
    if not looks_like_vcf(text):
        return False
    header = header_of(text)
    return all(f"ID={name}," in header for name in ("GENE_NAME", "GENE_ID", "MATEID"))


def _read(source: FileText, context: ReadingContext) -> Reading:
    vcf = read_vcf(source, context.accession, sample=context.sample)
    problems: list[Problem] = []
    calls = tuple(_call(source.name, five, three, problems) for five, three in _mates(source.name, vcf, problems))
    if problems:
        raise InputError(*first_of(problems))
    return Reading(_CALLER, "RNA", calls, vcf.build, vcf.sample, (*vcf.warnings, _less_than_the_table(source.name)))


def _mates(file: str, vcf: Vcf, problems: list[Problem]) -> Iterator[tuple[VcfRecord, VcfRecord]]:
    """The two records of each fusion, in the file's order; a record without its mate is a problem."""
    by_id: dict[str, VcfRecord] = {}
    for record in vcf.records:
        if not _MATE.fullmatch(record.id) or record.id in by_id:
            problems.append(
                _problem(file, record, "ID", "this is not the one record of its name", record.id, "1a or 1b")
            )
        by_id[record.id] = record
    for record in vcf.records:
        name = _MATE.fullmatch(record.id)
        mate = by_id.get(f"{name[1]}{'b' if name[2] == 'a' else 'a'}") if name else None
        if name and (mate is None or record.info.get("MATEID") != mate.id):
            problems.append(
                _problem(file, record, "INFO", "the other end of this fusion is not in the file", record.id, "its mate")
            )
        if name and name[2] == "a" and mate is not None:
            yield record, mate


def _call(file: str, five: VcfRecord, three: VcfRecord, problems: list[Problem]) -> FusionCall:
    return FusionCall(
        caller=_CALLER,
        gene_5prime=_gene(file, five, problems),
        gene_3prime=_gene(file, three, problems),
        breakpoint_5prime=_end(file, five, three, "+", problems),
        breakpoint_3prime=_end(file, three, five, "-", problems),
        genome_build=None,
        molecule="RNA",
        place=Place(file, five.line),
        passed_filter=five.passed and three.passed,
        filters=five.filters if five.passed == three.passed else f"{five.filters},{three.filters}",
        confidence=_CONFIDENCE.get(five.qual, ""),
        as_given=tuple(
            (name, value)
            for name, value in (
                ("QUAL", five.qual),
                ("gene_id1", five.info.get("GENE_ID", "")),
                ("gene_id2", three.info.get("GENE_ID", "")),
                ("ALT", ",".join(five.alts)),
            )
            if value
        ),
    )


def _gene(file: str, record: VcfRecord, problems: list[Problem]) -> str:
    symbol = record.info.get("GENE_NAME", "").strip()
    if looks_like_excel_date(symbol):
        problems.append(
            _problem(file, record, "INFO", "a spreadsheet turned the gene's name into a date", symbol, "a gene symbol")
        )
    return "" if symbol == "." else symbol


def _end(file: str, record: VcfRecord, mate: VcfRecord, forward: Strand, problems: list[Problem]) -> Breakpoint:
    """
    The record's position. `forward` is the strand where the bases before the bracket belong to the fusion: the 5' end
    is read towards the bracket, the 3' end away from it.
    """
    joined = _ALT.fullmatch(record.alts[0])
    if (
        joined is None
        or joined["place"] != f"{mate.chrom}:{mate.pos}"
        or bool(joined["before"]) == bool(joined["after"])
    ):
        problems.append(
            _problem(
                file, record, "ALT", "the allele does not lead to the other end", record.alts[0], "N[chr2:29223528["
            )
        )
        return Breakpoint(chromosome(record.chrom), record.pos)
    backward: Strand = "-" if forward == "+" else "+"
    return Breakpoint(chromosome(record.chrom), record.pos, forward if joined["before"] else backward)


def _problem(file: str, record: VcfRecord, column: str, message: str, found: str, expected: str) -> Problem:
    return Problem(
        "bad-record",
        file,
        message,
        "convert Arriba's fusions.tsv again, or use that table itself",
        line=record.line,
        column=column,
        found=found,
        expected=expected,
    )


def _less_than_the_table(file: str) -> Problem:
    return Problem(
        "less-than-the-table",
        file,
        "Arriba's VCF holds no read counts, reading frame, transcripts, event type or filters",
        "use Arriba's fusions.tsv, from which it was made",
        severity="warning",
    )


FORMAT = CallerFormat("Arriba VCF", _sniff, _read)
