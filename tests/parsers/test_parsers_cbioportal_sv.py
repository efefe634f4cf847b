"""Structural variants of cBioPortal studies and of AACR GENIE."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsers_samples import ACCESSION, a_context, calls_of, problems_of, read, source_of, table_text

from parsers.accessions import finder
from parsers.callers import format_of
from parsers.reading import decode
from parsers.records import Breakpoint, FusionCall

ROW = {
    "Sample_Id": ACCESSION,
    "SV_Status": "SOMATIC",
    "Site1_Hugo_Symbol": "TPM3",
    "Site1_Ensembl_Transcript_Id": "ENST00000651641",
    "Site1_Entrez_Gene_Id": "7170",
    "Site1_Region_Number": "8",
    "Site1_Region": "EXON",
    "Site1_Chromosome": "1",
    "Site1_Position": "154170400",
    "Site2_Hugo_Symbol": "ALK",
    "Site2_Ensembl_Transcript_Id": "NA",
    "Site2_Entrez_Gene_Id": "238",
    "Site2_Region_Number": "20",
    "Site2_Region": "EXON",
    "Site2_Chromosome": "2",
    "Site2_Position": "29223528",
    "Site2_Effect_On_Frame": "InFrame",
    "NCBI_Build": "GRCh38",
    "Class": "TRANSLOCATION",
    "Event_Info": "Fusion",
    "Annotation": "NA",
    "DNA_Support": "No",
    "RNA_Support": "Yes",
    "Connection_Type": "5to3",
    "Tumor_Split_Read_Count": "48",
    "Tumor_Paired_End_Read_Count": "61",
    "Tumor_Variant_Count": "109",
}
HEADER = "\t".join(ROW)


def text(*rows: dict[str, str], header: str = HEADER) -> str:
    return table_text(header, rows)


def one(folder: Path, **cells: str) -> FusionCall:
    (call,) = calls_of(folder, text(ROW | cells))
    return call


def test_a_full_row_arrives_whole(tmp_path: Path) -> None:
    call = one(tmp_path)
    assert (call.gene_5prime, call.gene_3prime, call.order_known) == ("TPM3", "ALK", True)
    assert call.breakpoint_5prime == Breakpoint("chr1", 154170400)
    assert (call.exon_5prime, call.exon_3prime) == (8, 20)
    assert (call.transcript_5prime, call.transcript_3prime) == ("ENST00000651641", "")
    assert (call.split_reads, call.spanning_pairs, call.supporting_reads) == (48, 61, None)
    assert (call.reading_frame, call.genome_build, call.event_type) == ("in-frame", "GRCh38", "TRANSLOCATION")
    assert dict(call.as_given)["tumor_variant_count"] == "109"
    assert "NA" not in dict(call.as_given).values()


@pytest.mark.parametrize("header", [HEADER.upper(), HEADER.replace("Sample_Id", "Sample_ID")])
def test_column_names_are_read_in_any_case(tmp_path: Path, header: str) -> None:
    rows = [dict(zip(header.split("\t"), ROW.values(), strict=True))]
    assert calls_of(tmp_path, table_text(header, rows)) == calls_of(tmp_path, text(ROW))


def test_lines_before_the_header_are_skipped(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, "#version 1\n" + text(ROW))
    assert call.place.line == 3


def test_the_variant_count_counts_where_it_stands_alone(tmp_path: Path) -> None:
    call = one(tmp_path, Tumor_Split_Read_Count="NA", Tumor_Paired_End_Read_Count="")
    assert (call.split_reads, call.spanning_pairs, call.supporting_reads) == (None, None, 109)
    assert one(tmp_path, Tumor_Paired_End_Read_Count="NA").supporting_reads is None


@pytest.mark.parametrize(
    ("effect", "frame"),
    [
        ("In_frame", "in-frame"),
        ("in frame", "in-frame"),
        ("Frame_Shift", "out-of-frame"),
        ("Frameshift", "out-of-frame"),
        ("Out-of-frame", "out-of-frame"),
        ("other", "unknown"),
        ("NA", "unknown"),
    ],
)
def test_the_effect_on_the_frame_is_free_text(tmp_path: Path, effect: str, frame: str) -> None:
    assert one(tmp_path, Site2_Effect_On_Frame=effect).reading_frame == frame


@pytest.mark.parametrize(
    ("event", "frame"),
    [
        ("Protein fusion: in frame (TPM3-ALK)", "in-frame"),
        ("Protein Fusion: out of frame (TPM3-ALK)", "out-of-frame"),
        ("Protein fusion: mid-exon (TPM3-ALK)", "unknown"),
        ("Duplication of 1 exon: in frame", "unknown"),
    ],
)
def test_the_event_tells_the_frame_of_a_fusion_where_nothing_else_does(tmp_path: Path, event: str, frame: str) -> None:
    assert one(tmp_path, Site2_Effect_On_Frame="NA", Event_Info=event).reading_frame == frame


@pytest.mark.parametrize(
    "said",
    [
        {"Annotation": "TPM3 (NM_152263.4) - ALK (NM_004304.5) fusion: t(1;2)"},
        {"Annotation": "TPM3-ALK fusion"},
        {"Annotation": "TPM3-ALK.T8A20"},
        {"Annotation": "TPM3-ALK.T8bA20.AB123456"},
        {"Annotation": "tpm3::alk"},
        {"Annotation": "TPM3 exons 1-8 fused with ALK exons 20-29"},
        {"Event_Info": "Protein fusion: in frame (TPM3-ALK)"},
        {"Event_Info": "Protein Fusion: in frame  {TPM3:ALK}"},
        {"Event_Info": "Transcript Fusion {TPM3:ALK}"},
        {"Annotation": "TPM3--ALK fusion"},
        {"Site2_Effect_On_Frame": "Frameshift"},
    ],
)
def test_the_order_is_known_where_the_row_says_it(tmp_path: Path, said: dict[str, str]) -> None:
    call = one(tmp_path, **({"Site2_Effect_On_Frame": "NA"} | said))
    assert (call.gene_5prime, call.gene_3prime, call.order_known) == ("TPM3", "ALK", True)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"Annotation": "TPM3-ALK"},
        {"Annotation": "TPM3-ALK.CUSTOM"},
        {"Annotation": "TPM3 (NM_152263.4) - ALK (NM_004304.5) rearrangement"},
        {"Annotation": "MYTPM3-ALK fusion"},
        {"Event_Info": "Antisense fusion"},
        {"Connection_Type": "5to3"},
    ],
)
def test_site_1_is_not_taken_for_the_5prime_gene_by_itself(tmp_path: Path, said: dict[str, str]) -> None:
    assert one(tmp_path, **({"Site2_Effect_On_Frame": "NA"} | said)).order_known is False


@pytest.mark.parametrize("effect", ["NA", "InFrame"])
@pytest.mark.parametrize("named", ["(TPM3-ALK)", " {TPM3:ALK}"])
def test_sites_are_never_swapped_where_the_text_names_them_the_other_way_round(
    tmp_path: Path, effect: str, named: str
) -> None:
    cells = {"Site1_Hugo_Symbol": "ALK", "Site2_Hugo_Symbol": "TPM3", "Site2_Effect_On_Frame": effect}
    call = one(tmp_path, Event_Info=f"Protein fusion: in frame {named}", **cells)
    assert (call.gene_5prime, call.gene_3prime, call.order_known) == ("ALK", "TPM3", False)
    assert (call.exon_5prime, call.reading_frame) == (8, "in-frame")


def test_an_event_within_one_gene_is_kept(tmp_path: Path) -> None:
    call = one(tmp_path, Site1_Hugo_Symbol="MET", Site2_Hugo_Symbol="MET", Class="NA", Event_Info="exon skipping")
    assert (call.gene_5prime, call.gene_3prime, call.order_known, call.event_type) == (
        "MET",
        "MET",
        True,
        "exon skipping",
    )


@pytest.mark.parametrize("nothing", ["", "NA"])
def test_a_missing_gene_is_empty_and_the_row_is_kept(tmp_path: Path, nothing: str) -> None:
    call = one(tmp_path, Site1_Hugo_Symbol=nothing, Site1_Entrez_Gene_Id="NA")
    assert (call.gene_5prime, call.gene_3prime, call.order_known) == ("", "ALK", False)


def test_a_gene_that_has_only_a_number_is_refused_and_not_lost(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, text(ROW | {"Site2_Hugo_Symbol": "NA"}))
    assert (problem.code, problem.column, problem.found) == ("missing-value", "site2_hugo_symbol", "238")


def test_a_table_without_symbols_is_refused(tmp_path: Path) -> None:
    header = HEADER.replace("Site2_Hugo_Symbol", "Site2_Description")
    (problem,) = problems_of(tmp_path, table_text(header, [ROW | {"Site2_Description": "x"}]))
    assert (problem.code, problem.message.split()[-1]) == ("missing-column", "site2_hugo_symbol")


def test_a_row_without_any_gene_is_refused(tmp_path: Path) -> None:
    row = ROW | {f"Site{n}_{part}": "" for n in (1, 2) for part in ("Hugo_Symbol", "Entrez_Gene_Id")}
    assert {problem.code for problem in problems_of(tmp_path, text(row))} == {"missing-value"}


def test_the_number_of_an_intron_is_none_of_an_exon(tmp_path: Path) -> None:
    call = one(tmp_path, Site1_Region="Intron", Site2_Region="NA")
    assert (call.exon_5prime, call.exon_3prime) == (None, None)
    assert dict(call.as_given)["site1_region_number"] == "8"


def test_a_column_of_exons_is_read(tmp_path: Path) -> None:
    header = HEADER.replace("Site1_Region_Number", "Site1_Exon").replace("Site1_Region\t", "Site1_Contig\t")
    (call,) = calls_of(tmp_path, table_text(header, [ROW | {"Site1_Exon": "7", "Site1_Contig": "q21"}]))
    assert (call.exon_5prime, call.exon_3prime) == (7, 20)


@pytest.mark.parametrize(
    ("connection", "event", "kind"),
    [
        ("5to5", "confidence=low", "TRANSLOCATION/5'-5'"),
        ("3to3", "confidence=high", "TRANSLOCATION/3'-3'"),
        ("5to3", "confidence=high", "TRANSLOCATION"),
        ("5to5", "Fusion", "TRANSLOCATION"),
    ],
)
def test_arribas_converter_says_by_the_connection_that_no_protein_arises(
    tmp_path: Path, connection: str, event: str, kind: str
) -> None:
    """Of other tables it is not known whether "5to5" means the transcript's ends or the genome's."""
    call = one(tmp_path, Connection_Type=connection, Event_Info=event, Annotation="TPM3--ALK fusion")
    assert call.event_type == kind


def test_arribas_converter_writes_minus_one_for_an_exon_that_it_does_not_know(tmp_path: Path) -> None:
    header = HEADER.replace("Site1_Region_Number", "Site1_Exon").replace("Site2_Region_Number", "Site2_Exon")
    row = ROW | {"Site1_Exon": "-1", "Site2_Exon": "-1", "Annotation": "TPM3--ALK fusion"}
    (call,) = calls_of(tmp_path, table_text(header, [row]))
    assert (call.exon_5prime, call.exon_3prime, call.order_known) == (None, None, True)


def test_a_site_without_a_position_is_kept(tmp_path: Path) -> None:
    call = one(tmp_path, Site1_Position="NA", Site1_Chromosome="1")
    assert (call.breakpoint_5prime, str(call.breakpoint_3prime)) == (None, "chr2:29223528")


@pytest.mark.parametrize(
    ("given_build", "build"), [("hg19", "GRCh37"), ("37", "GRCh37"), ("grch38", "GRCh38"), ("NA", None)]
)
def test_the_row_states_its_assembly(tmp_path: Path, given_build: str, build: str | None) -> None:
    row = ROW | {"NCBI_Build": given_build, "Site2_Hugo_Symbol": "BRAF"}
    source = decode(text(row).encode(), "x.txt")
    (call,) = format_of(source).read(source, a_context()).calls
    assert call.genome_build == build


@pytest.mark.parametrize(
    ("dna", "rna", "molecule"),
    [
        ("no", "yes", "RNA"),
        ("Yes", "No", "DNA"),
        ("", "yes", "RNA"),
        ("yes", "NA", "DNA"),
        ("yes", "yes", "DNA"),
        ("NA", "", "DNA"),
    ],
)
def test_the_support_tells_the_molecule_and_else_the_assay_does(
    tmp_path: Path, dna: str, rna: str, molecule: str
) -> None:
    calls, source, _ = read(tmp_path, text(ROW | {"DNA_Support": dna, "RNA_Support": rna}), a_context(molecule="DNA"))
    assert (calls[0].molecule, source.molecule) == (molecule, molecule)


def test_a_table_of_both_molecules_has_the_assays(tmp_path: Path) -> None:
    rows = text(ROW, ROW | {"DNA_Support": "yes", "RNA_Support": "no"})
    assert source_of(tmp_path, rows, a_context(molecule="DNA")).molecule == "DNA"


def test_a_germline_event_is_marked(tmp_path: Path) -> None:
    calls, _, warnings = read(tmp_path, text(ROW, ROW | {"SV_Status": "GERMLINE"}))
    assert [dict(call.as_given)["sv_status"] for call in calls] == ["SOMATIC", "GERMLINE"]
    assert [(warning.code, warning.line) for warning in warnings] == [("germline-event", 3)]


def test_a_study_gives_the_rows_of_the_specimen_and_counts_the_others(tmp_path: Path) -> None:
    rows = [ROW | {"Sample_Id": "S26-00002"}, ROW, ROW | {"Sample_Id": "S26-00003"}]
    calls, source, warnings = read(tmp_path, text(*rows))
    assert ([call.place.line for call in calls], source.sample) == ([3], ACCESSION)
    assert [(warning.code, warning.message.split()[0]) for warning in warnings] == [("rows-of-other-samples", "2")]


def test_a_bad_cell_of_another_sample_stops_nothing(tmp_path: Path) -> None:
    rows = [ROW | {"Sample_Id": "S26-00002", "Site1_Position": "x"}, ROW]
    assert len(calls_of(tmp_path, text(*rows))) == 1


def test_a_study_without_the_specimen_is_not_a_negative_result(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, text(ROW | {"Sample_Id": "A"}, ROW | {"Sample_Id": "B"}))
    assert (problem.code, problem.expected) == ("several-samples", ACCESSION)


def test_two_samples_of_the_specimen_are_not_joined(tmp_path: Path) -> None:
    rows = [ROW | {"Sample_Id": f"{ACCESSION}_T1"}, ROW | {"Sample_Id": f"{ACCESSION}_T2"}]
    (problem,) = problems_of(tmp_path, text(*rows))
    assert problem.code == "several-samples"


def test_the_normals_rows_are_never_the_specimens(tmp_path: Path) -> None:
    normal, other = ROW | {"Sample_Id": f"{ACCESSION}_N"}, ROW | {"Sample_Id": "S26-00002"}
    assert source_of(tmp_path, text(normal, ROW)).sample == ACCESSION
    (problem,) = problems_of(tmp_path, text(normal, other))
    assert problem.code == "several-samples"


def test_the_stated_sequencing_sample_tells_whose_rows_of_a_study_count(tmp_path: Path) -> None:
    rows = [ROW | {"Sample_Id": "LIB-1"}, ROW | {"Sample_Id": "LIB-2"}]
    calls, source, _ = read(tmp_path, text(*rows), a_context(sample="lib-2"))
    assert ([call.place.line for call in calls], source.sample) == ([3], "LIB-2")


def test_one_sample_of_another_specimen_is_refused(tmp_path: Path) -> None:
    context = a_context(finder=finder((ACCESSION, "S26-00007")))
    (problem,) = problems_of(tmp_path, text(ROW | {"Sample_Id": "run_S26-00007"}), context)
    assert problem.code == "wrong-specimen"


def test_a_row_without_a_sample_is_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, text(ROW, ROW | {"Sample_Id": "NA"}))
    assert (problem.code, problem.line) == ("missing-value", 3)


def test_a_table_without_a_column_of_samples_is_the_specimens(tmp_path: Path) -> None:
    header = "\t".join(name for name in ROW if name != "Sample_Id")
    calls, source, _ = read(tmp_path, table_text(header, [ROW]))
    assert (len(calls), source.sample) == (1, "")


def test_a_header_alone_means_tested_without_a_call(tmp_path: Path) -> None:
    source = source_of(tmp_path, HEADER + "\n")
    assert (source.calls, source.sample) == (0, "")


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"Tumor_Split_Read_Count": "4.5"}, "tumor_split_read_count"),
        ({"Site1_Region_Number": "eight"}, "site1_region_number"),
        ({"Site1_Position": "-1"}, "site1_position"),
        ({"Site2_Chromosome": "NA"}, "site2_position"),
        ({"Site1_Hugo_Symbol": "1-Mar"}, "site1_hugo_symbol"),
        ({"NCBI_Build": "GRCm39"}, "ncbi_build"),
    ],
)
def test_a_bad_cell_is_refused_with_its_place(tmp_path: Path, cells: dict[str, str], column: str) -> None:
    (problem,) = problems_of(tmp_path, text(ROW, ROW | cells))
    assert (problem.line, problem.column) == (3, column)


def test_the_old_layout_of_fusions_is_refused_by_name(tmp_path: Path) -> None:
    header = (
        "Hugo_Symbol\tEntrez_Gene_Id\tCenter\tTumor_Sample_Barcode\tFusion\tDNA_support\tRNA_support\tMethod\tFrame"
    )
    (problem,) = problems_of(tmp_path, header + "\n")
    assert problem.code == "unsupported-format"
    assert "data_sv" in problem.message


@given(st.permutations(list(ROW)))
def test_the_order_of_the_columns_does_not_matter(columns: list[str]) -> None:
    def calls(order: list[str]) -> tuple[FusionCall, ...]:
        source = decode(table_text("\t".join(order), [ROW]).encode(), "x.txt")
        return format_of(source).read(source, a_context()).calls

    assert calls(columns) == calls(list(ROW))
