"""Properties of every tabular caller format, on the samples of sample_data/formats: columns may come in any order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_parsers_formats import READ, calls_of_bytes, text_of

from parsers.errors import InputError
from parsers.records import FusionCall


def table_of(text: str) -> tuple[list[str], list[list[str]], str] | None:
    """Lines before the header, the cells of header and rows, the separator; None where the text is no simple table."""
    lines = text.rstrip("\n").split("\n")
    if '"' in text or text.startswith(("##", "{", "[")) or "\n[" in text or any(not line.strip() for line in lines):
        return None
    separator = next((mark for mark in "\t,;" if mark in lines[-1]), "\t")
    start = next((number for number, line in enumerate(lines) if line.count(separator) > 1), len(lines))
    if len({line.count(separator) for line in lines[start:]}) != 1 or len(lines) - start < 2:
        return None
    return lines[:start], [row.split(separator) for row in lines[start:]], separator


TABULAR = [path for path in READ if table_of(text_of(path)) and "#CHROM" not in text_of(path)]


def unordered(calls: tuple[FusionCall, ...]) -> list[FusionCall]:
    return [replace(call, as_given=tuple(sorted(call.as_given))) for call in calls]


def test_most_formats_are_tables() -> None:
    assert len({path.parent.name for path in TABULAR}) >= 12


@pytest.mark.parametrize("path", TABULAR, ids=[f"{path.parent.name}/{path.name}" for path in TABULAR])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), line_end=st.sampled_from(["\n", "\r\n", "\r"]), encoding=st.sampled_from(["utf-8", "utf-16"]))
def test_columns_may_come_in_any_order(path: Path, data: st.DataObject, line_end: str, encoding: str) -> None:
    text = text_of(path)
    before, rows, separator = table_of(text) or ([], [], "")
    order = data.draw(st.permutations(range(len(rows[0]))))
    has_mark = rows[0][0].startswith("#")
    header = [name.removeprefix("#") for name in rows[0]]
    moved = [[row[index] for index in order] for row in (header, *rows[1:])]
    lines = [*before, *(separator.join(row) for row in moved)]
    lines[len(before)] = ("#" if has_mark else "") + lines[len(before)]
    mixed = "".join(line + line_end for line in lines).encode(encoding)
    assert unordered(calls_of_bytes(mixed, path)) == unordered(calls_of_bytes(text.encode(), path))


# Of fusions.csv each specimen reads its own rows; tests of the batch look at the others.
OF_ONE_SPECIMEN = [path for path in TABULAR if path.name != "fusions.csv"]


@pytest.mark.parametrize("path", OF_ONE_SPECIMEN, ids=[f"{path.parent.name}/{path.name}" for path in OF_ONE_SPECIMEN])
def test_a_cell_more_or_less_is_refused_wherever_it_is(path: Path) -> None:
    before, rows, separator = table_of(text_of(path)) or ([], [], "")
    for number in range(1, len(rows)):
        for changed in ([*rows[number], "x"], rows[number][:-1], rows[number][1:]):
            mixed = [*before, *(separator.join(row) for row in (*rows[:number], changed, *rows[number + 1 :]))]
            with pytest.raises(InputError) as caught:
                calls_of_bytes(("\n".join(mixed) + "\n").encode(), path)
            assert all(problem.line and problem.remedy for problem in caught.value.problems)
