"""TSO500 MetricsOutput.tsv: the RNA figures of one specimen out of a run's file."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import problems_of

from parsers.errors import InputError, Problem
from parsers.reading import decode
from parsers.records import QcMetric
from parsers.tso500_metrics import is_metrics_output, read_metrics_output

TITLE = "DRAGEN TruSight Oncology 500 v2.6.2 Analysis Software - Metrics Output"
PAIRS = ("S26-00001", "S26-00002", "NTC")


def metrics_text(
    samples: tuple[str, ...] = PAIRS,
    *,
    title: str = TITLE,
    completed: tuple[str, ...] = ("TRUE", "TRUE", "TRUE"),
    failed: tuple[str, ...] = ("NA", "NA", "NA"),
    on_target: tuple[str, ...] = ("12676134", "910000", "12"),
    low: str = "2500000",
    insert: tuple[str, ...] = ("101", "105", "NA"),
    padding: str = "\t",
) -> str:
    """A run's file with one column for each of `samples`."""

    def row(*cells: str) -> str:
        return "\t".join(cells) + padding

    table = ("Metric (UOM)", "LSL Guideline", "USL Guideline", *samples)
    same = ["0.69"] * len(samples)
    lines = [
        title,
        "For Research Use Only. Not for use in diagnostic procedures.",
        "",
        "[Header]",
        row("Workflow Version", "2.6.2.4"),
        padding,
        "[Run QC Metrics]",
        row("Metric (UOM)", "LSL Guideline", "USL Guideline", "Value"),
        row("PCT_PF_READS (%)", "55", "NA", "77.5"),
        padding,
        "[Analysis Status]",
        row("", *samples),
        row("COMPLETED_ALL_STEPS", *completed),
        row("FAILED_STEPS", *failed),
        row("STEPS_NOT_EXECUTED", *["NA"] * len(samples)),
        padding,
        "[DNA Library QC Metrics for Small Variant Calling and TMB]",
        row(*table),
        row("MEDIAN_INSERT_SIZE (bp)", "70", "NA", *["55"] * len(samples)),
        padding,
        "[RNA Library QC Metrics]",
        row(*table),
        row("MEDIAN_CV_GENE_500X (NA)", "0", "0.93", *same),
        row("TOTAL_ON_TARGET_READS (Count)", low, "NA", *on_target),
        row("MEDIAN_INSERT_SIZE (Count)", "80", "NA", *insert),
        padding,
        "[RNA Expanded Metrics]",
        row(*table),
        row("PCT_ON_TARGET_READS (%)", "NA", "NA", *["69.4"] * len(samples)),
        padding,
        "[Notes]",
        row("Run Metrics", "Run Metrics are not generated when starting from FASTQ files."),
    ]
    return "\n".join(lines) + "\n"


def metrics_of(text: str, accession: str = "S26-00001") -> tuple[QcMetric, ...]:
    return read_metrics_output(decode(text.encode(), "MetricsOutput.tsv"), accession)


def by_name(text: str, accession: str = "S26-00001") -> dict[str, QcMetric]:
    return {one.metric: one for one in metrics_of(text, accession)}


def problems(text: str, accession: str = "S26-00001") -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        metrics_of(text, accession)
    return caught.value.problems


@pytest.mark.parametrize("padding", ["", "\t", "\t\t\t"])
def test_the_rna_figures_of_the_specimens_column_are_read(padding: str) -> None:
    metrics = metrics_of(metrics_text(padding=padding))
    assert [(one.metric, one.value, one.text, one.remark) for one in metrics] == [
        ("median_cv_gene_500x", 0.69, "0.69", "guideline of the file: at least 0, at most 0.93"),
        ("total_on_target_reads", 12676134.0, "12676134", "guideline of the file: at least 2500000"),
        ("median_insert_size", 101.0, "101", "guideline of the file: at least 80"),
        ("pct_on_target_reads", 69.4, "69.4", ""),
    ]
    assert {one.accession for one in metrics} == {"S26-00001"}
    assert (metrics[0].place.file, metrics[0].place.line) == ("MetricsOutput.tsv", 23)


def test_a_figure_outside_the_files_guideline_says_fail() -> None:
    metric = by_name(metrics_text(), "S26-00002")["total_on_target_reads"]
    assert (metric.value, metric.text) == (910000.0, "fail")


def test_a_figure_above_an_upper_guideline_says_fail() -> None:
    text = metrics_text().replace("\t0\t0.93\t", "\t0\t0.5\t")
    assert by_name(text)["median_cv_gene_500x"].text == "fail"


def test_a_figure_at_its_guideline_is_within() -> None:
    assert by_name(metrics_text(low="12676134"))["total_on_target_reads"].text == "12676134"


