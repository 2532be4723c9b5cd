"""What an operator tells about a file without deciding anything (clause 3.3): money it announces, papers it wants.

No money is booked by it: the bank says what came.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from chassis.unit_of_work import Transaction
from chassis.values.identifiers import new_id
from chassis.values.money import Money
from services.payments.repository.decisions import add_notice
from services.payments.tables import FundingNoticeRow
from services.payments.use_cases.decisions import get_file


class NoticeKind(StrEnum):
    """What is told."""

    PAYMENT_ANNOUNCED = "payment_announced"
    PAYMENT_SENT = "payment_sent"
    DOCUMENT_ASKED_FOR = "document_asked_for"


@dataclass(frozen=True, slots=True)
class NoticeNews:
    """A notice about a file. day: when the money is expected or was sent, by when the document is wanted."""

    file_number: str
    kind: NoticeKind
    told_at: datetime
    came_on: date
    delivery_id: UUID
    amount: Money | None
    day: date | None
    reference: str | None
    document: str | None


def notice(tx: Transaction, opco: str, news: NoticeNews) -> None:
    """Keep what was told with its file; Refused where the file is not recorded."""
    row = FundingNoticeRow(
        id=new_id(),
        request_id=get_file(tx, opco, news.file_number).id,
        delivery_id=news.delivery_id,
        kind=news.kind.value,
        told_at=news.told_at,
        came_on=news.came_on,
        amount=news.amount,
        day=news.day,
        reference=news.reference,
        document=news.document,
    )
    add_notice(tx.session, row)
