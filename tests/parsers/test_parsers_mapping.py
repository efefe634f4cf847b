"""mapping.toml: what it gives, every mistake with its line and key, and its place in lab.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from parsers.errors import InputError, Problem
from parsers.laboratory import read_laboratory
from parsers.mapping import NO_MAPPING, LabMapping, Observation, read_mapping
from parsers.reading import column_name
from parsers.vocabularies import CLOSED, DATE_COLUMNS, NUMBER_COLUMNS, PERCENT_COLUMNS, STAIN_FIELDS, TABLE_COLUMNS

GOOD = """
date_order = "dmy"
decimal = ","
percentages = "fraction"
excel_dates = true
two_level_headers = ["ihc"]

[columns.ihc]
Fallnummer = "accession"
"% positiv" = "pct_positive"
Eingangsdatum = ""
Bemerkung = ''

[columns.specimens]
"Fall-Nr." = "accession"

[constants.ihc]
method = "ihc"

[markers]
"ALK-Klon 1" = "ALK"
"Ros-eins" = "ROS1 (D4D6)"

[values.result]
Positiv = "positive"
"nicht  auswertbar" = "not evaluable"

[values.localisation]
zytoplasmatisch = "cytoplasmic"

[values.distribution]
"herdförmig" = "focal"

[assays]
"RNA-Panel" = "rna-1"

[wide."ALK D5F3 %"]
marker = "ALK (D5F3)"
field = "pct_positive"

[wide."ALK FISH"]
marker = "ALK"
method = "FISH"

[observations."85337-4"]
marker = "ALK"
field = "text"
"""

LAB = """
[lab]
name = "A laboratory"
address = "A street"
jurisdiction = "US"
time_zone = "UTC"
mapping = "mapping.toml"

