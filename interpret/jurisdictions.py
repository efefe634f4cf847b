"""Whose labels hold where: the region of the label rows for a jurisdiction, from tables/places/jurisdictions.tsv."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def label_region_of(jurisdiction: str) -> str:
    """
    `US`, `EU` or `JP`; a member state of the EU has the labels of the EU. `other` where no label rows are held.

    An unknown code is `other` and not an error: the report then says that no label information is held for it.
    """
    return _regions().get(jurisdiction.strip().upper(), "other")


@cache
def _regions() -> dict[str, str]:
    table = files("interpret").joinpath("tables", "places", "jurisdictions.tsv").read_text(encoding="utf-8")
    header, *lines = (line.split("\t") for line in table.splitlines())
    rows = (dict(zip(header, line, strict=True)) for line in lines)
    return {row["code"]: row["region"] for row in rows}
