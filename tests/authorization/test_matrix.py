"""Every operation of every service, called by every role and by nobody."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from chassis.auth import Role
from tests.authorization.matrix import SERVICES, Row, rows
from tests.support.databases import Databases
from tests.support.operations import Operation, operations
from tests.support.service import SERVICES as ALL_SERVICES
from tests.support.service import ServiceUnderTest, migrated, running

# Whoever signs the message may send it: 401 says that the signature does not hold.
SIGNED = frozenset({"POST /webhooks/opco/{opco}"})
UNCHECKED = frozenset({"GET /healthz", "GET /readyz"})
FILLED = {"reference": "MRK-OPE-08", "number": "1", "version": "1", "code": "atlas", "opco": "atlas"}
SOME_ID = "0194b0a0-0000-7000-8000-00000000000f"
# What is asked of the others before anything is answered, by the service that asks.
ASKED = {"gdpr": [f"/v1/personal-data/{name}/declarations" for name in ("catalog", "contracts", "payments")]}
NOTHING_HELD = {"service": "another", "as_of": "2026-01-01T00:00:00Z", "tables": []}


@pytest.fixture(scope="module")
def running_services(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, ServiceUnderTest]]:
    """Each service once for all calls: nothing here is about rows."""
    with ExitStack() as stack:
        started = {}
        for name in SERVICES:
            url = stack.enter_context(databases.fresh(name, "sqlite", migrated(name)))
            started[name] = stack.enter_context(running(name, url, tmp_path_factory.mktemp(name)))
            for path in ASKED.get(name, ()):
                started[name].neighbour.answer("GET", path, NOTHING_HELD)
        yield started


@pytest.fixture
def service(running_services: dict[str, ServiceUnderTest], row: Row) -> ServiceUnderTest:
    return running_services[row.service]


def declared(service: ServiceUnderTest) -> dict[str, Operation]:
    return {operation.name: operation for operation in operations(service.app)}


def filled(path: str) -> str:
    """The path with something in each place that a call needs."""
    parts = path.split("/")
    for place, part in enumerate(parts):
        if part.startswith("{"):
            name, _, rest = part[1:].partition("}")
            parts[place] = FILLED.get(name, SOME_ID) + rest
    return "/".join(parts)


def test_every_service_is_in_the_matrix() -> None:
    assert SERVICES == ALL_SERVICES


@pytest.mark.parametrize("name", SERVICES)
def test_every_operation_is_in_the_matrix(running_services: dict[str, ServiceUnderTest], name: str) -> None:
    """A new route fails here until it is in matrix.toml, and a row whose route is gone until it is taken out."""
    written = {row.operation for row in rows() if row.service == name}
    assert written == set(declared(running_services[name]))


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.service}: {row.operation}")
def test_the_declared_roles_are_the_matrix_s(service: ServiceUnderTest, row: Row) -> None:
    operation = declared(service)[row.operation]
    if row.operation in UNCHECKED:
        assert operation.roles == frozenset()
    else:
        assert operation.roles == row.roles


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.service}: {row.operation}")
def test_each_role_is_let_in_or_kept_out(service: ServiceUnderTest, row: Row) -> None:
    """Kept out before anything else is looked at: no body is sent, no row is there."""
    method, path = row.operation.split(" ")
    for role in (None, *Role):
        caller = service.anonymous() if role is None else service.client(role, customer_id=SOME_ID)
        status = caller.request(method, filled(path)).status_code
        if row.lets_in(role):
            refused = row.operation not in SIGNED and status in (401, 403)
            assert not refused, f"{role} is kept out: {status}"
            assert status < 500, f"{role} breaks it: {status}"
        else:
            assert status == (401 if role is None else 403), f"{role} is let in: {status}"


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_published_says_who_may(running_services: dict[str, ServiceUnderTest], name: str) -> None:
    """The OpenAPI document names the roles and the bearer scheme; internal operations are left out of it."""
    document = running_services[name].app.openapi()
    for path, methods in document["paths"].items():
        assert path.startswith(("/v1/", "/webhooks/")), path
        for method, described in methods.items():
            roles = set(described["x-roles"])
            assert roles, f"{method} {path}"
            assert ("security" in described) == ("visitor" not in roles), f"{method} {path}"
