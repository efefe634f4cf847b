"""
The structural variants of a cBioPortal study (`data_sv.txt`), which is also AACR GENIE's layout.

Columns: https://docs.cbioportal.org/file-formats/#structural-variant-data, in capital or small letters.
`Tumor_Split_Read_Count` ("junction reads") -> `split_reads`; `Tumor_Paired_End_Read_Count` ("spanning fragments") ->
`spanning_pairs`; `Tumor_Variant_Count` -> `supporting_reads` where it stands alone. Site 1 need not be the 5' gene: the
documentation itself calls it "the left site (3')", and studies fill it in either way. The order counts as known only
where the row says it (`_is_in_order`). `Connection_Type` does not: some write the ends of the transcript into it
("5to3"), others the ends of the genome's pieces as Delly has them ("3to5" is a deletion). Only in rows of Arriba's own
converter (`Event_Info` is `confidence=…`) its meaning is certain: 5to5 and 3to3 are Arriba's 5'-5' and 3'-3', of which
no chimeric protein arises, and the type says so again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.callers.format import (
    CallerFormat,
    CallerTable,
    Reading,
    ReadingContext,
    breakpoint_of,
    header_columns,
    kept_cells,
    own_samples,
    read_caller_table,
    whole_number,
)
from parsers.errors import InputError, Problem
from parsers.reading import FileText, Row
from parsers.records import Breakpoint, Build, Frame, FusionCall, Molecule, Place

_NAME = "cBioPortal or GENIE data_sv"
_REQUIRED = ("site1_hugo_symbol", "site2_hugo_symbol")
_SAMPLE = "sample_id"
_KEPT = (
    "sv_status",
    "annotation",
    "event_info",
    "class",
    "connection_type",
    "breakpoint_type",
    "site1_description",
    "site2_description",
    "site1_region",
    "site1_region_number",
    "site2_region",
    "site2_region_number",
    "site2_effect_on_frame",
    "dna_support",
    "rna_support",
    "tumor_read_count",
    "tumor_variant_count",
    "normal_read_count",
    "normal_variant_count",
    "normal_paired_end_read_count",
    "normal_split_read_count",
    "center",
    "comments",
    "external_annotation",
)
_BUILDS: dict[str, Build] = {
    "grch37": "GRCh37",
    "hg19": "GRCh37",
    "37": "GRCh37",
    "grch38": "GRCh38",
    "hg38": "GRCh38",
    "38": "GRCh38",
}
# "In_frame", "InFrame", "in frame"; "Frame_Shift", "Frameshift", "Out-of-frame": without case, blanks and strokes.
_FRAMES: dict[str, Frame] = {"inframe": "in-frame", "frameshift": "out-of-frame", "outofframe": "out-of-frame"}
_ARRIBA_ENDS = {"5to5": "5'-5'", "3to3": "3'-3'"}
_REMEDY = "correct the cell in the study's data_sv file"
_HEAD = 100_000


def _sniff(text: str) -> bool:
    columns = {name.lower() for name in header_columns(_without_comments(text))}
    return all(columns & {f"site{side}_hugo_symbol", f"site{side}_entrez_gene_id"} for side in ("1", "2"))


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text[:_HEAD].split("\n") if not line.startswith("#"))


def _read(source: FileText, context: ReadingContext) -> Reading:
    table = _table(source)
    sample = _own_sample(table, context)
    own = [row for row in table.rows if not sample or table.cell(row, _SAMPLE) == sample]
    calls = tuple(_call(table, row, context) for row in own)
    table.finish()
    molecules = {call.molecule for call in calls}
    warnings = (*_of_others(table, len(table.rows) - len(own)), *_germline(calls))
    molecule = molecules.pop() if len(molecules) == 1 else context.molecule
    return Reading(_NAME, molecule, calls, sample=sample, warnings=warnings)


def _table(source: FileText) -> CallerTable:
    """The table by names of columns in small letters. InputError where genes are named by their numbers alone."""
    table = read_caller_table(source, (), comments="#")
    table.columns = {name.lower(): index for name, index in reversed(table.columns.items())}
    missing = [name for name in _REQUIRED if name not in table.columns]
    if missing:
        raise InputError(
            Problem(
                "missing-column",
                source.name,
                f"required columns are missing: {', '.join(missing)}",
                "add the symbols of the genes to the study's data_sv file",
                line=1,
                expected=", ".join(_REQUIRED),
            )
        )
    return table


def _own_sample(table: CallerTable, context: ReadingContext) -> str:
    """
    The specimen's name in the column of the samples; `""` where the table has none, or no row.

    Raises:
        InputError: several samples of which not exactly one is the specimen's.
    """
    if _SAMPLE not in table.columns:
        return ""
    for row in table.rows:
        if not _cell(table, row, _SAMPLE):
            table.problem(row, "missing-value", _SAMPLE, "the row names no sample", _REMEDY, "", "the sample's name")
    table.finish()
    samples = sorted({table.cell(row, _SAMPLE) for row in table.rows})
    own = own_samples(samples, context)
    if len(samples) <= 1:
        return "".join(samples)
    if len(own) == 1:
        return own[0]
    raise InputError(
        Problem(
            "several-samples",
            table.file,
            f"the table holds {len(samples)} samples, and {len(own)} of them are named after this specimen",
            "use a table in which one sample bears the accession, or state the sample in sequencing_sample; a sample "
            "without a row may not have been tested",
            line=1,
            column="Sample_Id",
            expected=context.sample or context.accession,
        )
    )


def _call(table: CallerTable, row: Row, context: ReadingContext) -> FusionCall:
    genes = [_gene(table, row, side) for side in ("1", "2")]
    splits, pairs, reads = (
        _number(table, row, column)
        for column in ("tumor_split_read_count", "tumor_paired_end_read_count", "tumor_variant_count")
    )
    return FusionCall(
        caller=_NAME,
        gene_5prime=genes[0],
        gene_3prime=genes[1],
        breakpoint_5prime=_end(table, row, "1"),
        breakpoint_3prime=_end(table, row, "2"),
        genome_build=_build(table, row),
        molecule=_molecule(table, row, context),
        place=Place(table.file, row.line),
        exon_5prime=_exon(table, row, "1"),
        exon_3prime=_exon(table, row, "2"),
        transcript_5prime=_cell(table, row, "site1_ensembl_transcript_id"),
        transcript_3prime=_cell(table, row, "site2_ensembl_transcript_id"),
        reading_frame=_frame(table, row),
        split_reads=splits,
        spanning_pairs=pairs,
        supporting_reads=reads if splits is None and pairs is None else None,
        event_type=_event_type(table, row),
        order_known=_is_in_order(table, row, *genes),
        as_given=tuple(pair for pair in kept_cells(table, row, _KEPT) if pair[1] != "NA"),
    )


def _cell(table: CallerTable, row: Row, column: str) -> str:
    """The cell, `""` for `NA`, which cBioPortal writes for what is not known."""
    value = table.cell(row, column)
    return "" if value.upper() in ("NA", "N/A") else value


def _gene(table: CallerTable, row: Row, side: str) -> str:
    """The site's symbol, `""` between genes. A gene that is named by its number alone would be lost: a problem."""
    column = f"site{side}_hugo_symbol"
    symbol = _cell(table, row, column)
    number = _cell(table, row, f"site{side}_entrez_gene_id")
    other = _cell(table, row, f"site{'2' if side == '1' else '1'}_hugo_symbol")
    if not symbol and (number or not other):
        table.problem(
            row,
            "missing-value",
            column,
            "the row does not name the gene by its symbol",
            _REMEDY,
            number,
            "a gene symbol",
        )
    return table.gene(row, column, symbol)


