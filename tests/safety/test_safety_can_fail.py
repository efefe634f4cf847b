"""
Each safety statement beside an interpretation that is broken on purpose: the check must see it.

A case that would break the statement is interpreted twice: as it is, and with one gate of the rules taken out. The
first must pass and the second must be caught; a statement that nothing can break would protect nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from checks import STATEMENTS
from made_cases import (
    a_case,
    a_fish,
    a_laboratory,
    a_metric,
    a_source,
    a_specimen,
    a_stain,
    a_variant,
    interpreted,
    the_knowledge,
)
from strategies import OTHER_DISEASES, SOUND, Drawn, of_kind, pair_call

from interpret.context import Context
from interpret.findings import Interpretation
from interpret.quality import Quality
from parsers.records import Specimen

TPM3_ALK = SOUND[0]
TFG_ROS1 = next(pair for pair in SOUND if pair[2] == "ROS1")
NTRK3 = next(pair for pair in SOUND if pair[2] == "NTRK3")
RET = next(pair for pair in SOUND if pair[2] == "RET")
ALK_STAIN = a_stain("ALK", pattern="cytoplasmic")

Break = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Broken:
    """The number of a statement, a case that would break it, and the gate that is taken out."""

    number: int
    case: Drawn
    gate: Break


def drawn(*kinds_and_pairs: tuple[str, Any], specimen: Specimen | None = None, **parts: Any) -> Drawn:
    """A case of calls of some kinds, stained for ALK unless said otherwise."""
    laboratory = parts.pop("laboratory", a_laboratory())
    calls = [pair_call(pair) if kind == "other_disease" else of_kind(kind, pair) for kind, pair in kinds_and_pairs]
    values = {"specimen": specimen or a_specimen(), "ihc": (ALK_STAIN,)} | parts
    return Drawn(a_case(*calls, **values), laboratory, tuple(kind for kind, _ in kinds_and_pairs))


def every_condition_is_met(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("interpret.actionability.condition_state", lambda *_: "met")


def every_age_is_within(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("interpret.context.Age.is_within", lambda *_: True)


def every_place_is_the_us(patch: pytest.MonkeyPatch) -> None:
    told = "interpret.interpretation.read_context"
    from interpret.context import read_context

    def in_the_us(*given: Any) -> Context:
        return replace(read_context(*given), label_region="US")

    patch.setattr(told, in_the_us)


def off_label_is_on_label(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("interpret.actionability._standing", lambda *_: ("on_label", "I", "A"))


def every_disease_is_imt(patch: pytest.MonkeyPatch) -> None:
    from interpret.context import tumour_of

    patch.setattr("interpret.context.tumour_of", lambda *_: tumour_of("IMT", ""))


def every_fusion_is_reportable(patch: pytest.MonkeyPatch) -> None:
    """Taken for results: whatever was called, with its kinase as the driver."""
    from interpret.interpretation import find_entities

    def reportable(fusions: Any, *given: Any) -> Any:
        sound = (
            replace(fusion, classification="reportable", role="driver", reading_frame="in-frame")
            for fusion in find_entities(fusions, *given)
        )
        return tuple(sound)

    patch.setattr("interpret.interpretation.find_entities", reportable)


def no_limit_is_named(patch: pytest.MonkeyPatch) -> None:
    from interpret.verdict import _meaning

    patch.setattr("interpret.verdict._meaning", lambda *given: _meaning(*given)[1:])
    silent = replace(the_knowledge(), concordance=())
    patch.setattr("made_cases.the_knowledge", lambda: silent)


def every_quality_passes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Quality, "can_exclude", property(lambda quality: quality.is_sequenced))


def fish_is_a_fusion(patch: pytest.MonkeyPatch) -> None:
    from made_cases import a_fusion

    patch.setattr("interpret.interpretation._inferred", lambda *_: (a_fusion("TPM3::ALK"),))


def knowledge_with(**changes: str) -> Break:
    """Every printed action with other words: a table that its checks let through would say this."""

    def gate(patch: pytest.MonkeyPatch) -> None:
        knowledge = the_knowledge()
        actions = tuple(replace(action, **changes) for action in knowledge.actions)
        spoiled = replace(knowledge, actions=actions, blocks=dict.fromkeys(knowledge.blocks, changes["wording"]))
        patch.setattr("made_cases.the_knowledge", lambda: spoiled)

    return gate


def no_resistance_is_known(patch: pytest.MonkeyPatch) -> None:
    bare = replace(the_knowledge(), resistance=())
    patch.setattr("made_cases.the_knowledge", lambda: bare)


def no_other_disease_is_known(patch: pytest.MonkeyPatch) -> None:
    bare = replace(the_knowledge(), differential=())
    patch.setattr("made_cases.the_knowledge", lambda: bare)


def an_imbalance_of_sex(patch: pytest.MonkeyPatch) -> None:
    """A risk sentence that depends on the patient's sex."""
    from interpret.risk import find_risk

    def by_sex(context: Context, *given: Any, **named: Any) -> Any:
        found = find_risk(context, *given, **named)
        return tuple(replace(ruling, text=f"{ruling.text} ({context.specimen.sex})") for ruling in found)

    patch.setattr("interpret.interpretation.find_risk", by_sex)


def rows_without_a_rule_speak(patch: pytest.MonkeyPatch) -> None:
    knowledge = the_knowledge()
    speaking = tuple(replace(rule, effect="none") for rule in knowledge.risk)
    patch.setattr("made_cases.the_knowledge", lambda: replace(knowledge, risk=speaking))


