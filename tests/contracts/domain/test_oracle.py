"""Each period rule against an oracle written apart, for every day from 2024 to 2036."""

from datetime import date, timedelta

import pytest

from chassis.values.money import Money
from services.contracts.domain.cancellation import CancellationOutcome, cancellation_outcome
from services.contracts.domain.deposit import deposit_of
from services.contracts.domain.funding_grace import funding_grace
from services.contracts.domain.postponement import full_price_from, postponement_last_day
from services.contracts.domain.terms import PUBLISHED
from services.contracts.domain.validity import last_day_to_accept
from services.contracts.domain.withdrawal import money_callable_on, withdrawal_last_day
from tests.contracts.domain import oracle

TERMS = PUBLISHED[-1]
DAYS = tuple(oracle.every_day())


@pytest.mark.parametrize(
    ("year", "easter"),
    [
        (2024, date(2024, 3, 31)),
        (2025, date(2025, 4, 20)),
        (2026, date(2026, 4, 5)),
        (2027, date(2027, 3, 28)),
        (2038, date(2038, 4, 25)),  # the latest Easter of the century
        (2049, date(2049, 4, 18)),  # Gauss's second exception
    ],
)
def test_the_oracle_knows_easter(year: int, easter: date) -> None:
    assert oracle.easter_sunday(year) == easter


def test_the_oracle_covers_thirteen_years() -> None:
    assert len(DAYS) == 13 * 365 + 4  # leap years 2024, 2028, 2032, 2036


def test_validity() -> None:
    for day in DAYS:
        assert last_day_to_accept(day, TERMS) == oracle.after_days(day, 30), day


def test_withdrawal_of_an_order_on_the_website() -> None:
    for day in DAYS:
        last_day = oracle.rolled(oracle.after_days(day, 14))
        assert withdrawal_last_day(day, TERMS, ordered_on_website=day) == last_day, day
        assert money_callable_on(last_day) == oracle.after_days(last_day, 1)


def test_withdrawal_of_an_individual_training_contract() -> None:
    for day in DAYS:
        assert withdrawal_last_day(day, TERMS) == oracle.rolled(oracle.after_days(day, 10)), day


def test_withdrawal_where_the_contract_is_signed_after_the_order() -> None:
    for day in DAYS:
        for later in range(8):
            signed_on = oracle.after_days(day, later)
            ends = oracle.rolled(oracle.after_days(day, 14)), oracle.rolled(oracle.after_days(signed_on, 10))
            assert withdrawal_last_day(signed_on, TERMS, ordered_on_website=day) == max(ends), day


def test_deposit_due_day() -> None:
    for day in DAYS:
        for lead in (1, 15, 16, 17, 40):
            start = oracle.after_days(day, lead)
            eve = oracle.after_days(day, lead - 1)
            deposit = deposit_of(Money(1), TERMS, accepted_on=day, starts_on=start, asked_on=day)
            assert deposit.callable_on == day
            assert deposit.due_on == min(oracle.after_days(day, 15), eve), (day, lead)


def test_deposit_of_an_individual() -> None:
    for day in DAYS:
        last_day = oracle.rolled(oracle.after_days(day, 14))
        start = oracle.after_days(last_day, 12)
        deposit = deposit_of(
            Money(1), TERMS, accepted_on=day, starts_on=start, asked_on=day, withdrawal_ends_on=last_day
        )
        assert deposit.callable_on == oracle.after_days(last_day, 1)
        assert deposit.due_on == oracle.after_days(last_day, 11), day


def test_cancellation_notice() -> None:
    for start in DAYS:
        for notice in range(13, 18):
            received_on = start - timedelta(days=notice)
            in_time = oracle.after_days(received_on, 15) <= start
            expected = CancellationOutcome.DEPOSIT_KEPT if in_time else CancellationOutcome.FULL_PRICE
            assert cancellation_outcome(received_on, start, TERMS) is expected, (start, notice)


def test_funding_grace() -> None:
    for day in DAYS:
        grace = funding_grace(day, TERMS)
        assert grace.opco_due_on == oracle.after_months(day, 1), day
        assert grace.client_billed_from == oracle.after_days(grace.opco_due_on, 1), day


def test_postponement() -> None:
    for day in DAYS:
        last_day = oracle.after_months(day, 6)
        assert postponement_last_day(day, TERMS) == last_day, day
        assert full_price_from(day, TERMS) == oracle.after_days(last_day, 1), day
