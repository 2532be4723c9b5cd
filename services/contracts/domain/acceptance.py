"""The acceptance: what must come back for the order to count (clause 2.1)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chassis.values.refusals import Refused
from services.contracts.domain.parties import CustomerKind
from services.contracts.domain.proposal import IssuedProposal
from services.contracts.domain.terms import Terms
from services.contracts.domain.training import Session, refuse_ended, refuse_moved, refuse_started
from services.contracts.domain.validity import refuse_expired


class AcceptanceState(StrEnum):
    """Complete: the order counts. Incomplete: recorded, and it names what lacks."""

    INCOMPLETE = "incomplete"
    COMPLETE = "complete"


@dataclass(frozen=True)
class Return:
    """What the client sent back, as somebody checked it."""

    received_on: date
    statement: str
    initialled: bool
    stamped: bool
    signed: bool
    terms_initialled: bool
    terms_signed: bool
    has_document: bool


@dataclass(frozen=True)
class Acceptance:
    """The decision on one return."""

    state: AcceptanceState
    missing: tuple[str, ...]


def says(statement: str, wanted: str) -> bool:
    """Whether the statement is the wanted one; case and spacing do not matter. Nothing written never is."""
    said = "".join(statement.casefold().split())
    return bool(said) and said == "".join(wanted.casefold().split())


def missing(returned: Return, kind: CustomerKind, terms: Terms) -> tuple[str, ...]:
    """What this return lacks, in the clause's order. Only companies have a stamp."""
    wanted = (
        ("document", returned.has_document),
        ("initials", returned.initialled),
        ("stamp", returned.stamped or kind is not CustomerKind.COMPANY),
        ("signature", returned.signed),
        ("acceptance_statement", says(returned.statement, terms.acceptance_statement)),
        ("terms_initials", returned.terms_initialled),
        ("terms_signature", returned.terms_signed),
    )
    return tuple(name for name, present in wanted if not present)


def accept(proposal: IssuedProposal, returned: Return, session_now: Session, today: date) -> Acceptance:
    """The decision on what came back, complete or naming what lacks.

    session_now: the session as the catalogue has it today. Refused where the day of receipt cannot be
    (after today, before the issue), after the last day, once the session started, where its dates changed, or where
    the session is over today.
    """
    _refuse_impossible_receipt(proposal, returned.received_on, today)
    refuse_expired(returned.received_on, proposal.last_day)
    refuse_moved(proposal.session, session_now)
    refuse_started(proposal.session, returned.received_on)
    refuse_ended(proposal.session, today)
    lacking = missing(returned, proposal.customer.kind, proposal.terms)
    return Acceptance(AcceptanceState.INCOMPLETE if lacking else AcceptanceState.COMPLETE, lacking)


def _refuse_impossible_receipt(proposal: IssuedProposal, received_on: date, today: date) -> None:
    if not proposal.issued_on <= received_on <= today:
        detail = f"A return is received between the issue, {proposal.issued_on}, and today, {today}."
        raise Refused("receipt-day-impossible", detail, "2.1", received_on=received_on.isoformat())
