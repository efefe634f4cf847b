"""What a stain or probe answers for: every kinase marker that a file may name, on page 1 and in the strip."""

from __future__ import annotations

from typing import Any

import pytest
from report_examples import a_case, a_gene_list, a_laboratory, a_probe, a_record, a_stain, an_interpretation

from interpret.findings import Ruling, Verdict
from parsers.ihc import read_stains
from parsers.markers import _SPELLINGS as SPELLINGS
from parsers.reading import decode, read_table
from report_templates.figures import Column, Relation, agreement_svg
from report_templates.pdf import render_html
from report_templates.sections.front_page import biomarkers
from report_templates.sections.methods_compared import CORE_GENES, compared, relation
from report_templates.sections.stain_results import answers_for, joined

NTRK = "NTRK1/2/3"
# The one names of the parser under which a result of a core kinase arrives.
OF_A_KINASE = ("ALK", "ROS1", "pan-TRK", "NTRK1", "NTRK2", "NTRK3", "RET", "PDGFRB")
HEADER = "accession,method,marker,result,cells_scored,pct_rearranged,cutoff_pct,control_ok"
FISH_ROW, IHC_ROW = "S26-00042,FISH,{marker},positive,100,48,15,yes", "S26-00042,IHC,{marker},positive,,,,yes"


def submitted(row: str, spelling: str) -> dict[str, Any]:
    """The record of a case with one result, read from a file that spells its marker so."""
    problems: list[Any] = []
    table = read_table(decode(f"{HEADER}\n{row.format(marker=spelling)}\n".encode(), "ihc.csv"))
    read = read_stains([table], a_laboratory(), {"S26-00042"}, problems)
    assert len(read.ihc) + len(read.fish) == 1, problems
    return a_record(case=a_case(ihc=read.ihc, fish=read.fish))


def row_of(record: dict[str, Any], name: str) -> dict[str, Any]:
    return next(row for row in biomarkers(record)["rows"] if row["name"] == name)


def column_of(record: dict[str, Any], name: str) -> Column:
    return next(column for column in compared(record) if column.name == name)


def of_probes(*probes: Any, **changes: Any) -> dict[str, Any]:
    return a_record(case=a_case(ihc=(), fish=probes), **changes)


@pytest.mark.parametrize("spelling", [spelling for marker in OF_A_KINASE for spelling in SPELLINGS[marker]])
@pytest.mark.parametrize(("row", "place", "of_method"), [(FISH_ROW, "fish", 2), (IHC_ROW, "ihc", 1)])
def test_every_kinase_marker_that_the_parser_reads_stands_on_page_1_and_in_the_strip(
    row: str, place: str, of_method: int, spelling: str
) -> None:
    record = submitted(row, spelling)
    shown = [answers for answers in biomarkers(record)["rows"] if answers[place]]
    assert len(shown) == 1
    assert shown[0]["hit"]
    assert shown[0][place][0][0].word == "Positive"
    assert column_of(record, shown[0]["name"]).seen[of_method] == "found"


def test_every_core_kinase_has_a_marker_and_no_other_marker_speaks_for_one() -> None:
    answered = {joined(genes) for marker in OF_A_KINASE for genes in CORE_GENES if answers_for(marker, genes)}
    assert answered == {joined(genes) for genes in CORE_GENES}
    others = [marker for marker in SPELLINGS if marker not in OF_A_KINASE]
    assert [marker for marker in others for genes in CORE_GENES if answers_for(marker, genes)] == []


def test_fish_of_the_whole_family_stands_for_it() -> None:
    record = of_probes(a_probe("negative", marker="NTRK"))
    assert [brief for _, brief in row_of(record, NTRK)["fish"]] == ["3% of cells"]
    assert column_of(record, NTRK).seen[2] == "not_found"


