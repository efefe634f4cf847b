"""
How the rules word their sentences: one pattern for each, with named gaps, in groups.

The patterns follow the code of `interpret` and the short fixed texts of its tables; a test reads the sentences of many
cases against them. The kind of a gap is its name without the digits: a value that stays as it is, a list, or one of the
other groups. Reworded a rule? Change its pattern here and run `make translations`; until then its sentence is printed
in English in every language.
"""

from __future__ import annotations

from collections.abc import Mapping

# What stays as it is, and what it may look like. "text" is anything within one sentence.
VALUES: Mapping[str, str] = {
    "agent": r"[A-Za-z][a-z-]+",
    "amount": r"\d[\d.]*(?: [^\s,;()]+){0,4}",
    "build": r"GRCh3[78]",
    "caller": r"[A-Za-z][\w+/.-]*(?: [\w+/-][\w+/.-]*){0,3}",
    "change": r"\S+?",
    "fusion": r"[^\s,;:()]+::[^\s,;:()]+|[^\s,;:()]+\(::\)",
    "gene": r"[A-Z?][A-Za-z0-9@-]*(?:\.\d+)?",
    "level": r"[A-D]",
    "marker": r"[A-Za-z0-9][A-Za-z0-9-]*(?: [A-Za-z]+)?",
    # Of a name that the laboratory gave a metric: the tumour content has a pattern of its own.
    "metric": r"(?![Tt]umour content )(?:(?!\. ).)+?",
    "molecule": r"RNA|DNA",
    "number": r"\d+(?:\.\d+)?",
    "place": r"[^\s,;]+:\d+",
    "rule": r"[A-Z0-9-]*",
    "stain": r"(?:pan-)?[A-Z][A-Z0-9]+",
    "text": r"(?:(?!\. ).)+?",
    "tier": r"[IV]+",
    "transcript": r"[A-Z]+_?\d+(?:\.\d+)?",
    "version": r"(?!to be )(?:(?!\. )[^();])+?",
    "vicc": r"\S+?",
    "word": r"\S+?",
}

# Of what a list is made, what stands between its parts, and whether the parts are names or statements.
LISTS: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "agents": ("agent", (", ", " and "), "names"),
    "callers": ("caller", (", ", " and "), "names"),
    "conditions": ("condition", ("; ",), "statements"),
    "entities": ("entity", ("; ", " and "), "names"),
    "facts": ("fact", (", ",), "statements"),
    "figures": ("figure", ("; ",), "statements"),
    "fusions": ("fusion", (", ", " and "), "names"),
    "genes": ("gene", (", ", " and ", " or "), "names"),
    "headlines": ("headline", ("; ",), "statements"),
    "limits": ("limit", (", ",), "statements"),
    "localisations": ("localisation", (", ",), "names"),
    "markers": ("marker", (", ", " and "), "names"),
    "place_ends": ("place_end", ("; ",), "statements"),
    "reads": ("read", (" and ",), "names"),
    "reasons": ("reason", (" and ",), "statements"),
    "report_grounds": ("report_ground", (", ", " and "), "statements"),
    "results": ("result", (", ",), "statements"),
    "said_frames": ("said_frame", ("; ",), "statements"),
    "stains": ("stain", (", ", " and "), "names"),
    "statuses": ("status", ("; ",), "statements"),
    "steps": ("step", ("; ",), "statements"),
    "tests": ("test", (", ", " and "), "names"),
    "usables": ("usable", (", ",), "names"),
}

# The patterns, by what they are part of.

