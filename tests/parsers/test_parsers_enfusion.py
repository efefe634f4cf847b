"""EnFusion's overlap tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import a_context, calls_of, problems_of, source_of, table_text

from parsers.accessions import finder
from parsers.records import FusionCall

ROW = {
    "UnorderedFusion": "ALK+TPM3",
    "OrderedFusion": "TPM3>>ALK",
    "Tool": "starFusion",
    "SupportingReads": "44",
    "Gene1": "TPM3",
    "Chr1": "1",
    "Break1": "154170400",
    "Strand1": "-",
    "Gene2": "ALK",
    "Chr2": "2",
    "Break2": "29223528",
    "Strand2": "-",
    "FusionJunctionSequence": "GCTGAAG|TGTACCG",
}
HEADER = "\t".join(ROW)


def one(folder: Path, header: str = HEADER, **cells: str) -> FusionCall:
    (call,) = calls_of(folder, table_text(header, [ROW | cells]))
    return call


def test_a_row_is_a_call_of_the_tool_it_names(tmp_path: Path) -> None:
    call = one(tmp_path)
    assert (call.caller, call.gene_5prime, call.gene_3prime, call.order_known) == ("STAR-Fusion", "TPM3", "ALK", True)
    assert (str(call.breakpoint_5prime), str(call.breakpoint_3prime)) == ("chr1:154170400:-", "chr2:29223528:-")
    assert dict(call.as_given)["aggregated_by"] == "EnFusion"
    assert dict(call.as_given)["FusionJunctionSequence"] == "GCTGAAG|TGTACCG"


@pytest.mark.parametrize(
    ("tool", "caller", "counts"),
    [
        ("starFusion", "STAR-Fusion", (44, None, None)),
        ("fusionCatcher", "FusionCatcher", (None, 44, None)),
        ("jaffa", "JAFFA", (None, None, 44)),
        ("arriba", "Arriba", (None, None, 44)),
        ("mapSplice", "MapSplice", (None, None, None)),
        ("newCaller", "EnFusion", (None, None, None)),
        ("arriba,jaffa", "EnFusion", (None, None, None)),
    ],
)
def test_supporting_reads_are_what_the_tool_counts(
    tmp_path: Path, tool: str, caller: str, counts: tuple[int | None, ...]
) -> None:
    call = one(tmp_path, Tool=tool)
    assert call.caller == caller
    assert (call.split_reads, call.spanning_pairs, call.supporting_reads) == counts
    assert dict(call.as_given)["SupportingReads"] == "44"


def test_a_collapsed_table_names_no_tool_and_no_reads(tmp_path: Path) -> None:
    header = "\t".join(name for name in ROW if name not in ("Tool", "SupportingReads", "Strand1", "Strand2"))
    call = one(tmp_path, header=header)
    assert (call.caller, call.split_reads, str(call.breakpoint_5prime)) == ("EnFusion", None, "chr1:154170400")


def test_arribas_strands_are_not_taken_over(tmp_path: Path) -> None:
    assert str(one(tmp_path, Tool="arriba").breakpoint_5prime) == "chr1:154170400"


@pytest.mark.parametrize("ordered", ["ALK>>TPM3", "TPM3", ""])
def test_an_order_that_contradicts_the_columns_is_not_known(tmp_path: Path, ordered: str) -> None:
    call = one(tmp_path, OrderedFusion=ordered)
    assert (call.gene_5prime, call.gene_3prime, call.order_known) == ("TPM3", "ALK", False)


def test_a_symbol_that_enfusion_renamed_does_not_contradict_the_order(tmp_path: Path) -> None:
    assert one(tmp_path, OrderedFusion="TPM3|TPM4>>ALK").order_known is True


def test_a_missing_position_is_not_stated(tmp_path: Path) -> None:
    assert one(tmp_path, Chr1="NA", Break1="NA").breakpoint_5prime is None


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"Break1": "x"}, "Break1"),
        ({"Break2": "NA"}, "Break2"),
        ({"Chr1": ""}, "Break1"),
        ({"SupportingReads": "many"}, "SupportingReads"),
        ({"Gene1": ""}, "Gene1"),
        ({"Gene2": "2-Sep"}, "Gene2"),
    ],
)
def test_a_bad_cell_is_refused_with_its_place(tmp_path: Path, cells: dict[str, str], column: str) -> None:
    (problem,) = problems_of(tmp_path, "# Sample: x\n" + table_text(HEADER, [ROW | cells]))
    assert (problem.line, problem.column) == (3, column)


def test_the_lines_before_the_header_name_the_sample(tmp_path: Path) -> None:
    text = "# Sample: Run7_S26-1\n# NumToolsAggregated: \t2\n" + table_text(HEADER, [ROW])
    assert source_of(tmp_path, text).sample == "Run7_S26-1"
    assert source_of(tmp_path, table_text(HEADER, [ROW])).sample == ""
    (problem,) = problems_of(tmp_path, text, a_context(finder=finder(("S26-00001", "S26-1"))))
    assert problem.code == "wrong-specimen"


def test_comments_and_a_header_alone_mean_tested_without_a_call(tmp_path: Path) -> None:
    assert source_of(tmp_path, f"\n# Sample: x\n{HEADER}\n").calls == 0
