"""
Everything that can be set from outside, in one place: name of the environment variable, default, unit.

The flows read their settings from the environment, on the command line as in a deployment; command-line options are
written into the environment before a flow starts (`as_environment`), so that there is one mechanism and not two.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from parsers.errors import InputError, Problem
from parsers.laboratory import Laboratory, read_laboratory

LAB_FILE = "lab.toml"
# A file of more than this, read whole, would need the memory of a large machine.
_MOST_MB = 2000


def _setting(environment_name: str, default: str, unit: str, what: str) -> str:
    """A dataclass field that carries its environment name, its unit and its explanation (`imtreport doctor`, docs)."""
    value: str = field(default=default, metadata={"env": environment_name, "unit": unit, "what": what})
    return value


@dataclass(frozen=True, slots=True)
class Settings:
    """
    The settings as texts; the properties below give them their type.

    Raises:
        InputError: from a property, when a number is not one (place: the environment variable).
    """

    store_text: str = _setting("IMTREPORT_STORE", "./imtreport-store", "folder", "where reports are kept")
    lab_text: str = _setting("IMTREPORT_LAB", "", "file", "the laboratory's lab.toml; else looked for near the batch")
    gtf_text: str = _setting(
        "IMTREPORT_GTF",
        "",
        "files",
        "the laboratory's gene annotations (GTF), one for each genome build, parted by ':'",
    )
    workers_text: str = _setting("IMTREPORT_WORKERS", "", "processes", "how many specimens at once; default: the CPUs")
    recycle_text: str = _setting("IMTREPORT_RECYCLE", "300", "specimens", "a worker process is renewed after so many")
    longest_text: str = _setting("IMTREPORT_LONGEST", "600", "seconds", "a specimen taking longer is given up")
    largest_text: str = _setting("IMTREPORT_LARGEST", "50", "MB", "a larger file, once unpacked, is not read")
    port_text: str = _setting("IMTREPORT_PORT", "4200", "TCP port", "where `imtreport serve` listens, on this machine")
    server_start_text: str = _setting("IMTREPORT_SERVER_START", "180", "seconds", "how long Prefect's server may start")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """The settings of `environment`, the process's own by default. An empty value counts as not set."""
        given = os.environ if environment is None else environment
        texts = {one.name: given.get(one.metadata["env"], "").strip() or str(one.default) for one in fields(cls)}
        return cls(**texts)

    @property
    def store(self) -> Path:
        """The folder of the reports, absolute: a deployment may run elsewhere."""
        return Path(self.store_text).expanduser().absolute()

    @property
    def lab(self) -> Path | None:
        return Path(self.lab_text).expanduser().absolute() if self.lab_text else None

    @property
    def gtf(self) -> tuple[Path, ...]:
        """The gene annotations, absolute; none where the embedded genes are enough."""
        names = (name.strip() for name in self.gtf_text.split(os.pathsep))
        return tuple(Path(name).expanduser().absolute() for name in names if name)

    @property
    def workers(self) -> int:
        return self._number("workers_text") if self.workers_text else os.cpu_count() or 1

    @property
    def specimens_per_worker(self) -> int:
        return self._number("recycle_text")

    @property
    def longest_seconds(self) -> int:
        return self._number("longest_text")

    @property
    def largest_bytes(self) -> int:
        return self._number("largest_text", most=_MOST_MB) * 1024 * 1024

    @property
    def port(self) -> int:
        return self._number("port_text", most=65535)

    @property
    def server_start_seconds(self) -> int:
        return self._number("server_start_text")

    @property
    def prefect_home(self) -> Path:
        """Where Prefect keeps its database: inside the store, so that removing the store removes all of it."""
        return self.store / "prefect"

    def check(self) -> Settings:
        """
        These settings, all of them read once: a mistake is told before any work begins.

        Raises:
            InputError: a number is none, or out of range.
        """
        _ = (self.workers, self.specimens_per_worker, self.longest_seconds)
        _ = (self.largest_bytes, self.port, self.server_start_seconds)
        return self

    def _number(self, name: str, most: int = 1_000_000) -> int:
        text = str(getattr(self, name))
        if text.isascii() and text.isdigit() and len(text) < 10 and 0 < int(text) <= most:
            return int(text)
        variable = next(one.metadata["env"] for one in fields(self) if one.name == name)
        raise InputError(
            Problem(
                code="setting-not-a-number",
                file=variable,
                message=f"the setting is not a whole number from 1 to {most}",
                found=text,
                remedy=f"set {variable} to such a number, or unset it",
            )
        )


def as_environment(*, store: Path | None = None, lab: Path | None = None, workers: int | None = None) -> None:
    """Write command-line options into this process's environment, for the flows and their worker processes."""
    if store is not None:
        os.environ["IMTREPORT_STORE"] = str(store.expanduser().absolute())
    if lab is not None:
        os.environ["IMTREPORT_LAB"] = str(lab.expanduser().absolute())
    if workers is not None:
        os.environ["IMTREPORT_WORKERS"] = str(workers)


def laboratory_file(batch: Path, settings: Settings) -> Path:
    """
    The lab.toml that holds for `batch`: the one set, else the batch's own, else the inbox's, else the one beside it.

    Raises:
        InputError: there is none in any of these places.
    """
    folder = batch.absolute()
    looked_at = [settings.lab] if settings.lab else [place / LAB_FILE for place in (folder, *list(folder.parents)[:2])]
    for path in looked_at:
        if path.is_file():
            return path
    raise InputError(
        Problem(
            code="no-lab-file",
            file=str(looked_at[0]),
            message="the laboratory's description is missing"
            + ("" if settings.lab else "; it is in neither of the two folders above either"),
            remedy=f"put {LAB_FILE} into the inbox, or name it with --lab or IMTREPORT_LAB",
        )
    )


def laboratory_for(batch: Path, settings: Settings) -> Laboratory:
    """
    The laboratory that holds for `batch`, read and checked.

    Raises:
        InputError: there is no lab.toml, or it, its templates or its changes of the knowledge tables have
            mistakes.
    """
    laboratory = read_laboratory(laboratory_file(batch, settings))
    if laboratory.knowledge_overlay:
        # Late: most laboratories have none, and the tables need not be read to see the settings.
        from flows.knowledge_overlays import check_overlay

        check_overlay(Path(laboratory.knowledge_overlay))
    if laboratory.branding.templates:
        from report_templates.laboratory_templates import check_templates

        check_templates(laboratory.branding.templates, laboratory)
    # Late: a laboratory that is not read needs no fonts.
    from report_templates.laboratory_letters import check_letters

    check_letters(laboratory)
    return laboratory
