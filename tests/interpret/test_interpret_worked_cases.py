"""The worked cases, from records to printed text, through the real gene models and the shipped tables."""

import pytest
from made_cases import interpretation_text, interpreted, printed, rules_of
from worked_cases import CASES, WorkedCase

EACH = pytest.mark.parametrize("worked", CASES, ids=[worked.name.split()[0] for worked in CASES])


@EACH
def test_a_worked_case_has_its_status_rules_and_tier(worked: WorkedCase) -> None:
    result = interpreted(worked.case)
    assert result.verdict.status == worked.status
    assert set(worked.rules) <= rules_of(result), sorted(rules_of(result))
    assert not set(worked.absent_rules) & rules_of(result)
    tiers = [f"{fusion.tier}-{fusion.level}" for fusion in result.fusions if fusion.tier]
    assert tiers == ([worked.tier] if worked.tier else [])
    for rule, relation in worked.labels.items():
        assert {line.relation for line in result.therapies if line.rule == rule} == {relation}


@EACH
def test_a_worked_case_says_what_it_must_and_not_what_it_must_not(worked: WorkedCase) -> None:
    text = interpretation_text(interpreted(worked.case)).lower()
    assert [words for words in worked.contains if words.lower() not in text] == []
    assert [words for words in worked.not_contains if words.lower() in text] == []


@EACH
def test_a_worked_case_prints_only_cited_sentences_in_the_fixed_order(worked: WorkedCase) -> None:
    result = interpreted(worked.case)
    order = ("diagnostic", "fusion", "partner", "concordance", "therapy", "risk", "quality")
    places = [order.index(statement.section) for statement in result.statements]
    assert places == sorted(places)
    keys = dict.fromkeys(key for statement in result.statements for key in statement.sources)
    assert [reference.key for reference in result.references] == list(keys)
    assert [reference.number for reference in result.references] == list(range(1, len(keys) + 1))
    assert "{" not in printed(result)
    assert 2 <= len(result.verdict.summary) <= 4
