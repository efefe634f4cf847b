"""What sequencing, immunohistochemistry and FISH say of each core kinase, side by side: the columns of the strip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from interpret.stains import GROUP_OF
from report_templates import wording
from report_templates.figures import Column, Relation, Seen
from report_templates.sections.section import Record
from report_templates.sections.stain_results import answers_for, joined

# The kinases every IMT report answers for, in the order of their frequency there; one row where the answer is one.
CORE_GENES = (("ALK",), ("ROS1",), ("NTRK1", "NTRK2", "NTRK3"), ("RET",), ("PDGFRB",))

_STAINED: dict[str, Seen] = {
    "positive": "found",
    "negative": "not_found",
    "equivocal": "not_certain",
    "pending": "not_certain",
    "not_evaluable": "not_usable",
    "not_done": "not_done",
}
_STRONGEST_FIRST: tuple[Seen, ...] = ("found", "not_certain", "not_found", "not_usable")
# A ruling that is about no marker is about the case.
_WHOLE_CASE = ("", "case")


def gene_groups(record: Record) -> list[tuple[str, ...]]:
    """The core kinases (the NTRK family as one, as its stain is), then any other gene with a fusion."""
    core = {symbol for symbols in CORE_GENES for symbol in symbols}
    others = [gene["symbol"] for gene in record["genes"] if gene["state"] == "detected" and gene["symbol"] not in core]
    return [*CORE_GENES, *((symbol,) for symbol in others)]


def compared(record: Record) -> list[Column]:
    is_held = record["result"]["status"] == "hold"
    return [_column(record, symbols, is_held=is_held) for symbols in gene_groups(record)]


def relation(seen: tuple[Seen, Seen, Seen]) -> Relation:
    """
    Only methods that say yes or no can agree or differ; one alone can do neither.

    Stains that agree where sequencing says nothing are no agreement of the methods, and are told apart from it.
    """
    clear = [one for one in seen if one in ("found", "not_found")]
    if len(set(clear)) > 1:
        return "differ"
    if len(clear) > 1:
        return "agree" if seen[0] in clear else "only stains agree"
    return "one clear result" if clear else "no clear result"


def ruling_on_case(record: Record) -> str:
    """The rules on the case as a whole, which belong to no column."""
    return _told(ruling for ruling in record["concordance"] if ruling["marker"] in _WHOLE_CASE)


def _column(record: Record, symbols: Sequence[str], *, is_held: bool) -> Column:
    seen = (_sequenced(record, symbols), _stained(record["ihc"], symbols), _stained(record["fish"], symbols))
    # Results that must not be used neither agree nor differ.
    return Column(joined(symbols), seen, "on hold" if is_held else relation(seen), _ruling(record, symbols))


def _sequenced(record: Record, symbols: Sequence[str]) -> Seen:
    genes = {gene["symbol"]: gene["state"] for gene in record["genes"]}
    states = {genes.get(symbol, "not_tested") for symbol in symbols}
    if "detected" in states:
        return "found"
    if states == {"not_detected"}:
        return "not_found"
    return "not_done" if states == {"not_tested"} else "not_certain"


def _stained(stains: Iterable[Record], symbols: Sequence[str]) -> Seen:
    """
    One mark for all stains of a row of genes: found where it is for one, not found only where every gene was answered.

    A probe of one gene of a family says nothing about the others.
    """
    rows = list(stains)
    marks = {_stained_for(rows, symbol) for symbol in symbols}
    if "found" in marks:
        return "found"
    if len(marks) == 1:
        return marks.pop()
    return "not_usable" if marks == {"not_usable", "not_done"} else "not_certain"


def _stained_for(stains: Iterable[Record], symbol: str) -> Seen:
    """The strongest of the marks, as in `interpret.stains`; a positive and a negative one leave the gene open."""
    marks: set[Seen] = {
        "not_usable" if stain["control_ok"] is False else _STAINED[stain["result"]]
        for stain in stains
        if answers_for(stain["marker"], (symbol,))
    }
    if {"found", "not_found"} <= marks:
        return "not_certain"
    return next((mark for mark in _STRONGEST_FIRST if mark in marks), "not_done")


def _ruling(record: Record, symbols: Sequence[str]) -> str:
    """The rules that compared the methods, and what they made of the result where it is more than a sentence."""
    markers = {*symbols, *(GROUP_OF[symbol] for symbol in symbols if symbol in GROUP_OF)}
    return _told(ruling for ruling in record["concordance"] if ruling["marker"] in markers)


def _told(rulings: Iterable[Record]) -> str:
    outcomes = ((ruling["rule"], wording.CONCORDANCE_OUTCOME.get(ruling["classification"], "")) for ruling in rulings)
    return ", ".join(dict.fromkeys(" ".join(filter(None, outcome)) for outcome in outcomes))
