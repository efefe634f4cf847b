"""
What every caller format owes us, on the invented samples of sample_data/formats: the calls a person reads in them.

A folder there is a format. Its `expected.tsv` lists every call of every sample that is read, `refused.tsv` the problem
codes of those that are not, `context.tsv` (optional) what the specimen declares. A new format joins by having a folder.
"""

from __future__ import annotations

import csv
import gzip
from dataclasses import replace
from pathlib import Path

import pytest
from parsers_samples import a_context

from parsers.callers import FORMATS, format_of, read_fusion_file
from parsers.callers.format import ReadingContext
from parsers.errors import InputError
from parsers.reading import decode
from parsers.records import FusionCall

ROOT = Path(__file__).parents[2] / "sample_data" / "formats"
_TABLES = ("expected.tsv", "refused.tsv", "context.tsv")
FOLDERS = sorted(path for path in ROOT.iterdir() if any((path / name).is_file() for name in _TABLES))
_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le")


def rows_of(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def context_of(folder: Path, file: str) -> ReadingContext:
    """The specimen's context; a row of context.tsv with `file` `*` holds for all samples of the folder."""
    context = replace(a_context(), assay_build=None, specimen_build=None)
    for row in rows_of(folder / "context.tsv"):
        if row["file"] in ("*", file):
            context = replace(context, **{row["key"]: row["value"]})  # type: ignore[arg-type]
    return context


def told(call: FusionCall) -> dict[str, str]:
    """A call as expected.tsv writes it; an unknown value is `-`."""
    values = {
        "line": call.place.line,
        "gene_5prime": call.gene_5prime or None,
        "gene_3prime": call.gene_3prime or None,
        "breakpoint_5prime": call.breakpoint_5prime,
        "breakpoint_3prime": call.breakpoint_3prime,
        "genome_build": call.genome_build,
        "exon_5prime": call.exon_5prime,
        "exon_3prime": call.exon_3prime,
        "split_reads": call.split_reads,
        "spanning_pairs": call.spanning_pairs,
        "supporting_reads": call.supporting_reads,
        "reading_frame": call.reading_frame,
        "passed_filter": "yes" if call.passed_filter else "no",
        "order_known": "yes" if call.order_known else "no",
        "event_type": call.event_type or None,
    }
    return {key: "-" if value is None else str(value) for key, value in values.items()}


SAMPLES = [
    path for folder in FOLDERS for path in sorted(folder.iterdir()) if path.name not in _TABLES and path.suffix != ".md"
]
REFUSED = {folder / row["file"]: row["code"] for folder in FOLDERS for row in rows_of(folder / "refused.tsv")}
READ = [path for path in SAMPLES if path not in REFUSED]
every_sample = pytest.mark.parametrize("path", READ, ids=[f"{path.parent.name}/{path.name}" for path in READ])


def calls_of_bytes(data: bytes, path: Path) -> tuple[FusionCall, ...]:
    source = decode(data, path.name)
    return format_of(source).read(source, context_of(path.parent, path.name)).calls


def text_of(path: Path) -> str:
    return decode(path.read_bytes(), path.name).text


def test_every_format_has_samples() -> None:
    assert {format_of(decode(path.read_bytes(), path.name)).name for path in READ} == {one.name for one in FORMATS}


@every_sample
def test_the_calls_are_those_that_a_person_reads(path: Path) -> None:
    calls, source, _ = read_fusion_file(path, context_of(path.parent, path.name))
    expected = [row for row in rows_of(path.parent / "expected.tsv") if row.pop("file") == path.name]
    assert [told(call) for call in calls] == expected
    assert source.calls == len(calls)


@pytest.mark.parametrize("path", REFUSED, ids=[f"{path.parent.name}/{path.name}" for path in REFUSED])
def test_what_cannot_be_read_is_refused_for_its_reason(path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_fusion_file(path, context_of(path.parent, path.name))
    assert REFUSED[path] in [problem.code for problem in caught.value.problems]
    assert all(problem.remedy and problem.file == path.name for problem in caught.value.problems)


@every_sample
def test_exactly_one_format_claims_the_sample(path: Path) -> None:
    assert len([one.name for one in FORMATS if one.sniff(text_of(path))]) == 1


@every_sample
def test_its_name_does_not_matter(path: Path, tmp_path: Path) -> None:
    renamed = tmp_path / "result.dat"
    renamed.write_bytes(path.read_bytes())
    calls, source, _ = read_fusion_file(renamed, context_of(path.parent, path.name), name=path.name)
    assert (calls, source) == read_fusion_file(path, context_of(path.parent, path.name))[:2]


@every_sample
def test_line_ends_encodings_and_packing_do_not_matter(path: Path) -> None:
    text = text_of(path)
    whole = calls_of_bytes(text.encode(), path)
    for encoding in _ENCODINGS:
        for line_end in ("\n", "\r\n", "\r"):
            assert calls_of_bytes(text.replace("\n", line_end).encode(encoding), path) == whole
    assert calls_of_bytes(gzip.compress(text.encode()), path) == whole


@every_sample
def test_a_cut_within_any_line_is_refused_and_never_a_subset(path: Path) -> None:
    """A cut exactly behind a line end leaves a whole table: bytes cannot show that, compression and checksums do."""
    data = text_of(path).encode()
    step = max(1, len(data) // 400)
    for length in sorted({*range(0, len(data), step), *range(max(0, len(data) - 60), len(data))}):
        part = data[:length]
        if part.endswith(b"\n"):
            continue
        with pytest.raises(InputError):
            calls_of_bytes(part, path)
