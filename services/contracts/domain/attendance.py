"""Hours attended by each trainee (clause 3.7: an absence reduces nothing; the operator pays for hours attended)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from chassis.values.refusals import Refused


@dataclass(frozen=True)
class Attendance:
    """One trainee's attended hours."""

    person_id: UUID
    attended_hours: Decimal


def check_attendance(attendance: Sequence[Attendance], person_ids: Sequence[UUID], planned_hours: Decimal) -> None:
    """Refused (clause 3.7) unless every trainee is named exactly once, with 0 to `planned_hours` hours."""
    named = [entry.person_id for entry in attendance]
    _refuse_people("attendance-unknown-person", "not trainees of this contract", set(named) - set(person_ids))
    _refuse_people("attendance-named-twice", "named twice", {person for person in named if named.count(person) > 1})
    _refuse_people("attendance-incomplete", "not named", set(person_ids) - set(named))
    for entry in attendance:
        if not 0 <= entry.attended_hours <= planned_hours:
            detail = f"A trainee attends between 0 and the {planned_hours} planned hours."
            raise Refused("attendance-hours-impossible", detail, "3.7", person_id=str(entry.person_id))


def _refuse_people(code: str, what: str, people: set[UUID]) -> None:
    if people:
        listed = sorted(str(person) for person in people)
        raise Refused(code, f"These people are {what}: {', '.join(listed)}.", "3.7", person_ids=listed)
