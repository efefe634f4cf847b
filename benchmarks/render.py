"""
What drawing a report costs: CPU seconds of one warm render beside a reference page, where they go, and long input.

Run `.venv/bin/python benchmarks/render.py [rounds] [folder of the reference]`. The standard report is the first sample
specimen's. The baseline is the reference prototype (a four-page report, PDF/A-3a, tagged, with its data attached),
drawn turn by turn in the same process; without its folder the baseline is our own page drawn by WeasyPrint as a plain
PDF. Figures are CPU time (user and system), medians.
"""

from __future__ import annotations

import copy
import gc
import importlib.util
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT.parent / "shared" / "reference"
GOAL_RATIO, GOAL_KB = 0.70, 150
# A child that needs more than this has no bound that a laboratory would call one.
LONGEST_SECONDS = 300

Record = dict[str, Any]


def standard_record() -> Record:
    """The saved record of the first sample specimen, a positive report."""
    from flows.batches import read_inbox
    from flows.settings import Settings
    from flows.store import open_store, versions
    from flows.work import report_case

    samples = ROOT / "sample_data"
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "store")
        settings = Settings(store_text=str(store), lab_text=str(samples / "lab.toml"))
        job = read_inbox(samples / "inbox", settings).jobs[0]
        assert report_case(job, store).status == "reported"
        record: Record = json.loads((versions(store, job.case_id)[-1].folder / "report.json").read_bytes())
    assert record["result"]["status"] == "detected"
    return record


def drawn(record: Record, saved: bytes | None = None) -> bytes:
    """The PDF as the store gets it: archive-grade, tagged, with `saved`, the record as it was written, attached."""
    from report_templates.pdf import render_pdf

    return render_pdf(record, saved)


def with_long_parts() -> dict[str, Callable[[Record], None]]:
    """Changes of the standard record that make it long, by name."""

    def calls(record: Record) -> None:
        one = record["reviewed_calls"][-1]
        record["reviewed_calls"] += [one | {"line": number} for number in range(10_000)]

    def fusions(record: Record) -> None:
        one = record["fusions"][0]
        record["fusions"] += [copy.deepcopy(one) | {"name": f"GENE{number}::ALK"} for number in range(199)]

    def comment(record: Record) -> None:
        record["ihc"][0]["comment"] = "words of a long remark " * (100_000 // 23)

    def word(record: Record) -> None:
        record["specimen"]["morphology"] = "x" * 5000
        record["patient"]["name"] = "y" * 5000

    def stains(record: Record) -> None:
        record["ihc"] += [record["ihc"][-1]] * 300

    return {
        "10,000 reviewed calls": calls,
        "200 fusions": fusions,
        "a comment of 100 kB": comment,
        "words of 5,000 characters": word,
        "300 stains": stains,
    }


def warm(record: Record, rounds: int, reference: Path) -> None:
    from report_templates.exports import report_json

    name, baseline = _baseline(record, reference)
    saved = report_json(record)
    drawn(record, saved), baseline()
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        theirs.append(cost(baseline))
        ours.append(cost(lambda: drawn(record, saved)))
    base, mine = statistics.median(theirs), statistics.median(ours)
    content = drawn(record)
    print(f"One warm render, median of {rounds}, CPU seconds ({pages(content)} pages)")
    line(f"{name} (baseline)", base, base)
    line("the standard positive report", mine, base, f"goal: x {GOAL_RATIO:.2f}")
    print(f"  {'size of its PDF':<44}{len(content) / 1000:6.0f} kB            goal: {GOAL_KB} kB")


def _baseline(record: Record, reference: Path) -> tuple[str, Callable[[], Any]]:
    # Ours first: the fonts of the process are chosen when WeasyPrint is first loaded, and both get the same ones.
    from report_templates import engine
    from report_templates.pdf import render_html

    if not (reference / "render.py").is_file():
        page = render_html(record)
        return "our page as a plain PDF", lambda: engine.HTML(string=page).write_pdf()
    spec = importlib.util.spec_from_file_location("reference_render", reference / "render.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    spec.loader.exec_module(module)
    data = module.sample()
    return "the reference page, PDF/A-3a, tagged", lambda: module.pdf(data)


def where_time_goes(record: Record, rounds: int) -> None:
    """CPU seconds by stage; the stages are functions of WeasyPrint 70, wrapped for this run."""
    import weasyprint
    from weasyprint import document as documents
    from weasyprint.css import StyleFor

    from report_templates import pdf

    shares: dict[str, float] = {}

    def wrap(owner: Any, attribute: str, stage: str) -> None:
        plain = getattr(owner, attribute)

        def timed(*args: Any, **kwargs: Any) -> Any:
            start = time.process_time()
            try:
                return plain(*args, **kwargs)
            finally:
                shares[stage] = shares.get(stage, 0.0) + time.process_time() - start

        setattr(owner, attribute, timed)

    wrap(pdf, "render_html", "record to HTML")
    wrap(weasyprint.HTML, "__init__", "HTML parsed")
    wrap(StyleFor, "__init__", "style cascade")
    wrap(documents, "build_formatting_structure", "boxes built")
    wrap(documents, "layout_document", "page layout")
    wrap(documents.Page, "paint", "painting")
    wrap(documents.Document, "write_pdf", "PDF written (with painting)")
    drawn(record)
    shares.clear()
    whole = sum(cost(lambda: drawn(record)) for _ in range(rounds)) / rounds
    print(f"\nWhere the time of one render goes, mean of {rounds}")
    line("the whole render (baseline)", whole, whole)
    for stage, seconds in shares.items():
        line(stage, seconds / rounds, whole)


def long_input(record: Record) -> None:
    """Each in a process of its own, so that its memory is its own."""
    print("\nLong input, each drawn once in a fresh process: CPU seconds and peak memory")
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / "record.json"
        saved.write_text(json.dumps(record))
        base, note = _child(saved, "standard")
        line("the standard report (baseline)", base, base, note)
        for name in with_long_parts():
            seconds, note = _child(saved, name)
            line(name, seconds, base, note)


def _child(saved: Path, name: str) -> tuple[float, str]:
    done = subprocess.run(
        [sys.executable, __file__, "--one", str(saved), name],
        check=True, capture_output=True, text=True, cwd=ROOT, timeout=LONGEST_SECONDS,
    )  # fmt: skip
    seconds, memory, count, size = done.stdout.split()
    return float(seconds), f"{memory} MB, {count} pages, {size} kB"


def one(saved: Path, name: str) -> None:
    record: Record = json.loads(saved.read_text())
    if name != "standard":
        with_long_parts()[name](record)
    content = drawn(record)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{used.ru_utime + used.ru_stime:.2f}", used.ru_maxrss // 1024, pages(content), len(content) // 1000)


def pages(content: bytes) -> int:
    from io import BytesIO

    from pdfminer.pdfpage import PDFPage

    return sum(1 for _ in PDFPage.get_pages(BytesIO(content)))


def cost(work: Callable[[], Any]) -> float:
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def line(name: str, seconds: float, baseline: float, more: str = "") -> None:
    print(f"  {name:<44}{seconds:8.2f}   x {seconds / baseline:5.2f}   {more}")


def main(arguments: list[str]) -> None:
    rounds = int(arguments[0]) if arguments else 15
    record = standard_record()
    warm(record, rounds, Path(arguments[1]) if len(arguments) > 1 else REFERENCE)
    long_input(record)
    # Last: the wrapped functions stay wrapped.
    where_time_goes(record, 5)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(Path(sys.argv[2]), sys.argv[3])
    else:
        main(sys.argv[1:])
