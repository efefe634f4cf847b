"""What a reader sees on the pages of each kind of report."""

from __future__ import annotations

import io
import re
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

import pdfplumber
import pytest
from report_examples import (
    KINDS,
    PANEL,
    STATES,
    a_call,
    a_case,
    a_final_record,
    a_fusion,
    a_gene_list,
    a_probe,
    a_record,
    a_specimen,
    a_stain,
    a_statement,
    a_therapy,
    an_interpretation,
    an_issue,
    an_unreported_call,
)

from interpret.findings import LabelCondition, Reference, Ruling
from report_templates.pdf import RenderError, render_html, render_pdf

MARGIN = 15 / 25.4 * 72
# The watermark's red at 11% on white paper.
WATERMARK = (246, 233, 232)


@cache
def pages_of(kind: str) -> tuple[str, ...]:
    return read(render_pdf(KINDS[kind]()))


def read(pdf: bytes) -> tuple[str, ...]:
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return tuple(page.extract_text() for page in document.pages)


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def seen_in(record: dict[str, Any]) -> str:
    """The words of the report without its marks, from the HTML: what a wrapped cell cannot hide."""
    return flat(re.sub(r"<[^>]+>", " ", render_html(record)))


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_names_patient_specimen_status_and_its_number(kind: str) -> None:
    record = KINDS[kind]()
    pages = pages_of(kind)
    word = {"draft": "DRAFT", "final": "FINAL"}[record["report"]["status"]]
    for number, page in enumerate(pages, start=1):
        for said in (
            record["patient"]["name"],
            record["patient"]["id"],
            record["specimen"]["accession"],
            record["specimen"]["block_id"],
            record["report"]["id"],
            record["lab"]["name"],
            word,
            f"Page {number} of {len(pages)}",
        ):
            assert said in page, f"page {number} lacks {said}"
        assert re.search(r"0[19] (Mar|Aug) (1992|2016)", page)


@pytest.mark.parametrize("kind", KINDS)
def test_page_one_answers_who_what_how_sure_and_what_next(kind: str) -> None:
    record, page = KINDS[kind](), flat(pages_of(kind)[0])
    word = {
        "detected": "● DETECTED",
        "not_detected": "○ NOT DETECTED",
        "indeterminate": "▲ INDETERMINATE",
        "not_informative": "✗ NOT INFORMATIVE",
        "hold": "■ ON HOLD",
    }[record["result"]["status"]]
    said = [
        word,
        record["result"]["headline"],
        *record["result"]["summary"],
        record["result"]["certainty"],
        *record["result"]["next_steps"],
        record["lab"]["address"],
        record["lab"]["clia"],
        record["diagnosis"]["text"],
        record["order"]["provider"],
        "03 Mar 2026",
        "05 Mar 2026",
        "Biomarkers at a glance",
        "Therapies associated",
    ]
    assert [text for text in said if text not in page] == []
    assert [therapy["agent"] for therapy in record["therapies"] if therapy["agent"] not in page] == []
    assert [alert["text"][:60] for alert in record["alerts"] if alert["text"][:60] not in page] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_says_that_it_is_not_signed_and_a_final_report_who_signed_it(kind: str) -> None:
    everything = flat(" ".join(pages_of(kind)))
    if KINDS[kind]()["report"]["status"] == "draft":
        assert (
            everything.count("Not signed. Draft for review by the responsible pathologist; not for clinical use.") == 2
        )
        assert "Electronically signed" not in everything
    else:
        assert "Electronically signed by Dr A. Pathologist" in flat(pages_of(kind)[0])
        assert "18 Mar 2026, 10:04 UTC−04:00" in everything
        assert "Not signed" not in everything


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_leaves_the_page(kind: str) -> None:
    with pdfplumber.open(io.BytesIO(render_pdf(KINDS[kind]()))) as document:
        for page in document.pages:
            for word in page.extract_words():
                assert word["x0"] >= MARGIN - 1, word["text"]
                assert word["x1"] <= page.width - MARGIN + 1, word["text"]
                assert word["top"] >= 20, word["text"]
                assert word["bottom"] <= page.height - 15, word["text"]


