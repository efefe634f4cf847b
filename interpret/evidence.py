"""
Why each sentence of a report stands there: the facts behind it, and the input rows behind the facts.

Rulings bring the facts that met their conditions; this module adds the rows, and the facts of every sentence that is
not a ruling. All of it is kept with the report: tables and software change, what a report rested on does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from string import Formatter

from interpret.concordance import GroupEvidence, reportable_drivers
from interpret.context import condition_text
from interpret.findings import (
    Because,
    Explanation,
    Fusion,
    InputRow,
    Interpretation,
    Ruling,
    SpokenRule,
    Statement,
    Therapy,
)
from interpret.guidance import Guidance
from interpret.knowledge import Action, Knowledge, Partner, Resistance, Rule
from interpret.limitations import Limitation
from interpret.origins import Origins, once
from interpret.stains import GROUP_OF, STAIN_OF
from interpret.verdict import Findings, spoken_frame, spoken_kinase
from parsers.laboratory import Assay, Laboratory
from parsers.records import Case

Facts = tuple[Because, ...]


def explained(
    interpretation: Interpretation,
    findings: Findings,
    guidance: Sequence[Guidance],
    limitations: Sequence[Limitation],
    case: Case,
    assay: Assay,
    laboratory: Laboratory,
    knowledge: Knowledge,
) -> Interpretation:
    """The interpretation with the facts behind every sentence, and the rows of the tables that it rests on."""
    origins = Origins(case, assay, laboratory, findings, interpretation.reviewed_calls)
    evidence = _Evidence(findings, origins, knowledge)
    notes = tuple(evidence.of_guidance(one.ruling) for one in guidance)
    concordance = tuple(evidence.of_concordance(one) for one in interpretation.concordance)
    alerts = tuple(evidence.of_alert(one) for one in interpretation.alerts)
    risk = tuple(evidence.of_risk(one) for one in interpretation.risk)
    therapies = tuple(replace(one, because=evidence.of_therapy(one)) for one in interpretation.therapies)
    found = replace(interpretation, concordance=concordance, alerts=alerts, risk=risk, therapies=therapies)
    statements = tuple(replace(one, because=evidence.of_statement(one, found, notes)) for one in found.statements)
    found = replace(found, statements=statements)
    found = replace(
        found, explanations=(*_of_verdict(found, notes, evidence), *_of_limitations(limitations, found, evidence))
    )
    return replace(found, rules=_spoken_rules(found, notes, knowledge, findings.context.label_region))


@dataclass(frozen=True, slots=True)
class _Evidence:
    """The facts of one case, each with the rows that it was read from."""

    findings: Findings
    origins: Origins
    knowledge: Knowledge

    def of_concordance(self, ruling: Ruling) -> Ruling:
        group = ruling.marker
        met = [replace(one, rows=self._rows_of_concordance(one.fact, group)) for one in ruling.because]
        return replace(ruling, because=_once((*met, *self._named(ruling, group))))

    def of_alert(self, ruling: Ruling) -> Ruling:
        if ruling.classification == "resistance":
            return replace(ruling, because=self._of_resistance(ruling))
        name = ruling.marker
        fusion = self._fusion(name)
        met = [replace(one, rows=self._rows_of_alert(one, name)) for one in ruling.because]
        called = self.of_fusion(fusion) if fusion else self._of_call(name)
        return replace(ruling, because=_once((*met, *called, *self._named(ruling, ""))))

    def of_risk(self, ruling: Ruling) -> Ruling:
        met = [replace(one, rows=self._rows_of_risk(one.fact)) for one in ruling.because]
        named = self._named(ruling, "")
        return replace(ruling, because=_once((*met, self.tumour(), *named, self.alerts_raised())))

    def of_guidance(self, ruling: Ruling) -> Ruling:
        met = [replace(one, rows=self._rows_of_guidance(one.fact)) for one in ruling.because]
        drivers = [one for one in self.all_fusions() if is_driver_result(one)]
        called = [Because("fusion", one.name, rows=self.origins.calls(one.name)) for one in drivers]
        # "agents_for": said only beside a therapy line.
        standing = [one for each in drivers for one in self.of_standing(each)]
        is_beside_line = any(one.fact == "agents_for" for one in met)
        return replace(ruling, because=_once((*met, self.tumour(), *called, *(standing if is_beside_line else ()))))

    def of_therapy(self, line: Therapy) -> Facts:
        """What a therapy line rests on: the fusion, the patient, the tumour, the place, and each label condition."""
        fusion = self._fusion(line.fusion)
        if fusion is None:
            # Expression without a fusion is the one line that speaks of no fusion.
            return self.of_group("ALK")
        called = self.of_fusion(fusion)
        action = self._action(line)
        if action is None or action.agent == "none":
            return called
        facts = [*called, self.tumour(), self.age(action.age.text), self.jurisdiction()]
        facts += [self._label_condition(one.condition, one.state, fusion) for one in line.label_conditions]
        facts += [*self.of_group(GROUP_OF.get(fusion.driver, "")), self.variants(fusion.driver), self.prior_therapy()]
        if line.relation in ("guideline", "off_label"):
            version = self.origins.laboratory.guideline_version or "not entered"
            rows = self.origins.setting("guideline_version", version)
            facts.append(Because("guideline_version", version, rows=rows))
        return _once((*facts, Because("tier", f"{line.tier}-{line.level}".strip("-") or "none")))

    def of_statement(self, statement: Statement, found: Interpretation, notes: Sequence[Ruling]) -> Facts:
        """The facts of the ruling, line, note or fusion that the statement prints."""
        if said := _of_ruling(statement, notes):
            return said
        match statement.section:
            case "diagnostic" | "concordance" | "risk":
                return _of_ruling(statement, (*found.alerts, *found.concordance, *found.risk))
            case "fusion":
                return self._of_fusion_statement(statement, found)
            case "partner":
                return self._of_partner_note(statement)
            case "therapy":
                return self._of_therapy_statement(statement, found)
            case "quality":
                return self._of_quality_statement(statement)

    def of_fusion(self, fusion: Fusion) -> Facts:
        """What is known of one fusion, its classification and what that rests on."""
        if fusion.evidence == "inferred":
            return (Because("fusion", f"{fusion.name}, inferred from FISH"), *self.of_group(GROUP_OF[fusion.driver]))
        facts = [
            Because("fusion", fusion.name, rows=self.origins.calls(fusion.name)),
            Because("driver", fusion.driver_in_words or "none"),
            Because("exons", _exons(fusion)),
            Because("reading_frame", spoken_frame(fusion)),
            Because("kinase_domain", spoken_kinase(fusion) or "not applicable"),
            Because("classification", f"{fusion.classification}: {' '.join(fusion.reasons)}"),
            self.minimum_reads(),
        ]
        if fusion.classification == "unconfirmed":
            facts += self.quality()
        if fusion.classification == "other_entity":
            facts += self._entity(fusion)
        return tuple(facts)

    def of_standing(self, fusion: Fusion) -> Facts:
        """What decides on therapy lines and tier of a fusion: patient, tumour, place, and what speaks against."""
        group = self.of_group(GROUP_OF.get(fusion.driver, ""))
        patient = (self.tumour(), self.age(), self.jurisdiction(), self.variants(fusion.driver))
        return (*patient, *group, self.alerts_raised())

    def of_group(self, group: str) -> Facts:
        """What stains, FISH and sequencing say about one driver group; nothing for a gene of no group."""
        evidence = self.findings.concordance.groups.get(group)
        if evidence is None:
            return ()
        probes, stains = evidence.stains.fish, evidence.stains.ihc
        facts = []
        if group in STAIN_OF:
            stain = f"{STAIN_OF[group]}_immunohistochemistry"
            facts.append(Because(stain, _words(stains), rows=self.origins.stains(group)))
        facts.append(Because(f"{group}_FISH", _words(probes), rows=self.origins.fish(group)))
        shown = ", ".join(_words(word) for word in sorted(evidence.sequencing))
        return (*facts, Because(f"{group}_sequencing", shown, rows=self._rows_of_sequencing(evidence)))

    def age(self, condition: str = "") -> Because:
        return Because("age", self.findings.context.age.text, condition, self.origins.age())

    def tumour(self) -> Because:
        return Because("tumour", self.findings.context.tumour.text, rows=self.origins.tumour())

    def jurisdiction(self) -> Because:
        return Because(
            "jurisdiction", self.findings.context.jurisdiction or "not stated", rows=self.origins.jurisdiction()
        )

    def quality(self) -> Facts:
        """How the sequencing was judged, and what was sequenced."""
        quality = self.findings.quality
        value = ", ".join(_words(word) for word in sorted(quality.words))
        if quality.reason:
            value = f"{value}: {quality.reason}"
        sequenced = Because("sequenced", quality.tested_by, rows=self.origins.files())
        limit = f"tumour content at least {self.origins.assay.minimum_tumour_cells_pct:g} %"
        return (sequenced, Because("quality", value, limit, self.origins.quality()))

    def variants(self, *genes: str) -> Because:
        rows = self.origins.variants(*genes)
        value = ", ".join(row.value for row in rows) or "none received"
        return Because("variants", value, rows=rows)

    def prior_therapy(self) -> Because:
        return self.specimen("prior_therapy")

    def specimen(self, *columns: str) -> Because:
        rows = self.origins.specimen(*columns)
        return Because(columns[0], ", ".join(row.value for row in rows if row.value), rows=rows)

    def tests_done(self) -> Facts:
        """What has a result already: a follow-up asks for the rest alone."""
        rows = self.origins.all_tests()
        return (Because("tests_done", f"{len(rows)} stains and FISH assays", rows=rows), *self.quality())

    def alerts_raised(self) -> Because:
        """The alerts, and everything on which one could have been raised."""
        raised = ", ".join(dict.fromkeys(one.rule for one in self.findings.alerts.rulings)) or "none"
        cells = self.origins.specimen("diagnosis", "morphology", "site", "indication", "disease_status")
        called = self.origins.calls_of(self.all_fusions())
        rows = (*called, *cells, *self.origins.age(), *self.origins.all_tests(), *self.origins.quality())
        return Because("alerts_raised", raised, rows=once(rows))

    def minimum_reads(self) -> Because:
        rows = self.origins.assay_setting("minimum_split_reads")
        return Because("minimum_split_reads", str(self.origins.assay.minimum_split_reads), rows=rows)

    def genes_covered(self) -> Because:
        rows = self.origins.assay_setting("genes")
        return Because("genes_of_the_assay", ", ".join(self.origins.assay.genes), rows=rows)

    def all_fusions(self) -> tuple[Fusion, ...]:
        """Those of the report; on hold, those that the methods were compared on."""
        compared = [one.fusion for one in self.findings.concordance.groups.values() if one.fusion is not None]
        by_name = {fusion.name: fusion for fusion in (*compared, *self.findings.fusions)}
        return tuple(by_name.values())

    def _fusion(self, name: str) -> Fusion | None:
        return next((fusion for fusion in self.all_fusions() if fusion.name == name), None)

    def _of_call(self, name: str) -> Facts:
        """A pair of genes that no gene model knows: named by the calls alone."""
        return (Because("fusion", name, rows=self.origins.calls(name)), self.minimum_reads()) if name else ()

    def _action(self, line: Therapy) -> Action | None:
        region = self.findings.context.label_region
        rows = [one for one in self.knowledge.actions if one.id == line.rule and one.agent == line.agent]
        return next((one for one in rows if one.jurisdictions & {region, "any"}), next(iter(rows), None))

    def _entity(self, fusion: Fusion) -> Facts:
        rulings = [
            one
            for one in self.findings.alerts.rulings
            if (one.marker, one.classification) == (fusion.name, "other_entity")
        ]
        return tuple(
            replace(one, rows=self._rows_of_alert(one, fusion.name)) for each in rulings for one in each.because
        )

    def _of_resistance(self, ruling: Ruling) -> Facts:
        fusion = self._fusion(ruling.marker)
        row = next(one for one in self.knowledge.resistance if one.id == ruling.rule)
        found = self.variants(row.driver)
        asked = f"a change at the position of {', '.join(sorted(row.variants))}"
        facts = (*(self.of_fusion(fusion) if fusion else ()), replace(found, condition=asked))
        # The agents that it names are those of the therapy lines.
        return _once((*facts, *(self.of_standing(fusion) if fusion else ())))

    def _label_condition(self, text: str, state: str, fusion: Fusion) -> Because:
        return Because("label_condition", state.replace("_", " "), text, self._rows_of_label(text, fusion))

    def _rows_of_label(self, text: str, fusion: Fusion) -> tuple[InputRow, ...]:
        if text.startswith("age "):
            return self.origins.age()
        if text.startswith(condition_text("imt_diagnosis")):
            return (*self.origins.tumour(), *self._rows_that_exclude_others(fusion))
        if text == condition_text("no_resistance_mutation"):
            return self.origins.variants(fusion.driver)
        if "immunohistochemistry" in text:
            return self.origins.stains(GROUP_OF.get(fusion.driver, ""))
        if text == condition_text("approved_test"):
            return ()
        return self.origins.specimen("resectability", "disease_status", "prior_therapy")

    def _rows_that_exclude_others(self, fusion: Fusion) -> tuple[InputRow, ...]:
        """The stains, age and site that leave open, or close, which other disease the fusion may mean."""
        genes = {"gene_5prime": frozenset({fusion.gene_5prime}), "gene_3prime": frozenset({fusion.gene_3prime})}
        rules = [
            rule
            for rule in self.knowledge.differential
            if rule.effect == "left_open"
            and all(rule.conditions[gene].accept(own) for gene, own in genes.items() if gene in rule.conditions)
        ]
        asked = {
            word
            for rule in rules
            for column in _STAINS
            if column in rule.conditions
            for word in rule.conditions[column].words
        }
        if not rules:
            return ()
        return (*self.origins.stains_asked(" ".join(sorted(asked))), *self.origins.specimen("disease_status", "site"))

    def _of_fusion_statement(self, statement: Statement, found: Interpretation) -> Facts:
        fusions = [one for one in self.findings.fusions if statement.text.startswith((f"{one.name} (", f"{one.name}:"))]
        if not fusions:
            return self.of_verdict()
        fusion = fusions[0]
        facts = self.of_fusion(fusion)
        if is_driver_result(fusion):
            lines = [one for one in found.therapies if one.fusion == fusion.name]
            rules = ", ".join(dict.fromkeys(one.rule for one in lines)) or "none"
            facts = (*facts, Because("therapy_lines", rules), *self.of_standing(fusion))
        return _once(facts)

    def _of_quality_statement(self, statement: Statement) -> Facts:
        if "decalcified" in statement.text:
            return (self.specimen("decalcified"),)
        if self.findings.is_held:
            return self.of_verdict()
        called = self.findings.results if "The call itself" in statement.text else ()
        return (*self.quality(), *(fact for fusion in called for fact in self.of_fusion(fusion)))

    def _of_partner_note(self, statement: Statement) -> Facts:
        fusion = next((one for one in self.findings.fusions if one.partner_rule == statement.rule), None)
        if fusion is None:
            return ()
        return (*self.of_fusion(fusion), *self.of_group(GROUP_OF.get(fusion.driver, "")))

    def _of_therapy_statement(self, statement: Statement, found: Interpretation) -> Facts:
        rules = rule_ids(statement.rule)
        lines = [one for one in found.therapies if one.rule in rules]
        if lines:
            return _once(fact for line in lines for fact in line.because)
        rulings = [one for one in (*found.concordance, *found.alerts) if one.rule in rules]
        named = [one for one in self.findings.fusions if f"{one.name}:" in statement.text or one.name in statement.text]
        facts = [fact for fusion in named for fact in self.of_fusion(fusion)]
        facts += [fact for ruling in rulings for fact in ruling.because]
        facts += [fact for fusion in named for fact in self.of_standing(fusion)]
        agents = [line for line in found.therapies for one in named if line.fusion == one.name]
        if any(one.startswith("PT") for one in rules):
            # A note on an agent stands only beside a line that names it.
            facts += [fact for line in agents for fact in line.because]
        return _once(facts)

    def of_verdict(self) -> Facts:
        """What status and headline rest on: the fusions, the methods that spoke, and the quality."""
        groups = self.findings.concordance.groups
        spoken = [
            group
            for group, one in groups.items()
            if {one.stains.ihc, one.stains.fish} != {"not_done"}
            or one.fusion is not None
            or "imbalance" in one.sequencing
            or one.stains.pending
        ]
        facts = [fact for fusion in self.all_fusions() for fact in self.of_fusion(fusion)]
        if self.findings.is_rejected:
            facts.append(self.specimen("acceptability", "rejection_reason"))
        facts += [fact for group in spoken for fact in self.of_group(group)]
        if self.findings.is_held:
            # The report shows none of them; the hold may rest on there being several.
            rows = self.origins.possible_calls()
            facts.append(Because("fusions_called", f"{len(rows)} calls", rows=rows))
        return _once((*facts, *self.quality()))

    def _named(self, ruling: Ruling, group: str) -> Facts:
        """The facts that the wording names beside its conditions."""
        row = _row_of(ruling, self.knowledge)
        placeholders = {name for _, name, _, _ in Formatter().parse(row.wording if row else "") if name}
        facts: list[Because] = []
        if placeholders & {"reason", "method"}:
            facts += self.quality()
        if placeholders & {"genes"}:
            facts.append(self.genes_covered())
            # Genes that the methods leave open are not among those named.
            facts += [one for each in self._open_groups() for one in self.of_group(each)]
        if placeholders & {"stains", "open_tests"}:
            facts += [one for each in STAIN_OF for one in self.of_group(each)]
        if placeholders & {"other_gene", "other_stain", "other_fusion"}:
            others = [one for one in self.all_fusions() if GROUP_OF.get(one.driver) not in (group, None)]
            facts += [Because("other_fusion", one.name, rows=self.origins.calls(one.name)) for one in others]
        if placeholders & {"fusion", "partner", "gene"} and group:
            called = self.findings.concordance.groups[group].alike
            facts += [Because("fusion", one.name, rows=self.origins.calls(one.name)) for one in called]
        if placeholders & {"grounds"}:
            facts += [self.specimen("diagnosis", "morphology"), *self._stains_named("IGG4+")]
        if placeholders & {"features", "mitoses", "size", "margin"}:
            facts += [self.specimen("morphology", "diagnosis"), self.specimen("size_cm"), self.specimen("site")]
        return tuple(facts)

    def _open_groups(self) -> list[str]:
        found = self.findings.concordance
        return [
            group
            for group, one in found.groups.items()
            if group in found.indeterminate_groups or (one.stains.fish == "positive" and one.fusion is None)
        ]

    def _stains_named(self, condition: str) -> Facts:
        rows = self.origins.stains_asked(condition)
        return tuple(Because("stains", row.value, rows=(row,)) for row in rows)

    def _rows_of_concordance(self, fact: str, group: str) -> tuple[InputRow, ...]:
        groups, origins = self.findings.concordance.groups, self.origins
        if fact == "marker":
            return ()
        if fact in ("ihc", "pattern"):
            return origins.stains(group)
        if fact == "fish":
            return origins.fish(group)
        if fact in ("sequencing", "partner", "frame", "molecule"):
            return self._rows_of_sequencing(groups[group]) if group else self._rows_of_all_sequencing()
        if fact == "other_fusion":
            return once((*self._rows_of_all_sequencing(), *origins.kinase_stains(), *self._rows_of_fish()))
        others: Mapping[str, Callable[[], tuple[InputRow, ...]]] = {
            "tested_by": origins.files,
            "quality": origins.quality,
            "chemistry": lambda: origins.assay_setting("chemistry"),
            "morphology": lambda: origins.specimen("morphology", "diagnosis"),
            "drivers": self._rows_of_all_sequencing,
            "kinase_stains": origins.kinase_stains,
        }
        return others.get(fact, tuple)()

    def _rows_of_alert(self, one: Because, name: str) -> tuple[InputRow, ...]:
        origins = self.origins
        rows: Mapping[str, Callable[[], tuple[InputRow, ...]]] = {
            **dict.fromkeys(("gene_5prime", "gene_3prime", "driver", "fusion"), lambda: origins.calls(name)),
            **dict.fromkeys(("stains", "without_stains"), lambda: origins.stains_asked(one.condition)),
            "age": origins.age,
            "site": lambda: origins.specimen("site"),
            "diagnosis": lambda: origins.specimen("diagnosis", "morphology"),
            "setting": lambda: origins.specimen("diagnosis", "morphology", "indication", "site"),
            "morphology": lambda: origins.specimen("morphology", "diagnosis"),
            "alk_ihc": lambda: origins.stains("ALK"),
            "variant": lambda: origins.variants(*(word for word in re.findall(r"[A-Z][A-Za-z0-9-]*", one.condition))),
            "disease": lambda: origins.specimen("disease_status"),
            "sequencing": self._rows_of_all_sequencing,
        }
        return rows.get(one.fact, tuple)()

    def _rows_of_risk(self, fact: str) -> tuple[InputRow, ...]:
        origins = self.origins
        rows: Mapping[str, Callable[[], tuple[InputRow, ...]]] = {
            "margin": lambda: origins.specimen("margin"),
            "site": lambda: origins.specimen("site"),
            "size": lambda: origins.specimen("size_cm"),
            "morphology": lambda: origins.specimen("morphology", "diagnosis"),
            "disease": lambda: origins.specimen("disease_status"),
            "alk_pattern": lambda: origins.stains("ALK"),
            "alk_partner": lambda: self._rows_of_sequencing(self.findings.concordance.groups["ALK"]),
            "label": lambda: (
                *origins.specimen("resectability", "disease_status", "jurisdiction"),
                *origins.calls_of(self.all_fusions()),
            ),
        }  # fmt: skip
        return rows.get(fact, tuple)()

    def _rows_of_guidance(self, fact: str) -> tuple[InputRow, ...]:
        origins = self.origins
        rows: Mapping[str, Callable[[], tuple[InputRow, ...]]] = {
            **dict.fromkeys(("driver", "partner", "agents_for"), lambda: origins.calls_of(self.all_fusions())),
            "tumour": origins.tumour,
            "age": origins.age,
            "jurisdiction": origins.jurisdiction,
            "site": lambda: origins.specimen("site"),
            "resistance": origins.variants,
            "earlier_agent": lambda: origins.specimen("prior_therapy"),
            "alk_ihc": lambda: origins.stains("ALK"),
            "alk_fish": lambda: origins.fish("ALK"),
            "sequencing": self._rows_of_all_sequencing,
            "tested_by": origins.files,
            "resectability": lambda: origins.specimen("resectability"),
            "disease": lambda: origins.specimen("disease_status"),
            "morphology": lambda: origins.specimen("morphology", "diagnosis"),
            "differential": lambda: self.alerts_raised().rows,
        }
        return rows.get(fact, tuple)()

    def _rows_of_sequencing(self, evidence: GroupEvidence) -> tuple[InputRow, ...]:
        """The calls; where there is none, what the absence of one rests on."""
        fusion = evidence.fusion
        if fusion is not None:
            called = self.origins.calls(fusion.name)
            return called if fusion.classification != "unconfirmed" else (*called, *self.origins.quality())
        imbalances: tuple[InputRow, ...] = ()
        if "imbalance" in evidence.sequencing:
            imbalances = tuple(
                row
                for call in self.origins.reviewed
                if not call.name.count("::")
                for row in self.origins.calls(call.name)
            )
        elsewhere = self.origins.calls_of(self.all_fusions()) if "elsewhere" in evidence.sequencing else ()
        return once((*imbalances, *elsewhere, *self.origins.files(), *self.origins.quality()))

    def _rows_of_all_sequencing(self) -> tuple[InputRow, ...]:
        return once((*self.origins.possible_calls(), *self.origins.files(), *self.origins.quality()))

    def _rows_of_fish(self) -> tuple[InputRow, ...]:
        return tuple(row for group in self.findings.concordance.groups for row in self.origins.fish(group))


def is_driver_result(fusion: Fusion) -> bool:
    """Whether the fusion may be called a result and drives the tumour by a kinase."""
    return bool(reportable_drivers((fusion,)))


_STAINS = ("stains", "without_stains")


def rule_ids(text: str) -> tuple[str, ...]:
    """The ids of a statement's `rule`, which may gather several ("ACT04, ACT06")."""
    return tuple(one for one in re.split(r"[,;\s]+", text) if one)


