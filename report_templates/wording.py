"""
The words and marks that a report prints for each code of the record; every closed list is matched in full.

Each mark differs from the others of its list in black and white too. A code without a word is a KeyError: a report
never prints a code, and never leaves a result blank.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from report_templates.language import day_text, figure_text, gettext, marked, pgettext, spoken


@dataclass(frozen=True, slots=True)
class Mark:
    """A word with the symbol before it and the CSS class (`pos`, `neg`, `eqv`, `off`, `ok`) that colours both."""

    symbol: str
    message: str
    tone: str

    @property
    def word(self) -> str:
        """The word in the language of the render."""
        return gettext(self.message)


class Words(Mapping[str, str]):
    """A word for each code, in the language of the render."""

    def __init__(self, messages: Mapping[str, str]) -> None:
        self._messages = messages

    def __getitem__(self, code: str) -> str:
        return gettext(self._messages[code])

    def __iter__(self) -> Iterator[str]:
        return iter(self._messages)

    def __len__(self) -> int:
        return len(self._messages)


RESULT_STATUS = {
    "detected": Mark("●", "Detected", "pos"),
    "not_detected": Mark("○", "Not detected", "neg"),
    "indeterminate": Mark("▲", "Indeterminate", "eqv"),
    "not_informative": Mark("✗", "Not informative", "off"),
    "hold": Mark("■", "On hold", "hold"),
}
GENE_STATE = {
    "detected": Mark("●", "Detected", "pos"),
    "not_detected": Mark("○", "Not detected", "neg"),
    "not_assessable": Mark("▲", "Not assessable", "eqv"),
    "not_tested": Mark("–", "Not tested", "neg"),
}
STAIN_RESULT = {
    "positive": Mark("●", "Positive", "pos"),
    "negative": Mark("○", "Negative", "neg"),
    "equivocal": Mark("▲", "Equivocal", "eqv"),
    "not_evaluable": Mark("✗", "Not evaluable", "off"),
    "not_done": Mark("–", "Not done", "neg"),
    "pending": Mark("…", "Pending", "eqv"),
}
# A stain or FISH whose control failed says nothing, whatever was read from the slide.
CONTROL_FAILED = Mark("✗", "Not usable, control failed", "off")
QC_STATE = {
    "pass": Mark("✓", "Pass", "ok"),
    "fail": Mark("✗", "Fail", "pos"),
    "borderline": Mark("▲", "Borderline", "eqv"),
    "not_documented": Mark("?", "Not documented", "eqv"),
}
RELATION = {
    "on_label": Mark("●", "On label", "ok"),
    "off_label": Mark("◆", "Off label", "eqv"),
    "guideline": Mark("◆", "Off label, guideline-listed", "eqv"),
    "conditions_not_met": Mark("✗", "Label condition not met", "pos"),
    "trial_evidence": Mark("△", "Trial evidence", "neg"),
}
CONDITIONS_NOT_DOCUMENTED = Mark("?", "Label conditions not documented", "eqv")
# Every condition is met and something else speaks against the line, such as a resistance variant.
CAUTION = Mark("▲", "Caution: see status", "eqv")
CONDITION_STATE = {
    "met": Mark("✓", "met", "ok"),
    "not_met": Mark("✗", "not met", "pos"),
    "not_documented": Mark("?", "not documented", "eqv"),
}
# What a rule on agreement makes of the result; a rule that only says its sentence has none.
CONCORDANCE_OUTCOME = Words(
    {
        "indeterminate": marked("indeterminate"),
        "hold": marked("on hold"),
        "mismatch": marked("possible mix-up"),
        "discordant": marked("discordant"),
        "concordant": marked("concordant"),
    }
)
CLASSIFICATION = {
    "reportable": Mark("●", "Reportable", "pos"),
    "unconfirmed": Mark("▲", "Unconfirmed", "eqv"),
    "uncertain": Mark("△", "Uncertain significance", "eqv"),
    "not_functional": Mark("○", "Not functional", "neg"),
    "other_entity": Mark("◆", "Points to another entity", "hold"),
}
DISPOSITION = {
    "reported": Mark("●", "Reported", "pos"),
    "unconfirmed": Mark("▲", "Unconfirmed", "eqv"),
    "not_functional": Mark("○", "Not functional", "neg"),
    "reciprocal": Mark("△", "Reciprocal product", "neg"),
    "other_entity": Mark("◆", "Another entity", "hold"),
    "uncertain": Mark("△", "Uncertain", "eqv"),
    "not_reportable": Mark("–", "Not reportable", "neg"),
}
READING_FRAME = Words(
    {
        "in-frame": marked("In frame"),
        "out-of-frame": marked("Out of frame"),
        "not_assessable": marked("Not assessable"),
        "undetermined": marked("Undetermined"),
    }
)
KINASE_DOMAIN = Words(
    {
        "retained": marked("Retained"),
        "partial": marked("Partly retained"),
        "lost": marked("Lost"),
        "not_applicable": marked("Not applicable"),
        "undetermined": marked("Undetermined"),
    }
)
ROLE = Words({"driver": marked("Driver fusion"), "reciprocal": marked("Reciprocal product"), "other": marked("Other")})
REPORT_STATUS = Words(
    {
        "draft": marked("DRAFT"),
        "preliminary": marked("PRELIMINARY"),
        "final": marked("FINAL"),
        "corrected": marked("CORRECTED"),
        "amended": marked("AMENDED"),
        "addendum": marked("ADDENDUM"),
        "withdrawn": marked("WITHDRAWN"),
    }
)
# The same, inside a sentence.
REPORT_STATUS_WITHIN = Words(
    {
        "draft": marked("draft"),
        "preliminary": marked("preliminary"),
        "final": marked("final"),
        "corrected": marked("corrected"),
        "amended": marked("amended"),
        "addendum": marked("addendum"),
        "withdrawn": marked("withdrawn"),
    }
)
STATEMENT_SECTION = Words(
    {
        "diagnostic": marked("Diagnostic significance"),
        "fusion": marked("The finding"),
        "partner": marked("Partner gene"),
        "concordance": marked("Agreement between methods"),
        "therapy": marked("Therapy associations"),
        "risk": marked("Course and risk"),
        "quality": marked("Quality of the result"),
    }
)
SEX = Words(
    {"female": marked("Female"), "male": marked("Male"), "other": marked("Other"), "unknown": marked("Not stated")}
)


def not_stated() -> str:
    return gettext("Not stated")


def within(word: str) -> str:
    """A word inside a sentence: small in English; other languages write it as their catalogue has it."""
    return word.lower() if spoken().is_original else word


def day(iso: str) -> str:
    """`2026-02-03` as `03 Feb 2026`: no reader can take the day for the month."""
    return day_text(date.fromisoformat(iso))


def moment(iso: str) -> str:
    """`2026-03-18T10:05:00-04:00` as `18 Mar 2026, 10:05 UTC−04:00`."""
    when = datetime.fromisoformat(iso)
    offset = when.strftime("%z")
    if not offset:
        raise ValueError("a time without its zone")
    hours = f"{offset[:3]}:{offset[3:5]}".replace("-", "−")
    return f"{day_text(when)}, {when:%H:%M} UTC{'' if hours == '+00:00' else hours}"


def number(value: float | None, unit: str = "") -> str:
    """A figure without needless decimals, or "Not stated"."""
    if value is None:
        return not_stated()
    return f"{figure_text(value)}{unit}"


def count(value: int | None) -> str:
    """A read count; a format without such a count says so, which is not zero."""
    return gettext("not given") if value is None else str(value)


def split_reads(item: Mapping[str, Any]) -> str:
    """The split reads of a call; `75 in all` where its caller gives one number alone for all supporting reads."""
    supporting = item.get("supporting_reads")
    if item["split_reads"] is None and supporting is not None:
        return gettext("{count} in all").format(count=supporting)
    return count(item["split_reads"])


def stated(text: str) -> str:
    return text or not_stated()


def tier(fusion_or_therapy: Mapping[str, Any]) -> str:
    """`Tier I, Level A`, `Tier III`, or nothing."""
    parts = []
    if fusion_or_therapy["tier"]:
        parts.append(gettext("Tier {tier}").format(tier=fusion_or_therapy["tier"]))
    if fusion_or_therapy["level"]:
        parts.append(gettext("Level {level}").format(level=fusion_or_therapy["level"]))
    return pgettext("statements", ", ").join(parts)


def position(breakpoint: str) -> str:
    """`chr2:29223528:-` as `chr2:29223528 (−)`: the strand apart, the position ready to paste into a browser."""
    if not breakpoint:
        return not_stated()
    place, separator, strand = breakpoint.rpartition(":")
    if separator and strand in ("+", "-"):
        return f"{place} ({strand.replace('-', '−')})"
    return breakpoint


def ranges(numbers: Iterable[int]) -> str:
    """`1, 3–6, 8`: sorted, each once, three or more in a row as a range."""
    runs: list[list[int]] = []
    for value in sorted(set(numbers)):
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)


def capitalised(text: str) -> str:
    """The first letter raised, the rest untouched (gene symbols keep their case)."""
    return text[:1].upper() + text[1:]
