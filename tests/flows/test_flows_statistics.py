from __future__ import annotations

from dataclasses import replace

import pytest

from flows.night_statistics import in_words, night_statistics
from flows.outcomes import Outcome


def a_report(days: int, *, quality_failed: bool = False, status: str = "reported") -> Outcome:
    return Outcome("0" * 16, status, version=1, turnaround_days=days, quality_failed=quality_failed)  # type: ignore[arg-type]


def test_every_status_is_counted_also_with_none() -> None:
    counts = night_statistics([a_report(3), Outcome("1" * 16, "quarantined")]).counts
    assert counts == {"reported": 1, "unchanged": 0, "quarantined": 1, "failed": 0}


def test_the_median_is_over_this_nights_new_reports() -> None:
    found = night_statistics([a_report(2), a_report(9), a_report(4), a_report(100, status="unchanged")])
    assert found.median_turnaround_days == 4


def test_the_share_of_failed_quality_is_over_all_specimens_with_a_report() -> None:
    found = night_statistics(
        [
            a_report(2, quality_failed=True),
            a_report(9),
            a_report(4, status="unchanged"),
            a_report(4, status="unchanged"),
            Outcome("1" * 16, "quarantined"),
        ]
    )
    assert found.quality_failed_share == pytest.approx(0.25)


def test_a_night_without_specimens_has_no_median_and_no_share() -> None:
    found = night_statistics([])
    assert (found.median_turnaround_days, found.quality_failed_share) == (None, None)
    assert in_words(found) == "0 reported, 0 unchanged, 0 quarantined, 0 failed"


def test_specimens_with_warnings_are_counted_and_said() -> None:
    found = night_statistics([replace(a_report(3), warnings=("unknown-column", "unused-file")), a_report(3)])
    assert found.with_warnings == 1
    assert "; 1 with warnings;" in in_words(found)


def test_the_words_hold_counts_median_and_share() -> None:
    words = in_words(night_statistics([a_report(2, quality_failed=True), a_report(3)]))
    assert (
        words == "2 reported, 0 unchanged, 0 quarantined, 0 failed; median turn-around 2.5 days; quality failed in 50%"
    )
