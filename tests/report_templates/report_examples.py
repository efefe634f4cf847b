"""Findings built by hand, one factory per kind of report: state only what a test is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from interpret.findings import (
    CallerEvidence,
    DrawnGene,
    Fusion,
    GeneResult,
    Interpretation,
    LabelCondition,
    ProteinFeature,
    QcLine,
    Reference,
    ReviewedCall,
    Ruling,
    Statement,
    Therapy,
    Verdict,
)
from parsers.laboratory import Assay, Laboratory, OutsideLaboratory
from parsers.records import Case, FishResult, FusionSource, IhcResult, RunControl, Specimen
from report_templates.exports import report_json
from report_templates.record import Issue, build_record
from report_templates.states import (
    Communication,
    Notification,
    Signature,
    amended,
    content_sha256,
    corrected,
    finalised,
    preliminary,
    with_addendum,
    with_communications,
    withdrawn,
)

CORE = ("ALK", "ROS1", "NTRK1", "NTRK2", "NTRK3", "RET", "PDGFRB")
PANEL = (
    *CORE,
    *"BRAF EGFR ETV6 EWSR1 FGFR1 FGFR2 FGFR3 FUS IGF1R INSR KIT MET NCOA2 PDGFB PLAG1 RAF1 SS18 STAT6".split(),
)

ALK_KINASE = ProteinFeature("Kinase domain", "kinase", 1116, 1385)
REFERENCES = (
    Reference(1, "FDA-CRIZ", "XALKORI (crizotinib) prescribing information, United States, 2022.", "label"),
    Reference(2, "LOVLY", "Lovly CM et al. Inflammatory myofibroblastic tumors. Cancer Discov 2014;4:889–895.",
              "doi:10.1158/2159-8290.CD-14-0377"),
    Reference(3, "CREATE", "Schöffski P et al. Crizotinib in advanced IMT (CREATE). Lancet Respir Med 2018;6:431–441.",
              "PMID:29669701"),
)  # fmt: skip


def a_laboratory(**changes: Any) -> Laboratory:
    assay = Assay(
        key="rna",
        title="RNA kinase fusion panel",
        version="3.1",
        molecule="RNA",
        genes=PANEL,
        genome_build="GRCh38",
        minimum_split_reads=5,
        minimum_tumour_cells_pct=20,
        platform="short-read sequencer, 2 × 101 bp",
        chemistry="hybrid capture of 25 genes",
        method="Total RNA is extracted from macrodissected FFPE sections and converted to capture libraries.",
        limit_of_detection="5 unique split reads at 20% tumour cells.",
        limitations=("Fusions with a partner or breakpoint outside the design are missed.",),
    )
    laboratory = Laboratory(
        name="Northgate Molecular Pathology",
        address="Department of Pathology, 1 Example Way, Sampletown, NY 10000",
        jurisdiction="US",
        time_zone="America/New_York",
        assays={"rna": assay},
        clia="00D0000000",
        accreditation="ISO 15189 No. 0000",
        director="Dr A. Director",
        phone="+1 000 000 0000",
        email="reports@example.org",
        ldt_statement="This test was developed and its performance determined by this laboratory. It has not been "
        "cleared or approved by the US Food and Drug Administration.",
        disclaimers=("Invented sample; not a patient.",),
    )
    return replace(laboratory, **changes)


def a_specimen(**changes: Any) -> Specimen:
    specimen = Specimen(
        accession="S26-00042",
        patient_id="00482913",
        patient_name="DOE, Alexandra M.",
        date_of_birth=date(1992, 3, 9),
        sex="female",
        jurisdiction="US",
        site="Pelvis, soft tissue",
        diagnosis="Inflammatory myofibroblastic tumour",
        diagnosis_code="IMT",
        collected=date(2026, 3, 3),
        received=date(2026, 3, 5),
        assay="rna",
        specimen_type="FFPE, resection",
        laterality="left",
        block_id="A2",
        morphology="Spindle cells in a myxoid, inflamed stroma",
        size_cm=9.1,
        margin="R2",
        resectability="unresectable",
        disease_status="primary",
        tumour_cells_pct=60.0,
        fixative="10% neutral buffered formalin",
        decalcified=False,
        ordering_provider="Dr J. Clinician",
        institution="Sampletown Hospital",
        indication="Kinase fusion for treatment planning",
        sequencing_run="RUN-0317",
    )
    return replace(specimen, **changes)


def a_stain(marker: str = "ALK", result: str = "positive", **changes: Any) -> IhcResult:
    positive = result == "positive"
    stain = IhcResult(
        accession="S26-00042",
        marker=marker,
        result=result,  # type: ignore[arg-type]
        clone={"ALK": "D5F3", "ROS1": "D4D6", "pan-TRK": "EPR17341", "SMA": "1A4", "Desmin": "D33"}.get(marker, ""),
        platform="BenchMark",
        control_ok=True,
        pct_positive="90" if positive else "0",
        intensity="3+" if positive else "0",
        localisation=("cytoplasmic",) if positive else ("none",),
        distribution="diffuse" if positive else "",
    )
    return replace(stain, **changes)


def a_probe(result: str = "positive", **changes: Any) -> FishResult:
    probe = FishResult(
        accession="S26-00042",
        marker="ALK",
        result=result,  # type: ignore[arg-type]
        probe="ALK break-apart",
        cells_scored=100,
        pct_rearranged=48.0 if result == "positive" else 3.0,
        pattern_split_pct=40.0,
        cutoff_pct=15.0,
        control_ok=True,
    )
    return replace(probe, **changes)


def a_drawing_of_tpm3(**changes: Any) -> DrawnGene:
    coil = ProteinFeature("Tropomyosin coiled coil", "coiled-coil", 49, 284)
    return replace(DrawnGene("TPM3", "NM_152263.4", 10, 1, 8, 285, 1, 258, (coil,)), **changes)


def a_drawing_of_alk(**changes: Any) -> DrawnGene:
    features = (ALK_KINASE, ProteinFeature("Transmembrane helix", "transmembrane", 1039, 1059))
    return replace(DrawnGene("ALK", "NM_004304.5", 29, 20, 29, 1620, 1058, 1620, features), **changes)


def a_caller(caller: str = "Arriba", **changes: Any) -> CallerEvidence:
    evidence = CallerEvidence(
        caller=caller,
        reading_frame="in-frame",
        split_reads=48,
        spanning_pairs=61,
        breakpoint_5prime="chr1:154170400:-",
        breakpoint_3prime="chr2:29223528:-",
        filters="PASS",
        confidence="high",
        file="S26-00042.arriba.tsv",
        line=2,
    )
    return replace(evidence, **changes)


def a_fusion(**changes: Any) -> Fusion:
    fusion = Fusion(
        name="TPM3::ALK",
        vicc="NM_152263.4(TPM3):e.8::NM_004304.5(ALK):e.20",
        gene_5prime="TPM3",
        gene_3prime="ALK",
        transcript_5prime="NM_152263.4",
        transcript_3prime="NM_004304.5",
        exon_5prime=8,
        exon_3prime=20,
        breakpoint_5prime="chr1:154170400:-",
        breakpoint_3prime="chr2:29223528:-",
        genome_build="GRCh38",
        reading_frame="in-frame",
        kinase_domain="retained",
        role="driver",
        classification="reportable",
        split_reads=48,
        spanning_pairs=61,
        callers=(a_caller(), a_caller("STAR-Fusion", split_reads=44, spanning_pairs=58, filters="", confidence="")),
        conflicts=(),
        notes=("Both breakpoints lie on exon edges.",),
        reasons=("Called by 2 callers, in frame, with the whole kinase domain.",),
        driver="ALK",
        molecule="RNA",
        partner_note="TPM3 is a classic partner of ALK in inflammatory myofibroblastic tumour.",
        partner_rule="PT01",
        tier="I",
        level="A",
        drawing_5prime=a_drawing_of_tpm3(),
        drawing_3prime=a_drawing_of_alk(),
    )
    return replace(fusion, **changes)


def a_call(**changes: Any) -> ReviewedCall:
    call = ReviewedCall(
        name="TPM3::ALK",
        caller="Arriba",
        breakpoint_5prime="chr1:154170400:-",
        breakpoint_3prime="chr2:29223528:-",
        reading_frame="in-frame",
        split_reads=48,
        spanning_pairs=61,
        disposition="reported",
        reason="",
        file="S26-00042.arriba.tsv",
        line=2,
    )
    return replace(call, **changes)


def an_unreported_call(index: int = 0, **changes: Any) -> ReviewedCall:
    return a_call(
        name=f"GENE{index}::MET",
        disposition="not_reportable",
        reason="Fewer split reads than the assay needs.",
        reading_frame="unknown",
        split_reads=index % 4,
        spanning_pairs=None,
        line=3 + index,
        **changes,
    )


def a_therapy(**changes: Any) -> Therapy:
    therapy = Therapy(
        rule="ACT01",
        fusion="TPM3::ALK",
        agent="Crizotinib",
        relation="on_label",
        text="In the United States crizotinib is approved for patients of 1 year and older with unresectable, "
        "recurrent, or refractory inflammatory myofibroblastic tumour that is ALK-positive.",
        status_text="FDA-approved for ALK-positive IMT",
        label_conditions=(
            LabelCondition("age 1 year or older", "met"),
            LabelCondition("unresectable, recurrent, or refractory", "met"),
        ),
        tier="I",
        level="A",
        sources=("FDA-CRIZ", "CREATE"),
    )
    return replace(therapy, **changes)


def off_label(agent: str) -> Therapy:
    return a_therapy(
        rule=f"ACT-{agent}",
        agent=agent,
        relation="guideline",
        text=f"{agent} is not approved for inflammatory myofibroblastic tumour; guidelines list it.",
        status_text="Off label in IMT; guideline-listed",
        label_conditions=(),
        tier="II",
        level="C",
        sources=("LOVLY",),
    )


def a_gene_list(**states: str) -> tuple[GeneResult, ...]:
    reasons = {"not_assessable": "quality below the threshold", "not_tested": "not covered by this assay"}
    return tuple(
        GeneResult(symbol, states.get(symbol, states.get("every", "not_detected")),  # type: ignore[arg-type]
                   reasons.get(states.get(symbol, states.get("every", "")), ""))
        for symbol in PANEL
    )  # fmt: skip


def a_qc_list(status: str = "pass") -> tuple[QcLine, ...]:
    return (
        QcLine("dv200_pct", "RNA integrity (DV200)", "62%" if status == "pass" else "12%", "≥ 30%", status),  # type: ignore[arg-type]
        QcLine("mapped_reads_m", "Mapped read pairs", "31.8 M", "≥ 20 M", "pass"),
        QcLine("housekeeping", "Housekeeping genes expressed", "12", "≥ 10", "pass"),
        QcLine("tumour_cells_pct", "Tumour cells", "60%", "≥ 20%", "pass"),
    )


def a_statement(section: str, text: str, *sources: str, rule: str = "CC01") -> Statement:
    return Statement(section, rule, text, sources)  # type: ignore[arg-type]


def an_interpretation(**changes: Any) -> Interpretation:
    """The report of an adult with an unresectable TPM3::ALK tumour in the United States."""
    crizotinib = a_therapy()
    interpretation = Interpretation(
        verdict=Verdict(
            "detected",
            "TPM3::ALK fusion detected: in frame, ALK kinase domain retained",
            (
                "The finding supports the submitted diagnosis of inflammatory myofibroblastic tumour.",
                "Crizotinib is FDA-approved for this tumour type; the label conditions are documented.",
            ),
            "Two callers agree, 48 split reads; quality metrics passed; ALK immunohistochemistry is positive.",
            ("Discuss at a sarcoma multidisciplinary meeting.",),
        ),
        genes=a_gene_list(ALK="detected"),
        fusions=(a_fusion(),),
        reviewed_calls=(
            a_call(),
            a_call(caller="STAR-Fusion", split_reads=44, spanning_pairs=58),
            an_unreported_call(1),
            an_unreported_call(2),
        ),
        qc=a_qc_list(),
        concordance=(
            Ruling("CC01", "ALK immunohistochemistry and RNA sequencing agree.", ("LOVLY",), "ALK", "concordant"),
        ),
        therapies=(crizotinib, *(off_label(name) for name in ("Alectinib", "Brigatinib", "Ceritinib", "Lorlatinib"))),
        alerts=(),
        risk=(Ruling("RK01", "No recurrence risk can be given for one patient from the fusion or its partner.", ()),),
        statements=(
            a_statement(
                "diagnostic",
                "ALK rearrangement is present in about half of inflammatory myofibroblastic tumours. In this "
                "morphological context the fusion supports the diagnosis; correlation with histology is required.",
                "LOVLY",
            ),
            a_statement("fusion", "The kinase domain is complete and in frame with the partner.", rule="ST01"),
            a_statement(
                "partner",
                "TPM3 is a classic partner of ALK in inflammatory myofibroblastic tumour.",
                "LOVLY",
                rule="PT01",
            ),
            a_statement("concordance", "ALK immunohistochemistry and RNA sequencing agree.", "LOVLY"),
            a_statement("therapy", crizotinib.text, "FDA-CRIZ", "CREATE", rule="ACT01"),
        ),
        references=REFERENCES,
        limitations=("A fusion below the limit of detection is missed.",),
        recommendations=("Keep a second block for orthogonal testing should the histology be revised.",),
        age_years=34.0,
        age_text="34 years",
        tumour_context="IMT",
        jurisdiction="US",
        knowledge_version="2026.03",
        knowledge_sha256="60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    )
    return replace(interpretation, **changes)


def a_case(**changes: Any) -> Case:
    case = Case(
        specimen=a_specimen(),
        ihc=(
            a_stain(),
            a_stain("ROS1", "negative"),
            a_stain("pan-TRK", "negative"),
            a_stain("SMA", distribution="tram-track", pct_positive="70", intensity="2+"),
            a_stain("Desmin", "equivocal", pct_positive="<5", intensity="1+"),
        ),
        controls=(RunControl("RUN-0317", "positive", "pass"), RunControl("RUN-0317", "no-template", "pass")),
        sources=(FusionSource("S26-00042.arriba.tsv", "arriba-v2", "Arriba", "RNA", "0" * 64, 3, "GRCh38"),),
    )
    return replace(case, **changes)


def an_issue(**changes: Any) -> Issue:
    issue = Issue(
        report_id="R-7f3a9c21",
        case_id="7f3a9c215be04d1e",
        version=1,
        status="draft",
        issued=datetime(2026, 3, 18, 14, 5, tzinfo=UTC),
        software_version="0.1.0",
        inputs={
            "specimens.csv": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "S26-00042.arriba.tsv": "3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855e",
        },
    )
    return replace(issue, **changes)


def a_record(
    interpretation: Interpretation | None = None, case: Case | None = None, issue: Issue | None = None, **lab: Any
) -> dict[str, Any]:
    return build_record(
        case or a_case(), interpretation or an_interpretation(), a_laboratory(**lab), issue or an_issue()
    )


def a_signature(read: dict[str, Any], **changes: Any) -> Signature:
    """The pathologist's, given to the record `read`."""
    signature = Signature(
        name="Dr A. Pathologist",
        role="Consultant molecular pathologist",
        meaning="author of the interpretation",
        signed_at=at("2026-03-18 14:04"),
        content_sha256=content_sha256(read),
    )
    return replace(signature, **changes)


