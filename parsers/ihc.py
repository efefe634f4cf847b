"""
ihc.csv: immunohistochemistry and FISH, one row per specimen, marker and method.

A result that its own numbers contradict is refused, not repaired: positive below the cut-off, an H-score that the
percentage cannot give, 30 cells scored and a verdict. FISH: positive cells are split signals plus isolated 3' signals,
isolated 5' signals do not count (IASLC atlas of ALK and ROS1 testing 2013, p. 22-23), at least 50 cells (PMC6720438);
both are rules of lung cancer, so the cut-off is a column and not a constant here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from parsers.cells import RowReader, is_blank, one_of
from parsers.errors import Problem
from parsers.laboratory import Laboratory
from parsers.markers import canonical_marker, is_known_marker, may_be_kinase
from parsers.reading import Table, looks_like_excel_date
from parsers.records import FishResult, IhcResult, Place, StainResult
from parsers.scoring import Scoring, structured
from parsers.specimens import known_accession, rows_of
from parsers.vocabularies import (
    INTENSITIES,
    LOCALISATIONS,
    METHODS,
    RESULTS,
    STAINS_OPTIONAL,
    STAINS_REQUIRED,
    word_key,
)

FILE = "ihc.csv"

FEWEST_FISH_CELLS = 50

# A column and its text.
Given = tuple[str, str]

_VERDICTS = frozenset({"positive", "negative", "equivocal"})
_PERCENTAGE = re.compile(r"([<>≤≥~]?)\s*(\d+(?:\.\d+)?)(?:\s*[-–]\s*(\d+(?:\.\d+)?))?\s*(%?)", re.ASCII)
_PER_FIELD = re.compile(r"[<>≤≥~]?\s*\d+\s*/\s*HPF", re.IGNORECASE)
_LOCALISATION_WORDS = {
    "cytoplasm": "cytoplasmic",
    "membrane": "membranous",
    "membranous": "membranous",
    "nucleus": "nuclear",
}
# Beyond rounding of the three values.
_H_SCORE_TOLERANCE = 5.0


@dataclass(frozen=True, slots=True)
class StainTables:
    """What ihc.csv says, and which patient each of its accessions is said to be."""

    ihc: tuple[IhcResult, ...]
    fish: tuple[FishResult, ...]
    patient_ids: tuple[tuple[str, str, str, int], ...]


def read_stains(
    tables: Sequence[Table], laboratory: Laboratory, known: Collection[str], problems: list[Problem]
) -> StainTables:
    """
    The rows of `tables` in order; everything wrong with them is appended to `problems`, under its accession.

    Two results that contradict each other do so across tables too: ihc.csv and a message of the laboratory system.
    """
    stains: list[IhcResult | FishResult] = []
    patients: list[tuple[str, str, str, int]] = []
    rows = (cells for table in tables for cells in rows_of(table, STAINS_REQUIRED, STAINS_OPTIONAL, problems))
    for cells in rows:
        accession = known_accession(cells, laboratory, known)
        patient = cells.text("patient_id")
        if patient:
            patients.append((accession, patient, cells.file, cells.line))
        stain = _stain(cells, accession) if cells.check_length() else None
        if stain is not None and cells.ok:
            stains.append(stain)
    _refuse_contradictions(stains, problems)
    return StainTables(
        tuple(stain for stain in stains if isinstance(stain, IhcResult)),
        tuple(stain for stain in stains if isinstance(stain, FishResult)),
        tuple(patients),
    )


def _stain(cells: RowReader, accession: str) -> IhcResult | FishResult | None:
    method = cells.choice("method", METHODS, required=True)
    result, said = _result(cells, method)
    marker, clone = _marker(cells)
    reported = _reported(cells)
    if method is None or result is None:
        return None
    if method == "FISH":
        return _fish(cells, accession, marker, result, reported)
    return _ihc(cells, accession, (marker, clone), (result, said), reported)


def _result(cells: RowReader, method: str | None) -> tuple[StainResult | None, tuple[Scoring, ...]]:
    """The verdict, and the free texts of the row taken apart; a text that is not understood is refused as a whole."""
    given = cells.text("result")
    verdict = RESULTS.get(word_key(given))
    free = [("result", given)] if not verdict and not is_blank(given) else []
    free += [("scoring", text) for text in [cells.text("scoring")] if not is_blank(text)]
    said = [(column, _understood(cells, column, text, method)) for column, text in free]
    texts = tuple(one for _, one in said if one)
    verdicts = {one for one in (verdict, *(text.verdict for text in texts)) if one}
    if len(verdicts) > 1:
        cells.problem(
            "text-contradiction",
            "result",
            "the free text states another verdict than the result",
            "check the row against the worksheet",
            found=", ".join(text.as_given for text in texts),
            expected=verdict or "one verdict",
        )
    elif not verdicts and len(texts) == len(free):
        _note_missing_verdict(cells, given)
    return next(iter(verdicts), None), texts


def _understood(cells: RowReader, column: str, text: str, method: str | None) -> Scoring | None:
    scoring = structured(text)
    says_more = scoring is not None and any(part not in ("verdict", "filler") for _, part in scoring.read_as)
    if scoring is None or (method == "FISH" and says_more):
        cells.problem(
            "unknown-value",
            column,
            "the text is not one of the allowed values, and not every word of it is understood",
            "write the verdict alone; intensity, percentage and pattern have columns",
            found=text,
            expected=one_of(list(dict.fromkeys(RESULTS.values()))),
        )
        return None
    return scoring


def _note_missing_verdict(cells: RowReader, given: str) -> None:
    if is_blank(given):
        # A cell that could not be read has its problem already.
        if is_blank(cells.raw("result")):
            cells.problem("missing-value", "result", "the cell is empty", "fill it in; this value is required")
        return
    cells.problem(
        "no-verdict",
        "result",
        "the text says how much is stained, but not whether that is positive, and no rule here decides it",
        "add the verdict: write 'positive, …' or 'negative, …'",
        found=given,
        expected=one_of(list(dict.fromkeys(RESULTS.values()))),
    )


def _reported(cells: RowReader) -> date | None:
    collected = cells.date("collected_date")
    reported = cells.date("reported_date")
    if collected and reported and reported < collected:
        cells.problem(
            "dates-out-of-order",
            "reported_date",
            "the result was reported before the specimen was collected",
            "correct one of the two dates",
            found=reported.isoformat(),
            expected=f"{collected.isoformat()} or later",
        )
    return reported


def _marker(cells: RowReader) -> tuple[str, str]:
    given = cells.text("marker", required=True)
    if looks_like_excel_date(given):
        cells.problem(
            "excel-date",
            "marker",
            "a spreadsheet turned the name into a date",
            "type the name again and format the column as text",
            found=given,
        )
    elif given and not is_known_marker(given):
        _note_unknown_marker(cells, given)
    marker, clone_in_name = canonical_marker(given)
    stated = cells.text("clone")
    return marker, clone_in_name if is_blank(stated) else stated


def _note_unknown_marker(cells: RowReader, given: str) -> None:
    if may_be_kinase(given):
        cells.problem(
            "unknown-marker",
            "marker",
            "the name may be that of a kinase marker and cannot be told for sure: its result would be lost",
            "write the marker alone (ALK, ROS1, pan-TRK, RET…), clone, probe and remarks in their columns; "
            "or map the name in mapping.toml [markers]",
            found=given,
        )
        return
    cells.problem(
        "unknown-marker",
        "marker",
        "this marker is not known, and no rule that comes with the program will use it",
        "correct the name, or map it in mapping.toml [markers]; nothing to do if it is another marker",
        found=given,
        severity="warning",
    )


def _ihc(
    cells: RowReader,
    accession: str,
    name: tuple[str, str],
    finding: tuple[StainResult, tuple[Scoring, ...]],
    reported: date | None,
) -> IhcResult:
    marker, clone = name
    result, texts = finding
    percentage = _completed(cells, "pct_positive", _percentage(cells, marker), [text.percentage for text in texts])
    intensity = _completed(cells, "intensity", _intensity(cells), [text.intensity for text in texts])
    h_score = cells.number("h_score", low=0, high=300)
    _check_h_score(cells, percentage, intensity, h_score)
    _check_verdict(cells, percentage, intensity, h_score, result)
    return IhcResult(
        accession=accession,
        marker=marker,
        result=result,
        marker_as_given=cells.text("marker"),
        clone=clone,
        platform=cells.text("platform"),
        control_ok=cells.yes_no("control_ok"),
        tumour_cells_pct=cells.number("tumour_cells_pct", low=0, high=100, unit="%", percent=True),
        pct_positive=percentage,
        intensity=intensity,
        h_score=h_score,
        localisation=_completed_pattern(cells, [text.localisation for text in texts]),
        distribution=_completed_distribution(cells, [text.distribution for text in texts]),
        scoring_system=cells.text("scoring_system"),
        block_id=cells.text("block_id"),
        reported=reported,
        comment=cells.text("comment"),
        place=Place(cells.file, cells.line),
        as_given=_as_given(cells, texts, percentage, intensity),
    )


def _as_given(cells: RowReader, texts: tuple[Scoring, ...], percentage: str, intensity: str) -> tuple[Given, ...]:
    """The cells that were taken apart or spelled anew, as the file has them."""
    free = {text.as_given for text in texts}
    kept = [(column, cells.text(column)) for column in ("result", "scoring") if cells.text(column) in free]
    kept += [
        (column, cells.text(column))
        for column, value in (("pct_positive", percentage), ("intensity", intensity))
        if not is_blank(cells.text(column)) and cells.text(column) != value
    ]
    return tuple(kept)


def _completed(cells: RowReader, column: str, stated: str, said: Sequence[str]) -> str:
    """The value of the cell, else that of the free text; where both are given, they must be able to be one."""
    values = [value for value in (stated, *said) if value]
    for value in values[1:]:
        low, high = _bounds(values[0])
        other_low, other_high = _bounds(value)
        if other_low > high or low > other_high:
            _note_text(cells, column, value, values[0])
    return values[0] if values else ""


def _completed_pattern(cells: RowReader, said: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    patterns = [one for one in (_localisation(cells), *said) if one]
    for other in patterns[1:]:
        if not set(other) <= set(patterns[0]):
            _note_text(cells, "localisation", "; ".join(other), "; ".join(patterns[0]))
    return patterns[0] if patterns else ()


def _completed_distribution(cells: RowReader, said: Sequence[str]) -> str:
    stated = [one for one in (cells.text("distribution"), *said) if not is_blank(one)]
    for other in stated[1:]:
        if other.lower() not in stated[0].lower():
            _note_text(cells, "distribution", other, stated[0])
    return stated[0] if stated else ""


def _note_text(cells: RowReader, column: str, said: str, stated: str) -> None:
    cells.problem(
        "text-contradiction",
        column,
        "the free text says something else than this cell",
        "check the row against the worksheet",
        found=said,
        expected=stated,
    )


def _fish(cells: RowReader, accession: str, marker: str, result: StainResult, reported: date | None) -> FishResult:
    scored = cells.whole_number("cells_scored", high=100_000)
    percentages = {
        name: cells.number(name, low=0, high=100, unit="%", percent=True)
        for name in ("pct_rearranged", "pattern_split_pct", "pattern_isolated3_pct", "cutoff_pct")
    }
    fish = FishResult(
        accession=accession,
        # No probe spans the three genes, so a name of all of them is that of the family, not of the stain.
        marker="NTRK" if marker == "pan-TRK" else marker,
        result=result,
        marker_as_given=cells.text("marker"),
        probe=cells.text("probe"),
        cells_scored=scored,
        control_ok=cells.yes_no("control_ok"),
        block_id=cells.text("block_id"),
        reported=reported,
        comment=cells.text("comment"),
        place=Place(cells.file, cells.line),
        **percentages,
    )
    _check_fish(cells, fish)
    return fish


def _check_fish(cells: RowReader, fish: FishResult) -> None:
    if fish.cells_scored is not None and fish.cells_scored < FEWEST_FISH_CELLS and fish.result in _VERDICTS:
        cells.problem(
            "too-few-cells",
            "cells_scored",
            f"fewer than {FEWEST_FISH_CELLS} cells were scored, yet there is a verdict",
            "score at least 50 cells, or enter not_evaluable as the result",
            found=str(fish.cells_scored),
            expected=f"{FEWEST_FISH_CELLS} or more, or result not_evaluable",
        )
    rearranged = _rearranged(cells, fish)
    if rearranged is None or fish.cutoff_pct is None:
        return
    contradicts = (fish.result == "positive" and rearranged < fish.cutoff_pct) or (
        fish.result == "negative" and rearranged >= fish.cutoff_pct
    )
    if contradicts:
        cells.problem(
            "fish-contradiction",
            "result",
            "the result contradicts the percentage of rearranged cells and the cut-off",
            "check the count, the cut-off and the result on the worksheet",
            found=f"{fish.result}, {rearranged:g} % of cells, cut-off {fish.cutoff_pct:g} %",
            expected="positive from the cut-off upwards, negative below it",
        )


def _rearranged(cells: RowReader, fish: FishResult) -> float | None:
    """The percentage of rearranged cells: stated, or split plus isolated 3' where both are given."""
    if fish.pattern_split_pct is None or fish.pattern_isolated3_pct is None:
        return fish.pct_rearranged
    summed = fish.pattern_split_pct + fish.pattern_isolated3_pct
    if fish.pct_rearranged is not None and abs(summed - fish.pct_rearranged) > 1:
        cells.problem(
            "fish-contradiction",
            "pct_rearranged",
            "the percentage is not the sum of split and isolated 3' signals",
            "check the worksheet; isolated 5' signals do not count as rearranged",
            found=f"{fish.pct_rearranged:g}",
            expected=f"{summed:g}",
        )
    return fish.pct_rearranged if fish.pct_rearranged is not None else summed


