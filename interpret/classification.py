"""
What a junction means structurally and how well it is supported: the classification and its reasons.

The order of the questions is the order of safety: what cannot work is said first, then what is not well enough
supported, then what is not certain. Only what passes all of them is reportable. Nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interpret.findings import Classification, KinaseDomain, ReadingFrame, Role
from interpret.frames import kinase_domain
from interpret.genes import Gene
from interpret.junctions import UNKNOWN_GENE, End, Side
from interpret.orientation import Junction
from parsers.laboratory import Assay
from parsers.records import FusionCall


@dataclass(frozen=True, slots=True)
class Driver:
    """
    The gene for which a pair is of interest, and its end of the fusion.

    `is_at_driving_end` is False for a kinase at the 5′ end. `given` is the caller's symbol where it is ambiguous:
    `symbol` is then the first of the drivers it `may_be`, and `gene` is None, for nothing is renamed by guess.
    """

    symbol: str
    gene: Gene | None
    end: End
    may_be: tuple[Gene, ...] = ()
    given: str = ""

    @property
    def is_at_driving_end(self) -> bool:
        return self.gene is None or self.gene.role == "partner" or self.gene.driver_end in (self.end, "either")


@dataclass(frozen=True, slots=True)
class Appraisal:
    """One junction (as all its callers see it) appraised: frame, kinase, class, with reasons, conflicts and notes."""

    members: tuple[Junction, ...]
    shown: Junction
    driver: Driver
    frame: ReadingFrame
    kinase: KinaseDomain
    role: Role
    classification: Classification
    reasons: tuple[str, ...]
    conflicts: tuple[str, ...]
    notes: tuple[str, ...]
    has_early_stop: bool = False


@dataclass(frozen=True, slots=True)
class _FrameVerdict:
    frame: ReadingFrame
    conflicts: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    failure: str = ""
    has_early_stop: bool = False


def driver_of(five: Side, three: Side, assay_genes: frozenset[str]) -> Driver | None:
    """
    The gene for which the pair is of interest: a driver at its driving end first, the 3′ gene before the 5′ gene.

    None where neither gene is a driver, defines another entity, or is a gene of the assay.
    """
    candidates: list[tuple[int, Driver]] = []
    for end, side in (("3", three), ("5", five)):
        driver = Driver(side.symbol, side.gene, "3" if end == "3" else "5")
        role = side.gene.role if side.gene else "partner"
        if role == "driver":
            candidates.append((0 if driver.is_at_driving_end else 1, driver))
        elif role == "entity":
            candidates.append((3 if driver.is_at_driving_end else 4, driver))
        elif side.may_be:
            possible = sorted(side.may_be, key=lambda gene: (gene.symbol not in assay_genes, gene.symbol))
            driver = Driver(possible[0].symbol, None, driver.end, tuple(possible), side.symbol)
            is_at_end = any(gene.driver_end in (end, "either") for gene in possible)
            candidates.append((2 if is_at_end else 4, driver))
        elif side.symbol in assay_genes:
            candidates.append((5, driver))
    # min is stable: of two equals the 3′ gene, which comes first.
    return min(candidates, key=lambda candidate: candidate[0])[1] if candidates else None


def appraise(members: Sequence[Junction], driver: Driver, assay: Assay) -> Appraisal:
    """
    The verdict on one junction from all calls of it. Counts are never added up or averaged.

    A call whose structure is in doubt (another gene name for the same place) takes nothing from one that is sound.
    """
    sound = [member for member in members if member.is_ordered and not member.all_doubts] or members
    shown = best_supported(sound)
    end_side = shown.three if driver.end == "3" else shown.five
    kinase = kinase_domain(driver.gene, end_side, driver.end) if driver.gene else "not_applicable"
    if driver.may_be:
        kinase = "undetermined"
    if not shown.is_ordered:
        kinase = "not_applicable" if kinase == "not_applicable" else "undetermined"
    verdict = _frame_verdict(members, shown)
    failures = _failures(shown, driver, verdict, kinase)
    doubted = _structural_doubts(shown, driver, kinase)
    doubts = (*verdict.doubts, *doubted, *_shortcomings(shown, driver, kinase))
    shortfalls = _shortfalls(sound, assay)
    classification: Classification
    if failures and not doubted:
        classification, reasons = "not_functional", failures
    elif shortfalls:
        classification, reasons = "unconfirmed", (*shortfalls, *failures, *doubts)
    elif doubts:
        classification, reasons = "uncertain", (*failures, *doubts)
    else:
        classification, reasons = "reportable", (_reportable_reason(shown, driver, verdict, kinase, assay),)
    return Appraisal(
        members=tuple(members),
        shown=shown,
        driver=driver,
        frame=verdict.frame,
        kinase=kinase,
        role=_role(driver),
        classification=classification,
        reasons=_once(reasons),
        conflicts=_once((*(text for member in members for text in member.conflicts), *verdict.conflicts)),
        notes=_once((*shown.all_notes, *(text for member in members for text in member.namings), *verdict.notes)),
        has_early_stop=verdict.has_early_stop,
    )


def best_supported(members: Sequence[Junction]) -> Junction:
    """The member with the most split reads, then spanning pairs; ties by caller, so that the file order is nothing."""
    return min(members, key=_by_support)


def support_shortfalls(call: FusionCall, assay: Assay) -> tuple[str, ...]:
    """Why a call alone does not confirm a fusion; empty if it does."""
    found: list[str] = []
    if call.counted_reads is None:
        found.append(f"{call.caller} states no split reads; the assay requires {assay.minimum_split_reads}.")
    elif call.counted_reads < assay.minimum_split_reads:
        reads = spoken_reads(call.split_reads, None, call.supporting_reads)
        found.append(f"{call.caller} found {reads}; the assay requires {assay.minimum_split_reads}.")
    if not call.passed_filter:
        found.append(f"{call.caller} did not pass the call (filter: {call.filters or 'not stated'}).")
    if "low" in call.confidence.lower():
        found.append(f"{call.caller} gives the call low confidence.")
    return tuple(found)


def spoken_reads(split: int | None, pairs: int | None, supporting: int | None) -> str:
    """`9 split reads and 2 spanning pairs`, `75 supporting reads`; empty where nothing is stated."""
    counts = [(split, "split read"), (pairs, "spanning pair")]
    if split is None:
        counts.insert(0, (supporting, "supporting read"))
    return " and ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts if count is not None)


def _by_support(junction: Junction) -> tuple[object, ...]:
    call = junction.call
    split = -1 if call.counted_reads is None else call.counted_reads
    pairs = -1 if call.spanning_pairs is None else call.spanning_pairs
    return (
        not junction.is_ordered,
        not call.passed_filter,
        -split,
        -pairs,
        call.caller,
        call.place.file,
        call.place.line or 0,
        repr(call),
    )


def _role(driver: Driver) -> Role:
    is_driver = driver.gene is not None and driver.gene.role == "driver" and driver.is_at_driving_end
    return "driver" if is_driver else "other"


def _frame_verdict(members: Sequence[Junction], shown: Junction) -> _FrameVerdict:
    """Our reading of the frame against the callers' own (docs/decisions/0003-fusion-structure.md says why)."""
    model = shown.frame
    between = _between_callers(*_callers_by_frame(members))
    inside, outside, stops = _callers_by_frame(_of_each_caller(members))
    if stops and not inside and model.frame != "not_assessable":
        # Rule: stop codons cannot be predicted without sequence, so a caller that saw one is right.
        text = f"{_listed(stops)} found a stop codon behind the junction: no functional fusion protein is expected."
        return _FrameVerdict("out-of-frame", between, failure=text, has_early_stop=True)
    match model.frame:
        case "in-frame":
            return _model_in_frame(inside, outside, stops, between)
        case "out-of-frame":
            return _model_out_of_frame(shown, inside, outside, between)
        case "not_assessable":
            against = tuple(
                f"{caller} calls the fusion out of frame; here the frame cannot be assessed." for caller in outside
            )
            doubts = (f"{_listed(stops)} found a stop codon behind the junction.",) if stops else ()
            return _FrameVerdict("not_assessable", (*between, *against), doubts)
        case "undetermined":
            return _model_undetermined(shown, inside, outside, stops, between)


