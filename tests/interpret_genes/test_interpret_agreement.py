"""Agreement with known frames: what counts, and why a row differs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import pytest

from interpret.agreement import EXPLANATIONS, Explanation, Known, KnownFrame, compare, tallies
from interpret.genes import GeneModels
from parsers.records import FusionCall

Call = Callable[..., FusionCall]
ALK_E20 = "chr2:29223528:-"
# NUTM2A and NUTM2B are copies of each other: exon 3 of one, exon 5 of the other.
COPIES = ("NUTM2A::NUTM2B", "chr10:87231048:+", "chr10:79710382:+")


def known(call: FusionCall, frame: KnownFrame, row: str = "1") -> Known:
    return Known(row, call, frame)


@pytest.mark.parametrize(
    ("five", "frame", "state", "on_edges"),
    [
        ("chr2:42295516:+", "in-frame", "agrees", True),
        ("chr2:42295516:+", "out-of-frame", "differs", True),
        ("chr2:42295516:+", "stop-codon", "differs", True),
        ("chr2:42295513:+", "in-frame", "agrees", False),
        ("chr2:42299000:+", "in-frame", "not determined", False),
    ],
)
def test_a_row_counts_where_both_ends_lie_on_exon_edges(
    models: GeneModels, a_call: Call, five: str, frame: KnownFrame, state: str, on_edges: bool
) -> None:
    (one,) = compare([known(a_call("EML4::ALK", five, ALK_E20), frame)], models)
    assert (one.state, one.is_on_edges) == (state, on_edges)


@pytest.mark.parametrize(
    ("call", "frame", "why"),
    [
        ({"names": "EML4::ALK", "five": "chr2:42295516:+", "three": ALK_E20}, "stop-codon", "stop codon"),
        (dict(zip(("names", "five", "three"), COPIES, strict=True)), "in-frame", "same gene twice"),
        ({"names": "EML4::ALK", "five": "chr2:42295515:+", "three": "chr2:29223500:-"}, "in-frame", "inside an exon"),
        ({"names": "EML4::ALK", "five": "chr2:42295520:+", "three": ALK_E20}, "in-frame", "retained intron"),
        ({"transcript_5prime": "ENST00000000001.1"}, "out-of-frame", "other transcript"),
        (
            {"names": "EML4::ALK", "five": "chr2:42295517:+", "three": ALK_E20, "transcript_5prime": "NM_019063.4"},
            "out-of-frame",
            "beside the edge",
        ),
        ({"transcript_5prime": "NM_019063.4"}, "out-of-frame", "none"),
    ],
)
def test_a_difference_has_the_reason_that_can_be_shown(
    models: GeneModels, a_call: Call, call: dict[str, Any], frame: KnownFrame, why: Explanation
) -> None:
    (one,) = compare([known(a_call(**call), frame)], models)
    assert (one.state, one.why) == ("differs", why)


def test_a_stop_codon_and_a_shifted_frame_agree(models: GeneModels, a_call: Call) -> None:
    """Entered four bases behind the beginning of exon 20."""
    (one,) = compare([known(a_call("EML4::ALK", "chr2:42295516:+", "chr2:29223524:-"), "stop-codon")], models)
    assert (one.junction.frame.frame, one.state) == ("out-of-frame", "agrees")


def test_of_exon_pairs_every_word_counts(models: GeneModels, a_call: Call) -> None:
    """A gene entered before its start codon is "not assessable": in frame would be wrong."""
    pair = a_call(
        "EML4::ALK",
        exon_5prime=13,
        exon_3prime=20,
        transcript_5prime="NM_019063.5",
        transcript_3prime="NM_004304.5",
        genome_build=None,
    )
    states = [compare([known(pair, frame)], models)[0].state for frame in ("in-frame", "not_assessable")]
    assert states == ["agrees", "differs"]


def test_tallies_are_by_caller_with_all_at_the_end(models: GeneModels, a_call: Call) -> None:
    rows = [
        known(a_call(), "in-frame"),
        known(a_call(caller="STAR-Fusion"), "out-of-frame"),
        known(a_call(caller="STAR-Fusion"), "in-frame"),
        known(a_call("NOGENE::ALK", "chr9:5:+", ALK_E20), "in-frame"),
    ]
    arriba, star, every = tallies(compare(rows, models))
    assert (arriba.caller, arriba.rows, arriba.on_edges, arriba.agreed_on_edges) == ("Arriba", 2, 1, 1)
    assert (star.caller, star.percent_on_edges) == ("STAR-Fusion", 50)
    assert (every.caller, every.rows, every.with_frame, every.agreed) == ("all", 4, 3, 2)
    assert tallies(())[-1].percent_on_edges is None


def test_every_reason_has_its_sentence() -> None:
    assert set(EXPLANATIONS) == set(get_args(Explanation))
