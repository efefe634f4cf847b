"""
What long fusion files cost: 100,000 rows of Arriba, STAR-Fusion and a structural-variant VCF, and a gzip bomb of 1 GB.

Run `make bench`, or `.venv/bin/python benchmarks/long_files.py [rows]`. The files are made on the fly. Each figure is
CPU time (user and system) and peak memory of a process of its own, the median of five (one where all calls are kept),
without the start of Python and its imports. The baseline of a table is bare `pandas.read_csv`, of a VCF the bare
iteration of pysam, in the same run: the goals are at most 2 and at most 1.5 times that. "All calls kept" reads without
the genes in question, as `imtreport check` does.
"""

from __future__ import annotations

import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
ROUNDS = 5

ARRIBA_HEADER = (
    "#gene1\tgene2\tstrand1(gene/fusion)\tstrand2(gene/fusion)\tbreakpoint1\tbreakpoint2\tsite1\tsite2\ttype\t"
    "split_reads1\tsplit_reads2\tdiscordant_mates\tcoverage1\tcoverage2\tconfidence\treading_frame\ttags\t"
    "retained_protein_domains\tclosest_genomic_breakpoint1\tclosest_genomic_breakpoint2\tgene_id1\tgene_id2\t"
    "transcript_id1\ttranscript_id2\tdirection1\tdirection2\tfilters\tfusion_transcript\tpeptide_sequence\t"
    "read_identifiers"
)
STAR_HEADER = (
    "#FusionName\tJunctionReadCount\tSpanningFragCount\test_J\test_S\tSpliceType\tLeftGene\tLeftBreakpoint\t"
    "RightGene\tRightBreakpoint\tLargeAnchorSupport\tFFPM\tLeftBreakDinuc\tLeftBreakEntropy\tRightBreakDinuc\t"
    "RightBreakEntropy\tannots"
)
VCF_HEADER = """##fileformat=VCFv4.1
##source=GenerateSVCandidates 1.6.0
##reference=file:///genomes/GRCh38.fa
##INFO=<ID=IMPRECISE,Number=0,Type=Flag,Description="Imprecise structural variation">
##INFO=<ID=SVTYPE,Number=1,Type=String,Description="Type of structural variant">
##INFO=<ID=SVLEN,Number=.,Type=Integer,Description="Difference in length between REF and ALT alleles">
##INFO=<ID=END,Number=1,Type=Integer,Description="End position of the variant described in this record">
##INFO=<ID=CIPOS,Number=2,Type=Integer,Description="Confidence interval around POS">
##INFO=<ID=CIEND,Number=2,Type=Integer,Description="Confidence interval around END">
##INFO=<ID=MATEID,Number=.,Type=String,Description="ID of mate breakend">
##INFO=<ID=SOMATIC,Number=0,Type=Flag,Description="Somatic mutation">
##INFO=<ID=SOMATICSCORE,Number=1,Type=Integer,Description="Somatic variant quality score">
##FORMAT=<ID=PR,Number=.,Type=Integer,Description="Spanning paired-read support for the ref and alt alleles">
##FORMAT=<ID=SR,Number=.,Type=Integer,Description="Split reads for the ref and alt alleles">
##FILTER=<ID=MinSomaticScore,Description="Somatic score is less than 30">
"""
VCF_COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNORMAL\tTUMOR"
CHROMOSOMES = [*map(str, range(1, 23)), "X"]
LENGTHS = [248, 242, 198, 190, 181, 170, 159, 145, 138, 133, 135, 133, 114, 107, 101, 90, 83, 80, 58, 64, 46, 50, 156]


class Genome:
    """Invented genes all over the genome, 20,000 of them, and the same numbers every time."""

    def __init__(self) -> None:
        self.random = random.Random(26)  # noqa: S311 - invented rows
        self.genes = [(f"GENE{number}", *self.place()) for number in range(20_000)]
        self.ids = {gene: f"ENSG{1 + number:011}" for number, (gene, _, _) in enumerate(self.genes)}

    def place(self) -> tuple[str, int]:
        chrom = self.random.choices(range(len(CHROMOSOMES)), LENGTHS)[0]
        return CHROMOSOMES[chrom], self.random.randrange(10_000, LENGTHS[chrom] * 1_000_000)

    def pair(self) -> tuple[tuple[str, str, int], tuple[str, str, int]]:
        return self.random.choice(self.genes), self.random.choice(self.genes)

    def number(self, high: int = 60) -> int:
        return self.random.randrange(high)

    def sequence(self, length: int) -> str:
        return "".join(self.random.choices("acgt", k=length))


