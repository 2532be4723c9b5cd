"""One JSON object a line, with the ids that lead from a request through every service it touched."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from chassis import telemetry
from tests.support.client import ok
from tests.support.counter import app as counter
from tests.support.service import ServiceUnderTest

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
HEADERS = {"x-request-id": "request-1234", "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}


@pytest.fixture
def lines(api: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the service writes to its standard output."""
    out, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(sys, "stdout", out)
    telemetry.configure_logging("counter")
    yield out
    root.handlers = handlers
    root.setLevel(level)


def read(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_a_request_leaves_one_line_with_its_ids(api: ServiceUnderTest, lines: io.StringIO) -> None:
    response = api.client("sales").get("/v1/counters?cursor=&limit=5", headers=HEADERS)
    assert response.headers["x-request-id"] == "request-1234"
    (line,) = read(lines)
    wanted = ("service", "level", "logger", "request_id", "trace_id", "method", "path", "status")
    assert {name: line[name] for name in wanted} == {
        "service": "counter",
        "level": "INFO",
        "logger": "access",
        "request_id": "request-1234",
        "trace_id": TRACE,
        "method": "GET",
        "path": "/v1/counters",
        "status": response.status_code,
    }
    assert line["ms"] >= 0
    assert line["at"]


def test_what_the_handler_logs_carries_them_too(
    api: ServiceUnderTest, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Handlers run in threads; the ids go with them."""

    def get(_path: str) -> dict[str, str]:
        logging.getLogger("inside").warning("seen")
        return {"said": "yes"}

    monkeypatch.setattr(api.platform.client, "get", get)
    path = f"/v1/counters/{counter.make(api.platform, 'a')}/neighbours/b"
    ok(api.client("sales").post(path, headers=HEADERS))
    (inside,) = [line for line in read(lines) if line["logger"] == "inside"]
    assert (inside["message"], inside["request_id"], inside["trace_id"]) == ("seen", "request-1234", TRACE)


def test_an_error_of_ours_is_logged_whole_under_the_request(api: ServiceUnderTest, lines: io.StringIO) -> None:
    path = f"/v1/counters/{counter.make(api.platform, 'a')}/fault"
    assert api.client("sales").get(path, headers=HEADERS).status_code == 500
    error, access = read(lines)
    assert (error["level"], error["request_id"], error["trace_id"]) == ("ERROR", "request-1234", TRACE)
    assert "a secret of the inside" in error["exc_info"]
    assert (access["message"], access["status"], access["request_id"]) == ("request", 500, "request-1234")


@pytest.mark.parametrize("presented", ["", "short", "a b c d e f", "x" * 65, "ligne\u00e9", '{"a":1}----'])
def test_an_id_that_is_none_is_replaced(api: ServiceUnderTest, lines: io.StringIO, presented: str) -> None:
    headers = {"x-request-id": presented.encode(), "traceparent": b"00-zz-11-01"}
    given = api.client("sales").request("GET", "/v1/counters", headers=headers)  # type: ignore[arg-type]  # bytes
    identifier = given.headers["x-request-id"]
    (line,) = read(lines)
    assert identifier != presented
    assert len(identifier) == 32
    assert line["request_id"] == identifier
    assert len(line["trace_id"]) == 32


def test_two_requests_have_two_ids(api: ServiceUnderTest) -> None:
    first, second = (api.anonymous().get("/healthz").headers["x-request-id"] for _ in range(2))
    assert first != second


def test_nothing_secret_is_logged(api: ServiceUnderTest, lines: io.StringIO) -> None:
    sales = api.client("sales")
    sales.post("/v1/counters", json={"name": "Madame Dupont"}, once="key-that-is-mine")
    sales.get("/v1/counters", params={"cursor": "x"})
    written = lines.getvalue()
    assert sales.headers["Authorization"].removeprefix("Bearer ") not in written
    assert "Dupont" not in written
