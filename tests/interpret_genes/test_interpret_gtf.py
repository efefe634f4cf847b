"""Genes from a laboratory's own annotation: every dialect says the same, and what is embedded stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_gtf import INVENTED, Made, ensembl, gencode, invented, landmark, refseq, ucsc

from interpret.findings import Fusion
from interpret.fusions import find_fusions
from interpret.genes import GeneModels, load_gene_models
from interpret.gtf import (
    AnnotationFile,
    GtfGene,
    GtfReader,
    gene_as_text,
    gene_from_text,
    genes_from_gtf,
    wanted_of,
    with_annotation,
)
from parsers.errors import InputError
from parsers.records import Build, FusionCall

MODELS = load_gene_models()
NAMES = {"chr2": "NC_000002.12", "chr5": "NC_000005.10"}
ALK_E20 = "chr2:29223528:-"
END_OF_EXON_2 = "chr2:1002099:+"
Call = Callable[..., FusionCall]


def genes_of(lines: Sequence[str]) -> tuple[GtfGene, ...]:
    return genes_from_gtf(lines, "lab.gtf", MODELS)[2]


def added(lines: Sequence[str], *calls: FusionCall, models: GeneModels = MODELS, build: Build = "GRCh38") -> GeneModels:
    """The models for these calls, as the flows make them."""
    file = AnnotationFile("lab.gtf", "0" * 64, "GENCODE 46", build)
    return with_annotation(models, [(file, genes_of(lines))], wanted_of(calls, models))


@pytest.fixture
def the_fusion(a_case: Any, an_assay: Any) -> Callable[..., Fusion]:
    def found(lines: Sequence[str], *calls: FusionCall) -> Fusion:
        (fusion,), _ = find_fusions(a_case(*calls), an_assay(), added(lines, *calls))
        return fusion

    return found


def with_landmarks(*genes: Made, build: Build = "GRCh38") -> list[Made]:
    return [landmark(MODELS, "ALK", build), landmark(MODELS, "EML4", build, "ENST00000100002.1"), *genes]


DIALECTS: dict[str, Callable[[list[Made]], list[str]]] = {
    "GENCODE": gencode,
    "Ensembl": ensembl,
    "RefSeq": lambda genes: refseq(genes, NAMES),
    "UCSC": ucsc,
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_gives_the_same_exons_and_coding_range(dialect: str) -> None:
    genes = {gene.symbol: gene for gene in genes_of(DIALECTS[dialect](with_landmarks(invented())))}
    (found,) = genes["PARTNERX"].transcripts
    assert tuple(zip(found.lows, found.highs, strict=True)) == INVENTED
    assert (found.cds_low, found.cds_high) == (1_000_100, 1_004_044)
    assert (genes["PARTNERX"].chrom, genes["PARTNERX"].strand) == ("chr2", "+")
    assert found.accession.partition(".")[0] == "ENST00000900001"


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("symbol", ["ALK", "EML4"])
def test_every_dialect_gives_back_the_embedded_models(dialect: str, symbol: str, a_call: Call) -> None:
    """ALK lies on the minus strand, EML4 on the plus strand: exons, coding range and phases come out as embedded."""
    lines = DIALECTS[dialect](with_landmarks())
    model = MODELS.transcripts[symbol, "GRCh38"]
    (other,) = added(lines, a_call()).other_transcripts(symbol, "GRCh38")
    assert (other.starts, other.ends, other.coding_before) == (model.starts, model.ends, model.coding_before)
    assert (other.coding_first, other.coding_last) == (model.coding_first, model.coding_last)


@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
@pytest.mark.parametrize("dialect", ["GENCODE", "UCSC"])
def test_the_build_is_found_from_the_places_of_known_genes(dialect: str, build: Build) -> None:
    genes = with_landmarks(invented(), build=build)
    lines = gencode(genes, build) if dialect == "GENCODE" else ucsc(genes)
    assert genes_from_gtf(lines, "lab.gtf", MODELS)[0] == build


def test_the_build_of_a_small_file_is_the_one_its_header_names() -> None:
    assert genes_from_gtf(ensembl([invented()], "GRCh37"), "lab.gtf", MODELS)[0] == "GRCh37"
    assert genes_from_gtf(refseq([invented()], NAMES), "lab.gtf", MODELS)[0] == "GRCh38"


def test_a_file_that_was_mapped_from_the_other_build_is_of_the_one_where_its_genes_lie() -> None:
    lines = gencode(with_landmarks(build="GRCh37"), "GRCh38")
    lines[0] = lines[0].replace("\n", " - mapped to GRCh37\n")
    assert genes_from_gtf(lines, "lab.gtf", MODELS)[0] == "GRCh37"


@pytest.mark.parametrize(
    "lines",
    [gencode(with_landmarks(build="GRCh37"), "GRCh38"), ucsc([invented()])],
    ids=["header against positions", "neither header nor known genes"],
)
def test_a_build_that_cannot_be_told_is_an_error_with_its_remedy(lines: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        genes_from_gtf(lines, "lab.gtf", MODELS)
    assert "gtf-build-unknown" in str(caught.value)
    assert "genome-version GRCh38" in caught.value.problems[0].remedy


@pytest.mark.parametrize(
    ("lines", "release"),
    [
        (gencode(with_landmarks()), "GENCODE 46 (Ensembl 112)"),
        (ensembl(with_landmarks()), "Ensembl gene build 2023-12"),
        (refseq(with_landmarks(), NAMES), "NCBI RefSeq GCF_000001405.40-RS_2023_10"),
        (ucsc(with_landmarks()), ""),
    ],
)
def test_the_release_is_what_the_header_says(lines: list[str], release: str) -> None:
    assert genes_from_gtf(lines, "lab.gtf", MODELS)[1] == release


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("chr2\tHAVANA\texon\t10\n", "gtf-columns"),
        ("chr2 HAVANA exon 10 20\n", "gtf-columns"),
        ('chr2\tX\texon\tten\t20\t.\t+\t.\tgene_id "A"; transcript_id "B";\n', "gtf-position"),
        (f'chr2\tX\texon\t10\t{"9" * 5000}\t.\t+\t.\tgene_id "A"; transcript_id "B";\n', "gtf-position"),
        ('chr2\tX\texon\t30\t20\t.\t+\t.\tgene_id "A"; transcript_id "B";\n', "gtf-position"),
        ('chr2\tX\texon\t10\t20\t.\t.\t.\tgene_id "A"; transcript_id "B";\n', "gtf-strand"),
        ('chr2\tX\texon\t10\t20\t.\t+\t.\tgene_id "A";\n', "gtf-no-transcript"),
        ("chr2\tX\texon\t10\t20\t.\t+\t.\tID=exon:1;Parent=rna1\n", "gtf-no-transcript"),
    ],
)
def test_a_damaged_line_is_told_with_file_line_and_remedy(line: str, code: str) -> None:
    lines = [*ucsc(with_landmarks()), line]
    with pytest.raises(InputError) as caught:
        genes_of(lines)
    (problem,) = caught.value.problems
    assert (problem.code, problem.file, problem.line) == (code, "lab.gtf", len(lines))
    assert problem.remedy


def test_a_gff3_file_is_named_as_one() -> None:
    with pytest.raises(InputError) as caught:
        genes_of(["chr2\tX\texon\t10\t20\t.\t+\t.\tID=exon:1;Parent=rna1\n"])
    assert "GFF3" in caught.value.problems[0].message


@pytest.mark.parametrize("lines", [[], ["#!genome-version GRCh38\n"], gencode([invented(chrom="chrM")])])
def test_a_file_without_genes_is_an_error(lines: list[str]) -> None:
    with pytest.raises(InputError, match="gtf-empty"):
        genes_of(lines)


def test_lines_of_a_chromosome_that_lie_apart_are_an_error() -> None:
    one, other = ucsc([landmark(MODELS, "ALK", "GRCh38")]), ucsc([landmark(MODELS, "PDGFRB", "GRCh38")])
    with pytest.raises(InputError, match="gtf-not-sorted"):
        genes_of([*one[:5], *other, *one[5:]])


def test_blank_lines_and_comments_between_the_lines_are_nothing() -> None:
    lines = gencode(with_landmarks(invented()))
    assert genes_of([*lines[:9], "\n", "# a remark\n", *lines[9:]]) == genes_of(lines)


def test_lines_sorted_by_position_give_the_same_genes() -> None:
    """As tabix wants them: then the transcripts of neighbours lie between each other."""
    lines = gencode([*with_landmarks(invented(), invented(accession="ENST00000900002.1", tags=()))])
    by_position = sorted(lines[1:], key=lambda line: int(line.split("\t")[3]))
    assert sorted(map(repr, genes_of([lines[0], *by_position]))) == sorted(map(repr, genes_of(lines)))


def test_patches_alternative_loci_and_the_mitochondrion_are_left_out() -> None:
    odd = [
        invented(symbol=f"ODD{n}", chrom=name) for n, name in enumerate(["chrM", "chr2_KI270769v1_alt", "NT_187529.1"])
    ]
    assert {gene.symbol for gene in genes_of(gencode(with_landmarks(*odd)))} == {"ALK", "EML4"}


def test_the_copy_on_chromosome_y_never_stands_for_the_gene(a_call: Call) -> None:
    on_x = invented(symbol="PARGENE", chrom="chrX", gene_id="ENSG00000000001.2")
    copies = [
        invented(
            symbol="PARGENE", chrom="chrY", accession="ENST00000900001.3_PAR_Y", gene_id="ENSG00000000001.2_PAR_Y"
        ),
        invented(symbol="PARGENE", chrom="chrY", gene_id="ENSG00000000001.2"),
        invented(symbol="PARGENE", chrom="chrY", accession="NM_000001.1_1", gene_id="PARGENE_1"),
    ]
    for copy in copies:
        models = added(gencode(with_landmarks(copy, on_x)), a_call("PARGENE::ALK", "", ALK_E20))
        assert models.transcripts["PARGENE", "GRCh38"].chrom == "chrX"


@pytest.mark.parametrize(
    ("tags", "best"),
    [
        ((("MANE_Select",), ("basic",)), 0),
        ((("basic",), ("Ensembl_canonical",)), 1),
        (((), ("basic",)), 1),
        ((("RefSeq_Select",), ("Ensembl_canonical",)), 0),
        ((("cds_start_NF",), ()), 1),
    ],
)
def test_the_transcript_to_report_on_is_the_one_the_annotation_chose(tags: Any, best: int) -> None:
    names = ["ENST00000900001.1", "ENST00000900002.1"]
    genes = [invented(accession=name, tags=tag) for name, tag in zip(names, tags, strict=True)]
    gene = next(one for one in genes_of(gencode(with_landmarks(*genes))) if one.symbol == "PARTNERX")
    assert gene.transcripts[0].accession == names[best]


def test_a_coding_transcript_is_preferred_to_any_other_and_the_longest_without_tags() -> None:
    genes = [
        invented(accession="ENST1.1", coding=None, tags=("basic",)),
        invented(accession="ENST2.1", coding=(1_000_100, 1_002_044), tags=()),
        invented(accession="ENST3.1", tags=()),
    ]
    gene = next(one for one in genes_of(gencode(with_landmarks(*genes))) if one.symbol == "PARTNERX")
    assert [one.accession for one in gene.transcripts] == ["ENST3.1", "ENST2.1", "ENST1.1"]


def test_the_bases_before_the_first_whole_codon_count_for_the_phase(a_call: Call) -> None:
    """Where a transcript begins inside a codon the file says how many bases to skip: 2 skipped, 1 is missing."""
    lines = [line.replace("\t+\t0\t", "\t+\t2\t") if "\tCDS\t1000100" in line else line for line in ucsc([invented()])]
    models = added([*ucsc(with_landmarks()), *lines], a_call("PARTNERX::ALK", END_OF_EXON_2, ALK_E20))
    assert models.transcripts["PARTNERX", "GRCh38"].coding_before == (1, 31, 131, 176)


@pytest.mark.parametrize(
    "exons", [((1_000_000, 1_000_129), (1_000_100, 1_000_300)), ((1_000_200, 1_000_300),)], ids=["overlap", "outside"]
)
def test_a_transcript_whose_exons_make_no_sense_is_left_out(exons: Any) -> None:
    odd = invented(accession="ENST00000900009.1", exons=exons)
    found = [one for gene in genes_of(gencode(with_landmarks(invented(), odd))) for one in gene.transcripts]
    assert "ENST00000900009.1" not in {one.accession for one in found}
    assert "ENST00000900001.3" in {one.accession for one in found}


def test_a_partner_of_the_annotation_gets_exon_phase_and_frame(the_fusion: Any, a_call: Call) -> None:
    """130 coding bases kept and 3172 lost differ by a multiple of three."""
    fusion = the_fusion(gencode(with_landmarks(invented())), a_call("PARTNERX::ALK", END_OF_EXON_2, ALK_E20))
    assert (fusion.transcript_5prime, fusion.exon_5prime) == ("ENST00000900001.3", 2)
    assert (fusion.reading_frame, fusion.kinase_domain, fusion.classification) == ("in-frame", "retained", "reportable")
    assert fusion.vicc == "ENST00000900001.3(PARTNERX):e.2::NM_004304.5(ALK):e.20"
    assert fusion.hgvs_r == "ENST00000900001.3:r.?_130::NM_004304.5:r.3173_?"
    assert "PARTNERX is read on ENST00000900001.3 of GENCODE 46." in fusion.notes


def test_a_frame_shift_on_the_annotation_is_found(the_fusion: Any, a_call: Call) -> None:
    fusion = the_fusion(gencode(with_landmarks(invented())), a_call("PARTNERX::ALK", "chr2:1000129:+", ALK_E20))
    assert (fusion.exon_5prime, fusion.reading_frame, fusion.classification) == (1, "out-of-frame", "not_functional")


def test_exon_numbers_and_positions_give_the_same_on_an_annotated_gene(the_fusion: Any, a_call: Call) -> None:
    lines = gencode(with_landmarks(invented()))
    by_place = the_fusion(lines, a_call("PARTNERX::ALK", END_OF_EXON_2, ALK_E20))
    by_exon = the_fusion(
        lines,
        a_call(
            "PARTNERX::ALK",
            exon_5prime=2,
            exon_3prime=20,
            transcript_5prime="ENST00000900001",
            transcript_3prime="NM_004304.5",
        ),
    )
    assert (by_place.vicc, by_place.reading_frame) == (by_exon.vicc, by_exon.reading_frame)


def test_an_embedded_gene_keeps_its_model_and_its_kinase_domain(the_fusion: Any, a_call: Call) -> None:
    """An annotation that has ALK elsewhere, or not as a kinase, changes nothing."""
    wrong = Made("ALK", "ENST00000777777.1", "chr2", "-", ((29223000, 29223528), (29230000, 29230100)))
    fusion = the_fusion(gencode([*with_landmarks(), wrong]), a_call())
    assert (fusion.transcript_3prime, fusion.exon_3prime, fusion.kinase_domain) == ("NM_004304.5", 20, "retained")
    assert fusion.classification == "reportable"


def test_the_callers_exon_number_is_noted_where_its_transcript_counts_otherwise(the_fusion: Any, a_call: Call) -> None:
    eml4 = landmark(MODELS, "EML4", "GRCh38", "ENST00000100002.1")
    shorter = Made("EML4", "ENST00000555555.2", "chr2", "+", eml4.exons[1:], None)
    call = a_call(transcript_5prime="ENST00000555555", transcript_3prime="ENST00000100001.1")
    fusion = the_fusion(gencode([*with_landmarks(), shorter]), call)
    assert fusion.exon_5prime == 13
    note = "EML4 exon 13 of NM_019063.5 is exon 12 of ENST00000555555.2, the caller's transcript."
    assert note in fusion.notes
    assert not any("ALK exon" in text for text in fusion.notes)


def test_an_exon_number_on_a_transcript_of_the_annotation_is_understood(the_fusion: Any, a_call: Call) -> None:
    eml4 = landmark(MODELS, "EML4", "GRCh38", "ENST00000100002.1")
    shorter = Made("EML4", "ENST00000555555.2", "chr2", "+", eml4.exons[1:], None)
    call = a_call(
        exon_5prime=12, exon_3prime=20, transcript_5prime="ENST00000555555.1", transcript_3prime="NM_004304.5"
    )
    fusion = the_fusion(gencode([*with_landmarks(), shorter]), call)
    assert (fusion.exon_5prime, fusion.reading_frame) == (13, "in-frame")
    assert "Exon 12 of ENST00000555555.2 (EML4), the caller's transcript, is exon 13 of NM_019063.5." in fusion.notes


def test_an_exon_that_the_callers_transcript_does_not_have_stays_undetermined(the_fusion: Any, a_call: Call) -> None:
    call = a_call(
        exon_5prime=99, exon_3prime=20, transcript_5prime="ENST00000100002.1", transcript_3prime="NM_004304.5"
    )
    fusion = the_fusion(gencode(with_landmarks()), call)
    assert (fusion.exon_5prime, fusion.reading_frame) == (None, "undetermined")


@pytest.mark.parametrize(("extra", "frame"), [(33, "in-frame"), (34, "out-of-frame")])
def test_an_exon_edge_of_another_transcript_is_counted_on_that_one(
    the_fusion: Any, a_call: Call, extra: int, frame: str
) -> None:
    """An exon of 33 or 34 bases in intron 13 of EML4, more than 50 bases away from either exon."""
    eml4 = landmark(MODELS, "EML4", "GRCh38")
    start = eml4.exons[12][1] + 1000
    exons = (*eml4.exons[:13], (start, start + extra - 1), *eml4.exons[13:])
    longer = Made("EML4", "ENST00000666666.1", "chr2", "+", exons, eml4.coding, ("basic",))
    call = a_call("EML4::ALK", f"chr2:{start + extra - 1}:+", ALK_E20)
    fusion = the_fusion(gencode([*with_landmarks(), longer]), call)
    assert fusion.reading_frame == frame
    assert "The EML4 breakpoint is the edge of exon 14 of ENST00000666666.1, another transcript of it." in fusion.notes
    assert fusion.hgvs_r == f"ENST00000666666.1:r.?_{1489 + extra}::NM_004304.5:r.3173_?"


def test_a_kinase_transcript_with_another_end_does_not_count(the_fusion: Any, a_call: Call) -> None:
    """Its reading frame need not be the kinase's."""
    alk = landmark(MODELS, "ALK", "GRCh38")
    assert alk.coding is not None
    inside = (29223528 + 700, 29223528 + 799)
    first = (29223528 + 2700, 29223528 + 2799)
    exons = (*(exon for exon in alk.exons if exon[1] <= 29223528), inside, first)
    for coding, says in (((alk.coding[0], first[1]), True), ((29223400, first[1]), False)):
        odd = Made("ALK", "ENST00000888888.1", "chr2", "-", sorted(exons), coding)
        call = a_call("EML4::ALK", "chr2:42295516:+", f"chr2:{inside[1]}:-")
        fusion = the_fusion(gencode([*with_landmarks(), odd]), call)
        assert any("ENST00000888888.1" in note for note in fusion.notes) == says


