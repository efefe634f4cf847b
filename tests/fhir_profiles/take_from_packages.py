"""
Writes definitions.json and value_sets.json, the parts of the published FHIR packages that our check needs.

    npm pack hl7.fhir.uv.genomics-reporting@3.0.0 hl7.fhir.r4b.core@4.3.0 hl7.terminology.r4@7.0.1
    (unpack each into a folder of its own)
    python tests/fhir_profiles/take_from_packages.py GUIDE/package CORE/package TERMINOLOGY/package

Run again when the guide has a new version; what is left out and why stands in README.md.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
GUIDE = "http://hl7.org/fhir/uv/genomics-reporting/StructureDefinition/"
CORE = "http://hl7.org/fhir/StructureDefinition/"
PROFILES = (
    "genomic-report variant molecular-consequence therapeutic-implication diagnostic-implication molecular-biomarker "
    "genomic-study genomic-study-analysis"
).split()
RESOURCES = (
    "Bundle Patient Specimen Organization Practitioner ServiceRequest DiagnosticReport Observation Procedure Device "
    "Provenance Communication"
).split()
# LOINC's own lists are not in the packages: the two answers that our sources show (mCODE 4.0.0, examples of the guide).
SEEN_IN_EXAMPLES = {"http://loinc.org/vs/LL1971-2": {"http://loinc.org": ["LA9633-4", "LA9634-2"]}}


def main(folders: list[Path]) -> None:
    published = _by_url(folders)
    definitions: dict[str, Any] = {}
    wanted = [GUIDE + name for name in PROFILES] + [CORE + name for name in RESOURCES]
    while wanted:
        url = wanted.pop()
        if url in definitions or url not in published:
            continue
        definitions[url] = _trimmed(published[url])
        wanted += _mentioned(definitions[url])
    bound = sorted(
        {one["valueSet"] for each in definitions.values() for one in each["element"].values() if "valueSet" in one}
    )
    _write("definitions.json", dict(sorted(definitions.items())))
    _write("value_sets.json", {url: SEEN_IN_EXAMPLES.get(url) or _codes(published, url) for url in bound})


def _by_url(folders: list[Path]) -> dict[str, Any]:
    resources: dict[str, Any] = {}
    for folder in folders:
        for kind in ("StructureDefinition", "ValueSet", "CodeSystem"):
            for file in sorted(folder.glob(f"{kind}-*.json")):
                content = json.loads(file.read_text(encoding="utf-8"))
                resources.setdefault(content["url"], content)
    return resources


def _trimmed(definition: dict[str, Any]) -> dict[str, Any]:
    """The rules of each element by its id; a slice's element that only repeats the unsliced one is left out."""
    elements = {one["id"]: _rules(one) for one in definition["snapshot"]["element"] if not one["id"].endswith(".id")}
    kept = {}
    for identity, rules in elements.items():
        unsliced = re.sub(r":[^.]*", "", identity)
        is_slice = ":" in identity.rpartition(".")[2]
        if identity == unsliced or is_slice or rules != elements.get(unsliced):
            kept[identity] = rules
    return {"type": definition["type"], "kind": definition["kind"], "element": kept}


def _rules(element: dict[str, Any]) -> dict[str, Any]:
    rules = {"min": element["min"], "max": element["max"]}
    rules |= {key: value for key, value in element.items() if key.startswith(("fixed", "pattern"))}
    if "slicing" in element:
        rules["slicing"] = element["slicing"].get("discriminator", [])
    if "contentReference" in element:
        rules["contentReference"] = element["contentReference"].partition("#")[2]
    types = [
        {key: one[key] for key in ("code", "profile", "targetProfile") if key in one} for one in element.get("type", [])
    ]
    if types:
        rules["type"] = types
    binding = element.get("binding", {})
    if binding.get("strength") == "required":
        rules["valueSet"] = binding["valueSet"].partition("|")[0]
    return rules


def _mentioned(definition: dict[str, Any]) -> list[str]:
    urls = []
    for rules in definition["element"].values():
        for one in rules.get("type", []):
            urls += one.get("profile", [])
            if "/" not in one["code"]:
                urls.append(CORE + one["code"])
    return urls


def _codes(published: dict[str, Any], url: str) -> dict[str, list[str] | None] | None:
    """The codes of a value set by system; None for a system whose codes are not in the packages."""
    if url not in published:
        return None
    systems: dict[str, list[str] | None] = {}
    for part in published[url]["compose"]["include"]:
        if "system" not in part:
            return None
        system = part["system"]
        if "concept" in part:
            found: list[str] | None = [one["code"] for one in part["concept"]]
        elif "filter" in part or published.get(system, {}).get("content") != "complete":
            found = None
        else:
            found = _all_codes(published[system]["concept"])
        systems[system] = found
    return systems


def _all_codes(concepts: list[dict[str, Any]]) -> list[str]:
    return [code for one in concepts for code in (one["code"], *_all_codes(one.get("concept", [])))]


def _write(name: str, content: Any) -> None:
    # One line per definition: a new version of the guide shows as the lines that it changed.
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value, sort_keys=True)}" for key, value in content.items())
    (HERE / name).write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
