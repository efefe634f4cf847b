"""A saved case gives the same case back, or none at all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.sample import sample_folder
from parsers.batch import read_batch, read_case
from parsers.laboratory import Assay, Laboratory, read_laboratory
from parsers.mapping import NO_MAPPING
from parsers.records import Case
from parsers.saved_case import SavedCaseError, as_plain, from_plain, read_saved_case, saved_case

# What JSON cannot keep is a control, and no number of ours: floats that are not finite are kept as words.
any_case = st.from_type(Case)
any_assay = st.from_type(Assay)


def a_laboratory(assay: str, kept: Assay) -> Laboratory:
    return Laboratory(name="L", address="1 Way", jurisdiction="US", time_zone="UTC", assays={assay: kept, "x": kept})


@given(any_case, any_assay)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_case_with_its_assay_survives_being_saved(case: Case, assay: Assay) -> None:
    laboratory = a_laboratory(case.specimen.assay, assay)
    back = read_saved_case(saved_case(case, laboratory))
    # repr, because a value that is not a number equals nothing, not even itself.
    assert repr(back.case) == repr(case)
    name = case.specimen.assay
    assert repr(back.laboratory) == repr(replace(laboratory, assays={name: laboratory.assays[name]}))


def test_every_case_of_the_sample_batch_survives_being_saved() -> None:
    laboratory = read_laboratory(sample_folder() / "lab.toml")
    folder = next(one for one in sorted((sample_folder() / "inbox").iterdir()) if one.is_dir())
    read = 0
    for request in read_batch(folder, laboratory).requests:
        if request.errors or request.tables is None:
            continue
        case = replace(request.tables)
        back = read_saved_case(saved_case(case, laboratory))
        assert back.case == case
        assert back.laboratory.mapping == NO_MAPPING
        assert list(back.laboratory.assays) == [case.specimen.assay]
        read += 1
    assert read > 10


def the_plain() -> dict[str, Any]:
    laboratory = read_laboratory(sample_folder() / "lab.toml")
    folder = next(one for one in sorted((sample_folder() / "inbox").iterdir()) if one.is_dir())
    request = read_batch(folder, laboratory).requests[0]
    whole: dict[str, Any] = json.loads(saved_case(read_case(request), laboratory))
    return whole


def changed(where: str, value: object) -> bytes:
    whole = the_plain()
    *path, last = where.split(".")
    part = whole
    for name in path:
        part = part[int(name)] if isinstance(part, list) else part[name]
    part[last] = value
    return json.dumps(whole).encode()


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        ("case.specimen.sex", "Roe", "case.specimen.sex is not one of the words"),
        ("case.specimen.date_of_birth", "1990-02-31", "case.specimen.date_of_birth is not a date"),
        ("case.specimen.date_of_birth", "19900201", "case.specimen.date_of_birth is not a date"),
        ("case.specimen.size_cm", "Roe", "case.specimen.size_cm is not a number"),
        ("case.specimen.size_cm", True, "case.specimen.size_cm is not a number"),
        ("case.specimen.accession", 7, "case.specimen.accession is not str"),
        ("case.specimen.accession", None, "case.specimen.accession is not str"),
        ("case.specimen.fusion_files", "Roe", "case.specimen.fusion_files is not a list"),
        ("case.ihc.0.as_given", [["Roe"]], "case.ihc[0].as_given[0] is not a list of 2"),
        ("case.ihc.0.place", "Roe", "case.ihc[0].place is not an object"),
        ("case.specimen.place.line", "2", "case.specimen.place.line is not int"),
        ("case.specimen.invented", "Roe", "case.specimen: a field that this software does not know"),
        ("laboratory.assays", ["Roe"], "laboratory.assays is not an object"),
        ("laboratory", None, "laboratory is not an object"),
        ("format", "Roe", "not a saved case"),
        ("version", 2, "version 2 of the format"),
        ("version", "Roe", "version (unknown) of the format"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place_and_without_its_value(
    where: str, value: object, said: str
) -> None:
    with pytest.raises(SavedCaseError) as refused:
        read_saved_case(changed(where, value))
    assert str(refused.value).startswith(said)
    assert "Roe" not in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"null"])
def test_what_is_no_saved_case_is_refused(content: bytes) -> None:
    with pytest.raises(SavedCaseError):
        read_saved_case(content)


def test_a_required_field_that_is_missing_is_named_and_an_optional_one_takes_its_default() -> None:
    whole = the_plain()
    del whole["case"]["specimen"]["block_id"]
    assert read_saved_case(json.dumps(whole).encode()).case.specimen.block_id == ""
    del whole["case"]["specimen"]["accession"]
    with pytest.raises(SavedCaseError, match=r"case\.specimen\.accession is missing"):
        read_saved_case(json.dumps(whole).encode())


def test_a_value_of_a_type_that_no_record_has_is_our_mistake() -> None:
    with pytest.raises(TypeError):
        as_plain(Path("x"))
    with pytest.raises(TypeError):
        from_plain(int | str, 1, "x")  # type: ignore[arg-type]
