"""
Fusion callers: one module per format, each with a `FORMAT`; a file is recognised by its content, never by its name.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace
from pathlib import Path

from parsers.accessions import is_named_like_normal, names, shape
from parsers.callers import generic
from parsers.callers.builds import build_of_calls
from parsers.callers.format import CallerFormat, GivenName, Reading, ReadingContext
from parsers.callers.unsupported import name_of_unsupported, near_miss
from parsers.checksums import read_checked
from parsers.errors import InputError, Problem
from parsers.reading import DEFAULT_CAP, SAVE_AS_CSV, FileText
from parsers.records import FusionCall, FusionSource


def _all_formats() -> tuple[CallerFormat, ...]:
    """The `FORMAT` (or `FORMATS`, for twins of one family) of every module of this folder: a new caller is one file."""
    found: list[CallerFormat] = []
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        content = vars(importlib.import_module(f"{__name__}.{module.name}"))
        found.extend(content.get("FORMATS", [content["FORMAT"]] if "FORMAT" in content else []))
    return tuple(found)


FORMATS: tuple[CallerFormat, ...] = _all_formats()


def read_fusion_file(
    path: Path, context: ReadingContext, *, cap: int = DEFAULT_CAP, name: str = "", folder: Path | None = None
) -> tuple[tuple[FusionCall, ...], FusionSource, tuple[Problem, ...]]:
    """
    All calls of one file for one specimen, what the file was, and the warnings.

    A file with a header and no row is a finished run without a call: a source with `calls=0`. `name` is what the file
    is called in problems, calls and source (its path relative to the batch folder); by default its name alone.
    Checksums beside the file, and in the folders up to `folder`, must be the file's.

    Raises:
        InputError: the file is damaged, of an unsupported format, of another specimen or on another assembly than
            declared; with all problems found, each under the specimen's accession.
    """
    try:
        source = _callers_own_file(path, folder, cap, name)
        found = format_of(source)
        return _finished(source.name, source.sha256, found.name, found.read(source, context), context, source.warnings)
    except InputError as error:
        raise _of(context.accession, error) from None


def read_control_file(
    path: Path, context: ReadingContext, *, cap: int = DEFAULT_CAP, name: str = "", folder: Path | None = None
) -> tuple[FusionCall, ...]:
    """
    All calls in the file of a run control, on whichever assembly: what matters is that there are any.

    Raises:
        InputError: the file is damaged, of an unsupported format, or names a specimen as its sample.
    """
    source = _callers_own_file(path, folder, cap, name)
    reading = format_of(source).read(source, context)
    _check_names(source.name, reading.given_names, context)
    return reading.calls


def read_shared_rows(
    shared: generic.SharedRows, context: ReadingContext
) -> tuple[tuple[FusionCall, ...], FusionSource, tuple[Problem, ...]]:
    """`read_fusion_file` for the specimen's rows of the batch's fusions.csv, which is read and split only once."""
    try:
        reading = generic.read_rows(shared, context)
        return _finished(shared.table.file, shared.sha256, generic.FORMAT.name, reading, context, shared.warnings)
    except InputError as error:
        raise _of(context.accession, error) from None


def _callers_own_file(path: Path, folder: Path | None, cap: int, name: str) -> FileText:
    """`read_checked`; a workbook is not to be saved as text, as a table of the laboratory's own is: it alters genes."""
    try:
        return read_checked(path, folder=folder, cap=cap, name=name)
    except InputError as error:
        raise InputError(*(_without_spreadsheet(problem) for problem in error.problems)) from None


def _without_spreadsheet(problem: Problem) -> Problem:
    if problem.remedy != SAVE_AS_CSV or problem.file == generic.FILE:
        return problem
    return replace(
        problem, remedy="use the caller's own file, not one saved from a spreadsheet; unpack it if it is an archive"
    )


def _of(accession: str, error: InputError) -> InputError:
    return InputError(*(problem.about(accession) for problem in error.problems))


