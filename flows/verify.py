"""
Whether a stored report is what it was when it was made: its files, its signatures, and what it is made of.

The last word is making it again: the same record draws the same bytes, and the same case under the same tables says the
same. docs/verification.md says what each check can find and what none of them can.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from jsonschema import Draft202012Validator

from flows.cases import CASE_ID_PATTERN, KEY_FILE, case_id_of, case_key
from flows.gene_annotations import annotations_of, models_for
from flows.pdf_contents import UnreadablePdfError, files_inside, pages
from flows.report_files import EXPORTS, PDF, RECORD, ExportError, drawn_with, exported
from flows.store import MANIFEST, digest_of, latest
from flows.terminal import number
from flows.work import tools
from interpret.gtf import AnnotationFile
from interpret.interpretation import interpret
from interpret.knowledge import KnowledgeError
from parsers.errors import InputError, Problem
from parsers.saved_case import SavedCaseError, read_saved_case
from report_templates.exports import report_json
from report_templates.pdf import RenderError, render_pdf
from report_templates.record import Issue, build_record, template_version
from report_templates.schema import report_schema
from report_templates.states import NEED_SIGNATURE, unsound_signatures

State = Literal["ok", "FAILED", "not possible"]

CASE = "case.json"

_WHICH = "name the folder of one version of a report (…/v1), a file in it, or its case id with --store"
# What sign-out adds to a record, and no interpretation says.
_OF_SIGN_OUT = frozenset({"signatures", "communications"})
_OF_THE_REPORT = ("accession", "title", "language", "paper", "time_zone")
_HEX_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its name, how it ended, and what that rests on. Quotes nothing of the patient."""

    check: str
    state: State
    said: str


@dataclass(frozen=True)
class Surroundings:
    """What a report is checked against besides itself: the gene annotations in use, and the batch it was made of."""

    store: Path
    gtf: tuple[Path, ...] = ()
    batch: Path | None = None


class _WrongError(Exception):
    """What the check found wrong."""


class _ManifestError(_WrongError):
    """What is wrong with the manifest; every other check that needs it is not possible."""


class _CannotTellError(Exception):
    """Why the check could not be made."""


def folder_of(report: str, store: Path) -> Path:
    """
    The version folder that `report` names: itself, by a file in it, or as the latest version of a case id or accession.

    Raises:
        InputError: there is no such report.
    """
    path = Path(report)
    if path.is_file():
        return path.absolute().parent
    if path.is_dir():
        if not any((path / name).exists() for name in (MANIFEST, RECORD, PDF)):
            raise _no_report(path.name, "holds no report")
        return path.absolute()
    if "/" in report:
        raise _no_report(path.name, "there is no such report")
    ids = [report] if re.fullmatch(CASE_ID_PATTERN, report) else []
    # Only a store that is there is looked into: its key must not be made by asking.
    if (store / KEY_FILE).exists():
        ids.append(case_id_of(report, case_key(store)))
    for one in ids:
        if (found := latest(store, one)) is not None:
            return found.folder.absolute()
    raise _no_report(str(store), "holds no report of this case id or accession")


def findings(folder: Path, surroundings: Surroundings) -> Iterator[Finding]:
    """Every check of one version folder, in the order in which a reader would ask."""
    report = _Report(folder, surroundings)
    for name, check in _checks(report):
        yield _finding(name, check)


@dataclass(frozen=True)
class _Report:
    """A version folder, read as it is needed; each part raises what `_finding` turns into words."""

    folder: Path
    around: Surroundings

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        try:
            manifest = _json(self.file(MANIFEST))
        except _CannotTellError as error:
            raise _ManifestError(str(error).removeprefix(f"{MANIFEST} ")) from None
        except ValueError:
            raise _ManifestError("is not JSON") from None
        outputs = manifest.get("outputs") if isinstance(manifest, dict) else None
        if not isinstance(outputs, dict) or not all(isinstance(one, str) for one in outputs.values()):
            raise _ManifestError("does not list the report's files")
        if missing := [name for name in (RECORD, PDF) if name not in outputs]:
            raise _ManifestError(f"does not list {' and '.join(missing)}")
        return dict(manifest)

    @cached_property
    def saved(self) -> bytes:
        return self.file(RECORD)

    @cached_property
    def record(self) -> Mapping[str, Any]:
        try:
            record = _json(self.saved)
        except ValueError:
            raise _WrongError(f"{RECORD} is not JSON") from None
        if not isinstance(record, dict):
            raise _CannotTellError(f"{RECORD} is not the record of a report")
        return record

    @cached_property
    def drawn(self) -> bytes:
        """The PDF, made again from the record alone."""
        _check_made_with(self.record)
        try:
            return render_pdf(self.record, self.saved)
        except RenderError as error:
            raise _WrongError(f"the record cannot be drawn: {error}") from None

    @property
    def is_drawn_alike(self) -> bool:
        """Whether this machine's libraries are those that drew the PDF, as far as the manifest says."""
        return bool(self.manifest.get("drawn_with", drawn_with()) == drawn_with())

    def file(self, name: str) -> bytes:
        if problem := _no_plain_file(self.folder, name):
            raise _CannotTellError(f"{name} {problem}")
        try:
            return (self.folder / name).read_bytes()
        except OSError:
            raise _CannotTellError(f"{name} is missing, or may not be read") from None


