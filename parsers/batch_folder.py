"""
The files of a batch folder by what they are: the laboratory's tables, its messages, and what nobody asked for.

Results in a form, or under a name, that is not read would be missing in silence. So a table with nearly the right name
stops the batch, two forms of one table stop it too, and a result file that no row names is said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from parsers.errors import Problem

# In the order in which they are read.
KINDS = ("specimens", "ihc", "qc", "controls", "variants")
GENERIC_FUSIONS = "fusions"
# What `imtreport check` leaves in the folder.
PROBLEMS_FILE = "problems.json"

TABLE_ENDINGS = (".csv", ".tsv", ".xlsx")
# Every name that a table of ours may have: they hold no accession, so a log may name them.
TABLE_NAMES = frozenset({*(f"{kind}{ending}" for kind in KINDS for ending in TABLE_ENDINGS), f"{GENERIC_FUSIONS}.csv"})
MESSAGE_ENDING = ".hl7"

_NOT_TABLES = (".xls", ".ods", ".xlsm", ".xlsb")
_NEAR_ENDINGS = (".csv", ".tsv", ".xlsx", ".txt", ".csv.txt", ".csv.gz", ".csv.bak", *_NOT_TABLES)
_RESULTS = (".tsv", ".tsv.gz", ".vcf", ".vcf.gz", ".csv", ".csv.gz", ".txt", ".abridged", ".xlsx", ".json")


@dataclass(frozen=True, slots=True)
class BatchFolder:
    """
    A folder and the names in it: `tables` by kind (`ihc` -> `ihc.xlsx`), HL7 `messages` in order of name.

    `problems` are what stops the whole batch: no table of specimens, a table under a wrong name or in two forms.
    """

    path: Path
    names: tuple[str, ...]
    tables: Mapping[str, str] = field(default_factory=dict)
    messages: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    def name_of(self, kind: str) -> str:
        """The table's own file name; the one it would have as CSV where there is none."""
        return self.tables.get(kind, f"{kind}.csv")


def look_into(path: Path) -> BatchFolder:
    """What lies in the folder. Never raises: a folder that cannot be opened has that problem."""
    try:
        names = tuple(sorted(one.name for one in path.iterdir()))
    except OSError as error:
        return BatchFolder(path, (), problems=(_unreadable(path, error),))
    forms = {kind: _forms_of(kind, names) for kind in (*KINDS, GENERIC_FUSIONS)}
    tables = {kind: found[0] for kind, found in forms.items() if found}
    messages = tuple(name for name in names if name.lower().endswith(MESSAGE_ENDING))
    problems = [_in_two_forms(kind, found) for kind, found in forms.items() if len(found) > 1]
    if "specimens" not in tables and not messages:
        problems.append(_without_specimens())
    return BatchFolder(path, names, tables, messages, tuple(problems))


def is_batch(path: Path) -> bool:
    """True where the folder holds a table of specimens or HL7 messages, that is, where a batch can be read from it."""
    folder = look_into(path)
    return "specimens" in folder.tables or bool(folder.messages)


def may_be_batch(path: Path) -> bool:
    """True also for a folder that cannot be opened, and for one with tables but without a table of specimens."""
    folder = look_into(path)
    if any(problem.code == "unreadable-folder" for problem in folder.problems):
        return True
    is_near = any(name.lower().startswith("specimens.") for name in folder.names)
    return bool(folder.tables or folder.messages or is_near)


def misspelt(folder: BatchFolder, named: Collection[str]) -> list[Problem]:
    """Files that are nearly a table of ours and are not read; `named` are those that some row asks for."""
    return [
        Problem(
            "misspelt-table",
            name,
            f"the name is nearly that of {kind}.csv, and the file is not read",
            f"{_right_name(kind, name)}, or take it out of the folder",
        )
        for name in folder.names
        if name not in named and name not in TABLE_NAMES
        for kind in (*KINDS, GENERIC_FUSIONS)
        if _is_nearly(name, kind, is_there=kind in folder.tables)
    ]


def is_result(name: str) -> bool:
    """True for a name that a caller's result may have, by its ending."""
    return name.lower().endswith(_RESULTS)


def holds_results(path: Path) -> bool:
    """True for a folder with result files at any depth, and for one that this user may not open."""
    try:
        return path.is_dir() and any(is_result(one.name) for one in path.rglob("*"))
    except OSError:
        return True  # Not for this user, so nobody knows.


def _forms_of(kind: str, names: Collection[str]) -> list[str]:
    # A caller's own fusions.tsv is no twin of fusions.csv.
    endings = (".csv",) if kind == GENERIC_FUSIONS else TABLE_ENDINGS
    return [name for ending in endings for name in (f"{kind}{ending}",) if name in names]


def _right_name(kind: str, name: str) -> str:
    if kind == GENERIC_FUSIONS:
        return f"save it as CSV under the name {kind}.csv (small letters)"
    # A workbook of another kind stays one under any name.
    if name.strip().lower().endswith((".xls", ".xlsb", ".xlsm", ".ods")):
        return f"save it in the spreadsheet program as {kind}.xlsx or {kind}.csv; a new name alone is not enough"
    return f"name it {kind}.csv, {kind}.tsv or {kind}.xlsx (small letters)"


def _is_nearly(name: str, kind: str, *, is_there: bool) -> bool:
    """`IHC.csv`, and, where there is no ihc table, `ihc.csv.txt`, `ihc.xls` or `ihc (1).csv`."""
    bare = name.strip().lower()
    endings = (".csv",) if kind == GENERIC_FUSIONS else TABLE_ENDINGS
    if bare in [f"{kind}{ending}" for ending in endings]:
        return True
    ending = re.fullmatch(rf"{kind}[ _-]*(?:\(?\d+\)?|copy)?((?:\.[a-z]+)+)", bare)
    if is_there or ending is None:
        return False
    return ending[1] in ((".csv", ".xlsx", *_NOT_TABLES) if kind == GENERIC_FUSIONS else _NEAR_ENDINGS)


def _unreadable(path: Path, error: OSError) -> Problem:
    return Problem(
        "unreadable-folder",
        path.name,
        f"the batch folder cannot be opened ({error.strerror})",
        "check its name and that this user may read it",
    )


def _without_specimens() -> Problem:
    return Problem(
        "missing-file",
        "specimens.csv",
        "the batch folder has no specimens.csv",
        "add it as CSV, TSV or XLSX, or the orders as HL7 messages; docs/inputs.md lists the columns",
    )


def _in_two_forms(kind: str, found: Collection[str]) -> Problem:
    names = list(found)
    return Problem(
        "table-in-two-forms",
        names[1],
        f"the folder holds the table '{kind}' {len(names)} times: {', '.join(names)}",
        "leave the one that counts, and take the others out of the folder",
    )
