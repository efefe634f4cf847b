"""How the result of a stain is said, on page 1 as in its table."""

from __future__ import annotations

from report_templates import wording
from report_templates.sections.section import Record


def with_percent(percent: str, empty: str = "–") -> str:
    """The file's own text ("90", "<1", "20-30"), with its unit."""
    if not percent:
        return empty
    return percent if percent.endswith("%") or percent[-1:].isalpha() else f"{percent}%"


def stain_result(stain: Record) -> wording.Mark:
    return wording.CONTROL_FAILED if stain["control_ok"] is False else wording.STAIN_RESULT[stain["result"]]
