"""
The worked cases of the shared case file, from real-format input files to JSON and PDF text.

Each case becomes a batch folder twice: once with the generic fusion table (exons and transcripts, no coordinates), once
with an Arriba table (coordinates only). Both must say the same. Skipped where the case file is absent.
"""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pdfplumber
import pytest

from flows.explain import explained
from interpret.genes import load_gene_models
from interpret.interpretation import interpret
from interpret.knowledge import load_knowledge
from parsers.batch import read_batch, read_case
from parsers.laboratory import read_laboratory
from report_templates.pdf import render_pdf
from report_templates.record import Issue, build_record

CASES = Path(__file__).parents[2] / "shared" / "cases" / "cases.json"
GENES = Path(__file__).parents[2] / "shared" / "genes" / "exons.tsv"
pytestmark = pytest.mark.skipif(not CASES.exists(), reason="the shared case file is not beside this checkout")

COLLECTED = date(2026, 3, 3)
CORE = ["ALK", "ROS1", "NTRK1", "NTRK2", "NTRK3", "RET", "PDGFRB"]
LAB = """
[lab]
name = "Test Laboratory"
address = "1 Test Way"
jurisdiction = "US"
time_zone = "UTC"
[assay.rna]
title = "RNA fusion panel"
version = "1"
molecule = "RNA"
genes = {genes}
genome_build = "GRCh38"
minimum_split_reads = 5
minimum_tumour_cells_pct = 20
limit_of_detection = "5 reads"
[assay.rna.qc.dv200_pct]
name = "RNA integrity (DV200)"
unit = "%"
min = 30
"""


def cases() -> list[dict[str, Any]]:
    return json.loads(CASES.read_text(encoding="utf-8")) if CASES.exists() else []


def table(rows: list[dict[str, Any]]) -> str:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def specimen_row(inp: dict[str, Any], fusion_file: str) -> dict[str, Any]:
    allowed = {"resected", "resectable", "unresectable", "unknown"}
    given = inp.get("resectability", "unknown")
    return {
        "accession": "S26-00001",
        "patient_id": "0001",
        "patient_name": "Test, Case",
        "date_of_birth": (COLLECTED - timedelta(days=round(inp["age_years"] * 365.25) + 20)).isoformat(),
        "sex": inp.get("sex", "U"),
        "jurisdiction": inp["jurisdiction"],
        "site": inp["site"],
        "diagnosis": inp["diagnosis"],
        "morphology": inp.get("morphology", ""),
        "size_cm": inp.get("size_cm", ""),
        "margin": inp.get("margin") or "unknown",
        # "severe morbidity expected" is not a value of this column: the nearest one a laboratory would enter.
        "resectability": given if given in allowed else "unresectable",
        "disease_status": inp.get("disease_status", "unknown"),
        "tumour_cells_pct": "60",
        "collected": COLLECTED.isoformat(),
        "received": "2026-03-05",
        "assay": "rna",
        "fusion_files": fusion_file,
    }


def stain_rows(inp: dict[str, Any]) -> list[dict[str, Any]]:
    places = ["nuclear membrane", "perinuclear", "granular", "cytoplasmic", "nuclear"]
    rows = []
    for marker, text in inp["IHC"].items():
        rest, localisation = text, []
        for place in places:
            if place in rest:
                localisation.append(place)
                rest = rest.replace(place, "")
        rows.append(
            {
                "accession": "S26-00001",
                "method": "IHC",
                "marker": marker,
                "result": "negative" if "negative" in text else "positive",
                "localisation": "; ".join(localisation),
                "distribution": next((word for word in ("diffuse", "focal") if word in text), ""),
                "clone": "D5F3" if "D5F3" in text else "",
                "comment": text if "HPF" in text else "",
            }
        )
    for gene, text in inp.get("FISH", {}).items():
        positive = "positive" in text
        rows.append(
            {
                "accession": "S26-00001",
                "method": "FISH",
                "marker": gene,
                "result": "positive" if positive else "negative",
                "cells_scored": "100",
                "pct_rearranged": "48" if positive else "3",
                "cutoff_pct": "15",
            }
        )
    return rows


def generic_table(inp: dict[str, Any]) -> str:
    header = (
        "accession,gene_5prime,gene_3prime,exon_5prime,exon_3prime,transcript_5prime,transcript_3prime,breakpoint_5prime,"
        "breakpoint_3prime,genome_build,reading_frame,split_reads,spanning_pairs,filter,caller\n"
    )
    return header + "".join(
        f"S26-00001,{f['g5']},{f['g3']},{f['ex5']},{f['ex3']},{f['tx5']},{f['tx3']},,,,{f['frame']},{f['split']},{f['span']},"
        f"{f['caller_flag']},test\n"
        for f in inp["fusions"]
    )


