"""
Illumina TruSight Oncology 500, `*_AllFusions.csv`: Local App 2.2 and DRAGEN TSO 500 2.x, which adds Location and Sense.

Columns: the `#` lines of the file itself, and
https://help.tso500software.illumina.com/dragen-tso-500-guides/dragen-tso-500-v2.6/analysis-output/rna-output.
`KeepFusion` alone says whether the software passes a call: ETV6-NTRK3 with Filter `NoReferenceReads` is kept, a row
with Filter `PASS` may be dropped. `Gene A` is the 5' gene only where `Fusion Directionality Known` is True. The
deduplicated counts are those that the software reports: `Alt Split Dedup` -> `split_reads`, `Alt Pair Dedup` ->
`spanning_pairs`. No strand and no assembly is stated; TSO500 aligns to GRCh37 (hg19).

SpliceGirl, the splice caller, writes both ends in the order of their coordinates and calls that order known; for genes
on the minus strand (GOPC and ROS1 are) it is the wrong one. Its order is therefore not taken as known.
"""

from __future__ import annotations

from parsers.callers.format import CallerFormat, CallerTable, Reading, ReadingContext, first_line, read_caller_csv
from parsers.callers.samples import sample_of
from parsers.callers.tso500_genes import NONE_GIVEN, annotated, gene_of, is_undecided, listed
from parsers.errors import Problem
from parsers.reading import FileText, Row
from parsers.records import FusionCall, Place

CALLER = "TSO500"
SPLICE_VARIANT = "splice variant"

_REQUIRED = (
    "Caller",
    "Gene A",
    "Gene B",
    "Gene A Breakpoint",
    "Gene B Breakpoint",
    "Filter",
    "KeepFusion",
    "Alt Split Dedup",
    "Alt Pair Dedup",
    "Fusion Directionality Known",
)
_KEPT = (
    "Caller",
    "Gene A",
    "Gene B",
    "Score",
    "Precise/Imprecise",
    "Intragenic Call",
    "KeepFusion",
    "Fusion Directionality Known",
    "Gene A Location",
    "Gene B Location",
    "Gene A Sense",
    "Gene B Sense",
    "Alt Split",
    "Alt Pair",
    "CandidateAlt",
    "Ref A Split",
    "Ref A Pair",
    "Ref B Split",
    "Ref B Pair",
    "Ref A Dedup",
    "Ref B Dedup",
    "Contig",
    "ContigAlign1",
    "ContigAlign2",
)
_SPLICE_CALLER = "SpliceGirl"
_TRUTH = {"true": True, "false": False}
_REMEDY = "use AllFusions.csv as the TSO500 software wrote it, without editing it"


def several_genes(file: str, line: int, column: str, given: str) -> Problem:
    """The warning for a passed call whose gene is a list: the breakpoint alone says which gene it is."""
    return Problem(
        "several-genes",
        file,
        "the breakpoint lies in several genes of the assay's annotation, and its position decides which one is meant",
        "compare the gene that the report names with this list",
        line=line,
        column=column,
        found=given,
        severity="warning",
    )


def _sniff(text: str) -> bool:
    if first_line(text).startswith("# Source = FusionProcessor"):
        return True
    header = next((line for line in text[:20_000].split("\n") if line.strip() and not line.startswith("#")), "")
    return {"Caller", "Gene A", "Gene B", "KeepFusion"} <= {name.strip().strip('"') for name in header.split(",")}


def _read(source: FileText, context: ReadingContext) -> Reading:
    table = read_caller_csv(source, _REQUIRED, comments="#")
    calls = tuple(_call(table, row) for row in table.rows)
    table.finish()
    warnings = tuple(
        several_genes(table.file, row.line, column, table.cell(row, column))
        for row, call in zip(table.rows, calls, strict=True)
        if call.passed_filter
        for column in ("Gene A", "Gene B")
        if is_undecided(table.cell(row, column))
    )
    return Reading(CALLER, "RNA", calls, header_build="GRCh37", sample=sample_of(table), warnings=warnings)


def _call(table: CallerTable, row: Row) -> FusionCall:
    is_kept = _truth(table, row, "KeepFusion")
    is_order_known = _truth(table, row, "Fusion Directionality Known")
    is_splice = table.cell(row, "Caller") == _SPLICE_CALLER
    return FusionCall(
        caller=CALLER,
        gene_5prime=_gene(table, row, "Gene A"),
        gene_3prime=_gene(table, row, "Gene B"),
        breakpoint_5prime=table.breakpoint(row, "Gene A Breakpoint"),
        breakpoint_3prime=table.breakpoint(row, "Gene B Breakpoint"),
        genome_build=None,
        molecule="RNA",
        place=Place(table.file, row.line),
        split_reads=_count(table, row, "Alt Split Dedup"),
        spanning_pairs=_count(table, row, "Alt Pair Dedup"),
        passed_filter=is_kept,
        filters=_filters(table.cell(row, "Filter"), is_kept),
        event_type=_splice_type(table, row) if is_splice else "",
        order_known=is_order_known and not is_splice and _is_in_sense(table, row),
        as_given=_as_given(table, row),
    )


def _gene(table: CallerTable, row: Row, column: str) -> str:
    for name in listed(table.cell(row, column)):
        table.gene(row, column, name)
    return gene_of(table.cell(row, column))


def _truth(table: CallerTable, row: Row, column: str) -> bool:
    value = table.cell(row, column)
    if value.lower() in _TRUTH:
        return _TRUTH[value.lower()]
    table.problem(row, "unknown-value", column, "the cell is neither True nor False", _REMEDY, value, "True or False")
    return False


def _is_in_sense(table: CallerTable, row: Row) -> bool:
    """False where version 2.6 says that the transcript runs against all genes at one of its ends."""
    senses = (listed(table.cell(row, column)) for column in ("Gene A Sense", "Gene B Sense"))
    return all(not values or "true" in map(str.lower, values) for values in senses)


def _count(table: CallerTable, row: Row, column: str) -> int | None:
    """None where the caller of the row has no such count (SpliceGirl counts no pairs)."""
    return None if table.cell(row, column) == "N/A" else table.count(row, column, _REMEDY)


def _filters(given: str, is_kept: bool) -> str:
    """The software's filters; those of a dropped row say first that it was dropped, which `PASS` alone would hide."""
    parts = [] if is_kept else ["KeepFusion False"]
    return "; ".join([*parts, *([given] if given not in NONE_GIVEN else [])])


def _splice_type(table: CallerTable, row: Row) -> str:
    """A deletion that joins two neighbouring genes is spliced too, and is a fusion: GOPC::ROS1."""
    genes = set(listed(table.cell(row, "Gene A"))), set(listed(table.cell(row, "Gene B")))
    return SPLICE_VARIANT if genes[0] & genes[1] else "splice junction of two genes"


def _as_given(table: CallerTable, row: Row) -> tuple[tuple[str, str], ...]:
    kept = tuple((name, row.cells[index]) for name, index in table.places(_KEPT) if row.cells[index] not in NONE_GIVEN)
    return kept + annotated(table.cell(row, "Gene A"), table.cell(row, "Gene B"))


FORMAT = CallerFormat("TSO500 AllFusions", _sniff, _read, _REQUIRED)
