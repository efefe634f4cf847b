"""The shipped tables hold what they must, and a table with one wrong cell is refused with its place and remedy."""

from __future__ import annotations

import pickle
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_cases import the_knowledge

from interpret.conditions import read_words
from interpret.knowledge import FORBIDDEN, KnowledgeError, examine, load_knowledge, read_tables

TABLES = Path(__file__).parents[2] / "interpret" / "tables"


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A copy of the tables that a test may spoil."""
    return Path(shutil.copytree(TABLES, tmp_path / "tables", ignore=shutil.ignore_patterns("genes")))


def spoil(tables: Path, table: str, row: str, column: str, text: str) -> None:
    """Writes `text` into one cell: that of the first row whose id (or key) is `row`."""
    path = tables / table
    lines = path.read_text(encoding="utf-8").split("\n")
    header = lines[0].split("\t")
    number = next(n for n, line in enumerate(lines) if line.split("\t")[0] == row)
    cells = lines[number].split("\t")
    cells[header.index(column)] = text
    lines[number] = "\t".join(cells)
    path.write_text("\n".join(lines), encoding="utf-8")


def ids(prefix: str, count: int, digits: int) -> set[str]:
    return {f"{prefix}{number:0{digits}}" for number in range(1, count + 1)}


def test_every_row_of_the_knowledge_is_shipped() -> None:
    knowledge = the_knowledge()
    assert {action.id for action in knowledge.actions} == ids("ACT", 40, 2)
    assert {rule.id for rule in knowledge.concordance} == ids("CC", 61, 2)
    assert {rule.id for rule in knowledge.differential} == ids("DD", 32, 2)
    assert {rule.id for rule in knowledge.risk} == ids("RK", 25, 2)
    assert {partner.id for partner in knowledge.partners} == ids("PT", 61, 3)


def test_the_tables_load_twice_alike() -> None:
    first = load_knowledge()
    assert first.sha256 == the_knowledge().sha256
    assert re.fullmatch(r"\d{4}\.\d{2}", first.version)


def test_a_changed_byte_changes_the_digest(tables: Path) -> None:
    before = load_knowledge(tables).sha256
    spoil(tables, "sources.tsv", "ANTON15", "citation", "Antonescu CR et al. 2015")
    assert load_knowledge(tables).sha256 != before


def test_the_digest_covers_the_gene_tables() -> None:
    assert (TABLES / "genes" / "genes.tsv").is_file()
    assert load_knowledge().sha256 != load_knowledge(_WithoutGenes(TABLES)).sha256  # type: ignore[arg-type]


class _WithoutGenes:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def iterdir(self) -> list[Path]:
        return [entry for entry in self.folder.iterdir() if entry.name != "genes"]


def test_licensed_sources_are_not_shipped() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in TABLES.glob("*.tsv"))
    assert not re.search(r"OKB|OncoKB|moalmanac|\bMOA\b", text, re.IGNORECASE)


def test_unverified_rows_carry_no_therapy_line_and_general_knowledge_is_unverified() -> None:
    knowledge = the_knowledge()
    assert not [
        action.id for action in knowledge.actions if action.evidence_status == "unverified" and action.is_printed
    ]
    rows = (*knowledge.concordance, *knowledge.differential, *knowledge.risk, *knowledge.partners)
    assert not [row.id for row in rows if "GK" in row.sources and row.evidence_status == "verified"]


def test_every_therapy_line_cites_a_label_a_trial_or_a_paper() -> None:
    knowledge = the_knowledge()
    known = re.compile(r"doi:|PMID|PMC|label|guideline|approval|Lung|ASCO", re.IGNORECASE)
    for action in knowledge.actions:
        if action.is_printed and action.agent != "none":
            identifiers = [knowledge.sources[key].identifier for key in action.sources]
            assert any(known.search(identifier) for identifier in identifiers), action.id


def test_no_wording_holds_a_forbidden_phrase() -> None:
    for table in TABLES.glob("*.tsv"):
        header, *rows = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()]
        for name in {"wording", "outside_wording", "follow_up", "status"} & set(header):
            column = header.index(name)
            assert not [row[0] for row in rows if FORBIDDEN.search(row[column])], table.name


BAD_CELLS = [
    ("actionability.tsv", "ACT01", "level", "C", "does not go with level"),
    ("actionability.tsv", "ACT01", "tier", "IV", "not a word"),
    ("actionability.tsv", "ACT01", "jurisdiction", "Mars", "not a word"),
    ("actionability.tsv", "ACT01", "conditions", "unresectable;feeling_lucky", "not a word"),
    ("actionability.tsv", "ACT01", "conditions", "", "without conditions"),
    ("actionability.tsv", "ACT01", "sources", "NOBODY99", "not a word"),
    ("actionability.tsv", "ACT01", "sources", "", "no source"),
    ("actionability.tsv", "ACT01", "age", "grown up", "not an age range"),
    ("actionability.tsv", "ACT01", "outside_wording", "", "empty"),
    ("actionability.tsv", "ACT01", "wording", "Use {agnet}.", "unknown placeholder"),
    ("actionability.tsv", "ACT01", "wording", "Use {agent.", "do not pair"),
    ("actionability.tsv", "ACT01", "wording", "Crizotinib 250 mg.", "must not be printed"),
    ("actionability.tsv", "ACT01", "wording", "Crizotinib is recommended.", "must not be printed"),
    ("actionability.tsv", "ACT01", "evidence_status", "unverified", "unverified row"),
    ("actionability.tsv", "ACT01", "evidence_status", "probably", "not a word"),
    ("actionability.tsv", "ACT01", "reviewed", "22.11.2026", "not a date"),
    ("actionability.tsv", "ACT01", "reviewed", "2026-02-30", "not a date"),
    ("actionability.tsv", "ACT01", "approved", "soon", "not a date"),
    ("actionability.tsv", "ACT40", "agent", "crizotinib", "without a functional kinase"),
    ("actionability.tsv", "ACT38", "tier", "II", "does not go with level"),
    ("actionability.tsv", "ACT02", "id", "ACT2", "not a rule id"),
    ("actionability.tsv", "ACT01", "status", "", "empty"),
    ("concordance.tsv", "CC08", "id", "CC8", "not a rule id"),
    ("concordance.tsv", "CC08", "fish", "!positive&negative", "not a condition"),
    ("partners.tsv", "PT003", "id", "PT3", "not a rule id"),
    ("concordance.tsv", "CC08", "ihc", "postive", "not a word"),
    ("concordance.tsv", "CC08", "fish", "", "not a condition"),
    ("concordance.tsv", "CC08", "fish", "positive|negative&equivocal", "not a condition"),
    ("concordance.tsv", "CC08", "fish", "any|positive", "not a condition"),
    ("concordance.tsv", "CC34", "wording", "Not detected.", "must not say"),
    ("concordance.tsv", "CC02", "partner", "ran bp2", "wrong form"),
    ("concordance.tsv", "CC02", "effect", "cure", "not a word"),
    ("concordance.tsv", "CC02", "wording", "", "empty"),
    ("concordance.tsv", "CC07", "id", "CC06", "stands twice"),
    ("differential.tsv", "DD21", "effect", "other_entity", "without a fusion"),
    ("differential.tsv", "DD12", "stains", "S100", "wrong form"),
    ("differential.tsv", "DD16", "evidence_status", "verified", "not verified"),
    ("differential.tsv", "DD15", "wording", "A benign lesion.", "must not be printed"),
    ("risk.tsv", "RK06", "size", "huge", "not a word"),
    ("risk.tsv", "RK05", "wording", "85% recur.", "must not be printed"),
    ("partners.tsv", "PT003", "expected_pattern", "sparkling", "not a word"),
    ("partners.tsv", "PT003", "partners", "CLTC|CLTC", "stands twice"),
    ("partners.tsv", "PT003", "id", "PT002", "stands twice"),
    ("resistance.tsv", "RV01", "variants", "Gly1202Arg", "wrong form"),
    ("resistance.tsv", "RV01", "driver", "EGFR", "not a word"),
    ("resistance.tsv", "RV01", "id", "RV1", "not a rule id"),
    ("resistance.tsv", "RV01", "reviewed", "", "not a date"),
    ("blocks.tsv", "alk_guideline", "sources", "", "no source"),
    ("blocks.tsv", "alk_guideline", "evidence_status", "", "not a word"),
    ("blocks.tsv", "alk_guideline", "reviewed", "", "not a date"),
    ("actionability.tsv", "ACT01", "block", "nowhere", "is not in blocks.tsv"),
    ("actionability.tsv", "ACT01", "agent", "", "is not a name"),
    ("actionability.tsv", "ACT01", "id", "LAB-ACT01", "that a laboratory adds"),
    ("actionability.tsv", "ACT12", "agent", "crizotinib", "a drug without a fusion"),
    ("actionability.tsv", "ACT01", "wording", "Twice a day. {conditions}", "must not be printed"),
    ("actionability.tsv", "ACT01", "wording", "We recommend it. {conditions}", "must not be printed"),
    ("concordance.tsv", "CC08", "part", "", "is not a part"),
    ("concordance.tsv", "CC08", "id", "DD08", "not a rule id"),
    ("differential.tsv", "DD01", "entity", "benign tumour", "must not be printed"),
    ("partners.tsv", "PT001", "expected_text", "wild-type", "must not be printed"),
    ("sources.tsv", "AMP2017", "key", "AMP-2017", "AMP2017 is missing, which every statement of a tier needs"),
    ("sources.tsv", "LOVLY14", "key", "Lovly 14", "is not a key"),
    ("sources.tsv", "ANTON15", "key", "COOK01", "stands twice"),
    ("sources.tsv", "LOVLY14", "key", "OKB-NEWS", "licensed"),
    ("sources.tsv", "LOVLY14", "identifier", "", "empty"),
    ("sources.tsv", "LOVLY14", "date", "long ago", "not a date"),
    ("partners.tsv", "PT003", "wording", " CLTC", "space around"),
]


@pytest.mark.parametrize(("table", "row", "column", "text", "message"), BAD_CELLS)
def test_one_wrong_cell_refuses_the_tables(
    tables: Path, table: str, row: str, column: str, text: str, message: str
) -> None:
    spoil(tables, table, row, column, text)
    with pytest.raises(KnowledgeError, match=re.escape(message)) as caught:
        load_knowledge(tables)
    assert caught.value.table in (table, "sources.tsv")
    assert caught.value.remedy
    assert "Try: " in str(caught.value)


def test_wording_that_no_row_uses_is_refused(tables: Path) -> None:
    text = (tables / "blocks.tsv").read_text(encoding="utf-8")
    row = text.splitlines()[1].replace("alk_guideline", "ros1_guideline")
    (tables / "blocks.tsv").write_text(f"{text}{row}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="no therapy line is of the block 'ros1_guideline'"):
        load_knowledge(tables)


def test_every_mistake_is_listed_not_the_first_alone(tables: Path) -> None:
    spoil(tables, "risk.tsv", "RK06", "size", "huge")
    spoil(tables, "risk.tsv", "RK06", "reviewed", "never")
    spoil(tables, "concordance.tsv", "CC02", "effect", "cure")
    spoil(tables, "actionability.tsv", "ACT01", "tier", "IV")
    (tables / "VERSION").write_text("latest\n", encoding="utf-8")
    _other_column(tables / "partners.tsv")
    told = [f"{fault.table} {fault.column}" for fault in examine(tables).faults]
    assert sorted(told) == [
        "VERSION ",
        "actionability.tsv tier",
        "concordance.tsv effect",
        "partners.tsv evidence",
        "risk.tsv reviewed",
        "risk.tsv size",
    ]


def test_every_row_has_sources_with_identifier_and_date_evidence_and_review() -> None:
    tables = read_tables()
    sources = {row["key"]: row for row in tables.rows["sources.tsv"]}
    assert set(tables.rows) == {path.name for path in TABLES.glob("*.tsv")} - {"facts.tsv"}
    for row in (row for name, rows in tables.rows.items() if name != "sources.tsv" for row in rows):
        cited = [sources[key] for key in row["sources"].split(";") if key in sources]
        assert cited, row.name
        assert all(source["identifier"] and source["date"] for source in cited)
        assert row["evidence_status"] in ("verified", "unverified")
        assert row["reviewed"]


@given(st.sampled_from(sorted(read_tables().rows)), st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_stands_in_a_table_is_told_as_a_mistake_or_read(table: str, data: st.DataObject) -> None:
    text = (TABLES / table).read_bytes()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 300)))
    put = data.draw(st.binary(max_size=40) | st.text("\t\n|;{}!&-any 0A", max_size=40).map(str.encode))
    spoilt = text[:start] + put + text[end:]
    found = examine(_Spoilt(TABLES, {table: spoilt}))  # type: ignore[arg-type]
    assert found.faults or found.knowledge
    files = {"overlay.tsv": put, table: spoilt}
    assert examine(overlay=files).faults


class _Spoilt:
    """The tables' folder with other bytes in some of its files."""

    def __init__(self, folder: Path, files: dict[str, bytes]) -> None:
        self.folder, self.files = folder, files

    def iterdir(self) -> list[object]:
        others = [entry for entry in self.folder.iterdir() if entry.name not in self.files and entry.name != "genes"]
        return [*others, *(_Bytes(name, content) for name, content in self.files.items())]


