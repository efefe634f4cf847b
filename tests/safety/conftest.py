"""The safety tests build their cases with the same factories as the interpretation tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "interpret"))
