"""Calendar periods in Europe/Paris (clauses, section 3).

Periods in days: the first day is not counted, the last counts in full. Periods in months: same day
number, else the last day of the month. Only withdrawal periods and privacy deadlines roll to a
working day (Reg. 1182/71, C. conso L221-19).
"""

import calendar
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

PARIS = ZoneInfo("Europe/Paris")
_SATURDAY = 5
_MONTHS_IN_YEAR = 12


def add_days(first: date, days: int) -> date:
    """The last day of a period of `days` that starts on `first`, which is not counted."""
    return first + timedelta(days=days)


def add_months(first: date, months: int) -> date:
    """The last day of a period of `months` that starts on `first`: same day number, else the month's last."""
    index = first.year * _MONTHS_IN_YEAR + first.month - 1 + months
    year, month = divmod(index, _MONTHS_IN_YEAR)
    return date(year, month + 1, min(first.day, calendar.monthrange(year, month + 1)[1]))


def next_day(day: date) -> date:
    """The day after."""
    return day + timedelta(days=1)


def days_between(earlier: date, later: date) -> int:
    """Days from `earlier` (not counted) through `later`; negative where `later` comes first."""
    return (later - earlier).days


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", years=year))


def is_working_day(day: date) -> bool:
    """Neither a Saturday, a Sunday nor a national French public holiday."""
    return day.weekday() < _SATURDAY and day not in _public_holidays(day.year)


def roll_to_working_day(day: date) -> date:
    """`day`, or the first working day after it."""
    while not is_working_day(day):
        day = next_day(day)
    return day