def _percentage(cells: RowReader, marker: str) -> str:
    """The percentage as text (`95`, `<1`, `5-10`), checked; plasma cell counts (`>40/HPF`) for IgG and IgG4."""
    given = cells.text("pct_positive")
    if is_blank(given):
        return ""
    if marker in ("IgG4", "IgG") and _PER_FIELD.fullmatch(given):
        return given.replace(" ", "")
    match = _PERCENTAGE.fullmatch(given)
    values = [float(part) for part in match.groups()[1:3] if part] if match else []
    if not match or any(value > 100 for value in values) or values != sorted(values):
        comma = re.fullmatch(r"\d{1,3},\d+\s*%?", given)
        cells.problem(
            "bad-percentage",
            "pct_positive",
            "this is not a percentage",
            f'write it with a point: {given.replace(",", ".")}; or say decimal = "," in mapping.toml'
            if comma
            else "write the percentage alone, for example 95, <1, >50 or 5-10",
            found=given,
            expected="0 to 100, <1, >50 or 5-10",
        )
        return ""
    sign, _, high, unit = match.groups()
    if not sign and not high and not unit and 0 < values[0] < 1:
        cells.problem(
            "ambiguous-percentage",
            "pct_positive",
            "the value may be a fraction or a percentage",
            "write 95 for 95 %, and <1 or 0.5% for less than one per cent",
            found=given,
            expected="0 to 100, <1, >50 or 5-10",
        )
        return ""
    return re.sub(r"[\s%]", "", given).replace("–", "-")


