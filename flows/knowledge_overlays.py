"""The laboratory's changes of the knowledge tables, as they lie in its folder."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from interpret.overlay import CHANGES
from parsers.errors import InputError, Problem

_MOST_BYTES = 5_000_000
_TABLES = (".tsv", ".tsv.gz")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_overlay(folder: Path) -> dict[str, bytes]:
    """
    The overlay's tables by name, without what a spreadsheet or an editor on Windows adds (`_plain`).

    Raises:
        InputError: the folder or its list of changes is not there, or a file cannot be read or is too large.
    """
    if not (folder / CHANGES).is_file():
        remedy = f"name the folder that holds {CHANGES}, or remove the setting; docs/knowledge.md shows one"
        if other := _in_another_form(folder):
            remedy = f"save {other} as text with tabs between the cells, named {CHANGES}"
        raise InputError(_problem("no-overlay", folder, f"the folder has no {CHANGES}", remedy))
    try:
        paths = sorted(path for path in folder.iterdir() if path.name.endswith(_TABLES))
        for path in paths:
            if path.stat().st_size > _MOST_BYTES:
                message = f"the table is larger than {_MOST_BYTES // 1_000_000} MB"
                raise InputError(_problem("overlay-too-large", path, message, "look whether it is the right file"))
        return {path.name: _content(path) for path in paths}
    except OSError as error:
        message = f"the overlay cannot be read ({error.strerror})"
        raise InputError(_problem("unreadable-file", folder, message, "let this user read the folder")) from None


def is_overlay(folder: Path) -> bool:
    """
    Whether the folder is meant as an overlay, and not as a whole set of tables.

    A whole set has a VERSION; a folder with neither is taken for an overlay, so that it is told what it lacks.
    """
    if (folder / CHANGES).is_file():
        return True
    return folder.is_dir() and not any((folder / name).is_file() for name in ("VERSION", "actionability.tsv"))


def not_read(folder: Path) -> list[str]:
    """Names of what lies in the overlay's folder and changes nothing: workbooks, subfolders, notes; hidden ones not."""
    return sorted(
        path.name
        for path in folder.iterdir()
        if not path.name.startswith(".") and not (path.is_file() and path.name.endswith(_TABLES))
    )


def check_overlay(folder: Path) -> None:
    """
    The overlay is as it must be, and fits the packaged tables.

    Raises:
        InputError: with every mistake in it.
    """
    faults = _faults(tuple(read_overlay(folder).items()))
    if faults:
        raise InputError(*(_problem("overlay-mistake", _place(folder, file), *rest) for file, *rest in faults))


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.suffix == ".gz" else _plain(path.read_bytes())


def _plain(content: bytes) -> bytes:
    """
    Without byte order mark, with our line ends, and without the quotes around a whole cell.

    A spreadsheet puts cells with a comma or a quote into quotes, those inside doubled; they would be printed on the
    report. A cell whose inner quotes are single was not written so and stays.
    """
    lines = content.removeprefix(_BYTE_ORDER_MARK).replace(b"\r\n", b"\n").split(b"\n")
    return b"\n".join(b"\t".join(map(_unquoted, line.split(b"\t"))) for line in lines)


def _unquoted(cell: bytes) -> bytes:
    is_quoted = len(cell) > 1 and cell.startswith(b'"') and cell.endswith(b'"')
    inside = cell[1:-1]
    return inside.replace(b'""', b'"') if is_quoted and b'"' not in inside.replace(b'""', b"") else cell


def _in_another_form(folder: Path) -> str:
    """The name of a list of changes that was saved as something else than a text with tabs, or nothing."""
    stem = Path(CHANGES).stem
    return next(
        (
            f"{stem}{end}"
            for end in (".xlsx", ".xls", ".ods", ".csv", ".txt", ".tsv.txt")
            if (folder / f"{stem}{end}").is_file()
        ),
        "",
    )


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
            ": ".join(filter(None, (_cell(one.row, one.column), one.message))),
            one.remedy,
        )
        for one in found
    )


def _cell(row: str, column: str) -> str:
    return ", ".join(filter(None, (row, column and f"column '{column}'")))


def _problem(code: str, path: Path, message: str, remedy: str) -> Problem:
    return Problem(code=code, file=str(path), message=message, remedy=remedy)
