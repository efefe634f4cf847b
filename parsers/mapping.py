"""
A laboratory's own words: its column names, marker names, vocabularies, date order and decimal sign (mapping.toml).

    date_order = "dmy"     decimal = ","     percentages = "fraction"     excel_dates = true
    two_level_headers = ["ihc"]

    [columns.ihc]          "Fallnummer" = "accession"      "Eingangsdatum" = ""        (known, and not read)
    [constants.ihc]        method = "IHC"                  (for a column that the table does not have)
    [markers]              "ALK-Klon 1" = "ALK"
    [values.result]        "positiv" = "positive"
    [assays]               "RNA-Panel" = "rna-fusion-v3"
    [wide."ALK D5F3 %"]    marker = "ALK (D5F3)"  method = "IHC"  field = "pct_positive"
    [observations."85337-4"]                              the same three keys, for an HL7 OBX-3 code or text
    [observations."TUMPCT"]  field = "tumour_cells_pct"   (of the specimen, in orders; "ignore": values not wanted)
    accession_field = "SPM-2"     patient_authority = "GENHOSP"     (HL7: docs/formats/hl7.md)

A mapping may only add words. That `positive` means negative, or ALK means ROS1, is refused as a mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

from parsers.cells import one_of
from parsers.errors import InputError, Problem
from parsers.markers import canonical_marker, is_known_marker
from parsers.reading import clean, column_name
from parsers.toml_files import Section, read_toml
from parsers.vocabularies import (
    CLOSED,
    DATE_COLUMNS,
    FISH_ONLY_FIELDS,
    IHC_ONLY_FIELDS,
    NUMBER_COLUMNS,
    STAIN_FIELDS,
    TABLE_COLUMNS,
    word_key,
)

Kept = TypeVar("Kept")

DateOrder = Literal["", "dmy", "mdy", "ymd"]
DecimalSign = Literal["", ".", ","]
Percentages = Literal["", "percent", "fraction"]
Method = Literal["IHC", "FISH"]
AccessionField = Literal["", "OBR-2", "OBR-3", "SPM-2"]

# A free text about a stain, to be taken apart; and everything else that one column can say of one.
FREE_TEXT = "text"
FIELDS = (*STAIN_FIELDS, FREE_TEXT)
# An HL7 code whose values are known and not wanted.
IGNORED = "ignore"

_DATE_ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")
_DECIMAL_SIGNS: tuple[DecimalSign, ...] = (".", ",")
_PERCENTAGES: tuple[Percentages, ...] = ("percent", "fraction")
_METHODS: tuple[Method, ...] = ("IHC", "FISH")
_ACCESSION_FIELDS: tuple[AccessionField, ...] = ("OBR-2", "OBR-3", "SPM-2")
# Columns of specimens.csv that say which specimen of which patient it is: HL7 has fields of its own for them.
_IDENTITY = frozenset({"accession", "patient_id", "patient_name", "date_of_birth", "sex", "assay", "fusion_files"})
# What says which specimen, marker or run a row is about has no words of its own to translate.
_NO_VALUES = frozenset({"accession", "marker", "assay", "patient_id", "patient_name", "run", "gene", "hgvs_p"})


@dataclass(frozen=True, slots=True)
class Observation:
    """
    What one column of a wide table, or one HL7 observation code, holds: a field of one marker's stain.

    `field` is a column of ihc.csv (`result`, `pct_positive`, `clone`, …); `text` means a free text to be taken apart.
    For HL7 an empty `marker` means the specimen itself (`field` is then a column of specimens.csv), and the field
    `ignore` a code whose values are not wanted.
    """

    marker: str
    method: Method = "IHC"
    field: str = "result"


@dataclass(frozen=True, slots=True)
class LabMapping:
    """
    How this laboratory's tables and messages say what ours say. An empty mapping changes nothing.

    `columns`: per table (`specimens`, `ihc`, `qc`, `controls`, `variants`, `fusions`) its column name, as
    `parsers.reading.column_name` writes it, to ours; to `""` where it is known and not read. `wide`: column of a table
    with one row per specimen -> what it holds. `markers`, `values` (per our column) and `assays`: its words in small
    letters -> ours. `observations`: HL7 OBX-3 identifier or text -> what it holds. `constants`: per table, what our
    column is in every row of a table that does not have it. `date_order` and `decimal` say how numbers and dates that
    can be read in two ways are meant; `percentages` whether 0.95 is 95 %; `excel_dates` that 45000 in a date column
    counts days, as Excel does. Empty means: refuse what can be read in two ways. `two_level_headers`: tables whose
    header has two rows, the marker above the field. `accession_field`: the HL7 field of the accession number (empty:
    OBR-3 or SPM-2, whichever fits the laboratory's pattern). `patient_authority`: whose number counts where PID-3 holds
    several (PID-3.4).
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
    constants: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    excel_dates: bool = False
    two_level_headers: frozenset[str] = frozenset()
    accession_field: AccessionField = ""
    patient_authority: str = ""


NO_MAPPING = LabMapping()


def read_mapping(path: Path, *, assays: Collection[str] | None = None) -> LabMapping:
    """
    The mapping of mapping.toml. `assays` are the names that lab.toml describes; None leaves assay names unchecked.

    Raises:
        InputError: with every mistake in the file, by line and key: unknown keys, tables, columns, fields, words and
            assays; two columns for one; a word of ours that would mean something else.
    """
    problems: list[Problem] = []
    top = read_toml(path, problems)
    mapping = LabMapping(
        columns=_columns(top),
        constants=_constants(top),
        wide=_observations(top, "wide", column_name),
        observations=_observations(top, "observations", clean),
        markers=_markers(top),
        values=_values(top),
        assays=_assays(top, assays),
        date_order=top.one_of("date_order", _DATE_ORDERS, required=False) or "",
        decimal=top.one_of("decimal", _DECIMAL_SIGNS, required=False) or "",
        percentages=top.one_of("percentages", _PERCENTAGES, required=False) or "",
        excel_dates=top.flag("excel_dates", default=False),
        two_level_headers=_tables(top, "two_level_headers"),
        accession_field=top.one_of("accession_field", _ACCESSION_FIELDS, required=False) or "",
        patient_authority=top.text("patient_authority"),
    )
    top.close()
    if problems:
        raise InputError(*problems)
    return mapping


def _columns(top: Section) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for table, section in _by_table(top, "columns"):
        names: dict[str, str] = {}
        for key in section.names():
            ours = section.text(key)
            if ours and ours not in TABLE_COLUMNS[table]:
                _unknown(section, key, f"the table '{table}' has no column of this name", ours, TABLE_COLUMNS[table])
            elif ours and ours in names.values():
                section.problem(
                    "two-for-one",
                    key,
                    "two columns are mapped to one",
                    'keep the one that counts, and map the other to "" (not read)',
                    found=ours,
                )
            _keep(section, key, names, column_name(key), ours)
        found[table] = names
    return found


def _constants(top: Section) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for table, section in _by_table(top, "constants"):
        values: dict[str, str] = {}
        for key in section.names():
            value = section.text(key, required=True)
            if key not in TABLE_COLUMNS[table]:
                _unknown(section, key, f"the table '{table}' has no column of this name", key, TABLE_COLUMNS[table])
            elif key in ("accession", "patient_id", "patient_name", "result", "value"):
                section.problem(
                    "unknown-key",
                    key,
                    "this differs from row to row and cannot be the same for all",
                    "remove it; the table must have this column",
                )
            else:
                values[key] = _our_word(section, key, key, value)
        found[table] = values
    return found


def _observations(top: Section, name: str, spelled: Callable[[str], str]) -> dict[str, Observation]:
    section = top.section(name)
    found: dict[str, Observation] = {}
    taken: set[Observation] = set()
    for key, one in section.sections() if section else ():
        observation = _observation(one) if name == "wide" else _coded(one)
        _keep(one, "", found, spelled(key), observation)
        # Two codes may report one thing in two messages; two columns of one row may not.
        if name == "wide" and observation in taken:
            one.problem(
                "two-for-one",
                "",
                "two columns hold one field of one marker",
                'keep one of them; a second antibody clone is named with the marker: marker = "ALK (D5F3)"',
                found=f"{observation.marker}, {observation.field}",
            )
        taken.add(observation)
    return found


def _observation(section: Section) -> Observation:
    marker = section.text("marker", required=True)
    if marker and not is_known_marker(marker):
        section.problem(
            "unknown-marker",
            "marker",
            "this marker is not known",
            "write its usual name (ALK, ROS1, pan-TRK, desmin…), the clone in brackets behind it",
            found=marker,
        )
    method = section.one_of("method", _METHODS, required=False) or "IHC"
    name = section.text("field") or "result"
    if name not in FIELDS:
        _unknown(section, "field", "this is no field of a stain", name, FIELDS)
    elif name in (FISH_ONLY_FIELDS if method == "IHC" else IHC_ONLY_FIELDS):
        section.problem(
            "unknown-value",
            "field",
            f"{method} has no such field",
            'correct the field, or the method (method = "FISH")',
            found=name,
        )
    section.close()
    return Observation(marker, method, name)


def _coded(section: Section) -> Observation:
    """What an HL7 code holds: a field of a stain, a column of specimens.csv, or nothing that is wanted."""
    names = section.names()
    if "marker" in names:
        return _observation(section)
    name = section.text("field", required=True)
    allowed = (IGNORED, *(column for column in TABLE_COLUMNS["specimens"] if column not in _IDENTITY))
    if name and name not in allowed:
        _unknown(section, "field", "without a marker this is no column of specimens.csv, nor 'ignore'", name, allowed)
    section.close()
    return Observation("", field=name)


def _markers(top: Section) -> dict[str, str]:
    section = top.section("markers")
    found: dict[str, str] = {}
    if section is None:
        return found
    for key in section.names():
        ours = section.text(key, required=True)
        meant, _ = canonical_marker(key)
        if ours and not is_known_marker(ours):
            section.problem(
                "unknown-marker",
                key,
                "the marker on the right is not known",
                "write its usual name (ALK, ROS1, pan-TRK, desmin…)",
                found=ours,
            )
        elif ours and is_known_marker(key) and meant != canonical_marker(ours)[0]:
            section.problem(
                "other-meaning",
                key,
                f"this name already means {meant}",
                "remove the line: a mapping adds names, it does not change them",
                found=ours,
            )
        _keep(section, key, found, clean(key).lower(), ours)
    return found


def _values(top: Section) -> dict[str, dict[str, str]]:
    section = top.section("values")
    columns = {
        name for table in TABLE_COLUMNS.values() for name in table
    } - _NO_VALUES - DATE_COLUMNS - NUMBER_COLUMNS | {"value"}
    found: dict[str, dict[str, str]] = {}
    for column, words in section.sections() if section else ():
        if column not in columns:
            _unknown(words, "", "no column of this name has words to translate", column, sorted(columns))
            continue
        translated: dict[str, str] = {}
        for key in words.names():
            _keep(words, key, translated, clean(key).lower(), _our_word(words, key, column, words.text(key)))
        found[column] = translated
    return found


def _our_word(section: Section, key: str, column: str, word: str) -> str:
    """`word` in its one spelling, a problem noted where the column's list does not hold it."""
    allowed = CLOSED.get(column)
    if allowed is None or not word:
        return word
    ours = allowed.get(word_key(word))
    if ours is None:
        _unknown(section, key, f"'{column}' does not take this word", word, list(dict.fromkeys(allowed.values())))
        return word
    meant = allowed.get(word_key(key)) if column != key else None
    if meant is not None and meant != ours:
        section.problem(
            "other-meaning",
            key,
            f"this word already means {meant}",
            "remove the line: a mapping adds words, it does not change them",
            found=word,
        )
    return ours


def _assays(top: Section, known: Collection[str] | None) -> dict[str, str]:
    section = top.section("assays")
    found: dict[str, str] = {}
    if section is None:
        return found
    for key in section.names():
        name = section.text(key, required=True)
        if name and known is not None and name not in known:
            _unknown(section, key, "lab.toml describes no assay of this name", name, sorted(known))
        _keep(section, key, found, clean(key).lower(), name)
    return found


def _tables(top: Section, key: str) -> frozenset[str]:
    names = top.texts(key)
    for name in names:
        if name not in TABLE_COLUMNS:
            _unknown(top, key, "there is no table of this name", name, list(TABLE_COLUMNS))
    return frozenset(names)


def _by_table(top: Section, key: str) -> list[tuple[str, Section]]:
    """The sections below `key`, each named after a table of ours."""
    section = top.section(key)
    found = section.sections() if section else []
    for name, one in found:
        if name not in TABLE_COLUMNS:
            _unknown(one, "", "there is no table of this name", name, list(TABLE_COLUMNS))
    return [(name, one) for name, one in found if name in TABLE_COLUMNS]


def _keep(section: Section, key: str, found: dict[str, Kept], name: str, value: Kept) -> None:
    if name in found:
        section.problem(
            "named-twice", key, "two lines differ in capitals or blanks only", "keep one of them", found=name
        )
    found[name] = value


def _unknown(section: Section, key: str, message: str, found: str, allowed: Sequence[str]) -> None:
    section.problem(
        "unknown-value", key, message, "use one of the allowed names", found=found, expected=one_of(allowed)
    )
