"""An exon number is never printed without its transcript: in the record, in the sentences and on the page."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from made_cases import a_call, a_case, a_laboratory, interpreted

from report_templates.record import Issue, build_record
from report_templates.sections import SECTIONS
from report_templates.sections.alterations import fusions as fusion_section

ISSUE = Issue("R-1", "0" * 16, 1, "draft", datetime(2026, 4, 1, tzinfo=UTC), "0", {}, "")


def record_of(five: str, three: str, **changes: object) -> dict[str, object]:
    case = a_case(a_call(five, three, **changes))
    return build_record(case, interpreted(case), a_laboratory(), ISSUE)


@pytest.mark.parametrize(("exon", "transcript"), [(34, "NM_002944.3"), (35, "NM_001378902.1")])
def test_ros1_carries_nm_002944_3_beside_its_exon_in_json_and_on_the_page(exon: int, transcript: str) -> None:
    record = record_of(
        "CD74",
        "ROS1",
        exon_5prime=6,
        exon_3prime=exon,
        transcript_5prime="NM_001025159.3",
        transcript_3prime=transcript,
    )
    (fusion,) = record["fusions"]  # type: ignore[misc]
    assert (fusion["transcript_3prime"], fusion["exon_3prime"]) == ("NM_002944.3", 34)
    assert fusion["vicc"] == "NM_001025159.3(CD74):e.6::NM_002944.3(ROS1):e.34"
    (shown,) = fusion_section(record)["fusions"]  # type: ignore[index]
    facts = dict(pair for row in shown["rows"] for pair in row)
    assert (facts["3′ gene"], facts["3′ transcript"]) == ("ROS1, exon 34", "NM_002944.3")
    wide = dict(shown["wide"])
    assert wide["VICC name"] == fusion["vicc"]
    assert wide["HGVS (RNA)"] == fusion["hgvs_r"]


@pytest.mark.parametrize(
    ("names", "exons", "transcripts"),
    [
        (("CD74", "ROS1"), (6, 34), ("NM_001025159.3", "NM_002944.3")),
        (("TPM3", "ALK"), (8, 20), ("NM_152263.4", "NM_004304.5")),
        (("ETV6", "NTRK3"), (5, 15), ("NM_001987.5", "NM_001012338.3")),
    ],
)
def test_every_exon_number_in_a_sentence_has_a_transcript_beside_it(
    names: tuple[str, str], exons: tuple[int, int], transcripts: tuple[str, str]
) -> None:
    record = record_of(
        *names,
        exon_5prime=exons[0],
        exon_3prime=exons[1],
        transcript_5prime=transcripts[0],
        transcript_3prime=transcripts[1],
    )
    (fusion,) = record["fusions"]  # type: ignore[misc]
    own = [text for text in _texts([section.view(record) for section in SECTIONS]) if _exon_of(text, exons)]
    # The table of facts has the transcript in the row below its exon; everything else says it in the same sentence.
    assert own
    for text in own:
        assert "NM_" in text or text in {f"{names[0]}, exon {exons[0]}", f"{names[1]}, exon {exons[1]}"}, text
    assert all(fusion[f"transcript_{end}"] for end in ("5prime", "3prime"))


def _exon_of(text: str, exons: tuple[int, int]) -> bool:
    return any(re.search(rf"\bexon {exon}\b", text) for exon in exons) and "<svg" not in text


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list | tuple):
        return [text for one in value for text in _texts(one)]
    return []
