"""Which assembly a file is on: evidence, declaration, contradiction."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import (
    ARRIBA_V2,
    SV_HEADER,
    a_context,
    arriba_row,
    problems_of,
    read,
    source_of,
    sv_record,
    sv_text,
    table_text,
)

ON_37 = {"ALK": "2:29446394", "ROS1": "6:117645578", "NTRK3": "15:88483984", "RET": "10:43612032"}
ON_38 = {"ALK": "2:29223528", "ROS1": "6:117324415", "NTRK3": "15:87940753", "RET": "10:43116584"}


def table(gene: str = "ALK", place: str = "2:29000000") -> str:
    return table_text(ARRIBA_V2, [arriba_row(gene2=gene, breakpoint2=place)])


def shifted(place: str, by: int) -> str:
    chrom, pos = place.split(":")
    return f"{chrom}:{int(pos) + by}"


@pytest.mark.parametrize("gene", ON_37)
@pytest.mark.parametrize("by", [-2, 0, 2])
def test_recurrent_junctions_tell_the_assembly(tmp_path: Path, gene: str, by: int) -> None:
    context = a_context(assay_build=None)
    assert source_of(tmp_path, table(gene, shifted(ON_37[gene], by)), context).genome_build == "GRCh37"
    assert source_of(tmp_path, table(gene, shifted(ON_38[gene], by)), context).genome_build == "GRCh38"


@pytest.mark.parametrize(
    ("gene", "place"), [("ALK", "2:29223531"), ("ROS1", "2:29223528"), ("AL132671.2", "6:117324415")]
)
def test_other_positions_and_other_genes_tell_nothing(tmp_path: Path, gene: str, place: str) -> None:
    (problem,) = problems_of(tmp_path, table(gene, place), a_context(assay_build=None))
    assert problem.code == "genome-build-unknown"
    assert "specimens.csv" in problem.remedy


def test_the_specimens_build_goes_before_the_assays(tmp_path: Path) -> None:
    context = a_context(specimen_build="GRCh37", assay_build="GRCh38")
    assert source_of(tmp_path, table(), context).genome_build == "GRCh37"
    assert source_of(tmp_path, table(), a_context(assay_build="GRCh38")).genome_build == "GRCh38"


@pytest.mark.parametrize("declared", [{"specimen_build": "GRCh38"}, {"specimen_build": None, "assay_build": "GRCh38"}])
def test_evidence_against_the_declaration_stops_the_specimen(tmp_path: Path, declared: dict[str, str]) -> None:
    (problem,) = problems_of(tmp_path, table("ALK", ON_37["ALK"]), a_context(**declared))
    assert problem.code == "genome-build-contradiction"
    assert (problem.found, problem.expected) == ("GRCh37", "GRCh38")


def test_a_table_joined_from_two_assemblies_is_refused(tmp_path: Path) -> None:
    rows = [arriba_row(breakpoint2=ON_37["ALK"]), arriba_row(breakpoint2=ON_38["ALK"])]
    (problem,) = problems_of(tmp_path, table_text(ARRIBA_V2, rows), a_context(assay_build=None))
    assert problem.code == "genome-build-contradiction"


@pytest.mark.parametrize(
    ("header", "build"),
    [
        ("##reference=file:///genomes/GRCh38.fa\n", "GRCh38"),
        ("##reference=/data/hg19/hg19.fasta\n", "GRCh37"),
        ("##reference=file:///x/human_g1k_v37_decoy.fasta\n", "GRCh37"),
        ("##contig=<ID=chr1,length=248956422>\n", "GRCh38"),
        ("##contig=<ID=2,length=243199373>\n", "GRCh37"),
        ("##contig=<ID=chr7,length=5,assembly=hg19>\n", "GRCh37"),
        ("##assembly=ftp://x/Homo_sapiens.GRCh38.dna.fa\n", "GRCh38"),
        ("##reference=genome.fa\n##cmdline=align --ref hg19.fa\n", None),
    ],
)
def test_a_vcf_header_tells_the_assembly(tmp_path: Path, header: str, build: str | None) -> None:
    text = sv_text(
        sv_record("N]chr5:500]"),
        header=f'##fileformat=VCFv4.2\n{header}##INFO=<ID=SVTYPE,Number=1,Type=String,Description="x">\n',
    )
    if build:
        assert source_of(tmp_path, text, a_context(assay_build=None)).genome_build == build
        other = "GRCh37" if build == "GRCh38" else "GRCh38"
        assert [one.code for one in problems_of(tmp_path, text, a_context(specimen_build=other))] == [
            "genome-build-contradiction"
        ]
    else:
        (problem,) = problems_of(tmp_path, text, a_context(assay_build="GRCh38"))
        assert problem.code == "genome-build-unknown"
        assert "specimens.csv" in problem.remedy


def without_a_build(*records: str) -> str:
    return sv_text(*records, header='##fileformat=VCFv4.2\n##INFO=<ID=SVTYPE,Number=1,Type=String,Description="x">\n')


def test_positions_alone_need_the_specimens_own_build_and_it_is_said_that_nothing_confirms_it(tmp_path: Path) -> None:
    """GRCh37 calls read as GRCh38 gave `?::ALK` and lost EML4::ALK."""
    text = without_a_build(sv_record("N]chr5:500]"))
    assert [one.code for one in problems_of(tmp_path, text, a_context(assay_build="GRCh38"))] == [
        "genome-build-unknown"
    ]
    calls, source, warnings = read(tmp_path, text, a_context(specimen_build="GRCh37", assay_build="GRCh38"))
    assert [call.genome_build for call in calls] == [source.genome_build] == ["GRCh37"]
    assert [(one.code, one.severity, one.accession) for one in warnings] == [
        ("genome-build-not-confirmed", "warning", "S26-00001")
    ]


def test_a_build_that_the_header_confirms_needs_no_warning(tmp_path: Path) -> None:
    assert read(tmp_path, sv_text(sv_record("N]chr5:500]")), a_context(specimen_build="GRCh38"))[2] == ()


def test_a_structural_vcf_without_a_call_needs_no_build(tmp_path: Path) -> None:
    calls, _, warnings = read(tmp_path, without_a_build(), a_context(assay_build="GRCh38"))
    assert (calls, warnings) == ((), ())


@pytest.mark.parametrize("extra", ["##contig=<ID=chr1,length=249250621>\n", "##reference=1000GenomesPilot-NCBI36\n"])
def test_a_header_of_two_or_foreign_assemblies_is_refused(tmp_path: Path, extra: str) -> None:
    text = sv_text(sv_record("N]chr5:500]"), header=SV_HEADER + extra)
    assert [one.code for one in problems_of(tmp_path, text)] == ["genome-build-contradiction"]
