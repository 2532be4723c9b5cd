"""The deadline of a privacy request (Art. 12(3) GDPR): one month from its receipt (clauses, section 8)."""

from dataclasses import dataclass
from datetime import date

from chassis.values.periods import add_months, roll_to_working_day

CLAUSE = "GDPR Art. 12(3)"
ANSWER_MONTHS = 1


@dataclass(frozen=True, slots=True)
class Deadline:
    """desk_day: the day that the desk works to; last_day: the law's, over weekends and holidays (Reg. 1182/71)."""

    desk_day: date
    last_day: date


def deadline(received_on: date) -> Deadline:
    """The deadline of a request received on this day, which is not counted."""
    desk_day = add_months(received_on, ANSWER_MONTHS)
    return Deadline(desk_day, roll_to_working_day(desk_day))
