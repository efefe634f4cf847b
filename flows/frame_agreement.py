"""`imtreport frames TABLE …`: our reading frames beside a table of known ones, caller by caller."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.terminal import number, print_problems
from interpret.agreement import EXPLANATIONS, LEAST_PERCENT, Compared, Known, KnownFrame, Tally, compare, tallies
from parsers.errors import InputError, Problem
from parsers.reading import FileText, missing_columns, read_text, tab_separated
from parsers.records import Breakpoint, Build, FusionCall, Place, Strand

if TYPE_CHECKING:
    from interpret.genes import GeneModels

BELOW = 1
WRONG_USE = 2

# As the study tables of callers' frames have them, and as those of exon pairs do.
CALL_COLUMNS = ("caller", "build", "gene5", "chrom5", "pos5", "gene3", "chrom3", "pos3", "truth_frame")
PAIR_COLUMNS = ("gene5", "exon5", "gene3", "exon3", "default_tx_frame")
_FRAMES: dict[str, KnownFrame] = {
    "in-frame": "in-frame",
    "out-of-frame": "out-of-frame",
    "stop-codon": "stop-codon",
    "5'UTR-3p": "not_assessable",
    "3'UTR-5p": "undetermined",
}

console = Console()
errors = Console(stderr=True)


def frames(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="TABLE …",
            help="Tables (tab-separated) of callers' frames with breakpoints, or of exon pairs with frames.",
            show_default=False,
        ),
    ],
    least: Annotated[
        float, typer.Option(min=0, max=100, help="Exit code 1 below this agreement on exon edges, in percent.")
    ] = LEAST_PERCENT,
) -> None:
    """Compare reading frames with tables of known ones, caller by caller; list and explain every difference."""
    from interpret.genes import load_gene_models

    models = load_gene_models()
    below = False
    try:
        for path in paths:
            found = compare(known_frames(path, models), models)
            below |= _tell(path, found, least)
    except InputError as error:
        print_problems(errors, error.problems, indent="")
        raise typer.Exit(WRONG_USE) from None
    if below:
        raise typer.Exit(BELOW)


def known_frames(path: Path, models: GeneModels) -> tuple[Known, ...]:
    """
    The rows of one table; which kind it is, its header tells.

    Raises:
        InputError: the file cannot be read, is no such table, or a cell is not what its column holds.
    """
    try:
        source = read_text(path)
    except OSError as error:
        raise InputError(
            Problem("unreadable-file", str(path), f"the table cannot be opened ({error.strerror})", "name a table")
        ) from None
    rows = tab_separated(source)
    header = next(rows).cells
    is_pairs = "exon5" in header and "default_tx_frame" in header
    problem = missing_columns(header, PAIR_COLUMNS if is_pairs else CALL_COLUMNS, source.name)
    if problem is not None:
        raise InputError(problem)
    read: Callable[[_Cells], Known] = (lambda cells: _pair(cells, models)) if is_pairs else _call
    return tuple(read(_Cells(source, row.line, dict(zip(header, row.cells, strict=False)))) for row in rows)


class _Cells:
    """The cells of one row by column; a cell that is not there is empty."""

    def __init__(self, source: FileText, line: int, cells: Mapping[str, str]) -> None:
        self.place = Place(source.name, line)
        self._cells = cells

    def text(self, column: str) -> str:
        return self._cells.get(column, "").strip()

    def whole(self, column: str) -> int:
        text = self.text(column)
        if text.isascii() and text.isdigit() and len(text) < 10:
            return int(text)
        raise self.wrong(column, "a whole number")

    def one_of(self, column: str, allowed: Iterable[str]) -> str:
        if self.text(column) in allowed:
            return self.text(column)
        raise self.wrong(column, f"one of {', '.join(allowed)}")

    def wrong(self, column: str, expected: str) -> InputError:
        return InputError(
            Problem(
                code="bad-cell",
                file=self.place.file,
                line=self.place.line,
                column=column,
                message="the cell cannot be used",
                found=self.text(column),
                expected=expected,
                remedy="correct the cell",
            )
        )


def _call(cells: _Cells) -> Known:
    transcripts = (text if (text := cells.text(column)) != "." else "" for column in ("caller_tx5", "caller_tx3"))
    five, three = transcripts
    call = FusionCall(
        caller=cells.text("caller"),
        gene_5prime=cells.text("gene5"),
        gene_3prime=cells.text("gene3"),
        breakpoint_5prime=_breakpoint(cells, "5"),
        breakpoint_3prime=_breakpoint(cells, "3"),
        genome_build=cast(Build, cells.one_of("build", ("GRCh37", "GRCh38"))),
        molecule="RNA",
        place=cells.place,
        transcript_5prime=five,
        transcript_3prime=three,
    )
    return Known(
        cells.text("row_id") or f"line {cells.place.line}", call, _FRAMES[cells.one_of("truth_frame", _FRAMES)]
    )


def _breakpoint(cells: _Cells, end: str) -> Breakpoint:
    strand = cells.text(f"strand{end}").rpartition("/")[2]
    return Breakpoint(
        cells.text(f"chrom{end}"), cells.whole(f"pos{end}"), cast(Strand, strand) if strand in ("+", "-") else None
    )


def _pair(cells: _Cells, models: GeneModels) -> Known:
    genes = [models.gene(cells.text(column)) for column in ("gene5", "gene3")]
    five, three = genes
    if five is None or three is None:
        raise cells.wrong("gene3" if five else "gene5", "a gene of the gene models")
    call = FusionCall(
        caller="published exon pairs",
        gene_5prime=five.symbol,
        gene_3prime=three.symbol,
        breakpoint_5prime=None,
        breakpoint_3prime=None,
        genome_build=None,
        molecule="RNA",
        place=cells.place,
        exon_5prime=cells.whole("exon5"),
        exon_3prime=cells.whole("exon3"),
        transcript_5prime=cells.text("transcript5") or five.transcript,
        transcript_3prime=cells.text("transcript3") or three.transcript,
    )
    return Known(f"line {cells.place.line}", call, _FRAMES[cells.one_of("default_tx_frame", _FRAMES)])


def _tell(path: Path, found: tuple[Compared, ...], least: float) -> bool:
    """Prints one table's agreement and every difference; True where the agreement is below `least`."""
    counted = tallies(found)
    table = Table("Caller", "Rows", "On exon edges", "agree", "%", "With a frame", "agree", box=None, pad_edge=False)
    for tally in counted:
        table.add_row(*_cells_of(tally))
    console.print(f"{escape(path.name)}: {number(len(found), 'row')}", highlight=False)
    console.print(table)
    differing = [one for one in found if one.state == "differs"]
    for one in sorted(differing, key=lambda one: not one.is_on_edges):
        for line in _difference(one):
            console.print(line, highlight=False, soft_wrap=True, markup=False)
    percent = counted[-1].percent_on_edges
    if percent is None:
        console.print("No row has both breakpoints on exon edges of genes with a model.", highlight=False)
        return True
    verdict = "" if percent >= least else f": below {least:g} %"
    console.print(f"Agreement on exon edges: {percent:.1f} %{verdict}", highlight=False)
    return percent < least


def _cells_of(tally: Tally) -> tuple[str, ...]:
    percent = tally.percent_on_edges
    shown = "–" if percent is None else f"{percent:.1f}"
    numbers = tally.rows, tally.on_edges, tally.agreed_on_edges
    return (escape(tally.caller), *map(str, numbers), shown, str(tally.with_frame), str(tally.agreed))


def _difference(one: Compared) -> Iterator[str]:
    call, junction = one.known.call, one.junction
    where = "on exon edges" if one.is_on_edges else "not on exon edges"
    exons = f"exon {junction.five.exon} to exon {junction.three.exon}"
    yield (
        f"{one.known.row}, {call.caller}, {junction.name}, {exons} ({where}): "
        f"known as {one.known.frame}, here {junction.frame.frame}"
    )
    yield f"  {one.why if one.why != 'none' else 'unexplained'}: {EXPLANATIONS[one.why]}"
