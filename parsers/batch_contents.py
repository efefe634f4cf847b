"""What a batch folder's tables and messages say, before it is parted by specimen."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from parsers import ihc
from parsers.accessions import NO_FINDER, Finder, names, stretches
from parsers.batch_folder import BatchFolder
from parsers.callers import generic
from parsers.errors import Problem
from parsers.reading import Table
from parsers.records import FishResult, IhcResult, QcMetric, RunControl, SmallVariant
from parsers.specimens import SpecimenRow

_Record = IhcResult | FishResult | QcMetric | SmallVariant


@dataclass(slots=True)
class Contents:
    """What the folder's tables say, by nobody in particular yet. `problems` are those that no request will carry."""

    rows: tuple[SpecimenRow, ...] = ()
    stains: ihc.StainTables = field(default_factory=lambda: ihc.StainTables((), (), ()))
    metrics: tuple[QcMetric, ...] = ()
    controls: tuple[RunControl, ...] = ()
    variants: tuple[SmallVariant, ...] = ()
    generic_rows: dict[str, generic.SharedRows] = field(default_factory=dict)
    no_generic_rows: generic.SharedRows | None = None
    problems: list[Problem] = field(default_factory=list)
    by_accession: dict[str, list[Problem]] = field(default_factory=dict)
    for_all: list[Problem] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    finder: Finder = NO_FINDER
    folder: BatchFolder = field(default_factory=lambda: BatchFolder(Path(), ()))
    tables: dict[str, Table] = field(default_factory=dict)
    metrics_files: list[str] = field(default_factory=list)
    assay_genes: frozenset[str] = frozenset()
    known: dict[str, str] = field(default_factory=dict)
    control_problems: list[Problem] = field(default_factory=list)
    file_owners: dict[str, list[str]] = field(default_factory=dict)
    records: dict[str, list[_Record]] = field(default_factory=dict)

    @property
    def table_names(self) -> frozenset[str]:
        """The names of the tables and messages, whose problems are everybody's where they are nobody's."""
        return frozenset({*self.folder.tables.values(), *self.folder.messages} - {generic.FILE})

    @property
    def files_of_controls(self) -> tuple[str, ...]:
        return tuple(name for control in self.controls for name in control.fusion_files)

    def of(self, accession: str) -> list[_Record]:
        """The rows of one specimen, from every table."""
        if not self.records:
            everything: tuple[_Record, ...] = (*self.stains.ihc, *self.stains.fish, *self.metrics, *self.variants)
            for record in everything:
                self.records.setdefault(record.accession, []).append(record)
        return self.records.get(accession, [])


def has_calls_to_read(row: SpecimenRow, contents: Contents) -> bool:
    """Whether the specimen names a fusion file, or has a row in fusions.csv."""
    return bool(row.fusion_files) or row.accession in contents.generic_rows


def is_nameless(row: SpecimenRow) -> bool:
    """True for a row without a readable accession, which is called after its line."""
    return row.accession.startswith("(")


def listed_in(name: str, contents: Contents) -> set[str]:
    """The accessions of the batch that a name holds; of two that overlap (S26-1 in AB-S26-1) the longer one."""
    found = {contents.known[one] for one in stretches(name) if one in contents.known}
    return {one for one in found if not any(one != other and names(other, one) for other in found)}


def digest_of(path: Path) -> str:
    """sha256 (hex) of a file as it is now; `""` where it is none or cannot be read."""
    try:
        if not path.is_file():  # A pipe would be waited for.
            return ""
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""
