"""The language that lab.toml names, from the batch to what a reader of the page sees."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf
import pytest
from flows_nights import DETECTED, a_night

from flows import work
from flows.batches import read_inbox
from flows.settings import Settings
from flows.store import open_store, versions

# What stands on the page whatever the day: heading, result, a page number, the notes at the end.
SEEN: Mapping[str, tuple[str, ...]] = {
    "de": (
        "Molekularpathologischer Befund",
        "ENTWURF – NICHT SIGNIERT",
        "ALK-Fusion nachgewiesen: TPM3::ALK, Leserahmen erhalten (in frame),",
        "geb. 2. Nov. 1991",
        "9,1 cm",
        "31,8 million",
        "Seite 1 von",
        "Mit EN bezeichnete Sätze sind im englischen Original gedruckt; sie sind nicht übersetzt.",
        "nicht durch eine Pathologin oder einen Pathologen für den klinischen Gebrauch geprüft",
    ),
    "zh": (
        "分子病理报告",
        "草稿",
        "检出 ALK 融合：TPM3::ALK，阅读框内（in-frame），激酶结构域保留",
        "1991年11月2日",
        "9.1 cm",
        "31.8 million",
        "第 1 页，共",
        "标有 EN 的句子为英文原文，未经翻译。",
        "尚未经病理医师审核用于临床",
    ),
}
CODES = {"de": "de", "zh": "zh-Hans"}


def published(folder: Path, language: str) -> tuple[dict[str, Any], bytes]:
    """The record and the PDF of one specimen of a laboratory with this language."""
    a_night(folder / "inbox", DETECTED)
    laboratory = folder / "inbox" / "lab.toml"
    text = laboratory.read_text(encoding="utf-8")
    assert text.count("[lab]\n") == 1
    laboratory.write_text(text.replace("[lab]\n", f'[lab]\nlanguage = "{language}"\n'), encoding="utf-8")
    store = open_store(folder / "store")
    settings = Settings.from_environment({"IMTREPORT_STORE": str(store)})
    (job,) = read_inbox(folder / "inbox", settings).jobs
    outcome = work.report_case(job, store)
    assert outcome.status == "reported"
    version = versions(store, outcome.case_id)[-1].folder
    return json.loads((version / "report.json").read_bytes()), (version / "report.pdf").read_bytes()


@pytest.mark.parametrize("language", SEEN)
def test_the_language_of_lab_toml_is_the_language_of_the_page_and_the_record_stays_english(
    language: str, tmp_path: Path
) -> None:
    record, content = published(tmp_path, language)
    assert record["report"]["language"] == CODES[language]
    assert record["result"]["headline"] == "ALK fusion detected: TPM3::ALK, in frame, kinase domain retained"
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert str(pdf.Root.Lang) == CODES[language]
    with pdfplumber.open(io.BytesIO(content)) as document:
        pages = [page.extract_text() for page in document.pages]
        fonts = {letter["fontname"] for letter in document.pages[0].chars if letter["size"] > 16}
    # The title, in either script.
    assert all("Bold" in font for font in fonts)
    # A long sentence may be broken anywhere between two Chinese letters.
    whole = "".join("\n".join(pages).split())
    assert [text for text in SEEN[language] if "".join(text.split()) not in whole] == []
    # What the laboratory wrote is as it wrote it, and what no rule of ours says is English with its mark.
    assert "Kinasefusionanalysisinmesenchymaltumours" in whole
    assert "31of31expertsinfavour).EN" in whole
    assert "Notdetected" not in whole
