"""
The orders of an HL7 v2 message: which segments belong together, of which specimen and of which patient they are.

Structures: HL7 v2.5.1 chapter 4.4.6 (OML^O21) and 7.3.1 (ORU^R01). An order begins with ORC, or with OBR where there is
no ORC; OBX and NTE belong to what stands above them, SPM to the order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from parsers.accessions import normalise
from parsers.errors import Problem
from parsers.hl7.segments import Field, Message, Repetition, Segment, part
from parsers.hl7.values import day
from parsers.laboratory import Laboratory
from parsers.mapping import LabMapping

# Segments of the two messages that say nothing about specimen or result.
_NOT_NEEDED = frozenset(
    "MSH SFT PID PD1 NK1 PV1 PV2 ROL IN1 IN2 IN3 GT1 AL1 TQ1 TQ2 CTD TCD SAC FT1 CTI BLG DB1 EVN".split()
)
# Part of a specimen number behind the accession: A1, B, 1A, A1-2 (guideline of CAP and NSH on labels of blocks).
_BLOCK = re.compile(r"(.+?)[\s:./_-]+([A-Z]{1,2}\d{0,3}(?:-\d{1,3})?|\d{1,3}[A-Z]?)", re.IGNORECASE)


@dataclass(slots=True)
class Observed:
    """An OBX and the notes below it."""

    obx: Segment
    notes: list[Segment] = field(default_factory=list)


@dataclass(slots=True)
class Order:
    """One order of a message with all that belongs to it; `control` is ORC, `request` is OBR."""

    message: Message
    control: Segment | None = None
    request: Segment | None = None
    specimens: list[Segment] = field(default_factory=list)
    diagnoses: list[Segment] = field(default_factory=list)
    observations: list[Observed] = field(default_factory=list)
    notes: list[Segment] = field(default_factory=list)

    @property
    def line(self) -> int:
        first = self.control or self.request
        return first.line if first else self.message.line


@dataclass(frozen=True, slots=True)
class Whose:
    """The specimen of an order: accession in its one spelling, block, specimen number as sent; or what is wrong."""

    accession: str
    block: str = ""
    specimen_id: str = ""
    wrong: Problem | None = None


@dataclass(frozen=True, slots=True)
class Patient:
    """The patient of a message, as our tables write it; `line` is that of PID."""

    cells: dict[str, str]
    line: int
    wrong: Problem | None = None


class ReaderOfOrder:
    """Reads one order of a message; what is wrong in it is put down to its specimen, and noted in `problems`."""

    def __init__(self, order: Order, whose_it_is: Whose, problems: list[Problem]) -> None:
        self._order = order
        self._whose = whose_it_is
        self._file = order.message.file
        self._problems = problems
        if whose_it_is.wrong:
            problems.append(whose_it_is.wrong.about(whose_it_is.accession))

    def _problem(
        self,
        code: str,
        line: int,
        column: str,
        message: str,
        remedy: str,
        *,
        found: str | None = None,
        expected: str = "",
        severity: str = "error",
    ) -> None:
        self._problems.append(
            Problem(
                code,
                self._file,
                message,
                remedy,
                line=line,
                column=column,
                found=found,
                expected=expected,
                accession=self._whose.accession or f"({self._file} line {line})",
                severity="error" if severity == "error" else "warning",
            )
        )


def orders_of(message: Message, problems: list[Problem]) -> list[Order]:
    """The message's orders; a segment that belongs to none, or that nobody reads, is a problem."""
    orders: list[Order] = []
    last: Order | Observed | None = None
    for segment in message.segments:
        name = segment.name
        if name == "ORC" or (name == "OBR" and (not orders or orders[-1].request is not None)):
            orders.append(Order(message))
        if name in _NOT_NEEDED or (name == "NTE" and not orders):
            continue
        if not orders or name not in ("ORC", "OBR", "OBX", "NTE", "SPM", "DG1"):
            problems.append(_unread(segment, without_order=name in ("OBX", "SPM", "DG1")))
            continue
        last = _add(segment, orders[-1], last)
    return orders


def _add(segment: Segment, order: Order, last: Order | Observed | None) -> Order | Observed:
    """Puts the segment into its order; returns what a note below it belongs to."""
    if segment.name == "OBX":
        order.observations.append(Observed(segment))
        return order.observations[-1]
    if segment.name == "NTE":
        (last or order).notes.append(segment)
        return last or order
    if segment.name == "ORC":
        order.control = segment
    elif segment.name == "OBR":
        order.request = segment
    elif segment.name == "SPM":
        order.specimens.append(segment)
    else:
        order.diagnoses.append(segment)
    return order


def whose(order: Order, laboratory: Laboratory) -> Whose:
    """
    The specimen of an order.

    Its accession is what stands in the field that the mapping names; without one, what fits the laboratory's pattern
    among OBR-3 (filler order number) and SPM-2 (specimen number; a block behind the accession is split off). Where
    nothing fits, the first of them as it is.
    """
    given = [text for text in _numbers(order, laboratory.mapping) if text]
    ids = [text for spm in order.specimens for text in _specimen_numbers(spm) if text]
    split = {text: _split(text, laboratory.accession_pattern) for text in dict.fromkeys([*given, *ids])}
    accessions = list(dict.fromkeys(split[text][0] for text in given if split[text][0]))
    if not accessions:
        spelled = normalise(given[0], laboratory.accession_pattern)[0] if given else ""
        return Whose(spelled, specimen_id=_joined(ids[:1]))
    blocks = [block for text in ids if (block := split[text][1]) and split[text][0] == accessions[0]]
    named = [text for text in ids if split[text][0] == accessions[0]]
    wrong = _two_accessions(order, accessions) if len(accessions) > 1 else None
    return Whose(accessions[0], _joined(blocks), _joined(named), wrong)


