"""
The night as a Prefect flow: every specimen of every batch of an inbox becomes a report, or is quarantined.

One task run per specimen, named by its case id, hands plain work to a warm process pool. Prefect stores parameters,
names, states, logs and artifacts in clear: nothing but case ids, counts and problem codes may reach them. So the
tasks take a case id and nothing else, results are not kept, and exceptions lose their message on the way out.
"""

# No `from __future__ import annotations` here: Prefect builds the form from the annotations themselves.
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Annotated, Any, Protocol, cast

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture, as_completed
from prefect.states import Completed, Failed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from pydantic import Field

from flows.batches import BatchTrouble, Inbox, Job, read_inbox
from flows.folders import folder_of
from flows.gene_annotations import annotations_of
from flows.night_statistics import NightStatistics, in_words, night_statistics
from flows.outcomes import Outcome, kind_and_place, now, record_troubles
from flows.settings import Settings
from flows.store import open_store
from flows.warm_pool import WarmPool, warm_pool
from interpret.knowledge import KnowledgeError
from parsers.batch_folder import TABLE_NAMES
from parsers.errors import InputError, Problem

# More threads than worker processes, so that Prefect's bookkeeping for one specimen overlaps another one's work.
# The cast: what Prefect declares for a flow and for its thread runner differ in the kind of future.
_RUNNER = cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=16))

# What is said of a night without a batch: a quiet night, not a failed one.
NOTHING_THERE = "nothing to report: the inbox holds no batch"

_MOST_PLACES = 20

# Prefect names a form's fields after the parameters, unless the schema says otherwise.
InboxFolder = Annotated[str, Field(examples=["/srv/inbox"], json_schema_extra={"title": "Inbox folder"})]


class Watcher(Protocol):
    """Whoever wants to see a night of this process go by, beside Prefect: it may see accessions."""

    def begins(self, inbox: Inbox) -> None: ...

    def ends_with(self, job: Job, outcome: Outcome) -> None: ...


_watcher: ContextVar[Watcher | None] = ContextVar("_watcher", default=None)


class CannotRunError(Exception):
    """The run cannot start; the message holds problem codes only."""


@contextmanager
def watched_by(watcher: Watcher) -> Iterator[None]:
    """Within the block, a night of this process tells `watcher` of every specimen."""
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)


def watcher_of_this_run() -> Watcher | None:
    """Whom to tell of every specimen, if anybody."""
    return _watcher.get()


@flow(
    name="nightly-reports",
    flow_run_name=lambda: f"night-{now():%Y-%m-%d-%H%M}",
    description="Reports every new or changed specimen of the inbox. Running it twice makes nothing twice.",
    task_runner=_RUNNER,
    persist_result=False,
    log_prints=False,
    validate_parameters=True,
)
def nightly_reports(inbox: InboxFolder) -> State[Any]:
    """
    Report every new or changed specimen of all batches in the inbox.

    Args:
        inbox: The folder that holds the batch folders, on the machine where the worker runs. Its name is stored and
            shown by Prefect: it must not name a patient.
    """
    return sheltered(_night, inbox)


def sheltered(run: Callable[..., State[Any]], *arguments: str) -> State[Any]:
    """
    `run(*arguments)`, with an exception that Prefect may store: kind and place, or problem codes.

    Raises:
        CannotRunError: whatever went wrong.
    """
    try:
        return run(*arguments)
    except CannotRunError as error:
        what = str(error)
    except InputError as error:
        what = ", ".join(sorted({problem.code for problem in error.problems}))
    except KnowledgeError as error:
        # About our packaged tables, never about a patient.
        what = f"KnowledgeError: {error}"
    except Exception as error:  # noqa: BLE001 - told on, without its message
        what = kind_and_place(error)
    # Outside of the handlers: a chained exception would be printed into Prefect's log, message and all.
    raise CannotRunError(what)


