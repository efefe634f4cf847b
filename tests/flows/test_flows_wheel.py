"""The wheel, installed into an environment of its own, away from the checkout."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pdfplumber
import pytest
from flows_nights import DETECTED, a_night, with_environment

pytestmark = pytest.mark.slow

CHECKOUT = Path(__file__).parents[2]
OURS = ("parsers", "interpret", "report_templates", "flows")

# Nights without Prefect, run by the installed wheel: prints the folder of each report that it makes.
NIGHTS = """
import sys
from pathlib import Path
from flows.batches import read_inbox
from flows.settings import Settings
from flows.store import open_store, versions
from flows.work import report_case

for inbox in map(Path, sys.argv[1:]):
    store = open_store(inbox / "store")
    for job in read_inbox(inbox, Settings.from_environment({"IMTREPORT_STORE": str(store)})).jobs:
        outcome = report_case(job, store)
        print(*outcome.codes, *(one.folder for one in versions(store, job.case_id)))
"""
LANGUAGES = ("en", "de", "zh")


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


@pytest.fixture(scope="module")
def reports(python: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same specimen's report by each language, made by the installed wheel in one process."""
    folder = tmp_path_factory.mktemp("nights")
    for language in LANGUAGES:
        a_night(folder / language, DETECTED)
        lab = folder / language / "lab.toml"
        text = lab.read_text(encoding="utf-8")
        assert '# language = "en"' in text
        lab.write_text(text.replace('# language = "en"', f'language = "{language}"'), encoding="utf-8")
    said = run(python, "-c", NIGHTS, *(str(folder / language) for language in LANGUAGES), cwd=folder)
    assert said.returncode == 0, said.stderr
    return dict(zip(LANGUAGES, map(Path, said.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_installed_wheel_makes_every_file_of_a_report(reports: dict[str, Path], language: str) -> None:
    folder = reports[language]
    assert {one.name for one in folder.iterdir()} == {
        *("report.pdf", "report.json", "fusions.tsv", "fhir.json", "oru.hl7", "data_sv.txt"),
        *("case.json", "manifest.json"),
    }
    assert json.loads((folder / "report.json").read_bytes())["report"]["language"].startswith(language)
    assert json.loads((folder / "fhir.json").read_bytes())["resourceType"] == "Bundle"


@pytest.mark.parametrize(
    ("language", "headline"),
    [("en", "ALK fusion detected: TPM3::ALK"), ("de", "ALK-Fusion nachgewiesen: TPM3::ALK"), ("zh", "检出 ALK 融合")],
)
def test_the_installed_wheel_draws_the_report_in_its_language(
    reports: dict[str, Path], language: str, headline: str
) -> None:
    with pdfplumber.open(reports[language] / "report.pdf") as document:
        first_page = document.pages[0].extract_text()
    assert "".join(headline.split()) in "".join(first_page.split())


def test_our_packages_are_imtreports_and_nobody_elses(python: Path, tmp_path: Path) -> None:
    source = (
        "from importlib.metadata import packages_distributions\n"
        f"print([sorted(set(packages_distributions()[one])) for one in {OURS!r}])"
    )
    said = run(python, "-c", source, cwd=tmp_path)
    assert said.stdout.strip() == str([["imtreport"]] * len(OURS)), said.stdout + said.stderr
