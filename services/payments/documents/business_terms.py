"""An invoice in the business terms of EN 16931 (BT-1 is its number, BG-25 its lines), from what its page shows.

Sources: EN 16931-1 and, for what France adds since 2026-09-01, AFNOR XP Z12-012. The keys are theirs, and those of
factur-x's `generate_cii_xml`, which writes them as XML. Amounts are texts with a point, days ISO 8601; None is left
out.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from chassis.letterhead import Address, Company
from chassis.typesetting import clean
from chassis.values.identifiers import siren
from chassis.values.money import ZERO, Taxed, total
from services.payments.documents import wording
from services.payments.documents.invoice import InvoiceDocument
from services.payments.domain.invoice import DocumentType, Draft, Invoice, Line, Purpose

Terms = dict[str, Any]

PROFILE = "urn:cen.eu:en16931:2017"
_HOME = "FR"
_PIECE = "C62"
_SEPA_TRANSFER = "58"
_SIREN, _SIRET = "0002", "0009"
_DIRECTORY, _MAIL = "0225", "EM"
_ADDRESS_LINES = 3


class Process(StrEnum):
    """BT-23, the French frame of billing: the S stands for services."""

    INVOICE = "S1"
    PAID_ALREADY = "S2"
    FINAL_AFTER_DEPOSIT = "S4"


class Treatment(StrEnum):
    """What the platforms do with it (a note BAR, XP Z12-012): an invoice between French companies, or reported."""

    COMPANY = "B2B"
    FOREIGN_COMPANY = "B2BINT"
    CONSUMER = "B2C"
    FOREIGN_CONSUMER = "B2CINT"


class Category(StrEnum):
    """BT-118, BT-151: how VAT treats a line (UNTDID 5305)."""

    STANDARD = "S"
    EXEMPT = "E"
    OUTSIDE = "O"


# Why no VAT is due, as a code of the VATEX list (BT-121).
_REASON_CODES = {Category.EXEMPT: "VATEX-FR-CGI261-4", Category.OUTSIDE: "VATEX-EU-O"}


def business_terms(document: InvoiceDocument) -> Terms:
    """Everything the document's XML says. A buyer without SIREN or address is left to the rules, which name it."""
    invoice, says = document.invoice, document.invoice.says
    return {
        "BT-1": invoice.number,
        "BT-2": invoice.issued_on.isoformat(),
        "BT-3": says.document_type.value,
        "BT-5": "EUR",
        "BT-10": _text(says.file_number),
        "BT-23": process(says).value,
        "BT-24": PROFILE,
        "BG-1": _notes(document),
        "BG-3": _references(says),
        "BG-4": _seller(document.seller, is_outside=_is_outside(says)),
        "BG-7": _buyer(document, is_outside=_is_outside(says)),
        "BG-13": {"name": clean(document.beneficiary)} if document.beneficiary else None,
        **_training(document),
        **_payment(document),
        **_totals(says),
        "BG-25": [_line(position, line, says.purpose) for position, line in enumerate(says.lines, 1)],
    }


def process(says: Draft) -> Process:
    """BT-23. What the client had paid by deposit makes it a final invoice, even where nothing is left to pay."""
    if says.document_type.is_credit:
        return Process.INVOICE
    if says.deducted:
        return Process.FINAL_AFTER_DEPOSIT
    return Process.PAID_ALREADY if says.amount_due == ZERO else Process.INVOICE


def treatment(document: InvoiceDocument) -> Treatment:
    """BAR. A SIRET makes a French company, wherever it has its post sent."""
    is_home = document.buyer.address.country == _HOME
    if document.buyer_is_individual:
        return Treatment.CONSUMER if is_home else Treatment.FOREIGN_CONSUMER
    return Treatment.COMPANY if is_home or document.buyer.siret else Treatment.FOREIGN_COMPANY


def category(rate: Decimal, purpose: Purpose) -> Category:
    """BT-151. Late interest and fee are damages, outside VAT; a training without VAT is exempt (CGI 261-4-4° a)."""
    if rate:
        return Category.STANDARD
    return Category.OUTSIDE if purpose is Purpose.INTEREST_AND_FEE else Category.EXEMPT


def _is_outside(says: Draft) -> bool:
    # Then no VAT number may stand on it (BR-O-02).
    return any(category(line.vat_rate, says.purpose) is Category.OUTSIDE for line in says.lines)


def _notes(document: InvoiceDocument) -> list[Terms]:
    coded = {
        "PMT": wording.recovery_note(document.late_payment, is_credit=document.invoice.says.document_type.is_credit),
        "PMD": wording.interest_note(document.late_payment, is_credit=document.invoice.says.document_type.is_credit),
        "AAB": wording.NO_DISCOUNT,
        "BAR": treatment(document).value,
    }
    free = (*wording.link_notes(document.invoice.says), document.remark)
    return [
        *({"BT-21": code, "BT-22": text} for code, text in coded.items()),
        *({"BT-22": clean(text)} for text in free if text),
    ]


def _references(says: Draft) -> list[Terms]:
    """BG-3: the invoice that a credit note corrects, or the deposit invoices that an invoice deducts."""
    if says.credits is not None:
        return [_reference(says.credits.number, says.credits.issued_on)]
    return [_reference(taken.use.number, taken.issued_on) for taken in says.deducted]


def _reference(number: str, issued_on: date) -> Terms:
    return {"BT-25": number, "BT-26": issued_on.isoformat()}


