"""Nights for the tests of flows: parts of the packaged sample batch, and the real command run on them."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from flows.sample import sample_folder

DETECTED = "S26-01001"
NEGATIVE = "S26-01010"
IN_SHARED_TABLE = "S26-01007"
ALSO_IN_SHARED_TABLE = "S26-01008"
CUT_OFF = "S26-01013"


class PrefectServer(NamedTuple):
    """A running server: its API, and the file of its database."""

    url: str
    database: Path


def a_night(inbox: Path, *accessions: str, name: str = "night-1") -> Path:
    """A batch folder with these specimens of the sample batch, and lab.toml beside it; the batch folder."""
    source = next(one for one in sorted((sample_folder() / "inbox").iterdir()) if one.is_dir())
    batch = inbox / name
    shutil.copytree(source, batch)
    for beside in ("lab.toml", "logo.svg"):
        shutil.copy(sample_folder() / beside, inbox / beside)
    for table in ("specimens.csv", "ihc.csv", "qc.csv", "fusions.csv"):
        change_rows(batch / table, lambda row: row if row["accession"] in accessions else None)
    with (batch / "specimens.csv").open(encoding="utf-8") as table:
        runs = {row["sequencing_run"] for row in csv.DictReader(table)}
    change_rows(batch / "controls.csv", lambda row: row if row["run"] in runs else None)
    for file in batch.iterdir():
        if file.name.startswith("S26-") and not file.name.startswith(accessions):
            file.unlink()
    return batch


def change_rows(table: Path, change: Callable[[dict[str, str]], dict[str, str] | None]) -> None:
    """Rewrite a CSV table row by row; None drops the row."""
    with table.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns = list(reader.fieldnames or ())
        rows = [changed for row in reader if (changed := change(row)) is not None]
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def set_cells(table: Path, accession: str, /, **cells: str) -> None:
    change_rows(table, lambda row: row | cells if row["accession"] == accession else row)


def imtreport(
    *arguments: object,
    environment: Mapping[str, str | None] | None = None,
    cwd: Path | None = None,
    timeout: float = 300,
) -> subprocess.CompletedProcess[str]:
    """The real command, in a process of its own, on a wide terminal; a variable set to None is taken away."""
    return subprocess.run(
        [sys.executable, "-m", "flows.command_line", *map(str, arguments)],
        env=with_environment(environment or {}),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def with_environment(changes: Mapping[str, str | None]) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("IMTREPORT_", "PREFECT_"))}
    whole = {**clean, "COLUMNS": "200", "NO_COLOR": "1", **changes}
    return {name: value for name, value in whole.items() if value is not None}


def ask(url: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    """The JSON reply of a Prefect API; POST with a body, else GET. A busy server (503) is asked again."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    if data is not None:
        # As Prefect's own page and client do: our servers take no change without a token of theirs.
        token = ask(url, "/csrf-token?client=tests")["token"]
        headers |= {"Prefect-Csrf-Client": "tests", "Prefect-Csrf-Token": token}
    request = urllib.request.Request(f"{url}{path}", data=data, headers=headers)  # noqa: S310
    for pause in (1, 2, 4, 8, 0):
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310
                return json.load(reply)
        except urllib.error.HTTPError as error:
            if error.code != 503 or not pause:
                raise
            error.close()
            time.sleep(pause)


def open_entries(store: Path) -> tuple[str, ...]:
    """The case ids and batch ids in quarantine, sorted."""
    return tuple(sorted(one.name for one in (store / "quarantine").iterdir() if one.name != "resolved"))


def files_below(folder: Path) -> dict[str, bytes]:
    """All files below a folder, by relative name."""
    return {str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()}


def children_of(pid: int) -> Iterable[int]:
    """All processes below `pid`, from /proc."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
    found: list[int] = []
    waiting = [pid]
    while waiting:
        current = waiting.pop()
        below = [one for one, parent in parents.items() if parent == current]
        found += below
        waiting += below
    return found


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
