"""An individual orders a seat on the website: the contract is signed that day (clause 2.1, C. trav. L6353-3).

The seat is taken at the catalog before the unit of work, under a contract id that the request itself gives: a crash
between the two, or the same request sent again, takes it once, and a seat that no contract follows is free again.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from math import ceil
from secrets import token_urlsafe
from uuid import UUID, uuid5

from sqlmodel import Session

from chassis.idempotency import Once
from chassis.mail import Attachment
from chassis.platform import Platform
from chassis.problems import Problem
from chassis.unit_of_work import Transaction
from chassis.values.identifiers import new_id
from chassis.values.refusals import Refused
from services.contracts import clients
from services.contracts.documents.individual_contract import (
    IndividualContractDocument,
    Teaching,
    individual_contract_pdf,
)
from services.contracts.domain import terms
from services.contracts.domain.contract import Contract, sign
from services.contracts.domain.order import Offer, Shown, order, order_withdrawal_last_day
from services.contracts.domain.order_limits import ORDERS_OF_A_SESSION, ORDERS_OF_AN_ADDRESS, PERIOD, wait_after
from services.contracts.domain.parties import Address, Customer, CustomerKind, Trainee
from services.contracts.domain.proposal import Draft, IssuedProposal, ProposalState
from services.contracts.domain.terms import Terms
from services.contracts.domain.training import CourseSheet
from services.contracts.events import CONTRACT_SIGNED
from services.contracts.repository import contracts, offers, parties, proposals, terms_documents, website_orders
from services.contracts.repository.numbering import Series, next_number
from services.contracts.tables import PersonRow, ProposalRow, WebsiteOrderRow
from services.contracts.use_cases.facts import contract_signed
from services.contracts.use_cases.letters import order_received
from services.contracts.use_cases.offers import open_session
from services.contracts.use_cases.proposal_view import instalment_views, price_view
from services.contracts.use_cases.timeline import note
from services.contracts.use_cases.views import DepositView, OrderView

_ORDERS = UUID("7d0f4c1e-2a63-5b19-9e57-0c8b1f6a3d24")
_ONE_SEAT = 1


@dataclass(frozen=True)
class OrderedBy:
    """The person who orders and pays, and who is trained: the same unless another is named."""

    name: str
    email: str
    phone: str | None
    address: Address
    trainee_given_name: str
    trainee_family_name: str
    trainee_email: str | None


@dataclass(frozen=True)
class _Asked:
    """What the catalog said of the session and of the revision that it teaches."""

    held: clients.CatalogSession
    sheet: CourseSheet


def place_order(platform: Platform, once: Once, session_id: UUID, by: OrderedBy, shown: Shown) -> OrderView:
    """The contract that the order makes, signed today.

    Refused where there is no offer for the session, for what `order` refuses, and (clause 2.1) for a session of which
    nothing is left; Problem 409 `session-full` where no seat is; 429 for too many orders in 24 hours.
    """
    contract_id = _contract_id(once)
    asked = _prepare(platform, once, session_id, by, shown)
    clients.hold_seats(platform.client, session_id, contract_id, _ONE_SEAT)
    with platform.unit_of_work(once) as tx:
        in_force = terms.in_force(tx.today)
        offer, draft = _draft(tx.session, session_id, by, asked, in_force)
        ordered = order(draft, shown, tx.today, in_force)
        ends_on = order_withdrawal_last_day(tx.today, ordered.terms)
        contract = sign(ordered, tx.today, tx.today, withdrawal_ends_on=ends_on)
        return tx.answer(_sign(tx, contract_id, by, shown, _Signed(offer, asked, ordered, contract)))


@dataclass(frozen=True)
class _Signed:
    """What was decided, and what it was decided on."""

    offer: Offer
    asked: _Asked
    ordered: IssuedProposal
    contract: Contract


def _contract_id(once: Once) -> UUID:
    """The same for the same request, so that what it holds at the catalog is held once."""
    return uuid5(_ORDERS, f"{once.caller}\n{once.key}\n{once.fingerprint}")


def _prepare(platform: Platform, once: Once, session_id: UUID, by: OrderedBy, shown: Shown) -> _Asked:
    """What the catalog says, once nothing speaks against the order: a seat is held for nobody in vain."""
    with platform.reading() as session:
        once.peek(session)
        _offered(session, session_id)
    held = open_session(platform, session_id)
    sheet = clients.course_sheet(platform.client, held.course_reference, held.course_revision)
    if sheet is None:
        raise Refused("course-not-published", f"The catalog publishes no course {held.course_reference}.", "2.1")
    asked, today = _Asked(held, sheet), platform.clock.today()
    with platform.reading() as session:
        _refuse_too_many(session, session_id, by.email, platform.clock.now())
        in_force = terms.in_force(today)
        order(_draft(session, session_id, by, asked, in_force)[1], shown, today, in_force)
    return asked


def _refuse_too_many(session: Session, session_id: UUID, email: str, now: datetime) -> None:
    """Problem 429 (Ours) where the address or the session has had its orders of the last 24 hours."""
    since = now - PERIOD
    waits = (
        wait_after(website_orders.of_address(session, email, since), ORDERS_OF_AN_ADDRESS, now),
        wait_after(website_orders.of_session(session, session_id, since), ORDERS_OF_A_SESSION, now),
    )
    wait = max((each for each in waits if each is not None), default=None)
    if wait is not None:
        detail = (
            "Too many orders were placed in 24 hours for this address or this session: order later, or write to us."
        )
        headers = {"Retry-After": str(ceil(wait.total_seconds()))}
        raise Problem(HTTPStatus.TOO_MANY_REQUESTS, "too-many-orders", detail, headers=headers)


def _offered(session: Session, session_id: UUID) -> Offer:
    row = offers.standing(session, session_id)
    if row is None:
        raise Refused("session-not-offered", "This session is not offered on the website: choose another.", "2.1")
    return offers.offer_of(row)


def _draft(session: Session, session_id: UUID, by: OrderedBy, asked: _Asked, in_force: Terms) -> tuple[Offer, Draft]:
    offer = _offered(session, session_id)
    seller = parties.legal_entity(session, offer.seller_code)
    customer = Customer(
        customer_id=new_id(),
        kind=CustomerKind.INDIVIDUAL,
        name=by.name,
        siret=None,
        vat_number=None,
        billing_address=by.address,
        email=by.email,
        contact_name=by.name,
    )
    draft = Draft(
        customer=customer,
        seller=parties.seller_of(seller) if seller else None,
        course=asked.sheet.course,
        session=asked.held.session,
        trainees=(Trainee(new_id(), by.trainee_given_name, by.trainee_family_name),),
        lines=(offer.line,),
        billing_address=by.address,
        terms_document=terms_documents.sha256(session, in_force.version, offer.seller_code),
    )
    return offer, draft


def _sign(tx: Transaction, contract_id: UUID, by: OrderedBy, shown: Shown, signed: _Signed) -> OrderView:
    ordered, contract, code = signed.ordered, signed.contract, token_urlsafe()
    order_number = next_number(tx.session, Series.WEBSITE_ORDER, tx.today.year)
    # The series is held from here on: whoever orders at the same time is counted before or after, never beside.
    _refuse_too_many(tx.session, ordered.session.session_id, by.email, tx.now)
    number = next_number(tx.session, Series.CONTRACT, tx.today.year)
    document = tx.store_file(_pdf(tx, (number, order_number), shown, signed), "application/pdf")
    _add_people(tx.session, by, ordered)
    row = _add_order(tx.session, contract_id, order_number, ordered, document)
    contracts.add(tx.session, row, ordered.session.session_id, number, contract)
    tx.session.add(
        WebsiteOrderRow(
            contract_id=contract_id,
            code_sha256=code_sha256(code),
            ordered_at=tx.now,
            statement=shown.statement,
            phone=by.phone,
        )
    )
    detail = f"Contract {number} signed by the website order {order_number}; seats held: {_ONE_SEAT}."
    note(tx, contract_id, "contract-signed", detail, "2.1")
    detail = f"Withdrawal is open through {contract.withdrawal_ends_on}; no money is asked for before."
    note(tx, contract_id, "withdrawal-open", detail, "2.1")
    tx.publish(
        CONTRACT_SIGNED, str(contract_id), contract_signed(contract_id, (number, order_number), ordered, contract)
    )
    tx.send_mail(order_received(number, ordered, contract, code, _attached(number, ordered, document)))
    return _order_view(contract_id, (number, order_number), ordered, contract, code)


def _attached(number: str, ordered: IssuedProposal, document: str) -> tuple[Attachment, ...]:
    """The contract and the general terms that apply to it, to be kept (C. conso L221-13)."""
    if ordered.terms_document is None:
        raise ValueError("what is ordered has the terms that it was ordered under")
    terms_name = f"conditions-generales-{ordered.terms.version}.pdf"
    return Attachment(f"{number}.pdf", document), Attachment(terms_name, ordered.terms_document)


def code_sha256(code: str) -> str:
    """What is kept of the code that proves an order. It is 256 random bits: nobody guesses it."""
    return sha256(code.encode()).hexdigest()


def _pdf(tx: Transaction, numbers: tuple[str, str], shown: Shown, signed: _Signed) -> bytes:
    document = IndividualContractDocument(
        number=numbers[0],
        order_number=numbers[1],
        proposal=signed.ordered,
        contract=signed.contract,
        teaching=Teaching(
            sheet=signed.asked.sheet,
            trainer=signed.asked.held.trainer,
            trainer_qualifications=signed.offer.trainer_qualifications,
            seats_max=signed.asked.held.seats_max,
        ),
        statement=shown.statement,
        signed_at=tx.now,
    )
    return individual_contract_pdf(document)


def _add_people(session: Session, by: OrderedBy, ordered: IssuedProposal) -> None:
    parties.put_customer(session, None, ordered.customer)
    session.flush()
    for trainee in ordered.trainees:
        session.add(
            PersonRow(
                id=trainee.person_id,
                customer_id=ordered.customer.customer_id,
                given_name=trainee.given_name,
                family_name=trainee.family_name,
                email=by.trainee_email,
            )
        )
    session.flush()


def _add_order(session: Session, contract_id: UUID, number: str, ordered: IssuedProposal, document: str) -> ProposalRow:
    """The order as what was proposed and accepted in one go: all that a contract reads of its proposal stands there."""
    row = ProposalRow(
        id=new_id(),
        version=1,
        state=ProposalState.ACCEPTED.value,
        customer_id=ordered.customer.customer_id,
        seller_code=ordered.seller.code,
        course_reference=ordered.course.reference,
        session_id=ordered.session.session_id,
        place=ordered.session.place,
        billing_address=None,
        preparation_cost=None,
        opco=None,
        number=number,
        contract_id=contract_id,
        document_sha256=document,
    )
    proposals.freeze(row, ordered)
    session.add(row)
    session.flush()
    person_ids = [trainee.person_id for trainee in ordered.trainees]
    proposals.replace_parts(session, row.id, ordered.lines, person_ids)
    return row


def _order_view(
    contract_id: UUID, numbers: tuple[str, str], ordered: IssuedProposal, contract: Contract, code: str
) -> OrderView:
    if contract.withdrawal_ends_on is None:
        raise ValueError("an individual's contract can be withdrawn from")
    return OrderView(
        contract_id=contract_id,
        contract_number=numbers[0],
        order_number=numbers[1],
        signed_on=contract.signed_on,
        price=price_view(ordered.price),
        withdrawal_ends_on=contract.withdrawal_ends_on,
        deposit=DepositView.model_validate(contract.deposit),
        instalments=instalment_views(ordered, contract.deposit.amount),
        order_code=code,
    )
