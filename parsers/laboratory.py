"""
The laboratory and its assays, as lab.toml describes them.

    [lab]
    name = "…"            address = "…"          clia = "00D0000000"     accreditation = "ISO 15189 No. …"
    director = "…"        phone = "…"            email = "…"             jurisdiction = "US"
    time_zone = "America/New_York"               accession_pattern = '^S\\d{2}-\\d{5}$'
    ldt_statement = "…"   asr_statement = ""     disclaimers = ["…"]     nightly = "0 2 * * *"
    mapping = "mapping.toml" (optional: the words of the laboratory's own tables, see parsers.mapping)
    knowledge_overlay = "knowledge" (optional: the folder of the laboratory's own changes of the knowledge tables)
    language = "en"       paper = "A4"           (optional: en, de or zh; A4 or letter, else as the jurisdiction has it)
    logo, logo_text, colour, accent, letterhead, footer, templates (optional: the look of its reports, parsers.branding)
    disposition = "…" (optional: what becomes of tissue that does not meet the criteria; printed with such a result)

    [[lab.site]]   (optional: the places that share the work, each with what it does)
    role = "performed"    name = "…"             address = "…"           clia = "…"

    [assay.rna-fusion-v3]
    title = "…"  version = "3.1"  molecule = "RNA"  genes = ["ALK", …]  genome_build = "GRCh38"
    platform = "…"  chemistry = "…"  method = "…"  limit_of_detection = "…"  limitations = ["…"]
    minimum_split_reads = 5      minimum_tumour_cells_pct = 20     specimen_types = ["…"] (optional)

    [assay.rna-fusion-v3.qc.dv200_pct]
    name = "RNA integrity (DV200)"   unit = "%"   min = 30   (or max = …; borderline = … ; required = true)

    [assay.rna-fusion-v3.performed_by]  (optional: the outside laboratory that runs the test)
    name = "…"   address = "…"   clia = "…"
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from parsers.branding import PLAIN, Branding, read_branding
from parsers.errors import InputError, Problem
from parsers.mapping import NO_MAPPING, LabMapping, read_mapping
from parsers.reading import looks_like_excel_date
from parsers.records import Build, Molecule
from parsers.toml_files import Section, read_toml

Language = Literal["en", "de", "zh"]
Paper = Literal["A4", "letter"]
SiteRole = Literal["performed and interpreted", "performed", "interpreted"]

_NIGHTLY = "0 2 * * *"


@dataclass(frozen=True, slots=True)
class QcRule:
    """
    One quality threshold of an assay. Passing means `minimum <= value <= maximum`, whichever are set.

    A value on the failing side of the threshold but within `borderline` (same unit) is borderline. A `required` metric
    that a specimen lacks makes its quality undocumented, which is not the same as passed.
    """

    metric: str
    name: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    borderline: float | None = None
    required: bool = True


@dataclass(frozen=True, slots=True)
class OutsideLaboratory:
    """The laboratory that ran a test for this one; its name and address stand with the result (42 CFR 493.1291(i))."""

    name: str
    address: str
    clia: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """One of the places that share a laboratory's work, and what it does."""

    role: SiteRole
    name: str
    address: str
    clia: str = ""


@dataclass(frozen=True, slots=True)
class Assay:
    """One validated assay: what it covers, how it works, when its result counts, and who runs it if not we."""

    key: str
    title: str
    version: str
    molecule: Molecule
    genes: tuple[str, ...]
    genome_build: Build | None
    minimum_split_reads: int
    minimum_tumour_cells_pct: float
    platform: str = ""
    chemistry: str = ""
    method: str = ""
    limit_of_detection: str = ""
    limitations: tuple[str, ...] = ()
    specimen_types: tuple[str, ...] = ()
    qc: tuple[QcRule, ...] = ()
    performed_by: OutsideLaboratory | None = None


