"""
TOML files read key by key: every mistake is noted with its line and key, and reading goes on.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from parsers.errors import InputError, Problem
from parsers.reading import decode, read_bytes

Value = TypeVar("Value")

_LARGEST = 10**15
# A key or a table's name: bare, or in quotes with anything in it.
_NAME = r"""(?:"[^"]*"|'[^']*'|[A-Za-z0-9_.\-\s])+?"""
_HEADER = re.compile(rf"\s*\[{{1,2}}({_NAME})\]")
_KEY = re.compile(rf"\s*({_NAME})\s*=")


def read_toml(path: Path, problems: list[Problem]) -> Section:
    """
    The whole file as one section, which notes its mistakes in `problems`.

    Raises:
        InputError: the file cannot be read, or is not TOML.
    """
    source = decode(read_bytes(path), path.name)
    try:
        content = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise InputError(
            Problem(
                "bad-toml",
                path.name,
                f"the file is not valid TOML: {error}",
                "check quotes, brackets and equals signs at this place; "
                "a key with blanks, accents or signs needs quotes",
                line=int(line[1]) if line else None,
            )
        ) from None
    return Section(path.name, "", content, _key_lines(source.text), problems)


class Section:
    """One table of the file: takes its keys one by one and notes every mistake with its line."""

    def __init__(
        self, file: str, name: str, content: Mapping[str, Any], lines: Mapping[str, int], problems: list[Problem]
    ) -> None:
        self.file = file
        self.name = name
        self.problems = problems
        self._lines = lines
        self._left = dict(content)
        self._known: list[str] = []

    def problem(
        self, code: str, key: str, message: str, remedy: str, *, found: object = None, expected: str = ""
    ) -> None:
        path = f"{self.name}.{key}" if self.name and key else self.name or key
        self.problems.append(
            Problem(
                code,
                self.file,
                message,
                remedy,
                line=self._line_of(path),
                column=path,
                found=None if found is None else str(found),
                expected=expected,
            )
        )

    def _line_of(self, path: str) -> int | None:
        return self._lines.get(_bare(path), self._lines.get(_bare(self.name)))

    def _take(self, key: str, default: Any) -> Any:
        self._known.append(key)
        return self._left.pop(key, default)

    def names(self) -> list[str]:
        """The keys that nothing has taken yet, in the file's order."""
        return list(self._left)

    def section(self, key: str) -> Section | None:
        value = self._take(key, None)
        path = f"{self.name}.{key}" if self.name else key
        if isinstance(value, dict):
            return Section(self.file, path, value, self._lines, self.problems)
        if value is not None:
            self.problem("wrong-type", key, "this must be a table", f"write it as [{path}]", found=value)
        return None

    def sections(self) -> list[tuple[str, Section]]:
        """Every remaining key as a table of its own."""
        found = [(key, self.section(key)) for key in list(self._left)]
        return [(key, section) for key, section in found if section is not None]

    def tables(self, key: str) -> list[Section]:
        """Every [[table]] of this name. Problems name the line of the first, for they share one name."""
        value = self._take(key, [])
        path = f"{self.name}.{key}" if self.name else key
        if isinstance(value, dict):
            self.problem(
                "wrong-type",
                key,
                f"[{path}] describes one table alone",
                f"write [[{path}]] with two brackets, once for each",
            )
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.problem("wrong-type", key, "this must be a list of tables", f"write each as [[{path}]]", found=value)
            return []
        return [Section(self.file, path, item, self._lines, self.problems) for item in value]

    def path_beside(self, key: str, folder: Path, example: str) -> Path | None:
        """The file or folder in `folder`, that of the TOML file, which `key` names; None for none, or one elsewhere."""
        name = self.text(key)
        if not name:
            return None
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:|~", name):
            self.problem(
                "file-outside-folder",
                key,
                f"the name leads out of the folder of {self.file}",
                f"put it beside {self.file} and write its plain name",
                found=name,
                expected=f"a name inside the folder, for example {example}",
            )
            return None
        return folder / path

    def text(self, key: str, *, required: bool = False) -> str:
        value = self._take(key, "")
        if not isinstance(value, str):
            self.problem("wrong-type", key, "the value must be text in quotes", f'write {key} = "…"', found=value)
            return ""
        if required and not value.strip():
            self.problem("missing-key", key, "the value is missing", f'add {key} = "…" to [{self.name}]')
        return value.strip()

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            self.problem(
                "wrong-type", key, "the value must be a list of texts", f'write {key} = ["…", "…"]', found=value
            )
            return ()
        if required and not value:
            self.problem("missing-key", key, "the list is missing or empty", f'add {key} = ["…"] to [{self.name}]')
        return tuple(item.strip() for item in value)

    def number(
        self, key: str, *, required: bool = False, low: float = 0, high: float = float("inf"), whole: bool = False
    ) -> float | None:
        value = self._take(key, None)
        if value is None:
            if required:
                self.problem("missing-key", key, "the number is missing", f"add {key} = … to [{self.name}]")
            return None
        # True is an int in Python, and a flag is no number here.
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            kind = "a whole number" if whole else "a number"
            self.problem("wrong-type", key, f"the value must be {kind} without quotes", f"write {key} = 5", found=value)
            return None
        # TOML knows inf and nan, and numbers of any length; a threshold is none of them.
        if not (low <= value <= high and abs(value) < _LARGEST):
            self.problem(
                "out-of-range",
                key,
                "the number is out of range",
                "check the value",
                found=value,
                expected=f"{low:g} to {high:g}",
            )
            return None
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        value = self._take(key, default)
        if not isinstance(value, bool):
            self.problem("wrong-type", key, "the value must be true or false", f"write {key} = true", found=value)
            return default
        return value

    def one_of(self, key: str, allowed: tuple[Value, ...], *, required: bool) -> Value | None:
        value = self._take(key, None)
        for item in allowed:
            if value == item:
                return item
        if value is not None or required:
            listed = " or ".join(str(item) for item in allowed)
            self.problem(
                "unknown-value", key, "the value is missing or not allowed", f"write one of: {listed}", found=value
            )
        return None

    def close(self) -> None:
        """Notes every key that nothing has taken: a misspelled threshold must not be ignored."""
        for key in self._left:
            near = get_close_matches(key, self._known, n=1)
            remedy = f'did you mean "{near[0]}"? Else remove it' if near else "correct its spelling or remove it"
            self.problem("unknown-key", key, "this key is not known", remedy)


def _key_lines(text: str) -> dict[str, int]:
    """The line of every table and key, as far as plain TOML shows it; `lab.name` for `name` below `[lab]`."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), start=1):
        header = _HEADER.match(line)
        key = _KEY.match(line)
        if header:
            table = _bare(header[1])
            lines.setdefault(table, number)
        elif key:
            lines.setdefault(f"{table}.{_bare(key[1])}".lstrip("."), number)
    return lines


def _bare(name: str) -> str:
    return re.sub(r"[\s\"']", "", name)
