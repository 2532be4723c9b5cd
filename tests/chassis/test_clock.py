"""The business day, which a sandbox can move, and real time, which nobody can."""

from datetime import UTC, date, datetime

import pytest

from chassis import clock
from chassis.clock import BusinessClock
from tests.support import tokens
from tests.support.client import ok, problem
from tests.support.counter import app as counter
from tests.support.service import ServiceUnderTest


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2025, 12, 31, 22, 59, 59, tzinfo=UTC), date(2025, 12, 31)),
        (datetime(2025, 12, 31, 23, 0, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 6, 30, 21, 59, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), date(2026, 7, 1)),
    ],
)
def test_the_day_changes_at_midnight_in_paris(monkeypatch: pytest.MonkeyPatch, instant: datetime, day: date) -> None:
    monkeypatch.setattr(clock, "real_now", lambda: instant)
    assert BusinessClock().today() == day
    assert BusinessClock().now() == instant


def test_a_moved_day_moves_instants_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "real_now", lambda: datetime(2026, 7, 1, 8, 30, tzinfo=UTC))
    moved = BusinessClock()
    moved.move_to(date(2026, 1, 31))
    assert moved.today() == date(2026, 1, 31)
    assert moved.now() == datetime(2026, 1, 31, 9, 30, tzinfo=UTC), "half past ten in Paris, in winter"


def test_a_unit_of_work_keeps_the_day_it_began_on(api: ServiceUnderTest) -> None:
    api.move_to("2026-02-28")
    with api.platform.unit_of_work() as tx:
        api.move_to("2026-03-01")
        assert tx.today == date(2026, 2, 28)


def test_the_day_is_moved_over_http_and_kept(api: ServiceUnderTest) -> None:
    service = api.client("service")
    assert ok(service.put("/sandbox/clock", json={"today": "2026-03-01"}))["today"] == "2026-03-01"
    api.restart()
    assert ok(api.client("service").get("/sandbox/clock"))["today"] == "2026-03-01"
    assert api.platform.clock.today() == date(2026, 3, 1)


def test_it_moves_back_only_while_nothing_happened(api: ServiceUnderTest) -> None:
    service = api.client("service")
    ok(service.put("/sandbox/clock", json={"today": "2026-03-01"}))
    assert ok(service.put("/sandbox/clock", json={"today": "2026-02-01"}))["empty"] is True
    counter.make(api.platform, "a", date(2026, 3, 1))
    problem(service.put("/sandbox/clock", json={"today": "2026-01-31"}), 409, "clock-backward")
    assert ok(service.get("/sandbox/clock"))["today"] == "2026-02-01"
    ok(service.put("/sandbox/clock", json={"today": "2026-02-01"}))


def test_it_tells_the_next_day_on_which_something_falls_due(api: ServiceUnderTest) -> None:
    service = api.client("service")
    for day in (date(2026, 3, 1), date(2026, 4, 1)):
        counter.make(api.platform, str(day), day)
    for until, due in (("2026-02-28", None), ("2026-03-01", "2026-03-01"), ("2026-12-31", "2026-03-01")):
        assert ok(service.get("/sandbox/clock", params={"until": until}))["next_due"] == due


def test_tokens_expire_by_real_time(api: ServiceUnderTest) -> None:
    api.move_to("2099-01-01")
    ok(api.client("sales").get("/v1/counters"))
    api.move_to("2001-01-01")
    expired = {"Authorization": f"Bearer {tokens.token('sales', exp=datetime(2020, 1, 1, tzinfo=UTC))}"}
    problem(api.anonymous(expired).get("/v1/counters"), 401)


@pytest.mark.parametrize("body", [{"today": "2026-02-30"}, {"today": 5}, {}, {"today": "2026-03-01", "hour": 3}])
def test_a_day_that_is_none(api: ServiceUnderTest, body: dict[str, object]) -> None:
    problem(api.client("service").put("/sandbox/clock", json=body), 422)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "clock"), ("PUT", "clock"), ("POST", "sweep"), ("GET", "pending")]
)
def test_the_sandbox_is_for_services_only(api: ServiceUnderTest, method: str, path: str) -> None:
    problem(api.anonymous().request(method, f"/sandbox/{path}", json={"today": "2026-03-01"}), 401)
    problem(api.client("sales").request(method, f"/sandbox/{path}", json={"today": "2026-03-01"}), 403)
