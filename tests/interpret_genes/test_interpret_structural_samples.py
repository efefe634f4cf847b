"""Structural variants of DNA, from the invented VCF of each caller to fusions: found ones, decoys, and annotations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from interpret.findings import Fusion, ReviewedCall
from interpret.fusions import find_fusions
from interpret.genes import GeneModels
from interpret.junctions import UNKNOWN_GENE
from interpret.orientation import Junction, read_junction
from parsers.callers import ReadingContext, read_fusion_file
from parsers.records import Build, FusionCall

SAMPLES = Path(__file__).parents[2] / "sample_data" / "formats" / "structural_variants"
KINASES = ("ALK", "ROS1", "NTRK1", "NTRK2", "NTRK3", "RET", "PDGFRB")
Found = tuple[tuple[Fusion, ...], tuple[ReviewedCall, ...]]
Find = Callable[..., Found]


@pytest.fixture
def found(models: GeneModels, a_case: Any, an_assay: Any) -> Find:
    def _found(file: str, accession: str = "S26-00001", build: Build | None = None) -> Found:
        calls, _, _ = read_fusion_file(SAMPLES / file, ReadingContext(accession, "DNA", build, None))
        return find_fusions(a_case(*calls), an_assay(genes=KINASES, molecule="DNA"), models)

    return _found


@pytest.mark.parametrize(
    ("file", "accession", "build", "names"),
    [
        ("manta.vcf", "S26-00001", None, ["EML4::ALK", "ALK::EML4"]),
        ("manta_vep.vcf", "S26-20411", None, ["TPM3::ALK", "SLC8A1::ALK"]),
        ("gridss.vcf", "S26-20412", None, ["ETV6::NTRK3", "?::ALK"]),
        ("delly.vcf", "S26-20413", "GRCh37", ["CCDC6::RET", "RET::CCDC6"]),
        ("sniffles.vcf", "S26-20414", None, ["TFG::ROS1"]),
        ("lumpy_snpeff.vcf", "S26-20415", None, ["EML4::ALK", "CCDC6::RET", "ALK::EML4"]),
        ("svaba.vcf", "S26-20416", None, ["TPM3::ALK"]),
        ("vcf44.vcf", "S26-20418", None, ["EML4::ALK", "TPM3::ALK", "ALK::EML4"]),
        ("manta_rna.vcf", "S26-20421", None, ["CD74::ROS1", "ROS1::?"]),
        ("survivor.vcf", "S26-20422", None, ["EML4::ALK", "ETV6::NTRK3", "ALK::EML4"]),
        ("dysgu.vcf", "S26-20423", None, ["ETV6::NTRK3"]),
    ],
)
def test_the_fusions_of_each_callers_sample_are_found(
    found: Find, file: str, accession: str, build: Build | None, names: list[str]
) -> None:
    fusions, _ = found(file, accession, build)
    assert sorted(fusion.name for fusion in fusions) == sorted(names)


@pytest.mark.parametrize(
    ("file", "accession", "lines"),
    [
        ("manta.vcf", "S26-00001", {44, 45}),
        ("sniffles.vcf", "S26-20414", {36}),
        ("lumpy_snpeff.vcf", "S26-20415", {46, 47, 50}),
        ("svaba.vcf", "S26-20416", {45}),
        ("manta_rna.vcf", "S26-20421", {27}),
        ("survivor.vcf", "S26-20422", {28}),
        ("dysgu.vcf", "S26-20423", {19}),
    ],
)
def test_an_event_within_one_kinase_is_never_a_fusion(found: Find, file: str, accession: str, lines: set[int]) -> None:
    """412 bp turned round in ALK, 48 bp of it lost, a stretch doubled: alignment artefacts, or nothing at all."""
    _, reviewed = found(file, accession)
    decoys = [call for call in reviewed if call.line in lines]
    assert {call.line for call in decoys} == lines
    assert {call.disposition for call in decoys} == {"not_reportable"}
    assert all("an event within one gene" in call.reason for call in decoys)


def test_the_reads_and_exons_of_a_genomic_fusion_are_the_files(found: Find) -> None:
    fusions, _ = found("manta_vep.vcf", "S26-20411")
    tpm3 = next(fusion for fusion in fusions if fusion.name == "TPM3::ALK")
    assert (tpm3.split_reads, tpm3.spanning_pairs) == (21, 17)
    assert (tpm3.exon_5prime, tpm3.exon_3prime, tpm3.reading_frame) == (8, 20, "in-frame")
    assert (tpm3.conflicts, tpm3.classification) == ((), "reportable")


def test_a_fusion_that_manta_found_in_rna_is_reported_as_such(found: Find) -> None:
    fusions, _ = found("manta_rna.vcf", "S26-20421")
    ros1 = next(fusion for fusion in fusions if fusion.name == "CD74::ROS1")
    assert (ros1.molecule, ros1.reading_frame, ros1.classification) == ("RNA", "in-frame", "reportable")
    assert (ros1.exon_5prime, ros1.exon_3prime, ros1.split_reads) == (6, 34, 24)


def test_a_translocation_whose_sides_survivor_lost_is_never_called_unproductive(found: Find) -> None:
    fusions, _ = found("survivor.vcf", "S26-20422")
    ntrk3 = next(fusion for fusion in fusions if fusion.name == "ETV6::NTRK3")
    assert ntrk3.classification == "unconfirmed"
    assert any("orientation of the breakpoints cannot be told" in reason for reason in ntrk3.reasons)


# Annotations beside a breakend. chr2:40300000 lies in no gene of the models.


@pytest.fixture
def junction(models: GeneModels, a_call: Callable[..., FusionCall]) -> Callable[..., Junction]:
    def _junction(one: str, annotated: str, other: str = "", build: Build = "GRCh38") -> Junction:
        beside = (("annotated_genes_5prime", annotated), ("annotated_genes_3prime", other))
        call = a_call(
            "::", one, "chr2:29224000:+", molecule="DNA", order_known=False, genome_build=build, as_given=beside
        )
        return read_junction(call, build, models)

    return _junction


def of_partner(junction: Junction) -> Any:
    return junction.five if junction.three.symbol == "ALK" else junction.three


def test_where_we_have_no_gene_the_annotated_one_is_named(junction: Callable[..., Junction]) -> None:
    partner = of_partner(junction("chr2:40300000:-", "NEW1"))
    assert (partner.symbol, partner.gene, partner.doubts, partner.conflicts) == ("NEW1", None, (), ())
    assert any("named by the file's annotation" in note for note in partner.notes)


def test_without_an_annotation_the_partner_stays_unknown(junction: Callable[..., Junction]) -> None:
    partner = of_partner(junction("chr2:40300000:-", ""))
    assert (partner.symbol, partner.doubts) == (UNKNOWN_GENE, ())


def test_of_a_predicted_pair_the_gene_that_lies_elsewhere_is_not_taken(junction: Callable[..., Junction]) -> None:
    assert of_partner(junction("chr2:40300000:-", "NEW1, ALK")).symbol == "NEW1"


def test_several_annotated_genes_are_a_doubt_and_no_choice(junction: Callable[..., Junction]) -> None:
    for annotated in ("NEW1, NEW2", "TPM3, ALK"):
        partner = of_partner(junction("chr2:40300000:-", annotated))
        assert partner.symbol == UNKNOWN_GENE
        assert partner.doubts == partner.conflicts
        assert annotated in partner.doubts[0]


def test_a_kinase_is_named_and_doubted_where_annotation_and_position_disagree(
    junction: Callable[..., Junction],
) -> None:
    """Not in silence: the file says ALK, our models say that nothing lies there."""
    read = junction("chr2:40300000:-", "ALK")
    sides = [side for side in (read.five, read.three) if side.doubts]
    assert [side.symbol for side in sides] == ["ALK"]
    assert "The file's annotation names ALK" in sides[0].doubts[0]


def test_an_annotated_alias_is_the_gene_at_the_position(junction: Callable[..., Junction]) -> None:
    assert of_partner(junction("chr6:117560000:+", "FIG, GOPC", "CD246")).conflicts == ()


def test_the_gene_of_the_position_is_kept_and_a_contradiction_printed(junction: Callable[..., Junction]) -> None:
    read = junction("chr2:42296000:+", "ROS1")
    partner = of_partner(read)
    assert partner.symbol == "EML4"
    assert partner.conflicts == partner.doubts
    assert "names ROS1 at chr2:42296000, which lies in EML4 on GRCh38" in partner.conflicts[0]


def test_a_gene_that_we_do_not_know_may_overlap_ours_and_is_no_doubt(junction: Callable[..., Junction]) -> None:
    partner = of_partner(junction("chr2:42296000:+", "LINC99999"))
    assert (partner.symbol, len(partner.conflicts), partner.doubts) == ("EML4", 1, ())


def test_a_contradiction_that_the_other_assembly_explains_says_so(
    models: GeneModels, a_call: Callable[..., FusionCall]
) -> None:
    # On GRCh37 this position of chromosome 12 lies in one gene of ours, on GRCh38 in another.
    one, chrom, position, other = next(
        (old.symbol, chrom, position, new.symbol)
        for chrom, position in _edges(models)
        if (old := models.gene_at(chrom, position, "GRCh37")) and (new := models.gene_at(chrom, position, "GRCh38"))
        if old.symbol not in {gene.symbol for gene in models.genes_at(chrom, position, "GRCh38")}
    )
    call = a_call("::", f"{chrom}:{position}:+", "", molecule="DNA", as_given=(("annotated_genes_5prime", one),))
    side = read_junction(call, "GRCh38", models).five
    assert side.symbol == other
    assert f"on GRCh37 it lies in {one}: check the genome build" in side.doubts[0]


def _edges(models: GeneModels) -> list[tuple[str, int]]:
    return [
        (model.chrom, position)
        for (_, build), model in sorted(models.transcripts.items())
        if build == "GRCh37"
        for position in model.starts
        if position > 0
    ]


REAL = Path(__file__).parents[3] / "shared" / "formats" / "annotated_sv_vcf"


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")
@pytest.mark.parametrize(
    ("file", "accession", "names"),
    [
        ("snpeff_EML4-ALK_annotated_LUMPY.vcf", "S26-00001", ["ALK::EML4", "EML4::ALK"]),
        ("snpeff_test_fusion_CCDC6-RET.vcf", "S26-00001", ["CCDC6::RET"]),
        ("vep94_manta_somatic_cancer.vcf.gz", "999-99", []),
    ],
)
def test_the_real_annotated_files_hold_these_fusions_and_no_decoy(
    models: GeneModels, a_case: Any, an_assay: Any, file: str, accession: str, names: list[str]
) -> None:
    calls, _, _ = read_fusion_file(REAL / file, ReadingContext(accession, "DNA", "GRCh37", None))
    fusions, reviewed = find_fusions(a_case(*calls), an_assay(genes=KINASES, molecule="DNA"), models)
    assert sorted(fusion.name for fusion in fusions) == names
    assert not any(fusion.conflicts for fusion in fusions)
    assert len(reviewed) == len(calls)