def a_notification(**changes: Any) -> Notification:
    told = Notification("Dr J. Clinician", "Dr A. Pathologist", at("2026-03-20 09:10"), "telephone")
    return replace(told, **changes)


def at(text: str) -> datetime:
    """`2026-03-18 14:04`, in UTC."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def a_draft(version: int = 1, issued: str = "2026-03-18 13:00", **changes: Any) -> dict[str, Any]:
    """As the night makes it; of a later version when a report is out already."""
    report_id = "R-7f3a9c21" if version == 1 else f"R-7f3a9c21-v{version}"
    return a_record(issue=an_issue(report_id=report_id, version=version, issued=at(issued)), **changes)


def a_final_record(**changes: Any) -> dict[str, Any]:
    draft = a_draft(**changes)
    return finalised(draft, [a_signature(draft)], at("2026-03-18 14:05"))


def off_label_only() -> dict[str, Any]:
    """TFG::ROS1 in a child's lung: every drug is off label."""
    ros1 = DrawnGene("ROS1", "NM_002944.3", 43, 35, 43, 2347, 1879, 2347,
                     (ProteinFeature("Kinase domain", "kinase", 1945, 2217),))  # fmt: skip
    tfg = DrawnGene("TFG", "NM_006070.6", 8, 1, 4, 400, 1, 138,
                    (ProteinFeature("PB1", "domain", 10, 91), ProteinFeature("Coil", "domain", 97, 124)))  # fmt: skip
    fusion = a_fusion(
        name="TFG::ROS1", vicc="NM_006070.6(TFG):e.4::NM_002944.3(ROS1):e.35", gene_5prime="TFG", gene_3prime="ROS1",
        transcript_5prime="NM_006070.6", transcript_3prime="NM_002944.3", exon_5prime=4, exon_3prime=35,
        breakpoint_5prime="chr3:100732672:+", breakpoint_3prime="chr6:117321394:-", driver="ROS1", tier="II", level="C",
        drawing_5prime=tfg, drawing_3prime=ros1,
        partner_note="TFG is a recurrent partner of ROS1.",
    )  # fmt: skip
    drugs = tuple(
        a_therapy(rule=f"ACT{row}", fusion="TFG::ROS1", agent=agent, relation="off_label", tier="II", level="C",
                  status_text="Labelled for adults with ROS1-positive NSCLC only; off label here",
                  label_conditions=(LabelCondition("NSCLC", "not_met"), LabelCondition("adult", "not_met")),
                  text=f"{agent} is labelled for adults with ROS1-positive NSCLC; use in this tumour is off-label.",
                  sources=("LOVLY",))
        for row, agent in ((13, "Crizotinib"), (14, "Entrectinib"))
    )  # fmt: skip
    interpretation = an_interpretation(
        verdict=Verdict(
            "detected", "TFG::ROS1 fusion detected: in frame, ROS1 kinase domain retained",
            ("The finding supports the diagnosis of inflammatory myofibroblastic tumour.",
             "No drug is approved for it in this tumour type; every listed association is off label."),
            "One caller, 55 split reads; quality metrics passed; ROS1 immunohistochemistry is positive.",
            ("Discuss at a paediatric sarcoma meeting.", "Consider trial enrolment."),
        ),
        genes=a_gene_list(ROS1="detected"), fusions=(fusion,), therapies=drugs, age_years=9.0, age_text="9 years",
        statements=(a_statement("therapy", drugs[0].text, "LOVLY", rule="ACT13"),),
    )  # fmt: skip
    specimen = a_specimen(patient_name="ROE, Sam", date_of_birth=date(2016, 8, 1), sex="male", site="Lung",
                          resectability="unresectable", disease_status="refractory")  # fmt: skip
    return a_record(interpretation, a_case(specimen=specimen, ihc=(a_stain("ALK", "negative"), a_stain("ROS1"))))


