"""
fusion-report's `fusions.csv` and `fusions.json`: what several callers said of each pair of genes.

Cells and keys: `fusion_report/parsers/` of https://github.com/Clinical-Genomics/fusion-report, which copies them from
the callers' own tables. Each caller that a row names becomes a call of that caller. `position` is `5' end#3' end`;
STAR-Fusion's `junction_reads`, FusionCatcher's `spanning_unique_reads` and JAFFA's `spanning_reads` -> `split_reads`.
fusion-report keeps the first junction of a pair of each caller, and takes genes near a breakpoint for the gene.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from parsers.callers.format import (
    CallerFormat,
    CallerTable,
    Reading,
    ReadingContext,
    breakpoint_of,
    header_columns,
    read_caller_csv,
    whole_number,
)
from parsers.errors import InputError, Problem
from parsers.reading import FileText, Row, refuse_untrusted_characters
from parsers.records import Breakpoint, Frame, FusionCall, Place

_NAME = "fusion-report"
_SCORES = ("Score", "Fusion Indication Index (FII)")
_OF_THE_PAIR = ("Fusion", "Databases", *_SCORES, "Explained score", "Explained FII")
_REMEDY = "export the table again from fusion-report without editing it"
_HEAD = 500


@dataclass(frozen=True, slots=True)
class _Caller:
    """How one caller's cell is read: its name, and the keys of its counts, its frame and its confidence."""

    name: str
    split: tuple[str, ...] = ()
    pairs: str = ""
    reads: str = ""
    frame: str = ""
    confidence: str = ""
    event: str = ""
    order_known: bool = True
    is_placed: bool = True


_CALLERS = {
    "arriba": _Caller(
        "Arriba", ("split_reads1", "split_reads2"), "discordant_mates", "", "reading-frame", "confidence", "type"
    ),
    "ctat_lr_fusion": _Caller("CTAT-LR-fusion", ("num_LR",)),
    # The DRAGEN table that fusion-report reads has a number of reads as its score.
    "dragen": _Caller("DRAGEN RNA", reads="score"),
    "ericscript": _Caller("EricScript", ("junction_reads",), "discordant_reads", event="fusion_type"),
    "fusioncatcher": _Caller("FusionCatcher", ("spanning_unique_reads",), "spanning_pairs", frame="fusion_type"),
    "jaffa": _Caller("JAFFA", ("spanning_reads",), "spanning_pairs", "", "inframe", "classification"),
    "pizzly": _Caller("pizzly", ("split_count",), "pair_count", is_placed=False),
    # SQUID's ends are stretches of the genome without a position of the junction, in the order of the genome.
    "squid": _Caller("SQUID", order_known=False, is_placed=False),
    "starfusion": _Caller("STAR-Fusion", ("junction_reads",), "spanning_reads"),
    "starfusion_lr": _Caller("STAR-Fusion (long reads)", ("num_LR",)),
}
_FRAMES: Mapping[str, Frame] = {
    "in-frame": "in-frame",
    "TRUE": "in-frame",
    "out-of-frame": "out-of-frame",
    "FALSE": "out-of-frame",
    "stop-codon": "stop-codon",
}


def _sniff_csv(text: str) -> bool:
    columns = set(header_columns(text, ","))
    return {"Fusion", "Databases"} <= columns and bool(columns & set(_SCORES))


def _sniff_json(text: str) -> bool:
    start = text[:_HEAD].lstrip()
    return start.startswith("[") and '"Fusion"' in start and '"Databases"' in start


def _read_csv(source: FileText, context: ReadingContext) -> Reading:
    table = read_caller_csv(source, ("Fusion", "Databases"))
    pairs = ((row, _cells_of(table, row)) for row in table.rows)
    return _reading(table, pairs)


def _read_json(source: FileText, context: ReadingContext) -> Reading:
    refuse_untrusted_characters(source)
    table = CallerTable(source.name, {}, [])
    pairs = [(Row(line, ()), _texts(entry)) for line, entry in _entries(source)]
    return _reading(table, iter(pairs))


@dataclass(frozen=True, slots=True)
class _Pair:
    """One pair of genes: what the file says of the pair, and the details of each caller that named it."""

    name: str
    of_pair: Mapping[str, str]
    callers: Mapping[str, Mapping[str, str]]


def _reading(table: CallerTable, pairs: Iterator[tuple[Row, _Pair]]) -> Reading:
    calls = tuple(call for row, pair in pairs for call in _calls(table, row, pair))
    table.finish()
    warnings = (_one_junction_only(table.file),) if calls else ()
    return Reading(_NAME, "RNA", calls, warnings=warnings)


