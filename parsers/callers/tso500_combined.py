"""
Illumina TruSight Oncology 500, `*_CombinedVariantOutput.tsv`: Local App 2.x and DRAGEN TSO 500 2.x.

Sections and rules:
https://help.tso500software.illumina.com/dragen-tso-500-guides/dragen-tso-500-v2.6/analysis-output/combined-variant-output.
`[Fusions]` lists the rows of AllFusions.csv with KeepFusion True: `A-B` with the 5' gene first, `A/B` where Fusion
Directionality Known is False; `Fusion Supporting Reads` (deduplicated split reads and pairs together) ->
`supporting_reads`. `[Splice Variants]` become calls within one gene, their ends in the order of their coordinates.
A file of DNA alone says nothing of fusions and is refused: not tested is not "not found". TSO500 aligns to GRCh37.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers.accessions import names
from parsers.callers.format import CallerFormat, CallerTable, GivenName, Reading, ReadingContext, first_line
from parsers.callers.tso500_all_fusions import CALLER, SPLICE_VARIANT, several_genes
from parsers.callers.tso500_genes import NONE_GIVEN, annotated, gene_of, is_order_known, is_undecided, listed, pair_of
from parsers.errors import InputError, Problem
from parsers.quality import metric_key
from parsers.reading import FileText, Row
from parsers.records import FusionCall, Place, QcMetric
from parsers.tso500_sections import Section, read_sections

_DETAILS, _SPLICE, _FUSIONS, _SMALL = "Analysis Details", "Splice Variants", "Fusions", "Small Variants"
_NOT_RESULTS = (_DETAILS, "Sequencing Run Details", _SPLICE, _FUSIONS)
# Sections of names and values; all others are tables with a header.
_FIGURES = ("TMB", "MSI", "GIS")
_QUALITY = ("Usable MSI Sites", "Coding Region Size in Megabases")

_FUSION_COLUMNS = ("Gene Pair", "Breakpoint 1", "Breakpoint 2", "Fusion Supporting Reads")
_SPLICE_COLUMNS = ("Gene", "Breakpoint 1", "Breakpoint 2", "Splice Supporting Reads")
_FUSION_KEPT = ("Gene Pair", "Gene 1 Reference Reads", "Gene 2 Reference Reads")
_SPLICE_KEPT = ("Gene", "Affected Exon", "Reference Reads Transcript")

_NUMBER = re.compile(r"-?\d{1,10}(?:\.\d{1,10})?", re.ASCII)
_REMEDY = "use CombinedVariantOutput.tsv as the TSO500 software wrote it, without editing it"


def _sniff(text: str) -> bool:
    return "Combined Variant Output" in first_line(text)


def _read(source: FileText, context: ReadingContext) -> Reading:
    sections = read_sections(source, (_DETAILS, _SPLICE, _FUSIONS), (_SMALL,))
    sample = _rna_sample(source.name, sections[_DETAILS])
    fusions = _table(source.name, sections[_FUSIONS], _FUSION_COLUMNS)
    splices = _table(source.name, sections[_SPLICE], _SPLICE_COLUMNS)
    symbols = context.targets.symbols if context.targets else frozenset[str]()
    pairs = [(row, _pair(fusions, row, symbols)) for row in fusions.rows]
    calls = (
        *(_fusion(fusions, row, pair) for row, pair in pairs),
        *(_splice_variant(splices, row) for row in splices.rows),
    )
    fusions.problems.extend(splices.problems)
    fusions.finish()
    return Reading(
        CALLER,
        "RNA",
        calls,
        header_build="GRCh37",
        sample=sample,
        warnings=(*_undecided(fusions, pairs), *_other_results(source.name, sections)),
        metrics=_metrics(source.name, sections, context.accession),
        names=_names_of(sections[_DETAILS]),
    )


def _names_of(details: Section) -> tuple[GivenName, ...]:
    """Pair ID and RNA Sample ID: the laboratory may state either, and neither may be another specimen's."""
    return tuple(
        GivenName(row.cells[1], row.line, row.cells[0])
        for row in details.rows
        if row.cells[0] in ("Pair ID", "RNA Sample ID") and len(row.cells) > 1 and row.cells[1] not in NONE_GIVEN
    )


def _rna_sample(file: str, details: Section) -> str:
    """
    The pair's name and that of its RNA sample: both where neither holds the other, so that each is seen.

    Raises:
        InputError: there is no RNA sample.
    """
    rna, pair = details.value("RNA Sample ID"), details.value("Pair ID")
    if not rna:
        raise InputError(
            Problem(
                "no-rna-result",
                file,
                "this TSO500 CombinedVariantOutput has no RNA sample: fusions were not tested, which does not mean "
                "that there are none",
                "use the file of the RNA sample; if RNA was not sequenced, leave the file out of fusion_files",
                line=details.line,
                column="RNA Sample ID",
                found="NA",
                expected="the name of the RNA sample",
            )
        )
    if not pair or names(pair, rna):
        return rna
    return pair if names(rna, pair) else f"{pair} / {rna}"


