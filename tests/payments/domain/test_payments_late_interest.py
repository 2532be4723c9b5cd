"""Late interest and the recovery fee (terms, section 3.4), against the worked cases and a day-by-day oracle."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.values.money import ZERO, Money
from chassis.values.refusals import Refused
from services.payments.domain.late_interest import CustomerKind, Debt, LateCharge, LateTerms, late_charge
from services.payments.domain.reference_rates import PUBLISHED, HalfYear, rate_of

TERMS = LateTerms(margin_points=Decimal(10), floor_multiple=Decimal(3), recovery_fee=Money.parse("40.00"))


def eur(written: str) -> Money:
    return Money.parse(written)


def charge(debt: Debt, on: date, kind: CustomerKind = CustomerKind.COMPANY, notice: date | None = None) -> LateCharge:
    return late_charge(debt, on, kind, TERMS, PUBLISHED, notice)


def test_680_due_on_1_march_2026_bears_20_60_and_the_fee_on_31_may() -> None:
    late = charge(Debt(eur("680.00"), date(2026, 3, 1)), date(2026, 5, 31))
    assert late == LateCharge(days=91, interest=eur("20.60"), recovery_fee=eur("40.00"))


def test_2400_due_15_june_2025_paid_4_august_bears_40_93_over_two_half_years() -> None:
    debt = Debt(eur("2400.00"), date(2025, 6, 15), ((date(2025, 8, 4), eur("2400.00")),))
    assert charge(debt, date(2025, 6, 30)).interest == eur("12.97")
    assert charge(debt, date(2025, 8, 4)) == LateCharge(50, eur("40.93"), eur("40.00"))
    assert charge(debt, date(2026, 3, 1)) == LateCharge(50, eur("40.93"), eur("40.00"))


def test_nothing_on_the_due_day_and_from_the_day_after_one_day() -> None:
    debt = Debt(eur("680.00"), date(2026, 3, 1))
    assert charge(debt, date(2026, 2, 1)) == LateCharge(0, ZERO, ZERO)
    assert charge(debt, date(2026, 3, 1)) == LateCharge(0, ZERO, ZERO)
    assert charge(debt, date(2026, 3, 2)).days == 1


def test_paid_on_the_due_day_is_in_time_and_the_day_after_is_late() -> None:
    in_time = Debt(eur("680.00"), date(2026, 3, 1), ((date(2026, 3, 1), eur("680.00")),))
    assert charge(in_time, date(2026, 5, 31)) == LateCharge(0, ZERO, ZERO)
    late = Debt(eur("680.00"), date(2026, 3, 1), ((date(2026, 3, 2), eur("680.00")),))
    assert charge(late, date(2026, 5, 31)) == LateCharge(1, eur("0.23"), eur("40.00"))


def test_a_partial_payment_changes_the_base_from_the_day_after_it() -> None:
    debt = Debt(eur("1000.00"), date(2026, 1, 1), ((date(2026, 1, 11), eur("400.00")),))
    expected = (Fraction(1000) * 10 + Fraction(600) * 10) * Fraction("12.15") / 100 / 365
    assert charge(debt, date(2026, 1, 21)).interest == Money(round(expected * 100))


def test_the_floor_of_three_times_the_legal_rate_holds_where_it_is_higher() -> None:
    debt = Debt(eur("36500.00"), date(2024, 1, 1))
    assert charge(debt, date(2024, 1, 2)).interest == eur("15.21")  # 3 x 5.07 = 15.21 % above 14.50 %


def test_sole_traders_pay_interest_without_the_fee() -> None:
    late = charge(Debt(eur("680.00"), date(2026, 3, 1)), date(2026, 5, 31), CustomerKind.SOLE_TRADER)
    assert late == LateCharge(91, eur("20.60"), ZERO)


def test_individuals_pay_the_legal_rate_and_only_after_a_formal_notice() -> None:
    debt = Debt(eur("36500.00"), date(2026, 3, 1))
    assert charge(debt, date(2026, 5, 31), CustomerKind.INDIVIDUAL) == LateCharge(0, ZERO, ZERO)
    noticed = charge(debt, date(2026, 5, 31), CustomerKind.INDIVIDUAL, notice=date(2026, 5, 21))
    assert noticed == LateCharge(10, eur("26.20"), ZERO)
    early = charge(debt, date(2026, 3, 2), CustomerKind.INDIVIDUAL, notice=date(2026, 2, 1))
    assert early == LateCharge(1, eur("2.62"), ZERO)


def test_a_missing_half_year_is_refused_by_name() -> None:
    with pytest.raises(Refused) as refusal:
        charge(Debt(eur("680.00"), date(2026, 3, 1)), date(2026, 7, 1))
    assert (refusal.value.code, refusal.value.clause) == ("reference-rate-missing", "3.4")
    assert refusal.value.facts == {"half_year": "2026-H2"}
    paid = Debt(eur("680.00"), date(2026, 3, 1), ((date(2026, 6, 30), eur("680.00")),))
    assert charge(paid, date(2027, 1, 1)).days == 121


def test_half_years() -> None:
    assert HalfYear.of(date(2026, 6, 30)) == HalfYear.parse("2026-H1")
    assert HalfYear.of(date(2026, 7, 1)) == HalfYear.parse("2026-H2")
    assert HalfYear.parse("2026-H2").last_day == date(2026, 12, 31)
    for wrong in ("2026", "2026-H3", "2026-h1", "26-H1", "²026-H1", ""):
        with pytest.raises(ValueError):
            HalfYear.parse(wrong)
    assert rate_of(PUBLISHED, HalfYear(2023, 2)).ecb == Decimal("4.00")


def oracle(debt: Debt, on: date) -> Money:
    """Day by day: what is unpaid when the day begins, at that day's yearly rate over 365."""
    cents, day = Fraction(0), debt.due_on + timedelta(days=1)
    while day <= on:
        unpaid = debt.amount.cents - sum(amount.cents for when, amount in debt.payments if when < day)
        rates = PUBLISHED[HalfYear(day.year, 1 if day.month <= 6 else 2)]
        yearly = max(Fraction(rates.ecb) + 10, 3 * Fraction(rates.legal))
        cents += Fraction(max(unpaid, 0)) * yearly / 36500
        day += timedelta(days=1)
    return Money(int(cents + Fraction(1, 2)))


days = st.dates(date(2019, 1, 1), date(2026, 6, 29))


@settings(max_examples=200, deadline=None)
@given(days, days, st.integers(1, 5_000_000), st.lists(st.tuples(days, st.integers(1, 3_000_000)), max_size=4))
def test_interest_equals_the_sum_of_its_days(due: date, on: date, cents: int, paid: list[tuple[date, int]]) -> None:
    debt = Debt(Money(cents), due, tuple((day, Money(amount)) for day, amount in paid))
    late = charge(debt, on)
    assert late.interest == oracle(debt, on)
    assert late.days <= max((on - due).days, 0)
    assert (late.recovery_fee == TERMS.recovery_fee) == (late.days > 0)