def _calls(table: CallerTable, row: Row, pair: _Pair) -> Iterator[FusionCall]:
    left, mark, right = pair.name.partition("--")
    if not mark or not (left or right):
        _problem(table, row, "Fusion", "the row names no pair of genes", pair.name, "GENE1--GENE2")
        return
    if not pair.callers:
        _problem(table, row, "Fusion", "no caller is named for this fusion", pair.name, "the details of a caller")
    left, right = table.gene(row, "Fusion", left), table.gene(row, "Fusion", right)
    for key, details in pair.callers.items():
        caller = _CALLERS.get(key.lower(), _Caller(key))
        ends = _ends(table, row, key, details) if caller.is_placed else (None, None)
        splits = [_count(table, row, key, details, name) for name in caller.split]
        yield FusionCall(
            caller=caller.name,
            gene_5prime=left,
            gene_3prime=right,
            breakpoint_5prime=ends[0],
            breakpoint_3prime=ends[1],
            genome_build=None,
            molecule="RNA",
            place=Place(table.file, row.line),
            reading_frame=_FRAMES.get(details.get(caller.frame, ""), "unknown"),
            split_reads=sum(one for one in splits if one is not None) if splits and None not in splits else None,
            spanning_pairs=_count(table, row, key, details, caller.pairs),
            supporting_reads=_count(table, row, key, details, caller.reads),
            confidence=details.get(caller.confidence, ""),
            event_type=details.get(caller.event, ""),
            order_known=caller.order_known,
            as_given=_as_given(pair, details),
        )


def _ends(
    table: CallerTable, row: Row, key: str, details: Mapping[str, str]
) -> tuple[Breakpoint | None, Breakpoint | None]:
    given = details.get("position", "")
    if not given:
        return None, None
    left, _, right = given.partition("#")
    ends = breakpoint_of(left), breakpoint_of(right)
    if None in ends:
        _problem(table, row, key, "the position cannot be read", given, "position: 2:42301394#2:29223584")
    return ends


def _count(table: CallerTable, row: Row, key: str, details: Mapping[str, str], name: str) -> int | None:
    given = details.get(name, "")
    if not given:
        return None
    found = whole_number(given)
    if found is None:
        _problem(table, row, key, f"'{name}' is not a whole number", given, "a number of reads")
    return found


def _as_given(pair: _Pair, details: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return (
        ("aggregated_by", _NAME),
        *((name, text) for name, text in pair.of_pair.items() if text),
        *((name, text) for name, text in details.items() if text),
    )


def _cells_of(table: CallerTable, row: Row) -> _Pair:
    callers = {
        name: _details(table, row, name)
        for name in sorted(table.columns, key=lambda one: table.columns[one])
        if name not in _OF_THE_PAIR and table.cell(row, name).strip()
    }
    of_pair = {name: table.cell(row, name) for name in _OF_THE_PAIR[1:]}
    return _Pair(table.cell(row, "Fusion").strip(), of_pair, callers)


def _details(table: CallerTable, row: Row, caller: str) -> dict[str, str]:
    """`position: 2:1#2:2,type: inversion` by key. A comma parts two values only where a new key follows it."""
    found: dict[str, str] = {}
    for part in re.split(r",(?=[\w-]+: )", table.cell(row, caller).strip()):
        name, mark, value = part.partition(": ")
        if not mark:
            _problem(table, row, caller, "the cell is not of the form 'key: value'", part, "position: …,type: …")
        found[name.strip()] = value.strip()
    return found


def _entries(source: FileText) -> Iterator[tuple[int, dict[str, object]]]:
    """The objects of the JSON list with the line each begins at. The closing bracket proves that the list is whole."""
    # As texts: a number may have more digits than Python turns into a number.
    decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
    text, place = source.text.rstrip(), source.text.index("[") + 1
    closed = False
    while not closed:
        place = _after_blanks(text, place)
        try:
            entry, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            raise InputError(_bad_json(source, place)) from None
        if not isinstance(entry, dict):
            raise InputError(_bad_json(source, place))
        yield source.text.count("\n", 0, place) + 1, entry
        place = _after_blanks(text, end)
        closed = text[place:] == "]"
        if not closed and text[place : place + 1] != ",":
            raise InputError(_bad_json(source, place))
        place += 1


def _after_blanks(text: str, place: int) -> int:
    while text[place : place + 1].isspace():
        place += 1
    return place


def _texts(entry: Mapping[str, object]) -> _Pair:
    of_pair = {name: _text(value) for name, value in entry.items() if name != "Fusion" and not isinstance(value, dict)}
    callers = {
        name: {key: _text(value) for key, value in details.items()}
        for name, details in entry.items()
        if isinstance(details, dict)
    }
    return _Pair(_text(entry.get("Fusion")).strip(), of_pair, callers)


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case list():
            return ",".join(_text(one) for one in value)
        case _:
            return str(value)


def _problem(table: CallerTable, row: Row, column: str, message: str, found: str, expected: str) -> None:
    table.problem(row, "bad-record", column, message, _REMEDY, found, expected)


def _bad_json(source: FileText, place: int) -> Problem:
    return Problem(
        "bad-json",
        source.name,
        "the list of fusions is not whole: it is cut short, or not JSON from here on",
        "copy the file again from where fusion-report wrote it, or use its fusions.csv",
        line=source.text.count("\n", 0, place) + 1,
    )


def _one_junction_only(file: str) -> Problem:
    return Problem(
        "one-junction-only",
        file,
        "fusion-report keeps only the first junction that each caller found of a pair of genes",
        "give the callers' own tables too: they hold all junctions, transcripts and filters",
        severity="warning",
    )


FORMATS = (
    CallerFormat("fusion-report", _sniff_csv, _read_csv),
    CallerFormat("fusion-report (JSON)", _sniff_json, _read_json),
)
