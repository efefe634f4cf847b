"""
FusionCatcher's `final-list_candidate-fusion-genes.txt` (new and old header) and its VCF.

Columns: https://github.com/ndaniel/fusioncatcher/blob/master/doc/manual.md, table 1. Gene 1 is the 5' gene; the fusion
point is `chromosome:position:strand`, 1-based. `Spanning_unique_reads` (SR), the reads across the junction without
duplicates -> `split_reads`. `Spanning_pairs` (SP) -> `spanning_pairs`: FusionCatcher counts pairs for the two genes and
repeats the number at every junction of theirs, so it is no evidence for one of them. `Predicted_effect` `in-frame` and
`out-of-frame` -> the reading frame; all others (`CDS(truncated)/UTR`) name regions and leave it unknown. Exons are
Ensembl identifiers, not numbers. Symbols are upper-cased (`C19ORF24`) and may be loci (`IGH@`): kept as given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from parsers.callers.format import (
    CallerFormat,
    CallerTable,
    Reading,
    ReadingContext,
    chromosome,
    header_columns,
    kept_cells,
    read_caller_table,
    whole_number,
)
from parsers.callers.samples import sample_of
from parsers.errors import InputError, Problem, first_of
from parsers.reading import FileText, Row, looks_like_excel_date
from parsers.records import Breakpoint, Frame, FusionCall, Place, Strand
from parsers.vcf import VcfRecord, header_of, looks_like_vcf, read_vcf

_CALLER = "FusionCatcher"
_REMEDY = "use FusionCatcher's own final-list table, unedited"

# Our word for a column, and its name in the new and in the old header.
_NEW: Mapping[str, str] = {
    "gene 1": "Gene_1_symbol(5end_fusion_partner)",
    "gene 2": "Gene_2_symbol(3end_fusion_partner)",
    "point 1": "Fusion_point_for_gene_1(5end_fusion_partner)",
    "point 2": "Fusion_point_for_gene_2(3end_fusion_partner)",
}
_OLD: Mapping[str, str] = {
    "gene 1": "Fusion_gene_symbol_1(5end_partner)",
    "gene 2": "Fusion_gene_symbol_2(3end_partner)",
    "point 1": "Fusion_gene_1_position(5end_partner)",
    "point 2": "Fusion_gene_2_position(3end_partner)",
}
_COUNTS = ("Spanning_pairs", "Spanning_unique_reads")
_KEPT = (
    "Fusion_description",
    "Counts_of_common_mapping_reads",
    "Longest_anchor_found",
    "Longest_spanning_read",
    "Fusion_finding_method",
    "Aligner(s)",
    "Gene_1_id(5end_fusion_partner)",
    "Gene_2_id(3end_fusion_partner)",
    "Fusion_gene_1(5end_partner)",
    "Fusion_gene_2(3end_partner)",
    "Exon_1_id(5end_fusion_partner)",
    "Exon_2_id(3end_fusion_partner)",
    "Fusion_exon_1(5end_partner)",
    "Fusion_exon_2(3end_partner)",
    "Predicted_effect",
    "Predicted_fused_transcripts",
)
_KEPT_INFO = ("DESC", "EFFECT", "GENS5", "GENS3", "EVENT")
_FRAMES: dict[str, Frame] = {"in-frame": "in-frame", "out-of-frame": "out-of-frame"}
_STRANDS: dict[str, Strand] = {"+": "+", "-": "-"}


def _sniff(text: str) -> bool:
    columns = header_columns(text)
    return _NEW["gene 1"] in columns or _OLD["gene 1"] in columns


def _read(source: FileText, context: ReadingContext) -> Reading:
    named = _NEW if _NEW["gene 1"] in header_columns(source.text) else _OLD
    table = read_caller_table(source, (*named.values(), *_COUNTS))
    calls = tuple(_call(table, row, named) for row in table.rows)
    table.finish()
    return Reading(_CALLER, "RNA", calls, sample=sample_of(table))


def _call(table: CallerTable, row: Row, named: Mapping[str, str]) -> FusionCall:
    pairs = table.count(row, "Spanning_pairs", _REMEDY)
    return FusionCall(
        caller=_CALLER,
        gene_5prime=_gene(table, row, named["gene 1"]),
        gene_3prime=_gene(table, row, named["gene 2"]),
        breakpoint_5prime=table.breakpoint(row, named["point 1"]),
        breakpoint_3prime=table.breakpoint(row, named["point 2"]),
        genome_build=None,
        molecule="RNA",
        place=Place(table.file, row.line),
        reading_frame=_FRAMES.get(table.cell(row, "Predicted_effect").lower(), "unknown"),
        split_reads=table.count(row, "Spanning_unique_reads", _REMEDY),
        spanning_pairs=pairs,
        event_type=_event_type(table.cell(row, "Fusion_description")),
        as_given=(*_of_the_pair(pairs), *kept_cells(table, row, _KEPT)),
    )


def _gene(table: CallerTable, row: Row, column: str) -> str:
    symbol = table.cell(row, column)
    if not symbol:
        table.problem(row, "missing-value", column, "the row names no gene", _REMEDY, "", "a gene symbol")
    return table.gene(row, column, symbol)


def _event_type(description: str) -> str:
    """The label of table 2 of the manual that says how the genes came together, if there is one."""
    return "readthrough" if "readthrough" in description.split(",") else ""


def _of_the_pair(pairs: int | None) -> tuple[tuple[str, str], ...]:
    return () if pairs is None else (("Spanning_pairs of the two genes, not of this junction", str(pairs)),)


def _sniff_vcf(text: str) -> bool:
    if not looks_like_vcf(text):
        return False
    header = header_of(text)
    return "ID=GENE5," in header and "ID=GENE3," in header


def _read_vcf(source: FileText, context: ReadingContext) -> Reading:
    """Two records with one EVENT are one call: that with END=5 gives the 5' position, that with END=3 the other."""
    vcf = read_vcf(source, context.accession, sample=context.sample)
    problems: list[Problem] = []
    calls = tuple(_vcf_call(source.name, ends, problems) for ends in _by_event(vcf.records).values())
    if problems:
        raise InputError(*first_of(problems))
    return Reading(_CALLER, "RNA", calls, vcf.build, vcf.sample, vcf.warnings)


