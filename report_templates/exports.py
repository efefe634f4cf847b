"""What leaves beside the PDF: the record itself, and the table of every call that was reviewed, with its outcome."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

CALL_COLUMNS = (
    "accession",
    "fusion",
    "caller",
    "breakpoint_5prime",
    "breakpoint_3prime",
    "reading_frame",
    "split_reads",
    "spanning_pairs",
    "supporting_reads",
    "disposition",
    "reason",
    "file",
    "line",
)

# A spreadsheet runs a cell that starts with one of these as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@")


def report_json(record: Mapping[str, Any]) -> bytes:
    """
    The record as report.json: UTF-8, keys in the record's order, a line end at the end.

    Raises:
        ValueError: a number is not finite.
    """
    text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    # A file name that is not UTF-8 holds lone surrogates; \udcff is how JSON writes one.
    return text.encode(errors="backslashreplace")


def fusions_tsv(record: Mapping[str, Any]) -> str:
    """
    Every reviewed call of the record as tab-separated text with a header, in the record's order.

    What is not known is an empty cell. A text that a spreadsheet would run as a formula gets an apostrophe before it;
    tabs and line ends inside a cell become spaces.
    """
    output = io.StringIO()
    writer = csv.writer(
        output, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, escapechar=None, quotechar=None
    )
    writer.writerow(CALL_COLUMNS)
    accession = record["specimen"]["accession"]
    for call in record["reviewed_calls"]:
        values = {**call, "accession": accession, "fusion": call["name"]}
        writer.writerow([_cell(values.get(column)) for column in CALL_COLUMNS])
    return output.getvalue()


def _cell(value: str | int | None) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    text = " ".join(value.split())
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
