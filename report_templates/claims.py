"""
What a report claims where another system reads it: which fusions are present, which genes absent, which therapies said.

The one place of each such rule, so that oru.hl7, fhir.json and data_sv.txt never say two things of one report. A claim
is what a receiver may act on without reading the report: where anything speaks against it, it is not made.

Of a withdrawn report nothing is claimed. That is the caller's to keep: HL7 repeats what was claimed, marked as wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from interpret.stains import GENES_OF
from report_templates import wording

Record = Mapping[str, Any]
Fusion = Mapping[str, Any]
Stain = Mapping[str, Any]
Therapy = Mapping[str, Any]

# A result that a claim rests on: its kind, and its place among `sequenced_fusions`, `ihc` or `fish` of the record.
Basis = tuple[Literal["fusion", "ihc", "fish"], int]

_FOUND = ("reportable", "other_entity")
# The junction is there, whatever it means.
_EVENTS = (*_FOUND, "not_functional")
_WITHOUT_RESULT = ("hold", "not_informative")
_DISPUTED = ("discordant", "indeterminate")

# The report and its tissue


def state_of(record: Record) -> str:
    """The report's status; `rejected` where a final report says that the tissue was not accepted."""
    status: str = record["report"]["status"]
    return "rejected" if status == "final" and is_rejected(record) else status


def is_withdrawn(record: Record) -> bool:
    """Nothing of it may be used; it may even be of another patient."""
    return bool(record["report"]["status"] == "withdrawn")


def is_on_hold(record: Record) -> bool:
    """Nothing that was called may be read as a result (docs/decisions/0006)."""
    return bool(record["result"]["status"] == "hold")


def is_rejected(record: Record) -> bool:
    """The tissue was not accepted: nothing was tested."""
    return acceptability(record)["status"] == "rejected"


def acceptability(record: Record) -> Mapping[str, str]:
    """How the tissue met the laboratory's criteria; records of version 1.0 do not tell."""
    found: Mapping[str, str] | None = record["specimen"].get("acceptability")
    return found or {"status": "not_stated", "reason": "", "disposition": ""}


def signatures(record: Record) -> list[Mapping[str, Any]]:
    """Those of the report, then those of its addenda, in the order in which they were given."""
    addenda = record["report"].get("addenda") or ()
    return [*(record.get("signatures") or ()), *(one["signature"] for one in addenda if one.get("signature"))]


# Fusions


def listed_fusions(record: Record) -> list[Fusion]:
    """The fusions that may be named at all, with what is said of each: none on hold, none of rejected tissue."""
    return [] if is_on_hold(record) or is_rejected(record) else list(record["fusions"])


def sequenced_fusions(record: Record) -> list[Fusion]:
    """Those of `listed_fusions` that were sequenced; what a stain or FISH suggests is none of them."""
    return [fusion for fusion in listed_fusions(record) if fusion["evidence"] == "sequenced"]


def is_present(record: Record, fusion: Fusion) -> bool:
    """Whether the report states the fusion as a result: sequenced, confirmed, and not the reciprocal product."""
    return (
        record["result"]["status"] not in _WITHOUT_RESULT
        and not is_rejected(record)
        and fusion["evidence"] == "sequenced"
        and fusion["classification"] in _FOUND
        and fusion["role"] != "reciprocal"
    )


def events(record: Record) -> list[Fusion]:
    """
    The fusions that are a fact about the sample, each gene by one symbol: the present ones and, beside them, junctions
    without a functional kinase and reciprocal products. None of a withdrawn report.
    """
    if is_withdrawn(record) or record["result"]["status"] in _WITHOUT_RESULT:
        return []
    return [
        fusion
        for fusion in sequenced_fusions(record)
        if fusion["classification"] in _EVENTS and not fusion.get("may_be")
    ]


def has_known_ends(fusion: Fusion) -> bool:
    """Whether each gene has one symbol and its end: only then may one be stated as the 5′ or the 3′ gene."""
    return bool(fusion.get("is_order_known", True)) and not fusion.get("may_be")


def remarks_on_ends(fusion: Fusion) -> Iterator[str]:
    """Why the ends are not stated, in sentences; none where they are known."""
    if not fusion.get("is_order_known", True):
        yield "Which of the two genes is the 5′ one is not known; the name follows the caller."
    if fusion.get("may_be"):
        yield f"The symbol {fusion['driver']} may stand for {' or '.join(fusion['may_be'])}."


def breakpoints_in_words(fusion: Fusion) -> str:
    """The breakpoints in one sentence, in the order of the ends where that is known; empty where there is none."""
    found = [place for place in (fusion["breakpoint_5prime"], fusion["breakpoint_3prime"]) if place]
    order = " (5′ to 3′)" if fusion.get("is_order_known", True) else ""
    return f"Breakpoints{order}: {' and '.join(found)}." if found else ""


# Genes


def present_genes(record: Record) -> frozenset[str]:
    """The genes that are detected as drivers of a present fusion; none where the symbol may stand for several."""
    detected = _genes_in_state(record, "detected")
    drivers = {one["driver"] for one in record["fusions"] if is_present(record, one) and not one.get("may_be")}
    return frozenset(detected) & drivers


