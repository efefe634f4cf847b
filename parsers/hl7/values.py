"""
What single HL7 v2 fields say: codes with their text, the value of an OBX by its type, dates, the meaning of OBX-3.

Data types: HL7 v2.5.1 chapter 2A (CWE, SN, TS) and table 0125. A code and its text that say different things are a
problem, never a choice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from parsers.hl7.segments import Repetition, Segment, part
from parsers.mapping import IGNORED, LabMapping, Observation
from parsers.markers import canonical_marker
from parsers.vocabularies import CLOSED, PERCENT_COLUMNS, word_key

_TEXTS = frozenset({"ST", "TX", "FT", "ID", "IS", "SI", "TN", "TM"})
_CODED = frozenset({"CE", "CWE", "CNE", "CF"})
_DATES = frozenset({"DT", "TS", "DTM"})
_PEOPLE = frozenset({"XCN", "CN", "PN", "XPN"})
# Components of CE and CWE that may hold a code or a word for it: code, text, alternate code and text, original text.
_CODE_PARTS = (1, 2, 4, 5, 9)
_COMPARATORS = {"": "", "=": "", "<": "<", ">": ">", "<=": "≤", ">=": "≥"}
_TIME_STAMP = re.compile(r"(\d{8})(?:\d{2}(?:\d{2}(?:\d{2}(?:\.\d{1,4})?)?)?)?(?:[+-]\d{4})?", re.ASCII)
_LISTS = frozenset({"localisation"})

_KINASE = re.compile(r"(?<![A-Za-z])(ALK|ROS-?1|(?:pan[- ]?)?TRK|TRK[ABC]|NTRK[123]?|RET)(?![A-Za-z])", re.IGNORECASE)
# Codes run words together: ALKIHC, PANTRK, ROS1FISH, RETBA. Reticulin (RETIC) is none of them.
_WORD_END = r"(?=$|[^A-Z]|IHC|FISH|BA|STAIN|RES|PAT|PCT|INT|PROT)"
_KINASE_CODE = re.compile(rf"(ALK|ROS{_WORD_END}|P?(?:AN)?N?TRK|RET{_WORD_END}|PDGFR)", re.IGNORECASE)
# Long names and antibody clones: enough for suspicion, not for saying that a code means another marker.
_HINTS = (
    (re.compile(r"anaplastic lymphoma|\b(?:D5F3|5A4|OTI1H7|CD246|ALK0?1|p80)\b", re.IGNORECASE), "ALK"),
    (re.compile(r"\b(?:c-?ros(?:-?1)?|ros|D4D6|SP384)\b", re.IGNORECASE), "ROS1"),
    (re.compile(r"\b(?:EPR17341|A7H6R)\b|tropomyosin (?:receptor|related)|neurotrophic", re.IGNORECASE), "pan-TRK"),
    (re.compile(r"\bPDGFR", re.IGNORECASE), "PDGFRB"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """The value of a field as a cell of our tables, or why it has none: `wrong` is (code, message, remedy)."""

    text: str = ""
    wrong: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an observation code stands for: None where the mapping does not know it; or why it cannot be told."""

    observation: Observation | None = None
    wrong: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Codes:
    """The laboratory's OBX-3 codes and texts, in small letters."""

    known: Mapping[str, Observation] = field(default_factory=dict)

    @staticmethod
    def of(mapping: LabMapping) -> Codes:
        return Codes({_key(name): observation for name, observation in mapping.observations.items()})

    def meaning(self, repetition: Repetition) -> Meaning:
        """The one thing that code, text and alternate code stand for."""
        found: list[Observation] = []
        for first in (1, 4):
            code, text, system = (part(repetition, number) for number in (first, first + 1, first + 2))
            by_code = self.known.get(_key(f"{code}^{system}")) or self.known.get(_key(code)) if code else None
            by_text = self.known.get(_key(text)) if text else None
            found += [one for one in (by_code, by_text) if one is not None and one not in found]
        if not found:
            return Meaning()
        if len(found) > 1:
            return Meaning(
                wrong=(
                    "code-contradiction",
                    "the mapping gives the code and its text different meanings",
                    "correct the observations in the mapping file",
                )
            )
        named = kinases(said_code(repetition))
        if found[0].field != IGNORED and named and canonical_marker(found[0].marker)[0] not in named:
            return Meaning(
                wrong=(
                    "code-contradiction",
                    f"the text of the code names {', '.join(sorted(named))}, the mapping says otherwise",
                    "find out what the code stands for, and correct the mapping file or the code's text",
                )
            )
        return Meaning(found[0])


def said_code(repetition: Repetition) -> str:
    """`ALKIHC ALK immunohistochemistry (clone D5F3)`: code and texts, for a reader."""
    return " ".join(dict.fromkeys(text for number in _CODE_PARTS if (text := part(repetition, number))))