def test_what_was_not_measured_is_left_out() -> None:
    assert "median_insert_size" not in by_name(metrics_text(insert=("NA", "105", "99")))


def test_the_dna_metric_of_the_same_name_is_not_taken() -> None:
    assert by_name(metrics_text())["median_insert_size"].value == 101


def test_columns_may_be_the_dna_and_the_rna_sample_of_the_pair() -> None:
    samples = ("S26-00001-DNA", "S26-00001-RNA", "S26-00010-RNA")
    text = metrics_text(samples, on_target=("NA", "17364215", "5"), insert=("NA", "111", "90"))
    assert by_name(text)["total_on_target_reads"].value == 17364215


def test_two_figures_for_one_specimen_are_refused() -> None:
    text = metrics_text(("S26-00001-RNA1", "S26-00001-RNA2", "NTC"), insert=("101", "101", "99"))
    (problem,) = problems(text)
    assert (problem.code, problem.column, problem.found) == (
        "two-values",
        "TOTAL_ON_TARGET_READS (Count)",
        "12676134, 910000",
    )


def test_an_analysis_that_was_not_completed_fails_the_sequencing() -> None:
    text = metrics_text(completed=("FALSE", "TRUE", "TRUE"), failed=("DragenRna", "NA", "NA"))
    metric = by_name(text)["sequencing_qc"]
    assert (metric.value, metric.text) == (None, "fail")
    assert metric.remark.endswith("did not complete all steps of the analysis (FAILED_STEPS: DragenRna)")
    assert "sequencing_qc" not in by_name(text, "S26-00002")


def test_an_incomplete_analysis_without_named_steps_still_fails() -> None:
    text = metrics_text(completed=("FALSE", "TRUE", "TRUE")).replace("FAILED_STEPS", "SOMETHING_ELSE")
    assert by_name(text)["sequencing_qc"].remark.endswith("all steps of the analysis")


@pytest.mark.parametrize("text", [metrics_text(completed=("?", "TRUE", "TRUE")), metrics_text(completed=())])
def test_an_unknown_status_is_refused(text: str) -> None:
    assert [problem.code for problem in problems(text)] == ["unknown-value"]


def test_a_file_without_the_status_row_is_refused() -> None:
    (problem,) = problems(metrics_text().replace("COMPLETED_ALL_STEPS", "COMPLETED"))
    assert (problem.code, problem.line) == ("unknown-value", 11)


def test_a_specimen_without_a_column_is_refused() -> None:
    (problem,) = problems(metrics_text(), "S26-00003")
    assert (problem.code, problem.expected) == ("sample-not-in-file", "S26-00003")
    assert "3 samples" in problem.message


@pytest.mark.parametrize("cell", ["many", "1e5", "12,5"])
def test_a_figure_that_is_no_number_is_refused_with_its_place(cell: str) -> None:
    (problem,) = problems(metrics_text(on_target=(cell, "1", "2")))
    assert (problem.code, problem.line, problem.column) == ("not-a-number", 24, "TOTAL_ON_TARGET_READS (Count)")


def test_a_row_without_a_name_is_refused() -> None:
    (problem,) = problems(metrics_text().replace("MEDIAN_CV_GENE_500X (NA)", ""))
    assert (problem.code, problem.line) == ("not-a-number", 23)


def test_a_table_without_guidelines_is_refused() -> None:
    text = metrics_text()
    start = text.index("[RNA Library")
    (problem,) = problems(text[:start] + text[start:].replace("LSL Guideline", "Limit", 1))
    assert (problem.code, problem.line) == ("missing-column", 22)


@pytest.mark.parametrize("name", ["Analysis Status", "RNA Library QC Metrics", "RNA Expanded Metrics"])
def test_a_file_without_one_of_its_sections_is_refused(name: str) -> None:
    (problem,) = problems(metrics_text().replace(f"[{name}]", "[Another]"))
    assert (problem.code, f"[{name}]" in problem.message) == ("missing-section", True)


def test_a_cut_at_any_byte_never_loses_a_figure_of_the_library() -> None:
    text = metrics_text()
    library = metrics_of(text)[:3]
    for length in range(len(text)):
        part = text[:length]
        try:
            read = metrics_of(part) if part.strip() else library
        except InputError:
            continue
        assert read[:3] == library


def test_only_a_metrics_output_is_read() -> None:
    assert is_metrics_output(metrics_text())
    (problem,) = problems(metrics_text(title="TruSight Oncology 500 - Combined Variant Output"))
    assert problem.code == "wrong-kind-of-file"


def test_as_a_fusion_file_it_is_refused_by_name(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, metrics_text())
    assert (problem.code, "MetricsOutput" in problem.message) == ("unsupported-format", True)
