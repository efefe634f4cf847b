"""
The fingerprint of a case: two nights with the same fingerprint would report the same.

It covers what the report is made from: the case as read from the tables, the sha256 of its fusion files, the
laboratory and the case's assay, and the versions of knowledge, template and software. It leaves out line numbers, so
that a row inserted above makes no new version (the record keeps the lines as they were when it was made), and the
sha256 of a table that many specimens share (`fusions.csv`): there the case's own rows count.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from flows.store import sha256
from parsers.callers import generic
from parsers.laboratory import Laboratory
from parsers.records import Case, FusionSource, Place

# Not printed on a report.
# What the mapping made of the tables is in the case; another spelling there changes no report. What the laboratory's
# own rules are is in the sha256 of the knowledge; another folder with the same rules changes no report.
_LABORATORY_ONLY = frozenset({"nightly", "accession_pattern", "mapping", "knowledge_overlay"})


def fingerprint(case: Case, laboratory: Laboratory, versions: Mapping[str, str]) -> str:
    """sha256 (hex) over all of it; `versions` are those of knowledge, template and software."""
    whole = {
        "case": _plain(case),
        "laboratory": _laboratory(laboratory, case.specimen.assay),
        "versions": dict(versions),
    }
    return sha256(
        json.dumps(whole, sort_keys=True, ensure_ascii=False, allow_nan=False).encode(errors="backslashreplace")
    )


def _laboratory(laboratory: Laboratory, assay: str) -> dict[str, Any]:
    values = {one.name: getattr(laboratory, one.name) for one in dataclasses.fields(laboratory)}
    kept = {name: _plain(value) for name, value in values.items() if name not in _LABORATORY_ONLY}
    return kept | {"assays": {assay: _plain(laboratory.assays.get(assay))}}


def _plain(value: Any) -> Any:
    if isinstance(value, Place):
        return value.file
    if isinstance(value, FusionSource) and is_shared_table(value):
        value = dataclasses.replace(value, sha256="", calls=0)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return value


def is_shared_table(source: FusionSource) -> bool:
    """Whether the file may hold other specimens' calls too, which are none of this case's business."""
    return source.format == generic.FORMAT.name
