"""DNA structural-variant VCF: every kind of record to junctions with the sides that are kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parsers_samples import COLUMNS, SV_HEADER, a_context, calls_of, problems_of, read, source_of, sv_record, sv_text

from parsers.callers.structural_variants import FORMAT
from parsers.reading import decode
from parsers.records import Breakpoint, FusionCall


def ends(call: FusionCall) -> tuple[str, str]:
    return str(call.breakpoint_5prime), str(call.breakpoint_3prime)


@pytest.mark.parametrize(
    ("alt", "near", "far"),
    [
        ("N[chr5:500[", "+", "-"),
        ("N]chr5:500]", "+", "+"),
        ("]chr5:500]N", "-", "+"),
        ("[chr5:500[N", "-", "-"),
        ("NACGT[chr5:500[", "+", "-"),
        ("[chr5:500[ACGTN", "-", "-"),
    ],
)
def test_brackets_say_which_side_of_each_end_is_kept(tmp_path: Path, alt: str, near: str, far: str) -> None:
    (call,) = calls_of(tmp_path, sv_text(sv_record(alt)))
    assert ends(call) == (f"chr2:29224000:{near}", f"chr5:500:{far}")
    assert (call.order_known, call.gene_5prime, call.gene_3prime, call.molecule) == (False, "", "", "DNA")


def test_mates_are_one_call_at_the_first_line(tmp_path: Path) -> None:
    text = sv_text(
        sv_record("N]chr5:500]", name="b1", info="SVTYPE=BND;MATEID=b2"),
        sv_record("N]chr2:29224000]", chrom="chr5", pos=500, name="b2", info="SVTYPE=BND;MATEID=b1"),
    )
    calls, source, warnings = read(tmp_path, text)
    assert [call.place.line for call in calls] == [13]
    assert dict(calls[0].as_given)["mate_line"] == "14"
    assert source.calls == 1
    assert warnings == ()


def test_mates_without_mateid_are_joined_by_their_places(tmp_path: Path) -> None:
    """As LUMPY and SnpEff write them: `CHR5` in ALT for `chr5` in CHROM, no MATEID, no contig lines."""
    header = "##fileformat=VCFv4.2\n"
    body = (
        "chr2\t100\t60_1\tN\t[CHR5:500[N\t.\tPASS\tSVTYPE=BND\nchr5\t500\t60_2\tN\t[CHR2:100[N\t.\tPASS\tSVTYPE=BND\n"
    )
    (call,) = calls_of(tmp_path, f"{header}{COLUMNS}\n{body}\n", a_context(specimen_build="GRCh38"))
    assert ends(call) == ("chr2:100:-", "chr5:500:-")


def test_only_one_of_two_records_naming_its_mate_is_enough(tmp_path: Path) -> None:
    first = sv_record("N]chr5:500]", name="b1", info="SVTYPE=BND")
    second = sv_record("N]chr2:29224000]", chrom="chr5", pos=500, name="b2", info="SVTYPE=BND;MATEID=b1")
    assert len(calls_of(tmp_path, sv_text(first, second))) == 1
    assert len(calls_of(tmp_path, sv_text(second, first))) == 1


def test_an_absent_mate_loses_no_call_and_is_said(tmp_path: Path) -> None:
    calls, _, warnings = read(tmp_path, sv_text(sv_record("N]chr5:500]", info="SVTYPE=BND;MATEID=gone")))
    assert len(calls) == 1
    assert [warning.code for warning in warnings] == ["absent-mate"]


def test_a_mate_that_names_other_places_is_kept_as_a_call_of_its_own(tmp_path: Path) -> None:
    text = sv_text(
        sv_record("N]chr5:500]", name="b1", info="SVTYPE=BND;MATEID=b2"),
        sv_record("N]chr2:9]", chrom="chr5", pos=777, name="b2", info="SVTYPE=BND;MATEID=b1"),
    )
    assert len(calls_of(tmp_path, text)) == 2


def test_two_events_at_one_place_are_told_apart_by_their_mates(tmp_path: Path) -> None:
    text = sv_text(
        sv_record("N]chr5:500]", name="a1", info="SVTYPE=BND;MATEID=a2"),
        sv_record("NACG]chr5:500]", name="b1", info="SVTYPE=BND;MATEID=b2"),
        sv_record("N]chr2:29224000]", chrom="chr5", pos=500, name="a2", info="SVTYPE=BND;MATEID=a1"),
        sv_record("NCGT]chr2:29224000]", chrom="chr5", pos=500, name="b2", info="SVTYPE=BND;MATEID=b1"),
    )
    assert [dict(call.as_given)["id"] for call in calls_of(tmp_path, text)] == ["a1", "b1"]


@pytest.mark.parametrize(("alt", "strand"), [(".ACGT", "-"), ("ACGT.", "+")])
def test_a_single_breakend_has_one_end(tmp_path: Path, alt: str, strand: str) -> None:
    (call,) = calls_of(tmp_path, sv_text(sv_record(alt)))
    assert str(call.breakpoint_5prime) == f"chr2:29224000:{strand}"
    assert call.breakpoint_3prime is None


def test_an_inversion_is_two_junctions_of_one_event(tmp_path: Path) -> None:
    """EML4::ALK comes from DNA callers as <INV>, not as BND."""
    record = sv_record("<INV>", pos=29447648, name="6", info="SVTYPE=INV;END=42524140")
    calls = calls_of(tmp_path, sv_text(record))
    assert [ends(call) for call in calls] == [
        ("chr2:29447648:+", "chr2:42524140:+"),
        ("chr2:29447648:-", "chr2:42524140:-"),
    ]
    assert [dict(call.as_given)["event"] for call in calls] == ["6", "6"]


def test_an_inversion_without_an_id_still_shares_its_event(tmp_path: Path) -> None:
    calls = calls_of(tmp_path, sv_text(sv_record("<INV>", name=".", info="SVTYPE=INV;END=42524140")))
    assert {dict(call.as_given)["event"] for call in calls} == {"line 13"}


@pytest.mark.parametrize(
    ("info", "strands"),
    [
        ("SVTYPE=INV;END=500;INV3", [("+", "+")]),
        ("SVTYPE=INV;END=500;INV5", [("-", "-")]),
        ("SVTYPE=INV;CHR2=chr2;END=500;CT=3to3", [("+", "+")]),
        ("SVTYPE=INV;CHR2=chr2;END=500;CT=5to5", [("-", "-")]),
        ("SVTYPE=INV;END=500;STRANDS=++:212,--:201", [("+", "+"), ("-", "-")]),
        ("SVTYPE=INV;END=500;STRANDS=++:212,--:0", [("+", "+")]),
        ("SVTYPE=INV;END=500;STRANDS=--:7", [("-", "-")]),
    ],
)
def test_what_the_caller_saw_of_an_inversion_is_all_that_is_told(
    tmp_path: Path, info: str, strands: list[tuple[str, str]]
) -> None:
    calls = calls_of(tmp_path, sv_text(sv_record("<INV>", info=info)))
    assert [ends(call) for call in calls] == [(f"chr2:29224000:{near}", f"chr2:500:{far}") for near, far in strands]


@pytest.mark.parametrize(
    ("alt", "info", "near", "far"),
    [
        ("<DEL>", "SVTYPE=DEL;END=29300000", "+", "-"),
        ("<DEL:ME:ALU>", "SVTYPE=DEL;END=29300000", "+", "-"),
        ("<DUP>", "SVTYPE=DUP;END=29300000", "-", "+"),
        ("<DUP:TANDEM>", "SVTYPE=DUP;END=29300000", "-", "+"),
        ("<DEL>", "SVTYPE=DEL;SVLEN=-76000", "+", "-"),
        ("<BND>", "SVTYPE=DEL;END=29300000", "+", "-"),
    ],
)
def test_deletions_and_duplications_join_their_two_ends(
    tmp_path: Path, alt: str, info: str, near: str, far: str
) -> None:
    (call,) = calls_of(tmp_path, sv_text(sv_record(alt, info=info)))
    assert ends(call) == (f"chr2:29224000:{near}", f"chr2:29300000:{far}")


def test_a_deletion_spelled_out_is_a_junction_when_it_is_long(tmp_path: Path) -> None:
    long, short = "A" * 101, "A" * 20
    (call,) = calls_of(tmp_path, sv_text(sv_record("A", ref=long, info="SVTYPE=DEL;END=29224100")))
    assert ends(call) == ("chr2:29224000:+", "chr2:29224100:-")
    calls, _, warnings = read(tmp_path, sv_text(sv_record("A", ref=short, info="SVTYPE=DEL;END=29224019")))
    assert calls == ()
    assert [warning.code for warning in warnings] == ["no-junction"]


def test_an_inversion_spelled_out_is_two_junctions(tmp_path: Path) -> None:
    calls = calls_of(tmp_path, sv_text(sv_record("GAC", ref="GTC", info="SVTYPE=INV;END=29224100")))
    assert len(calls) == 2


@pytest.mark.parametrize(("connection", "near", "far"), [("3to5", "+", "-"), ("5to3", "-", "+"), ("3to3", "+", "+")])
def test_delly_translocations_take_their_sides_from_ct(tmp_path: Path, connection: str, near: str, far: str) -> None:
    info = f"SVTYPE=TRA;SVMETHOD=EMBL.DELLYv0.6.8;CHR2=chr1;END=19357517;CT={connection}"
    header = SV_HEADER.replace("##source=GenerateSVCandidates 1.6.0\n", "")
    record = sv_record(
        "<TRA>", chrom="chr10", pos=2991435, info=info, values="GT:DR:DV:RR:RV\t0/1:25:3:8:6", filters="LowQual"
    )
    (call,) = calls_of(tmp_path, sv_text(record, header=header))
    assert ends(call) == (f"chr10:2991435:{near}", f"chr1:19357517:{far}")
    assert (call.split_reads, call.spanning_pairs) == (6, 3)
    assert (call.caller, call.passed_filter, call.filters) == ("Delly", False, "LowQual")


def test_an_end_on_another_chromosome_survives(tmp_path: Path) -> None:
    """htslib would clip such an END to POS."""
    header = SV_HEADER.replace("GenerateSVCandidates 1.6.0", "Sniffles")
    record = sv_record(
        "<TRA>", chrom="8", pos=77706277, info="SVTYPE=TRA;CHR2=14;END=57041014;STRANDS=--", values="GT:DR:DV\t./.:.:15"
    )
    (call,) = calls_of(tmp_path, sv_text(record, header=header))
    assert call.breakpoint_3prime == Breakpoint("chr14", 57041014, None)
    assert (call.split_reads, call.spanning_pairs, call.caller) == (15, None, "Sniffles")


def test_a_second_place_by_pos2_goes_before_end(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, sv_text(sv_record("<TRA>", info="SVTYPE=BND;CHR2=chr5;POS2=500;END=29224001")))
    assert str(call.breakpoint_3prime) == "chr5:500"


@pytest.mark.parametrize("name", ["CHR2_POS", "END2"])
def test_the_place_on_the_other_chromosome_is_read_by_each_callers_name_for_it(tmp_path: Path, name: str) -> None:
    """dysgu and GATK-SV write POS + 1 as END of a translocation."""
    info = f"SVMETHOD=DYSGUv1.3.0;SVTYPE=TRA;END=29224001;CHR2=chr5;{name}=150404700;CT=5to3"
    (call,) = calls_of(tmp_path, sv_text(sv_record("<TRA>", info=info, values="GT:SU:PE:SR\t0/1:22:9:13")))
    assert ends(call) == ("chr2:29224000:-", "chr5:150404700:+")
    assert (call.split_reads, call.spanning_pairs) == (13, 9)


def test_an_unknown_ref_is_written_as_a_point_beside_svtype(tmp_path: Path) -> None:
    info = "SVMETHOD=DYSGUv1.3.0;SVTYPE=DEL;END=29324000;CHR2=chr2;CT=3to5"
    header = SV_HEADER.replace("##source=GenerateSVCandidates 1.6.0\n", "")
    (call,) = calls_of(tmp_path, sv_text(sv_record("<DEL>", ref=".", info=info), header=header))
    assert (call.caller, *ends(call)) == ("dysgu", "chr2:29224000:+", "chr2:29324000:-")
    (problem,) = problems_of(tmp_path, sv_text(sv_record("<DEL>", ref=".", info="END=29324000")))
    assert problem.code == "wrong-number-of-cells"


def survivor(kind: str, **info: str) -> str:
    values = {"SVTYPE": kind, "SVMETHOD": "SURVIVOR1.0.7", "CHR2": "chr5", "END": "500", "STRANDS": "++"} | info
    return "SUPP=2;SUPP_VEC=11;" + ";".join(f"{key}={value}" for key, value in values.items())


@pytest.mark.parametrize("alt", ["N[chr5:500[", "]chr5:500]N", "<TRA>", "."])
@pytest.mark.parametrize("kind", ["TRA", "BND"])
def test_survivor_does_not_know_the_sides_of_a_translocation(tmp_path: Path, alt: str, kind: str) -> None:
    """`[chr20:…[N` of two callers comes out as `N[chr20:…[` with STRANDS=++: with those sides no fusion could arise."""
    record = sv_record(alt, info=survivor(kind), values="GT:DR\t0/1:10,12")
    header = SV_HEADER.replace("GenerateSVCandidates 1.6.0", "SURVIVOR")
    calls, _, warnings = read(tmp_path, sv_text(record, header=header))
    assert [ends(call) for call in calls] == [("chr2:29224000", "chr5:500")]
    assert (calls[0].caller, calls[0].split_reads, dict(calls[0].as_given)["sample_counts"]) == (
        "SURVIVOR",
        None,
        "DR=10,12",
    )
    assert [(one.code, one.line) for one in warnings] == [("sides-not-known", 13)]


@pytest.mark.parametrize("alt", ["<INV>", "."])
def test_survivor_joins_both_junctions_of_an_inversion_under_one_strands(tmp_path: Path, alt: str) -> None:
    record = sv_record(alt, ref="." if alt == "." else "N", info=survivor("INV", CHR2="chr2", END="42295516"))
    calls, _, warnings = read(tmp_path, sv_text(record))
    assert [ends(call) for call in calls] == [
        ("chr2:29224000:+", "chr2:42295516:+"),
        ("chr2:29224000:-", "chr2:42295516:-"),
    ]
    assert warnings == ()


def test_survivor_keeps_the_brackets_of_other_events(tmp_path: Path) -> None:
    record = sv_record("N]chr2:42295516]", info=survivor("INV", CHR2="chr2", END="42295516"))
    (call,) = calls_of(tmp_path, sv_text(record))
    assert ends(call) == ("chr2:29224000:+", "chr2:42295516:+")


def test_a_point_as_alt_without_a_second_place_joins_nothing(tmp_path: Path) -> None:
    calls, _, warnings = read(tmp_path, sv_text(sv_record(".", info="SVTYPE=DEL")))
    assert calls == ()
    assert [one.code for one in warnings] == ["no-junction"]


def test_a_breakend_without_a_second_place_is_named_apart_from_insertions(tmp_path: Path) -> None:
    records = [sv_record("NACGT", info="SVTYPE=BND;CHR2=chr5"), sv_record("<INS>", info="SVTYPE=INS")]
    calls, _, warnings = read(tmp_path, sv_text(*records))
    assert calls == ()
    assert [(one.code, one.line, one.found) for one in warnings] == [
        ("second-place-missing", 13, "NACGT"),
        ("no-junction", 14, None),
    ]


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ("STRAND=++", ["++"]),
        ("STRAND=--", ["--"]),
        ("STRAND=+-", ["++", "--"]),
    ],
)
def test_cutesv_states_which_junction_of_an_inversion_was_seen(tmp_path: Path, info: str, expected: list[str]) -> None:
    """In the VCF of Sniffles 2 the same key holds the strands of the reads."""
    calls = calls_of(tmp_path, sv_text(sv_record("<INV>", info=f"SVTYPE=INV;END=42295516;{info}")))
    found = [f"{call.breakpoint_5prime.strand}{call.breakpoint_3prime.strand}" for call in calls]  # type: ignore[union-attr]
    assert found == expected


RNA_HEADER = SV_HEADER + (
    "##INFO=<ID=RNA_FIRST,Number=0,Type=Flag,Description=\"For RNA fusions, this break-end is 5' in the fusion"
    ' transcript">\n'
    '##INFO=<ID=RNA_STRANDED,Number=0,Type=Flag,Description="For RNA fusions, the direction of transcription is'
    ' known">\n'
)


def manta_rna(first: str, second: str, header: str = RNA_HEADER) -> str:
    """TPM3::ALK as two mates, ALK's first in the file: both genes on the minus strand."""
    return sv_text(
        sv_record("N[chr1:154170400[", pos=29223528, name="b0", info=f"SVTYPE=BND;MATEID=b1{first}"),
        sv_record("]chr2:29223528]N", chrom="chr1", pos=154170400, name="b1", info=f"SVTYPE=BND;MATEID=b0{second}"),
        header=header,
    )


