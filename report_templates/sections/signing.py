"""Who signed, or why an unsigned report must not be used."""

from __future__ import annotations

from report_templates.language import gettext
from report_templates.sections.section import Record, View
from report_templates.wording import moment


def unsigned(status: str) -> str:
    """Why a report without signatures must not be used; empty where one cannot be without."""
    return {
        "draft": gettext("Not signed. Draft for review by the responsible pathologist; not for clinical use."),
        "preliminary": gettext("Not signed. Preliminary result; the signed report may differ."),
        "withdrawn": gettext("Withdrawn. Do not use."),
    }.get(status, "")


def signature_view(signature: Record) -> View:
    return {
        "name": signature["name"],
        "role": signature["role"],
        "meaning": signature["meaning"],
        "signed": moment(signature["signed_at"]),
    }
