"""The rules of single steps, on plain values: kinase limits, extra exons, the order of breakends, merging distance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from interpret.frames import kinase_domain, reading_frame
from interpret.genes import GeneModels
from interpret.junctions import Side
from interpret.merging import is_same_junction
from interpret.orientation import read_junction
from parsers.records import FusionCall

Calls = Callable[..., FusionCall]


@pytest.mark.parametrize(
    ("lost", "kinase"),
    [(0, "retained"), (3 * 1115, "retained"), (3 * 1115 + 1, "partial"), (3 * 1385 - 1, "partial"), (3 * 1385, "lost")],
)
def test_the_kinase_domain_of_a_3prime_alk_by_the_bases_lost(models: GeneModels, lost: int, kinase: str) -> None:
    """The domain is amino acids 1116 to 1385."""
    alk = models.genes["ALK"]
    assert kinase_domain(alk, Side("ALK", alk, gene_coding=lost), "3") == kinase


@pytest.mark.parametrize(
    ("kept", "kinase"),
    [(3 * 1115, "lost"), (3 * 1115 + 1, "partial"), (3 * 1385 - 1, "partial"), (3 * 1385, "retained")],
)
def test_the_kinase_domain_of_a_5prime_alk_by_the_bases_kept(models: GeneModels, kept: int, kinase: str) -> None:
    alk = models.genes["ALK"]
    assert kinase_domain(alk, Side("ALK", alk, gene_coding=kept), "5") == kinase


def test_without_a_count_the_kinase_domain_is_undetermined_and_without_a_kinase_not_applicable(
    models: GeneModels,
) -> None:
    alk, usp6 = models.genes["ALK"], models.genes["USP6"]
    assert kinase_domain(alk, Side("ALK", alk), "3") == "undetermined"
    assert kinase_domain(usp6, Side("USP6", usp6), "3") == "not_applicable"


@pytest.mark.parametrize(
    ("kept", "lost", "frame"),
    [(30, 3, "in-frame"), (31, 4, "in-frame"), (31, 3, "out-of-frame"), (29, 3, "out-of-frame"), (30, -3, "in-frame")],
)
def test_the_frame_is_the_difference_modulo_three(kept: int, lost: int, frame: str) -> None:
    five = Side("A", region="coding", coding=kept, site="edge")
    three = Side("B", region="coding", coding=lost, site="edge")
    result = reading_frame(five, three)
    assert (result.frame, result.is_on_edges) == (frame, True)


def test_exon_6b_of_eml4_adds_its_33_bases(models: GeneModels, a_call: Calls) -> None:
    plain = read_junction(a_call("EML4::ALK", "chr2:42264731:+", "chr2:29223528:-"), "GRCh38", models)
    longer = read_junction(a_call("EML4::ALK", "chr2:42264951:+", "chr2:29223528:-"), "GRCh38", models)
    assert plain.five.coding is not None
    assert longer.five.coding == plain.five.coding + 33


@pytest.mark.parametrize(
    ("alk", "eml4", "order", "name"),
    [
        ("+", "+", "derived", "EML4::ALK"),
        ("-", "-", "derived", "ALK::EML4"),
        ("+", "-", "unproductive", "ALK::EML4"),
        ("-", "+", "unproductive", "ALK::EML4"),
    ],
)
def test_the_order_of_breakends_follows_from_the_kept_parts(
    models: GeneModels, a_call: Calls, alk: str, eml4: str, order: str, name: str
) -> None:
    """ALK lies on the minus strand: its kept left part is its 3′ part."""
    call = a_call("::", f"chr2:29224000:{alk}", f"chr2:42296000:{eml4}", molecule="DNA", order_known=False)
    junction = read_junction(call, "GRCh38", models)
    assert (junction.order, junction.name) == (order, name)


@pytest.mark.parametrize(
    ("shift_5", "shift_3", "same"), [(0, 0, True), (10, -10, True), (11, 0, False), (0, -11, False)]
)
def test_ten_bases_at_both_ends_are_the_limit_of_one_junction(
    models: GeneModels, a_call: Calls, shift_5: int, shift_3: int, same: bool
) -> None:
    one = a_call("EML4::ALK", "chr2:42300000:+", "chr2:29223900:-")
    other = a_call("EML4::ALK", f"chr2:{42300000 + shift_5}:+", f"chr2:{29223900 + shift_3}:-")
    junctions = [read_junction(call, "GRCh38", models) for call in (one, other)]
    assert is_same_junction(*junctions) == same
    assert is_same_junction(*reversed(junctions)) == same


def test_another_pair_or_an_unknown_exon_is_never_the_same_junction(models: GeneModels, a_call: Calls) -> None:
    one = read_junction(a_call(), "GRCh38", models)
    other = read_junction(a_call("TPM3::ALK", "chr1:154170400:-", "chr2:29223528:-"), "GRCh38", models)
    assert not is_same_junction(one, other)
    without = read_junction(a_call("EML4::ALK", exon_5prime=None), None, models)
    assert not is_same_junction(without, replace(without))


def test_the_genes_at_one_place_come_with_the_driver_first(models: GeneModels) -> None:
    for model in models.transcripts.values():
        for position in (model.reading(model.starts[0]), model.reading(model.ends[-1])):
            roles = [gene.role == "driver" for gene in models.genes_at(model.chrom, position, model.build)]
            assert roles == sorted(roles, reverse=True)
            assert roles


def test_a_call_can_be_read_without_any_build(models: GeneModels, a_call: Any) -> None:
    junction = read_junction(a_call("::", "chr2:29224000:+", "", molecule="DNA", order_known=False), None, models)
    assert junction.name == "?::?"
