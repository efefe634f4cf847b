"""
The saved record: everything a report says, as plain JSON types. The PDF and the exports are drawn from it alone.

| key | holds |
|---|---|
| schema_version | of this table; a removed or renamed key raises the first number |
| report | id, version, status, issued (ISO 8601 with the laboratory's offset), time_zone, replaces, title, |
| … | language, paper, turnaround_days (received to issued) |
| … | change{kind, reason, what[], previous{id, version, status, issued, sha256}, notified[{to, by, at, means}]} |
| … | earlier_changes[]: the changes of the versions before, each with its version and issued |
| … | addenda[{number, text, issued, signature}]; preliminary: the one this final report replaces, and what[] differs |
| result | status, headline, summary[], certainty, next_steps[] |
| lab | name, address, sites[{role, name, address, clia}], clia, accreditation, director, phone, email, statements, |
| … | logo, colours{main, accent}, texts{letterhead, footer}, templates{block: text} |
| patient | name, id, date_of_birth (ISO), sex, age_years, age_text |
| specimen | accession, block_id, type, site, collected and received (ISO), tumour_cells_pct, clinical details, |
| … | acceptability{status: accepted, compromised, rejected or not_stated; reason, disposition} |
| order | provider, institution, indication, placer_number, filler_number |
| diagnosis | text and code as submitted, tumour_context as the rules read it |
| assay | the validated test: key, title, version, molecule, genes[], method, limits, |
| … | performed_by{name, address, clia}: the outside laboratory that ran it |
| genes, fusions, qc, concordance, therapies, alerts, risk, statements, references | of `interpret.findings` |
| … each ruling, therapy and statement | also because[]: fact, value, condition, rows[{file, line, column, value}] |
| ihc, fish, variants, controls | the results as the laboratory submitted them |
| reviewed_calls | every junction of every caller file and what became of it |
| limitations, recommendations | sentences, in printing order |
| explanations | of every other sentence (part: headline, summary, certainty, …): rules[] and because[] |
| rules | the rows of the knowledge tables that the report rests on, as they were worded when it was made |
| communications | what was said before this report: to, by, at, what, read_back |
| signatures | name, role, meaning, signed_at, content_sha256; empty until signed |
| provenance | software, template and knowledge versions, inputs{file: sha256}, callers, transcripts, case_id, run |

`None` means "not stated"; empty text likewise.
"""

from __future__ import annotations

import hashlib
import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Literal
from zoneinfo import ZoneInfo

from interpret.findings import (
    Because,
    Explanation,
    Fusion,
    InputRow,
    Interpretation,
    Ruling,
    Statement,
    Therapy,
)
from interpret.gtf import AnnotationFile
from parsers.laboratory import Assay, Laboratory, OutsideLaboratory, Site
from parsers.records import Case, FishResult, IhcResult, Specimen

SCHEMA_VERSION = "1.1"
TITLE = "Molecular pathology report"

ReportStatus = Literal["draft", "preliminary", "final", "corrected", "amended", "addendum", "withdrawn"]
# What is out with a signature. A withdrawn report is signed as well, and its results no longer stand.
SIGNED: frozenset[ReportStatus] = frozenset({"final", "corrected", "amended", "addendum"})

_LANGUAGES = {"en": "en-GB", "de": "de", "zh": "zh-Hans"}

# Zero-width joiners shape Arabic, Persian and Indic names; every other format character only hides or turns text.
_JOINERS = "\u200c\u200d"
_GERMLINE = (
    "Only tumour tissue was tested; this test cannot tell whether an alteration is inherited (germline) or acquired."
)


@dataclass(frozen=True, slots=True)
class Issue:
    """
    One issue of a report: what the outside world adds to the interpretation.

    `report_id` and `case_id` are opaque (no patient data); `issued` carries its time zone; `inputs` maps the name of
    each input file to its sha256 (hex); `replaces` names the report that this one replaces; `annotations` are the
    laboratory's own gene annotations that were asked.
    """

    report_id: str
    case_id: str
    version: int
    status: ReportStatus
    issued: datetime
    software_version: str
    inputs: Mapping[str, str]
    replaces: str = ""
    annotations: tuple[AnnotationFile, ...] = ()


