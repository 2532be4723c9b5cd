"""`python -m chassis.sweep`: what a CronJob runs, beside processes that leave the duties to it."""

import json
import logging
from collections.abc import Iterator
from datetime import date
from time import monotonic, sleep

import pytest

from chassis import sweep
from tests.chassis.conftest import Twin
from tests.support.client import ok
from tests.support.counter import app as counter
from tests.support.service import ServiceUnderTest

PACKAGE = "tests.support.counter"
LONG_AGO = date(2020, 3, 1)


@pytest.fixture(autouse=True)
def settings(api: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The command's environment, and pytest's own logging afterwards."""
    monkeypatch.setenv("DATABASE_URL", api.settings.database_url)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers = handlers
    root.setLevel(level)


def lines(said: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in said.splitlines()]


def test_what_is_due_is_done_once_and_the_exit_code_says_so(
    api: ServiceUnderTest, capsys: pytest.CaptureFixture[str]
) -> None:
    identifier = counter.make(api.platform, "a", LONG_AGO)
    assert (sweep.main(PACKAGE), sweep.main(PACKAGE)) == (0, 0)
    assert counter.value(api.platform, identifier) == 100
    assert [(line["service"], line["done"]) for line in lines(capsys.readouterr().out)] == [
        ("counter", 1),
        ("counter", 0),
    ]


def test_what_fails_stays_due_and_the_exit_code_says_so(
    api: ServiceUnderTest, capsys: pytest.CaptureFixture[str]
) -> None:
    full, other = counter.make(api.platform, "a", LONG_AGO), counter.make(api.platform, "b", LONG_AGO)
    ok(api.client("sales").post(f"/v1/counters/{full}/steps", json={"by": 1000}))
    assert sweep.main(PACKAGE) == 1
    assert counter.value(api.platform, other) == 100
    assert [duty.subject for duty in api.duties()] == [str(full)]
    last = lines(capsys.readouterr().out)[-1]
    assert (last["done"], last["failed"]) == (1, 1)


def test_a_database_that_is_away_is_said_in_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/none")
    assert sweep.main(PACKAGE) == 1
    assert lines(capsys.readouterr().out)[-1]["level"] == "ERROR"


def test_what_the_command_wrote_is_delivered_by_the_service(api: ServiceUnderTest) -> None:
    counter.make(api.platform, "a", LONG_AGO)
    sweep.main(PACKAGE)
    assert [event["type"] for event in api.published()] == ["counter.counted.v1"]
    api.relay()
    assert len(api.neighbour.events) == 1


@pytest.mark.parametrize("sweeps", [True, False])
def test_a_service_sweeps_by_itself_only_where_its_settings_say_so(
    api: ServiceUnderTest, twin: Twin, monkeypatch: pytest.MonkeyPatch, *, sweeps: bool
) -> None:
    identifier = counter.make(api.platform, "a", LONG_AGO)
    monkeypatch.setattr(api, "settings", api.settings.model_copy(update={"background": True, "sweeps": sweeps}))
    with twin() as second:
        alive = {loop._thread.name for loop in second.platform._loops if loop._thread.is_alive()}
        assert alive == {"events", "mails", *(("duties",) if sweeps else ())}
        deadline = monotonic() + 10
        while sweeps and counter.value(api.platform, identifier) == 0 and monotonic() < deadline:
            sleep(0.01)
    assert counter.value(api.platform, identifier) == (100 if sweeps else 0)
