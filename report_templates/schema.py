"""The published JSON Schema of report.json (draft 2020-12), which is packaged beside this module."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

FILE = "report.schema.json"


def report_schema() -> dict[str, Any]:
    """The schema of `record.SCHEMA_VERSION`, anew for each caller. Records of earlier 1.x versions fit it too."""
    schema: dict[str, Any] = json.loads(schema_bytes())
    return schema


@cache
def key_names() -> frozenset[str]:
    """Every name that a key of a record may have, however deep; what else stands in a record may be the patient's."""
    return frozenset(_names(report_schema()))


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        properties = node.get("properties")
        yield from properties if isinstance(properties, dict) else ()
        for inner in node.values():
            yield from _names(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _names(inner)


def schema_bytes() -> bytes:
    """The schema as the file is packaged, to be copied for another program."""
    return (resources.files(__package__) / FILE).read_bytes()
