"""The events that the catalog reads; it publishes none yet."""

from uuid import UUID

from chassis.fields import Event

# Consumed


class SignedSession(Event):
    """The session of a signed contract."""

    session_id: UUID


class ContractSigned(Event):
    """contracts.contract-signed.v1: the seats of a signed contract. A contract without a session takes none."""

    contract_id: UUID
    session: SignedSession | None
    seats: int
