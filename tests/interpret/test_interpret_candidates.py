"""What callers list beside their calls: discarded candidates, targets that failed, pairs whose order nobody knows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_cases import a_call, a_case, a_source, interpreted

from interpret.findings import Interpretation
from parsers.records import Breakpoint, FusionCall

ON_EDGES = {"exon_5prime": 8, "exon_3prime": 20}


def a_candidate(split: int | None, pairs: int | None, caller: str = "TSO500") -> FusionCall:
    counts = {"split_reads": split, "spanning_pairs": pairs}
    return a_call("TPM3", "ALK", caller=caller, passed_filter=False, filters="KeepFusion False", **counts, **ON_EDGES)


@pytest.mark.parametrize(("split", "pairs"), [(0, 0), (0, None), (0, 2)])
def test_a_discarded_candidate_without_a_read_over_its_junction_leaves_the_result_negative(
    split: int, pairs: int | None
) -> None:
    """The assay requires 3 reads."""
    result = interpreted(a_case(a_candidate(split, pairs)))
    assert (result.fusions, result.verdict.status) == ((), "not_detected")
    (call,) = result.reviewed_calls
    assert call.disposition == "not_reportable"
    assert call.reason.startswith("TSO500 discarded the candidate (filter: KeepFusion False), with 0 split reads")


@pytest.mark.parametrize(("split", "pairs"), [(1, 0), (0, 3), (None, None), (None, 0)])
def test_one_with_a_read_with_pairs_or_with_unknown_counts_stays_unconfirmed(
    split: int | None, pairs: int | None
) -> None:
    result = interpreted(a_case(a_candidate(split, pairs)))
    assert [fusion.classification for fusion in result.fusions] == ["unconfirmed"]
    assert result.verdict.status == "indeterminate"


def test_it_stays_beside_the_call_of_another_caller() -> None:
    result = interpreted(a_case(a_candidate(0, 0), a_call("TPM3", "ALK", **ON_EDGES)))
    (fusion,) = result.fusions
    assert fusion.classification == "reportable"
    assert sorted(one.caller for one in fusion.callers) == ["Arriba", "TSO500"]


def a_linx_row(five: str, three: str, exons: tuple[int, int], **changes: object) -> FusionCall:
    """LINX counts no reads; it lists what a rearrangement of DNA could join, and says what it does not report."""
    values: dict[str, object] = {
        "caller": "LINX",
        "molecule": "DNA",
        "exon_5prime": exons[0],
        "exon_3prime": exons[1],
        "transcript_5prime": "NM_001378902.1" if five == "ROS1" else "",
        "transcript_3prime": "NM_001378902.1" if three == "ROS1" else "",
        "reading_frame": "out-of-frame",
        "passed_filter": False,
        "filters": "not reported by LINX: NON_DISRUPTIVE_CHAIN",
        "confidence": "LOW",
        "split_reads": None,
        "spanning_pairs": None,
        "breakpoint_5prime": None,
        "breakpoint_3prime": None,
    }
    return a_call(five, three, **(values | changes))


REPORTED = {"passed_filter": True, "filters": "", "reading_frame": "in-frame", "confidence": "HIGH"}


def test_a_row_that_its_caller_did_not_report_with_the_kinase_as_5prime_gene_is_listed_with_its_reason() -> None:
    reported = a_linx_row("EML4", "ALK", (13, 20), **REPORTED)
    alone = interpreted(a_case(reported))
    result = interpreted(a_case(reported, a_linx_row("ROS1", "TPM3", (5, 3))))
    assert [fusion.name for fusion in result.fusions] == ["EML4::ALK"]
    assert (result.verdict.status, result.verdict.headline) == (alone.verdict.status, alone.verdict.headline)
    (call,) = [call for call in result.reviewed_calls if call.name == "ROS1::TPM3"]
    assert call.disposition == "not_reportable"
    assert call.reason == (
        "LINX did not report the candidate (filter: not reported by LINX: NON_DISRUPTIVE_CHAIN) and states no reads; "
        "ROS1 is its 5′ gene: the product is out of frame and lacks the kinase domain."
    )


@pytest.mark.parametrize(
    "row",
    [
        a_linx_row("TPM3", "ROS1", (3, 34)),
        a_linx_row("ROS1", "TPM3", (5, 3), passed_filter=True, filters=""),
        a_linx_row("ROS1", "TPM3", (5, 3), split_reads=1),
        a_linx_row("ROS1", "TPM3", (5, 3), spanning_pairs=2),
        a_linx_row("ROS1", "TPM3", (5, 3), supporting_reads=1),
        a_linx_row("ROS1", "TPM3", (43, 3)),
        a_linx_row("ROS1", "TPM3", (5, 3), order_known=False),
        a_linx_row("ROS1", "", (5, 3)),
        a_linx_row("ROS1", "TPM3", (5, 3), reading_frame="in-frame"),
        a_linx_row("ROS1", "TPM3", (33, 4), reading_frame="unknown"),
    ],
    ids=[
        "kinase at its driving end",
        "reported",
        "a split read",
        "pairs",
        "a read of unknown kind",
        "kinase kept",
        "order unknown",
        "partner unknown",
        "caller says in frame",
        "in frame",
    ],
)
def test_any_other_row_stays_among_the_fusions(row: FusionCall) -> None:
    result = interpreted(a_case(row))
    assert len(result.fusions) == 1
    assert result.verdict.status == "indeterminate"


def test_it_stays_where_another_caller_saw_it_or_as_the_other_product_of_a_fusion() -> None:
    row = a_linx_row("ROS1", "TPM3", (5, 3))
    seen = interpreted(a_case(row, a_call("ROS1", "TPM3", exon_5prime=5, exon_3prime=3)))
    assert [fusion.name for fusion in seen.fusions] == ["ROS1::TPM3"]
    other = interpreted(a_case(row, a_linx_row("TPM3", "ROS1", (3, 34), **REPORTED)))
    assert {fusion.name: fusion.role for fusion in other.fusions} == {
        "TPM3::ROS1": "driver",
        "ROS1::TPM3": "reciprocal",
    }


def with_failed(*genes_of_files: tuple[str, ...]) -> Interpretation:
    sources = tuple(replace(a_source(), file=f"f{i}", not_assessable=genes) for i, genes in enumerate(genes_of_files))
    return interpreted(a_case(sources=sources))


def states(result: Interpretation, symbol: str) -> str:
    return next(gene.state for gene in result.genes if gene.symbol == symbol)


def test_a_gene_whose_targets_all_failed_is_not_assessable() -> None:
    result = with_failed(("ALK", "EML4"))
    assert (states(result, "ALK"), states(result, "ROS1")) == ("not_assessable", "not_detected")
    assert "no valid result for any of its targets (f0)" in [gene.reason for gene in result.genes]


def test_unless_another_file_of_the_specimen_has_a_result_for_it() -> None:
    assert states(with_failed(("ALK",), ()), "ALK") == "not_detected"


def test_of_a_pair_of_unknown_order_nothing_is_said_about_the_5prime_gene() -> None:
    call = a_call("ALK", "TPM3", order_known=False)
    (fusion,) = interpreted(a_case(call)).fusions
    assert fusion.classification == "uncertain"
    assert not any("is the 5′ gene" in reason for reason in fusion.reasons)
    assert any("does not know which gene is the 5′ partner" in reason for reason in fusion.reasons)


def at(shift: int, frame: str, reads: int, caller: str = "Arriba") -> FusionCall:
    """EML4 exon 13::ALK exon 20 on GRCh38, its 5′ end some bases off."""
    return a_call(
        "EML4",
        "ALK",
        caller=caller,
        breakpoint_5prime=Breakpoint("chr2", 42295516 - shift, "+"),
        breakpoint_3prime=Breakpoint("chr2", 29223528, "-"),
        reading_frame=frame,
        split_reads=reads,
    )


def test_the_frame_of_a_weaker_junction_of_one_caller_does_not_rescue_the_main_one() -> None:
    main, weaker = at(0, "out-of-frame", 50), at(4, "in-frame", 20)
    for calls in ((main, weaker), (weaker, main)):
        (fusion,) = interpreted(a_case(*calls)).fusions
        assert fusion.classification == "uncertain"
        assert len(fusion.callers) == 2


def test_another_callers_frame_for_the_junction_counts() -> None:
    (fusion,) = interpreted(a_case(at(0, "out-of-frame", 50), at(4, "in-frame", 20, "STAR-Fusion"))).fusions
    assert fusion.classification == "reportable"
    assert fusion.conflicts == (
        "The callers disagree on the reading frame (STAR-Fusion: in frame; Arriba: out of frame).",
    )


@pytest.mark.parametrize(
    "call",
    [
        a_call("ALK", "EML4", order_known=False),
        # Named ALK first, on breakpoints that fit EML4::ALK alone.
        a_call(
            "ALK",
            "EML4",
            breakpoint_5prime=Breakpoint("chr2", 29223528, "-"),
            breakpoint_3prime=Breakpoint("chr2", 42295516, "+"),
        ),
    ],
)
def test_a_kinase_named_first_in_an_unknown_order_is_not_dismissed(call: FusionCall) -> None:
    result = interpreted(a_case(call))
    assert (result.verdict.status, result.fusions[0].classification) == ("indeterminate", "uncertain")
    assert "5-prime" not in result.verdict.headline
    assert "not expected" not in result.verdict.headline
    assert result.therapies == ()


def test_a_fusion_without_exon_and_transcript_has_no_empty_brackets() -> None:
    result = interpreted(a_case(a_call("TPM3", "ALK", reading_frame="unknown")))
    assert not any("()" in statement.text for statement in result.statements)
