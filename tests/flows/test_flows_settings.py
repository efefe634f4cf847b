from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import pytest

from flows.settings import Settings, as_environment, laboratory_file
from parsers.errors import InputError


def settings(**environment: str) -> Settings:
    return Settings.from_environment(environment)


def test_every_setting_has_a_default_a_unit_an_explanation_and_a_line_in_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "running.md").read_text(encoding="utf-8")
    for one in fields(Settings):
        assert one.metadata["env"].startswith("IMTREPORT_")
        assert one.metadata["unit"]
        assert one.metadata["what"]
        assert f"| `{one.metadata['env']}` | {one.metadata['unit']} |" in page
    assert settings().store == Path.cwd() / "imtreport-store"
    assert settings().workers == os.cpu_count()
    assert settings().lab is None


def test_an_empty_variable_counts_as_not_set() -> None:
    assert settings(IMTREPORT_STORE=" ", IMTREPORT_WORKERS="") == settings()


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5", "²"])
def test_a_setting_that_is_no_number_names_its_variable(text: str) -> None:
    with pytest.raises(InputError) as error:
        _ = settings(IMTREPORT_WORKERS=text).workers
    assert "IMTREPORT_WORKERS" in error.value.problems[0].explain()


def test_the_size_limit_is_in_megabytes_and_has_a_ceiling() -> None:
    assert settings().largest_bytes == 50 * 1024 * 1024
    assert settings(IMTREPORT_LARGEST="200").largest_bytes == 200 * 1024 * 1024
    with pytest.raises(InputError):
        settings(IMTREPORT_LARGEST="2001").check()


def test_options_reach_the_flows_as_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("IMTREPORT_STORE", "IMTREPORT_LAB", "IMTREPORT_WORKERS"):
        monkeypatch.setenv(name, "before")
    monkeypatch.chdir(tmp_path)
    as_environment(store=Path("reports"), lab=Path("lab.toml"), workers=3)
    read = Settings.from_environment()
    assert (read.store, read.lab, read.workers) == (tmp_path / "reports", tmp_path / "lab.toml", 3)


def test_the_nearest_laboratory_file_holds_unless_one_is_set(tmp_path: Path) -> None:
    batch = tmp_path / "data" / "inbox" / "night"
    batch.mkdir(parents=True)
    for folder in (tmp_path / "data", tmp_path / "data" / "inbox", batch):
        (folder / "lab.toml").touch()
        assert laboratory_file(batch, settings()) == folder / "lab.toml"
    (tmp_path / "set.toml").touch()
    assert laboratory_file(batch, settings(IMTREPORT_LAB=str(tmp_path / "set.toml"))) == tmp_path / "set.toml"


def test_a_laboratory_file_that_is_set_and_missing_is_an_error_though_another_is_near(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").touch()
    with pytest.raises(InputError) as error:
        laboratory_file(tmp_path, settings(IMTREPORT_LAB=str(tmp_path / "gone.toml")))
    assert "gone.toml" in error.value.problems[0].explain()


def test_no_laboratory_file_anywhere_says_where_to_put_one(tmp_path: Path) -> None:
    batch = tmp_path / "a" / "b" / "c"
    batch.mkdir(parents=True)
    (tmp_path / "lab.toml").touch()
    with pytest.raises(InputError) as error:
        laboratory_file(batch, settings())
    assert "--lab" in error.value.problems[0].remedy


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("IMTREPORT_PORT", "99999"),
        ("IMTREPORT_WORKERS", "many"),
        ("IMTREPORT_LONGEST", "0"),
        ("IMTREPORT_RECYCLE", "-1"),
        ("IMTREPORT_SERVER_START", "9" * 5000),
    ],
)
def test_a_wrong_number_is_told_before_any_work_begins(variable: str, value: str) -> None:
    with pytest.raises(InputError) as caught:
        Settings.from_environment({variable: value}).check()
    (problem,) = caught.value.problems
    assert problem.file == variable