def two_fusions_on_hold() -> dict[str, Any]:
    """Two driver fusions in one specimen: a mix-up must be excluded first."""
    ranbp2 = DrawnGene("RANBP2", "NM_006267.5", 29, 1, 18, 3224, 1, 867,
                       (ProteinFeature("TPR repeat", "domain", 26, 60),))  # fmt: skip
    second = a_fusion(
        name="RANBP2::ALK", vicc="NM_006267.5(RANBP2):e.18::NM_004304.5(ALK):e.20", gene_5prime="RANBP2",
        transcript_5prime="NM_006267.5", exon_5prime=18, breakpoint_5prime="chr2:108757612:+", drawing_5prime=ranbp2,
        tier="", level="", split_reads=22, classification="unconfirmed", partner_note="",
    )  # fmt: skip
    interpretation = an_interpretation(
        verdict=Verdict("hold", "On hold: two driver fusions in one specimen; a mix-up must be excluded",
                        ("Two independent driver fusions are very unusual in one tumour.",),
                        "Neither fusion can be reported until identity is confirmed.",
                        ("Confirm specimen identity by genotype.", "Repeat from a fresh extraction of block A2.")),
        genes=a_gene_list(ALK="not_assessable"),
        fusions=(a_fusion(tier="", level="", classification="unconfirmed"), second), therapies=(),
        reviewed_calls=(a_call(disposition="unconfirmed"), a_call(name="RANBP2::ALK", disposition="unconfirmed")),
        alerts=(Ruling("DD09", "RANBP2::ALK with epithelioid morphology points to epithelioid inflammatory "
                       "myofibroblastic sarcoma, an aggressive variant.", ("LOVLY",),
                       recommendation="Review morphology and the ALK staining pattern."),),
        statements=(), concordance=(), recommendations=(),
    )  # fmt: skip
    return a_record(interpretation, a_case(fish=(a_probe(),)))


