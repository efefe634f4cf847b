"""From calls to fusions: every structural rule, every classification, drawings, merging."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from interpret.findings import Fusion, ReviewedCall
from interpret.fusions import find_fusions
from interpret.genes import GeneModels
from parsers.records import NOT_IN_SAMPLE, Breakpoint, FusionCall, Place

Calls = Callable[..., FusionCall]
Find = Callable[..., tuple[tuple[Fusion, ...], tuple[ReviewedCall, ...]]]

ALK_E20 = {"GRCh38": "chr2:29223528:-", "GRCh37": "chr2:29446394:-"}
EML4_E13 = {"GRCh38": "chr2:42295516:+", "GRCh37": "chr2:42522656:+"}


@pytest.fixture
def find(models: GeneModels, a_case: Any, an_assay: Any) -> Find:
    def _find(*calls: FusionCall, **assay: Any) -> tuple[tuple[Fusion, ...], tuple[ReviewedCall, ...]]:
        return find_fusions(a_case(*calls), an_assay(**assay), models)

    return _find


@pytest.fixture
def the_fusion(find: Find) -> Callable[..., Fusion]:
    def _the_fusion(*calls: FusionCall, **assay: Any) -> Fusion:
        fusions, _ = find(*calls, **assay)
        assert len(fusions) == 1, [fusion.name for fusion in fusions]
        return fusions[0]

    return _the_fusion


@pytest.fixture
def by_exons(a_call: Calls) -> Calls:
    def _by_exons(
        names: str, exon_5prime: int, exon_3prime: int, tx_5prime: str, tx_3prime: str, **changes: Any
    ) -> Any:
        return a_call(
            names,
            exon_5prime=exon_5prime,
            exon_3prime=exon_3prime,
            transcript_5prime=tx_5prime,
            transcript_3prime=tx_3prime,
            genome_build=None,
            **changes,
        )

    return _by_exons


@pytest.fixture
def a_breakend(a_call: Calls) -> Calls:
    """A DNA junction as a structural-variant caller gives it: two kept parts, no genes, no order."""

    def _a_breakend(one: str, other: str, **changes: Any) -> FusionCall:
        return a_call("::", one, other, **({"molecule": "DNA", "order_known": False, "caller": "Manta"} | changes))

    return _a_breakend


# Published fusions


@pytest.mark.parametrize(
    ("names", "exons", "transcripts", "printed", "frame"),
    [
        ("TPM3::ALK", (8, 20), ("NM_152263.4", "NM_004304.5"), (8, 20), "in-frame"),
        ("TPM3::ALK", (7, 20), ("NM_153649.4", "NM_004304.5"), (8, 20), "in-frame"),
        ("CARS::ALK", (17, 20), ("NM_001751.6", "NM_004304.5"), (18, 20), "in-frame"),
        ("CLTC::ALK", (31, 20), ("NM_004859.4", "NM_004304.5"), (31, 20), "in-frame"),
        ("TPM4::ALK", (7, 20), ("NM_003290.3", "NM_004304.5"), (7, 20), "in-frame"),
        ("RANBP2::ALK", (18, 20), ("NM_006267.5", "NM_004304.5"), (18, 20), "in-frame"),
        ("EML4::ALK", (13, 20), ("NM_019063.5", "NM_004304.5"), (13, 20), "in-frame"),
        ("EML4::ALK", (6, 20), ("NM_019063.5", "NM_004304.5"), (6, 20), "in-frame"),
        ("ATIC::ALK", (7, 20), ("NM_004044.7", "NM_004304.5"), (7, 20), "in-frame"),
        ("A2M::ALK", (22, 19), ("NM_000014.6", "NM_004304.5"), (22, 19), "in-frame"),
        ("TFG::ROS1", (4, 35), ("NM_006070.6", "NM_002944.3"), (4, 35), "in-frame"),
        ("CD74::ROS1", (6, 34), ("NM_001025159.3", "NM_002944.3"), (6, 34), "in-frame"),
        ("CD74::ROS1", (6, 35), ("NM_001025159.3", "NM_001378902.1"), (6, 34), "in-frame"),
        ("EZR::ROS1", (10, 34), ("NM_001111077.2", "NM_002944.3"), (10, 34), "in-frame"),
        ("GOPC::ROS1", (8, 35), ("NM_020399.4", "NM_002944.3"), (8, 35), "in-frame"),
        ("ETV6::NTRK3", (5, 15), ("NM_001987.5", "NM_001012338.3"), (5, 15), "in-frame"),
        ("LMNA::NTRK1", (2, 11), ("NM_170707.4", "NM_002529.4"), (2, 11), "in-frame"),
        ("CCDC6::RET", (1, 12), ("NM_005436.5", "NM_020975.6"), (1, 12), "in-frame"),
        ("KIF5B::RET", (15, 12), ("NM_004521.3", "NM_020975.6"), (15, 12), "in-frame"),
        ("TIMP3::RET", (1, 11), ("NM_000362.5", "NM_020975.6"), (1, 11), "in-frame"),
        ("COL1A1::PDGFB", (25, 2), ("NM_000088.4", "NM_002608.4"), (25, 2), "in-frame"),
        ("STRN::ALK", (3, 20), ("NM_003162.4", "NM_004304.5"), (3, 20), "in-frame"),
    ],
)
def test_published_fusions_are_reportable_with_the_exons_of_their_transcripts(
    the_fusion: Any,
    by_exons: Calls,
    names: str,
    exons: tuple[int, int],
    transcripts: tuple[str, str],
    printed: tuple[int, int],
    frame: str,
) -> None:
    fusion = the_fusion(by_exons(names, *exons, *transcripts))
    assert (fusion.exon_5prime, fusion.exon_3prime) == printed
    assert fusion.reading_frame == frame
    assert fusion.kinase_domain == ("not_applicable" if fusion.driver == "PDGFB" else "retained")
    assert (fusion.role, fusion.classification) == ("driver", "reportable")


def test_the_vicc_name_carries_both_transcripts(the_fusion: Any, by_exons: Calls) -> None:
    fusion = the_fusion(by_exons("TPM3::ALK", 7, 20, "NM_153649.4", "NM_004304.5"))
    assert fusion.vicc == "NM_152263.4(TPM3):e.8::NM_004304.5(ALK):e.20"
    assert "TPM3 exon 8 of NM_152263.4 is exon 7 of NM_153649.4." in fusion.notes


def test_ros1_is_printed_on_its_literature_transcript_and_the_other_number_is_noted(
    the_fusion: Any, a_call: Calls
) -> None:
    fusion = the_fusion(a_call("CD74::ROS1", "chr5:150404680:-", "chr6:117324415:-"))
    assert fusion.vicc == "NM_001025159.3(CD74):e.6::NM_002944.3(ROS1):e.34"
    assert fusion.drawing_3prime is not None
    assert (fusion.drawing_3prime.transcript, fusion.drawing_3prime.exon_count) == ("NM_002944.3", 43)
    assert any("exon 35 of NM_001378902.1" in note for note in fusion.notes)


def test_the_wrong_transcript_for_ros1_flips_the_frame(the_fusion: Any, by_exons: Calls) -> None:
    fusion = the_fusion(by_exons("CD74::ROS1", 6, 34, "NM_001025159.3", "NM_001378902.1"))
    assert fusion.reading_frame == "out-of-frame"
    assert fusion.exon_3prime == 33


@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
def test_coordinates_and_exons_give_the_same_fusion(
    the_fusion: Any, a_call: Calls, by_exons: Calls, build: str
) -> None:
    by_position = the_fusion(a_call("EML4::ALK", EML4_E13[build], ALK_E20[build], genome_build=build))
    by_label = the_fusion(by_exons("EML4::ALK", 13, 20, "NM_019063.5", "NM_004304.5"))
    for field in ("vicc", "exon_5prime", "exon_3prime", "reading_frame", "kinase_domain", "classification"):
        assert getattr(by_position, field) == getattr(by_label, field), field
    assert by_position.genome_build == build
    assert by_label.genome_build == "GRCh38"


@pytest.mark.parametrize(
    ("build", "five", "three"),
    [
        ("GRCh38", "chr10:46012883:-", "chr10:43116584:+"),
        ("GRCh37", "chr10:51582939:+", "chr10:43612032:+"),
    ],
)
def test_ncoa4_ret_is_read_on_the_strand_of_each_build(
    the_fusion: Any, a_call: Calls, build: str, five: str, three: str
) -> None:
    fusion = the_fusion(a_call("NCOA4::RET", five, three, genome_build=build))
    assert fusion.vicc == "NM_001145263.2(NCOA4):e.7::NM_020975.6(RET):e.12"
    assert (fusion.reading_frame, fusion.classification) == ("in-frame", "reportable")


# Reading frame


def test_an_out_of_frame_fusion_is_not_functional_even_with_few_reads(the_fusion: Any, by_exons: Calls) -> None:
    fusion = the_fusion(by_exons("STRN::ALK", 3, 21, "NM_003162.4", "NM_004304.5", split_reads=4))
    assert (fusion.reading_frame, fusion.classification) == ("out-of-frame", "not_functional")
    assert any("out of frame" in reason for reason in fusion.reasons)
    assert fusion.drawing_3prime is not None
    assert fusion.drawing_3prime.kept_aa_first is None


@pytest.mark.parametrize(("shift_5", "shift_3"), [(0, 0), (2, -2), (-1, 1), (0, -1), (1, 0)])
def test_breakpoints_beside_an_exon_edge_are_the_edge(
    the_fusion: Any, a_call: Calls, shift_5: int, shift_3: int
) -> None:
    call = a_call("EML4::ALK", f"chr2:{42295516 + shift_5}:+", f"chr2:{29223528 + shift_3}:-")
    assert the_fusion(call).vicc == "NM_019063.5(EML4):e.13::NM_004304.5(ALK):e.20"


def test_a_shift_of_both_ends_into_the_intron_is_counted_not_snapped(the_fusion: Any, a_call: Calls) -> None:
    """A real call: 2 bases behind EML4 exon 14, 56 before ALK exon 20; in frame by its caller and by counting."""
    fusion = the_fusion(a_call("EML4::ALK", "chr2:42301394:+", "chr2:29223584:-", reading_frame="in-frame"))
    assert fusion.vicc == "NM_019063.5(EML4):e.14+2::NM_004304.5(ALK):e.20-56"
    assert (fusion.reading_frame, fusion.classification) == ("in-frame", "reportable")
    assert any("counting the retained bases gives the same" in note for note in fusion.notes)


def test_the_same_call_without_a_stated_frame_stays_undetermined(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call("EML4::ALK", "chr2:42301394:+", "chr2:29223584:-"))
    assert (fusion.reading_frame, fusion.classification) == ("undetermined", "uncertain")


def test_a_caller_that_counting_contradicts_leaves_a_deep_intron_undetermined(the_fusion: Any, a_call: Calls) -> None:
    call = a_call("EML4::ALK", "chr2:42301394:+", "chr2:29223585:-", reading_frame="in-frame")
    fusion = the_fusion(call)
    assert (fusion.reading_frame, fusion.classification) == ("undetermined", "uncertain")
    assert fusion.conflicts


def test_two_callers_that_agree_are_believed_on_a_deep_intron(the_fusion: Any, a_call: Calls) -> None:
    calls = [
        a_call("EML4::ALK", "chr2:42301394:+", "chr2:29223585:-", reading_frame="in-frame", caller=caller)
        for caller in ("Arriba", "FusionCatcher")
    ]
    fusion = the_fusion(*calls)
    assert (fusion.reading_frame, fusion.classification) == ("in-frame", "reportable")
    assert any("could not be checked" in note for note in fusion.notes)


@pytest.mark.parametrize(
    ("retained", "frame"), [(2, "out-of-frame"), (3, "in-frame"), (48, "in-frame"), (50, "out-of-frame")]
)
def test_up_to_fifty_retained_intron_bases_are_counted(
    the_fusion: Any, a_call: Calls, retained: int, frame: str
) -> None:
    # The 5′ end lies inside its exon 13 (3 bases from the edge), so that nothing is snapped.
    fusion = the_fusion(a_call("EML4::ALK", "chr2:42295513:+", f"chr2:{29223528 + retained}:-"))
    assert fusion.reading_frame == frame
    assert any("remain in the transcript" in note for note in fusion.notes)


@pytest.mark.parametrize(("inside", "frame"), [(3, "in-frame"), (4, "out-of-frame"), (30, "in-frame")])
def test_bases_within_an_exon_are_counted(the_fusion: Any, a_call: Calls, inside: int, frame: str) -> None:
    fusion = the_fusion(a_call("EML4::ALK", EML4_E13["GRCh38"], f"chr2:{29223528 - inside}:-"))
    assert fusion.reading_frame == frame
    assert fusion.vicc.endswith(f"e.20+{inside}")


@pytest.mark.parametrize(("build", "end_of_6b"), [("GRCh38", 42264951), ("GRCh37", 42492091)])
def test_eml4_exon_6b_is_in_frame_on_the_transcript_that_has_it(
    the_fusion: Any, a_call: Calls, build: str, end_of_6b: int
) -> None:
    fusion = the_fusion(a_call("EML4::ALK", f"chr2:{end_of_6b}:+", ALK_E20[build], genome_build=build))
    assert (fusion.reading_frame, fusion.classification) == ("in-frame", "reportable")
    assert any("NM_001410776.1" in note for note in fusion.notes)


def test_a_stop_codon_that_a_caller_saw_wins(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call(reading_frame="stop-codon"))
    assert (fusion.reading_frame, fusion.classification) == ("out-of-frame", "not_functional")
    assert any("stop codon" in reason for reason in fusion.reasons)


def test_a_non_coding_partner_has_no_frame_and_is_reportable(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call("CASC15::ALK", "chr6:22000000:+", ALK_E20["GRCh38"]))
    assert (fusion.reading_frame, fusion.classification) == ("not_assessable", "reportable")
    assert fusion.kinase_domain == "retained"
    assert fusion.drawing_5prime is None


def test_a_partner_that_gives_only_its_promoter_has_no_frame(
    the_fusion: Any, a_call: Calls, models: GeneModels
) -> None:
    """DES exon 1 holds its start codon; IGFBP5 is entered before it here by a breakpoint in its 5′UTR."""
    igfbp5 = models.transcripts["IGFBP5", "GRCh38"]
    in_utr = igfbp5.reading(igfbp5.coding_first - 20)
    fusion = the_fusion(a_call("IGFBP5::ALK", f"{igfbp5.chrom}:{in_utr}:-", ALK_E20["GRCh38"]))
    assert (fusion.reading_frame, fusion.classification) == ("not_assessable", "reportable")
    assert any("only its promoter" in note for note in fusion.notes)
    assert fusion.drawing_5prime is not None
    assert fusion.drawing_5prime.kept_aa_last is None


def test_a_stop_codon_behind_a_non_coding_partner_is_uncertain_never_out_of_frame(
    the_fusion: Any, a_call: Calls
) -> None:
    call = a_call("CASC15::ALK", "chr6:22000000:+", ALK_E20["GRCh38"], reading_frame="stop-codon")
    fusion = the_fusion(call)
    assert (fusion.reading_frame, fusion.classification) == ("not_assessable", "uncertain")


@pytest.mark.parametrize(
    ("five", "three"),
    [
        ("chr2:42169000:+", ALK_E20["GRCh38"]),
        (EML4_E13["GRCh38"], "chr2:29925000:-"),
        ("chr2:42335000:+", "chr2:29223528:-"),
    ],
)
def test_an_rna_breakpoint_beyond_its_gene_is_never_reportable(
    the_fusion: Any, a_call: Calls, five: str, three: str
) -> None:
    fusion = the_fusion(a_call("EML4::ALK", five, three))
    assert fusion.classification == "uncertain"
    assert any("lies before" in reason or "lies behind" in reason for reason in fusion.reasons)


def test_a_3prime_gene_entered_behind_its_last_exon_is_not_functional_or_uncertain(
    the_fusion: Any, a_call: Calls
) -> None:
    fusion = the_fusion(a_call("EML4::ALK", EML4_E13["GRCh38"], "chr2:29190000:-"))
    assert fusion.kinase_domain == "lost"
    assert fusion.classification != "reportable"


def test_a_3prime_gene_entered_before_its_start_codon_keeps_everything(the_fusion: Any, by_exons: Calls) -> None:
    fusion = the_fusion(by_exons("MYH9::USP6", 1, 2, "NM_002473.6", "NM_001304284.2"))
    assert (fusion.reading_frame, fusion.classification) == ("not_assessable", "reportable")
    assert fusion.drawing_3prime is not None
    assert (fusion.drawing_3prime.kept_aa_first, fusion.drawing_3prime.kept_aa_last) == (1, 1406)


def test_behind_the_stop_codon_of_the_partner_the_frame_is_undetermined(the_fusion: Any, by_exons: Calls) -> None:
    fusion = the_fusion(by_exons("SLC34A2::ROS1", 13, 32, "NM_006424.3", "NM_002944.3"))
    assert fusion.reading_frame in ("undetermined",)
    assert fusion.classification == "uncertain"


# Kinase domain


@pytest.mark.parametrize(
    ("exon_3prime", "kinase"),
    [
        (1, "retained"),
        (18, "retained"),
        (19, "retained"),
        (20, "retained"),
        (21, "partial"),
        (28, "partial"),
        (29, "lost"),
    ],
)
def test_the_kinase_domain_of_alk_by_the_exon_where_it_is_entered(
    the_fusion: Any, by_exons: Calls, exon_3prime: int, kinase: str
) -> None:
    fusion = the_fusion(by_exons("FN1::ALK", 23, exon_3prime, "NM_212482.4", "NM_004304.5"))
    assert fusion.kinase_domain == kinase
    if kinase == "lost":
        assert fusion.classification == "not_functional"
    if kinase == "partial":
        assert fusion.classification in ("uncertain", "not_functional")


def test_fn1_alk_with_the_break_in_exon_19_is_valid(the_fusion: Any, by_exons: Calls) -> None:
    fusion = the_fusion(by_exons("FN1::ALK", 23, 19, "NM_212482.4", "NM_004304.5"))
    assert (fusion.reading_frame, fusion.kinase_domain, fusion.classification) == ("in-frame", "retained", "reportable")


# Genes, positions and labels that disagree


def test_a_position_outside_the_named_gene_is_a_conflict_and_never_reportable(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call("EML4::ALK", EML4_E13["GRCh38"], "chr6:117324415:-"))
    assert fusion.classification == "uncertain"
    assert any("does not lie in it" in text and "ROS1" in text for text in fusion.conflicts)


def test_positions_of_the_other_build_are_recognised_and_not_used(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call("EML4::ALK", EML4_E13["GRCh37"], ALK_E20["GRCh37"], genome_build="GRCh38"))
    assert fusion.classification == "uncertain"
    assert any("GRCh37" in text for text in fusion.conflicts)


def test_a_driver_hidden_behind_another_gene_name_is_found_and_flagged(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call("CD74::AL132671.2", "chr5:150404680:-", "chr6:117324415:-"))
    assert fusion.name == "CD74::ROS1"
    assert fusion.classification == "uncertain"
    assert any("AL132671.2" in text for text in fusion.conflicts)


def test_a_second_name_for_the_same_place_takes_nothing_from_the_first(the_fusion: Any, a_call: Calls) -> None:
    """STAR-Fusion lists CD74::ROS1 once more under a clone name that overlaps ROS1."""
    fusion = the_fusion(
        a_call("CD74::AL132671.2", "chr5:150404680:-", "chr6:117324415:-", split_reads=90),
        a_call("CD74::ROS1", "chr5:150404680:-", "chr6:117324415:-", split_reads=7),
    )
    assert (fusion.name, fusion.classification, fusion.split_reads) == ("CD74::ROS1", "reportable", 7)
    assert any("AL132671.2" in text for text in fusion.conflicts)


def test_reads_under_another_name_do_not_confirm_a_weak_call(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(
        a_call("CD74::AL132671.2", "chr5:150404680:-", "chr6:117324415:-", split_reads=90),
        a_call("CD74::ROS1", "chr5:150404680:-", "chr6:117324415:-", split_reads=1),
    )
    assert fusion.classification == "unconfirmed"


def test_an_ambiguous_symbol_is_settled_by_its_position(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call("EML4::ALK1", EML4_E13["GRCh38"], ALK_E20["GRCh38"]))
    assert (fusion.name, fusion.classification) == ("EML4::ALK", "reportable")
    assert any("ALK1" in note for note in fusion.notes)


def test_alk1_without_a_position_may_be_alk_and_is_not_renamed(find: Find, by_exons: Calls) -> None:
    (fusion,), (call,) = find(by_exons("EML4::ALK1", 13, 20, "NM_019063.5", ""))
    assert (fusion.name, fusion.driver, fusion.may_be) == ("EML4::ALK1", "ALK", ("ALK",))
    assert (fusion.classification, call.disposition) == ("uncertain", "uncertain")
    assert "ALK1 is ambiguous" in call.reason


def test_an_exon_number_against_its_position_is_a_conflict(the_fusion: Any, a_call: Calls) -> None:
    call = a_call("EML4::ALK", EML4_E13["GRCh38"], ALK_E20["GRCh38"], exon_5prime=12, transcript_5prime="NM_019063.5")
    fusion = the_fusion(call)
    assert fusion.exon_5prime == 13
    assert any("exon 12" in text for text in fusion.conflicts)
    # EML4 exon 12 ends in another phase, so the frame depends on which is right.
    assert fusion.classification == "uncertain"


def test_a_wrong_exon_number_is_no_doubt_if_the_caller_states_the_frame_of_the_position(
    the_fusion: Any, a_call: Calls
) -> None:
    call = a_call(
        "EML4::ALK",
        EML4_E13["GRCh38"],
        ALK_E20["GRCh38"],
        exon_5prime=12,
        transcript_5prime="NM_019063.5",
        reading_frame="in-frame",
    )
    fusion = the_fusion(call)
    assert fusion.conflicts
    assert fusion.classification == "reportable"


def test_an_exon_number_in_the_same_phase_is_a_conflict_without_consequence(the_fusion: Any, a_call: Calls) -> None:
    call = a_call("EML4::ALK", EML4_E13["GRCh38"], ALK_E20["GRCh38"], exon_5prime=6, transcript_5prime="NM_019063.5")
    fusion = the_fusion(call)
    assert fusion.conflicts
    assert fusion.classification == "reportable"


def test_a_transcript_against_the_strand_of_its_gene_is_uncertain(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call("EML4::ALK", "chr2:42295516:-", ALK_E20["GRCh38"]))
    assert fusion.classification == "uncertain"
    assert fusion.reading_frame == "undetermined"


def test_a_driver_named_first_whose_breakpoints_fit_the_other_order_is_flagged_not_swapped(
    the_fusion: Any, a_call: Calls
) -> None:
    fusion = the_fusion(a_call("NTRK1::TPM3", "chr1:156874906:+", "chr1:154170400:-"))
    assert fusion.name == "NTRK1::TPM3"
    assert fusion.classification == "uncertain"
    assert any("TPM3::NTRK1" in reason for reason in fusion.reasons)
    assert fusion.drawing_5prime is None


def test_a_reversed_call_joins_the_pair_that_another_caller_orders(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(
        a_call("TPM3::NTRK1", "chr1:154170400:-", "chr1:156874571:+"),
        a_call("NTRK1::TPM3", "chr1:156874906:+", "chr1:154170400:-", caller="PCGR"),
    )
    assert fusion.name == "TPM3::NTRK1"
    assert [evidence.caller for evidence in fusion.callers] == ["Arriba", "PCGR"]


def test_a_partner_without_a_model_is_believed_to_its_caller(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(
        a_call(
            "FLNA::ALK",
            "chrX:154360000:-",
            ALK_E20["GRCh38"],
            reading_frame="in-frame",
            exon_5prime=22,
            transcript_5prime="NM_001110556.2",
        )
    )
    assert (fusion.reading_frame, fusion.classification) == ("in-frame", "reportable")
    assert fusion.vicc == "NM_001110556.2(FLNA):e.22::NM_004304.5(ALK):e.20"
    assert fusion.drawing_5prime is None


def test_a_partner_without_a_model_and_without_a_stated_frame_is_uncertain(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call("FLNA::ALK", "chrX:154360000:-", ALK_E20["GRCh38"]))
    assert (fusion.reading_frame, fusion.classification) == ("undetermined", "uncertain")
    assert fusion.vicc == "FLNA::NM_004304.5(ALK):e.20"


def test_a_partner_without_a_model_out_of_frame_by_its_caller_is_not_functional(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call("FLNA::ALK", "chrX:154360000:-", ALK_E20["GRCh38"], reading_frame="out-of-frame"))
    assert (fusion.reading_frame, fusion.classification) == ("out-of-frame", "not_functional")


def test_exons_without_a_known_transcript_leave_the_fusion_uncertain(the_fusion: Any, by_exons: Calls) -> None:
    fusion = the_fusion(by_exons("TFG::ROS1", 4, 35, "NM_006070.6", ""))
    assert (fusion.reading_frame, fusion.kinase_domain, fusion.classification) == (
        "undetermined",
        "undetermined",
        "uncertain",
    )
    assert fusion.vicc == "NM_006070.6(TFG):e.4::ROS1(hgnc:10261)"


def test_positions_without_a_build_are_not_used(the_fusion: Any, a_call: Calls) -> None:
    call = a_call("EML4::ALK", EML4_E13["GRCh37"], ALK_E20["GRCh37"], genome_build=None)
    fusion = the_fusion(call, genome_build=None)
    assert fusion.reading_frame == "undetermined"
    assert any("build is not stated" in note for note in fusion.notes)


def test_the_build_of_the_assay_is_used_where_the_call_has_none(the_fusion: Any, a_call: Calls) -> None:
    call = a_call("EML4::ALK", EML4_E13["GRCh37"], ALK_E20["GRCh37"], genome_build=None)
    assert the_fusion(call, genome_build="GRCh37").classification == "reportable"


# Support


@pytest.mark.parametrize(
    "changes",
    [
        {"split_reads": 4},
        {"split_reads": 0},
        {"split_reads": None},
        {"passed_filter": False, "filters": "LowSupport"},
        {"confidence": "low"},
        {"confidence": "LowConfidence"},
    ],
)
def test_a_call_short_of_the_requirements_is_unconfirmed_and_kept(
    the_fusion: Any, a_call: Calls, changes: dict[str, Any]
) -> None:
    fusion = the_fusion(a_call(**changes))
    assert (fusion.reading_frame, fusion.classification) == ("in-frame", "unconfirmed")
    assert fusion.reasons


@pytest.mark.parametrize("confidence", ["", "medium", "high", "0.91"])
def test_a_call_that_meets_them_is_reportable(the_fusion: Any, a_call: Calls, confidence: str) -> None:
    assert the_fusion(a_call(split_reads=5, confidence=confidence)).classification == "reportable"


def test_one_caller_that_meets_the_requirements_is_enough(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call(confidence="low"), a_call(caller="STAR-Fusion", split_reads=9))
    assert fusion.classification == "reportable"
    assert [evidence.confidence for evidence in fusion.callers] == ["low", ""]


def test_counts_are_those_of_one_caller_and_never_added(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(
        a_call(split_reads=40, spanning_pairs=12), a_call(caller="STAR-Fusion", split_reads=33, spanning_pairs=90)
    )
    assert (fusion.split_reads, fusion.spanning_pairs) == (40, 12)


def test_two_weak_calls_do_not_make_a_strong_one(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call(split_reads=3), a_call(caller="STAR-Fusion", split_reads=4))
    assert fusion.classification == "unconfirmed"


# Callers that disagree on the frame


def test_out_of_frame_by_the_only_caller_that_says_makes_it_uncertain(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call(reading_frame="out-of-frame"), a_call(caller="STAR-Fusion"))
    assert (fusion.reading_frame, fusion.classification) == ("in-frame", "uncertain")
    assert any("Arriba calls it out of frame" in text for text in fusion.conflicts)


def test_a_second_caller_that_agrees_with_the_model_settles_it(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call(reading_frame="out-of-frame"), a_call(caller="STAR-Fusion", reading_frame="in-frame"))
    assert (fusion.reading_frame, fusion.classification) == ("in-frame", "reportable")
    assert any("disagree on the reading frame" in text for text in fusion.conflicts)


def test_stop_codon_against_in_frame_is_uncertain(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call(reading_frame="stop-codon"), a_call(caller="STAR-Fusion", reading_frame="in-frame"))
    assert fusion.classification == "uncertain"


def test_a_caller_that_says_nothing_contradicts_nobody(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call(reading_frame="in-frame"), a_call(caller="STAR-Fusion", reading_frame="unknown"))
    assert fusion.conflicts == ()


def test_in_frame_by_a_caller_against_exon_edges_out_of_frame_is_uncertain(the_fusion: Any, by_exons: Calls) -> None:
    call = by_exons("STRN::ALK", 3, 21, "NM_003162.4", "NM_004304.5", reading_frame="in-frame")
    fusion = the_fusion(call)
    assert (fusion.reading_frame, fusion.classification) == ("out-of-frame", "uncertain")


def test_in_frame_by_a_caller_against_a_count_inside_an_exon_is_undetermined(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call("EML4::ALK", EML4_E13["GRCh38"], "chr2:29223524:-", reading_frame="in-frame"))
    assert (fusion.reading_frame, fusion.classification) == ("undetermined", "uncertain")


def test_callers_that_disagree_leave_an_unmodelled_partner_undetermined(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(
        a_call("FLNA::ALK", "chrX:154360000:-", ALK_E20["GRCh38"], reading_frame="out-of-frame"),
        a_call("FLNA::ALK", "chrX:154360000:-", ALK_E20["GRCh38"], reading_frame="in-frame", caller="STAR-Fusion"),
    )
    assert (fusion.reading_frame, fusion.classification) == ("undetermined", "uncertain")


def test_out_of_frame_by_a_caller_does_not_touch_a_non_coding_partner(the_fusion: Any, a_call: Calls) -> None:
    call = a_call("CASC15::ALK", "chr6:22000000:+", ALK_E20["GRCh38"], reading_frame="out-of-frame")
    fusion = the_fusion(call)
    assert (fusion.reading_frame, fusion.classification) == ("not_assessable", "reportable")
    assert fusion.conflicts


# Merging


def test_calls_within_ten_bases_are_one_junction(the_fusion: Any, a_call: Calls) -> None:
    """Real positions of one EML4::ALK junction in three callers."""
    fusion = the_fusion(
        a_call("EML4::ALK", "chr2:42301394:+", "chr2:29223584:-", reading_frame="in-frame"),
        a_call("EML4::ALK", "chr2:42301391:+", "chr2:29223587:-", caller="STAR-Fusion", split_reads=20),
        a_call("EML4::ALK", "chr2:42301394:+", "chr2:29223584:-", caller="FusionCatcher", split_reads=9),
    )
    assert len(fusion.callers) == 3
    assert not any("further junction" in note for note in fusion.notes)


def test_further_junctions_of_a_pair_are_noted_and_the_functional_one_is_shown(find: Find, a_call: Calls) -> None:
    """GOPC::ROS1 with its in-frame junction (35 reads) and an out-of-frame one; the latter with more reads here."""
    fusions, reviewed = find(
        a_call("GOPC::ROS1", "chr6:117566854:-", "chr6:117321394:-", split_reads=35, reading_frame="in-frame"),
        a_call("GOPC::ROS1", "chr6:117566854:-", "chr6:117320030:-", split_reads=60, reading_frame="out-of-frame"),
    )
    (fusion,) = fusions
    assert (fusion.exon_3prime, fusion.reading_frame, fusion.split_reads) == (35, "in-frame", 35)
    assert any("further junction" in note and "60 split reads" in note for note in fusion.notes)
    assert sorted(call.disposition for call in reviewed) == ["not_functional", "reported"]


def test_calls_on_two_builds_merge_by_exon(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(
        a_call("EML4::ALK", EML4_E13["GRCh38"], ALK_E20["GRCh38"]),
        a_call("EML4::ALK", EML4_E13["GRCh37"], ALK_E20["GRCh37"], genome_build="GRCh37", caller="TSO500"),
    )
    assert len(fusion.callers) == 2
    assert not any("further junction" in note for note in fusion.notes)


def test_exon_6_and_exon_6b_of_eml4_are_two_junctions(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(
        a_call("EML4::ALK", "chr2:42264731:+", ALK_E20["GRCh38"]),
        a_call("EML4::ALK", "chr2:42492091:+", ALK_E20["GRCh37"], genome_build="GRCh37", split_reads=7),
    )
    assert any("further junction" in note for note in fusion.notes)


def test_old_and_new_symbols_of_a_partner_are_one_fusion(the_fusion: Any, by_exons: Calls) -> None:
    fusion = the_fusion(
        by_exons("CARS::ALK", 17, 20, "NM_001751.6", "NM_004304.5"),
        by_exons("CARS1::ALK", 18, 20, "NM_001014437.3", "NM_004304.5", caller="Oncomine"),
    )
    assert fusion.name == "CARS1::ALK"
    assert len(fusion.callers) == 2


def test_every_callers_evidence_is_listed_unaltered(the_fusion: Any, a_call: Calls) -> None:
    call = a_call(filters="PASS;x", confidence="high", reading_frame="in-frame", place=Place("a.tsv", 7))
    (evidence,) = the_fusion(call).callers
    assert (evidence.caller, evidence.reading_frame, evidence.split_reads, evidence.spanning_pairs) == (
        "Arriba",
        "in-frame",
        40,
        12,
    )
    assert (evidence.breakpoint_5prime, evidence.breakpoint_3prime) == (EML4_E13["GRCh38"], ALK_E20["GRCh38"])
    assert (evidence.filters, evidence.confidence, evidence.file, evidence.line) == ("PASS;x", "high", "a.tsv", 7)


# Order of genes and reciprocal products


def test_a_reciprocal_product_is_attached_and_never_reported_alone(find: Find, a_call: Calls) -> None:
    fusions, reviewed = find(
        a_call(),
        a_call("ALK::EML4", "chr2:29225461:-", "chr2:42301241:+", split_reads=90),
    )
    assert [(fusion.name, fusion.role, fusion.classification) for fusion in fusions] == [
        ("EML4::ALK", "driver", "reportable"),
        ("ALK::EML4", "reciprocal", "not_functional"),
    ]
    assert any("reciprocal product ALK::EML4" in note for note in fusions[0].notes)
    assert [call.disposition for call in reviewed] == ["reported", "reciprocal"]


def test_a_driver_as_5prime_gene_alone_is_not_functional(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call("ALK::EML4", "chr2:29225461:-", "chr2:42301241:+"))
    assert (fusion.role, fusion.kinase_domain, fusion.classification) == ("other", "lost", "not_functional")


def test_a_kinase_that_is_kept_at_the_5prime_end_is_uncertain(the_fusion: Any, by_exons: Calls) -> None:
    fusion = the_fusion(by_exons("FGFR3::TACC3", 17, 11, "NM_000142.5", "NM_006342.3"))
    assert (fusion.role, fusion.kinase_domain, fusion.classification) == ("other", "retained", "uncertain")


def test_a_kinase_kept_at_the_5prime_end_is_no_reciprocal_product(find: Find, by_exons: Calls) -> None:
    fusions, _ = find(
        by_exons("FGFR1::TACC1", 17, 7, "NM_023110.3", "NM_006283.3"),
        by_exons("TACC1::FGFR1", 6, 3, "NM_006283.3", "NM_023110.3"),
    )
    assert {fusion.role for fusion in fusions} == {"driver", "other"}


def test_an_exon_without_a_position_is_read_on_either_build(the_fusion: Any, a_call: Calls) -> None:
    """DUX4 has no model on GRCh37; its exons have the same coding bases there."""
    fusion = the_fusion(
        a_call(
            "CIC::DUX4",
            exon_5prime=20,
            exon_3prime=2,
            transcript_5prime="NM_001386298.1",
            transcript_3prime="NM_001306068.3",
            genome_build="GRCh37",
        )
    )
    assert (fusion.exon_5prime, fusion.exon_3prime) == (20, 2)


@pytest.mark.parametrize("event", ["translocation/5'-5'", "inversion/3'-3'"])
def test_both_ends_of_the_same_kind_cannot_make_a_protein(the_fusion: Any, a_call: Calls, event: str) -> None:
    fusion = the_fusion(a_call(event_type=event))
    assert fusion.classification == "not_functional"
    assert fusion.reading_frame == "undetermined"


def test_an_rna_call_without_direction_is_uncertain_and_joins_the_ordered_one(
    find: Find, the_fusion: Any, a_call: Calls
) -> None:
    unordered = a_call("ALK::EML4", ALK_E20["GRCh38"][:-2], EML4_E13["GRCh38"][:-2], order_known=False, caller="TSO500")
    alone = the_fusion(unordered)
    assert (alone.name, alone.classification) == ("EML4::ALK", "uncertain")
    assert any("orientation is unresolved" in reason for reason in alone.reasons)
    named_in_order = a_call(
        "EML4::ALK", EML4_E13["GRCh38"][:-2], ALK_E20["GRCh38"][:-2], order_known=False, caller="TSO500"
    )
    assert the_fusion(named_in_order).name == "EML4::ALK"
    together = the_fusion(unordered, a_call())
    assert not any("further junction" in note for note in together.notes)
    assert (together.name, together.classification, len(together.callers)) == ("EML4::ALK", "reportable", 2)


def test_an_rna_call_without_direction_or_positions_keeps_its_order(the_fusion: Any, by_exons: Calls) -> None:
    fusion = the_fusion(by_exons("ALK::EML4", 20, 13, "NM_004304.5", "NM_019063.5", order_known=False))
    assert (fusion.name, fusion.classification) == ("ALK::EML4", "uncertain")


def test_two_unordered_calls_of_one_pair_are_one_fusion(the_fusion: Any, by_exons: Calls) -> None:
    fusion = the_fusion(
        by_exons("ALK::EML4", 20, 13, "NM_004304.5", "NM_019063.5", order_known=False),
        by_exons("EML4::ALK", 13, 20, "NM_019063.5", "NM_004304.5", order_known=False, caller="TSO500"),
    )
    assert len(fusion.callers) == 2
    assert fusion.classification == "uncertain"


# DNA


def test_an_inversion_gives_one_functional_and_one_reciprocal_junction(find: Find, a_breakend: Calls) -> None:
    fusions, reviewed = find(
        a_breakend("chr2:29224000:+", "chr2:42296000:+"), a_breakend("chr2:29224003:-", "chr2:42296003:-")
    )
    main, reciprocal = fusions
    assert (main.name, main.role, main.reading_frame) == ("EML4::ALK", "driver", "in-frame")
    assert (main.breakpoint_5prime, main.breakpoint_3prime) == ("chr2:42296000:+", "chr2:29224000:+")
    assert (main.exon_5prime, main.exon_3prime) == (13, 20)
    assert main.classification == "reportable"
    assert main.molecule == "DNA"
    assert "DNA evidence only: an expressed in-frame transcript was not shown." in main.notes
    assert any("splicing was not observed" in note for note in main.notes)
    assert (reciprocal.name, reciprocal.role) == ("ALK::EML4", "reciprocal")
    assert {call.disposition for call in reviewed} == {"reported", "reciprocal"}


def test_a_deletion_between_two_genes_on_the_plus_strand_is_ordered(the_fusion: Any, a_breakend: Calls) -> None:
    fusion = the_fusion(a_breakend("chr1:156874700:-", "chr1:156131000:+"))
    assert fusion.name == "LMNA::NTRK1"


def test_breakends_that_keep_the_same_part_of_both_genes_are_not_functional(the_fusion: Any, a_breakend: Calls) -> None:
    fusion = the_fusion(a_breakend("chr2:29224000:-", "chr2:42296000:+"))
    assert fusion.classification == "not_functional"
    assert any("no chimeric transcript" in reason for reason in fusion.reasons)


def test_breakends_without_strand_are_unresolved(the_fusion: Any, a_breakend: Calls) -> None:
    assert the_fusion(a_breakend("chr2:29224000", "chr2:42296000")).classification == "uncertain"


def test_a_single_breakend_has_an_unknown_partner(the_fusion: Any, a_breakend: Calls) -> None:
    fusion = the_fusion(a_breakend("chr2:29224000:+", ""))
    assert (fusion.name, fusion.classification) == ("?::ALK", "uncertain")
    assert fusion.vicc == "?::NM_004304.5(ALK):e.20"
    assert fusion.kinase_domain == "retained"


def test_a_partner_between_genes_is_unknown_and_each_place_its_own(find: Find, a_breakend: Calls) -> None:
    fusions, _ = find(a_breakend("chr2:29224000:+", "chr9:1000:+"), a_breakend("chr2:29224000:+", "chr11:1000:+"))
    assert [fusion.name for fusion in fusions] == ["?::ALK", "?::ALK"]
    assert all(fusion.classification == "uncertain" for fusion in fusions)


def test_the_5prime_half_of_a_driver_without_its_counterpart_is_uncertain_in_dna(
    the_fusion: Any, a_breakend: Calls
) -> None:
    fusion = the_fusion(a_breakend("chr2:29224003:-", "chr2:42296003:-"))
    assert (fusion.name, fusion.kinase_domain, fusion.classification) == ("ALK::EML4", "lost", "uncertain")


@pytest.mark.parametrize(
    ("one", "other"), [("chr2:29224000:+", "chr2:29224412:+"), ("chr2:29300000:+", "chr2:29300048:-")]
)
def test_an_event_within_one_gene_is_not_a_fusion(find: Find, a_breakend: Calls, one: str, other: str) -> None:
    fusions, reviewed = find(a_breakend(one, other))
    assert fusions == ()
    assert [call.disposition for call in reviewed] == ["not_reportable"]
    assert "within one gene" in reviewed[0].reason


def test_a_dna_breakpoint_inside_an_exon_leaves_the_frame_undetermined(the_fusion: Any, a_breakend: Calls) -> None:
    fusion = the_fusion(a_breakend("chr2:29223500:+", "chr2:42296000:+"))
    assert (fusion.reading_frame, fusion.classification) == ("undetermined", "uncertain")
    assert any("splicing cannot be told" in note for note in fusion.notes)


def test_a_frame_shift_assumed_from_dna_is_uncertain(the_fusion: Any, a_breakend: Calls) -> None:
    """CCDC6 exon 4 beside RET exon 12; another exon may be joined instead."""
    fusion = the_fusion(a_breakend("chr10:59814000:-", "chr10:43116000:-"))
    assert fusion.name == "CCDC6::RET"
    assert (fusion.reading_frame, fusion.classification) == ("out-of-frame", "uncertain")
    assert any("splicing was not observed" in reason for reason in fusion.reasons)


def test_rna_is_shown_before_dna_and_both_are_listed(the_fusion: Any, a_call: Calls, a_breakend: Calls) -> None:
    fusion = the_fusion(a_breakend("chr2:29224000:+", "chr2:42296000:+", split_reads=500), a_call(split_reads=20))
    assert (fusion.molecule, fusion.split_reads) == ("RNA and DNA", 20)
    assert not any("DNA evidence only" in note for note in fusion.notes)
    assert {evidence.caller for evidence in fusion.callers} == {"Arriba", "Manta"}


def test_a_dna_partner_of_unknown_strand_is_unresolved(the_fusion: Any, a_breakend: Calls) -> None:
    fusion = the_fusion(a_breakend("chr2:29224000:+", "chrX:154360000:-", gene_3prime="FLNA"))
    assert (fusion.name, fusion.classification) == ("FLNA::ALK", "uncertain")


# What is a fusion of interest


def test_a_pair_without_any_gene_of_interest_is_listed_with_its_reason(find: Find, a_call: Calls) -> None:
    fusions, reviewed = find(a_call("CTTN::PPP6R3", "chr11:70425401:+", "chr11:68583043:+"))
    assert fusions == ()
    assert reviewed[0].disposition == "not_reportable"
    assert reviewed[0].reason == "Neither CTTN nor PPP6R3 is a gene of the assay or of the kinase list."


def test_neighbouring_genes_in_reading_order_are_said_to_be_so(find: Find, a_call: Calls) -> None:
    _, reviewed = find(a_call("CLTC::VMP1", "chr17:59661643:+", "chr17:59838295:+"))
    assert "CLTC and VMP1 are neighbours on one strand" in reviewed[0].reason


def test_a_gene_of_the_assay_makes_a_pair_of_interest(find: Find, a_call: Calls) -> None:
    fusions, _ = find(a_call("CLTC::VMP1", "chr17:59661643:+", "chr17:59838295:+"), genes=("ALK", "VMP1"))
    assert [(fusion.name, fusion.role, fusion.driver) for fusion in fusions] == [("CLTC::VMP1", "other", "VMP1")]


@pytest.mark.parametrize(
    ("names", "exons", "transcripts"),
    [
        ("NAB2::STAT6", (6, 17), ("NM_005967.4", "NM_003153.5")),
        ("SS18::SSX1", (10, 6), ("NM_001007559.3", "NM_005635.4")),
        ("EWSR1::CREB3L1", (11, 6), ("NM_005243.4", "NM_052854.4")),
    ],
)
def test_fusions_that_define_other_tumours_are_found(
    the_fusion: Any, by_exons: Calls, names: str, exons: tuple[int, int], transcripts: tuple[str, str]
) -> None:
    fusion = the_fusion(by_exons(names, *exons, *transcripts))
    assert (fusion.name, fusion.role, fusion.classification) == (names, "other", "reportable")
    assert fusion.kinase_domain == "not_applicable"


def test_a_typed_read_through_of_a_driver_is_noted_and_kept(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(
        a_call(
            "GOPC::ROS1",
            "chr6:117566854:-",
            "chr6:117321394:-",
            event_type="deletion/read-through",
            reading_frame="in-frame",
        )
    )
    assert fusion.classification == "reportable"
    assert any("read-through" in note and "cannot be excluded" in note for note in fusion.notes)


def test_no_calls_give_no_fusions(find: Find) -> None:
    assert find() == ((), ())


def test_a_call_without_any_gene_is_listed(find: Find, a_breakend: Calls) -> None:
    fusions, reviewed = find(a_breakend("chr9:1000:+", "chr11:1000:-"))
    assert fusions == ()
    assert reviewed[0].name == "?::?"
    assert "No gene of the gene models" in reviewed[0].reason


def test_a_lone_gene_without_interest_is_listed(find: Find, a_breakend: Calls) -> None:
    _, reviewed = find(a_breakend("chr2:42296000:+", "chr11:1000:-"))
    assert reviewed[0].reason == "EML4 is not a gene of the assay or of the kinase list."


# Drawings


def test_the_drawing_uses_the_printed_transcripts(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call())
    five, three = fusion.drawing_5prime, fusion.drawing_3prime
    assert five is not None
    assert three is not None
    assert (five.transcript, five.kept_first, five.kept_last, five.exon_count) == ("NM_019063.5", 1, 13, 23)
    # EML4 1-496 and ALK 1058-1620 are the published protein of variant 1.
    assert (five.kept_aa_first, five.kept_aa_last) == (1, 496)
    assert (three.transcript, three.kept_first, three.kept_last, three.exon_count) == ("NM_004304.5", 20, 29, 29)
    assert (three.kept_aa_first, three.kept_aa_last, three.protein_aa) == (1058, 1620, 1620)
    kinds = {feature.kind: feature for feature in three.features}
    assert (kinds["kinase"].start_aa, kinds["kinase"].end_aa) == (1116, 1385)
    assert "transmembrane" in kinds


def test_the_drawing_of_ros1_moves_its_kinase_domain_to_the_printed_protein(the_fusion: Any, by_exons: Calls) -> None:
    """1945-2217 of 2347 is UniProt's own numbering of P08922."""
    three = the_fusion(by_exons("TFG::ROS1", 4, 35, "NM_006070.6", "NM_002944.3")).drawing_3prime
    assert three is not None
    kinase = next(feature for feature in three.features if feature.kind == "kinase")
    assert (kinase.start_aa, kinase.end_aa, three.protein_aa) == (1945, 2217, 2347)
    assert (three.kept_first, three.kept_last) == (35, 43)
    assert three.kept_aa_first is not None
    assert three.kept_aa_first < kinase.start_aa


