"""Funding by an operator (terms, section 3.3): what may be asked for, what an approval is worth.

Asked for before the start, later is refused. Approvals are kept with their tax basis and compared incl. tax.
Several operators can fund one contract, never above its price.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from chassis.values.money import ZERO, Money, Taxed, split_by
from chassis.values.refusals import Refused
from services.payments.domain.late_interest import CustomerKind
from services.payments.domain.tax_parts import Parts, incl_tax

CLAUSE = "3.3"


class FundingState(StrEnum):
    """Where a funding request stands; refused: also one whose approval was taken back."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"


class TaxBasis(StrEnum):
    """How an operator states its amount."""

    EXCL_TAX = "excl_tax"
    INCL_TAX = "incl_tax"


@dataclass(frozen=True, slots=True)
class Approval:
    """What an operator promised for one file; incl_tax is what everything compares.

    approved_on and copy_on: the days on which the promise and its copy came; copy_on None: no copy came.
    hours: those it pays for, None: all that were planned. trainees: whose, by person_id; none: everybody's.
    """

    opco: str
    file_number: str
    incl_tax: Money
    direct_payment: bool
    approved_on: date
    copy_on: date | None
    hours: Decimal | None = None
    expires_on: date | None = None
    trainees: frozenset[str] = frozenset()

    def counts(self, named: frozenset[str], ended_on: date) -> bool:
        """At the end: named on the agreement, not expired, approval and copy at hand that day, else it is no approval.

        Whatever day staff records the end: what came after it is too late.
        """
        in_time = self.approved_on <= ended_on and self.copy_on is not None and self.copy_on <= ended_on
        holds = self.expires_on is None or self.expires_on >= ended_on
        return in_time and holds and self.opco in named


def check_fundable(kind: CustomerKind) -> None:
    """Refused for an individual: its training contract is at its own expense (C. trav. L6353-3), and staged."""
    if kind is CustomerKind.INDIVIDUAL:
        raise Refused(
            "funding-of-individual", "An individual training contract is at the client's own expense.", CLAUSE
        )


def check_request(amount_asked: Money, price: Parts, requested_on: date, signed_on: date, starts_on: date) -> None:
    """Refused before the signature, from the first day of the training on, and above the price (clause 3.3)."""
    if requested_on < signed_on:
        raise Refused(
            "funding-asked-before-signature",
            f"Funding is asked for the contract signed on {signed_on}: the request cannot be of an earlier day.",
            CLAUSE,
            signed_on=signed_on.isoformat(),
        )
    if requested_on >= starts_on:
        raise Refused(
            "funding-asked-too-late",
            f"Funding is asked for before the training starts, which is on {starts_on}.",
            CLAUSE,
            starts_on=starts_on.isoformat(),
        )
    if amount_asked > incl_tax(price):
        raise _above_price(price)


def approved_incl_tax(amount: Money, basis: TaxBasis, price: Parts, net_before: Money = ZERO) -> Money:
    """An approved amount incl. tax, at the rates of the contract by their weight.

    net_before: what other files were approved for excl. tax. VAT is computed on the nets together, so that
    amounts that sum to the contract's net are worth exactly its price, and never a rounded cent more.
    """
    if basis is TaxBasis.INCL_TAX:
        return amount
    return _net_with_tax(net_before + amount, price) - _net_with_tax(net_before, price)


def _net_with_tax(net: Money, price: Parts) -> Money:
    nets = split_by(net, [part.net.cents for part in price])
    return incl_tax(tuple(Taxed.from_net(net, part.rate) for net, part in zip(nets, price, strict=True)))


def check_approval(approved: Money, approved_by_others: Money, price: Parts) -> None:
    """Refused without an amount, and above the price, all operators together (clause 3.3)."""
    if approved <= ZERO:
        raise Refused("approval-without-amount", "An approval names an amount above zero.", CLAUSE)
    if approved + approved_by_others > incl_tax(price):
        raise _above_price(price)


def too_late() -> Refused:
    """A promise that comes once the training is billed (clause 3.3)."""
    return Refused("approval-too-late", "The training had ended without this approval: the client owes all.", CLAUSE)


def differs() -> Refused:
    """A second approval in other words: only an amendment changes one (clause 3.3)."""
    return Refused("approval-differs", "The file was approved otherwise before: a change is an amendment.", CLAUSE)


def _above_price(price: Parts) -> Refused:
    return Refused(
        "funding-above-price",
        f"Operators fund at most the price of the contract, {incl_tax(price)} incl. tax.",
        CLAUSE,
        price_incl_tax=str(incl_tax(price)),
    )