def test_manta_for_rna_tells_which_end_is_5prime(tmp_path: Path) -> None:
    calls, source, _ = read(tmp_path, manta_rna(";RNA_STRANDED", ";RNA_FIRST;RNA_STRANDED"))
    (call,) = calls
    assert ends(call) == ("chr1:154170400:-", "chr2:29223528:-")
    assert (call.order_known, call.molecule, source.molecule) == (True, "RNA", "RNA")
    assert (call.split_reads, call.spanning_pairs, call.place.line) == (6, 4, 15)


def test_manta_for_rna_may_have_the_5prime_end_first(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, manta_rna(";RNA_FIRST;RNA_STRANDED", ";RNA_STRANDED"))
    assert (ends(call), call.order_known) == (("chr2:29223528:+", "chr1:154170400:+"), True)


@pytest.mark.parametrize(
    ("first", "second"), [(";RNA_FIRST", ""), ("", ""), (";RNA_FIRST;RNA_STRANDED", ";RNA_FIRST;RNA_STRANDED")]
)
def test_without_the_direction_of_transcription_neither_order_nor_strand_is_known(
    tmp_path: Path, first: str, second: str
) -> None:
    (call,) = calls_of(tmp_path, manta_rna(first, second))
    assert (ends(call), call.order_known, call.molecule) == (("chr2:29223528", "chr1:154170400"), False, "RNA")


