"""Free text about a stain: taken apart as a whole, or not at all."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsers_samples import ACCESSION, STAIN, a_laboratory, csv_text

from parsers.errors import Problem
from parsers.ihc import StainTables, read_stains
from parsers.reading import decode, read_table
from parsers.records import IhcResult
from parsers.scoring import Scoring, structured


def taken_apart(text: str) -> Scoring:
    found = structured(text)
    assert found is not None, text
    assert found.as_given == text
    return found


def read(**cells: str) -> tuple[StainTables, list[Problem]]:
    problems: list[Problem] = []
    table = read_table(decode(csv_text(STAIN | cells).encode(), "ihc.csv"))
    return read_stains([table], a_laboratory(), {ACCESSION}, problems), problems


def stain(**cells: str) -> IhcResult:
    stains, problems = read(**cells)
    assert problems == []
    (found,) = stains.ihc
    return found


def refused(**cells: str) -> Problem:
    stains, problems = read(**cells)
    (found,) = problems
    assert stains.ihc == stains.fish == ()
    return found


@pytest.mark.parametrize(
    ("text", "verdict", "intensity", "percentage", "localisation", "distribution"),
    [
        ("3+ strong diffuse cytoplasmic, ~95%", None, "3+", "~95", ("cytoplasmic",), "diffuse"),
        ("<1", None, "", "<1", (), ""),
        (">50", None, "", ">50", (), ""),
        ("5-10%", None, "", "5-10", (), ""),
        ("5 – 10 %", None, "", "5-10", (), ""),
        ("5 to 10%", None, "", "5-10", (), ""),
        ("2-3+", None, "2-3+", "", (), ""),
        ("2+ to 3+", None, "2-3+", "", (), ""),
        ("1+/2+", None, "1-2+", "", (), ""),
        ("+++", None, "3+", "", (), ""),
        ("0+, negative", "negative", "0", "", (), ""),
        ("pos (2+), 60 %", "positive", "2+", "60", (), ""),
        ("Positive. 3+; 95%", "positive", "3+", "95", (), ""),
        ("negative", "negative", "", "", (), ""),
        ("neg.", "negative", "", "", (), ""),
        ("negative (0%)", "negative", "", "0", (), ""),
        ("no staining", "negative", "0", "", (), ""),
        ("No immunoreactivity (0%) in tumour cells", "negative", "0", "0", (), ""),
        ("unstained", "negative", "0", "", (), ""),
        ("focal weak nuclear", None, "1+", "", ("nuclear",), "focal"),
        ("weak to moderate granular cytoplasmic", None, "1-2+", "", ("granular", "cytoplasmic"), ""),
        ("strong nuclear membrane staining in 80% of tumor cells", None, "3+", "80", ("nuclear membrane",), ""),
        ("diffusely and strongly positive", "positive", "3+", "", (), "diffuse"),
        ("positive, patchy, focal, approx. 12.5%", "positive", "", "~12.5", (), "patchy, focal"),
        ("weak positive in less than 5% of cells", "positive", "1+", "<5", (), ""),
        ("equivocal, >=10%", "equivocal", "", "≥10", (), ""),
        ("positive, <=10", "positive", "", "≤10", (), ""),
        ("not done", "not_done", "", "", (), ""),
        ("not evaluable", "not_evaluable", "", "", (), ""),
        ("pending", "pending", "", "", (), ""),
    ],
)
def test_a_text_is_taken_apart(
    text: str, verdict: str | None, intensity: str, percentage: str, localisation: tuple[str, ...], distribution: str
) -> None:
    found = taken_apart(text)
    assert (found.verdict, found.intensity, found.percentage) == (verdict, intensity, percentage)
    assert (found.localisation, found.distribution) == (localisation, distribution)


@pytest.mark.parametrize(
    "text",
    [
        "not positive",
        "non-positive",
        "non positive",
        "non-specific staining",
        "never positive",
        "positive, no nuclear staining",
        "no strong staining",
        "no tumour cells positive",
        "no",
        "without staining",
        "loss of expression",
        "ALK-negative",
        "cannot be called positive",
        "positive?",
        "+/-",
        "positive -",
        "(-)",
        "n.d.",
    ],
)
def test_a_negation_that_is_not_a_known_phrase_makes_the_text_unreadable(text: str) -> None:
    assert structured(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "positive, negative",
        "positive in vessels, negative in tumour cells",
        "positive control",
        "no staining 95%",
        "no staining ~1%",
        "no staining, 3+",
        "no staining, focal",
        "no staining; positive",
        "3+ weak",
        "3+, 2+",
        "60% 2+, 30% 3+",
        "3+2+",
        "3+95%",
        "3-2+",
        "4+",
        "++++",
        "strong to weak",
        "10-5%",
        "101%",
        "<5-10%",
        "<0%",
        "1.5+",
        "<1+",
        "95,0%",
    ],
)
def test_what_contradicts_itself_is_not_read(text: str) -> None:
    assert structured(text) is None


@pytest.mark.parametrize("text", ["3", "+", "95", "positive 3", "in tumour cells", "", " ", "()", ", positive", "٣+"])
def test_what_can_be_read_in_two_ways_or_says_nothing_is_not_read(text: str) -> None:
    assert structured(text) is None


_WORDS = st.sampled_from(
    [
        *"positive pos negative neg. equivocal weak strong 3+ 2-3+ 95% ~95% <1 >50 5-10% diffuse focal nuclear "
        "cytoplasmic staining cells in of and , ; ( ) . / - ALK vessels control 3 +".split(),
        *("nuclear membrane", "tumour cells", "no staining", "not done"),
    ]
)
_NEGATIONS = [
    "no",
    "not",
    "non",
    "non-",
    "negative",
    "neg",
    "never",
    "without",
    "nicht",
    "kein",
    "absent",
    "loss of",
    "-",
]


@given(
    st.lists(_WORDS, max_size=5),
    st.sampled_from(_NEGATIONS),
    st.lists(_WORDS, max_size=5),
    st.sampled_from([" ", ", "]),
)
def test_no_text_with_a_negation_is_read_as_positive(
    before: list[str], negation: str, after: list[str], between: str
) -> None:
    found = structured(between.join([*before, negation, *after]))
    assert found is None or found.verdict != "positive"


@given(st.lists(_WORDS, min_size=1, max_size=8))
def test_every_piece_of_a_text_that_is_read_is_accounted_for(words: list[str]) -> None:
    text = " ".join(words)
    found = structured(text)
    if found is not None:
        bare = re.sub(r"[\s,;:.()\[\]/]", "", text.lower())
        assert re.sub(r"[\s,;:.()\[\]/]", "", "".join(piece for piece, _ in found.read_as)) == bare


@given(st.text(max_size=40))
def test_any_text_is_read_or_not_without_a_crash(text: str) -> None:
    found = structured(text)
    assert found is None or found.read_as


def test_a_result_with_its_score_is_taken_apart_and_the_text_kept() -> None:
    found = stain(result="positive, 3+ diffuse cytoplasmic, ~95%")
    assert (found.result, found.intensity, found.pct_positive) == ("positive", "3+", "~95")
    assert (found.localisation, found.distribution) == (("cytoplasmic",), "diffuse")
    assert found.as_given == (("result", "positive, 3+ diffuse cytoplasmic, ~95%"),)


def test_no_staining_is_negative_and_keeps_its_words() -> None:
    found = stain(result="no staining in tumour cells")
    assert (found.result, found.intensity) == ("negative", "0")
    assert found.as_given == (("result", "no staining in tumour cells"),)


def test_a_score_beside_the_verdict_completes_it() -> None:
    found = stain(result="positive", scoring="3+ strong, ~95%")
    assert (found.result, found.intensity, found.pct_positive) == ("positive", "3+", "~95")
    assert found.as_given == (("scoring", "3+ strong, ~95%"),)
    assert stain(result="", scoring="negative (0%)").result == "negative"


def test_a_score_without_a_verdict_is_not_given_one() -> None:
    assert refused(result="3+ strong diffuse cytoplasmic, ~95%").code == "no-verdict"
    assert refused(result="", scoring="3+").code == "missing-value"


def test_cells_go_before_the_text_and_must_not_contradict_it() -> None:
    agreeing = stain(
        result="positive, 2-3+ cytoplasmic, focal, >50%",
        pct_positive="60",
        intensity="3+",
        localisation="cytoplasmic; nuclear",
        distribution="focal, at the margin",
    )
    assert (agreeing.pct_positive, agreeing.intensity, agreeing.distribution) == ("60", "3+", "focal, at the margin")
    for column, value in (
        ("pct_positive", "40"),
        ("intensity", "1+"),
        ("localisation", "nuclear"),
        ("distribution", "diffuse"),
    ):
        found = refused(result="positive, 2-3+ cytoplasmic, focal, >50%", **{column: value})
        assert (found.code, found.column) == ("text-contradiction", column)
    assert refused(result="positive", scoring="negative").code == "text-contradiction"


@pytest.mark.parametrize("text", ["positive in vessels", "not positive", "positive, 3+ and 1+"])
def test_a_text_that_is_not_understood_is_refused_as_a_whole(text: str) -> None:
    assert refused(result=text).code == "unknown-value"
    assert refused(result="positive", scoring=text).column == "scoring"


def test_a_fish_result_is_a_verdict_alone() -> None:
    assert read(method="FISH", result="positive in tumour cells")[0].fish[0].result == "positive"
    assert refused(method="FISH", result="positive, 54%").column == "result"


def test_a_cell_with_an_invisible_trap_is_named_once() -> None:
    assert refused(result="positive\u202e").code == "untrusted-character"


@pytest.mark.parametrize(("given", "kept"), [("5 – 10 %", "5-10"), ("~ 95%", "~95"), ("< 1", "<1")])
def test_ranges_keep_their_spelling(given: str, kept: str) -> None:
    found = stain(result="positive", pct_positive=given)
    assert (found.pct_positive, found.as_given) == (kept, (("pct_positive", given),))


def test_an_intensity_keeps_its_spelling() -> None:
    assert stain(intensity="1+ to 2+").as_given == (("intensity", "1+ to 2+"),)


@pytest.mark.parametrize(
    ("cells", "accepted"),
    [
        ({"pct_positive": "5-10", "intensity": "3+", "h_score": "30"}, True),
        ({"pct_positive": "5-10", "intensity": "3+", "h_score": "60"}, False),
        ({"pct_positive": "<1", "h_score": "40"}, False),
        ({"pct_positive": ">50", "intensity": "2+", "h_score": "20"}, False),
        ({"pct_positive": ">50", "intensity": "2+", "h_score": "120"}, True),
        ({"pct_positive": "~95", "intensity": "3+", "h_score": "285"}, True),
        ({"pct_positive": "~30", "intensity": "1+", "h_score": "200"}, False),
    ],
)
def test_an_h_score_fits_a_range_too(cells: dict[str, str], accepted: bool) -> None:
    if accepted:
        stain(**cells)
    else:
        assert refused(**cells).code == "h-score-contradiction"


def test_negative_with_a_strong_majority_is_refused_as_a_range_too() -> None:
    assert refused(result="negative", pct_positive=">50", intensity="3+").code == "ihc-contradiction"
    assert refused(result="negative, 3+ strong, 95%").code == "ihc-contradiction"


def test_plasma_cells_per_field_have_no_h_score_to_check() -> None:
    assert stain(marker="IgG4", pct_positive=">40/HPF", h_score="10").h_score == 10
