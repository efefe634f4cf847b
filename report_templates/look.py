"""The laboratory's colours and logo as a record holds them, checked again: a record may come from anywhere."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from functools import lru_cache

from parsers.branding import Colours, is_readable_colour
from parsers.logos import LogoError, checked_logo
from report_templates.sections.section import Record

# What the page calls the logo; no other address of a page is ever answered.
LOGO_ADDRESS = "report:logo"


class LookError(Exception):
    """The record's colours or logo cannot be used; the message quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Look:
    """Two colours `#rrggbb`, and the logo's bytes with its media type, both empty where there is none."""

    main: str
    accent: str
    logo: bytes = b""
    logo_type: str = ""


_OURS = Colours()
PLAIN_LOOK = Look(_OURS.main, _OURS.accent)


def look_of(record: Record) -> Look:
    """
    What the record says; a record made before there was a choice has the plain look.

    Raises:
        LookError: a colour that is none or is hard to read, or a picture that is more than a picture.
    """
    lab = record["lab"]
    colours = lab.get("colours") or {"main": _OURS.main, "accent": _OURS.accent}
    main, accent = colours["main"], colours["accent"]
    if not (is_readable_colour(main) and is_readable_colour(accent)):
        raise LookError("a colour of the record is not one that a report may use")
    logo = lab.get("logo")
    if logo is None:
        return Look(main, accent)
    return Look(main, accent, _picture(logo["media_type"], logo["base64"]), logo["media_type"])


@lru_cache(maxsize=8)
def _picture(media_type: str, text: str) -> bytes:
    try:
        return checked_logo(base64.b64decode(text, validate=True), media_type, "").content()
    except (LogoError, binascii.Error, ValueError):
        raise LookError("the logo of the record is not a plain picture") from None
