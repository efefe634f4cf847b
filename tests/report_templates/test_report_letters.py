"""A laboratory's text that no packaged font can draw is told by its key, before any report is drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from parsers.errors import InputError
from parsers.laboratory import Laboratory, read_laboratory
from report_templates.laboratory_letters import check_letters

LAB = """
[lab]
name = "NAME"
address = "B"
jurisdiction = "DE"
time_zone = "Europe/Berlin"
footer = "FOOTER"
disclaimers = ["one", "DISCLAIMER"]
templates = "own"
[assay.rna]
title = "TITLE"
version = "1"
molecule = "RNA"
genes = ["ALK"]
minimum_split_reads = 5
minimum_tumour_cells_pct = 20
"""
PHOENICIAN = "\U00010900"


def laboratory(folder: Path, lab: str, closing: str = "x") -> Laboratory:
    (folder / "own").mkdir()
    (folder / "own" / "closing.html").write_text(closing, encoding="utf-8")
    (folder / "lab.toml").write_text(lab, encoding="utf-8")
    return read_laboratory(folder / "lab.toml")


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("NAME", "lab.name"),
        ("FOOTER", "lab.footer"),
        ("DISCLAIMER", "lab.disclaimers"),
        ("TITLE", "assay.rna.title"),
    ],
)
def test_a_character_without_a_font_is_told_by_its_key(tmp_path: Path, word: str, key: str) -> None:
    with pytest.raises(InputError) as caught:
        check_letters(laboratory(tmp_path, LAB.replace(word, PHOENICIAN)))
    (problem,) = caught.value.problems
    assert (problem.file, problem.column) == ("lab.toml", key)
    assert "U+10900 (PHOENICIAN LETTER ALF)" in problem.message


@pytest.mark.parametrize("written", [PHOENICIAN, "&#x10900;"])
def test_a_character_of_a_template_is_told_by_its_file(tmp_path: Path, written: str) -> None:
    with pytest.raises(InputError) as caught:
        check_letters(laboratory(tmp_path, LAB, f"<p>{written}</p>"))
    assert caught.value.problems[0].file == "closing.html"


@pytest.mark.parametrize(
    "text", ["Häfen · µm → ≥ 5′", "病理科", "معمل", "מעבדה", "หอ", "Ἀθῆναι", "Лаб", "a\u0308", "葛\ufe00"]
)
def test_a_text_that_the_fonts_can_draw_is_taken(tmp_path: Path, text: str) -> None:
    check_letters(laboratory(tmp_path, LAB.replace("NAME", text)))