def _of_verdict(found: Interpretation, notes: Sequence[Ruling], evidence: _Evidence) -> list[Explanation]:
    verdict = found.verdict
    facts = (Because("status", verdict.status.replace("_", " ")), *evidence.of_verdict())
    rulings = (*found.concordance, *found.alerts)
    deciding = tuple(dict.fromkeys(one.rule for one in rulings if one.classification not in ("", "none")))
    said = [Explanation("headline", verdict.headline, deciding, facts)]
    said += [Explanation("summary", text, *_of_summary(text, found, evidence, facts)) for text in verdict.summary]
    said.append(Explanation("certainty", verdict.certainty, (), facts))
    said += [
        Explanation("next_step", text, *_of_step(text, (*found.alerts, *found.concordance, *notes), facts, evidence))
        for text in verdict.next_steps
    ]
    return said


def _of_summary(text: str, found: Interpretation, evidence: _Evidence, facts: Facts) -> tuple[tuple[str, ...], Facts]:
    """Sentences of the summary rest on the verdict; those on therapy, resistance and other diseases on more."""
    rulings = [one for one in found.alerts if "diagnostic alert" in text]
    lines = [one for one in found.therapies if one.tier in ("I", "II")] if "Therapy associations" in text else []
    if lines:
        rulings = [*found.alerts, *found.concordance]
    more = [fact for one in rulings for fact in one.because] + [fact for one in lines for fact in one.because]
    if "not specific" in text:
        more.append(evidence.tumour())
    if "To be considered" in text or "not specific" in text or lines:
        more.append(evidence.alerts_raised())
    rules = dict.fromkeys([*(one.rule for one in rulings), *(one.rule for one in lines)])
    return tuple(rules), _once((*facts, *more))


