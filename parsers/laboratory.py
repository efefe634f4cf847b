"""
The laboratory and its assays, as lab.toml describes them.

    [lab]
    name = "…"            address = "…"          clia = "00D0000000"     accreditation = "ISO 15189 No. …"
    director = "…"        phone = "…"            email = "…"             jurisdiction = "US"
    time_zone = "America/New_York"               accession_pattern = '^S\\d{2}-\\d{5}$'
    ldt_statement = "…"   asr_statement = ""     disclaimers = ["…"]     nightly = "0 2 * * *"

    [assay.rna-fusion-v3]
    title = "…"  version = "3.1"  molecule = "RNA"  genes = ["ALK", …]  genome_build = "GRCh38"
    platform = "…"  chemistry = "…"  method = "…"  limit_of_detection = "…"  limitations = ["…"]
    minimum_split_reads = 5      minimum_tumour_cells_pct = 20     specimen_types = ["…"] (optional)

    [assay.rna-fusion-v3.qc.dv200_pct]
    name = "RNA integrity (DV200)"   unit = "%"   min = 30   (or max = …; borderline = … ; required = true)
"""

from __future__ import annotations

import re
import tomllib
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from parsers.errors import InputError, Problem
from parsers.mapping import NO_MAPPING, LabMapping
from parsers.reading import decode, looks_like_excel_date, read_bytes
from parsers.records import Build, Molecule

Value = TypeVar("Value")

_NIGHTLY = "0 2 * * *"


_LARGEST = 10**15


@dataclass(frozen=True, slots=True)
class QcRule:
    """
    One quality threshold of an assay. Passing means `minimum <= value <= maximum`, whichever are set.

    A value on the failing side of the threshold but within `borderline` (same unit) is borderline. A `required` metric
    that a specimen lacks makes its quality undocumented, which is not the same as passed.
    """

    metric: str
    name: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    borderline: float | None = None
    required: bool = True


