"""Messages of operators: verified, kept as they came, then read; what cannot be applied waits for staff.

The raw body is kept in a transaction of its own before anything is decoded. Should the process end between the
two, a duty takes the message up again, or the operator's next delivery does. One that waits is read again when it
is delivered again and when its file is recorded. Whoever reads holds the operator first, so that a message and the
recording of its file never miss each other.
"""

from collections.abc import Mapping
from http import HTTPStatus
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from chassis.clock import real_now
from chassis.duties import Duty
from chassis.platform import Platform
from chassis.problems import Problem
from chassis.unit_of_work import Transaction
from chassis.values.refusals import Refused
from services.payments.repository.funding import lock_opco, secrets_of
from services.payments.repository.webhooks import (
    APPLIED,
    RECEIVED,
    WAITING,
    delivery_id,
    keep_delivery,
    lock_delivery,
    opco_of,
    settle_delivery,
    waiting_for_file,
)
from services.payments.tables import WebhookDeliveryRow
from services.payments.use_cases.decisions import DecisionNews, decide
from services.payments.use_cases.notices import NoticeNews, notice
from services.payments.use_cases.opco_messages import read_message
from services.payments.use_cases.webhook_signature import is_signed

DUPLICATE = "duplicate"
READ_WEBHOOK = "opco-webhook-to-read"


def receive_webhook(platform: Platform, opco: str, headers: Mapping[str, str], body: bytes) -> str:
    """Take a message in; its state: applied, waiting, or duplicate where it has been applied already.

    Problem 401, and nothing is kept, where the signature or its time does not hold.
    """
    with platform.reading() as session:
        signing_secrets = [row.secret for row in secrets_of(session, opco)]
    if not is_signed(body, headers, signing_secrets):
        detail = "The message is not signed by this operator, or not within five minutes of now."
        raise Problem(HTTPStatus.UNAUTHORIZED, "webhook-signature", detail)
    with platform.unit_of_work() as tx:
        is_new = keep_delivery(tx.session, opco, headers["webhook-id"], body, real_now(), tx.today)
        identifier = delivery_id(tx.session, opco, headers["webhook-id"])
        if is_new:
            tx.put_duty(READ_WEBHOOK, str(identifier), tx.today, "3.3")
    with platform.unit_of_work() as tx:
        # The duty first: a sweep that reads the same message holds it, then the operator and the message.
        tx.drop_duty(READ_WEBHOOK, str(identifier))
        lock_opco(tx.session, opco)
        delivery = lock_delivery(tx.session, identifier)
        return DUPLICATE if delivery.state == APPLIED else _read(tx, delivery)


def read_webhook(tx: Transaction, duty: Duty) -> None:
    """Read a message that was kept and not read, because the process ended in between."""
    identifier = UUID(duty.subject)
    lock_opco(tx.session, opco_of(tx.session, identifier))
    delivery = lock_delivery(tx.session, identifier)
    if delivery.state == RECEIVED:
        _read(tx, delivery)


def read_waiting(tx: Transaction, opco: str, file_number: str) -> None:
    """Read again what came for a file before it was recorded; the caller holds the operator."""
    for delivery in waiting_for_file(tx.session, opco, file_number):
        _read(tx, delivery)


def _read(tx: Transaction, delivery: WebhookDeliveryRow) -> str:
    """Apply a message; whatever speaks against it is kept as the reason why it waits."""
    try:
        news = read_message(delivery)
        delivery.file_number = news.file_number
        reason = _take(tx, delivery.opco, news)
    except ValidationError as error:
        reason = _unreadable(error)
    except Refused as refusal:
        reason = refusal.detail
    state = APPLIED if reason is None else WAITING
    settle_delivery(tx.session, delivery, state, reason)
    return state


def _take(tx: Transaction, opco: str, news: DecisionNews | NoticeNews) -> str | None:
    if isinstance(news, DecisionNews):
        return decide(tx, opco, news)
    notice(tx, opco, news)
    return None


def _unreadable(error: ValidationError) -> str:
    """Where the message is not as agreed; never what it says, which may be anything."""
    faults = (f"{'.'.join(map(str, fault['loc'])) or 'body'}: {_told(fault)}" for fault in error.errors())
    return f"The message cannot be read: {'; '.join(faults)}."


def _told(fault: ErrorDetails) -> str:
    return "type: none that is agreed" if fault["type"].startswith("union_tag") else fault["msg"]
