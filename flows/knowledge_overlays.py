"""The laboratory's changes of the knowledge tables, as they lie in its folder."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from interpret.overlay import CHANGES
from parsers.errors import InputError, Problem

_MOST_BYTES = 5_000_000


def read_overlay(folder: Path) -> dict[str, bytes]:
    """
    The overlay's files by name.

    Raises:
        InputError: the folder or its list of changes is not there, or a file cannot be read or is too large.
    """
    if not (folder / CHANGES).is_file():
        remedy = f"name the folder that holds {CHANGES}, or remove the setting; docs/knowledge.md shows one"
        raise InputError(_problem("no-overlay", folder, f"the folder has no {CHANGES}", remedy))
    try:
        paths = sorted(path for path in folder.iterdir() if path.name.endswith((".tsv", ".tsv.gz")))
        for path in paths:
            if path.stat().st_size > _MOST_BYTES:
                message = f"the table is larger than {_MOST_BYTES // 1_000_000} MB"
                raise InputError(_problem("overlay-too-large", path, message, "look whether it is the right file"))
        return {path.name: path.read_bytes() for path in paths}
    except OSError as error:
        message = f"the overlay cannot be read ({error.strerror})"
        raise InputError(_problem("unreadable-file", folder, message, "let this user read the folder")) from None


def check_overlay(folder: Path) -> None:
    """
    The overlay is as it must be, and fits the packaged tables.

    Raises:
        InputError: with every mistake in it.
    """
    faults = _faults(tuple(read_overlay(folder).items()))
    if faults:
        raise InputError(*(_problem("overlay-mistake", _place(folder, file), *rest) for file, *rest in faults))


def _place(folder: Path, file: str) -> Path:
    """The tables name the overlay's files `overlay/…`; what stands without it is a packaged table."""
    return folder / Path(file).name if "/" in file else Path(file)


# A folder of many batches has one laboratory: its overlay is checked once.
@lru_cache(maxsize=4)
def _faults(files: tuple[tuple[str, bytes], ...]) -> tuple[tuple[str, str, str], ...]:
    """Where, what and what to do, of every mistake."""
    # Late: the command line knows of overlays before it needs the tables.
    from interpret.knowledge import examine

    found = examine(overlay=dict(files)).faults
    return tuple(
        (
            one.table,
            ", ".join(filter(None, (one.row, one.column and f"column '{one.column}'", one.message))),
            one.remedy,
        )
        for one in found
    )


def _problem(code: str, path: Path, message: str, remedy: str) -> Problem:
    return Problem(code=code, file=str(path), message=message, remedy=remedy)
