"""Accession numbers: the laboratory's pattern, and one spelling for what files write in several ways."""

from __future__ import annotations

import re

from parsers.reading import clean

# Site prefix, letters and year before or after the number: S26-12345, 26-12345S, 26S-12345, AB-S26-12345.
# Shapes: CAP/NSH uniform labelling of slides and blocks (guideline 24363), as the standards table lists them.
DEFAULT_PATTERN = r"^(?:[A-Z]{1,4}-)?(?:[A-Z]{1,3}\d{2}-\d{1,7}|\d{2}[A-Z]{0,2}-\d{1,7}[A-Z]{0,2})$"

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


def shape(text: str) -> str:
    """`S26-00412` is `A99-99999`: two names of one shape that differ are two specimens."""
    return re.sub(r"[A-Za-z]", "A", re.sub(r"[0-9]", "9", _DASHES.sub("-", clean(text))))
