"""What of late interest and fees was invoiced, late invoice by late invoice; a credit note is a negative row."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlmodel import Session, col, select

from services.payments.domain.late_charges import Charged
from services.payments.tables import InvoiceRow, LateChargeRow


def add_late_charge(session: Session, row: LateChargeRow) -> None:
    """Keep what a document asks for, or takes back, of the interest and fee of a late invoice."""
    session.add(row)
    session.flush()


def charged_of(session: Session, late_invoices: Sequence[str], on: date | None = None) -> Mapping[str, Charged]:
    """What was invoiced of each late invoice's interest and fee, less what was credited; with `on`, issued by then."""
    wanted = select(LateChargeRow).where(col(LateChargeRow.late_invoice).in_(late_invoices))
    if on is not None:
        wanted = wanted.join(InvoiceRow, col(InvoiceRow.number) == col(LateChargeRow.charged_by))
        wanted = wanted.where(InvoiceRow.issued_on <= on)
    sums: dict[str, Charged] = defaultdict(Charged)
    for row in session.exec(wanted):
        sums[row.late_invoice] += Charged(row.interest, row.recovery_fee)
    return sums


def charged_through(session: Session, late_invoices: Sequence[str]) -> dict[str, date]:
    """The last day of interest that was invoiced of each late invoice."""
    wanted = select(LateChargeRow).where(col(LateChargeRow.late_invoice).in_(late_invoices))
    through: dict[str, date] = {}
    for row in session.exec(wanted):
        through[row.late_invoice] = max(row.through_on, through.get(row.late_invoice, row.through_on))
    return through
