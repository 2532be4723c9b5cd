"""Proof that what was issued is what stands: every series' chain is walked, and every stored page is hashed."""

from hashlib import sha256

from sqlmodel import Session

from chassis.files import read_file
from chassis.problems import NotFound
from services.payments.domain.record import Fault, Record, faults
from services.payments.repository.invoices import chain
from services.payments.repository.series import invoice_series


def verify_invoices(session: Session) -> tuple[int, list[Fault]]:
    """How many records were walked, and every fault found in them or in their pages."""
    count, found = 0, []
    for series in invoice_series(session):
        records = list(chain(session, series.name))
        count += len(records)
        found += list(faults(records))
        found += [fault for record in records if (fault := _page_fault(session, record))]
        head = records[-1].sha256 if records else ""
        if head != series.head_sha256:
            found.append(Fault(series.prefix, "its last record is not the last one issued"))
    return count, found


def _page_fault(session: Session, record: Record) -> Fault | None:
    try:
        content = read_file(session, record.pdf_sha256).content
    except NotFound:
        return Fault(record.number, "its page is missing")
    if sha256(content).hexdigest() != record.pdf_sha256:
        return Fault(record.number, "its page is not the one issued")
    return None
