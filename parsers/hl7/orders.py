"""
Orders (OML^O21) as rows of specimens.csv.

| column | HL7 v2.5.1 |
|---|---|
| accession, block_id | OBR-3 or SPM-2 (`parsers.hl7.groups.whose`) |
| patient_id, patient_name, date_of_birth, sex | PID-3, PID-5, PID-7, PID-8 |
| specimen_type, fixative, site, laterality | SPM-4, SPM-6, SPM-8, SPM-9; before 2.5: OBR-15 |
| collected, received | SPM-17 or OBR-7, SPM-18 or OBR-14 |
| assay | OBR-4, through the mapping's `assays` |
| diagnosis, diagnosis_code, indication | DG1-3 and DG1-4, OBR-31 |
| ordering_provider, institution | OBR-16 or ORC-12, ORC-21 |
| placer_number, filler_number | OBR-2 or ORC-2, OBR-3 or ORC-3, with every part that they have |
| every other column | OBX whose code the mapping gives that column |
"""

from __future__ import annotations

from dataclasses import dataclass

from parsers.errors import PERSONAL_COLUMNS, Problem
from parsers.hl7.groups import Observed, Order, Patient, ReaderOfOrder, Whose, whose
from parsers.hl7.segments import Repetition, Segment, part
from parsers.hl7.values import (
    Codes,
    Said,
    coded,
    day,
    hinted_kinases,
    may_be_kinase,
    observed,
    person,
    said_code,
)
from parsers.laboratory import Laboratory
from parsers.mapping import IGNORED
from parsers.reading import Row
from parsers.vocabularies import SPECIMENS_OPTIONAL, SPECIMENS_REQUIRED

COLUMNS = (*SPECIMENS_REQUIRED, *SPECIMENS_OPTIONAL)

_IDENTITY = ("accession", "patient_id", "patient_name", "date_of_birth", "sex")
# HL7 table 0119.
_NEW = frozenset({"NW", "SN", "PA", "CH"})
_CHANGED = frozenset({"XO", "XX", "RP", "RU", "RO"})
_CANCELLED = frozenset({"CA", "OC", "CR", "DC", "OD", "DR", "UA", "HD", "OH", "HR"})


@dataclass(frozen=True, slots=True)
class Ordered:
    """One order as a row: `moment` says which of two orders is the later one, None where the message does not."""

    accession: str
    cells: dict[str, str]
    control: str
    file: str
    line: int
    moment: float | None

    @property
    def row(self) -> Row:
        return Row(self.line, tuple(self.cells.get(column, "") for column in COLUMNS), self.file)


def read_orders(
    orders: list[Order], patient: Patient, moment: float | None, laboratory: Laboratory, problems: list[Problem]
) -> list[Ordered]:
    """The orders of one message; what is wrong goes to `problems`."""
    found: list[Ordered] = []
    codes = Codes.of(laboratory.mapping)
    for order in orders:
        whose_it_is = whose(order, laboratory)
        reader = _OrderReader(order, whose_it_is, laboratory, codes, problems)
        control = reader.control()
        cells = reader.cells() | patient.cells | {"accession": whose_it_is.accession}
        found.append(Ordered(whose_it_is.accession, cells, control, order.message.file, order.line, moment))
    return found


def settled(ordered: list[Ordered], laboratory: Laboratory, problems: list[Problem]) -> list[Ordered]:
    """
    The orders that stand, of all messages: a change replaces what was sent before it, a cancelled order is an error.

    An order for another test is left out where one of our assays is ordered for the same specimen. Two new orders for
    one accession are both kept: the reader of specimens.csv refuses them.
    """
    by_accession: dict[str, list[Ordered]] = {}
    for one in _of_known_assays(ordered, laboratory, problems):
        by_accession.setdefault(one.accession or f"({one.file} {one.line})", []).append(one)
    kept: list[Ordered] = []
    for several in by_accession.values():
        kept.extend(_standing(several, problems))
    return kept


def _standing(several: list[Ordered], problems: list[Problem]) -> list[Ordered]:
    moments = [one.moment for one in several]
    in_order = None not in moments and len(set(moments)) == len(moments)
    if len(several) > 1 and in_order:
        several = sorted(several, key=lambda one: one.moment or 0.0)
    cancelled = [one for one in several if one.control in _CANCELLED]
    last = several[-1]
    if cancelled and (last.control in _CANCELLED or not in_order):
        problems.append(_cancelled(cancelled[-1]))
        return several
    if len(several) > 1 and in_order and last.control in _CHANGED:
        problems.append(_replaced(last))
        return [last]
    return [one for one in several if one.control not in _CANCELLED]


