"""Every kind of report and every sample report is PDF/A-3a and PDF/UA-1 by veraPDF's judgement; broken ones are not."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import verapdf
from report_examples import KINDS, STATES, a_case, a_record, a_specimen
from verapdf import PROFILES, VeraPdf

from interpret.genes import load_gene_models
from interpret.interpretation import interpret
from interpret.knowledge import load_knowledge
from parsers.batch import CaseRequest, read_batch, read_case
from parsers.branding import Branding
from parsers.errors import InputError
from parsers.laboratory import Laboratory, read_laboratory
from parsers.logos import Logo, checked_logo
from report_templates.pdf import render_pdf
from report_templates.record import Issue, build_record

EVERY = {
    **KINDS,
    **STATES,
    "German": lambda: a_record(language="de"),
    "Chinese": lambda: a_record(language="zh"),
    "name in Chinese": lambda: a_record(case=a_case(specimen=a_specimen(patient_name="王小明"))),
}
SAMPLE = Path(__file__).parents[2] / "sample_data"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def vera() -> Iterator[VeraPdf]:
    with verapdf.running() as validator:
        yield validator


@cache
def good() -> bytes:
    return render_pdf(a_record())


def broken(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """A good report after `change`, otherwise as it was."""
    with pikepdf.open(io.BytesIO(good())) as pdf:
        change(pdf)
        output = io.BytesIO()
        pdf.save(output)
    return output.getvalue()


def failures(vera: VeraPdf, folder: Path, pdf: bytes) -> dict[str, str]:
    """The clauses that `pdf` breaks, "PDF/A-3a 6.8-1" and so on, with veraPDF's words for them."""
    path = folder / "report.pdf"
    path.write_bytes(pdf)
    found: dict[str, str] = {}
    for profile in PROFILES:
        verdict = vera.verdict(path, profile)
        # A profile that was not read checks nothing and finds nothing.
        assert verdict.checks > 5_000
        assert verdict.compliant == (not verdict.failed)
        found |= {f"{profile} {clause}": message for clause, message in verdict.failed.items()}
    return found


@pytest.mark.parametrize("kind", EVERY)
def test_every_kind_of_report_conforms(kind: str, vera: VeraPdf, tmp_path: Path) -> None:
    assert failures(vera, tmp_path, render_pdf(EVERY[kind]())) == {}


def a_png_logo(colour: int) -> Logo:
    """Half red, half clear where it has an alpha channel (colour type 6), else half white (2)."""
    clear = (255, 255, 255) if colour == 2 else (0, 0, 0, 0)
    red = (255, 0, 0) if colour == 2 else (255, 0, 0, 255)
    rows = b"".join(b"\0" + bytes(red) * 60 + bytes(clear) * 60 for _ in range(60))
    parts = ((b"IHDR", struct.pack(">IIBBBBB", 120, 60, 8, colour, 0, 0, 0)), (b"IDAT", zlib.compress(rows)))
    content = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in (*parts, (b"IEND", b""))
    )
    return checked_logo(content, "image/png", "Logo of the laboratory")


@pytest.mark.parametrize("colour", [2, 6], ids=["plain", "alpha"])
def test_a_report_with_a_png_logo_conforms(colour: int, vera: VeraPdf, tmp_path: Path) -> None:
    assert failures(vera, tmp_path, render_pdf(a_record(branding=Branding(a_png_logo(colour))))) == {}


@cache
def sample() -> dict[str, tuple[Laboratory, CaseRequest]]:
    laboratory = read_laboratory(SAMPLE / "lab.toml")
    batches = [read_batch(folder, laboratory) for folder in sorted((SAMPLE / "inbox").iterdir())]
    return {one.accession: (laboratory, one) for batch in batches for one in batch.requests}


def record_of(accession: str) -> dict[str, Any] | None:
    """The record that the demo makes of a sample specimen; None for one that it refuses."""
    laboratory, request = sample()[accession]
    try:
        case = read_case(request)
    except InputError:
        return None
    issued = datetime(2026, 3, 18, 14, 5, tzinfo=UTC)
    issue = Issue("R-0123456789abcdef-v1", "0123456789abcdef", 1, "draft", issued, "0.1.0", {"specimens.csv": "0" * 64})
    return build_record(case, interpret(case, laboratory, load_knowledge(), load_gene_models()), laboratory, issue)


