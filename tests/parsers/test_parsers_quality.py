"""qc.csv, controls.csv and variants.csv."""

from __future__ import annotations

import pytest
from parsers_samples import ACCESSION, a_laboratory, csv_text

from parsers.errors import Problem
from parsers.laboratory import QcRule
from parsers.quality import read_controls, read_metrics, run_key, with_figures_of_files
from parsers.reading import decode, read_table
from parsers.records import Place, QcMetric, RunControl, SmallVariant
from parsers.variants import read_variants


def metrics(*rows: dict[str, str]) -> tuple[tuple[QcMetric, ...], list[Problem]]:
    problems: list[Problem] = []
    table = read_table(decode(csv_text(*rows).encode(), "qc.csv"))
    return read_metrics(table, a_laboratory(), {ACCESSION}, problems), problems


def metric(name: str, value: str) -> QcMetric:
    (found,), problems = metrics({"accession": ACCESSION, "metric": name, "value": value})
    assert problems == []
    return found


def metric_problem(name: str, value: str) -> Problem:
    found, (problem,) = metrics({"accession": ACCESSION, "metric": name, "value": value})
    assert found == ()
    assert (problem.accession, problem.line) == (ACCESSION, 2)
    assert problem.remedy
    return problem


@pytest.mark.parametrize("name", ["dv200_pct", "DV200", "dv200", "DV200 (%)", "dv200_percent"])
def test_metric_names_have_one_spelling(name: str) -> None:
    assert metric(name, "45").metric == "dv200_pct"


@pytest.mark.parametrize(("given", "value"), [("12", 12), ("12%", 12), ("12.5 %", 12.5), ("0.5%", 0.5), ("0", 0)])
def test_numbers_may_carry_the_unit(given: str, value: float) -> None:
    found = metric("dv200_pct", given)
    assert (found.value, found.text) == (value, given)


def test_a_unit_in_words_is_that_of_lab_toml() -> None:
    assert metric("mapped_reads_m", "45.2 M").value == 45.2
    assert metric_problem("mapped_reads_m", "45 k").code == "not-a-number"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("dv200_pct", "12,5", "not-a-number"),
        ("dv200_pct", "<30", "not-a-number"),
        ("dv200_pct", "0.45", "ambiguous-percentage"),
        ("dv200_pct", "130", "out-of-range"),
        ("dv200_pct", "pass", "not-a-number"),
        ("dv200_pct", "", "missing-value"),
        ("", "7", "missing-value"),
        ("rna_qc", "good", "unknown-value"),
        ("rna_qc", "pass or fail", "unknown-value"),
    ],
)
def test_bad_metrics_are_refused(name: str, value: str, code: str) -> None:
    assert metric_problem(name, value).code == code


def test_a_metric_without_a_threshold_is_said_and_stops_nobody() -> None:
    problem = metric_problem("rin", "7")
    assert (problem.code, problem.severity) == ("unknown-metric", "warning")


@pytest.mark.parametrize(
    ("given", "text", "remark"),
    [
        ("pass", "pass", ""),
        ("FAIL (DV200 12%, below lab limit)", "fail", "DV200 12%, below lab limit"),
        ("Borderline", "borderline", ""),
        ("failed", "fail", ""),
    ],
)
def test_a_verdict_may_carry_a_remark(given: str, text: str, remark: str) -> None:
    found = metric("RNA QC", given)
    assert (found.metric, found.value, found.text, found.remark) == ("rna_qc", None, text, remark)


def test_two_values_of_one_metric_block_the_specimen() -> None:
    row = {"accession": ACCESSION, "metric": "dv200_pct", "value": "45"}
    assert metrics(row, row)[1] == []
    _, (problem,) = metrics(row, row | {"metric": "DV200", "value": "12"})
    assert (problem.code, problem.line, problem.accession) == ("contradictory-results", 3, ACCESSION)


