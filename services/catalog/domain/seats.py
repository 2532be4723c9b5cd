"""Seats of a session (§2.1): never more than its maximum is given out, and a signed contract is never dropped."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from chassis.values.refusals import Refused

CLAUSE = "2.1"


@dataclass(frozen=True, slots=True)
class SeatHold:
    """Seats of one contract. expires_at: real time until which they are held; None once confirmed.

    overbooked: signed when other signed contracts left too few seats, for staff to settle (a second session may be
    opened, §2.1); `as_they_stand` says whether it still is so. released_at: when the contract was withdrawn from.
    """

    contract_id: UUID
    seats: int
    expires_at: datetime | None
    overbooked: bool = False
    released_at: datetime | None = None

    @property
    def confirmed(self) -> bool:
        """Whether the contract is signed, and stands."""
        return self.expires_at is None and self.released_at is None

    def counts_at(self, now: datetime) -> bool:
        """Whether it takes seats at this instant: an unconfirmed one does until it expires."""
        return self.released_at is None and (self.expires_at is None or now < self.expires_at)


def seats_taken(holds: Iterable[SeatHold], now: datetime) -> int:
    """Seats given out at this instant of real time."""
    return sum(hold.seats for hold in holds if hold.counts_at(now))


def hold_seats(
    seats_max: int, holds: Iterable[SeatHold], contract_id: UUID, seats: int, now: datetime, lasts: timedelta
) -> SeatHold:
    """The contract's hold from now on: it takes the place of the one it had, and a confirmed one stays as it is.

    Refused `session-full` with the seats that are left, `seats-confirmed` where the signed number would change,
    `seats-released` once the contract was withdrawn from.
    """
    own, others = _apart(holds, contract_id)
    if own is not None and own.released_at is not None:
        raise Refused("seats-released", "The contract was withdrawn from: it takes no seats any more.", CLAUSE)
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


def confirm_seats(seats_max: int, holds: Iterable[SeatHold], contract_id: UUID, seats: int) -> SeatHold:
    """The signed contract's hold. It stands even where signed contracts took the seats before: then it is overbooked.

    Holds that nobody has signed yet do not count: they may expire. Heard after the withdrawal, it changes nothing.
    """
    own, others = _apart(holds, contract_id)
    if own is not None and (own.confirmed or own.released_at is not None):
        return own
    return SeatHold(contract_id, seats, None, overbooked=_seats_signed(others) + seats > seats_max)


def release_seats(holds: Iterable[SeatHold], contract_id: UUID, seats: int, now: datetime) -> SeatHold:
    """What is left of the contract's hold once it was withdrawn from: free seats, and the trace that keeps them free.

    Heard again, it changes nothing; heard before the signature, it says how many seats that one would have taken.
    """
    own, _ = _apart(holds, contract_id)
    if own is None:
        return SeatHold(contract_id, seats, None, released_at=now)
    return own if own.released_at is not None else replace(own, overbooked=False, released_at=now)


def as_they_stand(seats_max: int, holds: Iterable[SeatHold]) -> tuple[SeatHold, ...]:
    """The holds of a session; none is overbooked where its signed contracts fit, whatever was so when they came."""
    all_holds = tuple(holds)
    if _seats_signed(all_holds) > seats_max:
        return all_holds
    return tuple(replace(hold, overbooked=False) for hold in all_holds)


def _seats_signed(holds: Iterable[SeatHold]) -> int:
    return sum(hold.seats for hold in holds if hold.confirmed)


def _apart(holds: Iterable[SeatHold], contract_id: UUID) -> tuple[SeatHold | None, tuple[SeatHold, ...]]:
    all_holds = tuple(holds)
    own = next((hold for hold in all_holds if hold.contract_id == contract_id), None)
    return own, tuple(hold for hold in all_holds if hold.contract_id != contract_id)