def test_a_header_without_rna_stranded_needs_rna_first_alone(tmp_path: Path) -> None:
    header = "".join(line for line in RNA_HEADER.splitlines(keepends=True) if "RNA_STRANDED" not in line)
    (call,) = calls_of(tmp_path, manta_rna("", ";RNA_FIRST", header))
    assert (ends(call), call.order_known) == (("chr1:154170400:-", "chr2:29223528:-"), True)


def test_annotations_change_places_with_the_ends(tmp_path: Path) -> None:
    text = manta_rna(
        ";RNA_STRANDED;ANN=" + ann(("N[chr1:154170400[", "structural_interaction_variant", "ALK")),
        ";RNA_FIRST;RNA_STRANDED;ANN=" + ann(("]chr2:29223528]N", "structural_interaction_variant", "TPM3")),
    )
    (call,) = calls_of(tmp_path, text)
    assert (beside(call)["annotated_genes_5prime"], beside(call)["annotated_genes_3prime"]) == ("TPM3", "ALK")


def test_a_symbolic_record_without_a_second_place_keeps_its_first(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, sv_text(sv_record("<TRA>", info="SVTYPE=TRA;CHR2=chr5")))
    assert call.breakpoint_3prime is None


def test_every_alternative_allele_is_a_call(tmp_path: Path) -> None:
    record = sv_record("N]chr5:500],N[chr7:700[", values="PR:SR\t10,4,5:20,6,7")
    calls = calls_of(tmp_path, sv_text(record))
    assert [ends(call)[1] for call in calls] == ["chr5:500:+", "chr7:700:-"]
    assert [(call.split_reads, call.spanning_pairs) for call in calls] == [(6, 4), (7, 5)]


