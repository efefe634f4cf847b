"""
HL7 v2 messages as clinical inputs: orders (OML^O21) and stain results (ORU^R01) as the rows of our own tables.

The rows go through the readers of specimens.csv and ihc.csv, so that what holds for a cell there holds here. A row's
line is that of its order or result in its file. What is wrong with a message is put down to the accessions that it
names; where it names none, to its line. Damage to a file as a whole stops every specimen, since nobody knows what it
held.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from parsers.errors import InputError, Problem
from parsers.hl7 import orders as hl7_orders
from parsers.hl7 import results as hl7_results
from parsers.hl7.groups import Patient, accessions_of, orders_of, patient, whose
from parsers.hl7.segments import (
    ORDERS_MESSAGE,
    RESULTS_MESSAGE,
    VERSIONS,
    Message,
    are_messages,
    split_messages,
)
from parsers.laboratory import Laboratory
from parsers.reading import DEFAULT_CAP, Row, Table

__all__ = ["PATIENT_COLUMNS", "Messages", "are_messages", "read_all_messages", "read_messages"]

PATIENT_COLUMNS = ("accession", "patient_id", "patient_name", "date_of_birth", "sex")

_HEADER_CODE = re.compile(r"|[A-Z]{1,3}(?:\^[A-Z][A-Z0-9]{2}(?:\^[A-Z]{3}_[A-Z0-9]{3})?)?|\d(?:\.\d){0,2}", re.ASCII)
_TIME = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})?(\d{2})?(\d{2})?(\.\d{1,4})?([+-])?(\d{2})?(\d{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Messages:
    """
    What the messages of a batch say, None where there are none of a kind.

    `orders` has the columns of specimens.csv, `stains` those of ihc.csv, `patients` (who each result is said to be of)
    `PATIENT_COLUMNS`. `digests` are (file name, sha256 in hex) of the bytes of each file.
    """

    orders: Table | None
    stains: Table | None
    patients: Table | None
    digests: tuple[tuple[str, str], ...]


def read_messages(
    data: bytes, name: str, laboratory: Laboratory, problems: list[Problem], *, cap: int = DEFAULT_CAP
) -> Messages:
    """The messages of one file, called `name` in problems and rows; everything wrong is appended to `problems`."""
    return read_all_messages([(name, data)], laboratory, problems, cap=cap)


def read_all_messages(
    files: Sequence[tuple[str, bytes]], laboratory: Laboratory, problems: list[Problem], *, cap: int = DEFAULT_CAP
) -> Messages:
    """
    The messages of several files (name, bytes), together: a correction may lie in another file than what it corrects.

    Never raises; a file that cannot be used is an error without accession.
    """
    messages: list[Message] = []
    for name, data in files:
        try:
            messages.extend(split_messages(data, name, problems, cap=cap))
        except InputError as error:
            problems.extend(error.problems)
    reader = _Reader(laboratory, problems)
    for message in _without_repetitions(messages, laboratory, problems):
        reader.read(message)
    digests = tuple((name, hashlib.sha256(data).hexdigest()) for name, data in files)
    return reader.tables(digests)


class _Reader:
    """Takes message after message, then makes the tables of what they all say."""

    def __init__(self, laboratory: Laboratory, problems: list[Problem]) -> None:
        self._laboratory = laboratory
        self._problems = problems
        self._ordered: list[hl7_orders.Ordered] = []
        self._statements: list[hl7_results.Statement] = []
        self._patients: list[Row] = []
        self._kinds: set[str] = set()
        self._files: dict[str, str] = {}

    def read(self, message: Message) -> None:
        found = [*message.problems, *_header_problems(message)]
        # A patient that could not be read is not a patient that is missing.
        found += _patient_problems(message) if not _has_error(message.problems) else []
        if _has_error(found):
            self._attribute(found, message)
            return
        orders = orders_of(message, found)
        who = patient(message, self._laboratory.mapping)
        found += [who.wrong] if who.wrong else []
        found += [] if orders else [_without_orders(message)]
        self._attribute(found, message)
        moment = _moment(message.sent, self._laboratory.time_zone)
        self._files.setdefault(message.kind, message.file)
        if message.kind == ORDERS_MESSAGE:
            self._ordered += hl7_orders.read_orders(orders, who, moment, self._laboratory, self._problems)
            return
        self._statements += hl7_results.read_results(orders, who, moment, self._laboratory, self._problems)
        accessions = dict.fromkeys(whose(order, self._laboratory).accession for order in orders)
        self._patients += [_patient_row(accession, who, message.file) for accession in accessions]

    def tables(self, digests: tuple[tuple[str, str], ...]) -> Messages:
        orders = [one.row for one in hl7_orders.settled(self._ordered, self._laboratory, self._problems)]
        stains = hl7_results.rows(self._statements, self._problems)
        return Messages(
            self._table(ORDERS_MESSAGE, hl7_orders.COLUMNS, orders),
            self._table(RESULTS_MESSAGE, hl7_results.COLUMNS, stains),
            self._table(RESULTS_MESSAGE, PATIENT_COLUMNS, self._patients),
            digests,
        )

    def _table(self, kind: str, columns: tuple[str, ...], rows: list[Row]) -> Table | None:
        return Table(self._files[kind], columns, tuple(rows)) if rows else None

    def _attribute(self, found: list[Problem], message: Message) -> None:
        self._problems.extend(_attributed(found, message, self._laboratory))


def _has_error(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def _attributed(found: list[Problem], message: Message, laboratory: Laboratory) -> list[Problem]:
    """The problems of a message, to every accession that it names. One that is damaged and names none stops all."""
    accessions = accessions_of(message, laboratory)
    nobody = "" if _has_error(message.problems) else f"({message.file} line {message.line})"
    return [problem.about(accession) for problem in found for accession in accessions or [nobody]]


def _patient_row(accession: str, who: Patient, file: str) -> Row:
    cells = who.cells | {"accession": accession}
    return Row(who.line, tuple(cells[column] for column in PATIENT_COLUMNS), file)


def _without_repetitions(messages: list[Message], laboratory: Laboratory, problems: list[Problem]) -> list[Message]:
    """Each message once. Two different ones under one control number are a mistake of the interface: both stop."""
    first: dict[tuple[str, str, str], Message] = {}
    kept: list[Message] = []
    for message in messages:
        earlier = first.setdefault(message.identity, message) if message.identity[2] else message
        kept += [message] if earlier is message or not _is_same(earlier, message) else []
        if earlier is not message:
            problems.extend(_repeated(earlier, message, laboratory))
    return kept


def _is_same(one: Message, other: Message) -> bool:
    return [segment.fields for segment in one.segments] == [segment.fields for segment in other.segments]


def _repeated(earlier: Message, later: Message, laboratory: Laboratory) -> list[Problem]:
    is_same = _is_same(earlier, later)
    problem = Problem(
        "message-sent-twice" if is_same else "control-id-repeated",
        later.file,
        f"the message's control number is that of the message in {earlier.file}, line {earlier.line}"
        + (", and so is its content: it was read once" if is_same else ", with another content"),
        "nothing to do" if is_same else "have both messages sent again with control numbers of their own (MSH-10)",
        line=later.line,
        column="MSH-10",
        found=later.identity[2],
        severity="warning" if is_same else "error",
    )
    named = dict.fromkeys([*accessions_of(earlier, laboratory), *accessions_of(later, laboratory)])
    return [problem.about(accession) for accession in named or {f"({later.file} line {later.line})": None}]


def _header_problems(message: Message) -> list[Problem]:
    header = message.header
    version, processing, control = header.text(12), header.text(11).upper(), header.text(10)
    structure = header.text(9, 3)
    found: list[Problem] = []
    is_ours = message.kind in (RESULTS_MESSAGE, ORDERS_MESSAGE)
    if not is_ours or structure not in ("", message.kind.replace("^", "_")):
        found.append(
            _header_problem(
                message,
                "unknown-message-type",
                "MSH-9",
                f"messages {_shown(message.kind.strip('^')) or 'without a known type'} are not read",
                "send results as ORU^R01 and orders as OML^O21; take this message out of the folder",
                found=_shown("^".join(text for text in (message.kind.strip("^"), structure) if text)),
                expected="ORU^R01 or OML^O21",
            )
        )
    if version not in VERSIONS:
        found.append(
            _header_problem(
                message,
                "unknown-version",
                "MSH-12",
                "this version of HL7 is not read",
                "have the interface send version 2.5.1",
                found=_shown(version),
                expected=", ".join(VERSIONS),
            )
        )
    if processing != "P":
        found.append(
            _header_problem(
                message,
                "not-production",
                "MSH-11",
                "the message is not marked as production (T is training, D debugging)",
                "take it out of the folder, or have it sent from the production system",
                found=_shown(processing),
                expected="P",
            )
        )
    if not control:
        found.append(
            _header_problem(
                message,
                "no-control-id",
                "MSH-10",
                "the message has no control number, so one sent twice cannot be told",
                "have the interface send one",
            )
        )
    if header.text(14) or any(segment.text(1) for segment in message.named("DSC")) or message.named("ADD"):
        found.append(
            _header_problem(
                message,
                "message-in-parts",
                "MSH-14",
                "the message is one part of a longer one, which is not put together here",
                "have it sent in one piece",
            )
        )
    return found


def _shown(text: str) -> str | None:
    """A header's code for the reader; None for what is none: in a damaged header it may be anything of the patient."""
    return text if _HEADER_CODE.fullmatch(text) else None


