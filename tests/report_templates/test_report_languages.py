"""One language for the time of one render, catalogues that say all that the code says, dates and figures."""

from __future__ import annotations

import importlib.util
import re
import threading
from datetime import date
from gettext import NullTranslations
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.pofile import read_po
from report_examples import a_record

from report_templates import language, pdf, wording
from report_templates.language import (
    DOMAINS,
    FOLDERS,
    Language,
    day_text,
    figure_text,
    gettext,
    language_of,
    listed,
    ngettext,
    speaking,
    spoken,
)

ROOT = Path(__file__).parents[2]
LABORATORY_S = {"en-GB": "en", "de": "de", "zh-Hans": "zh"}
TRANSLATED = tuple(code for code, folder in FOLDERS.items() if folder)
CATALOGUES = [(code, domain) for code in TRANSLATED for domain in DOMAINS]
TAGS = re.compile(r"<[^>]*>|[<>&]")
GAPS = re.compile(r"%\(\w+\)[sd]|%[sd%]|{\w+(?::\w+)?}")


def translations() -> ModuleType:
    """bin/translations.py, which is no part of a package."""
    spec = importlib.util.spec_from_file_location("translations", ROOT / "bin" / "translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = translations()


def test_english_is_spoken_where_nothing_else_was_chosen() -> None:
    assert spoken().code == "en-GB"
    assert gettext("Detected") == "Detected"


def test_a_language_ends_with_its_render_also_after_an_error() -> None:
    with pytest.raises(ValueError, match="a page"), speaking(language_of("de")):
        raise ValueError("a page")
    assert spoken().code == "en-GB"


def test_renders_in_different_languages_hold_and_follow_each_other() -> None:
    with speaking(language_of("de")):
        assert gettext("Detected") == "Nachgewiesen"
        with speaking(language_of("zh-Hans")):
            assert gettext("Detected") == "检出"
            with speaking(language_of("en-GB")):
                assert gettext("Detected") == "Detected"
            assert gettext("Detected") == "检出"
        assert gettext("Detected") == "Nachgewiesen"
    with speaking(language_of("zh-Hans")):
        assert gettext("Detected") == "检出"
    assert gettext("Detected") == "Detected"


def test_another_thread_speaks_its_own_language() -> None:
    heard: list[str] = []
    with speaking(language_of("de")):
        thread = threading.Thread(target=lambda: heard.append(gettext("Detected")))
        thread.start()
        thread.join()
    assert heard == ["Detected"]


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(KeyError):
        language_of("fr")


@pytest.mark.parametrize(
    ("code", "text"), [("en-GB", "03 Feb 2026"), ("de", "3. Feb. 2026"), ("zh-Hans", "2026年2月3日")]
)
def test_no_date_can_be_read_the_other_way_round(code: str, text: str) -> None:
    with speaking(language_of(code)):
        assert day_text(date(2026, 2, 3)) == text


@pytest.mark.parametrize("code", FOLDERS)
def test_every_month_is_another_word(code: str) -> None:
    with speaking(language_of(code)):
        assert len({day_text(date(2026, month, 1)) for month in range(1, 13)}) == 12


@pytest.mark.parametrize(("code", "text"), [("en-GB", "66.7"), ("de", "66,7"), ("zh-Hans", "66.7")])
def test_a_figure_is_written_with_the_decimal_mark_of_its_language(code: str, text: str) -> None:
    with speaking(language_of(code)):
        assert figure_text(66.7) == text
        assert figure_text(30.0) == "30"


def test_a_list_is_written_as_its_language_does() -> None:
    written = {}
    for code in FOLDERS:
        with speaking(language_of(code)):
            written[code] = (listed([]), listed(["ALK"]), listed(["ALK", "RET", "ROS1"]))
    assert written == {
        "en-GB": ("", "ALK", "ALK, RET and ROS1"),
        "de": ("", "ALK", "ALK, RET und ROS1"),
        "zh-Hans": ("", "ALK", "ALK、RET 和 ROS1"),
    }


def test_a_number_chooses_its_form() -> None:
    assert [ngettext("{n} call", "{n} calls", n).format(n=n) for n in (1, 2)] == ["1 call", "2 calls"]


@pytest.mark.parametrize("code", FOLDERS)
def test_not_detected_not_tested_and_failed_are_different_words_in_every_language(code: str) -> None:
    with speaking(language_of(code)):
        states = [gettext(mark) for mark in ("Detected", "Not detected", "Not tested", "Not assessable")]
        quality = [gettext(mark) for mark in ("Pass", "Fail", "Borderline", "Not documented")]
        stains = [
            gettext(mark)
            for mark in (
                *("Positive", "Negative", "Equivocal", "Not evaluable", "Not done", "Pending"),
                "Not usable, control failed",
            )
        ]
        conditions = [gettext(mark) for mark in ("met", "not met", "not documented")]
        results = [
            gettext(mark) for mark in ("Detected", "Not detected", "Indeterminate", "Not informative", "On hold")
        ]
    for words in (states, quality, stains, conditions, results):
        assert len(set(words)) == len(words)
    # Nor may the words of different lists run together where they mean different things.
    apart = {*states, quality[1], stains[3], stains[4], stains[6], results[2], results[3], results[4]}
    assert len(apart) == 11


@pytest.mark.parametrize("code", TRANSLATED)
@pytest.mark.parametrize(
    "words",
    [
        wording.RESULT_STATUS,
        wording.GENE_STATE,
        wording.STAIN_RESULT,
        wording.QC_STATE,
        wording.RELATION,
        wording.CONDITION_STATE,
        wording.CLASSIFICATION,
        wording.DISPOSITION,
    ],
)
def test_no_two_words_of_a_closed_list_become_one(code: str, words: dict[str, wording.Mark]) -> None:
    with speaking(language_of(code)):
        printed = [mark.word for mark in words.values()]
    assert len(set(printed)) == len(printed)


@pytest.mark.parametrize(("code", "domain"), CATALOGUES)
def test_a_catalogue_holds_every_text_of_the_code_and_no_other(code: str, domain: str) -> None:
    path = TOOL.path_of(code, domain)
    assert path.read_bytes() == TOOL.as_po(TOOL.catalogue_of(code, domain)), "run: make translations"


@pytest.mark.parametrize(("code", "domain"), CATALOGUES)
def test_the_compiled_catalogue_is_the_written_one(code: str, domain: str) -> None:
    path = TOOL.path_of(code, domain)
    with path.open("rb") as content:
        catalogue = read_po(content, locale=FOLDERS[code], domain=domain)
    assert path.with_suffix(".mo").read_bytes() == TOOL.as_mo(catalogue), "run: make translations"


@pytest.mark.parametrize(("code", "domain"), CATALOGUES)
def test_every_text_is_translated_with_the_same_gaps_and_nothing_is_a_guess(code: str, domain: str) -> None:
    with TOOL.path_of(code, domain).open("rb") as content:
        catalogue = read_po(content, locale=FOLDERS[code], domain=domain)
    assert not catalogue.obsolete
    for message in catalogue:
        if not message.id:
            continue
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), message.id
        assert not message.fuzzy, message.id
        for string in strings:
            # The last form of the original is the one with every gap ("{n} calls").
            assert set(_gaps(string)) == set(_gaps(originals[-1])), message.id
            # Templates print a translation as it stands: it may hold the tags of its original and no other.
            assert TAGS.findall(string) == TAGS.findall(originals[-1]), message.id


