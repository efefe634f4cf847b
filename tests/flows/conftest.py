from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from flows_nights import PrefectServer

from flows.api_server import starting_server
from flows.settings import Settings


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    """A real Prefect server with pages and schedulers, for all tests that need one."""
    store = tmp_path_factory.mktemp("server")
    before = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PREFECT_")}
    settings = Settings.from_environment({"IMTREPORT_STORE": str(store)})
    with starting_server(settings, port=0, with_pages=True) as server:
        server.wait_until_ready()
        yield PrefectServer(server.url, settings.prefect_home / "prefect.db")
    os.environ.update(before)
