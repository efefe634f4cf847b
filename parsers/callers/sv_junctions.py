"""
Which two places a structural-variant record joins, and which sides of them: brackets, symbols, sequences and mates.

Rules: VCF 4.2-4.4 specification, section 5 (breakends); Manta's user guide (INV3, INV5); Delly's CT; LUMPY's STRANDS.

The strand of an end says which side of it is kept: `+` the sequence to the left (lower coordinates, up to the
position), `-` the sequence to the right. A transcript that reads 5'->3' INTO the junction at this end runs on `+` or
`-` in that sense. So `t[p[` is (+, -), `t]p]` (+, +), `]p]t` (-, +), `[p[t` (-, -); a deletion is (+, -), a tandem
duplication (-, +). An `<INV>` makes two junctions, left-left (+, +) and right-right (-, -), unless INV3 (left-left),
INV5 (right-right), CT or STRANDS says which was seen; both carry the record's id as `event`. None means not stated.

SURVIVOR merges inversions of both kinds under one STRANDS, and writes the brackets of a translocation anew, with sides
that its input did not have: an inversion of its making is two junctions, a translocation one whose sides are unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from parsers.callers.format import chromosome, whole_number
from parsers.errors import Problem, first_of
from parsers.records import Breakpoint, Strand
from parsers.vcf import VcfRecord

BREAKEND = re.compile(
    r"(?P<before>[^\[\]]*)(?P<bracket>[\[\]])(?P<place>.+):(?P<pos>\d{1,10})[\[\]](?P<after>[^\[\]]*)"
)
_SINGLE = re.compile(r"\.[A-Za-z*]+|[A-Za-z*]+\.")
_SYMBOLIC = re.compile(r"<([^>]+)>")
# VCF records of these types change no junction between two places.
_NO_JUNCTION = ("INS", "CNV", "CPX", "TR", "REF", "NON_REF", "*")
SMALLEST_EVENT = 50
# The second place by the callers' names for it. On another chromosome, END may only be POS + 1: it comes last.
_SECOND_PLACES = ("POS2", "CHR2_POS", "END2", "END")
_CONNECTIONS: dict[str, tuple[Strand, Strand]] = {
    "3to3": ("+", "+"),
    "3to5": ("+", "-"),
    "5to3": ("-", "+"),
    "5to5": ("-", "-"),
}
_Strands = tuple[Strand | None, Strand | None]


@dataclass(frozen=True, slots=True)
class Junction:
    """Two joined ends of one record; `far` is None for a single breakend."""

    near: Breakpoint
    far: Breakpoint | None
    kind: str
    allele: int = 0


def junctions_of(record: VcfRecord, caller: str) -> Iterator[Junction]:
    """The junctions of each of the record's alleles; none of an insertion or a change of copy number."""
    for allele, alt in enumerate(record.alts):
        breakend = BREAKEND.fullmatch(alt)
        symbol = _SYMBOLIC.fullmatch(alt)
        if breakend:
            yield _from_brackets(record, breakend, allele)
        elif _SINGLE.fullmatch(alt):
            # ".ACG" keeps what is right of the position, "ACG." what is left of it.
            strand: Strand = "-" if alt.startswith(".") else "+"
            yield Junction(_near(record, strand), None, "BND", allele)
        elif symbol:
            yield from _from_symbol(record, symbol[1], caller, allele)
        else:
            yield from _from_sequence(record, alt, caller, allele)


class Mates:
    """Which breakend record is the other half of which, by MATEID (PARID) or by the two places themselves."""

    def __init__(self, records: tuple[VcfRecord, ...]) -> None:
        self._by_id = {record.id: record for record in records if record.id not in ("", ".")}
        self._by_ends: dict[tuple[Breakpoint, Breakpoint], list[VcfRecord]] = {}
        self._absent: list[VcfRecord] = []
        for record in records:
            for junction in _breakends(record):
                if junction.far:
                    self._by_ends.setdefault((junction.near, junction.far), []).append(record)
            if any(mate not in self._by_id for mate in _mate_ids(record)):
                self._absent.append(record)

    def mate(self, record: VcfRecord, junction: Junction) -> VcfRecord | None:
        """
        The record that tells the same junction from its other end.

        The ends must agree: a mate that names other places is kept as a call of its own, so that nothing is lost.
        """
        if junction.far is None or junction.kind != "BND":
            return None
        candidates = [other for other in self._by_ends.get((junction.far, junction.near), []) if other is not record]
        named = [other for other in candidates if other.id in _mate_ids(record) or record.id in _mate_ids(other)]
        unnamed = [other for other in candidates if not _mate_ids(other) and not _mate_ids(record)]
        return next(iter(named or unnamed), None)

    def told_before(self, record: VcfRecord, junction: Junction) -> bool:
        mate = self.mate(record, junction)
        return mate is not None and mate.line < record.line

    def warnings(self, file: str) -> list[Problem]:
        return list(first_of([self._absent_mate(file, record) for record in self._absent]))

    @staticmethod
    def _absent_mate(file: str, record: VcfRecord) -> Problem:
        return Problem(
            "absent-mate",
            file,
            "the other half of this breakend is not in the file",
            "the file may have been filtered or cut; the call is kept",
            line=record.line,
            column="MATEID",
            found=", ".join(_mate_ids(record)),
            severity="warning",
        )


def has_lost_sides(record: VcfRecord) -> bool:
    """Whether this is a translocation of SURVIVOR's, whose brackets and STRANDS differ from those that it merged."""
    return _is_merged(record) and record.info.get("SVTYPE", "") in ("TRA", "BND")


