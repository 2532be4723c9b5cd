"""What the benches share: the report of the run, its scale, the platform as real processes.

BENCH_SCALE=large takes the sizes that need minutes; BENCH_RECORD=yes writes the tables to docs/benchmarks.md.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from time import monotonic

import pytest

from deploy.sandbox.launcher import running
from deploy.sandbox.processes import SERVICES, Sandbox
from tests.bench.report import Report
from tests.e2e.ports import free_base_port, free_port
from tests.support.databases import Databases


@pytest.fixture(scope="session")
def large() -> bool:
    """Whether the sizes that need minutes are wanted."""
    return os.environ.get("BENCH_SCALE") == "large"


@pytest.fixture(scope="session")
def report(large: bool) -> Iterator[Report]:
    """Where the tables go."""
    made, started = Report(), monotonic()
    yield made
    if os.environ.get("BENCH_RECORD") == "yes":
        made.keep(f"make bench RECORD=yes{' SCALE=large' if large else ''}", monotonic() - started)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Sandbox]:
    """The platform, up: real processes, each service on a PostgreSQL database of its own, the samples loaded."""
    with ExitStack() as stack:
        urls = {name: stack.enter_context(databases.empty("postgresql")) for name in SERVICES}
        made = Sandbox(tmp_path_factory.mktemp("bench"), free_base_port(), free_port(), urls)
        stack.enter_context(running(made))
        yield made