@pytest.mark.parametrize("kind", ["positive", "final"])
@pytest.mark.parametrize("jurisdiction", ["US", "EU"])
def test_the_watermark_is_on_every_page_of_a_draft_and_on_none_of_a_final_report(kind: str, jurisdiction: str) -> None:
    record = KINDS[kind](jurisdiction=jurisdiction)
    with pdfplumber.open(io.BytesIO(render_pdf(record))) as document:
        for page in document.pages:
            picture = page.to_image(resolution=36).original.convert("RGB")
            colours = Counter({colour: count for count, colour in picture.getcolors(picture.width * picture.height)})
            assert colours[(255, 255, 255)] < 0.985 * picture.width * picture.height, "a blank page"
            marked = sum(
                count
                for colour, count in colours.items()
                if all(abs(part - wanted) <= 2 for part, wanted in zip(colour, WATERMARK, strict=True))
            )
            share = marked / (picture.width * picture.height)
            assert (share > 0.03) if kind == "positive" else (share < 0.002)


@pytest.mark.parametrize("state", STATES)
def test_every_status_word_is_on_every_page(state: str) -> None:
    record = STATES[state]()
    word = {"preliminary": "PRELIMINARY – NOT SIGNED"}.get(state, record["report"]["status"].upper())
    assert all(word in page for page in read(render_pdf(record)))


def test_a_signature_of_other_content_is_never_printed() -> None:
    record = a_final_record()
    record["result"]["headline"] = "Another result"
    with pytest.raises(RenderError, match="must be signed again"):
        render_pdf(record)


@pytest.mark.parametrize("status", ["final", "corrected", "amended", "addendum"])
def test_a_signed_status_without_signature_is_refused(status: str) -> None:
    with pytest.raises(RenderError, match="needs a signature"):
        render_pdf(a_record(issue=an_issue(status=status)))


@pytest.mark.parametrize("status", ["draft", "preliminary"])
def test_an_unsigned_status_with_a_signature_is_refused(status: str) -> None:
    record = a_record(issue=an_issue(status=status))
    record["signatures"] = a_final_record()["signatures"]
    with pytest.raises(RenderError, match=f"{status} carries no signature"):
        render_pdf(record)


def test_a_replacing_report_says_which_it_replaces() -> None:
    issue = an_issue(version=2, replaces="R-00000001")
    assert "Version 2. This report replaces report R-00000001." in flat(read(render_pdf(a_record(issue=issue)))[0])


@pytest.mark.parametrize("kind", KINDS)
def test_the_report_ends_once_and_says_so(kind: str) -> None:
    pages = pages_of(kind)
    assert [page.count("END OF REPORT") for page in pages] == [0] * (len(pages) - 1) + [1]


@pytest.mark.parametrize("kind", KINDS)
def test_every_gene_of_the_panel_is_listed(kind: str) -> None:
    everything = flat(" ".join(pages_of(kind)))
    assert [symbol for symbol in PANEL if symbol not in everything] == []
    tested = 0 if kind in ("rejected", "inferred") else len(PANEL)
    assert f"Genes tested for fusions ({tested})" in everything


@pytest.mark.parametrize("kind", KINDS)
def test_lab_statements_limits_and_quality_are_on_every_kind(kind: str) -> None:
    record = KINDS[kind]()
    everything = seen_in(record)
    for text in (
        record["lab"]["ldt_statement"],
        # A limit of detection is one of a test that was done.
        *([record["assay"]["limit_of_detection"]] if record["provenance"]["callers"] else []),
        *record["limitations"],
        *(line["name"] for line in record["qc"]),
        *(line["threshold"] for line in record["qc"]),
        record["provenance"]["knowledge_sha256"],
        *record["provenance"]["inputs"].values(),
    ):
        assert text in everything


