"""
Whose rows a caller's table holds, where a pipeline has added a column that says it.

Callers write one sample's table and no such column. Pipelines join the tables of a run or a cohort and add one, under
names of their own: `SampleName`, `sample_id`, `tumor_id`, `Tumor_Sample_Barcode`, `Kids_First_Biospecimen_ID`. Rows of
several samples or patients must never be read as one specimen's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from parsers.callers.format import CallerTable, single_sample

_LETTERS = re.compile(r"[^a-z]")
# R writes `#sample` as `X.sample`.
_OF_R = re.compile(r"^X\.")
_SAMPLES = frozenset(
    (
        "sample",
        "sampleid",
        "samplename",
        "sampleidentifier",
        "samplebarcode",
        "tumorid",
        "tumourid",
        "tumorsample",
        "tumorsampleid",
        "tumorsamplebarcode",
        "specimen",
        "specimenid",
        "biospecimenid",
        "kidsfirstbiospecimenid",
        "accession",
        "accessionnumber",
        "libraryid",
    )
)
# They need not be named after the specimen: that there are several is all they can say.
_OTHERS = frozenset(
    (
        "aliquot",
        "aliquotid",
        "case",
        "caseid",
        "donorid",
        "individualid",
        "participantid",
        "kidsfirstparticipantid",
        "patient",
        "patientid",
        "patientname",
        "subjectid",
    )
)


def sample_columns(names: Iterable[str]) -> tuple[str, ...]:
    """Those of `names`, as they are spelled, under which pipelines write whose row it is; samples before patients."""
    known = [(name, _plain(name)) for name in names]
    samples = [name for name, plain in known if plain in _SAMPLES]
    return (*samples, *(name for name, plain in known if plain in _OTHERS))


def sample_of(table: CallerTable) -> str:
    """
    The sample that all rows are of, `""` where no column says.

    Raises:
        InputError: the rows are of several samples, or several patients.
    """
    columns = sample_columns(table.columns)
    found = {column: single_sample(table, (column,)) for column in columns}
    return next((name for column, name in found.items() if name and _plain(column) in _SAMPLES), "")


def _plain(name: str) -> str:
    return _LETTERS.sub("", _OF_R.sub("", name).lower())
