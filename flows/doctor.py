"""`imtreport doctor`: what is installed, what is missing, and the command that mends it."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from flows.api_server import answers, serving
from flows.native_libraries import missing_packages
from flows.settings import Settings, laboratory_file
from parsers.errors import InputError

PACKAGES = ("imtreport", "prefect", "fastapi", "sqlalchemy", "weasyprint", "pysam", "pandas", "jinja2")
State = Literal["ok", "note", "missing"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: `missing` makes the exit code 1, a `note` does not."""

    state: State
    what: str
    remedy: str = ""


def examine(settings: Settings, lab: Path | None) -> Iterator[Finding]:
    """All findings, the quick ones first; nothing stops at the first that is missing."""
    yield Finding("ok", f"Python {platform.python_version()} ({platform.system()} {platform.machine()})")
    yield from _packages()
    libraries = list(_native_libraries())
    yield from libraries
    yield from _knowledge()
    yield _store(settings)
    yield from _laboratory(settings, lab)
    if all(one.state == "ok" for one in libraries):
        yield from _fonts()
        yield from _sample_report()
    yield _prefect(settings)


def _packages() -> Iterator[Finding]:
    for name in PACKAGES:
        try:
            yield Finding("ok", f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Finding("missing", f"{name} is not installed", "run bin/setup in the checkout, or install the wheel")


def _native_libraries() -> Iterator[Finding]:
    missing = missing_packages()
    if missing:
        command = f"apt-get install -y {' '.join(missing)}"
        yield Finding("missing", f"native libraries for the PDF: {', '.join(missing)}", f"sudo {command}")
    else:
        yield Finding("ok", "native libraries for the PDF: Pango, HarfBuzz, fontconfig")


def _knowledge() -> Iterator[Finding]:
    # Late: packaged tables are read here, and a damaged one is a finding, not a crash.
    from interpret.genes import load_gene_models
    from interpret.knowledge import load_knowledge

    try:
        knowledge = load_knowledge()
        load_gene_models()
    except Exception as error:  # noqa: BLE001 - whatever is wrong with our tables is what the doctor is to tell
        yield Finding("missing", f"knowledge tables: {type(error).__name__}: {error}", "install imtreport again")
        return
    yield Finding("ok", f"knowledge tables {knowledge.version}, sha256 {knowledge.sha256[:16]}…")


def _store(settings: Settings) -> Finding:
    store = settings.store
    existing = next(folder for folder in (store, *store.parents) if folder.exists())
    if existing.is_dir() and os.access(existing, os.W_OK | os.X_OK):
        return Finding("ok", f"report store {store}" + ("" if existing == store else " (will be made)"))
    return Finding("missing", f"report store {store} cannot be written", "set IMTREPORT_STORE to a folder of yours")


def _laboratory(settings: Settings, lab: Path | None) -> Iterator[Finding]:
    from flows.knowledge_overlays import check_overlay
    from parsers.laboratory import read_laboratory
    from report_templates.laboratory_letters import check_letters
    from report_templates.laboratory_templates import check_templates

    try:
        path = lab or settings.lab or laboratory_file(Path.cwd(), settings)
    except InputError:
        yield Finding("note", "no lab.toml here", "name one with --lab, or put it into the inbox")
        return
    try:
        laboratory = read_laboratory(path)
        if laboratory.knowledge_overlay:
            check_overlay(Path(laboratory.knowledge_overlay))
        check_templates(laboratory.branding.templates, laboratory)
        check_letters(laboratory)
    except InputError as error:
        for problem in error.problems:
            finding, _, remedy = problem.explain().partition("\n")
            yield Finding("missing", finding, remedy.strip().removeprefix("Try: "))
        return
    yield Finding("ok", f"{path}: {laboratory.name}, {len(laboratory.assays)} assays, {laboratory.time_zone}")


def _fonts() -> Iterator[Finding]:
    from importlib import resources

    files = [file for file in (resources.files("report_templates") / "fonts").iterdir() if file.is_file()]
    count = sum(file.name.endswith((".ttf", ".otf")) for file in files)
    yield Finding("ok", f"{count} font files packaged; a report is drawn with no other")


def _sample_report() -> Iterator[Finding]:
    from flows.sample import render_sample

    try:
        render_sample()
        started = time.perf_counter()
        size = len(render_sample())
    except Exception as error:  # noqa: BLE001 - whatever keeps a report from being drawn is what the doctor is to tell
        yield Finding("missing", f"a sample report cannot be drawn: {type(error).__name__}: {error}", "see above")
        return
    yield Finding("ok", f"sample report drawn in {1000 * (time.perf_counter() - started):.0f} ms ({size // 1024} kB)")


def _prefect(settings: Settings) -> Finding:
    given = os.environ.get("PREFECT_API_URL", "").strip()
    if given:
        if answers(given):
            return Finding("ok", f"Prefect API {given} answers")
        return Finding("missing", f"Prefect API {given} does not answer", "start it, or unset PREFECT_API_URL")
    served = serving(settings)
    if served:
        return Finding("ok", f"imtreport serve runs: {served}")
    return Finding("ok", "no Prefect server runs; each command starts its own")