def _gaps(text: str) -> list[str]:
    """The gaps without their formats: how many digits a day has is for the language to say."""
    return [re.sub(r":\w+", "", gap) for gap in GAPS.findall(text)]


def test_nobody_has_approved_a_catalogue_until_its_very_edition_is_named() -> None:
    german = language_of("de")
    assert re.fullmatch(r"[0-9a-f]{12}", german.catalogue)
    assert german.approved_by == ""


def test_an_approval_holds_for_one_edition_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    approvals = tmp_path / "locales" / "approvals.toml"
    approvals.parent.mkdir()
    approvals.write_text(
        '[[approval]]\nlanguage = "de"\ncatalogue = "0123456789ab"\nby = "Dr. Muster"\ndate = 2026-12-01\n', "utf-8"
    )
    monkeypatch.setattr(language.resources, "files", lambda package: tmp_path)
    assert language._approval("de", "0123456789ab") == "Dr. Muster, 2026-12-01"
    assert language._approval("de", "0123456789ac") == ""
    assert language._approval("zh-Hans", "0123456789ab") == ""


def test_a_language_without_catalogues_is_the_original() -> None:
    assert language_of("en-GB").is_original
    assert not language_of("de").is_original
    assert Language("en-GB", NullTranslations(), NullTranslations()).is_original


@pytest.mark.parametrize("code", FOLDERS)
def test_every_word_across_unsigned_or_withdrawn_pages_is_drawn_in_every_language(code: str) -> None:
    drawings = {pdf._watermark(status, code) for status in pdf._WATERMARKS}
    assert len(drawings) == len(pdf._WATERMARKS)
    assert all(drawing.startswith("<svg") for drawing in drawings)


def test_a_hostile_sentence_is_escaped_in_every_language() -> None:
    for code in FOLDERS:
        record = a_record(language=LABORATORY_S[code])
        record["result"]["headline"] = "<b onclick='x'>{0} %s {{ 7*7 }}</b>"
        page = pdf.render_html(record)
        assert "&lt;b onclick=&#39;x&#39;&gt;{0} %s {{ 7*7 }}&lt;/b&gt;" in page
        assert "<b onclick" not in page


def test_a_long_text_is_cut_in_the_words_of_the_language() -> None:
    record = a_record(language="de")
    record["limitations"] = ["x " * 20_000]
    page = pdf.render_html(record)
    assert "[TEXT GEKÜRZT: die ersten 1200 von 40000 Zeichen; der ganze Text steht in report.json] x x" in page
    assert "x… [HIER ABGESCHNITTEN: der ganze Text steht in report.json]" in page
    assert "x " * 700 not in page
    record["ihc"][0]["clone"] = "x" * 2000
    assert "x… [hier abgeschnitten; vollständig in report.json]" in pdf.render_html(record)
