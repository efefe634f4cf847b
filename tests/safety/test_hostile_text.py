"""
Text in files is data. A formula, a script, a path, a control character or a word without end in any column of any input
does no harm: the file is refused at its place, or the text stays text in the record, the table and on the page.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf
import pytest

from flows.store import as_json
from interpret.genes import load_gene_models
from interpret.interpretation import interpret
from interpret.knowledge import load_knowledge
from parsers.batch import CaseRequest, read_batch, read_case
from parsers.callers import format_of, read_fusion_file
from parsers.callers.format import ReadingContext
from parsers.errors import InputError, Problem
from parsers.laboratory import Laboratory, read_laboratory
from parsers.reading import decode
from parsers.records import Case, FusionCall
from report_templates.exports import fusions_tsv
from report_templates.pdf import render_html, render_pdf
from report_templates.record import Issue, build_record

ROOT = Path(__file__).parents[2] / "sample_data"
BATCH = min(path for path in (ROOT / "inbox").iterdir() if path.is_dir())
MARK = "HOSTILE77"

HOSTILE = {
    "formula": f"=cmd|'/C calc'!A0 {MARK}",
    "at": f"@SUM(1) {MARK}",
    "script": f"<script>alert('{MARK}')</script>",
    "image": f"<img src=x onerror=alert(1)>{MARK}",
    "template": "{{7*7}}{% raw %}" + MARK,
    "path": f"../../etc/passwd{MARK}",
    "escape": f"\x1b[31m{MARK}",
    "nul": f"{MARK}\x00",
    "bidi": f"{MARK}\u202eKLA",
    "zero width": f"A\u200bL\u200bK{MARK}",
    "tag": f"\U000e0041{MARK}",
    "long word": MARK * 600,
}
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
ACTIVE = re.compile(r"<script|<img src=x|onerror=alert\(1\)>", re.IGNORECASE)


@cache
def laboratory() -> Laboratory:
    return read_laboratory(ROOT / "lab.toml")


def rows_of(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        return list(reader.fieldnames or ()), list(reader)


def written(path: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)


def record_of(case: Case) -> dict[str, Any]:
    found = interpret(case, laboratory(), load_knowledge(), load_gene_models())
    issue = Issue("R-1", "0" * 16, 1, "draft", datetime(2026, 4, 1, tzinfo=UTC), "0", {}, "")
    saved: dict[str, Any] = json.loads(as_json(build_record(case, found, laboratory(), issue)))
    return saved


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from texts_in(key)
            yield from texts_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_in(one)


def assert_harmless(record: dict[str, Any]) -> None:
    """The record and its table hold text, and nothing that acts."""
    assert not [text for text in texts_in(record) if FORBIDDEN.search(text)]
    for row in csv.reader(io.StringIO(fusions_tsv(record)), delimiter="\t", quoting=csv.QUOTE_NONE):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]


def assert_harmless_page(record: dict[str, Any]) -> None:
    page = render_html(record)
    assert not ACTIVE.search(page)
    assert "49{%" not in page


def assert_told(problems: tuple[Problem, ...]) -> None:
    """Each problem has a place and a remedy; what a log may hold quotes nothing of the file."""
    assert problems
    assert str(InputError(*problems)).find(MARK) < 0
    for problem in problems:
        assert problem.file
        assert problem.remedy
        assert MARK not in problem.for_log().replace(problem.file, "")
        assert not FORBIDDEN.search(problem.explain())


def the_request(folder: Path, accession: str) -> CaseRequest | tuple[Problem, ...]:
    batch = read_batch(folder, laboratory())
    found = [request for request in batch.requests if request.accession == accession]
    return found[0] if found else batch.problems


def read_or_refused(folder: Path, accession: str) -> Case | None:
    """The case, or None where it is refused in the way that it should be."""
    request = the_request(folder, accession)
    if isinstance(request, tuple):
        assert_told(request)
        return None
    try:
        return read_case(request)
    except InputError as error:
        assert_told(error.problems)
        return None


TABLES = ("specimens.csv", "ihc.csv", "qc.csv", "controls.csv", "fusions.csv", "variants.csv")
VARIANTS = "accession,gene,hgvs_p\nS26-01001,ALK,p.Gly1202Arg\n"
COLUMNS = [
    (table, column)
    for table in TABLES
    for column in (rows_of(BATCH / table)[0] if table != "variants.csv" else ["accession", "gene", "hgvs_p"])
]


@pytest.fixture
def a_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "batch"
    shutil.copytree(BATCH, folder)
    (folder / "variants.csv").write_text(VARIANTS, encoding="utf-8")
    return folder


def the_case_of(table: str, folder: Path) -> tuple[int, str]:
    """The row to change, and the specimen that it is of."""
    if table == "controls.csv":
        return 0, "S26-01001"
    _, rows = rows_of(folder / table)
    return 0, rows[0]["accession"]


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[f"{table}-{column}" for table, column in COLUMNS])
def test_hostile_text_in_a_laboratorys_table_is_refused_or_stays_text(a_folder: Path, table: str, column: str) -> None:
    number, accession = the_case_of(table, a_folder)
    columns, rows = rows_of(a_folder / table)
    for name, text in HOSTILE.items():
        changed = [dict(row) for row in rows]
        changed[number][column] = text
        written(a_folder / table, columns, changed)
        case = read_or_refused(a_folder, accession)
        if case is not None:
            record = record_of(case)
            assert_harmless(record)
            if name in ("script", "image", "template"):
                assert_harmless_page(record)
        assert not list(a_folder.parent.glob("**/*HOSTILE*")), name


def test_free_text_columns_keep_the_text_as_it_was_given(a_folder: Path) -> None:
    columns, rows = rows_of(a_folder / "specimens.csv")
    for name in ("formula", "at", "script", "template", "path"):
        written(a_folder / "specimens.csv", columns, [rows[0] | {"indication": HOSTILE[name]}, *rows[1:]])
        case = read_or_refused(a_folder, rows[0]["accession"])
        assert case is not None
        assert record_of(case)["order"]["indication"] == HOSTILE[name]


def test_no_fusion_file_is_read_from_outside_the_batch(a_folder: Path) -> None:
    outside = a_folder.parent / "secret.tsv"
    shutil.copy(a_folder / "S26-01001.arriba.tsv", outside)
    columns, rows = rows_of(a_folder / "specimens.csv")
    for name in ("../secret.tsv", str(outside), "x/../../secret.tsv", "..\\secret.tsv", "file://" + str(outside)):
        written(a_folder / "specimens.csv", columns, [rows[0] | {"fusion_files": name}, *rows[1:]])
        assert read_or_refused(a_folder, rows[0]["accession"]) is None


def cells_of(text: str) -> tuple[list[str], int, str] | None:
    """The lines of a caller's table, the number of its first row, its separator; None for another layout."""
    lines = text.split("\n")
    separator = "\t" if "\t" in text else ","
    header = next((number for number, line in enumerate(lines) if line.count(separator) > 2 and line[:2] != "##"), None)
    if header is None or header + 1 >= len(lines) or lines[header + 1].count(separator) < 2:
        return None
    return lines, header + 1, separator


