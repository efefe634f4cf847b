"""
Quarantine: what could not be reported, why, and the files it lay in, until the specimen is reported after all.

    <store>/quarantine/<case_id>/problems.json  input-1 input-2 …   open
    <store>/quarantine/batch-<hash>/…                               open, names no specimen
    <store>/quarantine/resolved/<case_id>-<n>/…                     mended since

The inputs stay where they are; the copies are evidence of what was read that night.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.store import as_json, new_folder, put_in_place, sha256, write_file
from parsers.errors import Problem

PROBLEMS = "problems.json"

_RESOLVED = "resolved"
_LARGEST_COPY_BYTES = 100_000_000


def put_into_quarantine(
    store: Path, case_id: str, problems: Iterable[Problem], files: Iterable[Path], now: datetime
) -> None:
    """
    Record why `case_id` (or a batch id) is not reported, with copies of the `files` concerned.

    The same problems with the same files leave the entry as it is; other ones replace it, keeping its first date.
    The caller holds the case's lock.
    """
    inputs = sorted(set(files))
    described = [_described(path, f"input-{number}") for number, path in enumerate(inputs, start=1)]
    entry: dict[str, Any] = {
        "case_id": case_id,
        "problems": [problem.as_dict() for problem in problems],
        "files": [one for one, _ in described],
    }
    before = quarantined(store, case_id)
    if before is not None and {key: before.get(key) for key in entry} == entry:
        return
    since = before["since"] if before is not None else now.isoformat(timespec="seconds")
    with new_folder(store) as folder:
        for one, content in described:
            if content is not None:
                write_file(folder / one["copy"], content)
        write_file(folder / PROBLEMS, as_json(entry | {"since": since, "seen": now.isoformat(timespec="seconds")}))
        _replace(folder, _place(store, case_id))


def resolve(store: Path, case_id: str) -> bool:
    """Move the entry of a case that is reported now to `resolved/`; False when there is none."""
    place = _place(store, case_id)
    if not place.exists() and _put_aside(place).exists():
        _put_aside(place).rename(place)
    if not place.exists():
        return False
    resolved = store / "quarantine" / _RESOLVED
    number = 1
    while (target := resolved / f"{case_id}-{number}").exists():
        number += 1
    put_in_place(place, target)
    return True


def quarantined(store: Path, case_id: str) -> Mapping[str, Any] | None:
    """The open entry of a case or batch; None when there is none."""
    place = _place(store, case_id)
    # Killed between the two moves of `_replace`: the entry before is still the open one.
    path = next((one / PROBLEMS for one in (place, _put_aside(place)) if (one / PROBLEMS).is_file()), None)
    if path is None:
        return None
    entry: dict[str, Any] = json.loads(path.read_bytes())
    return entry


def problems_of(store: Path, case_id: str) -> tuple[Problem, ...]:
    """The problems of an open entry, as they were found; empty when there is no entry."""
    entry = quarantined(store, case_id)
    return tuple(Problem(**one) for one in entry["problems"]) if entry is not None else ()


def _place(store: Path, case_id: str) -> Path:
    return store / "quarantine" / case_id


def _put_aside(place: Path) -> Path:
    return place.with_name(f"{place.name}.before")


def _replace(folder: Path, place: Path) -> None:
    """Put the finished `folder` at `place`; whenever this is cut short, one of the two entries is there to be read."""
    aside = _put_aside(place)
    if place.exists():
        shutil.rmtree(aside, ignore_errors=True)
        place.rename(aside)
    put_in_place(folder, place)
    shutil.rmtree(aside, ignore_errors=True)


def _described(path: Path, copy: str) -> tuple[dict[str, Any], bytes | None]:
    """
    Name, sha256 and the copy's neutral name (file names may hold the accession), with the content to copy.

    A file that is gone, or that this user may not read, has neither digest nor copy: its problem says so.
    """
    nothing = {"name": path.name, "sha256": None, "bytes": None, "copy": None}
    try:
        if not path.is_file():
            return nothing, None
        size = path.stat().st_size
        if size > _LARGEST_COPY_BYTES:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            return nothing | {"sha256": digest, "bytes": size}, None
        content = path.read_bytes()
    except OSError:
        return nothing, None
    return {"name": path.name, "sha256": sha256(content), "bytes": len(content), "copy": copy}, content