def _intensity(cells: RowReader) -> str:
    """`0`, `1+`, `2+`, `3+`, or a range as `2-3+`; empty when not stated."""
    given = cells.text("intensity")
    if is_blank(given):
        return ""
    key = given.lower().replace(" ", "")
    if key in INTENSITIES:
        return INTENSITIES[key]
    match = re.fullmatch(r"([0-3])\+?(?:-|–|/|to)([0-3])\+?", key)
    if match and match[1] < match[2]:
        return f"{match[1]}-{match[2]}+"
    cells.problem(
        "unknown-value",
        "intensity",
        "this is not a staining intensity",
        "write the intensity alone; percentage, pattern and distribution have columns of their own",
        found=given,
        expected="0, 1+, 2+, 3+ or a range such as 2-3+",
    )
    return ""


def _bounds(value: str) -> tuple[float, float]:
    """
    The lowest and the highest number that a percentage or an intensity can mean; 0 to 100 when it is empty.

    `<1` is 0 to 1, `>50` 50 to 100, `2-3+` 2 to 3. An estimate (`~95`) is taken as five points to either side.
    """
    match = re.fullmatch(r"([<>≤≥~]?)(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?\+?", value)
    if not match:
        return 0.0, 100.0
    low, high = float(match[2]), float(match[3] or match[2])
    if match[1] == "~":
        return max(low - 5, 0.0), min(high + 5, 100.0)
    return (0.0 if match[1] and match[1] in "<≤" else low), (100.0 if match[1] and match[1] in ">≥" else high)