def test_the_drawn_exons_are_those_of_the_table(the_fusion: Any, by_exons: Calls) -> None:
    fusion = the_fusion(by_exons("CARS::ALK", 17, 20, "NM_001751.6", "NM_004304.5"))
    assert fusion.drawing_5prime is not None
    assert (fusion.drawing_5prime.transcript, fusion.drawing_5prime.kept_last) == (
        fusion.transcript_5prime,
        fusion.exon_5prime,
    )


def test_breakpoints_are_printed_as_called(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call("EML4::ALK", "chr2:42295517:+", "chr2:29223528:-"))
    assert fusion.breakpoint_5prime == str(Breakpoint("chr2", 42295517, "+"))


# Details that a reader relies on


def test_a_plain_fusion_needs_no_notes(the_fusion: Any, a_call: Calls) -> None:
    assert the_fusion(a_call()).notes == ()


def test_equal_numbers_on_two_transcripts_are_not_noted(the_fusion: Any, by_exons: Calls) -> None:
    """NTRK3 exon 15 has the same number on NM_002530.4."""
    assert the_fusion(by_exons("ETV6::NTRK3", 5, 15, "NM_001987.5", "NM_001012338.3")).notes == ()


def test_reasons_are_sentences_with_the_numbers(the_fusion: Any, a_call: Calls) -> None:
    assert the_fusion(a_call(split_reads=1)).reasons == ("Arriba found 1 split read; the assay requires 5.",)
    assert the_fusion(a_call(split_reads=2)).reasons == ("Arriba found 2 split reads; the assay requires 5.",)
    assert the_fusion(a_call(split_reads=None)).reasons == ("Arriba states no split reads; the assay requires 5.",)
    assert the_fusion(a_call(passed_filter=False, filters="LowSupport")).reasons == (
        "Arriba did not pass the call (filter: LowSupport).",
    )
    assert the_fusion(a_call()).reasons == (
        "The fusion is in frame, the kinase domain of ALK is retained and the call passes the requirements of the "
        "assay (at least 5 split reads).",
    )


