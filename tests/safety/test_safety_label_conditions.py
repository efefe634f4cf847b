"""
What a therapy line may claim: resistance variants, other diseases, missing expression, age, place and tumour type.

A line reads "on label" only where the data say so and nothing reported speaks against it.
"""

from __future__ import annotations

from typing import Any

import pytest
from made_cases import (
    a_fish,
    a_fusion,
    a_laboratory,
    a_specimen,
    a_stain,
    a_variant,
    interpreted_with,
    printed,
    the_knowledge,
)

from interpret.context import read_context
from interpret.findings import Interpretation, Therapy
from interpret.resistance import resistance_alerts

READY = {"resectability": "unresectable", "disease_status": "refractory", "prior_therapy": "doxorubicin"}
MORBID = READY | {"indication": "surgery: severe morbidity expected"}
STAIN = {"ALK": "ALK", "ROS1": "ROS1", "NTRK1": "pan-TRK", "NTRK2": "pan-TRK", "NTRK3": "pan-TRK"}


def result_of(name: str, age: float = 34, fusion: Any = None, **parts: Any) -> Interpretation:
    fusion = fusion or a_fusion(name)
    specimen = {key: parts.pop(key) for key in list(parts) if key not in ("ihc", "fish", "variants", "laboratory")}
    stains = (a_stain(STAIN[fusion.driver]),) if fusion.driver in STAIN else ()
    return interpreted_with(fusion, specimen=a_specimen(age, **specimen), **({"ihc": stains} | parts))


def lines_of(name: str, age: float = 34, **parts: Any) -> dict[str, Therapy]:
    return {line.agent: line for line in result_of(name, age, **parts).therapies}


def state_of(line: Therapy, words: str) -> str:
    return next(one.state for one in line.label_conditions if words in one.condition)


# Finding 1: another variant documents nothing about resistance.
@pytest.mark.parametrize(
    ("gene", "change"),
    [("TP53", "p.Arg175His"), ("NTRK1", "G595R"), ("NTRK3", "p.Gly623Glu"), ("NTRK3", "A10V"), ("NTRK3", "G623fs"),
     ("NTRK3", "p.?"), ("ALK", "G1202R"), ("NTRK3", "p.Gly623_Gly624del"), ("TP53", "p.=")],
)  # fmt: skip
def test_a_variant_elsewhere_never_documents_the_absence_of_resistance(gene: str, change: str) -> None:
    line = lines_of("ETV6::NTRK3", variants=(a_variant(gene, change),), **MORBID)["larotrectinib"]
    assert state_of(line, "resistance") == "not_documented"
    assert line.relation == "conditions_not_met"


def test_only_an_unchanged_driver_documents_the_absence_of_resistance() -> None:
    line = lines_of("ETV6::NTRK3", variants=(a_variant("NTRK3", "p.="),), **MORBID)["larotrectinib"]
    assert (state_of(line, "resistance"), line.relation) == ("met", "on_label")


ROWS = [row for row in the_knowledge().resistance if row.driver != "NTRK2"]
PARTNERS = {"ALK": "TPM3", "ROS1": "TFG", "NTRK1": "LMNA", "NTRK3": "ETV6", "RET": "CCDC6"}
LISTED = [(row, variant) for row in ROWS for variant in sorted(row.variants)]


@pytest.mark.parametrize(("row", "variant"), LISTED, ids=lambda one: getattr(one, "id", one))
@pytest.mark.parametrize("form", ["{0}", "p.{0}", "p.({0})", "NP_000001.1:p.{0}"])
def test_every_listed_variant_flags_every_printed_line_of_its_agents(row: Any, variant: str, form: str) -> None:
    name = f"{PARTNERS[row.driver]}::{row.driver}"
    for agent, line in lines_of(name, variants=(a_variant(row.driver, form.format(variant)),), **MORBID).items():
        if agent in row.agents:
            assert f"Resistance alert: {variant} in {row.driver}" in line.text
            assert f"resistance variant reported ({variant})" in line.status_text
            assert line.relation != "on_label"


POSITIONS = sorted({(row.driver, int(variant[1:-1]), variant[0]) for row, variant in LISTED})


