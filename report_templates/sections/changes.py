"""
What a reader must know about this issue of the report before its result: that it is preliminary, what was corrected and
who was told, that something was added, that it is void; and the tissue or laboratory behind it where they are special.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from report_templates import wording
from report_templates.sections.section import Record, View
from report_templates.sections.signing import signature_view
from report_templates.wording import day, moment, stated

# On page 1, where the result must keep its place; all of them follow after it.
CHANGES_ON_PAGE_ONE = 5

_MAY_CHANGE = (
    "Not signed. Result, tier, interpretation and therapy associations may still change; the signed final report "
    "replaces this one and says what differs."
)
_CONDITION = {"compromised": "Specimen compromised", "rejected": "Specimen rejected"}


def changes(record: Record) -> View | None:
    """The banner of page 1; None for a draft and for a final report that follows no other."""
    report = record["report"]
    change = report.get("change")
    if change is not None:
        return _banner_of_change(record, change)
    if report["status"] == "preliminary":
        return _banner("warn", "Preliminary report: what may still change", _MAY_CHANGE, _still_open(record))
    if before := report.get("preliminary"):
        return _banner_after_preliminary(before)
    return None


def change_list(record: Record) -> View | None:
    """Every change, where page 1 names only the first of them."""
    report = record["report"]
    source = report.get("change") or report.get("preliminary")
    if source is None or len(source["what"]) <= CHANGES_ON_PAGE_ONE:
        return None
    before = source.get("previous", source)
    return {"sentences": source["what"], "previous": _named(before)}


def addenda(record: Record) -> View | None:
    """Each addendum with its date and its own signature."""
    added = [
        {
            "number": one["number"],
            "text": one["text"],
            "issued": moment(one["issued"]),
            "signature": signature_view(one["signature"]),
        }
        for one in record["report"].get("addenda", ())
    ]
    return {"addenda": added} if added else None


def communications(record: Record) -> View | None:
    """What was told of the result before this report, to whom and when."""
    rows = [
        {
            "to": one["to"],
            "by": one["by"],
            "at": moment(one["at"]),
            "what": one["what"],
            "read_back": {None: wording.NOT_STATED, True: "Yes", False: "No"}[one["read_back"]],
        }
        for one in record.get("communications", ())
    ]
    return {"rows": rows} if rows else None


def acceptability(record: Record) -> View | None:
    """Condition and disposition of tissue that did not meet the laboratory's criteria (42 CFR 493.1291(c)(7))."""
    stands = record["specimen"].get("acceptability") or {"status": "not_stated"}
    title = _CONDITION.get(stands["status"])
    if title is None:
        return None
    return {"title": title, "reason": stated(stands["reason"]), "disposition": stated(stands["disposition"])}


def performed_by(record: Record) -> View | None:
    """The outside laboratory beside the result that it gave (42 CFR 493.1291(i))."""
    outside = record["assay"].get("performed_by")
    if outside is None:
        return None
    licence = f"CLIA {outside['clia']}" if outside["clia"] else ""
    return {
        "outside": ", ".join(filter(None, (outside["name"], outside["address"], licence))),
        "interpreter": record["lab"]["name"],
    }


def _banner_of_change(record: Record, change: Record) -> View:
    report, kind = record["report"], change["kind"]
    earlier = [_earlier(one) for one in report.get("earlier_changes", ())]
    told = [_told(one) for one in change["notified"]]
    if kind == "withdrawn":
        rows = [("Why", [change["reason"]]), ("Told to", told), ("Withdrawn", [_named(change["previous"])])]
        lead = "Nothing in this report or in its earlier versions may be used."
        return _banner("void", "Withdrawn: do not use", lead, rows, earlier, former=record["result"]["headline"])
    if kind == "addendum":
        number = report["addenda"][-1]["number"]
        rows = [("Added to", [f"{_named(change['previous'])}, whose text is unchanged"]), ("Told to", told)]
        return _banner("add", f"Addendum {number} of {day(report['issued'][:10])}", "", rows, earlier, link="addenda")
    word = {"corrected": "Corrected", "amended": "Amended"}[kind]
    rows = [("What changed", list(_first(change["what"]))), ("Why", [change["reason"]]), ("Told to", told)]
    title = f"{word} report: version {report['version']} replaces {_named(change['previous'])}"
    return _banner("amend", title, "", rows, earlier, link=_link_to_rest(change["what"]))


def _banner_after_preliminary(before: Record) -> View:
    what = list(_first(before["what"])) or ["Nothing"]
    rows = [("What differs", what)]
    return _banner("add", f"Replaces {_named(before)}", "", rows, link=_link_to_rest(before["what"]))


def _banner(
    look: str,
    title: str,
    lead: str,
    rows: Sequence[tuple[str, list[str]]],
    earlier: Sequence[str] = (),
    **more: str,
) -> View:
    filled = [(name, texts) for name, texts in (*rows, ("Before that", list(earlier))) if texts]
    return {"look": look, "title": title, "lead": lead, "rows": filled, "link": "", "former": "", **more}


def _still_open(record: Record) -> list[tuple[str, list[str]]]:
    """What the record itself shows as not yet done."""
    pending = [
        f"{stain['marker']} {method}: pending"
        for method, stains in (("immunohistochemistry", record["ihc"]), ("FISH", record["fish"]))
        for stain in stains
        if stain["result"] == "pending"
    ]
    missing = [f"{line['name']}: not documented" for line in record["qc"] if line["status"] == "not_documented"]
    if record["provenance"]["callers"] and not record["controls"]:
        missing.append("Run controls: not submitted")
    return [("Still open", [*pending, *missing])]


def _first(what: Sequence[str]) -> Iterator[str]:
    yield from what[:CHANGES_ON_PAGE_ONE]
    if (more := len(what) - CHANGES_ON_PAGE_ONE) > 0:
        yield f"… and {more} more"


def _link_to_rest(what: Sequence[str]) -> str:
    return "change-list" if len(what) > CHANGES_ON_PAGE_ONE else ""


def _named(before: Record) -> str:
    status = wording.REPORT_STATUS[before["status"]].lower()
    return f"version {before['version']} ({status}, {moment(before['issued'])}, report {before['id']})"


def _earlier(change: Record) -> str:
    word = wording.REPORT_STATUS[change["kind"]].lower()
    reason = f": {change['reason']}" if change["reason"] else ""
    return f"Version {change['version']}, {word}, {moment(change['issued'])}{reason}"


def _told(notification: dict[str, Any]) -> str:
    one = notification
    return f"{one['to']} by {one['by']}, {moment(one['at'])}, {one['means']}"
