"""Seats over HTTP and by events: never more than there are, whoever asks at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis import clock
from chassis.auth import Role
from chassis.values.identifiers import new_id
from services.catalog.domain.seats import SeatHold
from services.catalog.repository.sessions import put_hold
from services.catalog.routes import sessions as session_routes
from services.catalog.use_cases import seats as seat_use_cases
from tests.catalog.api.helpers import opened
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest, cloud_event

SIGNED = "contracts.contract-signed.v1"


def seats_path(session: dict[str, Any], contract_id: UUID) -> str:
    return f"/v1/sessions/{session['id']}/seats/{contract_id}"


def take(api: ServiceUnderTest, session: dict[str, Any], contract_id: UUID, seats: int) -> Any:
    return ok(api.client(Role.SERVICE).put(seats_path(session, contract_id), json={"seats": seats}), 200)


def full(api: ServiceUnderTest, session: dict[str, Any], contract_id: UUID, seats: int) -> dict[str, Any]:
    answer = api.client(Role.SERVICE).put(seats_path(session, contract_id), json={"seats": seats})
    return problem(answer, 409, "session-full")


def signed(session: dict[str, Any] | None, contract_id: UUID, seats: int) -> dict[str, Any]:
    data = {"contract_id": str(contract_id), "seats": seats, "contract_number": "C2026-000001", "session": None}
    if session is not None:
        data["session"] = {"session_id": session["id"], "starts_on": session["starts_on"], "place": "Privas"}
    return cloud_event(SIGNED, str(contract_id), data)


def taken(api: ServiceUnderTest, session: dict[str, Any]) -> int:
    count: int = ok(api.anonymous().get(f"/v1/sessions/{session['id']}"))["seats_taken"]
    return count


def holds(api: ServiceUnderTest, session: dict[str, Any]) -> dict[str, dict[str, Any]]:
    listed = ok(api.client(Role.SALES).get(f"/v1/sessions/{session['id']}/seats"))["items"]
    return {hold["contract_id"]: hold for hold in listed}


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Real time goes on by so many minutes for the catalog."""

    def move(minutes: float) -> None:
        for module in (seat_use_cases, session_routes):
            monkeypatch.setattr(module, "real_now", lambda: clock.real_now() + timedelta(minutes=minutes))

    return move


def test_two_seats_are_held(api: ServiceUnderTest) -> None:
    session, contract = opened(api), new_id()
    hold = take(api, session, contract, 2)
    assert (hold["contract_id"], hold["seats"], hold["confirmed"], hold["overbooked"]) == (
        str(contract),
        2,
        False,
        False,
    )
    assert take(api, session, contract, 2)["seats"] == 2
    assert taken(api, session) == 2
    assert take(api, session, contract, 5)["seats"] == 5
    assert taken(api, session) == 5


def test_a_full_session_says_what_is_left_and_keeps_what_was_held(api: ServiceUnderTest) -> None:
    session, contract = opened(api), new_id()
    take(api, session, new_id(), 8)
    take(api, session, contract, 1)
    refusal = full(api, session, contract, 3)
    assert (refusal["clause"], refusal["seats_left"]) == ("2.1", 2)
    assert (taken(api, session), holds(api, session)[str(contract)]["seats"]) == (9, 1)


def test_unconfirmed_seats_are_free_again_after_fifteen_minutes(
    api: ServiceUnderTest, later: Callable[[float], None]
) -> None:
    session = opened(api)
    take(api, session, new_id(), 10)
    later(14.9)
    full(api, session, new_id(), 1)
    later(15.1)
    assert taken(api, session) == 0
    assert take(api, session, new_id(), 10)["seats"] == 10


def test_the_business_day_does_not_free_seats(api: ServiceUnderTest) -> None:
    session = opened(api)
    take(api, session, new_id(), 10)
    api.move_to("2031-01-01")
    full(api, session, new_id(), 1)


