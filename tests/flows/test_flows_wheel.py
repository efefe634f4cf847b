"""The wheel, installed into an environment of its own, away from the checkout."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
from flows_nights import with_environment

pytestmark = pytest.mark.slow

CHECKOUT = Path(__file__).parents[2]
OURS = ("parsers", "interpret", "report_templates", "flows")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by hatchling, the declared build backend, without any download."""
    folder = tmp_path_factory.mktemp("dist")
    source = f"import hatchling.build; print(hatchling.build.build_wheel({str(folder)!r}))"
    subprocess.run([sys.executable, "-c", source], cwd=CHECKOUT, capture_output=True, check=True)
    (built,) = folder.glob("imtreport-*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The interpreter of a fresh environment that holds the wheel, and the locked packages of this one.

    The locked packages come in by a .pth file; the checkout itself, which this environment has as an editable
    install, does not, since a .pth file inside an added folder is not read.
    """
    folder = tmp_path_factory.mktemp("installed")
    venv.EnvBuilder(with_pip=False, symlinks=True).create(folder)
    (packages,) = folder.glob("lib/python3*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    (packages / "locked.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin" / "python"


def run(python: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(python), *arguments],
        cwd=cwd,
        env=with_environment({"PYTHONPATH": None}),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_wheel_holds_templates_tables_fonts_and_samples_and_neither_tests_nor_docs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    for folder in (*OURS, "sample_data"):
        here = {
            str(path.relative_to(CHECKOUT))
            for path in (CHECKOUT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert here <= set(names), sorted(here - set(names))
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {*OURS, "sample_data"}


def test_away_from_the_checkout_it_is_the_wheel_that_runs(python: Path, tmp_path: Path) -> None:
    source = f"import {', '.join(OURS)}\nfor one in ({', '.join(OURS)}): print(one.__file__)"
    said = run(python, "-c", source, cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    assert all(line.startswith(str(python.parents[1])) for line in said.stdout.splitlines())


def test_the_doctor_of_the_installed_wheel_draws_the_packaged_sample(python: Path, tmp_path: Path) -> None:
    said = run(python, "-m", "flows.command_line", "doctor", "--store", str(tmp_path / "store"), cwd=tmp_path)
    assert said.returncode == 0, said.stdout + said.stderr
    assert "sample report drawn in" in said.stdout
    assert "knowledge tables" in said.stdout


def test_our_packages_are_imtreports_and_nobody_elses(python: Path, tmp_path: Path) -> None:
    source = (
        "from importlib.metadata import packages_distributions\n"
        f"print([sorted(set(packages_distributions()[one])) for one in {OURS!r}])"
    )
    said = run(python, "-c", source, cwd=tmp_path)
    assert said.stdout.strip() == str([["imtreport"]] * len(OURS)), said.stdout + said.stderr
