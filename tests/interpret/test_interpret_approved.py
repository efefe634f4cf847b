"""
Sentences that were read and approved, word by word: small cases and all that page 1 says of them.

The files in `approved/` are meant to be read by a pathologist. A change of wording or of a rule shows as a difference
to them. Once every changed sentence was read and is right, `python tests/interpret/test_interpret_approved.py` writes
them anew.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_cases import (
    a_control,
    a_fish,
    a_fusion,
    a_laboratory,
    a_metric,
    a_source,
    a_specimen,
    a_stain,
    a_variant,
    an_assay,
    interpreted_with,
)

from interpret.findings import Interpretation
from parsers.laboratory import QcRule

APPROVED = Path(__file__).parent / "approved"

ALK = a_fusion("TPM3::ALK")
ROS1 = a_fusion("TFG::ROS1")
NTRK3 = a_fusion("ETV6::NTRK3")
UNCONFIRMED = replace(ALK, classification="unconfirmed")
UNCERTAIN = replace(ALK, classification="uncertain")
OUT_OF_FRAME = replace(ALK, classification="not_functional", reading_frame="out-of-frame")
DNA = replace(ALK, molecule="DNA")
FROM_DNA = {"sources": (a_source("DNA"),)}
FROM_BOTH = {"sources": (a_source("RNA"), a_source("DNA"))}
NOT_SEQUENCED: dict[str, Any] = {"sources": ()}
FAILED = {"metrics": (a_metric(value=10),)}
BORDERLINE = {"metrics": (a_metric(value=27),)}
UNDOCUMENTED: dict[str, Any] = {"metrics": ()}
FEW_CELLS = {"specimen": a_specimen(tumour_cells_pct=5)}


def stained(*results: str, **parts: Any) -> dict[str, Any]:
    """`stained("ALK positive", "ROS1 negative FISH")`: the stains and FISH of a case."""
    stains, probes = [], []
    for text in results:
        marker, result, *method = text.split()
        (probes if method else stains).append((marker, result))
    found = {"ihc": tuple(a_stain(*one) for one in stains), "fish": tuple(a_fish(*one) for one in probes)}
    return found | parts


VERDICTS: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "An ALK fusion, nothing else done": ((ALK,), {}),
    "An ALK fusion, ALK positive": ((ALK,), stained("ALK positive")),
    "An ALK fusion, ALK weak": ((ALK,), {"ihc": (a_stain("ALK", intensity="1+"),)}),
    "An ALK fusion, ALK equivocal": ((ALK,), stained("ALK equivocal")),
    "An ALK fusion, ALK negative": ((ALK,), stained("ALK negative")),
    "An ALK fusion, ALK negative, FISH positive": ((ALK,), stained("ALK negative", "ALK positive FISH")),
    "An ALK fusion, ALK and FISH positive": ((ALK,), stained("ALK positive", "ALK positive FISH")),
    "An ALK fusion, ALK positive, FISH negative": ((ALK,), stained("ALK positive", "ALK negative FISH")),
    "An ALK fusion, FISH equivocal": ((ALK,), stained("ALK equivocal FISH")),
    "An ALK fusion, ALK and FISH negative": ((ALK,), stained("ALK negative", "ALK negative FISH")),
    "RANBP2::ALK, diffuse cytoplasmic": (
        (a_fusion("RANBP2::ALK"),),
        {"ihc": (a_stain("ALK", pattern="cytoplasmic"),)},
    ),
    "An ALK fusion by DNA": ((DNA,), FROM_DNA),
    "An ALK fusion without exons": (
        (replace(ALK, exon_5prime=None, exon_3prime=None, transcript_5prime="", transcript_3prime=""),),
        {},
    ),
    "An ALK fusion without transcripts": ((replace(ALK, transcript_5prime="", transcript_3prime=""),), {}),
    "An ALK fusion, frame not assessable": ((replace(ALK, reading_frame="not_assessable"),), {}),
    "An ALK fusion, kinase domain partly kept": ((replace(ALK, kinase_domain="partial"),), {}),
    "An ALK fusion, kinase domain unclear": ((replace(ALK, kinase_domain="undetermined"),), {}),
    "An ALK fusion, borderline RNA": ((ALK,), BORDERLINE),
    "An ALK fusion, failed RNA": ((ALK,), FAILED),
    "An ALK fusion, undocumented RNA": ((ALK,), UNDOCUMENTED),
    "An ALK fusion, few tumour cells": ((ALK,), FEW_CELLS),
    "An ALK fusion, a resistance variant": ((ALK,), {"variants": (a_variant("ALK", "p.G1202R"),)}),
    "A ROS1 fusion, a resistance variant of three rows": ((ROS1,), {"variants": (a_variant("ROS1", "p.G2032R"),)}),
    "An NTRK2 fusion, a variant of open effect": (
        (a_fusion("QKI::NTRK2"),),
        {"variants": (a_variant("NTRK2", "p.G639R"),)},
    ),
    "An ALK fusion in lung": ((ALK,), {"specimen": a_specimen(site="lung", diagnosis="lung adenocarcinoma")}),
    "An ALK fusion, another jurisdiction": ((ALK,), {"specimen": a_specimen(jurisdiction="JP")}),
    "An ALK fusion of a child": ((ALK,), {"specimen": a_specimen(age_years=9)}),
    "A fusion of another disease": ((a_fusion("NPM1::ALK"),), {}),
    "A fusion of another disease, ROS1 positive": ((a_fusion("NPM1::ALK"),), stained("ROS1 positive")),
    "A fusion of another disease beside an ALK fusion": ((ALK, a_fusion("SS18::SSX1", role="other")), {}),
    "A fusion of the disease that was entered": (
        (a_fusion("ETV6::NTRK3"),),
        {"specimen": a_specimen(age_years=0.5, diagnosis="infantile fibrosarcoma")},
    ),
    "EML4::ALK in a lung carcinoma": (
        (a_fusion("EML4::ALK"),),
        {"specimen": a_specimen(site="lung", diagnosis="lung adenocarcinoma")},
    ),
    "An ALK fusion by RNA and DNA": ((replace(ALK, molecule="RNA and DNA"),), FROM_BOTH),
    "An ALK fusion with a stop codon": ((replace(OUT_OF_FRAME, has_early_stop=True),), {}),
    "A ROS1 fusion": ((ROS1,), {}),
    "A ROS1 fusion, ROS1 positive": ((ROS1,), stained("ROS1 positive")),
    "An NTRK3 fusion": ((NTRK3,), {}),
    "An NTRK3 fusion, pan-TRK positive": ((NTRK3,), stained("pan-TRK positive")),
    "An NTRK3 fusion, pan-TRK negative": ((NTRK3,), stained("pan-TRK negative")),
    "An NTRK3 fusion, pan-TRK negative, FISH positive": ((NTRK3,), stained("pan-TRK negative", "NTRK3 positive FISH")),
    "An NTRK1 fusion": ((a_fusion("LMNA::NTRK1"),), {}),
    "A RET fusion": ((a_fusion("CCDC6::RET"),), {}),
    "A PDGFRB fusion": ((a_fusion("NAB2::PDGFRB"),), {}),
    "A fusion outside the genes of the assay": ((a_fusion("FN1::IGF1R"),), {}),
    "Two kinase fusions": ((ALK, ROS1), {}),
    "Two ALK fusions": ((ALK, a_fusion("EML4::ALK")), {}),
    "A possible ALK fusion": ((UNCONFIRMED,), {}),
    "A possible ALK fusion, ALK positive": ((UNCONFIRMED,), stained("ALK positive")),
    "A possible ALK fusion, ALK and FISH positive": ((UNCONFIRMED,), stained("ALK positive", "ALK positive FISH")),
    "A possible ALK fusion, failed RNA": ((UNCONFIRMED,), FAILED),
    "An uncertain ALK fusion": ((UNCERTAIN,), {}),
    "Possible ALK and ROS1 fusions": ((UNCONFIRMED, replace(ROS1, classification="unconfirmed")), {}),
    "Two possible ALK fusions": ((UNCONFIRMED, a_fusion("EML4::ALK", classification="unconfirmed")), {}),
    "An ALK fusion beside a possible ROS1 fusion": ((ALK, replace(ROS1, classification="unconfirmed")), {}),
    "A possible ALK fusion by RNA and DNA": ((replace(UNCONFIRMED, molecule="RNA and DNA"),), FROM_BOTH),
    "A possible NTRK1 fusion": ((a_fusion("LMNA::NTRK1", classification="unconfirmed"),), {}),
    "An ALK fusion out of frame": ((OUT_OF_FRAME,), {}),
    "An ALK fusion out of frame, ALK and FISH positive": (
        (OUT_OF_FRAME,),
        stained("ALK positive", "ALK positive FISH"),
    ),
    "Nothing found, nothing else done": ((), {}),
    "Nothing found by DNA": ((), FROM_DNA),
    "Nothing found by RNA and DNA": ((), FROM_BOTH),
    "Nothing found, ALK negative": ((), stained("ALK negative")),
    "Nothing found, all stains negative": ((), stained("ALK negative", "ROS1 negative", "pan-TRK negative")),
    "Nothing found, ALK positive": ((), stained("ALK positive")),
    "Nothing found, ALK weak": ((), {"ihc": (a_stain("ALK", intensity="1+"),)}),
    "Nothing found, ALK equivocal": ((), stained("ALK equivocal")),
    "Nothing found, ALK positive, FISH negative": ((), stained("ALK positive", "ALK negative FISH")),
    "Nothing found, ALK positive, FISH equivocal": ((), stained("ALK positive", "ALK equivocal FISH")),
    "Nothing found, ALK and FISH positive": ((), stained("ALK positive", "ALK positive FISH")),
    "Nothing found, ALK negative, FISH positive": ((), stained("ALK negative", "ALK positive FISH")),
    "Nothing found, ALK FISH positive": ((), stained("ALK positive FISH")),
    "Nothing found, RET FISH positive": ((), stained("RET positive FISH")),
    "Nothing found, ROS1 positive": ((), stained("ROS1 positive")),
    "Nothing found, pan-TRK positive": ((), stained("pan-TRK positive")),
    "Nothing found, pan-TRK and NTRK3 FISH positive": ((), stained("pan-TRK positive", "NTRK3 positive FISH")),
    "Nothing found, ALK and ROS1 positive": ((), stained("ALK positive", "ROS1 positive")),
    "Failed RNA": ((), FAILED),
    "Failed RNA, ALK positive": ((), stained("ALK positive", **FAILED)),
    "Failed RNA, ALK negative": ((), stained("ALK negative", **FAILED)),
    "Failed RNA, ALK and FISH positive": ((), stained("ALK positive", "ALK positive FISH", **FAILED)),
    "Borderline RNA": ((), BORDERLINE),
    "Undocumented RNA": ((), UNDOCUMENTED),
    "Undocumented DNA, ALK positive": ((), stained("ALK positive", **FROM_DNA, **UNDOCUMENTED)),
    "Undocumented RNA, ROS1 positive": ((), stained("ROS1 positive", **UNDOCUMENTED)),
    "Failed RNA, ROS1 positive": ((), stained("ROS1 positive", **FAILED)),
    "Few tumour cells": ((), FEW_CELLS),
    "Few tumour cells and failed RNA": ((), FEW_CELLS | FAILED),
    "Not sequenced": ((), NOT_SEQUENCED),
    "Not sequenced, ALK positive": ((), stained("ALK positive", **NOT_SEQUENCED)),
    "Not sequenced, ALK weak": ((), {"ihc": (a_stain("ALK", intensity="1+"),), **NOT_SEQUENCED}),
    "Not sequenced, ALK and ROS1 positive": ((), stained("ALK positive", "ROS1 positive", **NOT_SEQUENCED)),
    "Not sequenced, ALK negative": ((), stained("ALK negative", **NOT_SEQUENCED)),
    "Not sequenced, ALK equivocal": ((), stained("ALK equivocal", **NOT_SEQUENCED)),
    "Not sequenced, FISH positive": ((), stained("ALK positive FISH", **NOT_SEQUENCED)),
    "Not sequenced, ALK and FISH positive": ((), stained("ALK positive", "ALK positive FISH", **NOT_SEQUENCED)),
    "A positive control failed": ((ALK,), {"controls": (a_control("fail"),)}),
    "Both controls failed": ((), {"controls": (a_control("fail"), a_control("fail", "no-template"))}),
}

OPEN: dict[str, Any] = {"resectability": "unresectable", "disease_status": "recurrent"}
LATER: dict[str, Any] = {"disease_status": "progressed", "prior_therapy": "crizotinib"}
THERAPIES: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "ALK in IMT, nothing stated": ((ALK,), {}),
    "ALK in IMT, unresectable": ((ALK,), {"specimen": a_specimen(**OPEN)}),
    "ALK in IMT, resectable": ((ALK,), {"specimen": a_specimen(resectability="resectable")}),
    "ALK in IMT of a child, unresectable": (
        (ALK,),
        {"specimen": a_specimen(age_years=9, **OPEN)},
    ),
    "ALK in IMT of a child, EU": (
        (ALK,),
        {"specimen": a_specimen(age_years=9, jurisdiction="EU", **OPEN)},
    ),
    "ALK in IMT of a baby": ((ALK,), {"specimen": a_specimen(age_years=0.5, **OPEN)}),
    "ALK in IMT, Japan": ((ALK,), {"specimen": a_specimen(jurisdiction="JP")}),
    "ALK in IMT, EU": ((ALK,), {"specimen": a_specimen(jurisdiction="EU", **OPEN)}),
    "ALK in IMT, another jurisdiction": ((ALK,), {"specimen": a_specimen(jurisdiction="BR")}),
    "ALK in IMT, after crizotinib": ((ALK,), {"specimen": a_specimen(**LATER)}),
    "ALK in IMT, G1202R": ((ALK,), {"variants": (a_variant("ALK", "p.G1202R"),)}),
    "EML4::ALK in IMT of the lung": ((a_fusion("EML4::ALK"),), {"specimen": a_specimen(site="lung", **OPEN)}),
    "ALK in lung cancer": ((ALK,), {"specimen": a_specimen(site="lung", diagnosis="lung adenocarcinoma")}),
    "ALK in a sarcoma": ((ALK,), {"specimen": a_specimen(diagnosis="leiomyosarcoma")}),
    "ROS1 in IMT": ((ROS1,), {}),
    "ROS1 in IMT, G2032R": ((ROS1,), {"variants": (a_variant("ROS1", "p.G2032R"),)}),
    "ROS1 in IMT, metastatic": ((ROS1,), {"specimen": a_specimen(disease_status="metastatic")}),
    "NTRK3 in IMT": ((NTRK3,), {}),
    "NTRK3 in IMT, metastatic": ((NTRK3,), {"specimen": a_specimen(disease_status="metastatic")}),
    "NTRK3 in IMT, G623R": ((NTRK3,), {"variants": (a_variant("NTRK3", "p.G623R"),)}),
    "RET in IMT": ((a_fusion("CCDC6::RET"),), {}),
    "PDGFRB in IMT": ((a_fusion("NAB2::PDGFRB"),), {}),
    "IGF1R in IMT": ((a_fusion("FN1::IGF1R"),), {}),
    "Nothing found": ((), {}),
    "An ALK fusion out of frame": ((OUT_OF_FRAME,), {}),
    "A possible ALK fusion": ((UNCONFIRMED,), {}),
    "NPM1::ALK": ((a_fusion("NPM1::ALK"),), {}),
}


def verdict_of(result: Interpretation) -> Iterator[str]:
    verdict = result.verdict
    yield f"{verdict.status}: {verdict.headline}"
    yield from (f"summary: {sentence}" for sentence in verdict.summary)
    yield f"certainty: {verdict.certainty}"
    yield from (f"next: {step}" for step in verdict.next_steps)
    said: dict[str, list[str]] = {}
    for gene in result.genes:
        said.setdefault(f"{gene.state}, {gene.reason}", []).append(gene.symbol)
    yield from (f"genes: {' '.join(symbols)}: {text}" for text, symbols in said.items())
    yield from (f"limit: {limit}" for limit in result.limitations)
    yield from (f"partner: {one.partner_rule} {one.partner_note}" for one in result.fusions if one.partner_note)
    yield f"rules: {' '.join(one.rule for one in (*result.concordance, *result.alerts, *result.risk)) or 'none'}"
    yield from (f"quality: {' | '.join((one.name, one.value, one.threshold, one.status))}" for one in result.qc)


def therapies_of(result: Interpretation) -> Iterator[str]:
    for line in result.therapies:
        yield " | ".join((line.rule, line.fusion, line.agent, line.relation, line.tier + line.level, line.status_text))
        yield from (f"  {one.state}: {one.condition}" for one in line.label_conditions)
    yield from (f"{one.name}: tier {one.tier or 'none'}, level {one.level or 'none'}" for one in result.fusions)
    yield from (f"alert {one.rule}: {one.text}" for one in result.alerts)
    yield from (f"{one.rule}: {one.text}" for one in result.statements if one.section == "therapy")


WRITTEN = {"verdicts": (VERDICTS, verdict_of), "therapies": (THERAPIES, therapies_of)}


def text_of(name: str) -> str:
    cases, told = WRITTEN[name]
    parts = []
    for title, (fusions, changes) in cases.items():
        lines = told(interpreted_with(*fusions, **changes))
        parts.append("\n".join((title, *(f"  {line}" for line in lines))))
    return "\n\n".join(parts) + "\n"


@pytest.mark.parametrize("name", WRITTEN)
def test_every_sentence_is_one_that_was_read_and_approved(name: str) -> None:
    approved = (APPROVED / f"{name}.txt").read_text("utf-8").splitlines()
    changed = list(difflib.unified_diff(approved, text_of(name).splitlines(), "approved", "now", lineterm="", n=2))
    assert not changed, "\n".join((*changed, "Read each, then: python tests/interpret/test_interpret_approved.py"))


@pytest.mark.parametrize(
    ("rule", "value", "threshold", "status"),
    [
        (QcRule("reads", "Reads", "M", maximum=9), 9, "at most 9 M", "pass"),
        (QcRule("reads", "Reads", "M", minimum=2, maximum=9), 10, "at least 2 M, at most 9 M", "fail"),
        (QcRule("reads", "Reads", "", minimum=2, borderline=1), 1, "at least 2", "borderline"),
        (QcRule("reads", "Reads", "", minimum=2, borderline=1), 0.9, "at least 2", "fail"),
        (QcRule("reads", "Reads", "", maximum=2, borderline=1), 3, "at most 2", "borderline"),
        (QcRule("reads", "Reads", ""), 1, "no limit set", "pass"),
    ],
)
def test_a_metric_stands_beside_its_limit(rule: QcRule, value: float, threshold: str, status: str) -> None:
    laboratory = a_laboratory(an_assay(qc=(rule,)))
    (line,) = interpreted_with(laboratory=laboratory, metrics=(a_metric("reads", value),)).qc
    assert (line.threshold, line.status) == (threshold, status)


if __name__ == "__main__":
    for name in WRITTEN:
        (APPROVED / f"{name}.txt").write_text(text_of(name), "utf-8")
