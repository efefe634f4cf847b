"""When sequencing may be relied on: thresholds, the laboratory's verdict, tumour content, run controls."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_cases import (
    a_case,
    a_control,
    a_metric,
    a_source,
    a_specimen,
    a_stain,
    an_assay,
    interpreted,
    interpreted_with,
    printed,
)

from interpret.quality import Quality, assess
from parsers.laboratory import QcRule


def quality(**parts: Any) -> Quality:
    assay = parts.pop("assay", an_assay())
    return assess(a_case(**parts), assay)


@pytest.mark.parametrize(
    ("value", "state"),
    [(30, "pass"), (60, "pass"), (29.9, "borderline"), (25, "borderline"), (24.9, "fail"), (0, "fail")],
)
def test_a_value_is_judged_by_its_threshold(value: float, state: str) -> None:
    assert quality(metrics=(a_metric(value=value),)).state == state


@given(st.floats(0, 100), st.floats(0, 100))
def test_better_rna_is_never_judged_worse(first: float, second: float) -> None:
    order = ["fail", "borderline", "pass"]
    low, high = sorted((first, second))
    assert order.index(quality(metrics=(a_metric(value=low),)).state) <= order.index(
        quality(metrics=(a_metric(value=high),)).state
    )


def test_an_upper_limit_is_judged_too() -> None:
    assay = an_assay(qc=(QcRule("dup", "Duplicates", "%", maximum=60, borderline=5),))
    states = [quality(assay=assay, metrics=(a_metric("dup", value),)).state for value in (60, 64, 66)]
    assert states == ["pass", "borderline", "fail"]


@pytest.mark.parametrize(
    ("metrics", "state"),
    [
        ((), "not_documented"),
        ((a_metric("rna_qc", None, "pass"),), "pass"),
        ((a_metric("rna_qc", None, "fail (DV200 12%)"),), "fail"),
        ((a_metric("rna_qc", None, "borderline"),), "borderline"),
        ((a_metric("rna_qc", None, "see comment"),), "not_documented"),
        ((a_metric("sequencing_qc", None, "pass"),), "pass"),
        ((a_metric("dna_qc", None, "pass"),), "not_documented"),
        ((a_metric(value=10), a_metric("rna_qc", None, "pass")), "fail"),
        ((a_metric(value=60), a_metric("rna_qc", None, "fail")), "fail"),
        ((a_metric(value=60), a_metric(value=10)), "fail"),
        ((a_metric(value=float("nan")),), "not_documented"),
        ((a_metric(value=None, text="pass"),), "pass"),
        ((a_metric(value=60), a_metric("mapping", None, "fail")), "fail"),
        ((a_metric(value=60), a_metric("extra", 3)), "pass"),
    ],
)
def test_the_verdict_of_the_laboratory_counts_and_any_failure_wins(metrics: tuple[Any, ...], state: str) -> None:
    assert quality(metrics=metrics).state == state


def test_an_assay_without_thresholds_needs_the_laboratorys_verdict() -> None:
    bare = an_assay(qc=())
    assert quality(assay=bare, metrics=()).state == "not_documented"
    assert quality(assay=bare, metrics=(a_metric("rna_qc", None, "pass"),)).state == "pass"


def test_every_metric_is_listed_with_its_threshold() -> None:
    lines = quality(metrics=(a_metric("extra", 3),)).lines
    assert [(line.metric, line.value, line.threshold, line.status) for line in lines] == [
        ("dv200_pct", "not documented", "at least 30 %", "not_documented"),
        ("extra", "3", "no limit set", "not_documented"),
    ]


def test_the_lowest_documented_tumour_content_of_the_block_counts() -> None:
    stain = a_stain("ALK", tumour_cells_pct=10, block_id="B2")
    assert quality(ihc=(stain,)).is_tumour_content_low
    assert not quality(ihc=(stain,), specimen=a_specimen(block_id="A1")).is_tumour_content_low
    assert quality(specimen=a_specimen(tumour_cells_pct=None)).tumour_content is None
    assert not quality(specimen=a_specimen(tumour_cells_pct=20)).is_tumour_content_low


def test_a_failed_control_of_the_run_holds_the_case_and_another_runs_does_not() -> None:
    assert quality(controls=(a_control("fail"),)).is_held
    assert not quality(controls=(a_control("fail", run="RUN2"),)).is_held
    assert quality(controls=(a_control("fail"),), specimen=a_specimen(sequencing_run="")).is_held


def test_no_fusion_file_means_not_tested() -> None:
    result = interpreted(a_case(sources=()))
    assert result.verdict.status == "not_informative"
    assert {gene.state for gene in result.genes} == {"not_tested"}
    assert "not done" in result.verdict.headline


@pytest.mark.parametrize("sources", [(a_source("RNA"),), (a_source("DNA"),), (a_source("RNA"), a_source("DNA"))])
def test_only_passed_quality_lets_an_absence_count(sources: tuple[Any, ...]) -> None:
    for metrics, can_exclude in (((a_metric(),), True), ((a_metric(value=27),), False), ((), False)):
        assert quality(sources=sources, metrics=metrics).can_exclude is can_exclude


def test_a_decalcified_block_is_a_stated_limitation() -> None:
    result = interpreted_with(specimen=a_specimen(decalcified=True))
    assert any("decalcified" in sentence for sentence in result.limitations)


def test_an_unvalidated_specimen_type_is_a_stated_limitation() -> None:
    from made_cases import a_laboratory

    laboratory = a_laboratory(an_assay(specimen_types=("FFPE block",)))
    result = interpreted_with(laboratory=laboratory, specimen=a_specimen(specimen_type="cytology smear"))
    assert any("not validated" in sentence for sentence in result.limitations)
    assert "cytology smear" in printed(result)


@pytest.mark.parametrize(
    ("text", "state"), [("fail", "fail"), ("borderline", "borderline"), ("pass", "not_documented")]
)
def test_dna_results_do_not_make_good_an_rna_assay_that_failed(text: str, state: str) -> None:
    found = quality(assay=an_assay(qc=()), metrics=(a_metric("rna_qc", None, text),), sources=(a_source("DNA"),))
    assert found.state == state
    assert found.reason.startswith("RNA quality" if text != "pass" else "DNA quality not documented")
