"""What was found, in detail: the genes tested, fusions, stains, FISH, and every call that was reviewed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from report_templates import wording
from report_templates.figures import CALLERS_DRAWN, fusion_svg, kept_features, protein_is_drawn, reads_svg
from report_templates.language import figure_text, gettext
from report_templates.sections.cutting import cell, first_of, texts_of_the_page
from report_templates.sections.section import Record, View
from report_templates.sections.stain_results import stain_result, with_percent
from report_templates.sentences import term
from report_templates.wording import position, stated

CALLS_PRINTED = 40
FUSIONS_IN_DETAIL = 6
FUSIONS_NAMED = 40
STAINS_PRINTED = 60


def alterations(record: Record) -> View:
    """The heading over what follows, each part of which says for itself that nothing was submitted."""
    return {}


def fusions(record: Record) -> View | None:
    if not record["fusions"]:
        return None
    said = {statement["text"] for statement in record["statements"]}
    detailed = record["fusions"][:FUSIONS_IN_DETAIL]
    return {
        "fusions": [
            _fusion(fusion, said, record["assay"]["minimum_split_reads"], _mains_before(detailed[:index]))
            for index, fusion in enumerate(detailed)
        ],
        "others": first_of([_other_fusion(fusion) for fusion in record["fusions"][FUSIONS_IN_DETAIL:]], FUSIONS_NAMED),
    }


def immunohistochemistry(record: Record) -> View:
    return {
        "rows": [
            {
                "marker": cell(stain["marker"]),
                "clone": cell(" · ".join(part for part in (stain["clone"], stain["platform"]) if part))
                or wording.not_stated(),
                "result": stain_result(stain),
                "staining": _staining(stain),
                "control": _control(stain["control_ok"]),
            }
            for stain in record["ihc"][:STAINS_PRINTED]
        ],
        "left": max(0, len(record["ihc"]) - STAINS_PRINTED),
        "comments": _comments(record["ihc"][:STAINS_PRINTED]),
    }


def fish(record: Record) -> View:
    return {
        "rows": [
            {
                "marker": cell(stain["marker"]),
                "probe": cell(stain["probe"]) or wording.not_stated(),
                "result": stain_result(stain),
                "counted": _counted(stain),
                "control": _control(stain["control_ok"]),
            }
            for stain in record["fish"][:STAINS_PRINTED]
        ],
        "left": max(0, len(record["fish"]) - STAINS_PRINTED),
        "comments": _comments(record["fish"][:STAINS_PRINTED]),
    }


def genes(record: Record) -> View:
    """Every gene of the assay under its state; genes that share state and reason share a row."""
    order = list(wording.GENE_STATE)
    ordered = sorted(record["genes"], key=lambda gene: (order.index(gene["state"]), gene["reason"]))
    rows = []
    for (state, reason), group in groupby(ordered, key=lambda gene: (gene["state"], gene["reason"])):
        symbols = [gene["symbol"] for gene in group]
        rows.append({"mark": wording.GENE_STATE[state], "symbols": symbols, "reason": reason})
    # A gene that only FISH saw was not tested for fusions, though its state is open.
    is_sequenced = bool(record["provenance"]["callers"])
    tested = sum(gene["state"] != "not_tested" for gene in record["genes"]) if is_sequenced else 0
    return {"rows": rows, "total": tested, "assay": record["assay"]["title"]}


def calls(record: Record) -> View:
    """
    The calls that do not stand in the detail of a fusion; those are counted, so that every call is accounted for.

    Calls on the genes of the assay come first, reported ones on top; at most `CALLS_PRINTED`, the rest counted too.
    """
    reviewed = record["reviewed_calls"]
    listed = _not_in_detail(record)
    targets = set(record["assay"]["genes"])
    printed = sorted(listed, key=lambda call: _call_order(call, targets))[:CALLS_PRINTED]
    return {
        "rows": [_listed(call) for call in printed],
        "total": len(reviewed),
        "above": len(reviewed) - len(listed),
        "left": len(listed) - len(printed),
        "files": len(record["provenance"]["callers"]),
    }


def _listed(call: Record) -> View:
    return {
        "name": cell(call["name"]),
        "caller": cell(call["caller"]),
        "breakpoints": [position(end) for end in (call["breakpoint_5prime"], call["breakpoint_3prime"])],
        "frame": _called_frame(call),
        "reads": f"{wording.split_reads(call)}, {wording.count(call['spanning_pairs'])}",
        "mark": wording.DISPOSITION[call["disposition"]],
        # The reason for reporting stands with the fusion.
        "reason": "" if call["disposition"] == "reported" else call["reason"],
        "hit": call["disposition"] == "reported",
    }


def _not_in_detail(record: Record) -> list[Record]:
    """The calls of which the detail of a fusion does not say all that the list would, frame, reads and reason."""
    detailed = record["fusions"][:FUSIONS_IN_DETAIL]
    shown = [(fusion, _seen_by(caller)) for fusion in detailed for caller in fusion["callers"][:CALLERS_DRAWN]]
    listed = []
    for call in record["reviewed_calls"]:
        # Taken out once found: a call that came twice is shown twice.
        place = next((place for place in shown if _stands_in(call, *place)), None)
        if place is None:
            listed.append(call)
        else:
            shown.remove(place)
    return listed


def _stands_in(call: Record, fusion: Record, seen: tuple[Any, ...]) -> bool:
    is_explained = (
        call["disposition"] == "reported"
        or (call["disposition"] == fusion["role"] == "reciprocal")
        or call["reason"] in fusion["reasons"]
    )
    return is_explained and call["name"] == fusion["name"] and _seen_by(call) == seen


def _seen_by(caller: Record) -> tuple[Any, ...]:
    """What a caller says of a junction, as a call and as the evidence of a fusion."""
    keys = ("caller", "file", "line", "breakpoint_5prime", "breakpoint_3prime", "reading_frame", "split_reads")
    return (*(caller[key] for key in keys), caller["spanning_pairs"], caller.get("supporting_reads"))


def _fusion(fusion: Record, said: set[str], minimum: int, others: Sequence[Record]) -> View:
    reciprocal = fusion["role"] == "reciprocal"
    # A reciprocal product is no event of its own: what stands with its main fusion holds for it too.
    before = {text for other in others for text in (*other["reasons"], *other["notes"])} if reciprocal else set()
    drawing = None if reciprocal else fusion_svg(fusion)
    return {
        "name": fusion["name"],
        "inferred": fusion["evidence"] == "inferred",
        "mark": wording.CLASSIFICATION[fusion["classification"]],
        "role": _role(fusion),
        "drawing": drawing,
        "caption": _caption(fusion) if drawing else "",
        "reads": None if _reads_stand_in_facts(fusion) else reads_svg(fusion, minimum),
        "rows": _facts(fusion),
        "tier": wording.tier(fusion),
        "wide": [(gettext("VICC name"), stated(fusion["vicc"])), *_hgvs(fusion)],
        "reasons": [text for text in fusion["reasons"] if text not in before],
        "conflicts": fusion["conflicts"],
        "notes": [text for text in fusion["notes"] if text not in before],
        "partner_note": "" if fusion["partner_note"] in said else fusion["partner_note"],
        "callers": [_caller(caller) for caller in fusion["callers"]],
    }


def _mains_before(fusions: Sequence[Record]) -> list[Record]:
    return [fusion for fusion in fusions if fusion["role"] == "driver"]


def _reads_stand_in_facts(fusion: Record) -> bool:
    """Whether the one caller of a reciprocal product counts what its facts say: nothing is held against the minimum."""
    keys = ("split_reads", "spanning_pairs", "supporting_reads")
    callers = [[caller.get(key) for key in keys] for caller in fusion["callers"]]
    return fusion["role"] == "reciprocal" and callers == [[fusion.get(key) for key in keys]]


def _hgvs(fusion: Record) -> list[tuple[str, str]]:
    """The RNA description, or why there is none; nothing from records of before it was given."""
    text, reason = fusion.get("hgvs_r", ""), fusion.get("hgvs_r_reason", "")
    if text:
        return [(gettext("HGVS (RNA)"), text)]
    return (
        [(gettext("HGVS (RNA)"), gettext("not given: {reason}").format(reason=term("hgvs_reason", reason)))]
        if reason
        else []
    )


def _frame_in_words(fusion: Record) -> str:
    """From DNA alone the splicing is assumed: such a frame is a prediction and says so."""
    frame = wording.READING_FRAME[fusion["reading_frame"]]
    is_predicted = fusion["molecule"] == "DNA" and fusion["reading_frame"] in ("in-frame", "out-of-frame")
    return gettext("{frame} (predicted)").format(frame=frame) if is_predicted else frame


def _role(fusion: Record) -> str:
    if fusion["role"] == "driver" and fusion["driver"]:
        return gettext("driver gene {gene}").format(gene=fusion["driver"])
    return wording.within(wording.ROLE[fusion["role"]])


def _called_frame(call: Record) -> str:
    return term("called_frame", call["reading_frame"]) or gettext("not given")


def _facts(fusion: Record) -> list[list[tuple[str, str]]]:
    return [
        [
            (gettext("5′ gene"), _gene_and_exon(fusion, "5prime")),
            (gettext("5′ transcript"), stated(fusion["transcript_5prime"])),
            (gettext("5′ breakpoint"), position(fusion["breakpoint_5prime"])),
        ],
        [
            (gettext("3′ gene"), _gene_and_exon(fusion, "3prime")),
            (gettext("3′ transcript"), stated(fusion["transcript_3prime"])),
            (gettext("3′ breakpoint"), position(fusion["breakpoint_3prime"])),
        ],
        [
            (gettext("Reading frame"), _frame_in_words(fusion)),
            (gettext("Kinase domain"), wording.KINASE_DOMAIN[fusion["kinase_domain"]]),
            (gettext("Genome build"), stated(fusion["genome_build"])),
        ],
        [
            (gettext("Split reads"), wording.split_reads(fusion)),
            (gettext("Spanning pairs"), wording.count(fusion["spanning_pairs"])),
            (gettext("Evidence"), ", ".join(filter(None, (fusion["molecule"], term("evidence", fusion["evidence"]))))),
        ],
    ]


def _gene_and_exon(fusion: Record, end: str) -> str:
    gene, exon = fusion[f"gene_{end}"] or gettext("unknown"), fusion[f"exon_{end}"]
    if exon is None:
        return gettext("{gene}, exon not determined").format(gene=gene)
    return gettext("{gene}, exon {exon}").format(gene=gene, exon=exon)


def _caption(fusion: Record) -> str:
    """How to read the drawing, and the domains that it shows."""
    how = gettext("Filled: kept in the fusion. Dashed line: junction. Exons not to scale.")
    return f"{how} {_domains_in_words(fusion)}".strip()


def _domains_in_words(fusion: Record) -> str:
    """The domains of the drawing with their positions: narrow ones carry no label there."""
    if not protein_is_drawn(fusion):
        return gettext("The protein is not drawn: what is translated is not known.")
    halves = [fusion["drawing_5prime"]]
    if fusion["reading_frame"] != "out-of-frame":
        halves.append(fusion["drawing_3prime"])
    parts = [part for drawn in halves if drawn for part in _domains_of(drawn)]
    return gettext("Domains kept: {domains}.").format(domains="; ".join(parts)) if parts else ""


def _domains_of(drawn: Record) -> Iterator[str]:
    """Repeats of one domain in a row are told once, with their number."""
    for name, group in groupby(kept_features(drawn), key=lambda feature: str(feature["name"])):
        repeats = list(group)
        times = f" × {len(repeats)}" if len(repeats) > 1 else ""
        place = gettext("{gene} aa {first}–{last}").format(
            gene=drawn["gene"], first=repeats[0]["start_aa"], last=repeats[-1]["end_aa"]
        )
        yield f"{name}{times} ({place})"


def _caller(caller: Record) -> View:
    line = gettext(", line {line}").format(line=caller["line"]) if caller["line"] is not None else ""
    return {
        "caller": caller["caller"],
        "frame": _called_frame(caller),
        "breakpoints": [position(end) for end in (caller["breakpoint_5prime"], caller["breakpoint_3prime"])],
        "filters": cell(", ".join(part for part in (caller["filters"], caller["confidence"]) if part)) or "–",
        "source": cell(f"{caller['file']}{line}"),
    }


def _other_fusion(fusion: Record) -> str:
    word = wording.within(wording.CLASSIFICATION[fusion["classification"]].word)
    return f"{fusion['name']} ({word}; {wording.within(wording.READING_FRAME[fusion['reading_frame']])})"


def _staining(stain: Record) -> str:
    """Share of cells, intensity, place, distribution and H-score, as far as given: `90%, 3+; cytoplasmic; diffuse`."""
    amount = ", ".join(part for part in (with_percent(stain["pct_positive"], ""), stain["intensity"]) if part)
    localisation = ", ".join(term("localisation", place) for place in stain["localisation"] if place != "none")
    parts = [amount, localisation, term("distribution", stain["distribution"])]
    if stain["h_score"] is not None:
        parts.append(f"H-score {figure_text(stain['h_score'])}")
    return wording.capitalised("; ".join(part for part in parts if part)) or "–"


def _counted(stain: Record) -> str:
    """`48% of 100 cells, cut-off 15%; split 40%`; what the laboratory did not state is said."""
    share = wording.number(stain["pct_rearranged"], "%")
    cutoff = wording.within(wording.number(stain["cutoff_pct"], "%"))
    if stain["cells_scored"] is None:
        counted = gettext("{share} of cells (number not stated), cut-off {cutoff}").format(share=share, cutoff=cutoff)
    else:
        counted = gettext("{share} of {number} cells, cut-off {cutoff}").format(
            share=share, number=stain["cells_scored"], cutoff=cutoff
        )
    parts = [counted]
    if stain["pattern_split_pct"] is not None:
        parts.append(gettext("split {share}").format(share=wording.number(stain["pattern_split_pct"], "%")))
    if stain["pattern_isolated3_pct"] is not None:
        parts.append(gettext("isolated 3′ {share}").format(share=wording.number(stain["pattern_isolated3_pct"], "%")))
    return "; ".join(parts)


def _comments(stains: Sequence[Record]) -> list[tuple[str, str]]:
    """Marker and comment of every stain that has one, in the laboratory's own words: a remark is no pattern."""
    commented = [stain for stain in stains if stain["comment"]]
    markers = [cell(stain["marker"]) for stain in commented]
    return list(zip(markers, texts_of_the_page([stain["comment"] for stain in commented]), strict=True))


def _control(control_ok: bool | None) -> wording.Mark:
    return wording.QC_STATE[{None: "not_documented", True: "pass", False: "fail"}[control_ok]]


def _call_order(call: Record, targets: set[str]) -> tuple[bool, bool, int]:
    on_target = bool(targets & set(re.split(r"::|[(),/]", call["name"])))
    order = list(wording.DISPOSITION)
    return (call["disposition"] == "not_reportable", not on_target, order.index(call["disposition"]))
