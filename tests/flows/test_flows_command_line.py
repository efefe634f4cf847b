from __future__ import annotations

import ctypes
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flows_nights import CUT_OFF, DETECTED, NEGATIVE, a_night, imtreport, set_cells, with_environment
from rich.console import Console

from flows import doctor, native_libraries
from flows.settings import Settings
from flows.terminal import Line, print_problems, print_specimens, print_trouble, print_warnings, trouble_line
from parsers.errors import Problem


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


def test_check_of_a_clean_batch_ends_with_0_and_writes_only_that_there_are_no_problems(inbox: Path) -> None:
    batch = a_night(inbox, DETECTED, NEGATIVE)
    run = imtreport("check", batch, cwd=inbox)
    assert (run.returncode, run.stderr) == (0, "")
    assert "0 errors" in run.stdout.splitlines()[-1]
    assert sorted(one.name for one in inbox.iterdir()) == ["lab.toml", "logo.svg", "night-1"]
    assert json.loads((batch / "problems.json").read_bytes())["problems"] == []
    again = imtreport("check", batch, cwd=inbox)
    assert (again.returncode, "0 errors, 0 warnings" in again.stdout) == (0, True)


def test_problems_json_that_cannot_be_written_is_said_and_changes_no_verdict(inbox: Path, tmp_path: Path) -> None:
    batch = a_night(inbox, DETECTED)
    run = imtreport("check", batch, "--json", tmp_path / "no" / "such" / "folder.json")
    assert (run.returncode, run.stderr) == (0, "")
    assert "cannot be written" in run.stdout


def test_check_lists_every_mistake_with_place_and_remedy_and_ends_with_1(inbox: Path, tmp_path: Path) -> None:
    batch = a_night(inbox, DETECTED, NEGATIVE, CUT_OFF)
    set_cells(batch / "specimens.csv", NEGATIVE, received="2026-02-30", sex="x", patient_name="Secret Name")
    run = imtreport("check", batch, "--json", tmp_path / "problems.json")
    assert run.returncode == 1
    assert "column 'received'" in run.stdout
    assert "column 'sex'" in run.stdout
    assert f"{CUT_OFF}.arriba.tsv, line" in run.stdout
    assert run.stdout.count("error  ") == 3
    assert run.stdout.count("Try:") == 3 + run.stdout.count("warning  ")
    assert "3 errors" in run.stdout.splitlines()[-1]
    saved = json.loads((tmp_path / "problems.json").read_text(encoding="utf-8"))
    assert sum(one["severity"] == "error" for one in saved["problems"]) == 3
    assert all(one["file"] and one["remedy"] for one in saved["problems"])
    assert "Secret Name" not in run.stdout + json.dumps(saved)


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "no-such-folder"],
        ["nightly", "no-such-folder"],
        ["report", "no-such-folder", "--accession", "S26-01001"],
        ["cases", "no-such-folder"],
        ["report", "."],
        ["nightly"],
        ["unknown"],
        ["check", ".", "--lab", "no-such-file"],
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_2_and_no_traceback(arguments: list[str], tmp_path: Path) -> None:
    run = imtreport(*arguments, cwd=tmp_path)
    assert run.returncode == 2
    assert run.stderr
    assert "Traceback" not in run.stderr + run.stdout
    assert not list(tmp_path.rglob("prefect"))


def test_an_unknown_accession_is_wrong_use(inbox: Path, tmp_path: Path) -> None:
    batch = a_night(inbox, DETECTED)
    run = imtreport("report", batch, "--accession", "S26-99999", "--store", tmp_path / "store")
    assert run.returncode == 2
    assert "S26-99999" in run.stderr


def test_a_bad_number_in_the_environment_names_its_variable(inbox: Path, tmp_path: Path) -> None:
    a_night(inbox, DETECTED)
    run = imtreport("serve", "--inbox", inbox, environment={"IMTREPORT_PORT": "many"}, cwd=tmp_path)
    assert run.returncode == 2
    assert "IMTREPORT_PORT" in run.stderr


