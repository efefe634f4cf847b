"""The report as one FHIR R4 Bundle, drawn from its saved record alone (docs/exports/fhir.md)."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

# The name space of this product's resource ids, derived from its name so that anybody can compute it again.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:imtreport:fhir")
PROFILES = "http://hl7.org/fhir/uv/genomics-reporting/StructureDefinition/"


def fhir_bundle(record: Mapping[str, Any], pdf: bytes) -> dict[str, Any]:
    """The Bundle of `record` with its printed report; the same record and PDF give the same Bundle."""
    report = record["report"]
    identity = str(uuid.uuid5(NAMESPACE, f"{report['id']}/{report['version']}/DiagnosticReport"))
    presented = {
        "contentType": "application/pdf",
        "language": report.get("language") or "en-GB",
        "data": base64.b64encode(pdf).decode("ascii"),
        "hash": base64.b64encode(hashlib.sha1(pdf, usedforsecurity=False).digest()).decode("ascii"),
        "title": report["title"],
    }
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": report["issued"],
        "entry": [
            {
                "fullUrl": f"urn:uuid:{identity}",
                "resource": {
                    "resourceType": "DiagnosticReport",
                    "id": identity,
                    "status": "registered",
                    "code": {"coding": [{"system": "http://loinc.org", "code": "51969-4"}]},
                    "presentedForm": [presented],
                },
            }
        ],
    }
