"""
Structural-variant VCF from DNA callers (Manta, Delly, LUMPY, GRIDSS, Sniffles and their like).

Rules: VCF 4.2-4.4 specification, section 5 (breakends); Manta's user guide (PR, SR). Which places a record joins, and
what the strands of its ends mean: `parsers.callers.sv_junctions`. Each junction of the DNA becomes one call with two
ends. DNA does not say which gene comes first, so `order_known` is False, no gene is named, and the end of the record's
own position is only by habit the "5prime" one.

Manta for RNA (`--rna`) writes such records of transcripts, and knows which end is 5' (RNA_FIRST; where the header has
RNA_STRANDED, only with it). These calls are RNA, and their strands the transcript's at both ends, as RNA callers give.

Positions are those of the file: POS and, for symbolic alleles, END (on CHR2: POS2, CHR2_POS, END2), so that a reader
finds them again; the kept base itself may be the next one. A single breakend has one end. Two mates are one call, at
the first one's line. Insertions and copy-number records join no two places and are counted in a warning; so are
deletions and duplications that the file itself calls a change of copy number only (SVTYPE=CNV; SVCLAIM=D, VCF 4.4).

What SnpEff (ANN, SIMPLE_ANN) or VEP (CSQ) say is kept short: `annotation` (effects), `annotated_genes`, and by end
`annotated_genes_5prime`, `annotated_genes_3prime`. A breakend's annotation speaks of its own position, its mate's of
the other; of an `<INV>` or `<DEL>` it speaks of all that lies between, so that only a predicted fusion's genes count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from parsers.annotations import MOST_LISTED, Annotation, annotation_of, consequence_fields, shortened
from parsers.callers.format import CallerFormat, Reading, ReadingContext, whole_number
from parsers.callers.search import RecordSearch, is_long
from parsers.callers.sv_junctions import (
    BREAKEND,
    SMALLEST_EVENT,
    Junction,
    Mates,
    has_lost_sides,
    junctions_of,
    with_strand,
)
from parsers.errors import InputError, Problem, first_of
from parsers.reading import FileText
from parsers.records import NOT_IN_SAMPLE, FusionCall, Molecule, Place, Strand
from parsers.vcf import IsOther, Vcf, VcfRecord, header_of, looks_like_vcf, read_vcf

_LONG_READS = ("SUPPORT", "RE", "TUMOUR_READ_SUPPORT")
_TWO_PLACES = ("BND", "TRA", "CTX")
_SMALL = re.compile(rf"[A-Za-z]{{1,{SMALLEST_EVENT}}}|\.|\*|<NON_REF>|<\*>")
_MOST_SHOWN = 60
_CALLERS = (
    ("GenerateSVCandidates", "Manta"),
    ("manta", "Manta"),
    ("DRAGEN", "DRAGEN"),
    ("LUMPY", "LUMPY"),
    ("Sniffles", "Sniffles"),
    ("cuteSV", "cuteSV"),
    ("gridss", "GRIDSS"),
    ("esvee", "Esvee"),
    ("DELLY", "Delly"),
    ("svaba", "SvABA"),
    ("SURVIVOR", "SURVIVOR"),
    ("DYSGU", "dysgu"),
    ("Severus", "Severus"),
    ("SAVANA", "SAVANA"),
    ("SVIM", "SVIM"),
    ("pbsv", "pbsv"),
)
_KEPT_INFO = (
    "SVTYPE",
    "SVLEN",
    "IMPRECISE",
    "PRECISE",
    "CIPOS",
    "CIEND",
    "HOMSEQ",
    "SVINSSEQ",
    "CT",
    "STRANDS",
    "EVENT",
    "EVENTTYPE",
    "SVCLAIM",
    "MATEID",
    "SOMATICSCORE",
    "EVDNC",
    "SCTG",
    "SPAN",
    "MAPQ",
    "SUPPORT",
    "RE",
    "TUMOUR_READ_SUPPORT",
    "NORMAL_READ_SUPPORT",
)
# Counts and depths of the sample's own column; what they mean differs between callers, so they stay as they are.
_KEPT_COUNTS = (
    "AD",
    "DP",
    "PR",
    "SR",
    "PE",
    "SU",
    "RP",
    "VF",
    "BVF",
    "BSC",
    "BUM",
    "ASRP",
    "ASSR",
    "DR",
    "DV",
    "RR",
    "RV",
    "RS",
    "AS",
    "ASC",
    "AP",
    "SF",
    "DF",
)
# What stands in the row of a file without header lines where two places are joined.
_JOINED = ("<DEL", "<DUP", "<INV", "<TRA", "<BND")
# Headers of VCF kinds with rules of their own.
_NOT_HERE = ("ID=GENEA,", "ID=GENE5,", "ID=GENE_NAME,", "SpliceGirl", "OncomineVariantAnnotation", "IonReporter")
_OPPOSITE: dict[Strand | None, Strand] = {"+": "-", "-": "+"}
_OTHER_END = {
    "annotated_genes_5prime": "annotated_genes_3prime",
    "annotated_genes_3prime": "annotated_genes_5prime",
}


def _sniff(text: str) -> bool:
    if not looks_like_vcf(text):
        return False
    header = header_of(text)
    if any(mark in header for mark in _NOT_HERE):
        return False
    records = (line for line in text.split("\n") if line.strip() and not line.startswith("#"))
    if "ID=SVTYPE," in header or "ID=SVCLAIM," in header:
        # VarDict declares SVTYPE in every file: small variants alone would pass for a search that found nothing.
        first = next(records, None)
        return first is None or not _is_small(first) or not all(map(_is_small, records))
    # No declaration: a file without header lines that still holds breakends or symbolic alleles.
    return any(map(_looks_structural, records))


def _is_small(line: str) -> bool:
    """Whether the record spells out a few bases, and says nothing of a structural variant."""
    cells = line.split("\t", 8)
    if len(cells) < 8 or "SVTYPE=" in cells[7] or "SVCLAIM=" in cells[7]:
        return False
    return all(_SMALL.fullmatch(allele) for allele in (cells[3], *cells[4].split(",")))


def _looks_structural(line: str) -> bool:
    cells = line.split("\t")
    if len(cells) < 8:
        return False
    first = cells[4].split(",")[0]
    return "SVTYPE=" in cells[7] or first.startswith(_JOINED) or bool(BREAKEND.fullmatch(first))


def _read(source: FileText, context: ReadingContext) -> Reading:
    vcf = read_vcf(source, context.accession, _search(source, context), sample=context.sample)
    bad = [record for record in vcf.records if any(_is_broken_breakend(alt) for alt in record.alts)]
    if bad:
        raise InputError(*first_of([_broken_breakend(source.name, record) for record in bad]))
    caller = _caller(vcf)
    fields = consequence_fields(vcf.header)
    mates = Mates(vcf.records)
    molecule: Molecule = "RNA" if _declares(vcf, "RNA_FIRST") else "DNA"
    calls: list[FusionCall] = []
    left_out: list[VcfRecord] = []
    for record in vcf.records:
        junctions = list(junctions_of(record, caller))
        if not junctions:
            left_out.append(record)
        calls.extend(
            _call(source.name, record, junction, caller, mates.mate(record, junction), fields)
            for junction in junctions
            if not mates.told_before(record, junction)
        )
    if molecule == "RNA":
        by_line = {record.line: record for record in vcf.records}
        calls = [_of_transcript(call, by_line, _declares(vcf, "RNA_STRANDED")) for call in calls]
    warnings = [*vcf.warnings, *mates.warnings(source.name)]
    warnings.extend(_left_out(source.name, left_out))
    warnings.extend(_sides_lost(source.name, vcf.records))
    return Reading(
        caller, molecule, tuple(calls), vcf.build, vcf.sample, tuple(warnings), names_genes=False, others=vcf.others
    )


def _declares(vcf: Vcf, key: str) -> bool:
    return any(line.startswith(f"##INFO=<ID={key},") for line in vcf.header)


def _search(source: FileText, context: ReadingContext) -> Callable[[int], IsOther] | None:
    """The test of the records of a long file that need only be counted; None where all are kept."""
    targets = context.targets
    if targets is None or not is_long(source):
        return None
    return lambda width: RecordSearch(targets, width).is_other


def _is_broken_breakend(alt: str) -> bool:
    return ("[" in alt or "]" in alt) and not BREAKEND.fullmatch(alt)


def _broken_breakend(file: str, record: VcfRecord) -> Problem:
    return Problem(
        "bad-breakpoint",
        file,
        "the breakend in ALT names no position",
        "export the VCF again from the caller",
        line=record.line,
        column="ALT",
        found=",".join(record.alts),
        expected="a breakend such as N]chr2:29223528]",
    )


def _call(
    file: str,
    record: VcfRecord,
    junction: Junction,
    caller: str,
    mate: VcfRecord | None,
    fields: Mapping[str, int],
) -> FusionCall:
    split, pairs = _support(record, junction, caller)
    event = record.info.get("EVENT") or (record.id if record.id not in ("", ".") else f"line {record.line}")
    objections = _of_the_sample(record, junction.allele)
    facts = {"event": event, "id": record.id, "qual": record.qual, "sample_filter": record.sample.get("FT", "")}
    facts["genotype"] = record.sample.get("GT", "")
    facts["mate_line"] = str(mate.line) if mate else ""
    facts |= {key: record.info[key] or key for key in _KEPT_INFO if key in record.info}
    facts["sample_counts"] = " ".join(
        f"{key}={record.sample[key]}" for key in _KEPT_COUNTS if record.sample.get(key, ".") != "."
    )
    facts |= _annotations(record, junction, mate, fields)
    return FusionCall(
        caller=caller,
        gene_5prime="",
        gene_3prime="",
        breakpoint_5prime=junction.near,
        breakpoint_3prime=junction.far,
        genome_build=None,
        molecule="DNA",
        place=Place(file, record.line),
        split_reads=split,
        spanning_pairs=pairs,
        passed_filter=record.passed and not objections,
        filters="; ".join((*([record.filters] if objections and not record.passed else []), *objections))
        or record.filters,
        event_type=junction.kind,
        order_known=False,
        as_given=tuple((key, value) for key, value in facts.items() if value not in ("", ".")),
    )


def _of_transcript(call: FusionCall, records: Mapping[int, VcfRecord], needs_direction: bool) -> FusionCall:
    """The call of an RNA caller: 5' end first where the file says which it is, with the transcript's strands."""
    facts = dict(call.as_given)
    near, mate = records.get(call.place.line or 0), records.get(int(facts.get("mate_line", "0")))
    is_near, is_far = (record is not None and "RNA_FIRST" in record.info for record in (near, mate))
    has_direction = not needs_direction or (near is not None and "RNA_STRANDED" in near.info)
    ends = (call.breakpoint_5prime, call.breakpoint_3prime)
    if is_near == is_far or not has_direction:
        without = [with_strand(end, None) for end in ends]
        return replace(call, molecule="RNA", breakpoint_5prime=without[0], breakpoint_3prime=without[1])
    five, three = ends if is_near else ends[::-1]
    if is_far:
        facts = {_OTHER_END.get(key, key): value for key, value in facts.items()}
    return replace(
        call,
        molecule="RNA",
        breakpoint_5prime=five,
        # A transcript that goes on to the right of this position is read on the strand `+`.
        breakpoint_3prime=with_strand(three, _OPPOSITE.get(three.strand) if three else None),
        order_known=True,
        as_given=tuple(facts.items()),
    )


def _annotations(
    record: VcfRecord, junction: Junction, mate: VcfRecord | None, fields: Mapping[str, int]
) -> dict[str, str]:
    """What the annotator says, in a few words; by end only where it can be told of which end it speaks."""
    near = annotation_of(record.info, record.alts, junction.allele, fields)
    far = annotation_of(mate.info, mate.alts, 0, fields) if mate else Annotation()
    fused = tuple(dict.fromkeys((*near.fused, *far.fused)))
    ends = (near.here, far.here) if junction.kind == "BND" else ((), ())
    by_end = [tuple(dict.fromkeys((*here, *fused))) for here in ends]
    return {
        "annotation": shortened(tuple(dict.fromkeys((*near.effects, *far.effects)))),
        "annotated_genes": shortened(tuple(dict.fromkeys((*near.genes, *far.genes)))),
        # So many genes at one place say nothing about it.
        "annotated_genes_5prime": ", ".join(by_end[0]) if len(by_end[0]) <= MOST_LISTED else "",
        "annotated_genes_3prime": ", ".join(by_end[1]) if len(by_end[1]) <= MOST_LISTED else "",
    }


def _of_the_sample(record: VcfRecord, allele: int) -> tuple[str, ...]:
    """What the sample's own column says against the call: FILTER and ALT are of the whole file, for all its samples."""
    found: list[str] = []
    genotype = record.sample.get("GT", "")
    alleles = re.split(r"[/|]", genotype)
    # A genotype that is not known in part (`./1`, `./.`) denies nothing.
    if all(one.isdigit() for one in alleles) and str(allele + 1) not in alleles:
        found.append(f"genotype {genotype}: {NOT_IN_SAMPLE}")
    own_filter = record.sample.get("FT", "")
    # "PASS;Somatic": tags of a later filter behind the caller's own word.
    if own_filter not in ("", ".") and "PASS" not in own_filter.split(";"):
        found.append(f"sample filter {own_filter}")
    return tuple(found)


