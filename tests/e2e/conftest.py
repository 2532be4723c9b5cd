"""The platform as it really runs: five processes, HTTP between them, on each database."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from deploy.sandbox.launcher import running
from deploy.sandbox.processes import SERVICES, Processes, Sandbox
from tests.e2e.ports import free_base_port, free_port
from tests.support.databases import Databases, Kind


@pytest.fixture
def sandbox(kind: Kind, databases: Databases, tmp_path: Path) -> Iterator[Sandbox]:
    """Where a new sandbox is kept; its databases are empty."""
    with ExitStack() as stack:
        urls: dict[str, str] = {}
        if kind == "postgresql":
            urls = {name: stack.enter_context(databases.empty(kind)) for name in SERVICES}
        yield Sandbox(tmp_path / "sandbox", free_base_port(), free_port(), urls)


@pytest.fixture
def platform(sandbox: Sandbox) -> Iterator[Processes]:
    """The sandbox, up and loaded with the samples."""
    with running(sandbox) as processes:
        yield processes
