"""
A breakpoint in several genes: the kinase among them is found, and no gene is made up.

The parser makes one call of each pairing (`parsers.callers.format.gene_pairs`); here is what becomes of them.
"""

from __future__ import annotations

import pytest
from made_cases import a_call, a_case, a_specimen, an_assay, the_models

from interpret.findings import Fusion, ReviewedCall
from interpret.fusions import find_fusions
from parsers.callers.format import gene_pairs
from parsers.records import Breakpoint, Build

# KIF5B exon 15 and RET exon 12.
JUNCTIONS: dict[Build, tuple[Breakpoint, Breakpoint]] = {
    "GRCh37": (Breakpoint("chr10", 32317356, "-"), Breakpoint("chr10", 43612032, "+")),
    "GRCh38": (Breakpoint("chr10", 32028428, "-"), Breakpoint("chr10", 43116584, "+")),
}


def found(
    first: str, second: str, *, positions: Build = "GRCh38", declared: Build = "GRCh38"
) -> tuple[tuple[Fusion, ...], tuple[ReviewedCall, ...]]:
    five, three = JUNCTIONS[positions]
    calls = [
        a_call(
            gene_5prime,
            gene_3prime,
            caller="DRAGEN RNA",
            breakpoint_5prime=five,
            breakpoint_3prime=three,
            genome_build=declared,
            reading_frame="unknown",
        )
        for gene_5prime, gene_3prime in gene_pairs(first, second)
    ]
    case = a_case(*calls, specimen=a_specimen(genome_build=declared))
    return find_fusions(case, an_assay(genome_build=declared), the_models())


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("KIF5B", "RET;X"),
        ("KIF5B", "X;RET"),
        ("KIF5B", "AC010864.1;RET;LINC00999"),
        ("X;KIF5B", "RET"),
        ("KIF5B;AL0001.1", "AC010864.1;RET"),
    ],
)
def test_the_kinase_of_a_list_ends_as_the_fusion_wherever_it_stands(first: str, second: str) -> None:
    fusions, reviewed = found(first, second)
    fusion = next(one for one in fusions if one.name == "KIF5B::RET")
    assert (fusion.classification, fusion.exon_5prime, fusion.exon_3prime) == ("reportable", 15, 12)
    assert (fusion.reading_frame, fusion.kinase_domain) == ("in-frame", "retained")
    assert len(reviewed) == len(gene_pairs(first, second))


@pytest.mark.parametrize("second", ["RET;X", "RET;AC010864.1", "CLIP4;RET"])
def test_the_other_genes_of_the_list_make_no_fusion_of_their_own(second: str) -> None:
    fusions, _ = found("KIF5B", second)
    assert [fusion.name for fusion in fusions] == ["KIF5B::RET"]


def test_a_second_partner_in_the_list_is_shown_as_uncertain() -> None:
    fusions, reviewed = found("KIF5B;X", "RET")
    assert {fusion.name: fusion.classification for fusion in fusions} == {
        "KIF5B::RET": "reportable",
        "X::RET": "uncertain",
    }
    assert len(reviewed) == 2


@pytest.mark.parametrize(("positions", "declared"), [("GRCh37", "GRCh38"), ("GRCh38", "GRCh37")])
def test_on_the_wrong_assembly_the_kinase_is_still_named_and_in_doubt(positions: Build, declared: Build) -> None:
    fusions, _ = found("KIF5B", "RET;X", positions=positions, declared=declared)
    (fusion,) = [one for one in fusions if one.name == "KIF5B::RET"]
    assert fusion.classification == "uncertain"
    assert any(f"on {positions} it does: check the genome build" in text for text in fusion.conflicts)


def test_a_listed_kinase_that_does_not_lie_at_the_breakpoint_is_in_doubt() -> None:
    fusions, _ = found("KIF5B", "ALK;RET")
    classes = {fusion.name: fusion.classification for fusion in fusions}
    assert classes == {"KIF5B::RET": "reportable", "KIF5B::ALK": "uncertain"}
