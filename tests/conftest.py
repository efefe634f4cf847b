"""
For all tests: Hypothesis without a deadline on busy machines, and in CI the same examples for the same commit;
workbooks read and written as by an installed imtreport.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

# openpyxl takes lxml where it is. A tool of the tests (pikepdf) brings it, an installed imtreport does not.
os.environ["OPENPYXL_LXML"] = "False"
