"""
The sentences of a record in the language of the report.

A record holds its sentences in English. `report_templates.sentence_patterns` lists how the rules word them; a sentence
that one of the patterns fits as a whole is printed by that pattern's translation, with its names and figures put back
unchanged. A sentence that none fits, or that two fit differently, is printed in English and marked as such: a wrong
translation of a finding is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from string import Formatter

from markupsafe import Markup

from report_templates import language
from report_templates.language import Language
from report_templates.sentence_patterns import LISTS, PATTERNS, VALUES


@dataclass(frozen=True, slots=True)
class Part:
    """One or more whole sentences of a text as printed; `is_translated` is False where they are the English ones."""

    text: str
    is_translated: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """How one sentence or part of one is worded, with named gaps; `group` says what it is part of."""

    group: str
    wording: str

    @property
    def gaps(self) -> tuple[str, ...]:
        return tuple(name for _, name, _, _ in Formatter().parse(self.wording) if name)


def said(text: str, kind: str = "sentence") -> str | Markup:
    """
    A text of the record, ready for the page: translated sentence by sentence, what stays English marked with EN.

    `kind` names what it is where it is no sentence: a group or list of the patterns. In English it is the text itself.
    """
    if language.spoken().is_original or not text:
        return text
    printed: list[Markup] = []
    for part in parts_of(text, language.spoken(), kind):
        if printed and not (part.is_translated and printed[-1].endswith("。")):
            printed.append(Markup(" "))
        printed.append(_printed(part))
    return Markup("").join(printed)


def term(group: str, word: str) -> str:
    """
    A word that is data as often as not, such as a localisation: translated where the patterns list it, else as it is.
    """
    if language.spoken().is_original or not word:
        return word
    return _value(group, word, language.spoken()) or word


@lru_cache(maxsize=4096)
def parts_of(text: str, target: Language, kind: str = "sentence") -> tuple[Part, ...]:
    """The text in printing order, cut where translated and English sentences meet."""
    if kind != "sentence":
        whole = _value(kind, text, target)
        return (Part(text, is_translated=False) if whole is None else Part(whole, is_translated=True),)
    sentences = _SENTENCE_END.split(text)
    found: list[Part] = []
    for start, stop, translated in _segments(sentences, " ", lambda one: _sentence(one, target)):
        if translated is not None:
            found.append(Part(translated, is_translated=True))
        elif found and not found[-1].is_translated:
            found[-1] = Part(f"{found[-1].text} {' '.join(sentences[start:stop])}", is_translated=False)
        else:
            found.append(Part(" ".join(sentences[start:stop]), is_translated=False))
    return tuple(found)


def fitting(text: str, group: str = "sentence") -> Iterator[tuple[Pattern, dict[str, str]]]:
    """Every pattern of a group that fits the whole of `text`, with what stands in its gaps."""
    for pattern in patterns_of(group):
        start, end = _literal_ends(pattern)
        if text.startswith(start) and text.endswith(end) and (match := _compiled(pattern).fullmatch(text)):
            yield pattern, match.groupdict()


@cache
def patterns_of(group: str) -> tuple[Pattern, ...]:
    return tuple(Pattern(group, wording) for wording in PATTERNS[group])


# A full stop ends a sentence only before a space and something that can begin one.
_SENTENCE_END = re.compile(r"(?<=[.]) (?=[\w\"'(?(])")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONGEST = 4  # sentences that one pattern may hold


def _printed(part: Part) -> Markup:
    if part.is_translated:
        return Markup("{}").format(part.text)
    language.leave_english()
    return Markup('<span lang="en">{}<sup class="en">EN</sup></span>').format(part.text)


def _sentence(text: str, target: Language) -> str | None:
    whole = _in_group("sentence", text, target)
    if whole is None:
        whole = _value("headlines", text, target)
    if whole is None and text.endswith("."):
        # A headline is printed as a sentence elsewhere.
        headline = _value("headlines", text[:-1], target)
        whole = None if headline is None else headline + target.words.pgettext("full stop", ".")
    return whole if whole is None or not text[:1].isupper() else whole[:1].upper() + whole[1:]


def _in_group(group: str, text: str, target: Language) -> str | None:
    """The translation of a text by the patterns of a group; None where none fits, or two that say different things."""
    found = {
        translated
        for pattern, values in fitting(text, group)
        if (translated := _translated(pattern, values, target)) is not None
    }
    return found.pop() if len(found) == 1 else None


def _translated(pattern: Pattern, values: dict[str, str], target: Language) -> str | None:
    wording = target.sentences.pgettext(pattern.group, pattern.wording)
    if not wording:
        return None
    said_values: dict[str, str] = {}
    for name, value in values.items():
        translated = _value(kind_of(name), value, target)
        if translated is None:
            return None
        said_values[name] = translated
    return wording.format(**said_values)


def kind_of(gap: str) -> str:
    """`gene` for the gaps `gene` and `gene2`."""
    return gap.rstrip("0123456789")


def _value(kind: str, value: str, target: Language) -> str | None:
    """What stands in a gap, in the target language: names as they are, figures with their decimal mark."""
    if kind in ("number", "amount"):
        return re.sub(r"(?<=\d)\.(?=\d)", target.words.pgettext("decimal mark", "."), value)
    if kind == "date":
        return _date(value, target)
    if kind in LISTS:
        return _list(kind, value, target)
    translated = None
    if kind in PATTERNS:
        # The first part of a sentence is written with a capital.
        translated = _in_group(kind, value, target) or _in_group(kind, value[:1].lower() + value[1:], target)
    return value if translated is None and kind in VALUES else translated


def _date(value: str, target: Language) -> str | None:
    """A date as a record writes it, `03 Feb 2026`, in the target language; None where it is none."""
    day, month, year = value.split()
    try:
        when = date(int(year), _MONTHS.index(month) + 1, int(day))
    except ValueError:
        return None
    with language.speaking(target):
        return language.day_text(when)


def _list(kind: str, value: str, target: Language) -> str | None:
    """A list of English words, each translated, with the separators of the target language."""
    element, separators, context = LISTS[kind]
    cut = re.split(f"({'|'.join(map(re.escape, separators))})", value)
    printed: list[str] = []
    at = 0
    while at < len(cut):
        # A part may hold a separator itself ("RNA and DNA sequencing"): the longest that is known counts.
        for stop in range(len(cut), at, -2):
            translated = _part(element, cut[at:stop], target)
            if translated is not None:
                break
        else:
            return None
        printed.append(translated)
        if stop < len(cut):
            printed.append(target.words.pgettext(context, cut[stop]))
        at = stop + 1
    return "".join(printed)


def _part(element: str, pieces: Sequence[str], target: Language) -> str | None:
    """One part of a list; a name is a single piece and looks like what it is."""
    text = "".join(pieces)
    if element in VALUES and (len(pieces) > 1 or not re.fullmatch(VALUES[element], text)):
        return None
    return _value(element, text, target)


def _segments(
    pieces: Sequence[str], glue: str, say: Callable[[str], str | None]
) -> Iterator[tuple[int, int, str | None]]:
    """Runs of pieces that are translated together, the longest first, and single pieces that are not."""
    at = 0
    while at < len(pieces):
        for stop in range(min(len(pieces), at + _LONGEST), at, -1):
            translated = say(glue.join(pieces[at:stop]))
            if translated is not None:
                yield at, stop, translated
                break
        else:
            stop = at + 1
            yield at, stop, None
        at = stop


@cache
def _compiled(pattern: Pattern) -> re.Pattern[str]:
    """The pattern as a regular expression with one named group a gap."""
    shape = []
    for literal, name, _, _ in Formatter().parse(pattern.wording):
        shape.append(re.escape(literal))
        if name:
            shape.append(f"(?P<{name}>{_shape(kind_of(name))})")
    return re.compile("".join(shape))


@cache
def _shape(kind: str) -> str:
    """What may stand in a gap. Parts that are translated themselves are judged afterwards."""
    if kind in VALUES:
        return VALUES[kind]
    if kind in LISTS:
        element, separators, _ = LISTS[kind]
        if element not in VALUES:
            return VALUES["text"]
        between = "|".join(map(re.escape, separators))
        return f"(?:{VALUES[element]})(?:(?:{between})(?:{VALUES[element]}))*?"
    wordings = PATTERNS[kind]
    if any("{" in wording for wording in wordings):
        return VALUES["text"]
    # The longer first: a shorter alternative must not win by standing before.
    return "|".join(re.escape(wording) for wording in sorted(wordings, key=len, reverse=True))


@cache
def _literal_ends(pattern: Pattern) -> tuple[str, str]:
    """What the pattern begins and ends with before its first and behind its last gap: quicker to look at."""
    fields = list(Formatter().parse(pattern.wording))
    start = fields[0][0]
    last_literal, last_name, _, _ = fields[-1]
    return start, "" if last_name else last_literal