def _table(file: str, section: Section, required: Sequence[str]) -> CallerTable:
    """
    The rows of a section under its header, filled up to the header's width; without the `NA` of an empty section.

    Raises:
        InputError: a required column is missing.
    """
    header, rows = section.rows[0], section.rows[1:]
    missing = [name for name in required if name not in header.cells]
    if missing:
        raise InputError(
            Problem(
                "missing-column",
                file,
                f"[{section.name}] has no column {', '.join(missing)}",
                _REMEDY,
                line=header.line,
                found=", ".join(header.cells),
                expected=", ".join(required),
            )
        )
    width = len(header.cells)
    table = CallerTable(file, {name: index for index, name in enumerate(header.cells)}, [])
    for row in rows:
        if len(row.cells) > width:
            text = f"the row has {len(row.cells)} cells, the header of [{section.name}] {width}"
            table.problem(row, "wrong-number-of-cells", "", text, _REMEDY, row.cells[-1])
        elif row.cells not in (("NA",), ("-",)):
            table.rows.append(Row(row.line, (*row.cells, *[""] * (width - len(row.cells)))))
    return table


def _pair(table: CallerTable, row: Row, symbols: frozenset[str]) -> tuple[str, str]:
    text = table.cell(row, "Gene Pair")
    pair = pair_of(text, symbols)
    if pair is None:
        table.problem(row, "bad-gene-pair", "Gene Pair", "the cell is no pair of genes", _REMEDY, text, "EML4-ALK")
        return "", ""
    for name in (*listed(pair[0]), *listed(pair[1])):
        table.gene(row, "Gene Pair", name)
    return pair


def _fusion(table: CallerTable, row: Row, pair: tuple[str, str]) -> FusionCall:
    return FusionCall(
        caller=CALLER,
        gene_5prime=gene_of(pair[0]),
        gene_3prime=gene_of(pair[1]),
        breakpoint_5prime=table.breakpoint(row, "Breakpoint 1"),
        breakpoint_3prime=table.breakpoint(row, "Breakpoint 2"),
        genome_build=None,
        molecule="RNA",
        place=Place(table.file, row.line),
        supporting_reads=table.count(row, "Fusion Supporting Reads", _REMEDY),
        order_known=is_order_known(table.cell(row, "Gene Pair")),
        as_given=_as_given(table, row, _FUSION_KEPT) + annotated(*pair),
    )


def _splice_variant(table: CallerTable, row: Row) -> FusionCall:
    gene = gene_of(table.cell(row, "Gene"))
    table.gene(row, "Gene", gene)
    return FusionCall(
        caller=CALLER,
        gene_5prime=gene,
        gene_3prime=gene,
        breakpoint_5prime=table.breakpoint(row, "Breakpoint 1"),
        breakpoint_3prime=table.breakpoint(row, "Breakpoint 2"),
        genome_build=None,
        molecule="RNA",
        place=Place(table.file, row.line),
        supporting_reads=table.count(row, "Splice Supporting Reads", _REMEDY),
        event_type=SPLICE_VARIANT,
        order_known=False,
        as_given=_as_given(table, row, _SPLICE_KEPT),
    )


def _as_given(table: CallerTable, row: Row, columns: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, row.cells[index]) for name, index in table.places(columns) if row.cells[index] not in NONE_GIVEN
    )


def _undecided(table: CallerTable, pairs: Sequence[tuple[Row, tuple[str, str]]]) -> tuple[Problem, ...]:
    """One warning for each pair of which a gene is left to the breakpoint."""
    return tuple(
        several_genes(table.file, row.line, "Gene Pair", table.cell(row, "Gene Pair"))
        for row, pair in pairs
        if pair == ("", "") or any(map(is_undecided, pair))
    )


def _other_results(file: str, sections: dict[str, Section]) -> tuple[Problem, ...]:
    """A warning that names the sections with results that are not read here."""
    counted = {name: _filled_rows(section) for name, section in sections.items() if name not in _NOT_RESULTS}
    named = [f"[{name}] ({count})" if name not in _FIGURES else f"[{name}]" for name, count in counted.items() if count]
    if not named:
        return ()
    return (
        Problem(
            "other-results",
            file,
            f"the file also holds results that are not read: {', '.join(named)}",
            "enter small variants that matter here in variants.csv; the rest stays with the assay's own report",
            severity="warning",
        ),
    )


def _filled_rows(section: Section) -> int:
    """The rows that say more than a name and `NA`, without the header of a table."""
    rows = section.rows if section.name in _FIGURES else section.rows[1:]
    return sum(any(cell not in NONE_GIVEN for cell in row.cells[1:]) for row in rows)


def _metrics(file: str, sections: dict[str, Section], accession: str) -> tuple[QcMetric, ...]:
    """`usable_msi_sites` and `coding_region_size_in_megabases`; what TMB and MSI came to are results, not quality."""
    return tuple(
        QcMetric(accession, metric_key(row.cells[0]), _number(row.cells[1]), row.cells[1], Place(file, row.line))
        for name in _FIGURES
        if name in sections
        for row in sections[name].rows
        if row.cells[0] in _QUALITY and len(row.cells) > 1 and row.cells[1] not in NONE_GIVEN
    )


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


FORMAT = CallerFormat("TSO500 CombinedVariantOutput", _sniff, _read)
