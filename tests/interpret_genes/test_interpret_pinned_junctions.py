"""One end of a junction, value by value: exon, offset, kind of place, coding bases, and the exact sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from interpret.genes import GeneModels, Transcript
from interpret.junctions import GivenEnd, Side, fits_edge, gene_of, given_ends, place_ends
from parsers.records import Breakpoint, Build, FusionCall, Molecule, Place

# The last base of EML4 exon 13 and the first of ALK exon 20, on GRCh38.
EML4_13, ALK_20 = 42295516, 29223528


def at(gene: str, place: str = "", **given: Any) -> GivenEnd:
    chrom, _, rest = place.partition(":")
    position, _, strand = rest.partition(":")
    where = Breakpoint(chrom, int(position), strand or None) if place else None  # type: ignore[arg-type]
    return GivenEnd(gene, where, given.get("exon"), given.get("transcript", ""), given.get("annotated", ()))


def placed(
    models: GeneModels, five: GivenEnd, three: GivenEnd, molecule: Molecule = "RNA", build: Build | None = "GRCh38"
) -> tuple[Side, Side]:
    sides = gene_of(five, three.gene, build, models, "5"), gene_of(three, five.gene, build, models, "3")
    return place_ends(sides, (five, three), molecule, build, models)


def eml4_alk(models: GeneModels, five: int, three: int, molecule: Molecule = "RNA") -> tuple[Side, Side]:
    """An end `five` bases behind the edge of EML4 exon 13, the other `three` bases behind the first of ALK exon 20."""
    eml4, alk = f"chr2:{EML4_13 + five}:+", f"chr2:{ALK_20 - three}:-"
    return placed(models, at("EML4", eml4), at("ALK", alk), molecule)


def read(side: Side) -> tuple[object, ...]:
    return side.exon, side.offset, side.site, side.region, side.coding, side.gene_coding


def retained(bases: str, intron: int, transcript: str) -> tuple[str]:
    remain = "remains" if bases == "1 base" else "remain"
    return (f"{bases} of intron {intron} of {transcript} {remain} in the transcript.",)


@pytest.mark.parametrize(
    ("five", "three", "eml4", "alk"),
    [
        (0, 0, (13, 0, "edge", "coding", 1489, 1489), (20, 0, "edge", "coding", 3172, 3172)),
        (2, -2, (13, 0, "edge", "coding", 1489, 1489), (20, 0, "edge", "coding", 3172, 3172)),
        (-2, 2, (13, 0, "edge", "coding", 1489, 1489), (20, 0, "edge", "coding", 3172, 3172)),
        (3, 0, (13, 3, "near_intron", "coding", 1492, 1489), (20, 0, "edge", "coding", 3172, 3172)),
        (50, 0, (13, 50, "near_intron", "coding", 1539, 1489), (20, 0, "edge", "coding", 3172, 3172)),
        (51, 0, (13, 51, "far_intron", "coding", 1540, 1489), (20, 0, "edge", "coding", 3172, 3172)),
        (0, -3, (13, 0, "edge", "coding", 1489, 1489), (20, -3, "near_intron", "coding", 3169, 3172)),
        (0, -50, (13, 0, "edge", "coding", 1489, 1489), (20, -50, "near_intron", "coding", 3122, 3172)),
        (0, -51, (13, 0, "edge", "coding", 1489, 1489), (20, -51, "far_intron", "coding", 3121, 3172)),
        (-3, 3, (13, -3, "exon", "coding", 1486, 1486), (20, 3, "exon", "coding", 3175, 3175)),
        # Where one end lies on no edge, the other is not moved to its own.
        (2, -51, (13, 2, "near_intron", "coding", 1491, 1489), (20, -51, "far_intron", "coding", 3121, 3172)),
        (1, -3, (13, 1, "near_intron", "coding", 1490, 1489), (20, -3, "near_intron", "coding", 3169, 3172)),
        (-2, 4, (13, -2, "exon", "coding", 1487, 1487), (20, 4, "exon", "coding", 3176, 3176)),
    ],
)
def test_an_rna_end_at_beside_and_away_from_an_exon_edge(
    models: GeneModels, five: int, three: int, eml4: tuple[object, ...], alk: tuple[object, ...]
) -> None:
    sides = eml4_alk(models, five, three)
    assert (read(sides[0]), read(sides[1])) == (eml4, alk)
    assert [(side.conflicts, side.doubts, side.label_doubt) for side in sides] == [((), (), "")] * 2
    for side, transcript in zip(sides, ("NM_019063.5", "NM_004304.5"), strict=True):
        edge = side.edge and (side.edge[0].accession, side.edge[1])
        assert edge == ((transcript, side.exon) if side.site == "edge" else None)


def test_retained_intron_bases_are_told_with_their_intron(models: GeneModels) -> None:
    one, other = eml4_alk(models, 1, -51)
    assert one.notes == ("1 base of intron 13 of EML4 (NM_019063.5) remains in the transcript.",)
    assert other.notes == retained("51 bases", 19, "ALK (NM_004304.5)")
    assert eml4_alk(models, 3, 0)[0].notes == retained("3 bases", 13, "EML4 (NM_019063.5)")
    assert [side.notes for side in eml4_alk(models, 0, 0)] == [(), ()]


def test_a_dna_end_in_an_intron_joins_the_exon_beside_it_and_says_so(models: GeneModels) -> None:
    five, three = eml4_alk(models, 100, -100, "DNA")
    assert (read(five), read(three)) == (
        (13, 0, "dna_intron", "coding", 1489, 1489),
        (20, 0, "dna_intron", "coding", 3172, 3172),
    )
    note = "DNA breakpoint in intron {} of {}: exon {} is assumed to be joined; splicing was not observed."
    assert five.notes == (note.format(13, "EML4 (NM_019063.5)", 13),)
    assert three.notes == (note.format(19, "ALK (NM_004304.5)", 20),)


def test_a_dna_end_in_an_exon_has_no_count_of_its_own(models: GeneModels) -> None:
    five, three = eml4_alk(models, -5, 5, "DNA")
    assert (read(five), read(three)) == (
        (13, 0, "dna_exon", "coding", None, 1484),
        (20, 0, "dna_exon", "coding", None, 3177),
    )
    note = "The DNA breakpoint lies inside exon {}: splicing cannot be told."
    assert five.notes == (note.format("13 of EML4 (NM_019063.5)"),)
    assert three.notes == (note.format("20 of ALK (NM_004304.5)"),)


def test_a_dna_end_in_an_exon_before_the_start_codon_keeps_no_coding_base(models: GeneModels) -> None:
    five, _ = placed(models, at("EML4", "chr2:42169500:+"), at("ALK"), "DNA")
    assert read(five) == (1, 0, "dna_exon", "before", 0, 0)


@pytest.mark.parametrize(
    ("end", "position", "region", "coding"),
    [
        ("5", 42169611, "before", 0),
        ("5", 42169612, "coding", 1),
        ("5", 42330206, "coding", 2945),
        ("5", 42330207, "after", 2946),
        ("3", 42169612, "before", 0),
        ("3", 42169613, "coding", 1),
        ("3", 42330207, "coding", 2945),
        ("3", 42330208, "after", 2946),
    ],
)
def test_the_region_changes_at_the_start_and_the_stop_codon(
    models: GeneModels, end: str, position: int, region: str, coding: int
) -> None:
    """The coding sequence of EML4 is 42169612 to 42330207; far from both ends' exon edges."""
    eml4, alk = at("EML4", f"chr2:{position}:+"), at("ALK")
    side = placed(models, eml4, alk)[0] if end == "5" else placed(models, alk, eml4)[1]
    assert (side.region, side.coding, side.gene_coding) == (region, coding, coding)