[assay.rna-1]
title = "RNA"
version = "1"
molecule = "RNA"
genes = ["ALK"]
minimum_split_reads = 5
minimum_tumour_cells_pct = 20
"""


def mapping(folder: Path, text: str) -> LabMapping:
    path = folder / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path, assays=["rna-1"])


def problems(folder: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        mapping(folder, text)
    assert all(problem.remedy for problem in caught.value.problems)
    return caught.value.problems


def test_everything_stated_arrives(tmp_path: Path) -> None:
    found = mapping(tmp_path, GOOD)
    assert (found.date_order, found.decimal, found.percentages, found.excel_dates) == ("dmy", ",", "fraction", True)
    assert found.two_level_headers == {"ihc"}
    assert found.columns == {
        "ihc": {"fallnummer": "accession", "%_positiv": "pct_positive", "eingangsdatum": "", "bemerkung": ""},
        "specimens": {"fall_nr.": "accession"},
    }
    assert found.constants == {"ihc": {"method": "IHC"}}
    assert found.markers == {"alk-klon 1": "ALK", "ros-eins": "ROS1 (D4D6)"}
    assert found.values == {
        "result": {"positiv": "positive", "nicht auswertbar": "not_evaluable"},
        "localisation": {"zytoplasmatisch": "cytoplasmic"},
        "distribution": {"herdförmig": "focal"},
    }
    assert found.assays == {"rna-panel": "rna-1"}
    assert found.wide == {
        "alk_d5f3_%": Observation("ALK (D5F3)", "IHC", "pct_positive"),
        "alk_fish": Observation("ALK", "FISH", "result"),
    }
    assert found.observations == {"85337-4": Observation("ALK", "IHC", "text")}


def test_an_empty_mapping_changes_nothing(tmp_path: Path) -> None:
    assert mapping(tmp_path, "# nothing yet\n") == NO_MAPPING


@pytest.mark.parametrize(
    ("old", "new", "code", "column"),
    [
        ('date_order = "dmy"', 'date_order = "german"', "unknown-value", "date_order"),
        ('decimal = ","', 'decimal = ";"', "unknown-value", "decimal"),
        ('percentages = "fraction"', 'percentages = "share"', "unknown-value", "percentages"),
        ("excel_dates = true", 'excel_dates = "yes"', "wrong-type", "excel_dates"),
        ("excel_dates = true", "exel_dates = true", "unknown-key", "exel_dates"),
        ('["ihc"]', '["stains"]', "unknown-value", "two_level_headers"),
        ("[columns.ihc]", "[columns.stains]", "unknown-value", "columns.stains"),
        ('Fallnummer = "accession"', 'Fallnummer = "case"', "unknown-value", "columns.ihc.Fallnummer"),
        ('Fallnummer = "accession"', "Fallnummer = 5", "wrong-type", "columns.ihc.Fallnummer"),
        ('Fallnummer = "accession"', 'Fallnummer = "pct_positive"', "two-for-one", "columns.ihc.% positiv"),
        ("Eingangsdatum = ", '"%-Positiv" = ', "named-twice", "columns.ihc.%-Positiv"),
        ('method = "ihc"', 'method = "CISH"', "unknown-value", "constants.ihc.method"),
        ('method = "ihc"', 'methode = "IHC"', "unknown-value", "constants.ihc.methode"),
        ('method = "ihc"', 'result = "negative"', "unknown-key", "constants.ihc.result"),
        ('"ALK-Klon 1" = "ALK"', '"ALK-Klon 1" = "ACVRL1"', "unknown-marker", "markers.ALK-Klon 1"),
        ('"ALK-Klon 1" = "ALK"', 'ALK = "ROS1"', "other-meaning", "markers.ALK"),
        ('"ALK-Klon 1" = "ALK"', '"ALK-1" = "ROS1"', "other-meaning", "markers.ALK-1"),
        ('"ALK-Klon 1" = "ALK"', '"ros-eins" = "ROS1"', "named-twice", "markers.Ros-eins"),
        ('Positiv = "positive"', 'Positiv = "detected"', "unknown-value", "values.result.Positiv"),
        ('Positiv = "positive"', 'negative = "positive"', "other-meaning", "values.result.negative"),
        ('Positiv = "positive"', 'neg = "positive"', "other-meaning", "values.result.neg"),
        ("[values.result]", "[values.accession]", "unknown-value", "values.accession"),
        ('= "cytoplasmic"', '= "cell"', "unknown-value", "values.localisation.zytoplasmatisch"),
        ('= "rna-1"', '= "rna-2"', "unknown-value", "assays.RNA-Panel"),
        ('marker = "ALK (D5F3)"', 'marker = "AKL"', "unknown-marker", "wide.ALK D5F3 %.marker"),
        ('marker = "ALK (D5F3)"\n', "", "missing-key", "wide.ALK D5F3 %.marker"),
        ('field = "pct_positive"', 'field = "percent"', "unknown-value", "wide.ALK D5F3 %.field"),
        ('field = "pct_positive"', 'field = "cells_scored"', "unknown-value", "wide.ALK D5F3 %.field"),
        ('method = "FISH"', 'method = "FISH"\nfield = "intensity"', "unknown-value", "wide.ALK FISH.field"),
        ('method = "FISH"', 'method = "CISH"', "unknown-value", "wide.ALK FISH.method"),
        ('method = "FISH"', 'clone = "D5F3"', "unknown-key", "wide.ALK FISH.clone"),
        ('field = "pct_positive"', 'method = "FISH"', "two-for-one", "wide.ALK FISH"),
        ('[wide."ALK FISH"]', "[wide]\nx = 1\n[wide.y]", "wrong-type", "wide.x"),
    ],
)
def test_a_mistake_is_named_by_its_key_and_line(tmp_path: Path, old: str, new: str, code: str, column: str) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    if code == "two-for-one" and column.startswith("wide"):
        text = text.replace('marker = "ALK (D5F3)"', 'marker = "ALK"')
    found = {(problem.code, problem.column): problem for problem in problems(tmp_path, text)}
    assert (code, column) in found
    line = found[code, column].line
    assert line is not None
    if "\n" not in new and new and column not in ("values.accession", "columns.stains", "wide.ALK FISH"):
        assert column.rpartition(".")[2].strip("\"'") in text.split("\n")[line - 1]


def test_all_mistakes_are_listed_at_once(tmp_path: Path) -> None:
    text = (
        GOOD.replace('"dmy"', '"x"').replace('"rna-1"', '"x"').replace('"focal"', "5").replace("[markers]", "[marker]")
    )
    assert {problem.code for problem in problems(tmp_path, text)} == {"unknown-value", "wrong-type", "unknown-key"}


def test_a_code_of_a_message_may_hold_a_column_of_the_specimen_or_nothing_wanted(tmp_path: Path) -> None:
    found = mapping(tmp_path, '[observations.X1]\nfield = "site"\n[observations.X2]\nfield = "ignore"\n')
    assert found.observations == {"X1": Observation("", field="site"), "X2": Observation("", field="ignore")}
    (wrong,) = problems(tmp_path, '[observations.X1]\nfield = "accession"\n')
    assert (wrong.code, wrong.column) == ("unknown-value", "observations.X1.field")


def test_two_codes_may_report_one_thing_in_messages(tmp_path: Path) -> None:
    found = mapping(tmp_path, GOOD + '\n[observations."ALK IHC"]\nmarker = "ALK"\nfield = "text"\n')
    assert len(found.observations) == 2


def test_lab_toml_names_the_mapping(tmp_path: Path) -> None:
    (tmp_path / "mapping.toml").write_text(GOOD, encoding="utf-8")
    lab = tmp_path / "lab.toml"
    lab.write_text(LAB, encoding="utf-8")
    assert read_laboratory(lab).mapping == mapping(tmp_path, GOOD)
    lab.write_text(LAB.replace('mapping = "mapping.toml"\n', ""), encoding="utf-8")
    assert read_laboratory(lab).mapping == NO_MAPPING


def test_mistakes_of_the_mapping_are_listed_with_those_of_lab_toml(tmp_path: Path) -> None:
    (tmp_path / "mapping.toml").write_text(GOOD.replace('"rna-1"', '"rna-9"'), encoding="utf-8")
    lab = tmp_path / "lab.toml"
    lab.write_text(LAB.replace('"UTC"', '"Mars"'), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_laboratory(lab)
    assert {(one.file, one.code) for one in caught.value.problems} == {
        ("lab.toml", "unknown-time-zone"),
        ("mapping.toml", "unknown-value"),
    }


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../mapping.toml", "file-outside-folder"),
        ("/etc/mapping.toml", "file-outside-folder"),
        ("C:\\\\mapping.toml", "file-outside-folder"),
        ("none.toml", "unreadable-file"),
    ],
)
def test_the_mapping_lies_beside_lab_toml(tmp_path: Path, name: str, code: str) -> None:
    lab = tmp_path / "lab.toml"
    lab.write_text(LAB.replace('"mapping.toml"', f'"{name}"'), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_laboratory(lab)
    assert [one.code for one in caught.value.problems] == [code]


def test_the_lists_of_columns_fit_together() -> None:
    every = {name for columns in TABLE_COLUMNS.values() for name in columns}
    assert set(CLOSED) | DATE_COLUMNS | NUMBER_COLUMNS | set(STAIN_FIELDS) <= every
    assert PERCENT_COLUMNS <= NUMBER_COLUMNS
    assert all(column_name(name) == name for name in every)
