"""What the rows of an Ion Reporter (Oncomine) VCF mean."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parsers_samples import a_context, calls_of, problems_of, read

from interpret.fusions import find_fusions
from interpret.genes import load_gene_models
from parsers.accessions import finder
from parsers.callers import format_of
from parsers.callers.oncomine import OncomineRow, reading_of
from parsers.laboratory import Assay
from parsers.reading import decode
from parsers.records import Breakpoint, Case, FusionCall, FusionSource, QcMetric, Specimen

CONTEXT = a_context(assay_build=None)
HEADER = (
    "##fileformat=VCFv4.1",
    '##source="tvc 4.2-13 (88293) - Torrent Variant Caller"',
    "##reference=/data/IR/data/.reference/hg19/hg19.fasta",
    "##TotalMappedFusionPanelReads=412688",
    "##IonReporterExportVersion=0.1.1",
    "##OncomineVariantAnnotationToolVersion=1.0.5",
    '##INFO=<ID=READ_COUNT,Number=.,Type=String,Description="Number of reads aligned to the Target">',
)
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS26-00001_v1"


def a_row(
    name: str = "EML4-ALK.E13A20.COSF408_1",
    *,
    kind: str = "Fusion",
    place: str = "chr2:42522656",
    alt: str = "G]chr2:29446394]",
    verdict: str = "PASS",
    reads: str | None = "120",
    gene: str = "EML4",
    **info: str,
) -> str:
    chrom, _, pos = place.partition(":")
    fields = {"SVTYPE": kind, "READ_COUNT": reads, "GENE_NAME": gene, **info}
    text = ";".join(f"{key}={value}" if value else key for key, value in fields.items() if value is not None)
    return "\t".join((chrom, pos, name, "G", alt, ".", verdict, text))


def a_fusion(
    verdict: str = "PASS", reads: str = "120", name: str = "EML4-ALK.E13A20.COSF408", **info: str
) -> list[str]:
    return [
        a_row(f"{name}_1", verdict=verdict, reads=reads, EXON_NUM="13", **info),
        a_row(
            f"{name}_2",
            verdict=verdict,
            reads=reads,
            place="chr2:29446394",
            alt="G]chr2:42522656]",
            gene="ALK",
            EXON_NUM="20",
            **info,
        ),
    ]


def a_vcf(*rows: str, header: tuple[str, ...] = HEADER) -> str:
    return "\n".join((*header, COLUMNS, *rows)) + "\n"


def read_rows(folder: Path, *rows: str, header: tuple[str, ...] = HEADER):  # type: ignore[no-untyped-def]
    return read(folder, a_vcf(*rows, header=header), CONTEXT)


def one_call(folder: Path, *rows: str) -> FusionCall:
    (call,) = calls_of(folder, a_vcf(*rows), CONTEXT)
    return call


def warnings_of(folder: Path, *rows: str, header: tuple[str, ...] = HEADER) -> dict[str, str]:
    _, _, warnings = read_rows(folder, *rows, header=header)
    return {warning.code: warning.message for warning in warnings}


def codes_of(folder: Path, *rows: str, header: tuple[str, ...] = HEADER) -> list[str]:
    return [problem.code for problem in problems_of(folder, a_vcf(*rows, header=header), CONTEXT)]


def metrics_of(source: FusionSource) -> dict[str, tuple[float | None, str]]:
    return {metric.metric: (metric.value, metric.text) for metric in source.metrics}


def test_two_records_are_one_call(tmp_path: Path) -> None:
    call = one_call(tmp_path, *a_fusion())
    assert (call.gene_5prime, call.gene_3prime) == ("EML4", "ALK")
    assert call.breakpoint_5prime == Breakpoint("chr2", 42522656)
    assert call.breakpoint_3prime == Breakpoint("chr2", 29446394)
    assert (call.exon_5prime, call.exon_3prime) == (13, 20)
    assert (call.split_reads, call.spanning_pairs, call.supporting_reads) == (120, None, None)
    assert (call.genome_build, call.event_type, call.passed_filter, call.order_known) == (
        "GRCh37",
        "fusion",
        True,
        True,
    )


def test_the_records_may_stand_apart_and_in_any_order(tmp_path: Path) -> None:
    first, second = a_fusion()
    call = one_call(tmp_path, second, a_row("TBP.E1", kind="ExprControl", gene="TBP"), first)
    assert (call.gene_5prime, call.breakpoint_5prime) == ("EML4", Breakpoint("chr2", 42522656))


def test_further_fields_are_kept_as_given(tmp_path: Path) -> None:
    func = "[{'gene':'EML4','exon':'13'}]"
    call = one_call(tmp_path, *a_fusion(ANNOTATION="COSF408", RPM="12.5", FR=".", FUNC=func))
    given = dict(call.as_given)
    assert given["ID"] == "EML4-ALK.E13A20.COSF408"
    assert (given["ANNOTATION"], given["RPM"], given["FUNC"]) == ("COSF408", "12.5", func)
    assert (given["EXON_NUM 5'"], given["EXON_NUM 3'"], given["ALT"]) == ("13", "20", "G]chr2:29446394]")
    assert "FR" not in given


def test_a_target_without_a_read_is_counted_as_not_found(tmp_path: Path) -> None:
    calls, source, warnings = read_rows(tmp_path, *a_fusion(".", "0"))
    assert (calls, source.not_found, source.calls, warnings) == ((), 1, 0, ())


@pytest.mark.parametrize("verdict", ["FAIL", "NOCALL"])
def test_a_target_without_a_valid_result_is_neither_found_nor_excluded(tmp_path: Path, verdict: str) -> None:
    calls, source, warnings = read_rows(tmp_path, *a_fusion(verdict, "0"))
    assert (calls, source.not_found) == ((), 0)
    (warning,) = warnings
    assert warning.code == "target-without-result"
    assert "EML4-ALK" in warning.message
    assert verdict in warning.message


@pytest.mark.parametrize("reason", ["READ_COUNT<=20|NORM_COUNT<=0.0", "READ_COUNT<=20", "READ_COUNT<20|RPM<1"])
def test_a_target_that_fails_for_want_of_reads_alone_is_not_found(tmp_path: Path, reason: str) -> None:
    """Exports with a FAIL_REASON write FAIL, "Absent", at every target that was not found."""
    calls, source, warnings = read_rows(tmp_path, *a_fusion("FAIL", "0", FAIL_REASON=reason))
    assert (calls, source.not_found, warnings) == ((), 1, ())


@pytest.mark.parametrize("reason", ["READ_COUNT<=20|SEVERE_GRADIENT", "NORM_COUNT<=0.0", "EXPR_CONTROL_COUNT<15", "."])
def test_a_target_that_fails_for_another_reason_is_neither_found_nor_excluded(tmp_path: Path, reason: str) -> None:
    _, source, (warning,) = read_rows(tmp_path, *a_fusion("FAIL", "0", FAIL_REASON=reason))
    assert (source.not_found, warning.code) == (0, "target-without-result")


def test_a_nocall_is_no_result_whatever_its_reason(tmp_path: Path) -> None:
    _, source, (warning,) = read_rows(tmp_path, *a_fusion("NOCALL", "0", FAIL_REASON="READ_COUNT<=20"))
    assert (source.not_found, warning.code) == (0, "target-without-result")


def test_one_end_that_fails_for_another_reason_leaves_the_target_open(tmp_path: Path) -> None:
    ends = (a_fusion("FAIL", "0", FAIL_REASON=reason)[at] for at, reason in enumerate(("READ_COUNT<=20", "OTHER")))
    _, source, (warning,) = read_rows(tmp_path, *ends)
    assert (source.not_found, warning.code) == (0, "target-without-result")


@pytest.mark.parametrize("verdict", ["FAIL", "NOCALL", "."])
def test_reads_without_pass_are_a_call_that_did_not_pass(tmp_path: Path, verdict: str) -> None:
    call = one_call(tmp_path, *a_fusion(verdict, "17"))
    assert (call.split_reads, call.passed_filter, call.filters) == (17, False, verdict)


def test_pass_without_a_read_is_a_contradiction(tmp_path: Path) -> None:
    assert codes_of(tmp_path, *a_fusion("PASS", "0")) == ["contradiction"]


def test_records_that_differ_are_a_contradiction(tmp_path: Path) -> None:
    assert codes_of(tmp_path, a_fusion(reads="120")[0], a_fusion(reads="12")[1]) == ["contradiction"]
    assert codes_of(tmp_path, a_fusion("PASS")[0], a_fusion("FAIL")[1]) == ["contradiction"]


@pytest.mark.parametrize("kept", [0, 1])
def test_a_missing_twin_is_a_warning_and_its_place_comes_from_alt(tmp_path: Path, kept: int) -> None:
    (call,), _, (warning,) = read_rows(tmp_path, a_fusion()[kept])
    assert (warning.code, warning.line) == ("missing-twin", len(HEADER) + 2)
    assert (call.gene_5prime, call.gene_3prime) == ("EML4", "ALK")
    assert (call.breakpoint_5prime, call.breakpoint_3prime) == (
        Breakpoint("chr2", 42522656),
        Breakpoint("chr2", 29446394),
    )
    assert (call.exon_5prime, call.exon_3prime) == (13, 20)


@pytest.mark.parametrize("alt", ["<FUSION>", "G]chr2:0]"])
def test_without_twin_and_place_in_alt_there_is_no_position(alt: str) -> None:
    reading = reading_of("calls.vcf", [an_oncomine_row(alt=alt)], HEADER, "S26-00001")
    assert reading.calls[0].breakpoint_3prime is None


def an_oncomine_row(**changes: object) -> OncomineRow:
    values: dict[str, object] = {
        "line": 9,
        "kind": "Fusion",
        "id": "EML4-ALK.E13A20.COSF408_1",
        "chrom": "chr2",
        "pos": 42522656,
        "alt": "G]chr2:29446394]",
        "filters": "PASS",
        "info": {"READ_COUNT": "9"},
    }
    return OncomineRow(**{**values, **changes})  # type: ignore[arg-type]


def test_a_position_of_zero_is_none() -> None:
    reading = reading_of("calls.vcf", [an_oncomine_row(pos=0)], HEADER, "S26-00001")
    assert reading.calls[0].breakpoint_5prime is None


@pytest.mark.parametrize(
    ("name", "exons"),
    [
        ("EML4-ALK.E13A20", (13, 20)),
        ("EML4-ALK.E6aA20.AB374362", (6, 20)),
        ("EML4-ALK.E6A20.COSF474.1", (6, 20)),
        ("EML4-ALK.E14ins11del49A20.COSF477", (14, 20)),
        ("EML4-ALK.E17ins30A20_V8a", (17, 20)),
        ("EML4-ALK.E17ins30A20V8", (None, None)),
        ("EML4-ALK.Novel", (None, None)),
        ("EML4-ALK", (None, None)),
    ],
)
def test_the_exons_stand_in_the_name(tmp_path: Path, name: str, exons: tuple[int | None, int | None]) -> None:
    call = one_call(tmp_path, a_row(f"{name}_1"), a_row(f"{name}_2", gene="ALK", place="chr2:29446394"))
    assert (call.exon_5prime, call.exon_3prime) == exons


def test_exon_num_stands_in_where_the_name_has_no_exons(tmp_path: Path) -> None:
    call = one_call(tmp_path, *a_fusion(name="EML4-ALK.Novel"))
    assert (call.exon_5prime, call.exon_3prime) == (13, 20)


def test_exons_that_contradict_each_other_are_named(tmp_path: Path) -> None:
    rows = a_fusion(name="EML4-ALK.E6A20")
    assert one_call(tmp_path, *rows).exon_5prime == 6
    assert "E6A20" in warnings_of(tmp_path, *rows)["exon-contradiction"]


@pytest.mark.parametrize(("exon", "number"), [(".", None), ("0", None), ("7", 7)])
def test_an_unknown_exon_is_none(tmp_path: Path, exon: str, number: int | None) -> None:
    name = "EML4-ALK.Novel"
    call = one_call(tmp_path, a_row(f"{name}_1", EXON_NUM=exon), a_row(f"{name}_2", gene="ALK"))
    assert call.exon_5prime == number


def test_an_exon_that_is_no_number_is_a_problem(tmp_path: Path) -> None:
    assert codes_of(tmp_path, a_row(EXON_NUM="x"), a_fusion()[1]) == ["not-a-whole-number"]


@pytest.mark.parametrize("reads", ["NA", "-3", "12,3", None])
def test_a_fusion_without_a_number_of_reads_is_a_problem(tmp_path: Path, reads: str | None) -> None:
    rows = [a_row(reads=reads), a_row("EML4-ALK.E13A20.COSF408_2", reads=reads, gene="ALK")]
    assert codes_of(tmp_path, *rows) == ["not-a-whole-number"] * 2


def test_genes_are_those_of_gene_name_even_with_hyphens(tmp_path: Path) -> None:
    name = "HLA-A-ROS1.H7R34"
    call = one_call(tmp_path, a_row(f"{name}_1", gene="HLA-A"), a_row(f"{name}_2", gene="ROS1"))
    assert (call.gene_5prime, call.gene_3prime, call.exon_3prime) == ("HLA-A", "ROS1", 34)


@pytest.mark.parametrize(("end", "gene"), [("1", "HLA-A"), ("2", "ROS1")])
def test_the_gene_of_a_missing_record_is_the_rest_of_the_name(tmp_path: Path, end: str, gene: str) -> None:
    call = one_call(tmp_path, a_row(f"HLA-A-ROS1.H7R34_{end}", gene=gene))
    assert (call.gene_5prime, call.gene_3prime) == ("HLA-A", "ROS1")


def test_names_are_split_at_their_only_hyphen_where_gene_name_is_missing() -> None:
    reading = reading_of("calls.vcf", [an_oncomine_row()], HEADER, "S26-00001")
    assert (reading.calls[0].gene_5prime, reading.calls[0].gene_3prime) == ("EML4", "ALK")


def test_a_fusion_whose_genes_cannot_be_told_is_a_problem(tmp_path: Path) -> None:
    rows = [a_row("A-B-C.X_1", gene=""), a_row("A-B-C.X_2", gene="")]
    assert set(codes_of(tmp_path, *rows)) == {"missing-value"}


def test_genes_turned_into_dates_are_a_problem(tmp_path: Path) -> None:
    rows = [a_row("1-Mar-ALK.X_1", gene="1-Mar"), a_row("1-Mar-ALK.X_2", gene="ALK")]
    assert codes_of(tmp_path, *rows) == ["missing-value"]


def test_records_whose_genes_are_not_those_of_the_id_are_named(tmp_path: Path) -> None:
    rows = [a_row(gene="KIF5B"), a_fusion()[1]]
    assert one_call(tmp_path, *rows).gene_5prime == "KIF5B"
    assert "KIF5B" in warnings_of(tmp_path, *rows)["gene-contradiction"]


def test_an_id_without_its_end_is_a_problem(tmp_path: Path) -> None:
    assert codes_of(tmp_path, a_row("EML4-ALK.E13A20")) == ["bad-record"]


@pytest.mark.parametrize(
    ("name", "info", "event"),
    [
        ("EML4-ALK.E13A20.Non-Targeted", {}, "fusion, non-targeted"),
        ("EML4-ALK.E13A20.Novel", {}, "fusion, novel"),
        ("EML4-ALK.E13A20", {"NOVEL": ""}, "fusion, novel"),
        ("EML4-ALK.E13A20", {}, "fusion"),
    ],
)
def test_what_the_panel_did_not_target_says_so(tmp_path: Path, name: str, info: dict[str, str], event: str) -> None:
    assert one_call(tmp_path, *a_fusion(name=name, **info)).event_type == event


@pytest.mark.parametrize(("given", "frame"), [("TRUE", "in-frame"), ("FALSE", "out-of-frame"), (".", "unknown")])
def test_the_frame_of_a_non_targeted_fusion_is_the_callers(tmp_path: Path, given: str, frame: str) -> None:
    assert one_call(tmp_path, *a_fusion(NT_FUSION_IN_FRAME=given)).reading_frame == frame


def test_frames_that_contradict_each_other_are_unknown(tmp_path: Path) -> None:
    first, second = a_fusion(NT_FUSION_IN_FRAME="TRUE")[0], a_fusion(NT_FUSION_IN_FRAME="FALSE")[1]
    assert one_call(tmp_path, first, second).reading_frame == "unknown"


def test_one_name_for_two_junctions_gives_two_calls_with_the_ends_of_alt(tmp_path: Path) -> None:
    name = "LMNA-NTRK1.L2N10.Non-Targeted"

    def end(side: int, place: str, alt: str, reads: str) -> str:
        return a_row(f"{name}_{side}", place=place, alt=alt, reads=reads, gene="LMNA" if side == 1 else "NTRK1")

    calls, _, warnings = read_rows(
        tmp_path,
        end(1, "chr1:100", "G[chr1:900[", "50"),
        end(1, "chr1:110", "G[chr1:800[", "60"),
        end(2, "chr1:800", "]chr1:110]G", "60"),
        end(2, "chr1:900", "]chr1:100]G", "50"),
    )
    assert [(str(call.breakpoint_5prime), str(call.breakpoint_3prime), call.split_reads) for call in calls] == [
        ("chr1:100", "chr1:900", 50),
        ("chr1:110", "chr1:800", 60),
    ]
    assert warnings == ()


def test_a_skipped_exon_is_a_splice_variant_of_one_gene(tmp_path: Path) -> None:
    rows = [a_row(f"MET-MET.M13M15_{end}", kind="RNAExonVariant", gene="MET") for end in (1, 2)]
    call = one_call(tmp_path, *rows)
    assert (call.gene_5prime, call.gene_3prime, call.event_type) == ("MET", "MET", "splice variant")
    assert (call.exon_5prime, call.exon_3prime) == (13, 15)


def test_a_splice_variant_may_have_one_record_alone(tmp_path: Path) -> None:
    rows = [a_row("EGFR-EGFR.E1E8.DelPositive.1", kind="RNAExonVariant", gene="EGFR", alt="<DEL>")]
    call = one_call(tmp_path, *rows)
    assert (call.gene_5prime, call.gene_3prime, call.exon_5prime, call.exon_3prime) == ("EGFR", "EGFR", 1, 8)
    assert warnings_of(tmp_path, *rows) == {}


@pytest.mark.parametrize("name", ["MET.M13M14M15.WT", "MET-MET.M13M14.WT", "MET.M13M14M15"])
def test_the_unspliced_reference_is_a_figure_and_no_call(tmp_path: Path, name: str) -> None:
    calls, source, _ = read_rows(tmp_path, a_row(f"{name}_1", kind="RNAExonVariant", gene="MET", reads="231"))
    assert calls == ()
    assert metrics_of(source)["wild_type_reads_met"] == (231, "231")


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("5p3pAssays", "5p3p imbalance"),
        ("ASSAYS_5P_3P", "5p3p imbalance"),
        ("RNAExonTiles", "exon tile imbalance"),
    ],
)
def test_an_imbalance_is_a_call_without_partner_junction_and_counts(tmp_path: Path, kind: str, event: str) -> None:
    row = a_row("ALK.5p3p", kind=kind, gene="ALK", reads="12,388", **{"5P_3P_ASSAYS": "0.0911"})
    call = one_call(tmp_path, row)
    assert (call.gene_5prime, call.gene_3prime, call.event_type) == ("", "ALK", event)
    assert (call.breakpoint_5prime, call.breakpoint_3prime, call.split_reads) == (None, None, None)
    assert (dict(call.as_given)["READ_COUNT"], dict(call.as_given)["5P_3P_ASSAYS"]) == ("12,388", "0.0911")


def test_an_imbalance_never_becomes_a_detected_fusion(tmp_path: Path) -> None:
    call = one_call(tmp_path, a_row("ALK.5p3p", kind="5p3pAssays", gene="ALK", reads="12,388"))
    assay = Assay(
        key="rna",
        title="Oncomine",
        version="1",
        molecule="RNA",
        genes=("ALK",),
        genome_build="GRCh37",
        minimum_split_reads=3,
        minimum_tumour_cells_pct=20,
    )
    fusions, (reviewed,) = find_fusions(Case(a_specimen(), calls=(call,)), assay, load_gene_models())
    assert fusions == ()
    assert reviewed.disposition == "not_reportable"
    assert "imbalance" in reviewed.reason


def a_specimen() -> Specimen:
    day = date(2026, 2, 2)
    return Specimen("S26-00001", "P1", "N", day, "unknown", "DE", "lung", "IMT", day, day, "rna")


@pytest.mark.parametrize(("verdict", "code"), [("FAIL", None), ("NOCALL", "imbalance-open"), (".", "imbalance-open")])
def test_an_imbalance_without_pass_is_a_figure_and_no_call(tmp_path: Path, verdict: str, code: str | None) -> None:
    row = a_row("ROS1.5p3p", kind="5p3pAssays", gene="ROS1", verdict=verdict, **{"5P_3P_ASSAYS": "0.0002"})
    calls, source, warnings = read_rows(tmp_path, row, *a_fusion("FAIL", "0", FAIL_REASON="READ_COUNT<=20"))
    assert calls == ()
    assert metrics_of(source)["5p3p_imbalance_ros1"] == (0.0002, "0.0002")
    assert [warning.code for warning in warnings] == ([code] if code else [])


def test_an_imbalance_without_a_gene_is_a_problem(tmp_path: Path) -> None:
    assert codes_of(tmp_path, a_row(".", kind="5p3pAssays", gene="")) == ["missing-value"]


def test_a_value_that_is_missing_is_no_number(tmp_path: Path) -> None:
    _, source, _ = read_rows(tmp_path, a_row("ROS1.T", kind="RNAExonTiles", gene="ROS1", verdict="FAIL"))
    assert metrics_of(source)["exon_tile_imbalance_ros1"] == (None, "no value")


@pytest.mark.parametrize(
    ("kind", "metric"),
    [
        ("ExprControl", "expression_control_tbp"),
        ("EXPR_CONTROL", "expression_control_tbp"),
        ("ProcControl", "process_control_tbp"),
        ("GeneExpression", "gene_expression_tbp"),
    ],
)
def test_controls_are_quality_figures(tmp_path: Path, kind: str, metric: str) -> None:
    calls, source, _ = read_rows(tmp_path, a_row("TBP.E1E2", kind=kind, gene="TBP", reads="20112"))
    assert calls == ()
    assert metrics_of(source)[metric] == (20112, "20112")


def test_a_control_is_named_by_its_id_where_gene_name_is_missing() -> None:
    row = an_oncomine_row(kind="ExprControl", id="TBP.E1E2", info={"READ_COUNT": "5"})
    reading = reading_of("calls.vcf", [row], (), "S26-00001")
    assert [metric.metric for metric in reading.metrics] == ["expression_control_tbp"]


def test_a_second_control_of_a_gene_keeps_its_own_name(tmp_path: Path) -> None:
    rows = [a_row(f"TBP.{part}", kind="ExprControl", gene="TBP", reads="5") for part in ("E1E2", "E3E4")]
    _, source, _ = read_rows(tmp_path, *rows)
    assert {"expression_control_tbp", "expression_control_tbp_tbp_e3e4"} <= set(metrics_of(source))


def test_a_control_keeps_the_softwares_verdict(tmp_path: Path) -> None:
    _, source, _ = read_rows(tmp_path, a_row("MYC.E1", kind="ExprControl", gene="MYC", reads="0", verdict="FAIL"))
    assert [(one.value, one.remark) for one in source.metrics if "myc" in one.metric] == [(0, "FILTER FAIL")]


def test_a_control_without_a_count_is_a_problem(tmp_path: Path) -> None:
    assert codes_of(tmp_path, a_row("TBP.E1", kind="ExprControl", gene="TBP", reads="x")) == ["not-a-whole-number"]


def test_the_reads_of_the_header_are_a_figure(tmp_path: Path) -> None:
    _, source, _ = read_rows(tmp_path, *a_fusion())
    assert source.metrics == (
        QcMetric("S26-00001", "total_mapped_fusion_panel_reads", 412688, "412688", source.metrics[0].place),
    )


def with_fact(fact: str) -> tuple[str, ...]:
    return (*(line for line in HEADER if "TotalMapped" not in line), fact)


def test_reads_of_the_header_that_are_no_number_are_a_problem(tmp_path: Path) -> None:
    header = with_fact("##TotalMappedFusionPanelReads=many")
    assert codes_of(tmp_path, *a_fusion(), header=header) == ["not-a-whole-number"]


def test_a_panel_without_reads_is_named(tmp_path: Path) -> None:
    header = with_fact("##TotalMappedFusionPanelReads=0")
    assert "no-fusion-reads" in warnings_of(tmp_path, *a_fusion(".", "0"), header=header)


@pytest.mark.parametrize(("given", "text"), [("PASS[…]", "pass"), ("FAIL", "fail"), ("INVALID", "fail")])
def test_the_softwares_verdict_on_the_sample_is_a_figure(tmp_path: Path, given: str, text: str) -> None:
    _, source, warnings = read_rows(tmp_path, *a_fusion(".", "0"), header=(*HEADER, f"##FusionSampleQC={given}"))
    assert metrics_of(source)["fusion_sample_qc"] == (None, text)
    assert [warning.code for warning in warnings] == ([] if text == "pass" else ["fusion-sample-qc"])


def test_a_positive_header_over_a_file_without_its_fusion_is_refused(tmp_path: Path) -> None:
    header = (*HEADER, "##FusionSampleOverallCall=POSITIVE[IsoformsDetected=EML4-ALK.E13A20.COSF408]")
    assert codes_of(tmp_path, *a_fusion("FAIL", "9"), header=header) == ["incomplete-file"]
    assert warnings_of(tmp_path, *a_fusion(), header=header) == {}


@pytest.mark.parametrize(
    "listed",
    [
        "TPM3-ALK.T8A20.COSF439",
        "EML4-ALK.E13A20.COSF408,TPM3-ALK.T8A20.COSF439",
        "TPM3-ALK.T8A20.COSF439;EML4-ALK.E13A20.COSF408",
        "EML4-ALK.E13A20.COSF408|TPM3-ALK.T8A20.COSF439",
    ],
)
def test_an_isoform_of_the_header_whose_rows_are_gone_is_refused_by_name(tmp_path: Path, listed: str) -> None:
    header = (*HEADER, f"##FusionSampleOverallCall=POSITIVE[IsoformsDetected={listed}]")
    (problem,) = problems_of(tmp_path, a_vcf(*a_fusion(), header=header), CONTEXT)
    assert (problem.code, problem.column) == ("incomplete-file", "FusionSampleOverallCall")
    assert (problem.expected, problem.found) == ("TPM3-ALK.T8A20.COSF439", "EML4-ALK.E13A20.COSF408")
    assert "TPM3-ALK.T8A20.COSF439" in problem.message


def test_an_isoform_of_the_header_whose_rows_did_not_pass_is_refused(tmp_path: Path) -> None:
    header = (*HEADER, "##FusionSampleOverallCall=POSITIVE[IsoformsDetected=EML4-ALK.E6aA20.COSF1]")
    rows = (*a_fusion(), *a_fusion("FAIL", "9", name="EML4-ALK.E6aA20.COSF1"))
    assert codes_of(tmp_path, *rows, header=header) == ["incomplete-file"]


@pytest.mark.parametrize(
    "listed",
    [
        "EML4-ALK.E13A20.COSF408",
        "EML4-ALK.E13A20",
        "EML4-ALK.E13A20.COSF408(120)",
        "EML4-ALK.E13A20.COSF408_1,EML4-ALK.E13A20.COSF408_2",
        "",
    ],
)
def test_an_isoform_of_the_header_that_has_its_rows_is_accepted(tmp_path: Path, listed: str) -> None:
    header = (*HEADER, f"##FusionSampleOverallCall=POSITIVE[IsoformsDetected={listed}]")
    assert len(read_rows(tmp_path, *a_fusion(), header=header)[0]) == 1


@pytest.mark.parametrize("name", ["S26-00009_c88_2026-03-02", "Run4_S26-00009", "S26-00009"])
def test_the_analysis_of_another_specimen_is_refused(tmp_path: Path, name: str) -> None:
    header = (*HEADER, f"##IonReporterAnalysisName={name}")
    context = a_context(assay_build=None, finder=finder(("S26-00001",), r"^S\d{2}-\d{5}$"))
    (problem,) = problems_of(tmp_path, a_vcf(*a_fusion(), header=header), context)
    assert (problem.code, problem.column, problem.found) == ("wrong-specimen", "IonReporterAnalysisName", name)


@pytest.mark.parametrize("name", ["S26-00001_c88_2026-03-02", "Run4 2026-03-02", "LIB-17"])
def test_the_analysis_need_not_hold_the_accession(tmp_path: Path, name: str) -> None:
    header = (*HEADER, f"##IonReporterAnalysisName={name}")
    context = a_context(assay_build=None, finder=finder(("S26-00001",), r"^S\d{2}-\d{5}$"))
    assert len(calls_of(tmp_path, a_vcf(*a_fusion(), header=header), context)) == 1
    stated = a_context(assay_build=None, sample="LIB-16")
    text = a_vcf(*a_fusion(), header=header).replace("S26-00001_v1", "LIB-16")
    assert len(calls_of(tmp_path, text, stated)) == 1


def test_a_negative_header_over_a_call_is_named(tmp_path: Path) -> None:
    header = (*HEADER, "##FusionSampleOverallCall=NEGATIVE")
    assert "overall-call" in warnings_of(tmp_path, *a_fusion(), header=header)


def test_an_export_of_dna_alone_is_not_tested_and_refused(tmp_path: Path) -> None:
    row = "chr7\t116339139\tMET\tG\t<CNV>\t100.0\t.\tSVTYPE=CNV;END=116436178"
    assert codes_of(tmp_path, row, header=with_fact("##mapd=0.3")) == ["no-fusion-results"]
    assert codes_of(tmp_path, header=with_fact("##TotalMappedFusionPanelReads=0")) == ["no-fusion-results"]


def test_a_header_of_an_rna_run_without_rows_means_tested_without_a_call(tmp_path: Path) -> None:
    calls, source, warnings = read_rows(tmp_path)
    assert (calls, source.calls) == ((), 0)
    assert [warning.code for warning in warnings] == ["no-fusion-rows"]


def test_a_file_that_lists_no_fusion_target_does_not_say_what_was_looked_for(tmp_path: Path) -> None:
    copy_number = "chr7\t116339139\tMET\tG\t<CNV>\t100.0\t.\tSVTYPE=CNV;END=116436178"
    assert "no fusion" in warnings_of(tmp_path, copy_number)["no-fusion-rows"]
    control = a_row("TBP", kind="ExprControl", gene="TBP", alt="<EXPR>")
    assert "no-fusion-rows" in warnings_of(tmp_path, control)
    assert "no-fusion-rows" not in warnings_of(tmp_path, *a_fusion("FAIL", "0", FAIL_REASON="READ_COUNT<=20"))


def test_rows_of_other_kinds_are_counted_in_a_warning(tmp_path: Path) -> None:
    rows = [
        "chr1\t43815008\tCOSM1\tTGG\tTCG,AAA\t108.96\t.\tTYPE=mnp,snp",
        "chr7\t116339139\tMET\tG\t<CNV>\t100.0\t.\tSVTYPE=CNV;END=116436178",
        "chr7\t116339139\tX\tG\t<CNV>\t100.0\t.\tSVTYPE=Mystery",
        "chr7\t116339140\tY\tG\tA\t100.0\t.\tDP=5",
    ]
    found = warnings_of(tmp_path, *a_fusion(), *rows)
    assert "1 cnv, 1 mnp/snp" in found["other-variants"]
    assert "2 rows" in found["unknown-type"]
    assert "Mystery, no type" in found["unknown-type"]


def test_a_long_list_of_names_is_cut(tmp_path: Path) -> None:
    rows = [row for number in range(30) for row in a_fusion("NOCALL", "0", name=f"EML4-G{number}.E1G2")]
    assert "and 10 more" in warnings_of(tmp_path, *rows)["target-without-result"]


def test_the_sample_must_not_be_another_specimens(tmp_path: Path) -> None:
    text = a_vcf(*a_fusion()).replace("S26-00001_v1", "S26-00002")
    assert [problem.code for problem in problems_of(tmp_path, text, CONTEXT)] == ["wrong-specimen"]


def test_a_header_that_holds_the_mark_alone_is_enough() -> None:
    text = a_vcf(*a_fusion(), header=("##fileformat=VCFv4.1", "##OncomineVariantAnnotationToolVersion=2.3"))
    assert format_of(decode(text.encode(), "x")).name == "Oncomine VCF"


@settings(max_examples=60)
@given(
    randomly=st.randoms(use_true_random=False),
    verdicts=st.lists(st.sampled_from(["PASS", "FAIL", "."]), min_size=1, max_size=8),
)
def test_no_row_is_lost_in_any_order(randomly: Random, verdicts: list[str]) -> None:
    rows = [
        an_oncomine_row(
            line=2 * number + end,
            id=f"EML4-G{number}.E13G20_{end}",
            filters=verdict,
            info={"READ_COUNT": "0" if verdict == "." else str(number + 1)},
        )
        for number, verdict in enumerate(verdicts)
        for end in (1, 2)
    ]
    randomly.shuffle(rows)
    reading = reading_of("calls.vcf", rows, (), "S26-00001")
    assert reading.not_found == verdicts.count(".")
    assert {call.gene_3prime for call in reading.calls} == {f"G{n}" for n, one in enumerate(verdicts) if one != "."}
    assert reading.warnings == ()


def test_a_gene_is_not_assessable_only_if_every_target_of_it_is_without_a_call(tmp_path: Path) -> None:
    no_call = a_fusion("NOCALL", "0")
    assert read_rows(tmp_path, *no_call)[1].not_assessable == ("ALK", "EML4")
    other = a_fusion(".", "0", name="KIF5B-ALK.K24A20.COSF1058")
    assert read_rows(tmp_path, *no_call, *other)[1].not_assessable == ("EML4",)
    assert read_rows(tmp_path, *a_fusion("FAIL", "0"))[1].not_assessable == ()
