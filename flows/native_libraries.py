"""
The native libraries that WeasyPrint 70 loads (its `text/ffi.py`), and the Debian package that brings each.

Some are brought by another one's dependencies, whose own names differ between Debian releases.

Imports nothing but Python itself: `bin/setup` runs it before anything is installed.
"""

from __future__ import annotations

import ctypes

DEBIAN_PACKAGE_OF = {
    "libgobject-2.0.so.0": "libpango-1.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "libpangoft2-1.0-0",
}


def missing_packages() -> tuple[str, ...]:
    """The Debian packages of the libraries that cannot be loaded here."""
    return tuple(dict.fromkeys(package for library, package in DEBIAN_PACKAGE_OF.items() if not _loads(library)))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    print(" ".join(missing_packages()))  # noqa: T201 - the answer to bin/setup
