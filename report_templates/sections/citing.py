"""How a sentence names its sources: by their numbers among the references."""

from __future__ import annotations

from collections.abc import Iterable

from report_templates import wording
from report_templates.sections.section import Record, View


def ruling_view(record: Record, ruling: Record) -> View:
    return {
        "text": ruling["text"],
        "recommendation": ruling["recommendation"],
        "refs": cited(record, ruling["sources"]),
    }


def cited(record: Record, sources: Iterable[str]) -> str:
    """The numbers of the sources as a superscript says them: `1, 3–6`."""
    numbers = {reference["key"]: int(reference["number"]) for reference in record["references"]}
    return wording.ranges(numbers[key] for key in sources)