def build_record(case: Case, interpretation: Interpretation, laboratory: Laboratory, issue: Issue) -> dict[str, Any]:
    """
    The record of one report, JSON-ready, with every text cleaned for printing.

    Raises:
        KeyError: the specimen names an assay the laboratory does not have.
        ValueError: `issue.issued` has no time zone, a number is not finite, or a source has no reference.
    """
    specimen = case.specimen
    assay = laboratory.assays[specimen.assay]
    _check_references(interpretation)
    record = {
        "schema_version": SCHEMA_VERSION,
        "report": _report(specimen, laboratory, issue),
        "result": interpretation.verdict,
        "lab": _lab(laboratory, assay),
        "patient": _patient(specimen, interpretation),
        "specimen": _specimen(specimen) | {"acceptability": _acceptability(case, interpretation, laboratory)},
        "order": _order(specimen),
        "diagnosis": {
            "text": specimen.diagnosis,
            "code": specimen.diagnosis_code,
            "tumour_context": interpretation.tumour_context,
            "jurisdiction": interpretation.jurisdiction,
        },
        "assay": _assay(assay),
        "genes": interpretation.genes,
        "fusions": interpretation.fusions,
        "ihc": [_stain(stain) for stain in case.ihc],
        "fish": [_stain(stain) for stain in case.fish],
        "variants": [{"gene": variant.gene, "hgvs_p": variant.hgvs_p} for variant in case.variants],
        "qc": interpretation.qc,
        "controls": [
            {"run": control.run, "control": control.control, "result": control.result, "remark": control.remark}
            for control in case.controls
        ],
        "concordance": interpretation.concordance,
        "therapies": interpretation.therapies,
        "alerts": interpretation.alerts,
        "risk": interpretation.risk,
        "statements": interpretation.statements,
        "references": interpretation.references,
        "limitations": _limitations(interpretation, assay),
        "recommendations": interpretation.recommendations,
        "explanations": [*interpretation.explanations, *_explained_limitations(interpretation, assay)],
        "rules": interpretation.rules,
        "reviewed_calls": interpretation.reviewed_calls,
        "communications": [],
        "signatures": [],
        "provenance": _provenance(case, interpretation, laboratory, issue),
    }
    return {key: _plain(value) for key, value in record.items()}


def cleaned(text: str) -> str:
    """
    `text` without what could crash, hide or turn the print: lone surrogates, control and bidi characters.

    The parsers refuse such text; this is the second fence. Line ends and tabs become spaces.
    """
    if text.isprintable() and text.isascii():
        return text
    return "".join(_cleaned(character) for character in text)


@cache
def template_version() -> str:
    """The templates that draw a report: release and the first 12 digits of the sha256 over every file involved."""
    digest = hashlib.sha256()
    for name, content in _template_files():
        digest.update(name.encode() + b"\0" + content + b"\0")
    return f"{SCHEMA_VERSION}+{digest.hexdigest()[:12]}"


def _report(specimen: Specimen, laboratory: Laboratory, issue: Issue) -> dict[str, Any]:
    if issue.issued.tzinfo is None:
        raise ValueError("Issue.issued needs a time zone")
    issued = issue.issued.astimezone(ZoneInfo(laboratory.time_zone))
    return {
        "id": issue.report_id,
        "accession": specimen.accession,
        "version": issue.version,
        "status": issue.status,
        "issued": issued.isoformat(timespec="seconds"),
        "time_zone": laboratory.time_zone,
        "replaces": issue.replaces,
        "title": TITLE,
        "language": _LANGUAGES[laboratory.language],
        "paper": laboratory.paper or ("letter" if laboratory.jurisdiction.upper() == "US" else "A4"),
        "turnaround_days": (issued.date() - specimen.received).days,
        "change": None,
        "addenda": [],
        "earlier_changes": [],
        "preliminary": None,
    }


def laboratory_part(laboratory: Laboratory, assay: Assay) -> dict[str, Any]:
    """What a record of this assay says of the laboratory, JSON-ready and cleaned as in `build_record`."""
    part: dict[str, Any] = _plain(_lab(laboratory, assay))
    return part


def _lab(laboratory: Laboratory, assay: Assay) -> dict[str, Any]:
    return {
        "name": laboratory.name,
        "address": laboratory.address,
        "sites": list(_sites(laboratory, assay.performed_by)),
        "clia": laboratory.clia,
        "accreditation": laboratory.accreditation,
        "director": laboratory.director,
        "phone": laboratory.phone,
        "email": laboratory.email,
        "ldt_statement": laboratory.ldt_statement,
        "asr_statement": laboratory.asr_statement,
        "disclaimers": laboratory.disclaimers,
        "jurisdiction": laboratory.jurisdiction,
        "time_zone": laboratory.time_zone,
        "logo": laboratory.branding.logo,
        "colours": laboratory.branding.colours,
        "texts": {"letterhead": laboratory.branding.letterhead, "footer": laboratory.branding.footer},
        "templates": laboratory.branding.templates,
    }


