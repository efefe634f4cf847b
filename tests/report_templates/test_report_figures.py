"""The fusion drawing says what the table beside it says."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_examples import (
    a_caller,
    a_case,
    a_drawing_of_alk,
    a_drawing_of_tpm3,
    a_fusion,
    a_gene_list,
    a_probe,
    a_record,
    a_stain,
    an_interpretation,
    off_label_only,
    two_fusions_on_hold,
)

from interpret.findings import DrawnGene, Fusion, ProteinFeature
from report_templates.figures import (
    Column,
    agreement_alternative,
    agreement_svg,
    exon_slots,
    fusion_alternative,
    fusion_svg,
    kept_features,
    protein_is_drawn,
    reads_alternative,
    reads_svg,
    ruler_step,
)
from report_templates.sections.alterations import fusions
from report_templates.sections.methods_compared import compared, relation

SVG = "{http://www.w3.org/2000/svg}"


def recorded(fusion: Fusion) -> dict[str, Any]:
    return a_record(an_interpretation(fusions=(fusion,)))["fusions"][0]


def drawn(fusion: dict[str, Any]) -> ElementTree.Element:
    svg = fusion_svg(fusion)
    assert svg is not None
    return ElementTree.fromstring(svg)  # noqa: S314 - drawn here


def texts(drawing: ElementTree.Element) -> list[str]:
    return [node.text or "" for node in drawing.iter(f"{SVG}text")]


def numbers(node: ElementTree.Element) -> list[str]:
    """The numbers of a text that places each digit: a digit that does not follow its neighbour begins another."""
    places = [float(x) for x in node.get("x", "").split()]
    words = [(node.text or "")[:1]]
    for (before, place), digit in zip(pairwise(places), (node.text or "")[1:], strict=True):
        if place - before < 4:
            words[-1] += digit
        else:
            words.append(digit)
    return words


def kept_exons(drawing: ElementTree.Element) -> list[str]:
    """The numbers printed white on a filled box, in drawing order."""
    rows = (node for node in drawing.iter(f"{SVG}text") if node.get("fill") == "#ffffff" and " " in node.get("x", ""))
    return [number for row in rows for number in numbers(row)]


@pytest.mark.parametrize(
    "fusion",
    [recorded(a_fusion()), off_label_only()["fusions"][0], *two_fusions_on_hold()["fusions"]],
    ids=lambda fusion: fusion["name"],
)
def test_transcripts_exons_and_breakpoints_of_drawing_and_table_are_the_same(fusion: dict[str, Any]) -> None:
    record = a_record()
    table = dict(cell for row in fusions({**record, "fusions": [fusion]})["fusions"][0]["rows"] for cell in row)
    drawing = drawn(fusion)
    said = texts(drawing)
    assert table["5′ transcript"] in said
    assert table["3′ transcript"] in said
    assert table["5′ breakpoint"] in said
    assert table["3′ breakpoint"] in said
    five, three = fusion["drawing_5prime"], fusion["drawing_3prime"]
    assert table["5′ gene"] == f"{five['gene']}, exon {five['kept_last']}"
    assert table["3′ gene"] == f"{three['gene']}, exon {three['kept_first']}"
    kept = kept_exons(drawing)
    cut = kept.index(str(five["kept_last"])) + 1
    assert all(int(exon) <= five["kept_last"] for exon in kept[:cut])
    assert kept[cut] == str(three["kept_first"])
    assert kept[-1] == str(three["exon_count"])


def test_a_reader_who_cannot_see_it_is_told_the_same() -> None:
    said = fusion_alternative(recorded(a_fusion()))
    assert "TPM3 exons 1 to 8 (NM_152263.4) joined to ALK exons 20 to 29 (NM_004304.5)" in said
    assert "Reading frame: in frame. Kinase domain: retained." in said
    assert drawn(recorded(a_fusion()))[0].text == said


def test_an_out_of_frame_fusion_shows_no_kinase() -> None:
    three = a_drawing_of_alk(kept_aa_first=None, kept_aa_last=None)
    fusion = recorded(a_fusion(reading_frame="out-of-frame", kinase_domain="lost", drawing_3prime=three))
    said = texts(drawn(fusion))
    assert "out of frame: not read as ALK" in said
    assert not any("kinase" in text for text in said)
    assert drawn(recorded(a_fusion())).findtext(f"{SVG}title") != drawn(fusion).findtext(f"{SVG}title")


def test_even_with_amino_acids_an_out_of_frame_3prime_part_shows_no_kinase() -> None:
    fusion = recorded(a_fusion(reading_frame="out-of-frame", kinase_domain="lost"))
    assert not any("kinase" in text for text in texts(drawn(fusion)))


def test_a_lost_kinase_is_not_drawn() -> None:
    three = a_drawing_of_alk(kept_first=29, kept_aa_first=1420)
    fusion = recorded(a_fusion(kinase_domain="lost", exon_3prime=29, drawing_3prime=three))
    assert not any("kinase" in text for text in texts(drawn(fusion)))


def test_a_whole_kinase_is_drawn_to_scale() -> None:
    drawing = drawn(recorded(a_fusion()))
    domains = [rect for rect in drawing.iter(f"{SVG}rect") if rect.get("height") == "26"]
    kinase = max(domains, key=lambda rect: float(rect.get("x", "0")))
    whole = 258 + 563
    assert float(kinase.get("width", "0")) == pytest.approx((1385 - 1116 + 1) / whole * 424, abs=0.1)
    assert float(kinase.get("x", "0")) == pytest.approx(84 + (258 + 1116 - 1058) / whole * 424, abs=0.1)


def test_an_untranslated_partner_leaves_the_kinase_gene_s_part_alone() -> None:
    fusion = recorded(
        a_fusion(
            reading_frame="not_assessable", drawing_5prime=a_drawing_of_tpm3(kept_aa_first=None, kept_aa_last=None)
        )
    )
    said = texts(drawn(fusion))
    assert "3′ part, 563 aa" in said
    assert "ALK kinase domain" in said


def test_an_unknown_protein_is_not_drawn_and_this_is_said() -> None:
    three = a_drawing_of_alk(kept_aa_first=None, kept_aa_last=None)
    record = a_record(an_interpretation(fusions=(a_fusion(reading_frame="undetermined", drawing_3prime=three),)))
    assert not protein_is_drawn(record["fusions"][0])
    assert "Protein" not in texts(drawn(record["fusions"][0]))
    view = fusions(record)
    assert view is not None
    assert view["fusions"][0]["caption"].endswith("The protein is not drawn: what is translated is not known.")


def test_a_gene_without_model_is_left_blank_and_two_give_no_drawing() -> None:
    one = recorded(a_fusion(gene_5prime="", name="?::ALK", drawing_5prime=None, transcript_5prime="", exon_5prime=None))
    assert "exons not drawn" in texts(drawn(one))
    assert "unknown" in texts(drawn(one))
    assert fusion_svg(recorded(a_fusion(drawing_5prime=None, drawing_3prime=None))) is None


def test_a_hostile_name_stays_text_in_the_drawing() -> None:
    evil = '<a b="c"/>&'
    drawing = drawn(recorded(a_fusion(gene_5prime=evil, drawing_5prime=a_drawing_of_tpm3(gene=evil))))
    assert evil in texts(drawing)
    assert not list(drawing.iter(f"{SVG}a"))


@pytest.mark.parametrize(("exons", "junction"), [(29, 18), (32, 31), (43, 35), (103, 50), (1, 1)])
def test_long_genes_stay_legible(exons: int, junction: int) -> None:
    five = DrawnGene("LONG", "NM_000000.1", exons, 1, junction, 900, 1, 400)
    three = DrawnGene("ALSO", "NM_000001.1", exons, junction, exons, 900, 500, 900)
    drawing = drawn(recorded(a_fusion(drawing_5prime=five, drawing_3prime=three)))
    for rect in drawing.iter(f"{SVG}rect"):
        assert float(rect.get("x", "0")) >= 0
        assert float(rect.get("x", "0")) + float(rect.get("width", "0")) <= 520
    for path in drawing.iter(f"{SVG}path"):
        for x, width in re.findall(r"M([\d.]+) [\d.]+h([\d.]+)v", path.get("d", "")):
            assert 0 <= float(x) <= 520 - float(width)
    assert len(list(drawing.iter())) <= 45


@given(st.integers(1, 400), st.data())
def test_the_ends_and_the_junction_are_always_drawn(count: int, data: st.DataObject) -> None:
    junction = data.draw(st.integers(1, count))
    slots = exon_slots(count, junction)
    shown = [exon for exon in slots if exon is not None]
    assert len(slots) <= 16
    assert shown == sorted(set(shown))
    assert {1, count, junction} <= set(shown)
    assert {exon for exon in (junction - 1, junction + 1) if 1 <= exon <= count} <= set(shown)
    for before, after in pairwise(slots):
        if before is not None and after is not None:
            assert after == before + 1


def test_of_overlapping_features_the_kinase_stays_and_stumps_go() -> None:
    features = (
        ProteinFeature("Catalytic domain", "domain", 1100, 1400),
        ProteinFeature("Kinase domain", "kinase", 1116, 1385),
        ProteinFeature("Transmembrane helix", "transmembrane", 1039, 1059),
    )
    kept = kept_features(recorded(a_fusion(drawing_3prime=a_drawing_of_alk(features=features)))["drawing_3prime"])
    assert [feature["name"] for feature in kept] == ["ALK kinase domain"]


def test_repeats_of_a_domain_are_told_once() -> None:
    features = tuple(ProteinFeature("Zinc finger", "domain", at, at + 20) for at in (10, 40, 70))
    record = a_record(an_interpretation(fusions=(a_fusion(drawing_5prime=a_drawing_of_tpm3(features=features)),)))
    view = fusions(record)
    assert view is not None
    assert "Zinc finger × 3 (TPM3 aa 10–90)" in view["fusions"][0]["caption"]


def test_the_kinase_is_labelled_however_narrow() -> None:
    five = DrawnGene("CLTC", "NM_004859.4", 32, 1, 31, 1675, 1, 1634)
    said = texts(drawn(recorded(a_fusion(drawing_5prime=five))))
    assert {"ALK kinase domain", "Kinase domain", "Kinase"} & set(said)
    wide = DrawnGene("LONG", "NM_000000.1", 32, 1, 31, 9000, 1, 3000)
    assert "Kinase" in texts(drawn(recorded(a_fusion(drawing_5prime=wide))))


@pytest.mark.parametrize(
    "unknown", [{"reading_frame": "undetermined"}, {"kinase_domain": "undetermined"}], ids=["frame", "kinase"]
)
def test_what_is_undetermined_is_outlined_not_filled(unknown: dict[str, Any]) -> None:
    def fills(fusion: dict[str, Any]) -> list[str | None]:
        return [rect.get("fill") for rect in drawn(fusion).iter(f"{SVG}rect") if rect.get("height") == "26"]

    assert fills(recorded(a_fusion())) == ["#1f6f8b", "#a3201f"]
    assert fills(recorded(a_fusion(**unknown))) == ["#1f6f8b", "#ffffff"]


def test_an_undetermined_frame_is_told_as_a_condition() -> None:
    assert "if in frame, 821 aa" in texts(drawn(recorded(a_fusion(reading_frame="undetermined"))))
    assert "frame not assessable" in texts(drawn(recorded(a_fusion(reading_frame="not_assessable"))))
    assert "predicted, 821 aa" in texts(drawn(recorded(a_fusion())))


def test_the_ruler_counts_in_steps_that_the_eye_can_count() -> None:
    assert [ruler_step(length) for length in (150, 821, 1500, 1501, 4000)] == [100, 100, 100, 500, 500]
    ticks = next(
        node.get("d", "") for node in drawn(recorded(a_fusion())).iter(f"{SVG}path") if "v2M" in node.get("d", "")
    )
    assert ticks.count("v2") == 8


def bars(fusion: dict[str, Any], minimum: int = 5) -> ElementTree.Element:
    svg = reads_svg(fusion, minimum)
    assert svg is not None
    return ElementTree.fromstring(svg)  # noqa: S314 - drawn here


def widths(drawing: ElementTree.Element, look: str) -> list[float]:
    """Of the bars of a look: filled (split reads), outlined (pairs)."""
    fill = {"filled": "#1f6f8b", "outlined": "#ffffff", "hatched": "none"}[look]
    paths = (node.get("d", "") for node in drawing.iter(f"{SVG}path") if node.get("fill") == fill)
    return [float(width) for path in paths for width in re.findall(r"h([\d.]+)v5", path)]


def test_every_caller_has_its_bars_and_its_numbers() -> None:
    drawing = bars(recorded(a_fusion()))
    assert {"Arriba", "split reads 48, spanning pairs 61", "STAR-Fusion", "split reads 44, spanning pairs 58"} <= set(
        texts(drawing)
    )
    assert widths(drawing, "filled") == pytest.approx([320 * 48 / 61, 320 * 44 / 61], abs=0.01)
    assert widths(drawing, "outlined") == pytest.approx([320, 320 * 58 / 61], abs=0.01)
    assert "assay minimum: 5 split reads" in texts(drawing)


def test_a_count_that_is_not_given_has_no_bar_and_is_told() -> None:
    drawing = bars(recorded(a_fusion(callers=(a_caller(spanning_pairs=None),))))
    assert "split reads 48, spanning pairs not given" in texts(drawing)
    assert widths(drawing, "outlined") == []


def test_one_number_for_all_reads_is_hatched_and_not_taken_for_split_reads() -> None:
    drawing = bars(recorded(a_fusion(callers=(a_caller(split_reads=None, spanning_pairs=None, supporting_reads=75),))))
    assert "75 in all, split reads not told apart" in texts(drawing)
    assert widths(drawing, "filled") == []
    assert widths(drawing, "hatched") == [320]


def test_a_count_below_the_minimum_ends_before_its_line() -> None:
    drawing = bars(recorded(a_fusion(callers=(a_caller(split_reads=3, spanning_pairs=0),))), minimum=5)
    (width,) = widths(drawing, "filled")
    line = next(node.get("d", "") for node in drawing.iter(f"{SVG}path") if node.get("stroke-dasharray"))
    assert 84 + width < float(line[1:].split()[0]) < 84 + 320


def test_callers_without_any_number_are_told_without_bars() -> None:
    drawing = bars(recorded(a_fusion(callers=(a_caller(split_reads=None, spanning_pairs=None),))))
    assert "split reads not given, spanning pairs not given" in texts(drawing)
    assert widths(drawing, "filled") == widths(drawing, "outlined") == []
    assert reads_svg(recorded(a_fusion(callers=())), 5) is None


def test_the_bars_are_told_in_words() -> None:
    said = reads_alternative(recorded(a_fusion()), 5)
    assert said == (
        "Supporting reads of TPM3::ALK by caller. Arriba: split reads 48, spanning pairs 61; "
        "STAR-Fusion: split reads 44, spanning pairs 58. The assay needs 5 split reads."
    )
    assert bars(recorded(a_fusion()))[0].text == said


@pytest.mark.parametrize(
    ("seen", "related"),
    [
        (("found", "found", "not_done"), "agree"),
        (("not_found", "not_found", "not_found"), "agree"),
        (("found", "not_found", "not_done"), "differ"),
        (("not_found", "not_done", "found"), "differ"),
        (("found", "not_certain", "not_usable"), "one clear result"),
        (("not_certain", "not_usable", "not_done"), "no clear result"),
    ],
)
def test_only_clear_results_agree_or_differ(seen: tuple[Any, ...], related: str) -> None:
    assert relation(seen) == related


def columns(**changes: Any) -> dict[str, Column]:
    return {column.name: column for column in compared(a_record(**changes))}


def test_each_method_has_its_own_mark_and_the_rule_stands_below() -> None:
    alk = columns()["ALK"]
    assert alk.seen == ("found", "found", "not_done")
    assert (alk.relation, alk.ruling) == ("agree", "CC01 concordant")
    assert columns()["NTRK1/2/3"].seen == ("not_found", "not_found", "not_done")
    assert columns()["RET"].relation == "one clear result"


def test_a_failed_control_is_not_usable_and_two_stains_that_disagree_leave_it_open() -> None:
    failed = a_case(ihc=(a_stain("ALK", control_ok=False),))
    assert columns(case=failed)["ALK"].seen[1] == "not_usable"
    torn = a_case(ihc=(a_stain("ALK"), a_stain("ALK", "negative")))
    assert columns(case=torn)["ALK"].seen[1] == "not_certain"
    assert columns(case=a_case(ihc=(), fish=(a_probe("negative"),)))["ALK"].seen == ("found", "not_done", "not_found")


def test_a_gene_that_was_not_tested_is_neither_found_nor_absent() -> None:
    states = a_gene_list(RET="not_tested", ROS1="not_assessable", NTRK2="not_tested")
    seen = columns(interpretation=an_interpretation(genes=states))
    assert seen["RET"].seen[0] == "not_done"
    assert seen["ROS1"].seen[0] == "not_certain"
    assert seen["NTRK1/2/3"].seen[0] == "not_certain"


def test_the_marks_of_the_strip_differ_in_shape() -> None:
    states = ("found", "not_found", "not_certain", "not_usable", "not_done")
    drawing = ElementTree.fromstring(  # noqa: S314 - drawn here
        agreement_svg([Column(state, (state, "not_done", "not_done"), "agree", "") for state in states])
    )
    shapes = {re.sub(r"^M[\d.]+ [\d.]+", "", path.get("d", "").split("M84")[0]) for path in drawing.iter(f"{SVG}path")}
    assert len(shapes) == 6  # five marks and the frame


def test_the_strip_is_told_in_words_and_cut_to_its_room() -> None:
    one = Column("ALK", ("found", "not_found", "not_done"), "differ", "CC08 indeterminate")
    said = agreement_alternative([one])
    assert said == (
        "ALK: Sequencing found, Immunohistochemistry not found, FISH not done; differ (CC08 indeterminate)."
    )
    many = ElementTree.fromstring(agreement_svg([one] * 40))  # noqa: S314 - drawn here
    assert texts(many).count("ALK") == 7