@pytest.mark.parametrize(
    ("gene", "place", "five", "three", "words"),
    [
        ("ALK", "chr2:29921687:-", (None, "before", 0), (1, "before", 0), "before the first exon of NM_004304.5"),
        ("ALK", "chr2:29192674:-", (29, "after", 4863), (None, "after", 4863), "behind the last exon of NM_004304.5"),
        ("EML4", "chr2:42159353:+", (None, "before", 0), (1, "before", 0), "before the first exon of NM_019063.5"),
        ("EML4", "chr2:42342548:+", (23, "after", 2946), (None, "after", 2946), "behind the last exon of NM_019063.5"),
    ],
)
def test_up_to_10000_bases_beside_a_gene_are_outside_with_a_doubt(
    models: GeneModels, gene: str, place: str, five: tuple[object, ...], three: tuple[object, ...], words: str
) -> None:
    sides = placed(models, at(gene, place), at(gene, place))
    assert [(side.exon, side.region, side.coding) for side in sides] == [five, three]
    for side in sides:
        assert (side.site, side.gene_coding, side.conflicts) == ("outside", side.coding, ())
        assert side.doubts == (f"The {gene} breakpoint lies {words}.",)


@pytest.mark.parametrize(
    ("gene", "place", "rest"),
    [
        ("EML4", "chr2:42159352", ""),
        ("EML4", "chr2:42342549", ""),
        ("EML4", "chr5:1000", ""),
        ("ALK", "chr2:42522694", ""),
        ("ALK", "chr2:29182773", "; it lies in CLIP4"),
        ("EML4", f"chr2:{ALK_20}", "; it lies in ALK"),
        ("EML4", "chr2:42522656", "; on GRCh37 it does: check the genome build"),
    ],
)
def test_a_position_10001_bases_away_contradicts_the_callers_gene(
    models: GeneModels, gene: str, place: str, rest: str
) -> None:
    side, _ = placed(models, at(gene, place), at(""))
    text = f"The caller names {gene}, but {place} does not lie in it on GRCh38{rest}."
    assert (side.conflicts, side.doubts) == ((text,), (text,))
    assert read(side) == (None, 0, "outside", "unknown", None, None)