@pytest.mark.parametrize(
    ("values", "info", "expected"),
    [
        ("PR:SR\t10,4:20,6", "", (6, 4)),
        ("PR\t10,4", "", (None, 4)),
        ("GT:PE:SR:SU\t1/1:413:7:420", "", (7, 413)),
        ("GT:SR:RP\t.:9:5", "", (9, 5)),
        ("GT:DP:RO:AO:RS:AS:ASC:RP:AP:AB\t0/1:68:40:27:21:7:3:18:15:0.4", ";SU=15;PE=15;SR=0", (7, 15)),
        ("GT:SU:PE:SR:RS:AS:ASC:RP:AP\t0/1:25:12:13:41:11:0:39:10", "", (13, 12)),
        ("GT:DF:REF:REFPAIR:SF:VF\t0/1:8:40:20:17:25", ";VF=25", (17, 8)),
        ("GT\t0/1", ";TUMOUR_READ_SUPPORT=14;NORMAL_READ_SUPPORT=0", (14, None)),
        ("GT:DR:DV\t0/1:3:12", "", (12, None)),
        ("GT\t0/1", ";SR=3;PE=8", (3, 8)),
        ("GT\t0/1", ";SR=3;RP=8", (3, 8)),
        ("GT\t0/1", ";RE=17", (17, None)),
        ("GT\t0/1", "", (None, None)),
        ("PR:SR\t.:.", "", (None, None)),
    ],
)
def test_support_is_read_as_each_caller_writes_it(
    tmp_path: Path, values: str, info: str, expected: tuple[int | None, int | None]
) -> None:
    (call,) = calls_of(tmp_path, sv_text(sv_record("N]chr5:500]", values=values, info=f"SVTYPE=BND{info}")))
    assert (call.split_reads, call.spanning_pairs) == expected