def unconfirmed() -> dict[str, Any]:
    """One caller, three reads, callers at odds about the frame: no drug line, no "positive"."""
    fusion = a_fusion(
        classification="unconfirmed", tier="", level="", split_reads=3, reading_frame="undetermined",
        kinase_domain="undetermined",
        callers=(a_caller(split_reads=3, confidence="low"), a_caller("STAR-Fusion", reading_frame="out-of-frame")),
        conflicts=("Arriba calls the junction in frame, STAR-Fusion out of frame.",),
        reasons=("3 split reads; the assay needs 5.",),
    )  # fmt: skip
    interpretation = an_interpretation(
        verdict=Verdict("indeterminate", "Possible TPM3::ALK fusion, not confirmed",
                        ("A low-level call was seen that this assay cannot confirm.",),
                        "Not sure: 3 split reads, callers disagree about the reading frame.",
                        ("Confirm by ALK FISH or RT-PCR.",)),
        genes=a_gene_list(ALK="not_assessable"), fusions=(fusion,), therapies=(), statements=(),
        reviewed_calls=(a_call(disposition="unconfirmed", reason="3 split reads; the assay needs 5."),),
        concordance=(Ruling("CC20", "A low-level call needs confirmation by another method.", (), "ALK"),),
    )  # fmt: skip
    return a_record(interpretation)


