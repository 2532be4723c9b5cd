"""How invoices stand: read from what was issued, used, received and allocated; kept nowhere a second time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from chassis.values.identifiers import new_id
from chassis.values.money import ZERO, Money, Taxed, total
from services.payments.domain.deposit import NOT_NEEDED, Deposit, DepositUse
from services.payments.domain.invoice import DocumentType
from services.payments.domain.record import read_parts, write_parts
from services.payments.domain.standing import Payment, Standing
from services.payments.domain.tax_parts import Parts, less, plus
from services.payments.repository.invoices import as_issued, credit_notes_on, invoices_of_contract
from services.payments.tables import AllocationRow, DepositUseRow, InvoiceRow, ReceiptRow

DEMANDS = (DocumentType.INVOICE,)


def standings_of_contract(session: Session, contract_id: UUID) -> list[Standing]:
    """How the invoices (380) of a contract stand, in the order of their issue."""
    return standings(session, invoices_of_contract(session, contract_id))


def standings(session: Session, rows: Iterable[InvoiceRow]) -> list[Standing]:
    """How these invoices stand; what is no invoice (380) is left out."""
    asked = [row for row in rows if row.document_type in DEMANDS]
    numbers = [row.number for row in asked]
    credited: dict[str | None, Parts] = defaultdict(tuple)
    for note in credit_notes_on(session, numbers):
        credited[note.credits_number] = plus(credited[note.credits_number], as_issued(note).says.taxes)
    uses, payments = _uses_by(session, numbers), _payments_by(session, numbers)
    return [
        Standing(
            invoice=as_issued(row),
            uncredited=less(as_issued(row).says.taxes, credited[row.number]),
            deducted=uses[row.number],
            payments=payments[row.number],
        )
        for row in asked
    ]


def deposits_of_contract(session: Session, contract_id: UUID) -> tuple[Deposit, ...]:
    """The deposit invoices of a contract, oldest first, with what nothing has used of each."""
    return deposits(session, invoices_of_contract(session, contract_id))


def deposits(session: Session, rows: Iterable[InvoiceRow], on: date | None = None) -> tuple[Deposit, ...]:
    """The deposit invoices among these with what is left of each; with `on`, only users issued by then count."""
    invoiced = [row for row in rows if row.document_type == DocumentType.DEPOSIT_INVOICE]
    wanted = select(DepositUseRow).where(col(DepositUseRow.deposit_number).in_([row.number for row in invoiced]))
    if on is not None:
        wanted = wanted.join(InvoiceRow, col(InvoiceRow.number) == col(DepositUseRow.used_by))
        wanted = wanted.where(InvoiceRow.issued_on <= on)
    used: dict[str, Parts] = defaultdict(tuple)
    for use in session.exec(wanted):
        used[use.deposit_number] = plus(used[use.deposit_number], read_parts(use.parts))
    return tuple(Deposit(row.number, less(as_issued(row).says.taxes, used[row.number])) for row in invoiced)


def unneeded_of(session: Session, contract_id: UUID) -> Money:
    """What of a contract's deposit nothing needed at the end, incl. tax."""
    rows = invoices_of_contract(session, contract_id)
    notes = [row for row in rows if row.document_type == DocumentType.DEPOSIT_CREDIT_NOTE]
    return total(row.total_incl for row in notes if as_issued(row).says.clause == NOT_NEEDED)


def users_of_deposit(session: Session, number: str) -> list[str]:
    """The invoices that deduct something of a deposit invoice now; its credit notes are none."""
    wanted = (
        select(DepositUseRow)
        .join(InvoiceRow, col(InvoiceRow.number) == col(DepositUseRow.used_by))
        .where(DepositUseRow.deposit_number == number, InvoiceRow.document_type == DocumentType.INVOICE)
    )
    used: dict[str, Money] = defaultdict(lambda: ZERO)
    for row in session.exec(wanted):
        used[row.used_by] += row.amount
    return sorted(number for number, amount in used.items() if amount)


def keep_uses(session: Session, used_by: str, uses: Iterable[DepositUse], today: date) -> None:
    """Keep that a document takes these parts of deposits."""
    for use in uses:
        row = DepositUseRow(
            id=new_id(),
            deposit_number=use.number,
            used_by=used_by,
            amount=use.amount,
            parts=write_parts(use.parts),
            used_on=today,
        )
        session.add(row)
    session.flush()


def give_back_uses(session: Session, used_by: str, uses: Iterable[DepositUse], today: date) -> None:
    """Keep that a document no longer takes these parts."""
    negative = (DepositUse(use.number, tuple(Taxed(-p.net, -p.vat, p.rate) for p in use.parts)) for use in uses)
    keep_uses(session, used_by, negative, today)


def keep_allocation(
    session: Session,
    receipt_id: UUID,
    amount: Money,
    today: date,
    invoice_number: str | None = None,
    deposit_request_id: UUID | None = None,
) -> None:
    """Keep that a receipt pays this much of one target; a negative amount frees it again."""
    row = AllocationRow(
        id=new_id(),
        receipt_id=receipt_id,
        deposit_request_id=deposit_request_id,
        invoice_number=invoice_number,
        amount=amount,
        allocated_on=today,
    )
    session.add(row)
    session.flush()


def _uses_by(session: Session, numbers: Sequence[str]) -> dict[str, tuple[DepositUse, ...]]:
    taken: dict[str, dict[str, Parts]] = defaultdict(lambda: defaultdict(tuple))
    wanted = select(DepositUseRow).where(col(DepositUseRow.used_by).in_(numbers)).order_by(col(DepositUseRow.id))
    for row in session.exec(wanted):
        of_invoice = taken[row.used_by]
        of_invoice[row.deposit_number] = plus(of_invoice[row.deposit_number], read_parts(row.parts))
    return defaultdict(
        tuple,
        {
            number: tuple(DepositUse(deposit, parts) for deposit, parts in of_invoice.items() if parts)
            for number, of_invoice in taken.items()
        },
    )


def _payments_by(session: Session, numbers: Sequence[str]) -> dict[str, tuple[Payment, ...]]:
    paid: dict[str, dict[UUID, tuple[date, Money]]] = defaultdict(dict)
    wanted = (
        select(AllocationRow, ReceiptRow)
        .where(col(AllocationRow.invoice_number).in_(numbers), AllocationRow.receipt_id == ReceiptRow.id)
        .order_by(col(AllocationRow.id))
    )
    for allocation, receipt in session.exec(wanted):
        of_invoice = paid[allocation.invoice_number or ""]
        _, before = of_invoice.get(receipt.id, (receipt.value_date, ZERO))
        of_invoice[receipt.id] = (receipt.value_date, before + allocation.amount)
    return defaultdict(
        tuple,
        {
            number: tuple(Payment(str(key), when, amount) for key, (when, amount) in of_invoice.items() if amount)
            for number, of_invoice in paid.items()
        },
    )
