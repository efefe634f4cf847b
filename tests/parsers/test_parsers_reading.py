"""Bytes to text to rows: sizes, archives, encodings, completeness, characters."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import tracemalloc
import zlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.errors import InputError
from parsers.reading import (
    MOST_LINES,
    FileText,
    clean,
    column_name,
    decode,
    looks_like_excel_date,
    read_table,
    read_text,
    refuse_untrusted_characters,
    require_final_newline,
    untrusted_character,
)

BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")


def bgzf_block(content: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    body = engine.compress(content) + engine.flush()
    size = 18 + len(body) + 8 - 1
    head = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0" + size.to_bytes(2, "little")
    return head + body + zlib.crc32(content).to_bytes(4, "little") + len(content).to_bytes(4, "little")


def code_of(data: bytes, cap: int = 10_000) -> str:
    with pytest.raises(InputError) as caught:
        decode(data, "a.tsv", cap=cap)
    (problem,) = caught.value.problems
    assert problem.remedy
    assert problem.file == "a.tsv"
    return problem.code


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_line_ends_and_encodings_do_not_matter(line_end: str, encoding: str) -> None:
    text = "gene\tname\nALK\tMüller\n"
    source = decode(text.replace("\n", line_end).encode(encoding), "a.tsv")
    assert source.text == text
    assert source.ends_with_newline


def test_a_big_endian_file_with_a_mark_is_read() -> None:
    assert decode(b"\xfe\xff" + "a\tb\n".encode("utf-16-be"), "a.tsv").text == "a\tb\n"


def test_windows_text_is_read_with_a_warning() -> None:
    (warning,) = decode("kräftig\n".encode("cp1252"), "a.csv").warnings
    assert (warning.code, warning.severity) == ("encoding-cp1252", "warning")
    assert decode("kräftig\n".encode(), "a.csv").warnings == ()


def test_the_sha256_is_that_of_the_bytes_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_bytes(b"a\r\nb\r\n")
    assert read_text(path).sha256 == hashlib.sha256(b"a\r\nb\r\n").hexdigest()


@pytest.mark.parametrize("data", [b"", gzip.compress(b""), b"\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert code_of(data) == "empty-file"


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>\n",
        b"\n<html>error</html>\n",
        b"<?xml version='1.0'?><Error/>\n",
        b"PK\x03\x04rest of a workbook",
        b"\xd0\xcf\x11\xe0\xa1\xb1",
        b"%PDF-1.7\n",
        b"{\\rtf1 }",
        b"BCF\x02\x02",
        b"BAM\x01\x00",
        b"CRAM\x03\x00",
        b"\xfd7zXZ\x00",
        b"BZh91",
        b"MSH|^~\\&|LAB\r",
    ],
)
def test_files_of_another_kind_are_named(data: bytes) -> None:
    assert code_of(data) == "wrong-kind-of-file"


def test_bytes_that_are_no_text_are_refused() -> None:
    assert code_of(b"abc\x81\x8d\xff\n") == "unreadable-text"


def test_utf16_cut_within_a_character_is_refused() -> None:
    assert code_of("gene\tname\n".encode("utf-16")[:-1]) == "unreadable-text"


def test_gzip_is_recognised_by_content(tmp_path: Path) -> None:
    path = tmp_path / "plain.tsv"
    path.write_bytes(gzip.compress(b"a\tb\n"))
    assert read_text(path).text == "a\tb\n"


def test_several_gzip_members_are_one_file() -> None:
    data = gzip.compress(b"a\tb\n") + gzip.compress(b"c\td\n") + b"\0\0\0"
    assert decode(data, "a.gz").text == "a\tb\nc\td\n"


@given(st.integers(min_value=3, max_value=len(gzip.compress(b"gene1\tgene2\n" * 40, mtime=0)) - 1))
def test_gzip_cut_anywhere_is_refused(length: int) -> None:
    data = gzip.compress(b"gene1\tgene2\n" * 40, mtime=0)[:length]
    with pytest.raises(InputError) as caught:
        decode(data, "a.gz")
    assert caught.value.problems[0].code in ("cut-short", "damaged-archive")


def test_a_damaged_archive_is_refused() -> None:
    data = bytearray(gzip.compress(b"gene1\tgene2\n" * 40))
    data[20] ^= 0xFF
    assert code_of(bytes(data)) in ("damaged-archive", "cut-short")
    assert code_of(gzip.compress(b"a\n") + b"garbage") == "damaged-archive"


def test_bgzf_is_read_and_needs_its_end_mark() -> None:
    blocks = bgzf_block(b"a\tb\n") + bgzf_block(b"c\td\n")
    assert decode(blocks + BGZF_END, "a.vcf.gz").text == "a\tb\nc\td\n"
    assert code_of(blocks) == "cut-short"
    assert code_of(bgzf_block(b"a\tb\n")) == "cut-short"


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """1 GB of zeros in 1 MB."""
    engine = zlib.compressobj(wbits=31)
    return b"".join(engine.compress(bytes(1 << 20)) for _ in range(1024)) + engine.flush()


def test_of_a_gzip_bomb_no_more_is_unpacked_than_the_limit_allows(bomb: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked: list[int] = []

    class Watched:
        def __init__(self, wbits: int) -> None:
            self._engine = zlib.decompressobj(wbits)

        def decompress(self, data: bytes, most: int) -> bytes:
            part = self._engine.decompress(data, most)
            unpacked.append(len(part))
            return part

        def __getattr__(self, name: str) -> object:
            return getattr(self._engine, name)

    monkeypatch.setattr("parsers.reading.zlib", SimpleNamespace(decompressobj=Watched, error=zlib.error))
    assert code_of(bomb, cap=5_000_000) == "too-large"
    assert sum(unpacked) <= 5_000_000 + max(unpacked)
    assert max(unpacked) < 1_000_000


def test_a_gzip_bomb_takes_no_more_memory_than_the_limit_allows(bomb: bytes) -> None:
    tracemalloc.start()
    try:
        assert code_of(bomb, cap=5_000_000) == "too-large"
        assert tracemalloc.get_traced_memory()[1] < 2 * 5_000_000
    finally:
        tracemalloc.stop()


def test_an_archive_of_endlessly_many_empty_parts_is_refused() -> None:
    assert code_of(gzip.compress(b"a\n") + gzip.compress(b"") * 100_000) == "damaged-archive"
    assert decode(gzip.compress(b"a\n") + gzip.compress(b"") * 1_000, "a.gz").text == "a\n"


def test_a_bomb_of_short_lines_is_refused_before_it_is_split() -> None:
    assert code_of(gzip.compress(b"a\n" * (MOST_LINES + 1))) == "too-large"
    assert code_of(b"a\tb\r" * (MOST_LINES + 1)) == "too-large"


def test_the_cap_counts_for_plain_files_too(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_bytes(b"x" * 101)
    with pytest.raises(InputError) as caught:
        read_text(path, cap=100)
    assert caught.value.problems[0].code == "too-large"
    path.write_bytes(b"x" * 100)
    assert len(read_text(path, cap=100).text) == 100


@pytest.mark.parametrize("name", ["missing.tsv", "."])
def test_a_file_that_cannot_be_opened_is_a_problem_of_the_input(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        read_text(tmp_path / name)
    assert caught.value.problems[0].code == "unreadable-file"


def source(text: str) -> FileText:
    return decode(text.encode(), "a.csv")


def test_a_missing_final_line_end_means_cut_short() -> None:
    require_final_newline(source("a\nb\n"))
    with pytest.raises(InputError) as caught:
        require_final_newline(source("a\nb\nc"))
    assert (caught.value.problems[0].code, caught.value.problems[0].line) == ("cut-short", 3)


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x85", "\u202e", "\u2066", "\ufffd"])
def test_control_and_reordering_characters_are_refused(character: str) -> None:
    with pytest.raises(InputError) as caught:
        refuse_untrusted_characters(source(f"a\nb{character}c\n"))
    (problem,) = caught.value.problems
    assert (problem.code, problem.line) == ("untrusted-character", 2)
    assert f"U+{ord(character):04X}" in problem.message
    assert untrusted_character(f"x{character}") is not None


@pytest.mark.parametrize("name", ["O'Brien-Müller", "山田 太郎", "سارة", "Nguyễn", "Zoë\tB"])
def test_names_of_the_world_hold_no_refused_character(name: str) -> None:
    refuse_untrusted_characters(source(name + "\n"))
    assert untrusted_character(name) is None


def test_cleaning_joins_accents_and_removes_what_cannot_be_seen() -> None:
    assert clean("  Mu\u0308ller\u200b,\xa0 Ada\ufeff ") == "Müller, Ada"


@pytest.mark.parametrize("given", ["Date of Birth ", "date-of-birth", "DATE_OF_BIRTH", "\u200bdate of birth"])
def test_column_names_are_compared_in_one_spelling(given: str) -> None:
    assert column_name(given) == "date_of_birth"


@pytest.mark.parametrize(
    "symbol", ["1-Mar", "Mar-01", "2-Sep", "Sep-02", "01-Dec-2026", "2026-09-02", "2.31E+13", "4 Oct"]
)
def test_what_excel_makes_of_gene_symbols_is_noticed(symbol: str) -> None:
    assert looks_like_excel_date(symbol)


@pytest.mark.parametrize(
    "symbol", ["MARCHF1", "SEPTIN14", "DEC1", "SEP15", "ALK", "7SK", "NOV", "H2-K1", "MT-CO1", "AC098828.3"]
)
def test_gene_symbols_are_no_dates(symbol: str) -> None:
    assert not looks_like_excel_date(symbol)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found_from_the_header(separator: str) -> None:
    table = read_table(source(f"a{separator}b{separator}c\n1{separator}2{separator}3\n"))
    assert table.columns == ("a", "b", "c")
    assert [row.cells for row in table.rows] == [("1", "2", "3")]


def test_separators_in_a_quoted_header_do_not_count() -> None:
    assert read_table(source('"a, x, y";b\n1;2\n')).columns == ("a,_x,_y", "b")


def test_excels_separator_line_is_skipped_and_lines_keep_their_numbers() -> None:
    table = read_table(source("sep=;\na;b\n1;2\n"))
    assert (table.columns, table.rows[0].line) == (("a", "b"), 3)


def test_rows_keep_the_number_of_their_line() -> None:
    table = read_table(source('a,b\n1,"x, y"\n,\n\n2,z\n'))
    assert [(row.line, row.cells) for row in table.rows] == [(2, ("1", "x, y")), (5, ("2", "z"))]


def test_a_cell_that_swallows_rows_is_refused_with_its_lines() -> None:
    """Two stray quotes, two rows apart: the rows between them would be one cell, and their results would vanish."""
    text = 'marker,comment\nALK,"tumour at edge\nROS1,\npan-TRK,slide 5"\nRET,"x\ny"\n'
    with pytest.raises(InputError) as caught:
        read_table(source(text))
    assert [(one.code, one.line) for one in caught.value.problems] == [
        ("line-break-in-cell", 2),
        ("line-break-in-cell", 5),
    ]
    assert "line 4" in caught.value.problems[0].message


def test_a_quote_that_is_never_closed_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        read_table(source('a,b\n1,2\n3,"x\n4,5\n'))
    assert (caught.value.problems[0].code, caught.value.problems[0].line) == ("bad-csv", 3)


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        read_table(source("a,Result,result,\n1,2,3,4\n"))
    assert caught.value.problems[0].code == "repeated-column"
    assert "result" in caught.value.problems[0].message


def test_an_unreadable_table_is_no_crash_for_any_bytes() -> None:
    @given(st.binary(max_size=300))
    @settings(deadline=None)
    def check(data: bytes) -> None:
        with contextlib.suppress(InputError):
            read_table(decode(data, "a.csv"))

    check()
