"""The laboratory's changes of the knowledge tables, as they lie in its folder."""

from __future__ import annotations

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


def _problem(code: str, path: Path, message: str, remedy: str) -> Problem:
    return Problem(code=code, file=str(path), message=message, remedy=remedy)
