"""
What a laboratory's own gene annotation costs: reading and indexing a file of GENCODE's size, and a case's look-ups.

Run `.venv/bin/python benchmarks/gtf.py [lines] [file]`. It writes an invented file of about so many lines (3,000,000
unless told otherwise), with the embedded genes among it, and measures in processes of their own: CPU seconds and peak
memory. The baseline is Python reading the same packed lines and doing nothing. A file named is measured instead.
"""

from __future__ import annotations

import gzip
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

_READ = "import gzip, sys; count = sum(1 for line in gzip.open(sys.argv[1], 'rt'))"
_INDEX = (
    "import sys, pathlib as p; from flows.gene_annotations import annotations_of; from flows.store import open_store; "
    "annotations_of((p.Path(sys.argv[1]),), open_store(p.Path(sys.argv[2])))"
)
_PEAK = "; import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"


def main(lines: int, given: Path | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = given or Path(folder) / "made.gtf.gz"
        if given is None:
            write(file, lines)
        store = Path(folder) / "store"
        print(f"{file.name}: {file.stat().st_size / 1e6:.0f} MB packed")
        baseline, _ = line("reading the lines alone (baseline)", child(_READ, file), 0)
        line("reading and indexing, once for each file", child(_INDEX, file, store), baseline)
        line("opening it again, once for each process", child(_INDEX, file, store), baseline)
        databases = list((store / "annotations").iterdir())
        print(f"  the index: {databases[0].stat().st_size / 1e6:.0f} MB")
        lookups(file, store)


def lookups(file: Path, store: Path) -> None:
    """Milliseconds that a case of one call adds, its partner known to the annotation alone."""
    from dataclasses import replace

    from flows.gene_annotations import annotations_of
    from interpret.genes import load_gene_models
    from interpret.gtf import wanted_of, with_annotation
    from parsers.records import Breakpoint, FusionCall, Place

    (annotation,) = annotations_of((file,), store)
    models = load_gene_models()
    places = Breakpoint("chr2", 42295516, "+"), Breakpoint("chr2", 29223528, "-")
    call = FusionCall("Arriba", "EML4", "ALK", *places, "GRCh38", "RNA", Place("f.tsv", 2))
    for name, one in (("an embedded pair", call), ("a partner of the file", replace(call, gene_5prime="GENE10000"))):
        rounds = 200
        start = time.process_time()
        for _ in range(rounds):
            wanted = wanted_of((one,), models)
            with_annotation(models, [(annotation.file, annotation.genes_for(wanted))], wanted)
        print(f"  look-up of {name:<33}{(time.process_time() - start) / rounds * 1000:8.2f} ms")


def write(file: Path, lines: int) -> None:
    """About 63,000 genes of four transcripts of nine exons, as GENCODE 46 has them, and the embedded ones."""
    with gzip.open(file, "wt", compresslevel=3) as out:
        out.write("##description: evidence-based annotation of the human genome (GRCh38), version 46 (Ensembl 112)\n")
        for number, text in enumerate(made_lines(lines)):
            out.write(text)
            if number > lines:
                break


def made_lines(lines: int) -> Iterator[str]:
    from interpret.genes import load_gene_models

    draw = random.Random(46)  # noqa: S311 - no secret
    embedded: dict[str, list[str]] = {}
    for (symbol, build), model in load_gene_models().transcripts.items():
        if build == "GRCh38":
            exons = [
                tuple(sorted((model.reading(start), model.reading(end))))
                for start, end in zip(model.starts, model.ends, strict=True)
            ]
            text = "".join(transcript(symbol, f"ENST{symbol}.1", model.chrom, model.strand, exons))
            embedded.setdefault(model.chrom, []).append(text)
    chromosomes = [f"chr{name}" for name in (*range(1, 23), "X", "Y")]
    genes = lines // 48
    for index, chrom in enumerate(chromosomes):
        yield from "".join(embedded.get(chrom, ())).splitlines(keepends=True)
        for number in range(index * genes // 24, (index + 1) * genes // 24):
            start = 10_000 + (number - index * genes // 24) * 60_000
            for copy in range(4):
                exons = [(start + 5_000 * exon, start + 5_000 * exon + draw.randint(60, 300)) for exon in range(5)]
                yield from transcript(f"GENE{number}", f"ENST{number:08d}{copy}.1", chrom, "+", exons)


def transcript(symbol: str, accession: str, chrom: str, strand: str, exons: list[tuple[int, ...]]) -> Iterator[str]:
    attributes = (
        f'gene_id "ENSG{symbol}.1"; transcript_id "{accession}"; gene_type "protein_coding"; gene_name "{symbol}"; '
        'transcript_type "protein_coding"; transcript_name "name"; level 2; transcript_support_level "1"; '
        'tag "basic"; tag "Ensembl_canonical"; havana_gene "OTTHUMG00000000001.1";\n'
    )
    low, high = min(exons)[0], max(exons)[1]
    yield f"{chrom}\tHAVANA\ttranscript\t{low}\t{high}\t.\t{strand}\t.\t{attributes}"
    for start, end in exons:
        yield f"{chrom}\tHAVANA\texon\t{start}\t{end}\t.\t{strand}\t.\t{attributes}"
        yield f"{chrom}\tHAVANA\tCDS\t{start}\t{end}\t.\t{strand}\t0\t{attributes}"
    yield f"{chrom}\tHAVANA\tUTR\t{low}\t{low}\t.\t{strand}\t.\t{attributes}"


def child(code: str, *arguments: Path) -> tuple[float, float]:
    """CPU seconds and peak memory in MB of a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    text = subprocess.check_output([sys.executable, "-c", code + _PEAK, *map(str, arguments)], cwd=ROOT, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, int(text) / 1024


def line(name: str, cost: tuple[float, float], baseline: float) -> tuple[float, float]:
    seconds, memory = cost
    ratio = f"x {seconds / baseline:5.2f}" if baseline else "x  1.00"
    print(f"  {name:<44}{seconds:8.2f} s  {ratio}   peak {memory:5.0f} MB")
    return cost


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3_000_000, Path(sys.argv[2]) if len(sys.argv) > 2 else None)