def _callers_by_frame(members: Sequence[Junction]) -> tuple[list[str], list[str], list[str]]:
    """The callers that call it in frame, out of frame, and stopped by a codon."""
    stated = {(member.call.caller, member.call.reading_frame) for member in members}
    inside, outside, stops = (
        sorted(caller for caller, frame in stated if frame == wanted)
        for wanted in ("in-frame", "out-of-frame", "stop-codon")
    )
    return inside, outside, stops


def _of_each_caller(members: Sequence[Junction]) -> list[Junction]:
    """Each caller's best supported junction: its frame for a weaker one a few bases away must not rescue this one."""
    callers = {member.call.caller for member in members}
    return [best_supported([one for one in members if one.call.caller == caller]) for caller in sorted(callers)]


def _model_in_frame(inside: list[str], outside: list[str], stops: list[str], between: tuple[str, ...]) -> _FrameVerdict:
    if stops:
        text = f"{_listed(stops)} found a stop codon behind the junction, against {_listed(inside)}."
        return _FrameVerdict("in-frame", between, (text,))
    if outside and not inside:
        text = f"The junction is in frame on the transcripts shown, but {_listed(outside)} calls it out of frame."
        return _FrameVerdict("in-frame", (text,), (text,))
    return _FrameVerdict("in-frame", between)


