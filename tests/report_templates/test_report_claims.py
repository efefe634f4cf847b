"""What a report claims to other systems: the same in each file, and nothing that anything speaks against."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, get_args

import pytest
from fhir_agreement import ABSENT, PRESENT, answer, components, genes, of_type, variants
from hl7_checks import faults
from hypothesis import given, settings
from hypothesis import strategies as st
from report_examples import (
    CORE,
    KINDS,
    STATES,
    a_case,
    a_fusion,
    a_probe,
    a_record,
    a_stain,
    a_statement,
    a_therapy,
    an_interpretation,
)

from interpret import findings
from parsers.records import Acceptability, StainResult
from report_templates import claims
from report_templates.cbioportal import data_sv
from report_templates.differences import differences
from report_templates.exports import fusions_tsv
from report_templates.fhir import fhir_bundle
from report_templates.hgnc import hgnc_ids
from report_templates.hl7_result import oru_message
from report_templates.record import ReportStatus

PDF = b"%PDF-1.7 stands for the print\n%%EOF\n"

Record = dict[str, Any]
Line = tuple[str, str]


@dataclass(frozen=True)
class Said:
    """The facts that a reader of codes alone takes from a file; a therapy is its agent and its text."""

    fusions: list[str]
    present: frozenset[str]
    absent: frozenset[str]
    therapies: list[Line]


def said_in_hl7(record: Record) -> Said:
    things: dict[str, dict[str, str]] = {}
    for number, segment in enumerate(oru_message(record, PDF).decode().split("\r")):
        fields = segment.split("|")
        if fields[0] == "OBX":
            things.setdefault(fields[4] or str(number), {})[fields[3].split("^")[0]] = fields[5]
    states = {one["48018-6"].split("^")[1]: one["69548-6"] for one in things.values() if "48018-6" in one}
    return Said(
        [one["95123-6"] for one in things.values() if "95123-6" in one],
        frozenset(gene for gene, value in states.items() if PRESENT in value),
        frozenset(gene for gene, value in states.items() if ABSENT in value),
        [(one["THERAPY_AGENT"], one["THERAPY"]) for one in things.values() if "THERAPY_AGENT" in one],
    )


def said_in_fhir(record: Record) -> Said:
    bundle = fhir_bundle(record, PDF)
    found = of_type(bundle, "Observation", "variant")
    present = [one for one in found if answer(one) == PRESENT]
    return Said(
        [components(one, "81252-9")[0]["text"] for one in present],
        frozenset(gene for one in present for gene in genes(one)),
        frozenset(gene for one in found if answer(one) == ABSENT for gene in genes(one)),
        [
            (components(one, "51963-7")[0]["text"], components(one, "conclusion-string")[0])
            for one in of_type(bundle, "Observation", "therapeutic-implication")
        ],
    )


def altered_in_cbioportal(record: Record) -> list[str]:
    """The fusions that a study counts as more than a passenger."""
    rows = csv.DictReader(io.StringIO(data_sv(record)), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [
        f"{row['Site1_Hugo_Symbol']}::{row['Site2_Hugo_Symbol']}"
        for row in rows
        if row["cbp_driver"] != "Putative_Passenger"
    ]


def disagreements(record: Record) -> list[str]:
    """Where the three files say different things of one report that was not withdrawn."""
    in_hl7, in_fhir = said_in_hl7(record), said_in_fhir(record)
    of_one_gene = [one["name"] for one in record["fusions"] if one["name"] in in_fhir.fusions and not one["may_be"]]
    problems = {
        "fusions": in_hl7.fusions != in_fhir.fusions,
        "absent genes": in_hl7.absent != in_fhir.absent,
        "therapies": in_hl7.therapies != in_fhir.therapies,
        "a gene present without a fusion": not in_hl7.present <= in_fhir.present,
        "a gene present and absent": bool(in_fhir.present & in_fhir.absent),
        "cBioPortal's fusions": altered_in_cbioportal(record) != of_one_gene,
    }
    return [what for what, is_found in problems.items() if is_found]


@pytest.mark.parametrize("kind", sorted({*KINDS, *STATES} - {"withdrawn"}))
def test_hl7_fhir_and_cbioportal_say_the_same_of_every_kind_and_state_of_report(kind: str) -> None:
    assert disagreements({**KINDS, **STATES}[kind]()) == []


def test_the_facts_are_found_where_there_are_some() -> None:
    said = said_in_hl7(a_record())
    assert said.fusions == said_in_fhir(a_record()).fusions == ["TPM3::ALK"]
    assert said.present == frozenset({"ALK"})
    assert len(said.absent) == 24
    assert said.therapies[0][0] == "Crizotinib"


def test_a_withdrawn_report_claims_nothing_and_hl7_repeats_its_results_as_wrong() -> None:
    record = STATES["withdrawn"]()
    assert said_in_fhir(record) == Said([], frozenset(), frozenset(), [])
    assert not altered_in_cbioportal(record)
    assert not said_in_hl7(record).therapies
    message = oru_message(record, PDF).decode().split("\r")
    assert {one.split("|")[11] for one in message if one.startswith("OBX|")} == {"W"}


GENES = CORE[:5]
RECORD = a_record(
    an_interpretation(
        statements=(a_statement("therapy", "A line on several agents."),),
        therapies=(a_therapy(), a_therapy(agent="none", fusion="", text="No therapy."), a_therapy(fusion="")),
    ),
    a_case(ihc=(a_stain(),), fish=(a_probe(),)),
)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """A record in any state, its parts drawn apart from each other, so that they contradict each other as well."""

    def one_of(values: Any) -> Any:
        return draw(st.sampled_from(get_args(values)))

    record = deepcopy(RECORD)
    record["report"]["status"] = one_of(ReportStatus)
    record["result"]["status"] = one_of(findings.ResultStatus)
    record["specimen"]["acceptability"]["status"] = one_of(Acceptability)
    record["genes"] = [{"symbol": gene, "state": one_of(findings.GeneStatus), "reason": ""} for gene in GENES]
    record["qc"] = [{**record["qc"][0], "status": one_of(findings.QcState)}]
    record["controls"] = [
        {"run": "R", "control": "positive", "result": draw(st.sampled_from(("pass", "fail"))), "remark": ""}
    ]
    for stain in (*record["ihc"], *record["fish"]):
        stain |= {"result": one_of(StainResult), "control_ok": draw(st.sampled_from((True, False, None)))}
    record["fusions"] = [_fusion(draw, one_of, partner) for partner in ("TPM3", "TFG")[: draw(st.integers(0, 2))]]
    record["concordance"] = [
        {**record["concordance"][0], "marker": marker, "classification": draw(st.sampled_from(("discordant", "none")))}
        for marker in ("ROS1", "NTRK")
    ]
    return record


def _fusion(draw: st.DrawFn, one_of: Any, partner: str) -> Record:
    gene = draw(st.sampled_from(GENES))
    fusion: Record = deepcopy(RECORD["fusions"][0])
    return fusion | {
        "name": f"{partner}::{gene}",
        "gene_5prime": partner,
        "gene_3prime": gene,
        "driver": gene,
        "classification": one_of(findings.Classification),
        "role": one_of(findings.Role),
        "evidence": draw(st.sampled_from(("sequenced", "inferred"))),
        "is_order_known": draw(st.booleans()),
        "may_be": draw(st.sampled_from(([], ["NTRK1", "NTRK2", "NTRK3"]))),
    }


@settings(deadline=None)
@given(records())
def test_absent_is_never_said_of_a_gene_that_the_report_does_not_call_not_detected(record: Record) -> None:
    states = {gene["symbol"]: gene["state"] for gene in record["genes"]}
    message = oru_message(record, PDF).decode()
    for found in (said_in_hl7(record).absent, said_in_fhir(record).absent):
        assert {states[gene] for gene in found} <= {"not_detected"}
    # The local code stands for the state itself.
    assert message.count("NOT_DETECTED^Not detected") - (record["result"]["status"] == "not_detected") == list(
        states.values()
    ).count("not_detected")
    for table in (data_sv(record), fusions_tsv(record)):
        assert not any(word in table.lower() for word in ("absent", "not detected", "not_detected"))


@settings(deadline=None)
@given(records())
def test_absent_is_said_only_of_a_usable_test_that_nothing_speaks_against(record: Record) -> None:
    is_usable = (
        record["result"]["status"] in ("detected", "not_detected", "indeterminate")
        and record["specimen"]["acceptability"]["status"] != "rejected"
        and record["qc"][0]["status"] != "fail"
        and record["controls"][0]["result"] != "fail"
    )
    called = {gene for one in record["fusions"] for gene in (one["driver"], *one["may_be"])}
    for ruling in record["concordance"]:
        if ruling["classification"] == "discordant":
            called |= {"ROS1"} if ruling["marker"] == "ROS1" else {"NTRK1", "NTRK2", "NTRK3"}
    expected = {gene["symbol"] for gene in record["genes"] if gene["state"] == "not_detected"} - called
    assert said_in_hl7(record).absent == (expected if is_usable else set())


@settings(deadline=None)
@given(records())
def test_whatever_a_record_holds_the_files_agree_and_the_message_is_sound(record: Record) -> None:
    assert faults(oru_message(record, PDF)) == []
    if record["report"]["status"] == "withdrawn":
        assert of_type(fhir_bundle(record, PDF), "Observation") == []
        assert not altered_in_cbioportal(record)
        assert not said_in_hl7(record).therapies
    else:
        assert disagreements(record) == []


@settings(deadline=None)
@given(records())
def test_a_therapy_is_said_only_beside_a_present_fusion_or_a_usable_positive_stain(record: Record) -> None:
    said = said_in_hl7(record)
    is_positive = any(
        one["result"] == "positive" and one["control_ok"] is not False for one in (*record["ihc"], *record["fish"])
    )
    if said.therapies:
        assert record["result"]["status"] != "hold"
        assert record["report"]["status"] != "withdrawn"
        assert record["specimen"]["acceptability"]["status"] != "rejected"
        assert said.fusions or is_positive
    assert "none" not in [agent.lower() for agent, _ in said.therapies]


def test_a_rule_on_the_ntrk_group_speaks_of_each_of_its_genes() -> None:
    record = KINDS["not_detected"]()
    record["concordance"] = [{**RECORD["concordance"][0], "marker": "NTRK", "classification": "discordant"}]
    assert not {"NTRK1", "NTRK2", "NTRK3"} & set(claims.absent_genes(record))
    assert "ROS1" in claims.absent_genes(record)


def test_a_reciprocal_product_is_no_driver_whatever_its_class() -> None:
    record = KINDS["several_findings"]()
    rows = list(csv.DictReader(io.StringIO(data_sv(record)), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert [(row["Site1_Hugo_Symbol"], row["cbp_driver"]) for row in rows] == [
        ("TPM3", "Putative_Driver"),
        ("ALK", "Putative_Passenger"),
    ]


def test_a_fusion_of_a_failed_test_is_neither_present_nor_absent() -> None:
    record = a_record()
    record["result"]["status"] = "not_informative"
    (variant,) = variants(fhir_bundle(record, PDF))
    assert (answer(variant), "dataAbsentReason" in variant) == ("", True)
    assert said_in_hl7(record).fusions == altered_in_cbioportal(record) == []


def test_a_fusion_inferred_from_fish_is_never_present() -> None:
    record = a_record(an_interpretation(fusions=(a_fusion(evidence="inferred"),)))
    assert said_in_hl7(record).fusions == said_in_fhir(record).fusions == []


def test_a_line_without_an_agent_is_known_in_every_spelling() -> None:
    assert [claims.names_agent({"agent": agent}) for agent in ("none", "None", "", "crizotinib")] == [
        False,
        False,
        False,
        True,
    ]


def test_why_there_is_no_therapy_is_said_once_in_words() -> None:
    line = a_therapy(agent="none", fusion="", text="No therapy association.")
    for statements in ((), (a_statement("therapy", line.text),)):
        record = a_record(an_interpretation(therapies=(line,), statements=statements))
        assert claims.statements(record) == ["No therapy association."]
        notes = [note["valueAnnotation"]["text"] for note in _notes(record)]
        assert notes.count("No therapy association.") == 1


def _notes(record: Record) -> list[Any]:
    (report,) = of_type(fhir_bundle(record, PDF), "DiagnosticReport")
    return [one for one in report["extension"] if "valueAnnotation" in one]


def test_what_changed_names_no_agent_where_the_line_has_none() -> None:
    before, after = a_record(), a_record()
    before["therapies"] = [{**before["therapies"][0], "agent": "none", "fusion": ""}]
    assert any("“None" in said or " None" in said for said in differences(before, after)) is False
    assert any("No agent" in said for said in differences(before, after))


def test_gene_ids_come_from_our_tables_and_are_none_of_fhir_s_matter() -> None:
    assert hgnc_ids()["ALK"] == "HGNC:427"
    said = "import report_templates.hl7_result, sys; sys.exit('report_templates.fhir' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", said], check=False).returncode == 0