def discordant() -> dict[str, Any]:
    """ALK stains, no fusion found: the disagreement is the result."""
    interpretation = an_interpretation(
        verdict=Verdict("indeterminate", "ALK immunohistochemistry positive, no fusion found by RNA sequencing",
                        ("The methods disagree. ALK protein without a fusion occurs in other tumours, and a fusion can "
                         "escape this assay.",),
                        "Not sure: quality metrics passed, so neither result can be set aside.",
                        ("ALK break-apart FISH.", "Review morphology for other ALK-expressing tumours.")),
        genes=a_gene_list(), fusions=(), therapies=(), statements=(), reviewed_calls=(an_unreported_call(3),),
        concordance=(Ruling("CC08", "ALK immunohistochemistry is positive and RNA sequencing found no ALK fusion.",
                            ("LOVLY",), "ALK", "discordant", "ALK break-apart FISH."),),
    )  # fmt: skip
    return a_record(interpretation)


def not_detected() -> dict[str, Any]:
    interpretation = an_interpretation(
        verdict=Verdict("not_detected", "No kinase fusion detected in the 25 genes tested",
                        ("The result does not exclude inflammatory myofibroblastic tumour.",),
                        "Quality metrics passed; fusions outside the design or below the limit are missed.",
                        ("Correlate with histology; consider IgG4-related disease.",)),
        genes=a_gene_list(), fusions=(), therapies=(), reviewed_calls=(), recommendations=(),
        concordance=(), risk=(),
        statements=(a_statement("quality", "Not detected does not exclude a fusion.", "LOVLY", rule="CC33"),),
    )  # fmt: skip
    stains = (a_stain("ALK", "negative"), a_stain("ROS1", "negative"), a_stain("pan-TRK", "negative"))
    return a_record(interpretation, a_case(ihc=stains))