FOLDERS = sorted(path.parent for path in (ROOT / "formats").glob("*/expected.tsv"))
NO_SAMPLES = ("expected.tsv", "refused.tsv", "context.tsv", "README.md")
# The page is drawn for so many of a format's calls; all of them are read.
MOST_DRAWN = 40
MOST_SAMPLES = 3


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_hostile_text_in_a_callers_table_is_refused_or_stays_text(folder: Path) -> None:
    paths = [path for path in sorted(folder.iterdir()) if path.name not in NO_SAMPLES]
    tables = [(path.name, found) for path in paths if (found := cells_of(decode(path.read_bytes(), path.name).text))]
    kept = [
        call
        for name, found in tables[:MOST_SAMPLES]
        for data in hostile_variants(*found)
        for call in hostile_calls(data, name)
    ]
    if kept:
        record = record_of(replace(a_case_with_calls(), calls=tuple(kept[:: len(kept) // MOST_DRAWN + 1])))
        assert_harmless(record)
        assert_harmless_page(record)


def hostile_variants(lines: list[str], number: int, separator: str) -> Iterator[bytes]:
    """The file with each text in each column of its first row."""
    for column in range(lines[number].count(separator) + 1):
        for text in HOSTILE.values():
            cells = lines[number].split(separator)
            cells[column] = text
            yield "\n".join([*lines[:number], separator.join(cells), *lines[number + 1 :]]).encode()


def hostile_calls(data: bytes, name: str) -> list[FusionCall]:
    """The calls of a file that hold the text; none where the file is refused in the way that it should be."""
    try:
        source = decode(data, name)
        reading = format_of(source).read(source, ReadingContext("S26-01001", "RNA", "GRCh38", "GRCh38"))
    except InputError as error:
        assert_told(error.problems)
        return []
    return [replace(call, genome_build="GRCh38") for call in reading.calls if MARK in repr(call)]


@cache
def a_case_with_calls() -> Case:
    request = the_request(BATCH, "S26-01001")
    assert isinstance(request, CaseRequest)
    return read_case(request)


def test_the_pdf_shows_hostile_text_as_text_and_holds_nothing_that_acts(a_folder: Path) -> None:
    columns, rows = rows_of(a_folder / "specimens.csv")
    hostile = {
        "indication": HOSTILE["formula"],
        "institution": HOSTILE["script"],
        "ordering_provider": HOSTILE["image"],
    }
    written(a_folder / "specimens.csv", columns, [rows[0] | hostile, *rows[1:]])
    table = a_folder / "S26-01001.arriba.tsv"
    lines = table.read_text(encoding="utf-8").split("\n")
    cells = lines[1].split("\t")
    cells[lines[0].lstrip("#").split("\t").index("gene1")] = "=HOSTILE77()"
    table.write_text("\n".join([lines[0], "\t".join(cells), *lines[1:]]), encoding="utf-8")
    case = read_or_refused(a_folder, "S26-01001")
    assert case is not None
    record = record_of(case)
    assert "'=HOSTILE77()" in fusions_tsv(record) or "=HOSTILE77()" in json.dumps(record)
    data = render_pdf(record)
    assert not [mark for mark in (b"/JavaScript", b"/JS", b"/Launch", b"/URI") if mark in data]
    with pikepdf.open(io.BytesIO(data)) as opened:
        assert set(opened.attachments) == {"report.json"}
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        text = "".join(page.extract_text() or "" for page in pdf.pages)
    assert "<script>alert" in text.replace("\n", "").replace(" ", "")


def test_a_callers_file_with_a_hostile_name_is_named_as_text(tmp_path: Path) -> None:
    name = "=HYPERLINK('x')<script>.tsv"
    shutil.copy(BATCH / "S26-01001.arriba.tsv", tmp_path / name)
    calls, source, _ = read_fusion_file(tmp_path / name, ReadingContext("S26-01001", "RNA", "GRCh38", "GRCh38"))
    assert source.file == name
    case = a_case_with_calls()
    record = record_of(replace(case, calls=calls, sources=(source,)))
    assert_harmless(record)
    assert_harmless_page(record)
