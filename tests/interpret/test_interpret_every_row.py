"""
Every row of the rule tables that prints is fired by a case made from its own conditions, and by no nearest neighbour.

A neighbour differs in one condition. What no case fires is listed with the reason; a new row without a case fails here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest
import test_interpret_approved as approved
import test_interpret_concordance as concordance
import test_interpret_differential as differential
import test_interpret_guidance as guidance
import test_interpret_risk as risk
from made_cases import (
    KINASES,
    a_call,
    a_fish,
    a_fusion,
    a_laboratory,
    a_metric,
    a_source,
    a_specimen,
    a_stain,
    a_variant,
    an_assay,
    interpreted_with,
    the_knowledge,
)

from interpret.conditions import ANY
from interpret.findings import Interpretation
from interpret.knowledge import Action, Partner, Resistance, Rule
from interpret.stains import GENES_OF, GROUP_OF, STAIN_OF

RULES: dict[str, tuple[Rule, ...]] = {
    "concordance": the_knowledge().concordance,
    "differential": the_knowledge().differential,
    "risk": the_knowledge().risk,
    "guidance": the_knowledge().guidance,
}
# A label condition asks these rows; they say nothing themselves (test_interpret_pinned_differential.py).
ASKED_BY_LABELS = {row.id + row.part for row in RULES["differential"] if row.effect == "left_open"}
# Kept as a record of what is not printed.
NEVER = {row.id + row.part for rows in RULES.values() for row in rows if row.effect == "never"}


def fired(result: Interpretation) -> set[str]:
    """Id and part of every row of the four rule tables that the report rests on."""
    tables = {f"{name}.tsv" for name in RULES}
    return {one.id + one.part for one in result.rules if one.table in tables}


def situations() -> Iterator[Interpretation]:
    """The situations of the rule tests and the approved cases."""
    yield from (concordance.result_of(given) for _, given in concordance.SPEAKS)
    yield from (differential.result_of(given) for _, given in differential.SPEAKS)
    for _, specimen in risk.SPEAKS:
        yield interpreted_with(a_fusion("RANBP2::ALK"), specimen=a_specimen(**specimen), ihc=(a_stain("ALK"),))
    yield from (situation() for *_, situation in guidance.SPEAKS)
    for fusions, changes in (*approved.VERDICTS.values(), *approved.THERAPIES.values()):
        yield interpreted_with(*fusions, **changes)


def test_every_row_of_differential_risk_and_guidance_is_fired_by_a_situation_or_never_speaks() -> None:
    seen = set().union(*map(fired, situations()))
    rows = {row.id + row.part for name in ("differential", "risk", "guidance") for row in RULES[name]}
    assert rows - seen == NEVER | ASKED_BY_LABELS
    assert not seen & (NEVER | ASKED_BY_LABELS)


@pytest.mark.parametrize(
    ("speaks", "is_silent"),
    [(differential.SPEAKS, differential.IS_SILENT), (risk.SPEAKS, risk.IS_SILENT)],
    ids=["differential", "risk"],
)
def test_every_situation_has_a_neighbour_in_which_the_row_is_silent(speaks: Any, is_silent: Any) -> None:
    assert {rule for rule, *_ in speaks} == {rule for rule, *_ in is_silent}


# Comparison of methods: a case from the conditions of a row, one word a column.

DEFAULTS = {
    "marker": "ALK", "ihc": "not_done", "pattern": "", "fish": "not_done", "sequencing": "none", "partner": "",
    "frame": "in-frame", "molecule": "RNA", "tested_by": "RNA", "quality": "pass", "chemistry": "other",
    "morphology": "", "other_fusion": "no", "drivers": "one", "kinase_stains": "none",
}  # fmt: skip
# The first that a condition accepts is taken; what is most ordinary comes first.
CHOICES = {
    "marker": ("ALK", "ROS1", "NTRK", "RET", "PDGFRB", "IGF1R", "case"),
    "ihc": ("positive", "negative", "not_done", "equivocal", "weak"),
    "pattern": ("", "nuclear_membrane", "perinuclear", "nuclear"),
    "fish": ("not_done", "negative", "positive", "equivocal"),
    "sequencing": (
        "none", "fusion", "not_informative", "not_tested", "not_functional", "unconfirmed", "other_entity", "imbalance",
    ),
    "partner": ("TPM3", "RANBP2", "RRBP1", "IGFBP5", "NPM1"),
    "frame": ("in-frame", "not_assessable"),
    "molecule": ("RNA", "DNA", "RNA DNA"),
    "tested_by": ("RNA", "DNA", "both", "nothing"),
    "quality": ("pass", "fail", "not_documented", "low_tumour", "borderline", "not_sequenced"),
    "chemistry": ("other", "amplicon"),
    "morphology": ("", "epithelioid"),
    "other_fusion": ("no", "yes", "confirmed", "entity"),
    "drivers": ("one", "none", "several"),
    "kinase_stains": ("none", "one", "several"),
}  # fmt: skip
QUALITY: dict[str, dict[str, Any]] = {
    "pass": {},
    "fail": {"metrics": (a_metric(value=10),)},
    "borderline": {"metrics": (a_metric(value=27),)},
    "not_documented": {"metrics": ()},
    "not_sequenced": {"sources": ()},
    "low_tumour": {},
}
SOURCES = {
    "RNA": (a_source("RNA"),),
    "DNA": (a_source("DNA"),),
    "both": (a_source("RNA"), a_source("DNA")),
    "nothing": (),
}


def words_of(column: str, word: str) -> frozenset[str]:
    """A choice as the facts of the table: a fusion found with both molecules has two words, a confirmed one as well."""
    if column == "sequencing" and word == "imbalance":
        return frozenset({"none", "imbalance"})
    if column == "other_fusion" and word == "confirmed":
        return frozenset({"yes", "confirmed"})
    return frozenset(word.split())


def situation_of(row: Rule) -> dict[str, str]:
    """The most ordinary situation in which the row holds and no earlier row of its id does."""
    earlier = [one for one in RULES["concordance"] if one.id == row.id and one.part < row.part]
    accepted = {
        column: [word for word in choices if row.conditions.get(column, ANY).accept(words_of(column, word))]
        for column, choices in CHOICES.items()
    }
    ordinary = {
        column: DEFAULTS[column] if DEFAULTS[column] in words else words[0] for column, words in accepted.items()
    }
    for ihc, fish, quality in product(*(accepted[column] for column in ("ihc", "fish", "quality"))):
        found = possible(ordinary | {"ihc": ihc, "fish": fish, "quality": quality})
        facts = {column: words_of(column, word) for column, word in found.items()}
        if row.holds(facts) and not any(one.holds(facts) for one in earlier):
            return found
    raise AssertionError(f"{row.id}{row.part}: no situation")


def possible(situation: Mapping[str, str]) -> dict[str, str]:
    """The situation with what its words imply: an absence is one of good quality, a pattern one of a stain."""
    found = dict(situation)
    if found["ihc"] in ("negative", "not_done"):
        found["pattern"] = ""
    if found["sequencing"] not in ("not_informative", "not_tested"):
        # A call from failed sequencing is not the same call.
        found["quality"] = "pass"
    if found["sequencing"] == "fusion" and found["partner"] == "NPM1":
        # NPM1::ALK is the fusion of another disease, whatever a test calls it.
        found["partner"] = "TPM3"
    if found["sequencing"] == "not_informative" and found["quality"] in ("pass", "not_sequenced"):
        found["quality"] = "fail"
    if found["sequencing"] == "not_tested" and found["marker"] == "case":
        found["quality"] = "not_sequenced"
    if found["quality"] == "not_sequenced":
        found["tested_by"] = "nothing" if found["sequencing"] == "not_tested" else "RNA"
        found["quality"] = "not_sequenced" if found["sequencing"] == "not_tested" else "pass"
    elif found["tested_by"] == "nothing":
        found["tested_by"] = "RNA"
    if found["molecule"] != "RNA" and found["tested_by"] == "RNA":
        found["tested_by"] = "DNA" if found["molecule"] == "DNA" else "both"
    return found


def result_of(situation: Mapping[str, str]) -> Interpretation:
    marker = "ALK" if situation["marker"] == "case" else situation["marker"]
    gene = {"NTRK": "NTRK3"}.get(marker, marker)
    stains, probes, fusions = [], [], []
    if marker in STAIN_OF and situation["ihc"] != "not_done":
        weak = {"intensity": "1+"} if situation["ihc"] == "weak" else {}
        state = "positive" if weak else situation["ihc"]
        stains.append(a_stain(STAIN_OF[marker], state, situation["pattern"].replace("_", " "), **weak))
    if situation["fish"] != "not_done":
        probes.append(a_fish(gene, situation["fish"]))
    if situation["sequencing"] in ("fusion", "not_functional", "unconfirmed", "uncertain", "other_entity"):
        kind = {"fusion": "reportable"}.get(situation["sequencing"], situation["sequencing"])
        name = f"{situation['partner'] or 'TPM3'}::{gene}"
        changes = {"reading_frame": situation["frame"], "molecule": " and ".join(situation["molecule"].split())}
        fusions.append(a_fusion(name, classification=kind, **changes))
    other = "ALK" if marker == "ROS1" else "ROS1"
    if situation["other_fusion"] in ("yes", "confirmed") or situation["drivers"] == "several":
        fusions.append(a_fusion(f"TFG::{other}"))
    if situation["drivers"] == "several" and len(fusions) == 1:
        fusions.append(a_fusion("TPM3::ALK"))
    if situation["other_fusion"] == "confirmed":
        stains.append(a_stain(other))
    if situation["other_fusion"] == "entity":
        fusions.append(a_fusion("PAX3::FOXO1", role="other", kinase_domain="not_applicable"))
    if situation["kinase_stains"] == "several":
        stains += [a_stain("ALK"), a_stain("ROS1")]
    missing = GENES_OF[marker] if situation["sequencing"] == "not_tested" else ()
    genes = tuple(gene for gene in (*KINASES, "IGF1R") if gene not in missing)
    chemistry = "amplicon" if situation["chemistry"] == "amplicon" else "hybrid capture"
    parts: dict[str, Any] = {"sources": SOURCES[situation["tested_by"]]} | QUALITY[situation["quality"]]
    if situation["sequencing"] == "imbalance":
        parts["calls"] = (a_call(gene, gene, event_type="5p3pAssays"),)
    tumour = 5 if situation["quality"] == "low_tumour" else 60
    return interpreted_with(
        *fusions,
        laboratory=a_laboratory(an_assay(genes=genes, chemistry=chemistry)),
        specimen=a_specimen(tumour_cells_pct=tumour, morphology=situation["morphology"]),
        ihc=tuple(stains),
        fish=tuple(probes),
        **parts,
    )


@pytest.mark.parametrize("row", RULES["concordance"], ids=lambda row: row.id + row.part)
def test_a_row_of_the_comparison_is_fired_by_the_case_that_its_conditions_describe(row: Rule) -> None:
    assert row.id + row.part in fired(result_of(situation_of(row)))


@pytest.mark.parametrize("row", RULES["concordance"], ids=lambda row: row.id + row.part)
def test_a_row_of_the_comparison_is_silent_where_one_condition_differs(row: Rule) -> None:
    given = situation_of(row)
    neighbours = 0
    for column in ("ihc", "fish", "sequencing"):
        condition = row.conditions.get(column)
        if condition is None or (column == "ihc" and given["marker"] not in STAIN_OF):
            continue
        for word in CHOICES[column]:
            if not condition.accept(words_of(column, word)):
                neighbours += 1
                assert row.id + row.part not in fired(result_of(possible(given | {column: word}))), f"{column} {word}"
    assert neighbours or not {"ihc", "fish", "sequencing"} & set(row.conditions)


# Partners, therapy lines and resistance.


def rules_of_tables(result: Interpretation, table: str) -> set[str]:
    return {one.id for one in result.rules if one.table == f"{table}.tsv"}


PARTNER_ROWS = [(row, partner) for row in the_knowledge().partners if row.kind == "gene" for partner in row.partners]


@pytest.mark.parametrize(("row", "partner"), PARTNER_ROWS, ids=lambda value: getattr(value, "id", value))
def test_a_partner_row_speaks_of_its_driver_and_partner_alone_and_only_once_verified(
    row: Partner, partner: str
) -> None:
    is_entity = row.driver not in GROUP_OF
    own = a_fusion(f"{partner}::{row.driver}", **({"role": "other"} if is_entity else {}))
    is_verified = row.evidence_status == "verified"
    assert (row.id in rules_of_tables(interpreted_with(own), "partners")) is is_verified
    other_driver = "ROS1" if row.driver == "ALK" else "ALK"
    for neighbour in (
        a_fusion(f"{partner}::{other_driver}"),
        a_fusion(f"NOVEL1::{row.driver}"),
        a_fusion(f"{partner}::{row.driver}", classification="unconfirmed"),
    ):
        assert row.id not in rules_of_tables(interpreted_with(neighbour), "partners"), neighbour.name


def test_the_other_partner_rows_are_mechanisms_without_a_partner_and_one_note_on_treatment() -> None:
    others = {row.id: row.kind for row in the_knowledge().partners if row.kind != "gene"}
    assert others == {"PT034": "mechanism", "PT035": "mechanism", "PT055": "mechanism", "PT061": "treatment"}
    assert "PT061" in rules_of_tables(interpreted_with(a_fusion("RANBP2::ALK")), "partners")
    assert "PT061" not in rules_of_tables(interpreted_with(a_fusion("RRBP1::ALK")), "partners")


LINES = [row for row in the_knowledge().actions if row.finding == "fusion"]
PARTNER_OF = {"ALK": "TPM3", "ROS1": "TFG", "NTRK3": "ETV6", "RET": "CCDC6", "PDGFRB": "NAB2", "IGF1R": "FN1"}
REGIONS = {"other": "BR", "any": "US"}


def line_of(row: Action, *, jurisdiction: str = "", age: float | None = None, **changes: Any) -> set[str]:
    """The ids of the lines on a fusion of the row's driver, in its jurisdiction and at an age within its limits."""
    driver = min(row.drivers)
    region = jurisdiction or min(row.jurisdictions)
    inside = (row.age.start or row.age.over or 0) / 12 + 0.2 if row.age.text else 34.0
    specimen = a_specimen(inside if age is None else age, jurisdiction=REGIONS.get(region, region))
    fusion = a_fusion(f"{PARTNER_OF.get(driver, 'LMNA')}::{driver}", **changes)
    return {line.rule for line in interpreted_with(fusion, specimen=specimen).therapies}