def _check_h_score(cells: RowReader, percentage: str, intensity: str, h_score: float | None) -> None:
    """
    H = 1 x weak % + 2 x moderate % + 3 x strong %, so it lies between 1 x and 3 x the positive percentage.

    A stated intensity narrows that, whether it is the most frequent one or the strongest; within those bounds a value
    other than percentage x intensity is only remarked on. Of a range (`5-10`, `<1`) its ends count.
    """
    if h_score is None or not re.search(r"\d", percentage) or "/" in percentage:
        return
    low, high = _bounds(percentage)
    level = {"0": 0, "1+": 1, "2+": 2, "3+": 3}.get(intensity)
    lowest, highest = low, {1: 2.0, 2: 2.5}.get(level or 3, 3.0) * high
    if level == 0:
        lowest = highest = 0.0
    expected = f"{lowest:g} to {highest:g} for {percentage} %" + (f" at {intensity}" if intensity else "")
    if not lowest - _H_SCORE_TOLERANCE <= h_score <= highest + _H_SCORE_TOLERANCE:
        cells.problem(
            "h-score-contradiction",
            "h_score",
            "the H-score contradicts percentage and intensity",
            "check the three values on the worksheet, or leave the H-score empty",
            found=f"{h_score:g}",
            expected=expected,
        )
    elif level and low == high and abs(h_score - low * level) > max(_H_SCORE_TOLERANCE, 0.1 * low * level):
        cells.problem(
            "h-score-differs",
            "h_score",
            "the H-score is not percentage x intensity",
            "right when intensities were mixed; else check the three values",
            found=f"{h_score:g}",
            expected=f"about {low * level:g}",
            severity="warning",
        )


