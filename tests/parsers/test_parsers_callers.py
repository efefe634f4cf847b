"""What every caller format owes us: nothing lost, nothing guessed, nothing taken for what it is not."""

from __future__ import annotations

import contextlib
import gzip
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parsers_samples import (
    ARRIBA_V1,
    ARRIBA_V2,
    STAR_ABRIDGED,
    STAR_CODING,
    a_context,
    arriba_row,
    calls_of,
    csv_text,
    nfcore_record,
    nfcore_text,
    problems_of,
    source_of,
    star_row,
    sv_record,
    sv_text,
    table_text,
)

from parsers.callers import FORMATS, format_of, read_control_file, read_fusion_file
from parsers.errors import InputError
from parsers.reading import decode
from parsers.records import FusionCall

GENERIC = csv_text(
    {
        "accession": "S26-00001",
        "gene_5prime": "TPM3",
        "gene_3prime": "ALK",
        "exon_5prime": "8",
        "exon_3prime": "20",
        "caller": "x",
    },
    {
        "accession": "S26-00001",
        "gene_5prime": "CLTC",
        "gene_3prime": "ALK",
        "exon_5prime": "31",
        "exon_3prime": "20",
        "caller": "x",
    },
)
SAMPLES = {
    "Arriba": table_text(ARRIBA_V2, [arriba_row(), arriba_row(gene1="CLTC", breakpoint1="17:59690000")]),
    "Arriba v1": table_text(ARRIBA_V1, [arriba_row(), arriba_row(gene1="CLTC", breakpoint1="17:59690000")]),
    "STAR-Fusion": table_text(STAR_ABRIDGED, [star_row(), star_row(LeftGene="TPM3^ENSG1")]),
    "STAR-Fusion coding": table_text(STAR_CODING, [star_row(), star_row(LeftGene="TPM3^ENSG1")]),
    "generic fusion table": GENERIC,
    "nf-core/rnafusion VCF": nfcore_text(nfcore_record(), nfcore_record(GENEA="CLTC", CHRA="17", POSA="59690000")),
    "structural-variant VCF": sv_text(
        sv_record("N]chr5:500]"), sv_record("<INV>", name="i", info="SVTYPE=INV;END=42524140")
    ),
}
every_format = pytest.mark.parametrize("text", SAMPLES.values(), ids=SAMPLES.keys())


def read(data: bytes) -> tuple[FusionCall, ...]:
    """What the formats make of bytes, without a folder in between."""
    source = decode(data, "fusions.csv")
    return format_of(source).read(source, a_context()).calls


@every_format
def test_only_one_format_claims_a_file(text: str) -> None:
    assert len([one for one in FORMATS if one.sniff(text)]) == 1


@every_format
def test_a_cut_within_any_line_is_refused_and_never_a_subset(text: str) -> None:
    """
    Cut at every byte. A cut exactly behind a line end leaves a whole table: bytes cannot show it, compression does
    (`test_a_compressed_file_cut_anywhere_is_refused`).
    """
    data = text.encode()
    whole = read(data)
    for length in range(len(data)):
        part = data[:length]
        if part.endswith(b"\n"):
            continue
        with pytest.raises(InputError):
            read(part)
    assert read(data) == whole


@every_format
def test_a_compressed_file_cut_anywhere_is_refused(text: str) -> None:
    data = gzip.compress(text.encode(), mtime=0)
    assert read(data) == read(text.encode())
    for length in range(len(data)):
        with pytest.raises(InputError):
            read(data[:length])


@every_format
def test_line_ends_and_encodings_do_not_matter(text: str) -> None:
    expected = read(text.encode())
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"):
        for line_end in ("\n", "\r\n", "\r"):
            assert read(text.replace("\n", line_end).encode(encoding)) == expected


@pytest.mark.parametrize(
    "text", [SAMPLES["Arriba"], SAMPLES["Arriba v1"], SAMPLES["STAR-Fusion"], SAMPLES["STAR-Fusion coding"]]
)
@given(seed=st.integers(min_value=0, max_value=10_000))
@settings(max_examples=25, deadline=None)
def test_the_order_of_columns_does_not_matter(text: str, seed: int) -> None:
    lines = [line.split("\t") for line in text.removeprefix("#").rstrip("\n").split("\n")]
    order = random.Random(seed).sample(range(len(lines[0])), len(lines[0]))  # noqa: S311
    shuffled = "".join("\t".join(line[index] for index in order) + "\n" for line in lines)
    assert read(shuffled.encode()) == read(text.encode())


