"""
Results (ORU^R01) as rows of ihc.csv: one row for each stain, put together from its observations.

A stain is what has one accession, order, marker, method and OBX-4 (sub-identifier); each OBX gives one of its fields,
by the mapping's `observations`. The latest status of each OBX counts (HL7 table 0085): final (F) and corrected (C)
values are read; preliminary ones (P, R, S, I) make the stain pending, X, N and D not done; W (posted as wrong) stops
the specimen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from parsers.errors import Problem
from parsers.hl7.groups import Observed, Order, Patient, ReaderOfOrder, whose
from parsers.hl7.segments import Repetition, Segment
from parsers.hl7.values import (
    Codes,
    day,
    hinted_kinases,
    may_be_kinase,
    observed,
    said_code,
)
from parsers.laboratory import Laboratory
from parsers.mapping import FREE_TEXT, IGNORED, Observation
from parsers.markers import canonical_marker
from parsers.reading import Row
from parsers.vocabularies import STAINS_OPTIONAL, STAINS_REQUIRED

COLUMNS = (*STAINS_REQUIRED, *STAINS_OPTIONAL)

_FINAL = frozenset({"F", "C"})
_OPEN = frozenset({"P", "R", "S", "I", "O"})
_NOT_OBTAINED = frozenset({"X", "N"})
_VOID = _NOT_OBTAINED | {"D"}
_WITHDRAWN = "W"
# Table 0123 (OBR-25) in the words of table 0085, where an OBX has no status of its own.
_ORDER_STATUS = {"F": "F", "C": "C", "P": "P", "R": "R", "S": "P", "A": "P", "I": "I", "O": "I", "X": "X"}
_LISTS = frozenset({"comment", "localisation", FREE_TEXT})
_SCORING = "scoring"
_SET_HERE = frozenset({"accession", "method", "marker", "patient_id", "schema_version"})
_BLOCK = re.compile(r"[A-Z]{1,2}\d{1,3}(?:-\d{1,3})?", re.ASCII)
_CLONE = re.compile(r"\bclone\s*:?\s*([A-Za-z0-9][A-Za-z0-9/-]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stain:
    """What makes observations belong to one stain."""

    accession: str
    order: tuple[str, str, str]
    marker: str
    method: str
    sub_id: str


@dataclass(frozen=True, slots=True)
class Statement:
    """
    One field of one stain (`column` of ihc.csv, or `text`) as one message states it.

    `cells` are what the message says about the stain besides.
    `moment` is that of the message, None where it does not say.
    """

    stain: Stain
    column: str
    value: str
    status: str
    moment: float | None
    file: str
    line: int
    message: tuple[str, int]
    cells: dict[str, str]
    notes: str = ""


def read_results(
    orders: list[Order], patient: Patient, moment: float | None, laboratory: Laboratory, problems: list[Problem]
) -> list[Statement]:
    """What the orders of one message state about stains; what is wrong or not read goes to `problems`."""
    codes = Codes.of(laboratory.mapping)
    readers = [_ResultReader(order, patient, moment, laboratory, codes, problems) for order in orders]
    statements = [statement for reader in readers for statement in reader.statements()]
    for reader in readers:
        reader.report_unread({one.stain.marker for one in statements})
    return statements


def rows(statements: Iterable[Statement], problems: list[Problem]) -> list[Row]:
    """One row for each stain, from what all messages state; contradictions between them go to `problems`."""
    by_stain: dict[Stain, list[Statement]] = {}
    for statement in statements:
        by_stain.setdefault(statement.stain, []).append(statement)
    return [_row(several, problems) for several in by_stain.values()]


class _ResultReader(ReaderOfOrder):
    """One order's observations, noting what is wrong under its accession."""

    def __init__(
        self,
        order: Order,
        patient: Patient,
        moment: float | None,
        laboratory: Laboratory,
        codes: Codes,
        problems: list[Problem],
    ) -> None:
        super().__init__(order, whose(order, laboratory), problems)
        self._patient = patient
        self._moment = moment
        self._laboratory = laboratory
        self._mapping = laboratory.mapping
        self._codes = codes
        self._unread: list[Observed] = []
        self._is_read = False

    def statements(self) -> list[Statement]:
        obr = self._order.request
        if obr is None:
            self._problem("result-without-request", self._order.line, "OBR", "the order has no OBR", "send it again")
            return []
        if not self._order.observations:
            return self._without_observations(obr)
        found = [one for observation in self._order.observations for one in self._read(observation, obr)]
        self._is_read = bool(found)
        return _once(found, self._problems)

    def report_unread(self, markers: set[str]) -> None:
        """
        A problem for each observation that the mapping does not know: an error where a result may be lost by it.

        A value that names a kinase marker is one where the message has no result of that marker in a field of its own;
        so is any value of an order for a kinase marker of which nothing else is read.
        """
        obr = self._order.request
        of_kinase = not self._is_read and obr is not None and any(may_be_kinase(one) for one in obr.field(4))
        for observation in self._unread:
            obx = observation.obx
            code = _code(obx)
            text = " ".join([obx.whole(5), *(note.whole(3) for note in observation.notes)])
            told = {canonical_marker(marker)[0] for marker in markers}
            narrated = sorted(hinted_kinases(text) - told)
            is_lost = may_be_kinase(code) or bool(narrated) or of_kinase
            what = ""
            if may_be_kinase(code):
                what = ", and its code or text may be that of a kinase marker: its result would be lost"
            elif narrated:
                what = f", and its value names {', '.join(narrated)}: a result would be lost"
            elif of_kinase:
                what = ", and the order (OBR-4) may be for a kinase marker: its result would be lost"
            self._problem(
                "unknown-observation",
                obx.line,
                "OBX-3",
                f"the mapping does not know this observation, and it is not read{what}",
                "add its code under observations in the mapping file; what is not wanted gets the field 'ignore' there",
                found=said_code(code),
                severity="error" if is_lost else "warning",
            )

    def _without_observations(self, obr: Segment) -> list[Statement]:
        """An order without OBX: its own code may be that of a stain which is pending or was cancelled."""
        status = _ORDER_STATUS.get(obr.text(25).upper(), "")
        code = obr.field(4)[0] if obr.field(4) else (("",),)
        known = self._codes.meaning(code).observation
        if known and known.marker and status and status not in _FINAL:
            return [self._statement(obr, obr, known, "result", "", status, "")]
        is_lost = status in _FINAL or not status
        self._problem(
            "no-results",
            obr.line,
            "OBX",
            "the order has no result (OBX)" + (", though it is said to be final" if is_lost else " yet"),
            "have the results sent again" if is_lost else "wait for the results, or have them sent",
            found=said_code(code),
            severity="error" if is_lost else "warning",
        )
        return []

    def _read(self, observation: Observed, obr: Segment) -> list[Statement]:
        obx = observation.obx
        code = _code(obx)
        meaning = self._codes.meaning(code)
        if meaning.wrong:
            self._wrong(meaning.wrong, obx, "OBX-3", said_code(code))
            return []
        known = meaning.observation
        if known is None:
            self._unread.append(observation)
            return []
        if known.field == IGNORED:
            return []
        if not known.marker:
            self._of_the_specimen(obx, known)
            return []
        status = self._status(obx, obr)
        said = observed(obx, known.field, self._mapping) if status in _FINAL else None
        if said and said.wrong:
            self._wrong(said.wrong, obx, "OBX-5", None)
        notes = " ".join(text for note in observation.notes if (text := note.whole(3)))
        return (
            [self._statement(obx, obr, known, known.field, said.text if said else "", status, notes)] if status else []
        )

    def _of_the_specimen(self, obx: Segment, known: Observation) -> None:
        if known.field == "tumour_cells_pct" or known.field not in COLUMNS:
            self._problem(
                "not-in-results",
                obx.line,
                "OBX-3",
                f"{known.field} is read from orders (OML^O21) and from specimens.csv, not from results",
                "nothing to do if it is stated there",
                severity="warning",
            )
            return
        self._problem(
            "observation-without-marker",
            obx.line,
            "OBX-3",
            "the mapping gives this code a field of a stain, and no marker",
            "add the marker to the code in the mapping file",
            found=said_code(_code(obx)),
        )

    def _status(self, obx: Segment, obr: Segment) -> str:
        """The status of an OBX in table 0085, of its order where it has none; `""` and a problem where not readable."""
        own, ordered = obx.text(11).upper(), obr.text(25).upper()
        status = own or _ORDER_STATUS.get(ordered, "")
        if status not in _FINAL | _OPEN | _VOID | {_WITHDRAWN}:
            self._problem(
                "unknown-status",
                obx.line,
                "OBX-11",
                "the result has no status, or one that cannot be read alone",
                "have the result sent again as final (F) or corrected (C)",
                found=own,
                expected="F, C, P, R, S, I, X, N, D or W",
            )
            return ""
        if status in _FINAL and ordered == "X":
            self._problem(
                "status-contradiction",
                obx.line,
                "OBX-11",
                "the order was cancelled (OBR-25 is X), yet its result is final",
                "find out which is right, and have the message sent again",
                found=own,
            )
        return status

    def _statement(
        self, segment: Segment, obr: Segment, known: Observation, column: str, value: str, status: str, notes: str
    ) -> Statement:
        sub_id = segment.text(4) if segment.name == "OBX" else ""
        if column != FREE_TEXT and (column not in COLUMNS or column in _SET_HERE):
            self._problem(
                "unknown-field",
                segment.line,
                "OBX-3",
                "the mapping gives this code a field that a stain does not have",
                "correct the field in the mapping file: result, pct_positive, intensity, clone…",
                found=known.field,
            )
        stain = Stain(
            self._whose.accession,
            (obr.text(2), obr.text(3), obr.text(4)),
            canonical_marker(known.marker)[0],
            known.method,
            sub_id,
        )
        moment, message = self._moment, (self._file, self._order.message.line)
        cells = self._cells(segment, obr, known, sub_id)
        return Statement(stain, column, value, status, moment, self._file, segment.line, message, cells, notes)

    def _cells(self, segment: Segment, obr: Segment, known: Observation, sub_id: str) -> dict[str, str]:
        spm = self._order.specimens[0] if self._order.specimens else None
        collected = day(spm.text(17)) if spm and spm.text(17) else day(obr.text(7))
        cells = {
            "accession": self._whose.accession,
            "patient_id": self._patient.cells["patient_id"],
            "method": known.method,
            "marker": known.marker,
            "specimen_id": self._whose.specimen_id,
            "block_id": sub_id if _BLOCK.fullmatch(sub_id) else self._whose.block,
            "collected_date": collected,
            "reported_date": day(obr.text(22)),
            "comment": " ".join(text for note in self._order.notes if (text := note.whole(3))),
        }
        named = _CLONE.search(said_code(_code(segment))) if segment.name == "OBX" and known.method == "IHC" else None
        return cells | ({"clone": named[1]} if named else {})

    def _wrong(self, wrong: tuple[str, str, str], obx: Segment, column: str, found: str | None) -> None:
        self._problem(wrong[0], obx.line, column, wrong[1], wrong[2], found=found)