class _OrderReader(ReaderOfOrder):
    """One order's fields as cells, noting what is wrong under its accession."""

    def __init__(
        self, order: Order, whose_it_is: Whose, laboratory: Laboratory, codes: Codes, problems: list[Problem]
    ) -> None:
        super().__init__(order, whose_it_is, problems)
        self._laboratory = laboratory
        self._mapping = laboratory.mapping
        self._codes = codes

    def control(self) -> str:
        orc = self._order.control
        code = orc.text(1).upper() if orc else ""
        if code not in _NEW | _CHANGED | _CANCELLED:
            self._problem(
                "unknown-order-control",
                self._order.line,
                "ORC-1",
                "the order control is missing or is not that of an order",
                "have the order sent as new (NW), changed (XO) or cancelled (CA)",
                found=code,
                expected="NW, XO, RP or CA",
            )
        return code

    def cells(self) -> dict[str, str]:
        cells = {
            "block_id": self._whose.block,
            "assay": self._assay(),
            "indication": self._indication(),
            "ordering_provider": self._provider(),
            "institution": self._order.control.text(21) if self._order.control else "",
            "placer_number": self._order_number(2),
            "filler_number": self._order_number(3),
        }
        cells |= self._diagnosis() | self._specimen()
        for observation in self._order.observations:
            self._observe(observation, cells)
        return cells

    def _order_number(self, field: int) -> str:
        """The field of OBR, or of ORC where OBR leaves it empty; its parts stay apart by `^` and `&`."""
        segments = (self._order.request, self._order.control)
        return next((text for one in segments if one and (text := one.whole(field))), "")

    def _assay(self) -> str:
        obr = self._order.request
        if obr is None:
            self._problem(
                "order-without-request",
                self._order.line,
                "OBR",
                "the order has no OBR, so nobody knows what is ordered",
                "have the order sent again",
            )
            return ""
        given = [text for number in (1, 2, 4, 5) if (text := obr.text(4, number))]
        ours = {name.casefold(): name for name in self._laboratory.assays}
        words = {word.casefold(): name for word, name in self._mapping.assays.items()}
        found = dict.fromkeys(
            assay for text in given if (assay := words.get(text.casefold()) or ours.get(text.casefold()))
        )
        if len(found) > 1:
            self._problem(
                "code-contradiction",
                obr.line,
                "OBR-4",
                "the code and its text are two different assays",
                "correct the order, or the assays in the mapping file",
                found=", ".join(given),
            )
        return next(iter(found), " ".join(given))

    def _indication(self) -> str:
        obr = self._order.request
        reasons = obr.field(31) if obr else ()
        return "; ".join(dict.fromkeys(text for one in reasons if (text := _words(one))))

    def _provider(self) -> str:
        for segment, number in ((self._order.request, 16), (self._order.control, 12)):
            if segment and segment.field(number):
                return person(segment.field(number)[0])
        return ""

    def _diagnosis(self) -> dict[str, str]:
        found = self._order.diagnoses
        first = [one for one in found if one.text(15) == "1"]
        if len(found) > 1 and len(first) != 1:
            self._problem(
                "several-diagnoses",
                found[0].line,
                "DG1",
                "the order has several diagnoses, and none or more than one of them is the first (DG1-15)",
                "have the diagnosis of this specimen sent alone, or with priority 1",
            )
        if not found:
            return {}
        dg1 = (first or found)[0]
        code = dg1.field(3)[0] if dg1.field(3) else ()
        text = (part(code, 2) if code else "") or dg1.whole(4)
        return {"diagnosis": text, "diagnosis_code": part(code, 1) if code else ""}

    def _specimen(self) -> dict[str, str]:
        cells = self._from_request()
        several = [self._from_specimen(spm) for spm in self._order.specimens]
        for cell in several[1:]:
            if cell != several[0]:
                self._problem(
                    "several-specimens",
                    self._order.specimens[1].line,
                    "SPM",
                    "the order has specimens of different kind, site or date",
                    "have one order sent for each specimen",
                )
                break
        stated = {column: text for column, text in (several[0] if several else {}).items() if text}
        return cells | stated

    def _from_request(self) -> dict[str, str]:
        obr = self._order.request
        if obr is None:
            return {}
        source = obr.field(15)[0] if obr.field(15) else ()
        return {
            "collected": day(obr.text(7)),
            "received": day(obr.text(14)),
            "specimen_type": self._source(source, 1, "specimen_type"),
            "site": self._source(source, 4, "site"),
        }

    def _source(self, source: Repetition, number: int, column: str) -> str:
        """A code within OBR-15, where the parts of a code are subcomponents."""
        code = source[number - 1] if len(source) >= number else ()
        return self._checked(coded(tuple((text,) for text in code), column, self._mapping), self._order.line, "OBR-15")

    def _from_specimen(self, spm: Segment) -> dict[str, str]:
        self._check_specimen(spm)
        return {
            "specimen_type": self._code(spm, 4, "specimen_type"),
            "fixative": self._code(spm, 6, "fixative"),
            "site": self._code(spm, 8, "site"),
            "laterality": self._code(spm, 9, "laterality"),
            "collected": day(spm.text(17)),
            "received": day(spm.text(18)),
        }

    def _check_specimen(self, spm: Segment) -> None:
        # HL7 table 0369: P or nothing is a patient's specimen, the others are controls, blanks and calibrators.
        if spm.text(11).upper() not in ("", "P"):
            self._problem(
                "not-a-patient-specimen",
                spm.line,
                "SPM-11",
                "the specimen is not a patient's (control, calibrator, blind sample…)",
                "take the order out of the batch",
                found=spm.text(11),
                expected="P, or empty",
            )
        if spm.field(21):
            self._problem(
                "specimen-rejected",
                spm.line,
                "SPM-21",
                "the specimen was rejected",
                "find out whether it may be reported on; if so have the order sent without the reason for rejection",
                found=_words(spm.field(21)[0]),
            )

    def _code(self, segment: Segment, number: int, column: str) -> str:
        said = [coded(one, column, self._mapping) for one in segment.field(number)]
        place = f"{segment.name}-{number}"
        return "; ".join(dict.fromkeys(text for one in said if (text := self._checked(one, segment.line, place))))

    def _observe(self, observation: Observed, cells: dict[str, str]) -> None:
        obx = observation.obx
        code = obx.field(3)[0] if obx.field(3) else (("",),)
        meaning = self._codes.meaning(code)
        if meaning.wrong:
            self._problem(*_at(meaning.wrong, obx.line, "OBX-3"), found=said_code(code))
            return
        known = meaning.observation
        if known is not None and known.field == IGNORED:
            return
        if known is None or known.marker or known.field in _IDENTITY or known.field not in COLUMNS:
            self._not_read(obx, code, is_stain=bool(known and known.marker))
            return
        if obx.text(11).upper() in ("D", "W", "X", "N"):
            return
        text = self._checked(observed(obx, known.field, self._mapping), obx.line, "OBX-5")
        is_personal = known.field in PERSONAL_COLUMNS
        if known.field in cells and cells[known.field] and text and cells[known.field] != text:
            self._problem(
                "repeated-observation",
                obx.line,
                "OBX-5",
                f"the order says two different things about {known.field}",
                "have the order corrected",
                found=None if is_personal else text,
                expected="" if is_personal else cells[known.field],
            )
        cells[known.field] = text or cells.get(known.field, "")

    def _not_read(self, obx: Segment, code: Repetition, *, is_stain: bool) -> None:
        is_lost = is_stain or may_be_kinase(code) or bool(hinted_kinases(obx.whole(5)))
        self._problem(
            "unknown-observation",
            obx.line,
            "OBX-3",
            "the order carries an observation that is not read"
            + (", and it may be a result of a kinase marker" if is_lost else ""),
            "results come with ORU^R01; clinical data need an entry under observations in the mapping file, and what "
            "is not wanted the field 'ignore' there",
            found=said_code(code),
            severity="error" if is_lost else "warning",
        )

    def _checked(self, said: Said, line: int, column: str) -> str:
        if said.wrong:
            self._problem(*_at(said.wrong, line, column))
        return said.text