def _header_problem(
    message: Message, code: str, column: str, text: str, remedy: str, *, found: str | None = None, expected: str = ""
) -> Problem:
    return Problem(code, message.file, text, remedy, line=message.line, column=column, found=found, expected=expected)


def _patient_problems(message: Message) -> list[Problem]:
    if message.kind not in (RESULTS_MESSAGE, ORDERS_MESSAGE):
        return []
    found = message.named("PID")
    if len(found) == 1:
        return []
    return [
        Problem(
            "several-patients" if found else "no-patient",
            message.file,
            "the message has more than one PID: several patients, or earlier results"
            if found
            else "the message has no PID, so nobody knows whose it is",
            "have one message sent for each patient, without earlier results"
            if found
            else "have the message sent again with its patient",
            line=found[1].line if found else message.line,
            column="PID",
        )
    ]


def _without_orders(message: Message) -> Problem:
    return Problem(
        "no-orders",
        message.file,
        "the message holds neither order nor result (no ORC, no OBR)",
        "have the message sent again: it may be cut short",
        line=message.line,
    )


def _moment(text: str, time_zone: str) -> float | None:
    """MSH-7 as seconds, in the laboratory's time zone where it has none of its own; None where it cannot be read."""
    match = _TIME.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second = (int(match[number] or 0) for number in range(1, 7))
    zone = ZoneInfo(time_zone)
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=zone)
        if match[8]:
            offset = timedelta(hours=int(match[9] or 0), minutes=int(match[10] or 0))
            moment = moment.replace(tzinfo=timezone(offset if match[8] == "+" else -offset))
        return moment.astimezone(UTC).timestamp() + float(match[7] or 0)
    except (ValueError, OverflowError):
        return None
