"""The table of an Ion Reporter (Oncomine) export; what its rows mean is in test_parsers_oncomine_vcf.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import a_context, problems_of, read

from parsers.callers import format_of
from parsers.callers.format import ReadingContext
from parsers.reading import decode
from parsers.records import Breakpoint

CONTEXT = a_context(assay_build=None)
COLUMNS = (
    "vcf.rownum",
    "rowtype",
    "call",
    "CHROM",
    "POS",
    "ID",
    "REF",
    "ALT",
    "QUAL",
    "FILTER",
    "INFO...READ_COUNT",
    "INFO.0.NOVEL",
    "INFO.1.EXON_NUM",
    "INFO.1.GENE_NAME",
)
FIVE = {
    "vcf.rownum": "130",
    "rowtype": "Fusion",
    "call": "POS",
    "CHROM": "chr2",
    "POS": "42522656",
    "ID": "EML4-ALK.E13A20.COSF408_1",
    "REF": "G",
    "ALT": "G]chr2:29446394]",
    "QUAL": ".",
    "FILTER": "PASS",
    "INFO...READ_COUNT": "120",
    "INFO.0.NOVEL": "False",
    "INFO.1.EXON_NUM": "13",
    "INFO.1.GENE_NAME": "EML4",
}
THREE = {
    **FIVE,
    "vcf.rownum": "131",
    "POS": "29446394",
    "ID": "EML4-ALK.E13A20.COSF408_2",
    "ALT": "G]chr2:42522656]",
    "INFO.1.EXON_NUM": "20",
    "INFO.1.GENE_NAME": "ALK",
}


def a_table(
    *rows: dict[str, str], comments: tuple[str, ...] = ("##mapd=0.2",), columns: tuple[str, ...] = COLUMNS
) -> str:
    lines = [columns, *(tuple(row.get(name, "") for name in columns) for row in rows)]
    return "\n".join((*comments, *("\t".join(f'"{cell}"' for cell in cells) for cells in lines))) + "\n"


def pair(**changes: str) -> tuple[dict[str, str], dict[str, str]]:
    return {**FIVE, **changes}, {**THREE, **changes}


def codes_of(folder: Path, text: str, context: ReadingContext = CONTEXT) -> list[str]:
    return [problem.code for problem in problems_of(folder, text, context)]


def test_two_rows_are_one_call(tmp_path: Path) -> None:
    (call,), source, _ = read(tmp_path, a_table(*pair()), CONTEXT)
    assert (call.gene_5prime, call.gene_3prime, call.split_reads) == ("EML4", "ALK", 120)
    assert (call.exon_5prime, call.exon_3prime) == (13, 20)
    assert call.breakpoint_5prime == Breakpoint("chr2", 42522656)
    assert (call.place.line, call.event_type, call.passed_filter) == (3, "fusion", True)
    assert (source.format, source.genome_build, source.sample) == ("Oncomine TSV", "GRCh37", "")


def test_without_quotes_it_is_the_same_table(tmp_path: Path) -> None:
    text = a_table(*pair())
    assert read(tmp_path, text.replace('"', ""), CONTEXT)[0] == read(tmp_path, text, CONTEXT)[0]


@pytest.mark.parametrize("given", ["", "."])
def test_a_target_without_a_read_is_counted_as_not_found(tmp_path: Path, given: str) -> None:
    rows = pair(FILTER=given, call="NEG", **{"INFO...READ_COUNT": "0"})
    calls, source, warnings = read(tmp_path, a_table(*rows), CONTEXT)
    assert (calls, source.not_found, warnings) == ((), 1, ())


def test_a_flag_is_true_or_false(tmp_path: Path) -> None:
    (call,), _, _ = read(tmp_path, a_table(*pair(**{"INFO.0.NOVEL": "True"})), CONTEXT)
    assert call.event_type == "fusion, novel"
    (call,), _, _ = read(tmp_path, a_table(*pair()), CONTEXT)
    assert "NOVEL" not in dict(call.as_given)


@pytest.mark.parametrize(("verdict", "given"), [("NEG", "PASS"), ("NOCALL", "PASS"), ("POS", "FAIL"), ("POS", ".")])
def test_a_call_that_contradicts_the_filter_is_refused(tmp_path: Path, verdict: str, given: str) -> None:
    assert codes_of(tmp_path, a_table(*pair(call=verdict, FILTER=given))) == ["contradiction"] * 2


def test_the_assembly_may_stand_in_a_comment(tmp_path: Path) -> None:
    place = {"POS": "100", "ALT": "G]chr2:200]"}
    text = a_table(*pair(**place), comments=("##reference=/data/.reference/hg19/hg19.fasta", ""))
    assert read(tmp_path, text, CONTEXT)[1].genome_build == "GRCh37"
    assert codes_of(tmp_path, a_table(*pair(**place), comments=())) == ["genome-build-unknown"]


def test_figures_of_comments_are_kept(tmp_path: Path) -> None:
    text = a_table(*pair(), comments=("##TotalMappedFusionPanelReads=512",))
    _, source, _ = read(tmp_path, text, CONTEXT)
    assert [(metric.metric, metric.value) for metric in source.metrics] == [("total_mapped_fusion_panel_reads", 512)]


def test_a_table_of_dna_alone_is_not_tested_and_refused(tmp_path: Path) -> None:
    columns = tuple(name for name in COLUMNS if "READ_COUNT" not in name)
    assert codes_of(tmp_path, a_table({**FIVE, "rowtype": "snp"}, columns=columns)) == ["no-fusion-results"]


def test_a_position_that_is_no_number_is_a_problem(tmp_path: Path) -> None:
    assert codes_of(tmp_path, a_table(*pair(POS="x"))) == ["bad-breakpoint"] * 2


@pytest.mark.parametrize("column", ["call", "FILTER", "ID", "ALT"])
def test_a_missing_column_is_refused(tmp_path: Path, column: str) -> None:
    columns = tuple(name for name in COLUMNS if name != column)
    assert codes_of(tmp_path, a_table(*pair(), columns=columns)) == ["missing-column"]


def test_it_is_recognised_with_and_without_comments() -> None:
    for comments in ((), ("##mapd=0.2",), ("", "##mapd=0.2", "")):
        source = decode(a_table(*pair(), comments=comments).encode(), "x")
        assert format_of(source).name == "Oncomine TSV"
