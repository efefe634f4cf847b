"""Tumour type and place come before the fusion: one fusion, several tumours and jurisdictions, different standings."""

from __future__ import annotations

import pytest
from made_cases import a_fusion, a_laboratory, a_specimen, a_stain, interpreted_with, printed, rules_of

from interpret.jurisdictions import label_region_of

ADVANCED = {"resectability": "unresectable", "disease_status": "recurrent"}
MEMBER_STATES = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split()


def lines_of(name: str, **specimen: str) -> dict[str, str]:
    """Rule to relation, tier and level of the lines with an agent."""
    stain = {"ALK": "ALK", "ROS1": "ROS1"}.get(name.partition("::")[2], "pan-TRK")
    result = interpreted_with(
        a_fusion(name), specimen=a_specimen(**(ADVANCED | specimen)), ihc=(a_stain(stain, pattern="cytoplasmic"),)
    )
    return {line.rule: f"{line.relation} {line.tier}-{line.level}" for line in result.therapies if line.agent != "none"}


IMT_IN_THE_US = {
    "ACT01": "on_label I-A",
    "ACT04": "off_label II-C",
    "ACT06": "off_label II-C",
    "ACT07": "off_label II-C",
    "ACT08": "off_label II-C",
}


@pytest.mark.parametrize(
    ("diagnosis", "site", "expected"),
    [
        ("IMT", "mesentery", IMT_IN_THE_US),
        ("IMT", "uterus", IMT_IN_THE_US),
        ("IMT", "lung", IMT_IN_THE_US),
        # Nobody has called it IMT: the label is shown with the diagnosis open, without a tier; nothing off-label.
        ("spindle cell tumour", "uterus", {"ACT01": "conditions_not_met -"}),
        ("", "", {"ACT01": "conditions_not_met -"}),
        # Another diagnosis has no line of IMT, and none of its own either.
        ("lung adenocarcinoma", "lung", {}),
        ("uterine leiomyosarcoma", "uterus", {}),
        ("urothelial carcinoma", "urinary bladder", {}),
    ],
)
def test_the_same_alk_fusion_stands_differently_in_each_tumour(
    diagnosis: str, site: str, expected: dict[str, str]
) -> None:
    assert lines_of("TPM3::ALK", diagnosis=diagnosis, site=site) == expected


@pytest.mark.parametrize("code", ["IMT", "IMTL", "IMTB"])
@pytest.mark.parametrize("site", ["lung", "urinary bladder"])
def test_the_codes_of_imt_inherit_nothing_from_lung_or_bladder_cancer(code: str, site: str) -> None:
    assert lines_of("TPM3::ALK", diagnosis_code=code, site=site) == IMT_IN_THE_US
    ros1 = lines_of("TFG::ROS1", diagnosis_code=code, site=site)
    assert set(ros1.values()) == {"off_label II-C"}


def test_a_tumour_agnostic_line_does_not_depend_on_the_tumour() -> None:
    imt, other = (lines_of("LMNA::NTRK1", diagnosis=one) for one in ("IMT", "uterine leiomyosarcoma"))
    assert imt == other != {}


@pytest.mark.parametrize("code", MEMBER_STATES)
def test_a_member_state_has_the_labels_of_the_eu(code: str) -> None:
    assert label_region_of(code) == "EU"
    assert lines_of("TPM3::ALK", jurisdiction=code) == lines_of("TPM3::ALK", jurisdiction="EU") != {}


def test_there_are_27_member_states() -> None:
    assert len(MEMBER_STATES) == 27


@pytest.mark.parametrize("code", ["GB", "CH", "NO", "CA", "AU", "XX", "USA"])
@pytest.mark.parametrize("name", ["TPM3::ALK", "TFG::ROS1", "LMNA::NTRK1", "CCDC6::RET"])
def test_a_place_without_rows_is_said_to_have_none(code: str, name: str) -> None:
    assert label_region_of(code) == "other"
    result = interpreted_with(a_fusion(name), specimen=a_specimen(jurisdiction=code), ihc=(a_stain("ALK"),))
    assert f"No label information is held for this jurisdiction ({code})." in result.limitations
    assert not [line for line in result.therapies if line.agent != "none" and line.label_conditions]
    assert not {"ACT01", "ACT02"} & rules_of(result)
    assert "FDA" not in "\n".join(line.text for line in result.therapies)


def test_a_place_that_nobody_stated_is_said_to_be_unstated() -> None:
    result = interpreted_with(
        a_fusion("TPM3::ALK"), specimen=a_specimen(jurisdiction=""), laboratory=a_laboratory(jurisdiction="")
    )
    assert "not stated" in printed(result)
