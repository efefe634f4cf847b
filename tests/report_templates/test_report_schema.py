"""report.schema.json: what every report.json keeps to, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, get_args, get_type_hints

import pytest
from jsonschema import Draft202012Validator
from report_examples import KINDS, STATES, a_final_record, a_record, corrected_record

from flows.sample import sample_folder
from interpret import findings
from interpret.genes import load_gene_models
from interpret.interpretation import interpret
from interpret.knowledge import load_knowledge
from parsers import records
from parsers.batch import read_batch, read_case
from parsers.errors import InputError
from parsers.laboratory import read_laboratory
from report_templates import record as report_record
from report_templates import states
from report_templates.exports import report_json
from report_templates.record import SCHEMA_VERSION, Issue, build_record
from report_templates.schema import report_schema, schema_bytes

SCHEMA = report_schema()
DEFINITIONS = SCHEMA["$defs"]


def faults(record: Any) -> list[str]:
    """Where the record does not fit, as `path: what`."""
    found = Draft202012Validator(SCHEMA).iter_errors(record)
    return [f"{'.'.join(map(str, one.absolute_path))}: {one.message}" for one in found]


@cache
def sample_records() -> dict[str, dict[str, Any]]:
    """The record of every sample specimen that can be read, by accession."""
    laboratory = read_laboratory(sample_folder() / "lab.toml")
    knowledge, models = load_knowledge(), load_gene_models()
    found = {}
    for folder in sorted(one for one in (sample_folder() / "inbox").iterdir() if one.is_dir()):
        for request in read_batch(folder, laboratory).requests:
            try:
                case = read_case(request)
            except InputError:
                continue
            issue = Issue("R-1", "0" * 16, 1, "draft", datetime(2026, 11, 1, tzinfo=UTC), "0.1.0", {"a.csv": "0" * 64})
            record = build_record(case, interpret(case, laboratory, knowledge, models), laboratory, issue)
            found[request.accession] = json.loads(report_json(record))
    return found


def test_the_schema_is_itself_a_schema_and_names_the_version_of_the_record() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == f"urn:imtreport:report:{SCHEMA_VERSION}"
    assert SCHEMA["properties"]["schema_version"]["enum"][-1] == SCHEMA_VERSION
    assert a_record()["schema_version"] == SCHEMA_VERSION
    assert json.loads(schema_bytes()) == SCHEMA


def test_every_record_of_the_sample_specimens_fits() -> None:
    assert len(sample_records()) == 12
    assert {accession: faults(record) for accession, record in sample_records().items() if faults(record)} == {}


@pytest.mark.parametrize("kind", [*KINDS, *STATES])
def test_every_kind_and_state_of_a_report_fits(kind: str) -> None:
    assert faults(json.loads(report_json({**KINDS, **STATES}[kind]()))) == []


def test_a_record_of_version_1_0_still_fits() -> None:
    record = deepcopy(a_final_record())
    record["schema_version"] = "1.0"
    del record["communications"], record["specimen"]["acceptability"], record["assay"]["performed_by"]
    for key in ("turnaround_days", "change", "addenda", "preliminary"):
        del record["report"][key]
    for key in ("logo", "colours", "texts", "templates"):
        del record["lab"][key]
    for key in ("placer_number", "filler_number"):
        del record["order"][key]
    for site in record["lab"]["sites"]:
        del site["clia"]
    for signature in record["signatures"]:
        signature.pop("content_sha256", None)
    assert faults(record) == []


# Where each closed list of the code stands in the schema.
LISTS = {
    "result.status": findings.ResultStatus,
    "genes.state": findings.GeneStatus,
    "fusions.reading_frame": findings.ReadingFrame,
    "fusions.kinase_domain": findings.KinaseDomain,
    "fusions.role": findings.Role,
    "fusions.classification": findings.Classification,
    "therapies.relation": findings.Relation,
    "therapies.label_conditions.state": findings.ConditionState,
    "qc.status": findings.QcState,
    "reviewed_calls.disposition": findings.Disposition,
    "report.status": report_record.ReportStatus,
    "report.change.kind": states.ChangeKind,
    "patient.sex": records.Sex,
    "specimen.margin": records.Margin,
    "specimen.resectability": records.Resectability,
    "specimen.disease_status": records.DiseaseStatus,
    "specimen.acceptability.status": records.Acceptability,
    "ihc.result": records.StainResult,
    "fish.result": records.StainResult,
    "controls.result": records.ControlResult,
    "assay.molecule": records.Molecule,
    "provenance.callers.molecule": records.Molecule,
    "fusions.evidence": get_type_hints(findings.Fusion)["evidence"],
    "statements.section": get_type_hints(findings.Statement)["section"],
    "explanations.part": get_type_hints(findings.Explanation)["part"],
}


def at(path: str) -> dict[str, Any]:
    """The schema of a key, past references, arrays and null."""
    found = SCHEMA
    for key in path.split("."):
        found = resolved(resolved(found)["properties"][key])
    return found


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while True:
        if "$ref" in schema:
            schema = DEFINITIONS[schema["$ref"].rsplit("/", 1)[1]]
        elif "items" in schema and "prefixItems" not in schema:
            schema = schema["items"]
        elif "anyOf" in schema:
            schema = schema["anyOf"][0]
        else:
            return schema


@pytest.mark.parametrize("path", LISTS)
def test_each_closed_list_is_that_of_the_code(path: str) -> None:
    assert at(path)["enum"] == list(get_args(LISTS[path]))


# Which record of the code each object of the schema is.
RECORDS = {
    "result": findings.Verdict,
    "genes": findings.GeneResult,
    "fusions": findings.Fusion,
    "fusions.callers": findings.CallerEvidence,
    "fusions.drawing_5prime": findings.DrawnGene,
    "fusions.drawing_5prime.features": findings.ProteinFeature,
    "reviewed_calls": findings.ReviewedCall,
    "qc": findings.QcLine,
    "concordance": findings.Ruling,
    "alerts": findings.Ruling,
    "risk": findings.Ruling,
    "therapies": findings.Therapy,
    "therapies.label_conditions": findings.LabelCondition,
    "therapies.because": findings.Because,
    "therapies.because.rows": findings.InputRow,
    "statements": findings.Statement,
    "references": findings.Reference,
    "explanations": findings.Explanation,
    "rules": findings.SpokenRule,
}


@pytest.mark.parametrize("path", RECORDS)
def test_each_object_has_the_fields_of_its_record(path: str) -> None:
    kind = RECORDS[path]
    assert is_dataclass(kind)
    assert list(at(path)["properties"]) == [one.name for one in fields(kind)]


def objects(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield path, schema
        for key, one in schema.items():
            yield from objects(one, f"{path}/{key}")
    elif isinstance(schema, list):
        for number, one in enumerate(schema):
            yield from objects(one, f"{path}/{number}")


def test_no_object_takes_a_key_that_nobody_described() -> None:
    is_open = {path for path, one in objects(SCHEMA) if one["additionalProperties"] is not False}
    # Names of files and of template blocks are the laboratory's.
    assert is_open == {
        "/properties/lab/properties/templates",
        "/properties/provenance/properties/inputs",
    }


def test_every_key_of_a_new_record_is_described() -> None:
    record = a_record()
    for path, one in [("", record), *((key, one) for key, one in record.items() if isinstance(one, dict))]:
        assert set(one) <= set((at(path) if path else SCHEMA)["properties"])


def _set(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(record: dict[str, Any]) -> None:
        *parents, last = (int(key) if key.isdigit() else key for key in path.split("."))
        target: Any = record
        for key in parents:
            target = target[key]
        target[last] = value

    return change


def _without(path: str) -> Callable[[dict[str, Any]], None]:
    def change(record: dict[str, Any]) -> None:
        *parents, last = (int(key) if key.isdigit() else key for key in path.split("."))
        target: Any = record
        for key in parents:
            target = target[key]
        del target[last]

    return change


BROKEN: dict[str, Callable[[dict[str, Any]], None]] = {
    "no result": _without("result"),
    "no status": _without("result.status"),
    "no patient number": _without("patient.id"),
    "a fusion without its frame": _without("fusions.0.reading_frame"),
    "a therapy without its rule": _without("therapies.0.rule"),
    "an unknown result": _set("result.status", "positive"),
    "an unknown state of a report": _set("report.status", "approved"),
    "a gene that is only negative": _set("genes.0.state", "negative"),
    "not tested as nothing": _set("genes.0.state", None),
    "an unknown frame": _set("fusions.0.reading_frame", "in frame"),
    "a sex in another word": _set("patient.sex", "F"),
    "a tier of no scheme": _set("fusions.0.tier", "V"),
    "a count as text": _set("fusions.0.split_reads", "48"),
    "a count below nothing": _set("fusions.0.split_reads", -1),
    "a count that is no whole number": _set("fusions.0.split_reads", 4.5),
    "an age as text": _set("patient.age_years", "34"),
    "a percentage above 100": _set("specimen.tumour_cells_pct", 101),
    "a version of zero": _set("report.version", 0),
    "a date in another form": _set("specimen.collected", "03/03/2026"),
    "a time without its offset": _set("report.issued", "2026-03-18T10:05:00"),
    "a digest cut short": _set("provenance.inputs", {"a.csv": "0" * 63}),
    "one text for a list": _set("limitations", "none"),
    "an extra key": _set("comment", "see the PDF"),
    "an extra key of the patient": _set("patient.mrn", "00482913"),
    "an extra key of a fusion": _set("fusions.0.gene", "ALK"),
    "a later schema": _set("schema_version", "2.0"),
    "a laboratory without a site": _set("lab.sites", []),
    "a colour by name": _set("lab.colours", {"main": "navy", "accent": "#1f6f8b"}),
    "a signature without its meaning": _without("signatures.0.meaning"),
    "a change that names nobody": _without("report.change.notified"),
    "a change of an unknown version": _without("report.change.previous.sha256"),
    "read back as a word": _set("communications", [
        {"to": "A", "by": "B", "at": "2026-03-18T10:05:00-04:00", "what": "ALK", "read_back": "yes"}
    ]),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_record_that_is_broken_is_refused(what: str) -> None:
    record = corrected_record()
    assert faults(record) == []
    BROKEN[what](record)
    assert faults(record)
