"""ihc.csv: stains and FISH, their names, their checks."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsers_samples import ACCESSION, STAIN, a_laboratory, csv_text

from parsers.errors import Problem
from parsers.ihc import StainTables, read_stains
from parsers.markers import canonical_marker, is_known_marker
from parsers.reading import decode, read_table
from parsers.records import FishResult, IhcResult

FISH = {
    "accession": ACCESSION,
    "method": "FISH",
    "marker": "ALK",
    "result": "positive",
    "cells_scored": "50",
    "pct_rearranged": "54",
    "pattern_split_pct": "44",
    "pattern_isolated3_pct": "10",
    "cutoff_pct": "15",
    "probe": "Vysis ALK Break Apart",
}


def read(text: str | bytes) -> tuple[StainTables, list[Problem]]:
    problems: list[Problem] = []
    data = text if isinstance(text, bytes) else text.encode()
    stains = read_stains([read_table(decode(data, "ihc.csv"))], a_laboratory(), {ACCESSION, "S26-00002"}, problems)
    return stains, problems


def stain(**cells: str) -> IhcResult:
    stains, problems = read(csv_text(STAIN | cells))
    assert not problems, problems
    (found,) = stains.ihc
    return found


def fish(**cells: str) -> FishResult:
    stains, problems = read(csv_text(FISH | cells))
    assert not problems, problems
    (found,) = stains.fish
    return found


def problem(row: dict[str, str], **cells: str) -> Problem:
    """The one error of this row, which must not be used."""
    stains, problems = read(csv_text(row | cells))
    (found,) = [one for one in problems if one.severity == "error"]
    assert stains.ihc == stains.fish == ()
    assert (found.accession, found.line) == (ACCESSION, 2)
    assert found.remedy
    return found


def test_a_full_stain_arrives_whole() -> None:
    found = stain(
        clone="D5F3",
        platform="BenchMark ULTRA",
        control_ok="yes",
        tumour_cells_pct="60",
        pct_positive="95",
        intensity="3+",
        h_score="285",
        localisation="cytoplasmic",
        distribution="diffuse",
        scoring_system="H-score",
        block_id="A1",
        collected_date="2026-03-03",
        reported_date="2026-03-10",
        comment="crisp",
    )
    assert (found.marker, found.result, found.clone, found.control_ok) == ("ALK", "positive", "D5F3", True)
    assert (found.pct_positive, found.intensity, found.h_score) == ("95", "3+", 285)
    assert (found.localisation, found.distribution) == (("cytoplasmic",), "diffuse")
    assert (found.reported, found.comment, found.place.line) == (date(2026, 3, 10), "crisp", 2)


def test_a_fish_row_arrives_whole() -> None:
    found = fish()
    assert (found.marker, found.result, found.cells_scored, found.probe) == (
        "ALK",
        "positive",
        50,
        "Vysis ALK Break Apart",
    )
    assert (found.pct_rearranged, found.pattern_split_pct, found.pattern_isolated3_pct, found.cutoff_pct) == (
        54,
        44,
        10,
        15,
    )


@pytest.mark.parametrize(
    ("given", "marker", "clone"),
    [
        ("ALK", "ALK", ""),
        ("ALK-1", "ALK", "ALK1"),
        ("ALK1", "ALK", "ALK1"),
        ("ALK (D5F3)", "ALK", "D5F3"),
        ("ALK D5F3", "ALK", "D5F3"),
        ("alk [5a4]", "ALK", "5A4"),
        ("ALK protein", "ALK", ""),
        ("ALK IHC", "ALK", ""),
        ("ALK break-apart", "ALK", ""),
        ("ALK (FISH)", "ALK", ""),
        ("ROS-1", "ROS1", ""),
        ("ROS1 (D4D6)", "ROS1", "D4D6"),
        ("pan TRK", "pan-TRK", ""),
        ("panTRK", "pan-TRK", ""),
        ("TRK", "pan-TRK", ""),
        ("Pan-TRK EPR17341", "pan-TRK", "EPR17341"),
        ("SMA", "SMA", ""),
        ("α-SMA", "SMA", ""),
        ("smooth muscle actin", "SMA", ""),
        ("Desmin", "desmin", ""),
        ("S-100", "S100", ""),
        ("s100 protein", "S100", ""),
        ("cd34", "CD34", ""),
        ("IGG4", "IgG4", ""),
        ("AE1/AE3", "keratin", ""),
        ("NTRK3 rearrangement", "NTRK3", ""),
        ("RET", "RET", ""),
        ("β-catenin", "beta-catenin", ""),
        ("Vysis ALK Break Apart", "ALK", ""),
        ("ROS1 (6q22) break-apart probe", "ROS1", ""),
        ("SMARCB1 (INI1)", "INI1", ""),
    ],
)
def test_a_marker_has_one_name_and_keeps_its_clone(given: str, marker: str, clone: str) -> None:
    assert canonical_marker(given) == (marker, clone)
    found = stain(marker=given)
    assert (found.marker, found.clone, found.marker_as_given) == (marker, clone, given)


@pytest.mark.parametrize(
    "given",
    [
        *("ALK or ROS1", "EML4-ALK", "Lung panel: ALK", "TRK/ALK", "ALKx", "xALK", "ALK_prot", "ALK3+", "ALK neu"),
        *("EML4ALK", "Anaplastische Lymphomkinase", "anaplastic lymphoma kinase", "chinasi del linfoma anaplastico"),
        *("quinasa del linfoma", "tyrosine receptor kinase A", "tyrosine-protein kinase", "Tyrosinkinase", "NTRKx"),
        *(
            "tropomyosin receptor kinase",
            "neurotrophic receptor",
            "ROSx",
            "ROS1x",
            "c-ROS x",
            "ROSIHC",
            "RETx",
            "RET x",
        ),
        *("RETBA", "D5F3", "clone 5A4", "D4D6", "EPR17341", "PDGFRx", "ROS1 D5F3", "ALK (neg. control)"),
    ],
)
def test_a_kinase_in_an_unclear_name_is_refused_not_lost(given: str) -> None:
    assert problem(STAIN, marker=given).code == "unknown-marker"
    assert problem(FISH, marker=given).code == "unknown-marker"


@pytest.mark.parametrize(
    "given",
    [
        *(
            "ALK2",
            "ALK5",
            "ACVRL1",
            "ACVR1",
            "ALKBH3",
            "alkaline phosphatase",
            "Reticulin",
            "RETIC",
            "Rosai",
            "tyrosinase",
        ),
        *("tyrosine hydroxylase", "creatine kinase", "H3K27me3 (C36B11)", "tropomyosin", "ETV6", "BRACHYURY", "CD1a"),
    ],
)
def test_another_marker_that_is_not_known_is_kept_and_told(given: str) -> None:
    stains, problems = read(csv_text(STAIN | {"marker": given}))
    assert [one.marker for one in stains.ihc] == [given]
    assert [(one.code, one.severity, one.line, one.found) for one in problems] == [
        ("unknown-marker", "warning", 2, given)
    ]


def test_a_mapped_name_is_a_known_marker() -> None:
    assert is_known_marker("ALK")
    assert [is_known_marker(one) for one in ("", "nonsense", "IGF1R", "CAM 5.2", "Factor XIIIa")] == [
        False,
        False,
        True,
        True,
        True,
    ]


@pytest.mark.parametrize(("given", "marker"), [("NTRK", "NTRK"), ("pan-TRK", "NTRK"), ("NTRK3", "NTRK3")])
def test_fish_of_a_gene_family_is_not_a_stain(given: str, marker: str) -> None:
    """The rules ask for the family NTRK; under the stain's name a positive probe would be used by none of them."""
    assert fish(marker=given).marker == marker


