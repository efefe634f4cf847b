"""FusionCatcher's tables, new and old, and its VCF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from parsers_samples import a_context, calls_of, problems_of, read, source_of, table_text
from test_parsers_formats import ROOT, text_of

from parsers.records import Breakpoint, FusionCall

NEW = text_of(ROOT / "fusioncatcher" / "new_header.txt").split("\n")[0]
OLD = text_of(ROOT / "fusioncatcher" / "old_header.txt").split("\n")[0]
VCF = text_of(ROOT / "fusioncatcher" / "v1_20.vcf")


def new_row(**cells: str) -> dict[str, str]:
    """TPM3::ALK on GRCh38; `gene_1`, `point_2` and so on stand for the long names."""
    long = {
        "gene_1": "Gene_1_symbol(5end_fusion_partner)",
        "gene_2": "Gene_2_symbol(3end_fusion_partner)",
        "point_1": "Fusion_point_for_gene_1(5end_fusion_partner)",
        "point_2": "Fusion_point_for_gene_2(3end_fusion_partner)",
    }
    values = {
        "gene_1": "TPM3",
        "gene_2": "ALK",
        "point_1": "1:154170400:-",
        "point_2": "2:29223528:-",
        "Fusion_description": "known,oncogene,exon-exon",
        "Spanning_pairs": "61",
        "Spanning_unique_reads": "48",
        "Predicted_effect": "in-frame",
    } | cells
    return {long.get(name, name): value for name, value in values.items()}


def one(folder: Path, **cells: str) -> FusionCall:
    (call,) = calls_of(folder, table_text(NEW, [new_row(**cells)]))
    return call


def test_gene_1_is_the_5_prime_gene_and_points_carry_their_strand(tmp_path: Path) -> None:
    call = one(tmp_path)
    assert (call.caller, call.gene_5prime, call.gene_3prime) == ("FusionCatcher", "TPM3", "ALK")
    assert call.breakpoint_5prime == Breakpoint("chr1", 154170400, "-")
    assert call.breakpoint_3prime == Breakpoint("chr2", 29223528, "-")
    assert call.order_known


def test_unique_reads_cross_the_junction_and_pairs_belong_to_the_two_genes(tmp_path: Path) -> None:
    rows = [new_row(), new_row(point_2="2:29223587:-", Spanning_unique_reads="3")]
    calls = calls_of(tmp_path, table_text(NEW, rows))
    assert [(call.split_reads, call.spanning_pairs) for call in calls] == [(48, 61), (3, 61)]
    for call in calls:
        assert ("Spanning_pairs of the two genes, not of this junction", "61") in call.as_given


@pytest.mark.parametrize(
    ("effect", "frame"),
    [
        ("in-frame", "in-frame"),
        ("out-of-frame", "out-of-frame"),
        ("CDS(truncated)/UTR", "unknown"),
        ("CDS(complete)/intronic", "unknown"),
        ("---/intergenic", "unknown"),
        ("", "unknown"),
    ],
)
def test_only_the_two_frames_are_frames_and_regions_are_none(tmp_path: Path, effect: str, frame: str) -> None:
    call = one(tmp_path, Predicted_effect=effect)
    assert call.reading_frame == frame
    assert dict(call.as_given).get("Predicted_effect", "") == effect


@pytest.mark.parametrize("symbol", ["TRB@", "IGH@", "C19ORF24", "AC016683.6", "NKX2-1", "TRB@-EXT"])
def test_loci_clones_and_upper_cased_symbols_stay_as_given(tmp_path: Path, symbol: str) -> None:
    assert one(tmp_path, gene_1=symbol).gene_5prime == symbol


def test_exon_identifiers_are_no_exon_numbers(tmp_path: Path) -> None:
    call = one(tmp_path, **{"Exon_1_id(5end_fusion_partner)": "ENSE00003520001"})
    assert call.exon_5prime is None
    assert ("Exon_1_id(5end_fusion_partner)", "ENSE00003520001") in call.as_given


@pytest.mark.parametrize(
    ("description", "event"), [("adjacent,readthrough", "readthrough"), ("known,readthrough2", ""), ("", "")]
)
def test_a_read_through_is_said_to_be_one(tmp_path: Path, description: str, event: str) -> None:
    assert one(tmp_path, Fusion_description=description).event_type == event


def test_the_old_header_gives_the_same_call_without_a_frame(tmp_path: Path) -> None:
    row = {
        "Fusion_gene_symbol_1(5end_partner)": "TPM3",
        "Fusion_gene_symbol_2(3end_partner)": "ALK",
        "Fusion_gene_1_position(5end_partner)": "1:154170400:-",
        "Fusion_gene_2_position(3end_partner)": "2:29223528:-",
        "Spanning_pairs": "61",
        "Spanning_unique_reads": "48",
        "Aligner(s)": "BOWTIE+BLAT",
    }
    (call,) = calls_of(tmp_path, table_text(OLD, [row]))
    assert (call.gene_5prime, call.gene_3prime, call.split_reads, call.spanning_pairs) == ("TPM3", "ALK", 48, 61)
    assert str(call.breakpoint_3prime) == "chr2:29223528:-"
    assert call.reading_frame == "unknown"
    assert ("Aligner(s)", "BOWTIE+BLAT") in call.as_given


@pytest.mark.parametrize("header", [NEW, OLD])
def test_a_header_alone_means_tested_without_a_call(tmp_path: Path, header: str) -> None:
    assert source_of(tmp_path, header + "\n").calls == 0


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"gene_2": ""}, "Gene_2_symbol(3end_fusion_partner)", "missing-value"),
        ({"gene_2": "1-Mar"}, "Gene_2_symbol(3end_fusion_partner)", "excel-date"),
        ({"point_1": "1:?:-"}, "Fusion_point_for_gene_1(5end_fusion_partner)", "bad-breakpoint"),
        ({"Spanning_pairs": ""}, "Spanning_pairs", "not-a-whole-number"),
        ({"Spanning_unique_reads": "many"}, "Spanning_unique_reads", "not-a-whole-number"),
    ],
)
def test_a_bad_cell_is_refused_with_its_place(tmp_path: Path, cells: dict[str, str], column: str, code: str) -> None:
    (problem,) = problems_of(tmp_path, table_text(NEW, [new_row(), new_row(**cells)]))
    assert (problem.code, problem.line, problem.column) == (code, 3, column)


def test_all_bad_cells_are_told_at_once(tmp_path: Path) -> None:
    rows = [new_row(Spanning_pairs="x", gene_1=""), new_row(point_2="2")]
    assert [problem.line for problem in problems_of(tmp_path, table_text(NEW, rows))] == [2, 2, 3]


def test_a_table_without_the_points_is_refused(tmp_path: Path) -> None:
    text = "Gene_1_symbol(5end_fusion_partner)\tGene_2_symbol(3end_fusion_partner)\nTPM3\tALK\n"
    (problem,) = problems_of(tmp_path, text)
    assert problem.code == "missing-column"
    assert "Spanning_unique_reads" in problem.message


def test_the_vcf_gives_one_call_for_the_two_records_of_an_event(tmp_path: Path) -> None:
    calls, source, _ = read(tmp_path, VCF, a_context(assay_build=None))
    assert (source.format, source.calls, source.genome_build) == ("FusionCatcher VCF", 4, "GRCh38")
    first = calls[0]
    assert (first.gene_5prime, first.gene_3prime, first.place.line) == ("TPM3", "ALK", 24)
    assert (str(first.breakpoint_5prime), str(first.breakpoint_3prime)) == ("chr1:154170400:-", "chr2:29223528:-")
    assert (first.split_reads, first.spanning_pairs, first.reading_frame) == (48, 61, "in-frame")


def test_the_order_of_the_vcfs_records_does_not_matter(tmp_path: Path) -> None:
    lines = VCF.rstrip("\n").split("\n")
    head = [line for line in lines if line.startswith("#")]
    records = [line for line in lines if not line.startswith("#")]
    turned = "\n".join([*head, *reversed(records)]) + "\n"

    def told(text: str) -> set[tuple[str, ...]]:
        return {
            (call.gene_5prime, call.gene_3prime, str(call.breakpoint_5prime), str(call.breakpoint_3prime))
            for call in calls_of(tmp_path, text)
        }

    assert told(turned) == told(VCF)


@pytest.mark.parametrize(
    ("damage", "column"),
    [
        (lambda text: text.replace("END=3;STRAND=-;SR=48", "END=5;STRAND=-;SR=48"), "EVENT"),
        (lambda text: text.replace("EVENT=TPM3--ALK__1", "EVENT=TPM3--ALK__0"), "EVENT"),
        (lambda text: text.replace("GENE3=NTRK3", "GENE3="), "GENE3"),
        (lambda text: text.replace("GENE5=ETV6", "GENE5=1-Mar"), "GENE5"),
        (lambda text: text.replace("SR=8;", "SR=8.5;"), "SR"),
        (lambda text: text.replace("SP=6;", ""), "SP"),
    ],
)
def test_a_vcf_without_a_clear_pair_is_refused_and_the_table_named(
    tmp_path: Path, damage: Callable[[str], str], column: str
) -> None:
    problems = problems_of(tmp_path, damage(VCF))
    assert {(problem.code, problem.column) for problem in problems} == {("bad-record", column)}
    assert "final-list_candidate-fusion-genes.txt" in problems[0].remedy


@pytest.mark.parametrize("strand", ["STRAND=?;", ""])
def test_a_strand_that_is_none_leaves_the_position(tmp_path: Path, strand: str) -> None:
    call = calls_of(tmp_path, VCF.replace("STRAND=-;", strand))[0]
    assert (str(call.breakpoint_5prime), str(call.breakpoint_3prime)) == ("chr1:154170400", "chr2:29223528")


def test_a_filter_in_one_of_the_two_records_counts_for_the_call(tmp_path: Path) -> None:
    lines = VCF.split("\n")
    lines[24] = lines[24].replace("\tPASS\t", "\tLowQual\t")
    call = calls_of(tmp_path, "\n".join(lines))[0]
    assert (call.passed_filter, call.filters) == (False, "PASS;LowQual")


def test_the_prose_beside_the_table_is_refused_by_name(tmp_path: Path) -> None:
    text = text_of(ROOT / "fusioncatcher" / "summary_candidate_fusions.txt")
    (problem,) = problems_of(tmp_path, text)
    assert "FusionCatcher summary" in problem.message
