"""Every fact of the list is used by named rows or refused with the reason, and both sides are checked."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_cases import a_case, a_fusion, a_stain, interpreted, interpreted_with, the_knowledge

from interpret.coverage import FACTS, REASONS, Coverage, coverage
from interpret.knowledge import FACT_ID, KnowledgeError, load_knowledge

TABLES = Path(__file__).parents[2] / "interpret" / "tables"
ORIGINAL = Path(__file__).parents[3] / "shared" / "knowledge" / "seed_facts.tsv"


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A copy of the tables that a test may spoil."""
    return Path(shutil.copytree(TABLES, tmp_path / "tables", ignore=shutil.ignore_patterns("genes")))


def spoil(tables: Path, table: str, row: str, **cells: str) -> None:
    """Writes into the first line whose first cell is `row`."""
    lines = _lines(tables / table)
    header = lines[0]
    number = next(n for n, line in enumerate(lines) if line[0] == row)
    for column, text in cells.items():
        lines[number][header.index(column)] = text
    _write(tables / table, lines)


def drop(tables: Path, table: str, row: str) -> None:
    _write(tables / table, [line for line in _lines(tables / table) if line[0] != row])


def _lines(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]


def _write(path: Path, lines: list[list[str]]) -> None:
    path.write_text("".join("\t".join(line) + "\n" for line in lines), encoding="utf-8")


def faults_of(found: Coverage) -> list[str]:
    return [str(fault).replace("\n", " ") for fault in found.faults]


def test_every_fact_is_used_or_refused_and_nothing_is_to_mend() -> None:
    found = coverage()
    assert faults_of(found) == []
    assert found.is_complete
    assert [fact.id for fact in found.facts] == [f"SF{number:03}" for number in range(1, FACTS + 1)]
    assert found.used + sum(found.refused.values()) == FACTS == 144
    assert set(found.refused) == set(REASONS)


def test_a_used_fact_stands_among_the_sources_of_each_row_it_names() -> None:
    knowledge = the_knowledge()
    rows: tuple[Any, ...] = (
        *knowledge.actions,
        *knowledge.partners,
        *knowledge.concordance,
        *knowledge.differential,
        *knowledge.risk,
        *knowledge.resistance,
        *knowledge.guidance,
    )
    for fact in coverage().facts:
        citing = {row.id for row in rows if fact.id in row.fact_ids}
        assert citing == set(fact.rows), fact.id


def test_the_nine_consensus_statements_are_accounted_for_with_their_votes() -> None:
    facts = {fact.id: fact for fact in coverage().facts}
    spoken = {"SF136": "CS02", "SF137": "CS03", "SF138": "CS04", "SF141": "CS07", "SF143": "CS09"}
    wordings = {row.id: row.wording for row in the_knowledge().guidance}
    for number in range(135, 144):
        fact = facts[f"SF{number}"]
        assert f"Consensus {number - 134}:" in fact.statement
        in_favour = fact.statement.split("(")[-1].split(" for,")[0]
        if fact.id in spoken:
            assert spoken[fact.id] in fact.rows
            assert f"statement {number - 134}: {in_favour} of 31" in wordings[spoken[fact.id]]
        else:
            assert fact.reason == "out_of_scope"


def test_refused_facts_that_are_dangerous_name_what_contradicts_them() -> None:
    facts = {fact.id: fact for fact in coverage().facts}
    for fact, source in (
        ("SF003", "HORNICK15"),
        ("SF062", "ALASS16"),
        ("SF077", "COFFIN07"),
        ("SF085", "EPSSG20"),
        ("SF090", "BENNETT17"),
        ("SF104", "LABEL-CRIZOTINIB-US"),
    ):
        assert facts[fact].reason == "contradicted"
        assert source in facts[fact].sources


def test_no_dose_stands_in_the_list() -> None:
    assert not [fact.id for fact in coverage().facts if " mg" in f"{fact.statement} {fact.explanation}"]


def test_fact_ids_are_no_references() -> None:
    for result in (interpreted(a_case(ihc=(a_stain("ALK", "negative"),))), interpreted_with(a_fusion("TPM3::ALK"))):
        assert not [reference.key for reference in result.references if FACT_ID.fullmatch(reference.key)]
        cited = [key for statement in result.statements for key in statement.sources]
        assert not [key for key in cited if FACT_ID.fullmatch(key)]


