"""Invented files and tables for the parser tests: real headers, invented rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from parsers.callers import ReadingContext, read_fusion_file
from parsers.errors import InputError, Problem
from parsers.laboratory import Assay, Laboratory, QcRule
from parsers.records import FusionCall, FusionSource

ACCESSION = "S26-00001"

ARRIBA_V2 = (
    "#gene1\tgene2\tstrand1(gene/fusion)\tstrand2(gene/fusion)\tbreakpoint1\tbreakpoint2\tsite1\tsite2\ttype\t"
    "split_reads1\tsplit_reads2\tdiscordant_mates\tcoverage1\tcoverage2\tconfidence\treading_frame\ttags\t"
    "retained_protein_domains\tclosest_genomic_breakpoint1\tclosest_genomic_breakpoint2\tgene_id1\tgene_id2\t"
    "transcript_id1\ttranscript_id2\tdirection1\tdirection2\tfilters\tfusion_transcript\tpeptide_sequence\t"
    "read_identifiers"
)
ARRIBA_V1 = (
    "#gene1\tgene2\tstrand1(gene/fusion)\tstrand2(gene/fusion)\tbreakpoint1\tbreakpoint2\tsite1\tsite2\ttype\t"
    "direction1\tdirection2\tsplit_reads1\tsplit_reads2\tdiscordant_mates\tcoverage1\tcoverage2\tconfidence\t"
    "closest_genomic_breakpoint1\tclosest_genomic_breakpoint2\tfilters\tfusion_transcript\treading_frame\t"
    "peptide_sequence\tread_identifiers"
)

STAR_ABRIDGED = (
    "#FusionName\tJunctionReadCount\tSpanningFragCount\tSpliceType\tLeftGene\tLeftBreakpoint\tRightGene\t"
    "RightBreakpoint\tLargeAnchorSupport\tFFPM\tLeftBreakDinuc\tLeftBreakEntropy\tRightBreakDinuc\t"
    "RightBreakEntropy\tannots"
)
STAR_CANDIDATES = (
    "#FusionName\tJunctionReadCount\tSpanningFragCount\tSpliceType\tLeftGene\tLeftBreakpoint\tRightGene\t"
    "RightBreakpoint\tLargeAnchorSupport"
)
STAR_FFPM_LATE = (
    "#FusionName\tJunctionReadCount\tSpanningFragCount\tSpliceType\tLeftGene\tLeftBreakpoint\tRightGene\t"
    "RightBreakpoint\tLargeAnchorSupport\tLeftBreakDinuc\tLeftBreakEntropy\tRightBreakDinuc\tRightBreakEntropy\tFFPM"
)
STAR_ESTIMATES = (
    "#FusionName\tJunctionReadCount\tSpanningFragCount\test_J\test_S\tSpliceType\tLeftGene\tLeftBreakpoint\t"
    "RightGene\tRightBreakpoint\tJunctionReads\tSpanningFrags\tLargeAnchorSupport\tFFPM\tLeftBreakDinuc\t"
    "LeftBreakEntropy\tRightBreakDinuc\tRightBreakEntropy\tannots"
)
STAR_CODING = (
    STAR_ABRIDGED + "\tCDS_LEFT_ID\tCDS_LEFT_RANGE\tCDS_RIGHT_ID\tCDS_RIGHT_RANGE\tPROT_FUSION_TYPE\tFUSION_MODEL\t"
    "FUSION_CDS\tFUSION_TRANSL\tPFAM_LEFT\tPFAM_RIGHT"
)
STAR_LAYOUTS = (STAR_CANDIDATES, STAR_ABRIDGED, STAR_FFPM_LATE, STAR_ESTIMATES, STAR_CODING)

NFCORE_HEADER = """##fileformat=VCFv4.1
##ALT=<ID=BND,Description="Break end">
##INFO=<ID=SVTYPE,Number=1,Type=String,Description="Type of structural variant">
##INFO=<ID=CHRA,Number=1,Type=String,Description="Chromosome A">
##INFO=<ID=CHRB,Number=1,Type=String,Description="Chromosome B">
##INFO=<ID=GENEA,Number=.,Type=String,Description="Gene A">
##INFO=<ID=GENEB,Number=.,Type=String,Description="Gene B">
##INFO=<ID=POSA,Number=.,Type=String,Description="Breakpoint position A">
##INFO=<ID=POSB,Number=.,Type=String,Description="Breakpoint position B">
##INFO=<ID=ORIENTATION,Number=.,Type=String,Description="Strand1 and strand2 directions">
##INFO=<ID=FOUND_DB,Number=.,Type=String,Description="Databases in which the fusion has been found">
##INFO=<ID=FOUND_IN,Number=.,Type=String,Description="Callers that have found the fusion">
##INFO=<ID=TOOL_HITS,Number=.,Type=Integer,Description="Number of tools that found the fusion">
##INFO=<ID=SCORE,Number=.,Type=Float,Description="Score from fusionreport">
##INFO=<ID=FRAME_STATUS,Number=.,Type=String,Description="Frame status of the fusion">
##INFO=<ID=TRANSCRIPT_ID_A,Number=.,Type=String,Description="Transcript id A ">
##INFO=<ID=TRANSCRIPT_ID_B,Number=.,Type=String,Description="Transcript id B">
##INFO=<ID=EXON_NUMBER_A,Number=.,Type=Float,Description="Exon number A">
##INFO=<ID=EXON_NUMBER_B,Number=.,Type=Float,Description="Exon number B">
##INFO=<ID=ANNOTATIONS,Number=.,Type=String,Description="Annotations from FusionInspector">
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=DV,Number=1,Type=Integer,Description="Number of paired-ends that support the event">
##FORMAT=<ID=RV,Number=1,Type=Integer,Description="Number of split reads that support the event">
##FORMAT=<ID=FFPM,Number=1,Type=Float,Description="Fusion fragments per million total RNA-seq fragments">
"""
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"

SV_HEADER = """##fileformat=VCFv4.1
##source=GenerateSVCandidates 1.6.0
##reference=file:///genomes/GRCh38.fa
##contig=<ID=chr2,length=242193529>
##INFO=<ID=SVTYPE,Number=1,Type=String,Description="Type of structural variant">
##INFO=<ID=END,Number=1,Type=Integer,Description="End position of the variant described in this record">
##INFO=<ID=MATEID,Number=.,Type=String,Description="ID of mate breakend">
##INFO=<ID=INV3,Number=0,Type=Flag,Description="Inversion breakends open 3' of reported location">
##INFO=<ID=INV5,Number=0,Type=Flag,Description="Inversion breakends open 5' of reported location">
##FORMAT=<ID=PR,Number=.,Type=Integer,Description="Spanning paired-read support for the ref and alt alleles">
##FORMAT=<ID=SR,Number=.,Type=Integer,Description="Split reads for the ref and alt alleles">
"""

SPECIMEN = {
    "accession": ACCESSION,
    "patient_id": "P0001",
    "patient_name": "Sample, Ada",
    "date_of_birth": "1991-11-02",
    "sex": "F",
    "site": "mesentery",
    "diagnosis": "inflammatory myofibroblastic tumour",
    "collected": "2026-03-03",
    "received": "2026-03-05",
    "assay": "rna",
    "sequencing_run": "RUN-1",
    "fusion_files": "",
}
STAIN = {"accession": ACCESSION, "method": "IHC", "marker": "ALK", "result": "positive"}


def a_laboratory(pattern: str = r"^S\d{2}-\d{5}$", build: str | None = "GRCh38") -> Laboratory:
    assay = Assay(
        key="rna",
        title="RNA fusions",
        version="1",
        molecule="RNA",
        genes=("ALK", "ROS1"),
        genome_build=build,  # type: ignore[arg-type]
        minimum_split_reads=5,
        minimum_tumour_cells_pct=20,
        qc=(
            QcRule("dv200_pct", "DV200", "%", minimum=30),
            QcRule("mapped_reads_m", "Mapped reads", "M", minimum=20),
        ),
    )
    return Laboratory("A laboratory", "A street", "US", "UTC", {"rna": assay}, accession_pattern=pattern)


def arriba_row(**cells: str) -> dict[str, str]:
    """TPM3::ALK on GRCh38 unless told otherwise."""
    return {
        "gene1": "TPM3",
        "gene2": "ALK",
        "strand1(gene/fusion)": "-/-",
        "strand2(gene/fusion)": "-/-",
        "breakpoint1": "1:154170400",
        "breakpoint2": "2:29223528",
        "site1": "CDS/splice-site",
        "site2": "CDS/splice-site",
        "type": "translocation",
        "split_reads1": "20",
        "split_reads2": "28",
        "discordant_mates": "61",
        "confidence": "high",
        "reading_frame": "in-frame",
        "filters": "duplicates(8),mismatches(2)",
        "transcript_id1": "ENST00000651641",
        "transcript_id2": "ENST00000389048",
    } | cells


def star_row(**cells: str) -> dict[str, str]:
    return {
        "FusionName": "EML4--ALK",
        "JunctionReadCount": "19",
        "SpanningFragCount": "7",
        "est_J": "18.5",
        "est_S": "6.5",
        "SpliceType": "ONLY_REF_SPLICE",
        "LeftGene": "EML4^ENSG00000143924.19",
        "LeftBreakpoint": "chr2:42295516:+",
        "RightGene": "ALK^ENSG00000171094.18",
        "RightBreakpoint": "chr2:29223528:-",
        "LargeAnchorSupport": "YES_LDAS",
        "FFPM": "2.6581",
        "annots": '["ChimerKB","INTRACHROMOSOMAL[chr2:12.25Mb]"]',
    } | cells


def table_text(header: str, rows: Sequence[Mapping[str, str]]) -> str:
    """A caller's table: cells that a row does not give are `.`."""
    names = header.lstrip("#").split("\t")
    return "".join(line + "\n" for line in [header, *("\t".join(row.get(name, ".") for name in names) for row in rows)])


