"""
Whole tables of a laboratory: the invented ones of sample_data, and real ones where they lie beside the checkout.

What is expected was written by reading the files.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from parsers_samples import a_laboratory

from parsers.errors import InputError, Problem
from parsers.ihc import StainTables, read_stains
from parsers.laboratory import read_laboratory
from parsers.layouts import load_table
from parsers.mapping import NO_MAPPING, LabMapping, read_mapping
from parsers.records import FishResult, IhcResult

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_data" / "formats" / "clinical"
REAL = ROOT.parent / "shared" / "formats" / "ihc_fish"

SAMPLED = {"S26-20101", "S26-20102", "S26-20103"}


def read(
    path: Path, mapping: LabMapping, known: set[str], pattern: str = r"^S\d{2}-\d{5}$"
) -> tuple[StainTables, list[Problem]]:
    laboratory = replace(a_laboratory(pattern), mapping=mapping)
    problems: list[Problem] = []
    loaded = load_table(path, "ihc", laboratory, problems)
    if loaded.table is None:
        raise InputError(*problems)
    stains = read_stains([loaded.table], laboratory, known, problems)
    return stains, [*loaded.warnings, *problems]


def told(stain: IhcResult) -> tuple[object, ...]:
    return (
        stain.accession,
        stain.place.line,
        stain.marker,
        stain.clone,
        stain.result,
        stain.intensity,
        stain.pct_positive,
    )


def counted(fish: FishResult) -> tuple[object, ...]:
    return fish.accession, fish.place.line, fish.marker, fish.result, fish.cells_scored


def test_the_sample_mapping_has_every_key_and_fits_the_sample_laboratory() -> None:
    laboratory = read_laboratory(ROOT / "sample_data" / "lab.toml")
    mapping = read_mapping(SAMPLES / "mapping.toml", assays=laboratory.assays)
    assert mapping.columns
    assert mapping.wide
    assert mapping.markers
    assert mapping.values
    assert mapping.assays
    assert mapping.observations
    assert mapping.constants
    assert mapping.date_order
    assert mapping.decimal


def test_a_german_export_is_read_with_its_mapping() -> None:
    stains, problems = read(SAMPLES / "ihc_lis_german.csv", read_mapping(SAMPLES / "mapping.toml"), SAMPLED)
    assert [told(stain) for stain in stains.ihc] == [
        ("S26-20101", 2, "ALK", "D5F3", "positive", "3+", "95.0"),
        ("S26-20101", 3, "ROS1", "D4D6", "negative", "0", "<1"),
        ("S26-20102", 4, "ALK", "5A4", "positive", "2-3+", ">50"),
        ("S26-20102", 5, "pan-TRK", "", "negative", "0", ""),
        ("S26-20103", 6, "ALK", "D5F3", "not_done", "", ""),
        ("S26-20103", 7, "desmin", "", "positive", "2+", "5-10"),
    ]
    first, last = stains.ihc[0], stains.ihc[-1]
    assert (first.h_score, first.localisation, first.distribution) == (285, ("cytoplasmic",), "diffuse")
    assert (last.localisation, last.distribution) == (("cytoplasmic",), "focal")
    assert last.as_given == (("result", "positive, 2+ focal cytoplasmic, 5-10%"),)
    assert [one.code for one in problems] == ["encoding-cp1252"]


def test_a_wide_table_is_read_with_its_mapping() -> None:
    stains, problems = read(SAMPLES / "ihc_wide.csv", read_mapping(SAMPLES / "mapping.toml"), SAMPLED)
    assert problems == []
    assert [told(stain) for stain in stains.ihc] == [
        ("S26-20101", 2, "ALK", "D5F3", "positive", "", "95.5"),
        ("S26-20101", 2, "ROS1", "", "negative", "", "0"),
        ("S26-20102", 3, "ALK", "D5F3", "negative", "", "0.5"),
        ("S26-20103", 4, "ROS1", "", "positive", "3+", "~95"),
    ]
    assert [counted(fish) for fish in stains.fish] == [
        ("S26-20101", 2, "ALK", "positive", 50),
        ("S26-20103", 4, "ALK", "not_evaluable", 30),
    ]


def test_a_workbook_with_a_header_of_two_rows_needs_no_mapping(tmp_path: Path) -> None:
    path = tmp_path / "ihc.xlsx"
    path.write_bytes((SAMPLES / "ihc_two_levels.xlsx").read_bytes())
    stains, problems = read(path, NO_MAPPING, SAMPLED)
    assert [told(stain) for stain in stains.ihc] == [
        ("S26-20101", 3, "ALK", "", "positive", "3+", "95"),
        ("S26-20101", 3, "ROS1", "", "negative", "", "0"),
        ("S26-20102", 4, "ALK", "", "negative", "0", "0"),
    ]
    assert [counted(fish) for fish in stains.fish] == [("S26-20101", 3, "ALK", "positive", 50)]
    assert (stains.fish[0].cutoff_pct, stains.fish[0].reported) == (15, date(2026, 2, 10))
    assert [(one.code, one.severity) for one in problems] == [("sheet-not-read", "warning")]


def test_a_workbook_of_formulas_is_refused_with_both_places() -> None:
    with pytest.raises(InputError) as caught:
        read(SAMPLES / "ihc_formulas.xlsx", NO_MAPPING, SAMPLED)
    assert [(one.code, one.line) for one in caught.value.problems] == [("formula-without-value", 2), ("error-cell", 3)]


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")
class TestRealFiles:
    KNOWN = frozenset({"S26-01234", "S26-01301", "S26-01302"})

    def test_the_recommended_table_holds_what_a_person_reads_in_it(self) -> None:
        stains, problems = read(REAL / "ihc_fish_recommended.csv", NO_MAPPING, set(self.KNOWN))
        assert problems == []
        assert [told(stain) for stain in stains.ihc] == [
            ("S26-01234", 2, "ALK", "D5F3", "positive", "3+", "95"),
            ("S26-01234", 3, "ROS1", "D4D6", "negative", "0", "0"),
            ("S26-01234", 4, "pan-TRK", "EPR17341", "negative", "0", "0"),
            ("S26-01301", 6, "ALK", "5A4", "positive", "2+", "80"),
        ]
        assert [counted(fish) for fish in stains.fish] == [
            ("S26-01234", 5, "ALK", "positive", 50),
            ("S26-01302", 7, "ALK", "equivocal", 50),
        ]

    def test_the_workbook_and_the_table_say_the_same(self) -> None:
        from_table, _ = read(REAL / "ihc_fish_recommended.csv", NO_MAPPING, set(self.KNOWN))
        from_workbook, problems = read(REAL / "ihc_clean.xlsx", NO_MAPPING, set(self.KNOWN))
        assert problems == []
        name = from_workbook.ihc[0].place.file
        assert [replace(one, place=replace(one.place, file=name)) for one in from_table.ihc] == [*from_workbook.ihc]
        assert [replace(one, place=replace(one.place, file=name)) for one in from_table.fish] == [*from_workbook.fish]

    def test_a_german_laboratory_system_is_read_with_a_mapping(self) -> None:
        mapping = LabMapping(
            columns={
                "ihc": {
                    "fallnummer": "accession",
                    "block": "block_id",
                    "eingangsdatum": "collected_date",
                    "klon": "clone",
                    "ergebnis": "result",
                    "intensität": "intensity",
                    "%_positiv": "pct_positive",
                    "färbemuster": "localisation",
                    "bemerkung": "distribution",
                }
            },
            constants={"ihc": {"method": "IHC"}},
            values={
                "result": {"positiv": "positive", "negativ": "negative"},
                "localisation": {"zytoplasmatisch": "cytoplasmic"},
            },
            date_order="dmy",
            decimal=",",
        )
        stains, problems = read(REAL / "ihc_lis_german_cp1252.csv", mapping, {"H26/4711"}, r"^H\d{2}/\d{4}$")
        assert [told(stain) for stain in stains.ihc] == [
            ("H26/4711", 2, "ALK", "D5F3", "positive", "3+", "95.0"),
            ("H26/4711", 3, "ROS1", "D4D6", "negative", "0", "<1"),
        ]
        first = stains.ihc[0]
        assert (first.h_score, first.localisation, first.distribution) == (285, ("cytoplasmic",), "kräftig, diffus")
        assert [one.code for one in problems] == ["encoding-cp1252"]

    def test_without_a_mapping_it_is_refused_with_the_missing_columns(self) -> None:
        _, problems = read(REAL / "ihc_lis_german_cp1252.csv", NO_MAPPING, {"H26/4711"})
        assert [one.code for one in problems] == ["encoding-cp1252", "missing-column"]
