"""The published JSON Schema of report.json (draft 2020-12), which is packaged beside this module."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

FILE = "report.schema.json"


def report_schema() -> dict[str, Any]:
    """The schema of `record.SCHEMA_VERSION`, anew for each caller. Records of earlier 1.x versions fit it too."""
    schema: dict[str, Any] = json.loads(schema_bytes())
    return schema


def schema_bytes() -> bytes:
    """The schema as the file is packaged, to be copied for another program."""
    return (resources.files(__package__) / FILE).read_bytes()
