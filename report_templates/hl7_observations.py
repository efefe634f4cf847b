"""
What the result message says in single observations (OBX): one fact each, coded where a receiver may act on it.

LOINC where a code for the very thing is known; else codes of our own, named as in report.json, in coding system 99IMT
(HL7 table 0396: 99zzz is a local one). No LOINC code for ALK immunohistochemistry is known, so none is used.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from report_templates import claims, wording
from report_templates.hgnc import hgnc_ids
from report_templates.hl7_segments import Parts, Value, parts

LOCAL = "99IMT"

# HL7 table 0125, as far as it is used here. Sentences are FT: it alone may hold a line break (`\.br\`), and is the
# longest (65,536 characters).
ValueType = Literal["CWE", "ED", "FT", "NM", "ST"]

_FUSION_NAME = parts(
    "95123-6", "Gene fusion transcript details in Blood or Tissue by Molecular genetics method Narrative", "LN"
)
_GENE_STUDIED = parts("48018-6", "Gene studied [ID]", "LN")
_GENE_STATE = parts("69548-6", "Genetic variant assessment", "LN")
_PDF = parts("PDF", "Display format in PDF", "AUSPDI")
# LOINC answers of 69548-6; it has none for "not assessable" and "not tested".
_PRESENT = ("LA9633-4", "Present", "LN")
_ABSENT = ("LA9634-2", "Absent", "LN")
# HL7 v2.5.1: CWE.1 has at most 20 characters. A longer code ends with as many digits of the whole one's digest.
_LONGEST_CODE = 20
_DIGEST_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Observation:
    """
    One OBX. `sub_id` joins those of one thing; `expected` is the reference range.

    `is_ours` is False for what was examined elsewhere or by other means: the performing laboratory is not named then.
    `is_pending` is True for what was ordered and not read yet.
    """

    kind: ValueType
    code: Parts
    value: Value
    sub_id: str = ""
    units: str = ""
    expected: str = ""
    is_ours: bool = True
    is_pending: bool = False


def observations(record: Mapping[str, Any], pdf: bytes) -> Iterator[Observation]:
    """All observations of the record in the order of the report, the PDF last."""
    yield from _result(record["result"])
    for number, fusion in enumerate(claims.listed_fusions(record), 1):
        yield from _numbered(_fusion(fusion, claims.is_present(record, fusion)), f"fusion.{number}")
    answers = _gene_answers(record)
    for number, gene in enumerate(record["genes"], 1):
        yield from _numbered(_gene(gene, answers.get(gene["symbol"], ())), f"gene.{number}")
    for number, stain in enumerate(record["ihc"], 1):
        yield from _numbered(_ihc(stain), f"ihc.{number}")
    for number, probe in enumerate(record["fish"], 1):
        yield from _numbered(_fish(probe), f"fish.{number}")
    for number, line in enumerate(record["qc"], 1):
        yield from _numbered(_qc(line), f"qc.{number}")
    for number, (therapy, _) in enumerate(claims.therapies(record), 1):
        yield from _numbered(_therapy(therapy), f"therapy.{number}")
    yield from _sentences(record)
    yield from _texts("SIGNATURE", "Electronic signature", [_signed(one) for one in claims.signatures(record)])
    encoded = base64.b64encode(pdf).decode("ascii")
    yield Observation("ED", _PDF, parts("", "application", "pdf", "Base64", encoded))


def _result(result: Mapping[str, Any]) -> Iterator[Observation]:
    yield _coded("RESULT", "Overall result", result["status"], wording.RESULT_STATUS[result["status"]].word)
    yield _text("HEADLINE", "Result in one line", result["headline"])
    yield from _texts("SUMMARY", "Summary", result["summary"])
    if result["certainty"]:
        yield _text("CERTAINTY", "How certain the result is", result["certainty"])
    yield from _texts("NEXT_STEP", "What to do next", result["next_steps"])


def _fusion(fusion: Mapping[str, Any], is_present: bool) -> Iterator[Observation]:
    classification = fusion["classification"]
    yield _coded("CLASSIFICATION", "Classification", classification, wording.CLASSIFICATION[classification].word)
    yield _coded("ROLE", "Role of the fusion", fusion["role"], wording.ROLE[fusion["role"]])
    if is_present:
        yield Observation("ST", _FUSION_NAME, fusion["name"])
    else:
        # Any other one must not be taken for a result by a reader of LOINC codes alone.
        yield Observation("ST", _local("FUSION", "Fusion that is not reported as a result"), fusion["name"])
    if claims.has_known_ends(fusion):
        yield from _ends(fusion)
    else:
        said = (*claims.remarks_on_ends(fusion), claims.breakpoints_in_words(fusion))
        yield _text("ENDS_NOT_KNOWN", "Why no 5′ and 3′ gene are stated", " ".join(filter(None, said)))
    yield from _stated("ST", "GENOME_BUILD", "Genome build of the breakpoints", fusion["genome_build"])
    frame, kinase = fusion["reading_frame"], fusion["kinase_domain"]
    yield _coded("READING_FRAME", "Reading frame", frame, wording.READING_FRAME[frame])
    yield _coded("KINASE_DOMAIN", "Kinase domain", kinase, wording.KINASE_DOMAIN[kinase])
    yield from _stated("ST", "TIER", "Tier (AMP/ASCO/CAP 2017)", fusion["tier"])
    yield from _stated("ST", "LEVEL", "Level of evidence (AMP/ASCO/CAP 2017)", fusion["level"])
    for key, name in (
        ("split_reads", "Split reads"),
        ("spanning_pairs", "Spanning pairs"),
        ("supporting_reads", "Supporting reads"),
    ):
        yield from _stated("NM", key.upper(), name, fusion[key])


def _ends(fusion: Mapping[str, Any]) -> Iterator[Observation]:
    yield from _stated("ST", "VICC", "Fusion in VICC nomenclature", fusion["vicc"])
    for side, end in (("5prime", "5′"), ("3prime", "3′")):
        yield from _stated("ST", f"GENE_{side}", f"{end} gene", fusion[f"gene_{side}"])
        yield from _stated("ST", f"TRANSCRIPT_{side}", f"{end} transcript", fusion[f"transcript_{side}"])
        yield from _stated("NM", f"EXON_{side}", f"{end} exon at the junction", fusion[f"exon_{side}"])
        yield from _stated("ST", f"BREAKPOINT_{side}", f"{end} breakpoint", fusion[f"breakpoint_{side}"])


def _gene(gene: Mapping[str, Any], answer: tuple[str, ...]) -> Iterator[Observation]:
    state = gene["state"]
    number = hgnc_ids().get(gene["symbol"], "")
    yield Observation("CWE", _GENE_STUDIED, parts(number, gene["symbol"], "HGNC" if number else ""))
    yield Observation("CWE", _GENE_STATE, parts(state.upper(), wording.GENE_STATE[state].word, LOCAL, *answer))
    yield from _stated("FT", "GENE_REASON", "Reason for the state of the gene", gene["reason"])


def _gene_answers(record: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """The LOINC answer for each gene of which Present or Absent may be said."""
    answers: dict[str, tuple[str, ...]] = dict.fromkeys(claims.present_genes(record), _PRESENT)
    return answers | dict.fromkeys(claims.absent_genes(record), _ABSENT)


def _ihc(stain: Mapping[str, Any]) -> Iterator[Observation]:
    name = f"{stain['marker']} immunohistochemistry" + (f" (clone {stain['clone']})" if stain["clone"] else "")
    yield _stain("IHC", name, stain)
    shown = (_percent(stain["pct_positive"]), stain["intensity"], stain["distribution"])
    details = ", ".join(text for text in (*shown, *stain["localisation"]) if text)
    if claims.has_failed_control(stain):
        details = claims.not_to_be_used([details])
    detail = _stated("FT", "IHC_DETAIL", "Staining as submitted", details, is_ours=False)
    yield from (replace(one, is_pending=claims.is_pending(stain)) for one in detail)


def _fish(probe: Mapping[str, Any]) -> Iterator[Observation]:
    yield _stain("FISH", f"{probe['marker']} FISH", probe)
    if claims.has_failed_control(probe):
        details = claims.not_to_be_used(claims.fish_readings(probe))
        yield from _stated("FT", "FISH_DETAIL", "FISH as submitted", details, is_ours=False)
        return
    figures = _fish_figures(probe)
    yield from (replace(one, is_ours=False, is_pending=claims.is_pending(probe)) for one in figures)


def _fish_figures(probe: Mapping[str, Any]) -> Iterator[Observation]:
    if probe["pct_rearranged"] is not None:
        limit = f">={probe['cutoff_pct']:g}" if probe["cutoff_pct"] is not None else ""
        code, value = _local("FISH_PCT", "Rearranged cells"), f"{probe['pct_rearranged']:g}"
        yield Observation("NM", code, value, units="%", expected=limit)
    yield from _stated("NM", "FISH_CELLS", "Cells scored", probe["cells_scored"])


def _stain(method: str, name: str, stain: Mapping[str, Any]) -> Observation:
    """Each marker has a code of its own: receivers file results by code."""
    if claims.has_failed_control(stain):
        result, mark = "CONTROL_FAILED", wording.CONTROL_FAILED
    else:
        result, mark = stain["result"], wording.STAIN_RESULT[stain["result"]]
    code = _short(f"{method}_{stain['marker']}".upper())
    return replace(_coded(code, name, result, mark.word), is_ours=False, is_pending=claims.is_pending(stain))


def _short(code: str) -> str:
    """The code, or its beginning and a digest of it: two long names that begin alike stay two codes."""
    if len(code) <= _LONGEST_CODE:
        return code
    digest = hashlib.sha256(code.encode()).hexdigest()[:_DIGEST_LENGTH].upper()
    return f"{code[: _LONGEST_CODE - _DIGEST_LENGTH - 1]}_{digest}"


def _percent(text: str) -> str:
    """The file's own text (`90`, `<1`, `20-30%`, `not stated`), with its unit where it ends in a figure."""
    return f"{text}%" if text[-1:].isdigit() else text