def _of_step(text: str, rulings: Sequence[Ruling], facts: Facts, evidence: _Evidence) -> tuple[tuple[str, ...], Facts]:
    asking = [one for one in rulings if one.recommendation == text]
    if not asking:
        return (), facts
    rules = tuple(dict.fromkeys(one.rule for one in asking))
    return rules, _once((*(fact for one in asking for fact in one.because), *evidence.tests_done()))


def _of_limitations(limitations: Sequence[Limitation], found: Interpretation, evidence: _Evidence) -> list[Explanation]:
    said: list[Explanation] = []
    for one in limitations:
        facts = _of_limitation(one, evidence)
        if one.about in ("variant", "no_variants", "guideline_version"):
            # Said only beside therapy lines, or of a driver that was found.
            drivers = reportable_drivers(evidence.all_fusions())
            standing = (fact for fusion in drivers for fact in evidence.of_standing(fusion))
            facts = (*facts, *(fact for line in found.therapies for fact in line.because), *standing)
            facts = (*facts, *evidence.of_verdict())
        said.append(Explanation("limitation", one.text, (), _once(facts)))
    return said


def _of_limitation(one: Limitation, evidence: _Evidence) -> Facts:
    origins = evidence.origins
    match one.about:
        case "diagnosis":
            return (evidence.tumour(),)
        case "genes":
            return (evidence.genes_covered(),)
        case "dna" | "quality":
            return evidence.quality()
        case "tumour_content":
            return (Because("tumour_content", "", rows=origins.tumour_content()),)
        case "specimen_type":
            types = Because("validated_types", "", rows=origins.assay_setting("specimen_types"))
            return (evidence.specimen("specimen_type"), types)
        case "decalcified":
            return (evidence.specimen("decalcified"),)
        case "controls":
            return (evidence.specimen("sequencing_run"),)
        case "stains":
            return evidence.of_group(one.subject)
        case "jurisdiction":
            return (evidence.jurisdiction(),)
        case "variant":
            return (evidence.variants(one.subject.strip().upper()),)
        case "no_variants":
            return (evidence.variants(),)
        case "guideline_version":
            rows = origins.setting("guideline_version", "not entered")
            return (Because("guideline_version", "not entered", rows=rows),)


