"""Accession numbers: the laboratory's pattern, and one spelling for what files write in several ways."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from parsers.reading import clean

# Site prefix, letters and year before or after the number: S26-12345, 26-12345S, 26S-12345, AB-S26-12345.
# Shapes: CAP/NSH uniform labelling of slides and blocks (guideline 24363), as the standards table lists them.
DEFAULT_PATTERN = r"^(?:[A-Z]{1,4}-)?(?:[A-Z]{1,3}\d{2}-\d{1,7}|\d{2}[A-Z]{0,2}-\d{1,7}[A-Z]{0,2})$"

# An accession has at most this many words between its separators, and is no longer than that.
_MOST_WORDS = 5
_LONGEST = 40

# What pipelines call the sample of healthy tissue or blood that is sequenced beside the tumour.
_NORMAL_WORDS = "normal|germline|blood|control|ctrl|pbmc|buffy|leukocytes?|leucocytes?"
_NORMAL = re.compile(rf"(?<![a-z])(?:{_NORMAL_WORDS})(?:dna|rna)?(?![a-z])", re.IGNORECASE)
# `S26-1_N`, `N_S26-1`, `N`; not `S26-1N`, which is another number.
_N_ALONE = re.compile(r"(?:n(?![a-z0-9]).*|.*(?<![a-z0-9])n)", re.IGNORECASE)

_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")


def normalise(text: str, pattern: str = "") -> tuple[str, bool]:
    """
    The accession in its one spelling, and whether it fits `pattern` (default: `DEFAULT_PATTERN`).

    The spelling as given is tried first, then upper case, then without blanks; dashes of every kind become `-`. Where
    nothing fits, the upper-case spelling comes back with False.
    """
    rule = pattern or DEFAULT_PATTERN
    given = _DASHES.sub("-", clean(text))
    for spelling in (given, given.upper(), given.upper().replace(" ", "")):
        if re.fullmatch(rule, spelling, re.ASCII):
            return spelling, True
    return given.upper(), False


def names(text: str, accession: str) -> bool:
    """True when `text` (a file's or a sample's name) holds `accession` as a word of its own: S26-1 is not in S26-12."""
    spelled = _DASHES.sub("-", text)
    if accession.lower() not in spelled.lower():
        return False  # Asked for every other accession of the batch: the pattern only where it can fit.
    return bool(re.search(rf"(?<![A-Za-z0-9]){re.escape(accession)}(?![A-Za-z0-9])", spelled, re.IGNORECASE))


def is_named_like_normal(sample: str, accession: str) -> bool:
    """True where a sample's name says healthy tissue or blood: `NORMAL`, `S26-1_N`, `S26-1-germline`, `PBMC`."""
    spelled = _DASHES.sub("-", sample.strip())
    # Letters of the accession itself say nothing: 26-117-N may be a laboratory's number.
    bare = re.sub(re.escape(accession), "#", spelled, flags=re.IGNORECASE) if accession else spelled
    return bool(_NORMAL.search(bare) or _N_ALONE.fullmatch(bare))


@dataclass(frozen=True, slots=True)
class Finder:
    """
    Finds accessions inside the names of files and samples. Small, so that it can travel with each specimen.

    Found is what fits the laboratory's own `pattern`; without one, what has one of `shapes`, since the general pattern
    would take a run's number or a date for an accession. `odd` are accessions of the batch that fit no pattern.
    """

    pattern: str = ""
    shapes: frozenset[str] = frozenset()
    odd: frozenset[str] = frozenset()

    def others(self, text: str, accession: str) -> tuple[str, ...]:
        """The accessions other than `accession` that `text` names as words of their own, in upper case."""
        words = list(_stretches(text))
        own = [(start, end) for start, end, given in words if key(given) == key(accession)]
        found: dict[str, None] = {}
        for start, end, given in words:
            overlapped = [(first, last) for first, last in own if start < last and first < end]
            longer = any(start <= first and last <= end and end - start > last - first for first, last in overlapped)
            # The own number behind a site's letters is another accession only where the batch has such numbers.
            if self._is_accession(given) if not overlapped else longer and self._is_listed_shape(given):
                found[given.upper()] = None
        return tuple(found)

    def _is_accession(self, given: str) -> bool:
        return key(given) in self.odd or (self._fits(given) if self.pattern else self._is_listed_shape(given))

    def _is_listed_shape(self, given: str) -> bool:
        return shape(key(given)) in self.shapes and self._fits(given)

    def _fits(self, given: str) -> bool:
        rule = re.compile(self.pattern or DEFAULT_PATTERN, re.ASCII | re.IGNORECASE)
        return any(rule.fullmatch(spelling) for spelling in (_DASHES.sub("-", given), key(given)))


NO_FINDER = Finder()


def finder(accessions: Iterable[str], pattern: str = "") -> Finder:
    """The finder for a batch of these `accessions` in a laboratory whose numbers fit `pattern`."""
    given = tuple(accessions)
    fitting = frozenset(one for one in given if normalise(one, pattern)[1])
    return Finder(
        pattern,
        shapes=frozenset(shape(key(one)) for one in fitting),
        odd=frozenset(key(one) for one in given if one not in fitting),
    )


def key(accession: str) -> str:
    """One spelling for what names of files change: `s26_00412` and `S26-00412` are `S26-00412`."""
    return re.sub(r"[^A-Za-z0-9]+", "-", accession).strip("-").upper()


def stretches(text: str) -> Iterator[str]:
    """Every run of a few words of `text`, as `key` spells it: any accession that a name holds is among them."""
    return (key(given) for _, _, given in _stretches(text))


def shape(text: str) -> str:
    """`S26-00412` is `A99-99999`: two names of one shape that differ are two specimens."""
    return re.sub(r"[A-Za-z]", "A", re.sub(r"[0-9]", "9", _DASHES.sub("-", clean(text))))


def _stretches(text: str) -> Iterator[tuple[int, int, str]]:
    """Every run of a few words of `text` that holds a digit, with its start and end."""
    words = list(re.finditer(r"[A-Za-z0-9]+", text))
    for first, word in enumerate(words):
        for last in words[first : first + _MOST_WORDS]:
            given = text[word.start() : last.end()]
            if len(given) > _LONGEST:
                break
            if any(character.isdigit() for character in given):
                yield word.start(), last.end(), given
