"""
Writes the invented sample laboratory: one inbox with one night's batch, in exact real file formats.

Run `python sample_data/make_samples.py`; the files beside it are its output, byte for byte (a test checks that).
Patients, read counts and sequences are invented. Breakpoints are real exon edges of GRCh38 on the transcripts of
interpret/tables/genes, because exon, reading frame and kinase domain must come out right.
"""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
BATCH = HERE / "inbox" / "2026-03-17-night"


@dataclass(frozen=True)
class Half:
    """One gene's side of a junction on GRCh38: symbol, Ensembl ids, position and gene strand."""

    gene: str
    ensembl_gene: str
    ensembl_transcript: str
    chrom: str
    pos: int
    strand: str

    @property
    def at(self) -> str:
        return f"{self.chrom}:{self.pos}"


TPM3_E8 = Half("TPM3", "ENSG00000143549", "ENST00000651641", "chr1", 154170400, "-")
CLTC_E31 = Half("CLTC", "ENSG00000141367", "ENST00000269122", "chr17", 59690711, "+")
RANBP2_E18 = Half("RANBP2", "ENSG00000153201", "ENST00000283195", "chr2", 108758548, "+")
TFG_E4 = Half("TFG", "ENSG00000114354", "ENST00000240851", "chr3", 100728858, "+")
LMNA_E2 = Half("LMNA", "ENSG00000160789", "ENST00000368300", "chr1", 156130773, "+")
ALK_E20 = Half("ALK", "ENSG00000171094", "ENST00000389048", "chr2", 29223528, "-")
# ROS1 exon 35 of NM_002944.3, the literature's transcript, is exon 36 of the MANE transcript.
ROS1_E35 = Half("ROS1", "ENSG00000047936", "ENST00000368507", "chr6", 117321394, "-")
NTRK1_E11 = Half("NTRK1", "ENSG00000198400", "ENST00000524377", "chr1", 156874906, "+")

ARRIBA_COLUMNS = (
    "#gene1 gene2 strand1(gene/fusion) strand2(gene/fusion) breakpoint1 breakpoint2 site1 site2 type split_reads1 "
    "split_reads2 discordant_mates coverage1 coverage2 confidence reading_frame tags retained_protein_domains "
    "closest_genomic_breakpoint1 closest_genomic_breakpoint2 gene_id1 gene_id2 transcript_id1 transcript_id2 "
    "direction1 direction2 filters fusion_transcript peptide_sequence read_identifiers"
).split()

STAR_COLUMNS = (
    "#FusionName JunctionReadCount SpanningFragCount est_J est_S SpliceType LeftGene LeftBreakpoint RightGene "
    "RightBreakpoint LargeAnchorSupport FFPM LeftBreakDinuc LeftBreakEntropy RightBreakDinuc RightBreakEntropy "
    "annots"
).split()


def arriba_row(
    five: Half,
    three: Half,
    split: tuple[int, int],
    mates: int,
    *,
    kind: str = "translocation",
    confidence: str = "high",
    frame: str = "in-frame",
    tags: str = ".",
    domains: str = ".",
) -> list[str]:
    """One row as Arriba 2.4 prints it; the fusion transcript is an invented sequence."""
    letters = random.Random(f"{five.gene}{three.gene}{split}")
    left, right = ("".join(letters.choice("ACGT") for _ in range(length)) for length in (48, 52))
    reads = ",".join(f"A00:7:HX:{letters.randint(1, 4)}:{letters.randint(1000, 2999)}" for _ in range(sum(split)))
    return [
        five.gene,
        three.gene,
        f"{five.strand}/{five.strand}",
        f"{three.strand}/{three.strand}",
        five.at,
        three.at,
        "CDS/splice-site",
        "CDS/splice-site",
        kind,
        str(split[0]),
        str(split[1]),
        str(mates),
        str(letters.randint(150, 900)),
        str(letters.randint(20, 140)),
        confidence,
        frame,
        tags,
        domains,
        ".",
        ".",
        five.ensembl_gene,
        three.ensembl_gene,
        five.ensembl_transcript,
        three.ensembl_transcript,
        "downstream" if five.strand == "+" else "upstream",
        "upstream" if three.strand == "+" else "downstream",
        f"duplicates({letters.randint(2, 40)})",
        f"{left}|{right}",
        ".",
        reads,
    ]


