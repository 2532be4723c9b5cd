"""Withdrawing: the day on which the declaration was sent counts, once, and for individuals only."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.values.money import Money
from chassis.values.refusals import Refused
from services.contracts.domain.attendance import Attendance
from services.contracts.domain.contract import Contract, ContractState, complete, deposit_paid, sign, withdraw
from services.contracts.domain.withdrawal import (
    confirmation_last_day,
    refund_last_day,
    refuse_late_confirmation,
    stands_unconfirmed,
)
from tests.contracts.domain import makers
from tests.contracts.domain.test_order import signed

SIGNED_ON, LAST_DAY, STARTS_ON = date(2026, 3, 7), date(2026, 3, 23), date(2026, 5, 4)
ONE_DAY = timedelta(days=1)


def contract() -> Contract:
    return signed(SIGNED_ON, STARTS_ON)


def concluded() -> Contract:
    return deposit_paid(contract(), Money(300_00), date(2026, 3, 30), date(2026, 3, 30))


def test_it_is_open_through_its_last_day_whenever_it_is_recorded() -> None:
    withdrawn = withdraw(contract(), LAST_DAY, LAST_DAY)
    assert (withdrawn.state, withdrawn.withdrawn_on) == (ContractState.WITHDRAWN, LAST_DAY)
    late = withdraw(concluded(), LAST_DAY, date(2026, 4, 10))
    assert (late.state, late.withdrawn_on, late.concluded_on) == (ContractState.WITHDRAWN, LAST_DAY, date(2026, 3, 30))


def test_a_declaration_of_the_last_day_moves_no_money_and_its_confirmation_undoes_the_request() -> None:
    next_day = LAST_DAY + ONE_DAY
    assert contract().deposit.callable_on == confirmation_last_day(LAST_DAY, LAST_DAY) == next_day
    refuse_late_confirmation(LAST_DAY, LAST_DAY, next_day)
    withdrawn = withdraw(contract(), LAST_DAY, next_day)
    assert (withdrawn.state, withdrawn.withdrawn_on) == (ContractState.WITHDRAWN, LAST_DAY)


def test_after_the_last_day_it_is_refused_with_that_day() -> None:
    with pytest.raises(Refused) as refusal:
        withdraw(contract(), LAST_DAY + ONE_DAY, LAST_DAY + ONE_DAY)
    assert (refusal.value.code, refusal.value.facts) == ("withdrawal-too-late", {"last_day": "2026-03-23"})


@pytest.mark.parametrize("dispatched_on", [date(2026, 3, 6), date(2026, 3, 11)])
def test_a_declaration_is_sent_between_the_signature_and_today(dispatched_on: date) -> None:
    with pytest.raises(Refused) as refusal:
        withdraw(contract(), dispatched_on, date(2026, 3, 10))
    assert refusal.value.code == "dispatch-day-impossible"


def test_twice_is_once() -> None:
    withdrawn = withdraw(contract(), SIGNED_ON, LAST_DAY)
    assert withdraw(withdrawn, LAST_DAY, LAST_DAY) is withdrawn


def test_professionals_cannot() -> None:
    professional = sign(makers.issued(), date(2026, 1, 6), date(2026, 1, 6))
    with pytest.raises(Refused) as refusal:
        withdraw(professional, date(2026, 1, 6), date(2026, 1, 6))
    assert (refusal.value.code, refusal.value.clause) == ("withdrawal-for-individuals", "C. conso L221-3")


def test_a_withdrawn_contract_is_neither_concluded_nor_completed() -> None:
    withdrawn = withdraw(contract(), LAST_DAY, LAST_DAY)
    assert deposit_paid(withdrawn, Money(300_00), LAST_DAY, LAST_DAY) is withdrawn
    attended = (Attendance(withdrawn.person_ids[0], Decimal("14.00")),)
    with pytest.raises(Refused) as refusal:
        complete(withdrawn, attended, date(2026, 5, 5), date(2026, 5, 5))
    assert refusal.value.code == "contract-withdrawn"


def test_a_completed_contract_is_settled_by_hand() -> None:
    attended = (Attendance(contract().person_ids[0], Decimal("14.00")),)
    completed = complete(concluded(), attended, date(2026, 5, 5), date(2026, 5, 5))
    with pytest.raises(Refused) as refusal:
        withdraw(completed, LAST_DAY, date(2026, 5, 6))
    assert refusal.value.code == "contract-completed"


@pytest.mark.parametrize(
    ("declared_on", "last_day"),
    [(date(2026, 3, 10), LAST_DAY), (date(2026, 3, 22), LAST_DAY), (LAST_DAY, date(2026, 3, 24))],
)
def test_a_declaration_is_confirmed_while_the_period_runs_or_the_next_day(declared_on: date, last_day: date) -> None:
    assert confirmation_last_day(declared_on, LAST_DAY) == last_day
    refuse_late_confirmation(declared_on, LAST_DAY, last_day)
    with pytest.raises(Refused) as refusal:
        refuse_late_confirmation(declared_on, LAST_DAY, last_day + ONE_DAY)
    assert (refusal.value.code, refusal.value.facts) == ("confirmation-too-late", {"last_day": last_day.isoformat()})


@pytest.mark.parametrize(
    ("declared_on", "today", "stands"),
    [
        (date(2026, 3, 9), date(2026, 3, 9), True),
        (date(2026, 3, 9), date(2026, 3, 10), False),
        (date(2026, 3, 9), LAST_DAY, False),
        (LAST_DAY, LAST_DAY, True),
        (LAST_DAY, LAST_DAY + ONE_DAY, True),
        (LAST_DAY, LAST_DAY + 2 * ONE_DAY, False),
        (date(2026, 3, 9), LAST_DAY + ONE_DAY, False),
    ],
)
def test_declared_again_on_a_later_day_of_the_period_it_is_a_new_declaration(
    declared_on: date, today: date, stands: bool
) -> None:
    assert stands_unconfirmed(declared_on, LAST_DAY, today) is stands


def test_what_was_paid_is_back_within_14_days() -> None:
    assert refund_last_day(date(2026, 3, 9)) == date(2026, 3, 23)


@given(sent=st.integers(-5, 40), recorded=st.integers(0, 60), paid=st.booleans())
def test_it_is_withdrawn_by_what_was_sent_in_time_and_by_nothing_else(sent: int, recorded: int, paid: bool) -> None:
    before = concluded() if paid else contract()
    dispatched_on, today = SIGNED_ON + sent * ONE_DAY, SIGNED_ON + recorded * ONE_DAY
    in_time = SIGNED_ON <= dispatched_on <= min(LAST_DAY, today)
    if not in_time:
        with pytest.raises(Refused):
            withdraw(before, dispatched_on, today)
        return
    after = withdraw(before, dispatched_on, today)
    assert after == replace(before, state=ContractState.WITHDRAWN, withdrawn_on=dispatched_on)
