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
}
_MARKERS = {spelling: marker for marker, spellings in _SPELLINGS.items() for spelling in spellings}

# Clones that laboratories write into the marker's name, with the spelling the vendors use.
_CLONES = {
    "d5f3": "D5F3",
    "5a4": "5A4",
    "1a4": "1A4",
    "alk1": "ALK1",
    "alk01": "ALK01",
    "oti1h7": "OTI1H7",
    "d4d6": "D4D6",
    "sp384": "SP384",
    "epr17341": "EPR17341",
    "a7h6r": "A7H6R",
}
# "ALK1" and "ALK-1" alone: the clone ALK1 of Dako against ALK, or plain ALK; the gene is never meant.
_ALK_CLONE_NAMES = frozenset({"alk1", "alk01"})
_METHOD_WORDS = re.compile(
    r"\b(break[\s-]?apart|rearrangement|fusion|fish|ihc|immunohistochemistry|stain|antibody|clone|probe|gene|vysis|lsi|zytolight|dual[\s-]?colou?r)\b",
    re.IGNORECASE,
)


def canonical_marker(given: str) -> tuple[str, str]:
    """
    The marker's one name and the clone that the name carried (`""` when none).

    `ALK (D5F3)` is `("ALK", "D5F3")`, `ALK-1` is `("ALK", "ALK1")`, `pan TRK` is `("pan-TRK", "")`. A name that is not
    known comes back as it was given: ALK2 is not ALK.
    """
    said = " ".join(_METHOD_WORDS.sub(" ", given).split())
    bracket = re.fullmatch(r"(.+?)\s*[(\[]([^()\[\]]*)[)\]]", said)
    name, clone = (bracket[1], bracket[2].strip()) if bracket else (said, "")
    key = _key(name)
    if key in _ALK_CLONE_NAMES:
        return "ALK", clone or _CLONES[key]
    if key in _MARKERS:
        return _MARKERS[key], _CLONES.get(_key(clone), clone)
    for known, spelled in _CLONES.items():
        if key.endswith(known) and key.removesuffix(known) in _MARKERS:
            return _MARKERS[key.removesuffix(known)], clone or spelled
    return given, ""


def is_known_marker(given: str) -> bool:
    """True where `canonical_marker` knows the name, however it is spelled."""
    return _key(canonical_marker(given)[0]) in _MARKERS


def _key(text: str) -> str:
    return re.sub(r"[^0-9a-zα-ω]", "", text.lower())