def arriba_bystander(pairs: int = 1) -> list[list[str]]:
    """Two low-confidence rows of no interest; the second has Arriba's nearest-gene notation."""
    row = arriba_row(
        Half("LAPTM4A", "ENSG00000068697", "ENST00000175091", "chr2", 20051410, "-"),
        Half("AC098828.3", "ENSG00000234378", "ENST00000430429", "chr2", 20064511, "-"),
        (2, 0),
        pairs,
        kind="duplication",
        confidence="low",
        frame="out-of-frame",
    )
    other = arriba_row(
        Half("TTYH2", "ENSG00000141540", "ENST00000269346", "chr17", 74213572, "+"),
        Half("LINC02074(1221),CD300A(9433)", ".", ".", "chr17", 74456012, "."),
        (1, 1),
        0,
        kind="deletion/read-through",
        confidence="low",
        frame=".",
    )
    other[3], other[7], other[21], other[23] = "./+", "intergenic", ".", "."
    return [row, other]


def arriba(*rows: list[str]) -> bytes:
    lines = ["\t".join(row) for row in (ARRIBA_COLUMNS, *rows)]
    return ("\n".join(lines) + "\n").encode()


def star_row(five: Half, three: Half, junction: int, spanning: int, ffpm: float, annots: list[str]) -> list[str]:
    """One row of star-fusion.fusion_predictions.abridged.tsv, STAR-Fusion 1.10 and later."""
    quoted = "[" + ",".join(f'"{word}"' for word in annots) + "]"
    return [
        f"{five.gene}--{three.gene}",
        str(junction),
        str(spanning),
        f"{junction:.2f}",
        f"{spanning:.2f}",
        "ONLY_REF_SPLICE",
        f"{five.gene}^{five.ensembl_gene}.11",
        f"{five.at}:{five.strand}",
        f"{three.gene}^{three.ensembl_gene}.17",
        f"{three.at}:{three.strand}",
        "YES_LDAS",
        f"{ffpm:.4f}",
        "GT",
        "1.8892",
        "AG",
        "1.9086",
        quoted,
    ]


def star_fusion(*rows: list[str], line_end: str = "\n") -> bytes:
    lines = ["\t".join(row) for row in (STAR_COLUMNS, *rows)]
    return (line_end.join(lines) + line_end).encode()


NFCORE_HEADER = """\
##fileformat=VCFv4.1
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
##INFO=<ID=TRANSCRIPT_VERSION_A,Number=.,Type=Float,Description="Transcript version A">
##INFO=<ID=TRANSCRIPT_VERSION_B,Number=.,Type=Float,Description="Transcript version B">
##INFO=<ID=HGNC_ID_A,Number=.,Type=Float,Description="HGNC id A">
##INFO=<ID=HGNC_ID_B,Number=.,Type=Float,Description="HGNC id A">
##INFO=<ID=EXON_NUMBER_A,Number=.,Type=Float,Description="Exon number A">
##INFO=<ID=EXON_NUMBER_B,Number=.,Type=Float,Description="Exon number B">
##INFO=<ID=ANNOTATIONS,Number=.,Type=String,Description="Annotations from FusionInspector">
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=DV,Number=1,Type=Integer,Description="Number of paired-ends that support the event">
##FORMAT=<ID=RV,Number=1,Type=Integer,Description="Number of split reads that support the event">
##FORMAT=<ID=FFPM,Number=1,Type=Float,Description="Fusion fragments per million total RNA-seq fragments">
"""


