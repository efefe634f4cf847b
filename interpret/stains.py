"""Immunohistochemistry and FISH as the rules see them: one state per marker, patterns, and the words of all stains."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Literal

from parsers.records import FishResult, IhcResult

IhcState = Literal["positive", "weak", "equivocal", "negative", "not_done"]
FishState = Literal["positive", "equivocal", "negative", "not_done"]

# The stain that screens for a driver group; RET, PDGFRB and IGF1R have none in routine use.
STAIN_OF = {"ALK": "ALK", "ROS1": "ROS1", "NTRK": "pan-TRK"}
GENES_OF = {
    "ALK": ("ALK",),
    "ROS1": ("ROS1",),
    "NTRK": ("NTRK1", "NTRK2", "NTRK3"),
    "RET": ("RET",),
    "PDGFRB": ("PDGFRB",),
    "IGF1R": ("IGF1R",),
}
GROUP_OF = {gene: group for group, genes in GENES_OF.items() for gene in genes}


@dataclass(frozen=True, slots=True)
class StainView:
    """
    All rows of one marker together.

    `is_contradictory` where one row is positive and another negative: the state is then `equivocal`. `pending` where a
    result is expected or could not be read, so that "not done" is not the whole truth. `probes` keeps each FISH probe's
    own state: a probe of one NTRK gene says nothing about a fusion of another.
    """

    ihc: IhcState
    fish: FishState
    patterns: frozenset[str]
    is_contradictory: bool = False
    pending: str = ""
    probes: tuple[tuple[str, FishState], ...] = ()

    def fish_of(self, gene: str) -> FishState:
        """What the probes of this very gene say, or a probe named for its whole family."""
        if self.fish == "equivocal" and self.is_contradictory:
            return self.fish
        return _strongest_fish({state for probe, state in self.probes if probe in (gene, GROUP_OF.get(gene, ""))})


class OpenTests:
    """
    The tests that nobody has entered a result of, for a follow-up such as `{tests:CD34|ALK FISH|RNA sequencing}`.

    A test whose result is pending is under way: it is awaited (`pending_tests`) and not asked for again.

    A name without a gene (" FISH", where a placeholder stayed empty) is no test. The text is empty if all were done.
    """

    def __init__(self, ihc: Sequence[IhcResult], fish: Sequence[FishResult], *, is_rna_done: bool = False) -> None:
        done = {name for row in ihc if _is_done_or_pending(row, _ihc_state(row)) for name in _names(row.marker)}
        self._done = done | {f"{name}IMMUNOHISTOCHEMISTRY" for name in done}
        probes = [row for row in fish if _is_done_or_pending(row, _fish_state(row))]
        self._done |= {f"{name}FISH" for row in probes for name in _names(row.marker)}
        self._done |= {"RNASEQUENCING"} if is_rna_done else set()

    def __format__(self, names: str) -> str:
        open_ = [name for name in names.split("|") if not name.startswith(" ") and not self._is_done(name)]
        return " and ".join(filter(None, (", ".join(open_[:-1]), *open_[-1:])))

    def _is_done(self, test: str) -> bool:
        return any({name, *_SYNONYMS.get(name, ())} & self._done for name in _names(test))


def pending_tests(ihc: Sequence[IhcResult], fish: Sequence[FishResult]) -> tuple[str, ...]:
    """The tests of kinases whose result is awaited and that have no other: `ALK immunohistochemistry`, `RET FISH`."""
    stained = {row.marker for row in ihc if _ihc_state(row) != "not_done"}
    probed = {row.marker for row in fish if _fish_state(row) != "not_done"}
    found = [f"{row.marker} immunohistochemistry" for row in ihc if _is_pending(row) and row.marker not in stained]
    found += [f"{row.marker} FISH" for row in fish if _is_pending(row) and row.marker not in probed]
    return tuple(dict.fromkeys(found))


def _is_done_or_pending(row: IhcResult | FishResult, state: str) -> bool:
    return state != "not_done" or _is_pending(row)


def _is_pending(row: IhcResult | FishResult) -> bool:
    # Of other markers the report does not say what is under way, so they are still asked for.
    is_kinase = row.marker in {*STAIN_OF.values(), *GENES_OF, *GROUP_OF}
    return is_kinase and row.result == "pending" and row.control_ok is not False


def follow_up_text(text: str, values: Mapping[str, object]) -> str:
    """The parts of a follow-up ("a; b.") that still name something to do; empty if none does."""
    parts = [part for part in text.removesuffix(".").split("; ") if part and _names_something(part, values)]
    if not parts:
        return ""
    filled = "; ".join(parts).format_map(values)
    return f"{filled[0].upper()}{filled[1:]}."


def _names_something(part: str, values: Mapping[str, object]) -> bool:
    return all(
        format(values[name], (spec or "").format_map(values)) for _, name, spec, _ in Formatter().parse(part) if name
    )


# The same stain under other names, as `_names` writes them.
_SYNONYMS = {
    "KERATIN": ("CYTOKERATIN", "PANKERATIN", "PANCYTOKERATIN", "PANCK", "AE1", "AE3", "AE1AE3", "CK", "CK7", "CAM52"),
    "TTF1": ("NKX21",),
    "CD117": ("KIT", "CKIT"),
    "DOG1": ("ANO1",),
    "MYOGENIN": ("MYF4",),
    "SMA": ("ACTA2", "SMOOTHMUSCLEACTIN"),
    "FACTORXIIIA": ("F13A1", "FXIIIA"),
    "PANTRKIMMUNOHISTOCHEMISTRY": ("NTRKIMMUNOHISTOCHEMISTRY",),
}


def view_of(group: str, ihc: Sequence[IhcResult], fish: Sequence[FishResult]) -> StainView:
    """What stains and FISH say about one driver group."""
    stains = [row for row in ihc if row.marker == STAIN_OF.get(group)]
    probes = [row for row in fish if row.marker in (*GENES_OF[group], group)]
    states = {_ihc_state(row) for row in stains}
    is_contradictory = "negative" in states and bool(states & {"positive", "weak"})
    probe_states = {_fish_state(row) for row in probes}
    fish_contradictory = {"positive", "negative"} <= probe_states and group != "NTRK"
    return StainView(
        ihc="equivocal" if is_contradictory else _strongest(states),
        fish="equivocal" if fish_contradictory else _strongest_fish(probe_states),
        patterns=frozenset(
            word.replace(" ", "_")
            for row in stains
            if _ihc_state(row) in ("positive", "weak", "equivocal")
            for word in row.localisation
            if word != "none"
        ),
        is_contradictory=is_contradictory or fish_contradictory,
        pending=_pending(group, stains, probes),
        probes=tuple((row.marker, _fish_state(row)) for row in probes),
    )


def positive_kinase_stains(ihc: Sequence[IhcResult]) -> tuple[str, ...]:
    """The kinase stains that are positive, weak ones left out: weak staining is common and proves nothing."""
    return tuple(stain for group, stain in STAIN_OF.items() if view_of(group, ihc, ()).ihc == "positive")


def stain_words(ihc: Sequence[IhcResult], fish: Sequence[FishResult]) -> frozenset[str]:
    """All stains as words of the tables: `CD34+`, `INI1-`, `BETACATENIN_NUCLEAR+`, `MDM2_FISH+`."""
    found: set[str] = set()
    for row in ihc:
        if row.control_ok is False:
            continue
        sign = {"positive": "+", "negative": "-"}.get(row.result, "")
        if sign:
            for name in _names(row.marker):
                found.add(name + sign)
                if sign == "+" and "nuclear" in row.localisation:
                    found.add(f"{name}_NUCLEAR+")
    for probe in fish:
        if _fish_state(probe) == "positive":
            found.update(f"{name}_FISH+" for name in _names(probe.marker))
    return frozenset(found)


def _names(marker: str) -> set[str]:
    """`SMARCB1 (INI1)` is both names; `S-100` is S100; `β-catenin` is BETACATENIN."""
    text = marker.upper().replace("Β", "BETA").replace("SMARCB1", "SMARCB1/INI1")
    return {name for name in (re.sub(r"[^A-Z0-9]", "", part) for part in re.split(r"[/(),]", text)) if name}


def _ihc_state(row: IhcResult) -> IhcState:
    if row.control_ok is False:
        return "not_done"
    match row.result:
        case "positive":
            return "weak" if row.intensity == "1+" or row.distribution.strip().lower() == "focal" else "positive"
        case "equivocal":
            return "equivocal"
        case "negative":
            return "negative"
        case "not_evaluable" | "not_done" | "pending":
            return "not_done"


def _fish_state(row: FishResult) -> FishState:
    # Fewer than 50 cells are not evaluable, whatever was written (FISHALK, PMC6720438).
    if row.control_ok is False or (row.cells_scored is not None and row.cells_scored < 50):
        return "not_done"
    match row.result:
        case "positive" | "equivocal" | "negative":
            is_below = (
                row.result == "positive"
                and row.pct_rearranged is not None
                and row.cutoff_pct is not None
                and row.pct_rearranged < row.cutoff_pct
            )
            return "equivocal" if is_below else row.result
        case "not_evaluable" | "not_done" | "pending":
            return "not_done"


def _strongest(states: set[IhcState]) -> IhcState:
    order: tuple[IhcState, ...] = ("positive", "weak", "equivocal", "negative")
    return next((state for state in order if state in states), "not_done")


def _strongest_fish(states: set[FishState]) -> FishState:
    order: tuple[FishState, ...] = ("positive", "equivocal", "negative")
    return next((state for state in order if state in states), "not_done")


def _pending(group: str, stains: Sequence[IhcResult], probes: Sequence[FishResult]) -> str:
    """A sentence if a stain or probe was ordered and gives no usable result."""
    if group in STAIN_OF and stains and all(_ihc_state(row) == "not_done" for row in stains):
        reasons = {"control failed" if row.control_ok is False else row.result.replace("_", " ") for row in stains}
        return f"{STAIN_OF[group]} immunohistochemistry gives no usable result ({', '.join(sorted(reasons))})."
    if probes and all(_fish_state(row) == "not_done" for row in probes):
        return f"{group} FISH gives no usable result."
    return ""
