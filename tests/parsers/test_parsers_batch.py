"""A batch folder: who gets what, what stops whom, and all mistakes at once."""

from __future__ import annotations

import hashlib
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from parsers_samples import (
    ACCESSION,
    ARRIBA_V2,
    SPECIMEN,
    STAIN,
    STAR_ABRIDGED,
    a_batch,
    a_laboratory,
    arriba_row,
    csv_text,
    nfcore_record,
    nfcore_text,
    star_row,
    sv_record,
    sv_text,
    table_text,
)

from parsers.batch import Batch, CaseRequest, check_batch, digests, read_batch, read_case, read_case_with_warnings
from parsers.errors import InputError, Problem
from parsers.records import Case

ARRIBA = table_text(ARRIBA_V2, [arriba_row()])
GENERIC = {
    "accession": ACCESSION,
    "gene_5prime": "CLTC",
    "gene_3prime": "ALK",
    "exon_5prime": "31",
    "exon_3prime": "20",
}
SAMPLES = Path(__file__).parents[2] / "sample_data" / "formats"
SECOND = SPECIMEN | {"accession": "S26-00002", "patient_id": "P0002"}


def batch(folder: Path, **files: str | bytes) -> Batch:
    """Without the warning that no sequencing file is named: hardly a specimen here names one."""
    found = read_batch(a_batch(folder, **files), a_laboratory())
    return replace(found, problems=tuple(one for one in found.problems if one.code != "no-sequencing-files"))


def the_case(folder: Path, **files: str | bytes) -> Case:
    (request,) = batch(folder, **files).requests
    return read_case(request)


def errors(problems: tuple[Problem, ...]) -> list[tuple[str, str, int | None, str]]:
    return [(one.code, one.file, one.line, one.accession) for one in problems if one.severity == "error"]


def refused(request: CaseRequest) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_case(request)
    assert {one.accession for one in caught.value.problems} == {request.accession}
    return [one.code for one in caught.value.problems]


def test_a_case_gathers_its_rows_from_every_table(tmp_path: Path) -> None:
    files = {
        "specimens": csv_text(SPECIMEN | {"fusion_files": "calls.tsv"}, SECOND),
        "ihc": csv_text(STAIN, STAIN | {"accession": "S26-00002"}, STAIN | {"method": "FISH"}),
        "qc": csv_text({"accession": ACCESSION, "metric": "DV200", "value": "45%"}),
        "controls": csv_text(
            {"run": "run-1 ", "control": "NTC", "result": "pass"}, {"run": "RUN-2", "control": "NTC", "result": "pass"}
        ),
        "variants": csv_text({"accession": ACCESSION, "gene": "ALK", "hgvs_p": "G1202R"}),
        "calls.tsv": ARRIBA,
    }
    found = batch(tmp_path, **files)
    assert errors(found.problems) == []
    first, second = (read_case(request) for request in found.requests)
    assert [len(rows) for rows in (first.ihc, first.fish, first.metrics, first.controls, first.variants)] == [
        1,
        1,
        1,
        1,
        1,
    ]
    assert first.controls[0].run == "run-1"
    assert [(call.gene_5prime, call.genome_build) for call in first.calls] == [("TPM3", "GRCh38")]
    assert [(source.file, source.format, source.calls) for source in first.sources] == [("calls.tsv", "Arriba", 1)]
    assert (len(second.ihc), second.metrics, second.calls, second.sources) == (1, (), (), ())


def test_a_specimen_without_fusion_files_was_not_sequenced(tmp_path: Path) -> None:
    case = the_case(tmp_path)
    assert (case.sources, case.calls) == ((), ())


def test_a_finished_run_without_a_call_is_a_source(tmp_path: Path) -> None:
    case = the_case(tmp_path, specimens=csv_text(SPECIMEN | {"fusion_files": "a.tsv"}), **{"a.tsv": ARRIBA_V2 + "\n"})
    assert [(source.file, source.calls) for source in case.sources] == [("a.tsv", 0)]


def test_fusions_csv_is_read_for_whom_it_names_listed_or_not(tmp_path: Path) -> None:
    rows = csv_text(GENERIC, GENERIC | {"accession": "s26-00002", "gene_5prime": "TFG"})
    found = batch(tmp_path, specimens=csv_text(SPECIMEN, SECOND), fusions=rows)
    assert [read_case(request).calls[0].gene_5prime for request in found.requests] == ["CLTC", "TFG"]


def test_a_listed_fusions_csv_without_a_row_means_tested_without_a_call(tmp_path: Path) -> None:
    rows = csv_text(GENERIC | {"accession": "S26-00002"})
    found = batch(tmp_path, specimens=csv_text(SPECIMEN | {"fusion_files": "fusions.csv"}, SECOND), fusions=rows)
    first, second = (read_case(request) for request in found.requests)
    assert [(source.file, source.calls) for source in first.sources] == [("fusions.csv", 0)]
    assert [source.calls for source in second.sources] == [1]


def test_a_listed_and_named_fusions_csv_is_read_once(tmp_path: Path) -> None:
    case = the_case(tmp_path, specimens=csv_text(SPECIMEN | {"fusion_files": "fusions.csv"}), fusions=csv_text(GENERIC))
    assert (len(case.calls), len(case.sources)) == (1, 1)


def test_rows_of_fusions_csv_that_name_nobody_are_problems_that_stop_nobody(tmp_path: Path) -> None:
    rows = csv_text(GENERIC | {"accession": "S26-99999"}, GENERIC | {"accession": ""}, GENERIC)
    found = batch(tmp_path, fusions=rows)
    assert errors(found.problems) == [
        ("unknown-accession", "fusions.csv", 2, "S26-99999"),
        ("unknown-accession", "fusions.csv", 3, "(fusions.csv line 3)"),
    ]
    assert read_case(found.requests[0]).calls[0].gene_5prime == "CLTC"


