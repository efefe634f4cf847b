"""
The patient and the tumour as the rules see them: age, tumour context, sites, morphology, and what a label asks for.

Nothing is assumed: what the data received do not say is `not_documented`, and an uncertain diagnosis stays uncertain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from interpret.findings import ConditionState
from interpret.free_text import clear_sentences, is_mentioned, is_stated, was_given, words
from interpret.jurisdictions import label_region_of
from interpret.knowledge import Action, AgeRange
from interpret.sites import sites_of
from parsers.laboratory import Laboratory
from parsers.records import SmallVariant, Specimen

TumourKind = Literal["imt", "unspecified", "other"]


@dataclass(frozen=True, slots=True)
class Age:
    """Age on the day of collection: whole `months` and the days beyond them; `years` counts birthdays exactly."""

    years: float
    months: int
    days: int

    @property
    def text(self) -> str:
        """`12 days`, `3 months` (under two years), `34 years`."""
        if self.months == 0:
            return _counted(self.days, "day")
        return _counted(self.months, "month") if self.months < 24 else _counted(self.months // 12, "year")

    @property
    def words(self) -> frozenset[str]:
        """The age words of the knowledge tables."""
        limits = (("under_1_year", 12), ("under_2_years", 24), ("child", 216))
        found = {word for word, limit in limits if self.months < limit}
        return frozenset(found or {"adult"})

    def is_within(self, limits: AgeRange) -> bool:
        if limits.start is not None and self.months < limits.start:
            return False
        if limits.over is not None and (self.months, self.days) <= (limits.over, 0):
            return False
        return limits.stop is None or self.months < limits.stop


@dataclass(frozen=True, slots=True)
class Tumour:
    """
    What the diagnosis text and code say. `is_settled` is False where IMT is one of several possibilities.

    `conflict` is a sentence where text and code disagree.
    """

    kind: TumourKind
    is_settled: bool
    text: str
    conflict: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """Everything about patient, tumour and place that rules ask for; word sets are those of the tables."""

    specimen: Specimen
    age: Age
    tumour: Tumour
    jurisdiction: str
    label_region: str
    sites: frozenset[str]
    morphology: frozenset[str]
    diagnosis: frozenset[str]
    setting: frozenset[str]
    mitoses: str
    variants: tuple[SmallVariant, ...]

    @property
    def is_imt(self) -> bool:
        return self.tumour.kind == "imt"


def read_context(
    specimen: Specimen,
    variants: Sequence[SmallVariant],
    laboratory: Laboratory,
) -> Context:
    """The context of a specimen; its jurisdiction is the specimen's, else the laboratory's."""
    jurisdiction = (specimen.jurisdiction or laboratory.jurisdiction).strip().upper()
    morphology, mitoses = _morphology(f"{specimen.morphology}; {specimen.diagnosis}")
    return Context(
        specimen=specimen,
        age=age_at(specimen.date_of_birth, specimen.collected),
        tumour=tumour_of(specimen.diagnosis, specimen.diagnosis_code),
        jurisdiction=jurisdiction,
        label_region=label_region_of(jurisdiction),
        sites=sites_of(specimen.site),
        morphology=morphology,
        diagnosis=frozenset(
            word
            for word, pattern in _DIAGNOSES.items()
            if is_mentioned(pattern, f"{specimen.diagnosis}; {specimen.morphology}")
        ),
        setting=frozenset({"pregnancy"} if is_stated(_PREGNANCY, _all_text(specimen)) else ()),
        mitoses=mitoses,
        variants=tuple(variants),
    )


def age_at(born: date, day: date) -> Age:
    """
    Age on `day`, by the calendar: a birthday starts the new year of life, 29 February on 1 March in other years.

    Raises:
        ValueError: `day` lies before the birth.
    """
    if day < born:
        raise ValueError("the day lies before the birth")
    months = (day.year - born.year) * 12 + day.month - born.month
    if _after_months(born, months) > day:
        months -= 1
    last, following = _after_months(born, months // 12 * 12), _after_months(born, months // 12 * 12 + 12)
    years = months // 12 + (day - last) / (following - last)
    return Age(years=round(years, 4), months=months, days=(day - _after_months(born, months)).days)


def tumour_of(diagnosis: str, code: str) -> Tumour:
    """
    The tumour context of a diagnosis text with its OncoTree code.

    OncoTree IMT, IMTL (lung) and IMTB (bladder) are IMT wherever they sit in that tree: their roll-up to lung and
    bladder cancer is never followed. The text decides; a code that disagrees is reported.
    """
    code_is_imt = code.strip().upper() in ("IMT", "IMTL", "IMTB")
    # ICD-O 8825/1 is "myofibroblastic tumour, NOS": too wide to name IMT, and the code that IMT has there.
    code_fits = code.strip() == "8825/1"
    if _mentions(_IMT, diagnosis):
        # EIMS is a variant of IMT: "IMT versus EIMS" leaves no other disease open.
        named_once = _IMT_TWICE.sub("IMT", diagnosis)
        is_settled = not _HEDGE.search(named_once) and not _names_another(named_once)
        if code.strip() and not (code_is_imt or code_fits) and _OTHER_CODE.fullmatch(code.strip()):
            conflict = f"The diagnosis text names IMT, the diagnosis code is {code.strip()}: to be clarified."
            return Tumour("imt", False, _UNSETTLED, conflict)
        return Tumour("imt", is_settled, _SETTLED if is_settled else _UNSETTLED)
    if _OTHER.search(diagnosis) or _IMT.search(diagnosis):
        conflict = ""
        if code_is_imt:
            conflict = (
                f"The diagnosis code {code.strip()} means IMT, the diagnosis text does not: the text is followed."
            )
        return Tumour("other", True, "diagnosis other than inflammatory myofibroblastic tumour", conflict)
    if code_is_imt:
        return Tumour("imt", False, _UNSETTLED, "IMT is named by the diagnosis code only.")
    return Tumour("unspecified", False, "unspecified mesenchymal tumour")


def condition_state(code: str, context: Context, has_resistance: ConditionState) -> ConditionState:
    """
    Whether the data received document a label condition. `has_resistance` answers `no_resistance_mutation`.

    Raises:
        KeyError: no such condition; the loader of the tables refuses unknown ones.
    """
    specimen = context.specimen
    status, surgery = specimen.disease_status, specimen.resectability
    is_done_primary = surgery == "resected" and status == "primary"
    severe_morbidity = _severe_morbidity(specimen)
    therapy = _prior_therapy(specimen)
    states: dict[str, ConditionState] = {
        "imt_diagnosis": "not_met"
        if context.tumour.kind == "other"
        else _met(context.is_imt and context.tumour.is_settled),
        "unresectable": _met(surgery == "unresectable", surgery in ("resected", "resectable")),
        "recurrent_or_refractory": _met(status in ("recurrent", "refractory"), status == "primary"),
        "unresectable_recurrent_or_refractory": _met(
            surgery == "unresectable" or status in ("recurrent", "refractory"),
            surgery in ("resected", "resectable") and status == "primary",
        ),
        "advanced": _met(status == "metastatic", is_done_primary),
        "advanced_or_recurrent": _met(status in ("metastatic", "recurrent"), is_done_primary),
        "metastatic_or_morbid_surgery": _met(status == "metastatic" or severe_morbidity, is_done_primary),
        "locally_advanced_metastatic_or_morbid_surgery": _met(
            status == "metastatic" or severe_morbidity, is_done_primary
        ),
        "locally_advanced_or_metastatic": _met(status == "metastatic", is_done_primary),
        "progressed_or_no_alternative": _progressed_on_treatment(specimen, therapy),
        "no_satisfactory_option": "not_documented",
        "no_resistance_mutation": has_resistance,
        "approved_test": "not_documented",
        "no_prior_ntrk_inhibitor": _no_prior_ntrk_inhibitor(therapy),
        "prior_ntrk_inhibitor_or_exhausted": _met(was_given(_TRK, therapy)),
        "ret_options_exhausted": "not_documented",
    }
    return states[code]


def was_treated_with(agent: str, context: Context) -> bool:
    """Whether the prior therapy names the agent as given: not as planned, refused or not given."""
    return was_given(words(rf"\b{re.escape(agent)}\b"), context.specimen.prior_therapy)


def has_progressed_on(agent: str, context: Context) -> bool:
    """Whether progression on the agent is documented."""
    therapy = context.specimen.prior_therapy
    pattern = words(rf"({_PROGRESSED.pattern})[^.;]{{0,30}}\b{re.escape(agent)}\b")
    return was_treated_with(agent, context) and is_stated(pattern, therapy)


def condition_text(code: str) -> str:
    """A label condition in words."""
    return _CONDITION_TEXTS[code]


def age_condition_text(action: Action) -> str:
    return f"age {action.age.text}"


_SETTLED = "inflammatory myofibroblastic tumour"
_UNSETTLED = "inflammatory myofibroblastic tumour considered, diagnosis not settled"

_CONDITION_TEXTS = {
    "imt_diagnosis": "diagnosis of inflammatory myofibroblastic tumour",
    "unresectable": "unresectable disease",
    "recurrent_or_refractory": "recurrent or refractory disease",
    "unresectable_recurrent_or_refractory": "unresectable, recurrent, or refractory disease",
    "advanced": "advanced disease",
    "advanced_or_recurrent": "advanced or recurrent disease",
    "metastatic_or_morbid_surgery": "metastatic disease, or surgery likely to result in severe morbidity",
    "locally_advanced_metastatic_or_morbid_surgery": (
        "locally advanced or metastatic disease, or surgery likely to result in severe morbidity"
    ),
    "locally_advanced_or_metastatic": "locally advanced or metastatic disease",
    "progressed_or_no_alternative": "progressed following treatment, or no satisfactory alternative",
    "no_satisfactory_option": "no satisfactory treatment option",
    "no_resistance_mutation": "no known acquired resistance mutation",
    "approved_test": "fusion found by an FDA-approved test",
    "no_prior_ntrk_inhibitor": "no prior NTRK inhibitor",
    "prior_ntrk_inhibitor_or_exhausted": "prior NTRK inhibitor, or other options exhausted",
    "ret_options_exhausted": "options not targeting RET of limited benefit or exhausted",
}


_IMT = words(
    r"\bIMT[LB]?\b|\bEIMS\b|(epithelioid\s+)?inflammatory\s+myofibroblastic\s+(\w+\s+)?(tumou?r|sarcoma|neoplasm|lesion|proliferation)"
)
_IMT_TWICE = words(rf"({_IMT.pattern})\s*(vs?\.?|versus|or|/)\s*({_IMT.pattern})")
_HEDGE = words(
    r"\?|\bvs?\b|\bversus\b|\b(IMT|tumou?r|sarcoma) or\b|\bor (an? )?(IMT|inflammatory myo)|\bconsider|\bpossib|"
    r"\bprobab|\bsuspect|\bsuspicious|\bdifferential|\bDD[x:]?\b|\bfavou?r|\bsuggest|\bquery\b|\brule out\b|"
    r"\br/o\b|\blikely\b|\bunclear\b|\buncertain\b|\bcannot\b|\bexclude\b|\bnot excluded\b|"
    r"\b(IMT|tumou?r)[- ](like|type)\b|\bcompatible\b|\bconsistent with\b|\bin keeping\b|\bin line with\b|\bresembl|"
    r"\bmimic|\breminiscent|\bindetermina|\bprovisional|\bpreliminary\b|\bpresum|\bworking diagnosis|"
    r"\bmay (be|represent)\b|\bcould\b|\bmight\b|\bperhaps\b|\bmaybe\b|\bapparent|\btentative|\bto be confirmed\b|"
    r"\bpending\b|\braises?\b|\bconcern|\bworrisome\b|\bevocative\b|\btypical (of|for)\b|\bnot typical\b|"
    r"\bimpression\b|\bof the type\b|\bquestion|\bsuspicion|\bcan(not|'t| not)\b|\bbe excluded\b|"
    r"\bunconfirmed\b|\bpotential|\bassum|\bbeliev|\bthought\b|\bproven\b|\bequivocal|\boption\b|\bawait|\bunproven\b|"
    r"\bpattern\b|\bspectrum\b|\bfeatures of\b|\bfits?\b|\bnot (certain|sure|definite)|\bunsure\b|\bdoubt|\bVerdacht\b|"
    r"\bV\.\s?a\.|\bhypothe|\bto confirm\b"
)
# Names of diseases, not of groups: "sarcoma", "spindle cell tumour" and "pseudotumour" leave IMT open.
_OTHER = words(
    r"carcinoma|\bcancer|adenoca\b|lymphoma|leuk[ae]+mia|myeloma\b|plasmacytoma|anaplastic large cell|melanoma|"
    r"melanocyt|\bspitz|\bna?ev(us|i)\b|leiomyo|liposarcoma|fibromatosis|fibrosarcoma|fibroma\b|rhabdomyo|histiocyt|"
    r"rosai|langerhans|erdheim|castleman|\bGIST\b|stromal (tumou?r|sarcoma)|fasciitis|solitary fibrous|desmoid|"
    r"synovial|ewing|mesothelioma|thymoma|teratoma|germ cell|glioma|blastoma\b|astrocytoma|ependymoma|meningioma|"
    r"schwannoma|perineurioma|neuroma\b|\bMPNST\b|nerve sheath|angiosarcoma|h(a?e)mangio|dermatofibrosarcoma|"
    r"(osteo|chondro|carcino|adeno)sarcoma|(epithelioid|clear cell|pleomorphic|soft part) sarcoma|"
    r"(?<!inflammatory )\bmyofibroblastic sarcoma|chordoma|myoepithelial|myoepithelioma|\bPEComa|lipoma\b|"
    r"pseudosarcomatous|fetal lung interstitial|inflammatory fibroid polyp|calcifying fibrous|IgG4[- ]related|"
    r"follicular dendritic|nephroma|wilms|seminoma|\bNSCLC\b|\bDFSP\b|\bALCL\b|\bUPS\b"
)
_REST_OF_WORD = re.compile(r"^\w+")
_OF_THE_PAST = words(
    r"\b(history of|h/o|prior|previous(ly)?|earlier|former(ly)?|known|after|since|status post|s/p)\b[^.;]{0,40}$"
)
# A code is read as another disease only if it looks like one: OncoTree letters (not SOFT_TISSUE) or ICD-O digits.
_OTHER_CODE = re.compile(r"[A-Z]{2,8}|\d{4}/\d")
_NEGATED = words(
    r"\b(no|not|non|without|lacks?|lacking|absence of|no evidence of|excludes?|excluding|negative for|against|"
    r"rather than|instead of|never)\b[^.;:,]{0,25}$"
)
_RULED_OUT = words(
    r"^\W{0,3}((is|was|has been|considered( and| but)?|now)\s+){0,3}"
    r"(excluded|unlikely|less likely|ruled out|not (confirmed|supported|favou?red|likely|seen|present|diagnosed)|"
    r"disfavou?red|absent|negative\b(?! for)|no\b(?! \w))"
)

_DIAGNOSES = {
    "smooth_muscle": words(r"leiomyo|smooth muscle"),
    "myxoid": words(r"myxoid"),
    "sarcoma": words(r"(?<!myofibroblastic )sarcoma|\bMPNST\b|\bUPS\b"),
    "lymphoplasmacytic": words(r"lympho-?plasmacytic|storiform|plasma cell[- ]rich"),
}
_PREGNANCY = words(r"pregnan|placent|gestation|post-?partum|\bgravid|parturition")
_MORPHOLOGY = {
    "epithelioid": words(r"epithelioid|round[ -]cell|\bEIMS\b"),
    "necrosis": words(r"necrosis|necrotic"),
    "lymphovascular_invasion": words(r"lympho-?vascular invasion|vascular invasion|\bLVI\b"),
    "compact": words(r"compact pattern|predominantly compact|compact predominan"),
}
# The number and what it is counted in; only counts in 10 high-power fields are compared with the tables.
_MITOSES = words(
    r"(?:mitos[ie]s|mitotic (?:count|rate|figures))[^\d.;,]{0,20}(\d+)(?!\d)(?!\s*-)([^;,]{0,20})|"
    r"(\d+)\s*mitos[ie]s([^;,]{0,20})"
)
_OTHER_AREA = words(r"^\s*(/|per|in|x)\s*(?!10\b)(?!hpf|high)(\d|mm|sq|square)")
# Agents and classes by which a text names systemic treatment; an operation or radiotherapy is none.
_SYSTEMIC = words(
    r"chemo(?!radi)|\bsystemic (therapy|treatment)|\w+(inib|mab|rubicin|platin|taxel|ciclib|zomib|limus)\b|ifosfamide|"
    r"cyclophosphamide|methotrexate|vinblastine|vinorelbine|vincristine|etoposide|gemcitabine|dacarbazine|temozolomide|"
    r"trabectedin|eribulin|pemetrexed|dactinomycin|actinomycin|immunotherapy|targeted therapy|\w+ inhibitor"
)
_LOCAL_ONLY = words(
    r"\W*((surgery|surgical|operation|resection|excision|re-excision|biopsy|debulking|radiotherapy|radiation|ablation|"
    r"embolisation|embolization|lobectomy|cystectomy|partial|complete|incomplete|local|wide|and|with|of|the|primary|"
    r"tumou?r|x|times|alone|only|\d+)\W*)+"
)
_NO_SYSTEMIC = words(
    r"none|no|nil|untreated|(treatment|therapy|systemic[- ]treatment)[- ]na[iï]ve|"
    r"no( (prior|previous|earlier))?( (systemic|medical|cancer|tumou?r))? (therapy|therapies|treatments?)"
)
_NO_TRK = words(
    r"\bno( (prior|previous|earlier))? (N?TRK|\w+[- ]TRK)[- ]inhibitors?\b|\bN?TRK[- ]inhibitor[- ]na[iï]ve\b"
)
_TRK = words(r"larotrectinib|entrectinib|repotrectinib|selitrectinib|\b(pan-?)?N?TRK[- ]?inhibitors?")
_SEVERE_MORBIDITY = words(r"severe (surgical )?morbidity")
_IS_EXPECTED = words(r"\bexpect|\blikely\b|\bwould\b|\bwill\b|\banticipat|\bresults? in\b|\bcauses?\b|\bpredicted\b")
_BY_SURGERY = words(r"surg|resect|excis|operat|amputat|exenterat|ectomy")
_BY_OTHER_MEANS = words(r"chemo|radio|radiat|treatment|therapy|drug|inhibitor|inib\b|toxic")
_PROGRESSED = words(r"progress(ed|ion) (on|after|under|during|following)")


def _mentions(pattern: re.Pattern[str], text: str) -> bool:
    """True if a diagnosis is neither negated before it ("not IMT") nor ruled out after it ("IMT excluded")."""
    return any(
        not _NEGATED.search(text[: match.start()]) and not _RULED_OUT.search(text[match.end() :])
        for match in pattern.finditer(text)
    )


def _names_another(diagnosis: str) -> bool:
    """True if a diagnosis names another disease too, neither denied nor of the past: "IMT/ALCL", "IMT, desmoid"."""
    for match in _OTHER.finditer(diagnosis):
        # The patterns are stems: "leiomyo" is followed by the rest of its word.
        before, after = diagnosis[: match.start()], _REST_OF_WORD.sub("", diagnosis[match.end() :], count=1)
        if not (_NEGATED.search(before) or _OF_THE_PAST.search(before) or _RULED_OUT.search(after)):
            return True
    return False


def _morphology(text: str) -> tuple[frozenset[str], str]:
    found = {word for word, pattern in _MORPHOLOGY.items() if is_stated(pattern, text)}
    mitoses = _mitoses(text)
    if mitoses:
        found.add("mitoses")
        if int(mitoses) >= 7:
            found.add("mitoses_7_or_more")
    return frozenset(found), mitoses


def _mitoses(text: str) -> str:
    """The mitotic count per 10 high-power fields; empty where none is given or another area was counted."""
    counted = _MITOSES.search(text)
    if counted is None:
        return ""
    number, area = (counted[1], counted[2]) if counted[1] else (counted[3], counted[4])
    return "" if _OTHER_AREA.search(area) else number


def _met(is_met: bool, is_refuted: bool = False) -> ConditionState:
    return "met" if is_met else "not_met" if is_refuted else "not_documented"


def _prior_therapy(specimen: Specimen) -> str:
    """The prior therapy in lower case; `none` where the text says that there was none, empty where it says nothing."""
    text = specimen.prior_therapy.strip().lower()
    if text in ("", "unknown", "not stated", "n/a", "na", "-"):
        return ""
    return "none" if _NO_SYSTEMIC.fullmatch(text) else text


def _severe_morbidity(specimen: Specimen) -> bool:
    """Whether a sentence says, without denial or doubt, that an operation would cause severe morbidity."""
    return any(
        _IS_EXPECTED.search(sentence) and (_BY_SURGERY.search(sentence) or not _BY_OTHER_MEANS.search(sentence))
        for sentence in clear_sentences(_SEVERE_MORBIDITY, _free_text(specimen))
    )


def _progressed_on_treatment(specimen: Specimen, therapy: str) -> ConditionState:
    """
    Progression on or after systemic treatment.

    "Progressed" alone may be the natural course, or what followed an operation: a systemic treatment has to be on
    record. "Refractory" says that treatment failed, unless the record names none, or none but local treatment.
    """
    if specimen.disease_status == "refractory":
        return _met(therapy != "none" and not _LOCAL_ONLY.fullmatch(therapy or "?"))
    is_progressed = specimen.disease_status == "progressed" or is_stated(_PROGRESSED, therapy)
    return _met(is_progressed and was_given(_SYSTEMIC, therapy))


def _no_prior_ntrk_inhibitor(therapy: str) -> ConditionState:
    """Met only where the text says so: a list of other treatments does not say that it is complete."""
    if was_given(_TRK, therapy):
        return "not_met"
    return _met(therapy == "none" or bool(_NO_TRK.search(therapy)))


def _all_text(specimen: Specimen) -> str:
    return "; ".join((specimen.diagnosis, specimen.morphology, specimen.indication, specimen.site))


def _free_text(specimen: Specimen) -> str:
    return "; ".join((specimen.diagnosis, specimen.indication, specimen.morphology, specimen.prior_therapy))


def _after_months(born: date, months: int) -> date:
    year, month = divmod(born.year * 12 + born.month - 1 + months, 12)
    try:
        return date(year, month + 1, born.day)
    except ValueError:
        # A month too short for the day: the anniversary falls on the first of the next.
        following = date(year, month + 1, 28) + timedelta(days=4)
        return following.replace(day=1)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
