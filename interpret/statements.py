"""
Every sentence of the interpretation in the order in which it is printed, and the references they use.

Diagnostic alerts come first: whoever reads a therapy line has read before it what else the tumour may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from interpret.actionability import Therapies
from interpret.classification import spoken_reads
from interpret.concordance import reportable_drivers
from interpret.findings import Fusion, Reference, Ruling, Statement, Verdict
from interpret.guidance import Guidance
from interpret.knowledge import Knowledge
from interpret.partners import treatment_notes
from interpret.verdict import Findings, spoken_frame, spoken_kinase


def statements_of(
    findings: Findings,
    verdict: Verdict,
    partner_notes: Sequence[Ruling],
    therapies: Therapies,
    risk: Sequence[Ruling],
    guidance: Sequence[Guidance],
    knowledge: Knowledge,
) -> tuple[Statement, ...]:
    """
    The statements in printed order: diagnostic, fusion, partner, concordance, therapy, risk, quality.

    Guidance comes last in its section.
    """
    return (
        *(Statement("diagnostic", ruling.rule, ruling.text, ruling.sources) for ruling in findings.all_alerts),
        *_fusion_statements(findings, verdict),
        *(Statement("partner", ruling.rule, ruling.text, ruling.sources) for ruling in partner_notes),
        *_guidance_statements(guidance, "partner"),
        *(Statement("concordance", one.rule, one.text, one.sources) for one in findings.concordance.rulings),
        *_guidance_statements(guidance, "concordance"),
        *_therapy_statements(findings, therapies, knowledge),
        *_guidance_statements(guidance, "therapy"),
        *(Statement("risk", ruling.rule, ruling.text, ruling.sources) for ruling in risk),
        *_guidance_statements(guidance, "risk"),
        *_quality_statements(findings),
    )


def references_of(statements: Sequence[Statement], knowledge: Knowledge) -> tuple[Reference, ...]:
    """The sources of the statements, numbered from 1 in order of first use."""
    keys = dict.fromkeys(key for statement in statements for key in statement.sources)
    return tuple(
        Reference(number, key, source.citation, source.identifier, source.date)
        for number, key in enumerate(keys, start=1)
        for source in (knowledge.sources[key],)
    )


def _guidance_statements(
    guidance: Sequence[Guidance], section: Literal["partner", "concordance", "therapy", "risk"]
) -> list[Statement]:
    rulings = [one.ruling for one in guidance if one.section == section]
    return [Statement(section, one.rule, one.text, one.sources, one.because) for one in rulings]


def _fusion_statements(findings: Findings, verdict: Verdict) -> list[Statement]:
    if findings.is_held:
        return [Statement("fusion", "", f"{verdict.headline}.", ())]
    found = [_fusion_statement(fusion) for fusion in findings.fusions if fusion.role != "reciprocal"]
    if not found and verdict.status == "not_detected":
        found.append(Statement("fusion", "", f"{verdict.headline}.", ()))
    return found


def _fusion_statement(fusion: Fusion) -> Statement:
    if fusion.evidence == "inferred":
        return Statement("fusion", "", f"{fusion.name}: {' '.join(fusion.reasons)}", ())
    ends = [
        _end(fusion.gene_5prime, fusion.exon_5prime, fusion.transcript_5prime),
        _end(fusion.gene_3prime, fusion.exon_3prime, fusion.transcript_3prime),
    ]
    facts = [spoken_frame(fusion), spoken_kinase(fusion), _support(fusion)]
    where = "; ".join(end for end in ends if end)
    text = f"{fusion.name}{f' ({where})' if where else ''}: {', '.join(fact for fact in facts if fact)}."
    if fusion.classification in ("unconfirmed", "uncertain"):
        text += " Not reported as a result: " + " ".join(fusion.reasons)
    if fusion.tier:
        text += f" AMP/ASCO/CAP tier {fusion.tier}" + (f", level {fusion.level}." if fusion.level else ".")
    return Statement("fusion", "", text, ("AMP2017",) if fusion.tier else ())


def _end(gene: str, exon: int | None, transcript: str) -> str:
    if exon is None:
        return f"{gene}, {transcript}" if transcript else ""
    return f"{gene} exon {exon}, {transcript}" if transcript else f"{gene} exon {exon}"


def _support(fusion: Fusion) -> str:
    return spoken_reads(fusion.split_reads, fusion.spanning_pairs, fusion.supporting_reads)


def _therapy_statements(findings: Findings, therapies: Therapies, knowledge: Knowledge) -> list[Statement]:
    found = [Statement("therapy", text.rule, text.text, text.sources) for text in therapies.statements]
    for name, rule in therapies.withheld.items():
        found.append(Statement("therapy", rule, f"{name}: no therapy association is listed until it is confirmed.", ()))
    for fusion in findings.fusions:
        agents = [line.agent for line in therapies.lines if line.fusion == fusion.name]
        notes = treatment_notes(fusion, agents, knowledge)
        found += [Statement("therapy", note.rule, note.text, note.sources) for note in notes]
    listed = {line.fusion for line in therapies.lines}
    for fusion in () if findings.is_held else reportable_drivers(findings.fusions):
        if fusion.name not in listed and fusion.name not in therapies.withheld:
            found.append(_why_none(fusion, findings))
    return found


def _why_none(fusion: Fusion, findings: Findings) -> Statement:
    """Why a reportable driver fusion has no therapy line: silence would look like an oversight."""
    context = findings.context
    if context.tumour.kind == "other":
        text = (
            f"{fusion.name}: the diagnosis entered is not IMT; therapy associations that apply to IMT are not listed, "
            "and those of other tumour types are outside this report."
        )
        return Statement("therapy", "", text, ())
    stopped = findings.alerts.imt_therapy_stopped_by(fusion)
    if stopped:
        text = f"{fusion.name}: therapy associations for IMT are not listed because of the diagnostic alert above."
        return Statement("therapy", stopped, text, ())
    region = context.jurisdiction or "not stated"
    text = f"{fusion.name}: no therapy association is held for this driver, age and jurisdiction ({region})."
    return Statement("therapy", "", text, ())


def _quality_statements(findings: Findings) -> list[Statement]:
    quality = findings.quality
    texts: list[str] = []
    if quality.is_held:
        texts.append(f"The run is on hold: {quality.reason}.")
    elif findings.is_rejected:
        texts.append("The specimen was rejected and not sequenced.")
    elif not quality.is_sequenced:
        texts.append("Sequencing was not done; this report makes no statement on fusions beyond staining and FISH.")
    elif quality.reason:
        texts.append(f"Sequencing quality: {quality.reason}. Genes of the assay without a call are not assessable.")
        if findings.results:
            texts.append("The call itself is well supported and is reported with this caution.")
    elif findings.is_held:
        # Good figures speak for the library, not for whose it is.
        texts.append(f"The result is on hold, although the {quality.method} passed the quality limits.")
    else:
        texts.append(f"The {quality.method} passed the quality limits of the laboratory.")
    if findings.context.specimen.decalcified:
        texts.append("The tissue was decalcified, which can damage RNA and weaken staining.")
    return [Statement("quality", "", text, ()) for text in texts]