def test_an_exon_without_a_transcript_counts_only_if_all_transcripts_agree(the_fusion: Any, a_call: Call) -> None:
    other = invented(accession="ENST00000900002.1", exons=INVENTED[1:], coding=(1_002_000, 1_004_044), tags=())
    call = a_call("PARTNERX::ALK", exon_5prime=1, exon_3prime=20, transcript_3prime="NM_004304.5")
    alone = the_fusion(gencode(with_landmarks(invented())), call)
    assert alone.exon_5prime == 1
    fusion = the_fusion(gencode(with_landmarks(invented(), other)), call)
    assert (fusion.exon_5prime, fusion.reading_frame) == (None, "undetermined")
    assert any("number the exons differently" in text for text in fusion.notes)


@pytest.mark.parametrize("biotype", ["lncRNA", "processed_pseudogene"])
def test_a_gene_that_the_annotation_calls_non_coding_has_an_exon_and_no_frame(
    the_fusion: Any, a_call: Call, biotype: str
) -> None:
    gene = invented(coding=None, biotype=biotype)
    fusion = the_fusion(gencode(with_landmarks(gene)), a_call("PARTNERX::ALK", END_OF_EXON_2, ALK_E20))
    assert (fusion.exon_5prime, fusion.reading_frame) == (2, "not_assessable")
    assert any("no coding transcript" in note for note in fusion.notes)
    assert fusion.hgvs_r == ""
    assert fusion.drawing_5prime is not None
    assert fusion.drawing_5prime.protein_aa is None


