"""`imtreport serve` as a process of its own, asked over its API, ended by a signal."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from flows_nights import DETECTED, a_night, ask, children_of, imtreport, is_alive, with_environment

from flows.cases import case_id_of, case_key
from flows.store import versions

pytestmark = pytest.mark.slow


def a_free_port() -> int:
    """
    A port below those that the system gives to whoever asks for any: between this look and the start of the server
    nobody gets it by chance.
    """
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for port in random.sample(range(max(1024, lowest - 8000), lowest), 100):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    pytest.fail("no free port")


@contextmanager
def serving(inbox: Path, store: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """The command, from the line that says where its page is."""
    command = [sys.executable, "-m", "flows.command_line", "serve", "--inbox", str(inbox), "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--store", str(store)],
        env=with_environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            break
    else:
        pytest.fail("".join(said))
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def until(true: Any, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.2)


def reply_to(url: str, data: bytes | None = None, **headers: str) -> tuple[int, str | None]:
    """Status, and which pages the browser may let read the reply."""
    whole = {"content-type": "application/json", **headers}
    request = urllib.request.Request(url, data=data, headers=whole)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310
            return reply.status, reply.headers["access-control-allow-origin"]
    except urllib.error.HTTPError as error:
        error.close()
        return error.code, error.headers["access-control-allow-origin"]


def deployments(url: str) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in ask(url, "/deployments/filter", {})}


def test_serve_offers_both_deployments_runs_one_specimen_and_leaves_nothing_behind(tmp_path: Path) -> None:
    inbox, store, port = tmp_path / "inbox", tmp_path / "store", a_free_port()
    a_night(inbox, DETECTED)
    url = f"http://127.0.0.1:{port}/api"
    with serving(inbox, store, port) as process:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as page:
            assert page.status == 200
        # A page of somebody else, open in the same browser, reads nothing and starts nothing.
        own_page, localhost = f"http://127.0.0.1:{port}", f"http://localhost:{port}"
        for origin, allowed in (("http://evil.example", None), (own_page, own_page), (localhost, localhost)):
            assert reply_to(f"{url}/health", Origin=origin) == (200, allowed)
        assert reply_to(f"{url}/deployments/filter", b"{}")[0] == 403
        assert ask(own_page, "/ui-settings")["csrf_enabled"] is True

        chosen = ask(url, "/admin/settings")
        assert chosen["server"]["analytics_enabled"] is False
        assert chosen["logging"]["log_prints"] is False
        assert chosen["results"]["persist_by_default"] is False
        found = deployments(url)
        assert sorted(found) == ["nightly", "specimen"]
        (schedule,) = found["nightly"]["schedules"]
        assert schedule["active"]
        assert schedule["schedule"]["cron"] == "0 2 * * *"
        assert schedule["schedule"]["timezone"] == "America/New_York"
        assert not found["specimen"]["schedules"]
        assert found["specimen"]["parameters"] == {"inbox": str(inbox)}
        assert found["specimen"]["entrypoint"] == "flows.specimen.specimen_report"
        for deployment in found.values():
            for parameter in deployment["parameter_openapi_schema"]["properties"].values():
                assert parameter["description"]
                assert parameter["examples"]
                assert parameter["title"] in ("Case id", "Inbox folder")

        # The scheduler of the locked Prefect works: with SQLAlchemy 2.1 it did not, and no night would have run.
        planned = {
            "deployments": {"name": {"any_": ["nightly"]}},
            "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
        }
        until(lambda: ask(url, "/flow_runs/count", planned) > 0)

        start = f"/deployments/{found['specimen']['id']}/create_flow_run"
        with pytest.raises(urllib.error.HTTPError) as refused:
            ask(url, start, {"parameters": {"case_id": DETECTED}})
        refused.value.close()
        assert 400 <= refused.value.code < 500

        case_id = case_id_of(DETECTED, case_key(store))
        run = ask(url, start, {"parameters": {"case_id": case_id}, "state": {"type": "SCHEDULED"}})
        until(lambda: ask(url, f"/flow_runs/{run['id']}")["state_type"] in ("COMPLETED", "FAILED", "CRASHED"))
        done = ask(url, f"/flow_runs/{run['id']}")
        assert (done["state_type"], done["state"]["name"]) == ("COMPLETED", "Reported"), done["state"]
        assert len(versions(store, case_id)) == 1

        # Another command of the same store uses this server and its history.
        again = imtreport("report", inbox / "night-1", "--accession", DETECTED, "--store", store)
        assert "unchanged" in again.stdout, again.stderr
        assert ask(url, "/flow_runs/count", {"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}) == 2
        second = imtreport("serve", "--inbox", inbox, "--store", store, "--port", a_free_port())
        assert second.returncode == 1
        assert "another `imtreport serve`" in second.stderr

        children = list(children_of(process.pid))
        assert len(children) >= 2
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    until(lambda: not any(is_alive(pid) for pid in children), 20)
    assert "Traceback" not in (store / "prefect" / "server.log").read_text(encoding="utf-8")
    for file in (store / "prefect").iterdir():
        assert not file.is_file() or DETECTED.encode() not in file.read_bytes(), file.name


def test_a_killed_serve_leaves_nothing_behind_and_the_next_one_starts_and_ends_what_hung(tmp_path: Path) -> None:
    inbox, store, port = tmp_path / "inbox", tmp_path / "store", a_free_port()
    a_night(inbox, DETECTED)
    url = f"http://127.0.0.1:{port}/api"
    with serving(inbox, store, port) as process:
        children = list(children_of(process.pid))
        # As a run that was under way when the machine went down.
        run = ask(
            url,
            f"/deployments/{deployments(url)['specimen']['id']}/create_flow_run",
            {
                "parameters": {"case_id": "0" * 16},
                "state": {"type": "RUNNING"},
            },
        )
        process.kill()
        process.wait()
        until(lambda: not any(is_alive(pid) for pid in children), 30)
    with serving(inbox, store, port) as process:
        assert ask(url, f"/flow_runs/{run['id']}")["state_type"] == "CRASHED"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0


def test_a_port_that_is_taken_is_told_with_its_remedy(tmp_path: Path) -> None:
    a_night(tmp_path / "inbox", DETECTED)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        run = imtreport("serve", "--inbox", tmp_path / "inbox", "--store", tmp_path / "store", "--port", port)
    assert run.returncode == 1
    assert f"port {port}" in run.stderr
    assert "--port" in run.stderr


@pytest.mark.parametrize("missing", ["inbox", "lab"])
def test_wrong_use_of_serve_is_told_before_anything_starts(tmp_path: Path, missing: str) -> None:
    if missing == "lab":
        a_night(tmp_path / "inbox", DETECTED)
        (tmp_path / "inbox" / "lab.toml").unlink()
    started = time.monotonic()
    run = imtreport("serve", "--inbox", tmp_path / "inbox", "--store", tmp_path / "store")
    assert run.returncode == 2
    assert "Try:" in run.stderr
    assert time.monotonic() - started < 20
    assert not (tmp_path / "store").exists()
