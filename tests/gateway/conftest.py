"""Four services played over real sockets, and the gateway in front of them as a process."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from gateway.routes import SERVICES
from tests.gateway.fakes import FakeService
from tests.gateway.processes import GatewayProcess
from tests.gateway.rehearsals import Fleet, Rehearsal


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[GatewayProcess, dict[str, FakeService]]]:
    """One gateway and its services for the whole run."""
    services = {name: FakeService(name) for name in SERVICES}
    gateway = GatewayProcess(services, tmp_path_factory.mktemp("gateway"))
    yield gateway, services
    gateway.stop()
    for service in services.values():
        service.stop()


@pytest.fixture
def services(running: tuple[GatewayProcess, dict[str, FakeService]]) -> dict[str, FakeService]:
    """The services, as if just started."""
    for service in running[1].values():
        service.reset()
    return running[1]


@pytest.fixture
def catalog(services: dict[str, FakeService]) -> FakeService:
    """The service that owns /v1/courses."""
    return services["catalog"]


@pytest.fixture
def gateway(running: tuple[GatewayProcess, dict[str, FakeService]], services: dict[str, FakeService]) -> GatewayProcess:
    """The gateway process."""
    assert set(services) == set(SERVICES)
    return running[0]


@pytest.fixture
def client(gateway: GatewayProcess) -> Iterator[httpx2.Client]:
    """A client that follows nothing and reads no proxy settings."""
    with httpx2.Client(base_url=gateway.url, trust_env=False, timeout=15) as made:
        yield made


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where gateways that a test starts itself keep their key and log."""
    return tmp_path_factory.mktemp("own")


@pytest.fixture
def fleet(services: dict[str, FakeService]) -> Iterator[Fleet]:
    """The services, each with a sandbox's day, duties and outbox."""
    history: list[str] = []
    yield {name: Rehearsal(name, service, history) for name, service in services.items()}
    for service in services.values():
        service.reset()
