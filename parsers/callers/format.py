"""
What a caller's module gives and gets: a `FORMAT` with a rule to recognise the content and a function to read it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from parsers.accessions import NO_FINDER, Finder, is_named_like_normal, names
from parsers.errors import MOST_PROBLEMS, InputError, Problem, first_of
from parsers.reading import (
    FileText,
    Row,
    looks_like_excel_date,
    quoted_lines,
    refuse_untrusted_characters,
    require_final_newline,
    tab_separated,
)
from parsers.records import Breakpoint, Build, FusionCall, Molecule, QcMetric, Strand

# More digits than any chromosome or sequencing run has: Python itself refuses to read thousands of them.
_MOST_DIGITS = 10
# No header is longer; a file of 50 MB need not be searched for one.
_HEAD = 100_000
_LONG_TEXT = 1_000_000
WHOLE = re.compile(r"\d{1,10}(?:\.0{1,10})?", re.ASCII)

_STRANDS: dict[str, Strand] = {"+": "+", "-": "-"}


@dataclass(frozen=True, slots=True)
class Targets:
    """
    What a long table is searched for: gene symbols (capital letters, with all aliases), and where those genes lie.

    `places` are (first, last) positions by `chr…` name, sorted and apart from each other, of all assemblies together:
    near enough to keep a call.
    """

    symbols: frozenset[str]
    places: Mapping[str, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """
    What is known of the specimen before its file is read.

    `molecule` is the assay's, for formats that do not say. `finder` knows the accessions of the batch by their looks.
    `sample` is the name that the laboratory says the specimen has in its sequencing files, `""` if it does not say.
    With `targets` the calls of a long table that concern none of them are counted instead of kept.
    """

    accession: str
    molecule: Molecule
    specimen_build: Build | None = None
    assay_build: Build | None = None
    accession_pattern: str = ""
    finder: Finder = NO_FINDER
    targets: Targets | None = None
    sample: str = ""


@dataclass(frozen=True, slots=True)
class GivenName:
    """
    A name that a file gives its specimen, and where it stands.

    `is_sample` is False for the name of an analysis or a run: it may hold an accession, but need not.
    """

    text: str
    line: int | None = None
    column: str = ""
    is_sample: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What one file says, read to its end.

    `header_build` is the assembly the file itself names; calls carry their own only where the row states it. `sample`
    is the file's own sample name, if it has one. `names_genes` is False where positions alone say which genes are
    joined: on the wrong assembly they say other genes. `warnings` stop nothing. `others`, `not_found`,
    `not_assessable` and `metrics` are as in `FusionSource`. `names` are for files that name their specimen several
    times: none of them may be another specimen's. Without them `sample` is the only one.
    """

    caller: str
    molecule: Molecule
    calls: tuple[FusionCall, ...]
    header_build: Build | None = None
    sample: str = ""
    warnings: tuple[Problem, ...] = ()
    names_genes: bool = True
    others: int = 0
    not_found: int = 0
    not_assessable: tuple[str, ...] = ()
    metrics: tuple[QcMetric, ...] = ()
    names: tuple[GivenName, ...] = ()

    @property
    def given_names(self) -> tuple[GivenName, ...]:
        """Every name that says whose file it is."""
        return self.names or ((GivenName(self.sample),) if self.sample else ())


@dataclass(frozen=True, slots=True)
class CallerFormat:
    """
    One format. `sniff` sees the decoded text and answers whether it is this format; it never sees the file's name.

    `read` raises InputError with all problems of the file. `columns` are those that each of its tables has: a table
    that lacks some of them, and that nothing reads, can so be told by name.
    """

    name: str
    sniff: Callable[[str], bool]
    read: Callable[[FileText, ReadingContext], Reading]
    columns: tuple[str, ...] = ()