def with_strand(place: Breakpoint | None, strand: Strand | None) -> Breakpoint | None:
    """The same place with `strand`; None where there is none."""
    return None if place is None else Breakpoint(place.chrom, place.pos, strand)


def _from_brackets(record: VcfRecord, breakend: re.Match[str], allele: int) -> Junction:
    near: Strand | None = "+" if breakend["before"] else "-"
    far: Strand | None = "+" if breakend["bracket"] == "]" else "-"
    if has_lost_sides(record):
        near = far = None
    place = Breakpoint(chromosome(breakend["place"].strip("<>")), int(breakend["pos"]), far)
    return Junction(_near(record, near), place, "BND", allele)


def _is_merged(record: VcfRecord) -> bool:
    return record.info.get("SVMETHOD", "").startswith("SURVIVOR")


def _from_symbol(record: VcfRecord, symbol: str, caller: str, allele: int) -> Iterator[Junction]:
    kind = symbol.split(":")[0]
    kind = record.info.get("SVTYPE", kind) if kind == "BND" else kind
    if kind.split("/")[0] in _NO_JUNCTION or _is_copy_number(record, allele):
        return
    far = _symbolic_end(record, allele)
    for strands in _symbolic_strands(record, kind, caller):
        yield Junction(_near(record, strands[0]), with_strand(far, strands[1]), kind, allele)


def _is_copy_number(record: VcfRecord, allele: int) -> bool:
    """Whether the record claims a change of copy number alone (VCF 4.4, SVCLAIM): its ends are not seen joined."""
    claims = record.info.get("SVCLAIM", "").split(",")
    return record.info.get("SVTYPE", "") == "CNV" or claims[min(allele, len(claims) - 1)] == "D"


def _from_sequence(record: VcfRecord, alt: str, caller: str, allele: int) -> Iterator[Junction]:
    """A deletion spelled out in REF: a junction where it is long enough to be structural."""
    if alt == "." and "SVTYPE" in record.info and any(key in record.info for key in _SECOND_PLACES):
        yield from _from_symbol(record, record.info["SVTYPE"], caller, allele)  # SURVIVOR's, where alleles differed.
    if alt in (".", "*", ""):
        return
    removed = len(record.ref) - len(alt)
    kind = record.info.get("SVTYPE", "DEL")
    if removed >= SMALLEST_EVENT and kind == "DEL":
        end = Breakpoint(chromosome(record.chrom), record.pos + removed, "-")
        yield Junction(_near(record, "+"), end, kind, allele)
    elif kind not in (*_NO_JUNCTION, "DEL") and "END" in record.info:
        far = _symbolic_end(record, allele)
        for strands in _symbolic_strands(record, kind, ""):
            yield Junction(_near(record, strands[0]), with_strand(far, strands[1]), kind, allele)


def _near(record: VcfRecord, strand: Strand | None) -> Breakpoint:
    return Breakpoint(chromosome(record.chrom), record.pos, strand)


def _symbolic_end(record: VcfRecord, allele: int) -> Breakpoint | None:
    """END on CHR2 (or POS2); without END the length says it; None where the record names no second place."""
    chrom = record.info.get("CHR2", record.chrom)
    for key in _SECOND_PLACES:
        place = whole_number(record.info.get(key, "").split(",")[0])
        if place is not None:
            return Breakpoint(chromosome(chrom), place)
    lengths = record.info.get("SVLEN", "").split(",")
    length = whole_number(lengths[min(allele, len(lengths) - 1)].lstrip("-"))
    if length is not None and chrom == record.chrom:
        return Breakpoint(chromosome(chrom), record.pos + length)
    return None


def _symbolic_strands(record: VcfRecord, kind: str, caller: str) -> list[_Strands]:
    connection = record.info.get("CT", "")
    if connection in _CONNECTIONS:
        return [_CONNECTIONS[connection]]
    if kind.startswith("DEL"):
        return [("+", "-")]
    if kind.startswith("DUP"):
        return [("-", "+")]
    if "INV3" in record.info:
        return [("+", "+")]
    if "INV5" in record.info:
        return [("-", "-")]
    # cuteSV's; in the VCF of Sniffles 2 it is the strand of the reads, `+-`.
    if kind.startswith("INV") and record.info.get("STRAND", "") in ("++", "--"):
        return [("+", "+")] if record.info["STRAND"] == "++" else [("-", "-")]
    if _is_merged(record):
        return [("+", "+"), ("-", "-")] if kind.startswith("INV") else [(None, None)]
    # Sniffles writes other STRANDS than its own brackets say for translocations; only its inversions can be used.
    usable = "Sniffles" not in caller or kind.startswith("INV")
    stated = _stated_strands(record) if usable else []
    if stated:
        return stated
    return [("+", "+"), ("-", "-")] if kind.startswith("INV") else [(None, None)]


def _stated_strands(record: VcfRecord) -> list[_Strands]:
    """LUMPY's `++:212,--:201`: each pair that reads were seen for. `+` keeps the left side, as here."""
    found: list[_Strands] = []
    for part in record.info.get("STRANDS", "").split(","):
        match = re.fullmatch(r"([+-])([+-])(?::(\d+))?", part.strip())
        if match and match[3] != "0":
            found.append(("+" if match[1] == "+" else "-", "+" if match[2] == "+" else "-"))
    return found


def _breakends(record: VcfRecord) -> Iterator[Junction]:
    for allele, alt in enumerate(record.alts):
        match = BREAKEND.fullmatch(alt)
        if match:
            yield _from_brackets(record, match, allele)


def _mate_ids(record: VcfRecord) -> list[str]:
    given = record.info.get("MATEID") or record.info.get("PARID") or ""
    return [name for name in given.split(",") if name not in ("", ".")]
