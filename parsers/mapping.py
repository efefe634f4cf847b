"""
A laboratory's own words: its column names, marker names, vocabularies, date order and decimal sign (mapping.toml).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

DateOrder = Literal["", "dmy", "mdy", "ymd"]
DecimalSign = Literal["", ".", ","]
Percentages = Literal["", "percent", "fraction"]
AccessionField = Literal["", "OBR-2", "OBR-3", "SPM-2"]


@dataclass(frozen=True, slots=True)
class Observation:
    """
    What one column of a wide table, or one HL7 observation code, holds: a field of one marker's stain.

    `field` is a column of ihc.csv (`result`, `pct_positive`, `clone`, …); `text` means a free text to be taken apart.
    In HL7 an empty `marker` means the specimen itself (`field` is then a column of specimens.csv), and the field
    `ignore` a code whose values are not wanted.
    """

    marker: str
    method: Literal["IHC", "FISH"] = "IHC"
    field: str = "result"


@dataclass(frozen=True, slots=True)
class LabMapping:
    """
    How this laboratory's tables and messages say what ours say. An empty mapping changes nothing.

    `columns`: per table (`specimens`, `ihc`, `qc`, `controls`, `variants`, `fusions`) its column name, as
    `parsers.reading.column_name` writes it, to ours. `wide`: column of a table with one row per specimen -> what it
    holds. `markers`, `values` (per our column) and `assays`: its words in small letters -> ours. `observations`: HL7
    OBX-3 identifier (alone or as `code^system`) or text -> what it holds. `date_order` and `decimal` say how numbers
    and dates that can be read in two ways are meant; `percentages` whether 0.95 is 95 %. Empty means: refuse what can
    be read in two ways. `accession_field`: the HL7 field of the accession number (empty: OBR-3 or SPM-2, whichever
    fits the laboratory's pattern). `patient_authority`: whose number counts where PID-3 holds several (PID-3.4).
    """

    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    wide: Mapping[str, Observation] = field(default_factory=dict)
    markers: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    assays: Mapping[str, str] = field(default_factory=dict)
    observations: Mapping[str, Observation] = field(default_factory=dict)
    date_order: DateOrder = ""
    decimal: DecimalSign = ""
    percentages: Percentages = ""
    accession_field: AccessionField = ""
    patient_authority: str = ""


NO_MAPPING = LabMapping()