def not_informative() -> dict[str, Any]:
    """The RNA failed: nothing is said about any gene."""
    interpretation = an_interpretation(
        verdict=Verdict("not_informative", "Not informative: RNA quality below the assay's limit",
                        ("No statement on fusions is possible from this specimen.",),
                        "RNA integrity (DV200) 12%; the assay needs 30%.",
                        ("Repeat on another block or a new specimen.", "ALK break-apart FISH needs no RNA.")),
        genes=a_gene_list(every="not_assessable"), fusions=(), therapies=(), reviewed_calls=(), risk=(),
        qc=a_qc_list("fail"), statements=(), concordance=(), recommendations=(), references=(),
    )  # fmt: skip
    return a_record(interpretation, a_case(ihc=(a_stain(),)))


def not_functional() -> dict[str, Any]:
    """Out of frame: drawn as such, without a kinase."""
    fusion = a_fusion(
        classification="not_functional", reading_frame="out-of-frame", kinase_domain="lost", tier="III", level="",
        reasons=("Out of frame: the ALK kinase is not expected to be made.",),
        notes=(), drawing_3prime=a_drawing_of_alk(kept_aa_first=None, kept_aa_last=None),
    )  # fmt: skip
    interpretation = an_interpretation(
        verdict=Verdict("indeterminate", "Out-of-frame TPM3::ALK event, not expected to be functional",
                        ("The event is not expected to give an active kinase.",), "Frame by coordinates.", ()),
        genes=a_gene_list(), fusions=(fusion,), therapies=(), statements=(), recommendations=(),
        reviewed_calls=(a_call(disposition="not_functional", reading_frame="out-of-frame", reason="Out of frame."),),
    )  # fmt: skip
    return a_record(interpretation)