def _qc(line: Mapping[str, Any]) -> Iterator[Observation]:
    yield Observation("ST", _local("QC_METRIC", "Quality metric"), line["name"])
    if line["value"]:
        yield Observation("ST", _local("QC_VALUE", "Value of the metric"), line["value"], expected=line["threshold"])
    yield _coded("QC_STATE", "Verdict on the metric", line["status"], wording.QC_STATE[line["status"]].word)


def _therapy(therapy: Mapping[str, Any]) -> Iterator[Observation]:
    relation = therapy["relation"]
    yield Observation("ST", _local("THERAPY_AGENT", "Agent of the association"), therapy["agent"])
    yield _coded("THERAPY_RELATION", "Regulatory relation", relation, claims.relation_of(therapy).word)
    yield _text("THERAPY", "Therapy association", therapy["text"])
    yield from _stated("ST", "THERAPY_TIER", "Tier (AMP/ASCO/CAP 2017)", therapy["tier"])
    yield from _stated("ST", "THERAPY_LEVEL", "Level of evidence (AMP/ASCO/CAP 2017)", therapy["level"])


def _sentences(record: Mapping[str, Any]) -> Iterator[Observation]:
    alerts = [" ".join(one for one in (alert["text"], alert["recommendation"]) if one) for alert in record["alerts"]]
    yield from _texts("ALERT", "Alert", alerts)
    yield from _texts("INTERPRETATION", "Interpretation", claims.statements(record))
    yield from _texts("LIMITATION", "Limitation", record["limitations"])
    yield from _texts("RECOMMENDATION", "Recommendation", record["recommendations"])