PATTERNS: Mapping[str, tuple[str, ...]] = {
    # The answer of page 1; where it is repeated in the text a full stop follows.
    "headline": (
        "On hold: {reasons}; no result of this run is released",
        "On hold: more than one kinase fusion was called; sample identity and library to be checked",
        "{gene} fusion detected: {fusion}, {facts}",
        "{gene} fusion detected: {fusion}, {facts}; to be confirmed",
        "{gene} fusion detected: {fusion}, {facts}; {stain} immunohistochemistry negative, to be explained",
        "{fusion} also detected",
        "{fusion} also detected: points to {entity}",
        "{fusion} detected: points to {entity}",
        "No reportable kinase fusion detected by {method} in the genes tested",
        "Sequencing not informative: {reasons}; repeat requested",
        "Sequencing not informative: {reasons}; quality figures requested",
        "{stains} immunohistochemistry positive; sequencing was not done",
        "Not informative: sequencing was not done",
        "Possible {genes} fusion, unconfirmed: confirmation requested",
        "Possible {genes} fusions, unconfirmed: confirmation requested",
        "{fusion} called: {why}; a functional kinase is not expected",
        "{genes} rearranged by FISH and expressed: partner not known, RNA sequencing requested",
        "{genes} rearranged by FISH and expressed, no fusion shown: further testing requested",
        "Rearrangement inferred from FISH, {fusions}: partner not known, sequencing requested",
        "{genes} rearranged by FISH, no fusion shown: further testing requested",
        "{stains} staining without a fusion shown: further testing requested",
        "Indeterminate: the methods do not settle the question; further testing requested",
    ),
    "frame": (
        "in frame",
        "out of frame",
        "predicted in frame",
        "predicted out of frame",
        "reading frame not assessable",
        "reading frame undetermined",
    ),
    "kinase": (
        "kinase domain retained",
        "kinase domain only partly retained",
        "kinase domain lost",
        "retention of the kinase domain unclear",
    ),
    "fact": (
        "{frame}",
        "{kinase}",
        "{reads}",
    ),
    "read": (
        "{number} split read",
        "{number} split reads",
        "{number} spanning pair",
        "{number} spanning pairs",
        "{number} supporting read",
        "{number} supporting reads",
    ),
    "why": (
        "the kinase gene {gene} is the 5-prime partner",
        "the kinase domain is lost",
        "the fusion is out of frame",
        "its orientation or structure does not give a kinase fusion",
        "a stop codon follows the junction",
    ),
    "reason": (
        "a run control failed ({text})",
        "sequencing was not done",
        "{molecule} quality below the laboratory limit",
        "{molecule} quality borderline",
        "{molecule} quality not documented",
        "tumour content {number} %, below the limit of {number2} %",
    ),
    "method": (
        "RNA sequencing",
        "DNA sequencing",
        "RNA and DNA sequencing",
        "sequencing",
    ),
    "test": (
        "FISH",
        "{stain} immunohistochemistry",
        "{genes} FISH",
        "{method}",
    ),
    # Other diseases, from differential.tsv.
    "entity": (
        "another disease",
        "ALK-positive anaplastic large cell lymphoma",
        "lung adenocarcinoma",
        "carcinoma",
        "ALK-positive histiocytosis",
        "fetal lung interstitial tumour",
        "epithelioid fibrous histiocytoma and related superficial tumours",
        "pseudosarcomatous myofibroblastic proliferation",
        "uterine IMT",
        "epithelioid inflammatory myofibroblastic sarcoma",
        "infantile fibrosarcoma",
        "NTRK-rearranged spindle cell neoplasm",
        "lipofibromatosis-like neural tumour",
        "dermatofibrosarcoma protuberans",
        "nodular fasciitis",
        "solitary fibrous tumour",
        "synovial sarcoma",
        "Ewing sarcoma and other EWSR1-rearranged tumours",
        "infantile myofibromatosis",
        "perivascular (myopericytic) tumour",
        "desmoid fibromatosis",
        "gastrointestinal stromal tumour",
        "alveolar rhabdomyosarcoma",
        "rhabdomyosarcoma",
        "other sarcoma",
        "IgG4-related disease",
        "EBV-positive inflammatory follicular dendritic cell sarcoma",
        "follicular dendritic cell sarcoma",
        "epithelioid sarcoma and others",
        "inflammatory well-differentiated or dedifferentiated liposarcoma",
        "TFE3-rearranged tumour",
        "S100 and CD34 positive spindle cell tumour",
        "unclassified kinase-fusion spindle cell neoplasm",
    ),
    "end": (
        "{gene} exon {number} of {transcript}",
        "{gene} exon {number}",
        "{gene}",
    ),
    "place_end": (
        "{gene} exon {number}, {transcript}",
        "{gene} exon {number}",
        "{gene}, {transcript}",
    ),
    "result": (
        "immunohistochemistry positive",
        "immunohistochemistry positive, weak or focal",
        "immunohistochemistry equivocal",
        "no staining by immunohistochemistry",
        "FISH positive",
        "FISH equivocal",
        "no rearrangement by FISH",
        "no fusion shown by {method}",
        "not sequenced",
        "not covered by the sequencing",
    ),
    "standing": (
        "a resistance variant speaks against at least one of them",
        "the diagnostic alerts come before any of them",
        "the stain and the call are to be reviewed before any of them, as the pattern does not fit the partner",
        "all conditions of at least one label are documented",
        "all conditions of at least one label are documented, and earlier treatment with {agents} is too",
        "not all label conditions are documented as met",
        "no label information is held for this jurisdiction ({text})",
        "all of them are off-label",
        "none of them is on label here",
    ),
    # Whole sentences, wherever they stand.
    "sentence": (
        "The results of this specimen are on hold; nothing is reported as found or as absent.",
        "{method} shows {fusion} ({end} to {end2}), {facts}.",
        "{method} show {fusion} ({end} to {end2}), {facts}.",
        "The finding is not settled: {fusions}.",
        "{stain}: {results}.",
        "Staining or FISH and sequencing do not agree.",
        "No reportable kinase fusion was detected by {method} in the genes tested.",
        "Sequencing was not done.",
        "Sequencing gives no information on fusions: {reasons}.",
        "This does not exclude a fusion outside the design of the assay or below its limit of detection.",
        "For {genes}, nothing is reported as found or as absent until further testing has settled it.",
        "For these genes, nothing is reported as found or as absent until further testing has settled it.",
        "A fusion is neither shown nor excluded.",
        "The result follows once the cause has been found and the test repeated.",
        "{stains} protein expression alone is not proof of a fusion.",
        "The fusion points to {entity}, not to IMT: see the diagnostic alert.",
        "{gene} fusions are described in IMT, and are not specific for it; correlate with histology.",
        "The fusion is not specific for one tumour type; correlate with histology.",
        "To be considered: {entities} (see the diagnostic alerts).",
        "The missing protein expression is to be explained before any treatment statement is made.",
        "The fusion is to be confirmed by a second method before any treatment statement is made.",
        "Therapy associations are listed below (tier {tier}, level {level}); {standing}.",
        "Therapy associations are listed below (tier {tier}); {standing}.",
        (
            "Resistance alert: {change} in {gene} was reported with this specimen; it has been associated with "
            "resistance to ALK inhibitors in NSCLC."
        ),
        (
            "Resistance alert: {change} in {gene} was reported with this specimen; it has been associated with "
            "resistance in NSCLC."
        ),
        (
            "Resistance alert: {change} in {gene} was reported with this specimen; it has been associated with "
            "acquired resistance."
        ),
        (
            "Resistance alert: {change} in {gene} was reported with this specimen; it has been associated with "
            "resistance (xDFG position)."
        ),
        (
            "Resistance alert: {change} in {gene} was reported with this specimen, at a position that corresponds "
            "to known resistance positions in related genes; its effect is to be assessed by the laboratory."
        ),
        (
            "Resistance alert: {change} in {gene} was reported with this specimen; it has been associated with "
            "resistance to ROS1 inhibitors in NSCLC."
        ),
        (
            "Resistance alert: {change} in {gene} was reported with this specimen; it has been associated with "
            "resistance to other ROS1 inhibitors in NSCLC."
        ),
        (
            "Resistance alert: {change} in {gene} was reported with this specimen, at a position of known "
            "resistance; the effect of this change is not in the knowledge tables."
        ),
        (
            "Resistance alert: {gene} {change} was reported with this specimen; its effect is to be assessed (see "
            "the diagnostic alerts)."
        ),
        (
            "Resistance alert: {gene} {change} was reported with this specimen; {agents} may not be active (see "
            "the diagnostic alerts)."
        ),
        (
            "Resistance alert: {gene} {change} was reported with this specimen; agents against {gene2} may not be "
            "active (see the diagnostic alerts)."
        ),
        "{fusion}: {sentence}",
        "This agent may not be active.",
        "Agents against {gene} may not be active.",
        "The agent {agent} may not be active.",
        "The agents {agents} may not be active.",
        "{agents} may not be active.",
        "This agent may not be active; its effect on this variant was not checked.",
        "Agents against {gene} may not be active; its effect on this variant was not checked.",
        "The agent {agent} may not be active; its effect on this variant was not checked.",
        "The agents {agents} may not be active; its effect on this variant was not checked.",
        "Not assessed while the result is on hold.",
        "No conclusion is possible.",
        "{method} passed the quality limits of the laboratory.",
        "The {method} passed the quality limits of the laboratory.",
        "Methods disagree: {tests} are positive, {method} shows no fusion.",
        "Methods disagree: {tests} are positive, {method} shows no functional fusion.",
        "Not certain: {tests} are both positive, the call itself is not confirmed.",
        "{number} methods agree: {tests}.",
        "The partner and the reading frame are not established.",
        "Not certain: the result rests on one method, or the methods disagree.",
        'The sources disagree on the reading frame: see "Sources disagree" with the fusion.',
        'The sources disagree on this fusion: see "Sources disagree" with it.',
        "Methods disagree: {tests} against {tests2}.",
        "Not certain: the result rests on one method, {test}.",
        "Not certain: the call itself is not confirmed.",
        "Also called, not confirmed and not reported: {fusions}.",
        "One method: {test}.",
        "{stain} immunohistochemistry is positive, but weak or focal.",
        "{stain} immunohistochemistry is equivocal.",
        "{stain} immunohistochemistry is negative.",
        "{stain} immunohistochemistry shows a pattern that does not fit the partner.",
        "{genes} FISH is equivocal.",
        "{genes} FISH did not show a rearrangement.",
        "Called by {callers}.",
        "The transcript was inferred from the DNA breakpoints, not sequenced.",
        "Caution: {reasons}.",
        "{figures}.",
        "{steps}.",
        "The reading frame is a prediction from the DNA breakpoints: the transcript was not sequenced.",
        "The call needs confirmation: {reasons}.",
        "More than one kinase fusion was called: the result is on hold.",
        "A break-apart FISH probe shows a rearrangement of {gene}; partner and reading frame are not known.",
        "{caller} states no split reads; the assay requires {number}.",
        "{caller} found {reads}; the assay requires {number}.",
        "{caller} did not pass the call (filter: {text}).",
        "{caller} gives the call low confidence.",
        "{callers} found a stop codon behind the junction: no functional fusion protein is expected.",
        "{callers} found a stop codon behind the junction.",
        "{callers} found a stop codon behind the junction, against {callers2}.",
        "{caller} calls the fusion out of frame; here the frame cannot be assessed.",
        "The junction is in frame on the transcripts shown, but {callers} calls it out of frame.",
        "The junction is out of frame on the transcripts shown, but {callers} calls it in frame.",
        "Joining the exons beside the DNA breakpoints gives a frame shift; splicing was not observed.",
        "The fusion is out of frame: no functional fusion protein is expected.",
        "The fusion is out of frame ({callers}): no functional fusion protein is expected.",
        "The reading frame is undetermined; the callers disagree.",
        "The reading frame is undetermined.",
        "The reading frame is undetermined: {callers} calls it {frame_state}, counting the bases does not.",
        "The reading frame is the one that {callers} states; counting the retained bases gives the same.",
        "The reading frame is the one that {callers} states; it could not be checked here.",
        "The callers disagree on the reading frame ({said_frames}).",
        "The fusion does not contain the kinase domain of {gene}.",
        "{gene} is the 5′ gene.",
        "The fusion contains no coding sequence of {gene}.",
        (
            "The submitted symbol {gene} is ambiguous: it may mean {genes}. It was not renamed; which gene is "
            "meant has to be clarified."
        ),
        "The product with the kinase domain of {gene} was not called; it may exist beside this.",
        "The partner gene is not known.",
        "{gene} is the {number}′ gene and keeps its kinase domain: activation is not judged here.",
        "{gene} is the {number}′ gene of this product: an active {gene2} fusion is not shown.",
        "The junction cuts the kinase domain of {gene}: only a part of it is kept.",
        "Whether the kinase domain of {gene} is kept cannot be told.",
        "{report_grounds}.",
        "The fusion points to another disease: {entity} ({rule}).",
        "This is the reciprocal product of {fusion}: it supports the rearrangement and is not reported alone.",
        "DNA evidence only: an expressed in-frame transcript was not shown.",
        "The reciprocal product {fusion} was also called and supports the rearrangement.",
        "{gene} exon {number} of {transcript} is exon {number2} of {transcript2}.",
        "{gene} exon {number} of {transcript} is exon {number2} of {transcript2}, the caller's transcript.",
        "A further junction was called by {caller} ({molecule}): {vicc}; {frame_state}; {reads}.",
        "A further junction was called by {caller} ({molecule}): {vicc}; {frame_state}; split reads not stated.",
        "{gene} and {gene2} are neighbours on one strand.",
        "{caller} types the event as a possible read-through.",
        "A transcript without a rearrangement cannot be excluded by this call alone.",
        "Reciprocal product of {fusion}.",
        "Further junction of {fusion}.",
        "The file lists the event for another sample: this one has neither the genotype nor a read of it.",
        "An imbalance of 5′ and 3′ expression of {gene}: a hint at a fusion, without a partner or a junction.",
        "No gene of the gene models lies at the breakpoints.",
        "Both breakpoints lie in {gene}: an event within one gene, not a fusion.",
        "Neither {gene} nor {gene2} is a gene of the assay or of the kinase list.",
        "{gene} is not a gene of the assay or of the kinase list.",
        "{caller} discarded the candidate (filter: {text}), with {reads}.",
        (
            "{caller} did not report the candidate (filter: {text}) and states no reads; {gene} is its 5′ gene: "
            "the product is out of frame and lacks the kinase domain."
        ),
        "The caller types both ends as the same end of their gene: no chimeric protein can arise from it.",
        "The caller names {gene} first, but the breakpoints fit only the opposite order ({fusion}).",
        "The orientation of the breakpoints cannot be told.",
        (
            "Both ends of the rearrangement keep the start of their gene ({gene}, {gene2}): no chimeric "
            "transcript in sense orientation can arise from it."
        ),
        (
            "Both ends of the rearrangement keep the end of their gene ({gene}, {gene2}): no chimeric transcript "
            "in sense orientation can arise from it."
        ),
        "The strand of {gene} is not known here: the orientation of the fusion is unresolved.",
        "The order of the genes was derived from their strands and the breakpoints.",
        "The caller does not know which gene is the 5′ partner: the orientation is unresolved.",
        "The genes are named in the order that fits the exon edges.",
        "{gene} makes no protein: the reading frame cannot be assessed.",
        (
            "{gene} is entered before its start codon: its coding sequence is complete and the phase rule does "
            "not apply."
        ),
        "The junction lies behind the stop codon of {gene}.",
        (
            "{gene} contributes no coding sequence, only its promoter and untranslated exons: the reading frame "
            "cannot be assessed."
        ),
        "A breakpoint lies deep inside an intron of the transcript shown: by itself it gives no reading frame.",
        "No gene of the gene models lies at {place}.",
        "{gene} is named by the file's annotation.",
        "The file's annotation names {genes}: which of them is joined cannot be told.",
        "The file's annotation names {genes} at {place}, which lies in {gene} on {build}.",
        (
            "The file's annotation names {genes} at {place}, which lies in {gene} on {build}; on {build2} it lies "
            "in {gene2}: check the genome build."
        ),
        "Named {gene} by the caller; the position lies in {gene2}.",
        "The caller names {gene}, but {place} is an exon edge of {gene2}.",
        "The caller names {gene}, but {place} does not lie in it on {build}.",
        (
            "The caller names {gene}, but {place} does not lie in it on {build}; on {build2} it does: check the "
            "genome build."
        ),
        "The caller names {gene}, but {place} does not lie in it on {build}; it lies in {gene2}.",
        "The file's annotation names {gene}, but {place} does not lie in it on {build}.",
        (
            "The file's annotation names {gene}, but {place} does not lie in it on {build}; on {build2} it does: "
            "check the genome build."
        ),
        "The file's annotation names {gene}, but {place} does not lie in it on {build}; it lies in {gene2}.",
        "{gene} is read on {transcript} of {text}.",
        "The genome build is not stated: the position was not used.",
        "{gene}: {noncoding}.",
        "The {gene} breakpoint is the edge of exon {number} of {transcript}, another transcript of it.",
        "The {gene} breakpoint is the edge of exon {word} of {transcript} ({text}).",
        (
            "The {gene} breakpoint {place} lies on no exon edge on {build}; on {build2} it is the edge of exon "
            "{number} of {transcript}: check the genome build."
        ),
        "There is no gene model of {gene} here: its coding bases are not known.",
        "Its exon is the one that the caller states.",
        (
            "Exon {number} of {gene} was given without a transcript, and its transcripts in {text} number the "
            "exons differently: the exon is undetermined."
        ),
        (
            "Exon {number} of {gene} was given without a transcript, and {transcript} and {transcript2} number "
            "the exons differently: the exon is undetermined."
        ),
        "Exon {number} of {transcript} ({gene}), the caller's transcript, is exon {number2} of {transcript2}.",
        (
            "Exon {number} of {transcript} ({gene}), the caller's transcript, lies beside exon {number2} of "
            "{transcript2}."
        ),
        "The {gene} breakpoint lies before the first exon of {transcript}.",
        "The {gene} breakpoint lies behind the last exon of {transcript}.",
        "The DNA breakpoint lies inside exon {number} of {gene} ({transcript}): splicing cannot be told.",
        (
            "DNA breakpoint in intron {number} of {gene} ({transcript}): exon {number2} is assumed to be joined; "
            "splicing was not observed."
        ),
        "{number} base of intron {number2} of {gene} ({transcript}) remains in the transcript.",
        "{number} bases of intron {number2} of {gene} ({transcript}) remain in the transcript.",
        "The transcript runs against the strand of {gene} at its {number}′ end: the gene is not read there.",
        "The caller gives exon {number} of {gene}; its position fits exon {number2} of {transcript}, which was used.",
        (
            "The caller gives exon {number} of {gene} ({transcript}); its position fits exon {number2} of "
            "{transcript2}, which was used."
        ),
        "Exon number and position of {gene} disagree, and the reading frame depends on which is right.",
        "The symbol {gene} may also mean another gene ({genes}): not renamed.",
        "Named {gene} by the caller; the approved symbol is {gene2}.",
        "Exon {number} of {transcript} ({gene}) has no counterpart in {transcript2}.",
        "The exon numbering of {transcript} ({gene}) is not known here: the exon is undetermined.",
        "No transcript was given for {gene}: exon {number} is read on {transcript}.",
        "{transcript} ({gene}) has {number} exons: exon {number2} does not exist.",
        "The caller numbers {gene} on {transcript}; the exon is read on {transcript2}, another version of it.",
        "The diagnosis text names IMT, the diagnosis code is {word}: to be clarified.",
        "The diagnosis code {word} means IMT, the diagnosis text does not: the text is followed.",
        "IMT is named by the diagnosis code only.",
        "Not tested by this assay: {genes}.",
        "DNA sequencing misses fusions whose breakpoints lie outside the covered introns.",
        "The tumour content is not documented.",
        "The tumour content ({number} %) is below the limit of {number2} %.",
        "The assay is not validated for this specimen type ({text}).",
        "The tissue was decalcified, which can damage RNA and weaken staining.",
        "The controls of the sequencing run are not documented.",
        "The {stain} results contradict each other and are read as equivocal.",
        "{stain} immunohistochemistry gives no usable result ({usables}).",
        "{gene} FISH gives no usable result.",
        "No label information is held for this jurisdiction ({text}).",
        "{gene} {change} was reported; its effect on treatment is not in the knowledge tables.",
        "No small variants were received: resistance variants are not assessed.",
        "The guideline version has not been entered by the laboratory.",
        (
            "Only tumour tissue was tested; this test cannot tell whether an alteration is inherited (germline) "
            "or acquired."
        ),
        "{fusion}: no therapy association is listed until it is confirmed.",
        (
            "{fusion}: the diagnosis entered is not IMT; therapy associations that apply to IMT are not listed, "
            "and those of other tumour types are outside this report."
        ),
        "{fusion}: therapy associations for IMT are not listed because of the diagnostic alert above.",
        "{fusion}: no therapy association is held for this driver, age and jurisdiction ({text}).",
        "The run is on hold: {reasons}.",
        "Sequencing was not done; this report makes no statement on fusions beyond staining and FISH.",
        "Sequencing quality: {reasons}.",
        "Genes of the assay without a call are not assessable.",
        "The result is on hold, although the {method} passed the quality limits.",
        "The call itself is well supported and is reported with this caution.",
        "{fusion} ({place_ends}): {facts}.",
        "{fusion}: {facts}.",
        "Not reported as a result: {sentence}",
        "AMP/ASCO/CAP tier {tier}, level {level}.",
        "AMP/ASCO/CAP tier {tier}.",
        (
            "Expression is not shown: the partner of {fusion} contributes no coding sequence, so that {stain} "
            "immunohistochemistry has to support it before this line is used."
        ),
        (
            "Expression is not shown: the partner of {fusion} contributes no coding sequence, so that {stain} "
            "immunohistochemistry has to support it before a line on {agents} is used."
        ),
        "Progression on {agent} is documented in the data received.",
        "Prior treatment with {agent} is documented in the data received.",
        "Label conditions not met: {conditions}.",
        "Label conditions not documented in the data received: {conditions}.",
        "All label conditions are documented in the data received.",
        "No partner-specific statement: {gene} is not among the established partners of {gene2}.",
        "No partner-specific statement: this partner is not among the established partners of {gene}.",
        "Expected {stain} pattern: {pattern}.",
        "Expected {stain} pattern: {pattern}; observed: {localisations} (matches).",
        "Expected {stain} pattern: {pattern}; observed: {localisations} (compatible).",
        "Expected {stain} pattern: {pattern}; observed: {localisations} (differs from the expected).",
    ),
    "figure": (
        "{metric} (required: {limits})",
        "tumour content {number} % (required: {limits})",
        "RNA quality {text}",
        "DNA quality {text}",
        "Sequencing quality {text}",
    ),
    "limit": (
        "at least {amount}",
        "at most {amount}",
        "no limit set",
        "verdict of the laboratory",
    ),
    # Why a gene has its state; a name of a method or fusion alone is one, too.
    "gene_reason": (
        "{reasons}",
        "{method}",
        "{fusion}",
        "not covered by the assay",
        "the result is on hold",
        "{fusion}; points to another disease, see the diagnostic alert",
        "{fusion}; outside the validated genes of the assay",
        "{fusion}; points to another disease, see the diagnostic alert; outside the validated genes of the assay",
        "{fusion}: stop codon behind the junction",
        "{fusion}: event without a functional kinase",
        "{fusion}: unconfirmed",
        "{fusion}: uncertain",
        "rearranged by FISH; not explained by sequencing",
        "no fusion shown, but the methods disagree ({rule})",
        "{fusion}: the symbol may mean this gene",
        "no valid result for any of its targets ({text})",
    ),
    "age": (
        "{number} day",
        "{number} days",
        "{number} month",
        "{number} months",
        "{number} year",
        "{number} years",
    ),
    # Conditions of a label.
    "condition": (
        "age from {number} year",
        "age from {number} years",
        "age from {number} year to under {number2} years",
        "age from {number} years to under {number2} years",
        "age over {number} month",
        "age over {number} months",
        "diagnosis of inflammatory myofibroblastic tumour",
        "diagnosis of inflammatory myofibroblastic tumour ({entities} to be excluded)",
        "ALK-positive tumour (expression by immunohistochemistry)",
        "unresectable disease",
        "recurrent or refractory disease",
        "unresectable, recurrent, or refractory disease",
        "advanced disease",
        "advanced or recurrent disease",
        "metastatic disease, or surgery likely to result in severe morbidity",
        "locally advanced or metastatic disease, or surgery likely to result in severe morbidity",
        "locally advanced or metastatic disease",
        "progressed following treatment, or no satisfactory alternative",
        "no satisfactory treatment option",
        "no known acquired resistance mutation",
        "fusion found by an FDA-approved test",
        "no prior NTRK inhibitor",
        "prior NTRK inhibitor, or other options exhausted",
        "options not targeting RET of limited benefit or exhausted",
    ),
    "state": (
        "label conditions not met",
        "label conditions not documented",
        "label conditions documented",
    ),
    "guideline": (
        "guideline version {version}",
        "guideline version to be checked by the laboratory",
    ),
    # The regulatory status beside an agent.
    "status": (
        "FDA-approved for IMT, {state}",
        "EU-authorised for IMT from 1 year to under 18 years, {state}",
        "Trial evidence, not a label statement",
        "Off-label in IMT; guideline-listed ({guideline})",
        "Reported as approved in Japan, tumour-agnostic, {state}",
        "No therapy association",
        "Off-label in IMT (approved in ROS1-positive NSCLC)",
        "Off-label in IMT (authorised in ROS1-positive NSCLC)",
        "FDA-approved, tumour-agnostic, {state}",
        "EU conditional authorisation, tumour-agnostic, {state}",
        "FDA accelerated approval, tumour-agnostic, {state}",
        "EU-authorised, tumour-agnostic, {state}",
        "EU-authorised for adults, tumour-agnostic, {state}",
        "Off-label in IMT (approved in another PDGFR-rearranged disease)",
        "Off-label in IMT (authorised in another PDGFR-rearranged disease)",
        "resistance variant reported ({change})",
        "variant at a resistance position reported ({change})",
        "{stain} expression not shown",
        "progression on it documented",
        "prior treatment with it documented",
    ),
    "hgvs_reason": (
        "the transcript was not sequenced",
        "it is not known which gene is the 5′ partner",
        "the structure of the fusion is in doubt",
        "a transcript without a coding sequence has no position in this description",
        "the partner gene is not known",
        "there is no gene model of {gene}",
        "the exon of {gene} is not known",
        "the {gene} exon belongs to a transcript that is not known whole here",
        "the junction does not lie on an exon edge of {gene}",
    ),
    "said_frame": (
        "{callers}: in frame",
        "{callers}: out of frame",
        "{callers}: stop codon",
    ),
    "frame_state": (
        "in frame",
        "out of frame",
        "not assessable",
        "undetermined",
    ),
    "report_ground": (
        "the fusion is predicted in frame",
        "the fusion is in frame",
        "the coding sequence of {gene} does not depend on the frame of the partner",
        "the kinase domain of {gene} is retained",
        "the call passes the requirements of the assay (at least {number} split reads)",
        "the call passes the requirements of the assay (at least {number} supporting reads)",
    ),
    "noncoding": (
        "long intergenic non-coding RNA by its symbol",
        "divergent non-coding transcript by its symbol",
        "non-coding transcript (antisense, intronic or overlapping) by its symbol",
    ),
    "usable": (
        "control failed",
        "not evaluable",
        "not done",
        "pending",
    ),
    # The stain pattern that goes with a partner, from partners.tsv.
    "pattern": (
        "diffuse cytoplasmic",
        "cytoplasmic",
        "granular cytoplasmic",
        "nuclear membrane",
        "cytoplasmic with perinuclear accentuation",
        "smooth cytoplasmic",
        "cytoplasmic, sometimes granular",
        "granular cytoplasmic, in one case with paranuclear accentuation",
        "nuclear, nucleolar and cytoplasmic",
        "nuclear and cytoplasmic",
    ),
    "localisation": (
        "cytoplasmic",
        "nuclear membrane",
        "membranous",
        "nuclear",
        "granular",
        "perinuclear",
        "paranuclear",
        "dot-like",
        "diffuse",
    ),
    "distribution": (
        "diffuse",
        "focal",
        "patchy",
    ),
    # The course of the disease as the request states it.
    "course": (
        "primary",
        "recurrent",
        "refractory",
        "metastatic",
        "progressed",
    ),
    "resectability": (
        "resected",
        "resectable",
        "unresectable",
    ),
    "laterality": (
        "left",
        "right",
        "bilateral",
        "midline",
    ),
    # A caller's own word for the reading frame.
    "called_frame": (
        "in-frame",
        "out-of-frame",
        "stop-codon",
        "unknown",
    ),
    "evidence": (
        "sequenced",
        "inferred",
    ),
    "site_role": (
        "performed and interpreted",
        "performed",
        "interpreted",
    ),
    # What to do next, as one part of `a; b; c.`; written with a small letter where the language allows it.
    "step": (
        "{tests}",
        "{markers} staining",
        "{markers} staining for the record",
        "{tests} as a second method",
        "{tests}, to confirm {fusion}",
        "expert sarcoma pathology review",
        "repeat review of the ALK stain",
        "re-analysis of the RNA data",
        "sequencing of RNA with an open 3-prime design, or a repeat on new tissue",
        "RNA sequencing that names the partner",
        "RNA sequencing on another block",
        "consider ALK gain or amplification and ALKATI",
        "repeat {method} on new or other tissue",
        "supply the quality figures of the {method}, or repeat it",
        "expert review of the sequencing event",
        "if the diagnosis is IMT, tests for other kinases: {tests}",
        "repeat {stain} immunohistochemistry with a second clone",
        "confirm the fusion by an orthogonal RNA assay",
        "review of the FISH on tumour cells",
        "review the FISH on tumour cells only",
        "review of the FISH on tumour cells only",
        "ALK immunohistochemistry is optional and shows the staining pattern",
        "repeat {stain} immunohistochemistry",
        "repeat {stain} immunohistochemistry for the record",
        "macrodissection, or a new block",
        "orthogonal confirmation of {fusions} (a second RNA assay or RT-PCR)",
        "hybrid-capture RNA sequencing",
        "a second RNA assay",
        "RNA sequencing that covers {genes}",
        "confirm by a second RNA assay",
        "confirmation by a second method",
        "confirm by a second assay",
        "check that the gene is {gene}, not {gene2}",
        "if morphology strongly suggests IMT, consider another method",
        "an amended report follows",
        "repeat the kinase stains",
        "repeat the library and check sample identity",
        "ALK immunohistochemistry (confirms expression and shows the pattern) before treatment decisions",
        "review of the {gene} FISH, which did not show the rearrangement",
        "repeat or review of the {gene} FISH",
        "review of the {gene} FISH on tumour cells",
        "haematopathology review with T-cell markers",
        "check for nuclear and nucleolar ALK",
        "review for adenocarcinoma morphology",
        "review for fetal-lung-like architecture",
        "correlate with depth and size",
        "correlate with a previous procedure and with histology",
        "review the histology for uterine IMT",
        "correlate with histology for infantile fibrosarcoma",
        "look for perivascular hyalinisation",
        "review for dermatofibrosarcoma protuberans",
        "correlate with a short history and size",
        "look for multifocal disease and a biphasic pattern",
        "CTNNB1 sequencing",
        "review for rhabdomyosarcoma",
        "lineage markers",
        "IgG4 and IgG cell counts",
        "serum IgG4",
        "review for liposarcoma",
        "settle the contradictory results of {stain} staining or FISH",
        "find the cause of the failed run control and repeat the run",
        "RNA sequencing, if a fusion result is needed",
        "RNA sequencing: DNA sequencing misses part of the fusions",
        "assess {gene} {change} as a resistance variant before treatment",
    ),
    # Stains that are not named by a gene symbol; others stay as they are.
    "marker": (
        "keratin",
        "progesterone receptor",
        "factor XIIIa",
        "beta-catenin",
        "myogenin",
    ),
    "diagnosis": (
        "inflammatory myofibroblastic tumour",
        "inflammatory myofibroblastic tumour considered, diagnosis not settled",
        "diagnosis other than inflammatory myofibroblastic tumour",
        "unspecified mesenchymal tumour",
    ),
    "title": ("Molecular pathology report",),
    "measured": (
        "not documented",
        "{amount}",
    ),
    "measure": (
        "RNA quality",
        "DNA quality",
        "Sequencing quality",
    ),
    "acceptability": (
        "accepted",
        "compromised",
        "rejected",
    ),
}
