"""Seats of a session (§2.1): never more than its maximum is given out, and a signed contract is never dropped."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.values.refusals import Refused

CLAUSE = "2.1"


@dataclass(frozen=True, slots=True)
class SeatHold:
    """Seats of one contract. expires_at: real time until which they are held; None once confirmed.

    overbooked: confirmed although the session was full, for staff to settle (a second session may be opened, §2.1).
    """

    contract_id: UUID
    seats: int
    expires_at: datetime | None
    overbooked: bool = False

    @property
    def confirmed(self) -> bool:
        """Whether the contract is signed."""
        return self.expires_at is None

    def counts_at(self, now: datetime) -> bool:
        """Whether it takes seats at this instant: an unconfirmed one does until it expires."""
        return self.expires_at is None or now < self.expires_at


def seats_taken(holds: Iterable[SeatHold], now: datetime) -> int:
    """Seats given out at this instant of real time."""
    return sum(hold.seats for hold in holds if hold.counts_at(now))


def hold_seats(
    seats_max: int, holds: Iterable[SeatHold], contract_id: UUID, seats: int, now: datetime, lasts: timedelta
) -> SeatHold:
    """The contract's hold from now on: it takes the place of the one it had, and a confirmed one stays as it is.

    Refused `session-full` with the seats that are left, `seats-confirmed` where the signed number would change.
    """
    own, others = _apart(holds, contract_id)
    if own is not None and own.confirmed:
        if own.seats != seats:
            detail = f"The contract is signed for {own.seats} seats: they change by an amendment."
            raise Refused("seats-confirmed", detail, CLAUSE, seats=own.seats)
        return own
    left = max(seats_max - seats_taken(others, now), 0)
    if seats > left:
        detail = f"{left} of {seats_max} seats are left: a second session may be opened on the same conditions."
        raise Refused("session-full", detail, CLAUSE, seats_left=left)
    return SeatHold(contract_id, seats, now + lasts)


def confirm_seats(seats_max: int, holds: Iterable[SeatHold], contract_id: UUID, seats: int, now: datetime) -> SeatHold:
    """The signed contract's hold. It stands even where the seats went to others meanwhile: then it is overbooked."""
    own, others = _apart(holds, contract_id)
    if own is not None and own.confirmed:
        return own
    return SeatHold(contract_id, seats, None, overbooked=seats_taken(others, now) + seats > seats_max)


def _apart(holds: Iterable[SeatHold], contract_id: UUID) -> tuple[SeatHold | None, tuple[SeatHold, ...]]:
    all_holds = tuple(holds)
    own = next((hold for hold in all_holds if hold.contract_id == contract_id), None)
    return own, tuple(hold for hold in all_holds if hold.contract_id != contract_id)