def _at(wrong: tuple[str, str, str], line: int, column: str) -> tuple[str, int, str, str, str]:
    code, message, remedy = wrong
    return code, line, column, message, remedy


def _words(repetition: Repetition) -> str:
    return part(repetition, 2) or part(repetition, 1)


def _of_known_assays(found: list[Ordered], laboratory: Laboratory, problems: list[Problem]) -> list[Ordered]:
    """Without the orders for other tests on a specimen that one of our assays is ordered for too."""
    ours = {one.accession for one in found if one.cells["assay"] in laboratory.assays}
    kept: list[Ordered] = []
    for one in found:
        if one.cells["assay"] in laboratory.assays or one.accession not in ours:
            kept.append(one)
            continue
        problems.append(
            Problem(
                "other-test",
                one.file,
                "a further test is ordered for this specimen that lab.toml does not describe",
                "if it is one of the assays here, add its code to assays in the mapping file",
                line=one.line,
                column="OBR-4",
                found=one.cells["assay"],
                accession=one.accession,
                severity="warning",
            )
        )
    return kept


def _cancelled(one: Ordered) -> Problem:
    return Problem(
        "order-cancelled",
        one.file,
        "the order for this specimen was cancelled, discontinued or put on hold",
        "find out whether the specimen may be reported on; if so have a new order sent",
        line=one.line,
        column="ORC-1",
        found=one.control,
        accession=one.accession,
    )


def _replaced(one: Ordered) -> Problem:
    return Problem(
        "order-changed",
        one.file,
        "this order replaces what was sent earlier for the same specimen",
        "nothing to do if the change is known",
        line=one.line,
        column="ORC-1",
        found=one.control,
        accession=one.accession,
        severity="warning",
    )
