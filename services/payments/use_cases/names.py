"""What a reference names: the contract that money is for."""

from uuid import UUID

from sqlmodel import Session

from services.payments.repository.accounts import find_numbered
from services.payments.repository.invoices import find_invoice
from services.payments.repository.receipts import find_deposit_request
from services.payments.tables import ReceiptRow


def contract_named(session: Session, receipt: ReceiptRow) -> UUID | None:
    """The contract that a receipt is for by its reference: a deposit request, an invoice, a contract's number."""
    if receipt.reference is None:
        return None
    named = (
        find_deposit_request(session, receipt.reference)
        or find_invoice(session, receipt.reference)
        or find_numbered(session, receipt.reference)
    )
    return None if named is None else named.contract_id