def test_label_conditions_and_relation_are_told_apart() -> None:
    conditions = (
        LabelCondition("age 1 year or older", "met"),
        LabelCondition("recurrent", "not_met"),
        LabelCondition("unresectable", "not_documented"),
    )
    therapies = (
        a_therapy(label_conditions=conditions),
        a_therapy(agent="Second", relation="off_label"),
        a_therapy(agent="Third", relation="guideline"),
        a_therapy(agent="Fourth", relation="conditions_not_met", label_conditions=conditions[:2]),
        a_therapy(agent="Fifth", relation="trial_evidence"),
    )
    page = seen_in(a_record(an_interpretation(therapies=therapies)))
    assert "✓ age 1 year or older: met · ✗ recurrent: not met · ? unresectable: not documented" in page
    for word in ("● On label", "◆ Off label", "◆ Off label, guideline-listed", "✗ Label condition not met"):
        assert word in page
    assert "△ Trial evidence" in page
    assert page.index("General associations") > page.index("Fifth")


def test_alerts_come_before_therapies() -> None:
    alert = Ruling("DD10", "Consider infantile fibrosarcoma.", ("LOVLY",), recommendation="Review the morphology.")
    page = seen_in(a_record(an_interpretation(alerts=(alert,))))
    assert page.index("Consider infantile fibrosarcoma.") < page.index("Therapies associated")
    assert page.count("Consider infantile fibrosarcoma.") == 1
    assert "Review the morphology." in page


def test_every_statement_and_ruling_is_printed_once_with_its_reference_numbers() -> None:
    record = a_record()
    html = render_html(record)
    interpretation = html[html.index("<h2>Actionability</h2>") :]
    for statement in record["statements"]:
        assert interpretation.count(statement["text"]) == 1
    for ruling in (*record["concordance"], *record["risk"], record["therapies"][0]):
        assert interpretation.count(ruling["text"]) == 1
    numbers = {reference["key"]: reference["number"] for reference in record["references"]}
    therapy = record["therapies"][0]
    marks = ", ".join(str(numbers[key]) for key in therapy["sources"])
    assert f"{therapy['text']}<sup>{marks}</sup>" in interpretation


def test_recommendations_of_rulings_are_printed_and_none_twice() -> None:
    ruling = Ruling("CC08", "The methods disagree.", (), recommendation="ALK break-apart FISH.")
    page = seen_in(a_record(an_interpretation(concordance=(ruling,), recommendations=("Do this.", "Do this."))))
    assert page.count("ALK break-apart FISH.") == 1
    assert page.count("Do this.") == 1
    nothing_new = an_interpretation(recommendations=an_interpretation().verdict.next_steps)
    assert "Recommendations" not in seen_in(a_record(nothing_new))


def test_what_was_not_done_is_said_and_is_not_negative() -> None:
    page = seen_in(a_record(case=a_case(ihc=(), fish=(), controls=(), sources=())))
    assert "Immunohistochemistry: no results were submitted." in page.replace(" :", ":")
    assert "no results were submitted" in page
    assert "No run controls were submitted for run RUN-0317." in page
    unstained = seen_in(a_record(case=a_case(ihc=(a_stain(result="not_done"), a_stain("ROS1", "not_evaluable")))))
    assert "– Not done" in unstained
    assert "✗ Not evaluable" in unstained
    assert "○ Negative" not in unstained


def test_a_specimen_with_little_said_about_it_says_not_stated() -> None:
    specimen = replace(
        a_specimen(), block_id="", size_cm=None, tumour_cells_pct=None, margin="unknown", resectability="unknown",
        ordering_provider="", fixative="", decalcified=None, disease_status="unknown", laterality="",
    )  # fmt: skip
    page = seen_in(a_record(case=a_case(specimen=specimen)))
    for label in ("Block", "Ordered by", "Disease status", "Resectability", "Margin", "Tumour size", "Decalcified"):
        assert f"{label} Not stated" in page
    assert "Tumour cells Not stated (≥ 20% required)" in page


