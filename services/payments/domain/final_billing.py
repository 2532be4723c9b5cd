"""What is billed at the end of the training, and to whom (terms, sections 3.2, 3.3 and 3.7).

Without direct payment, or where the operator is not named on the agreement or no copy of its approval is at
hand, the client is invoiced for all, at once. With direct payment each operator gets an invoice for its part
and the client one for the rest, none for zero. Absence is never a reduction: the operator pays for the hours
attended, and the client owes the rest of the operator's part as an indemnity, never as training (C. trav.
L6354-1). The client's own share is not touched by an absence (Ours: neither text divides it).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from chassis.values.money import Money, round_half_up, total
from chassis.values.refusals import Refused
from services.payments.domain.deposit import Deposit, DepositUse, after_uses, use_deposits
from services.payments.domain.funding import CLAUSE, Approval
from services.payments.domain.tax_parts import Parts, incl_tax, less, take


@dataclass(frozen=True, slots=True)
class AttendedHours:
    """Hours planned for one trainee and hours attended. trainee: the person_id, where it is known."""

    planned: Decimal
    attended: Decimal
    trainee: str | None = None


@dataclass(frozen=True, slots=True)
class OperatorBill:
    """The invoice of one operator: its approval, and the part of the price it owes."""

    approval: Approval
    parts: Parts


@dataclass(frozen=True, slots=True)
class ClientBill:
    """An invoice of the client: its part of the price and the deposit that it takes."""

    parts: Parts
    deducted: tuple[DepositUse, ...]

    @property
    def due(self) -> Money:
        """What the client still has to pay of it."""
        return incl_tax(self.parts) - total(used.amount for used in self.deducted)


@dataclass(frozen=True, slots=True)
class FinalBilling:
    """The documents of the end; together they are worth the price, net and VAT, to the cent."""

    operators: tuple[OperatorBill, ...]
    final: ClientBill | None
    indemnity: ClientBill | None
    deposits: tuple[Deposit, ...]


def attended_share(
    hours: Sequence[AttendedHours], approved: Decimal | None = None, trainees: frozenset[str] = frozenset()
) -> Fraction:
    """Hours attended of those that an approval pays for, over its trainees together; at most one.

    approved: the hours it states, None or more than were planned: all those. trainees: those it names, none:
    everybody. Refused without hours to pay for: an operator is never invoiced for a guess (clause 3.7).
    """
    own = [each for each in hours if not trainees or each.trainee in trainees]
    planned = sum((Fraction(each.planned) for each in own), Fraction(0))
    payable = planned if approved is None else min(Fraction(approved), planned)
    if payable <= 0 or not own:
        raise Refused("attendance-missing", "An operator's part needs the planned and attended hours.", "3.7")
    attended = sum((Fraction(each.attended) for each in own), Fraction(0))
    return min(attended / payable, Fraction(1))


def bill_at_the_end(
    price: Parts,
    deposits: Sequence[Deposit],
    approvals: Sequence[Approval],
    named: frozenset[str],
    hours: Sequence[AttendedHours],
    ended_on: date,
) -> FinalBilling:
    """The final invoices; the deposit counts first against the client's share, then against an indemnity.

    named: operators that the agreement names; approvals count as they stood on the day it ended. Operators take
    their parts of net and VAT first, in order, then the indemnity; the client's share takes what remains. Refused
    where the approvals exceed the price.
    """
    paying = [approval for approval in approvals if approval.direct_payment and approval.counts(named, ended_on)]
    approved = total(approval.incl_tax for approval in paying)
    if approved > incl_tax(price):
        raise Refused("funding-above-price", "Operators fund at most the price of the contract.", CLAUSE)
    operators, left = [], price
    for approval in paying:
        share = attended_share(hours, approval.hours, approval.trainees)
        parts = take(left, round_half_up(approval.incl_tax.cents * share))
        left = less(left, parts)
        if parts:
            operators.append(OperatorBill(approval, parts))
    indemnity = take(left, approved - total(incl_tax(bill.parts) for bill in operators))
    final_bill, rest = _client_bill(less(left, indemnity), tuple(deposits))
    indemnity_bill, rest = _client_bill(indemnity, rest)
    return FinalBilling(tuple(operators), final_bill, indemnity_bill, rest)


def _client_bill(parts: Parts, deposits: tuple[Deposit, ...]) -> tuple[ClientBill | None, tuple[Deposit, ...]]:
    if not parts:
        return None, deposits
    uses = use_deposits(deposits, incl_tax(parts))
    return ClientBill(parts, uses), after_uses(deposits, uses)