@pytest.mark.parametrize("accession", sample())
def test_every_sample_report_conforms_and_is_small_enough_to_send(
    accession: str, vera: VeraPdf, tmp_path: Path
) -> None:
    record = record_of(accession)
    if record is None:
        assert [one for one in sample() if record_of(one) is None] == [accession]
        return
    pdf = render_pdf(record)
    assert failures(vera, tmp_path, pdf) == {}
    assert len(pdf) < 150_000


def without(*keys: str) -> Callable[[pikepdf.Pdf], None]:
    """The file without entries of its catalogue."""

    def change(pdf: pikepdf.Pdf) -> None:
        for key in keys:
            del pdf.Root[key]

    return change


def claiming(old: bytes, new: bytes) -> Callable[[pikepdf.Pdf], None]:
    """The file with other words in its metadata."""

    def change(pdf: pikepdf.Pdf) -> None:
        words = pdf.Root.Metadata.read_bytes()
        assert old in words
        pdf.Root.Metadata.write(words.replace(old, new))

    return change


def without_alternative_text(pdf: pikepdf.Pdf) -> None:
    figures = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"]
    del figures[0]["/Alt"]


def without_relationship(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.AF[0]["/AFRelationship"]


def without_type_of_the_file_inside(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.AF[0].EF.F["/Subtype"]


def without_a_font_program(pdf: pikepdf.Pdf) -> None:
    font = next(one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/FontFile2" in one)
    del font["/FontFile2"]


def with_an_action_at_opening(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def with_the_file_name_as_title(pdf: pikepdf.Pdf) -> None:
    pdf.Root.ViewerPreferences.DisplayDocTitle = False


def with_an_untagged_line(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"0 0 10 10 re f", prepend=False)


@pytest.mark.parametrize(
    ("change", "clauses"),
    [
        pytest.param(without("/Lang"), {"PDF/UA-1 7.2-2", "PDF/UA-1 7.2-34"}, id="no language"),
        pytest.param(without("/MarkInfo"), {"PDF/A-3a 6.7.2.2-1", "PDF/UA-1 6.2-1"}, id="not marked as tagged"),
        pytest.param(without("/StructTreeRoot"), {"PDF/A-3a 6.7.3.3-1", "PDF/UA-1 7.1-11"}, id="no tags"),
        pytest.param(without("/OutputIntents"), {"PDF/A-3a 6.2.4.3-2"}, id="no colour profile"),
        pytest.param(without("/Metadata"), {"PDF/A-3a 6.6.2.1-1", "PDF/UA-1 7.1-8"}, id="no metadata"),
        pytest.param(claiming(b'pdfaid:part="3"', b""), {"PDF/A-3a 6.6.4-2"}, id="no archive claim"),
        pytest.param(
            claiming(b'pdfaid:conformance="A"', b'pdfaid:conformance="Q"'),
            {"PDF/A-3a 6.6.4-3"},
            id="no level of the claim",
        ),
        pytest.param(claiming(b'pdfuaid:part="1"', b""), {"PDF/UA-1 5-1"}, id="no access claim"),
        pytest.param(without_alternative_text, {"PDF/UA-1 7.3-1"}, id="a drawing without alternative text"),
        pytest.param(without_relationship, {"PDF/A-3a 6.8-3"}, id="a file inside without relationship"),
        pytest.param(without("/AF"), {"PDF/A-3a 6.8-4"}, id="a file inside that nothing refers to"),
        pytest.param(without_type_of_the_file_inside, {"PDF/A-3a 6.8-1"}, id="a file inside without its type"),
        pytest.param(
            without_a_font_program, {"PDF/A-3a 6.2.11.4.1-1", "PDF/UA-1 7.21.4.1-1"}, id="a font that is not embedded"
        ),
        pytest.param(with_an_action_at_opening, {"PDF/A-3a 6.5.1-1"}, id="an action at opening"),
        pytest.param(with_the_file_name_as_title, {"PDF/UA-1 7.1-10"}, id="the file name as title"),
        pytest.param(with_an_untagged_line, {"PDF/UA-1 7.1-3"}, id="a line that is neither tagged nor decoration"),
    ],
)
def test_a_broken_report_is_found_by_the_clause_it_breaks(
    change: Callable[[pikepdf.Pdf], None], clauses: set[str], vera: VeraPdf, tmp_path: Path
) -> None:
    assert clauses <= set(failures(vera, tmp_path, broken(change)))


def test_a_report_saved_again_unchanged_still_conforms(vera: VeraPdf, tmp_path: Path) -> None:
    """So that what the tests above find is what they broke."""
    assert failures(vera, tmp_path, broken(lambda pdf: None)) == {}
