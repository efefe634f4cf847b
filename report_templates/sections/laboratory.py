"""What the laboratory did: the specimen as received, quality, methods, limits, authorisation, provenance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from report_templates import wording
from report_templates.language import gettext, spoken
from report_templates.sections.cutting import whole_text
from report_templates.sections.section import Record, View
from report_templates.sections.signing import signature_view, unsigned
from report_templates.sentences import said, term
from report_templates.wording import stated

# A fact that fits one of three columns in one line.
_SHORT_FACT = 22


def clinical(record: Record) -> View:
    """What the request said about specimen and disease: the label conditions above were judged on it."""
    specimen = record["specimen"]
    size = wording.number(specimen["size_cm"], " cm")
    decalcified = {None: wording.not_stated(), True: gettext("Yes"), False: gettext("No")}[specimen["decalcified"]]
    rows = [
        [
            (gettext("Disease status"), _unknown("course", specimen["disease_status"])),
            (gettext("Resectability"), _unknown("resectability", specimen["resectability"])),
            (gettext("Margin"), _margin(specimen["margin"])),
        ],
        [
            (gettext("Tumour size"), size),
            (gettext("Fixative"), stated(specimen["fixative"])),
            (gettext("Decalcified"), decalcified),
        ],
    ]
    texts = [
        (gettext("Morphology"), stated(specimen["morphology"])),
        (gettext("Prior therapy"), stated(specimen["prior_therapy"])),
        (gettext("Condition"), _condition(specimen.get("acceptability") or {})),
    ]
    is_short = all(len(text) <= _SHORT_FACT for _, text in texts)
    return {
        "rows": [*rows, texts] if is_short else rows,
        "wide": [] if is_short else texts,
        "variants": [f"{variant['gene']} {variant['hgvs_p']}" for variant in record["variants"]],
    }


def quality(record: Record) -> View:
    return {
        "metrics": [
            {
                "name": term("measure", line["name"]),
                "value": term("measured", line["value"]) or wording.not_stated(),
                "threshold": term("limits", line["threshold"]) or "–",
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
                gettext("{molecule} sequencing").format(molecule=assay["molecule"]),
                assay["platform"],
                assay["chemistry"],
                gettext("reference genome {build}").format(build=assay["genome_build"])
                if assay["genome_build"]
                else "",
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
    own = _of_the_laboratory(record)
    return {
        "sentences": [text if text in own else said(whole_text(text)) for text in record["limitations"]],
        "statements": statements,
    }


def _of_the_laboratory(record: Record) -> frozenset[str]:
    """The limitations that lab.toml states: the laboratory's own words, in its own language."""
    return frozenset(
        one["text"]
        for one in record.get("explanations", ())
        if one["part"] == "limitation" and any(fact["fact"] == "limitations_of_the_assay" for fact in one["because"])
    )


def authorisation(record: Record) -> View:
    status = record["report"]["status"]
    return {
        "signatures": [signature_view(signature) for signature in record["signatures"]],
        "unsigned": unsigned(status),
        "content": next((one.get("content_sha256", "") for one in record["signatures"]), ""),
        "director": record["lab"]["director"],
        "sites": [{**site, "role": term("site_role", site["role"])} for site in record["lab"]["sites"]],
    }


def provenance(record: Record) -> View:
    made, report = record["provenance"], record["report"]
    rows = [
        (
            gettext("Report, case"),
            gettext("{report}, version {version}; {case}").format(
                report=report["id"], version=report["version"], case=made["case_id"]
            ),
        ),
        (
            gettext("Software"),
            gettext("{software}, templates {templates}").format(
                software=f"{made['software']} {made['software_version']}", templates=made["template_version"]
            ),
        ),
        (
            gettext("Knowledge tables"),
            gettext("version {version}, SHA-256 {digest}").format(
                version=made["knowledge_version"], digest=made["knowledge_sha256"]
            ),
        ),
        *([(gettext("Laboratory rules"), rules)] if (rules := _laboratory_rules(made)) else []),
        *([(gettext("Guideline"), made["guideline_version"])] if made["guideline_version"] else []),
        *_run(made, with_transcripts=report["status"] != "withdrawn"),
        *_gene_annotations(made.get("gene_annotations", ())),
        *([(gettext("Input files, SHA-256"), inputs)] if (inputs := _inputs(made["inputs"])) else []),
    ]
    return {"rows": rows, "translation": _translation()}


def _translation() -> str:
    """Which catalogue translated the report, and who approved it for clinical use; empty in English."""
    language = spoken()
    if language.is_original:
        return ""
    if language.approved_by:
        return gettext("Translation: catalogue {catalogue}, approved by {approved_by}.").format(
            catalogue=language.catalogue, approved_by=language.approved_by
        )
    return gettext("Translation: catalogue {catalogue}, not approved by a pathologist for clinical use.").format(
        catalogue=language.catalogue
    )


def _run(made: Record, *, with_transcripts: bool) -> Iterator[tuple[str, str]]:
    """The run and the transcripts of the genes found, which say what was found: a withdrawn report leaves them out."""
    run = made["sequencing_run"]
    if with_transcripts:
        transcripts = ", ".join(f"{used['gene']} {used['transcript']}" for used in made["transcripts"])
        if told := "; ".join(part for part in (run, transcripts) if part):
            yield gettext("Run, transcripts"), told
    elif run:
        yield gettext("Run"), run


def _inputs(digests: Record) -> str:
    return "; ".join(f"{file} {digest}" for file, digest in digests.items())


def _gene_annotations(annotations: Iterable[Record]) -> Iterator[tuple[str, str]]:
    for one in annotations:
        name = " ".join(part for part in (one["file"], one["release"] and f"({one['release']})") if part)
        yield gettext("Gene annotation, {build}").format(build=one["genome_build"]), f"{name}, SHA-256 {one['sha256']}"


def _laboratory_rules(made: Record) -> str:
    """What the laboratory changed of the tables, switched-off rows too, which print nothing that could be marked."""
    kinds = {"add": gettext("added"), "replace": gettext("replaced"), "off": gettext("switched off")}
    # A record made before laboratories could change rows has no such list.
    return "; ".join(
        f"{one['row']} {kinds[one['change']]} ({one['author']}, {one['date']})"
        for one in made.get("laboratory_rules", ())
    )


def _condition(stands: Record) -> str:
    """How the tissue met the laboratory's criteria; what it did not meet stands on page 1 too."""
    status = stands.get("status", "not_stated")
    if status == "not_stated":
        return wording.not_stated()
    return ": ".join(filter(None, (wording.capitalised(term("acceptability", status)), stands["reason"])))


def _unknown(group: str, code: str) -> str:
    return wording.not_stated() if code == "unknown" else wording.capitalised(term(group, code))


def _margin(code: str) -> str:
    return wording.not_stated() if code == "unknown" else code
