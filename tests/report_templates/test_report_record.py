"""The saved record: plain JSON, complete, cleaned."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_examples import (
    KINDS,
    a_case,
    a_fusion,
    a_laboratory,
    a_record,
    a_specimen,
    a_stain,
    a_statement,
    an_interpretation,
    an_issue,
)

from interpret import findings
from parsers import records
from parsers.laboratory import OutsideLaboratory
from report_templates import record as record_module
from report_templates import wording
from report_templates.record import ReportStatus, build_record, cleaned, template_version

CONTRACT = set(
    "schema_version report result lab patient specimen order diagnosis assay genes fusions ihc fish variants qc "
    "controls concordance therapies alerts risk statements references limitations recommendations reviewed_calls "
    "explanations rules communications signatures provenance".split()
)
CODES = [
    (wording.RESULT_STATUS, findings.ResultStatus),
    (wording.GENE_STATE, findings.GeneStatus),
    (wording.STAIN_RESULT, records.StainResult),
    (wording.QC_STATE, findings.QcState),
    (wording.RELATION, findings.Relation),
    (wording.CONDITION_STATE, findings.ConditionState),
    (wording.CLASSIFICATION, findings.Classification),
    (wording.DISPOSITION, findings.Disposition),
    (wording.READING_FRAME, findings.ReadingFrame),
    (wording.KINASE_DOMAIN, findings.KinaseDomain),
    (wording.ROLE, findings.Role),
    (wording.REPORT_STATUS, ReportStatus),
    (wording.SEX, records.Sex),
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_survives_json_unchanged(kind: str) -> None:
    record = KINDS[kind]()
    assert json.loads(json.dumps(record, allow_nan=False)) == record


def test_a_record_has_the_keys_of_the_contract_and_each_is_documented() -> None:
    assert set(a_record()) == CONTRACT
    assert record_module.__doc__ is not None
    assert [key for key in CONTRACT if key not in record_module.__doc__] == []


def test_every_field_of_a_fusion_is_in_the_record() -> None:
    assert set(a_record()["fusions"][0]) == {field.name for field in fields(findings.Fusion)}


def test_the_patient_specimen_order_and_laboratory_are_those_of_the_request() -> None:
    record = a_record()
    assert record["patient"] == {
        "name": "DOE, Alexandra M.",
        "id": "00482913",
        "date_of_birth": "1992-03-09",
        "sex": "female",
        "age_years": 34.0,
        "age_text": "34 years",
    }
    assert record["specimen"]["collected"] == "2026-03-03"
    assert record["specimen"]["decalcified"] is False
    assert record["order"]["provider"] == "Dr J. Clinician"
    assert record["lab"]["sites"][0]["address"] == record["lab"]["address"]


def test_turnaround_is_counted_in_whole_days_of_the_laboratory() -> None:
    assert a_record()["report"]["turnaround_days"] == 13
    late = datetime(2026, 3, 19, 2, 0, tzinfo=UTC)
    assert a_record(issue=an_issue(issued=late))["report"]["turnaround_days"] == 13


def test_tissue_that_failed_is_compromised_by_the_figures_it_failed() -> None:
    failed = KINDS["not_informative"]()["specimen"]["acceptability"]
    assert (failed["status"], failed["reason"]) == ("compromised", "RNA integrity (DV200) 12%, required ≥ 30%")
    few = a_case(specimen=a_specimen(tumour_cells_pct=5.0))
    verdict = replace(an_interpretation().verdict, status="not_informative")
    of_few = a_record(an_interpretation(verdict=verdict), few)["specimen"]["acceptability"]
    assert (of_few["status"], of_few["reason"]) == ("compromised", "Tumour cells 5%, required ≥ 20%")


def test_nobody_s_word_on_the_tissue_is_not_taken_for_acceptance() -> None:
    assert a_record()["specimen"]["acceptability"] == {"status": "not_stated", "reason": "", "disposition": ""}


def test_what_was_entered_at_receipt_stands_and_the_laboratory_s_rule_fills_the_disposition() -> None:
    rejected = a_specimen(acceptability="rejected", rejection_reason="Too little tissue")
    stated = a_record(case=a_case(specimen=rejected), disposition="Kept for 10 years")["specimen"]["acceptability"]
    assert stated == {"status": "rejected", "reason": "Too little tissue", "disposition": "Kept for 10 years"}
    own = a_case(specimen=replace(rejected, disposition="Returned to the sender"))
    assert (
        a_record(case=own, disposition="Kept")["specimen"]["acceptability"]["disposition"] == "Returned to the sender"
    )
    assert a_record(disposition="Kept")["specimen"]["acceptability"]["disposition"] == ""


def test_the_outside_laboratory_is_the_site_where_the_test_was_performed() -> None:
    assay = a_laboratory().assays["rna"]
    outside = OutsideLaboratory("Southgate Reference", "2 Example Road, Othertown, NY 10001", "00D0000002")
    record = a_record(assays={"rna": replace(assay, performed_by=outside)})
    assert record["assay"]["performed_by"] == {
        "name": outside.name,
        "address": outside.address,
        "clia": outside.clia,
    }
    assert [(site["role"], site["name"]) for site in record["lab"]["sites"]] == [
        ("performed", "Southgate Reference"),
        ("interpreted", "Northgate Molecular Pathology"),
    ]
    assert a_record()["assay"]["performed_by"] is None


def test_not_stated_stays_none_and_is_not_zero() -> None:
    specimen = a_specimen(size_cm=None, tumour_cells_pct=None, decalcified=None)
    said = a_record(case=a_case(specimen=specimen, ihc=(a_stain(h_score=None),)))
    assert said["specimen"]["size_cm"] is None
    assert said["specimen"]["tumour_cells_pct"] is None
    assert said["specimen"]["decalcified"] is None
    assert said["ihc"][0]["h_score"] is None


def test_the_time_of_issue_is_told_in_the_laboratory_s_zone() -> None:
    assert a_record()["report"]["issued"] == "2026-03-18T10:05:00-04:00"


def test_a_time_of_issue_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        a_record(issue=an_issue(issued=datetime(2026, 3, 18, 14, 5)))  # noqa: DTZ001 - the point of the test


def test_paper_follows_the_laboratory_s_country() -> None:
    assert a_record()["report"]["paper"] == "letter"
    assert a_record(jurisdiction="EU")["report"]["paper"] == "A4"


def test_an_unknown_assay_is_refused() -> None:
    with pytest.raises(KeyError):
        a_record(case=a_case(specimen=a_specimen(assay="other")))


def test_a_cited_source_without_reference_is_refused() -> None:
    interpretation = an_interpretation(statements=(a_statement("therapy", "Said.", "NOWHERE", rule="ACT01"),))
    with pytest.raises(ValueError, match="ACT01 cites NOWHERE"):
        a_record(interpretation)


def test_a_number_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="not finite"):
        a_record(case=a_case(specimen=a_specimen(size_cm=float("nan"))))


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="set has no place"):
        a_record(an_interpretation(recommendations={"a set"}))


def test_limitations_of_rules_and_assay_are_joined_once_and_germline_is_always_said() -> None:
    interpretation = an_interpretation(
        limitations=("Fusions with a partner or breakpoint outside the design are missed.",)
    )
    limitations = a_record(interpretation)["limitations"]
    assert len(limitations) == len(set(limitations)) == 2
    assert "germline" in limitations[-1]
    said = an_interpretation(limitations=("Germline origin cannot be told.",))
    assert sum("germline" in sentence.lower() for sentence in a_record(said)["limitations"]) == 1


def test_provenance_names_files_digests_versions_and_transcripts() -> None:
    made = a_record()["provenance"]
    assert list(made["inputs"]) == ["S26-00042.arriba.tsv", "specimens.csv"]
    assert made["knowledge_version"] == "2026.03"
    assert made["template_version"] == template_version()
    assert made["transcripts"] == [
        {"gene": "ALK", "transcript": "NM_004304.5"},
        {"gene": "TPM3", "transcript": "NM_152263.4"},
    ]


def test_the_template_version_changes_with_any_template(monkeypatch: pytest.MonkeyPatch) -> None:
    before = template_version()
    files = [*record_module._template_files(), ("partials/more.html", b"x")]
    monkeypatch.setattr(record_module, "_template_files", lambda: iter(files))
    assert template_version.__wrapped__() != before
    assert [name for name, _ in files if name.startswith("partials/")]


def test_hidden_and_turning_characters_never_reach_the_record() -> None:
    name = "DO\u202eE\u2066, \ud800A\x00l\x1bex\u200b\u00ad\nM."
    record = a_record(case=a_case(specimen=a_specimen(patient_name=name)))
    assert record["patient"]["name"] == "DOE, Alex M."


def test_names_in_other_scripts_are_kept() -> None:
    for name in ("Ångström-Løvås, Zoë", "Παπαδόπουλος", "王小明", "نام\u200cه", "O’Brien"):
        assert cleaned(name) == name


def test_a_character_younger_than_the_tables_of_this_python_stays_in_the_name() -> None:
    name = "張\U00031350"
    assert cleaned(name) == name
    assert a_record(case=a_case(specimen=a_specimen(patient_name=name)))["patient"]["name"] == name


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_cleaned_text_can_be_written_and_hides_nothing(text: str) -> None:
    result = cleaned(text)
    result.encode("utf-8")
    assert cleaned(result) == result
    assert all(unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp") for c in result)
    assert [c for c in result if unicodedata.category(c) == "Cn"] == [
        c for c in text if unicodedata.category(c) == "Cn"
    ]
    assert all(unicodedata.category(c) != "Cf" or c in "\u200c\u200d" for c in result)


@pytest.mark.parametrize(("words", "codes"), CODES, ids=lambda value: "" if isinstance(value, Mapping) else str(value))
def test_every_code_has_its_word_and_no_word_is_left_over(words: dict[str, Any], codes: Any) -> None:
    assert set(words) == set(get_args(codes))


@pytest.mark.parametrize("words", [words for words, _ in CODES if isinstance(next(iter(words.values())), wording.Mark)])
def test_results_can_be_told_apart_without_colour(words: dict[str, wording.Mark]) -> None:
    assert len({(mark.symbol, mark.word) for mark in words.values()}) == len(words)
    assert len({mark.word for mark in words.values()}) == len(words)


def test_the_results_of_page_one_differ_in_their_symbol_too() -> None:
    for words in (wording.RESULT_STATUS, wording.GENE_STATE, wording.STAIN_RESULT, wording.QC_STATE):
        assert len({mark.symbol for mark in words.values()}) == len(words)


def test_dates_cannot_be_read_the_other_way_round() -> None:
    assert wording.day("2026-02-03") == "03 Feb 2026"
    assert wording.moment("2026-03-18T10:05:00-04:00") == "18 Mar 2026, 10:05 UTC−04:00"
    assert wording.moment(datetime(2026, 3, 18, 9, 5, tzinfo=UTC).isoformat()) == "18 Mar 2026, 09:05 UTC"
    india = timezone(timedelta(hours=5, minutes=30))
    assert wording.moment(datetime(2026, 3, 18, 9, 5, tzinfo=india).isoformat()) == "18 Mar 2026, 09:05 UTC+05:30"
    with pytest.raises(ValueError, match="zone"):
        wording.moment("2026-03-18T10:05:00")


def test_reference_numbers_are_told_in_ranges() -> None:
    assert wording.ranges([7, 1, 3, 2, 3, 9, 10]) == "1–3, 7, 9, 10"
    assert wording.ranges([]) == ""


def test_a_breakpoint_keeps_its_position_ready_to_paste() -> None:
    assert wording.position("chr2:29223528:-") == "chr2:29223528 (−)"
    assert wording.position("chr2:29223528") == "chr2:29223528"
    assert wording.position("") == "Not stated"


def test_the_record_depends_on_nothing_but_its_arguments() -> None:
    arguments = (a_case(), an_interpretation(), a_laboratory(), an_issue())
    assert build_record(*arguments) == build_record(*arguments)
    later = replace(an_issue(), report_id="R-2")
    changed = build_record(*arguments[:3], later)
    assert {key for key, value in build_record(*arguments).items() if value != changed[key]} == {"report"}


def test_an_inferred_fusion_keeps_its_name_as_inferred() -> None:
    interpretation = an_interpretation(fusions=(a_fusion(name="?(::)ALK", evidence="inferred"),))
    assert a_record(interpretation)["fusions"][0]["name"] == "?(::)ALK"