@pytest.mark.parametrize("alt", ["<INS>", "<CNV>", "<INS:ME:L1>", "NACGTACGT", "*", "."])
def test_records_that_join_no_two_places_are_counted_in_a_warning(tmp_path: Path, alt: str) -> None:
    text = sv_text(sv_record(alt, info="SVTYPE=INS;END=29224000"), sv_record("N]chr5:500]"))
    calls, _, warnings = read(tmp_path, text)
    assert len(calls) == 1
    assert [(warning.code, warning.line) for warning in warnings] == [("no-junction", 13)]


def test_a_filter_is_kept_and_a_point_means_passed(tmp_path: Path) -> None:
    text = sv_text(sv_record("N]chr5:500]", filters="PON"), sv_record("N]chr6:500]", name="x", filters="."))
    calls = calls_of(tmp_path, text)
    assert [(call.passed_filter, call.filters) for call in calls] == [(False, "PON"), (True, ".")]


CSQ_LINE = (
    '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. '
    'Format: Allele|Consequence|IMPACT|SYMBOL|Gene|Feature_type|Feature">\n'
)


def beside(call: FusionCall) -> dict[str, str]:
    return dict(call.as_given)


def ann(*entries: tuple[str, str, str]) -> str:
    return "ANN=" + ",".join(
        f"{allele}|{effect}|HIGH|{gene}|{gene}|transcript|NM_1" for allele, effect, gene in entries
    )


def test_annotations_are_kept_in_few_words_and_name_no_gene(tmp_path: Path) -> None:
    annotation = ann(("<INV>", "intron_variant", "ALK"), ("<INV>", "gene_fusion", "EML4&ALK"))
    simple = "SIMPLE_ANN=INV|FUSION|EML4-ALK||"
    (call,) = calls_of(
        tmp_path, sv_text(sv_record("<INV>", info=f"SVTYPE=INV;END=42524140;INV3;IMPRECISE;{annotation};{simple}"))
    )
    assert beside(call)["annotation"] == "gene_fusion, intron_variant, FUSION EML4-ALK"
    assert beside(call)["annotated_genes"] == "EML4, ALK"
    assert beside(call)["IMPRECISE"] == "IMPRECISE"
    assert {"ANN", "CSQ", "SIMPLE_ANN"}.isdisjoint(beside(call))
    assert call.gene_5prime == call.gene_3prime == ""


def test_of_what_lies_between_the_ends_of_an_inversion_no_end_is_named(tmp_path: Path) -> None:
    between = ann(*(("<INV>", "intron_variant", f"GENE{number}") for number in range(300)))
    (call,) = calls_of(tmp_path, sv_text(sv_record("<INV>", info=f"SVTYPE=INV;END=42524140;INV3;{between}")))
    assert beside(call)["annotated_genes"] == "GENE0, GENE1, GENE2, GENE3, GENE4, GENE5 and 294 more"
    assert {"annotated_genes_5prime", "annotated_genes_3prime"}.isdisjoint(beside(call))


def test_a_breakends_annotation_speaks_of_its_own_end_and_the_mates_of_the_other(tmp_path: Path) -> None:
    """VEP cuts the allele of a breakend at the colon: it cannot be compared with ALT."""
    text = sv_text(
        sv_record("G[chr5:500[", name="b1", info="SVTYPE=BND;MATEID=b2;CSQ=[chr5|intron_variant|MODIFIER|ALK|E|T|1"),
        sv_record("]chr2:29224000]A", chrom="chr5", pos=500, name="b2", info="SVTYPE=BND;MATEID=b1;CSQ=]2|x|M|NEW1|"),
        header=SV_HEADER + CSQ_LINE,
    )
    (call,) = calls_of(tmp_path, text)
    assert (beside(call)["annotated_genes_5prime"], beside(call)["annotated_genes_3prime"]) == ("ALK", "NEW1")
    assert beside(call)["annotated_genes"] == "ALK, NEW1"


def test_a_fusion_that_is_predicted_speaks_of_both_ends(tmp_path: Path) -> None:
    alt = "N]chr5:500]"
    annotation = ann((alt, "bidirectional_gene_fusion", "NEW1&ALK"), (alt, "intron_variant", "ALK"))
    (call,) = calls_of(tmp_path, sv_text(sv_record(alt, info=f"SVTYPE=BND;{annotation}")))
    assert beside(call)["annotated_genes_5prime"] == "ALK, NEW1"
    assert beside(call)["annotated_genes_3prime"] == "NEW1, ALK"


@pytest.mark.parametrize("effect", ["upstream_gene_variant", "downstream_gene_variant", "intergenic_region"])
def test_neighbours_are_not_the_gene_at_the_position(tmp_path: Path, effect: str) -> None:
    alt = "N]chr5:500]"
    (call,) = calls_of(tmp_path, sv_text(sv_record(alt, info=f"SVTYPE=BND;{ann((alt, effect, 'ALK'))}")))
    assert "annotated_genes_5prime" not in beside(call)
    assert beside(call)["annotation"] == effect


