"""
The strokes that every figure is made of.

One drawing unit is about a point: 520 units are the width of the text. An element costs about a millisecond of drawing
whatever it holds: shapes of one look share a path, numbers of one look share a text.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

WIDTH = 520.0
LEFT = 84.0
INK, MUTED, RULE = "#1c2733", "#5a6875", "#8a96a1"
# Advance of a digit of Source Sans 3, in parts of the size: its figures are all as wide.
_DIGIT = 0.497


def figure(height: float, alternative: str, parts: Iterable[str]) -> Markup:
    return Markup(  # noqa: S704 - our own marks; every text of the record is escaped
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" font-family="Source Sans 3">'
        f"<title>{escape(alternative)}</title>{''.join(parts)}</svg>"
    )


def box(x: float, y: float, width: float, height: float, fill: str, stroke: str, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="2 1.4"' if dashed else ""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="1.5" fill="{fill}" stroke="{stroke}" '
        f'stroke-width=".8"{dashes}/>'
    )


def boxes(corners: Iterable[tuple[float, float]], width: float, height: float, look: str) -> str:
    """Boxes of one size and look, as one path; nothing for no corner."""
    path = "".join(f"M{x:g} {y:g}h{width:g}v{height:g}h-{width:g}z" for x, y in corners)
    return f'<path d="{path}" stroke-width=".8" {look}/>' if path else ""


def line(x1: float, y1: float, x2: float, y2: float, stroke: str) -> str:
    return f'<path d="M{x1:.2f} {y1:.2f}L{x2:.2f} {y2:.2f}" stroke="{stroke}" stroke-width=".8" fill="none"/>'


def text(x: float, y: float, label: str, size: float, ink: str, more: str = "") -> str:
    return f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:g}" fill="{ink}" {more}>{escape(label)}</text>'


def numbers(centred: Iterable[tuple[float, int]], y: float, size: float, ink: str) -> str:
    """Whole numbers, each centred on its x, as one text that places every digit; nothing for no number."""
    places, digits = [], []
    for centre, number in centred:
        start = centre - len(str(number)) * _DIGIT * size / 2
        for index, digit in enumerate(str(number)):
            places.append(f"{start + index * _DIGIT * size:.2f}")
            digits.append(digit)
    if not digits:
        return ""
    return f'<text x="{" ".join(places)}" y="{y:g}" font-size="{size:g}" fill="{ink}">{"".join(digits)}</text>'


def cut(label: str, longest: int) -> str:
    """A label cut visibly to its place in the drawing; the table beside it prints the whole."""
    return label if len(label) <= longest else label[: longest - 1] + "…"