def _end(table: CallerTable, row: Row, side: str) -> Breakpoint | None:
    chrom, pos = (_cell(table, row, f"site{side}_{part}") for part in ("chromosome", "position"))
    if not pos:
        return None
    found = breakpoint_of(f"{chrom}:{pos}")
    if found is None:
        table.problem(
            row,
            "bad-breakpoint",
            f"site{side}_position",
            "chromosome and position do not make a place",
            _REMEDY,
            f"{chrom}:{pos}",
            "a chromosome, and a whole number",
        )
    return found


def _exon(table: CallerTable, row: Row, side: str) -> int | None:
    """
    `Site1_Exon`, or the number of the region where the region is an exon: an intron's number is none of an exon.

    Arriba's converter for cBioPortal writes -1 where it does not know the exon.
    """
    is_exon = _cell(table, row, f"site{side}_region").lower().startswith("exon")
    number = _number(table, row, f"site{side}_region_number")
    exon = None if _cell(table, row, f"site{side}_exon") == "-1" else _number(table, row, f"site{side}_exon")
    return exon or (number if is_exon else None) or None


def _number(table: CallerTable, row: Row, column: str) -> int | None:
    value = _cell(table, row, column)
    if not value:
        return None
    found = whole_number(value)
    if found is None:
        table.problem(
            row, "not-a-whole-number", column, "the cell is not a whole number", _REMEDY, value, "a whole number, or NA"
        )
    return found


