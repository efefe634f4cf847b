"""The files of a report version that are drawn from its saved record: the PDF, and what other systems read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from flows.store import as_json
from report_templates.cbioportal import data_sv
from report_templates.exports import fusions_tsv
from report_templates.fhir import fhir_bundle
from report_templates.hl7_result import oru_message
from report_templates.pdf import render_pdf

Record = Mapping[str, Any]

RECORD = "report.json"
PDF = "report.pdf"

# Each from the record and the PDF that goes with it, which the messages carry inside.
EXPORTS: Mapping[str, Callable[[Record, bytes], bytes]] = {
    "fusions.tsv": lambda record, pdf: fusions_tsv(record).encode(),
    "fhir.json": lambda record, pdf: as_json(fhir_bundle(record, pdf)),
    "oru.hl7": oru_message,
    "data_sv.txt": lambda record, pdf: data_sv(record).encode(),
}


class ExportError(Exception):
    """A file for other systems could not be made of the record. The message names the file and quotes nothing."""


def drawn_files(saved: bytes) -> dict[str, bytes]:
    """
    Every file that is drawn from `saved`, the bytes of report.json; the same bytes give the same files.

    All of them or none: a report that the pathologist sees and the information system never gets is worse than one
    that is missing from both.

    Raises:
        RenderError: the record cannot become a report that is safe to read.
        ExportError: a file for other systems cannot be made of it; the cause is our bug.
    """
    record: Record = json.loads(saved)
    pdf = render_pdf(record, saved)
    return {PDF: pdf} | {name: exported(name, record, pdf) for name in EXPORTS}


def drawn_with() -> dict[str, str]:
    """The versions that decide about the PDF's bytes besides the record and our own."""
    from report_templates import engine  # late: WeasyPrint costs seconds, and only a render needs it

    return engine.drawn_with()


def exported(name: str, record: Record, pdf: bytes) -> bytes:
    """One file of EXPORTS. Raises ExportError as `drawn_files` does."""
    try:
        return EXPORTS[name](record, pdf)
    except Exception as error:
        raise ExportError(f"{name} cannot be made of this record; the report is not published without it") from error
