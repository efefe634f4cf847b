"""The language of the tables' condition cells: what a cell accepts, and what is no cell."""

from __future__ import annotations

import pytest

from interpret.conditions import ANY, Words, read_words

A, B, BOTH, NEITHER = frozenset("a"), frozenset("b"), frozenset("ab"), frozenset("c")


@pytest.mark.parametrize(
    ("cell", "meaning", "accepted", "refused"),
    [
        ("any", ANY, (A, B, BOTH, NEITHER, frozenset()), ()),
        ("a", Words("some", A), (A, BOTH), (B, NEITHER, frozenset())),
        ("a|b", Words("some", BOTH), (A, B, BOTH), (NEITHER, frozenset())),
        ("a&b", Words("all", BOTH), (BOTH, frozenset("abc")), (A, B, NEITHER, frozenset())),
        ("!a", Words("none", A), (B, NEITHER, frozenset()), (A, BOTH)),
        ("!a|b", Words("none", BOTH), (NEITHER, frozenset()), (A, B, BOTH)),
    ],
)
def test_a_cell_accepts_what_it_says(
    cell: str, meaning: Words, accepted: tuple[frozenset[str], ...], refused: tuple[frozenset[str], ...]
) -> None:
    assert read_words(cell) == meaning
    assert all(meaning.accept(facts) for facts in accepted)
    assert not any(meaning.accept(facts) for facts in refused)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("a|b&c", "'|' and '&' in one cell"),
        ("!a&b", "'!' with '&'"),
        ("", "an empty word"),
        ("a||b", "an empty word"),
        ("a&", "an empty word"),
        ("a| b", "an empty word"),
        ("!", "an empty word"),
        ("a|any", "'any' beside other words"),
        ("!any", "'any' beside other words"),
    ],
)
def test_a_cell_that_can_be_read_two_ways_is_refused(cell: str, why: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the message is compared whole
        read_words(cell)
    assert str(refused.value) == why