def arriba(rows: int, genome: Genome) -> Iterator[str]:
    yield ARRIBA_HEADER
    yield (
        "TPM3\tALK\t-/-\t-/-\t1:154170400\t2:29223528\tCDS/splice-site\tCDS/splice-site\ttranslocation\t20\t28\t61\t"
        "300\t120\thigh\tin-frame\t.\t.\t.\t.\tENSG00000143549\tENSG00000171094\tENST00000651641\tENST00000389048\t"
        "upstream\tdownstream\t.\tACGT|ACGT\t.\t."
    )
    for _ in range(rows - 1):
        (one, chrom1, at1), (two, chrom2, at2) = genome.pair()
        yield (
            f"{one}\t{two}\t+/+\t-/-\t{chrom1}:{at1}\t{chrom2}:{at2}\tCDS/splice-site\tintron\ttranslocation\t"
            f"{genome.number()}\t{genome.number()}\t{genome.number()}\t{genome.number(900)}\t{genome.number(900)}\tlow\t"
            f".\t.\t.\t.\t.\t{genome.ids[one]}\t{genome.ids[two]}\t.\t.\tdownstream\tupstream\t"
            f"duplicates({genome.number()}),min_support\t{genome.sequence(60)}|{genome.sequence(60)}\t.\t."
        )


def star_fusion(rows: int, genome: Genome) -> Iterator[str]:
    yield STAR_HEADER
    yield (
        "EML4--ALK\t19\t7\t18.5\t6.5\tONLY_REF_SPLICE\tEML4^ENSG00000143924.19\tchr2:42295516:+\t"
        'ALK^ENSG00000171094.18\tchr2:29223528:-\tYES_LDAS\t2.6581\tGT\t1.8295\tAG\t1.9086\t["ChimerKB"]'
    )
    for _ in range(rows - 1):
        (one, chrom1, at1), (two, chrom2, at2) = genome.pair()
        yield (
            f"{one}--{two}\t{genome.number()}\t{genome.number()}\t1.0\t0.5\tONLY_REF_SPLICE\t"
            f"{one}^{genome.ids[one]}.5\tchr{chrom1}:{at1}:+\t{two}^{genome.ids[two]}.5\t"
            f"chr{chrom2}:{at2}:-\tYES_LDAS\t0.0213\tGT\t1.8892\tAG\t1.7819\t"
            f'["INTERCHROMOSOMAL[chr{chrom1}--chr{chrom2}]"]'
        )


def vcf(rows: int, genome: Genome) -> Iterator[str]:
    yield VCF_HEADER + "\n".join(
        f"##contig=<ID=chr{name},length={length * 1_000_000}>"
        for name, length in zip(CHROMOSOMES, LENGTHS, strict=True)
        if name not in ("1", "2", "5", "X")
    )
    yield VCF_COLUMNS
    values = "PR:SR\t32,0:40,0\t28,7:33,9"
    yield f"chr2\t29224000\tMantaBND:0:0\tN\tN]chr2:42295516]\t.\tPASS\tSVTYPE=BND;SOMATICSCORE=90\t{values}"
    for number in range(rows - 1):
        chrom, at = genome.place()
        other, far = genome.place()
        name = f"Manta:{number}:0:1:0:0:0"
        kind = number % 4
        if kind == 0:
            alt, info = f"N[chr{other}:{far}[", f"SVTYPE=BND;MATEID={name}x"
        elif kind == 1:
            alt, info = "<DUP:TANDEM>", f"END={at + 5000};SVTYPE=DUP;SVLEN=5000"
        elif kind == 2:
            alt, info = "<INV>", f"END={at + 90000};SVTYPE=INV;SVLEN=90000"
        else:
            alt, info = "<DEL>", f"END={at + 3000};SVTYPE=DEL;SVLEN=-3000"
        yield (
            f"chr{chrom}\t{at}\t{name}\tN\t{alt}\t.\tMinSomaticScore\t{info};IMPRECISE;CIPOS=-120,121;CIEND=-80,81;"
            f"SOMATIC;SOMATICSCORE={genome.number()}\t{values}"
        )


