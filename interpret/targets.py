"""
Which genes and places a long table of fusion calls is searched for: everything that any rule looks at, and some more.

A call that names none of these genes, and lies in none of these places on either assembly, ends as "not reportable"
whatever else it says: it may be counted instead of kept. By name all genes with a model count; by place those that can
make a call one of interest, since a partner's gene alone makes none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from interpret.genes import GeneModels
from interpret.knowledge import Knowledge
from parsers.callers.format import Targets

# A caller's annotation may reach beyond our transcript: a position this near to a gene is kept for the rules to judge.
_MARGIN = 10_000


def targets_of(models: GeneModels, knowledge: Knowledge, assay_genes: Iterable[str]) -> Targets:
    """
    The genes of the models, of the rules and of the assay under every name, and the places of those that make a call
    one of interest: drivers, genes that define another entity, genes of the rules and of the assay.

    Ambiguous and loose names (NTRK) are among them, and so are the genes that a rule only excludes: more is kept than
    is needed, never less.
    """
    decisive = {*_genes_of_rules(knowledge), *(models.resolve(symbol).symbol for symbol in assay_genes)}
    named = {*models.symbols, *decisive, *assay_genes}
    places: dict[str, list[tuple[int, int]]] = {}
    for model in models.transcripts.values():
        if models.genes[model.gene].role == "partner" and model.gene not in decisive:
            continue
        low, high = sorted((model.reading(model.starts[0]), model.reading(model.ends[-1])))
        places.setdefault(model.chrom, []).append((low - _MARGIN, high + _MARGIN))
    return Targets(
        symbols=frozenset(symbol.upper() for symbol in named),
        places={chrom: tuple(_joined(spans)) for chrom, spans in sorted(places.items())},
    )


def _genes_of_rules(knowledge: Knowledge) -> Iterator[str]:
    """Rules on other diseases also speak of genes without a model, by name alone."""
    for rule in knowledge.differential:
        for column in ("gene_5prime", "gene_3prime", "driver"):
            if column in rule.conditions:
                yield from rule.conditions[column].words
    for partner in knowledge.partners:
        yield from (partner.driver, *partner.partners)


def _joined(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans in order, those that overlap as one."""
    first, last = None, 0
    for low, high in sorted(spans):
        if first is None:
            first, last = low, high
        elif low <= last + 1:
            last = max(last, high)
        else:
            yield first, last
            first, last = low, high
    if first is not None:
        yield first, last
