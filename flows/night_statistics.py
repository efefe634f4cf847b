"""The night in figures: how many of what, how long specimens wait, how often quality fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import get_args

from flows.outcomes import Outcome, Status


@dataclass(frozen=True, slots=True)
class NightStatistics:
    """
    `counts` per status, every status present. `median_turnaround_days`: receipt to report, over this night's new
    reports; `quality_failed_share` (0-1) over all specimens with a report. None where there is nothing to count.
    `with_warnings`: specimens that have one or more.
    """

    counts: dict[str, int]
    median_turnaround_days: float | None
    quality_failed_share: float | None
    with_warnings: int = 0


def night_statistics(outcomes: Iterable[Outcome]) -> NightStatistics:
    """The figures of one night. Imports pandas (seconds), hence late."""
    import pandas as pd

    outcomes = list(outcomes)
    columns = ["status", "turnaround_days", "quality_failed"]
    table = pd.DataFrame([asdict(one) for one in outcomes], columns=columns)
    counts = table["status"].value_counts().reindex(list(get_args(Status)), fill_value=0)
    new = table.loc[table["status"] == "reported", "turnaround_days"].dropna()
    quality = table.loc[table["status"].isin(["reported", "unchanged"]), "quality_failed"].dropna()
    return NightStatistics(
        counts={str(status): int(number) for status, number in counts.items()},
        median_turnaround_days=None if new.empty else float(new.median()),
        quality_failed_share=None if quality.empty else float(quality.astype(bool).mean()),
        with_warnings=sum(bool(one.warnings) for one in outcomes),
    )


def in_words(statistics: NightStatistics) -> str:
    """`12 reported, 0 unchanged, 1 quarantined, 0 failed; 2 with warnings; median turn-around 9 days; …`."""
    parts = [", ".join(f"{number} {status}" for status, number in statistics.counts.items())]
    if statistics.with_warnings:
        parts.append(f"{statistics.with_warnings} with warnings")
    if statistics.median_turnaround_days is not None:
        parts.append(f"median turn-around {statistics.median_turnaround_days:g} days")
    if statistics.quality_failed_share is not None:
        parts.append(f"quality failed in {statistics.quality_failed_share:.0%}")
    return "; ".join(parts)
