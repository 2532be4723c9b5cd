"""Series of numbers: one row each, locked by the transaction that issues, so that none is skipped or doubled."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from chassis.database import insert_once
from services.payments.tables import DocumentSeriesRow, Table

INVOICES = "F"
DEPOSIT_REQUESTS = "D"


def lock_series(session: Session, letter: str, seller: str) -> DocumentSeriesRow:
    """The series of a seller, locked until the transaction ends; made at its first use.

    The first seller's numbers are F2026-000001 and on; another one's bear its code: F-CODE-2026-000001.
    """
    name = f"{letter}:{seller}"
    for prefix in (letter, f"{letter}-{seller.upper()}-"):
        row = _locked(session, name)
        if row is not None:
            return row
        insert_once(session, Table.metadata.tables["document_series"], _new(name, prefix))
    row = _locked(session, name)
    if row is None:
        raise RuntimeError(f"no series can be made for {name}: its prefix belongs to another seller")
    return row


def _new(name: str, prefix: str) -> dict[str, object]:
    return {"name": name, "prefix": prefix, "last_year": 0, "last_position": 0, "head_sha256": ""}


def _locked(session: Session, name: str) -> DocumentSeriesRow | None:
    wanted = select(DocumentSeriesRow).where(DocumentSeriesRow.name == name).with_for_update()
    return session.exec(wanted.execution_options(populate_existing=True)).one_or_none()


def invoice_series(session: Session) -> Sequence[DocumentSeriesRow]:
    """The series of invoices, one a seller."""
    wanted = select(DocumentSeriesRow).where(col(DocumentSeriesRow.name).startswith(f"{INVOICES}:"))
    return session.exec(wanted.order_by(col(DocumentSeriesRow.name))).all()
