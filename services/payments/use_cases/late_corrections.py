"""Invoiced interest and fee that turn out not to be owed are credited: money had come earlier, or a debt was undone."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from chassis.unit_of_work import Transaction
from chassis.values.identifiers import new_id
from chassis.values.money import ZERO, Taxed
from services.payments.domain.invoice import DocumentType, Draft, Line, PayerKind
from services.payments.domain.late_charges import Charged, part_of, to_credit
from services.payments.domain.late_interest import late_charge
from services.payments.domain.standing import Standing, free_latest
from services.payments.repository.accounts import accounts_of
from services.payments.repository.invoices import get_invoice, invoices_of_customer
from services.payments.repository.late_charges import add_late_charge, charged_through
from services.payments.repository.rates import all_rates
from services.payments.repository.standings import keep_allocation, standings
from services.payments.tables import LateChargeRow
from services.payments.use_cases import wording
from services.payments.use_cases.issuing import issue
from services.payments.use_cases.open_items import interest_on
from services.payments.use_cases.statements import client_invoices

_NO_TAX = Decimal(0)


def credit_late_charges(tx: Transaction, customer_id: UUID) -> bool:
    """Credit what was invoiced above what is owed to the last day invoiced; whether money may be free by it.

    The caller holds the customer.
    """
    rows = invoices_of_customer(tx.session, customer_id)
    demands = [row for row in rows if row.payer_kind == PayerKind.CUSTOMER]
    through = charged_through(tx.session, [row.number for row in demands])
    if not through:
        return False
    charges = [each for each in standings(tx.session, demands) if interest_on(each.invoice.says) is not None]
    rates, credited = all_rates(tx.session), False
    for late in client_invoices(tx.session, accounts_of(tx.session, customer_id), rows):
        if late.number in through:
            last = through[late.number]
            wanted = to_credit(late_charge(late.debt, last, late.customer_kind, late.terms, rates), late.charged)
            own = [each for each in charges if interest_on(each.invoice.says) == late.number]
            credited = _credit(tx, late.number, own, wanted, last) or credited
    return credited


def _credit(tx: Transaction, late: str, charges: Sequence[Standing], wanted: Charged, through_on: date) -> bool:
    """The latest invoice of charges first."""
    credited = False
    for charge in reversed(charges):
        uncredited = charge.uncredited[0].net if charge.uncredited else ZERO
        part = part_of(wanted, uncredited)
        if part.total:
            _credit_one(tx, late, charge, part, through_on)
            wanted, credited = Charged(wanted.interest - part.interest, wanted.recovery_fee - part.recovery_fee), True
    return credited


def _credit_one(tx: Transaction, late: str, charge: Standing, part: Charged, through_on: date) -> None:
    row = get_invoice(tx.session, charge.invoice.number)
    account = next(each for each in accounts_of(tx.session, row.customer_id) if each.contract_id == row.contract_id)
    line = Line(wording.charges_credited_line(late), Decimal(1), part.total, part.total, _NO_TAX)
    draft = Draft(
        document_type=DocumentType.CREDIT_NOTE,
        purpose=charge.invoice.says.purpose,
        payer=charge.invoice.says.payer,
        clause=charge.invoice.says.clause,
        clause_day=tx.today,
        lines=(line,),
        taxes=(Taxed(part.total, ZERO, _NO_TAX),),
        credits=charge.invoice.reference,
    )
    note = issue(tx, account, draft)
    kept = LateChargeRow(
        id=new_id(),
        late_invoice=late,
        charged_by=note.number,
        through_on=through_on,
        interest=-part.interest,
        recovery_fee=-part.recovery_fee,
    )
    add_late_charge(tx.session, kept)
    _free(tx, charge, part)


def _free(tx: Transaction, charge: Standing, part: Charged) -> None:
    """What was paid on the charges beyond what is left of them pays something else."""
    above = max(part.total - charge.open, ZERO)
    for freed in free_latest(charge.payments, min(above, charge.paid)):
        keep_allocation(tx.session, UUID(freed.receipt_id), -freed.amount, tx.today, charge.invoice.number)