def _night(inbox: str) -> State[Any]:
    settings = Settings.from_environment()
    store = open_store(settings.store)
    # Here once, and not in each worker; and a mistake in it is told before any specimen is begun.
    annotations_of(settings.gtf, store)
    found = read_inbox(folder_of(inbox), settings)
    watcher = watcher_of_this_run()
    if watcher is not None:
        watcher.begins(found)
    record_troubles(found, store)
    if not found.batches:
        return Completed(message=NOTHING_THERE)
    outcomes: list[Outcome] = []
    if found.jobs:
        with warm_pool(
            store,
            workers=min(settings.workers, len(found.jobs)),
            specimens_per_worker=settings.specimens_per_worker,
            longest_seconds=settings.longest_seconds,
        ) as pool:
            outcomes = _report_all(found.jobs, pool)
    statistics = night_statistics(outcomes)
    _show(outcomes, found, statistics)
    return _final_state(statistics, found.troubles)


def state_of(outcome: Outcome) -> State[Any]:
    """
    The task run's final state: named for what became of the specimen, with version or codes.

    A quarantined specimen is work done as it should be; only our own faults are failures.
    """
    if outcome.status == "failed":
        return Failed(name="Failed", message=", ".join(outcome.codes))
    message = ", ".join(outcome.codes) if outcome.status == "quarantined" else f"version {outcome.version}"
    return Completed(name=outcome.status.capitalize(), message=message)


def _report_all(jobs: Iterable[Job], pool: WarmPool) -> list[Outcome]:
    """The outcomes in the order of `jobs`."""
    waiting = {job.case_id: job for job in jobs}
    done: dict[str, Outcome] = {}

    # Defined here for its closure: whatever a task takes as parameter, Prefect looks into.
    @task(
        name="report-specimen",
        task_run_name="{case_id}",
        cache_policy=NO_CACHE,
        persist_result=False,
        log_prints=False,
        retries=0,
    )
    def report_specimen(case_id: str) -> State[Any]:
        done[case_id] = pool.report(waiting[case_id])
        return state_of(done[case_id])

    futures = {report_specimen.submit(case_id): case_id for case_id in waiting}
    watcher = watcher_of_this_run()
    for future in as_completed(list(futures)):
        outcome = done.get(futures[future])
        if outcome is None:
            # Not the specimen's fault but the night's (a damaged table of ours, a lost disk): stop here.
            future.result()
            raise CannotRunError("specimen-without-outcome")
        if watcher is not None:
            watcher.ends_with(waiting[outcome.case_id], outcome)
    return [done[case_id] for case_id in waiting]


def _show(outcomes: list[Outcome], found: Inbox, statistics: NightStatistics) -> None:
    """The night's table: the specimens, then what is wrong with whole batches, errors last, where nobody misses it."""
    rows = [
        _row(
            one.case_id,
            one.status,
            ", ".join(one.codes),
            version="" if one.version is None else str(one.version),
            warnings=", ".join(one.warnings),
        )
        for one in outcomes
    ]
    rows += [_row(one.batch_id, "batch with warnings", warnings=_places(one)) for one in found.warnings]
    rows += [_row(one.batch_id, "batch with problems", _places(one)) for one in found.troubles]
    words = in_words(statistics)
    create_table_artifact(
        rows,
        key="night",
        description=f"{words}. On the laboratory's machine, `imtreport cases INBOX` lists the accessions, and "
        "`imtreport check BATCH` says what to do about each problem and warning.",
    )
    get_run_logger().info("Night finished: %s", words)


def _row(name: str, status: str, problems: str = "", *, version: str = "", warnings: str = "") -> dict[str, str]:
    return {"case id": name, "status": status, "version": version, "problems": problems, "warnings": warnings}


def _places(trouble: BatchTrouble) -> str:
    """
    `unknown-accession (ihc.csv, line 14)`. Only names that are ours are said: others may hold an accession, and a
    column's name is whatever stood in the first line.
    """
    said = list(dict.fromkeys(f"{one.code}{_place(one)}" for one in trouble.problems))
    more = len(said) - _MOST_PLACES
    return ", ".join(said[:_MOST_PLACES]) + (f" and {more} more" if more > 0 else "")


def _place(problem: Problem) -> str:
    if problem.file not in TABLE_NAMES:
        return ""
    return f" ({problem.file})" if problem.line is None else f" ({problem.file}, line {problem.line})"


def _final_state(statistics: NightStatistics, troubles: tuple[BatchTrouble, ...]) -> State[Any]:
    message = in_words(statistics) + (f"; {len(troubles)} batches with problems" if troubles else "")
    if statistics.counts["failed"]:
        return Failed(message=message)
    return Completed(message=message)