def test_genes_of_one_family_share_a_row_and_are_named_where_they_differ() -> None:
    assert "NTRK1/2/3 ○ Not detected not submitted" in seen_in(
        a_record(an_interpretation(genes=a_gene_list()), a_case(ihc=()))
    )
    genes = a_gene_list(NTRK3="detected", NTRK2="not_tested")
    fusion = a_fusion(
        name="ETV6::NTRK3",
        driver="NTRK3",
        exon_5prime=5,
        exon_3prime=15,
        transcript_5prime="NM_001987.5",
        transcript_3prime="NM_001012338.3",
    )
    page = seen_in(a_record(an_interpretation(genes=genes, fusions=(fusion,))))
    assert (
        "NTRK1/2/3 ● Detected: ETV6::NTRK3 (exon 5 of NM_001987.5::exon 15 of NM_001012338.3) ○ Not detected: NTRK1 "
        "– Not tested: NTRK2; not covered by this assay" in page.replace(" :", ":")
    )


def test_a_core_kinase_that_the_assay_lacks_is_not_tested() -> None:
    genes = tuple(gene for gene in a_gene_list() if gene.symbol != "RET")
    assert "RET – Not tested" in seen_in(a_record(an_interpretation(genes=genes)))


def test_a_gene_beyond_the_core_joins_the_overview_when_detected() -> None:
    fusion = a_fusion(name="ETV6::MET", driver="MET")
    page = seen_in(a_record(an_interpretation(genes=a_gene_list(MET="detected"), fusions=(fusion,))))
    assert "MET ● Detected: ETV6::MET" in page.replace(" :", ":")


def test_conditions_nobody_documented_are_not_conditions_that_are_not_met() -> None:
    undocumented = (LabelCondition("age 1 year or older", "met"), LabelCondition("unresectable", "not_documented"))
    therapy = a_therapy(relation="conditions_not_met", label_conditions=undocumented)
    page = seen_in(a_record(an_interpretation(therapies=(therapy,))))
    assert "? Label conditions not documented" in page
    assert "Label condition not met" not in page
    failed = (*undocumented, LabelCondition("recurrent", "not_met"))
    therapy = a_therapy(relation="conditions_not_met", label_conditions=failed)
    assert "✗ Label condition not met" in seen_in(a_record(an_interpretation(therapies=(therapy,))))


def test_agents_share_a_row_only_where_label_and_evidence_are_the_same() -> None:
    alike = (a_therapy(agent="alpha", sources=("LOVLY",)), a_therapy(agent="beta"), a_therapy(agent="gamma", level="B"))
    html = render_html(a_record(an_interpretation(therapies=alike)))
    assert '<th scope="row">Alpha<br>Beta</th>' in html
    assert '<th scope="row">Gamma</th>' in html
    assert "<sup>1–3</sup>" in html


def test_a_rule_that_names_no_agent_is_not_listed_as_a_therapy() -> None:
    none = a_therapy(agent="none", rule="ACT40", text="No association is known.", relation="conditions_not_met")
    html = render_html(a_record(an_interpretation(therapies=(none,))))
    assert "None is listed for this finding" in html
    assert "Label condition not met" not in html
    assert html.count("No association is known.") == 1


def test_a_statement_that_gathers_rules_speaks_for_their_rows() -> None:
    therapies = (a_therapy(rule="ACT04", text="Alone."), a_therapy(rule="ACT06", text="Also alone."))
    gathered = a_statement("therapy", "Both together.", "LOVLY", rule="ACT04, ACT06")
    page = seen_in(a_record(an_interpretation(therapies=therapies, statements=(gathered,))))
    assert page.count("Both together.") == 1
    assert "Alone." not in page
    assert "Also alone." not in page


