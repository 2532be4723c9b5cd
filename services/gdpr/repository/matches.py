"""Those who may be the person, and those who are."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from chassis.personal_views import MatchView
from services.gdpr.tables import PrivacyCandidateRow


def add(session: Session, request_id: UUID, service: str, found: Iterable[MatchView]) -> None:
    """Keep what a service answered."""
    for match in found:
        candidate = PrivacyCandidateRow(
            request_id=request_id,
            service=service,
            kind=match.subject.kind.value,
            subject_id=match.subject.id,
            label=match.label,
            matched_on=match.matched_on,
            details=match.details,
        )
        session.add(candidate)
    session.flush()


def of(session: Session, request_id: UUID) -> list[PrivacyCandidateRow]:
    """The candidates, in the order in which the services gave them."""
    wanted = select(PrivacyCandidateRow).where(PrivacyCandidateRow.request_id == request_id)
    return list(session.exec(wanted.order_by(col(PrivacyCandidateRow.service), col(PrivacyCandidateRow.id))))


def confirmed_of(session: Session, request_ids: Iterable[UUID]) -> list[PrivacyCandidateRow]:
    """Those who are the person, as the officer said of these requests."""
    of_requests = col(PrivacyCandidateRow.request_id).in_(list(request_ids))
    return list(session.exec(select(PrivacyCandidateRow).where(of_requests, col(PrivacyCandidateRow.confirmed))))


def confirm(session: Session, request_id: UUID, ids: Iterable[UUID]) -> None:
    """These are the person; all others are deleted."""
    kept = list(ids)
    is_one = col(PrivacyCandidateRow.id).in_(kept)
    of_request = col(PrivacyCandidateRow.request_id) == request_id
    session.connection().execute(delete(PrivacyCandidateRow).where(of_request, ~is_one))
    session.connection().execute(update(PrivacyCandidateRow).where(of_request, is_one).values(confirmed=True))


def forget(session: Session, request_id: UUID) -> None:
    """Drop them all."""
    session.connection().execute(delete(PrivacyCandidateRow).where(col(PrivacyCandidateRow.request_id) == request_id))
