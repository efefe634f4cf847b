"""Page 1: who, which specimen, what was found, how certain, what next, who signs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from markupsafe import Markup

from report_templates import wording
from report_templates.language import gettext, marked, spoken
from report_templates.sections.citing import ruling_view
from report_templates.sections.cutting import LONGEST_FACT, cell, cut_visibly, first_of, whole_text
from report_templates.sections.methods_compared import gene_groups
from report_templates.sections.section import Record, View
from report_templates.sections.signing import signature_view, unsigned
from report_templates.sections.stain_results import answers_for, joined, narrower_than, stain_result, with_percent
from report_templates.sentences import said, term
from report_templates.wording import day, moment, stated

_RESISTANCE = (marked("Resistance alert"), marked("Resistance alerts"))
_DIAGNOSTIC = (marked("Diagnostic alert"), marked("Diagnostic alerts"))
_MIXED = (marked("Alert"), marked("Alerts"))


def letterhead(record: Record) -> View:
    report, lab = record["report"], record["lab"]
    licence = " · ".join(part for part in (f"CLIA {lab['clia']}" if lab["clia"] else "", lab["accreditation"]) if part)
    return {
        "title": term("title", report["title"]),
        "assay": gettext("{title}, version {version}").format(
            **{key: record["assay"][key] for key in ("title", "version")}
        ),
        "lab": lab,
        "logo": (lab.get("logo") or {}).get("alternative"),
        "extra": (lab.get("texts") or {}).get("letterhead", ""),
        "licence": licence,
        "contact": " · ".join(part for part in (lab["phone"], lab["email"]) if part),
        "status": report["status"],
        "status_word": wording.REPORT_STATUS[report["status"]],
        "accession": record["specimen"]["accession"],
        "issued_word": gettext("Prepared") if report["status"] == "draft" else gettext("Issued"),
        "issued": moment(report["issued"]),
        "version": report["version"],
        # The banner of a correction, or of what follows a preliminary report, says it with date and reason.
        "replaces": "" if report.get("change") or report.get("preliminary") else report["replaces"],
    }


def demographics(record: Record) -> View:
    patient, specimen, order = record["patient"], record["specimen"], record["order"]
    diagnosis = record["diagnosis"]
    cells = wording.number(specimen["tumour_cells_pct"], "%")
    required = wording.number(record["assay"]["minimum_tumour_cells_pct"], "%")
    rows = [
        [
            (gettext("Name"), patient["name"]),
            (gettext("Accession"), specimen["accession"]),
            (gettext("Ordered by"), stated(order["provider"])),
        ],
        [
            (gettext("Date of birth"), f"{day(patient['date_of_birth'])} ({term('age', patient['age_text'])})"),
            (gettext("Block"), stated(specimen["block_id"])),
            (gettext("Institution"), stated(order["institution"])),
        ],
        [
            (gettext("Sex"), wording.SEX[patient["sex"]]),
            (gettext("Specimen"), stated(specimen["type"])),
            (gettext("Collected"), day(specimen["collected"])),
        ],
        [
            (gettext("Patient ID"), patient["id"]),
            (gettext("Site"), _with_side(specimen)),
            (gettext("Received"), day(specimen["received"])),
        ],
    ]
    return {
        "rows": [[(name, cut_visibly(value, LONGEST_FACT)) for name, value in row] for row in rows],
        "diagnosis": diagnosis["text"] + (f" ({diagnosis['code']})" if diagnosis["code"] else ""),
        "tumour_cells": gettext("{cells} (≥ {required} required)").format(cells=cells, required=required),
        "indication": order["indication"],
    }


def summary(record: Record) -> View:
    result, report = record["result"], record["report"]
    mark = wording.RESULT_STATUS[result["status"]]
    return {
        "status": result["status"],
        "mark": mark,
        "tiers": _tiers(record["fusions"]),
        "headline": result["headline"],
        "sentences": result["summary"],
        "certainty": result["certainty"],
        "next_steps": result["next_steps"],
        "limits": _limits(record),
        "signatures": [signature_view(signature) for signature in record["signatures"]],
        "unsigned": unsigned(report["status"]),
    }


def _limits(record: Record) -> str:
    """The one line of method limits that page 1 must carry; the rest stands under Methods and limits."""
    assay = record["assay"]
    if not record["provenance"]["callers"]:
        return gettext("Nothing was sequenced, or no result was submitted; see Methods and limits.")
    tested = sum(gene["state"] != "not_tested" for gene in record["genes"])
    detection = assay["limit_of_detection"].rstrip(". ") or gettext("not stated")
    return gettext(
        "{molecule} sequencing of {tested} genes; limit of detection: {detection}. "
        "A fusion of another gene or below this limit can be missed; see Methods and limits."
    ).format(molecule=assay["molecule"], tested=tested, detection=detection)


def biomarkers(record: Record) -> View:
    """One row per core kinase (the NTRK family shares one, as its stain does), then any other gene with a fusion."""
    rows = [_biomarker(record, symbols) for symbols in gene_groups(record)]
    return {"molecule": record["assay"]["molecule"], "rows": rows}


def alerts(record: Record) -> View | None:
    if not record["alerts"]:
        return None
    resistance = [ruling["classification"] == "resistance" for ruling in record["alerts"]]
    one, many = _RESISTANCE if all(resistance) else _MIXED if any(resistance) else _DIAGNOSTIC
    title = gettext(one if len(resistance) == 1 else many)
    return {
        "title": title,
        "alerts": [
            # The box has its title already.
            ruling_view(record, ruling) | {"body": _without_title(ruling["text"], one)}
            for ruling in record["alerts"]
        ],
    }


def recommendations(record: Record) -> View | None:
    """What is not among the next steps of the summary already, from the cases and from the rulings."""
    rulings = (*record["concordance"], *record["risk"])
    asked = [*record["recommendations"], *(ruling["recommendation"] for ruling in rulings if ruling["recommendation"])]
    more = [text for text in dict.fromkeys(asked) if text not in record["result"]["next_steps"]]
    return {"sentences": more} if more else None


def _without_title(text: str, title: str) -> str:
    # A translation is found by the whole sentence.
    return wording.capitalised(text.removeprefix(f"{title}: ")) if spoken().is_original else text


def _with_side(specimen: Record) -> str:
    site: str = specimen["site"]
    return f"{site}, {term('laterality', specimen['laterality'])}" if specimen["laterality"] else site


def _tiers(found: Iterable[Record]) -> list[str]:
    """The tiers of the reportable fusions, each named where there are several."""
    tiered = [(fusion["name"], wording.tier(fusion)) for fusion in found if fusion["classification"] == "reportable"]
    tiered = [(name, tier) for name, tier in tiered if tier]
    if len(tiered) == 1:
        return [f"AMP/ASCO/CAP {tiered[0][1]}"]
    return first_of([f"{name}: {tier}" for name, tier in tiered], 6)


def _biomarker(record: Record, symbols: Sequence[str]) -> View:
    stains = [stain for stain in record["ihc"] if answers_for(stain["marker"], symbols)]
    probes = [stain for stain in record["fish"] if answers_for(stain["marker"], symbols)]
    answers = list(_answers(record, symbols))
    found = any(mark is wording.GENE_STATE["detected"] for mark, _ in answers)
    return {
        "name": joined(symbols),
        "answers": answers,
        "ihc": [(stain_result(stain), _stain_in_brief(stain, symbols)) for stain in stains],
        "fish": [(stain_result(stain), _probe_in_brief(stain, symbols)) for stain in probes],
        "hit": found or any(_is_positive(stain) for stain in (*stains, *probes)),
    }


def _answers(record: Record, symbols: Sequence[str]) -> Iterator[tuple[wording.Mark, str]]:
    """Each state among the genes of a row, with its fusions or its reason; genes are named where states differ."""
    genes = {gene["symbol"]: gene for gene in record["genes"]}
    # A core kinase that is not among the genes of the assay was not tested.
    states = {symbol: genes[symbol]["state"] if symbol in genes else "not_tested" for symbol in symbols}
    for state, mark in wording.GENE_STATE.items():
        alike = [symbol for symbol in symbols if states[symbol] == state]
        if not alike:
            continue
        details = [
            _fusion_in_brief(fusion)
            for fusion in record["fusions"]
            if fusion["driver"] in alike and fusion["role"] != "reciprocal"
        ]
        if not details and state in ("not_assessable", "not_tested"):
            reasons = dict.fromkeys(genes[symbol]["reason"] for symbol in alike if symbol in genes)
            details = [said(whole_text(reason), "gene_reason") for reason in reasons]
        if len(alike) < len(symbols) and state != "detected":
            details.insert(0, ", ".join(alike))
        # Plain text up to here is bounded now: what is joined with marked English is cut no more.
        short = [detail if isinstance(detail, Markup) else whole_text(detail) for detail in details]
        yield mark, Markup("; ").join(first_of([detail for detail in short if detail], 4))


def _fusion_in_brief(fusion: Record) -> str:
    """An exon number means nothing without its transcript: ROS1 has two counts that differ by one."""
    exons = ""
    if fusion["exon_5prime"] is not None and fusion["exon_3prime"] is not None:
        exons = f" ({_exon_in_brief(fusion, '5prime')}::{_exon_in_brief(fusion, '3prime')})"
    if fusion["classification"] == "reportable":
        return f"{fusion['name']}{exons}"
    return f"{fusion['name']} {wording.within(wording.CLASSIFICATION[fusion['classification']].word)}"


def _exon_in_brief(fusion: Record, end: str) -> str:
    transcript = fusion[f"transcript_{end}"]
    exon = fusion[f"exon_{end}"]
    if not transcript:
        return gettext("exon {exon}").format(exon=exon)
    return gettext("exon {exon} of {transcript}").format(exon=exon, transcript=transcript)


def _stain_in_brief(stain: Record, symbols: Sequence[str]) -> str:
    amount = [
        with_percent(stain["pct_positive"], ""),
        stain["intensity"],
        ", ".join(term("localisation", place) for place in stain["localisation"] if place != "none"),
    ]
    amount = [] if stain["result"] == "negative" else amount
    parts = [narrower_than(symbols, stain["marker"]), *amount, cell(stain["clone"])]
    return ", ".join(part for part in parts if part and part != "none")


def _probe_in_brief(stain: Record, symbols: Sequence[str]) -> str:
    share = ""
    if stain["pct_rearranged"] is not None:
        share = gettext("{share} of cells").format(share=wording.number(stain["pct_rearranged"], "%"))
    return ", ".join(filter(None, (narrower_than(symbols, stain["marker"]), share)))


def _is_positive(stain: Record) -> bool:
    return bool(stain["result"] == "positive" and stain["control_ok"] is not False)
