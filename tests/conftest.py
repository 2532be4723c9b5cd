"""What every test stands on: PostgreSQL for the run, databases for a test, seeds that are told.

The controller starts one PostgreSQL (see support/postgres.py) and passes its address to the workers of
pytest-xdist through the environment; without workers it starts when a test first needs it.
"""

import os
import random
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.faults.seeds import VARIABLE, seed_of_the_run
from tests.support import figures, postgres
from tests.support.databases import KINDS, Databases, Kind

RUNNING = "TEST_POSTGRES_RUNNING_AT"
RUN = "TEST_RUN"
_server: postgres.Server | None = None

settings.register_profile(
    "tests", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("tests")


def pytest_configure(config: pytest.Config) -> None:
    """Before any worker starts: a seed that the workers share, and PostgreSQL."""
    if hasattr(config, "workerinput"):
        return
    os.environ[RUN] = secrets.token_hex(3)
    seed_of_the_run()
    if config.getoption("hypothesis_seed", None) is None:
        config.option.hypothesis_seed = random.SystemRandom().randrange(2**32)
    if config.getoption("numprocesses", None) and not config.getoption("collectonly"):
        try:
            _start_server()
        except postgres.Unavailable as reason:
            raise pytest.UsageError(str(reason)) from None


def pytest_unconfigure() -> None:
    """Stop what this process started."""
    global _server  # noqa: PLW0603 - pytest's hooks share nothing else
    if _server is not None:
        _server.stop()
        _server = None
        os.environ.pop(RUNNING, None)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """The seed to repeat this run with, and where PostgreSQL comes from."""
    source = _server.source if _server else "started when a test first needs it"
    seeds = f"{VARIABLE}={seed_of_the_run()} --hypothesis-seed={config.getoption('hypothesis_seed')}"
    return [f"repeat with: {seeds}", f"postgresql: {source}"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the tests counted, with the seed that they drew by."""
    outcomes = (terminalreporter.stats.get(outcome, []) for outcome in ("passed", "failed"))
    lines = [line for reports in outcomes for line in figures.told(reports)]
    if lines:
        terminalreporter.section(f"figures ({VARIABLE}={seed_of_the_run()})")
        for line in lines:
            terminalreporter.line(line)


def _start_server() -> str:
    global _server  # noqa: PLW0603 - as above
    if RUNNING not in os.environ:
        _server = postgres.start()
        os.environ[RUNNING] = _server.url
    return os.environ[RUNNING]


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Templates and their copies, for this process."""
    with tempfile.TemporaryDirectory(prefix="tests-", dir=postgres.roomy_folder()) as folder:
        made = Databases(Path(folder), _start_server, os.environ[RUN])
        yield made
        made.close()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Which database: a test that uses it runs on both."""
    chosen: Kind = request.param
    return chosen
