"""
Whether two records of one specimen rest on the same facts, and whether they conclude the same from them.

The same facts may be read anew (an amendment); other facts are another case, and who acted on the report before must be
told of another conclusion. Compared are values, not what is printed of them: where a row stood in its file, how a call
was judged and by which rule is no fact, and how a sentence is worded or sourced is no conclusion.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Record = Mapping[str, Any]

# The age follows from the date of birth and the day of the report.
_NOT_OF_THE_PATIENT = frozenset({"age_years", "age_text"})
# Where a row stood and how the marker was spelled there.
_PLACES = frozenset({"file", "line", "marker_as_given"})
_OF_A_CALL = ("caller", "file", "line", "reading_frame", "split_reads", "spanning_pairs", "supporting_reads")
# What was done at the bench; the wording of the method and the limits that a result is held against are no facts.
_OF_THE_ASSAY = ("key", "version", "molecule", "genes", "platform", "chemistry", "genome_build", "performed_by")
_NOT_SAID_OF_A_THERAPY = frozenset({"rule", "part", "because", "sources"})


def differing_facts(before: Record, after: Record) -> list[str]:
    """
    Names the facts that differ ("specimen", "input files"); empty where both records rest on the same.

    A key that one of the records lacks, because it is of an older schema, counts as not stated there.
    """
    old, new = dict(_facts(before)), dict(_facts(after))
    return [name for name in new if _comparable(old[name]) != _comparable(new[name])]


def is_another_conclusion(before: Record, after: Record) -> bool:
    """The result, a fusion's tier or class, a gene's state, a therapy line or an alert is another one."""
    return bool(_comparable(_conclusions(before)) != _comparable(_conclusions(after)))


def _facts(record: Record) -> Iterator[tuple[str, Any]]:
    made = record["provenance"]
    yield "patient", _without(record["patient"], _NOT_OF_THE_PATIENT)
    yield "submitted diagnosis", [record["diagnosis"][key] for key in ("text", "code")]
    yield "specimen", _without(record["specimen"], {"acceptability"}) | {"acceptability": _acceptability(record)}
    yield "order", record["order"]
    yield "immunohistochemistry", _unordered(_without(one, _PLACES) for one in record["ihc"])
    yield "FISH", _unordered(_without(one, _PLACES) for one in record["fish"])
    yield "small variants", _unordered(record["variants"])
    yield "run controls", _unordered(record["controls"])
    yield "quality", _unordered([line["name"], line["value"]] for line in record["qc"])
    yield "sequencing run", made["sequencing_run"]
    yield "input files", made["inputs"]
    yield "fusion calls", [_callers(made["callers"]), _unordered(_call(one) for one in record["reviewed_calls"])]
    yield "assay", [record["assay"].get(key) for key in _OF_THE_ASSAY]


def _conclusions(record: Record) -> Any:
    return {
        "result": [record["result"][key] for key in ("status", "headline")],
        "fusions": _unordered(
            [one[key] for key in ("name", "classification", "tier", "level")] for one in record["fusions"]
        ),
        "genes": {one["symbol"]: one["state"] for one in record["genes"]},
        "therapies": _unordered(_without(one, _NOT_SAID_OF_A_THERAPY) for one in record["therapies"]),
        "alerts": _unordered([one["text"], one["recommendation"]] for one in record["alerts"]),
    }


def _acceptability(record: Record) -> Any:
    """As entered; "not stated" is what a record says that was made before anybody could enter it."""
    stands = record["specimen"].get("acceptability") or {}
    return None if stands.get("status") == "not_stated" else stands


def _callers(callers: Iterable[Record]) -> list[str]:
    """Which genes are in question is a matter of the tables, and so is the number of calls of the others."""
    return _unordered(_without(one, {"others"}) for one in callers)


def _call(call: Record) -> Any:
    """What the caller's row says; which gene stands first and what became of the call is judged."""
    ends = sorted((call["breakpoint_5prime"], call["breakpoint_3prime"]))
    return [*ends, *(call.get(key) for key in _OF_A_CALL)]


def _unordered(rows: Iterable[Any]) -> list[str]:
    return sorted(json.dumps(_comparable(row), sort_keys=True) for row in rows)


def _comparable(value: Any) -> Any:
    """The value with what is not stated left out of its tables."""
    if isinstance(value, Mapping):
        stated = {key: _comparable(item) for key, item in value.items()}
        return {key: item for key, item in stated.items() if item not in (None, "", [], {})}
    if isinstance(value, list | tuple):
        return [_comparable(item) for item in value]
    return None if value == "" else value


def _without(row: Record, keys: Iterable[str]) -> dict[str, Any]:
    left = set(keys)
    return {key: value for key, value in row.items() if key not in left}
