"""The acknowledgement of a withdrawal on a durable medium (C. conso L221-21 and D221-5), as PDF/A-3b."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from chassis.typesetting import NO_BREAK, day, typeset
from chassis.values.periods import PARIS
from services.contracts.documents.parts import customer_data, instant, seller_data, training_data
from services.contracts.domain.proposal import IssuedProposal
from services.contracts.domain.withdrawal import Declaration, Means

TEMPLATE = Path(__file__).with_name("withdrawal.typ")
_MEANS = {
    Means.WEBSITE: "en ligne, par la fonction « Renoncer au contrat ici »",
    Means.LETTER: "par lettre",
    Means.EMAIL: "par courriel",
    Means.FORM: "par le formulaire de rétractation",
    Means.OTHER: "par une déclaration dénuée d’ambiguïté",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalDocument:
    """A declaration, the contract that it ends, and when it was confirmed, or recorded by staff.

    shows_contract: whether it shows what the contract says of the customer and the training.
    """

    number: str
    signed_on: date
    proposal: IssuedProposal
    declaration: Declaration
    confirmed_at: datetime
    refund_by: date
    shows_contract: bool = True

    @property
    def for_the_declarer(self) -> "WithdrawalDocument":
        """The copy for an address that is not the customer's: it repeats what was declared and shows nothing else."""
        return replace(self, shows_contract=False)


def withdrawal_pdf(document: WithdrawalDocument) -> bytes:
    """The acknowledgement: what was declared, with its date and hour, and what follows. The same bytes for the same."""
    proposal, declaration = document.proposal, document.declaration
    data = {
        "number": document.number,
        "signed_on": document.signed_on,
        "seller": seller_data(proposal.seller),
        "customer": _addressee(document),
        "shows_contract": document.shows_contract,
        "name": declaration.name,
        "email": declaration.email,
        "means": _MEANS[declaration.means],
        "declared": declared_when(declaration),
        "confirmed": instant(document.confirmed_at),
        "on_website": declaration.means is Means.WEBSITE,
        "refund_by": document.refund_by,
        **training_data(proposal),
    }
    return typeset(TEMPLATE, data, dated=declaration.declared_at.astimezone(PARIS).date())


def _addressee(document: WithdrawalDocument) -> Mapping[str, object]:
    proposal, declaration = document.proposal, document.declaration
    if document.shows_contract:
        return customer_data(replace(proposal.customer, contact_name=""), proposal.billing_address)
    nothing = dict.fromkeys(("contact_name", "siret", "vat_number"))
    return {"name": declaration.name, "address": [declaration.email], **nothing}


def declared_when(declaration: Declaration) -> str:
    """ "le 9 mars 2026 à 23 h 59" on the website; of a letter, only the day on which it was sent is known."""
    known = instant(declaration.declared_at) if declaration.means is Means.WEBSITE else day(declaration.dispatched_on)
    return f"le{NO_BREAK}{known}"
