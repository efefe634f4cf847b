"""
The sections of a report, in printing order: for each one the function that takes what it prints from the record.

A section is one function here and one template of the same name in partials/. A function returns the names its
template uses, or None where the section has nothing to say and silence is honest; a test that was not done is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from report_templates import wording
from report_templates.figures import fusion_svg, kept_features, protein_is_drawn
from report_templates.wording import day, moment, position, stated

Record = Mapping[str, Any]
View = dict[str, Any]

UNSIGNED = frozenset({"draft", "preliminary"})
CALLS_PRINTED = 40
FUSIONS_IN_DETAIL = 6

# The kinases every IMT report answers for, in the order of their frequency there; one row where the answer is one.
CORE_GENES = (("ALK",), ("ROS1",), ("NTRK1", "NTRK2", "NTRK3"), ("RET",), ("PDGFRB",))
_PAN_TRK = "pan-TRK"


@dataclass(frozen=True, slots=True)
class Section:
    """`name` is that of the partial; `view` gives what it prints, None for "leave out"."""

    name: str
    view: Callable[[Record], View | None]


def letterhead(record: Record) -> View:
    report, lab = record["report"], record["lab"]
    licence = " · ".join(part for part in (f"CLIA {lab['clia']}" if lab["clia"] else "", lab["accreditation"]) if part)
    return {
        "title": report["title"],
        "assay": f"{record['assay']['title']}, version {record['assay']['version']}",
        "lab": lab,
        "licence": licence,
        "contact": " · ".join(part for part in (lab["phone"], lab["email"]) if part),
        "status": report["status"],
        "status_word": wording.REPORT_STATUS[report["status"]],
        "accession": record["specimen"]["accession"],
        "issued_word": "Prepared" if report["status"] == "draft" else "Issued",
        "issued": moment(report["issued"]),
        "version": report["version"],
        "replaces": report["replaces"],
    }


def demographics(record: Record) -> View:
    patient, specimen, order = record["patient"], record["specimen"], record["order"]
    diagnosis = record["diagnosis"]
    cells = wording.number(specimen["tumour_cells_pct"], "%")
    required = wording.number(record["assay"]["minimum_tumour_cells_pct"], "%")
    return {
        "rows": [
            [
                ("Name", patient["name"]),
                ("Accession", specimen["accession"]),
                ("Ordered by", stated(order["provider"])),
            ],
            [
                ("Date of birth", f"{day(patient['date_of_birth'])} ({patient['age_text']})"),
                ("Block", stated(specimen["block_id"])),
                ("Institution", stated(order["institution"])),
            ],
            [
                ("Sex", wording.SEX[patient["sex"]]),
                ("Specimen", stated(specimen["type"])),
                ("Collected", day(specimen["collected"])),
            ],
            [
                ("Patient ID", patient["id"]),
                ("Site", _with_side(specimen)),
                ("Received", day(specimen["received"])),
            ],
        ],
        "diagnosis": diagnosis["text"] + (f" ({diagnosis['code']})" if diagnosis["code"] else ""),
        "tumour_cells": f"{cells} (≥ {required} required)",
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
        "signatures": [_signature(signature) for signature in record["signatures"]],
        "unsigned": _unsigned(report["status"]),
    }


def biomarkers(record: Record) -> View:
    """One row per core kinase (the NTRK family shares one, as its stain does), then any other gene with a fusion."""
    core = {symbol for symbols in CORE_GENES for symbol in symbols}
    others = [gene["symbol"] for gene in record["genes"] if gene["state"] == "detected" and gene["symbol"] not in core]
    groups = [*CORE_GENES, *((symbol,) for symbol in others)]
    return {"molecule": record["assay"]["molecule"], "rows": [_biomarker(record, group) for group in groups]}


def alerts(record: Record) -> View | None:
    if not record["alerts"]:
        return None
    resistance = [ruling["classification"] == "resistance" for ruling in record["alerts"]]
    kind = "Resistance alert" if all(resistance) else "Alert" if any(resistance) else "Diagnostic alert"
    title = kind if len(resistance) == 1 else f"{kind}s"
    return {
        "title": title,
        "alerts": [
            # The box has its title already.
            _ruling(record, ruling) | {"body": _without_title(ruling["text"], kind)}
            for ruling in record["alerts"]
        ],
    }


def _without_title(text: str, title: str) -> str:
    return wording.capitalised(text.removeprefix(f"{title}: "))


def therapies(record: Record) -> View:
    """One row per agent; agents of which the same is said, label and evidence alike, share a row."""
    # A row without an agent says why there is none; the interpretation prints its sentence.
    named = [therapy for therapy in record["therapies"] if therapy["agent"].lower() not in ("", "none")]
    fusions = list(dict.fromkeys(therapy["fusion"] for therapy in named))
    rows = []
    for _, group in groupby(named, key=_said_of_agent):
        alike = list(group)
        therapy = alike[0]
        rows.append(
            {
                "agents": [wording.capitalised(each["agent"]) for each in alike],
                "fusion": therapy["fusion"] if len(fusions) > 1 else "",
                "relation": _relation(therapy),
                "status": therapy["status_text"],
                "conditions": [
                    (condition["condition"], wording.CONDITION_STATE[condition["state"]])
                    for condition in therapy["label_conditions"]
                ],
                "tier": wording.tier(therapy),
                "refs": _cited(record, {source for each in alike for source in each["sources"]}),
            }
        )
    subject = fusions[0] if len(fusions) == 1 and fusions[0] else "the finding"
    return {"rows": rows, "subject": subject, "why_none": _why_no_therapy(record)}


def _why_no_therapy(record: Record) -> str:
    if record["result"]["status"] == "hold":
        return "None while the result is on hold."
    if any(fusion["classification"] == "reportable" and fusion["role"] == "driver" for fusion in record["fusions"]):
        return "None is listed for this finding in this tumour type, age and jurisdiction; see Interpretation."
    return "None. Associations are listed only for confirmed, functional fusions with published evidence."


def recommendations(record: Record) -> View | None:
    """What is not among the next steps of the summary already, from the cases and from the rulings."""
    rulings = (*record["concordance"], *record["risk"])
    asked = [*record["recommendations"], *(ruling["recommendation"] for ruling in rulings if ruling["recommendation"])]
    more = [text for text in dict.fromkeys(asked) if text not in record["result"]["next_steps"]]
    return {"sentences": more} if more else None


def fusions(record: Record) -> View | None:
    if not record["fusions"]:
        return None
    said = {statement["text"] for statement in record["statements"]}
    detailed = record["fusions"][:FUSIONS_IN_DETAIL]
    return {
        "fusions": [_fusion(fusion, said) for fusion in detailed],
        "others": [_other_fusion(fusion) for fusion in record["fusions"][FUSIONS_IN_DETAIL:]],
    }


def interpretation(record: Record) -> View | None:
    """Every statement in its order under its heading, then any ruling that no statement speaks for."""
    alerted = {alert["text"] for alert in record["alerts"]}
    paragraphs = [
        (statement["section"], statement["text"], _cited(record, statement["sources"]))
        for statement in record["statements"]
        if statement["text"] not in alerted
    ]
    # A statement may gather several rules ("ACT04, ACT06"): their rows are not repeated.
    spoken = {rule for statement in record["statements"] for rule in re.split(r"[,;\s]+", statement["rule"])}
    for section, rulings in (("concordance", "concordance"), ("therapy", "therapies"), ("risk", "risk")):
        for ruling in record[rulings]:
            if ruling["rule"] not in spoken:
                paragraphs.append((section, ruling["text"], _cited(record, ruling["sources"])))
    if not paragraphs:
        return None
    order = list(wording.STATEMENT_SECTION)
    paragraphs.sort(key=lambda paragraph: order.index(paragraph[0]))
    return {
        "groups": [
            (wording.STATEMENT_SECTION[section], [(text, refs) for _, text, refs in group])
            for section, group in groupby(paragraphs, key=lambda paragraph: paragraph[0])
        ]
    }


def immunohistochemistry(record: Record) -> View:
    return {
        "rows": [
            {
                "marker": stain["marker"],
                "clone": " · ".join(part for part in (stain["clone"], stain["platform"]) if part) or wording.NOT_STATED,
                "result": _stain_result(stain),
                "cells": _with_percent(stain["pct_positive"]),
                "intensity": stain["intensity"] or "–",
                "pattern": _pattern(stain),
                "control": _control(stain["control_ok"]),
            }
            for stain in record["ihc"]
        ],
        "comments": _comments(record["ihc"]),
    }


def fish(record: Record) -> View:
    return {
        "rows": [
            {
                "marker": stain["marker"],
                "probe": stain["probe"] or wording.NOT_STATED,
                "result": _stain_result(stain),
                "rearranged": wording.number(stain["pct_rearranged"], "%"),
                "cutoff": wording.number(stain["cutoff_pct"], "%"),
                "scored": wording.NOT_STATED if stain["cells_scored"] is None else str(stain["cells_scored"]),
                "pattern": _fish_pattern(stain),
                "control": _control(stain["control_ok"]),
            }
            for stain in record["fish"]
        ],
        "comments": _comments(record["fish"]),
    }


def clinical(record: Record) -> View:
    """What the request said about specimen and disease: the label conditions above were judged on it."""
    specimen = record["specimen"]
    size = wording.number(specimen["size_cm"], " cm")
    decalcified = {None: wording.NOT_STATED, True: "Yes", False: "No"}[specimen["decalcified"]]
    return {
        "rows": [
            [
                ("Disease status", _unknown(specimen["disease_status"])),
                ("Resectability", _unknown(specimen["resectability"])),
                ("Margin", _margin(specimen["margin"])),
            ],
            [
                ("Tumour size", size),
                ("Fixative", stated(specimen["fixative"])),
                ("Decalcified", decalcified),
            ],
        ],
        "wide": [
            ("Morphology", stated(specimen["morphology"])),
            ("Prior therapy", stated(specimen["prior_therapy"])),
        ],
        "variants": [f"{variant['gene']} {variant['hgvs_p']}" for variant in record["variants"]],
    }


def genes(record: Record) -> View:
    """Every gene of the assay under its state; genes that share state and reason share a row."""
    order = list(wording.GENE_STATE)
    ordered = sorted(record["genes"], key=lambda gene: (order.index(gene["state"]), gene["reason"]))
    rows = []
    for (state, reason), group in groupby(ordered, key=lambda gene: (gene["state"], gene["reason"])):
        symbols = [gene["symbol"] for gene in group]
        rows.append({"mark": wording.GENE_STATE[state], "symbols": symbols, "reason": reason})
    tested = sum(gene["state"] != "not_tested" for gene in record["genes"])
    return {"rows": rows, "total": tested, "assay": record["assay"]["title"]}


def quality(record: Record) -> View:
    return {
        "metrics": [
            {
                "name": line["name"],
                "value": line["value"] or wording.NOT_STATED,
                "threshold": line["threshold"] or "–",
                "mark": wording.QC_STATE[line["status"]],
            }
            for line in record["qc"]
        ],
        "run": record["provenance"]["sequencing_run"],
        "controls": [
            {
                "run": control["run"],
                "control": control["control"],
                "mark": wording.QC_STATE[control["result"]],
                "remark": control.get("remark", ""),
            }
            for control in record["controls"]
        ],
    }


def calls(record: Record) -> View:
    """The calls on the genes of the assay first, reported ones on top; at most `CALLS_PRINTED`, the rest counted."""
    reviewed = record["reviewed_calls"]
    targets = set(record["assay"]["genes"])
    ordered = sorted(reviewed, key=lambda call: _call_order(call, targets))
    printed = ordered[:CALLS_PRINTED]
    return {
        "rows": [
            {
                "name": call["name"],
                "caller": call["caller"],
                "breakpoints": [position(end) for end in (call["breakpoint_5prime"], call["breakpoint_3prime"])],
                "frame": call["reading_frame"] or "not given",
                "split": wording.split_reads(call),
                "pairs": wording.count(call["spanning_pairs"]),
                "mark": wording.DISPOSITION[call["disposition"]],
                # The reason for reporting stands with the fusion.
                "reason": "" if call["disposition"] == "reported" else call["reason"],
                "hit": call["disposition"] == "reported",
            }
            for call in printed
        ],
        "total": len(reviewed),
        "left": len(reviewed) - len(printed),
        "files": len(record["provenance"]["callers"]),
    }


def methods(record: Record) -> View:
    assay = record["assay"]
    return {
        "assay": assay,
        "technique": " · ".join(
            part
            for part in (
                f"{assay['molecule']} sequencing",
                assay["platform"],
                assay["chemistry"],
                f"reference genome {assay['genome_build']}" if assay["genome_build"] else "",
            )
            if part
        ),
        "tumour_cells": wording.number(assay["minimum_tumour_cells_pct"], "%"),
        "callers": record["provenance"]["callers"],
        # Without a file from a caller nothing was sequenced, whatever the assay would have done.
        "was_sequenced": bool(record["provenance"]["callers"]),
        "tiered": any(item["tier"] for item in (*record["fusions"], *record["therapies"])),
    }


def limitations(record: Record) -> View:
    lab = record["lab"]
    statements = [text for text in (lab["ldt_statement"], lab["asr_statement"], *lab["disclaimers"]) if text]
    return {"sentences": record["limitations"], "statements": statements}


def references(record: Record) -> View | None:
    if not record["references"]:
        return None
    return {
        "references": [
            {"citation": reference["citation"], "identifiers": _identifiers(reference)}
            for reference in sorted(record["references"], key=lambda reference: int(reference["number"]))
        ]
    }


def authorisation(record: Record) -> View:
    status = record["report"]["status"]
    return {
        "signatures": [_signature(signature) for signature in record["signatures"]],
        "unsigned": _unsigned(status),
        "director": record["lab"]["director"],
        "sites": record["lab"]["sites"],
    }


def provenance(record: Record) -> View:
    made, report = record["provenance"], record["report"]
    transcripts = ", ".join(f"{used['gene']} {used['transcript']}" for used in made["transcripts"])
    run_and_transcripts = "; ".join(part for part in (made["sequencing_run"], transcripts) if part)
    rows = [
        ("Report, case", f"{report['id']}, version {report['version']}; {made['case_id']}"),
        ("Software", f"{made['software']} {made['software_version']}, templates {made['template_version']}"),
        ("Knowledge tables", f"version {made['knowledge_version']}, SHA-256 {made['knowledge_sha256']}"),
        *([("Laboratory rules", rules)] if (rules := _laboratory_rules(made)) else []),
        *([("Guideline", made["guideline_version"])] if made["guideline_version"] else []),
        *([("Run, transcripts", run_and_transcripts)] if run_and_transcripts else []),
        *_gene_annotations(made.get("gene_annotations", ())),
        *((file, f"SHA-256 {digest}") for file, digest in made["inputs"].items()),
    ]
    return {"rows": rows}


def _gene_annotations(annotations: Iterable[Record]) -> Iterator[tuple[str, str]]:
    for one in annotations:
        name = " ".join(part for part in (one["file"], one["release"] and f"({one['release']})") if part)
        yield f"Gene annotation, {one['genome_build']}", f"{name}, SHA-256 {one['sha256']}"


def _laboratory_rules(made: Record) -> str:
    """What the laboratory changed of the tables, switched-off rows too, which print nothing that could be marked."""
    kinds = {"add": "added", "replace": "replaced", "off": "switched off"}
    # A record made before laboratories could change rows has no such list.
    return "; ".join(
        f"{one['row']} {kinds[one['change']]} ({one['author']}, {one['date']})"
        for one in made.get("laboratory_rules", ())
    )


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


def _with_side(specimen: Record) -> str:
    site: str = specimen["site"]
    return f"{site}, {specimen['laterality']}" if specimen["laterality"] else site


def _tiers(found: Iterable[Record]) -> list[str]:
    """The tiers of the reportable fusions, each named where there are several."""
    tiered = [(fusion["name"], wording.tier(fusion)) for fusion in found if fusion["classification"] == "reportable"]
    tiered = [(name, tier) for name, tier in tiered if tier]
    if len(tiered) == 1:
        return [f"AMP/ASCO/CAP {tiered[0][1]}"]
    return [f"{name}: {tier}" for name, tier in tiered]


def _unsigned(status: str) -> str:
    """Why a report without signatures must not be used; empty where one cannot be without."""
    return {
        "draft": "Not signed. Draft for review by the responsible pathologist; not for clinical use.",
        "preliminary": "Not signed. Preliminary result; the signed report may differ.",
        "withdrawn": "Withdrawn. Do not use.",
    }.get(status, "")


def _signature(signature: Record) -> View:
    return {
        "name": signature["name"],
        "role": signature["role"],
        "meaning": signature["meaning"],
        "signed": moment(signature["signed_at"]),
    }


def _biomarker(record: Record, symbols: Sequence[str]) -> View:
    stains = [stain for stain in record["ihc"] if _answers_for(stain["marker"], symbols)]
    probes = [stain for stain in record["fish"] if _answers_for(stain["marker"], symbols)]
    answers = list(_answers(record, symbols))
    found = any(mark is wording.GENE_STATE["detected"] for mark, _ in answers)
    return {
        "name": _joined(symbols),
        "answers": answers,
        "ihc": [(_stain_result(stain), _stain_in_brief(stain)) for stain in stains],
        "fish": [(_stain_result(stain), _probe_in_brief(stain)) for stain in probes],
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
            details = list(dict.fromkeys(genes[symbol]["reason"] for symbol in alike if symbol in genes))
        if len(alike) < len(symbols) and state != "detected":
            details.insert(0, ", ".join(alike))
        yield mark, "; ".join(detail for detail in details if detail)


def _said_of_agent(therapy: Record) -> tuple[Any, ...]:
    keys = ("fusion", "relation", "status_text", "label_conditions", "tier", "level")
    return tuple(therapy[key] for key in keys)


def _relation(therapy: Record) -> wording.Mark:
    """Conditions that nobody documented are not conditions that the patient fails."""
    states = {condition["state"] for condition in therapy["label_conditions"]}
    if therapy["relation"] != "conditions_not_met" or "not_met" in states:
        return wording.RELATION[therapy["relation"]]
    return wording.CONDITIONS_NOT_DOCUMENTED if "not_documented" in states else wording.CAUTION


def _joined(symbols: Sequence[str]) -> str:
    """`NTRK1/2/3` for the group, the symbol itself for one."""
    return symbols[0] + "".join(f"/{symbol[-1]}" for symbol in symbols[1:])


def _answers_for(marker: str, symbols: Sequence[str]) -> bool:
    return marker in symbols or (marker == _PAN_TRK and any(symbol.startswith("NTRK") for symbol in symbols))


def _fusion_in_brief(fusion: Record) -> str:
    """An exon number means nothing without its transcript: ROS1 has two counts that differ by one."""
    exons = ""
    if fusion["exon_5prime"] is not None and fusion["exon_3prime"] is not None:
        exons = f" ({_exon_in_brief(fusion, '5prime')}::{_exon_in_brief(fusion, '3prime')})"
    if fusion["classification"] == "reportable":
        return f"{fusion['name']}{exons}"
    return f"{fusion['name']} {wording.CLASSIFICATION[fusion['classification']].word.lower()}"


def _exon_in_brief(fusion: Record, end: str) -> str:
    transcript = fusion[f"transcript_{end}"]
    return f"exon {fusion[f'exon_{end}']}" + (f" of {transcript}" if transcript else "")


def _stain_in_brief(stain: Record) -> str:
    amount = [_with_percent(stain["pct_positive"], ""), stain["intensity"], ", ".join(stain["localisation"])]
    parts = [*([] if stain["result"] == "negative" else amount), stain["clone"]]
    return ", ".join(part for part in parts if part and part != "none")


def _probe_in_brief(stain: Record) -> str:
    if stain["pct_rearranged"] is None:
        return ""
    return f"{stain['pct_rearranged']:g}% of cells"


def _ruling(record: Record, ruling: Record) -> View:
    return {
        "text": ruling["text"],
        "recommendation": ruling["recommendation"],
        "refs": _cited(record, ruling["sources"]),
    }


def _cited(record: Record, sources: Iterable[str]) -> str:
    """The numbers of the sources as a superscript says them: `1, 3–6`."""
    numbers = {reference["key"]: int(reference["number"]) for reference in record["references"]}
    return wording.ranges(numbers[key] for key in sources)


def _fusion(fusion: Record, said: set[str]) -> View:
    reciprocal = fusion["role"] == "reciprocal"
    drawing = None if reciprocal else fusion_svg(fusion)
    return {
        "name": fusion["name"],
        "inferred": fusion["evidence"] == "inferred",
        "mark": wording.CLASSIFICATION[fusion["classification"]],
        "role": _role(fusion),
        "drawing": drawing,
        "domains": _domains_in_words(fusion) if drawing else "",
        "rows": _facts(fusion),
        "wide": [("VICC name", stated(fusion["vicc"])), *_hgvs(fusion), *_wide_facts(fusion)],
        "reasons": fusion["reasons"],
        "conflicts": fusion["conflicts"],
        "notes": fusion["notes"],
        "partner_note": "" if fusion["partner_note"] in said else fusion["partner_note"],
        "callers": [_caller(caller) for caller in fusion["callers"]],
    }


def _hgvs(fusion: Record) -> list[tuple[str, str]]:
    """The RNA description, or why there is none; nothing from records of before it was given."""
    text, reason = fusion.get("hgvs_r", ""), fusion.get("hgvs_r_reason", "")
    if text:
        return [("HGVS (RNA)", text)]
    return [("HGVS (RNA)", f"not given: {reason}")] if reason else []


def _frame_in_words(fusion: Record) -> str:
    """From DNA alone the splicing is assumed: such a frame is a prediction and says so."""
    frame = wording.READING_FRAME[fusion["reading_frame"]]
    is_predicted = fusion["molecule"] == "DNA" and fusion["reading_frame"] in ("in-frame", "out-of-frame")
    return f"{frame} (predicted)" if is_predicted else frame


def _role(fusion: Record) -> str:
    if fusion["role"] == "driver" and fusion["driver"]:
        return f"driver gene {fusion['driver']}"
    return wording.ROLE[fusion["role"]].lower()


def _facts(fusion: Record) -> list[list[tuple[str, str]]]:
    return [
        [
            ("5′ gene", _gene_and_exon(fusion, "5prime")),
            ("3′ gene", _gene_and_exon(fusion, "3prime")),
            ("Reading frame", _frame_in_words(fusion)),
        ],
        [
            ("5′ transcript", stated(fusion["transcript_5prime"])),
            ("3′ transcript", stated(fusion["transcript_3prime"])),
            ("Kinase domain", wording.KINASE_DOMAIN[fusion["kinase_domain"]]),
        ],
        [
            ("5′ breakpoint", position(fusion["breakpoint_5prime"])),
            ("3′ breakpoint", position(fusion["breakpoint_3prime"])),
            ("Genome build", stated(fusion["genome_build"])),
        ],
        [
            ("Split reads", wording.split_reads(fusion)),
            ("Spanning pairs", wording.count(fusion["spanning_pairs"])),
            ("Evidence", ", ".join(filter(None, (fusion["molecule"], fusion["evidence"])))),
        ],
    ]


def _wide_facts(fusion: Record) -> list[tuple[str, str]]:
    tier = wording.tier(fusion)
    return [("Tier", f"{tier} (AMP/ASCO/CAP 2017)")] if tier else []


def _gene_and_exon(fusion: Record, end: str) -> str:
    gene, exon = fusion[f"gene_{end}"] or "unknown", fusion[f"exon_{end}"]
    return f"{gene}, exon not determined" if exon is None else f"{gene}, exon {exon}"


def _domains_in_words(fusion: Record) -> str:
    """The domains of the drawing with their positions: narrow ones carry no label there."""
    if not protein_is_drawn(fusion):
        return "The protein is not drawn: what is translated is not known."
    halves = [fusion["drawing_5prime"]]
    if fusion["reading_frame"] != "out-of-frame":
        halves.append(fusion["drawing_3prime"])
    parts = [part for drawn in halves if drawn for part in _domains_of(drawn)]
    return f"Domains kept: {'; '.join(parts)}." if parts else ""


def _domains_of(drawn: Record) -> Iterator[str]:
    """Repeats of one domain in a row are told once, with their number."""
    for name, group in groupby(kept_features(drawn), key=lambda feature: str(feature["name"])):
        repeats = list(group)
        times = f" × {len(repeats)}" if len(repeats) > 1 else ""
        yield f"{name}{times} ({drawn['gene']} aa {repeats[0]['start_aa']}–{repeats[-1]['end_aa']})"


def _caller(caller: Record) -> View:
    line = f", line {caller['line']}" if caller["line"] is not None else ""
    return {
        "caller": caller["caller"],
        "frame": caller["reading_frame"] or "not given",
        "split": wording.split_reads(caller),
        "pairs": wording.count(caller["spanning_pairs"]),
        "breakpoints": [position(end) for end in (caller["breakpoint_5prime"], caller["breakpoint_3prime"])],
        "filters": ", ".join(part for part in (caller["filters"], caller["confidence"]) if part) or "–",
        "source": f"{caller['file']}{line}",
    }


def _other_fusion(fusion: Record) -> str:
    word = wording.CLASSIFICATION[fusion["classification"]].word.lower()
    return f"{fusion['name']} ({word}; {wording.READING_FRAME[fusion['reading_frame']].lower()})"


def _with_percent(percent: str, empty: str = "–") -> str:
    """The file's own text ("90", "<1", "20-30"), with its unit."""
    if not percent:
        return empty
    return percent if percent.endswith("%") or percent[-1:].isalpha() else f"{percent}%"


