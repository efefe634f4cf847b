"""
What differs between two records of one specimen, in a report's words: the "what changed" of a corrected or amended one.

Every value that a report prints is compared; of a fusion or stain what follows from its changed facts is not repeated.
The order is that of importance: the result, the patient, what was found, what follows from it, then the rest. Colours
and paper, the software that drew the report, the order of rows and what each version has of its own (id, dates,
signatures) are not compared: they change nothing that a reader acts on. The tests list every such key with its reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from report_templates import wording
from report_templates.claims import names_agent

Record = Mapping[str, Any]

# A longer text is called reworded; its wording stands in the report itself.
_LONGEST_QUOTED = 160

_LABELS = {
    "id": "Patient ID",
    "name": "Name",
    "date_of_birth": "Date of birth",
    "block_id": "Block",
    "type": "Specimen",
    "collected": "Date of collection",
    "received": "Date of receipt",
    "tumour_cells_pct": "Tumour cells (%)",
    "size_cm": "Tumour size (cm)",
    "provider": "Ordered by",
    "placer_number": "Order number of the sender",
    "filler_number": "Order number of the laboratory",
    "text": "Diagnosis",
    "code": "Diagnosis code",
    "tumour_context": "Tumour type as the rules read it",
    "jurisdiction": "Jurisdiction of drug labels",
    "genes": "Genes of the assay",
    "minimum_tumour_cells_pct": "Required tumour cells (%)",
    "clia": "CLIA number",
    "ldt_statement": "Statement on laboratory-developed tests",
    "asr_statement": "Statement on analyte-specific reagents",
    "h_score": "H-score",
    "control_ok": "control passed",
    "pct_positive": "positive cells (%)",
    "pct_rearranged": "rearranged cells (%)",
    "cutoff_pct": "cut-off (%)",
    "classification": "classification",
    "vicc": "VICC name",
    "hgvs_r": "HGVS description",
    "exon_5prime": "exon of the 5′ gene",
    "exon_3prime": "exon of the 3′ gene",
    "transcript_5prime": "5′ transcript",
    "transcript_3prime": "3′ transcript",
    "breakpoint_5prime": "5′ breakpoint",
    "breakpoint_3prime": "3′ breakpoint",
    "calls": "number of calls",
    "others": "calls of no gene in question",
    "sha256": "SHA-256",
}
_DAYS = frozenset({"date_of_birth", "collected", "received"})
# The age follows from the date of birth; where the tissue stands against its criteria is said on its own.
_SAID_ELSEWHERE = frozenset(
    {"age_years", "age_text", "acceptability", "performed_by", "sites", "logo", "texts", "templates"}
)
_NOT_CONTENT = frozenset({"colours", "key", "format"})
# Where a row stood, how it was spelled there: no part of the result.
_PLACES = frozenset({"file", "line", "place", "marker_as_given", "as_given"})
_FUSION_FACTS = (
    "classification",
    "role",
    "reading_frame",
    "kinase_domain",
    "exon_5prime",
    "exon_3prime",
    "transcript_5prime",
    "transcript_3prime",
    "breakpoint_5prime",
    "breakpoint_3prime",
    "genome_build",
    "split_reads",
    "spanning_pairs",
    "evidence",
    "molecule",
)
_FUSION_WORDS: Mapping[str, Callable[[str], str]] = {
    "classification": lambda code: wording.CLASSIFICATION[code].word.lower(),
    "role": lambda code: wording.ROLE[code].lower(),
    "reading_frame": lambda code: wording.READING_FRAME[code].lower(),
    "kinase_domain": lambda code: wording.KINASE_DOMAIN[code].lower(),
}
_ACCEPTABILITY = {"not_stated": "not stated"}


def differences(before: Record, after: Record) -> list[str]:
    """
    One sentence for each difference, the most important first; empty where both records say the same.

    A key that one of the records lacks, because it is of an older schema, counts as not stated there.
    """
    compared = (
        _result,
        _patient,
        _diagnosis,
        _fusions,
        _genes,
        _therapies,
        _alerts,
        _summary,
        _stains,
        _probes,
        _variants,
        _specimen,
        _order,
        _quality,
        _controls,
        _interpretation,
        _knowledge,
        _assay,
        _laboratory,
        _sources,
        _calls,
        _input_files,
    )
    return [sentence for compare in compared for sentence in compare(before, after)]


def _result(before: Record, after: Record) -> Iterator[str]:
    old, new = before["result"], after["result"]
    yield from _change("Result", *(wording.RESULT_STATUS[one["status"]].word for one in (old, new)))


def _summary(before: Record, after: Record) -> Iterator[str]:
    """The sentences of page 1, after the findings from which they follow."""
    old, new = before["result"], after["result"]
    yield from _change("Headline", *(_quoted(one["headline"]) for one in (old, new)))
    for key, label in (("summary", "Meaning"), ("certainty", "How sure"), ("next_steps", "Next steps")):
        yield from _change(label, *(_quoted(_spoken(one[key])) for one in (old, new)))


def _patient(before: Record, after: Record) -> Iterator[str]:
    old, new = before["patient"], after["patient"]
    words = {"sex": lambda code: wording.SEX[code].lower(), "name": _quoted}
    for key in _keys(old, new):
        label = "Patient name" if key == "name" else _label(key)
        yield from _change(label, *(_value(key, one.get(key), words) for one in (old, new)))


def _diagnosis(before: Record, after: Record) -> Iterator[str]:
    yield from _fields(before["diagnosis"], after["diagnosis"])


def _fusions(before: Record, after: Record) -> Iterator[str]:
    for name, old, new in _paired(before["fusions"], after["fusions"], lambda fusion: fusion["name"]):
        if old is None or new is None:
            yield _come_or_gone("Fusion", name, old, new)
            continue
        said = list(_change(f"{name}, tier", *(wording.tier(one) or "none" for one in (old, new))))
        for key in _FUSION_FACTS:
            said += _change(
                f"{name}, {_label_within(key)}", *(_value(key, one.get(key), _FUSION_WORDS) for one in (old, new))
            )
        if not said and _without(old, _PLACES) != _without(new, _PLACES):
            said = [f"{name}: details of the calls or notes changed."]
        yield from said


def _genes(before: Record, after: Record) -> Iterator[str]:
    changed = []
    for symbol, old, new in _paired(before["genes"], after["genes"], lambda gene: gene["symbol"]):
        states = tuple(wording.GENE_STATE[one["state"]].word.lower() if one else "not listed" for one in (old, new))
        if old != new:
            changed.append((states, symbol))
    # Genes of which the same is said share a sentence.
    changed.sort(key=lambda item: item[0])
    for (was, now), group in groupby(changed, key=lambda item: item[0]):
        symbols = ", ".join(symbol for _, symbol in group)
        yield f"{symbols}: was {was}, is now {now}." if was != now else f"{symbols}: other reason for “{now}”."


def _therapies(before: Record, after: Record) -> Iterator[str]:
    def line(therapy: Record) -> str:
        agent = wording.capitalised(therapy["agent"]) if names_agent(therapy) else "No agent"
        return f"{agent} for {therapy['fusion']}" if therapy["fusion"] else agent

    for name, old, new in _paired(before["therapies"], after["therapies"], line):
        if old is None or new is None:
            there = new or old or {}
            brief = ", ".join(filter(None, (wording.RELATION[there["relation"]].word.lower(), wording.tier(there))))
            yield _come_or_gone("Therapy line", f"{name} ({brief})", old, new)
            continue
        said = [
            *_change(
                f"{name}, relation to the label", *(wording.RELATION[o["relation"]].word.lower() for o in (old, new))
            ),
            *_change(f"{name}, tier", *(wording.tier(one) or "none" for one in (old, new))),
            *_change(f"{name}, status", *(_quoted(one["status_text"]) for one in (old, new))),
            *_change(f"{name}, label conditions", *(_conditions(one) for one in (old, new))),
        ]
        if not said and _without(old, {"because"}) != _without(new, {"because"}):
            said = [f"{name}: text or sources changed."]
        yield from said


def _alerts(before: Record, after: Record) -> Iterator[str]:
    yield from _sentences("Alert", before, after, "alerts")


def _stains(before: Record, after: Record) -> Iterator[str]:
    yield from _rows("immunohistochemistry", before["ihc"], after["ihc"])


def _probes(before: Record, after: Record) -> Iterator[str]:
    yield from _rows("FISH", before["fish"], after["fish"])


def _variants(before: Record, after: Record) -> Iterator[str]:
    def name(variant: Record) -> str:
        return f"{variant['gene']} {variant['hgvs_p']}"

    for said, old, new in _paired(before["variants"], after["variants"], name):
        if old is None or new is None:
            yield _come_or_gone("Small variant", said, old, new)


def _specimen(before: Record, after: Record) -> Iterator[str]:
    yield from _fields(before["specimen"], after["specimen"])
    old, new = (one["specimen"].get("acceptability") or {} for one in (before, after))
    yield from _change(
        "Condition of the specimen",
        *(_ACCEPTABILITY.get(one.get("status", "not_stated"), one.get("status", "")) for one in (old, new)),
    )
    for key, label in (("reason", "Reason for its condition"), ("disposition", "What became of the specimen")):
        yield from _change(label, *(_value(key, one.get(key)) for one in (old, new)))


def _order(before: Record, after: Record) -> Iterator[str]:
    yield from _fields(before["order"], after["order"])


def _quality(before: Record, after: Record) -> Iterator[str]:
    for name, old, new in _paired(before["qc"], after["qc"], lambda line: line["name"]):
        yield from _change(f"Quality, {name}", *(_figure(one) for one in (old, new)))


def _controls(before: Record, after: Record) -> Iterator[str]:
    def name(control: Record) -> str:
        return f"Run control {control['control']}" + (f" of run {control['run']}" if control["run"] else "")

    for said, old, new in _paired(before["controls"], after["controls"], name):
        results = [wording.QC_STATE[one["result"]].word.lower() if one else "not submitted" for one in (old, new)]
        remarks = [one.get("remark", "") if one else "" for one in (old, new)]
        yield from _change(said, *results)
        if results[0] == results[1] and remarks[0] != remarks[1]:
            yield f"{said}: other remark."


def _interpretation(before: Record, after: Record) -> Iterator[str]:
    """Sentences are counted by heading: the new ones stand in the report, and the old ones in the one before."""
    old, new = (
        [(one["section"], repr((one["text"], one["sources"]))) for one in record["statements"]]
        for record in (before, after)
    )
    for section, heading in wording.STATEMENT_SECTION.items():
        gone, come = _gone_and_come([t for s, t in old if s == section], [t for s, t in new if s == section])
        yield from _counted(f"Interpretation, {heading[:1].lower()}{heading[1:]}", gone, come)
    for key, label in (("concordance", "Agreement between methods"), ("risk", "Course and risk")):
        yield from _sentences(label, before, after, key)
    for key, label in (("recommendations", "Recommendations"), ("limitations", "Limitations")):
        yield from _counted(label, *_gone_and_come(before[key], after[key]))
    cited = ([repr((one["citation"], one["identifier"])) for one in record["references"]] for record in (before, after))
    yield from _counted("References", *_gone_and_come(*cited), noun="reference")
    told = ([repr(sorted(one.items())) for one in record.get("communications", ())] for record in (before, after))
    yield from _counted("Communications", *_gone_and_come(*told), noun="entry")


def _knowledge(before: Record, after: Record) -> Iterator[str]:
    old, new = before["provenance"], after["provenance"]
    if (old["knowledge_version"], old["knowledge_sha256"]) != (new["knowledge_version"], new["knowledge_sha256"]):
        versions = [one["knowledge_version"] for one in (old, new)]
        if versions[0] == versions[1]:
            versions = [f"{one['knowledge_version']} ({one['knowledge_sha256'][:12]})" for one in (old, new)]
        yield f"Knowledge tables: were version {versions[0]}, are now version {versions[1]}."
    yield from _change("Guideline", *(_value("", one.get("guideline_version")) for one in (old, new)))
    rules = ([repr(sorted(one.items())) for one in made.get("laboratory_rules", ())] for made in (old, new))
    yield from _counted("Rules of the laboratory", *_gone_and_come(*rules), noun="row")


def _assay(before: Record, after: Record) -> Iterator[str]:
    yield from _fields(before["assay"], after["assay"], "Assay, ")
    outside = [one["assay"].get("performed_by") or {} for one in (before, after)]
    for key, label in (("name", ""), ("address", ", address"), ("clia", ", CLIA number")):
        yield from _change(f"Outside laboratory{label}", *(_value("", one.get(key)) for one in outside))


def _laboratory(before: Record, after: Record) -> Iterator[str]:
    old, new = before["lab"], after["lab"]
    yield from _fields(old, new, "Laboratory, ")

    def place(site: Record) -> str:
        return f"{site['role']} at {site['name']}"

    for said, was, now in _paired(old["sites"], new["sites"], place):
        if was is None or now is None:
            yield _come_or_gone("Site of the test", said, was, now)
            continue
        for key in ("address", "clia"):
            yield from _change(f"Test {said}, {_label_within(key)}", *(_value(key, one.get(key)) for one in (was, now)))
    lines = [one.get("texts") or {} for one in (old, new)]
    for key in ("letterhead", "footer"):
        yield from _change(f"Laboratory, line in the {key}", *(_value(key, one.get(key)) for one in lines))
    if (old.get("logo") or None) != (new.get("logo") or None):
        yield "Laboratory, logo: changed."
    blocks = [one.get("templates") or {} for one in (old, new)]
    for name in sorted({*blocks[0], *blocks[1]}):
        if blocks[0].get(name) != blocks[1].get(name):
            yield f"Laboratory, own wording of the block “{name.replace('_', ' ')}”: changed."
    for key, label in (("title", "Title of the report"), ("language", "Language of the report")):
        yield from _change(label, *(_value(key, one["report"].get(key)) for one in (before, after)))


def _sources(before: Record, after: Record) -> Iterator[str]:
    """The run, the callers with their files, and what the calls were read with."""
    old, new = before["provenance"], after["provenance"]
    yield from _change("Sequencing run", *(_value("", one["sequencing_run"]) for one in (old, new)))
    used = (", ".join(f"{one['gene']} {one['transcript']}" for one in made["transcripts"]) for made in (old, new))
    yield from _change("Transcripts", *(_value("", text) for text in used))
    for key, label in (("callers", "Fusion calls of"), ("gene_annotations", "Gene annotation")):
        for file, was, now in _paired(old.get(key, ()), new.get(key, ()), lambda one: one["file"]):
            if was is None or now is None:
                yield f"{label} {file}: {'added' if was is None else 'removed'}."
            else:
                yield from _fields(was, now, f"{label} {file}, ")


def _input_files(before: Record, after: Record) -> Iterator[str]:
    """How many: the names and digests stand under Provenance, and a shared table changes with every other specimen."""
    old, new = before["provenance"]["inputs"], after["provenance"]["inputs"]
    changed = [name for name in new if name in old and new[name] != old[name]]
    yield from _counted(
        "Input files", *_gone_and_come(list(old), list(new)), noun="file", more=((changed, "with other content"),)
    )


def _calls(before: Record, after: Record) -> Iterator[str]:
    """Calls that are not among the fusions: only their number is said, the table has them all."""

    def said(call: Record) -> str:
        return repr(sorted(_without(call, _PLACES).items()))

    gone, come = _gone_and_come(
        [said(call) for call in before["reviewed_calls"]], [said(call) for call in after["reviewed_calls"]]
    )
    yield from _counted("Calls reviewed", gone, come, noun="call")


def _fields(old: Record, new: Record, prefix: str = "") -> Iterator[str]:
    for key in _keys(old, new):
        label = f"{prefix}{_label_within(key)}" if prefix else _label(key)
        yield from _change(label, *(_value(key, one.get(key)) for one in (old, new)))


def _rows(method: str, before: Sequence[Record], after: Sequence[Record]) -> Iterator[str]:
    words = {"result": lambda code: wording.STAIN_RESULT[code].word.lower()}
    for marker, old, new in _paired(before, after, lambda stain: stain["marker"]):
        if old is None or new is None:
            there = new or old or {}
            yield _come_or_gone(f"{marker} {method}", words["result"](there["result"]), old, new)
            continue
        for key in dict.fromkeys(("result", *old, *new)):
            if key not in _PLACES:
                was, now = (_value(key, one.get(key), words) for one in (old, new))
                yield from _change(
                    f"{marker} {method}" + ("" if key == "result" else f", {_label_within(key)}"), was, now
                )


def _sentences(label: str, before: Record, after: Record, key: str) -> Iterator[str]:
    """Alerts and rulings: those that are new are quoted, those that are gone too; then what differs in the rest."""
    gone, come = _gone_and_come(*([_ruling(one) for one in record[key]] for record in (before, after)))
    yield from (f"{label} removed: {_quoted(text)}." for text in gone)
    yield from (f"{label} added: {_quoted(text)}." for text in come)
    for _, old, new in _paired(before[key], after[key], _ruling):
        if old is not None and new is not None:
            yield from _of_a_ruling(label, old, new)


def _of_a_ruling(label: str, old: Record, new: Record) -> Iterator[str]:
    """What a page shows of a ruling beside its sentence."""
    named = f"{label}, {old['marker']}" if old["marker"] else label
    yield from _change(f"{named}, gene", *(one["marker"] or "not stated" for one in (old, new)))
    yield from _change(named, *(_outcome(one["classification"]) for one in (old, new)))
    if old["sources"] != new["sources"]:
        yield f"{named}: other sources."


def _outcome(code: str) -> str:
    """Alerts and rulings on the course have outcomes without a word of their own."""
    return wording.CONCORDANCE_OUTCOME.get(code) or code.replace("_", " ") or "not stated"


def _ruling(ruling: Record) -> str:
    return " ".join(filter(None, (ruling["text"], ruling["recommendation"])))


def _paired(
    before: Sequence[Record], after: Sequence[Record], name: Callable[[Record], str]
) -> Iterator[tuple[str, Record | None, Record | None]]:
    """Rows of one name together, the first with the first; None where one side has fewer of them."""
    names = dict.fromkeys(name(one) for one in (*after, *before))
    for each in names:
        old, new = ([one for one in side if name(one) == each] for side in (before, after))
        for number in range(max(len(old), len(new))):
            yield each, (old[number] if number < len(old) else None), (new[number] if number < len(new) else None)


def _change(label: str, was: str, now: str) -> list[str]:
    if was == now:
        return []
    if max(len(was), len(now)) > _LONGEST_QUOTED:
        return [f"{label}: reworded."]
    return [f"{label}: was {was}, is now {now}."]


def _come_or_gone(what: str, name: str, old: Record | None, new: Record | None) -> str:
    return f"{what} {'added' if old is None else 'removed'}: {name}." if old is None or new is None else ""


def _counted(
    label: str,
    gone: Sequence[str],
    come: Sequence[str],
    noun: str = "sentence",
    more: Iterable[tuple[Sequence[str], str]] = (),
) -> Iterator[str]:
    groups = ((come, "added"), (gone, "removed"), *more)
    parts = [f"{_number(len(texts), noun)} {verb}" for texts, verb in groups if texts]
    if parts:
        yield f"{label}: {', '.join(parts)}."


def _number(count: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"


def _gone_and_come(old: Iterable[str], new: Iterable[str]) -> tuple[list[str], list[str]]:
    before, after = Counter(old), Counter(new)
    return list((before - after).elements()), list((after - before).elements())


def _keys(old: Record, new: Record) -> Iterator[str]:
    return (key for key in dict.fromkeys((*new, *old)) if key not in _SAID_ELSEWHERE | _NOT_CONTENT)


def _label(key: str) -> str:
    return _LABELS.get(key) or wording.capitalised(key.replace("_", " "))


def _label_within(key: str) -> str:
    """The label after another one: small, unless it begins with an abbreviation."""
    label = _label(key)
    return label if label[1:2].isupper() or label[1:2] == "-" else f"{label[:1].lower()}{label[1:]}"


def _value(key: str, value: Any, words: Mapping[str, Callable[[str], str]] | None = None) -> str:
    if value is None or value in ("", [], ()):
        return "not stated"
    if words and key in words:
        return words[key](value)
    if key in _DAYS:
        return wording.day(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return _quoted(_spoken(value)) if isinstance(value, str | list) else str(value)


def _spoken(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _quoted(text: str) -> str:
    return f"“{text}”"


def _conditions(therapy: Record) -> str:
    return (
        "; ".join(
            f"{one['condition']} {wording.CONDITION_STATE[one['state']].word}" for one in therapy["label_conditions"]
        )
        or "none"
    )


def _figure(line: Record | None) -> str:
    if line is None:
        return "not listed"
    parts = (line["value"] or "not stated", line["threshold"] and f"required {line['threshold']}")
    return ", ".join(filter(None, parts)) + f" ({wording.QC_STATE[line['status']].word.lower()})"


def _without(row: Record, keys: Iterable[str]) -> dict[str, Any]:
    left = set(keys)
    return {key: value for key, value in row.items() if key not in left}
