"""The laboratory's own gene annotation: read once, looked up by every case, named on the report."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flows_nights import DETECTED, a_night
from typer.testing import CliRunner

from flows import gene_annotations, report_files, work
from flows.batches import Job, read_inbox
from flows.command_line import app
from flows.gene_annotations import annotations_of
from flows.quarantine import problems_of
from flows.settings import Settings
from flows.store import Version, open_store, sha256, versions
from interpret.genes import load_gene_models
from interpret.gtf import wanted_of, with_annotation
from parsers.errors import InputError
from parsers.records import Breakpoint, FusionCall, Place
from report_templates import sections

HEADER = "##description: evidence-based annotation of the human genome (GRCh38), version 46 (Ensembl 112)\n"
# An invented gene on chromosome 2: 30 coding bases in the first exon, 100 in the second.
NAMES = 'gene_id "ENSG00000900001.1"; transcript_id "ENST00000900001.3"; gene_type "protein_coding"; '
NAMES += 'gene_name "PARTNERX"; tag "MANE_Select";'
ROWS = [
    ("exon", 1000000, 1000129, "."),
    ("CDS", 1000100, 1000129, "0"),
    ("exon", 1002000, 1002099, "."),
    ("CDS", 1002000, 1002099, "0"),
]
BODY = "".join(f"chr2\tX\t{kind}\t{low}\t{high}\t.\t+\t{frame}\t{NAMES}\n" for kind, low, high, frame in ROWS)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return open_store(tmp_path / "store")


@pytest.fixture
def gtf(tmp_path: Path) -> Path:
    path = tmp_path / "gencode.v46.gtf.gz"
    path.write_bytes(gzip.compress((HEADER + BODY).encode(), mtime=0))
    return path


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    a_night(tmp_path / "inbox", DETECTED)
    return tmp_path / "inbox"


@pytest.fixture(autouse=True)
def _drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_files, "render_pdf", lambda record, _: b"%PDF " + record["report"]["id"].encode())


@pytest.fixture
def set_to(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def set_them(*paths: Path) -> None:
        monkeypatch.setenv("IMTREPORT_GTF", ":".join(map(str, paths)))

    return set_them


def job_in(inbox: Path, store: Path) -> Job:
    (job,) = read_inbox(inbox, Settings.from_environment({"IMTREPORT_STORE": str(store)})).jobs
    return job


def report(inbox: Path, store: Path) -> Version:
    job = job_in(inbox, store)
    outcome = work.report_case(job, store)
    assert outcome.status in ("reported", "unchanged"), problems_of(store, job.case_id)
    return versions(store, job.case_id)[-1]


def a_partner_call() -> FusionCall:
    places = Breakpoint("chr2", 1002099, "+"), Breakpoint("chr2", 29223528, "-")
    return FusionCall("Arriba", "PARTNERX", "ALK", *places, "GRCh38", "RNA", Place("f.tsv", 2))


def test_a_packed_and_a_plain_file_give_the_same_genes(gtf: Path, store: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.gtf"
    plain.write_text(HEADER + BODY, encoding="utf-8")
    wanted = wanted_of([a_partner_call()], load_gene_models())
    packed, unpacked = (annotations_of((path,), store)[0] for path in (gtf, plain))
    assert packed.genes_for(wanted) == unpacked.genes_for(wanted)
    assert [gene.symbol for gene in packed.genes_for(wanted)] == ["PARTNERX"]
    assert (packed.file.release, packed.file.build) == ("GENCODE 46 (Ensembl 112)", "GRCh38")


@pytest.mark.parametrize(
    "changes",
    [
        {"gene_5prime": "", "transcript_5prime": "", "breakpoint_5prime": Breakpoint("chr2", 1001000, "+")},
        {"gene_5prime": "", "transcript_5prime": "ENST00000900001.9", "breakpoint_5prime": None},
        {"gene_5prime": "PARTNERX", "transcript_5prime": "", "breakpoint_5prime": None},
    ],
    ids=["place", "transcript", "symbol"],
)
def test_a_gene_is_found_by_symbol_transcript_or_place(gtf: Path, store: Path, changes: dict[str, Any]) -> None:
    from dataclasses import replace

    wanted = wanted_of([replace(a_partner_call(), **changes)], load_gene_models())
    (found,) = annotations_of((gtf,), store)[0].genes_for(wanted)
    assert found.symbol == "PARTNERX"


def test_a_case_without_the_gene_takes_nothing(gtf: Path, store: Path) -> None:
    wanted = wanted_of([], load_gene_models())
    assert annotations_of((gtf,), store)[0].genes_for(wanted) == ()


def test_a_file_is_read_once_whatever_it_is_called(
    gtf: Path, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[Path] = []
    index = gene_annotations._index
    monkeypatch.setattr(gene_annotations, "_index", lambda path, *rest: (reads.append(path), index(path, *rest)))
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: annotations_of((gtf,), store), range(4)))
    assert len(set(found)) == 1
    other = tmp_path / "other.gtf.gz"
    other.write_bytes(gtf.read_bytes())
    assert annotations_of((other,), store)[0].file.file == "other.gtf.gz"
    assert reads == [gtf]


def test_another_content_under_the_same_name_is_read_anew(gtf: Path, store: Path) -> None:
    first = annotations_of((gtf,), store)[0]
    gtf.write_bytes(gzip.compress((HEADER + BODY.replace("PARTNERX", "PARTNERY")).encode()))
    second = annotations_of((gtf,), store)[0]
    assert first.file.sha256 != second.file.sha256 == sha256(gtf.read_bytes())
    assert second.genes_for(wanted_of([a_partner_call()], load_gene_models()))[0].symbol == "PARTNERY"


def test_the_models_for_a_case_have_the_partner(gtf: Path, store: Path) -> None:
    models = load_gene_models()
    wanted = wanted_of([a_partner_call()], models)
    (annotation,) = annotations_of((gtf,), store)
    found = with_annotation(models, [(annotation.file, annotation.genes_for(wanted))], wanted)
    assert found.transcripts["PARTNERX", "GRCh38"].coding_before == (0, 30, 130)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


def _spoil(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_cut, "gtf-damaged"),
        (_spoil, "gtf-damaged"),
        (Path.unlink, "gtf-unreadable"),
        (lambda path: path.write_text((HEADER + BODY)[:-9]), "cut-short"),
        (lambda path: path.write_text(HEADER), "gtf-empty"),
        (lambda path: path.write_text(HEADER + "chr2 exon\n"), "gtf-columns"),
        (lambda path: path.write_text(BODY), "gtf-build-unknown"),
    ],
)
def test_a_file_that_cannot_be_used_is_an_error_and_leaves_no_index(
    gtf: Path, store: Path, change: Callable[[Path], object], code: str
) -> None:
    change(gtf)
    with pytest.raises(InputError) as caught:
        annotations_of((gtf,), store)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert problem.remedy
    assert not list((store / "tmp").iterdir())
    assert not (store / gene_annotations.FOLDER).exists()


def test_two_annotations_of_one_build_are_refused(gtf: Path, store: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.gtf"
    other.write_text(HEADER + BODY, encoding="utf-8")
    with pytest.raises(InputError, match="gtf-build-twice"):
        annotations_of((gtf, other), store)
    other.write_text((HEADER + BODY).replace("GRCh38", "GRCh37"), encoding="utf-8")
    assert [one.file.build for one in annotations_of((gtf, other), store)] == ["GRCh38", "GRCh37"]


def test_the_report_names_the_annotation_and_another_one_makes_a_new_version(
    gtf: Path, inbox: Path, store: Path, set_to: Callable[..., None]
) -> None:
    before = report(inbox, store)
    saved = json.loads((before.folder / "report.json").read_bytes())
    assert saved["provenance"]["gene_annotations"] == []
    assert not any("gene_annotation" in name for name in before.manifest["versions"])
    set_to(gtf)
    after = report(inbox, store)
    assert after.number == before.number + 1
    assert report(inbox, store).number == after.number
    saved = json.loads((after.folder / "report.json").read_bytes())
    (told,) = saved["provenance"]["gene_annotations"]
    digest = sha256(gtf.read_bytes())
    assert told == {
        "file": "gencode.v46.gtf.gz",
        "release": "GENCODE 46 (Ensembl 112)",
        "genome_build": "GRCh38",
        "sha256": digest,
    }
    view = sections.provenance(saved)
    assert view is not None
    text = f"gencode.v46.gtf.gz (GENCODE 46 (Ensembl 112)), SHA-256 {digest}"
    assert ("Gene annotation, GRCh38", text) in view["rows"]


def test_without_its_annotation_no_report_is_made(
    gtf: Path, inbox: Path, store: Path, set_to: Callable[..., None]
) -> None:
    set_to(gtf)
    _cut(gtf)
    job = job_in(inbox, store)
    assert work.report_case(job, store).status == "quarantined"
    assert [problem.code for problem in problems_of(store, job.case_id)] == ["gtf-damaged"]


@pytest.mark.parametrize("command", ["nightly", "report"])
def test_the_command_tells_of_a_wrong_annotation_before_it_begins(
    gtf: Path, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    gtf.write_text(HEADER + "chr2 exon\n", encoding="utf-8")
    monkeypatch.setenv("IMTREPORT_GTF", str(gtf))
    monkeypatch.setenv("IMTREPORT_STORE", str(tmp_path / "store"))
    where = [str(inbox)] if command == "nightly" else [str(inbox / "night-1"), "--accession", DETECTED]
    ended = CliRunner().invoke(app, [command, *where])
    assert ended.exit_code == 2
    assert "gencode.v46.gtf.gz, line 2" in ended.output
    assert "Try:" in ended.output


@pytest.mark.parametrize(("text", "names"), [("", []), (" a.gtf ", ["a.gtf"]), ("/x/a.gtf:b.gtf:", ["a.gtf", "b.gtf"])])
def test_the_setting_names_files_parted_by_colons(text: str, names: list[str]) -> None:
    settings = Settings.from_environment({"IMTREPORT_GTF": text})
    assert [path.name for path in settings.gtf] == names
    assert all(path.is_absolute() for path in settings.gtf)
