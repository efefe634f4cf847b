"""
What a reader must know about this issue of the report before its result: that it is preliminary, what was corrected and
who was told, that something was added, that it is void; and the tissue or laboratory behind it where they are special.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from report_templates import wording
from report_templates.language import gettext, marked
from report_templates.sections.cutting import whole_text
from report_templates.sections.margins import around_page_number
from report_templates.sections.section import Record, View
from report_templates.sections.signing import signature_view
from report_templates.sentences import said, term
from report_templates.wording import day, moment, stated

# On page 1, where the result must keep its place; all of them follow after it.
CHANGES_ON_PAGE_ONE = 5

_MAY_CHANGE = marked(
    "Not signed. Result, tier, interpretation and therapy associations may still change; the signed final report "
    "replaces this one and says what differs."
)
_CONDITION = {"compromised": marked("Specimen compromised"), "rejected": marked("Specimen rejected")}


def changes(record: Record) -> View | None:
    """The banner of page 1; None for a draft and for a final report that follows no other."""
    report = record["report"]
    change = report.get("change")
    if change is not None:
        return _banner_of_change(record, change)
    if report["status"] == "preliminary":
        return _banner(
            "warn", gettext("Preliminary report: what may still change"), gettext(_MAY_CHANGE), _still_open(record)
        )
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
            "read_back": {None: wording.not_stated(), True: gettext("Yes"), False: gettext("No")}[one["read_back"]],
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
    return {"title": gettext(title), "reason": stated(stands["reason"]), "disposition": stated(stands["disposition"])}


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
        rows = [
            (gettext("Why"), [change["reason"]]),
            (gettext("Told to"), told),
            (gettext("Withdrawn"), [_named(change["previous"])]),
        ]
        lead = gettext("Nothing in this report or in its earlier versions may be used.")
        return _banner(
            "void", gettext("Withdrawn: do not use"), lead, rows, earlier, former=record["result"]["headline"]
        )
    if kind == "addendum":
        number = report["addenda"][-1]["number"]
        rows = [
            (
                gettext("Added to"),
                [gettext("{version}, whose text is unchanged").format(version=_named(change["previous"]))],
            ),
            (gettext("Told to"), told),
        ]
        return _banner(
            "add",
            gettext("Addendum {number} of {day}").format(number=number, day=day(report["issued"][:10])),
            "",
            rows,
            earlier,
            link="addenda",
        )
    title = {
        "corrected": marked("Corrected report: version {version} replaces {previous}"),
        "amended": marked("Amended report: version {version} replaces {previous}"),
    }[kind]
    rows = [
        (gettext("What changed"), list(_first(change["what"]))),
        (gettext("Why"), [change["reason"]]),
        (gettext("Told to"), told),
    ]
    title = gettext(title).format(version=report["version"], previous=_named(change["previous"]))
    return _banner("amend", title, "", rows, earlier, link=_link_to_rest(change["what"]))


def _banner_after_preliminary(before: Record) -> View:
    what = list(_first(before["what"])) or [gettext("Nothing")]
    rows = [(gettext("What differs"), what)]
    return _banner(
        "add",
        gettext("Replaces {previous}").format(previous=_named(before)),
        "",
        rows,
        link=_link_to_rest(before["what"]),
    )


def _banner(
    look: str,
    title: str,
    lead: str,
    rows: Sequence[tuple[str, list[str]]],
    earlier: Sequence[str] = (),
    **more: str,
) -> View:
    filled = [(name, texts) for name, texts in (*rows, (gettext("Before that"), list(earlier))) if texts]
    return {
        "look": look,
        "title": title,
        "lead": lead,
        "rows": filled,
        "link": "",
        "former": "",
        "page": around_page_number(),
        **more,
    }


def _still_open(record: Record) -> list[tuple[str, list[str]]]:
    """What the record itself shows as not yet done."""
    pending = [
        said_of.format(marker=stain["marker"])
        for said_of, stains in (
            (gettext("{marker} immunohistochemistry: pending"), record["ihc"]),
            (gettext("{marker} FISH: pending"), record["fish"]),
        )
        for stain in stains
        if stain["result"] == "pending"
    ]
    missing = [
        gettext("{name}: not documented").format(name=term("measure", line["name"]))
        for line in record["qc"]
        if line["status"] == "not_documented"
    ]
    if record["provenance"]["callers"] and not record["controls"]:
        missing.append(gettext("Run controls: not submitted"))
    return [(gettext("Still open"), [*pending, *missing])]


def _first(what: Sequence[str]) -> Iterator[str]:
    yield from (said(whole_text(text)) for text in what[:CHANGES_ON_PAGE_ONE])
    if (more := len(what) - CHANGES_ON_PAGE_ONE) > 0:
        yield gettext("… and {more} more").format(more=more)


def _link_to_rest(what: Sequence[str]) -> str:
    return "change-list" if len(what) > CHANGES_ON_PAGE_ONE else ""


def _named(before: Record) -> str:
    return gettext("version {version} ({status}, {issued}, report {report})").format(
        version=before["version"],
        status=wording.REPORT_STATUS_WITHIN[before["status"]],
        issued=moment(before["issued"]),
        report=before["id"],
    )


def _earlier(change: Record) -> str:
    reason = f": {change['reason']}" if change["reason"] else ""
    named = gettext("Version {version}, {status}, {issued}").format(
        version=change["version"],
        status=wording.REPORT_STATUS_WITHIN[change["kind"]],
        issued=moment(change["issued"]),
    )
    return f"{named}{reason}"


def _told(notification: dict[str, Any]) -> str:
    one = notification
    return gettext("{to} by {by}, {at}, {means}").format(
        to=one["to"], by=one["by"], at=moment(one["at"]), means=one["means"]
    )
