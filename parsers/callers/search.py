"""
Long tables: a row that concerns no gene in question is checked and counted, not kept.

A whole run's table of candidates has a hundred thousand rows, and no rule looks at more than a few of them. A row is
passed over only where that is certain: it has as many cells as the header, its genes are plain symbols none of which is
looked for, its positions are plain and near none of those genes on any assembly, and its counts can be read. Whatever
is not plain goes the ordinary way, with its problem if it has one; so a long table is refused for the same reasons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter

from parsers.callers.format import WHOLE, Targets
from parsers.reading import FileText, Row, looks_like_excel_date, tab_separated

# Shorter tables are kept whole: the report then lists every call with what became of it.
LONG = 1_000

_BETWEEN_SYMBOLS = re.compile(r"--|::|[,;/|^()\s]+")
# Digits, and the letters of the months.
_MAY_BE_DATE = frozenset("0123456789JFMASOND")
_PARTS = frozenset(".-")
_SYMBOL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*", re.ASCII)
_ANY = r"[^\t\n]*+"
# A position as `breakpoint_of` reads it, `2:29223528` or `chr2:29223528:-`, less its last four digits: one look into a
# set then tells where it lies. Contigs, and what is spelled otherwise, are no plain places.
_STRETCH = 10_000
_CHROM = r"(?:chr)?(?:[1-9]|1\d|2[0-2]|[XYM]|MT)"
_PLACE = rf"({_CHROM}:[1-9]\d{{0,5}})\d{{4}}(?::[+\-.])?"
_TAB = "\t"
_BREAKEND = rf"[A-Za-z]*+[\[\]]({_CHROM}:[1-9]\d{{0,5}})\d{{4}}[\[\]][A-Za-z]*+"
# CHROM and POS, ID, REF, ALT, QUAL, FILTER, INFO.
_RECORD = (
    rf"({_CHROM}\t[1-9]\d{{0,5}})\d{{4}}\t[^\t ]*+\t[A-Za-z]++\t(?:<(DEL|DUP|DUP:TANDEM|INV)>|{_BREAKEND})"
    r"\t[^\t ]*+\t[^\t ]*+\t([^\t ]*+)"
)
_END = re.compile(r"(?:^|;)END=([1-9]\d{0,5})\d{4}(?:;|$)", re.ASCII)
_BETWEEN_ANNOTATIONS = re.compile(r"[|,&;:=()\-]+")


@dataclass(frozen=True, slots=True)
class Layout:
    """
    The columns of a caller's table that decide, and those that have to be readable.

    `words` are the values of a column that need no further look. A row whose `samples` differ from the first row's is
    kept, for the check of the sample. `may_be_unnamed` says that a gene cell `.` is the caller's word for "no gene".
    """

    genes: tuple[str, ...]
    places: tuple[str, ...]
    counts: tuple[str, ...] = ()
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    samples: tuple[str, ...] = ()
    may_be_unnamed: bool = False


def is_long(source: FileText) -> bool:
    return source.text.count("\n") > LONG


class Search:
    """One table's search: `rows` splits the text, as `tab_separated` does, and `others` counts what it passed over."""

    def __init__(self, layout: Layout, targets: Targets | None) -> None:
        self._layout = layout
        self._targets = targets
        self.others = 0

    def rows(self, source: FileText) -> Iterator[Row]:
        """The header, and every row that may concern a target; all rows of a short table, or without targets."""
        rows = tab_separated(source)
        if self._targets is None or not is_long(source):
            yield from rows
            return
        for header in islice(rows, 1):
            yield header
            yield from self._kept(source, header, self._targets)

    def _kept(self, source: FileText, header: Row, targets: Targets) -> Iterator[Row]:
        text = source.text
        plain = _PlainRow([name.strip() for name in header.cells], self._layout, targets)
        place = _start_of_line(text, header.line + 1)
        number = header.line
        while place < len(text):
            number += 1
            end = plain.end_of_other_row(text, place)
            if end:
                self.others += 1
                place = end
                continue
            end = text.index("\n", place)
            line = text[place:end]
            place = end + 1
            if line.strip():
                cells = tuple(line.split("\t"))
                plain.samples_are_those_of(cells)
                yield Row(number, cells)


class RecordSearch:
    """
    The search of one structural-variant VCF: breakends with one allele, `<DEL>`, `<DUP>` and `<INV>` with an END.

    The first record is always kept, for what it says of its caller.
    """

    def __init__(self, targets: Targets, width: int) -> None:
        self._symbols = targets.symbols
        self._near = near_places(targets, "\t") | near_places(targets)
        self._match = re.compile(_RECORD + r"\t[^\t]*+" * (width - 8), re.ASCII).fullmatch
        self._is_first = True

    def is_other(self, line: str) -> bool:
        """Whether a data line is plain, and both its ends lie near no target."""
        match = self._match(line) if line.isascii() else None
        if self._is_first or match is None:
            self._is_first = False
            return False
        place, symbolic, far, info = match.groups()
        if symbolic:
            end = _one_end(info)
            if not end:
                return False
            far = f"{place.partition(_TAB)[0]}\t{end}"
        return place not in self._near and far not in self._near and not self._is_annotated(info)

    def _is_annotated(self, info: str) -> bool:
        """Whether an annotator names a target: the call is then kept, though its position lies elsewhere."""
        if "ANN=" not in info and "CSQ=" not in info:
            return False
        return not self._symbols.isdisjoint(_BETWEEN_ANNOTATIONS.split(info.upper()))