def test_a_signed_contract_keeps_its_seats(api: ServiceUnderTest, later: Callable[[float], None]) -> None:
    session, contract = opened(api), new_id()
    take(api, session, contract, 2)
    event = signed(session, contract, 2)
    api.deliver(event)
    api.deliver(event)
    later(600)
    assert taken(api, session) == 2
    assert holds(api, session)[str(contract)] == {
        "contract_id": str(contract),
        "seats": 2,
        "confirmed": True,
        "expires_at": None,
        "overbooked": False,
        "released_at": None,
    }
    assert take(api, session, contract, 2)["confirmed"] is True
    answer = api.client(Role.SERVICE).put(seats_path(session, contract), json={"seats": 3})
    assert problem(answer, 409, "seats-confirmed")["seats"] == 2


def test_signed_after_the_hold_expired_the_seats_are_taken_again(
    api: ServiceUnderTest, later: Callable[[float], None]
) -> None:
    session, contract = opened(api), new_id()
    take(api, session, contract, 2)
    later(16)
    take(api, session, new_id(), 8)
    api.deliver(signed(session, contract, 2))
    assert taken(api, session) == 10
    assert holds(api, session)[str(contract)]["overbooked"] is False


def test_signed_after_others_took_the_seats_it_stands_and_is_flagged(
    api: ServiceUnderTest, later: Callable[[float], None]
) -> None:
    session, contract = opened(api), new_id()
    take(api, session, contract, 2)
    later(16)
    other = new_id()
    take(api, session, other, 9)
    api.deliver(signed(session, other, 9))
    api.deliver(signed(session, contract, 2))
    assert taken(api, session) == 11
    assert holds(api, session)[str(other)]["overbooked"] is False
    assert holds(api, session)[str(contract)]["overbooked"] is True
    assert full(api, session, new_id(), 1)["seats_left"] == 0


def test_seats_that_another_holds_unsigned_do_not_overbook(
    api: ServiceUnderTest, later: Callable[[float], None]
) -> None:
    session, contract = opened(api), new_id()
    take(api, session, new_id(), 10)
    api.deliver(signed(session, contract, 2))
    assert holds(api, session)[str(contract)]["overbooked"] is False
    later(16)
    assert holds(api, session)[str(contract)]["overbooked"] is False
    assert taken(api, session) == 2


def test_a_mark_is_not_shown_where_the_signed_contracts_fit(api: ServiceUnderTest) -> None:
    session, contract = opened(api), new_id()
    with api.platform.unit_of_work() as tx:
        put_hold(tx.session, UUID(session["id"]), SeatHold(contract, 2, None, overbooked=True))
    assert holds(api, session)[str(contract)]["overbooked"] is False
    assert take(api, session, contract, 2)["overbooked"] is False


@pytest.mark.parametrize("seats", [0, -1, 1001, 10**12, "2", None, True])
def test_a_signed_contract_without_a_number_of_seats_is_refused(api: ServiceUnderTest, seats: Any) -> None:
    session, contract = opened(api), new_id()
    event = signed(session, contract, 2)
    event["data"]["seats"] = seats
    problem(api.client(Role.SERVICE).post("/events", json=event), 422, "event-malformed")
    assert holds(api, session) == {}


def test_signed_before_any_hold_it_takes_its_seats(api: ServiceUnderTest) -> None:
    session, contract = opened(api), new_id()
    api.deliver(signed(session, contract, 3))
    assert holds(api, session)[str(contract)]["confirmed"] is True


def test_a_contract_without_a_session_takes_none(api: ServiceUnderTest) -> None:
    session = opened(api)
    api.deliver(signed(None, new_id(), 2))
    assert taken(api, session) == 0


def test_a_session_that_is_not_known_leaves_the_event_undone(api: ServiceUnderTest) -> None:
    event = signed({"id": str(new_id()), "starts_on": "2026-01-30"}, new_id(), 2)
    for _ in range(2):
        problem(api.client(Role.SERVICE).post("/events", json=event), 404)


def test_twenty_contracts_at_once_never_get_more_than_ten_seats(api: ServiceUnderTest) -> None:
    session = opened(api)
    service = api.client(Role.SERVICE)

    def ask(contract_id: UUID) -> int:
        return service.put(seats_path(session, contract_id), json={"seats": 1}).status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(ask, [new_id() for _ in range(20)]))
    assert sorted(statuses) == [200] * 10 + [409] * 10
    assert taken(api, session) == 10


