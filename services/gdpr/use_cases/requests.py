"""Take a privacy request in, acknowledge it, show it to the data protection officer (clauses, section 8)."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import Session

from chassis.clock import real_now
from chassis.platform import Platform
from chassis.problems import NotFound
from services.gdpr.domain.case import Case, due
from services.gdpr.domain.deadlines import deadline
from services.gdpr.domain.rights import Right
from services.gdpr.repository import cases, parts, requests
from services.gdpr.repository.parts import Awaited
from services.gdpr.tables import PrivacyRequestRow, PrivacyStepRow
from services.gdpr.use_cases import letters
from services.gdpr.use_cases.deciding import put_duties

# Real time for one mail to an address, whatever the right: whoever writes here must not fill somebody else's mailbox.
_QUIET = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person wrote."""

    kind: Right
    name: str
    email: str
    message: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A request and how it stands on a day. waiting_for: the services that have still to answer."""

    row: PrivacyRequestRow
    case: Case
    waiting_for: list[Awaited]
    today: date

    @property
    def is_overdue(self) -> bool:
        """Whether it is open and its last day is over; never while the clock stands."""
        return not self.case.is_closed and self.today > due(self.case, self.today).last_day


def take_request(platform: Platform, asked: Asked) -> PrivacyRequestRow:
    """Store the request with its number and deadline, and acknowledge it to the address given, once in 24 hours.

    Nothing is looked up of the person: known or unknown, acknowledged or not, they are answered the same.
    """
    now = real_now()
    with platform.unit_of_work() as tx:
        first = deadline(tx.today)
        row = PrivacyRequestRow(
            # First, as it makes who asks at the same time wait: they then see who was acknowledged.
            number=requests.next_number(tx.session, tx.today.year),
            kind=asked.kind,
            name=asked.name,
            email=asked.email,
            message=asked.message,
            received_on=tx.today,
            received_at=tx.now,
            desk_day=first.desk_day,
            answer_by=first.last_day,
        )
        if not requests.acknowledged_since(tx.session, asked.email, now - _QUIET):
            row.acknowledged_at = now
            tx.send_mail(letters.received(row))
        tx.session.add(row)
        tx.session.flush()
        put_duties(tx, row, cases.case_of(tx.session, row))
        return row


def read_request(platform: Platform, request_id: UUID) -> Standing:
    """A request by its id."""
    with platform.reading() as session:
        row = requests.one(session, request_id)
        if row is None:
            raise NotFound("The privacy request")
        return _standing(session, [row], platform.clock.today())[0]


def list_requests(platform: Platform, limit: int, after: str | None) -> list[Standing]:
    """Requests by their number."""
    with platform.reading() as session:
        return _standing(session, requests.listed(session, limit, after), platform.clock.today())


def read_steps(platform: Platform, request_id: UUID) -> list[PrivacyStepRow]:
    """The record of a request, oldest first."""
    with platform.reading() as session:
        if requests.one(session, request_id) is None:
            raise NotFound("The privacy request")
        return cases.steps(session, request_id)


def _standing(session: Session, rows: list[PrivacyRequestRow], today: date) -> list[Standing]:
    waiting = parts.waiting_for(session, [row.id for row in rows])
    courses = zip(rows, cases.cases_of(session, rows), strict=True)
    return [Standing(row, case, waiting.get(row.id, []), today) for row, case in courses]