def patient(message: Message, mapping: LabMapping) -> Patient:
    """The patient of the message's PID: number, name as `Family, Given Middle`, date of birth, sex."""
    pid = message.named("PID")[0]
    number, why = _patient_number(pid.field(3), mapping.patient_authority)
    wrong = None
    if why:
        wrong = Problem(
            why[0], message.file, why[1], why[2], line=pid.line, column="patient_id", expected="one patient number"
        )
    cells = {
        "patient_id": number,
        "patient_name": _name(pid.field(5)),
        "date_of_birth": day(pid.text(7)),
        "sex": pid.text(8),
    }
    return Patient(cells, pid.line, wrong)


def accessions_of(message: Message, laboratory: Laboratory) -> list[str]:
    """Every accession that the message names: what is wrong with it is wrong with each of them."""
    orders = orders_of(message, [])
    found = (whose(order, laboratory).accession for order in orders)
    return [one for one in dict.fromkeys(found) if one]


def _numbers(order: Order, mapping: LabMapping) -> list[str]:
    obr, orc = order.request, order.control
    place = mapping.accession_field
    numbers: list[str] = []
    if place == "OBR-2":
        return [(obr.text(2) if obr else "") or (orc.text(2) if orc else "")]
    if place in ("", "OBR-3"):
        numbers.append((obr.text(3) if obr else "") or (orc.text(3) if orc else ""))
    if place in ("", "SPM-2"):
        numbers += [text for spm in order.specimens for text in _specimen_numbers(spm)]
    return numbers


def _specimen_numbers(spm: Segment) -> list[str]:
    """SPM-2: the filler's number, then the placer's."""
    return [spm.text(2, 2), spm.text(2, 1)]


def _split(text: str, pattern: str) -> tuple[str, str]:
    """Accession and block of a specimen number; both empty where no part of it is an accession of the laboratory."""
    spelled, fits = normalise(text, pattern)
    if fits:
        return spelled, ""
    match = _BLOCK.fullmatch(text)
    if match:
        spelled, fits = normalise(match[1], pattern)
        if fits:
            return spelled, match[2].upper()
    return "", ""


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(texts))


def _two_accessions(order: Order, accessions: list[str]) -> Problem:
    return Problem(
        "two-accessions",
        order.message.file,
        "the order names two accession numbers",
        "send one order for each specimen; if only one of the fields holds the accession, say which in the mapping "
        "file (accession_field)",
        line=order.line,
        column="OBR-3, SPM-2",
        found=", ".join(accessions),
        expected="one accession number",
    )


def _patient_number(numbers: Field, authority: str) -> tuple[str, tuple[str, str, str] | None]:
    """The patient number of PID-3, or the code, message and remedy of what is wrong with it."""
    found = [repetition for repetition in numbers if part(repetition, 1)]
    if not found:
        return "", ("missing-patient-id", "the message has no patient number (PID-3)", "have it sent with one")
    if authority:
        found = [one for one in found if authority.casefold() in (_authority(one))]
        if not found:
            return "", (
                "missing-patient-id",
                "the message has no patient number of the authority that the mapping names",
                "check patient_authority in the mapping file against PID-3.4",
            )
    elif len(found) > 1:
        # HL7 table 0203: MR is the medical record number.
        found = [one for one in found if part(one, 5).upper() == "MR"] or found
    if len({part(one, 1).casefold() for one in found}) > 1:
        return "", (
            "several-patient-ids",
            "the message has several patient numbers (PID-3), and nothing says which of them counts",
            "name the assigning authority (PID-3.4) in the mapping file as patient_authority",
        )
    return part(found[0], 1), None


def _authority(repetition: Repetition) -> set[str]:
    return {part(repetition, 4, number).casefold() for number in (1, 2)} - {""}


def _name(names: Field) -> str:
    """The legal name (XPN type L) or else the first one: `Family, Given Middle Suffix`."""
    if not names:
        return ""
    legal = [one for one in names if part(one, 7).upper() == "L"]
    name = (legal or list(names))[0]
    given = " ".join(text for number in (2, 3, 4) if (text := part(name, number)))
    return ", ".join(text for text in (part(name, 1), given) if text)


def _unread(segment: Segment, *, without_order: bool) -> Problem:
    if without_order:
        return Problem(
            "segment-without-order",
            segment.file,
            f"{segment.name} stands before any order (ORC, OBR), so nobody knows whose it is",
            "have the message sent again in the order of HL7 v2.5.1",
            line=segment.line,
        )
    return Problem(
        "unknown-segment",
        segment.file,
        f"segments {segment.name} are not read",
        "if they hold results or clinical data, have them sent as OBX",
        line=segment.line,
        severity="warning",
    )