@dataclass(slots=True)
class CallerTable:
    """A caller's tab-separated table by column name, with the problems found so far."""

    file: str
    columns: dict[str, int]
    rows: list[Row]
    problems: list[Problem] = field(default_factory=list)
    _places: dict[tuple[str, ...], list[tuple[str, int]]] = field(default_factory=dict)

    def cell(self, row: Row, column: str) -> str:
        """The cell, or `""` where the column does not exist or holds only `.`."""
        index = self.columns.get(column)
        value = "" if index is None else row.cells[index]
        return "" if value == "." else value

    def places(self, columns: Sequence[str]) -> list[tuple[str, int]]:
        """Those of `columns` that the table has, with their places in a row."""
        key = tuple(columns)
        if key not in self._places:
            self._places[key] = [(name, self.columns[name]) for name in columns if name in self.columns]
        return self._places[key]

    def problem(
        self, row: Row, code: str, column: str, message: str, remedy: str, found: str, expected: str = ""
    ) -> None:
        """Notes one problem. InputError once there are so many that the file as a whole is bad."""
        self.problems.append(
            Problem(code, self.file, message, remedy, line=row.line, column=column, found=found, expected=expected)
        )
        if len(self.problems) > MOST_PROBLEMS:
            self.finish()

    def count(self, row: Row, column: str, remedy: str) -> int | None:
        """A whole number of reads; None, and a problem, otherwise."""
        value = row.cells[self.columns[column]]
        if WHOLE.fullmatch(value):
            return int(value.split(".")[0])
        self.problem(
            row, "not-a-whole-number", column, "the cell is not a whole number", remedy, value, "a number of reads"
        )
        return None

    def breakpoint(self, row: Row, column: str, strand: Strand | None = None) -> Breakpoint | None:
        """`chr2:29223528` or `chr2:29223528:-`; the cell's strand counts first. None, and a problem, if bad."""
        value = row.cells[self.columns[column]]
        found = breakpoint_of(value, strand)
        if found is None:
            self.problem(
                row,
                "bad-breakpoint",
                column,
                "the cell is not a position",
                "export the table again from the caller",
                value,
                "chromosome:position, for example chr2:29223528",
            )
        return found

    def gene(self, row: Row, column: str, symbol: str) -> str:
        """`symbol`, refused where a spreadsheet has turned it into a date."""
        if symbol and symbol[0] in "0123456789jfmasondJFMASOND" and looks_like_excel_date(symbol):
            self.problem(
                row,
                "excel-date",
                column,
                "a spreadsheet turned the gene's name into a date",
                "use the caller's own file, not one saved from a spreadsheet",
                symbol,
                "a gene symbol",
            )
        return symbol

    def finish(self) -> None:
        """InputError with all problems, if there are any."""
        if self.problems:
            raise InputError(*first_of(self.problems))


def header_columns(text: str, separator: str = "\t") -> tuple[str, ...]:
    """The names in the first non-blank line, split at `separator`, without a leading `#` and without quotes."""
    names = first_line(text).removeprefix("#").split(separator)
    return tuple(name.strip().strip('"') for name in names)


def first_line(text: str) -> str:
    """The first line of `text` that is not blank, as far as its first 100,000 characters go."""
    return next((line for line in text[:_HEAD].split("\n") if line.strip()), "")


def read_caller_table(
    source: FileText,
    required: Sequence[str],
    *,
    comments: str = "",
    rows: Callable[[FileText], Iterator[Row]] = tab_separated,
) -> CallerTable:
    """
    The tab-separated table of `source`, proved complete: final line end, every row with the header's number of cells.

    Lines before the header that begin with `comments` are skipped. `rows` splits the text (`search.Search.rows` for
    tables that may be long).

    Raises:
        InputError: cut short, a required column missing, a row too short or too long.
    """
    require_final_newline(source)
    refuse_untrusted_characters(source)
    return _caller_table(source, rows(_without_comments(source, comments)), required)


def read_caller_csv(
    source: FileText, required: Sequence[str], *, separator: str = ",", comments: str = ""
) -> CallerTable:
    """
    `read_caller_table` for cells that are separated by `separator` and quoted as CSV defines it.

    Raises:
        InputError: as there; or a quote that is never closed, or a cell that goes over several lines.
    """
    require_final_newline(source)
    refuse_untrusted_characters(source)
    return _caller_table(source, quoted_lines(_without_comments(source, comments), separator), required)


def _without_comments(source: FileText, mark: str) -> FileText:
    """The text with the lines before the header that begin with `mark` made blank, so that lines keep their numbers."""
    if not mark:
        return source
    lines = source.text.split("\n")
    for index, line in enumerate(lines):
        if line.strip() and not line.startswith(mark):
            break
        lines[index] = ""
    return replace(source, text="\n".join(lines))


def _caller_table(source: FileText, lines: Iterator[Row], required: Sequence[str]) -> CallerTable:
    header = next(lines, None)
    if header is None:
        raise InputError(Problem("empty-file", source.name, "the table has no header", "export the table again"))
    names = [name.strip() for name in header.cells]
    missing = [name for name in required if name not in names]
    if missing:
        raise InputError(
            Problem(
                "missing-column",
                source.name,
                f"required columns are missing: {', '.join(missing)}",
                "use the caller's complete table",
                line=header.line,
                expected=", ".join(required),
            )
        )
    # Searching a long text for what needs tidying takes longer than tidying the rows that are kept of it.
    tidy = _tidied if len(source.text) > _LONG_TEXT or _needs_tidying(source.text) else _as_it_is
    width = len(names)
    rows: list[Row] = []
    ragged: list[Problem] = []
    for row in map(tidy, lines):
        rows.append(row)
        if len(row.cells) != width:
            ragged.append(_ragged(source.name, row, width))
            if len(ragged) > MOST_PROBLEMS:
                break
    if ragged:
        raise InputError(*first_of(ragged))
    return CallerTable(source.name, {name: index for index, name in reversed(list(enumerate(names)))}, rows)


def breakpoint_of(text: str, strand: Strand | None = None) -> Breakpoint | None:
    """`2:29223528`, `chr2:29223528:-`; None when it is neither. HLA contigs hold colons themselves."""
    place, _, last = text.rpartition(":")
    if last in ("+", "-", "."):
        strand = _STRANDS.get(last, strand)
        place, _, last = place.rpartition(":")
    pos = whole_number(last)
    return Breakpoint(chromosome(place), pos, strand) if place and pos else None