def test_each_allele_keeps_its_own_annotation(tmp_path: Path) -> None:
    first, second = "N]chr5:500]", "N[chr7:700["
    annotation = ann((first, "gene_fusion", "NEW1&ALK"), (second, "gene_fusion", "NEW2&ALK"))
    calls = calls_of(tmp_path, sv_text(sv_record(f"{first},{second}", info=f"SVTYPE=BND;{annotation}")))
    assert [beside(call)["annotated_genes"] for call in calls] == ["NEW1, ALK", "NEW2, ALK"]


def test_the_assembly_that_vep_annotated_counts(tmp_path: Path) -> None:
    """A file that was called on one assembly and annotated on another names the wrong genes."""
    vep = '##VEP="v94" cache="/vep/homo_sapiens/94_GRCh37" assembly="GRCh37.p13" dbSNP="150"\n'
    bare = f"##fileformat=VCFv4.2\n{vep}{COLUMNS}\nchr2\t100\t1\tN\tN]chr5:500]\t.\tPASS\tSVTYPE=BND\n"
    assert source_of(tmp_path, bare, a_context(assay_build=None)).genome_build == "GRCh37"
    (problem,) = problems_of(tmp_path, sv_text(sv_record("N]chr5:500]"), header=SV_HEADER + vep))
    assert (problem.code, problem.found) == ("genome-build-contradiction", "GRCh37, GRCh38")


@pytest.mark.parametrize(
    ("header", "csq"),
    [
        ("", "A|intron_variant|MODIFIER|ALK"),
        (CSQ_LINE.replace("Format: ", ""), "A|intron_variant|MODIFIER|ALK"),
        (CSQ_LINE.replace("SYMBOL", "NAME"), "A|intron_variant|MODIFIER|ALK"),
        (CSQ_LINE, "A|intron_variant"),
        (CSQ_LINE, "A||MODIFIER||"),
    ],
)
def test_an_annotation_that_cannot_be_taken_apart_says_nothing(tmp_path: Path, header: str, csq: str) -> None:
    text = sv_text(sv_record("N]chr5:500]", info=f"SVTYPE=BND;CSQ={csq}"), header=SV_HEADER + header)
    (call,) = calls_of(tmp_path, text)
    assert {"annotation", "annotated_genes"}.isdisjoint(beside(call))


def test_so_many_genes_at_one_place_name_no_end(tmp_path: Path) -> None:
    alt = "N]chr5:500]"
    many = ann(*((alt, "intron_variant", f"GENE{number}") for number in range(7)))
    (call,) = calls_of(tmp_path, sv_text(sv_record(alt, info=f"SVTYPE=BND;{many}")))
    assert "annotated_genes_5prime" not in beside(call)
    assert beside(call)["annotated_genes"].endswith("GENE5 and 1 more")


def test_every_further_count_of_the_sample_is_kept_as_given(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, sv_text(sv_record("N]chr5:500]", values="GT:PE:SR:SU:GL\t1/1:413:7:420:.")))
    assert beside(call)["sample_counts"] == "SR=7 PE=413 SU=420"


def test_svaba_counts_split_and_discordant_reads(tmp_path: Path) -> None:
    """Elsewhere DR counts the reference's pairs; SvABA's DR are the discordant reads of the variant."""
    header = SV_HEADER.replace("GenerateSVCandidates 1.6.0", "svaba(v1.1.0)")
    values = "GT:AD:DP:GQ:PL:SR:DR:LR:LO\t0/1:31:120:0:0,0,0:14:22:-5.1:38"
    record = sv_record("N]chr5:500]", info="SVTYPE=BND;EVDNC=ASDIS;SCTG=c_1_2_3;SPAN=-1", values=values)
    (call,) = calls_of(tmp_path, sv_text(record, header=header))
    assert (call.caller, call.split_reads, call.spanning_pairs) == ("SvABA 1.1.0", 14, 22)
    assert beside(call)["sample_counts"] == "AD=31 DP=120 SR=14 DR=22"
    assert (beside(call)["EVDNC"], beside(call)["SPAN"]) == ("ASDIS", "-1")


def test_pbsv_counts_its_reads_in_ad(tmp_path: Path) -> None:
    header = SV_HEADER.replace("GenerateSVCandidates 1.6.0", "pbsv 2.9.0")
    calls, source, _ = read(tmp_path, sv_text(sv_record("N]chr5:500]", values="GT:AD:DP\t0/1:30,8:38"), header=header))
    assert (calls[0].split_reads, calls[0].spanning_pairs, source.caller) == (8, None, "pbsv 2.9.0")


def test_sniffles_2_states_its_support(tmp_path: Path) -> None:
    header = SV_HEADER.replace("GenerateSVCandidates 1.6.0", "Sniffles2_2.2")
    record = sv_record("N]chr5:500]", info="SVTYPE=BND;PRECISE;SUPPORT=12;COVERAGE=30,30", values="GT\t0/1")
    (call,) = calls_of(tmp_path, sv_text(record, header=header))
    assert (call.caller, call.split_reads) == ("Sniffles 2.2", 12)


