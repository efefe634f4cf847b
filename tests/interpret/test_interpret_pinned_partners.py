"""What is said of a partner, word for word: the note, the pattern beside it, and where nothing is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from made_cases import a_fusion, the_knowledge

from interpret.concordance import GroupEvidence
from interpret.findings import Fusion, Ruling
from interpret.partners import treatment_notes, with_partner_notes
from interpret.stains import IhcState, StainView

CLTC = (
    "CLTC is a known ALK partner of IMT, with an abdominal association reported; it also occurs in anaplastic large "
    "cell lymphoma and ALK-positive histiocytosis."
)
RELAPSE = Ruling(
    "PT061",
    "Relapse on crizotinib was reported in 2 of 3 patients with RANBP2::ALK.",
    ("TRAHAIR",),
    marker="RANBP2::ALK",
)


def stained(group: str = "ALK", ihc: IhcState = "positive", *patterns: str) -> Mapping[str, GroupEvidence]:
    view = StainView(ihc, "not_done", frozenset(patterns))
    return {group: GroupEvidence(group, view, frozenset({"fusion"}), None)}


def noted(name: str, groups: Mapping[str, GroupEvidence] | None = None, **changes: Any) -> tuple[Fusion, list[Ruling]]:
    """The one fusion with its note, and the rulings."""
    (fusion,), rulings = with_partner_notes((a_fusion(name, **changes),), groups or {}, the_knowledge())
    return fusion, list(rulings)


def test_a_known_partner_has_its_note_on_the_fusion_and_as_a_ruling() -> None:
    fusion, rulings = noted("CLTC::ALK")
    assert fusion == replace(a_fusion("CLTC::ALK"), partner_note=CLTC, partner_rule="PT003")
    assert rulings == [
        Ruling("PT003", CLTC, ("SI25", "MA00", "LI13", "ALKHIST"), marker="CLTC::ALK"),
    ]


def test_a_note_for_several_partners_names_the_fusion_at_hand() -> None:
    fusion, [ruling] = noted("TPR::NTRK1")
    assert ruling.text == "TPR::NTRK1 is known from other tumours; it is not verified in IMT."
    assert (fusion.partner_note, fusion.partner_rule) == (ruling.text, "PT049")


def test_the_partner_is_the_other_gene_whichever_side_the_driver_is_on() -> None:
    fusion, [ruling] = noted("ALK::CLTC", driver="ALK")
    assert (fusion.partner_rule, ruling.marker) == ("PT003", "ALK::CLTC")


@pytest.mark.parametrize(
    "changes",
    [
        {"classification": "unconfirmed"},
        {"classification": "uncertain"},
        {"classification": "not_functional"},
        {"role": "reciprocal"},
    ],
)
def test_what_is_no_result_has_no_note(changes: dict[str, Any]) -> None:
    for name in ("CLTC::ALK", "XYZ1::ALK"):
        assert noted(name, **changes) == (a_fusion(name, **changes), [])


def test_every_fusion_stays_in_its_place() -> None:
    fusions = (
        a_fusion("ALK::CLTC", driver="ALK", role="reciprocal"),
        a_fusion("XYZ1::ALK"),
        a_fusion("CLTC::ALK"),
        a_fusion("TFG::ROS1"),
    )
    found, rulings = with_partner_notes(fusions, {}, the_knowledge())
    assert [fusion.name for fusion in found] == [fusion.name for fusion in fusions]
    assert [fusion.partner_rule for fusion in found] == ["", "", "PT003", "PT036"]
    assert [ruling.rule for ruling in rulings] == ["PT003", "PT036"]


@pytest.mark.parametrize(
    ("name", "changes", "note"),
    [
        ("XYZ1::ALK", {}, "No partner-specific statement: XYZ1 is not among the established partners of ALK."),
        # A row that is not verified, and a partner of another driver.
        ("TNS1::ALK", {}, "No partner-specific statement: TNS1 is not among the established partners of ALK."),
        ("YWHAE::ALK", {}, "No partner-specific statement: YWHAE is not among the established partners of ALK."),
        (
            "::ALK",
            {},
            "No partner-specific statement: this partner is not among the established partners of ALK.",
        ),
        # A mechanism is no partner.
        (
            "amplification::ALK",
            {},
            "No partner-specific statement: amplification is not among the established partners of ALK.",
        ),
        ("XYZ1::ALK", {"classification": "other_entity"}, ""),
        # The tables know no partner of this gene.
        ("XYZ1::STAT6", {}, ""),
    ],
)
def test_an_unknown_partner_has_the_neutral_note_and_no_ruling(name: str, changes: dict[str, Any], note: str) -> None:
    fusion, rulings = noted(name, **changes)
    assert (fusion.partner_note, fusion.partner_rule, rulings) == (note, "", [])


def test_a_fusion_that_defines_another_disease_keeps_what_is_known_of_its_partner() -> None:
    fusion, [ruling] = noted("COL1A1::PDGFB", classification="other_entity")
    assert fusion.partner_rule == ruling.rule == "PT060"


# The partner, the stain, and what is added to the note.
GRANULAR, DIFFUSE = "Expected ALK pattern: granular cytoplasmic", "Expected ALK pattern: diffuse cytoplasmic"
PATTERNS: list[tuple[str, Mapping[str, GroupEvidence], str]] = [
    ("CLTC::ALK", stained("ALK", "positive", "granular"), f"{GRANULAR}; observed: granular (matches)."),
    ("CLTC::ALK", stained("ALK", "weak", "granular"), f"{GRANULAR}; observed: granular (matches)."),
    ("CLTC::ALK", stained("ALK", "positive", "cytoplasmic"), f"{GRANULAR}; observed: cytoplasmic (compatible)."),
    (
        "CLTC::ALK",
        stained("ALK", "positive", "nuclear_membrane"),
        f"{GRANULAR}; observed: nuclear membrane (differs from the expected).",
    ),
    (
        "CLTC::ALK",
        stained("ALK", "positive", "perinuclear", "granular"),
        f"{GRANULAR}; observed: granular, perinuclear (differs from the expected).",
    ),
    (
        "TPM3::ALK",
        stained("ALK", "positive", "nuclear"),
        f"{DIFFUSE}; observed: nuclear (differs from the expected).",
    ),
    (
        "TPM3::ALK",
        stained("ALK", "positive", "cytoplasmic", "granular"),
        f"{DIFFUSE}; observed: cytoplasmic, granular (matches).",
    ),
    (
        "RANBP2::ALK",
        stained("ALK", "positive", "nuclear_membrane"),
        "Expected ALK pattern: nuclear membrane; observed: nuclear membrane (matches).",
    ),
    (
        "RANBP2::ALK",
        stained("ALK", "positive", "cytoplasmic"),
        "Expected ALK pattern: nuclear membrane; observed: cytoplasmic (differs from the expected).",
    ),
    (
        "RANBP2::ALK",
        stained("ALK", "positive", "nuclear_membrane", "perinuclear"),
        "Expected ALK pattern: nuclear membrane; observed: nuclear membrane, perinuclear (differs from the expected).",
    ),
    (
        "ETV6::NTRK3",
        stained("NTRK", "positive", "nuclear"),
        "Expected pan-TRK pattern: nuclear and cytoplasmic; observed: nuclear (matches).",
    ),
    # A stain that is not positive, or whose pattern nobody wrote down, is not compared.
    ("CLTC::ALK", stained("ALK", "equivocal", "granular"), f"{GRANULAR}."),
    ("CLTC::ALK", stained("ALK", "negative"), f"{GRANULAR}."),
    ("CLTC::ALK", stained("ALK", "positive"), f"{GRANULAR}."),
    # No evidence of the group, no pattern known, no stain in use.
    ("CLTC::ALK", stained("ROS1", "positive", "granular"), ""),
    ("CLTC::ALK", {}, ""),
    ("NUMA1::ALK", stained("ALK", "positive", "granular"), ""),
    ("TIMP3::RET", stained("RET", "positive", "granular"), ""),
]


@pytest.mark.parametrize(("name", "groups", "added"), PATTERNS)
def test_the_expected_pattern_stands_beside_the_observed_one(
    name: str, groups: Mapping[str, GroupEvidence], added: str
) -> None:
    plain, _ = noted(name)
    fusion, [ruling] = noted(name, groups)
    assert fusion.partner_note == ruling.text == " ".join(filter(None, (plain.partner_note, added)))


def test_a_gene_without_a_stain_has_no_pattern_even_where_a_row_expects_one() -> None:
    knowledge = the_knowledge()
    [row] = [row for row in knowledge.partners if row.id == "PT003"]
    made = replace(knowledge, partners=(replace(row, driver="RET"),))
    (fusion,), _ = with_partner_notes((a_fusion("CLTC::RET"),), stained("RET", "positive", "granular"), made)
    assert fusion.partner_note == CLTC


def test_a_treatment_note_needs_this_driver_this_partner_and_a_line_on_the_agent() -> None:
    knowledge = the_knowledge()
    assert treatment_notes(a_fusion("RANBP2::ALK"), ["alectinib", "crizotinib"], knowledge) == (RELAPSE,)
    assert treatment_notes(a_fusion("RANBP2::ALK"), ["alectinib"], knowledge) == ()
    assert treatment_notes(a_fusion("RANBP2::ALK"), [], knowledge) == ()
    assert treatment_notes(a_fusion("TPM3::ALK"), ["crizotinib"], knowledge) == ()
    assert treatment_notes(a_fusion("RANBP2::ROS1"), ["crizotinib"], knowledge) == ()


def test_a_treatment_note_finds_the_partner_on_either_side() -> None:
    turned = treatment_notes(a_fusion("ALK::RANBP2", driver="ALK"), ["crizotinib"], the_knowledge())
    assert [note.text for note in turned] == ["Relapse on crizotinib was reported in 2 of 3 patients with ALK::RANBP2."]


@pytest.mark.parametrize("changes", [{"kind": "gene"}, {"evidence_status": "unverified"}])
def test_a_treatment_note_is_a_verified_row_of_its_own_kind(changes: dict[str, Any]) -> None:
    knowledge = the_knowledge()
    rows = [row for row in knowledge.partners if row.kind == "treatment"]
    assert treatment_notes(a_fusion("RANBP2::ALK"), ["crizotinib"], replace(knowledge, partners=tuple(rows)))
    made = replace(knowledge, partners=tuple(replace(row, **changes) for row in rows))
    assert treatment_notes(a_fusion("RANBP2::ALK"), ["crizotinib"], made) == ()
