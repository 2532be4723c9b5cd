"""A course read: on the service itself, through nginx, through the gateway, and against FastAPI's own least."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import httpx2
import pytest

from deploy.sandbox.processes import Sandbox
from tests.bench import servers
from tests.bench.load import Measured, measure
from tests.bench.report import Report

_PATH, _LIST = "/v1/courses/MRK-OPE-08", "/v1/courses"
_ROUNDS = 3
_SECONDS = 1.5
BYTES, MODEL = "bare FastAPI, ready bytes", "bare FastAPI, declared answer"
_COLUMNS = ("connections", "way", "requests/s", "p50 ms", "p99 ms")
_RATIO_COLUMNS = ("connections", "what", "measured", "range", "aim")
DIRECT, NGINX, GATEWAY = "the service", "through nginx", "through the gateway"


@pytest.fixture
def ways(sandbox: Sandbox, tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """The address of the same answer by every way there is on this machine."""
    direct = f"http://127.0.0.1:{sandbox.port('catalog')}"
    with ExitStack() as stack:
        least = stack.enter_context(servers.bare(tmp_path, httpx2.get(f"{direct}{_PATH}", trust_env=False).content))
        found = {BYTES: f"{least}/bytes/MRK-OPE-08", MODEL: f"{least}/model/MRK-OPE-08", DIRECT: f"{direct}{_PATH}"}
        if servers.nginx_version():
            found[NGINX] = f"{stack.enter_context(servers.nginx(tmp_path / 'nginx', sandbox.port('catalog')))}{_PATH}"
        yield {**found, GATEWAY: f"{sandbox.url}{_PATH}"}


def test_a_course_read(ways: Mapping[str, str], report: Report) -> None:
    """Ways take turns, so that a moment in which the machine is busy falls on all of them."""
    rows, ratios = _measured(ways)
    version = servers.nginx_version()
    told = f"nginx {version}, one worker, kept connections." if version else "No nginx on the PATH: left out."
    report.add("Course read", _COLUMNS, rows, told)
    report.add("Course read, ratios", _RATIO_COLUMNS, ratios)


def test_a_read_that_the_service_works_for(ways: Mapping[str, str], report: Report) -> None:
    """The list of courses is kept by nobody: what the way costs beside a service that asks its database."""
    proxied = {way: url.replace(_PATH, _LIST) for way, url in ways.items() if way in (DIRECT, NGINX, GATEWAY)}
    rows, ratios = _measured(proxied)
    report.add("Course list, asked of the database", _COLUMNS, rows)
    report.add("Course list, ratios", _RATIO_COLUMNS, ratios)


def _measured(ways: Mapping[str, str]) -> tuple[list[list[str]], list[list[str]]]:
    """Rows of figures, rows of ratios."""
    rows, ratios = [], []
    for connections in (1, 32):
        rounds = [{way: measure(url, connections, _SECONDS) for way, url in ways.items()} for _ in range(_ROUNDS)]
        assert not any(seen.failed for each in rounds for seen in each.values())
        rows += [[str(connections), way, *_figures([each[way] for each in rounds])] for way in ways]
        ratios += _ratios(rounds, connections)
    return rows, ratios


def _figures(seen: list[Measured]) -> tuple[str, str, str]:
    return (
        f"{median(each.per_second for each in seen):.0f}",
        f"{median(each.p50 for each in seen):.2f}",
        f"{median(each.p99 for each in seen):.2f}",
    )


def _ratios(rounds: list[dict[str, Measured]], connections: int) -> list[list[str]]:
    compared = [(DIRECT, BYTES, "0.8"), (DIRECT, MODEL, "0.8"), (GATEWAY, NGINX, "0.6")]
    rows = [
        [
            str(connections),
            f"{way} / {against}",
            *_spread([e[way].per_second / e[against].per_second for e in rounds]),
            aim,
        ]
        for way, against, aim in compared
        if {way, against} <= rounds[0].keys()
    ]
    added = _spread([each[GATEWAY].p50 - each[DIRECT].p50 for each in rounds])
    return [*rows, [str(connections), "p50 that the gateway adds, ms", *added, "1.00" if connections == 1 else ""]]


def _spread(values: list[float]) -> tuple[str, str]:
    return f"{median(values):.2f}", f"{min(values):.2f} to {max(values):.2f}"