def test_signing_and_holding_at_once_never_overbooks_what_was_held(api: ServiceUnderTest) -> None:
    session = opened(api)
    contracts = [new_id() for _ in range(5)]
    for contract in contracts:
        take(api, session, contract, 1)
    service = api.client(Role.SERVICE)

    def sign(contract: UUID) -> int:
        return service.post("/events", json=signed(session, contract, 1)).status_code

    def ask(contract: UUID) -> int:
        return service.put(seats_path(session, contract), json={"seats": 1}).status_code

    with ThreadPoolExecutor(20) as pool:
        signing = [pool.submit(sign, contract) for contract in contracts]
        asking = [pool.submit(ask, new_id()) for _ in range(15)]
        statuses = [done.result() for done in (*signing, *asking)]
    assert sorted(statuses) == [200] * 5 + [204] * 5 + [409] * 10
    assert taken(api, session) == 10
    assert not any(hold["overbooked"] for hold in holds(api, session).values())


@pytest.mark.parametrize(
    "body", [{"seats": 0}, {"seats": -1}, {"seats": "2"}, {"seats": 1.5}, {"seats": 1, "x": 1}, {}]
)
def test_seats_that_cannot_be(api: ServiceUnderTest, body: dict[str, Any]) -> None:
    session = opened(api)
    assert problem(api.client(Role.SERVICE).put(seats_path(session, new_id()), json=body), 422)["errors"]


def test_who_may(api: ServiceUnderTest) -> None:
    session = opened(api)
    path = seats_path(session, new_id())
    problem(api.anonymous().put(path, json={"seats": 1}), 401)
    problem(api.client(Role.SALES, Role.CUSTOMER).put(path, json={"seats": 1}), 403)
    problem(api.client(Role.CUSTOMER).get(f"/v1/sessions/{session['id']}/seats"), 403)
    nowhere = f"/v1/sessions/{new_id()}/seats"
    problem(api.client(Role.SERVICE).put(f"{nowhere}/{new_id()}", json={"seats": 1}), 404)
    problem(api.client(Role.SALES).get(nowhere), 404)


def withdrawn(session: dict[str, Any], contract_id: UUID, seats: int = 1) -> dict[str, Any]:
    data = {"contract_id": str(contract_id), "session_id": session["id"], "seats": seats, "refund_by": "2026-03-21"}
    return cloud_event("contracts.contract-withdrawn.v1", str(contract_id), data)


def test_a_withdrawal_frees_the_seats_of_that_contract_once(api: ServiceUnderTest) -> None:
    session, contract, other = opened(api, seats_max=2), new_id(), new_id()
    for each in (contract, other):
        api.deliver(signed(session, each, 1))
    full(api, session, new_id(), 1)
    event = withdrawn(session, contract)
    api.deliver(event)
    api.deliver(event)
    api.deliver(withdrawn(session, contract))
    assert taken(api, session) == 1
    listed = holds(api, session)
    assert (listed[str(contract)]["confirmed"], listed[str(other)]["confirmed"]) == (False, True)
    assert listed[str(contract)]["released_at"] and listed[str(other)]["released_at"] is None
    assert take(api, session, new_id(), 1)["seats"] == 1


def test_a_signature_heard_after_the_withdrawal_takes_no_seat(api: ServiceUnderTest) -> None:
    session, contract = opened(api, seats_max=1), new_id()
    api.deliver(withdrawn(session, contract))
    api.deliver(signed(session, contract, 1))
    assert taken(api, session) == 0
    problem(api.client(Role.SERVICE).put(seats_path(session, contract), json={"seats": 1}), 409, "seats-released")


def test_a_withdrawal_from_an_unknown_session_waits(api: ServiceUnderTest) -> None:
    nowhere = {"id": str(new_id())}
    problem(api.client(Role.SERVICE).post("/events", json=withdrawn(nowhere, new_id())), 404)