class _Bytes:
    def __init__(self, name: str, content: bytes) -> None:
        self.name, self.content = name, content

    def is_dir(self) -> bool:
        return False

    def read_bytes(self) -> bytes:
        return self.content


def test_a_printed_row_needs_a_tier_and_a_tier_needs_an_agent(tables: Path) -> None:
    spoil(tables, "actionability.tsv", "ACT38", "tier", "")
    with pytest.raises(KnowledgeError, match="without a tier"):
        load_knowledge(tables)
    spoil(tables, "actionability.tsv", "ACT38", "tier", "II")
    spoil(tables, "actionability.tsv", "ACT38", "level", "C")
    with pytest.raises(KnowledgeError, match="without an agent"):
        load_knowledge(tables)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _not_utf8(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\xff\n")


def _no_rows(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").split("\n")[0] + "\n", encoding="utf-8")


def _other_column(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("evidence_status", "evidence", 1), encoding="utf-8")


def _wide_row(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace("\n", "\n\t", 1), encoding="utf-8")


@pytest.mark.parametrize("damage", [_cut, _not_utf8, _no_rows, _other_column, _wide_row, Path.unlink])
@pytest.mark.parametrize("table", ["actionability.tsv", "concordance.tsv", "partners.tsv"])
def test_a_damaged_table_is_refused(tables: Path, table: str, damage: Callable[[Path], None]) -> None:
    damage(tables / table)
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(tables)
    assert caught.value.table == table


def test_tables_without_a_version_are_refused(tables: Path) -> None:
    (tables / "VERSION").write_text("latest\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="no version"):
        load_knowledge(tables)


def test_a_knowledge_error_crosses_process_borders() -> None:
    error = KnowledgeError("risk.tsv", "line 2", "size", "wrong", "mend it")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301


@pytest.mark.parametrize(
    ("cell", "facts", "expected"),
    [
        ("any", set(), True),
        ("a|b", {"b"}, True),
        ("a|b", {"c"}, False),
        ("a|b", set(), False),
        ("!a|b", {"c"}, True),
        ("!a|b", set(), True),
        ("!a|b", {"a", "c"}, False),
        ("a&b", {"a", "b", "c"}, True),
        ("a&b", {"a"}, False),
    ],
)
def test_a_condition_cell_accepts_facts(cell: str, facts: set[str], expected: bool) -> None:
    assert read_words(cell).accept(frozenset(facts)) is expected
