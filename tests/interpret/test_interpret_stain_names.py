"""Every stain that a rule asks about is a marker that the parsers know: else its rows would be told as of no use."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from interpret.stains import GENES_OF, STAIN_OF
from parsers.markers import is_known_marker


def _words_of_the_rules() -> list[str]:
    lines = (files("interpret") / "tables" / "differential.tsv").read_text(encoding="utf-8").splitlines()
    names = lines[0].split("\t")
    cells = [dict(zip(names, line.split("\t"), strict=False)) for line in lines[1:]]
    texts = [row[column] for row in cells for column in ("stains", "without_stains")]
    words = {word for text in texts for word in re.split(r"[|&]", text.lstrip("!")) if word != "any"}
    # AE1 and AE3 stand for AE1/AE3.
    bare = {re.sub(r"_(FISH|NUCLEAR)", "", word).rstrip("+-") for word in words} - {"AE1", "AE3"}
    return sorted(bare)


@pytest.mark.parametrize(
    "word", [*_words_of_the_rules(), *STAIN_OF.values(), *(g for s in GENES_OF.values() for g in s)]
)
def test_a_stain_of_a_rule_is_a_known_marker(word: str) -> None:
    assert is_known_marker(word)


def test_the_rules_do_ask_about_stains() -> None:
    assert {"TTF1", "INI1", "CD34", "FACTORXIIIA"} <= set(_words_of_the_rules())
