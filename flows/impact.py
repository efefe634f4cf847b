"""
What other knowledge tables would change in the reports of a store: each latest report against its saved case.

Nothing is written. The case that lies beside a report is interpreted again; the batch folder is not needed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flows import store as reports
from interpret.genes import GeneModels
from interpret.interpretation import interpret
from interpret.knowledge import Knowledge
from parsers.records import Case
from parsers.saved_case import SavedCase, SavedCaseError, read_saved_case
from report_templates.record import Issue, build_record

Record = Mapping[str, Any]
ModelsFor = Callable[[Case, Mapping[str, str]], GeneModels]

CASE = "case.json"
_NEEDED = frozenset({"report.json", CASE})


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a report would say otherwise; empty where it says it only before, or only after."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Impact:
    """
    What becomes of one report. `why_not` says why it cannot be compared, and is empty where it was.

    `is_older_news` is True where the tables in use would change it in the same way already.
    """

    case_id: str
    accession: str
    version: int
    changes: tuple[Change, ...]
    is_older_news: bool = False
    why_not: str = ""


class NotComparableError(Exception):
    """Why a report cannot be compared; names files and settings, nothing of the patient."""


def impacts(
    store: Path, new: Knowledge, in_use: Callable[[SavedCase], Knowledge], models_for: ModelsFor
) -> Iterator[Impact]:
    """
    Every case of the store, by case id: its latest report under `new` tables.

    Args:
        in_use: the tables that a case would be reported with today.
        models_for: the gene models for a case, given the versions its report was made with; raises NotComparableError.
    """
    folder = store / "reports"
    for case_id in sorted(one.name for one in folder.iterdir()) if folder.is_dir() else ():
        version = reports.latest(store, case_id)
        if version is not None:
            yield _impact(case_id, version, new, in_use, models_for)


def changes_between(before: Record, after: Record) -> tuple[Change, ...]:
    """What two records of one case say differently: result, tiers, genes, therapy lines, alerts, other sentences."""
    return tuple(_changes(before, after))


def as_json(new: Knowledge, found: Sequence[Impact]) -> bytes:
    """For `--json`."""
    whole = {
        "knowledge_version": new.version,
        "knowledge_sha256": new.sha256,
        "reports": [asdict(one) for one in found],
    }
    return reports.as_json(whole)


def _impact(
    case_id: str,
    version: reports.Version,
    new: Knowledge,
    in_use: Callable[[SavedCase], Knowledge],
    models_for: ModelsFor,
) -> Impact:
    accession = ""
    try:
        record, saved = _read(version)
        accession = saved.case.specimen.accession
        models = models_for(saved.case, version.manifest.get("versions", {}))
        after = _under(new, saved, record, models)
        changes = changes_between(record, after)
        is_older_news = bool(changes) and not changes_between(_under(in_use(saved), saved, record, models), after)
    except NotComparableError as error:
        return Impact(case_id, accession, version.number, (), why_not=str(error))
    return Impact(case_id, accession, version.number, changes, is_older_news)


def _read(version: reports.Version) -> tuple[Record, SavedCase]:
    """
    Raises:
        NotComparableError: record or case are missing, damaged, or of another time.
    """
    outputs = version.manifest.get("outputs")
    if not isinstance(outputs, dict) or "report.json" not in outputs:
        raise NotComparableError("manifest.json is damaged: restore the folder from the backup")
    if CASE not in outputs:
        raise NotComparableError("made before cases were kept beside reports: report the specimen again")
    if wrong := sorted(name for name in reports.damaged_files(version) if name in _NEEDED):
        raise NotComparableError(f"{wrong[0]} is missing or was changed: restore the folder from the backup")
    record = json.loads((version.folder / "report.json").read_bytes())
    try:
        return record, read_saved_case((version.folder / CASE).read_bytes())
    except SavedCaseError as error:
        raise NotComparableError(f"{CASE} cannot be read ({error}): use the software that made it") from None


def _under(knowledge: Knowledge, saved: SavedCase, record: Record, models: GeneModels) -> Record:
    """The record that the case would have under some tables, issued as `record` was."""
    report, provenance = record["report"], record["provenance"]
    issue = Issue(
        report_id=report["id"],
        case_id=provenance["case_id"],
        version=report["version"],
        status=report["status"],
        issued=datetime.fromisoformat(report["issued"]),
        software_version=provenance["software_version"],
        inputs=provenance["inputs"],
        replaces=report["replaces"],
    )
    found = interpret(saved.case, saved.laboratory, knowledge, models)
    return build_record(saved.case, found, saved.laboratory, issue)


def _changes(before: Record, after: Record) -> Iterator[Change]:
    for what in ("status", "headline", "certainty"):
        if before["result"][what] != after["result"][what]:
            yield Change(what, before["result"][what], after["result"][what])
    yield from _by_name("tier", _tiers(before), _tiers(after))
    yield from _by_name("classification", _classes(before), _classes(after))
    yield from _by_name("gene", _genes(before), _genes(after))
    yield from _by_name("therapy", _therapies(before), _therapies(after))
    for what, texts in _SENTENCES.items():
        yield from _sentences(what, texts(before), texts(after))


def _by_name(what: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        was, becomes = before.get(name, ""), after.get(name, "")
        if was != becomes:
            yield Change(f"{what}: {name}", was, becomes)


def _sentences(what: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    """Each sentence as often as it went or came, in printed order."""
    went, came = Counter(before) - Counter(after), Counter(after) - Counter(before)
    yield from (Change(what, text, "") for text in went.elements())
    yield from (Change(what, "", text) for text in came.elements())


def _tiers(record: Record) -> dict[str, str]:
    return {one["name"]: f"{one['tier']}-{one['level']}".strip("-") or "none" for one in record["fusions"]}


def _classes(record: Record) -> dict[str, str]:
    return {one["name"]: one["classification"] for one in record["fusions"]}


def _genes(record: Record) -> dict[str, str]:
    return {one["symbol"]: f"{one['state']} ({one['reason']})" for one in record["genes"]}


def _therapies(record: Record) -> dict[str, str]:
    """Each line as its table row says it; its sentence is among the statements."""
    return {
        f"{one['agent']}, {one['fusion']} ({one['rule']})": "; ".join(
            [
                one["relation"],
                one["status_text"],
                f"{one['tier']}-{one['level']}".strip("-") or "no tier",
                *(f"{each['condition']}: {each['state']}" for each in one["label_conditions"]),
            ]
        )
        for one in record["therapies"]
    }


def _texts(entries: Iterable[Mapping[str, Any]]) -> list[str]:
    return [one["text"] for one in entries]


def _statements(record: Record) -> list[str]:
    alerted = set(_texts(record["alerts"]))
    return [text for text in _texts(record["statements"]) if text not in alerted]


_SENTENCES: Mapping[str, Callable[[Record], list[str]]] = {
    "summary": lambda record: list(record["result"]["summary"]),
    "next step": lambda record: list(record["result"]["next_steps"]),
    "alert": lambda record: _texts(record["alerts"]),
    "sentence": _statements,
    "limitation": lambda record: list(record["limitations"]),
    "reference": lambda record: [f"{one['citation']} {one['identifier']}" for one in record["references"]],
}