def arriba_table(inp: dict[str, Any]) -> str:
    header = (
        "#gene1 gene2 strand1(gene/fusion) strand2(gene/fusion) breakpoint1 breakpoint2 site1 site2 type split_reads1 "
        "split_reads2 discordant_mates coverage1 coverage2 confidence reading_frame tags retained_protein_domains "
        "closest_genomic_breakpoint1 closest_genomic_breakpoint2 gene_id1 gene_id2 transcript_id1 transcript_id2 "
        "direction1 direction2 filters fusion_transcript peptide_sequence read_identifiers"
    ).split()
    edges = exon_edges()
    lines = ["\t".join(header)]
    for f in inp["fusions"]:
        # The cases number ROS1 on NM_002944.3; the exon table holds the MANE transcript, one higher from exon 4 on.
        exon3 = f["ex3"] + 1 if f["g3"] == "ROS1" else f["ex3"]
        strand5, chrom5, start5, end5 = edges[f["g5"], f["ex5"]]
        strand3, chrom3, start3, end3 = edges[f["g3"], exon3]
        row = dict.fromkeys(header, ".")
        row.update(
            {
                "#gene1": f["g5"],
                "gene2": f["g3"],
                "strand1(gene/fusion)": f"{strand5}/{strand5}",
                "strand2(gene/fusion)": f"{strand3}/{strand3}",
                "breakpoint1": f"{chrom5}:{end5 if strand5 == '+' else start5}",
                "breakpoint2": f"{chrom3}:{start3 if strand3 == '+' else end3}",
                "site1": "CDS/splice-site",
                "site2": "CDS/splice-site",
                "type": "translocation",
                "split_reads1": str(f["split"]),
                "split_reads2": "0",
                "discordant_mates": str(f["span"]),
                "confidence": "high" if f["caller_flag"] == "PASS" else "low",
                "reading_frame": f["frame"],
            }
        )
        lines.append("\t".join(row.values()))
    return "\n".join(lines) + "\n"


def exon_edges() -> dict[tuple[str, int], tuple[str, str, int, int]]:
    with GENES.open(encoding="utf-8") as handle:
        return {
            (row["symbol"], int(row["exon"])): (row["strand"], row["chrom"], int(row["start"]), int(row["end"]))
            for row in csv.DictReader(handle, delimiter="\t")
            if row["build"] == "GRCh38"
        }


def record_of(case: dict[str, Any], how: str, folder: Path) -> dict[str, Any]:
    """The saved record of the case, through every step of the line but Prefect."""
    inp = case["inp"]
    name = {"generic": "fusions.csv", "arriba": "calls.tsv"}[how]
    genes = inp.get("genes_covered") or [*CORE, "PDGFB", "IGF1R"]
    (folder / "lab.toml").write_text(LAB.format(genes=json.dumps(genes)), encoding="utf-8")
    (folder / "specimens.csv").write_text(table([specimen_row(inp, name)]), encoding="utf-8")
    (folder / "ihc.csv").write_text(table(stain_rows(inp)), encoding="utf-8")
    dv200 = re.search(r"DV200 (\d+)%", inp["rna_qc"])
    (folder / "qc.csv").write_text(
        f"accession,metric,value\nS26-00001,dv200_pct,{dv200[1] if dv200 else 62}\n", encoding="utf-8"
    )
    (folder / name).write_text({"generic": generic_table, "arriba": arriba_table}[how](inp), encoding="utf-8")
    laboratory = read_laboratory(folder / "lab.toml")
    batch = read_batch(folder, laboratory)
    assert [problem.explain() for problem in batch.problems if problem.severity == "error"] == []
    specimen = read_case(batch.requests[0])
    found = interpret(specimen, laboratory, load_knowledge(), load_gene_models())
    issued = datetime(2026, 3, 17, 2, 0, tzinfo=UTC)
    issue = Issue("R-1", "0000000000000001", 1, "draft", issued, "0", {}, "")
    return build_record(specimen, found, laboratory, issue)


