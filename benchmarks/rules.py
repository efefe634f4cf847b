"""
What the rules cost: loading knowledge and gene models, and interpreting one specimen.

Run `.venv/bin/python benchmarks/rules.py [rounds]`. CPU seconds; the limits are those of issue 4: 10 ms for one
interpretation, 0.3 s for loading. Loading is measured in processes of its own, the imports of the rules not counted.
The baseline of an interpretation is that of a negative case.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "interpret")]

MOST_MS, MOST_LOADING_S = 10.0, 0.3
_LOAD = (
    "import time, interpret.interpretation as i, interpret.knowledge as k, interpret.genes as g; "
    "start = time.process_time(); k.load_knowledge(); g.load_gene_models(); print(time.process_time() - start)"
)


def main(rounds: int) -> None:
    loads = [float(subprocess.check_output([sys.executable, "-c", _LOAD], cwd=ROOT, text=True)) for _ in range(5)]
    print(f"Loading knowledge and gene models: {statistics.median(loads):.2f} s CPU (limit {MOST_LOADING_S} s)")
    print(f"One interpretation: median CPU milliseconds of {rounds} (limit {MOST_MS:.0f} ms)")
    baseline = 0.0
    for name, cost in costs(rounds):
        baseline = baseline or cost
        print(f"  {name:<44}{cost:7.2f} ms   x {cost / baseline:5.2f}")


def costs(rounds: int) -> list[tuple[str, float]]:
    from made_cases import a_call, a_case, a_laboratory, a_stain, the_knowledge, the_models

    from interpret.interpretation import interpret

    knowledge, models, laboratory = the_knowledge(), the_models(), a_laboratory()
    exons = {
        "transcript_5prime": "NM_152263.4",
        "transcript_3prime": "NM_004304.5",
        "exon_5prime": 8,
        "exon_3prime": 20,
    }
    one = a_call("TPM3", "ALK", **exons)
    cases = {
        "negative": a_case(),
        "one fusion, ALK stained": a_case(one, ihc=(a_stain("ALK"),)),
        "one fusion of three callers": a_case(
            *(a_call("TPM3", "ALK", caller=caller, **exons) for caller in ("Arriba", "STAR-Fusion", "FusionCatcher"))
        ),
        "one fusion among 50 other calls": a_case(
            one, *(a_call(f"GENE{number}", "EML4", **{"exon_3prime": 3}) for number in range(50))
        ),
    }
    found = []
    for name, case in cases.items():
        interpret(case, laboratory, knowledge, models)
        times = []
        for _ in range(rounds):
            start = time.process_time()
            interpret(case, laboratory, knowledge, models)
            times.append(time.process_time() - start)
        found.append((name, 1000 * statistics.median(times)))
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
