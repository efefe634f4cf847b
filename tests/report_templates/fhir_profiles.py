"""
Holds a Bundle against the published profiles: cardinalities, slices, fixed and pattern values, required bindings,
types, reference targets, extensions. Where the definitions come from: tests/fhir_profiles/README.md.

Every resource is held against its base definition and each profile that it claims. Problems come as sentences with
the place, an empty list means none.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "fhir_profiles"
CORE = "http://hl7.org/fhir/StructureDefinition/"
GUIDE = "http://hl7.org/fhir/uv/genomics-reporting/StructureDefinition/"

# A value with the type that its element name gives it (`valueString`), None where the definition has one type alone.
Item = tuple[str | None, Any]


def bundle_problems(bundle: Mapping[str, Any]) -> list[str]:
    """What is wrong with the Bundle and each of its resources."""
    resources = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    problems = list(_empty_values(bundle, "Bundle"))
    if len(resources) != len(bundle["entry"]):
        problems.append("Bundle.entry: two entries share a fullUrl")
    problems += _Check(resources).resource(bundle, "Bundle")
    for resource in resources.values():
        problems += _Check(resources).resource(resource, f"{resource['resourceType']}/{resource.get('id')}")
    return problems


class _Check:
    def __init__(self, resources: Mapping[str, Any]) -> None:
        self.resources = resources

    def resource(self, resource: Mapping[str, Any], place: str) -> Iterator[str]:
        claimed = resource.get("meta", {}).get("profile", [])
        for url in (CORE + resource["resourceType"], *claimed):
            if url not in _definitions():
                yield f"{place}: claims {url}, which is not among the definitions"
            else:
                yield from self.element(url, resource["resourceType"], (None, resource), place)
        if "dataAbsentReason" in resource and any(key.startswith("value") for key in resource):
            yield f"{place}: has a value and a reason for its absence (obs-6)"
        codings = [coding for one in resource.get("component", []) for coding in one.get("code", {}).get("coding", [])]
        if any(coding in resource.get("code", {}).get("coding", []) for coding in codings) and any(
            key.startswith("value") for key in resource
        ):
            yield f"{place}: has a value beside a component of the same code (obs-7)"

    def element(self, url: str, identity: str, item: Item, place: str) -> Iterator[str]:
        """`item` against the element `identity` of the definition `url`, its type and its children."""
        elements = _definitions()[url]["element"]
        rules = elements[identity]
        if "contentReference" in rules:
            yield from self.element(url, rules["contentReference"], item, place)
            return
        _, value = item
        for key, wanted in rules.items():
            if key.startswith("fixed") and value != wanted:
                yield f"{place}: is not {wanted!r}"
            if key.startswith("pattern") and not _has_pattern(value, wanted):
                yield f"{place}: does not match {json.dumps(wanted)}"
        if "valueSet" in rules:
            yield from _binding(rules["valueSet"], item, place)
        yield from self.types(rules, item, place)
        if isinstance(value, Mapping):
            yield from self.children(url, identity, value, place)

    def types(self, rules: Mapping[str, Any], item: Item, place: str) -> Iterator[str]:
        name, value = item
        allowed = [one for one in rules.get("type", []) if name is None or one["code"].lower() == name.lower()]
        if rules.get("type") and not allowed:
            yield f"{place}: {name} is not a type that is allowed here"
        if not isinstance(value, Mapping) or len(allowed) != 1:
            return
        kind = allowed[0]["code"]
        for profile in allowed[0].get("profile", []):
            if profile in _definitions() and (kind != "Extension" or value.get("url") == profile):
                yield from self.element(profile, kind, (None, value), place)
        if kind == "Reference":
            yield from self.target(value, allowed[0].get("targetProfile", []), place)
        if kind == "Extension":
            yield from self.extension(value, place)
        if CORE + kind in _definitions() and kind not in ("BackboneElement", "Element", "Resource"):
            yield from self.element(CORE + kind, kind, (None, value), place)

    def target(self, value: Mapping[str, Any], profiles: list[str], place: str) -> Iterator[str]:
        if "reference" not in value:
            return
        target = self.resources.get(value["reference"])
        if target is None:
            yield f"{place}: {value['reference']} is not in the Bundle"
        elif profiles and not {CORE + "Resource", *_profiles_of(target)} & set(profiles):
            yield f"{place}: points to a {target['resourceType']} that it may not point to"

    def extension(self, value: Mapping[str, Any], place: str) -> Iterator[str]:
        url = value.get("url", "")
        if url in _definitions():
            yield from self.element(url, "Extension", (None, value), place)
        elif url.startswith("http"):
            yield f"{place}: the extension {url} is not among the definitions"

    def children(self, url: str, identity: str, value: Mapping[str, Any], place: str) -> Iterator[str]:
        elements = _definitions()[url]["element"]
        names = [one.rpartition(".")[2] for one in _children(url, identity)]
        for name in names:
            if ":" in name:
                continue
            child = f"{identity}.{name}"
            items = list(_items(value, name))
            yield from _count(elements[child], len(items), f"{place}.{name}")
            for item in items:
                yield from self.element(url, child, item, f"{place}.{name}")
        for name in names:
            if ":" not in name:
                continue
            slice_identity, unsliced = f"{identity}.{name}", name.partition(":")[0]
            discriminators = elements.get(f"{identity}.{unsliced}", {}).get("slicing")
            matched = [
                item
                for item in _items(value, unsliced)
                if self.is_of_slice(url, slice_identity, item, discriminators or _by_url_or_type(unsliced))
            ]
            yield from _count(elements[slice_identity], len(matched), f"{place}.{name}")
            for item in matched:
                yield from self.element(url, slice_identity, item, f"{place}.{name}")
        if ":" not in identity:
            yield from _unknown(value, names, place)

    def is_of_slice(self, url: str, identity: str, item: Item, discriminators: list[Mapping[str, str]]) -> bool:
        return all(self._discriminates(url, identity, item, one) for one in discriminators)

    def _discriminates(self, url: str, identity: str, item: Item, discriminator: Mapping[str, str]) -> bool:
        elements = _definitions()[url]["element"]
        types = elements[identity].get("type", [])
        name, value = item
        if discriminator["type"] == "type":
            return any(one["code"].lower() == (name or "").lower() for one in types)
        if discriminator["type"] == "profile":
            target = self.resources.get(value.get("reference", ""), {"resourceType": ""})
            return any(profile in _profiles_of(target) for one in types for profile in one.get("targetProfile", []))
        if discriminator["path"] == "url":
            profiles = [profile for one in types for profile in one.get("profile", [])]
            fixed = elements.get(f"{identity}.url", {}).get("fixedUri")
            return value.get("url") in (profiles or [fixed])
        wanted = elements[f"{identity}.{discriminator['path']}"]
        pattern = next(content for key, content in wanted.items() if key.startswith(("pattern", "fixed")))
        return any(_has_pattern(each, pattern) for _, each in _items(value, discriminator["path"]))


def _by_url_or_type(name: str) -> list[Mapping[str, str]]:
    """How slices without stated discriminators are told apart: choices by type, the rest are extensions."""
    return [{"type": "type", "path": "$this"}] if name.endswith("[x]") else [{"type": "value", "path": "url"}]


def _items(value: Mapping[str, Any], name: str) -> Iterator[Item]:
    """Every value of the element `name`; a choice (`value[x]`) with the type that its name gives it."""
    if name.endswith("[x]"):
        stem = name.removesuffix("[x]")
        for key, content in value.items():
            if key.startswith(stem) and key[len(stem) : len(stem) + 1].isupper():
                yield key.removeprefix(stem), content
        return
    content = value.get(name)
    if content is not None:
        yield from ((None, one) for one in (content if isinstance(content, list) else [content]))


def _count(rules: Mapping[str, Any], found: int, place: str) -> Iterator[str]:
    if found < rules["min"]:
        yield f"{place}: {found} found, at least {rules['min']} required"
    if rules["max"] != "*" and found > int(rules["max"]):
        yield f"{place}: {found} found, at most {rules['max']} allowed"


def _unknown(value: Mapping[str, Any], names: list[str], place: str) -> Iterator[str]:
    if not names:
        return
    choices = tuple(name.removesuffix("[x]") for name in names if name.endswith("[x]"))
    for key in value:
        known = key in names or key in ("resourceType", "id") or (choices and key.startswith(choices))
        if not known:
            yield f"{place}: has no element {key}"


def _binding(value_set: str, item: Item, place: str) -> Iterator[str]:
    systems = _value_sets()[value_set]
    _, value = item
    if systems is None:
        return
    if isinstance(value, str):
        if all(codes is not None and value not in codes for codes in systems.values()):
            yield f"{place}: {value!r} is not a code of {value_set}"
        return
    if not isinstance(value, Mapping):
        return
    if "coding" not in value and "system" not in value:
        if "text" in value:
            yield f"{place}: needs a code of {value_set}, text alone does not do"
        return
    codings = value.get("coding", [value])
    if not any(_is_bound(coding, systems) for coding in codings):
        yield f"{place}: {[coding.get('code') for coding in codings]} is not a code of {value_set}"


def _is_bound(coding: Mapping[str, Any], systems: Mapping[str, list[str] | None]) -> bool:
    if coding.get("system") not in systems:
        return False
    codes = systems[coding["system"]]
    return codes is None or coding.get("code") in codes


def _has_pattern(value: Any, pattern: Any) -> bool:
    if isinstance(pattern, Mapping):
        return isinstance(value, Mapping) and all(_has_pattern(value.get(key), each) for key, each in pattern.items())
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(_has_pattern(one, each) for one in value) for each in pattern)
    return bool(value == pattern)


def _profiles_of(resource: Mapping[str, Any]) -> set[str]:
    return {CORE + resource["resourceType"], *resource.get("meta", {}).get("profile", [])}


def _empty_values(value: Any, place: str) -> Iterator[str]:
    if value is None or value in ("", [], {}) or (isinstance(value, float) and not math.isfinite(value)):
        yield f"{place}: is empty or not a number"
    elif isinstance(value, str) and (value != value.strip() or value.lower() == "nan"):
        yield f"{place}: {value!r} is not a text"
    elif isinstance(value, Mapping):
        for key, content in value.items():
            yield from _empty_values(content, f"{place}.{key}")
    elif isinstance(value, list):
        for number, content in enumerate(value):
            yield from _empty_values(content, f"{place}[{number}]")


@cache
def _children(url: str, identity: str) -> tuple[str, ...]:
    start = f"{identity}."
    return tuple(
        one for one in _definitions()[url]["element"] if one.startswith(start) and "." not in one[len(start) :]
    )


@cache
def _definitions() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / "definitions.json").read_text(encoding="utf-8"))
    return content


@cache
def _value_sets() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / "value_sets.json").read_text(encoding="utf-8"))
    return content
