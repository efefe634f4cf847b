"""
The organ that a site text names, in the words of the tables.

A word alone misleads: a lobe may be of the lung or the liver, a neck that of a bladder. Phrases are read first and
taken out of the text; what is only beside the tumour, or said not to be involved, is not its site.
"""

from __future__ import annotations

import re

from interpret.free_text import words


def sites_of(site: str) -> frozenset[str]:
    """The site words of the tables that a site text names; `unknown` if it is empty, `other` if none fits."""
    if _UNKNOWN.fullmatch(site):
        return frozenset({"unknown"})
    found: set[str] = set()
    text = "; ".join(_involved(part) for part in re.split(r"[,;/()\n]", site))
    for pattern, word in _PHRASES:
        text, count = pattern.subn(" ", text)
        if count:
            found.update(word.split())
    found.update(word for word, pattern in _SITES.items() if pattern.search(text))
    if _LUNG_LOBE.search(text) and not _LOBED_ORGAN.search(site) and not found - {"thorax"}:
        found.add("lung")
    return frozenset(found or {"other"})


_UNKNOWN = words(
    r"\s*(|-|\?|unknown|not (stated|given|known|specified|provided)|unspecified|n/?a|none|site unknown)\s*"
)

# Before the part of the text that they take away: beside it, or without it.
_BESIDE = words(
    r"\b(adjacent to|abutting|attached to|adherent to|near|next to|beside|deep to|beneath|below|above|overlying|"
    r"underlying|sparing|away from|separate from|close to|compressing|displacing|not( of| in| involving)?|no|"
    r"without|excluding|rather than|outside( of)?|behind|anterior to|posterior to|superior to|inferior to|lateral to|"
    r"medial to|metastas[ie]s? (from|of)|possibl[ey]|probabl[ey]|query|suspected)\b.*$"
)
_NOT_INVOLVED = words(
    r"^.*\b(not (involved|affected|infiltrated|invaded)|uninvolved|un-involved|spared|intact|free|clear|"
    r"uninfiltrated|unaffected|normal|unremarkable|negative)\b"
)

# Read in this order; the matched words are taken out. An empty word: no organ of the tables.
_PHRASES = tuple(
    (words(pattern), word)
    for pattern, word in (
        (r"\bmaxillary sinus(es)?\b", "head_neck maxillary_sinus"),
        (r"\b(para ?nasal|ethmoid\w*|sphenoid\w*|frontal|sino-?nasal)( air)? sinus(es)?\b", "head_neck"),
        (r"\bgall[- ]?bladder( neck)?\b|\bneck of( the)? gall[- ]?bladder\b", ""),
        (r"\b(urinary )?bladder neck\b|\bneck of( the)?( urinary)? bladder\b", "bladder"),
        (r"\brenal (sinus|pelvis)\b|\bpelvis of( the)? kidney\b|\bpelvi-?cal[iy]ceal\b|\bpelvicalyceal\b", "kidney"),
        (r"\b(hepatic|splenic) flexure\b", "abdomen"),
        (r"\b(femoral|humeral|radial|fibular|metatarsal|metacarpal) (head|neck|shaft|condyle)\b", "bone"),
        (r"\b(head|neck) of( the)? (femur|humerus|radius|fibula|rib|talus|scapula|mandible)\b", "bone"),
        (r"\b(surgical|anatomical) neck( of( the)? humerus)?\b", "bone"),
        (r"\b(pelvic|iliac|pubic|temporal|frontal|parietal|sphenoid|nasal) bones?\b", "bone"),
        (r"\b(head|neck|body|tail) of( the)? pancreas\b|\bpancreatic (head|neck|body|tail)\b", ""),
        (r"\bneck of( the)? (uterus|womb)\b|\buterine neck\b", "uterus"),
        (r"\bpulmonary (artery|arteries|valve|vein|veins|trunk)\b", "thorax"),
        (r"\btibialis\b|\bfemoral (artery|vein|nerve|triangle|sheath)\b", "soft_tissue"),
        (r"\b(head|neck) of (?!(the )?patient(?!['’]s))(the )?\w+", ""),
        (r"\bcaudate head\b|\boptic nerve head\b", ""),
    )
)
# "Head" or "neck" is the region only by itself or with words of side and depth before it.
_REGION = (
    r"(?:^|[;&+-]|\b(?:left|right|lateral|anterior|posterior|upper|lower|deep|superficial|midline|the|of|in|and|on|back|"
    r"tissue|tissues|skin|mass|region|side|nape))\s*(?:head|neck)\b(?!\s+of\b(?!( the)? patient(?!['’]s)))"
)
_SITES = {
    "lung": words(r"\blungs?\b|\bpulmonary\b|\bintrapulmonary\b|bronch|\blingula"),
    "bladder": words(r"\b(urinary )?bladder\b"),
    "uterus": words(r"\buter(us|ine|o)|endometri|myometri|\bcervix"),
    "skin": words(r"\bskin\b|subcut|\bcutaneous|\bcutis\b|dermis|\b(intra)?dermal\b"),
    "maxillary_sinus": words(r"\bmaxilla(ry)?\b"),
    "head_neck": words(
        rf"{_REGION}|maxill|sino-?nasal|nasal|\bnose\b|pharyn|laryn|\borbit|\boral\b|\btongue|parotid|salivary|mandib"
    ),
    "abdomen": words(
        r"abdom|mesent|\boment|retroperiton|periton|\bpelvi[sc]|bowel|\bcolon|\bileum|jejun|stomach|\bgastric\b|epigastri"
    ),
    "liver_spleen": words(r"\bliver\b|\bhepat|\bintrahepatic|\bspleen\b|\bsplenic"),
    "kidney": words(r"\bkidneys?\b|\brenal\b"),
    "bone": words(r"\bbones?\b|\bfemur|\btibia\b|(?<!extra)(?<!extra-)osseous|vertebra"),
    "thorax": words(r"thora|mediast|\bchest\b|pleura|trachea"),
    "soft_tissue": words(r"soft tissue|\bmuscle|\bthigh|\barm\b|\bleg\b|\bhip\b|shoulder|\btrunk\b"),
}
_LUNG_LOBE = words(r"\b(upper|middle|lower)( and (upper|middle|lower))? lobes?\b")
_LOBED_ORGAN = words(
    r"liver|hepat|thyroid|brain|cerebr|frontal|temporal|parietal|occipital|prostat|parotid|thym|caudate|pancrea|breast|"
    r"placent|\bear\b|pituitar"
)


def _involved(part: str) -> str:
    """A part of the text without what lies only beside the tumour or is said to be free of it."""
    part = _NOT_INVOLVED.sub(" ", part)
    return _BESIDE.sub(" ", part).strip()
