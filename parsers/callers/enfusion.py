"""
EnFusion's tables of the fusions that several callers agree on (`overlap_…tsv`, `filtered_overlap_…`, `collapse_…`).

Columns and counts: `equalize_results` of https://github.com/nch-igm/nch-igm-ensemble-fusion-detection. `Gene1` is the
5' gene, as in `OrderedFusion` (`TPM3>>PDGFRB`); `UnorderedFusion` is sorted by name. `SupportingReads` counts something
else for each `Tool`: STAR-Fusion's split reads, FusionCatcher's pairs, all reads of JAFFA, Arriba and CICERO. Lines
with `#` before the header name the sample.
"""

from __future__ import annotations

import itertools
from typing import Literal

from parsers.callers.format import (
    CallerFormat,
    CallerTable,
    Reading,
    ReadingContext,
    breakpoint_of,
    header_columns,
    kept_cells,
    read_caller_table,
)
from parsers.reading import FileText, Row
from parsers.records import Breakpoint, FusionCall, Place, Strand

_Reads = Literal["split", "pairs", "all", ""]

_NAME = "EnFusion"
_REQUIRED = ("UnorderedFusion", "OrderedFusion", "Gene1", "Gene2", "Chr1", "Chr2", "Break1", "Break2")
_REMEDY = "export the table again from EnFusion without editing it"
_BLANK = ("", "NA")
_HEAD = 100_000
_OF_SAMPLE = "# Sample:"
# FusionMap's seed reads and MapSplice's coverage are none of our counts: kept as given.
_TOOLS: dict[str, tuple[str, _Reads]] = {
    "arriba": ("Arriba", "all"),
    "cicero": ("CICERO", "all"),
    "dragen": ("DRAGEN RNA", "all"),
    "fusionCatcher": ("FusionCatcher", "pairs"),
    "fusionMap": ("FusionMap", ""),
    "jaffa": ("JAFFA", "all"),
    "mapSplice": ("MapSplice", ""),
    "soapFuse": ("SOAPfuse", "all"),
    "starFusion": ("STAR-Fusion", "split"),
    "tophatFusion": ("TopHat-Fusion", "all"),
}
_STRANDS: dict[str, Strand] = {"+": "+", "-": "-"}


def _sniff(text: str) -> bool:
    return {"UnorderedFusion", "OrderedFusion"} <= set(header_columns(_without_comments(text)))


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text[:_HEAD].split("\n") if not line.startswith("#"))


def _read(source: FileText, context: ReadingContext) -> Reading:
    table = read_caller_table(source, _REQUIRED, comments="#")
    calls = tuple(_call(table, row) for row in table.rows)
    table.finish()
    return Reading(_NAME, "RNA", calls, sample=_sample(source.text))


def _sample(text: str) -> str:
    """The name behind `# Sample:` in the lines before the header."""
    before = itertools.takewhile(lambda line: not line.strip() or line.startswith("#"), text[:_HEAD].split("\n"))
    return next((line.removeprefix(_OF_SAMPLE).strip() for line in before if line.startswith(_OF_SAMPLE)), "")


def _call(table: CallerTable, row: Row) -> FusionCall:
    tool, reads = _TOOLS.get(table.cell(row, "Tool"), (_NAME, ""))
    count = _count(table, row)
    five, three = (_gene(table, row, column) for column in ("Gene1", "Gene2"))
    return FusionCall(
        caller=tool,
        gene_5prime=five,
        gene_3prime=three,
        breakpoint_5prime=_end(table, row, "1"),
        breakpoint_3prime=_end(table, row, "2"),
        genome_build=None,
        molecule="RNA",
        place=Place(table.file, row.line),
        split_reads=count if reads == "split" else None,
        spanning_pairs=count if reads == "pairs" else None,
        supporting_reads=count if reads == "all" else None,
        order_known=_is_in_order(table.cell(row, "OrderedFusion"), five, three),
        as_given=(
            ("aggregated_by", _NAME),
            *kept_cells(table, row, sorted(table.columns, key=lambda one: table.columns[one])),
        ),
    )


def _gene(table: CallerTable, row: Row, column: str) -> str:
    given = table.cell(row, column)
    if not given:
        table.problem(row, "missing-value", column, "the row names no gene", _REMEDY, given, "a gene symbol")
    return table.gene(row, column, given)


def _is_in_order(ordered: str, five: str, three: str) -> bool:
    """False where `OrderedFusion` contradicts the columns of the genes, or does not show an order."""
    left, mark, right = (part.strip() for part in ordered.partition(">>"))
    return bool(mark) and (left, right) != (three, five)


def _end(table: CallerTable, row: Row, side: str) -> Breakpoint | None:
    chrom, pos = table.cell(row, f"Chr{side}"), table.cell(row, f"Break{side}")
    if chrom in _BLANK and pos in _BLANK:
        return None
    # Of Arriba, EnFusion takes the strand of the gene at the one end and of the transcript at the other.
    strand = None if table.cell(row, "Tool") == "arriba" else _STRANDS.get(table.cell(row, f"Strand{side}"))
    found = breakpoint_of(f"{chrom}:{pos}", strand) if chrom not in _BLANK else None
    if found is None:
        table.problem(
            row,
            "bad-breakpoint",
            f"Break{side}",
            "the cell is not a position",
            _REMEDY,
            f"{chrom}:{pos}",
            "2 and 29223528",
        )
    return found


def _count(table: CallerTable, row: Row) -> int | None:
    return None if table.cell(row, "SupportingReads") in _BLANK else table.count(row, "SupportingReads", _REMEDY)


FORMAT = CallerFormat("EnFusion", _sniff, _read)
