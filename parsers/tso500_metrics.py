"""
Illumina TruSight Oncology 500, `MetricsOutput.tsv`: the quality of a specimen's RNA library.

Sections and metrics: https://support-docs.illumina.com/SW/DRAGEN_Analysis_Workflows/Content/SW/TSO500/MetricsOutput_TSO500v2.htm.
Each QC section is a table of `Metric (UOM)`, `LSL Guideline`, `USL Guideline` and one column for each sample or pair of
the run; `NA` is "no limit" in a guideline and "not measured" in a value. The DNA sections are not read: they hold
metrics of the same names (MEDIAN_INSERT_SIZE), and say nothing of fusions. The file holds no fusions itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.accessions import names
from parsers.callers.format import first_line
from parsers.errors import InputError, Problem, first_of
from parsers.quality import metric_key
from parsers.reading import FileText, Row
from parsers.records import Place, QcMetric
from parsers.tso500_sections import Section, read_sections

_STATUS, _RNA, _EXPANDED = "Analysis Status", "RNA Library QC Metrics", "RNA Expanded Metrics"
_GUIDELINES = ("Metric (UOM)", "LSL Guideline", "USL Guideline")
_METRIC = re.compile(r"(\S+)(?:\s*\([^)]*\))?")
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,12})?", re.ASCII)
_NOT_MEASURED = ("NA", "")
_REMEDY = "use MetricsOutput.tsv as the TSO500 software wrote it, without editing it"


def is_metrics_output(text: str) -> bool:
    """Whether `text` is a MetricsOutput.tsv, of any version."""
    return "- Metrics Output" in first_line(text)


def read_metrics_output(source: FileText, accession: str, sample: str = "") -> tuple[QcMetric, ...]:
    """
    The RNA figures of the columns that name `accession` or the stated sequencing `sample`.

    Metrics are called as in the file, in small letters and without unit (`total_on_target_reads`,
    `median_insert_size`, `median_cv_gene_500x`).

    `text` is the figure; or `fail` where it is outside the guideline of the file, which counts where lab.toml sets no
    threshold for the metric. `remark` is that guideline. `sequencing_qc` is `fail` where the software did not complete
    all steps for one of the columns. Figures that were not measured are left out.

    Raises:
        InputError: no MetricsOutput, cut short, no column names the specimen, or a cell is no number.
    """
    if not is_metrics_output(source.text):
        raise InputError(
            Problem(
                "wrong-kind-of-file",
                source.name,
                "the first line is not that of a TSO500 MetricsOutput.tsv",
                _REMEDY,
                line=1,
                expected="TruSight Oncology 500 … Metrics Output",
            )
        )
    sections = read_sections(source, (_STATUS, _RNA), (_EXPANDED,))
    problems: list[Problem] = []
    whose = _Whose(accession, sample)
    metrics = (
        *_status(source.name, sections[_STATUS], whose, problems),
        *_figures(source.name, sections[_RNA], whose, problems),
        *_figures(source.name, sections[_EXPANDED], whose, problems),
    )
    if problems:
        raise InputError(*first_of(problems))
    return metrics


@dataclass(frozen=True, slots=True)
class _Whose:
    """A specimen, and the name that the laboratory says it has in its sequencing files, if it says one."""

    accession: str
    sample: str

    def is_named(self, column: str) -> bool:
        is_stated = bool(self.sample) and (
            column.strip().casefold() == self.sample.casefold() or names(column, self.sample)
        )
        return is_stated or names(column, self.accession)


def _status(file: str, section: Section, whose: _Whose, problems: list[Problem]) -> tuple[QcMetric, ...]:
    """`sequencing_qc` `fail` where COMPLETED_ALL_STEPS is FALSE."""
    columns = _columns(file, section.rows[0], section.rows[0].cells[1:], 1, whose)
    rows = {row.cells[0]: row for row in section.rows[1:]}
    completed = rows.get("COMPLETED_ALL_STEPS")
    words = [_cell(completed, column).upper() for column in columns] if completed else []
    if completed is None or any(word not in ("TRUE", "FALSE") for word in words):
        line = completed.line if completed else section.line
        found = ", ".join(words)
        text = "the file does not say whether the analysis was completed"
        problems.append(
            Problem("unknown-value", file, text, _REMEDY, line, "COMPLETED_ALL_STEPS", found, "TRUE or FALSE")
        )
        return ()
    if "FALSE" not in words:
        return ()
    said = {
        name: ", ".join(dict.fromkeys(_cell(rows[name], at) for at in columns if _cell(rows[name], at) != "NA"))
        for name in ("FAILED_STEPS", "STEPS_NOT_EXECUTED")
        if name in rows
    }
    steps = "; ".join(f"{name}: {value}" for name, value in said.items() if value)
    remark = "the TSO500 software did not complete all steps of the analysis" + (f" ({steps})" if steps else "")
    return (QcMetric(whose.accession, "sequencing_qc", None, "fail", Place(file, completed.line), remark),)


def _figures(file: str, section: Section, whose: _Whose, problems: list[Problem]) -> tuple[QcMetric, ...]:
    header = section.rows[0]
    if header.cells[:3] != _GUIDELINES:
        text = f"[{section.name}] does not begin with its columns"
        problems.append(Problem("missing-column", file, text, _REMEDY, header.line, expected=", ".join(_GUIDELINES)))
        return ()
    columns = _columns(file, header, header.cells[3:], 3, whose)
    found = (_figure(file, row, columns, whose.accession, problems) for row in section.rows[1:])
    return tuple(metric for metric in found if metric is not None)


def _figure(file: str, row: Row, columns: Sequence[int], accession: str, problems: list[Problem]) -> QcMetric | None:
    name = _METRIC.match(row.cells[0])
    values = list(dict.fromkeys(_cell(row, at) for at in columns if _cell(row, at) not in _NOT_MEASURED))
    limits = [_cell(row, at) for at in (1, 2)]
    wrong = [cell for cell in (*values, *limits) if cell not in _NOT_MEASURED and not _NUMBER.fullmatch(cell)]
    if name is None or wrong:
        text = "the cell is not a number"
        problems.append(Problem("not-a-number", file, text, _REMEDY, row.line, row.cells[0], ", ".join(wrong)))
        return None
    if len(values) > 1:
        text = f"the file has {len(values)} figures of this metric for the specimen"
        remedy = "use the file of the run in which the specimen was sequenced once"
        problems.append(Problem("two-values", file, text, remedy, row.line, row.cells[0], ", ".join(values)))
    if len(values) != 1:
        return None
    value = float(values[0])
    low, high = (None if cell in _NOT_MEASURED else float(cell) for cell in limits)
    is_outside = (low is not None and value < low) or (high is not None and value > high)
    remark = ", ".join(
        text for text, limit in ((f"at least {limits[0]}", low), (f"at most {limits[1]}", high)) if limit is not None
    )
    return QcMetric(
        accession,
        metric_key(name[1]),
        value,
        "fail" if is_outside else values[0],
        Place(file, row.line),
        f"guideline of the file: {remark}" if remark else "",
    )


def _columns(file: str, header: Row, samples: Sequence[str], first: int, whose: _Whose) -> tuple[int, ...]:
    """The places of the samples that name the specimen: one for a pair, or its DNA and its RNA sample."""
    found = tuple(first + index for index, sample in enumerate(samples) if whose.is_named(sample))
    if not found:
        raise InputError(
            Problem(
                "sample-not-in-file",
                file,
                f"none of the {len([sample for sample in samples if sample])} samples of the file is this specimen",
                "check the run of the specimen, and that its Pair_ID or Sample_ID in the sample sheet is its accession "
                "or its sequencing_sample",
                line=header.line,
                expected=whose.sample or whose.accession,
            )
        )
    return found


def _cell(row: Row, column: int) -> str:
    """The cell, `""` where the row ends before it."""
    return row.cells[column] if column < len(row.cells) else ""