def test_metrics_of_an_unknown_specimen_and_short_rows_are_named() -> None:
    _, problems = metrics({"accession": "S26-99999", "metric": "dv200", "value": "45"})
    assert [problem.code for problem in problems] == ["unknown-accession"]
    found: list[Problem] = []
    table = read_table(decode(b"accession,metric,value\nS26-00001,dv200\n", "qc.csv"))
    assert read_metrics(table, a_laboratory(), {ACCESSION}, found) == ()
    assert [problem.code for problem in found] == ["wrong-number-of-cells"]
    found.clear()
    assert read_metrics(read_table(decode(b"accession,value\n", "qc.csv")), a_laboratory(), set(), found) == ()
    assert "metric" in found[0].message


def controls(*rows: dict[str, str]) -> tuple[tuple[RunControl, ...], list[Problem]]:
    problems: list[Problem] = []
    return read_controls(read_table(decode(csv_text(*rows).encode(), "controls.csv")), problems), problems


@pytest.mark.parametrize(
    ("control", "result", "expected"),
    [
        ("positive", "pass", ("positive", "pass")),
        ("Positive control", "detected", ("positive", "pass")),
        ("positive", "not detected", ("positive", "fail")),
        ("negative", "clean", ("negative", "pass")),
        ("negative", "FAILED", ("negative", "fail")),
        ("NTC", "not_detected", ("no-template", "pass")),
        ("no-template control", "detected", ("no-template", "fail")),
        ("NTC", "contaminated", ("no-template", "fail")),
    ],
)
def test_controls_pass_or_fail(control: str, result: str, expected: tuple[str, str]) -> None:
    (found,), problems = controls({"run": "RUN-1", "control": control, "result": result})
    assert (found.run, (found.control, found.result)) == ("RUN-1", expected)
    assert problems == []


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"result": "positive"}, "result"),
        ({"control": "NTC", "result": "negative"}, "result"),
        ({"control": "positive", "result": "clean"}, "result"),
        ({"control": "blank?"}, "control"),
        ({"run": ""}, "run"),
    ],
)
def test_wording_that_can_be_read_in_two_ways_is_refused(cells: dict[str, str], column: str) -> None:
    found, (problem,) = controls({"run": "RUN-1", "control": "positive", "result": "pass"} | cells)
    assert found == ()
    assert (problem.line, problem.column) == (2, column)


def test_a_controls_table_needs_its_columns_and_whole_rows() -> None:
    found: list[Problem] = []
    assert read_controls(read_table(decode(b"run,result\n", "controls.csv")), found) == ()
    assert read_controls(read_table(decode(b"run,control,result\nR,NTC\n", "controls.csv")), found) == ()
    assert [problem.code for problem in found] == ["missing-column", "wrong-number-of-cells"]


def test_runs_are_compared_without_capitals_and_blanks() -> None:
    assert run_key(" Run-1\u200b") == run_key("RUN-1")


def variants(*rows: dict[str, str]) -> tuple[tuple[SmallVariant, ...], list[Problem]]:
    problems: list[Problem] = []
    table = read_table(decode(csv_text(*rows).encode(), "variants.csv"))
    return read_variants(table, a_laboratory(), {ACCESSION}, problems), problems


@pytest.mark.parametrize(
    "protein",
    [
        "p.Gly1202Arg",
        "G1202R",
        "p.(Gly1202Arg)",
        "NP_004295.2:p.Gly1202Arg",
        "p.Leu1196_Met1198del",
        "p.?",
        "p.Arg213*",
    ],
)
def test_protein_changes_are_kept_as_written(protein: str) -> None:
    (found,), problems = variants({"accession": "s26-00001", "gene": "ALK", "hgvs_p": protein})
    assert (found.accession, found.gene, found.hgvs_p) == (ACCESSION, "ALK", protein)
    assert problems == []


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"gene": "1-Mar"}, "gene"),
        ({"gene": ""}, "gene"),
        ({"hgvs_p": "c.3604G>A"}, "hgvs_p"),
        ({"hgvs_p": ""}, "hgvs_p"),
    ],
)
def test_other_variants_are_refused(cells: dict[str, str], column: str) -> None:
    found, (problem,) = variants({"accession": ACCESSION, "gene": "ALK", "hgvs_p": "G1202R"} | cells)
    assert (found, problem.column, problem.accession) == ((), column, ACCESSION)