def nfcore_record(sample: str = "./1:48:61:2.1", **info: str) -> str:
    values = {
        "SVTYPE": "BND",
        "CHRA": "1",
        "CHRB": "2",
        "GENEA": "TPM3",
        "GENEB": "ALK",
        "POSA": "154170400",
        "POSB": "29223528",
        "ORIENTATION": "-,-",
        "FOUND_DB": "nan",
        "FOUND_IN": "arriba,starfusion",
        "TOOL_HITS": "2.0",
        "SCORE": "0.5",
        "FRAME_STATUS": "INFRAME",
        "TRANSCRIPT_ID_A": "ENST00000651641.1",
        "TRANSCRIPT_ID_B": "ENST00000389048.8",
        "EXON_NUMBER_A": "8",
        "EXON_NUMBER_B": "20",
        "ANNOTATIONS": "ChimerKB,INTERCHROMOSOMAL[1--2]",
    } | info
    text = ";".join(f"{key}={value}" for key, value in values.items())
    return f"{values['CHRA']}\t{values['POSA']}\t.\tN\t[2:29223528[N\t.\tPASS\t{text}\tGT:DV:RV:FFPM\t{sample}\n"


def nfcore_text(*records: str, sample: str = "SAMPLE_01", header: str = NFCORE_HEADER) -> str:
    return f"{header}{COLUMNS}\tFORMAT\t{sample}\n{''.join(records)}"


