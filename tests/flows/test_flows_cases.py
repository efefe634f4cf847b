from __future__ import annotations

import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.cases import CASE_ID_PATTERN, KEY_FILE, batch_id_of, case_id_of, case_key
from parsers.errors import InputError


def test_a_case_id_stays_the_same_within_a_store_and_differs_between_stores(tmp_path: Path) -> None:
    first, second = case_key(tmp_path / "a"), case_key(tmp_path / "b")
    assert case_id_of("S26-01001", first) == case_id_of(" S26-01001 ", case_key(tmp_path / "a"))
    assert case_id_of("S26-01001", first) != case_id_of("S26-01001", second)


@given(st.text(), st.text())
def test_case_ids_have_their_form_and_tell_accessions_apart(one: str, other: str) -> None:
    key = bytes(32)
    assert re.fullmatch(CASE_ID_PATTERN, case_id_of(one, key))
    assert (case_id_of(one, key) == case_id_of(other, key)) == (one.strip() == other.strip())


def test_a_batch_id_is_not_a_case_id_of_the_same_words() -> None:
    assert case_id_of("night", bytes(32)) not in batch_id_of("night", bytes(32))


def test_the_key_is_for_its_owner_only(tmp_path: Path) -> None:
    case_key(tmp_path / "store")
    assert stat.S_IMODE((tmp_path / "store" / KEY_FILE).stat().st_mode) == 0o600


def test_many_first_users_at_once_get_one_key_and_leave_nothing_else(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as threads:
        keys = set(threads.map(lambda _: case_key(tmp_path), range(64)))
    assert len(keys) == 1
    assert [one.name for one in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("content", [b"", b"0" * 63, b"g" * 64, b"00", b"\xff" * 64])
def test_a_damaged_key_is_told_with_its_remedy_and_never_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(content)
    with pytest.raises(InputError) as error:
        case_key(tmp_path)
    assert "backup" in error.value.problems[0].remedy
    assert (tmp_path / KEY_FILE).read_bytes() == content