def test_references_link_the_doi_or_else_the_first_identifier_and_repeat_none() -> None:
    references = (
        Reference(1, "A", "First et al. 2020.", "PMID 12345; doi:10.1000/a.1; PMC99"),
        Reference(2, "B", "Second, Journal 1:2.", "Journal 1:2"),
        Reference(3, "C", "Third 2021.", "PMC7; PMID 678"),
    )
    nothing = an_interpretation(
        references=references,
        statements=(a_statement("fusion", "x", "A", "B", "C"),),
        therapies=(),
        concordance=(),
        risk=(),
    )
    html = render_html(a_record(nothing))
    assert (
        'First et al. 2020. PMID 12345; <a href="https://doi.org/10.1000/a.1">doi:10.1000/a.1</a>; PMC99</li>' in html
    )
    assert 'Third 2021. PMC7; <a href="https://pubmed.ncbi.nlm.nih.gov/678/">PMID 678</a></li>' in html
    assert "<li>2. Second, Journal 1:2.</li>" in html


def test_the_next_step_is_answered_even_if_there_is_none() -> None:
    assert KINDS["not_functional"]()["result"]["next_steps"] == []
    assert "No further test is requested." in flat(pages_of("not_functional")[0])


def test_many_calls_are_cut_with_a_pointer_and_reported_ones_stay() -> None:
    # Of another caller than those that stand with the fusion.
    calls = (*(an_unreported_call(index) for index in range(300)), a_call(caller="FusionCatcher"))
    page = seen_in(a_record(an_interpretation(reviewed_calls=calls)))
    assert "Fusion calls reviewed (301)" in page
    assert "261 further calls are listed with their outcome in fusions.tsv." in page
    table = page[page.index("Fusion calls reviewed") :]
    assert table.index("TPM3::ALK") < table.index("GENE0::MET")


def test_many_fusions_are_cut_with_a_pointer() -> None:
    fusions = tuple(a_fusion(name=f"G{index}::ALK", classification="uncertain") for index in range(9))
    page = seen_in(a_record(an_interpretation(fusions=fusions)))
    assert page.count("Fusion detail:") == 6
    assert "Further fusions: G6::ALK (uncertain significance; in frame);" in page.replace(" :", ":")


def test_a_reciprocal_product_is_neither_drawn_nor_a_result_of_page_one() -> None:
    reciprocal = a_fusion(name="ALK::TPM3", role="reciprocal", classification="not_functional")
    html = render_html(a_record(an_interpretation(fusions=(a_fusion(), reciprocal))))
    assert html.count("<title>Drawing of ") == 1
    assert "ALK::TPM3" not in html[: html.index("Fusion detail")]
    assert "Fusion detail: ALK::TPM3" in html


def test_many_references_stay_inside_their_cell() -> None:
    references = tuple(Reference(number, f"K{number}", f"Paper {number}.", "") for number in range(1, 60))
    therapy = a_therapy(sources=tuple(f"K{number}" for number in range(1, 60, 2)))
    record = a_record(
        an_interpretation(references=references, therapies=(therapy,), statements=(), concordance=(), risk=())
    )
    with pdfplumber.open(io.BytesIO(render_pdf(record))) as document:
        page = document.pages[0]
        assert [word["text"] for word in page.extract_words() if word["x1"] > page.width - MARGIN + 1] == []


def test_conflicts_between_callers_are_printed_with_each_caller_s_own_words() -> None:
    page = seen_in(KINDS["unconfirmed"]())
    assert "Arriba calls the junction in frame, STAR-Fusion out of frame." in page
    assert re.search(r"STAR-Fusion\s+out-of-frame\s+chr1", page)
    assert re.search(r"STAR-Fusion\s+split reads 48, spanning pairs 61", page)


def test_the_pages_say_nothing_that_the_record_does_not_hold() -> None:
    """Two records that differ in one read count give pages that differ there and in nothing else."""
    one = a_record()
    other = deepcopy(one)
    other["fusions"][0]["split_reads"] = 47
    first, second = seen_in(one).split(), seen_in(other).split()
    assert len(first) == len(second)
    assert [(a, b) for a, b in zip(first, second, strict=True) if a != b] == [("48", "47")]


