"""
Free text read with its negations: whether a text says a thing, denies it, or leaves it open.

Only an un-negated, unambiguous statement counts. What is unclear counts as not said, so that no rule fires and no label
condition is met by it.
"""

from __future__ import annotations

import re

Pattern = re.Pattern[str]


def words(pattern: str) -> Pattern:
    """A pattern for free text, whatever its capitals."""
    return re.compile(pattern, re.IGNORECASE)


def is_mentioned(pattern: Pattern, text: str) -> bool:
    """True if a match is not negated, in its sentence, before it ("no necrosis") or after it ("necrosis: none")."""
    return any(_is_affirmed(text, match, _DENIES_BEFORE, _DENIES_AFTER) for match in pattern.finditer(text))


def is_stated(pattern: Pattern, text: str) -> bool:
    """True if a match is neither negated nor in doubt ("possible necrosis", "necrosis?", "necrosis not assessed")."""
    return any(_is_affirmed(text, match, _CLOUDS_BEFORE, _CLOUDS_AFTER) for match in pattern.finditer(text))


def was_given(pattern: Pattern, therapy: str) -> bool:
    """True if a text on earlier treatment says that a treatment was given: neither denied, planned nor refused."""
    for match in pattern.finditer(therapy):
        before, after = _sentence_around(therapy, match)
        following = re.split(r"[,+]", after, maxsplit=1)[0]
        if not _NOT_GIVEN_BEFORE.search(before) and not _NOT_GIVEN_AFTER.search(following):
            return True
    return False


def clear_sentences(pattern: Pattern, text: str) -> list[str]:
    """The sentences that hold a match and no word of denial or doubt at all."""
    return [
        sentence for sentence in _SENTENCE_END.split(text) if pattern.search(sentence) and not _UNCLEAR.search(sentence)
    ]


# A full stop inside a number ends nothing.
_SENTENCE_END = re.compile(r"[;\n]|\.(?!\d)")
_NO = r"\b(no|not|non|nor|never|neither|without|lack(s|ing|ed)?|absen(t|ce)|free of|negative for|excludes?|excluding)\b"
_ABSENT = (
    r"\b(absent|none|no|not|never|nil|negative|neg|excluded|unlikely|ruled out|lacking|denied|declined|cannot)\b"
    r"|(?<![\d.])0\s*(%|/|$)"
)
_DOUBT_BEFORE = (
    r"\?|\bpossib|\bprobab|\bsuspe|\bsuspicio|\bquestion|\bequivocal|\bcan(not|'t)\b|\br/o\b|\brules? out\b|\bquery\b|"
    r"\bexclude|\bhistory of\b|\bh/o\b|\bif\b|\bwhether\b|\buncertain|\bunclear|\bunlikely|"
    r"\brather than\b|\binstead of\b"
)
_DOUBT_AFTER = (
    r"\?|\bunknown\b|\bpending\b|\bn/a\b|\buncertain|\bunclear|\bpossible\b|\bsuspected\b|\bquestion|\bequivocal|"
    r"\bto be (assessed|confirmed|excluded)\b"
)
_DENIES_BEFORE = words(_NO)
_DENIES_AFTER = words(_ABSENT)
_CLOUDS_BEFORE = words(f"{_NO}|{_DOUBT_BEFORE}")
_CLOUDS_AFTER = words(f"{_ABSENT}|{_DOUBT_AFTER}")
# These deny a whole list ("without necrosis, atypia"); a plain "no" does so only where "or" or "nor" shows the list.
_DENIES_LIST = words(r"\b(negative for|neither|without|lack(s|ing)?|absence of|free of)\b|\b(no|none|absent|negative):")
_LIST_WORD = words(r"\b(or|nor)\b")
_LIST_DENIED_AT_ITS_END = words(rf"\b(and|or|nor)\b[^,]*({_ABSENT})[^,]*$")
_BARE_DENIAL = words(r"\W*(absent|none|no|nil|neg|negative|excluded|ruled out|not \w+)\W*")
_NEW_STATEMENT = words(r"\bbut\b|\bhowever\b|\bwith\b|\bpresent\b")
_OTHER_STATEMENT = words(r"\bbut\b|\bhowever\b|\band (no|without)\b|\bwith(out)?\b")
_NOT_GIVEN_BEFORE = words(
    rf"{_NO}|\?|\bnone\b|\bplan|\bconsider|\bcandidate|\beligible|\bineligible|\bpropos|\bdeclin|\brefus|\ballerg|"
    r"\binstead of\b|\brather than\b|\bif\b|\bbefore\b|\bprior to\b|\bpending\b|\bawait|\bcontraindicat|\bintend|"
    r"\bunsuitable\b|\bna[iï]ve\b|\brequest|\bunknown\b|\bpossibl|\bunclear\b|\bdiscuss|\bto (start|receive|begin)\b"
)
_NOT_GIVEN_AFTER = words(
    r"\?|\bplan|\bconsider|\bpropos|\bdeclin|\brefus|\bpending\b|\brequest|\bnot\b(?! tolerated)|\bnever\b|\bno\b|"
    r"\bnone\b|\bintend|\brecommend|\bscheduled\b|\bdiscuss|\bcontraindicat|\bdenied\b|[- ]na[iï]ve\b|\bavailable\b|"
    r"\bto start\b|\bunknown\b|\bpossibl|\bunclear\b|\beligib|\bwithheld\b"
)
_UNCLEAR = words(
    rf"{_NO}|\bnone\b|\?|\bnil\b|\bunlikely\b|\blow\b|\bminimal|\bminor\b|\bavoid|\blittle\b|\blimited\b|\bpreviou|\bprior\b|"
    r"\bafter\b|\bhistory\b|\bhad\b|\bacceptable|\bwhether\b|\bif\b|\bcould\b|\bmay\b|\bmight\b|\bpossib|\bunclear|"
    r"\buncertain|\bunknown\b|\brather than\b|\binstead of\b|\bexcluded\b|\bdenied\b|\bdoubt|\bcannot\b|\bpending\b|"
    r"\bto be (assessed|discussed)\b|\breduc|\bprevent|\bless\b|\bquestion|\bimprobable|\bunexpected"
)


def _is_affirmed(text: str, match: re.Match[str], before_words: Pattern, after_words: Pattern) -> bool:
    before, after = _sentence_around(text, match)
    return not _is_clouded_before(before, after, before_words) and not _is_clouded_after(after, after_words)


def _is_clouded_before(before: str, after: str, against: Pattern) -> bool:
    *earlier, own = _NEW_STATEMENT.split(before)[-1].split(",")
    if against.search(own):
        return True
    listed = ",".join(earlier)
    if _DENIES_LIST.search(listed):
        return True
    return bool(_DENIES_BEFORE.search(listed) and _LIST_WORD.search(own + after))


def _is_clouded_after(after: str, against: Pattern) -> bool:
    rest = _OTHER_STATEMENT.split(after)[0]
    parts = rest.split(",")
    # "Necrosis, none" is one statement; "necrosis, no atypia" are two.
    if len(parts) > 1 and len(parts[0].split()) <= 2 and _BARE_DENIAL.fullmatch(parts[1]):
        return True
    return bool(against.search(parts[0]) or _LIST_DENIED_AT_ITS_END.search(rest))


def _sentence_around(text: str, match: re.Match[str]) -> tuple[str, str]:
    """What stands before and behind a match in its own sentence."""
    before = _SENTENCE_END.split(text[: match.start()])[-1]
    return before, _SENTENCE_END.split(text[match.end() :])[0]