def test_on_grch37_the_other_build_is_grch38(models: GeneModels) -> None:
    side, _ = placed(models, at("EML4", "chr2:42169700"), at(""), build="GRCh37")
    words = "does not lie in it on GRCh37; on GRCh38 it does: check the genome build."
    assert side.conflicts == (f"The caller names EML4, but chr2:42169700 {words}",)


def test_a_transcript_against_the_strand_is_not_read_in_rna_and_says_nothing_in_dna(models: GeneModels) -> None:
    given = at("EML4", f"chr2:{EML4_13}:-"), at("ALK", f"chr2:{ALK_20}:+")
    for side, gene, end in zip(placed(models, *given), ("EML4", "ALK"), ("5′", "3′"), strict=True):
        text = f"The transcript runs against the strand of {gene} at its {end} end: the gene is not read there."
        assert (side.conflicts, side.doubts) == ((text,), (text,))
        assert (side.region, side.coding, side.gene_coding) == ("unknown", None, None)
    for side in placed(models, *given, "DNA"):
        assert (side.region, side.conflicts, side.doubts) == ("coding", (), ())
    for side in placed(models, at("EML4", f"chr2:{EML4_13}"), at("ALK", f"chr2:{ALK_20}")):
        assert (side.region, side.conflicts, side.doubts) == ("coding", (), ())


def test_an_exon_number_beside_the_position_is_a_conflict_and_a_doubt_only_if_the_frame_differs(
    models: GeneModels,
) -> None:
    five, three = placed(
        models,
        at("EML4", f"chr2:{EML4_13}:+", exon=12, transcript="NM_019063.5"),
        at("ALK", f"chr2:{ALK_20}:-", exon=19),
    )
    position = "its position fits exon {}, which was used."
    assert five.conflicts == (
        f"The caller gives exon 12 of EML4 (NM_019063.5); {position.format('13 of NM_019063.5')}",
    )
    assert three.conflicts == (f"The caller gives exon 19 of ALK; {position.format('20 of NM_004304.5')}",)
    assert five.label_doubt == (
        "Exon number and position of EML4 disagree, and the reading frame depends on which is right."
    )
    # ALK exon 19 has 105 bases: the frame is the same.
    assert (three.label_doubt, five.doubts, three.doubts) == ("", (), ())
    assert (five.exon, three.exon) == (13, 20)