def test_cases_lists_accession_and_case_id(inbox: Path, tmp_path: Path) -> None:
    a_night(inbox, DETECTED, NEGATIVE)
    run = imtreport("cases", inbox, "--store", tmp_path / "store")
    assert run.returncode == 0, run.stderr
    first, second = run.stdout.splitlines()
    assert (first.split()[0], second.split()[0]) == (DETECTED, NEGATIVE)
    assert len(first.split()[1]) == 16
    assert imtreport("cases", inbox, "--store", tmp_path / "store").stdout == run.stdout


def test_a_broken_laboratory_file_is_told_by_cases_and_report_not_an_empty_list(inbox: Path, tmp_path: Path) -> None:
    batch = a_night(inbox, DETECTED)
    (inbox / "lab.toml").write_text("[lab\n", encoding="utf-8")
    listed = imtreport("cases", inbox, "--store", tmp_path / "store")
    asked = imtreport("report", batch, "--accession", DETECTED, "--store", tmp_path / "store")
    assert (listed.returncode, asked.returncode) == (1, 2)
    for run in (listed, asked):
        assert "lab.toml" in run.stderr
        assert "Try:" in run.stderr
        assert "no specimen has the accession" not in run.stderr


def test_a_damaged_key_is_told_with_its_remedy(inbox: Path, tmp_path: Path) -> None:
    a_night(inbox, DETECTED)
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "case-key").write_text("damaged")
    run = imtreport("cases", inbox, "--store", tmp_path / "store")
    assert run.returncode == 2
    assert "backup" in run.stderr
    assert "Traceback" not in run.stderr


def test_cases_of_an_inbox_without_a_batch_says_so(inbox: Path, tmp_path: Path) -> None:
    inbox.mkdir()
    run = imtreport("cases", inbox, "--store", tmp_path / "store")
    assert (run.returncode, run.stderr) == (0, "")
    assert "specimens.csv" in run.stdout


def test_a_file_name_that_is_not_utf_8_is_told_and_written(inbox: Path, tmp_path: Path) -> None:
    batch = a_night(inbox, DETECTED)
    (batch / os.fsdecode(b"M\xfcller.tsv")).write_text("x\n")
    run = imtreport("check", batch, "--json", tmp_path / "problems.json", environment={"PYTHONUTF8": "1"})
    assert "Traceback" not in run.stderr
    assert "unused-file" in (tmp_path / "problems.json").read_text(encoding="utf-8")
    (problem,) = json.loads((tmp_path / "problems.json").read_bytes())["problems"]
    assert problem["file"] == os.fsdecode(b"M\xfcller.tsv")
    assert "ller.tsv" in run.stdout


def lab_with(inbox: Path, *changes: tuple[str, str]) -> Path:
    """The inbox's lab.toml, with these of its texts, which it must have, replaced."""
    path = inbox / "lab.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return path


def line_of(path: Path, beginning: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if line.startswith(beginning))


def said_of_the_laboratory(lab: Path) -> list[tuple[str, str]]:
    """What the doctor misses in a lab.toml: finding and remedy."""
    settings = Settings.from_environment({})
    return [(one.what, one.remedy) for one in doctor._laboratory(settings, lab) if one.state == "missing"]


def test_check_and_doctor_tell_a_bad_logo_and_bad_colours_with_line_and_remedy(inbox: Path) -> None:
    batch = a_night(inbox, DETECTED)
    lab = lab_with(inbox, ('# colour = "#12395b"', 'colour = "#ffff00"'), ('# accent = "#1f6f8b"', 'accent = "red"'))
    (inbox / "logo.svg").write_text("not a drawing", encoding="utf-8")
    run = imtreport("check", batch)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    told = said_of_the_laboratory(lab)
    assert [what.split(":")[0] for what, _ in told] == [
        f"lab.toml, line {line_of(lab, f'{key} = ')}, column 'lab.{key}'" for key in ("logo", "colour", "accent")
    ]
    for what, remedy in told:
        assert remedy
        assert f"error    {what}\n         Try: {remedy}\n" in run.stderr


def test_check_and_doctor_tell_every_mistake_in_the_laboratory_s_templates(inbox: Path) -> None:
    batch = a_night(inbox, DETECTED)
    lab = lab_with(inbox, ("# templates = ", "templates = "))
    (inbox / "templates").mkdir()
    (inbox / "templates" / "footer.html").write_text("Page\n{{ 1 + 2 }}\n", encoding="utf-8")
    (inbox / "templates" / "closing.html").write_text("<script>1</script>", encoding="utf-8")
    run = imtreport("check", batch)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    told = said_of_the_laboratory(lab)
    assert {what.split(":")[0] for what, _ in told} == {"footer.html, line 2", "closing.html, line 1"}
    for what, remedy in told:
        assert remedy
        assert f"error    {what}\n         Try: {remedy}\n" in run.stderr


