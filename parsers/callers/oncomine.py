"""
What the rows of Thermo Fisher's Ion Reporter (Oncomine assays) mean, in its VCF and in the table made from it.

An amplicon assay lists every target it looked for. Types (`SVTYPE`, `rowtype`), thresholds and verdicts: Ion Reporter
Software help, "Data types for gene fusions analyses", "Fusion calls in analysis results" and "Non-targeted fusion
detection method" (https://ionreporter.thermofisher.com/ionreporter/help/); public readers of the files (MoCha
`ocp_fusion_report.pl` and `ocp_control_summary.pl`, the converter of nci-match-ir-ecosystem-api) and a real file.

- A fusion is two rows, `EML4-ALK.E13A20.COSF408_1` at the 5' gene and `…_2` at the 3' gene; `READ_COUNT` ->
  split_reads; the exons stand in the name. `READ_COUNT=0` without a verdict: looked for and not found.
- FILTER `PASS` alone is "Present". A fusion with reads and another FILTER is kept as a call that did not pass; a target
  without a read and with a FILTER (NOCALL, FAIL) is neither found nor excluded. But exports with `FAIL_REASON` write
  FAIL at every target that is absent: FAIL for want of reads alone (`READ_COUNT<=20|NORM_COUNT<=0.0`) is "not found".
- `5p3pAssays` and `RNAExonTiles` compare the expression of the two ends of a gene: a hint at a fusion, never one.
- The header says what the analysis came to: `##FusionSampleOverallCall=POSITIVE[IsoformsDetected=…]` names the ids of
  the fusions that passed, `##IonReporterAnalysisName` the specimen as a rule. Both are compared with the rows' side.
- An id of one gene, or with `WT`, is the unspliced reference of a splice variant. Controls are quality figures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from parsers.callers.format import WHOLE, GivenName, Reading, chromosome
from parsers.errors import InputError, Problem, first_of
from parsers.quality import metric_key
from parsers.reading import looks_like_excel_date
from parsers.records import Breakpoint, Build, Frame, FusionCall, Place, QcMetric

CALLER = "Oncomine"

_FUSIONS = ("fusion", "rnaexonvariant")
_IMBALANCES = {
    "5p3passays": "5p3p imbalance",
    "assays5p3p": "5p3p imbalance",
    "rnaexontiles": "exon tile imbalance",
}
_CONTROLS = {
    "exprcontrol": "expression_control",
    "proccontrol": "process_control",
    "processcontrol": "process_control",
    "geneexpression": "gene_expression",
}
_DNA = frozenset({"cnv", "loh", "snp", "snv", "mnp", "ins", "del", "indel", "complex"})

_TWIN = re.compile(r"(.+)_([12])")
# E13A20, E6aA20, E14ins11del49A20: letters of the gene, its exon, what was cut or put in, the same for the other gene;
# E17ins30A20_V8a: the variant's name behind it is no exon.
_EXONS = re.compile(r"[A-Z]+(\d{1,3})(?:[a-z;][^A-Z_]*)?[A-Z]+(\d{1,3})(?:[a-z;_].*)?", re.ASCII)
# FAIL_REASON of a target whose reads are too few, and that has no other fault: READ_COUNT<=20|NORM_COUNT<=0.0
_TOO_FEW = re.compile(r"READ_COUNT<=?\d{1,9}(?:\|(?:NORM_COUNT|RPM)<=?\d{1,9}(?:\.\d{1,9})?)*", re.ASCII)
# An id of two genes in the header's list of isoforms, whatever parts the list.
_ISOFORM = re.compile(r"[\w-]+-\w+\.[\w.\-]+", re.ASCII)
_ANALYSIS = "IonReporterAnalysisName"
_MATE = re.compile(r"[\[\]]([^\[\]]+):(\d{1,10})[\[\]]", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_FRAMES: dict[str, Frame] = {"TRUE": "in-frame", "FALSE": "out-of-frame"}
_SAID_ELSEWHERE = ("SVTYPE", "READ_COUNT", "GENE_NAME")
_NO_VERDICT = ("", ".")
_REMEDY = "export the file again from Ion Reporter, unfiltered and without editing it"
_MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class OncomineRow:
    """
    One row of either format. `info` holds the INFO fields by their VCF names; `verdict` is the table's `call` column.

    `filters` is empty or `.` where the software gave no verdict.
    """

    line: int
    kind: str
    id: str
    chrom: str
    pos: int
    alt: str
    filters: str
    info: Mapping[str, str]
    verdict: str = ""

    @property
    def key(self) -> str:
        """The kind in one spelling: `EXPR_CONTROL` and `ExprControl` are `exprcontrol`."""
        return self.kind.lower().replace("_", "")

    @property
    def is_passed(self) -> bool:
        return self.filters.upper() == "PASS"

    @property
    def has_verdict(self) -> bool:
        return self.filters not in _NO_VERDICT

    @property
    def is_absent(self) -> bool:
        """FAIL for want of reads, and for nothing else."""
        return self.filters.upper() == "FAIL" and bool(_TOO_FEW.fullmatch(self.info.get("FAIL_REASON", "")))


@dataclass(frozen=True, slots=True)
class _Target:
    """One fusion that was looked for: its name without `_1` and `_2`, and the rows of its two ends."""

    name: str
    first: OncomineRow | None
    second: OncomineRow | None
    is_single: bool = False

    @property
    def rows(self) -> tuple[OncomineRow, ...]:
        return tuple(row for row in (self.first, self.second) if row is not None)

    @property
    def genes(self) -> str:
        return self.name.partition(".")[0]

    @property
    def is_reference(self) -> bool:
        """An assay of the unspliced transcript: `MET.M13M14M15.WT`."""
        parts = self.name.upper().split(".")
        return self.rows[0].key == "rnaexonvariant" and ("-" not in parts[0] or "WT" in parts[1:])


@dataclass(slots=True)
class _Result:
    """What has been read so far."""

    file: str
    accession: str
    calls: list[FusionCall] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    metrics: list[QcMetric] = field(default_factory=list)
    not_found: int = 0
    not_assessable: tuple[str, ...] = ()

    def problem(self, row: OncomineRow, code: str, column: str, message: str, found: str, expected: str = "") -> None:
        self.problems.append(
            Problem(code, self.file, message, _REMEDY, line=row.line, column=column, found=found, expected=expected)
        )

    def warn(self, code: str, message: str, remedy: str, line: int | None = None) -> None:
        self.warnings.append(Problem(code, self.file, message, remedy, line=line, severity="warning"))

    def measure(self, row: OncomineRow, metric: str, text: str) -> None:
        """Keeps a figure; a second one of the same name is told apart by its id."""
        key = metric_key(metric)
        if any(known.metric == key for known in self.metrics):
            key = metric_key(f"{metric} {row.id}")
        value = float(text) if _NUMBER.fullmatch(text) else None
        remark = f"FILTER {row.filters}" if row.has_verdict else ""
        self.metrics.append(QcMetric(self.accession, key, value, text, Place(self.file, row.line), remark))


def reading_of(
    file: str,
    rows: Sequence[OncomineRow],
    header: Sequence[str],
    accession: str,
    *,
    build: Build | None = None,
    sample: str = "",
    warnings: Iterable[Problem] = (),
) -> Reading:
    """
    The calls, figures and warnings of the `rows` of one file, whose `##` lines are `header`.

    Raises:
        InputError: the file holds no result of an RNA assay, contradicts itself, or has a cell that cannot be read.
    """
    result = _Result(file, accession, warnings=list(warnings))
    facts = _facts_of(header)
    _require_rna(file, rows, facts)
    _read_header(facts, result)
    _read_targets(rows, result)
    for row in rows:
        if row.key in _IMBALANCES:
            _read_imbalance(row, result)
        elif row.key in _CONTROLS:
            result.measure(row, f"{_CONTROLS[row.key]} {_own_gene(row)}", str(_reads(row, result)))
    _count_others(rows, result)
    _check_overall_call(facts, result)
    if result.problems:
        raise InputError(*first_of(sorted(result.problems, key=lambda problem: problem.line or 0)))
    return Reading(
        CALLER,
        "RNA",
        tuple(sorted(result.calls, key=lambda call: call.place.line or 0)),
        header_build=build,
        sample=sample,
        warnings=tuple(result.warnings),
        not_found=result.not_found,
        not_assessable=result.not_assessable,
        metrics=tuple(result.metrics),
        names=_names_of(sample, facts),
    )


def _names_of(sample: str, facts: Mapping[str, str]) -> tuple[GivenName, ...]:
    """The sample's column, and the analysis, which is called after the sample unless somebody changed it."""
    given = (GivenName(sample), GivenName(facts.get(_ANALYSIS, ""), column=_ANALYSIS, is_sample=False))
    return tuple(name for name in given if name.text)


