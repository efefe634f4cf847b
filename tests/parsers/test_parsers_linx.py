"""LINX fusions: exons instead of positions, LINX's own verdict, and the layouts of its versions."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import calls_of, problems_of, source_of, table_text

from parsers.records import Breakpoint

HEADER = (
    "fivePrimeBreakendId\tthreePrimeBreakendId\tname\treported\treportedType\treportableReasons\tphased\tlikelihood\t"
    "chainLength\tchainLinks\tchainTerminated\tdomainsKept\tdomainsLost\tskippedExonsUp\tskippedExonsDown\t"
    "fusedExonUp\tfusedExonDown\tgeneStart\tgeneContextStart\ttranscriptStart\tgeneEnd\tgeneContextEnd\t"
    "transcriptEnd\tjunctionCopyNumber"
)
WITH_COORDINATES = HEADER.replace(
    "likelihood", "likelihood\tfivePrimeVcfId\tthreePrimeVcfId\tfivePrimeCoords\tthreePrimeCoords"
)


def a_row(**cells: str) -> dict[str, str]:
    """EML4::ALK, exon 13 to 20, reported by LINX, unless told otherwise."""
    return {
        "fivePrimeBreakendId": "318",
        "threePrimeBreakendId": "317",
        "name": "EML4_ALK",
        "reported": "true",
        "reportedType": "KNOWN_PAIR",
        "reportableReasons": "OK",
        "phased": "INFRAME",
        "likelihood": "HIGH",
        "fusedExonUp": "13",
        "fusedExonDown": "20",
        "geneStart": "EML4",
        "transcriptStart": "ENST00000318522",
        "geneEnd": "ALK",
        "transcriptEnd": "ENST00000389048",
    } | cells


def test_a_fusion_is_dna_with_exons_and_without_positions_or_reads(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, table_text(HEADER, [a_row()]))
    assert (call.gene_5prime, call.gene_3prime, call.order_known, call.molecule) == ("EML4", "ALK", True, "DNA")
    assert (call.exon_5prime, call.exon_3prime) == (13, 20)
    assert (call.transcript_5prime, call.transcript_3prime) == ("ENST00000318522", "ENST00000389048")
    assert (call.breakpoint_5prime, call.breakpoint_3prime, call.genome_build) == (None, None, None)
    assert (call.split_reads, call.spanning_pairs, call.supporting_reads) == (None, None, None)
    assert (call.confidence, call.reading_frame, call.passed_filter) == ("HIGH", "in-frame", True)
    assert dict(call.as_given)["fivePrimeBreakendId"] == "318"


@pytest.mark.parametrize(
    ("phased", "frame"), [("INFRAME", "in-frame"), ("OUT_OF_FRAME", "out-of-frame"), ("SKIPPED_EXONS", "unknown")]
)
def test_a_frame_that_needs_skipped_exons_stays_open(tmp_path: Path, phased: str, frame: str) -> None:
    (call,) = calls_of(tmp_path, table_text(HEADER, [a_row(phased=phased)]))
    assert call.reading_frame == frame
    assert dict(call.as_given)["phased"] == phased


def test_what_linx_does_not_report_is_kept_with_its_reason(tmp_path: Path) -> None:
    rows = [a_row(reported="false", reportableReasons="NOT_KNOWN", likelihood="NA"), a_row(reported="FALSE")]
    first, second = calls_of(tmp_path, table_text(HEADER, rows))
    assert (first.passed_filter, first.filters, first.confidence) == (False, "not reported by LINX: NOT_KNOWN", "")
    assert second.filters == "not reported by LINX: OK"


def test_a_version_without_reasons_still_says_that_it_does_not_report(tmp_path: Path) -> None:
    header = HEADER.replace("reportableReasons\t", "")
    (call,) = calls_of(tmp_path, table_text(header, [a_row(reported="false")]))
    assert (call.passed_filter, call.filters) == (False, "not reported by LINX: no reason")


def test_a_header_alone_is_a_finished_run_without_a_fusion(tmp_path: Path) -> None:
    source = source_of(tmp_path, HEADER + "\n")
    assert (source.format, source.calls, source.molecule) == ("LINX", 0, "DNA")


def test_a_header_without_its_line_end_may_be_half_a_header(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, HEADER)
    assert problem.code == "cut-short"


@pytest.mark.parametrize("exon", ["0", "-1"])
def test_an_end_outside_the_exons_has_none(tmp_path: Path, exon: str) -> None:
    (call,) = calls_of(tmp_path, table_text(HEADER, [a_row(fusedExonUp=exon)]))
    assert (call.exon_5prime, call.exon_3prime) == (None, 20)


def test_coordinates_say_the_side_that_is_kept(tmp_path: Path) -> None:
    row = a_row(fivePrimeCoords="chr2:42296000:1", threePrimeCoords="2:29224000:-1")
    (call,) = calls_of(tmp_path, table_text(WITH_COORDINATES, [row]))
    assert call.breakpoint_5prime == Breakpoint("chr2", 42296000, "+")
    assert call.breakpoint_3prime == Breakpoint("chr2", 29224000, "-")
    assert call.genome_build == "GRCh38"  # the assay's


def test_a_coordinate_without_orientation_has_no_side(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, table_text(WITH_COORDINATES, [a_row(fivePrimeCoords="chr2:42296000")]))
    assert call.breakpoint_5prime == Breakpoint("chr2", 42296000)
    assert call.breakpoint_3prime is None


def test_genes_come_from_the_name_where_the_newest_layout_has_no_columns_for_them(tmp_path: Path) -> None:
    header = "\t".join(name for name in HEADER.split("\t") if not name.startswith(("gene", "transcript", "junction")))
    (call,) = calls_of(tmp_path, table_text(header, [a_row(name="FOLH1_NDUFC2-KCTD14")]))
    assert (call.gene_5prime, call.gene_3prime) == ("FOLH1", "NDUFC2-KCTD14")
    assert (call.transcript_5prime, call.exon_3prime) == ("", 20)
    for name in ("A_B_C", "ALK", "_ALK", "ALK_"):
        (problem,) = problems_of(tmp_path, table_text(header, [a_row(name=name)]))
        assert (problem.code, problem.line, problem.found) == ("missing-value", 2, name)


def test_the_capital_letters_of_old_versions_do_not_matter(tmp_path: Path) -> None:
    old = "\t".join(name[:1].upper() + name[1:] for name in HEADER.split("\t"))
    row = {name[:1].upper() + name[1:]: value for name, value in a_row().items()}
    (call,) = calls_of(tmp_path, table_text(old, [row]))
    assert call == calls_of(tmp_path, table_text(HEADER, [a_row()]))[0]
    (problem,) = problems_of(tmp_path, table_text(old.replace("Phased", "Frame"), [row]))
    assert (problem.code, "Phased" in problem.message) == ("missing-column", True)


V1_10 = (
    "FivePrimeBreakendId\tThreePrimeBreakendId\tName\tReported\tReportedType\tPhased\tChainLength\tChainLinks\t"
    "ChainTerminated\tDomainsKept\tDomainsLost\tSkippedExonsUp\tSkippedExonsDown\tFusedExonUp\tFusedExonDown"
)


@pytest.mark.parametrize(
    ("phased", "skipped", "frame"),
    [
        ("true", "0", "in-frame"),
        ("1", "0", "in-frame"),
        ("true", "2", "unknown"),
        ("false", "0", "out-of-frame"),
        ("0", "2", "out-of-frame"),
    ],
)
def test_linx_before_1_11_says_true_or_false_for_the_phase(
    tmp_path: Path, phased: str, skipped: str, frame: str
) -> None:
    cells = {
        "Name": "EML4_ALK",
        "Reported": "true",
        "Phased": phased,
        "SkippedExonsUp": skipped,
        "SkippedExonsDown": "0",
        "FusedExonUp": "13",
        "FusedExonDown": "20",
    }
    (call,) = calls_of(tmp_path, table_text(V1_10, [cells]))
    assert (call.gene_5prime, call.gene_3prime, call.exon_3prime, call.reading_frame) == ("EML4", "ALK", 20, frame)


def test_every_bad_cell_is_named(tmp_path: Path) -> None:
    row = a_row(
        reported="maybe",
        phased="true",
        fusedExonUp="13a",
        fusedExonDown=".",
        fivePrimeCoords="chr2:x:1",
        geneEnd="2-Sep",
    )
    problems = problems_of(tmp_path, table_text(WITH_COORDINATES, [row]))
    assert sorted((problem.code, problem.column) for problem in problems) == [
        ("bad-breakpoint", "fivePrimeCoords"),
        ("bad-exon", "fusedExonDown"),
        ("bad-exon", "fusedExonUp"),
        ("excel-date", "name"),
        ("unknown-value", "phased"),
        ("unknown-value", "reported"),
    ]
    assert all(problem.remedy == "export the table again from LINX without editing it" for problem in problems[:2])


def test_a_table_without_the_needed_columns_is_refused_as_linx(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, "fivePrimeBreakendId\tthreePrimeBreakendId\n1\t2\n")
    assert problem.code == "missing-column"
    assert "phased" in problem.message
