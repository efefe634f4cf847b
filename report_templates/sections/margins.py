"""What every page repeats in its margins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from report_templates import wording
from report_templates.language import gettext, marked
from report_templates.sections.section import Record
from report_templates.wording import day

_REMARK = marked("Results relate only to the specimen tested. Do not reproduce except in full.")
# What the word alone may not make plain to a reader of a single page.
_WARNING = {
    "draft": marked("NOT SIGNED"),
    "preliminary": marked("NOT SIGNED"),
    "withdrawn": marked("DO NOT USE"),
}


def running_texts(record: Record) -> Iterator[tuple[str, str]]:
    """What every page repeats in its margins, by name."""
    patient, specimen, report, lab = record["patient"], record["specimen"], record["report"], record["lab"]
    status = wording.REPORT_STATUS[report["status"]]
    birth = day(patient["date_of_birth"])
    block = "  ·  " + gettext("Block {block}").format(block=specimen["block_id"]) if specimen["block_id"] else ""
    yield "lab", lab["name"]
    yield (
        "patient",
        "  ·  ".join(
            (
                _cut(patient["name"]),
                gettext("Born {day}").format(day=birth),
                gettext("ID {patient}").format(patient=_cut(patient["id"])),
            )
        ),
    )
    yield "ids", gettext("Accession {accession}").format(accession=_cut(specimen["accession"])) + _cut(block)
    named = gettext("Report {report}, version {version}").format(report=report["id"], version=report["version"])
    footer = (lab.get("texts") or {}).get("footer", "")
    yield "foot", f"{lab['name']} · {named}" + (footer and f" · {footer}")
    warning = _WARNING.get(report["status"])
    before, between, after = re.split(r"\{pages?\}", gettext("Page {page} of {pages}"))
    yield from (("remark", gettext(_REMARK)), ("page", before), ("of", between), ("end", after))
    yield "status", " – ".join(filter(None, (status, gettext(warning) if warning else "")))


def around_page_number() -> tuple[str, str]:
    """What stands before and behind the number of a page that a link leads to."""
    before, after = gettext(", page {page}").split("{page}")
    return before, after


def _cut(text: str, longest: int = 60) -> str:
    """Cut visibly to what a page margin holds; page 1 prints it in full."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
