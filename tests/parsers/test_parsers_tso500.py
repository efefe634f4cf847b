"""TSO500: AllFusions.csv, CombinedVariantOutput.tsv, and the gene names of both."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsers_samples import a_context, calls_of, problems_of, read, source_of

from parsers.accessions import finder
from parsers.callers import format_of
from parsers.callers.format import ReadingContext, Targets
from parsers.callers.tso500_genes import gene_of, pair_of
from parsers.reading import decode
from parsers.records import Breakpoint

COLUMNS = (
    "Caller,Gene A,Gene B,Gene A Breakpoint,Gene B Breakpoint,Score,Filter,Precise/Imprecise,Intragenic Call,"
    "Ref A Split,Ref A Pair,Ref B Split,Ref B Pair,Alt Split,Alt Pair,CandidateAlt,Contig,ContigAlign1,ContigAlign2,"
    "KeepFusion,Ref A Dedup,Ref B Dedup,Alt Split Dedup,Alt Pair Dedup,Fusion Directionality Known"
).split(",")
COLUMNS_26 = [*COLUMNS, "Gene A Location", "Gene B Location", "Gene A Sense", "Gene B Sense"]
COMMENTS = "# Source = FusionProcessor 1.0.0.407\n# FileDate = 20260311\n# Caller = The algorithm used.\n"
RNA = a_context(assay_build=None)


def a_row(**cells: str) -> dict[str, str]:
    """ETV6::NTRK3, kept; names with blanks are given with `_`."""
    given = {name.replace("_", " "): value for name, value in cells.items()}
    return {
        "Caller": "RnaFusionFilter",
        "Gene A": "ETV6",
        "Gene B": "NTRK3",
        "Gene A Breakpoint": "chr12:12022903",
        "Gene B Breakpoint": "chr15:88483984",
        "Score": "0.883",
        "Filter": "PASS",
        "Precise/Imprecise": "Precise",
        "Alt Split": "413",
        "annotated_genes_3prime": "ROS1, GOPC",
        "Alt Pair": "384",
        "Contig": "GATTACA",
        "KeepFusion": "True",
        "Alt Split Dedup": "78",
        "Alt Pair Dedup": "64",
        "Fusion Directionality Known": "True",
    } | given


def all_fusions(*rows: dict[str, str], columns: list[str] = COLUMNS, comments: str = COMMENTS) -> str:
    lines = [columns, *([row.get(name, "N/A") for name in columns] for row in rows)]
    return comments + "".join(",".join(line) + "\n" for line in lines)


def combined(
    *pairs: str, splices: tuple[str, ...] = (), rna: str = "S26-00001", pair: str = "S26-00001", other: str = ""
) -> str:
    """A Local App file with these pairs (`EML4-ALK` or a whole row), everything else `NA`."""
    rows = [text if "\t" in text else f"{text}\tchr2:42522656\tchr2:29446394\t75\t749\t9" for text in pairs]
    return (
        "TruSight Oncology 500 - Combined Variant Output\t\t\n\t\t\n"
        f"[Analysis Details]\t\t\nPair ID\t{pair}\t\nDNA Sample ID\tNA\t\nRNA Sample ID\t{rna}\t\n\t\t\n"
        f"{other}"
        "[Splice Variants]\t\t\n"
        "Gene\tAffected Exon\tBreakpoint 1\tBreakpoint 2\tSplice Supporting Reads\tReference Reads Transcript\n"
        + "".join(f"{row}\n" for row in splices or ("NA\t\t",))
        + "\t\t\n[Fusions]\t\t\n"
        "Gene Pair\tBreakpoint 1\tBreakpoint 2\tFusion Supporting Reads\t"
        "Gene 1 Reference Reads\tGene 2 Reference Reads\n"
        + "".join(f"{row}\n" for row in rows or ["NA\t\t"])
        + "\t\t\n[Small Variants]\t\t\nGene\tChromosome\nNA\t\t\n\t\t\n"
    )


# --- AllFusions.csv


@pytest.mark.parametrize("columns", [COLUMNS, COLUMNS_26])
@pytest.mark.parametrize("comments", [COMMENTS, ""])
def test_both_layouts_give_the_same_call(tmp_path: Path, columns: list[str], comments: str) -> None:
    (call,) = calls_of(tmp_path, all_fusions(a_row(), columns=columns, comments=comments), RNA)
    assert (call.caller, call.gene_5prime, call.gene_3prime) == ("TSO500", "ETV6", "NTRK3")
    assert call.breakpoint_5prime == Breakpoint("chr12", 12022903)
    assert call.breakpoint_3prime == Breakpoint("chr15", 88483984)
    assert (call.split_reads, call.spanning_pairs, call.supporting_reads) == (78, 64, None)
    assert (call.genome_build, call.molecule, call.reading_frame, call.order_known) == (
        "GRCh37",
        "RNA",
        "unknown",
        True,
    )


def test_a_header_alone_means_tested_without_a_candidate(tmp_path: Path) -> None:
    source = source_of(tmp_path, all_fusions(), RNA)
    assert (source.format, source.calls) == ("TSO500 AllFusions", 0)


def test_comments_without_a_header_are_a_cut_file(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, COMMENTS)
    assert problem.code == "empty-file"


@pytest.mark.parametrize(
    ("keep", "given", "passed", "filters"),
    [
        ("True", "PASS", True, "PASS"),
        ("True", "NoReferenceReads", True, "NoReferenceReads"),
        ("TRUE", "PASS;LOW_ALT_TO_REF", True, "PASS;LOW_ALT_TO_REF"),
        ("False", "PASS", False, "KeepFusion False; PASS"),
        ("False", "Imprecise;LowQ", False, "KeepFusion False; Imprecise;LowQ"),
        ("False", "N/A", False, "KeepFusion False"),
        ("True", "N/A", True, ""),
    ],
)
def test_keepfusion_decides_and_the_filter_is_kept(
    tmp_path: Path, keep: str, given: str, passed: bool, filters: str
) -> None:
    (call,) = calls_of(tmp_path, all_fusions(a_row(KeepFusion=keep, Filter=given)), RNA)
    assert (call.passed_filter, call.filters) == (passed, filters)


def test_gene_a_is_5_prime_only_where_the_directionality_is_known(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, all_fusions(a_row(Fusion_Directionality_Known="False")), RNA)
    assert (call.gene_5prime, call.gene_3prime, call.order_known) == ("ETV6", "NTRK3", False)


@pytest.mark.parametrize(
    ("sense_a", "sense_b", "known"),
    [
        ("True", "True", True),
        ("True", "False", False),
        ("False", "False", False),
        ("True", "False;True", True),
        ("False;False", "True", False),
        ("N/A", "N/A", True),
    ],
)
def test_an_end_that_is_read_against_its_gene_makes_the_order_unknown(
    tmp_path: Path, sense_a: str, sense_b: str, known: bool
) -> None:
    row = a_row(Gene_A_Sense=sense_a, Gene_B_Sense=sense_b)
    (call,) = calls_of(tmp_path, all_fusions(row, columns=COLUMNS_26), RNA)
    assert call.order_known is known


def test_everything_else_is_kept_as_given(tmp_path: Path) -> None:
    row = a_row(Gene_B="ROS1;GOPC", Gene_A_Location="IntactExon", Gene_B_Location="IntactExon;Intronic")
    (call,) = calls_of(tmp_path, all_fusions(row, columns=COLUMNS_26), RNA)
    assert dict(call.as_given) == {
        "Caller": "RnaFusionFilter",
        "Gene A": "ETV6",
        "Gene B": "ROS1;GOPC",
        "Score": "0.883",
        "Precise/Imprecise": "Precise",
        "KeepFusion": "True",
        "Fusion Directionality Known": "True",
        "Gene A Location": "IntactExon",
        "Gene B Location": "IntactExon;Intronic",
        "Alt Split": "413",
        "annotated_genes_3prime": "ROS1, GOPC",
        "Alt Pair": "384",
        "Contig": "GATTACA",
    }


def test_an_imprecise_candidate_is_kept_and_says_so(tmp_path: Path) -> None:
    row = a_row(**{"Precise/Imprecise": "Imprecise", "Contig": ".", "KeepFusion": "False", "CandidateAlt": "17"})
    (call,) = calls_of(tmp_path, all_fusions(row), RNA)
    given = dict(call.as_given)
    assert (given["Precise/Imprecise"], given["CandidateAlt"], "Contig" in given) == ("Imprecise", "17", False)


def a_splice(gene_a: str, gene_b: str, **cells: str) -> dict[str, str]:
    return a_row(Caller="SpliceGirl", Gene_A=gene_a, Gene_B=gene_b, Alt_Pair_Dedup="N/A", Filter="N/A", **cells)


def test_splicegirl_within_a_gene_is_a_splice_variant_without_pairs(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, all_fusions(a_splice("MET", "MET")), RNA)
    assert (call.event_type, call.split_reads, call.spanning_pairs) == ("splice variant", 78, None)


def test_splicegirl_across_two_genes_is_no_splice_variant_and_its_order_is_that_of_coordinates(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, all_fusions(a_splice("ROS1", "GOPC")), RNA)
    assert (call.event_type, call.order_known) == ("splice junction of two genes", False)


def test_a_list_of_genes_is_left_to_the_breakpoint_and_warned_of_once_it_passed(tmp_path: Path) -> None:
    rows = [a_row(Gene_B="ROS1;GOPC"), a_row(Gene_B="ROS1;GOPC", KeepFusion="False")]
    calls, _, warnings = read(tmp_path, all_fusions(*rows), RNA)
    assert [call.gene_3prime for call in calls] == ["", ""]
    assert [(one.code, one.line, one.column, one.found) for one in warnings] == [
        ("several-genes", 5, "Gene B", "ROS1;GOPC")
    ]


def test_no_gene_at_a_breakpoint_is_no_gene(tmp_path: Path) -> None:
    calls, _, warnings = read(tmp_path, all_fusions(a_row(Gene_A="N/A")), RNA)
    assert (calls[0].gene_5prime, warnings) == ("", ())


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"KeepFusion": "Yes"}, "KeepFusion", "unknown-value"),
        ({"Fusion_Directionality_Known": "N/A"}, "Fusion Directionality Known", "unknown-value"),
        ({"Alt_Split_Dedup": "4.5"}, "Alt Split Dedup", "not-a-whole-number"),
        ({"Alt_Pair_Dedup": ""}, "Alt Pair Dedup", "not-a-whole-number"),
        ({"Gene_A_Breakpoint": "N/A"}, "Gene A Breakpoint", "bad-breakpoint"),
        ({"Gene_A": "BRAF;7-Sep"}, "Gene A", "excel-date"),
    ],
)
def test_a_bad_cell_is_refused_with_its_place(tmp_path: Path, cells: dict[str, str], column: str, code: str) -> None:
    (problem,) = problems_of(tmp_path, all_fusions(a_row(**cells)))
    assert (problem.line, problem.column, problem.code) == (5, column, code)


def test_all_bad_cells_are_named_at_once(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, all_fusions(a_row(KeepFusion="Yes"), a_row(Alt_Split_Dedup="six")))
    assert [problem.line for problem in problems] == [5, 6]


@pytest.mark.parametrize("missing", ["KeepFusion", "Fusion Directionality Known", "Alt Pair Dedup"])
def test_a_file_without_a_column_that_decides_is_refused(tmp_path: Path, missing: str) -> None:
    columns = [name for name in COLUMNS if name != missing]
    (problem,) = problems_of(tmp_path, all_fusions(a_row(), columns=columns))
    assert (problem.code, missing in problem.message) == ("missing-column", True)


def test_an_assay_declared_on_another_assembly_stops_the_specimen(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, all_fusions(a_row()), a_context(assay_build="GRCh38"))
    assert "GRCh37" in problem.message


@given(st.permutations(COLUMNS_26))
def test_the_order_of_the_columns_does_not_matter(columns: list[str]) -> None:
    rows = [a_row(Gene_B="ROS1;GOPC"), a_splice("MET", "MET"), a_row(KeepFusion="False")]
    calls = [
        format_of(source).read(source, RNA).calls
        for source in (decode(all_fusions(*rows, columns=one).encode(), "x.csv") for one in (columns, COLUMNS_26))
    ]
    assert calls[0] == calls[1]


# --- CombinedVariantOutput.tsv


def test_a_pair_is_5_prime_then_3_prime_with_the_sum_of_its_reads(tmp_path: Path) -> None:
    calls, source, warnings = read(tmp_path, combined("EML4-ALK"), RNA)
    (call,) = calls
    assert (call.caller, call.gene_5prime, call.gene_3prime, call.order_known) == ("TSO500", "EML4", "ALK", True)
    assert (call.split_reads, call.spanning_pairs, call.supporting_reads) == (None, None, 75)
    assert (call.breakpoint_5prime, call.breakpoint_3prime) == (
        Breakpoint("chr2", 42522656),
        Breakpoint("chr2", 29446394),
    )
    assert (call.genome_build, call.passed_filter, source.sample) == ("GRCh37", True, "S26-00001")
    assert dict(call.as_given) == {
        "Gene Pair": "EML4-ALK",
        "Gene 1 Reference Reads": "749",
        "Gene 2 Reference Reads": "9",
    }
    assert warnings == ()


def test_na_in_the_section_means_tested_and_nothing_found(tmp_path: Path) -> None:
    assert source_of(tmp_path, combined(), RNA).calls == 0


def test_a_slash_means_that_the_order_is_not_known(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, combined("PPARG/AC016683.6;PAX8"), RNA)
    assert (call.gene_5prime, call.gene_3prime, call.order_known) == ("PPARG", "PAX8", False)


def test_a_slash_within_a_list_does_not_hide_the_kinase(tmp_path: Path) -> None:
    context = ReadingContext("S26-00001", "RNA", targets=Targets(frozenset({"ROS1"}), {}))
    calls, _, warnings = read(tmp_path, combined("CD74-ROS1/GOPC"), context)
    assert (calls[0].gene_5prime, calls[0].gene_3prime, calls[0].order_known) == ("CD74", "", False)
    assert dict(calls[0].as_given)["annotated_genes_3prime"] == "ROS1, GOPC"
    assert [one.code for one in warnings] == ["several-genes"]


def test_splice_variants_lie_within_one_gene_and_follow_the_fusions(tmp_path: Path) -> None:
    text = combined("EML4-ALK", splices=("MET\t14/21\tchr7:116411708\tchr7:116414934\t91\t1",))
    _, call = calls_of(tmp_path, text, RNA)
    assert (call.gene_5prime, call.gene_3prime, call.event_type) == ("MET", "MET", "splice variant")
    assert (call.supporting_reads, call.order_known, call.place.line) == (91, False, 10)
    assert dict(call.as_given)["Affected Exon"] == "14/21"


def test_a_pair_that_cannot_be_parted_for_certain_is_left_to_its_breakpoints(tmp_path: Path) -> None:
    calls, _, warnings = read(tmp_path, combined("EEF1E1-BLOC1S5-ALK"), RNA)
    assert (calls[0].gene_5prime, calls[0].gene_3prime, calls[0].order_known) == ("", "", True)
    assert dict(calls[0].as_given)["Gene Pair"] == "EEF1E1-BLOC1S5-ALK"
    assert [one.code for one in warnings] == ["several-genes"]


@pytest.mark.parametrize("text", ["N/A-ALK", "NA-ALK", "-ALK"])
def test_a_side_without_a_gene_is_no_gene(tmp_path: Path, text: str) -> None:
    calls, _, warnings = read(tmp_path, combined(text), RNA)
    assert (calls[0].gene_5prime, calls[0].gene_3prime, calls[0].order_known, warnings) == ("", "ALK", True, ())


def test_known_genes_part_such_a_pair(tmp_path: Path) -> None:
    context = ReadingContext("S26-00001", "RNA", targets=Targets(frozenset({"ALK"}), {}))
    (call,) = calls_of(tmp_path, combined("EEF1E1-BLOC1S5-ALK"), context)
    assert (call.gene_5prime, call.gene_3prime) == ("EEF1E1-BLOC1S5", "ALK")


@pytest.mark.parametrize("rna", ["NA", ""])
@pytest.mark.parametrize("pairs", [(), ("EML4-ALK",)])
def test_a_file_without_an_rna_sample_was_not_tested_for_fusions(
    tmp_path: Path, rna: str, pairs: tuple[str, ...]
) -> None:
    (problem,) = problems_of(tmp_path, combined(*pairs, rna=rna))
    assert (problem.code, problem.column) == ("no-rna-result", "RNA Sample ID")


@pytest.mark.parametrize(
    ("pair", "rna", "sample"),
    [
        ("S26-00001", "S26-00001", "S26-00001"),
        ("S26-00001", "S26-00001-RNA", "S26-00001"),
        ("RUN7_S26-00001", "S26-00001", "S26-00001"),
        ("NA", "S26-00001-RNA", "S26-00001-RNA"),
        ("P0042", "S26-00001-RNA", "P0042 / S26-00001-RNA"),
    ],
)
def test_the_sample_is_the_pair_or_the_rna_sample_or_both(tmp_path: Path, pair: str, rna: str, sample: str) -> None:
    assert source_of(tmp_path, combined(pair=pair, rna=rna), RNA).sample == sample


def test_the_file_of_another_specimen_is_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, combined(pair="S26-00002", rna="S26-00002-RNA"), RNA)
    assert (problem.code, problem.line, problem.column) == ("wrong-specimen", 4, "Pair ID")
    (problem,) = problems_of(tmp_path, combined(pair="P0042", rna="S26-00002"), RNA)
    assert (problem.code, problem.line, problem.column) == ("wrong-specimen", 6, "RNA Sample ID")


@pytest.mark.parametrize(
    ("stated", "pair", "rna"),
    [
        ("H2026-04711-RNA", "H2026-04711", "H2026-04711-RNA"),
        ("h2026-04711-rna", "H2026-04711", "H2026-04711-RNA"),
        ("H2026-04711", "H2026-04711", "H2026-04711-RNA"),
        ("H2026-04711", "P17", "H2026-04711"),
        ("H2026-04711-RNA", "NA", "H2026-04711-RNA"),
    ],
)
def test_either_of_its_two_names_may_be_the_stated_one(tmp_path: Path, stated: str, pair: str, rna: str) -> None:
    context = a_context(assay_build="GRCh37", sample=stated)
    assert len(calls_of(tmp_path, combined("EML4-ALK", pair=pair, rna=rna), context)) == 1


def test_a_file_of_which_neither_name_is_the_stated_one_is_refused_with_its_line(tmp_path: Path) -> None:
    context = a_context(assay_build="GRCh37", sample="H2026-04711-RNA")
    (problem,) = problems_of(tmp_path, combined(pair="H2026-04712", rna="H2026-04712-RNA"), context)
    assert (problem.code, problem.line, problem.column) == ("wrong-specimen", 4, "Pair ID")
    assert (problem.found, problem.expected) == ("H2026-04712, H2026-04712-RNA", "H2026-04711-RNA")


def test_the_stated_rna_sample_does_not_excuse_another_specimens_pair(tmp_path: Path) -> None:
    context = a_context(assay_build="GRCh37", sample="LIB-17")
    (problem,) = problems_of(tmp_path, combined(pair="S26-00002", rna="LIB-17"), context)
    assert (problem.code, problem.column, problem.found) == ("wrong-specimen", "Pair ID", "S26-00002")


def test_a_stated_name_that_looks_like_an_accession_may_stand_in_the_other_name(tmp_path: Path) -> None:
    known = finder(("S26-00001",), r"^S\d{2}-\d{5}$")
    context = a_context(assay_build="GRCh37", sample="S26-90001", finder=known)
    assert len(calls_of(tmp_path, combined("EML4-ALK", pair="P_S26-90001", rna="S26-90001"), context)) == 1
    (problem,) = problems_of(tmp_path, combined(pair="P_S26-90002", rna="S26-90001"), context)
    assert problem.found == "P_S26-90002"


def test_figures_of_quality_are_kept_and_other_results_named(tmp_path: Path) -> None:
    other = (
        "[TMB]\nTotal TMB\t3.1\nCoding Region Size in Megabases\t1.28\n\n"
        "[MSI]\nUsable MSI Sites\t118\nPercent Unstable MSI Sites\tNA\n\n"
        "[Gene Amplifications]\nGene\tFold Change\nMDM2\t5.1\nCDK4\t4.8\n\n"
        "[Exon-Level CNVs]\nGene\tChromosome\nBRCA1\tNA\n\n"
    )
    _, source, warnings = read(tmp_path, combined(other=other), RNA)
    assert [(one.metric, one.value, one.place.line) for one in source.metrics] == [
        ("coding_region_size_in_megabases", 1.28, 10),
        ("usable_msi_sites", 118.0, 13),
    ]
    (warning,) = warnings
    assert warning.message.endswith("not read: [TMB], [MSI], [Gene Amplifications] (2)")


def test_a_figure_that_is_no_number_stays_text(tmp_path: Path) -> None:
    (metric,) = source_of(tmp_path, combined(other="[MSI]\nUsable MSI Sites\tlow\n\n"), RNA).metrics
    assert (metric.value, metric.text) == (None, "low")


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("ALK", "Gene Pair", "bad-gene-pair"),
        ("-\tchr2:42522656\tchr2:29446394\t75", "Gene Pair", "bad-gene-pair"),
        ("7-Sep/ALK", "Gene Pair", "excel-date"),
        ("EML4-ALK\tchr2\tchr2:29446394\t75", "Breakpoint 1", "bad-breakpoint"),
        ("EML4-ALK\tchr2:42522656\tchr2:29446394", "Fusion Supporting Reads", "not-a-whole-number"),
        ("EML4-ALK\tchr2:42522656\tchr2:29446394\t75\t1\t2\t3", "", "wrong-number-of-cells"),
    ],
)
def test_a_bad_row_is_refused_with_its_place(tmp_path: Path, row: str, column: str, code: str) -> None:
    (problem,) = problems_of(tmp_path, combined(row))
    assert (problem.line, problem.column, problem.code) == (14, column, code)


def test_a_bad_splice_variant_is_named_beside_a_bad_fusion(tmp_path: Path) -> None:
    text = combined("ALK", splices=("MET\t14/21\tchr7\tchr7:116414934\t91\t1",))
    assert sorted(problem.line or 0 for problem in problems_of(tmp_path, text)) == [10, 14]


@pytest.mark.parametrize("name", ["Analysis Details", "Splice Variants", "Fusions", "Small Variants"])
def test_a_file_without_one_of_its_sections_is_refused(tmp_path: Path, name: str) -> None:
    (problem,) = problems_of(tmp_path, combined("EML4-ALK").replace(f"[{name}]", "[Another]"))
    assert (problem.code, f"[{name}]" in problem.message) == ("missing-section", True)


def test_the_liquid_biopsy_assay_is_refused_by_its_sections(tmp_path: Path) -> None:
    text = combined().replace("[Fusions]", "[DNA Fusions]").replace("TruSight", "DRAGEN TruSight")
    assert [problem.code for problem in problems_of(tmp_path, text)] == ["missing-section"]


def test_a_file_cut_at_the_end_of_any_line_is_refused_or_holds_all_its_calls(tmp_path: Path) -> None:
    text = combined("EML4-ALK", "TPM3-NTRK1", splices=("MET\t14/21\tchr7:116411708\tchr7:116414934\t91\t1",))
    whole = calls_of(tmp_path, text, RNA)
    lines = text.splitlines(keepends=True)
    for count in range(1, len(lines)):
        part = "".join(lines[:count])
        if "[Small Variants]\t\t\nGene" in part:
            assert calls_of(tmp_path, part, RNA) == whole
        else:
            assert problems_of(tmp_path, part, RNA)


def test_a_fusions_section_at_the_end_must_be_closed(tmp_path: Path) -> None:
    text = combined("EML4-ALK", "TPM3-NTRK1")
    start, end = text.index("[Fusions]"), text.index("[Small Variants]")
    last = text[:start] + text[end:] + text[start:end]
    assert len(calls_of(tmp_path, last, RNA)) == 2
    (problem,) = problems_of(tmp_path, last[: last.index("TPM3")], RNA)
    assert problem.code == "cut-short"


def test_a_section_that_comes_twice_is_refused(tmp_path: Path) -> None:
    text = combined("EML4-ALK")
    joined = text + text[text.index("[Fusions]") :]
    (problem,) = problems_of(tmp_path, joined, RNA)
    assert (problem.code, "[Fusions]" in problem.message) == ("repeated-section", True)


def test_a_section_without_a_column_that_is_needed_is_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, combined("EML4-ALK").replace("Gene Pair", "Pair"), RNA)
    assert (problem.code, problem.line) == ("missing-column", 13)


# --- Gene names


@pytest.mark.parametrize(
    ("text", "gene"),
    [
        ("ROS1", "ROS1"),
        ("RP11-458D21.5", "RP11-458D21.5"),
        ("ROS1;GOPC", ""),
        ("AC016683.6;PAX8", "PAX8"),
        ("PPARG/AC016683.6", "PPARG"),
        ("AARSD1;PTGES3L-AARSD1", "AARSD1"),
        ("RFFL;RAD51L3-RFFL", "RFFL"),
        ("ALK;ALK-AS1", "ALK"),
        ("PTGES3L-AARSD1;AARSD1;ROS1", ""),
        ("RP11-1A2.3;AC016683.6", ""),
        ("ALK;ALK", "ALK"),
        ("N/A", ""),
        ("", ""),
    ],
)
def test_a_list_has_a_gene_where_one_approved_name_is_left(text: str, gene: str) -> None:
    assert gene_of(text) == gene


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("EML4-ALK", ("EML4", "ALK")),
        ("NKX2-1-NTRK1", ("NKX2-1", "NTRK1")),
        ("NTRK1-NKX2-1", ("NTRK1", "NKX2-1")),
        ("HLA-A-ROS1", ("HLA-A", "ROS1")),
        ("HLA-DRB1-MET", ("HLA-DRB1", "MET")),
        ("RP11-458D21.5-RET", ("RP11-458D21.5", "RET")),
        ("RET-RP11-458D21.5", ("RET", "RP11-458D21.5")),
        ("KIF5B-RET-AS1", ("KIF5B", "RET-AS1")),
        ("HLA-A;HLA-B-ROS1;GOPC", ("HLA-A;HLA-B", "ROS1;GOPC")),
        ("T-ALK", ("T", "ALK")),
        ("HLA-A/ROS1;GOPC", ("HLA-A", "ROS1;GOPC")),
        ("EEF1E1-BLOC1S5-ALK", ("EEF1E1-BLOC1S5", "ALK")),
        ("ALK-EEF1E1-BLOC1S5", ("ALK", "EEF1E1-BLOC1S5")),
        ("EEF1E1-BLOC1S5-FOO", ("", "")),
        ("ALK-FOO-RET", ("", "")),
        ("N/A-ALK", ("NA", "ALK")),
        ("HLA-A-N/A", ("HLA-A", "NA")),
        ("-ALK", ("", "ALK")),
        ("EEF1E1-BLOC1S5/ALK", ("EEF1E1-BLOC1S5", "ALK")),
        ("CD74/NKX2-1", ("CD74", "NKX2-1")),
        ("CD74-ROS1/GOPC", ("CD74", "ROS1/GOPC")),
        ("GOPC/ROS1-CD74", ("GOPC/ROS1", "CD74")),
        ("FOO1/AC016683.6-FOO2", ("", "")),
        ("A/B/C", ("", "")),
        ("A-1-2", ("", "")),
        ("ALK", None),
        ("-", None),
        ("NA", None),
        ("", None),
    ],
)
def test_a_pair_is_parted_at_the_hyphen_between_two_symbols_or_not_at_all(
    text: str, pair: tuple[str, str] | None
) -> None:
    assert pair_of(text, frozenset({"ALK", "ROS1", "RET", "NTRK1"})) == pair


_SYMBOLS = st.from_regex(r"[A-Z][A-Z0-9]{1,5}", fullmatch=True)


@given(_SYMBOLS, _SYMBOLS, st.sampled_from("-/"))
def test_two_plain_symbols_are_always_parted_between_them(first: str, second: str, sign: str) -> None:
    assert pair_of(first + sign + second, frozenset()) == (first, second) or "NA" in (first, second)


@given(st.text(alphabet="ALKHRP1-;/. ", max_size=20))
def test_parting_a_pair_loses_no_name(text: str) -> None:
    pair = pair_of(text, frozenset({"ALK"}))
    if pair not in (None, ("", "")):
        assert pair is not None
        assert text in (f"{pair[0]}-{pair[1]}", f"{pair[0]}/{pair[1]}")
