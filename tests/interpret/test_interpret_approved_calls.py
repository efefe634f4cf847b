"""
What becomes of calls, variants, stains and the data of a specimen: read and approved as in test_interpret_approved.py.

The files in `approved/` are meant to be read by a pathologist. Once every changed sentence was read and is right,
`python tests/interpret/test_interpret_approved_calls.py` writes them anew.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from made_cases import (
    a_call,
    a_case,
    a_fish,
    a_fusion,
    a_laboratory,
    a_specimen,
    a_stain,
    a_variant,
    interpreted,
    interpreted_with,
    the_models,
)

from interpret.context import condition_state, condition_text, read_context
from interpret.orientation import read_junction
from interpret.stains import positive_kinase_stains, stain_words, view_of
from parsers.records import Breakpoint, FusionCall, Specimen

APPROVED = Path(__file__).parent / "approved"

# EML4 exon 13 to ALK exon 20 on GRCh38; EML4 lies on the forward strand, ALK on the reverse strand.
EML4_EDGE, ALK_EDGE = 42295516, 29223528


def by_position(five: str = "EML4", three: str = "ALK", **changes: Any) -> FusionCall:
    """EML4::ALK with its breakpoints alone; `strands` "++", `shift` of the ALK breakpoint, `build` of both."""
    first, second = changes.pop("strands", "+-")
    shift = changes.pop("shift", 0)
    ends = {
        "EML4": Breakpoint("chr2", EML4_EDGE, None if first == "." else first),
        "ALK": Breakpoint("chr2", ALK_EDGE + shift, None if second == "." else second),
        "TPM3": Breakpoint("chr1", 154170400, "-"),
        "NOVEL1": Breakpoint("chr5", 1000, None if first == "." else first),
        "STRN": Breakpoint("chr2", 36916600, "-"),
    }
    return a_call(five, three, breakpoint_5prime=ends.get(five), breakpoint_3prime=ends.get(three), **changes)


def by_exon(five: str = "TPM3", exon: int = 8, three: str = "ALK", to: int = 20, **changes: Any) -> FusionCall:
    return a_call(five, three, exon_5prime=exon, exon_3prime=to, **changes)


UNKNOWN = {"reading_frame": "unknown"}
CALLS: dict[str, tuple[FusionCall, ...]] = {
    "By position": (by_position(**UNKNOWN),),
    "By position, the caller agrees": (by_position(),),
    "By position, the caller says out of frame": (by_position(reading_frame="out-of-frame"),),
    "By position, the caller says stop codon": (by_position(reading_frame="stop-codon"),),
    "By position, two callers, one says out of frame": (
        by_position(),
        by_position(caller="STAR-Fusion", reading_frame="out-of-frame"),
    ),
    "By position, two callers, one says stop codon": (
        by_position(),
        by_position(caller="STAR-Fusion", reading_frame="stop-codon"),
    ),
    "By position, inside an exon": (by_position(shift=-5, **UNKNOWN),),
    "By position, in the intron": (by_position(shift=400, **UNKNOWN),),
    "By position, far outside": (by_position(shift=900_000, **UNKNOWN),),
    "By position, the genes the wrong way round": (by_position("ALK", "EML4", **UNKNOWN),),
    "By position, order unknown": (by_position(order_known=False, **UNKNOWN),),
    "By position, order unknown, the wrong way round": (by_position("ALK", "EML4", order_known=False, **UNKNOWN),),
    **{
        f"DNA, order unknown, breakends {strands}": (
            by_position(strands=strands, shift=300, molecule="DNA", order_known=False, **UNKNOWN),
        )
        for strands in ("+-", "-+", "++", "--", "+.", ".+", "-.", ".-", "..")
    },
    "DNA, order unknown, unknown gene": (
        by_position("NOVEL1", strands="+-", molecule="DNA", order_known=False, **UNKNOWN),
    ),
    "DNA, order stated": (by_position(shift=300, molecule="DNA", **UNKNOWN),),
    "Both ends the same end of their gene": (by_position(event_type="translocation/5'-5'"),),
    "By exon": (by_exon(**UNKNOWN),),
    "By exon of a transcript": (by_exon(transcript_5prime="NM_152263.4", transcript_3prime="NM_004304.5", **UNKNOWN),),
    "By exon, out of frame": (by_exon(exon=7, to=21, **UNKNOWN),),
    "By exon, no such exon": (by_exon(exon=99, **UNKNOWN),),
    "By exon, kinase domain cut": (by_exon(to=24, **UNKNOWN),),
    "By exon, kinase domain lost": (by_exon(to=29, **UNKNOWN),),
    "By exon, ROS1": (by_exon("CD74", 6, "ROS1", 34, **UNKNOWN),),
    "By exon, ETV6::NTRK3": (by_exon("ETV6", 5, "NTRK3", 15, **UNKNOWN),),
    "Exon and position disagree": (by_position(exon_3prime=19, **UNKNOWN),),
    "Genes alone": (a_call("TPM3", "ALK", **UNKNOWN),),
    "Genes alone, in frame by the caller": (a_call("TPM3", "ALK"),),
    "Genes alone, out of frame by the caller": (a_call("TPM3", "ALK", reading_frame="out-of-frame"),),
    "A gene family": (a_call("ETV6", "NTRK"),),
    "An unknown partner": (a_call("NOVEL1", "ALK", exon_3prime=20),),
    "The kinase 5-prime": (a_call("ALK", "TPM3", exon_5prime=20, exon_3prime=8),),
    "Both directions": (by_exon(), a_call("ALK", "TPM3", exon_5prime=19, exon_3prime=9, split_reads=8)),
    "No driver": (a_call("GENE1", "GENE2"),),
    "The same gene twice": (a_call("ALK", "ALK"),),
    "Too few reads": (by_exon(split_reads=1, spanning_pairs=0),),
    "Too few reads, one": (by_exon(split_reads=None, spanning_pairs=None, supporting_reads=1),),
    "No read stated": (by_exon(split_reads=None, spanning_pairs=None),),
    "No read over the junction": (by_exon(split_reads=0, spanning_pairs=9),),
    "Filtered by the caller": (by_exon(passed_filter=False, filters="blacklist"),),
    "Discarded without a split read": (by_exon(passed_filter=False, filters="min_support", split_reads=0),),
    "Low confidence": (by_exon(confidence="low"),),
    "Read-through": (a_call("EML4", "ALK", event_type="deletion/read-through"),),
    "A partner that gives its promoter": (a_call("FN1", "ALK", exon_5prime=1, exon_3prime=19, **UNKNOWN),),
    "Two junctions of one pair": (by_exon(), by_exon(exon=7, split_reads=9)),
    "Two callers, two counts": (by_exon(), by_exon(caller="STAR-Fusion", split_reads=12, spanning_pairs=3)),
    "Nearby breakpoints of two callers": (by_position(), by_position(caller="STAR-Fusion", shift=9)),
    "Breakpoints further apart": (by_position(), by_position(caller="STAR-Fusion", shift=11)),
}


def calls_told(calls: tuple[FusionCall, ...]) -> Iterator[str]:
    for call in calls:
        one = read_junction(call, call.genome_build, the_models())
        yield f"junction: {one.name}, order {one.order}, {one.frame.frame}, counted {one.frame.counted}"
        for end, side in (("5-prime", one.five), ("3-prime", one.three)):
            where = f"{side.transcript.accession if side.transcript else 'no transcript'}, exon {side.exon}"
            yield f"  {end}: {side.symbol}, {where}"
        told = (*one.all_notes, *one.all_doubts, *one.conflicts, *one.namings)
        yield from (f"  {text}" for text in told)
    result = interpreted(a_case(*calls))
    for fusion in result.fusions:
        support = f"{fusion.split_reads} split, {fusion.spanning_pairs} pairs, {fusion.supporting_reads} supporting"
        yield f"fusion: {fusion.name} ({fusion.vicc}), {fusion.role}, {fusion.classification}, {support}"
        yield f"  {fusion.reading_frame}, kinase domain {fusion.kinase_domain}"
        yield f"  {fusion.hgvs_r or fusion.hgvs_r_reason}"
        yield from (f"  conflict: {text}" for text in fusion.conflicts)
        yield from (f"  note: {text}" for text in fusion.notes)
        yield from (f"  reason: {text}" for text in fusion.reasons)
    yield from (f"call: {one.name} {one.disposition}: {one.reason}" for one in result.reviewed_calls)


VARIANTS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "A listed change": ("ALK", (("ALK", "p.G1202R"),)),
    "In three letters": ("ALK", (("ALK", "p.(Gly1202Arg)"),)),
    "With its reference": ("ALK", (("alk", "NP_004295.2:p.Gly1202Arg"),)),
    "Another change at the position": ("ALK", (("ALK", "p.G1202W"),)),
    "A silent change": ("ALK", (("ALK", "p.G1202="),)),
    "A change elsewhere": ("ALK", (("ALK", "p.R1275Q"),)),
    "A stop at the position": ("ALK", (("ALK", "p.Gly1202*"),)),
    "A deletion over the position": ("ALK", (("ALK", "p.G1200_D1204del"),)),
    "A deletion written backwards": ("ALK", (("ALK", "p.D1204_G1200del"),)),
    "A deletion beside the position": ("ALK", (("ALK", "p.D1203_I1205del"),)),
    "A deletion that ends before the position": ("ALK", (("ALK", "p.D1199_G1201del"),)),
    "A deletion up to the position": ("ALK", (("ALK", "p.L1190_G1202del"),)),
    "A frameshift at the position": ("ALK", (("ALK", "p.G1202fs"),)),
    "Two changes": ("ALK", (("ALK", "p.L1196M"), ("ALK", "p.G1202R"))),
    "The change of another gene": ("ALK", (("ROS1", "p.G2032R"),)),
    "No change in the driver": ("ALK", (("ALK", "p.(=)"),)),
    "ROS1": ("ROS1", (("ROS1", "p.G2032R"),)),
    "NTRK3": ("NTRK3", (("NTRK3", "p.G623R"),)),
    "NTRK3, nothing found": ("NTRK3", (("NTRK3", "p.="),)),
    "RET": ("RET", (("RET", "p.G810S"),)),
    "RET, another change": ("RET", (("RET", "p.G810W"),)),
    "PDGFRB": ("PDGFRB", (("PDGFRB", "p.T681I"),)),
}
PARTNERS = {"ALK": "TPM3", "ROS1": "TFG", "NTRK3": "ETV6", "RET": "CCDC6", "PDGFRB": "NAB2"}


def variants_told(case: tuple[str, tuple[tuple[str, str], ...]]) -> Iterator[str]:
    gene, variants = case
    fusion = a_fusion(f"{PARTNERS[gene]}::{gene}")
    result = interpreted_with(fusion, variants=tuple(a_variant(*one) for one in variants))
    alerts = [one for one in result.alerts if one.classification == "resistance"]
    yield from (f"{one.rule}: {one.text} Next: {one.recommendation}" for one in alerts)
    yield from (f"{one.agent}: {one.status_text}" for one in result.therapies)
    wanted = "no known acquired resistance mutation"
    yield from (
        f"{one.rule}: {wanted}: {condition.state}"
        for one in result.therapies
        for condition in one.label_conditions
        if condition.condition == wanted
    )


CONDITIONS = (
    "imt_diagnosis unresectable recurrent_or_refractory unresectable_recurrent_or_refractory advanced "
    "advanced_or_recurrent metastatic_or_morbid_surgery locally_advanced_metastatic_or_morbid_surgery "
    "locally_advanced_or_metastatic progressed_or_no_alternative no_satisfactory_option no_resistance_mutation "
    "approved_test no_prior_ntrk_inhibitor prior_ntrk_inhibitor_or_exhausted ret_options_exhausted"
).split()
SPECIMENS: dict[str, Specimen] = {
    "Nothing stated": a_specimen(),
    **{f"{state}": a_specimen(disease_status=state) for state in ("primary", "recurrent", "refractory", "metastatic")},
    "progressed": a_specimen(disease_status="progressed"),
    **{state: a_specimen(resectability=state) for state in ("resected", "resectable", "unresectable")},
    **{
        f"{surgery}, {status}": a_specimen(resectability=surgery, disease_status=status)
        for surgery in ("resected", "resectable", "unresectable")
        for status in ("primary", "recurrent", "metastatic")
    },
    "Severe morbidity expected": a_specimen(indication="surgery: severe morbidity expected"),
    "No severe morbidity": a_specimen(indication="no severe morbidity expected"),
    "Another diagnosis": a_specimen(diagnosis="leiomyosarcoma"),
    "An open diagnosis": a_specimen(diagnosis="IMT versus leiomyosarcoma"),
    "IMT by its code alone": a_specimen(diagnosis="spindle cell tumour", diagnosis_code="IMT"),
    "IMT with another code": a_specimen(diagnosis_code="LMS"),
    "No prior therapy": a_specimen(prior_therapy="none"),
    "Prior therapy unknown": a_specimen(prior_therapy="unknown"),
    "After larotrectinib": a_specimen(prior_therapy="larotrectinib"),
    "Larotrectinib planned": a_specimen(prior_therapy="larotrectinib planned"),
    "Without an NTRK inhibitor": a_specimen(prior_therapy="crizotinib; no prior NTRK inhibitor"),
    "Progressed on crizotinib": a_specimen(prior_therapy="progressed on crizotinib"),
    "Progressed after surgery": a_specimen(disease_status="progressed", prior_therapy="surgery"),
    "Progressed after crizotinib": a_specimen(disease_status="progressed", prior_therapy="crizotinib"),
    "Refractory, surgery alone": a_specimen(disease_status="refractory", prior_therapy="surgery"),
    "Refractory, nothing given": a_specimen(disease_status="refractory", prior_therapy="none"),
}


def conditions_told(specimen: Specimen) -> Iterator[str]:
    context = read_context(specimen, (), a_laboratory())
    yield f"tumour: {context.tumour.text}"
    if context.tumour.conflict:
        yield f"conflict: {context.tumour.conflict}"
    for state in ("met", "not_met"):
        found = [code for code in CONDITIONS if condition_state(code, context, "not_documented") == state]
        yield from (f"{state.replace('_', ' ')}: {condition_text(code)}" for code in found)


STAINS: dict[str, tuple[str, dict[str, Any]]] = {
    **{
        f"ALK {result}": ("ALK", {"ihc": (a_stain("ALK", result),)})
        for result in ("positive", "equivocal", "negative", "not_evaluable", "not_done", "pending")
    },
    "ALK positive, 1+": ("ALK", {"ihc": (a_stain("ALK", intensity="1+"),)}),
    "ALK positive, 2+": ("ALK", {"ihc": (a_stain("ALK", intensity="2+"),)}),
    "ALK positive, focal": ("ALK", {"ihc": (a_stain("ALK", distribution=" Focal "),)}),
    "ALK positive, diffuse": ("ALK", {"ihc": (a_stain("ALK", distribution="diffuse"),)}),
    "ALK positive, control failed": ("ALK", {"ihc": (a_stain("ALK", control_ok=False),)}),
    "ALK positive, control not stated": ("ALK", {"ihc": (a_stain("ALK", control_ok=None),)}),
    "ALK positive on one block, negative on another": (
        "ALK",
        {"ihc": (a_stain("ALK", pattern="nuclear membrane"), a_stain("ALK", "negative", "none"))},
    ),
    "ALK positive and weak": ("ALK", {"ihc": (a_stain("ALK", intensity="1+"), a_stain("ALK", pattern="cytoplasmic"))}),
    "ALK negative and equivocal": ("ALK", {"ihc": (a_stain("ALK", "negative"), a_stain("ALK", "equivocal"))}),
    "ALK not evaluable, then control failed": (
        "ALK",
        {"ihc": (a_stain("ALK", "not_evaluable"), a_stain("ALK", control_ok=False))},
    ),
    "The stain of another gene": ("ALK", {"ihc": (a_stain("ROS1"),)}),
    **{
        f"ALK FISH {result}": ("ALK", {"fish": (a_fish("ALK", result),)})
        for result in ("positive", "equivocal", "negative", "not_evaluable", "not_done", "pending")
    },
    **{
        f"ALK FISH positive, {cells} cells": ("ALK", {"fish": (a_fish("ALK", cells_scored=cells),)})
        for cells in (49, 50, None)
    },
    **{
        f"ALK FISH {result}, {found} % at a cutoff of {limit} %": (
            "ALK",
            {"fish": (a_fish("ALK", result, pct_rearranged=found, cutoff_pct=limit),)},
        )
        for result, found, limit in (
            ("positive", 14, 15),
            ("positive", 15, 15),
            ("positive", None, 15),
            ("positive", 14, None),
            ("negative", 14, 15),
        )
    },
    "ALK FISH positive, control failed": ("ALK", {"fish": (a_fish("ALK", control_ok=False),)}),
    "ALK FISH positive and negative": ("ALK", {"fish": (a_fish("ALK"), a_fish("ALK", "negative"))}),
    "NTRK1 FISH negative, NTRK3 FISH positive": ("NTRK", {"fish": (a_fish("NTRK1", "negative"), a_fish("NTRK3"))}),
    "NTRK FISH positive": ("NTRK", {"fish": (a_fish("NTRK"),)}),
    "RET FISH pending": ("RET", {"fish": (a_fish("RET", "pending"),)}),
}


def stains_told(case: tuple[str, dict[str, Any]]) -> Iterator[str]:
    group, parts = case
    ihc, fish = parts.get("ihc", ()), parts.get("fish", ())
    view = view_of(group, ihc, fish)
    yield f"{group}: stain {view.ihc}, FISH {view.fish}"
    if group == "NTRK":
        yield from (f"FISH of {gene}: {view.fish_of(gene)}" for gene in ("NTRK1", "NTRK2", "NTRK3"))
    if view.is_contradictory:
        yield "the rows contradict each other"
    if view.pending:
        yield view.pending
    if view.patterns:
        yield f"pattern: {', '.join(sorted(view.patterns))}"
    yield f"words: {' '.join(sorted(stain_words(ihc, fish))) or 'none'}; kinase stains: {positive_kinase_stains(ihc)}"


SERIES: dict[str, dict[str, Any]] = {
    "Nothing else": {},
    "9 cm": {"size_cm": 9},
    "8 cm": {"size_cm": 8},
    "5 cm": {"size_cm": 5},
    "9 cm in the bladder": {"size_cm": 9, "site": "bladder"},
    "5 cm in the maxillary sinus": {"size_cm": 5, "site": "maxillary sinus"},
    "4.4 cm in the maxillary sinus": {"size_cm": 4.4, "site": "maxillary sinus"},
    "5 cm in the larynx": {"size_cm": 5, "site": "larynx"},
    "Uterus, mitoses, invasion": {
        "site": "uterus",
        "size_cm": 9,
        "morphology": "9 mitoses/10 HPF; lymphovascular invasion; predominantly compact pattern; necrosis",
    },
    "Uterus, 6 mitoses": {"site": "uterus", "morphology": "6 mitoses/10 HPF"},
    "Lung, margin R0": {"site": "lung", "margin": "R0"},
    "Abdomen, margin R1": {"margin": "R1"},
    "Abdomen, margin R0": {"margin": "R0"},
    "Metastatic": {"disease_status": "metastatic"},
    "Recurrent": {"disease_status": "recurrent"},
    "A child": {"age_years": 5},
    "Pregnant": {"indication": "32 weeks pregnant", "site": "placenta"},
    "Epithelioid": {"morphology": "epithelioid, myxoid"},
    "Diagnosis open": {"diagnosis": "IMT versus leiomyosarcoma", "size_cm": 9, "margin": "R1"},
}


def risk_told(changes: dict[str, Any]) -> Iterator[str]:
    for name in ("TPM3::ALK", "RANBP2::ALK"):
        stain = a_stain("ALK", pattern="cytoplasmic" if name == "TPM3::ALK" else "nuclear membrane")
        result = interpreted_with(a_fusion(name), specimen=a_specimen(**changes), ihc=(stain,))
        yield name
        yield from (f"  risk {one.rule}: {one.text}" for one in result.risk)
        yield from (f"  alert {one.rule}: {one.text}" for one in result.alerts)


WRITTEN: dict[str, tuple[dict[str, Any], Any]] = {
    "stains": (STAINS, stains_told),
    "risk": (SERIES, risk_told),
    "calls": (CALLS, calls_told),
    "resistance": (VARIANTS, variants_told),
    "label_conditions": (SPECIMENS, conditions_told),
}


def text_of(name: str) -> str:
    cases, told = WRITTEN[name]
    return "\n\n".join("\n".join((title, *(f"  {x}" for x in told(case)))) for title, case in cases.items()) + "\n"


@pytest.mark.parametrize("name", WRITTEN)
def test_every_answer_is_one_that_was_read_and_approved(name: str) -> None:
    approved = (APPROVED / f"{name}.txt").read_text("utf-8").splitlines()
    changed = list(difflib.unified_diff(approved, text_of(name).splitlines(), "approved", "now", lineterm="", n=2))
    assert not changed, "\n".join(
        (*changed, "Read each, then: python tests/interpret/test_interpret_approved_calls.py")
    )


if __name__ == "__main__":
    for name in WRITTEN:
        (APPROVED / f"{name}.txt").write_text(text_of(name), "utf-8")