def _no_plain_file(folder: Path, name: str) -> str:
    """Why `name` must not be read as a file of the folder; "" if it may. A pipe would be waited for without end."""
    if Path(name).name != name:
        return "leads out of the report's folder"
    path = folder / name
    if path.is_symlink():
        return "is a link to a file elsewhere"
    return "is no file" if path.exists() and not path.is_file() else ""


def _json(content: bytes) -> Any:
    """
    What the file says.

    Raises:
        ValueError: it is not JSON, or is nested so deeply that nobody wrote it in earnest.
    """
    try:
        return json.loads(content)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _checks(report: _Report) -> Iterator[tuple[str, Callable[[], str]]]:
    yield MANIFEST, partial(_manifest, report)
    try:
        names = list(report.manifest["outputs"])
    except _ManifestError:
        names = []
    for name in names:
        yield name, partial(_unchanged, report, name)
    yield "other files", partial(_no_other_files, report)
    yield "record", partial(_record_and_manifest, report)
    yield "schema", partial(_schema, report)
    yield "record inside the PDF", partial(_inside_the_pdf, report)
    yield "pages of the PDF", partial(_pages, report)
    yield "signatures", partial(_signatures, report)
    yield "earlier version", partial(_earlier, report)
    yield f"{PDF} drawn again", partial(_drawn_again, report)
    for name in EXPORTS:
        yield f"{name} made again", partial(_made_again, report, name)
    yield "interpreted again", partial(_interpreted_again, report)
    if report.around.batch is not None:
        yield "inputs", partial(_inputs, report, report.around.batch)


def _finding(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, "ok", check())
    except _ManifestError as error:
        if name == MANIFEST:
            return Finding(name, "FAILED", f"it {error}")
        return Finding(name, "not possible", f"{MANIFEST} {error}")
    except _WrongError as error:
        return Finding(name, "FAILED", str(error))
    except _CannotTellError as error:
        return Finding(name, "not possible", str(error))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
        # A record that somebody edited may hold anything. The kind says enough; the value could be the patient's.
        return Finding(name, "FAILED", f"{RECORD} or {MANIFEST} is not as imtreport writes it ({type(error).__name__})")


def _manifest(report: _Report) -> str:
    return f"lists {len(report.manifest['outputs'])} files"


def _unchanged(report: _Report, name: str) -> str:
    if problem := _no_plain_file(report.folder, name):
        raise _WrongError(f"it {problem}")
    found = digest_of(report.folder / name)
    if found is None:
        raise _WrongError("it is missing, or may not be read")
    if found != report.manifest["outputs"][name]:
        raise _WrongError("it was changed after the report was made (another sha256)")
    return "unchanged since the report was made (sha256)"


def _no_other_files(report: _Report) -> str:
    own = {MANIFEST, *report.manifest["outputs"]}
    others = [one for one in report.folder.iterdir() if one.name not in own or not one.is_file()]
    if others:
        # Uncounted names may be anything, a patient's too.
        raise _WrongError(f"{len(others)} in the folder that the manifest does not list")
    return "none"


def _record_and_manifest(report: _Report) -> str:
    """What both say, and what the folder is called."""
    manifest, said, provenance = report.manifest, report.record["report"], report.record["provenance"]
    pairs = {
        "report_id": said["id"],
        "version": said["version"],
        "status": said["status"],
        "issued": said["issued"],
        "replaces": said["replaces"],
        "case_id": provenance["case_id"],
        "inputs": provenance["inputs"],
    }
    versions = {
        "software": provenance["software_version"],
        "template": provenance["template_version"],
        "knowledge": provenance["knowledge_version"],
        "knowledge_sha256": provenance["knowledge_sha256"],
    }
    other = [key for key, value in pairs.items() if manifest.get(key) != value]
    other += [f"versions.{key}" for key, value in versions.items() if manifest["versions"].get(key) != value]
    other += [key for key in ("result", "headline") if manifest["summary"].get(key) != _summary(report.record)[key]]
    if other:
        raise _WrongError(f"{MANIFEST} says otherwise: {', '.join(other)}")
    if re.fullmatch(r"v[0-9]+", report.folder.name) and report.folder.name != f"v{said['version']}":
        raise _WrongError(f"the folder is called {report.folder.name}, the report is version {said['version']}")
    case = report.folder.parent.name
    if re.fullmatch(CASE_ID_PATTERN, case) and case != provenance["case_id"]:
        raise _WrongError("it lies in the folder of another case")
    return f"{MANIFEST} and the folder's name say the same"


