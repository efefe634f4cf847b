"""
The knowledge tables in words a pathologist reads: one row at a time, two sets compared, or a page to sign.

The page is made of the tables alone, every row with when it speaks, what it says and on what grounds. What nobody has
verified, and what the laboratory changed itself, stands first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple

from interpret.conditions import read_words
from interpret.knowledge import FACT_ID, Tables
from interpret.table_rows import ROW_NAMES, Row

TITLES: Mapping[str, str] = {
    "actionability.tsv": "Therapy associations",
    "blocks.tsv": "Wording shared by several agents",
    "concordance.tsv": "Stains, FISH and sequencing compared",
    "differential.tsv": "Diagnostic alerts",
    "guidance.tsv": "Guidance",
    "partners.tsv": "Partner genes",
    "resistance.tsv": "Resistance variants",
    "risk.tsv": "Risk context",
    "sources.tsv": "Sources",
}


class Difference(NamedTuple):
    """What differs of one row: `kind` is added, removed or changed; `cells` are (column, old, new)."""

    table: str
    row: str
    kind: str
    cells: tuple[tuple[str, str, str], ...]


def in_words(row: Row, tables: Tables) -> tuple[tuple[str, str], ...]:
    """The row as headings and texts: when it speaks, what it does and says, its sources, its standing."""
    found = [("Speaks when", _when(row))] if _when(row) else []
    found += [(_heading(column), row[column]) for column in _SAID if row.cells.get(column)]
    found += _grounds(row, tables)
    for column in ("evidence_status", "reviewed", "identifier", "date"):
        if row.cells.get(column):
            found.append((_heading(column), row[column]))
    if row.change is not None:
        found.append(("Laboratory rule", _change(row)))
    found.append(("Row digest", row.digest))
    return tuple(found)


def rows_named(tables: Tables, name: str) -> tuple[Row, ...]:
    """The rows of that name (`CC01a`, `ACT13/US`, a source's key) or id (`CC01`), whatever the case of the letters."""
    wanted = name.casefold()
    rows = [row for table in tables.rows.values() for row in table]
    exact = tuple(row for row in rows if row.name.casefold() == wanted)
    return exact or tuple(row for row in rows if _id(row).casefold() == wanted)


def differences(old: Iterable[Row], new: Iterable[Row]) -> tuple[Difference, ...]:
    """Rows added, removed and changed, in the order of `old`, what was added last."""
    before = {(row.table, row.name): row for row in old}
    after = {(row.table, row.name): row for row in new}
    found: list[Difference] = []
    for key, row in before.items():
        if key not in after:
            found.append(Difference(*key, "removed", _cells(row)))
        elif changed := _changed(row, after[key]):
            found.append(Difference(*key, "changed", changed))
    found += [
        Difference(*key, "added", tuple((name, "", cell) for name, cell, _ in _cells(row)))
        for key, row in after.items()
        if key not in before
    ]
    return tuple(found)


def knowledge_page(tables: Tables, packaged: Tables | None = None) -> str:
    """
    The whole page as HTML of its own: no other file, no script, nothing from the network.

    packaged: the tables without the laboratory's overlay; what it replaced or switched off is then shown beside it.
    """
    ours = {} if packaged is None else {(row.table, row.name): row for rows in packaged.rows.values() for row in rows}
    everything = [row for table in TITLES for row in tables.rows.get(table, ())]
    unverified = [row for row in everything if row.cells.get("evidence_status") == "unverified"]
    changed = [row for row in everything if row.change is not None]
    body = [
        _head(tables, everything, unverified),
        _sign_off(tables),
        _off(tables, ours),
        _section("Changed by the laboratory", "laboratory", changed, tables, is_first=False, ours=ours),
        _section("Not verified", "unverified", unverified, tables, is_first=False),
        *(
            _section(title, table.removesuffix(".tsv"), tables.rows.get(table, ()), tables, is_first=True)
            for table, title in TITLES.items()
        ),
    ]
    return _FRAME.format(title=f"Knowledge tables {escape(tables.version)}", style=_STYLE, body="\n".join(body))


# What a row says, in the order in which it is read; the rest of the columns say when it speaks.
_SAID = tuple(
    "effect result relation regulatory approved tier level print rule kind entity expected_pattern expected_text block "
    "wording outside_wording status follow_up must_not_say citation".split()
)
_STANDING = frozenset("id key part sources evidence_status reviewed identifier date".split())
_HEADINGS: Mapping[str, str] = {
    "evidence_status": "Evidence",
    "reviewed": "Last reviewed",
    "outside_wording": "Outside the age",
    "must_not_say": "Must not say",
    "print": "Printed",
    "entity": "Points to",
    "rule": "Rule",
}


def _id(row: Row) -> str:
    return row.cells.get(ROW_NAMES[row.table][0], "")


def _heading(column: str) -> str:
    return _HEADINGS.get(column, column.replace("_", " ").capitalize())


def _when(row: Row) -> str:
    parts = [
        f"{column.replace('_', ' ')} {_condition(cell)}"
        for column, cell in row.cells.items()
        if column not in _SAID and column not in _STANDING and cell and cell != "any"
    ]
    return "; ".join(parts)


def _condition(cell: str) -> str:
    """`a or b`, `none of a, b`, `a and b`: a condition cell in words, any other cell as it is."""
    try:
        words = read_words(cell)
    except ValueError:
        return cell
    # The order of the cell, which its author chose.
    body = cell.removeprefix("!").replace("&", "|").split("|")
    named = [word.replace("_", " ") for word in body]
    match words.kind:
        case "none":
            return f"none of {', '.join(named)}"
        case "all":
            return " and ".join(named)
        case _:
            return " or ".join(named)


def _grounds(row: Row, tables: Tables) -> Iterable[tuple[str, str]]:
    cited = {source["key"]: source for source in tables.rows.get("sources.tsv", ())}
    for key in filter(None, row.cells.get("sources", "").split(";")):
        if source := cited.get(key):
            yield "Source", f"{key}: {source['citation']}. {source['identifier']} ({source['date']})"
        elif FACT_ID.fullmatch(key):
            yield "Fact used", f"{key}: {tables.facts.get(key, 'not in facts.tsv')}"
        else:
            yield "Source", f"{key}: not in sources.tsv"


def _change(row: Row) -> str:
    change = row.change
    if change is None:
        return ""
    done = "added" if change.kind == "add" else f"replaces row {change.replaces}"
    return f"{done} by {change.author}, {change.date}: {change.reason}"


def _cells(row: Row) -> tuple[tuple[str, str, str], ...]:
    return tuple((column, cell, "") for column, cell in row.cells.items() if cell)


def _changed(old: Row, new: Row) -> tuple[tuple[str, str, str], ...]:
    columns = dict.fromkeys((*old.cells, *new.cells))
    pairs = ((column, old.cells.get(column, ""), new.cells.get(column, "")) for column in columns)
    return tuple(pair for pair in pairs if pair[1] != pair[2])


_FRAME = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""
_STYLE = """
body { font: 11pt/1.4 sans-serif; color: #1a1a1a; max-width: 60em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; } h2 { border-bottom: 2px solid #1f3a5f; color: #1f3a5f; margin-top: 2em; }
article { border: 1px solid #c9ced6; border-radius: 4px; padding: .4em .8em; margin: .6em 0; break-inside: avoid; }
article.unverified { border-left: 6px solid #b45309; } article.changed { border-left: 6px solid #6d28d9; }
h3 { margin: .2em 0; font-size: 1.05em; } .mark { font-size: .8em; font-weight: bold; padding: 0 .4em; }
.unverified .mark { color: #b45309; } .changed .mark { color: #6d28d9; }
dl { display: grid; grid-template-columns: 9em 1fr; gap: .1em .8em; margin: .3em 0; }
dt { color: #555; } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; } th, td { border: 1px solid #c9ced6; padding: .4em; text-align: left; }
td.free { height: 2.2em; } .digest { font-family: monospace; overflow-wrap: anywhere; }
@media print { body { margin: 0; max-width: none; font-size: 9.5pt; } }
"""


_HOW_TO_READ = """<p><b>How to read a row.</b> Words in {braces} are filled in from the case. Rows of one number with
other letters (CC01a, CC01b) are one rule in several situations; the letter n is a note beside the answer. Effect
no_therapy: no therapy line before it is confirmed; hold: the result is not released; effect never, rule no_rule,
printed omit: the row says nothing on a report.</p>
<p>A row that is not verified has never a therapy line; unverified notes on partners, guidance and risk are not
printed. Unverified alerts (diagnostic, resistance) and rules made for safety (source LAB-RULE) are printed.</p>"""


def _head(tables: Tables, rows: Sequence[Row], unverified: Sequence[Row]) -> str:
    reviews = sorted(row["reviewed"] for row in rows if row.cells.get("reviewed"))
    since = f"The row longest without review was last reviewed on {escape(reviews[0])}." if reviews else ""
    links = " · ".join(
        f'<a href="#{table.removesuffix(".tsv")}">{escape(title)}</a> ({len(tables.rows.get(table, ()))})'
        for table, title in TITLES.items()
    )
    return (
        f"<h1>Knowledge tables {escape(tables.version)}</h1>\n"
        f'<p>SHA-256 <span class="digest">{escape(tables.sha256)}</span>, as printed on each report.</p>\n'
        f"<p>{len(rows)} rows; {len(unverified)} are not verified and stand before the others. {since}</p>\n"
        f"{_HOW_TO_READ}\n"
        f"<p>{links}</p>"
    )


def _sign_off(tables: Tables) -> str:
    cells = '<td class="free"></td>' * 4
    lines = "".join(f"<tr><th>{escape(role)}</th>{cells}</tr>" for role in ("Read by", "Approved by", "Director"))
    return (
        '<section id="sign-off"><h2>Sign-off</h2>\n'
        "<p>I have read these rows and approve their use for reports of this laboratory; exceptions are noted below. "
        f"Valid for SHA-256 {escape(tables.sha256[:16])}… only.</p>\n"
        f"<table><tr><th></th><th>Name</th><th>Date</th><th>Signature</th><th>Exceptions (row ids)</th></tr>{lines}"
        "</table></section>"
    )


def _off(tables: Tables, ours: Mapping[tuple[str, str], Row]) -> str:
    lines = [
        f"<li>{escape(f'{one.row} ({one.table}), {one.author}, {one.date}: {one.reason}')}"
        f"{_said_by(ours.get((one.table, one.row)))}</li>"
        for one in tables.changes
        if one.kind == "off"
    ]
    if not lines:
        return ""
    return f'<section id="off"><h2>Switched off by the laboratory</h2><ul>{"".join(lines)}</ul></section>'


def _said_by(row: Row | None) -> str:
    return "" if row is None or not row.cells.get("wording") else f"<br>It says: {escape(row['wording'])}"


def _section(
    title: str,
    anchor: str,
    rows: Sequence[Row],
    tables: Tables,
    *,
    is_first: bool,
    ours: Mapping[tuple[str, str], Row] | None = None,
) -> str:
    """`is_first`: where a row is at home, and other places of the page can point to it; `ours`: as `knowledge_page`."""
    if not rows:
        return ""
    shown = sorted(rows, key=lambda row: row.cells.get("evidence_status") != "unverified")
    before = ours or {}
    articles = "\n".join(_article(row, tables, before.get((row.table, row.name)), is_first=is_first) for row in shown)
    return f'<section id="{anchor}"><h2>{escape(title)}</h2>\n{articles}\n</section>'


def _article(row: Row, tables: Tables, old: Row | None, *, is_first: bool) -> str:
    is_unverified = row.cells.get("evidence_status") == "unverified"
    classes = " ".join(
        name for name, holds in (("unverified", is_unverified), ("changed", row.change is not None)) if holds
    )
    marks = [text for text, holds in (("NOT VERIFIED", is_unverified), ("LABORATORY RULE", bool(row.change))) if holds]
    said = "".join(f'<span class="mark">{mark}</span>' for mark in marks)
    anchor = f' id="{escape(row.table.removesuffix(".tsv"))}-{escape(row.name)}"' if is_first else ""
    told = (*in_words(row, tables), *_replaced_cells(old, row))
    lines = "".join(f"<dt>{escape(head)}</dt><dd>{escape(text)}</dd>" for head, text in told)
    return f'<article{anchor} class="{classes}"><h3>{escape(row.name)} {said}</h3><dl>{lines}</dl></article>'


def _replaced_cells(old: Row | None, new: Row) -> tuple[tuple[str, str], ...]:
    if old is None:
        return ()
    return tuple(
        (f"Packaged {column.replace('_', ' ')}", before or "(empty)") for column, before, _ in _changed(old, new)
    )
