"""
qc.csv and controls.csv: the figures that say whether a specimen's sequencing counts, and the controls of its run.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from parsers.cells import RowReader, is_blank, one_of
from parsers.errors import Problem
from parsers.laboratory import Laboratory, QcRule
from parsers.reading import Table, clean
from parsers.records import ControlResult, Place, QcMetric, RunControl
from parsers.specimens import known_accession, rows_of
from parsers.vocabularies import CONTROLS

# A laboratory's own summary verdicts, beside the metrics with thresholds in lab.toml.
VERDICT_METRICS = ("rna_qc", "dna_qc", "sequencing_qc")

_VERDICT = re.compile(r"(pass|fail|borderline)(?:ed)?\s*(?:\((.*)\))?", re.IGNORECASE)
_QUANTITY = re.compile(r"([+-]?\d{1,15}(?:\.\d{1,15})?)\s*([^\d\s].*)?", re.ASCII)

_RESULTS: dict[str, ControlResult] = {"pass": "pass", "passed": "pass", "fail": "fail", "failed": "fail"}
# What was seen in the control, and what that means for it.
_SEEN: dict[str, dict[str, ControlResult]] = {
    "positive": {"detected": "pass", "not detected": "fail"},
    "negative": {"not detected": "pass", "clean": "pass", "detected": "fail", "contaminated": "fail"},
    "no-template": {"not detected": "pass", "clean": "pass", "detected": "fail", "contaminated": "fail"},
}


def read_metrics(
    table: Table, laboratory: Laboratory, known: Collection[str], problems: list[Problem]
) -> tuple[QcMetric, ...]:
    """The rows of qc.csv (accession, metric, value); everything wrong with them is appended to `problems`."""
    rules = {rule.metric: rule for assay in laboratory.assays.values() for rule in assay.qc}
    metrics: list[QcMetric] = []
    for cells in rows_of(table, ("accession", "metric", "value"), (), problems):
        accession = known_accession(cells, laboratory, known)
        metric = _metric(cells, accession, rules) if cells.check_length() else None
        if metric is not None and cells.ok:
            metrics.append(metric)
    _refuse_two_values(metrics, table.file, problems)
    return tuple(metrics)


def read_controls(table: Table, problems: list[Problem]) -> tuple[RunControl, ...]:
    """
    The rows of controls.csv (run, control, result, fusion_files); everything wrong with them is appended to `problems`.

    Which specimens a problem stops follows from its run; the batch looks that up by line.
    """
    controls: list[RunControl] = []
    for cells in rows_of(table, ("run", "control", "result"), ("fusion_files",), problems):
        control = _control(cells) if cells.check_length() else None
        if control is not None and cells.ok:
            controls.append(control)
    return tuple(controls)


def with_figures_of_files(
    metrics: Sequence[QcMetric], of_files: Iterable[QcMetric], rules: Sequence[QcRule]
) -> tuple[tuple[QcMetric, ...], tuple[Problem, ...]]:
    """
    The metrics of qc.csv, and those that stand in the callers' own files; with what contradicts.

    A figure of a file counts where lab.toml has a threshold for it, or where it is a verdict: a file that says of
    itself that it failed must not be read as "not detected". Where qc.csv has another value for it, nobody knows which
    is right: an error.
    """
    by_name = {rule.metric: rule for rule in rules}
    found = list(metrics)
    problems: list[Problem] = []
    for given in of_files:
        metric = _counting(given, by_name)
        if metric is None:
            continue
        known = next((one for one in found if one.metric == metric.metric), None)
        if known is None:
            found.append(metric)
        elif (known.value, known.text if known.value is None else "") != (
            metric.value,
            metric.text if metric.value is None else "",
        ):
            problems.append(_another_value(metric, known))
    return tuple(found), tuple(problems)


def _counting(given: QcMetric, rules: dict[str, QcRule]) -> QcMetric | None:
    """The figure under the name of its rule, or as the verdict it is; None where it counts for nothing."""
    rule = _matching_rule(metric_key(given.metric), rules)
    # A threshold that lab.toml sets for a verdict must not hide that the verdict is "fail".
    if rule is not None and given.value is not None:
        return replace(given, metric=rule.metric)
    return given if given.metric in VERDICT_METRICS or given.text in ("fail", "borderline") else None


def _another_value(metric: QcMetric, known: QcMetric) -> Problem:
    where = f"{known.place.file}, line {known.place.line}"
    return Problem(
        "contradictory-results",
        metric.place.file,
        f"{metric.metric} has another value in {where}",
        "keep the value that counts: correct qc.csv, or leave the metric out of it",
        line=metric.place.line,
        found=metric.text,
        expected=known.text,
        accession=metric.accession,
    )


def run_key(run: str) -> str:
    """What two spellings of one run have in common: a failed control must not miss its specimens by a capital."""
    return clean(run).casefold()


def bare_run(run: str) -> str:
    """A run's name without separators: `RNA_26_031` and `RNA-26-031` are probably one run, but not for certain."""
    return re.sub(r"[\W_]+", "", run_key(run))


