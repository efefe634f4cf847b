"""
The store: one folder per report version, complete or absent, readable by its owner only.

    <store>/reports/<case_id>/v<N>/   report.pdf report.json fusions.tsv fhir.json oru.hl7 data_sv.txt case.json
                                      manifest.json
    <store>/quarantine/<case_id>/     what could not be reported, and why (flows.quarantine)
    <store>/case-key                  the key of the case ids (flows.cases)
    <store>/annotations/              indexes of the gene annotations; may be removed, they are made again
    <store>/prefect/                  Prefect's own database, which holds case ids only
    <store>/tmp/ <store>/locks/       work in progress; may be empty, never needed afterwards

Folder and file names hold case ids only.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from parsers.errors import InputError, Problem

MANIFEST = "manifest.json"

_VERSION_FOLDER = re.compile(r"v([1-9][0-9]*)")
_LEFT_OVER_AFTER_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Version:
    """One report version as it lies in the store."""

    number: int
    folder: Path
    manifest: Mapping[str, Any]

    @property
    def pdf(self) -> Path:
        return self.folder / "report.pdf"


def open_store(store: Path) -> Path:
    """
    `store` with its folders made, and left-overs of runs that were killed more than a day ago removed.

    Raises:
        InputError: the folder cannot be made or written to; the message says why.
    """
    try:
        for folder in (store, store / "reports", store / "quarantine", store / "tmp", store / "locks"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=store / "tmp") as probe:
            probe.write(b"0" * 4096)
    except OSError as error:
        raise InputError(
            Problem(
                code="store-unusable",
                file=str(store),
                message=f"reports cannot be kept here ({error.strerror or 'the disk refuses'})",
                remedy="name a folder that this account may write to, on a disk with room: --store or IMTREPORT_STORE",
            )
        ) from None
    for left in (store / "tmp").iterdir():
        # Another night may put it in place, or remove it, between the listing and the look at it.
        with suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > _LEFT_OVER_AFTER_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
    return store


def versions(store: Path, case_id: str) -> tuple[Version, ...]:
    """The versions of one case, oldest first. One whose manifest cannot be read has an empty one."""
    folder = store / "reports" / case_id
    found = folder.iterdir() if folder.is_dir() else ()
    numbered = sorted((int(match[1]), one) for one in found if (match := _VERSION_FOLDER.fullmatch(one.name)))
    return tuple(Version(number, one, _manifest(one)) for number, one in numbered)


def latest(store: Path, case_id: str) -> Version | None:
    """The newest version of one case; None when it was never reported."""
    found = versions(store, case_id)
    return found[-1] if found else None


def damaged_files(version: Version) -> tuple[str, ...]:
    """The names of its files that are missing, or are not what its manifest says they were."""
    outputs = version.manifest.get("outputs")
    if not isinstance(outputs, dict) or "report.pdf" not in outputs:
        return (MANIFEST,)
    return tuple(name for name, digest in outputs.items() if digest_of(version.folder / name) != digest)


def publish(store: Path, case_id: str, number: int, files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Version:
    """
    Write version `number` of a case: `files` by name, and manifest.json with `manifest` and the files' sha256.

    Raises:
        FileExistsError: that version is there already. It is left as it is.
    """
    complete = dict(manifest) | {"outputs": {name: sha256(content) for name, content in files.items()}}
    target = store / "reports" / case_id / f"v{number}"
    with new_folder(store) as folder:
        for name, content in files.items():
            write_file(folder / name, content)
        write_file(folder / MANIFEST, as_json(complete))
        put_in_place(folder, target)
    return Version(number, target, complete)


@contextmanager
def locked(store: Path, case_id: str) -> Iterator[None]:
    """
    Alone with one case, across threads, processes and nights.

    The kernel frees the lock when its holder ends, however it ends: there is no stale lock to clear. 256 lock files
    serve all cases; two cases that share one wait for each other, no more.
    """
    descriptor = os.open(store / "locks" / sha256(case_id.encode())[:2], os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def new_folder(store: Path) -> Iterator[Path]:
    """An empty folder on the store's own file system, for `put_in_place`; removed if it was not put anywhere."""
    folder = store / "tmp" / secrets.token_hex(8)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(folder: Path, target: Path) -> None:
    """
    Move a finished folder to `target` in one step: a reader sees all of it or nothing.

    Raises:
        FileExistsError: `target` is there already.
    """
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if target.exists():
        raise FileExistsError(f"{target.name} is there already")
    _sync_folder(folder)
    # rename refuses a target that holds files, should another process have been faster.
    folder.rename(target)
    _sync_folder(target.parent)


def write_file(path: Path, content: bytes) -> None:
    """Write a new file, on disk when this returns, readable by its owner only."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def as_json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    # A file name that is not UTF-8 holds lone surrogates; \udcff is how JSON writes one.
    return text.encode(errors="backslashreplace")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def digest_of(path: Path) -> str | None:
    """sha256 of a file as it is now; None when it is not there, is no file, or may not be read."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            return None
        return _digest_as_it_lay(path, found.st_ino, found.st_size, found.st_ctime_ns)
    except OSError:
        return None


def _manifest(folder: Path) -> Mapping[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


@lru_cache(maxsize=1024)
def _digest_as_it_lay(path: Path, inode: int, size: int, changed_ns: int) -> str:
    """Read once as long as it lies there unchanged: the tables of a batch are asked for by each of its specimens."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
