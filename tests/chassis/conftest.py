"""The chassis is tested through the smallest of services (tests/support/counter)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from tests.support.databases import Kind
from tests.support.service import ServiceUnderTest, service_fixture

api = service_fixture("tests.support.counter")
Twin = Callable[[], AbstractContextManager[ServiceUnderTest]]


@pytest.fixture
def twin(api: ServiceUnderTest) -> Twin:
    """A second process of the same service, on the same database and with the same neighbour."""

    @contextmanager
    def start() -> Iterator[ServiceUnderTest]:
        with ServiceUnderTest(api.service, api.settings, api.neighbour) as second:
            yield second

    return start


@pytest.fixture
def kind_of(api: ServiceUnderTest) -> Kind:
    """Which database the service under test has."""
    return "sqlite" if api.platform.database.is_sqlite else "postgresql"
