"""
A case as JSON and back, with the laboratory as it was: what a report was made from, readable years later.

The records are written field by field; reading checks every value against the type of its field, so that a file of
another version of the software is refused rather than misread. A field that was added since takes its default.
"""

from __future__ import annotations

import json
import math
import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from parsers.laboratory import Laboratory
from parsers.records import Case

FORMAT = "imtreport case"
VERSION = 1

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SavedCase:
    """A case and the laboratory under whose settings it was interpreted, with the assay of its specimen alone."""

    case: Case
    laboratory: Laboratory


class SavedCaseError(Exception):
    """The text is no saved case of this version; says where, and never what stands there."""


def saved_case(case: Case, laboratory: Laboratory) -> bytes:
    """
    UTF-8 JSON of both. The mapping of the laboratory's own tables is left out: the case holds what it made of them.

    Raises:
        KeyError: the laboratory has no assay of the specimen's name.
    """
    assay = case.specimen.assay
    kept = replace(laboratory, assays={assay: laboratory.assays[assay]})
    plain = {one.name: as_plain(getattr(kept, one.name)) for one in fields(kept) if one.name != "mapping"}
    whole = {"format": FORMAT, "version": VERSION, "case": as_plain(case), "laboratory": plain}
    # A file name that is not UTF-8 holds lone surrogates; \udcff is how JSON writes one.
    return (json.dumps(whole, ensure_ascii=False, allow_nan=False) + "\n").encode(errors="backslashreplace")


def read_saved_case(content: bytes) -> SavedCase:
    """
    What `saved_case` wrote.

    Raises:
        SavedCaseError: it is something else, of another version, or damaged.
    """
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError):
        raise SavedCaseError("not JSON") from None
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise SavedCaseError("not a saved case")
    if whole.get("version") != VERSION:
        raise SavedCaseError(f"version {_short(whole.get('version'))} of the format, which this software does not read")
    return SavedCase(
        from_plain(Case, whole.get("case"), "case"), from_plain(Laboratory, whole.get("laboratory"), "laboratory")
    )


def as_plain(value: Any) -> Any:
    """
    `value` in JSON types: records as objects, tuples as lists, dates as ISO text.

    Raises:
        TypeError: a value of a type that no record has.
    """
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: as_plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {key: as_plain(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return [as_plain(one) for one in value]
    raise TypeError(f"{type(value).__name__} has no place in a saved case")


def from_plain(kind: type[T], value: Any, where: str) -> T:
    """
    The value of type `kind` that `as_plain` wrote; `where` names it in messages.

    Raises:
        SavedCaseError: it does not fit the type.
    """
    found: T = _read(kind, value, where)
    return found


def _read(kind: Any, value: Any, where: str) -> Any:
    origin = get_origin(kind)
    if origin is Literal:
        if value in get_args(kind) and isinstance(value, str):
            return value
        raise _unfit(where, "one of the words of its list")
    if origin in (types.UnionType, Union):
        return _read_optional(kind, value, where)
    if origin is tuple:
        return _read_tuple(get_args(kind), value, where)
    if origin is Mapping:
        return _read_mapping(get_args(kind)[1], value, where)
    if is_dataclass(kind):
        return _read_record(kind, value, where)
    return _read_single(kind, value, where)


def _read_single(kind: Any, value: Any, where: str) -> Any:
    if kind is float:
        return _number(value, where)
    if kind is date:
        return _date(value, where)
    # bool is an int to Python, and not to us.
    if kind in (str, int, bool) and type(value) is kind:
        return value
    raise _unfit(where, kind.__name__ if isinstance(kind, type) else "a value of its type")


def _read_optional(kind: Any, value: Any, where: str) -> Any:
    others = [one for one in get_args(kind) if one is not types.NoneType]
    if value is None and len(others) < len(get_args(kind)):
        return None
    if len(others) != 1:
        raise TypeError(f"{where}: more than one type")
    return _read(others[0], value, where)


def _read_tuple(kinds: tuple[Any, ...], value: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise _unfit(where, "a list")
    if kinds[-1] is Ellipsis:
        kinds = (kinds[0],) * len(value)
    if len(kinds) != len(value):
        raise _unfit(where, f"a list of {len(kinds)}")
    return tuple(
        _read(kind, one, f"{where}[{number}]") for number, (kind, one) in enumerate(zip(kinds, value, strict=True))
    )


def _read_mapping(kind: Any, value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _unfit(where, "an object")
    return {key: _read(kind, one, f"{where}.*") for key, one in value.items()}


def _read_record(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise _unfit(where, "an object")
    hints = _types_of(kind)
    if not value.keys() <= hints.keys():
        raise SavedCaseError(f"{where}: a field that this software does not know")
    for one in fields(kind):
        if one.name not in value and one.default is MISSING and one.default_factory is MISSING:
            raise SavedCaseError(f"{where}.{one.name} is missing")
    return kind(**{name: _read(hints[name], one, f"{where}.{name}") for name, one in value.items()})


@cache
def _types_of(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _number(value: Any, where: str) -> float:
    if type(value) in (int, float):
        return float(value)
    if value in ("nan", "inf", "-inf"):
        return float(value)
    raise _unfit(where, "a number")


def _date(value: Any, where: str) -> date:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise _unfit(where, "a date")


def _unfit(where: str, expected: str) -> SavedCaseError:
    return SavedCaseError(f"{where} is not {expected}")


def _short(version: Any) -> str:
    return str(version) if isinstance(version, int) else "(unknown)"
