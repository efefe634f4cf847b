"""VCF text that htslib would refuse, lose or misread."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from parsers_samples import (
    COLUMNS,
    NFCORE_HEADER,
    calls_of,
    nfcore_record,
    nfcore_text,
    problems_of,
    sv_record,
    sv_text,
)

from parsers.errors import InputError
from parsers.reading import decode
from parsers.vcf import info_of, read_vcf

RECORDS = (nfcore_record(), nfcore_record(GENEA="CLTC", CHRA="17", POSA="59690000"))
TEXT = nfcore_text(*RECORDS)


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(TEXT.encode()),
        ("\ufeff" + TEXT).encode(),
        TEXT.encode("utf-16"),
        TEXT.replace("\n", "\r\n").encode(),
        (TEXT + "\n").encode(),
        TEXT.replace("\n7", "\n\n7").replace("\n17", "\n\n17").encode(),
        TEXT.replace("Break end", "Bréak end").encode("latin-1"),
        TEXT.replace("##fileformat=VCFv4.1\n", "").encode(),
    ],
    ids=["plain gzip", "mark", "utf-16", "crlf", "blank end", "blank between", "latin-1", "no fileformat"],
)
def test_every_record_survives(tmp_path: Path, data: bytes) -> None:
    found = [(call.gene_5prime, call.gene_3prime, call.split_reads) for call in calls_of(tmp_path, data)]
    assert found == [("TPM3", "ALK", 48), ("CLTC", "ALK", 48)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (TEXT.rstrip("\n"), "cut-short"),
        (NFCORE_HEADER, "no-vcf-header"),
        (TEXT.replace("#CHROM\tPOS\tID", "#CHROM POS ID"), "no-vcf-header"),
        ("#" + TEXT[1:].replace("##", "#", 1), "no-vcf-header"),
        ("#\n" + TEXT, "no-vcf-header"),
        (TEXT.replace("\tGT:DV:RV:FFPM\t./1:48:61:2.1", "\tGT:DV:RV:FFPM"), "wrong-number-of-cells"),
        (TEXT.replace("7\t59690000\t", "7 59690000 "), "wrong-number-of-cells"),
        (TEXT.replace("\t59690000\t", "\tabc\t"), "unreadable-vcf"),
        (TEXT.replace("\t.\tN\t[", " . N ["), "wrong-number-of-cells"),
        (nfcore_text(*RECORDS, sample="S\tS").replace("2.1\n", "2.1\t.\n"), "repeated-sample"),
        (TEXT.replace("Mitelman", "x").replace("FOUND_DB=nan", "FOUND_DB=a\x00b"), "untrusted-character"),
    ],
)
def test_what_cannot_be_read_whole_is_refused(tmp_path: Path, text: str, code: str) -> None:
    assert {problem.code for problem in problems_of(tmp_path, text)} == {code}


def test_the_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, TEXT.replace("\t59690000\t", "\tabc\t"))
    assert problem.line == TEXT.split("\n").index(RECORDS[1].rstrip("\n")) + 1
    assert "1 of 2" in problem.message


def test_info_is_taken_as_written() -> None:
    info = info_of("END=5;FUNC=[{'gene':'ALK','exon':'20'}];SOMATIC;EMPTY=;.")
    assert info == {"END": "5", "FUNC": "[{'gene':'ALK','exon':'20'}]", "SOMATIC": "", "EMPTY": ""}


def test_undefined_fields_missing_contigs_and_version_4_4_are_read() -> None:
    text = f"##fileformat=VCFv4.4\n{COLUMNS}\nweird1\t5\t.\tN\tN]chr5:500]\t.\tODD\tNEW=1;OTHER\n"
    vcf = read_vcf(decode(text.encode(), "a.vcf"), "S26-00001")
    (record,) = vcf.records
    assert (record.chrom, record.filters, record.info, record.sample, vcf.sample) == (
        "weird1",
        "ODD",
        {"NEW": "1", "OTHER": ""},
        {},
        "",
    )
    assert not record.passed


def test_no_trace_of_the_file_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    read_vcf(decode(TEXT.encode(), "a.vcf"), "S26-00001")
    assert list(tmp_path.iterdir()) == []


def test_the_count_of_pysam_must_be_that_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    import pysam

    class Forgetful(pysam.VariantFile):  # type: ignore[misc]
        def __iter__(self):  # type: ignore[no-untyped-def]
            return iter([])

    monkeypatch.setattr(pysam, "VariantFile", Forgetful)
    with pytest.raises(InputError) as caught:
        read_vcf(decode(TEXT.encode(), "a.vcf"), "S26-00001")
    assert caught.value.problems[0].code == "unreadable-vcf"


def test_a_position_that_pysam_reads_otherwise_is_refused(tmp_path: Path) -> None:
    text = sv_text(sv_record("N]chr5:500]")).replace("\t29224000\t", "\t029224000\t")
    assert [problem.code for problem in problems_of(tmp_path, text)] == ["unreadable-vcf"]


def test_the_patients_calls_are_never_written_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is killed while it reads would leave them there."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr("tempfile.TemporaryDirectory", refuse)
    assert len(calls_of(tmp_path, TEXT)) == 2


def test_without_files_in_memory_a_temporary_one_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("os.memfd_create")
    assert len(calls_of(tmp_path, TEXT)) == 2
