"""A session's half-days are the programme's, with dates and hours (clauses, section 4)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalog.domain.course import Half
from services.catalog.domain.faults import Faulty
from services.catalog.domain.session import SessionHalfDay, scheduled
from tests.catalog.sheets import programme

FRIDAY, SATURDAY = date(2026, 1, 30), date(2026, 1, 31)
MORNING, AFTERNOON = Half.MORNING, Half.AFTERNOON


def held(day: date, half: Half, hours: str = "3.50") -> SessionHalfDay:
    return SessionHalfDay(day, half, Decimal(hours))


STORY = [held(day, half) for day in (FRIDAY, SATURDAY) for half in Half]


def faults(half_days: list[SessionHalfDay]) -> list[str]:
    with pytest.raises(Faulty) as refused:
        scheduled(programme(2), half_days)
    return [fault.at for fault in refused.value.faults]


def test_the_session_of_the_story() -> None:
    schedule = scheduled(programme(2), STORY)
    assert (schedule.starts_on, schedule.ends_on) == (FRIDAY, SATURDAY)
    assert str(schedule.planned_hours) == "14.00"


def test_days_need_not_follow_each_other() -> None:
    later = [*STORY[:2], held(date(2026, 3, 2), MORNING), held(date(2026, 3, 2), AFTERNOON)]
    assert scheduled(programme(2), later).ends_on == date(2026, 3, 2)


@pytest.mark.parametrize("hours", ["0.00", "-1", "24.01", "100"])
def test_hours_that_cannot_be(hours: str) -> None:
    assert faults([held(FRIDAY, MORNING, hours), *STORY[1:]]) == ["half_days.0.hours"]


def test_hours_have_two_decimals() -> None:
    assert faults([*STORY[:3], held(SATURDAY, AFTERNOON, "3.125")]) == ["half_days.3.hours"]


def test_a_date_has_24_hours() -> None:
    assert faults([held(FRIDAY, MORNING, "12.01"), held(FRIDAY, AFTERNOON, "12"), *STORY[2:]]) == ["half_days.1.hours"]
    whole = [held(FRIDAY, MORNING, "12"), held(FRIDAY, AFTERNOON, "12.00"), *STORY[2:]]
    assert str(scheduled(programme(2), whole).planned_hours) == "31.00"


@pytest.mark.parametrize("count", [0, 1, 3, 5])
def test_the_number_is_the_programmes(count: int) -> None:
    assert faults((STORY * 2)[:count]) == ["half_days"]


@pytest.mark.parametrize(
    ("half_days", "at"),
    [
        ([STORY[1], STORY[0], *STORY[2:]], ["half_days.0.half", "half_days.1.half"]),
        ([STORY[0], held(FRIDAY, MORNING), *STORY[2:]], ["half_days.1.half"]),
        ([*STORY[2:], *STORY[:2]], ["half_days.2.day"]),
        ([*STORY[:2], *STORY[:2]], ["half_days.2.day"]),
        ([STORY[0], held(SATURDAY, AFTERNOON), *STORY[2:]], ["half_days.1.day", "half_days.2.day"]),
        ([held(SATURDAY, MORNING), held(FRIDAY, AFTERNOON), *STORY[2:]], ["half_days.1.day"]),
    ],
)
def test_the_order_is_the_programmes(half_days: list[SessionHalfDay], at: list[str]) -> None:
    assert faults(half_days) == at


HOURS = st.integers(1, 1200).map(lambda hundredths: Decimal(hundredths) / 100)


@given(st.lists(st.tuples(st.integers(1, 60), HOURS, HOURS), min_size=1, max_size=5))
def test_any_ascending_days_make_a_schedule_whose_hours_sum(days: list[tuple[int, Decimal, Decimal]]) -> None:
    day, half_days = FRIDAY, []
    for gap, morning, afternoon in days:
        day += timedelta(days=gap)
        half_days += [SessionHalfDay(day, MORNING, morning), SessionHalfDay(day, AFTERNOON, afternoon)]
    schedule = scheduled(programme(len(days)), half_days)
    assert schedule.planned_hours == sum(morning + afternoon for _, morning, afternoon in days)
    assert schedule.starts_on <= schedule.ends_on == day
    if len(days) > 1:
        back = replace(half_days[-1], day=schedule.starts_on)
        with pytest.raises(Faulty):
            scheduled(programme(len(days)), [*half_days[:-1], back])
