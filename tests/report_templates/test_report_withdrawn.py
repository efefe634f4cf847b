"""What a withdrawn report prints: that it is void, and nothing of its findings (decision 0010)."""

from __future__ import annotations

import re

from report_examples import a_final_record, withdrawn_record

from report_templates.pdf import render_html


def test_nothing_of_the_finding_is_printed_but_the_former_headline_struck_through() -> None:
    record = withdrawn_record()
    html = render_html(record)
    former = f"<s>{record['result']['headline']}</s>"
    assert html.count(former) == 1
    rest = " ".join(re.sub(r"<[^>]+>", " ", html.replace(former, "")).split())
    fusion = record["fusions"][0]
    told = [used["transcript"] for used in record["provenance"]["transcripts"]]
    told += [used["gene"] for used in record["provenance"]["transcripts"]]
    told += [fusion[key] for key in ("name", "vicc", "breakpoint_5prime", "breakpoint_3prime")]
    assert [word for word in told if re.search(rf"\b{re.escape(word)}\b", rest)] == []
    assert record["provenance"]["sequencing_run"] in rest


def test_a_report_in_force_still_names_its_transcripts() -> None:
    record = a_final_record()
    used = record["provenance"]["transcripts"][0]
    assert f"{used['gene']} {used['transcript']}" in render_html(record)