def _facts_of(header: Sequence[str]) -> dict[str, str]:
    """`##TotalMappedFusionPanelReads=974277` -> name and value; definitions (`##INFO=<…>`) are no facts."""
    pairs = (line.removeprefix("##").partition("=") for line in header)
    return {key.strip(): value.strip() for key, _, value in pairs if not value.startswith("<")}


def _require_rna(file: str, rows: Sequence[OncomineRow], facts: Mapping[str, str]) -> None:
    if any(row.key in (*_FUSIONS, *_IMBALANCES, *_CONTROLS) for row in rows):
        return
    reads = facts.get("TotalMappedFusionPanelReads", "")
    if WHOLE.fullmatch(reads) and float(reads) > 0:
        return
    raise InputError(
        Problem(
            "no-fusion-results",
            file,
            "the file holds no result of an RNA assay: fusions were not tested in it",
            "export the analysis of the RNA library, or of DNA and RNA together; leave fusion_files empty if fusions "
            "were not tested",
            expected="rows of the types Fusion, 5p3pAssays, RNAExonTiles or ExprControl",
        )
    )


def _read_header(facts: Mapping[str, str], result: _Result) -> None:
    reads = facts.get("TotalMappedFusionPanelReads")
    place = Place(result.file)
    if reads is not None:
        if not WHOLE.fullmatch(reads):
            result.problems.append(
                Problem(
                    "not-a-whole-number",
                    result.file,
                    "the header's TotalMappedFusionPanelReads is not a whole number",
                    _REMEDY,
                    column="TotalMappedFusionPanelReads",
                    found=reads,
                )
            )
            return
        number = float(reads)
        result.metrics.append(QcMetric(result.accession, "total_mapped_fusion_panel_reads", number, reads, place))
        if number == 0:
            result.warn(
                "no-fusion-reads",
                "no read was mapped to the fusion panel: targets without a read say nothing about the specimen",
                "repeat the RNA library",
            )
    verdict = facts.get("FusionSampleQC", "")
    if verdict:
        word = re.split(r"[^A-Za-z]", verdict)[0].lower()
        # Any other word than PASS is a failure: it must not be read as "not detected".
        text = "pass" if word == "pass" else "fail"
        result.metrics.append(QcMetric(result.accession, "fusion_sample_qc", None, text, place, verdict))
        if word != "pass":
            result.warn(
                "fusion-sample-qc",
                "the software did not pass this RNA sample: a fusion that is not listed is not excluded",
                "see the analysis for the reason, and repeat the RNA library",
            )


