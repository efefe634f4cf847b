"""
Whether the sequencing of a specimen may be relied on: thresholds, the laboratory's verdict, tumour content, controls.

Failed, borderline or undocumented quality never makes an absence of calls a result; it is "not informative"
(safety statement 8). A failed run control holds every specimen of the run.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from interpret.findings import QcLine, QcState
from parsers.laboratory import Assay, QcRule
from parsers.records import Case, Molecule, QcMetric, RunControl, Specimen

TestedBy = Literal["RNA", "DNA", "both", "nothing"]


@dataclass(frozen=True, slots=True)
class Quality:
    """
    The quality of one specimen's sequencing.

    `state` is that of the sequencing itself; tumour content and run controls stand beside it. `reason` says in a few
    words why an absence of calls means nothing, and is empty where it does mean something. `figures` are the values
    behind it, beside their limits.
    """

    state: QcState
    lines: tuple[QcLine, ...]
    tested_by: TestedBy
    is_tumour_content_low: bool
    tumour_content: float | None
    failed_controls: tuple[str, ...]
    has_controls: bool
    reason: str
    figures: str = ""

    @property
    def is_sequenced(self) -> bool:
        return self.tested_by != "nothing"

    @property
    def is_held(self) -> bool:
        return bool(self.failed_controls)

    @property
    def can_exclude(self) -> bool:
        """True if sequencing without a call may be reported as "not detected"."""
        return self.is_sequenced and self.state == "pass" and not self.is_tumour_content_low and not self.is_held

    @property
    def words(self) -> frozenset[str]:
        """The quality words of the concordance table."""
        if self.is_held:
            return frozenset({"held"})
        if not self.is_sequenced:
            return frozenset({"not_sequenced"})
        if not self.is_tumour_content_low:
            return frozenset({self.state})
        return frozenset({"low_tumour"} if self.state == "pass" else {"low_tumour", self.state})

    @property
    def method(self) -> str:
        """`RNA sequencing`, `DNA sequencing` or `RNA and DNA sequencing`."""
        named = {"RNA": "RNA sequencing", "DNA": "DNA sequencing", "both": "RNA and DNA sequencing"}
        return named.get(self.tested_by, "sequencing")


def assess(case: Case, assay: Assay) -> Quality:
    """The quality of a case under its assay's thresholds."""
    tested_by = _tested_by(case)
    rules = [_rule_line(rule, case.metrics) for rule in assay.qc]
    verdicts = [_verdict_line(metric) for metric in case.metrics if _is_verdict_for(metric, assay, tested_by)]
    known = {rule.metric for rule in assay.qc}
    others = [
        _unlisted_line(metric) for metric in case.metrics if metric.metric not in known and not _is_verdict(metric)
    ]
    state = _overall(assay, rules, verdicts, others)
    content = _tumour_content(case)
    is_low = content is not None and content < assay.minimum_tumour_cells_pct
    failed = tuple(sorted({control.control for control in _controls(case) if control.result == "fail"}))
    quality = Quality(
        state=state,
        lines=(*rules, *verdicts, *others),
        tested_by=tested_by,
        is_tumour_content_low=is_low,
        tumour_content=content,
        failed_controls=failed,
        has_controls=bool(_controls(case)),
        reason="",
    )
    return replace(quality, reason=_reason(quality, assay), figures=_figures(quality, assay))


_VERDICTS = {"rna_qc": "RNA", "dna_qc": "DNA", "sequencing_qc": ""}
_VERDICT_NAMES = {"rna_qc": "RNA quality", "dna_qc": "DNA quality", "sequencing_qc": "Sequencing quality"}
_STATE_WORD = re.compile(r"(?i)^\s*(pass|fail|borderline)")


def _tested_by(case: Case) -> TestedBy:
    molecules: set[Molecule] = {source.molecule for source in case.sources} | {call.molecule for call in case.calls}
    if not molecules:
        return "nothing"
    if len(molecules) > 1:
        return "both"
    return "RNA" if "RNA" in molecules else "DNA"


def _is_verdict(metric: QcMetric) -> bool:
    return metric.metric in _VERDICTS


def _is_verdict_for(metric: QcMetric, assay: Assay, tested_by: TestedBy) -> bool:
    """
    A verdict on the other molecule says nothing about what was sequenced here.

    Unless the assay is one of that molecule and did not pass: a failed RNA assay is not made good by DNA results.
    """
    molecule = _VERDICTS.get(metric.metric)
    if molecule is None or molecule in ("", tested_by) or tested_by == "both":
        return molecule is not None
    return molecule == assay.molecule and (tested_by == "nothing" or _state_word(metric.text) != "pass")


def _state_word(text: str) -> QcState | None:
    found = _STATE_WORD.match(text)
    if not found:
        return None
    word = found.group(1).lower()
    return "pass" if word == "pass" else "fail" if word == "fail" else "borderline"


def _rule_line(rule: QcRule, metrics: Sequence[QcMetric]) -> QcLine:
    """The worst of a metric's rows: two rows that disagree are not averaged."""
    lines = [_measured(rule, metric) for metric in metrics if metric.metric == rule.metric]
    if not lines:
        return QcLine(rule.metric, rule.name, "not documented", _threshold(rule), "not_documented")
    return min(lines, key=lambda line: _WORST_FIRST.index(line.status))


