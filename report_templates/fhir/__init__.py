"""
The report as one FHIR R4 Bundle after the Genomics Reporting guide (STU3), drawn from its saved record alone.

What maps where, and what is deliberately not coded: docs/exports/fhir.md.
"""

from report_templates.fhir.bundle import fhir_bundle

__all__ = ["fhir_bundle"]
