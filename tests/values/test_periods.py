"""Calendar periods: days, months, working days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.values.periods import (
    add_days,
    add_months,
    days_between,
    is_working_day,
    next_day,
    roll_to_working_day,
)

DAYS = st.dates(date(2000, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 15), 1, date(2026, 2, 15)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_a_period_in_months_ends_on_the_same_number_else_on_the_months_last_day(
    first: date, months: int, last: date
) -> None:
    assert add_months(first, months) == last


@given(DAYS, st.integers(0, 240))
def test_months_never_end_early_nor_in_another_month(first: date, months: int) -> None:
    last = add_months(first, months)
    assert (last.year * 12 + last.month) - (first.year * 12 + first.month) == months
    assert last.day == first.day or (last.day < first.day and next_day(last).day == 1)


@given(DAYS, DAYS, st.integers(0, 24))
def test_a_later_first_day_never_ends_earlier(one: date, other: date, months: int) -> None:
    earlier, later = sorted((one, other))
    assert add_months(earlier, months) <= add_months(later, months)
    assert roll_to_working_day(earlier) <= roll_to_working_day(later)


@given(DAYS, st.integers(0, 1000))
def test_days_are_counted_without_the_first(first: date, days: int) -> None:
    assert days_between(first, add_days(first, days)) == days
    assert next_day(first) == add_days(first, 1)


@given(DAYS)
def test_rolling_is_never_early_and_reaches_the_first_working_day(day: date) -> None:
    rolled = roll_to_working_day(day)
    assert rolled >= day and is_working_day(rolled)
    assert not any(is_working_day(day + timedelta(days=ahead)) for ahead in range((rolled - day).days))


@pytest.mark.parametrize(
    "holiday",
    [
        date(2026, 1, 1),
        date(2026, 4, 6),  # Easter Monday
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),  # Ascension
        date(2026, 5, 25),  # Whit Monday
        date(2026, 7, 14),
        date(2025, 8, 15),
        date(2027, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    ],
)
def test_the_eleven_holidays_fall_on_weekdays_and_are_not_worked(holiday: date) -> None:
    assert holiday.isoweekday() <= 5
    assert not is_working_day(holiday)


@pytest.mark.parametrize("day", [date(2026, 4, 3), date(2026, 12, 28), date(2026, 12, 24)])
def test_good_friday_and_boxing_day_are_worked_in_the_country_as_a_whole(day: date) -> None:
    assert is_working_day(day)
    assert not is_working_day(date(2025, 12, 27))


def test_26_december_is_a_holiday_in_alsace_only() -> None:
    assert is_working_day(date(2025, 12, 26))
