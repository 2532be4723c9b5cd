"""The request for a deposit, which is no invoice and bears no interest (clauses, section 7)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from chassis.letterhead import Company, Party, company_data, party_data
from chassis.typesetting import fields_of, percent, typeset
from chassis.values.money import Money
from services.payments.documents.parts import Training, training_data

TEMPLATE = Path(__file__).with_name("deposit_request.typ")


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositRequestDocument:
    """One request. price and amount incl. tax; rate in percent, printed beside the amount where given.

    callable_on: the first day money may be asked for; due_on: the last day to pay. is_order: the proposal's
    number is an individual's order.
    """

    number: str
    issued_on: date
    callable_on: date
    due_on: date
    seller: Company
    buyer: Party
    training: Training
    proposal_number: str
    is_order: bool = False
    price: Money
    amount: Money
    rate: Decimal | None = None


def deposit_request_pdf(document: DepositRequestDocument) -> bytes:
    """The request as a PDF/A-3b, the same bytes for the same request."""
    data = fields_of(document) | {
        "seller": company_data(document.seller),
        "buyer": party_data(document.buyer),
        "training": training_data(document.training),
        "rate": percent(document.rate) if document.rate is not None else None,
    }
    return typeset(TEMPLATE, data, dated=document.issued_on)