@dataclass(frozen=True, slots=True)
class Assay:
    """One validated assay: what it covers, how it works, when its result counts."""

    key: str
    title: str
    version: str
    molecule: Molecule
    genes: tuple[str, ...]
    genome_build: Build | None
    minimum_split_reads: int
    minimum_tumour_cells_pct: float
    platform: str = ""
    chemistry: str = ""
    method: str = ""
    limit_of_detection: str = ""
    limitations: tuple[str, ...] = ()
    specimen_types: tuple[str, ...] = ()
    qc: tuple[QcRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Laboratory:
    """The performing laboratory; `assays` by the name that specimens.csv uses."""

    name: str
    address: str
    jurisdiction: str
    time_zone: str
    assays: Mapping[str, Assay]
    clia: str = ""
    accreditation: str = ""
    director: str = ""
    phone: str = ""
    email: str = ""
    accession_pattern: str = ""
    ldt_statement: str = ""
    asr_statement: str = ""
    disclaimers: tuple[str, ...] = ()
    nightly: str = _NIGHTLY
    guideline_version: str = ""
    mapping: LabMapping = NO_MAPPING


def read_laboratory(path: Path) -> Laboratory:
    """
    The laboratory and its assays from lab.toml.

    Raises:
        InputError: with every mistake in the file: unknown keys, wrong types, unknown time zone, bad pattern, no assay…
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
                "check quotes, brackets and equals signs at this place",
                line=int(line[1]) if line else None,
            )
        ) from None
    problems: list[Problem] = []
    laboratory = _laboratory(_Section(path.name, "", content, _key_lines(source.text), problems))
    if laboratory is None or problems:
        raise InputError(*problems)
    return laboratory


class _Section:
    """One table of lab.toml: takes its keys one by one and notes every mistake with its line."""

    def __init__(
        self, file: str, name: str, content: Mapping[str, Any], lines: Mapping[str, int], problems: list[Problem]
    ) -> None:
        self.file = file
        self.name = name
        self.problems = problems
        self._lines = lines
        self._left = dict(content)

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
                line=self._lines.get(path, self._lines.get(self.name)),
                column=path,
                found=None if found is None else str(found),
                expected=expected,
            )
        )

    def section(self, key: str) -> _Section | None:
        value = self._left.pop(key, None)
        path = f"{self.name}.{key}" if self.name else key
        if isinstance(value, dict):
            return _Section(self.file, path, value, self._lines, self.problems)
        if value is not None:
            self.problem("wrong-type", key, "this must be a table", f"write it as [{path}]", found=value)
        return None

    def sections(self) -> list[tuple[str, _Section]]:
        """Every remaining key as a table of its own."""
        found = [(key, self.section(key)) for key in list(self._left)]
        return [(key, section) for key, section in found if section is not None]

    def text(self, key: str, *, required: bool = False) -> str:
        value = self._left.pop(key, "")
        if not isinstance(value, str):
            self.problem("wrong-type", key, "the value must be text in quotes", f'write {key} = "…"', found=value)
            return ""
        if required and not value.strip():
            self.problem("missing-key", key, "the value is missing", f'add {key} = "…" to [{self.name}]')
        return value.strip()

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        value = self._left.pop(key, [])
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
        value = self._left.pop(key, None)
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
        value = self._left.pop(key, default)
        if not isinstance(value, bool):
            self.problem("wrong-type", key, "the value must be true or false", f"write {key} = true", found=value)
            return default
        return value

    def one_of(self, key: str, allowed: tuple[Value, ...], *, required: bool) -> Value | None:
        value = self._left.pop(key, None)
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
            self.problem("unknown-key", key, "this key is not known", "correct its spelling or remove it")


_BUILDS: tuple[Build, ...] = ("GRCh37", "GRCh38")
_MOLECULES: tuple[Molecule, ...] = ("RNA", "DNA")


def _laboratory(top: _Section) -> Laboratory | None:
    lab = top.section("lab")
    assays = top.section("assay")
    if lab is None:
        top.problem(
            "missing-key", "lab", "the file has no [lab] table", "add [lab] with name, address, jurisdiction, time_zone"
        )
    found = {key: _assay(key, section) for key, section in assays.sections()} if assays else {}
    if not found:
        top.problem(
            "no-assays", "assay", "the file describes no assay", "add one [assay.<name>] table for each validated assay"
        )
    top.close()
    if lab is None:
        return None
    laboratory = Laboratory(
        name=lab.text("name", required=True),
        address=lab.text("address", required=True),
        jurisdiction=_jurisdiction(lab),
        time_zone=_time_zone(lab),
        assays={key: assay for key, assay in found.items() if assay is not None},
        clia=lab.text("clia"),
        accreditation=lab.text("accreditation"),
        director=lab.text("director"),
        phone=lab.text("phone"),
        email=lab.text("email"),
        accession_pattern=_pattern(lab),
        ldt_statement=lab.text("ldt_statement"),
        asr_statement=lab.text("asr_statement"),
        disclaimers=lab.texts("disclaimers"),
        nightly=_nightly(lab),
        guideline_version=lab.text("guideline_version"),
    )
    lab.close()
    return laboratory


def _jurisdiction(lab: _Section) -> str:
    value = lab.text("jurisdiction", required=True).upper()
    if value and not re.fullmatch(r"[A-Z]{2}", value, re.ASCII):
        lab.problem("unknown-value", "jurisdiction", "this is not a two-letter code", "write US, EU, JP…", found=value)
    return value


def _time_zone(lab: _Section) -> str:
    value = lab.text("time_zone", required=True)
    if value:
        try:
            zoneinfo.ZoneInfo(value)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            lab.problem(
                "unknown-time-zone",
                "time_zone",
                "this time zone is not known",
                "write region and city: America/New_York",
                found=value,
                expected="a name of the IANA time zone database",
            )
    return value


def _pattern(lab: _Section) -> str:
    value = lab.text("accession_pattern")
    try:
        re.compile(value)
    except re.error as error:
        lab.problem(
            "bad-pattern",
            "accession_pattern",
            f"this is not a regular expression: {error}",
            "write it in single quotes: '^S\\d{2}-\\d{5}$'",
            found=value,
        )
    return value


def _nightly(lab: _Section) -> str:
    value = lab.text("nightly") or _NIGHTLY
    if len(value.split()) != 5 or not re.fullmatch(r"[\d*/,\-A-Za-z ]+", value):
        lab.problem(
            "bad-schedule",
            "nightly",
            "this is not a cron schedule",
            'write five fields: "0 2 * * *" is 2 a.m.',
            found=value,
        )
    return value


def _assay(key: str, section: _Section) -> Assay | None:
    before = len(section.problems)
    molecule = section.one_of("molecule", _MOLECULES, required=True)
    qc = section.section("qc")
    split_reads = section.number("minimum_split_reads", required=True, whole=True)
    tumour_cells = section.number("minimum_tumour_cells_pct", required=True, high=100)
    genes = section.texts("genes", required=True)
    for gene in genes:
        if looks_like_excel_date(gene):
            section.problem(
                "excel-date", "genes", "a spreadsheet turned a gene's name into a date", "write its symbol", found=gene
            )
    fields: dict[str, Any] = {
        "title": section.text("title", required=True),
        "version": section.text("version", required=True),
        "genes": genes,
        "genome_build": section.one_of("genome_build", _BUILDS, required=False),
        "platform": section.text("platform"),
        "chemistry": section.text("chemistry"),
        "method": section.text("method"),
        "limit_of_detection": section.text("limit_of_detection"),
        "limitations": section.texts("limitations"),
        "specimen_types": section.texts("specimen_types"),
        "qc": tuple(_qc_rule(metric, rule) for metric, rule in qc.sections()) if qc else (),
    }
    section.close()
    if len(section.problems) > before or molecule is None or split_reads is None or tumour_cells is None:
        return None
    return Assay(
        key=key,
        molecule=molecule,
        minimum_split_reads=int(split_reads),
        minimum_tumour_cells_pct=tumour_cells,
        **fields,
    )


def _qc_rule(metric: str, section: _Section) -> QcRule:
    low = section.number("min", low=float("-inf"))
    high = section.number("max", low=float("-inf"))
    if low is None and high is None:
        section.problem("missing-key", "", "the metric has no threshold", "add min = … or max = …")
    if low is not None and high is not None and low > high:
        section.problem(
            "out-of-range",
            "min",
            "min is above max",
            "exchange or correct them",
            found=low,
            expected=f"at most {high:g}",
        )
    rule = QcRule(
        metric=metric,
        name=section.text("name", required=True),
        unit=section.text("unit"),
        minimum=low,
        maximum=high,
        borderline=section.number("borderline"),
        required=section.flag("required", default=True),
    )
    section.close()
    return rule


def _key_lines(text: str) -> dict[str, int]:
    """The line of every table and key, as far as plain TOML shows it; `lab.name` for `name` below `[lab]`."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), start=1):
        header = re.match(r"\s*\[([^\[\]]+)\]", line)
        key = re.match(r"\s*([A-Za-z0-9_\-\"'.]+)\s*=", line)
        if header:
            table = _bare(header[1])
            lines.setdefault(table, number)
        elif key:
            lines.setdefault(f"{table}.{_bare(key[1])}".lstrip("."), number)
    return lines


def _bare(name: str) -> str:
    return re.sub(r"[\s\"']", "", name)