def test_an_ihc_row_of_an_unknown_specimen_stops_nobody(tmp_path: Path) -> None:
    found = batch(tmp_path, ihc=csv_text(STAIN | {"accession": "S26-99999"}, STAIN))
    assert errors(found.problems) == [("unknown-accession", "ihc.csv", 2, "S26-99999")]
    assert found.requests[0].errors == ()
    assert len(read_case(found.requests[0]).ihc) == 1


def test_one_specimens_mistake_stops_that_specimen_only(tmp_path: Path) -> None:
    found = batch(tmp_path, specimens=csv_text(SPECIMEN, SECOND), ihc=csv_text(STAIN | {"result": "positiv"}))
    first, second = found.requests
    assert refused(first) == ["unknown-value"]
    assert read_case(second).specimen.accession == "S26-00002"


def test_a_patient_mismatch_stops_the_specimen_without_quoting_the_patient(tmp_path: Path) -> None:
    found = batch(
        tmp_path, ihc=csv_text(STAIN | {"patient_id": "P0777"}, STAIN | {"marker": "ROS1", "patient_id": "p0001"})
    )
    assert errors(found.problems) == [("patient-mismatch", "ihc.csv", 2, ACCESSION)]
    assert not any("P0777" in one.explain() or "P0001" in one.explain() for one in found.problems)
    assert refused(found.requests[0]) == ["patient-mismatch"]


@pytest.mark.parametrize("name", ["ihc", "qc", "variants", "controls", "fusions"])
def test_a_table_that_cannot_be_read_stops_every_specimen(tmp_path: Path, name: str) -> None:
    found = batch(tmp_path, specimens=csv_text(SPECIMEN, SECOND), **{name: b""})
    assert errors(found.problems) == [("empty-file", f"{name}.csv", None, "")]
    for request in found.requests:
        assert refused(request) == ["empty-file"]
    listed = check_batch(found.folder, a_laboratory())
    assert [one.code for one in listed if one.severity == "error"] == ["empty-file"]


def test_a_table_without_its_columns_stops_every_specimen(tmp_path: Path) -> None:
    found = batch(tmp_path, ihc="accession,marker\nS26-00001,ALK\n")
    assert refused(found.requests[0]) == ["missing-column"]


def test_a_control_that_cannot_be_read_stops_the_sequenced_specimens(tmp_path: Path) -> None:
    found = batch(
        tmp_path,
        specimens=csv_text(SPECIMEN, SECOND | {"sequencing_run": ""}),
        controls=csv_text({"run": "RUN-1", "control": "NTC", "result": "negative"}),
    )
    first, second = found.requests
    assert refused(first) == ["unknown-value"]
    assert read_case(second).controls == ()


def test_a_passed_control_of_no_run_and_a_run_without_controls_are_warnings(tmp_path: Path) -> None:
    found = batch(tmp_path, controls=csv_text({"run": "RUN-7", "control": "NTC", "result": "pass"}))
    assert {(one.code, one.severity) for one in found.problems} == {
        ("unused-control", "warning"),
        ("run-without-controls", "warning"),
    }
    assert read_case(found.requests[0]).controls == ()


@pytest.mark.parametrize("run", ["RUN_1", "RUN 1", "RUN-7"])
def test_a_failed_control_of_no_run_stops_every_sequenced_specimen(tmp_path: Path, run: str) -> None:
    found = batch(
        tmp_path,
        specimens=csv_text(
            SPECIMEN,
            SECOND | {"sequencing_run": "", "fusion_files": "a.tsv"},
            SECOND | {"accession": "S26-00003", "sequencing_run": ""},
        ),
        controls=csv_text(
            {"run": run, "control": "NTC", "result": "fail"}, {"run": "RUN-1", "control": "positive", "result": "pass"}
        ),
        **{"a.tsv": ARRIBA},
    )
    first, second, third = found.requests
    assert refused(first) == ["unused-control"]
    assert set(refused(second)) == {"unused-control", "run-not-stated"}
    assert read_case(third).controls == ()
    (problem,) = first.errors
    assert ("perhaps RUN-1 is meant" in problem.remedy) is (run != "RUN-7")


def test_a_failed_control_stops_a_specimen_whose_run_is_spelled_otherwise_or_not_stated(tmp_path: Path) -> None:
    found = batch(
        tmp_path,
        specimens=csv_text(
            SPECIMEN,
            SECOND | {"sequencing_run": "RUN_1"},
            SECOND | {"accession": "S26-00003", "sequencing_run": "", "fusion_files": "a.tsv"},
            SECOND | {"accession": "S26-00004", "sequencing_run": "RUN-2"},
        ),
        controls=csv_text({"run": "RUN-1", "control": "NTC", "result": "fail"}),
        **{"a.tsv": ARRIBA},
    )
    first, second, third, fourth = found.requests
    assert [control.result for control in read_case(first).controls] == ["fail"]
    assert refused(second) == ["run-without-controls"]
    assert refused(third) == ["run-not-stated"]
    assert read_case(fourth).controls == ()


def test_a_row_that_cannot_be_used_is_still_a_request(tmp_path: Path) -> None:
    found = batch(tmp_path, specimens=csv_text(SPECIMEN | {"sex": "X"}, SECOND | {"accession": ""}))
    first, second = found.requests
    assert (first.accession, first.tables, first.line) == (ACCESSION, None, 2)
    assert refused(first) == ["unknown-value"]
    assert (second.accession, second.line) == ("(specimens.csv line 3)", 3)
    assert refused(second) == ["missing-accession"]


