"""What a section of a report is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Record = Mapping[str, Any]
View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """`name` is that of the partial; `view` gives what it prints, None for "leave out"."""

    name: str
    view: Callable[[Record], View | None]