def _read_targets(rows: Sequence[OncomineRow], result: _Result) -> None:
    alone: list[_Target] = []
    unresolved: list[_Target] = []
    others: list[_Target] = []
    for target in _targets(rows, result):
        if target.is_reference:
            first = target.rows[0]
            result.measure(first, f"wild_type_reads {_own_gene(first)}", str(_reads(first, result)))
            continue
        if len(target.rows) == 1 and not target.is_single:
            alone.append(target)
        _read_target(target, unresolved, result)
        others += [] if target in unresolved else [target]
    if not any(row.key in _FUSIONS for row in rows):
        result.warn(
            "no-fusion-rows",
            "the file lists no fusion that was looked for: either it was exported filtered, or the assay has no "
            "fusion panel",
            "export the file again from Ion Reporter, unfiltered; check that the analysis includes the RNA library",
        )
    result.not_assessable = _never_read(unresolved, others)
    if alone:
        result.warn(
            "missing-twin",
            f"the record of one of the two genes is missing for {_names(one.name for one in alone)}",
            "export the file again from Ion Reporter, unfiltered; the other record was used",
            alone[0].rows[0].line,
        )
    if unresolved:
        reasons = ", ".join(sorted({row.filters for one in unresolved for row in one.rows}))
        result.warn(
            "target-without-result",
            f"{len(unresolved)} fusion targets have no read and no valid result ({reasons}), so that they are neither "
            f"found nor excluded: {_names(one.genes for one in unresolved)}",
            "see the analysis for the reason; repeat the RNA library if these genes matter",
            unresolved[0].rows[0].line,
        )


