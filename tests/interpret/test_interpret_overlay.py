"""A laboratory's own rules: they speak with their mark, mistakes are told, and none makes a report less careful."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_cases import (
    a_case,
    a_fusion,
    a_laboratory,
    a_source,
    a_specimen,
    a_stain,
    a_variant,
    printed,
    the_knowledge,
    the_models,
)
from made_overlays import AUTHOR, DAY, REASON, Edit, add, an_overlay, off, replaced, the_row, the_tables

from interpret.findings import Fusion, Interpretation
from interpret.interpretation import interpret
from interpret.knowledge import Knowledge, KnowledgeError, examine, load_knowledge
from interpret.overlay import NEEDED_BY_CODE, why_kept
from interpret.table_rows import Row

EVERY_ROW = [row for rows in the_tables().rows.values() for row in rows]


def faults_of(*edits: Edit) -> list[str]:
    return [str(fault) for fault in examine(overlay=an_overlay(*edits)).faults]


def with_rules(*edits: Edit) -> Knowledge:
    return load_knowledge(overlay=an_overlay(*edits))


def mark(name: str) -> str:
    return f"[Laboratory rule {name}, {AUTHOR}, {DAY}.]"


def interpreted_with(knowledge: Knowledge, *fusions: Fusion, **parts: Any) -> Interpretation:
    """What these tables say of fusions made by hand, TPM3::ALK with its stain if none is given."""
    found = fusions or (a_fusion("TPM3::ALK"),)
    values = {"sources": (a_source(calls=len(found)),), "ihc": (a_stain("ALK", "positive", "cytoplasmic"),)} | parts
    with patch("interpret.interpretation.find_fusions", return_value=(found, ())):
        return interpret(a_case(**values), a_laboratory(), knowledge, the_models())


# What it does


def test_an_overlay_without_changes_changes_nothing() -> None:
    assert load_knowledge(overlay=an_overlay()) == the_knowledge()


def test_a_replaced_row_says_its_own_words_with_author_and_date() -> None:
    knowledge = with_rules(replaced("CC01a", wording="Stain and sequencing agree on {fusion}."))
    found = interpreted_with(knowledge)
    (ruling,) = (one for one in found.concordance if one.rule == "CC01")
    assert ruling.text == f"Stain and sequencing agree on TPM3::ALK. {mark('CC01a')}"
    assert ruling.text in [statement.text for statement in found.statements]


def test_other_rows_keep_their_words_and_bear_no_mark() -> None:
    knowledge = with_rules(replaced("CC01a", wording="Stain and sequencing agree on {fusion}."))
    before, after = interpreted_with(the_knowledge()), interpreted_with(knowledge)
    texts = {one.text for one in before.statements if one.rule != "CC01"}
    assert texts == {one.text for one in after.statements if one.rule != "CC01"}
    assert "Laboratory rule" not in printed(before)


def test_an_added_row_speaks_beside_ours() -> None:
    added = add("CC01a", id="LAB-CC01", part="a", wording="A second pathologist reviews every {fusion}.")
    found = interpreted_with(with_rules(added))
    texts = {one.rule: one.text for one in found.concordance}
    assert texts["LAB-CC01"] == f"A second pathologist reviews every TPM3::ALK. {mark('LAB-CC01a')}"
    assert "CC01" in texts


def test_a_row_switched_off_is_silent_and_listed() -> None:
    specimen = a_specimen(margin="R1")
    assert "RK01" in {one.rule for one in interpreted_with(the_knowledge(), specimen=specimen).risk}
    found = interpreted_with(with_rules(off("RK01a")), specimen=specimen)
    assert "RK01" not in {one.rule for one in found.risk}
    assert [(one.row, one.kind, one.author, one.reason) for one in found.laboratory_rules] == [
        ("RK01a", "off", AUTHOR, REASON)
    ]


def test_follow_up_and_disease_of_a_laboratory_rule_name_it_where_they_stand_alone() -> None:
    alert = "Diagnostic alert: {fusion} is reviewed at our second site."
    row = replaced("DD03a", wording=alert, follow_up="Review at site B; {tests:CD163} staining.")
    found = interpreted_with(with_rules(row), a_fusion("KIF5B::ALK"))
    (ruling,) = (one for one in found.alerts if one.rule == "DD03")
    assert ruling.text.endswith(mark("DD03a"))
    assert ruling.recommendation == (
        "Review at site B (laboratory rule DD03a); CD163 staining (laboratory rule DD03a)."
    )
    assert "ALK-positive histiocytosis (laboratory rule DD03a)" in " ".join(found.verdict.summary)


def test_a_therapy_line_bears_the_mark_in_text_and_status() -> None:
    wording = "{conditions} Crizotinib is FDA-approved for ALK-positive inflammatory myofibroblastic tumour."
    knowledge = with_rules(replaced("ACT01/US", wording=wording, outside_wording="Not at this {age}. {conditions}"))
    (line,) = (one for one in interpreted_with(knowledge).therapies if one.rule == "ACT01")
    assert line.text.endswith(mark("ACT01/US"))
    assert line.status_text.endswith("(laboratory rule ACT01/US)")


@pytest.mark.parametrize("change", ["p.G1202R", "p.G1202S"], ids=["listed", "of unknown effect"])
def test_a_resistance_flag_of_the_laboratory_bears_the_mark(change: str) -> None:
    row = the_row("RV01")
    knowledge = with_rules(replaced("RV01", wording=row["wording"].replace("must be checked", "has to be checked")))
    found = interpreted_with(knowledge, variants=(a_variant("ALK", change),))
    assert mark("RV01") in next(one.text for one in found.alerts if one.rule == "RV01")


def test_a_source_of_the_laboratory_is_cited_as_such() -> None:
    knowledge = with_rules(
        add("LOVLY14", key="LAB-AUDIT26", citation="Audit of 40 cases", identifier="file 26/7", date="2026"),
        replaced("CC01a", sources="HORNICK15;LAB-AUDIT26"),
    )
    (reference,) = (one for one in interpreted_with(knowledge).references if one.key == "LAB-AUDIT26")
    assert reference.citation == "Audit of 40 cases (laboratory rule LAB-AUDIT26)"


def test_every_change_of_an_overlay_changes_the_digest() -> None:
    row = replaced("CC01a", wording="Stain and sequencing agree on {fusion}.")
    digests = {
        the_knowledge().sha256,
        with_rules(row).sha256,
        with_rules(row._replace(cells={"wording": "They agree on {fusion}."})).sha256,
        with_rules(row._replace(line={"author": "B. Other"})).sha256,
        with_rules(row._replace(line={"date": "2026-11-21"})).sha256,
        with_rules(row._replace(line={"reason": "Because we say so."})).sha256,
        with_rules(row, off("RK01a")).sha256,
    }
    assert len(digests) == 7


def test_the_order_of_the_changes_changes_nothing() -> None:
    one, other = replaced("CC01a", wording="Stain and sequencing agree on {fusion}."), off("RK01a")
    assert with_rules(one, other).sha256 == with_rules(other, one).sha256


# What is a mistake: each with the file, the row and what to do


CONFLICTS = [
    (
        [replaced("RK01a"), replaced("RK01a", wording="Margins: {margin}.")],
        "line 3, column 'row': RK01a is changed twice",
    ),
    ([off("RK01a", line={"row": "RK99a"})], "'RK99a' does not exist in risk.tsv"),
    ([off("RK01a", line={"replaces": "0123456789ab"})], "is not the row that this change was written for"),
    ([off("RK01a", line={"replaces": ""})], "is not the row that this change was written for"),
    ([off("RK07a", line={"row": "RK07"})], "'RK07' is several rows"),
    ([off("HORNICK15")], "HORNICK15 cannot be switched off: "),
    ([off("AMP2017")], "cannot be switched off: every statement of a tier"),
    ([off("alk_guideline")], "alk_guideline cannot be switched off: ACT04/US"),
    ([off("ACT01/US")], "ACT01/US cannot be switched off: RK25a refers to it"),
    ([add("RK01a", wording="Margins: {margin}.")], "RK01a exists already"),
    ([add("RK01a", id="RK90")], "an added row is named LAB-"),
    ([add("alk_guideline", id="LAB-block")], "no row would use another block"),
    ([replaced("RK01a", line={"row": "RK02a", "replaces": the_row("RK02a").digest})], "'RK02a' is not in overlay/risk"),
    ([off("RK01a", line={"author": ""})], "'' is not a name"),
    ([off("RK01a", line={"author": "{margin}"})], "is not a name"),
    ([off("RK01a", line={"author": "Dr Benign"})], "must not be printed"),
    ([off("RK01a", line={"date": "20.11.2026"})], "is not a date"),
    ([off("RK01a", line={"reason": "none"})], "no reason is given"),
    ([off("RK01a", line={"change": "delete"})], "'delete' is not a word"),
    ([off("RK01a", line={"table": "genes.tsv"})], "'genes.tsv' is no table"),
    ([add("PT001", id="LAB-PT001")], "PT001 speaks already for ALK with TPM3"),
    ([add("RK01a", id="LAB-RK01", sources="LAB-NONE")], "'LAB-NONE' is not a word"),
    ([add("RK01a", id="LAB-RK01", reviewed="never")], "'never' is not a date"),
    ([add("RK01a", id="LAB-RK01", site="moon")], "'moon' is not a word"),
    ([replaced("PT001", wording="")], "empty"),
]


@pytest.mark.parametrize(("edits", "message"), CONFLICTS, ids=[message[:40] for _, message in CONFLICTS])
def test_a_conflict_is_told_with_file_row_and_remedy(edits: list[Edit], message: str) -> None:
    told = [fault for fault in faults_of(*edits) if message in fault]
    assert told, faults_of(*edits)
    assert re.match(r"overlay/\w+\.tsv, line \d+", told[0])
    assert "\n  Try: " in told[0]
    with pytest.raises(KnowledgeError):
        with_rules(*edits)


def test_all_mistakes_are_listed_at_once() -> None:
    edits = [off("CC01a"), off("RK01a", line={"date": "soon"}), replaced("RK02a", wording="85% recur.")]
    found = "\n".join(faults_of(*edits))
    for words in ("CC01a cannot be switched off", "'soon' is not a date", "'85%' must not be printed"):
        assert words in found


def test_a_changed_row_of_ours_is_noticed_and_its_new_digest_told() -> None:
    (fault,) = faults_of(off("RK01a", line={"replaces": "0123456789ab"}))
    assert the_row("RK01a").digest in fault


def test_a_row_that_no_line_speaks_of_is_refused() -> None:
    files = an_overlay(replaced("RK01a", wording="Margins: {margin}."))
    files["overlay.tsv"] = files["overlay.tsv"].splitlines(keepends=True)[0]
    assert "no line of overlay.tsv speaks of RK01a" in str(examine(overlay=files).faults)


@pytest.mark.parametrize("name", ["genes.tsv", "notes.tsv"])
def test_a_table_that_we_do_not_have_is_refused(name: str) -> None:
    assert "no table of this name" in str(examine(overlay={**an_overlay(), name: b"symbol\n"}).faults)


def test_an_overlay_without_its_list_is_refused() -> None:
    assert "the list of changes is missing" in str(examine(overlay={}).faults)


def test_packaged_rows_cannot_take_the_laboratorys_ids() -> None:
    for row in EVERY_ROW:
        assert row.name == "LAB-RULE" or not row.name.startswith("LAB-")


# What it cannot do


def test_what_keeps_patients_safe_cannot_be_switched_off() -> None:
    kept = {row.name for row in EVERY_ROW if row.table in ("concordance.tsv", "differential.tsv", "resistance.tsv")}
    kept |= {row.name for row in EVERY_ROW if row.table == "risk.tsv" and row["rule"] == "no_rule"}
    kept |= {"ACT12/any", "ACT38/any", "ACT40/any", "PT061"}
    assert kept <= {row.name for row in EVERY_ROW if why_kept(row)}
    for name in sorted(kept)[::7]:
        assert [fault for fault in faults_of(off(name)) if f"{name} cannot be switched off: " in fault]


@settings(max_examples=40)
@given(st.sampled_from(EVERY_ROW))
def test_any_one_row_is_either_switched_off_or_refused_with_a_reason(row: Row) -> None:
    faults = faults_of(off(row.name))
    if why_kept(row) or (row.table, row.name) in NEEDED_BY_CODE:
        assert faults
    if not faults:
        assert row.name not in {
            one.name for rows in examine(overlay=an_overlay(off(row.name))).tables.rows.values() for one in rows
        }
    else:
        assert all(f"{row.name} cannot be switched off" in fault for fault in faults)


UNSAFE = [
    ("a dose", replaced("CC01a", wording="{fusion}: give 250 mg."), "must not be printed"),
    ("a dose per body surface", replaced("CC01a", wording="{fusion}: 280 mg/m2."), "must not be printed"),
    ("a recommendation", replaced("CC01a", wording="{fusion}: we recommend crizotinib."), "must not be printed"),
    ("recommended in a follow-up", replaced("CC01a", follow_up="Crizotinib recommended."), "must not be printed"),
    ("benign", replaced("CC01a", wording="{fusion}: a benign tumour."), "must not be printed"),
    ("another effect", replaced("CC36a", effect="none"), "'hold' was changed"),
    ("narrower conditions", replaced("CC14a", ihc="positive"), "was changed"),
    ("another disease", replaced("DD01a", entity="IMT"), "was changed"),
    ("a weaker alert", replaced("DD05a", effect="alert"), "'no_imt_therapy' was changed"),
    ("an alert without its name", replaced("DD01a", wording="All is well with {fusion}."), "this is an alert"),
    ("fewer variants", replaced("RV01", variants="G1202R"), "is missing"),
    ("fewer agents", replaced("RV01", agents="crizotinib"), "is missing"),
    ("a forbidden phrase allowed", replaced("CC34a", must_not_say=""), "is missing"),
    (
        "an absence after failed quality",
        add("CC01a", id="LAB-CC01", marker="case", sequencing="any", frame="any", ihc="any", drivers="any",
            wording="Fusions not detected."),
        "must not be said where CC",
    ),
    ("silence made to speak", replaced("RK04a", rule="print"), "'no_rule' was changed"),
    ("a label without conditions", replaced("ACT01/US", conditions=""), "without conditions"),
    ("fewer conditions", replaced("ACT02/EU", conditions="imt_diagnosis;unresectable"), "without conditions that ours"),
    ("conditions unsaid", replaced("ACT01/US", wording="Crizotinib is approved."), "{conditions} is missing"),
    ("an infant", replaced("ACT01/US", age="any"), "wider than the age of ours"),
    ("an adult in the EU", replaced("ACT02/EU", age="from 1 year"), "wider than the age of ours"),
    ("a child for NTRK", replaced("ACT22/US", age="from 2 years"), "wider than the age of ours"),
    ("a better relation", replaced("ACT13/US", relation="on_label", conditions="imt_diagnosis"), "more favourable"),
    ("a better tier", replaced("ACT13/US", tier="I", level="A"), "higher than ours"),
    ("any tumour", replaced("ACT13/US", context="any_solid"), "was changed"),
    ("another agent", replaced("ACT13/US", agent="lorlatinib"), "was changed"),
    ("a line held back", replaced("ACT09/US", print="yes"), "holds this line back"),
    ("a line for no kinase", replaced("ACT40/any", agent="crizotinib"), "without a functional kinase"),
    ("hidden approval", replaced("ACT21/US", wording="{conditions} Is approved."), "'accelerated' is missing"),
    ("a second, wider label", add("ACT01/US", id="LAB-ACT01", age="any"), "wider than the age of ours"),
    ("a line held back, added", add("ACT09/US", id="LAB-ACT01", print="yes"), "holds this line back"),
    (
        "a label nobody knows",
        add("ACT01/US", id="LAB-ACT01", agent="somenib", approved=""),
        "needs its date of approval",
    ),
    ("a tier above ours", add("ACT13/US", id="LAB-ACT01", agent="somenib", drivers="IGF1R"), "than any line of ours"),
    ("a drug for a stain alone", add("ACT12/any", id="LAB-ACT01", agent="crizotinib"), "a drug without a fusion"),
    (
        "a drug in the text of a line without one",
        add("ACT40/any", id="LAB-ACT01", wording="{fusion}: crizotinib may help."),
        "'crizotinib' is named",
    ),
    ("a drug in a comparison", replaced("CC14a", wording="{fusion}: consider Alectinib."), "'Alectinib' is named"),
    ("a drug in a follow-up", replaced("CC14a", follow_up="Start crizotinib."), "'crizotinib' is named"),
    ("a drug in an alert", replaced("DD21a", wording="Diagnostic alert: give imatinib."), "'imatinib' is named"),
    ("another drug in a line", replaced("ACT13/US", wording="Lorlatinib: off-label."), "'Lorlatinib' is named"),
    ("a status without its state", replaced("ACT01/US", status="FDA-approved for IMT"), "{state} is missing"),
    (
        "a tier above ours in one place",
        add("ACT13/US", id="LAB-ACT01", agent="somenib", jurisdiction="US|JP"),
        "any line of ours for ROS1 (JP)",
    ),
    ("an unverified line", replaced("ACT01/US", evidence_status="unverified"), "an unverified row carries"),
    ("a line in a block", replaced("ACT04/US"), "a laboratory's line stands alone"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "message"), [one[1:] for one in UNSAFE], ids=[one[0] for one in UNSAFE])
def test_no_overlay_makes_a_report_less_careful_than_ours(edit: Edit, message: str) -> None:
    found = faults_of(edit)
    assert [fault for fault in found if message in fault], found


YEARS = st.integers(0, 90)


@settings(max_examples=40)
@given(YEARS, st.none() | YEARS)
def test_no_range_of_ages_wider_than_the_eu_label_is_taken(start: int, stop: int | None) -> None:
    age = f"from {start} years" + (f" to under {stop} years" if stop is not None else "")
    is_within = start >= 1 and stop is not None and stop <= 18
    assert (not faults_of(replaced("ACT02/EU", age=age))) == is_within


OWN_LINE = add(
    "ACT13/US",
    id="LAB-ACT01",
    agent="somenib",
    wording="Somenib: off-label in IMT; used in our trial for {fusion}.",
    drivers="ALK|ROS1",
)


def test_the_laboratorys_own_line_is_printed_with_its_mark() -> None:
    (line,) = (one for one in interpreted_with(with_rules(OWN_LINE)).therapies if one.agent == "somenib")
    assert line.text.endswith(mark("LAB-ACT01/US"))


@given(
    st.sampled_from(["out-of-frame", "unconfirmed", "no kinase", "not IMT", "hold"]),
    st.sampled_from(["ALK", "ROS1"]),
)
def test_no_line_of_the_laboratory_passes_the_gates_in_code(why: str, driver: str) -> None:
    fusion = a_fusion(f"TPM3::{driver}")
    fusions = {
        "out-of-frame": (replace(fusion, reading_frame="out-of-frame", classification="not_functional"),),
        "unconfirmed": (replace(fusion, classification="unconfirmed"),),
        "no kinase": (replace(fusion, kinase_domain="lost", classification="not_functional"),),
        "hold": (a_fusion("TPM3::ALK"), a_fusion("CD74::ROS1")),
    }.get(why, (fusion,))
    specimen = a_specimen(diagnosis="leiomyosarcoma") if why == "not IMT" else a_specimen()
    found = interpreted_with(with_rules(OWN_LINE), *fusions, specimen=specimen, ihc=())
    assert not [one for one in found.therapies if one.agent != "none"]
    assert "omenib" not in printed(found)


def test_the_mark_cannot_bring_placeholders_or_commands_into_the_text() -> None:
    assert faults_of(off("RK01a", line={"author": "{0.__class__}"}))
