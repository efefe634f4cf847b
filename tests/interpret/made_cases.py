"""Small factories for interpretation tests: a case says only what its test is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any
from unittest.mock import patch

from interpret.findings import Fusion, Interpretation
from interpret.genes import GeneModels, load_gene_models
from interpret.interpretation import interpret
from interpret.knowledge import Knowledge, load_knowledge
from parsers.laboratory import Assay, Laboratory, QcRule
from parsers.records import (
    Case,
    FishResult,
    FusionCall,
    FusionSource,
    IhcResult,
    Place,
    QcMetric,
    RunControl,
    SmallVariant,
    Specimen,
)

KINASES = ("ALK", "ROS1", "NTRK1", "NTRK2", "NTRK3", "RET", "PDGFRB")
ACCESSION = "S26-00001"
COLLECTED = date(2026, 3, 2)


@cache
def the_knowledge() -> Knowledge:
    return load_knowledge()


@cache
def the_models() -> GeneModels:
    return load_gene_models()


def an_assay(**changes: Any) -> Assay:
    assay = Assay(
        key="rna",
        title="Kinase fusion panel",
        version="3.1",
        molecule="RNA",
        genes=KINASES,
        genome_build="GRCh38",
        minimum_split_reads=3,
        minimum_tumour_cells_pct=20,
        chemistry="hybrid capture",
        qc=(QcRule("dv200_pct", "RNA integrity (DV200)", "%", minimum=30, borderline=5),),
    )
    return replace(assay, **changes)


def a_laboratory(assay: Assay | None = None, **changes: Any) -> Laboratory:
    assay = assay or an_assay()
    laboratory = Laboratory(
        name="Northgate Molecular Pathology",
        address="1 Example Way",
        jurisdiction="US",
        time_zone="UTC",
        assays={"rna": assay},
    )
    return replace(laboratory, **changes)


def a_specimen(age_years: float = 34, **changes: Any) -> Specimen:
    specimen = Specimen(
        accession=ACCESSION,
        patient_id="P1",
        patient_name="DOE, Jo",
        date_of_birth=COLLECTED - timedelta(days=round(age_years * 365.25)),
        sex="unknown",
        jurisdiction="US",
        site="mesentery",
        diagnosis="IMT",
        collected=COLLECTED,
        received=COLLECTED,
        assay="rna",
        tumour_cells_pct=60,
        sequencing_run="RUN1",
    )
    return replace(specimen, **changes)


def a_stain(marker: str, result: str = "positive", pattern: str = "", **changes: Any) -> IhcResult:
    localisation = tuple(word.strip() for word in pattern.split(",") if word.strip())
    stain = IhcResult(ACCESSION, marker, result, localisation=localisation, control_ok=True)  # type: ignore[arg-type]
    return replace(stain, **changes)


def a_fish(marker: str, result: str = "positive", **changes: Any) -> FishResult:
    return replace(FishResult(ACCESSION, marker, result, cells_scored=100, control_ok=True), **changes)  # type: ignore[arg-type]


def a_metric(metric: str = "dv200_pct", value: float | None = 60, text: str = "") -> QcMetric:
    return QcMetric(ACCESSION, metric, value, text or (f"{value:g}" if value is not None else ""))


def a_control(result: str = "pass", control: str = "positive", run: str = "RUN1") -> RunControl:
    return RunControl(run, control, result)  # type: ignore[arg-type]


def a_variant(gene: str, hgvs_p: str) -> SmallVariant:
    return SmallVariant(ACCESSION, gene, hgvs_p)


def a_source(molecule: str = "RNA", calls: int = 0) -> FusionSource:
    return FusionSource("fusions.csv", "generic", "Arriba", molecule, "0" * 64, calls, "GRCh38")  # type: ignore[arg-type]


def a_call(five: str, three: str, **changes: Any) -> FusionCall:
    call = FusionCall(
        caller="Arriba",
        gene_5prime=five,
        gene_3prime=three,
        breakpoint_5prime=None,
        breakpoint_3prime=None,
        genome_build="GRCh38",
        molecule="RNA",
        place=Place("fusions.csv", 2),
        reading_frame="in-frame",
        split_reads=40,
        spanning_pairs=30,
    )
    return replace(call, **changes)


def a_case(*calls: FusionCall, **parts: Any) -> Case:
    """A sequenced case of good quality unless `parts` say otherwise; `specimen` takes a Specimen."""
    values: dict[str, Any] = {
        "specimen": a_specimen(),
        "metrics": (a_metric(),),
        "controls": (a_control(),),
        "sources": (a_source(calls=len(calls)),),
        "calls": calls,
    }
    return Case(**(values | parts))


def a_fusion(name: str, **changes: Any) -> Fusion:
    """A well supported in-frame RNA fusion with its kinase, of the 3′ gene."""
    five, _, three = name.partition("::")
    fusion = Fusion(
        name=name,
        vicc=name,
        gene_5prime=five,
        gene_3prime=three,
        transcript_5prime="NM_000001.1",
        transcript_3prime="NM_000002.1",
        exon_5prime=5,
        exon_3prime=20,
        breakpoint_5prime="chr1:1000:+",
        breakpoint_3prime="chr2:2000:+",
        genome_build="GRCh38",
        reading_frame="in-frame",
        kinase_domain="retained",
        role="driver",
        classification="reportable",
        split_reads=40,
        spanning_pairs=30,
        callers=(),
        conflicts=(),
        notes=(),
        reasons=("The fusion is in frame.",),
        driver=three,
        molecule="RNA",
    )
    return replace(fusion, **changes)


def interpreted(case: Case, laboratory: Laboratory | None = None) -> Interpretation:
    return interpret(case, laboratory or a_laboratory(), the_knowledge(), the_models())


def rules_of(interpretation: Interpretation) -> set[str]:
    """Every rule id that the interpretation names."""
    parts = (*interpretation.therapies, *interpretation.concordance, *interpretation.alerts, *interpretation.risk)
    return {part.rule for part in parts}


def printed(interpretation: Interpretation) -> str:
    """Everything a reader sees of the interpretation: verdict, statements, therapies, notes, gene states."""
    verdict = interpretation.verdict
    parts = [verdict.headline, *verdict.summary, verdict.certainty, *verdict.next_steps]
    parts += [statement.text for statement in interpretation.statements]
    for line in interpretation.therapies:
        parts += [line.text, line.status_text, line.agent, *(one.condition for one in line.label_conditions)]
    parts += [fusion.partner_note for fusion in interpretation.fusions]
    parts += [ruling.text for ruling in (*interpretation.alerts, *interpretation.concordance, *interpretation.risk)]
    parts += [f"{gene.symbol} {gene.state} {gene.reason}" for gene in interpretation.genes]
    return "\n".join((*parts, *interpretation.limitations, *interpretation.recommendations))


def interpretation_text(interpretation: Interpretation) -> str:
    """The interpretation and therapy sections, which the worked cases speak about."""
    parts = [statement.text for statement in interpretation.statements]
    for line in interpretation.therapies:
        parts += [line.text, line.status_text, f"{line.tier}-{line.level}"]
    parts += [f"{fusion.tier}-{fusion.level}" for fusion in interpretation.fusions]
    return "\n".join((interpretation.verdict.headline, *interpretation.verdict.summary, *parts))


def interpreted_with(*fusions: Fusion, laboratory: Laboratory | None = None, **parts: Any) -> Interpretation:
    """An interpretation of fusions made by hand: what the rules say, whatever calls would have led there."""
    case = a_case(**({"sources": (a_source(calls=len(fusions)),)} | parts))
    with patch("interpret.interpretation.find_fusions", return_value=(fusions, ())):
        return interpreted(case, laboratory)
