"""The VCF that Arriba's script makes of its table."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import COLUMNS, calls_of, problems_of, read

from parsers.records import FusionCall

HEADER = f"""##fileformat=VCFv4.3
##reference=file:///ref/GRCh38.fa
##INFO=<ID=SVTYPE,Number=1,Type=String,Description="Type of structural variant">
##INFO=<ID=MATEID,Number=.,Type=String,Description="ID of mate breakends">
##INFO=<ID=GENE_NAME,Number=.,Type=String,Description="Name of gene hit by breakpoint">
##INFO=<ID=GENE_ID,Number=.,Type=String,Description="ID of gene hit by breakpoint">
{COLUMNS}
"""
TPM3 = {"chrom": "chr1", "pos": "154170400", "alt": "]chr2:29223528]C", "gene": "TPM3"}
ALK = {"chrom": "chr2", "pos": "29223528", "alt": "C[chr1:154170400[", "gene": "ALK"}


def end(number: int, side: str, cells: dict[str, str], **more: str) -> str:
    """One record: `a` is the 5' end, `b` the 3' end."""
    given = {"id": f"{number}{side}", "mate": f"{number}{'b' if side == 'a' else 'a'}", "qual": "5", "filter": "PASS"}
    given = given | cells | more
    info = f"SVTYPE=BND;MATEID={given['mate']};GENE_NAME={given['gene']};GENE_ID=ENSG1"
    cells_of = (given["chrom"], given["pos"], given["id"], "C", given["alt"], given["qual"], given["filter"], info)
    return "\t".join(cells_of) + "\n"


def text(*ends: str) -> str:
    return HEADER + "".join(ends)


def one(folder: Path, five: dict[str, str] = TPM3, three: dict[str, str] = ALK, **more: str) -> FusionCall:
    (call,) = calls_of(folder, text(end(1, "a", five, **more), end(1, "b", three, **more)))
    return call


def test_two_mates_are_one_call_in_5prime_to_3prime_order(tmp_path: Path) -> None:
    call = one(tmp_path)
    assert (call.gene_5prime, call.gene_3prime, call.order_known) == ("TPM3", "ALK", True)
    assert (str(call.breakpoint_5prime), str(call.breakpoint_3prime)) == ("chr1:154170400:-", "chr2:29223528:-")
    assert (call.genome_build, call.molecule, call.caller) == ("GRCh38", "RNA", "Arriba")


def test_the_mates_may_stand_in_any_order(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, text(end(1, "b", ALK), end(1, "a", TPM3)))
    assert (call.gene_5prime, call.gene_3prime, call.place.line) == ("TPM3", "ALK", 9)


@pytest.mark.parametrize(
    ("five", "three", "strands"),
    [
        ("C]chr2:29223528]", "C]chr1:154170400]", "+-"),
        ("C[chr2:29223528[", "]chr1:154170400]C", "++"),
        ("]chr2:29223528]C", "C[chr1:154170400[", "--"),
        ("[chr2:29223528[C", "[chr1:154170400[C", "-+"),
        ("CGT[chr2:29223528[", "]chr1:154170400]GTC", "++"),
    ],
)
def test_the_side_of_the_bracket_is_the_strand_of_the_transcript(
    tmp_path: Path, five: str, three: str, strands: str
) -> None:
    call = one(tmp_path, TPM3 | {"alt": five}, ALK | {"alt": three})
    assert call.breakpoint_5prime
    assert call.breakpoint_3prime
    assert f"{call.breakpoint_5prime.strand}{call.breakpoint_3prime.strand}" == strands


@pytest.mark.parametrize(("qual", "confidence"), [("0.5", "low"), ("2", "medium"), ("5", "high"), ("7", "")])
def test_the_quality_is_arribas_confidence(tmp_path: Path, qual: str, confidence: str) -> None:
    call = one(tmp_path, qual=qual)
    assert call.confidence == confidence
    assert dict(call.as_given)["QUAL"] == qual


def test_there_are_no_reads_and_no_frame_and_a_warning_says_so(tmp_path: Path) -> None:
    calls, _, warnings = read(tmp_path, text(end(1, "a", TPM3), end(1, "b", ALK)))
    assert (calls[0].split_reads, calls[0].spanning_pairs, calls[0].reading_frame) == (None, None, "unknown")
    assert [warning.code for warning in warnings] == ["less-than-the-table"]


@pytest.mark.parametrize("nothing", ["", "."])
def test_no_gene_is_named_between_genes(tmp_path: Path, nothing: str) -> None:
    assert one(tmp_path, TPM3 | {"gene": nothing}).gene_5prime == ""


def test_a_filter_of_either_end_is_kept(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, text(end(1, "a", TPM3), end(1, "b", ALK, filter="LOW")))
    assert (call.passed_filter, call.filters) == (False, "PASS,LOW")


def test_a_file_without_records_means_tested_without_a_call(tmp_path: Path) -> None:
    assert calls_of(tmp_path, HEADER) == ()


@pytest.mark.parametrize(
    ("ends", "lines"),
    [
        ((end(1, "a", TPM3),), [8]),
        ((end(1, "b", ALK),), [8]),
        ((end(1, "a", TPM3), end(1, "b", ALK, mate="2a")), [9]),
        ((end(1, "a", TPM3), end(1, "b", ALK), end(1, "b", ALK)), [10]),
        ((end(1, "a", TPM3, id="bnd_1"), end(1, "b", ALK)), [8, 9]),
        ((end(1, "a", TPM3, alt="]chr2:29223529]C"), end(1, "b", ALK)), [8]),
        ((end(1, "a", TPM3, alt="]chr2:29223528]"), end(1, "b", ALK)), [8]),
        ((end(1, "a", TPM3, alt="C]chr2:29223528]C"), end(1, "b", ALK)), [8]),
        ((end(1, "a", TPM3, alt="<BND>"), end(1, "b", ALK)), [8]),
        ((end(1, "a", TPM3, gene="1-Mar"), end(1, "b", ALK)), [8]),
    ],
)
def test_an_end_that_does_not_fit_is_refused_and_not_left_out(
    tmp_path: Path, ends: tuple[str, ...], lines: list[int]
) -> None:
    assert [problem.line for problem in problems_of(tmp_path, text(*ends))] == lines
