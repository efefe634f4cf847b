"""
The sequenced fusions of a report as rows of a cBioPortal study (`data_sv.txt`).

Columns and allowed values: https://docs.cbioportal.org/file-formats/#structural-variant-data. A row says that the
sample has the event: the format has no word for "not sure" and none for "not tested". docs/exports/cbioportal.md says
which fusions become rows, and why the others do not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from report_templates import claims
from report_templates.exports import spreadsheet_cell

COLUMNS = (
    "Sample_Id",
    "SV_Status",
    "Site1_Hugo_Symbol",
    "Site1_Ensembl_Transcript_Id",
    "Site1_Region_Number",
    "Site1_Region",
    "Site1_Chromosome",
    "Site1_Position",
    "Site1_Description",
    "Site2_Hugo_Symbol",
    "Site2_Ensembl_Transcript_Id",
    "Site2_Region_Number",
    "Site2_Region",
    "Site2_Chromosome",
    "Site2_Position",
    "Site2_Description",
    "Site2_Effect_On_Frame",
    "NCBI_Build",
    "Class",
    "Tumor_Split_Read_Count",
    "Tumor_Paired_End_Read_Count",
    "Tumor_Variant_Count",
    "Event_Info",
    "Breakpoint_Type",
    "Connection_Type",
    "Annotation",
    "DNA_Support",
    "RNA_Support",
    "SV_Length",
    "Comments",
    "cbp_driver",
    "cbp_driver_annotation",
    "cbp_driver_tiers",
    "cbp_driver_tiers_annotation",
)

NOT_KNOWN = "NA"

_FRAMES = {"in-frame": "In_frame", "out-of-frame": "Out-of-frame"}
_PASSENGER = "Putative_Passenger"
_DRIVERS = {"reportable": "Putative_Driver", "not_functional": _PASSENGER, "other_entity": "Unknown"}
# The strand is left out: the format has no column for it.
_BREAKPOINT = re.compile(r"chr([0-9A-Za-z]+):(\d+)(?::[+-])?", re.ASCII)


def data_sv(record: Mapping[str, Any]) -> str:
    """
    The fusions of the record as tab-separated text with a header, in the record's order; `NA` is what is not known.

    The header alone where there is none. The sample is named by the opaque case id, never by accession or patient.
    """
    rows = [_row(record, fusion) for fusion in claims.events(record)]
    lines = [COLUMNS, *([spreadsheet_cell(row.get(column)) or NOT_KNOWN for column in COLUMNS] for row in rows)]
    return "".join("\t".join(line) + "\n" for line in lines)


def _row(record: Mapping[str, Any], fusion: Mapping[str, Any]) -> dict[str, str | int | None]:
    report = record["report"]
    return {
        "Sample_Id": record["provenance"]["case_id"],
        "SV_Status": "SOMATIC",
        **_site(fusion, 1, "5prime"),
        **_site(fusion, 2, "3prime"),
        **_driver(fusion),
        "Site2_Effect_On_Frame": _FRAMES.get(fusion["reading_frame"]) if fusion["is_order_known"] else None,
        "NCBI_Build": fusion["genome_build"],
        "Tumor_Split_Read_Count": fusion["split_reads"],
        "Tumor_Paired_End_Read_Count": fusion["spanning_pairs"],
        "Tumor_Variant_Count": fusion["supporting_reads"],
        "Event_Info": "Fusion",
        "Annotation": _annotation(fusion),
        "DNA_Support": "Yes" if "DNA" in fusion["molecule"] else "No",
        "RNA_Support": "Yes" if "RNA" in fusion["molecule"] else "No",
        "Comments": f"Report {report['id']}, version {report['version']}, {report['status']}",
    }


def _site(fusion: Mapping[str, Any], site: int, end: str) -> dict[str, str | int | None]:
    gene, transcript, exon = (fusion[f"{what}_{end}"] for what in ("gene", "transcript", "exon"))
    place = _BREAKPOINT.fullmatch(fusion[f"breakpoint_{end}"])
    is_exonic = exon is not None and "RNA" in fusion["molecule"]
    return {
        f"Site{site}_Hugo_Symbol": "" if gene == "?" else gene,
        f"Site{site}_Ensembl_Transcript_Id": transcript if transcript.startswith("ENST") else None,
        # A breakpoint in DNA lies in an intron as a rule; the exon beside it is told in the description alone.
        f"Site{site}_Region": "Exon" if is_exonic else None,
        f"Site{site}_Region_Number": exon if is_exonic else None,
        f"Site{site}_Chromosome": place[1] if place else None,
        f"Site{site}_Position": place[2] if place else None,
        f"Site{site}_Description": f"Exon {exon} of {transcript}" if exon and transcript else None,
    }


def _driver(fusion: Mapping[str, Any]) -> dict[str, str | None]:
    tier, level = fusion["tier"], fusion["level"]
    is_reciprocal = fusion["role"] == "reciprocal"
    return {
        "cbp_driver": _PASSENGER if is_reciprocal else _DRIVERS[fusion["classification"]],
        "cbp_driver_annotation": f"{fusion['role']}, {fusion['classification'].replace('_', ' ')}",
        "cbp_driver_tiers": f"Tier {tier}" if tier else None,
        "cbp_driver_tiers_annotation": f"Level {level}" if level else None,
    }


def _annotation(fusion: Mapping[str, Any]) -> str:
    """`TPM3::ALK fusion`; `A-B` where nobody knows which gene is the 5′ one, since `::` would say it."""
    if not fusion["is_order_known"]:
        return f"{fusion['gene_5prime']}-{fusion['gene_3prime']}, order of the genes not known"
    return f"{fusion['name']} fusion, {fusion['vicc']}" if fusion["vicc"] else f"{fusion['name']} fusion"
