"""
From the facts of one case to everything the report says about it: the order in which the rules are asked.

Quality comes first, because it decides what an absence means; then what a fusion is; then what other tests say of it;
then what disease it may point to; and only then what it may mean for treatment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from interpret.actionability import find_therapies
from interpret.concordance import Concordance, compare, reportable_drivers
from interpret.context import read_context
from interpret.differential import Alerts, find_alerts, find_entities
from interpret.evidence import explained
from interpret.findings import Disposition, Fusion, Interpretation, ReviewedCall, Ruling
from interpret.fusions import find_fusions, without_ambiguous, without_failed
from interpret.genes import GeneModels
from interpret.guidance import Guidance, find_guidance
from interpret.knowledge import Knowledge
from interpret.limitations import limitations_of
from interpret.partners import with_partner_notes
from interpret.quality import Quality, assess
from interpret.resistance import reported_changes, resistance_alerts
from interpret.risk import find_risk
from interpret.sentences import listed
from interpret.stains import GENES_OF, STAIN_OF, pending_tests
from interpret.statements import references_of, statements_of
from interpret.verdict import Findings, decide, gene_results
from parsers.laboratory import Laboratory
from parsers.records import Case


def interpret(case: Case, laboratory: Laboratory, knowledge: Knowledge, models: GeneModels) -> Interpretation:
    """
    Everything the report says about `case`.

    Raises:
        KeyError: the laboratory has no assay of the specimen's name; the parsers refuse such a specimen.
    """
    assay = laboratory.assays[case.specimen.assay]
    context = read_context(case.specimen, case.variants, laboratory)
    quality = assess(case, assay)
    called, reviewed = find_fusions(case, assay, models)
    fusions = find_entities(_trusted(_predicted(called), quality), context, case, knowledge)
    concordance = compare(case, assay, fusions, quality, context, knowledge)
    is_held = quality.is_held or concordance.is_held
    is_rejected = case.specimen.acceptability == "rejected" and not quality.is_sequenced
    pending = pending_tests(case.ihc, case.fish)
    if concordance.is_held:
        fusions = _unconfirmed(fusions, "More than one kinase fusion was called: the result is on hold.")
    alerts = find_alerts(case, assay, fusions, () if is_held else reviewed, context, concordance, knowledge)
    fusions, partner_notes = with_partner_notes(fusions, concordance.groups, knowledge)
    therapies = find_therapies(fusions, context, concordance, alerts, laboratory, knowledge, is_held=is_held)
    # On hold nothing of the run is released: its calls stay listed as reviewed, and none is described as a fusion.
    considered = therapies.fusions
    # After the therapies: an alert names the agents only where lines name them too.
    resistance = () if is_held else resistance_alerts(considered, context, knowledge)
    guidance = find_guidance(
        *(case, considered, context, quality, concordance, alerts, therapies.lines, knowledge),
        # The next test is asked of tissue that is there.
        is_held=is_held or is_rejected,
    )
    alerts, resistance, concordance, guidance = _asking_once(alerts, resistance, concordance, guidance)
    fusions = () if is_held else (*considered, *_inferred(case, concordance))
    risk = find_risk(context, concordance, alerts, therapies.lines, knowledge, is_held=is_held)
    findings = Findings(
        fusions=fusions,
        quality=quality,
        concordance=concordance,
        alerts=alerts,
        resistance=resistance,
        therapies=therapies.lines,
        context=context,
        recommendations=("A new specimen: the one received was rejected.",)
        if is_rejected and not is_held
        else _recommendations((*alerts.rulings, *resistance), concordance, guidance, quality, pending),
        pending=pending,
        reported_changes=() if is_held else reported_changes(considered, context, knowledge),
    )
    verdict = decide(findings)
    limits = limitations_of(findings, assay, therapies.lines, knowledge)
    statements = statements_of(findings, verdict, partner_notes, therapies, risk, guidance, knowledge)
    said = Interpretation(
        verdict=verdict,
        genes=without_failed(without_ambiguous(gene_results(findings, assay), fusions), case, models),
        fusions=fusions,
        reviewed_calls=tuple(_reconsidered(call, considered) for call in reviewed),
        qc=quality.lines,
        concordance=concordance.rulings,
        therapies=therapies.lines,
        alerts=(*alerts.rulings, *resistance),
        risk=risk,
        statements=statements,
        references=references_of(statements, knowledge),
        limitations=tuple(one.text for one in limits),
        recommendations=findings.recommendations,
        age_years=context.age.years,
        age_text=context.age.text,
        tumour_context=context.tumour.text,
        jurisdiction=context.jurisdiction,
        knowledge_version=knowledge.version,
        knowledge_sha256=knowledge.sha256,
        laboratory_rules=knowledge.changes,
    )
    return explained(said, findings, guidance, limits, case, assay, laboratory, knowledge)


def _predicted(fusions: Sequence[Fusion]) -> tuple[Fusion, ...]:
    """The fusions; where DNA alone was sequenced, the reasons say first that the frame is a prediction."""
    reason = "The reading frame is a prediction from the DNA breakpoints: the transcript was not sequenced."
    return tuple(
        replace(fusion, reasons=(reason, *fusion.reasons))
        if fusion.molecule == "DNA" and fusion.reading_frame in ("in-frame", "out-of-frame")
        else fusion
        for fusion in fusions
    )


def _trusted(fusions: Sequence[Fusion], quality: Quality) -> tuple[Fusion, ...]:
    """
    The fusions, none of them reportable where the quality failed or a run control did.

    A call from failed sequencing may be real, but also index hopping or an artefact of too little material: it is
    unconfirmed, not positive. Borderline quality keeps a well supported call and adds a caution.
    """
    if quality.is_held or quality.state == "fail":
        return _unconfirmed(fusions, f"The call needs confirmation: {quality.reason}.")
    return tuple(fusions)


def _unconfirmed(fusions: Sequence[Fusion], reason: str) -> tuple[Fusion, ...]:
    return tuple(
        replace(fusion, classification="unconfirmed", reasons=(reason, *fusion.reasons))
        if fusion.classification in ("reportable", "other_entity", "uncertain") and fusion.role != "reciprocal"
        else fusion
        for fusion in fusions
    )


def _inferred(case: Case, concordance: Concordance) -> tuple[Fusion, ...]:
    """
    Rearrangements that only FISH shows, named `?(::)ALK`: never as a sequenced fusion.

    None where sequencing looked and saw nothing, or where the protein is absent: there FISH is more likely wrong.
    """
    found: list[Fusion] = []
    for group, evidence in concordance.groups.items():
        is_blind = bool(evidence.sequencing & {"not_tested", "not_informative"})
        if evidence.stains.fish == "positive" and is_blind and evidence.stains.ihc != "negative":
            probes = {row.marker for row in case.fish if row.marker in GENES_OF[group] and row.result == "positive"}
            found += [_inferred_fusion(gene) for gene in sorted(probes)]
    return tuple(found)


def _inferred_fusion(gene: str) -> Fusion:
    return Fusion(
        name=f"?(::){gene}",
        vicc=f"?(::){gene}",
        gene_5prime="",
        gene_3prime=gene,
        transcript_5prime="",
        transcript_3prime="",
        exon_5prime=None,
        exon_3prime=None,
        breakpoint_5prime="",
        breakpoint_3prime="",
        genome_build="",
        reading_frame="not_assessable",
        kinase_domain="undetermined",
        role="driver",
        classification="unconfirmed",
        split_reads=None,
        spanning_pairs=None,
        callers=(),
        conflicts=(),
        notes=(),
        reasons=(
            f"A break-apart FISH probe shows a rearrangement of {gene}; partner and reading frame are not known.",
        ),
        driver=gene,
        molecule="",
        evidence="inferred",
    )


def _reconsidered(call: ReviewedCall, fusions: Sequence[Fusion]) -> ReviewedCall:
    """A call takes over what became of its fusion after quality, other tests and other diseases were considered."""
    fusion = next((fusion for fusion in fusions if fusion.name == call.name), None)
    if fusion is None or call.disposition not in ("reported", "uncertain"):
        return call
    dispositions: dict[str, Disposition] = {"unconfirmed": "unconfirmed", "other_entity": "other_entity"}
    disposition = dispositions.get(fusion.classification, call.disposition)
    if disposition == call.disposition:
        return call
    reason = fusion.reasons[0] if disposition == "unconfirmed" else fusion.reasons[-1]
    return replace(call, disposition=disposition, reason=f"{reason} {call.reason}".strip())


def _recommendations(
    alerts: Sequence[Ruling],
    concordance: Concordance,
    guidance: Sequence[Guidance],
    quality: Quality,
    pending: Sequence[str],
) -> tuple[str, ...]:
    """What to do next, each step once: from alerts, then the comparison of methods, the guidance, and the quality."""
    rulings = (*alerts, *concordance.rulings, *(one.ruling for one in guidance))
    steps = [ruling.recommendation for ruling in rulings if ruling.recommendation]
    for group, evidence in concordance.groups.items():
        if evidence.stains.is_contradictory:
            steps.append(f"Settle the contradictory results of {STAIN_OF.get(group, group)} staining or FISH.")
    if quality.is_held:
        # New tissue would not help: the run is at fault, not the specimen.
        return _once((*steps, "Find the cause of the failed run control and repeat the run."))
    if concordance.is_held:
        return _once(steps)
    if pending:
        steps.insert(0, f"Await the result of {listed(pending)}.")
    for evidence in concordance.groups.values():
        for fusion in reportable_drivers([evidence.fusion] if evidence.fusion else ()):
            if evidence.stains.fish_of(fusion.driver) == "negative":
                steps.append(f"Review of the {fusion.driver} FISH, which did not show the rearrangement.")
    if not any("RNA sequencing" in step for step in steps):
        if not quality.is_sequenced:
            steps.append("RNA sequencing, if a fusion result is needed.")
        elif quality.tested_by == "DNA" and concordance.case_sequencing == {"none"}:
            steps.append("RNA sequencing: DNA sequencing misses part of the fusions.")
    return _once(steps)


def _once(steps: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(steps))


def _asking_once(
    alerts: Alerts, resistance: Sequence[Ruling], concordance: Concordance, guidance: Sequence[Guidance]
) -> tuple[Alerts, tuple[Ruling, ...], Concordance, tuple[Guidance, ...]]:
    """Alerts, rulings and guidance, each part of a follow-up ("a; b.") only where it is asked for first."""
    asked: set[str] = set()

    def once(rulings: Sequence[Ruling]) -> tuple[Ruling, ...]:
        return tuple(_without_repetition(ruling, asked) for ruling in rulings)

    return (
        replace(alerts, rulings=once(alerts.rulings)),
        once(resistance),
        replace(concordance, rulings=once(concordance.rulings)),
        tuple(replace(one, ruling=_without_repetition(one.ruling, asked)) for one in guidance),
    )


def _without_repetition(ruling: Ruling, asked: set[str]) -> Ruling:
    """The ruling without what was `asked` already, in whatever words; what it asks for is added there."""
    new = []
    for part in ruling.recommendation.removesuffix(".").split("; "):
        tests = set(_AND.split(_PURPOSE.sub("", part.lower())))
        if part and not tests <= asked:
            new.append(part)
        asked |= tests
    text = "; ".join(new)
    return replace(ruling, recommendation=f"{text[0].upper()}{text[1:]}." if text else "")


# What a test is asked for: "ROS1 FISH, to confirm TFG::ROS1" and "ROS1 FISH as a second method" ask for one test.
_PURPOSE = re.compile(r"( \([^)]*\))?(,? to confirm .*| as a second method| before treatment decisions)$")
_AND = re.compile(r", | and ")
