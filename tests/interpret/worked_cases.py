"""
Worked cases: specimens with the interpretation expected, written as records. Patients, exons and reads are invented.

`rules` must all be named; `absent_rules` must not be. `contains` and `not_contains` are case-insensitive and speak
about the interpretation and therapy sections.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from made_cases import a_call, a_case, a_fish, a_metric, a_source, a_specimen, a_stain

from parsers.records import Case


@dataclass(frozen=True)
class WorkedCase:
    name: str
    case: Case
    status: str
    rules: tuple[str, ...]
    contains: tuple[str, ...]
    not_contains: tuple[str, ...]
    absent_rules: tuple[str, ...] = ()
    tier: str = ""
    labels: dict[str, str] = field(default_factory=dict)


def _case(name: str, status: str, *calls: Any, **parts: Any) -> WorkedCase:
    expected = {
        key: parts.pop(key)
        for key in ("rules", "contains", "not_contains", "absent_rules", "tier", "labels")
        if key in parts
    }
    parts.setdefault("metrics", (a_metric("rna_qc", None, "pass"),))
    return WorkedCase(name, a_case(*calls, **parts), status, **expected)


CASES = (
    _case(
        "T01 ALK in an adult, unresectable, US",
        "detected",
        a_call(
            *("TPM3", "ALK"),
            exon_5prime=8,
            exon_3prime=20,
            transcript_5prime="NM_152263.4",
            transcript_3prime="NM_004304.5",
            split_reads=48,
            spanning_pairs=61,
        ),
        specimen=a_specimen(
            34,
            diagnosis="IMT (pathologist)",
            site="pelvis soft tissue",
            size_cm=9.1,
            resectability="unresectable",
            disease_status="primary",
        ),
        ihc=(
            a_stain("ALK", pattern="cytoplasmic", clone="D5F3"),
            a_stain("SMA"),
            a_stain("desmin", distribution="focal"),
        ),
        rules=("CC01", "ACT01", "ACT04", "RK08"),
        absent_rules=("ACT02", "ACT05", "CC08", "CC37", "RK06"),
        tier="I-A",
        labels={"ACT01": "on_label", "ACT04": "off_label"},
        contains=("TPM3::ALK", "crizotinib", "unresectable, recurrent, or refractory", "1 year", "guideline version"),
        not_contains=("85%", "6.5 cm", "11 cm", "worse prognosis", "favourable prognosis", "recommended treatment"),
    ),
    _case(
        "T02 ALK in a child of 7 years",
        "detected",
        a_call(
            *("CLTC", "ALK"),
            exon_5prime=31,
            exon_3prime=20,
            transcript_5prime="NM_004859.4",
            transcript_3prime="NM_004304.5",
            split_reads=30,
            spanning_pairs=22,
        ),
        specimen=a_specimen(7, size_cm=5.0, margin="R2", resectability="unresectable", disease_status="primary"),
        ihc=(a_stain("ALK", pattern="granular, cytoplasmic"),),
        rules=("CC01", "ACT01", "RK01"),
        tier="I-A",
        labels={"ACT01": "on_label"},
        contains=("CLTC::ALK", "crizotinib", "granular cytoplasmic", "matches"),
        not_contains=("250 mg", " mg", "dose"),
    ),
    _case(
        "T04 ALK in an adult, EU",
        "detected",
        a_call(
            *("TPM4", "ALK"),
            exon_5prime=7,
            exon_3prime=20,
            transcript_5prime="NM_003290.3",
            transcript_3prime="NM_004304.5",
            split_reads=60,
            spanning_pairs=70,
        ),
        specimen=a_specimen(
            52, jurisdiction="EU", site="retroperitoneum", resectability="unresectable", disease_status="recurrent"
        ),
        ihc=(a_stain("ALK", pattern="cytoplasmic"),),
        rules=("CC01", "ACT02", "ACT03"),
        absent_rules=("ACT01", "ACT04", "ACT05"),
        tier="I-A",
        labels={"ACT02": "off_label", "ACT03": "trial_evidence"},
        contains=("18 years", "off-label", "TPM4::ALK", "n=12"),
        not_contains=("authorised for adults in the EU", "FDA"),
    ),
    _case(
        "T05 epithelioid variant, RANBP2::ALK",
        "detected",
        a_call(
            *("RANBP2", "ALK"),
            exon_5prime=18,
            exon_3prime=20,
            transcript_5prime="NM_006267.5",
            transcript_3prime="NM_004304.5",
            split_reads=40,
            spanning_pairs=33,
        ),
        specimen=a_specimen(
            41,
            diagnosis="IMT vs sarcoma",
            site="omentum",
            size_cm=12,
            resectability="unresectable",
            morphology="epithelioid/round cells, neutrophil-rich myxoid stroma",
        ),
        ihc=(a_stain("ALK", pattern="nuclear membrane"), a_stain("desmin")),
        rules=("CC02", "DD09", "ACT01", "RK09"),
        absent_rules=("CC01", "CC03"),
        tier="I-A",
        contains=("epithelioid inflammatory myofibroblastic sarcoma", "aggressive", "RANBP2::ALK"),
        not_contains=("EIMS confirmed", "50% survival", "F1174L detected", "11 cm"),
    ),
    _case(
        "T07 ALK stain positive, RNA failed",
        "not_informative",
        specimen=a_specimen(28, site="bladder"),
        ihc=(a_stain("ALK", pattern="cytoplasmic"),),
        metrics=(a_metric("rna_qc", None, "fail (DV200 12%, below lab limit)"),),
        rules=("CC09", "CC34"),
        absent_rules=("CC33", "CC08", "ACT01", "ACT12"),
        contains=("not informative", "repeat", "RNA"),
        not_contains=("not detected", "negative", "crizotinib"),
    ),
    _case(
        "T10 TFG::ROS1 in a child's lung, code IMTL",
        "detected",
        a_call(
            *("TFG", "ROS1"),
            exon_5prime=4,
            exon_3prime=35,
            transcript_5prime="NM_006070.6",
            transcript_3prime="NM_002944.3",
            split_reads=55,
            spanning_pairs=60,
        ),
        specimen=a_specimen(
            9,
            diagnosis="IMTL (Inflammatory Myofibroblastic Lung Tumor)",
            diagnosis_code="IMTL",
            site="lung",
            resectability="unresectable",
            disease_status="refractory",
        ),
        ihc=(a_stain("ALK", "negative"), a_stain("ROS1", distribution="diffuse")),
        rules=("CC22", "CC38", "ACT13", "ACT14"),
        absent_rules=("ACT15", "ACT16", "CC13", "CC24"),
        tier="II-C",
        labels={"ACT13": "off_label", "ACT14": "off_label"},
        contains=("off-label", "NSCLC", "TFG::ROS1", "n=20"),
        not_contains=("FDA-approved for inflammatory myofibroblastic", "approved for this tumour", "larotrectinib"),
    ),
    _case(
        "T11 ETV6::NTRK3 in an infant of 3 months",
        "detected",
        a_call(
            *("ETV6", "NTRK3"),
            exon_5prime=5,
            exon_3prime=15,
            transcript_5prime="NM_001987.5",
            transcript_3prime="NM_001012338.3",
            split_reads=80,
            spanning_pairs=75,
        ),
        specimen=a_specimen(
            0.26,
            diagnosis="spindle cell tumour, IMT vs infantile fibrosarcoma",
            site="thigh soft tissue",
            indication="surgery: severe morbidity expected",
        ),
        ihc=(a_stain("ALK", "negative"), a_stain("pan-TRK", pattern="nuclear, cytoplasmic")),
        rules=("CC27", "DD10", "ACT27", "ACT29"),
        absent_rules=("ACT30", "ACT28", "DD11"),
        tier="I-A",
        contains=("larotrectinib", "entrectinib", "without a known acquired resistance mutation", "accelerated"),
        not_contains=("repotrectinib", "IMT confirmed"),
    ),
    _case(
        "T15 TIMP3::RET in the uterus",
        "detected",
        a_call(
            *("TIMP3", "RET"),
            exon_5prime=1,
            exon_3prime=11,
            transcript_5prime="NM_000362.5",
            transcript_3prime="NM_020975.6",
            split_reads=20,
            spanning_pairs=20,
        ),
        specimen=a_specimen(
            31, diagnosis="uterine IMT", site="uterus", size_cm=9.0, margin="R0", resectability="resected"
        ),
        ihc=(a_stain("ALK", "negative"),),
        fish=(a_fish("RET"),),
        rules=("CC31", "CC38", "ACT32", "RK06"),
        absent_rules=("ACT34", "ACT33", "RK03", "RK08"),
        tier="I-A",
        labels={"ACT32": "conditions_not_met"},
        contains=("TIMP3::RET", "accelerated", "progressed", "series of 13"),
        not_contains=("pralsetinib", "selpercatinib is recommended", "RET-negative", "80%", "risk of recurrence is"),
    ),
    _case(
        "T16 out-of-frame ALK event",
        "indeterminate",
        a_call(
            *("STRN", "ALK"),
            exon_5prime=3,
            exon_3prime=21,
            transcript_5prime="NM_003162.4",
            transcript_3prime="NM_004304.5",
            reading_frame="out-of-frame",
            split_reads=4,
            spanning_pairs=2,
        ),
        specimen=a_specimen(60, diagnosis="IMT?", site="lung"),
        ihc=(a_stain("ALK", "negative"),),
        rules=("CC13", "ACT40"),
        absent_rules=("ACT01", "CC14", "CC33"),
        tier="III-",
        contains=("out of frame", "not expected"),
        not_contains=("crizotinib", "I-A", "ALK fusion positive"),
    ),
    _case(
        "T18 COL1A1::PDGFB is not PDGFRB",
        "detected",
        a_call(
            *("COL1A1", "PDGFB"),
            exon_5prime=25,
            exon_3prime=2,
            transcript_5prime="NM_000088.4",
            transcript_3prime="NM_002608.4",
            split_reads=60,
            spanning_pairs=55,
        ),
        specimen=a_specimen(38, diagnosis="spindle cell tumour, IMT considered", site="abdominal wall subcutis"),
        ihc=(a_stain("ALK", "negative"), a_stain("CD34")),
        rules=("DD14",),
        absent_rules=("ACT35", "ACT39", "CC32", "CC33"),
        contains=("dermatofibrosarcoma", "PDGFB"),
        not_contains=("PDGFRB fusion detected", "imatinib is approved for IMT", "II-C", "imatinib"),
    ),
    _case(
        "T20 no fusion, quality passed, IgG4",
        "not_detected",
        specimen=a_specimen(63, diagnosis="lymphoplasmacytic mass", site="orbit"),
        ihc=(
            a_stain("ALK", "negative"),
            a_stain("ROS1", "negative"),
            a_stain("pan-TRK", "negative"),
            a_stain("IgG4", comment=">40/HPF"),
        ),
        rules=("CC33", "CC13", "CC24", "DD25"),
        absent_rules=("CC34", "CC28"),
        contains=("not detected", "does not exclude", "IgG4"),
        not_contains=("wild-type", "fusion-negative", "no alterations present", "I-A", "II-C"),
    ),
    _case(
        "T21 ALK call with one read",
        "indeterminate",
        a_call(
            *("PPFIBP1", "ALK"),
            exon_5prime=12,
            exon_3prime=20,
            transcript_5prime="NM_003622.4",
            transcript_3prime="NM_004304.5",
            split_reads=1,
            spanning_pairs=0,
            passed_filter=False,
            filters="LowSupport",
        ),
        specimen=a_specimen(40, site="lung"),
        ihc=(a_stain("ALK", pattern="cytoplasmic"),),
        sources=(a_source(calls=1),),
        rules=("CC20",),
        absent_rules=("ACT01", "CC01", "CC08", "CC33"),
        contains=("confirm",),
        not_contains=("crizotinib", "ALK fusion positive"),
    ),
)