def sv_record(
    alt: str, *, chrom: str = "chr2", pos: int = 29224000, name: str = "sv1", info: str = "SVTYPE=BND", **cells: str
) -> str:
    filters = cells.get("filters", "PASS")
    values = cells.get("values", "PR:SR\t10,4:20,6")
    ref = cells.get("ref", "N")
    return f"{chrom}\t{pos}\t{name}\t{ref}\t{alt}\t100\t{filters}\t{info}\t{values}\n"


def sv_text(*records: str, header: str = SV_HEADER, sample: str = "tumour") -> str:
    return f"{header}{COLUMNS}\tFORMAT\t{sample}\n{''.join(records)}"


def a_context(**values: object) -> ReadingContext:
    return ReadingContext(**({"accession": ACCESSION, "molecule": "RNA", "assay_build": "GRCh38"} | values))  # type: ignore[arg-type]


def read(folder: Path, text: str | bytes, context: ReadingContext | None = None, name: str = "calls.txt"):  # type: ignore[no-untyped-def]
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_fusion_file(path, context or a_context())


def calls_of(folder: Path, text: str | bytes, context: ReadingContext | None = None) -> tuple[FusionCall, ...]:
    calls, _, _ = read(folder, text, context)
    return calls


def source_of(folder: Path, text: str | bytes, context: ReadingContext | None = None) -> FusionSource:
    _, source, _ = read(folder, text, context)
    return source


def problems_of(folder: Path, text: str | bytes, context: ReadingContext | None = None) -> tuple[Problem, ...]:
    """The problems for which the file is refused; it must be refused."""
    try:
        read(folder, text, context)
    except InputError as error:
        return error.problems
    raise AssertionError("the file was read")


def csv_text(*rows: Mapping[str, str], separator: str = ",", columns: Sequence[str] = ()) -> str:
    """A laboratory's table with the columns of all rows."""
    names = list(columns) or list(dict.fromkeys(name for row in rows for name in row))
    lines = [names, *([row.get(name, "") for name in names] for row in rows)]
    return "".join(separator.join(_quoted(cell, separator) for cell in line) + "\n" for line in lines)


def _quoted(cell: str, separator: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if separator in cell or '"' in cell or "\n" in cell else cell


def a_batch(folder: Path, **files: str | bytes) -> Path:
    """A batch folder: `specimens="…"` is specimens.csv, and so on; one good specimen unless told otherwise."""
    batch = folder / "batch"
    batch.mkdir(exist_ok=True)
    contents = {"specimens": csv_text(SPECIMEN)} | files
    for name, text in contents.items():
        path = batch / (name if "." in name else f"{name}.csv")
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return batch