def test_a_row_that_cites_nothing_but_facts_is_refused(tables: Path) -> None:
    spoil(tables, "guidance.tsv", "SA01", sources="SF061")
    with pytest.raises(KnowledgeError, match="no source"):
        load_knowledge(tables)


BAD = [
    ("facts.tsv", "SF001", {"disposition": "perhaps"}, "not a word"),
    ("facts.tsv", "SF001", {"statement": ""}, "empty"),
    ("facts.tsv", "SF001", {"stated_in": "PAGE9"}, "not a word"),
    ("facts.tsv", "SF001", {"sources": "NOBODY99"}, "not a word"),
    ("facts.tsv", "SF001", {"sources": ""}, "without a source"),
    ("facts.tsv", "SF001", {"rows": ""}, "used by no row"),
    ("facts.tsv", "SF001", {"rows": "EN01;CS99"}, "not a word"),
    ("facts.tsv", "SF001", {"rows": "CS02"}, "CS02 does not cite SF001"),
    ("facts.tsv", "SF001", {"rows": "CS02"}, "EN01 cites SF001 and is not named"),
    ("facts.tsv", "SF001", {"reason": "unverified"}, "a used fact has none"),
    ("facts.tsv", "SF001", {"checked": "yesterday"}, "not a date"),
    ("facts.tsv", "SF001", {"id": "F1"}, "not the id of a fact"),
    ("facts.tsv", "SF001", {"id": "SF002"}, "stands twice"),
    ("facts.tsv", "SF001", {"id": "SF002"}, "SF001, column 'id': this fact is missing"),
    ("facts.tsv", "SF003", {"reason": ""}, "not a word"),
    ("facts.tsv", "SF003", {"reason": "dull"}, "not a word"),
    ("facts.tsv", "SF003", {"sources": ""}, "contradicted by nothing"),
    ("facts.tsv", "SF003", {"explanation": ""}, "no sentence"),
    ("facts.tsv", "SF003", {"rows": "EN01"}, "used by no row"),
    ("guidance.tsv", "EN01", {"sources": "HORNICK15;SF001;SF002;SF003;SF004"}, "EN01 cites this refused fact"),
    ("guidance.tsv", "EN01", {"sources": "HORNICK15;SF002;SF004"}, "EN01 does not cite SF001"),
    ("guidance.tsv", "EN01", {"sources": "HORNICK15;SF001;SF002;SF004;SF999"}, "cited by EN01 and not listed"),
    ("guidance.tsv", "EN01", {"reviewed": "soon"}, "not a date"),
]


@pytest.mark.parametrize(("table", "row", "cells", "said"), BAD)
def test_a_wrong_cell_is_named_with_its_remedy(
    tables: Path, table: str, row: str, cells: dict[str, str], said: str
) -> None:
    spoil(tables, table, row, **cells)
    found = coverage(tables)
    assert not found.is_complete
    assert any(said in fault and "Try: " in fault for fault in faults_of(found)), faults_of(found)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(number=st.integers(min_value=1, max_value=FACTS))
def test_no_fact_can_be_lost(tables: Path, number: int) -> None:
    shutil.copy(TABLES / "facts.tsv", tables / "facts.tsv")
    drop(tables, "facts.tsv", f"SF{number:03}")
    assert any(f"SF{number:03}, column 'id': this fact is missing" in fault for fault in faults_of(coverage(tables)))


def test_a_lost_rule_is_missed_by_the_facts_that_it_used(tables: Path) -> None:
    drop(tables, "guidance.tsv", "EN01")
    assert any("'EN01' is not a word" in fault for fault in faults_of(coverage(tables)))


def test_a_list_without_rows_or_file_is_incomplete(tables: Path) -> None:
    (tables / "facts.tsv").unlink()
    found = coverage(tables)
    assert len(found.faults) > FACTS
    assert "the table is missing" in " ".join(faults_of(found))


@pytest.mark.skipif(not ORIGINAL.exists(), reason="the original list is not beside this checkout")
def test_no_fact_of_the_original_list_is_missing() -> None:
    with ORIGINAL.open(encoding="utf-8", newline="") as file:
        original = {row["id"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    facts = {fact.id: fact for fact in coverage().facts}
    assert facts.keys() == original.keys()
    documents = {"000": "PAGE0", "001": "PAGE1", "002": "PAGE2", "003": "PAGE3", "004": "SI25"}
    for name, row in original.items():
        assert facts[name].topic == row["topic"]
        assert facts[name].stated_in == documents[row["seed_file"][:3]]