def _one_end(info: str) -> str:
    """The END of a record that lies on its own chromosome, less the last four digits; empty where it is not plain."""
    is_elsewhere = "2=" in info  # CHR2, POS2
    is_copy_number = "CNV" in info or "SVCLAIM" in info
    if is_elsewhere or is_copy_number or info.count(";END=") + info.startswith("END=") != 1:
        return ""
    match = _END.search(info)
    return match[1] if match else ""


class _PlainRow:
    """What a row looks like whose every cell of interest can be read, as one pattern: it is tried on each row."""

    def __init__(self, names: Sequence[str], layout: Layout, targets: Targets) -> None:
        self._symbols = Symbols(targets, may_be_unnamed=layout.may_be_unnamed)
        self._near = near_places(targets)
        self._samples = [names.index(column) for column in layout.samples if column in names]
        self._cells = [_ANY] * len(names)
        for column, words in layout.words.items():
            if column in names:
                self._cells[names.index(column)] = f"(?:{'|'.join(map(re.escape, sorted(words)))})"
        for column in layout.counts:
            self._cells[names.index(column)] = WHOLE.pattern
        for column in layout.genes:
            self._cells[names.index(column)] = f"({_ANY})"
        for column in layout.places:
            self._cells[names.index(column)] = _PLACE
        in_order = sorted((*layout.genes, *layout.places), key=names.index)
        self._genes_among = itemgetter(*map(in_order.index, layout.genes))
        # Until a first row has said whose the table is, no row is passed over.
        self._pattern = None if self._samples else self._compiled()

    def samples_are_those_of(self, cells: Sequence[str]) -> None:
        """The first row of a table with a column for the sample's name: rows of other samples are kept."""
        if self._pattern is None and len(cells) == len(self._cells):
            for index in self._samples:
                self._cells[index] = re.escape(cells[index])
            self._pattern = self._compiled()

    def end_of_other_row(self, text: str, place: int) -> int:
        """Where the row at `place` ends, if it is plain and concerns no target; 0 if it has to be looked at."""
        match = self._pattern.match(text, place) if self._pattern else None
        if match is None:
            return 0
        decisive = match.groups()
        if self._near.isdisjoint(decisive) and self._symbols.are_others(self._genes_among(decisive)):
            return match.end()
        return 0

    def _compiled(self) -> re.Pattern[str]:
        return re.compile("\t".join(self._cells) + "\n", re.ASCII)


def _start_of_line(text: str, line: int) -> int:
    place = 0
    for _ in range(line - 1):
        place = text.index("\n", place) + 1
    return place


class Symbols:
    """Which gene cells hold plain symbols, none of them looked for. Each gene is judged once, though it comes often."""

    def __init__(self, targets: Targets, *, may_be_unnamed: bool = False) -> None:
        self._symbols = targets.symbols
        self._others = {"."} if may_be_unnamed else set()

    def are_others(self, cells: Iterable[str]) -> bool:
        return self._others.issuperset(cells) or all(map(self._is_other, cells))

    def _is_other(self, cell: str) -> bool:
        if cell in self._others:
            return True
        names = [name for name in _BETWEEN_SYMBOLS.split(cell.upper()) if name]
        is_other = (
            bool(names)
            and all(map(_SYMBOL.fullmatch, names))
            and self._symbols.isdisjoint(names)
            and not any(name[0] in _MAY_BE_DATE and looks_like_excel_date(name) for name in names)
            and (_PARTS.isdisjoint(cell) or self._symbols.isdisjoint(_parts(names)))
        )
        # "A(1122),B(2233)", the distances to the nearest genes, hardly comes twice.
        if is_other and "(" not in cell:
            self._others.add(cell)
        return is_other


def _parts(names: Iterable[str]) -> Iterator[str]:
    """An Ensembl id without its version; both genes of a read-through that is named after them: EML4-ALK."""
    for name in names:
        yield name.partition(".")[0]
        yield from name.split("-")


def near_places(targets: Targets, separator: str = ":") -> frozenset[str]:
    """The stretches of 10,000 bases that touch a target, as `_PLACE` writes them: `chr2:2922`, `2:2922`."""
    found: set[str] = set()
    for chrom, spans in targets.places.items():
        bare = chrom.removeprefix("chr")
        names = (chrom, bare, "chrMT", "MT") if bare == "M" else (chrom, bare)
        for first, last in spans:
            stretches = range(max(first, 0) // _STRETCH, last // _STRETCH + 1)
            found.update(f"{name}{separator}{stretch}" for name in names for stretch in stretches)
    return frozenset(found)
