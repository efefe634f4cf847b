"""
Mutation testing of the rule code: how many small changes to `interpret` do the tests notice?

`make mutants` draws a fixed-seed sample of each rule module's mutants, runs the quick tests against each, and prints
killed against sampled per module and every survivor with its change. `make mutants SAMPLE=0` runs all of them;
`python benchmarks/mutants.py verdict risk --sample 30` some modules. A survivor is a sentence or a condition that no
quick test pins; docs/mutation-testing.md lists those that were read and stay. All happens in a temporary folder. Exit
code 1 below 90 %.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.utils.format_utils import get_mutant_name

ROOT = Path(__file__).parents[1]
MODULES = (
    "actionability classification concordance conditions context differential frames free_text fusions junctions "
    "merging orientation partners quality resistance risk sites stains statements verdict"
).split()
PACKAGES = ("interpret", "parsers", "report_templates", "flows", "sample_data", "tests", "docs")
SEED, SAMPLE, GOAL = 4, 50, 0.90
# A change that every case shows is noticed by the quick tests. The long ones (whole input spaces, hostile files, stored
# reports) would notice more, so that the rate is a lower bound.
TESTS = ("tests/interpret", "tests/interpret_genes", "tests/safety/test_safety_statements.py")
SLOW = (
    "tests/interpret/test_interpret_coverage.py",
    "tests/interpret/test_interpret_evidence.py",
    "tests/interpret/test_interpret_knowledge_page.py",
    "tests/interpret/test_interpret_overlay.py",
    "tests/interpret_genes/test_interpret_gtf.py",
    "tests/interpret_genes/test_interpret_targets.py",
)
SURVIVED, NOT_REACHED = 0, 33


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().partition("\n")[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="of interpret; all rule modules unless named")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="mutants per module; 0 for all")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1, help="mutants run side by side")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.modules) - set(MODULES)):
        parser.error(f"no rule module: {', '.join(unknown)}\n  Try: one of {', '.join(MODULES)}")
    modules = asked.modules or MODULES
    with tempfile.TemporaryDirectory(prefix="imtreport-mutants-") as folder:
        work = Path(folder)
        copy_to(work, modules)
        # mutmut reads its settings from the working directory.
        os.chdir(work)
        samples = {module: sample_of(module, asked.sample) for module in modules}
        run(work, [name for names in samples.values() for name in names], asked.at_once)
        return report(work, samples)


def copy_to(work: Path, modules: Iterable[str]) -> None:
    """The packages and tests as they are now, with the settings of mutmut beside ours."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, work / package, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    settings = {
        "source_paths": ["interpret"],
        "only_mutate": [f"interpret/{module}.py" for module in modules],
        "also_copy": [package for package in PACKAGES if package != "interpret"],
        "pytest_add_cli_args_test_selection": list(TESTS),
        "pytest_add_cli_args": [f"--ignore={path}" for path in SLOW],
        # An endless loop is stopped after this many times what the tests took.
        "timeout_multiplier": 5.0,
    }
    lines = ["", "[tool.mutmut]", *(f"{key} = {json.dumps(value)}" for key, value in settings.items())]
    lines += ["use_git_change_detection = false", ""]
    shutil.copy(ROOT / "LICENSE", work)
    (work / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8") + "\n".join(lines), "utf-8")


def sample_of(module: str, size: int) -> list[str]:
    """The same `size` mutants of a module each time, as long as its text is the same; all for 0."""
    path = Path("interpret", f"{module}.py")
    made = mutate_file_contents(str(path), (ROOT / path).read_text("utf-8"))
    names = [get_mutant_name(path, name) for name in made.mutant_names]
    if not size or size >= len(names):
        return names
    return sorted(random.Random(f"{SEED} {module}").sample(names, size))  # noqa: S311 - a sample, no secret


def run(work: Path, names: Sequence[str], at_once: int) -> None:
    """Runs the mutants; progress goes to the terminal's error stream."""
    # With CI set, hypothesis draws the same examples each time (tests/conftest.py).
    environment = os.environ | {"CI": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(at_once), *names]
    done = subprocess.run(command, cwd=work, env=environment, stdout=sys.stderr)
    if done.returncode:
        sys.exit("The tests fail before anything was changed.\n  Try: make test")


def report(work: Path, samples: dict[str, list[str]]) -> int:
    survivors = []
    killed_in_all = sampled_in_all = 0
    print(f"\n{'module':16} killed sampled  rate")
    for module, names in samples.items():
        codes = json.loads((work / "mutants" / "interpret" / f"{module}.py.meta").read_text("utf-8"))[
            "exit_code_by_key"
        ]
        left = [name for name in names if codes.get(name) in (None, SURVIVED, NOT_REACHED)]
        survivors += left
        killed_in_all += len(names) - len(left)
        sampled_in_all += len(names)
        print(_line(module, len(names) - len(left), len(names)))
    print(_line("all", killed_in_all, sampled_in_all))
    for name in survivors:
        print(f"\n{name}\n{_change(work, name)}")
    return 0 if killed_in_all >= GOAL * sampled_in_all else 1


def _line(module: str, killed: int, sampled: int) -> str:
    return f"{module:16} {killed:6} {sampled:7} {killed / max(sampled, 1):5.0%}"


def _change(work: Path, name: str) -> str:
    command = [sys.executable, "-m", "mutmut", "show", name]
    shown = subprocess.run(command, cwd=work, capture_output=True, text=True, check=True).stdout
    lines = [line for line in shown.splitlines() if line.startswith(("+", "-")) and line[:3] not in ("+++", "---")]
    return "\n".join(f"  {line}" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
