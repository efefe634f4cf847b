"""
Where a fact was read: for each kind of fact the rows of the input files that say it.

A row is named by file and line. Its value is shown as the laboratory wrote it, unless it would tell who the patient is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from interpret.findings import Fusion, InputRow, ReviewedCall
from interpret.stains import GENES_OF, STAIN_OF, stain_words
from interpret.verdict import Findings
from parsers.laboratory import Assay, Laboratory
from parsers.records import Case, FishResult, IhcResult

# Columns that are named and never quoted: with the accession's table at hand they tell who the patient is.
_NEVER_QUOTED = frozenset({"date_of_birth", "collected"})
_LABORATORY_FILE = "lab.toml"


@dataclass(frozen=True, slots=True)
class Origins:
    """The input rows of one case, by what they say."""

    case: Case
    assay: Assay
    laboratory: Laboratory
    findings: Findings
    reviewed: tuple[ReviewedCall, ...]

    def specimen(self, *columns: str) -> tuple[InputRow, ...]:
        """Cells of the specimen's own row."""
        place = self.case.specimen.place
        return tuple(InputRow(place.file, place.line, column, self._cell(column)) for column in columns)

    def age(self) -> tuple[InputRow, ...]:
        return self.specimen("date_of_birth", "collected")

    def tumour(self) -> tuple[InputRow, ...]:
        return self.specimen("diagnosis", "diagnosis_code")

    def jurisdiction(self) -> tuple[InputRow, ...]:
        """The specimen's, or the laboratory's where the specimen states none."""
        return self.specimen("jurisdiction") if self.case.specimen.jurisdiction else self.setting("jurisdiction")

    def setting(self, name: str, value: object = "") -> tuple[InputRow, ...]:
        """A setting of lab.toml; those of the assay are written `assay.<name>.<setting>`."""
        if not value and "." not in name:
            value = getattr(self.laboratory, name)
        return (InputRow(_LABORATORY_FILE, None, name, str(value)),)

    def assay_setting(self, name: str) -> tuple[InputRow, ...]:
        value = getattr(self.assay, name)
        text = ", ".join(value) if isinstance(value, tuple) else str(value)
        return self.setting(f"assay.{self.assay.key}.{name}", text)

    def stains(self, group: str) -> tuple[InputRow, ...]:
        """The stain that screens for a driver group."""
        return tuple(stain_row(row) for row in self.case.ihc if row.marker == STAIN_OF.get(group))

    def kinase_stains(self) -> tuple[InputRow, ...]:
        return tuple(row for group in STAIN_OF for row in self.stains(group))

    def stains_asked(self, condition: str) -> tuple[InputRow, ...]:
        """The stains and FISH assays that a condition names (`CD34+ or S100-`), whatever their result."""
        asked = {word.rstrip("+-") for word in re.findall(r"[A-Z0-9_]+[+-]", condition)}
        found = [stain_row(row) for row in self.case.ihc if asked & _names_of(row)]
        return (*found, *(fish_row(row) for row in self.case.fish if asked & _names_of_probe(row)))

    def fish(self, group: str) -> tuple[InputRow, ...]:
        return tuple(fish_row(row) for row in self.case.fish if row.marker in (*GENES_OF[group], group))

    def all_tests(self) -> tuple[InputRow, ...]:
        """Every stain and FISH assay of the case."""
        return (*(stain_row(row) for row in self.case.ihc), *(fish_row(row) for row in self.case.fish))

    def calls(self, name: str) -> tuple[InputRow, ...]:
        """Every call of a fusion, of every caller."""
        return tuple(_call_row(call) for call in self.reviewed if call.name == name)

    def possible_calls(self) -> tuple[InputRow, ...]:
        """Every call that concerns a gene of the rules, whatever became of it."""
        return tuple(_call_row(call) for call in self.reviewed if call.disposition != "not_reportable")

    def calls_of(self, fusions: Iterable[Fusion]) -> tuple[InputRow, ...]:
        return once(row for fusion in fusions for row in self.calls(fusion.name))

    def files(self) -> tuple[InputRow, ...]:
        """The fusion files that were read to their end."""
        return tuple(
            InputRow(source.file, None, "", f"{source.caller or source.format}, {source.molecule}")
            for source in self.case.sources
        )

    def quality(self) -> tuple[InputRow, ...]:
        """What the quality was judged on: metrics, tumour content, controls of the run."""
        metrics = [
            InputRow(metric.place.file, metric.place.line, metric.metric, metric.text or f"{metric.value}")
            for metric in self.case.metrics
        ]
        run = self.case.specimen.sequencing_run
        controls = [
            InputRow(control.place.file, control.place.line, control.control, control.result)
            for control in self.case.controls
            if not run or control.run == run
        ]
        return (*metrics, *self.tumour_content(), *controls)

    def tumour_content(self) -> tuple[InputRow, ...]:
        counted = [row for row in self.case.ihc if row.tumour_cells_pct is not None]
        cells = [
            InputRow(row.place.file, row.place.line, "tumour_cells_pct", f"{row.tumour_cells_pct:g}") for row in counted
        ]
        return (*self.specimen("tumour_cells_pct"), *cells)

    def variants(self, *genes: str) -> tuple[InputRow, ...]:
        """The small variants of these genes; of all genes without an argument."""
        return tuple(
            InputRow(variant.place.file, variant.place.line, "hgvs_p", f"{variant.gene} {variant.hgvs_p}")
            for variant in self.case.variants
            if not genes or variant.gene.strip().upper() in genes
        )

    def _cell(self, column: str) -> str:
        if column in _NEVER_QUOTED:
            return ""
        value = getattr(self.case.specimen, column)
        if value is None or value == "":
            return "not stated"
        return f"{value:g}" if isinstance(value, float) else str(value)


def once(rows: Iterable[InputRow]) -> tuple[InputRow, ...]:
    return tuple(dict.fromkeys(rows))


def stain_row(row: IhcResult) -> InputRow:
    parts = [row.result.replace("_", " "), row.intensity, row.distribution, *row.localisation]
    if row.control_ok is False:
        parts.append("control failed")
    return InputRow(row.place.file, row.place.line, "result", f"{row.marker}: {_listed(parts)}")


def fish_row(row: FishResult) -> InputRow:
    parts = [row.result.replace("_", " ")]
    if row.pct_rearranged is not None:
        parts.append(f"{row.pct_rearranged:g} % rearranged")
    if row.cells_scored is not None:
        parts.append(f"{row.cells_scored} cells scored")
    if row.control_ok is False:
        parts.append("control failed")
    return InputRow(row.place.file, row.place.line, "result", f"{row.marker} FISH: {_listed(parts)}")


def _listed(parts: Sequence[str]) -> str:
    return ", ".join(part for part in parts if part)


def _call_row(call: ReviewedCall) -> InputRow:
    reads = call.split_reads if call.split_reads is not None else call.supporting_reads
    kind = "split reads" if call.split_reads is not None else "supporting reads"
    parts = [f"{call.name} by {call.caller}", call.reading_frame, "" if reads is None else f"{reads} {kind}"]
    return InputRow(call.file, call.line, "", _listed(parts))


def _names_of(row: IhcResult) -> set[str]:
    return {word.rstrip("+-") for word in stain_words((replace(row, result="positive", control_ok=None),), ())}


def _names_of_probe(row: FishResult) -> set[str]:
    probe = replace(row, result="positive", control_ok=None, cells_scored=None, pct_rearranged=None)
    return {word.rstrip("+-") for word in stain_words((), (probe,))}
