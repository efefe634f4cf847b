"""What a sarcoma pathologist tripped over in the printed sentences: none of it may come back."""

from __future__ import annotations

import pytest
from made_cases import (
    a_fusion,
    a_specimen,
    a_variant,
    interpreted_with,
)

from interpret.findings import Interpretation

ALK = a_fusion("TPM3::ALK")
READY = {"resectability": "unresectable", "disease_status": "recurrent"}


def page_1(result: Interpretation) -> str:
    verdict = result.verdict
    return " ".join((verdict.headline, *verdict.summary, verdict.certainty, *verdict.next_steps))


def reader_text(result: Interpretation) -> str:
    """Every sentence that is printed for a reader."""
    reasons = (gene.reason for gene in result.genes)
    more = (reason for fusion in result.fusions for reason in fusion.reasons)
    return " ".join((page_1(result), *reasons, *(one.text for one in result.statements), *more))


@pytest.mark.parametrize("change", ["G1202R", "L1196M", "F1174L"])
def test_no_agent_is_said_to_fail_against_an_alk_variant_that_the_tables_know_by_class_only(change: str) -> None:
    result = interpreted_with(ALK, variants=(a_variant("ALK", change),), specimen=a_specimen(**READY))
    text = reader_text(result) + " ".join(one.text + one.status_text for one in result.therapies)
    assert "may not be active" not in text
    (alert,) = (one for one in result.alerts if one.rule == "RV01")
    assert "seen under ALK inhibitors in NSCLC" in alert.text
    assert "no data by agent" in alert.text
    assert "crizotinib and lorlatinib must be checked for activity against it before use" in alert.text
    assert "its effect is to be assessed" in page_1(result)
    line = next(one for one in result.therapies if one.agent == "crizotinib")
    assert line.relation == "conditions_not_met"
    assert f"resistance variant reported ({change})" in line.status_text


def test_an_agent_that_the_source_names_for_its_variant_is_still_named() -> None:
    result = interpreted_with(a_fusion("TFG::ROS1"), variants=(a_variant("ROS1", "G2032R"),))
    alerts = {one.rule: one.text for one in result.alerts}
    assert "The agent crizotinib may not be active" in alerts["RV02"]
    assert "must be checked for activity" in alerts["RV10"]
    assert "must be checked for activity" in alerts["RV11"]
