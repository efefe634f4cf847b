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
from interpret.knowledge import Action, AgeRange
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


def read_context(specimen: Specimen, variants: Sequence[SmallVariant], laboratory: Laboratory) -> Context:
    """The context of a specimen; its jurisdiction is the specimen's, else the laboratory's."""
    jurisdiction = (specimen.jurisdiction or laboratory.jurisdiction).strip().upper()
    morphology, mitoses = _morphology(f"{specimen.morphology}; {specimen.diagnosis}")
    return Context(
        specimen=specimen,
        age=age_at(specimen.date_of_birth, specimen.collected),
        tumour=tumour_of(specimen.diagnosis, specimen.diagnosis_code),
        jurisdiction=jurisdiction,
        label_region=jurisdiction if jurisdiction in ("US", "EU", "JP") else "other",
        sites=sites_of(specimen.site),
        morphology=morphology,
        diagnosis=_found(_DIAGNOSES, f"{specimen.diagnosis}; {specimen.morphology}"),
        setting=_found(
            _SETTINGS, f"{specimen.diagnosis}; {specimen.morphology}; {specimen.indication}; {specimen.site}"
        ),
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
    if _mentions(_IMT, diagnosis):
        # EIMS is a variant of IMT: "IMT versus EIMS" leaves no other disease open.
        is_settled = not _HEDGE.search(_IMT_TWICE.sub("IMT", diagnosis))
        if code.strip() and not code_is_imt and _OTHER_CODE.fullmatch(code.strip()):
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


def sites_of(site: str) -> frozenset[str]:
    """The site words of the tables that a site text names; `unknown` if it is empty, `other` if none fits."""
    if not site.strip() or re.fullmatch(r"(?i)\s*(unknown|not stated|n/?a)\s*", site):
        return frozenset({"unknown"})
    return frozenset({word for word, pattern in _SITES.items() if pattern.search(site)} or {"other"})


def condition_state(code: str, context: Context, has_resistance: ConditionState) -> ConditionState:
    """
    Whether the data received document a label condition. `has_resistance` answers `no_resistance_mutation`.

    Raises:
        KeyError: no such condition; the loader of the tables refuses unknown ones.
    """
    specimen = context.specimen
    status, surgery = specimen.disease_status, specimen.resectability
    is_done_primary = surgery == "resected" and status == "primary"
    severe_morbidity = bool(_SEVERE_MORBIDITY.search(_free_text(specimen)))
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
        # "Progressed" alone may be the natural course: a treatment has to be on record.
        "progressed_or_no_alternative": _met(
            status == "refractory"
            or (status == "progressed" and therapy not in ("", "none"))
            or (bool(_PROGRESSED.search(therapy)) and not _NOT_PROGRESSED.search(therapy))
        ),
        "no_satisfactory_option": "not_documented",
        "no_resistance_mutation": has_resistance,
        "approved_test": "not_documented",
        "no_prior_ntrk_inhibitor": _met(therapy != "" and not _TRK.search(therapy), bool(_TRK.search(therapy))),
        "prior_ntrk_inhibitor_or_exhausted": _met(bool(_TRK.search(therapy))),
        "ret_options_exhausted": "not_documented",
    }
    return states[code]


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


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_IMT = _words(
    r"\bIMT[LB]?\b|\bEIMS\b|(epithelioid\s+)?inflammatory\s+myofibroblastic\s+(\w+\s+)?(tumou?r|sarcoma|neoplasm|lesion|proliferation)"
)
_IMT_TWICE = _words(rf"({_IMT.pattern})\s*(vs?\.?|versus|or|/)\s*({_IMT.pattern})")
_HEDGE = _words(
    r"\?|\bvs?\b|\bversus\b|\b(IMT|tumou?r|sarcoma) or\b|\bor (an? )?(IMT|inflammatory myo)|\bconsider|\bpossib|"
    r"\bprobab|\bsuspect|\bsuspicious|\bdifferential|\bDD[x:]?\b|\bfavou?r|\bsuggest|\bquery\b|\brule out\b|"
    r"\br/o\b|\blikely\b|\bunclear\b|\buncertain\b|\bcannot\b|\bexclude\b|\bnot excluded\b|\bIMT-like\b"
)
_OTHER = _words(
    r"carcinoma|lymphoma|leuk[ae]+mia|melanoma|leiomyo|liposarcoma|fibromatosis|fibrosarcoma|rhabdomyo|histiocyt|"
    r"\bGIST\b|stromal tumou?r|fasciitis|solitary fibrous|synovial|ewing|mesothelioma|glioma|schwannoma|\bMPNST\b|"
    r"nerve sheath|angiosarcoma|dermatofibrosarcoma|follicular dendritic|nephroma|neuroblastoma|seminoma|"
    r"\bNSCLC\b|\bDFSP\b|\bALCL\b"
)
# A code is read as another disease only if it looks like one: OncoTree letters (not SOFT_TISSUE) or ICD-O digits.
_OTHER_CODE = re.compile(r"[A-Z]{2,8}|\d{4}/\d")
_NEGATED = _words(
    r"\b(no|not|non|without|lacks?|lacking|absence of|no evidence of|excludes?|excluding)\b[^.;:,]{0,25}$"
)
_RULED_OUT = _words(r"^\W{0,3}((is|was|has been)\s+)?(excluded|unlikely|ruled out)")

