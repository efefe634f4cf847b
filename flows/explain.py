"""
Why each sentence of a report stands there, from its saved record alone: rule, facts, sources.

The record holds all of it since the report was made; nothing is interpreted again here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flows import store as reports
from flows.cases import CASE_ID_PATTERN, KEY_FILE, case_id_of, case_key
from flows.store import MANIFEST, digest_of, latest
from parsers.errors import InputError, Problem

RECORD = "report.json"
_WHICH = "name the folder of one version of a report (…/v1), or its case id or accession"

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of a knowledge table as it was worded when the report was made."""

    id: str
    part: str
    table: str
    wording: str
    evidence_status: str


@dataclass(frozen=True, slots=True)
class Fact:
    """`rows` are lines of input files: "ihc.csv, line 3, column result: ALK: positive"."""

    fact: str
    value: str
    condition: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """`date` is that of the label or paper, or the day it was read where it has none."""

    number: int
    citation: str
    identifier: str
    date: str


@dataclass(frozen=True, slots=True)
class Explained:
    """One sentence of the report, under the heading where it is printed."""

    section: str
    text: str
    rules: tuple[Rule, ...]
    facts: tuple[Fact, ...]
    sources: tuple[Source, ...]


def record_of(report: str, store: Path | None) -> Record:
    """
    The saved record that `report` names: its folder, report.json or another file in it, else a case id or accession.

    Raises:
        InputError: there is no such report, or its record is damaged or was made before explanations were kept.
    """
    path = _place_of(report, store)
    try:
        record = json.loads(path.read_bytes())
    except OSError as error:
        raise _problem(path.name, f"cannot be read ({error.strerror})", _WHICH) from None
    except ValueError:
        raise _problem(path.name, "is not JSON", "restore the report's folder from the backup") from None
    if not isinstance(record, dict) or "report" not in record or "statements" not in record:
        raise _problem(path.name, "is not the record of a report", _WHICH)
    if "explanations" not in record:
        raise _problem(path.name, "was made before explanations were kept", "report the specimen again")
    return record


def explained(record: Record) -> tuple[Explained, ...]:
    """Every sentence of a report, in printed order."""
    return tuple(_sentences(record))


def is_named(rule: Rule, name: str) -> bool:
    """Whether `name` is the rule's id or that of its row: CC01, CC01a. Records keep no jurisdiction of a row."""
    return name.casefold() in (rule.id.casefold(), f"{rule.id}{rule.part}".casefold())


def switched_off(record: Record, name: str) -> list[str]:
    """A line for each row of that name or id that the laboratory had switched off when the report was made."""
    wanted = name.casefold()
    return [
        f"{one['row']} was switched off by the laboratory ({one['author']}, {one['date']}): {one['reason']}"
        for one in record["provenance"].get("laboratory_rules", ())
        if one["change"] == "off" and wanted in (one["row"].casefold(), _id_of(one["row"]).casefold())
    ]


def as_json(record: Record, sentences: Sequence[Explained]) -> bytes:
    """For `--json`: report, versions, and the sentences."""
    whole = {
        "report": record["report"]["id"],
        "version": record["report"]["version"],
        "knowledge_version": record["provenance"]["knowledge_version"],
        "knowledge_sha256": record["provenance"]["knowledge_sha256"],
        "sentences": [asdict(one) for one in sentences],
    }
    return reports.as_json(whole)


def _id_of(row: str) -> str:
    """CC01 of CC01a, ACT13 of ACT13/US."""
    return row.partition("/")[0].rstrip("abcdefghijklmnopqrstuvwxyz")


def _place_of(report: str, store: Path | None) -> Path:
    path = Path(report)
    try:
        if path.is_dir():
            return _checked(path / RECORD)
        if path.is_file():
            return _checked(path if path.suffix == ".json" else path.with_name(RECORD))
    except OSError as error:  # A name that is too long, a folder that this user may not look into.
        raise _problem(path.name, f"cannot be read ({error.strerror})", _WHICH) from None
    if store is None or "/" in report:
        raise _problem(report, "there is no such report", "name its folder, or a case id or accession with --store")
    return _checked(_in_store(report, store) / RECORD)


