"""The inbox as the flows see it: its batches, their specimens as jobs with case ids, and what stops a batch."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from flows.cases import batch_id_of, case_id_of, case_key
from flows.settings import Settings, laboratory_for
from parsers.batch import CaseRequest, read_batch
from parsers.errors import InputError, Problem
from parsers.laboratory import Laboratory

SPECIMENS_FILE = "specimens.csv"


@dataclass(frozen=True, slots=True)
class Job:
    """One specimen to report: its request, its laboratory, and what Prefect may call it. Picklable."""

    case_id: str
    batch_id: str
    request: CaseRequest
    laboratory: Laboratory


@dataclass(frozen=True, slots=True)
class BatchTrouble:
    """Problems of a batch that belong to no specimen."""

    batch_id: str
    folder: Path
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Inbox:
    """`jobs` in the order of the batches' names and rows; `batches` holds the ids of all batches looked at."""

    jobs: tuple[Job, ...]
    troubles: tuple[BatchTrouble, ...]
    batches: tuple[str, ...]


def find_batches(inbox: Path) -> tuple[Path, ...]:
    """
    The batch folders of `inbox`: itself and its sub-folders, where they hold specimens.csv, by name.

    Names that begin with a dot are left alone: copying programs use them for what is not complete yet.

    Raises:
        InputError: there is no such folder, or no batch in it.
    """
    if not inbox.is_dir():
        raise InputError(_inbox_problem(inbox, "no-inbox", "there is no such folder", "name the folder of the batches"))
    below = sorted(one for one in inbox.iterdir() if one.is_dir() and not one.name.startswith("."))
    found = tuple(one for one in (inbox, *below) if (one / SPECIMENS_FILE).is_file())
    if not found:
        raise InputError(
            _inbox_problem(
                inbox,
                "no-batch",
                f"neither the folder nor one below it holds {SPECIMENS_FILE}",
                f"put each batch into a folder of its own, with its {SPECIMENS_FILE}",
            )
        )
    return found


def read_inbox(inbox: Path, settings: Settings) -> Inbox:
    """
    All specimens of all batches of `inbox`. Fusion files are not read yet.

    A batch that cannot be read is a trouble and stops no other batch. An accession that appears twice gets
    a problem: which of the two is right is not for us to guess.

    Raises:
        InputError: there is no batch.
    """
    key = case_key(settings.store)
    parts = [_read(folder, settings, key) for folder in find_batches(inbox)]
    return Inbox(
        jobs=_with_repeats_marked([job for part in parts for job in part.jobs]),
        troubles=tuple(trouble for part in parts for trouble in part.troubles),
        batches=tuple(batch for part in parts for batch in part.batches),
    )


def _read(folder: Path, settings: Settings, key: bytes) -> Inbox:
    batch_id = batch_id_of(folder.absolute().name, key)
    try:
        laboratory = laboratory_for(folder, settings)
    except InputError as error:
        return Inbox((), (BatchTrouble(batch_id, folder, error.problems),), (batch_id,))
    batch = read_batch(folder, laboratory)
    named = tuple(request for request in batch.requests if is_readable(request.accession))
    specimens = {problem for request in named for problem in request.problems}
    nobodys = tuple(one for one in batch.problems if one.severity == "error" and one not in specimens)
    return Inbox(
        jobs=tuple(Job(case_id_of(one.accession, key), batch_id, one, laboratory) for one in named),
        troubles=(BatchTrouble(batch_id, folder, nobodys),) if nobodys else (),
        batches=(batch_id,),
    )


def is_readable(accession: str) -> bool:
    """False for the stand-in, `(specimens.csv line 3)`, that the parsers give a row without a readable accession."""
    return not accession.startswith("(")


def _with_repeats_marked(jobs: list[Job]) -> tuple[Job, ...]:
    """One job per case id, in the order of first appearance."""
    appearances: dict[str, list[Job]] = defaultdict(list)
    for job in jobs:
        appearances[job.case_id].append(job)
    return tuple(same[0] if len(same) == 1 else _marked_as_repeat(same[0], same) for same in appearances.values())


def _marked_as_repeat(job: Job, appearances: list[Job]) -> Job:
    folders = sorted({one.request.folder.name for one in appearances})
    problem = Problem(
        code="accession-twice",
        file=SPECIMENS_FILE,
        message=f"the accession appears {len(appearances)} times in the inbox, in: {', '.join(folders)}",
        remedy="leave the right one, and take the other one or its finished batch folder out of the inbox",
        line=job.request.line,
        column="accession",
        found=job.request.accession,
        accession=job.request.accession,
    )
    return replace(job, request=replace(job.request, problems=(*job.request.problems, problem)))


def _inbox_problem(inbox: Path, code: str, message: str, remedy: str) -> Problem:
    return Problem(code=code, file=str(inbox), message=message, remedy=remedy)
