"""
The drawing of a fusion: both genes' exons on the transcripts of the table, the junction, and the protein to scale.

Everything comes from `DrawnGene` in the record, so that picture and table cannot differ. What is unknown is not
drawn. Kept exons are filled, lost ones dashed; a part that is not translated as the kinase is hatched: the picture
reads in black and white.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape

from report_templates.wording import KINASE_DOMAIN, READING_FRAME, position

# One drawing unit is about a point: 520 units are the width of the text.
_WIDTH = 520.0
_LEFT = 84.0
_EXON_WIDTH, _EXON_GAP, _EXON_HEIGHT = 22.0, 5.0, 16.0
_SLOTS = 16
_PROTEIN_WIDTH = 424.0
_PROTEIN_TOP, _DOMAIN_HEIGHT, _BAND_HEIGHT = 92.0, 26.0, 14.0
_BAND_TOP = _PROTEIN_TOP + (_DOMAIN_HEIGHT - _BAND_HEIGHT) / 2
_INK, _MUTED, _RULE = "#1c2733", "#5a6875", "#8a96a1"
_LETTER = 3.5  # mean advance of a letter at the size of a domain label


@dataclass(frozen=True, slots=True)
class Side:
    """
    How one of the two genes is drawn: `dark` for exons and domains, `light` for the protein between domains.

    `junction` names the kept exon that lies at the junction.
    """

    dark: str
    light: str
    top: float
    junction: str


_FIVE = Side("#1f6f8b", "#b9d6df", 14.0, "kept_last")
_THREE = Side("#a3201f", "#e3b5b4", 54.0, "kept_first")


def fusion_svg(fusion: Mapping[str, Any]) -> Markup | None:
    """The drawing of one fusion of the record; None where neither gene has a model."""
    five, three = fusion["drawing_5prime"], fusion["drawing_3prime"]
    if five is None and three is None:
        return None
    protein = _protein(fusion, five, three)
    legend_top = _PROTEIN_TOP + 45 if protein else 90
    parts = [
        *_gene_row(_FIVE, five, fusion["gene_5prime"]),
        *_gene_row(_THREE, three, fusion["gene_3prime"]),
        *_junction(fusion, five, three),
        *protein,
        *_legend(legend_top),
    ]
    height = legend_top + 9
    return Markup(  # noqa: S704 - our own marks; every text of the record is escaped
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {height:g}" font-family="Source Sans 3">'
        f"<title>{escape(fusion_alternative(fusion))}</title>{''.join(parts)}</svg>"
    )


def fusion_alternative(fusion: Mapping[str, Any]) -> str:
    """What the drawing shows, in words, for a reader who cannot see it."""
    halves = [_half_in_words(drawn) for drawn in (fusion["drawing_5prime"], fusion["drawing_3prime"]) if drawn]
    return (
        f"Drawing of {fusion['name']}: {' joined to '.join(halves)}. "
        f"Reading frame: {READING_FRAME[fusion['reading_frame']].lower()}. "
        f"Kinase domain: {KINASE_DOMAIN[fusion['kinase_domain']].lower()}."
    )


def exon_slots(count: int, junction: int, slots: int = _SLOTS) -> list[int | None]:
    """
    The exons to draw of a gene with `count`, at most `slots` of them; None stands for a run left out.

    The ends of the gene and the surroundings of the exon at the junction stay.
    """
    if count <= slots:
        return list(range(1, count + 1))
    room = slots - 4  # the gene's two ends and up to two gaps
    start = min(max(1, junction - room // 2), count - room + 1)
    shown = sorted({1, count, *range(start, start + room)})
    return _with_gaps(shown)


def _with_gaps(shown: Sequence[int]) -> list[int | None]:
    """A single missing exon is drawn instead of a gap, which would take the same room."""
    result: list[int | None] = [shown[0]]
    for before, after in pairwise(shown):
        if after - before == 2:
            result.append(before + 1)
        elif after - before > 2:
            result.append(None)
        result.append(after)
    return result


def _half_in_words(drawn: Mapping[str, Any]) -> str:
    return f"{drawn['gene']} exons {drawn['kept_first']} to {drawn['kept_last']} ({drawn['transcript']})"


def _gene_row(side: Side, drawn: Mapping[str, Any] | None, symbol: str) -> Iterator[str]:
    yield _text(0, side.top + 7, _cut(symbol or "unknown", 13), 9, _INK, 'font-weight="700" font-style="italic"')
    if drawn is None:
        yield _text(0, side.top + 16, "no gene model", 6.2, _MUTED)
        yield _box(_LEFT, side.top, 130, _EXON_HEIGHT, "#ffffff", _RULE, dashed=True)
        yield _text(_LEFT + 65, side.top + 10.4, "exons not drawn", 6.4, _MUTED, 'text-anchor="middle"')
        return
    yield _text(0, side.top + 16, _cut(drawn["transcript"], 22), 6.2, _MUTED)
    slots = exon_slots(drawn["exon_count"], drawn[side.junction])
    middle = side.top + _EXON_HEIGHT / 2
    yield _line(_LEFT, middle, _slot_x(len(slots)) - _EXON_GAP, middle, _RULE)
    for index, exon in enumerate(slots):
        yield from _exon(side, drawn, _slot_x(index), exon)


def _exon(side: Side, drawn: Mapping[str, Any], x: float, exon: int | None) -> Iterator[str]:
    if exon is None:
        # A white patch on the intron line with three dots: drawn, so that no text node is spent on it.
        dots = "".join(f'<circle cx="{x + at:g}" cy="{side.top + 8:g}" r="1.1"/>' for at in (6, 11, 16))
        yield f'<rect x="{x:g}" y="{side.top:g}" width="22" height="16" fill="#fff"/><g fill="{_MUTED}">{dots}</g>'
        return
    kept = drawn["kept_first"] <= exon <= drawn["kept_last"]
    fill, ink = (side.dark, "#ffffff") if kept else ("#ffffff", _MUTED)
    yield _box(x, side.top, _EXON_WIDTH, _EXON_HEIGHT, fill, side.dark if kept else _RULE, dashed=not kept)
    yield _text(x + _EXON_WIDTH / 2, side.top + 10.6, str(exon), 7, ink, 'text-anchor="middle"')


def _junction(
    fusion: Mapping[str, Any], five: Mapping[str, Any] | None, three: Mapping[str, Any] | None
) -> Iterator[str]:
    x5 = _exon_edge(_FIVE, five, after=True) if five else _LEFT + 130 + _EXON_GAP / 2
    x3 = _exon_edge(_THREE, three, after=False) if three else _LEFT - _EXON_GAP / 2
    yield (
        f'<path d="M{x5:g} 7V33L{x3:g} 51V77" fill="none" stroke="{_INK}" stroke-width="1.1" stroke-dasharray="3 2"/>'
    )
    yield _beside(x5, 9, position(fusion["breakpoint_5prime"]) if fusion["breakpoint_5prime"] else "")
    yield _beside(x3, 80, position(fusion["breakpoint_3prime"]) if fusion["breakpoint_3prime"] else "")


def _exon_edge(side: Side, drawn: Mapping[str, Any], after: bool) -> float:
    slots = exon_slots(drawn["exon_count"], drawn[side.junction])
    return _slot_x(slots.index(drawn[side.junction]) + after) - _EXON_GAP / 2


def _beside(x: float, y: float, label: str) -> str:
    """A label right of `x`, or left of it where the page ends."""
    if not label:
        return ""
    label = _cut(label, 34)
    if x > _WIDTH - 130:
        return _text(x - 4, y, label, 6.4, _INK, 'font-weight="600" text-anchor="end"')
    return _text(x + 4, y, label, 6.4, _INK, 'font-weight="600"')


def _protein(fusion: Mapping[str, Any], five: Mapping[str, Any] | None, three: Mapping[str, Any] | None) -> list[str]:
    """The translated parts to scale; empty where they are not known in amino acids (`protein_is_drawn`)."""
    if not protein_is_drawn(fusion):
        return []
    if fusion["reading_frame"] == "out-of-frame":
        return _broken_protein(fusion, five)
    n5, n3 = _length(five), _length(three)
    scale = _PROTEIN_WIDTH / (n5 + n3)
    split = _LEFT + n5 * scale
    # What holds only if the frame does is outlined, not filled.
    certain = fusion["reading_frame"] != "undetermined" and fusion["kinase_domain"] != "undetermined"
    return [
        *_protein_heading(_protein_note(fusion["reading_frame"], n5, n3)),
        _band(_LEFT, n5 * scale, _FIVE.light),
        _band(split, n3 * scale, _THREE.light if certain else "#ffffff", outlined=not certain),
        *_domains(_FIVE, five, _LEFT, scale),
        *_domains(_THREE, three, split, scale, filled=certain),
        *_ticks([(_LEFT, "1"), (split, f"{n5} | {n5 + 1}" if n5 else ""), (_LEFT + _PROTEIN_WIDTH, str(n5 + n3))]),
    ]


def protein_is_drawn(fusion: Mapping[str, Any]) -> bool:
    """Whether enough is known: the 3′ amino acids, or those before a shifted frame."""
    if fusion["drawing_5prime"] is None and fusion["drawing_3prime"] is None:
        return False
    end = "5prime" if fusion["reading_frame"] == "out-of-frame" else "3prime"
    return _length(fusion[f"drawing_{end}"]) > 0


def _broken_protein(fusion: Mapping[str, Any], five: Mapping[str, Any] | None) -> list[str]:
    """The 5′ part to its own scale, then a hatched stretch whose length is not known."""
    n5, hatched = _length(five), 150.0
    split = _LEFT + _PROTEIN_WIDTH - hatched
    scale = (_PROTEIN_WIDTH - hatched) / n5
    return [
        *_protein_heading("out of frame"),
        _band(_LEFT, n5 * scale, _FIVE.light),
        *_domains(_FIVE, five, _LEFT, scale),
        _hatching(split, hatched),
        _label_on_white(split + hatched / 2, f"out of frame: not read as {_cut(fusion['gene_3prime'], 13)}"),
        *_ticks([(_LEFT, "1"), (split, str(n5))]),
    ]


def _protein_note(reading_frame: str, n5: int, n3: int) -> str:
    if not n5:
        return f"3′ part, {n3} aa"
    if reading_frame == "in-frame":
        return f"predicted, {n5 + n3} aa"
    if reading_frame == "undetermined":
        return f"if in frame, {n5 + n3} aa"
    return "frame not assessable"


def _protein_heading(note: str) -> list[str]:
    return [
        _text(0, _PROTEIN_TOP + 13, "Protein", 8, _INK, 'font-weight="700"'),
        _text(0, _PROTEIN_TOP + 22, note, 6.2, _MUTED),
    ]


def _length(drawn: Mapping[str, Any] | None) -> int:
    if drawn is None or drawn["kept_aa_first"] is None or drawn["kept_aa_last"] is None:
        return 0
    return max(0, int(drawn["kept_aa_last"]) - int(drawn["kept_aa_first"]) + 1)


def _domains(
    side: Side, drawn: Mapping[str, Any] | None, left: float, scale: float, filled: bool = True
) -> Iterator[str]:
    dashes = "" if filled else ' stroke-dasharray="2 1.4"'
    fill, stroke, ink = (side.dark, "#ffffff", "#ffffff") if filled else ("#ffffff", side.dark, side.dark)
    if drawn is None:
        return
    for feature in kept_features(drawn):
        x = left + (feature["start_aa"] - drawn["kept_aa_first"]) * scale
        width = (feature["end_aa"] - feature["start_aa"] + 1) * scale
        yield (
            f'<rect x="{x:.2f}" y="{_PROTEIN_TOP:g}" width="{width:.2f}" height="{_DOMAIN_HEIGHT:g}" rx="2.5" '
            f'fill="{fill}" stroke="{stroke}" stroke-width=".8"{dashes}/>'
        )
        if label := _fitting(feature, width):
            yield _text(x + width / 2, _PROTEIN_TOP + 15.4, label, 6.8, ink, 'font-weight="600" text-anchor="middle"')


def kept_features(drawn: Mapping[str, Any]) -> list[dict[str, Any]]:
    """
    The features inside the kept part, cut to it, in order; of two that overlap the kinase, else the longer, stays.

    Of other features at least half must be kept: a stump of a domain is not one.
    """
    first, last = drawn["kept_aa_first"], drawn["kept_aa_last"]
    if first is None or last is None:
        return []
    cut = [
        {
            **feature,
            "name": _feature_name(feature, drawn["gene"]),
            "start_aa": max(feature["start_aa"], first),
            "end_aa": min(feature["end_aa"], last),
        }
        for feature in drawn["features"]
        if feature["start_aa"] <= last and feature["end_aa"] >= first and _is_worth_drawing(feature, first, last)
    ]
    chosen: list[dict[str, Any]] = []
    for feature in sorted(cut, key=_importance):
        if all(feature["end_aa"] < other["start_aa"] or feature["start_aa"] > other["end_aa"] for other in chosen):
            chosen.append(feature)
    return sorted(chosen, key=lambda feature: int(feature["start_aa"]))


def _feature_name(feature: Mapping[str, Any], gene: str) -> str:
    """`Kinase domain` as `ALK kinase domain`: the one name a reader looks for says whose it is."""
    name = re.sub(r"^PF\d{5} ", "", feature["name"])
    if feature["kind"] == "kinase" and not name.startswith(gene):
        return f"{gene} {name[:1].lower()}{name[1:]}"
    return name


def _is_worth_drawing(feature: Mapping[str, Any], first: int, last: int) -> bool:
    kept = min(feature["end_aa"], last) - max(feature["start_aa"], first) + 1
    whole = feature["end_aa"] - feature["start_aa"] + 1
    return "kinase" in feature["kind"] or 2 * kept >= whole


def _importance(feature: Mapping[str, Any]) -> tuple[bool, int, int]:
    length = feature["end_aa"] - feature["start_aa"]
    return ("kinase" not in feature["kind"], -length, feature["start_aa"])


def _fitting(feature: Mapping[str, Any], width: float) -> str:
    """The longest name that fits; the kinase is the one domain that is never without."""
    names = [str(feature["name"])]
    if feature["kind"] == "kinase":
        names += ["Kinase domain", "Kinase"]
    return next((name for name in names if len(name) * _LETTER + 4 <= width), "")


def _ticks(marks: Sequence[tuple[float, str]]) -> Iterator[str]:
    """Amino acid numbers under the protein; a number that would run into its neighbour is left out."""
    previous = -100.0
    for x, label in marks:
        if not label:
            continue
        yield _line(x, _PROTEIN_TOP + 28, x, _PROTEIN_TOP + 31.5, _MUTED)
        if x - previous > 30:
            yield _text(x, _PROTEIN_TOP + 38, label, 6.2, _MUTED, 'text-anchor="middle"')
            previous = x


def _legend(top: float) -> Iterator[str]:
    yield f'<rect x="{_LEFT:g}" y="{top:g}" width="9" height="7" fill="{_FIVE.dark}"/>'
    yield _text(_LEFT + 12, top + 6, "5′ gene, kept", 6.4, _INK)
    yield f'<rect x="{_LEFT + 84:g}" y="{top:g}" width="9" height="7" fill="{_THREE.dark}"/>'
    yield _text(_LEFT + 96, top + 6, "3′ gene, kept", 6.4, _INK)
    yield _box(_LEFT + 168, top, 9, 7, "#ffffff", _RULE, dashed=True)
    yield _text(_LEFT + 180, top + 6, "not in the fusion transcript", 6.4, _INK)
    x = _LEFT + 290
    yield (f'<path d="M{x:g} {top + 3.5:g}h14" stroke="{_INK}" stroke-width="1.1" stroke-dasharray="3 2" fill="none"/>')
    yield _text(x + 18, top + 6, "junction; exons not to scale", 6.4, _INK)


def _hatching(x: float, width: float) -> str:
    """Slanted lines over the protein band, cut at its edges; a pattern element would cost more and copy worse."""
    top, height, right = _BAND_TOP, _BAND_HEIGHT, x + width
    bottom = top + height
    strokes = []
    start = x - height + 4
    while start < right:
        x1, y1 = max(start, x), bottom - (max(start, x) - start)
        x2 = min(start + height, right)
        y2 = bottom - (x2 - start)
        strokes.append(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}")
        start += 5
    return (
        f'<path d="{"".join(strokes)}" stroke="{_MUTED}" stroke-width=".8" fill="none"/>'
        f'<rect x="{x:.2f}" y="{top:g}" width="{width:.2f}" height="{height:g}" fill="none" stroke="{_MUTED}" '
        f'stroke-width=".8"/>'
    )


def _label_on_white(x: float, label: str) -> str:
    half = len(label) * 1.6 + 4
    return (
        f'<rect x="{x - half:.2f}" y="{_PROTEIN_TOP + 8.5:g}" width="{2 * half:.2f}" height="9" fill="#fff"/>'
        + _text(x, _PROTEIN_TOP + 15.3, label, 6.4, _INK, 'text-anchor="middle"')
    )


def _band(x: float, width: float, fill: str, outlined: bool = False) -> str:
    if width <= 0:
        return ""
    edge = f' stroke="{_MUTED}" stroke-width=".8" stroke-dasharray="2 1.4"' if outlined else ""
    return f'<rect x="{x:.2f}" y="{_BAND_TOP:g}" width="{width:.2f}" height="{_BAND_HEIGHT:g}" fill="{fill}"{edge}/>'


def _box(x: float, y: float, width: float, height: float, fill: str, stroke: str, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="2 1.4"' if dashed else ""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="1.5" fill="{fill}" stroke="{stroke}" '
        f'stroke-width=".8"{dashes}/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str) -> str:
    return f'<path d="M{x1:.2f} {y1:.2f}L{x2:.2f} {y2:.2f}" stroke="{stroke}" stroke-width=".8" fill="none"/>'


def _text(x: float, y: float, label: str, size: float, ink: str, more: str = "") -> str:
    return f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:g}" fill="{ink}" {more}>{escape(label)}</text>'


def _cut(label: str, longest: int) -> str:
    """A label cut visibly to its place in the drawing; the table beside it prints the whole."""
    return label if len(label) <= longest else label[: longest - 1] + "…"


def _slot_x(index: int) -> float:
    return _LEFT + index * (_EXON_WIDTH + _EXON_GAP)
