"""What every page repeats in its margins."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from report_templates import wording
from report_templates.language import gettext, marked
from report_templates.sections.section import Record
from report_templates.wording import day

_REMARK = marked("Results relate only to the specimen tested. Do not reproduce except in full.")
# A name may wrap; a margin holds five lines, and page 1 prints the name in full.
_LONGEST_NAME = 120
_BETWEEN = "\u00a0 · \u00a0"
# What fits beside the laboratory's name in the widest letters, in letters of the usual width.
_WIDEST = 70
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
    yield "lab", _cut(lab["name"], _LONGEST_NAME)
    # On a line of its own: a name in Hebrew or Arabic turns nothing that stands beside it.
    yield "patient", _cut(patient["name"], _LONGEST_NAME)
    marks = [
        gettext("Born {day}").format(day=day(patient["date_of_birth"])),
        gettext("ID {patient}").format(patient=_cut(patient["id"])),
        gettext("Accession {accession}").format(accession=_cut(specimen["accession"])),
    ]
    if specimen["block_id"]:
        marks.append(gettext("Block {block}").format(block=_cut(specimen["block_id"])))
    yield "ids", "\n".join(_lines(marks))
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


def _lines(marks: list[str]) -> Iterator[str]:
    """The marks with dots between them, in lines of a margin: a line ends between two marks, never within one."""
    line = ""
    for mark in (mark.replace(" ", "\u00a0") for mark in marks):
        if line and _width(line + _BETWEEN + mark) > _WIDEST:
            yield line
            line = mark
        else:
            line = line + _BETWEEN + mark if line else mark
    yield line


def _width(text: str) -> int:
    """In letters; a Chinese sign is as wide as two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _cut(text: str, longest: int = 100) -> str:
    """Cut visibly where no file that was read is as long; page 1 prints it in full."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
