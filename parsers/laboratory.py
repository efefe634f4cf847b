"""
The laboratory and its assays, as lab.toml describes them.

    [lab]
    name = "…"            address = "…"          clia = "00D0000000"     accreditation = "ISO 15189 No. …"
    director = "…"        phone = "…"            email = "…"             jurisdiction = "US"
    time_zone = "America/New_York"               accession_pattern = '^S\\d{2}-\\d{5}$'
    ldt_statement = "…"   asr_statement = ""     disclaimers = ["…"]     nightly = "0 2 * * *"

    [assay.rna-fusion-v3]
    title = "…"  version = "3.1"  molecule = "RNA"  genes = ["ALK", …]  genome_build = "GRCh38"
    platform = "…"  chemistry = "…"  method = "…"  limit_of_detection = "…"  limitations = ["…"]
    minimum_split_reads = 5      minimum_tumour_cells_pct = 20     specimen_types = ["…"] (optional)

    [assay.rna-fusion-v3.qc.dv200_pct]
    name = "RNA integrity (DV200)"   unit = "%"   min = 30   (or max = …; borderline = … ; required = true)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from parsers.records import Build, Molecule


@dataclass(frozen=True, slots=True)
class QcRule:
    """
    One quality threshold of an assay. Passing means `minimum <= value <= maximum`, whichever are set.

    A value on the failing side of the threshold but within `borderline` (same unit) is borderline. A `required` metric
    that a specimen lacks makes its quality undocumented, which is not the same as passed.
    """

    metric: str
    name: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    borderline: float | None = None
    required: bool = True


@dataclass(frozen=True, slots=True)
class Assay:
    """One validated assay: what it covers, how it works, when its result counts."""

    key: str
    title: str
    version: str
    molecule: Molecule
    genes: tuple[str, ...]
    genome_build: Build | None
    minimum_split_reads: int
    minimum_tumour_cells_pct: float
    platform: str = ""
    chemistry: str = ""
    method: str = ""
    limit_of_detection: str = ""
    limitations: tuple[str, ...] = ()
    specimen_types: tuple[str, ...] = ()
    qc: tuple[QcRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Laboratory:
    """The performing laboratory; `assays` by the name that specimens.csv uses."""

    name: str
    address: str
    jurisdiction: str
    time_zone: str
    assays: Mapping[str, Assay]
    clia: str = ""
    accreditation: str = ""
    director: str = ""
    phone: str = ""
    email: str = ""
    accession_pattern: str = ""
    ldt_statement: str = ""
    asr_statement: str = ""
    disclaimers: tuple[str, ...] = ()
    nightly: str = "0 2 * * *"
    guideline_version: str = ""