def _build(table: CallerTable, row: Row) -> Build | None:
    value = _cell(table, row, "ncbi_build")
    if value and value.lower() not in _BUILDS:
        table.problem(
            row, "unknown-value", "ncbi_build", "this assembly is not supported", _REMEDY, value, "GRCh37 or GRCh38"
        )
    return _BUILDS.get(value.lower())


def _molecule(table: CallerTable, row: Row, context: ReadingContext) -> Molecule:
    """What the row alone is supported by; the assay's molecule where it names both, or neither."""
    match (table.cell(row, "dna_support").lower(), table.cell(row, "rna_support").lower()):
        case ("yes", "no" | "" | "na"):
            return "DNA"
        case ("no" | "" | "na", "yes"):
            return "RNA"
        case _:
            return context.molecule


def _frame(table: CallerTable, row: Row) -> Frame:
    """`Site2_Effect_On_Frame`, or the `Protein fusion: in frame (A-B)` of `Event_Info` where that is empty."""
    effect = _cell(table, row, "site2_effect_on_frame")
    protein = re.match(r"protein fusion:\s*(in frame|out of frame)", _cell(table, row, "event_info"), re.IGNORECASE)
    return _FRAMES.get(re.sub(r"[\s_-]", "", (effect or (protein[1] if protein else "")).lower()), "unknown")


def _event_type(table: CallerTable, row: Row) -> str:
    event, kind = _cell(table, row, "event_info"), _cell(table, row, "class")
    ends = _ARRIBA_ENDS.get(_cell(table, row, "connection_type").lower())
    if event.startswith("confidence=") and ends:
        return f"{kind}/{ends}"
    return kind or event


def _is_in_order(table: CallerTable, row: Row, first: str, second: str) -> bool:
    """
    True where the row says that site 1 is the 5' gene: a text names the fusion so, and none the other way round; or,
    where no text does, the effect on the frame of site 2 is that of a fusion.
    """
    if not first or not second or first == second:
        return bool(first) and first == second
    texts = [_cell(table, row, column) for column in ("annotation", "event_info")]
    if any(_tells_fusion(text, second, first) for text in texts):
        return False
    effect = re.sub(r"[\s_-]", "", _cell(table, row, "site2_effect_on_frame").lower())
    return any(_tells_fusion(text, first, second) for text in texts) or effect in _FRAMES


def _tells_fusion(text: str, five: str, three: str) -> bool:
    """
    `EML4 (NM_…) - ALK (NM_…) fusion`, `Protein fusion: in frame (EML4-ALK)`, iAnnotateSV's `{EML4:ALK}`, `EML4::ALK`,
    `EML4-ALK.E13A20`, `EML4 exons 1-13 fused with ALK exons 20-29`. Not the bare `ERBB4-CD74` that converters join from
    the two sites.
    """
    five, three = re.escape(five), re.escape(three)
    joint = r"\s*(?:\([^()]*\))?\s*(?:-|--|::|>>)\s*"
    named = rf"(?<![\w-]){five}{joint}{three}(?![\w-])"
    return any(
        re.search(pattern, text, re.IGNORECASE)
        for pattern in (
            rf"{named}\s*(?:\([^()]*\))?\s+fusion",
            rf"fusion[^()]*\({named}\)",
            rf"fusion[^{{}}]*\{{\s*{five}:{three}\s*\}}",
            rf"{named}\.[A-Z]+\d+[a-z]?[A-Z]+\d+",
            rf"(?<![\w-]){five}::{three}(?![\w-])",
            rf"(?<![\w-]){five} exons? [\d-]+ fused (?:with|to) {three}(?![\w-])",
        )
    )


def _of_others(table: CallerTable, count: int) -> Iterator[Problem]:
    if count:
        yield Problem(
            "rows-of-other-samples",
            table.file,
            f"{count} rows of other samples were left out",
            "nothing needs to be done where this is the table of a study",
            column="Sample_Id",
            severity="warning",
        )


def _germline(calls: tuple[FusionCall, ...]) -> Iterator[Problem]:
    for call in calls:
        if dict(call.as_given).get("sv_status", "").upper() == "GERMLINE":
            yield Problem(
                "germline-event",
                call.place.file,
                "the row says that this event is in the germline, not in the tumour alone",
                "check the event in the normal tissue before it is reported as the tumour's",
                line=call.place.line,
                column="SV_Status",
                severity="warning",
            )


FORMAT = CallerFormat(_NAME, _sniff, _read)
