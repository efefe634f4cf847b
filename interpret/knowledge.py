"""
The knowledge tables: what the rows say, read and checked once, refused as a whole when one cell is wrong.

Every table is TSV under `interpret/tables/`; the README there describes the columns. A row's conditions are words of
closed lists, its wording is text with named placeholders, its sources are keys of sources.tsv. `evidence_status` says
whether the fact was verified: an unverified row can never carry a therapy line.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Formatter
from typing import Literal, cast

from interpret.conditions import Facts, Words, all_hold, read_words
from interpret.findings import Relation

EvidenceStatus = Literal["verified", "unverified"]
Effect = Literal["none", "no_therapy", "hold", "alert", "never", "other_entity", "no_imt_therapy", "only_if_settled"]


class KnowledgeError(Exception):
    """Our tables are wrong: which table, row and column, and what to do. The reader is whoever edits the tables."""

    def __init__(self, table: str, row: str, column: str, message: str, remedy: str) -> None:
        self.table, self.row, self.column, self.message, self.remedy = table, row, column, message, remedy
        place = ", ".join(part for part in (table, row, f"column '{column}'" if column else "") if part)
        super().__init__(f"{place}: {message}\n  Try: {remedy}")

    def __reduce__(self) -> tuple[type[KnowledgeError], tuple[str, str, str, str, str]]:
        return (type(self), (self.table, self.row, self.column, self.message, self.remedy))


@dataclass(frozen=True, slots=True)
class Source:
    """A citation; `identifier` is a DOI, PMID, PMC number or label with its date. `date` is its date or year."""

    key: str
    citation: str
    identifier: str
    date: str


@dataclass(frozen=True, slots=True)
class Rule:
    """
    A row that speaks when its conditions hold: concordance, differential or risk.

    `part` tells rows with one id apart: they say the same in different situations, and the first that holds speaks.
    `scope` is `fusion` or `case`; in guidance.tsv it is the section of the report. `fact_ids` name rows of facts.tsv.
    """

    id: str
    part: str
    conditions: Mapping[str, Words]
    effect: Effect
    result: str
    scope: str
    entity: str
    wording: str
    follow_up: str
    sources: tuple[str, ...]
    evidence_status: EvidenceStatus
    fact_ids: tuple[str, ...] = ()

    def holds(self, facts: Facts) -> bool:
        return all_hold(self.conditions, facts)


@dataclass(frozen=True, slots=True)
class AgeRange:
    """
    Ages in whole months, or beyond a month: `over` is exclusive, `start` inclusive, `stop` exclusive.

    None where the range is open.
    """

    start: int | None = None
    over: int | None = None
    stop: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One row of actionability.tsv: a driver, an agent, a jurisdiction, and the conditions of the statement."""

    id: str
    jurisdictions: frozenset[str]
    drivers: frozenset[str]
    finding: str
    agent: str
    context: str
    regulatory: str
    age: AgeRange
    hidden_outside_age: bool
    conditions: tuple[str, ...]
    relation: Relation
    tier: str
    level: str
    is_printed: bool
    block: str
    wording: str
    outside_wording: str
    status: str
    sources: tuple[str, ...]
    evidence_status: EvidenceStatus
    fact_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Partner:
    """
    One row of partners.tsv: what is known of a driver with a partner, and the stain it is expected to show.

    A row of kind `treatment` is a note on an agent; it is printed only beside a therapy line that names the agent.
    """

    id: str
    driver: str
    partners: tuple[str, ...]
    kind: str
    expected_pattern: Words
    expected_text: str
    wording: str
    sources: tuple[str, ...]
    evidence_status: EvidenceStatus
    fact_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resistance:
    """Variants of a driver that flag the lines of some agents."""

    id: str
    driver: str
    variants: frozenset[str]
    agents: frozenset[str]
    wording: str
    sources: tuple[str, ...]
    evidence_status: EvidenceStatus
    fact_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All tables, with their version and the sha256 (hex) over every table file, the gene tables included."""

    version: str
    sha256: str
    sources: Mapping[str, Source]
    actions: tuple[Action, ...]
    blocks: Mapping[str, str]
    partners: tuple[Partner, ...]
    concordance: tuple[Rule, ...]
    differential: tuple[Rule, ...]
    risk: tuple[Rule, ...]
    resistance: tuple[Resistance, ...]
    guidance: tuple[Rule, ...] = ()


def load_knowledge(folder: Traversable | None = None) -> Knowledge:
    """
    The packaged tables, or those of another folder, checked in full.

    Raises:
        KnowledgeError: a table is missing or a cell is wrong; the first fault found is named with its remedy.
    """
    tables = files("interpret").joinpath("tables") if folder is None else folder
    contents = _contents(tables)
    version = _version(contents)
    sources = _sources(_rows(contents, "sources.tsv", _SOURCE_COLUMNS))
    return Knowledge(
        version=version,
        sha256=_sha256(contents),
        sources=sources,
        actions=_actions(_rows(contents, "actionability.tsv", _ACTION_COLUMNS), sources),
        blocks=_blocks(_rows(contents, "blocks.tsv", ("id", "wording"))),
        partners=_partners(_rows(contents, "partners.tsv", _PARTNER_COLUMNS), sources),
        concordance=_rules(_rows(contents, "concordance.tsv", _CONCORDANCE_COLUMNS), _CONCORDANCE, sources),
        differential=_rules(_rows(contents, "differential.tsv", _DIFFERENTIAL_COLUMNS), _DIFFERENTIAL, sources),
        risk=_rules(_rows(contents, "risk.tsv", _RISK_COLUMNS), _RISK, sources),
        resistance=_resistance(_rows(contents, "resistance.tsv", _RESISTANCE_COLUMNS), sources),
        guidance=_rules(_rows(contents, "guidance.tsv", _GUIDANCE_COLUMNS), _GUIDANCE, sources),
    )


# What no sentence of ours may hold, whatever the row: safety statements 1, 7, 10 and 15.
FORBIDDEN = re.compile(
    r"\bbenign\b|\brecommended\b|wild-type|fusion-negative|85\s?%|\b6\.5 cm|\b11 cm|\d\s?mg\b|\bmg/m|twice daily",
    re.IGNORECASE,
)

KINASES = ("ALK", "ROS1", "NTRK1", "NTRK2", "NTRK3", "RET", "PDGFRB", "IGF1R")
LABEL_CONDITIONS = frozenset(
    {
        "imt_diagnosis",
        "unresectable_recurrent_or_refractory",
        "unresectable",
        "recurrent_or_refractory",
        "advanced",
        "advanced_or_recurrent",
        "metastatic_or_morbid_surgery",
        "locally_advanced_metastatic_or_morbid_surgery",
        "locally_advanced_or_metastatic",
        "progressed_or_no_alternative",
        "no_satisfactory_option",
        "no_resistance_mutation",
        "approved_test",
        "no_prior_ntrk_inhibitor",
        "prior_ntrk_inhibitor_or_exhausted",
        "ret_options_exhausted",
    }
)
SITES = frozenset(
    "lung bladder uterus skin head_neck maxillary_sinus abdomen liver_spleen kidney bone thorax soft_tissue other "
    "unknown".split()
)
PATTERNS = frozenset("nuclear_membrane perinuclear nuclear cytoplasmic granular membranous".split())
MARKERS = ("ALK", "ROS1", "NTRK", "RET", "PDGFRB", "IGF1R")

FACT_ID = re.compile(r"SF\d{3}")
_GENE = re.compile(r"[A-Z][A-Za-z0-9-]*")
_STAIN = re.compile(r"[A-Z][A-Z0-9_]*[+-]")
_VARIANT = re.compile(r"[A-Z]\d+[A-Z]")
_AGE = re.compile(r"from (\d+) years?(?: to under (\d+) years?)?|over (\d+) months?")
_TAIL = ("sources", "evidence_status", "reviewed")


@dataclass(frozen=True, slots=True)
class _RuleTable:
    """How a rule table is read: its condition columns with their words, effects and placeholders."""

    name: str
    vocabulary: Mapping[str, frozenset[str] | re.Pattern[str]]
    effects: Mapping[str, Effect]
    effect_column: str
    placeholders: frozenset[str]


def _closed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_EFFECTS_OF_CONCORDANCE: Mapping[str, Effect] = {"none": "none", "no_therapy": "no_therapy", "hold": "hold"}
_EFFECTS_OF_DIFFERENTIAL: Mapping[str, Effect] = {
    "alert": "alert",
    "never": "never",
    "other_entity": "other_entity",
    "no_imt_therapy": "no_imt_therapy",
    "only_if_settled": "only_if_settled",
}
_EFFECTS_OF_RISK: Mapping[str, Effect] = {"print": "none", "no_rule": "never"}
_AGES = _closed("under_1_year under_2_years child adult")

_CONCORDANCE = _RuleTable(
    "concordance.tsv",
    {
        "marker": frozenset({*MARKERS, "case"}),
        "ihc": _closed("positive weak equivocal negative not_done"),
        "pattern": PATTERNS,
        "fish": _closed("positive equivocal negative not_done"),
        "sequencing": _closed(
            "fusion unconfirmed uncertain not_functional other_entity imbalance none not_informative not_tested"
        ),
        "partner": _GENE,
        "frame": _closed("in-frame out-of-frame not_assessable undetermined"),
        "molecule": _closed("RNA DNA"),
        "tested_by": _closed("RNA DNA both nothing"),
        "quality": _closed("pass fail borderline not_documented low_tumour held not_sequenced"),
        "chemistry": _closed("amplicon other"),
        "morphology": _closed("epithelioid"),
        "other_fusion": _closed("yes no confirmed entity"),
        "drivers": _closed("none one several"),
        "kinase_stains": _closed("none one several"),
    },
    _EFFECTS_OF_CONCORDANCE,
    "effect",
    _closed(
        "gene stain fusion partner other_gene other_stain other_fusion reason method genes stains open_tests tests"
    ),
)
_DIFFERENTIAL = _RuleTable(
    "differential.tsv",
    {
        "gene_5prime": _GENE,
        "gene_3prime": _GENE,
        "driver": _GENE,
        "fusion": _closed("functional"),
        "age": _AGES,
        "site": SITES,
        "diagnosis": _closed("smooth_muscle myxoid sarcoma lymphoplasmacytic"),
        "setting": _closed("pregnancy"),
        "morphology": _closed("epithelioid"),
        "stains": _STAIN,
        "without_stains": _STAIN,
        "alk_ihc": _closed("positive weak equivocal negative not_done"),
        "variant": _GENE,
        "disease": _closed("primary recurrent refractory metastatic progressed unknown"),
        "sequencing": _closed(
            "fusion unconfirmed uncertain not_functional other_entity imbalance none not_informative not_tested"
        ),
    },
    _EFFECTS_OF_DIFFERENTIAL,
    "effect",
    _closed("fusion grounds tests"),
)
_RISK = _RuleTable(
    "risk.tsv",
    {
        "margin": _closed("R0 R1 R2 unknown"),
        "site": SITES,
        "size": _closed("known 8_or_more over_4.4"),
        "morphology": _closed("epithelioid necrosis mitoses mitoses_7_or_more lymphovascular_invasion compact"),
        "disease": _closed("primary recurrent refractory metastatic progressed unknown"),
        "eims": _closed("yes no"),
        "label": _closed("us_not_documented eu_not_documented"),
    },
    _EFFECTS_OF_RISK,
    "rule",
    _closed("margin size features mitoses"),
)
_GUIDANCE = _RuleTable(
    "guidance.tsv",
    {
        "tumour": _closed("imt imt_open unspecified other"),
        "age": _AGES,
        "jurisdiction": _closed("US EU JP other"),
        "site": SITES,
        "driver": _GENE,
        "partner": _GENE,
        "agents_for": _GENE,
        "resistance": _closed("reported none"),
        "earlier_agent": _closed("given none"),
        "alk_ihc": _closed("positive weak equivocal negative not_done"),
        "alk_fish": _closed("positive equivocal negative not_done"),
        "sequencing": _closed(
            "fusion unconfirmed uncertain not_functional other_entity imbalance none not_informative not_tested"
        ),
        "tested_by": _closed("RNA DNA both nothing"),
        "resectability": _closed("resected resectable unresectable unknown"),
        "disease": _closed("primary recurrent refractory metastatic progressed unknown"),
        "morphology": _closed("epithelioid"),
        "differential": _closed("open none"),
    },
    {"yes": "none", "omit": "never"},
    "print",
    _closed("fusion tests"),
)
_SECTIONS = ("partner", "concordance", "therapy", "risk")

_SOURCE_COLUMNS = ("key", "citation", "identifier", "date")
_ACTION_COLUMNS = (
    *("id", "jurisdiction", "drivers", "finding", "agent", "context", "regulatory", "approved", "age", "outside_age"),
    *("conditions", "relation", "tier", "level", "print", "block", "wording", "outside_wording", "status", *_TAIL),
)
_PARTNER_COLUMNS = ("id", "driver", "partners", "kind", "expected_pattern", "expected_text", "wording", *_TAIL)
_RESISTANCE_COLUMNS = ("id", "driver", "variants", "agents", "effect", "wording", *_TAIL)
_CONCORDANCE_COLUMNS = (
    *("id", "part", *_CONCORDANCE.vocabulary, "effect", "result", "wording", "follow_up", "must_not_say"),
    *_TAIL,
)
_DIFFERENTIAL_COLUMNS = (
    *("id", "part", "scope", *_DIFFERENTIAL.vocabulary, "entity", "effect", "wording", "follow_up"),
    *_TAIL,
)
_GUIDANCE_COLUMNS = ("id", "part", "section", "print", *_GUIDANCE.vocabulary, "wording", "follow_up", *_TAIL)
_RISK_COLUMNS = ("id", "part", "rule", *_RISK.vocabulary, "wording", *_TAIL)


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of a table; every read of a cell can say where it is when it is wrong."""

    table: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    @property
    def place(self) -> str:
        name = self.cells.get("id") or self.cells.get("key") or ""
        return f"line {self.line}" + (f" ({name})" if name else "")

    def fault(self, column: str, message: str, remedy: str) -> KnowledgeError:
        return KnowledgeError(self.table, self.place, column, message, remedy)

    def one_of(self, column: str, allowed: Iterable[str]) -> str:
        allowed = sorted(allowed)
        if self[column] not in allowed:
            raise self.fault(
                column, f"'{self[column]}' is not a word of this column", f"use one of: {', '.join(allowed)}"
            )
        return self[column]

    def listed(self, column: str, separator: str, allowed: frozenset[str] | re.Pattern[str]) -> tuple[str, ...]:
        words = tuple(self[column].split(separator)) if self[column] else ()
        for word in words:
            self._check_word(column, word, allowed)
        if len(set(words)) != len(words):
            raise self.fault(column, "a word stands twice", "remove the repetition")
        return words

    def words(self, column: str, allowed: frozenset[str] | re.Pattern[str]) -> Words:
        try:
            words = read_words(self[column])
        except ValueError as error:
            raise self.fault(column, f"not a condition: {error}", "write any, a|b, !a|b or a&b") from None
        for word in sorted(words.words):
            self._check_word(column, word, allowed)
        return words

    def _check_word(self, column: str, word: str, allowed: frozenset[str] | re.Pattern[str]) -> None:
        if isinstance(allowed, re.Pattern):
            if not allowed.fullmatch(word):
                raise self.fault(column, f"'{word}' has the wrong form", f"write it like {allowed.pattern}")
        elif word not in allowed:
            remedy = f"use one of: {', '.join(sorted(allowed))}"
            raise self.fault(column, f"'{word}' is not a word of this column", remedy)

    def text(self, column: str, placeholders: frozenset[str]) -> str:
        text = self[column]
        try:
            named = {
                name
                for _, outer, specification, _ in Formatter().parse(text)
                if outer is not None
                for name in (outer, *(inner for _, inner, _, _ in Formatter().parse(specification or "") if inner))
            }
        except ValueError as error:
            raise self.fault(column, f"braces do not pair: {error}", "write placeholders as {name}") from None
        if unknown := sorted(named - placeholders):
            remedy = f"known here: {', '.join(sorted(placeholders))}"
            raise self.fault(column, f"unknown placeholder '{unknown[0]}'", remedy)
        if found := FORBIDDEN.search(text):
            raise self.fault(column, f"'{found.group()}' must not be printed", "rephrase; see the safety statements")
        return text


