"""variants.csv: small variants in protein notation, as the laboratory's own pipeline reports them."""

from __future__ import annotations

import re
from collections.abc import Collection

from parsers.cells import RowReader
from parsers.errors import Problem
from parsers.laboratory import Laboratory
from parsers.reading import Table, looks_like_excel_date
from parsers.records import Place, SmallVariant
from parsers.specimens import known_accession, rows_of

FILE = "variants.csv"

# p.Gly1202Arg, p.(Gly1202Arg), G1202R, p.Leu1196_Met1198del, p.?: a shape, not a validation of HGVS.
_PROTEIN = re.compile(
    r"(?:[A-Z]{2}_\d+(?:\.\d+)?:)?(?:p\.)?\(?(?:[A-Z][a-z]{0,2}|\*|Ter)\d+\S*|p\.\(?[?=]\)?", re.ASCII
)


def read_variants(
    table: Table, laboratory: Laboratory, known: Collection[str], problems: list[Problem]
) -> tuple[SmallVariant, ...]:
    """The rows of `table`; everything wrong with them is appended to `problems`, under its accession."""
    variants: list[SmallVariant] = []
    for cells in rows_of(table, ("accession", "gene", "hgvs_p"), (), problems):
        accession = known_accession(cells, laboratory, known)
        variant = _variant(cells, accession) if cells.check_length() else None
        if variant is not None and cells.ok:
            variants.append(variant)
    return tuple(variants)


def _variant(cells: RowReader, accession: str) -> SmallVariant:
    gene = cells.text("gene", required=True, longest=50)
    protein = cells.text("hgvs_p", required=True, longest=200)
    if looks_like_excel_date(gene):
        cells.problem(
            "excel-date",
            "gene",
            "a spreadsheet turned the gene's name into a date",
            "type the name again (MARCHF1, SEPTIN2…) and format the column as text",
            found=gene,
        )
    if protein and not _PROTEIN.fullmatch(protein):
        cells.problem(
            "bad-variant",
            "hgvs_p",
            "this is not a protein change",
            "write it as p.Gly1202Arg or G1202R",
            found=protein,
            expected="a protein change in HGVS notation",
        )
    return SmallVariant(accession, gene, protein, Place(cells.file, cells.line))
