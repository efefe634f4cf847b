"""The engine: what it says of the tools that a PDF was drawn with."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator

import pytest

from report_templates import engine


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    """Each process asks once."""
    engine.drawn_with.cache_clear()
    yield
    engine.drawn_with.cache_clear()


def test_every_tool_that_decides_about_the_bytes_has_its_version() -> None:
    found = engine.drawn_with()
    assert set(found) == {"weasyprint", "pydyf", "fonttools", "pango", "harfbuzz", "zlib"}
    assert all(re.match(r"\d+(\.\d+)+", version) for version in found.values())


def test_a_machine_whose_harfbuzz_does_not_tell_its_version_still_publishes(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_found(name: str) -> ctypes.CDLL:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", not_found)
    assert engine.drawn_with()["harfbuzz"] == "unknown"
    assert engine.drawn_with()["pango"] != "unknown"


def test_harfbuzz_is_found_under_the_name_of_another_system(monkeypatch: pytest.MonkeyPatch) -> None:
    real = ctypes.CDLL

    def of_a_mac(name: str) -> ctypes.CDLL:
        if name != "libharfbuzz.0.dylib":
            raise OSError(name)
        return real("libharfbuzz.so.0")

    monkeypatch.setattr(ctypes, "CDLL", of_a_mac)
    assert re.match(r"\d+\.\d+", engine.drawn_with()["harfbuzz"])
