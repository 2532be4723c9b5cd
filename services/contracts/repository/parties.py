"""Legal entities, customers and people: rows and the values that rules read."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from chassis.database import insert_once
from services.contracts.domain.parties import Address, Customer, CustomerKind, Mediator, Seller
from services.contracts.tables import CustomerRow, LegalEntityRow, PersonRow, metadata


def legal_entity(session: Session, code: str, *, lock: bool = False) -> LegalEntityRow | None:
    """The legal entity of that code; `lock` holds it for a change."""
    wanted = select(LegalEntityRow).where(LegalEntityRow.code == code)
    return session.exec(wanted.with_for_update() if lock else wanted).one_or_none()


def first_legal_entity(session: Session, seller: Seller) -> LegalEntityRow:
    """The row of the seller's code, held for a change: the one that stands, else made of these values.

    Where others make it at the same time, one does and the rest find it.
    """
    insert_once(session, metadata.tables["legal_entity"], {"version": 1, **_columns(seller)})
    found = legal_entity(session, seller.code, lock=True)
    if found is None:
        raise ValueError("a row that was just made or found is there")
    return found


def change_legal_entity(row: LegalEntityRow, seller: Seller) -> None:
    """These values in the row's next version."""
    row.sqlmodel_update({**_columns(seller), "version": row.version + 1})


def _columns(seller: Seller) -> dict[str, Any]:
    return {**asdict(seller), "share_capital": seller.share_capital}


def seller_of(row: LegalEntityRow) -> Seller:
    """The seller that the row holds."""
    values = row.model_dump(exclude={"version", "address", "share_capital", "mediator"})
    return Seller(
        **values,
        share_capital=row.share_capital,
        address=Address(**row.address),
        mediator=_mediator(row.mediator) if row.mediator else None,
    )


def _mediator(kept: dict[str, Any]) -> Mediator:
    return Mediator(kept["name"], Address(**kept["address"]), kept["website"])


def customer(session: Session, customer_id: UUID, *, lock: bool = False) -> CustomerRow | None:
    """The customer of that id; `lock` holds it for a change."""
    wanted = select(CustomerRow).where(CustomerRow.id == customer_id)
    return session.exec(wanted.with_for_update() if lock else wanted).one_or_none()


def put_customer(session: Session, row: CustomerRow | None, value: Customer) -> CustomerRow:
    """The row made, or changed to these values in its next version."""
    values = {**asdict(value), "kind": value.kind.value}
    values["id"] = values.pop("customer_id")
    if row is None:
        row = CustomerRow(version=1, **values)
    else:
        row.sqlmodel_update({**values, "version": row.version + 1})
    session.add(row)
    return row


def customer_of(row: CustomerRow) -> Customer:
    """The customer that the row holds."""
    return Customer(
        customer_id=row.id,
        kind=CustomerKind(row.kind),
        name=row.name,
        siret=row.siret,
        vat_number=row.vat_number,
        billing_address=Address(**row.billing_address),
        email=row.email,
        contact_name=row.contact_name,
    )


def people(session: Session, ids: list[UUID], *, lock: bool = False) -> dict[UUID, PersonRow]:
    """The people of these ids; `lock` keeps them, so that nobody forgets them before they are named."""
    wanted = select(PersonRow).where(col(PersonRow.id).in_(ids))
    if lock:
        # One statement, in one order: two drafts that name the same people never wait for each other in a ring.
        wanted = wanted.order_by(col(PersonRow.id)).with_for_update(key_share=True)
        wanted = wanted.execution_options(populate_existing=True)
    found = session.exec(wanted)
    return {row.id: row for row in found}