def nfcore_vcf(sample: str) -> bytes:
    """
    nf-core/rnafusion's vcf_collect: ETV6::NTRK3, and a fusion that FusionInspector dropped (0 reads, still PASS).

    The brackets are wrong for +/- pairs and DV/RV are described the wrong way round, as in the real files.
    """
    etv6 = (
        "SVTYPE=BND;CHRA=12;CHRB=15;GENEA=ETV6;GENEB=NTRK3;POSA=11869969;POSB=87940753;ORIENTATION=+,-;"
        "FOUND_DB=Mitelman,FusionGDB2;FOUND_IN=arriba,starfusion,fusioncatcher;TOOL_HITS=3.0;SCORE=0.75;"
        "FRAME_STATUS=INFRAME;TRANSCRIPT_ID_A=ENST00000396373.9;TRANSCRIPT_ID_B=ENST00000629765.3;"
        "TRANSCRIPT_VERSION_A=9;TRANSCRIPT_VERSION_B=3;HGNC_ID_A=3495;HGNC_ID_B=8033;EXON_NUMBER_A=5;EXON_NUMBER_B=15;"
        "ANNOTATIONS=Cosmic,ChimerKB,Mitelman,INTERCHROMOSOMAL[12--15]"
    )
    dropped = (
        "SVTYPE=BND;CHRA=17;CHRB=14;GENEA=TTYH2;GENEB=IGH@;POSA=74213572;POSB=105863258;ORIENTATION=nan,nan;FOUND_DB=nan;"
        "FOUND_IN=nan;TOOL_HITS=nan;SCORE=nan;FRAME_STATUS=nan;TRANSCRIPT_ID_A=nan;TRANSCRIPT_ID_B=nan;"
        "TRANSCRIPT_VERSION_A=0;TRANSCRIPT_VERSION_B=0;HGNC_ID_A=0;HGNC_ID_B=0;EXON_NUMBER_A=0;EXON_NUMBER_B=0;"
        "ANNOTATIONS=nan"
    )
    rows = [
        ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", sample],
        ["12", "11869969", ".", "N", "N]15:87940753]", ".", "PASS", etv6, "GT:DV:RV:FFPM", "./1:80:75:21.4411"],
        ["17", "74213572", ".", "N", "N[14:105863258[", ".", "PASS", dropped, "GT:DV:RV:FFPM", "./1:0:0:0.0"],
    ]
    return (NFCORE_HEADER + "".join("\t".join(row) + "\n" for row in rows)).encode()


MANTA_HEADER = """\
##fileformat=VCFv4.1
##fileDate=20260314
##source=GenerateSVCandidates 1.3.0
##reference=file:///reference/GRCh38/GRCh38.primary_assembly.fa
##contig=<ID=chr1,length=248956422>
##contig=<ID=chr2,length=242193529>
##contig=<ID=chr15,length=101991189>
##INFO=<ID=IMPRECISE,Number=0,Type=Flag,Description="Imprecise structural variation">
##INFO=<ID=SVTYPE,Number=1,Type=String,Description="Type of structural variant">
##INFO=<ID=SVLEN,Number=.,Type=Integer,Description="Difference in length between REF and ALT alleles">
##INFO=<ID=END,Number=1,Type=Integer,Description="End position of the variant described in this record">
##INFO=<ID=CIPOS,Number=2,Type=Integer,Description="Confidence interval around POS">
##INFO=<ID=CIEND,Number=2,Type=Integer,Description="Confidence interval around END">
##INFO=<ID=MATEID,Number=.,Type=String,Description="ID of mate breakend">
##INFO=<ID=EVENT,Number=1,Type=String,Description="ID of event associated to breakend">
##INFO=<ID=HOMLEN,Number=.,Type=Integer,Description="Length of base pair identical homology at event breakpoints">
##INFO=<ID=HOMSEQ,Number=.,Type=String,Description="Sequence of base pair identical homology at event breakpoints">
##INFO=<ID=INV3,Number=0,Type=Flag,Description="Inversion breakends open 3' of reported location">
##INFO=<ID=INV5,Number=0,Type=Flag,Description="Inversion breakends open 5' of reported location">
##INFO=<ID=BND_DEPTH,Number=1,Type=Integer,Description="Read depth at local translocation breakend">
##INFO=<ID=MATE_BND_DEPTH,Number=1,Type=Integer,Description="Read depth at remote translocation mate breakend">
##FORMAT=<ID=PR,Number=.,Type=Integer,Description="Spanning paired-read support for the ref and alt alleles in the \
order listed">
##FORMAT=<ID=SR,Number=.,Type=Integer,Description="Split reads for the ref and alt alleles in the order listed, for \
reads where P(allele|read)>0.999">
##FILTER=<ID=MaxDepth,Description="Depth is greater than 3x the median chromosome depth near one or both variant \
breakends">
##FILTER=<ID=MinQUAL,Description="QUAL score is less than 20">
##ALT=<ID=BND,Description="Translocation Breakend">
##ALT=<ID=INV,Description="Inversion">
##ALT=<ID=DEL,Description="Deletion">
"""