def _contents(tables: Traversable, prefix: str = "") -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for entry in tables.iterdir():
        if entry.is_dir():
            if not entry.name.startswith(("_", ".")):
                found |= _contents(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".tsv", ".tsv.gz")) or entry.name == "VERSION":
            found[prefix + entry.name] = entry.read_bytes()
    return found


def _sha256(contents: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(contents):
        digest.update(f"{name}\0{len(contents[name])}\0".encode())
        digest.update(contents[name])
    return digest.hexdigest()


def _version(contents: Mapping[str, bytes]) -> str:
    version = contents.get("VERSION", b"").decode("utf-8", "replace").strip()
    if not re.fullmatch(r"\d{4}\.\d{2}(\.\d+)?", version):
        raise KnowledgeError("VERSION", "", "", "no version like 2026.11", "write year.month into tables/VERSION")
    return version


def _rows(contents: Mapping[str, bytes], table: str, columns: Sequence[str]) -> list[_Row]:
    if table not in contents:
        raise KnowledgeError(table, "", "", "the table is missing", "put it into interpret/tables/")
    try:
        text = contents[table].decode("utf-8")
    except UnicodeDecodeError:
        raise KnowledgeError(table, "", "", "not UTF-8", "save the table as UTF-8 text") from None
    if not text.endswith("\n"):
        raise KnowledgeError(table, "", "", "the last line is cut short", "end the file with a line break")
    header, *lines = text.removesuffix("\n").split("\n")
    names = header.split("\t")
    if sorted(names) != sorted(columns):
        wrong = sorted(set(names) ^ set(columns)) or sorted(names)
        raise KnowledgeError(
            table, "line 1", wrong[0], "missing or unknown column", f"columns are: {', '.join(columns)}"
        )
    rows: list[_Row] = []
    for number, line in enumerate(lines, start=2):
        cells = line.split("\t")
        if len(cells) != len(names):
            message = f"{len(cells)} cells under {len(names)} columns"
            raise KnowledgeError(table, f"line {number}", "", message, "separate the cells by single tabs")
        if padded := next((name for name, cell in zip(names, cells, strict=True) if cell != cell.strip()), None):
            raise KnowledgeError(table, f"line {number}", padded, "space around the text", "remove the space")
        rows.append(_Row(table, number, dict(zip(names, cells, strict=True))))
    if not rows:
        raise KnowledgeError(table, "", "", "the table has no rows", "restore its rows")
    return rows


def _unique(rows: Iterable[_Row], key: Callable[[_Row], str], column: str) -> None:
    seen: set[str] = set()
    for row in rows:
        if key(row) in seen:
            raise row.fault(column, f"'{key(row)}' stands twice", "give every row its own id")
        seen.add(key(row))


def _check_date(row: _Row, column: str, form: str) -> None:
    text = row[column]
    parts = [int(part) for part in text.split("-") if part.isascii() and part.isdigit()]
    is_full = re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is not None
    if is_full:
        try:
            date(*parts)
        except ValueError:
            is_full = False
    if not is_full and not (form == "year" and re.fullmatch(r"\d{4}", text)):
        raise row.fault(column, f"'{text}' is not a date", "write it as 2026-11-22")


def _sources(rows: list[_Row]) -> dict[str, Source]:
    _unique(rows, lambda row: row["key"], "key")
    for row in rows:
        _check_date(row, "date", "year")
        for column in ("key", "citation", "identifier"):
            if not row[column]:
                raise row.fault(column, "empty", "say what is cited and how it is found")
        if row["key"].startswith(("OKB", "MOA")):
            raise row.fault("key", "a licensed database", "cite the label, trial or paper itself")
    return {row["key"]: Source(row["key"], row["citation"], row["identifier"], row["date"]) for row in rows}


def _common(row: _Row, sources: Mapping[str, Source]) -> tuple[tuple[str, ...], EvidenceStatus]:
    """The sources and the evidence status of a row, checked."""
    keys = _cited(row, sources)
    if not keys:
        raise row.fault("sources", "no source", "name at least one key of sources.tsv")
    status = row.one_of("evidence_status", ("verified", "unverified"))
    if "GK" in keys and status == "verified":
        raise row.fault("evidence_status", "general knowledge is not verified", "write unverified, or cite a source")
    _check_date(row, "reviewed", "day")
    return keys, cast(EvidenceStatus, status)


def _cited(row: _Row, sources: Mapping[str, Source]) -> tuple[str, ...]:
    """The cited keys of sources.tsv. Ids of facts.tsv may stand beside them; they are no references."""
    cited = row.listed("sources", ";", frozenset({*sources, *_fact_ids(row)}))
    return tuple(key for key in cited if key in sources)


def _fact_ids(row: _Row) -> tuple[str, ...]:
    return tuple(key for key in row["sources"].split(";") if FACT_ID.fullmatch(key))


def _rules(rows: list[_Row], table: _RuleTable, sources: Mapping[str, Source]) -> tuple[Rule, ...]:
    _unique(rows, lambda row: f"{row['id']} {row['part']}", "id")
    return tuple(_rule(row, table, sources) for row in rows)


def _rule(row: _Row, table: _RuleTable, sources: Mapping[str, Source]) -> Rule:
    keys, status = _common(row, sources)
    if not re.fullmatch(r"[A-Z]{2}\d{2}", row["id"]):
        raise row.fault("id", f"'{row['id']}' is not a rule id", "write two letters and two digits")
    wording = row.text("wording", table.placeholders)
    if not wording:
        raise row.fault("wording", "empty", "say what is printed")
    for phrase in row.cells.get("must_not_say", "").split("; "):
        if phrase and phrase.lower() in wording.lower():
            raise row.fault("wording", f"says '{phrase}', which this row must not say", "rephrase")
    effect = table.effects[row.one_of(table.effect_column, table.effects)]
    conditions = {column: row.words(column, allowed) for column, allowed in table.vocabulary.items()}
    if effect == "other_entity" and row["scope"] != "fusion":
        raise row.fault("effect", "other_entity without a fusion", "set scope to fusion")
    return Rule(
        id=row["id"],
        part=row["part"],
        conditions={column: words for column, words in conditions.items() if words.kind != "any"},
        effect=effect,
        result=row.one_of("result", ("none", "indeterminate", "mismatch", "hold")) if "result" in row.cells else "none",
        scope=_scope(row),
        entity=row.cells.get("entity", ""),
        wording=wording,
        follow_up=row.text("follow_up", table.placeholders) if "follow_up" in row.cells else "",
        sources=keys,
        evidence_status=status,
        fact_ids=_fact_ids(row),
    )


def _scope(row: _Row) -> str:
    if "section" in row.cells:
        return row.one_of("section", _SECTIONS)
    return row.one_of("scope", ("fusion", "case")) if "scope" in row.cells else "case"


_ACTION_TEXT = _closed("fusion gene agent age conditions guideline why state")
_JURISDICTIONS = _closed("US EU JP other any")
_REGULATORY = _closed("approved accelerated conditional other_tumour evidence none")
_RELATIONS = _closed("on_label off_label guideline conditions_not_met trial_evidence")


def _actions(rows: list[_Row], sources: Mapping[str, Source]) -> tuple[Action, ...]:
    for row in rows:
        row.listed("jurisdiction", "|", _JURISDICTIONS)
    _unique(
        (
            _Row(row.table, row.line, {"id": f"{row['id']} {one}"})
            for row in rows
            for one in row["jurisdiction"].split("|")
        ),
        lambda row: row["id"],
        "id",
    )
    return tuple(_action(row, sources) for row in rows)


def _action(row: _Row, sources: Mapping[str, Source]) -> Action:
    keys, status = _common(row, sources)
    if not re.fullmatch(r"ACT\d{2}", row["id"]):
        raise row.fault("id", f"'{row['id']}' is not a rule id", "write ACT and two digits")
    is_printed = row.one_of("print", ("yes", "omit")) == "yes"
    if status == "unverified" and is_printed:
        raise row.fault("print", "an unverified row carries a therapy line", "set print to omit, or verify the row")
    _check_tier(row, is_printed)
    if row["approved"]:
        _check_date(row, "approved", "day")
    relation = row.one_of("relation", _RELATIONS)
    conditions = row.listed("conditions", ";", LABEL_CONDITIONS)
    if relation == "on_label" and not conditions:
        raise row.fault("conditions", "a label without conditions", "name the label's conditions")
    if is_printed and not (row["wording"] and row["status"]):
        raise row.fault("wording", "empty", "say what is printed, and the short status")
    age = _age(row)
    hidden = row.one_of("outside_age", ("show", "suppress")) == "suppress"
    if age.text and not hidden and not row["outside_wording"]:
        raise row.fault("outside_wording", "empty", "say what is printed outside the age, or suppress it")
    return Action(
        id=row["id"],
        jurisdictions=frozenset(row["jurisdiction"].split("|")),
        drivers=frozenset(row.listed("drivers", "|", _GENE if row["drivers"] != "any" else _closed("any"))),
        finding=row.one_of("finding", ("fusion", "not_functional", "expression_only", "other_disease")),
        agent=row["agent"],
        context=row.one_of("context", ("imt", "any_solid", "other_disease")),
        regulatory=row.one_of("regulatory", _REGULATORY),
        age=age,
        hidden_outside_age=hidden,
        conditions=conditions,
        relation=cast(Relation, relation),
        tier=row["tier"],
        level=row["level"],
        is_printed=is_printed,
        block=row["block"],
        wording=row.text("wording", _ACTION_TEXT),
        outside_wording=row.text("outside_wording", _ACTION_TEXT),
        status=row.text("status", _ACTION_TEXT),
        sources=keys,
        evidence_status=status,
        fact_ids=_fact_ids(row),
    )


def _check_tier(row: _Row, is_printed: bool) -> None:
    """AMP/ASCO/CAP 2017: tier I goes with level A or B, tier II with C or D, tier III with none."""
    allowed = {"I": ("A", "B"), "II": ("C", "D"), "III": ("",), "": ("",)}
    row.one_of("tier", allowed)
    if row["level"] not in allowed[row["tier"]]:
        message = f"tier '{row['tier']}' does not go with level '{row['level']}'"
        raise row.fault("level", message, "I with A or B, II with C or D, III without a level")
    if is_printed and not row["tier"]:
        raise row.fault("tier", "a printed row without a tier", "give the tier")
    if row["agent"] == "none" and row["tier"] in ("I", "II"):
        raise row.fault("tier", "a therapy tier without an agent", "use tier III")
    if row["finding"] == "not_functional" and row["agent"] != "none":
        raise row.fault("agent", "a drug for an event without a functional kinase", "set the agent to none")


def _age(row: _Row) -> AgeRange:
    text = row["age"]
    if text == "any":
        return AgeRange()
    found = _AGE.fullmatch(text)
    if not found:
        raise row.fault("age", f"'{text}' is not an age range", "write 'from 1 year', 'from 1 year to under 18 years'…")
    years, stop, months = found.groups()
    if months:
        return AgeRange(over=int(months), text=text)
    return AgeRange(start=int(years) * 12, stop=int(stop) * 12 if stop else None, text=text)


def _blocks(rows: list[_Row]) -> dict[str, str]:
    _unique(rows, lambda row: row["id"], "id")
    return {row["id"]: row.text("wording", _closed("agents guideline")) for row in rows}


def _partners(rows: list[_Row], sources: Mapping[str, Source]) -> tuple[Partner, ...]:
    _unique(rows, lambda row: row["id"], "id")
    found: list[Partner] = []
    for row in rows:
        keys, status = _common(row, sources)
        if not re.fullmatch(r"PT\d{3}", row["id"]):
            raise row.fault("id", f"'{row['id']}' is not a rule id", "write PT and three digits")
        row.listed("driver", "|", _GENE)
        kind = row.one_of("kind", ("gene", "mechanism", "treatment"))
        partners = row.listed("partners", "|", _GENE if kind != "mechanism" else re.compile(r"\w+"))
        pattern = row.words("expected_pattern", PATTERNS)
        wording = row.text("wording", _closed("fusion"))
        expected = row["expected_text"]
        found.append(
            Partner(
                *(row["id"], row["driver"], partners, kind, pattern, expected, wording, keys, status, _fact_ids(row))
            )
        )
    return tuple(found)


def _resistance(rows: list[_Row], sources: Mapping[str, Source]) -> tuple[Resistance, ...]:
    _unique(rows, lambda row: row["id"], "id")
    found: list[Resistance] = []
    for row in rows:
        keys, status = _common(row, sources)
        row.one_of("driver", KINASES)
        row.one_of("effect", ("flag",))
        variants = frozenset(row.listed("variants", "|", _VARIANT))
        agents = frozenset(row.listed("agents", "|", re.compile(r"[a-z]+")))
        wording = row.text("wording", _closed("variant gene"))
        found.append(Resistance(row["id"], row["driver"], variants, agents, wording, keys, status, _fact_ids(row)))
    return tuple(found)
