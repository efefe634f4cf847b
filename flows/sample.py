"""The packaged sample laboratory: where it lies, and one of its reports drawn in memory."""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime
from pathlib import Path

from parsers.errors import InputError


def sample_folder() -> Path:
    """
    The folder `sample_data` of this installation.

    Raises:
        FileNotFoundError: it was left out of the installation.
    """
    spec = importlib.util.find_spec("sample_data")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(place) / "lab.toml").is_file():
            return Path(place)
    raise FileNotFoundError("sample_data is not part of this installation")


def render_sample() -> bytes:
    """The PDF of the first sample specimen that can be read; nothing is stored."""
    from interpret.genes import load_gene_models
    from interpret.interpretation import interpret
    from interpret.knowledge import load_knowledge
    from parsers.batch import digests, read_batch, read_case
    from parsers.laboratory import read_laboratory
    from report_templates.pdf import render_pdf
    from report_templates.record import Issue, build_record

    folder = sample_folder()
    laboratory = read_laboratory(folder / "lab.toml")
    batch = read_batch(min((folder / "inbox").iterdir()), laboratory)
    for request in batch.requests:
        try:
            case = read_case(request)
        except InputError:
            continue
        issue = Issue(
            report_id="R-sample-v1",
            case_id="0" * 16,
            version=1,
            status="draft",
            issued=datetime.now(UTC),
            software_version="sample",
            inputs=digests(request),
        )
        interpretation = interpret(case, laboratory, load_knowledge(), load_gene_models())
        return render_pdf(build_record(case, interpretation, laboratory, issue))
    raise FileNotFoundError("no sample specimen can be read")
