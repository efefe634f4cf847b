"""
LINX fusions of whole-genome DNA (`<sample>.linx.fusion.tsv`).

Columns: https://github.com/hartwigmedical/hmftools, hmf-common, LinxFusion.java; LINX before 1.17 begins them with a
capital letter. LINX knows which gene is 5': `geneStart`, or the first half of `name` where the newest files leave it
out. `fusedExonUp`/`fusedExonDown` -> the exons (of `transcriptStart`/`transcriptEnd`); `phased` INFRAME or
OUT_OF_FRAME -> the reading frame, SKIPPED_EXONS stays open, since it holds only if exons are spliced out; `likelihood`
-> confidence. LINX before 1.11 has true and false (or 1 and 0) as `Phased`: true is in-frame where no exon is skipped,
false out-of-frame, as LINX itself reads its old files. `reported` false is LINX's own filter, `reportableReasons` its
reason.

Positions stand in another file (`linx.breakend.tsv`) but in the newest layout (`fivePrimeCoords`). The table counts no
reads. Rows within one gene are kept: what they mean is decided elsewhere.
"""

from __future__ import annotations

import re

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
from parsers.reading import FileText, Row
from parsers.records import Breakpoint, Frame, FusionCall, Place, Strand

_REQUIRED = ("name", "reported", "phased", "fusedExonUp", "fusedExonDown")
_KEPT = (
    "name",
    "reported",
    "reportedType",
    "reportableReasons",
    "phased",
    "likelihood",
    "fivePrimeBreakendId",
    "threePrimeBreakendId",
    "fivePrimeVcfId",
    "threePrimeVcfId",
    "chainLength",
    "chainLinks",
    "chainTerminated",
    "domainsKept",
    "domainsLost",
    "skippedExonsUp",
    "skippedExonsDown",
    "geneContextStart",
    "geneContextEnd",
    "junctionCopyNumber",
)
_FRAMES: dict[str, Frame] = {"INFRAME": "in-frame", "OUT_OF_FRAME": "out-of-frame"}
_PHASES = (*_FRAMES, "SKIPPED_EXONS")
# Tables without `likelihood`.
_OLD_PHASES = {"TRUE": "INFRAME", "1": "INFRAME", "FALSE": "OUT_OF_FRAME", "0": "OUT_OF_FRAME"}
_REPORTED = {"true": True, "false": False}
_COORDINATES = re.compile(r"(?P<chrom>[^:]+):(?P<pos>\d{1,10})(?::(?P<side>1|-1|\+|-))?", re.ASCII)
_SIDES: dict[str | None, Strand] = {"1": "+", "+": "+", "-1": "-", "-": "-"}
_REMEDY = "export the table again from LINX without editing it"


def _sniff(text: str) -> bool:
    names = {_uncapitalised(name) for name in header_columns(text)}
    return {"fivePrimeBreakendId", "threePrimeBreakendId"} <= names


def _read(source: FileText, context: ReadingContext) -> Reading:
    old = header_columns(source.text)[0][:1].isupper()
    table = read_caller_table(source, [name[:1].upper() + name[1:] for name in _REQUIRED] if old else _REQUIRED)
    sample = sample_of(table)
    table.columns = {_uncapitalised(name): index for name, index in table.columns.items()}
    calls = tuple(_call(table, row) for row in table.rows)
    table.finish()
    return Reading("LINX", "DNA", calls, sample=sample)


def _uncapitalised(name: str) -> str:
    return name[:1].lower() + name[1:]


def _call(table: CallerTable, row: Row) -> FusionCall:
    five, three = _genes(table, row)
    reported = _one_of(table, row, "reported", tuple(_REPORTED), table.cell(row, "reported").lower())
    phased = _one_of(table, row, "phased", _PHASES, _phase(table, row))
    likelihood = table.cell(row, "likelihood")
    is_reported = _REPORTED.get(reported, True)
    return FusionCall(
        caller="LINX",
        gene_5prime=table.gene(row, "name", five),
        gene_3prime=table.gene(row, "name", three),
        breakpoint_5prime=_coordinates(table, row, "fivePrimeCoords"),
        breakpoint_3prime=_coordinates(table, row, "threePrimeCoords"),
        genome_build=None,
        molecule="DNA",
        place=Place(table.file, row.line),
        exon_5prime=_exon(table, row, "fusedExonUp"),
        exon_3prime=_exon(table, row, "fusedExonDown"),
        transcript_5prime=table.cell(row, "transcriptStart"),
        transcript_3prime=table.cell(row, "transcriptEnd"),
        reading_frame=_FRAMES.get(phased, "unknown"),
        passed_filter=is_reported,
        filters="" if is_reported else f"not reported by LINX: {table.cell(row, 'reportableReasons') or 'no reason'}",
        confidence="" if likelihood == "NA" else likelihood,
        event_type=table.cell(row, "reportedType"),
        as_given=kept_cells(table, row, _KEPT),
    )


def _genes(table: CallerTable, row: Row) -> tuple[str, str]:
    """The columns of the genes, else the two halves of `name`; no gene's symbol of ours holds the `_` between them."""
    name = table.cell(row, "name")
    five, three = table.cell(row, "geneStart"), table.cell(row, "geneEnd")
    if not (five and three):
        five, _, three = name.partition("_")
    if not five or not three or ("_" in three and not table.cell(row, "geneEnd")):
        table.problem(row, "missing-value", "name", "the row does not name two genes", _REMEDY, name, "GENE1_GENE2")
    return five, three


def _one_of(table: CallerTable, row: Row, column: str, words: tuple[str, ...], value: str) -> str:
    if value not in words:
        table.problem(
            row, "unknown-value", column, "the cell is none of LINX's words", _REMEDY, value, " or ".join(words)
        )
    return value


def _phase(table: CallerTable, row: Row) -> str:
    phased = table.cell(row, "phased").upper()
    if "likelihood" in table.columns or phased not in _OLD_PHASES:
        return phased
    skipped = {table.cell(row, "skippedExonsUp"), table.cell(row, "skippedExonsDown")}
    return _OLD_PHASES[phased] if skipped == {"0"} or phased in ("FALSE", "0") else "SKIPPED_EXONS"


def _exon(table: CallerTable, row: Row, column: str) -> int | None:
    """The exon; None for LINX's 0 and -1, which stand for a gene that is joined outside of its exons."""
    value = table.cell(row, column)
    exon = whole_number(value.removeprefix("-"))
    if exon is None:
        table.problem(row, "bad-exon", column, "the cell is not an exon number", _REMEDY, value, "a whole number")
    return exon if exon and not value.startswith("-") else None


def _coordinates(table: CallerTable, row: Row, column: str) -> Breakpoint | None:
    """`chr2:29224000:-1`: the breakend with the side of it that is kept (1 the left one), as in a VCF's brackets."""
    value = table.cell(row, column)
    if not value:
        return None
    found = _COORDINATES.fullmatch(value)
    if found is None:
        table.problem(
            row,
            "bad-breakpoint",
            column,
            "the cell is not a position",
            _REMEDY,
            value,
            "chromosome:position:orientation, for example chr2:29224000:-1",
        )
        return None
    return Breakpoint(chromosome(found["chrom"]), int(found["pos"]), _SIDES.get(found["side"]))


FORMAT = CallerFormat("LINX", _sniff, _read)
