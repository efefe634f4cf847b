"""
The sections of a report, in printing order: for each one the function that takes what it prints from the record.

A section is one function in this package and one template of the same name in partials/. A function returns the names
its template uses, or None where the section has nothing to say and silence is honest; a test that was not done is said.
"""

from __future__ import annotations

from report_templates.sections.actionability import interpretation, references, therapies
from report_templates.sections.alterations import calls, fish, fusions, genes, immunohistochemistry
from report_templates.sections.front_page import alerts, biomarkers, demographics, letterhead, recommendations, summary
from report_templates.sections.laboratory import authorisation, clinical, limitations, methods, provenance, quality
from report_templates.sections.section import Section

SECTIONS = (
    Section("letterhead", letterhead),
    Section("demographics", demographics),
    Section("summary", summary),
    Section("biomarkers", biomarkers),
    Section("alerts", alerts),
    Section("therapies", therapies),
    Section("recommendations", recommendations),
    Section("fusions", fusions),
    Section("interpretation", interpretation),
    Section("immunohistochemistry", immunohistochemistry),
    Section("fish", fish),
    Section("clinical", clinical),
    Section("genes", genes),
    Section("quality", quality),
    Section("calls", calls),
    Section("methods", methods),
    Section("limitations", limitations),
    Section("references", references),
    Section("authorisation", authorisation),
    Section("provenance", provenance),
)
