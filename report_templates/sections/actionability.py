"""What the findings mean: the therapies of page 1, actionability in full, the interpretation, the references."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

from report_templates import claims, wording
from report_templates.figures import agreement_svg
from report_templates.language import gettext
from report_templates.sections.citing import cited
from report_templates.sections.methods_compared import compared, ruling_on_case
from report_templates.sections.section import Record, View


def therapies(record: Record) -> View:
    """One row per agent; agents of which the same is said, label and evidence alike, share a row."""
    # A row without an agent says why there is none; its sentence stands under Actionability.
    named = [therapy for therapy in record["therapies"] if claims.names_agent(therapy)]
    fusions = list(dict.fromkeys(therapy["fusion"] for therapy in named))
    rows = []
    for _, group in groupby(named, key=_said_of_agent):
        alike = list(group)
        therapy = alike[0]
        rows.append(
            {
                "agents": [wording.capitalised(each["agent"]) for each in alike],
                "fusion": therapy["fusion"] if len(fusions) > 1 else "",
                "relation": claims.relation_of(therapy),
                "status": therapy["status_text"],
                "conditions": [
                    (condition["condition"], wording.CONDITION_STATE[condition["state"]])
                    for condition in therapy["label_conditions"]
                ],
                "tier": wording.tier(therapy),
                "refs": cited(record, {source for each in alike for source in each["sources"]}),
            }
        )
    subject = fusions[0] if len(fusions) == 1 and fusions[0] else gettext("the finding")
    return {"rows": rows, "subject": subject, "why_none": _why_no_therapy(record)}


def actionability(record: Record) -> View:
    """What is known of each therapy, sentence by sentence, or why there is none."""
    paragraphs = [(text, refs) for section, text, refs in _paragraphs(record) if section == "therapy"]
    return {"paragraphs": paragraphs, "why_none": _why_no_therapy(record)}


def interpretation(record: Record) -> View:
    """How the methods compare; every other statement in its order under its heading; rulings that none speaks for."""
    paragraphs = [paragraph for paragraph in _paragraphs(record) if paragraph[0] != "therapy"]
    order = list(wording.STATEMENT_SECTION)
    paragraphs.sort(key=lambda paragraph: order.index(paragraph[0]))
    return {
        "strip": agreement_svg(compared(record)),
        "on_case": ruling_on_case(record),
        "groups": [
            (wording.STATEMENT_SECTION[section], [(text, refs) for _, text, refs in group])
            for section, group in groupby(paragraphs, key=lambda paragraph: paragraph[0])
        ],
    }


def _paragraphs(record: Record) -> list[tuple[str, str, str]]:
    """Section, text and reference numbers of every statement and of the rulings without one; alerts stand on page 1."""
    alerted = {alert["text"] for alert in record["alerts"]}
    paragraphs = [
        (statement["section"], statement["text"], cited(record, statement["sources"]))
        for statement in record["statements"]
        if statement["text"] not in alerted
    ]
    # A statement may gather several rules ("ACT04, ACT06"): their rows are not repeated.
    spoken = {rule for statement in record["statements"] for rule in re.split(r"[,;\s]+", statement["rule"])}
    for section, rulings in (("concordance", "concordance"), ("therapy", "therapies"), ("risk", "risk")):
        for ruling in record[rulings]:
            if ruling["rule"] not in spoken:
                paragraphs.append((section, ruling["text"], cited(record, ruling["sources"])))
    return paragraphs


def references(record: Record) -> View | None:
    if not record["references"]:
        return None
    return {
        "references": [
            {
                "number": reference["number"],
                "citation": reference["citation"],
                "identifiers": _identifiers(reference),
            }
            for reference in sorted(record["references"], key=lambda reference: int(reference["number"]))
        ]
    }


def _why_no_therapy(record: Record) -> str:
    if record["result"]["status"] == "hold":
        return gettext("None while the result is on hold.")
    if any(fusion["classification"] == "reportable" and fusion["role"] == "driver" for fusion in record["fusions"]):
        return gettext("None is listed for this finding in this tumour type, age and jurisdiction; see Actionability.")
    if any(fusion["classification"] == "other_entity" for fusion in record["fusions"]):
        return gettext("None. No association is kept for the disease that the fusion points to.")
    return gettext("None. Associations are listed only for confirmed, functional fusions with published evidence.")


def _said_of_agent(therapy: Record) -> tuple[Any, ...]:
    keys = ("fusion", "relation", "status_text", "label_conditions", "tier", "level")
    return tuple(therapy[key] for key in keys)


def _identifiers(reference: Record) -> list[tuple[str, str]]:
    """
    Each identifier, the DOI or else the first with an address linked to it; what the citation says is not repeated.

    One link leads to the work; a second one would only cost time at every render.
    """
    parts = [part for part in map(str.strip, reference["identifier"].split(";")) if part]
    parts = [part for part in parts if part not in reference["citation"]]
    linked = min((part for part in parts if _link(part)), key=lambda part: "doi.org" not in _link(part), default="")
    return [(part, _link(part) if part == linked else "") for part in parts]


def _link(identifier: str) -> str:
    """A web address where the identifier is a DOI or PMID; other identifiers are printed as they are."""
    text = identifier.strip()
    if match := re.fullmatch(r"(?:doi:\s*|https://doi\.org/)?(10\.\d{4,9}/[^\s<>\"]+)", text, re.IGNORECASE):
        return f"https://doi.org/{match[1]}"
    if match := re.fullmatch(r"PMID:?\s*(\d{1,9})", text, re.IGNORECASE):
        return f"https://pubmed.ncbi.nlm.nih.gov/{match[1]}/"
    return ""
