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

from markupsafe import Markup

from report_templates.figures.shapes import INK, LEFT, MUTED, RULE, WIDTH, box, boxes, cut, figure, line, numbers, text
from report_templates.language import gettext
from report_templates.wording import KINASE_DOMAIN, READING_FRAME, position, within

_EXON_WIDTH, _EXON_GAP, _EXON_HEIGHT = 22.0, 5.0, 16.0
_SLOTS = 16
_PROTEIN_WIDTH = 424.0
_PROTEIN_TOP, _DOMAIN_HEIGHT, _BAND_HEIGHT = 81.0, 26.0, 14.0
_BAND_TOP = _PROTEIN_TOP + (_DOMAIN_HEIGHT - _BAND_HEIGHT) / 2
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
_THREE = Side("#a3201f", "#e3b5b4", 46.0, "kept_first")


def fusion_svg(fusion: Mapping[str, Any]) -> Markup | None:
    """The drawing of one fusion of the record; None where neither gene has a model."""
    five, three = fusion["drawing_5prime"], fusion["drawing_3prime"]
    if five is None and three is None:
        return None
    protein = _protein(fusion, five, three)
    parts = (
        *_gene_row(_FIVE, five, fusion["gene_5prime"]),
        *_gene_row(_THREE, three, fusion["gene_3prime"]),
        *_junction(fusion, five, three),
        *protein,
    )
    return figure(_PROTEIN_TOP + 41 if protein else 76, fusion_alternative(fusion), parts)