def manta_vcf(sample: str) -> bytes:
    """
    Manta: EML4::ALK as two `<INV>` records (INV3 the functional junction, INV5 the reciprocal one), and decoys.

    ALK breaks in intron 19, EML4 in intron 13. Decoys: a small inversion and a 48-bp deletion inside ALK, and a
    translocation far from any gene of the assay, as a BND pair.
    """
    bnd = "SVTYPE=BND;MATEID=MantaBND:103:0:1:0:0:0:{mate};CIPOS=0,7;HOMLEN=7;HOMSEQ=AAAATTT;BND_DEPTH=58;MATE_BND_DEPTH=41"
    rows = [
        ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", sample],
        ["chr1", "1570957", "MantaBND:103:0:1:0:0:0:0", "A", "]chr15:93292550]A", "61", "MaxDepth", bnd.format(mate=1),
         "PR:SR", "116,3:130,4"],
        ["chr2", "29209830", "MantaDEL:72:0:0:0:3:0", "C", "<DEL>", "33", "PASS",
         "END=29209878;SVTYPE=DEL;SVLEN=-48;CIPOS=0,3;HOMLEN=3;HOMSEQ=AGG", "PR:SR", "88,0:141,11"],
        ["chr2", "29224310", "MantaINV:218:0:1:0:0:0", "T", "<INV>", "417", "PASS",
         "END=42297120;SVTYPE=INV;SVLEN=13072810;CIPOS=0,2;CIEND=-2,0;HOMLEN=2;HOMSEQ=CA;EVENT=MantaINV:218:0:1:0:0:0;INV3",
         "PR:SR", "102,17:131,26"],
        ["chr2", "29224322", "MantaINV:218:0:1:1:0:0", "G", "<INV>", "391", "PASS",
         "END=42297133;SVTYPE=INV;SVLEN=13072811;CIPOS=0,1;CIEND=-1,0;HOMLEN=1;HOMSEQ=T;EVENT=MantaINV:218:0:1:0:0:0;INV5",
         "PR:SR", "99,15:128,22"],
        ["chr2", "29447000", "MantaINV:230:1:1:0:0:0", "A", "<INV>", "29", "PASS",
         "END=29447412;SVTYPE=INV;SVLEN=412;IMPRECISE;CIPOS=-40,41;CIEND=-38,39;INV5", "PR:SR", "95,4:0,0"],
        ["chr15", "93292550", "MantaBND:103:0:1:0:0:0:1", "C", "C[chr1:1570957[", "61", "MaxDepth", bnd.format(mate=0),
         "PR:SR", "116,3:130,4"],
    ]  # fmt: skip
    return (MANTA_HEADER + "".join("\t".join(row) + "\n" for row in rows)).encode()


SPECIMEN_COLUMNS = (
    "accession patient_id patient_name date_of_birth sex jurisdiction specimen_type site laterality block_id "
    "diagnosis diagnosis_code morphology size_cm margin resectability disease_status prior_therapy "
    "tumour_cells_pct fixative decalcified collected received ordering_provider institution indication assay "
    "genome_build sequencing_run fusion_files"
).split()

