"""What holds for any set of calls: nothing lost, order is nothing, builds agree, and what may be called reportable."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpret.findings import Fusion
from interpret.fusions import find_fusions
from interpret.genes import GeneModels, load_gene_models
from parsers.records import Breakpoint, FusionCall, Place

MODELS = load_gene_models()
SYMBOLS = ["ALK", "EML4", "TPM3", "ROS1", "CD74", "GOPC", "NTRK1", "RET", "PDGFB", "COL1A1", "EWSR1", "FGFR3"]
NAMES = [*SYMBOLS, "CARS", "FIG", "ALK1", "FLNA", "CASC15", "LINC00535", ""]


def _breakpoints() -> st.SearchStrategy[Breakpoint | None]:
    """Exon edges, places a few bases off them, inside introns, and far away."""
    edges = [
        (model.chrom, abs(edge))
        for model in (MODELS.transcripts[symbol, "GRCh38"] for symbol in SYMBOLS)
        for edge in (*model.starts, *model.ends)
    ]
    near = st.builds(
        lambda edge, shift, strand: Breakpoint(edge[0], edge[1] + shift, strand),
        st.sampled_from(edges),
        st.sampled_from([0, 0, 0, 1, -1, 2, -2, 7, -20, 60, -60, 500, -30_000]),
        st.sampled_from(["+", "-", None]),
    )
    return st.one_of(st.none(), near, st.just(Breakpoint("chr9", 1000, "+")))


def _calls() -> st.SearchStrategy[FusionCall]:
    return st.builds(
        FusionCall,
        caller=st.sampled_from(["Arriba", "STAR-Fusion", "Manta"]),
        gene_5prime=st.sampled_from(NAMES),
        gene_3prime=st.sampled_from(NAMES),
        breakpoint_5prime=_breakpoints(),
        breakpoint_3prime=_breakpoints(),
        genome_build=st.sampled_from(["GRCh37", "GRCh38", None]),
        molecule=st.sampled_from(["RNA", "DNA"]),
        place=st.builds(Place, st.sampled_from(["a.tsv", "b.vcf"]), st.integers(2, 9)),
        exon_5prime=st.one_of(st.none(), st.integers(0, 40)),
        exon_3prime=st.one_of(st.none(), st.integers(0, 40)),
        transcript_5prime=st.sampled_from(["", "NM_019063.5", "NM_153649.4", "NM_000000.1"]),
        transcript_3prime=st.sampled_from(["", "NM_004304.5", "NM_002944.3", "NM_000000.1"]),
        reading_frame=st.sampled_from(["in-frame", "out-of-frame", "stop-codon", "unknown"]),
        split_reads=st.one_of(st.none(), st.integers(0, 60)),
        spanning_pairs=st.one_of(st.none(), st.integers(0, 60)),
        passed_filter=st.booleans(),
        confidence=st.sampled_from(["", "low", "high"]),
        event_type=st.sampled_from(["", "deletion/read-through", "5'-5'"]),
        order_known=st.booleans(),
    )


@settings(max_examples=300, deadline=None)
@given(calls=st.lists(_calls(), max_size=6))
def test_every_call_is_reviewed_exactly_once(calls: list[FusionCall], a_case: Any, an_assay: Any) -> None:
    _, reviewed = find_fusions(a_case(*calls), an_assay(), MODELS)
    told = Counter((call.caller, call.file, call.line, call.split_reads, call.breakpoint_5prime) for call in reviewed)
    given_calls = Counter(
        (call.caller, call.place.file, call.place.line, call.split_reads, str(call.breakpoint_5prime or ""))
        for call in calls
    )
    assert told == given_calls
    assert all(call.reason for call in reviewed)


@settings(max_examples=200, deadline=None)
@given(data=st.data(), calls=st.lists(_calls(), min_size=2, max_size=6))
def test_the_order_of_the_calls_is_nothing(
    data: st.DataObject, calls: list[FusionCall], a_case: Any, an_assay: Any
) -> None:
    other = data.draw(st.permutations(calls))
    assert find_fusions(a_case(*calls), an_assay(), MODELS) == find_fusions(a_case(*other), an_assay(), MODELS)


@settings(max_examples=300, deadline=None)
@given(calls=st.lists(_calls(), min_size=1, max_size=5))
def test_a_reportable_fusion_meets_every_requirement(calls: list[FusionCall], a_case: Any, an_assay: Any) -> None:
    assay = an_assay()
    fusions, reviewed = find_fusions(a_case(*calls), assay, MODELS)
    evidence = sum(len(fusion.callers) for fusion in fusions)
    assert evidence == sum(call.disposition != "not_reportable" for call in reviewed)
    for fusion in fusions:
        assert fusion.reasons
        assert fusion.callers
        if fusion.classification == "reportable":
            _assert_may_be_reported(fusion, assay.minimum_split_reads)


def _assert_may_be_reported(fusion: Fusion, minimum: int) -> None:
    assert fusion.reading_frame in ("in-frame", "not_assessable")
    assert fusion.kinase_domain in ("retained", "not_applicable")
    assert "?" not in (fusion.gene_5prime, fusion.gene_3prime)
    assert any(
        caller.split_reads is not None and caller.split_reads >= minimum and caller.confidence != "low"
        for caller in fusion.callers
    )
    gene = MODELS.gene(fusion.driver)
    if gene is not None and gene.kinase is not None:
        assert fusion.driver == fusion.gene_3prime


@settings(max_examples=200, deadline=None)
@given(
    five=st.sampled_from(sorted(MODELS.genes)),
    three=st.sampled_from(["ALK", "ROS1", "NTRK1", "NTRK2", "NTRK3", "RET", "PDGFRA", "PDGFRB", "BRAF", "IGF1R"]),
    data=st.data(),
)
def test_the_same_exon_edges_give_the_same_fusion_on_both_builds(
    five: str, three: str, data: st.DataObject, a_case: Any, an_assay: Any, a_call: Any
) -> None:
    if five == three or any(
        (gene, build) not in MODELS.transcripts for gene in (five, three) for build in ("GRCh37", "GRCh38")
    ):
        return
    exon_5 = data.draw(st.integers(1, max(1, MODELS.transcripts[five, "GRCh38"].exon_count - 1)))
    exon_3 = data.draw(st.integers(2, MODELS.transcripts[three, "GRCh38"].exon_count))
    seen = []
    for build in ("GRCh37", "GRCh38"):
        first, second = MODELS.transcripts[five, build], MODELS.transcripts[three, build]  # type: ignore[index]
        if first.exon_count == 1:
            return
        call = a_call(
            f"{five}::{three}",
            f"{first.chrom}:{first.reading(first.ends[exon_5 - 1])}:{first.strand}",
            f"{second.chrom}:{second.reading(second.starts[exon_3 - 1])}:{second.strand}",
            genome_build=build,
        )
        (fusion,), _ = find_fusions(a_case(call), an_assay(), MODELS)
        seen.append((fusion.vicc, fusion.reading_frame, fusion.kinase_domain, fusion.classification, fusion.reasons))
    assert seen[0] == seen[1]


@pytest.mark.parametrize("symbol", ["ALK", "EML4", "ROS1", "PDGFRB"])
def test_counting_coding_bases_grows_by_one_per_coding_base(models: GeneModels, symbol: str) -> None:
    model = models.transcripts[symbol, "GRCh38"]
    for exon in range(model.exon_count):
        start, end = model.starts[exon], model.ends[exon]
        counts = [model.coding_bases_before(at) for at in range(start, end + 2)]
        steps = [later - earlier for earlier, later in pairwise(counts)]
        assert steps == [int(model.coding_first <= at <= model.coding_last) for at in range(start, end + 1)]
    assert model.coding_bases_before(model.ends[-1] + 1) == model.coding_bases
    assert model.coding_bases_before(model.starts[0] - 5) == 0
