"""
Fusions and findings that point to another disease: the diagnostic alerts, which come before any therapy text.

Only fusions that are well supported and may work raise an alert; a possible fusion is not allowed to name a disease.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from interpret.concordance import Concordance, is_not_functional
from interpret.context import Context
from interpret.facts import facts_met
from interpret.findings import Fusion, ReviewedCall, Ruling
from interpret.knowledge import Knowledge, Rule
from interpret.stains import OpenTests, follow_up_text, stain_words
from parsers.laboratory import Assay
from parsers.records import Case


@dataclass(frozen=True, slots=True)
class Alerts:
    """
    The alerts in table order, and which fusions may carry which therapy text.

    `entities` names the disease that a fusion defines, `suggested` those that any alert raises (a row without an entity
    is a note and raises none). `left_open` names for a fusion the diseases that it may mean instead of IMT and that no
    stain speaks against: no label condition on the diagnosis is met before. The other two hold the id of the row that
    stops therapy text.
    """

    rulings: tuple[Ruling, ...]
    entities: Mapping[str, str]
    suggested: tuple[str, ...]
    without_imt_therapy: Mapping[str, str]
    case_without_imt_therapy: str
    left_open: Mapping[str, tuple[str, ...]]

    def imt_therapy_stopped_by(self, fusion: Fusion) -> str:
        """The id of the row that stops the IMT therapy lines of a fusion; empty if none does."""
        return self.without_imt_therapy.get(fusion.name, "") or self.case_without_imt_therapy


def find_entities(fusions: Sequence[Fusion], context: Context, case: Case, knowledge: Knowledge) -> tuple[Fusion, ...]:
    """The fusions, those that define another disease classified as such; their reasons say which."""
    facts = _case_facts(context, case)
    found: list[Fusion] = []
    for fusion in fusions:
        rule = next(
            (
                rule
                for rule in knowledge.differential
                if rule.effect == "other_entity" and rule.holds(facts | _fusion_facts(fusion))
            ),
            None,
        )
        if rule is None or not _may_speak(fusion):
            found.append(fusion)
            continue
        reason = f"The fusion points to another disease: {rule.entity}."
        found.append(replace(fusion, classification="other_entity", reasons=(*fusion.reasons, reason)))
    return tuple(found)


def find_alerts(
    case: Case,
    assay: Assay,
    fusions: Sequence[Fusion],
    reviewed: Sequence[ReviewedCall],
    context: Context,
    concordance: Concordance,
    knowledge: Knowledge,
) -> Alerts:
    """Every row of differential.tsv that holds: per fusion, then for the case."""
    shared = _case_facts(context, case) | {
        "alk_ihc": frozenset({concordance.groups["ALK"].stains.ihc}),
        "sequencing": concordance.case_sequencing,
    }
    tests = OpenTests(case.ihc, case.fish)
    fired: list[tuple[Rule, Ruling, str]] = []
    for fusion in fusions:
        if _may_speak(fusion):
            facts = shared | _fusion_facts(fusion)
            fired += _fired(knowledge.differential, "fusion", facts, fusion.name, context, tests)
    for five, three in _unlisted_pairs(reviewed, assay):
        facts = shared | {"gene_5prime": frozenset({five}), "gene_3prime": frozenset({three})}
        fired += _fired(knowledge.differential, "fusion", facts, f"{five}::{three}", context, tests)
    spoken = {rule.id for rule, _, _ in fired}
    for_case = _fired(knowledge.differential, "case", shared, "", context, tests)
    fired += [one for one in for_case if one[0].id not in spoken]
    order = {id(rule): number for number, rule in enumerate(knowledge.differential)}
    fired.sort(key=lambda one: order[id(one[0])])
    return Alerts(
        rulings=tuple(ruling for _, ruling, _ in fired),
        entities={name: rule.entity for rule, _, name in fired if rule.effect == "other_entity"},
        suggested=tuple(dict.fromkeys(rule.entity for rule, _, _ in fired if rule.entity)),
        without_imt_therapy={name: rule.id for rule, _, name in fired if name and _stops_imt_therapy(rule, context)},
        case_without_imt_therapy=next(
            (
                rule.id
                for rule, _, name in fired
                if (not name and _stops_imt_therapy(rule, context)) or rule.effect == "other_entity"
            ),
            "",
        ),
        left_open={
            fusion.name: _left_open(shared | _fusion_facts(fusion), knowledge)
            for fusion in fusions
            if _may_speak(fusion)
        },
    )


def _left_open(facts: Mapping[str, frozenset[str]], knowledge: Knowledge) -> tuple[str, ...]:
    found = [rule.entity for rule in knowledge.differential if rule.effect == "left_open" and rule.holds(facts)]
    return tuple(dict.fromkeys(found))


def _stops_imt_therapy(rule: Rule, context: Context) -> bool:
    is_settled = context.is_imt and context.tumour.is_settled
    return rule.effect == "no_imt_therapy" or (rule.effect == "only_if_settled" and not is_settled)


def _may_speak(fusion: Fusion) -> bool:
    if fusion.evidence == "inferred" or fusion.role == "reciprocal" or is_not_functional(fusion):
        return False
    return fusion.classification in ("reportable", "other_entity", "uncertain")


def _fusion_facts(fusion: Fusion) -> dict[str, frozenset[str]]:
    facts = {
        "gene_5prime": frozenset({fusion.gene_5prime}),
        "gene_3prime": frozenset({fusion.gene_3prime}),
        "driver": frozenset({fusion.driver}),
    }
    if fusion.classification == "reportable" and fusion.role == "driver":
        facts["fusion"] = frozenset({"functional"})
    return facts


def _case_facts(context: Context, case: Case) -> dict[str, frozenset[str]]:
    stains = stain_words(case.ihc, case.fish)
    return {
        "age": context.age.words,
        "site": context.sites,
        "diagnosis": context.diagnosis,
        "setting": context.setting,
        "morphology": context.morphology & {"epithelioid"},
        "stains": stains,
        "without_stains": stains,
        "variant": frozenset(variant.gene for variant in context.variants),
        "disease": frozenset({context.specimen.disease_status}),
    }


def _unlisted_pairs(reviewed: Sequence[ReviewedCall], assay: Assay) -> list[tuple[str, str]]:
    """
    Well supported calls of genes outside the gene models, by name: a disease-defining pair may be among them.

    An event within one gene (EGFR vIII, skipping of MET exon 14) is no fusion and defines none.
    """
    pairs = {
        (five, three)
        for call in reviewed
        if call.disposition == "not_reportable" and (_reads(call) or 0) >= assay.minimum_split_reads
        for five, separator, three in [call.name.partition("::")]
        if separator and five != three
    }
    return sorted(pairs)


def _reads(call: ReviewedCall) -> int | None:
    return call.supporting_reads if call.split_reads is None else call.split_reads


# Rows that say nothing by themselves: kept for the record, or asked by the label conditions.
_SILENT = ("never", "left_open")


def _fired(
    rules: Sequence[Rule],
    scope: str,
    facts: Mapping[str, frozenset[str]],
    fusion: str,
    context: Context,
    tests: OpenTests,
) -> list[tuple[Rule, Ruling, str]]:
    found: dict[str, tuple[Rule, Ruling, str]] = {}
    placeholders = {"fusion": fusion, "grounds": _grounds(facts, context), "tests": tests}
    for rule in rules:
        if rule.scope != scope or rule.effect in _SILENT or rule.id in found or not rule.holds(facts):
            continue
        ruling = Ruling(
            rule=rule.id,
            text=rule.wording.format_map(placeholders),
            sources=rule.sources,
            marker=fusion,
            classification=rule.effect,
            recommendation=follow_up_text(rule.follow_up, placeholders),
            part=rule.part,
            because=facts_met(rule, facts),
        )
        found[rule.id] = (rule, ruling, fusion)
    return list(found.values())


def _grounds(facts: Mapping[str, frozenset[str]], context: Context) -> str:
    parts = []
    if "lymphoplasmacytic" in context.diagnosis:
        parts.append("lymphoplasmacytic or storiform lesion")
    if "IGG4+" in facts["stains"]:
        parts.append("IgG4 staining")
    return ", ".join([*parts, "no fusion shown"])