# What all specimens of the night share unless a row says otherwise.
SHARED = {
    "specimen_type": "FFPE resection",
    "block_id": "A1",
    "diagnosis": "inflammatory myofibroblastic tumour",
    "margin": "unknown",
    "resectability": "unknown",
    "disease_status": "primary",
    "tumour_cells_pct": "60",
    "fixative": "10% neutral buffered formalin",
    "decalcified": "no",
    "received": "2026-03-05",
    "collected": "2026-03-03",
    "ordering_provider": "Dr J. Clinician",
    "institution": "Sampletown Hospital",
    "indication": "Kinase fusion status",
    "assay": "rna-fusion-v3",
    "genome_build": "GRCh38",
    "sequencing_run": "RNA-26-031",
}

SPECIMENS = [
    dict(accession="S26-01001", patient_id="00482913", patient_name="Sample, Alexandra", date_of_birth="1991-11-02",
         sex="F", site="pelvic soft tissue", block_id="A2", size_cm="9.1", resectability="unresectable",
         fusion_files="S26-01001.arriba.tsv;S26-01001.star-fusion.tsv"),
    dict(accession="S26-01002", patient_id="00482977", patient_name="Example, Benjamin", date_of_birth="2018-07-21",
         sex="M", site="mesentery", size_cm="5.0", margin="R2", resectability="unresectable",
         fusion_files="S26-01002.star-fusion.tsv"),
    dict(accession="S26-01003", patient_id="00483002", patient_name="Muster, Jörg", date_of_birth="1984-05-30", sex="M",
         site="omentum", size_cm="12", resectability="unresectable",
         diagnosis="IMT versus epithelioid inflammatory myofibroblastic sarcoma",
         morphology="epithelioid and round cells, neutrophil-rich myxoid stroma",
         fusion_files="S26-01003.arriba.tsv"),
    dict(accession="S26-01004", patient_id="00483118", patient_name="Voorbeeld, Daan", date_of_birth="2016-09-14", sex="M",
         site="lung", laterality="left", diagnosis="inflammatory myofibroblastic tumour of the lung",
         diagnosis_code="IMTL", resectability="unresectable", disease_status="refractory",
         fusion_files="S26-01004.star-fusion.tsv"),
    dict(accession="S26-01005", patient_id="00483120", patient_name="Esempio, Giulia", date_of_birth="2025-12-01", sex="F",
         site="soft tissue of the thigh", laterality="right", specimen_type="FFPE core biopsy", tumour_cells_pct="80",
         diagnosis="spindle cell tumour, IMT versus infantile fibrosarcoma", resectability="unresectable",
         fusion_files="S26-01005.rnafusion.vcf"),
    dict(accession="S26-01006", patient_id="00483155", patient_name="Ejemplo, Mateo", date_of_birth="2015-01-09", sex="M",
         site="soft tissue of the forearm", laterality="left",
         diagnosis="spindle cell tumour, IMT versus NTRK-rearranged spindle cell neoplasm", resectability="resectable",
         fusion_files="S26-01006.arriba.tsv"),
    dict(accession="S26-01007", patient_id="00483161", patient_name="Exemple, Louise", date_of_birth="1979-03-18", sex="F",
         site="retroperitoneum", disease_status="metastatic", resectability="unresectable",
         prior_therapy="progressed on doxorubicin", fusion_files="fusions.csv"),
    dict(accession="S26-01008", patient_id="00483170", patient_name="Przykład, Zofia", date_of_birth="1996-08-08", sex="F",
         site="abdominal wall, deep soft tissue", size_cm="4.2", margin="R0", resectability="resected",
         fusion_files="fusions.csv"),
    dict(accession="S26-01009", patient_id="00483186", patient_name="Esimerkki, Aino", date_of_birth="1988-12-24", sex="F",
         site="lung", laterality="right", assay="dna-sv-v2", sequencing_run="DNA-26-012", disease_status="recurrent",
         fusion_files="S26-01009.manta.vcf"),
    dict(accession="S26-01010", patient_id="00483199", patient_name="Exemplo, Rafael", date_of_birth="1962-04-04", sex="M",
         site="mediastinum", diagnosis="spindle cell lesion, inflammatory myofibroblastic tumour considered",
         fusion_files="S26-01010.arriba.tsv;S26-01010.star-fusion.tsv"),
    dict(accession="S26-01011", patient_id="00483204", patient_name="Primer, Nina", date_of_birth="1997-10-11", sex="F",
         site="urinary bladder", specimen_type="FFPE transurethral resection",
         fusion_files="S26-01011.arriba.tsv"),
    dict(accession="S26-01012", patient_id="00483215", patient_name="O’Sample, Niamh", date_of_birth="1971-06-17", sex="F",
         site="retroperitoneum", fusion_files="S26-01012.arriba.tsv"),
    dict(accession="S26-01013", patient_id="00483230", patient_name="Beispiel, Max", date_of_birth="2003-02-26", sex="M",
         site="mesentery", fusion_files="S26-01013.arriba.tsv"),
]  # fmt: skip