def shown_by(print_: Callable[[Console], None], width: int = 200) -> str:
    console = Console(width=width, record=True, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    print_(console)
    console.file.close()
    return console.export_text()


@pytest.mark.parametrize("width", [80, 200])
def test_what_is_wrong_with_a_whole_batch_stands_below_the_table_over_its_full_width(width: int) -> None:
    long = "not a listed specimen, and a sentence that is far too long for one column of a table of eighty characters"
    problem = Problem("unknown-accession", "ihc.csv", long, "correct it", line=14, column="accession", found="S26")
    folder = Path("/inbox/night-1")

    def both(console: Console) -> None:
        print_specimens(console, [a_line(), trouble_line(folder, [problem] * 12)])
        print_trouble(console, folder, [problem] * 12)

    shown = shown_by(both, width)
    assert shown.index("S26-01001") < shown.index("12 problems") < shown.index("night-1 (batch) has problems:")
    assert shown.count(f"  error    ihc.csv, line 14, column 'accession': {long} (found 'S26')\n") == 10
    assert shown.count("           Try: correct it\n") == 10
    assert "and 2 more. Try: imtreport check /inbox/night-1" in shown


def a_warning(code: str = "odd", file: str = "qc.csv", **cells: Any) -> Problem:
    return Problem(code, file, f"{code} value", "look", severity="warning", **cells)


def test_warnings_are_listed_in_short_form_each_once_and_the_rest_counted() -> None:
    warnings = [a_warning(f"odd-{line}", line=line) for line in range(40)]
    twice = [("S26-01001", one) for one in (*warnings, *warnings)]
    shown = shown_by(lambda console: print_warnings(console, twice))
    assert shown.count("S26-01001  qc.csv, line 7: odd-7 value") == 1
    assert "40 warnings" in shown
    assert "… and 10 more" in shown
    assert "look" not in shown


def test_warnings_that_say_the_same_share_a_line_with_their_number_and_the_first_of_them() -> None:
    names = [f"S26-010{number:02}" for number in range(20)]
    alike = [a_warning(column="accession", found=name, accession=name) for name in names]
    other = a_warning("other", accession=names[0])
    shown = shown_by(lambda console: print_problems(console, [*alike, other], indent=""))
    assert shown.splitlines() == [
        "warning  qc.csv, column 'accession': odd value (20 times: S26-01000, S26-01001, S26-01002 …)",
        "         Try: look",
        "warning  qc.csv: other value",
        "         Try: look",
    ]
    short = shown_by(lambda console: print_warnings(console, zip([*names, names[0]], [*alike, other], strict=True)))
    assert short.splitlines() == [
        "21 warnings; imtreport check says what to do about each:",
        "  qc.csv, column 'accession': odd value (20 times: S26-01000, S26-01001, S26-01002 …)",
        "  S26-01000  qc.csv: other value",
    ]


def test_cells_that_differ_are_told_beside_their_specimen_or_line() -> None:
    cells = [("S26-1", "ETV6", 2), ("S26-1", "CD1a", 3), ("S26-2", "H3", 4), ("S26-3", "X", 5)]
    several = [a_warning(column="marker", found=found, accession=who, line=line) for who, found, line in cells]
    shown = shown_by(lambda console: print_problems(console, several))
    assert "column 'marker': odd value (4 times: S26-1 'ETV6', S26-1 'CD1a', S26-2 'H3' …)" in shown
    of_nobody = [replace(one, accession="") for one in several]
    shown = shown_by(lambda console: print_problems(console, of_nobody))
    assert "(4 times: line 2 'ETV6', line 3 'CD1a', line 4 'H3' …)" in shown


def test_a_cell_that_identifies_a_person_is_not_told_in_a_shared_line_either() -> None:
    several = [a_warning(column="patient_name", found=f"Ada {number}", line=number) for number in range(3)]
    assert "Ada" not in shown_by(lambda console: print_problems(console, several))


def test_errors_and_pairs_never_share_a_line() -> None:
    errors = [replace(a_warning(accession=f"S26-{number}"), severity="error") for number in range(5)]
    pair = [a_warning(accession=f"S26-{number}", line=number) for number in range(2)]
    shown = shown_by(lambda console: print_problems(console, [*errors, *pair]))
    assert (shown.count("error  "), shown.count("warning  "), shown.count("times")) == (5, 2, 0)


def test_check_lists_a_specimen_of_a_day_to_come_as_the_night_would_refuse_it(inbox: Path, tmp_path: Path) -> None:
    batch = a_night(inbox, DETECTED, NEGATIVE)
    set_cells(batch / "specimens.csv", DETECTED, received="2199-03-05")
    run = imtreport("check", batch, "--json", tmp_path / "problems.json")
    assert run.returncode == 1
    problems = json.loads((tmp_path / "problems.json").read_bytes())["problems"]
    assert [(one["code"], one["accession"], one["found"]) for one in problems if one["severity"] == "error"] == [
        ("future-date", DETECTED, "2199-03-05")
    ]
    assert "a day that is still to come" in run.stdout


@pytest.mark.parametrize("command", ["--help", "check --help", "check BATCH", "cases BATCH"])
def test_commands_that_need_no_prefect_load_neither_it_nor_weasyprint_nor_pandas(
    command: str, inbox: Path, tmp_path: Path
) -> None:
    batch = a_night(inbox, DETECTED)
    arguments = [str(batch) if word == "BATCH" else word for word in command.split()]
    source = (
        "import sys\n"
        "from flows.command_line import main\n"
        f"sys.argv = ['imtreport', *{arguments!r}]\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        "print('LOADED', [one for one in ('prefect', 'weasyprint', 'pandas') if one in sys.modules])\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", source],
        env=with_environment({"IMTREPORT_STORE": str(tmp_path / "store")}),
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.splitlines()[-1] == "LOADED []"


def a_line(accession: str = "S26-01001") -> Line:
    return Line(
        accession, "0123456789abcdef", "reported", "detected", "TPM3::ALK fusion detected", "I", 2, Path("x.pdf")
    )


@pytest.mark.parametrize("width", [50, 80, 120, 200])
def test_the_table_says_the_same_on_narrow_and_wide_terminals(width: int) -> None:
    console = Console(width=width, record=True, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    print_specimens(console, [a_line(), a_line("S26-01002")])
    console.file.close()
    shown = console.export_text()
    assert shown.count("0123456789abcdef") == 2
    for word in ("S26-01001", "S26-01002", "reported", "detected", "TPM3::ALK", "fusion", "v2"):
        assert word in shown.split()
    assert re.search(r"\bI\b", shown)
    assert max(len(line) for line in shown.splitlines()) <= width


def test_a_missing_native_library_is_named_with_the_command_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        native_libraries, "DEBIAN_PACKAGE_OF", {"libnot-there.so.1": "libnot-there1", "libc.so.6": "libc6"}
    )
    assert native_libraries.missing_packages() == ("libnot-there1",)
    (finding,) = doctor._native_libraries()
    assert finding.state == "missing"
    assert finding.remedy == "sudo apt-get install -y libnot-there1"


def test_the_libraries_looked_for_are_those_that_weasyprint_loads() -> None:
    assert native_libraries.missing_packages() == ()
    for library in native_libraries.DEBIAN_PACKAGE_OF:
        ctypes.CDLL(library)


@pytest.mark.slow
def test_the_doctor_finds_this_installation_well_and_a_bad_laboratory_file_not(inbox: Path, tmp_path: Path) -> None:
    a_night(inbox, DETECTED)
    run = imtreport("doctor", "--lab", inbox / "lab.toml", "--store", tmp_path / "store")
    assert run.returncode == 0, run.stdout + run.stderr
    for words in ("Python 3.", "prefect 3.", "knowledge tables", "sample report drawn in", "Sampletown"):
        assert words in run.stdout
    (inbox / "lab.toml").write_text("[lab]\nname = 3\n", encoding="utf-8")
    run = imtreport("doctor", "--lab", inbox / "lab.toml", "--store", tmp_path / "store")
    assert run.returncode == 1
    assert "missing" in run.stdout
    assert "lab.toml" in run.stdout
