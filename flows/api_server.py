"""
Prefect's server on this machine, which ends when the command that started it ends, however that ends.

Why not Prefect's own temporary server: after a start that timed out, or a killed command, it stays behind. Here the
child holds the read end of a pipe whose write end only the parent has; end of file means the parent is gone. The
parent opens the port and hands it over, so that nobody else can take it in between.

    with prefect_api(settings, import_prefect) as url:
        ...  # PREFECT_API_URL's server, the one of `imtreport serve`, or this command's own
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flows.settings import Settings

LOOPBACK = "127.0.0.1"

_ENOUGH_SECONDS_TO_STOP = 15
_SERVING = "serving.json"


class ServerError(Exception):
    """The server did not start, or its port is taken; the message says what to do."""


def prefect_environment(settings: Settings, url: str) -> dict[str, str]:
    """
    The variables that Prefect is to run with: no telemetry, no prints or results kept, its files in the store.

    To be in `os.environ` before Prefect is imported.
    """
    return {
        "PREFECT_HOME": str(settings.prefect_home),
        "PREFECT_API_URL": url,
        **private_prefect(),
    }


def private_prefect() -> dict[str, str]:
    """What holds for any Prefect server, a laboratory's own one too."""
    return {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_LOGGING_LOG_PRINTS": "false",
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    }


@contextmanager
def prefect_api(settings: Settings, meanwhile: Callable[[], object]) -> Iterator[str]:
    """
    The address of a Prefect API for this command, also put into the environment.

    The one of PREFECT_API_URL where that is set; else the one that `imtreport serve` runs for the same store; else a
    server of this command's own, started now and stopped with the block. `meanwhile` is called while it starts: it is
    the time to import Prefect.

    Raises:
        ServerError: it did not start.
    """
    given = os.environ.get("PREFECT_API_URL", "").strip()
    if given:
        os.environ.update(private_prefect())
        yield given
        return
    served = serving(settings)
    if served is not None:
        os.environ.update(prefect_environment(settings, served))
        yield served
        return
    with starting_server(settings, port=0, with_pages=False) as server:
        os.environ.update(prefect_environment(settings, server.url))
        meanwhile()
        server.wait_until_ready()
        try:
            yield server.url
        finally:
            _send_what_is_left()


class Server:
    """A server process of ours that has been started; `wait_until_ready` before use."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, log: Path, seconds: float) -> None:
        self.process = process
        self.url = url
        self._log = log
        self._seconds = seconds

    def wait_until_ready(self) -> None:
        """
        Raises:
            ServerError: it ended, or does not answer within the time set.
        """
        until = time.monotonic() + self._seconds
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise ServerError(f"Prefect's server ended while starting\n  Try: read {self._log}")
            if answers(self.url):
                return
            time.sleep(0.1)
        raise ServerError(
            f"Prefect's server does not answer after {self._seconds:g} seconds\n"
            f"  Try: set IMTREPORT_SERVER_START higher, or read {self._log}"
        )


@contextmanager
def starting_server(settings: Settings, *, port: int, with_pages: bool) -> Iterator[Server]:
    """
    A server of our own on the loopback address, on its way up; gone when the block ends.

    `port` 0 takes any free one. Without pages it leaves out the web page and the schedulers, as Prefect's own
    temporary server does.

    Raises:
        ServerError: the port is taken.
    """
    home = _private_home(settings)
    listener = _listen(port)
    url = f"http://{LOOPBACK}:{listener.getsockname()[1]}/api"
    log = home / "server.log"
    with listener, log.open("wb") as log_file:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-P", "-m", "flows.api_server", str(listener.fileno())],
            env=os.environ | prefect_environment(settings, url) | _server_environment(home, url, with_pages),
            stdin=subprocess.PIPE,
            stdout=log_file,
            stderr=log_file,
            pass_fds=[listener.fileno()],
            # Ctrl-C is for the command, which still needs the server to finish its run.
            start_new_session=True,
        )
    try:
        yield Server(process, url, log, settings.server_start_seconds)
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a child and all it started (it leads a session of its own), kindly at first."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=_ENOUGH_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


def answers(url: str) -> bool:
    """Whether a Prefect API answers at `url`."""
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2) as reply:  # noqa: S310 - an address of our own making
            return bool(json.loads(reply.read()) is True)
    except (OSError, urllib.error.URLError, ValueError):
        return False


@contextmanager
def announced(settings: Settings, url: str) -> Iterator[None]:
    """
    Tell other commands of this store that a server runs at `url`, within the block.

    The note counts only while its lock is held, and the kernel frees a dead process's lock: a note that a crash left
    behind means nothing.

    Raises:
        ServerError: another `serve` runs for this store.
    """
    path = _private_home(settings) / _SERVING
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as note:
        if not _lock(note.fileno()):
            raise ServerError(
                "another `imtreport serve` runs for this report store\n  Try: use that one, or end it first"
            )
        note.truncate()
        json.dump({"url": url}, note)
        note.flush()
        yield


def serving(settings: Settings) -> str | None:
    """The address of the server that `imtreport serve` runs for this store; None when it does not."""
    path = settings.prefect_home / _SERVING
    if not path.is_file():
        return None
    with path.open() as note:
        # Shared: two commands that ask at once must not take each other for the server.
        if _lock(note.fileno(), fcntl.LOCK_SH):
            return None
        try:
            url = str(json.load(note)["url"])
        except (ValueError, KeyError):
            return None
    return url if answers(url) else None


def end_when_parent_ends() -> None:
    """For a child: end (SIGTERM, then at once) when the pipe on standard input is closed."""
    threading.Thread(target=_wait_for_end, daemon=True).start()


def main(arguments: list[str]) -> None:
    """The child: serve Prefect's API on the open socket whose number is given."""
    end_when_parent_ends()
    os.umask(0o077)
    import uvicorn

    config = uvicorn.Config(
        "prefect.server.api.server:create_app",
        factory=True,
        log_level="error",
        lifespan="on",
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(arguments[0]))])


def _private_home(settings: Settings) -> Path:
    for folder in (settings.store, settings.prefect_home):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return settings.prefect_home


def _send_what_is_left() -> None:
    """Logs and events that Prefect still holds back in this process, while there is a server to take them."""
    if "prefect" not in sys.modules:
        return
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    APILogWorker.drain_all(timeout=_ENOUGH_SECONDS_TO_STOP)
    EventsWorker.drain_all(timeout=_ENOUGH_SECONDS_TO_STOP)


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((LOOPBACK, port))
    except OSError as error:
        raise ServerError(
            f"port {port} of this machine is taken by another program\n"
            "  Try: end that program, or choose another port with --port"
        ) from error


def _server_environment(home: Path, url: str, with_pages: bool) -> dict[str, str]:
    port = url.removesuffix("/api").rpartition(":")[2]
    common = {
        "PREFECT__SERVER_FINAL": "1",
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(home / "pages"),
        # Prefect answers every web page by default: any page open in a browser here could read and start runs.
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://{LOOPBACK}:{port},http://localhost:{port}",
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
    }
    if with_pages:
        return common | {"PREFECT_SERVER_UI_ENABLED": "true"}
    return common | {"PREFECT_SERVER_UI_ENABLED": "false", "PREFECT__SERVER_EPHEMERAL": "1"}


def _lock(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for_end() -> None:
    # Not sys.stdin: its lock, held by this thread, would be fatal when the interpreter ends first.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_ENOUGH_SECONDS_TO_STOP)
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
