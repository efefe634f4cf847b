"""
Real caller outputs, where they lie beside the checkout (they are not part of it): one line of a table for each file.

`tests/parsers/real_files/*.tsv` say of every file whether it is read or refused, as which format, how many calls it
holds, and its target-gene calls as a person reads them in the file.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from parsers_samples import a_context

from parsers.callers import read_fusion_file
from parsers.errors import InputError
from parsers.records import FusionCall

FORMATS = Path(__file__).parents[3] / "shared" / "formats"
TABLES = Path(__file__).parent / "real_files"
TARGETS = frozenset({"ALK", "ROS1", "NTRK1", "NTRK2", "NTRK3", "RET", "PDGFRB"})
# Pages about the files; ihc_fish/ is no caller's output: tests/parsers/test_parsers_clinical_files.py reads it.
NOT_CALLERS = ("FORMATS.md", "HEADERS.txt", "MANIFEST.tsv", "ihc_fish")

pytestmark = pytest.mark.skipif(not FORMATS.is_dir(), reason="the real files are not here")


def lines() -> list[dict[str, str]]:
    found = []
    for table in sorted(TABLES.glob("*.tsv")):
        with table.open(encoding="utf-8", newline="") as stream:
            found.extend(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    return found


def told(call: FusionCall) -> str:
    """`GOPC>ROS1 chr6:1:- chr6:2:- 51/26/- in-frame`, with `filtered` and `unordered` behind it where it is so."""
    counts = "/".join(
        "-" if count is None else str(count) for count in (call.split_reads, call.spanning_pairs, call.supporting_reads)
    )
    parts = [f"{call.gene_5prime or '?'}>{call.gene_3prime or '?'}", str(call.breakpoint_5prime or "-")]
    parts += [str(call.breakpoint_3prime or "-"), counts, call.reading_frame]
    parts += [] if call.passed_filter else ["filtered"]
    parts += [] if call.order_known else ["unordered"]
    return " ".join(parts)


LINES = lines()
of_kind = {
    kind: pytest.mark.parametrize(
        "line", [one for one in LINES if one["outcome"] == kind], ids=lambda line: str(line["path"])
    )
    for kind in ("read", "refused")
}


def read(line: dict[str, str]):  # type: ignore[no-untyped-def]
    context = replace(a_context(), assay_build=None, specimen_build=line["specimen_build"] or None)
    context = replace(context, accession=line["accession"] or context.accession)
    return read_fusion_file(FORMATS / line["path"], context)


def test_every_real_file_has_one_line() -> None:
    there = {
        path.relative_to(FORMATS).as_posix()
        for path in FORMATS.rglob("*")
        if path.is_file() and path.relative_to(FORMATS).parts[0] not in NOT_CALLERS
    }
    assert sorted(line["path"] for line in LINES) == sorted(there)


@of_kind["read"]
def test_the_file_is_read_with_the_calls_it_holds(line: dict[str, str]) -> None:
    calls, source, _ = read(line)
    of_targets = [told(call) for call in calls if {call.gene_5prime, call.gene_3prime} & TARGETS]
    expected = [part for part in line["targets"].split(" | ") if part]
    assert (source.format, len(calls), of_targets) == (line["format"], int(line["calls"]), expected)


@of_kind["refused"]
def test_the_file_is_refused_for_its_reason(line: dict[str, str]) -> None:
    with pytest.raises(InputError) as caught:
        read(line)
    assert [problem.code for problem in caught.value.problems] == [line["code"]]
    assert line["format"] in caught.value.problems[0].message