def _sites(laboratory: Laboratory, outside: OutsideLaboratory | None) -> Iterator[dict[str, str]]:
    """Where the test was done and where it was interpreted: one place, unless several share the work."""
    own = Site("performed and interpreted", laboratory.name, laboratory.address, laboratory.clia)
    if outside is not None:
        yield {"role": "performed", "name": outside.name, "address": outside.address, "clia": outside.clia}
    for site in laboratory.sites or (own,):
        if outside is None or "interpreted" in site.role:
            role = site.role if outside is None else "interpreted"
            yield {"role": role, "name": site.name, "address": site.address, "clia": site.clia}


def _order(specimen: Specimen) -> dict[str, str]:
    return {
        "provider": specimen.ordering_provider,
        "institution": specimen.institution,
        "indication": specimen.indication,
        "placer_number": specimen.placer_number,
        "filler_number": specimen.filler_number,
    }


def _acceptability(case: Case, interpretation: Interpretation, laboratory: Laboratory) -> dict[str, str]:
    """
    How the tissue met the laboratory's criteria (42 CFR 493.1291(c)(7)), as entered at receipt.

    Where nothing was entered and the sequencing failed, the quality figures that it failed are the condition.
    """
    specimen = case.specimen
    status, reason = specimen.acceptability, specimen.rejection_reason
    if status == "not_stated" and interpretation.verdict.status == "not_informative":
        failed = list(_failed_criteria(specimen, interpretation, laboratory.assays[specimen.assay]))
        status, reason = ("compromised", "; ".join(failed)) if failed else (status, reason)
    is_unmet = status in ("compromised", "rejected")
    return {
        "status": status,
        "reason": reason,
        "disposition": specimen.disposition or (laboratory.disposition if is_unmet else ""),
    }


def _failed_criteria(specimen: Specimen, interpretation: Interpretation, assay: Assay) -> Iterator[str]:
    for line in interpretation.qc:
        if line.status == "fail":
            yield f"{line.name} {line.value or 'not stated'}" + (
                f", required {line.threshold}" if line.threshold else ""
            )
    content, required = specimen.tumour_cells_pct, assay.minimum_tumour_cells_pct
    if content is not None and content < required:
        yield f"Tumour cells {content:g}%, required ≥ {required:g}%"


def _patient(specimen: Specimen, interpretation: Interpretation) -> dict[str, Any]:
    return {
        "name": specimen.patient_name,
        "id": specimen.patient_id,
        "date_of_birth": specimen.date_of_birth,
        "sex": specimen.sex,
        "age_years": interpretation.age_years,
        "age_text": interpretation.age_text,
    }


def _specimen(specimen: Specimen) -> dict[str, Any]:
    return {
        "accession": specimen.accession,
        "block_id": specimen.block_id,
        "type": specimen.specimen_type,
        "site": specimen.site,
        "laterality": specimen.laterality,
        "tumour_cells_pct": specimen.tumour_cells_pct,
        "fixative": specimen.fixative,
        "decalcified": specimen.decalcified,
        "collected": specimen.collected,
        "received": specimen.received,
        "morphology": specimen.morphology,
        "size_cm": specimen.size_cm,
        "margin": specimen.margin,
        "resectability": specimen.resectability,
        "disease_status": specimen.disease_status,
        "prior_therapy": specimen.prior_therapy,
    }


def _assay(assay: Assay) -> dict[str, Any]:
    return {
        "key": assay.key,
        "title": assay.title,
        "version": assay.version,
        "molecule": assay.molecule,
        "genes": assay.genes,
        "platform": assay.platform,
        "chemistry": assay.chemistry,
        "method": assay.method,
        "genome_build": assay.genome_build,
        "limit_of_detection": assay.limit_of_detection,
        "minimum_split_reads": assay.minimum_split_reads,
        "minimum_tumour_cells_pct": assay.minimum_tumour_cells_pct,
        "performed_by": assay.performed_by,
    }


def _stain(stain: IhcResult | FishResult) -> dict[str, Any]:
    """Every field as submitted; the accession is the specimen's, and the place becomes file and line."""
    values = {field.name: getattr(stain, field.name) for field in fields(stain)}
    del values["accession"], values["place"]
    return {**values, "file": stain.place.file, "line": stain.place.line}


