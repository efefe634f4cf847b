"""
The fifteen safety statements as checks: each takes a drawn case with its interpretation and raises if it is broken.

A check asks what a reader sees and what the case holds; it does not ask the product whether the product is right.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from made_cases import interpreted, printed, the_knowledge
from strategies import OTHER_DISEASES, Drawn

from interpret.findings import Interpretation, Therapy

Check = Callable[[Drawn, Interpretation], None]

AGENTS = {action.agent for action in the_knowledge().actions} - {"none", "TRK inhibitors"}
DRUGS = re.compile("|".join(sorted(AGENTS)), re.IGNORECASE)
ALK_AGENTS = {"alectinib", "ceritinib", "brigatinib", "lorlatinib", "ensartinib"}
NO_RULE = [rule for rule in the_knowledge().risk if rule.effect == "never"]
KINASES_OF_PAIRS = {"ALK", "ROS1", "NTRK1", "NTRK2", "NTRK3", "RET", "PDGFRB", "IGF1R"}


def seen(result: Interpretation) -> str:
    """Everything printed, with the references."""
    return printed(result) + "\n" + "\n".join(reference.citation for reference in result.references)


def drug_lines(result: Interpretation) -> list[Therapy]:
    return [line for line in result.therapies if line.agent not in ("none", "")]


def driver_of(line: Therapy) -> str:
    return line.fusion.partition("::")[2]


def s01_crizotinib_is_on_label_only_with_every_condition(case: Drawn, result: Interpretation) -> None:
    assert not re.search(r"\brecommended\b", seen(result), re.IGNORECASE)
    for line in result.therapies:
        if line.rule != "ACT01":
            continue
        specimen = case.specimen
        is_documented = specimen.resectability == "unresectable" or specimen.disease_status in (
            "recurrent",
            "refractory",
        )
        if line.relation == "on_label":
            assert is_documented
            assert case.age >= 1 - 1 / 365
        if not is_documented and case.age >= 1:
            assert re.search(r"conditions not (documented in the data received|met)", line.text)
        assert "unresectable, recurrent, or refractory" in line.text
        assert "1 year of age and older" in line.text


def s02_an_eu_adult_is_outside_the_eu_indication(case: Drawn, result: Interpretation) -> None:
    lines = drug_lines(result)
    text = "\n".join(f"{line.text} {line.status_text}" for line in lines)
    if case.jurisdiction not in ("US", "JP"):
        assert "FDA" not in text
    if case.jurisdiction == "US":
        assert not re.search(r"\bEU\b|Japan", text)
    if case.jurisdiction in ("EU", "DE", "FR"):
        on_label = [one for one in lines if one.agent == "crizotinib" and one.relation == "on_label"]
        assert not on_label or 1 - 1 / 365 <= case.age < 18 + 1 / 365
    if case.jurisdiction in ("GB", "CH"):
        assert not [line for line in lines if line.relation == "on_label"]


def s03_ros1_agents_and_other_alk_agents_are_off_label(case: Drawn, result: Interpretation) -> None:
    for line in drug_lines(result):
        if driver_of(line) == "ROS1":
            assert (line.relation, line.tier, line.level) == ("off_label", "II", "C")
            assert "off-label" in line.text
        if driver_of(line) == "ALK" and line.agent in ALK_AGENTS and case.jurisdiction != "JP":
            assert line.relation in ("off_label", "guideline")
            assert "off-label" in line.text


def s04_no_text_of_lung_or_bladder_cancer_is_inherited(case: Drawn, result: Interpretation) -> None:
    for line in drug_lines(result):
        # Resistance was described in NSCLC, and the alert says so; the label text stands before it.
        label = line.text.partition("Resistance alert")[0]
        assert line.relation not in ("on_label", "conditions_not_met") or "NSCLC" not in label
    if case.specimen.diagnosis == "IMT" and case.specimen.diagnosis_code in ("IMTL", "IMTB"):
        plain = replace(case.case, specimen=replace(case.specimen, diagnosis_code="IMT"))
        assert _lines(interpreted(plain, case.laboratory)) == _lines(result)
    if "carcinoma" in case.specimen.diagnosis:
        assert not [line for line in drug_lines(result) if "in IMT" in line.text or "myofibroblastic" in line.text]
        assert not result.risk


def _lines(result: Interpretation) -> list[tuple[str, str, str, str]]:
    return [(line.rule, line.relation, line.tier, line.text) for line in result.therapies]


def s05_what_cannot_work_has_no_drug(case: Drawn, result: Interpretation) -> None:
    if not case.has("sound", "dna"):
        assert not DRUGS.search(seen(result))
    for line in drug_lines(result):
        (fusion,) = [one for one in result.fusions if one.name == line.fusion]
        assert (fusion.classification, fusion.role) == ("reportable", "driver")
        assert fusion.reading_frame in ("in-frame", "not_assessable")
        assert fusion.kinase_domain == "retained"
        assert fusion.gene_3prime in KINASES_OF_PAIRS
        # The case holds a call of just this pair that is neither broken nor poorly supported.
        named = {(call.gene_5prime, call.gene_3prime) for call in case.of("sound", "dna")}
        assert (fusion.gene_5prime, fusion.gene_3prime) in named


def s06_an_unconfirmed_call_is_no_result(case: Drawn, result: Interpretation) -> None:
    if not case.has("sound", "dna", "other_disease"):
        assert result.verdict.status != "detected"
        assert "detected" not in {gene.state for gene in result.genes}
        assert not re.search(r"fusion (positive|detected:)|fusion-positive", seen(result))
    assert not [
        fusion for fusion in result.fusions if fusion.classification != "reportable" and fusion.tier in ("I", "II")
    ]
    if any(metric.value == 5 or metric.text == "fail" for metric in case.case.metrics):
        assert not drug_lines(result)


def s07_not_detected_comes_with_method_genes_and_limits(case: Drawn, result: Interpretation) -> None:
    text = seen(result)
    if result.verdict.status != "not_detected":
        return
    methods = sorted({source.molecule for source in case.case.sources})
    assert f"{' and '.join(reversed(methods))} sequencing" in text
    assert "does not exclude" in text
    assert all(gene in text for gene in case.laboratory.assays["rna"].genes)
    assert not re.search(r"\bnegative for|wild-type|no alteration", text)
    if methods == ["DNA"]:
        assert "misses" in text


def s08_poor_material_is_never_not_detected(case: Drawn, result: Interpretation) -> None:
    states = {gene.state for gene in result.genes}
    if case.is_quality_good:
        return
    assert result.verdict.status != "not_detected"
    assert "not_detected" not in states
    assert not re.search(r"\bnot detected\b|no reportable kinase fusion", seen(result), re.IGNORECASE)


def s09_stain_or_fish_alone_is_no_fusion(case: Drawn, result: Interpretation) -> None:
    if case.case.calls:
        return
    assert result.verdict.status != "detected"
    assert all(fusion.evidence == "inferred" and fusion.name.startswith("?(::)") for fusion in result.fusions)
    assert not re.search(r"[A-Z0-9]::[A-Z]", "\n".join((result.verdict.headline, *result.verdict.summary)))
    assert not DRUGS.search(seen(result))
    assert {gene.state for gene in result.genes} <= {"not_detected", "not_assessable", "not_tested"}


def s10_no_dose_is_printed(case: Drawn, result: Interpretation) -> None:
    assert not re.search(r"\b250\b|\d\s?mg\b|\bmg\s?/|\btwice daily\b|\bBID\b|\bdos(e|es|age)\b", seen(result))


def s11_no_agent_below_its_age(case: Drawn, result: Interpretation) -> None:
    day = 1 / 365
    is_eu = case.jurisdiction in ("EU", "DE", "FR")
    for line in drug_lines(result):
        agent, driver = line.agent, driver_of(line)
        if agent == "crizotinib" and driver == "ALK" and case.age < 1 - day:
            assert line.relation != "on_label"
        if agent == "entrectinib" and driver.startswith("NTRK"):
            assert case.age > 28 / 365.25 - day
        if agent == "repotrectinib":
            assert case.age >= (18 if driver == "ROS1" else 12) - day
        if agent == "selpercatinib":
            assert case.age >= 2 - day or is_eu
            assert case.age >= 18 - day or not (is_eu and line.relation == "on_label")


def s12_tumour_agnostic_lines_carry_their_conditions(case: Drawn, result: Interpretation) -> None:
    accelerated = {"entrectinib", "repotrectinib", "selpercatinib"}
    for line in drug_lines(result):
        if line.relation not in ("on_label", "conditions_not_met") or not re.match(r"NTRK|RET", driver_of(line)):
            continue
        assert line.label_conditions
        assert line.relation != "on_label" or all(one.state == "met" for one in line.label_conditions)
        if case.jurisdiction == "US":
            assert ("FDA accelerated approval" in line.text) is (line.agent in accelerated)
            assert re.search("no satisfactory alternative", line.text)
            assert ("without a known acquired resistance mutation" in line.text) is (
                line.agent in ("larotrectinib", "entrectinib")
            )


RESISTANT = {
    ("ALK", "G1202R"): {"crizotinib", "alectinib", "ceritinib", "brigatinib", "lorlatinib"},
    ("ROS1", "G2032R"): {"crizotinib", "entrectinib", "repotrectinib"},
    ("NTRK1", "p.Gly595Arg"): {"larotrectinib", "entrectinib"},
    ("NTRK3", "G623R"): {"larotrectinib", "entrectinib"},
    ("RET", "G810S"): {"selpercatinib"},
}


def s13_a_resistance_variant_flags_its_lines(case: Drawn, result: Interpretation) -> None:
    for variant in case.case.variants:
        agents = RESISTANT.get((variant.gene, variant.hgvs_p), set())
        for line in drug_lines(result):
            if driver_of(line) == variant.gene and line.agent in agents:
                assert "Resistance alert" in line.text
                assert line.relation != "on_label"


def s14_another_disease_warns_before_any_therapy_text(case: Drawn, result: Interpretation) -> None:
    if result.verdict.status == "hold" or any(line.status == "fail" for line in result.qc):
        return
    sections = [statement.section for statement in result.statements]
    pairs = {(five, three) for five, _, three, _ in OTHER_DISEASES}
    if {(call.gene_5prime, call.gene_3prime) for call in case.of("other_disease")} & pairs:
        assert sections[0] == "diagnostic"
        assert "Diagnostic alert" in result.statements[0].text or len(result.alerts) > 1
        assert not [line for line in drug_lines(result) if line.fusion.partition("::")[::2] in pairs]
        assert not [line for line in drug_lines(result) if "myofibroblastic" in line.text or "in IMT" in line.text]
    if ("COL1A1", "PDGFB") in {(c.gene_5prime, c.gene_3prime) for c in case.case.calls} and len(case.case.calls) == 1:
        assert {gene.state for gene in result.genes if gene.symbol == "PDGFRB"} <= {
            "not_detected",
            "not_assessable",
            "not_tested",
        }
        assert not [line for line in result.therapies if "PDGFRB" in line.fusion]
    if "therapy" in sections and "diagnostic" in sections:
        assert max(n for n, one in enumerate(sections) if one == "diagnostic") < sections.index("therapy")
    if case.has("ambiguous") and len(case.kinds) == 1:
        assert not drug_lines(result)
        assert result.verdict.status != "detected"


def s15_no_prognosis_from_status_site_age_or_sex(case: Drawn, result: Interpretation) -> None:
    # The report's own words: the title of a paper may speak of survival, and a trial of its endpoint.
    text = printed(result)
    assert not re.search(
        r"85\s?%|\b11 cm (cut|thresh)|\bbenign\b|prognosis|favourable|(?<!progression-free )survival",
        text,
        re.IGNORECASE,
    )
    assert not re.search(r"(low|high|intermediate)[- ]risk|risk score", text, re.IGNORECASE)
    assert not {rule.id for rule in NO_RULE} & {one.rule for one in result.risk}
    assert [rule.id for rule in NO_RULE if rule.wording in text] == []
    for sex in ("female", "male"):
        other = replace(case.case, specimen=replace(case.specimen, sex=sex))
        again = interpreted(other, case.laboratory)
        assert [one.text for one in again.risk] == [one.text for one in result.risk]
    # Who enters EIMS as the diagnosis has seen its morphology.
    if not case.specimen.morphology.startswith("epithelioid") and "EIMS" not in case.specimen.diagnosis:
        assert not {"RK09", "CC02", "DD09"} & {one.rule for one in (*result.risk, *result.concordance, *result.alerts)}
    assert not re.search(r"EIMS (is )?confirmed", text)


STATEMENTS: tuple[Check, ...] = (
    s01_crizotinib_is_on_label_only_with_every_condition,
    s02_an_eu_adult_is_outside_the_eu_indication,
    s03_ros1_agents_and_other_alk_agents_are_off_label,
    s04_no_text_of_lung_or_bladder_cancer_is_inherited,
    s05_what_cannot_work_has_no_drug,
    s06_an_unconfirmed_call_is_no_result,
    s07_not_detected_comes_with_method_genes_and_limits,
    s08_poor_material_is_never_not_detected,
    s09_stain_or_fish_alone_is_no_fusion,
    s10_no_dose_is_printed,
    s11_no_agent_below_its_age,
    s12_tumour_agnostic_lines_carry_their_conditions,
    s13_a_resistance_variant_flags_its_lines,
    s14_another_disease_warns_before_any_therapy_text,
    s15_no_prognosis_from_status_site_age_or_sex,
)
