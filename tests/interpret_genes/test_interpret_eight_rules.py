"""
The eight rules that real callers' output forced on the reading frame, each under its own name.

Figures: EML4 exon 13 ends at chr2:42295516 with 1489 coding bases, ALK exon 20 begins at chr2:29223528 with 3172 before
it (GRCh38); 1489 - 3172 is a multiple of three.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpret.findings import Fusion
from interpret.fusions import find_fusions
from interpret.genes import GeneModels, load_gene_models
from interpret.orientation import Junction, read_junction
from parsers.records import FusionCall

MODELS = load_gene_models()
Call = Callable[..., FusionCall]
EML4_E13, ALK_E20 = 42295516, 29223528


def read(call: FusionCall) -> Junction:
    return read_junction(call, call.genome_build, MODELS)


def at(a_call: Call, eml4: int = EML4_E13, alk: int = ALK_E20, **changes: Any) -> Junction:
    return read(a_call("EML4::ALK", f"chr2:{eml4}:+", f"chr2:{alk}:-", **changes))


@pytest.fixture
def the_fusion(a_case: Any, an_assay: Any, models: GeneModels) -> Callable[..., Fusion]:
    def found(*calls: FusionCall) -> Fusion:
        (fusion,), _ = find_fusions(a_case(*calls), an_assay(), models)
        return fusion

    return found


# 1. In frame when coding bases kept 5′ minus coding bases lost 3′ is a multiple of three, both ends in coding parts.


@settings(max_examples=200)
@given(inside_eml4=st.integers(3, 60), inside_alk=st.integers(3, 60))
def test_rule_1_the_frame_is_kept_minus_lost_modulo_three(a_call: Any, inside_eml4: int, inside_alk: int) -> None:
    """Both breakpoints moved into their exons: fewer bases kept, more bases lost."""
    junction = at(a_call, EML4_E13 - inside_eml4, ALK_E20 - inside_alk)
    expected = "in-frame" if ((1489 - inside_eml4) - (3172 + inside_alk)) % 3 == 0 else "out-of-frame"
    assert junction.frame.frame == expected
    assert (junction.five.coding, junction.three.coding) == (1489 - inside_eml4, 3172 + inside_alk)


# 2. A 3′ gene entered in its 5′UTR keeps its complete coding sequence: the phase rule does not apply.


def test_rule_2_a_3prime_gene_entered_in_its_5utr_keeps_its_complete_coding_sequence(a_call: Call) -> None:
    """An exon of USP6 before its start codon, whatever COL1A1 gives: an exon edge or the inside of an intron."""
    model = MODELS.transcripts["USP6", "GRCh38"]
    untranslated = next(n for n, end in enumerate(model.ends, 1) if n > 1 and end < model.coding_first)
    place = model.reading(model.starts[untranslated - 1])
    for five in ("chr17:50201411:-", "chr17:50200000:-"):
        junction = read(a_call("COL1A1::USP6", five, f"{model.chrom}:{place}:{model.strand}"))
        assert junction.three.region == "before"
        assert junction.frame.frame == "not_assessable"
        assert "coding sequence is complete and the phase rule does not apply" in junction.frame.note


# 3. An RNA breakpoint within 50 bases of an exon, inside the intron: the retained bases count; beyond: undetermined.


@pytest.mark.parametrize("retained", range(3, 51))
def test_rule_3_up_to_50_retained_intron_bases_are_counted(a_call: Call, retained: int) -> None:
    expected = "in-frame" if retained % 3 == 0 else "out-of-frame"
    assert at(a_call, EML4_E13 + retained).frame.frame == expected
    assert at(a_call, alk=ALK_E20 + retained).frame.frame == expected


@pytest.mark.parametrize("retained", [51, 52, 53, 54, 300, 900])
def test_rule_3_beyond_50_bases_the_frame_is_undetermined(a_call: Call, retained: int) -> None:
    assert at(a_call, EML4_E13 + retained).frame.frame == "undetermined"
    assert at(a_call, alk=ALK_E20 + retained).frame.frame == "undetermined"


# 4. A DNA breakpoint in an intron: the exons beside it, labelled an assumption.


@pytest.mark.parametrize("inside", [3, 100, 500])
def test_rule_4_a_dna_breakpoint_takes_the_exons_beside_it_and_says_so(
    the_fusion: Any, a_call: Call, inside: int
) -> None:
    call = a_call("::", f"chr2:{EML4_E13 + inside}:+", f"chr2:{ALK_E20 + inside}:+", molecule="DNA", order_known=False)
    fusion = the_fusion(call)
    assert (fusion.exon_5prime, fusion.exon_3prime, fusion.reading_frame) == (13, 20, "in-frame")
    for gene in ("EML4", "ALK"):
        assert any(gene in note and "splicing was not observed" in note for note in fusion.notes)
    assert fusion.hgvs_r == ""


# 5. One or two bases beside an exon edge are the edge; Oncomine's minus-strand partner position is one less.


@pytest.mark.parametrize("five", [-2, -1, 0, 1, 2])
@pytest.mark.parametrize("three", [-2, -1, 0, 1, 2])
def test_rule_5_one_or_two_bases_beside_an_edge_are_the_edge(a_call: Call, five: int, three: int) -> None:
    junction = at(a_call, EML4_E13 + five, ALK_E20 + three)
    assert (junction.five.exon, junction.three.exon) == (13, 20)
    assert (junction.five.site, junction.three.site, junction.frame.frame) == ("edge", "edge", "in-frame")


def test_rule_5_a_minus_strand_partner_one_less_than_its_edge_is_the_edge(a_call: Call) -> None:
    """The 5′ exon of a gene on the minus strand ends at its lowest base; Oncomine gives the base below it."""
    tpm3 = MODELS.transcripts["TPM3", "GRCh37"]
    edge = tpm3.reading(tpm3.ends[7])
    call = a_call("TPM3::ALK", f"chr1:{edge - 1}:-", "chr2:29446394:-", genome_build="GRCh37", caller="Oncomine")
    junction = read(call)
    assert (junction.five.exon, junction.five.site, junction.frame.frame) == (8, "edge", "in-frame")


def test_rule_5_three_bases_beside_an_edge_are_counted(a_call: Call) -> None:
    assert at(a_call, EML4_E13 - 3).five.site == "exon"
    assert at(a_call, EML4_E13 + 3).five.site == "near_intron"


# 6. Without an edge on the default transcript, another transcript's edge is tried, and that transcript is named.


@pytest.mark.parametrize(("build", "five", "three"), [("GRCh38", 42264951, ALK_E20), ("GRCh37", 42492091, 29446394)])
def test_rule_6_another_transcripts_edge_is_used_and_the_transcript_named(
    the_fusion: Any, a_call: Call, build: str, five: int, three: int
) -> None:
    """EML4 exon 6b (variant 3b); genes of the laboratory's own annotation are in test_interpret_gtf.py."""
    fusion = the_fusion(a_call("EML4::ALK", f"chr2:{five}:+", f"chr2:{three}:-", genome_build=build))
    assert fusion.reading_frame == "in-frame"
    assert any("NM_001410776.1" in note for note in fusion.notes)


