"""Gene models: symbols, positions, exon numbers, domains. Expected values are published coordinates, not computed."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Mapping

import pytest

from interpret.genes import GeneModels


@pytest.mark.parametrize(
    ("given", "approved"),
    [
        ("ALK", "ALK"),
        ("CARS", "CARS1"),
        ("SEC31L1", "SEC31A"),
        ("SEC31", "SEC31A"),
        ("SEPT14", "SEPTIN14"),
        ("ALK2", "ACVR1"),
        ("TEL", "ETV6"),
    ],
)
def test_a_symbol_that_means_one_gene_is_given_its_approved_name(models: GeneModels, given: str, approved: str) -> None:
    resolved = models.resolve(given)
    assert resolved.symbol == approved
    assert bool(resolved.note) == (given != approved)


@pytest.mark.parametrize("given", ["ALK1", "TRK", "HRG", "FLG", "H4", "GRIP1"])
def test_a_symbol_that_may_mean_another_gene_is_never_renamed(models: GeneModels, given: str) -> None:
    resolved = models.resolve(given)
    assert resolved.symbol == given
    assert "not renamed" in resolved.note


def test_fig_is_gopc_beside_ros1_and_nowhere_else(models: GeneModels) -> None:
    assert models.resolve("FIG", "ROS1").symbol == "GOPC"
    assert models.resolve("FIG", "ALK").symbol == "FIG"


def test_pdgfb_and_pdgfrb_are_two_genes(models: GeneModels) -> None:
    pdgfb, pdgfrb = models.genes["PDGFB"], models.genes["PDGFRB"]
    assert models.transcripts["PDGFB", "GRCh38"].chrom == "chr22"
    assert models.transcripts["PDGFRB", "GRCh38"].chrom == "chr5"
    assert pdgfb.kinase is None
    assert pdgfrb.kinase is not None


def test_an_unknown_symbol_stays_as_it_is(models: GeneModels) -> None:
    assert models.resolve("NOSUCHGENE").symbol == "NOSUCHGENE"
    assert models.gene("NOSUCHGENE") is None


@pytest.mark.parametrize(
    ("build", "start_of_alk_e20", "end_of_eml4_e13"),
    [("GRCh38", 29223528, 42295516), ("GRCh37", 29446394, 42522656)],
)
def test_exon_edges_are_where_the_literature_has_them(
    models: GeneModels, build: str, start_of_alk_e20: int, end_of_eml4_e13: int
) -> None:
    alk = models.transcripts["ALK", build]  # type: ignore[index]
    eml4 = models.transcripts["EML4", build]  # type: ignore[index]
    assert alk.reading(alk.starts[19]) == start_of_alk_e20
    assert eml4.reading(eml4.ends[12]) == end_of_eml4_e13


def test_positions_are_located_in_exon_intron_and_beyond_on_the_minus_strand(models: GeneModels) -> None:
    alk = models.transcripts["ALK", "GRCh38"]
    assert (alk.locate(29223528).where, alk.locate(29223528).exon) == ("exon", 20)
    assert (alk.locate(29223529).where, alk.locate(29223529).exon) == ("intron", 19)
    assert alk.locate(29921587).where == "upstream"
    assert alk.locate(29192773).where == "downstream"


def test_the_gene_at_a_position_is_found_on_both_builds(models: GeneModels) -> None:
    assert models.gene_at("chr2", 29223528, "GRCh38") == models.genes["ALK"]
    assert models.gene_at("chr2", 29446394, "GRCh37") == models.genes["ALK"]
    assert models.gene_at("chr2", 1_000, "GRCh38") is None
    assert models.gene_at("chrZ", 29223528, "GRCh38") is None


def test_a_gene_may_lie_on_different_strands_of_the_two_builds(models: GeneModels) -> None:
    """NCOA4 lies on a stretch of chromosome 10 that is inverted between the assemblies."""
    assert models.transcripts["NCOA4", "GRCh37"].strand == "+"
    assert models.transcripts["NCOA4", "GRCh38"].strand == "-"


def test_the_broken_grch37_model_is_left_out(models: GeneModels) -> None:
    assert models.transcript("MAPK8IP2", "GRCh37") is None
    assert models.transcript("MAPK8IP2", "GRCh38") is not None


def test_every_gene_has_a_model_with_a_complete_coding_sequence(models: GeneModels) -> None:
    assert len(models.genes) == 467
    for gene in models.genes.values():
        builds = [build for build in ("GRCh37", "GRCh38") if models.transcript(gene.symbol, build)]  # type: ignore[arg-type]
        assert builds, gene.symbol
        for build in builds:
            model = models.transcripts[gene.symbol, build]  # type: ignore[index]
            assert model.coding_bases == 3 * gene.protein_aa + 3, (gene.symbol, build)
            assert list(model.starts) == sorted(model.starts)
            assert all(start <= end for start, end in zip(model.starts, model.ends, strict=True))
            assert all(end < start for end, start in zip(model.ends, model.starts[1:], strict=False))
        assert all(feature.end_aa <= gene.protein_aa for feature in gene.features), gene.symbol


def test_both_builds_count_the_same_coding_bases(models: GeneModels) -> None:
    for (symbol, build), model in models.transcripts.items():
        other = models.transcript(symbol, "GRCh37" if build == "GRCh38" else "GRCh38")
        assert other is None or model.coding_before == other.coding_before, symbol


@pytest.mark.parametrize(
    ("symbol", "first", "last"),
    [("ALK", 1116, 1385), ("ROS1", 1939, 2211), ("RET", 724, 1007), ("NTRK1", 510, 783), ("PDGFRB", 600, 960)],
)
def test_kinase_domains_are_projected_on_the_default_transcript(
    models: GeneModels, symbol: str, first: int, last: int
) -> None:
    kinase = models.genes[symbol].kinase
    assert kinase is not None
    assert (kinase.start_aa, kinase.end_aa) == (first, last)


@pytest.mark.parametrize(
    ("symbol", "exon", "transcript", "default"),
    [
        ("ROS1", 34, "NM_002944.3", 35),
        ("ROS1", 35, "NM_002944.3", 36),
        ("ROS1", 3, "NM_002944.3", 3),
        ("ROS1", 35, "NM_001378902.1", 35),
        ("TPM3", 7, "NM_153649.4", 8),
        ("TPM3", 8, "NM_152263.4", 8),
        ("CARS1", 17, "NM_001751.6", 18),
        ("ALK", 20, "NM_004304.5", 20),
        ("ALK", 20, "ENST00000389048.8", 20),
        ("NTRK3", 14, "NM_002530.4", 14),
        ("NTRK3", 18, "NM_002530.4", 19),
    ],
)
def test_exon_numbers_are_read_on_the_transcript_they_are_given_with(
    models: GeneModels, symbol: str, exon: int, transcript: str, default: int
) -> None:
    number = models.default_exon(models.genes[symbol], exon, transcript)
    assert number.exon == default
    assert number.note == ""


def test_another_version_of_a_known_transcript_is_accepted_with_a_note(models: GeneModels) -> None:
    number = models.default_exon(models.genes["ROS1"], 35, "NM_002944.2")
    assert number.exon == 36
    assert "NM_002944.2" in number.note
    number = models.default_exon(models.genes["ALK"], 20, "NM_004304.4")
    assert number.exon == 20
    assert "another version" in number.note


@pytest.mark.parametrize(
    ("symbol", "exon", "transcript", "says"),
    [
        ("ALK", 20, "NM_999999.1", "not known"),
        ("ALK", 30, "NM_004304.5", "does not exist"),
        ("ALK", 0, "NM_004304.5", "does not exist"),
        ("TPM3", 5, "NM_153649.4", "no counterpart"),
        ("ROS1", 35, "", "number the exons differently"),
        ("TPM3", 7, "", "number the exons differently"),
        ("CARS1", 17, "", "number the exons differently"),
    ],
)
def test_an_exon_that_cannot_be_told_is_undetermined_and_says_why(
    models: GeneModels, symbol: str, exon: int, transcript: str, says: str
) -> None:
    number = models.default_exon(models.genes[symbol], exon, transcript)
    assert number.exon is None
    assert says in number.note


def test_without_a_transcript_an_exon_is_read_only_where_all_numberings_agree(models: GeneModels) -> None:
    number = models.default_exon(models.genes["ALK"], 20, "")
    assert number.exon == 20
    assert "NM_004304.5" in number.note
    assert models.default_exon(models.genes["NTRK3"], 15, "").exon == 15


def test_ros1_is_printed_on_the_transcript_of_its_literature(models: GeneModels) -> None:
    assert models.printed_exon(models.genes["ROS1"], 36) == ("NM_002944.3", 35)
    # Exon 4 of the default transcript is not in NM_002944.3.
    assert models.printed_exon(models.genes["ROS1"], 4) == ("NM_001378902.1", 4)
    assert models.printed_exon(models.genes["TPM3"], 8) == ("NM_152263.4", 8)


@pytest.mark.parametrize(
    ("symbol", "is_noncoding"),
    [
        ("CASC15", True),
        ("LINC00535", True),
        ("ALK-AS1", True),
        ("MYCBP2-AS2", True),
        ("CIBAR1-DT", True),
        ("HAO2-IT1", True),
        ("LINC", False),
        ("LINCX", False),
        ("HLA-DRB1", False),
        ("NKX2-1", False),
        ("ALK", False),
        ("-AS1", False),
    ],
)
def test_non_coding_genes_are_known_by_list_and_by_hgnc_symbol(
    models: GeneModels, symbol: str, is_noncoding: bool
) -> None:
    reason = "" if symbol == "LINC" else models.noncoding_reason(symbol)
    assert bool(reason) == is_noncoding


def test_gene_models_cannot_be_changed_and_travel_between_processes(models: GeneModels) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        models.version = "other"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        models.genes["ALK"].symbol = "XYZ"  # type: ignore[misc]
    assert isinstance(models.genes, Mapping)
    assert pickle.loads(pickle.dumps(models)) == models  # noqa: S301