def kinases(text: str) -> frozenset[str]:
    """The kinase markers that a text names, by their one name: `ALK-1 and pan TRK` is ALK, pan-TRK."""
    return frozenset(canonical_marker(match[1])[0] for match in _KINASE.finditer(text))


def hinted_kinases(text: str) -> frozenset[str]:
    """`kinases`, and those that a text names by a long name or by the clone of an antibody."""
    return kinases(text) | {marker for pattern, marker in _HINTS if pattern.search(text)}


def may_be_kinase(repetition: Repetition) -> bool:
    """Whether a code or its text may stand for a kinase marker."""
    codes = (part(repetition, 1), part(repetition, 4))
    return bool(hinted_kinases(said_code(repetition))) or any(_KINASE_CODE.match(code) for code in codes)


def coded(repetition: Repetition, column: str, mapping: LabMapping) -> Said:
    """
    A coded value as a word of `column`: what the laboratory's words or ours make of its code and its texts.

    Where none of them is known, the text (or else the code) as it is.
    """
    given = [text for number in _CODE_PARTS if (text := part(repetition, number))]
    words = {_key(word): ours for word, ours in mapping.values.get(column, {}).items()}
    known = CLOSED.get(column, {})
    said = {words.get(_key(text)) or known.get(word_key(text)) for text in given} - {None}
    if len(said) > 1:
        return Said(
            wrong=(
                "code-contradiction",
                "the code and its text say different things",
                "find out which of them is meant, and have the message corrected",
            )
        )
    if said:
        return Said(str(said.pop()))
    return Said(part(repetition, 2) or part(repetition, 9) or part(repetition, 1))


def observed(obx: Segment, column: str, mapping: LabMapping) -> Said:
    """The value of an OBX (its fifth field, by the type in its second) as a cell of `column`."""
    kind = obx.text(2).upper()
    if not obx.field(5):
        return Said()
    if kind in _CODED:
        said = _joined([coded(repetition, column, mapping) for repetition in obx.field(5)])
    elif kind in _TEXTS:
        between = "; " if column in _LISTS else " "
        said = coded((("",), (obx.whole(5, between=between),)), column, mapping)
    elif kind in _DATES:
        said = Said(day(obx.text(5)))
    elif kind in _PEOPLE:
        said = Said(person(obx.field(5)[0]))
    elif kind == "NM":
        said = Said(obx.whole(5))
    elif kind == "SN":
        said = _structured_number(obx.field(5)[0])
    else:
        return Said(
            wrong=(
                "unknown-value-type",
                "values of this type are not read",
                "have the value sent as text (ST), number (NM, SN) or code (CWE)",
            )
        )
    return _with_unit(said, obx, column)


def day(text: str) -> str:
    """The day of a time stamp as YYYYMMDD; a text that is none, or is less exact than a day, as it is."""
    match = _TIME_STAMP.fullmatch(text)
    return match[1] if match else text


def person(repetition: Repetition) -> str:
    """`1234567893^ORDERER^OLIVIA^^^DR` (XCN) is `DR OLIVIA ORDERER`; the number alone where there is no name."""
    # Prefix, given, further given and family name, suffix.
    name = " ".join(text for number in (6, 3, 4, 2, 5) if (text := part(repetition, number)))
    return name or part(repetition, 1)


def _key(text: str) -> str:
    return " ".join(text.split()).casefold()


def _joined(said: list[Said]) -> Said:
    wrong = next((one for one in said if one.wrong), None)
    return wrong or Said("; ".join(dict.fromkeys(one.text for one in said if one.text)))


def _structured_number(repetition: Repetition) -> Said:
    """SN: comparator, number, separator, number. `<^1` is `<1`, `^5^-^10` is `5-10`, `^3^+` is `3+`."""
    comparator, first, separator, second = (part(repetition, number) for number in (1, 2, 3, 4))
    if comparator not in _COMPARATORS or separator not in ("", "-", "+") or (second and separator != "-"):
        return Said(
            wrong=(
                "bad-structured-number",
                "the comparison or the ratio in this number is not read",
                "have it sent as <, >, <=, >= and one number, or as a range with a hyphen",
            )
        )
    return Said(f"{_COMPARATORS[comparator]}{first}{separator}{second}")


def _with_unit(said: Said, obx: Segment, column: str) -> Said:
    unit = obx.text(6) or obx.text(6, 2)
    if said.wrong or not said.text or not unit:
        return said
    if column in PERCENT_COLUMNS:
        if unit.lower() not in ("%", "percent", "pct"):
            return Said(wrong=("wrong-unit", "the value is not a percentage", "have it sent in per cent (OBX-6 is %)"))
        return said if said.text.endswith("%") else Said(f"{said.text}%")
    if column == "size_cm" and unit.lower() != "cm":
        return Said(wrong=("wrong-unit", "the size is not in centimetres", "have it sent in cm"))
    return said
