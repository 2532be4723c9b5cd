"""How long the operator has to pay after the training (clause 3.3)."""

from dataclasses import dataclass
from datetime import date

from chassis.values.periods import add_months, next_day
from services.contracts.domain.terms import Terms


@dataclass(frozen=True)
class FundingGrace:
    """`opco_due_on`: last day to pay, in full. `client_billed_from`: from then the client owes what is unpaid."""

    opco_due_on: date
    client_billed_from: date


def funding_grace(ended_on: date, terms: Terms) -> FundingGrace:
    """The grace after a training that ended that day."""
    opco_due_on = add_months(ended_on, terms.funding_grace_months)
    return FundingGrace(opco_due_on, next_day(opco_due_on))
