"""What the website asks for the seats of sessions: rows and the values that rules read."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from chassis.database import insert_once
from services.contracts.domain.order import Offer
from services.contracts.tables import OfferRow, metadata


def standing(session: Session, session_id: UUID) -> OfferRow | None:
    """The offer of that session; None where there is none or it was taken back."""
    found = one(session, session_id)
    return found if found is not None and found.taken_back_at is None else None


def one(session: Session, session_id: UUID, *, lock: bool = False) -> OfferRow | None:
    """The offer of that session, one that was taken back included; `lock` holds it for a change."""
    wanted = select(OfferRow).where(OfferRow.session_id == session_id)
    return session.exec(wanted.with_for_update() if lock else wanted).one_or_none()


def first(session: Session, offer: Offer) -> OfferRow:
    """The row of the session's offer, held for a change: the one that stands, else made of these values.

    Where others make it at the same time, one does and the rest find it.
    """
    insert_once(session, metadata.tables["offer"], {"version": 1, **_columns(offer)})
    found = one(session, offer.session_id, lock=True)
    if found is None:
        raise ValueError("a row that was just made or found is there")
    return found


def change(row: OfferRow, offer: Offer) -> None:
    """These values in the row's next version, which stands."""
    row.sqlmodel_update({**_columns(offer), "version": row.version + 1, "taken_back_at": None})


def take_back(row: OfferRow, at: datetime) -> None:
    """The offer stands no more; its next version is another one."""
    row.sqlmodel_update({"version": row.version + 1, "taken_back_at": at})


def offer_of(row: OfferRow) -> Offer:
    """The offer that the row holds."""
    return Offer(
        session_id=row.session_id,
        seller_code=row.seller_code,
        description=row.description,
        unit_price=row.unit_price,
        vat_rate=Decimal(row.vat_rate),
        trainer_qualifications=row.trainer_qualifications,
    )


def _columns(offer: Offer) -> dict[str, Any]:
    return {
        "session_id": offer.session_id,
        "seller_code": offer.seller_code,
        "description": offer.description,
        "unit_price": offer.unit_price,
        "vat_rate": format(offer.vat_rate, "f"),
        "trainer_qualifications": offer.trainer_qualifications,
    }
