"""
The knowledge tables: what the rows say, read and checked once, refused as a whole when one cell is wrong.

Every table is TSV under `interpret/tables/`; the README there describes the columns. A row's conditions are words of
closed lists, its wording is text with named placeholders, its sources are keys of sources.tsv. `evidence_status` says
whether the fact was verified: an unverified row can never carry a therapy line.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal, NamedTuple, cast

from interpret.conditions import Facts, Words, all_hold
from interpret.findings import Relation
from interpret.overlay import AGE, NEEDED_BY_CODE, merge, overlay_digest
from interpret.table_rows import FORBIDDEN as FORBIDDEN
from interpret.table_rows import ROW_NAMES, Change, Row, contents_of, digest_of, rows_as_they_are, rows_of
from interpret.table_rows import KnowledgeError as KnowledgeError

EvidenceStatus = Literal["verified", "unverified"]
Effect = Literal[
    "none", "no_therapy", "hold", "alert", "never", "other_entity", "no_imt_therapy", "only_if_settled", "left_open"
]


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
    """Variants of a driver that flag the lines of some agents; `mark` names the laboratory whose row it is."""

    id: str
    driver: str
    variants: frozenset[str]
    agents: frozenset[str]
    wording: str
    sources: tuple[str, ...]
    evidence_status: EvidenceStatus
    mark: str = ""
    fact_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """
    All tables, with their version and the sha256 (hex) over every table file, the gene tables included.

    Where the laboratory changed rows, `sha256` covers its changes too, `changes` lists them, and the texts of its rows
    end with their mark.
    """

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
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Tables:
    """
    The rows as they are written, for those who read or compare them.

    `sha256` is that of `Knowledge`; `packaged_sha256` leaves the laboratory's changes out; `facts` are the statements
    of facts.tsv by id.
    """

    version: str
    sha256: str
    packaged_sha256: str
    rows: Mapping[str, Sequence[Row]]
    changes: tuple[Change, ...]
    facts: Mapping[str, str] = field(default_factory=dict)


class Examined(NamedTuple):
    """The tables as far as they could be read, what they mean, and every mistake; with a mistake, use neither."""

    tables: Tables
    knowledge: Knowledge
    faults: tuple[KnowledgeError, ...]


def load_knowledge(folder: Traversable | None = None, overlay: Mapping[str, bytes] | None = None) -> Knowledge:
    """
    The packaged tables, or those of another folder, checked in full; with the laboratory's `overlay`, files by name.

    Raises:
        KnowledgeError: a table is missing or a cell is wrong; the first fault found is named with its remedy.
    """
    examined = examine(folder, overlay)
    if examined.faults:
        raise examined.faults[0]
    return examined.knowledge


def read_tables(folder: Traversable | None = None, overlay: Mapping[str, bytes] | None = None) -> Tables:
    """
    The same rows, as they are written.

    Raises:
        KnowledgeError: as `load_knowledge`.
    """
    examined = examine(folder, overlay)
    if examined.faults:
        raise examined.faults[0]
    return examined.tables


def examine(folder: Traversable | None = None, overlay: Mapping[str, bytes] | None = None) -> Examined:
    """The tables and every mistake in them, in the order of the tables."""
    faults: list[KnowledgeError] = []
    contents = contents_of(files("interpret").joinpath("tables") if folder is None else folder)
    version = _version(contents, faults)
    rows = {table: rows_of(contents, table, columns, faults) for table, columns in COLUMNS.items()}
    for table in rows.values():
        _unique(table)
    changes: tuple[Change, ...] = ()
    digest = packaged = digest_of(contents)
    if overlay is not None:
        rows, changes = merge(rows, overlay, COLUMNS, faults)
    if changes:
        digest = hashlib.sha256(f"{packaged}\0{overlay_digest(changes, rows)}".encode()).hexdigest()
    facts = {row["id"]: row.cells.get("statement", "") for row in rows_as_they_are(contents, "facts.tsv") if row["id"]}
    tables = Tables(version, digest, packaged, rows, changes, facts)
    knowledge = _knowledge(tables)
    _check_whole(tables, faults)
    return Examined(tables, knowledge, tuple(faults))


def _knowledge(tables: Tables) -> Knowledge:
    rows = tables.rows
    sources = _sources(rows["sources.tsv"])
    blocks = _blocks(rows["blocks.tsv"], sources)
    return Knowledge(
        version=tables.version,
        sha256=tables.sha256,
        sources=sources,
        actions=_actions(rows["actionability.tsv"], sources, blocks),
        blocks=blocks,
        partners=_partners(rows["partners.tsv"], sources),
        concordance=_rules(rows["concordance.tsv"], _CONCORDANCE, sources),
        differential=_rules(rows["differential.tsv"], _DIFFERENTIAL, sources),
        risk=_rules(rows["risk.tsv"], _RISK, sources),
        resistance=_resistance(rows["resistance.tsv"], sources),
        guidance=_rules(rows["guidance.tsv"], _GUIDANCE, sources),
        changes=tables.changes,
    )


def _check_whole(tables: Tables, faults: list[KnowledgeError]) -> None:
    """What no single row can show: rows that the code names, and wording that no row uses."""
    for (table, name), user in NEEDED_BY_CODE.items():
        if tables.rows[table] and not any(row.name == name for row in tables.rows[table]):
            faults.append(KnowledgeError(table, "", "", f"{name} is missing, which {user} needs", "restore the row"))
    used = {row["block"] for row in tables.rows["actionability.tsv"]}
    for row in tables.rows["blocks.tsv"]:
        if row["id"] not in used:
            row.note("id", f"no therapy line is of the block '{row['id']}'", "remove the row, or name it in a line")


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
_ANY = re.compile(r".*")
_TAIL = ("sources", "evidence_status", "reviewed")


@dataclass(frozen=True, slots=True)
class _RuleTable:
    """How a rule table is read: its condition columns with their words, effects and placeholders."""

    prefix: str
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
    "left_open": "left_open",
}
_EFFECTS_OF_RISK: Mapping[str, Effect] = {"print": "none", "no_rule": "never"}
_AGES = _closed("under_1_year under_2_years child adult")

_CONCORDANCE = _RuleTable(
    "CC",
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
    "DD",
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
    "RK",
    {
        "margin": _closed("R0 R1 R2 unknown"),
        "site": SITES,
        "size": _closed("known 8_or_more over_4.4"),
        "morphology": _closed("epithelioid necrosis mitoses mitoses_7_or_more lymphovascular_invasion compact"),
        "disease": _closed("primary recurrent refractory metastatic progressed unknown"),
        "alk_pattern": PATTERNS,
        "alk_partner": _GENE,
        "label": _closed("us_not_documented eu_not_documented"),
    },
    _EFFECTS_OF_RISK,
    "rule",
    _closed("margin size features mitoses"),
)
_GUIDANCE = _RuleTable(
    "[A-Z]{2}",
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
COLUMNS: Mapping[str, Sequence[str]] = {
    "sources.tsv": _SOURCE_COLUMNS,
    "actionability.tsv": _ACTION_COLUMNS,
    "blocks.tsv": ("id", "wording", *_TAIL),
    "partners.tsv": _PARTNER_COLUMNS,
    "concordance.tsv": _CONCORDANCE_COLUMNS,
    "differential.tsv": _DIFFERENTIAL_COLUMNS,
    "risk.tsv": _RISK_COLUMNS,
    "resistance.tsv": _RESISTANCE_COLUMNS,
    "guidance.tsv": _GUIDANCE_COLUMNS,
}


def _version(contents: Mapping[str, bytes], faults: list[KnowledgeError]) -> str:
    version = contents.get("VERSION", b"").decode("utf-8", "replace").strip()
    if not re.fullmatch(r"\d{4}\.\d{2}(\.\d+)?", version):
        remedy = "write year.month into tables/VERSION"
        faults.append(KnowledgeError("VERSION", "", "", "no version like 2026.11", remedy))
    return version


def _unique(rows: Iterable[Row]) -> None:
    seen: set[str] = set()
    for row in rows:
        if row.name in seen:
            row.note(ROW_NAMES[row.table][0], f"'{row.name}' stands twice", "give every row its own id")
        seen.add(row.name)


def _sources(rows: Sequence[Row]) -> dict[str, Source]:
    for row in rows:
        row.check_date("date", is_year_enough=True)
        for column in ("key", "citation", "identifier"):
            if not row[column]:
                row.note(column, "empty", "say what is cited and how it is found")
        if not re.fullmatch(r"[A-Z][A-Za-z0-9-]*", row["key"]):
            row.note("key", f"'{row['key']}' is not a key", "write letters, digits and hyphens")
        if row["key"].startswith(("OKB", "MOA")):
            row.note("key", "a licensed database", "cite the label, trial or paper itself")
        _check_id(row, "key", r".*", "")
        row.plain("citation")
        row.plain("identifier")
    return {row["key"]: _source(row) for row in rows}


# The key of rules that we made for safety; "laboratory" here means any.
_LABORATORY_RULES = "LAB-RULE"


def _source(row: Row) -> Source:
    return Source(row["key"], row.marked_briefly(row["citation"]), row["identifier"], row["date"])


def _check_id(row: Row, column: str, form: str, remedy: str) -> None:
    """The form of an id; `LAB-` before it marks what a laboratory added, and nothing else."""
    bare = row[column].removeprefix("LAB-") if row[column] != _LABORATORY_RULES else row[column]
    if not re.fullmatch(form, bare):
        prefix = " behind LAB-" if bare != row[column] else ""
        row.note(column, f"'{row[column]}' is not a rule id", remedy + prefix)
    if bare != row[column] and (row.change is None or row.change.kind != "add"):
        row.note(column, "LAB- stands before the ids that a laboratory adds", "give the row one of our ids")


def _common(row: Row, sources: Mapping[str, Source]) -> tuple[tuple[str, ...], EvidenceStatus]:
    """The sources and the evidence status of a row, checked."""
    keys = _cited(row, sources)
    if not keys:
        row.note("sources", "no source", "name at least one key of sources.tsv")
    status = row.one_of("evidence_status", ("verified", "unverified"))
    if "GK" in keys and status == "verified":
        row.note("evidence_status", "general knowledge is not verified", "write unverified, or cite a source")
    row.check_date("reviewed")
    return keys, cast(EvidenceStatus, status)


def _cited(row: Row, sources: Mapping[str, Source]) -> tuple[str, ...]:
    """The cited keys of sources.tsv. Ids of facts.tsv may stand beside them; they are no references."""
    # Without a readable sources.tsv every key would be unknown, which would say nothing.
    known = frozenset({*sources, *_fact_ids(row)}) if sources else _ANY
    cited = row.listed("sources", ";", known)
    return tuple(key for key in cited if key in sources) if sources else cited


def _fact_ids(row: Row) -> tuple[str, ...]:
    return tuple(key for key in row["sources"].split(";") if FACT_ID.fullmatch(key))


def _rules(rows: Sequence[Row], table: _RuleTable, sources: Mapping[str, Source]) -> tuple[Rule, ...]:
    return tuple(_rule(row, table, sources) for row in rows)


def _rule(row: Row, table: _RuleTable, sources: Mapping[str, Source]) -> Rule:
    keys, status = _common(row, sources)
    _check_id(row, "id", table.prefix + r"\d{2}", "write the table's two letters and two digits")
    if not re.fullmatch(r"[a-z]", row["part"]):
        row.note("part", f"'{row['part']}' is not a part", "write a, b, c … in the order in which the rows are asked")
    wording = row.text("wording", table.placeholders)
    if not wording:
        row.note("wording", "empty", "say what is printed")
    for phrase in row.cells.get("must_not_say", "").split("; "):
        if phrase and phrase.lower() in wording.lower():
            row.note("wording", f"says '{phrase}', which this row must not say", "rephrase")
    effect = table.effects[row.one_of(table.effect_column, table.effects)]
    conditions = {column: row.words(column, allowed) for column, allowed in table.vocabulary.items()}
    if effect == "other_entity" and row["scope"] != "fusion":
        row.note("effect", "other_entity without a fusion", "set scope to fusion")
    return Rule(
        id=row["id"],
        part=row["part"],
        conditions={column: words for column, words in conditions.items() if words.kind != "any"},
        effect=effect,
        result=row.one_of("result", ("none", "indeterminate", "mismatch", "hold")) if "result" in row.cells else "none",
        scope=_scope(row),
        entity=row.marked_briefly(row.plain("entity")) if "entity" in row.cells else "",
        wording=row.marked(wording),
        follow_up=row.marked_parts(row.text("follow_up", table.placeholders)) if "follow_up" in row.cells else "",
        sources=keys,
        evidence_status=status,
        fact_ids=_fact_ids(row),
    )


def _scope(row: Row) -> str:
    if "section" in row.cells:
        return row.one_of("section", _SECTIONS)
    return row.one_of("scope", ("fusion", "case")) if "scope" in row.cells else "case"


_ACTION_TEXT = _closed("fusion gene agent age conditions guideline why state")
_JURISDICTIONS = _closed("US EU JP other any")
_REGULATORY = _closed("approved accelerated conditional other_tumour evidence none")
_RELATIONS = _closed("on_label off_label guideline conditions_not_met trial_evidence")


def _actions(rows: Sequence[Row], sources: Mapping[str, Source], blocks: Mapping[str, str]) -> tuple[Action, ...]:
    seen: set[str] = set()
    for row in rows:
        for place in row.listed("jurisdiction", "|", _JURISDICTIONS):
            if f"{row['id']} {place}" in seen:
                row.note("id", f"'{row['id']} {place}' stands twice", "give every row its own id")
            seen.add(f"{row['id']} {place}")
    return tuple(_action(row, sources, blocks) for row in rows)


def _action(row: Row, sources: Mapping[str, Source], blocks: Mapping[str, str]) -> Action:
    keys, status = _common(row, sources)
    _check_id(row, "id", r"ACT\d{2}", "write ACT and two digits")
    is_printed = row.one_of("print", ("yes", "omit")) == "yes"
    if status == "unverified" and is_printed:
        row.note("print", "an unverified row carries a therapy line", "set print to omit, or verify the row")
    _check_tier(row, is_printed)
    if row["approved"]:
        row.check_date("approved")
    if row["block"] and row["block"] not in blocks:
        row.note("block", f"'{row['block']}' is not in blocks.tsv", "name one of its rows, or leave the cell empty")
    if not re.fullmatch(r"[A-Za-z][A-Za-z -]*", row["agent"]):
        row.note("agent", f"'{row['agent']}' is not a name", "write the agent's name, or none")
    relation = row.one_of("relation", _RELATIONS)
    conditions = row.listed("conditions", ";", LABEL_CONDITIONS)
    if relation == "on_label" and not conditions:
        row.note("conditions", "a label without conditions", "name the label's conditions")
    if is_printed and not (row["wording"] and row["status"]):
        row.note("wording", "empty", "say what is printed, and the short status")
    age = _age(row)
    hidden = row.one_of("outside_age", ("show", "suppress")) == "suppress"
    if age.text and not hidden and not row["outside_wording"]:
        row.note("outside_wording", "empty", "say what is printed outside the age, or suppress it")
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
        wording=row.marked(row.text("wording", _ACTION_TEXT)),
        outside_wording=row.marked(row.text("outside_wording", _ACTION_TEXT)),
        status=row.marked_briefly(row.text("status", _ACTION_TEXT)),
        sources=keys,
        evidence_status=status,
        fact_ids=_fact_ids(row),
    )


def _check_tier(row: Row, is_printed: bool) -> None:
    """AMP/ASCO/CAP 2017: tier I goes with level A or B, tier II with C or D, tier III with none."""
    allowed = {"I": ("A", "B"), "II": ("C", "D"), "III": ("",), "": ("",)}
    if row.one_of("tier", allowed) == row["tier"] and row["level"] not in allowed[row["tier"]]:
        message = f"tier '{row['tier']}' does not go with level '{row['level']}'"
        row.note("level", message, "I with A or B, II with C or D, III without a level")
    if is_printed and not row["tier"]:
        row.note("tier", "a printed row without a tier", "give the tier")
    if row["agent"] == "none" and row["tier"] in ("I", "II"):
        row.note("tier", "a therapy tier without an agent", "use tier III")
    if row["finding"] == "expression_only" and row["agent"] != "none":
        row.note("agent", "a drug without a fusion that could be its target", "set the agent to none")
    if row["finding"] == "not_functional" and row["agent"] != "none":
        row.note("agent", "a drug for an event without a functional kinase", "set the agent to none")


def _age(row: Row) -> AgeRange:
    text = row["age"]
    if text == "any":
        return AgeRange()
    found = AGE.fullmatch(text)
    if not found:
        row.note("age", f"'{text}' is not an age range", "write 'from 1 year', 'from 1 year to under 18 years'…")
        return AgeRange(text=text)
    years, stop, months = found.groups()
    if months:
        return AgeRange(over=int(months), text=text)
    return AgeRange(start=int(years) * 12, stop=int(stop) * 12 if stop else None, text=text)


def _blocks(rows: Sequence[Row], sources: Mapping[str, Source]) -> dict[str, str]:
    for row in rows:
        _common(row, sources)
    return {row["id"]: row.marked(row.text("wording", _closed("agents guideline"))) for row in rows}


def _partners(rows: Sequence[Row], sources: Mapping[str, Source]) -> tuple[Partner, ...]:
    found: list[Partner] = []
    for row in rows:
        keys, status = _common(row, sources)
        _check_id(row, "id", r"PT\d{3}", "write PT and three digits")
        row.listed("driver", "|", _GENE)
        kind = row.one_of("kind", ("gene", "mechanism", "treatment"))
        partners = row.listed("partners", "|", _GENE if kind != "mechanism" else re.compile(r"\w+"))
        pattern = row.words("expected_pattern", PATTERNS)
        wording = row.marked(row.text("wording", _closed("fusion")))
        expected = row.plain("expected_text")
        found.append(
            Partner(
                *(row["id"], row["driver"], partners, kind, pattern, expected, wording, keys, status, _fact_ids(row))
            )
        )
    return tuple(found)


def _resistance(rows: Sequence[Row], sources: Mapping[str, Source]) -> tuple[Resistance, ...]:
    found: list[Resistance] = []
    for row in rows:
        keys, status = _common(row, sources)
        _check_id(row, "id", r"RV\d{2}", "write RV and two digits")
        row.one_of("driver", KINASES)
        row.one_of("effect", ("flag",))
        variants = frozenset(row.listed("variants", "|", _VARIANT))
        agents = frozenset(row.listed("agents", "|", re.compile(r"[a-z]+")))
        wording = row.marked(row.text("wording", _closed("variant gene")))
        mark = row.change.mark if row.change is not None else ""
        found.append(
            Resistance(row["id"], row["driver"], variants, agents, wording, keys, status, mark, _fact_ids(row))
        )
    return tuple(found)
