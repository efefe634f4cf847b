"""lab.toml: what it gives, and every mistake at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from parsers.errors import InputError, Problem
from parsers.laboratory import Laboratory, OutsideLaboratory, read_laboratory

GOOD = r"""
[lab]
name = "A laboratory"
address = "A street"
jurisdiction = "us"
time_zone = "Europe/Berlin"
clia = "00D0000000"
accession_pattern = '^S\d{2}-\d{5}$'
disclaimers = ["One.", "Two."]

[assay.rna-1]
title = "RNA"
version = "3.1"
molecule = "RNA"
genes = ["ALK", "ROS1"]
genome_build = "GRCh38"
minimum_split_reads = 5
minimum_tumour_cells_pct = 20.5

[assay.rna-1.qc.dv200_pct]
name = "DV200"
unit = "%"
min = 30
borderline = 5

[assay.rna-1.qc.contamination]
name = "Contamination"
max = 0.02
required = false

[assay.dna-1]
title = "DNA"
version = "1"
molecule = "DNA"
genes = ["ALK"]
minimum_split_reads = 4
minimum_tumour_cells_pct = 10
"""


def laboratory(folder: Path, text: str) -> Laboratory:
    path = folder / "lab.toml"
    path.write_text(text, encoding="utf-8")
    return read_laboratory(path)


def problems(folder: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        laboratory(folder, text)
    assert all(problem.remedy for problem in caught.value.problems)
    return caught.value.problems


def test_everything_stated_arrives(tmp_path: Path) -> None:
    lab = laboratory(tmp_path, GOOD)
    assert (lab.name, lab.jurisdiction, lab.time_zone, lab.nightly) == (
        "A laboratory",
        "US",
        "Europe/Berlin",
        "0 2 * * *",
    )
    assert lab.disclaimers == ("One.", "Two.")
    rna, dna = lab.assays["rna-1"], lab.assays["dna-1"]
    assert (rna.key, rna.molecule, rna.genes, rna.genome_build) == ("rna-1", "RNA", ("ALK", "ROS1"), "GRCh38")
    assert (rna.minimum_split_reads, rna.minimum_tumour_cells_pct) == (5, 20.5)
    assert [(rule.metric, rule.minimum, rule.maximum, rule.borderline, rule.required) for rule in rna.qc] == [
        ("dv200_pct", 30, None, 5, True),
        ("contamination", None, 0.02, None, False),
    ]
    assert (dna.genome_build, dna.qc) == (None, ())


@pytest.mark.parametrize(
    ("old", "new", "code", "column"),
    [
        ('name = "A laboratory"', "", "missing-key", "lab.name"),
        ('name = "A laboratory"', 'name = " "', "missing-key", "lab.name"),
        ('address = "A street"', "address = 5", "wrong-type", "lab.address"),
        ('jurisdiction = "us"', 'jurisdiction = "Europe"', "unknown-value", "lab.jurisdiction"),
        ("Europe/Berlin", "Europe/Atlantis", "unknown-time-zone", "lab.time_zone"),
        ("Europe/Berlin", "../etc/passwd", "unknown-time-zone", "lab.time_zone"),
        (r"'^S\d{2}-\d{5}$'", "'^S(\\d'", "bad-pattern", "lab.accession_pattern"),
        ('disclaimers = ["One.", "Two."]', 'disclaimers = "One."', "wrong-type", "lab.disclaimers"),
        ('clia = "00D0000000"', 'nightly = "at two"', "bad-schedule", "lab.nightly"),
        ('clia = "00D0000000"', 'clai = "x"', "unknown-key", "lab.clai"),
        ('version = "3.1"', "version = 3.1", "wrong-type", "assay.rna-1.version"),
        ('molecule = "RNA"', 'molecule = "cDNA"', "unknown-value", "assay.rna-1.molecule"),
        ('molecule = "RNA"', "", "unknown-value", "assay.rna-1.molecule"),
        ('genes = ["ALK", "ROS1"]', "genes = []", "missing-key", "assay.rna-1.genes"),
        ('genes = ["ALK", "ROS1"]', 'genes = ["1-Mar"]', "excel-date", "assay.rna-1.genes"),
        ("GRCh38", "hg38", "unknown-value", "assay.rna-1.genome_build"),
        ("minimum_split_reads = 5", "minimum_split_reads = 2.5", "wrong-type", "assay.rna-1.minimum_split_reads"),
        ("minimum_split_reads = 5", "minimum_split_reads = true", "wrong-type", "assay.rna-1.minimum_split_reads"),
        ("minimum_split_reads = 5", "", "missing-key", "assay.rna-1.minimum_split_reads"),
        ("= 20.5", "= 120", "out-of-range", "assay.rna-1.minimum_tumour_cells_pct"),
        ("min = 30", "min = 30\nmax = 20", "out-of-range", "assay.rna-1.qc.dv200_pct.min"),
        ("max = 0.02", "", "missing-key", "assay.rna-1.qc.contamination"),
        ("required = false", 'required = "no"', "wrong-type", "assay.rna-1.qc.contamination.required"),
        ("borderline = 5", "borderlin = 5", "unknown-key", "assay.rna-1.qc.dv200_pct.borderlin"),
        ("[assay.rna-1.qc.dv200_pct]", "[assay.rna-1.gc.dv200_pct]", "unknown-key", "assay.rna-1.gc"),
    ],
)
def test_a_mistake_is_named_by_its_key(tmp_path: Path, old: str, new: str, code: str, column: str) -> None:
    assert old in GOOD
    found = problems(tmp_path, GOOD.replace(old, new, 1))
    assert (code, column) in [(problem.code, problem.column) for problem in found]


def test_a_mistake_carries_its_line(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, GOOD.replace("borderline = 5", "borderlin = 5"))
    assert problem.line == GOOD.replace("borderline", "borderlin").split("\n").index("borderlin = 5") + 1
    assert "lab.toml, line" in problem.explain()


def test_all_mistakes_are_listed_at_once(tmp_path: Path) -> None:
    text = (
        GOOD.replace("Europe/Berlin", "Mars/Base")
        .replace('molecule = "RNA"', 'molecule = "x"')
        .replace("min = 30", "mim = 30")
    )
    assert {problem.code for problem in problems(tmp_path, text)} == {
        "unknown-time-zone",
        "unknown-value",
        "unknown-key",
        "missing-key",
    }


def test_a_file_without_lab_or_assay_says_so(tmp_path: Path) -> None:
    assert {problem.code for problem in problems(tmp_path, "x = 1\n")} == {"missing-key", "no-assays", "unknown-key"}
    assert [problem.code for problem in problems(tmp_path, GOOD.partition("[assay")[0])] == ["no-assays"]
    assert "wrong-type" in [
        problem.code
        for problem in problems(tmp_path, 'lab = "me"\n' + GOOD.partition("[assay")[2].join(["[assay", ""]))
    ]


def test_toml_that_cannot_be_parsed_names_the_line(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, '[lab]\nname = "x\n')
    assert (problem.code, problem.line) == ("bad-toml", 2)


def test_a_cut_off_toml_has_no_line_to_name(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "[lab")
    assert problem.code == "bad-toml"


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_laboratory(tmp_path / "none.toml")


@pytest.mark.parametrize("value", ["inf", "nan", "-inf", "1e400", "9" * 400])
def test_a_threshold_is_a_finite_number(tmp_path: Path, value: str) -> None:
    found = problems(tmp_path, GOOD.replace("min = 30", f"min = {value}"))
    assert "out-of-range" in [one.code for one in found]


def test_the_outside_laboratory_of_an_assay_needs_its_address(tmp_path: Path) -> None:
    table = '\n[assay.rna-1.performed_by]\nname = "Elsewhere"\n'
    outside = laboratory(tmp_path, GOOD + table + 'address = "Far Street"\nclia = "99D0000001"\n').assays["rna-1"]
    assert outside.performed_by == OutsideLaboratory("Elsewhere", "Far Street", "99D0000001")
    assert laboratory(tmp_path, GOOD).assays["rna-1"].performed_by is None
    assert [problem.column for problem in problems(tmp_path, GOOD + table)] == ["assay.rna-1.performed_by.address"]
