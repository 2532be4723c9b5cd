"""A session: dates, place, seats and hours for a published course (clauses, section 4).

The course sheet states half-days without hours; a session gives each of them its date and its hours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from services.catalog.domain.course import Half, HalfDay
from services.catalog.domain.faults import Fault, refuse

_HOURS_IN_DAY = Decimal("24")
_HUNDREDTH = Decimal("0.01")


class SessionKind(StrEnum):
    """Open to several customers (inter), or held for one of them (intra)."""

    OPEN = "open"
    IN_COMPANY = "in_company"


@dataclass(frozen=True, slots=True)
class SessionHalfDay:
    """One half-day as it is held. hours: more than 0, two decimals."""

    day: date
    half: Half
    hours: Decimal


@dataclass(frozen=True, slots=True)
class Schedule:
    """The half-days of a session in their order; made by `scheduled`, which checks them."""

    half_days: tuple[SessionHalfDay, ...]

    @property
    def starts_on(self) -> date:
        """The first day."""
        return self.half_days[0].day

    @property
    def ends_on(self) -> date:
        """The last day."""
        return self.half_days[-1].day

    @property
    def planned_hours(self) -> Decimal:
        """Hours over all half-days, with two decimals."""
        return sum((half_day.hours for half_day in self.half_days), start=Decimal(0))


def scheduled(programme: Sequence[HalfDay], half_days: Sequence[SessionHalfDay]) -> Schedule:
    """The schedule of a session of a course with this programme; raises Faulty with each misfit's place.

    Number and order of the half-days are the programme's; each day of the programme is held on one date, later
    than the date of the day before.
    """
    refuse(_hour_faults(half_days))
    if len(half_days) != len(programme):
        refuse([Fault("half_days", f"the programme has {len(programme)} half-days, the session {len(half_days)}")])
    refuse(_order_faults(programme, half_days))
    refuse(_day_faults(half_days))
    return Schedule(tuple(replace(held, hours=held.hours.quantize(_HUNDREDTH)) for held in half_days))


def _hour_faults(half_days: Sequence[SessionHalfDay]) -> Iterator[Fault]:
    for place, half_day in enumerate(half_days):
        hours = half_day.hours
        at = f"half_days.{place}.hours"
        if not 0 < hours <= _HOURS_IN_DAY:
            yield Fault(at, "more than 0 hours, and no more than 24")
        elif hours != hours.quantize(_HUNDREDTH):
            yield Fault(at, "at most two decimals, such as 3.50")


def _order_faults(programme: Sequence[HalfDay], half_days: Sequence[SessionHalfDay]) -> Iterator[Fault]:
    for place, (planned, held) in enumerate(zip(programme, half_days, strict=True)):
        if held.half is not planned.half:
            detail = f"the programme has day {planned.day} {planned.half} in this place"
            yield Fault(f"half_days.{place}.half", detail)
    pairs = zip(pairwise(programme), pairwise(half_days), strict=True)
    for place, ((planned, planned_next), (held, held_next)) in enumerate(pairs, start=1):
        at = f"half_days.{place}.day"
        if planned.day == planned_next.day and held.day != held_next.day:
            yield Fault(at, f"day {planned.day} of the programme is held on one date: {held.day}")
        if planned.day != planned_next.day and held_next.day <= held.day:
            yield Fault(at, f"day {planned_next.day} of the programme comes after {held.day}")


def _day_faults(half_days: Sequence[SessionHalfDay]) -> Iterator[Fault]:
    hours: dict[date, Decimal] = {}
    for place, half_day in enumerate(half_days):
        hours[half_day.day] = hours.get(half_day.day, Decimal(0)) + half_day.hours
        if hours[half_day.day] > _HOURS_IN_DAY:
            yield Fault(f"half_days.{place}.hours", f"{half_day.day} would have more than 24 hours")
