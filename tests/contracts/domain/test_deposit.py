"""The deposit: worked cases of the clauses (section 7), and what no date may break."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.values.money import Money
from services.contracts.domain.deposit import deposit_amount, deposit_of
from services.contracts.domain.parties import CustomerKind
from services.contracts.domain.terms import PUBLISHED
from services.contracts.domain.withdrawal import withdrawal_last_day

TERMS = PUBLISHED[-1]
DAYS = st.dates(date(2024, 1, 1), date(2036, 12, 31))


@pytest.mark.parametrize(
    ("incl_tax", "kind", "deposit"),
    [
        ("2400.00", CustomerKind.COMPANY, "720.00"),
        ("1000.02", CustomerKind.COMPANY, "300.01"),
        ("1000.02", CustomerKind.SOLE_TRADER, "300.01"),
        ("1000.02", CustomerKind.INDIVIDUAL, "300.00"),
        ("0.05", CustomerKind.COMPANY, "0.02"),  # 1.5 cents: half-up
        ("0.05", CustomerKind.INDIVIDUAL, "0.01"),
    ],
)
def test_thirty_percent_half_up_for_professionals_and_down_for_individuals(
    incl_tax: str, kind: CustomerKind, deposit: str
) -> None:
    assert deposit_amount(Money.parse(incl_tax), kind, TERMS) == Money.parse(deposit)


def test_an_individual_never_pays_more_than_the_law_allows_whatever_the_terms_say() -> None:
    agreed = TERMS.override({"deposit_rate": "50"})
    assert deposit_amount(Money(100_00), CustomerKind.COMPANY, agreed) == Money(50_00)
    assert deposit_amount(Money(100_00), CustomerKind.INDIVIDUAL, agreed) == Money(30_00)


def test_it_is_due_15_days_after_the_acceptance() -> None:
    deposit = deposit_of(
        Money(720_00),
        TERMS,
        accepted_on=date(2026, 1, 6),
        starts_on=date(2026, 1, 30),
        asked_on=date(2026, 1, 6),
    )
    assert (deposit.callable_on, deposit.due_on) == (date(2026, 1, 6), date(2026, 1, 21))


def test_it_is_due_on_the_eve_of_a_start_that_comes_sooner() -> None:
    accepted = date(2026, 1, 20)
    deposit = deposit_of(Money(1), TERMS, accepted_on=accepted, starts_on=date(2026, 1, 30), asked_on=accepted)
    assert deposit.due_on == date(2026, 1, 29)


def test_an_acceptance_recorded_late_never_asks_for_money_in_the_past() -> None:
    deposit = deposit_of(
        Money(1), TERMS, accepted_on=date(2026, 1, 6), starts_on=date(2026, 3, 30), asked_on=date(2026, 1, 25)
    )
    assert deposit.due_on == date(2026, 1, 25)


def test_an_individuals_days_count_from_the_last_day_of_withdrawal() -> None:
    order = date(2026, 3, 7)
    deposit = deposit_of(
        Money(1),
        TERMS,
        accepted_on=order,
        starts_on=date(2026, 6, 1),
        asked_on=order,
        withdrawal_ends_on=withdrawal_last_day(order, TERMS, ordered_on_website=order),
    )
    assert (deposit.callable_on, deposit.due_on) == (date(2026, 3, 24), date(2026, 4, 7))


@given(accepted_on=DAYS, lead=st.integers(1, 200), website=st.booleans(), individual=st.booleans())
def test_nothing_is_ever_due_before_it_may_be_asked_for(
    accepted_on: date, lead: int, website: bool, individual: bool
) -> None:
    withdrawal_ends_on = None
    if individual:
        ordered = accepted_on if website else None
        withdrawal_ends_on = withdrawal_last_day(accepted_on, TERMS, ordered_on_website=ordered)
    counted_from = withdrawal_ends_on or accepted_on
    starts_on = counted_from + timedelta(days=lead)
    deposit = deposit_of(
        Money(1),
        TERMS,
        accepted_on=accepted_on,
        starts_on=starts_on,
        asked_on=accepted_on,
        withdrawal_ends_on=withdrawal_ends_on,
    )
    assert deposit.due_on >= deposit.callable_on >= accepted_on
    if withdrawal_ends_on:
        assert deposit.callable_on > withdrawal_ends_on
        assert (withdrawal_ends_on - accepted_on).days >= (14 if website else 10)
    assert deposit.due_on <= counted_from + timedelta(days=15)
    assert deposit.due_on < starts_on or deposit.due_on == deposit.callable_on


@given(cents=st.integers(0, 10**9), kind=st.sampled_from(CustomerKind))
def test_the_deposit_is_within_a_cent_of_30_percent_and_never_above_it_for_an_individual(
    cents: int, kind: CustomerKind
) -> None:
    exact = Fraction(cents) * Fraction(Decimal("0.3"))
    deposit = deposit_amount(Money(cents), kind, TERMS).cents
    if kind is CustomerKind.INDIVIDUAL:
        assert 0 <= exact - deposit < 1
    else:
        assert abs(exact - deposit) <= Fraction(1, 2)
