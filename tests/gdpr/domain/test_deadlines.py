"""One month from receipt, or three; pauses add their days; the law's last day rolls to a working day, the desk's does
not (clauses, section 8)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gdpr.domain.deadlines import Pause, deadline
from tests.gdpr.domain import oracle
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


EXTENDED = [
    ("2026-03-02", "2026-06-02", "2026-06-02"),
    ("2026-01-31", "2026-04-30", "2026-04-30"),  # the month's last day
    ("2025-11-30", "2026-02-28", "2026-03-02"),  # February, a Saturday
    ("2026-02-01", "2026-05-01", "2026-05-04"),  # 1 May, a Friday
    ("2026-10-01", "2027-01-01", "2027-01-04"),  # over the year
]


@pytest.mark.parametrize(("received", "desk", "legal"), EXTENDED)
def test_an_extension_is_three_months_from_receipt(received: str, desk: str, legal: str) -> None:
    due = deadline(date.fromisoformat(received), extended=True)
    assert (due.desk_day.isoformat(), due.last_day.isoformat()) == (desk, legal)


PAUSED = [
    # received, asked, answered, extended, desk, legal
    ("2026-03-02", "2026-03-04", "2026-03-09", False, "2026-04-07", "2026-04-07"),  # five days
    ("2026-03-02", "2026-03-04", "2026-03-04", False, "2026-04-02", "2026-04-02"),  # answered the same day
    ("2026-03-02", "2026-03-02", "2026-03-05", False, "2026-04-05", "2026-04-07"),  # from the receipt on; Easter
    ("2026-03-02", "2026-04-02", "2026-04-10", False, "2026-04-10", "2026-04-10"),  # asked on the last day
    ("2026-03-02", "2026-04-03", "2026-04-20", False, "2026-04-02", "2026-04-02"),  # a day too late: nothing to pause
    ("2026-03-04", "2026-04-07", "2026-04-10", False, "2026-04-10", "2026-04-10"),  # on the days that the roll gives
    ("2026-03-04", "2026-04-05", "2026-04-10", False, "2026-04-12", "2026-04-13"),  # two of them were left
    ("2026-03-02", "2026-03-04", "2026-03-09", True, "2026-06-07", "2026-06-08"),  # a Sunday
    ("2026-03-02", "2026-05-04", "2026-05-09", True, "2026-06-07", "2026-06-08"),
]


@pytest.mark.parametrize(("received", "asked", "answered", "extended", "desk", "legal"), PAUSED)
def test_a_pause_adds_its_days(received: str, asked: str, answered: str, extended: bool, desk: str, legal: str) -> None:
    pause = Pause(date.fromisoformat(asked), date.fromisoformat(answered))
    due = deadline(date.fromisoformat(received), [pause], extended=extended)
    assert (due.desk_day.isoformat(), due.last_day.isoformat()) == (desk, legal)


def test_pauses_add_up() -> None:
    pauses = [Pause(date(2026, 3, 4), date(2026, 3, 9)), Pause(date(2026, 3, 20), date(2026, 3, 31))]
    assert deadline(date(2026, 3, 2), pauses).desk_day == date(2026, 4, 18)


RECEIVED = st.dates(date(2024, 1, 1), date(2035, 12, 31))


@st.composite
def paused(draw: st.DrawFn) -> tuple[date, list[Pause]]:
    """A day of receipt and pauses behind it, in their order, none over another."""
    received = draw(RECEIVED)
    pauses, day = [], received
    for _ in range(draw(st.integers(0, 3))):
        asked = day + timedelta(days=draw(st.integers(0, 45)))
        day = asked + timedelta(days=draw(st.integers(0, 200)))
        pauses.append(Pause(asked, day))
    return received, pauses


@given(paused(), st.booleans())
def test_any_pauses_against_the_oracle(told: tuple[date, list[Pause]], extended: bool) -> None:
    received, pauses = told
    due = deadline(received, pauses, extended=extended)
    raw = oracle.desk_day(received, [(p.asked_on, p.answered_on) for p in pauses], 3 if extended else 1)
    assert (due.desk_day, due.last_day) == (raw, rolled(raw))


@given(paused())
def test_it_is_never_early_and_an_extension_and_a_pause_never_shorten_it(told: tuple[date, list[Pause]]) -> None:
    received, pauses = told
    plain, longer = deadline(received, pauses), deadline(received, pauses, extended=True)
    assert plain.desk_day >= oracle.same_day_months_later(received, 1)
    assert plain.desk_day <= plain.last_day
    assert longer.desk_day > plain.desk_day or any(pause.asked_on > plain.last_day for pause in pauses)
    assert longer.desk_day >= oracle.same_day_months_later(received, 3)
    lasts = [deadline(received, pauses[:count]).last_day for count in range(len(pauses) + 1)]
    assert lasts == sorted(lasts)
    in_time = all(pause.asked_on <= last for pause, last in zip(pauses, lasts, strict=False))
    assert not in_time or not pauses or plain.last_day >= pauses[-1].answered_on


@given(RECEIVED, st.integers(0, 27), st.integers(0, 400), st.booleans())
def test_a_pause_within_the_month_adds_exactly_its_days(
    received: date, asked_after: int, lasting: int, extended: bool
) -> None:
    asked = received + timedelta(days=asked_after)
    pause = Pause(asked, asked + timedelta(days=lasting))
    longer, plain = (deadline(received, pauses, extended=extended) for pauses in ([pause], []))
    assert (longer.desk_day - plain.desk_day).days == lasting
