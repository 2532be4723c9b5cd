"""What a receipt pays of one document, moved to another: staff matched it wrongly, or the payer named the wrong one."""

from dataclasses import dataclass
from uuid import UUID

from chassis.problems import Invalid, NotFound
from chassis.unit_of_work import Transaction
from chassis.values.identifiers import new_id
from chassis.values.money import Money
from services.payments.domain.invoice import PayerKind
from services.payments.repository.accounts import find_account
from services.payments.repository.receipts import add_move, allocations_of, get_receipt
from services.payments.tables import AllocationMoveRow, ReceiptRow
from services.payments.use_cases.operator_money import case_named
from services.payments.use_cases.receipts import match, refuse_what_is_left
from services.payments.use_cases.releasing import hold, release
from services.payments.use_cases.settling import settle


@dataclass(frozen=True, slots=True)
class NewMove:
    """From which document to which, why, and who says so."""

    from_document: str
    to_document: str
    reason: str
    moved_by: str


def move_allocation(tx: Transaction, receipt_id: UUID, new: NewMove) -> ReceiptRow:
    """Free all that a receipt pays of one document and pay another with it, in one step.

    In one step, as money that waits would pay the oldest due again. NotFound where it pays nothing of the document;
    Refused as when it is matched by hand, or where an issued invoice deducts the deposit that it paid.
    """
    if new.from_document == new.to_document:
        raise Invalid("The money is there already.", [{"at": "to_document", "detail": "the same document"}])
    receipt = get_receipt(tx.session, receipt_id)
    customers = hold(tx, receipt, _customers_of(tx, receipt, new.to_document))
    paid = [part for part in allocations_of(tx.session, receipt_id) if part.document == new.from_document]
    if not paid:
        raise NotFound("What this receipt pays of that document")
    amount = release(tx, receipt, paid, tx.today)
    refuse_what_is_left(new.to_document, amount, match(tx, receipt, new.to_document, amount))
    for customer_id in customers:
        settle(tx, customer_id)
    add_move(tx.session, _row(tx, receipt, new, amount))
    return receipt


def _customers_of(tx: Transaction, receipt: ReceiptRow, document: str) -> list[UUID]:
    """Whose case an operator's money goes to; a customer's goes to its own documents alone."""
    if receipt.payer_kind != PayerKind.OPCO:
        return []
    case = case_named(tx, receipt.payer_id, document)
    return [] if case is None else [find_account(tx.session, case.contract_id).customer_id]


def _row(tx: Transaction, receipt: ReceiptRow, new: NewMove, amount: Money) -> AllocationMoveRow:
    return AllocationMoveRow(
        id=new_id(),
        receipt_id=receipt.id,
        from_document=new.from_document,
        to_document=new.to_document,
        amount=amount,
        reason=new.reason,
        moved_on=tx.today,
        moved_by=new.moved_by,
    )