@pytest.mark.parametrize("row", LINES, ids=lambda row: f"{row.id}/{min(row.jurisdictions)}")
def test_a_therapy_row_speaks_for_its_driver_place_and_age_and_a_row_not_to_be_printed_never(row: Action) -> None:
    assert (row.id in line_of(row)) is row.is_printed
    assert row.id not in line_of(row, classification="unconfirmed")
    assert row.id not in line_of(row, classification="not_functional", kinase_domain="lost")
    own = {region for one in LINES if one.id == row.id for region in one.jurisdictions}
    for region in {"US", "EU", "JP", "other"} - own if "any" not in own else ():
        assert row.id not in line_of(row, jurisdiction=region), region
    if row.hidden_outside_age:
        first = (row.age.start or row.age.over or 0) / 12
        assert row.id not in line_of(row, age=first * 0.9)


def test_the_therapy_rows_without_a_fusion_speak_of_expression_and_of_events_without_function() -> None:
    others = {row.id for row in the_knowledge().actions if row.finding != "fusion" and row.is_printed}
    assert others == {"ACT12", "ACT40"}
    stained: dict[str, Any] = {"ihc": (a_stain("ALK"),)}
    assert {line.rule for line in interpreted_with(**stained).therapies} == {"ACT12"}
    assert not interpreted_with(ihc=(a_stain("ALK", "negative"),)).therapies
    lost = a_fusion("TPM3::ALK", classification="not_functional", kinase_domain="lost")
    assert {line.rule for line in interpreted_with(lost).therapies} == {"ACT40"}
    assert "ACT40" not in {line.rule for line in interpreted_with(a_fusion("TPM3::ALK")).therapies}


VARIANTS = [(row, variant) for row in the_knowledge().resistance for variant in sorted(row.variants)]


@pytest.mark.parametrize(("row", "variant"), VARIANTS, ids=lambda value: getattr(value, "id", value))
def test_a_resistance_row_speaks_of_its_change_in_its_driver_and_not_of_the_next_residue(
    row: Resistance, variant: str
) -> None:
    partner = PARTNER_OF.get(row.driver, "LMNA")

    def alerts(gene: str, change: str, driver: str = row.driver) -> set[str]:
        result = interpreted_with(a_fusion(f"{partner}::{driver}"), variants=(a_variant(gene, f"p.{change}"),))
        return {one.rule for one in result.alerts if one.classification == "resistance"}

    listed = {int(one[1:-1]) for other in the_knowledge().resistance for one in other.variants}
    beside = next(number for number in range(int(variant[1:-1]) + 1, 10_000) if number not in listed)
    assert row.id in alerts(row.driver, variant)
    assert row.id not in alerts(row.driver, f"{variant[0]}{beside}{variant[-1]}")
    assert row.id not in alerts("TP53", variant)
    assert row.id not in alerts(row.driver, variant, driver="ROS1" if row.driver == "ALK" else "ALK")
