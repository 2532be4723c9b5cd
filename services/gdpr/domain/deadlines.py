"""The deadline of a privacy request (Art. 12(3) GDPR): one month from its receipt, or three (clauses, section 8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chassis.values.periods import add_days, add_months, days_between, roll_to_working_day
from services.gdpr.domain.statutory import ANSWER_MONTHS, EXTENDED_MONTHS

CLAUSE = "GDPR Art. 12(3)"


@dataclass(frozen=True, slots=True)
class Deadline:
    """desk_day: the day that the desk works to; last_day: the law's, over weekends and holidays (Reg. 1182/71)."""

    desk_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands from the day identity was asked for; on the day the answer came it runs again."""

    asked_on: date
    answered_on: date


def deadline(received_on: date, pauses: Sequence[Pause] = (), *, extended: bool = False) -> Deadline:
    """The deadline of a request received on this day, which is not counted. pauses: in their order.

    As many days are left when the answer comes as were when identity was asked for: a pause adds its days. One that
    begins once the last day is over adds nothing, since there is nothing left to pause.
    """
    desk_day = add_months(received_on, EXTENDED_MONTHS if extended else ANSWER_MONTHS)
    for pause in pauses:
        last_day = roll_to_working_day(desk_day)
        if pause.asked_on > last_day:
            break
        # Asked on one of the days that the roll gives, what is left counts to the law's last day.
        left_from = desk_day if pause.asked_on <= desk_day else last_day
        desk_day = add_days(left_from, days_between(pause.asked_on, pause.answered_on))
    return Deadline(desk_day, roll_to_working_day(desk_day))