def metric_key(text: str) -> str:
    """`DV200`, `dv200 (%)` and `dv200_pct` differ only in what `_matching_rule` forgives."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower().replace("%", "pct")).strip("_")


def _metric(cells: RowReader, accession: str, rules: dict[str, QcRule]) -> QcMetric | None:
    name = cells.text("metric", required=True)
    value = cells.text("value", required=True)
    if is_blank(name) or is_blank(value):
        return None
    key = metric_key(name)
    place = Place(cells.file, cells.line)
    if key in VERDICT_METRICS:
        match = _VERDICT.fullmatch(value)
        if not match:
            cells.problem(
                "unknown-value",
                "value",
                "this is not a verdict",
                "write the verdict first, a remark behind it in brackets",
                found=value,
                expected="pass, fail or borderline",
            )
            return None
        return QcMetric(accession, key, None, match[1].lower(), place, (match[2] or "").strip())
    rule = _matching_rule(key, rules)
    if rule is None:
        cells.problem(
            "unknown-metric",
            "metric",
            "lab.toml has no threshold for this metric, and it is not used",
            "use a name from lab.toml, or add the metric there",
            found=name,
            expected=one_of([*rules, *VERDICT_METRICS]),
            # Stops nobody: where the name of a required metric is misspelt, that metric is "not documented".
            severity="warning",
        )
        return None
    number = _quantity(cells, value, rule)
    return None if number is None else QcMetric(accession, rule.metric, number, value, place)


def _matching_rule(key: str, rules: dict[str, QcRule]) -> QcRule | None:
    """The rule of this name; a unit at the end of either name (`_pct`) may be missing or written twice."""
    for metric, rule in rules.items():
        if metric_key(metric) == key:
            return rule
    matching = [rule for metric, rule in rules.items() if _without_unit(metric_key(metric)) == _without_unit(key)]
    return matching[0] if len(matching) == 1 else None


def _without_unit(key: str) -> str:
    return re.sub(r"(_pct|_percent)+$", "", key)


def _quantity(cells: RowReader, value: str, rule: QcRule) -> float | None:
    match = _QUANTITY.fullmatch(value)
    unit = (match[2] or "").strip() if match else ""
    if not match or (unit and unit.lower() != rule.unit.lower()):
        cells.problem(
            "not-a-number",
            "value",
            "the value is not a number" if not match else "the unit is not that of lab.toml",
            "write the number with a point, without a unit or with that of lab.toml",
            found=value,
            expected=f"a number{f' in {rule.unit}' if rule.unit else ''}",
        )
        return None
    number = float(match[1])
    if rule.unit == "%" and not 0 <= number <= 100:
        cells.problem(
            "out-of-range",
            "value",
            "the percentage is out of range",
            "check the value",
            found=value,
            expected="0 to 100",
        )
        return None
    if rule.unit == "%" and not unit and 0 < number < 1:
        cells.problem(
            "ambiguous-percentage",
            "value",
            "the value may be a fraction or a percentage",
            "write 45 for 45 %, and 0.5% for half a per cent",
            found=value,
            expected="0 to 100",
        )
        return None
    return number


def _refuse_two_values(metrics: list[QcMetric], file: str, problems: list[Problem]) -> None:
    first: dict[tuple[str, str], QcMetric] = {}
    for metric in metrics:
        earlier = first.setdefault((metric.accession, metric.metric), metric)
        if earlier is not metric and (earlier.value, earlier.text) != (metric.value, metric.text):
            problems.append(
                Problem(
                    "contradictory-results",
                    file,
                    f"{metric.metric} has another value in line {earlier.place.line}",
                    "keep the value that counts",
                    line=metric.place.line,
                    column="value",
                    found=metric.text,
                    expected=earlier.text,
                    accession=metric.accession,
                )
            )


def _control(cells: RowReader) -> RunControl | None:
    run = cells.text("run", required=True)
    control = cells.choice("control", CONTROLS, required=True)
    if control is None:
        return None
    result = cells.choice(
        "result",
        _RESULTS | _SEEN[control],
        required=True,
        remedy=f"write pass or fail: 'positive' or 'negative' can be read in two ways for the {control} control",
    )
    files = tuple(name.strip() for name in cells.text("fusion_files").split(";") if name.strip())
    return None if result is None else RunControl(run, control, result, Place(cells.file, cells.line), files)