def test_a_stated_clone_goes_before_the_one_in_the_name() -> None:
    assert stain(marker="ALK1", clone="D5F3").clone == "D5F3"


@pytest.mark.parametrize("given", ["95", "<1", ">50", "5-10", "≥80", "~95", "0.5", "100", "12.5"])
def test_percentages_stay_as_text(given: str) -> None:
    if given == "0.5":
        assert problem(STAIN, pct_positive=given).code == "ambiguous-percentage"
    else:
        assert stain(pct_positive=given).pct_positive == given
    assert stain(pct_positive=f"{given} %").pct_positive == given


@pytest.mark.parametrize("given", ["95,0", "101", "10-5", "about half", "3+ strong, ~95%", "-5", "5-200", "²"])
def test_what_is_no_percentage_is_refused(given: str) -> None:
    assert problem(STAIN, pct_positive=given).code == "bad-percentage"


def test_a_decimal_comma_is_shown_with_a_point() -> None:
    assert problem(STAIN, pct_positive="95,5").remedy.startswith("write it with a point: 95.5; or say decimal")


def test_plasma_cells_per_field_are_kept_for_igg4_only() -> None:
    assert stain(marker="IgG4", pct_positive=">40 / HPF").pct_positive == ">40/HPF"
    assert problem(STAIN, pct_positive=">40/HPF").code == "bad-percentage"


@pytest.mark.parametrize(
    ("given", "expected"),
    [("3", "3+"), ("3+", "3+"), ("+++", "3+"), ("strong", "3+"), ("2-3+", "2-3+"), ("1+ to 2+", "1-2+"), ("", "")],
)
def test_intensities_have_one_spelling(given: str, expected: str) -> None:
    assert stain(intensity=given).intensity == expected