def _finished(
    file: str,
    sha256: str,
    format_name: str,
    reading: Reading,
    context: ReadingContext,
    of_source: tuple[Problem, ...],
) -> tuple[tuple[FusionCall, ...], FusionSource, tuple[Problem, ...]]:
    _check_names(file, reading.given_names, context)
    calls, build, of_build = build_of_calls(file, reading, context)
    fusion_source = FusionSource(
        file=file,
        format=format_name,
        caller=reading.caller,
        molecule=reading.molecule,
        sha256=sha256,
        calls=len(calls),
        genome_build=build,
        sample=reading.sample,
        others=reading.others,
        not_found=reading.not_found,
        not_assessable=reading.not_assessable,
        metrics=reading.metrics,
    )
    of_sample = _named_like_normal(file, reading.sample, context)
    found = (*of_source, *reading.warnings, *of_sample, *of_build)
    warnings = tuple(problem.about(context.accession) for problem in found)
    return calls, fusion_source, tuple(dict.fromkeys(warnings))


def format_of(source: FileText) -> CallerFormat:
    """
    The format of `source`.

    Raises:
        InputError: none of ours, or the header is that of several; names the format where it is a known one, and the
            formats that are supported.
    """
    claimed = [candidate for candidate in FORMATS if candidate.sniff(source.text)]
    if len(claimed) == 1:
        return claimed[0]
    if claimed:
        raise InputError(_ambiguous(source.name, claimed))
    known = name_of_unsupported(source.text)
    supported = ", ".join(candidate.name for candidate in FORMATS)
    raise InputError(
        Problem(
            "unsupported-format",
            source.name,
            f"this is a file of {known}: no fusions are read from it" if known else _unknown(source.text),
            "use the caller's own file as it was written (docs/formats has a page for each); another caller's result "
            f"can be entered in {generic.FILE}",
            line=1,
            expected=supported,
        )
    )


def _unknown(text: str) -> str:
    name, missing = near_miss(text, FORMATS)
    if not name:
        return "the format is not known"
    return f"the format is not known: the table looks like {name}, missing {', '.join(missing)}"


def _ambiguous(file: str, claimed: list[CallerFormat]) -> Problem:
    return Problem(
        "ambiguous-format",
        file,
        f"the header is that of {len(claimed)} formats: {', '.join(one.name for one in claimed)}",
        "use the caller's own file as it was written, without joining tables",
        line=1,
    )


def _named_like_normal(file: str, sample: str, context: ReadingContext) -> tuple[Problem, ...]:
    """
    A warning where the file's sample has the name of a normal and the table of specimens does not say that name.

    Of several samples no format chooses such a one by itself, so that it is the only one.
    """
    is_stated = bool(sample) and sample.casefold() == context.sample.casefold()
    if is_stated or not is_named_like_normal(sample, context.accession):
        return ()
    return (
        Problem(
            "normal-sample",
            file,
            "the file's only sample is named like a normal: a normal sample shows no fusion of the tumour",
            "give the tumour's file, or state this name in 'sequencing_sample' if it is the tumour's",
            found=sample,
            severity="warning",
        ),
    )


def _check_names(file: str, given: tuple[GivenName, ...], context: ReadingContext) -> None:
    """InputError when the file's own names are those of another specimen; any sample's name may be the stated one."""
    samples = [name for name in given if name.is_sample]
    if context.sample and samples and not any(_is_expected(name.text, context) for name in samples):
        raise InputError(
            Problem(
                "wrong-specimen",
                file,
                "the sample named in the file is not the one that the table of specimens names",
                "check fusion_files and sequencing_sample against the sample sheet of the run",
                line=samples[0].line,
                column=samples[0].column,
                found=", ".join(name.text for name in samples),
                expected=context.sample,
            )
        )
    wrong = next((name for name in given if _is_anothers(name, context)), None)
    if wrong is not None:
        raise InputError(
            Problem(
                "wrong-specimen",
                file,
                f"the {'sample' if wrong.is_sample else 'analysis'} named in the file is another specimen",
                "check fusion_files in specimens.csv against the sample sheet of the run",
                line=wrong.line,
                column=wrong.column,
                found=wrong.text,
                expected=context.accession,
            )
        )


def _is_expected(name: str, context: ReadingContext) -> bool:
    is_stated = name.casefold() == context.sample.casefold()
    return is_stated or names(name, context.sample) or names(name, context.accession)


def _is_anothers(name: GivenName, context: ReadingContext) -> bool:
    """Whether the name looks like the accession and is another, or holds another; the stated name may be any."""
    if context.sample and name.text.casefold() == context.sample.casefold():
        return False
    if shape(name.text) == shape(context.accession) and not names(name.text, context.accession):
        return True
    stated = context.finder.others(context.sample, context.accession) if context.sample else ()
    return bool(set(context.finder.others(name.text, context.accession)) - set(stated))