_DIAGNOSES = {
    "smooth_muscle": _words(r"leiomyo|smooth muscle"),
    "myxoid": _words(r"myxoid"),
    "sarcoma": _words(r"(?<!myofibroblastic )sarcoma|\bMPNST\b|\bUPS\b"),
    "lymphoplasmacytic": _words(r"lympho-?plasmacytic|storiform|plasma cell[- ]rich"),
}
_SETTINGS = {"pregnancy": _words(r"pregnan|placent|gestation|post-?partum|gravid|parturition")}
_MORPHOLOGY = {
    "epithelioid": _words(r"epithelioid|round[ -]cell|\bEIMS\b"),
    "necrosis": _words(r"necrosis|necrotic"),
    "lymphovascular_invasion": _words(r"lympho-?vascular invasion|vascular invasion|\bLVI\b"),
    "compact": _words(r"compact pattern|predominantly compact|compact predominan"),
}
_MITOSES = _words(r"(?:mitos[ie]s|mitotic (?:count|rate|figures))\D{0,12}(\d+)|(\d+)\s*mitos[ie]s")
_SITES = {
    "lung": _words(r"\blungs?\b|pulmon|bronch|\blobe\b"),
    "bladder": _words(r"\b(urinary )?bladder\b"),
    "uterus": _words(r"\buter|endometri|myometri|\bcervix uteri\b|cervix"),
    "skin": _words(r"\bskin\b|subcut|cutane|dermis|dermal"),
    "maxillary_sinus": _words(r"maxillary sinus|maxilla"),
    "head_neck": _words(
        r"\bhead\b|\bneck\b|maxill|sinonasal|\bsinus|nasal|nose|pharyn|laryn|\borbit|\boral\b|tongue|parotid|salivary|"
        r"mandib|trachea"
    ),
    "abdomen": _words(r"abdom|mesent|oment|retroperiton|periton|pelvi|bowel|colon|ileum|jejun|stomach|gastric"),
    "liver_spleen": _words(r"\bliver\b|hepat|\bspleen\b|splenic"),
    "kidney": _words(r"\bkidney|\brenal\b"),
    "bone": _words(r"\bbones?\b|femur|tibia|osseous|vertebra"),
    "thorax": _words(r"thora|mediast|\bchest\b|pleura"),
    "soft_tissue": _words(r"soft tissue|muscle|thigh|\barm\b|\bleg\b|\bhip\b|shoulder|trunk"),
}
_SEVERE_MORBIDITY = _words(r"severe (surgical )?morbidity")
_PROGRESSED = _words(r"progress(ed|ion) (on|after|under|during|following)")
_NOT_PROGRESSED = _words(r"(no|not|without|non)[ -]+(\w+ ){0,2}progress(ed|ion)")
_TRK = _words(r"larotrectinib|entrectinib|repotrectinib|selitrectinib|\b[NP]?-?TRK inhibitor")


def _found(patterns: dict[str, re.Pattern[str]], text: str) -> frozenset[str]:
    return frozenset(word for word, pattern in patterns.items() if _mentions(pattern, text))


def _mentions(pattern: re.Pattern[str], text: str) -> bool:
    """True if a match is neither negated before it ("no necrosis") nor ruled out after it ("IMT excluded")."""
    return any(
        not _NEGATED.search(text[: match.start()]) and not _RULED_OUT.search(text[match.end() :])
        for match in pattern.finditer(text)
    )


def _morphology(text: str) -> tuple[frozenset[str], str]:
    found = set(_found(_MORPHOLOGY, text))
    counted = _MITOSES.search(text)
    mitoses = next((group for group in counted.groups() if group), "") if counted else ""
    if mitoses:
        found.add("mitoses")
        if int(mitoses) >= 7:
            found.add("mitoses_7_or_more")
    return frozenset(found), mitoses


def _met(is_met: bool, is_refuted: bool = False) -> ConditionState:
    return "met" if is_met else "not_met" if is_refuted else "not_documented"


def _prior_therapy(specimen: Specimen) -> str:
    """The prior therapy in lower case; `none` where the text says that there was none, empty where it says nothing."""
    text = specimen.prior_therapy.strip().lower()
    if text in ("", "unknown", "not stated", "n/a", "na", "-"):
        return ""
    is_none = re.fullmatch(
        r"none|no|nil|no prior (systemic )?(therapy|treatment)|(treatment|therapy)[- ]na[iï]ve", text
    )
    return "none" if is_none else text


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
