"""
Worker processes that stay warm: tables, gene models and templates are loaded once and used for hundreds of specimens.

Each worker is a `ProcessPoolExecutor` of one process (spawn), and a specimen borrows one at a time. So when a process
dies there is no doubt which specimen it died of, and no other specimen is touched.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from flows.batches import Job
from flows.outcomes import Outcome, fail_case
from flows.store import locked

T = TypeVar("T")

_TRIES = 2
_ENOUGH_SECONDS_TO_BEGIN = 60


def report_in_worker(job: Job, store: Path) -> Outcome:
    """`flows.work.report_case`, imported in the worker alone: the flow's own process needs no WeasyPrint."""
    from flows.work import report_case

    return report_case(job, store)


def load_tools() -> None:
    """Tables, gene models and WeasyPrint with its fonts and templates, into this process."""
    from flows.work import tools
    from report_templates import engine

    tools()
    engine.draw("<html lang='en'><title>warm</title><p>warm", "A4")


class WarmPool:
    """`report` is safe to call from many threads; it waits for a free worker."""

    def __init__(
        self,
        store: Path,
        *,
        workers: int,
        specimens_per_worker: int,
        longest_seconds: float,
        work: Callable[[Job, Path], Outcome] = report_in_worker,
        warm_up: Callable[[], object] = load_tools,
    ) -> None:
        self._store = store
        self._longest_seconds = longest_seconds
        self._work = work
        self._lanes = [_Lane(specimens_per_worker, warm_up) for _ in range(workers)]
        self._free: queue.SimpleQueue[_Lane] = queue.SimpleQueue()
        for lane in self._lanes:
            self._free.put(lane)

    def report(self, job: Job) -> Outcome:
        """
        `work(job, store)` in a worker.

        A worker that dies of it, or takes longer than `longest_seconds` to get ready or to do it, is replaced and the
        specimen tried once more; then it is "failed". Other specimens are not affected.
        """
        lane = self._free.get()
        try:
            for _ in range(_TRIES):
                try:
                    return lane.run(self._longest_seconds, self._work, job, self._store)
                except _NotReadyError:
                    why = f"its worker process was not ready after {self._longest_seconds:g} seconds"
                except TimeoutError:
                    why = f"it took longer than {self._longest_seconds:g} seconds"
                except BrokenProcessPool:
                    why = "its worker process died"
            with locked(self._store, job.case_id):
                return fail_case(job, self._store, why)
        finally:
            self._free.put(lane)

    def close(self) -> None:
        """End all workers; those still at work are killed."""
        for lane in self._lanes:
            lane.end()


@contextmanager
def warm_pool(store: Path, *, workers: int, specimens_per_worker: int, longest_seconds: float) -> Iterator[WarmPool]:
    """A `WarmPool` that ends with the block. Its workers start to warm up at once."""
    pool = WarmPool(store, workers=workers, specimens_per_worker=specimens_per_worker, longest_seconds=longest_seconds)
    try:
        yield pool
    finally:
        pool.close()


class _NotReadyError(TimeoutError):
    """A worker did not end its warm-up in time."""


class _Lane:
    """One worker process and its successors."""

    def __init__(self, specimens_per_worker: int, warm_up: Callable[[], object]) -> None:
        self._specimens_per_worker = specimens_per_worker
        self._warm_up = warm_up
        self._start()

    def run(self, seconds: float, function: Callable[..., T], *arguments: object) -> T:
        """
        Raises:
            TimeoutError: it took longer than `seconds`. The process is killed and replaced.
            BrokenProcessPool: the process died. It is replaced.
        """
        if self._done >= self._specimens_per_worker:
            self.end()
            self._start()
        self._done += 1
        try:
            # The warm-up is not part of the specimen's time; it has as much again.
            self._wait_until_warm(seconds)
            return self._executor.submit(function, *arguments).result(timeout=seconds)
        except (TimeoutError, BrokenProcessPool):
            self.end()
            self._start()
            raise

    def end(self) -> None:
        # The process says who it is before it warms up: without the id it could be neither killed nor waited for.
        has_begun = False
        with suppress(TimeoutError, BrokenProcessPool):
            pid = self._pid.result(timeout=_ENOUGH_SECONDS_TO_BEGIN)
            has_begun = True
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._executor.shutdown(wait=has_begun or self._pid.done(), cancel_futures=True)

    def _wait_until_warm(self, seconds: float) -> None:
        try:
            self._warm.result(timeout=seconds)
        except TimeoutError:
            raise _NotReadyError from None

    def _start(self) -> None:
        self._done = 0
        self._executor = ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn"))
        self._pid: Future[int] = self._executor.submit(_begin)
        # A task of its own: a warm-up that never ends can be killed only if the process id is known before it.
        self._warm: Future[None] = self._executor.submit(_without_result, self._warm_up)


def _begin() -> int:
    """See to it that the worker never outlives the process that started it; the worker's process id."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    # Ctrl-C reaches the whole process group; the parent decides what becomes of its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)
    return os.getpid()


def _without_result(function: Callable[[], object]) -> None:
    function()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
