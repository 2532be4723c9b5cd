"""Dated duties: moved with their fact, done once on their day, whoever sweeps."""

from datetime import date, datetime
from uuid import UUID

import pytest

from chassis.duties import Duty
from chassis.unit_of_work import Transaction
from chassis.values.periods import PARIS
from tests.chassis.conftest import Twin
from tests.support.client import ok, problem
from tests.support.counter import app as counter
from tests.support.service import ServiceUnderTest
from tests.support.together import together

DUE = date(2026, 3, 1)


@pytest.fixture
def identifier(api: ServiceUnderTest) -> UUID:
    api.move_to("2026-02-28")
    return counter.make(api.platform, "a", DUE)


def value(api: ServiceUnderTest, identifier: UUID) -> int:
    return counter.value(api.platform, identifier)


def test_nothing_is_done_the_day_before_and_once_on_the_day(api: ServiceUnderTest, identifier: UUID) -> None:
    assert api.sweep() == 0
    api.move_to(DUE)
    assert (api.sweep(), api.sweep()) == (1, 0)
    assert value(api, identifier) == 100
    assert api.duties() == []


def test_a_day_that_was_missed_is_made_up_for(api: ServiceUnderTest, identifier: UUID) -> None:
    api.move_to("2026-12-31")
    assert api.sweep() == 1
    told_at = datetime.fromisoformat(api.published()[0]["time"])
    assert told_at.astimezone(PARIS).date().isoformat() == "2026-12-31", "dated the day it is done, never earlier"


def test_eight_sweeps_at_once_do_it_once(api: ServiceUnderTest, twin: Twin, identifier: UUID) -> None:
    others = [counter.make(api.platform, str(number), DUE) for number in range(5)]
    with twin() as second:
        for service in (api, second):
            service.move_to(DUE)
        assert sum(together([api.sweep, second.sweep] * 4)) == 6
    assert [value(api, one) for one in (identifier, *others)] == [100] * 6
    assert len(api.published()) == 6


def test_one_that_fails_stays_due_and_holds_back_no_other(api: ServiceUnderTest, identifier: UUID) -> None:
    other = counter.make(api.platform, "b", DUE)
    path = f"/v1/counters/{identifier}/steps"
    ok(api.client("sales").post(path, json={"by": 1000}))
    api.move_to(DUE)
    assert api.sweep() == 1
    assert (value(api, identifier), value(api, other)) == (1000, 100)
    assert [duty.subject for duty in api.duties()] == [str(identifier)]
    ok(api.client("sales").post(path, json={"by": -500}))
    assert api.sweep() == 1
    assert value(api, identifier) == 600


def test_a_sweep_whose_commit_fails_is_as_if_it_never_ran(api: ServiceUnderTest, identifier: UUID) -> None:
    api.move_to(DUE)
    with api.commits_fail():
        assert api.sweep() == 0
    assert value(api, identifier) == 0
    assert api.sweep() == 1


def test_putting_it_again_moves_it(api: ServiceUnderTest, identifier: UUID) -> None:
    with api.platform.unit_of_work() as tx:
        tx.put_duty("reset", str(identifier), date(2026, 4, 1), "9.2", {"why": "later"})
    api.move_to("2026-03-31")
    assert api.sweep() == 0
    (duty,) = api.duties()
    assert (duty.due_on, duty.clause, duty.data) == (date(2026, 4, 1), "9.2", {"why": "later"})


def test_a_dropped_one_is_not_done_until_it_is_put_again(api: ServiceUnderTest, identifier: UUID) -> None:
    with api.platform.unit_of_work() as tx:
        tx.drop_duty("reset", str(identifier))
    api.move_to(DUE)
    assert (api.duties(), api.sweep()) == ([], 0)
    with api.platform.unit_of_work() as tx:
        tx.put_duty("reset", str(identifier), DUE, "9.1")
    assert api.sweep() == 1


def test_a_done_one_stays_done(api: ServiceUnderTest, identifier: UUID) -> None:
    api.move_to(DUE)
    api.sweep()
    with api.platform.unit_of_work() as tx:
        tx.put_duty("reset", str(identifier), DUE, "9.1")
    assert (api.duties(), api.sweep(), value(api, identifier)) == ([], 0, 100)
    with api.platform.unit_of_work() as tx:
        tx.drop_duty("reset", str(identifier))
        tx.put_duty("reset", str(identifier), DUE, "9.1")
    assert (api.duties(), api.sweep()) == ([], 0)


def test_what_is_moved_while_a_sweep_is_on_its_way_is_not_done(api: ServiceUnderTest, identifier: UUID) -> None:
    """The sweep reads what is due first, and looks again under the lock before it does it."""
    counter.make(api.platform, "b", DUE)
    moved = counter.reset

    def first_moves_the_other(tx: Transaction, duty: Duty) -> None:
        moved(tx, duty)
        if duty.subject == str(identifier):
            for other in api.duties():
                if other.subject != str(identifier):
                    tx.put_duty("reset", other.subject, date(2026, 5, 1), "9.1")

    api.move_to(DUE)
    api.platform._duties = {"reset": first_moves_the_other}
    assert api.sweep() == 1
    assert [duty.due_on for duty in api.duties()] == [date(2026, 5, 1)]


def test_the_list_says_what_falls_due_when_and_by_which_clause(api: ServiceUnderTest, identifier: UUID) -> None:
    counter.make(api.platform, "b", date(2026, 2, 1))
    listed = ok(api.client("accounting").get("/v1/duties/counter"))
    assert listed["as_of"] == "2026-02-28"
    assert [(item["due_on"], item["kind"], item["clause"]) for item in listed["items"]] == [
        ("2026-02-01", "reset", "9.1"),
        ("2026-03-01", "reset", "9.1"),
    ]
    until = ok(api.client("accounting").get("/v1/duties/counter", params={"until": "2026-02-28"}))
    assert len(until["items"]) == 1
    problem(api.client("accounting").get("/v1/duties/counter", params={"until": "soon"}), 422)
