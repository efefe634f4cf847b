"""
From one state of a report to the next: what sign-out does to a record, and what it must refuse.

    draft -> preliminary -> final -> corrected, amended, addendum, withdrawn
    draft -> final          corrected, amended, addendum -> corrected, amended, addendum, withdrawn
    preliminary -> preliminary, withdrawn        withdrawn -> nothing

Each function takes records and gives a new one; nothing is changed in place, and the clock, the store and the signer's
identity belong to the caller. A report that was released is passed as the bytes of its saved report.json: their sha256
is how the next version names it. Rules: 42 CFR 493.1291(k) (a corrected report says what changed and to whom it was
told, the first is kept), 21 CFR 11.50 (a signature has a name, a time and a meaning).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from report_templates.differences import differences
from report_templates.record import SIGNED, ReportStatus, cleaned
from report_templates.rereading import differing_facts, is_another_conclusion

Record = Mapping[str, Any]
ChangeKind = Literal["corrected", "amended", "addendum", "withdrawn"]

# Five pages of text: what is entered at sign-out is never cut on the page.
LONGEST_ENTERED = 20_000

NEED_SIGNATURE = SIGNED | {"withdrawn"}
_AFTER_SIGNING: frozenset[ReportStatus] = frozenset({"corrected", "amended", "addendum", "withdrawn"})
# What may follow each released or drafted state (docs/decisions/0010-report-states.md).
NEXT: Mapping[ReportStatus, frozenset[ReportStatus]] = {
    "draft": frozenset({"preliminary", "final"}),
    "preliminary": frozenset({"preliminary", "final", "withdrawn"}),
    "final": _AFTER_SIGNING,
    "corrected": _AFTER_SIGNING,
    "amended": _AFTER_SIGNING,
    "addendum": _AFTER_SIGNING,
    "withdrawn": frozenset(),
}


class StateError(ValueError):
    """The report cannot go into that state. The message says why and what to do, and quotes nothing of the patient."""


@dataclass(frozen=True, slots=True)
class Signature:
    """
    One signature: who, in which role, what it means ("author of the interpretation"), when (with its time zone).

    `content_sha256` is `content_sha256` of the record that the signer read: what changed since is not signed.
    """

    name: str
    role: str
    meaning: str
    signed_at: datetime
    content_sha256: str


@dataclass(frozen=True, slots=True)
class Notification:
    """Who was told of a change, by whom, when (with its time zone) and by which means ("telephone")."""

    to: str
    by: str
    at: datetime
    means: str


@dataclass(frozen=True, slots=True)
class Communication:
    """What was told of a result before its report; `read_back` is None where nobody noted it (493.1291(g))."""

    to: str
    by: str
    at: datetime
    what: str
    read_back: bool | None = None


def content_sha256(record: Record) -> str:
    """The sha256 (hex) of the record without its signatures, as canonical JSON: what a signature is given to."""
    return _sha256({**record, "signatures": []})


def addendum_sha256(record: Record) -> str:
    """
    What the signature of the last addendum is given to: as `content_sha256`, with every other signature in it.

    The earlier signatures are of the versions before, and were checked when this one was added; nobody can check them
    from this record alone, so that the addendum's signature must hold them as they were.
    """
    *earlier, last = record["report"]["addenda"]
    return _sha256({**record, "report": {**record["report"], "addenda": [*earlier, {**last, "signature": None}]}})


def unsound_signatures(record: Record) -> list[str]:
    """
    The signers whose signature is not of this content, or names none; empty where all are sound.

    In a report with an addendum the last addendum's signature answers for the whole. Where it is missing, nobody has
    signed what the report says.
    """
    signatures = record["signatures"]
    if record["report"]["status"] != "addendum":
        expected = content_sha256(record)
    elif (addenda := record["report"].get("addenda")) and addenda[-1]["signature"]:
        signatures, expected = [addenda[-1]["signature"]], addendum_sha256(record)
    else:
        expected = ""
    return [one["name"] for one in signatures if not expected or one.get("content_sha256") != expected]


def with_communications(record: Record, communications: Sequence[Communication]) -> dict[str, Any]:
    """
    A draft with what was told before its report: a telephone call, a verbal preliminary or critical result.

    Raises:
        StateError: it is no draft, or an entry lacks its person, its text or its time zone.
    """
    _require_draft(record)
    changed = deepcopy(dict(record))
    entries = []
    for one in communications:
        _require_texts("communication", one.to, one.by, one.what)
        at = _in_zone(one.at, record, "communication")
        entries.append(_texts({"to": one.to, "by": one.by, "at": at, "what": one.what}) | {"read_back": one.read_back})
    changed["communications"] = [*changed.get("communications", []), *entries]
    return changed


def preliminary(draft: Record, issued: datetime, previous: bytes | None = None) -> dict[str, Any]:
    """
    The draft released before it is signed; `previous` is the preliminary report that it replaces.

    Raises:
        StateError: it is no draft, time goes backwards, or the specimen's released report is more than preliminary.
    """
    released = _released(draft, "preliminary", issued)
    if previous is not None:
        before = _read(previous)
        _follow(released, before, "preliminary")
        _keep_communications(released, before)
    return released


def finalised(
    draft: Record, signatures: Sequence[Signature], issued: datetime, previous: bytes | None = None
) -> dict[str, Any]:
    """
    The draft signed and released; what differs from the preliminary report `previous` is said in it.

    `previous` may also be a withdrawn report of the accession and the same patient, which is then named as the one that
    is replaced; what was told of it went with it.

    Raises:
        StateError: it is no draft, a signature is missing or of other content, time goes backwards, `previous` is of
            another patient, or a signed report of the specimen is out already, to be corrected or amended instead.
    """
    final = _released(draft, "final", issued)
    if previous is not None:
        before = _read(previous)
        if before["report"]["status"] == "withdrawn":
            _succeed(final, before)
        else:
            _follow(final, before, "final")
            _keep_communications(final, before)
            final["report"]["preliminary"] = _reference(before, previous) | {"what": differences(before, final)}
    return _signed(final, draft, signatures)


def corrected(
    draft: Record,
    previous: bytes,
    *,
    reason: str,
    notified: Sequence[Notification],
    signatures: Sequence[Signature],
    issued: datetime,
) -> dict[str, Any]:
    """
    A signed report with a mistake put right: what changed field by field, why, and who was told.

    Raises:
        StateError: nothing changed, nobody was told, it is another patient's (withdraw that one), or as `finalised`.
    """
    before = _read(previous)
    record = _released(draft, "corrected", issued)
    _follow(record, before, "corrected")
    _require_notified(notified)
    _replace(record, before, previous, "corrected", reason, notified)
    if not record["report"]["change"]["what"]:
        raise StateError("the new record says the same as the report it corrects; add an addendum instead")
    return _signed(record, draft, signatures)


def amended(
    draft: Record,
    previous: bytes,
    *,
    reason: str,
    notified: Sequence[Notification] = (),
    signatures: Sequence[Signature],
    issued: datetime,
) -> dict[str, Any]:
    """
    The same facts read anew: by newer knowledge, or by another judgement. Old and new knowledge and tiers are said.

    Whoever acted on the report before must be told where its result, a tier, a therapy line or an alert changes.

    Raises:
        StateError: the facts differ (that is a correction), nothing changed, nobody was told though they must be, or as
            `finalised`.
    """
    before = _read(previous)
    record = _released(draft, "amended", issued)
    _follow(record, before, "amended")
    if parts := differing_facts(before, record):
        raise StateError(f"what was submitted has changed too ({', '.join(parts)}): this is a correction")
    if is_another_conclusion(before, record):
        _require_notified(notified)
    _replace(record, before, previous, "amended", reason, notified)
    if not record["report"]["change"]["what"]:
        raise StateError("the new record says the same as the report it amends; add an addendum instead")
    return _signed(record, draft, signatures)


def with_addendum(
    previous: bytes,
    *,
    text: str,
    signature: Signature,
    issued: datetime,
    report_id: str,
    notified: Sequence[Notification] = (),
) -> dict[str, Any]:
    """
    A signed report with a dated and signed text added; not a byte of what it said before is different.

    Raises:
        StateError: the report is not signed, or withdrawn; the text is empty; the signature is of another report.
    """
    before = _read(previous)
    record = deepcopy(before)
    _renew(record, "addendum", issued, report_id, before)
    _replace(record, before, previous, "addendum", "", notified)
    _require_texts("addendum", text)
    number = len(before["report"].get("addenda", [])) + 1
    record["report"]["change"]["what"] = [f"Addendum {number} was added; nothing else changed."]
    _check_signature(signature, record, before)
    addendum = {"number": number, "text": cleaned(text), "issued": record["report"]["issued"], "signature": None}
    record["report"]["addenda"] = [*before["report"].get("addenda", []), addendum]
    digest = addendum_sha256(record)
    addendum["signature"] = _entry(replace(signature, content_sha256=digest), record)
    return record


def withdrawn(
    previous: bytes,
    *,
    reason: str,
    by: Signature,
    notified: Sequence[Notification],
    issued: datetime,
    report_id: str,
) -> dict[str, Any]:
    """
    A released report declared void, for example because it is of the wrong patient. The version before it is kept.

    Raises:
        StateError: the report was never released, or is withdrawn; nobody was told; the signature is of another one.
    """
    before = _read(previous)
    record = deepcopy(before)
    _renew(record, "withdrawn", issued, report_id, before)
    _require_notified(notified)
    _replace(record, before, previous, "withdrawn", reason, notified)
    record["report"]["change"]["what"] = ["The whole report is void."]
    return _signed(record, before, (by,))


def _sha256(content: Record) -> str:
    text = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _read(saved: bytes) -> dict[str, Any]:
    """The released record, if it is what was signed: the next version would vouch for whatever it says."""
    record: dict[str, Any] = json.loads(saved)
    is_unsigned = record["report"]["status"] in NEED_SIGNATURE and not record["signatures"]
    if is_unsigned or unsound_signatures(record):
        raise StateError(
            "a signature of the earlier report is missing or of other content: its report.json is not what was signed; "
            "put the kept one back"
        )
    return record


def _released(draft: Record, status: ReportStatus, issued: datetime) -> dict[str, Any]:
    """A copy of the draft in its new state; it replaces nothing until `_follow` says what."""
    _require_draft(draft)
    record = deepcopy(dict(draft))
    _date(record, issued, draft)
    record["report"].update(status=status, replaces="")
    return record


def _renew(record: dict[str, Any], status: ReportStatus, issued: datetime, report_id: str, before: Record) -> None:
    """The record as the next version of itself."""
    _require_transition(before, status)
    _date(record, issued, before)
    record["report"].update(status=status, id=cleaned(report_id), version=before["report"]["version"] + 1)
    _later_version(record, before)


def _follow(record: dict[str, Any], before: Record, status: ReportStatus) -> None:
    """The record as what follows the released report `before`, if it may."""
    _require_transition(before, status)
    _succeed(record, before)


def _succeed(record: dict[str, Any], before: Record) -> None:
    """The record as the next version of the same specimen and patient."""
    _same_specimen(record, before)
    _same_person(record, before)
    _later_version(record, before)
    _require_not_before(record, before)


def _replace(
    record: dict[str, Any],
    before: Record,
    saved: bytes,
    kind: ChangeKind,
    reason: str,
    notified: Sequence[Notification],
) -> None:
    """Writes what changed, and carries on what was said of earlier changes, calls and addenda."""
    if kind != "addendum":
        _require_texts("reason", reason)
    record["report"]["change"] = {
        "kind": kind,
        "reason": cleaned(reason),
        "what": differences(before, record) if kind in ("corrected", "amended") else [],
        "previous": _reference(before, saved),
        "notified": [_told(one, record, before) for one in notified],
    }
    record["report"]["earlier_changes"] = _earlier_changes(before)
    record["report"]["addenda"] = deepcopy(before["report"].get("addenda", []))
    _keep_communications(record, before)


def _keep_communications(record: dict[str, Any], before: Record) -> None:
    """What was told of the report before, then what was entered since."""
    known = deepcopy(before.get("communications", []))
    record["communications"] = [*known, *(one for one in record.get("communications", []) if one not in known)]


def _earlier_changes(before: Record) -> list[dict[str, Any]]:
    report = before["report"]
    last = report.get("change")
    earlier = deepcopy(report.get("earlier_changes", []))
    return [*earlier, {"version": report["version"], "issued": report["issued"], **deepcopy(last)}] if last else earlier


def _reference(before: Record, saved: bytes) -> dict[str, Any]:
    report = before["report"]
    named = {key: report[key] for key in ("id", "version", "status", "issued")}
    return {**named, "sha256": hashlib.sha256(saved).hexdigest()}


def _signed(record: dict[str, Any], read: Record, signatures: Sequence[Signature]) -> dict[str, Any]:
    """The record with the signatures of those who read `read`, each now naming the content it is printed under."""
    if not signatures:
        raise StateError("a signature is missing: the responsible pathologist signs")
    for one in signatures:
        _check_signature(one, record, read)
    record["signatures"] = []
    digest = content_sha256(record)
    record["signatures"] = [_entry(replace(one, content_sha256=digest), record) for one in signatures]
    return record


def _check_signature(signature: Signature, record: Record, read: Record) -> None:
    _require_texts("signature", signature.name, signature.role, signature.meaning)
    if signature.content_sha256 != content_sha256(read):
        raise StateError("the signature is of other content: the signer must read this report and sign again")
    _require_between(signature.signed_at, read, record, "signature")


def _entry(signature: Signature, record: Record) -> dict[str, Any]:
    return _texts(
        {
            "name": signature.name,
            "role": signature.role,
            "meaning": signature.meaning,
            "signed_at": _in_zone(signature.signed_at, record, "signature"),
            "content_sha256": signature.content_sha256,
        }
    )


def _told(notification: Notification, record: Record, before: Record) -> dict[str, str]:
    _require_texts("notification", notification.to, notification.by, notification.means)
    _require_between(notification.at, before, record, "notification")
    at = _in_zone(notification.at, record, "notification")
    return _texts({"to": notification.to, "by": notification.by, "at": at, "means": notification.means})


def _date(record: dict[str, Any], issued: datetime, before: Record) -> None:
    report = record["report"]
    report["issued"] = _in_zone(issued, record, "time of issue")
    _require_not_before(record, before)
    # An addendum leaves what the report says alone, its own turnaround too.
    if before["report"]["status"] == "draft":
        day = datetime.fromisoformat(report["issued"]).date()
        report["turnaround_days"] = (day - date.fromisoformat(record["specimen"]["received"])).days


def _in_zone(when: datetime, record: Record, what: str) -> str:
    if when.tzinfo is None:
        raise StateError(f"the {what} has no time zone")
    return when.astimezone(ZoneInfo(record["report"]["time_zone"])).isoformat(timespec="seconds")


def _require_draft(record: Record) -> None:
    if record["report"]["status"] != "draft":
        raise StateError(f"a {record['report']['status']} report is not a draft: only a draft can be released")


def _require_transition(before: Record, status: ReportStatus) -> None:
    now: ReportStatus = before["report"]["status"]
    if status in NEXT[now]:
        return
    if status == "final" and now in SIGNED:
        raise StateError(f"a {now} report is out already: correct or amend it")
    raise StateError(f"a {now} report cannot become {status}")


def _require_not_before(record: Record, before: Record) -> None:
    if _issued(record) < _issued(before):
        raise StateError("the time of issue is before that of the record it follows")


def _require_between(when: datetime, before: Record, record: Record, what: str) -> None:
    if when.tzinfo is None:
        raise StateError(f"the {what} has no time zone")
    if when.replace(microsecond=0) < _issued(before):
        raise StateError(f"the {what} is older than the report that it is about")
    if when.replace(microsecond=0) > _issued(record):
        raise StateError(f"the {what} is later than the issue of the report")


def _require_notified(notified: Sequence[Notification]) -> None:
    if not notified:
        raise StateError("nobody was told: enter who was told, by whom, when and how (42 CFR 493.1291(k))")


def _require_texts(what: str, *texts: str) -> None:
    if not all(cleaned(text).strip() for text in texts):
        raise StateError(f"the {what} is incomplete: every part of it must be filled in")
    if any(len(text) > LONGEST_ENTERED for text in texts):
        raise StateError(f"the {what} has more than {LONGEST_ENTERED:,} characters: shorten it")


def _same_specimen(record: Record, before: Record) -> None:
    if record["specimen"]["accession"] != before["specimen"]["accession"]:
        raise StateError("the two records are of different accessions")


def _same_person(record: Record, before: Record) -> None:
    """A number or a date mistyped can be corrected; where both differ the report went to somebody else's file."""
    if all(record["patient"][key] != before["patient"][key] for key in ("id", "date_of_birth")):
        raise StateError(
            "the two records are of different patients: withdraw the earlier report, and make this one without it"
        )


def _later_version(record: dict[str, Any], before: Record) -> None:
    report, old = record["report"], before["report"]
    if report["version"] <= old["version"] or report["id"] == old["id"]:
        raise StateError("the new version needs a higher version number and an id of its own")
    report["replaces"] = old["id"]


def _issued(record: Record) -> datetime:
    return datetime.fromisoformat(record["report"]["issued"])


def _texts(entry: dict[str, str]) -> dict[str, Any]:
    return {key: cleaned(value) for key, value in entry.items()}
