"""
How many reads each caller counts for a fusion: a filled bar of split reads, an outlined one of spanning pairs.

A hatched bar is the one number of a caller that does not tell them apart. The dashed line is the number of split reads
that the assay needs. What a caller does not give has no bar and is told in words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from report_templates.figures.shapes import INK, LEFT, MUTED, RULE, cut, figure, text
from report_templates.language import gettext
from report_templates.wording import count, split_reads

CALLERS_DRAWN = 8
_LONGEST = 320.0
_TOP, _ROW, _BAR = 10.0, 15.0, 5.0
_FILL = "#1f6f8b"


def reads_svg(fusion: Mapping[str, Any], minimum: int) -> Markup | None:
    """The bars of the first `CALLERS_DRAWN` callers; None where no caller called it."""
    callers = fusion["callers"][:CALLERS_DRAWN]
    most = max((number for caller in callers for number in _numbers(caller)), default=0)
    if not callers:
        return None
    # Room beyond the threshold, so that a count below it is seen to be below.
    scale = _LONGEST / max(most, minimum * 1.25, 1)
    height = _TOP + _ROW * len(callers)
    needed = LEFT + minimum * scale
    parts = [
        *(_row(caller, _TOP + index * _ROW, scale) for index, caller in enumerate(callers)),
        _bars(callers, scale),
        f'<path d="M{LEFT:g} {_TOP - 2:g}V{height:g}" stroke="{RULE}" stroke-width=".8"/>'
        f'<path d="M{needed:.2f} {_TOP - 3:g}V{height:g}" stroke="{INK}" stroke-width="1" stroke-dasharray="3 2"/>',
        text(needed + 4, 6, gettext("assay minimum: {minimum} split reads").format(minimum=minimum), 6.2, INK),
    ]
    return figure(height, reads_alternative(fusion, minimum), parts)


def reads_alternative(fusion: Mapping[str, Any], minimum: int) -> str:
    """The numbers of every caller in words."""
    told = "; ".join(f"{caller['caller']}: {_in_words(caller)}" for caller in fusion["callers"])
    return gettext("Supporting reads of {name} by caller. {told}. The assay needs {minimum} split reads.").format(
        name=fusion["name"], told=told, minimum=minimum
    )


def _row(caller: Mapping[str, Any], top: float, scale: float) -> str:
    longest = max(_numbers(caller), default=0) * scale
    return text(0, top + 8, cut(caller["caller"], 22), 7, INK) + text(
        LEFT + longest + 5, top + 8, _in_words(caller), 6.6, INK if _numbers(caller) else MUTED
    )


def _bars(callers: Sequence[Mapping[str, Any]], scale: float) -> str:
    """One path for each of the three looks, over all callers."""
    split, pairs, undivided = [], [], []
    for index, caller in enumerate(callers):
        top = _TOP + index * _ROW
        if caller["split_reads"]:
            split.append(_bar(top, caller["split_reads"] * scale))
        elif caller["split_reads"] is None and caller.get("supporting_reads"):
            undivided.append(_hatched(top, caller["supporting_reads"] * scale))
        if caller["spanning_pairs"]:
            pairs.append(_bar(top + _BAR + 1, caller["spanning_pairs"] * scale))
    looks = (
        (split, f'fill="{_FILL}"'),
        (pairs, f'fill="#ffffff" stroke="{_FILL}" stroke-width=".8"'),
        (undivided, f'fill="none" stroke="{_FILL}" stroke-width=".8"'),
    )
    return "".join(f'<path d="{"".join(paths)}" {look}/>' for paths, look in looks if paths)


def _bar(top: float, width: float) -> str:
    return f"M{LEFT:g} {top:g}h{width:.2f}v{_BAR:g}h-{width:.2f}z"


def _hatched(top: float, width: float) -> str:
    strokes = (f"M{LEFT + at:.1f} {top + _BAR:g}l{_BAR:g} -{_BAR:g}" for at in range(0, int(width - _BAR) + 1, 4))
    return _bar(top, width) + "".join(strokes)


def _numbers(caller: Mapping[str, Any]) -> list[int]:
    """The counts that have a bar; a sum is none where its parts are given."""
    split = caller["split_reads"]
    whole = caller.get("supporting_reads") if split is None else None
    return [number for number in (split, whole, caller["spanning_pairs"]) if number is not None]


def _in_words(caller: Mapping[str, Any]) -> str:
    if caller["split_reads"] is None and caller.get("supporting_reads") is not None:
        return gettext("{reads}, split reads not told apart").format(reads=split_reads(caller))
    return gettext("split reads {split}, spanning pairs {pairs}").format(
        split=count(caller["split_reads"]), pairs=count(caller["spanning_pairs"])
    )