def test_a_gene_whose_coding_range_is_missing_is_not_called_non_coding(the_fusion: Any, a_call: Call) -> None:
    """A file without CDS lines must not turn a partner into one whose frame does not matter."""
    for lines in (gencode(with_landmarks(invented(coding=None))), ucsc(with_landmarks(invented(coding=None)))):
        fusion = the_fusion(lines, a_call("PARTNERX::ALK", END_OF_EXON_2, ALK_E20))
        assert (fusion.reading_frame, fusion.classification) == ("undetermined", "uncertain")


def test_refseq_says_the_kind_of_gene_on_the_genes_own_line(a_call: Call) -> None:
    lines = refseq(with_landmarks(invented(coding=None, biotype="lncRNA")), NAMES)
    models = added(lines, a_call("PARTNERX::ALK", END_OF_EXON_2, ALK_E20))
    assert "lncRNA" in models.noncoding_reason("PARTNERX")


def test_an_ambiguous_symbol_is_taken_only_where_the_position_lies_in_it(a_call: Call) -> None:
    """FLG is a gene of its own, and an old name of another."""
    lines = gencode(with_landmarks(invented(symbol="FLG")))
    assert "FLG" in added(lines, a_call("FLG::ALK", END_OF_EXON_2, ALK_E20)).genes
    assert "FLG" not in added(lines, a_call("FLG::ALK", "", ALK_E20)).genes


