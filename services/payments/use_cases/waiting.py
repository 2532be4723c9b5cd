"""The queues of money that waits: why each receipt does, and since when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from uuid import UUID

from sqlmodel import Session

from services.payments.domain.early_money import is_early
from services.payments.domain.invoice import PayerKind
from services.payments.domain.waiting import WaitReason, of_customer, of_operator
from services.payments.repository.accounts import accounts_of, find_account
from services.payments.repository.funding import find_file
from services.payments.repository.invoices import find_invoice
from services.payments.repository.receipts import freed_on, page_of_receipts, rest_of
from services.payments.tables import ReceiptRow
from services.payments.use_cases.names import contract_named

_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why something of a receipt is left, and since when: its booking, or the last time that some of it was freed."""

    reason: WaitReason
    since: date


def waiting_of(session: Session, receipt: ReceiptRow) -> Waiting | None:
    """Why a receipt waits; None where nothing is left of it."""
    if not rest_of(session, receipt):
        return None
    return Waiting(_reason(session, receipt), max([receipt.booked_on, *freed_on(session, receipt.id)]))


def receipts_waiting(session: Session, limit: int, after: UUID | None, reason: WaitReason) -> list[ReceiptRow]:
    """At most `limit` receipts of one queue, in the order of their booking."""
    return list(islice(_of_queue(session, after, reason), limit))


def _of_queue(session: Session, after: UUID | None, reason: WaitReason) -> Iterator[ReceiptRow]:
    while rows := page_of_receipts(session, _AT_ONCE, after, unallocated=True, kept_apart=False):
        yield from (row for row in rows if _reason(session, row) is reason)
        after = rows[-1].id


def _reason(session: Session, receipt: ReceiptRow) -> WaitReason:
    if receipt.payer_kind == PayerKind.OPCO:
        return of_operator(_is_case_billed(session, receipt))
    named, accounts = contract_named(session, receipt), accounts_of(session, UUID(receipt.payer_id))
    early = [
        account
        for account in accounts
        if named in (None, account.contract_id)
        and not account.is_withdrawn
        and is_early(receipt.value_date, account.row.money_from)
    ]
    return of_customer(is_early=bool(early), is_something_to_bill=any(account.stands for account in accounts))


def _is_case_billed(session: Session, receipt: ReceiptRow) -> bool | None:
    if receipt.reference is None:
        return None
    named = find_invoice(session, receipt.reference) or find_file(session, receipt.payer_id, receipt.reference)
    return None if named is None else find_account(session, named.contract_id).is_billed