def _model_out_of_frame(
    shown: Junction, inside: list[str], outside: list[str], between: tuple[str, ...]
) -> _FrameVerdict:
    if not inside and shown.call.molecule == "DNA":
        text = "Joining the exons beside the DNA breakpoints gives a frame shift; splicing was not observed."
        return _FrameVerdict("out-of-frame", between, (text,))
    if not inside:
        text = "The fusion is out of frame: no functional fusion protein is expected."
        return _FrameVerdict("out-of-frame", between, failure=text)
    text = f"The junction is out of frame on the transcripts shown, but {_listed(inside)} calls it in frame."
    is_ours = shown.frame.is_on_edges or bool(outside)
    return _FrameVerdict("out-of-frame" if is_ours else "undetermined", (*between, text), (text,))


def _model_undetermined(
    shown: Junction, inside: list[str], outside: list[str], stops: list[str], between: tuple[str, ...]
) -> _FrameVerdict:
    if inside and (outside or stops):
        return _FrameVerdict("undetermined", between, ("The reading frame is undetermined; the callers disagree.",))
    if not shown.is_ordered or not (inside or outside):
        return _FrameVerdict("undetermined", between, ("The reading frame is undetermined.",))
    said: ReadingFrame = "in-frame" if inside else "out-of-frame"
    callers = _listed(inside or outside)
    is_countable = shown.frame.counted != "undetermined"
    if is_countable and shown.frame.counted != said and len(set(inside or outside)) == 1:
        text = f"The reading frame is undetermined: {callers} calls it {_spoken(said)}, counting the bases does not."
        return _FrameVerdict("undetermined", (*between, text), (text,))
    confirmed = is_countable and shown.frame.counted == said
    note = f"The reading frame is the one that {callers} states" + (
        "; counting the retained bases gives the same." if confirmed else "; it could not be checked here."
    )
    failure = "" if inside else f"The fusion is out of frame ({callers}): no functional fusion protein is expected."
    return _FrameVerdict(said, between, notes=(note,), failure=failure)


def _between_callers(inside: list[str], outside: list[str], stops: list[str]) -> tuple[str, ...]:
    said = [
        f"{_listed(callers)}: {word}"
        for callers, word in ((inside, "in frame"), (outside, "out of frame"), (stops, "stop codon"))
        if callers
    ]
    return (f"The callers disagree on the reading frame ({'; '.join(said)}).",) if len(said) > 1 else ()


