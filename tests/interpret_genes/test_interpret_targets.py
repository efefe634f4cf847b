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
    source = FusionSource(
        "a.tsv", "x", reading.caller, reading.molecule, "0" * 64, len(calls), build, others=reading.others
    )
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


@pytest.mark.parametrize("column", ["tumor_id", "SampleName", "sample_id"])
def test_the_samples_name_is_found_and_a_second_sample_is_refused(column: str) -> None:
    columns = [*ARRIBA_COLUMNS, column]
    own = [an_arriba_row(**{column: "S26-20001"})] * 3
    reading = read("Arriba", a_table(columns, own), is_searched=True)
    assert (reading.sample, len(reading.calls), reading.others) == ("S26-20001", 1, 2)
    with pytest.raises(InputError) as caught:
        read("Arriba", a_table(columns, [*own, an_arriba_row(**{column: "S26-20002"})]), is_searched=True)
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


VCF_HEADER = """##fileformat=VCFv4.1
##source=GenerateSVCandidates 1.6.0
##reference=file:///genomes/GRCh38.fa
##INFO=<ID=SVTYPE,Number=1,Type=String,Description="Type of structural variant">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tTUMOR
"""
some_chromosomes = st.sampled_from(["chr2", "chr9", "1", "X"])
some_positions = st.one_of(st.sampled_from([at for _, at in PLACES]), st.integers(1, 2**27))


def a_record(alt: str = "<DEL>", info: str = "END=300000;SVTYPE=DEL", *, chrom: str = "chr9", pos: int = 200000) -> str:
    return f"{chrom}\t{pos}\tid{pos}\tN\t{alt}\t.\tPASS\t{info}\tPR:SR\t10,9:20,12\n"


@st.composite
def records(draw: st.DrawFn) -> str:
    chrom, pos = draw(st.one_of(st.sampled_from(PLACES), st.tuples(some_chromosomes, some_positions)))
    other, far = draw(st.one_of(st.sampled_from(PLACES), st.tuples(some_chromosomes, some_positions)))
    kind = draw(st.sampled_from(["DEL", "DUP:TANDEM", "INV", "INS", "CNV", "TRA", "BND"]))
    alt = f"<{kind}>"
    info = draw(
        st.sampled_from([f"END={far};SVTYPE={kind}", f"SVTYPE={kind};CHR2={other};END={far}", f"CIEND=-4,5;END={far}"])
    )
    info += draw(
        st.sampled_from(["", ";SVLEN=900", ";END=29223600", ";POS2=29223600", ";ANN=N|gene_fusion|HIGH|ALK|x"])
    )
    if kind == "BND":
        alt = draw(st.sampled_from([f"N[{other}:{far}[", f"]{other}:{far}]N", "N.", f"N[{other}:{far}[,N]{chrom}:7]"]))
    return a_record(alt, info, chrom=chrom, pos=pos)


@unhurried
@given(rows=st.lists(records(), max_size=10))
def test_no_statement_depends_on_the_search_of_a_vcf(rows: list[str]) -> None:
    source = decode((VCF_HEADER + "".join(rows)).encode(), "a.vcf")
    whole, searched = (read("structural-variant VCF", source, is_searched=is_searched) for is_searched in (False, True))
    assert set(searched.calls) <= set(whole.calls)
    assert searched.others <= max(len(rows) - 1, 0)
    assert (searched.caller, searched.sample, searched.header_build) == (whole.caller, whole.sample, whole.header_build)
    assert without_lists(interpreted(searched, "GRCh38")) == without_lists(interpreted(whole, "GRCh38"))


def others_of(*lines: str) -> int:
    source = decode((VCF_HEADER + a_record() + "".join(lines)).encode(), "a.vcf")
    return read("structural-variant VCF", source, is_searched=True).others


@pytest.mark.parametrize(
    "line",
    [
        a_record(),
        a_record("<DUP:TANDEM>", "IMPRECISE;END=300000;CIEND=-5,5", chrom="9"),
        a_record("N]chr8:5000000]", "SVTYPE=BND;MATEID=x"),
        a_record("N]chr8:5000000]", "SVTYPE=BND;ANN=N|gene_fusion|HIGH|GENE1&GENE2|"),
        a_record("[8:5000000[N", "SVTYPE=BND").replace("\tPR:SR\t", "\tSR:PR\t"),
    ],
)
def test_a_record_of_no_gene_in_question_is_counted_though_not_the_first(line: str) -> None:
    assert others_of() == 0
    assert others_of(line, a_record("N.", "SVTYPE=BND")) == 1


@pytest.mark.parametrize(
    "line",
    [
        a_record("N]chr2:29223528]", "SVTYPE=BND"),
        a_record(info="END=29223528;SVTYPE=DEL", chrom="chr2", pos=1_000_000),
        a_record(info="SVTYPE=DEL;SVLEN=-5000"),
        a_record(info="END=300000;CHR2=chr2"),
        a_record(info="END=300000;POS2=29223528"),
        a_record(info="END=300000;END=29223528"),
        a_record(info="END=300000;SVCLAIM=D"),
        a_record(info="END=300000,1"),
        a_record(info="END=9000"),
        a_record("N]chr8:5000000]", "SVTYPE=BND;ANN=N|gene_fusion|HIGH|ALK&GENE2|"),
        a_record("N]chr8:5000000]", "SVTYPE=BND;CSQ=ensg1,ALK-AS1"),
        a_record("N]chr8:5000000],N]chr2:29223528]", "SVTYPE=BND"),
        a_record("<INS>", "END=200000;SVTYPE=INS"),
        a_record(chrom="GL000192.1"),
        a_record(chrom="Chr9"),
        a_record("N.", "SVTYPE=BND"),
    ],
)
def test_a_record_that_is_not_plain_or_may_be_of_one_is_kept(line: str) -> None:
    assert others_of(line) == 0


def test_a_searched_vcf_is_refused_for_the_same_reasons_at_the_same_line() -> None:
    good = VCF_HEADER + a_record() * 3
    for bad in ("chr9\t200000\tid\tN\t<DEL>\t.\tPASS\n", a_record().replace("\t200000\t", "\t0200000\t")):
        source = decode((good + bad + a_record()).encode(), "a.vcf")
        found = []
        for is_searched in (True, False):
            with pytest.raises(InputError) as caught:
                read("structural-variant VCF", source, is_searched=is_searched)
            found.append(caught.value.problems)
        assert found[0] == found[1]
        assert found[0][0].line == good.count("\n") + 1


def test_pysam_has_to_read_the_counted_records_too(monkeypatch: pytest.MonkeyPatch) -> None:
    import pysam

    class Forgetful(pysam.VariantFile):  # type: ignore[misc]
        def __iter__(self):  # type: ignore[no-untyped-def]
            return iter([])

    monkeypatch.setattr(pysam, "VariantFile", Forgetful)
    with pytest.raises(InputError) as caught:
        others_of(a_record(), a_record())
    assert "0 of 3" in caught.value.problems[0].message