def whole_number(text: str) -> int | None:
    """`text` as a whole number; None when it is none, or longer than any position or count of reads."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def chromosome(name: str) -> str:
    """`2`, `chr2` and `CHR2` are `chr2`; `MT` is `chrM`; contigs keep their own spelling behind `chr`."""
    bare = name[3:] if name[:3].lower() == "chr" else name
    if bare.upper() in ("M", "MT"):
        return "chrM"
    return "chr" + (bare.upper() if bare.upper() in ("X", "Y") else bare)


def kept_cells(table: CallerTable, row: Row, columns: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The cells of `columns` that say something, as they were given."""
    cells = row.cells
    return tuple((name, cells[index]) for name, index in table.places(columns) if cells[index] not in ("", "."))


def gene_pairs(first: str, second: str) -> tuple[tuple[str, str], ...]:
    """
    Every pairing of the genes of two cells, each a gene or a list of the genes at one position (`ROS1;GOPC`).

    A row with such a list becomes one call for each pairing: a kinase keeps its name wherever it stands in the list,
    also on the wrong assembly, and its position is checked as that of any other gene. Clones (`AC010864.1`) are left
    out beside a gene: approved symbols hold no dot (DOI 10.1038/s41588-020-0669-3).
    """
    return tuple((one, other) for one in _listed_genes(first) for other in _listed_genes(second))


def rows_of_specimen(
    table: CallerTable, column: str, context: ReadingContext
) -> tuple[list[Row], str, tuple[Problem, ...]]:
    """
    The rows of the specimen in a table that may be a cohort's, its sample's name in `column`, and a warning where rows
    of other samples were left out.

    All rows where `column` is missing or names one sample only: every file's sample is checked against the specimen.

    Raises:
        InputError: the rows are of several samples, and it cannot be told which is the specimen's.
    """
    samples = {table.cell(row, column) for row in table.rows}
    if len(samples) < 2:
        return table.rows, next(iter(samples), ""), ()
    own = own_samples(samples, context)
    if len(own) != 1:
        raise InputError(_several_samples(table, column, len(samples)))
    rows = [row for row in table.rows if table.cell(row, column) == own[0]]
    left_out = len(table.rows) - len(rows)
    return rows, own[0], (_other_samples(table, column, left_out, len(samples) - 1),)


def own_samples(samples: Iterable[str], context: ReadingContext) -> list[str]:
    """
    Those of a cohort's `samples` that are the specimen's, sorted: the stated one, else those named after the accession.

    The patient's normal sample is named so, too, and is the specimen only where it is stated.
    """
    given = sorted(samples)
    stated = [one for one in given if context.sample and one.casefold() == context.sample.casefold()]
    named = (one for one in given if names(one, context.accession))
    return stated or [one for one in named if not is_named_like_normal(one, context.accession)]


def single_sample(table: CallerTable, columns: Sequence[str]) -> str:
    """
    The sample named in one of `columns`, `""` where there is no such column.

    Raises:
        InputError: the rows are of several samples (a cohort's table).
    """
    for column in columns:
        if column in table.columns:
            names = sorted({table.cell(row, column) for row in table.rows} - {""})
            if len(names) > 1:
                raise InputError(
                    Problem(
                        "several-samples",
                        table.file,
                        f"the table holds {len(names)} samples",
                        "use the caller's table of this one specimen",
                        line=1,
                        column=column,
                    )
                )
            return names[0] if names else ""
    return ""


def _listed_genes(cell: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(name.strip() for name in cell.split(";") if name.strip()))
    return tuple(name for name in found if "." not in name) or found or ("",)


def _several_samples(table: CallerTable, column: str, count: int) -> Problem:
    return Problem(
        "several-samples",
        table.file,
        f"the table holds {count} samples, and none of them alone is named after the specimen",
        "use the caller's table of this one specimen, or state its sample in sequencing_sample",
        line=1,
        column=column,
    )


def _other_samples(table: CallerTable, column: str, rows: int, samples: int) -> Problem:
    return Problem(
        "other-samples",
        table.file,
        f"{rows} rows of {samples} other samples were left out",
        "nothing to do if this is the table of a whole run",
        line=1,
        column=column,
        severity="warning",
    )


def _needs_tidying(text: str) -> bool:
    return any(mark in text for mark in ('\t"', '\n"', "\t ", " \t", " \n"))


def _as_it_is(row: Row) -> Row:
    return row


def _tidied(row: Row) -> Row:
    """The row without blanks around its cells and without the quotes that a spreadsheet puts around commas."""
    cells = []
    for given in row.cells:
        cell = given.strip()
        if len(cell) > 1 and cell[0] == cell[-1] == '"':
            cell = cell[1:-1].replace('""', '"')
        cells.append(cell)
    return Row(row.line, tuple(cells))


def _ragged(file: str, row: Row, width: int) -> Problem:
    return Problem(
        "wrong-number-of-cells",
        file,
        f"the row has {len(row.cells)} cells, the header {width}",
        "the row is cut short or damaged: copy the file again from where the caller wrote it",
        line=row.line,
    )