def interpretation_text(record: dict[str, Any]) -> str:
    """What the interpretation and therapy sections say, and the summary of page 1."""
    parts: list[str] = [record["result"]["headline"], *record["result"]["summary"], record["result"]["certainty"]]
    parts += record["result"]["next_steps"] + record["recommendations"]
    for section in ("concordance", "therapies", "alerts", "risk", "statements"):
        parts += [entry["text"] for entry in record[section]]
    for therapy in record["therapies"]:
        parts += [therapy["agent"], therapy["status_text"], f"Tier {therapy['tier']}-{therapy['level']}"]
        parts += [f"{condition['condition']}: {condition['state']}" for condition in therapy["label_conditions"]]
    for fusion in record["fusions"]:
        parts += [fusion["partner_note"], *fusion["reasons"], f"Tier {fusion['tier']}-{fusion['level']}"]
    return "\n".join(parts).casefold()


def pdf_text(record: dict[str, Any]) -> str:
    with pdfplumber.open(io.BytesIO(render_pdf(record))) as pdf:
        return " ".join((page.extract_text() or "") for page in pdf.pages)


def rules_of(record: dict[str, Any]) -> set[str]:
    sections = ("concordance", "therapies", "alerts", "risk", "statements")
    return {entry["rule"] for section in sections for entry in record[section]}


EVERY = [pytest.param(case, how, id=f"{case['id']}-{how}") for case in cases() for how in ("generic", "arriba")]


@pytest.mark.parametrize(("case", "how"), EVERY)
def test_a_worked_case_says_what_it_must_and_nothing_it_must_not(
    case: dict[str, Any], how: str, tmp_path: Path
) -> None:
    record = record_of(case, how, tmp_path)
    text = interpretation_text(record)
    assert [phrase for phrase in case["exp"]["contains"] if phrase.casefold() not in text] == []
    assert [phrase for phrase in case["exp"]["not_contains"] if phrase.casefold() in text] == []


@pytest.mark.parametrize(("case", "how"), EVERY)
def test_a_worked_case_fires_the_expected_rules(case: dict[str, Any], how: str, tmp_path: Path) -> None:
    expected = case["exp"]
    named = re.findall(r"(?:CC|DD)\d\d", expected.get("concordance", "") + expected.get("alert", ""))
    shown = [rule for row in expected["rows"] for rule in re.findall(r"ACT\d\d", row) if "not shown" not in row]
    hidden = [rule for row in expected["rows"] for rule in re.findall(r"ACT\d\d", row) if "not shown" in row]
    fired = rules_of(record_of(case, how, tmp_path))
    assert set(named + shown) - fired == set()
    assert set(hidden) & fired == set()


@pytest.mark.parametrize(("case", "how"), EVERY)
def test_every_sentence_of_a_worked_case_has_its_facts_and_every_rule_its_wording(
    case: dict[str, Any], how: str, tmp_path: Path
) -> None:
    record = record_of(case, how, tmp_path)
    sentences = explained(record)
    said = {one.text for one in sentences}
    result = record["result"]
    printed = [result["headline"], *result["summary"], result["certainty"], *result["next_steps"]]
    printed += [entry["text"] for section in ("alerts", "statements") for entry in record[section]]
    assert [text for text in (*printed, *record["recommendations"], *record["limitations"]) if text not in said] == []
    assert [one.text for one in sentences if not one.facts] == []
    worded = {rule.id for one in sentences for rule in one.rules}
    named = {rule for entry in rules_of(record) for rule in re.split(r"[,;\s]+", entry) if rule}
    assert named - worded == set()


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in cases()])
def test_the_pdf_of_a_worked_case_carries_its_words_and_its_forbidden_words_nowhere_in_them(
    case: dict[str, Any], tmp_path: Path
) -> None:
    record = record_of(case, "generic", tmp_path)
    text = re.sub(r"\s+", "", pdf_text(record)).casefold()
    missing = [word for word in case["exp"]["contains"] if re.sub(r"\s+", "", word).casefold() not in text]
    assert missing == []


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in cases()])
def test_exons_and_coordinates_of_the_same_junction_give_the_same_fusion(case: dict[str, Any], tmp_path: Path) -> None:
    seen = []
    for how in ("generic", "arriba"):
        folder = tmp_path / how
        folder.mkdir()
        fusions = record_of(case, how, folder)["fusions"]
        keys = (
            "name",
            "vicc",
            "exon_5prime",
            "exon_3prime",
            "reading_frame",
            "kinase_domain",
            "classification",
            "tier",
        )
        seen.append([tuple(fusion[key] for key in keys) for fusion in fusions])
    assert seen[0] == seen[1]
