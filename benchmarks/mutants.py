"""
Mutation testing of the rule code: how many small changes to `interpret` do the tests notice?

`make mutants` draws a fixed-seed sample of each rule module's mutants (made by mutmut), runs the quick tests against
each (5 CPU seconds at most), and prints killed against sampled per module and every survivor with its change.
`make mutants SAMPLE=0` runs all; `python benchmarks/mutants.py verdict risk --sample 30` some modules. A survivor is a
sentence or a condition that no quick test pins; docs/mutation-testing.md lists those that were read and stay. All
happens in a temporary folder. Exit code 1 below 90 %.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import chdir
from pathlib import Path

import pytest
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state
from mutmut.utils.format_utils import get_mutant_name, mangled_name_from_mutant_name

ROOT = Path(__file__).parents[1]
MODULES = (
    "actionability classification concordance conditions context differential frames free_text fusions junctions "
    "merging orientation partners quality resistance risk sites stains statements verdict"
).split()
PACKAGES = ("interpret", "parsers", "report_templates", "flows", "sample_data", "tests", "docs")
SEED, SAMPLE, GOAL = 4, 50, 0.90
# CPU seconds of tests that one mutant gets.
SECONDS = 5.0
# A change that every case shows is noticed by the quick tests. The long ones (whole input spaces, hostile files, stored
# reports) would notice more, so that the rate is a lower bound.
TESTS = (
    "tests/interpret",
    "tests/interpret_genes",
    "tests/safety/test_safety_free_text.py",
    "tests/safety/test_safety_label_conditions.py",
    "tests/safety/test_safety_statements.py",
)
SLOW = (
    "tests/interpret/test_interpret_coverage.py",
    "tests/interpret/test_interpret_evidence.py",
    "tests/interpret/test_interpret_knowledge.py",
    "tests/interpret/test_interpret_knowledge_page.py",
    "tests/interpret/test_interpret_overlay.py",
    "tests/interpret_genes/test_interpret_agreement.py",
    "tests/interpret_genes/test_interpret_exons_and_positions.py",
    "tests/interpret_genes/test_interpret_frame_conformance.py",
    "tests/interpret_genes/test_interpret_fusion_properties.py",
    "tests/interpret_genes/test_interpret_gtf.py",
    "tests/interpret_genes/test_interpret_requested_genes.py",
    "tests/interpret_genes/test_interpret_structural_samples.py",
    "tests/interpret_genes/test_interpret_targets.py",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().partition("\n")[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="of interpret; all rule modules unless named")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="mutants per module; 0 for all")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1, help="mutants run side by side")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.modules) - set(MODULES)):
        parser.error(f"no rule module: {', '.join(unknown)}\n  Try: one of {', '.join(MODULES)}")
    # With CI set, hypothesis draws the same examples each time (tests/conftest.py).
    os.environ["CI"] = "1"
    sys.dont_write_bytecode = True
    with tempfile.TemporaryDirectory(prefix="imtreport-mutants-") as folder, chdir(folder):
        work = Path(folder)
        samples = sample(work, asked.modules or MODULES, asked.sample)
        sys.path.insert(0, folder)
        trial = Trial([name for names in samples.values() for name in names], asked.at_once)
        options = ["-q", "-p", "no:cacheprovider", *(f"--ignore={path}" for path in SLOW)]
        if pytest.main([*options, *TESTS], plugins=[trial]) or not trial.is_done:
            sys.exit("The tests fail before anything was changed.\n  Try: make test")
        return report(samples, trial.survivors)


def sample(work: Path, modules: Iterable[str], size: int) -> dict[str, list[str]]:
    """Copies the packages, puts the mutants into the modules, and draws `size` names of each (the same each time)."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, work / package, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    shutil.copy(ROOT / "LICENSE", work)
    settings = (ROOT / "pyproject.toml").read_text("utf-8") + '\n[tool.mutmut]\nsource_paths = ["interpret"]\n'
    (work / "pyproject.toml").write_text(settings, "utf-8")
    samples = {}
    for module in modules:
        path = Path("interpret", f"{module}.py")
        made = mutate_file_contents(str(path), path.read_text("utf-8"))
        path.write_text(made.code, "utf-8")
        names = [get_mutant_name(path, name) for name in made.mutant_names]
        if 0 < size < len(names):
            names = sorted(random.Random(f"{SEED} {module}").sample(names, size))  # noqa: S311 - a sample, no secret
        samples[module] = names
    return samples


