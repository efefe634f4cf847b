"""The tables of the RNA fusion callers are read by the names of their columns, in whatever order these stand."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_parsers_formats import ROOT, calls_of_bytes, text_of, told

TABLES = [
    ROOT / name
    for name in (
        "star_fusion/coding_effect.tsv",
        "star_fusion/full_reads.tsv",
        "fusioncatcher/new_header.txt",
        "fusioncatcher/old_header.txt",
        "fusioninspector/abridged.tsv",
        "jaffa/jaffa_2.csv",
        "jaffa/jaffa_1_quoted.csv",
        "ctat_lr_fusion/with_short_reads.tsv",
        "dragen_rna/fusion_candidates.final",
        "dragen_rna/fusion_candidates.features.csv",
    )
]


@pytest.mark.parametrize("path", TABLES, ids=[f"{path.parent.name}/{path.name}" for path in TABLES])
@given(chance=st.randoms(use_true_random=False))
@settings(max_examples=15)
def test_any_order_of_columns_gives_the_same_calls(path, chance) -> None:  # type: ignore[no-untyped-def]
    text = text_of(path)
    separator = "\t" if "\t" in text else ","
    quoting = csv.QUOTE_NONE if separator == "\t" else csv.QUOTE_MINIMAL
    rows = list(csv.reader(io.StringIO(text.removeprefix("#")), delimiter=separator, quoting=quoting))
    order = list(range(len(rows[0])))
    chance.shuffle(order)
    shuffled = "".join(separator.join(row[index] for index in order) + "\n" for row in rows)
    expected = calls_of_bytes(text.encode(), path)
    found = calls_of_bytes(shuffled.encode(), path)
    assert [told(call) for call in found] == [told(call) for call in expected]
    assert [sorted(call.as_given) for call in found] == [sorted(call.as_given) for call in expected]
