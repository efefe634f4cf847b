"""Names in every script that the packaged fonts hold: each letter is drawn, and can be read out of the PDF again."""

from __future__ import annotations

import io
import unicodedata
from importlib import resources

import pdfplumber
import pikepdf
import pytest
from fontTools.ttLib import TTFont
from report_examples import a_case, a_record, a_specimen

from report_templates import wording
from report_templates.pdf import RenderError, render_pdf

NAMES = {
    "Vietnamese": "Nguyễn Thị Hồng Phượng",
    "Greek": "Παπαδόπουλος",
    "Cyrillic": "Җәлил Ўткір Ґалаґан",
    "West African": "Ọláyínká Ŋbã Ɓɛɗ",
    "Azerbaijani": "Əliyev İlham",
    "Chinese": "欧阳修",
    "rare Chinese": "䶮㛃",
    "Chinese beyond the first plane": "𠮷野",
    "Japanese": "髙橋 はなこ",
    "Korean": "김민준",
    "Armenian": "Արմեն",
    "Georgian": "გიორგი",
    "Ethiopic": "አበበ",
    "Thai": "สมชาย",
    "Tamil": "தமிழ்",
    "Bengali": "রবীন্দ্রনাথ",
    "Burmese": "မောင်",
    "Khmer": "សុខា",
}
# Drawn from the right, and read out in an order of the reader's own: their letters are compared.
FROM_THE_RIGHT = {"Hebrew": "דוד כהן", "Arabic": "محمد عبد الله", "Persian": "می\u200cخواهم", "Thaana": "އަހުމަދު"}
# Composed and decomposed letters are one name.
DECOMPOSED = {script: unicodedata.normalize("NFD", NAMES[script]) for script in ("Vietnamese", "Greek", "Korean")}


def report_of(name: str) -> bytes:
    return render_pdf(a_record(case=a_case(specimen=a_specimen(patient_name=name))))


def first_page(content: bytes) -> str:
    with pdfplumber.open(io.BytesIO(content)) as document:
        return "".join(unicodedata.normalize("NFC", document.pages[0].extract_text()).split())


@pytest.mark.parametrize("script", NAMES)
def test_a_name_is_drawn_and_can_be_read_out(script: str) -> None:
    assert "".join(NAMES[script].split()) in first_page(report_of(NAMES[script]))


@pytest.mark.parametrize("script", DECOMPOSED)
def test_a_decomposed_name_is_drawn_and_can_be_read_out(script: str) -> None:
    assert "".join(NAMES[script].split()) in first_page(report_of(DECOMPOSED[script]))


@pytest.mark.parametrize("script", FROM_THE_RIGHT)
def test_every_letter_of_a_name_from_the_right_is_drawn(script: str) -> None:
    content = report_of(FROM_THE_RIGHT[script])
    with pikepdf.open(io.BytesIO(content)) as document:
        maps = b"".join(
            one["/ToUnicode"].read_bytes().lower()
            for one in document.objects
            if isinstance(one, pikepdf.Dictionary) and "/ToUnicode" in one
        )
    letters = {letter for letter in FROM_THE_RIGHT[script] if letter.isalpha()}
    assert [letter for letter in letters if f"{ord(letter):04x}".encode() not in maps] == []


def test_a_name_with_a_variation_selector_is_drawn_in_its_common_form() -> None:
    assert "葛飾" in first_page(report_of("葛\U000e0100飾"))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("DOE, Al\U00010900x", r"U\+10900 \(PHOENICIAN LETTER ALF\)"),
        ("DOE, \ue000", r"U\+E000 \(no name\)"),
        ("\U0001f9ec\U00010900\U00010901\U00010902 DOE", r"U\+10902 \(PHOENICIAN LETTER GAML\) and 1 more"),
    ],
)
def test_a_character_without_glyph_is_told_by_number_and_script_and_the_name_is_not(name: str, said: str) -> None:
    with pytest.raises(RenderError, match=said) as caught:
        report_of(name)
    assert "DOE" not in str(caught.value)


def test_the_main_font_has_every_mark_of_the_report_s_words() -> None:
    marks = {
        mark.symbol
        for table in vars(wording).values()
        if isinstance(table, dict)
        for mark in table.values()
        if isinstance(mark, wording.Mark)
    }
    assert {"✓", "✗", "●", "○", "▲", "◆", "△", "■", "?"} <= marks | {"■"}
    for weight in ("Regular", "Semibold", "Bold"):
        with resources.as_file(resources.files("report_templates") / "fonts" / f"SourceSans3-{weight}.ttf") as path:
            covered = TTFont(path).getBestCmap()
        assert [mark for mark in marks for letter in mark if ord(letter) not in covered] == []


def test_a_report_is_drawn_with_the_packaged_fonts_alone() -> None:
    folder = resources.files("report_templates")
    assert (folder / "fonts.conf").read_text(encoding="utf-8").count("<dir") == 1
    files = [file for file in (folder / "fonts").iterdir() if file.name.endswith((".ttf", ".otf"))]
    families = set()
    for file in files:
        with resources.as_file(file) as path, TTFont(path) as font:
            names = font["name"]
            families.add(names.getDebugName(6))
            licence = names.getDebugName(13)
            assert "SIL Open Font License" in licence, file.name
    assert len(families) == len(files)


def test_the_folder_of_fonts_stays_below_20_megabytes() -> None:
    folder = resources.files("report_templates") / "fonts"
    assert sum(len(file.read_bytes()) for file in folder.iterdir() if file.is_file()) < 20_000_000
