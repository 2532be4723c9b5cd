"""What the website asks for the seats of a session: kept by sales, shown to everybody."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session

from chassis.etag import check_match
from chassis.platform import Platform
from chassis.problems import Invalid, NotFound
from chassis.values.refusals import Refused
from services.contracts import clients
from services.contracts.domain import terms
from services.contracts.domain.deposit import deposit_amount
from services.contracts.domain.order import Offer, order_withdrawal_last_day, refuse_unready_seller, refuse_unsellable
from services.contracts.domain.parties import CustomerKind, Seller
from services.contracts.domain.terms import Terms
from services.contracts.domain.withdrawal import starts_inside
from services.contracts.repository import offers, parties, terms_documents
from services.contracts.use_cases.proposal_view import price_view
from services.contracts.use_cases.views import MediatorView, OfferedSessionView, OfferView


def put_offer(platform: Platform, offer: Offer, if_match: str | None) -> tuple[OfferView, int]:
    """Keep an offer and its version; changing one that stands needs its ETag, putting the same again does not.

    Refused (clause 2.1) for a session that is not open to everybody, or a line that is no training; (3.1) for a VAT
    rate not in force or a price that leaves no deposit; (C. conso) for a seller that may not sell to consumers yet.
    """
    held = open_session(platform, offer.session_id)
    today = platform.clock.today()
    refuse_unsellable(offer, today, terms.in_force(today))
    with platform.unit_of_work() as tx:
        by = _selling(tx.session, offer.seller_code, today)
        refuse_unready_seller(by.seller, by.terms_document, by.terms)
        row = offers.first(tx.session, offer)
        if row.taken_back_at is not None:
            offers.change(row, offer)
        elif offers.offer_of(row) != offer:
            check_match(if_match, row.version)
            offers.change(row, offer)
        return _offer_view(offer, held, by, today), row.version


def read_offer(platform: Platform, session_id: UUID) -> tuple[OfferView, int]:
    """The offer and its version, with what the catalog says of the session now; NotFound."""
    today = platform.clock.today()
    with platform.reading() as session:
        row = offers.standing(session, session_id)
        if row is None:
            raise NotFound("The offer")
        by = _selling(session, row.seller_code, today)
    held = open_session(platform, session_id)
    return _offer_view(offers.offer_of(row), held, by, today), row.version


def take_back_offer(platform: Platform, session_id: UUID) -> None:
    """No order is taken of it any more, those that were placed stand; twice is once. NotFound where none ever was."""
    with platform.unit_of_work() as tx:
        row = offers.one(tx.session, session_id, lock=True)
        if row is None:
            raise NotFound("The offer")
        if row.taken_back_at is None:
            offers.take_back(row, tx.now)


@dataclass(frozen=True)
class _Selling:
    """Who sells, under which terms, and the SHA-256 of their document."""

    seller: Seller
    terms: Terms
    terms_document: str | None

    @property
    def is_ready(self) -> bool:
        """Whether it may sell to consumers."""
        return self.seller.mediator is not None and self.terms_document is not None


def _selling(session: Session, seller_code: str, today: date) -> _Selling:
    entity = parties.legal_entity(session, seller_code)
    if entity is None:
        detail = f"there is no legal entity {seller_code}"
        raise Invalid(f"The offer cannot be kept: {detail}.", [{"at": "seller", "detail": detail}])
    in_force = terms.in_force(today)
    document = terms_documents.sha256(session, in_force.version, seller_code)
    return _Selling(parties.seller_of(entity), in_force, document)


def open_session(platform: Platform, session_id: UUID) -> clients.CatalogSession:
    """The session as the catalog has it; Refused (clause 2.1) where there is none that everybody may come to."""
    held = clients.session(platform.client, session_id)
    if held is None or not held.is_open:
        raise Refused("session-unknown", "The catalog has no such session that is open to everybody.", "2.1")
    return held


def _offer_view(offer: Offer, held: clients.CatalogSession, by: _Selling, today: date) -> OfferView:
    in_force, session = by.terms, held.session
    ends_on = order_withdrawal_last_day(today, in_force)
    return OfferView(
        session_id=offer.session_id,
        seller=offer.seller_code,
        description=offer.description,
        unit_price=offer.unit_price,
        vat_rate=offer.vat_rate,
        trainer_qualifications=offer.trainer_qualifications,
        price=price_view(offer.price),
        deposit=deposit_amount(offer.price.incl_tax, CustomerKind.INDIVIDUAL, in_force),
        session=OfferedSessionView(
            course_reference=held.course_reference,
            starts_on=session.starts_on,
            ends_on=session.ends_on,
            place=session.place,
            planned_hours=session.planned_hours,
            seats_left=held.seats_left,
        ),
        withdrawal_days=in_force.distance_withdrawal_days,
        withdrawal_ends_on=ends_on,
        orderable=not starts_inside(session.starts_on, ends_on) and held.seats_left > 0 and by.is_ready,
        acceptance_statement=in_force.acceptance_statement,
        terms_version=in_force.version,
        terms_document=f"/v1/terms/{in_force.version}/documents/{by.seller.code}" if by.terms_document else None,
        mediator=MediatorView.model_validate(by.seller.mediator) if by.seller.mediator else None,
    )
