"""
The codes that the FHIR export uses, each seen in a published source.

LOINC, LA and `tbd-codes-cs` codes: package hl7.fhir.uv.genomics-reporting 3.0.0 (profiles and examples). v2-0203,
v3-ObservationInterpretation and the CLIA name space: package hl7.terminology.r4 7.0.1. data-absent-reason and
provenance-participant-type: package hl7.fhir.r4b.core 4.3.0. SO:0001565 and SO:1000044: so.obo of the Sequence
Ontology. LOINC 95124-4 and 95123-6: loinc.org by way of pages that quote it.
"""

from __future__ import annotations

LOINC = "http://loinc.org"
HGNC = "http://www.genenames.org"
SEQUENCE_ONTOLOGY = "http://www.sequenceontology.org"
UCUM = "http://unitsofmeasure.org"
URI = "urn:ietf:rfc:3986"
CLIA = "urn:oid:2.16.840.1.113883.4.7"
OBSERVATION_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
DIAGNOSTIC_SERVICE = "http://terminology.hl7.org/CodeSystem/v2-0074"
IDENTIFIER_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0203"
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
ABSENT_REASON = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
CONFIDENCE = "http://terminology.hl7.org/CodeSystem/variant-confidence-status-cs"
PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
CITATION = "http://hl7.org/fhir/StructureDefinition/workflow-relatedArtifact"
GUIDE = "http://hl7.org/fhir/uv/genomics-reporting"
GUIDE_CODES = f"{GUIDE}/CodeSystem/tbd-codes-cs"
STUDY_METHOD = f"{GUIDE}/CodeSystem/genomic-study-method-type-cs"
BIOMARKER = f"{GUIDE}/CodeSystem/molecular-biomarker-ontology-cs"

PRESENT = ("LA9633-4", "Present")
ABSENT = ("LA9634-2", "Absent")
# The class of the specimen that was tested (tumour), not a statement that the alteration is acquired.
SOMATIC = ("LA6684-0", "Somatic")
SEQUENCING = ("LA26398-0", "Sequencing")
RESPONSIVE = ("LA6677-4", "Responsive")
BUILDS = {"GRCh37": ("LA14029-5", "GRCh37"), "GRCh38": ("LA26806-2", "GRCh38")}
GENE_FUSION = ("SO:0001565", "gene_fusion")
TRANSLOCATION = ("SO:1000044", "chromosomal_translocation")

# What was ordered and not read yet: "registered, but there is no result yet available".
PENDING_STATUS = "registered"
# The states of a report (docs/exports/fhir.md) in the words of the resources.
REPORT_STATUS = {
    "rejected": "cancelled",
    "draft": "partial",
    "preliminary": "preliminary",
    "final": "final",
    "addendum": "appended",
    "corrected": "corrected",
    "amended": "amended",
    "withdrawn": "entered-in-error",
}
OBSERVATION_STATUS = {
    "rejected": "cancelled",
    "draft": "preliminary",
    "preliminary": "preliminary",
    "final": "final",
    "addendum": "final",
    "corrected": "corrected",
    "amended": "amended",
    "withdrawn": "entered-in-error",
}
# A withdrawn report says nothing on whether the order still stands.
ORDER_STATUS = {
    "rejected": "revoked",
    "draft": "active",
    "preliminary": "active",
    "final": "completed",
    "addendum": "completed",
    "corrected": "completed",
    "amended": "completed",
    "withdrawn": "unknown",
}
STUDY_STATUS = {
    **dict.fromkeys(ORDER_STATUS, "completed"),
    "rejected": "not-done",
    "withdrawn": "entered-in-error",
}