def test_headings_never_end_a_page() -> None:
    headings = re.compile(
        r"(Interpretation|Immunohistochemistry|Assay quality|Methods|Limitations|References|Authorisation|Provenance)$"
    )
    for kind in KINDS:
        for page in pages_of(kind):
            body = page.splitlines()[:-2]
            assert not headings.match(body[-1]), (kind, body[-1])


def test_the_alert_box_says_once_that_it_is_one() -> None:
    alert = Ruling("DD10", "Diagnostic alert: consider infantile fibrosarcoma.", ("LOVLY",))
    page = seen_in(a_record(an_interpretation(alerts=(alert,))))
    assert "Diagnostic alert Consider infantile fibrosarcoma." in page


def test_resistance_and_diagnostic_alerts_are_told_apart() -> None:
    resistance = Ruling("RV01", "Resistance alert: G1202R in ALK.", ("LOVLY",), classification="resistance")
    diagnosis = Ruling("DD10", "Diagnostic alert: consider infantile fibrosarcoma.", ("LOVLY",))
    assert "Resistance alert G1202R in ALK." in seen_in(a_record(an_interpretation(alerts=(resistance,))))
    both = seen_in(a_record(an_interpretation(alerts=(resistance, diagnosis))))
    assert "Alerts Resistance alert: G1202R in ALK." in both
    assert "Diagnostic alert: consider infantile fibrosarcoma." in both


def test_a_frame_from_dna_is_printed_as_a_prediction() -> None:
    page = seen_in(a_record(an_interpretation(fusions=(a_fusion(molecule="DNA"),))))
    assert "Reading frame In frame (predicted)" in page


def test_an_inferred_rearrangement_has_no_empty_caller_table() -> None:
    inferred = a_fusion(name="?(::)ALK", evidence="inferred", molecule="", callers=(), gene_5prime="")
    page = seen_in(a_record(an_interpretation(fusions=(inferred,))))
    assert "Evidence inferred" in page
    assert "Own reading frame" not in page


@pytest.mark.parametrize("limit", ["5 reads", "5 reads."])
def test_the_limit_of_detection_is_a_sentence_however_the_laboratory_ended_it(limit: str) -> None:
    record = a_record()
    record["assay"]["limit_of_detection"] = limit
    assert "Limit of detection: 5 reads. Reporting needs" in seen_in(record)


def test_a_stain_whose_control_failed_is_not_usable_on_page_one_nor_in_its_table() -> None:
    page = seen_in(a_record(case=a_case(ihc=(a_stain("ALK", control_ok=False),))))
    assert page.count("✗ Not usable, control failed") == 2
    assert "● Positive" not in page


def test_methods_of_a_specimen_that_was_not_sequenced_claim_no_sequencing() -> None:
    record = a_record(case=a_case(sources=()))
    page = seen_in(record)
    assert "ordered; sequencing was not done, or its result was not submitted" in page
    assert record["assay"]["method"]
    assert record["assay"]["method"] not in page


@pytest.mark.parametrize(
    ("status", "classification", "reason"),
    [
        ("detected", "reportable", "None is listed for this finding in this tumour type, age and jurisdiction"),
        ("hold", "reportable", "None while the result is on hold."),
        ("indeterminate", "unconfirmed", "None. Associations are listed only for confirmed, functional fusions"),
        ("detected", "other_entity", "None. No association is kept for the disease that the fusion points to."),
    ],
)
def test_the_absence_of_therapies_has_its_true_reason(status: str, classification: str, reason: str) -> None:
    record = a_record(an_interpretation(therapies=(), fusions=(a_fusion(classification=classification),)))
    record["result"]["status"] = status
    assert reason in seen_in(record)


