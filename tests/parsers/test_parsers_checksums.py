"""Checksums beside a fusion file: a copy that is not the original is found, and a whole one is proved whole."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsers_samples import (
    ACCESSION,
    SPECIMEN,
    STAIN,
    STAR_ABRIDGED,
    a_batch,
    a_context,
    a_laboratory,
    csv_text,
    star_row,
    table_text,
)

from parsers.batch import check_batch, read_batch, read_case
from parsers.callers import read_fusion_file
from parsers.checksums import LISTS, checksums_of, read_checked
from parsers.errors import InputError, Problem
from parsers.reading import read_text

TABLE = table_text(STAR_ABRIDGED, [star_row(), star_row()])


def md5(data: bytes) -> str:
    return hashlib.md5(data).hexdigest()  # noqa: S324 - what md5sum writes


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def a_file(folder: Path, data: bytes = TABLE.encode(), name: str = "a.tsv") -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


def problem_of(path: Path, folder: Path | None = None) -> Problem:
    with pytest.raises(InputError) as caught:
        read_checked(path, folder=folder)
    assert all(problem.remedy for problem in caught.value.problems)
    return caught.value.problems[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.tsv.md5", "{md5}  a.tsv\n"),
        ("a.tsv.md5", "{md5}\n"),
        ("a.tsv.md5", "{md5}  /runs/2026/out/fusions.tsv\n"),
        ("a.tsv.sha256", "{SHA256} *a.tsv"),
        ("a.tsv.sha256", "# made by the sequencer\n\n0{sha256_tail}  b.tsv\n{sha256}  out\\a.tsv\r\n"),
        ("MD5SUMS", "{md5}  ./a.tsv\n"),
        ("SHA256SUMS", "{empty}  SHA256SUMS\n{sha256}  a.tsv\n"),
        ("SHA256SUMS", "SHA256 (a.tsv) = {sha256}\n"),
        ("checksums.md5", "MD5 (a.tsv) = {md5}\n"),
        ("checksums.sha256", "{sha256}\ta.tsv\n"),
    ],
)
def test_a_match_proves_the_file_whole_and_a_changed_byte_is_found(tmp_path: Path, name: str, content: str) -> None:
    whole = TABLE.rstrip("\n").encode()
    path = a_file(tmp_path, whole)
    words = {"md5": md5(whole), "sha256": sha256(whole), "SHA256": sha256(whole).upper(), "empty": sha256(b"")}
    (tmp_path / name).write_text(content.format(**words, sha256_tail="0" * 63), encoding="utf-8")
    source = read_checked(path)
    assert (source.text, source.ends_with_newline) == (TABLE, True)
    assert source.sha256 == sha256(whole)
    path.write_bytes(whole[:-1] + b"x")
    problem = problem_of(path)
    assert (problem.code, problem.file) == ("checksum-mismatch", "a.tsv")
    assert f"{name}, line " in problem.message


@given(st.integers(min_value=0, max_value=len(TABLE) - 1))
def test_a_file_cut_anywhere_is_found_a_line_end_included(length: int) -> None:
    with TemporaryDirectory() as folder:
        path = a_file(Path(folder), TABLE.encode()[:length])
        path.with_name("SHA256SUMS").write_text(f"{sha256(TABLE.encode())}  a.tsv\n", encoding="utf-8")
        assert problem_of(path).code == "checksum-mismatch"


def test_without_a_checksum_a_missing_line_end_stays_missing(tmp_path: Path) -> None:
    path = a_file(tmp_path, TABLE.rstrip("\n").encode())
    (tmp_path / "MD5SUMS").write_text(f"{md5(b'x')}  b.tsv\n", encoding="utf-8")
    assert read_checked(path) == read_text(path)
    with pytest.raises(InputError) as caught:
        read_fusion_file(path, a_context())
    assert caught.value.problems[0].code == "cut-short"


def test_the_checksum_is_that_of_the_packed_file(tmp_path: Path) -> None:
    packed = gzip.compress(TABLE.encode())
    path = a_file(tmp_path, packed, "a.tsv.gz")
    (tmp_path / "a.tsv.gz.md5").write_text(md5(packed), encoding="utf-8")
    assert read_checked(path).text == TABLE
    (tmp_path / "a.tsv.gz.md5").write_text(md5(TABLE.encode()), encoding="utf-8")
    assert problem_of(path).code == "checksum-mismatch"


def test_every_list_counts_also_that_of_the_batch_above(tmp_path: Path) -> None:
    path = a_file(tmp_path, name="run1/a.tsv")
    (tmp_path / "SHA256SUMS").write_text(f"{sha256(TABLE.encode())}  run1/a.tsv\n", encoding="utf-8")
    assert [one.file for one in checksums_of(path, tmp_path)] == ["SHA256SUMS"]
    (tmp_path / "run1" / "MD5SUMS").write_text(f"{md5(b'another')}  a.tsv\n", encoding="utf-8")
    assert "run1/MD5SUMS, line 1" in problem_of(path, tmp_path).message
    assert {one.file for one in checksums_of(path, path.parent)} == {"MD5SUMS"}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.tsv.md5", "no checksum\n", "bad-checksum-file"),
        ("a.tsv.md5", "{0}  b.tsv\n{0}  c.tsv\n", "bad-checksum-file"),
        ("a.tsv.sha256", "", "empty-file"),
        ("SHA256SUMS", "<html>404</html>\n", "wrong-kind-of-file"),
        ("MD5SUMS", "{0}  b.tsv\n123  a.tsv\n", "bad-checksum-file"),
    ],
)
def test_a_list_that_cannot_be_read_is_no_proof(tmp_path: Path, name: str, content: str, code: str) -> None:
    path = a_file(tmp_path)
    (tmp_path / name).write_text(content.format(md5(TABLE.encode())), encoding="utf-8")
    problem = problem_of(path)
    assert (problem.code, problem.file) == (code, name)


def test_a_name_as_long_as_the_file_system_allows_is_read(tmp_path: Path) -> None:
    path = a_file(tmp_path, name="a" * 251 + ".tsv")
    assert read_checked(path).text == TABLE


def test_in_a_batch_a_mismatch_stops_its_specimen_and_the_lists_are_no_unused_results(tmp_path: Path) -> None:
    folder = a_batch(tmp_path, specimens=csv_text(SPECIMEN | {"fusion_files": "a.tsv"}), ihc=csv_text(STAIN))
    whole = TABLE.rstrip("\n").encode()
    path = a_file(folder, whole)
    for name in LISTS:
        digest = md5(whole) if "md5" in name.lower() else sha256(whole)
        (folder / name).write_text(f"{digest}  a.tsv\n", encoding="utf-8")
    path.with_name("a.tsv.md5").write_text(md5(whole), encoding="utf-8")
    (request,) = read_batch(folder, a_laboratory()).requests
    assert request.errors == ()
    assert len(read_case(request).calls) == 2
    assert [one.code for one in check_batch(folder, a_laboratory())] == ["undocumented-quality"]
    path.write_bytes(TABLE.split("\n")[0].encode() + b"\n")
    found = [problem for problem in check_batch(folder, a_laboratory()) if problem.severity == "error"]
    assert {(problem.code, problem.accession) for problem in found} == {("checksum-mismatch", ACCESSION)}


def test_the_laboratorys_own_fusion_table_is_checked_too(tmp_path: Path) -> None:
    table = b"accession,gene_5prime,gene_3prime,exon_5prime,exon_3prime\nS26-00001,TPM3,ALK,7,20\n"
    folder = a_batch(tmp_path, ihc=csv_text(STAIN))
    (folder / "fusions.csv").write_bytes(table)
    (folder / "SHA256SUMS").write_text(f"{sha256(table)}  fusions.csv\n", encoding="utf-8")
    assert len(read_case(read_batch(folder, a_laboratory()).requests[0]).calls) == 1
    (folder / "fusions.csv").write_bytes(table.split(b"\n")[0] + b"\n")
    (request,) = read_batch(folder, a_laboratory()).requests
    assert [problem.code for problem in request.errors] == ["checksum-mismatch"]


def test_the_size_limit_of_a_batch_holds_for_tables_and_fusion_files(tmp_path: Path) -> None:
    folder = a_batch(tmp_path, specimens=csv_text(SPECIMEN | {"fusion_files": "a.tsv"}), ihc=csv_text(STAIN))
    a_file(folder, table_text(STAR_ABRIDGED, [star_row()] * 102).encode())
    (request,) = read_batch(folder, a_laboratory(), cap=2000).requests
    assert request.cap == 2000
    with pytest.raises(InputError) as caught:
        read_case(request)
    assert [problem.code for problem in caught.value.problems] == ["too-large"]
    assert len(read_case(replace(request, cap=1_000_000)).calls) == 102
    assert "too-large" in {problem.code for problem in check_batch(folder, a_laboratory(), cap=2000)}
    assert {problem.code for problem in read_batch(folder, a_laboratory(), cap=20).problems} == {"too-large"}
