"""
Archer Analysis, the `…full_results.txt` of one sample: one key and its value, separated by a tab, on each line.

INFERRED: no public example and no public description of the file was found. The keys are those that a public converter
reads (`archer_fusions_to_cbio_sv_v2.py` and `_v3.py`, to cBioPortal's structural variants); what it only assumes is
not read as a fact here. docs/formats/archer.md lists each of them. An unknown layout is refused.

- `FCA_<n>_GENES_UNIQUE` (`EML4:ALK`) is one aberration; `FCA_<n>_STRONG_EVIDENCE_ABERRATION` TRUE -> it passed.
- `FCA_<n>_ANNOTATION_1-<k>` and `_2-<k>` (`EML4(+)NM_019063.3|exon:13|chr2:42522656`) are its first and second end.
- `FCA_<n>_SUPPORTING_ISOFORM_ID_<k>` names an isoform `FC_<m>`: one call for each, with `FC_<m>_EITHER_R1_OR_R2` ->
  split_reads. `BOTH_R1_AND_R2` is by its name a part of these reads, and no count of spanning pairs: kept as given.
- `FCA_<n>_HAS_INFRAME_TRANSLATION` TRUE -> in-frame. FALSE says that no translation in frame was found, which is less
  than out-of-frame (the converter's reading): unknown.
- Of two positions in an annotation it is not known which is the break: then there is no breakpoint, only the exon.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from parsers.callers.format import WHOLE, CallerFormat, Reading, ReadingContext, chromosome, whole_number
from parsers.errors import InputError, Problem, first_of
from parsers.reading import FileText, looks_like_excel_date, refuse_untrusted_characters, require_final_newline
from parsers.records import Breakpoint, Frame, FusionCall, Place

_Value = TypeVar("_Value")

_CALLER = "Archer Analysis"
_GENES = re.compile(r"FCA_([1-9]\d{0,5})_GENES_UNIQUE", re.ASCII)
_OURS = re.compile(r"FCA?_[1-9]\d{0,5}_\w[\w-]*", re.ASCII)
_ANNOTATION = re.compile(
    r"(?P<gene>[A-Za-z0-9._-]+)\([+-]\)(?P<transcripts>[A-Za-z0-9_./]*)\|(?P<region>exon|intron):"
    r"(?P<number>\d{1,3})\|(?P<chrom>chr\w+):(?P<pos>\d{1,10})(?:,(?P<chrom2>chr\w+):(?P<pos2>\d{1,10}))?",
    re.ASCII,
)
# RefSeq's curated coding transcripts first, then predicted ones, then those that code for nothing.
_KINDS = ("NM_", "XM_", "NR_", "")
_EXAMPLE = "EML4(+)NM_019063.3|exon:13|chr2:42522656"
_REMEDY = "export full_results.txt again from Archer Analysis without editing it"


@dataclass(frozen=True, slots=True)
class _End:
    """One annotation of one end of an aberration."""

    gene: str
    transcripts: str
    exon: int | None
    place: Breakpoint | None


@dataclass(slots=True)
class _Keys:
    """The keys of the file with their values and lines, and what has been found wrong."""

    file: str
    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def problem(self, key: str, code: str, message: str, found: str, expected: str = "") -> None:
        line = self.lines.get(key)
        self.problems.append(
            Problem(code, self.file, message, _REMEDY, line=line, column=key, found=found, expected=expected)
        )

    def flag(self, key: str) -> bool | None:
        """TRUE or FALSE; None where the key is missing, and a problem where it holds anything else."""
        value = self.values.get(key)
        if value is None or value.upper() in ("TRUE", "FALSE"):
            return None if value is None else value.upper() == "TRUE"
        self.problem(key, "unknown-value", "the value is not known", value, "TRUE or FALSE")
        return None

    def under(self, prefix: str) -> list[tuple[str, str]]:
        """The keys that are `prefix` and a number, with their values, in the order of the numbers."""
        found = [(int(key[len(prefix) :]), key) for key in self.values if key.startswith(prefix)]
        return [(key, self.values[key]) for _, key in sorted(found)]


def _sniff(text: str) -> bool:
    return text.startswith("FCA_1_GENES_UNIQUE\t") or "\nFCA_1_GENES_UNIQUE\t" in text


def _read(source: FileText, context: ReadingContext) -> Reading:
    require_final_newline(source)
    refuse_untrusted_characters(source)
    keys = _keys_of(source)
    numbers = sorted(int(match[1]) for key in keys.values if (match := _GENES.fullmatch(key)))
    if numbers != list(range(1, len(numbers) + 1)):
        missing = next(number for number in range(1, len(numbers) + 1) if number not in numbers)
        keys.problem(
            f"FCA_{missing}_GENES_UNIQUE", "incomplete-file", "an aberration is missing in the list", "", "all numbers"
        )
    calls = [call for number in numbers for call in _calls(keys, number)]
    _warn_of_unused(keys)
    if keys.problems:
        raise InputError(*first_of(sorted(keys.problems, key=lambda problem: problem.line or 0)))
    sample = keys.values.get("SAMPLE_NAME", "")
    return Reading(_CALLER, "RNA", tuple(calls), sample=sample, warnings=tuple(keys.warnings))


def _keys_of(source: FileText) -> _Keys:
    """Lines without a tab are titles; a key of an aberration or isoform must have one value, and stand there once."""
    keys = _Keys(source.name)
    for number, line in enumerate(source.text.split("\n"), start=1):
        cells = [cell.strip() for cell in line.split("\t")]
        key = cells[0]
        if key.startswith(("FCA_", "FC_")):
            if len(cells) != 2 or not _OURS.fullmatch(key) or not _has_numbered_end(key):
                keys.lines.setdefault(key, number)
                keys.problem(key, "unknown-layout", "the line is not one known key with one value", line, "KEY\\tvalue")
                continue
            if key in keys.values:
                keys.problem(key, "repeated-key", f"the key stands in line {number} again", cells[1], "each key once")
                continue
        if len(cells) >= 2:
            keys.values.setdefault(key, cells[1])
            keys.lines.setdefault(key, number)
    return keys


def _has_numbered_end(key: str) -> bool:
    """Keys that come in numbers end with one."""
    for stem in ("_SUPPORTING_ISOFORM_ID_", "_ANNOTATION_1-", "_ANNOTATION_2-", "_GENOMIC_ANNOTATION_"):
        if stem in key:
            return whole_number(key.partition(stem)[2]) is not None
    return True


def _calls(keys: _Keys, number: int) -> list[FusionCall]:
    """One call for each isoform that supports the aberration, one without counts where none is named."""
    stem = f"FCA_{number}_"
    genes = keys.values[f"{stem}GENES_UNIQUE"].split(":")
    ends = [_ends(keys, f"{stem}ANNOTATION_{side}-") for side in (1, 2)]
    if len(genes) == 1 and genes[0] and not ends[1]:
        _warn(
            keys,
            "within-one-gene",
            f"aberration FCA_{number} lies in {genes[0]} alone and was not read as a fusion",
            "look at it in Archer Analysis, and enter it by hand if it matters",
            keys.lines[f"{stem}GENES_UNIQUE"],
        )
        return []
    named = _named(keys, f"{stem}GENES_UNIQUE", genes, ends)
    strong = keys.flag(f"{stem}STRONG_EVIDENCE_ABERRATION")
    if f"{stem}STRONG_EVIDENCE_ABERRATION" not in keys.values:
        key = f"{stem}STRONG_EVIDENCE_ABERRATION"
        keys.problem(key, "missing-value", "the aberration says nothing of its evidence", "", "TRUE or FALSE")
    if named is None:
        return []
    isoforms = [_isoform(keys, key, value) for key, value in keys.under(f"{stem}SUPPORTING_ISOFORM_ID_")]
    return [_call(keys, number, named, ends, bool(strong), isoform) for isoform in isoforms or [""]]


def _isoform(keys: _Keys, key: str, value: str) -> str:
    if not re.fullmatch(r"FC_[1-9]\d{0,5}", value, re.ASCII) or f"{value}_EITHER_R1_OR_R2" not in keys.values:
        keys.problem(key, "missing-value", "the file has no reads of the isoform that is named here", value, "FC_1")
        return ""
    return value


def _named(keys: _Keys, key: str, genes: Sequence[str], ends: Sequence[Sequence[_End]]) -> tuple[str, str, bool] | None:
    """
    First and second gene, and whether their order is known.

    The annotations say which gene is at which end; GENES_UNIQUE alone may be in any order.
    """
    sides = [sorted({end.gene for end in side}) for side in ends]
    if all(len(side) == 1 for side in sides):
        if {*sides[0], *sides[1]} <= set(genes):
            return sides[0][0], sides[1][0], True
        found = f"{':'.join(genes)} and {sides[0][0]}:{sides[1][0]}"
        keys.problem(key, "contradiction", "the annotations name other genes", found, "the same genes")
        return None
    if len(genes) != 2 or not all(genes) or any(looks_like_excel_date(gene) for gene in genes):
        found = ":".join(genes)
        keys.problem(key, "unknown-value", "the two genes cannot be told", found, "two genes, for example EML4:ALK")
        return None
    return genes[0], genes[1], False


def _ends(keys: _Keys, prefix: str) -> list[_End]:
    """The annotations of one end; of several kinds of transcripts the best."""
    found: list[_End] = []
    for key, value in keys.under(prefix):
        match = _ANNOTATION.fullmatch(value)
        if match is None:
            keys.problem(key, "unknown-layout", "the annotation is written in an unknown way", value, _EXAMPLE)
            continue
        found.append(
            _End(
                match["gene"],
                match["transcripts"],
                int(match["number"]) if match["region"] == "exon" else None,
                # Without strand: the sign is probably the gene's, which need not be the transcript's.
                None if match["chrom2"] else _breakpoint(match["chrom"], match["pos"]),
            )
        )
    for kind in _KINDS:
        best = [end for end in found if kind in end.transcripts]
        if best:
            return best
    return found


def _breakpoint(chrom: str, pos: str) -> Breakpoint | None:
    return Breakpoint(chromosome(chrom), int(pos)) if int(pos) else None


def _call(
    keys: _Keys,
    number: int,
    named: tuple[str, str, bool],
    ends: Sequence[Sequence[_End]],
    is_strong: bool,
    isoform: str,
) -> FusionCall:
    stem = f"FCA_{number}_"
    return FusionCall(
        caller=_CALLER,
        gene_5prime=named[0],
        gene_3prime=named[1],
        breakpoint_5prime=_same([end.place for end in ends[0]]),
        breakpoint_3prime=_same([end.place for end in ends[1]]),
        genome_build=None,
        molecule="RNA",
        place=Place(keys.file, keys.lines[f"{stem}GENES_UNIQUE"]),
        exon_5prime=_same([end.exon for end in ends[0]]),
        exon_3prime=_same([end.exon for end in ends[1]]),
        transcript_5prime=_same([end.transcripts for end in ends[0]]) or "",
        transcript_3prime=_same([end.transcripts for end in ends[1]]) or "",
        reading_frame=_frame(keys, f"{stem}HAS_INFRAME_TRANSLATION"),
        split_reads=_count(keys, f"{isoform}_EITHER_R1_OR_R2") if isoform else None,
        passed_filter=is_strong,
        filters="" if is_strong else "no strong evidence",
        order_known=named[2],
        as_given=(("isoform", isoform), *_given(keys.values, stem), *_given(keys.values, f"{isoform}_"))
        if isoform
        else tuple(_given(keys.values, stem)),
    )


def _same(values: Sequence[_Value]) -> _Value | None:
    """The value on which all annotations agree; transcripts of one gene count their exons differently."""
    return values[0] if values and all(value == values[0] for value in values) else None


def _frame(keys: _Keys, key: str) -> Frame:
    return "in-frame" if keys.flag(key) else "unknown"


def _count(keys: _Keys, key: str) -> int | None:
    value = keys.values[key]
    if WHOLE.fullmatch(value):
        return int(value.split(".")[0])
    keys.problem(key, "not-a-whole-number", "the value is not a whole number", value, "a number of reads")
    return None


def _given(values: Mapping[str, str], stem: str) -> list[tuple[str, str]]:
    return [(key.removeprefix(stem), value) for key, value in values.items() if key.startswith(stem) and value]


def _warn_of_unused(keys: _Keys) -> None:
    """Isoforms that no aberration names: nobody shall think that they were read."""
    used = {value for key, value in keys.values.items() if "_SUPPORTING_ISOFORM_ID_" in key}
    stems = {f"FC_{key.split('_')[1]}" for key in keys.values if key.startswith("FC_")}
    unused = sorted(stems - used, key=lambda stem: int(stem[3:]))
    if unused:
        _warn(
            keys,
            "isoform-without-aberration",
            f"{len(unused)} isoforms belong to no aberration and were not read: {', '.join(unused[:20])}",
            "look at them in Archer Analysis",
            None,
        )


def _warn(keys: _Keys, code: str, message: str, remedy: str, line: int | None) -> None:
    keys.warnings.append(Problem(code, keys.file, message, remedy, line=line, severity="warning"))


FORMAT = CallerFormat("Archer Analysis", _sniff, _read)