@every_format
@pytest.mark.parametrize("drop", [0, -1])
def test_a_row_with_one_cell_too_few_is_refused_with_its_line(tmp_path: Path, text: str, drop: int) -> None:
    separator = "," if text is GENERIC else "\t"
    lines = text.rstrip("\n").split("\n")
    cells = lines[-1].split(separator)
    del cells[drop]
    problems = problems_of(
        tmp_path, "\n".join([*lines[:-1], separator.join(cells), ""]).replace("calls.txt", "fusions.csv")
    )
    assert len(lines) in [problem.line for problem in problems]


@every_format
@pytest.mark.parametrize("character", ["\x00", "\u202e"])
def test_control_and_reordering_characters_are_refused(tmp_path: Path, text: str, character: str) -> None:
    damaged = text.replace("ALK", f"AL{character}K").replace("PASS", f"PASS{character}")
    assert "untrusted-character" in {problem.code for problem in problems_of(tmp_path, damaged)}


@every_format
def test_every_call_says_where_it_was_read(tmp_path: Path, text: str) -> None:
    lines = text.split("\n")
    for call in calls_of(tmp_path, text):
        assert call.place.file == "calls.txt"
        assert call.place.line
        assert lines[call.place.line - 1]
        assert call.genome_build == "GRCh38" or call.breakpoint_5prime is None


@every_format
def test_the_source_counts_the_calls_and_holds_the_digest(tmp_path: Path, text: str) -> None:
    source = source_of(tmp_path, text)
    assert source.calls == len(calls_of(tmp_path, text)) > 0
    assert source.sha256 == decode(text.encode(), "x").sha256


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("GeneName1\tGeneName2\tchr1\tEricScore\nA\tB\t1\t0.9\n", "EricScript"),
        ("geneA.name\tgeneA.id\tgeneB.name\tgeneB.id\tpaircount\tsplitcount\ttranscripts.list\n", "pizzly"),
        ("# chrom1\tstart1\tend1\tchrom2\tstart2\tend2\tname\tscore\tstrand1\tstrand2\tType\tFusedGenes\n", "SQUID"),
        ("# chrom1\tstart1\tend1\tstrand1\tstrand2\tnum_concordantfrag_bp1\tnum_concordantfrag_bp2\n", "SQUID"),
        ("#chrom1\tstart1\tend1\tchrom2\tstart2\tend2\tname\tscore\tstrand1\tstrand2\n", "BEDPE"),
        ("chr2\t1\t2\tchr5\t3\t4\tA--B\t9\t+\t-\n", "BEDPE"),
        ("chr2\t29192773\t29921586\tALK\t0\t-\n", "BED"),
        ("2\t29192773\t29921586\n", "BED"),
        ("@HD\tVN:1.6\tSO:coordinate\n", "SAM"),
        ("#version 2.4\nHugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\n", "MAF"),
        ("Hugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\n", "MAF"),
        ("chr_donorA\tbrkpt_donorA\tstrand_donorA\tread_name\n", "STAR's chimeric junctions"),
        ("cluster_id\tsplitr_sequence\tsplitr_count\tgene_name1\tgene_name2\n", "deFuse"),
        ("FusionID\tStrand\tKnownGene1\tKnownGene2\tFusionGene\n", "FusionMap"),
        ("AnnotSV_ID\tSV_chrom\tSV_start\n", "AnnotSV"),
        ("id\tsvId\tisStart\tgene\tregionType\tcodingType\n", "linx.fusion.tsv"),
        ("Tumor_Sample_Barcode\tGeneA\tGeneB\tSv_Type\n", "OncoKB"),
        ('{"genes": []}\n', "JSON"),
        ("#SOURCE,DNAFusionFilter,2.0.0.88\n#DATE,2026-01-05\nSample,Name,Chr1,Pos1\n", "ctDNA"),
        ("Sample,Name,Chr1,Pos1,Chr2,Pos2,Direction,Alt_Depth,Gene1,Gene2\n", "ctDNA"),
        ("Very short summary of found candidate fusion genes\n====\n", "FusionCatcher"),
        ("TPM3--ALK\nGOPC--ROS1\n", "fusion-report"),
        ('[{"Fusion":"A--B"}]\n', "fusion-report"),
        ("Hugo_Symbol\tTumor_Sample_Barcode\tFusion\n", "cBioPortal"),
        (
            "##fileformat=VCFv4.3\n##source=fusioncatcher_v1.20\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n",
            "FusionCatcher VCF",
        ),
    ],
)
def test_known_formats_that_are_not_read_are_refused_by_name(tmp_path: Path, text: str, name: str) -> None:
    (problem,) = problems_of(tmp_path, text)
    assert problem.code == "unsupported-format"
    assert name in problem.message
    for supported in ("Arriba", "STAR-Fusion", "nf-core/rnafusion VCF", "structural-variant VCF"):
        assert supported in problem.expected
    assert "fusions.csv" in problem.remedy