def several_findings() -> dict[str, Any]:
    """A driver fusion, its reciprocal product, and a second gene's call that is not confirmed."""
    reciprocal = a_fusion(
        name="ALK::TPM3", vicc="NM_004304.5(ALK):e.19::NM_152263.4(TPM3):e.9", gene_5prime="ALK", gene_3prime="TPM3",
        transcript_5prime="NM_004304.5", transcript_3prime="NM_152263.4", exon_5prime=19, exon_3prime=9,
        breakpoint_5prime="chr2:29223600:-", breakpoint_3prime="chr1:154170300:-", role="reciprocal",
        kinase_domain="lost", split_reads=9, spanning_pairs=4, tier="", level="", partner_note="",
        callers=(a_caller(split_reads=9, spanning_pairs=4),), reasons=("The other product of TPM3::ALK.",), notes=(),
        drawing_5prime=None, drawing_3prime=None,
    )  # fmt: skip
    second = a_fusion(
        name="ETV6::NTRK3", vicc="NM_001987.5(ETV6):e.5::NM_001012338.3(NTRK3):e.15", gene_5prime="ETV6",
        gene_3prime="NTRK3", transcript_5prime="NM_001987.5", transcript_3prime="NM_001012338.3", exon_5prime=5,
        exon_3prime=15, breakpoint_5prime="chr12:11869969:+", breakpoint_3prime="chr15:87940753:-", driver="NTRK3",
        classification="unconfirmed", split_reads=3, spanning_pairs=1, tier="", level="", partner_note="",
        callers=(a_caller(split_reads=3, spanning_pairs=1, confidence="low"),), notes=(),
        reasons=("3 split reads; the assay needs 5.",), drawing_5prime=None, drawing_3prime=None,
    )  # fmt: skip
    interpretation = an_interpretation(
        fusions=(a_fusion(), reciprocal, second),
        genes=a_gene_list(ALK="detected", NTRK3="not_assessable"),
        reviewed_calls=(
            a_call(),
            a_call(name="ALK::TPM3", disposition="reciprocal", reason="The other product of TPM3::ALK."),
            a_call(name="ETV6::NTRK3", disposition="unconfirmed", reason="3 split reads; the assay needs 5."),
        ),
        recommendations=("Confirm or exclude ETV6::NTRK3 by pan-TRK immunohistochemistry or RT-PCR.",),
    )
    return a_record(interpretation)


def inferred() -> dict[str, Any]:
    """Stain and FISH alone: a rearrangement whose partner nobody has seen."""
    fusion = a_fusion(
        name="?(::)ALK", vicc="", gene_5prime="", transcript_5prime="", exon_5prime=None, breakpoint_5prime="",
        breakpoint_3prime="", exon_3prime=None, evidence="inferred", classification="unconfirmed", tier="", level="",
        reading_frame="undetermined", kinase_domain="undetermined", split_reads=None, spanning_pairs=None, callers=(),
        partner_note="", reasons=("FISH shows a rearrangement of ALK; the partner is not known.",), notes=(),
        drawing_5prime=None, drawing_3prime=None,
    )  # fmt: skip
    interpretation = an_interpretation(
        verdict=Verdict("indeterminate", "ALK rearranged by FISH, partner not known", ("Two methods agree.",),
                        "Not certain: nothing was sequenced.", ("RNA sequencing.",)),
        genes=tuple(GeneResult(symbol, "not_tested", "sequencing was not done") for symbol in PANEL),
        fusions=(fusion,), therapies=(), statements=(), reviewed_calls=(),
        concordance=(),
    )  # fmt: skip
    return a_record(interpretation, a_case(fish=(a_probe(),), sources=()))


def rejected() -> dict[str, Any]:
    """Too little tissue: nothing was tested, and the report says why and what became of it."""
    specimen = a_specimen(
        specimen_type="Core needle biopsy", acceptability="rejected",
        rejection_reason="Quantity not sufficient: 0.4 mm of tumour in one core", tumour_cells_pct=None, size_cm=None,
        disposition="The block was returned to Sampletown Hospital on 6 March 2026", sequencing_run="",
    )  # fmt: skip
    interpretation = an_interpretation(
        verdict=Verdict("not_informative", "Sequencing was not done: quantity not sufficient",
                        ("A fusion is neither shown nor excluded.",), "No conclusion is possible.",
                        ("Send another block or a new specimen.",)),
        genes=tuple(GeneResult(symbol, "not_tested", "the specimen was rejected") for symbol in PANEL),
        fusions=(), therapies=(), reviewed_calls=(), risk=(), qc=(),
        statements=(), concordance=(), recommendations=(), references=(),
    )  # fmt: skip
    return a_record(interpretation, a_case(specimen=specimen, ihc=(), controls=(), sources=()))


def referred() -> dict[str, Any]:
    """Sequenced by an outside laboratory, interpreted here."""
    outside = OutsideLaboratory("Southgate Reference Laboratory", "2 Example Road, Othertown, NJ 07000", "31D0000000")
    assay = replace(a_laboratory().assays["rna"], performed_by=outside)
    return a_record(assays={"rna": assay})


def a_preliminary_record(version: int = 1) -> dict[str, Any]:
    """Told on the telephone and released before the ALK stain was read."""
    unread = a_stain(result="pending", pct_positive="", intensity="", localisation=(), control_ok=None)
    case = a_case(ihc=(unread, *a_case().ihc[1:]), controls=())
    finding = an_interpretation()
    waiting = replace(
        finding,
        verdict=replace(
            finding.verdict,
            certainty="Two callers agree, 48 split reads; quality metrics passed; ALK immunohistochemistry is pending.",
        ),
        concordance=(),
        statements=tuple(one for one in finding.statements if one.section != "concordance"),
    )
    draft = a_draft(version, case=case, interpretation=waiting)
    call = Communication(
        to="Dr J. Clinician", by="Dr A. Pathologist", at=at("2026-03-18 13:20"),
        what="TPM3::ALK fusion by sequencing; ALK immunohistochemistry to follow.", read_back=True,
    )  # fmt: skip
    return preliminary(with_communications(draft, [call]), at("2026-03-18 13:30"))


