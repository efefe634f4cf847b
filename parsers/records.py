"""
The vocabulary: what a laboratory's files say, as frozen records without clinical meaning.

"Not done", "not readable" and "negative" are different values throughout; `None` always means "not stated", never 0
and never "no".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Build = Literal["GRCh37", "GRCh38"]
Sex = Literal["female", "male", "other", "unknown"]
Strand = Literal["+", "-"]
Molecule = Literal["RNA", "DNA"]
Frame = Literal["in-frame", "out-of-frame", "stop-codon", "unknown"]
StainResult = Literal["positive", "negative", "equivocal", "not_evaluable", "not_done", "pending"]
Margin = Literal["R0", "R1", "R2", "unknown"]
Resectability = Literal["resected", "resectable", "unresectable", "unknown"]
DiseaseStatus = Literal["primary", "recurrent", "refractory", "metastatic", "progressed", "unknown"]
ControlResult = Literal["pass", "fail"]
Acceptability = Literal["accepted", "compromised", "rejected", "not_stated"]


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a record came from: the file's path relative to the batch folder, and its line.

    Lines are counted from 1 with the header.
    """

    file: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Specimen:
    """
    One row of specimens.csv: the patient, the tissue and the order.

    Empty text means "not stated". Percentages are 0-100, sizes in cm. `fusion_files` are names relative to the batch
    folder; `genome_build` and `sequencing_sample` (the sample's name in the sequencing files) are what the laboratory
    declared, to be checked against the files. `acceptability` is how the tissue met the laboratory's criteria at
    receipt, `rejection_reason` what it did not meet, `disposition` what became of it (42 CFR 493.1291(c)(7)).
    `placer_number` and `filler_number` are those of the order (HL7 ORC-2 and ORC-3), with their `^` and unchanged: the
    result message gives them back.
    """

    accession: str
    patient_id: str
    patient_name: str
    date_of_birth: date
    sex: Sex
    jurisdiction: str
    site: str
    diagnosis: str
    collected: date
    received: date
    assay: str
    specimen_type: str = ""
    laterality: str = ""
    block_id: str = ""
    diagnosis_code: str = ""
    morphology: str = ""
    size_cm: float | None = None
    margin: Margin = "unknown"
    resectability: Resectability = "unknown"
    disease_status: DiseaseStatus = "unknown"
    prior_therapy: str = ""
    tumour_cells_pct: float | None = None
    fixative: str = ""
    decalcified: bool | None = None
    ordering_provider: str = ""
    institution: str = ""
    indication: str = ""
    genome_build: Build | None = None
    sequencing_run: str = ""
    sequencing_sample: str = ""
    fusion_files: tuple[str, ...] = ()
    acceptability: Acceptability = "not_stated"
    rejection_reason: str = ""
    disposition: str = ""
    placer_number: str = ""
    filler_number: str = ""
    place: Place = Place("specimens.csv")


@dataclass(frozen=True, slots=True)
class IhcResult:
    """
    One immunohistochemical stain.

    `marker` is our name for it (`ALK`, `ROS1`, `pan-TRK`, `SMA`, …), `marker_as_given` the file's. `localisation` is
    one or more of cytoplasmic, granular, nuclear, nuclear membrane, perinuclear, membranous, none, in the file's order.
    `as_given` are (column, text) of the cells that were taken apart or spelled anew (`3+ strong diffuse, ~95%`).
    """

    accession: str
    marker: str
    result: StainResult
    marker_as_given: str = ""
    clone: str = ""
    platform: str = ""
    control_ok: bool | None = None
    tumour_cells_pct: float | None = None
    pct_positive: str = ""
    intensity: str = ""
    h_score: float | None = None
    localisation: tuple[str, ...] = ()
    distribution: str = ""
    scoring_system: str = ""
    block_id: str = ""
    reported: date | None = None
    comment: str = ""
    place: Place = Place("ihc.csv")
    as_given: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FishResult:
    """One break-apart FISH assay of one gene; percentages of the cells scored."""

    accession: str
    marker: str
    result: StainResult
    marker_as_given: str = ""
    probe: str = ""
    cells_scored: int | None = None
    pct_rearranged: float | None = None
    pattern_split_pct: float | None = None
    pattern_isolated3_pct: float | None = None
    cutoff_pct: float | None = None
    control_ok: bool | None = None
    block_id: str = ""
    reported: date | None = None
    comment: str = ""
    place: Place = Place("ihc.csv")


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """
    A genomic position, 1-based, on the assembly the call names.

    `chrom` always carries the `chr` prefix. `strand` is that of the fusion transcript at this end; None when the caller
    does not say.
    """

    chrom: str
    pos: int
    strand: Strand | None = None

    def __str__(self) -> str:
        return f"{self.chrom}:{self.pos}" + (f":{self.strand}" if self.strand else "")