def test_without_a_build_a_position_is_not_used_and_an_exon_number_is(models: GeneModels) -> None:
    note = "The genome build is not stated: the position was not used."
    given = at("EML4", f"chr2:{EML4_13}"), at("ALK", f"chr2:{ALK_20}", exon=20)
    five, three = placed(models, *given, build=None)
    assert (five.notes, read(five)) == ((note,), (None, 0, "unknown", "unknown", None, None))
    label = "No transcript was given for ALK: exon 20 is read on NM_004304.5."
    assert (three.notes, read(three)) == ((note, label), (20, 0, "edge", "coding", 3172, 3172))


def test_an_exon_that_does_not_exist_is_said_and_not_placed(models: GeneModels) -> None:
    five, _ = placed(models, at("EML4", exon=24), at("ALK"), build=None)
    assert five.notes == ("NM_019063.5 (EML4) has 23 exons: exon 24 does not exist.",)
    assert (five.exon, five.site) == (None, "unknown")
    assert placed(models, at("EML4", exon=23), at("ALK"), build=None)[0].exon == 23


def test_an_end_without_a_name_is_the_gene_at_its_position(models: GeneModels) -> None:
    five, three = placed(models, at("", f"chr2:{EML4_13}:+"), at("", "chr5:1000:+"))
    assert (five.symbol, five.exon, five.conflicts, five.notes) == ("EML4", 13, (), ())
    assert (three.symbol, three.is_known, three.notes) == (
        "?",
        False,
        ("No gene of the gene models lies at chr5:1000.",),
    )
    unknown, _ = placed(models, at("", f"chr2:{EML4_13}:+"), at(""), build=None)
    assert (unknown.symbol, unknown.breakpoint, unknown.notes) == ("?", Breakpoint("chr2", EML4_13, "+"), ())


def test_where_no_gene_of_ours_lies_the_one_that_the_file_names_is_taken(models: GeneModels) -> None:
    nothing = "No gene of the gene models lies at chr5:1000."
    # EML4 lies elsewhere: of two names the one without a gene model is left over.
    for annotated in (("FOO",), ("FOO", "EML4"), ("EML4", "FOO"), ("FOO", "FOO")):
        side, _ = placed(models, at("", "chr5:1000:+", annotated=annotated), at("ALK"))
        assert (side.symbol, side.gene, side.conflicts, side.doubts) == ("FOO", None, (), ())
        assert side.notes == (
            f"{nothing} FOO is named by the file's annotation.",
            "There is no gene model of FOO here: its coding bases are not known.",
        )
    side, _ = placed(models, at("", "chr5:1000:+", annotated=("FOO", "BAR")), at("ALK"))
    text = f"{nothing} The file's annotation names FOO, BAR: which of them is joined cannot be told."
    assert (side.symbol, side.notes, side.conflicts, side.doubts) == ("?", (), (text,), (text,))


def test_a_gene_of_ours_that_the_file_names_elsewhere_is_a_conflict(models: GeneModels) -> None:
    side, _ = placed(models, at("", "chr5:1000:+", annotated=("EML4",)), at("ALK"))
    text = "The file's annotation names EML4, but chr5:1000 does not lie in it on GRCh38."
    assert (side.symbol, side.site, side.conflicts, side.doubts) == ("EML4", "outside", (text,), (text,))


def test_an_annotation_beside_the_gene_at_the_position(models: GeneModels) -> None:
    """A gene of ours that lies elsewhere is a doubt; one without a model may overlap and is printed only."""
    text = f"The file's annotation names {{}} at chr2:{ALK_20}, which lies in ALK on GRCh38."
    cases: Sequence[tuple[tuple[str, ...], str, bool]] = (
        ((), "", False),
        (("ALK", "EML4"), "", False),
        (("FOO",), text.format("FOO"), False),
        (("EML4",), text.format("EML4"), True),
        (("FOO", "EML4"), text.format("FOO, EML4"), True),
    )
    for annotated, conflict, is_doubtful in cases:
        _, side = placed(models, at("EML4"), at("", f"chr2:{ALK_20}:-", annotated=annotated))
        assert (side.symbol, side.exon) == ("ALK", 20)
        assert side.conflicts == ((conflict,) if conflict else ())
        assert side.doubts == ((conflict,) if is_doubtful else ())


