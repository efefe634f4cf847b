"""The generic fusion table."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsers_samples import ACCESSION, a_context, csv_text

from parsers.callers import read_fusion_file
from parsers.callers.generic import FORMAT, rows_by_accession
from parsers.errors import InputError, Problem
from parsers.reading import decode, read_text
from parsers.records import Breakpoint, FusionCall

ROW = {
    "accession": ACCESSION,
    "gene_5prime": "TPM3",
    "gene_3prime": "ALK",
    "exon_5prime": "8",
    "exon_3prime": "20",
    "transcript_5prime": "NM_152263.4",
    "transcript_3prime": "NM_004304.5",
    "breakpoint_5prime": "chr1:154170400:-",
    "breakpoint_3prime": "chr2:29223528:-",
    "genome_build": "GRCh38",
    "reading_frame": "in-frame",
    "split_reads": "48",
    "spanning_pairs": "61",
    "filter": "PASS",
    "caller": "panel X",
}


def calls(folder: Path, *rows: dict[str, str], name: str = "fusions.csv", **context: object) -> tuple[FusionCall, ...]:
    path = folder / name
    path.write_text(csv_text(*rows), encoding="utf-8")
    return read_fusion_file(path, a_context(**context))[0]


def problem(folder: Path, **cells: str) -> Problem:
    with pytest.raises(InputError) as caught:
        calls(folder, ROW | cells)
    (found,) = caught.value.problems
    assert (found.line, found.accession) == (2, ACCESSION)
    assert found.remedy
    return found


def test_a_full_row_arrives_whole(tmp_path: Path) -> None:
    (call,) = calls(tmp_path, ROW)
    assert (call.gene_5prime, call.gene_3prime, call.caller, call.molecule) == ("TPM3", "ALK", "panel X", "RNA")
    assert call.breakpoint_3prime == Breakpoint("chr2", 29223528, "-")
    assert (call.exon_5prime, call.exon_3prime, call.transcript_3prime) == (8, 20, "NM_004304.5")
    assert (call.split_reads, call.spanning_pairs, call.reading_frame) == (48, 61, "in-frame")
    assert (call.passed_filter, call.genome_build, call.place.line) == (True, "GRCh38", 2)


def test_the_molecule_is_the_assays(tmp_path: Path) -> None:
    assert calls(tmp_path, ROW, molecule="DNA")[0].molecule == "DNA"


def test_only_rows_of_the_asked_accession_become_calls(tmp_path: Path) -> None:
    rows = [ROW | {"accession": "S26-00002"}, ROW | {"accession": "s26–00001", "gene_5prime": "CLTC"}]
    assert [(call.gene_5prime, call.place.line) for call in calls(tmp_path, *rows)] == [("CLTC", 3)]


def test_a_table_without_a_row_of_the_specimen_means_no_call(tmp_path: Path) -> None:
    path = tmp_path / "fusions.csv"
    path.write_text(csv_text(ROW | {"accession": "S26-00002"}), encoding="utf-8")
    found, source, _ = read_fusion_file(path, a_context())
    assert (found, source.calls, source.format, source.caller) == (
        (),
        0,
        "generic fusion table",
        "generic fusion table",
    )


def test_another_table_must_not_hold_rows_of_other_specimens(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        calls(tmp_path, ROW, ROW | {"accession": "S26-00002"}, name="panel.csv")
    assert [(one.code, one.line) for one in caught.value.problems] == [("foreign-accession", 3)]
    assert len(calls(tmp_path, ROW, name="panel.csv")) == 1


def test_exons_alone_need_no_assembly(tmp_path: Path) -> None:
    row = ROW | {"breakpoint_5prime": "", "breakpoint_3prime": "", "genome_build": ""}
    (call,) = calls(tmp_path, row, assay_build=None)
    assert (call.breakpoint_5prime, call.genome_build, call.exon_3prime) == (None, None, 20)


def test_coordinates_need_an_assembly(tmp_path: Path) -> None:
    row = ROW | {"breakpoint_3prime": "chr2:29223000", "genome_build": ""}
    with pytest.raises(InputError) as caught:
        calls(tmp_path, row, assay_build=None)
    (found,) = caught.value.problems
    assert (found.code, found.column) == ("genome-build-unknown", "genome_build")


def test_a_row_may_state_its_own_assembly(tmp_path: Path) -> None:
    row = ROW | {"breakpoint_3prime": "chr2:29446394:-", "genome_build": "hg19"}
    assert calls(tmp_path, row, assay_build=None)[0].genome_build == "GRCh37"


def test_a_row_on_another_assembly_than_the_specimen_is_refused(tmp_path: Path) -> None:
    row = ROW | {"breakpoint_3prime": "chr2:1000", "genome_build": "hg19"}
    with pytest.raises(InputError) as caught:
        calls(tmp_path, row, specimen_build="GRCh38")
    (found,) = caught.value.problems
    assert (found.code, found.line) == ("genome-build-contradiction", 2)


def test_blank_cells_are_not_stated(tmp_path: Path) -> None:
    row = ROW | dict.fromkeys(
        ("split_reads", "spanning_pairs", "reading_frame", "filter", "caller", "transcript_5prime"), ""
    )
    (call,) = calls(tmp_path, row)
    assert (call.split_reads, call.spanning_pairs, call.reading_frame) == (None, None, "unknown")
    assert (call.passed_filter, call.caller, call.transcript_5prime) == (True, "generic fusion table", "")


def test_a_filter_other_than_pass_is_kept_as_not_passed(tmp_path: Path) -> None:
    (call,) = calls(tmp_path, ROW | {"filter": "LowSupport"})
    assert (call.passed_filter, call.filters) == (False, "LowSupport")


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"split_reads": "many"}, "not-a-whole-number", "split_reads"),
        ({"spanning_pairs": "-1"}, "not-a-whole-number", "spanning_pairs"),
        ({"exon_3prime": "20a"}, "not-a-whole-number", "exon_3prime"),
        ({"exon_3prime": "500"}, "not-a-whole-number", "exon_3prime"),
        ({"exon_5prime": "0"}, "out-of-range", "exon_5prime"),
        ({"breakpoint_3prime": "2-29223528"}, "bad-breakpoint", "breakpoint_3prime"),
        ({"breakpoint_3prime": "", "exon_3prime": ""}, "missing-value", "breakpoint_3prime"),
        ({"gene_5prime": ""}, "missing-value", "gene_5prime"),
        ({"gene_5prime": "2-Sep"}, "excel-date", "gene_5prime"),
        ({"reading_frame": "yes"}, "unknown-value", "reading_frame"),
        ({"genome_build": "hg18"}, "unknown-value", "genome_build"),
        ({"caller": "x\u202ey"}, "untrusted-character", "caller"),
    ],
)
def test_a_bad_cell_is_refused_with_its_place(tmp_path: Path, cells: dict[str, str], code: str, column: str) -> None:
    found = problem(tmp_path, **cells)
    assert (found.code, found.column) == (code, column)


def test_a_row_that_is_too_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fusions.csv"
    path.write_text(
        "accession,gene_5prime,gene_3prime,exon_5prime,exon_3prime\nS26-00001,TPM3,ALK,8\n", encoding="utf-8"
    )
    with pytest.raises(InputError) as caught:
        read_fusion_file(path, a_context())
    assert "wrong-number-of-cells" in [one.code for one in caught.value.problems]


def test_missing_columns_and_a_cut_off_table_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "fusions.csv"
    path.write_text("gene_5prime,gene_3prime\nTPM3,ALK\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_fusion_file(path, a_context())
    assert [one.code for one in caught.value.problems] == ["missing-column"]
    path.write_text(csv_text(ROW).rstrip("\n"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_fusion_file(path, a_context())
    assert [one.code for one in caught.value.problems] == ["cut-short"]


def test_the_accessions_of_a_table_are_told_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "fusions.csv"
    path.write_text(csv_text(ROW, ROW | {"accession": ""}, ROW | {"accession": "s26-00001"}), encoding="utf-8")
    source = read_text(path)
    found, nothing = rows_by_accession(source, "")
    assert {name: shared.lines for name, shared in found.items()} == {ACCESSION: [2, 4], "": [3]}
    assert (nothing.lines, nothing.sha256, nothing.table.columns) == ([], source.sha256, found[""].table.columns)


def test_unknown_columns_are_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "fusions.csv"
    path.write_text(csv_text(ROW | {"remark": "x"}), encoding="utf-8")
    found, _, warnings = read_fusion_file(path, a_context())
    assert len(found) == 1
    assert [(one.code, one.severity) for one in warnings] == [("unknown-column", "warning")]


@given(
    st.permutations(list(ROW)),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8-sig", "utf-16", "cp1252"]),
)
def test_layout_and_encoding_do_not_matter(order: list[str], separator: str, line_end: str, encoding: str) -> None:
    def read(text: str, code: str) -> tuple[FusionCall, ...]:
        source = decode(text.encode(code), "fusions.csv")
        assert FORMAT.sniff(source.text)
        return FORMAT.read(source, a_context()).calls

    row = ROW | {"caller": "Gerät"}
    assert read(csv_text(row, columns=order, separator=separator).replace("\n", line_end), encoding) == read(
        csv_text(row), "utf-8"
    )