@pytest.mark.parametrize(
    ("retained", "says"),
    [
        (1, "1 base of intron 19 of ALK (NM_004304.5) remains in the transcript."),
        (4, "4 bases of intron 19 of ALK (NM_004304.5) remain in the transcript."),
    ],
)
def test_retained_bases_are_named(the_fusion: Any, a_call: Calls, retained: int, says: str) -> None:
    fusion = the_fusion(a_call("EML4::ALK", "chr2:42295500:+", f"chr2:{29223528 + retained}:-"))
    assert says in fusion.notes


ON_OTHER_BUILD = (
    "The ALK breakpoint chr2:29446394 lies on no exon edge on GRCh38; on GRCh37 it is the edge of exon 20 of "
    "NM_004304.5: check the genome build."
)


def test_an_exon_edge_of_the_other_build_inside_the_same_gene_asks_to_check_the_build(
    the_fusion: Any, a_call: Calls
) -> None:
    fusion = the_fusion(a_call("NOVEL1::ALK", "chr7:1000:+", "chr2:29446394:-"))
    assert ON_OTHER_BUILD in fusion.conflicts
    assert fusion.classification == "uncertain"
    assert ON_OTHER_BUILD in fusion.reasons


@pytest.mark.parametrize("position", [29446393, 29446395, 29223528, 29223529])
def test_a_position_that_is_no_edge_of_the_other_build_says_nothing_of_it(
    the_fusion: Any, a_call: Calls, position: int
) -> None:
    fusion = the_fusion(a_call("NOVEL1::ALK", "chr7:1000:+", f"chr2:{position}:-"))
    assert not any("genome build" in text for text in fusion.conflicts)


