"""The 82 genes that were asked for: each is embedded on both assemblies, with all that a fusion of it needs."""

from __future__ import annotations

import csv
from itertools import groupby
from pathlib import Path

import pytest

from interpret.genes import GeneModels
from parsers.records import Build

BUILDS: tuple[Build, ...] = ("GRCh37", "GRCh38")

# Symbol, transcript (MANE Select), its exons, amino acids of its protein: NCBI RefSeq.
REQUESTED = """
ALK:NM_004304.5:29:1620 ROS1:NM_001378902.1:44:2341 NTRK1:NM_002529.4:17:796 NTRK2:NM_006180.6:19:838
NTRK3:NM_001012338.3:20:839 RET:NM_020975.6:20:1114 PDGFRA:NM_006206.6:23:1089 PDGFRB:NM_002609.4:23:1106
IGF1R:NM_000875.5:21:1367 EGFR:NM_005228.5:28:1210 MET:NM_000245.4:21:1390 FGFR1:NM_023110.3:18:822
FGFR2:NM_000141.5:18:821 FGFR3:NM_000142.5:18:806 BRAF:NM_004333.6:18:766 RAF1:NM_002880.4:17:648
NRG1:NM_013964.5:12:640 USP6:NM_001304284.2:38:1406 NCOA2:NM_006540.4:23:1464 TPM3:NM_152263.4:10:285
TPM4:NM_003290.3:8:248 CLTC:NM_004859.4:32:1675 CARS1:NM_001014437.3:23:831 RANBP2:NM_006267.5:29:3224
ATIC:NM_004044.7:16:592 NUMA1:NM_006185.4:27:2115 SQSTM1:NM_003900.5:8:440 SEC31A:NM_001077207.4:27:1220
PPFIBP1:NM_003622.4:30:1005 RRBP1:NM_001365613.2:25:1410 FN1:NM_212482.4:46:2477 TFG:NM_006070.6:8:400
DCTN1:NM_004082.5:32:1278 EML4:NM_019063.5:23:981 LMNA:NM_170707.4:12:664 PRKAR1A:NM_002734.5:11:381
HNRNPA1:NM_031157.4:11:372 KIF5A:NM_004984.4:29:1032 KIF5B:NM_004521.3:26:963 THBS1:NM_003246.4:22:1170
IGFBP5:NM_000599.4:4:272 DES:NM_001927.4:9:470 TNS1:NM_001387777.1:33:1839 TIMP3:NM_000362.5:5:211
A2M:NM_000014.6:36:1474 PLEKHH2:NM_172069.4:30:1493 STRN:NM_003162.4:18:780 KLC1:NM_001394837.1:17:639
HIP1:NM_005338.7:31:1037 CLIP1:NM_001247997.2:26:1438 NPM1:NM_002520.7:11:294 MSN:NM_002444.3:13:577
VCL:NM_014000.3:22:1134 YWHAE:NM_006761.5:6:255 NFKB2:NM_001322934.2:23:900 CD74:NM_001025159.3:9:296
SLC34A2:NM_006424.3:13:690 SDC4:NM_002999.4:5:198 EZR:NM_001111077.2:14:586 GOPC:NM_020399.4:9:462
CCDC6:NM_005436.5:9:474 LRIG3:NM_153377.5:19:1119 ETV6:NM_001987.5:8:452 TPR:NM_003292.3:51:2363
NCOA4:NM_001145263.2:10:614 ERC1:NM_178040.4:19:1116 TRIM33:NM_015906.4:20:1127 NAB2:NM_005967.4:7:525
COL1A1:NM_000088.4:51:1464 SPARC:NM_003118.4:10:303 CCDC88C:NM_001080414.4:30:2028 TPM1:NM_001018005.2:10:284
NDE1:NM_017668.3:9:335 STAT6:NM_003153.5:22:847 SS18:NM_001007559.3:11:418 SSX1:NM_005635.4:8:188
SSX2:NM_175698.4:8:188 MYH9:NM_002473.6:41:1960 CREB3L1:NM_052854.4:12:519 CREB3L2:NM_194071.4:12:520
FUS:NM_004960.4:15:526 EWSR1:NM_005243.4:17:656
"""
GENES = [(one[0], one[1], int(one[2]), int(one[3])) for one in (text.split(":") for text in REQUESTED.split())]
DRIVERS = "ALK ROS1 NTRK1 NTRK2 NTRK3 RET PDGFRA PDGFRB IGF1R EGFR MET FGFR1 FGFR2 FGFR3 BRAF RAF1 NRG1 USP6 NCOA2"
NO_KINASE = {"NRG1", "USP6", "NCOA2"}
FACTS = Path(__file__).parents[2].parent / "shared" / "genes" / "exons.tsv"


