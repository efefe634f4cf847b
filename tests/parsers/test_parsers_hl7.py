"""HL7 v2 messages: what is read from them, and everything that must not be read in silence."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import hl7
import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsers_samples import a_laboratory

from parsers.errors import InputError, Problem
from parsers.hl7.messages import Messages, are_messages, read_all_messages, read_messages
from parsers.hl7.segments import unescape
from parsers.hl7.values import day
from parsers.ihc import StainTables, read_stains
from parsers.laboratory import Laboratory
from parsers.mapping import AccessionField, LabMapping, Observation, read_mapping
from parsers.reading import Table
from parsers.specimens import read_specimens

SAMPLES = Path(__file__).parents[2] / "sample_data" / "formats" / "hl7"
ACCESSION = "S26-31002"

MSH = r"MSH|^~\&|LIS|LAB|IMTREPORT|MOLPATH|20260310093000||ORU^R01^ORU_R01|1001|P|2.5.1||||||UNICODE UTF-8"
PID = "PID|1||00482977^^^LAB^MR||Example^Benjamin||20180721|M"
ORC = "ORC|RE||S26-31002^LIS"
OBR = "OBR|1||S26-31002^LIS|IHC^Immunohistochemistry^L|||20260304|||||||||||||||20260310||SP|F"
ALK = "OBX|1|CWE|ALKIHC^ALK immunohistochemistry^L||POS^Positive^L||||||F"
RESULT = (MSH, PID, ORC, OBR, ALK)

OML = r"MSH|^~\&|HIS|LAB|IMTREPORT|MOLPATH|20260305081530||OML^O21^OML_O21|2001|P|2.5.1||||||UNICODE UTF-8"
NEW = "ORC|NW|PLC-1^HIS"
ORDERED = "OBR|1|PLC-1^HIS||RNA^RNA panel^L|||20260304|||||||||17^Clinician^Jo^^^Dr"
DIAGNOSIS = "DG1|1||IMT^inflammatory myofibroblastic tumour^L|||F"
SPM = "SPM|1|^S26-31002-B1||FFPE^FFPE biopsy^L||||MESE^mesentery^L|||||||||20260304|20260305"
ORDER = (OML, PID, NEW, ORDERED, DIAGNOSIS, SPM)

OBSERVATIONS = {
    "ALKIHC": Observation("ALK"),
    "ALKPCT": Observation("ALK", field="pct_positive"),
    "ALKINT": Observation("ALK", field="intensity"),
    "ALKPAT": Observation("ALK", field="localisation"),
    "ALKTXT": Observation("ALK", field="text"),
    "ALKCOM": Observation("ALK", field="comment"),
    "ALKSCO": Observation("ALK", field="scoring"),
    "ALKH": Observation("ALK", field="h_score"),
    "ALKDAY": Observation("ALK", field="reported_date"),
    "ALKWHO": Observation("ALK", field="scoring_system"),
    "ROSIHC": Observation("ROS1"),
    "SMA": Observation("SMA"),
    "smooth muscle actin stain": Observation("SMA"),
    "B10^LN": Observation("desmin"),
    "SIZE": Observation("", field="size_cm"),
    "MARGIN": Observation("", field="margin"),
    "TUMPCT": Observation("", field="tumour_cells_pct"),
    "NOMARKER": Observation("", field="intensity"),
    "BADFIELD": Observation("ALK", field="size_cm"),
    "GROSS": Observation("", field="ignore"),
    "WHO": Observation("", field="ordering_provider"),
}


def a_lab(
    accession_field: AccessionField = "", patient_authority: str = "", values: dict[str, dict[str, str]] | None = None
) -> Laboratory:
    mapping = LabMapping(
        observations=OBSERVATIONS,
        assays={"rna": "rna"},
        accession_field=accession_field,
        patient_authority=patient_authority,
        values=values or {},
    )
    return replace(a_laboratory(), mapping=mapping)


LAB = a_lab()


def message(*segments: str, end: str = "\r") -> bytes:
    return "".join(segment + end for segment in segments).encode()


def batch(*messages: bytes, count: int | None = None, files: int = 1) -> bytes:
    header = r"|^~\&|LIS|LAB" + "\r"
    body = b"".join(messages)
    return f"FHS{header}BHS{header}".encode() + body + f"BTS|{count or len(messages)}\rFTS|{files}\r".encode()


def read(data: bytes, laboratory: Laboratory = LAB, *more: bytes) -> tuple[Messages, list[Problem]]:
    """What the files say, without the remark that nothing marks the end of a plain file."""
    problems: list[Problem] = []
    files = [(f"{number}.hl7", one) for number, one in enumerate((data, *more), start=1)]
    found = read_all_messages(files, laboratory, problems)
    return found, [problem for problem in problems if problem.code != "end-not-marked"]


def rows(table: Table | None) -> list[dict[str, str]]:
    return [dict(zip(table.columns, row.cells, strict=True)) for row in table.rows] if table else []


def stain(*segments: str, laboratory: Laboratory = LAB) -> dict[str, str]:
    """The one stain of a result with these segments behind its OBR; nothing must be wrong with it."""
    found, problems = read(message(MSH, PID, ORC, OBR, *segments), laboratory)
    assert not problems, problems
    (row,) = rows(found.stains)
    return row


def stains(*segments: str) -> list[dict[str, str]]:
    found, problems = read(message(MSH, PID, ORC, OBR, *segments))
    assert not problems, problems
    return rows(found.stains)


def checked(data: bytes, *more: bytes) -> tuple[StainTables, list[Problem]]:
    """The stains as the reader of ihc.csv takes them, with all problems."""
    found, problems = read(data, LAB, *more)
    if found.stains is None:
        return StainTables((), (), ()), problems
    return read_stains([found.stains], LAB, {ACCESSION}, problems), problems


def order(*segments: str, laboratory: Laboratory = LAB) -> dict[str, str]:
    found, problems = read(message(*segments), laboratory)
    assert not problems, problems
    (row,) = rows(found.orders)
    return row


def the_problem(data: bytes, laboratory: Laboratory = LAB, *more: bytes) -> Problem:
    """The one thing that is wrong."""
    _, problems = read(data, laboratory, *more)
    (problem,) = problems
    assert problem.remedy
    assert problem.file
    return problem


def result_problem(*segments: str, code: str, accession: str = ACCESSION, severity: str = "error") -> Problem:
    problem = the_problem(message(MSH, PID, ORC, OBR, *segments))
    assert (problem.code, problem.accession, problem.severity) == (code, accession, severity)
    return problem


def order_problem(*segments: str, code: str, accession: str = ACCESSION, severity: str = "error") -> Problem:
    problem = the_problem(message(*segments))
    assert (problem.code, problem.accession, problem.severity) == (code, accession, severity)
    return problem


def header(**fields: str) -> str:
    """The results header with some of its fields changed: `header(f10="2")` is MSH-10."""
    parts = MSH.split("|")
    for name, value in fields.items():
        parts[int(name[1:]) - 1] = value
    return "|".join(parts)


class TestTheSamples:
    LABORATORY = replace(
        a_laboratory(),
        assays={"rna-fusion-v3": a_laboratory().assays["rna"]},
        mapping=read_mapping(SAMPLES / "mapping.toml", assays={"rna-fusion-v3"}),
    )

    def read(self, *names: str) -> tuple[Messages, list[Problem]]:
        problems: list[Problem] = []
        found = read_all_messages([(name, (SAMPLES / name).read_bytes()) for name in names], self.LABORATORY, problems)
        return found, problems

    def test_the_orders_are_specimens(self) -> None:
        found, problems = self.read("S26-31001.order.hl7", "S26-31002.order.mllp.hl7")
        assert [problem.code for problem in problems] == ["end-not-marked"]
        assert found.orders is not None
        specimens = [row.specimen for row in read_specimens(found.orders, self.LABORATORY, problems)]
        assert [problem.code for problem in problems] == ["end-not-marked"]
        first, second = specimens
        assert first is not None
        assert second is not None
        assert (first.patient_id, first.patient_name, first.sex) == ("00482913", "Sample, Alexandra", "female")
        assert (first.date_of_birth.isoformat(), first.collected.isoformat()) == ("1991-11-02", "2026-03-03")
        assert (first.diagnosis, first.diagnosis_code) == ("inflammatory myofibroblastic tumour", "IMT")
        assert (first.tumour_cells_pct, first.size_cm, first.resectability) == (60, 9.1, "unresectable")
        assert (first.block_id, first.fixative) == ("A2", "10% neutral buffered formalin")
        assert (first.ordering_provider, first.institution) == ("Dr Jo Clinician", "Sampletown Hospital")
        assert first.indication == "Kinase fusion status, spindle cell tumour & inflammation"
        assert (first.place.file, first.place.line) == ("S26-31001.order.hl7", 4)
        assert (second.accession, second.patient_id) == ("S26-31002", "00482977")
        assert second.place.file == "S26-31002.order.mllp.hl7"

    def test_the_results_are_stains(self) -> None:
        found, problems = self.read("2026-03-10.results.hl7")
        assert found.stains is not None
        assert problems == []
        read = read_stains([found.stains], self.LABORATORY, {"S26-31001", "S26-31002"}, problems)
        assert problems == []
        assert [(one.accession, one.marker, one.result, one.pct_positive, one.clone) for one in read.ihc] == [
            ("S26-31001", "ALK", "positive", "95", "D5F3"),
            ("S26-31001", "ROS1", "negative", "", "D4D6"),
            ("S26-31001", "pan-TRK", "negative", "<1", "EPR17341"),
            ("S26-31001", "SMA", "positive", "", ""),
            ("S26-31001", "MSA", "not_done", "", ""),
            ("S26-31002", "ALK", "positive", "", "D5F3"),
            ("S26-31002", "ROS1", "pending", "", "D4D6"),
        ]
        alk = read.ihc[0]
        assert (alk.intensity, alk.localisation) == ("3+", ("cytoplasmic", "granular"))
        assert alk.comment == "Internal control adequate. No background staining."
        assert (alk.block_id, alk.place.line) == ("A2", 7)
        (fish,) = read.fish
        assert (fish.marker, fish.result, fish.cells_scored) == ("ALK", "positive", 100)
        assert (fish.pct_rearranged, fish.cutoff_pct) == (54, 15)
        assert read.patient_ids[0] == ("S26-31001", "00482913", "2026-03-10.results.hl7", 7)

    def test_a_correction_replaces_the_result_in_whatever_order_the_files_are_read(self) -> None:
        names = ("2026-03-10.results.hl7", "S26-31002.corrected.hl7")
        for several in (names, names[::-1]):
            found, problems = self.read(*several)
            assert [problem.code for problem in problems] == ["end-not-marked"]
            said = {
                (row["marker"], row["method"]): (row["result"], row["comment"])
                for row in rows(found.stains)
                if row["accession"] == "S26-31002"
            }
            assert said == {
                ("ALK", "IHC"): ("negative", "Corrected report: ALK was read on the wrong slide."),
                ("ROS1", "IHC"): ("negative", "Corrected report: ALK was read on the wrong slide."),
                ("ALK", "FISH"): ("positive", ""),
            }

    def test_other_delimiters_an_older_version_and_latin_1(self) -> None:
        mapped = {"ALK": Observation("ALK"), "ALKKOM": Observation("ALK", field="comment")}
        found, problems = read(
            (SAMPLES / "S26-31003.latin-1.hl7").read_bytes(), replace(LAB, mapping=LabMapping(observations=mapped))
        )
        assert problems == []
        assert rows(found.patients)[0]["patient_name"] == "Müller, Jörg"
        (row,) = rows(found.stains)
        assert (row["accession"], row["result"], row["clone"]) == ("S26-31003", "negative", "")
        assert row["comment"] == "Kontrolle gut Färbung in 100 ± 5 Zellen, 0 %"


class TestTheFile:
    def test_content_is_recognised_whatever_the_name(self) -> None:
        assert are_messages(message(*RESULT))
        assert are_messages(b"\x0b" + message(*RESULT))
        assert are_messages(b"\xef\xbb\xbf\r\n" + message(*RESULT))
        assert are_messages(batch(message(*RESULT)))
        assert not are_messages(b"accession,method\n")
        assert not are_messages(b"MSHA")
        assert not are_messages(b"")

    @pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
    def test_line_ends_do_not_matter(self, end: str) -> None:
        found, problems = read(message(*RESULT, end=end))
        expected, _ = read(message(*RESULT))
        assert problems == []
        assert (found.stains, found.patients) == (expected.stains, expected.patients)

    def test_digests_are_of_the_bytes(self) -> None:
        found, _ = read(b"", LAB)
        assert found.digests == (("1.hl7", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),)

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "empty-file"),
            (b"accession,method\nS26-31002,IHC\n", "wrong-kind-of-file"),
            ("".join(segment + "\r" for segment in RESULT).encode("utf-16"), "wrong-kind-of-file"),
            (message(*RESULT)[:-1], "cut-short"),
            (message(*RESULT) + b"positive in 95 %\r", "not-a-segment"),
            (message(*RESULT) + b"ALK positive\r", "not-a-segment"),
            (message(*RESULT) + b"obx|2\r", "not-a-segment"),
            (b"\x0b" + message(*RESULT), "cut-short"),
            (b"\x0b" + message(*RESULT) + b"\x0b" + message(*RESULT) + b"\x1c\r", "cut-short"),
            (b"\x0b" + message(*RESULT[1:]) + b"\x1c\r", "wrong-kind-of-file"),
            (b"\x0b" + message(*RESULT) + b"\x1c\r\x0b" + message(PID) + b"\x1c\r", "damaged-message"),
            (b"\x0b" + message(*RESULT) + b"\x1c\r" + message(ALK), "damaged-message"),
            (batch(message(*RESULT), count=2), "count-mismatch"),
            (batch(message(*RESULT), files=2), "count-mismatch"),
            (batch(message(*RESULT)).replace(b"BTS|1", b"BTS|one"), "count-mismatch"),
            (batch(message(*RESULT)).replace(b"FTS|1\r", b""), "cut-short"),
            (batch(message(*RESULT)).replace(b"BTS|1\rFTS|1\r", b""), "cut-short"),
            (batch(message(*RESULT)).replace(b"BTS|1\r", b""), "damaged-message"),
            (batch(message(*RESULT)) + message(*RESULT), "damaged-message"),
            (batch(message(ALK)), "damaged-message"),
            (message(*RESULT) + batch(message(*RESULT)), "damaged-message"),
            (message(*RESULT) + message("BTS|1"), "damaged-message"),
            (message(*RESULT) + message(r"BHS|^~\&|", "BTS|1"), "damaged-message"),
            (message(r"BHS|^~\&|", *RESULT, "BTS|1", ALK), "damaged-message"),
            (message("FTS|1").replace(b"FTS", b"BHS|^~\\&\rFTS"), "damaged-message"),
        ],
    )
    def test_a_damaged_file_stops_everybody(self, data: bytes, code: str) -> None:
        found, problems = read(data)
        (problem,) = problems
        assert (problem.code, problem.severity, problem.accession) == (code, "error", "")
        assert found.orders is found.stains is found.patients is None

    def test_a_file_above_the_size_limit_is_refused(self) -> None:
        problems: list[Problem] = []
        read_messages(message(*RESULT), "a.hl7", LAB, problems, cap=100)
        assert [problem.code for problem in problems] == ["too-large"]

    def test_a_file_of_nothing_but_line_ends_or_delimiters_is_refused(self) -> None:
        assert the_problem(message(*RESULT) + b"\r" * 1_000_001).code == "too-large"
        problem = the_problem(message(*RESULT, "OBX" + "|" * 20_001))
        assert (problem.code, problem.accession) == ("bad-segment", ACCESSION)

    def test_counts_may_be_missing_or_padded(self) -> None:
        for data in (
            batch(message(*RESULT)).replace(b"BTS|1", b"BTS").replace(b"FTS|1", b"FTS|"),
            batch(message(*RESULT)).replace(b"BTS|1", b"BTS|01|end of batch"),
            message(r"FHS|^~\&|", *RESULT, "FTS|1"),
            message(r"BHS|^~\&|", "BTS|0"),
        ):
            assert read(data)[1] == []

    def test_several_batches_and_messages_are_all_read(self) -> None:
        second = message(header(f10="1002"), PID, ORC, OBR, "OBX|1|CWE|ROSIHC^ROS1^L||NEG||||||F")
        head = b"BHS|^~\\&|\r"
        data = b"FHS|^~\\&|\r" + head + message(*RESULT) + b"BTS|1\r" + head + second + b"BTS|1\rFTS|2\r"
        found, problems = read(data)
        assert problems == []
        assert [(row["marker"], row["result"]) for row in rows(found.stains)] == [
            ("ALK", "positive"),
            ("ROS1", "negative"),
        ]

    @pytest.mark.parametrize("end", [b"\r\x1c\r", b"\x1c\r", b"\r\x1c", b"\x1c\x0d\x0a"])
    def test_frames_of_mllp_are_taken_off(self, end: bytes) -> None:
        framed = b"\x0b" + message(*RESULT)[:-1] + end
        second = message(header(f10="1002"), PID, ORC, OBR, "OBX|1|CWE|ROSIHC^ROS1^L||NEG||||||F")
        problems: list[Problem] = []
        found = read_messages(framed + b"\x0b" + second[:-1] + end, "a.hl7", LAB, problems)
        assert problems == []  # Nor the remark that the end is not marked.
        assert len(rows(found.stains)) == 2

    def test_a_plain_file_is_remarked_on_since_nothing_marks_its_end(self) -> None:
        problems: list[Problem] = []
        read_messages(message(*RESULT), "a.hl7", LAB, problems)
        assert [(problem.code, problem.severity) for problem in problems] == [("end-not-marked", "warning")]

    @given(st.integers(min_value=0))
    def test_a_batch_cut_anywhere_is_an_error_or_whole(self, cut: int) -> None:
        whole = (SAMPLES / "2026-03-10.results.hl7").read_bytes()
        laboratory = TestTheSamples.LABORATORY
        expected, _ = read(whole, laboratory)
        found, problems = read(whole[: cut % len(whole)], laboratory)
        is_refused = any(problem.severity == "error" and not problem.accession for problem in problems)
        assert is_refused or found.stains == expected.stains
        assert not (is_refused and found.stains)

    @given(st.integers(min_value=0), st.sampled_from(["S26-31001.order.hl7", "S26-31002.corrected.hl7"]))
    def test_a_plain_message_cut_anywhere_is_an_error_or_its_end_is_remarked_on(self, cut: int, name: str) -> None:
        whole = (SAMPLES / name).read_bytes()
        problems: list[Problem] = []
        piece = whole[: cut % len(whole)]
        read_messages(piece, name, TestTheSamples.LABORATORY, problems)
        ends_with_segment = piece.endswith(b"\r")
        assert any(problem.severity == "error" or problem.code == "end-not-marked" for problem in problems)
        assert ends_with_segment or any(problem.severity == "error" for problem in problems)

    @given(st.integers(min_value=0))
    def test_a_framed_message_cut_anywhere_is_an_error_or_whole(self, cut: int) -> None:
        whole = (SAMPLES / "S26-31002.order.mllp.hl7").read_bytes()
        laboratory = TestTheSamples.LABORATORY
        expected, _ = read(whole, laboratory)
        found, problems = read(whole[: cut % len(whole)], laboratory)
        assert found.orders == expected.orders or any(problem.severity == "error" for problem in problems)

    @given(st.binary(max_size=200), st.integers(min_value=0))
    def test_no_bytes_raise_anything(self, noise: bytes, place: int) -> None:
        for whole in (message(*RESULT), message(*ORDER)):
            at = place % len(whole)
            read(whole[:at] + noise + whole[at:])
            read(b"MSH|" + noise)


class TestEscapes:
    DELIMITERS = "|^~\\&"

    @given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
    def test_what_the_library_escapes_comes_back(self, text: str) -> None:
        escaped = hl7.parse(MSH).escape(text)
        assert unescape(escaped, self.DELIMITERS, "utf-8") == text

    @given(st.text(alphabet="ab|^~\\&\u00e9 ."))
    def test_text_of_delimiters_goes_through_a_message(self, text: str) -> None:
        escaped = "".join(
            {"|": r"\F\ ", "^": r"\S\ ", "~": r"\R\ ", "\\": r"\E\ ", "&": r"\T\ "}.get(c, c).strip() or c for c in text
        )
        row = stain(ALK, f"OBX|2|ST|ALKCOM^comment^L||x{escaped}x||||||F")
        assert row["comment"] == " ".join(f"x{text}x".split())

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            (r"a\.br\b", "a\nb"),
            (r"a\.sp2\b\.ce\c", "a\nb\nc"),
            (r"\.in+4\a\.fi\b", " a b"),
            (r"\H\bold\N\ plain", "bold plain"),
            (r"\X41\\X0D0A\b", "A\nb"),
            (r"\XC3A9\t\E\e", "ét\\e"),
            ("plain", "plain"),
        ],
    )
    def test_formatting_becomes_text(self, given: str, expected: str) -> None:
        assert unescape(given, self.DELIMITERS, "utf-8") == expected

    @pytest.mark.parametrize(
        "given", ["cut\\Xtext", "\\Q\\", "\\\\", "\\X4\\", "\\XFF\\", "\\C2842\\", "\\Z1\\", "a\\b"]
    )
    def test_what_cannot_be_read_is_not_guessed(self, given: str) -> None:
        assert unescape(given, self.DELIMITERS, "utf-8") is None

    def test_a_bad_escape_stops_the_specimen_and_names_the_segment(self) -> None:
        problem = the_problem(message(*RESULT, r"OBX|2|ST|ALKCOM^comment^L||50\50||||||F"))
        assert (problem.code, problem.accession, problem.line) == ("bad-escape", ACCESSION, 6)
        found, _ = read(message(*RESULT, r"OBX|2|ST|ALKCOM^comment^L||50\50||||||F"))
        assert found.stains is None

    def test_nothing_of_a_message_reaches_the_log(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.DEBUG):
            _, problems = read(message(*RESULT, r"OBX|2|ST|ALKCOM^x^L||Example\XZZ\||||||F"))
        assert caplog.records == []
        assert all("Example" not in problem.explain() for problem in problems)


class TestCharacterSets:
    def encoded(self, declared: str, encoding: str, name: str = "Müller^Jörg") -> bytes:
        pid = f"PID|1||00482977^^^LAB^MR||{name}||20180721|M"
        return "".join(one + "\r" for one in (header(f18=declared), pid, ORC, OBR, ALK)).encode(encoding)

    @pytest.mark.parametrize(
        ("declared", "encoding"),
        [("UNICODE UTF-8", "utf-8"), ("8859/1", "latin-1"), ("8859/15", "iso8859-15"), ("utf-8~8859/1", "utf-8")],
    )
    def test_the_declared_character_set_is_used(self, declared: str, encoding: str) -> None:
        found, problems = read(self.encoded(declared, encoding))
        assert problems == []
        assert rows(found.patients)[0]["patient_name"] == "Müller, Jörg"

    def test_undeclared_utf_8_is_remarked_on(self) -> None:
        problem = the_problem(self.encoded("", "utf-8"))
        assert (problem.code, problem.severity, problem.accession) == (
            "character-set-not-declared",
            "warning",
            ACCESSION,
        )

    def test_undeclared_other_bytes_are_refused(self) -> None:
        problem = the_problem(self.encoded("", "latin-1"))
        assert (problem.code, problem.severity) == ("character-set-not-declared", "error")

    def test_bytes_of_another_set_than_the_declared_one_are_refused(self) -> None:
        for data in (self.encoded("UNICODE UTF-8", "latin-1"), self.encoded("ASCII", "utf-8")):
            problem = the_problem(data)
            assert (problem.code, problem.accession, problem.line) == ("unreadable-text", ACCESSION, 2)

    def test_an_unknown_character_set_is_refused(self) -> None:
        problem = the_problem(self.encoded("ISO IR87", "utf-8"))
        assert (problem.code, problem.found, problem.accession) == ("unknown-character-set", "ISO IR87", ACCESSION)


class TestTheHeader:
    @pytest.mark.parametrize("version", ["2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.5.1^USA"])
    def test_versions_up_to_2_5_1_are_read(self, version: str) -> None:
        assert read(message(header(f12=version), *RESULT[1:]))[1] == []

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"f12": "2.7"}, "unknown-version"),
            ({"f12": ""}, "unknown-version"),
            ({"f11": "T"}, "not-production"),
            ({"f11": "D"}, "not-production"),
            ({"f11": ""}, "not-production"),
            ({"f10": ""}, "no-control-id"),
            ({"f14": "7"}, "message-in-parts"),
            ({"f9": "ORU^R32"}, "unknown-message-type"),
            ({"f9": "ADT^A08^ADT_A01"}, "unknown-message-type"),
            ({"f9": "ORU^R01^ORU_R30"}, "unknown-message-type"),
            ({"f9": ""}, "unknown-message-type"),
        ],
    )
    def test_other_messages_are_refused_by_name(self, changed: dict[str, str], code: str) -> None:
        data = message(header(**changed), *RESULT[1:])
        problem = the_problem(data)
        assert (problem.code, problem.severity, problem.accession) == (code, "error", ACCESSION)
        assert read(data)[0].stains is None

    @pytest.mark.parametrize("field", ["f9", "f11", "f12"])
    def test_what_is_no_code_of_a_header_is_not_quoted(self, field: str) -> None:
        problem = the_problem(message(header(**{field: "Example Benjamin"}), *RESULT[1:]))
        assert problem.found is None
        assert "benjamin" not in problem.explain().lower()
        assert the_problem(message(header(f9="ORM^O01^ORM_O01"), *RESULT[1:])).found == "ORM^O01^ORM_O01"

    def test_a_message_that_names_no_specimen_is_put_down_to_its_line(self) -> None:
        problem = the_problem(message(header(f9="ADT^A08"), PID))
        assert (problem.code, problem.accession) == ("unknown-message-type", "(1.hl7 line 1)")

    def test_a_damaged_message_that_names_no_specimen_stops_everybody(self) -> None:
        problem = the_problem(message(MSH, r"PID|1||\Q\ "))
        assert (problem.code, problem.accession) == ("bad-escape", "")

    @pytest.mark.parametrize("start", ["MSH|^^^^|", "MSH|^~\\", "MSH|^~\\&", "MSH|^~\\A|", "MSH| ~\\&|"])
    def test_delimiters_must_be_five_different_marks(self, start: str) -> None:
        problem = the_problem(message(start, PID))
        assert (problem.code, problem.accession) == ("bad-delimiters", "")

    def test_a_header_that_cannot_be_read_is_nobodys_and_stops_everybody(self) -> None:
        problem = the_problem(message(header(f3=r"\Q\ "), *RESULT[1:]))
        assert (problem.code, problem.accession) == ("bad-escape", "")

    @pytest.mark.parametrize("segment", ["OBX^2^ST", "OBX|2|ST|ALKCOM||a\x07b"])
    def test_a_segment_with_other_separators_or_control_characters_is_refused(self, segment: str) -> None:
        problem = the_problem(message(*RESULT, segment))
        assert (problem.code, problem.accession) == ("bad-segment", ACCESSION)

    def test_a_continued_message_is_refused(self) -> None:
        assert the_problem(message(*RESULT, "DSC|44")).code == "message-in-parts"
        assert the_problem(message(*RESULT, "ADD|more")).code == "message-in-parts"

    def test_the_same_message_twice_is_read_once(self) -> None:
        found, problems = read(message(*RESULT) + message(*RESULT))
        assert [(one.code, one.severity, one.accession) for one in problems] == [
            ("message-sent-twice", "warning", ACCESSION)
        ]
        assert len(rows(found.stains)) == 1

    def test_two_messages_with_one_control_number_stop_both_specimens(self) -> None:
        other = tuple(segment.replace("31002", "31009") for segment in RESULT)
        _, problems = read(message(*RESULT), LAB, message(*other))
        assert [(one.code, one.severity, one.accession) for one in problems] == [
            ("control-id-repeated", "error", ACCESSION),
            ("control-id-repeated", "error", "S26-31009"),
        ]

    def test_one_control_number_of_two_senders_is_two_messages(self) -> None:
        other = "OBX|1|CWE|ROSIHC^ROS1^L||NEG||||||F"
        assert read(message(*RESULT) + message(header(f3="OTHER"), PID, ORC, OBR, other))[1] == []

    def test_repeated_messages_of_nobody_are_said(self) -> None:
        bare = message(MSH, PID)
        _, problems = read(bare + bare)
        assert [problem.code for problem in problems] == ["message-sent-twice", "no-orders"]
        assert problems[0].accession == "(1.hl7 line 3)"


class TestThePatient:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("Example^Benjamin", "Example, Benjamin"),
            ("Example^Benjamin^Q^Jr^Dr", "Example, Benjamin Q Jr"),
            ("van der Berg&van der&Berg^Ana", "van der Berg, Ana"),
            ("Alias^Ben^^^^^A~Example^Benjamin^^^^^L", "Example, Benjamin"),
            ("Mononym", "Mononym"),
            ("", ""),
            ('""^Benjamin', "Benjamin"),
            ("O'Neil-Ngũgĩ^Ana", "O'Neil-Ngũgĩ, Ana"),
        ],
    )
    def test_names_are_written_as_in_our_tables(self, name: str, expected: str) -> None:
        found, problems = read(message(MSH, f"PID|1||1^^^LAB^MR||{name}||20180721|M", ORC, OBR, ALK))
        assert problems == []
        assert rows(found.patients)[0]["patient_name"] == expected

    def test_times_of_day_are_left_out_and_what_is_no_date_stays(self) -> None:
        assert [
            day(text) for text in ("20180721", "201807210930", "20180721093000.0000-0500", "2018", "21.07.2018")
        ] == [
            "20180721",
            "20180721",
            "20180721",
            "2018",
            "21.07.2018",
        ]

    @pytest.mark.parametrize(
        ("numbers", "authority", "expected"),
        [
            ("00482977", "", "00482977"),
            ("1^^^OLD^PI~00482977^^^LAB^MR", "", "00482977"),
            ("1^^^OLD^MR~00482977^^^LAB&1.2&ISO^MR", "lab", "00482977"),
            ("1^^^OLD^MR~00482977^^^LAB&1.2&ISO^MR", "1.2", "00482977"),
            ("00482977^^^OLD^PI~00482977^^^LAB^PI", "", "00482977"),
        ],
    )
    def test_the_medical_record_number_or_that_of_the_named_authority_counts(
        self, numbers: str, authority: str, expected: str
    ) -> None:
        data = message(MSH, f"PID|1||{numbers}||Example^Benjamin||20180721|M", ORC, OBR, ALK)
        found, problems = read(data, a_lab(patient_authority=authority))
        assert problems == []
        assert rows(found.stains)[0]["patient_id"] == expected

    @pytest.mark.parametrize(
        ("numbers", "authority", "code"),
        [
            ("", "", "missing-patient-id"),
            ("1^^^OLD^MR~2^^^LAB^MR", "", "several-patient-ids"),
            ("1^^^OLD^PI~2^^^LAB^PI", "", "several-patient-ids"),
            ("1^^^OLD^MR", "LAB", "missing-patient-id"),
        ],
    )
    def test_no_number_is_guessed(self, numbers: str, authority: str, code: str) -> None:
        data = message(MSH, f"PID|1||{numbers}||Example^Benjamin||20180721|M", ORC, OBR, ALK)
        problem = the_problem(data, a_lab(patient_authority=authority))
        assert (problem.code, problem.accession, problem.column, problem.found) == (code, ACCESSION, "patient_id", None)

    def test_a_message_without_patient_or_with_two_is_refused(self) -> None:
        nobody = the_problem(message(MSH, ORC, OBR, ALK))
        assert (nobody.code, nobody.accession) == ("no-patient", ACCESSION)
        two = the_problem(message(MSH, PID, ORC, OBR, ALK, PID.replace("00482977", "1"), ORC, OBR, ALK))
        assert (two.code, two.accession, two.line) == ("several-patients", ACCESSION, 6)

    def test_nothing_of_the_patient_is_in_any_problem(self) -> None:
        _, problems = read(message(MSH, PID.replace("20180721", "21/07/18"), r"ORC|NW\Q\ ", OBR, ALK, "ZZZ|Example"))
        assert problems
        for problem in problems:
            assert not any(word in problem.explain() for word in ("Example", "Benjamin", "00482977", "21/07/18"))


class TestWhose:
    def accession(self, obr3: str, spm2: str, laboratory: Laboratory = LAB, obr2: str = "") -> dict[str, str]:
        obr = f"OBR|1|{obr2}|{obr3}|IHC^Immunohistochemistry^L|||20260304|||||||||||||||20260310||SP|F"
        found, problems = read(message(MSH, PID, "ORC|RE", obr, ALK, f"SPM|1|{spm2}"), laboratory)
        assert not problems, problems
        (row,) = rows(found.stains)
        return row

    @pytest.mark.parametrize(
        ("obr3", "spm2", "block", "specimen_id"),
        [
            ("S26-31002^LIS", "", "", ""),
            ("s26-31002", "S26-31002-A1", "A1", "S26-31002-A1"),
            ("MP26-00077^MOL", "^S26-31002-A1-2", "A1-2", "S26-31002-A1-2"),
            ("MP26-00077^MOL", "S26-31002 B&HIS", "B", "S26-31002 B"),
            ("", "778812^S26-31002:1A", "1A", "S26-31002:1A"),
        ],
    )
    def test_the_number_that_fits_the_pattern_is_the_accession(
        self, obr3: str, spm2: str, block: str, specimen_id: str
    ) -> None:
        row = self.accession(obr3, spm2)
        assert (row["accession"], row["block_id"], row["specimen_id"]) == (ACCESSION, block, specimen_id)

    def test_the_mapping_says_which_field_counts(self) -> None:
        assert self.accession("S26-00001", "S26-31002-A1", a_lab("SPM-2"))["accession"] == ACCESSION
        assert self.accession("S26-31002", "S26-00001", a_lab("OBR-3"))["accession"] == ACCESSION
        assert self.accession("S26-00001", "S26-00003", a_lab("OBR-2"), obr2=ACCESSION)["accession"] == ACCESSION

    def test_two_accessions_in_one_order_are_refused(self) -> None:
        problem = result_problem(ALK, "SPM|1|S26-31009-A1", code="two-accessions")
        assert problem.found == "S26-31002, S26-31009"
        order_problem(
            *ORDER[:-1],
            SPM,
            "SPM|2|S26-31009-A1||FFPE^FFPE biopsy^L||||MESE^mesentery^L|||||||||20260304|20260305",
            code="two-accessions",
        )

    def test_a_number_that_does_not_fit_goes_to_the_reader_as_it_is(self) -> None:
        obr = OBR.replace(ACCESSION, "X-1")
        found, problems = read(message(MSH, PID, "ORC|RE||X-1", obr, ALK, "SPM|1|X-1-A"))
        assert problems == []
        (row,) = rows(found.stains)
        assert (row["accession"], row["specimen_id"]) == ("X-1", "X-1-A")
        assert found.stains is not None
        read_stains([found.stains], LAB, {ACCESSION}, problems)
        assert [problem.code for problem in problems] == ["unknown-accession"]

    def test_a_result_without_any_number_is_refused_by_the_reader(self) -> None:
        _, problems = checked(message(MSH, PID, "ORC|RE", OBR.replace(ACCESSION, ""), ALK))
        assert [problem.code for problem in problems] == ["missing-accession"]


class TestResults:
    def test_a_stain_is_put_together_from_its_observations(self) -> None:
        row = stain(
            "OBX|1|CWE|ALKIHC^ALK immunohistochemistry (clone 5A4)^L|A1|POS^Positive^L||||||F",
            "NTE|1|L|Control good.",
            "OBX|2|SN|ALKPCT^ALK percent^L|A1|>^90|%|||||F",
            "OBX|3|ST|ALKINT^ALK intensity^L|A1|2-3+||||||F",
            "OBX|4|TX|ALKPAT^ALK pattern^L|A1|cytoplasmic||||||F",
            "OBX|5|TX|ALKPAT^ALK pattern^L|A1|granular||||||F",
        )
        assert row | {"accession": ACCESSION} == row
        assert (row["marker"], row["method"], row["result"], row["clone"]) == ("ALK", "IHC", "positive", "5A4")
        assert (row["pct_positive"], row["intensity"], row["localisation"]) == (">90%", "2-3+", "cytoplasmic; granular")
        assert (row["comment"], row["block_id"]) == ("Control good.", "A1")
        assert (row["collected_date"], row["reported_date"]) == ("20260304", "20260310")

    def test_the_sub_identifier_tells_two_stains_of_one_marker_apart(self) -> None:
        found = stains(
            ALK.replace("L||POS", "L|A1|POS"),
            ALK.replace("L||POS^Positive", "L|B1|POS^Positive").replace("OBX|1", "OBX|2"),
            "OBX|3|NM|ALKPCT^^L|B1|80|%|||||F",
        )
        assert [(row["block_id"], row["pct_positive"]) for row in found] == [("A1", ""), ("B1", "80%")]

    def test_sub_identifiers_that_are_no_blocks_are_kept_out_of_the_block(self) -> None:
        assert stain(ALK.replace("L||POS", "L|1|POS"), "SPM|1|S26-31002-C2")["block_id"] == "C2"

    @pytest.mark.parametrize(
        ("status", "result"),
        [
            ("F", "positive"),
            ("C", "positive"),
            ("P", "pending"),
            ("R", "pending"),
            ("S", "pending"),
            ("I", "pending"),
            ("X", "not_done"),
            ("D", "not_done"),
            ("N", "not_done"),
            ("f", "positive"),
        ],
    )
    def test_only_final_and_corrected_values_count(self, status: str, result: str) -> None:
        row = stain(f"{ALK[:-1]}{status}", f"OBX|2|NM|ALKPCT^^L||95|%|||||{status}")
        assert row["result"] == result
        assert row["pct_positive"] == ("95%" if result == "positive" else "")

    def test_a_withdrawn_result_stops_the_specimen(self) -> None:
        result_problem(f"{ALK[:-1]}W", code="result-withdrawn")

    @pytest.mark.parametrize("status", ["U", "B", "Z"])
    def test_a_status_that_cannot_be_read_alone_is_refused(self, status: str) -> None:
        assert result_problem(f"{ALK[:-1]}{status}", code="unknown-status").found == status

    def test_without_its_own_status_a_result_has_that_of_its_order(self) -> None:
        for ordered, result in (
            ("F", "positive"),
            ("C", "positive"),
            ("P", "pending"),
            ("A", "pending"),
            ("X", "not_done"),
        ):
            found, problems = read(message(MSH, PID, ORC, f"{OBR[:-1]}{ordered}", ALK[:-1]))
            assert problems == []
            assert rows(found.stains)[0]["result"] == result
        assert the_problem(message(MSH, PID, ORC, OBR[:-1], ALK[:-1])).code == "unknown-status"

    def test_a_final_result_of_a_cancelled_order_is_refused(self) -> None:
        assert the_problem(message(MSH, PID, ORC, f"{OBR[:-1]}X", ALK)).code == "status-contradiction"

    def test_a_stain_of_which_only_parts_are_there(self) -> None:
        assert stain("OBX|1|NM|ALKPCT^^L||95|%|||||P", "OBX|2|ST|ALKINT^^L||3+||||||R")["result"] == "pending"
        assert stain("OBX|1|NM|ALKPCT^^L||95|%|||||X")["result"] == "not_done"
        _, problems = checked(message(MSH, PID, ORC, OBR, "OBX|1|NM|ALKPCT^^L||95|%|||||F"))
        assert [(problem.code, problem.column) for problem in problems] == [("missing-value", "result")]
        _, problems = checked(
            message(MSH, PID, ORC, OBR, "OBX|1|NM|ALKPCT^^L||9|%|||||P", "OBX|2|ST|ALKINT^^L||3+||||||X")
        )
        assert [(problem.code, problem.column) for problem in problems] == [("missing-value", "result")]

    def test_a_final_result_without_a_value_is_refused_by_the_reader(self) -> None:
        _, problems = checked(message(MSH, PID, ORC, OBR, "OBX|1|CWE|ALKIHC^ALK^L||||||||F"))
        assert [(problem.code, problem.column) for problem in problems] == [("missing-value", "result")]

    def test_a_free_text_stands_where_the_result_does(self) -> None:
        assert stain("OBX|1|TX|ALKTXT^ALK^L||3+ strong~diffuse||||||F")["result"] == "3+ strong diffuse"

    def test_a_free_text_beside_a_verdict_is_its_scoring(self) -> None:
        row = stain(ALK, "OBX|2|TX|ALKTXT^ALK^L||3+ strong||||||F", "OBX|3|ST|ALKCOM^^L||Seen.||||||F")
        assert (row["result"], row["scoring"], row["comment"]) == ("positive", "3+ strong", "Seen.")
        row = stain(ALK, "OBX|2|ST|ALKSCO^^L||nuclear membrane||||||F", "OBX|3|TX|ALKTXT^ALK^L||3+~95%||||||F")
        assert row["scoring"] == "nuclear membrane; 3+ 95%"

    def test_what_the_text_beside_a_verdict_says_is_read(self) -> None:
        text = "OBX|2|TX|ALKTXT^ALK^L||3+ strong nuclear membrane, 95%||||||F"
        found, problems = checked(message(*RESULT, text))
        (one,) = found.ihc
        assert not problems
        assert (one.result, one.intensity, one.pct_positive, one.localisation) == (
            "positive",
            "3+",
            "95",
            ("nuclear membrane",),
        )

    @pytest.mark.parametrize(
        ("verdict", "text", "code"),
        [
            ("NEG^Negative^L", "3+ strong nuclear membrane, 95%", "ihc-contradiction"),
            ("POS^Positive^L", "negative", "text-contradiction"),
            ("POS^Positive^L", "no staining", "text-contradiction"),
            ("NEG^Negative^L", "positive, 3+", "text-contradiction"),
            ("POS^Positive^L", "see image", "unknown-value"),
        ],
    )
    def test_a_text_that_contradicts_its_verdict_or_is_not_understood_is_refused(
        self, verdict: str, text: str, code: str
    ) -> None:
        given = ALK.replace("POS^Positive^L", verdict)
        found, problems = checked(message(MSH, PID, ORC, OBR, given, f"OBX|2|TX|ALKTXT^ALK^L||{text}||||||F"))
        assert code in {problem.code for problem in problems if problem.severity == "error"}
        assert not found.ihc

    def test_notes_of_the_order_and_of_the_result_are_its_comment(self) -> None:
        row = stain(
            "NTE|1|L|Second reading.",
            ALK,
            r"NTE|1|L|Line one\.br\line two~and three",
            "OBX|2|ST|ALKCOM^^L||Seen.||||||F",
        )
        assert row["comment"] == "Seen. Line one line two and three Second reading."

    def test_notes_before_the_orders_are_the_patients_and_not_read(self) -> None:
        found, problems = read(message(MSH, PID, "NTE|1|L|Allergy", ORC, OBR, ALK))
        assert (problems, rows(found.stains)[0]["comment"]) == ([], "")

    def test_dates_and_people_are_values_too(self) -> None:
        row = stain(ALK, "OBX|2|TS|ALKDAY^^L||20260309101500||||||F", "OBX|3|XCN|ALKWHO^^L||17^Reader^Ria^^^Dr||||||F")
        assert (row["reported_date"], row["scoring_system"]) == ("20260309", "Dr Ria Reader")
        assert stain(ALK, "OBX|3|XCN|ALKWHO^^L||17||||||F")["scoring_system"] == "17"

    @pytest.mark.parametrize(
        ("kind", "value", "expected"),
        [
            ("CWE", "POS^Positive^L", "positive"),
            ("CE", "10828004^Positive^SCT", "positive"),
            ("CWE", "260385009^Negative^SCT^NEG^Negative^L", "negative"),
            ("CWE", "X1^^L^^^^^^not done", "not_done"),
            ("CWE", "X1^unclear^L", "unclear"),
            ("CWE", "X1", "X1"),
            ("ST", "Positive", "positive"),
            ("ID", "neg", "negative"),
            ("ST", "pos^weak", "pos^weak"),
        ],
    )
    def test_coded_and_plain_values_become_our_words(self, kind: str, value: str, expected: str) -> None:
        assert stain(f"OBX|1|{kind}|ALKIHC^ALK^L||{value}||||||F")["result"] == expected

    def test_the_laboratorys_own_words_are_translated(self) -> None:
        laboratory = a_lab(values={"result": {"reaktiv": "positive"}})
        assert stain("OBX|1|CWE|ALKIHC^ALK^L||R^Reaktiv^L||||||F", laboratory=laboratory)["result"] == "positive"

    def test_a_code_whose_text_says_the_opposite_is_refused(self) -> None:
        result_problem("OBX|1|CWE|ALKIHC^ALK^L||POS^Negative^L||||||F", code="code-contradiction")
        result_problem(
            ALK, "OBX|2|CWE|ALKPAT^^L||nuclear~POS^cytoplasmic^L^nuclear^^L||||||F", code="code-contradiction"
        )

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("^95", "95"),
            ("<^1", "<1"),
            (">=^50", "≥50"),
            ("<=^5", "≤5"),
            ("=^5", "5"),
            ("^5^-^10", "5-10"),
            ("^3^+", "3+"),
        ],
    )
    def test_structured_numbers(self, value: str, expected: str) -> None:
        assert stain(ALK, f"OBX|2|SN|ALKPCT^^L||{value}||||||F")["pct_positive"] == expected

    @pytest.mark.parametrize("value", ["<>^5", "^1^:^128", "^1^/^2", "^2^+^3"])
    def test_structured_numbers_that_are_no_share_are_refused(self, value: str) -> None:
        result_problem(ALK, f"OBX|2|SN|ALKPCT^^L||{value}||||||F", code="bad-structured-number")

    def test_units_must_be_those_of_the_field(self) -> None:
        assert stain(ALK, "OBX|2|NM|ALKPCT^^L||95|%^percent^UCUM|||||F")["pct_positive"] == "95%"
        assert stain(ALK, "OBX|2|ST|ALKPCT^^L||95%|%|||||F")["pct_positive"] == "95%"
        assert stain(ALK, "OBX|2|NM|ALKH^^L||285|{score}|||||F")["h_score"] == "285"
        result_problem(ALK, "OBX|2|NM|ALKPCT^^L||0.95|{ratio}|||||F", code="wrong-unit")

    @pytest.mark.parametrize("kind", ["ED", "RP", "QQ", ""])
    def test_values_of_a_type_that_is_not_read_are_refused(self, kind: str) -> None:
        result_problem(f"OBX|1|{kind}|ALKIHC^ALK^L||x^y||||||F", code="unknown-value-type")

    def test_one_field_said_twice_and_differently_is_refused(self) -> None:
        problem = result_problem(ALK, ALK.replace("POS^Positive", "NEG^Negative"), code="repeated-observation")
        assert problem.line == 6
        assert stain(ALK, ALK)["result"] == "positive"

    def test_one_stain_in_two_orders_of_a_message_is_two_rows(self) -> None:
        second = OBR.replace("IHC^Immuno", "IHC2^Immuno")
        _, problems = checked(
            message(MSH, PID, ORC, OBR, ALK, ORC, second, ALK.replace("POS^Positive", "NEG^Negative"))
        )
        assert [problem.code for problem in problems] == ["contradictory-results"]

    def test_an_order_without_results(self) -> None:
        result_problem(code="no-results")
        assert the_problem(message(MSH, PID, ORC, OBR[:-1])).severity == "error"
        assert the_problem(message(MSH, PID, ORC, f"{OBR[:-1]}I")).severity == "warning"
        pending = f"{OBR[:-1]}P".replace("IHC^Immunohistochemistry", "ALKIHC^ALK")
        found, problems = read(message(MSH, PID, ORC, pending))
        assert problems == []
        assert [(row["marker"], row["result"]) for row in rows(found.stains)] == [("ALK", "pending")]

    def test_an_order_without_request_and_a_result_without_order(self) -> None:
        assert the_problem(message(MSH, PID, ORC)).code == "result-without-request"
        _, problems = read(message(MSH, PID, ALK, ORC, OBR, ALK))
        assert [(problem.code, problem.severity) for problem in problems] == [("segment-without-order", "error")]
        assert the_problem(message(MSH, PID)).code == "no-orders"

    def test_results_without_orc_are_read(self) -> None:
        found, problems = read(
            message(MSH, PID, OBR, ALK, OBR.replace("OBR|1", "OBR|2").replace("31002", "31003"), ALK)
        )
        assert problems == []
        assert [row["accession"] for row in rows(found.stains)] == [ACCESSION, "S26-31003"]

    def test_unknown_segments_are_named(self) -> None:
        problem = result_problem(ALK, "ZIM|1|x", code="unknown-segment", severity="warning")
        assert "ZIM" in problem.message
        assert stain(ALK, "CTI|1") == stain(ALK)
        assert stain(ALK, "CTI") == stain(ALK)


class TestCodes:
    @pytest.mark.parametrize(
        ("code", "marker"),
        [
            ("SMA^Actin^L", "SMA"),
            ("sma", "SMA"),
            ("77^Smooth  Muscle Actin stain^L", "SMA"),
            ("99^x^LN^SMA^Actin^L", "SMA"),
            ("B10^Desmin^LN", "desmin"),
        ],
    )
    def test_code_text_and_alternate_code_are_known(self, code: str, marker: str) -> None:
        assert stain(f"OBX|1|CWE|{code}||POS||||||F")["marker"] == marker

    def test_a_code_of_another_system_is_another_code(self) -> None:
        result_problem("OBX|1|CWE|B10^Desmin^L||POS||||||F", code="unknown-observation", severity="warning")

    @pytest.mark.parametrize(
        "code",
        [
            "ALK1IHC",
            "X9^ALK (D5F3)^L",
            "PANTRK",
            "X9^pan TRK stain^L",
            "ROS1FISH",
            "RETBA",
            "X9^RET break apart^L",
            "X9^Pathology^L^ALKX^^L",
            "NTRK3",
            "X9^NTRK1/2/3^L",
            "X9^TRKA^L",
            "X9^Anaplastic lymphoma kinase^L",
            "X9^CD246^L",
            "X9^Stain, clone D4D6^L",
            "X9^c-ros oncogene^L",
            "ROSFISH",
            "X9^Tropomyosin receptor kinase^L",
            "X9^PDGFRB break apart^L",
        ],
    )
    def test_an_unknown_code_that_may_be_of_a_kinase_marker_is_an_error(self, code: str) -> None:
        problem = result_problem(ALK, f"OBX|2|CWE|{code}||POS||||||F", code="unknown-observation")
        assert problem.column == "OBX-3"
        assert problem.found is not None
        assert code.split("^")[0] in problem.found

    @pytest.mark.parametrize(
        "code", ["KI67^Ki-67^L", "RETIC^Reticulin^L", "X9^Alkaline phosphatase^L", "X9^Secretion^L", ""]
    )
    def test_another_unknown_code_is_a_warning(self, code: str) -> None:
        result_problem(ALK, f"OBX|2|CWE|{code}||POS||||||F", code="unknown-observation", severity="warning")

    def test_an_unread_text_that_names_a_marker_without_a_result_is_an_error(self) -> None:
        problem = result_problem(
            ALK, "OBX|2|TX|DX^Diagnosis^L||ALK positive, ROS-1 weak||||||F", code="unknown-observation"
        )
        assert "ROS1" in problem.message
        assert "ALK," not in problem.message
        result_problem(
            ALK, "OBX|2|TX|DX^Diagnosis^L||ALK positive||||||F", code="unknown-observation", severity="warning"
        )
        result_problem(ALK, "OBX|2|TX|DX^Diagnosis^L||x||||||F", "NTE|1||RET positive", code="unknown-observation")

    def test_a_general_code_under_an_order_for_a_kinase_marker_is_an_error(self) -> None:
        obr = OBR.replace("IHC^Immunohistochemistry", "F12^ALK break-apart FISH")
        unread = "OBX|1|CWE|RESULT^Result^L||POS^Positive^L||||||F"
        problem = the_problem(message(MSH, PID, ORC, obr, unread))
        assert (problem.code, problem.severity, problem.accession) == ("unknown-observation", "error", ACCESSION)
        assert "OBR-4" in problem.message
        assert the_problem(message(MSH, PID, ORC, obr, ALK, unread)).severity == "warning"
        assert the_problem(message(MSH, PID, ORC, OBR, unread)).severity == "warning"

    def test_what_the_mapping_ignores_is_left_out(self) -> None:
        assert stain(ALK, "OBX|2|TX|GROSS^Macroscopy^L||ROS1 block A||||||F")["result"] == "positive"

    def test_a_code_that_means_one_thing_and_says_another_is_refused(self) -> None:
        result_problem("OBX|1|CWE|ALKIHC^ROS1 immunohistochemistry^L||POS||||||F", code="code-contradiction")
        result_problem("OBX|1|CWE|SMA^ALK^L||POS||||||F", code="code-contradiction")
        result_problem("OBX|1|CWE|ALKIHC^ALK^L^ROSIHC^^L||POS||||||F", code="code-contradiction")

    def test_fields_that_do_not_fit_are_refused(self) -> None:
        result_problem(ALK, "OBX|2|NM|BADFIELD^^L||9|cm|||||F", code="unknown-field")
        result_problem(ALK, "OBX|2|ST|NOMARKER^^L||3+||||||F", code="observation-without-marker")
        result_problem(ALK, "OBX|2|NM|TUMPCT^^L||60|%|||||F", code="not-in-results", severity="warning")
        result_problem(ALK, "OBX|2|NM|SIZE^^L||9|cm|||||F", code="not-in-results", severity="warning")


class TestSeveralMessages:
    def later(self, *segments: str, time: str = "20260311090000", control: str = "1002") -> bytes:
        return message(header(f7=time, f10=control), PID, ORC, OBR, *segments)

    NEGATIVE = ALK.replace("POS^Positive", "NEG^Negative")

    def one(self, *files: bytes) -> tuple[str, list[str]]:
        found, problems = read(files[0], LAB, *files[1:])
        (row,) = rows(found.stains)
        return row["result"], [problem.code for problem in problems]

    def test_a_correction_supersedes_whatever_the_order_of_the_files(self) -> None:
        corrected = self.later(f"{self.NEGATIVE[:-1]}C")
        for files in ((message(*RESULT), corrected), (corrected, message(*RESULT))):
            assert self.one(*files) == ("negative", [])

    def test_times_are_compared_across_time_zones(self) -> None:
        corrected = self.later(f"{self.NEGATIVE[:-1]}C", time="20260310060000.5-0500")
        assert self.one(message(*RESULT), corrected) == ("negative", [])
        early = self.later(f"{self.NEGATIVE[:-1]}C", time="20260310103000+0200")
        assert self.one(message(*RESULT), early)[1] == ["results-disagree"]

    def test_a_final_value_supersedes_a_preliminary_one(self) -> None:
        preliminary = message(MSH, PID, ORC, OBR, f"{self.NEGATIVE[:-1]}P")
        assert self.one(preliminary, self.later(ALK)) == ("positive", [])

    def test_the_same_value_again_changes_nothing(self) -> None:
        assert self.one(message(*RESULT), self.later(ALK)) == ("positive", [])

    def test_a_correction_of_one_field_leaves_the_others(self) -> None:
        first = message(*RESULT, "OBX|2|NM|ALKPCT^^L||59|%|||||F")
        found, problems = read(first, LAB, self.later("OBX|1|NM|ALKPCT^^L||95|%|||||C"))
        assert problems == []
        (row,) = rows(found.stains)
        assert (row["result"], row["pct_positive"]) == ("positive", "95%")

    def test_a_deleted_result_is_not_done(self) -> None:
        assert self.one(message(*RESULT), self.later(f"{ALK[:-1]}D")) == ("not_done", [])

    def test_a_withdrawn_result_that_was_corrected_counts_again(self) -> None:
        withdrawn = self.later(f"{ALK[:-1]}W")
        assert self.one(message(*RESULT), withdrawn)[1] == ["result-withdrawn"]
        again = self.later(f"{self.NEGATIVE[:-1]}C", time="20260312", control="1003")
        assert self.one(message(*RESULT), withdrawn, again) == ("negative", [])

    @pytest.mark.parametrize(
        ("status", "time"),
        [
            ("F", "20260311090000"),
            ("P", "20260311090000"),
            ("X", "20260311090000"),
            ("C", "20260310093000"),
            ("C", ""),
            ("C", "20261399"),
            ("C", "x"),
        ],
    )
    def test_other_disagreements_are_for_a_person(self, status: str, time: str) -> None:
        _, codes = self.one(message(*RESULT), self.later(f"{self.NEGATIVE[:-1]}{status}", time=time))
        assert codes == ["results-disagree"]


class TestOrders:
    def test_an_order_is_a_specimen(self) -> None:
        row = order(*ORDER)
        assert {column: text for column, text in row.items() if text} == {
            "accession": ACCESSION,
            "patient_id": "00482977",
            "patient_name": "Example, Benjamin",
            "date_of_birth": "20180721",
            "sex": "M",
            "site": "mesentery",
            "diagnosis": "inflammatory myofibroblastic tumour",
            "diagnosis_code": "IMT",
            "collected": "20260304",
            "received": "20260305",
            "assay": "rna",
            "specimen_type": "FFPE biopsy",
            "block_id": "B1",
            "ordering_provider": "Dr Jo Clinician",
            "placer_number": "PLC-1^HIS",
        }

    def test_before_2_5_the_specimen_is_in_the_request(self) -> None:
        obr = "OBR|1||S26-31002|RNA|||20260304|||||||20260305|FFPE&FFPE biopsy&L^^^MESE&mesentery&L"
        row = order(OML.replace("2.5.1", "2.4"), PID, f"{NEW}|||||||||||||||||||Hospital", obr, DIAGNOSIS)
        assert (row["specimen_type"], row["site"]) == ("FFPE biopsy", "mesentery")
        assert (row["collected"], row["received"], row["institution"]) == ("20260304", "20260305", "Hospital")

    def test_the_provider_may_stand_in_orc_alone(self) -> None:
        row = order(OML, PID, f"{NEW}||||||||||17^Clinician^Jo", "OBR|1|||RNA", DIAGNOSIS, SPM)
        assert row["ordering_provider"] == "Jo Clinician"
        assert order(OML, PID, NEW, "OBR|1|||RNA", DIAGNOSIS, SPM)["ordering_provider"] == ""

    def test_diagnosis_and_indication(self) -> None:
        obr = f"{ORDERED}|||||||||||||||R1^Kinase fusion?^L~R2"
        row = order(OML, PID, NEW, obr, "DG1|1|||IMT, epithelioid", SPM)
        assert (row["diagnosis"], row["diagnosis_code"]) == ("IMT, epithelioid", "")
        assert row["indication"] == "Kinase fusion?; R2"
        first = "DG1|2||J45^asthma^L|||F|||||||||2"
        assert order(*ORDER[:-2], f"{DIAGNOSIS}|||||||||1", first, SPM)["diagnosis_code"] == "IMT"
        order_problem(*ORDER[:-2], DIAGNOSIS, first, SPM, code="several-diagnoses")
        assert order(*ORDER[:-2], SPM)["diagnosis"] == ""

    def test_clinical_values_come_as_observations(self) -> None:
        row = order(
            *ORDER, "OBX|1|NM|SIZE^^L||9.1|cm|||||F", "OBX|2|CWE|MARGIN^^L||R1^R1^L||||||F", "OBX|3|TX|GROSS||x||||||F"
        )
        assert (row["size_cm"], row["margin"]) == ("9.1", "R1")
        assert order(*ORDER, "OBX|1|NM|SIZE^^L||9.1|cm|||||X")["size_cm"] == ""
        order_problem(*ORDER, "OBX|1|NM|SIZE^^L||91|mm|||||F", code="wrong-unit")
        order_problem(
            *ORDER, "OBX|1|NM|SIZE^^L||9|cm|||||F", "OBX|2|NM|SIZE^^L||8|cm|||||F", code="repeated-observation"
        )

    def test_the_order_s_numbers_are_kept_whole_from_the_request_or_the_order_itself(self) -> None:
        row = order(OML, PID, "ORC|NW|PLC-1^HIS|FIL-9^LIS^1.2.3^ISO", ORDERED, DIAGNOSIS, SPM)
        assert (row["placer_number"], row["filler_number"]) == ("PLC-1^HIS", "FIL-9^LIS^1.2.3^ISO")
        row = order(OML, PID, "ORC|NW|PLC-1^HIS", "OBR|1|||RNA^RNA panel^L|||20260304", DIAGNOSIS, SPM)
        assert (row["placer_number"], row["filler_number"]) == ("PLC-1^HIS", "")

    def test_of_two_ordering_providers_neither_is_named_in_the_problem(self) -> None:
        problem = order_problem(*ORDER, "OBX|1|TX|WHO^^L||Dr Sam Other||||||F", code="repeated-observation")
        assert (problem.found, problem.expected) == (None, "")

    def test_results_in_an_order_are_not_lost_in_silence(self) -> None:
        order_problem(*ORDER, ALK, code="unknown-observation")
        order_problem(*ORDER, "OBX|1|TX|DX^History^L||outside: RET positive||||||F", code="unknown-observation")
        order_problem(*ORDER, "OBX|1|TX|AGE^Age^L||8||||||F", code="unknown-observation", severity="warning")
        order_problem(*ORDER, "OBX|1|TX|||8||||||F", code="unknown-observation", severity="warning")
        order_problem(*ORDER, "OBX|1|CWE|ALKIHC^ROS1^L||POS||||||F", code="code-contradiction")

    @pytest.mark.parametrize(
        ("assay", "expected"),
        [
            ("rna^^L", "rna"),
            ("X^RNA^L", "rna"),
            ("X^^L^RNA^^L", "rna"),
            ("X^RNA panel^L", "X RNA panel"),
        ],
    )
    def test_the_assay_is_found_by_code_or_text(self, assay: str, expected: str) -> None:
        assert order(OML, PID, NEW, f"OBR|1|||{assay}", DIAGNOSIS, SPM)["assay"] == expected

    def test_a_code_and_a_text_of_two_assays_are_refused(self) -> None:
        two = replace(LAB, assays={"rna": LAB.assays["rna"], "dna": LAB.assays["rna"]})
        problem = the_problem(message(OML, PID, NEW, "OBR|1|||RNA^DNA^L", DIAGNOSIS, SPM), two)
        assert (problem.code, problem.column) == ("code-contradiction", "OBR-4")

    def test_an_order_for_another_test_of_the_same_specimen_is_named(self) -> None:
        other = (NEW, ORDERED.replace("RNA^RNA panel", "HE^Slides"), SPM)
        found, problems = read(message(*ORDER, *other))
        assert [(one.code, one.severity, one.found) for one in problems] == [("other-test", "warning", "HE Slides")]
        assert len(rows(found.orders)) == 1

    def test_two_new_orders_are_refused_by_the_reader(self) -> None:
        again = (OML.replace("2001", "2002"), *ORDER[1:])
        found, problems = read(message(*ORDER) + message(*again))
        assert found.orders is not None
        assert problems == []
        read_specimens(found.orders, LAB, problems)
        assert [problem.code for problem in problems] == ["duplicate-accession"]

    def changed(self, control: str, time: str = "20260306") -> bytes:
        head = OML.replace("2001", "2002").replace("20260305081530", time)
        return message(head, PID, NEW.replace("NW", control), ORDERED, DIAGNOSIS, SPM.replace("mesentery", "omentum"))

    def test_a_changed_order_replaces_the_first(self) -> None:
        for files in ((message(*ORDER), self.changed("XO")), (self.changed("XO"), message(*ORDER))):
            found, problems = read(files[0], LAB, files[1])
            assert [(problem.code, problem.severity) for problem in problems] == [("order-changed", "warning")]
            assert [row["site"] for row in rows(found.orders)] == ["omentum"]

    def test_a_cancelled_order_stops_the_specimen(self) -> None:
        for time in ("20260306", "20260305081530"):
            problem = the_problem(message(*ORDER), LAB, self.changed("CA", time))
            assert (problem.code, problem.accession) == ("order-cancelled", ACCESSION)
        assert the_problem(self.changed("CA")).code == "order-cancelled"

    def test_an_order_placed_again_after_its_cancellation_stands(self) -> None:
        found, problems = read(message(*ORDER), LAB, self.changed("CA", "20260301"))
        assert problems == []
        assert [row["site"] for row in rows(found.orders)] == ["mesentery"]

    @pytest.mark.parametrize("control", ["", "RE", "OK"])
    def test_another_order_control_is_refused(self, control: str) -> None:
        order_problem(OML, PID, f"ORC|{control}|1", *ORDER[3:], code="unknown-order-control")

    def test_an_order_needs_a_request(self) -> None:
        order_problem(OML, PID, NEW, DIAGNOSIS, SPM, code="order-without-request")

    def test_two_specimens_in_one_order_must_be_alike(self) -> None:
        row = order(*ORDER, SPM.replace("SPM|1", "SPM|2").replace("B1", "B2"))
        assert row["block_id"] == "B1; B2"
        order_problem(*ORDER, SPM.replace("mesentery", "lung"), code="several-specimens")

    def test_controls_and_rejected_specimens_are_refused(self) -> None:
        role = "SPM|1|^S26-31002-B1||FFPE^FFPE biopsy^L||||MESE^mesentery^L|||{}||||||20260304|20260305{}"
        assert order(*ORDER[:-1], role.format("P", ""))["site"] == "mesentery"
        order_problem(*ORDER[:-1], role.format("Q", ""), code="not-a-patient-specimen")
        order_problem(*ORDER[:-1], role.format("", "|||QS^Quantity not sufficient^L"), code="specimen-rejected")

    def test_a_specimen_code_that_contradicts_its_text_is_refused(self) -> None:
        laboratory = a_lab(values={"site": {"mese": "mesentery", "lung": "lung"}})
        problem = the_problem(message(*ORDER[:-1], SPM.replace("^mesentery", "^lung")), laboratory)
        assert (problem.code, problem.column) == ("code-contradiction", "SPM-8")


class TestTheMapping:
    def read(self, folder: Path, text: str) -> LabMapping:
        path = folder / "mapping.toml"
        path.write_text(text)
        return read_mapping(path)

    def test_codes_of_the_specimen_and_codes_that_are_not_wanted(self, tmp_path: Path) -> None:
        mapping = self.read(
            tmp_path,
            'accession_field = "SPM-2"\npatient_authority = "LAB"\n[observations."A"]\nfield = "size_cm"\n'
            '[observations."B"]\nfield = "ignore"\n[observations."C"]\nmarker = "ALK"\n',
        )
        assert (mapping.accession_field, mapping.patient_authority) == ("SPM-2", "LAB")
        assert mapping.observations == {
            "A": Observation("", field="size_cm"),
            "B": Observation("", field="ignore"),
            "C": Observation("ALK"),
        }

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ('[observations."A"]\nfield = "patient_name"\n', "unknown-value"),
            ('[observations."A"]\nfield = "pct_positive"\n', "unknown-value"),
            ('[observations."A"]\nmethod = "IHC"\n', "missing-key"),
            ('[wide."A"]\nfield = "ignore"\n', "missing-key"),
            ('accession_field = "OBR-4"\n', "unknown-value"),
        ],
    )
    def test_other_meanings_are_refused(self, tmp_path: Path, text: str, code: str) -> None:
        with pytest.raises(InputError) as caught:
            self.read(tmp_path, text)
        assert code in {problem.code for problem in caught.value.problems}
