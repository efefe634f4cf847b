"""
Coverage-guided fuzzing of the reader and the parsers: any exception other than InputError is a finding.

`make fuzz` runs every target one after the other, ten minutes in all; `make fuzz SECONDS=60` shorter. One target alone:
`python fuzz/readers.py arriba 60`. The corpus starts from sample_data; what was found stays in fuzz/findings, and
`python fuzz/readers.py arriba fuzz/findings/arriba-crash-…` runs it once more. A finding becomes a test, then a fix.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import atheris

ROOT = Path(__file__).parents[1]
FINDINGS = ROOT / "fuzz" / "findings"
SECONDS = 600
LONGEST = 16_384

sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["parsers"]):
    from parsers.accessions import finder
    from parsers.callers import FORMATS, build_of_calls, format_of, search
    from parsers.callers.format import CallerFormat, ReadingContext, Targets
    from parsers.errors import InputError
    from parsers.reading import FileText, decode, read_table, refuse_untrusted_characters, require_final_newline

BY_MODULE = {one.read.__module__.rpartition(".")[2]: one for one in FORMATS}
CONTEXT = ReadingContext("S26-20001", "RNA", "GRCh38", finder=finder(["S26-20001", "S26-20002"], ""))
ALK = Targets(frozenset({"ALK", "EML4"}), {"chr2": ((29_182_000, 29_933_000), (42_160_000, 42_340_000))})
# Every table counts as long.
search.LONG = 0


def reader(data: bytes) -> None:
    """Bytes to text to a laboratory's table."""
    source = decode(data, "a.csv", cap=1 << 20)
    require_final_newline(source)
    refuse_untrusted_characters(source)
    read_table(source)


def any_format(data: bytes) -> None:
    """A file whose format is found by its content."""
    source = decode(data, "a", cap=1 << 20)
    _read(format_of(source), source)


def of_format(found: CallerFormat) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        source = decode(data, "a", cap=1 << 20)
        if found.sniff(source.text):
            _read(found, source)

    return read


def _read(found: CallerFormat, source: FileText) -> None:
    for targets in (None, ALK):
        context = ReadingContext(CONTEXT.accession, "RNA", "GRCh38", finder=CONTEXT.finder, targets=targets)
        build_of_calls(source.name, found.read(source, context), context)


# The largest parsers have targets of their own; `any_format` reaches the others.
LARGEST = ("structural_variants", "arriba", "tso500_combined", "star_fusion")
TARGETS: dict[str, Callable[[bytes], None]] = {
    "reader": reader,
    **{name: of_format(BY_MODULE[name]) for name in LARGEST if name in BY_MODULE},
    "any_format": any_format,
}


def seeds(target: str, folder: Path) -> None:
    """The samples of the target's format, all of them where it has none of its own."""
    samples = ROOT / "sample_data" / "formats"
    own = samples / target
    found = [path for path in (own if own.is_dir() else samples).rglob("*") if path.is_file() and path.suffix != ".md"]
    if target == "reader":
        found += (ROOT / "sample_data" / "inbox").rglob("*.csv")
    for number, path in enumerate(sorted(found)):
        (folder / f"{number}-{path.name}").write_bytes(path.read_bytes()[:LONGEST])


def fuzz(target: str, seconds: int) -> None:
    """Runs in a process of its own: libFuzzer ends it."""

    def one(data: bytes) -> None:
        with suppress(InputError):
            TARGETS[target](data)

    FINDINGS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        seeds(target, Path(corpus))
        options = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=20", "-verbosity=1"]
        options += [f"-artifact_prefix={FINDINGS}/{target}-", "-print_final_stats=1"]
        atheris.Setup([sys.argv[0], *options, corpus], one)
        atheris.Fuzz()


def run_again(target: str, finding: Path) -> None:
    TARGETS[target](finding.read_bytes())


def main(arguments: list[str]) -> int:
    if len(arguments) == 2 and Path(arguments[1]).is_file():
        run_again(arguments[0], Path(arguments[1]))
    elif len(arguments) == 2:
        fuzz(arguments[0], int(arguments[1]))
    else:
        seconds = (int(arguments[0]) if arguments else SECONDS) // len(TARGETS)
        failed = []
        for target in TARGETS:
            print(f"{target}: {seconds} s", flush=True)
            command = [sys.executable, __file__, target, str(seconds)]
            done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")
            print("".join(f"  {line}\n" for line in done.stderr.splitlines() if line.startswith("stat::number_of")))
            if done.returncode:
                failed.append(target)
                print(done.stderr[-4000:] + done.stdout[-1000:])
        print(f"Findings in {', '.join(failed)}; see {FINDINGS}" if failed else "Nothing was found.")
        return 1 if failed else 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