def _pattern(stain: Record) -> str:
    localisation = ", ".join(place for place in stain["localisation"] if place != "none")
    parts = [localisation, stain["distribution"]]
    if stain["h_score"] is not None:
        parts.append(f"H-score {stain['h_score']:g}")
    return wording.capitalised("; ".join(part for part in parts if part)) or "–"


def _fish_pattern(stain: Record) -> str:
    parts = []
    if stain["pattern_split_pct"] is not None:
        parts.append(f"split {stain['pattern_split_pct']:g}%")
    if stain["pattern_isolated3_pct"] is not None:
        parts.append(f"isolated 3′ {stain['pattern_isolated3_pct']:g}%")
    return wording.capitalised("; ".join(parts)) or "–"


def _comments(stains: Sequence[Record]) -> list[tuple[str, str]]:
    """Marker and comment of every stain that has one, in the laboratory's own words: a remark is no pattern."""
    return [(stain["marker"], stain["comment"]) for stain in stains if stain["comment"]]


def _stain_result(stain: Record) -> wording.Mark:
    return wording.CONTROL_FAILED if stain["control_ok"] is False else wording.STAIN_RESULT[stain["result"]]


def _is_positive(stain: Record) -> bool:
    return bool(stain["result"] == "positive" and stain["control_ok"] is not False)


