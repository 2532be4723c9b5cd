"""An individual's balance: one part a training day, and nothing lost on the way (C. trav. L6353-6)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.values.money import Money, total
from services.contracts.domain.deposit import deposit_amount
from services.contracts.domain.instalments import Instalment, instalments
from services.contracts.domain.parties import CustomerKind
from services.contracts.domain.terms import PUBLISHED

MONDAY = date(2026, 5, 4)
THREE_DAYS = tuple(MONDAY + timedelta(days=count) for count in range(3))


def test_the_balance_is_one_part_a_training_day_and_the_first_days_take_the_odd_cents() -> None:
    parts = instalments(Money.parse("1000.02"), Money.parse("300.00"), THREE_DAYS)
    assert [str(part.amount) for part in parts] == ["233.34", "233.34", "233.34"]
    parts = instalments(Money.parse("1000.00"), Money.parse("300.00"), THREE_DAYS)
    assert [(part.due_on, str(part.amount)) for part in parts] == [
        (THREE_DAYS[0], "233.34"),
        (THREE_DAYS[1], "233.33"),
        (THREE_DAYS[2], "233.33"),
    ]


def test_a_training_of_one_day_has_one_instalment_the_whole_balance() -> None:
    assert instalments(Money(2400_00), Money(720_00), (MONDAY,)) == (Instalment(MONDAY, Money(1680_00)),)


def test_a_day_that_no_cent_is_left_for_has_none() -> None:
    parts = instalments(Money(4), Money(1), tuple(MONDAY + timedelta(days=count) for count in range(5)))
    assert [part.amount.cents for part in parts] == [1, 1, 1]


def test_a_training_has_days() -> None:
    with pytest.raises(ValueError, match="weights"):
        instalments(Money(100), Money(30), ())


@given(cents=st.integers(4, 10**9), days=st.integers(1, 60))
def test_the_parts_sum_to_the_balance_and_differ_by_a_cent_at_most(cents: int, days: int) -> None:
    price = Money(cents)
    deposit = deposit_amount(price, CustomerKind.INDIVIDUAL, PUBLISHED[-1])
    training_days = tuple(MONDAY + timedelta(days=7 * count) for count in range(days))
    parts = instalments(price, deposit, training_days)
    assert deposit + total(part.amount for part in parts) == price
    assert [part.due_on for part in parts] == list(training_days[: len(parts)])
    amounts = [part.amount.cents for part in parts]
    assert amounts == sorted(amounts, reverse=True)
    assert amounts[0] - amounts[-1] <= 1
    # Before the training starts, the deposit is all that was ever asked for: at most 30 %.
    assert 10 * deposit.cents <= 3 * cents
