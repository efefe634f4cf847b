"""oru.hl7: the report as a result message that a laboratory information system can file."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import hl7
import pytest
from hl7_checks import faults, field, pdf_in
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message
from hypothesis import assume, given
from hypothesis import strategies as st
from report_examples import (
    KINDS,
    STATES,
    a_case,
    a_final_record,
    a_fusion,
    a_gene_list,
    a_laboratory,
    a_probe,
    a_record,
    a_specimen,
    a_stain,
    a_statement,
    a_therapy,
    an_interpretation,
    an_issue,
    not_informative,
    off_label,
    two_fusions_on_hold,
)

from interpret.findings import GeneStatus, LabelCondition
from parsers.errors import Problem
from parsers.hl7.messages import read_messages
from parsers.hl7.segments import Segment, split_messages
from parsers.mapping import read_mapping
from parsers.specimens import read_specimens
from report_templates.fhir import fhir_bundle
from report_templates.hl7_result import STATUSES, oru_message, status_of
from report_templates.hl7_segments import escaped, parts, segment
from report_templates.record import ReportStatus, build_record

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 20 + b"\n%%EOF\n"
SIGNATURE = {
    "name": "Dr B. Pathologist",
    "role": "Pathologist",
    "meaning": "author of the addendum",
    "signed_at": "2026-03-20T09:00:00-04:00",
    "content_sha256": "0" * 64,
}
ORDERS = Path(__file__).parents[2] / "sample_data" / "formats" / "hl7"
PREVIOUS = {"id": "R-1", "version": 1, "status": "final", "issued": "2026-03-18T10:05:00-04:00", "sha256": "0" * 64}


def segments(record: dict[str, Any], name: str, pdf: bytes = PDF) -> list[hl7.Segment]:
    message = hl7.parse(oru_message(record, pdf).decode())
    return [one for one in message if str(one[0]) == name]


def the(record: dict[str, Any], name: str) -> hl7.Segment:
    (found,) = segments(record, name)
    return found


def values(record: dict[str, Any], code: str) -> list[str]:
    """OBX-5 of every observation with this code."""
    return [field(obx, 5) for obx in segments(record, "OBX") if field(obx, 3).split("^")[0] == code]


def notes(record: dict[str, Any]) -> list[str]:
    return [field(nte, 3) for nte in segments(record, "NTE")]


def in_state(status: str, **report: Any) -> dict[str, Any]:
    """A signed record in that state, with what the state brings along."""
    record = a_final_record()
    record["report"] |= {"status": status, **report}
    return record


def a_change(kind: str, reason: str = "The partner gene was wrong.") -> dict[str, Any]:
    told = {"to": "Dr J. Clinician", "by": "Dr A. Pathologist", "at": "2026-03-19T08:00:00-04:00", "means": "telephone"}
    return {
        "kind": kind,
        "reason": reason,
        "what": ["Partner gene: TPM4, now TPM3."],
        "previous": PREVIOUS,
        "notified": [told],
    }


@pytest.mark.parametrize("kind", [*KINDS, *STATES])
def test_every_kind_and_state_of_report_is_a_sound_message_with_the_very_pdf(kind: str) -> None:
    message = oru_message({**KINDS, **STATES}[kind](), PDF)
    assert faults(message) == []
    assert pdf_in(message) == PDF


@pytest.mark.parametrize("kind", [*KINDS, *STATES])
def test_a_second_library_reads_every_kind_of_report_strictly(kind: str) -> None:
    text = oru_message({**KINDS, **STATES}[kind](), PDF).decode()
    assert parse_message(text, validation_level=VALIDATION_LEVEL.TOLERANT, find_groups=True).validate()
    # hl7apy measures every OBX-5 against the 199 characters of a ST, whatever OBX-2 says.
    short = "\r".join("|".join(_shortened(line.split("|"))) for line in text.split("\r"))
    assert parse_message(short, validation_level=VALIDATION_LEVEL.STRICT, find_groups=True).validate()


def _shortened(fields: list[str]) -> list[str]:
    if fields[0] == "OBX" and fields[2] in ("FT", "ED"):
        fields[5] = fields[5][:190].rstrip("\\")
    return fields


class TestStates:
    @pytest.mark.parametrize("status", get_args(ReportStatus))
    def test_every_state_of_a_report_has_its_codes(self, status: str) -> None:
        record = in_state(status)
        assert faults(oru_message(record, PDF)) == []
        expected = {
            "draft": ("R", "R"),
            "preliminary": ("P", "P"),
            "final": ("F", "F"),
            "corrected": ("C", "C"),
            "amended": ("C", "C"),
            "addendum": ("C", "F"),
            "withdrawn": ("C", "W"),
        }[status]
        assert (field(the(record, "OBR"), 25), {field(obx, 11) for obx in segments(record, "OBX")}) == (
            expected[0],
            {expected[1]},
        )

    def test_no_state_is_left_without_codes(self) -> None:
        assert set(STATUSES) == set(get_args(ReportStatus))
        with pytest.raises(KeyError):
            status_of(in_state("approved"))

    @pytest.mark.parametrize("status", ["draft", "preliminary", "final", "corrected", "amended", "addendum"])
    def test_what_was_not_read_yet_is_pending_whatever_the_report_s_state(self, status: str) -> None:
        record = a_record(case=a_case(ihc=(a_stain("ALK", "pending"), a_stain("SMA")), fish=(a_probe("pending"),)))
        record["report"]["status"] = status
        found = {
            (field(obx, 3).split("^")[0], field(obx, 11))
            for obx in segments(record, "OBX")
            if field(obx, 3).startswith(("IHC_", "FISH_"))
        }
        read = STATUSES[status].observation
        assert found == {
            ("IHC_ALK", "I"), ("IHC_DETAIL", "I"), ("IHC_SMA", read), ("IHC_DETAIL", read),
            ("FISH_ALK", "I"), ("FISH_PCT", "I"), ("FISH_CELLS", "I"),
        }  # fmt: skip
        assert field(the(record, "OBR"), 25) == STATUSES[status].request

    def test_nothing_is_pending_in_a_withdrawn_report_or_of_rejected_tissue(self) -> None:
        record = in_state("withdrawn")
        record["ihc"][0]["result"] = "pending"
        assert {field(obx, 11) for obx in segments(record, "OBX")} == {"W"}
        record["report"]["status"] = "final"
        record["specimen"]["acceptability"] = {"status": "rejected", "reason": "Leaked", "disposition": ""}
        assert {field(obx, 11) for obx in segments(record, "OBX")} == {"X"}

    def test_a_final_report_of_rejected_tissue_says_that_no_result_can_be_had(self) -> None:
        specimen = a_specimen(
            acceptability="rejected", rejection_reason="Quantity not sufficient", disposition="Returned to sender"
        )
        record = a_record(an_interpretation(fusions=(), therapies=()), a_case(specimen=specimen))
        record["report"]["status"] = "final"
        assert faults(oru_message(record, PDF)) == []
        assert field(the(record, "OBR"), 25) == "X"
        assert {field(obx, 11) for obx in segments(record, "OBX")} == {"X"}
        assert field(the(record, "SPM"), 21) == "^Quantity not sufficient"
        assert notes(record) == ["Specimen rejected: Quantity not sufficient; Returned to sender"]

    def test_tissue_that_was_compromised_is_reported_with_its_condition(self) -> None:
        specimen = a_specimen(acceptability="compromised", rejection_reason="Decalcified")
        record = a_record(case=a_case(specimen=specimen), issue=an_issue(status="final"))
        assert field(the(record, "SPM"), 24) == "^Decalcified"
        assert field(the(record, "SPM"), 21) == ""
        assert field(the(record, "OBR"), 25) == "F"

    def test_a_draft_and_a_preliminary_report_say_so_and_a_final_one_has_no_note(self) -> None:
        assert notes(in_state("draft")) == ["DRAFT REPORT: not final, may change"]
        assert notes(in_state("preliminary")) == ["PRELIMINARY REPORT: not final, may change"]
        assert notes(in_state("final")) == []

    def test_a_corrected_report_says_what_changed_why_and_who_was_told(self) -> None:
        assert notes(in_state("corrected", change=a_change("corrected"))) == [
            "CORRECTED REPORT: replaces report R-1, version 1 of 2026-03-18T10:05:00-04:00. "
            "Reason: The partner gene was wrong.",
            "Partner gene: TPM4, now TPM3.",
            "Dr J. Clinician, by Dr A. Pathologist on 2026-03-19T08:00:00-04:00 (telephone)",
        ]

    def test_a_final_report_says_what_differs_from_the_preliminary_one(self) -> None:
        found = notes(in_state("final", preliminary={**PREVIOUS, "what": ["Tier: II, now I."]}))
        assert found == ["Replaces preliminary report R-1 of 2026-03-18T10:05:00-04:00", "Tier: II, now I."]

    def test_an_addendum_is_a_note_and_its_signer_answers_for_the_message(self) -> None:
        addendum = {"number": 1, "text": "First\nsecond", "issued": "2026-03-20T09:00:00-04:00", "signature": SIGNATURE}
        record = in_state("addendum", change=a_change("addendum", ""), addenda=[addendum])
        assert notes(record)[-1] == r"Addendum 1 (2026-03-20T09:00:00-04:00): First\.br\second"
        assert not any("Reason" in note for note in notes(record))
        assert field(the(record, "OBR"), 32) == "&Dr B. Pathologist^20260320090000-0400"
        assert len(values(record, "SIGNATURE")) == 2

    def test_a_withdrawn_report_keeps_its_results_as_wrong_and_has_no_therapy_line(self) -> None:
        record = in_state("withdrawn")
        assert notes(record) == ["REPORT WITHDRAWN: do not use its results"]
        assert values(record, "RESULT") == ["DETECTED^Detected^99IMT"]
        assert values(record, "THERAPY") == []
        assert values(a_final_record(), "THERAPY") != []

    def test_what_was_told_before_the_report_is_a_note(self) -> None:
        record = a_final_record()
        call = {"to": "Dr J. Clinician", "by": "Dr A. Pathologist", "at": "2026-03-17T09:00:00-04:00", "what": "ALK"}
        record["communications"] = [call | {"read_back": state} for state in (True, False, None)]
        start = "Dr A. Pathologist told Dr J. Clinician on 2026-03-17T09:00:00-04:00"
        assert notes(record) == [f"{start}, read back: ALK", f"{start}, not read back: ALK", f"{start}: ALK"]


class TestTheHead:
    def test_the_control_number_is_the_same_for_the_same_report_and_another_for_every_other(self) -> None:
        def control(**changes: Any) -> str:
            return field(the(a_record(issue=an_issue(**changes)), "MSH"), 10)

        assert control() == control()
        others = {
            control(),
            control(version=2),
            control(status="final"),
            control(status="preliminary"),
            control(report_id="R-2"),
        }
        assert len(others) == 5
        assert {len(one) for one in others} == {20}

    def test_the_same_record_gives_the_same_bytes(self) -> None:
        assert oru_message(a_final_record(), PDF) == oru_message(a_final_record(), PDF)

    def test_the_time_of_the_message_is_that_of_the_report_with_its_offset(self) -> None:
        assert field(the(a_record(), "MSH"), 7) == "20260318100500-0400"
        assert field(the(a_record(), "OBR"), 22) == "20260318100500-0400"

    def test_the_patient_is_named_in_the_parts_of_hl7(self) -> None:
        pid = the(a_record(), "PID")
        assert [field(pid, number) for number in (3, 5, 7, 8)] == [
            "00482913^^^^MR",
            "DOE^Alexandra M.",
            "19920309",
            "F",
        ]

    @pytest.mark.parametrize(
        ("sex", "code"), [("female", "F"), ("male", "M"), ("other", "O"), ("unknown", "U")], ids=str
    )
    def test_every_sex_has_its_code_of_table_0001(self, sex: str, code: str) -> None:
        assert field(the(a_record(case=a_case(specimen=a_specimen(sex=sex))), "PID"), 8) == code

    def test_a_patient_of_one_name_has_no_given_name(self) -> None:
        assert field(the(a_record(case=a_case(specimen=a_specimen(patient_name="Suharto"))), "PID"), 5) == "Suharto"

    def test_the_order_s_numbers_come_back_unchanged(self) -> None:
        specimen = a_specimen(placer_number="PLC-1^HIS^1.2.3^ISO", filler_number="F-9^LIS&sub")
        record = a_record(case=a_case(specimen=specimen))
        for name in ("ORC", "OBR"):
            assert field(the(record, name), 2) == "PLC-1^HIS^1.2.3^ISO"
            assert field(the(record, name), 3) == "F-9^LIS&sub"

    def test_an_order_that_was_read_gets_its_own_numbers_and_patient_back(self) -> None:
        assays = {"rna-fusion-v3": replace(a_laboratory().assays["rna"], key="rna-fusion-v3")}
        mapping = read_mapping(ORDERS / "mapping.toml", assays=set(assays))
        laboratory = a_laboratory(assays=assays, mapping=mapping, accession_pattern=r"^S\d{2}-\d{5}$")
        order = (ORDERS / "S26-31001.order.hl7").read_bytes()
        problems: list[Problem] = []
        found = read_messages(order, "order.hl7", laboratory, problems).orders
        assert found is not None
        (row,) = read_specimens(found, laboratory, problems)
        assert row.specimen is not None
        record = build_record(a_case(specimen=row.specimen), an_interpretation(), laboratory, an_issue())
        (sent,) = [one for one in hl7.parse(order.decode()) if str(one[0]) == "ORC"]
        assert field(the(record, "ORC"), 2) == field(sent, 2) == "PLC-778812^SAMPLEHIS"
        assert field(the(record, "ORC"), 3) == "S26-31001"
        (patient,) = [one for one in hl7.parse(order.decode()) if str(one[0]) == "PID"]
        assert (field(the(record, "PID"), 5), field(patient, 5)) == ("Sample^Alexandra", "Sample^Alexandra^^^^^L")
        assert field(the(record, "PID"), 7) == field(patient, 7)

    def test_without_a_number_of_the_laboratory_the_accession_is_it(self) -> None:
        assert [field(the(a_record(), "ORC"), number) for number in (1, 2, 3)] == ["RE", "", "S26-00042"]

    def test_the_specimen_is_accession_and_block(self) -> None:
        spm = the(a_record(), "SPM")
        assert [field(spm, number) for number in (2, 4, 8, 17, 18)] == [
            "^S26-00042-A2",
            "^FFPE, resection",
            "^Pelvis, soft tissue",
            "20260303",
            "20260305",
        ]

    def test_the_laboratory_that_ran_the_test_is_named_with_each_result_of_its_own(self) -> None:
        outside = {"role": "performed", "name": "Elsewhere Ltd", "address": "2 Road", "clia": ""}
        record = a_record()
        record["lab"]["sites"] = [outside, {**outside, "role": "interpreted", "name": "Here"}]
        named = {field(obx, 3).split("^")[0]: field(obx, 23) for obx in segments(record, "OBX")}
        assert named["RESULT"] == "Elsewhere Ltd"
        # Who stained the slides is not on record.
        assert named["IHC_ALK"] == ""

    def test_a_record_of_before_the_change_keys_is_a_message_too(self) -> None:
        record = a_final_record()
        for key in ("change", "addenda", "preliminary"):
            record["report"].pop(key, None)
        record.pop("communications", None)
        record["specimen"].pop("acceptability", None)
        for key in ("placer_number", "filler_number"):
            record["order"].pop(key, None)
        assert faults(oru_message(record, PDF)) == []


class TestFindings:
    def test_the_four_states_of_a_gene_are_four_values(self) -> None:
        states = dict(zip(("ALK", "ROS1", "RET", "MET"), get_args(GeneStatus), strict=True))
        record = a_record(an_interpretation(genes=a_gene_list(**states)))
        groups = {}
        for obx in segments(record, "OBX"):
            groups.setdefault(field(obx, 4), {})[field(obx, 3).split("^")[0]] = field(obx, 5)
        found = {one["48018-6"]: one["69548-6"] for one in groups.values() if "48018-6" in one}
        assert "HGNC:427^ALK^HGNC" in found
        found = {gene.split("^")[1]: state for gene, state in found.items()}
        assert [found[gene] for gene in states] == [
            "DETECTED^Detected^99IMT^LA9633-4^Present^LN",
            "NOT_DETECTED^Not detected^99IMT^LA9634-2^Absent^LN",
            "NOT_ASSESSABLE^Not assessable^99IMT",
            "NOT_TESTED^Not tested^99IMT",
        ]
        assert set(states.values()) == {value.split("^")[0].lower() for value in found.values()}

    # Of a withdrawn report HL7 posts the results as wrong (W); FHIR has none.
    @pytest.mark.parametrize("kind", sorted({*KINDS, *STATES} - {"withdrawn"}))
    def test_absent_is_said_of_the_same_genes_as_in_fhir(self, kind: str) -> None:
        record = {**KINDS, **STATES}[kind]()
        bundle = json.dumps(fhir_bundle(record, PDF))
        in_hl7 = sum("LA9634-2" in value for value in values(record, "69548-6"))
        assert bundle.count('"LA9634-2"') == in_hl7

    def test_absent_is_not_said_where_methods_disagree_or_quality_failed(self) -> None:
        assert sum("LA9634-2" in value for value in values(KINDS["not_detected"](), "69548-6")) == 25
        record = KINDS["not_detected"]()
        record["controls"][0]["result"] = "fail"
        assert {value.split("^")[0] for value in values(record, "69548-6")} == {"NOT_DETECTED"}
        assert not any("LA9634-2" in value for value in values(record, "69548-6"))

    def test_a_fusion_is_told_part_by_part(self) -> None:
        record = a_record(an_interpretation(fusions=(a_fusion(spanning_pairs=0),)))
        expected = {
            "95123-6": "TPM3::ALK",
            "VICC": "NM_152263.4(TPM3):e.8::NM_004304.5(ALK):e.20",
            "GENE_5PRIME": "TPM3",
            "GENE_3PRIME": "ALK",
            "EXON_5PRIME": "8",
            "EXON_3PRIME": "20",
            "TRANSCRIPT_5PRIME": "NM_152263.4",
            "TRANSCRIPT_3PRIME": "NM_004304.5",
            "READING_FRAME": "IN-FRAME^In frame^99IMT",
            "KINASE_DOMAIN": "RETAINED^Retained^99IMT",
            "CLASSIFICATION": "REPORTABLE^Reportable^99IMT",
            "TIER": "I",
            "LEVEL": "A",
            "SPLIT_READS": "48",
            "SPANNING_PAIRS": "0",
        }
        assert {code: values(record, code) for code in expected} == {code: [value] for code, value in expected.items()}
        assert values(record, "SUPPORTING_READS") == []

    @pytest.mark.parametrize("classification", ["unconfirmed", "uncertain", "not_functional"])
    def test_a_fusion_that_is_no_result_does_not_stand_under_the_loinc_code(self, classification: str) -> None:
        record = a_record(an_interpretation(fusions=(a_fusion(classification=classification),)))
        assert values(record, "95123-6") == []
        assert values(record, "FUSION") == ["TPM3::ALK"]

    def test_a_rearrangement_seen_by_fish_alone_is_never_a_plain_fusion(self) -> None:
        inferred = a_fusion(
            name="?(::)ALK", vicc="?(::)ALK", gene_5prime="", evidence="inferred", classification="unconfirmed"
        )
        message = oru_message(a_record(an_interpretation(fusions=(inferred,), therapies=())), PDF).decode()
        assert "FUSION^Fusion that is not reported as a result^99IMT|fusion.1|?(::)ALK|" in message

    def test_a_case_on_hold_names_no_fusion_and_no_drug_and_says_why(self) -> None:
        record = two_fusions_on_hold()
        record["therapies"] = a_record()["therapies"]
        assert record["fusions"]
        assert record["therapies"]
        assert values(record, "RESULT") == ["HOLD^On hold^99IMT"]
        for code in ("95123-6", "FUSION", "VICC", "THERAPY", "THERAPY_AGENT"):
            assert values(record, code) == []
        assert any("On hold" in note for note in notes(record))

    def test_a_failed_test_says_nothing_of_any_gene(self) -> None:
        record = not_informative()
        assert values(record, "RESULT") == ["NOT_INFORMATIVE^Not informative^99IMT"]
        assert set(values(record, "69548-6")) == {"NOT_ASSESSABLE^Not assessable^99IMT"}
        assert "FAIL^Fail^99IMT" in values(record, "QC_STATE")

    def test_each_stain_and_probe_has_a_code_of_its_own_and_its_result(self) -> None:
        case = a_case(ihc=(a_stain(), a_stain("pan-TRK", "not_done")), fish=(a_probe(pct_rearranged=0.0),))
        record = a_record(case=case)
        assert values(record, "IHC_ALK") == ["POSITIVE^Positive^99IMT"]
        assert values(record, "IHC_PAN-TRK") == ["NOT_DONE^Not done^99IMT"]
        assert values(record, "IHC_DETAIL")[0] == "90%, 3+, diffuse, cytoplasmic"
        assert values(record, "FISH_ALK") == ["POSITIVE^Positive^99IMT"]
        assert values(record, "FISH_PCT") == ["0"]

    def test_a_stain_whose_control_failed_has_no_result(self) -> None:
        record = a_record(case=a_case(ihc=(a_stain(control_ok=False),), fish=(a_probe(control_ok=False),)))
        failed = ["CONTROL_FAILED^Not usable, control failed^99IMT"]
        assert values(record, "IHC_ALK") == values(record, "FISH_ALK") == failed
        assert values(record, "FISH_PCT") == []

    def test_what_was_read_after_a_failed_control_is_told_in_words_that_say_so(self) -> None:
        record = a_record(case=a_case(ihc=(a_stain(control_ok=False),), fish=(a_probe(control_ok=False),)))
        start = "Read although the control failed, not to be used: "
        assert values(record, "IHC_DETAIL") == [f"{start}90%, 3+, diffuse, cytoplasmic"]
        assert values(record, "FISH_DETAIL") == [
            f"{start}cells with a rearrangement 48%; cells with split signals 40%; cells scored 100"
        ]
        assert values(record, "FISH_CELLS") == []

    def test_two_long_marker_names_that_begin_alike_have_two_codes(self) -> None:
        markers = ("Smooth muscle actin A", "Smooth muscle actin B", "smooth muscle actin a")
        record = a_record(case=a_case(ihc=tuple(a_stain(marker) for marker in markers)))
        assert faults(oru_message(record, PDF)) == []
        found = [field(obx, 3).split("^") for obx in segments(record, "OBX") if "immunohisto" in field(obx, 3)]
        first, second, again = [code for code, *_ in found]
        assert first != second
        assert first == again
        assert (first[:14], len(first)) == ("IHC_SMOOTH MU_", 20)
        assert found[0][1] == "Smooth muscle actin A immunohistochemistry"

    @pytest.mark.parametrize(
        ("changes", "remark"),
        [
            (
                {"is_order_known": False},
                "Which of the two genes is the 5′ one is not known; the name follows the caller.",
            ),
            ({"may_be": ("ALK", "LTK")}, "The symbol ALK may stand for ALK or LTK."),
        ],
    )
    def test_of_a_fusion_whose_ends_are_not_known_no_gene_is_stated_as_one(
        self, changes: dict[str, Any], remark: str
    ) -> None:
        record = a_record(an_interpretation(fusions=(a_fusion(**changes),)))
        codes = {field(obx, 3).split("^")[0] for obx in segments(record, "OBX")}
        assert not {code for code in codes if code.endswith(("_5PRIME", "_3PRIME"))}
        assert values(record, "VICC") == []
        (said,) = values(record, "ENDS_NOT_KNOWN")
        assert said.startswith(remark)
        assert "chr2:29223528:-" in said
        assert values(a_record(), "ENDS_NOT_KNOWN") == []

    def test_a_line_that_says_why_there_is_no_therapy_is_a_sentence_and_no_agent(self) -> None:
        none = a_therapy(agent="none", relation="conditions_not_met", text="No therapy association.", fusion="")
        said = a_statement("therapy", none.text)
        record = a_record(an_interpretation(therapies=(none,), statements=(said,)))
        assert values(record, "THERAPY_AGENT") == values(record, "THERAPY") == []
        assert values(record, "INTERPRETATION") == ["No therapy association."]

    @pytest.mark.parametrize("classification", ["unconfirmed", "uncertain", "not_functional"])
    def test_no_therapy_leaves_for_a_fusion_that_is_not_reported(self, classification: str) -> None:
        lines = (a_therapy(), off_label("Alectinib"))
        gathered = a_statement("therapy", "Alectinib and crizotinib are listed.")
        record = a_record(
            an_interpretation(
                fusions=(a_fusion(classification=classification),), therapies=lines, statements=(gathered,)
            )
        )
        assert values(record, "THERAPY_AGENT") == values(record, "INTERPRETATION") == []

    def test_what_is_said_on_therapy_beside_the_lines_is_not_lost(self) -> None:
        said = a_statement("therapy", "Relapse on crizotinib was reported in 2 of 3 patients.")
        assert values(a_record(an_interpretation(statements=(said,))), "INTERPRETATION") == [said.text]

    def test_conditions_that_nobody_documented_are_not_called_unmet(self) -> None:
        open_line = a_therapy(
            relation="conditions_not_met", label_conditions=(LabelCondition("age 1 year or older", "not_documented"),)
        )
        record = a_record(an_interpretation(therapies=(open_line,)))
        assert values(record, "THERAPY_RELATION") == ["CONDITIONS_NOT_MET^Label conditions not documented^99IMT"]

    def test_a_quality_figure_stands_beside_its_limit_and_verdict(self) -> None:
        record = a_record()
        (value, *_) = [obx for obx in segments(record, "OBX") if field(obx, 3).startswith("QC_VALUE")]
        assert (field(value, 5), field(value, 7)) == ("62%", "≥ 30%")
        assert values(record, "QC_METRIC")[0] == "RNA integrity (DV200)"
        assert values(record, "QC_STATE")[0] == "PASS^Pass^99IMT"

    def test_therapies_limitations_and_signer_are_there_and_a_therapy_is_not_said_twice(self) -> None:
        record = a_final_record()
        assert len(values(record, "THERAPY")) == len(record["therapies"])
        assert values(record, "LIMITATION") == record["limitations"]
        assert values(record, "SIGNATURE") == [
            "Electronically signed by Dr A. Pathologist, Consultant molecular pathologist on "
            "2026-03-18T10:04:00-04:00 as author of the interpretation"
        ]
        assert not set(values(record, "INTERPRETATION")) & set(values(record, "THERAPY"))


HOSTILE = "Ångström|^~\\&李 \u05d0\u05d1\u05d2 \\X41\\ \\.br\\ O'Brien"


class TestHostileText:
    def record(self, text: str) -> dict[str, Any]:
        specimen = a_specimen(patient_name=f"{text}, {text}", site=text, ordering_provider=text, indication=text)
        return a_record(
            an_interpretation(limitations=(text,)), a_case(specimen=specimen), issue=an_issue(status="final")
        )

    def segment(self, message: bytes, name: str, number: int = 0) -> Segment:
        (read,) = split_messages(message, "oru.hl7", [], cap=len(message))
        return read.named(name)[number]

    def test_marks_of_hl7_in_names_come_back_as_they_were(self) -> None:
        message = oru_message(self.record(HOSTILE), PDF)
        assert faults(message) == []
        assert pdf_in(message) == PDF
        assert self.segment(message, "PID").text(5, 1) == HOSTILE
        assert self.segment(message, "PID").text(5, 2) == HOSTILE
        assert self.segment(message, "OBR").text(16, 2) == HOSTILE
        assert self.segment(message, "SPM").text(8, 2) == HOSTILE

    def test_a_second_library_reads_the_marks_too(self) -> None:
        read = parse_message(oru_message(self.record("A&B^C 李"), PDF).decode(), find_groups=False)
        assert read.pid.pid_5.pid_5_1.value == r"A\T\B\S\C 李"

    @given(st.text(alphabet=st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30))
    def test_every_text_comes_back_from_our_reader(self, text: str) -> None:
        assume(text != chr(34) * 2)  # Two quotation marks are how HL7 deletes a value.
        header = "MSH|^~\\&|A|B|||1||ORU^R01|1|P|2.5.1||||||UNICODE UTF-8"
        message = f"{header}\rPID|1|{escaped(text)}|end\r".encode()
        (read,) = split_messages(message, "oru.hl7", [], cap=len(message))
        # Our reader brings letters into the one form in which they are compared (NFC).
        assert read.named("PID")[0].text(2) == unicodedata.normalize("NFC", text)
        assert read.named("PID")[0].text(3) == "end"

    @given(st.text(alphabet=st.characters(codec="ascii", exclude_categories=("C",)), max_size=30))
    def test_plain_text_is_escaped_as_the_library_does_it(self, text: str) -> None:
        message = hl7.parse("MSH|^~\\&|A\r")
        assert escaped(text) == message.escape(text)

    def test_line_ends_are_one_break_and_control_characters_go(self) -> None:
        assert escaped("a\r\nb\nc\rd\x00\x1b\u202ee") == r"a\.br\b\.br\c\.br\de"

    def test_no_text_can_begin_a_segment_of_its_own(self) -> None:
        message = oru_message(self.record("x\rOBX|99|ST|EVIL^Evil^99IMT||1||||||F"), PDF)
        assert faults(message) == []
        assert b"|ST|EVIL" not in message

    def test_empty_parts_at_the_end_are_left_out_and_those_between_are_not(self) -> None:
        assert segment("OBX", {1: "1", 3: parts("a", "", "c", ""), 5: parts(("", "x"), ""), 9: ""}) == (
            "OBX|1||a^^c||&x"
        )


def _lines(message: bytes) -> list[str]:
    return message.decode().split("\r")[:-1]


def _without(name: str) -> Callable[[list[str]], list[str]]:
    return lambda lines: [line for line in lines if not line.startswith(name)]


def _with(old: str, new: str) -> Callable[[list[str]], list[str]]:
    def change(lines: list[str]) -> list[str]:
        assert any(old in line for line in lines), old
        return [line.replace(old, new, 1) for line in lines]

    return change


def _cut_pdf(lines: list[str]) -> list[str]:
    return [line.replace("Base64^", "Base64^A", 1) if "Base64^" in line else line for line in lines]


def _half_pdf(lines: list[str]) -> list[str]:
    def half(line: str) -> str:
        head, _, tail = line.partition("Base64^")
        return f"{head}Base64^{tail[:400]}|||||||F" if tail else line

    return [half(line) for line in lines]


def _specimen_first(lines: list[str]) -> list[str]:
    return [lines[0], lines[-1], *lines[1:-1]]


BROKEN: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "no patient": (_without("PID"), "PID is missing"),
    "no order": (_without("OBR"), "OBR is missing"),
    "no specimen": (_without("SPM"), "SPM is missing"),
    "two patients": (lambda lines: [*lines[:2], lines[1], *lines[2:]], "PID is there more than once"),
    "a type of no table": (_with("OBX|2|FT|", "OBX|2|QQ|"), "OBX-2 is not in table 0125"),
    "a status of no table": (_with("||||||F|", "||||||Q|"), "OBX-11 is not in table 0085"),
    "an order status of no table": (_with("|GE|F|", "|GE|Q|"), "OBR-25 is not in table 0123"),
    "a sex of no table": (_with("|19920309|F", "|19920309|W"), "PID-8 is not in table 0001"),
    "a date of birth in another form": (_with("|19920309|", "|09/03/1992|"), "PID-7 is no date"),
    "no patient number": (_with("|00482913^", "|^"), "PID-3 is empty"),
    "damaged base64": (_cut_pdf, "OBX-5 is cut or damaged base64"),
    "half a PDF": (_half_pdf, "OBX-5 is not a whole PDF"),
    "segments out of order": (_specimen_first, "the segments are not in order"),
    "an observation lost": (_without("OBX|3|"), "OBX-1 does not count the segments"),
    "an unknown segment": (lambda lines: [*lines, "ZZZ|1"], "ZZZ has no place here"),
    "a number that is none": (_with("NM|EXON_5PRIME^5′ exon at the junction^99IMT|fusion.1|8|",
                                    "NM|EXON_5PRIME^5′ exon at the junction^99IMT|fusion.1|eight|"),
                              "OBX-5 is no number"),
    "a type that its value does not have": (_with("OBX|1|CWE|", "OBX|1|ST|"), "OBX-5 is a text with components"),
    "a value without its code": (_with("|DETECTED^Detected^99IMT|", "|DETECTED|"), "OBX-5 is no code with its text"),
    "an observation without code": (_with("|HEADLINE^", "|^"), "OBX-3 is no code with its text"),
    "an empty value": (_with("|DETECTED^Detected^99IMT|", "||"), "OBX-5 is empty"),
    "another version": (_with("|2.5.1|", "|2.9|"), "MSH-12 is not 2.5.1"),
    "training mode": (_with("|P|2.5.1", "|T|2.5.1"), "MSH-11 is not P"),
    "no character set": (_with("UNICODE UTF-8", ""), "MSH-18 is not UNICODE UTF-8"),
    "one name for two observations": (_with("|limitation.2|", "|limitation.1|"), "do not tell the observations apart"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_the_checks_find_what_libraries_let_pass(what: str) -> None:
    change, fault = BROKEN[what]
    lines = _lines(oru_message(a_final_record(), PDF))
    found = faults(("\r".join(change(lines)) + "\r").encode())
    assert any(fault in one for one in found), found


def test_the_checks_find_damaged_bytes_and_line_ends() -> None:
    message = oru_message(a_final_record(), PDF)
    assert faults(message.replace("5′".encode(), b"5\xb4")) == ["MSH-18 says UTF-8, and the bytes are not"]
    for damaged in (message.replace(b"\r", b"\n"), message[:-1], message[1:]):
        assert faults(damaged) == ["MSH-1, MSH-2 or the line ends are not those of HL7"]


def test_a_name_of_a_laboratory_longer_than_hl7_allows_stands_where_there_is_room() -> None:
    record = a_record(**{"name": "A laboratory of a very long name indeed, Ltd & Co"})
    assert field(the(record, "MSH"), 4) == a_laboratory().clia
    assert {field(obx, 23) for obx in segments(record, "OBX")} == {
        "", r"A laboratory of a very long name indeed, Ltd \T\ Co"
    }  # fmt: skip


def test_a_report_of_ten_thousand_quality_lines_keeps_its_numbers_in_order() -> None:
    record = a_record()
    record["qc"] = list(_many(record["qc"][0], 3_400))
    assert faults(oru_message(record, PDF)) == []


def _many(line: dict[str, Any], count: int) -> Iterator[dict[str, Any]]:
    return (line | {"metric": f"m{number}"} for number in range(count))


def test_the_assay_keeps_its_own_name_beside_the_loinc_code() -> None:
    laboratory = a_laboratory()
    assay = replace(laboratory.assays["rna"], title="Panel ^ A")
    record = a_record(assays={"rna": assay})
    assert field(the(record, "OBR"), 4) == r"51969-4^Genetic analysis report^LN^rna^Panel \S\ A^99IMT"


def test_every_code_that_a_message_may_hold_is_explained_to_the_laboratory() -> None:
    page = (Path(__file__).parents[2] / "docs" / "exports" / "hl7.md").read_text()
    codes = set()
    unclear = a_record(
        an_interpretation(fusions=(a_fusion(is_order_known=False),)), a_case(fish=(a_probe(control_ok=False),))
    )
    for record in (unclear, *(kind() for kind in {**KINDS, **STATES}.values())):
        codes |= {field(obx, 3).split("^")[0] for obx in segments(record, "OBX")}
        codes |= {field(nte, 4).split("^")[0] for nte in segments(record, "NTE")}
    # A marker's or a gene's own code ends with its name.
    markers = {code for code in codes if code.startswith(("IHC_", "FISH_")) and f"`{code}`" not in page}
    assert {code.split("_")[0] for code in markers} == {"IHC", "FISH"}
    assert [code for code in sorted(codes - markers) if f"`{code}`" not in page] == []