def test_a_line_with_all_conditions_met_but_an_objection_is_a_caution_not_a_failed_condition() -> None:
    met = (LabelCondition("unresectable", "met"),)
    line = a_therapy(
        relation="conditions_not_met", label_conditions=met, status_text="FDA-approved; resistance variant reported"
    )
    page = seen_in(a_record(an_interpretation(therapies=(line,))))
    assert "▲ Caution: see status" in page
    assert "Label condition not met" not in page


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (98_374, "3 calls, 98374 others of no gene in question counted)"),
        (1, "3 calls, 1 other of no gene in question counted)"),
        (0, "3 calls)"),
    ],
)
def test_the_methods_say_how_many_calls_were_only_counted(others: int, said: str) -> None:
    (source,) = a_case().sources
    record = a_record(case=a_case(sources=(replace(source, others=others),)))
    assert f"S26-00042.arriba.tsv, RNA, GRCh38, {said}" in seen_in(record)


def test_a_record_from_before_calls_were_counted_is_still_drawn() -> None:
    record = a_record()
    for source in record["provenance"]["callers"]:
        del source["others"]
    assert "3 calls)" in seen_in(record)


def test_a_comment_on_a_stain_is_printed_as_one_and_not_as_its_pattern() -> None:
    stain = a_stain("ALK", comment="kräftig, scharf", localisation=("cytoplasmic",), distribution="diffuse")
    page = " ".join(
        seen_in(a_record(case=a_case(ihc=(stain, a_stain("ROS1")), fish=(a_probe(comment="thin"),)))).split()
    )
    assert "Comments: ALK: kräftig, scharf" in page
    assert "Comments: ALK: thin" in page
    assert "90%, 3+; cytoplasmic; diffuse" in page
    assert page.count("Comments:") == 2
    assert "Kräftig" not in page
    without = seen_in(a_record(case=a_case(ihc=(replace(stain, comment=""),), fish=(a_probe(comment=""),))))
    assert "Comments:" not in without


WORD = "overlong" * 625


def a_swollen_record() -> dict[str, Any]:
    """Everything that a file may bring too much of, at once."""
    calls = tuple(an_unreported_call(index) for index in range(10_000))
    fusions = tuple(a_fusion(name=f"G{index}::ALK", classification="uncertain") for index in range(200))
    stains = tuple(a_stain(f"M{index}", comment=f"{'note ' * 20_000}") for index in range(300))
    specimen = replace(a_specimen(), patient_name=f"LONG, {'Name ' * 400}", morphology=WORD, indication=WORD)
    interpretation = an_interpretation(fusions=fusions, reviewed_calls=calls)
    return a_record(interpretation, a_case(specimen=specimen, ihc=stains))


def test_what_is_too_long_is_cut_visibly_and_points_to_the_whole() -> None:
    page = seen_in(a_swollen_record())
    assert "9960 further calls are listed with their outcome in fusions.tsv." in page
    assert "154 more in report.json" in page
    assert "240 further results are listed in report.json." in page
    assert "… [cut here; whole in report.json]" in page[page.index("LONG, Name") : page.index("LONG, Name") + 300]
    assert page.count(WORD) == 2  # morphology and indication, whole
    assert page.count("[TEXT CUT: the first 1200 of 100000 characters;") == 60
    assert len(page) < 300_000


def test_nothing_of_an_overlong_record_leaves_the_page() -> None:
    record = a_swollen_record()
    del record["ihc"][20:]
    with pdfplumber.open(io.BytesIO(render_pdf(record))) as document:
        assert len(document.pages) < 40
        for page in document.pages:
            assert [word["text"] for word in page.extract_words() if word["x1"] > page.width - MARGIN + 1] == []


def test_the_shorter_browser_rules_change_no_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails with a WeasyPrint whose own stylesheet is written differently: look there before taking it."""
    from weasyprint import HTML

    from report_templates import engine

    record = KINDS["positive"]()
    shorter = render_pdf(record)
    rules = engine._browser_rules().matcher
    assert not any("note" in str(pseudo) for *_, pseudo, _ in rules.other_selectors)
    monkeypatch.setattr(engine, "_Page", HTML)
    assert render_pdf(record) == shorter