def test_a_breakend_without_a_gene_name_finds_the_one_coding_gene_there(a_call: Call) -> None:
    call = a_call("::", "chr2:1001000:+", "chr2:29224000:+", molecule="DNA", order_known=False)
    one = added(gencode(with_landmarks(invented())), call)
    assert one.gene_at("chr2", 1_001_000, "GRCh38") == one.genes["PARTNERX"]
    two = added(gencode(with_landmarks(invented(), invented(symbol="PARTNERY", accession="ENST7.1"))), call)
    assert two.gene_at("chr2", 1_001_000, "GRCh38") is None


def test_the_other_build_uses_the_same_transcript_of_an_annotated_gene(a_call: Call) -> None:
    call = a_call("PARTNERX::ALK", END_OF_EXON_2, ALK_E20)
    first = added(gencode(with_landmarks(invented())), call)
    other = invented(accession="ENST00000999999.1", exons=((1_000_000, 1_000_129),), coding=(1_000_100, 1_000_129))
    lines = gencode(with_landmarks(other, invented(tags=()), build="GRCh37"), "GRCh37")
    both = added(lines, call, models=first, build="GRCh37")
    assert both.transcripts["PARTNERX", "GRCh37"].accession == "ENST00000900001.3"
    assert both.transcripts["PARTNERX", "GRCh38"] == first.transcripts["PARTNERX", "GRCh38"]


