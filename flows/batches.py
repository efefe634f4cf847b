"""The inbox as the flows see it: its batches, their specimens as jobs with case ids, and what stops a batch."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from flows.cases import batch_id_of, case_id_of, case_key
from flows.settings import Settings, laboratory_for
from parsers.batch import CaseRequest, read_batch
from parsers.batch_folder import may_be_batch
from parsers.errors import InputError, Problem
from parsers.laboratory import Laboratory

# Each specimen's job and manifest carry them: a folder of 10,000 stray files must not be told 10,000 times.
_MOST_BATCH_WARNINGS = 100


@dataclass(frozen=True, slots=True)
class Job:
    """
    One specimen to report: its request, its laboratory, and what Prefect may call it. Picklable.

    `batch_warnings` are those about whole tables and files of its batch; the request carries some of them as its own.
    """

    case_id: str
    batch_id: str
    request: CaseRequest
    laboratory: Laboratory
    batch_warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchTrouble:
    """Problems of a batch that belong to no specimen."""

    batch_id: str
    folder: Path
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Inbox:
    """
    `jobs` in the order of the batches' names and rows; `batches` holds the ids of all batches looked at. `troubles`
    are errors, `warnings` the batches' warnings that belong to no listed specimen.
    """

    jobs: tuple[Job, ...]
    troubles: tuple[BatchTrouble, ...]
    batches: tuple[str, ...]
    warnings: tuple[BatchTrouble, ...] = ()


def find_batches(inbox: Path) -> tuple[Path, ...]:
    """
    The batch folders of `inbox`: itself and its sub-folders, where they hold a table of a batch, by name.

    One without a table of specimens, or that cannot be opened, is among them: its problems say so when it is read.
    Names that begin with a dot are left alone: copying programs use them for what is not complete yet.

    Raises:
        InputError: there is no such folder, or it cannot be opened.
    """
    try:
        below = sorted(one for one in inbox.iterdir() if not one.name.startswith(".") and one.is_dir())
    except NotADirectoryError:
        raise InputError(_no_inbox(inbox, "this is not a folder")) from None
    except FileNotFoundError:
        raise InputError(_no_inbox(inbox, "there is no such folder")) from None
    except OSError as error:
        raise InputError(_no_inbox(inbox, f"the folder cannot be opened ({error.strerror})")) from None
    return tuple(one for one in (inbox, *below) if may_be_batch(one))


def read_inbox(inbox: Path, settings: Settings) -> Inbox:
    """
    All specimens of all batches of `inbox`; none is an empty `Inbox`. Fusion files are not read yet.

    A batch that cannot be read is a trouble and stops no other batch. An accession that appears twice gets
    a problem: which of the two is right is not for us to guess.

    Raises:
        InputError: there is no such inbox, or the store's key is damaged.
    """
    folders = find_batches(inbox)
    key = case_key(settings.store)
    parts = [_read(folder, settings, key) for folder in folders]
    return Inbox(
        jobs=_with_repeats_marked([job for part in parts for job in part.jobs]),
        troubles=tuple(trouble for part in parts for trouble in part.troubles),
        batches=tuple(batch for part in parts for batch in part.batches),
        warnings=tuple(warned for part in parts for warned in part.warnings),
    )


def _read(folder: Path, settings: Settings, key: bytes) -> Inbox:
    batch_id = batch_id_of(folder.absolute().name, key)
    try:
        laboratory = laboratory_for(folder, settings)
        batch = read_batch(folder, laboratory, cap=settings.largest_bytes)
    except InputError as error:
        return Inbox((), (BatchTrouble(batch_id, folder, error.problems),), (batch_id,))
    except OSError as error:
        return Inbox((), (BatchTrouble(batch_id, folder, (_unreadable(folder, error),)),), (batch_id,))
    named = tuple(request for request in batch.requests if is_readable(request.accession))
    specimens = {problem for request in named for problem in request.problems}
    nobodys = tuple(one for one in batch.problems if one not in specimens)
    errors = tuple(one for one in nobodys if one.severity == "error")
    warnings = tuple(one for one in nobodys if one.severity == "warning")
    told = warnings[:_MOST_BATCH_WARNINGS]
    return Inbox(
        jobs=tuple(Job(case_id_of(one.accession, key), batch_id, one, laboratory, told) for one in named),
        troubles=(BatchTrouble(batch_id, folder, errors),) if errors else (),
        batches=(batch_id,),
        warnings=(BatchTrouble(batch_id, folder, warnings),) if warnings else (),
    )


def _unreadable(folder: Path, error: OSError) -> Problem:
    return Problem(
        code="unreadable-file",
        file=Path(str(error.filename)).name if error.filename else folder.name,
        message=f"the batch cannot be read ({error.strerror})",
        remedy="see to it that this user may read the folder and every file in it",
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
        file=job.request.table,
        message=f"the accession appears {len(appearances)} times in the inbox, in: {', '.join(folders)}",
        remedy="leave the right one, and take the other one or its finished batch folder out of the inbox",
        line=job.request.line,
        column="accession",
        found=job.request.accession,
        accession=job.request.accession,
    )
    return replace(job, request=replace(job.request, problems=(*job.request.problems, problem)))


def _no_inbox(inbox: Path, message: str) -> Problem:
    return Problem(code="no-inbox", file=str(inbox), message=message, remedy="name the folder of the batches")
