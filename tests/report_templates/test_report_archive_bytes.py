"""The same record gives the same bytes: in another process, zone and language, and with another order of hashes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from report_examples import KINDS

from report_templates import record
from report_templates.exports import report_json
from report_templates.pdf import render_pdf

PROGRAM = """
import hashlib, json, pathlib, sys
from report_templates.pdf import render_pdf
for name in sys.argv[1:]:
    saved = pathlib.Path(name).read_bytes()
    print(hashlib.sha256(render_pdf(json.loads(saved), saved)).hexdigest())
"""
# Several at once: each process draws for seconds.
SURROUNDINGS = {
    "zone ahead, order of hashes, German": {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7", "LC_ALL": "de_DE.UTF-8"},
    "zone behind, another order, no language": {"TZ": "America/Los_Angeles", "PYTHONHASHSEED": "19", "LC_ALL": "C"},
    "fonts of its own": {"FONTCONFIG_FILE": "/nowhere", "FONTCONFIG_PATH": "/nowhere"},
}
SOME = ("positive", "two_fusions_on_hold", "final")


@cache
def here() -> list[str]:
    return [hashlib.sha256(render_pdf(KINDS[kind]())).hexdigest() for kind in SOME]


@pytest.mark.parametrize("differs", SURROUNDINGS)
def test_another_process_gives_the_same_bytes_whatever_surrounds_it(differs: str, tmp_path: Path) -> None:
    saved = [tmp_path / f"{kind}.json" for kind in SOME]
    for path, kind in zip(saved, SOME, strict=True):
        path.write_bytes(report_json(KINDS[kind]()))
    other = subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, saved)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | SURROUNDINGS[differs],
        cwd=Path(__file__).parents[2],
    )
    assert other.stdout.split() == here()


def test_drawn_twice_in_one_process_the_bytes_are_the_same() -> None:
    saved = KINDS["positive"]()
    assert render_pdf(saved) == render_pdf(saved)
    first = render_pdf(KINDS["off_label_only"]())
    render_pdf(saved)
    assert render_pdf(KINDS["off_label_only"]()) == first


def test_another_value_in_the_record_gives_other_bytes() -> None:
    changed = KINDS["positive"]()
    changed["explanations"] = []
    assert render_pdf(changed) != render_pdf(KINDS["positive"]())


def test_the_templates_version_is_of_every_file_that_a_report_or_an_export_depends_on() -> None:
    """So that `imtreport verify` never calls a report wrong that other templates made."""
    package = Path(record.__file__).parent
    of_a_report = {path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    kept_apart = {".txt", ".json", ".po", ".pot", ".md"}  # licences, the schema, sources of the translations
    counted = {package / name for name, _ in record._template_files()}
    assert {path for path in of_a_report if path.suffix not in kept_apart} == counted