def test_what_no_call_asks_for_is_not_taken(a_call: Call) -> None:
    models = added(gencode(with_landmarks(invented())), a_call())
    assert set(models.genes) == set(MODELS.genes)
    assert models.symbols == MODELS.symbols


def test_adding_genes_leaves_the_shared_models_alone(a_call: Call) -> None:
    before = dict(MODELS.genes), dict(MODELS.transcripts)
    assert "PARTNERX" in added(gencode(with_landmarks(invented())), a_call("PARTNERX::ALK", "", ALK_E20)).genes
    assert (dict(MODELS.genes), dict(MODELS.transcripts)) == before
    assert not MODELS.others


@given(
    exons=st.lists(st.integers(1, 400), min_size=2, max_size=24, unique=True),
    strand=st.sampled_from("+-"),
    data=st.data(),
)
def test_any_transcript_comes_back_from_its_lines_and_from_its_text(
    exons: list[int], strand: str, data: st.DataObject
) -> None:
    ends = sorted(exons)[: len(exons) // 2 * 2]
    pairs = tuple((low, high) for low, high in zip(ends[::2], ends[1::2], strict=True))
    inside = sorted({place for low, high in pairs for place in range(low, high + 1)})
    low, high = sorted(data.draw(st.lists(st.sampled_from(inside), min_size=2, max_size=2)))
    coding = (low, high) if high - low > 8 and (low, high)[1] - 2 in inside and low + 2 in inside else None
    made = Made("ANYGENE", "ENST1.1", "chr2", strand, pairs, coding)
    gene = next(gene for gene in genes_of(gencode(with_landmarks(made))) if gene.symbol == "ANYGENE")
    assert tuple(zip(gene.transcripts[0].lows, gene.transcripts[0].highs, strict=True)) == pairs
    if coding and all(high - low >= 2 for low, high in pairs):
        assert (gene.transcripts[0].cds_low, gene.transcripts[0].cds_high) == coding
    assert gene_from_text(gene_as_text(gene)) == gene
    assert all(one < other for one, other in pairwise(gene.transcripts[0].lows))


def test_a_reader_knows_nothing_before_it_has_read() -> None:
    with pytest.raises(InputError, match="gtf-build-unknown"):
        _ = GtfReader("lab.gtf", MODELS).build


def test_genes_of_both_builds_in_one_file_are_an_error() -> None:
    lines = ucsc([landmark(MODELS, "ALK", "GRCh38"), landmark(MODELS, "EML4", "GRCh37", "ENST00000100002.1")])
    with pytest.raises(InputError, match="gtf-build-unknown"):
        genes_of(lines)


def test_a_transcript_line_without_its_name_and_lines_on_two_strands_are_left_out() -> None:
    lines = gencode(with_landmarks(invented()))
    odd = 'chr2\tX\t{}\t{}\t{}\t.\t{}\t.\tgene_id "ODD"; gene_name "ODD"; {}\n'
    strands = [odd.format("exon", n, n + 5, strand, 'transcript_id "ODD1";') for n, strand in ((10, "+"), (90, "-"))]
    assert genes_of([*lines, odd.format("transcript", 5, 9, "+", ""), *strands]) == genes_of(lines)


def test_an_edge_in_the_untranslated_part_of_another_transcript_does_not_count(the_fusion: Any, a_call: Call) -> None:
    """Else a breakpoint deep in an intron would become a promoter swap, whose frame does not matter."""
    eml4 = landmark(MODELS, "EML4", "GRCh38")
    start = eml4.exons[12][1] + 1000
    later = Made("EML4", "ENST00000666667.1", "chr2", "+", ((start, start + 32), *eml4.exons[13:]), (
        eml4.exons[13][0], eml4.coding[1] if eml4.coding else 0
    ))  # fmt: skip
    fusion = the_fusion(gencode([*with_landmarks(), later]), a_call("EML4::ALK", f"chr2:{start + 32}:+", ALK_E20))
    assert (fusion.reading_frame, fusion.classification) == ("undetermined", "uncertain")


def test_an_exon_before_the_first_of_the_default_transcript_is_not_given_a_number(
    the_fusion: Any, a_call: Call
) -> None:
    eml4 = landmark(MODELS, "EML4", "GRCh38")
    before = (eml4.exons[0][0] - 5000, eml4.exons[0][0] - 4900)
    longer = Made("EML4", "ENST00000666668.1", "chr2", "+", (before, *eml4.exons[1:]), eml4.coding)
    call = a_call(exon_5prime=1, exon_3prime=20, transcript_5prime="ENST00000666668", transcript_3prime="NM_004304.5")
    fusion = the_fusion(gencode([*with_landmarks(), longer]), call)
    assert (fusion.exon_5prime, fusion.classification) == (None, "uncertain")
