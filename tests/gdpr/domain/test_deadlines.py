"""One month from receipt; the law's last day rolls to a working day, the desk's does not (clauses, section 8)."""

from datetime import date, timedelta

import pytest

from services.gdpr.domain.deadlines import deadline
from tests.gdpr.domain.oracle import easter, rolled, same_day_next_month

CASES = [
    ("2026-03-02", "2026-04-02", "2026-04-02"),
    ("2026-01-31", "2026-02-28", "2026-03-02"),  # the month's last day, a Saturday
    ("2024-01-31", "2024-02-29", "2024-02-29"),
    ("2026-04-01", "2026-05-01", "2026-05-04"),  # 1 May, a Friday
    ("2026-03-06", "2026-04-06", "2026-04-07"),  # Easter Monday
    ("2026-03-04", "2026-04-04", "2026-04-07"),  # the Saturday before it
    ("2026-04-14", "2026-05-14", "2026-05-15"),  # Ascension
    ("2026-12-01", "2027-01-01", "2027-01-04"),  # over the year
    ("2027-11-25", "2027-12-25", "2027-12-27"),
]


@pytest.mark.parametrize(("received", "desk", "legal"), CASES)
def test_worked_cases(received: str, desk: str, legal: str) -> None:
    due = deadline(date.fromisoformat(received))
    assert (due.desk_day.isoformat(), due.last_day.isoformat()) == (desk, legal)


def test_every_day_from_2024_to_2036_against_the_oracle() -> None:
    day, end, wrong = date(2024, 1, 1), date(2036, 12, 31), []
    while day <= end:
        due, raw = deadline(day), same_day_next_month(day)
        if (due.desk_day, due.last_day) != (raw, rolled(raw)):
            wrong.append((day, due))
        day += timedelta(days=1)
    assert wrong == []


def test_the_oracle_knows_easter() -> None:
    known = {2024: "2024-03-31", 2025: "2025-04-20", 2026: "2026-04-05", 2030: "2030-04-21", 2035: "2035-03-25"}
    assert {year: easter(year).isoformat() for year in known} == known


@pytest.mark.parametrize(("received", "desk", "legal"), CASES)
def test_the_oracle_knows_the_worked_cases(received: str, desk: str, legal: str) -> None:
    raw = same_day_next_month(date.fromisoformat(received))
    assert (raw.isoformat(), rolled(raw).isoformat()) == (desk, legal)
