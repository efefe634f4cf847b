"""
VCF text to records that have survived: through pysam, after mending what makes htslib stop or lose records.

Measured on real files (pysam 0.24): a blank line ends reading early, a byte order mark, plain gzip or a missing
`##fileformat` refuses the file, `info["END"]` is reserved, and free text in INFO falls apart at commas. So the text is
cleaned first, INFO and the sample's values are taken from the raw columns, and the count of pysam's records must be the
count of the text's lines.
"""

from __future__ import annotations

import os
import re
import tempfile
from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from parsers.accessions import is_named_like_normal, names
from parsers.errors import MOST_PROBLEMS, InputError, Problem, first_of
from parsers.reading import FileText, lines_of, refuse_untrusted_characters, require_final_newline
from parsers.records import Build

# Whether a data line need only be counted.
IsOther = Callable[[str], bool]

_FIXED = 8
_FIRST_SAMPLE = 9
# Characters; far more than contigs and command lines take. A long table need not be searched to its end.
_LONGEST_HEADER = 5_000_000

# Lengths of chromosomes 1, 2, 5 and X: one is enough to tell the assemblies apart.
_LENGTHS: dict[tuple[str, str], Build] = {
    ("1", "249250621"): "GRCh37",
    ("2", "243199373"): "GRCh37",
    ("5", "180915260"): "GRCh37",
    ("X", "155270560"): "GRCh37",
    ("1", "248956422"): "GRCh38",
    ("2", "242193529"): "GRCh38",
    ("5", "181538259"): "GRCh38",
    ("X", "156040895"): "GRCh38",
}
_BUILD_WORDS = (
    (re.compile(r"GRCh38|hg38|\bb38\b", re.IGNORECASE), "GRCh38"),
    (re.compile(r"GRCh37|hg19|\bb37\b|hs37d5|human_g1k_v37", re.IGNORECASE), "GRCh37"),
    (re.compile(r"NCBI36|hg18\b", re.IGNORECASE), "NCBI36"),
)


@dataclass(frozen=True, slots=True)
class VcfRecord:
    """
    One data line. `info` and `sample` hold texts as written (a flag is `""`); `alts` are the alternative alleles.

    `filters` is the FILTER column; `passed` is True for PASS and for `.`, which means that no filter was applied.
    """

    line: int
    chrom: str
    pos: int
    id: str
    ref: str
    alts: tuple[str, ...]
    qual: str
    filters: str
    info: Mapping[str, str]
    sample: Mapping[str, str]

    @property
    def passed(self) -> bool:
        return self.filters in ("PASS", ".", "")


@dataclass(frozen=True, slots=True)
class Vcf:
    """
    A whole VCF: its header lines, its records, the one sample that was asked for (`""` when it has none).

    `others` are the records that were only counted.
    """

    header: tuple[str, ...]
    records: tuple[VcfRecord, ...]
    sample: str
    build: Build | None
    warnings: tuple[Problem, ...] = ()
    others: int = 0


@dataclass(slots=True)
class _Lines:
    """`checked` are the lines that pysam has to read, with their numbers; of one that is only counted, the position."""

    header: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    columns_line: int = 0
    data: list[tuple[int, list[str]]] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    positions: list[str] = field(default_factory=list)
    numbers: array[int] = field(default_factory=lambda: array("L"))


def looks_like_vcf(text: str) -> bool:
    """True for a VCF, with or without its first line."""
    if text.startswith(("##fileformat=VCF", "#CHROM\tPOS\t")):
        return True
    return "\n#CHROM\tPOS\tID\tREF\tALT" in text[:_LONGEST_HEADER]


def header_of(text: str) -> str:
    """The `##` lines as one text."""
    return "\n".join(_header_lines(text))


def read_vcf(
    source: FileText, accession: str, is_other_in: Callable[[int], IsOther] | None = None, *, sample: str = ""
) -> Vcf:
    """
    Every record of a VCF. With several samples the one that is called `sample` is read, else the only one whose name
    holds `accession` or is TUMOR, and does not say that it is the normal.

    `is_other_in` gives, for a number of columns, the test of a data line that need only be counted.

    Raises:
        InputError: cut short, no `#CHROM` line, a line with too few or too many columns, several samples of which none
            is the specimen's, a header that contradicts itself, or pysam reads another number of records than the text.
    """
    require_final_newline(source)
    refuse_untrusted_characters(source)
    lines = _lines(source, is_other_in)
    warnings: list[Problem] = []
    if not lines.header or not lines.header[0].startswith("##fileformat="):
        warnings.append(_without_fileformat(source.name))
    column, chosen = _sample_column(source.name, lines, accession, sample)
    build = declared_build(source.name, lines.header)
    _check_with_pysam(source.name, lines)
    records = tuple(_record(number, cells, column) for number, cells in lines.data)
    others = len(lines.checked) - len(lines.data)
    return Vcf(tuple(lines.header), records, chosen, build, tuple(warnings), others)