def _support(record: VcfRecord, junction: Junction, caller: str) -> tuple[int | None, int | None]:
    """
    Split reads and spanning pairs for this allele.

    Manta: SR and PR are (reference, alternative, …). Delly: RV and DV beside RR and DR. LUMPY: SR and PE; behind smoove
    or svtyper AS and AP, where RS and RP are those of the reference. GRIDSS: SR and RP. Esvee: SF and DF (fragments).
    SvABA: SR and DR, which are its discordant reads, not the reference's as elsewhere. Long reads cross the junction,
    and there are no pairs: Sniffles, cuteSV and Severus have DV, SVIM and Sniffles INFO SUPPORT, Sniffles 1 RE, SAVANA
    TUMOUR_READ_SUPPORT, pbsv AD.

    GRIDSS writes SR=0 and RP=0 beside a single breakend: its reads are the soft clips (BSC) and the pairs with one read
    unmapped (BUM).
    """
    values, allele = record.sample, junction.allele
    if junction.far is None and "BSC" in (values or record.info):
        return _number(values or record.info, "BSC"), _number(values or record.info, "BUM")
    if "RV" in values or "RR" in values:
        return _number(values, "RV"), _number(values, "DV")
    if "PR" in values or "," in values.get("SR", ""):
        return _number(values, "SR", allele + 1), _number(values, "PR", allele + 1)
    for split, pairs in (("SR", "PE"), ("AS", "AP"), ("SR", "RP"), ("SF", "DF")):
        if pairs in values:
            return _number(values, split), _number(values, pairs)
    if "DV" in values:
        return _number(values, "DV"), None
    if "SvABA" in caller:
        return _number(values, "SR"), _number(values, "DR")
    if "pbsv" in caller:
        return _number(values, "AD", allele + 1), None
    split_reads = _number(record.info, "SR")
    pairs_found = _number(record.info, "PE")
    if pairs_found is None:
        pairs_found = _number(record.info, "RP")
    if split_reads is None and pairs_found is None:
        return _number(record.info, next((key for key in _LONG_READS if key in record.info), "")), None
    return split_reads, pairs_found