def test_an_annotation_that_fits_the_other_build_asks_to_check_the_build(models: GeneModels) -> None:
    side, _ = placed(models, at("", "chr2:42522656:+", annotated=("EML4",)), at("ALK"))
    words = "does not lie in it on GRCh38; on GRCh37 it does: check the genome build."
    assert (side.symbol, side.conflicts) == (
        "EML4",
        (f"The file's annotation names EML4, but chr2:42522656 {words}",),
    )


@pytest.mark.parametrize(
    ("place", "build", "gene", "named", "other"),
    [
        ("chr10:32307454", "GRCh38", "EPC1", "KIF5B", "GRCh37"),
        ("chr10:32321648", "GRCh37", "KIF5B", "EPC1", "GRCh38"),
    ],
)
def test_a_neighbour_that_lies_there_on_the_other_build_asks_to_check_the_build(
    models: GeneModels, place: str, build: Build, gene: str, named: str, other: str
) -> None:
    side, _ = placed(models, at("", place, annotated=(named,)), at("ALK"), build=build)
    text = f"The file's annotation names {named} at {place}, which lies in {gene} on {build}"
    text += f"; on {other} it lies in {named}: check the genome build."
    assert (side.symbol, side.conflicts, side.doubts[0]) == (gene, (text,), text)


def test_a_gene_without_a_model_keeps_what_the_caller_states(models: GeneModels) -> None:
    nothing = "There is no gene model of FOO here: its coding bases are not known."
    with_exon, without = placed(models, at("FOO", exon=7, transcript="NM_1.1"), at("FOO", "chr9:500"))
    assert (with_exon.stated_transcript, with_exon.stated_exon, with_exon.exon) == ("NM_1.1", 7, None)
    assert with_exon.notes == (f"{nothing} Its exon is the one that the caller states.",)
    assert (without.stated_transcript, without.stated_exon, without.notes) == ("", None, (nothing,))


def test_a_gene_that_makes_no_protein_has_no_phase(models: GeneModels) -> None:
    side, _ = placed(models, at("LINC01125", exon=3), at("ALK"))
    assert (side.region, side.stated_exon, side.coding) == ("noncoding", 3, None)
    assert side.notes == ("LINC01125: long intergenic non-coding RNA by its symbol.",)


def test_a_name_without_a_model_at_an_exon_edge_of_a_driver_is_that_driver_with_a_doubt(models: GeneModels) -> None:
    five, three = placed(models, at("FOO", f"chr2:{ALK_20}:-"), at("FOO", f"chr2:{ALK_20}:-"))
    text = f"The caller names FOO, but chr2:{ALK_20} is an exon edge of ALK."
    assert (three.symbol, three.exon, three.conflicts, three.doubts) == ("ALK", 20, (text,), (text,))
    # It is where exon 20 begins, not where one ends; and the edge of a partner gene is no reason.
    assert five.symbol == "FOO"
    assert placed(models, at("FOO", f"chr2:{EML4_13}:+"), at("ALK"))[0].symbol == "FOO"
    assert placed(models, at("ALK"), at("FOO", f"chr2:{ALK_20 + 3}:-"))[1].symbol == "FOO"


def test_the_first_exon_has_no_acceptor_and_the_last_no_donor(models: GeneModels) -> None:
    model = models.transcripts["EML4", "GRCh38"]
    side = Side("EML4", models.genes["EML4"], model)
    assert not fits_edge(side, "3", model.starts[0])
    assert not fits_edge(side, "5", model.ends[-1])
    assert fits_edge(side, "3", model.starts[1] + 2)
    assert not fits_edge(side, "3", model.starts[1] + 3)
    assert fits_edge(side, "5", model.ends[-2] - 2)
    assert not fits_edge(side, "5", model.ends[-2] - 3)
    assert not fits_edge(Side("FOO"), "5", model.ends[0])


def test_exon_6b_of_eml4_is_an_edge_of_another_transcript(models: GeneModels) -> None:
    for shift, site in ((0, "edge"), (2, "edge"), (-2, "edge"), (3, "far_intron")):
        side, _ = placed(models, at("EML4", f"chr2:{42264951 + shift}:+"), at("ALK", f"chr2:{ALK_20}:-"))
        assert (side.exon, side.site) == (6, site)
    side, _ = placed(models, at("EML4", "chr2:42264951:+"), at("ALK", f"chr2:{ALK_20}:-"))
    name = "exon 6b, EML4::ALK variant 3b"
    assert side.notes == (f"The EML4 breakpoint is the edge of exon 7 of NM_001410776.1 ({name}).",)
    assert (side.offset, side.gene_coding, side.coding) == (42264951 - 42264731, 667, 700)


