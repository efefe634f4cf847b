"""
Which methods agree for each kinase: a column for each, a mark for each method, the relation and its rule below.

Marks differ in shape, not in colour alone: filled circle, open circle, triangle, cross, dash.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from report_templates.figures.shapes import INK, LEFT, MUTED, RULE, WIDTH, cut, figure, text
from report_templates.language import gettext, marked, pgettext

Seen = Literal["found", "not_found", "not_certain", "not_usable", "not_done"]
Relation = Literal["agree", "only stains agree", "differ", "one clear result", "no clear result", "on hold"]

METHODS = (marked("Sequencing"), marked("Immunohistochemistry"), marked("FISH"))
COLUMNS_DRAWN = 7
IN_WORDS: dict[Seen, str] = {
    "found": marked("found"),
    "not_found": marked("not found"),
    "not_certain": marked("not certain"),
    "not_usable": marked("not usable"),
    "not_done": marked("not done"),
}
_FIRST, _ROW = 19.0, 10.0
_SHAPES: dict[Seen, tuple[str, str]] = {
    "found": ("m-3.2 0a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0 -6.4 0z", f'fill="{INK}"'),
    "not_found": ("m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z", f'fill="#ffffff" stroke="{INK}" stroke-width="1"'),
    "not_certain": ("m-3.6 3l3.6 -6.4l3.6 6.4z", 'fill="#8a5a00"'),
    "not_usable": ("m-2.8 -2.8l5.6 5.6m0 -5.6l-5.6 5.6", f'fill="none" stroke="{INK}" stroke-width="1.3"'),
    "not_done": ("m-3 0h6", f'fill="none" stroke="{MUTED}" stroke-width="1"'),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One kinase: what each of `METHODS` saw, how they relate, and what the rule of the record made of it."""

    name: str
    seen: tuple[Seen, Seen, Seen]
    relation: Relation
    ruling: str


def relation_in_words(relation: Relation) -> str:
    match relation:
        case "agree":
            return pgettext("methods", "agree")
        case "only stains agree":
            return pgettext("methods", "IHC, FISH agree")
        case "differ":
            return pgettext("methods", "differ")
        case "one clear result":
            return pgettext("methods", "one clear result")
        case "no clear result":
            return pgettext("methods", "no clear result")
        case "on hold":
            return gettext("on hold")


def agreement_svg(columns: Sequence[Column]) -> Markup:
    """The strip of at most `COLUMNS_DRAWN` kinases."""
    drawn = columns[:COLUMNS_DRAWN]
    width = (WIDTH - LEFT) / max(5, len(drawn))
    centres = [LEFT + width * (index + 0.5) for index in range(len(drawn))]
    parts = [text(0, _FIRST + _ROW * row + 2.4, gettext(method), 7, INK) for row, method in enumerate(METHODS)]
    last = _FIRST + _ROW * len(METHODS)
    parts.append(_frame(last))
    parts.extend(_marks(drawn, centres))
    middle = 'text-anchor="middle"'
    for column, x in zip(drawn, centres, strict=True):
        weight = "700" if column.relation == "differ" else "400"
        parts.append(text(x, 8, cut(column.name, 16), 7.4, INK, f'font-weight="600" {middle}'))
        parts.append(
            text(x, last + 3.5, relation_in_words(column.relation), 7, INK, f'font-weight="{weight}" {middle}')
        )
        if column.ruling:
            parts.append(text(x, last + 11.5, cut(column.ruling, 26), 6.2, MUTED, middle))
    return figure(last + 14, agreement_alternative(columns), parts)


def agreement_alternative(columns: Sequence[Column]) -> str:
    """The strip in words, kinase by kinase."""
    return " ".join(
        f"{column.name}: "
        + ", ".join(
            f"{gettext(method)} {gettext(IN_WORDS[seen])}" for method, seen in zip(METHODS, column.seen, strict=True)
        )
        + f"; {relation_in_words(column.relation)}{f' ({column.ruling})' if column.ruling else ''}."
        for column in columns
    )


def _frame(last: float) -> str:
    return f'<path d="M0 12H{WIDTH:g}M0 {last - 5:g}H{WIDTH:g}" stroke="{RULE}" stroke-width=".6"/>'


def _marks(columns: Sequence[Column], centres: Sequence[float]) -> list[str]:
    """One path for each look, over all columns and methods."""
    marks = []
    for seen, (shape, look) in _SHAPES.items():
        path = "".join(
            f"M{x:.1f} {_FIRST + _ROW * row:g}{shape}"
            for column, x in zip(columns, centres, strict=True)
            for row, state in enumerate(column.seen)
            if state == seen
        )
        if path:
            marks.append(f'<path d="{path}" {look}/>')
    return marks
