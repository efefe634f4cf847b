"""Small factories: a test states only what it is about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from interpret.genes import GeneModels, load_gene_models
from parsers.laboratory import Assay
from parsers.records import Breakpoint, Case, FusionCall, Place, Specimen


def breakpoint_of(text: str) -> Breakpoint | None:
    """`chr2:29223528:-` as a breakpoint; empty text is none."""
    if not text:
        return None
    chrom, pos, *strand = text.split(":")
    return Breakpoint(chrom, int(pos), strand[0] if strand else None)  # type: ignore[arg-type]


def make_call(names: str = "EML4::ALK", five: str = "", three: str = "", **changes: Any) -> FusionCall:
    """A well-supported RNA call on GRCh38, EML4 e13 to ALK e20 unless told otherwise."""
    if names == "EML4::ALK" and not five and not three and "exon_5prime" not in changes:
        five, three = "chr2:42295516:+", "chr2:29223528:-"
    gene_5prime, _, gene_3prime = names.partition("::")
    fields: dict[str, Any] = {
        "caller": "Arriba",
        "gene_5prime": gene_5prime,
        "gene_3prime": gene_3prime,
        "breakpoint_5prime": breakpoint_of(five),
        "breakpoint_3prime": breakpoint_of(three),
        "genome_build": "GRCh38",
        "molecule": "RNA",
        "place": Place("fusions.tsv", 2),
        "split_reads": 40,
        "spanning_pairs": 12,
    }
    return FusionCall(**(fields | changes))


def make_assay(**changes: Any) -> Assay:
    fields: dict[str, Any] = {
        "key": "rna",
        "title": "RNA fusion panel",
        "version": "1",
        "molecule": "RNA",
        "genes": ("ALK", "ROS1", "NTRK1", "NTRK2", "NTRK3", "RET", "PDGFRB"),
        "genome_build": "GRCh38",
        "minimum_split_reads": 5,
        "minimum_tumour_cells_pct": 20,
    }
    return Assay(**(fields | changes))


def make_case(*calls: FusionCall, **changes: Any) -> Case:
    fields: dict[str, Any] = {
        "accession": "S26-00001",
        "patient_id": "P1",
        "patient_name": "Example, Case",
        "date_of_birth": date(1990, 1, 1),
        "sex": "female",
        "jurisdiction": "US",
        "site": "lung",
        "diagnosis": "IMT",
        "collected": date(2026, 1, 2),
        "received": date(2026, 1, 3),
        "assay": "rna",
    }
    return Case(Specimen(**(fields | changes)), calls=calls)


@pytest.fixture(scope="session")
def models() -> GeneModels:
    return load_gene_models()


@pytest.fixture(scope="session")
def a_call() -> Callable[..., FusionCall]:
    return make_call


@pytest.fixture(scope="session")
def an_assay() -> Callable[..., Assay]:
    return make_assay


@pytest.fixture(scope="session")
def a_case() -> Callable[..., Case]:
    return make_case