IHC_COLUMNS = (
    "schema_version accession specimen_id block_id patient_id collected_date reported_date method marker clone "
    "platform control_ok tumour_cells_pct pct_positive intensity h_score localisation distribution scoring_system "
    "result cells_scored pct_rearranged pattern_split_pct pattern_isolated3_pct cutoff_pct probe comment"
).split()

CLONES = {"ALK": "D5F3", "ROS1": "D4D6", "pan-TRK": "EPR17341", "SMA": "1A4", "Desmin": "D33", "S100": "polyclonal",
          "CD34": "QBEnd/10", "CD30": "Ber-H2"}  # fmt: skip

POSITIVE_SMA = ("SMA", "positive", "70", "2+", "cytoplasmic", "diffuse")
ROS1_NEGATIVE = ("ROS1", "negative", "0", "0", "none", "")
TRK_NEGATIVE = ("pan-TRK", "negative", "0", "0", "none", "")
ALK_NEGATIVE = ("ALK", "negative", "0", "0", "none", "")

# accession -> stains as (marker, result, % positive, intensity, localisation, distribution)
STAINS = {
    "S26-01001": [("ALK", "positive", "95", "3+", "cytoplasmic", "diffuse"), ROS1_NEGATIVE, TRK_NEGATIVE, POSITIVE_SMA,
                  ("Desmin", "equivocal", "5", "1+", "cytoplasmic", "focal")],
    "S26-01002": [("ALK", "positive", "90", "3+", "granular; cytoplasmic", "diffuse"), ROS1_NEGATIVE, POSITIVE_SMA],
    "S26-01003": [("ALK", "positive", "95", "3+", "nuclear membrane", "diffuse"),
                  ("Desmin", "positive", "60", "2+", "cytoplasmic", "diffuse"),
                  ("CD30", "positive", "30", "1+", "membranous", "focal")],
    "S26-01004": [ALK_NEGATIVE, ("ROS1", "positive", "90", "3+", "cytoplasmic", "diffuse"), TRK_NEGATIVE, POSITIVE_SMA],
    "S26-01005": [ALK_NEGATIVE, ("pan-TRK", "positive", "95", "3+", "nuclear; cytoplasmic", "diffuse")],
    "S26-01006": [ALK_NEGATIVE, ("pan-TRK", "positive", "90", "2+", "cytoplasmic", "diffuse"),
                  ("S100", "positive", "50", "2+", "nuclear; cytoplasmic", "patchy"),
                  ("CD34", "positive", "70", "2+", "cytoplasmic", "diffuse")],
    "S26-01007": [ALK_NEGATIVE, ROS1_NEGATIVE, TRK_NEGATIVE, POSITIVE_SMA],
    "S26-01008": [ALK_NEGATIVE, ROS1_NEGATIVE, TRK_NEGATIVE, POSITIVE_SMA],
    "S26-01009": [("ALK", "positive", "80", "2+", "cytoplasmic", "diffuse"), ROS1_NEGATIVE],
    "S26-01010": [ALK_NEGATIVE, ROS1_NEGATIVE, TRK_NEGATIVE, POSITIVE_SMA],
    "S26-01011": [("ALK", "positive", "85", "2+", "cytoplasmic", "diffuse"), POSITIVE_SMA],
    "S26-01012": [("ALK", "positive", "60", "2+", "cytoplasmic", "patchy"), ROS1_NEGATIVE, TRK_NEGATIVE],
    "S26-01013": [("ALK", "positive", "90", "3+", "cytoplasmic", "diffuse")],
}  # fmt: skip