def _seller(seller: Company, *, is_outside: bool) -> Terms:
    return {
        "name": clean(seller.name),
        "legal_info": clean(wording.legal_mentions(seller)),
        "contacts": [{"name": clean(seller.name), "email": seller.email}],
        "vat_identifier": None if is_outside else seller.vat_number,
        **_registered(seller.siret),
        **_reached_at(siren(seller.siret), _DIRECTORY),
        **_address(seller.address),
    }


def _buyer(document: InvoiceDocument, *, is_outside: bool) -> Terms:
    buyer = document.buyer
    reached = (
        _reached_at(siren(buyer.siret), _DIRECTORY)
        if buyer.siret is not None
        else _reached_at(document.buyer_email, _MAIL)
    )
    return {
        "name": clean(buyer.name),
        "contacts": [{"name": clean(buyer.contact_name)}] if buyer.contact_name else None,
        "vat_identifier": None if is_outside else buyer.vat_number,
        **(_registered(buyer.siret) if buyer.siret is not None else {}),
        **reached,
        **_address(buyer.address),
    }


def _registered(siret: str) -> Terms:
    return {
        "identifiers": {_SIRET: siret},
        "legal_identifier": siren(siret),
        "legal_identifier_schemeid": _SIREN,
    }


def _reached_at(electronic_address: str | None, scheme: str) -> Terms:
    """BT-34, BT-49: the directory's address is the SIREN; who is in no directory is reached by mail."""
    return {"einvoicing_addr": electronic_address, "einvoicing_addr_schemeid": scheme}


def _address(address: Address) -> Terms:
    lines = [line for written in address.street.splitlines() if (line := clean(written).strip())]
    # There are three lines: what is more stands on the last.
    kept = [*lines[: _ADDRESS_LINES - 1], ", ".join(lines[_ADDRESS_LINES - 1 :])]
    return {
        **{f"addr_l{position}": line for position, line in enumerate(kept, 1) if line},
        "postcode": clean(address.postal_code),
        "city": clean(address.city),
        "country_code": address.country,
    }


def _training(document: InvoiceDocument) -> Terms:
    """The contract, and the training as what was delivered: a deposit comes before there is anything."""
    if document.training is None:
        return {}
    training, issued_on = document.training, document.invoice.issued_on
    terms: Terms = {"BT-12": training.contract_number}
    if document.invoice.says.document_type is DocumentType.INVOICE:
        terms |= {"BT-73": training.starts_on.isoformat(), "BT-74": training.ends_on.isoformat()}
        if training.ends_on <= issued_on:
            terms["BT-72"] = training.ends_on.isoformat()
    return terms


def _payment(document: InvoiceDocument) -> Terms:
    invoice, says = document.invoice, document.invoice.says
    settled = document.settled or wording.credit_terms(says, refunded=document.refunded)
    terms: Terms = {"BT-9": _due_on(invoice), "BT-20": settled}
    if says.amount_due > ZERO and document.seller.iban:
        terms |= {
            "BT-81": _SEPA_TRANSFER,
            "BT-83": invoice.number,
            "BT-84": "".join(document.seller.iban.split()),
        }
    return terms


def _due_on(invoice: Invoice) -> str | None:
    """BT-9; of what is paid already, the day of its payment (BR-FR-CO-09)."""
    day = invoice.says.received_on if process(invoice.says) is Process.PAID_ALREADY else invoice.due_on
    return None if day is None else day.isoformat()


def _totals(says: Draft) -> Terms:
    taxes = tuple(_taxed(says))
    net, vat = total(part.net for part in taxes), total(part.vat for part in taxes)
    prepaid = says.received + total(taken.use.amount for taken in says.deducted)
    # What a credit note gives back is its whole amount: the deposit in it is the buyer's again, not paid already.
    due = says.incl_tax if says.document_type.is_credit else says.amount_due
    return {
        "BT-106": str(net),
        "BT-109": str(net),
        "BT-110": str(vat),
        "BT-112": str(says.incl_tax),
        "BT-113": str(prepaid) if prepaid and not says.document_type.is_credit else None,
        "BT-115": str(due),
        "BG-23": [_tax(part, says.purpose) for part in taxes],
    }


def _taxed(says: Draft) -> Iterable[Taxed]:
    """The taxes by rate, and those of rates that only free lines bear: EN 16931 wants each rate once (BR-S-08)."""
    yield from says.taxes
    free = {line.vat_rate for line in says.lines} - {part.rate for part in says.taxes}
    yield from (Taxed(ZERO, ZERO, rate) for rate in sorted(free))


def _tax(part: Taxed, purpose: Purpose) -> Terms:
    kind = category(part.rate, purpose)
    return {
        "BT-116": str(part.net),
        "BT-117": str(part.vat),
        "BT-118": kind.value,
        "BT-119": None if kind is Category.OUTSIDE else _number(part.rate),
        "BT-120": wording.no_vat_reason(part.rate, purpose),
        "BT-121": _REASON_CODES.get(kind),
    }


def _line(position: int, line: Line, purpose: Purpose) -> Terms:
    kind = category(line.vat_rate, purpose)
    return {
        "BT-126": str(position),
        "BT-153": clean(line.description),
        "BT-129": _number(line.quantity),
        "BT-130": _PIECE,
        "BT-131": str(line.net),
        "BT-146": str(line.unit_price),
        "BT-151": kind.value,
        "BT-152": None if kind is Category.OUTSIDE else _number(line.vat_rate),
    }


def _number(value: Decimal) -> str:
    """A decimal without idle zeros and without an exponent."""
    return format(value.normalize() + 0, "f")


def _text(value: str | None) -> str | None:
    return None if value is None else clean(value)
