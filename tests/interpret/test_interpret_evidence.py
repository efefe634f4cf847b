"""Every sentence has its facts, and names the input row without which it would not stand there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_cases import (
    a_call,
    a_case,
    a_control,
    a_fish,
    a_laboratory,
    a_metric,
    a_source,
    a_specimen,
    a_stain,
    a_variant,
    an_assay,
    interpreted,
    the_knowledge,
)

from interpret import evidence
from interpret.conditions import read_words
from interpret.facts import in_words
from interpret.findings import Because, Explanation, InputRow, Interpretation
from parsers.records import Case, FusionCall, Place

STAINS = [
    ("ALK", "cytoplasmic"),
    ("ALK", "nuclear membrane"),
    ("ROS1", ""),
    ("pan-TRK", ""),
    ("CD34", ""),
    ("TTF1", ""),
]
PAIRS = {
    "TPM3::ALK": (8, 20),
    "RANBP2::ALK": (18, 20),
    "EML4::ALK": (13, 20),
    "TFG::ROS1": (4, 35),
    "ETV6::NTRK3": (5, 15),
    "NPM1::ALK": (4, 20),
    "ALK::TPM3": (20, 8),
}


class Sentence(NamedTuple):
    """A sentence as a reader sees it, with what the record says of it."""

    part: str
    text: str
    because: tuple[Because, ...]

    @property
    def rows(self) -> set[tuple[str, int | None]]:
        return {(row.file, row.line) for one in self.because for row in one.rows}

    @property
    def columns(self) -> set[str]:
        return {row.column for one in self.because for row in one.rows}


def sentences(found: Interpretation) -> Iterator[Sentence]:
    for part in ("statements", "alerts", "concordance", "risk"):
        yield from (Sentence(part, one.text, one.because) for one in getattr(found, part))
    for line in found.therapies:
        states = " ".join(f"{one.condition} {one.state}" for one in line.label_conditions)
        yield Sentence("therapies", f"{line.agent} {line.text} {states} {line.tier}{line.level}", line.because)
    yield from (Sentence(one.part, one.text, one.because) for one in found.explanations)


def texts(found: Interpretation) -> set[tuple[str, str]]:
    return {(one.part, one.text) for one in sentences(found)}


def in_its_files(case: Case) -> Case:
    """The case with every row at a line of its own."""

    def placed(rows: tuple[Any, ...], file: str) -> tuple[Any, ...]:
        return tuple(replace(row, place=Place(file, number)) for number, row in enumerate(rows, start=2))

    stained = placed((*case.ihc, *case.fish), "ihc.csv")
    return replace(
        case,
        ihc=stained[: len(case.ihc)],
        fish=stained[len(case.ihc) :],
        calls=placed(case.calls, "fusions.csv"),
        variants=placed(case.variants, "variants.csv"),
        metrics=placed(case.metrics, "qc.csv"),
        controls=placed(case.controls, "controls.csv"),
    )


def gone(before: Interpretation, after: Interpretation) -> list[Sentence]:
    """The sentences that no longer stand there; of next steps, those of which some part is no longer asked for."""
    left = texts(after)
    asked = {part for kind, text in left if kind == "next_step" for part in parts_of(text)}
    return [
        one
        for one in sentences(before)
        if (one.part, one.text) not in left and not (one.part == "next_step" and parts_of(one.text) <= asked)
    ]


def parts_of(step: str) -> set[str]:
    return {part.strip().lower() for part in step.removesuffix(".").split("; ")}


def a_known_call(name: str, **changes: Any) -> FusionCall:
    """A call with exons, so that frame and kinase domain can be told."""
    (five, three), (exon_5prime, exon_3prime) = name.split("::"), PAIRS[name]
    transcript = "NM_002944.3" if three == "ROS1" else ""
    ends = {"exon_5prime": exon_5prime, "exon_3prime": exon_3prime, "transcript_3prime": transcript}
    return a_call(five, three, **ends, **changes)


RESULTS = st.sampled_from(["positive", "negative", "equivocal"])
CASES = st.builds(
    lambda calls, ihc, fish, variants, metric, control, specimen: in_its_files(
        a_case(
            *calls,
            ihc=tuple(ihc),
            fish=tuple(fish),
            variants=tuple(variants),
            metrics=tuple(metric),
            controls=tuple(control),
            specimen=specimen,
            sources=(a_source(calls=len(calls)),),
        )
    ),
    calls=st.lists(
        st.builds(
            lambda name, reads, frame: a_known_call(name, split_reads=reads, reading_frame=frame),
            st.sampled_from(list(PAIRS)),
            st.sampled_from([1, 40]),
            st.sampled_from(["in-frame", "out-of-frame"]),
        ),
        max_size=2,
    ),
    ihc=st.lists(
        st.builds(lambda stain, result: a_stain(stain[0], result, stain[1]), st.sampled_from(STAINS), RESULTS),
        max_size=4,
    ),
    fish=st.lists(st.builds(a_fish, st.sampled_from(["ALK", "ROS1", "NTRK3"]), RESULTS), max_size=2),
    variants=st.lists(
        st.sampled_from([a_variant("ALK", "p.G1202R"), a_variant("NTRK3", "p.G623R"), a_variant("ROS1", "p.G2032R")]),
        max_size=2,
        unique=True,
    ),
    metric=st.lists(st.sampled_from([a_metric(), a_metric(value=12)]), max_size=1),
    control=st.lists(st.sampled_from([a_control(), a_control("fail")]), max_size=1),
    specimen=st.builds(
        a_specimen,
        age_years=st.sampled_from([0.5, 9, 34]),
        jurisdiction=st.sampled_from(["US", "EU", "JP", "CH"]),
        site=st.sampled_from(["mesentery", "lung", "uterus"]),
        diagnosis=st.sampled_from(["IMT", "IMT versus leiomyosarcoma", "leiomyosarcoma", "spindle cell tumour"]),
        morphology=st.sampled_from(["", "epithelioid, myxoid stroma"]),
        tumour_cells_pct=st.sampled_from([None, 5, 60]),
        prior_therapy=st.sampled_from(["", "crizotinib"]),
        disease_status=st.sampled_from(["unknown", "recurrent", "metastatic"]),
        size_cm=st.sampled_from([None, 9.0]),
        margin=st.sampled_from(["unknown", "R1"]),
        decalcified=st.sampled_from([None, True]),
    ),
)
OFTEN = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


@given(CASES)
@OFTEN
def test_no_sentence_is_without_a_fact_and_every_rule_has_its_wording(case: Case) -> None:
    found = interpreted(case)
    assert [one.text for one in sentences(found) if not one.because] == []
    worded = {rule.id for rule in found.rules}
    named = {rule for one in found.statements for rule in evidence.rule_ids(one.rule)}
    named |= {one.rule for one in (*found.alerts, *found.concordance, *found.risk)}
    named |= {one.rule for one in found.therapies}
    named |= {rule for one in found.explanations for rule in one.rules}
    assert named - worded == set()


@given(CASES)
@OFTEN
def test_every_sentence_of_the_verdict_and_every_limitation_is_explained_in_printed_order(case: Case) -> None:
    found = interpreted(case)
    verdict = found.verdict
    printed = [verdict.headline, *verdict.summary, verdict.certainty, *verdict.next_steps, *found.limitations]
    assert [one.text for one in found.explanations] == printed


def changed(record: Any, field: str, value: object) -> Any:
    return replace(record, **{field: value})


ROWS = ("ihc", "fish", "calls", "variants", "metrics", "controls")


@pytest.mark.parametrize("kind", ROWS)
@given(data=st.data())
@OFTEN
def test_a_sentence_that_goes_with_an_input_row_had_named_that_row(kind: str, data: st.DataObject) -> None:
    case = data.draw(CASES.filter(lambda one: bool(getattr(one, kind))))
    rows = getattr(case, kind)
    row = data.draw(st.sampled_from(rows))
    without = changed(case, kind, tuple(one for one in rows if one is not row))
    went = gone(interpreted(case), interpreted(without))
    assert [(one.part, one.text) for one in went if (row.place.file, row.place.line) not in one.rows] == []


CELLS: dict[str, list[Any]] = {
    "date_of_birth": [a_specimen(one).date_of_birth for one in (0.5, 9, 34)],
    "jurisdiction": ["US", "EU", "JP"],
    "site": ["mesentery", "lung", "uterus"],
    "diagnosis": ["IMT", "IMT versus leiomyosarcoma", "leiomyosarcoma"],
    "morphology": ["", "epithelioid"],
    "tumour_cells_pct": [None, 5, 60],
    "disease_status": ["unknown", "recurrent"],
    "prior_therapy": ["", "crizotinib"],
    "margin": ["unknown", "R1"],
    "size_cm": [None, 9.0],
    "decalcified": [None, True],
}


@pytest.mark.parametrize("column", CELLS)
@given(data=st.data())
@OFTEN
def test_a_sentence_that_goes_with_a_cell_of_the_specimen_had_named_that_column(
    column: str, data: st.DataObject
) -> None:
    case = data.draw(CASES)
    other = data.draw(st.sampled_from(CELLS[column]))
    went = gone(interpreted(case), interpreted(replace(case, specimen=changed(case.specimen, column, other))))
    assert [(one.part, one.text) for one in went if column not in one.columns] == []


def because_of(found: Interpretation, rule: str) -> dict[str, Because]:
    (said,) = (one for one in (*found.concordance, *found.alerts, *found.risk) if one.rule == rule)
    return {one.fact: one for one in said.because}


def test_a_ruling_tells_what_its_row_asked_and_what_was_found_where() -> None:
    case = in_its_files(a_case(a_known_call("TPM3::ALK"), ihc=(a_stain("ALK", "positive", "cytoplasmic"),)))
    facts = because_of(interpreted(case), "CC01")
    assert facts["ihc"] == Because(
        "ihc", "positive", "positive or weak", (InputRow("ihc.csv", 2, "result", "ALK: positive, cytoplasmic"),)
    )
    assert facts["sequencing"].rows == (
        InputRow("fusions.csv", 2, "", "TPM3::ALK by Arriba, in-frame, 40 split reads"),
    )


def test_an_absence_names_what_could_have_shown_the_fusion() -> None:
    case = in_its_files(a_case(ihc=(a_stain("ALK", "positive", "cytoplasmic"),)))
    (ruling,) = (one for one in interpreted(case).concordance if one.marker == "ALK" and one.rule != "CC01")
    rows = {(row.file, row.column) for one in ruling.because if one.fact == "sequencing" for row in one.rows}
    assert {("fusions.csv", ""), ("qc.csv", "dv200_pct"), ("specimens.csv", "tumour_cells_pct")} <= rows


def test_no_fact_tells_who_the_patient_is() -> None:
    specimen = a_specimen(patient_name="ROE, Secret", patient_id="SECRET-77", block_id="SECRET-B")
    case = in_its_files(a_case(a_known_call("TPM3::ALK"), ihc=(a_stain("ALK"),), specimen=specimen))
    found = interpreted(case)
    said = repr([one.because for one in sentences(found)])
    identifying = ["SECRET", "Secret", str(specimen.date_of_birth), str(specimen.collected), specimen.accession]
    assert [one for one in identifying if one in said] == []


KNOWN = ("concordance", "differential", "risk", "guidance")
# What no input row says: which group a row is about, and a part of the table that is switched by its effect.
WITHOUT_ROWS = {"marker"}


@pytest.mark.parametrize("table", KNOWN)
def test_every_condition_of_the_tables_is_traced_to_its_input(table: str) -> None:
    specimen = a_specimen(34, diagnosis="IMT", site="lung", size_cm=9.0, prior_therapy="crizotinib")
    calls = (a_known_call("TPM3::ALK"), a_known_call("EML4::ALK"))
    stains = (a_stain("ALK"), a_stain("CD34"), a_stain("TTF1"))
    case = in_its_files(
        a_case(*calls, ihc=stains, fish=(a_fish("ALK"),), variants=(a_variant("ALK", "p.G1202R"),), specimen=specimen)
    )
    with_rows = evidence_of(case)
    columns = {column for rule in getattr(the_knowledge(), table) for column in rule.conditions}
    rows_of = {
        "concordance": lambda fact: with_rows._rows_of_concordance(fact, "ALK"),
        "differential": lambda fact: with_rows._rows_of_alert(Because(fact, "", ASKED.get(fact, "")), "TPM3::ALK"),
        "risk": with_rows._rows_of_risk,
        "guidance": with_rows._rows_of_guidance,
    }[table]
    assert {column for column in columns if not rows_of(column)} <= WITHOUT_ROWS


ASKED = {"stains": "CD34+", "without_stains": "TTF1+", "variant": "ALK"}


def evidence_of(case: Case) -> evidence._Evidence:
    """What `explained` works with for a case."""
    kept: list[evidence._Evidence] = []

    def keep(limitations: object, found: Interpretation, one: evidence._Evidence) -> list[Explanation]:
        kept.append(one)
        return []

    with patch.object(evidence, "_of_limitations", side_effect=keep):
        interpreted(case)
    return kept[0]


@pytest.mark.parametrize(
    ("cell", "words"),
    [("any", ""), ("R1|R2", "R1 or R2"), ("!R1|R2", "none of: R1, R2"), ("CD34+&S100-", "CD34+ and S100-")],
)
def test_a_condition_cell_is_told_in_words(cell: str, words: str) -> None:
    assert in_words(read_words(cell)) == words


LIMITED = [
    a_case(metrics=()),
    a_case(controls=(), specimen=a_specimen(tumour_cells_pct=None, decalcified=True, jurisdiction="CH")),
    a_case(specimen=a_specimen(tumour_cells_pct=5, diagnosis_code="LUAD")),
    a_case(sources=(a_source("DNA"),), specimen=a_specimen(diagnosis="", diagnosis_code="IMT")),
    a_case(a_known_call("TPM3::ALK"), variants=(a_variant("ALK", "p.T1151M"),), ihc=(a_stain("ROS1", "pending"),)),
    a_case(fish=(a_fish("ALK", "pending"),), ihc=(a_stain("ALK"), a_stain("ALK", "negative"))),
]


@pytest.mark.parametrize("case", LIMITED)
def test_each_kind_of_limitation_is_explained(case: Case) -> None:
    assay = an_assay(genes=("ALK",), specimen_types=("resection",))
    specimen = replace(case.specimen, specimen_type="smear")
    found = interpreted(in_its_files(replace(case, specimen=specimen)), a_laboratory(assay))
    limits = [one for one in found.explanations if one.part == "limitation"]
    assert limits
    assert [one.text for one in limits if not one.because] == []