@dataclass(frozen=True, slots=True)
class Laboratory:
    """
    The performing laboratory; `assays` by the name that specimens.csv uses.

    `knowledge_overlay` is the whole path of the folder of its own changes of the knowledge tables, or empty. `paper` is
    None where the jurisdiction decides; without `sites` all is done at its own address.
    """

    name: str
    address: str
    jurisdiction: str
    time_zone: str
    assays: Mapping[str, Assay]
    clia: str = ""
    accreditation: str = ""
    director: str = ""
    phone: str = ""
    email: str = ""
    accession_pattern: str = ""
    ldt_statement: str = ""
    asr_statement: str = ""
    disclaimers: tuple[str, ...] = ()
    nightly: str = _NIGHTLY
    guideline_version: str = ""
    mapping: LabMapping = NO_MAPPING
    knowledge_overlay: str = ""
    disposition: str = ""
    language: Language = "en"
    paper: Paper | None = None
    branding: Branding = PLAIN
    sites: tuple[Site, ...] = ()


def read_laboratory(path: Path) -> Laboratory:
    """
    The laboratory and its assays from lab.toml.

    Raises:
        InputError: with every mistake in the file: unknown keys, wrong types, unknown time zone, bad pattern, no assay…
    """
    problems: list[Problem] = []
    laboratory = _laboratory(read_toml(path, problems), path.parent)
    if laboratory is None or problems:
        raise InputError(*problems)
    return laboratory


_BUILDS: tuple[Build, ...] = ("GRCh37", "GRCh38")
_LANGUAGES: tuple[Language, ...] = get_args(Language)
_PAPERS: tuple[Paper, ...] = get_args(Paper)
_SITE_ROLES: tuple[SiteRole, ...] = get_args(SiteRole)
_MOLECULES: tuple[Molecule, ...] = ("RNA", "DNA")


def _laboratory(top: Section, folder: Path) -> Laboratory | None:
    lab = top.section("lab")
    assays = top.section("assay")
    if lab is None:
        top.problem(
            "missing-key", "lab", "the file has no [lab] table", "add [lab] with name, address, jurisdiction, time_zone"
        )
    found = {key: _assay(key, section) for key, section in assays.sections()} if assays else {}
    if not found:
        top.problem(
            "no-assays", "assay", "the file describes no assay", "add one [assay.<name>] table for each validated assay"
        )
    top.close()
    if lab is None:
        return None
    laboratory = Laboratory(
        name=lab.text("name", required=True),
        address=lab.text("address", required=True),
        jurisdiction=_jurisdiction(lab),
        time_zone=_time_zone(lab),
        assays={key: assay for key, assay in found.items() if assay is not None},
        clia=lab.text("clia"),
        accreditation=lab.text("accreditation"),
        director=lab.text("director"),
        phone=lab.text("phone"),
        email=lab.text("email"),
        accession_pattern=_pattern(lab),
        ldt_statement=lab.text("ldt_statement"),
        asr_statement=lab.text("asr_statement"),
        disclaimers=lab.texts("disclaimers"),
        nightly=_nightly(lab),
        guideline_version=lab.text("guideline_version"),
        mapping=_mapping(lab, folder, found),
        knowledge_overlay=_overlay(lab, folder),
        disposition=lab.text("disposition"),
        language=lab.one_of("language", _LANGUAGES, required=False) or "en",
        paper=lab.one_of("paper", _PAPERS, required=False),
        branding=read_branding(lab, folder),
        sites=_sites(lab),
    )
    lab.close()
    return laboratory


def _mapping(lab: Section, folder: Path, assays: Collection[str]) -> LabMapping:
    """What mapping.toml says; its mistakes are listed with those of lab.toml."""
    path = lab.path_beside("mapping", folder, "mapping.toml")
    if path is None:
        return NO_MAPPING
    try:
        return read_mapping(path, assays=assays)
    except InputError as error:
        lab.problems.extend(error.problems)
        return NO_MAPPING


def _overlay(lab: Section, folder: Path) -> str:
    """The folder that the laboratory names; what lies in it is for those who know the knowledge tables."""
    path = lab.path_beside("knowledge_overlay", folder, "knowledge")
    return "" if path is None else str(path.absolute())


def _sites(lab: Section) -> tuple[Site, ...]:
    sites = tuple(site for section in lab.tables("site") if (site := _site(section)) is not None)
    if sites and not any("interpreted" in site.role for site in sites):
        lab.problem(
            "missing-key",
            "site",
            "no site interprets the result",
            'give one [[lab.site]] the role "interpreted" or "performed and interpreted"',
        )
    return sites