def test_the_ends_of_a_call_are_the_callers_first_and_second(models: GeneModels) -> None:
    one, other = Breakpoint("chr2", EML4_13, "+"), Breakpoint("chr2", ALK_20, "-")
    call = FusionCall(
        "Arriba",
        "EML4",
        "ALK",
        one,
        other,
        "GRCh38",
        "RNA",
        Place("fusions.tsv", 2),
        exon_5prime=13,
        exon_3prime=20,
        transcript_5prime="A.1",
        transcript_3prime="B.2",
        as_given=(("annotated_genes_5prime", "EML4, FOO"), ("annotated_genes_3prime", "")),
    )
    assert given_ends(call) == (
        GivenEnd("EML4", one, 13, "A.1", ("EML4", "FOO")),
        GivenEnd("ALK", other, 20, "B.2", ()),
    )


def with_exon(model: Transcript, accession: str, start: int, end: int, **changes: Any) -> Transcript:
    """Another transcript of the gene: an exon more, in reading coordinates, inside its coding sequence."""
    exons = sorted([*zip(model.starts, model.ends, strict=True), (start, end)])
    coding = [max(0, min(b, model.coding_last) - max(a, model.coding_first) + 1) for a, b in exons]
    before = tuple(sum(coding[:number]) for number in range(len(exons) + 1))
    starts, ends = zip(*exons, strict=True)
    made = replace(model, accession=accession, starts=starts, ends=ends, coding_before=before)
    return replace(made, **changes)


def beside(models: GeneModels, *others: Transcript) -> GeneModels:
    return models.extended(genes=(), transcripts=(), others=others, noncoding={})


# An exon of 20 bases in intron 13 of EML4, and one of 31 bases in intron 19 of ALK, 300 bases from exons 13 and 20.
EML4_13B = (EML4_13 + 300, EML4_13 + 319)
ALK_19B = (-ALK_20 - 330, -ALK_20 - 300)


def test_an_edge_of_another_transcript_is_counted_on_that_one(models: GeneModels) -> None:
    other = with_exon(models.transcripts["EML4", "GRCh38"], "ENST001.1", *EML4_13B)
    wider = beside(models, other)
    for shift in (0, 2, -2):
        side, _ = placed(wider, at("EML4", f"chr2:{EML4_13B[1] + shift}:+"), at("ALK", f"chr2:{ALK_20}:-"))
        assert read(side) == (13, 319 + shift, "edge", "coding", 1509, 1489)
        assert side.notes == ("The EML4 breakpoint is the edge of exon 14 of ENST001.1, another transcript of it.",)
        assert side.edge == (other, 14)
    for shift in (3, -3):
        side, _ = placed(wider, at("EML4", f"chr2:{EML4_13B[1] + shift}:+"), at("ALK", f"chr2:{ALK_20}:-"))
        assert side.site == "far_intron"
    # Beside the edge only if the other end lies on one too.
    side, _ = placed(wider, at("EML4", f"chr2:{EML4_13B[1] + 1}:+"), at("ALK", f"chr2:{ALK_20 - 9}:-"))
    assert side.site == "far_intron"


def test_a_kinase_transcript_with_another_stop_codon_does_not_count(models: GeneModels) -> None:
    other = with_exon(models.transcripts["ALK", "GRCh38"], "ENST002.1", *ALK_19B)
    given = at("EML4", f"chr2:{EML4_13}:+"), at("ALK", f"chr2:{ALK_20 + 330}:-")
    _, side = placed(beside(models, other), *given)
    assert read(side) == (20, -330, "edge", "coding", 3172, 3172)
    assert side.notes == ("The ALK breakpoint is the edge of exon 20 of ENST002.1, another transcript of it.",)
    _, side = placed(beside(models, replace(other, coding_last=other.coding_last - 3)), *given)
    assert side.site == "far_intron"
    for elsewhere in (replace(other, chrom="chr3"), replace(other, coding_first=ALK_19B[0])):
        assert placed(beside(models, elsewhere), *given)[1].site == "far_intron"


