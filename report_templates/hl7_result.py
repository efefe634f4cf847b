"""
The report as an HL7 v2.5.1 result message (ORU^R01), for the laboratory information system.

Segments in the order of HL7 v2.5.1 chapter 7.3.1: MSH, PID, ORC, OBR, NTE, OBX, SPM. docs/exports/hl7.md lists every
field, the codes of our own, and the status that each kind of report has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from report_templates import claims
from report_templates.hl7_observations import LOCAL, Observation, observations
from report_templates.hl7_segments import ENCODING_CHARACTERS, Parts, Value, parts, segment


class Status(NamedTuple):
    """`request` is OBR-25 (HL7 table 0123), `observation` OBX-11 (HL7 table 0085)."""

    request: str
    observation: str


# 2.5.1 has no code for "appended" or "amended"; both go out as corrections, an addendum with its results unchanged.
STATUSES = {
    "draft": Status("R", "R"),
    "preliminary": Status("P", "P"),
    "final": Status("F", "F"),
    "addendum": Status("C", "F"),
    "corrected": Status("C", "C"),
    "amended": Status("C", "C"),
    "withdrawn": Status("C", "W"),
}
# The tissue was not accepted, and the report says so: no result can be had.
REJECTED = Status("X", "X")
# What was not read yet has no result that the report's state could hold for: "specimen in lab; results pending".
_PENDING = "I"
_WITHOUT_RESULT = ("W", "X")

_SEXES = {"female": "F", "male": "M", "other": "O", "unknown": "U"}
# HL7 v2.5.1: MSH-10 has at most 20 characters.
_CONTROL_ID_LENGTH = 20


def oru_message(record: Mapping[str, Any], pdf: bytes) -> bytes:
    """
    The result message of `record` with `pdf` inside, in UTF-8; each segment ends with a carriage return.

    The same record and PDF give the same bytes. The control number follows from report id, version and status.
    """
    status = status_of(record)
    segments = [
        segment("MSH", _header(record)),
        segment("PID", _patient(record["patient"])),
        segment("ORC", {1: "RE", **_order_numbers(record)}),
        segment("OBR", _request(record, status)),
        *(segment("NTE", _note(number, *note)) for number, note in enumerate(_notes(record), 1)),
        *(
            segment("OBX", _observation(number, one, record, status))
            for number, one in enumerate(observations(record, pdf), 1)
        ),
        segment("SPM", _specimen(record)),
    ]
    return "".join(f"{one}\r" for one in segments).encode()


def status_of(record: Mapping[str, Any]) -> Status:
    """The codes of the report's state; KeyError for a state that nobody knows."""
    state = claims.state_of(record)
    return REJECTED if state == "rejected" else STATUSES[state]


def _header(record: Mapping[str, Any]) -> dict[int, Value]:
    return {
        2: ENCODING_CHARACTERS,
        3: "IMTREPORT",
        # A name is as a rule too long here (HD.1: 20 characters); the laboratory's name stands in OBX-23.
        4: record["lab"]["clia"],
        7: _moment(record["report"]["issued"]),
        9: parts("ORU", "R01", "ORU_R01"),
        10: _control_id(record["report"]),
        11: "P",
        12: "2.5.1",
        18: "UNICODE UTF-8",
    }


def _control_id(report: Mapping[str, Any]) -> str:
    """A draft and its final report are different messages, and a receiver drops a number that it has seen."""
    what = f"{report['id']}|{report['version']}|{report['status']}"
    return hashlib.sha256(what.encode()).hexdigest()[:_CONTROL_ID_LENGTH].upper()


def _patient(patient: Mapping[str, Any]) -> dict[int, Value]:
    family, _, given = patient["name"].partition(",")
    return {
        1: "1",
        3: parts(patient["id"], "", "", "", "MR"),
        5: parts(family.strip(), given.strip()),
        7: _day(patient["date_of_birth"]),
        8: _SEXES[patient["sex"]],
    }


def _order_numbers(record: Mapping[str, Any]) -> dict[int, Value]:
    """The numbers as the order gave them. Without the laboratory's own, the accession is it."""
    order = record["order"]
    filler = order.get("filler_number") or record["specimen"]["accession"]
    return {2: _number(order.get("placer_number", "")), 3: _number(filler)}


def _number(text: str) -> Parts:
    """An order's number with its parts apart again, as `Specimen.placer_number` keeps them."""
    return parts(*(tuple(component.split("&")) for component in text.split("^")))


