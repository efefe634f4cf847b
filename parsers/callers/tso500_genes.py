"""
Gene names as the TSO500 software writes them: lists of the genes at a breakpoint, and pairs joined by a hyphen.

Rules, none of which looks at what a gene means:
- A breakpoint in several annotated genes gives a list (`ROS1;GOPC`). Names that no gene nomenclature approves are left
  out: clones and contigs, which alone hold a dot (`AC016683.6`, `RP11-458D21.5`; HGNC symbols are letters, digits and
  hyphens, DOI 10.1038/s41588-020-0669-3), and a locus that is named after another of the list: a read-through
  (`RFFL;RAD51L3-RFFL`) or an antisense transcript (`ALK;ALK-AS1`). Where one name is left, it is the gene. Where
  several are, none is chosen: the gene stays empty, so that the breakpoint names it, and the list is kept as given.
- A pair is `A-B` where the software knows that A is the 5' gene, and `A/B` where it does not. Symbols hold hyphens
  themselves (`NKX2-1`, `HLA-A`, `RP11-458D21.5`): the hyphen that parts two genes is the one with a possible symbol on
  either side; of several such, the one with a gene of interest on either side; else the pair is not parted. With a
  slash and a hyphen (`CD74-ROS1/GOPC`), the slash parts the genes if one beside it is of interest; else either may.
"""

from __future__ import annotations

import re

NONE_GIVEN = ("", "N/A", "NA", ".", "-")

# A symbol begins with a letter and has a second character before its first hyphen.
_SYMBOL = re.compile(r"[A-Za-z][A-Za-z0-9_.@]+(?:-[A-Za-z0-9_.@]+)*")
# What stands before or behind a hyphen only within a symbol: HLA-A, MT-CO1; ALK-AS1, FOO-DT, FOO-IT1.
_PREFIX_ALONE = re.compile(r"HLA|MT|RP\d+|CT[A-D]", re.IGNORECASE)
_SUFFIX_FIRST = re.compile(r"(?:AS|IT|OT)\d*|DT")


def listed(text: str) -> tuple[str, ...]:
    """The names of a cell: `ROS1;GOPC` are two. None for `N/A`."""
    parts = (part.strip() for part in re.split(r"[;/]", text.replace("N/A", "")))
    return tuple(part for part in parts if part not in NONE_GIVEN)


def gene_of(text: str) -> str:
    """The gene of a cell by the rules above; empty where the cell names none, or several."""
    names = tuple(dict.fromkeys(listed(text)))
    if len(names) == 1:
        return names[0]
    approved = [name for name in names if "." not in name]
    single = [name for name in approved if not _is_named_after(name, approved)]
    return single[0] if len(single) == 1 else ""


def is_undecided(text: str) -> bool:
    """Whether the cell names genes, of which none was chosen."""
    return bool(listed(text)) and not gene_of(text)


def annotated(first: str, second: str) -> tuple[tuple[str, str], ...]:
    """
    The lists of the two ends of which no gene was chosen, as `FusionCall.as_given` holds what an annotation names at
    each end: interpretation checks the gene at the position against them.
    """
    cells = (("annotated_genes_5prime", first), ("annotated_genes_3prime", second))
    return tuple((key, ", ".join(listed(cell))) for key, cell in cells if is_undecided(cell))


def pair_of(text: str, of_interest: frozenset[str]) -> tuple[str, str] | None:
    """
    The two cells of `EML4-ALK` or `EML4/ALK`, lists still being lists; both empty where it is not certain which hyphen
    parts the genes; None where the text is no pair. One side may name no gene (`N/A-ALK`). `of_interest` are symbols in
    capitals.
    """
    text = text.replace("N/A", "NA")
    cuts = _cuts(text, "-" if is_order_known(text) else "/")
    if not is_order_known(text) and not _of_interest(cuts, of_interest):
        cuts += _possible(_cuts(text, "-"))
    if len(cuts) < 2:
        return cuts[0] if cuts else None
    possible = _possible(cuts)
    if len(possible) > 1:
        possible = _of_interest(possible, of_interest)
    return possible[0] if len(possible) == 1 else ("", "")


def is_order_known(pair: str) -> bool:
    """A slash between the genes means that it is not."""
    return "/" not in pair.replace("N/A", "")


def _is_named_after(name: str, others: list[str]) -> bool:
    """`PTGES3L-AARSD1` and `AARSD1-AS1` beside `AARSD1`."""
    return any(other != name and (name.startswith(f"{other}-") or name.endswith(f"-{other}")) for other in others)


def _cuts(text: str, sign: str) -> list[tuple[str, str]]:
    cuts = [(text[:at], text[at + 1 :]) for at, character in enumerate(text) if character == sign]
    return [cut for cut in cuts if _names(cut)]


def _possible(cuts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [cut for cut in cuts if all(map(_can_be_gene, _names(cut)))]


def _of_interest(cuts: list[tuple[str, str]], symbols: frozenset[str]) -> list[tuple[str, str]]:
    return [cut for cut in cuts if any(name.upper() in symbols for name in _names(cut))]


def _names(cut: tuple[str, str]) -> tuple[str, ...]:
    return (*listed(cut[0]), *listed(cut[1]))


def _can_be_gene(name: str) -> bool:
    if not _SYMBOL.fullmatch(name) or _PREFIX_ALONE.fullmatch(name):
        return False
    return not _SUFFIX_FIRST.fullmatch(name.partition("-")[0])
