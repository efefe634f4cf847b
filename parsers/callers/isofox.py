"""
Isofox fusions (`<sample>.isf.pass_fusions.csv`, `.isf.fusions.csv`; from version 2.0 `.tsv`).

Columns: https://github.com/hartwigmedical/hmftools, isofox/README.md and hmf-common RnaFusionFile.java. Three layouts:
commas and `FusionId,…GeneNameUp`, the same with tabs, and tabs with `Name` (`EML4_ALK`) and `ChromosomeUp`. Up is the
5' gene. `SplitFrags` -> `split_reads`; `DiscordantFrags` -> `spanning_pairs`; `RealignedFrags` (reads that fit the
junction, which the aligner did not split) and `TotalFragments` are kept as given. `Orient` says which side of the
position is read: with it the transcript's strand is known without the gene's. `Filter` PASS -> passed; the pass file
has no other. `Valid` false, the genes' strands do not fit the orientation, does not pass.
"""

from __future__ import annotations

from parsers.callers.format import (
    CallerFormat,
    CallerTable,
    Reading,
    ReadingContext,
    chromosome,
    first_line,
    kept_cells,
    read_caller_csv,
    read_caller_table,
    whole_number,
)
from parsers.callers.samples import sample_of
from parsers.reading import FileText, Row
from parsers.records import Breakpoint, FusionCall, Place, Strand

_OLD = ("FusionId", "GeneNameUp", "GeneNameDown", "ChrUp", "ChrDown", "PosUp", "PosDown", "OrientUp", "OrientDown")
_NEW = ("Name", "ChromosomeUp", "ChromosomeDown", "PositionUp", "PositionDown", "OrientationUp", "OrientationDown")
# One release writes the second name.
_SPLIT = ("SplitFrags", "SplitFragments")
_KEPT = (
    "FusionId",
    "Name",
    "Valid",
    "KnownFusionType",
    "KnownType",
    "JuncTypeUp",
    "JuncTypeDown",
    "JunctionTypeUp",
    "JunctionTypeDown",
    "StrandUp",
    "StrandDown",
    "TotalFragments",
    "RealignedFrags",
    "OtherGenesUp",
    "OtherGenesDown",
    "CoverageUp",
    "CoverageDown",
    "DepthUp",
    "DepthDown",
    "MaxAnchorLengthUp",
    "MaxAnchorLengthDown",
    "CohortCount",
    "CohortFrequency",
    "RelatedSplicedIds",
)
_REMEDY = "export the table again from Isofox without editing it"
# The 5' gene is read up to its position, the 3' gene from its position on: 1 is the sequence to the left.
_STRANDS: dict[tuple[str, str], Strand] = {
    ("Up", "1"): "+",
    ("Up", "-1"): "-",
    ("Down", "1"): "-",
    ("Down", "-1"): "+",
}


def _sniff(text: str) -> bool:
    columns = _header(text)
    return {"FusionId", "ChrUp", "GeneNameUp"} <= columns or {"Name", "ChromosomeUp", "OrientationUp"} <= columns


def _header(text: str) -> set[str]:
    line = first_line(text)
    return {name.strip().strip('"') for name in line.split("\t" if "\t" in line else ",")}


def _read(source: FileText, context: ReadingContext) -> Reading:
    header = _header(source.text)
    split = next((name for name in _SPLIT if name in header), _SPLIT[0])
    required = (*(_OLD if "FusionId" in header else _NEW), split, "DiscordantFrags")
    has_tabs = "\t" in first_line(source.text)
    table = read_caller_table(source, required) if has_tabs else read_caller_csv(source, required)
    calls = tuple(_call(table, row, split) for row in table.rows)
    table.finish()
    return Reading("Isofox", "RNA", calls, sample=sample_of(table))


def _call(table: CallerTable, row: Row, split: str) -> FusionCall:
    five, three = _genes(table, row)
    filters = "; ".join(part for part in (_own_filter(table, row), _validity(table, row)) if part)
    return FusionCall(
        caller="Isofox",
        gene_5prime=table.gene(row, "Name", five),
        gene_3prime=table.gene(row, "Name", three),
        breakpoint_5prime=_breakpoint(table, row, "Up"),
        breakpoint_3prime=_breakpoint(table, row, "Down"),
        genome_build=None,
        molecule="RNA",
        place=Place(table.file, row.line),
        exon_5prime=_exon(table, row, "ExonUp"),
        exon_3prime=_exon(table, row, "ExonDown"),
        transcript_5prime=table.cell(row, "TranscriptUp"),
        transcript_3prime=table.cell(row, "TranscriptDown"),
        split_reads=table.count(row, split, _REMEDY),
        spanning_pairs=table.count(row, "DiscordantFrags", _REMEDY),
        passed_filter=not filters,
        filters=filters or table.cell(row, "Filter"),
        event_type=table.cell(row, "SVType") or table.cell(row, "SvType"),
        as_given=kept_cells(table, row, _KEPT),
    )


def _genes(table: CallerTable, row: Row) -> tuple[str, str]:
    if "GeneNameUp" in table.columns:
        five, three = table.cell(row, "GeneNameUp"), table.cell(row, "GeneNameDown")
        given = f"{five}_{three}"
    else:
        given = table.cell(row, "Name")
        five, _, three = given.partition("_")
    # A position outside all genes has no name; a row without any, or with a third one, is damaged.
    if not (five or three) or ("_" in three and "Name" in table.columns):
        table.problem(row, "missing-value", "Name", "the row does not name its genes", _REMEDY, given, "GENE1_GENE2")
    return five, three


def _own_filter(table: CallerTable, row: Row) -> str:
    value = table.cell(row, "Filter")
    return "" if value in ("", "PASS") else value


def _validity(table: CallerTable, row: Row) -> str:
    return "Valid=false" if table.cell(row, "Valid").lower() == "false" else ""


def _breakpoint(table: CallerTable, row: Row, end: str) -> Breakpoint | None:
    is_old = f"Pos{end}" in table.columns
    chrom, place, side = (
        (f"Chr{end}", f"Pos{end}", f"Orient{end}")
        if is_old
        else (
            f"Chromosome{end}",
            f"Position{end}",
            f"Orientation{end}",
        )
    )
    pos, strand = whole_number(table.cell(row, place)), _STRANDS.get((end, table.cell(row, side)))
    if not pos or not table.cell(row, chrom):
        _bad(table, row, place, "a chromosome and a position")
        return None
    if strand is None:
        _bad(table, row, side, "1 or -1")
    return Breakpoint(chromosome(table.cell(row, chrom)), pos, strand)


def _bad(table: CallerTable, row: Row, column: str, expected: str) -> None:
    table.problem(
        row, "bad-breakpoint", column, "the cell is no part of a position", _REMEDY, table.cell(row, column), expected
    )


def _exon(table: CallerTable, row: Row, column: str) -> int | None:
    """The exon; None where the position is no exon's edge (-1) or the layout has no such column."""
    exon = whole_number(table.cell(row, column))
    return exon or None


FORMAT = CallerFormat("Isofox", _sniff, _read)