class Trial:
    """
    A pytest plugin: runs the tests once unchanged, then each mutant in a process of its own, up to the first failure.

    mutmut's own runner collects the tests again for each mutant, which takes ten times as long.
    """

    def __init__(self, names: Sequence[str], at_once: int) -> None:
        self.names, self.at_once = names, at_once
        self.survivors: list[str] = []
        self.is_done = False
        self._tests: dict[str, list[tuple[float, int]]] = {}
        self._running: dict[int, str] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._learn(session)
        if session.testsfailed:
            return True
        for count, name in enumerate(self.names):
            self._wait(self.at_once - 1)
            print(
                f"\r{count} of {len(self.names)}, {len(self.survivors)} survived ", end="", file=sys.stderr, flush=True
            )
            self._start(session, name)
        self._wait(0)
        self.is_done = True
        return True

    def _learn(self, session: pytest.Session) -> None:
        """Which tests reach a function, and how long each takes."""
        set_mutant_under_test("stats")
        for number, _ in enumerate(session.items):
            state()._stats.clear()
            start = time.process_time()
            _run(session, [number])
            for function in state()._stats:
                self._tests.setdefault(function, []).append((time.process_time() - start, number))
            if session.testsfailed:
                return

    def _start(self, session: pytest.Session, name: str) -> None:
        tests = _quickest(self._tests.get(mangled_name_from_mutant_name(name), []), session)
        child = os.fork()
        if child:
            self._running[child] = name
            return
        # An endless loop is a change that was noticed: it ends here, by a signal.
        limit = 20 + int(5 * sum(seconds for seconds, _ in tests))
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        session.config.pluginmanager.unregister(name="terminalreporter")
        set_mutant_under_test(name)
        try:
            _run(session, [number for _, number in tests])
        finally:
            os._exit(1 if session.testsfailed else 0)

    def _wait(self, most: int) -> None:
        while len(self._running) > most:
            child, status = os.wait()
            if not status:
                self.survivors.append(self._running[child])
            del self._running[child]


def _quickest(tests: Sequence[tuple[float, int]], session: pytest.Session) -> list[tuple[float, int]]:
    """The approved files first, then the pinned sentences, then the quickest tests, `SECONDS` in all."""
    found, seconds = [], 0.0
    for _, took, number in sorted((_rank(session.items[test].nodeid), took, test) for took, test in tests):
        seconds += took
        if found and seconds > SECONDS:
            break
        found.append((took, number))
    return found


def _rank(test: str) -> int:
    return 0 if "approved" in test else 1 if "pinned" in test else 2


def _run(session: pytest.Session, numbers: Sequence[int]) -> None:
    for number in numbers:
        item = session.items[number]
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        if session.testsfailed:
            return


def report(samples: dict[str, list[str]], survivors: Sequence[str]) -> int:
    print(f"\n{'module':16} killed sampled  rate")
    for module, names in samples.items():
        print(_line(module, len(set(names) - set(survivors)), len(names)))
    total = sum(map(len, samples.values()))
    print(_line("all", total - len(survivors), total))
    for name in sorted(survivors):
        print(f"\n{name}\n{_change(name)}")
    return 0 if total - len(survivors) >= GOAL * total else 1


def _line(module: str, killed: int, sampled: int) -> str:
    return f"{module:16} {killed:6} {sampled:7} {killed / max(sampled, 1):5.0%}"


def _change(name: str) -> str:
    path = Path(*name.split(".")[:2]).with_suffix(".py")
    shown = get_diff_for_mutant(name, path.read_text("utf-8"), path).splitlines()
    return "\n".join(f"  {line}" for line in shown if line[:1] in "+-" and line[:3] not in ("+++", "---"))


if __name__ == "__main__":
    sys.exit(main())
