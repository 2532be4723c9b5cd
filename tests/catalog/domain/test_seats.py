"""Seats (§2.1): never above the maximum, held for a while, confirmed by a signed contract."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.values.refusals import Refused
from services.catalog.domain.seats import (
    SeatHold,
    as_they_stand,
    confirm_seats,
    hold_seats,
    release_seats,
    seats_taken,
)

NOW = datetime(2026, 1, 6, 9, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
OURS, THEIRS, LATECOMER = UUID(int=1), UUID(int=2), UUID(int=3)


def held(contract: UUID, seats: int, minutes: int = 15) -> SeatHold:
    return SeatHold(contract, seats, NOW + timedelta(minutes=minutes))


def test_two_of_ten() -> None:
    assert hold_seats(10, [], OURS, 2, NOW, QUARTER) == SeatHold(OURS, 2, NOW + QUARTER)


def test_the_last_seat_can_be_had_and_no_more() -> None:
    others = [held(THEIRS, 8)]
    assert hold_seats(10, others, OURS, 2, NOW, QUARTER).seats == 2
    with pytest.raises(Refused) as refused:
        hold_seats(10, others, OURS, 3, NOW, QUARTER)
    assert (refused.value.code, refused.value.clause) == ("session-full", "2.1")
    assert refused.value.facts == {"seats_left": 2}


def test_a_second_request_takes_the_place_of_the_first() -> None:
    holds = [held(OURS, 6), held(THEIRS, 4)]
    assert hold_seats(10, holds, OURS, 6, NOW, QUARTER).seats == 6
    assert hold_seats(10, holds, OURS, 1, NOW, QUARTER).seats == 1
    with pytest.raises(Refused):
        hold_seats(10, holds, OURS, 7, NOW, QUARTER)


def test_a_hold_lasts_up_to_its_last_instant_and_not_through_it() -> None:
    hold = held(THEIRS, 10, minutes=0)
    assert seats_taken([hold], NOW - timedelta(microseconds=1)) == 10
    assert seats_taken([hold], NOW) == 0
    assert hold_seats(10, [hold], OURS, 10, NOW, QUARTER).seats == 10


def test_confirmed_seats_never_expire() -> None:
    assert seats_taken([SeatHold(THEIRS, 3, None)], NOW + timedelta(days=4000)) == 3


def test_a_confirmed_hold_stays_as_it_is() -> None:
    signed = SeatHold(OURS, 2, None)
    assert hold_seats(10, [signed], OURS, 2, NOW, QUARTER) is signed
    with pytest.raises(Refused) as refused:
        hold_seats(10, [signed], OURS, 3, NOW, QUARTER)
    assert refused.value.code == "seats-confirmed"


def test_signing_confirms() -> None:
    confirmed = confirm_seats(10, [held(OURS, 2), held(THEIRS, 8)], OURS, 2)
    assert (confirmed.seats, confirmed.confirmed, confirmed.overbooked) == (2, True, False)


def test_signing_after_the_hold_expired_takes_the_seats_again_where_there_is_room() -> None:
    assert not confirm_seats(10, [held(OURS, 2, -1), held(THEIRS, 8)], OURS, 2).overbooked


def test_a_signed_contract_is_kept_even_where_its_seats_are_gone() -> None:
    confirmed = confirm_seats(10, [held(OURS, 2, -1), SeatHold(THEIRS, 9, None)], OURS, 2)
    assert (confirmed.seats, confirmed.confirmed, confirmed.overbooked) == (2, True, True)
    with pytest.raises(Refused) as refused:
        hold_seats(10, [confirmed, held(THEIRS, 9)], LATECOMER, 1, NOW, QUARTER)
    assert refused.value.facts == {"seats_left": 0}


def test_signing_twice_is_signing_once() -> None:
    confirmed = SeatHold(OURS, 2, None, overbooked=True)
    assert confirm_seats(10, [confirmed], OURS, 2) is confirmed


def test_seats_that_nobody_signed_for_overbook_no_contract() -> None:
    confirmed = confirm_seats(10, [held(THEIRS, 10)], OURS, 2)
    assert not confirmed.overbooked
    assert confirm_seats(10, [confirmed, held(THEIRS, 10)], THEIRS, 10).overbooked


def test_none_is_overbooked_where_the_signed_contracts_fit() -> None:
    marked, signed = SeatHold(OURS, 2, None, overbooked=True), SeatHold(THEIRS, 8, None)
    assert as_they_stand(10, [marked, signed, held(LATECOMER, 9)]) == (
        SeatHold(OURS, 2, None),
        signed,
        held(LATECOMER, 9),
    )
    assert as_they_stand(9, [marked, signed]) == (marked, signed)


STEPS = st.lists(
    st.tuples(st.sampled_from(["hold", "sign", "wait"]), st.integers(1, 6), st.integers(1, 5)), max_size=40
)


@given(st.integers(1, 12), STEPS)
def test_whatever_happens_only_signed_contracts_exceed_the_maximum(
    seats_max: int, steps: list[tuple[str, int, int]]
) -> None:
    holds: dict[UUID, SeatHold] = {}
    now = NOW
    for what, contract, seats in steps:
        identifier = UUID(int=contract)
        if what == "wait":
            now += timedelta(minutes=contract * 3)
            continue
        before = seats_taken(holds.values(), now)
        try:
            change = (
                hold_seats(seats_max, holds.values(), identifier, seats, now, QUARTER)
                if what == "hold"
                else confirm_seats(seats_max, holds.values(), identifier, seats)
            )
        except Refused:
            assert seats_taken(holds.values(), now) == before
            continue
        holds[identifier] = change
        if what == "hold":
            assert seats_taken(holds.values(), now) <= max(seats_max, before)
        signed = [hold for hold in as_they_stand(seats_max, holds.values()) if hold.confirmed]
        over = sum(hold.seats for hold in signed) > seats_max
        assert over == any(hold.overbooked for hold in signed)


def test_released_seats_are_free_at_once_and_for_good() -> None:
    signed, other = SeatHold(OURS, 2, None, overbooked=True), SeatHold(THEIRS, 3, None)
    released = release_seats([signed, other], OURS, 2, NOW)
    assert released == SeatHold(OURS, 2, None, released_at=NOW)
    assert seats_taken([released, other], NOW) == 3
    assert release_seats([released, other], OURS, 2, NOW + QUARTER) is released
    assert confirm_seats(10, [released, other], OURS, 2) is released
    with pytest.raises(Refused) as refused:
        hold_seats(10, [released, other], OURS, 2, NOW, QUARTER)
    assert refused.value.code == "seats-released"


def test_a_signature_that_is_heard_after_the_withdrawal_takes_no_seat() -> None:
    released = release_seats([], OURS, 2, NOW)
    assert confirm_seats(10, [released], OURS, 2) is released
    assert seats_taken([released], NOW) == 0
