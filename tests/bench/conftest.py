"""The platform that the benchmarks measure: real processes, embedded databases, samples loaded."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.sandbox.launcher import running
from deploy.sandbox.processes import Sandbox
from tests.e2e.ports import free_base_port, free_port


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The sandbox, up."""
    folder: Path = tmp_path_factory.mktemp("bench")
    made = Sandbox(folder, free_base_port(), free_port())
    with running(made):
        yield made
