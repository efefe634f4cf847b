"""
What one specimen costs: CPU seconds end to end in a warm process, beside WeasyPrint’s share; and a cold start.

Run `.venv/bin/python benchmarks/specimen.py [rounds]`. Every figure is CPU time (user and system) of this process or of
the child named, so that other work on the machine hardly counts. The baseline of the ratios is WeasyPrint’s share of
the same reports in the same run: what is above 1.00 is ours.
"""

from __future__ import annotations

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
SAMPLES = ROOT / "sample_data"

COLD_STARTS = {
    "Python alone": "pass",
    "reading and rules, loaded": "import parsers.batch, interpret.interpretation as i, interpret.knowledge as k, "
    "interpret.genes as g; k.load_knowledge(); g.load_gene_models()",
    "first report of a process": "import runpy, sys; sys.argv = ['specimen.py', '--one']; "
    "runpy.run_path('benchmarks/specimen.py', run_name='__main__')",
    "Prefect, imported": "import prefect",
    "imtreport --help": "import sys; sys.argv = ['imtreport', '--help']; from flows.command_line import main; main()",
}


class Share:
    """CPU seconds spent inside the functions it wraps."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def of(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            start = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds += time.process_time() - start

        return timed


def warm(rounds: int) -> float:
    """The sample night, `rounds` times in this process after one round to warm up; the mean cost of a specimen."""
    from weasyprint import HTML
    from weasyprint.document import Document

    share = Share()
    HTML.render = share.of(HTML.render)
    Document.write_pdf = share.of(Document.write_pdf)

    night()
    share.seconds = 0.0
    costs = [cost for _ in range(rounds) for cost in night()]
    whole, own = statistics.mean(costs), share.seconds / len(costs)
    print(f"One specimen, warm: mean CPU seconds of {len(costs)} reports")
    line("WeasyPrint's own share (baseline)", own, own)
    line("end to end: read, interpret, draw, store", whole, own, f"{min(costs):.2f} to {max(costs):.2f} by specimen")
    return whole


def night() -> list[float]:
    """CPU seconds of each reported specimen of the sample night, into a store of its own."""
    from flows.store import open_store
    from flows.work import report_case

    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "store")
        jobs = sample_jobs(store)
        outcomes = [report_case(job, store) for job in jobs]
    costs = [outcome.cpu_seconds for outcome in outcomes if outcome.status == "reported"]
    assert len(costs) == 12, [outcome.status for outcome in outcomes]
    return costs


def sample_jobs(store: Path) -> tuple[Any, ...]:
    from flows.batches import read_inbox
    from flows.settings import Settings

    return read_inbox(SAMPLES / "inbox", Settings(store_text=str(store), lab_text=str(SAMPLES / "lab.toml"))).jobs


def cold(baseline: float) -> None:
    """CPU seconds of a fresh Python process, by what it loads."""
    print("\nA cold start: CPU seconds of a fresh process, median of 3")
    line("one specimen, warm (baseline)", baseline, baseline)
    for name, code in COLD_STARTS.items():
        line(name, statistics.median(child(code) for _ in range(3)), baseline)


def child(code: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def line(name: str, seconds: float, baseline: float, more: str = "") -> None:
    print(f"  {name:<44}{seconds:8.2f}   x {seconds / baseline:5.2f}   {more}")


def one() -> None:
    """The first reported specimen, for the cold start."""
    from flows.store import open_store
    from flows.work import report_case

    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "store")
        job = sample_jobs(store)[0]
        assert report_case(job, store).status == "reported"


if __name__ == "__main__":
    if sys.argv[1:] == ["--one"]:
        one()
    else:
        cold(warm(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
