"""What operators decided about files and told about them, as it came; and what the decisions make of a contract."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session, col, select

from chassis.values.identifiers import new_id
from services.payments.domain.funding import Approval, TaxBasis
from services.payments.domain.funding_file import Decision, DecisionKind, FileStanding, Promise, at_the_end, stand
from services.payments.domain.tax_parts import Parts
from services.payments.repository.funding import requests_of_contract
from services.payments.repository.webhooks import APPLIED, WAITING
from services.payments.tables import FundingDecisionRow, FundingNoticeRow, FundingRequestRow, WebhookDeliveryRow

_HUNDREDTHS = 100


def hundredths(hours: Decimal | None) -> int | None:
    """Hours as they are kept: SQLite has no decimals."""
    return None if hours is None else int(hours * _HUNDREDTHS)


def hours(kept: int | None) -> Decimal | None:
    """Hours as they are counted."""
    return None if kept is None else Decimal(kept) / _HUNDREDTHS


def add_decision(session: Session, row: FundingDecisionRow) -> None:
    """Keep a decision, unless it is kept already; the caller holds the contract's customer."""
    stands = select(FundingDecisionRow.id).where(
        FundingDecisionRow.request_id == row.request_id, FundingDecisionRow.key == row.key
    )
    if session.exec(stands).one_or_none() is None:
        session.add(row)
        session.flush()


def add_notice(session: Session, row: FundingNoticeRow) -> None:
    """Keep what an operator told, unless it is kept already; the caller holds the delivery."""
    stands = select(FundingNoticeRow.id).where(FundingNoticeRow.delivery_id == row.delivery_id)
    if session.exec(stands).one_or_none() is None:
        session.add(row)
        session.flush()


def decision_rows(session: Session, requests: Sequence[FundingRequestRow]) -> list[FundingDecisionRow]:
    """The decisions about these files, by the time they were taken.

    Of a file that was approved before decisions were kept, those that its own row tells.
    """
    wanted = select(FundingDecisionRow).where(col(FundingDecisionRow.request_id).in_([each.id for each in requests]))
    kept = list(session.exec(wanted))
    known = {row.request_id for row in kept}
    told = [row for request in requests if request.id not in known for row in told_by_its_row(request)]
    return sorted((*kept, *told), key=lambda row: (row.decided_at, str(row.request_id), row.key))


def keep_what_its_row_tells(session: Session, request: FundingRequestRow) -> None:
    """Before the first decision about a file is kept, keep those that its own row tells."""
    wanted = select(FundingDecisionRow.id).where(FundingDecisionRow.request_id == request.id).limit(1)
    if session.exec(wanted).one_or_none() is None:
        session.add_all(told_by_its_row(request))
        session.flush()


def told_by_its_row(request: FundingRequestRow) -> list[FundingDecisionRow]:
    """The approval that a file's row states, of the day it came; once more for a copy that came later."""
    days = sorted({day for day in (request.approved_on, request.copy_on) if day is not None})
    return [
        FundingDecisionRow(
            id=new_id(),
            request_id=request.id,
            key=f"before:{day}",
            kind=DecisionKind.APPROVED.value,
            decided_at=datetime.combine(day, time(), UTC),
            came_on=day,
            amount=request.approved_amount,
            tax_basis=request.approved_tax_basis,
            direct_payment=request.direct_payment,
            copy_sha256=request.approval_sha256 if day == request.copy_on else None,
        )
        for day in days
    ]


def notice_rows(session: Session, requests: Iterable[UUID]) -> Sequence[FundingNoticeRow]:
    """What was told about these files, by the time of the telling."""
    wanted = select(FundingNoticeRow).where(col(FundingNoticeRow.request_id).in_(list(requests)))
    return session.exec(wanted.order_by(col(FundingNoticeRow.told_at), col(FundingNoticeRow.id))).all()


def as_decided(row: FundingDecisionRow) -> Decision:
    """A decision as the rules read it."""
    promise = None
    if row.amount is not None and row.tax_basis is not None:
        basis = TaxBasis(row.tax_basis)
        promise = Promise(row.amount, basis, bool(row.direct_payment), hours(row.hours), row.expires_on)
    return Decision(
        key=row.key,
        file=str(row.request_id),
        kind=DecisionKind(row.kind),
        decided_at=row.decided_at,
        came_on=row.came_on,
        promise=promise,
        copy=row.copy_sha256,
        reason=row.reason,
    )


def approvals_of(session: Session, contract_id: UUID, price: Parts, ended_on: date) -> list[Approval]:
    """What operators' decisions promise at the end of a training, in the order the requests were recorded."""
    requests, decisions = _of_contract(session, contract_id)
    standings = stand((str(request.id) for request in requests), at_the_end(decisions, ended_on), price)
    approvals = (_approval(request, standings.files[str(request.id)]) for request in requests)
    return [approval for approval in approvals if approval is not None]


def reasons_without_effect(session: Session, contract_id: UUID, price: Parts) -> Mapping[tuple[str, str], str]:
    """By file and key, why a decision about a contract's files has no effect; those that have are not in it."""
    requests, decisions = _of_contract(session, contract_id)
    return stand((str(request.id) for request in requests), decisions, price).passed_over


def settle_deliveries(
    session: Session, rows: Iterable[FundingDecisionRow], passed_over: Mapping[tuple[str, str], str]
) -> None:
    """Say of the messages that brought these decisions whether each has its effect, or why it waits.

    One that somebody else holds is being read, and is said of there.
    """
    reasons = {
        row.delivery_id: passed_over.get((str(row.request_id), row.key)) for row in rows if row.delivery_id is not None
    }
    wanted = select(WebhookDeliveryRow).where(col(WebhookDeliveryRow.id).in_(list(reasons)))
    for delivery in session.exec(wanted.with_for_update(skip_locked=True)):
        reason = reasons[delivery.id]
        delivery.state, delivery.reason = (APPLIED if reason is None else WAITING), reason
        session.add(delivery)
    session.flush()


def _of_contract(session: Session, contract_id: UUID) -> tuple[Sequence[FundingRequestRow], list[Decision]]:
    requests = requests_of_contract(session, contract_id)
    return requests, [as_decided(row) for row in decision_rows(session, requests)]


def _approval(request: FundingRequestRow, standing: FileStanding) -> Approval | None:
    if standing.promise is None or standing.incl_tax is None or standing.approved_on is None:
        return None
    return Approval(
        opco=request.opco,
        file_number=request.file_number,
        incl_tax=standing.incl_tax,
        direct_payment=standing.promise.direct_payment,
        approved_on=standing.approved_on,
        copy_on=standing.copy_on,
        hours=standing.promise.hours,
        expires_on=standing.promise.expires_on,
        trainees=frozenset(request.trainees or ()),
    )