def test_the_callers_own_number_of_an_exon_is_noted(models: GeneModels) -> None:
    model = models.transcripts["EML4", "GRCh38"]
    wider = beside(models, with_exon(model, "ENST001.1", *EML4_13B))
    alk = at("ALK", f"chr2:{ALK_20}:-")
    side, _ = placed(wider, at("EML4", f"chr2:{model.ends[13]}:+", transcript="ENST001.1"), alk)
    assert side.notes == ("EML4 exon 14 of NM_019063.5 is exon 15 of ENST001.1, the caller's transcript.",)
    for place, transcript in ((model.ends[12], "ENST001.1"), (model.ends[13], "ENST009.1"), (model.ends[13], "")):
        assert placed(wider, at("EML4", f"chr2:{place}:+", transcript=transcript), alk)[0].notes == ()


def test_an_exon_number_of_the_callers_transcript_is_found_on_the_default_one(models: GeneModels) -> None:
    wider = beside(models, with_exon(models.transcripts["EML4", "GRCh38"], "ENST001.1", *EML4_13B))
    expected = {
        14: ("lies beside exon 13 of NM_019063.5.", (13, 319, "edge", "coding", 1509, 1489)),
        15: ("is exon 14 of NM_019063.5.", (14, 0, "edge", "coding", 1617, 1617)),
    }
    for exon, (words, values) in expected.items():
        side, _ = placed(wider, at("EML4", exon=exon, transcript="ENST001.1"), at("ALK"), build=None)
        assert side.notes[-1] == f"Exon {exon} of ENST001.1 (EML4), the caller's transcript, {words}"
        assert read(side)[:4] == values[:4]
    for exon in (0, 25):
        side, _ = placed(wider, at("EML4", exon=exon, transcript="ENST001.1"), at("ALK"), build=None)
        assert side.exon is None
    side, _ = placed(wider, at("EML4", exon=24, transcript="ENST001.1"), at("ALK"), build=None)
    assert side.exon == 23


def annotated(models: GeneModels, *others: Transcript, noncoding: dict[str, str] | None = None) -> GeneModels:
    """EML4 once more under the name MADE, as an annotation would bring it."""
    gene = replace(models.genes["EML4"], symbol="MADE", annotation="GENCODE 46", other_edges=(), numberings={})
    model = replace(models.transcripts["EML4", "GRCh38"], gene="MADE")
    return models.extended(genes=(gene,), transcripts=(model,), others=others, noncoding=noncoding or {})


def test_an_exon_number_without_a_transcript_counts_if_all_transcripts_agree_on_the_phase(models: GeneModels) -> None:
    model = replace(models.transcripts["EML4", "GRCh38"], gene="MADE")
    # An exon of 20 bases more shifts the phase of all exons behind it.
    other = with_exon(model, "ENST003.1", *EML4_13B)
    read_on = f"MADE is read on {model.accession} of GENCODE 46."
    side, _ = placed(annotated(models, model, other), at("MADE", exon=16), at("ALK"), build=None)
    assert side.exon is None
    assert side.notes == (
        read_on,
        "Exon 16 of MADE was given without a transcript, and its transcripts in GENCODE 46 number the exons "
        "differently: the exon is undetermined.",
    )
    for models_with in (annotated(models), annotated(models, model)):
        side, _ = placed(models_with, at("MADE", exon=16), at("ALK"), build=None)
        assert (side.exon, side.notes[0]) == (16, read_on)


def test_a_gene_whose_annotation_says_that_it_makes_no_protein_has_an_exon_but_no_phase(models: GeneModels) -> None:
    wider = annotated(models, noncoding={"MADE": "no coding transcript in GENCODE 46"})
    side, _ = placed(wider, at("MADE", f"chr2:{EML4_13}:+"), at("ALK", f"chr2:{ALK_20}:-"))
    assert read(side) == (13, 0, "edge", "noncoding", None, None)
    assert side.notes[-1] == "MADE: no coding transcript in GENCODE 46."
