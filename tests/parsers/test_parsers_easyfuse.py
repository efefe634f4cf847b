"""EasyFuse: hundreds of rows of one junction are one fusion, and none of them is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from parsers_samples import ACCESSION, a_context, calls_of, csv_text, problems_of, read, source_of

from parsers.callers.easyfuse import FORMAT
from parsers.reading import decode

DETECTED = "BPID;Fusion_Gene;Breakpoint1;Breakpoint2;Junction_Reads;Spanning_Reads;Sample;Tool"
RANKED = "BPID;FTID;Fusion_Gene;Breakpoint1;Breakpoint2;type;exon_boundary;frame;ft_junc_cnt;ft_span_cnt;ft_anch_cnt"
FIRST_VERSION = RANKED.replace("_cnt", "_cnt_best") + ";prediction_prob;prediction_class"
FIVE, THREE = "12:11869969:+", "15:87940753:-"


def a_row(**cells: str) -> dict[str, str]:
    """ETV6::NTRK3 as one transcript pair."""
    return {
        "BPID": f"{FIVE}_{THREE}",
        "FTID": f"ETV6_{FIVE}_ENST00000396373_NTRK3_{THREE}_ENST00000629765",
        "Fusion_Gene": "ETV6_NTRK3",
        "Breakpoint1": FIVE,
        "Breakpoint2": THREE,
        "type": "trans_inv",
        "frame": "in_frame",
        "ft_junc_cnt": "29",
        "ft_span_cnt": "44",
        "ft_junc_cnt_best": "29",
        "ft_span_cnt_best": "44",
        "Junction_Reads": "29",
        "Spanning_Reads": "44",
        "Sample": ACCESSION,
        "Tool": "arriba",
    } | cells


def text_of(header: str, *rows: dict[str, str]) -> str:
    names = header.split(";")
    return csv_text(*({name: row.get(name, "") for name in names} for row in rows), separator=";", columns=names)


def of_transcripts(five: str, three: str, **cells: str) -> dict[str, str]:
    return a_row(FTID=f"ETV6_{FIVE}_{five}_NTRK3_{THREE}_{three}", **cells)


@pytest.mark.parametrize("header", [DETECTED, RANKED, FIRST_VERSION])
def test_all_its_tables_say_the_same_junction_and_reads(tmp_path: Path, header: str) -> None:
    (call,) = calls_of(tmp_path, text_of(header, a_row()))
    assert (call.gene_5prime, call.gene_3prime, call.molecule) == ("ETV6", "NTRK3", "RNA")
    assert (str(call.breakpoint_5prime), str(call.breakpoint_3prime)) == ("chr12:11869969:+", "chr15:87940753:-")
    assert (call.split_reads, call.spanning_pairs, call.genome_build) == (29, 44, "GRCh38")


def test_transcript_pairs_of_one_junction_are_one_call_that_names_their_lines(tmp_path: Path) -> None:
    rows = [of_transcripts(f"ENST0{number}", "ENST9") for number in range(390)]
    (call,) = calls_of(tmp_path, text_of(RANKED, *rows))
    assert (call.place.line, call.transcript_5prime, call.split_reads) == (2, "ENST00", 29)
    assert dict(call.as_given)["transcript_pairs"] == "390"
    assert dict(call.as_given)["lines"].split(", ")[-1] == "391"


def test_pairs_that_read_on_differently_stay_apart(tmp_path: Path) -> None:
    rows = [a_row(frame=frame) for frame in ("in_frame", "neo_frame", "no_frame", "in_frame")]
    calls = calls_of(tmp_path, text_of(RANKED, *rows))
    assert [(call.place.line, call.reading_frame) for call in calls] == [
        (2, "in-frame"),
        (3, "out-of-frame"),
        (4, "unknown"),
    ]


def test_junctions_counts_and_tools_that_differ_stay_apart(tmp_path: Path) -> None:
    rows = [
        a_row(),
        a_row(Breakpoint2="15:87940750:-"),
        a_row(Tool="starfusion"),
        a_row(Junction_Reads="30"),
    ]
    calls = calls_of(tmp_path, text_of(DETECTED, *rows))
    assert [dict(call.as_given)["Tool"] for call in calls] == ["arriba", "arriba", "starfusion", "arriba"]
    assert {call.caller for call in calls} == {"EasyFuse"}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ENST1", "ENST2"]),
            st.sampled_from(["in_frame", "neo_frame", "no_frame"]),
            st.sampled_from(["15:87940753:-", "15:87940750:-"]),
            st.sampled_from(["1", "29"]),
        ),
        max_size=12,
    )
)
def test_every_row_is_a_call_or_named_by_one(rows: list[tuple[str, str, str, str]]) -> None:
    text = text_of(
        RANKED,
        *(of_transcripts(one, "ENST9", frame=frame, Breakpoint2=end, ft_junc_cnt=n) for one, frame, end, n in rows),
    )
    calls = FORMAT.read(decode(text.encode(), "fusions.csv"), a_context()).calls
    lines = [int(line) for call in calls for line in dict(call.as_given).get("lines", str(call.place.line)).split(", ")]
    assert sorted(lines) == list(range(2, len(rows) + 2))
    assert len(calls) == len({(frame if frame != "no_frame" else "", end, n) for _, frame, end, n in rows})


def test_a_negative_prediction_is_kept_and_does_not_pass(tmp_path: Path) -> None:
    rows = [a_row(prediction_class="positive", prediction_prob="0.8"), a_row(prediction_class="negative")]
    positive, negative = calls_of(tmp_path, text_of(FIRST_VERSION, *rows))
    assert (positive.passed_filter, positive.confidence, positive.filters) == (True, "positive", "")
    assert (negative.passed_filter, negative.confidence, negative.filters) == (False, "negative", "prediction negative")
    assert dict(positive.as_given)["prediction_prob"] == "0.8"


def test_a_name_that_holds_the_separator_is_parted_as_ftid_says(tmp_path: Path) -> None:
    row = a_row(FTID=f"RP11_1_{FIVE}_ENST1_NTRK3_{THREE}_ENST2", Fusion_Gene="RP11_1_NTRK3")
    (call,) = calls_of(tmp_path, text_of(RANKED, row))
    assert (call.gene_5prime, call.gene_3prime) == ("RP11_1", "NTRK3")


@pytest.mark.parametrize("name", ["A_B_C", "ALK", "_ALK", ""])
def test_a_name_that_cannot_be_parted_is_refused(tmp_path: Path, name: str) -> None:
    (problem,) = problems_of(tmp_path, text_of(DETECTED, a_row(Fusion_Gene=name)))
    assert (problem.code, problem.line, problem.column) == ("missing-value", 2, "Fusion_Gene")


def test_of_a_cohort_only_the_specimens_rows_are_read(tmp_path: Path) -> None:
    calls, source, warnings = read(tmp_path, text_of(DETECTED, a_row(Sample="S26-00007"), a_row()))
    assert ([call.place.line for call in calls], source.sample) == ([3], ACCESSION)
    assert [warning.code for warning in warnings] == ["other-samples"]


def test_a_header_alone_is_a_finished_run_without_a_fusion(tmp_path: Path) -> None:
    assert (source_of(tmp_path, RANKED + "\n").format, source_of(tmp_path, RANKED + "\n").calls) == ("EasyFuse", 0)


def test_every_bad_cell_is_named(tmp_path: Path) -> None:
    row = a_row(Breakpoint1="12", ft_junc_cnt="634.2", ft_span_cnt="", Fusion_Gene="2-Sep_NTRK3", FTID="")
    problems = problems_of(tmp_path, text_of(RANKED, row))
    assert sorted((problem.code, problem.column) for problem in problems) == [
        ("bad-breakpoint", "Breakpoint1"),
        ("excel-date", "Fusion_Gene"),
        ("not-a-whole-number", "ft_junc_cnt"),
        ("not-a-whole-number", "ft_span_cnt"),
    ]


def test_a_table_without_read_counts_is_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, text_of("BPID;Fusion_Gene;Breakpoint1;Breakpoint2", a_row()))
    assert (problem.code, problem.message) == (
        "missing-column",
        "required columns are missing: ft_junc_cnt, ft_span_cnt",
    )