def bomb() -> bytes:
    """1 GB of zeros, packed a thousandfold."""
    engine = zlib.compressobj(wbits=31)
    return b"".join(engine.compress(bytes(1 << 20)) for _ in range(1024)) + engine.flush()


def bare_pandas(path: Path) -> str:
    import pandas

    def read() -> str:
        return f"{len(pandas.read_csv(path, sep=chr(9), dtype=str, keep_default_na=False)):,} rows"

    return measured(read)


def bare_pysam(path: Path) -> str:
    import pysam

    pysam.set_verbosity(0)
    return measured(lambda: f"{sum(1 for _ in pysam.VariantFile(str(path))):,} records")


def ours(path: Path) -> str:
    from interpret.genes import load_gene_models
    from interpret.knowledge import load_knowledge
    from interpret.targets import targets_of

    targets = targets_of(load_gene_models(), load_knowledge(), ("ALK", "ROS1"))
    return reading(path, targets)


def ours_kept(path: Path) -> str:
    return reading(path, None)


def reading(path: Path, targets: object) -> str:
    import pysam  # noqa: F401 - imported before the clock runs, as for the baseline

    from parsers.callers import ReadingContext, read_fusion_file
    from parsers.errors import InputError

    context = ReadingContext("S26-29001", "RNA", "GRCh38", targets=targets)  # type: ignore[arg-type]

    def read() -> str:
        try:
            calls, source, _ = read_fusion_file(path, context, cap=200 << 20 if path.suffix != ".gz" else 50 << 20)
        except InputError as error:
            return "refused: " + error.problems[0].code
        return f"{len(calls):,} kept, {source.others:,} counted"

    return measured(read)


def measured(read: Callable[[], str]) -> str:
    """CPU seconds, peak memory in MB above what was there before, and what was found."""
    before, start = peak_mb(), time.process_time()
    found = read()
    return f"{time.process_time() - start}\t{peak_mb() - before}\t{found}"


def peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


class Figure(NamedTuple):
    """CPU seconds, peak MB, what was found."""

    seconds: float
    megabytes: float
    found: str


def once(what: str, path: Path) -> Figure:
    command = [sys.executable, __file__, "--one", what, str(path)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    seconds, megabytes, found = done.stdout.rstrip("\n").split("\t")
    return Figure(float(seconds), float(megabytes), found)


def table(name: str, path: Path, baseline: str) -> None:
    """Baseline and ours by turns, so that other work on the machine slows both; the ratio is the turns' median."""
    print(f"{name}, {path.stat().st_size / 1e6:.0f} MB")
    turns = [(once(baseline, path), once("ours", path)) for _ in range(ROUNDS)]
    bare, own = (sorted(figures)[ROUNDS // 2] for figures in zip(*turns, strict=True))
    line(f"{baseline} (baseline)".replace("_", " "), bare, 1)
    line("imtreport", own, statistics.median(one.seconds / other.seconds for other, one in turns))
    kept = once("ours_kept", path)
    line("imtreport, all calls kept", kept, kept.seconds / bare.seconds)


def line(name: str, figure: Figure, ratio: float | None = None) -> None:
    times = f"x {ratio:5.2f}" if ratio is not None else " " * 7
    print(f"  {name:<28}{figure.seconds:7.2f} s  {times}  {figure.megabytes:6.0f} MB   {figure.found}", flush=True)


def main(rows: int) -> None:
    sys.path.insert(0, str(ROOT))
    made = {"Arriba": (arriba, "bare_pandas"), "STAR-Fusion": (star_fusion, "bare_pandas"), "VCF": (vcf, "bare_pysam")}
    print(f"{rows:,} rows; CPU seconds, ratio to the baseline, peak memory; median of {ROUNDS} processes")
    with tempfile.TemporaryDirectory() as folder:
        for name, (lines, baseline) in made.items():
            path = Path(folder) / name
            with path.open("w", encoding="ascii") as stream:
                stream.writelines(one + "\n" for one in lines(rows, Genome()))
            table(name, path, baseline)
        path = Path(folder) / "bomb.gz"
        path.write_bytes(bomb())
        print(f"A gzip bomb: 1 GB in {path.stat().st_size / 1e6:.1f} MB, limit 50 MB")
        line("imtreport", once("ours_kept", path))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        sys.path.insert(0, str(ROOT))
        print(globals()[sys.argv[2]](Path(sys.argv[3])))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