@pytest.mark.parametrize(("driver", "position", "residue"), POSITIONS)
@pytest.mark.parametrize("form", ["{0}{1}Y", "p.{0}{1}Y", "{0}{1}del", "{0}{1}fs", "{0}{1}_{0}{2}del"])
def test_any_change_at_a_resistance_position_is_flagged(driver: str, position: int, residue: str, form: str) -> None:
    change = form.format(residue, position, position + 2)
    lines = lines_of(f"{PARTNERS[driver]}::{driver}", variants=(a_variant(driver, change),), **MORBID)
    agents = {agent for row in ROWS for agent in row.agents if row.driver == driver}
    agents = {
        agent
        for row in ROWS
        for agent in row.agents
        if row.driver == driver and any(variant[1:-1] == str(position) for variant in row.variants)
    }
    assert agents & set(lines)
    for agent in agents & set(lines):
        assert "Resistance alert" in lines[agent].text
        assert lines[agent].relation != "on_label"
        assert "All label conditions are documented" not in lines[agent].text or "Resistance alert" in lines[agent].text


@pytest.mark.parametrize("change", ["G810D", "p.Gly810Val", "G810A"])
def test_ret_g810_is_a_position_and_not_three_substitutions(change: str) -> None:
    line = lines_of("CCDC6::RET", variants=(a_variant("RET", change),), **READY)["selpercatinib"]
    assert "Resistance alert" in line.text
    assert "effect of this change is not in the knowledge tables" in line.text


@pytest.mark.parametrize("agent", ["crizotinib", "entrectinib", "repotrectinib"])
def test_ros1_g2032r_is_flagged_on_every_ros1_line(agent: str) -> None:
    assert "Resistance alert: G2032R" in lines_of("TFG::ROS1", variants=(a_variant("ROS1", "G2032R"),))[agent].text


@pytest.mark.parametrize("change", ["A10V", "G1203R", "p.Gly1202=", "p.Gly1202Gly", "p.=", "p.?", "G12R", "S1206Y"])
def test_a_change_away_from_every_resistance_position_flags_nothing(change: str) -> None:
    line = lines_of("TPM3::ALK", variants=(a_variant("ALK", change),), **READY)["crizotinib"]
    assert "Resistance" not in line.text
    assert line.relation == "on_label"


# Finding 3: a resistance variant is an alert and never beside a plain "on label".
def alerts_for(name: str, change: str, tier: str = "I", **specimen: Any) -> Any:
    fusion = a_fusion(name, tier=tier, level="A" if tier else "")
    context = read_context(a_specimen(**specimen), (a_variant(fusion.driver, change),), a_laboratory())
    return resistance_alerts((fusion,), context, the_knowledge())


def test_a_resistance_variant_is_an_alert_with_gene_variant_agents_and_sources() -> None:
    (alert,) = alerts_for("TPM3::ALK", "p.Gly1202Arg")
    assert alert.rule == "RV01"
    assert alert.sources
    assert all(word in alert.text for word in ("G1202R", "ALK", "crizotinib", "lorlatinib", "must be checked"))
    assert "G1202R" in alert.recommendation


def test_the_alert_names_no_agent_where_treatment_text_is_withheld() -> None:
    (alert,) = alerts_for("TPM3::ALK", "G1202R", tier="")
    assert "inib" not in alert.text.replace("ALK inhibitors", "")
    assert "G1202R in ALK" in alert.text


@pytest.mark.parametrize("jurisdiction", ["US", "EU", "JP", "BR"])
def test_the_alert_names_only_agents_that_the_report_can_list_there(jurisdiction: str) -> None:
    (alert,) = alerts_for("TPM3::ALK", "G1202R", jurisdiction=jurisdiction)
    assert ("alectinib" in alert.text.lower()) == (jurisdiction in ("US", "JP"))
    assert ("ceritinib" in alert.text.lower()) == (jurisdiction == "US")


@pytest.mark.parametrize("change", ["A10V", "p.=", "G1203R"])
def test_an_unrelated_variant_is_no_resistance_alert(change: str) -> None:
    assert alerts_for("TPM3::ALK", change) == ()


@pytest.mark.parametrize("classification", ["unconfirmed", "uncertain", "not_functional", "other_entity"])
def test_a_fusion_that_is_no_result_has_no_resistance_alert(classification: str) -> None:
    fusion = a_fusion("TPM3::ALK", classification=classification)
    context = read_context(a_specimen(), (a_variant("ALK", "G1202R"),), a_laboratory())
    assert resistance_alerts((fusion,), context, the_knowledge()) == ()


def test_crizotinib_with_g1202r_is_not_on_label_although_its_label_conditions_are_documented() -> None:
    line = lines_of("TPM3::ALK", variants=(a_variant("ALK", "G1202R"),), **READY)["crizotinib"]
    assert line.relation == "conditions_not_met"
    # The label has no clause on resistance: none is invented.
    assert {one.state for one in line.label_conditions} == {"met"}
    assert "resistance variant reported (G1202R)" in line.status_text


