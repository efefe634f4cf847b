"""The HGNC ids of genes, from our gene tables. A gene without one is named by its symbol alone: no id is made up."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def hgnc_ids() -> Mapping[str, str]:
    """The HGNC id (`HGNC:427`) of each gene of our tables that has one."""
    text = (resources.files("interpret") / "tables" / "genes" / "genes.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return {row["symbol"]: row["hgnc_id"] for row in rows if row["hgnc_id"]}