# What `FusionCall.filters` holds where the file says that this sample lacks what another sample of the file has.
NOT_IN_SAMPLE = "not found in this sample"


@dataclass(frozen=True, slots=True)
class FusionCall:
    """
    One junction as one caller reports it, nothing added.

    5'/3' are the caller's own order; `order_known` is False where the caller does not know it (DNA breakends without
    annotation, TSO500 Directionality). A gene is empty when the caller names none. `split_reads` and `spanning_pairs`
    are None when the format has no such count; `supporting_reads` is set where the file gives one number alone for all
    reads that support the call. `as_given` keeps cells that a reader may want to see as they were (`confidence`,
    `filters`, `annots`, every further count).
    """

    caller: str
    gene_5prime: str
    gene_3prime: str
    breakpoint_5prime: Breakpoint | None
    breakpoint_3prime: Breakpoint | None
    genome_build: Build | None
    molecule: Molecule
    place: Place
    exon_5prime: int | None = None
    exon_3prime: int | None = None
    transcript_5prime: str = ""
    transcript_3prime: str = ""
    reading_frame: Frame = "unknown"
    split_reads: int | None = None
    spanning_pairs: int | None = None
    supporting_reads: int | None = None
    passed_filter: bool = True
    filters: str = ""
    confidence: str = ""
    event_type: str = ""
    order_known: bool = True
    as_given: tuple[tuple[str, str], ...] = ()

    @property
    def counted_reads(self) -> int | None:
        """The split reads; where the file gives one number alone for all supporting reads, that one."""
        return self.supporting_reads if self.split_reads is None else self.split_reads


@dataclass(frozen=True, slots=True)
class QcMetric:
    """
    One row of qc.csv, or a figure of a caller's own file. `value` is a number where the text is one; else `text` says
    (`pass`, `fail`, `borderline`).

    `remark` is what stood behind a verdict in brackets (`DV200 12%, below lab limit`).
    """

    accession: str
    metric: str
    value: float | None
    text: str
    place: Place = Place("qc.csv")
    remark: str = ""


@dataclass(frozen=True, slots=True)
class FusionSource:
    """
    One fusion file of a specimen, read to its end: which format, how many calls, its sha256 (hex).

    `file` is its path relative to the batch folder. `calls` were kept; `others` were read to the end and counted, but
    name no gene, and lie in no gene, that any rule knows. `not_found` are the fusions that the file lists as looked for
    and not found, `not_assessable` the genes of which it says that every target failed. `metrics` are quality figures
    that stand in the file itself.
    """

    file: str
    format: str
    caller: str
    molecule: Molecule
    sha256: str
    calls: int
    genome_build: Build | None
    sample: str = ""
    others: int = 0
    not_found: int = 0
    not_assessable: tuple[str, ...] = ()
    metrics: tuple[QcMetric, ...] = ()


@dataclass(frozen=True, slots=True)
class SmallVariant:
    """One row of variants.csv: a small variant in protein notation (`p.Gly1202Arg` or `G1202R`)."""

    accession: str
    gene: str
    hgvs_p: str
    place: Place = Place("variants.csv")


@dataclass(frozen=True, slots=True)
class RunControl:
    """
    One row of controls.csv: a run's positive, negative or no-template control. Fail holds the run's specimens.

    `fusion_files` are the control's own, if it was sequenced; `remark` says what they hold where that decides.
    """

    run: str
    control: str
    result: ControlResult
    place: Place = Place("controls.csv")
    fusion_files: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """All facts about one specimen, from every file of its batch."""

    specimen: Specimen
    ihc: tuple[IhcResult, ...] = ()
    fish: tuple[FishResult, ...] = ()
    metrics: tuple[QcMetric, ...] = ()
    controls: tuple[RunControl, ...] = ()
    variants: tuple[SmallVariant, ...] = ()
    calls: tuple[FusionCall, ...] = ()
    sources: tuple[FusionSource, ...] = ()
