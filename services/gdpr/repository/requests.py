"""Privacy requests and the counter of their numbers."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from chassis.database import insert_once
from chassis.values.names import fold
from services.gdpr.tables import PrivacyRequestRow, RequestCounterRow


def next_number(session: Session, year: int) -> str:
    """The year's next number, such as R2026-000001; who asks at the same time waits, so that there is no gap."""
    insert_once(session, RequestCounterRow.metadata.tables["request_counter"], {"year": year, "last": 0})
    counter = session.exec(select(RequestCounterRow).where(RequestCounterRow.year == year).with_for_update()).one()
    counter.last += 1
    session.add(counter)
    return f"R{year}-{counter.last:06}"


def acknowledged_since(session: Session, kind: str, email: str, since: datetime) -> bool:
    """Whether a request of this kind from this address, however it was cased, was acknowledged after that instant."""
    wanted = select(PrivacyRequestRow.id).where(
        PrivacyRequestRow.kind == kind,
        col(PrivacyRequestRow.acknowledged_at) > since,
        func.lower(PrivacyRequestRow.email) == email.lower(),
    )
    return session.exec(wanted.limit(1)).first() is not None


def one(session: Session, request_id: UUID) -> PrivacyRequestRow | None:
    """A request by its id."""
    return session.get(PrivacyRequestRow, request_id)


def of_the_same_person(session: Session, row: PrivacyRequestRow) -> list[PrivacyRequestRow]:
    """The requests under the same name and the same address, this one included, by their number.

    Under the address alone somebody else may have written.
    """
    wanted = select(PrivacyRequestRow).where(func.lower(PrivacyRequestRow.email) == row.email.lower())
    written = session.exec(wanted.order_by(col(PrivacyRequestRow.number)))
    return [other for other in written if fold(other.name) == fold(row.name)]


def listed(session: Session, limit: int, after: str | None) -> list[PrivacyRequestRow]:
    """Requests by their number; those behind `after`."""
    wanted = select(PrivacyRequestRow).order_by(col(PrivacyRequestRow.number)).limit(limit)
    if after is not None:
        wanted = wanted.where(col(PrivacyRequestRow.number) > after)
    return list(session.exec(wanted))
