"""
The sentences of a record in another language: whole or not at all, with every name, figure and negation in its place.

A pattern is tested by sentences made from it; the patterns together by the sentences that the rules say about many
cases: the approved texts of tests/interpret and the sample specimens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import pytest
from report_examples import corrected_record

from interpret.genes import load_gene_models
from interpret.interpretation import interpret
from interpret.knowledge import load_knowledge
from parsers.batch import read_batch, read_case
from parsers.errors import InputError
from parsers.laboratory import read_laboratory
from report_templates import sentences
from report_templates.language import FOLDERS, Language, english_was_left, language_of, speaking
from report_templates.record import Issue, build_record
from report_templates.sentence_patterns import LISTS, PATTERNS, VALUES
from report_templates.sentences import Pattern, fitting, kind_of, parts_of, patterns_of, said, term

ROOT = Path(__file__).parents[2]
TRANSLATED = tuple(code for code, folder in FOLDERS.items() if folder)
EVERY_PATTERN = [pattern for group in PATTERNS for pattern in patterns_of(group)]

# Two of each: the gaps `gene` and `gene2` of one sentence hold different names.
EXAMPLES = {
    "agent": ("crizotinib", "alectinib"),
    "amount": ("30.5 %", "10 million"),
    "build": ("GRCh38", "GRCh37"),
    "caller": ("Arriba", "Manta 1.3.0"),
    "change": ("G1202R", "L1196M"),
    "date": ("13 Feb 2026", "24 Mar 2026"),
    "fusion": ("TPM3::ALK", "ETV6::NTRK3"),
    "gene": ("TPM3", "ROS1"),
    "level": ("A", "C"),
    "marker": ("CD163", "S100"),
    "metric": ("RNA integrity (DV200) 12 %", "Reads 3"),
    "molecule": ("RNA", "DNA"),
    "number": ("1202", "17.5"),
    "place": ("chr2:29223528", "chr1:154170400"),
    "quoted": ("pelvis", "left lung"),
    "rule": ("CC08", "DD09"),
    "stain": ("ALK", "pan-TRK"),
    "symbol": ("NTRK1", "RET"),
    "text": ("no template control", "min_support"),
    "tier": ("I", "III"),
    "transcript": ("NM_004304.5", "ENST00000389048"),
    "vicc": ("NM_152263.4(TPM3):e.8::NM_004304.5(ALK):e.20", "?::ALK"),
    "version": ("2026.1", "2.2026"),
    "word": ("8825/1", "20b"),
}

# Words by which a sentence denies, doubts or excludes, in each language.
NEGATION = {
    "en-GB": re.compile(
        r"\b(not|no|nor|neither|none|nothing|cannot|without|un(?!it|der)\w+|lost|negative|absent|missing|failed|lacks|"
        r"outside|other than|disagree|contradict\w*|excluded?|misses|discarded|non-coding|indeterminate|differs|"
        r"out[- ]of[- ]frame|on hold)\b",
        re.IGNORECASE,
    ),
    "de": re.compile(
        r"\b(nicht\w*|kein\w*|nein|ohne|weder|un(bestimmt|klar|sicher)\w*|verloren|negativ|fehl\w+|außerhalb|"
        r"widers\w+|ausgeschlossen|auszuschließen|ausschließen|übersieht|verworfen|zurückgestellt|weicht)\b"
        r"|\bandere Diagnose als\b",
        re.IGNORECASE,
    ),
    "zh-Hans": re.compile(r"(?<!是)否|(?<!有)无|[不未非缺]|没有|阴性|丢失|失败|以外|之外|矛盾|排除|漏检|舍弃|暂缓"),
}
# "Equivocal" is no denial in English; German says "not clear".
SAID_OTHERWISE = ("equivocal",)


def made_from(pattern: Pattern, number: int = 0) -> str:
    """A sentence as a rule would say it."""
    return pattern.wording.format(
        **{gap: example_of(kind_of(gap), (number + gap[-1].isdigit()) % 2) for gap in pattern.gaps}
    )


def example_of(kind: str, number: int) -> str:
    if kind in LISTS:
        element, separators, _ = LISTS[kind]
        return separators[0].join((example_of(element, 0), example_of(element, 1)))
    if kind in EXAMPLES:
        return EXAMPLES[kind][number]
    whole = [pattern for pattern in patterns_of(kind) if kind not in pattern.gaps and "sentence" not in pattern.gaps]
    return made_from(whole[number % len(whole)])


@cache
def sample_records() -> tuple[dict[str, Any], ...]:
    folder = ROOT / "sample_data"
    laboratory = read_laboratory(folder / "lab.toml")
    found = []
    for request in read_batch(min((folder / "inbox").iterdir()), laboratory).requests:
        try:
            case = read_case(request)
        except InputError:
            continue
        interpretation = interpret(case, laboratory, load_knowledge(), load_gene_models())
        issue = Issue("R-1", "0" * 16, 1, "draft", datetime(2026, 4, 1, tzinfo=UTC), "0", {})
        found.append(build_record(case, interpretation, laboratory, issue))
    return tuple(found)


def approved(*parts: str) -> Iterator[str]:
    """The sentences of a part ("summary", "next") in the texts of tests/interpret that were read and approved."""
    for path in sorted((ROOT / "tests" / "interpret" / "approved").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            part, separator, text = line.strip().partition(": ")
            if separator and part in parts:
                yield text


def english_in(text: str, code: str, kind: str = "sentence") -> list[str]:
    return [part.text for part in parts_of(text, language_of(code), kind) if not part.is_translated]


def printed(text: str, code: str, kind: str = "sentence") -> str:
    with speaking(language_of(code)):
        return str(said(text, kind))


def test_every_kind_of_gap_is_known() -> None:
    assert {kind_of(gap) for pattern in EVERY_PATTERN for gap in pattern.gaps} <= {*VALUES, *LISTS, *PATTERNS}
    assert set(EXAMPLES) == set(VALUES)


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_sentence_made_from_a_pattern_is_translated_with_its_names_and_figures(code: str) -> None:
    lost = []
    for pattern in EVERY_PATTERN:
        for number in (0, 1):
            text = made_from(pattern, number)
            with speaking(language_of(code)):
                translated = str(said(text, pattern.group))
            wanted = set(
                re.findall(r"[A-Z]{2,}[A-Z0-9]*(?:_\d+)?|\d+(?:\.\d+)?|crizotinib|alectinib|Arriba|Manta", text)
            )
            wanted -= {"EU"} if code == "zh-Hans" else set()
            missing = {name for name in wanted if name not in translated and name.replace(".", ",") not in translated}
            if missing or 'lang="en"' in translated:
                lost.append((text, translated, sorted(missing)))
    assert not lost


def test_a_sentence_made_from_a_pattern_fits_no_other_of_its_group() -> None:
    several = []
    for pattern in EVERY_PATTERN:
        found = {one.wording for one, values in fitting(made_from(pattern), pattern.group) if _can_be_said(values)}
        if found != {pattern.wording}:
            several.append((pattern.wording, sorted(found)))
    assert not several


def _can_be_said(values: dict[str, str]) -> bool:
    """Whether what stands in the gaps can be translated, in any language: a pattern with other parts does not fit."""
    german = language_of("de")
    return all(sentences._value(kind_of(gap), value, german) is not None for gap, value in values.items())


@pytest.mark.parametrize("code", TRANSLATED)
def test_what_denies_in_english_denies_in_the_translation_and_nothing_else_does(code: str) -> None:
    differing = []
    for pattern in EVERY_PATTERN:
        translated = language_of(code).sentences.pgettext(pattern.group, pattern.wording)
        if pattern.wording.rstrip(".").endswith(SAID_OTHERWISE):
            continue
        if bool(NEGATION["en-GB"].search(pattern.wording)) != bool(NEGATION[code].search(translated)):
            differing.append((pattern.wording, translated))
    assert not differing


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_pattern_has_a_translation_with_the_same_gaps(code: str) -> None:
    catalogue = language_of(code).sentences
    for pattern in EVERY_PATTERN:
        translated = catalogue.pgettext(pattern.group, pattern.wording)
        assert sorted(re.findall(r"{\w+}", translated)) == sorted(re.findall(r"{\w+}", pattern.wording)), pattern
        assert not re.search(r"[<>&]", translated), pattern


@pytest.mark.parametrize("code", TRANSLATED)
def test_two_different_sentences_never_become_one(code: str) -> None:
    catalogue = language_of(code).sentences
    for group in ("frame", "kinase", "reason", "result", "standing", "why", "state", "condition", "usable", "status"):
        # "1 year" and "2 years" are one statement.
        singular = [one for one in PATTERNS[group] if "years" not in one and "months" not in one]
        translations = [catalogue.pgettext(group, one) for one in singular]
        assert len(set(translations)) == len(translations), group


@pytest.mark.parametrize("code", TRANSLATED)
def test_headline_certainty_summary_and_next_steps_of_every_sample_report_are_translated(code: str) -> None:
    for record in sample_records():
        result = record["result"]
        texts = [result["headline"], result["certainty"], *result["summary"], *result["next_steps"]]
        assert [english for text in texts for english in english_in(text, code)] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_page_1_of_every_approved_case_is_translated(code: str) -> None:
    statuses = ("detected", "not_detected", "indeterminate", "not_informative", "hold")
    headlines = [text for text in approved(*statuses) if not re.match(r"(age|.*disease|diagnosis|.*,)", text)]
    texts = [*headlines, *approved("summary", "certainty", "next", "limit")]
    assert len(texts) > 200
    assert [english for text in texts for english in english_in(text, code)] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_what_the_code_says_of_a_fusion_or_call_is_translated(code: str) -> None:
    for record in sample_records():
        fusions, calls = record["fusions"], record["reviewed_calls"]
        texts = [text for one in fusions for key in ("reasons", "notes", "conflicts") for text in one[key]]
        assert not [
            english for text in (*texts, *(call["reason"] for call in calls)) if (english := english_in(text, code))
        ]
        assert not [gene for gene in record["genes"] if english_in(gene["reason"], code, "gene_reason")]
        for line in record["therapies"]:
            assert not english_in(line["status_text"], code, "statuses")
            assert not [one for one in line["label_conditions"] if english_in(one["condition"], code, "condition")]
    texts = [*approved("reason", "conflict", "note", "doubt")]
    assert not [english for text in texts if (english := english_in(text, code))]


@pytest.mark.parametrize("code", TRANSLATED)
def test_what_changed_in_a_corrected_report_is_translated_but_for_its_invented_sentences(code: str) -> None:
    what = corrected_record()["report"]["change"]["what"]
    english = [one for text in what for one in english_in(text, code)]
    assert len(what) > 15
    assert [text.partition(":")[0] for text in english] == [
        # The examples quote sentences that no rule says.
        *("Headline", "How sure", "Next steps", "Agreement between methods added", "Course and risk added"),
    ]


def test_a_change_is_told_with_its_date_and_its_words() -> None:
    birth = "Date of birth: was 09 Mar 1992, is now 03 Sep 1992."
    assert printed(birth, "de") == "Geburtsdatum: war 9. März 1992, ist jetzt 3. Sept. 1992."
    assert printed(birth, "zh-Hans") == "出生日期：原为1992年3月9日，现为1992年9月3日。"
    assert english_in("Date of birth: was 39 Mar 1992, is now 03 Sep 1992.", "de")
    stain = "ALK immunohistochemistry: was not done, is now negative."
    assert printed(stain, "de") == "ALK-Immunhistochemie: war nicht durchgeführt, ist jetzt negativ."
    assert printed(stain, "zh-Hans") == "ALK 免疫组化：原为未做，现为阴性。"
    genes = "ALK, RET: was not tested, is now not detected."
    assert printed(genes, "de") == "ALK, RET: war nicht getestet, ist jetzt nicht nachgewiesen."


def test_a_headline_reads_as_a_pathologist_writes_it() -> None:
    english = "ALK fusion detected: TPM3::ALK, in frame, kinase domain retained"
    assert printed(english, "en-GB") == english
    assert (
        printed(english, "de")
        == "ALK-Fusion nachgewiesen: TPM3::ALK, Leserahmen erhalten (in frame), Kinasedomäne erhalten"
    )
    assert printed(english, "zh-Hans") == "检出 ALK 融合：TPM3::ALK，阅读框内（in-frame），激酶结构域保留"


def test_a_headline_repeated_as_a_sentence_ends_with_a_full_stop() -> None:
    assert printed("Not informative: sequencing was not done.", "zh-Hans") == "无法提供信息：未进行测序。"


def test_sentences_follow_each_other_as_the_language_writes_them() -> None:
    text = "One method only: RNA sequencing. Called by Arriba and STAR-Fusion."
    assert printed(text, "de") == "Nur eine Methode: RNA-Sequenzierung. Gemeldet von Arriba und STAR-Fusion."
    assert printed(text, "zh-Hans") == "仅一种方法：RNA 测序。检出软件：Arriba 和 STAR-Fusion。"


def test_a_figure_has_the_decimal_mark_of_the_language() -> None:
    text = "The tumour content (7.5 %) is below the limit of 20 %."
    assert "(7,5 %)" in printed(text, "de")
    assert "（7.5 %）" in printed(text, "zh-Hans")


def test_a_sentence_without_a_pattern_stays_english_marked_and_escaped() -> None:
    with speaking(language_of("de")):
        text = str(said("TPM3 is a <classic> partner."))
        assert english_was_left()
    assert text == '<span lang="en">TPM3 is a &lt;classic&gt; partner.<sup class="en">EN</sup></span>'


def test_english_and_translated_sentences_stand_beside_each_other() -> None:
    text = printed(
        "A new sentence of a table. A fusion is neither shown nor excluded. Another one. And one more.", "de"
    )
    assert text == (
        '<span lang="en">A new sentence of a table.<sup class="en">EN</sup></span> '
        "Eine Fusion ist weder gezeigt noch ausgeschlossen. "
        '<span lang="en">Another one. And one more.<sup class="en">EN</sup></span>'
    )


@pytest.mark.parametrize(
    "text",
    [
        "A fusion is neither shown nor excluded",
        "A fusion is neither shown nor excluded. ",
        "a fusion is neither shown nor excluded.",
        "Perhaps a fusion is neither shown nor excluded.",
        "A fusion is neither shown nor excluded, or so it seems.",
        "ALK fusion detected: TPM3::ALK, in frame, kinase domain retained or lost",
        "ALK fusion detected: TPM3::ALK, not in frame, kinase domain retained",
        "No ALK fusion detected: TPM3::ALK, in frame, kinase domain retained",
    ],
)
def test_what_fits_a_pattern_nearly_is_not_translated(text: str) -> None:
    assert english_in(text, "de")
    assert english_in(text, "zh-Hans")


def test_a_gap_for_free_text_ends_with_its_sentence() -> None:
    # Else the words of a second sentence would stand in English, unmarked, inside a translated one.
    text = "The assay is not validated for this specimen type (cell block). Not a sentence (of ours)."
    assert english_in(text, "de") == ["Not a sentence (of ours)."]


def test_a_sentence_that_two_patterns_say_differently_stays_english(monkeypatch: pytest.MonkeyPatch) -> None:
    class Contrary(NullTranslations):
        def pgettext(self, context: str, message: str) -> str:
            return message

    doubled = {**PATTERNS, "sentence": ("{gene} is {text}.", "{gene} is {word}.")}
    monkeypatch.setattr(sentences, "PATTERNS", doubled)
    patterns_of.cache_clear()
    parts_of.cache_clear()
    try:
        german = Language("de", NullTranslations(), Contrary(), "0" * 12)
        assert [part.is_translated for part in parts_of("ALK is lost.", german)] == [True]
        differing = Language("de", NullTranslations(), _Differing(), "1" * 12)
        assert [part.is_translated for part in parts_of("ALK is lost.", differing)] == [False]
    finally:
        monkeypatch.undo()
        patterns_of.cache_clear()
        parts_of.cache_clear()


class _Differing(NullTranslations):
    def pgettext(self, context: str, message: str) -> str:
        return f"{'word' in message} {message}"


def test_a_word_that_is_data_as_often_as_not_stays_as_it_is_where_no_pattern_lists_it() -> None:
    with speaking(language_of("de")):
        assert [term("localisation", word) for word in ("nuclear", "basal, weak")] == ["nukleär", "basal, weak"]
        assert not english_was_left()