# 7. A stop codon cannot be predicted without the sequence: a caller's own "stop-codon" wins.


def test_rule_7_a_stop_codon_that_a_caller_saw_wins_over_an_in_frame_junction(the_fusion: Any, a_call: Call) -> None:
    fusion = the_fusion(a_call(reading_frame="stop-codon"))
    assert (fusion.reading_frame, fusion.classification) == ("out-of-frame", "not_functional")
    assert "Arriba found a stop codon behind the junction" in fusion.reasons[0]


def test_rule_7_no_stop_codon_is_ever_predicted(the_fusion: Any, a_call: Call) -> None:
    assert not any("stop codon" in text for text in (*the_fusion(a_call()).reasons, *the_fusion(a_call()).notes))


# 8. A non-coding 5′ partner, or one that gives only its promoter, has no frame: never "out of frame".


@pytest.mark.parametrize("symbol", ["CASC15", "LINC00535", "MYCBP2-AS2"])
def test_rule_8_a_non_coding_partner_is_not_assessable(the_fusion: Any, a_call: Call, symbol: str) -> None:
    fusion = the_fusion(a_call(f"{symbol}::ALK", "", f"chr2:{ALK_E20}:-"))
    assert fusion.reading_frame == "not_assessable"


@settings(max_examples=200)
@given(data=st.data())
def test_rule_8_a_partner_that_gives_only_its_promoter_is_never_out_of_frame(a_call: Any, data: st.DataObject) -> None:
    """Any untranslated exon of any partner, before any coding exon of any kinase gene, whatever a caller says."""
    symbol = data.draw(st.sampled_from(sorted(MODELS.genes)))
    model = MODELS.transcript(symbol, "GRCh38")
    kinase = data.draw(st.sampled_from(["ALK", "ROS1", "RET", "NTRK1", "NTRK3", "PDGFRB"]))
    other = MODELS.transcripts[kinase, "GRCh38"]
    untranslated = [n for n, end in enumerate(model.ends, 1) if end < model.coding_first] if model else []
    if model is None or symbol == kinase or not untranslated:
        return
    exon = data.draw(st.sampled_from(untranslated))
    call = a_call(
        f"{symbol}::{kinase}",
        exon_5prime=exon,
        exon_3prime=data.draw(st.integers(2, other.exon_count)),
        transcript_5prime=model.accession,
        transcript_3prime=other.accession,
    )
    assert read(call).frame.frame in ("not_assessable", "undetermined")