@pytest.mark.parametrize("info", ["SVTYPE=CNV;END=42524140", "SVLEN=13000000;SVCLAIM=D", "SVLEN=13000000;SVCLAIM=J,D"])
def test_a_change_of_copy_number_alone_joins_no_two_places(tmp_path: Path, info: str) -> None:
    alts = "<DEL>" if "," not in info else "<DEL>,<DUP>"
    calls, _, warnings = read(tmp_path, sv_text(sv_record(alts, info=info)))
    assert len(calls) == alts.count(",")
    assert [warning.code for warning in warnings] == ["no-junction"] * (not calls)


@pytest.mark.parametrize("alt", ["<DEL>", "<INV>", "<DUP:TANDEM>"])
def test_vcf_4_4_needs_no_svtype(tmp_path: Path, alt: str) -> None:
    """END and SVTYPE are no longer required; the length says where the event ends."""
    bare = f"##fileformat=VCFv4.4\n##reference=GRCh38\n{COLUMNS}\n"
    record = f"chr2\t29224000\t.\tN\t{alt}\t.\tPASS\tSVLEN=1000;SVCLAIM=DJ\n"
    for header in (bare, bare.replace("##reference", "##INFO=<ID=SVCLAIM,Number=A,Type=String>\n##reference")):
        calls = calls_of(tmp_path, header + record)
        assert {str(call.breakpoint_3prime)[:13] for call in calls} == {"chr2:29225000"}
        assert beside(calls[0])["SVCLAIM"] == "DJ"


def test_the_sample_of_several_is_the_one_named_after_the_accession(tmp_path: Path) -> None:
    record = sv_record("N]chr5:500]", values="PR:SR\t63,0:50,0\t71,20:59,19")
    (call,) = calls_of(tmp_path, sv_text(record, sample="S26-00001_N\tS26-00001"), a_context(accession="S26-00001_N"))
    assert (call.split_reads, call.spanning_pairs) == (0, 0)
    (call,) = calls_of(tmp_path, sv_text(record, sample="blood\tS26-00001"))
    assert (call.split_reads, call.spanning_pairs) == (19, 20)
    assert source_of(tmp_path, sv_text(record, sample="NORMAL\tTUMOR")).sample == "TUMOR"


def test_several_samples_without_the_specimens_name_are_refused(tmp_path: Path) -> None:
    record = sv_record("N]chr5:500]", values="PR:SR\t63,0:50,0\t71,20:59,19")
    (problem,) = problems_of(tmp_path, sv_text(record, sample="998-99\t999-99"))
    assert (problem.code, problem.line) == ("several-samples", 12)
    assert "bcftools" in problem.remedy


def test_a_row_without_sample_columns_keeps_its_call_without_counts(tmp_path: Path) -> None:
    text = sv_text(sv_record("N]chr5:500]", values="").replace("\t\n", "\n"))
    (call,) = calls_of(tmp_path, text)
    assert (call.split_reads, call.spanning_pairs) == (None, None)


@pytest.mark.parametrize(
    ("line", "caller"),
    [
        ("##source=GenerateSVCandidates 1.6.0", "Manta 1.6.0"),
        ("##source=LUMPY", "LUMPY"),
        ("##source=Sniffles", "Sniffles"),
        ("##gridssVersion=2.9.4-gridss", "GRIDSS 2.9.4"),
        ("##esveeVersion=1.0.3", "Esvee 1.0.3"),
        ("##source=something else", "structural-variant VCF"),
    ],
)
def test_the_caller_is_named_from_the_header(tmp_path: Path, line: str, caller: str) -> None:
    header = SV_HEADER.replace("##source=GenerateSVCandidates 1.6.0", line)
    assert source_of(tmp_path, sv_text(sv_record("N]chr5:500]"), header=header)).caller == caller


@pytest.mark.parametrize(
    ("given", "name"),
    [("MT", "chrM"), ("chrM", "chrM"), ("x", "chrX"), ("CHR10", "chr10"), ("GL000220.1", "chrGL000220.1")],
)
def test_chromosomes_have_one_spelling(tmp_path: Path, given: str, name: str) -> None:
    (call,) = calls_of(tmp_path, sv_text(sv_record(f"N[{given}:7[")))
    assert str(call.breakpoint_3prime) == f"{name}:7:-"


def test_assembly_contigs_in_angle_brackets_are_read(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, sv_text(sv_record("N[<ctg1>:7[")))
    assert str(call.breakpoint_3prime) == "chrctg1:7:-"


def test_a_vcf_without_any_header_line_is_recognised_by_its_breakends(tmp_path: Path) -> None:
    text = f"{COLUMNS}\nchr2\t100\t1\tN\tN]chr5:500]\t.\tPASS\t.\n"
    calls, _, warnings = read(tmp_path, text, a_context(specimen_build="GRCh38"))
    assert len(calls) == 1
    assert [warning.code for warning in warnings] == ["no-fileformat", "genome-build-not-confirmed"]


def test_a_vcf_of_small_variants_is_refused(tmp_path: Path) -> None:
    text = f"##fileformat=VCFv4.2\n{COLUMNS}\nchr2\t100\t1\tA\tG\t.\tPASS\tDP=3\n"
    (problem,) = problems_of(tmp_path, text)
    assert problem.code == "unsupported-format"
    assert "small variants" in problem.message


