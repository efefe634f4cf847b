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
    a_drawing_of_alk,
    a_drawing_of_tpm3,
    a_fusion,
    a_record,
    an_interpretation,
    off_label_only,
    two_fusions_on_hold,
)

from interpret.findings import DrawnGene, Fusion, ProteinFeature
from report_templates.figures import exon_slots, fusion_alternative, fusion_svg, kept_features, protein_is_drawn
from report_templates.sections.alterations import fusions

SVG = "{http://www.w3.org/2000/svg}"


def recorded(fusion: Fusion) -> dict[str, Any]:
    return a_record(an_interpretation(fusions=(fusion,)))["fusions"][0]


def drawn(fusion: dict[str, Any]) -> ElementTree.Element:
    svg = fusion_svg(fusion)
    assert svg is not None
    return ElementTree.fromstring(svg)  # noqa: S314 - drawn here


def texts(drawing: ElementTree.Element) -> list[str]:
    return [node.text or "" for node in drawing.iter(f"{SVG}text")]


def kept_exons(drawing: ElementTree.Element) -> list[str]:
    """The numbers printed white on a filled box, in drawing order."""
    return [
        node.text or ""
        for node in drawing.iter(f"{SVG}text")
        if node.get("fill") == "#ffffff" and re.fullmatch(r"\d+", node.text or "")
    ]


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
    assert view["fusions"][0]["domains"] == "The protein is not drawn: what is translated is not known."


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
    assert len(texts(drawing)) <= 52


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
    assert "Zinc finger × 3 (TPM3 aa 10–90)" in view["fusions"][0]["domains"]


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
