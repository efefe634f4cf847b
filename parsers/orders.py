"""
Orders and specimens.csv held against each other: what one leaves empty the other fills, and one patient is one patient.

A patient's number, name, date of birth or sex that differs between order, result and specimens.csv stops the
specimen: two identifiers must agree before anything is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from parsers.accessions import normalise
from parsers.cells import is_blank
from parsers.errors import Problem
from parsers.laboratory import Laboratory
from parsers.reading import MappedRow, Row, Table, clean
from parsers.vocabularies import CLOSED, DATE_COLUMNS, word_key

IDENTITY = ("patient_id", "patient_name", "date_of_birth", "sex")

Agreement = Literal["same", "close", "different"]

_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:\D.*|\d{4}|\d{6})?", re.ASCII)


def completed(specimens: Table | None, orders: Table, laboratory: Laboratory, problems: list[Problem]) -> Table:
    """
    specimens.csv with its empty cells filled from the orders; the orders themselves where there is no specimens.csv.

    Both have the columns of specimens.csv, already in our names and words. A difference in the patient's identity is an
    error of that specimen; of any other difference specimens.csv is right, with a warning. Orders of accessions that
    specimens.csv does not name are not added, and said.
    """
    if specimens is None:
        return orders
    if "accession" not in specimens.columns:
        return specimens  # Its reader says so.
    by_accession = _by_accession(orders, laboratory)
    added = tuple(column for column in orders.columns if column not in specimens.columns)
    rows: list[Row] = []
    named: set[str] = set()
    for row in specimens.rows:
        cells = _cells(specimens, row)
        accession = _accession(cells, laboratory)
        several = by_accession.get(accession, []) if accession else []
        named.add(accession)
        is_whole = _is_whole(specimens, row)
        filled: dict[str, str] = {}
        if len(several) > 1:
            problems.append(_two_orders(orders, several, accession))
        elif several and is_whole:
            filled = _compared(specimens, row, cells, (orders, several[0]), accession, problems)
        rows.append(_widened(specimens, row, cells | filled, added))
    problems.extend(_orders_of_nobody(orders, by_accession, named))
    return Table(specimens.file, (*specimens.columns, *added), tuple(rows))


def check_patients(specimens: Table, patients: Table, laboratory: Laboratory, problems: list[Problem]) -> None:
    """An error for each patient of a result (`accession` and `IDENTITY`) who is not the one of that accession."""
    if "accession" not in specimens.columns:
        return
    ours: dict[str, Row] = {}
    for row in specimens.rows:
        accession = _accession(_cells(specimens, row), laboratory)
        if accession and _is_whole(specimens, row):
            ours.setdefault(accession, row)
    for row in patients.rows:
        cells = _cells(patients, row)
        listed = ours.get(_accession(cells, laboratory))
        if listed is not None:
            for column, _, agreement in _differences(specimens, listed, cells, IDENTITY):
                problems.append(
                    _identity_problem(
                        column, agreement, (patients, row), (specimens, listed), _accession(cells, laboratory), "result"
                    )
                )


def _compared(
    specimens: Table,
    row: Row,
    cells: dict[str, str],
    order: tuple[Table, Row],
    accession: str,
    problems: list[Problem],
) -> dict[str, str]:
    """The cells that the order fills; every difference goes to `problems`."""
    ordered = _cells(*order)
    for column, given, agreement in _differences(specimens, row, ordered, tuple(ordered)):
        if column in IDENTITY:
            problems.append(_identity_problem(column, agreement, order, (specimens, row), accession, "order"))
        elif column != "accession":
            problems.append(_other_difference(column, given, ordered[column], order, (specimens, row), accession))
    return {
        column: value
        for column, value in ordered.items()
        if column != "accession" and not is_blank(value) and is_blank(clean(cells.get(column, "")))
    }


def _differences(
    specimens: Table, row: Row, other: dict[str, str], columns: tuple[str, ...]
) -> Iterator[tuple[str, str, Agreement]]:
    """Column, our cell and how far they agree, where both say something and do not say the same."""
    cells = _cells(specimens, row)
    doubted = {doubt.column for doubt in row.doubts} if isinstance(row, MappedRow) else set()
    for column in columns:
        given, said = clean(cells.get(column, "")), clean(other.get(column, ""))
        if is_blank(given) or is_blank(said) or column in doubted:
            continue
        agreement = _agreement(column, given, said)
        if agreement != "same":
            yield column, given, agreement


def _agreement(column: str, one: str, other: str) -> Agreement:
    if column == "patient_name":
        return _names_agree(one, other)
    if column in DATE_COLUMNS:
        return _same(_date(one), _date(other))
    if column == "sex":
        first, second = (CLOSED["sex"].get(word_key(text), text.casefold()) for text in (one, other))
        return "close" if first != second and "unknown" in (first, second) else _same(first, second)
    if column in CLOSED:
        known = CLOSED[column]
        return _same(*(known.get(word_key(text), text.casefold()) for text in (one, other)))
    return _same(one.casefold(), other.casefold())


def _same(one: str, other: str) -> Agreement:
    return "same" if one == other else "different"


def _date(text: str) -> str:
    match = _DATE.fullmatch(text)
    return "-".join(match.groups()) if match else text


def _names_agree(one: str, other: str) -> Agreement:
    """Capitals, punctuation and order aside; a further given name that only one of them has is close."""
    (family, given), (other_family, other_given) = _name_parts(one), _name_parts(other)
    if sorted(family + given) == sorted(other_family + other_given):
        return "same"
    shorter, longer = sorted((given, other_given), key=len)
    is_close = family == other_family and family and shorter and longer[: len(shorter)] == shorter
    return "close" if is_close else "different"


def _name_parts(name: str) -> tuple[list[str], list[str]]:
    family, _, given = name.partition(",")
    return _words(family), _words(given)


def _words(text: str) -> list[str]:
    return re.sub(r"[^\w]+", " ", re.sub(r"['’.]", "", text)).casefold().split()


def _by_accession(table: Table, laboratory: Laboratory) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in table.rows:
        accession = _accession(_cells(table, row), laboratory)
        if accession:
            found.setdefault(accession, []).append(row)
    return found


def _accession(cells: dict[str, str], laboratory: Laboratory) -> str:
    given = cells.get("accession", "")
    return "" if is_blank(given) else normalise(given, laboratory.accession_pattern)[0]


def _cells(table: Table, row: Row) -> dict[str, str]:
    return dict(zip(table.columns, row.cells, strict=False))


def _is_whole(table: Table, row: Row) -> bool:
    found, expected = _counted(table, row)
    return found == expected


def _counted(table: Table, row: Row) -> tuple[int, int]:
    counted = row.counted if isinstance(row, MappedRow) else None
    return counted or (len(row.cells), len(table.columns))


def _widened(table: Table, row: Row, cells: dict[str, str], added: tuple[str, ...]) -> Row:
    """The row with the added columns; one of another length than the header's stays known as such."""
    mapped = row if isinstance(row, MappedRow) else MappedRow(row.line, row.cells, row.file)
    if not _is_whole(table, row):
        return replace(mapped, counted=_counted(table, row))
    columns = (*table.columns, *added)
    own = tuple(
        cells[name] if is_blank(clean(cell)) and name in cells else cell
        for name, cell in zip(table.columns, row.cells, strict=True)
    )
    return replace(mapped, cells=(*own, *(cells.get(name, "") for name in columns[len(own) :])))


