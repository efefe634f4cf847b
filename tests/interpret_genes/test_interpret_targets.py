"""
Long tables are searched for the genes in question: nothing that the rules say may depend on it.

The tables here are short, so the limit above which a table counts as long is lowered to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interpret.findings import Interpretation
from interpret.genes import load_gene_models
from interpret.interpretation import interpret
from interpret.knowledge import load_knowledge
from interpret.targets import targets_of
from parsers.callers import FORMATS, search
from parsers.callers.format import Reading, ReadingContext
from parsers.errors import InputError
from parsers.laboratory import Assay, Laboratory
from parsers.reading import FileText, decode
from parsers.records import Build, Case, FusionSource, Specimen

MODELS, KNOWLEDGE = load_gene_models(), load_knowledge()
ASSAY = Assay(
    key="rna",
    title="RNA fusions",
    version="1",
    molecule="RNA",
    genes=("ALK", "ROS1", "NTRK3", "NRG1", "ODDGENE"),
    genome_build="GRCh38",
    minimum_split_reads=5,
    minimum_tumour_cells_pct=20,
)
TARGETS = targets_of(MODELS, KNOWLEDGE, ASSAY.genes)
LABORATORY = Laboratory("A laboratory", "A street", "US", "UTC", {"rna": ASSAY})
DAY = date(2026, 3, 3)
SPECIMEN = Specimen("S26-20001", "P1", "A", DAY, "female", "US", "lung", "IMT", DAY, DAY, "rna", tumour_cells_pct=60)

ARRIBA_COLUMNS = (
    "gene1 gene2 strand1(gene/fusion) strand2(gene/fusion) breakpoint1 breakpoint2 type split_reads1 split_reads2 "
    "discordant_mates confidence reading_frame"
).split()
STAR_COLUMNS = (
    "FusionName JunctionReadCount SpanningFragCount LeftGene LeftBreakpoint RightGene RightBreakpoint annots"
).split()
FORMAT = {one.name: one for one in FORMATS}


@pytest.fixture(autouse=True)
def every_table_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "LONG", 0)


def some_places() -> Iterator[tuple[str, int]]:
    """Exon edges and surroundings of genes of every role, on both assemblies."""
    for (symbol, _), model in sorted(MODELS.transcripts.items()):
        if symbol in ("ALK", "EML4", "ROS1", "NTRK3", "ETV6", "NAB2", "STAT6", "EWSR1", "NCOA4", "TPM3", "USP6"):
            for at in (model.starts[0] - 9_000, model.starts[0] - 2, model.ends[3], model.starts[-2], model.ends[-1]):
                yield model.chrom, abs(at)


PLACES = list(some_places())
far_away = st.tuples(
    st.sampled_from(["1", "2", "chr9", "X", "MT", "chrY", "GL000192.1", "HLA*A:01"]), st.integers(1, 2**28)
)
places = st.one_of(st.sampled_from(PLACES), far_away).map(lambda place: f"{place[0]}:{place[1]}")
symbols = st.one_of(
    st.sampled_from(["ALK", "alk", "EML4", "EML4-ALK", "ROS1", "NTRK", "TRK", "ETV6", "NPM1", "ODDGENE", "FIG", "p80"]),
    st.sampled_from(["NAB2", "STAT6", "SS18", "SSX1", "EWSR1", "TFE3", "MYC", "ENSG00000171094.18", "A(12),ALK(3400)"]),
    st.sampled_from(["GENE1", "FOO(1122),BAR(2233)", "LINC01234", "ENSG00000999999.3", "AC012345.1", ".", "HLA-A"]),
    st.sampled_from(sorted(MODELS.symbols)),
)
counts = st.integers(0, 60).map(str)
frames = st.sampled_from(["in-frame", "out-of-frame", "."])
arriba_rows = st.fixed_dictionaries(
    {"gene1": symbols, "gene2": symbols, "breakpoint1": places, "breakpoint2": places, "reading_frame": frames}
    | dict.fromkeys(("split_reads1", "split_reads2", "discordant_mates"), counts)
    | {"type": st.sampled_from(["translocation", "deletion/read-through", "inversion/5'-5'"])}
)
star_rows = st.fixed_dictionaries(
    {"LeftGene": symbols, "RightGene": symbols, "LeftBreakpoint": places, "RightBreakpoint": places}
    | dict.fromkeys(("JunctionReadCount", "SpanningFragCount"), counts)
).filter(lambda row: "." not in (row["LeftGene"], row["RightGene"]))


def a_table(columns: Sequence[str], rows: Sequence[dict[str, str]]) -> FileText:
    lines = ["#" + "\t".join(columns), *("\t".join(row.get(name, ".") for name in columns) for row in rows)]
    return decode(("\n".join(lines) + "\n").encode(), "a.tsv")


def read(name: str, source: FileText, *, is_searched: bool) -> Reading:
    context = ReadingContext(SPECIMEN.accession, "RNA", "GRCh38", targets=TARGETS if is_searched else None)
    return FORMAT[name].read(source, context)


def interpreted(reading: Reading, build: Build) -> Interpretation:
    calls = tuple(replace(call, genome_build=build) for call in reading.calls)
    source = FusionSource("a.tsv", "Arriba", "Arriba", "RNA", "0" * 64, len(calls), build, others=reading.others)
    return interpret(Case(SPECIMEN, calls=calls, sources=(source,)), LABORATORY, KNOWLEDGE, MODELS)


def without_lists(found: Interpretation) -> Interpretation:
    """The interpretation but for the calls that are listed as not reportable."""
    kept = tuple(call for call in found.reviewed_calls if call.disposition != "not_reportable")
    return replace(found, reviewed_calls=kept)


def assert_same(name: str, source: FileText, build: Build, rows: int) -> None:
    whole, searched = (read(name, source, is_searched=is_searched) for is_searched in (False, True))
    assert len(searched.calls) + searched.others == len(whole.calls) == rows
    assert [call for call in whole.calls if call in searched.calls] == list(searched.calls)
    assert without_lists(interpreted(searched, build)) == without_lists(interpreted(whole, build))


unhurried = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@unhurried
@given(rows=st.lists(arriba_rows, max_size=12), build=st.sampled_from(["GRCh37", "GRCh38"]))
def test_no_statement_depends_on_the_search_of_an_arriba_table(rows: list[dict[str, str]], build: Build) -> None:
    assert_same("Arriba", a_table(ARRIBA_COLUMNS, rows), build, len(rows))


@unhurried
@given(rows=st.lists(star_rows, max_size=12), build=st.sampled_from(["GRCh37", "GRCh38"]))
def test_no_statement_depends_on_the_search_of_a_star_fusion_table(rows: list[dict[str, str]], build: Build) -> None:
    assert_same("STAR-Fusion", a_table(STAR_COLUMNS, rows), build, len(rows))


def an_arriba_row(**cells: str) -> dict[str, str]:
    """A row of no gene in question, unless told otherwise."""
    counts_ = dict.fromkeys(("split_reads1", "split_reads2", "discordant_mates"), "12")
    plain = {"gene1": "GENE1", "gene2": "GENE2", "breakpoint1": "chr9:100000", "breakpoint2": "9:200000:+"}
    return plain | counts_ | {"reading_frame": "in-frame"} | cells


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"gene1": "."},
        {"gene1": "FOO(1122),BAR(2233)"},
        {"gene1": "LINC01234-GENE2", "gene2": "ENSG00000999999.3"},
        {"breakpoint1": "MT:12345", "breakpoint2": "chrX:20001"},
        {"reading_frame": ".", "split_reads1": "7.0"},
    ],
)
def test_a_row_of_no_gene_in_question_is_counted(cells: dict[str, str]) -> None:
    reading = read("Arriba", a_table(ARRIBA_COLUMNS, [an_arriba_row(**cells)]), is_searched=True)
    assert (len(reading.calls), reading.others) == (0, 1)


@pytest.mark.parametrize(
    "cells",
    [
        {"gene1": "ALK"},
        {"gene2": "Alk"},
        {"gene2": "p80"},
        {"gene1": "TRK"},
        {"gene1": "EML4-ALK"},
        {"gene1": "FOO(1122),ALK(3)"},
        {"gene1": "ENSG00000171094.18"},
        {"gene1": "ODDGENE"},
        {"gene1": "SSX4"},
        {"gene1": "Gène"},
        {"gene1": ",", "gene2": "GENE2"},
        {"breakpoint1": "chr2:29223528"},
        {"breakpoint1": "2:29446394:-"},
        {"breakpoint1": "CHR9:100000"},
        {"breakpoint1": "chr9:0100000"},
        {"breakpoint1": "chr2:9999"},
        {"breakpoint1": "GL000192.1:20000"},
    ],
)
def test_a_row_that_may_be_of_one_is_kept(cells: dict[str, str]) -> None:
    reading = read("Arriba", a_table(ARRIBA_COLUMNS, [an_arriba_row(**cells)]), is_searched=True)
    assert (len(reading.calls), reading.others) == (1, 0)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"gene1": "1-Mar"}, "excel-date"),
        ({"breakpoint1": "chr9"}, "bad-breakpoint"),
        ({"breakpoint2": "chr9:1000000:x"}, "bad-breakpoint"),
        ({"breakpoint1": "chr9:12345678901"}, "bad-breakpoint"),
        ({"split_reads1": "NA"}, "not-a-whole-number"),
        ({"discordant_mates": ""}, "not-a-whole-number"),
        ({"reading_frame": "maybe"}, "unknown-value"),
        ({"confidence": "low\thigh"}, "wrong-number-of-cells"),
    ],
)
def test_a_searched_table_is_refused_for_the_same_reasons(cells: dict[str, str], code: str) -> None:
    source = a_table(ARRIBA_COLUMNS, [an_arriba_row(), an_arriba_row(**cells)])
    for is_searched in (True, False):
        with pytest.raises(InputError) as caught:
            read("Arriba", source, is_searched=is_searched)
        assert [(problem.code, problem.line) for problem in caught.value.problems] == [(code, 3)]


def test_the_samples_name_is_found_and_a_second_sample_is_refused() -> None:
    columns = [*ARRIBA_COLUMNS, "tumor_id"]
    own = [an_arriba_row(tumor_id="S26-20001")] * 3
    reading = read("Arriba", a_table(columns, own), is_searched=True)
    assert (reading.sample, len(reading.calls), reading.others) == ("S26-20001", 1, 2)
    with pytest.raises(InputError) as caught:
        read("Arriba", a_table(columns, [*own, an_arriba_row(tumor_id="S26-20002")]), is_searched=True)
    assert caught.value.problems[0].code == "several-samples"


def test_blank_lines_and_lines_before_the_header_keep_the_count_of_lines() -> None:
    text = a_table(ARRIBA_COLUMNS, [an_arriba_row(), an_arriba_row(gene1="ALK")]).text
    broken = decode(("\n\n" + text.replace("\nGENE1", "\n\n \nGENE1") + "\n").encode(), "a")
    reading = read("Arriba", broken, is_searched=True)
    assert ([call.place.line for call in reading.calls], reading.others) == ([7], 1)


def test_a_header_alone_is_a_table_without_rows() -> None:
    reading = read("Arriba", a_table(ARRIBA_COLUMNS, []), is_searched=True)
    assert (reading.calls, reading.others) == ((), 0)


def test_short_tables_are_kept_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "LONG", 2)
    for rows, others in ((1, 0), (2, 2)):
        reading = read("Arriba", a_table(ARRIBA_COLUMNS, [an_arriba_row()] * rows), is_searched=True)
        assert (len(reading.calls), reading.others) == (rows - others, others)


def test_a_pair_that_no_rule_on_other_diseases_names_fires_none_of_them() -> None:
    """Calls outside the gene models are looked at by name; were there a rule for any pair, none could be left out."""
    facts = {"gene_5prime": frozenset({"GENE1"}), "gene_3prime": frozenset({"GENE2"})}
    for rule in KNOWLEDGE.differential:
        if rule.scope == "fusion":
            structure = {"gene_5prime", "gene_3prime", "driver", "fusion"} & set(rule.conditions)
            assert not all(rule.conditions[name].accept(facts.get(name, frozenset())) for name in structure), rule.id


def test_the_places_are_those_of_both_assemblies_in_order_and_apart() -> None:
    for chrom, symbol in (("chr2", "ALK"), ("chr6", "ROS1")):
        for build in ("GRCh37", "GRCh38"):
            model = MODELS.transcripts[symbol, build]
            assert any(first < abs(model.starts[0]) < last for first, last in TARGETS.places[chrom])
    for spans in TARGETS.places.values():
        assert all(first < last for first, last in spans)
        assert all(one[1] < other[0] for one, other in pairwise(spans))
