"""
The work on one specimen: from its request to a report version in the store, or into quarantine.

Plain functions that know nothing of Prefect; `flows.warm_pool` runs them in its worker processes.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import datetime
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from flows import store as reports
from flows.batches import Job
from flows.fingerprint import fingerprint
from flows.gene_annotations import Annotation, annotations_of, models_for
from flows.knowledge_overlays import read_overlay
from flows.outcomes import Outcome, Status, fail_case, kind_and_place, last_day_of_receipt, now, quarantine_case
from flows.quarantine import resolve
from flows.report_files import RECORD, ExportError, drawn_files, drawn_with
from flows.settings import Settings
from interpret.findings import Interpretation
from interpret.genes import GeneModels, load_gene_models
from interpret.interpretation import interpret
from interpret.knowledge import Knowledge, load_knowledge
from interpret.targets import targets_of
from parsers.batch import CaseRequest, digests, of_a_day_to_come, read_case_with_warnings
from parsers.batch_folder import KINDS, look_into
from parsers.callers.format import Targets
from parsers.errors import InputError, Problem
from parsers.records import Case
from parsers.saved_case import saved_case
from report_templates.exports import report_json
from report_templates.pdf import RenderError
from report_templates.record import Issue, build_record, cleaned, template_version

# A report says DRAFT until a person signs it; nothing in this module makes it anything else.
_UNSIGNED: Final = "draft"


class Tools(NamedTuple):
    """What every report needs and no report changes, loaded once per process; `targets` by the genes of an assay."""

    knowledge: Knowledge
    models: GeneModels
    versions: dict[str, str]
    targets: dict[tuple[str, ...], Targets]


def tools(overlay: str = "") -> Tools:
    """
    Knowledge, gene models and versions; `overlay` is the folder of the laboratory's own rules, empty without.

    Raises:
        KnowledgeError: a packaged table is wrong, or the laboratory's overlay; nothing can be reported.
        InputError: the overlay cannot be read.
    """
    return _tools(tuple(read_overlay(Path(overlay)).items()) if overlay else None)


# By content: a rule changed while the worker lives holds from the next specimen on.
@lru_cache(maxsize=4)
def _tools(overlay: tuple[tuple[str, bytes], ...] | None) -> Tools:
    knowledge = load_knowledge(overlay=None if overlay is None else dict(overlay))
    versions = {
        "software": version("imtreport"),
        "template": template_version(),
        "knowledge": knowledge.version,
        "knowledge_sha256": knowledge.sha256,
    }
    return Tools(knowledge, load_gene_models(), versions, {})


def _annotations(store: Path) -> tuple[Annotation, ...]:
    """
    The laboratory's gene annotations, ready for look-ups.

    Raises:
        InputError: one of them cannot be used; without it the report would not say what the laboratory wants.
    """
    return _annotations_of(Settings.from_environment().gtf, store)


_annotations_of = cache(annotations_of)


def _versions(kit: Tools, store: Path) -> dict[str, str]:
    """The versions of everything a report is made with; without an annotation only those of `tools`."""
    added = {f"gene_annotation_{one.file.build}": one.file.sha256 for one in _annotations(store)}
    return kit.versions | added


def report_case(job: Job, store: Path) -> Outcome:
    """
    Report one specimen, unless its latest report says the same already.

    Raises nothing: mistakes in the input lead to quarantine, our own to "failed"; both are recorded on the specimen.
    """
    started = time.process_time()
    with reports.locked(store, job.case_id):
        try:
            outcome = _report(job, store)
        except Exception as error:  # noqa: BLE001 - the night moves on; the failure is recorded on this specimen
            outcome = _not_reported(job, store, error)
    return replace(outcome, cpu_seconds=time.process_time() - started)


def _not_reported(job: Job, store: Path, error: Exception) -> Outcome:
    try:
        if isinstance(error, InputError):
            return quarantine_case(job, store, error.problems)
        said = str(error) if isinstance(error, RenderError | ExportError) else ""
        remedy = error.remedy if isinstance(error, RenderError) else ""
        cause = error.__cause__ if isinstance(error, ExportError) else None
        return fail_case(job, store, kind_and_place(cause if isinstance(cause, Exception) else error), said, remedy)
    except Exception as second:  # noqa: BLE001 - not even the record could be written: a full disk, say
        return Outcome(job.case_id, "failed", codes=("internal-error", kind_and_place(second)))


class _Reading(NamedTuple):
    """What was read of one specimen: `inputs` are the sha256 of the very bytes, by name in the batch folder."""

    case: Case
    warnings: tuple[Problem, ...]
    inputs: dict[str, str]


def _report(job: Job, store: Path) -> Outcome:
    # Once: what is compared with the last report is what the new one is made with.
    kit = tools(job.laboratory.knowledge_overlay)
    reading = _read(job, kit)
    print_of = fingerprint(reading.case, job.laboratory, _versions(kit, store))
    earlier = reports.versions(store, job.case_id)
    before = earlier[-1] if earlier else None
    damaged = reports.damaged_files(before) if before is not None else ()
    is_same = before is not None and before.manifest.get("fingerprint") == print_of
    if before is not None and is_same and not damaged:
        resolve(store, job.case_id)
        return _outcome(job, before, "unchanged", reading.warnings)
    if before is not None and not is_same:
        _check_patient(job, reading.case, earlier)
    if before is not None:
        notes = [_damaged(job, before, name) for name in damaged]
        reading = reading._replace(warnings=(*reading.warnings, *notes))
    made = _publish(job, reading, print_of, before, store, kit)
    resolve(store, job.case_id)
    return _outcome(job, made, "reported", reading.warnings)


def _read(job: Job, kit: Tools) -> _Reading:
    """
    The case with its fusion calls and every warning about its rows and files.

    Raises:
        InputError: the request has errors, a file cannot be read or changed since its batch was read, or the specimen
            is of a day to come.
    """
    request = job.request
    if request.errors or request.tables is None:
        raise InputError(*(request.errors or request.problems or (_no_row(job),)))
    try:
        case, warnings = read_case_with_warnings(request, _targets(job, kit))
        as_now = digests(request) | _tables_now(request)
    except OSError as error:
        raise InputError(_unreadable(job, error)) from None
    inputs = dict(request.table_digests) | {source.file: source.sha256 for source in case.sources}
    changed = [name for name in sorted({*inputs, *as_now}) if inputs.get(name) != as_now.get(name)]
    if changed:
        raise InputError(*(_changed_meanwhile(job, name) for name in changed))
    if too_late := of_a_day_to_come(request, last_day_of_receipt(now(), job.laboratory)):
        raise InputError(*too_late)
    return _Reading(case, warnings, inputs)


def _targets(job: Job, kit: Tools) -> Targets | None:
    """The genes that long tables are searched for; None, and every call is kept, where the assay is not known."""
    specimen = job.request.tables.specimen if job.request.tables else None
    assay = job.laboratory.assays.get(specimen.assay) if specimen else None
    if assay is None:
        return None
    if assay.genes not in kit.targets:
        kit.targets[assay.genes] = targets_of(kit.models, kit.knowledge, assay.genes)
    return kit.targets[assay.genes]


def _tables_now(request: CaseRequest) -> dict[str, str | None]:
    """The sha256 of the batch's tables and messages as they lie there now; None for one that is gone."""
    folder = look_into(request.folder)
    there = {name for kind, name in folder.tables.items() if kind in KINDS}
    names = {*there, *folder.messages, *(name for name, _ in request.table_digests)}
    known = {name: reports.digest_of(request.folder / name) for name in names}
    return {name: digest for name, digest in known.items() if digest is not None or name in dict(request.table_digests)}


