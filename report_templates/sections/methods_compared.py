"""What sequencing, immunohistochemistry and FISH say of each core kinase, side by side: the columns of the strip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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


def gene_groups(record: Record) -> list[tuple[str, ...]]:
    """The core kinases (the NTRK family as one, as its stain is), then any other gene with a fusion."""
    core = {symbol for symbols in CORE_GENES for symbol in symbols}
    others = [gene["symbol"] for gene in record["genes"] if gene["state"] == "detected" and gene["symbol"] not in core]
    return [*CORE_GENES, *((symbol,) for symbol in others)]


def compared(record: Record) -> list[Column]:
    return [_column(record, symbols) for symbols in gene_groups(record)]


def relation(seen: Iterable[Seen]) -> Relation:
    """Only methods that say yes or no can agree or differ; one alone can do neither."""
    clear = [one for one in seen if one in ("found", "not_found")]
    if len(set(clear)) > 1:
        return "differ"
    if len(clear) > 1:
        return "agree"
    return "one clear result" if clear else "no clear result"


def _column(record: Record, symbols: Sequence[str]) -> Column:
    seen = (_sequenced(record, symbols), _stained(record["ihc"], symbols), _stained(record["fish"], symbols))
    return Column(joined(symbols), seen, relation(seen), _ruling(record, symbols))


def _sequenced(record: Record, symbols: Sequence[str]) -> Seen:
    genes = {gene["symbol"]: gene["state"] for gene in record["genes"]}
    states = {genes.get(symbol, "not_tested") for symbol in symbols}
    if "detected" in states:
        return "found"
    if states == {"not_detected"}:
        return "not_found"
    return "not_done" if states == {"not_tested"} else "not_certain"


def _stained(stains: Iterable[Record], symbols: Sequence[str]) -> Seen:
    """One mark for all stains of a kinase: a positive and a negative one leave it open."""
    marks: set[Seen] = {
        "not_usable" if stain["control_ok"] is False else _STAINED[stain["result"]]
        for stain in stains
        if answers_for(stain["marker"], symbols)
    }
    if {"found", "not_found"} <= marks:
        return "not_certain"
    order: tuple[Seen, ...] = ("found", "not_found", "not_certain", "not_usable")
    return next((mark for mark in order if mark in marks), "not_done")


def _ruling(record: Record, symbols: Sequence[str]) -> str:
    """The rules that compared the methods, and what they made of the result where it is more than a sentence."""
    told = []
    for ruling in record["concordance"]:
        if ruling["marker"] in symbols or (ruling["marker"] == "NTRK" and symbols[0].startswith("NTRK")):
            outcome = wording.CONCORDANCE_OUTCOME.get(ruling["classification"], "")
            told.append(" ".join(part for part in (ruling["rule"], outcome) if part))
    return ", ".join(dict.fromkeys(told))