def test_the_fusion_files_of_a_row_that_cannot_be_used_are_known_and_checked(tmp_path: Path) -> None:
    row = SPECIMEN | {"sex": "X", "genome_build": "hg99", "fusion_files": "calls.tsv"}
    bad = table_text(ARRIBA_V2, [arriba_row(breakpoint2="nowhere")])
    found = check_batch(a_batch(tmp_path, specimens=csv_text(row), **{"calls.tsv": bad}), a_laboratory())
    assert [(one.file, one.column) for one in found] == [
        ("calls.tsv", "breakpoint2"),
        ("specimens.csv", "genome_build"),
        ("specimens.csv", "sex"),
    ]


def test_a_request_without_tables_and_problems_is_refused_all_the_same(tmp_path: Path) -> None:
    request = CaseRequest(ACCESSION, tmp_path, None, (), (), 2)
    assert refused(request) == ["unusable-row"]


@pytest.mark.parametrize(
    ("listed", "files", "code"),
    [
        ("missing.tsv", {}, "missing-file"),
        ("sub", {}, "missing-file"),
        ("S26-00002.tsv", {"S26-00002.tsv": ARRIBA}, "wrong-specimen"),
    ],
)
def test_fusion_files_must_be_there_and_be_the_specimens(
    tmp_path: Path, listed: str, files: dict[str, str], code: str
) -> None:
    folder = a_batch(tmp_path, specimens=csv_text(SPECIMEN | {"fusion_files": listed}, SECOND), **files)
    (folder / "sub").mkdir()
    request = read_batch(folder, a_laboratory()).requests[0]
    assert [(one.code, one.line, one.column, one.found) for one in request.errors] == [
        (code, 2, "fusion_files", listed)
    ]
    assert refused(request) == [code]


def test_one_file_for_two_specimens_stops_both(tmp_path: Path) -> None:
    rows = csv_text(SPECIMEN | {"fusion_files": "a.tsv"}, SECOND | {"fusion_files": "a.tsv"})
    found = batch(tmp_path, specimens=rows, **{"a.tsv": ARRIBA})
    assert [refused(request) for request in found.requests] == [["file-of-two-specimens"]] * 2


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = a_batch(tmp_path, specimens=csv_text(SPECIMEN | {"fusion_files": "link.tsv"}))
    (tmp_path / "outside.tsv").write_text(ARRIBA, encoding="utf-8")
    (folder / "link.tsv").symlink_to(tmp_path / "outside.tsv")
    assert refused(read_batch(folder, a_laboratory()).requests[0]) == ["file-outside-folder"]


def test_files_in_a_subfolder_are_read(tmp_path: Path) -> None:
    folder = a_batch(tmp_path, specimens=csv_text(SPECIMEN | {"fusion_files": "calls/a.tsv"}))
    (folder / "calls").mkdir()
    (folder / "calls" / "a.tsv").write_text(ARRIBA, encoding="utf-8")
    (request,) = read_batch(folder, a_laboratory()).requests
    assert len(read_case(request).calls) == 1
    assert "calls/a.tsv" in digests(request)


def test_a_vcf_of_another_specimen_of_the_batch_stops_its_specimen(tmp_path: Path) -> None:
    rows = csv_text(SPECIMEN | {"fusion_files": "a.vcf"}, SECOND)
    found = batch(tmp_path, specimens=rows, **{"a.vcf": nfcore_text(nfcore_record(), sample="T_S26-00002")})
    assert refused(found.requests[0]) == ["wrong-specimen"]


def test_the_specimens_build_is_held_against_the_file(tmp_path: Path) -> None:
    rows = csv_text(SPECIMEN | {"fusion_files": "a.tsv", "genome_build": "hg19"})
    assert refused(batch(tmp_path, specimens=rows, **{"a.tsv": ARRIBA}).requests[0]) == ["genome-build-contradiction"]


def test_a_file_that_no_row_names_is_said(tmp_path: Path) -> None:
    found = batch(tmp_path, **{"lost.tsv": ARRIBA, "notes.md": "x"})
    assert [(one.code, one.file, one.severity) for one in found.problems] == [("unused-file", "lost.tsv", "warning")]


@pytest.mark.parametrize(
    ("name", "code"),
    [("ihc.xls", "misspelt-table"), ("fusions.xlsx", "misspelt-table"), ("results.hl7", "wrong-kind-of-file")],
)
def test_results_in_a_form_that_is_not_read_stop_the_batch(tmp_path: Path, name: str, code: str) -> None:
    found = batch(tmp_path, **{name: "x\n"})
    assert (code, name) in [(one.code, one.file) for one in found.problems if one.severity == "error"]
    assert refused(found.requests[0]) == [code]


@pytest.mark.parametrize("twin", ["ihc.xlsx", "ihc.tsv"])
def test_a_table_in_two_forms_stops_the_batch(tmp_path: Path, twin: str) -> None:
    found = batch(tmp_path, ihc=csv_text(STAIN), **{twin: csv_text(STAIN).replace(",", "\t")})
    assert [(one.code, one.severity) for one in found.problems] == [("table-in-two-forms", "error")]
    assert refused(found.requests[0]) == ["table-in-two-forms"]


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx"])
def test_a_table_may_come_as_csv_tsv_or_workbook(tmp_path: Path, ending: str) -> None:
    folder = a_batch(tmp_path)
    for name, row in {"specimens": SPECIMEN, "ihc": STAIN}.items():
        write_table(folder / f"{name}.{ending}", row)
    if ending != "csv":
        (folder / "specimens.csv").unlink()
    (request,) = read_batch(folder, a_laboratory()).requests
    assert request.errors == ()
    case = read_case(request)
    assert (case.specimen.accession, case.ihc[0].marker) == (ACCESSION, STAIN["marker"])
    assert (case.specimen.place.file, case.ihc[0].place.file) == (f"specimens.{ending}", f"ihc.{ending}")
    assert set(digests(request)) == {f"specimens.{ending}", f"ihc.{ending}"}


