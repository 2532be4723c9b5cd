"""What the services are asked about a person: claimed by one worker at a time, asked again until it is answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, exists, func, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from services.gdpr.tables import PrivacyPartRow

# Longer than a question to a service lasts, and than a package takes to make.
_LEASE = timedelta(seconds=90)
_FIRST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(seconds=60)
_MOST_DOUBLINGS = 10


class Kind(StrEnum):
    """matches: who it may be; records: what is held; package: all of it put together, once the records are in."""

    MATCHES = "matches"
    RECORDS = "records"
    PACKAGE = "package"


@dataclass(frozen=True, slots=True)
class Part:
    """A part that this worker holds until leased_until."""

    id: UUID
    request_id: UUID
    kind: Kind
    service: str
    question: Any
    attempts: int
    leased_until: datetime


@dataclass(frozen=True, slots=True)
class Awaited:
    """A service that has still to answer. attempts: those that failed; last_error: of the latest, nothing personal."""

    service: str
    attempts: int
    last_error: str | None


def ask(session: Session, request_id: UUID, kind: Kind, services: Iterable[str], question: Any, now: datetime) -> None:
    """Put a question to each of the services, to be asked at once."""
    for service in services:
        part = PrivacyPartRow(request_id=request_id, kind=kind, service=service, question=question, not_before=now)
        session.add(part)
    session.flush()


def forget(session: Session, request_id: UUID) -> None:
    """Drop every part of the request; an answer that is still on its way finds nothing to answer."""
    session.connection().execute(delete(PrivacyPartRow).where(col(PrivacyPartRow.request_id) == request_id))


def is_any_ready(session: Session, now: datetime) -> bool:
    """Whether there is anything to ask now."""
    return session.exec(select(PrivacyPartRow.id).where(_ready(now)).limit(1)).first() is not None


def claim(session: Session, now: datetime) -> Part | None:
    """Take the part that has waited longest, for the time of a lease; None where nothing is to be asked."""
    chosen = select(PrivacyPartRow.id).where(_ready(now)).order_by(col(PrivacyPartRow.not_before)).limit(1)
    claimed = (
        update(PrivacyPartRow)
        .where(col(PrivacyPartRow.id).in_(chosen.with_for_update(skip_locked=True)))
        .values(leased_until=now + _LEASE)
        .returning(*PrivacyPartRow.__table__.c)  # type: ignore[attr-defined]  # SQLModel tells nobody of it
    )
    row = session.connection().execute(claimed).one_or_none()
    if row is None:
        return None
    return Part(row.id, row.request_id, Kind(row.kind), row.service, row.question, row.attempts, row.leased_until)


def still_held(session: Session, part: Part) -> PrivacyPartRow | None:
    """The part's row, while it is this worker's; None where it was forgotten or somebody else took it over."""
    wanted = select(PrivacyPartRow).where(
        PrivacyPartRow.id == part.id,
        PrivacyPartRow.leased_until == part.leased_until,
        col(PrivacyPartRow.answered_at).is_(None),
    )
    return session.exec(wanted.with_for_update()).one_or_none()


def put_off(session: Session, part: Part, reason: str, now: datetime) -> None:
    """Nobody answered: ask again, ever more slowly, a minute apart at most. reason: nothing personal."""
    pause: timedelta = min(_FIRST_PAUSE * 2 ** min(part.attempts, _MOST_DOUBLINGS), _LONGEST_PAUSE)
    ours = and_(col(PrivacyPartRow.id) == part.id, col(PrivacyPartRow.leased_until) == part.leased_until)
    values = {"attempts": part.attempts + 1, "not_before": now + pause, "leased_until": None, "last_error": reason}
    session.connection().execute(update(PrivacyPartRow).where(ours).values(**values))


def answered(session: Session, request_id: UUID, kind: Kind) -> list[PrivacyPartRow]:
    """The answers that are in, by service."""
    wanted = select(PrivacyPartRow).where(
        PrivacyPartRow.request_id == request_id,
        PrivacyPartRow.kind == kind,
        col(PrivacyPartRow.answered_at).is_not(None),
    )
    return list(session.exec(wanted.order_by(col(PrivacyPartRow.service))))


def waiting_for(session: Session, request_ids: Iterable[UUID]) -> dict[UUID, list[Awaited]]:
    """The services that have still to answer, by request; this one only once it alone is waited for."""
    pending = select(PrivacyPartRow).where(
        col(PrivacyPartRow.request_id).in_(list(request_ids)), col(PrivacyPartRow.answered_at).is_(None)
    )
    others: dict[UUID, list[Awaited]] = {}
    own: dict[UUID, list[Awaited]] = {}
    for part in session.exec(pending.order_by(col(PrivacyPartRow.service))):
        awaited = Awaited(part.service, part.attempts, part.last_error)
        (own if part.kind == Kind.PACKAGE else others).setdefault(part.request_id, []).append(awaited)
    return {**own, **others}


def are_all_in(session: Session, request_id: UUID, kind: Kind) -> bool:
    """Whether every service that was asked has answered."""
    pending = select(func.count()).where(
        PrivacyPartRow.request_id == request_id,
        PrivacyPartRow.kind == kind,
        col(PrivacyPartRow.answered_at).is_(None),
    )
    return session.exec(pending).one() == 0


def _ready(now: datetime) -> Any:
    other = aliased(PrivacyPartRow)
    records_are_out = exists().where(
        col(other.request_id) == PrivacyPartRow.request_id,
        col(other.kind) == Kind.RECORDS,
        col(other.answered_at).is_(None),
    )
    return and_(
        col(PrivacyPartRow.answered_at).is_(None),
        col(PrivacyPartRow.not_before) <= now,
        or_(col(PrivacyPartRow.leased_until).is_(None), col(PrivacyPartRow.leased_until) < now),
        or_(col(PrivacyPartRow.kind) != Kind.PACKAGE, ~records_are_out),
    )
