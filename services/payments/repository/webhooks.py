"""Signed messages as they came; an id is remembered for ever."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from chassis.database import insert_once
from chassis.values.identifiers import new_id
from services.payments.tables import Table, WebhookDeliveryRow

# By how much an operator's clock may be ahead: as the signature's own time (Standard Webhooks).
CLOCKS_DIFFER = timedelta(minutes=5)
RECEIVED, APPLIED, WAITING = "received", "applied", "waiting"


def keep_delivery(
    session: Session, opco: str, webhook_id: str, body: bytes, received_at: datetime, received_on: date
) -> bool:
    """Keep a message under its id; whether it is new. received_on: the business day."""
    row = {
        "id": new_id(),
        "opco": opco,
        "webhook_id": webhook_id,
        "received_at": received_at,
        "received_on": received_on,
        "body": body,
        "state": RECEIVED,
    }
    return insert_once(session, Table.metadata.tables["webhook_delivery"], row)


def delivery_id(session: Session, opco: str, webhook_id: str) -> UUID:
    """The delivery of an operator's message id, which must stand."""
    wanted = select(WebhookDeliveryRow.id).where(
        WebhookDeliveryRow.opco == opco, WebhookDeliveryRow.webhook_id == webhook_id
    )
    return session.exec(wanted).one()


def opco_of(session: Session, identifier: UUID) -> str:
    """The operator that sent a delivery."""
    return session.exec(select(WebhookDeliveryRow.opco).where(WebhookDeliveryRow.id == identifier)).one()


def lock_delivery(session: Session, identifier: UUID) -> WebhookDeliveryRow:
    """The delivery, locked until the transaction ends."""
    wanted = select(WebhookDeliveryRow).where(WebhookDeliveryRow.id == identifier).with_for_update()
    return session.exec(wanted.execution_options(populate_existing=True)).one()


def waiting_for_file(session: Session, opco: str, file_number: str) -> Sequence[WebhookDeliveryRow]:
    """The messages about a file that wait, in the order they came, locked until the transaction ends."""
    wanted = select(WebhookDeliveryRow).where(
        WebhookDeliveryRow.opco == opco,
        WebhookDeliveryRow.file_number == file_number,
        WebhookDeliveryRow.state == WAITING,
    )
    wanted = wanted.order_by(col(WebhookDeliveryRow.id)).with_for_update()
    return session.exec(wanted.execution_options(populate_existing=True)).all()


def settle_delivery(session: Session, row: WebhookDeliveryRow, state: str, reason: str | None) -> None:
    """Say what became of a message."""
    row.state, row.reason = state, reason
    session.add(row)
    session.flush()


def page_of_deliveries(
    session: Session, limit: int, after: UUID | None, state: str | None
) -> Sequence[WebhookDeliveryRow]:
    """At most `limit` deliveries in the order they came; only those in a state, where asked."""
    wanted = select(WebhookDeliveryRow).order_by(col(WebhookDeliveryRow.id)).limit(limit)
    if after is not None:
        wanted = wanted.where(WebhookDeliveryRow.id > after)
    if state is not None:
        wanted = wanted.where(WebhookDeliveryRow.state == state)
    return session.exec(wanted).all()
