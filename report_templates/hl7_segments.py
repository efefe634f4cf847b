"""
HL7 v2.5.1 segments as text: fields, repetitions and components put together, every text in them escaped.

Not left to the library that splits messages for the parsers (docs/decisions/0007): it writes each letter beyond ASCII
as the hexadecimal number of its code point, which a receiver reads as other letters (`李` comes back as `gN`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from report_templates.record import cleaned

# A component may have subcomponents; a value may repeat.
Component = str | Sequence[str]


@dataclass(frozen=True, slots=True)
class Parts:
    """One field of several components, each a text or a tuple of subcomponents."""

    components: tuple[Component, ...]


@dataclass(frozen=True, slots=True)
class Raw:
    """A field that goes out as it is: text in which no mark of HL7 can stand, such as base64."""

    text: str


Value = str | Parts | Raw
FIELD, COMPONENT, REPETITION, ESCAPE, SUBCOMPONENT = "|^~\\&"
ENCODING_CHARACTERS = Raw(COMPONENT + REPETITION + ESCAPE + SUBCOMPONENT)

# HL7 v2.5.1 chapter 2.7: the five marks and the line break.
_ESCAPES = str.maketrans(
    {
        FIELD: "\\F\\",
        COMPONENT: "\\S\\",
        REPETITION: "\\R\\",
        ESCAPE: "\\E\\",
        SUBCOMPONENT: "\\T\\",
        "\n": "\\.br\\",
    }
)


def parts(*components: Component) -> Parts:
    return Parts(components)


def segment(name: str, fields: Mapping[int, Value]) -> str:
    """
    The segment with its fields by number, without line end; what is missing between them is empty.

    MSH-1 is the field separator itself, so MSH begins with field 2.
    """
    first = 2 if name == "MSH" else 1
    texts = [_field(fields.get(number, "")) for number in range(first, max(fields) + 1)]
    return FIELD.join([name, *texts]).rstrip(FIELD)


def escaped(text: str) -> str:
    """`text` with the marks of HL7 escaped, line ends as `\\.br\\`, and no other control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(cleaned(line) for line in lines).translate(_ESCAPES)


def _field(value: Value) -> str:
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, str):
        return escaped(value)
    return COMPONENT.join(_component(one) for one in value.components).rstrip(COMPONENT)


def _component(component: Component) -> str:
    if isinstance(component, str):
        return escaped(component)
    return SUBCOMPONENT.join(escaped(one) for one in component).rstrip(SUBCOMPONENT)
