"""
The columns of the laboratory's own tables and the closed lists of words in them.

Kept apart from the readers of these tables, since the laboratory's mapping (mapping.toml) is checked against them
before any table is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from parsers.records import Acceptability, Build, DiseaseStatus, Margin, Resectability, Sex, StainResult

SPECIMENS_REQUIRED = (
    "accession",
    "patient_id",
    "patient_name",
    "date_of_birth",
    "sex",
    "site",
    "diagnosis",
    "collected",
    "received",
    "assay",
)
SPECIMENS_OPTIONAL = (
    "jurisdiction",
    "specimen_type",
    "laterality",
    "block_id",
    "diagnosis_code",
    "morphology",
    "size_cm",
    "margin",
    "resectability",
    "disease_status",
    "prior_therapy",
    "tumour_cells_pct",
    "fixative",
    "decalcified",
    "ordering_provider",
    "institution",
    "indication",
    "genome_build",
    "sequencing_run",
    "sequencing_sample",
    "fusion_files",
    "acceptability",
    "rejection_reason",
    "disposition",
    "placer_number",
    "filler_number",
)

STAINS_REQUIRED = ("accession", "method", "marker", "result")
STAINS_OPTIONAL = (
    "schema_version",
    "specimen_id",
    "block_id",
    "patient_id",
    "collected_date",
    "reported_date",
    "clone",
    "platform",
    "control_ok",
    "tumour_cells_pct",
    "pct_positive",
    "intensity",
    "h_score",
    "localisation",
    "distribution",
    "scoring_system",
    "cells_scored",
    "pct_rearranged",
    "pattern_split_pct",
    "pattern_isolated3_pct",
    "cutoff_pct",
    "probe",
    "comment",
    "scoring",
)

FUSIONS_REQUIRED = ("accession", "gene_5prime", "gene_3prime")
FUSIONS_OPTIONAL = (
    "exon_5prime",
    "exon_3prime",
    "transcript_5prime",
    "transcript_3prime",
    "breakpoint_5prime",
    "breakpoint_3prime",
    "genome_build",
    "reading_frame",
    "split_reads",
    "spanning_pairs",
    "filter",
    "caller",
)

# The name of a table (its file's name without ending) and its columns.
TABLE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "specimens": (*SPECIMENS_REQUIRED, *SPECIMENS_OPTIONAL),
    "ihc": (*STAINS_REQUIRED, *STAINS_OPTIONAL),
    "qc": ("accession", "metric", "value"),
    "controls": ("run", "control", "result", "fusion_files"),
    "variants": ("accession", "gene", "hgvs_p"),
    "fusions": (*FUSIONS_REQUIRED, *FUSIONS_OPTIONAL),
}

# Columns of ihc.csv that describe one stain or one FISH assay; the others describe the specimen.
STAIN_FIELDS = (
    "result",
    "clone",
    "platform",
    "control_ok",
    "pct_positive",
    "intensity",
    "h_score",
    "localisation",
    "distribution",
    "scoring_system",
    "cells_scored",
    "pct_rearranged",
    "pattern_split_pct",
    "pattern_isolated3_pct",
    "cutoff_pct",
    "probe",
    "comment",
    "scoring",
    "reported_date",
)
IHC_ONLY_FIELDS = frozenset(
    {"clone", "pct_positive", "intensity", "h_score", "localisation", "distribution", "scoring"}
)
FISH_ONLY_FIELDS = frozenset(
    {"cells_scored", "pct_rearranged", "pattern_split_pct", "pattern_isolated3_pct", "cutoff_pct", "probe"}
)

DATE_COLUMNS = frozenset({"date_of_birth", "collected", "received", "collected_date", "reported_date"})
NUMBER_COLUMNS = frozenset(
    {
        "size_cm",
        "tumour_cells_pct",
        "pct_positive",
        "h_score",
        "cells_scored",
        "pct_rearranged",
        "pattern_split_pct",
        "pattern_isolated3_pct",
        "cutoff_pct",
        "value",
        "split_reads",
        "spanning_pairs",
    }
)
PERCENT_COLUMNS = frozenset(
    {
        "tumour_cells_pct",
        "pct_positive",
        "pct_rearranged",
        "pattern_split_pct",
        "pattern_isolated3_pct",
        "cutoff_pct",
    }
)

METHODS = {"ihc": "IHC", "fish": "FISH"}
RESULTS: dict[str, StainResult] = {
    "positive": "positive",
    "pos": "positive",
    "negative": "negative",
    "neg": "negative",
    "equivocal": "equivocal",
    "not evaluable": "not_evaluable",
    "not done": "not_done",
    "pending": "pending",
}
LOCALISATIONS = ("cytoplasmic", "granular", "nuclear", "nuclear membrane", "perinuclear", "membranous", "none")
INTENSITIES = {"weak": "1+", "moderate": "2+", "strong": "3+", "negative": "0", "none": "0", "+": "1+", "++": "2+"}
INTENSITIES |= {"+++": "3+", "0": "0", "1": "1+", "2": "2+", "3": "3+", "1+": "1+", "2+": "2+", "3+": "3+"}
YES_NO = {"yes": "yes", "no": "no", "unknown": "unknown"}

# HL7 table 0001 and FHIR administrative-gender.
SEXES: dict[str, Sex] = {
    "f": "female",
    "female": "female",
    "m": "male",
    "male": "male",
    "o": "other",
    "a": "other",
    "other": "other",
    "u": "unknown",
    "n": "unknown",
    "unknown": "unknown",
}
MARGINS: dict[str, Margin] = {"r0": "R0", "r1": "R1", "r2": "R2", "unknown": "unknown", "rx": "unknown"}
RESECTABILITIES: dict[str, Resectability] = {
    "resected": "resected",
    "resectable": "resectable",
    "unresectable": "unresectable",
    "unknown": "unknown",
}
ACCEPTABILITIES: dict[str, Acceptability] = {
    "accepted": "accepted",
    "compromised": "compromised",
    "rejected": "rejected",
    "not stated": "not_stated",
}
DISEASE_STATUSES: dict[str, DiseaseStatus] = {
    "primary": "primary",
    "recurrent": "recurrent",
    "refractory": "refractory",
    "metastatic": "metastatic",
    "progressed": "progressed",
    "unknown": "unknown",
}
BUILDS: dict[str, Build] = {
    "grch37": "GRCh37",
    "hg19": "GRCh37",
    "b37": "GRCh37",
    "hs37d5": "GRCh37",
    "grch38": "GRCh38",
    "hg38": "GRCh38",
}
CONTROLS = {
    "positive": "positive",
    "positive control": "positive",
    "pos": "positive",
    "pc": "positive",
    "negative": "negative",
    "negative control": "negative",
    "neg": "negative",
    "nc": "negative",
    "no-template": "no-template",
    "no template": "no-template",
    "no-template control": "no-template",
    "no template control": "no-template",
    "ntc": "no-template",
}

# Columns with a closed list of words; the words of every other column are free.
CLOSED: Mapping[str, Mapping[str, str]] = {
    "method": METHODS,
    "result": RESULTS | {"pass": "pass", "fail": "fail"},
    "intensity": INTENSITIES,
    "control_ok": YES_NO,
    "decalcified": YES_NO,
    "sex": SEXES,
    "margin": MARGINS,
    "resectability": RESECTABILITIES,
    "disease_status": DISEASE_STATUSES,
    "acceptability": ACCEPTABILITIES,
    "genome_build": BUILDS,
    "localisation": {name: name for name in LOCALISATIONS},
    "control": CONTROLS,
}


def word_key(text: str) -> str:
    """`text` as closed lists know it: small letters, single blanks, no underscores."""
    return re.sub(r"[\s_]+", " ", text.strip().lower())