def _summary(record: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"result": record["result"]["status"], "headline": record["result"]["headline"]}


def _schema(report: _Report) -> str:
    wrong = sorted(_validator().iter_errors(report.record), key=lambda error: error.json_path)
    if wrong:
        # Where, never what: the value may be the patient's.
        raise _WrongError(f"not as its schema says, in {number(len(wrong), 'place')}; the first: {wrong[0].json_path}")
    return "the record is as its published schema says"


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(report_schema())


def _inside_the_pdf(report: _Report) -> str:
    try:
        inside = files_inside(report.file(PDF))
    except UnreadablePdfError:
        raise _WrongError(f"{PDF} is damaged") from None
    records = inside.named(RECORD)
    if not records:
        raise _WrongError(f"{PDF} holds no {RECORD}")
    if len(records) > 1:
        raise _WrongError(f"{PDF} holds {len(records)} files called {RECORD}")
    if inside.count() > 1:
        raise _WrongError(f"{PDF} holds {number(inside.count() - 1, 'more file')} inside")
    if records[0] != report.saved:
        raise _WrongError(f"the {RECORD} inside {PDF} is not the one beside it")
    return f"the {RECORD} inside {PDF} is the one beside it"


def _pages(report: _Report) -> str:
    names = {what: "".join(str(report.record["report"][what]).split()) for what in ("id", "accession")}
    try:
        shown = pages(report.file(PDF))
    except UnreadablePdfError:
        raise _WrongError(f"{PDF} is damaged") from None
    for what, text in names.items():
        strange = [str(number) for number, page in enumerate(shown, 1) if text not in page]
        if strange or not shown or not text:
            raise _WrongError(f"the report's {what} is not on page {', '.join(strange) or '1'}")
    return f"the report's id and accession are on all {len(shown)}"


def _signatures(report: _Report) -> str:
    record = report.record
    status, signatures = record["report"]["status"], record["signatures"]
    if status not in NEED_SIGNATURE:
        if signatures:
            raise _WrongError(f"a {status} report carries none, this one has {len(signatures)}")
        return f"a {status} report carries none"
    if not signatures:
        raise _WrongError(f"a {status} report needs one, this one has none")
    addenda = [one["signature"] for one in record["report"].get("addenda", ())]
    if status == "addendum" and not addenda:
        raise _WrongError("the addendum is missing")
    if not all(addenda):
        raise _WrongError("an addendum needs one, this one has none")
    if unsound := unsound_signatures(record):
        raise _WrongError(f"{len(unsound)} of {len(signatures) + len(addenda)} given to another content")
    return f"{len(signatures) + len(addenda)} given to this content"


def _earlier(report: _Report) -> str:
    said = report.record["report"]
    named = [one["previous"] for one in (said.get("change"),) if one]
    named += [one for one in (said.get("preliminary"),) if one]
    if not named:
        return _replaced(report, said)
    for one in named:
        digest = digest_of(report.folder.parent / f"v{one['version']}" / RECORD)
        if digest is None:
            raise _CannotTellError(f"version {one['version']}, which it names, is not beside it")
        if digest != one["sha256"]:
            raise _WrongError(f"version {one['version']} is not the report that this one names (another sha256)")
    return f"version {' and '.join(str(one['version']) for one in named)} is the report that this one names"


def _replaced(report: _Report, said: Mapping[str, Any]) -> str:
    """A draft names the one before it by its id alone."""
    if not said["replaces"]:
        return "names none"
    for other in sorted(report.folder.parent.glob("v*")):
        try:
            if _json(_Report(other, report.around).saved)["report"]["id"] == said["replaces"]:
                return f"{other.name} is the report that this one replaces"
        except (_CannotTellError, ValueError, KeyError, TypeError):
            continue
    raise _CannotTellError("the report that this one replaces is not beside it")


def _check_made_with(record: Mapping[str, Any]) -> None:
    made, here = record["provenance"], {"software": version("imtreport"), "template": template_version()}
    for what, installed in here.items():
        if made[f"{what}_version"] != installed:
            raise _CannotTellError(f"made with {what} {made[f'{what}_version']}, installed is {installed}")


