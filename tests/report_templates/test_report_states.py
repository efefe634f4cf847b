"""From draft to final and after: what each state says, and what is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any, get_args

import pytest
from report_examples import (
    STATES,
    a_case,
    a_draft,
    a_final_record,
    a_fusion,
    a_laboratory,
    a_notification,
    a_preliminary_record,
    a_probe,
    a_record,
    a_signature,
    a_specimen,
    a_stain,
    a_therapy,
    addendum_record,
    amended_record,
    an_interpretation,
    an_issue,
    at,
    corrected_record,
    final_after_preliminary,
    referred,
    withdrawn_record,
)

from interpret.findings import Ruling
from interpret.gtf import AnnotationFile
from interpret.table_rows import Change
from parsers.branding import Branding
from parsers.laboratory import OutsideLaboratory
from parsers.logos import Logo
from parsers.records import SmallVariant
from report_templates import states, wording
from report_templates.differences import differences
from report_templates.exports import fusions_tsv, report_json
from report_templates.pdf import RenderError, render_html
from report_templates.record import ReportStatus
from report_templates.states import (
    Communication,
    StateError,
    amended,
    content_sha256,
    corrected,
    finalised,
    preliminary,
    unsound_signatures,
    with_addendum,
    with_communications,
    withdrawn,
)

LATER, SIGNED, TOLD = at("2026-03-20 09:45"), at("2026-03-20 09:40"), at("2026-03-20 09:10")


def a_second_draft(**changes: Any) -> dict[str, Any]:
    """The next version's draft, with another site: something to correct."""
    return a_draft(2, "2026-03-20 09:00", case=a_case(specimen=a_specimen(site="Mesentery", **changes)))