def _limitations(interpretation: Interpretation, assay: Assay) -> list[str]:
    sentences = list(dict.fromkeys((*interpretation.limitations, *assay.limitations)))
    if not any("germline" in sentence.lower() for sentence in sentences):
        sentences.append(_GERMLINE)
    return sentences


def _explained_limitations(interpretation: Interpretation, assay: Assay) -> list[Explanation]:
    """Why the limitations stand there that are the assay's own or every report's."""
    own = [text for text in _limitations(interpretation, assay) if text not in interpretation.limitations]
    setting = InputRow("lab.toml", None, f"assay.{assay.key}.limitations")
    of_assay = (Because("limitations_of_the_assay", assay.title, rows=(setting,)),)
    of_every_test = (Because("tissue_tested", "tumour alone"),)
    return [
        Explanation("limitation", text, (), of_assay if text in assay.limitations else of_every_test) for text in own
    ]


def _provenance(case: Case, interpretation: Interpretation, laboratory: Laboratory, issue: Issue) -> dict[str, Any]:
    return {
        "software": "imtreport",
        "software_version": issue.software_version,
        "template_version": template_version(),
        "knowledge_version": interpretation.knowledge_version,
        "knowledge_sha256": interpretation.knowledge_sha256,
        "laboratory_rules": [
            {"table": one.table, "row": one.row, "change": one.kind, "replaces": one.replaces}
            | {"author": one.author, "date": one.date, "reason": one.reason}
            for one in interpretation.laboratory_rules
        ],
        "guideline_version": laboratory.guideline_version,
        "case_id": issue.case_id,
        "sequencing_run": case.specimen.sequencing_run,
        "inputs": dict(sorted(issue.inputs.items())),
        "callers": [
            {
                "file": source.file,
                "format": source.format,
                "caller": source.caller,
                "molecule": source.molecule,
                "genome_build": source.genome_build,
                "calls": source.calls,
                "others": source.others,
            }
            for source in case.sources
        ],
        "transcripts": _transcripts(interpretation.fusions),
        "gene_annotations": [
            {"file": one.file, "release": one.release, "genome_build": one.build, "sha256": one.sha256}
            for one in issue.annotations
        ],
    }


def _transcripts(fusions: Iterable[Fusion]) -> list[dict[str, str]]:
    used = {
        (gene, transcript)
        for fusion in fusions
        for gene, transcript in (
            (fusion.gene_5prime, fusion.transcript_5prime),
            (fusion.gene_3prime, fusion.transcript_3prime),
        )
        if transcript
    }
    return [{"gene": gene, "transcript": transcript} for gene, transcript in sorted(used)]


def _check_references(interpretation: Interpretation) -> None:
    """Every source a statement cites has its number: a report never claims evidence that it does not name."""
    known = {reference.key for reference in interpretation.references}
    citing: tuple[Statement | Therapy | Ruling, ...] = (
        *interpretation.statements,
        *interpretation.therapies,
        *interpretation.alerts,
        *interpretation.concordance,
        *interpretation.risk,
    )
    for statement in citing:
        if missing := [key for key in statement.sources if key not in known]:
            raise ValueError(f"{statement.rule} cites {', '.join(missing)}, not among the references")


def _plain(value: Any) -> Any:
    """`value` in JSON types, texts cleaned. Raises ValueError for NaN and infinity, TypeError for other types."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a number of the record is not finite")
        return value
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {cleaned(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no place in a record")


def _cleaned(character: str) -> str:
    category = unicodedata.category(character)
    if character in "\t\n\r\v\f\x85" or category in ("Zl", "Zp"):
        return " "
    # Not "Cn": a character younger than this Python's tables is part of somebody's name; without a glyph it is refused.
    if category in ("Cc", "Cs") or (category == "Cf" and character not in _JOINERS):
        return ""
    return character


def _template_files() -> Iterator[tuple[str, bytes]]:
    """Every file of this package that decides about a report or an export, whichever folder it is in."""
    yield from _files_below(resources.files(__package__), "")


def _files_below(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        name = f"{path}{file.name}"
        if file.is_dir():
            yield from _files_below(file, f"{name}/")
        elif file.name.endswith((".html", ".css", ".svg", ".ttf", ".otf", ".conf", ".py", ".mo", ".toml")):
            yield name, file.read_bytes()
