"""The fifteen safety statements for any case at all: what no combination of inputs may print."""

from __future__ import annotations

import pytest
from checks import STATEMENTS, Check, drug_lines, seen
from hypothesis import HealthCheck, given, settings
from made_cases import interpreted
from strategies import Drawn, complete_cases

SLOW_TO_DRAW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda check: check.__name__)
@settings(max_examples=120, deadline=None, suppress_health_check=SLOW_TO_DRAW)
@given(drawn=complete_cases())
def test_a_safety_statement_holds_for_any_case(statement: Check, drawn: Drawn) -> None:
    statement(drawn, interpreted(drawn.case, drawn.laboratory))


@settings(max_examples=250, deadline=None, suppress_health_check=SLOW_TO_DRAW)
@given(drawn=complete_cases(without_calls=True))
def test_stains_and_fish_alone_never_break_a_statement(drawn: Drawn) -> None:
    result = interpreted(drawn.case, drawn.laboratory)
    for statement in STATEMENTS:
        statement(drawn, result)


@settings(max_examples=300, deadline=None, suppress_health_check=SLOW_TO_DRAW)
@given(drawn=complete_cases())
def test_two_sound_drivers_or_a_failed_control_release_nothing(drawn: Drawn) -> None:
    drivers = {call.gene_3prime for call in drawn.of("sound")}
    is_failed = any(one.result == "fail" and one.run == "RUN1" for one in drawn.case.controls)
    result = interpreted(drawn.case, drawn.laboratory)
    if is_failed or (len(drivers) > 1 and drawn.is_quality_good and not drawn.has("other_disease")):
        assert result.verdict.status == "hold"
        assert result.fusions == ()
        assert not drug_lines(result)
        assert not {"detected", "not_detected"} & {gene.state for gene in result.genes}


@settings(max_examples=300, deadline=None, suppress_health_check=SLOW_TO_DRAW)
@given(drawn=complete_cases())
def test_negative_failed_and_not_tested_stay_three_things(drawn: Drawn) -> None:
    result = interpreted(drawn.case, drawn.laboratory)
    states = {gene.symbol: gene.state for gene in result.genes}
    covered = drawn.laboratory.assays["rna"].genes
    for symbol in {"ALK", "ROS1", "NTRK1", "NTRK2", "NTRK3", "RET", "PDGFRB"} - set(covered):
        assert states[symbol] != "not_detected"
    if not drawn.case.sources:
        assert {state for symbol, state in states.items() if symbol in covered} <= {"not_tested", "not_assessable"}
    assert "Traceback" not in seen(result)