def _site(section: Section) -> Site | None:
    role = section.one_of("role", _SITE_ROLES, required=True)
    name, address = section.text("name", required=True), section.text("address", required=True)
    clia = section.text("clia")
    section.close()
    return None if role is None else Site(role, name, address, clia)


def _jurisdiction(lab: Section) -> str:
    value = lab.text("jurisdiction", required=True).upper()
    if value and not re.fullmatch(r"[A-Z]{2}", value, re.ASCII):
        lab.problem("unknown-value", "jurisdiction", "this is not a two-letter code", "write US, EU, JP…", found=value)
    return value


def _time_zone(lab: Section) -> str:
    value = lab.text("time_zone", required=True)
    if value:
        try:
            zoneinfo.ZoneInfo(value)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            lab.problem(
                "unknown-time-zone",
                "time_zone",
                "this time zone is not known",
                "write region and city: America/New_York",
                found=value,
                expected="a name of the IANA time zone database",
            )
    return value


def _pattern(lab: Section) -> str:
    value = lab.text("accession_pattern")
    try:
        re.compile(value)
    except re.error as error:
        lab.problem(
            "bad-pattern",
            "accession_pattern",
            f"this is not a regular expression: {error}",
            "write it in single quotes: '^S\\d{2}-\\d{5}$'",
            found=value,
        )
    return value


def _nightly(lab: Section) -> str:
    value = lab.text("nightly") or _NIGHTLY
    if len(value.split()) != 5 or not re.fullmatch(r"[\d*/,\-A-Za-z ]+", value):
        lab.problem(
            "bad-schedule",
            "nightly",
            "this is not a cron schedule",
            'write five fields: "0 2 * * *" is 2 a.m.',
            found=value,
        )
    return value


def _assay(key: str, section: Section) -> Assay | None:
    before = len(section.problems)
    molecule = section.one_of("molecule", _MOLECULES, required=True)
    qc = section.section("qc")
    outside = section.section("performed_by")
    split_reads = section.number("minimum_split_reads", required=True, whole=True)
    tumour_cells = section.number("minimum_tumour_cells_pct", required=True, high=100)
    genes = section.texts("genes", required=True)
    for gene in genes:
        if looks_like_excel_date(gene):
            section.problem(
                "excel-date", "genes", "a spreadsheet turned a gene's name into a date", "write its symbol", found=gene
            )
    fields: dict[str, Any] = {
        "title": section.text("title", required=True),
        "version": section.text("version", required=True),
        "genes": genes,
        "genome_build": section.one_of("genome_build", _BUILDS, required=False),
        "platform": section.text("platform"),
        "chemistry": section.text("chemistry"),
        "method": section.text("method"),
        "limit_of_detection": section.text("limit_of_detection"),
        "limitations": section.texts("limitations"),
        "specimen_types": section.texts("specimen_types"),
        "qc": tuple(_qc_rule(metric, rule) for metric, rule in qc.sections()) if qc else (),
        "performed_by": _outside_laboratory(outside) if outside else None,
    }
    section.close()
    if len(section.problems) > before or molecule is None or split_reads is None or tumour_cells is None:
        return None
    return Assay(
        key=key,
        molecule=molecule,
        minimum_split_reads=int(split_reads),
        minimum_tumour_cells_pct=tumour_cells,
        **fields,
    )


def _outside_laboratory(section: Section) -> OutsideLaboratory:
    laboratory = OutsideLaboratory(
        name=section.text("name", required=True),
        address=section.text("address", required=True),
        clia=section.text("clia"),
    )
    section.close()
    return laboratory


def _qc_rule(metric: str, section: Section) -> QcRule:
    low = section.number("min", low=float("-inf"))
    high = section.number("max", low=float("-inf"))
    if low is None and high is None:
        section.problem("missing-key", "", "the metric has no threshold", "add min = … or max = …")
    if low is not None and high is not None and low > high:
        section.problem(
            "out-of-range",
            "min",
            "min is above max",
            "exchange or correct them",
            found=low,
            expected=f"at most {high:g}",
        )
    rule = QcRule(
        metric=metric,
        name=section.text("name", required=True),
        unit=section.text("unit"),
        minimum=low,
        maximum=high,
        borderline=section.number("borderline"),
        required=section.flag("required", default=True),
    )
    section.close()
    return rule
