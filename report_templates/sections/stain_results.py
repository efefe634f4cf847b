"""How the result of a stain is said, on page 1 as in its table."""

from __future__ import annotations

from collections.abc import Sequence

from report_templates import wording
from report_templates.language import decimal_mark
from report_templates.sections.section import Record

_PAN_TRK = "pan-TRK"


def with_percent(percent: str, empty: str = "–") -> str:
    """The file's own text ("90", "<1", "20-30"), with its unit."""
    if not percent:
        return empty
    printed = percent.replace(".", decimal_mark())
    return printed if percent.endswith("%") or percent[-1:].isalpha() else f"{printed}%"


def stain_result(stain: Record) -> wording.Mark:
    return wording.CONTROL_FAILED if stain["control_ok"] is False else wording.STAIN_RESULT[stain["result"]]


def answers_for(marker: str, symbols: Sequence[str]) -> bool:
    """Whether a stain or probe speaks for a kinase or its family."""
    return marker in symbols or (marker == _PAN_TRK and any(symbol.startswith("NTRK") for symbol in symbols))


def joined(symbols: Sequence[str]) -> str:
    """`NTRK1/2/3` for the group, the symbol itself for one."""
    return symbols[0] + "".join(f"/{symbol[-1]}" for symbol in symbols[1:])