@pytest.mark.parametrize("text", ["hello\n", "gene,reads\nALK,5\n", "FGFR3--TACC3\n", "{}\n"])
def test_anything_else_is_refused_naming_what_is_supported(tmp_path: Path, text: str) -> None:
    (problem,) = problems_of(tmp_path, text)
    assert problem.code == "unsupported-format"
    assert "Arriba" in problem.expected


@pytest.mark.parametrize(
    ("caller", "column", "renamed"),
    [
        ("STAR-Fusion", "JunctionReadCount", "Junction Reads"),
        ("STAR-Fusion", "FusionName", "Fusion"),
        ("Arriba", "gene1", "Gene 1"),
        ("Arriba", "confidence", "Confidence"),
    ],
)
def test_a_table_with_an_edited_header_is_told_by_the_format_it_was(
    tmp_path: Path, caller: str, column: str, renamed: str
) -> None:
    header, rest = SAMPLES[caller].split("\n", 1)
    names = [renamed if name.lstrip("#") == column else name for name in header.split("\t")]
    (problem,) = problems_of(tmp_path, "\t".join(names) + "\n" + rest)
    assert problem.code == "unsupported-format"
    assert f"looks like {caller}, missing {column}" in problem.message


@pytest.mark.parametrize(
    ("header", "name", "missing"),
    [
        (
            "# Source = FusionProces\nCaller,Gene A,Gene B,Gene A Breakpoint,Gene B Breakpoint,Filter,Keep,"
            "Alt Split Dedup,Alt Pair Dedup,Fusion Directionality Known\n",
            "TSO500 AllFusions",
            "KeepFusion",
        ),
        (
            "sample,fusion_genes,chrom1,base1,chrom2,base2,spanning pairs,spanning reads,inframe,classification\n",
            "JAFFA",
            "fusion genes",
        ),
        (
            "sample;Fusion;chrom1;base1;chrom2;base2;spanning pairs;spanning reads;inframe;classification\n",
            "JAFFA",
            "fusion genes",
        ),
        (
            "Gene1\tGene_2_symbol(3end_fusion_partner)\tFusion_point_for_gene_1(5end_fusion_partner)\t"
            "Fusion_point_for_gene_2(3end_fusion_partner)\tSpanning_pairs\tSpanning_unique_reads\n",
            "FusionCatcher",
            "Gene_1_symbol(5end_fusion_partner)",
        ),
    ],
)
def test_other_tables_with_an_edited_header(tmp_path: Path, header: str, name: str, missing: str) -> None:
    (problem,) = problems_of(tmp_path, header + "x\n")
    assert f"looks like {name}, missing {missing}" in problem.message


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_workbook_as_a_callers_file_is_never_to_be_saved_as_text(tmp_path: Path, start: bytes) -> None:
    """Saving it makes dates of genes: the pages of the formats say never to do so."""
    (problem,) = problems_of(tmp_path, start + bytes(60))
    assert problem.code == "wrong-kind-of-file"
    assert problem.remedy.startswith("use the caller's own file, not one saved from a spreadsheet")
    (tmp_path / "control.xlsx").write_bytes(start + bytes(60))
    with pytest.raises(InputError) as caught:
        read_control_file(tmp_path / "control.xlsx", a_context())
    assert caught.value.problems[0].remedy == problem.remedy


