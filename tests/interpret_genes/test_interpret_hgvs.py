"""The HGVS description on RNA level: exact where it is given, and never given where a base was not seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpret.findings import Fusion
from interpret.fusions import find_fusions
from interpret.genes import GeneModels, load_gene_models
from interpret.hgvs import rna_position
from parsers.records import FusionCall

MODELS = load_gene_models()
Call = Callable[..., FusionCall]

# five_prime_range and three_prime_range, both with an outer end that was not sequenced
# (https://hgvs-nomenclature.org/stable/recommendations/RNA/adjoined_transcript/).
GRAMMAR = re.compile(r"NM_\d+\.\d+:r\.\?_([-*]?[1-9]\d*)::NM_\d+\.\d+:r\.([-*]?[1-9]\d*)_\?")


@pytest.fixture
def the_fusion(a_case: Any, an_assay: Any, models: GeneModels) -> Callable[..., Fusion]:
    def found(*calls: FusionCall) -> Fusion:
        (fusion,), _ = find_fusions(a_case(*calls), an_assay(), models)
        return fusion

    return found


@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
def test_the_description_counts_coding_bases_on_both_transcripts(the_fusion: Any, a_call: Call, build: str) -> None:
    """EML4 exon 13 ends at coding base 1489, ALK exon 20 begins at 3173, on either assembly."""
    at = {
        "GRCh38": ("chr2:42295516:+", "chr2:29223528:-"),
        "GRCh37": ("chr2:42522656:+", "chr2:29446394:-"),
    }[build]
    fusion = the_fusion(a_call("EML4::ALK", *at, genome_build=build))
    assert fusion.hgvs_r == "NM_019063.5:r.?_1489::NM_004304.5:r.3173_?"
    assert fusion.hgvs_r_reason == ""


def test_the_recommendations_own_example_has_our_position_of_tpm3(the_fusion: Any, a_call: Call) -> None:
    """`NM_152263.2:r.-115_775::NM_002609.3:r.1580_*1924`, a TPM3::PDGFRB transcript: the inner ends are ours."""
    call = a_call(
        "TPM3::PDGFRB",
        exon_5prime=8,
        exon_3prime=11,
        transcript_5prime="NM_152263.4",
        transcript_3prime="NM_002609.4",
    )
    assert the_fusion(call).hgvs_r == "NM_152263.4:r.?_775::NM_002609.4:r.1580_?"


def test_exon_numbers_and_positions_give_the_same_description(the_fusion: Any, a_call: Call) -> None:
    numbers = a_call(exon_5prime=13, exon_3prime=20, transcript_5prime="NM_019063.5", transcript_3prime="NM_004304.5")
    assert the_fusion(numbers).hgvs_r == the_fusion(a_call()).hgvs_r


def test_ros1_is_described_on_the_transcript_whose_bases_are_known(the_fusion: Any, a_call: Call) -> None:
    """Exons are numbered on NM_002944.3; its bases are not embedded, so the description names the other transcript."""
    call = a_call(
        "CD74::ROS1", exon_5prime=6, exon_3prime=34, transcript_5prime="NM_001025159.3", transcript_3prime="NM_002944.3"
    )
    fusion = the_fusion(call)
    assert (fusion.transcript_3prime, fusion.exon_3prime) == ("NM_002944.3", 34)
    before = MODELS.transcripts["ROS1", "GRCh38"].coding_before[34]
    assert fusion.hgvs_r.endswith(f"::NM_001378902.1:r.{before + 1}_?")


@pytest.mark.parametrize(
    ("call", "why"),
    [
        ({"molecule": "DNA"}, "not sequenced"),
        ({"order_known": False, "five": "chr2:42296000:+", "three": "chr2:29224500:-"}, "5′ partner"),
        ({"five": "chr2:42295500:+", "three": "chr2:29223528:-"}, "does not lie on an exon edge of EML4"),
        ({"five": "chr2:42295516:+", "three": "chr2:29223500:-"}, "does not lie on an exon edge of ALK"),
        ({"five": "chr2:42264951:+", "three": "chr2:29223528:-"}, "a transcript that is not known whole"),
        ({"five": "chr2:42295516:-", "three": "chr2:29223528:-"}, "in doubt"),
        ({"names": "NOMODEL::ALK", "three": "chr2:29223528:-"}, "no gene model of NOMODEL"),
        ({"names": "::ALK", "three": "chr2:29223528:-"}, "partner gene is not known"),
        ({"names": "EML4::ALK", "three": "chr2:29223528:-", "exon_5prime": None}, "exon of EML4 is not known"),
    ],
)
def test_without_an_exact_junction_there_is_no_description_and_the_reason_is_said(
    the_fusion: Any, a_call: Call, call: dict[str, Any], why: str
) -> None:
    fusion = the_fusion(a_call(**call))
    assert fusion.hgvs_r == ""
    assert why in fusion.hgvs_r_reason


def test_positions_around_the_coding_sequence_have_no_zero() -> None:
    alk = MODELS.transcripts["ALK", "GRCh38"]
    first, last = alk.coding_first, alk.coding_last
    assert [rna_position(alk, at) for at in (first - 2, first - 1, first, first + 1)] == ["-2", "-1", "1", "2"]
    assert [rna_position(alk, at) for at in (last, last + 1, last + 2)] == ["4863", "*1", "*2"]


@pytest.mark.parametrize("symbol", ["ALK", "EML4", "PDGFRB", "TPM3", "CLTC"])
def test_positions_count_every_base_of_the_exons_once(symbol: str) -> None:
    for build in ("GRCh37", "GRCh38"):
        model = MODELS.transcripts[symbol, build]  # type: ignore[index]
        bases = [at for low, high in zip(model.starts, model.ends, strict=True) for at in range(low, high + 1)]
        told = [rna_position(model, at) for at in bases]
        before = sum(at < model.coding_first for at in bases)
        behind = len(bases) - before - model.coding_bases
        expected = [f"-{number}" for number in range(before, 0, -1)]
        expected += [str(number) for number in range(1, model.coding_bases + 1)]
        assert told == expected + [f"*{number}" for number in range(1, behind + 1)]


@settings(max_examples=300, deadline=None)
@given(data=st.data(), five=st.sampled_from(sorted(MODELS.genes)), three=st.sampled_from(["ALK", "ROS1", "RET"]))
def test_a_description_always_follows_the_grammar_and_agrees_with_the_frame(
    data: st.DataObject, five: str, three: str, a_case: Any, an_assay: Any, a_call: Any
) -> None:
    """In coding parts the frame follows from the description alone: (last − first + 1) is a multiple of three."""
    first, second = MODELS.transcript(five, "GRCh38"), MODELS.transcripts[three, "GRCh38"]
    if five == three or first is None or first.exon_count == 1:
        return
    exon_5 = data.draw(st.integers(1, first.exon_count - 1))
    exon_3 = data.draw(st.integers(2, second.exon_count))
    call = a_call(
        f"{five}::{three}",
        exon_5prime=exon_5,
        exon_3prime=exon_3,
        transcript_5prime=first.accession,
        transcript_3prime=second.accession,
    )
    fusions, _ = find_fusions(a_case(call), an_assay(), MODELS)
    for fusion in fusions:
        match = GRAMMAR.fullmatch(fusion.hgvs_r)
        assert match, (fusion.hgvs_r, fusion.hgvs_r_reason)
        kept, entered = match.groups()
        if kept.isdigit() and entered.isdigit() and int(kept) < first.coding_bases and int(entered) > 1:
            is_in_frame = (int(kept) - int(entered) + 1) % 3 == 0
            assert fusion.reading_frame == ("in-frame" if is_in_frame else "out-of-frame")
