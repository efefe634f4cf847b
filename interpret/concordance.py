"""
Immunohistochemistry, FISH and sequencing side by side: which rows of concordance.tsv hold for this case.

The facts of each driver group are words; the rows decide. Nothing here knows a row by its id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from interpret.context import Context
from interpret.facts import facts_met
from interpret.findings import Fusion, Ruling
from interpret.fusions import is_imbalance
from interpret.knowledge import MARKERS, Knowledge, Rule
from interpret.quality import Quality
from interpret.sentences import listed
from interpret.stains import (
    GENES_OF,
    GROUP_OF,
    STAIN_OF,
    OpenTests,
    StainView,
    follow_up_text,
    pending_tests,
    positive_kinase_stains,
    view_of,
)
from parsers.laboratory import Assay
from parsers.records import Case


@dataclass(frozen=True, slots=True)
class GroupEvidence:
    """
    One driver group: its stains, what sequencing says about it, and the fusion that is meant.

    Beside `none`, the word `elsewhere` says that sequencing shows the fusion of another disease.
    """

    group: str
    stains: StainView
    sequencing: frozenset[str]
    fusion: Fusion | None
    # All fusions that are open in the same way as `fusion`, itself among them.
    alike: tuple[Fusion, ...] = ()


@dataclass(frozen=True, slots=True)
class Concordance:
    """The rulings in table order, and what follows from them for status and therapy."""

    rulings: tuple[Ruling, ...]
    groups: Mapping[str, GroupEvidence]
    case_sequencing: frozenset[str]
    indeterminate_groups: frozenset[str]
    mismatched_groups: frozenset[str]
    without_therapy: Mapping[str, str]
    is_held: bool
    is_indeterminate: bool


def compare(
    case: Case, assay: Assay, fusions: Sequence[Fusion], quality: Quality, context: Context, knowledge: Knowledge
) -> Concordance:
    """
    Every row of the concordance table that holds, group by group.

    Calls of a run whose control failed are compared with nothing, and a case on hold has only the row that holds it.
    """
    if quality.is_held:
        fusions, case = (), replace(case, calls=())
    drivers = reportable_drivers(fusions)
    shared = _shared_facts(case, assay, quality, context, len(drivers))
    groups = {group: _group(group, case, assay, fusions, quality) for group in MARKERS}
    case_sequencing = _case_sequencing(fusions, quality)
    rulings: list[tuple[Rule, Ruling]] = []
    for group, evidence in groups.items():
        facts = shared | _group_facts(evidence)
        facts["other_fusion"] = _other_fusion(group, drivers, groups, fusions)
        rulings += _fired(knowledge.concordance, facts, group, _placeholders(evidence, drivers, case, assay, quality))
    facts = shared | {"marker": frozenset({"case"}), "sequencing": case_sequencing}
    placeholders = _placeholders(None, drivers, case, assay, quality)
    placeholders["genes"] = ", ".join(_settled_genes(assay, groups, rulings))
    rulings += _fired(knowledge.concordance, facts, "", placeholders)
    order = {id(rule): number for number, rule in enumerate(knowledge.concordance)}
    rulings.sort(key=lambda pair: order[id(pair[0])])
    is_held = any(rule.effect == "hold" for rule, _ in rulings)
    if is_held or quality.is_held:
        rulings = [(rule, ruling) for rule, ruling in rulings if rule.effect == "hold"]
    return Concordance(
        rulings=tuple(ruling for _, ruling in rulings),
        groups=groups,
        case_sequencing=case_sequencing,
        indeterminate_groups=frozenset(
            ruling.marker for rule, ruling in rulings if rule.result == "indeterminate" and ruling.marker
        ),
        mismatched_groups=frozenset(ruling.marker for rule, ruling in rulings if rule.result == "mismatch"),
        without_therapy={
            ruling.marker: ruling.rule for rule, ruling in reversed(rulings) if rule.effect == "no_therapy"
        },
        is_held=is_held,
        is_indeterminate=any(rule.result == "indeterminate" for rule, _ in rulings),
    )


def reportable_drivers(fusions: Sequence[Fusion]) -> tuple[Fusion, ...]:
    """The fusions that may be called a result and drive the tumour by a kinase."""
    return tuple(fusion for fusion in fusions if fusion.classification == "reportable" and fusion.role == "driver")


def is_not_functional(fusion: Fusion) -> bool:
    """
    True where no functional kinase is expected, or the kinase is the 5′ gene and that is known: where the order is not,
    the other order may be a functional fusion.

    A reciprocal product is no event of its own: its main fusion stands beside it.
    """
    if fusion.role == "reciprocal" or fusion.evidence == "inferred":
        return False
    is_at_5prime = fusion.role == "other" and fusion.driver == fusion.gene_5prime and fusion.driver in GROUP_OF
    return fusion.classification == "not_functional" or (
        fusion.classification == "uncertain" and is_at_5prime and fusion.is_order_known
    )


def why_not_functional(fusion: Fusion) -> str:
    """Why no functional kinase is expected, as the middle of a sentence."""
    if fusion.driver == fusion.gene_5prime and fusion.driver in GROUP_OF:
        return f"the kinase gene {fusion.driver} is the 5-prime partner"
    if fusion.kinase_domain == "lost":
        return "the kinase domain is lost"
    if fusion.has_early_stop:
        return "a stop codon follows the junction"
    if fusion.reading_frame == "out-of-frame":
        return "the fusion is out of frame"
    return "its orientation or structure does not give a kinase fusion"


def _group(group: str, case: Case, assay: Assay, fusions: Sequence[Fusion], quality: Quality) -> GroupEvidence:
    genes = GENES_OF[group]
    own = [fusion for fusion in fusions if fusion.driver in genes and fusion.role != "reciprocal"]
    own = [fusion for fusion in own if fusion.evidence == "sequenced"]
    stains = view_of(group, case.ihc, case.fish)
    ranked = [(_event_word(fusion), fusion) for fusion in own]
    for word in ("fusion", "other_entity", "unconfirmed", "uncertain", "not_functional"):
        fusion = next((fusion for found, fusion in ranked if found == word), None)
        if fusion is not None:
            alike = tuple(one for found, one in ranked if found == word)
            return GroupEvidence(group, stains, frozenset({word}), fusion, alike)
    words = {_absence(genes, assay, quality)}
    if any(fusion.classification == "other_entity" for fusion in fusions):
        words.add("elsewhere")
    if _has_imbalance(genes, case):
        words.add("imbalance")
    return GroupEvidence(group, stains, frozenset(words), None)


def _event_word(fusion: Fusion) -> str:
    if is_not_functional(fusion):
        return "not_functional"
    match fusion.classification:
        case "reportable":
            return "fusion" if fusion.role == "driver" else "uncertain"
        case "not_functional" | "unconfirmed" | "uncertain" | "other_entity":
            return fusion.classification


def _absence(genes: Sequence[str], assay: Assay, quality: Quality) -> str:
    if not quality.is_sequenced or not set(genes) & set(assay.genes):
        return "not_tested"
    return "none" if quality.can_exclude else "not_informative"


def _has_imbalance(genes: Sequence[str], case: Case) -> bool:
    """An imbalance of 5′ and 3′ expression, which some assays report without a partner."""
    return any(is_imbalance(call) and {call.gene_5prime, call.gene_3prime} & set(genes) for call in case.calls)


def _case_sequencing(fusions: Sequence[Fusion], quality: Quality) -> frozenset[str]:
    """What was called, and without a result also what the absence of one means; `none` never stands beside a call."""
    words = {
        _event_word(fusion) for fusion in fusions if fusion.role != "reciprocal" and fusion.evidence == "sequenced"
    }
    if words & {"fusion", "other_entity"}:
        return frozenset(words)
    if not quality.is_sequenced:
        return frozenset({"not_tested"})
    if not quality.can_exclude:
        return frozenset({*words, "not_informative"})
    return frozenset(words or {"none"})


def _shared_facts(
    case: Case, assay: Assay, quality: Quality, context: Context, drivers: int
) -> dict[str, frozenset[str]]:
    is_amplicon = "amplicon" in f"{assay.chemistry} {assay.method} {assay.title}".lower()
    return {
        "tested_by": frozenset({quality.tested_by}),
        "quality": quality.words,
        "chemistry": frozenset({"amplicon" if is_amplicon else "other"}),
        "morphology": context.morphology & {"epithelioid"},
        "drivers": frozenset({_amount(drivers)}),
        "kinase_stains": frozenset({_amount(len(positive_kinase_stains(case.ihc)))}),
    }


def _settled_genes(
    assay: Assay, groups: Mapping[str, GroupEvidence], rulings: Sequence[tuple[Rule, Ruling]]
) -> list[str]:
    """The genes of the assay without those on which the methods leave the answer open: no absence is said of them."""
    open_ = {ruling.marker for rule, ruling in rulings if rule.result == "indeterminate"}
    open_ |= {group for group, one in groups.items() if one.stains.fish == "positive" and one.fusion is None}
    return [gene for gene in assay.genes if GROUP_OF.get(gene, "") not in open_]


def _amount(number: int) -> str:
    return "none" if number == 0 else "one" if number == 1 else "several"


def _group_facts(evidence: GroupEvidence) -> dict[str, frozenset[str]]:
    fusion = evidence.fusion
    facts = {
        "marker": frozenset({evidence.group}),
        "ihc": frozenset({evidence.stains.ihc}),
        "pattern": _most_telling(evidence.stains.patterns),
        "fish": frozenset({evidence.stains.fish if fusion is None else evidence.stains.fish_of(fusion.driver)}),
        "sequencing": evidence.sequencing,
    }
    if fusion is not None:
        facts["partner"] = frozenset({_partner(fusion)})
        facts["frame"] = frozenset({fusion.reading_frame})
        facts["molecule"] = frozenset(fusion.molecule.split()) & {"RNA", "DNA"}
    return facts


def _most_telling(patterns: frozenset[str]) -> frozenset[str]:
    """Of patterns that point to certain partners the first alone, so that no two rows can claim one stain."""
    first = next((word for word in ("nuclear_membrane", "perinuclear", "nuclear") if word in patterns), None)
    return patterns if first is None else frozenset({first})


def _other_fusion(
    group: str, drivers: Sequence[Fusion], groups: Mapping[str, GroupEvidence], fusions: Sequence[Fusion]
) -> frozenset[str]:
    """
    Whether another group has a reportable fusion, and whether a stain or FISH confirms that one.

    `entity` where the fusion of another disease was found: it explains the tumour without any of the kinases.
    """
    others = _others(group, drivers)
    if not others:
        is_entity = any(fusion.classification == "other_entity" for fusion in fusions)
        return frozenset({"entity" if is_entity else "no"})
    stains = groups[GROUP_OF[others[0].driver]].stains
    is_confirmed = stains.ihc in ("positive", "weak") or stains.fish == "positive"
    return frozenset({"yes", "confirmed"} if is_confirmed else {"yes"})


def _others(group: str, drivers: Sequence[Fusion]) -> list[Fusion]:
    return [fusion for fusion in drivers if GROUP_OF.get(fusion.driver) not in (group, None)]


def _partner(fusion: Fusion) -> str:
    return fusion.gene_5prime if fusion.driver == fusion.gene_3prime else fusion.gene_3prime


def _placeholders(
    evidence: GroupEvidence | None, drivers: Sequence[Fusion], case: Case, assay: Assay, quality: Quality
) -> dict[str, object]:
    fusion = evidence.fusion if evidence else None
    other = next(iter(_others(evidence.group if evidence else "", drivers)), None)
    if evidence and evidence.sequencing & {"unconfirmed", "uncertain"}:
        named = listed(one.name for one in evidence.alike)
    else:
        named = fusion.name if fusion else ", ".join(sorted({driver.name for driver in drivers}))
    return {
        "gene": fusion.driver_in_words if fusion else evidence.group if evidence else "",
        "stain": STAIN_OF.get(evidence.group, "") if evidence else "",
        "fusion": named,
        "partner": _partner(fusion) if fusion else "",
        "other_gene": other.driver if other else "",
        "other_stain": STAIN_OF.get(GROUP_OF.get(other.driver, ""), "") if other else "",
        "other_fusion": other.name if other else "",
        "reason": quality.reason,
        "method": quality.method,
        "genes": ", ".join(assay.genes),
        "stains": " and ".join(positive_kinase_stains(case.ihc)),
        "open_tests": ", ".join(_open_tests(case, quality)),
        "tests": OpenTests(case.ihc, case.fish, is_rna_done=_is_rna_done(quality)),
    }


def _open_tests(case: Case, quality: Quality) -> list[str]:
    """The tests for the other kinases that have given no result yet."""
    tests = [
        f"{STAIN_OF[group]} immunohistochemistry"
        for group in ("ROS1", "NTRK")
        if view_of(group, case.ihc, ()).ihc == "not_done"
        and f"{STAIN_OF[group]} immunohistochemistry" not in pending_tests(case.ihc, ())
    ]
    if not _is_rna_done(quality):
        tests.append("RNA sequencing")
    return tests


def _is_rna_done(quality: Quality) -> bool:
    return quality.tested_by in ("RNA", "both") and quality.can_exclude


def _fired(
    rules: Sequence[Rule], facts: Mapping[str, frozenset[str]], marker: str, placeholders: Mapping[str, object]
) -> list[tuple[Rule, Ruling]]:
    found: dict[str, tuple[Rule, Ruling]] = {}
    for rule in rules:
        if "marker" not in rule.conditions or rule.id in found or not rule.holds(facts):
            continue
        ruling = Ruling(
            rule=rule.id,
            text=rule.wording.format_map(placeholders),
            sources=rule.sources,
            marker=marker,
            classification=rule.result if rule.result != "none" else rule.effect,
            recommendation=follow_up_text(rule.follow_up, placeholders),
            part=rule.part,
            because=facts_met(rule, facts),
        )
        found[rule.id] = (rule, ruling)
    return list(found.values())
