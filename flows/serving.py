"""
`imtreport serve`: Prefect's server and the process that runs the deployments, as two children that end with us.

This process starts and ends them and does nothing else; it does not import Prefect.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from flows.api_server import (
    Server,
    ServerError,
    announced,
    prefect_environment,
    private_prefect,
    starting_server,
    stop,
)
from flows.settings import Settings
from parsers.laboratory import Laboratory


class _EndAskedError(Exception):
    """Somebody asked us to end: Ctrl-C, or SIGTERM from the service manager."""


def serve(settings: Settings, inbox: Path, laboratory: Laboratory, tell: Callable[[str], None]) -> None:
    """
    Serve until asked to end; `tell` gets the lines for the person at the terminal.

    With PREFECT_API_URL set, the deployments are served on that server and none is started here.

    Raises:
        ServerError: the server or the runner did not start, or ended by itself.
    """
    given = os.environ.get("PREFECT_API_URL", "").strip()
    with _asked_to_end(), ExitStack() as children:
        try:
            if given:
                url, server = given, None
            else:
                tell("Starting Prefect's server (10 to 60 seconds) …")
                server = children.enter_context(starting_server(settings, port=settings.port, with_pages=True))
                server.wait_until_ready()
                url = server.url
                children.enter_context(announced(settings, url))
            runner = children.enter_context(_runner(settings, inbox, laboratory, url, own=server is not None))
            _wait_for_ready(runner, settings.server_start_seconds)
            for line in _greeting(url, inbox, laboratory):
                tell(line)
            _watch(runner, server)
        except _EndAskedError:
            tell("Ending …")
    tell("Ended.")


def _greeting(url: str, inbox: Path, laboratory: Laboratory) -> tuple[str, ...]:
    page = url.removesuffix("/api")
    return (
        f"Prefect page:  {page}",
        f"By hand:       {page}/deployments → specimen → Run; case ids: imtreport cases {inbox}",
        f"Every night:   {laboratory.nightly} ({laboratory.time_zone})",
        f"Inbox:         {inbox}",
        "Ctrl-C ends it all.",
    )


@contextmanager
def _runner(
    settings: Settings, inbox: Path, laboratory: Laboratory, url: str, *, own: bool
) -> Iterator[subprocess.Popen[bytes]]:
    variables = prefect_environment(settings, url) if own else private_prefect() | {"PREFECT_API_URL": url}
    log = settings.store / "runner.log"
    with log.open("ab") as log_file:
        log.chmod(0o600)
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [
                *(sys.executable, "-P", "-m", "flows.deployments"),
                *(str(inbox), laboratory.nightly, laboratory.time_zone, "own" if own else "given"),
            ],
            env=os.environ | variables | {"PYTHONSAFEPATH": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log_file,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        stop(process)
        if process.stdout is not None:
            process.stdout.close()


def _wait_for_ready(runner: subprocess.Popen[bytes], seconds: float) -> None:
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read_lines, args=(runner, lines), daemon=True).start()
    until = time.monotonic() + seconds
    while time.monotonic() < until and runner.poll() is None:
        try:
            if lines.get(timeout=0.2) == b"ready\n":
                return
        except queue.Empty:
            continue
    raise ServerError("the deployments could not be registered\n  Try: read runner.log in the report store")


def _read_lines(process: subprocess.Popen[bytes], lines: queue.SimpleQueue[bytes]) -> None:
    # To the end, so that the child never waits for somebody to read what it prints.
    try:
        for line in process.stdout or ():
            lines.put(line)
    except ValueError:
        pass  # closed while we were reading: the child has ended


def _watch(runner: subprocess.Popen[bytes], server: Server | None) -> None:
    while True:
        time.sleep(0.5)
        if runner.poll() is not None:
            raise ServerError("the process that runs the deployments ended\n  Try: read runner.log in the store")
        if server is not None and server.process.poll() is not None:
            raise ServerError("Prefect's server ended\n  Try: read prefect/server.log in the report store")


@contextmanager
def _asked_to_end() -> Iterator[None]:
    """Within the block, SIGINT and SIGTERM raise `_EndAskedError`, once: later ones are ignored."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, frame: FrameType | None) -> None:
        for one in before:
            signal.signal(one, signal.SIG_IGN)
        raise _EndAskedError

    for number in before:
        signal.signal(number, ask)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
