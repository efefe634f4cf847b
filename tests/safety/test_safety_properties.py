"""
What must hold for any case at all: jurisdiction, age, gene, frame, kinase, support, quality and stains drawn at random.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from made_cases import (
    a_control,
    a_fish,
    a_fusion,
    a_metric,
    a_source,
    a_specimen,
    a_stain,
    a_variant,
    interpreted_with,
    printed,
    the_knowledge,
)

from interpret.findings import Fusion, Interpretation
from interpret.knowledge import FORBIDDEN

AGENTS = {action.agent for action in the_knowledge().actions} - {"none", "TRK inhibitors"}
DRUGS = re.compile("|".join(sorted(AGENTS)), re.IGNORECASE)
RESULTS = st.sampled_from(["positive", "negative", "equivocal", "not_evaluable", "not_done", "pending"])
PATTERNS = st.sampled_from(["", "cytoplasmic", "granular, cytoplasmic", "nuclear membrane", "perinuclear", "nuclear"])
NAMES = st.sampled_from(
    "TPM3::ALK RANBP2::ALK NPM1::ALK EML4::ALK FN1::ALK TFG::ROS1 LMNA::NTRK1 QKI::NTRK2 ETV6::NTRK3 CCDC6::RET "
    "NAB2::PDGFRB FN1::IGF1R FN1::FGFR1".split()
)


@st.composite
def fusions(draw: st.DrawFn) -> Fusion:
    fusion = a_fusion(
        draw(NAMES),
        reading_frame=draw(st.sampled_from(["in-frame", "out-of-frame", "not_assessable", "undetermined"])),
        kinase_domain=draw(st.sampled_from(["retained", "partial", "lost", "undetermined"])),
        classification=draw(st.sampled_from(["reportable", "unconfirmed", "uncertain", "not_functional"])),
        molecule=draw(st.sampled_from(["RNA", "DNA", "RNA and DNA"])),
        split_reads=draw(st.integers(0, 200)),
    )
    if draw(st.booleans()):
        return fusion
    reversed_name = f"{fusion.gene_3prime}::{fusion.gene_5prime}"
    return replace(
        fusion,
        name=reversed_name,
        gene_5prime=fusion.gene_3prime,
        gene_3prime=fusion.gene_5prime,
        role="other",
        classification=draw(st.sampled_from(["uncertain", "not_functional"])),
    )


@st.composite
def given_parts(draw: st.DrawFn) -> dict[str, Any]:
    specimen = a_specimen(
        draw(st.floats(0.01, 90)),
        jurisdiction=draw(st.sampled_from(["US", "EU", "JP", "CH", ""])),
        diagnosis=draw(
            st.sampled_from(["IMT", "IMT?", "spindle cell tumour", "leiomyosarcoma", "lung adenocarcinoma"])
        ),
        diagnosis_code=draw(st.sampled_from(["", "IMT", "IMTL", "IMTB", "LUAD"])),
        site=draw(st.sampled_from(["lung", "uterus", "urinary bladder", "skin", "mesentery", "maxillary sinus", ""])),
        morphology=draw(st.sampled_from(["", "epithelioid", "no epithelioid cells", "necrosis, 9 mitoses"])),
        size_cm=draw(st.sampled_from([None, 4.0, 9.0, 13.0])),
        margin=draw(st.sampled_from(["R0", "R1", "R2", "unknown"])),
        resectability=draw(st.sampled_from(["resected", "resectable", "unresectable", "unknown"])),
        disease_status=draw(
            st.sampled_from(["primary", "recurrent", "refractory", "metastatic", "progressed", "unknown"])
        ),
        tumour_cells_pct=draw(st.sampled_from([None, 5.0, 60.0])),
    )
    markers = draw(st.lists(st.sampled_from(["ALK", "ROS1", "pan-TRK", "S100", "CD34", "IgG4"]), unique=True))
    return {
        "specimen": specimen,
        "ihc": tuple(a_stain(marker, draw(RESULTS), draw(PATTERNS)) for marker in markers),
        "fish": tuple(
            a_fish(marker, draw(RESULTS))
            for marker in draw(st.lists(st.sampled_from(["ALK", "ROS1", "RET"]), max_size=2))
        ),
        "metrics": draw(st.sampled_from([(), (a_metric(),), (a_metric(value=27),), (a_metric(value=5),)])),
        "controls": draw(st.sampled_from([(), (a_control(),), (a_control("fail"),)])),
        "sources": draw(
            st.sampled_from([(), (a_source("RNA"),), (a_source("DNA"),), (a_source("RNA"), a_source("DNA"))])
        ),
        "variants": draw(st.sampled_from([(), (a_variant("ALK", "G1202R"),), (a_variant("TP53", "R175H"),)])),
    }


ANY_CASE = st.tuples(st.lists(fusions(), max_size=3, unique_by=lambda fusion: fusion.name), given_parts())


def read_by_a_reader(result: Interpretation) -> str:
    return printed(result) + "\n" + "\n".join(reference.citation for reference in result.references)


@settings(max_examples=400, deadline=None)
@given(ANY_CASE)
def test_a_drug_is_named_only_for_a_reportable_driver_with_nothing_against_it(case: Any) -> None:
    called, parts = case
    result = interpreted_with(*called, **parts)
    text = read_by_a_reader(result)
    if not DRUGS.search(text):
        return
    assert result.verdict.status == "detected"
    reported = [
        fusion for fusion in result.fusions if fusion.classification == "reportable" and fusion.role == "driver"
    ]
    assert len(reported) == 1
    assert {line.fusion for line in result.therapies if line.agent != "none"} == {reported[0].name}


@settings(max_examples=400, deadline=None)
@given(ANY_CASE)
def test_what_must_never_be_printed_is_not_printed(case: Any) -> None:
    called, parts = case
    text = read_by_a_reader(interpreted_with(*called, **parts))
    assert not FORBIDDEN.search(text)
    assert not re.search(r"\bmg\b|\bdose|EIMS confirmed|recommended|prognos|\bALK-negative\b", text, re.IGNORECASE)
    assert "{" not in text
    assert "  " not in text
    assert ".." not in text


@settings(max_examples=400, deadline=None)
@given(given_parts())
def test_not_detected_is_printed_only_where_sequencing_could_have_found_it(parts: dict[str, Any]) -> None:
    result = interpreted_with(**parts)
    is_good = (
        bool(parts["sources"])
        and parts["metrics"] == (a_metric(),)
        and parts["specimen"].tumour_cells_pct != 5
        and a_control("fail") not in parts["controls"]
    )
    text = printed(result)
    if not is_good:
        assert result.verdict.status in ("not_informative", "indeterminate", "hold")
        assert "not_detected" not in {gene.state for gene in result.genes}
        assert not re.search(r"not detected|fusion detected|negative", text, re.IGNORECASE)


@settings(max_examples=300, deadline=None)
@given(ANY_CASE)
def test_every_sentence_is_cited_and_every_tier_has_its_level(case: Any) -> None:
    called, parts = case
    result = interpreted_with(*called, **parts)
    keys = {reference.key for reference in result.references}
    assert all(set(statement.sources) <= keys for statement in result.statements)
    assert all(line.sources for line in result.therapies)
    pairs = {(fusion.tier, fusion.level) for fusion in result.fusions} | {
        (one.tier, one.level) for one in result.therapies
    }
    assert pairs <= {("I", "A"), ("I", "B"), ("II", "C"), ("II", "D"), ("III", ""), ("", "")}
    assert all(line.relation != "on_label" or _is_complete(line) for line in result.therapies)
    # Calls beside the result, diagnosis, therapy and resistance may each add one.
    assert 2 <= len(result.verdict.summary) <= 5


def _is_complete(line: Any) -> bool:
    return bool(line.label_conditions) and all(condition.state == "met" for condition in line.label_conditions)


@settings(max_examples=200, deadline=None)
@given(ANY_CASE)
def test_alerts_come_before_all_other_statements(case: Any) -> None:
    called, parts = case
    sections = [statement.section for statement in interpreted_with(*called, **parts).statements]
    order = ["diagnostic", "fusion", "partner", "concordance", "therapy", "risk", "quality"]
    assert [order.index(section) for section in sections] == sorted(order.index(section) for section in sections)
