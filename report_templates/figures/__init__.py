"""The figures of a report, as SVG from the record alone; each with its alternative in words, each readable in grey."""

from __future__ import annotations

from report_templates.figures.agreement import Column, Relation, Seen, agreement_alternative, agreement_svg
from report_templates.figures.fusion import (
    exon_slots,
    fusion_alternative,
    fusion_svg,
    kept_features,
    protein_is_drawn,
    ruler_step,
)
from report_templates.figures.reads import CALLERS_DRAWN, reads_alternative, reads_svg

__all__ = [
    "CALLERS_DRAWN",
    "Column",
    "Relation",
    "Seen",
    "agreement_alternative",
    "agreement_svg",
    "exon_slots",
    "fusion_alternative",
    "fusion_svg",
    "kept_features",
    "protein_is_drawn",
    "reads_alternative",
    "reads_svg",
    "ruler_step",
]