def write_table(path: Path, row: dict[str, str]) -> None:
    """One row as CSV, TSV or workbook, by the name's ending."""
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        book.active.append(list(row))  # type: ignore[union-attr]
        book.active.append(list(row.values()))  # type: ignore[union-attr]
        book.save(path)
        return
    text = csv_text(row)
    path.write_text(text.replace(",", "\t") if path.suffix == ".tsv" else text)


def test_a_folder_that_cannot_be_used_is_a_batch_without_requests(tmp_path: Path) -> None:
    missing = read_batch(tmp_path / "none", a_laboratory())
    assert (missing.requests, [one.code for one in missing.problems]) == ((), ["unreadable-folder"])
    empty = read_batch(tmp_path, a_laboratory())
    assert (empty.requests, [one.code for one in empty.problems]) == ((), ["missing-file"])
    (tmp_path / "specimens.ods").write_bytes(b"x")
    assert [one.code for one in read_batch(tmp_path, a_laboratory()).problems] == ["missing-file"]


def test_an_unreadable_specimens_table_is_a_batch_without_requests(tmp_path: Path) -> None:
    found = batch(tmp_path, specimens=b"PK\x03\x04")
    assert (found.requests, [one.code for one in found.problems]) == ((), ["damaged-archive"])


def test_without_a_usable_specimens_table_only_its_own_problems_are_said(tmp_path: Path) -> None:
    without_column = csv_text({name: cell for name, cell in SPECIMEN.items() if name != "patient_id"})
    found = check_batch(
        a_batch(tmp_path, specimens=without_column, ihc=csv_text(STAIN), **{"calls.tsv": ARRIBA}), a_laboratory()
    )
    assert [(one.code, one.file) for one in found] == [("missing-column", "specimens.csv")]


TABLES_CUT = {
    "specimens": csv_text(SPECIMEN, SECOND),
    "ihc": csv_text(STAIN),
    "qc": csv_text({"accession": ACCESSION, "metric": "DV200", "value": "45"}),
    "controls": csv_text({"run": "RUN-1", "control": "NTC", "result": "pass"}),
    "variants": csv_text({"accession": ACCESSION, "gene": "ALK", "hgvs_p": "G1202R"}),
}


@pytest.mark.parametrize("name", TABLES_CUT)
def test_a_table_without_a_last_line_end_may_be_cut_short_and_stops_every_specimen(tmp_path: Path, name: str) -> None:
    files = TABLES_CUT | {name: TABLES_CUT[name].removesuffix("\n")}
    found = batch(tmp_path, **files)
    assert len(found.requests) == 2
    for request in found.requests:
        assert refused(request) == ["no-final-newline"]
    assert [one.code for one in found.problems if one.severity == "error"] == ["no-final-newline"]


def test_a_table_that_ends_before_a_specimens_rows_is_said(tmp_path: Path) -> None:
    """Cut at a line end: nothing shows it but the rows that are not there."""
    found = batch(tmp_path, specimens=csv_text(SPECIMEN, SECOND), ihc=csv_text(STAIN))
    _, second = found.requests
    case, warnings = read_case_with_warnings(second)
    assert case.ihc == ()
    assert [(one.code, one.file, one.accession) for one in warnings if one.code != "no-sequencing-files"] == [
        ("no-stains", "ihc.csv", "S26-00002")
    ]


@pytest.mark.parametrize(
    "name", ["IHC.csv", "Ihc.CSV", "QC.csv", "Fusions.csv", "ihc.csv.txt", "ihc (1).csv", "qc.txt", "QC.tsv"]
)
def test_a_table_under_nearly_the_right_name_stops_the_batch(tmp_path: Path, name: str) -> None:
    found = batch(tmp_path, specimens=csv_text(SPECIMEN, SECOND), **{name: csv_text(STAIN)})
    for request in found.requests:
        assert "misspelt-table" in refused(request)


def test_names_that_only_resemble_a_table_stop_nobody(tmp_path: Path) -> None:
    rows = csv_text(SPECIMEN | {"fusion_files": "Fusions.CSV"})
    names = {"fusions.tsv": ARRIBA, "ihc_old.csv": "x\n", "qc-summary.txt": "x\n", "Fusions.CSV": csv_text(GENERIC)}
    found = batch(tmp_path, specimens=rows, ihc=csv_text(STAIN), **names)
    assert errors(found.problems) == []
    assert len(read_case(found.requests[0]).calls) == 1


@pytest.mark.parametrize("name", ["S26-00001.arriba.tsv", "run7_s26_00001_T.vcf", "S26-00001"])
def test_a_result_named_after_a_specimen_that_does_not_name_it_stops_the_specimen(tmp_path: Path, name: str) -> None:
    """Header `fusion_file` for `fusion_files`: a fusion became "sequencing was not done"."""
    row = {"fusion_file" if column == "fusion_files" else column: cell for column, cell in SPECIMEN.items()}
    folder = a_batch(tmp_path, specimens=csv_text(row, row | {"accession": "S26-00002"}))
    path = folder / name if "." in name else folder / name / "fusions.tsv"
    path.parent.mkdir(exist_ok=True)
    path.write_text(ARRIBA, encoding="utf-8")
    first, second = read_batch(folder, a_laboratory()).requests
    assert refused(first) == ["unused-file"]
    _, warnings = read_case_with_warnings(second)
    assert {(one.code, one.column) for one in warnings} == {
        ("unknown-column", "fusion_file"),
        ("no-sequencing-files", "fusion_files"),
    }