def the_partner_alone_is_eims(patch: pytest.MonkeyPatch) -> None:
    from interpret.context import read_context

    def epithelioid(*given: Any) -> Context:
        return replace(read_context(*given), morphology=frozenset({"epithelioid"}))

    patch.setattr("interpret.interpretation.read_context", epithelioid)


RESECTED = a_specimen(resectability="resected", disease_status="primary")
ADVANCED = a_specimen(resectability="unresectable", disease_status="recurrent")
FAILED = (a_metric(value=5),)

BROKEN = [
    Broken(1, drawn(("sound", TPM3_ALK), specimen=RESECTED), every_condition_is_met),
    Broken(
        1,
        drawn(("sound", TPM3_ALK), specimen=replace(ADVANCED, diagnosis="IMT")),
        knowledge_with(wording="Recommended."),
    ),
    Broken(1, drawn(("sound", TPM3_ALK), specimen=a_specimen(0.5, resectability="unresectable")), every_age_is_within),
    Broken(2, drawn(("sound", TPM3_ALK), specimen=replace(ADVANCED, jurisdiction="EU")), every_place_is_the_us),
    Broken(2, drawn(("sound", TPM3_ALK), specimen=replace(ADVANCED, jurisdiction="EU")), every_age_is_within),
    Broken(2, drawn(("sound", TPM3_ALK), specimen=replace(ADVANCED, jurisdiction="CH")), every_place_is_the_us),
    Broken(3, drawn(("sound", TFG_ROS1), ihc=(a_stain("ROS1"),)), off_label_is_on_label),
    Broken(3, drawn(("sound", TPM3_ALK)), off_label_is_on_label),
    Broken(4, drawn(("sound", TFG_ROS1), ihc=(a_stain("ROS1"),)), off_label_is_on_label),
    Broken(4, drawn(("sound", TPM3_ALK), specimen=a_specimen(diagnosis="lung adenocarcinoma")), every_disease_is_imt),
    *(
        Broken(5, drawn((kind, TPM3_ALK)), every_fusion_is_reportable)
        for kind in ("out_of_frame", "lost_kinase", "order_unknown")
    ),
    *(
        Broken(6, drawn((kind, TPM3_ALK)), every_fusion_is_reportable)
        for kind in ("below_support", "low_confidence", "flagged")
    ),
    Broken(6, drawn(("sound", TPM3_ALK), metrics=FAILED), every_fusion_is_reportable),
    Broken(7, drawn(ihc=()), no_limit_is_named),
    *(
        Broken(8, drawn(ihc=(), **poor), every_quality_passes)
        for poor in (
            {"metrics": FAILED},
            {"metrics": (a_metric(value=27),)},
            {"metrics": ()},
            {"specimen": a_specimen(tumour_cells_pct=5)},
        )
    ),
    Broken(9, drawn(fish=(a_fish("ALK"),), sources=()), fish_is_a_fusion),
    Broken(
        10, drawn(("sound", TPM3_ALK), specimen=a_specimen(7)), knowledge_with(wording="Crizotinib 250 mg twice daily.")
    ),
    Broken(11, drawn(("sound", NTRK3), specimen=a_specimen(5), ihc=()), every_age_is_within),
    Broken(11, drawn(("sound", RET), specimen=a_specimen(1), ihc=()), every_age_is_within),
    Broken(12, drawn(("sound", NTRK3), ihc=()), knowledge_with(wording="Approved for solid tumours.")),
    Broken(12, drawn(("sound", RET), ihc=()), knowledge_with(conditions=(), wording="Approved.")),
    Broken(13, drawn(("sound", TPM3_ALK), variants=(a_variant("ALK", "G1202R"),)), no_resistance_is_known),
    Broken(13, drawn(("sound", NTRK3), ihc=(), variants=(a_variant("NTRK3", "G623R"),)), no_resistance_is_known),
    *(Broken(14, drawn(("other_disease", pair), ihc=()), no_other_disease_is_known) for pair in OTHER_DISEASES[:2]),
    Broken(14, drawn(("ambiguous", ("TPM3", 8, "ALK", 20)), ihc=()), every_fusion_is_reportable),
    Broken(15, drawn(("sound", TPM3_ALK), specimen=a_specimen(margin="R1", sex="male")), an_imbalance_of_sex),
    Broken(15, drawn(("sound", TPM3_ALK)), rows_without_a_rule_speak),
    Broken(15, drawn(("sound", ("RANBP2", 18, "ALK", 20))), the_partner_alone_is_eims),
]


def interpretation_of(case: Drawn) -> Interpretation:
    return interpreted(case.case, case.laboratory)


@pytest.mark.parametrize("broken", BROKEN, ids=lambda one: f"{one.number:02}-{one.gate.__name__}")
def test_a_broken_gate_is_caught(broken: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    statement = STATEMENTS[broken.number - 1]
    statement(broken.case, interpretation_of(broken.case))
    broken.gate(monkeypatch)
    with pytest.raises(AssertionError):
        statement(broken.case, interpretation_of(broken.case))


def test_every_statement_has_a_case_that_would_break_it() -> None:
    assert {broken.number for broken in BROKEN} == set(range(1, len(STATEMENTS) + 1))


def test_a_source_without_calls_is_what_sequencing_saw_nothing_means() -> None:
    assert drawn(ihc=()).case.sources == (a_source("RNA"),)