def _in_store(report: str, store: Path) -> Path:
    # Only a store that is there is looked into: its key must not be made by asking.
    ids = [report] if re.fullmatch(CASE_ID_PATTERN, report) else []
    if (store / KEY_FILE).exists():
        ids.append(case_id_of(report, case_key(store)))
    found = next((version for one in ids if (version := latest(store, one)) is not None), None)
    if found is None:
        raise _problem(
            str(store), "holds no report of this case id or accession", "imtreport cases INBOX says what is reported"
        )
    return found.folder


def _checked(path: Path) -> Path:
    """The record, if it is as its manifest says; a record without manifest beside it was taken out of the store."""
    try:
        outputs = json.loads(path.with_name(MANIFEST).read_bytes())["outputs"]
    except (OSError, ValueError, KeyError, TypeError):
        return path
    if path.name in outputs and outputs[path.name] != digest_of(path):
        raise _problem(path.name, "is not what it was when the report was made", "restore the folder from the backup")
    return path


def _problem(file: str, message: str, remedy: str) -> InputError:
    return InputError(Problem(code="no-explanation", file=file, message=message, remedy=remedy))


_HEADINGS = {
    "headline": "Result",
    "summary": "Result",
    "certainty": "Certainty",
    "next_step": "Next steps",
    "limitation": "Limitations",
}
_SECTIONS = {
    "diagnostic": "Alerts",
    "fusion": "Interpretation: fusion",
    "partner": "Interpretation: partner",
    "concordance": "Interpretation: methods compared",
    "therapy": "Interpretation: therapy",
    "risk": "Interpretation: risk",
    "quality": "Interpretation: quality",
}


def _sentences(record: Record) -> Iterator[Explained]:
    parts = record["explanations"]
    yield from (_plain(one, record) for one in parts if one["part"] != "limitation")
    yield from (_spoken("Alerts", one, record) for one in record["alerts"])
    for line in record["therapies"]:
        if line["agent"].lower() not in ("", "none"):
            yield _spoken("Therapy associations", line, record, f"{line['agent']}: {line['status_text']}")
    alerted = {one["text"] for one in record["alerts"]}
    for one in record["statements"]:
        if one["text"] not in alerted:
            yield _spoken(_SECTIONS[one["section"]], one, record)
    yield from (_plain(one, record) for one in parts if one["part"] == "limitation")


def _plain(one: Mapping[str, Any], record: Record) -> Explained:
    keys = [key for rule in record["rules"] if rule["id"] in one["rules"] for key in rule["sources"]]
    return Explained(
        section=_HEADINGS[one["part"]],
        text=one["text"],
        rules=_rules(one["rules"], record),
        facts=_facts(one["because"]),
        sources=_sources(keys, record),
    )


def _spoken(section: str, one: Mapping[str, Any], record: Record, text: str = "") -> Explained:
    ids = [rule for rule in re.split(r"[,;\s]+", one["rule"]) if rule]
    return Explained(
        section=section,
        text=text or one["text"],
        rules=_rules(ids, record, one.get("part", "")),
        facts=_facts(one["because"]),
        sources=_sources(one["sources"], record),
    )


def _rules(ids: Iterable[str], record: Record, part: str = "") -> tuple[Rule, ...]:
    wanted = set(ids)
    return tuple(
        Rule(row["id"], row["part"], row["table"], row["wording"], row["evidence_status"])
        for row in record["rules"]
        if row["id"] in wanted and part in ("", row["part"])
    )


def _facts(because: Iterable[Mapping[str, Any]]) -> tuple[Fact, ...]:
    return tuple(
        Fact(one["fact"], one["value"], one["condition"], tuple(_row(row) for row in one["rows"])) for one in because
    )


def _row(row: Mapping[str, Any]) -> str:
    place = [row["file"]]
    if row["line"] is not None:
        place.append(f"line {row['line']}")
    if row["column"]:
        place.append(row["column"])
    return ", ".join(place) + (f": {row['value']}" if row["value"] else "")


def _sources(keys: Iterable[str], record: Record) -> tuple[Source, ...]:
    wanted = set(keys)
    return tuple(
        Source(one["number"], one["citation"], one["identifier"], one["date"])
        for one in record["references"]
        if one["key"] in wanted
    )