def _never_read(unresolved: Sequence[_Target], others: Sequence[_Target]) -> tuple[str, ...]:
    """Genes of which every target ended without a call (NOCALL): FAIL stands for "absent" in newer exports."""
    open_ = {gene for one in unresolved for gene in one.genes.split("-") if _is_no_call(one)}
    settled = {gene for one in (*others, *unresolved) for gene in one.genes.split("-") if not _is_no_call(one)}
    return tuple(sorted(open_ - settled))


def _is_no_call(target: _Target) -> bool:
    return any(row.filters.upper() == "NOCALL" for row in target.rows)


def _targets(rows: Sequence[OncomineRow], result: _Result) -> Iterator[_Target]:
    """The targets in the order of their first rows. One name may stand for several junctions (non-targeted fusions)."""
    named: dict[str, tuple[list[OncomineRow], list[OncomineRow]]] = {}
    singles: dict[str, list[OncomineRow]] = {}
    for row in rows:
        if row.key not in _FUSIONS:
            continue
        twin = _TWIN.fullmatch(row.id)
        if twin:
            named.setdefault(twin[1], ([], []))[int(twin[2]) - 1].append(row)
        elif row.key == "rnaexonvariant" and row.id not in _NO_VERDICT:
            singles.setdefault(row.id, []).append(row)
        else:
            result.problem(row, "bad-record", "ID", "the fusion has no id", row.id, "EML4-ALK.E13A20.COSF408_1")
    for name, (firsts, seconds) in named.items():
        for first, second in _twins(firsts, seconds):
            yield _Target(name, first, second)
    for name, found in singles.items():
        for row in found:
            yield _Target(name, row, None, is_single=True)


def _twins(
    firsts: list[OncomineRow], seconds: list[OncomineRow]
) -> Iterator[tuple[OncomineRow | None, OncomineRow | None]]:
    """Each first row with the second that lies where its ALT points, else with the next in order that is left."""
    left = list(seconds)
    exact: list[OncomineRow | None] = []
    for first in firsts:
        mate = _mate(first)
        found = next((row for row in left if mate is not None and _place(row) == mate), None)
        if found is not None:
            left.remove(found)
        exact.append(found)
    for first, found in zip(firsts, exact, strict=True):
        yield first, found if found is not None else left.pop(0) if left else None
    for second in left:
        yield None, second


def _read_target(target: _Target, unresolved: list[_Target], result: _Result) -> None:
    reads = [_reads(row, result) for row in target.rows]
    row = target.rows[0]
    if any(count is None for count in reads):
        return
    if len({(count, one.filters) for count, one in zip(reads, target.rows, strict=True)}) > 1:
        found = " and ".join(f"{one.filters} {count}" for count, one in zip(reads, target.rows, strict=True))
        result.problem(row, "contradiction", "READ_COUNT", "the two records of the fusion differ", found, "one result")
        return
    for one in target.rows:
        _check_verdict(one, result)
    if reads[0]:
        result.calls.append(_call(target, reads[0], result))
    elif row.is_passed:
        result.problem(row, "contradiction", "READ_COUNT", "the fusion passed the filter without a read", "0")
    elif row.has_verdict and not all(one.is_absent for one in target.rows):
        unresolved.append(target)
    else:
        result.not_found += 1


