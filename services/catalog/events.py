"""The events that the catalog reads; it publishes none yet."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from chassis.fields import Event

Seats = Annotated[int, Field(strict=True, ge=1, le=1000)]

# Consumed


class SignedSession(Event):
    """The session of a signed contract."""

    session_id: UUID


class ContractSigned(Event):
    """contracts.contract-signed.v1: the seats of a signed contract. A contract without a session takes none."""

    contract_id: UUID
    session: SignedSession | None
    seats: Seats


class ContractWithdrawn(Event):
    """contracts.contract-withdrawn.v1: an individual withdrew; the seats are free again."""

    contract_id: UUID
    session_id: UUID
    seats: Seats