def _by_event(records: Iterable[VcfRecord]) -> dict[str, list[VcfRecord]]:
    events: dict[str, list[VcfRecord]] = {}
    for record in records:
        events.setdefault(record.info.get("EVENT", record.id), []).append(record)
    return events


def _vcf_call(file: str, records: list[VcfRecord], problems: list[Problem]) -> FusionCall:
    ends = {record.info.get("END", ""): record for record in records}
    first = records[0]
    if len(records) != 2 or set(ends) != {"5", "3"}:
        problems.append(
            _bad(
                file,
                first,
                "EVENT",
                f"the event has {len(records)} records, not one for each end",
                first.info.get("EVENT", ""),
                "two records, one with END=5 and one with END=3",
            )
        )
    five, three = ends.get("5", first), ends.get("3", first)
    pairs = _info_count(file, five, "SP", problems)
    return FusionCall(
        caller=_CALLER,
        gene_5prime=_info_gene(file, five, "GENE5", problems),
        gene_3prime=_info_gene(file, five, "GENE3", problems),
        breakpoint_5prime=_end(five),
        breakpoint_3prime=_end(three),
        genome_build=None,
        molecule="RNA",
        place=Place(file, first.line),
        reading_frame=_FRAMES.get(five.info.get("EFFECT", "").lower(), "unknown"),
        split_reads=_info_count(file, five, "SR", problems),
        spanning_pairs=pairs,
        passed_filter=five.passed and three.passed,
        filters=";".join(dict.fromkeys((five.filters, three.filters))),
        event_type=_event_type(five.info.get("DESC", "")),
        as_given=(
            *_of_the_pair(pairs),
            *((key, five.info[key]) for key in _KEPT_INFO if five.info.get(key)),
        ),
    )


def _end(record: VcfRecord) -> Breakpoint:
    return Breakpoint(chromosome(record.chrom), record.pos, _STRANDS.get(record.info.get("STRAND", "")))


def _info_gene(file: str, record: VcfRecord, key: str, problems: list[Problem]) -> str:
    symbol = record.info.get(key, "")
    if not symbol or looks_like_excel_date(symbol):
        problems.append(_bad(file, record, key, "the record names no gene", symbol, "a gene symbol"))
    return symbol


def _info_count(file: str, record: VcfRecord, key: str, problems: list[Problem]) -> int | None:
    value = record.info.get(key, "")
    number = whole_number(value)
    if number is None:
        problems.append(_bad(file, record, key, "this is not a number of reads", value, "a whole number"))
    return number


def _bad(file: str, record: VcfRecord, column: str, message: str, found: str, expected: str) -> Problem:
    remedy = "use FusionCatcher's table final-list_candidate-fusion-genes.txt instead of its VCF"
    return Problem("bad-record", file, message, remedy, line=record.line, column=column, found=found, expected=expected)


FORMATS = (
    CallerFormat(_CALLER, _sniff, _read, (*_NEW.values(), *_COUNTS)),
    CallerFormat("FusionCatcher VCF", _sniff_vcf, _read_vcf),
)
