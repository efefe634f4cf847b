"""
Which genes and effects an annotator (SnpEff, VEP, simple_sv_annotation) wrote beside a structural variant.

`ANN` has fixed fields, allele | effect | impact | gene | … (VCF annotation format 1.0, as SnpEff's header states them);
the fields of `CSQ` stand in the header, behind `Format:` (Ensembl VEP, VCF output); `SIMPLE_ANN` is SVTYPE | effect |
genes | transcript | detail. SnpEff names a fusion's two genes in one field, `EML4&ALK`, in an order of its own.

An annotation is an opinion about positions, with another gene set than ours. It is kept beside the call, short, and
never put in the place of what the caller found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# A field with several genes or many effects is cut here: one ANN can hold kilobytes for one record.
MOST_LISTED = 6

# Effects that say that the position lies outside the gene that is named.
_OUTSIDE = ("upstream_gene_variant", "downstream_gene_variant", "intergenic", "regulatory_region", "TF_binding_site")
_FUSIONS = ("gene_fusion", "bidirectional_gene_fusion")
_ANN_FIELDS = {"Allele": 0, "Consequence": 1, "SYMBOL": 3}


@dataclass(frozen=True, slots=True)
class Annotation:
    """
    What the annotator says of one allele of one record.

    `here` are the genes that the record's own position lies in, as far as the annotator looks at one position; `fused`
    the genes of fusions that it predicts; `effects` its words for what happens.
    """

    here: tuple[str, ...] = ()
    fused: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()

    @property
    def genes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.fused, *self.here)))


def consequence_fields(header: Sequence[str]) -> Mapping[str, int]:
    """Where the fields of `CSQ` stand, by name; empty where the header does not say."""
    for line in header:
        if line.startswith("##INFO=<ID=CSQ,"):
            stated = re.search(r"Format: ([^\">]+)", line)
            return {name.strip(): place for place, name in enumerate(stated[1].split("|"))} if stated else {}
    return {}


def annotation_of(info: Mapping[str, str], alts: Sequence[str], allele: int, csq: Mapping[str, int]) -> Annotation:
    """The annotation of the allele; `csq` as `consequence_fields` found them."""
    here: dict[str, None] = {}
    fused: dict[str, None] = {}
    effects: dict[str, None] = {}
    for entry in _entries(info.get("ANN", ""), _ANN_FIELDS) + _entries(info.get("CSQ", ""), csq):
        if not _is_of(entry["Allele"], alts, allele):
            continue
        for effect in entry["Consequence"].split("&"):
            effects[effect] = None
        genes = [name for name in entry["SYMBOL"].split("&") if name]
        if any(effect in _FUSIONS for effect in entry["Consequence"].split("&")):
            fused.update(dict.fromkeys(genes))
        elif len(genes) == 1 and not entry["Consequence"].startswith(_OUTSIDE):
            here[genes[0]] = None
    # A simple annotation joins two names by a hyphen that is also part of names (HLA-A): only shown, not taken apart.
    simple = [entry.split("|") for entry in info.get("SIMPLE_ANN", "").split(",") if entry]
    effects.update({" ".join(part for part in fields[1:3] if part): None for fields in simple})
    ordered = sorted((effect for effect in effects if effect), key=lambda effect: effect not in _FUSIONS)
    return Annotation(tuple(here), tuple(fused), tuple(ordered))


def shortened(names: Sequence[str]) -> str:
    """`ALK, EML4 and 12 more`."""
    more = len(names) - MOST_LISTED
    return ", ".join(names[:MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def _entries(text: str, fields: Mapping[str, int]) -> list[dict[str, str]]:
    """Allele, effect and gene of every entry; entries too short to have them say nothing."""
    if not text or not fields.keys() >= _ANN_FIELDS.keys():
        return []
    found = []
    for entry in text.split(","):
        cells = entry.split("|")
        if len(cells) > max(fields[name] for name in _ANN_FIELDS):
            found.append({name: cells[fields[name]].strip() for name in _ANN_FIELDS})
    return found


def _is_of(given: str, alts: Sequence[str], allele: int) -> bool:
    """
    Whether an entry speaks of this allele. VEP cuts a breakend at its colon and drops its first base (`[10` for
    `G[10:99665147[`), and calls an inversion `inversion`: only another allele's exact text shows that it is not meant.
    """
    return given == alts[allele] or given not in alts