def _check_verdict(row: OncomineRow, result: _Result) -> None:
    """The table's `call` is POS where FILTER is PASS (NEG or NOCALL elsewhere): the converter writes nothing else."""
    if row.verdict and (row.verdict.upper() == "POS") != row.is_passed:
        found = f"{row.verdict} and FILTER {row.filters or '.'}"
        result.problem(row, "contradiction", "call", "the row's call and its FILTER contradict each other", found)


def _call(target: _Target, reads: int | None, result: _Result) -> FusionCall:
    five, three = _genes(target, result)
    exon_5prime, exon_3prime = _exons(target, five, three, result)
    row = target.rows[0]
    end_5prime = _place(target.first) if target.first else _mate(row)
    end_3prime = _place(target.second) if target.second else _mate(row)
    return FusionCall(
        caller=CALLER,
        gene_5prime=five,
        gene_3prime=three,
        breakpoint_5prime=end_5prime,
        breakpoint_3prime=end_3prime,
        genome_build=None,
        molecule="RNA",
        place=Place(result.file, row.line),
        exon_5prime=exon_5prime,
        exon_3prime=exon_3prime,
        reading_frame=_FRAMES.get(_both(target, "NT_FUSION_IN_FRAME").upper(), "unknown"),
        split_reads=reads,
        passed_filter=row.is_passed,
        filters=row.filters or ".",
        event_type=_event(target, five, three),
        as_given=(("ID", target.name), *_as_given(target.rows)),
    )


def _genes(target: _Target, result: _Result) -> tuple[str, str]:
    """GENE_NAME of the two records; of a missing one from the name, where a hyphen may belong to a symbol."""
    row = target.rows[0]
    five, three = (one.info.get("GENE_NAME", "") if one else "" for one in (target.first, target.second))
    given = target.genes
    if five and three and not f"{target.name}.".startswith(f"{five}-{three}."):
        message = f"the fusion's id names {given}, its records {five} and {three}; the records' names were used"
        result.warn("gene-contradiction", message, "compare with the analysis", row.line)
    if five and not three and given.startswith(f"{five}-"):
        three = given.removeprefix(f"{five}-")
    elif three and not five and given.endswith(f"-{three}"):
        five = given.removesuffix(f"-{three}")
    elif not (five and three) and given.count("-") == 1:
        parts = given.split("-")
        five, three = five or parts[0], three or parts[1]
    for symbol in (five, three):
        if not symbol or looks_like_excel_date(symbol):
            result.problem(row, "missing-value", "GENE_NAME", "the record names no gene", symbol, "a gene symbol")
    return five, three


def _exons(target: _Target, five: str, three: str, result: _Result) -> tuple[int | None, int | None]:
    """The exons of the name; EXON_NUM, the exon next to the position, where the name has none."""
    part = f"{target.name}.".removeprefix(f"{five}-{three}.").removeprefix(f"{target.genes}.").partition(".")[0]
    match = _EXONS.fullmatch(part)
    named = (int(match[1]), int(match[2])) if match else (None, None)
    beside = tuple(_exon(row, result) for row in (target.first, target.second))
    if any(one and other and one != other for one, other in zip(named, beside, strict=True)):
        result.warn(
            "exon-contradiction",
            f"the exons in the id {target.name} are not those of EXON_NUM; those of the id were used",
            "compare with the analysis",
            target.rows[0].line,
        )
    return named[0] or beside[0], named[1] or beside[1]