def test_a_variant_table_needs_its_columns_and_known_specimens() -> None:
    found: list[Problem] = []
    assert read_variants(read_table(decode(b"accession,gene\n", "variants.csv")), a_laboratory(), set(), found) == ()
    assert [problem.code for problem in found] == ["missing-column"]
    assert [problem.code for problem in variants({"accession": "S26-9", "gene": "ALK", "hgvs_p": "G1202R"})[1]] == [
        "unknown-accession"
    ]


@pytest.mark.parametrize("value", ["9" * 400, "0." + "9" * 400, "inf", "nan", "1e400"])
def test_a_value_that_is_no_finite_number_is_refused(value: str) -> None:
    assert metric_problem("mapped_reads_m", value).code == "not-a-number"


def test_a_table_of_wrong_rows_stops_being_read_and_stops_everybody() -> None:
    found, problems = metrics(*({"accession": f"S99-{n}", "metric": "DV200", "value": "45"} for n in range(3000)))
    assert found == ()
    assert len(problems) == 1002
    assert (problems[-1].code, problems[-1].accession) == ("more-problems", "")


def of_file(metric: str, value: float | None, text: str = "") -> QcMetric:
    return QcMetric(ACCESSION, metric, value, text or f"{value:g}", Place("calls.tsv", 3))


RULES = (QcRule("dv200_pct", "DV200", "%", minimum=30),)


def test_a_figure_of_a_fusion_file_counts_where_the_laboratory_has_a_threshold_for_it() -> None:
    of_files = [of_file("dv200", 12), of_file("usable_msi_sites", 100)]
    merged, problems = with_figures_of_files((), of_files, RULES)
    assert ([(one.metric, one.value, one.place.file) for one in merged], problems) == (
        [("dv200_pct", 12, "calls.tsv")],
        (),
    )


@pytest.mark.parametrize(
    ("metric", "text", "kept"), [("rna_qc", "fail", 1), ("rna_qc", "pass", 1), ("x", "fail", 1), ("x", "pass", 0)]
)
def test_a_file_that_says_of_itself_that_it_failed_is_heard(metric: str, text: str, kept: int) -> None:
    merged, _ = with_figures_of_files((), [of_file(metric, None, text)], RULES)
    assert len(merged) == kept


def test_a_figure_without_a_number_is_not_documented() -> None:
    assert with_figures_of_files((), [of_file("dv200_pct", None, "NA")], RULES) == ((), ())


def test_a_threshold_does_not_hide_a_failed_verdict_of_a_file() -> None:
    """A laboratory may have written `fusion_sample_qc` into lab.toml, which wants a limit for every metric."""
    rules = (QcRule("fusion_sample_qc", "Sample QC", minimum=1),)
    (metric,), problems = with_figures_of_files((), [of_file("fusion_sample_qc", None, "fail")], rules)
    assert (metric.metric, metric.text, problems) == ("fusion_sample_qc", "fail", ())


def test_the_same_value_twice_is_one_and_another_value_is_an_error() -> None:
    entered = QcMetric(ACCESSION, "dv200_pct", 12.0, "12")
    assert with_figures_of_files((entered,), [of_file("dv200_pct", 12)], RULES) == ((entered,), ())
    merged, (problem,) = with_figures_of_files((entered,), [of_file("dv200_pct", 62)], RULES)
    assert merged == (entered,)
    assert (problem.code, problem.file, problem.line, problem.severity) == (
        "contradictory-results",
        "calls.tsv",
        3,
        "error",
    )


def test_a_verdict_that_qc_csv_contradicts_is_an_error() -> None:
    entered = QcMetric(ACCESSION, "rna_qc", None, "pass")
    _, problems = with_figures_of_files((entered,), [of_file("rna_qc", None, "fail")], RULES)
    assert [problem.code for problem in problems] == ["contradictory-results"]
