"""Each risk sentence word for word, with its part, its sources and the facts that made it speak."""

from __future__ import annotations

from typing import Any

import pytest
from made_cases import a_control, a_fusion, a_specimen, a_stain, interpreted_with

from interpret.findings import Fusion, Ruling
from parsers.records import IhcResult

MEMBRANE = a_stain("ALK", pattern="nuclear membrane")
US_LABEL = "Label conditions (unresectable, recurrent or refractory) are not documented in the data received."
EU_LABEL = "Label conditions (unresectable, and recurrent or refractory) are not documented in the data received."


def risk_of(
    fusion: Fusion | None = None, *ihc: IhcResult, jurisdiction: str = "US", **changes: Any
) -> tuple[Ruling, ...]:
    fusion = fusion or a_fusion("TPM3::ALK")
    specimen = a_specimen(**({"resectability": "resectable", "jurisdiction": jurisdiction} | changes))
    return interpreted_with(fusion, specimen=specimen, ihc=ihc).risk


def rules(found: tuple[Ruling, ...]) -> list[str]:
    return [one.rule for one in found]


# The specimen, and all that is said of it: rule, part, sentence, sources.
SENTENCES: list[tuple[dict[str, Any], list[tuple[str, str, str, tuple[str, ...]]]]] = [
    ({}, []),
    (
        {"margin": "R2"},
        [
            (
                "RK01",
                "a",
                "Margins: R2. Incomplete resection has been associated with recurrence; interpret with the surgical "
                "report.",
                ("SI25",),
            )
        ],
    ),
    (
        {"margin": "R0", "size_cm": 4.0},
        [
            (
                "RK03",
                "a",
                "Extrapulmonary IMT: recurrence up to about 25% after complete resection in reviews.",
                ("SI25", "BENNETT17"),
            ),
            (
                "RK08",
                "a",
                "Tumour size 4 cm. Larger size was associated with worse outcome in some series; there is no agreed "
                "cut-off.",
                ("FU19", "COFFIN07"),
            ),
        ],
    ),
    ({"site": "uterus", "size_cm": 7.9}, []),
    (
        {"site": "uterus", "size_cm": 8.0},
        [
            (
                "RK06",
                "a",
                "Size 8 cm (uterus). In one series of 13 uterine IMT, size 8 cm or more was associated with "
                "aggressive behaviour.",
                ("BENNETT17",),
            )
        ],
    ),
    ({"site": "larynx", "size_cm": 4.4}, []),
    (
        {"site": "larynx", "size_cm": 4.5},
        [
            (
                "RK07",
                "a",
                "Head and neck: size over 4.4 cm (here 4.5 cm) was associated with malignant transformation in one "
                "series of 45 patients.",
                ("PENG22",),
            )
        ],
    ),
    (
        {"site": "maxillary sinus", "size_cm": 4.4},
        [
            (
                "RK07",
                "b",
                "Head and neck: maxillary sinus site was associated with malignant transformation in one series of 45 "
                "patients.",
                ("PENG22",),
            )
        ],
    ),
    (
        {"site": "maxillary sinus", "size_cm": 4.5},
        [
            (
                "RK07",
                "a",
                "Head and neck: size over 4.4 cm (here 4.5 cm) and maxillary sinus site were associated with malignant "
                "transformation in one series of 45 patients.",
                ("PENG22",),
            )
        ],
    ),
    (
        {"site": "uterus", "morphology": "lymphovascular invasion, compact pattern, 7 mitoses per 10 HPF"},
        [
            (
                "RK14",
                "a",
                "Features reported with aggressive uterine IMT: lymphovascular invasion, mitoses 7 or more per 10 HPF "
                "(here 7), predominantly compact pattern.",
                ("BENNETT17", "PARRA15", "SI25"),
            ),
            (
                "RK16",
                "a",
                "Mitotic count 7 per 10 HPF (uterus). Higher mitotic counts were described in aggressive uterine IMT "
                "in small series.",
                ("BENNETT17", "PARRA15"),
            ),
        ],
    ),
    (
        {"site": "uterus", "morphology": "compact pattern"},
        [
            (
                "RK14",
                "a",
                "Features reported with aggressive uterine IMT: predominantly compact pattern.",
                ("BENNETT17", "PARRA15", "SI25"),
            )
        ],
    ),
    (
        {"site": "uterus", "morphology": "6 mitoses per 10 HPF"},
        [
            (
                "RK16",
                "a",
                "Mitotic count 6 per 10 HPF (uterus). Higher mitotic counts were described in aggressive uterine IMT "
                "in small series.",
                ("BENNETT17", "PARRA15"),
            )
        ],
    ),
    (
        {"site": "uterus", "morphology": "tumour cell necrosis", "disease_status": "metastatic"},
        [
            (
                "RK17",
                "a",
                "Tumour cell necrosis was seen only in adverse-outcome uterine cases in one series of 10.",
                ("PARRA15",),
            ),
            ("RK18", "a", "Metastatic disease is recorded; metastasis is uncommon in IMT.", ("SI25", "FU19")),
        ],
    ),
]