def _exon(row: OncomineRow | None, result: _Result) -> int | None:
    text = row.info.get("EXON_NUM", "") if row else ""
    if row is None or text in _NO_VERDICT:
        return None
    if not WHOLE.fullmatch(text):
        result.problem(row, "not-a-whole-number", "EXON_NUM", "this is not an exon number", text, "a whole number")
        return None
    return int(text.split(".")[0]) or None


def _event(target: _Target, five: str, three: str) -> str:
    parts = target.name.lower().split(".")
    event = "splice variant" if five == three else "fusion"
    if "non-targeted" in parts:
        return f"{event}, non-targeted"
    is_novel = "novel" in parts or any("NOVEL" in row.info for row in target.rows)
    return f"{event}, novel" if is_novel else event


def _read_imbalance(row: OncomineRow, result: _Result) -> None:
    event = _IMBALANCES[row.key]
    gene = _own_gene(row)
    if not gene:
        result.problem(row, "missing-value", "GENE_NAME", "the record names no gene", "", "a gene symbol")
        return
    _check_verdict(row, result)
    value = row.info.get("5P_3P_ASSAYS", "")
    value = "" if value in _NO_VERDICT else value
    result.measure(row, f"{event} {gene}", value or "no value")
    if row.is_passed:
        result.calls.append(_imbalance(row, event, gene, result.file))
    elif row.filters.upper() != "FAIL":  # FAIL is "absent"; NOCALL and no verdict leave the question open.
        verdict = f"no valid result ({row.filters})" if row.has_verdict else "no verdict of the software"
        result.warn(
            "imbalance-open",
            f"the {event} of {gene} has {verdict}" + (f", its value is {value}" if value else ""),
            "compare the value with the laboratory's cut-off",
            row.line,
        )


def _imbalance(row: OncomineRow, event: str, gene: str, file: str) -> FusionCall:
    """The two ends of `gene` are expressed unequally. There is no partner, no junction and no count of a fusion."""
    counts = (("READ_COUNT", row.info.get("READ_COUNT", "")),)
    return FusionCall(
        caller=CALLER,
        gene_5prime="",
        gene_3prime=gene,
        breakpoint_5prime=None,
        breakpoint_3prime=None,
        genome_build=None,
        molecule="RNA",
        place=Place(file, row.line),
        filters=row.filters,
        event_type=event,
        order_known=False,
        as_given=(("ID", row.id), *(pair for pair in counts if pair[1]), *_as_given((row,))),
    )


def _count_others(rows: Sequence[OncomineRow], result: _Result) -> None:
    """Small variants and copy numbers are not read here; what is of no known type may be anything."""
    known = (*_FUSIONS, *_IMBALANCES, *_CONTROLS)
    others = [row for row in rows if row.key not in known]
    # TYPE has one word for each allele: snp,mnp,snp.
    dna = Counter("/".join(sorted(set(row.key.split(",")))) for row in others if set(row.key.split(",")) <= _DNA)
    if dna:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(dna.items()))
        result.warn(
            "other-variants",
            f"{sum(dna.values())} rows are no fusions and were not read: {kinds}",
            "enter small variants that matter (resistance) in variants.csv",
        )
    unknown = [row for row in others if not set(row.key.split(",")) <= _DNA]
    if unknown:
        result.warn(
            "unknown-type",
            f"{len(unknown)} rows are of a type that is not known and were not read: "
            f"{_names(row.kind or 'no type' for row in unknown)}",
            "look at these rows in the analysis, and report the type to the makers of this program",
            unknown[0].line,
        )


def _check_overall_call(facts: Mapping[str, str], result: _Result) -> None:
    """A header that says POSITIVE over rows of which none passes: rows were lost on the way."""
    overall = re.split(r"[^A-Za-z]", facts.get("FusionSampleOverallCall", ""))[0].upper()
    passed = any(call.passed_filter for call in result.calls)
    if overall == "POSITIVE" and not passed:
        result.problems.append(
            Problem(
                "incomplete-file",
                result.file,
                "the header says that the sample is positive, and no fusion in the file has passed",
                _REMEDY,
                column="FusionSampleOverallCall",
                expected="the fusion that the header speaks of",
            )
        )
    elif overall == "POSITIVE":
        _check_isoforms(facts["FusionSampleOverallCall"], result)
    if overall == "NEGATIVE" and passed:
        result.warn(
            "overall-call",
            "the header says that the sample is negative, but a call in the file has passed",
            "compare with the analysis",
        )


