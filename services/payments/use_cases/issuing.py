"""Issuing: number, record, page and mail of a document, in the transaction that decides it.

The series' row is locked from the number to the commit: numbers have no gap, days never go back, and each
record carries the hash of the one before. The customer is always locked first.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from chassis.letterhead import Party
from chassis.mail import Attachment, Mail
from chassis.unit_of_work import Transaction
from chassis.values.money import total
from services.payments.domain.deposit import DepositUse
from services.payments.domain.invoice import DocumentType, Draft, Invoice, PayerKind, written_number
from services.payments.domain.record import canonical, personal_digest, record_hash, write_invoice
from services.payments.repository.accounts import Account
from services.payments.repository.funding import find_opco
from services.payments.repository.invoices import add_invoice
from services.payments.repository.series import INVOICES, lock_series
from services.payments.repository.standings import give_back_uses, keep_uses
from services.payments.tables import DocumentSeriesRow, InvoiceRow
from services.payments.use_cases import papers, wording

PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A document with its place in the series, and whom it goes to."""

    invoice: Invoice
    year: int
    position: int
    buyer: Party
    email: str


def issue(tx: Transaction, account: Account, draft: Draft, receipt_id: UUID | None = None) -> Invoice:
    """Issue one document; see `issue_all`. receipt_id: of the money that a deposit invoice states."""
    (invoice,) = issue_all(tx, account, [draft], receipt_id)
    return invoice


def issue_all(
    tx: Transaction, account: Account, drafts: Sequence[Draft], receipt_id: UUID | None = None
) -> list[Invoice]:
    """Issue documents of one contract in this order, and mail each to whom it is addressed.

    What one deducts is kept as used, what a credit note gives back as free again; a deposit credit note uses what
    it takes back of its deposit invoice. Their pages are typeset at once, for all wait on the series meanwhile.
    """
    if not drafts:
        return []
    series = lock_series(tx.session, INVOICES, account.signed.seller.code)
    numbered = [_number(tx, account, series, draft) for draft in drafts]
    pages = papers.invoice_pages(account, [(each.invoice, each.buyer) for each in numbered])
    for each, page in zip(numbered, pages, strict=True):
        _record(tx, account, series, each, page, receipt_id)
        _keep_deposits(tx, each.invoice)
    return [each.invoice for each in numbered]


def _number(tx: Transaction, account: Account, series: DocumentSeriesRow, draft: Draft) -> _Numbered:
    issued_on = next_number(series, tx.today)
    invoice = Invoice(written_number(series.prefix, series.last_year, series.last_position), issued_on, draft)
    return _Numbered(invoice, series.last_year, series.last_position, *_addressee(tx, account, draft))


def _record(
    tx: Transaction,
    account: Account,
    series: DocumentSeriesRow,
    numbered: _Numbered,
    page: bytes,
    receipt_id: UUID | None,
) -> None:
    invoice = numbered.invoice
    content = canonical(write_invoice(invoice) | papers.context_of(account))
    pdf = tx.store_file(page, PDF)
    parties, salt = papers.parties_of(account, numbered.buyer, numbered.email), secrets.token_hex()
    personal = personal_digest(parties, salt)
    row = InvoiceRow(
        **_columns(account, series, numbered),
        receipt_id=receipt_id,
        content=content,
        personal=parties,
        personal_salt=salt,
        personal_sha256=personal,
        pdf_sha256=pdf,
        previous_sha256=series.head_sha256,
        sha256=record_hash(content, personal, pdf, series.head_sha256),
    )
    series.head_sha256 = row.sha256
    add_invoice(tx.session, row)
    subject, body = wording.invoice_mail(invoice, account.signed.seller.name, papers.training_title(account))
    attached = [Attachment(f"{invoice.number}.pdf", pdf)]
    tx.send_mail(Mail(to=numbered.email, subject=subject, body=body, attachments=attached))


def next_number(series: DocumentSeriesRow, today: date) -> date:
    """Advance a locked series by one number; the day of issue.

    A transaction that began before midnight and waited for the lock meanwhile issues on the later day.
    """
    issued_on = max(today, series.last_issued_on or today)
    if series.last_year != issued_on.year:
        series.last_year, series.last_position = issued_on.year, 0
    series.last_position += 1
    series.last_issued_on = issued_on
    return issued_on


def _addressee(tx: Transaction, account: Account, draft: Draft) -> tuple[Party, str]:
    if draft.payer.kind is PayerKind.CUSTOMER:
        return papers.customer_party(account), account.signed.customer.email
    opco = find_opco(tx.session, draft.payer.id)
    if opco is None:
        raise RuntimeError(f"{draft.payer.id} has a funding request without a billing address")
    return papers.opco_party(opco), opco.email


def _columns(account: Account, series: DocumentSeriesRow, numbered: _Numbered) -> dict[str, Any]:
    invoice, says = numbered.invoice, numbered.invoice.says
    return {
        "number": invoice.number,
        "series": series.name,
        "year": numbered.year,
        "position": numbered.position,
        "document_type": says.document_type.value,
        "purpose": says.purpose.value,
        "contract_id": account.contract_id,
        "customer_id": account.customer_id,
        "payer_kind": says.payer.kind.value,
        "payer_id": says.payer.id,
        "issued_on": invoice.issued_on,
        "due_on": invoice.due_on,
        "total_net": total(part.net for part in says.taxes),
        "total_vat": total(part.vat for part in says.taxes),
        "total_incl": says.incl_tax,
        "amount_due": says.amount_due,
        "credits_number": says.credits.number if says.credits else None,
    }


def _keep_deposits(tx: Transaction, invoice: Invoice) -> None:
    says, uses = invoice.says, [taken.use for taken in invoice.says.deducted]
    if says.credits is None:
        keep_uses(tx.session, invoice.number, uses, tx.today)
    elif says.document_type is DocumentType.DEPOSIT_CREDIT_NOTE:
        keep_uses(tx.session, invoice.number, [DepositUse(says.credits.number, says.taxes)], tx.today)
    else:
        give_back_uses(tx.session, says.credits.number, uses, tx.today)