def _drawn_again(report: _Report) -> str:
    _check_made_with(report.record)
    if not report.is_drawn_alike:
        raise _CannotTellError("drawn with other versions of the PDF libraries than this machine's; see drawn_with")
    if report.drawn != report.file(PDF):
        raise _WrongError(f"the record draws another {PDF}")
    return f"the record draws this {PDF}, byte for byte"


def _made_again(report: _Report, name: str) -> str:
    _check_made_with(report.record)
    if name not in report.manifest["outputs"]:
        raise _CannotTellError("the manifest lists no such file")
    # With other libraries the stored PDF is the only one that these files can hold.
    pdf = report.drawn if report.is_drawn_alike else report.file(PDF)
    try:
        again = exported(name, report.record, pdf)
    except ExportError:
        raise _WrongError(f"the record gives no {name}") from None
    if again != report.file(name):
        raise _WrongError(f"the record gives another {name}")
    return f"the record gives this {name}, byte for byte"


def _interpreted_again(report: _Report) -> str:
    """The saved case under the tables it was interpreted with; in everything that sign-out does not write."""
    record = report.record
    _check_made_with(record)
    again, before = _interpretation(report), dict(record)
    if record["report"]["status"] != "draft":
        for one in (again, before):
            one["report"] = {key: one["report"].get(key) for key in _OF_THE_REPORT}
    keys = ({*again, *before}) - _OF_SIGN_OUT
    if other := sorted(key for key in keys if again.get(key) != before.get(key)):
        raise _WrongError(f"the case says otherwise under the same tables: {', '.join(other)}")
    return "the case says the same under the same tables"


def _interpretation(report: _Report) -> dict[str, Any]:
    said, provenance = report.record["report"], report.record["provenance"]
    content = report.file(CASE)
    try:
        _json(content)
    except ValueError:
        raise _WrongError(f"{CASE} is not JSON") from None
    try:
        kept = read_saved_case(content)
    except SavedCaseError as error:
        raise _CannotTellError(f"{CASE} cannot be read ({error})") from None
    try:
        kit = tools(kept.laboratory.knowledge_overlay)
    except (InputError, KnowledgeError):
        raise _CannotTellError("the laboratory's overlay of the tables cannot be used") from None
    if kit.knowledge.sha256 != provenance["knowledge_sha256"]:
        made = f"{provenance['knowledge_version']} ({provenance['knowledge_sha256'][:_HEX_SHOWN]})"
        here = f"{kit.knowledge.version} ({kit.knowledge.sha256[:_HEX_SHOWN]})"
        raise _CannotTellError(f"made with tables {made}, here are {here}")
    named = tuple(
        AnnotationFile(one["file"], one["sha256"], one["release"], one["genome_build"])
        for one in provenance["gene_annotations"]
    )
    annotations = annotations_of(report.around.gtf, report.around.store) if named else ()
    if {one.file.sha256 for one in annotations} != {one.sha256 for one in named}:
        raise _CannotTellError("made with a gene annotation that is not set now: set IMTREPORT_GTF to it")
    issue = Issue(
        report_id=said["id"],
        case_id=provenance["case_id"],
        version=said["version"],
        status=said["status"],
        issued=datetime.fromisoformat(said["issued"]),
        software_version=provenance["software_version"],
        inputs=provenance["inputs"],
        replaces=said["replaces"],
        annotations=named,
    )
    found = interpret(kept.case, kept.laboratory, kit.knowledge, models_for(kept.case, kit.models, annotations))
    again: dict[str, Any] = json.loads(report_json(build_record(kept.case, found, kept.laboratory, issue)))
    return again


def _inputs(report: _Report, batch: Path) -> str:
    inputs = report.record["provenance"]["inputs"]
    found = {name: digest_of(batch / name) for name in inputs}
    changed = sorted(name for name, digest in found.items() if digest not in (None, inputs[name]))
    gone = sorted(name for name, digest in found.items() if digest is None)
    absent = f"{len(gone)} of {len(inputs)} are not in the batch: {', '.join(gone)}" if gone else ""
    if changed:
        told = f"{len(changed)} of {len(inputs)} changed since: {', '.join(changed)}"
        raise _WrongError(f"{told}; {absent}" if absent else told)
    if absent:
        raise _CannotTellError(absent)
    return f"all {len(inputs)} are in the batch, unchanged (sha256)"


def _no_report(file: str, message: str) -> InputError:
    return InputError(Problem(code="no-report", file=file, message=message, remedy=_WHICH))
