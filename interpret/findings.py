"""
What interpretation says: the frozen results that `interpret.interpretation.interpret` returns.

Every field here is a field of report.json under the same name; the closed lists are contracts: outside checks use
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from interpret.table_rows import Change

ResultStatus = Literal["detected", "not_detected", "indeterminate", "not_informative", "hold"]
GeneStatus = Literal["detected", "not_detected", "not_assessable", "not_tested"]
ReadingFrame = Literal["in-frame", "out-of-frame", "not_assessable", "undetermined"]
KinaseDomain = Literal["retained", "partial", "lost", "not_applicable", "undetermined"]
Role = Literal["driver", "reciprocal", "other"]
Classification = Literal["reportable", "unconfirmed", "uncertain", "not_functional", "other_entity"]
Relation = Literal["on_label", "off_label", "guideline", "conditions_not_met", "trial_evidence"]
ConditionState = Literal["met", "not_met", "not_documented"]
QcState = Literal["pass", "fail", "borderline", "not_documented"]
Disposition = Literal[
    "reported", "unconfirmed", "not_functional", "reciprocal", "other_entity", "uncertain", "not_reportable"
]


@dataclass(frozen=True, slots=True)
class CallerEvidence:
    """One caller's own view of a fusion, unaltered."""

    caller: str
    reading_frame: str
    split_reads: int | None
    spanning_pairs: int | None
    breakpoint_5prime: str
    breakpoint_3prime: str
    filters: str
    confidence: str
    file: str
    line: int | None
    supporting_reads: int | None = None


@dataclass(frozen=True, slots=True)
class ProteinFeature:
    """A named stretch of a protein, amino acids counted from 1 on the transcript that is drawn."""

    name: str
    kind: str
    start_aa: int
    end_aa: int


@dataclass(frozen=True, slots=True)
class DrawnGene:
    """
    One half of the fusion drawing, from the same transcript as the table.

    `kept_first`-`kept_last` are the exons in the fusion transcript (1-based, of `exon_count`); `kept_aa_first`-
    `kept_aa_last` the amino acids kept, None where the gene contributes no translated sequence or it cannot be known.
    """

    gene: str
    transcript: str
    exon_count: int
    kept_first: int
    kept_last: int
    protein_aa: int | None
    kept_aa_first: int | None
    kept_aa_last: int | None
    features: tuple[ProteinFeature, ...] = ()


@dataclass(frozen=True, slots=True)
class Fusion:
    """
    One fusion after merging all callers' junctions, with what it means structurally.

    `drawing_5prime`/`drawing_3prime` are None where the gene has no model here. `notes` are plain sentences on how the
    structure was derived (assumed splicing, other transcript used, …); `conflicts` are sentences on what disagrees.
    `reasons` say why the classification is what it is. `tier` is "I".."III" or "", `level` "A".."D" or "".
    `may_be` are the drivers that an ambiguous symbol may stand for; `driver` is then the first of them.
    `is_order_known` is False where nobody can say which gene is the 5′ one: the names then follow the caller.
    `supporting_reads` is set where the caller gives one number alone for split reads and spanning pairs.
    `hgvs_r` is the HGVS description on RNA level; where it is empty, `hgvs_r_reason` says why.
    """

    name: str
    vicc: str
    gene_5prime: str
    gene_3prime: str
    transcript_5prime: str
    transcript_3prime: str
    exon_5prime: int | None
    exon_3prime: int | None
    breakpoint_5prime: str
    breakpoint_3prime: str
    genome_build: str
    reading_frame: ReadingFrame
    kinase_domain: KinaseDomain
    role: Role
    classification: Classification
    split_reads: int | None
    spanning_pairs: int | None
    callers: tuple[CallerEvidence, ...]
    conflicts: tuple[str, ...]
    notes: tuple[str, ...]
    reasons: tuple[str, ...]
    driver: str
    molecule: str
    evidence: Literal["sequenced", "inferred"] = "sequenced"
    partner_note: str = ""
    partner_rule: str = ""
    tier: str = ""
    level: str = ""
    drawing_5prime: DrawnGene | None = None
    drawing_3prime: DrawnGene | None = None
    may_be: tuple[str, ...] = ()
    supporting_reads: int | None = None
    hgvs_r: str = ""
    hgvs_r_reason: str = "the transcript was not sequenced"

    is_order_known: bool = True
    # A caller read the bases: a stop codon behind the junction is another thing than a shifted frame.
    has_early_stop: bool = False

    @property
    def driver_in_words(self) -> str:
        """`ALK`, or `NTRK1 or NTRK2 or NTRK3` where the submitted symbol may stand for any of them."""
        return " or ".join(self.may_be) or self.driver


