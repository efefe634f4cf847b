"""Tables whose columns are found by name: any order of the columns says the same calls."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parsers_samples import a_context

from parsers.callers import format_of
from parsers.reading import decode
from parsers.records import FusionCall

SAMPLES = Path(__file__).parents[2] / "sample_data" / "formats"
TABLES = (
    ("linx/sample.linx.fusion.tsv", "\t"),
    ("linx/coordinates.linx.fusion.tsv", "\t"),
    ("isofox/sample.isf.pass_fusions.csv", ","),
    ("isofox/sample.isf.pass_fusions.tsv", "\t"),
    ("cicero/final_fusions.txt", "\t"),
    ("easyfuse/fusions.csv", ";"),
    ("easyfuse/Detected_Fusions.csv", ";"),
)


def calls_of(text: str) -> list[FusionCall]:
    source = decode(text.encode(), "table")
    return list(format_of(source).read(source, a_context(accession="S26-20431")).calls)


@pytest.mark.parametrize(("name", "separator"), TABLES, ids=[name for name, _ in TABLES])
@settings(max_examples=15)
@given(seed=st.integers(0, 2**32))
def test_the_order_of_columns_does_not_matter(name: str, separator: str, seed: int) -> None:
    text = (SAMPLES / name).read_text(encoding="utf-8")
    rows = [line.split(separator) for line in text.splitlines()]
    order = random.Random(seed).sample(range(len(rows[0])), len(rows[0]))  # noqa: S311 - no secret
    shuffled = "".join(separator.join(row[index] for index in order) + "\n" for row in rows)
    assert calls_of(shuffled) == calls_of(text)
