"""What every page repeats in its margins."""

from __future__ import annotations

from collections.abc import Iterator

from report_templates import wording
from report_templates.sections.section import Record
from report_templates.wording import day

# What the word alone may not make plain to a reader of a single page.
_WARNING = {"draft": "NOT SIGNED", "preliminary": "NOT SIGNED", "withdrawn": "DO NOT USE"}


def running_texts(record: Record) -> Iterator[tuple[str, str]]:
    """What every page repeats in its margins, by name."""
    patient, specimen, report, lab = record["patient"], record["specimen"], record["report"], record["lab"]
    status = wording.REPORT_STATUS[report["status"]]
    birth = day(patient["date_of_birth"])
    block = f"  ·  Block {specimen['block_id']}" if specimen["block_id"] else ""
    yield "lab", lab["name"]
    yield "patient", f"{_cut(patient['name'])}  ·  Born {birth}  ·  ID {_cut(patient['id'])}"
    yield "ids", f"Accession {_cut(specimen['accession'])}{_cut(block)}"
    footer = (lab.get("texts") or {}).get("footer", "")
    yield "foot", f"{lab['name']} · Report {report['id']}, version {report['version']}" + (footer and f" · {footer}")
    yield "status", " – ".join(filter(None, (status, _WARNING.get(report["status"]))))


def _cut(text: str, longest: int = 60) -> str:
    """Cut visibly to what a page margin holds; page 1 prints it in full."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