def test_a_folder_that_a_specimen_uses_may_hold_more(tmp_path: Path) -> None:
    folder = a_batch(tmp_path, specimens=csv_text(SPECIMEN | {"fusion_files": "S26-00001/fusions.tsv"}))
    (folder / "S26-00001").mkdir()
    for name in ("fusions.tsv", "fusions.discarded.tsv"):
        (folder / "S26-00001" / name).write_text(ARRIBA, encoding="utf-8")
    (request,) = read_batch(folder, a_laboratory()).requests
    assert len(read_case(request).calls) == 1


def test_the_warnings_of_rows_tables_and_files_come_with_the_case(tmp_path: Path) -> None:
    table = sv_text(sv_record("N]chr5:500]", info="SVTYPE=BND;MATEID=gone"))
    rows = csv_text(SPECIMEN | {"fusion_files": "a.vcf;a.vcf", "shoe_size": "9"})
    found = batch(tmp_path, specimens=rows, **{"a.vcf": table})
    case, warnings = read_case_with_warnings(found.requests[0])
    assert {(one.code, one.file, one.accession, one.severity) for one in warnings} == {
        ("unknown-column", "specimens.csv", ACCESSION, "warning"),
        ("file-named-twice", "specimens.csv", ACCESSION, "warning"),
        ("absent-mate", "a.vcf", ACCESSION, "warning"),
        ("undocumented-quality", "specimens.csv", ACCESSION, "warning"),
    }
    assert read_case(found.requests[0]) == case


def test_a_request_can_be_sent_to_another_process(tmp_path: Path) -> None:
    found = batch(tmp_path, specimens=csv_text(SPECIMEN | {"fusion_files": "a.tsv"}), **{"a.tsv": ARRIBA})
    (request,) = found.requests
    assert read_case(pickle.loads(pickle.dumps(request))) == read_case(request)  # noqa: S301


def test_digests_cover_every_input_file_of_the_case(tmp_path: Path) -> None:
    files = {
        "specimens": csv_text(SPECIMEN | {"fusion_files": "a.tsv"}),
        "ihc": csv_text(STAIN),
        "a.tsv": ARRIBA,
        "fusions": csv_text(GENERIC),
    }
    (request,) = batch(tmp_path, **files).requests
    found = digests(request)
    assert set(found) == {"specimens.csv", "ihc.csv", "a.tsv", "fusions.csv"}
    assert found["a.tsv"] == hashlib.sha256(ARRIBA.encode()).hexdigest()


def test_tables_keep_the_digest_of_what_was_read(tmp_path: Path) -> None:
    folder = a_batch(tmp_path, specimens=csv_text(SPECIMEN | {"fusion_files": "a.tsv"}), **{"a.tsv": ARRIBA})
    was = hashlib.sha256((folder / "specimens.csv").read_bytes()).hexdigest()
    (request,) = read_batch(folder, a_laboratory()).requests
    (folder / "specimens.csv").write_text(csv_text(SPECIMEN | {"patient_name": "Other, Name"}), encoding="utf-8")
    assert request.table_digests == (("specimens.csv", was),)
    assert digests(request)["specimens.csv"] == was
    assert read_case(request).specimen.patient_name == "Sample, Ada"
    (folder / "a.tsv").unlink()
    assert set(digests(request)) == {"specimens.csv"}


def test_two_files_of_one_base_name_are_told_apart(tmp_path: Path) -> None:
    names = ("arriba/fusions.tsv", "star/fusions.tsv")
    folder = a_batch(tmp_path, specimens=csv_text(SPECIMEN | {"fusion_files": f"./{names[0]};{names[1]}"}))
    texts = dict(zip(names, (ARRIBA, table_text(STAR_ABRIDGED, [star_row()])), strict=True))
    for name, text in texts.items():
        (folder / name).parent.mkdir()
        (folder / name).write_text(text, encoding="utf-8")
    (request,) = read_batch(folder, a_laboratory()).requests
    case = read_case(request)
    found = digests(request)
    assert tuple(source.file for source in case.sources) == names
    assert {source.file: source.sha256 for source in case.sources} == {name: found[name] for name in names}
    assert {call.place.file for call in case.calls} == set(names)


def test_one_file_under_two_spellings_is_still_of_two_specimens(tmp_path: Path) -> None:
    rows = csv_text(SPECIMEN | {"fusion_files": "a.tsv"}, SECOND | {"fusion_files": "./a.tsv"})
    found = batch(tmp_path, specimens=rows, **{"a.tsv": ARRIBA})
    assert [refused(request) for request in found.requests] == [["file-of-two-specimens"]] * 2


@pytest.mark.parametrize(
    "name", ["S26-00001/S26-00002.x.tsv", "S26-88888.arriba.tsv", "run7_s26_88888_T.tsv", "S26-00002/S26-00001.tsv"]
)
def test_a_file_that_names_another_accession_anywhere_is_refused(tmp_path: Path, name: str) -> None:
    folder = a_batch(tmp_path, specimens=csv_text(SPECIMEN | {"fusion_files": name}, SECOND))
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(ARRIBA, encoding="utf-8")
    assert refused(read_batch(folder, a_laboratory()).requests[0]) == ["wrong-specimen"]


