"""
The laboratory's own look, as the [lab] table of lab.toml and the files beside it describe it.

    logo = "logo.svg" (or .png)   logo_text = "…"       colour = "#12395b"   accent = "#1f6f8b"
    letterhead = "…"              footer = "…"          templates = "templates" (a folder, see TEMPLATE_BLOCKS)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from parsers.errors import InputError
from parsers.logos import Logo, LogoError, checked_logo
from parsers.reading import decode, read_bytes
from parsers.toml_files import Section

# What a laboratory may word itself. The result, its tier, the status words, the limitations of the test and the
# signatures are not among them: no template can take them off a report.
TEMPLATE_BLOCKS = ("letterhead", "after_summary", "statements", "authorisation_note", "closing", "footer")
LONGEST_TEMPLATE = 10_000

# WCAG 2.2, success criterion 1.4.3: the least contrast of normal text.
LEAST_CONTRAST = 4.5

_LONGEST_LINE = {"letterhead": 300, "footer": 120}
_LOGO_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Colours:
    """Two colours of a report as `#rrggbb`: `main` of headings, lines and table heads, `accent` of what is below."""

    main: str = "#12395b"
    accent: str = "#1f6f8b"


_OUR_COLOURS = Colours()


@dataclass(frozen=True, slots=True)
class Branding:
    """
    What makes a report look like the laboratory's: `letterhead` and `footer` are lines printed beside the usual ones;
    `templates` are its own wordings by block.
    """

    logo: Logo | None = None
    colours: Colours = _OUR_COLOURS
    letterhead: str = ""
    footer: str = ""
    templates: Mapping[str, str] = field(default_factory=dict)


PLAIN = Branding()


def read_branding(lab: Section, folder: Path) -> Branding:
    """What [lab] says about the look; mistakes are noted in the section. The templates' wording is not checked here."""
    return Branding(
        logo=_logo(lab, folder),
        colours=Colours(_colour(lab, "colour", _OUR_COLOURS.main), _colour(lab, "accent", _OUR_COLOURS.accent)),
        letterhead=_line(lab, "letterhead"),
        footer=_line(lab, "footer"),
        templates=_templates(lab, folder),
    )


def contrast_with_white(colour: str) -> float:
    """How many times lighter white is than `#rrggbb`, 1 to 21 (WCAG 2.2, relative luminance of sRGB)."""
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def is_readable_colour(colour: str) -> bool:
    return bool(_COLOUR.fullmatch(colour)) and contrast_with_white(colour) >= LEAST_CONTRAST


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


def _colour(lab: Section, key: str, default: str) -> str:
    value = lab.text(key)
    if not value:
        return default
    if not _COLOUR.fullmatch(value):
        lab.problem("bad-colour", key, "this is not a colour", f'write {key} = "{default}"', found=value)
    elif (contrast := contrast_with_white(value)) < LEAST_CONTRAST:
        lab.problem(
            "low-contrast",
            key,
            f"text in this colour is hard to read on white: its contrast is {_rounded_down(contrast)}:1",
            "choose a darker colour",
            found=value,
            expected=f"at least {LEAST_CONTRAST}:1",
        )
    return value.lower()


def _rounded_down(contrast: float) -> str:
    """4.49 must not read as 4.5."""
    return f"{int(contrast * 10) / 10:.1f}"


def _line(lab: Section, key: str) -> str:
    value = " ".join(lab.text(key).split())
    longest = _LONGEST_LINE[key]
    if len(value) > longest:
        lab.problem(
            "too-long",
            key,
            "the line does not fit the page",
            "shorten it",
            found=f"{len(value)} characters",
            expected=f"at most {longest}",
        )
    return value


def _logo(lab: Section, folder: Path) -> Logo | None:
    alternative = lab.text("logo_text")
    path = lab.path_beside("logo", folder, "logo.svg")
    if path is None:
        return None
    media_type = _LOGO_TYPES.get(path.suffix.lower())
    if media_type is None:
        lab.problem("unknown-logo", "logo", "a logo is an SVG or a PNG", "export it as logo.svg", found=path.name)
        return None
    if not path.exists():
        lab.problem(
            "missing-file",
            "logo",
            f"there is no such file beside {lab.file}",
            "put it there or correct the name",
            found=path.name,
        )
        return None
    if _leads_out(lab, "logo", path, folder):
        return None
    if not alternative:
        lab.problem(
            "missing-key",
            "logo_text",
            "the logo has no text for those who cannot see it",
            'add logo_text = "Logo of …"',
        )
    try:
        return checked_logo(read_bytes(path), media_type, alternative)
    except LogoError as error:
        lab.problem("bad-logo", "logo", str(error), error.remedy, found=path.name)
    except InputError as error:
        lab.problems.extend(error.problems)
    return None


def _templates(lab: Section, folder: Path) -> dict[str, str]:
    path = lab.path_beside("templates", folder, "templates")
    if path is None:
        return {}
    if not path.is_dir():
        lab.problem(
            "missing-file", "templates", "there is no such folder", "make it or correct the name", found=path.name
        )
        return {}
    if _leads_out(lab, "templates", path, folder):
        return {}
    # All but hidden files, which editors and Git leave: closing.htm must not be passed over in silence.
    return {
        file.stem: text
        for file in sorted(path.iterdir())
        if not file.name.startswith(".")
        and _is_block(lab, file.name)
        and not _leads_out(lab, "templates", file, folder)
        and (text := _template(lab, file)) is not None
    }


def _leads_out(lab: Section, key: str, path: Path, folder: Path) -> bool:
    """Whether a link takes the file from elsewhere, which nobody would look for when the report's look changes."""
    if path.resolve().is_relative_to(folder.resolve()):
        return False
    lab.problem(
        "file-outside-folder",
        key,
        f"this is a link that leads out of the folder of {lab.file}",
        f"put the file itself beside {lab.file}",
        found=path.name,
    )
    return True


def _is_block(lab: Section, name: str) -> bool:
    if name.endswith(".html") and name.removesuffix(".html") in TEMPLATE_BLOCKS:
        return True
    lab.problem(
        "unknown-block",
        "templates",
        "a report has no block of this name that a laboratory may word",
        "correct the file's name or remove it",
        found=name,
        expected="one of: " + ", ".join(f"{block}.html" for block in TEMPLATE_BLOCKS),
    )
    return False


def _template(lab: Section, file: Path) -> str | None:
    name = f"{file.parent.name}/{file.name}"
    try:
        text = decode(read_bytes(file, name=name), name).text
    except InputError as error:
        lab.problems.extend(error.problems)
        return None
    if len(text) > LONGEST_TEMPLATE:
        lab.problem(
            "too-long",
            "templates",
            f"{name} is too long for a block of a report",
            "shorten it",
            found=f"{len(text)} characters",
            expected=f"at most {LONGEST_TEMPLATE}",
        )
        return None
    return text
