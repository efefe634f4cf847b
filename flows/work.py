"""
The work on one specimen: from its request to a report version in the store, or into quarantine.

Plain functions that know nothing of Prefect; `flows.warm_pool` runs them in its worker processes.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from flows import store as reports
from flows.batches import Job
from flows.fingerprint import fingerprint
from flows.outcomes import Outcome, Status, fail_case, kind_and_place, now, quarantine_case
from flows.quarantine import resolve
from interpret.findings import Interpretation
from interpret.genes import GeneModels, load_gene_models
from interpret.interpretation import interpret
from interpret.knowledge import Knowledge, load_knowledge
from parsers.batch import digests, read_case
from parsers.errors import InputError, Problem
from parsers.records import Case
from report_templates.exports import fusions_tsv
from report_templates.pdf import RenderError, render_pdf
from report_templates.record import Issue, build_record, template_version

# A report says DRAFT until a person signs it; nothing in this module makes it anything else.
_UNSIGNED: Final = "draft"


class Tools(NamedTuple):
    """What every report needs and no report changes, loaded once per process."""

    knowledge: Knowledge
    models: GeneModels
    versions: dict[str, str]


@cache
def tools() -> Tools:
    """
    Knowledge, gene models and versions.

    Raises:
        KnowledgeError: a packaged table is wrong; nothing can be reported.
    """
    knowledge = load_knowledge()
    versions = {
        "software": version("imtreport"),
        "template": template_version(),
        "knowledge": knowledge.version,
        "knowledge_sha256": knowledge.sha256,
    }
    return Tools(knowledge, load_gene_models(), versions)


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
        return fail_case(job, store, kind_and_place(error), str(error) if isinstance(error, RenderError) else "")
    except Exception as second:  # noqa: BLE001 - not even the record could be written: a full disk, say
        return Outcome(job.case_id, "failed", codes=("internal-error", kind_and_place(second)))


def _report(job: Job, store: Path) -> Outcome:
    case = _read(job)
    print_of = fingerprint(case, job.laboratory, tools().versions)
    before = reports.latest(store, job.case_id)
    if before is not None and before.manifest["fingerprint"] == print_of:
        resolve(store, job.case_id)
        return _outcome(job, before, "unchanged")
    made = _publish(job, case, print_of, before, store)
    resolve(store, job.case_id)
    return _outcome(job, made, "reported")


def _read(job: Job) -> Case:
    """The case with its fusion calls; every problem of the request is an InputError, as is a file that changes."""
    errors = [problem for problem in job.request.problems if problem.severity == "error"]
    if errors or job.request.tables is None:
        raise InputError(*(errors or job.request.problems or (_no_row(job),)))
    case = read_case(job.request)
    as_now = {Path(name).name: digest for name, digest in digests(job.request).items()}
    changed = [source.file for source in case.sources if as_now.get(Path(source.file).name) != source.sha256]
    if changed:
        raise InputError(*(_changed_meanwhile(job, name) for name in changed))
    return case


def _publish(job: Job, case: Case, print_of: str, before: reports.Version | None, store: Path) -> reports.Version:
    knowledge, models, versions = tools()
    interpretation = interpret(case, job.laboratory, knowledge, models)
    number = before.number + 1 if before is not None else 1
    issue = Issue(
        report_id=f"R-{job.case_id}-v{number}",
        case_id=job.case_id,
        version=number,
        status=_UNSIGNED,
        issued=now().astimezone(ZoneInfo(job.laboratory.time_zone)),
        software_version=versions["software"],
        inputs=digests(job.request),
        replaces=str(before.manifest["report_id"]) if before is not None else "",
    )
    record = reports.as_json(build_record(case, interpretation, job.laboratory, issue))
    # Drawn from what is saved, not from what was in memory: the saved record is the report.
    saved: dict[str, Any] = json.loads(record)
    files = {
        "report.json": record,
        "report.pdf": render_pdf(saved),
        "fusions.tsv": fusions_tsv(saved).encode(),
    }
    manifest = {
        "report_id": issue.report_id,
        "case_id": job.case_id,
        "version": number,
        "status": issue.status,
        "replaces": issue.replaces,
        "issued": issue.issued.isoformat(timespec="seconds"),
        "fingerprint": print_of,
        "versions": versions,
        "inputs": dict(issue.inputs),
        "warnings": [one.as_dict() for one in job.request.problems if one.severity == "warning"],
        "summary": _summary(case, interpretation, issue.issued),
    }
    return reports.publish(store, job.case_id, number, files, manifest)


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


def _outcome(job: Job, version_: reports.Version, status: Status) -> Outcome:
    return Outcome(job.case_id, status, version=version_.number, **version_.manifest["summary"])


def _no_row(job: Job) -> Problem:
    return Problem(
        code="unreadable-row",
        file="specimens.csv",
        message="the specimen's row could not be read",
        remedy="run `imtreport check` on the batch",
        line=job.request.line,
        accession=job.request.accession,
    )


def _changed_meanwhile(job: Job, name: str) -> Problem:
    return Problem(
        code="file-changed",
        file=name,
        message="the file changed while it was read; it may still be being copied",
        remedy="wait until copying has ended, then run again",
        accession=job.request.accession,
    )