# accession -> FISH as (gene, result, cells, % rearranged, % split, % isolated 3', cut-off %, probe)
FISH = {
    "S26-01007": ("RET", "positive", "100", "48", "41", "7", "15", "RET break-apart"),
    "S26-01012": ("ALK", "negative", "100", "4", "3", "1", "15", "ALK break-apart"),
}

# accession -> metrics that differ from a good RNA or DNA sample of this laboratory
GOOD_RNA = {"dv200_pct": "62", "rna_input_ng": "120", "mapped_read_pairs_m": "31.8", "duplicate_rate_pct": "28",
            "expressed_control_genes": "15"}  # fmt: skip
GOOD_DNA = {"mean_depth_x": "640", "on_target_pct": "82", "duplicate_rate_pct": "19"}
METRICS = {
    "S26-01005": {**GOOD_RNA, "dv200_pct": "71", "rna_input_ng": "60"},
    "S26-01009": GOOD_DNA,
    "S26-01011": {**GOOD_RNA, "dv200_pct": "12", "mapped_read_pairs_m": "3.1", "expressed_control_genes": "6"},
}

GENERIC_COLUMNS = (
    "accession gene_5prime gene_3prime exon_5prime exon_3prime transcript_5prime transcript_3prime "
    "breakpoint_5prime breakpoint_3prime genome_build reading_frame split_reads spanning_pairs filter caller"
).split()

GENERIC = [
    ["S26-01007", "CCDC6", "RET", "1", "12", "NM_005436.5", "NM_020975.6", "chr10:59906122:-", "chr10:43116584:+",
     "GRCh38", "in-frame", "41", "29", "PASS", "in-house"],
    ["S26-01008", "TPM3", "PDGFRB", "8", "11", "NM_152263.4", "NM_002609.4", "chr1:154170400:-", "chr5:150126614:-",
     "GRCh38", "in-frame", "33", "18", "PASS", "in-house"],
]  # fmt: skip

CONTROLS = [
    ["RNA-26-031", "positive", "pass"],
    ["RNA-26-031", "negative", "pass"],
    ["RNA-26-031", "no-template", "pass"],
    ["DNA-26-012", "positive", "pass"],
    ["DNA-26-012", "no-template", "pass"],
]


def table(columns: list[str], rows: list[list[str]], line_end: str = "\n") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=line_end)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def specimens_csv() -> bytes:
    rows = [{**SHARED, **specimen} for specimen in SPECIMENS]
    return table(SPECIMEN_COLUMNS, [[row.get(column, "") for column in SPECIMEN_COLUMNS] for row in rows])


def ihc_csv() -> bytes:
    """Written as a laboratory system on Windows would: byte order mark and CRLF."""
    rows = []
    for specimen in ({**SHARED, **entry} for entry in SPECIMENS):
        accession = specimen["accession"]
        common = {"schema_version": "1", "accession": accession, "specimen_id": f"{accession}-{specimen['block_id']}",
                  "block_id": specimen["block_id"], "patient_id": specimen["patient_id"],
                  "collected_date": specimen["collected"], "control_ok": "yes",
                  "tumour_cells_pct": specimen["tumour_cells_pct"]}  # fmt: skip
        for marker, result, pct, intensity, localisation, distribution in STAINS[accession]:
            rows.append({**common, "reported_date": "2026-03-10", "method": "IHC", "marker": marker,
                         "clone": CLONES[marker], "platform": "VENTANA BenchMark ULTRA", "pct_positive": pct,
                         "intensity": intensity, "h_score": str(int(pct) * int(intensity[0])),
                         "localisation": localisation, "distribution": distribution,
                         "scoring_system": "intensity+percent", "result": result})  # fmt: skip
        if accession in FISH:
            gene, result, cells, rearranged, split, isolated, cutoff, probe = FISH[accession]
            rows.append({**common, "reported_date": "2026-03-11", "method": "FISH", "marker": gene, "result": result,
                         "scoring_system": "break-apart", "cells_scored": cells, "pct_rearranged": rearranged,
                         "pattern_split_pct": split, "pattern_isolated3_pct": isolated, "cutoff_pct": cutoff,
                         "probe": probe})  # fmt: skip
    return b"\xef\xbb\xbf" + table(
        IHC_COLUMNS, [[row.get(column, "") for column in IHC_COLUMNS] for row in rows], line_end="\r\n"
    )


