"""
Complete cases for property tests: any specimen, stain, FISH, quality, control, variant and set of calls together.

Each call is drawn as one of the kinds of `KINDS`, so that a test knows by itself, and not from the product, whether a
case holds anything that may ever carry a drug.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st
from made_cases import (
    KINASES,
    a_call,
    a_case,
    a_control,
    a_fish,
    a_laboratory,
    a_metric,
    a_source,
    a_specimen,
    a_stain,
    a_variant,
    an_assay,
    the_models,
)

from parsers.laboratory import Laboratory
from parsers.records import Breakpoint, Build, Case, FishResult, FusionCall, IhcResult, Specimen


@dataclass(frozen=True, repr=False)
class Drawn:
    """A case, its laboratory, and the kind of each of its calls, in the order of `case.calls`."""

    case: Case
    laboratory: Laboratory
    kinds: tuple[str, ...]

    def _repr_pretty_(self, printer: Any, _: bool) -> None:
        printer.text(repr(self))

    def __repr__(self) -> str:
        """What a reader needs to see of a case that breaks a statement."""
        one, case = self.specimen, self.case
        calls = zip(self.kinds, case.calls, strict=True)
        parts = [
            f"{self.age:.3f} years, {self.jurisdiction}, {one.site or 'no site'}, {one.diagnosis} {one.diagnosis_code}",
            f"{one.disease_status}, {one.resectability}, {one.prior_therapy}; {one.morphology}",
            f"tumour cells {one.tumour_cells_pct} %",
            "calls " + ", ".join(f"{kind} {call.gene_5prime}::{call.gene_3prime}" for kind, call in calls),
            "stains " + ", ".join(f"{row.marker} {row.result} {row.localisation} {row.control_ok}" for row in case.ihc),
            "FISH " + ", ".join(f"{row.marker} {row.result}" for row in case.fish),
            "quality " + ", ".join(metric.text for metric in case.metrics),
            "controls " + ", ".join(f"{row.run} {row.result}" for row in case.controls),
            "sources " + ", ".join(source.molecule for source in case.sources),
            "variants " + ", ".join(f"{row.gene} {row.hgvs_p}" for row in case.variants),
            f"assay {self.laboratory.assays['rna'].genes}",
        ]
        return "\n".join(("", *parts))

    @property
    def specimen(self) -> Specimen:
        return self.case.specimen

    @property
    def age(self) -> float:
        return (self.specimen.collected - self.specimen.date_of_birth).days / 365.25

    @property
    def jurisdiction(self) -> str:
        return self.specimen.jurisdiction or self.laboratory.jurisdiction

    @property
    def is_quality_good(self) -> bool:
        """Passed by the one metric of the assay, enough tumour cells, no failed control, and something sequenced."""
        content = self.specimen.tumour_cells_pct
        return (
            bool(self.case.sources)
            and self.case.metrics == (a_metric(),)
            and (content is None or content >= 20)
            and all(control.result == "pass" for control in self.case.controls)
        )

    def has(self, *kinds: str) -> bool:
        return bool(set(kinds) & set(self.kinds))

    def of(self, *kinds: str) -> list[FusionCall]:
        return [call for call, kind in zip(self.case.calls, self.kinds, strict=True) if kind in kinds]


# Exon pairs that keep the frame and the kinase; ROS1 is numbered on NM_002944.3.
SOUND = (
    ("TPM3", 8, "ALK", 20),
    ("EML4", 13, "ALK", 20),
    ("RANBP2", 18, "ALK", 20),
    ("KIF5B", 24, "ALK", 20),
    ("FN1", 20, "ALK", 18),
    ("FN1", 23, "ALK", 19),
    ("TFG", 4, "ROS1", 35),
    ("LMNA", 2, "NTRK1", 11),
    ("QKI", 6, "NTRK2", 15),
    ("ETV6", 5, "NTRK3", 15),
    ("CCDC6", 1, "RET", 12),
    ("CD74", 6, "PDGFRB", 11),
)
OTHER_DISEASES = (
    ("NPM1", 4, "ALK", 20),
    ("COL1A1", 25, "PDGFB", 2),
    ("MYH9", 1, "USP6", 2),
    ("NAB2", 6, "STAT6", 17),
)
AMBIGUOUS = ("NTRK", "TRK", "PDGFR", "ROS")
# None of these may be called a result, whatever else is true of the case.
NO_RESULT = (
    "out_of_frame",
    "lost_kinase",
    "kinase_at_5prime",
    "below_support",
    "low_confidence",
    "flagged",
    "order_unknown",
    "imbalance",
    "ambiguous",
    "partner_unknown",
    "same_gene",
)
KINDS = ("sound", "dna", "other_disease", *NO_RESULT)


def pair_call(pair: tuple[str, int, str, int], **changes: Any) -> FusionCall:
    """A well supported in-frame call by exon numbers."""
    five, exon_5, three, exon_3 = pair
    transcript = "NM_002944.3" if three == "ROS1" else ""
    call = a_call(five, three, exon_5prime=exon_5, exon_3prime=exon_3, transcript_3prime=transcript)
    return replace(call, **changes)


def at_exon_edges(call: FusionCall, build: Build) -> FusionCall:
    """The call with the positions of its exon edges on `build`, and nothing said of exons; itself without a model."""
    transcripts = the_models().transcripts
    five, three = transcripts.get((call.gene_5prime, build)), transcripts.get((call.gene_3prime, build))
    # ROS1 is numbered on another transcript than the one that is embedded.
    if five is None or three is None or call.exon_5prime is None or call.exon_3prime is None or call.transcript_3prime:
        return replace(call, genome_build=build)
    return replace(
        call,
        breakpoint_5prime=Breakpoint(five.chrom, five.reading(five.ends[call.exon_5prime - 1]), five.strand),
        breakpoint_3prime=Breakpoint(three.chrom, three.reading(three.starts[call.exon_3prime - 1]), three.strand),
        exon_5prime=None,
        exon_3prime=None,
        genome_build=build,
    )


def of_kind(kind: str, pair: tuple[str, int, str, int]) -> FusionCall:
    """A call of a kind, made from a sound exon pair; the builds and callers are drawn elsewhere."""
    call = pair_call(pair)
    swapped = replace(
        call,
        gene_5prime=call.gene_3prime,
        gene_3prime=call.gene_5prime,
        exon_5prime=(call.exon_3prime or 2) - 1,
        exon_3prime=(call.exon_5prime or 0) + 1,
        transcript_3prime="",
        transcript_5prime=call.transcript_3prime,
    )
    bare = replace(call, exon_5prime=None, exon_3prime=None)
    made = {
        "sound": call,
        "dna": replace(call, molecule="DNA"),
        "out_of_frame": replace(bare, reading_frame="out-of-frame"),
        "lost_kinase": replace(call, exon_3prime=_last_exon(call.gene_3prime)),
        "kinase_at_5prime": swapped,
        "below_support": replace(call, split_reads=1),
        "low_confidence": replace(call, confidence="low"),
        "flagged": replace(call, passed_filter=False, filters="low_support"),
        "order_unknown": replace(bare, order_known=False),
        "imbalance": replace(
            bare, gene_5prime="", event_type="5p3p imbalance", order_known=False, split_reads=None, spanning_pairs=None
        ),
        "ambiguous": replace(bare, gene_3prime=AMBIGUOUS[pair[1] % len(AMBIGUOUS)]),
        "partner_unknown": replace(call, gene_5prime="", exon_5prime=None),
        "same_gene": replace(bare, gene_5prime=call.gene_3prime),
    }
    return made[kind]


def _last_exon(symbol: str) -> int:
    return 43 if symbol == "ROS1" else the_models().transcripts[symbol, "GRCh38"].exon_count


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, FusionCall]:
    kind = draw(st.sampled_from(("sound", *KINDS)))
    if kind == "other_disease":
        call = pair_call(draw(st.sampled_from(OTHER_DISEASES)))
    else:
        call = of_kind(kind, draw(st.sampled_from(SOUND)))
    # Only a sound structure means the same by exons and by positions; an intron is not an exon edge of a swapped pair.
    build = draw(st.sampled_from((None, "GRCh37", "GRCh38")))
    if build and kind in ("sound", "low_confidence", "flagged", "below_support"):
        call = at_exon_edges(call, build)
    if kind in ("sound", "dna"):
        call = replace(call, reading_frame=draw(st.sampled_from(("in-frame", "unknown"))))
    return kind, replace(call, caller=draw(st.sampled_from(("Arriba", "STAR-Fusion", "generic"))))


def _chosen(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


RESULTS = _chosen("positive", "negative", "equivocal", "not_evaluable", "not_done", "pending")
PATTERNS = _chosen(
    "", "cytoplasmic", "granular, cytoplasmic", "nuclear membrane", "perinuclear", "nuclear, cytoplasmic"
)
STAINS = ("ALK", "ROS1", "pan-TRK")
OTHER_STAINS = ("S100", "CD34", "SOX10", "CD30", "TTF1", "Keratin", "CD163", "IgG4", "SMA", "Myogenin", "beta-catenin")


@st.composite
def specimens(draw: st.DrawFn) -> Specimen:
    return a_specimen(
        draw(st.one_of(st.floats(0.005, 3), st.floats(0.005, 90))),
        sex=draw(_chosen("female", "male", "unknown")),
        jurisdiction=draw(_chosen("US", "EU", "DE", "FR", "GB", "CH", "JP", "")),
        diagnosis=draw(
            _chosen(
                "IMT", "IMT", "IMT?", "IMT versus leiomyosarcoma", "spindle cell tumour", "lung adenocarcinoma", "EIMS"
            )
        ),
        diagnosis_code=draw(_chosen("", "IMT", "IMTL", "IMTB", "LUAD")),
        site=draw(_chosen("lung", "uterus", "urinary bladder", "skin", "mesentery", "maxillary sinus", "liver", "")),
        morphology=draw(
            _chosen("", "epithelioid and round cells", "no epithelioid cells", "necrosis, 9 mitoses per 10 HPF")
        ),
        size_cm=draw(_chosen(None, 4.0, 6.5, 11.0, 13.0)),
        margin=draw(_chosen("R0", "R1", "R2", "unknown")),
        resectability=draw(_chosen("resected", "resectable", "unresectable", "unknown")),
        disease_status=draw(_chosen("primary", "recurrent", "refractory", "metastatic", "progressed", "unknown")),
        prior_therapy=draw(
            _chosen("", "none", "doxorubicin", "crizotinib, progression on crizotinib", "larotrectinib")
        ),
        tumour_cells_pct=draw(_chosen(None, 5.0, 20.0, 60.0)),
        decalcified=draw(_chosen(None, True, False)),
    )


@st.composite
def stains(draw: st.DrawFn) -> IhcResult:
    marker = draw(st.sampled_from((*STAINS, *STAINS, *OTHER_STAINS)))
    return a_stain(
        marker,
        draw(RESULTS),
        draw(PATTERNS),
        intensity=draw(_chosen("", "1+", "3+")),
        distribution=draw(_chosen("", "focal", "diffuse")),
        control_ok=draw(_chosen(True, True, None, False)),
    )


@st.composite
def probes(draw: st.DrawFn) -> FishResult:
    return a_fish(
        draw(_chosen("ALK", "ROS1", "RET", "NTRK1", "NTRK3", "PDGFRB")),
        draw(RESULTS),
        cells_scored=draw(_chosen(None, 20, 100)),
        pct_rearranged=draw(_chosen(None, 8.0, 40.0)),
        cutoff_pct=draw(_chosen(None, 15.0)),
        control_ok=draw(_chosen(True, None, False)),
    )


@st.composite
def laboratories(draw: st.DrawFn) -> Laboratory:
    assay = an_assay(
        chemistry=draw(_chosen("hybrid capture", "amplicon")),
        genes=draw(_chosen(KINASES, KINASES, ("ALK", "ROS1"), (*KINASES, "IGF1R", "PDGFB", "USP6", "STAT6"))),
    )
    return a_laboratory(
        assay, jurisdiction=draw(_chosen("US", "EU")), guideline_version=draw(_chosen("", "NCCN STS 1.2026"))
    )


@st.composite
def complete_cases(draw: st.DrawFn, *, without_calls: bool = False) -> Drawn:
    """Any case that the parsers could hand over. With `without_calls` staining, FISH and quality are all there is."""
    drawn = [] if without_calls else draw(st.lists(calls(), max_size=3))
    if len(drawn) == 1 and drawn[0][0] == "sound" and draw(st.booleans()):
        drawn.append(("kinase_at_5prime", _reciprocal_of(drawn[0][1])))
    case = a_case(
        *(call for _, call in drawn),
        specimen=draw(specimens()),
        ihc=tuple(draw(st.lists(stains(), max_size=5))),
        fish=tuple(draw(st.lists(probes(), max_size=2))),
        metrics=draw(
            _chosen(
                (a_metric(),),
                (a_metric(),),
                (),
                (a_metric(value=27),),
                (a_metric(value=5),),
                (a_metric(), a_metric("rna_qc", None, "fail")),
            )
        ),
        controls=draw(
            _chosen(
                (), (a_control(),), (a_control(), a_control("fail", "no-template")), (a_control("pass", run="RUN2"),)
            )
        ),
        variants=tuple(
            a_variant(gene, change)
            for gene, change in draw(st.lists(st.sampled_from(VARIANTS), max_size=2, unique=True))
        ),
        sources=_sources([call for _, call in drawn], draw(_chosen((), ("RNA",), ("DNA",), ("RNA", "DNA")))),
    )
    return Drawn(case, draw(laboratories()), tuple(kind for kind, _ in drawn))


VARIANTS = (
    ("ALK", "G1202R"),
    ("ALK", "p.Leu1196Met"),
    ("ROS1", "G2032R"),
    ("NTRK1", "p.Gly595Arg"),
    ("NTRK3", "G623R"),
    ("RET", "G810S"),
    ("TP53", "R175H"),
    ("CTNNB1", "T41A"),
    ("ALK", "p.="),
)


def _reciprocal_of(call: FusionCall) -> FusionCall:
    return replace(
        call,
        gene_5prime=call.gene_3prime,
        gene_3prime=call.gene_5prime,
        breakpoint_5prime=None,
        breakpoint_3prime=None,
        exon_5prime=None,
        exon_3prime=None,
        transcript_3prime="",
        reading_frame="unknown",
    )


def _sources(found: Iterable[FusionCall], others: Iterable[str]) -> tuple[Any, ...]:
    """The files of a case: one of each molecule that a call names, or that gave nothing."""
    molecules = sorted({call.molecule for call in found} | set(others))
    return tuple(a_source(molecule) for molecule in molecules)
