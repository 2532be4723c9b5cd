"""Issued documents: kept as issued, read back, listed, walked as a chain."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from chassis.problems import NotFound
from services.payments.domain.invoice import DocumentType, Invoice
from services.payments.domain.record import Record, read_invoice
from services.payments.tables import InvoiceRow

_AT_ONCE = 500


def add_invoice(session: Session, row: InvoiceRow) -> None:
    """Keep an issued document."""
    session.add(row)
    session.flush()


def as_issued(row: InvoiceRow) -> Invoice:
    """What the document says."""
    return read_invoice(json.loads(row.content))


def content_of(row: InvoiceRow) -> dict[str, Any]:
    """Everything the record holds, as it was written."""
    written: dict[str, Any] = json.loads(row.content)
    return written


def get_invoice(session: Session, number: str) -> InvoiceRow:
    """The document of that number; NotFound otherwise."""
    row = session.get(InvoiceRow, number)
    if row is None:
        raise NotFound("The invoice")
    return row


def find_invoice(session: Session, number: str) -> InvoiceRow | None:
    """The document of that number, if there is one."""
    return session.get(InvoiceRow, number)


def invoices_of_contract(session: Session, contract_id: UUID) -> Sequence[InvoiceRow]:
    """All documents of a contract, in the order of their issue."""
    wanted = select(InvoiceRow).where(InvoiceRow.contract_id == contract_id)
    return session.exec(wanted.order_by(col(InvoiceRow.year), col(InvoiceRow.position))).all()


def invoices_of_customer(session: Session, customer_id: UUID) -> Sequence[InvoiceRow]:
    """All documents of a customer's contracts, in the order of their issue."""
    wanted = select(InvoiceRow).where(InvoiceRow.customer_id == customer_id)
    order = (col(InvoiceRow.issued_on), col(InvoiceRow.series), col(InvoiceRow.year), col(InvoiceRow.position))
    return session.exec(wanted.order_by(*order)).all()


def credit_notes_on(session: Session, numbers: Sequence[str]) -> Sequence[InvoiceRow]:
    """The credit notes (381) that correct these invoices."""
    wanted = select(InvoiceRow).where(
        col(InvoiceRow.credits_number).in_(numbers), InvoiceRow.document_type == DocumentType.CREDIT_NOTE
    )
    return session.exec(wanted).all()


def page_of_invoices(
    session: Session,
    limit: int,
    after: str | None,
    contract_id: UUID | None,
    customer_id: UUID | None,
    payer_kind: str | None,
) -> Sequence[InvoiceRow]:
    """At most `limit` documents by number, from the one after `after` on; filters that are None do not filter."""
    wanted = select(InvoiceRow).order_by(col(InvoiceRow.number)).limit(limit)
    if after is not None:
        wanted = wanted.where(InvoiceRow.number > after)
    if contract_id is not None:
        wanted = wanted.where(InvoiceRow.contract_id == contract_id)
    if customer_id is not None:
        wanted = wanted.where(InvoiceRow.customer_id == customer_id)
    if payer_kind is not None:
        wanted = wanted.where(InvoiceRow.payer_kind == payer_kind)
    return session.exec(wanted).all()


def chain(session: Session, series: str) -> Iterator[Record]:
    """The records of a series in their order."""
    place = (0, 0)
    while True:
        year, position = place
        later = (col(InvoiceRow.year) > year) | ((col(InvoiceRow.year) == year) & (col(InvoiceRow.position) > position))
        wanted = select(InvoiceRow).where(InvoiceRow.series == series, later)
        rows = session.exec(wanted.order_by(col(InvoiceRow.year), col(InvoiceRow.position)).limit(_AT_ONCE)).all()
        for row in rows:
            yield Record(row.number, row.content, row.personal_sha256, row.pdf_sha256, row.previous_sha256, row.sha256)
        if len(rows) < _AT_ONCE:
            return
        place = (rows[-1].year, rows[-1].position)