def test_one_single_breakend_in_two_callers_is_one_fusion(the_fusion: Any, a_breakend: Calls) -> None:
    fusion = the_fusion(a_breakend("chr2:29224000:+", ""), a_breakend("chr2:29224002:+", "", caller="GRIDSS"))
    assert [evidence.caller for evidence in fusion.callers] == ["GRIDSS", "Manta"]


def test_a_single_breakend_and_a_pair_of_breakends_are_not_one_junction(find: Find, a_breakend: Calls) -> None:
    fusions, _ = find(a_breakend("chr2:29224000:+", ""), a_breakend("chr2:29224000:+", "chr9:1000:+"))
    assert len(fusions) == 2


def test_a_driver_without_kinase_of_which_nothing_is_kept_is_not_functional(
    the_fusion: Any, a_call: Calls, models: GeneModels
) -> None:
    pdgfb = models.transcripts["PDGFB", "GRCh38"]
    last = pdgfb.reading(pdgfb.starts[-1])
    fusion = the_fusion(a_call("COL1A1::PDGFB", "chr17:50195000:-", f"{pdgfb.chrom}:{last}:-"))
    assert fusion.classification == "not_functional"
    assert any("no coding sequence of PDGFB" in reason for reason in fusion.reasons)


def test_a_breakpoint_before_the_first_exon_is_shown_at_exon_1(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(a_call("EML4::ALK", EML4_E13["GRCh38"], "chr2:29925000:-"))
    assert fusion.exon_3prime == 1


def test_the_kept_part_of_ros1_is_counted_on_the_printed_protein(the_fusion: Any, by_exons: Calls) -> None:
    """NM_002944.3 exon 35 starts 6 amino acids further on than exon 36 of the default protein."""
    three = the_fusion(by_exons("TFG::ROS1", 4, 35, "NM_006070.6", "NM_002944.3")).drawing_3prime
    assert three is not None
    assert three.kept_aa_first == 1875 + 6


def test_genes_far_apart_or_in_the_other_order_are_no_neighbours(find: Find, a_call: Calls) -> None:
    for names, five, three in (
        ("VMP1::CLTC", "chr17:59838295:+", "chr17:59661643:+"),
        ("CTTN::PPP6R3", "chr11:70425401:+", "chr11:68583043:+"),
    ):
        _, reviewed = find(a_call(names, five, three))
        assert "neighbours" not in reviewed[0].reason


def test_the_counts_shown_are_those_of_a_call_that_passed(the_fusion: Any, a_call: Calls) -> None:
    fusion = the_fusion(
        a_call(split_reads=90, passed_filter=False, filters="Artefact", caller="Manta-RNA"), a_call(split_reads=12)
    )
    assert (fusion.classification, fusion.split_reads) == ("reportable", 12)


def test_only_features_whose_place_is_known_are_drawn_on_the_other_ros1_transcript(
    the_fusion: Any, by_exons: Calls
) -> None:
    three = the_fusion(by_exons("TFG::ROS1", 4, 35, "NM_006070.6", "NM_002944.3")).drawing_3prime
    assert three is not None
    assert {feature.kind for feature in three.features} == {"kinase", "transmembrane"}


def test_partner_domains_are_drawn(the_fusion: Any, a_call: Calls) -> None:
    five = the_fusion(a_call()).drawing_5prime
    assert five is not None
    assert {feature.kind for feature in five.features} == {"domain"}
    assert ("HELP", 228, 296) in {(feature.name, feature.start_aa, feature.end_aa) for feature in five.features}


def test_the_5prime_part_of_ros1_is_counted_on_the_printed_protein_too(the_fusion: Any, by_exons: Calls) -> None:
    five = the_fusion(by_exons("ROS1::CD74", 34, 7, "NM_002944.3", "NM_001025159.3")).drawing_5prime
    assert five is not None
    assert (five.transcript, five.kept_first, five.kept_last) == ("NM_002944.3", 1, 34)
    assert five.kept_aa_last == 1874 + 6


def test_the_gene_whose_strand_is_unknown_is_named(the_fusion: Any, a_breakend: Calls) -> None:
    fusion = the_fusion(a_breakend("chr2:29224000:+", "chrX:154360000:-", gene_3prime="FLNA"))
    assert any("The strand of FLNA is not known" in reason for reason in fusion.reasons)


@pytest.mark.parametrize(("alk", "eml4", "part"), [("-", "+", "start"), ("+", "-", "end")])
def test_the_part_that_both_ends_keep_is_named(
    the_fusion: Any, a_breakend: Calls, alk: str, eml4: str, part: str
) -> None:
    fusion = the_fusion(a_breakend(f"chr2:29224000:{alk}", f"chr2:42296000:{eml4}"))
    assert any(f"keep the {part} of their gene" in reason for reason in fusion.reasons)


def test_an_order_that_fits_the_exon_edges_is_said_to(the_fusion: Any, a_call: Calls) -> None:
    call = a_call("EML4::ALK", EML4_E13["GRCh38"][:-2], ALK_E20["GRCh38"][:-2], order_known=False)
    assert "The genes are named in the order that fits the exon edges." in the_fusion(call).notes


def test_a_partner_kept_to_the_last_base_of_its_stop_codon_stops_there(
    the_fusion: Any, a_call: Calls, models: GeneModels
) -> None:
    eml4 = models.transcripts["EML4", "GRCh38"]
    end = eml4.reading(eml4.coding_last)
    fusion = the_fusion(a_call("EML4::ALK", f"chr2:{end}:+", ALK_E20["GRCh38"]))
    assert (fusion.reading_frame, fusion.classification) == ("undetermined", "uncertain")
    assert any("behind the stop codon of EML4" in note for note in fusion.notes)


def test_reportable_fusions_and_reported_calls_come_first(find: Find, a_call: Calls) -> None:
    fusions, reviewed = find(
        a_call("CTTN::PPP6R3", "chr11:70425401:+", "chr11:68583043:+"),
        a_call("AKAP9::BRAF", "chr7:92003235:+", "chr7:140787584:-", split_reads=1),
        a_call(split_reads=6),
        a_call("CD74::ROS1", "chr5:150404680:-", "chr6:117324415:-", split_reads=30),
    )
    assert [fusion.name for fusion in fusions] == ["CD74::ROS1", "EML4::ALK", "AKAP9::BRAF"]
    assert [call.disposition for call in reviewed] == ["reported", "reported", "unconfirmed", "not_reportable"]


@pytest.mark.parametrize(
    ("split", "pairs", "disposition"),
    [(0, 0, "not_reportable"), (0, None, "not_reportable"), (None, None, "unconfirmed"), (1, 0, "unconfirmed")],
)
def test_an_event_of_another_sample_of_the_file_is_listed_and_nothing_more(
    find: Find, a_call: Calls, split: int | None, pairs: int | None, disposition: str
) -> None:
    call = a_call(
        "EML4::ALK",
        "chr2:42295516:+",
        "chr2:29223528:-",
        split_reads=split,
        spanning_pairs=pairs,
        passed_filter=False,
        filters=f"genotype 0/0: {NOT_IN_SAMPLE}",
    )
    fusions, (reviewed,) = find(call)
    assert reviewed.disposition == disposition
    assert bool(fusions) == (disposition == "unconfirmed")


@pytest.mark.parametrize(
    ("transcript", "exon", "frame"),
    [("NM_001751.6", 18, "in-frame"), ("NM_001014437.3", 17, "out-of-frame"), ("", None, "undetermined")],
)
def test_exon_17_of_cars1_is_another_exon_on_each_of_its_transcripts(
    the_fusion: Any, by_exons: Calls, transcript: str, exon: int | None, frame: str
) -> None:
    """The literature's C17A20 is counted on 22 exons; exon 17 of the transcript shown is another one."""
    fusion = the_fusion(by_exons("CARS1::ALK", 17, 20, transcript, "NM_004304.5"))
    assert (fusion.exon_5prime, fusion.reading_frame) == (exon, frame)


@pytest.mark.parametrize(("position", "exon", "frame"), [(3015781, 17, "out-of-frame"), (3012195, 18, "in-frame")])
def test_a_position_in_cars1_says_which_exon_is_meant(
    the_fusion: Any, a_call: Calls, position: int, exon: int, frame: str
) -> None:
    fusion = the_fusion(a_call("CARS1::ALK", f"chr11:{position}:-", "chr2:29223528:-"))
    assert (fusion.exon_5prime, fusion.reading_frame) == (exon, frame)
