"""The names of stains: one spelling each; a clone is never lost, and never invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.markers import canonical_marker, is_known_marker

CLONES = {
    "D5F3": "ALK",
    "5A4": "ALK",
    "ALK01": "ALK",
    "OTI1H7": "ALK",
    "D4D6": "ROS1",
    "SP384": "ROS1",
    "EPR17341": "pan-TRK",
    "A7H6R": "pan-TRK",
    "1A4": "SMA",
    "MIB-1": "Ki-67",
}
WAYS = [
    "{0} {1}",
    "{0} ({1})",
    "{0}({1})",
    "{0} [{1}]",
    "{0}-{1}",
    "{0}, clone {1}",
    "{0} (clone {1})",
    "{0} IHC ({1})",
]
NO_CLONES = ["2", "1x", "x2", "2nd", "A1", "B12", "A1-2", "2B", "block A1", "Block2", "2 slides", "n=2", "3/5", "2p23"]
NO_CLONES += ["S26-21001", "lot 77", "lot-77a", "repeat", "lung", "6q22.1", "", "slide3", "3+"]


@given(st.sampled_from(sorted(CLONES)), st.sampled_from(WAYS), st.sampled_from(NO_CLONES), st.booleans())
def test_a_known_clone_is_never_lost(clone: str, way: str, aside: str, in_small_letters: bool) -> None:
    marker = CLONES[clone]
    name = way.format(marker, clone) + f" ({aside})"
    assert canonical_marker(name.lower() if in_small_letters else name) == (marker, clone)


@given(st.sampled_from(["ALK", "ROS1", "ROS", "pan-TRK", "desmin", "SMA", "S-100", "RET"]), st.sampled_from(NO_CLONES))
def test_a_clone_is_never_invented(marker: str, aside: str) -> None:
    assert canonical_marker(f"{marker} ({aside})") == (canonical_marker(marker)[0], "")


@given(st.from_regex(r"[0-9]{1,9}", fullmatch=True))
def test_a_number_is_never_a_clone(number: str) -> None:
    assert canonical_marker(f"ALK ({number})") == ("ALK", "")
    assert canonical_marker(f"ALK D5F3 [{number}]") == ("ALK", "D5F3")


@pytest.mark.parametrize(
    ("given", "clone"),
    [
        ("CD34 (QBEnd/10)", "QBEnd/10"),
        ("CD30 (Ber-H2)", "Ber-H2"),
        ("desmin (clone D33)", "D33"),
        ("desmin (clone: 7)", "7"),
        ("keratin (AE1/AE3)", "AE1/AE3"),
        ("MSA (HHF35)", "HHF35"),
        ("ALK (D5F3, Ventana, block A1)", "D5F3"),
        ("ALK (Novocastra 5A4)", "5A4"),
        ("ALK-1 (5A4)", "5A4"),
        ("ALK-1 5A4", "5A4"),
        ("ALK-1 (2)", "ALK1"),
        ("ALK (ALK1)", "ALK1"),
        ("ALK5A4", "5A4"),
        ("ALK (p80)", ""),
        ("KIT (CD117)", ""),
    ],
)
def test_the_clone_of_a_bracket_is_read(given: str, clone: str) -> None:
    assert is_known_marker(given)
    assert canonical_marker(given)[1] == clone


@pytest.mark.parametrize(
    "given",
    [
        "ALK (ROS1)",
        "ALK (5A4, ROS1)",
        "ALK D5F3 (5A4)",
        "ALK (D5F3/5A4)",
        "ROS1 D5F3",
        "ROS1 (D5F3)",
        "ROS1 A4",
        "ALK 15A4",
        "ALK (negative)",
        "ALK (neg. control)",
        "D5F3",
    ],
)
def test_a_name_of_two_markers_or_two_clones_or_of_a_control_is_not_understood(given: str) -> None:
    assert canonical_marker(given) == (given, "")
    assert not is_known_marker(given)