def _identity_problem(
    column: str,
    agreement: Agreement,
    message: tuple[Table, Row],
    listed: tuple[Table, Row],
    accession: str,
    what: str,
) -> Problem:
    """The contents stay out of the message: they are the patient's."""
    (table, row), (specimens, line) = message, listed
    is_close = agreement == "close"
    return Problem(
        "identity-differs" if is_close else "identity-mismatch",
        row.file or table.file,
        f"the {what}'s {column} is {'not quite' if is_close else 'not'} that of {line.file or specimens.file}, "
        f"line {line.line}",
        "check that both are the same patient, and correct the one that is incomplete"
        if is_close
        else "find out which patient the specimen is of before anything else is done",
        line=row.line,
        column=column,
        accession=accession,
        severity="warning" if is_close else "error",
    )


def _other_difference(
    column: str, given: str, ordered: str, order: tuple[Table, Row], listed: tuple[Table, Row], accession: str
) -> Problem:
    (table, row), (specimens, line) = order, listed
    return Problem(
        "order-differs",
        row.file or table.file,
        f"the order's {column} is not that of {line.file or specimens.file}, line {line.line}, which was used",
        f"check which is right; correct {line.file or specimens.file} if the order is",
        line=row.line,
        column=column,
        found=ordered,
        expected=given if column != "ordering_provider" else "",
        accession=accession,
        severity="warning",
    )


def _two_orders(orders: Table, several: list[Row], accession: str) -> Problem:
    return Problem(
        "two-orders",
        several[1].file or orders.file,
        f"there are {len(several)} orders for this specimen, and nothing says which of them counts",
        "take the others out of the folder, or have a change sent as such (ORC-1 is XO)",
        line=several[1].line,
        column="accession",
        found=accession,
        accession=accession,
    )


def _orders_of_nobody(orders: Table, by_accession: dict[str, list[Row]], named: set[str]) -> Iterator[Problem]:
    for accession, rows in by_accession.items():
        if accession not in named:
            yield Problem(
                "order-without-specimen",
                rows[0].file or orders.file,
                "the order is of a specimen that specimens.csv does not name, and it was not used",
                "add the specimen to specimens.csv if it is to be reported on",
                line=rows[0].line,
                column="accession",
                found=accession,
                accession=accession,
                severity="warning",
            )
