"""The merged document held against the real platform: every operation, through the gateway, over HTTP."""

from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.core.failures import FailureGroup

from chassis.auth import Role
from deploy.sandbox import cast
from deploy.sandbox.api import Platform
from deploy.sandbox.launcher import running
from deploy.sandbox.processes import Sandbox
from tests.authorization.matrix import rows
from tests.e2e.ports import free_base_port, free_port
from tests.faults.feeding import CHECKS, Known, cases, configured, fill
from tests.faults.scale import figure
from tests.faults.seeds import seeded
from tests.gateway.processes import talk

EXAMPLES = figure(small=3, full=100)
NOBODY = "00000000-0000-7000-8000-000000000000"
# Each answer takes up to 30 s, or makes the answers of all others depend on it.
NOT_FED = {
    "POST /v1/sandbox/settle": "waits until nothing is on its way, while all else here keeps sending",
    "PUT /v1/sandbox/clock": "moves everybody's day to any other, and no further ones are left",
}


class Front:
    """The platform as its clients see it: its document, a token for each role, what it was given."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False
        self.document = self.http.get(f"{url}/openapi.json", timeout=30).json()
        with Platform(url) as platform:
            named = {Role.CUSTOMER: NOBODY}
            self.tokens = {role: platform.token(role, named.get(role)) for role in Role}
            customer = platform.caller("sales").post("/v1/customers", cast.CUSTOMER)
        places: dict[str, Any] = {"customer_id": customer["id"]}
        self.known = Known(
            {"customer_id": [customer["id"]], "reference": [cast.COURSE]},
            {
                "POST /v1/customers": [({}, cast.CUSTOMER)],
                "PUT /v1/customers/{customer_id}": [(places, cast.CUSTOMER)],
            },
        )

    def callers(self, operation: dict[str, Any]) -> list[dict[str, str]]:
        """Everybody whom the document lets in, and nobody."""
        held = [{"Authorization": f"Bearer {self.tokens[Role(role)]}"} for role in operation.get("x-roles", ())]
        return [*held, {}]


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    sandbox = Sandbox(tmp_path_factory.mktemp("merged") / "sandbox", free_base_port(), free_port())
    with running(sandbox):
        yield Front(sandbox.url)


def labels(document: dict[str, Any]) -> list[str]:
    return [f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item]


def faults(front: Front, operation: Any, label: str) -> str:
    """What is wrong with the answers to one operation; empty where nothing is."""
    declared = front.document["paths"][operation.path][operation.method]

    @hypothesis.seed(seeded(label).getrandbits(64))
    @hypothesis.settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @hypothesis.given(cases(operation), st.sampled_from(front.callers(declared)), st.data())
    def answers(case: Case[Any], headers: dict[str, str], data: st.DataObject) -> None:
        fill(case, label, front.known, data)
        answer = case.call(base_url=front.url, session=front.http, headers=headers, timeout=30)
        case.validate_response(answer, checks=CHECKS)

    try:
        answers()
    except FailureGroup as found:
        return f"{label}\n" + "\n".join(str(each) for each in found.exceptions)
    return ""


def test_the_document_holds_every_public_operation_and_no_other(front: Front) -> None:
    public = {row.operation for row in rows() if row.operation.split(" ")[1].startswith(("/v1/", "/webhooks/"))}
    own = {label for label in labels(front.document) if "/v1/sandbox/" in label}
    assert set(labels(front.document)) == public | own
    assert set(NOT_FED) <= own


def test_the_launcher_serves_the_gateway_with_its_own_connection_class(front: Front) -> None:
    port = int(front.url.rpartition(":")[2])
    assert talk(port, b"GET /v1/courses\r\n\r\n").startswith(b"HTTP/1.1 400 ")


@pytest.mark.timeout(figure(small=180, full=3_000))
def test_the_platform_answers_as_its_one_document_says(front: Front, report: Callable[[str], None]) -> None:
    document = schemathesis.openapi.from_dict(front.document, config=configured())
    fed = [label for label in labels(front.document) if label not in NOT_FED]
    found = [
        fault for label in fed if (fault := faults(front, document[label.split(" ")[1]][label.split(" ")[0]], label))
    ]
    report(f"{len(fed)} operations of the merged document fed through the gateway, {EXAMPLES} examples each")
    assert not found, "\n\n".join(found)