@pytest.mark.parametrize("name", ["S26-00001/S26-00001.x.tsv", "2026-03-17_RNA-26-031_s26_00001.tsv", "12-3456.tsv"])
@pytest.mark.parametrize("pattern", [r"^S\d{2}-\d{5}$", ""])
def test_dates_and_runs_in_a_files_name_are_no_accessions(tmp_path: Path, name: str, pattern: str) -> None:
    folder = a_batch(tmp_path, specimens=csv_text(SPECIMEN | {"fusion_files": name}, SECOND))
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(ARRIBA, encoding="utf-8")
    assert len(read_case(read_batch(folder, a_laboratory(pattern)).requests[0]).calls) == 1


def test_a_sample_named_after_an_accession_of_another_batch_is_refused(tmp_path: Path) -> None:
    table = table_text(ARRIBA_V2 + "\ttumor_id", [arriba_row() | {"tumor_id": "S26-99999_T1"}])
    found = batch(tmp_path, specimens=csv_text(SPECIMEN | {"fusion_files": "a.tsv"}, SECOND), **{"a.tsv": table})
    assert refused(found.requests[0]) == ["wrong-specimen"]


def test_a_foreign_row_in_a_fusions_csv_of_a_subfolder_is_refused(tmp_path: Path) -> None:
    folder = a_batch(tmp_path, specimens=csv_text(SPECIMEN | {"fusion_files": "sub/fusions.csv"}))
    (folder / "sub").mkdir()
    (folder / "sub" / "fusions.csv").write_text(csv_text(GENERIC | {"accession": "S26-77777"}), encoding="utf-8")
    assert refused(read_batch(folder, a_laboratory()).requests[0]) == ["foreign-accession"]


@pytest.mark.parametrize("listed", ["fusions.csv", ""])
def test_a_row_of_nobody_may_be_of_a_specimen_that_has_none(tmp_path: Path, listed: str) -> None:
    """`S26-0001` typed for `S26-00001`: "no fusion detected" or "not sequenced" would be wrong."""
    rows = csv_text(
        SPECIMEN | {"fusion_files": listed}, SECOND, SECOND | {"accession": "S26-00003", "sequencing_run": ""}
    )
    table = csv_text(GENERIC | {"accession": "S26-0001"}, GENERIC | {"accession": "S26-00002"})
    first, second, third = batch(tmp_path, specimens=rows, fusions=table).requests
    assert refused(first) == ["row-may-be-theirs"]
    assert len(read_case(second).calls) == 1
    assert read_case(third).sources == ()


def test_a_pipe_or_a_locked_file_is_a_problem_and_not_waited_for(tmp_path: Path) -> None:
    folder = a_batch(tmp_path, specimens=csv_text(SPECIMEN | {"fusion_files": "a.tsv"}))
    os.mkfifo(folder / "ihc.csv")
    os.mkfifo(folder / "a.tsv")
    (folder / "qc.csv").mkdir()
    (folder / "variants.csv").symlink_to("nowhere.csv")
    (request,) = read_batch(folder, a_laboratory()).requests
    assert sorted((one.code, one.file) for one in request.errors) == [
        ("missing-file", "specimens.csv"),
        ("unreadable-file", "ihc.csv"),
        ("unreadable-file", "qc.csv"),
        ("unreadable-file", "variants.csv"),
    ]


def test_each_specimen_of_a_large_batch_gets_its_own_rows_and_little_else(tmp_path: Path) -> None:
    """Looking for each accession in each file's name, and splitting fusions.csv for each, once took minutes."""
    count = 2000
    accessions = [f"S26-{n:05}" for n in range(count)]
    rows = [SPECIMEN | {"accession": one, "fusion_files": f"run7_{n}.tsv"} for n, one in enumerate(accessions)]
    table = csv_text(*(GENERIC | {"accession": one} for one in accessions))
    folder = a_batch(tmp_path, specimens=csv_text(*rows), fusions=table)
    for row in rows:
        (folder / row["fusion_files"]).write_text(ARRIBA_V2 + "\n", encoding="utf-8")
    found = read_batch(folder, a_laboratory())
    assert found.problems == ()
    assert [len(read_case(request).calls) for request in found.requests] == [1] * count
    assert max(len(pickle.dumps(request)) for request in found.requests) < 5000


def test_a_fusions_csv_that_changes_meanwhile_shows_in_its_digest(tmp_path: Path) -> None:
    folder = a_batch(tmp_path, fusions=csv_text(GENERIC))
    (request,) = read_batch(folder, a_laboratory()).requests
    (folder / "fusions.csv").write_text(csv_text(GENERIC | {"gene_5prime": "TFG"}), encoding="utf-8")
    case = read_case(request)
    assert case.calls[0].gene_5prime == "CLTC"
    assert case.sources[0].sha256 != digests(request)["fusions.csv"]


