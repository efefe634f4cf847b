"""
The laboratory's own gene annotations (IMTREPORT_GTF): each file is read once and kept as a small indexed database.

    <store>/annotations/<sha256>-<format>.sqlite     one for each file, found again by its content

A report looks up the genes, transcripts and places of its own case there, and nothing else is in memory
(docs/decisions/0009-gene-annotation.md has the figures).
"""

from __future__ import annotations

import gzip
import io
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flows import store as reports
from interpret.genes import GeneModels, load_gene_models
from interpret.gtf import (
    AnnotationFile,
    GtfGene,
    GtfReader,
    Wanted,
    gene_as_text,
    gene_from_text,
    no_genes,
    wanted_of,
    with_annotation,
)
from parsers.errors import InputError, Problem
from parsers.records import Build, Case

FOLDER = "annotations"
# Of the databases: another number, and every file is read anew.
_FORMAT = 1
_TABLES = """
CREATE TABLE meta (release TEXT NOT NULL, build TEXT NOT NULL);
CREATE TABLE gene (id INTEGER PRIMARY KEY, symbol TEXT NOT NULL, chrom TEXT NOT NULL, low INTEGER NOT NULL,
                   high INTEGER NOT NULL, content BLOB NOT NULL);
CREATE TABLE transcript (accession TEXT NOT NULL, gene INTEGER NOT NULL);
"""
_INDEXES = """
CREATE INDEX gene_by_symbol ON gene (symbol);
CREATE INDEX gene_by_place ON gene (chrom, low, high);
CREATE INDEX transcript_by_accession ON transcript (accession);
"""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation that is ready for look-ups: what reports call it, and its database."""

    file: AnnotationFile
    database: Path

    def genes_for(self, wanted: Wanted) -> tuple[GtfGene, ...]:
        """The genes that a case asks for, by symbol, transcript or place; in the order of the file."""
        found: dict[int, bytes] = {}
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as database:
            for query, values in _queries(wanted):
                found |= dict(database.execute(f"SELECT gene.id, gene.content FROM gene {query}", values))  # noqa: S608
        return tuple(gene_from_text(zlib.decompress(found[number]).decode()) for number in sorted(found))


def annotations_of(paths: Sequence[Path], store: Path) -> tuple[Annotation, ...]:
    """
    The annotations of these files, each read and indexed now if that was not done before; one for each assembly.

    Raises:
        InputError: a file is missing or damaged, is no GTF, its assembly is not known, or two are of one assembly.
    """
    found = tuple(_annotation(path, store) for path in paths)
    for number, one in enumerate(found):
        if one.file.build in {other.file.build for other in found[:number]}:
            raise InputError(
                Problem(
                    code="gtf-build-twice",
                    file=one.file.file,
                    message=f"there are two gene annotations of {one.file.build}",
                    remedy="name one file for each genome build in IMTREPORT_GTF",
                )
            )
    return found


def models_for(case: Case, models: GeneModels, annotations: Iterable[Annotation]) -> GeneModels:
    """The gene models for one case: the embedded ones and what the annotations have of its calls."""
    wanted = wanted_of(case.calls, models)
    return with_annotation(models, [(one.file, one.genes_for(wanted)) for one in annotations], wanted)


def _queries(wanted: Wanted) -> Iterator[tuple[str, tuple[object, ...]]]:
    for symbol in sorted(wanted.symbols):
        yield "WHERE symbol = ?", (symbol,)
    for accession in sorted(wanted.accessions):
        yield "JOIN transcript ON transcript.gene = gene.id WHERE accession = ?", (accession,)
    for at in wanted.places:
        yield "WHERE chrom = ? AND low <= ? AND high >= ?", (at.chrom, at.pos, at.pos)


def _annotation(path: Path, store: Path) -> Annotation:
    try:
        digest = reports.digest_of(path)
    except OSError as error:  # pragma: no cover - the file went between two looks at it
        raise InputError(_unreadable(path, error.strerror or "")) from None
    if digest is None:
        raise InputError(_unreadable(path, "there is no such file, or it may not be read"))
    database = store / FOLDER / f"{digest}-{_FORMAT}.sqlite"
    if not database.is_file():
        # Workers that start together wait for the one that reads the file.
        with reports.locked(store, f"gene annotation {digest}"):
            if not database.is_file():
                _index(path, database, store)
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as opened:
        release, build = opened.execute("SELECT release, build FROM meta").fetchone()
    return Annotation(AnnotationFile(path.name, digest, str(release), cast(Build, build)), database)


def _index(path: Path, database: Path, store: Path) -> None:
    """Writes the database beside its place and moves it there when it is complete."""
    reader = GtfReader(path.name, load_gene_models())
    with reports.new_folder(store) as folder:
        made = folder / database.name
        with closing(sqlite3.connect(made)) as opened, opened:
            opened.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_TABLES}")
            with _lines(path) as lines:
                number = 0
                for number, gene in enumerate(reader.genes(lines), 1):
                    _add(opened, number, gene)
            if not number:
                raise InputError(no_genes(path.name))
            opened.execute("INSERT INTO meta VALUES (?, ?)", (reader.release, reader.build))
            opened.executescript(_INDEXES)
        database.parent.mkdir(mode=0o700, exist_ok=True)
        # Found again by its name alone: after a power cut it must be whole or not there.
        with made.open("rb") as file:
            os.fsync(file.fileno())
        made.replace(database)


def _add(database: sqlite3.Connection, number: int, gene: GtfGene) -> None:
    content = zlib.compress(gene_as_text(gene).encode())
    database.execute(
        "INSERT INTO gene VALUES (?, ?, ?, ?, ?, ?)", (number, gene.symbol, gene.chrom, gene.low, gene.high, content)
    )
    names = [(one.accession.partition(".")[0], number) for one in gene.transcripts]
    database.executemany("INSERT INTO transcript VALUES (?, ?)", names)


@contextmanager
def _lines(path: Path) -> Iterator[Iterable[str]]:
    """The lines of a file, packed by gzip (bgzip) or not: its first bytes tell, not its name."""
    try:
        with path.open("rb") as raw:
            is_packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            plain = gzip.GzipFile(fileobj=raw) if is_packed else raw
            with io.TextIOWrapper(cast(io.BufferedReader, plain), encoding="utf-8", errors="replace") as lines:
                yield _whole_lines(lines, path)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError(
            Problem(
                code="gtf-damaged",
                file=path.name,
                message="the packed file is damaged or was cut short",
                remedy="copy or download it again, and compare its size with the original's",
            )
        ) from None
    except OSError as error:
        raise InputError(_unreadable(path, error.strerror or "")) from None


def _whole_lines(lines: Iterable[str], path: Path) -> Iterator[str]:
    """The lines; InputError behind the last one where it has no end: genes behind the cut would be missing."""
    line = "\n"
    for line in lines:
        yield line
    if not line.endswith("\n"):
        raise InputError(
            Problem(
                code="cut-short",
                file=path.name,
                message="the gene annotation is cut short: its last line has no line end",
                remedy="copy or download it again, and compare its size with the original's",
            )
        )


def _unreadable(path: Path, why: str) -> Problem:
    return Problem(
        code="gtf-unreadable",
        file=str(path),
        message=f"the gene annotation cannot be read ({why})",
        remedy="put the right file name into IMTREPORT_GTF, or unset it",
    )
