"""Whole batches in the forms that laboratories send: HL7 messages, workbooks in their words, a run's own figures."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from parsers_samples import ARRIBA_V2, SPECIMEN, STAIN, a_batch, a_laboratory, arriba_row, csv_text, table_text

from parsers.batch import Batch, check_batch, digests, read_batch, read_case
from parsers.laboratory import Laboratory, QcRule, read_laboratory
from parsers.mapping import LabMapping, read_mapping

SAMPLES = Path(__file__).parents[2] / "sample_data"
HL7 = SAMPLES / "formats" / "hl7"
CLINICAL = SAMPLES / "formats" / "clinical"
METRICS = """TruSight Oncology 500 - Metrics Output

[Header]
Output Date\t2026-03-17

[Analysis Status]
\tS26-00001
COMPLETED_ALL_STEPS\t{completed}
FAILED_STEPS\tNA

[RNA Library QC Metrics]
Metric (UOM)\tLSL Guideline\tUSL Guideline\tS26-00001
TOTAL_ON_TARGET_READS (NA)\t9000000\tNA\t{reads}

[RNA Expanded Metrics]
Metric (UOM)\tLSL Guideline\tUSL Guideline\tS26-00001
PCT_ON_TARGET_READS (%)\tNA\tNA\t80.1
"""


def the_sample_laboratory(mapping: Path | None = None) -> Laboratory:
    laboratory = read_laboratory(SAMPLES / "lab.toml")
    return replace(laboratory, mapping=read_mapping(mapping)) if mapping else laboratory


def messages_only(folder: Path, **files: str) -> Batch:
    """A batch of the HL7 samples alone, beside these files."""
    for path in HL7.glob("*.hl7"):
        shutil.copy(path, folder)
    for name, text in files.items():
        (folder / name).write_text(text)
    return read_batch(folder, the_sample_laboratory(HL7 / "mapping.toml"))


def codes(batch: Batch, severity: str = "error") -> list[tuple[str, str]]:
    return [(one.code, one.accession) for one in batch.problems if one.severity == severity]


def test_a_batch_may_consist_of_hl7_messages_alone(tmp_path: Path) -> None:
    batch = messages_only(tmp_path)
    first, second = (request for request in batch.requests if request.errors == ())
    case = read_case(first)
    assert (case.specimen.accession, case.specimen.assay) == ("S26-31001", "rna-fusion-v3")
    assert {stain.marker for stain in case.ihc} >= {"ALK", "SMA"}
    assert case.ihc[0].place.file == "2026-03-10.results.hl7"
    assert second.accession == "S26-31002"
    assert set(digests(first)) == {path.name for path in HL7.glob("*.hl7")}


def test_results_of_a_specimen_that_nobody_ordered_are_said(tmp_path: Path) -> None:
    assert "S26-31003" in [accession for _, accession in codes(messages_only(tmp_path))]


def test_a_correction_in_another_file_counts(tmp_path: Path) -> None:
    batch = messages_only(tmp_path)
    case = read_case(next(request for request in batch.requests if request.accession == "S26-31002"))
    assert {(stain.marker, stain.result) for stain in case.ihc} >= {("ROS1", "negative")}


def test_result_files_named_after_an_ordered_specimen_are_its_own_with_a_warning(tmp_path: Path) -> None:
    batch = messages_only(tmp_path, **{"S26-31001.fusions.tsv": table_text(ARRIBA_V2, [arriba_row()])})
    assert ("files-by-name", "S26-31001") in codes(batch, "warning")
    case = read_case(next(request for request in batch.requests if request.accession == "S26-31001"))
    assert [source.file for source in case.sources] == ["S26-31001.fusions.tsv"]
    assert case.specimen.fusion_files == ("S26-31001.fusions.tsv",)


@pytest.mark.parametrize(("column", "value"), [("patient_id", "P999"), ("date_of_birth", "1950-01-01")])
def test_an_order_and_specimens_csv_must_be_of_the_same_person(tmp_path: Path, column: str, value: str) -> None:
    order = read_case(messages_only(tmp_path).requests[0]).specimen
    row = SPECIMEN | {
        "accession": order.accession,
        "patient_id": order.patient_id,
        "patient_name": order.patient_name,
        "date_of_birth": order.date_of_birth.isoformat(),
        "sex": order.sex,
        "assay": order.assay,
        "collected": order.collected.isoformat(),
        "received": order.received.isoformat(),
    }
    same = messages_only(tmp_path, **{"specimens.csv": csv_text(row)})
    assert same.requests[0].errors == ()
    other = messages_only(tmp_path, **{"specimens.csv": csv_text(row | {column: value})})
    assert "identity-mismatch" in [problem.code for problem in other.requests[0].errors]
    assert value not in " ".join(problem.explain() for problem in other.problems if problem.column == column)


def test_a_damaged_message_stops_every_specimen(tmp_path: Path) -> None:
    batch = messages_only(tmp_path, **{"x.hl7": "MSH|^~\\&|broken"})
    assert all(request.errors for request in batch.requests)


def test_a_stain_of_a_table_and_one_of_a_message_may_not_contradict_each_other(tmp_path: Path) -> None:
    order = read_case(messages_only(tmp_path).requests[0])
    alk = next(stain for stain in order.ihc if stain.marker == "ALK")
    opposite = "negative" if alk.result == "positive" else "positive"
    row = {"accession": order.specimen.accession, "method": "IHC", "marker": "ALK", "result": opposite}
    batch = messages_only(tmp_path, **{"ihc.csv": csv_text(row)})
    problem = next(one for one in batch.problems if one.code == "contradictory-results")
    assert (problem.accession, "ihc.csv, line 2" in problem.message) == (order.specimen.accession, True)


def test_workbooks_and_tables_in_the_laboratorys_own_words_are_read_with_its_mapping(tmp_path: Path) -> None:
    folder = a_batch(tmp_path)
    shutil.copy(CLINICAL / "ihc_two_levels.xlsx", folder / "ihc.xlsx")
    laboratory = the_sample_laboratory(CLINICAL / "mapping.toml")
    batch = read_batch(folder, laboratory)
    assert not [problem for problem in batch.problems if problem.code == "missing-column"]
    assert {problem.file for problem in batch.problems} >= {"ihc.xlsx"}


def with_metrics(folder: Path, qc: str = "", **metrics: str) -> Batch:
    laboratory = a_laboratory()
    key, assay = next(iter(laboratory.assays.items()))
    rules = (QcRule("total_on_target_reads", "Reads on target", minimum=5_000_000),)
    laboratory = replace(laboratory, assays={key: replace(assay, qc=rules)})
    files = {"MetricsOutput.tsv": METRICS.format(**({"completed": "TRUE", "reads": "12000000"} | metrics))}
    return read_batch(a_batch(folder, ihc=csv_text(STAIN), **files, **({"qc": qc} if qc else {})), laboratory)


def metrics_of(batch: Batch) -> list[tuple[str, float | None, str]]:
    (request,) = batch.requests
    assert request.tables is not None
    return [(one.metric, one.value, one.text) for one in request.tables.metrics]


def test_the_figures_of_a_metrics_output_are_the_specimens(tmp_path: Path) -> None:
    batch = with_metrics(tmp_path)
    assert metrics_of(batch) == [("total_on_target_reads", 12_000_000, "12000000")]
    assert [one.code for one in batch.problems] == ["no-sequencing-files"]
    assert "MetricsOutput.tsv" in digests(batch.requests[0])


def test_an_analysis_that_did_not_complete_is_a_failed_one(tmp_path: Path) -> None:
    assert ("sequencing_qc", None, "fail") in metrics_of(with_metrics(tmp_path, completed="FALSE"))


def test_a_column_of_the_stated_sequencing_sample_is_the_specimens(tmp_path: Path) -> None:
    text = METRICS.replace("S26-00001", "Lib-2").format(completed="FALSE", reads="1")
    specimens = csv_text(SPECIMEN | {"sequencing_sample": "LIB-2"})
    folder = a_batch(tmp_path, specimens=specimens, **{"MetricsOutput.tsv": text})
    assert ("sequencing_qc", None, "fail") in metrics_of(read_batch(folder, a_laboratory()))


def test_another_value_in_qc_csv_stops_the_specimen(tmp_path: Path) -> None:
    qc = csv_text({"accession": SPECIMEN["accession"], "metric": "total_on_target_reads", "value": "7"})
    assert codes(with_metrics(tmp_path, qc=qc)) == [("contradictory-results", SPECIMEN["accession"])]


def test_the_file_of_another_run_stops_nobody(tmp_path: Path) -> None:
    folder = a_batch(
        tmp_path, **{"MetricsOutput.tsv": METRICS.replace("S26-00001", "S26-77777").format(completed="TRUE", reads="1")}
    )
    assert [one.code for one in check_batch(folder, a_laboratory())] == ["no-sequencing-files"]


def test_fusions_csv_may_be_in_the_laboratorys_words_too(tmp_path: Path) -> None:
    german = {"Eingangsnummer": SPECIMEN["accession"], "Gen 5": "TPM3", "Gen 3": "ALK", "Exon 5": "8", "Exon 3": "20"}
    german["Leserahmen"] = "im Raster"
    names = {"eingangsnummer": "accession", "gen_5": "gene_5prime", "gen_3": "gene_3prime", "exon_5": "exon_5prime"}
    names |= {"exon_3": "exon_3prime", "leserahmen": "reading_frame"}
    mapping = LabMapping(columns={"fusions": names}, values={"reading_frame": {"im raster": "in-frame"}})
    laboratory = replace(a_laboratory(), mapping=mapping)
    (request,) = read_batch(a_batch(tmp_path, fusions=csv_text(german)), laboratory).requests
    (call,) = read_case(request).calls
    assert (call.gene_5prime, call.gene_3prime, call.exon_5prime, call.reading_frame) == ("TPM3", "ALK", 8, "in-frame")
