"""
CICERO fusions (`final_fusions.txt`, `annotated.fusion.txt`).

Columns: St. Jude Cloud, Rapid RNA-Seq guide ("gene*, chr*, pos*; ort* strand; reads* supporting reads"). A is the 5'
gene where `sv_ort` is `>`; any other sign says that the contig's direction is not certain. `frame` 1 -> in-frame,
0 -> out-of-frame; 2 (all of B's coding sequence) and 3 (B's 5' UTR) stay open. `sv_refseqA_exon` -> exon, of
`sv_refseqA`.

A cell with the genes of one position (`ALK,CLIP4`) makes a call for each of them.

`readsA` and `readsB` are the clipped reads seen at either end. They are not added, since one read may be counted at
both: `split_reads` is the larger, what is certain at least. CICERO counts no pairs. `rating` bad does not pass.
"""

from __future__ import annotations

from parsers.callers.format import (
    CallerFormat,
    CallerTable,
    Reading,
    ReadingContext,
    chromosome,
    gene_pairs,
    header_columns,
    kept_cells,
    read_caller_table,
    rows_of_specimen,
    whole_number,
)
from parsers.reading import FileText, Row
from parsers.records import Breakpoint, Frame, FusionCall, Place, Strand

_REQUIRED = ("geneA", "chrA", "posA", "ortA", "geneB", "chrB", "posB", "ortB", "readsA", "readsB")
_KEPT = (
    "geneA",
    "geneB",
    "featureA",
    "featureB",
    "sv_ort",
    "readsA",
    "readsB",
    "matchA",
    "matchB",
    "repeatA",
    "repeatB",
    "coverageA",
    "coverageB",
    "ratioA",
    "ratioB",
    "total_readsA",
    "total_readsB",
    "score",
    "rating",
    "medal",
    "functional effect",
    "frame",
)
_FRAMES: dict[str, Frame] = {"0": "out-of-frame", "1": "in-frame"}
_STRANDS: dict[str, Strand | None] = {"+": "+", "-": "-", "": None, "?": None}
_REMEDY = "export the table again from CICERO without editing it"


def _sniff(text: str) -> bool:
    return {"geneA", "chrA", "ortA"} <= set(header_columns(text))


def _read(source: FileText, context: ReadingContext) -> Reading:
    table = read_caller_table(source, _REQUIRED)
    rows, sample, warnings = rows_of_specimen(table, "sample", context)
    calls = tuple(_call(table, row, *pair) for row in rows for pair in _pairs(table, row))
    table.finish()
    return Reading("CICERO", "RNA", calls, sample=sample, warnings=warnings)


def _pairs(table: CallerTable, row: Row) -> tuple[tuple[str, str], ...]:
    return gene_pairs(*(table.cell(row, column).replace(",", ";") for column in ("geneA", "geneB")))


def _call(table: CallerTable, row: Row, five: str, three: str) -> FusionCall:
    reads = [table.count(row, column, _REMEDY) for column in ("readsA", "readsB")]
    rating = table.cell(row, "rating")
    return FusionCall(
        caller="CICERO",
        gene_5prime=_gene(table, row, "geneA", five),
        gene_3prime=_gene(table, row, "geneB", three),
        breakpoint_5prime=_breakpoint(table, row, "A"),
        breakpoint_3prime=_breakpoint(table, row, "B"),
        genome_build=None,
        molecule="RNA",
        place=Place(table.file, row.line),
        exon_5prime=whole_number(table.cell(row, "sv_refseqA_exon")) or None,
        exon_3prime=whole_number(table.cell(row, "sv_refseqB_exon")) or None,
        transcript_5prime=table.cell(row, "sv_refseqA"),
        transcript_3prime=table.cell(row, "sv_refseqB"),
        reading_frame=_FRAMES.get(table.cell(row, "frame"), "unknown"),
        split_reads=max((count for count in reads if count is not None), default=None),
        passed_filter=rating.lower() != "bad",
        filters=f"rating {rating}" if rating else "",
        confidence=rating,
        event_type=table.cell(row, "type"),
        order_known=table.cell(row, "sv_ort") in (">", ""),
        as_given=kept_cells(table, row, _KEPT),
    )


def _gene(table: CallerTable, row: Row, column: str, symbol: str) -> str:
    """The gene; empty for a position outside all genes, which CICERO writes as `NA`."""
    return "" if symbol == "NA" else table.gene(row, column, symbol)


def _breakpoint(table: CallerTable, row: Row, end: str) -> Breakpoint | None:
    chrom, value, strand = (table.cell(row, f"{name}{end}") for name in ("chr", "pos", "ort"))
    pos = whole_number(value)
    if not chrom or not pos or strand not in _STRANDS:
        column, found, expected = (
            (f"ort{end}", strand, "+ or -") if chrom and pos else (f"pos{end}", value, "a chromosome and a position")
        )
        table.problem(row, "bad-breakpoint", column, "the cell is no part of a position", _REMEDY, found, expected)
        return None
    return Breakpoint(chromosome(chrom), pos, _STRANDS[strand])


FORMAT = CallerFormat("CICERO", _sniff, _read)