@dataclass(frozen=True, slots=True)
class ReviewedCall:
    """One junction as called, and what became of it: no call is dropped in silence."""

    name: str
    caller: str
    breakpoint_5prime: str
    breakpoint_3prime: str
    reading_frame: str
    split_reads: int | None
    spanning_pairs: int | None
    disposition: Disposition
    reason: str
    file: str
    line: int | None
    supporting_reads: int | None = None


@dataclass(frozen=True, slots=True)
class GeneResult:
    """A gene of the assay, or a core kinase the assay lacks, and why it has its state."""

    symbol: str
    state: GeneStatus
    reason: str = ""


@dataclass(frozen=True, slots=True)
class QcLine:
    """One quality metric beside its threshold; `value` and `threshold` are texts ready to print."""

    metric: str
    name: str
    value: str
    threshold: str
    status: QcState


@dataclass(frozen=True, slots=True)
class InputRow:
    """
    What one row of an input file says about a fact. `line` counts from 1 with the header; None means the whole file.

    `value` is empty where it would tell who the patient is: a date of birth is named by its column alone.
    """

    file: str
    line: int | None
    column: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Because:
    """
    One fact behind a sentence, and the input rows that it was read from (none where the absence of rows is the fact).

    `condition` is what the rule asked for; empty where no rule asked.
    """

    fact: str
    value: str
    condition: str = ""
    rows: tuple[InputRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """
    Why a sentence stands on the report that is not itself a ruling, a therapy line or a statement.

    `rules` are the ids that it rests on, `because` the facts.
    """

    part: Literal["headline", "summary", "certainty", "next_step", "limitation"]
    text: str
    rules: tuple[str, ...]
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class SpokenRule:
    """A row of a knowledge table that the report rests on, as it was worded when the report was made."""

    id: str
    part: str
    table: str
    wording: str
    evidence_status: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ruling:
    """
    A statement made by a rule: the row's id, the sentence, the source keys of the knowledge tables.

    `part` tells the rows of one id apart.
    """

    rule: str
    text: str
    sources: tuple[str, ...]
    marker: str = ""
    classification: str = ""
    recommendation: str = ""
    part: str = ""
    because: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelCondition:
    condition: str
    state: ConditionState


@dataclass(frozen=True, slots=True)
class Therapy:
    """
    One therapy line: a general association between a finding and an agent, never a recommendation.

    `status_text` is the short regulatory status for the table ("FDA-approved for IMT, conditions documented").
    """

    rule: str
    fusion: str
    agent: str
    relation: Relation
    text: str
    status_text: str
    label_conditions: tuple[LabelCondition, ...]
    tier: str
    level: str
    sources: tuple[str, ...]
    because: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence (or short paragraph) of the interpretation as printed. `section` groups them under a heading."""

    section: Literal["diagnostic", "fusion", "partner", "concordance", "therapy", "risk", "quality"]
    rule: str
    text: str
    sources: tuple[str, ...]
    because: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """
    A numbered reference: `number` counts from 1 in order of first use; `identifier` is a DOI, PMID or label name.

    `date` is that of the label or paper, or the day it was read where it has none.
    """

    number: int
    key: str
    citation: str
    identifier: str
    date: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of page 1: status, headline, a few sentences (result, meaning, certainty), and what to do next."""

    status: ResultStatus
    headline: str
    summary: tuple[str, ...]
    certainty: str
    next_steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Interpretation:
    """All that the report says about one case, with the knowledge it was said from."""

    verdict: Verdict
    genes: tuple[GeneResult, ...]
    fusions: tuple[Fusion, ...]
    reviewed_calls: tuple[ReviewedCall, ...]
    qc: tuple[QcLine, ...]
    concordance: tuple[Ruling, ...]
    therapies: tuple[Therapy, ...]
    alerts: tuple[Ruling, ...]
    risk: tuple[Ruling, ...]
    statements: tuple[Statement, ...]
    references: tuple[Reference, ...]
    limitations: tuple[str, ...]
    recommendations: tuple[str, ...]
    age_years: float
    age_text: str
    tumour_context: str
    jurisdiction: str
    knowledge_version: str
    knowledge_sha256: str
    laboratory_rules: tuple[Change, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    rules: tuple[SpokenRule, ...] = ()
