"""CTAT-LR-fusion tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import calls_of, problems_of, source_of, table_text
from test_parsers_formats import ROOT, text_of

from parsers.records import FusionCall

HEADER = text_of(ROOT / "ctat_lr_fusion" / "fusion_predictions.tsv").split("\n")[0]
WITH_SHORT_READS = text_of(ROOT / "ctat_lr_fusion" / "with_short_reads.tsv").split("\n")[0]


def a_row(**cells: str) -> dict[str, str]:
    return {
        "FusionName": "EML4--ALK",
        "num_LR": "64",
        "LeftGene": "EML4",
        "LeftBreakpoint": "chr2:42295516:+",
        "RightGene": "ALK^ENSG00000171094.18",
        "RightBreakpoint": "chr2:29223528:-",
        "SpliceType": "ONLY_REF_SPLICE",
        "LR_accessions": "m1/1/ccs",
        "LR_FFPM": "11.204",
    } | cells


def one(folder: Path, header: str = HEADER, **cells: str) -> FusionCall:
    (call,) = calls_of(folder, table_text(header, [a_row(**cells)]))
    return call


def test_long_reads_cross_the_junction_and_have_no_pairs(tmp_path: Path) -> None:
    call = one(tmp_path)
    assert (call.split_reads, call.spanning_pairs, call.supporting_reads) == (64, None, None)
    assert ("LR_FFPM", "11.204") in call.as_given


def test_a_gene_may_come_with_or_without_its_identifier(tmp_path: Path) -> None:
    call = one(tmp_path)
    assert (call.gene_5prime, call.gene_3prime) == ("EML4", "ALK")


def test_names_of_a_hundred_thousand_reads_are_read_over_and_not_kept(tmp_path: Path) -> None:
    call = one(tmp_path, LR_accessions=",".join(f"m84000/{number}/ccs" for number in range(100_000)))
    assert call.split_reads == 64
    assert "LR_accessions" not in dict(call.as_given)


def test_annotations_quoted_as_in_csv_lose_their_quotes(tmp_path: Path) -> None:
    call = one(tmp_path, annots='"[""Cosmic"",""INTRACHROMOSOMAL[2:13.07Mb]""]"')
    assert dict(call.as_given)["annots"] == '["Cosmic","INTRACHROMOSOMAL[2:13.07Mb]"]'


def test_short_reads_stay_beside_as_given(tmp_path: Path) -> None:
    call = one(tmp_path, WITH_SHORT_READS, JunctionReadCount="3", NumCounterFusionLeft="93")
    assert (call.caller, call.split_reads) == ("CTAT-LR-fusion", 64)
    assert ("JunctionReadCount", "3") in call.as_given


@pytest.mark.parametrize("nothing", ["", "NA"])
def test_a_junction_of_short_reads_alone_keeps_their_numbers(tmp_path: Path, nothing: str) -> None:
    """The table joins both kinds of reads; where one kind did not find a junction, its cells are empty or `NA`."""
    absent = dict.fromkeys(("num_LR", "LeftGene", "RightGene", "SpliceType", "LR_accessions", "LR_FFPM"), nothing)
    cells = absent | {"JunctionReadCount": "31.0", "SpanningFragCount": "12.0", "SR_FFPM": "0.9412"}
    call = one(tmp_path, WITH_SHORT_READS, **cells)
    assert (call.gene_5prime, call.gene_3prime, call.event_type) == ("EML4", "ALK", "")
    assert (call.split_reads, call.spanning_pairs) == (31, 12)
    assert ("reads", "short reads: no long read crosses this junction") in call.as_given


@pytest.mark.parametrize("short", [{"JunctionReadCount": ""}, {"JunctionReadCount": "NA"}, {"JunctionReadCount": "."}])
def test_a_junction_without_a_number_of_any_reads_is_refused(tmp_path: Path, short: dict[str, str]) -> None:
    rows = [a_row(num_LR="", SpanningFragCount="", **short)]
    (problem,) = problems_of(tmp_path, table_text(WITH_SHORT_READS, rows))
    assert (problem.code, problem.column) == ("not-a-whole-number", "num_LR")


def test_a_header_alone_means_tested_without_a_call(tmp_path: Path) -> None:
    assert source_of(tmp_path, HEADER + "\n").calls == 0


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"num_LR": "NA"}, "num_LR"),
        ({"LeftBreakpoint": "chr2"}, "LeftBreakpoint"),
        ({"RightGene": ".", "FusionName": "EML4"}, "RightGene"),
    ],
)
def test_a_bad_cell_is_refused_with_its_place(tmp_path: Path, cells: dict[str, str], column: str) -> None:
    (problem,) = problems_of(tmp_path, table_text(HEADER, [a_row(**cells)]))
    assert (problem.line, problem.column) == (2, column)


def test_a_table_without_breakpoints_is_refused_naming_the_columns(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, "#FusionName\tnum_LR\tLeftGene\nA--B\t3\tA\n")
    assert problem.code == "missing-column"
    assert "RightBreakpoint" in problem.message