def a_correction(
    draft: dict[str, Any] | None = None, before: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    draft = a_second_draft() if draft is None else draft
    arguments: dict[str, Any] = {
        "reason": "The site was entered wrongly.",
        "notified": [a_notification(at=TOLD)],
        "signatures": [a_signature(draft, signed_at=SIGNED)],
        "issued": LATER,
    }
    return corrected(draft, report_json(before or a_final_record()), **(arguments | changes))


def an_amendment(draft: dict[str, Any], before: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "reason": "Read anew.",
        "signatures": [a_signature(draft, signed_at=SIGNED)],
        "issued": LATER,
    }
    return amended(draft, report_json(before or a_final_record()), **(arguments | changes))


def an_addendum(before: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    before = a_final_record() if before is None else before
    arguments: dict[str, Any] = {
        "text": "FISH agrees.",
        "signature": a_signature(before, signed_at=SIGNED),
        "issued": LATER,
        "report_id": "R-next",
    }
    return with_addendum(report_json(before), **(arguments | changes))


def a_withdrawal(before: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    before = a_final_record() if before is None else before
    arguments: dict[str, Any] = {
        "reason": "Labels were exchanged.",
        "by": a_signature(before, signed_at=SIGNED),
        "notified": [a_notification(at=TOLD)],
        "issued": LATER,
        "report_id": "R-next",
    }
    return withdrawn(report_json(before), **(arguments | changes))


def every_step_after(before: dict[str, Any]) -> list[Callable[[], object]]:
    """Each function that takes a released report, called with `before`."""
    saved, issued = report_json(before), at("2026-12-01 11:00")
    draft = a_draft(9, "2026-12-01 09:00", case=a_case(specimen=a_specimen(site="Mesentery")))
    signatures = [a_signature(draft, signed_at=at("2026-12-01 10:00"))]
    told = [a_notification(at=at("2026-12-01 10:00"))]
    changed: dict[str, Any] = {"reason": "x", "notified": told, "signatures": signatures, "issued": issued}
    by = a_signature(before, signed_at=at("2026-12-01 10:00"))
    return [
        lambda: preliminary(draft, issued, saved),
        lambda: finalised(draft, signatures, issued, saved),
        lambda: corrected(draft, saved, **changed),
        lambda: amended(draft, saved, **changed),
        lambda: an_addendum(before, signature=by, issued=issued),
        lambda: a_withdrawal(before, by=by, notified=told, issued=issued),
    ]


def everything() -> dict[str, Any]:
    """A record with an entry in every list."""
    alert = Ruling("DD10", "Consider infantile fibrosarcoma.", ("LOVLY",), recommendation="Review the morphology.")
    case = a_case(fish=(a_probe(),), variants=(SmallVariant("S26-00042", "ALK", "p.Gly1202Arg"),))
    own_row = Change("actionability", "ACT99", "add", "", "Dr A. Pathologist", "2026-02-01", "An invented row.")
    outside = OutsideLaboratory("Southgate Reference Laboratory", "2 Example Road, Othertown, NJ 07000", "31D0000000")
    look = Branding(
        logo=Logo("image/svg+xml", "PHN2Zy8+", "Northgate"), letterhead="A line.", footer="Another.",
        templates={"closing": "<p>Ask us.</p>"},
    )  # fmt: skip
    record = a_record(
        an_interpretation(alerts=(alert,), laboratory_rules=(own_row,)),
        case,
        an_issue(annotations=(AnnotationFile("genes.gtf", "1" * 64, "Ensembl 115", "GRCh38"),)),
        branding=look,
        guideline_version="2026.1",
        assays={"rna": replace(a_laboratory().assays["rna"], performed_by=outside)},
    )
    return with_communications(record, [Communication("Dr J", "Dr B", at("2026-03-17 10:00"), "TPM3::ALK", True)])


# Every key that may change without a sentence, and why; * stands for any part of a path.
_NOT_COMPARED = {
    "schema_version": "says how the record is written",
    "report.id": "each version has its own",
    "report.version": "each version has its own",
    "report.status": "each version has its own",
    "report.issued": "each version has its own",
    "report.replaces": "each version has its own",
    "report.turnaround_days": "follows from receipt and issue",
    "report.change": "what the sentences are written into",
    "report.preliminary": "what the sentences are written into",
    "report.earlier_changes": "carried on, never edited",
    "report.addenda": "carried on, never edited",
    "report.accession": "another accession is refused",
    "report.time_zone": "is lab.time_zone",
    "report.paper": "look",
    "lab.colours": "look",
    "signatures": "each version has its own",
    "patient.age_years": "follows from the date of birth",
    "patient.age_text": "follows from the date of birth",
    "assay.key": "not printed",
    "qc.metric": "not printed; the name is",
    "references.number": "follows from the order of the references",
    "references.key": "not printed",
    "references.date": "not printed; the citation has it",
    "explanations": "not printed",
    "rules": "not printed",
    "*.rule": "not printed",
    "*.because": "not printed",
    "*.part": "not printed",
    "ihc.marker_as_given": "not printed",
    "fish.marker_as_given": "not printed",
    "ihc.file": "not printed",
    "ihc.line": "not printed",
    "fish.file": "not printed",
    "fish.line": "not printed",
    "reviewed_calls.file": "not printed",
    "reviewed_calls.line": "not printed",
    "provenance.software": "how the report was drawn",
    "provenance.software_version": "how the report was drawn",
    "provenance.template_version": "how the report was drawn",
    "provenance.case_id": "follows from the accession",
    "provenance.callers.format": "not printed",
    "provenance.laboratory_rules.table": "not printed",
    "provenance.laboratory_rules.replaces": "not printed",
    "provenance.laboratory_rules.reason": "not printed",
}


def is_compared(path: tuple[str | int, ...]) -> bool:
    name = ".".join(step for step in path if isinstance(step, str))
    return not any(fnmatchcase(name, pattern) for pattern in _NOT_COMPARED)


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if not is_compared(path):
        return
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value[:2]):
            yield from leaves(item, (*path, index))
    else:
        yield path


def all_names(value: Any, name: str = "") -> Iterator[str]:
    """The dotted name of every key, however deep."""
    if isinstance(value, dict):
        for key, item in value.items():
            inner = f"{name}.{key}" if name else key
            yield inner
            yield from all_names(item, inner)
    elif isinstance(value, list):
        for item in value:
            yield from all_names(item, name)


def put(record: Any, path: tuple[str | int, ...], value: Any) -> None:
    for step in path[:-1]:
        record = record[step]
    record[path[-1]] = value


def other_values(record: Any, path: tuple[str | int, ...]) -> Iterator[Any]:
    for step in path:
        record = record[step]
    if record is None:
        yield from ("stated now", 7, "2026-01-01")
    elif isinstance(record, bool):
        yield not record
    elif isinstance(record, int | float):
        yield record + 1
    else:
        codes = (code for words in vars(wording).values() if isinstance(words, Mapping) for code in words)
        yield from ("another text", "2026-01-01", *(code for code in codes if code != record))


PRINTED = list(leaves(everything()))


class TestContent:
    def test_the_content_of_a_report_is_all_of_it_but_its_signatures(self) -> None:
        final = a_final_record()
        unsigned = final | {"signatures": []}
        assert content_sha256(final) == content_sha256(unsigned) == final["signatures"][0]["content_sha256"]
        text = json.dumps(unsigned, sort_keys=True, separators=(",", ":"))
        assert content_sha256(final) == hashlib.sha256(text.encode()).hexdigest()

    def test_the_order_of_keys_does_not_count_and_any_value_does(self) -> None:
        record = a_record()
        assert content_sha256(dict(reversed(record.items()))) == content_sha256(record)
        other = deepcopy(record)
        other["fusions"][0]["split_reads"] += 1
        assert content_sha256(other) != content_sha256(record)

    @pytest.mark.parametrize("kind", STATES)
    def test_the_signatures_of_every_state_are_of_what_it_says(self, kind: str) -> None:
        record = STATES[kind]()
        assert unsound_signatures(record) == []
        record["patient"]["name"] = "ROE, Somebody Else"
        signers = 0 if kind == "preliminary" else 1
        assert len(unsound_signatures(record)) == signers

    def test_a_signature_that_names_no_content_is_of_none(self) -> None:
        record = a_final_record()
        del record["signatures"][0]["content_sha256"]
        assert unsound_signatures(record) == ["Dr A. Pathologist"]
        addendum = addendum_record()
        del addendum["report"]["addenda"][0]["signature"]["content_sha256"]
        assert unsound_signatures(addendum) == ["Dr A. Pathologist"]

    def test_an_addendum_that_is_missing_or_unsigned_is_signed_by_nobody(self) -> None:
        record = addendum_record()
        record["report"]["addenda"][0]["signature"] = None
        assert unsound_signatures(record) == ["Dr A. Pathologist"]
        record["report"]["addenda"] = []
        assert unsound_signatures(record) == ["Dr A. Pathologist"]

    @pytest.mark.parametrize("kind", ["final", "corrected", "amended", "addendum"])
    def test_nothing_follows_a_report_whose_signatures_are_not_of_its_content(self, kind: str) -> None:
        before = STATES[kind]()
        before["patient"]["name"] = "ROE, Somebody Else"
        steps = every_step_after(before)
        assert len(steps) == 6
        for step in steps:
            with pytest.raises(StateError, match="signature of the earlier report"):
                step()
        before = STATES[kind]()
        before["signatures"] = []
        for step in every_step_after(before):
            with pytest.raises(StateError, match="signature of the earlier report"):
                step()

    @pytest.mark.parametrize("kind", STATES)
    def test_every_state_survives_json_and_leaves_what_it_was_made_from_alone(self, kind: str) -> None:
        record = STATES[kind]()
        assert json.loads(report_json(record)) == record
        assert STATES[kind]() == record

    def test_nothing_is_changed_in_place(self) -> None:
        draft = a_draft()
        kept = deepcopy(draft)
        finalised(draft, [a_signature(draft)], at("2026-03-18 14:05"))
        preliminary(draft, at("2026-03-18 14:05"))
        assert draft == kept


class TestSigning:
    def test_a_final_report_names_its_signer_role_meaning_and_time_in_the_laboratory_s_zone(self) -> None:
        record = a_final_record()
        (signature,) = record["signatures"]
        assert record["report"]["status"] == "final"
        assert record["report"]["issued"] == "2026-03-18T10:05:00-04:00"
        assert (signature["name"], signature["role"], signature["meaning"], signature["signed_at"]) == (
            "Dr A. Pathologist",
            "Consultant molecular pathologist",
            "author of the interpretation",
            "2026-03-18T10:04:00-04:00",
        )

    def test_the_turnaround_is_that_of_the_signed_report(self) -> None:
        draft = a_draft()
        assert finalised(draft, [a_signature(draft, signed_at=SIGNED)], LATER)["report"]["turnaround_days"] == 15

    def test_without_signature_nothing_is_final(self) -> None:
        with pytest.raises(StateError, match="signature is missing"):
            finalised(a_draft(), [], LATER)

    def test_a_signature_of_what_was_changed_since_is_refused(self) -> None:
        draft = a_draft()
        signature = a_signature(draft)
        draft["result"]["certainty"] = "Another sentence."
        with pytest.raises(StateError, match="other content"):
            finalised(draft, [signature], at("2026-03-18 14:05"))

    def test_of_two_signatures_each_is_checked(self) -> None:
        draft = a_draft()
        second = a_signature(draft, name="Dr B. Second", content_sha256="0" * 64)
        with pytest.raises(StateError, match="other content"):
            finalised(draft, [a_signature(draft), second], at("2026-03-18 14:05"))

    @pytest.mark.parametrize("field", ["name", "role", "meaning"])
    def test_a_signature_without_name_role_or_meaning_is_refused(self, field: str) -> None:
        draft = a_draft()
        with pytest.raises(StateError, match="signature is incomplete"):
            finalised(draft, [a_signature(draft, **{field: " \u200b"})], at("2026-03-18 14:05"))

    @pytest.mark.parametrize(
        ("when", "said"),
        [
            (at("2026-03-18 12:59"), "older than the report"),
            (at("2026-03-18 14:06"), "later than the issue"),
            (datetime(2026, 3, 18, 14, 4), "no time zone"),  # noqa: DTZ001 - the point of the test
        ],
    )
    def test_a_report_is_signed_between_its_draft_and_its_issue(self, when: datetime, said: str) -> None:
        draft = a_draft()
        with pytest.raises(StateError, match=said):
            finalised(draft, [a_signature(draft, signed_at=when)], at("2026-03-18 14:05"))

    def test_time_does_not_go_backwards_and_has_a_zone(self) -> None:
        draft = a_draft()
        with pytest.raises(StateError, match="before that of the record"):
            preliminary(draft, at("2026-03-18 12:59"))
        with pytest.raises(StateError, match="no time zone"):
            preliminary(draft, datetime(2026, 3, 18, 14, 5))  # noqa: DTZ001 - the point of the test


class TestTransitions:
    def test_every_state_says_what_may_follow(self) -> None:
        assert set(states.NEXT) == set(get_args(ReportStatus))

    @pytest.mark.parametrize("status", ["preliminary", "draft"])
    def test_what_was_not_signed_is_not_corrected_amended_or_added_to(self, status: str) -> None:
        before = a_preliminary_record() if status == "preliminary" else a_draft()
        draft = a_second_draft()
        with pytest.raises(StateError, match=f"a {status} report cannot become corrected"):
            a_correction(draft, before)
        with pytest.raises(StateError, match=f"a {status} report cannot become amended"):
            amended(draft, report_json(before), reason="x", signatures=[a_signature(draft)], issued=LATER)
        with pytest.raises(StateError, match=f"a {status} report cannot become addendum"):
            an_addendum(before)

    def test_a_draft_is_not_withdrawn_and_a_preliminary_report_is(self) -> None:
        with pytest.raises(StateError, match="a draft report cannot become withdrawn"):
            a_withdrawal(a_draft())
        assert a_withdrawal(a_preliminary_record())["report"]["status"] == "withdrawn"

    def test_nothing_follows_a_withdrawn_report_but_a_new_one(self) -> None:
        before = withdrawn_record()
        draft = a_draft(3, "2026-03-20 14:00", case=a_case(specimen=a_specimen(site="Mesentery")))
        signature = a_signature(draft, signed_at=at("2026-03-20 14:10"))
        issued = at("2026-03-20 14:20")
        for refused in (
            lambda: an_addendum(before, issued=issued),
            lambda: a_withdrawal(before, issued=issued),
            lambda: a_correction(draft, before, signatures=[signature], issued=issued),
        ):
            with pytest.raises(StateError, match="a withdrawn report cannot become"):
                refused()
        anew = finalised(draft, [signature], issued, previous=report_json(before))
        assert (anew["report"]["replaces"], anew["report"]["preliminary"]) == (before["report"]["id"], None)

    @pytest.mark.parametrize("kind", ["preliminary", "withdrawn"])
    def test_a_report_of_another_person_follows_none(self, kind: str) -> None:
        before = report_json(STATES[kind]())
        born = at("1950-01-01 00:00").date()
        issued = at("2026-12-01 11:00")
        for changes, is_other in (({"patient_id": "999"}, False), ({"patient_id": "999", "date_of_birth": born}, True)):
            draft = a_draft(9, "2026-12-01 09:00", case=a_case(specimen=a_specimen(**changes)))
            signatures = [a_signature(draft, signed_at=at("2026-12-01 10:00"))]
            if not is_other:
                assert finalised(draft, signatures, issued, before)["report"]["status"] == "final"
                continue
            with pytest.raises(StateError, match="different patients"):
                finalised(draft, signatures, issued, before)
            if kind == "preliminary":
                with pytest.raises(StateError, match="different patients"):
                    preliminary(draft, issued, before)
            assert finalised(draft, signatures, issued)["report"]["replaces"] == ""

    def test_a_report_after_a_withdrawn_one_is_not_issued_before_it(self) -> None:
        draft = a_draft(9, "2026-03-18 13:00")
        with pytest.raises(StateError, match="before that of the record it follows"):
            finalised(draft, [a_signature(draft)], at("2026-03-18 14:05"), report_json(withdrawn_record()))

    def test_only_a_draft_is_released(self) -> None:
        final = a_final_record()
        with pytest.raises(StateError, match="not a draft"):
            finalised(final, [a_signature(final)], LATER)
        with pytest.raises(StateError, match="not a draft"):
            preliminary(final, LATER)
        with pytest.raises(StateError, match="not a draft"):
            a_correction(final)

    @pytest.mark.parametrize("kind", ["final", "corrected", "amended", "addendum"])
    def test_a_signed_report_is_not_replaced_by_a_final_or_preliminary_one(self, kind: str) -> None:
        before = report_json(STATES[kind]())
        draft = a_draft(9, "2026-12-01 09:00")
        with pytest.raises(StateError, match="correct or amend it"):
            finalised(draft, [a_signature(draft, signed_at=at("2026-12-01 10:00"))], at("2026-12-01 11:00"), before)
        with pytest.raises(StateError, match="cannot become preliminary"):
            preliminary(draft, at("2026-12-01 11:00"), before)

    @pytest.mark.parametrize("kind", ["final", "corrected", "amended", "addendum"])
    def test_every_signed_report_can_be_corrected_added_to_and_withdrawn(self, kind: str) -> None:
        before = STATES[kind]()
        day, signed, told = at("2026-12-01 11:00"), at("2026-12-01 10:00"), at("2026-12-01 09:30")
        version = before["report"]["version"] + 1
        draft = a_draft(version, "2026-12-01 09:00", case=a_case(specimen=a_specimen(site="Mesentery")))
        told_of = [a_notification(at=told)]
        by = a_signature(before, signed_at=signed)
        made = (
            a_correction(
                draft, before, signatures=[a_signature(draft, signed_at=signed)], issued=day, notified=told_of
            ),
            an_addendum(before, signature=by, issued=day),
            a_withdrawal(before, by=by, notified=told_of, issued=day),
        )
        for record in made:
            assert record["report"]["version"] == version
            assert record["report"]["replaces"] == before["report"]["id"]

    def test_a_version_number_and_an_id_are_not_used_twice(self) -> None:
        draft = a_second_draft()
        draft["report"]["version"] = 1
        with pytest.raises(StateError, match="higher version number"):
            a_correction(draft)
        with pytest.raises(StateError, match="id of its own"):
            an_addendum(report_id="R-7f3a9c21")


class TestPreliminary:
    def test_a_preliminary_report_is_released_unsigned(self) -> None:
        record = preliminary(a_draft(), at("2026-03-18 13:30"))
        assert (record["report"]["status"], record["signatures"]) == ("preliminary", [])

    def test_the_final_report_says_what_differs_from_the_preliminary_one(self) -> None:
        final = final_after_preliminary()["report"]
        before = a_preliminary_record()
        assert final["replaces"] == final["preliminary"]["id"] == before["report"]["id"]
        assert final["preliminary"]["sha256"] == hashlib.sha256(report_json(before)).hexdigest()
        assert "ALK immunohistochemistry: was pending, is now positive." in final["preliminary"]["what"]

    def test_a_preliminary_report_may_be_replaced_by_another(self) -> None:
        draft = a_draft(2, "2026-03-18 14:00")
        again = preliminary(draft, at("2026-03-18 14:05"), report_json(a_preliminary_record()))
        assert again["report"]["replaces"] == "R-7f3a9c21"

    def test_what_was_told_before_the_report_is_kept_in_it(self) -> None:
        call = Communication("Dr J. Clinician", "Dr B", at("2026-03-17 10:00"), "TPM3::ALK found", read_back=True)
        record = with_communications(a_draft(), [call])
        assert record["communications"] == [
            {
                "to": "Dr J. Clinician",
                "by": "Dr B",
                "at": "2026-03-17T06:00:00-04:00",
                "what": "TPM3::ALK found",
                "read_back": True,
            }
        ]
        with pytest.raises(StateError, match="communication is incomplete"):
            with_communications(a_draft(), [replace(call, to="")])
        with pytest.raises(StateError, match="not a draft"):
            with_communications(a_final_record(), [call])

    def test_what_was_told_of_a_preliminary_report_stays_in_what_follows_it(self) -> None:
        before = a_preliminary_record()
        told = Communication("Dr J. Clinician", "Dr B", at("2026-03-18 13:40"), "ALK stain is positive.")
        draft = with_communications(a_draft(2, "2026-03-18 14:00"), [told])
        final = finalised(draft, [a_signature(draft)], at("2026-03-18 14:05"), report_json(before))
        again = preliminary(draft, at("2026-03-18 14:05"), report_json(before))
        for record in (final, again):
            assert [one["by"] for one in record["communications"]] == ["Dr A. Pathologist", "Dr B"]
        assert "Communications: 1 entry added." in final["report"]["preliminary"]["what"]
        assert unsound_signatures(final) == []

    def test_what_was_told_of_a_void_report_goes_with_it(self) -> None:
        before = a_withdrawal(a_preliminary_record())
        draft = a_draft(9, "2026-12-01 09:00")
        signatures = [a_signature(draft, signed_at=at("2026-12-01 10:00"))]
        assert before["communications"] != []
        assert finalised(draft, signatures, at("2026-12-01 11:00"), report_json(before))["communications"] == []


class TestLengths:
    """What is entered at sign-out is printed whole: a page never cuts it, so a text without end is no entry."""

    def test_a_text_as_long_as_a_person_writes_is_taken(self) -> None:
        assert an_addendum(text="word " * 3999)["report"]["addenda"][0]["text"].endswith("word ")

    @pytest.mark.parametrize("part", ["reason", "addendum", "notification", "communication", "signature"])
    def test_a_text_beyond_every_page_is_refused(self, part: str) -> None:
        text = "word " * 4001
        told = Communication("Dr J", "Dr B", at("2026-03-17 10:00"), text)
        draft = a_second_draft()
        steps: dict[str, Callable[[], object]] = {
            "reason": lambda: a_correction(reason=text),
            "addendum": lambda: an_addendum(text=text),
            "notification": lambda: a_correction(notified=[a_notification(at=TOLD, to=text)]),
            "communication": lambda: with_communications(a_draft(), [told]),
            "signature": lambda: a_correction(draft, signatures=[a_signature(draft, signed_at=SIGNED, meaning=text)]),
        }
        with pytest.raises(StateError, match=f"{part} has more than 20,000 characters") as refused:
            steps[part]()
        assert "word" not in str(refused.value)


class TestCorrection:
    def test_a_correction_says_what_changed_why_of_what_and_who_was_told(self) -> None:
        before = a_final_record()
        record = a_correction()
        assert record["report"]["status"] == "corrected"
        assert record["report"]["change"] == {
            "kind": "corrected",
            "reason": "The site was entered wrongly.",
            "what": ["Site: was “Pelvis, soft tissue”, is now “Mesentery”."],
            "previous": {
                "id": "R-7f3a9c21",
                "version": 1,
                "status": "final",
                "issued": "2026-03-18T10:05:00-04:00",
                "sha256": hashlib.sha256(report_json(before)).hexdigest(),
            },
            "notified": [
                {
                    "to": "Dr J. Clinician",
                    "by": "Dr A. Pathologist",
                    "at": "2026-03-20T05:10:00-04:00",
                    "means": "telephone",
                }
            ],
        }

    def test_somebody_must_have_been_told(self) -> None:
        with pytest.raises(StateError, match="nobody was told"):
            a_correction(notified=[])
        with pytest.raises(StateError, match="nobody was told"):
            a_withdrawal(notified=[])

    @pytest.mark.parametrize("field", ["to", "by", "means"])
    def test_a_notification_is_complete(self, field: str) -> None:
        with pytest.raises(StateError, match="notification is incomplete"):
            a_correction(notified=[replace(a_notification(at=TOLD), **{field: ""})])

    def test_nobody_was_told_before_the_first_report_or_after_this_one(self) -> None:
        for wrong, said in ((at("2026-03-18 14:00"), "older"), (at("2026-03-20 09:46"), "later")):
            with pytest.raises(StateError, match=f"notification is {said}"):
                a_correction(notified=[a_notification(at=wrong)])

    def test_a_reason_must_be_given(self) -> None:
        with pytest.raises(StateError, match="reason is incomplete"):
            a_correction(reason="  ")

    def test_a_correction_of_nothing_is_refused(self) -> None:
        with pytest.raises(StateError, match="says the same"):
            a_correction(a_draft(2, "2026-03-20 09:00"))

    def test_another_accession_or_patient_is_no_correction(self) -> None:
        with pytest.raises(StateError, match="different accessions"):
            a_correction(a_second_draft(accession="S26-00043"))
        other = a_second_draft(patient_id="1", date_of_birth=at("1990-01-01 00:00").date())
        with pytest.raises(StateError, match="different patients: withdraw"):
            a_correction(other)
        assert a_correction(a_second_draft(patient_id="00482914"))["report"]["change"]["what"] == [
            "Patient ID: was “00482913”, is now “00482914”.",
            "Site: was “Pelvis, soft tissue”, is now “Mesentery”.",
        ]

    def test_earlier_changes_and_addenda_are_carried_on(self) -> None:
        first = a_correction()
        second = an_addendum(
            first, signature=a_signature(first, signed_at=at("2026-03-21 09:00")), issued=at("2026-03-21 09:05")
        )
        (earlier,) = second["report"]["earlier_changes"]
        assert (earlier["version"], earlier["issued"], earlier["kind"]) == (2, "2026-03-20T05:45:00-04:00", "corrected")
        draft = a_draft(4, "2026-03-22 09:00")
        third = a_correction(
            draft,
            second,
            signatures=[a_signature(draft, signed_at=at("2026-03-22 10:00"))],
            notified=[a_notification(at=at("2026-03-22 10:00"))],
            issued=at("2026-03-22 10:05"),
        )
        assert [one["kind"] for one in third["report"]["earlier_changes"]] == ["corrected", "addendum"]
        assert third["report"]["addenda"] == second["report"]["addenda"]
        assert unsound_signatures(third) == []


class TestAmendment:
    def test_new_knowledge_is_named_and_the_old_tier_shown(self) -> None:
        what = amended_record()["report"]["change"]["what"]
        assert "Alectinib for TPM3::ALK, tier: was Tier II, Level C, is now Tier I, Level B." in what
        assert "Knowledge tables: were version 2026.03, are now version 2026.09." in what

    def test_other_facts_are_a_correction(self) -> None:
        draft = a_second_draft()
        signatures = [a_signature(draft, signed_at=SIGNED)]
        with pytest.raises(StateError, match="this is a correction"):
            amended(draft, report_json(a_final_record()), reason="x", signatures=signatures, issued=LATER)

    @pytest.mark.parametrize(
        ("part", "change"),
        [
            ("sequencing run", lambda record: record["provenance"].update(sequencing_run="OTHER")),
            ("input files", lambda record: record["provenance"].update(inputs={"specimens.csv": "0" * 64})),
            ("fusion calls", lambda record: record["provenance"]["callers"].clear()),
            ("fusion calls", lambda record: record["reviewed_calls"].pop()),
            ("fusion calls", lambda record: record["reviewed_calls"][0].update(split_reads=2)),
            ("quality", lambda record: record["qc"][0].update(value="12%")),
            ("immunohistochemistry", lambda record: record["ihc"][0].update(result="negative")),
            ("FISH", lambda record: record["fish"].append(everything()["fish"][0])),
            ("small variants", lambda record: record["variants"].append({"gene": "ALK", "hgvs_p": "p.Gly1202Arg"})),
            ("run controls", lambda record: record["controls"][0].update(result="fail")),
            ("patient", lambda record: record["patient"].update(sex="male")),
            ("specimen", lambda record: record["specimen"].update(site="Mesentery")),
            ("order", lambda record: record["order"].update(indication="Another question")),
            ("submitted diagnosis", lambda record: record["diagnosis"].update(code="SARCNOS")),
            ("assay", lambda record: record["assay"].update(version="4.0")),
        ],
    )
    def test_each_fact_that_differs_is_named(self, part: str, change: Callable[[dict[str, Any]], object]) -> None:
        draft = a_draft(2, "2026-03-20 09:00", interpretation=an_interpretation(knowledge_version="2026.09"))
        change(draft)
        with pytest.raises(StateError, match=rf"what was submitted has changed too \({part}\): this is a correction"):
            an_amendment(draft)

    def test_a_call_judged_anew_or_listed_elsewhere_is_the_same_fact(self) -> None:
        draft = a_draft(2, "2026-03-20 09:00", interpretation=an_interpretation(knowledge_version="2026.09"))
        draft["reviewed_calls"].reverse()
        draft["reviewed_calls"][0].update(name="TPM3::LTK", disposition="uncertain", reason="Read anew.")
        draft["qc"][0].update(status="borderline", threshold="≥ 60%")
        assert an_amendment(draft)["report"]["status"] == "amended"

    def test_what_an_older_schema_had_no_key_for_was_not_stated(self) -> None:
        before = a_draft()
        del before["order"]["placer_number"], before["specimen"]["acceptability"], before["assay"]["performed_by"]
        before = finalised(before, [a_signature(before)], at("2026-03-18 14:05"))
        draft = a_draft(2, "2026-03-20 09:00", interpretation=an_interpretation(knowledge_version="2026.09"))
        draft["specimen"]["acceptability"] = {"status": "not_stated", "reason": "", "disposition": ""}
        assert an_amendment(draft, before)["report"]["status"] == "amended"

    @pytest.mark.parametrize(
        "change",
        [
            lambda record: record["result"].update(status="indeterminate"),
            lambda record: record["result"].update(headline="Another headline"),
            lambda record: record["fusions"][0].update(tier="II", level="C"),
            lambda record: record["fusions"][0].update(classification="uncertain"),
            lambda record: record["fusions"].clear(),
            lambda record: record["genes"][0].update(state="not_assessable"),
            lambda record: record["therapies"].pop(),
            lambda record: record["therapies"][0].update(relation="off_label"),
            lambda record: record["therapies"][0].update(text="It is approved no more."),
            lambda record: record["alerts"].append(everything()["alerts"][0]),
        ],
    )
    def test_somebody_is_told_of_another_result_tier_therapy_or_alert(
        self, change: Callable[[dict[str, Any]], object]
    ) -> None:
        draft = a_draft(2, "2026-03-20 09:00")
        change(draft)
        with pytest.raises(StateError, match="nobody was told"):
            an_amendment(draft)
        told = a_notification(at=TOLD)
        assert an_amendment(draft, notified=[told])["report"]["change"]["notified"][0]["to"] == told.to

    def test_other_words_of_the_interpretation_are_nobodys_news(self) -> None:
        draft = a_draft(2, "2026-03-20 09:00")
        draft["statements"][0]["text"] = "The same in other words."
        draft["therapies"][0]["because"] = []
        assert an_amendment(draft)["report"]["change"]["notified"] == []

    def test_an_amendment_of_nothing_is_refused(self) -> None:
        draft = a_draft(2, "2026-03-20 09:00")
        signatures = [a_signature(draft, signed_at=SIGNED)]
        with pytest.raises(StateError, match="says the same"):
            amended(draft, report_json(a_final_record()), reason="x", signatures=signatures, issued=LATER)

    def test_a_stain_read_from_another_line_of_another_file_is_the_same_fact(self) -> None:
        draft = a_draft(2, "2026-03-20 09:00", interpretation=an_interpretation(knowledge_version="2026.09"))
        draft["ihc"][0].update(file="other.csv", line=99)
        signatures = [a_signature(draft, signed_at=SIGNED)]
        record = amended(draft, report_json(a_final_record()), reason="x", signatures=signatures, issued=LATER)
        assert record["report"]["change"]["what"] == [
            "Knowledge tables: were version 2026.03, are now version 2026.09."
        ]


class TestAddendum:
    def test_not_a_byte_of_what_the_report_said_is_different(self) -> None:
        before, record = a_final_record(), addendum_record()
        issue = {"status", "id", "version", "issued", "replaces", "change", "addenda"}
        assert report_json(without_report(record)) == report_json(without_report(before))
        assert {k for k in record["report"] if record["report"][k] != before["report"][k]} == issue

    def test_the_text_is_numbered_dated_and_signed_beside_the_first_signature(self) -> None:
        record = addendum_record()
        (addendum,) = record["report"]["addenda"]
        assert (addendum["number"], addendum["issued"]) == (1, "2026-03-23T11:05:00-04:00")
        assert addendum["signature"]["meaning"] == "author of the addendum"
        assert record["signatures"] == a_final_record()["signatures"]
        assert record["report"]["change"]["kind"] == "addendum"

    def test_a_second_addendum_leaves_the_first_as_it_is(self) -> None:
        first = an_addendum()
        signature = a_signature(first, signed_at=at("2026-03-21 09:00"))
        second = an_addendum(first, signature=signature, issued=at("2026-03-21 09:05"), report_id="R-third")
        assert second["report"]["addenda"][0] == first["report"]["addenda"][0]
        assert second["report"]["addenda"][1]["number"] == 2
        assert unsound_signatures(second) == []

    def test_an_addendum_says_something_and_is_signed_for_this_report(self) -> None:
        with pytest.raises(StateError, match="addendum is incomplete"):
            an_addendum(text=" \n")
        with pytest.raises(StateError, match="other content"):
            an_addendum(signature=a_signature(a_record(), signed_at=SIGNED))

    def test_the_signature_of_an_addendum_is_of_the_signatures_before_it_too(self) -> None:
        for key, value in (
            ("name", "Dr E. Other"),
            ("content_sha256", "0" * 64),
            ("signed_at", "2026-01-01T00:00:00Z"),
        ):
            record = addendum_record()
            record["signatures"][0][key] = value
            assert unsound_signatures(record) == ["Dr A. Pathologist"]
        first = an_addendum()
        signature = a_signature(first, name="Dr B. Second", signed_at=at("2026-03-21 09:00"))
        second = an_addendum(first, signature=signature, issued=at("2026-03-21 09:05"), report_id="R-third")
        second["report"]["addenda"][0]["signature"]["name"] = "Dr E. Other"
        assert unsound_signatures(second) == ["Dr B. Second"]

    def test_a_changed_addendum_is_no_longer_signed(self) -> None:
        record = addendum_record()
        record["report"]["addenda"][0]["text"] = "FISH disagrees."
        assert unsound_signatures(record) == ["Dr A. Pathologist"]


class TestWithdrawal:
    def test_a_withdrawn_report_says_why_by_whom_and_who_was_told(self) -> None:
        record = withdrawn_record()
        change = record["report"]["change"]
        assert (record["report"]["status"], change["kind"]) == ("withdrawn", "withdrawn")
        assert "exchanged" in change["reason"]
        assert change["notified"][0]["to"] == "Dr J. Clinician"
        assert [one["name"] for one in record["signatures"]] == ["Dr A. Director"]

    def test_its_record_keeps_the_former_findings_under_a_status_that_voids_them(self) -> None:
        before, record = a_final_record(), withdrawn_record()
        assert {key for key in record if record[key] != before[key]} == {"report", "signatures"}
        assert (record["report"]["status"], record["report"]["change"]["kind"]) == ("withdrawn", "withdrawn")

    def test_no_table_of_a_withdrawn_report_lists_its_calls(self) -> None:
        header, *rows = fusions_tsv(withdrawn_record()).splitlines()
        assert (header, rows) == (fusions_tsv(a_final_record()).splitlines()[0], [])


class TestDrawing:
    """What a page refuses to print of a state."""

    def test_an_addendum_without_its_text_or_signature_is_not_drawn(self) -> None:
        record = a_final_record()
        record["report"]["status"] = "addendum"
        with pytest.raises(RenderError, match="addendum"):
            render_html(record)
        record = addendum_record()
        record["report"]["addenda"][0]["signature"] = None
        with pytest.raises(RenderError, match="addendum"):
            render_html(record)

    def test_a_value_without_a_word_is_not_quoted(self) -> None:
        record = a_draft()
        record["patient"]["sex"] = "Annabel"
        with pytest.raises(RenderError, match="does not know, a value") as refused:
            render_html(record)
        assert "Annabel" not in str(refused.value)

    def test_a_key_that_the_record_lacks_is_named(self) -> None:
        record = a_draft()
        del record["patient"]["date_of_birth"]
        with pytest.raises(RenderError, match="'date_of_birth'"):
            render_html(record)


class TestDifferences:
    def test_two_records_of_the_same_case_do_not_differ(self) -> None:
        other = a_draft(2, "2026-12-01 09:00")
        other["provenance"]["software_version"] = "9.9"
        assert differences(a_record(), other) == []

    def test_the_result_comes_first_and_the_calls_last(self) -> None:
        what = corrected_record()["report"]["change"]["what"]
        assert what[0] == "Result: was Not detected, is now Detected."
        assert "Fusion added: TPM3::ALK." in what
        assert "ALK: was not detected, is now detected." in what
        assert "Therapy line added: Crizotinib for TPM3::ALK (on label, Tier I, Level A)." in what
        assert what[-1] == "Calls reviewed: 4 calls added."

    def test_a_fusion_is_compared_fact_by_fact(self) -> None:
        other = a_fusion(tier="II", level="C", reading_frame="undetermined", exon_3prime=19)
        said = differences(a_record(), a_record(an_interpretation(fusions=(other,))))
        assert said == [
            "TPM3::ALK, tier: was Tier I, Level A, is now Tier II, Level C.",
            "TPM3::ALK, reading frame: was in frame, is now undetermined.",
            "TPM3::ALK, exon of the 3′ gene: was 20, is now 19.",
        ]

    def test_a_therapy_line_that_goes_is_named_with_what_was_said_of_it(self) -> None:
        fewer = an_interpretation(therapies=an_interpretation().therapies[1:])
        said = differences(a_record(), a_record(fewer))
        assert "Therapy line removed: Crizotinib for TPM3::ALK (on label, Tier I, Level A)." in said

    def test_a_therapy_line_is_compared_field_by_field(self) -> None:
        other = a_therapy(relation="off_label", label_conditions=())
        rest = an_interpretation().therapies[1:]
        said = differences(a_record(), a_record(an_interpretation(therapies=(other, *rest))))
        assert said == [
            "Crizotinib for TPM3::ALK, relation to the label: was on label, is now off label.",
            "Crizotinib for TPM3::ALK, label conditions: was age 1 year or older met; unresectable, recurrent, or "
            "refractory met, is now none.",
        ]

    def test_stains_are_compared_by_marker(self) -> None:
        stains = (a_stain(clone="5A4"), *a_case().ihc[2:])
        assert differences(a_record(), a_record(case=a_case(ihc=stains))) == [
            "ALK immunohistochemistry, clone: was “D5F3”, is now “5A4”.",
            "ROS1 immunohistochemistry removed: negative.",
        ]

    def test_dates_are_said_so_that_nobody_takes_the_day_for_the_month(self) -> None:
        other = a_case(specimen=a_specimen(date_of_birth=at("1992-09-03 00:00").date()))
        assert differences(a_record(), a_record(case=other)) == ["Date of birth: was 09 Mar 1992, is now 03 Sep 1992."]

    def test_another_outside_laboratory_is_named(self) -> None:
        assert differences(a_record(), referred()) == [
            "Outside laboratory: was not stated, is now “Southgate Reference Laboratory”.",
            "Outside laboratory, address: was not stated, is now “2 Example Road, Othertown, NJ 07000”.",
            "Outside laboratory, CLIA number: was not stated, is now “31D0000000”.",
            "Site of the test added: performed at Southgate Reference Laboratory.",
            "Site of the test added: interpreted at Northgate Molecular Pathology.",
            "Site of the test removed: performed and interpreted at Northgate Molecular Pathology.",
        ]

    def test_a_wrong_address_of_the_outside_laboratory_can_be_corrected(self) -> None:
        before = referred()
        issued = at("2026-03-18 14:05")
        before = finalised(before, [a_signature(before, signed_at=issued)], issued)
        draft = referred()
        draft["report"].update(version=2, id="R-next")
        draft["assay"]["performed_by"]["address"] = "3 Example Road"
        draft["lab"]["sites"][0]["clia"] = "31D0000001"
        what = a_correction(draft, before)["report"]["change"]["what"]
        assert what == [
            "Outside laboratory, address: was “2 Example Road, Othertown, NJ 07000”, is now “3 Example Road”.",
            "Test performed at Southgate Reference Laboratory, CLIA number: was “31D0000000”, is now “31D0000001”.",
        ]

    def test_another_agreement_of_methods_is_said_as_such(self) -> None:
        other = everything()
        other["concordance"][0]["classification"] = "discordant"
        assert differences(everything(), other) == [
            "Agreement between methods, ALK: was concordant, is now discordant."
        ]

    def test_other_input_files_are_counted_and_another_caller_named(self) -> None:
        other = a_record()
        other["provenance"]["inputs"] = {"specimens.csv": "0" * 64, "a.tsv": "1" * 64, "b.tsv": "2" * 64}
        other["provenance"]["callers"][0].update(caller="FusionCatcher", calls=7)
        assert differences(a_record(), other) == [
            "Fusion calls of S26-00042.arriba.tsv, caller: was “Arriba”, is now “FusionCatcher”.",
            "Fusion calls of S26-00042.arriba.tsv, number of calls: was 3, is now 7.",
            "Input files: 2 files added, 1 file removed, 1 file with other content.",
        ]

    def test_every_key_that_is_not_compared_is_one_of_the_record(self) -> None:
        names = set(all_names(everything()))
        assert [one for one in _NOT_COMPARED if not any(fnmatchcase(name, one) for name in names)] == []

    @pytest.mark.parametrize("path", PRINTED, ids=lambda path: ".".join(map(str, path)))
    def test_no_printed_value_changes_unsaid(self, path: tuple[str | int, ...]) -> None:
        record = everything()
        for value in other_values(record, path):
            other = deepcopy(record)
            put(other, path, value)
            try:
                said = differences(record, other)
            except (KeyError, ValueError):
                continue  # no code of this list, no date
            assert said != []
            return
        pytest.fail("no other value fits")


def without_report(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != "report"}
