"""Invoices and credit notes as PDF/A-3b: types 386, 380, 381 and 503."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chassis import price_table
from chassis.letterhead import Company, Party, company_data, party_data
from chassis.typesetting import typeset
from chassis.values.money import ZERO, total
from services.payments.documents.parts import LatePayment, Training, training_data
from services.payments.documents.wording import NO_DISCOUNT, no_vat_mention, subject, title
from services.payments.domain.invoice import Deducted, Draft, Invoice, Line

TEMPLATE = Path(__file__).with_name("invoice.typ")


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDocument:
    """What an issued invoice or credit note says, on its page and in its electronic form.

    buyer_is_individual: a consumer. buyer_email: where a buyer without SIREN is reached. beneficiary: the
    trainees' company, on what an operator receives. late_payment None: the mention is left out (operators,
    credit notes). refunded: a credit note is paid back by transfer, rather than set against the invoice.
    settled: what becomes of its amount, in other words. remark: one free paragraph in French.
    """

    invoice: Invoice
    seller: Company
    buyer: Party
    buyer_is_individual: bool = False
    buyer_email: str | None = None
    training: Training | None = None
    beneficiary: str | None = None
    late_payment: LatePayment | None = None
    refunded: bool = False
    settled: str | None = None
    remark: str | None = None


def invoice_pdf(document: InvoiceDocument, xml: bytes | None = None) -> bytes:
    """The document as a PDF/A-3b, the same bytes for the same document.

    xml: its electronic form, attached as it is; None for the page alone. ValueError where the document
    contradicts itself (see `check` and chassis.price_table): it must not leave.
    """
    check(document.invoice.says)
    data = _invoice_data(document.invoice) | {
        "seller": company_data(document.seller),
        "buyer": party_data(document.buyer),
        "training": training_data(document.training) if document.training else None,
        "beneficiary": document.beneficiary,
        "late_payment": document.late_payment,
        "refunded": document.refunded,
        "settled": document.settled,
        "remark": document.remark,
        # ASCII, which what is printed goes through unchanged.
        "xml": xml.decode("ascii") if xml is not None else None,
    }
    return typeset(TEMPLATE, data, dated=document.invoice.issued_on)


def check(says: Draft) -> None:
    """ValueError where the document contradicts itself."""
    if says.amount_due < ZERO:
        raise ValueError("more is taken off than is due")
    if says.received and says.received_on is None:
        raise ValueError("what was received has the day of its receipt")
    if says.document_type.is_credit and says.credits is None:
        raise ValueError("a credit note names the invoice it corrects")


def _invoice_data(invoice: Invoice) -> dict[str, object]:
    says = invoice.says
    return {
        "title": title(says.document_type),
        "subject": subject(says.document_type, says.purpose),
        "number": invoice.number,
        "issued_on": invoice.issued_on,
        "due_on": invoice.due_on,
        "is_credit": says.document_type.is_credit,
        "corrects": says.credits,
        "reissues": says.reissues,
        "follows": says.follows,
        "file_number": says.file_number,
        "deducted": [_deducted_data(taken, is_credit=says.document_type.is_credit) for taken in says.deducted],
        "received": -says.received if says.received else None,
        "received_on": says.received_on,
        "no_vat": no_vat_mention(says),
        "no_discount": NO_DISCOUNT,
        "due": says.amount_due or None,
        "net": says.incl_tax if says.document_type.is_credit else says.amount_due,
        **price_table.table_data([_line(line) for line in says.lines], says.taxes),
    }


def _line(line: Line) -> price_table.Line:
    return price_table.Line(
        description=line.description,
        quantity=line.quantity,
        unit_price=line.unit_price,
        vat_rate=line.vat_rate,
        excl_tax=line.net,
    )


def _deducted_data(taken: Deducted, *, is_credit: bool) -> Mapping[str, object]:
    """An invoice takes the deposit off; a credit note gives it back to the buyer's credit."""
    return {
        "number": taken.use.number,
        "issued_on": taken.issued_on,
        "amount": taken.use.amount if is_credit else -taken.use.amount,
        "vat": total(part.vat for part in taken.use.parts),
    }