def _code(obx: Segment) -> Repetition:
    number = 4 if obx.name == "OBR" else 3
    return obx.field(number)[0] if obx.field(number) else (("",),)


def _once(statements: list[Statement], problems: list[Problem]) -> list[Statement]:
    """One statement for each field of a stain in one message: lists are joined, differing values are a problem."""
    kept: dict[tuple[Stain, str], Statement] = {}
    for one in statements:
        earlier = kept.setdefault((one.stain, one.column), one)
        if earlier is one:
            continue
        if one.column in _LISTS and one.status == earlier.status:
            value = "; ".join(dict.fromkeys(text for text in (earlier.value, one.value) if text))
            kept[one.stain, one.column] = replace(earlier, value=value, notes=f"{earlier.notes} {one.notes}".strip())
        elif (one.value, one.status) != (earlier.value, earlier.status):
            problems.append(_repeated(earlier, one))
    return list(kept.values())


def _repeated(earlier: Statement, later: Statement) -> Problem:
    return Problem(
        "repeated-observation",
        later.file,
        f"{later.stain.marker}: the message states '{later.column}' twice, and differently (line {earlier.line})",
        "two stains of one marker need different sub-identifiers (OBX-4): have the message corrected",
        line=later.line,
        column="OBX-5",
        accession=later.stain.accession or f"({later.file} line {later.line})",
    )


