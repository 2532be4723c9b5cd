"""The periods of the clauses worked out a second time, by other means: counting days one by one.

Imports neither the platform's periods nor a library of holidays, so that a fault in those shows.
"""

from collections.abc import Iterator
from datetime import date, timedelta

_ONE_DAY = timedelta(days=1)


def every_day() -> Iterator[date]:
    """From 2024-01-01 through 2036-12-31."""
    day = date(2024, 1, 1)
    while day <= date(2036, 12, 31):
        yield day
        day += _ONE_DAY


def easter_sunday(year: int) -> date:
    """Gauss's rule for the Gregorian calendar, with its two exceptions (valid 1900 to 2099)."""
    lunar = (19 * (year % 19) + 24) % 30
    weekday = (2 * (year % 4) + 4 * (year % 7) + 6 * lunar + 5) % 7
    days_after_22_march = lunar + weekday
    if days_after_22_march == 35 or (lunar == 28 and weekday == 6 and year % 19 > 10):
        days_after_22_march -= 7
    return date(year, 3, 22) + days_after_22_march * _ONE_DAY


def is_holiday(day: date) -> bool:
    """One of the eleven of C. trav. L3133-1."""
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    after_easter = (day - easter_sunday(day.year)).days
    return (day.month, day.day) in fixed or after_easter in (1, 39, 50)


def is_open(day: date) -> bool:
    """Monday to Friday and no holiday."""
    return day.isoweekday() <= 5 and not is_holiday(day)


def after_days(first: date, count: int) -> date:
    """The day reached by counting `count` days, `first` not counted."""
    day = first
    for _ in range(count):
        day += _ONE_DAY
    return day


def after_months(first: date, count: int) -> date:
    """The day reached by walking from month to month; the month's last day where it has no such number."""
    first_of_month = first.replace(day=1)
    for _ in range(count):
        month = first_of_month.month
        while first_of_month.month == month:
            first_of_month += _ONE_DAY
    day = first_of_month
    while day.day < first.day and (day + _ONE_DAY).month == day.month:
        day += _ONE_DAY
    return day


def rolled(day: date) -> date:
    """The day itself or the next open one."""
    while not is_open(day):
        day += _ONE_DAY
    return day
