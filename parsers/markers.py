"""
Names of stains and FISH targets: one spelling for what laboratories write in many ways.

A clone's name may look like a gene's: ALK1 is an antibody clone against ALK, and an old alias of the gene ACVRL1. In
these tables it always means the ALK stain.
"""

from __future__ import annotations

import re

_SPELLINGS: dict[str, tuple[str, ...]] = {
    "ALK": ("alk", "alkprotein", "cd246", "alkp80", "p80"),
    "ROS1": ("ros1", "ros", "cros1"),
    "pan-TRK": ("pantrk", "trk", "panntrk", "ntrk", "pantropomyosinreceptorkinase"),
    "NTRK1": ("ntrk1",),
    "NTRK2": ("ntrk2",),
    "NTRK3": ("ntrk3",),
    "TRKA": ("trka",),
    "RET": ("ret",),
    "PDGFRB": ("pdgfrb", "pdgfrbeta", "pdgfrβ"),
    "PDGFRA": ("pdgfra", "pdgfralpha", "pdgfrα"),
    "SMA": ("sma", "asma", "αsma", "alphasma", "smoothmuscleactin", "alphasmoothmuscleactin", "actinsm", "acta2"),
    "MSA": ("msa", "musclespecificactin", "hhf35"),
    "desmin": ("desmin", "des"),
    "calponin": ("calponin",),
    "h-caldesmon": ("hcaldesmon", "caldesmon"),
    "myogenin": ("myogenin", "myf4"),
    "MyoD1": ("myod1", "myod"),
    "S100": ("s100", "s100protein", "s100b"),
    "SOX10": ("sox10",),
    "CD34": ("cd34",),
    "CD30": ("cd30",),
    "CD31": ("cd31",),
    "CD21": ("cd21",),
    "CD23": ("cd23",),
    "CD35": ("cd35",),
    "CD68": ("cd68",),
    "CD99": ("cd99",),
    "CD138": ("cd138",),
    "CD163": ("cd163",),
    "KIT": ("kit", "ckit", "cd117"),
    "DOG1": ("dog1", "ano1"),
    "STAT6": ("stat6",),
    "MDM2": ("mdm2",),
    "CDK4": ("cdk4",),
    "MUC4": ("muc4",),
    "ERG": ("erg",),
    "EMA": ("ema", "epithelialmembraneantigen"),
    "keratin": (
        "keratin",
        "cytokeratin",
        "pancytokeratin",
        "pankeratin",
        "panck",
        "ck",
        "ae1ae3",
        "ckae1ae3",
        "keratinae1ae3",
    ),
    "beta-catenin": ("betacatenin", "bcatenin", "βcatenin", "ctnnb1"),
    "Ki-67": ("ki67", "mib1"),
    "p53": ("p53", "tp53"),
    "IgG4": ("igg4",),
    "IgG": ("igg",),
    "HMB45": ("hmb45",),
    "Melan-A": ("melana", "mart1"),
    "HHV8": ("hhv8", "lana1"),
    "EBER": ("eber",),
    "ER": ("er", "estrogenreceptor", "oestrogenreceptor"),
    "PR": ("pr", "progesteronereceptor"),
    "IGF1R": ("igf1r",),
    "INI1": ("ini1", "smarcb1", "smarcb1ini1", "ini1smarcb1"),
    "TTF1": ("ttf1", "nkx21"),
    "CK7": ("ck7", "cytokeratin7", "keratin7"),
    "CAM5.2": ("cam52",),
    "factor XIIIa": ("factorxiiia", "fxiiia", "f13a1"),
    "NKX2-2": ("nkx22",),
    "SS18-SSX": ("ss18ssx",),
    "TLE1": ("tle1",),
    "pERK": ("perk",),
}
_MARKERS = {spelling: marker for marker, spellings in _SPELLINGS.items() for spelling in spellings}

