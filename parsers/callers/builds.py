"""
Which assembly a file's positions are on: what it declares, what its own junctions show, what the laboratory declared.

Evidence comes first; nothing is guessed. A file whose evidence contradicts the declaration stops the specimen, because
a position read on the wrong assembly gives another exon, or another gene.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from parsers.callers.format import Reading, ReadingContext
from parsers.errors import InputError, Problem, first_of
from parsers.records import Build, FusionCall

# First bases of ALK exon 20, ROS1 exon 34 (NM_002944.3), NTRK3 exon 15 and RET exon 12: the junctions that recur.
_JUNCTIONS: dict[str, tuple[str, int, int]] = {
    "ALK": ("chr2", 29446394, 29223528),
    "ROS1": ("chr6", 117645578, 117324415),
    "NTRK3": ("chr15", 88483984, 87940753),
    "RET": ("chr10", 43612032, 43116584),
}
_NEAR = 2


def build_of_calls(
    file: str, reading: Reading, context: ReadingContext
) -> tuple[tuple[FusionCall, ...], Build | None, tuple[Problem, ...]]:
    """
    The calls with their assembly, the file's one (None where rows differ or no call has a position), and warnings.

    Where positions alone name the genes, the assay's assembly is not enough: file or specimen must state it.

    Raises:
        InputError: evidence and declaration contradict each other, or nothing is known and there are positions.
    """
    declared = context.specimen_build or context.assay_build
    evidence = _evidence(file, reading)
    if evidence and declared and evidence != declared:
        by = "the genome_build of specimens.csv" if context.specimen_build else "the assay's genome_build in lab.toml"
        raise InputError(
            _contradiction(
                file, f"the file's own positions or header are on {evidence}, {by} is {declared}", declared, evidence
            )
        )
    if not reading.names_genes and evidence is None:
        declared = context.specimen_build
    build = evidence or declared
    wrong = [call for call in reading.calls if build and call.genome_build and call.genome_build != build]
    if wrong:
        raise InputError(*first_of([_wrong_row(file, call, build) for call in wrong]))
    calls = tuple(_on(call, call.genome_build or build) for call in reading.calls)
    unknown = [call for call in calls if call.genome_build is None and _has_position(call)]
    # What was only counted was looked for on both assemblies, and still: nobody knows on which it lies.
    if unknown or (build is None and reading.others):
        raise InputError(
            Problem(
                "genome-build-unknown",
                file,
                "the file does not say on which assembly its positions are",
                "fill in genome_build in specimens.csv, or in the assay's table in lab.toml"
                if reading.names_genes
                else "fill in genome_build in specimens.csv once it is certain: positions alone name the genes here, "
                "and the assay's own genome_build does not count for such a file",
                line=unknown[0].place.line if unknown else None,
                column="genome_build",
                expected="GRCh37 or GRCh38",
            )
        )
    stated = {call.genome_build for call in calls if call.genome_build}
    has_positions = bool(stated or reading.others)
    warnings = () if reading.names_genes or evidence or not has_positions else (_not_confirmed(file, build),)
    return calls, build or (stated.pop() if len(stated) == 1 else None), warnings


def fingerprint(calls: Iterable[FusionCall]) -> set[Build]:
    """The assemblies on which calls of ALK, ROS1, NTRK3 and RET have their recurrent 3' junction, within 2 bases."""
    found: set[Build] = set()
    for call in calls:
        known = _JUNCTIONS.get(call.gene_3prime)
        end = call.breakpoint_3prime
        if known is None or end is None or end.chrom != known[0]:
            continue
        if abs(end.pos - known[1]) <= _NEAR:
            found.add("GRCh37")
        if abs(end.pos - known[2]) <= _NEAR:
            found.add("GRCh38")
    return found


def _evidence(file: str, reading: Reading) -> Build | None:
    seen = fingerprint(reading.calls) | ({reading.header_build} if reading.header_build else set())
    if len(seen) > 1:
        raise InputError(
            Problem(
                "genome-build-contradiction",
                file,
                "the file's positions are on more than one assembly, or not on the one its header names",
                "call the fusions again on one assembly; do not join tables of two",
                found=", ".join(sorted(seen)),
                expected="one assembly",
            )
        )
    return next(iter(seen), None)


def _wrong_row(file: str, call: FusionCall, build: Build | None) -> Problem:
    message = f"the row says {call.genome_build}, the specimen is on {build}"
    problem = _contradiction(file, message, build, call.genome_build)
    return replace(problem, line=call.place.line, column="genome_build")


def _not_confirmed(file: str, build: Build | None) -> Problem:
    return Problem(
        "genome-build-not-confirmed",
        file,
        f"{build} is taken from specimens.csv and is not confirmed by the file, whose positions alone name the genes",
        "compare it with the reference that the caller was run on; a header with ##reference or ##contig confirms it",
        severity="warning",
    )


def _contradiction(file: str, message: str, expected: Build | None, found: Build | None) -> Problem:
    return Problem(
        "genome-build-contradiction",
        file,
        message,
        "check which file belongs to the specimen; if the file is right, correct genome_build",
        found=found,
        expected=expected or "",
    )


def _has_position(call: FusionCall) -> bool:
    return call.breakpoint_5prime is not None or call.breakpoint_3prime is not None


def _on(call: FusionCall, build: Build | None) -> FusionCall:
    """The call on `build`; a call without positions needs none and keeps what its row says."""
    if build == call.genome_build or not _has_position(call):
        return call
    return replace(call, genome_build=build)