def test_the_laboratorys_own_fusion_table_may_be_saved_as_csv(tmp_path: Path) -> None:
    (tmp_path / "fusions.csv").write_bytes(b"PK\x03\x04" + bytes(60))
    with pytest.raises(InputError) as caught:
        read_fusion_file(tmp_path / "fusions.csv", a_context())
    assert caught.value.problems[0].remedy == "save the sheet as CSV (UTF-8) and use that file"


def test_a_few_common_names_are_no_format(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, "gene1\tgene2\tbreakpoint1\tbreakpoint2\treads\n")
    assert problem.message == "the format is not known"


@pytest.mark.parametrize("name", ["star-fusion.fusion_predictions.tsv", "S26-00001.vcf", "x.csv.gz"])
def test_a_file_is_recognised_by_its_content_never_by_its_name(tmp_path: Path, name: str) -> None:
    from parsers_samples import read as read_named

    assert read_named(tmp_path, SAMPLES["Arriba"], name=name)[1].format == "Arriba"


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_no_bytes_crash_the_readers(data: bytes) -> None:
    try:
        read(data)
    except InputError:
        return


@given(st.text(max_size=200), st.sampled_from(list(SAMPLES.values())), st.integers(min_value=0, max_value=3000))
@settings(max_examples=200, deadline=None)
def test_a_damaged_file_is_refused_or_every_line_of_it_is_told(noise: str, text: str, place: int) -> None:
    """Whatever is written over a good file: each line of data is a call, the mate of one, or counted as left out."""
    damaged = text[:place] + noise + text[place + len(noise) :]
    try:
        source = decode(damaged.encode("utf-8", "surrogatepass"), "calls.txt")
        reading = format_of(source).read(source, a_context())
    except InputError:
        return
    told = {call.place.line for call in reading.calls}
    told |= {int(dict(call.as_given).get("mate_line", "0")) for call in reading.calls}
    left_out = [int(one.message.split()[0]) for one in reading.warnings if one.code == "no-junction"]
    lines = [
        number for number, line in enumerate(source.text.split("\n"), 1) if line.strip() and not line.startswith("##")
    ]
    rows = [number for number in lines[1:] if source.text.split("\n")[number - 1].strip(",; \t")]
    assert len([number for number in rows if number not in told]) == sum(left_out)


@pytest.mark.parametrize("text", [SAMPLES["Arriba"], SAMPLES["STAR-Fusion"], SAMPLES["nf-core/rnafusion VCF"]])
def test_a_damaged_file_of_many_rows_gives_fifty_problems_and_says_that_there_are_more(
    tmp_path: Path, text: str
) -> None:
    last = text.rstrip("\n").rsplit("\n", 1)[1]
    for bad in (last.rsplit("\t", 1)[0], last.replace("29223528", "x").replace("59690000;", "x;")):
        problems = problems_of(tmp_path, text + (bad + "\n") * 5000)
        assert len(problems) == 51
        assert problems[-1].code == "more-problems"


@every_format
def test_numbers_of_thousands_of_digits_are_problems_of_the_input(tmp_path: Path, text: str) -> None:
    """Python refuses to read them, which is no way for a file to be refused."""
    for number in ("29223528", "42524140", ":500", "20", "48", "19", ":48:", "8"):
        digits = "".join(character for character in number if character.isdigit())
        damaged = text.replace(number, number.replace(digits, "9" * 5000))
        if damaged != text:
            with contextlib.suppress(InputError):
                calls_of(tmp_path, damaged)


def test_a_hundred_thousand_rows_are_all_read(tmp_path: Path) -> None:
    rows = [arriba_row(breakpoint1=f"1:{154170400 + index}") for index in range(1000)]
    header, body = table_text(ARRIBA_V2, rows).split("\n", 1)
    assert len(calls_of(tmp_path, f"{header}\n{body * 100}")) == 100_000
