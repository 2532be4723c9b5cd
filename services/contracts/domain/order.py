"""An individual's order on the website: it is the signature of the individual training contract (clause 2.1).

« Lorsqu'une personne physique entreprend une formation, à titre individuel et à ses frais, un contrat est conclu entre
elle et le dispensateur de formation. Ce contrat est conclu avant l'inscription définitive du stagiaire et tout
règlement de frais. » (C. trav. L6353-3)
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from chassis.values.money import Money
from chassis.values.refusals import Refused
from services.contracts.domain.acceptance import says
from services.contracts.domain.parties import CustomerKind, Seller
from services.contracts.domain.price import Price, PriceLine, price_of
from services.contracts.domain.proposal import Draft, IssuedProposal, deposit_to_ask_for, freeze, refuse_not_training
from services.contracts.domain.terms import Terms
from services.contracts.domain.training import refuse_ended
from services.contracts.domain.vat_rates import refuse_rate_not_in_force
from services.contracts.domain.withdrawal import refuse_start_inside, withdrawal_last_day


@dataclass(frozen=True)
class Offer:
    """What the website asks for one seat of a session: `unit_price` excl. tax, `vat_rate` in percent.

    trainer_qualifications: the trainer's diplomas, titles or references (C. trav. L6353-4, 4°).
    """

    session_id: UUID
    seller_code: str
    description: str
    unit_price: Money
    vat_rate: Decimal
    trainer_qualifications: str

    @property
    def line(self) -> PriceLine:
        """The only line of its price."""
        return PriceLine(self.description, Decimal(1), self.unit_price, self.vat_rate)

    @property
    def price(self) -> Price:
        """The price of one seat."""
        return price_of((self.line,))


@dataclass(frozen=True)
class Shown:
    """What the visitor saw when ordering, and wrote: the order is for that and nothing else."""

    total_incl_tax: Money
    statement: str
    terms_version: str


def order(draft: Draft, shown: Shown, today: date, terms: Terms) -> IssuedProposal:
    """What is ordered and signed today, in one step.

    Refused (clause 2.1) without the acceptance statement, for a session that is over, or (Ours) that starts while the
    client can still withdraw; (C. conso) for a seller that lacks what `refuse_unready_seller` wants; (3.1) for a price
    that changed since it was shown; (I) for terms that did. What the issue of a proposal refuses of its lines and its
    price is refused here too.
    """
    _refuse_other_terms(shown, terms)
    if not says(shown.statement, terms.acceptance_statement):
        detail = f"The order bears the statement {terms.acceptance_statement}."
        raise Refused("acceptance-statement-missing", detail, "2.1", acceptance_statement=terms.acceptance_statement)
    ordered = freeze(draft, today, today, terms)
    refuse_unready_seller(ordered.seller, ordered.terms_document, terms)
    _refuse_other_price(shown, ordered.price)
    refuse_ended(ordered.session, today)
    refuse_start_inside(ordered.session.starts_on, order_withdrawal_last_day(today, terms))
    return ordered


def refuse_unsellable(offer: Offer, today: date, terms: Terms) -> None:
    """What no offer may be: Refused (clause 2.1) for a line that is no training, (3.1) for a VAT rate not in force,
    (2.2) for a price that leaves no deposit.
    """
    refuse_not_training((offer.line,))
    refuse_rate_not_in_force(offer.vat_rate, today)
    deposit_to_ask_for(offer.price, CustomerKind.INDIVIDUAL, terms)


def refuse_unready_seller(seller: Seller, terms_document: str | None, terms: Terms) -> None:
    """Refused where a seller may not sell to consumers yet.

    (C. conso L616-1) It names no mediator to turn to; (L221-13) there is no document of its general terms to hand over.
    """
    if seller.mediator is None:
        detail = f"{seller.name} has no consumer mediator: add one to the legal entity before selling to individuals."
        raise Refused("mediator-missing", detail, "C. conso L616-1", seller=seller.code)
    if terms_document is None:
        detail = f"{seller.name} has published no text of the general terms, version {terms.version}: publish it first."
        raise Refused("terms-document-missing", detail, "C. conso L221-13", seller=seller.code)


def order_withdrawal_last_day(today: date, terms: Terms) -> date:
    """The last day, in full, on which an order placed and signed today can be withdrawn from."""
    return withdrawal_last_day(today, terms, ordered_on_website=today)


def _refuse_other_terms(shown: Shown, terms: Terms) -> None:
    if shown.terms_version != terms.version:
        detail = f"The general terms in force are version {terms.version}: show them and have them accepted."
        raise Refused("terms-changed", detail, "I", terms_version=terms.version)


def _refuse_other_price(shown: Shown, price: Price) -> None:
    if shown.total_incl_tax != price.incl_tax:
        detail = f"The price is {price.incl_tax} EUR incl. tax: show it and have it accepted."
        raise Refused("price-changed", detail, "3.1", incl_tax=str(price.incl_tax))
