"""A request's course as the rules see it, from its rows and back; the record of who decided what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from services.gdpr.domain.case import Case, Demand, Identity, Stage, due
from services.gdpr.domain.rights import Right
from services.gdpr.tables import IdentityDemandRow, PrivacyRequestRow, PrivacyStepRow


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the record. said: the reason or the way, as it was written; by: the token's subject."""

    kind: str
    by: str
    said: str | None = None


def locked(session: Session, request_id: UUID) -> PrivacyRequestRow | None:
    """A request by its id; whoever decides on it at the same time waits."""
    wanted = select(PrivacyRequestRow).where(PrivacyRequestRow.id == request_id)
    return session.exec(wanted.with_for_update()).one_or_none()


def case_of(session: Session, row: PrivacyRequestRow) -> Case:
    """Where the request stands."""
    return cases_of(session, [row])[0]


def cases_of(session: Session, rows: Sequence[PrivacyRequestRow]) -> list[Case]:
    """Where each of the requests stands."""
    demands = _demands(session, [row.id for row in rows])
    return [
        Case(
            right=Right(row.kind),
            received_on=row.received_on,
            stage=Stage(row.stage),
            identity=Identity(row.identity),
            demands=tuple(Demand(each.asked_on, each.answered_on) for each in demands if each.request_id == row.id),
            extended_on=row.extended_on,
        )
        for row in rows
    ]


def keep(session: Session, row: PrivacyRequestRow, case: Case, today: date) -> None:
    """Write down where the request stands now, and the deadline that follows from it."""
    deadline = due(case, today)
    row.stage = case.stage.value
    row.identity = case.identity.value
    row.extended_on = case.extended_on
    row.closed_on = today if case.is_closed else None
    row.desk_day, row.answer_by = deadline.desk_day, deadline.last_day
    session.add(row)
    kept = _demands(session, [row.id])
    for demand_row, demand in zip(kept, case.demands, strict=False):
        demand_row.answered_on = demand.answered_on
        session.add(demand_row)
    for demand in case.demands[len(kept) :]:
        session.add(IdentityDemandRow(request_id=row.id, asked_on=demand.asked_on, answered_on=demand.answered_on))
    session.flush()


def note(session: Session, row: PrivacyRequestRow, step: Step, today: date, now: datetime) -> None:
    """Add an entry to the record."""
    entry = PrivacyStepRow(request_id=row.id, kind=step.kind, said=step.said, decided_by=step.by, on_day=today, at=now)
    session.add(entry)
    session.flush()


def steps(session: Session, request_id: UUID) -> list[PrivacyStepRow]:
    """The record, oldest first."""
    wanted = select(PrivacyStepRow).where(PrivacyStepRow.request_id == request_id)
    return list(session.exec(wanted.order_by(col(PrivacyStepRow.id))))


def count_of(session: Session, request_id: UUID, kinds: Sequence[str]) -> int:
    """How many steps of these kinds the record has."""
    wanted = select(func.count()).where(PrivacyStepRow.request_id == request_id, col(PrivacyStepRow.kind).in_(kinds))
    return session.exec(wanted).one()


def _demands(session: Session, request_ids: Sequence[UUID]) -> list[IdentityDemandRow]:
    wanted = select(IdentityDemandRow).where(col(IdentityDemandRow.request_id).in_(request_ids))
    return list(session.exec(wanted.order_by(col(IdentityDemandRow.id))))
