"""Every worked case of the clauses' table of dates (section 3), and the edges beside them."""

from datetime import date

import pytest

from chassis.values.refusals import Refused
from services.contracts.domain.cancellation import CancellationOutcome, cancellation_outcome, refuse_unwritten
from services.contracts.domain.funding_grace import funding_grace
from services.contracts.domain.postponement import (
    PostponementOutcome,
    full_price_from,
    postponement_last_day,
    postponement_outcome,
)
from services.contracts.domain.terms import PUBLISHED
from services.contracts.domain.validity import last_day_to_accept, refuse_expired
from services.contracts.domain.withdrawal import (
    money_callable_on,
    refuse_late_withdrawal,
    refuse_start_inside,
    withdrawal_last_day,
)

TERMS = PUBLISHED[-1]


def test_a_proposal_can_be_accepted_through_its_thirtieth_day_and_is_refused_the_day_after() -> None:
    last_day = last_day_to_accept(date(2026, 3, 2), TERMS)
    assert last_day == date(2026, 4, 1)
    refuse_expired(date(2026, 4, 1), last_day)
    with pytest.raises(Refused) as refusal:
        refuse_expired(date(2026, 4, 2), last_day)
    assert (refusal.value.code, refusal.value.clause) == ("proposal-expired", "2.1")
    assert refusal.value.facts == {"last_day": "2026-04-01"}


@pytest.mark.parametrize(
    ("ordered_on", "last_day", "callable_on"),
    [
        (date(2026, 3, 7), date(2026, 3, 23), date(2026, 3, 24)),  # raw end on a Saturday
        (date(2026, 3, 23), date(2026, 4, 7), date(2026, 4, 8)),  # raw end on Easter Monday
        (date(2026, 12, 18), date(2027, 1, 4), date(2027, 1, 5)),  # raw end on 1 January, a Friday
    ],
)
def test_an_order_on_the_website_can_be_withdrawn_for_14_days(
    ordered_on: date, last_day: date, callable_on: date
) -> None:
    assert withdrawal_last_day(ordered_on, TERMS, ordered_on_website=ordered_on) == last_day
    assert money_callable_on(last_day) == callable_on


def test_a_training_contract_signed_in_person_can_be_withdrawn_for_10_days() -> None:
    assert withdrawal_last_day(date(2026, 3, 2), TERMS) == date(2026, 3, 12)
    assert withdrawal_last_day(date(2026, 3, 4), TERMS) == date(2026, 3, 16)  # raw end Saturday the 14th


def test_where_both_periods_apply_the_later_counts() -> None:
    order = date(2026, 3, 2)
    assert withdrawal_last_day(order, TERMS, ordered_on_website=order) == date(2026, 3, 16)
    assert withdrawal_last_day(date(2026, 3, 10), TERMS, ordered_on_website=order) == date(2026, 3, 20)


def test_withdrawal_is_open_through_its_last_day_and_refused_after_by_the_day_it_was_sent() -> None:
    refuse_late_withdrawal(date(2026, 3, 23), date(2026, 3, 23))
    with pytest.raises(Refused) as refusal:
        refuse_late_withdrawal(date(2026, 3, 24), date(2026, 3, 23))
    assert refusal.value.facts == {"last_day": "2026-03-23"}


def test_a_session_that_starts_inside_the_period_is_refused() -> None:
    refuse_start_inside(date(2026, 3, 24), date(2026, 3, 23))
    with pytest.raises(Refused, match="through 2026-03-23"):
        refuse_start_inside(date(2026, 3, 23), date(2026, 3, 23))


@pytest.mark.parametrize(
    ("ended_on", "opco_due_on", "client_billed_from"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 1)),
        (date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 1)),
        (date(2026, 2, 28), date(2026, 3, 28), date(2026, 3, 29)),
        (date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 1)),
    ],
)
def test_the_operator_has_a_month_from_the_end_and_the_client_is_billed_from_the_next_day(
    ended_on: date, opco_due_on: date, client_billed_from: date
) -> None:
    grace = funding_grace(ended_on, TERMS)
    assert (grace.opco_due_on, grace.client_billed_from) == (opco_due_on, client_billed_from)


@pytest.mark.parametrize(
    ("received_on", "outcome"),
    [
        (date(2026, 6, 1), CancellationOutcome.DEPOSIT_KEPT),
        (date(2026, 6, 2), CancellationOutcome.FULL_PRICE),
        (date(2026, 6, 16), CancellationOutcome.FULL_PRICE),
        (date(2026, 6, 17), CancellationOutcome.FULL_PRICE),
    ],
)
def test_cancelling_15_days_before_the_start_costs_the_deposit_and_later_the_full_price(
    received_on: date, outcome: CancellationOutcome
) -> None:
    assert cancellation_outcome(received_on, date(2026, 6, 16), TERMS) is outcome


def test_after_a_postponement_the_earlier_start_counts_for_the_notice() -> None:
    outcome = cancellation_outcome(date(2026, 6, 2), date(2026, 9, 1), TERMS, postponed_from=date(2026, 6, 16))
    assert outcome is CancellationOutcome.FULL_PRICE


def test_a_phone_call_cancels_nothing() -> None:
    refuse_unwritten(written=True)
    with pytest.raises(Refused, match="writing"):
        refuse_unwritten(written=False)


def test_a_postponement_is_within_six_months_of_the_order_through_the_last_day_of_february() -> None:
    ordered_on, asked_on, starts_on = date(2025, 8, 31), date(2025, 10, 1), date(2025, 10, 15)
    assert postponement_last_day(ordered_on, TERMS) == date(2026, 2, 28)
    assert full_price_from(ordered_on, TERMS) == date(2026, 3, 1)
    within = postponement_outcome(asked_on, starts_on, date(2026, 2, 28), ordered_on, TERMS)
    beyond = postponement_outcome(asked_on, starts_on, date(2026, 3, 1), ordered_on, TERMS)
    assert (within, beyond) == (PostponementOutcome.DEPOSIT_KEPT, PostponementOutcome.FULL_PRICE)


def test_a_postponement_asked_during_the_training_costs_the_full_price() -> None:
    start = date(2025, 10, 15)
    asked_in_time = postponement_outcome(date(2025, 10, 14), start, date(2026, 2, 1), date(2025, 8, 31), TERMS)
    asked_too_late = postponement_outcome(start, start, date(2026, 2, 1), date(2025, 8, 31), TERMS)
    assert asked_in_time is PostponementOutcome.DEPOSIT_KEPT
    assert asked_too_late is PostponementOutcome.FULL_PRICE


def test_the_deposit_is_credited_where_particular_conditions_say_so() -> None:
    agreed = TERMS.override({"postponement_credits_deposit": True})
    outcome = postponement_outcome(date(2025, 10, 1), date(2025, 10, 15), date(2026, 2, 1), date(2025, 8, 31), agreed)
    assert outcome is PostponementOutcome.DEPOSIT_CREDITED
