"""What a client who cancels owes (clause 3.5)."""

from datetime import date
from enum import StrEnum

from chassis.values.periods import days_between
from chassis.values.refusals import Refused
from services.contracts.domain.terms import Terms


class CancellationOutcome(StrEnum):
    """Deposit kept as an indemnity, or the full price due at once."""

    DEPOSIT_KEPT = "deposit_kept"
    FULL_PRICE = "full_price"


def cancellation_outcome(
    received_on: date, starts_on: date, terms: Terms, *, postponed_from: date | None = None
) -> CancellationOutcome:
    """What a written cancellation received that day costs; for individuals staff decides (Law: R212-2).

    postponed_from: the former start, where the session was postponed: the earlier of the two counts (Ours).
    """
    start = starts_on if postponed_from is None else min(starts_on, postponed_from)
    in_time = days_between(received_on, start) >= terms.cancellation_notice_days
    return CancellationOutcome.DEPOSIT_KEPT if in_time else CancellationOutcome.FULL_PRICE


def refuse_unwritten(written: bool) -> None:
    """Refused (clause 3.5) where the cancellation was not received in writing."""
    if not written:
        raise Refused("cancellation-not-written", "A cancellation counts only once received in writing.", "3.5")
