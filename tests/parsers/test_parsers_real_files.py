"""
Real caller outputs, where they lie beside the checkout (they are not part of it): target-gene rows as read by a person.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from parsers_samples import a_context

from parsers.callers import read_fusion_file
from parsers.errors import InputError
from parsers.records import FusionCall

FORMATS = Path(__file__).parents[3] / "shared" / "formats"
TARGETS = {"ALK", "ROS1", "NTRK1", "NTRK3", "RET"}

pytestmark = pytest.mark.skipif(not FORMATS.is_dir(), reason="the real files are not here")


def read(name: str, **context: object):  # type: ignore[no-untyped-def]
    return read_fusion_file(FORMATS / name, a_context(**({"assay_build": None} | context)))


def told(call: FusionCall) -> tuple[object, ...]:
    return (
        call.gene_5prime,
        call.gene_3prime,
        str(call.breakpoint_5prime),
        str(call.breakpoint_3prime),
        call.split_reads,
        call.spanning_pairs,
        call.reading_frame,
    )


def targets(name: str, **context: object) -> list[tuple[object, ...]]:
    calls, _, _ = read(name, **context)
    return [told(call) for call in calls if {call.gene_5prime, call.gene_3prime} & TARGETS]


def refusal(name: str, **context: object) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(name, **context)
    assert all(problem.remedy for problem in caught.value.problems)
    return [problem.code for problem in caught.value.problems]


def test_arriba_1() -> None:
    assert targets("arriba/arriba_v1_fusion-report.tsv") == [
        ("GOPC", "ROS1", "chr6:117566854:-", "chr6:117321394:-", 51, 26, "in-frame"),
        ("GOPC", "ROS1", "chr6:117566854:-", "chr6:117320030:-", 1, 8, "out-of-frame"),
        ("HOOK3", "RET", "chr8:42968214:+", "chr10:43116584:+", 10, 2, "in-frame"),
        ("ETV6", "NTRK3", "chr12:11869969:+", "chr15:87940753:-", 9, 2, "in-frame"),
        ("EML4", "ALK", "chr2:42301394:+", "chr2:29223584:-", 4, 3, "in-frame"),
        ("CD74", "ROS1", "chr5:150404680:-", "chr6:117324415:-", 5, 0, "in-frame"),
    ]
    calls, source, _ = read("arriba/arriba_v1_fusion-report.tsv")
    assert (len(calls), source.genome_build) == (14, "GRCh38")
    assert [call.gene_5prime for call in calls].count("") == 1
    assert all(call.passed_filter for call in calls)


def test_arriba_2() -> None:
    (call,) = read("arriba/arriba_v2_BCR-ABL1_fusor.tsv", specimen_build="GRCh37")[0]
    assert told(call) == ("BCR", "ABL1", "chr22:23632600:+", "chr9:133729451:+", 11, 0, "in-frame")
    assert (call.transcript_5prime, call.transcript_3prime) == ("ENST00000305877.8", "ENST00000372348.2")
    calls, _, _ = read("arriba/arriba_v2_dragen-star_RNAsum.tsv", specimen_build="GRCh38")
    assert [(call.gene_5prime, call.gene_3prime) for call in calls] == [
        ("EP300-AS1", "XRCC6"),
        ("LAPTM4A", "AC098828.3"),
        ("FNIP1", ""),
        ("ZFP64", "MORC2"),
    ]
    assert refusal("arriba/arriba_v2_dragen-star_RNAsum.tsv") == ["genome-build-unknown"]


def test_star_fusion() -> None:
    assert targets("star_fusion/starfusion_fullreads_fusion-report.tsv") == [
        ("HOOK3", "RET", "chr8:42968214:+", "chr10:43116584:+", 11, 2, "unknown"),
        ("ETV6", "NTRK3", "chr12:11869969:+", "chr15:87940753:-", 10, 4, "unknown"),
        ("CD74", "ROS1", "chr5:150404680:-", "chr6:117324415:-", 7, 0, "unknown"),
        ("EML4", "ALK", "chr2:42301394:+", "chr2:29223584:-", 4, 4, "unknown"),
        ("NPM1", "ALK", "chr5:171391799:+", "chr2:29223528:-", 1, 2, "unknown"),
    ]
    assert targets("star_fusion/starfusion_small_fusor.tsv") == [
        ("KIF5B", "RET", "chr10:32017143:-", "chr10:43114480:+", 286, 27, "unknown"),
        ("EML4", "ALK", "chr2:42295516:+", "chr2:29223528:-", 219, 39, "unknown"),
    ]
    calls, _, _ = read("star_fusion/starfusion_coding_effect_chimeraviz.tsv", specimen_build="GRCh37")
    assert [call.reading_frame for call in calls] == ["unknown", "unknown", "out-of-frame"]
    assert calls[2].transcript_5prime == "ENST00000432791.1"


NFCORE = [
    ("CD74", "ROS1", "chr5:150404680:-", "chr6:117324415:-", 7, 0, "unknown"),
    ("EML4", "ALK", "chr2:42301394:+", "chr2:29223584:-", 4, 4, "in-frame"),
    ("ETV6", "NTRK3", "chr12:11869969:+", "chr15:87940753:-", 10, 4, "unknown"),
    ("GOPC", "ROS1", "chr6:117566854", "chr6:117321394", 0, 0, "unknown"),
    ("HOOK3", "RET", "chr8:42968214:+", "chr10:43116584:+", 11, 2, "unknown"),
    ("NPM1", "ALK", "chr5:171391799:+", "chr2:29223528:-", 1, 2, "unknown"),
]


@pytest.mark.parametrize(
    "name",
    [
        "generated/nfcore_rnafusion_vcf_collect_generated.vcf",
        "derived/blank_line_end.vcf",
        "derived/bom.vcf",
        "derived/crlf.vcf",
        "derived/no_fileformat.vcf",
        "derived/plain_gzip.vcf.gz",
    ],
)
def test_nfcore_and_its_damaged_twins(name: str) -> None:
    assert targets(name) == NFCORE
    calls, source, _ = read(name)
    assert (len(calls), source.genome_build, source.sample) == (18, "GRCh38", "SAMPLE_01")
    alk = next(call for call in calls if call.gene_5prime == "EML4")
    assert (alk.exon_5prime, alk.exon_3prime, alk.transcript_3prime) == (13, 20, "ENST00000389048.8")


@pytest.mark.parametrize("name", ["arriba_header_only.tsv", "starfusion_header_only.tsv", "zero_records.vcf"])
def test_finished_runs_without_a_call(name: str) -> None:
    calls, source, _ = read(f"derived/{name}")
    assert (calls, source.calls) == ((), 0)


def test_eml4_alk_comes_as_an_inversion_among_decoys() -> None:
    calls, source, _ = read("annotated_sv_vcf/snpeff_EML4-ALK_annotated_LUMPY.vcf", specimen_build="GRCh37")
    near_alk = [call for call in calls if call.breakpoint_5prime and 29415640 <= call.breakpoint_5prime.pos <= 30144432]
    on_2 = [told(call)[2:6] for call in near_alk if call.breakpoint_5prime.chrom == "chr2"]  # type: ignore[union-attr]
    assert on_2[:4] == [
        ("chr2:29447648:+", "chr2:42524140:+", 0, 413),
        ("chr2:29447648:-", "chr2:42524140:-", 0, 413),
        ("chr2:29448814:+", "chr2:29449226:+", 0, 4),
        ("chr2:29448814:-", "chr2:29449226:-", 0, 4),
    ]
    assert (source.caller, source.sample) == ("LUMPY", "HDC134P")
    assert all(not call.order_known and call.molecule == "DNA" for call in calls)


def test_mates_without_mateid_and_with_capital_chromosomes() -> None:
    (call,) = read("annotated_sv_vcf/snpeff_test_fusion_CCDC6-RET.vcf", specimen_build="GRCh37")[0]
    assert (str(call.breakpoint_5prime), str(call.breakpoint_3prime)) == ("chr10:43599731:-", "chr10:61599286:-")


def test_manta() -> None:
    calls, source, warnings = read("sv_vcf/manta_1.1.1.vcf")
    assert (source.genome_build, source.caller) == ("GRCh38", "Manta 1.1.1")
    assert [(call.event_type, str(call.breakpoint_5prime), str(call.breakpoint_3prime)) for call in calls] == [
        ("BND", "chr1:1570957:-", "chr15:93292550:+"),
        ("DEL", "chr1:1605661:+", "chr1:1605826:-"),
        ("INV", "chr1:11431744:+", "chr1:118852083:+"),
        ("DUP", "chr1:12138948:-", "chr1:12139014:+"),
        ("DEL", "chr16:57691483:+", "chr16:57693934:-"),
        ("DUP", "chr16:59050064:-", "chr16:59050093:+"),
    ]
    assert [(call.split_reads, call.spanning_pairs) for call in calls[:3]] == [(10, 1), (17, 0), (11, 0)]
    assert [warning.code for warning in warnings] == ["no-junction"]


@pytest.mark.parametrize(
    ("name", "sample", "count"),
    [
        ("sv_vcf/manta_events_mavis.vcf", "COLO829", 12),
        ("annotated_sv_vcf/vep94_manta_somatic_cancer.vcf.gz", "999-99", 15),
        ("sv_vcf/purple_sv_COLO829_annotated.vcf.gz", "COLO829T", 95),
    ],
)
def test_files_with_a_normal_sample_are_read_for_the_named_one(name: str, sample: str, count: int) -> None:
    assert refusal(name, specimen_build="GRCh37") == ["several-samples"]
    calls, source, _ = read(name, accession=sample, specimen_build="GRCh37")
    assert len(calls) == count
    assert sample in source.sample


def test_sniffles() -> None:
    calls, _, _ = read("sv_vcf/sniffles_SKBR3_TRA.vcf", specimen_build="GRCh37")
    assert (str(calls[0].breakpoint_5prime), str(calls[0].breakpoint_3prime)) == ("chr8:77706277", "chr14:57041014")
    assert [call.split_reads for call in calls] == [15, 63, 45, 107, 19, 16, 64]
    assert len(read("sv_vcf/sniffles_1.0.8_colo829.vcf")[0]) == 6


def test_the_examples_of_the_specification() -> None:
    calls, _, _ = read("sv_vcf/vcf4.4_spec_sv44.vcf", specimen_build="GRCh38")
    assert [(call.event_type, call.breakpoint_3prime is None) for call in calls].count(("BND", True)) == 1
    assert refusal("sv_vcf/vcf4.2_spec_example_sv.vcf") == ["genome-build-contradiction"]


@pytest.mark.parametrize("name", ["sv_vcf/gridss.vcf", "sv_vcf/delly_0.6.8.vcf"])
def test_files_without_a_last_line_end_are_refused(name: str) -> None:
    assert refusal(name) == ["cut-short"]


@pytest.mark.parametrize("name", ["sv_vcf/gridss.vcf", "sv_vcf/delly_0.6.8.vcf"])
def test_and_are_read_once_it_is_there(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.vcf"
    path.write_bytes((FORMATS / name).read_bytes() + b"\n")
    calls, _, warnings = read_fusion_file(path, a_context(specimen_build="GRCh37"))
    if "gridss" in name:
        assert len(calls) == 6
        assert [warning.code for warning in warnings] == ["absent-mate"] * 4
        assert (calls[1].split_reads, calls[1].spanning_pairs) == (3, 5)
    else:
        assert [(call.event_type, str(call.breakpoint_3prime)) for call in calls] == [
            ("INV", "chr1:249240606:+"),
            ("DEL", "chr1:547549:-"),
            ("DUP", "chr1:239847948:+"),
            ("TRA", "chr1:19357517:-"),
        ]


@pytest.mark.parametrize(
    ("name", "caller"),
    [
        ("other/squid_fusion-report.txt", "SQUID"),
        ("other/pizzly_fusion-report.tsv", "pizzly"),
        ("other/ericscript_fusion-report.tsv", "EricScript"),
    ],
)
def test_callers_without_support_are_refused_by_name(name: str, caller: str) -> None:
    with pytest.raises(InputError) as caught:
        read(name)
    assert caller in caught.value.problems[0].message
