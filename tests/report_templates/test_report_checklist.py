"""
What the standards ask of a report, row by row: each element on the pages that a reader sees, and in the record.

The ids are those of the project's list of 55 elements (CLIA 493.1291, AMP/ASCO/CAP 2017, ESMO 2024, VICC, ISO 15189 …).
The optional ones (O) and the one without a seen source (R53) are left out.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf
import pytest
from report_examples import (
    KINDS,
    STATES,
    a_case,
    a_final_record,
    a_record,
    a_specimen,
    an_issue,
)

from flows.sample import sample_folder
from interpret.genes import load_gene_models
from interpret.interpretation import interpret
from interpret.knowledge import load_knowledge
from parsers.batch import read_batch, read_case
from parsers.laboratory import read_laboratory
from report_templates import wording
from report_templates.exports import report_json
from report_templates.pdf import render_html, render_pdf
from report_templates.record import build_record
from report_templates.states import content_sha256

# The elements that a report must or should have, by the number and name that the list gives them.
ELEMENTS = {
    "R01": "Patient name + identification number (or unique id + id number)",
    "R02": "Second identifier / date of birth, sex",
    "R03": "Performing laboratory name AND street address "
    "(site where test was done; also site of interpretation if other)",
    "R04": "CLIA number / accreditation no.",
    "R05": "Report date (date/time issued, with zone)",
    "R06": "Test performed (name, version, genes targeted)",
    "R07": "Specimen source / type / anatomic site",
    "R08": "Result and interpretation",
    "R09": "Condition and disposition of specimens not meeting acceptability criteria",
    "R10": "Collection date/time; receipt date/time",
    "R11": "Ordering provider",
    "R12": "Accession/case number + block id",
    "R13": "Histological diagnosis, tumour cell content %",
    "R14": "Fixation / preservation / decalcification",
    "R15": "Indication for testing / clinical question",
    "R16": "Method summary",
    "R17": "Limit of detection + assay limitations",
    "R18": "Negative result carries limitation statement (false negatives possible)",
    "R19": "Pertinent negatives: list each assayed gene with not-detected / not-assessable",
    "R20": "Key information on first page, details in appendices",
    "R21": "ESMO sections: patient/sample; assay; sample-specific QC; alterations + annotation; actionability; summary",
    "R22": "Standard gene symbols + double-colon fusion, 5' partner first: TPM3::ALK",
    "R23": "Exon-level VICC string: NM_152263.3(TPM3):e.7::NM_004304.5(ALK):e.20 ; unknown partner ?::ALK",
    "R25": "Inferred fusion (IHC/FISH only) written GENE(::)GENE / marked inferred, never as sequenced fact",
    "R26": "5' and 3' gene, versioned transcript, exon, genomic breakpoint + build, "
    "in-frame status, kinase domain retained",
    "R27": "Supporting evidence: spanning/split unique reads (or unique start sites), caller(s)",
    "R28": "Tier I-IV + level A-D, context (therapeutic/diagnostic/prognostic), tumour type",
    "R29": "Level A only for drug approved for THIS tumour type or guideline; approval in other tumour = level C",
    "R31": 'General associations, not patient-specific orders ("recommended" drug)',
    "R32": "Evidence citations with identifiers",
    "R33": "Knowledge-base name, version/date, pipeline version, template version",
    "R34": "Correlation with IHC/FISH/prior results; discordance comment",
    "R35": "IHC: antibody clone, method, result, pattern/intensity",
    "R36": "Recommend additional measures (orthogonal test, new specimen)",
    "R37": "QC metrics with thresholds and pass/fail",
    "R38": 'QC fail => no "not detected": result becomes indeterminate/insufficient',
    "R39": "LDT statement (not cleared/approved by FDA; performance determined by lab)",
    "R40": "ASR statement when analyte-specific reagent used",
    "R41": "Signature of pathologist/designee: printed name, date+time, meaning",
    "R42": "Status word on each page: DRAFT / PRELIMINARY / FINAL / CORRECTED / ADDENDUM",
    "R43": "Corrected report: says what changed, why, who was told; original kept",
    "R44": "Prior preliminary/verbal communication and critical calls: to whom, when",
    "R45": "Referral lab identity when results come from outside lab; do not revise its results",
    "R46": "Page n of m, report id on each page",
    "R47": "Identification of reviewer/authoriser; results from research use flagged; "
    "measurement/primary-sample quality comment",
    "R48": "Contact for questions",
    "R49": "Turn-around: received -> signed time computed",
    "R50": "Germline caveat (tumour-only cannot separate)",
    "R51": "Total number of fusion genes targeted, on-target reads, genes not covered",
    "R52": "Entity-level context (WHO entity, intermediate biology); no tier from seeds without citation",
    "R55": "PDF machine checks: PDF/A or tagged, lang set, no PHI in Title/file name unless lab opts in",
}
# Beside the repository, where it was written; elsewhere the comparison with it is skipped.
CHECKLIST = Path(__file__).parents[3] / "shared" / "standards" / "checklist.tsv"
REQUIRED_CLASSES = ("M", "R")


def with_special_reagent() -> dict[str, Any]:
    return a_record(asr_statement="Analyte-specific reagents were used; the laboratory determined their performance.")


EVERY = {**KINDS, **STATES, "with_special_reagent": with_special_reagent}
VALID = tuple(kind for kind in EVERY if kind != "withdrawn")


@cache
def record_of(kind: str) -> dict[str, Any]:
    return EVERY[kind]()


@cache
def pdf_of(kind: str) -> bytes:
    return render_pdf(record_of(kind))


@dataclass(frozen=True)
class Printed:
    """The pages in the order of their content (cell by cell, not line by line), without blanks: words may be cut."""

    pages: tuple[str, ...]

    @property
    def first(self) -> str:
        return self.pages[0]

    @property
    def whole(self) -> str:
        return "".join(self.pages)


@cache
def printed(kind: str) -> Printed:
    with pdfplumber.open(io.BytesIO(pdf_of(kind))) as document:
        return Printed(tuple(squeezed("".join(char["text"] for char in page.chars)) for page in document.pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def missing(texts: list[str], place: str) -> list[str]:
    assert texts, "nothing to look for"
    return [text for text in texts if squeezed(text) not in place]


Check = Callable[[dict[str, Any], Printed, str], None]
CHECKS: dict[str, tuple[tuple[str, ...], Check]] = {}


def element(number: str, kinds: tuple[str, ...] = VALID) -> Callable[[Check], Check]:
    def add(check: Check) -> Check:
        assert number not in CHECKS
        CHECKS[number] = (kinds, check)
        return check

    return add


def kinds_with(predicate: Callable[[dict[str, Any]], bool]) -> tuple[str, ...]:
    found = tuple(kind for kind in VALID if predicate(record_of(kind)))
    assert found, "no kind to check"
    return found


@element("R01", tuple(EVERY))
def patient_on_every_page(record: dict[str, Any], seen: Printed, kind: str) -> None:
    patient = record["patient"]
    assert [missing([patient["name"], patient["id"]], page) for page in seen.pages] == [[]] * len(seen.pages)


@element("R02", tuple(EVERY))
def second_identifier(record: dict[str, Any], seen: Printed, kind: str) -> None:
    patient = record["patient"]
    born = date.fromisoformat(patient["date_of_birth"])
    assert born <= date.fromisoformat(record["report"]["issued"][:10])
    assert patient["age_years"] <= 120
    assert patient["sex"] in wording.SEX
    assert missing([wording.day(patient["date_of_birth"]), wording.SEX[patient["sex"]]], seen.first) == []
    assert not re.search(r"\d\d?/\d\d?/\d{2,4}", seen.whole)


@element("R03", tuple(EVERY))
def sites(record: dict[str, Any], seen: Printed, kind: str) -> None:
    assert missing([record["lab"]["name"], record["lab"]["address"]], seen.first) == []
    assert any("performed" in site["role"] for site in record["lab"]["sites"])
    for site in record["lab"]["sites"]:
        assert missing([f"{site['role']} at {site['name']}", site["address"]], seen.whole) == []


@element("R04", tuple(EVERY))
def licence(record: dict[str, Any], seen: Printed, kind: str) -> None:
    assert re.search(r"CLIA\d{2}D\d{7}", seen.first)
    assert record["lab"]["clia"] in seen.first


@element("R05", tuple(EVERY))
def time_of_issue(record: dict[str, Any], seen: Printed, kind: str) -> None:
    issued = record["report"]["issued"]
    assert datetime.fromisoformat(issued).tzinfo is not None
    assert missing([wording.moment(issued)], seen.first) == []
    for signature in record["signatures"]:
        assert datetime.fromisoformat(signature["signed_at"]) <= datetime.fromisoformat(issued)
        assert missing([wording.moment(signature["signed_at"])], seen.whole) == []


@element("R06")
def assay_performed(record: dict[str, Any], seen: Printed, kind: str) -> None:
    assay = record["assay"]
    assert missing([f"{assay['title']}, version {assay['version']}"], seen.first) == []
    assert missing([gene["symbol"] for gene in record["genes"]], seen.whole) == []
    assert {gene["symbol"] for gene in record["genes"]} >= set(assay["genes"])
    assert {fusion["driver"] for fusion in record["fusions"]} <= set(assay["genes"])


@element("R07", tuple(EVERY))
def source_of_the_specimen(record: dict[str, Any], seen: Printed, kind: str) -> None:
    assert missing([record["specimen"]["type"], record["specimen"]["site"]], seen.first) == []


@element("R08")
def result_on_page_one(record: dict[str, Any], seen: Printed, kind: str) -> None:
    word = wording.RESULT_STATUS[record["result"]["status"]].word.upper()
    assert missing([word, record["result"]["headline"]], seen.first) == []


@element("R09", kinds_with(lambda record: record["specimen"]["acceptability"]["status"] in ("compromised", "rejected")))
def condition_and_disposition(record: dict[str, Any], seen: Printed, kind: str) -> None:
    stands = record["specimen"]["acceptability"]
    assert missing([f"Specimen {stands['status']}", stands["reason"]], seen.first) == []
    assert missing([f"Disposition: {stands['disposition'] or wording.not_stated()}"], seen.first) == []
    assert stands["reason"]


@element("R10", tuple(EVERY))
def collection_and_receipt(record: dict[str, Any], seen: Printed, kind: str) -> None:
    specimen, issued = record["specimen"], record["report"]["issued"]
    assert specimen["collected"] <= specimen["received"] <= issued[:10]
    days = [f"{name}{wording.day(specimen[name.lower()])}" for name in ("Collected", "Received")]
    assert missing(days, seen.first) == []


@element("R11", tuple(EVERY))
def ordering_provider(record: dict[str, Any], seen: Printed, kind: str) -> None:
    assert missing([record["order"]["provider"]], seen.first) == []


@element("R12", tuple(EVERY))
def accession_and_block_on_every_page(record: dict[str, Any], seen: Printed, kind: str) -> None:
    specimen = record["specimen"]
    for page in seen.pages:
        assert missing([specimen["accession"], specimen["block_id"]], page) == []


@element("R13", tuple(EVERY))
def diagnosis_and_tumour_content(record: dict[str, Any], seen: Printed, kind: str) -> None:
    content = record["specimen"]["tumour_cells_pct"]
    assert content is None or 0 <= content <= 100
    said = wording.number(content, "%")
    assert missing([record["diagnosis"]["text"], f"Tumour cells{said} (≥"], seen.first) == []


@element("R14")
def fixation(record: dict[str, Any], seen: Printed, kind: str) -> None:
    decalcified = {None: wording.not_stated(), True: "Yes", False: "No"}[record["specimen"]["decalcified"]]
    assert missing([f"Fixative{record['specimen']['fixative']}", f"Decalcified{decalcified}"], seen.whole) == []


@element("R15", tuple(EVERY))
def indication(record: dict[str, Any], seen: Printed, kind: str) -> None:
    assert missing([record["order"]["indication"]], seen.first) == []


@element("R16", kinds_with(lambda record: bool(record["provenance"]["callers"])))
def method(record: dict[str, Any], seen: Printed, kind: str) -> None:
    assay, made = record["assay"], record["provenance"]
    texts = [assay["platform"], assay["chemistry"], assay["genome_build"], assay["method"]]
    texts += [source["caller"] for source in made["callers"]] + [one["transcript"] for one in made["transcripts"]]
    assert missing(texts, seen.whole) == []


@element("R17", kinds_with(lambda record: bool(record["provenance"]["callers"])))
def limits(record: dict[str, Any], seen: Printed, kind: str) -> None:
    assert missing([record["assay"]["limit_of_detection"].rstrip("."), *record["limitations"]], seen.whole) == []


@element("R18", kinds_with(lambda record: record["result"]["status"] == "not_detected"))
def caveat_of_a_negative_result(record: dict[str, Any], seen: Printed, kind: str) -> None:
    assert any("does not exclude" in text for text in record["result"]["summary"])
    assert missing(record["result"]["summary"], seen.first) == []
    assert missing(record["limitations"], seen.whole) == []


@element("R19")
def every_gene_answered_for(record: dict[str, Any], seen: Printed, kind: str) -> None:
    assert {gene["symbol"] for gene in record["genes"]} >= set(record["assay"]["genes"])
    by_state: dict[tuple[str, str], list[str]] = {}
    for gene in record["genes"]:
        by_state.setdefault((gene["state"], gene["reason"]), []).append(gene["symbol"])
    for (state, _), symbols in by_state.items():
        assert missing([wording.GENE_STATE[state].word + ", ".join(symbols)], seen.whole) == []


@element("R20")
def key_information_on_page_one(record: dict[str, Any], seen: Printed, kind: str) -> None:
    tiers = [wording.tier(one) for one in record["fusions"] if one["classification"] == "reportable"]
    signers = [one["name"] for one in record["signatures"]] or ["Not signed"]
    agents = [one["agent"] for one in record["therapies"]][:1]
    texts = [record["patient"]["name"], record["specimen"]["accession"], record["result"]["headline"]]
    assert missing([*texts, *tiers, *signers, *agents, "Therapies associated"], seen.first) == []


HEADINGS = (
    "Specimen and assay",
    "Assay quality",
    "Alterations",
    "Actionability",
    "Interpretation",
    "Methods and limits",
    "References",
    "Provenance",
)


@element("R21")
def sections_in_order(record: dict[str, Any], seen: Printed, kind: str) -> None:
    with pikepdf.open(io.BytesIO(pdf_of(kind))) as document, document.open_outline() as outline:
        found = [str(item.title) for top in outline.root for item in (top, *top.children)]
    expected = [name for name in HEADINGS if name in found]
    assert [name for name in found if name in HEADINGS] == expected
    may_lack = {"References"} if not record["references"] else set()
    may_lack |= {"Interpretation"} if not (record["statements"] or record["concordance"] or record["risk"]) else set()
    assert set(HEADINGS) - set(expected) <= may_lack


@element("R22")
def names_of_fusions(record: dict[str, Any], seen: Printed, kind: str) -> None:
    for fusion in record["fusions"]:
        five, three = fusion["gene_5prime"], fusion["gene_3prime"]
        if fusion["evidence"] == "sequenced":
            assert re.fullmatch(r"[A-Z0-9-]+::[A-Z0-9-]+", fusion["name"])
            assert missing([fusion["name"]], seen.whole) == []
        assert f"{five}-{three}" not in seen.whole
        assert f"{five}/{three}" not in seen.whole


@element("R23", kinds_with(lambda record: any(one["vicc"] for one in record["fusions"])))
def vicc_names(record: dict[str, Any], seen: Printed, kind: str) -> None:
    side = r"(NM_\d+\.\d+\([A-Z0-9-]+\):e\.\d+|\?)"
    for fusion in record["fusions"]:
        assert re.fullmatch(f"{side}::{side}", fusion["vicc"])
        assert missing([fusion["vicc"]], seen.whole) == []


@element("R25", ("inferred",))
def inferred_is_not_sequenced(record: dict[str, Any], seen: Printed, kind: str) -> None:
    assert {fusion["evidence"] for fusion in record["fusions"]} == {"inferred"}
    assert missing(["?(::)ALK", "inferred, not sequenced"], seen.whole) == []
    assert not re.search(r"(?<!\()::(?!\))ALK", seen.whole)


@element("R26", kinds_with(lambda record: any(one["evidence"] == "sequenced" for one in record["fusions"])))
def structure_of_a_fusion(record: dict[str, Any], seen: Printed, kind: str) -> None:
    for fusion in record["fusions"]:
        texts = [f"{fusion[f'gene_{end}']}, exon {fusion[f'exon_{end}']}" for end in ("5prime", "3prime")] + [
            fusion[f"transcript_{end}"] for end in ("5prime", "3prime")
        ]
        texts += [wording.position(fusion[f"breakpoint_{end}"]) for end in ("5prime", "3prime")]
        texts += [
            fusion["genome_build"],
            f"Reading frame{wording.READING_FRAME[fusion['reading_frame']]}",
            f"Kinase domain{wording.KINASE_DOMAIN[fusion['kinase_domain']]}",
        ]
        assert missing(texts, seen.whole) == []


@element("R27", kinds_with(lambda record: any(one["callers"] for one in record["fusions"])))
def support_of_a_fusion(record: dict[str, Any], seen: Printed, kind: str) -> None:
    for fusion in record["fusions"]:
        assert missing([call["caller"] for call in fusion["callers"]], seen.whole) == []
        assert missing([f"Split reads{wording.split_reads(fusion)}"], seen.whole) == []
        assert missing([f"Spanning pairs{wording.count(fusion['spanning_pairs'])}"], seen.whole) == []


@element("R28", kinds_with(lambda record: any(one["tier"] for one in record["fusions"])))
def tier_level_and_tumour_type(record: dict[str, Any], seen: Printed, kind: str) -> None:
    assert record["diagnosis"]["tumour_context"]
    assert missing([record["diagnosis"]["text"]], seen.first) == []
    for one in (*record["fusions"], *record["therapies"]):
        assert one["level"] in {"I": "AB", "II": "CD", "III": "", "IV": "", "": ""}[one["tier"]] or one["level"] == ""
    for fusion in record["fusions"]:
        if fusion["tier"]:
            assert missing([wording.tier(fusion)], seen.whole) == []


@element("R29", kinds_with(lambda record: bool(record["therapies"])))
def level_a_is_of_this_tumour_type(record: dict[str, Any], seen: Printed, kind: str) -> None:
    """The rules give another one in another tumour: test_the_same_fusion_has_no_label_in_another_tumour."""
    for therapy in record["therapies"]:
        assert therapy["level"] != "A" or therapy["relation"] in ("on_label", "guideline", "conditions_not_met")


@element("R31")
def no_orders_for_this_patient(record: dict[str, Any], seen: Printed, kind: str) -> None:
    for agent in ("", *(therapy["agent"].lower() for therapy in record["therapies"])):
        said = squeezed(f"we recommend {agent}")
        assert said not in seen.whole.lower()
    assert "shouldreceive" not in seen.whole.lower()
    if record["therapies"]:
        assert missing(["General associations between a finding and an agent, not advice"], seen.whole) == []


@element("R32", kinds_with(lambda record: bool(record["therapies"])))
def every_therapy_has_its_source(record: dict[str, Any], seen: Printed, kind: str) -> None:
    known = {one["key"]: one for one in record["references"]}
    for therapy in record["therapies"]:
        identifiers = [known[key]["identifier"] for key in therapy["sources"]]
        assert any(re.search(r"10\.\d{4}|PMID|NCT|label", one) for one in identifiers)
        assert missing([known[key]["citation"].rstrip(".") for key in therapy["sources"]], seen.whole) == []


@element("R33", tuple(EVERY))
def versions(record: dict[str, Any], seen: Printed, kind: str) -> None:
    made = record["provenance"]
    texts = [made["software_version"], made["template_version"], made["knowledge_version"], made["knowledge_sha256"]]
    assert missing(texts, seen.whole) == []


@element("R34")
def correlation_of_methods(record: dict[str, Any], seen: Printed, kind: str) -> None:
    assert missing(["Immunohistochemistry"], seen.whole) == []
    if not (record["ihc"] and record["fish"]):
        assert missing(["no results were submitted"], seen.whole) == []
    for ruling in record["concordance"]:
        texts = [ruling["text"], *([ruling["recommendation"]] if ruling["recommendation"] else [])]
        assert missing(texts, seen.whole) == []
        assert ruling["classification"] != "discordant" or ruling["recommendation"]


@element("R35", kinds_with(lambda record: bool(record["ihc"])))
def clone_and_result_of_a_stain(record: dict[str, Any], seen: Printed, kind: str) -> None:
    for stain in record["ihc"]:
        texts = [stain["marker"], stain["clone"], stain["platform"], wording.STAIN_RESULT[stain["result"]].word]
        texts += [stain["intensity"], *(place for place in stain["localisation"] if place != "none")]
        assert missing([text for text in texts if text], seen.whole) == []


@element("R36", ("not_informative", "rejected", "unconfirmed", "discordant", "two_fusions_on_hold", "inferred"))
def further_measures(record: dict[str, Any], seen: Printed, kind: str) -> None:
    assert record["result"]["status"] in ("indeterminate", "not_informative", "hold")
    assert missing(record["result"]["next_steps"], seen.first) == []


@element("R37", kinds_with(lambda record: bool(record["qc"])))
def quality_with_thresholds(record: dict[str, Any], seen: Printed, kind: str) -> None:
    for line in record["qc"]:
        row = f"{line['name']}{line['value']}{line['threshold']}{wording.QC_STATE[line['status']].symbol}"
        assert missing([row, wording.QC_STATE[line["status"]].word], seen.whole) == []


@element("R38", kinds_with(lambda record: any(line["status"] == "fail" for line in record["qc"])))
def failed_quality_is_not_negative(record: dict[str, Any], seen: Printed, kind: str) -> None:
    assert record["result"]["status"] != "not_detected"
    assert "not_detected" not in {gene["state"] for gene in record["genes"]}
    assert missing([wording.GENE_STATE["not_assessable"].word], seen.whole) == []
    assert "Notdetected" not in seen.whole
    assert "NOTDETECTED" not in seen.whole


@element("R39")
def statement_on_own_tests(record: dict[str, Any], seen: Printed, kind: str) -> None:
    assert missing([record["lab"]["ldt_statement"]], seen.whole) == []


@element("R40", ("with_special_reagent",))
def statement_on_special_reagents(record: dict[str, Any], seen: Printed, kind: str) -> None:
    assert missing([record["lab"]["asr_statement"]], seen.whole) == []


SIGNED = tuple(kind for kind in EVERY if record_of(kind)["signatures"])


@element("R41", SIGNED)
def signature(record: dict[str, Any], seen: Printed, kind: str) -> None:
    for one in record["signatures"]:
        texts = [
            f"Electronically signed by {one['name']}",
            f"on {wording.moment(one['signed_at'])} as {one['meaning']}",
        ]
        # Once on page 1 and once under Authorisation; a withdrawn report is one page.
        times = 1 if kind == "withdrawn" else 2
        assert all(seen.whole.count(squeezed(text)) >= times for text in texts)
        assert missing(texts, seen.first) == []
        if kind != "addendum":
            assert one["content_sha256"] == content_sha256(record)


@element("R42", tuple(EVERY))
def state_on_every_page(record: dict[str, Any], seen: Printed, kind: str) -> None:
    status = record["report"]["status"]
    for page in seen.pages:
        assert wording.REPORT_STATUS[status] in page
        others = {word for code, word in wording.REPORT_STATUS.items() if code != status}
        assert not [word for word in others if f"{word}REPORT" in page]


@element("R43", ("corrected", "amended", "addendum", "withdrawn"))
def what_a_correction_says(record: dict[str, Any], seen: Printed, kind: str) -> None:
    report = record["report"]
    change, before = report["change"], report["change"]["previous"]
    assert missing([f"version {before['version']}", wording.moment(before["issued"]), before["id"]], seen.first) == []
    assert before["id"] == report["replaces"] != report["id"]
    assert re.fullmatch(r"[0-9a-f]{64}", before["sha256"])
    if kind != "addendum":
        assert missing([change["reason"]], seen.first) == []
        for told in change["notified"]:
            assert missing([f"{told['to']} by {told['by']}, {wording.moment(told['at'])}"], seen.first) == []
        assert change["notified"]
    if kind in ("corrected", "amended"):
        assert missing(change["what"], seen.whole) == []
        assert missing(change["what"][:1], seen.first) == []


@element("R44", kinds_with(lambda record: bool(record["communications"])))
def earlier_communications(record: dict[str, Any], seen: Printed, kind: str) -> None:
    for one in record["communications"]:
        assert missing([one["to"], one["by"], wording.moment(one["at"]), one["what"]], seen.whole) == []


@element("R45", ("referred",))
def outside_laboratory(record: dict[str, Any], seen: Printed, kind: str) -> None:
    outside = record["assay"]["performed_by"]
    assert missing([outside["name"], outside["address"], outside["clia"]], seen.first) == []
    assert seen.first.index(squeezed(record["result"]["headline"])) < seen.first.index(squeezed(outside["name"]))


@element("R46", tuple(EVERY))
def number_of_the_page(record: dict[str, Any], seen: Printed, kind: str) -> None:
    for number, page in enumerate(seen.pages, start=1):
        assert missing([f"Page {number} of {len(seen.pages)}", f"Report {record['report']['id']}"], page) == []


@element("R47", SIGNED)
def reviewer_and_quality_of_the_sample(record: dict[str, Any], seen: Printed, kind: str) -> None:
    assert record["specimen"]["acceptability"]["status"] in ("accepted", "compromised", "rejected", "not_stated")
    texts = [one["name"] for one in record["signatures"]] + [one["role"] for one in record["signatures"]]
    assert missing([*texts, record["lab"]["director"], record["lab"]["accreditation"]], seen.whole) == []


@element("R48", tuple(EVERY))
def contact(record: dict[str, Any], seen: Printed, kind: str) -> None:
    assert missing([record["lab"]["phone"], record["lab"]["email"]], seen.first) == []


@element("R49", tuple(EVERY))
def turnaround(record: dict[str, Any], seen: Printed, kind: str) -> None:
    report = record["report"]
    first = (report.get("change") or {}).get("previous", report) if kind in ("addendum", "withdrawn") else report
    received = date.fromisoformat(record["specimen"]["received"])
    assert report["turnaround_days"] == (date.fromisoformat(first["issued"][:10]) - received).days


@element("R50")
def germline(record: dict[str, Any], seen: Printed, kind: str) -> None:
    (sentence,) = (text for text in record["limitations"] if "germline" in text.lower())
    assert missing([sentence], seen.whole) == []


@element("R51")
def number_of_genes(record: dict[str, Any], seen: Printed, kind: str) -> None:
    tested = [gene for gene in record["genes"] if gene["state"] != "not_tested"]
    assert missing([f"({len(tested)})"], seen.whole) == []
    assert missing([gene["symbol"] for gene in record["genes"] if gene not in tested] or ["Genes"], seen.whole) == []


@element("R52", tuple(EVERY))
def entity(record: dict[str, Any], seen: Printed, kind: str) -> None:
    assert missing([f"{record['diagnosis']['text']} ({record['diagnosis']['code']})"], seen.first) == []


@element("R55", tuple(EVERY))
def file_of_the_report(record: dict[str, Any], seen: Printed, kind: str) -> None:
    with pikepdf.open(io.BytesIO(pdf_of(kind))) as document:
        assert str(document.Root.Lang) == record["report"]["language"]
        assert bool(document.Root.MarkInfo.Marked)
        described = " ".join(str(value) for value in document.docinfo.values()) + str(document.open_metadata())
    patient = record["patient"]
    for personal in (patient["name"], patient["id"], patient["date_of_birth"], record["specimen"]["accession"]):
        assert personal not in described


@pytest.mark.parametrize(
    ("number", "kind"), [(number, kind) for number, (kinds, _) in CHECKS.items() for kind in kinds]
)
def test_the_report_has_what_the_standards_ask(number: str, kind: str) -> None:
    CHECKS[number][1](record_of(kind), printed(kind), kind)


# These look at the record, or at the file, alone.
NOT_OF_THE_PAGES = {"R21", "R29", "R49", "R55"}


@pytest.mark.parametrize("number", sorted(set(CHECKS) - NOT_OF_THE_PAGES))
def test_no_check_is_content_with_empty_pages(number: str) -> None:
    kinds, check = CHECKS[number]
    failed = 0
    for kind in kinds:
        try:
            check(record_of(kind), Printed(("", "")), kind)
        except AssertionError:
            failed += 1
    assert failed > 0


def test_every_required_or_recommended_element_of_the_list_is_checked_here() -> None:
    assert set(CHECKS) == set(ELEMENTS)


@pytest.mark.skipif(not CHECKLIST.exists(), reason="the list of elements is not on this machine")
def test_the_elements_are_those_of_the_list() -> None:
    with CHECKLIST.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text, delimiter="\t"))
    required = {row["id"]: row["element"] for row in rows if row["class(M/R/O)"].startswith(REQUIRED_CLASSES)}
    assert required == ELEMENTS


@cache
def sample_in(diagnosis: str) -> dict[str, Any]:
    """The record of the first sample specimen (TPM3::ALK, an adult in the United States) under another diagnosis."""
    laboratory = read_laboratory(sample_folder() / "lab.toml")
    requests = read_batch(sample_folder() / "inbox" / "2026-03-17-night", laboratory).requests
    case = read_case(next(one for one in requests if one.accession == "S26-01001"))
    case = replace(case, specimen=replace(case.specimen, diagnosis=diagnosis, diagnosis_code=""))
    found = interpret(case, laboratory, load_knowledge(), load_gene_models())
    return build_record(case, found, laboratory, an_issue())


def test_the_same_fusion_has_no_label_in_another_tumour() -> None:
    imt, lung = (sample_in(diagnosis) for diagnosis in ("inflammatory myofibroblastic tumour", "lung adenocarcinoma"))
    assert [one["name"] for one in imt["fusions"]] == [one["name"] for one in lung["fusions"]] == ["TPM3::ALK"]
    assert [(one["tier"], one["level"]) for one in imt["fusions"]] == [("I", "A")]
    lines = {one["agent"]: (one["relation"], one["tier"], one["level"]) for one in imt["therapies"]}
    assert lines["crizotinib"] == ("on_label", "I", "A")
    # Approved for ALK-positive lung cancer alone: level C in IMT.
    assert lines["alectinib"] == ("off_label", "II", "C")
    assert [(one["tier"], one["level"]) for one in lung["fusions"]] == [("", "")]
    assert lung["therapies"] == []
    pages = squeezed(render_html(lung))
    assert "LevelA" not in pages
    assert "Onlabel" not in pages
    assert "LevelA" in squeezed(render_html(imt))


def test_a_corrected_report_leaves_the_one_before_as_it_was() -> None:
    before = report_json(a_final_record())
    after = record_of("withdrawn")["report"]["change"]["previous"]
    assert after["sha256"] == hashlib.sha256(before).hexdigest()


def test_decalcified_tissue_is_printed_as_such() -> None:
    record = a_record(case=a_case(specimen=replace(a_specimen(), decalcified=True)))
    with pdfplumber.open(io.BytesIO(render_pdf(record))) as document:
        text = squeezed("".join(char["text"] for page in document.pages for char in page.chars))
    assert "DecalcifiedYes" in text


def test_a_withdrawn_report_prints_its_former_result_as_void_and_nothing_else_of_it() -> None:
    record, seen = record_of("withdrawn"), printed("withdrawn")
    assert (
        missing(["Withdrawn: do not use".upper(), f"Former result, void: {record['result']['headline']}"], seen.first)
        == []
    )
    assert seen.whole.count("TPM3::ALK") == 1
    for therapy in record["therapies"]:
        assert therapy["agent"] not in seen.whole
    assert "Detected:" not in seen.whole