def absent_genes(record: Record) -> list[str]:
    """
    The genes that a plain "Absent" may be said of, in the record's order.

    A fusion of the gene was looked for with a usable result, none was called, and no method disagrees. Of other genes
    the report may say "not detected" as well, with its reason beside it.
    """
    if not can_exclude(record):
        return []
    spoken_for = {gene for fusion in record["fusions"] for gene in _named(fusion)}
    disputed = (one["marker"] for one in record["concordance"] if one["classification"] in _DISPUTED)
    # A rule on the NTRK group speaks of each of its genes.
    spoken_for |= {gene for marker in disputed for gene in GENES_OF.get(marker, (marker,))}
    return [symbol for symbol in _genes_in_state(record, "not_detected") if symbol not in spoken_for]


def can_exclude(record: Record) -> bool:
    """Whether the test could show that a gene has no fusion: usable tissue, quality and run controls, and a result."""
    return (
        record["result"]["status"] not in _WITHOUT_RESULT
        and not is_rejected(record)
        and not any(line["status"] == "fail" for line in record["qc"])
        and not any(control["result"] == "fail" for control in record["controls"])
    )


def _genes_in_state(record: Record, state: str) -> list[str]:
    return [gene["symbol"] for gene in record["genes"] if gene["state"] == state]


def _named(fusion: Fusion) -> tuple[str, ...]:
    return (fusion["gene_5prime"], fusion["gene_3prime"], fusion["driver"], *(fusion.get("may_be") or ()))


# Stains and FISH


def is_pending(stain: Stain) -> bool:
    """Ordered and not read yet: neither a result nor the lack of one."""
    return bool(stain["result"] == "pending" and stain["control_ok"] is not False)


def has_failed_control(stain: Stain) -> bool:
    """Whatever was read from the slide, it says nothing."""
    return stain["control_ok"] is False


def fish_readings(probe: Stain) -> Iterator[str]:
    """The figures of a FISH result in words, those that are there."""
    for key, name, unit in (
        ("pct_rearranged", "cells with a rearrangement", "%"),
        ("pattern_split_pct", "cells with split signals", "%"),
        ("pattern_isolated3_pct", "cells with an isolated 3′ signal", "%"),
        ("cells_scored", "cells scored", ""),
    ):
        if probe[key] is not None:
            yield f"{name} {probe[key]:g}{unit}"


def not_to_be_used(readings: Iterable[str]) -> str:
    """What was read from a slide whose control failed, in words: a figure on its own would be taken for a result."""
    said = "; ".join(reading for reading in readings if reading)
    return f"Read although the control failed, not to be used: {said}" if said else ""


def positive_stains(record: Record) -> list[Basis]:
    """The stains, then the FISH results, that are positive and usable."""
    kinds: tuple[Literal["ihc", "fish"], ...] = ("ihc", "fish")
    return [
        (kind, number)
        for kind in kinds
        for number, stain in enumerate(record[kind])
        if stain["result"] == "positive" and not has_failed_control(stain)
    ]


# Therapies


def names_agent(therapy: Therapy) -> bool:
    """False for a line that says why there is no therapy."""
    return therapy["agent"].lower() not in ("", "none")


def therapies(record: Record) -> list[tuple[Therapy, list[Basis]]]:
    """
    Each therapy line with an agent, beside the results that it rests on; a line that rests on none is not said.

    None while on hold, of rejected tissue, and of a withdrawn report.
    """
    if is_on_hold(record) or is_rejected(record) or is_withdrawn(record):
        return []
    based = [(line, basis_of(record, line["fusion"])) for line in record["therapies"] if names_agent(line)]
    return [(line, basis) for line, basis in based if basis]


def basis_of(record: Record, name: str) -> list[Basis]:
    """
    The results that a line on the fusion `name` rests on.

    A line on a listed fusion that is not present has none. A line that names no sequenced fusion rests on all that are
    present, else on the positive stains.
    """
    fusions = list(enumerate(sequenced_fusions(record)))
    named = [(number, fusion) for number, fusion in fusions if fusion["name"] == name]
    present = [number for number, fusion in named or fusions if is_present(record, fusion)]
    if named or present:
        return [("fusion", number) for number in present]
    return positive_stains(record)


def statements(record: Record) -> list[str]:
    """
    The statements that may be said in words: all but those on therapy, which are said where the lines are.

    One statement may gather several lines; so where one line must not be said, no statement on therapy is, except
    that there is no therapy and why. What `therapies` tells is not repeated.
    """
    if is_on_hold(record) or is_rejected(record) or is_withdrawn(record):
        return [one["text"] for one in record["statements"] if one["section"] != "therapy"]
    without_agent = [line["text"] for line in record["therapies"] if not names_agent(line)]
    told = {line["text"] for line, _ in therapies(record)}
    is_whole = len(therapies(record)) + len(without_agent) == len(record["therapies"])
    said = [
        one["text"]
        for one in record["statements"]
        if one["section"] != "therapy" or one["text"] in without_agent or (is_whole and one["text"] not in told)
    ]
    return [*said, *(text for text in without_agent if text not in said)]


def relation_of(therapy: Therapy) -> wording.Mark:
    """The regulatory relation in words. Conditions that nobody documented are not conditions that the patient fails."""
    states = {condition["state"] for condition in therapy["label_conditions"]}
    if therapy["relation"] != "conditions_not_met" or "not_met" in states:
        return wording.RELATION[therapy["relation"]]
    return wording.CONDITIONS_NOT_DOCUMENTED if "not_documented" in states else wording.CAUTION