def _failures(shown: Junction, driver: Driver, verdict: _FrameVerdict, kinase: KinaseDomain) -> tuple[str, ...]:
    found: list[str] = []
    if verdict.failure:
        found.append(verdict.failure)
    if kinase == "lost":
        place = "" if driver.is_at_driving_end else f" {driver.symbol} is the 5′ gene."
        found.append(f"The fusion does not contain the kinase domain of {driver.symbol}.{place}")
    elif driver.end == "3" and shown.three.region == "after":
        found.append(f"The fusion contains no coding sequence of {driver.symbol}.")
    if shown.order == "unproductive":
        found.extend(shown.doubts)
    return tuple(found)


def _structural_doubts(shown: Junction, driver: Driver, kinase: KinaseDomain) -> tuple[str, ...]:
    """What makes the structure itself uncertain, and so even the finding that it cannot work."""
    found: list[str] = []
    if driver.may_be:
        names = " or ".join(gene.symbol for gene in driver.may_be)
        found.append(
            f"The submitted symbol {driver.given} is ambiguous: it may mean {names}. It was not renamed; which gene is "
            "meant has to be clarified."
        )
    if shown.order != "unproductive":
        found.extend(shown.all_doubts)
    if kinase == "lost" and shown.call.molecule == "DNA" and not driver.is_at_driving_end:
        found.append(f"The product with the kinase domain of {driver.symbol} was not called; it may exist beside this.")
    return tuple(found)


def _shortcomings(shown: Junction, driver: Driver, kinase: KinaseDomain) -> tuple[str, ...]:
    """What keeps a sound structure from being reportable."""
    found: list[str] = []
    if UNKNOWN_GENE in shown.pair:
        found.append("The partner gene is not known.")
    # Where the order is not known, nobody can say which gene is the 5′ one: `all_doubts` names that.
    is_placed = shown.is_ordered and not driver.is_at_driving_end
    if is_placed and kinase == "retained":
        text = f"{driver.symbol} is the {driver.end}′ gene and keeps its kinase domain: activation is not judged here."
        found.append(text)
    elif is_placed:
        text = (
            f"{driver.symbol} is the {driver.end}′ gene of this product: an active {driver.symbol} fusion is not shown."
        )
        found.append(text)
    if kinase == "partial":
        found.append(f"The junction cuts the kinase domain of {driver.symbol}: only a part of it is kept.")
    if kinase == "undetermined" and not driver.may_be:
        found.append(f"Whether the kinase domain of {driver.symbol} is kept cannot be told.")
    return tuple(found)


def _shortfalls(members: Sequence[Junction], assay: Assay) -> tuple[str, ...]:
    """Empty as soon as one call of the junction meets all requirements on its own."""
    found = [support_shortfalls(member.call, assay) for member in sorted(members, key=_by_support)]
    return () if not all(found) else tuple(text for texts in found for text in texts)


def _reportable_reason(
    shown: Junction, driver: Driver, verdict: _FrameVerdict, kinase: KinaseDomain, assay: Assay
) -> str:
    parts: list[str] = []
    if verdict.frame == "in-frame":
        predicted = "predicted " if shown.call.molecule == "DNA" else ""
        parts.append(f"the fusion is {predicted}in frame")
    else:
        parts.append(f"the coding sequence of {driver.symbol} does not depend on the frame of the partner")
    if kinase == "retained":
        parts.append(f"the kinase domain of {driver.symbol} is retained")
    kind = "supporting" if shown.call.split_reads is None else "split"
    parts.append(f"the call passes the requirements of the assay (at least {assay.minimum_split_reads} {kind} reads)")
    text = ", ".join(parts[:-1]) + " and " + parts[-1] + "."
    return text[0].upper() + text[1:]


def _spoken(frame: ReadingFrame) -> str:
    return frame.replace("-", " ")


def _listed(names: Sequence[str]) -> str:
    return " and ".join(dict.fromkeys(names))


def _once(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
