"""What an operator's message says, as samples/opco-webhooks agrees it: decisions about a file, and notices."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from chassis.clock import real_now
from chassis.fields import Base64Bytes, Day, Event, Flag, Moment, PositiveAmount, Quantity, ShortText
from chassis.values.refusals import Refused
from services.payments.domain.funding import TaxBasis
from services.payments.domain.funding_file import DecisionKind, Promise
from services.payments.repository.webhooks import CLOCKS_DIFFER
from services.payments.tables import WebhookDeliveryRow
from services.payments.use_cases.decisions import DecisionNews
from services.payments.use_cases.notices import NoticeKind, NoticeNews


class _Copy(Event):
    media_type: Annotated[str, Field(pattern=r"^[a-z]+/[a-z0-9.+-]+$", max_length=100)]
    content_base64: Base64Bytes


class _Named(Event):
    file_number: ShortText


class _Promised(_Named):
    amount: PositiveAmount
    tax_basis: TaxBasis
    direct_payment: Flag
    hours: Quantity | None = None
    expires_on: Day | None = None
    approval_document: _Copy | None = None


class _Refusal(_Named):
    reason: ShortText | None = None


class _Announced(_Named):
    amount: PositiveAmount
    expected_on: Day
    invoice_number: ShortText | None = None


class _Sent(_Named):
    amount: PositiveAmount
    sent_on: Day
    bank_reference: ShortText | None = None


class _Wanted(_Named):
    document: ShortText
    wanted_by: Day | None = None


class _Message(Event):
    timestamp: Moment | None = None


class _Promise(_Message):
    type: Literal["funding.approved", "funding.amended"]
    data: _Promised


class _NoPromise(_Message):
    type: Literal["funding.refused", "funding.withdrawn"]
    data: _Refusal


class _PaymentAnnounced(_Message):
    type: Literal["payment.announced"]
    data: _Announced


class _PaymentSent(_Message):
    type: Literal["payment.sent"]
    data: _Sent


class _DocumentWanted(_Message):
    type: Literal["document.asked-for"]
    data: _Wanted


_AnyMessage = _Promise | _NoPromise | _PaymentAnnounced | _PaymentSent | _DocumentWanted
_MESSAGE: TypeAdapter[_AnyMessage] = TypeAdapter(Annotated[_AnyMessage, Field(discriminator="type")])


def read_message(delivery: WebhookDeliveryRow) -> DecisionNews | NoticeNews:
    """What a kept message says; pydantic's ValidationError where it is not as agreed.

    Its own time orders it among the others of its file, whenever it came; without one, the time it came. Refused
    where that lies in the future: nothing could follow it.
    """
    message = _MESSAGE.validate_json(delivery.body)
    said_at = message.timestamp or delivery.received_at
    if said_at > real_now() + CLOCKS_DIFFER:
        raise Refused("message-of-the-future", "The message is dated after the moment it was read.", "3.3")
    match message:
        case _Promise() | _NoPromise():
            return _decision(message, delivery, said_at)
        case _PaymentAnnounced(data=data):
            return _notice(delivery, said_at, data, NoticeKind.PAYMENT_ANNOUNCED, data.expected_on, data.invoice_number)
        case _PaymentSent(data=data):
            return _notice(delivery, said_at, data, NoticeKind.PAYMENT_SENT, data.sent_on, data.bank_reference)
        case _DocumentWanted(data=data):
            return _notice(delivery, said_at, data, NoticeKind.DOCUMENT_ASKED_FOR, data.wanted_by, None)


def _decision(message: _Promise | _NoPromise, delivery: WebhookDeliveryRow, said_at: datetime) -> DecisionNews:
    promise, copy, reason = None, None, None
    match message.data:
        case _Promised() as data:
            promise = Promise(data.amount, data.tax_basis, data.direct_payment, data.hours, data.expires_on)
            copy = data.approval_document
        case _Refusal() as data:
            reason = data.reason
    return DecisionNews(
        file_number=message.data.file_number,
        kind=DecisionKind(message.type.removeprefix("funding.")),
        decided_at=said_at,
        came_on=delivery.received_on,
        key=f"webhook:{delivery.webhook_id}",
        promise=promise,
        copy=copy.content_base64 if copy else None,
        copy_media_type=copy.media_type if copy else "",
        reason=reason,
        delivery_id=delivery.id,
    )


def _notice(
    delivery: WebhookDeliveryRow,
    said_at: datetime,
    data: _Announced | _Sent | _Wanted,
    kind: NoticeKind,
    day: date | None,
    reference: str | None,
) -> NoticeNews:
    return NoticeNews(
        file_number=data.file_number,
        kind=kind,
        told_at=said_at,
        came_on=delivery.received_on,
        delivery_id=delivery.id,
        amount=None if isinstance(data, _Wanted) else data.amount,
        day=day,
        reference=reference,
        document=data.document if isinstance(data, _Wanted) else None,
    )
