"""
The sections of a report, in printing order: for each one the function that takes what it prints from the record.

A section is one function in this package and one template of the same name in partials/. A function returns the names
its template uses, or None where the section has nothing to say and silence is honest; a test that was not done is said.
"""

from __future__ import annotations

from report_templates.sections.actionability import actionability, interpretation, references, therapies
from report_templates.sections.alterations import alterations, calls, fish, fusions, genes, immunohistochemistry
from report_templates.sections.changes import (
    acceptability,
    addenda,
    change_list,
    changes,
    communications,
    performed_by,
)
from report_templates.sections.cutting import within_the_page
from report_templates.sections.front_page import alerts, biomarkers, demographics, letterhead, recommendations, summary
from report_templates.sections.laboratory import authorisation, clinical, limitations, methods, provenance, quality
from report_templates.sections.section import Record, Section

_IN_ORDER = (
    Section("letterhead", letterhead),
    Section("demographics", demographics),
    Section("changes", changes),
    Section("summary", summary),
    Section("performed_by", performed_by),
    Section("acceptability", acceptability),
    Section("biomarkers", biomarkers),
    Section("alerts", alerts),
    Section("therapies", therapies),
    Section("recommendations", recommendations),
    Section("addenda", addenda),
    Section("change_list", change_list),
    Section("clinical", clinical),
    Section("genes", genes),
    Section("quality", quality),
    Section("alterations", alterations),
    Section("fusions", fusions),
    Section("immunohistochemistry", immunohistochemistry),
    Section("fish", fish),
    Section("calls", calls),
    Section("actionability", actionability),
    Section("interpretation", interpretation),
    Section("methods", methods),
    Section("limitations", limitations),
    Section("references", references),
    Section("communications", communications),
    Section("authorisation", authorisation),
    Section("provenance", provenance),
)

# What a signer entered is printed to its last word; `states` refuses what is absurdly long.
_NEVER_CUT = frozenset({"changes", "addenda"})

SECTIONS = tuple(
    section if section.name in _NEVER_CUT else Section(section.name, within_the_page(section.view))
    for section in _IN_ORDER
)

# A void result must not be read as one: the version before keeps what it said, and this one names it, struck through.
_IF_WITHDRAWN = frozenset({"letterhead", "demographics", "changes", "authorisation", "provenance"})


def sections_of(record: Record) -> tuple[Section, ...]:
    """The sections that a report in its state may print, in order."""
    if record["report"]["status"] != "withdrawn":
        return SECTIONS
    return tuple(section for section in SECTIONS if section.name in _IF_WITHDRAWN)
