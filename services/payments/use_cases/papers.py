"""From an account and a document to its page, and to what its record keeps about the parties."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.letterhead import Address, Company, Party
from chassis.typesetting import at_once
from services.payments import events
from services.payments.documents.deposit_request import DepositRequestDocument, deposit_request_pdf
from services.payments.documents.factur_x import factur_x
from services.payments.documents.invoice import InvoiceDocument
from services.payments.documents.parts import LatePayment, Training
from services.payments.documents.wording import DEPOSIT_SETTLED, withdrawal_remark
from services.payments.domain.invoice import DocumentType, Invoice, Payer, PayerKind, Purpose
from services.payments.domain.late_interest import CustomerKind
from services.payments.domain.tax_parts import incl_tax
from services.payments.repository.accounts import Account
from services.payments.tables import DepositRequestRow, OpcoRow


def customer_party(account: Account) -> Party:
    """The client as its documents address it."""
    customer = account.signed.customer
    return Party(
        name=customer.name,
        address=_address(customer.billing_address),
        siret=customer.siret,
        vat_number=customer.vat_number,
        contact_name=customer.contact_name if customer.contact_name != customer.name else None,
    )


def opco_party(opco: OpcoRow) -> Party:
    """An operator as its documents address it."""
    return Party(name=opco.name, address=Address(**opco.billing_address), siret=opco.siret, vat_number=opco.vat_number)


def parties_of(account: Account, buyer: Party, email: str) -> dict[str, Any]:
    """What a record keeps about people, hashed apart."""
    return {
        "buyer": {
            "name": buyer.name,
            "siret": buyer.siret,
            "vat_number": buyer.vat_number,
            "contact_name": buyer.contact_name,
            "email": email,
            "address": {
                "street": buyer.address.street,
                "postal_code": buyer.address.postal_code,
                "city": buyer.address.city,
                "country": buyer.address.country,
            },
        },
        "beneficiary": account.signed.customer.name,
        "trainees": [
            {"person_id": _written(trainee.person_id), "name": _name(trainee)} for trainee in account.signed.trainees
        ],
    }


def context_of(account: Account) -> dict[str, Any]:
    """What a record keeps of the contract and the seller as they were at its issue."""
    signed = account.signed
    return {
        "contract": {"id": str(account.contract_id), "number": signed.contract_number},
        "seller": signed.seller.model_dump(mode="json"),
        "course": signed.course.model_dump(mode="json"),
        "session": signed.session.model_dump(mode="json"),
        "late_payment": signed.late_payment.model_dump(mode="json"),
    }


def invoice_pages(account: Account, addressed: Sequence[tuple[Invoice, Party]]) -> list[bytes]:
    """Invoices of one contract, each with whom it is addressed to, as Factur-X; see `factur_x` for what stops them."""
    return at_once(factur_x, [_document(account, invoice, buyer) for invoice, buyer in addressed])


def deposit_request_page(account: Account, request: DepositRequestRow) -> bytes:
    """The deposit request as a PDF."""
    return deposit_request_pdf(
        DepositRequestDocument(
            number=request.number,
            issued_on=request.issued_on,
            callable_on=request.callable_on,
            due_on=request.due_on,
            seller=_company(account.signed.seller),
            buyer=customer_party(account),
            training=_training(account),
            proposal_number=account.signed.proposal_number,
            is_order=account.customer_kind is CustomerKind.INDIVIDUAL,
            price=incl_tax(account.price),
            amount=request.amount,
        )
    )


def training_title(account: Account) -> str:
    """The training in one line."""
    course = account.signed.course
    return f"{course.title} (réf. {course.reference})"


def customer_payer(account: Account) -> Payer:
    """The client as a payer."""
    return Payer(PayerKind.CUSTOMER, str(account.customer_id))


def _document(account: Account, invoice: Invoice, buyer: Party) -> InvoiceDocument:
    is_operators = invoice.says.payer.kind is PayerKind.OPCO
    is_credit = invoice.says.document_type.is_credit
    is_charge = invoice.says.purpose is Purpose.INTEREST_AND_FEE
    return InvoiceDocument(
        invoice=invoice,
        seller=_company(account.signed.seller),
        buyer=buyer,
        buyer_is_individual=not is_operators and account.customer_kind is CustomerKind.INDIVIDUAL,
        buyer_email=None if is_operators else account.signed.customer.email,
        training=_training(account),
        beneficiary=account.signed.customer.name if is_operators else None,
        late_payment=None if is_operators or is_credit or is_charge else _late_payment(account),
        refunded=invoice.says.document_type is DocumentType.DEPOSIT_CREDIT_NOTE,
        remark=_withdrawal(account) if is_credit else None,
        settled=_settled(invoice),
    )


def _settled(invoice: Invoice) -> str | None:
    """What becomes of the amount of a deposit credit note, where that is not plainly its payment."""
    if invoice.says.document_type is not DocumentType.DEPOSIT_CREDIT_NOTE:
        return None
    return DEPOSIT_SETTLED.get(invoice.says.clause)


def _withdrawal(account: Account) -> str | None:
    """What a credit note says of the withdrawal that it comes from."""
    row = account.row
    if row.withdrawn_on is None or row.refund_by is None:
        return None
    return withdrawal_remark(row.withdrawn_on, row.refund_by)


def _late_payment(account: Account) -> LatePayment | None:
    """The mention for professionals; an individual owes the legal rate after a notice only, which is no mention."""
    if account.customer_kind is CustomerKind.INDIVIDUAL:
        return None
    terms = account.late_terms
    owes_fee = account.customer_kind is CustomerKind.COMPANY
    return LatePayment(
        interest_margin_points=terms.margin_points,
        interest_floor_multiple=terms.floor_multiple,
        recovery_fee=terms.recovery_fee if owes_fee else None,
    )


def _training(account: Account) -> Training:
    course, session = account.signed.course, account.signed.session
    return Training(
        contract_number=account.signed.contract_number,
        title=course.title,
        reference=course.reference,
        starts_on=session.starts_on,
        ends_on=session.ends_on,
        place=session.place,
        planned_hours=session.planned_hours,
        trainees=_trainees(account),
    )


def _trainees(account: Account) -> tuple[str, ...]:
    return tuple(_name(trainee) for trainee in account.signed.trainees)


def _name(trainee: events.Trainee) -> str:
    return f"{trainee.given_name} {trainee.family_name}"


def _written(identifier: UUID | None) -> str | None:
    return None if identifier is None else str(identifier)


def _company(seller: events.Seller) -> Company:
    return Company(
        name=seller.name,
        legal_form=seller.legal_form,
        share_capital=seller.share_capital,
        siret=seller.siret,
        vat_number=seller.vat_number,
        rcs=seller.rcs,
        naf=seller.naf,
        activity_number=seller.activity_number,
        address=_address(seller.address),
        email=seller.email,
        iban=seller.iban,
    )


def _address(address: events.Address) -> Address:
    return Address(street=address.street, postal_code=address.postal_code, city=address.city, country=address.country)