def info_of(text: str) -> dict[str, str]:
    """The INFO column as written: `END=5;SOMATIC` is `{"END": "5", "SOMATIC": ""}`. Values keep commas and brackets."""
    pairs = (part.partition("=") for part in text.split(";") if part not in ("", "."))
    return {key.strip(): value for key, _, value in pairs}


def declared_build(file: str, header: list[str]) -> Build | None:
    """
    The assembly that the header names, by its words, the lengths of its contigs, or VEP's word for what it annotated.

    Raises:
        InputError: it names more than one, or one that is not supported.
    """
    found: set[str] = set()
    for line in header:
        contig = re.match(r"##contig=<ID=(?:chr)?(\w+),.*?length=(\d+)", line, re.IGNORECASE)
        if contig:
            known = _LENGTHS.get((contig[1].upper(), contig[2]))
            found.update([known] if known else [])
        if re.match(r"##(reference|assembly|contig=.*assembly)", line, re.IGNORECASE):
            found.update(build for words, build in _BUILD_WORDS if words.search(line))
        # Genes annotated on another assembly than the positions are would be other genes.
        annotated = re.match(r'##VEP=.*\bassembly="([^"]*)"', line)
        if annotated:
            found.update(build for words, build in _BUILD_WORDS if words.search(annotated[1]))
    if found - {"GRCh37", "GRCh38"} or len(found) > 1:
        raise InputError(
            Problem(
                "genome-build-contradiction",
                file,
                "the header names more than one assembly, or one that is not supported",
                "call the variants again on GRCh37 or GRCh38",
                found=", ".join(sorted(found)),
                expected="GRCh37 or GRCh38",
            )
        )
    return "GRCh37" if "GRCh37" in found else "GRCh38" if "GRCh38" in found else None


def _header_lines(text: str) -> Iterator[str]:
    for line in lines_of(text):
        if line.startswith("##"):
            yield line
        elif line.strip():
            return


def _lines(source: FileText, is_other_in: Callable[[int], IsOther] | None) -> _Lines:
    found = _Lines()
    ragged: list[Problem] = []
    is_other: IsOther | None = None
    for number, line in enumerate(lines_of(source.text), start=1):
        if is_other and is_other(line):
            chrom, pos, _ = line.split("\t", 2)
            found.checked.append(f"{chrom}\t{pos}\t.\tN\t.\t.\t.\t.")
            found.positions.append(pos)
            found.numbers.append(number)
        elif not line.strip():
            continue
        elif line.startswith("##") and not found.columns:
            found.header.append(line)
        elif line.startswith("#") and not found.columns:
            found.columns, found.columns_line = line.split("\t"), number
            is_other = is_other_in(len(found.columns)) if is_other_in and len(found.columns) >= _FIXED else None
        else:
            cells = line.split("\t")
            if not _is_whole(cells, len(found.columns)):
                ragged.append(_ragged(source.name, number, len(cells), len(found.columns)))
                if len(ragged) > MOST_PROBLEMS:
                    break
            found.data.append((number, cells))
            found.checked.append("\t".join(cells[:_FIXED]))
            found.positions.append(cells[1].strip() if len(cells) > 1 else "")
            found.numbers.append(number)
    expected = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]
    if found.columns[:_FIXED] != expected:
        raise InputError(
            Problem(
                "no-vcf-header",
                source.name,
                "the VCF has no complete #CHROM line; its columns must be separated by tabs",
                "copy the file again from where the caller wrote it",
                line=found.columns_line or None,
                expected="\\t".join(expected),
            )
        )
    if ragged:
        raise InputError(*first_of(ragged))
    return found


def _is_whole(cells: list[str], width: int) -> bool:
    """
    All columns, or the first eight: some callers leave FORMAT and samples out of a row that has no genotype.

    Blanks in the first seven columns, or a REF that is no sequence, show tabs that were lost on the way. dysgu and
    SURVIVOR write `.` for a REF that they do not know: only beside the SVTYPE of a whole row.
    """
    # A width under eight is a broken #CHROM line: refused later, with its own message.
    return (
        len(cells) in (width, _FIXED)
        and len(cells) >= _FIXED
        and (cells[3].isalpha() or (cells[3] == "." and "SVTYPE=" in cells[7]))
        and not any(" " in cell for cell in cells[:7])
    )


def _ragged(file: str, line: int, found: int, expected: int) -> Problem:
    return Problem(
        "wrong-number-of-cells",
        file,
        f"the line has {found} columns, the #CHROM line {expected}, or its columns are mixed up",
        "the line is cut short or its tabs were lost: copy the file again from where the caller wrote it",
        line=line,
    )


