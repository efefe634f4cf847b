"""What leaves beside the PDF: the record itself, and the table of every call that was reviewed, with its outcome."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from report_templates.record import cleaned

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

# A spreadsheet runs a cell that starts with one of these as a formula; some take the full-width forms for them as well.
# A leading quotation mark would make a reader of CSV join the cells and rows behind it.
_NOT_FIRST = ("=", "+", "-", "@", "＝", "＋", "－", "＠", '"')
# Zero-width joiners are kept in names (`cleaned`), and hide what stands behind them.
_JOINERS = "\u200c\u200d"


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

    What is not known is an empty cell; cells are those of `spreadsheet_cell`, and nothing is quoted. A withdrawn report
    has no rows: its calls may be another patient's, and a row would not say that it is void.
    """
    accession = record["specimen"]["accession"]
    lines: list[tuple[str, ...]] = [CALL_COLUMNS]
    for call in record["reviewed_calls"] if record["report"]["status"] != "withdrawn" else ():
        values = {**call, "accession": accession, "fusion": call["name"]}
        lines.append(tuple(spreadsheet_cell(values.get(column)) for column in CALL_COLUMNS))
    return "".join("\t".join(line) + "\n" for line in lines)


def spreadsheet_cell(value: str | int | None) -> str:
    """
    The value as one cell of tab-separated text, empty where it is not known.

    Tabs and line ends become spaces. A text that a spreadsheet would run as a formula, or that begins with a quotation
    mark, gets an apostrophe before it.
    """
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    text = " ".join(cleaned(value).split())
    return f"'{text}" if text.lstrip(_JOINERS).startswith(_NOT_FIRST) else text