def test_ten_mistakes_are_all_listed_with_place_and_remedy(tmp_path: Path) -> None:
    bad_calls = table_text(ARRIBA_V2, [arriba_row(), arriba_row(split_reads1="NA")])
    folder = a_batch(
        tmp_path,
        specimens=csv_text(
            SPECIMEN | {"collected": "03/02/26"},
            SECOND | {"margin": "positive"},
            SECOND | {"accession": "S26-00003", "fusion_files": "cut.tsv"},
            SECOND | {"accession": "S26-00004", "fusion_files": "missing.tsv"},
            SECOND | {"accession": "S26-00005", "fusion_files": "bad.tsv"},
            SECOND | {"accession": "S26-00006"},
            SECOND | {"accession": "S26-00006"},
        ),
        ihc=csv_text(
            STAIN | {"accession": "S26-99999"},
            STAIN | {"accession": "S26-00003", "method": "FISH", "cells_scored": "20"},
            STAIN | {"accession": "S26-00004"},
            STAIN | {"accession": "S26-00004", "result": "negative"},
        ),
        qc=csv_text({"accession": "S26-00005", "metric": "DV200", "value": "0.45"}),
        variants=csv_text({"accession": "S26-00005", "gene": "1-Mar", "hgvs_p": "G1202R"}),
        **{"cut.tsv": ARRIBA[:-1], "bad.tsv": bad_calls},
    )
    problems = check_batch(folder, a_laboratory())
    assert errors(problems) == [
        ("not-a-whole-number", "bad.tsv", 3, "S26-00005"),
        ("cut-short", "cut.tsv", 2, "S26-00003"),
        ("unknown-accession", "ihc.csv", 2, "S26-99999"),
        ("too-few-cells", "ihc.csv", 3, "S26-00003"),
        ("contradictory-results", "ihc.csv", 5, "S26-00004"),
        ("ambiguous-percentage", "qc.csv", 2, "S26-00005"),
        ("bad-date", "specimens.csv", 2, "S26-00001"),
        ("unknown-value", "specimens.csv", 3, "S26-00002"),
        ("missing-file", "specimens.csv", 5, "S26-00004"),
        ("duplicate-accession", "specimens.csv", 8, "S26-00006"),
        ("excel-date", "variants.csv", 2, "S26-00005"),
    ]
    assert all(one.remedy and one.file and "Try: " in one.explain() for one in problems)
    assert [one.code for one in problems if one.severity == "warning"] == ["no-stains"]
    assert len(problems) == len(set(problems)) == 12


def test_the_same_folder_gives_the_same_answer_twice(tmp_path: Path) -> None:
    folder = a_batch(tmp_path, specimens=csv_text(SPECIMEN | {"fusion_files": "a.tsv"}), **{"a.tsv": ARRIBA})
    first, second = (read_batch(folder, a_laboratory()) for _ in range(2))
    assert first == second
    assert read_case(first.requests[0]) == read_case(second.requests[0])


def test_errors_and_logs_hold_no_patient_data(tmp_path: Path) -> None:
    row = SPECIMEN | {"patient_name": "CANARY, Ada", "date_of_birth": "CANARY", "sex": "CANARY", "comment": "CANARY"}
    (request,) = batch(tmp_path, specimens=csv_text(row)).requests
    with pytest.raises(InputError) as caught:
        read_case(request)
    texts = [str(caught.value), repr(caught.value.args[0]), *(one.for_log() for one in request.problems)]
    assert not any("CANARY" in text for text in texts)