def _check_patient(job: Job, case: Case, earlier: tuple[reports.Version, ...]) -> None:
    """
    A new version replaces the one before, so it must be of the same person: patient number and date of birth.

    Raises:
        InputError: it is of another one, or no earlier version can be read any more.
    """
    known = next((patient for one in reversed(earlier) if (patient := _patient_of(one)) is not None), None)
    if known is None:
        raise InputError(_unknown_patient(job, earlier[-1]))
    number, born = known
    now_number, now_born = cleaned(case.specimen.patient_id), case.specimen.date_of_birth.isoformat()
    if number.casefold() != now_number.casefold():
        raise InputError(_other_patient(job, "patient_id", earlier[-1]))
    if born != now_born:
        raise InputError(_other_patient(job, "date_of_birth", earlier[-1]))


def _patient_of(version_: reports.Version) -> tuple[str, str] | None:
    """Patient number and date of birth (ISO) on a saved report; None when the record is damaged."""
    try:
        patient = json.loads((version_.folder / RECORD).read_bytes())["patient"]
        return str(patient["id"]), str(patient["date_of_birth"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _publish(
    job: Job, reading: _Reading, print_of: str, before: reports.Version | None, store: Path, kit: Tools
) -> reports.Version:
    knowledge, models, versions, _ = kit
    case, annotations = reading.case, _annotations(store)
    interpretation = interpret(case, job.laboratory, knowledge, models_for(case, models, annotations))
    number = before.number + 1 if before is not None else 1
    issue = Issue(
        report_id=_report_id(job, number),
        case_id=job.case_id,
        version=number,
        status=_UNSIGNED,
        issued=_laboratorys_time(job),
        software_version=versions["software"],
        inputs=reading.inputs,
        replaces=_report_id(job, before.number) if before is not None else "",
        annotations=tuple(one.file for one in annotations),
    )
    saved = report_json(build_record(case, interpretation, job.laboratory, issue))
    files = {
        RECORD: saved,
        # Drawn from what is saved, not from what was in memory: the saved record is the report.
        **drawn_files(saved),
        # What the report was made from: the batch may be gone when somebody asks what other tables would say.
        "case.json": saved_case(case, job.laboratory),
    }
    manifest = {
        "report_id": issue.report_id,
        "case_id": job.case_id,
        "version": number,
        "status": issue.status,
        "replaces": issue.replaces,
        "issued": issue.issued.isoformat(timespec="seconds"),
        "fingerprint": print_of,
        "versions": _versions(kit, store),
        "drawn_with": drawn_with(),
        "inputs": dict(issue.inputs),
        "warnings": [one.as_dict() for one in _with_those_of_the_batch(job, reading.warnings)],
        "summary": _summary(case, interpretation, issue.issued),
    }
    return reports.publish(store, job.case_id, number, files, manifest)


def _with_those_of_the_batch(job: Job, warnings: tuple[Problem, ...]) -> tuple[Problem, ...]:
    nobodys = (one for one in job.batch_warnings if one.about(job.request.accession) not in warnings)
    return (*warnings, *nobodys)


def _report_id(job: Job, number: int) -> str:
    return f"R-{job.case_id}-v{number}"


def _laboratorys_time(job: Job) -> datetime:
    return now().astimezone(ZoneInfo(job.laboratory.time_zone))


def _summary(case: Case, interpretation: Interpretation, issued: datetime) -> dict[str, Any]:
    """What lists and statistics show, without opening the report."""
    verdict = interpretation.verdict
    return {
        "result": verdict.status,
        "headline": verdict.headline,
        "tier": next((one.tier for one in interpretation.fusions if one.tier), ""),
        "turnaround_days": (issued.date() - case.specimen.received).days,
        "quality_failed": any(line.status == "fail" for line in interpretation.qc),
    }


def _outcome(job: Job, version_: reports.Version, status: Status, warnings: tuple[Problem, ...]) -> Outcome:
    of_batch = {one.about(job.request.accession) for one in job.batch_warnings}
    codes = tuple(sorted({one.code for one in warnings if one not in of_batch}))
    return Outcome(job.case_id, status, version=version_.number, warnings=codes, **version_.manifest["summary"])


def _no_row(job: Job) -> Problem:
    return Problem(
        code="unreadable-row",
        file=job.request.table,
        message="the specimen's row could not be read",
        remedy="run `imtreport check` on the batch",
        line=job.request.line,
        accession=job.request.accession,
    )


def _unreadable(job: Job, error: OSError) -> Problem:
    return Problem(
        code="unreadable-file",
        file=Path(str(error.filename)).name if error.filename else job.request.folder.name,
        message=f"the file cannot be opened ({error.strerror})",
        remedy="see to it that it is there and that this user may read it, then run again",
        accession=job.request.accession,
    )


def _changed_meanwhile(job: Job, name: str) -> Problem:
    return Problem(
        code="file-changed",
        file=name,
        message="the file changed after it was read; it may still be being copied",
        remedy="wait until copying has ended, then run again",
        accession=job.request.accession,
    )


def _other_patient(job: Job, column: str, earlier: reports.Version) -> Problem:
    return Problem(
        code="patient-changed",
        file=job.request.table,
        message=f"version {earlier.number} of this accession's report is of a patient with another {column}",
        remedy=f"find out whose specimen it is. Wrong here: correct the row. Wrong in the report: tell who received "
        f"it, move the folder reports/{job.case_id} out of the report store, and run again",
        line=job.request.line,
        column=column,
        accession=job.request.accession,
    )


def _unknown_patient(job: Job, earlier: reports.Version) -> Problem:
    return Problem(
        code="earlier-report-damaged",
        file=f"reports/{job.case_id}/v{earlier.number}/{RECORD}",
        message="no earlier report of this accession can be read, so nobody can tell whether it is the same patient's",
        remedy="restore the folder from the backup, then run again",
        accession=job.request.accession,
    )


def _damaged(job: Job, version_: reports.Version, name: str) -> Problem:
    return Problem(
        code="damaged-version",
        file=f"reports/{job.case_id}/v{version_.number}/{name}",
        message="the file of this report version is missing or was changed after it was made",
        remedy="find out who changed it; the new version says the same",
        accession=job.request.accession,
        severity="warning",
    )