def fusion_alternative(fusion: Mapping[str, Any]) -> str:
    """What the drawing shows, in words, for a reader who cannot see it."""
    halves = [_half_in_words(drawn) for drawn in (fusion["drawing_5prime"], fusion["drawing_3prime"]) if drawn]
    return gettext("Drawing of {name}: {halves}. Reading frame: {frame}. Kinase domain: {kinase}.").format(
        name=fusion["name"],
        halves=gettext(" joined to ").join(halves),
        frame=within(READING_FRAME[fusion["reading_frame"]]),
        kinase=within(KINASE_DOMAIN[fusion["kinase_domain"]]),
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
    return gettext("{gene} exons {first} to {last} ({transcript})").format(
        gene=drawn["gene"], first=drawn["kept_first"], last=drawn["kept_last"], transcript=drawn["transcript"]
    )


def _gene_row(side: Side, drawn: Mapping[str, Any] | None, symbol: str) -> Iterator[str]:
    yield text(0, side.top + 7, cut(symbol or gettext("unknown"), 13), 9, INK, 'font-weight="700" font-style="italic"')
    if drawn is None:
        yield text(0, side.top + 16, gettext("no gene model"), 6.2, MUTED)
        yield box(LEFT, side.top, 130, _EXON_HEIGHT, "#ffffff", RULE, dashed=True)
        yield text(LEFT + 65, side.top + 10.4, gettext("exons not drawn"), 6.4, MUTED, 'text-anchor="middle"')
        return
    yield text(0, side.top + 16, cut(drawn["transcript"], 22), 6.2, MUTED)
    slots = exon_slots(drawn["exon_count"], drawn[side.junction])
    middle = side.top + _EXON_HEIGHT / 2
    yield line(LEFT, middle, _slot_x(len(slots)) - _EXON_GAP, middle, RULE)
    placed = [(_slot_x(index), exon) for index, exon in enumerate(slots)]
    yield from _gaps(side, [x for x, exon in placed if exon is None])
    exons = [(x, exon) for x, exon in placed if exon is not None]
    kept = [(x, exon) for x, exon in exons if drawn["kept_first"] <= exon <= drawn["kept_last"]]
    lost = [place for place in exons if place not in kept]
    yield from _exons(side, kept, f'fill="{side.dark}" stroke="{side.dark}"', "#ffffff")
    yield from _exons(side, lost, f'fill="#ffffff" stroke="{RULE}" stroke-dasharray="2 1.4"', MUTED)


def _exons(side: Side, placed: Sequence[tuple[float, int]], look: str, ink: str) -> Iterator[str]:
    yield boxes(((x, side.top) for x, _ in placed), _EXON_WIDTH, _EXON_HEIGHT, look)
    yield numbers(((x + _EXON_WIDTH / 2, exon) for x, exon in placed), side.top + 10.6, 7, ink)


def _gaps(side: Side, places: Sequence[float]) -> Iterator[str]:
    """A white patch on the intron line with three dots for each run of exons that is left out."""
    if places:
        yield boxes(((x, side.top) for x in places), _EXON_WIDTH, _EXON_HEIGHT, 'fill="#ffffff"')
        dots = "".join(f"M{x + at:g} {side.top + 7:g}h2v2h-2z" for x in places for at in (5, 10, 15))
        yield f'<path d="{dots}" fill="{MUTED}"/>'


def _junction(
    fusion: Mapping[str, Any], five: Mapping[str, Any] | None, three: Mapping[str, Any] | None
) -> Iterator[str]:
    x5 = _exon_edge(_FIVE, five, after=True) if five else LEFT + 130 + _EXON_GAP / 2
    x3 = _exon_edge(_THREE, three, after=False) if three else LEFT - _EXON_GAP / 2
    yield (
        f'<path d="M{x5:g} 7V33L{x3:g} 43V69" fill="none" stroke="{INK}" stroke-width="1.1" stroke-dasharray="3 2"/>'
    )
    yield _beside(x5, 9, position(fusion["breakpoint_5prime"]) if fusion["breakpoint_5prime"] else "")
    yield _beside(x3, 72, position(fusion["breakpoint_3prime"]) if fusion["breakpoint_3prime"] else "")


def _exon_edge(side: Side, drawn: Mapping[str, Any], after: bool) -> float:
    slots = exon_slots(drawn["exon_count"], drawn[side.junction])
    return _slot_x(slots.index(drawn[side.junction]) + after) - _EXON_GAP / 2


def _beside(x: float, y: float, label: str) -> str:
    """A label right of `x`, or left of it where the page ends."""
    if not label:
        return ""
    label = cut(label, 34)
    if x > WIDTH - 130:
        return text(x - 4, y, label, 6.4, INK, 'font-weight="600" text-anchor="end"')
    return text(x + 4, y, label, 6.4, INK, 'font-weight="600"')


def _protein(fusion: Mapping[str, Any], five: Mapping[str, Any] | None, three: Mapping[str, Any] | None) -> list[str]:
    """The translated parts to scale; empty where they are not known in amino acids (`protein_is_drawn`)."""
    if not protein_is_drawn(fusion):
        return []
    if fusion["reading_frame"] == "out-of-frame":
        return _broken_protein(fusion, five)
    n5, n3 = _length(five), _length(three)
    scale = _PROTEIN_WIDTH / (n5 + n3)
    split = LEFT + n5 * scale
    # What holds only if the frame does is outlined, not filled.
    certain = fusion["reading_frame"] != "undetermined" and fusion["kinase_domain"] != "undetermined"
    return [
        *_protein_heading(_protein_note(fusion["reading_frame"], n5, n3)),
        _band(LEFT, n5 * scale, _FIVE.light),
        _band(split, n3 * scale, _THREE.light if certain else "#ffffff", outlined=not certain),
        *_domains(_FIVE, five, LEFT, scale),
        *_domains(_THREE, three, split, scale, filled=certain),
        _ruler(n5 + n3, scale),
        *_ticks([(LEFT, "1"), (split, f"{n5} | {n5 + 1}" if n5 else ""), (LEFT + _PROTEIN_WIDTH, f"{n5 + n3} aa")]),
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
    split = LEFT + _PROTEIN_WIDTH - hatched
    scale = (_PROTEIN_WIDTH - hatched) / n5
    return [
        *_protein_heading(gettext("out of frame")),
        _band(LEFT, n5 * scale, _FIVE.light),
        *_domains(_FIVE, five, LEFT, scale),
        _hatching(split, hatched),
        _label_on_white(split + hatched / 2, _not_read_as(fusion["gene_3prime"])),
        _ruler(n5, scale),
        *_ticks([(LEFT, "1"), (split, f"{n5} aa")]),
    ]


def _not_read_as(gene: str) -> str:
    return gettext("out of frame: not read as {gene}").format(gene=cut(gene, 13))


def _protein_note(reading_frame: str, n5: int, n3: int) -> str:
    if not n5:
        return gettext("3′ part, {length} aa").format(length=n3)
    if reading_frame == "in-frame":
        return gettext("predicted, {length} aa").format(length=n5 + n3)
    if reading_frame == "undetermined":
        return gettext("if in frame, {length} aa").format(length=n5 + n3)
    return gettext("frame not assessable")


def _protein_heading(note: str) -> list[str]:
    return [
        text(0, _PROTEIN_TOP + 13, gettext("Protein"), 8, INK, 'font-weight="700"'),
        text(0, _PROTEIN_TOP + 22, note, 6.2, MUTED),
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
            yield text(x + width / 2, _PROTEIN_TOP + 15.4, label, 6.8, ink, 'font-weight="600" text-anchor="middle"')


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
        if name == "Kinase domain":
            return gettext("{gene} kinase domain").format(gene=gene)
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
        names += [gettext("Kinase domain"), gettext("Kinase")]
    return next((name for name in names if len(name) * _LETTER + 4 <= width), "")


def ruler_step(length_aa: int) -> int:
    """Amino acids between two ticks of the ruler: few enough ticks to count."""
    return 100 if length_aa <= 1500 else 500


def _ruler(length_aa: int, scale: float) -> str:
    """A line with a tick every `ruler_step` amino acids, as one path."""
    top, step = _PROTEIN_TOP + 28, ruler_step(length_aa)
    ticks = "".join(f"M{LEFT + at * scale:.2f} {top:g}v2" for at in range(step, length_aa, step))
    return (
        f'<path d="M{LEFT:g} {top:g}h{length_aa * scale:.2f}{ticks}" stroke="{MUTED}" stroke-width=".6" fill="none"/>'
    )


def _ticks(marks: Sequence[tuple[float, str]]) -> Iterator[str]:
    """Amino acid numbers under the protein; a number that would run into its neighbour is left out."""
    previous = -100.0
    for x, label in marks:
        if not label:
            continue
        yield line(x, _PROTEIN_TOP + 28, x, _PROTEIN_TOP + 31.5, MUTED)
        if x - previous > 30:
            yield text(x, _PROTEIN_TOP + 38, label, 6.2, MUTED, 'text-anchor="middle"')
            previous = x


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
        f'<path d="{"".join(strokes)}" stroke="{MUTED}" stroke-width=".8" fill="none"/>'
        f'<rect x="{x:.2f}" y="{top:g}" width="{width:.2f}" height="{height:g}" fill="none" stroke="{MUTED}" '
        f'stroke-width=".8"/>'
    )


def _label_on_white(x: float, label: str) -> str:
    half = len(label) * 1.6 + 4
    return (
        f'<rect x="{x - half:.2f}" y="{_PROTEIN_TOP + 8.5:g}" width="{2 * half:.2f}" height="9" fill="#fff"/>'
        + text(x, _PROTEIN_TOP + 15.3, label, 6.4, INK, 'text-anchor="middle"')
    )


def _band(x: float, width: float, fill: str, outlined: bool = False) -> str:
    if width <= 0:
        return ""
    edge = f' stroke="{MUTED}" stroke-width=".8" stroke-dasharray="2 1.4"' if outlined else ""
    return f'<rect x="{x:.2f}" y="{_BAND_TOP:g}" width="{width:.2f}" height="{_BAND_HEIGHT:g}" fill="{fill}"{edge}/>'


def _slot_x(index: int) -> float:
    return LEFT + index * (_EXON_WIDTH + _EXON_GAP)