def _request(record: Mapping[str, Any], status: Status) -> dict[int, Value]:
    assay, order, specimen = record["assay"], record["order"], record["specimen"]
    fields: dict[int, Value] = {
        1: "1",
        **_order_numbers(record),
        4: parts("51969-4", "Genetic analysis report", "LN", assay["key"], assay["title"], LOCAL),
        7: _day(specimen["collected"]),
        14: _day(specimen["received"]),
        16: parts("", order["provider"]),
        22: _moment(record["report"]["issued"]),
        24: "GE",
        25: status.request,
        31: parts("", order["indication"]),
    }
    if signatures := claims.signatures(record):
        last = signatures[-1]
        fields[32] = parts(("", last["name"]), _moment(last["signed_at"]))
    return fields


def _notes(record: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Code, name and text of each note: what somebody must know who reads the message without its PDF."""
    report, status = record["report"], record["report"]["status"]
    if status in ("draft", "preliminary"):
        yield "STATUS", "State of the report", f"{status.upper()} REPORT: not final, may change"
    if status == "withdrawn":
        yield "STATUS", "State of the report", "REPORT WITHDRAWN: do not use its results"
    if claims.is_on_hold(record):
        yield "HOLD", "On hold", record["result"]["headline"]
    yield from _unaccepted(record)
    if report.get("preliminary"):
        earlier = report["preliminary"]
        yield "CHANGE", "Change of the report", f"Replaces preliminary report {earlier['id']} of {earlier['issued']}"
        for sentence in earlier["what"]:
            yield "CHANGED", "What changed", sentence
    if report.get("change"):
        yield from _change(report["change"])
    for addendum in report.get("addenda", []):
        yield "ADDENDUM", "Addendum", f"Addendum {addendum['number']} ({addendum['issued']}): {addendum['text']}"
    for one in record.get("communications", []):
        read_back = {True: ", read back", False: ", not read back", None: ""}[one["read_back"]]
        told = f"{one['by']} told {one['to']} on {one['at']}{read_back}: {one['what']}"
        yield "COMMUNICATION", "Communicated before this report", told


def _unaccepted(record: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    found = claims.acceptability(record)
    if found["status"] in ("compromised", "rejected"):
        what = "; ".join(text for text in (found["reason"], found["disposition"]) if text)
        yield "SPECIMEN", "Condition of the specimen", f"Specimen {found['status']}: {what}"


def _change(change: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    previous = change["previous"]
    replaced = f"replaces report {previous['id']}, version {previous['version']} of {previous['issued']}"
    reason = f". Reason: {change['reason']}" if change["reason"] else ""
    yield "CHANGE", "Change of the report", f"{change['kind'].upper()} REPORT: {replaced}{reason}"
    for sentence in change["what"]:
        yield "CHANGED", "What changed", sentence
    for one in change["notified"]:
        means = f" ({one['means']})" if one["means"] else ""
        yield "NOTIFIED", "Who was told of the change", f"{one['to']}, by {one['by']} on {one['at']}{means}"


def _note(number: int, code: str, name: str, text: str) -> dict[int, Value]:
    return {1: str(number), 2: "L", 3: text, 4: parts(code, name, LOCAL)}


def _observation(number: int, one: Observation, record: Mapping[str, Any], status: Status) -> dict[int, Value]:
    site = _performing_site(record) if one.is_ours else {"name": "", "address": ""}
    return {
        1: str(number),
        2: one.kind,
        3: one.code,
        4: one.sub_id,
        5: one.value,
        6: one.units,
        7: one.expected,
        11: _PENDING if one.is_pending and status.observation not in _WITHOUT_RESULT else status.observation,
        23: parts(site["name"]),
        24: parts((site["address"],)),
    }


def _performing_site(record: Mapping[str, Any]) -> Mapping[str, Any]:
    lab: Mapping[str, Any] = record["lab"]
    return next((site for site in lab["sites"] if "performed" in site["role"]), lab)


def _specimen(record: Mapping[str, Any]) -> dict[int, Value]:
    specimen, found = record["specimen"], claims.acceptability(record)
    block = f"-{specimen['block_id']}" if specimen["block_id"] else ""
    return {
        1: "1",
        2: parts("", f"{specimen['accession']}{block}"),
        4: parts("", specimen["type"] or "not stated"),
        6: parts("", specimen["fixative"]),
        8: parts("", specimen["site"]),
        9: parts("", specimen["laterality"]),
        17: _day(specimen["collected"]),
        18: _day(specimen["received"]),
        21: parts("", found["reason"]) if found["status"] == "rejected" else "",
        24: parts("", found["reason"]) if found["status"] == "compromised" else "",
    }


def _day(iso: str) -> str:
    return iso[:10].replace("-", "")


def _moment(iso: str) -> str:
    return datetime.fromisoformat(iso).strftime("%Y%m%d%H%M%S%z")
