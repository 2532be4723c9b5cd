"""Funding by an operator (terms, section 3.3): what may be asked for, what an approval is worth.

Asked for before the start, later is refused. Approvals are kept with their tax basis and compared incl. tax.
Several operators can fund one contract, never above its price.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chassis.values.money import ZERO, Money, Taxed, split_by
from chassis.values.refusals import Refused
from services.payments.domain.tax_parts import Parts, incl_tax

CLAUSE = "3.3"


class FundingState(StrEnum):
    """Where a funding request stands."""

    ASKED = "asked"
    APPROVED = "approved"


class TaxBasis(StrEnum):
    """How an operator states its amount."""

    EXCL_TAX = "excl_tax"
    INCL_TAX = "incl_tax"


@dataclass(frozen=True, slots=True)
class Approval:
    """What an operator promised for one file; incl_tax is what everything compares."""

    opco: str
    file_number: str
    incl_tax: Money
    direct_payment: bool
    copy_held: bool

    def counts(self, named: frozenset[str]) -> bool:
        """At the end: named on the agreement and a copy of the approval at hand, else it is no approval."""
        return self.copy_held and self.opco in named


def check_request(amount_asked: Money, price: Parts, requested_on: date, starts_on: date) -> None:
    """Refused from the first day of the training on, and above the price (clause 3.3)."""
    if requested_on >= starts_on:
        raise Refused(
            "funding-asked-too-late",
            f"Funding is asked for before the training starts, which is on {starts_on}.",
            CLAUSE,
            starts_on=starts_on.isoformat(),
        )
    if amount_asked > incl_tax(price):
        raise _above_price(price)


def approved_incl_tax(amount: Money, basis: TaxBasis, price: Parts) -> Money:
    """An approved amount incl. tax, at the rates of the contract by their weight.

    An amount excl. tax that equals the contract's net is worth exactly its price.
    """
    if basis is TaxBasis.INCL_TAX:
        return amount
    nets = split_by(amount, [part.net.cents for part in price])
    return incl_tax(tuple(Taxed.from_net(net, part.rate) for net, part in zip(nets, price, strict=True)))


def check_approval(approved: Money, approved_by_others: Money, price: Parts, ended: bool) -> None:
    """Refused above the price, all operators together, and once the training has ended (clause 3.3)."""
    if approved <= ZERO:
        raise Refused("approval-without-amount", "An approval names an amount above zero.", CLAUSE)
    if ended:
        raise Refused("approval-too-late", "The training had ended without this approval: the client owes all.", CLAUSE)
    if approved + approved_by_others > incl_tax(price):
        raise _above_price(price)


def _above_price(price: Parts) -> Refused:
    return Refused(
        "funding-above-price",
        f"Operators fund at most the price of the contract, {incl_tax(price)} incl. tax.",
        CLAUSE,
        price_incl_tax=str(incl_tax(price)),
    )