def _check_isoforms(overall: str, result: _Result) -> None:
    """Every isoform that the header lists as detected has a call that passed; else its rows were lost or changed."""
    left = overall.partition("IsoformsDetected=")[2]
    passed = {dict(call.as_given).get("ID", "") for call in result.calls if call.passed_filter}
    # The longest first: E6A20 stands at the beginning of E6A20.COSF1.
    for name in sorted(passed - {""}, key=len, reverse=True):
        left = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", " ", left)
    lost = [name for name in _ISOFORM.findall(left) if not any(_is_same_isoform(name, one) for one in passed)]
    if lost:
        result.problems.append(
            Problem(
                "incomplete-file",
                result.file,
                f"the header says that {_names(lost)} was detected, and no row of the file shows it as passed",
                _REMEDY,
                column="FusionSampleOverallCall",
                found=_names(sorted(passed)),
                expected=_names(lost),
            )
        )


def _is_same_isoform(listed: str, name: str) -> bool:
    """`TPM3-ALK.T8A20` and `TPM3-ALK.T8A20.COSF439_1` are the same: one may lack the number or name an end."""
    twin = _TWIN.fullmatch(listed)
    listed = twin[1] if twin else listed
    return listed == name or name.startswith(f"{listed}.") or listed.startswith(f"{name}.")


def _reads(row: OncomineRow, result: _Result) -> int | None:
    text = row.info.get("READ_COUNT", "")
    if WHOLE.fullmatch(text):
        return int(text.split(".")[0])
    result.problem(
        row, "not-a-whole-number", "READ_COUNT", "the row has no number of reads", text, "a whole number of reads"
    )
    return None


def _own_gene(row: OncomineRow) -> str:
    name = row.info.get("GENE_NAME", "")
    return row.id.partition(".")[0].partition("_")[0] if name in _NO_VERDICT else name


def _place(row: OncomineRow) -> Breakpoint | None:
    # Without strand: brackets that an RNA caller writes are not reliable, and nothing else states it.
    return Breakpoint(chromosome(row.chrom), row.pos) if row.pos else None


def _mate(row: OncomineRow) -> Breakpoint | None:
    """Where ALT (`C]chr7:140494267]`) says that the other end lies."""
    match = _MATE.search(row.alt)
    return Breakpoint(chromosome(match[1]), int(match[2])) if match and int(match[2]) else None


def _both(target: _Target, key: str) -> str:
    """The value that the records agree on, `""` where they do not."""
    values = {row.info[key] for row in target.rows if row.info.get(key, "") not in _NO_VERDICT}
    return values.pop() if len(values) == 1 else ""


def _as_given(rows: Sequence[OncomineRow]) -> Iterator[tuple[str, str]]:
    """Every further INFO field once, or for each end where they differ; and ALT."""
    for key in dict.fromkeys(key for row in rows for key in row.info if key not in _SAID_ELSEWHERE):
        values = [row.info.get(key, "") for row in rows]
        if len(set(values)) == 1:
            yield from ((key, value) for value in values[:1] if value not in _NO_VERDICT)
        else:
            sides = zip(("5'", "3'"), values, strict=True)
            yield from ((f"{key} {side}", value) for side, value in sides if value not in _NO_VERDICT)
    yield from (("ALT", row.alt) for row in rows[:1] if row.alt not in _NO_VERDICT)


def _names(given: Iterable[str]) -> str:
    """`EML4-ALK, KIF5B-RET and 3 more`: each name once."""
    names = list(dict.fromkeys(given))
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more
