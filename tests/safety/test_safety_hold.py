"""On hold nothing of the run is described as a finding: not on page 1, nor in a statement, a step or the PDF."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any

import pdfplumber
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_cases import (
    a_call,
    a_case,
    a_control,
    a_fish,
    a_fusion,
    a_laboratory,
    a_specimen,
    a_stain,
    an_assay,
    interpreted,
    interpreted_with,
)

from interpret.findings import Interpretation
from parsers.records import Case
from report_templates.pdf import render_pdf
from report_templates.record import Issue, build_record

NAME = re.compile(r"[A-Z][A-Z0-9]+\(?::{2}\)?[A-Z0-9]*")
FAILED = [(a_control("fail"),), (a_control("fail", "no-template"), a_control()), (a_control("fail", "negative"),)]
CALLS = [
    a_call("TPM3", "ALK", exon_5prime=8, exon_3prime=20),
    a_call("NPM1", "ALK", exon_5prime=4, exon_3prime=20),
    a_call("COL1A1", "PDGFB", exon_5prime=25, exon_3prime=2),
    a_call("STRN", "ALK", exon_5prime=3, exon_3prime=21, reading_frame="out-of-frame"),
    a_call("ALK", "TPM3", exon_5prime=19, exon_3prime=9),
    a_call("PPFIBP1", "ALK", exon_5prime=12, exon_3prime=20, split_reads=1),
    a_call("SRF", "RELA"),
]


def said(result: Interpretation) -> str:
    """What is said of the result: page 1, statements, alerts, next steps, limitations, gene list."""
    verdict = result.verdict
    parts = [verdict.headline, *verdict.summary, verdict.certainty, *verdict.next_steps]
    parts += [one.text for one in (*result.statements, *result.alerts, *result.concordance, *result.risk)]
    parts += [f"{gene.symbol} {gene.state} {gene.reason}" for gene in result.genes]
    return "\n".join((*parts, *result.limitations, *result.recommendations))


def pdf_of(case: Case, result: Interpretation) -> str:
    issue = Issue("R-1", "0000000000000001", 1, "draft", datetime(2026, 3, 17, 2, 0, tzinfo=UTC), "0", {}, "")
    record = build_record(case, result, a_laboratory(), issue)
    with pdfplumber.open(io.BytesIO(render_pdf(record))) as document:
        return "\n".join(page.extract_text() or "" for page in document.pages)


@pytest.mark.parametrize("controls", FAILED)
@pytest.mark.parametrize("call", CALLS, ids=[f"{call.gene_5prime}-{call.gene_3prime}" for call in CALLS])
@pytest.mark.parametrize("stain", ["positive", "negative"])
def test_a_failed_control_releases_no_call_of_the_run(call: Any, controls: Any, stain: str) -> None:
    case = a_case(call, controls=controls, ihc=(a_stain("ALK", stain),), fish=(a_fish("ALK", stain),))
    result = interpreted(case)
    assert result.verdict.status == "hold"
    assert not NAME.search(said(result))
    assert result.fusions == ()
    assert result.therapies == ()
    assert [one.name for one in result.reviewed_calls] == [f"{call.gene_5prime}::{call.gene_3prime}"]
    assert "reported" not in {one.disposition for one in result.reviewed_calls}


@pytest.mark.parametrize("controls", FAILED)
def test_after_a_failed_control_the_run_is_repeated_and_not_the_biopsy(controls: Any) -> None:
    result = interpreted_with(a_fusion("TPM3::ALK"), controls=controls, ihc=(a_stain("ALK"),))
    steps = " ".join(result.recommendations)
    assert "repeat the run" in steps
    assert not re.search(r"tissue|block|onfirm", said(result))
    assert not {"CC20", "CC34"} & {ruling.rule for ruling in result.concordance}


def test_two_drivers_hold_the_case_and_are_named_only_as_the_reason() -> None:
    calls = (CALLS[0], a_call("TFG", "ROS1", exon_5prime=4, exon_3prime=35, transcript_3prime="NM_002944.3"))
    result = interpreted(a_case(*calls, ihc=(a_stain("ALK"),)))
    assert result.verdict.status == "hold"
    assert [ruling.rule for ruling in result.concordance] == ["CC36"]
    assert "was called in the same sample" in result.concordance[0].text
    verdict = result.verdict
    assert not NAME.search("\n".join((verdict.headline, *verdict.summary, verdict.certainty, *verdict.next_steps)))
    assert result.fusions == ()
    assert {call.disposition for call in result.reviewed_calls} == {"unconfirmed"}


def test_the_pages_on_hold_list_the_call_as_reviewed_and_nowhere_else() -> None:
    controls = (a_control("fail", "no-template"),)
    held = a_case(CALLS[0], controls=controls, ihc=(a_stain("ALK"),))
    text = pdf_of(held, interpreted(held))
    assert "ON HOLD" in text
    assert "Fusion detail" not in text
    before, _, reviewed = text.partition("Fusion calls reviewed")
    assert reviewed
    assert "TPM3" not in before
    assert "TPM3" in reviewed
    released = a_case(CALLS[0], ihc=(a_stain("ALK"),))
    assert "Fusion detail: TPM3::ALK" in pdf_of(released, interpreted(released))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(CALLS), max_size=3, unique=True),
    st.sampled_from(FAILED),
    st.sampled_from(["positive", "negative", "equivocal", "not_done"]),
    st.sampled_from(["positive", "negative", "not_done"]),
    st.sampled_from(["IMT", "IMT?", "lymphoplasmacytic mass"]),
)
def test_no_case_of_a_failed_run_names_a_fusion(
    calls: list[Any], controls: Any, stain: str, probe: str, diagnosis: str
) -> None:
    case = a_case(
        *calls,
        controls=controls,
        ihc=(a_stain("ALK", stain), a_stain("ROS1", stain)),
        fish=(a_fish("ALK", probe),),
        specimen=a_specimen(diagnosis=diagnosis),
    )
    result = interpreted(case, a_laboratory(an_assay()))
    assert not NAME.search(said(result))
    assert result.verdict.status == "hold"
    assert len(result.reviewed_calls) == len(calls)