def _control(control_ok: bool | None) -> wording.Mark:
    return wording.QC_STATE[{None: "not_documented", True: "pass", False: "fail"}[control_ok]]


def _unknown(code: str) -> str:
    return wording.NOT_STATED if code == "unknown" else wording.capitalised(code)


def _margin(code: str) -> str:
    return wording.NOT_STATED if code == "unknown" else code


def _call_order(call: Record, targets: set[str]) -> tuple[bool, bool, int]:
    on_target = bool(targets & set(re.split(r"::|[(),/]", call["name"])))
    order = list(wording.DISPOSITION)
    return (call["disposition"] == "not_reportable", not on_target, order.index(call["disposition"]))


def _identifiers(reference: Record) -> list[tuple[str, str]]:
    """Each identifier with its web address, if it has one; what the citation already says is not repeated."""
    parts = [part.strip() for part in reference["identifier"].split(";")]
    return [(part, _link(part)) for part in parts if part and part not in reference["citation"]]


def _link(identifier: str) -> str:
    """A web address where the identifier is a DOI or PMID; other identifiers are printed as they are."""
    text = identifier.strip()
    if match := re.fullmatch(r"(?:doi:\s*|https://doi\.org/)?(10\.\d{4,9}/[^\s<>\"]+)", text, re.IGNORECASE):
        return f"https://doi.org/{match[1]}"
    if match := re.fullmatch(r"PMID:?\s*(\d{1,9})", text, re.IGNORECASE):
        return f"https://pubmed.ncbi.nlm.nih.gov/{match[1]}/"
    return ""


def running_texts(record: Record) -> Iterator[tuple[str, str]]:
    """What every page repeats in its margins, by name."""
    patient, specimen, report, lab = record["patient"], record["specimen"], record["report"], record["lab"]
    status = wording.REPORT_STATUS[report["status"]]
    birth = day(patient["date_of_birth"])
    block = f"  ·  Block {specimen['block_id']}" if specimen["block_id"] else ""
    yield "lab", lab["name"]
    yield "patient", f"{_cut(patient['name'])}  ·  Born {birth}  ·  ID {_cut(patient['id'])}"
    yield "ids", f"Accession {_cut(specimen['accession'])}{_cut(block)}"
    yield "foot", f"{lab['name']} · Report {report['id']}, version {report['version']}"
    yield "status", f"{status} – NOT SIGNED" if report["status"] in UNSIGNED else status


def _cut(text: str, longest: int = 60) -> str:
    """Cut visibly to what a page margin holds; page 1 prints it in full."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