_WORST_FIRST: tuple[QcState, ...] = ("fail", "borderline", "not_documented", "pass")


def _measured(rule: QcRule, metric: QcMetric) -> QcLine:
    if metric.value is None or not math.isfinite(metric.value):
        state = _state_word(metric.text) or "not_documented"
        return QcLine(rule.metric, rule.name, metric.text or "not documented", _threshold(rule), state)
    value = f"{_number(metric.value)} {rule.unit}".strip()
    return QcLine(rule.metric, rule.name, value, _threshold(rule), _state(rule, metric.value))


def _state(rule: QcRule, value: float) -> QcState:
    shortfall = max(
        rule.minimum - value if rule.minimum is not None else 0.0,
        value - rule.maximum if rule.maximum is not None else 0.0,
    )
    if shortfall <= 0:
        return "pass"
    return "borderline" if rule.borderline is not None and shortfall <= rule.borderline else "fail"


def _threshold(rule: QcRule) -> str:
    parts = []
    if rule.minimum is not None:
        parts.append(f"at least {_number(rule.minimum)} {rule.unit}".strip())
    if rule.maximum is not None:
        parts.append(f"at most {_number(rule.maximum)} {rule.unit}".strip())
    return ", ".join(parts) or "no limit set"


def _verdict_line(metric: QcMetric) -> QcLine:
    state = _state_word(metric.text) or "not_documented"
    value = f"{metric.text} ({metric.remark})" if metric.remark else metric.text
    return QcLine(metric.metric, _VERDICT_NAMES[metric.metric], value, "verdict of the laboratory", state)


def _unlisted_line(metric: QcMetric) -> QcLine:
    value = metric.text if metric.value is None else _number(metric.value)
    return QcLine(metric.metric, metric.metric, value, "no limit set", _state_word(metric.text) or "not_documented")


def _overall(assay: Assay, rules: list[QcLine], verdicts: list[QcLine], others: list[QcLine]) -> QcState:
    states = {line.status for line in (*rules, *verdicts, *others)}
    if "fail" in states:
        return "fail"
    if "borderline" in states:
        return "borderline"
    if any(line.status == "pass" for line in verdicts):
        return "pass"
    required = {rule.metric for rule in assay.qc if rule.required}
    documented = {line.metric for line in rules if line.status == "pass"}
    return "pass" if assay.qc and required <= documented and documented else "not_documented"


def _tumour_content(case: Case) -> float | None:
    """
    The lowest tumour content documented for the sequenced block, in percent; None if nobody stated one.

    The lowest, because an overrated content would turn an absence of calls into a result. A stain on another block
    says nothing about this one.
    """
    specimen: Specimen = case.specimen
    stated = [specimen.tumour_cells_pct]
    stated += [
        stain.tumour_cells_pct
        for stain in case.ihc
        if not stain.block_id or not specimen.block_id or stain.block_id == specimen.block_id
    ]
    return min((content for content in stated if content is not None), default=None)


def _controls(case: Case) -> list[RunControl]:
    run = case.specimen.sequencing_run
    return [control for control in case.controls if not run or control.run == run]


def _reason(quality: Quality, assay: Assay) -> str:
    if quality.is_held:
        return f"a run control failed ({', '.join(quality.failed_controls)})"
    if not quality.is_sequenced:
        return "sequencing was not done"
    molecule = _molecule_at_fault(quality, assay)
    parts = []
    if quality.state == "fail":
        parts.append(f"{molecule} quality below the laboratory limit")
    elif quality.state == "borderline":
        parts.append(f"{molecule} quality borderline")
    elif quality.state == "not_documented":
        parts.append(f"{molecule} quality not documented")
    if quality.is_tumour_content_low and quality.tumour_content is not None:
        limit = _number(assay.minimum_tumour_cells_pct)
        parts.append(f"tumour content {_number(quality.tumour_content)} %, below the limit of {limit} %")
    return " and ".join(parts)


def _molecule_at_fault(quality: Quality, assay: Assay) -> str:
    """`RNA` or `DNA`: that of the verdict that did not pass, else what was sequenced."""
    judged = {_VERDICTS.get(line.metric, "") for line in quality.lines if line.status == quality.state}
    if quality.state != "pass" and assay.molecule in judged:
        return assay.molecule
    return assay.molecule if quality.tested_by == "both" else quality.tested_by


def _figures(quality: Quality, assay: Assay) -> str:
    """`RNA integrity (DV200) 12 % (required: at least 30 %)`: what failed or is borderline, as measured."""
    if not quality.is_sequenced:
        return ""
    parts = []
    for line in quality.lines:
        if line.status in ("fail", "borderline"):
            is_measured = line.threshold.startswith(("at least", "at most"))
            parts.append(f"{line.name} {line.value}" + (f" (required: {line.threshold})" if is_measured else ""))
    if quality.is_tumour_content_low and quality.tumour_content is not None:
        limit = _number(assay.minimum_tumour_cells_pct)
        parts.append(f"tumour content {_number(quality.tumour_content)} % (required: at least {limit} %)")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _number(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"
