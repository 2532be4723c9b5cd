"""How an issued document reads."""

from datetime import date
from uuid import UUID

from chassis.fields import Amount, DecimalString, View
from chassis.values.money import ZERO, total
from services.payments.domain.invoice import DocumentType, PayerKind, Purpose
from services.payments.domain.standing import Standing
from services.payments.repository.invoices import as_issued, content_of
from services.payments.tables import InvoiceRow


class PayerView(View):
    """Who owes it; name: null once erased."""

    kind: PayerKind
    id: str
    name: str | None


class LineView(View):
    """One line, excl. tax."""

    description: str
    quantity: DecimalString
    unit_price: Amount
    vat_rate: DecimalString
    excl_tax: Amount


class TaxView(View):
    """Net and VAT at one rate, in percent."""

    rate: DecimalString
    net: Amount
    vat: Amount


class TotalView(View):
    """The sums before anything is deducted."""

    excl_tax: Amount
    vat: Amount
    incl_tax: Amount


class DeductedView(View):
    """What of a deposit invoice it takes, incl. tax; on a credit note, what it gives back."""

    number: str
    issued_on: date
    amount: Amount


class InvoiceView(View):
    """A document as issued, and how it stands now.

    amount_due: at its issue. credited, paid, open: now, by credit notes and receipts. credits: the invoice that a
    credit note corrects; reissues: the one that it stands for again; follows: the operator's invoice that an
    invoice after grace comes from.
    """

    number: str
    document_type: DocumentType
    purpose: Purpose
    contract_id: UUID
    contract_number: str
    customer_id: UUID
    payer: PayerView
    issued_on: date
    due_on: date | None
    clause: str
    file_number: str | None
    lines: list[LineView]
    tax_by_rate: list[TaxView]
    total: TotalView
    deducted: list[DeductedView]
    received: Amount
    received_on: date | None
    amount_due: Amount
    credited: Amount
    paid: Amount
    open: Amount
    credits: str | None
    reissues: str | None
    follows: str | None
    pdf_sha256: str
    sha256: str
    previous_sha256: str


def invoice_view(row: InvoiceRow, standing: Standing | None) -> InvoiceView:
    """The document as issued; `standing` for an invoice (380), None for what asks for nothing."""
    says = as_issued(row).says
    return InvoiceView(
        number=row.number,
        document_type=says.document_type,
        purpose=says.purpose,
        contract_id=row.contract_id,
        contract_number=content_of(row)["contract"]["number"],
        customer_id=row.customer_id,
        payer=_payer(row),
        issued_on=row.issued_on,
        due_on=row.due_on,
        clause=says.clause,
        file_number=says.file_number,
        lines=[
            LineView(
                description=line.description,
                quantity=line.quantity,
                unit_price=line.unit_price,
                vat_rate=line.vat_rate,
                excl_tax=line.net,
            )
            for line in says.lines
        ],
        tax_by_rate=[TaxView.model_validate(part) for part in says.taxes],
        total=TotalView(
            excl_tax=total(part.net for part in says.taxes),
            vat=total(part.vat for part in says.taxes),
            incl_tax=says.incl_tax,
        ),
        deducted=[
            DeductedView(number=taken.use.number, issued_on=taken.issued_on, amount=taken.use.amount)
            for taken in says.deducted
        ],
        received=says.received,
        received_on=says.received_on,
        amount_due=says.amount_due,
        credited=standing.credited if standing else ZERO,
        paid=standing.paid if standing else says.received,
        open=standing.open if standing else ZERO,
        credits=says.credits.number if says.credits else None,
        reissues=says.reissues,
        follows=says.follows,
        pdf_sha256=row.pdf_sha256,
        sha256=row.sha256,
        previous_sha256=row.previous_sha256,
    )


def _payer(row: InvoiceRow) -> PayerView:
    name = row.personal["buyer"]["name"] if row.personal else None
    return PayerView(kind=PayerKind(row.payer_kind), id=row.payer_id, name=name)
