"""
What Prefect may call a folder. It stores a flow's parameters in clear, and a batch folder may be named after a patient.

So a command names a batch by its id; the flow, which runs in the same process, asks here which folder that is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from flows.cases import batch_id_of, case_key
from parsers.batch_folder import is_batch

_known: ContextVar[Mapping[str, Path] | None] = ContextVar("_known", default=None)


@contextmanager
def batch_named_by_id(folder: Path, store: Path) -> Iterator[str]:
    """The id that stands for the batch `folder` in this process, within the block."""
    name = batch_id_of(folder.absolute().name, case_key(store))
    token = _known.set({name: folder.absolute()})
    try:
        yield name
    finally:
        _known.reset(token)


@contextmanager
def inbox_named(folder: Path, store: Path) -> Iterator[str]:
    """The same for an inbox, which Prefect may show by its path, unless it is itself a batch."""
    if not is_batch(folder):
        yield str(folder.absolute())
        return
    with batch_named_by_id(folder, store) as name:
        yield name


def folder_of(name: str) -> Path:
    """The folder that `name` stands for: a batch of this process's command, else a path."""
    known = _known.get() or {}
    return known.get(name, Path(name))