def _number(values: Mapping[str, str], key: str, index: int = 0) -> int | None:
    parts = values.get(key, "").split(",")
    return whole_number(parts[index].strip()) if index < len(parts) else None


def _caller(vcf: Vcf) -> str:
    """`Manta 1.6.0`, as far as the header or the records say."""
    for line in vcf.header:
        match = re.match(r"##(?:source|gridssVersion|esveeVersion|cmdline)=\"?(.*)", line, re.IGNORECASE)
        if match:
            for mark, name in _CALLERS:
                if mark.lower() in line.lower():
                    version = re.search(r"\d+\.\d+(?:\.\d+)*", match[1])
                    return f"{name} {version[0]}" if version and len(match[1]) < 60 else name
    methods = {record.info.get("SVMETHOD", "") for record in vcf.records[:1]}
    return next((name for mark, name in _CALLERS for method in methods if mark in method), "structural-variant VCF")


def _left_out(file: str, records: list[VcfRecord]) -> Iterator[Problem]:
    lost = [record for record in records if record.info.get("SVTYPE", "") in _TWO_PLACES]
    others = [record for record in records if record.info.get("SVTYPE", "") not in _TWO_PLACES]
    if lost:
        yield Problem(
            "second-place-missing",
            file,
            f"{len(lost)} breakends or translocations name no second place and cannot be read as junctions",
            "look these records up in the caller's own output",
            line=lost[0].line,
            column="ALT",
            found=",".join(lost[0].alts)[:_MOST_SHOWN],
            severity="warning",
        )
    if others:
        yield Problem(
            "no-junction",
            file,
            f"{len(others)} records join no two places (insertions, copy number, small variants): no fusion calls",
            "nothing to do, if the assay reports fusions only",
            line=others[0].line,
            severity="warning",
        )


def _sides_lost(file: str, records: Sequence[VcfRecord]) -> Iterator[Problem]:
    lost = [record for record in records if has_lost_sides(record)]
    if lost:
        yield Problem(
            "sides-not-known",
            file,
            f"SURVIVOR wrote {len(lost)} translocations, and does not keep which sides of the two places are joined",
            "submit the VCF of the caller that found them (Manta, Delly, …): it tells which gene is 5'",
            line=lost[0].line,
            column="ALT",
            severity="warning",
        )


FORMAT = CallerFormat("structural-variant VCF", _sniff, _read)
