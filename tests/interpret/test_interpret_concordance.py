"""Every row of the concordance table: the situation in which it speaks, and a neighbour in which it must not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from made_cases import (
    a_call,
    a_fish,
    a_fusion,
    a_laboratory,
    a_metric,
    a_source,
    a_specimen,
    a_stain,
    an_assay,
    interpreted_with,
    rules_of,
    the_knowledge,
)

ALK = a_fusion("TPM3::ALK")
ROS1 = a_fusion("TFG::ROS1")
RET = a_fusion("TIMP3::RET")
NTRK3 = a_fusion("ETV6::NTRK3")
PDGFRB = a_fusion("NAB2::PDGFRB")
FAILED = {"metrics": (a_metric(value=10),)}
BORDERLINE = {"metrics": (a_metric(value=27),)}
NOT_STATED = {"metrics": ()}
DNA = {"sources": (a_source("DNA"),)}
BOTH = {"sources": (a_source("RNA"), a_source("DNA"))}
FEW_TUMOUR_CELLS = {"specimen": a_specimen(tumour_cells_pct=10)}
ROUND_CELLS = {"specimen": a_specimen(morphology="epithelioid and round cells")}
POSITIVE = a_stain("ALK", pattern="cytoplasmic")
NEGATIVE = a_stain("ALK", "negative")
MEMBRANE = a_stain("ALK", pattern="nuclear membrane")
PERINUCLEAR = a_stain("ALK", pattern="cytoplasmic, perinuclear")
WEAK = a_stain("ALK", intensity="1+")


def situation(*fusions: Any, stains: tuple[Any, ...] = (), fish: tuple[Any, ...] = (), **parts: Any) -> dict[str, Any]:
    return {"fusions": fusions, "ihc": stains, "fish": fish} | parts


def named(name: str, **changes: Any) -> Any:
    return a_fusion(name, **changes)


AMPLICON = {"laboratory": a_laboratory(an_assay(chemistry="amplicon"))}
WITHOUT_NTRK = {"laboratory": a_laboratory(an_assay(genes=("ALK", "ROS1")))}
IMBALANCE = {"calls": (a_call("ROS1", "ROS1", event_type="5p3pAssays"),)}
UNCONFIRMED = replace(ALK, classification="unconfirmed")
OUT_OF_FRAME = replace(ALK, classification="not_functional", reading_frame="out-of-frame")
LONG_NONCODING = a_fusion("CASC15::ALK", reading_frame="not_assessable")
DNA_ONLY = replace(NTRK3, molecule="DNA")
OTHER_DISEASE = a_fusion("PAX3::FOXO1", role="other", kinase_domain="not_applicable")

SPEAKS = [
    ("CC01", situation(ALK, stains=(POSITIVE,))),
    ("CC01", situation(ALK, stains=(a_stain("ALK"),))),
    ("CC01", situation(named("RANBP2::ALK"), stains=(MEMBRANE,))),
    ("CC01", situation(ALK, stains=(PERINUCLEAR,))),
    ("CC02", situation(named("RANBP2::ALK"), stains=(MEMBRANE,), **ROUND_CELLS)),
    ("CC03", situation(ALK, stains=(MEMBRANE,))),
    ("CC03", situation(stains=(MEMBRANE,))),
    ("CC04", situation(named("RRBP1::ALK"), stains=(PERINUCLEAR,))),
    ("CC05", situation(named("IGFBP5::ALK"), stains=(PERINUCLEAR,))),
    ("CC06", situation(named("NPM1::ALK"), stains=(a_stain("ALK", pattern="nuclear, cytoplasmic"),))),
    ("CC07", situation(stains=(POSITIVE,), fish=(a_fish("ALK"),))),
    ("CC07", situation(stains=(POSITIVE,), fish=(a_fish("ALK"),), sources=())),
    ("CC07", situation(stains=(WEAK,), fish=(a_fish("ALK"),), **FAILED)),
    ("CC07", situation(stains=(a_stain("ROS1"),), fish=(a_fish("ROS1"),))),
    ("CC08", situation(stains=(POSITIVE,), fish=(a_fish("ALK", "negative"),))),
    ("CC08", situation(stains=(POSITIVE,))),
    ("CC09", situation(stains=(POSITIVE,), **FAILED)),
    ("CC09", situation(stains=(POSITIVE,), **BORDERLINE)),
    ("CC10", situation(stains=(POSITIVE,), **DNA)),
    ("CC11", situation(OUT_OF_FRAME, stains=(POSITIVE,))),
    ("CC12", situation(LONG_NONCODING, stains=(POSITIVE,))),
    ("CC13", situation(stains=(NEGATIVE,), fish=(a_fish("ALK", "negative"),))),
    ("CC13", situation(OUT_OF_FRAME, stains=(NEGATIVE,))),
    ("CC14", situation(ALK, stains=(NEGATIVE,))),
    ("CC14", situation(ALK, stains=(NEGATIVE,), fish=(a_fish("ALK"),))),
    ("CC15", situation(stains=(NEGATIVE,), fish=(a_fish("ALK"),))),
    ("CC15", situation(stains=(NEGATIVE,), fish=(a_fish("ALK"),), sources=())),
    ("CC16", situation(ALK, fish=(a_fish("ALK"),))),
    ("CC17", situation(stains=(WEAK,))),
    ("CC17", situation(stains=(a_stain("ALK", "equivocal"),))),
    ("CC17", situation(stains=(a_stain("ALK", distribution="focal"),))),
    ("CC18", situation(ALK, stains=(a_stain("ALK", "equivocal"),))),
    ("CC19", situation(stains=(POSITIVE,), **FEW_TUMOUR_CELLS)),
    ("CC20", situation(UNCONFIRMED, stains=(POSITIVE,))),
    ("CC20", situation(replace(ROS1, classification="uncertain"))),
    ("CC21", situation(stains=(a_stain("ROS1"),), fish=(a_fish("ROS1", "negative"),), **AMPLICON)),
    ("CC22", situation(ROS1, stains=(a_stain("ROS1"),))),
    ("CC23", situation(stains=(a_stain("ROS1"),))),
    ("CC24", situation(stains=(a_stain("ROS1", "negative"),))),
    ("CC25", situation(**IMBALANCE)),
    ("CC26", situation(stains=(a_stain("pan-TRK"),))),
    ("CC27", situation(NTRK3, stains=(a_stain("pan-TRK"),))),
    ("CC28", situation(stains=(a_stain("pan-TRK", "negative"),), **WITHOUT_NTRK)),
    ("CC29", situation(NTRK3, stains=(a_stain("pan-TRK", "negative"),))),
    ("CC29", situation(NTRK3, stains=(a_stain("pan-TRK", "negative"),), fish=(a_fish("NTRK3"),))),
    ("CC30", situation(DNA_ONLY, **DNA)),
    ("CC30", situation(DNA_ONLY, fish=(a_fish("NTRK1"),), **DNA)),
    ("CC30", situation(replace(ALK, molecule="DNA"), **DNA)),
    ("CC31", situation(RET, fish=(a_fish("RET"),))),
    ("CC32", situation(PDGFRB)),
    ("CC33", situation()),
    ("CC34", situation(**FAILED)),
    ("CC34", situation(**BORDERLINE)),
    ("CC34", situation(**NOT_STATED)),
    ("CC34", situation(**FEW_TUMOUR_CELLS)),
    ("CC35", situation(ALK, stains=(a_stain("ALK"), a_stain("ROS1")))),
    ("CC36", situation(ALK, ROS1)),
    ("CC37", situation(ALK)),
    ("CC37", situation(ALK, stains=(a_stain("ALK", "pending"),))),
    ("CC38", situation(ROS1, stains=(NEGATIVE,))),
    ("CC39", situation(ROS1, stains=(a_stain("ROS1", "negative"),))),
    ("CC39", situation(ROS1, stains=(a_stain("ROS1", "negative"),), fish=(a_fish("ROS1"),))),
    ("CC40", situation(ALK, **BOTH)),
    ("CC41", situation(ROS1)),
    ("CC41", situation(RET)),
    ("CC42", situation(ALK, fish=(a_fish("ALK", "negative"),))),
    ("CC42", situation(RET, fish=(a_fish("RET", "equivocal"),))),
    ("CC43", situation(ROS1, fish=(a_fish("ROS1"),))),
    ("CC44", situation(NTRK3, stains=(a_stain("pan-TRK", "equivocal"),))),
    ("CC45", situation(DNA_ONLY, stains=(a_stain("pan-TRK", "equivocal"),), **DNA)),
    ("CC45", situation(DNA_ONLY, stains=(a_stain("pan-TRK", "negative"),), **DNA)),
    ("CC46", situation(OUT_OF_FRAME)),
    ("CC46", situation(OUT_OF_FRAME, stains=(NEGATIVE,), fish=(a_fish("ALK"),))),
    ("CC46", situation(replace(ROS1, classification="not_functional"), stains=(a_stain("ROS1"),))),
    ("CC46", situation(replace(ROS1, classification="not_functional"), stains=(a_stain("ROS1", "negative"),))),
    ("CC46", situation(replace(RET, classification="not_functional"))),
    ("CC47", situation(named("NPM1::ALK"), stains=(POSITIVE,))),
    ("CC48", situation(stains=(a_stain("pan-TRK"),), **DNA)),
    ("CC49", situation(OTHER_DISEASE, stains=(POSITIVE,))),
    ("CC50", situation(stains=(a_stain("ROS1"),), **FAILED)),
    ("CC50", situation(stains=(a_stain("ROS1", "equivocal"),), **FAILED)),
    ("CC50", situation(stains=(POSITIVE,), metrics=(a_metric(value=10),), **DNA)),
    ("CC51", situation(stains=(a_stain("pan-TRK"),), **WITHOUT_NTRK)),
    ("CC51", situation(stains=(a_stain("pan-TRK", "equivocal"),), **WITHOUT_NTRK)),
    ("CC51", situation(stains=(POSITIVE,), sources=())),
    ("CC52", situation(fish=(a_fish("RET"),))),
    ("CC52", situation(fish=(a_fish("RET"),), sources=())),
    ("CC53", situation(stains=(a_stain("ROS1", "equivocal"),))),
    ("CC54", situation(stains=(a_stain("ROS1", "negative"),), fish=(a_fish("ROS1"),))),
    ("CC55", situation(stains=(a_stain("pan-TRK", "negative"),))),
    ("CC56", situation(stains=(NEGATIVE,), **FAILED)),
    ("CC57", situation(stains=(NEGATIVE,), sources=())),
    ("CC58", situation(fish=(a_fish("RET", "negative"),))),
    ("CC58", situation(fish=(a_fish("RET", "negative"),), **FAILED)),
    ("CC58", situation(fish=(a_fish("RET", "equivocal"),))),
    ("CC58", situation(fish=(a_fish("RET", "equivocal"),), sources=())),
    ("CC59", situation(calls=(a_call("ALK", "ALK", event_type="5p3pAssays"),))),
    ("CC60", situation(**DNA)),
    ("CC61", situation(sources=())),
]

IS_SILENT = [
    ("CC01", situation(named("RANBP2::ALK"), stains=(MEMBRANE,), **ROUND_CELLS)),
    ("CC01", situation(UNCONFIRMED, stains=(POSITIVE,))),
    ("CC01", situation(OUT_OF_FRAME, stains=(POSITIVE,))),
    ("CC01", situation(ALK, ROS1, stains=(POSITIVE,))),
    ("CC02", situation(named("RANBP2::ALK"), stains=(MEMBRANE,))),
    (
        "CC02",
        situation(named("RANBP2::ALK"), stains=(MEMBRANE,), specimen=a_specimen(morphology="no epithelioid cells")),
    ),
    ("CC03", situation(stains=(MEMBRANE,), **FAILED)),
    ("CC07", situation(stains=(POSITIVE,), sources=())),
    ("CC07", situation(stains=(NEGATIVE,), fish=(a_fish("ALK"),), sources=())),
    ("CC08", situation(OTHER_DISEASE, stains=(POSITIVE,))),
    ("CC23", situation(OTHER_DISEASE, stains=(a_stain("ROS1"),))),
    ("CC30", situation(DNA_ONLY, fish=(a_fish("NTRK3"),), **DNA)),
    ("CC08", situation(stains=(POSITIVE,), **FAILED)),
    ("CC08", situation(stains=(POSITIVE,), **DNA)),
    ("CC08", situation(stains=(WEAK,))),
    ("CC09", situation(ALK, stains=(POSITIVE,))),
    ("CC09", situation(stains=(POSITIVE,), sources=())),
    ("CC13", situation(stains=(NEGATIVE,), **FAILED)),
    ("CC13", situation(stains=(NEGATIVE,), fish=(a_fish("ALK"),))),
    ("CC13", situation(ROS1, stains=(NEGATIVE,))),
    ("CC16", situation(ALK, fish=(a_fish("ALK", cells_scored=40),))),
    ("CC16", situation(ALK, fish=(a_fish("ALK", pct_rearranged=9, cutoff_pct=15),))),
    ("CC17", situation(stains=(WEAK,), **FAILED)),
    ("CC23", situation(stains=(a_stain("ROS1"),), **AMPLICON)),
    ("CC24", situation(stains=(a_stain("ROS1", "negative"),), **FAILED)),
    ("CC26", situation(stains=(a_stain("pan-TRK"),), **DNA)),
    ("CC28", situation(stains=(a_stain("pan-TRK", "negative"),))),
    ("CC29", situation(DNA_ONLY, stains=(a_stain("pan-TRK", "negative"),), **DNA)),
    ("CC30", situation(DNA_ONLY, stains=(a_stain("pan-TRK"),), **DNA)),
    ("CC33", situation(**FAILED)),
    ("CC33", situation(**BORDERLINE)),
    ("CC33", situation(**NOT_STATED)),
    ("CC33", situation(**FEW_TUMOUR_CELLS)),
    ("CC33", situation(OUT_OF_FRAME)),
    ("CC33", situation(**DNA)),
    ("CC33", situation(sources=())),
    ("CC34", situation()),
    ("CC34", situation(sources=())),
    ("CC35", situation(stains=(a_stain("ALK"), a_stain("ROS1", intensity="1+")))),
    ("CC36", situation(ALK, replace(ROS1, classification="unconfirmed"))),
    ("CC37", situation(ALK, stains=(POSITIVE,))),
    ("CC38", situation(stains=(NEGATIVE,))),
    ("CC40", situation(replace(ALK, molecule="RNA and DNA"), **BOTH)),
    ("CC37", situation(ALK, fish=(a_fish("ALK", "negative"),))),
    ("CC41", situation(ROS1, fish=(a_fish("ROS1", "negative"),))),
    ("CC51", situation(stains=(a_stain("pan-TRK"),))),
    ("CC57", situation(ROS1, stains=(NEGATIVE,), **WITHOUT_NTRK)),
    ("CC60", situation(metrics=(a_metric(value=10),), **DNA)),
    ("CC61", situation()),
]


def result_of(given: dict[str, Any]) -> Any:
    parts = dict(given)
    return interpreted_with(*parts.pop("fusions"), **parts)


@pytest.mark.parametrize(("rule", "given"), SPEAKS, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(SPEAKS)])
def test_a_row_speaks_in_its_situation(rule: str, given: dict[str, Any]) -> None:
    assert rule in rules_of(result_of(given))


@pytest.mark.parametrize(("rule", "given"), IS_SILENT, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(IS_SILENT)])
def test_a_row_is_silent_in_the_neighbouring_situation(rule: str, given: dict[str, Any]) -> None:
    assert rule not in rules_of(result_of(given))


def test_every_row_of_the_table_has_a_situation_here() -> None:
    assert {rule.id for rule in the_knowledge().concordance} == {rule for rule, _ in SPEAKS}


# Pairs of rows that would say opposite things about one specimen.
OPPOSITES = [
    ("CC33", "CC34"), ("CC01", "CC14"), ("CC01", "CC37"), ("CC01", "CC03"), ("CC01", "CC20"), ("CC08", "CC09"),
    ("CC08", "CC10"), ("CC08", "CC17"), ("CC07", "CC08"), ("CC13", "CC38"), ("CC13", "CC15"), ("CC22", "CC39"),
    ("CC22", "CC23"), ("CC21", "CC23"), ("CC23", "CC24"), ("CC26", "CC27"), ("CC27", "CC29"), ("CC27", "CC30"),
    ("CC02", "CC03"), ("CC04", "CC01"), ("CC05", "CC01"), ("CC12", "CC01"), ("CC16", "CC37"), ("CC01", "CC36"),
    ("CC28", "CC29"), ("CC35", "CC36"), ("CC20", "CC33"), ("CC06", "CC01"), ("CC29", "CC30"),
]  # fmt: skip


@pytest.mark.parametrize("given", [given for _, given in (*SPEAKS, *IS_SILENT)])
def test_no_two_rows_contradict_each_other(given: dict[str, Any]) -> None:
    fired = rules_of(result_of(given))
    assert [pair for pair in OPPOSITES if set(pair) <= fired] == []


def test_two_clones_that_disagree_are_equivocal_and_to_be_settled() -> None:
    result = interpreted_with(ALK, ihc=(POSITIVE, NEGATIVE))
    assert "CC18" in rules_of(result)
    assert any("contradict" in sentence for sentence in result.limitations)
    assert any("contradictory" in step for step in result.recommendations)


def test_a_stain_whose_control_failed_is_no_second_method() -> None:
    result = interpreted_with(ALK, ihc=(a_stain("ALK", control_ok=False),))
    assert "CC37" in rules_of(result)
    assert "CC01" not in rules_of(result)
    assert any("control failed" in sentence for sentence in result.limitations)