def final_after_preliminary() -> dict[str, Any]:
    before = a_preliminary_record()
    draft = a_draft(2, "2026-03-18 14:00")
    draft["communications"] = before["communications"]
    return finalised(draft, [a_signature(draft)], at("2026-03-18 14:05"), previous=report_json(before))


def corrected_record() -> dict[str, Any]:
    """The first report was made from another specimen's table and found nothing."""
    first = not_detected()
    first["ihc"] = a_record()["ihc"]
    first["report"]["issued"] = "2026-03-18T09:00:00-04:00"
    before = finalised(first, [a_signature(first)], at("2026-03-18 14:05"))
    draft = a_draft(2, "2026-03-20 09:00")
    return corrected(
        draft,
        report_json(before),
        reason="The fusion table of another specimen of the same run had been read. It has been replaced by the table "
        "of this specimen.",
        notified=[
            a_notification(),
            a_notification(to="Sarcoma board, Sampletown Hospital", at=at("2026-03-20 09:30"), means="secure e-mail"),
        ],
        signatures=[a_signature(draft, signed_at=at("2026-03-20 09:40"))],
        issued=at("2026-03-20 09:45"),
    )


def amended_record() -> dict[str, Any]:
    """The same facts, read by later knowledge tables."""
    before = a_final_record()
    later = an_interpretation(
        therapies=(a_therapy(), a_therapy(
            rule="ACT05", agent="Alectinib", relation="off_label", status_text="Off label in IMT; invented example",
            text="An invented later study raised the evidence for alectinib.", label_conditions=(), tier="I", level="B",
            sources=("LOVLY",)), *(off_label(name) for name in ("Brigatinib", "Ceritinib", "Lorlatinib"))),
        knowledge_version="2026.09", knowledge_sha256="7" * 64,
    )  # fmt: skip
    draft = a_draft(2, "2026-10-01 08:00", interpretation=later)
    return amended(
        draft,
        report_json(before),
        reason="Review of signed reports after the knowledge tables were renewed.",
        notified=[a_notification(at=at("2026-10-01 08:30"), means="letter")],
        signatures=[a_signature(draft, signed_at=at("2026-10-01 08:40"))],
        issued=at("2026-10-01 08:45"),
    )


def addendum_record() -> dict[str, Any]:
    before = a_final_record()
    return with_addendum(
        report_json(before),
        text="ALK break-apart FISH, requested by the sarcoma board and read on 23 March 2026, shows a rearrangement in "
        "48 of 100 cells (cut-off 15%). It agrees with the sequencing result reported above.",
        signature=a_signature(before, signed_at=at("2026-03-23 15:00"), meaning="author of the addendum"),
        issued=at("2026-03-23 15:05"),
        report_id="R-7f3a9c21-v2",
    )


def withdrawn_record() -> dict[str, Any]:
    before = a_final_record()
    return withdrawn(
        report_json(before),
        reason="The labels of two specimens were exchanged at accessioning: the result is not this patient's.",
        by=a_signature(
            before, name="Dr A. Director", role="Laboratory director", meaning="withdrawal of the report",
            signed_at=at("2026-03-20 09:20"),
        ),
        notified=[a_notification()],
        issued=at("2026-03-20 09:30"),
        report_id="R-7f3a9c21-v2",
    )  # fmt: skip


KINDS = {
    "positive": a_record,
    "off_label_only": off_label_only,
    "two_fusions_on_hold": two_fusions_on_hold,
    "unconfirmed": unconfirmed,
    "discordant": discordant,
    "not_detected": not_detected,
    "not_informative": not_informative,
    "not_functional": not_functional,
    "final": a_final_record,
    "several_findings": several_findings,
    "inferred": inferred,
    "rejected": rejected,
    "referred": referred,
}
# The states that follow the draft of one report.
STATES = {
    "preliminary": a_preliminary_record,
    "final": a_final_record,
    "final_after_preliminary": final_after_preliminary,
    "corrected": corrected_record,
    "amended": amended_record,
    "addendum": addendum_record,
    "withdrawn": withdrawn_record,
}
