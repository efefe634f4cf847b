"""A symbol that may mean a driver is neither renamed by guess nor passed over (safety statement 14)."""

from __future__ import annotations

import pytest
from made_cases import a_call, a_case, a_stain, interpreted, the_models

from interpret.findings import Interpretation
from parsers.records import Breakpoint

AMBIGUOUS = [
    ("TPM3", "ALK1", {"ALK"}),
    ("NAB2", "PDGFR", {"PDGFRB"}),
    ("NAB2", "PDGFR1", {"PDGFRB"}),
    ("NAB2", "PDGFR2", {"PDGFRB"}),
    ("ETV6", "NTRK", {"NTRK1", "NTRK2", "NTRK3"}),
    ("LMNA", "TRK", {"NTRK1", "NTRK2", "NTRK3"}),
    ("TFG", "ROS", {"ROS1"}),
    ("CCDC6", "PTC", {"RET"}),
]


def called(five: str, three: str, exon: int | None = 12, **changes: object) -> Interpretation:
    call = a_call(five, three, exon_5prime=5, exon_3prime=exon, **changes)
    return interpreted(a_case(call, ihc=(a_stain("ALK"),)))


@pytest.mark.parametrize(("five", "three", "genes"), AMBIGUOUS)
@pytest.mark.parametrize("frame", ["in-frame", "out-of-frame", "unknown"])
def test_an_ambiguous_driver_symbol_is_uncertain_and_keeps_its_name(
    five: str, three: str, genes: set[str], frame: str
) -> None:
    result = called(five, three, reading_frame=frame)
    (fusion,) = result.fusions
    (call,) = result.reviewed_calls
    assert fusion.name == call.name == f"{five}::{three}"
    assert fusion.classification == "uncertain"
    assert any(f"symbol {three} is ambiguous" in reason for reason in fusion.reasons)
    assert f"symbol {three} is ambiguous" in call.reason
    assert result.verdict.status == "indeterminate"
    assert {line.agent for line in result.therapies} <= {"none"}
    states = {gene.symbol: gene.state for gene in result.genes}
    assert {states[gene] for gene in genes} == {"not_assessable"}


@pytest.mark.parametrize(("five", "three", "genes"), AMBIGUOUS)
@pytest.mark.parametrize("position", ["five", "three"])
def test_an_ambiguous_symbol_at_either_end_prevents_not_detected(
    five: str, three: str, genes: set[str], position: str
) -> None:
    pair = (five, three) if position == "three" else (three, "ZNF999")
    result = called(*pair)
    assert result.verdict.status == "indeterminate"
    assert not genes & {gene.symbol for gene in result.genes if gene.state == "not_detected"}


@pytest.mark.parametrize("symbol", ["PDGFR", "PDGFR1", "PDGFR2", "ALK1", "TRK", "NTRK", "ROS", "FGFR", "IGFR"])
def test_a_family_or_ambiguous_name_is_never_renamed(symbol: str) -> None:
    resolved = the_models().resolve(symbol)
    assert resolved.symbol == symbol
    assert "not renamed" in resolved.note
    assert the_models().possible_drivers(symbol)


@pytest.mark.parametrize("symbol", ["ALK", "PDGFRB", "PDGFB", "TRKA", "CD246", "FLG", "HRG", "EML4", "NOSUCHGENE"])
def test_a_clear_symbol_is_not_ambiguous(symbol: str) -> None:
    assert the_models().possible_drivers(symbol) == ()


def test_coordinates_settle_an_ambiguous_symbol() -> None:
    alk = the_models().transcripts["ALK", "GRCh38"]
    edge = Breakpoint("chr2", alk.reading(alk.starts[19]), "-")
    tpm3 = the_models().transcripts["TPM3", "GRCh38"]
    first = Breakpoint("chr1", tpm3.reading(tpm3.ends[7]), "-")
    result = called("TPM3", "ALK1", None, breakpoint_5prime=first, breakpoint_3prime=edge)
    assert [fusion.name for fusion in result.fusions] == ["TPM3::ALK"]
    assert any("Named ALK1 by the caller" in note for note in result.fusions[0].notes)


@pytest.mark.parametrize(("symbol", "is_settled"), [("ALK1", True), ("PDGFR", False), ("NTRK", False), ("ROS", False)])
def test_a_position_elsewhere_settles_only_what_may_be_another_gene(symbol: str, is_settled: bool) -> None:
    elsewhere = Breakpoint("chr21", 20_000_000, "+")
    result = called("ZNF999", symbol, None, breakpoint_5prime=elsewhere, breakpoint_3prime=elsewhere)
    assert (result.verdict.status == "not_detected" or result.fusions == ()) == is_settled
    assert len(result.reviewed_calls) == 1


def test_an_ambiguous_partner_does_not_cast_doubt_on_a_clear_driver() -> None:
    (fusion,) = called("H4", "RET", 12, transcript_3prime="NM_020975.6").fusions
    assert fusion.driver == "RET"
    assert not any("ambiguous" in reason for reason in fusion.reasons)
    assert any("H4" in note for note in fusion.notes)


@pytest.mark.parametrize(("given", "approved"), [("TRKC", "NTRK3"), ("CD246", "ALK"), ("CARS", "CARS1")])
def test_a_renamed_symbol_stays_visible(given: str, approved: str) -> None:
    result = called("ZNF999", given)
    said = [note for fusion in result.fusions for note in fusion.notes] + [
        call.reason for call in result.reviewed_calls
    ]
    assert any(f"Named {given} by the caller; the approved symbol is {approved}." in text for text in said)
