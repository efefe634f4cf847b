"""What was done: the genomic study and its analysis, with the genes that could be assessed and the quality metrics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from report_templates import claims
from report_templates.fhir import codes
from report_templates.fhir.elements import Element, Report, coding, concept, gene_concept, loinc, notes
from report_templates.fhir.order import performers

METHODS = {
    "RNA": (("rna-analysis", "RNA analysis"),),
    "DNA": (("targeted-variant-analysis", "Targeted variant analysis"),),
}
_NGS = ("ngs-mps", "Next-Generation (NGS)/Massively parallel sequencing (MPS)")
QC_WORD = {"pass": "pass", "fail": "FAIL", "borderline": "borderline", "not_documented": "not documented"}


def study_resources(report: Report) -> Iterator[Element]:
    yield _study(report)
    # The profile knows completed analyses alone.
    if has_analysis(report):
        yield _analysis(report)


def has_analysis(report: Report) -> bool:
    return _status(report) == "completed"


def _status(report: Report) -> str:
    """Of a specimen that was not sequenced nobody knows here whether it will be; a rejected one was not."""
    status = codes.STUDY_STATUS[report.state]
    if report.is_withdrawn:
        return status
    if claims.is_rejected(report.record):
        return "not-done"
    return status if any(gene["state"] != "not_tested" for gene in report.record["genes"]) else "unknown"


def _study(report: Report) -> Element:
    assay = report.record["assay"]
    analysis = [_extension("genomic-study-analysis-ext", valueReference=report.reference("Procedure", "analysis"))]
    return report.resource(
        "Procedure",
        "study",
        "genomic-study",
        extension=analysis if has_analysis(report) else [],
        basedOn=[report.reference("ServiceRequest")],
        status=_status(report),
        category={"coding": [coding(codes.OBSERVATION_CATEGORY, "laboratory")]},
        code={"text": _versioned(assay["title"], assay["version"])},
        subject=report.reference("Patient"),
        performer=[{"actor": actor} for actor in performers(report)],
        note=notes(assay["method"], _sentence("Limit of detection", assay["limit_of_detection"])),
    )


def _analysis(report: Report) -> Element:
    assay = report.record["assay"]
    run = report.record["provenance"]["sequencing_run"]
    return report.resource(
        "Procedure",
        "analysis",
        "genomic-study-analysis",
        identifier=[{"value": run}] if run else [],
        extension=[
            *(_method(*method) for method in (*METHODS.get(assay["molecule"], ()), _NGS)),
            _coded("change-type", concept(codes.SEQUENCE_ONTOLOGY, *codes.GENE_FUSION)),
            *_build(assay["genome_build"]),
            _coded("genomic-source-class", loinc(codes.SOMATIC)),
            _extension("genomic-study-analysis-title", valueString=_versioned(assay["title"], assay["version"])),
            _extension("genomic-study-analysis-specimen", valueReference=report.reference("Specimen")),
            *_metrics(report),
            *_regions(report),
            *_devices(report),
        ],
        status="completed",
        category={"coding": [coding(codes.OBSERVATION_CATEGORY, "laboratory")]},
        subject=report.reference("Patient"),
        performer=[{"actor": actor} for actor in performers(report)],
        note=notes(_sentence("Platform", assay["platform"]), _sentence("Chemistry", assay["chemistry"])),
    )


def _metrics(report: Report) -> list[Element]:
    """Every metric beside its limit, and the run controls; figures come as printed, so they travel as text."""
    lines = [
        f"{line['name']}: {line['value'] or 'not documented'} ({line['threshold']}): {QC_WORD[line['status']]}"
        for line in report.record["qc"]
    ]
    lines += [f"Run control {one['control']}: {one['result']}" for one in report.record["controls"]]
    if not lines:
        return []
    described = {"url": "metrics-description", "valueString": "; ".join(lines)}
    return [_extension("genomic-study-analysis-metrics", extension=[described])]


def _regions(report: Report) -> list[Element]:
    """
    The genes that were studied, and of these those with a result and those without.

    On hold no gene has a result, and where the test cannot exclude a fusion, only a detected gene has one. A gene that
    was not tested appears nowhere.
    """
    studied = [gene for gene in report.record["genes"] if gene["state"] != "not_tested"]
    with_result = set() if report.is_on_hold else {"detected"}
    if claims.can_exclude(report.record):
        with_result.add("not_detected")
    parts = [
        {"url": "description", "valueString": "Fusions of these genes; no other kind of alteration was looked for."},
        *({"url": "studied", "valueCodeableConcept": gene_concept(gene["symbol"])} for gene in studied),
        *(
            {
                "url": "called" if gene["state"] in with_result else "uncalled",
                "valueCodeableConcept": gene_concept(gene["symbol"]),
            }
            for gene in studied
        ),
    ]
    return [_extension("genomic-study-analysis-regions", extension=parts)]


def _devices(report: Report) -> Iterator[Element]:
    for number, _ in enumerate(callers(report)):
        yield _device(report, f"caller-{number}", "fusion calling")
    yield _device(report, "software", "interpretation and reporting")


def callers(report: Report) -> list[str]:
    """The fusion callers, each once, in the record's order."""
    return list(dict.fromkeys(one["caller"] for one in report.record["provenance"]["callers"] if one["caller"]))


def _device(report: Report, key: str, function: str) -> Element:
    return _extension(
        "genomic-study-analysis-device",
        extension=[
            {"url": "device", "valueReference": report.reference("Device", key)},
            {"url": "function", "valueCodeableConcept": {"text": function}},
        ],
    )


def _build(build: str) -> list[Element]:
    return [_coded("genome-build", loinc(codes.BUILDS[build]))] if build in codes.BUILDS else []


def _method(code: str, display: str) -> Element:
    return _coded("method-type", concept(codes.STUDY_METHOD, code, display))


def _coded(name: str, value: Element) -> Element:
    return _extension(f"genomic-study-analysis-{name}", valueCodeableConcept=value)


def _extension(name: str, **content: Any) -> Element:
    return {"url": f"{codes.GUIDE}/StructureDefinition/{name}", **content}


def _versioned(title: str, version: str) -> str:
    return f"{title}, version {version}" if version else title


def _sentence(label: str, text: str) -> str:
    return f"{label}: {text}" if text else ""
