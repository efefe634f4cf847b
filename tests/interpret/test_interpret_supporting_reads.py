"""Callers that give one number for all reads of a call (TSO500 combined output, Oncomine): it counts, and says so."""

from __future__ import annotations

import pytest
from made_cases import a_call, a_case, interpreted

from interpret.findings import Interpretation


def with_reads(**counts: int | None) -> Interpretation:
    """TPM3 exon 8::ALK exon 20 with these counts, all others unknown; the assay requires 3."""
    return interpreted(
        a_case(
            a_call(
                "TPM3", "ALK", exon_5prime=8, exon_3prime=20, **{"split_reads": None, "spanning_pairs": None} | counts
            )
        )
    )


@pytest.mark.parametrize(("reads", "classification"), [(75, "reportable"), (3, "reportable"), (2, "unconfirmed")])
def test_the_sum_is_held_against_the_assays_minimum(reads: int, classification: str) -> None:
    (fusion,) = with_reads(supporting_reads=reads).fusions
    assert (fusion.classification, fusion.supporting_reads, fusion.split_reads) == (classification, reads, None)


def test_split_reads_count_first_where_both_are_given() -> None:
    (fusion,) = with_reads(split_reads=2, supporting_reads=75).fusions
    assert fusion.classification == "unconfirmed"


def test_the_sentence_says_what_kind_of_reads_were_counted() -> None:
    verdict = with_reads(supporting_reads=75)
    assert any("75 supporting reads" in statement.text for statement in verdict.statements)


def test_no_number_at_all_is_no_support() -> None:
    (fusion,) = with_reads().fusions
    assert fusion.classification == "unconfirmed"
    assert "states no split reads" in " ".join(fusion.reasons)


def test_the_record_and_the_table_of_calls_carry_the_number() -> None:
    verdict = with_reads(supporting_reads=75)
    assert verdict.fusions[0].callers[0].supporting_reads == 75
    assert verdict.reviewed_calls[0].supporting_reads == 75
