"""One specimen as a Prefect flow, started by hand: from the Prefect page with its case id, or by `imtreport report`."""

# No `from __future__ import annotations` here: Prefect builds the form from the annotations themselves.
from typing import Annotated, Any

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.states import Failed
from pydantic import Field

from flows.batches import read_inbox
from flows.cases import CASE_ID_PATTERN
from flows.folders import folder_of
from flows.gene_annotations import annotations_of
from flows.nightly import CannotRunError, InboxFolder, sheltered, state_of, watcher_of_this_run
from flows.settings import Settings
from flows.store import open_store
from flows.warm_pool import warm_pool

# Prefect checks the pattern before it stores a run: an accession typed into the form by mistake is refused, not kept.
CaseId = Annotated[
    str, Field(pattern=CASE_ID_PATTERN, examples=["0123456789abcdef"], json_schema_extra={"title": "Case id"})
]


@flow(
    name="specimen-report",
    flow_run_name="{case_id}",
    description="Reports one specimen, unless its latest report says the same already.",
    persist_result=False,
    log_prints=False,
)
def specimen_report(case_id: CaseId, inbox: InboxFolder) -> State[Any]:
    """
    Report one specimen.

    Args:
        case_id: The specimen's case id: 16 characters, 0-9 and a-f. `imtreport cases INBOX`, on the laboratory's
            machine, lists accession and case id side by side. Never type an accession or a name here: Prefect stores
            what is typed.
        inbox: The folder that holds the batch folders, on the machine where the worker runs. Its name is stored and
            shown by Prefect: it must not name a patient.
    """
    return sheltered(_specimen, case_id, inbox)


def _specimen(case_id: str, inbox: str) -> State[Any]:
    settings = Settings.from_environment()
    store = open_store(settings.store)
    # Here once, and not in each worker; and a mistake in it is told before any specimen is begun.
    annotations_of(settings.gtf, store)
    job = next((one for one in read_inbox(folder_of(inbox), settings).jobs if one.case_id == case_id), None)
    if job is None:
        raise CannotRunError("no specimen of the inbox has this case id")
    with warm_pool(
        store,
        workers=1,
        specimens_per_worker=settings.specimens_per_worker,
        longest_seconds=settings.longest_seconds,
    ) as pool:
        outcome = pool.report(job)
    watcher = watcher_of_this_run()
    if watcher is not None:
        watcher.ends_with(job, outcome)
    get_run_logger().info("Case %s: %s", outcome.case_id, outcome.status)
    if outcome.status == "quarantined":
        # Who starts one specimen waits for its report: without one, the run has not done what was asked.
        return Failed(name="Quarantined", message=", ".join(outcome.codes))
    return state_of(outcome)
