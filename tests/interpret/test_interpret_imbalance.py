"""An imbalance of 5′ and 3′ expression is a hint at a fusion of a gene, and never one itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_cases import a_call, a_case, an_assay, interpreted, the_models

from interpret.fusions import find_fusions
from parsers.records import FusionCall


def an_imbalance(event: str = "5p3p imbalance") -> FusionCall:
    call = a_call("", "ALK", event_type=event, order_known=False)
    return replace(call, breakpoint_5prime=None, breakpoint_3prime=None, split_reads=None, spanning_pairs=None)


@pytest.mark.parametrize("event", ["5p3p imbalance", "exon tile imbalance", "5p3pAssays"])
def test_an_imbalance_is_reviewed_and_no_fusion(event: str) -> None:
    fusions, (reviewed,) = find_fusions(a_case(an_imbalance(event)), an_assay(), the_models())
    assert fusions == ()
    assert reviewed.disposition == "not_reportable"
    assert "imbalance of 5′ and 3′ expression of ALK" in reviewed.reason


def test_an_imbalance_leaves_a_real_fusion_as_it_is() -> None:
    fusion = a_call("TPM3", "ALK")
    alone, _ = find_fusions(a_case(fusion), an_assay(), the_models())
    both, _ = find_fusions(a_case(fusion, an_imbalance()), an_assay(), the_models())
    assert both == alone


def test_an_imbalance_names_no_fusion_in_the_report() -> None:
    assert not [fusion for fusion in interpreted(a_case(an_imbalance())).fusions if "ALK" in fusion.name]