def test_importing_the_parsers_loads_neither_pandas_nor_pysam() -> None:
    code = (
        "import sys, parsers.batch, parsers.laboratory; print(sorted({'pandas', 'pysam', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def with_sample(folder: Path, stated: str, in_file: str) -> CaseRequest:
    """A specimen whose table states this sequencing sample, with a VCF of this sample name."""
    row = SPECIMEN | {"sequencing_sample": stated, "fusion_files": "a.vcf", "genome_build": "GRCh38"}
    vcf = nfcore_text(nfcore_record()).replace("\tFORMAT\tSAMPLE_01", f"\tFORMAT\t{in_file}")
    assert in_file in vcf
    return read_batch(a_batch(folder, specimens=csv_text(row), **{"a.vcf": vcf}), a_laboratory()).requests[0]


@pytest.mark.parametrize("in_file", ["LIB-0042", "lib-0042", "LIB-0042_RNA", ACCESSION])
def test_the_sequencing_sample_of_the_table_is_that_of_the_file(tmp_path: Path, in_file: str) -> None:
    assert len(read_case(with_sample(tmp_path, "LIB-0042", in_file)).calls) == 1


@pytest.mark.parametrize("in_file", ["LIB-0043", "LIB-00421", "SAMPLE_02"])
def test_a_file_of_another_sequencing_sample_stops_the_specimen(tmp_path: Path, in_file: str) -> None:
    assert refused(with_sample(tmp_path, "LIB-0042", in_file)) == ["wrong-specimen"]


def test_of_several_samples_the_stated_one_is_read(tmp_path: Path) -> None:
    row = SPECIMEN | {"sequencing_sample": "LIB-2", "fusion_files": "a.vcf", "genome_build": "GRCh38"}
    text = sv_text(sv_record("N]chr5:500]"))
    lines = text.split("\n")
    at = next(index for index, line in enumerate(lines) if line.startswith("#CHROM"))
    lines[at] = "\t".join([*lines[at].split("\t")[:9], "LIB-1", "LIB-2"])
    lines[at + 1] = "\t".join([*lines[at + 1].split("\t")[:8], "PR:SR", "1,2:1,3", "1,4:1,5"])
    folder = a_batch(tmp_path, specimens=csv_text(row), **{"a.vcf": "\n".join(lines)})
    case = read_case(read_batch(folder, a_laboratory()).requests[0])
    assert (case.sources[0].sample, case.calls[0].spanning_pairs, case.calls[0].split_reads) == ("LIB-2", 4, 5)


def test_files_on_two_assemblies_stop_the_specimen(tmp_path: Path) -> None:
    on_38 = table_text(ARRIBA_V2, [arriba_row(gene2="ALK", breakpoint2="2:29223528")])
    on_37 = table_text(ARRIBA_V2, [arriba_row(gene2="ALK", breakpoint2="2:29446394")])
    laboratory = a_laboratory()
    key, assay = next(iter(laboratory.assays.items()))
    laboratory = replace(laboratory, assays={key: replace(assay, genome_build=None)})
    row = SPECIMEN | {"fusion_files": "a.tsv;b.tsv", "genome_build": ""}
    folder = a_batch(tmp_path, specimens=csv_text(row), **{"a.tsv": on_37, "b.tsv": on_38})
    with pytest.raises(InputError) as caught:
        read_case(read_batch(folder, laboratory).requests[0])
    (problem,) = caught.value.problems
    assert (problem.code, problem.line) == ("genome-build-contradiction", 2)
    assert "a.tsv on GRCh37, b.tsv on GRCh38" in problem.message


def two_with(folder: Path, first: str, second: str) -> list[str]:
    rows = csv_text(SPECIMEN | {"fusion_files": "a.tsv"}, SECOND | {"fusion_files": "b.tsv"})
    found = batch(folder, specimens=rows, **{"a.tsv": first, "b.tsv": second})
    return [f"{one.code} {one.accession}" for one in found.problems]


def test_one_result_for_two_specimens_stops_both(tmp_path: Path) -> None:
    assert two_with(tmp_path, ARRIBA, ARRIBA) == ["same-file-twice S26-00001", "same-file-twice S26-00002"]


def test_two_results_without_a_call_are_alike_and_no_copies(tmp_path: Path) -> None:
    assert two_with(tmp_path, ARRIBA_V2 + "\n", ARRIBA_V2 + "\n") == []


def test_a_damaged_file_twice_is_told_as_damaged(tmp_path: Path) -> None:
    assert two_with(tmp_path, ARRIBA[:-5], ARRIBA[:-5]) == []


def two_with_paired_vcf(folder: Path, first_sample: str, second_sample: str) -> list[str]:
    pair = (SAMPLES / "structural_variants" / "two_samples.vcf").read_text()
    rows = csv_text(
        SPECIMEN | {"fusion_files": "a.vcf", "sequencing_sample": first_sample},
        SECOND | {"fusion_files": "b.vcf", "sequencing_sample": second_sample},
    )
    found = batch(folder, specimens=rows, **{"a.vcf": pair, "b.vcf": pair})
    return [f"{one.code} {one.accession}" for one in found.problems]


def test_one_paired_vcf_for_two_specimens_stops_both_where_one_sample_is_stated_for_both(tmp_path: Path) -> None:
    found = two_with_paired_vcf(tmp_path, "biopsy", "Biopsy")
    assert found == ["same-file-twice S26-00001", "same-file-twice S26-00002"]


def test_one_file_for_two_specimens_is_no_copy_where_each_is_another_sample_of_it(tmp_path: Path) -> None:
    assert two_with_paired_vcf(tmp_path, "biopsy", "blood") == []


def test_one_result_without_a_gene_of_the_assay_is_only_said(tmp_path: Path) -> None:
    """What two negatives share by chance in invented tables, and hardly ever in real ones."""
    bystander = table_text(ARRIBA_V2, [arriba_row(gene1="LAPTM4A", gene2="XRCC6")])
    two_with(tmp_path, bystander, bystander)
    found = read_batch(tmp_path / "batch", a_laboratory())
    assert {(one.code, one.severity) for one in found.problems} == {("same-file-twice", "warning")}


QC_ROWS = ({"metric": "dv200_pct", "value": "62"}, {"metric": "mapped_reads_m", "value": "31"})


def undocumented(folder: Path, *rows: dict[str, str], files: str = "calls.tsv") -> list[Problem]:
    """The warnings on quality of a specimen whose qc.csv has these rows, and which has or has not a fusion file."""
    contents = {"specimens": csv_text(SPECIMEN | {"fusion_files": files})}
    if rows:
        contents["qc"] = csv_text(*({"accession": ACCESSION} | row for row in rows))
    if files:
        contents[files] = table_text(ARRIBA_V2, [arriba_row()])
    found = check_batch(a_batch(folder, **contents), a_laboratory())
    return [problem for problem in found if problem.code == "undocumented-quality"]


def test_a_sequenced_specimen_without_the_figures_that_its_assay_requires_is_warned_of(tmp_path: Path) -> None:
    (problem,) = undocumented(tmp_path)
    assert problem.message == "the assay requires dv200_pct, mapped_reads_m; neither qc.csv nor the files give them"
    assert (problem.severity, problem.file, problem.line, problem.accession) == (
        "warning",
        "specimens.csv",
        2,
        ACCESSION,
    )
    (problem,) = undocumented(tmp_path, QC_ROWS[0])
    assert problem.message == "the assay requires mapped_reads_m; neither qc.csv nor the files give it"


def test_required_figures_verdicts_and_specimens_that_were_not_sequenced_need_no_warning(tmp_path: Path) -> None:
    assert undocumented(tmp_path, *QC_ROWS) == []
    for metric in ("rna_qc", "sequencing_qc"):
        assert undocumented(tmp_path, {"metric": metric, "value": "pass"}) == []
    assert len(undocumented(tmp_path, {"metric": "dna_qc", "value": "pass"})) == 1
    (tmp_path / "none").mkdir()
    assert undocumented(tmp_path / "none", files="") == []


def test_what_stops_a_specimen_is_told_before_its_quality(tmp_path: Path) -> None:
    """The row of qc.csv that cannot be read may be the figure that is missing."""
    assert undocumented(tmp_path, {"metric": "dv200_pct", "value": "much"}) == []
