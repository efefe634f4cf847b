"""
Free text can harm a patient where a denial is read as a finding, or an organ is mistaken for another.

Each table holds phrases as people write them; what is denied or unclear must not count.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_cases import a_laboratory, a_specimen

from interpret.context import Context, condition_state, has_progressed_on, read_context, tumour_of, was_treated_with
from interpret.sites import sites_of


def context(**changes: Any) -> Context:
    return read_context(a_specimen(**changes), (), a_laboratory())


def state(code: str, **changes: Any) -> str:
    return condition_state(code, context(**changes), "not_documented")


SITES = [
    ("lung", "lung"),
    ("left lower lobe of lung", "lung"),
    ("right upper lobe", "lung"),
    ("lung, right lobe", "lung"),
    ("liver, right lobe", "liver_spleen"),
    ("liver, left lower lobe", "liver_spleen"),
    ("thyroid, left lobe", "other"),
    ("thyroid, right lower lobe", "other"),
    ("brain, temporal lobe", "other"),
    ("frontal lobe", "other"),
    ("caudate lobe", "other"),
    ("right lobe", "other"),
    ("femoral neck", "bone"),
    ("neck of femur", "bone"),
    ("head of humerus", "bone"),
    ("head of pancreas", "other"),
    ("pancreatic head", "other"),
    ("urinary bladder neck", "bladder"),
    ("neck of the bladder", "bladder"),
    ("bladder, dome", "bladder"),
    ("gall bladder", "other"),
    ("gall-bladder neck", "other"),
    ("renal sinus", "kidney"),
    ("renal pelvis", "kidney"),
    ("coronary sinus", "other"),
    ("pilonidal sinus", "other"),
    ("neck", "head_neck"),
    ("left neck", "head_neck"),
    ("head and neck", "head_neck"),
    ("soft tissue of the neck", "head_neck soft_tissue"),
    ("ethmoid sinus", "head_neck"),
    ("maxillary sinus, left", "head_neck maxillary_sinus"),
    ("chest wall, skin not involved", "thorax"),
    ("chest wall, skin uninvolved", "thorax"),
    ("chest wall, no skin involvement", "thorax"),
    ("chest wall (deep to skin)", "thorax"),
    ("chest wall, sparing the skin", "thorax"),
    ("chest wall, overlying skin intact", "thorax"),
    ("skin of chest wall", "skin thorax"),
    ("mesentery, adjacent to the bladder", "abdomen"),
    ("mediastinum, not lung", "thorax"),
    ("hepatic flexure", "abdomen"),
    ("pulmonary valve", "thorax"),
    ("tibialis anterior muscle", "soft_tissue"),
    ("adrenal gland", "other"),
    ("uterine cervix", "uterus"),
    ("ureter", "other"),
    ("unknown", "unknown"),
    ("not specified", "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("site", "organs"), SITES)
def test_a_site_is_never_taken_for_another_organ(site: str, organs: str) -> None:
    assert sites_of(site) == set(organs.split())


@pytest.mark.parametrize(
    "organ", ["liver", "thyroid", "brain", "prostate", "parotid", "thymus", "pancreas", "placenta"]
)
@pytest.mark.parametrize("lobe", ["right lobe", "left lobe", "upper lobe", "lower lobe", "middle lobe"])
def test_only_a_lobe_of_the_lung_is_lung(organ: str, lobe: str) -> None:
    for site in (f"{organ}, {lobe}", f"{lobe} of {organ}", f"{organ} {lobe}"):
        assert "lung" not in sites_of(site)
    assert "lung" in sites_of(f"lung, {lobe}")


FEATURES = {
    "necrosis": "necrosis",
    "epithelioid features": "epithelioid",
    "vascular invasion": "lymphovascular_invasion",
    "LVI": "lymphovascular_invasion",
    "a compact pattern": "compact",
}
DENIED = [
    "no {0}", "without {0}", "{0} absent", "{0} is absent", "{0}: absent", "{0} (absent)", "{0} - absent", "{0}: none",
    "{0}: no", "{0} no", "{0} none", "{0} not seen", "{0} was not seen", "{0} not identified", "{0} not present",
    "{0} not detected", "{0} negative", "{0} is negative", "{0}: negative", "{0}: nil", "negative for {0}", "lacks {0}",
    "lacking {0}", "absence of {0}", "free of {0}", "no evidence of {0}", "no definite {0}", "{0} is lacking",
    "{0} excluded", "{0} ruled out", "{0} cannot be identified", "no atypia, {0} or haemorrhage", "without atypia, {0}",
    "neither atypia nor {0}", "atypia, {0} and haemorrhage not seen", "{0}, none", "{0}, absent", "{0}: 0 %",
    "spindle cells; {0} absent", "non-specific, no {0}; cellular",
]  # fmt: skip
OPEN = [
    "{0}?", "?{0}", "possible {0}", "probable {0}", "suspected {0}", "{0} cannot be excluded", "{0} not assessed",
    "{0} not assessable", "{0}: unknown", "{0}: pending", "r/o {0}", "rule out {0}", "questionable {0}",
    "{0} equivocal", "uncertain {0}", "history of {0}", "{0} uncertain",
]  # fmt: skip
STATED = [
    "{0}", "{0} present", "{0}: present", "focal {0}", "{0} is seen", "with {0}", "spindle cells, {0}",
    "no atypia; {0} present", "{0}, no atypia", "{0} but no atypia", "no atypia but {0}", "no mitoses, {0} present",
]  # fmt: skip


@pytest.mark.parametrize("phrase", DENIED)
@pytest.mark.parametrize("feature", FEATURES)
def test_a_denied_feature_is_no_feature(phrase: str, feature: str) -> None:
    assert FEATURES[feature] not in context(morphology=phrase.format(feature)).morphology


@pytest.mark.parametrize("phrase", OPEN)
@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_in_doubt_is_no_feature(phrase: str, feature: str) -> None:
    assert FEATURES[feature] not in context(morphology=phrase.format(feature)).morphology


@pytest.mark.parametrize("phrase", STATED)
@pytest.mark.parametrize("feature", FEATURES)
def test_a_stated_feature_is_found(phrase: str, feature: str) -> None:
    assert FEATURES[feature] in context(morphology=phrase.format(feature)).morphology


@given(
    st.sampled_from(DENIED),
    st.sampled_from(sorted(FEATURES)),
    st.sampled_from(DENIED),
    st.sampled_from(sorted(FEATURES)),
)
def test_denials_beside_each_other_stay_denials(one: str, feature: str, other: str, second: str) -> None:
    assert not context(morphology=f"{one.format(feature)}; {other.format(second)}").morphology


@pytest.mark.parametrize(
    "phrase",
    ["pregnancy test negative", "not pregnant", "pregnancy excluded", "no pregnancy", "pregnancy: no", "nulligravida",
     "pregnancy denied", "pregnant?", "no recent gestation"],
)  # fmt: skip
def test_a_denied_pregnancy_is_no_setting(phrase: str) -> None:
    assert context(indication=phrase).setting == frozenset()
    assert context(indication="32 weeks pregnant").setting == {"pregnancy"}


@pytest.mark.parametrize(
    ("text", "count"),
    [("9 mitoses per 10 HPF", "9"), ("mitotic count 2/10 HPF", "2"), ("mitoses: not seen; 9 cm", ""),
     ("mitoses absent, size 12 cm", ""), ("9 mitoses/50 HPF", ""), ("mitotic rate 8 per mm2", ""),
     ("mitoses 8/mm2", ""), ("8 mitoses", "8")],
)  # fmt: skip
def test_a_number_of_something_else_is_no_mitotic_count(text: str, count: str) -> None:
    assert context(morphology=text).mitoses == count


MORBIDITY_STATED = [
    "surgery: severe morbidity expected", "severe morbidity expected", "resection likely to result in severe morbidity",
    "resection would cause severe morbidity", "severe surgical morbidity is anticipated",
    "IMT of the bladder; exenteration will result in severe morbidity.",
]  # fmt: skip
MORBIDITY_UNCLEAR = [
    "can be resected without severe morbidity", "no severe morbidity expected", "severe morbidity not expected",
    "severe morbidity is unlikely", "unlikely to cause severe morbidity", "low risk of severe morbidity",
    "severe morbidity: no", "severe morbidity, not expected", "severe morbidity?", "severe morbidity could result",
    "resection to avoid severe morbidity", "severe morbidity after previous surgery", "had severe morbidity",
    "surgery may result in severe morbidity", "if severe morbidity is expected, systemic treatment",
    "severe morbidity expected from chemotherapy", "risk of severe morbidity", "severe morbidity",
    "question whether surgery would cause severe morbidity", "severe morbidity would be unexpected",
    "surgery is possible; severe morbidity is doubtful", "resection would cause minimal, not severe morbidity",
    "neither mutilation nor severe morbidity expected", "severe morbidity is to be assessed",
]  # fmt: skip


@pytest.mark.parametrize("text", MORBIDITY_STATED)
def test_expected_severe_morbidity_meets_the_label_condition(text: str) -> None:
    assert state("metastatic_or_morbid_surgery", indication=text) == "met"


@pytest.mark.parametrize("text", MORBIDITY_UNCLEAR)
def test_severe_morbidity_that_nobody_expects_meets_no_label_condition(text: str) -> None:
    for code in ("metastatic_or_morbid_surgery", "locally_advanced_metastatic_or_morbid_surgery"):
        assert state(code, indication=text) == "not_documented"


NOT_GIVEN = [
    "no prior {0}", "no {0}", "never received {0}", "{0} planned", "{0} was planned", "planned: {0}", "{0} refused",
    "declined {0}", "{0} not given", "{0} never started", "{0}: no", "without {0}", "candidate for {0}",
    "considered for {0}", "{0} under consideration", "{0} not available", "{0}?", "{0} naive", "{0} contraindicated",
    "surgery; no {0}", "surgery, no {0} or radiotherapy", "eligible for {0}", "to start {0}", "{0} requested",
    "{0} denied by insurer", "awaiting {0}", "before {0}", "{0} pending", "instead of {0}", "{0} proposed",
    "neither chemotherapy nor {0}",
]  # fmt: skip
GIVEN = ["{0}", "{0} 2024", "surgery, {0}", "{0} for 6 months", "{0}; no response", "progressed on {0}",
         "{0}, not tolerated", "doxorubicin, {0}", "{0} and surgery", "prior {0}", "{0} (stopped)"]  # fmt: skip


@pytest.mark.parametrize("phrase", NOT_GIVEN)
@pytest.mark.parametrize("agent", ["larotrectinib", "entrectinib", "NTRK inhibitor"])
def test_an_agent_that_was_not_given_is_no_prior_therapy(phrase: str, agent: str) -> None:
    text = phrase.format(agent)
    assert state("prior_ntrk_inhibitor_or_exhausted", prior_therapy=text) == "not_documented"
    assert state("no_prior_ntrk_inhibitor", prior_therapy=text) != "not_met"
    assert not was_treated_with(agent, context(prior_therapy=text))


@pytest.mark.parametrize("phrase", GIVEN)
@pytest.mark.parametrize("agent", ["larotrectinib", "entrectinib", "NTRK inhibitor"])
def test_an_agent_that_was_given_is_prior_therapy(phrase: str, agent: str) -> None:
    text = phrase.format(agent)
    assert state("prior_ntrk_inhibitor_or_exhausted", prior_therapy=text) == "met"
    assert state("no_prior_ntrk_inhibitor", prior_therapy=text) == "not_met"
    assert was_treated_with(agent, context(prior_therapy=text))


def test_no_prior_larotrectinib_or_entrectinib_is_no_prior_ntrk_inhibitor() -> None:
    text = "no prior larotrectinib or entrectinib"
    assert state("prior_ntrk_inhibitor_or_exhausted", prior_therapy=text) == "not_documented"


@pytest.mark.parametrize(
    ("therapy", "expected"),
    [("none", "met"), ("treatment-naive", "met"), ("no prior NTRK inhibitor", "met"), ("no systemic therapy", "met"),
     ("doxorubicin", "not_documented"), ("surgery", "not_documented"), ("clinical trial", "not_documented"),
     ("larotrectinib planned", "not_documented"), ("", "not_documented"), ("unknown", "not_documented")],
)  # fmt: skip
def test_no_prior_ntrk_inhibitor_is_met_only_where_the_text_says_so(therapy: str, expected: str) -> None:
    assert state("no_prior_ntrk_inhibitor", prior_therapy=therapy) == expected


NOT_PROGRESSED_ON_TREATMENT = [
    "surgery", "radiotherapy", "resection x2", "surgery and radiotherapy", "excision 2023", "none", "no chemotherapy",
    "chemotherapy planned", "doxorubicin refused", "no prior systemic therapy", "surgery; no chemotherapy given",
    "", "unknown", "biopsy only", "observation", "candidate for crizotinib", "wide excision, chemotherapy declined",
]  # fmt: skip


@pytest.mark.parametrize("therapy", NOT_PROGRESSED_ON_TREATMENT)
def test_progression_without_systemic_treatment_meets_no_label_condition(therapy: str) -> None:
    text = {"disease_status": "progressed", "prior_therapy": therapy}
    assert state("progressed_or_no_alternative", **text) == "not_documented"


@pytest.mark.parametrize(
    "therapy",
    ["doxorubicin", "surgery, then chemotherapy", "crizotinib", "vinblastine + methotrexate", "ifosfamide 2023"],
)
def test_progression_with_systemic_treatment_on_record_meets_the_label_condition(therapy: str) -> None:
    assert state("progressed_or_no_alternative", disease_status="progressed", prior_therapy=therapy) == "met"


@pytest.mark.parametrize("therapy", ["surgery", "none", "radiotherapy", "resection x2"])
def test_refractory_after_local_treatment_alone_meets_no_label_condition(therapy: str) -> None:
    text = {"disease_status": "refractory", "prior_therapy": therapy}
    assert state("progressed_or_no_alternative", **text) == "not_documented"


def test_progression_on_an_agent_is_told_from_treatment_with_it() -> None:
    assert has_progressed_on("crizotinib", context(prior_therapy="progressed on crizotinib"))
    assert not has_progressed_on("crizotinib", context(prior_therapy="crizotinib; progressed on doxorubicin"))
    assert not has_progressed_on("crizotinib", context(prior_therapy="no progression on crizotinib"))


@pytest.mark.parametrize(
    "diagnosis",
    ["compatible with IMT", "consistent with IMT", "in keeping with IMT", "spindle cell tumour resembling IMT",
     "IMT-like lesion", "provisional diagnosis: IMT", "presumed IMT", "may represent IMT", "could be IMT",
     "IMT, to be confirmed", "raises the possibility of IMT", "probable IMT", "IMT, pending ALK",
     "working diagnosis IMT", "reminiscent of IMT", "IMT?", "indeterminate, IMT", "mimicking IMT", "tentatively IMT",
     "preliminary: IMT", "suspicion of IMT", "IMT can not be excluded", "IMT can't be excluded", "unconfirmed IMT",
     "potential IMT", "assumed IMT", "IMT not proven", "equivocal for IMT", "IMT is one option",
     "IMT - awaiting molecular", "IMT-pattern lesion", "spindle cell neoplasm, IMT spectrum", "Verdacht auf IMT",
     "features of IMT", "morphology fits IMT", "sarcoma, IMT should be excluded", "believed to be IMT"],
)  # fmt: skip
def test_a_hedged_diagnosis_of_imt_is_not_settled(diagnosis: str) -> None:
    tumour = tumour_of(diagnosis, "")
    assert (tumour.kind, tumour.is_settled) == ("imt", False)


@pytest.mark.parametrize(
    "diagnosis",
    ["IMT/ALCL", "IMT / nodular fasciitis", "nodular fasciitis/IMT", "IMT, desmoid", "nodular fasciitis and IMT",
     "IMT; adenocarcinoma", "IMT - leiomyosarcoma", "spindle cell nevus, IMT"],
)  # fmt: skip
def test_imt_beside_another_disease_is_not_settled(diagnosis: str) -> None:
    tumour = tumour_of(diagnosis, "")
    assert (tumour.kind, tumour.is_settled) == ("imt", False)


@pytest.mark.parametrize(
    "diagnosis",
    ["IMT; leiomyosarcoma excluded", "IMT, no evidence of adenocarcinoma", "IMT, not a leiomyosarcoma",
     "IMT; history of breast carcinoma", "IMT after treatment for lymphoma", "IMT/EIMS", "lung IMT, prior melanoma"],
)  # fmt: skip
def test_a_disease_denied_or_of_the_past_leaves_imt_settled(diagnosis: str) -> None:
    tumour = tumour_of(diagnosis, "")
    assert (tumour.kind, tumour.is_settled) == ("imt", True)


@pytest.mark.parametrize(
    "diagnosis",
    ["lung cancer", "lung adenoca", "papillary thyroid cancer", "atypical Spitz tumour", "Spitz naevus",
     "melanocytic nevus", "ALK+ anaplastic large cell", "endometrial stromal sarcoma", "osteosarcoma", "glioblastoma",
     "nephroblastoma", "Wilms tumour", "hepatoblastoma", "pleuropulmonary blastoma", "thymoma", "myofibroma",
     "neurofibroma", "perineurioma", "meningioma", "multiple myeloma", "plasmacytoma", "Rosai-Dorfman disease",
     "Langerhans cell disease", "Erdheim-Chester disease", "Castleman disease", "desmoid tumour", "germ cell tumour",
     "PEComa", "UPS", "undifferentiated pleomorphic sarcoma", "epithelioid sarcoma", "clear cell sarcoma",
     "alveolar soft part sarcoma", "low-grade myofibroblastic sarcoma", "carcinosarcoma", "haemangioma",
     "pseudosarcomatous myofibroblastic proliferation", "fetal lung interstitial tumour", "IgG4-related disease",
     "inflammatory fibroid polyp", "calcifying fibrous tumour", "myoepithelial tumour", "chordoma"],
)  # fmt: skip
def test_a_named_disease_that_is_not_imt_is_another_diagnosis(diagnosis: str) -> None:
    assert tumour_of(diagnosis, "").kind == "other"


@pytest.mark.parametrize(
    "diagnosis",
    ["spindle cell tumour", "sarcoma, NOS", "high-grade sarcoma", "spindle cell sarcoma", "mesenchymal neoplasm",
     "inflammatory pseudotumour", "plasma cell granuloma", "myofibroblastic tumour", "mass", "soft tissue tumour"],
)  # fmt: skip
def test_a_diagnosis_that_names_no_disease_stays_open(diagnosis: str) -> None:
    assert tumour_of(diagnosis, "").kind == "unspecified"


@pytest.mark.parametrize(
    "diagnosis",
    ["not IMT", "IMT excluded", "IMT was excluded", "no IMT", "IMT not confirmed", "IMT not favoured", "IMT: no",
     "negative for IMT", "IMT considered and excluded", "leiomyoma rather than IMT", "IMT less likely"],
)  # fmt: skip
def test_a_denied_diagnosis_of_imt_is_not_imt(diagnosis: str) -> None:
    assert tumour_of(diagnosis, "").kind == "other"