def _row(statements: list[Statement], problems: list[Problem]) -> Row:
    by_field: dict[str, list[Statement]] = {}
    for statement in statements:
        by_field.setdefault(statement.column, []).append(statement)
    latest = {column: _latest(several, problems) for column, several in by_field.items()}
    # A free text alone stands where the result does, one beside a verdict in `scoring`: both are taken apart there.
    verdict = latest.get("result") or latest.get(FREE_TEXT)
    first = verdict or next(iter(latest.values()))
    cells = dict(first.cells)
    status = verdict.status if verdict else _common_status(latest.values())
    if status == _WITHDRAWN:
        problems.append(_withdrawn(first))
    if status in _FINAL or not status:
        said = {column: one.value for column, one in latest.items() if one.status in _FINAL and one.value}
        comment, text = said.pop("comment", ""), said.pop(FREE_TEXT, "")
        place = _SCORING if "result" in latest else "result"
        cells |= said | ({place: "; ".join(one for one in (said.get(place, ""), text) if one)} if text else {})
        cells["comment"] = " ".join(one for one in [comment, *_notes(latest.values())] if one)
    else:
        cells["result"] = "pending" if status in _OPEN else "not_done"
    return Row(first.line, tuple(cells.get(column, "") for column in COLUMNS), first.file)