def _of_ruling(statement: Statement, rulings: Sequence[Ruling]) -> Facts:
    return next((one.because for one in rulings if (one.rule, one.text) == (statement.rule, statement.text)), ())


def _exons(fusion: Fusion) -> str:
    ends = (
        (fusion.gene_5prime, fusion.exon_5prime, fusion.transcript_5prime),
        (fusion.gene_3prime, fusion.exon_3prime, fusion.transcript_3prime),
    )
    return " to ".join(
        f"{gene or 'no gene'}{f' exon {exon}' if exon is not None else ''}{f' ({transcript})' if transcript else ''}"
        for gene, exon, transcript in ends
    )


def _words(word: str) -> str:
    return word.replace("_", " ")


def _once(facts: Iterable[Because]) -> Facts:
    return tuple(dict.fromkeys(facts))


def _row_of(ruling: Ruling, knowledge: Knowledge) -> Rule | None:
    tables = (knowledge.concordance, knowledge.differential, knowledge.risk, knowledge.guidance)
    return next((row for table in tables for row in table if (row.id, row.part) == (ruling.rule, ruling.part)), None)


def _spoken_rules(
    found: Interpretation, notes: Sequence[Ruling], knowledge: Knowledge, region: str
) -> tuple[SpokenRule, ...]:
    """Every row of the tables that some sentence rests on, in the order of the tables."""
    rulings = (*found.concordance, *found.alerts, *found.risk, *notes)
    parts = {(one.rule, one.part) for one in rulings}
    named = {rule for one in found.statements for rule in rule_ids(one.rule)} | {one.rule for one in found.therapies}
    named |= {one.rule for one in rulings} | {fusion.partner_rule for fusion in found.fusions}
    spoken = [
        *(_spoken(one, "concordance", one.part) for one in knowledge.concordance if (one.id, one.part) in parts),
        *(_spoken(one, "differential", one.part) for one in knowledge.differential if (one.id, one.part) in parts),
        *(_spoken(one, "risk", one.part) for one in knowledge.risk if (one.id, one.part) in parts),
        *(_spoken(one, "guidance", one.part) for one in knowledge.guidance if (one.id, one.part) in parts),
        *(_spoken(one, "partners") for one in knowledge.partners if one.id in named),
        *(_spoken(one, "resistance") for one in knowledge.resistance if one.id in named),
        *(
            _spoken(one, "actionability")
            for one in knowledge.actions
            if one.id in named and one.jurisdictions & {region, "any"}
        ),
    ]
    return tuple(dict.fromkeys(spoken))


def _spoken(row: Rule | Partner | Resistance | Action, table: str, part: str = "") -> SpokenRule:
    return SpokenRule(row.id, part, f"{table}.tsv", row.wording, row.evidence_status, row.sources)