def test_a_probe_of_one_gene_is_named_and_says_nothing_about_the_others() -> None:
    record = of_probes(a_probe("negative", marker="NTRK1"))
    assert [brief for _, brief in row_of(record, NTRK)["fish"]] == ["NTRK1, 3% of cells"]
    assert "Negative</span>: NTRK1, 3% of cells" in " ".join(render_html(record).split())
    column = column_of(record, NTRK)
    assert (column.seen[2], column.relation) == ("not_certain", "one clear result")
    assert row_of(record, "ALK")["fish"] == []


def test_probes_of_every_gene_together_answer_for_the_family() -> None:
    probes = [a_probe("negative", marker=gene) for gene in ("NTRK1", "NTRK2", "NTRK3")]
    assert column_of(of_probes(*probes), NTRK).seen[2] == "not_found"
    assert column_of(of_probes(*probes[:2]), NTRK).seen[2] == "not_certain"
    assert column_of(of_probes(*probes[:2], a_probe(marker="NTRK3")), NTRK).seen[2] == "found"


def test_probes_of_different_genes_do_not_contradict_each_other() -> None:
    record = of_probes(a_probe("negative", marker="NTRK1"), a_probe(marker="NTRK3"))
    assert column_of(record, NTRK).seen[2] == "found"
    torn = of_probes(a_probe("negative", marker="NTRK3"), a_probe(marker="NTRK3"))
    assert column_of(torn, NTRK).seen[2] == "not_certain"


@pytest.mark.parametrize(
    ("results", "seen"),
    [
        (("negative", "equivocal"), "not_certain"),
        (("negative", "pending"), "not_certain"),
        (("positive", "equivocal"), "found"),
        (("positive", "negative"), "not_certain"),
        (("negative", "not_evaluable"), "not_found"),
        (("not_evaluable", "not_done"), "not_usable"),
    ],
)
def test_a_negative_stain_does_not_hide_one_that_leaves_the_answer_open(results: tuple[str, ...], seen: str) -> None:
    stains = tuple(a_stain("ROS1", result, clone=f"{number}") for number, result in enumerate(results))
    assert column_of(a_record(case=a_case(ihc=stains)), "ROS1").seen[1] == seen


def test_stains_that_agree_without_sequencing_are_not_said_to_agree_with_it() -> None:
    negatives = a_case(ihc=(a_stain("ALK", "negative"),), fish=(a_probe("negative"),))
    genes = a_gene_list(every="not_assessable")
    verdict = Verdict("not_informative", "Sequencing was not informative", (), "", ())
    record = a_record(an_interpretation(verdict=verdict, genes=genes, fusions=(), concordance=()), negatives)
    assert column_of(record, "ALK").relation == "only stains agree"
    assert "IHC, FISH agree" in agreement_svg(compared(record))


def test_nothing_is_said_to_agree_while_the_result_is_on_hold() -> None:
    positives = a_case(ihc=(a_stain("ALK"),), fish=(a_probe(),))
    verdict = Verdict("hold", "Result on hold", (), "", ())
    held = Ruling("CC40", "The run control failed.", (), "", "hold")
    record = a_record(an_interpretation(verdict=verdict, concordance=(held,)), positives)
    assert {column.relation for column in compared(record)} == {"on hold"}
    page = " ".join(render_html(record).split())
    assert "For the whole case: CC40 on hold." in page
    assert "; agree" not in page


def test_a_ruling_on_the_case_stands_below_the_strip_once() -> None:
    for marker in ("", "case"):
        ruling = Ruling("CC35", "More than one kinase stains.", (), marker, "discordant")
        record = a_record(an_interpretation(concordance=(ruling,)))
        assert [column.ruling for column in compared(record)] == [""] * 5
        assert " ".join(render_html(record).split()).count("For the whole case: CC35 discordant.") == 1
    assert "For the whole case" not in render_html(a_record())


@pytest.mark.parametrize(
    ("seen", "related"),
    [
        (("found", "found", "not_done"), "agree"),
        (("not_certain", "not_found", "not_found"), "only stains agree"),
        (("not_done", "found", "not_found"), "differ"),
    ],
)
def test_only_sequencing_makes_an_agreement_of_all_methods(seen: tuple[Any, Any, Any], related: Relation) -> None:
    assert relation(seen) == related
