"""
The two deployments of a laboratory, and the process that runs them for `imtreport serve`.

`nightly` runs by the clock of the laboratory's time zone, `specimen` when somebody starts it on the Prefect page.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flows.api_server import end_when_parent_ends

if TYPE_CHECKING:
    from prefect.runner import Runner

NIGHTLY = "nightly"
SPECIMEN = "specimen"

_SECONDS_BETWEEN_QUERIES = 3.0
_AT_ONCE = 4


async def runner_for(inbox: Path, cron: str, time_zone: str) -> Runner:
    """
    A runner with both deployments registered at the Prefect API.

    Raises:
        ValueError: Prefect does not understand `cron` or `time_zone`.
    """
    from prefect.runner import Runner
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.nightly import nightly_reports
    from flows.specimen import specimen_report

    # Not paused at shutdown: a night that was missed while the machine was off runs when it is back, and a night that
    # has run before makes nothing twice.
    runner = Runner(name="imtreport", pause_on_shutdown=False, query_seconds=_SECONDS_BETWEEN_QUERIES, limit=_AT_ONCE)
    parameters = {"inbox": str(inbox.absolute())}
    await runner.aadd_flow(
        nightly_reports,
        name=NIGHTLY,
        schedule=Cron(cron, timezone=time_zone),
        parameters=parameters,
        description="Every night: reports each new or changed specimen of the inbox.",
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    await runner.aadd_flow(
        specimen_report,
        name=SPECIMEN,
        parameters=parameters,
        description="By hand: reports one specimen. Needs its case id, which `imtreport cases INBOX` lists.",
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    return runner


async def end_interrupted_runs() -> int:
    """
    Mark as crashed what a server that was killed left as "running"; how many there were.

    Only for a server of ours, before its one runner starts: nothing can be running then.
    """
    from prefect import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
    from prefect.client.schemas.objects import StateType
    from prefect.states import Crashed

    under_way = FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING, StateType.CANCELLING])
    async with get_client() as client:
        runs = await client.read_flow_runs(flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=under_way)))
        for run in runs:
            await client.set_flow_run_state(run.id, Crashed(message="imtreport was ended while this ran"), force=True)
    return len(runs)


def main(arguments: list[str]) -> None:
    """The child of `imtreport serve`: run what is due, until SIGTERM. Prints "ready" when it is."""
    end_when_parent_ends()
    os.umask(0o077)
    inbox, cron, time_zone, own = arguments
    asyncio.run(_run(Path(inbox), cron, time_zone, is_our_server=own == "own"))


async def _run(inbox: Path, cron: str, time_zone: str, *, is_our_server: bool) -> None:
    if is_our_server:
        await end_interrupted_runs()
    runner = await runner_for(inbox, cron, time_zone)
    running = asyncio.create_task(runner.start())
    while not runner.started and not running.done():
        await asyncio.sleep(0.05)
    # Prefect's own handler calls a coroutine from inside a signal handler; this one asks the event loop.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: asyncio.ensure_future(runner.astop()))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await running


if __name__ == "__main__":
    main(sys.argv[1:])