@pytest.mark.parametrize("given", ["4+", "3-2+", "3+ strong diffuse", "2.5"])
def test_what_is_no_intensity_is_refused(given: str) -> None:
    assert problem(STAIN, intensity=given).column == "intensity"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("cytoplasmic", ("cytoplasmic",)),
        ("nuclear membrane", ("nuclear membrane",)),
        ("Nuclear-Membrane", ("nuclear membrane",)),
        ("nuclear; cytoplasmic", ("nuclear", "cytoplasmic")),
        ("cytoplasmic and nuclear", ("cytoplasmic", "nuclear")),
        ("granular cytoplasmic", ("granular", "cytoplasmic")),
        ("cytoplasmic/granular", ("cytoplasmic", "granular")),
        ("cytoplasmic + perinuclear accentuation", ("cytoplasmic", "perinuclear")),
        ("membrane", ("membranous",)),
        ("nuclear membrane, cytoplasmic, cytoplasmic", ("nuclear membrane", "cytoplasmic")),
        ("none", ("none",)),
        ("", ()),
    ],
)
def test_patterns_are_split_in_the_files_order(given: str, expected: tuple[str, ...]) -> None:
    assert stain(localisation=given).localisation == expected


@pytest.mark.parametrize("given", ["diffuse cytoplasmic", "dot-like", "zytoplasmatisch"])
def test_an_unknown_pattern_is_refused_with_the_list(given: str) -> None:
    found = problem(STAIN, localisation=given)
    assert "nuclear membrane" in found.expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("POS", "positive"),
        ("neg", "negative"),
        ("Not Evaluable", "not_evaluable"),
        ("not_done", "not_done"),
        ("pending", "pending"),
        ("equivocal", "equivocal"),
    ],
)
def test_results_are_a_closed_list(given: str, expected: str) -> None:
    assert stain(result=given).result == expected


@pytest.mark.parametrize("given", ["positiv", "3+ strong", "retained", ""])
def test_other_results_are_refused(given: str) -> None:
    assert problem(STAIN, result=given).column == "result"


@pytest.mark.parametrize(
    ("cells", "accepted"),
    [
        ({"pct_positive": "95", "intensity": "3+", "h_score": "285"}, True),
        ({"pct_positive": "95", "intensity": "3+", "h_score": "300"}, False),
        ({"pct_positive": "95", "intensity": "3+", "h_score": "40"}, False),
        ({"pct_positive": "80", "intensity": "2+", "h_score": "285"}, False),
        ({"pct_positive": "80", "intensity": "1+", "h_score": "240"}, False),
        ({"pct_positive": "80", "h_score": "285"}, False),
        ({"pct_positive": "80", "h_score": "160"}, True),
        ({"pct_positive": "80", "intensity": "2-3+", "h_score": "200"}, True),
        ({"pct_positive": "<1", "h_score": "0", "result": "negative"}, True),
        ({"pct_positive": "0", "intensity": "0", "h_score": "0", "result": "negative"}, True),
        ({"pct_positive": "20", "intensity": "0", "h_score": "60", "result": "negative"}, False),
        ({"h_score": "301"}, False),
    ],
)
def test_an_h_score_fits_percentage_and_intensity(cells: dict[str, str], accepted: bool) -> None:
    if accepted:
        stain(**cells)
    else:
        assert problem(STAIN, **cells).column == "h_score"


def test_a_mixed_h_score_is_remarked_on_and_kept() -> None:
    stains, problems = read(csv_text(STAIN | {"pct_positive": "95", "intensity": "3+", "h_score": "200"}))
    assert [(one.code, one.severity) for one in problems] == [("h-score-differs", "warning")]
    assert len(stains.ihc) == 1


@pytest.mark.parametrize(
    "cells",
    [
        {"result": "positive", "pct_positive": "0"},
        {"result": "positive", "intensity": "0"},
        {"result": "positive", "h_score": "0"},
        {"result": "negative", "pct_positive": "95", "intensity": "3+"},
    ],
)
def test_a_verdict_that_its_numbers_contradict_is_refused(cells: dict[str, str]) -> None:
    assert problem(STAIN, **cells).code == "ihc-contradiction"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"pct_rearranged": "12", "pattern_split_pct": "10", "pattern_isolated3_pct": "2"}, "fish-contradiction"),
        ({"result": "negative"}, "fish-contradiction"),
        ({"pct_rearranged": "70"}, "fish-contradiction"),
        ({"pct_rearranged": "", "pattern_split_pct": "5", "pattern_isolated3_pct": "2"}, "fish-contradiction"),
        ({"cells_scored": "49"}, "too-few-cells"),
        (
            {
                "cells_scored": "30",
                "result": "negative",
                "pct_rearranged": "2",
                "pattern_split_pct": "2",
                "pattern_isolated3_pct": "0",
            },
            "too-few-cells",
        ),
        ({"cells_scored": "30", "result": "equivocal"}, "too-few-cells"),
        ({"cells_scored": "fifty"}, "not-a-whole-number"),
        ({"pct_rearranged": "54,5"}, "not-a-number"),
        ({"cutoff_pct": "150"}, "out-of-range"),
    ],
)
def test_fish_rows_that_contradict_themselves_are_refused(cells: dict[str, str], code: str) -> None:
    assert problem(FISH, **cells).code == code