@pytest.mark.parametrize(("specimen", "sentences"), SENTENCES)
def test_the_documented_features_give_these_sentences_and_no_others(
    specimen: dict[str, Any], sentences: list[tuple[str, str, str, tuple[str, ...]]]
) -> None:
    assert [(one.rule, one.part, one.text, one.sources) for one in risk_of(**specimen)] == sentences


def test_a_sentence_keeps_the_conditions_that_made_it_speak() -> None:
    [margin] = risk_of(margin="R1")
    assert ("margin", "R1", "R1 or R2") in [(one.fact, one.value, one.condition) for one in margin.because]
    [size] = risk_of(site="larynx", size_cm=5.0)
    assert [(one.fact, one.value, one.condition) for one in size.because if one.condition] == [
        ("site", "head_neck", "head_neck"),
        ("size", "over_4.4", "over_4.4"),
    ]


# The partner or the stain makes the epithelioid variant: fusion, stain, whether it is named.
VARIANTS = [
    (a_fusion("RANBP2::ALK"), (), True),
    (a_fusion("RRBP1::ALK"), (), True),
    (a_fusion("TPM3::ALK"), (), False),
    (a_fusion("RANBP2::ALK", classification="unconfirmed"), (), False),
    (a_fusion("TPM3::ALK"), (MEMBRANE,), True),
    (a_fusion("TPM3::ALK"), (a_stain("ALK", pattern="nuclear membrane", intensity="1+"),), True),
    (a_fusion("TPM3::ALK"), (a_stain("ALK", "equivocal", pattern="nuclear membrane"),), False),
    (a_fusion("TPM3::ALK"), (a_stain("ALK", pattern="cytoplasmic"),), False),
]


@pytest.mark.parametrize(("fusion", "ihc", "is_named"), VARIANTS)
def test_the_epithelioid_variant_needs_its_morphology_and_its_stain_or_partner(
    fusion: Fusion, ihc: tuple[IhcResult, ...], is_named: bool
) -> None:
    expected = [
        (
            "The features suggest EIMS, an aggressive variant; referral to a sarcoma centre is advised.",
            ("MARINO11", "YU16", "LEE17"),
        )
    ]
    found = [(one.text, one.sources) for one in risk_of(fusion, *ihc, morphology="epithelioid") if one.rule == "RK09"]
    assert found == (expected if is_named else [])
    assert "RK09" not in rules(risk_of(fusion, *ihc))


def test_while_imt_is_one_of_several_possibilities_only_the_variant_is_named() -> None:
    settled = risk_of(a_fusion("RRBP1::ALK"), morphology="epithelioid", margin="R1")
    assert rules(settled) == ["RK01", "RK09"]
    open_ = risk_of(
        a_fusion("RRBP1::ALK"), morphology="epithelioid", margin="R1", diagnosis="IMT versus leiomyosarcoma"
    )
    assert rules(open_) == ["RK09"]


def test_a_fusion_of_another_disease_leaves_no_sentence_on_margins() -> None:
    assert risk_of(a_fusion("NPM1::ALK"), margin="R1") == ()
    assert rules(risk_of(a_fusion("NPM1::ALK"), MEMBRANE, margin="R1", morphology="epithelioid")) == ["RK09"]


def test_neither_another_diagnosis_nor_a_held_case_has_a_sentence() -> None:
    assert risk_of(diagnosis="leiomyosarcoma", margin="R1") == ()
    held = interpreted_with(a_fusion("TPM3::ALK"), specimen=a_specimen(margin="R1"), controls=(a_control("fail"),))
    assert held.risk == ()


# Jurisdiction, what is documented, and what is said of the label.
LABELS: list[tuple[str, dict[str, Any], list[tuple[str, str, tuple[str, ...]]]]] = [
    ("US", {"resectability": "unknown"}, [("a", US_LABEL, ("LABEL-CRIZOTINIB-US",))]),
    ("EU", {"resectability": "unknown"}, [("b", EU_LABEL, ("LABEL-CRIZOTINIB-EU",))]),
    ("JP", {"resectability": "unknown"}, []),
    ("US", {"resectability": "resectable"}, []),
    ("US", {"resectability": "unknown", "disease_status": "primary"}, []),
    ("EU", {"resectability": "unknown", "disease_status": "primary"}, []),
    ("US", {"resectability": "resectable", "disease_status": "primary"}, []),
]


@pytest.mark.parametrize(("jurisdiction", "documented", "sentences"), LABELS)
def test_undocumented_label_conditions_are_stated_where_nothing_of_them_was_documented(
    jurisdiction: str, documented: dict[str, Any], sentences: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    found = risk_of(jurisdiction=jurisdiction, **documented)
    assert [(one.part, one.text, one.sources) for one in found if one.rule == "RK25"] == sentences


def test_no_label_is_spoken_of_without_its_line() -> None:
    assert "RK25" not in rules(risk_of(a_fusion("TFG::ROS1"), resectability="unknown"))


def test_every_label_sentence_belongs_to_imt_that_is_settled() -> None:
    for diagnosis, expected in (("IMT", ["RK25"]), ("IMT versus leiomyosarcoma", []), ("leiomyosarcoma", [])):
        assert rules(risk_of(diagnosis=diagnosis, resectability="unknown")) == expected