def _without_fileformat(file: str) -> Problem:
    return Problem(
        "no-fileformat",
        file,
        "the VCF does not begin with ##fileformat and was read as version 4.2",
        "export it again if the header was cut",
        line=1,
        severity="warning",
    )


def _sample_column(file: str, lines: _Lines, accession: str, stated: str) -> tuple[int | None, str]:
    samples = lines.columns[_FIRST_SAMPLE:]
    repeated = sorted({name for name in samples if samples.count(name) > 1})
    if repeated:
        raise InputError(
            Problem(
                "repeated-sample",
                file,
                "two sample columns have the same name",
                "name each sample once",
                line=lines.columns_line,
                found=", ".join(repeated),
            )
        )
    if len(samples) <= 1:
        return (_FIRST_SAMPLE, samples[0].strip()) if samples else (None, "")
    for fits in (_is_named(stated), _is_the_tumour(accession)):
        chosen = [index for index, name in enumerate(samples) if fits(name)]
        if len(chosen) == 1:
            return _FIRST_SAMPLE + chosen[0], samples[chosen[0]].strip()
    raise InputError(
        Problem(
            "several-samples",
            file,
            f"the VCF has {len(samples)} samples, and it cannot be told which is this specimen's",
            "name the tumour's column in 'sequencing_sample' of the table of specimens, or rename it to the accession "
            "(bcftools reheader -s)",
            line=lines.columns_line,
            found=", ".join(samples),
            expected="one sample, or one named after the accession or TUMOR, that is not the normal",
        )
    )


def _is_named(stated: str) -> Callable[[str], bool]:
    return lambda sample: bool(stated) and sample.strip().casefold() == stated.casefold()


def _is_the_tumour(accession: str) -> Callable[[str], bool]:
    """
    Named after the accession, or TUMOR, and not like the normal, whose column has no read of a fusion.

    Both names count alike: where each is another column, nobody but the laboratory knows which is meant.
    """

    def fits(sample: str) -> bool:
        is_named = names(sample, accession) or sample.strip().upper() in ("TUMOR", "TUMOUR")
        return is_named and not is_named_like_normal(sample, accession)

    return fits


def _check_with_pysam(file: str, lines: _Lines) -> None:
    """InputError unless pysam reads as many records as the text has, at the same positions."""
    import pysam  # 0.2 s to import: only where a VCF is read

    text = "\n".join(
        [
            "##fileformat=VCFv4.2",
            *(line for line in lines.header if not line.startswith("##fileformat=")),
            # Without samples: htslib refuses `nan` in a whole-number field there, and the raw columns are read anyway.
            "\t".join(lines.columns[:_FIXED]),
            *lines.checked,
            "",
        ]
    )
    read, failed = 0, False
    verbosity = pysam.set_verbosity(0)
    try:
        with _as_file(text) as path, pysam.VariantFile(path) as variants:
            for record in variants:
                if read == len(lines.checked) or str(record.pos) != lines.positions[read]:
                    break
                read += 1
    except (OSError, ValueError, OverflowError):
        failed = True  # The count says at which line.
    finally:
        pysam.set_verbosity(verbosity)
    if failed or read != len(lines.checked):
        raise InputError(
            Problem(
                "unreadable-vcf",
                file,
                f"only {read} of {len(lines.checked)} records can be read",
                "this line is not valid VCF: export the file again",
                line=lines.numbers[read] if read < len(lines.checked) else None,
            )
        )


@contextmanager
def _as_file(text: str) -> Iterator[str]:
    """
    The name of a file with this text, in memory where the system can: a killed process then leaves no patient's data
    behind.
    """
    if hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir():
        with open(os.memfd_create("clean.vcf"), "wb") as stream:  # noqa: PTH123 - a descriptor, not a path
            stream.write(text.encode())
            stream.flush()
            yield f"/proc/self/fd/{stream.fileno()}"
    else:
        with tempfile.TemporaryDirectory(prefix="imtreport-") as folder:
            path = Path(folder) / "clean.vcf"
            path.write_text(text, encoding="utf-8")
            yield str(path)


def _record(line: int, cells: list[str], sample_column: int | None) -> VcfRecord:
    sample: dict[str, str] = {}
    if sample_column is not None and len(cells) > _FIXED:
        sample = dict(zip(cells[_FIXED].split(":"), cells[sample_column].split(":"), strict=False))
    return VcfRecord(
        line=line,
        chrom=cells[0].strip(),
        pos=int(cells[1]),
        id=cells[2],
        ref=cells[3],
        alts=tuple(cells[4].split(",")),
        qual=cells[5],
        filters=cells[6].strip(),
        info=info_of(cells[7]),
        sample=sample,
    )
