"""Late interest and the recovery fee (terms, section 3.4; C. com. L441-10 and D441-5; C. civ. 1231-6).

Interest runs from the day after the due date through the day of payment, on what is unpaid incl. tax,
actual/365: for each half-year the higher of the ECB rate plus a margin and a multiple of the legal rate.
Exact fractions, rounded once at the end. Neither interest nor fee carries VAT. An operator never owes
either: nothing here takes one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from chassis.values.money import PERCENT, ZERO, Money, round_half_up, total
from chassis.values.periods import days_between, next_day
from services.payments.domain.reference_rates import INTEREST_YEAR_DAYS, HalfYear, Rates, ReferenceRate, rate_of


class CustomerKind(StrEnum):
    """Who owes: each kind has its own rule of interest and fee."""

    COMPANY = "company"
    SOLE_TRADER = "sole_trader"
    INDIVIDUAL = "individual"


@dataclass(frozen=True, slots=True)
class LateTerms:
    """What the contract was signed under: points over the ECB rate, multiple of the legal rate, fee."""

    margin_points: Decimal
    floor_multiple: Decimal
    recovery_fee: Money


@dataclass(frozen=True, slots=True)
class Debt:
    """One invoice of a client: what it asks for, its due date, and payments as (value date, amount)."""

    amount: Money
    due_on: date
    payments: tuple[tuple[date, Money], ...] = ()

    def unpaid_on(self, day: date) -> Money:
        """What is still owed when `day` ends; never below zero."""
        return max(self.amount - total(paid for when, paid in self.payments if when <= day), ZERO)


@dataclass(frozen=True, slots=True)
class LateCharge:
    """Days that bear interest, the interest, and the fee, all to one day."""

    days: int
    interest: Money
    recovery_fee: Money


def late_charge(
    debt: Debt, on: date, kind: CustomerKind, terms: LateTerms, rates: Rates, noticed_on: date | None = None
) -> LateCharge:
    """What lateness costs through the day `on`.

    noticed_on: when a formal notice reached an individual, who owes the legal rate from the day after, and
    nothing without one. Refused where a half-year's rates are not loaded, naming it.
    """
    spans = tuple(_unpaid_spans(debt, _last_day_before_interest(debt, kind, noticed_on), on))
    cents = sum((_cents_of(span, kind, terms, rates) for span in spans), Fraction(0))
    is_late = any(spans) and kind is CustomerKind.COMPANY
    return LateCharge(
        days=sum(span.days for span in spans),
        interest=round_half_up(cents),
        recovery_fee=terms.recovery_fee if is_late else ZERO,
    )


@dataclass(frozen=True, slots=True)
class InterestDays:
    """Days at one yearly rate (percent) over which the same amount was unpaid, both ends counted."""

    first: date
    last: date
    unpaid: Money
    yearly_percent: Fraction

    @property
    def days(self) -> int:
        """How many they are."""
        return days_between(self.first, self.last) + 1


def interest_days(debt: Debt, on: date, kind: CustomerKind, terms: LateTerms, rates: Rates) -> tuple[InterestDays, ...]:
    """What interest through the day `on` is made of, in order; Refused where a half-year's rates are not loaded."""
    return tuple(
        InterestDays(span.first, span.last, span.unpaid, _yearly_percent(rate_of(rates, span.half_year), kind, terms))
        for span in _unpaid_spans(debt, _last_day_before_interest(debt, kind, None), on)
    )


@dataclass(frozen=True, slots=True)
class _Span:
    """Days of one half-year over which the same amount was unpaid, both ends counted."""

    first: date
    last: date
    unpaid: Money

    @property
    def half_year(self) -> HalfYear:
        """The one they lie in."""
        return HalfYear.of(self.first)

    @property
    def days(self) -> int:
        """How many they are."""
        return days_between(self.first, self.last) + 1


def _last_day_before_interest(debt: Debt, kind: CustomerKind, noticed_on: date | None) -> date | None:
    if kind is not CustomerKind.INDIVIDUAL:
        return debt.due_on
    return None if noticed_on is None else max(debt.due_on, noticed_on)


def _unpaid_spans(debt: Debt, after: date | None, on: date) -> Iterator[_Span]:
    """The days after `after` through `on`, cut where a payment or a half-year ends; the payment's day counts."""
    while after is not None and after < on:
        unpaid = debt.unpaid_on(after)
        if not unpaid:
            return
        first = next_day(after)
        payments = (when for when, _ in debt.payments if when > after)
        last = min(on, HalfYear.of(first).last_day, *payments)
        yield _Span(first, last, unpaid)
        after = last


def _cents_of(span: _Span, kind: CustomerKind, terms: LateTerms, rates: Rates) -> Fraction:
    yearly = _yearly_percent(rate_of(rates, span.half_year), kind, terms)
    return Fraction(span.unpaid.cents) * yearly * span.days / (PERCENT * INTEREST_YEAR_DAYS)


def _yearly_percent(rate: ReferenceRate, kind: CustomerKind, terms: LateTerms) -> Fraction:
    if kind is CustomerKind.INDIVIDUAL:
        return Fraction(rate.legal)
    return Fraction(max(rate.ecb + terms.margin_points, rate.legal * terms.floor_multiple))