def _notes(statements: Iterable[Statement]) -> list[str]:
    """The notes below the observations that count, then those of their orders, each once."""
    several = list(statements)
    return list(dict.fromkeys([*(one.notes for one in several), *(one.cells.get("comment", "") for one in several)]))


def _common_status(statements: Iterable[Statement]) -> str:
    """Of a stain without an observation for its result: pending or not done where all that there is says so."""
    statuses = {one.status for one in statements}
    for group in (_OPEN, _VOID, frozenset({_WITHDRAWN})):
        if statuses <= group:
            return min(statuses)
    return ""


def _latest(statements: list[Statement], problems: list[Problem]) -> Statement:
    """
    The statement that counts of those that several messages make about one field.

    A correction replaces what was sent before it, a deletion too, a final value what was preliminary. Two final values
    that differ, a final one that became preliminary or was cancelled, or two messages of which nobody knows which came
    first, are for a person.
    """
    distinct = {(one.value, one.status): one for one in statements}
    if len(distinct) == 1:
        return statements[0]
    moments = [one.moment for one in statements]
    if None in moments:
        problems.append(_disagreement(statements[-1], "and nothing says which message is the later one (MSH-7)"))
        return statements[-1]
    ordered = sorted(statements, key=lambda one: one.moment or 0.0)
    for earlier, later in pairwise(ordered):
        same = (earlier.value, earlier.status) == (later.value, later.status)
        if earlier.moment == later.moment and not same:
            problems.append(_disagreement(later, "and both messages have the same time (MSH-7)"))
        elif earlier.status in _FINAL and later.status in _OPEN | _NOT_OBTAINED:
            problems.append(_disagreement(later, "and what was final is no longer said to be"))
        elif earlier.status in _FINAL and later.status == "F" and earlier.value != later.value:
            problems.append(_disagreement(later, "and the later one is not marked as a correction (C)"))
    return ordered[-1]


def _disagreement(statement: Statement, why: str) -> Problem:
    return Problem(
        "results-disagree",
        statement.file,
        f"{statement.stain.marker}: two messages say different things about '{statement.column}', {why}",
        "a pathologist decides which counts: have it sent again as corrected (C), and take the other message out",
        line=statement.line,
        column="OBX-11",
        accession=statement.stain.accession or f"({statement.file} line {statement.line})",
    )


def _withdrawn(statement: Statement) -> Problem:
    return Problem(
        "result-withdrawn",
        statement.file,
        f"the result of {statement.stain.marker} was posted as wrong, perhaps for another patient",
        "find out whose it is; have the right result sent as corrected (C)",
        line=statement.line,
        column="OBX-11",
        found=statement.status,
        accession=statement.stain.accession or f"({statement.file} line {statement.line})",
    )
