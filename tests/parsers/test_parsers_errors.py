"""The one error family: what a person reads, what a log may hold, what crosses processes."""

from __future__ import annotations

import pickle

import pytest

from parsers.errors import MOST_PROBLEMS, InputError, Problem, first_of, quoted

PROBLEM = Problem(
    "bad-date", "ihc.csv", "the date is wrong", "correct it", 14, "reported_date", "03/02/26", "YYYY-MM-DD"
)


def test_a_problem_says_where_what_and_what_to_do() -> None:
    assert PROBLEM.explain() == (
        "ihc.csv, line 14, column 'reported_date': the date is wrong (found '03/02/26'); expected YYYY-MM-DD\n"
        "  Try: correct it"
    )
    assert PROBLEM.for_log() == "ihc.csv, line 14, column 'reported_date': bad-date"


@pytest.mark.parametrize("column", ["patient_name", "patient_id", "date_of_birth"])
def test_personal_cells_are_left_out_everywhere(column: str) -> None:
    problem = Problem("x", "specimens.csv", "wrong", "mend it", 2, column, "CANARY")
    assert "CANARY" not in problem.explain() + problem.for_log() + str(problem.as_dict())


def test_an_error_crosses_processes_with_all_its_problems() -> None:
    error = pickle.loads(pickle.dumps(InputError(PROBLEM, PROBLEM.about("S26-1"))))  # noqa: S301
    assert [problem.accession for problem in error.problems] == ["", "S26-1"]
    assert "03/02/26" not in str(error)


def test_an_error_without_a_problem_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="at least one"):
        InputError()


def test_quotes_are_cut_and_controls_made_visible() -> None:
    assert quoted("a\u202eb") == "'a\\u202eb'"
    assert len(quoted("x" * 500)) < 70


def test_a_million_problems_do_not_become_a_million_words() -> None:
    many = [PROBLEM] * (MOST_PROBLEMS + 7)
    assert str(InputError(*many)).endswith("; and 7 more")
    assert str(InputError(*many)).count("ihc.csv") == MOST_PROBLEMS
    assert len(first_of(many)) == MOST_PROBLEMS + 1
    assert first_of(many)[-1].severity == "error"
    assert first_of(many[:MOST_PROBLEMS]) == tuple(many[:MOST_PROBLEMS])
