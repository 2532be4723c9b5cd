"""Signed, concluded, completed: in that order, once, whatever is heard twice."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.values.money import Money
from chassis.values.refusals import Refused
from services.contracts.domain.attendance import Attendance
from services.contracts.domain.contract import Contract, ContractState, complete, deposit_paid, sign
from tests.contracts.domain.makers import ANNA, BRUNO, SATURDAY, issued

SIGNED_ON = date(2026, 1, 6)
DEPOSIT = Money(720_00)
LATER = date(2026, 12, 31)
PRESENT = tuple(Attendance(person.person_id, Decimal("14.00")) for person in (ANNA, BRUNO))


def signed() -> Contract:
    return sign(issued(), SIGNED_ON, SIGNED_ON)


def concluded() -> Contract:
    return deposit_paid(signed(), DEPOSIT, date(2026, 1, 12), LATER)


def completed() -> Contract:
    return complete(concluded(), PRESENT, SATURDAY, SATURDAY)


def test_a_signed_contract_asks_for_the_deposit_and_is_not_concluded() -> None:
    contract = signed()
    assert (contract.state, contract.concluded_on) == (ContractState.SIGNED, None)
    assert (contract.deposit.amount, contract.deposit.callable_on) == (DEPOSIT, SIGNED_ON)
    assert contract.deposit.due_on == date(2026, 1, 21)
    assert contract.planned_hours == Decimal("14.00")


def test_the_whole_deposit_concludes_it_on_the_day_of_its_value() -> None:
    assert (concluded().state, concluded().concluded_on) == (ContractState.CONCLUDED, date(2026, 1, 12))


def test_less_than_the_deposit_concludes_nothing() -> None:
    contract = signed()
    assert deposit_paid(contract, DEPOSIT - Money(1), date(2026, 1, 12), LATER) is contract


def test_hearing_of_the_deposit_twice_changes_nothing() -> None:
    assert deposit_paid(concluded(), DEPOSIT, date(2026, 1, 20), LATER) == concluded()
    assert deposit_paid(completed(), DEPOSIT, date(2026, 2, 20), LATER) == completed()


def test_money_that_came_before_the_signature_concludes_on_the_signature() -> None:
    assert deposit_paid(signed(), DEPOSIT, date(2026, 1, 2), LATER).concluded_on == SIGNED_ON


def test_completion_starts_the_operators_month() -> None:
    contract = completed()
    assert (contract.state, contract.ended_on) == (ContractState.COMPLETED, SATURDAY)
    assert contract.grace is not None
    assert contract.grace.opco_due_on == date(2026, 2, 28)
    assert contract.grace.client_billed_from == date(2026, 3, 1)
    assert contract.attendance == PRESENT


def test_an_unconcluded_contract_is_not_completed() -> None:
    with pytest.raises(Refused) as refusal:
        complete(signed(), PRESENT, SATURDAY, SATURDAY)
    assert (refusal.value.code, refusal.value.clause) == ("contract-not-concluded", "2.2")


def test_a_contract_is_completed_once() -> None:
    with pytest.raises(Refused) as refusal:
        complete(completed(), PRESENT, SATURDAY, SATURDAY)
    assert refusal.value.code == "contract-completed"


def test_it_is_not_completed_before_the_training_ends() -> None:
    with pytest.raises(Refused) as refusal:
        complete(concluded(), PRESENT, SATURDAY, date(2026, 1, 30))
    assert (refusal.value.code, refusal.value.facts) == ("training-not-ended", {"ends_on": "2026-01-31"})


@pytest.mark.parametrize("ended_on", [date(2026, 1, 30), date(2026, 2, 4)])
def test_the_training_ended_between_its_planned_end_and_today(ended_on: date) -> None:
    with pytest.raises(Refused) as refusal:
        complete(concluded(), PRESENT, ended_on, date(2026, 2, 3))
    assert refusal.value.code == "end-day-impossible"


@pytest.mark.parametrize(
    ("attendance", "code"),
    [
        (PRESENT[:1], "attendance-incomplete"),
        ((), "attendance-incomplete"),
        ((*PRESENT, Attendance(UUID(int=7), Decimal(1))), "attendance-unknown-person"),
        ((*PRESENT, PRESENT[0]), "attendance-named-twice"),
        ((PRESENT[0], replace(PRESENT[1], attended_hours=Decimal("14.01"))), "attendance-hours-impossible"),
        ((PRESENT[0], replace(PRESENT[1], attended_hours=Decimal("-0.01"))), "attendance-hours-impossible"),
    ],
)
def test_attendance_names_every_trainee_once_within_the_hours(attendance: tuple[Attendance, ...], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        complete(concluded(), attendance, SATURDAY, SATURDAY)
    assert (refusal.value.code, refusal.value.clause) == (code, "3.7")


def test_absence_reduces_no_price_and_is_recorded() -> None:
    absent = tuple(replace(entry, attended_hours=Decimal(0)) for entry in PRESENT)
    assert complete(concluded(), absent, SATURDAY, SATURDAY).attendance == absent


@given(
    signed_after=st.integers(0, 30),
    payments=st.lists(st.tuples(st.integers(0, 800_00), st.integers(-10, 60)), max_size=6),
)
def test_only_the_whole_deposit_concludes_and_never_before_the_signature(
    signed_after: int, payments: list[tuple[int, int]]
) -> None:
    signed_on = date(2025, 12, 15) + timedelta(days=signed_after)
    contract = sign(issued(), signed_on, signed_on)
    for cents, day in payments:
        contract = deposit_paid(contract, Money(cents), signed_on + timedelta(days=day), LATER)
    enough = [day for cents, day in payments if cents >= DEPOSIT.cents]
    assert (contract.state is ContractState.CONCLUDED) == bool(enough)
    if enough:
        assert contract.concluded_on == signed_on + timedelta(days=max(0, enough[0]))


def test_money_whose_value_date_is_to_come_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        deposit_paid(signed(), DEPOSIT, date(2026, 1, 13), date(2026, 1, 12))
    assert (refusal.value.code, refusal.value.facts) == ("value-date-impossible", {"paid_on": "2026-01-13"})
    assert deposit_paid(concluded(), DEPOSIT, date(2099, 1, 1), date(2026, 1, 12)) == concluded()
