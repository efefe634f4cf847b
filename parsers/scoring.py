"""
Free text about a stain taken apart: `3+ strong diffuse cytoplasmic, ~95%` into intensity, percentage and pattern.

All or nothing. A text is a row of known words, and one that is not known, or two that say different things, make the
whole text unreadable: `positive in vessels, negative in tumour cells` must not become `positive`. A verdict is read
only where a word for it stands in the text; no cut-off turns a percentage into one. Negations are known as whole
phrases (`no staining`, `not done`); `no`, `not` and `non` anywhere else are words that are not known.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, get_args

from parsers.records import StainResult

Part = Literal["verdict", "absent", "intensity", "percentage", "localisation", "distribution", "filler"]
_PARTS: tuple[Part, ...] = get_args(Part)


@dataclass(frozen=True, slots=True)
class Scoring:
    """
    What a text says of one stain; an empty value was not stated. `intensity` and `percentage` are spelled as in
    ihc.csv (`2-3+`; `95`, `<1`, `5-10`, `~95`). `read_as` are the pieces of the text and what each was read as, all of
    them, in order.
    """

    as_given: str
    verdict: StainResult | None = None
    intensity: str = ""
    percentage: str = ""
    localisation: tuple[str, ...] = ()
    distribution: str = ""
    read_as: tuple[tuple[str, Part], ...] = ()


def structured(text: str) -> Scoring | None:
    """
    `text` taken apart, or None unless every piece of it is understood and no two contradict each other.

    A number without a sign is not understood (3 may be an intensity or a percentage); `<1` and `>50` are percentages.
    """
    pieces = _pieces(text)
    if pieces is None:
        return None
    said = {part: [value for value, one, _ in pieces if one == part] for part in _PARTS}
    verdicts = _verdicts(said)
    intensity, percentage = _intensity(said["intensity"]), said["percentage"]
    if len(verdicts) > 1 or intensity is None or len(percentage) > 1:
        return None
    if said["absent"] and not _is_nothing(intensity, percentage, said):
        return None
    scoring = Scoring(
        as_given=text,
        verdict=next(iter(verdicts), None),
        intensity="0" if said["absent"] else intensity,
        percentage=percentage[0] if percentage else "",
        localisation=tuple(dict.fromkeys(said["localisation"])),
        distribution=", ".join(dict.fromkeys(said["distribution"])),
        read_as=tuple((found, part) for _, part, found in pieces),
    )
    return scoring if any(part != "filler" for _, part in scoring.read_as) else None


_VERDICTS: dict[str, StainResult] = {
    "positive": "positive",
    "pos": "positive",
    "negative": "negative",
    "neg": "negative",
    "equivocal": "equivocal",
    "pending": "pending",
    "not done": "not_done",
    "not performed": "not_done",
    "not tested": "not_done",
    "not evaluable": "not_evaluable",
    "not assessable": "not_evaluable",
    "not interpretable": "not_evaluable",
}
# Nothing was seen: that is a negative stain whatever the cut-off.
_ABSENT = r"no (?:immuno)?(?:stain(?:ing)?|reactivity|expression)|unstained"
_INTENSITY_WORDS = {
    "weak": "1+",
    "weakly": "1+",
    "moderate": "2+",
    "moderately": "2+",
    "strong": "3+",
    "strongly": "3+",
}
_LOCALISATIONS = {
    "cytoplasmic": "cytoplasmic",
    "cytoplasm": "cytoplasmic",
    "granular": "granular",
    "nuclear membrane": "nuclear membrane",
    "nuclear": "nuclear",
    "perinuclear": "perinuclear",
    "membranous": "membranous",
}
_DISTRIBUTIONS = {
    "diffuse": "diffuse",
    "diffusely": "diffuse",
    "focal": "focal",
    "focally": "focal",
    "multifocal": "multifocal",
    "patchy": "patchy",
    "scattered": "scattered",
}
# Say nothing about the result. Words for other cells than the tumour's are not among them, on purpose.
_FILLERS = (
    "and|with|in|of|the|staining|stain|reactivity|immunoreactivity|expression|pattern|intensity|"
    "(?:tumou?r|neoplastic|lesional) cells|cells"
)
_SIGNS = {
    "<": "<",
    ">": ">",
    "≤": "≤",
    "≥": "≥",
    "<=": "≤",
    ">=": "≥",
    "~": "~",
    "≈": "~",
    "ca.": "~",
    "ca": "~",
    "circa": "~",
    "approx.": "~",
    "approx": "~",
    "approximately": "~",
    "about": "~",
    "less than": "<",
    "fewer than": "<",
    "more than": ">",
    "over": ">",
    "at least": "≥",
    "up to": "≤",
    "": "",
}

_NUMBER = r"\d{1,3}(?:\.\d{1,2})?"
_WORDS_OF_SIGNS = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True) if sign)
_LEVEL = "|".join(_INTENSITY_WORDS)


def _words(names: dict[str, str] | dict[str, StainResult]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


def _spaced(pattern: str) -> str:
    return pattern.replace(" ", r"\ ")


# The order matters: the longer reading is tried first. No piece may end within a word or a number.
_PIECE = re.compile(
    rf"""
      (?P<percentage> (?P<sign>{_WORDS_OF_SIGNS})? \s? (?P<low>{_NUMBER}) (?:\s?(?:-|to)\s?(?P<high>{_NUMBER}))? \s? %
                    | (?P<bare_sign><=|>=|[<>≤≥~≈]) \s? (?P<bare>{_NUMBER}) (?![\s]?[+\d.,/]) )
    | (?P<intensity> (?P<from>[0-3])\+? \s?(?:-|/|to)\s? (?P<to>[0-3])\+ | (?P<level>[0-3])\+ | (?P<plus>\+\+\+?)(?!\+)
                   | (?P<weaker>{_LEVEL}) (?:\s?-\s?|\ to\ ) (?P<stronger>{_LEVEL}) \b | (?P<word>{_LEVEL}) \b )
    | (?P<absent> (?:{_spaced(_ABSENT)}) \b )
    | (?P<verdict> (?:{_words(_VERDICTS)}) \b )
    | (?P<localisation> (?:{_words(_LOCALISATIONS)}) \b )
    | (?P<distribution> (?:{_words(_DISTRIBUTIONS)}) \b )
    | (?P<filler> (?:{_spaced(_FILLERS)}) \b )
    """,
    re.VERBOSE | re.ASCII,
)
# Between two pieces: a blank or a mark. Not a hyphen, which may be a minus or bind a negation to its word.
_SEPARATOR = re.compile(r"\s*[,;:.()\[\]/]\s*|\s+")


def _pieces(text: str) -> list[tuple[str, Part, str]] | None:
    """The pieces as (value, part, as found), all of the text, else None."""
    said = " ".join(unicodedata.normalize("NFC", text).lower().replace("–", "-").split())
    found: list[tuple[str, Part, str]] = []
    place = 0
    while place < len(said):
        gap = _SEPARATOR.match(said, place)
        # Two pieces that touch, such as 3+95%, are not what anybody writes on purpose.
        if gap is None and place:
            return None
        place = gap.end() if gap else place
        if place == len(said) or (gap and _SEPARATOR.match(said, place)):
            continue
        match = _PIECE.match(said, place)
        if match is None:
            return None
        value = _value(match)
        if value is None:
            return None
        found.append((value, _part(match), match.group()))
        place = match.end()
    return found if found and said[0] not in ",;:./)]" else None


def _part(match: re.Match[str]) -> Part:
    return next(part for part in _PARTS if match[part] is not None)


def _value(match: re.Match[str]) -> str | None:
    """What the piece says, in our spelling; None where it cannot be so."""
    text = match.group()
    part = _part(match)
    if part == "percentage":
        return _percentage(match)
    if part == "intensity":
        return _level(match)
    known: dict[str, dict[str, str]] = {"localisation": _LOCALISATIONS, "distribution": _DISTRIBUTIONS}
    return known[part][text] if part in known else text


def _percentage(match: re.Match[str]) -> str | None:
    low, high = match["low"] or match["bare"], match["high"]
    sign = _SIGNS[match["sign"] or {"<=": "≤", ">=": "≥"}.get(match["bare_sign"] or "", match["bare_sign"]) or ""]
    values = [float(value) for value in (low, high) if value]
    if values != sorted(values) or values[-1] > 100 or (sign and high) or (sign == "<" and not values[0]):
        return None
    return f"{sign}{low}" + (f"-{high}" if high else "")


def _level(match: re.Match[str]) -> str | None:
    if match["word"]:
        return _INTENSITY_WORDS[match["word"]]
    if match["plus"]:
        return f"{len(match['plus'])}+"
    if match["level"]:
        return "0" if match["level"] == "0" else f"{match['level']}+"
    if match["weaker"]:
        low, high = _INTENSITY_WORDS[match["weaker"]][0], _INTENSITY_WORDS[match["stronger"]][0]
    else:
        low, high = match["from"], match["to"]
    return f"{low}-{high}+" if low < high else None


def _verdicts(said: dict[Part, list[str]]) -> set[StainResult]:
    """Every verdict that is said; two of them cannot both be right."""
    verdicts = {_VERDICTS[word] for word in said["verdict"]}
    return verdicts | {"negative"} if said["absent"] else verdicts


def _intensity(levels: list[str]) -> str | None:
    """The one level that is said, once or twice; None where two differ."""
    different = list(dict.fromkeys(levels))
    return None if len(different) > 1 else (different[0] if different else "")


def _is_nothing(intensity: str, percentage: list[str], said: dict[Part, list[str]]) -> bool:
    patterns = said["localisation"] or said["distribution"]
    return intensity in ("", "0") and all(value.strip("0.") == "" for value in percentage) and not patterns
