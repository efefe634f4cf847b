"""
Checksums beside a fusion file: the only proof that a plain text file cut at a line end is not whole.

Read are `<file>.md5` and `<file>.sha256` beside the file, and `MD5SUMS`, `SHA256SUMS`, `checksums.md5` and
`checksums.sha256` in its folder and in the folders above it up to the batch's. Lines are those of md5sum and sha256sum
(GNU coreutils: digest, blank, blank or `*`, name; or, with --tag, `SHA256 (name) = digest`); a file of one file's own
may hold the digest alone. The digest is of the bytes as they lie on disk, packed or not.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from parsers.errors import InputError, Problem
from parsers.reading import DEFAULT_CAP, FileText, decode, read_bytes

LISTS = ("MD5SUMS", "SHA256SUMS", "checksums.md5", "checksums.sha256")

_ENDINGS = (".md5", ".sha256")
# A list of a hundred thousand files is no batch's.
_LONGEST_LIST = 10 * 1024 * 1024
_ALGORITHMS = {32: "md5", 64: "sha256"}
_LINE = re.compile(r"(?P<digest>[0-9a-fA-F]{64}|[0-9a-fA-F]{32})(?:[ \t]+\*?(?P<name>.+))?")
_TAGGED = re.compile(r"(?:MD5|SHA256) ?\((?P<name>.+)\) ?= ?(?P<digest>[0-9a-fA-F]{64}|[0-9a-fA-F]{32})")


@dataclass(frozen=True, slots=True)
class Checksum:
    """A digest (hex, small letters) that `file` states in its line `line`; its length tells md5 from sha256."""

    digest: str
    file: str
    line: int

    def fits(self, data: bytes) -> bool:
        # The digest guards against a broken copy, not against an enemy, who would write the list anew.
        return hashlib.new(_ALGORITHMS[len(self.digest)], data, usedforsecurity=False).hexdigest() == self.digest


def read_checked(path: Path, *, folder: Path | None = None, cap: int = DEFAULT_CAP, name: str = "") -> FileText:
    """
    `read_text`, checked against every checksum that lies beside the file or in the folders up to `folder`.

    A match proves that the file is whole: a missing last line end is then the file's own and is added.

    Raises:
        InputError: as `read_text`; or the content is not that of a checksum, or a list of checksums cannot be read.
    """
    called = name or path.name
    data = read_bytes(path, cap=cap, name=called)
    stated = checksums_of(path, folder or path.parent)
    wrong = [one for one in stated if not one.fits(data)]
    if wrong:
        raise InputError(*(_mismatch(called, one) for one in wrong))
    source = decode(data, called, cap=cap)
    if stated and not source.ends_with_newline:
        return replace(source, text=source.text + "\n", ends_with_newline=True)
    return source


def checksums_of(path: Path, folder: Path) -> tuple[Checksum, ...]:
    """
    Every checksum stated for `path`; none where there is no list, or none that names it.

    Raises:
        InputError: a list cannot be opened or is no list of checksums.
    """
    found: list[Checksum] = []
    for ending in _ENDINGS:
        own = path.with_name(path.name + ending)
        if _is_there(own):
            found.extend(_of_own(own, path.name, own.relative_to(folder).as_posix()))
    for place in _folders(path, folder):
        inside = path.relative_to(place).as_posix()
        for name in LISTS:
            listed = place / name
            if _is_there(listed):
                entries = _entries(listed, listed.relative_to(folder).as_posix())
                found.extend(one for given, one in entries if _same_name(given, inside))
    return tuple(dict.fromkeys(found))


def _folders(path: Path, folder: Path) -> Iterator[Path]:
    for place in path.parents:
        if place.is_relative_to(folder):
            yield place


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False  # The name with its ending is longer than the file system allows.


def _of_own(own: Path, name: str, called: str) -> list[Checksum]:
    """The checksum in `<name>.md5`: its only line, wherever the file lay when it was made, or the line of its name."""
    entries = list(_entries(own, called))
    if len(entries) == 1:
        return [entries[0][1]]
    found = [one for given, one in entries if PurePosixPath(given.replace("\\", "/")).name == name]
    if not found:
        raise InputError(_no_list(called, None, f"none of its {len(entries)} lines is of {name}"))
    return found


def _entries(path: Path, called: str) -> Iterator[tuple[str, Checksum]]:
    """Name and checksum of every line; the name is empty where the line is a digest alone."""
    text = decode(read_bytes(path, cap=_LONGEST_LIST, name=called), called, cap=_LONGEST_LIST).text
    for number, line in enumerate(text.split("\n"), start=1):
        given = line.strip()
        if not given or given.startswith("#"):
            continue
        match = _LINE.fullmatch(given) or _TAGGED.fullmatch(given)
        if match is None:
            raise InputError(_no_list(called, number, "the line is no checksum with a file name"))
        yield match["name"] or "", Checksum(match["digest"].lower(), called, number)


def _same_name(given: str, inside: str) -> bool:
    return given.replace("\\", "/").removeprefix("./") == inside


def _mismatch(file: str, stated: Checksum) -> Problem:
    return Problem(
        "checksum-mismatch",
        file,
        f"the file was copied incompletely or altered: {stated.file}, line {stated.line}, states another checksum",
        "copy the file again from where the caller wrote it; if it was changed on purpose, make the checksums anew",
        expected=f"the {_ALGORITHMS[len(stated.digest)]} {stated.digest}",
    )


def _no_list(file: str, line: int | None, why: str) -> Problem:
    return Problem(
        "bad-checksum-file",
        file,
        f"the list of checksums cannot be used: {why}",
        "make it anew in the folder of the results: sha256sum * > SHA256SUMS",
        line=line,
        expected="lines such as those of sha256sum or md5sum",
    )
