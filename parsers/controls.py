"""
Controls of a run whose own fusion files are in the batch: what the file holds decides, not what was typed.

A no-template control holds no specimen: a fusion in its file was carried over from another well, and nobody knows into
which other wells. A positive control whose fusion was not found shows that the run could not find one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from parsers.callers import read_control_file
from parsers.callers.format import ReadingContext
from parsers.errors import InputError, Problem
from parsers.records import ControlResult, FusionCall, RunControl


def judged_by_their_files(
    controls: Sequence[RunControl], folder: Path, context: ReadingContext, *, cap: int
) -> tuple[tuple[RunControl, ...], tuple[Problem, ...]]:
    """
    The controls in order, each failed where its own file contradicts what a control must hold, and what is to be told.

    A file that cannot be read is an error: nobody knows what the control held. `context` is that of no specimen: its
    finder knows the accessions of the batch, whose files are no control's.
    """
    judged: list[RunControl] = []
    problems: list[Problem] = []
    for control in controls:
        calls: list[FusionCall] = []
        try:
            for name in control.fusion_files:
                path = _inside(folder, name, control)
                calls.extend(read_control_file(path, context, cap=cap, name=name, folder=folder))
        except InputError as error:
            problems.extend(error.problems)
            judged.append(control)
            continue
        verdict = _verdict(control, calls)
        if verdict is None:
            judged.append(control)
            continue
        result, remark = verdict
        judged.append(replace(control, result=result, remark=remark))
        if control.result != result:
            problems.append(_contradiction(control, remark))
    return tuple(judged), tuple(problems)


def _inside(folder: Path, name: str, control: RunControl) -> Path:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(
            Problem(
                "file-outside-folder",
                control.place.file,
                "the name leads out of the batch folder",
                "copy the file itself into the batch folder",
                line=control.place.line,
                column="fusion_files",
                found=name,
            )
        )
    return path


def _verdict(control: RunControl, calls: Sequence[FusionCall]) -> tuple[ControlResult, str] | None:
    """What the control's files make of it; None where they do not speak against what was entered."""
    passed = [call for call in calls if call.passed_filter]
    if not control.fusion_files:
        return None
    if control.control != "positive" and passed:
        return "fail", f"its file holds {_listed(passed)}"
    if control.control == "positive" and not passed:
        return "fail", "its file holds no fusion that passed"
    return None


def _listed(calls: Sequence[FusionCall]) -> str:
    named = list(dict.fromkeys(_name(call) for call in calls))
    return named[0] if len(named) == 1 else f"{named[0]} and {len(named) - 1} more"


def _name(call: FusionCall) -> str:
    genes = [call.gene_5prime or "unknown", call.gene_3prime or "unknown"]
    if genes == ["unknown", "unknown"]:
        return f"a call at {call.breakpoint_5prime}"
    return genes[0] if genes[0] == genes[1] else "::".join(genes)


def _contradiction(control: RunControl, remark: str) -> Problem:
    return Problem(
        "control-contradiction",
        control.place.file,
        f"the {control.control} control is entered as {control.result}, but {remark}: it counts as failed, and every "
        "specimen of the run is held",
        "repeat the run from extraction, or correct the control's file if it is another sample's",
        line=control.place.line,
        column="result",
        severity="warning",
    )
