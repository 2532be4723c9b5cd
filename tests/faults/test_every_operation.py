"""Every operation of every service, fed what its OpenAPI allows and what it forbids (Schemathesis).

No server error, and nothing outside the declared schema: statuses, media types, headers, bodies. The operations are the
authorization matrix's, so a new route is fed as soon as it is in there.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx2
import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import not_a_server_error

from chassis.auth import Role
from tests.authorization.matrix import SERVICES, Row, rows
from tests.faults.feeding import (
    CHECKS,
    Listener,
    cases,
    configured,
    fill,
    known,
    on_the_wire,
    one_wrong,
)
from tests.faults.scale import figure
from tests.faults.seeds import seeded
from tests.faults.worlds import WORLDS
from tests.support.databases import KINDS, Databases
from tests.support.service import ServiceUnderTest, key, migrated, running
from tests.support.tokens import authorization

TRIED = figure(small=0.04, full=1.0)
EXAMPLES = figure(small=20, full=400)
DATABASES = figure(small=KINDS[:1], full=KINDS)
PUBLIC = [row for row in rows() if row.operation.split(" ")[1].startswith(("/v1/", "/webhooks/"))]
HOST = "http://testserver"
JSON = {"content-type": "application/json"}


class Fed:
    """A running service, its document as Schemathesis reads it, and what is in it."""

    def __init__(self, api: ServiceUnderTest, listener: Listener) -> None:
        self.api = api
        self.document = schemathesis.openapi.from_dict(api.app.openapi(), config=configured())
        self.known = known(api, listener.taken)
        self.answers: Counter[int] = Counter()

    def feed(self, case: Case[Any], headers: dict[str, str]) -> None:
        """Send it and hold the answer against the document."""
        prepared = requests.Request(**case.as_transport_kwargs(base_url=HOST, headers=headers)).prepare()
        sent = {name: str(value) for name, value in prepared.headers.items()}
        answer, lacks = self.ask(
            str(prepared.method), str(prepared.url), headers=sent, content=on_the_wire(prepared.body)
        )
        self.answers[answer.status_code] += 1
        case.validate_response(
            answer, checks=[check for check in CHECKS if not (lacks and check is not_a_server_error)]
        )

    def ask(self, method: str, url: str, **sent: Any) -> tuple[httpx2.Response, bool]:
        """The answer, and whether it is that another service, which here nobody plays, did not say what is needed."""
        asked = len(self.api.neighbour.requests)
        answer = self.api.anonymous().request(method, url, **sent)
        return answer, answer.status_code == 503 and len(self.api.neighbour.requests) > asked


@pytest.fixture(scope="module", params=DATABASES)
def fed(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Fed]]:
    """Each service, started when first asked for."""
    started: dict[str, Fed] = {}
    with ExitStack() as stack:

        def service(name: str) -> Fed:
            if name not in started:
                url = stack.enter_context(databases.fresh(name, request.param, migrated(name)))
                api = stack.enter_context(running(name, url, tmp_path_factory.mktemp(name)))
                listener = Listener(api)
                WORLDS[name](api)
                listener.stop()
                api.neighbour.know_nothing_else()
                started[name] = Fed(api, listener)
            return started[name]

        yield service


def callers(row: Row, customers: list[Any]) -> list[dict[str, str]]:
    """Everybody whom the matrix lets in, and nobody."""
    customer = customers[0] if customers else None
    return [authorization(role, customer_id=customer) for role in sorted(row.roles)] + [{}]


@pytest.mark.timeout(figure(small=120, full=1800))
@pytest.mark.parametrize("row", PUBLIC, ids=lambda row: row.operation)
def test_it_answers_as_declared_whatever_it_is_fed(fed: Callable[[str], Fed], row: Row) -> None:
    service = fed(row.service)
    service.answers.clear()
    method, path = row.operation.split(" ")
    operation = service.document[path][method]

    @hypothesis.seed(seeded(row.operation).getrandbits(64))
    @hypothesis.settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @hypothesis.given(
        cases(operation), st.sampled_from(callers(row, service.known.values.get("customer_id", []))), st.data()
    )
    def answers(case: Case[Any], headers: dict[str, str], data: st.DataObject) -> None:
        fill(case, row.operation, service.known, data)
        service.feed(case, headers)

    answers()
    print(f"{row.operation} answered {dict(sorted(service.answers.items()))}")


@pytest.mark.timeout(figure(small=120, full=1800))
@pytest.mark.parametrize("name", SERVICES)
def test_a_good_request_with_one_value_wrong_is_answered_as_declared(
    fed: Callable[[str], Fed], name: str, report: Callable[[str], None]
) -> None:
    """What the stories of the tests sent and the service took, each value in turn replaced by each odd one."""
    service, chance, sent = fed(name), seeded(f"one value wrong in {name}"), 0
    for label, good in service.known.good.items():
        method, path = label.split(" ")
        declared = service.api.app.openapi()["paths"][path][method.lower()]
        headers = JSON | authorization(*(role for role in Role if role in declared["x-roles"]))
        for places, body in good[:1]:
            for done, content in one_wrong(body):
                if chance.random() < TRIED:
                    answer, lacks = service.ask(
                        method, path.format(**places), once=key(), if_match="*", headers=headers, content=content
                    )
                    assert lacks or answer.status_code < 500, f"{label}: {done}: {answer.status_code}"
                    assert str(int(answer.status_code)) in declared["responses"], f"{label}: {done}"
                    sent += 1
    report(f"{name}: {sent} good requests with one value wrong, all answered as declared")


def test_every_service_is_fed() -> None:
    assert set(WORLDS) == set(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_every_success_declares_what_it_brings(fed: Callable[[str], Fed], name: str) -> None:
    """What declares nothing is held against nothing."""
    for path, item in fed(name).api.app.openapi()["paths"].items():
        for method, operation in item.items():
            for status, declared in operation["responses"].items():
                is_bare = status in {"204", "304"} or "$ref" in declared
                brings = any("schema" in content for content in declared.get("content", {}).values())
                assert is_bare or brings, f"{method} {path}: {status}"
