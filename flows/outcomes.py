"""
What became of a specimen, and the two ways of not being reported.

An `Outcome` holds no patient data, nor an accession: it may be shown in Prefect.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from flows.batches import Inbox, Job
from flows.quarantine import put_into_quarantine, resolve
from flows.store import locked
from parsers.errors import Problem
from parsers.laboratory import Laboratory

_OUR_FOLDERS = ("parsers", "callers", "interpret", "report_templates", "sections", "fhir", "flows")

Status = Literal["reported", "unchanged", "quarantined", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What became of one specimen. `codes` are the problems' codes, `warnings` those of its warnings, `result` the
    verdict's status, `tier` of the leading fusion; `turnaround_days` from receipt to this report, both in the
    laboratory's calendar.
    """

    case_id: str
    status: Status
    result: str = ""
    headline: str = ""
    tier: str = ""
    version: int | None = None
    cpu_seconds: float = 0.0
    codes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    turnaround_days: int | None = None
    quality_failed: bool | None = None


def quarantine_case(job: Job, store: Path, problems: tuple[Problem, ...]) -> Outcome:
    """Record `problems` as the reason why this specimen is not reported. The caller holds the case's lock."""
    at_fault = {one.file for one in problems}
    folder = job.request.folder
    files = (path for path in job.request.fusion_paths if at_fault & {path.name, relative_name(path, folder)})
    put_into_quarantine(store, job.case_id, problems, files, now())
    codes = tuple(sorted({one.code for one in problems if one.severity == "error"}))
    return Outcome(job.case_id, "quarantined", codes=codes)


def fail_case(job: Job, store: Path, what: str, said: str = "", remedy: str = "") -> Outcome:
    """
    Record a fault of ours on this specimen.

    `what` says kind and place, never a value; `said` is a message known to quote none, for the local record only.
    `remedy` is what the laboratory can do itself; without one it is to ask those who run imtreport.
    """
    problem = Problem(
        code="internal-error",
        file="imtreport",
        message=f"the report could not be made: {what}" + (f" ({said})" if said else ""),
        remedy=remedy or "tell those who run imtreport; the specimen is not reported, its files need no change",
        accession=job.request.accession,
    )
    put_into_quarantine(store, job.case_id, (problem,), (), now())
    return Outcome(job.case_id, "failed", codes=(problem.code, what))


def record_troubles(found: Inbox, store: Path) -> None:
    """Quarantine what stops a batch; resolve the entries of batches that are well again."""
    troubled = {trouble.batch_id: trouble for trouble in found.troubles}
    for batch_id in found.batches:
        with locked(store, batch_id):
            trouble = troubled.get(batch_id)
            if trouble is None:
                resolve(store, batch_id)
                continue
            # A problem may name a file elsewhere (lab.toml), or none at all.
            names = {one.file for one in trouble.problems if Path(one.file).name == one.file}
            files = [trouble.folder / name for name in names]
            put_into_quarantine(store, batch_id, trouble.problems, files, now())


def relative_name(path: Path, folder: Path) -> str:
    """What the parsers call a file of a batch: its path below the batch folder."""
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name


def now() -> datetime:
    """The one place where flows read the clock for something that is kept."""
    return datetime.now(UTC)


def last_day_of_receipt(time: datetime, laboratory: Laboratory) -> date:
    """A day after today there: the laboratory's calendar may be ahead of this machine's clock."""
    return (time.astimezone(ZoneInfo(laboratory.time_zone)) + timedelta(days=1)).date()


def kind_and_place(error: Exception) -> str:
    """`KeyError at interpret/rules.py:31`: kind and our innermost line. Never the message, which may quote a file."""
    frames = list(traceback.extract_tb(error.__traceback__))
    ours = [frame for frame in frames if Path(frame.filename).parent.name in _OUR_FOLDERS]
    where = Path((ours or frames)[-1].filename)
    return f"{type(error).__name__} at {where.parent.name}/{where.name}:{(ours or frames)[-1].lineno}"