def _signed(signature: Mapping[str, Any]) -> str:
    who = ", ".join(one for one in (signature["name"], signature["role"]) if one)
    return f"Electronically signed by {who} on {signature['signed_at']} as {signature['meaning']}"


def _numbered(found: Iterator[Observation], sub_id: str) -> Iterator[Observation]:
    return (replace(one, sub_id=sub_id) for one in found)


def _stated(
    kind: ValueType, code: str, name: str, value: str | int | None, *, is_ours: bool = True
) -> Iterator[Observation]:
    """The observation, none where the value is not stated; 0 is a value."""
    if value is not None and value != "":
        yield Observation(kind, _local(code, name), str(value), is_ours=is_ours)


def _coded(code: str, name: str, value: str, word: str) -> Observation:
    return Observation("CWE", _local(code, name), parts(value.upper(), word, LOCAL))


def _text(code: str, name: str, text: str) -> Observation:
    return Observation("FT", _local(code, name), text)


def _texts(code: str, name: str, texts: Iterable[str]) -> Iterator[Observation]:
    """One observation for each text, told apart by its number: code and sub-id together name one OBX of an order."""
    for number, text in enumerate(texts, 1):
        yield replace(_text(code, name, text), sub_id=f"{code.lower()}.{number}")


def _local(code: str, name: str) -> Parts:
    return parts(code.upper(), name, LOCAL)
