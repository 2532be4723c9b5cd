"""How long a proposal can be accepted (clause 2.1)."""

from datetime import date

from chassis.values.periods import add_days
from chassis.values.refusals import Refused
from services.contracts.domain.terms import Terms


def last_day_to_accept(issued_on: date, terms: Terms) -> date:
    """The last day, in full, on which a proposal issued that day can be accepted."""
    return add_days(issued_on, terms.proposal_validity_days)


def refuse_expired(received_on: date, last_day: date) -> None:
    """Refused (clause 2.1) where the acceptance is received after the last day."""
    if received_on > last_day:
        detail = f"The proposal could be accepted through {last_day}: issue a new one, at today's price and VAT."
        raise Refused("proposal-expired", detail, "2.1", last_day=last_day.isoformat())
