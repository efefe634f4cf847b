"""Exon numbers and positions resolve to the same answer; and the places that the literature gives are ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpret.findings import Fusion
from interpret.fusions import find_fusions
from interpret.genes import GeneModels, Transcript, load_gene_models
from interpret.orientation import read_junction
from parsers.records import Build, FusionCall

MODELS = load_gene_models()
Call = Callable[..., FusionCall]
BUILDS: tuple[Build, ...] = ("GRCh37", "GRCh38")
DRIVERS = sorted(symbol for symbol, gene in MODELS.genes.items() if gene.role == "driver")


def place(model: Transcript, end: str, exon: int) -> str:
    edge = (model.ends if end == "5" else model.starts)[exon - 1]
    return f"{model.chrom}:{model.reading(edge)}:{model.strand}"


def both(a_call: Any, five: Transcript, three: Transcript, exons: tuple[int, int]) -> tuple[FusionCall, FusionCall]:
    """One junction by its positions, and by its exon numbers as reports print them."""
    names = f"{five.gene}::{three.gene}"
    first = MODELS.printed_exon(MODELS.genes[five.gene], exons[0])
    second = MODELS.printed_exon(MODELS.genes[three.gene], exons[1])
    by_place = a_call(names, place(five, "5", exons[0]), place(three, "3", exons[1]), genome_build=five.build)
    by_exon = a_call(
        names,
        genome_build=five.build,
        transcript_5prime=first[0],
        exon_5prime=first[1],
        transcript_3prime=second[0],
        exon_3prime=second[1],
    )
    return by_place, by_exon


def answer(fusion: Fusion) -> tuple[object, ...]:
    structure = fusion.vicc, fusion.hgvs_r, fusion.reading_frame, fusion.kinase_domain, fusion.classification
    return (*structure, fusion.transcript_5prime, fusion.exon_5prime, fusion.transcript_3prime, fusion.exon_3prime)


@settings(max_examples=600, deadline=None)
@given(
    driver=st.sampled_from(DRIVERS), partner=st.sampled_from(sorted(MODELS.genes)), build=st.sampled_from(BUILDS),
    at_5prime=st.booleans(), data=st.data(),
)  # fmt: skip
def test_exon_numbers_give_the_answer_of_the_positions(
    driver: str,
    partner: str,
    build: Build,
    at_5prime: bool,
    data: st.DataObject,
    a_case: Any,
    an_assay: Any,
    a_call: Any,
) -> None:
    """Any driver and any partner, in either order, at any two exons that can be joined, on either assembly."""
    five, three = (
        MODELS.transcript(symbol, build) for symbol in ((driver, partner) if at_5prime else (partner, driver))
    )
    if driver == partner or five is None or three is None or five.exon_count == 1 or three.exon_count == 1:
        return
    exons = data.draw(st.integers(1, five.exon_count - 1)), data.draw(st.integers(2, three.exon_count))
    answers = []
    for call in both(a_call, five, three, exons):
        fusions, _ = find_fusions(a_case(call), an_assay(), MODELS)
        answers.append([answer(fusion) for fusion in fusions])
    assert answers[0] == answers[1]
    assert len(answers[0]) == 1


def test_every_joinable_exon_pair_of_every_driver_and_requested_partner_resolves_alike(a_call: Any) -> None:
    """
    Exhaustive for the requested partners' edges and the drivers' edges: each edge once, by position and by number.

    The frame depends on the two sides alone, so every edge being read alike makes every pair alike.
    """
    seen = 0
    alk = {build: MODELS.transcripts["ALK", build] for build in BUILDS}
    eml4 = {build: MODELS.transcripts["EML4", build] for build in BUILDS}
    for (symbol, build), model in MODELS.transcripts.items():
        if symbol not in ("ALK", "EML4"):
            for exon in range(1, model.exon_count):
                one, other = (
                    read_junction(call, build, MODELS) for call in both(a_call, model, alk[build], (exon, 20))
                )
                assert (one.five.exon, one.five.coding, one.frame) == (exon, other.five.coding, other.frame), symbol
                seen += 1
            if symbol in DRIVERS:
                for exon in range(2, model.exon_count + 1):
                    pair = both(a_call, eml4[build], model, (13, exon))
                    one, other = (read_junction(call, build, MODELS) for call in pair)
                    assert (one.three.exon, one.three.coding) == (exon, other.three.coding), symbol
                    assert one.frame == other.frame
                    seen += 1
    assert seen > 10_000


@pytest.mark.parametrize(
    ("symbol", "build", "end", "exon", "position"),
    [
        ("ALK", "GRCh38", "3", 20, 29223528),
        ("ALK", "GRCh37", "3", 20, 29446394),
        ("EML4", "GRCh38", "5", 13, 42295516),
        ("EML4", "GRCh37", "5", 13, 42522656),
    ],
)
def test_published_exon_edges_are_ours(
    models: GeneModels, symbol: str, build: Build, end: str, exon: int, position: int
) -> None:
    model = models.transcripts[symbol, build]
    assert model.reading((model.ends if end == "5" else model.starts)[exon - 1]) == position


@pytest.mark.parametrize("symbol_and_exon", [("ALK", 20), ("ALK", 19), ("NTRK3", 15), ("ETV6", 5), ("EML4", 13)])
def test_these_exons_have_the_number_of_the_literature(models: GeneModels, symbol_and_exon: tuple[str, int]) -> None:
    symbol, exon = symbol_and_exon
    assert models.printed_exon(models.genes[symbol], exon)[1] == exon
    assert models.default_exon(models.genes[symbol], exon, "").exon == exon


@pytest.mark.parametrize(
    ("symbol", "protein", "uniprot_protein", "uniprot"),
    [("ROS1", 2341, 2347, (1945, 2217)), ("NTRK2", 838, 822, (538, 809))],
)
def test_kinase_domains_are_projected_where_the_protein_differs_from_uniprots(
    models: GeneModels, symbol: str, protein: int, uniprot_protein: int, uniprot: tuple[int, int]
) -> None:
    """Both differ before the kinase: the range of Kincore (P08922, Q16620) moves by the difference in length."""
    gene = models.genes[symbol]
    assert gene.protein_aa == protein
    assert gene.kinase is not None
    shift = protein - uniprot_protein
    assert (gene.kinase.start_aa, gene.kinase.end_aa) == (uniprot[0] + shift, uniprot[1] + shift)


@pytest.mark.parametrize("exon", [18, 19])
def test_an_alk_break_in_exon_18_or_19_keeps_the_kinase_domain(
    exon: int, a_case: Any, an_assay: Any, a_call: Call
) -> None:
    """FN1::ALK of the bladder."""
    fn1, alk = MODELS.transcripts["FN1", "GRCh38"], MODELS.transcripts["ALK", "GRCh38"]
    phase = alk.coding_before[exon - 1] % 3
    partner = next(n for n in range(10, 40) if fn1.coding_before[n] % 3 == phase)
    by_place, _ = both(a_call, fn1, alk, (partner, exon))
    (fusion,), _ = find_fusions(a_case(by_place), an_assay(), MODELS)
    assert (fusion.kinase_domain, fusion.reading_frame, fusion.classification) == ("retained", "in-frame", "reportable")


def test_mapk8ip2_has_no_grch37_model_and_dux4_none_there_either(models: GeneModels) -> None:
    assert models.transcript("MAPK8IP2", "GRCh37") is None
    assert models.transcript("DUX4", "GRCh37") is None