# Finding 8: no tier without its tumour context.
@pytest.mark.parametrize("diagnosis", ["lung adenocarcinoma", "leiomyosarcoma", "NSCLC", "melanoma", "not IMT"])
@pytest.mark.parametrize("name", ["EML4::ALK", "CD74::ROS1", "NAB2::PDGFRB"])
def test_a_fusion_in_another_disease_has_no_tier_and_no_line(diagnosis: str, name: str) -> None:
    result = result_of(name, diagnosis=diagnosis)
    assert {fusion.tier for fusion in result.fusions} == {""}
    assert result.therapies == ()


@pytest.mark.parametrize("diagnosis", ["lung tumour", "mass", "spindle cell tumour", "soft tissue lesion", ""])
def test_nothing_is_off_label_in_imt_where_nobody_said_imt(diagnosis: str) -> None:
    for name in ("CD74::ROS1", "NAB2::PDGFRB", "TPM3::ALK"):
        result = result_of(name, diagnosis=diagnosis)
        assert not [line for line in result.therapies if line.relation in ("off_label", "guideline", "trial_evidence")]
        assert {fusion.tier for fusion in result.fusions} == {""}


@pytest.mark.parametrize("jurisdiction", ["JP", "BR", "CH"])
def test_no_tier_is_given_where_no_label_data_are_held(jurisdiction: str) -> None:
    for name in ("ETV6::NTRK3", "CCDC6::RET", "CD74::ROS1"):
        assert [fusion.tier for fusion in result_of(name, jurisdiction=jurisdiction).fusions] == [""]


def test_a_skin_lesion_without_a_line_has_no_tier() -> None:
    result = result_of("TPM3::ALK", site="skin of back")
    assert (result.therapies, [fusion.tier for fusion in result.fusions]) == ((), [""])


# Finding 10: a carcinoma or histiocytosis with the same fusion is to be excluded first.
@pytest.mark.parametrize("specimen", [{"site": "lung"}, {"site": "left lower lobe"}, {"disease_status": "metastatic"}])
def test_eml4_alk_of_an_adult_lung_leaves_the_diagnosis_of_imt_open(specimen: dict[str, Any]) -> None:
    line = lines_of("EML4::ALK", **(READY | specimen))["crizotinib"]
    assert state_of(line, "carcinoma to be excluded") == "not_documented"
    assert line.relation == "conditions_not_met"


@pytest.mark.parametrize(
    ("stains", "relation"),
    [
        ((a_stain("TTF1", "negative"),), "on_label"),
        ((a_stain("TTF-1", "negative"), a_stain("keratin", "negative")), "on_label"),
        ((a_stain("AE1/AE3", "negative"),), "on_label"),
        ((a_stain("keratin", "positive"),), "conditions_not_met"),
        ((a_stain("TTF1", "negative"), a_stain("keratin", "positive")), "conditions_not_met"),
        ((a_stain("TTF1", "equivocal"),), "conditions_not_met"),
        ((a_stain("TTF1", "pending"),), "conditions_not_met"),
        ((a_stain("TTF1", "negative", control_ok=False),), "conditions_not_met"),
        ((a_stain("desmin", "negative"),), "conditions_not_met"),
        ((), "conditions_not_met"),
    ],
)
def test_a_negative_keratin_or_ttf1_stain_settles_it(stains: tuple[Any, ...], relation: str) -> None:
    parts = {**READY, "site": "lung", "ihc": (a_stain("ALK", pattern="cytoplasmic"), *stains)}
    assert lines_of("EML4::ALK", **parts)["crizotinib"].relation == relation


def test_kif5b_alk_leaves_the_diagnosis_open_until_a_histiocytic_marker_is_negative() -> None:
    parts: dict[str, Any] = dict(READY)
    assert lines_of("KIF5B::ALK", 7, **parts)["crizotinib"].relation == "conditions_not_met"
    parts["ihc"] = (a_stain("ALK"), a_stain("CD163", "negative"))
    assert lines_of("KIF5B::ALK", 7, **parts)["crizotinib"].relation == "on_label"


@pytest.mark.parametrize(("name", "age", "site"), [("EML4::ALK", 7, "lung"), ("EML4::ALK", 34, "mesentery"),
                                                   ("TPM3::ALK", 34, "lung")])  # fmt: skip
def test_other_settings_keep_the_diagnosis_as_entered(name: str, age: float, site: str) -> None:
    assert lines_of(name, age, site=site, **READY)["crizotinib"].relation == "on_label"


@pytest.mark.parametrize("diagnosis", ["compatible with IMT", "consistent with IMT", "in keeping with IMT"])
def test_a_hedged_diagnosis_is_no_documented_one(diagnosis: str) -> None:
    line = lines_of("TPM3::ALK", diagnosis=diagnosis, **READY)["crizotinib"]
    assert state_of(line, "diagnosis") == "not_documented"
    assert line.relation == "conditions_not_met"