# Clones that laboratories write into the marker's name: the marker, and the spelling the vendors use. A clone behind
# the name of another marker (ROS1 D5F3) makes the name unclear.
_CLONES = {
    "d5f3": ("ALK", "D5F3"),
    "5a4": ("ALK", "5A4"),
    "alk1": ("ALK", "ALK1"),
    "alk01": ("ALK", "ALK01"),
    "oti1h7": ("ALK", "OTI1H7"),
    "1a4": ("SMA", "1A4"),
    "hhf35": ("MSA", "HHF35"),
    "ae1ae3": ("keratin", "AE1/AE3"),
    "mib1": ("Ki-67", "MIB-1"),
    "d4d6": ("ROS1", "D4D6"),
    "sp384": ("ROS1", "SP384"),
    "epr17341": ("pan-TRK", "EPR17341"),
    "a7h6r": ("pan-TRK", "A7H6R"),
}
# "ALK1" and "ALK-1" alone: the clone ALK1 of Dako against ALK, or plain ALK; the gene is never meant.
_ALK_CLONE_NAMES = frozenset({"alk1", "alk01"})
_METHOD_WORDS = re.compile(
    r"\b(break[\s-]?apart|rearrangement|fusion|fish|ihc|immunohistochemistry|stain|antibody|clone|probe|gene|vysis|lsi|zytolight|dual[\s-]?colou?r)\b",
    re.IGNORECASE,
)
_SAID_CLONE = re.compile(r"\bclone\s*[:=]?\s*([a-z0-9]+(?:[-./][a-z0-9]+)*)", re.IGNORECASE | re.ASCII)
# A clone that is not in the list above has a letter and a digit, and is one word: MRQ-48, Ber-H2, QBEnd/10.
_CLONE_SHAPE = re.compile(r"(?=.*[a-z])(?=.*\d)[a-z0-9]+(?:[-./][a-z0-9]+)*", re.IGNORECASE | re.ASCII)
# Names that may be meant for a kinase marker. ALK2 to ALK7 (activin receptor-like kinases), ALKBH3, alkaline
# phosphatase, reticulin, tyrosinase and tyrosine hydroxylase are none.
_MAY_BE_KINASE = re.compile(
    r"""alk(?![2-7](?![0-9a-z+]) | bh\d | alin) | trk | pdgfr
      | (?<![a-z])c?-?(ros|ret)-?1?(?=[a-z]?(?![a-z]) | ihc | fish | ba | stain | res | pat | pct | int | prot)
      | anaplast | (lymph|linf|limf)om\w*\W*\w*(k|ch|qu|c)ina[sz] | t[yi]rosin\w*\W+(\w+\W+){0,2}\w*(k|ch|qu|c)ina[sz]
      | (k|ch|qu|c)ina[sz]\w*\W+(\w+\W+){0,3}(lymph|linf|limf)om | t[yi]rosin(k|ch|qu|c)ina[sz]
      | tropom[iy]osin\W*(re[cz]ept|related) | neurotro(ph|f)""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_KINASE_MARKERS = frozenset({"ALK", "ROS1", "pan-TRK", "RET", "NTRK1", "NTRK2", "NTRK3"})
# What looks like it and is none: a block (A1, A1-2, 2B), a count (2x), a second reading (2nd), a band (2p23.2), an
# accession, a place in the block.
_NO_CLONE = re.compile(
    r"""[a-z]{1,2}\d{1,2}(-\d+)? | \d{1,2}[a-z] | \d+x | x\d+ | \d+(st|nd|rd|th) | \d{1,2}[pq]\d.*
      | [a-z]+\d{2}-\d{3,}.*
      | (block|slide|level|section|cut|lot|run|part|page|case|repeat|round|control|day|week|no|nr)[-./]?\d.*""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
# Beside a name they make it that of something else than the stain of the tumour.
_NOT_THE_STAIN = re.compile(r"\b(pos|neg|positive|negative|equivocal|pending|control|not)\b", re.IGNORECASE)


def canonical_marker(given: str) -> tuple[str, str]:
    """
    The marker's one name and the clone that the name carried (`""` when none).

    `ALK (D5F3)` is `("ALK", "D5F3")`, `ALK-1` is `("ALK", "ALK1")`, `pan TRK` is `("pan-TRK", "")`. A bracket that is
    no clone (a block, a count, a band) is none: `ALK D5F3 (2)` is `("ALK", "D5F3")`. A name that is not known, or that
    names two markers or two clones, comes back as it was given: ALK2 is not ALK.
    """
    said = " ".join(_METHOD_WORDS.sub(" ", given).split())
    bracket = re.fullmatch(r"(.+?)\s*[(\[]([^()\[\]]*)[)\]]", said)
    name, aside = (bracket[1], bracket[2].strip()) if bracket else (said, "")
    marker, clone = _named(name)
    if not marker or _names_another(aside, marker):
        return given, ""
    known = _clones_in(aside)
    # ALK-1 may be plain ALK, so that a clone beside it is no second one.
    if clone and _key(name) not in _ALK_CLONE_NAMES:
        known = {clone} | known
    if len(known) > 1:
        return given, ""
    return marker, next(iter(known), "") or _unlisted_clone(given, aside) or clone


def is_known_marker(given: str) -> bool:
    """True where `canonical_marker` knows the name, however it is spelled."""
    return _key(canonical_marker(given)[0]) in _MARKERS


def may_be_kinase(given: str) -> bool:
    """
    Whether a name that is not known may be meant for a kinase marker: `ALKx`, `EML4-ALK`, `Lymphomkinase`, `D5F3`.

    Enough for suspicion, not for saying which: such a result must not go by unused.
    """
    said = given.replace("_", " ")
    return bool(_MAY_BE_KINASE.search(said)) or any(
        marker in _KINASE_MARKERS and clone in _clones_in(said) for marker, clone in _CLONES.values()
    )


def _named(name: str) -> tuple[str, str]:
    """`ALK D5F3`, `ALK-1`, `desmin`: the marker and the clone; both empty where the marker is not known."""
    key = _key(name)
    if key in _ALK_CLONE_NAMES:
        return _CLONES[key]
    if key in _MARKERS:
        return _MARKERS[key], ""
    for known, (marker, clone) in _CLONES.items():
        before = key.removesuffix(known)
        of_it = _MARKERS.get(before) == marker or (marker == "ALK" and before in _ALK_CLONE_NAMES)
        if before != key and of_it and (not (before[-1] + known[0]).isdigit() or _ends_with_words(name, known)):
            return marker, clone
    return "", ""


def _ends_with_words(name: str, key: str) -> bool:
    """Whether the last words of `name` are `key`: those of `ALK-1 5A4` are 5A4, those of `ALK 15A4` are not."""
    words = _words(name)
    return any("".join(words[start:]) == key for start in range(len(words)))


def _clones_in(text: str) -> set[str]:
    """The known clones that whole words of `text` spell."""
    words = _words(text)
    parts = {"".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1)}
    return {_CLONES[part][1] for part in parts if part in _CLONES}


def _names_another(aside: str, marker: str) -> bool:
    """Whether a bracket says that the name before it is not simply the marker: `ALK (ROS1)`, `ALK (neg. control)`."""
    if _NOT_THE_STAIN.search(aside):
        return True
    markers = {_MARKERS[word] for word in (*_words(aside), _key(aside)) if word in _MARKERS}
    return bool((markers | {_CLONES[key][0] for key in _CLONES if _CLONES[key][1] in _clones_in(aside)}) - {marker})


def _unlisted_clone(given: str, aside: str) -> str:
    """The clone that is said to be one, or that a bracket's only word looks like; `""` for anything else."""
    said = _SAID_CLONE.search(given)
    if said and said[1] in aside:
        return said[1]
    is_clone = _CLONE_SHAPE.fullmatch(aside) and not _NO_CLONE.fullmatch(aside) and _key(aside) not in _MARKERS
    return aside if is_clone else ""


def _words(text: str) -> list[str]:
    return re.findall(r"[0-9a-zα-ω]+", text.lower())


def _key(text: str) -> str:
    return re.sub(r"[^0-9a-zα-ω]", "", text.lower())