def qc_csv() -> bytes:
    rows = []
    for specimen in SPECIMENS:
        for metric, value in METRICS.get(specimen["accession"], GOOD_RNA).items():
            rows.append([specimen["accession"], metric, value])
    return table(["accession", "metric", "value"], rows)


def fusion_files() -> dict[str, bytes]:
    """Every caller file of the night, by name."""
    alk_domain = "Tropomyosin(100%)|Protein_tyrosine_and_serine/threonine_kinase(100%)"
    tpm3_alk = arriba_row(TPM3_E8, ALK_E20, (27, 21), 61, tags="Mitelman", domains=alk_domain)
    damaged = arriba(arriba_row(TPM3_E8, ALK_E20, (19, 15), 30), *arriba_bystander())
    return {
        "S26-01001.arriba.tsv": arriba(tpm3_alk, *arriba_bystander()),
        "S26-01001.star-fusion.tsv": star_fusion(
            star_row(
                TPM3_E8, ALK_E20, 46, 58, 2.4511, ["Mitelman", "ChimerKB", "Cosmic", "INTERCHROMOSOMAL[chr1--chr2]"]
            )
        ),
        "S26-01002.star-fusion.tsv": star_fusion(
            star_row(CLTC_E31, ALK_E20, 30, 22, 1.2051, ["Mitelman", "ChimerSeq", "INTERCHROMOSOMAL[chr17--chr2]"]),
            line_end="\r\n",
        ),
        "S26-01003.arriba.tsv": arriba(
            arriba_row(RANBP2_E18, ALK_E20, (22, 18), 33, kind="inversion", tags="Mitelman"), *arriba_bystander()
        ),
        "S26-01004.star-fusion.tsv": star_fusion(
            star_row(TFG_E4, ROS1_E35, 55, 60, 3.0102, ["Mitelman", "ChimerKB", "INTERCHROMOSOMAL[chr3--chr6]"])
        ),
        "S26-01005.rnafusion.vcf": nfcore_vcf("S26-01005"),
        "S26-01006.arriba.tsv": arriba(
            arriba_row(LMNA_E2, NTRK1_E11, (24, 20), 38, kind="deletion", tags="Mitelman"), *arriba_bystander()
        ),
        "S26-01009.manta.vcf": manta_vcf("S26-01009"),
        "S26-01010.arriba.tsv": arriba(*arriba_bystander()),
        "S26-01010.star-fusion.tsv": star_fusion(),
        "S26-01011.arriba.tsv": arriba(),
        "S26-01012.arriba.tsv": arriba(*arriba_bystander(2)),
        # The copy from the sequencer stopped in the middle of the second row.
        "S26-01013.arriba.tsv": damaged[: damaged.index(b"LAPTM4A") + 90],
    }


def all_files() -> dict[str, bytes]:
    """The whole batch, by file name."""
    return {
        "specimens.csv": specimens_csv(),
        "ihc.csv": ihc_csv(),
        "qc.csv": qc_csv(),
        "controls.csv": table(["run", "control", "result"], CONTROLS),
        "fusions.csv": table(GENERIC_COLUMNS, GENERIC),
        **fusion_files(),
    }


if __name__ == "__main__":
    BATCH.mkdir(parents=True, exist_ok=True)
    for name, content in all_files().items():
        (BATCH / name).write_bytes(content)