def test_fewer_than_50_cells_are_not_evaluable() -> None:
    assert fish(cells_scored="30", result="not_evaluable").result == "not_evaluable"
    assert "not_evaluable" in problem(FISH, cells_scored="30").remedy


def test_the_cut_off_itself_is_positive_and_belongs_to_the_row() -> None:
    at = {"pct_rearranged": "15", "pattern_split_pct": "15", "pattern_isolated3_pct": "0"}
    assert fish(**at).result == "positive"
    assert problem(FISH, **at, result="negative").code == "fish-contradiction"
    assert fish(**at, result="negative", cutoff_pct="20").result == "negative"
    assert fish(**at, result="negative", cutoff_pct="").cutoff_pct is None


def test_a_result_reported_before_collection_is_refused() -> None:
    assert problem(STAIN, collected_date="2026-03-10", reported_date="2026-03-03").code == "dates-out-of-order"


@pytest.mark.parametrize("other", [{"clone": "5A4"}, {"marker": "ALK-1"}, {"block_id": "B2"}])
def test_two_verdicts_that_differ_block_the_specimen(other: dict[str, str]) -> None:
    _, problems = read(csv_text(STAIN, STAIN | other | {"result": "negative"}))
    (found,) = problems
    assert (found.code, found.line, found.accession, found.severity) == ("contradictory-results", 3, ACCESSION, "error")
    assert "line 2" in found.message


def test_the_same_verdict_twice_is_a_warning() -> None:
    stains, problems = read(csv_text(STAIN, STAIN | {"clone": "5A4"}))
    assert [(one.code, one.severity) for one in problems] == [("repeated-result", "warning")]
    assert len(stains.ihc) == 2


@pytest.mark.parametrize("result", ["pending", "not_done", "not_evaluable"])
def test_a_pending_and_a_final_result_do_not_contradict(result: str) -> None:
    assert read(csv_text(STAIN, STAIN | {"result": result}))[1] == []


def test_ihc_and_fish_of_one_marker_may_disagree() -> None:
    low = {"result": "negative", "pct_rearranged": "4", "pattern_split_pct": "2", "pattern_isolated3_pct": "2"}
    stains, problems = read(csv_text(STAIN, FISH | low))
    assert (problems, len(stains.ihc), len(stains.fish)) == ([], 1, 1)


def test_a_row_of_an_unknown_specimen_is_named_and_left_out() -> None:
    stains, problems = read(csv_text(STAIN | {"accession": "S26-99999"}, STAIN))
    assert [(one.code, one.accession, one.line) for one in problems] == [("unknown-accession", "S26-99999", 2)]
    assert [one.accession for one in stains.ihc] == [ACCESSION]


def test_a_row_without_accession_is_named_after_its_line() -> None:
    _, problems = read(csv_text(STAIN | {"accession": ""}))
    assert [(one.code, one.accession) for one in problems] == [("missing-accession", "(ihc.csv line 2)")]


@pytest.mark.parametrize("cells", [{"method": "CISH"}, {"marker": ""}, {"marker": "1-Mar"}, {"control_ok": "ok?"}])
def test_other_mistakes_are_named(cells: dict[str, str]) -> None:
    assert problem(STAIN, **cells).column == next(iter(cells))


def test_missing_columns_are_listed_and_short_rows_refused() -> None:
    assert [one.code for one in read("accession,marker\nS26-00001,ALK\n")[1]] == ["missing-column"]
    _, problems = read("accession,method,marker,result\nS26-00001,IHC,ALK\n")
    assert [(one.code, one.accession) for one in problems] == [("wrong-number-of-cells", ACCESSION)]


def test_a_german_export_is_refused_with_its_missing_columns() -> None:
    text = "Fallnummer;Block;Marker;Klon;Ergebnis;Intensität;% positiv\nH26/4711;A1;ALK1;D5F3;positiv;3+;95,0\n"
    stains, problems = read(text.encode("cp1252"))
    assert stains.ihc == ()
    assert "accession, method, result" in problems[0].message


@given(
    st.permutations(list(FISH)),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_column_order_line_ends_and_encoding_do_not_matter(order: list[str], line_end: str, encoding: str) -> None:
    row = FISH | {"probe": "Sonde für ALK"}
    stains, problems = read(csv_text(row, columns=order).replace("\n", line_end).encode(encoding))
    assert problems == []
    assert stains.fish == read(csv_text(row))[0].fish
