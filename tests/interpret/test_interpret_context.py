"""Age by the calendar, the tumour context of a diagnosis, sites, morphology, and the state of label conditions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_cases import a_laboratory, a_specimen, a_variant

from interpret.context import Context, age_at, condition_state, read_context, tumour_of
from interpret.knowledge import LABEL_CONDITIONS, AgeRange
from interpret.sites import sites_of

BORN = date(2019, 5, 14)


def context(**changes: Any) -> Context:
    return read_context(a_specimen(**changes), (), a_laboratory())


@pytest.mark.parametrize(
    ("day", "text", "months"),
    [
        (date(2019, 5, 14), "0 days", 0),
        (date(2019, 5, 15), "1 day", 0),
        (date(2019, 6, 13), "30 days", 0),
        (date(2019, 6, 14), "1 month", 1),
        (date(2020, 5, 13), "11 months", 11),
        (date(2020, 5, 14), "12 months", 12),
        (date(2021, 5, 14), "2 years", 24),
        (date(2037, 5, 13), "17 years", 215),
        (date(2037, 5, 14), "18 years", 216),
    ],
)
def test_age_is_counted_by_the_calendar(day: date, text: str, months: int) -> None:
    age = age_at(BORN, day)
    assert (age.text, age.months) == (text, months)
    assert int(age.years) == months // 12


def test_a_leap_day_birthday_falls_on_the_first_of_march() -> None:
    assert age_at(date(2024, 2, 29), date(2025, 2, 28)).months == 11
    assert age_at(date(2024, 2, 29), date(2025, 3, 1)).months == 12


def test_an_age_before_birth_is_refused() -> None:
    with pytest.raises(ValueError, match="before the birth"):
        age_at(BORN, BORN - timedelta(days=1))


@given(st.dates(date(1925, 1, 1), date(2026, 1, 1)), st.integers(0, 36500), st.integers(0, 400))
def test_a_person_never_grows_younger(born: date, days: int, more: int) -> None:
    younger, older = age_at(born, born + timedelta(days=days)), age_at(born, born + timedelta(days=days + more))
    assert (younger.months, younger.days) <= (older.months, older.days)
    assert younger.years <= older.years
    assert younger.months // 12 == int(younger.years)


@pytest.mark.parametrize(
    ("limits", "inside", "outside"),
    [
        (AgeRange(start=12), date(2020, 5, 14), date(2020, 5, 13)),
        (AgeRange(start=12, stop=216), date(2037, 5, 13), date(2037, 5, 14)),
        (AgeRange(over=1), date(2019, 6, 15), date(2019, 6, 14)),
        (AgeRange(start=144), date(2031, 5, 14), date(2031, 5, 13)),
    ],
)
def test_an_age_limit_is_met_to_the_day(limits: AgeRange, inside: date, outside: date) -> None:
    assert age_at(BORN, inside).is_within(limits)
    assert not age_at(BORN, outside).is_within(limits)


@pytest.mark.parametrize(
    "diagnosis",
    ["IMT", "IMT (pathologist)", "uterine IMT", "Inflammatory myofibroblastic tumour",
     "inflammatory myofibroblastic tumor",
     "EIMS", "epithelioid inflammatory myofibroblastic sarcoma", "IMTL (Inflammatory Myofibroblastic Lung Tumor)",
     "IMTB", "recurrent IMT, mesentery", "IMT, no necrosis", "IMT versus EIMS", "residual or recurrent IMT",
     "IMT versus epithelioid inflammatory myofibroblastic sarcoma"],
)  # fmt: skip
def test_a_diagnosis_of_imt_is_settled(diagnosis: str) -> None:
    tumour = tumour_of(diagnosis, "")
    assert (tumour.kind, tumour.is_settled) == ("imt", True)


@pytest.mark.parametrize(
    "diagnosis",
    ["IMT?", "IMT vs sarcoma", "spindle cell tumour, IMT considered",
     "spindle cell tumour, IMT vs infantile fibrosarcoma",
     "suspected IMT", "possible IMT", "IMT or desmoid", "r/o IMT", "favour IMT", "IMT cannot be excluded",
     "IMT versus EIMS versus leiomyosarcoma"],
)  # fmt: skip
def test_imt_among_other_possibilities_is_not_settled(diagnosis: str) -> None:
    tumour = tumour_of(diagnosis, "")
    assert (tumour.kind, tumour.is_settled) == ("imt", False)


@pytest.mark.parametrize(
    "diagnosis",
    ["lung adenocarcinoma", "leiomyosarcoma", "uterine leiomyoma", "not IMT", "IMT excluded", "IMT is unlikely",
     "no evidence of IMT", "NSCLC", "sarcoma, not IMT", "dermatofibrosarcoma protuberans"],
)  # fmt: skip
def test_another_diagnosis_is_not_imt(diagnosis: str) -> None:
    assert tumour_of(diagnosis, "").kind == "other"


@pytest.mark.parametrize(
    "diagnosis", ["spindle cell tumour", "mass", "lymphoplasmacytic mass", "inflammatory pseudotumour"]
)
def test_an_unspecified_tumour_is_neither(diagnosis: str) -> None:
    assert tumour_of(diagnosis, "").kind == "unspecified"


@pytest.mark.parametrize("code", ["IMT", "IMTL", "IMTB", "imtl"])
def test_an_oncotree_imt_code_is_imt_and_never_lung_or_bladder_cancer(code: str) -> None:
    assert tumour_of("IMT", code).kind == "imt"
    by_code_alone = tumour_of("spindle cell tumour", code)
    assert (by_code_alone.kind, by_code_alone.is_settled) == ("imt", False)


def test_text_and_code_that_disagree_are_reported() -> None:
    assert tumour_of("IMT", "LUAD").conflict
    assert not tumour_of("IMT", "LUAD").is_settled
    assert tumour_of("lung adenocarcinoma", "IMTL").kind == "other"
    assert tumour_of("lung adenocarcinoma", "IMTL").conflict


@pytest.mark.parametrize(
    ("site", "words"),
    [
        ("", {"unknown"}),
        ("left lower lobe of lung", {"lung"}),
        ("urinary bladder", {"bladder"}),
        ("gallbladder", {"other"}),
        ("uterus", {"uterus"}),
        ("abdominal wall subcutis", {"abdomen", "skin"}),
        ("orbit", {"head_neck"}),
        ("maxillary sinus", {"head_neck", "maxillary_sinus"}),
        ("thigh soft tissue", {"soft_tissue"}),
        ("pelvis soft tissue", {"abdomen", "soft_tissue"}),
        ("liver", {"liver_spleen"}),
    ],
)
def test_a_site_text_gives_site_words(site: str, words: set[str]) -> None:
    assert sites_of(site) == words


@pytest.mark.parametrize(
    ("morphology", "expected"),
    [
        ("epithelioid/round cells", {"epithelioid"}),
        ("spindle cells, no epithelioid component", set()),
        ("non-epithelioid", set()),
        ("necrosis present; 9 mitoses per 10 HPF", {"necrosis", "mitoses", "mitoses_7_or_more"}),
        ("no necrosis, mitotic count 2/10 HPF", {"mitoses"}),
        ("without lymphovascular invasion", set()),
    ],
)
def test_morphology_is_read_with_its_negations(morphology: str, expected: set[str]) -> None:
    assert context(morphology=morphology).morphology == expected


STATES = [
    ("unresectable_recurrent_or_refractory", {"resectability": "unresectable"}, "met"),
    ("unresectable_recurrent_or_refractory", {"disease_status": "recurrent"}, "met"),
    ("unresectable_recurrent_or_refractory", {"resectability": "resected", "disease_status": "primary"}, "not_met"),
    ("unresectable_recurrent_or_refractory", {"resectability": "resected"}, "not_documented"),
    ("unresectable_recurrent_or_refractory", {"disease_status": "primary"}, "not_documented"),
    ("unresectable_recurrent_or_refractory", {"disease_status": "metastatic"}, "not_documented"),
    ("unresectable_recurrent_or_refractory", {}, "not_documented"),
    ("unresectable", {"resectability": "resectable"}, "not_met"),
    ("recurrent_or_refractory", {"disease_status": "primary"}, "not_met"),
    ("recurrent_or_refractory", {"disease_status": "progressed"}, "not_documented"),
    ("metastatic_or_morbid_surgery", {"disease_status": "metastatic"}, "met"),
    ("metastatic_or_morbid_surgery", {"indication": "surgery: severe morbidity expected"}, "met"),
    ("metastatic_or_morbid_surgery", {"resectability": "unresectable"}, "not_documented"),
    ("metastatic_or_morbid_surgery", {"resectability": "resected", "disease_status": "primary"}, "not_met"),
    ("locally_advanced_or_metastatic", {"resectability": "resected"}, "not_documented"),
    ("progressed_or_no_alternative", {"disease_status": "progressed"}, "not_documented"),
    ("progressed_or_no_alternative", {"disease_status": "progressed", "prior_therapy": "doxorubicin"}, "met"),
    ("progressed_or_no_alternative", {"disease_status": "progressed", "prior_therapy": "none"}, "not_documented"),
    ("progressed_or_no_alternative", {"disease_status": "refractory"}, "met"),
    (
        "progressed_or_no_alternative",
        {"disease_status": "metastatic", "prior_therapy": "progressed on doxorubicin"},
        "met",
    ),
    ("progressed_or_no_alternative", {"prior_therapy": "No disease progression on imatinib"}, "not_documented"),
    ("progressed_or_no_alternative", {"prior_therapy": "not progressed under steroids"}, "not_documented"),
    ("progressed_or_no_alternative", {"prior_therapy": "doxorubicin"}, "not_documented"),
    ("no_prior_ntrk_inhibitor", {"prior_therapy": "Larotrectinib"}, "not_met"),
    ("no_prior_ntrk_inhibitor", {"prior_therapy": "none"}, "met"),
    ("no_prior_ntrk_inhibitor", {}, "not_documented"),
    ("prior_ntrk_inhibitor_or_exhausted", {"prior_therapy": "TRK inhibitor"}, "met"),
    ("imt_diagnosis", {"diagnosis": "IMT"}, "met"),
    ("imt_diagnosis", {"diagnosis": "IMT?"}, "not_documented"),
    ("imt_diagnosis", {"diagnosis": "spindle cell tumour"}, "not_documented"),
    ("imt_diagnosis", {"diagnosis": "leiomyosarcoma"}, "not_met"),
    ("approved_test", {}, "not_documented"),
    ("no_satisfactory_option", {"disease_status": "refractory"}, "not_documented"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "specimen", "state"), STATES)
def test_a_label_condition_is_met_only_where_the_data_say_so(code: str, specimen: dict[str, Any], state: str) -> None:
    assert condition_state(code, context(**specimen), "not_documented") == state


def test_with_nothing_stated_no_label_condition_is_met() -> None:
    bare = context(diagnosis="tumour")
    assert {condition_state(code, bare, "not_documented") for code in LABEL_CONDITIONS} == {"not_documented"}


def test_the_specimens_jurisdiction_comes_before_the_laboratorys() -> None:
    laboratory = a_laboratory(jurisdiction="EU")
    assert read_context(a_specimen(jurisdiction="JP"), (), laboratory).label_region == "JP"
    assert read_context(a_specimen(jurisdiction=""), (), laboratory).label_region == "EU"
    assert (
        read_context(a_specimen(jurisdiction="CH"), (a_variant("ALK", "G1202R"),), laboratory).label_region == "other"
    )


def test_the_icd_o_code_that_imt_falls_under_is_no_conflict() -> None:
    assert tumour_of("IMT", "8825/1").is_settled
    assert not tumour_of("IMT", "8825/1").conflict
    assert tumour_of("spindle cell tumour", "8825/1").kind == "unspecified"
    assert tumour_of("IMT", "8825/3").conflict