@pytest.mark.parametrize("alt", ["G", "G,GT", ".", "*", "<NON_REF>"])
def test_small_variants_below_a_header_with_svtype_are_no_search_for_fusions(tmp_path: Path, alt: str) -> None:
    """VarDict declares SVTYPE always: read as a structural-variant VCF, its file would say that nothing was found."""
    small = sv_record(alt, ref="A", info="STATUS=StrongSomatic;TYPE=SNV;DP=90", values="GT:DP\t0/1:90")
    (problem,) = problems_of(tmp_path, sv_text(small, small))
    assert (problem.code, "small variants" in problem.message) == ("unsupported-format", True)
    calls, _, _ = read(tmp_path, sv_text(small, sv_record("<DEL>", info="SVTYPE=DEL;END=29324000"), small))
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("values", "passed", "filters"),
    [
        ("GT:PR:SR\t0/1:10,4:20,6", True, "PASS"),
        ("GT:PR:SR\t./.:10,4:20,6", True, "PASS"),
        ("GT:FT:PR:SR\t0|1:PASS:10,4:20,6", True, "PASS"),
        ("GT:FT:PR:SR\t0/1:PASS;Somatic:10,4:20,6", True, "PASS"),
        ("GT:PR:SR\t0/0:10,0:20,0", False, "genotype 0/0: not found in this sample"),
        ("GT:PR:SR\t0|0:10,0:20,0", False, "genotype 0|0: not found in this sample"),
        ("GT:FT:PR:SR\t0/1:MinGQ:10,4:20,6", False, "sample filter MinGQ"),
        ("GT:FT:PR\t0/0:LowQ:9,0", False, "genotype 0/0: not found in this sample; sample filter LowQ"),
    ],
)
def test_what_the_samples_own_column_denies_has_not_passed(
    tmp_path: Path, values: str, passed: bool, filters: str
) -> None:
    (call,) = calls_of(tmp_path, sv_text(sv_record("N]chr5:500]", values=values)))
    assert (call.passed_filter, call.filters) == (passed, filters)


def test_the_filter_of_the_file_stays_beside_that_of_the_sample(tmp_path: Path) -> None:
    record = sv_record("N]chr5:500]", filters="MaxDepth", values="GT:FT\t0/1:MinGQ")
    (call,) = calls_of(tmp_path, sv_text(record))
    assert (call.passed_filter, call.filters) == (False, "MaxDepth; sample filter MinGQ")


def test_a_genotype_denies_only_the_alleles_that_it_does_not_hold(tmp_path: Path) -> None:
    calls = calls_of(tmp_path, sv_text(sv_record("N]chr5:500],N]chr7:900]", values="GT\t0/2")))
    assert [call.passed_filter for call in calls] == [False, True]


@pytest.mark.parametrize("alt", ["N[chr5:abc[", "N]chr5]", f"N[chr5:{'9' * 5000}["])
def test_a_breakend_without_a_position_is_refused(tmp_path: Path, alt: str) -> None:
    (problem,) = problems_of(tmp_path, sv_text(sv_record(alt)))
    assert (problem.code, problem.line, problem.column) == ("bad-breakpoint", 13, "ALT")


def test_mates_that_are_absent_by_the_thousand_are_said_fifty_times(tmp_path: Path) -> None:
    records = [sv_record(f"N]chr5:{500 + n}]", name=f"b{n}", info="SVTYPE=BND;MATEID=gone") for n in range(200)]
    calls, _, warnings = read(tmp_path, sv_text(*records))
    assert len(calls) == 200
    assert [one.code for one in warnings] == ["absent-mate"] * 50 + ["more-problems"]
    assert {one.severity for one in warnings} == {"warning"}


@pytest.mark.parametrize("key", ["PR", "SR"])
def test_a_count_of_five_thousand_digits_is_no_count(tmp_path: Path, key: str) -> None:
    (call,) = calls_of(tmp_path, sv_text(sv_record("N]chr5:500]", values=f"{key}\t1,{'9' * 5000}")))
    assert call.split_reads is None
    assert call.spanning_pairs is None


RECORDS = (
    sv_record("N]chr5:500]", name="a1", info="SVTYPE=BND;MATEID=a2"),
    sv_record("N]chr2:29224000]", chrom="chr5", pos=500, name="a2", info="SVTYPE=BND;MATEID=a1"),
    sv_record("[chr7:900[N", name="b1"),
    sv_record("[chr2:29224000[N", chrom="chr7", pos=900, name="b2"),
    sv_record("N[chr9:77[", name="c1", info="SVTYPE=BND;PARID=c2"),
    sv_record("<INV>", name="d", info="SVTYPE=INV;END=42524140"),
    sv_record("<DEL>", name="e", info="SVTYPE=DEL;END=29300000"),
    sv_record("ACGT.", name="f"),
)


@settings(max_examples=60)
@given(st.permutations(RECORDS), st.sets(st.sampled_from(RECORDS)))
def test_no_junction_depends_on_the_order_of_records_or_on_a_mate(order: list[str], without: set[str]) -> None:
    """A junction is told as long as one of its records is there, and only once."""
    kept = [record for record in order if record not in without]
    calls = FORMAT.read(decode(sv_text(*kept).encode(), "a.vcf"), a_context()).calls
    found = sorted(sorted(filter(None, (str(call.breakpoint_5prime), str(call.breakpoint_3prime)))) for call in calls)
    pairs = ((0, 1, 1), (2, 3, 1), (4, 4, 1), (5, 5, 2), (6, 6, 1), (7, 7, 1))
    expected = sum(count for one, other, count in pairs if {RECORDS[one], RECORDS[other]} & set(kept))
    assert len(found) == expected
    assert len({tuple(ends) for ends in found}) == expected
