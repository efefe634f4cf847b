"""
The answer of page 1: one status of five, a headline, a few sentences, how sure, and what comes next.

Nothing found is "not detected" only where the sequencing could have found it; else it is "not informative" or
"indeterminate" (safety statements 6 to 9).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from interpret.concordance import Concordance, GroupEvidence, is_not_functional, why_not_functional
from interpret.context import Context, was_treated_with
from interpret.differential import Alerts
from interpret.findings import ConditionState, Fusion, GeneResult, ResultStatus, Ruling, Therapy, Verdict
from interpret.free_text import is_stated
from interpret.free_text import words as pattern_of
from interpret.knowledge import KINASES
from interpret.quality import Quality
from interpret.resistance import ReportedChange
from interpret.sentences import listed
from interpret.stains import GENES_OF, GROUP_OF, STAIN_OF, FishState
from parsers.laboratory import Assay

# Reported even where the assay lacks them: a reader must see that they were not tested.
CORE_KINASES = KINASES[:7]

# LOVLY14, ANTON15, ALASS16, CHEEK20, PREOB23, PIAR19; no IMT series with NTRK1 or NTRK2 was found.
_DESCRIBED_IN_IMT = frozenset({"ALK", "ROS1", "NTRK3", "RET", "PDGFRB", "IGF1R"})


@dataclass(frozen=True, slots=True)
class Findings:
    """What the verdict is made of."""

    fusions: tuple[Fusion, ...]
    quality: Quality
    concordance: Concordance
    alerts: Alerts
    resistance: tuple[Ruling, ...]
    therapies: tuple[Therapy, ...]
    context: Context
    recommendations: tuple[str, ...]
    reported_changes: tuple[ReportedChange, ...] = ()
    # Tests that were ordered and whose result is awaited.
    pending: tuple[str, ...] = ()

    @property
    def is_rejected(self) -> bool:
        """True if the specimen was turned away: nothing was sequenced, and nothing more can be tested on it."""
        return self.context.specimen.acceptability == "rejected" and not self.quality.is_sequenced

    @property
    def is_held(self) -> bool:
        return self.quality.is_held or self.concordance.is_held

    @property
    def all_alerts(self) -> tuple[Ruling, ...]:
        """What a reader must know before any therapy line: other diseases first, then resistance."""
        return (*self.alerts.rulings, *self.resistance)

    @property
    def has_no_stain_or_probe(self) -> bool:
        """True if no stain or FISH of a kinase has a result."""
        return all(one.stains.ihc == one.stains.fish == "not_done" for one in self.concordance.groups.values())

    def evidence_for(self, fusion: Fusion) -> GroupEvidence | None:
        return self.concordance.groups.get(GROUP_OF.get(fusion.driver, ""))

    @property
    def results(self) -> tuple[Fusion, ...]:
        """Fusions that may be called found, whatever they mean."""
        return tuple(
            fusion
            for fusion in self.fusions
            if fusion.classification in ("reportable", "other_entity") and fusion.role != "reciprocal"
        )

    @property
    def possible(self) -> tuple[Fusion, ...]:
        return tuple(
            fusion
            for fusion in self.fusions
            if fusion.classification in ("unconfirmed", "uncertain")
            and fusion.evidence == "sequenced"
            and fusion.role != "reciprocal"
            and not is_not_functional(fusion)
        )

    @property
    def inferred(self) -> tuple[Fusion, ...]:
        return tuple(fusion for fusion in self.fusions if fusion.evidence == "inferred")

    @property
    def not_functional(self) -> tuple[Fusion, ...]:
        return tuple(fusion for fusion in self.fusions if is_not_functional(fusion))

    @property
    def rearranged_by_fish(self) -> tuple[str, ...]:
        """Driver groups with a positive FISH that sequencing does not explain."""
        return tuple(
            group
            for group, evidence in self.concordance.groups.items()
            if evidence.stains.fish == "positive" and evidence.fusion is None
        )


def decide(findings: Findings) -> Verdict:
    """The verdict of a case."""
    status = status_of(findings)
    return Verdict(
        status=status,
        headline=_headline(status, findings),
        summary=_summary(status, findings),
        certainty=_certainty(status, findings),
        next_steps=findings.recommendations,
    )


def status_of(findings: Findings) -> ResultStatus:
    if findings.is_held:
        return "hold"
    if findings.results:
        return "detected"
    is_open = findings.possible or findings.not_functional or findings.rearranged_by_fish
    if is_open or findings.concordance.is_indeterminate:
        return "indeterminate"
    return "not_detected" if findings.quality.can_exclude else "not_informative"


def gene_results(findings: Findings, assay: Assay) -> tuple[GeneResult, ...]:
    """Every gene of the assay, the core kinases that it lacks, and any other gene with a fusion: none is missing."""
    found = {fusion.driver for fusion in findings.fusions if fusion.driver and fusion.role != "reciprocal"}
    symbols = dict.fromkeys((*assay.genes, *CORE_KINASES, *sorted(found)))
    return tuple(_gene_result(symbol, findings, assay) for symbol in symbols)


def spoken_frame(fusion: Fusion) -> str:
    """
    `in frame`, `out of frame`, `reading frame not assessable`, `reading frame undetermined`.

    From DNA alone the splicing is assumed, so the frame is a prediction and is called one. Of a stop codon that a
    caller read behind the junction the frame is not the point.
    """
    if fusion.has_early_stop:
        return "stop codon behind the junction"
    if fusion.reading_frame in ("in-frame", "out-of-frame"):
        predicted = "predicted " if fusion.molecule == "DNA" else ""
        return predicted + fusion.reading_frame.replace("-", " ")
    return f"reading frame {fusion.reading_frame.replace('_', ' ')}"


def spoken_kinase(fusion: Fusion) -> str:
    """`kinase domain retained` and the like; empty where there is no kinase to speak of."""
    if fusion.kinase_domain == "not_applicable":
        return ""
    words = {"partial": "kinase domain only partly retained", "undetermined": "retention of the kinase domain unclear"}
    return words.get(fusion.kinase_domain, f"kinase domain {fusion.kinase_domain}")


def _gene_result(symbol: str, findings: Findings, assay: Assay) -> GeneResult:
    own = [fusion for fusion in findings.fusions if fusion.driver == symbol and fusion.role != "reciprocal"]
    if findings.is_held:
        if symbol not in assay.genes and not own:
            return GeneResult(symbol, "not_tested", "not covered by the assay")
        return GeneResult(symbol, "not_assessable", "the result is on hold")
    reported = next((fusion for fusion in own if fusion in findings.results), None)
    if reported is not None:
        reason = reported.name
        if reported.classification == "other_entity":
            reason += "; points to another disease, see the diagnostic alert"
        if symbol not in assay.genes:
            reason += "; outside the validated genes of the assay"
        return GeneResult(symbol, "detected", reason)
    if own:
        if own[0].evidence == "inferred":
            return GeneResult(symbol, "not_assessable", f"{_why_blind(symbol, findings, assay)}; rearranged by FISH")
        word = {"not_functional": "event without a functional kinase", "unconfirmed": "unconfirmed"}
        text = word.get("not_functional" if is_not_functional(own[0]) else own[0].classification, "uncertain")
        return GeneResult(symbol, "not_assessable", f"{own[0].name}: {text}")
    if GROUP_OF.get(symbol) in findings.rearranged_by_fish:
        alike = [one.name for one in findings.inferred if GROUP_OF.get(one.driver) == GROUP_OF.get(symbol)]
        if alike:
            text = f"{_why_blind(symbol, findings, assay)}; {listed(alike)} shown by FISH"
            return GeneResult(symbol, "not_assessable", text)
        return GeneResult(symbol, "not_assessable", "rearranged by FISH; not explained by sequencing")
    if not findings.quality.is_sequenced:
        reason = "the specimen was rejected" if findings.is_rejected else "sequencing was not done"
        return GeneResult(symbol, "not_tested", reason)
    if symbol not in assay.genes:
        return GeneResult(symbol, "not_tested", "not covered by the assay")
    if not findings.quality.can_exclude:
        return GeneResult(symbol, "not_assessable", findings.quality.reason)
    group = GROUP_OF.get(symbol, "")
    if group in findings.concordance.indeterminate_groups:
        return GeneResult(symbol, "not_assessable", _why_open(group, findings))
    return GeneResult(symbol, "not_detected", findings.quality.method)


def _why_open(group: str, findings: Findings) -> str:
    """Why no gene of a group is "not detected": the methods disagree, or a call of a related gene is open."""
    evidence, none = findings.concordance.groups[group], f"no fusion found by {findings.quality.method}"
    if evidence.fusion is not None:
        return f"{none}; {evidence.fusion.name} is not settled"
    seen = [_IHC_RESULTS.get(evidence.stains.ihc, ""), _FISH_RESULTS.get(evidence.stains.fish, "")]
    results = ", ".join(result for result in seen if result) or "uneven expression of the gene"
    return f"{none}; {results}: not settled"


def _why_blind(symbol: str, findings: Findings, assay: Assay) -> str:
    """Why sequencing says nothing of a gene that FISH shows to be rearranged."""
    if not findings.quality.is_sequenced or symbol not in assay.genes:
        return "not sequenced"
    return findings.quality.reason or "no fusion shown by sequencing"


def _headline(status: ResultStatus, findings: Findings) -> str:
    match status:
        case "hold":
            if findings.quality.is_held:
                return f"On hold: {findings.quality.reason}; no result of this run is released"
            return "On hold: more than one kinase fusion was called; sample identity and library to be checked"
        case "detected":
            return _detected(findings)
        case "indeterminate":
            return _open(findings)
        case "not_detected":
            return f"No reportable kinase fusion detected by {findings.quality.method} in the genes tested"
        case "not_informative":
            if not findings.quality.is_sequenced:
                return _headline_without_sequencing(findings)
            # Figures that are missing are asked for first: new tissue costs the patient something.
            is_undocumented = findings.quality.state == "not_documented" and not findings.quality.is_tumour_content_low
            request = "quality figures requested" if is_undocumented else "repeat requested"
            return f"Sequencing not informative: {findings.quality.reason}; {request}"


def _detected(findings: Findings) -> str:
    """The first fusion in full; every other by name, as one of them may mean another disease."""
    first, *others = findings.results
    return "; ".join((_first_detected(first, findings), *(_also_detected(fusion, findings) for fusion in others)))


def _also_detected(fusion: Fusion, findings: Findings) -> str:
    if fusion.classification == "other_entity":
        return f"{fusion.name} also detected: points to {_entity_of(fusion, findings)}"
    return f"{fusion.name} also detected"


def _entity_of(fusion: Fusion, findings: Findings) -> str:
    return findings.alerts.entities.get(fusion.name, "another disease")


def _first_detected(fusion: Fusion, findings: Findings) -> str:
    if fusion.classification == "other_entity":
        return f"{fusion.name} detected: points to {_entity_of(fusion, findings)}"
    parts = [fusion.name, spoken_frame(fusion), spoken_kinase(fusion)]
    text = f"{fusion.driver} fusion detected: {', '.join(part for part in parts if part)}"
    if _is_shown_without_protein(fusion, findings):
        stain = STAIN_OF[GROUP_OF[fusion.driver]]
        text += f"; {stain} immunohistochemistry negative, to be explained"
    elif _is_to_be_confirmed(fusion, findings):
        text += "; to be confirmed"
    return text


def _headline_without_sequencing(findings: Findings) -> str:
    groups = findings.concordance.groups
    stained = [STAIN_OF[group] for group in STAIN_OF if groups[group].stains.ihc == "positive"]
    if findings.is_rejected and findings.has_no_stain_or_probe:
        return f"Not tested: specimen rejected ({_why_rejected(findings)})"
    if stained:
        return f"{listed(stained)} immunohistochemistry positive; sequencing was not done"
    return "Not informative: sequencing was not done"


def _why_rejected(findings: Findings) -> str:
    """The reason as it was entered, on one line and without a full stop."""
    return " ".join(findings.context.specimen.rejection_reason.split()).rstrip(".") or "no reason entered"


def _is_shown_without_protein(fusion: Fusion, findings: Findings) -> bool:
    """Sequencing and FISH show the fusion and the stain is negative: nothing to confirm, but something to explain."""
    evidence = findings.evidence_for(fusion)
    if evidence is None or not _is_to_be_confirmed(fusion, findings):
        return False
    return evidence.stains.ihc == "negative" and evidence.stains.fish_of(fusion.driver) == "positive"


def _twice_shown(findings: Findings) -> list[str]:
    """Groups without a reported fusion whose stain and FISH are both positive: two methods that agree."""
    reported = {GROUP_OF.get(fusion.driver) for fusion in findings.results}
    return [
        group
        for group in STAIN_OF
        if group not in reported
        and findings.concordance.groups[group].stains.ihc in ("positive", "weak")
        and findings.concordance.groups[group].stains.fish == "positive"
    ]


def _is_to_be_confirmed(fusion: Fusion, findings: Findings) -> bool:
    return GROUP_OF.get(fusion.driver, "") in findings.concordance.without_therapy


def _open(findings: Findings) -> str:
    if findings.possible:
        genes = listed(fusion.driver_in_words for fusion in findings.possible)
        fusions = "fusion" if len(findings.possible) == 1 else "fusions"
        return f"Possible {genes} {fusions}, unconfirmed: confirmation requested"
    if findings.not_functional:
        fusion = findings.not_functional[0]
        return f"{fusion.name} called: {why_not_functional(fusion)}; a functional kinase is not expected"
    twice = _twice_shown(findings)
    if twice and findings.inferred:
        return f"{listed(twice)} rearranged by FISH and expressed: partner not known, RNA sequencing requested"
    if twice:
        return f"{listed(twice)} rearranged by FISH and expressed, no fusion shown: further testing requested"
    if findings.inferred:
        names = listed(fusion.name for fusion in findings.inferred)
        return f"Rearrangement inferred from FISH, {names}: partner not known, sequencing requested"
    if findings.rearranged_by_fish:
        return f"{listed(findings.rearranged_by_fish)} rearranged by FISH, no fusion shown: further testing requested"
    groups = sorted(findings.concordance.indeterminate_groups)
    stained = [STAIN_OF[group] for group in groups if _is_stained(group, findings)]
    if stained:
        return f"{listed(stained)} staining without a fusion shown: further testing requested"
    return "Indeterminate: the methods do not settle the question; further testing requested"


def _is_stained(group: str, findings: Findings) -> bool:
    return group in STAIN_OF and findings.concordance.groups[group].stains.ihc in ("positive", "weak", "equivocal")


def _summary(status: ResultStatus, findings: Findings) -> tuple[str, ...]:
    """Two to five sentences: what was found, what it means, and what is open."""
    return tuple(sentence for sentence in (_found(status, findings), *_meaning(status, findings)) if sentence)


def _found(status: ResultStatus, findings: Findings) -> str:
    quality = findings.quality
    match status:
        case "hold":
            return "The results of this specimen are on hold; nothing is reported as found or as absent."
        case "detected":
            return " ".join(_structure(fusion, quality) for fusion in findings.results)
        case "indeterminate":
            named = listed(fusion.name for fusion in (*findings.possible, *findings.not_functional, *findings.inferred))
            is_called = findings.possible or findings.not_functional
            if is_called or (named and not _twice_shown(findings)):
                return f"The finding is not settled: {named}."
            return _by_method(findings, findings.concordance.indeterminate_groups)
        case "not_detected":
            return f"No reportable kinase fusion was detected by {quality.method} in the genes tested."
        case "not_informative":
            stained = [group for group in STAIN_OF if findings.concordance.groups[group].stains.ihc != "not_done"]
            text = (
                "The specimen was not tested."
                if findings.is_rejected and findings.has_no_stain_or_probe
                else "Sequencing was not done."
            )
            if quality.is_sequenced:
                text = f"Sequencing gives no information on fusions: {quality.reason}."
            return f"{text} {_by_method(findings, stained)}" if stained else text


def _by_method(findings: Findings, groups: Iterable[str]) -> str:
    """What each method says about some groups: "ALK: immunohistochemistry positive, FISH positive, …"."""
    sentences = []
    for group in sorted(groups):
        evidence = findings.concordance.groups[group]
        parts = [_IHC_RESULTS.get(evidence.stains.ihc, ""), _FISH_RESULTS.get(evidence.stains.fish, "")]
        if "none" in evidence.sequencing:
            parts.append(f"no fusion shown by {findings.quality.method}")
        elif not findings.quality.is_sequenced:
            parts.append("not sequenced")
        elif evidence.sequencing == {"not_tested"}:
            parts.append("not covered by the sequencing")
        sentences.append(f"{STAIN_OF.get(group, group)}: {', '.join(part for part in parts if part)}.")
    return " ".join(sentences) or "Staining or FISH and sequencing do not agree."


# An absence is told as what was not seen: beside poor sequencing a "negative" would be read as the result.
_IHC_RESULTS = {
    "positive": "immunohistochemistry positive",
    "weak": "immunohistochemistry positive, weak or focal",
    "equivocal": "immunohistochemistry equivocal",
    "negative": "no staining by immunohistochemistry",
}
_FISH_RESULTS: dict[FishState, str] = {
    "positive": "FISH positive",
    "equivocal": "FISH equivocal",
    "negative": "no rearrangement by FISH",
}


def _structure(fusion: Fusion, quality: Quality) -> str:
    # An exon number without its transcript means nothing: the two of ROS1 count one apart.
    exons = [
        " ".join((gene, *([f"exon {exon}"] if exon is not None else []), *([f"of {on}"] if exon and on else [])))
        for gene, exon, on in (
            (fusion.gene_5prime, fusion.exon_5prime, fusion.transcript_5prime),
            (fusion.gene_3prime, fusion.exon_3prime, fusion.transcript_3prime),
        )
    ]
    parts = [spoken_frame(fusion), spoken_kinase(fusion)]
    molecule = f"{fusion.molecule} sequencing" if fusion.molecule else quality.method
    show = "show" if " and " in molecule else "shows"
    return f"{molecule} {show} {fusion.name} ({' to '.join(exons)}), {', '.join(part for part in parts if part)}."


def _open_genes(findings: Findings) -> list[str]:
    """The genes on which the result is open; the others keep theirs."""
    called = [
        fusion.driver_in_words
        for fusion in (*findings.possible, *findings.not_functional, *findings.inferred)
        if fusion.driver
    ]
    return [*called, *(gene for group in sorted(findings.concordance.indeterminate_groups) for gene in GENES_OF[group])]


def _meaning(status: ResultStatus, findings: Findings) -> list[str]:
    if status == "detected":
        open_ = listed(fusion.name for fusion in findings.possible)
        beside = f"Also called, not confirmed and not reported: {open_}." if open_ else ""
        return [beside, _diagnostic_meaning(findings), _therapy_meaning(findings), _resistance_meaning(findings)]
    if status == "not_detected":
        limit = "This does not exclude a fusion outside the design of the assay or below its limit of detection."
        return [limit, _suggestion(findings)]
    if status == "indeterminate":
        if findings.inferred and not findings.possible and not findings.not_functional:
            genes = listed(fusion.driver for fusion in findings.inferred)
            text = f"FISH shows a rearrangement of {genes}; a fusion is not named before sequencing has shown it."
            return [text, *_stain_sentence(findings), _suggestion(findings)]
        genes = listed(_open_genes(findings)) or "these genes"
        text = f"For {genes}, nothing is reported as found or as absent until further testing has settled it."
        return [text, *_stain_sentence(findings), _suggestion(findings)]
    if status == "not_informative":
        return ["A fusion is neither shown nor excluded.", *_stain_sentence(findings), _suggestion(findings)]
    return ["The result follows once the cause has been found and the test repeated."]


def _stain_sentence(findings: Findings) -> list[str]:
    unexplained = [group for group in STAIN_OF if group not in _twice_shown(findings)]
    stained = [STAIN_OF[group] for group in unexplained if _is_stained(group, findings)]
    return [f"{listed(stained)} protein expression alone is not proof of a fusion."] if stained else []


def _diagnostic_meaning(findings: Findings) -> str:
    fusion = findings.results[0]
    if fusion.classification == "other_entity":
        return f"The fusion points to {_entity_of(fusion, findings)}, not to IMT: see the diagnostic alert."
    if suggestion := _suggestion(findings):
        return suggestion
    if findings.context.is_imt and fusion.driver in _DESCRIBED_IN_IMT:
        return f"{fusion.driver} fusions are described in IMT, and are not specific for it; correlate with histology."
    return "The fusion is not specific for one tumour type; correlate with histology."


def _suggestion(findings: Findings) -> str:
    """The diseases that an alert raises, without the one that was entered as the diagnosis."""
    diagnosis = findings.context.specimen.diagnosis
    suggested = [name for name in findings.alerts.suggested if not is_stated(pattern_of(re.escape(name)), diagnosis)]
    return f"To be considered: {'; '.join(suggested)} (see the diagnostic alerts)." if suggested else ""


def _therapy_meaning(findings: Findings) -> str:
    fusion = findings.results[0]
    if _is_shown_without_protein(fusion, findings):
        return "The missing protein expression is to be explained before any treatment statement is made."
    if _is_to_be_confirmed(fusion, findings):
        return "The fusion is to be confirmed by a second method before any treatment statement is made."
    if not any(line.tier in ("I", "II") for line in findings.therapies):
        return ""
    tier = f"tier {fusion.tier}" + (f", level {fusion.level}" if fusion.level else "")
    lines = [line for line in findings.therapies if line.fusion == fusion.name]
    return f"Therapy associations are listed below ({tier}); {_standing_of(lines, fusion, findings)}."


def _standing_of(lines: Sequence[Therapy], fusion: Fusion, findings: Findings) -> str:
    """How the lines stand. What speaks against one of them comes before what the labels ask for."""
    if any(not change.is_open for change in findings.reported_changes):
        return "a resistance variant speaks against at least one of them"
    if findings.resistance:
        return "a variant at a position listed for resistance is to be assessed before any of them"
    if findings.alerts.suggested:
        return "the diagnostic alerts come before any of them"
    if GROUP_OF.get(fusion.driver, "") in findings.concordance.mismatched_groups:
        return "the stain and the call are to be reviewed before any of them, as the pattern does not fit the partner"
    on_label = [line.agent for line in lines if line.relation == "on_label"]
    if on_label:
        text = "all conditions of at least one label are documented"
        given = [agent for agent in on_label if was_treated_with(agent, findings.context)]
        return text + (f", and earlier treatment with {listed(given)} is too" if given == on_label else "")
    if labelled := [line for line in lines if line.label_conditions]:
        return _open_conditions(labelled)
    if findings.context.label_region == "other":
        region = findings.context.jurisdiction or "not stated"
        return f"no label information is held for this jurisdiction ({region})"
    if all(line.relation in ("off_label", "guideline") for line in lines):
        return "all of them are off-label"
    return "none of them is on label here"


def _open_conditions(labelled: Sequence[Therapy]) -> str:
    """Which conditions are not met or not documented, if one label is in question: of several none is singled out."""
    if len({line.agent for line in labelled}) > 1:
        return "not all label conditions are documented as met"

    def of(line: Therapy, state: ConditionState) -> list[str]:
        return [one.condition for one in line.label_conditions if one.state == state]

    line = labelled[0]
    unmet, unknown = "; ".join(of(line, "not_met")), "; ".join(of(line, "not_documented"))
    if unmet and unknown:
        return f"label conditions of {line.agent} not met: {unmet}; not documented: {unknown}"
    if unmet or unknown:
        return f"label conditions of {line.agent} {'not met' if unmet else 'not documented'}: {unmet or unknown}"
    return "not all label conditions are documented as met"


def _resistance_meaning(findings: Findings) -> str:
    """Each change once; the alerts say what is known of it, and each line what it means for its agent."""
    return " ".join(change.text for change in findings.reported_changes)


def _certainty(status: ResultStatus, findings: Findings) -> str:
    """How sure the answer is, and, whatever it is, what was not submitted, not tested or is not back yet."""
    sentences = [_grade(status, findings)]
    quality = findings.quality
    if status == "hold":
        return sentences[0]
    if quality.is_sequenced and not quality.has_controls:
        sentences.append("Run controls were not submitted.")
    if quality.tested_by == "DNA":
        sentences.append("RNA was not tested.")
        sentences.append("DNA sequencing misses fusions whose breakpoints lie outside the covered introns.")
    if findings.pending and not findings.is_rejected:
        sentences.append(f"Result pending: {listed(findings.pending)}.")
    return " ".join(sentences)


def _grade(status: ResultStatus, findings: Findings) -> str:
    match status:
        case "hold":
            return "Not assessed while the result is on hold."
        case "detected":
            return _agreement(findings)
        case "indeterminate":
            return _uncertainty(findings)
        case "not_informative":
            return f"No conclusion is possible. {findings.quality.figures}".strip()
        case "not_detected":
            return f"{findings.quality.method} passed the quality limits of the laboratory."


def _uncertainty(findings: Findings) -> str:
    """For which group two methods agree and what is still missing, or that nothing is settled."""
    sentences = []
    for group in _twice_shown(findings):
        stain, sequencing = STAIN_OF[group], findings.concordance.groups[group].sequencing
        methods = f"{stain} immunohistochemistry and {stain if group != 'NTRK' else 'NTRK'} FISH"
        if sequencing & {"none", "not_functional"}:
            shown = "no fusion" if "none" in sequencing else "no functional fusion"
            sentences.append(f"Methods disagree: {methods} are positive, {findings.quality.method} shows {shown}.")
        elif findings.concordance.groups[group].fusion is not None:
            sentences.append(f"Call not confirmed; positive by {methods}.")
        else:
            sentences.append(f"2 methods agree: {methods}. The partner and the reading frame are not established.")
    figures = findings.quality.figures
    if not sentences:
        sentences.append(_lone_method(findings))
    sentences += _conflicts((*findings.possible, *findings.not_functional))
    return " ".join((*sentences, figures)).strip()


def _lone_method(findings: Findings) -> str:
    """Whether the methods agree on an open result, disagree, or leave it to one of them."""
    called = (*findings.possible, *findings.not_functional)
    supporting = [f"{molecule} sequencing" for one in called for molecule in one.molecule.split(" and ") if molecule]
    contrary: list[str] = []
    groups = {GROUP_OF.get(fusion.driver, "") for fusion in (*called, *findings.inferred)}
    groups |= findings.concordance.indeterminate_groups
    # A call without a functional kinase is borne out by the absence of protein.
    by_stain = (contrary, supporting) if called and not findings.possible else (supporting, contrary)
    for group, evidence in findings.concordance.groups.items():
        if group in groups:
            _sort_in(evidence.stains.ihc, f"{STAIN_OF.get(group, group)} immunohistochemistry", *by_stain)
            _sort_in(evidence.stains.fish, f"{group} FISH", supporting, contrary)
            if "none" in evidence.sequencing and not called:
                contrary.append(findings.quality.method)
    unsettled = " The call itself is not confirmed." if findings.possible else ""
    if supporting and contrary:
        return f"Methods disagree: {listed(supporting)} against {listed(contrary)}.{unsettled}"
    if len(set(supporting)) > 1 and findings.possible:
        # A stain may be positive for another reason: it does not agree with a call that nobody has confirmed.
        return f"Call not confirmed; positive by {listed(supporting)}."
    if len(set(supporting)) > 1:
        return f"{len(set(supporting))} methods agree: {listed(supporting)}."
    if supporting:
        return f"One method only: {supporting[0]}.{unsettled}"
    return "Not certain: no method gives a clear result."


def _sort_in(state: str, method: str, positive: list[str], negative: list[str]) -> None:
    if state in ("positive", "weak"):
        positive.append(method)
    elif state == "negative":
        negative.append(method)


def _agreement(findings: Findings) -> str:
    """How sure each reported fusion is, by name where there are several; what limits the sequencing comes once."""
    results = findings.results
    if len(results) == 1:
        sentences = [_agreement_on(results[0], findings)]
    else:
        sentences = [f"{fusion.name}: {_agreement_on(fusion, findings)}" for fusion in results]
    if findings.quality.reason:
        # The reason itself names the tumour content.
        has_figures = findings.quality.state in ("fail", "borderline")
        sentences += [f"Caution: {findings.quality.reason}.", findings.quality.figures if has_figures else ""]
    return " ".join(sentence for sentence in sentences if sentence)


def _agreement_on(fusion: Fusion, findings: Findings) -> str:
    """Which methods show the fusion and which speak against it; "agree" only where none does."""
    views = _second_methods(fusion, findings)
    # RNA and DNA sequencing are two methods: each may miss what the other shows.
    methods = [f"{molecule} sequencing" for molecule in fusion.molecule.split(" and ") if molecule]
    methods = methods or [findings.quality.method]
    methods += [view.method for view in views if view.side == "for"]
    against = [view.method for view in views if view.side == "against"]
    if against:
        text = f"Methods disagree: {listed(methods)} against {listed(against)}."
    elif len(methods) > 1:
        text = f"{len(methods)} methods agree: {listed(methods)}."
    else:
        text = f"One method only: {methods[0]}."
    sentences = [text, *_conflicts((fusion,)), *(view.detail for view in views)]
    if callers := sorted({caller.caller for caller in fusion.callers}):
        sentences.append(f"Called by {listed(callers)}.")
    if fusion.molecule == "DNA":
        sentences.append("The transcript was inferred from the DNA breakpoints, not sequenced.")
    return " ".join(sentence for sentence in sentences if sentence)


def _conflicts(fusions: Iterable[Fusion]) -> list[str]:
    """That sources disagree on a fusion, and where it is told: "methods agree" alone would hide it."""
    texts = [text for fusion in fusions for text in fusion.conflicts]
    if any("frame" in text for text in texts):
        return ['The sources disagree on the reading frame: see "Sources disagree" with the fusion.']
    return ['The sources disagree on this fusion: see "Sources disagree" with it.'] if texts else []


@dataclass(frozen=True, slots=True)
class _SecondMethod:
    """What staining or FISH says about a fusion that was sequenced."""

    method: str
    side: Literal["for", "against", "open"]
    detail: str = ""


def _second_methods(fusion: Fusion, findings: Findings) -> list[_SecondMethod]:
    evidence = findings.evidence_for(fusion)
    if evidence is None:
        return []
    stain = f"{STAIN_OF.get(evidence.group, evidence.group)} immunohistochemistry"
    probe = f"{fusion.driver_in_words} FISH"
    by_stain = {
        "positive": _SecondMethod(stain, "for"),
        "weak": _SecondMethod(stain, "for", f"{stain} is positive, but weak or focal."),
        "equivocal": _SecondMethod(stain, "open", f"{stain} is equivocal."),
        "negative": _SecondMethod(stain, "against", f"{stain} is negative."),
    }
    by_fish = {
        "positive": _SecondMethod(probe, "for"),
        "equivocal": _SecondMethod(probe, "open", f"{probe} is equivocal."),
        "negative": _SecondMethod(probe, "against", f"{probe} did not show a rearrangement."),
    }
    found = [by_stain.get(evidence.stains.ihc), by_fish.get(evidence.stains.fish_of(fusion.driver))]
    if evidence.group in findings.concordance.mismatched_groups:
        found[0] = _SecondMethod(stain, "against", f"{stain} shows a pattern that does not fit the partner.")
    return [view for view in found if view is not None]
