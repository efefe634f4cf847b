"""Words put together the way a sentence needs them."""

from __future__ import annotations

from collections.abc import Iterable


def listed(words: Iterable[str]) -> str:
    """`ALK`, `ALK and RET`, `ALK, RET and ROS1`: each word once, in the order given; empty without words."""
    unique = list(dict.fromkeys(words))
    if len(unique) < 2:
        return "".join(unique)
    return f"{', '.join(unique[:-1])} and {unique[-1]}"