# Finding 16: a partner without coding sequence needs expression to be shown.
@pytest.mark.parametrize(("stain", "is_plain"), [("positive", True), ("equivocal", False), ("pending", False),
                                                 ("not_done", False), ("not_evaluable", False)])  # fmt: skip
def test_a_non_coding_partner_has_a_plain_line_only_with_expression(stain: str, is_plain: bool) -> None:
    fusion = a_fusion("CASC15::ALK", reading_frame="not_assessable")
    lines = lines_of("", fusion=fusion, ihc=(a_stain("ALK", stain, "cytoplasmic"),), **READY)
    assert (lines["crizotinib"].relation == "on_label") == is_plain
    assert all(("Expression is not shown" in line.text) != is_plain for line in lines.values())
    assert all(("expression not shown" in line.status_text) != is_plain for line in lines.values())
    coding = lines_of("TPM3::ALK", ihc=(a_stain("ALK", stain, "cytoplasmic"),), **READY)
    assert not any("Expression is not shown" in line.text for line in coding.values())


@pytest.mark.parametrize("name", ["LINC00535::NTRK3", "MALAT1::NTRK1"])
def test_expression_is_asked_for_other_stained_drivers_too(name: str) -> None:
    fusion = a_fusion(name, reading_frame="not_assessable")
    variants = (a_variant(fusion.driver, "p.="),)
    line = lines_of("", fusion=fusion, ihc=(), fish=(a_fish(fusion.driver),), variants=variants, **MORBID)
    assert "pan-TRK expression not shown" in line["larotrectinib"].status_text
    assert line["larotrectinib"].relation == "conditions_not_met"


# Finding 17: earlier treatment with the same agent is said in its line.
def test_prior_treatment_with_the_agent_is_said_in_its_line() -> None:
    specimen = READY | {"prior_therapy": "crizotinib; progressed"}
    lines = lines_of("TPM3::ALK", **specimen)
    assert "Prior treatment with crizotinib is documented" in lines["crizotinib"].text
    assert "prior treatment" in lines["crizotinib"].status_text
    assert "Prior treatment" not in lines["alectinib"].text
    progressed = lines_of("TPM3::ALK", **(READY | {"prior_therapy": "progressed on crizotinib"}))["crizotinib"]
    assert "Progression on crizotinib is documented" in progressed.text


def test_prior_treatment_with_an_agent_of_a_block_is_said_beside_the_block() -> None:
    result = result_of("TPM3::ALK", **(READY | {"prior_therapy": "crizotinib, alectinib"}))
    block = next(one.text for one in result.statements if "ACT04" in one.rule)
    assert "Prior treatment with alectinib is documented" in block
    assert block.count("guideline-listed") == 1


@pytest.mark.parametrize("therapy", ["no prior crizotinib", "crizotinib planned", "crizotinib refused", "none", ""])
def test_treatment_that_was_not_given_is_not_said_to_be(therapy: str) -> None:
    assert "Prior treatment" not in printed(result_of("TPM3::ALK", **(READY | {"prior_therapy": therapy})))


# Outside every label's age the class is the lower one.
@pytest.mark.parametrize(
    ("name", "age", "jurisdiction", "agent", "tier"),
    [
        ("TPM3::ALK", 0.5, "US", "crizotinib", ("II", "C")),
        ("TPM3::ALK", 0.5, "EU", "crizotinib", ("II", "C")),
        ("TPM3::ALK", 1.1, "US", "crizotinib", ("I", "A")),
        # Level A rests on an approval in this tumour at this age, although not one of this place.
        ("TPM3::ALK", 52, "EU", "crizotinib", ("I", "A")),
        ("CCDC6::RET", 10, "EU", "selpercatinib", ("I", "A")),
        ("CCDC6::RET", 1.5, "EU", "selpercatinib", ("II", "C")),
    ],
)
def test_an_infant_outside_every_label_has_no_top_tier(
    name: str, age: float, jurisdiction: str, agent: str, tier: tuple[str, str]
) -> None:
    line = lines_of(name, age, jurisdiction=jurisdiction, **READY)[agent]
    assert (line.tier, line.level) == tier


def test_a_resistance_variant_is_said_once_beside_a_block_with_all_its_agents() -> None:
    result = result_of("TPM3::ALK", variants=(a_variant("ALK", "G1202R"),), **READY)
    block = next(one.text for one in result.statements if "ACT04" in one.rule)
    assert block.count("Resistance alert") == 1
    assert (
        "Alectinib, ceritinib, brigatinib and lorlatinib must be checked for activity against it before use." in block
    )
