from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from flows_nights import children_of, is_alive

from flows.batches import Job
from flows.outcomes import Outcome
from flows.quarantine import problems_of
from flows.store import open_store
from flows.warm_pool import WarmPool
from parsers.batch import CaseRequest
from parsers.laboratory import Laboratory

LABORATORY = Laboratory("Lab", "Street 1", "US", "UTC", assays={})


def a_job(case_id: str) -> Job:
    request = CaseRequest(
        accession=f"S26-{case_id}", folder=Path(), tables=None, fusion_paths=(), problems=(), line=None
    )
    return Job(case_id, "batch-0", request, LABORATORY)


def work(job: Job, store: Path) -> Outcome:
    """Stands in for the real work: some specimens kill their process, once or always, or never end."""
    tried = store / f"tried-{job.case_id}"
    first = not tried.exists()
    tried.touch()
    if job.case_id == "deadly" or (job.case_id == "deadly-once" and first):
        os.kill(os.getpid(), signal.SIGKILL)
    if job.case_id == "endless":
        time.sleep(1000)
    return Outcome(job.case_id, "reported", headline=str(os.getpid()))


def no_warm_up() -> None:
    pass


def warm_up_without_end() -> None:
    time.sleep(1000)


@contextmanager
def a_pool(
    store: Path,
    workers: int = 2,
    specimens_per_worker: int = 100,
    longest: float = 60,
    warm_up: Callable[[], object] = no_warm_up,
) -> Iterator[WarmPool]:
    pool = WarmPool(
        open_store(store),
        workers=workers,
        specimens_per_worker=specimens_per_worker,
        longest_seconds=longest,
        work=work,
        warm_up=warm_up,
    )
    try:
        yield pool
    finally:
        pool.close()


def command_line_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ")


def outcomes(pool: WarmPool, *case_ids: str) -> dict[str, Outcome]:
    with ThreadPoolExecutor(8) as threads:
        return {one.case_id: one for one in threads.map(pool.report, map(a_job, case_ids))}


def test_a_specimen_that_kills_its_process_is_failed_and_no_other_is_lost(tmp_path: Path) -> None:
    others = [f"case-{number}" for number in range(10)]
    with a_pool(tmp_path) as pool:
        found = outcomes(pool, *others[:5], "deadly", *others[5:])
    assert found["deadly"].status == "failed"
    assert {found[one].status for one in others} == {"reported"}
    (problem,) = problems_of(tmp_path, "deadly")
    assert "process died" in problem.message
    assert problem.accession == "S26-deadly"


def test_a_specimen_whose_process_died_by_chance_is_tried_again(tmp_path: Path) -> None:
    with a_pool(tmp_path, workers=1) as pool:
        assert outcomes(pool, "deadly-once")["deadly-once"].status == "reported"


def test_a_specimen_that_never_ends_is_given_up_and_its_process_replaced(tmp_path: Path) -> None:
    # Enough for a busy machine to start a process in, which is limited by the same number.
    with a_pool(tmp_path, workers=1, longest=5) as pool:
        found = outcomes(pool, "endless", "after")
    assert found["endless"].status == "failed"
    assert "longer than 5 seconds" in " ".join(found["endless"].codes)
    assert found["after"].status == "reported"


def test_a_process_that_never_gets_ready_is_given_up_and_leaves_nothing_behind(tmp_path: Path) -> None:
    started = time.monotonic()
    with a_pool(tmp_path, workers=1, longest=2, warm_up=warm_up_without_end) as pool:
        assert outcomes(pool, "one")["one"].status == "failed"
        (problem,) = problems_of(tmp_path, "one")
        assert "not ready after 2 seconds" in problem.message
        children = list(children_of(os.getpid()))
    assert time.monotonic() - started < 60
    assert not [pid for pid in children if is_alive(pid) and "spawn_main" in command_line_of(pid)]


def test_a_process_is_used_again_and_renewed_after_its_share(tmp_path: Path) -> None:
    with a_pool(tmp_path, workers=1, specimens_per_worker=2) as pool:
        pids = [pool.report(a_job(f"case-{number}")).headline for number in range(5)]
    assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4]


def test_no_process_is_left_when_the_pool_is_closed(tmp_path: Path) -> None:
    with a_pool(tmp_path) as pool:
        pids = [int(one.headline) for one in outcomes(pool, "one", "two", "three").values()]
    assert not any(is_alive(pid) for pid in pids)


@pytest.mark.slow
def test_no_process_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import sys, time\n"
        "from pathlib import Path\n"
        "from test_flows_warm_pool import a_pool, outcomes\n"
        "if __name__ == '__main__':\n"
        "    with a_pool(Path(sys.argv[1])) as pool:\n"
        "        outcomes(pool, 'one', 'two', 'three', 'four')\n"
        "        print('ready', flush=True)\n"
        "        time.sleep(1000)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "store")],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
        stdout=subprocess.PIPE,
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"ready\n"
    children = list(children_of(parent.pid))
    assert len(children) >= 2
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + 20
    while any(is_alive(pid) for pid in children) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(is_alive(pid) for pid in children)
