"""Privacy requests and the counter of their numbers."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from chassis.database import insert_once
from services.gdpr.tables import PrivacyRequestRow, RequestCounterRow


def next_number(session: Session, year: int) -> str:
    """The year's next number, such as R2026-000001; who asks at the same time waits, so that there is no gap."""
    insert_once(session, RequestCounterRow.metadata.tables["request_counter"], {"year": year, "last": 0})
    counter = session.exec(select(RequestCounterRow).where(RequestCounterRow.year == year).with_for_update()).one()
    counter.last += 1
    session.add(counter)
    return f"R{year}-{counter.last:06}"


def acknowledged_since(session: Session, email: str, since: datetime) -> bool:
    """Whether a request from this address, however it was cased, was acknowledged after that instant."""
    wanted = select(PrivacyRequestRow.id).where(
        col(PrivacyRequestRow.acknowledged_at) > since,
        func.lower(PrivacyRequestRow.email) == email.lower(),
    )
    return session.exec(wanted.limit(1)).first() is not None


def one(session: Session, request_id: UUID) -> PrivacyRequestRow | None:
    """A request by its id."""
    return session.get(PrivacyRequestRow, request_id)


def under_the_same_address(session: Session, row: PrivacyRequestRow) -> list[PrivacyRequestRow]:
    """The requests that give the same e-mail address, this one included, by their number."""
    wanted = select(PrivacyRequestRow).where(func.lower(PrivacyRequestRow.email) == row.email.lower())
    return list(session.exec(wanted.order_by(col(PrivacyRequestRow.number))))


def listed(session: Session, limit: int, after: str | None) -> list[PrivacyRequestRow]:
    """Requests by their number; those behind `after`."""
    wanted = select(PrivacyRequestRow).order_by(col(PrivacyRequestRow.number)).limit(limit)
    if after is not None:
        wanted = wanted.where(col(PrivacyRequestRow.number) > after)
    return list(session.exec(wanted))
