"""What the laboratory did: the specimen as received, quality, methods, limits, authorisation, provenance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from report_templates import wording
from report_templates.sections.section import Record, View
from report_templates.sections.signing import signature_view, unsigned
from report_templates.wording import stated


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
            ("Condition", _condition(specimen.get("acceptability") or {})),
        ],
        "variants": [f"{variant['gene']} {variant['hgvs_p']}" for variant in record["variants"]],
    }


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


def authorisation(record: Record) -> View:
    status = record["report"]["status"]
    return {
        "signatures": [signature_view(signature) for signature in record["signatures"]],
        "unsigned": unsigned(status),
        "content": next((one.get("content_sha256", "") for one in record["signatures"]), ""),
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
        *([("Input files, SHA-256", inputs)] if (inputs := _inputs(made["inputs"])) else []),
    ]
    return {"rows": rows}


def _inputs(digests: Record) -> str:
    return "; ".join(f"{file} {digest}" for file, digest in digests.items())


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


def _condition(stands: Record) -> str:
    """How the tissue met the laboratory's criteria; what it did not meet stands on page 1 too."""
    status = stands.get("status", "not_stated")
    if status == "not_stated":
        return wording.NOT_STATED
    return ": ".join(filter(None, (wording.capitalised(status), stands["reason"])))


def _unknown(code: str) -> str:
    return wording.NOT_STATED if code == "unknown" else wording.capitalised(code)


def _margin(code: str) -> str:
    return wording.NOT_STATED if code == "unknown" else code
