"""How the result of a stain is said, on page 1 as in its table."""

from __future__ import annotations

from collections.abc import Sequence

from interpret.stains import GENES_OF, STAIN_OF
from report_templates import wording
from report_templates.language import decimal_mark
from report_templates.sections.section import Record

_GROUP_OF_STAIN = {stain: group for group, stain in STAIN_OF.items()}


def with_percent(percent: str, empty: str = "–") -> str:
    """The file's own text ("90", "<1", "20-30"), with its unit."""
    if not percent:
        return empty
    printed = percent.replace(".", decimal_mark())
    return printed if percent.endswith("%") or percent[-1:].isalpha() else f"{printed}%"


def stain_result(stain: Record) -> wording.Mark:
    return wording.CONTROL_FAILED if stain["control_ok"] is False else wording.STAIN_RESULT[stain["result"]]


def genes_of(marker: str) -> tuple[str, ...]:
    """The genes that a stain or probe speaks for: the whole family for `pan-TRK` and `NTRK`, else the one it names."""
    return GENES_OF.get(_GROUP_OF_STAIN.get(marker, marker), (marker,))


def answers_for(marker: str, symbols: Sequence[str]) -> bool:
    """Whether a stain or probe speaks for a kinase, or for a gene of its family."""
    return any(gene in symbols for gene in genes_of(marker))


def narrower_than(symbols: Sequence[str], marker: str) -> str:
    """The gene of a probe that speaks for one of the family alone; empty where it speaks for all of `symbols`."""
    return "" if set(symbols) <= set(genes_of(marker)) else marker


def joined(symbols: Sequence[str]) -> str:
    """`NTRK1/2/3` for the group, the symbol itself for one."""
    return symbols[0] + "".join(f"/{symbol[-1]}" for symbol in symbols[1:])
