"""The sandbox's clock, before services that have a day, duties and outboxes of their own."""

import threading
from datetime import date

import httpx2
import pytest

from tests.gateway.fakes import FakeService
from tests.gateway.rehearsals import START, Fleet


def move(client: httpx2.Client, day: str) -> httpx2.Response:
    return client.put("/v1/sandbox/clock", json={"today": day})


def test_it_stops_at_every_due_day_on_the_way(client: httpx2.Client, fleet: Fleet) -> None:
    fleet["payments"].duties = [date(2026, 3, 1), date(2026, 2, 28), date(2026, 5, 1)]
    fleet["gdpr"].duties = [date(2026, 2, 28), date(2026, 1, 15)]
    answer = move(client, "2026-03-31")
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "today": "2026-03-31",
        "stops": [
            {"day": "2026-01-15", "done": 1},
            {"day": "2026-02-28", "done": 2},
            {"day": "2026-03-01", "done": 1},
        ],
    }
    assert all(service.today == date(2026, 3, 31) for service in fleet.values())
    done = [line for line in fleet["gdpr"].history if "does" in line]
    assert sorted(done) == [
        "gdpr does 2026-01-15 on 2026-01-15",
        "gdpr does 2026-02-28 on 2026-02-28",
        "payments does 2026-02-28 on 2026-02-28",
        "payments does 2026-03-01 on 2026-03-01",
    ]
    assert fleet["payments"].duties == [date(2026, 5, 1)]
    assert client.get("/v1/sandbox/clock").json() == {"today": "2026-03-31"}


def test_all_services_stand_on_the_day_before_any_duty_is_done(client: httpx2.Client, fleet: Fleet) -> None:
    fleet["payments"].duties = [date(2026, 2, 28)]
    days: list[set[date]] = []
    fleet["payments"].then = lambda _: days.append({service.today for service in fleet.values()})
    assert move(client, "2026-03-31").is_success
    assert days == [{date(2026, 2, 28)}]


def test_duties_of_the_last_day_are_done_too(client: httpx2.Client, fleet: Fleet) -> None:
    fleet["contracts"].duties = [date(2026, 3, 1)]
    assert move(client, "2026-03-01").json()["stops"] == [{"day": "2026-03-01", "done": 1}]
    fleet["contracts"].duties = [date(2026, 3, 1)]
    assert move(client, "2026-03-01").json()["stops"] == [{"day": "2026-03-01", "done": 1}]
    assert move(client, "2026-03-01").json()["stops"] == []


def test_a_duty_that_another_one_leads_to_is_done_on_its_day(client: httpx2.Client, fleet: Fleet) -> None:
    """A sweep at payments publishes an event; it makes a duty due the same day at contracts, and one a week later."""

    def publish(_: date) -> None:
        fleet["payments"].outbox, fleet["payments"].published = 2, 1

    fleet["payments"].duties = [date(2026, 2, 10)]
    fleet["payments"].then = publish
    fleet["payments"].delivered = lambda: fleet["contracts"].duties.extend([date(2026, 2, 10), date(2026, 2, 17)])
    assert move(client, "2026-02-28").json()["stops"] == [
        {"day": "2026-02-10", "done": 2},
        {"day": "2026-02-17", "done": 1},
    ]
    done = [line for line in fleet["payments"].history if line.startswith("contracts does")]
    assert done == ["contracts does 2026-02-10 on 2026-02-10", "contracts does 2026-02-17 on 2026-02-17"]


def test_what_is_overdue_is_done_before_the_day_moves(client: httpx2.Client, fleet: Fleet) -> None:
    fleet["gdpr"].duties = [date(2025, 12, 1)]
    assert move(client, "2026-02-01").json()["stops"] == [{"day": "2026-01-01", "done": 1}]
    assert "gdpr does 2025-12-01 on 2026-01-01" in fleet["gdpr"].history


def test_what_is_on_its_way_arrives_before_the_day_moves(client: httpx2.Client, fleet: Fleet) -> None:
    days: list[date] = []
    fleet["payments"].outbox = 3
    fleet["payments"].delivered = lambda: days.append(fleet["contracts"].today)
    assert move(client, "2026-02-01").is_success
    assert days == [START]


def test_it_moves_back_only_while_all_is_empty(client: httpx2.Client, fleet: Fleet) -> None:
    for service in fleet.values():
        service.empty = True
    fleet["gdpr"].empty = False
    answer = move(client, "2025-12-15")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/clock-backward")
    assert answer.json()["today"] == "2026-01-01"
    assert not fleet["gdpr"].history
    fleet["gdpr"].empty = True
    assert move(client, "2025-12-15").is_success
    assert all(service.today == date(2025, 12, 15) for service in fleet.values())


def test_it_waits_at_a_duty_that_cannot_be_done(client: httpx2.Client, fleet: Fleet) -> None:
    fleet["payments"].duties = [date(2026, 3, 1)]
    fleet["payments"].fails = True
    answer = move(client, "2026-03-31")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/duty-not-done")
    assert (answer.json()["service"], answer.json()["due_on"]) == ("payments", "2026-03-01")
    assert fleet["payments"].today == date(2026, 3, 1)
    fleet["payments"].fails = False
    assert move(client, "2026-03-31").json()["stops"] == [{"day": "2026-03-01", "done": 1}]


def test_a_move_that_broke_off_is_taken_up_again(client: httpx2.Client, fleet: Fleet) -> None:
    """One service was moved to a due day, the others were not; the next move starts with all of them there."""
    fleet["gdpr"].today = date(2026, 2, 28)
    fleet["payments"].duties = [date(2026, 2, 28)]
    assert client.get("/v1/sandbox/clock").json() == {"today": "2026-02-28"}
    assert move(client, "2026-02-20").status_code == 409
    assert move(client, "2026-03-31").json()["stops"] == [{"day": "2026-02-28", "done": 1}]
    assert "payments does 2026-02-28 on 2026-02-28" in fleet["gdpr"].history


def test_a_service_that_is_away_stops_the_move(
    client: httpx2.Client, fleet: Fleet, services: dict[str, FakeService]
) -> None:
    services["gdpr"].answer("GET", "/sandbox/clock", {"detail": "no"}, status=500)
    answer = move(client, "2026-02-01")
    assert (answer.status_code, answer.json()["service"]) == (502, "gdpr")
    assert all(service.today == START for service in fleet.values())


def test_moves_go_one_after_the_other(client: httpx2.Client, fleet: Fleet) -> None:
    fleet["payments"].duties = [date(2026, 1, day) for day in range(2, 29)]
    answers: list[httpx2.Response] = []

    def ask(day: str) -> None:
        with httpx2.Client(base_url=client.base_url, trust_env=False, timeout=30) as own:
            answers.append(own.put("/v1/sandbox/clock", json={"today": day}))

    threads = [threading.Thread(target=ask, args=("2026-01-28",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * 4
    assert sorted(len(answer.json()["stops"]) for answer in answers) == [0, 0, 0, 27]
    done = [line for line in fleet["payments"].history if "does" in line]
    assert done == [f"payments does 2026-01-{day:02d} on 2026-01-{day:02d}" for day in range(2, 29)]


@pytest.mark.parametrize("day", ["2026-02-30", "2026-2-3", "tomorrow", 20260301, None, "2026-03-01T00:00:00"])
def test_a_day_that_does_not_exist_is_told(client: httpx2.Client, fleet: Fleet, day: object) -> None:
    answer = client.put("/v1/sandbox/clock", json={"today": day})
    assert not fleet["gdpr"].history
    assert (answer.status_code, answer.json()["errors"][0]["at"]) == (422, "today")