def _check_verdict(
    cells: RowReader, percentage: str, intensity: str, h_score: float | None, result: StainResult
) -> None:
    low, high = _bounds(percentage) if "/" not in percentage else (0.0, 100.0)
    nothing = high == 0 or intensity == "0" or h_score == 0
    much = low >= 50 and intensity in ("2+", "2-3+", "3+")
    if (result == "positive" and nothing) or (result == "negative" and much):
        cells.problem(
            "ihc-contradiction",
            "result",
            "the result contradicts percentage, intensity or H-score",
            "check the row against the worksheet",
            found=", ".join(part for part in (result, percentage and f"{percentage} %", intensity) if part),
        )


def _localisation(cells: RowReader) -> tuple[str, ...]:
    """The staining patterns in the file's order, each once. `granular cytoplasmic` is two of them."""
    given = cells.text("localisation")
    if is_blank(given):
        return ()
    found: list[str] = []
    for part in re.split(r"[;,/+&]|\band\b|\bwith\b", given.lower()):
        words = re.sub(r"[\s_\-]+", " ", part).replace("accentuation", "").replace("pattern", "").strip()
        patterns = _patterns(words)
        if patterns is None:
            cells.problem(
                "unknown-value",
                "localisation",
                "this is not a staining pattern",
                "use the allowed words, several separated by ';'; 'diffuse' or 'focal' belong in 'distribution'",
                found=part.strip(),
                expected=", ".join(LOCALISATIONS),
            )
            continue
        found.extend(pattern for pattern in patterns if pattern not in found)
    return tuple(found)


def _patterns(text: str) -> list[str] | None:
    """`granular cytoplasmic` as two patterns, `nuclear membrane` as one; None when a word is not a pattern."""
    # One word while the text is split at blanks.
    words = text.replace("nuclear membrane", "nuclear_membrane").split()
    patterns = [_LOCALISATION_WORDS.get(word, word).replace("_", " ") for word in words]
    return patterns if all(pattern in LOCALISATIONS for pattern in patterns) else None


def _refuse_contradictions(stains: list[IhcResult | FishResult], problems: list[Problem]) -> None:
    """Two verdicts that differ for one specimen, marker and method block it: which one counts is for a pathologist."""
    first: dict[tuple[str, str, type], IhcResult | FishResult] = {}
    for stain in stains:
        if stain.result not in _VERDICTS:
            continue
        earlier = first.setdefault((stain.accession, stain.marker, type(stain)), stain)
        if earlier is stain:
            continue
        differs = earlier.result != stain.result
        problems.append(
            Problem(
                "contradictory-results" if differs else "repeated-result",
                stain.place.file,
                f"{stain.marker} has a second result"
                + (", which contradicts" if differs else ", the same as")
                + f" that of {_where(earlier.place, stain.place)}",
                "a pathologist decides which counts: remove or correct the other row",
                line=stain.place.line,
                column="result",
                found=stain.result,
                expected=earlier.result,
                accession=stain.accession,
                severity="error" if differs else "warning",
            )
        )


def _where(place: Place, seen_from: Place) -> str:
    return f"line {place.line}" if place.file == seen_from.file else f"{place.file}, line {place.line}"