def test_there_are_82_of_them() -> None:
    assert len({symbol for symbol, *_ in GENES}) == 82


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize(("symbol", "transcript", "exons", "amino_acids"), GENES)
def test_each_is_embedded_with_transcript_exons_and_coding_phase(
    models: GeneModels, symbol: str, transcript: str, exons: int, amino_acids: int, build: Build
) -> None:
    gene, model = models.genes[symbol], models.transcripts[symbol, build]
    assert gene.transcript == model.accession == transcript
    assert (model.exon_count, gene.protein_aa) == (exons, amino_acids)
    # A start codon, whole codons, a stop codon; every exon's phase follows from the bases before it.
    assert model.coding_bases == 3 * amino_acids + 3
    assert len(model.coding_before) == exons + 1
    assert model.coding_before[0] == 0
    assert models.resolve(symbol).symbol == symbol


@pytest.mark.parametrize("symbol", DRIVERS.split())
def test_every_driver_among_them_is_one_and_has_its_kinase_domain(models: GeneModels, symbol: str) -> None:
    gene = models.genes[symbol]
    assert gene.role == "driver"
    assert (gene.kinase is None) == (symbol in NO_KINASE)
    if gene.kinase is not None:
        assert 200 <= gene.kinase.end_aa - gene.kinase.start_aa + 1 <= 400
        assert gene.kinase.end_aa <= gene.protein_aa
        assert gene.driver_end == "3" if not symbol.startswith("FGFR") else gene.driver_end in ("3", "5", "either")


@pytest.mark.skipif(not FACTS.is_file(), reason="the table of facts is not beside this checkout")
def test_every_exon_and_phase_is_that_of_the_table_of_facts(models: GeneModels) -> None:
    """Exon by exon: positions, coding part, coding bases before it, and the phase on both sides (-1: not coding)."""
    wanted = {symbol for symbol, *_ in GENES}
    with FACTS.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if row["symbol"] in wanted]
    seen = set()
    for (symbol, build), group in groupby(rows, key=lambda row: (row["symbol"], row["build"])):
        model = models.transcripts[symbol, build]  # type: ignore[index]
        seen.add((symbol, build))
        for row in group:
            exon = int(row["exon"])
            low, high = sorted((model.reading(model.starts[exon - 1]), model.reading(model.ends[exon - 1])))
            assert (row["chrom"], row["strand"], row["transcript"]) == (model.chrom, model.strand, model.accession)
            assert (int(row["start"]), int(row["end"])) == (low, high)
            if row["coding"] == "yes":
                assert int(row["cds_bases_before"]) == model.coding_before[exon - 1]
                assert int(row["phase_5p"]) in (-1, model.coding_before[exon - 1] % 3)
                assert int(row["phase_3p"]) in (-1, model.coding_before[exon] % 3)
    assert seen == {(symbol, build) for symbol in wanted for build in BUILDS}


@pytest.mark.parametrize("mane_exon", range(1, 45))
def test_ros1_is_numbered_on_nm_002944_3_from_its_first_exon_to_its_last(models: GeneModels, mane_exon: int) -> None:
    """43 exons against 44: exon 4 of the MANE transcript is none there, and every later number is one less."""
    ros1 = models.genes["ROS1"]
    printed = models.printed_exon(ros1, mane_exon)
    if mane_exon == 4:
        assert printed == ("NM_001378902.1", 4)
        return
    number = mane_exon if mane_exon < 4 else mane_exon - 1
    assert printed == ("NM_002944.3", number)
    assert models.default_exon(ros1, number, "NM_002944.3").exon == mane_exon
