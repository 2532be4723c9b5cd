"""Seats of a session (§2.1): held for a while, confirmed by the signed contract. Holds follow real time."""

from datetime import timedelta
from uuid import UUID

from chassis.clock import real_now
from chassis.platform import Platform
from chassis.problems import NotFound
from chassis.unit_of_work import Transaction
from services.catalog.domain.seats import SeatHold, as_they_stand, confirm_seats, hold_seats, release_seats
from services.catalog.events import ContractSigned, ContractWithdrawn
from services.catalog.repository import sessions


def take_seats(platform: Platform, session_id: UUID, contract_id: UUID, seats: int, lasts: timedelta) -> SeatHold:
    """Hold seats for a contract; asking again takes the place of what it held. Refused `session-full`."""
    with platform.unit_of_work() as tx:
        row = sessions.lock(tx.session, session_id)
        if row is None:
            raise NotFound("The session")
        holds = as_they_stand(row.seats_max, sessions.holds(tx.session, session_id))
        hold = hold_seats(row.seats_max, holds, contract_id, seats, real_now(), lasts)
        sessions.put_hold(tx.session, session_id, hold)
        return hold


def confirm_signed(tx: Transaction, signed: ContractSigned) -> None:
    """On contracts.contract-signed.v1: the seats are the contract's for good, overbooked where signed ones took them.

    NotFound for a session that is not known: the event waits as a dead letter and is not lost.
    """
    if signed.session is None:
        return
    session_id = signed.session.session_id
    row = sessions.lock(tx.session, session_id)
    if row is None:
        raise NotFound("The session")
    holds = sessions.holds(tx.session, session_id)
    hold = confirm_seats(row.seats_max, holds, signed.contract_id, signed.seats)
    sessions.put_hold(tx.session, session_id, hold)


def free_withdrawn(tx: Transaction, withdrawn: ContractWithdrawn) -> None:
    """On contracts.contract-withdrawn.v1: the seats of that contract, and of no other, are free from now on.

    NotFound for a session that is not known: the event waits as a dead letter and is not lost.
    """
    if sessions.lock(tx.session, withdrawn.session_id) is None:
        raise NotFound("The session")
    holds = sessions.holds(tx.session, withdrawn.session_id)
    hold = release_seats(holds, withdrawn.contract_id, withdrawn.seats, real_now())
    sessions.put_hold(tx.session, withdrawn.session_id, hold)


def read_holds(platform: Platform, session_id: UUID) -> tuple[SeatHold, ...]:
    """Who holds seats, holds whose time is over included."""
    with platform.reading() as session:
        found = sessions.one(session, session_id)
    if found is None:
        raise NotFound("The session")
    return as_they_stand(found.row.seats_max, found.holds)
